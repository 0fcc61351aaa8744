//! `aftershow demo`: the simulator and the console in one process, over real HTTP between them, with a history written
//! through the same sealing code and a story that begins at the first sign-in.
//!
//! Lives run at wall-clock speed; only the interval and the grace are shorter, and it says so.

use super::print::print_stdout;
use super::serve::{address, bind, cannot_listen, outcome, shutdown_signal, stop_with};
use super::{CommandResult, Problem, log};
use crate::clock::Clock;
use crate::config::{AppConfig, Config, Endpoint};
use crate::domain::record::MomentKind;
use crate::domain::{AppId, ExclusionReason, Millis, Reading, Role, Run, StreamId, StreamKind, Totals};
use crate::engine::{Engine, Prepared};
use crate::share::Draft;
use crate::simulator::history::PastStream;
use crate::simulator::{
    self, DEMO_ADMIN, DEMO_SDKAPPID, DEMO_SECRET_KEY, SimulatorHandle, SimulatorOptions, demo_rooms, history, script,
};
use crate::store::{MomentRow, NewStream, RoomClosedRow, SealError, SessionPart, StoredSeries, StreamQuery, Write};
use crate::tencent::Tuning;
use crate::web::context::AppState;
use crate::web::context::state::Demo;
use clap::Args;
use rustix::termios::{self, LocalModes, OptionalActions, Termios};
use secrecy::{ExposeSecret, SecretString};
use std::io::Read;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;
use url::Url;

/// Arguments of `aftershow demo`.
#[derive(Args)]
pub struct DemoArgs {
    /// Address to listen on; 0.0.0.0 shows the report's link as a QR code for a real phone
    #[arg(long, default_value = "127.0.0.1:3000")]
    listen: SocketAddr,
    /// Another number, another history
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// Keep the database here; without it, a directory that goes when the demo ends
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// Where Tencent is simulated.
const SIMULATOR: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 9600);
/// Shorter than Tencent would like of a thousand rooms, so that three minutes show something.
const INTERVAL: Duration = Duration::from_secs(2);
const GRACE: Duration = Duration::from_secs(10);
/// Most of the cast is in Shanghai; reports name their zone.
const ZONE: &str = "Asia/Shanghai";
/// So little of Tencent's limit that twelve rooms feel it when Tencent asks to slow down.
const SHARE: f64 = 0.35;
const DEMO_USER: &str = "demo";

