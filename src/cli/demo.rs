//! `aftershow demo`: the simulator and the console in one process, over real HTTP between them, with a history written
//! through the same sealing code and a story that begins at the first sign-in.
//!
//! Sessions run at wall-clock speed; only the interval and the grace are shorter, and it says so.

use super::print::print_stdout;
use super::serve::{address, bind, cannot_listen, outcome, shutdown_signal, stop_with};
use super::{CommandResult, Problem, log};
use crate::clock::Clock;
use crate::config::{AppConfig, Config, Endpoint};
use crate::demo::console::Demo;
use crate::demo::{fixtures, import, scenario};
use crate::domain::{AppId, Millis};
use crate::engine::Prepared;
use crate::simulator::{self, DEMO_ADMIN, DEMO_SDKAPPID, DEMO_SECRET_KEY, SimulatorOptions};
use crate::tencent::Tuning;
use crate::web::context::AppState;
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
/// Short likewise: the demo seals 10 s after the evidence of an end.
const GRACE: Duration = Duration::from_secs(10);
/// Most of the demo is in Shanghai; reports name their zone.
const ZONE: &str = "Asia/Shanghai";
/// So little of Tencent's limit that twelve rooms feel it when Tencent asks to slow down.
const SHARE: f64 = 0.35;

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
    let handle = simulator.handle();
    fixtures::start_rooms(&handle, args.seed).map_err(|error| failed(&error))?;

    let config = config(&args, directory, &simulator.url(), token.clone())?;
    let prepared = Prepared::open(config, Clock::system()).await?;
    eprintln!("Writing two weeks of history through the sealing code …");
    let unwritten = |error: &dyn std::fmt::Display| Problem::Failed(format!("the history cannot be written: {error}"));
    let live = import::write_history(&prepared, &handle, args.seed).await.map_err(|error| unwritten(&error))?;
    import::catch_up(&prepared, &handle, live, INTERVAL).await.map_err(|error| unwritten(&error))?;
    let engine = prepared.start(Tuning::default())?;

    let (script, player) = scenario::prepare(handle.clone());
    let hooks = handle.clone();
    let state = AppState::new(&engine).with_extension(Demo { script, simulator: handle });
    let application = bind(state.clone()).await?;
    let listens = application.addr().map_err(|error| failed(&error))?;
    hooks.set_webhook(&hook(listens), Some(token)).map_err(|error| failed(&error))?;
    // The terminal is on this machine; phones get their address from the page.
    let address = address(&engine.config, &application)?.replacen("//0.0.0.0:", "//127.0.0.1:", 1);
    // One that has been run with --data before has its user.
    let user = import::user(&engine).await.map_err(|error| failed(&error))?;
    let user = user.ok_or_else(|| Problem::Failed("the demo's user cannot be added".to_owned()))?;
    import::standing_link(&engine, &state).await;
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
        // Its default port is taken: any other does, since only we ask it.
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