/// Runs until ctrl-c or SIGTERM.
pub async fn run(args: DemoArgs) -> CommandResult {
    log::start(std::env::var("AFTERSHOW_LOG").ok().as_deref(), "warn")?;
    let failed = |error: &dyn std::fmt::Display| Problem::Failed(error.to_string());
    let directory = Directory::new(args.data.as_deref())?;
    let directory = directory.path();
    // Before two weeks of history are written for nothing.
    let listen = args.listen;
    std::net::TcpListener::bind(listen).map(drop).map_err(|error| cannot_listen(listen, &error))?;
    let shutdown = shutdown_signal();

    let token = SecretString::from(format!("demo-{:016x}", rand::random::<u64>()));
    let simulator = start_simulator(&args, &token).await?;
    let books = simulator.handle();
    demo_rooms::start_rooms(&books, args.seed).map_err(|error| failed(&error))?;

    let config = config(&args, directory, &simulator.url(), token.clone())?;
    let prepared = Prepared::open(config, Clock::system()).await?;
    eprintln!("Writing two weeks of history through the sealing code …");
    let live = write_history(&prepared, &books, args.seed).await?;
    catch_up(&prepared, &books, live).await?;
    let engine = prepared.start(Tuning::default())?;

    let (story, player) = script::prepare(books.clone());
    let hooks = books.clone();
    let state = AppState::new(&engine).with_demo(Demo { story, books });
    let application = bind(state.clone()).await?;
    let listens = application.addr().map_err(|error| failed(&error))?;
    hooks.set_webhook(&hook(listens), Some(token)).map_err(|error| failed(&error))?;
    // The terminal is on this machine; phones get their address from the page.
    let address = address(&engine.config, &application)?.replacen("//0.0.0.0:", "//127.0.0.1:", 1);
    // One that has been run with --data before has its user.
    let user = user(&engine).await?;
    standing_link(&engine, &state).await;
    let keys = KeyPresses::take();
    print_stdout(&format!("\nAftershow demo · {address}\n"))?;
    print_sign_in(&state, user, &address, engine.clock.now(), keys.is_some()).await?;
    eprintln!(
        "No account anywhere; Tencent is simulated on :{}. The script starts when you sign in.\nEach room is read every {} s, \
         and a stream is sealed {} s after its end.",
        simulator.addr.port(),
        INTERVAL.as_secs(),
        GRACE.as_secs()
    );
    let mut sign_ins = state.sign_ins.subscribe();
    let first_sign_in = async move {
        // The sender lives as long as the server.
        let _ = sign_ins.wait_for(|count| *count > 0).await;
    };
    let playing = tokio::spawn(player.run(first_sign_in));
    // Where nobody can press one, nobody is listened to.
    let has_keys = keys.is_some();
    let listening = tokio::spawn(on_keys(state, user, address, engine.clock.clone(), has_keys));
    stop_with(&engine, &shutdown);
    let served = application.run_until_stopped(shutdown).await;
    playing.abort();
    listening.abort();
    drop(keys);
    engine.stop().await;
    simulator.shutdown().await;
    outcome(&engine, served)
}

/// Where the demo keeps its files.
enum Directory {
    Given(PathBuf),
    /// Under a name that nobody else can have taken, for this user alone; removed when the demo ends.
    Temporary(TempDir),
}

impl Directory {
    fn new(given: Option<&Path>) -> Result<Self, Problem> {
        match given {
            Some(path) => {
                std::fs::create_dir_all(path)
                    .map_err(|error| Problem::Wrong(format!("--data {}: {error}", path.display())))?;
                Ok(Self::Given(path.to_owned()))
            }
            None => {
                let private = std::fs::Permissions::from_mode(0o700);
                match tempfile::Builder::new().prefix("aftershow-demo-").permissions(private).tempdir() {
                    Ok(temporary) => Ok(Self::Temporary(temporary)),
                    Err(error) => Err(Problem::Failed(error.to_string())),
                }
            }
        }
    }

    fn path(&self) -> &Path {
        match self {
            Self::Given(path) => path,
            Self::Temporary(temporary) => temporary.path(),
        }
    }
}

async fn start_simulator(args: &DemoArgs, token: &SecretString) -> Result<simulator::Simulator, Problem> {
    // Where its webhooks go is said once the console listens.
    let options = |listen| SimulatorOptions {
        listen,
        seed: args.seed,
        webhook_token: Some(token.clone()),
        ..SimulatorOptions::default()
    };
    match simulator::start(options(SIMULATOR)).await {
        Ok(simulator) => Ok(simulator),
        // Its usual port is taken: any other does, since only we ask it.
        Err(_) => simulator::start(options(SocketAddr::new(SIMULATOR.ip(), 0)))
            .await
            .map_err(|error| Problem::Failed(format!("the simulator cannot listen: {error}"))),
    }
}

/// Where this process takes webhooks.
fn hook(mut listens: SocketAddr) -> String {
    if listens.ip().is_unspecified() {
        listens.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
    }
    format!("http://{listens}/webhooks/tencent")
}

fn config(args: &DemoArgs, directory: &Path, url: &str, token: SecretString) -> Result<Config, Problem> {
    let endpoint = Endpoint::parse(url, true).map_err(|error| Problem::Failed(error.to_string()))?;
    let mut app = AppConfig::new(AppId(DEMO_SDKAPPID as i64), DEMO_SECRET_KEY.into(), endpoint);
    app.identifier = DEMO_ADMIN.to_owned();
    app.timezone = ZONE.to_owned();
    app.day_start = 6 * 60;
    app.budget_share = SHARE;
    app.webhook_token = Some(token);
    let mut config = Config::new(vec![app]);
    config.listen = args.listen;
    config.database = directory.join("aftershow.db");
    config.key_file = Config::key_file_beside(&config.database);
    config.collector.interval = INTERVAL;
    config.collector.grace = GRACE;
    config.issuer = "StarLane Live".to_owned();
    // Elsewhere than on loopback, links must name an address that a phone reaches.
    config.public_url = None::<Url>;
    Ok(config)
}

/// Past streams are imported and sealed one by one in the order in which they ended; live ones are left to the collector.
/// Answers what was written of the live ones.
async fn write_history(
    prepared: &Prepared,
    books: &SimulatorHandle,
    seed: u64,
) -> Result<Vec<(StreamId, PastStream)>, Problem> {
    let failed = |error: &dyn std::fmt::Display| Problem::Failed(format!("the history cannot be written: {error}"));
    let app = prepared.config.apps.first().map_or(AppId(0), |app| app.id);
    let newest = StreamQuery { limit: 1, ..StreamQuery::default() };
    let is_new = prepared.store.streams(&newest).await.map_err(|error| failed(&error))?.rows.is_empty();
    if is_new {
        for past in history::past_streams(seed, books.now()) {
            let Some(ended_at) = past.ended_at else { continue };
            let sealed_at = ended_at + 120_000;
            let new = follow(prepared, app, &past).await.map_err(|error| failed(&error))?;
            let series = StoredSeries { runs: runs(&past), ..StoredSeries::default() };
            let writes_of = |stream| writes(stream, &past);
            let sealed = prepared.sealer.import(&new, writes_of, series, sealed_at).await;
            let stream = sealed.map_err(|error| failed(&error))?;
            if past.closing_late {
                revise(prepared, stream, &past, sealed_at).await.map_err(|error| failed(&error))?;
            }
        }
    }
    let mut live = Vec::new();
    for so_far in history::live_so_far(books, seed, 10_000) {
        // A kept database has another life of the room open; the collector ends it by its CreateTime.
        let known = prepared.store.stream_of_session(app, &so_far.room, so_far.create_time).await;
        if known.map_err(|error| failed(&error))?.is_none() {
            let new = follow(prepared, app, &so_far).await.map_err(|error| failed(&error))?;
            let read = |stream| {
                let run = |run| Write::Run { stream, run, request_id: None, retries: 0 };
                runs(&so_far).into_iter().map(run).chain(writes(stream, &so_far)).collect()
            };
            let stream = prepared.store.import(&new, read).await.map_err(|error| failed(&error))?;
            live.push((stream, so_far));
        }
    }
    Ok(live)
}

/// Reads the live ones on to this moment, all at once, so that the collector goes on without a gap: coins a minute are known
/// from the first look.
async fn catch_up(
    prepared: &Prepared,
    books: &SimulatorHandle,
    live: Vec<(StreamId, PastStream)>,
) -> Result<(), Problem> {
    let mut writes = Vec::new();
    for (stream, mut so_far) in live {
        let Some(since) = history::read_on(books, &mut so_far, INTERVAL.as_millis() as i64).first().copied() else {
            continue;
        };
        // The run that was last may have grown.
        let grown = runs(&so_far).into_iter().filter(|run| run.until >= since.asked);
        writes.extend(grown.map(|run| Write::Run { stream, run, request_id: None, retries: 0 }));
    }
    let written = prepared.store.apply_all(&writes).await;
    written.map_err(|error| Problem::Failed(format!("the history cannot be written: {error}")))
}

/// Monitors the room of a past stream, and returns the stream to open.
async fn follow(prepared: &Prepared, app: AppId, past: &PastStream) -> Result<NewStream, crate::store::StoreError> {
    let started_at = Millis::from_seconds(past.create_time);
    prepared.store.follow_room(app, &past.room, crate::store::FoundBy::List, started_at).await?;
    let (title, host, name) = (&past.title, &past.host, &past.host_name);
    prepared.store.describe_room(app, &past.room, None, Some(title), Some(host), Some(name)).await?;
    Ok(NewStream {
        app,
        room: past.room.clone(),
        kind: StreamKind::Stream,
        create_time: Some(past.create_time),
        part: SessionPart::default(),
        title: Some(past.title.clone()),
        host: Some(past.host.clone()),
        host_name: Some(past.host_name.clone()),
        interval_ms: past.interval_ms,
        first_seen: started_at,
        started_at,
    })
}

/// What is recorded of a past stream besides its readings, as the collector would have written it.
fn writes(stream: StreamId, past: &PastStream) -> Vec<Write> {
    let mut writes = Vec::new();
    writes.extend(past.gaps.iter().map(|&gap| Write::Gap { stream, gap }));
    let glitch = |&reading: &Reading| Write::Excluded { stream, reading, reason: ExclusionReason::Glitch };
    writes.extend(past.set_aside.iter().map(glitch));
    writes.extend(past.battles.iter().map(|battle| {
        let moment = MomentRow {
            kind: MomentKind::Battle,
            key: battle.id.clone(),
            from: battle.from,
            until: Some(battle.until),
            label: Some(battle.with.clone()),
        };
        Write::Moment { stream, moment }
    }));
    if let Some(at) = past.owner_left_at {
        writes.push(Write::HostPresence { stream, at, online: false });
    }
    if let Some(ended_at) = past.ended_at {
        let closing = past.closing.filter(|_| !past.closing_late);
        writes.extend(ending(stream, past, ended_at, closing));
    }
    writes
}

fn ending(stream: StreamId, past: &PastStream, ended_at: Millis, closing: Option<Totals>) -> Vec<Write> {
    use crate::domain::EndEvidence::{RoomGone, Webhook};
    let last = past.readings.last().map(|reading| reading.answered);
    let (by, ended_after) = if closing.is_some() { (Webhook, None) } else { (RoomGone, last) };
    let mut writes = vec![Write::Ending { stream, ended_at, ended_after, by, evidence_at: ended_at }];
    if let Some(statistic) = closing {
        let closing = RoomClosedRow { event_time: ended_at, received_at: ended_at, statistic, contradicted_at: None };
        writes.push(Write::RoomClosed { stream, closing });
    }
    writes
}

/// Readings as runs, none across a gap.
fn runs(past: &PastStream) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for reading in &past.readings {
        let across = |run: &Run| past.gaps.iter().any(|gap| gap.from >= run.until && gap.until <= reading.asked);
        let extended = runs.last_mut().is_some_and(|run| !across(run) && run.extend(reading));
        if !extended {
            runs.push(Run::from(*reading));
        }
    }
    runs
}

/// The closing message came after the seal: the next revision.
async fn revise(prepared: &Prepared, stream: StreamId, past: &PastStream, sealed_at: Millis) -> Result<(), SealError> {
    let (Some(ended_at), Some(statistic)) = (past.ended_at, past.closing) else { return Ok(()) };
    prepared.store.reopen(stream, &runs(past), &[]).await?;
    prepared.store.apply_all(&ending(stream, past, ended_at, Some(statistic))).await?;
    prepared.sealer.seal_at(stream, sealed_at + 60_000).await?;
    Ok(())
}

/// The demo's user, whose password nobody knows: the printed link signs in.
async fn user(engine: &Engine) -> Result<i64, Problem> {
    let failed = |error: crate::store::StoreError| Problem::Failed(error.to_string());
    if let Some((known, _)) = engine.store.user_by_name(DEMO_USER).await.map_err(failed)? {
        return Ok(known.id);
    }
    let nobody_knows = SecretString::from(format!("{:032x}", rand::random::<u128>()));
    let hash = crate::auth::password::hash(nobody_knows).await;
    let added = engine.store.add_user(DEMO_USER, &hash, Role::Admin, engine.clock.now()).await.map_err(failed)?;
    added.ok_or_else(|| Problem::Failed("the demo's operator cannot be added".to_owned()))
}

/// One link is out already when one first looks: of 小鹿's last stream.
async fn standing_link(engine: &Engine, state: &AppState) {
    let app = engine.config.apps.first().map_or(AppId(0), |app| app.id);
    let Ok(room) = crate::domain::RoomId::parse(demo_rooms::XL) else { return };
    let newest = engine.store.sealed_of_room(app, &room, 1).await.ok().and_then(|mut rows| rows.pop());
    let Some(newest) = newest else { return };
    let known = engine.store.shares_of(newest.id).await.map(|shares| shares.len()).unwrap_or(1);
    if known == 0
        && let Err(error) = state.shares.create(newest.id, Draft::default(), None, DEMO_USER, engine.clock.now()).await
    {
        tracing::warn!(%error, "the demo's standing link could not be made");
    }
}

async fn print_sign_in(state: &AppState, user: i64, address: &str, now: Millis, has_keys: bool) -> Result<(), Problem> {
    let once = state.accounts.mint_sign_in(user, now).await.map_err(|error| Problem::Failed(error.to_string()))?;
    let how = if has_keys { "(works once; press r for a new one)" } else { "(works once)" };
    print_stdout(&format!("Sign in: {address}/login?once={} {how}\n", once.expose_secret()))?;
    Ok(())
}

/// The terminal, giving single keys instead of lines; as it was when dropped.
struct KeyPresses(Termios);

impl KeyPresses {
    /// `None` where standard input is no terminal, or where another job has it and reading would stop us.
    fn take() -> Option<Self> {
        let input = std::io::stdin();
        let before = termios::tcgetattr(&input).ok()?;
        if termios::tcgetpgrp(&input).ok()? != rustix::process::getpgrp() {
            return None;
        }
        let mut single = before.clone();
        // Ctrl-c stays a signal.
        single.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO);
        termios::tcsetattr(&input, OptionalActions::Now, &single).ok()?;
        Some(Self(before))
    }
}

impl Drop for KeyPresses {
    fn drop(&mut self) {
        // A terminal that is gone needs nothing back.
        let _ = termios::tcsetattr(std::io::stdin(), OptionalActions::Now, &self.0);
    }
}

/// `r` prints a new sign-in link.
async fn on_keys(state: AppState, user: i64, address: String, clock: Clock, has_keys: bool) {
    if !has_keys {
        return;
    }
    // A thread of its own: a read of standard input cannot be taken back, and must not hold up the end.
    let (pressed, mut keys) = tokio::sync::mpsc::unbounded_channel();
    std::thread::spawn(move || {
        let mut byte = [0];
        while let Ok(1) = std::io::stdin().read(&mut byte) {
            if pressed.send(byte[0]).is_err() {
                return;
            }
        }
    });
    while let Some(key) = keys.recv().await {
        if key == b'r' && print_sign_in(&state, user, &address, clock.now(), true).await.is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_demo_keeps_its_files_in_a_new_directory_of_its_user_alone_which_goes_with_it() {
        let (one, other) = (Directory::new(None).unwrap(), Directory::new(None).unwrap());
        assert_ne!(one.path(), other.path());
        let path = one.path().to_owned();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
        assert_eq!(std::fs::read_dir(&path).unwrap().count(), 0);
        drop(one);
        assert!(!path.exists());
        // One that was named is used as it is, and stays.
        let named = other.path().join("data");
        drop(Directory::new(Some(&named)).unwrap());
        drop(Directory::new(Some(&named)).unwrap());
        assert!(named.is_dir());
    }
}
