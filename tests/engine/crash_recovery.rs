//! `kill -9` of the real binary on a real file, at random moments of reading, ending and sealing: whatever a page, the API
//! or the log could have shown before is there afterwards, every stream is sealed once, and the chain of reports is whole.
//!
//! Eight installations are killed side by side, each with a simulator of its own. `KILLS` sets how often in all (200),
//! `SEED` the moments.

use crate::support::TOKEN;
use aftershow::domain::{Counter, Counters, Run, StreamId, StreamState};
use aftershow::report::{self, export};
use aftershow::simulator::{
    self, Account, DEMO_SDKAPPID, DEMO_SECRET_KEY, EndedBy, Meta, NewRoom, Origin, Simulator, SimulatorOptions,
};
use aftershow::store::{SealedReport, Store, StreamQuery};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::Value;
use sqlx::sqlite::{SqliteConnectOptions, SqliteRow};
use sqlx::{ConnectOptions, Row};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::time::Instant;

const SERVERS: u64 = 8;
/// Rooms that are live at any moment.
const ROOMS: usize = 6;

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(otherwise)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_survives_every_kill() {
    let (kills, seed) = (number("KILLS", 200), number("SEED", 7));
    let started = Instant::now();
    let runs: Vec<_> = (0..SERVERS)
        .map(|run| {
            let share = kills / SERVERS + u64::from(run < kills % SERVERS);
            tokio::spawn(async move { KillRun::start(seed * 1000 + run).await.run(share).await })
        })
        .collect();
    let mut table = KillCounts::default();
    for run in runs {
        table.add(&run.await.unwrap());
    }
    // Past the test harness, which would keep it to itself.
    let _ = writeln!(
        std::io::stderr().lock(),
        "kill -9, {:.0} s, seed {seed}: {table:#?}",
        started.elapsed().as_secs_f64()
    );
    assert_eq!(table.kills, kills);
    assert!(table.while_live > kills / 2, "most kills met streams that were being read");
    assert!(table.while_ending > 0, "some met streams that were ending");
    assert!(table.acknowledged_totals > 2 * kills && table.sealed > kills / 2, "the run did something");
}

/// What the run did; every kind of loss fails it.
#[derive(Debug, Default)]
struct KillCounts {
    kills: u64,
    /// Kills by the state that streams were in when last looked at.
    while_live: u64,
    while_ending: u64,
    before_ready: u64,
    streams: u64,
    sealed: u64,
    reports: u64,
    /// Sealed again because a room-closed webhook came late or the room answered again.
    revisions: u64,
    readings: u64,
    acknowledged_totals: u64,
    acknowledged_runs: u64,
    acknowledged_seals: u64,
    /// Read in the second of a creation, and of either session.
    excluded: u64,
    gaps_of_restarts: u64,
}

impl KillCounts {
    fn add(&mut self, other: &Self) {
        self.kills += other.kills;
        self.while_live += other.while_live;
        self.while_ending += other.while_ending;
        self.before_ready += other.before_ready;
        self.streams += other.streams;
        self.sealed += other.sealed;
        self.reports += other.reports;
        self.revisions += other.revisions;
        self.readings += other.readings;
        self.acknowledged_totals += other.acknowledged_totals;
        self.acknowledged_runs += other.acknowledged_runs;
        self.acknowledged_seals += other.acknowledged_seals;
        self.excluded += other.excluded;
        self.gaps_of_restarts += other.gaps_of_restarts;
    }
}

/// Everything that was acknowledged over HTTP while a process lived.
#[derive(Default)]
struct Acknowledged {
    /// Totals of streams that were live or ending.
    totals: BTreeSet<(i64, [i64; 6])>,
    /// The newest form of each run, by stream and first asked.
    runs: BTreeMap<(i64, i64), Run>,
    /// Stream, revision, hash.
    seals: BTreeSet<(i64, i64, String)>,
    live: bool,
    ending: bool,
}

/// One process at a time on one file, with a world of its own.
struct KillRun {
    simulator: Simulator,
    dir: TempDir,
    http: reqwest::Client,
    token: String,
    rng: StdRng,
    rooms: Vec<(String, Counters)>,
    made: usize,
    acknowledged: Acknowledged,
    table: KillCounts,
}

/// A running `aftershow serve`.
struct Serving {
    child: Child,
    url: oneshot::Receiver<String>,
}

impl Drop for Serving {
    fn drop(&mut self) {
        // A test that fails leaves no process behind.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl KillRun {
    async fn start(seed: u64) -> Self {
        let simulator = simulator::start(SimulatorOptions::default()).await.unwrap();
        let dir = TempDir::new().unwrap();
        let mut run = Self {
            // Installs the TLS provider that this client's builder asks for.
            http: {
                simulator.handle().set_webhook("http://127.0.0.1:1", None).unwrap();
                reqwest::Client::builder().timeout(Duration::from_secs(5)).no_proxy().build().unwrap()
            },
            simulator,
            dir,
            token: String::new(),
            rng: StdRng::seed_from_u64(seed),
            rooms: Vec::new(),
            made: 0,
            acknowledged: Acknowledged::default(),
            table: KillCounts::default(),
        };
        let made = run.command().args(["token", "create", "test"]).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        run.token = String::from_utf8(made.stdout).unwrap().trim().to_owned();
        for _ in 0..ROOMS {
            run.open_room();
        }
        run
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_aftershow"));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("AFTERSHOW_") {
                command.env_remove(name);
            }
        }
        command
            .current_dir(self.dir.path())
            .env("AFTERSHOW_LISTEN", "127.0.0.1:0")
            .env("AFTERSHOW_DATABASE_URL", self.dir.path().join("aftershow.db"))
            .env("AFTERSHOW_KEY_FILE", self.dir.path().join("aftershow.key"))
            .env("AFTERSHOW_LOG", "error")
            .env("AFTERSHOW_TENCENT__SDKAPPID", DEMO_SDKAPPID.to_string())
            .env("AFTERSHOW_TENCENT__SECRET_KEY", DEMO_SECRET_KEY)
            .env("AFTERSHOW_TENCENT__ENDPOINT", self.simulator.url())
            .env("AFTERSHOW_TENCENT__ALLOW_CUSTOM_ENDPOINT", "true")
            .env("AFTERSHOW_TENCENT__WEBHOOK_TOKEN", TOKEN)
            .env("AFTERSHOW_COLLECTOR__INTERVAL", "200ms")
            .env("AFTERSHOW_COLLECTOR__GRACE", "500ms");
        command
    }

    /// Starts the binary; its address comes once it serves.
    fn serve(&self) -> Serving {
        let mut child = self
            .command()
            .arg("serve")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        let (send, url) = oneshot::channel();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        std::thread::spawn(move || {
            let mut send = Some(send);
            for line in lines.map_while(Result::ok) {
                let address = line.strip_prefix("Aftershow · ").and_then(|rest| rest.split_whitespace().next());
                if let Some((url, send)) = address.and_then(|url| Some((url, send.take()?))) {
                    let _ = send.send(url.to_owned());
                }
            }
        });
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                if line.contains("ERROR") || line.contains("panicked") || line.starts_with("aftershow:") {
                    let _ = writeln!(std::io::stderr().lock(), "serve: {line}");
                }
            }
        });
        Serving { child, url }
    }

    fn open_room(&mut self) {
        // Some rooms come back under the name of one that is gone; not in the millisecond in which it goes.
        let again = self.made > ROOMS && self.rng.random_bool(0.4);
        let wished = if again { self.rng.random_range(0..self.made) } else { self.made };
        let counters = Counters::from_array([3, 1, 10, 1, 5, 1]);
        let new = |number: usize| {
            let id = format!("room_{number}");
            let meta = Meta::new(&id, Account::from("host_1"));
            NewRoom { id, meta, origin: Origin::Still, elapsed_ms: 0, counters }
        };
        let simulator = self.simulator.handle();
        let number = if simulator.create_room(new(wished)).is_ok() {
            wished
        } else {
            simulator.create_room(new(self.made)).unwrap();
            self.made
        };
        let id = format!("room_{number}");
        self.made += 1;
        self.rooms.push((id, counters));
    }

    /// The world moves: counters grow, now and then a room goes and another comes.
    fn step(&mut self) {
        let place = self.rng.random_range(0..self.rooms.len());
        let more = self.rng.random_range(1..50);
        let (id, counters) = &mut self.rooms[place];
        // Messages always grow, so that no two moments of a session look alike.
        counters.messages += 1;
        counters.viewers += more;
        counters.gifts += 1;
        counters.coins += more * 7;
        counters.likes += more;
        let values: Vec<_> = Counter::ALL.iter().map(|&counter| (counter, counters.get(counter))).collect();
        self.simulator.handle().set_counters(id, &values).unwrap();
        if self.rng.random_bool(0.04) {
            // Alone or with others, so that seals queue up too; with a webhook, if one is configured.
            for _ in 0..self.rng.random_range(1..=3) {
                let place = self.rng.random_range(0..self.rooms.len());
                let (id, _) = self.rooms.swap_remove(place);
                let by = if self.rng.random_bool(0.5) { EndedBy::System } else { EndedBy::Account("host_1".into()) };
                self.simulator.handle().destroy_room(&id, by, None).unwrap();
                self.open_room();
            }
        }
    }

    async fn get(&self, url: &str, path: &str) -> Option<Value> {
        let answer = self.http.get(format!("{url}{path}")).bearer_auth(&self.token).send().await.ok()?;
        assert_eq!(answer.status(), 200, "{path}");
        // Killed in the middle of an answer: it was not acknowledged.
        answer.json().await.ok()
    }

    /// Asks the API what there is and remembers what it returned.
    async fn look(&mut self, url: &str) {
        let Some(page) = self.get(url, "/api/v1/streams?limit=60").await else { return };
        let mut open = Vec::new();
        (self.acknowledged.live, self.acknowledged.ending) = (false, false);
        for stream in page["streams"].as_array().unwrap() {
            let id: i64 = stream["id"].as_str().unwrap().parse().unwrap();
            self.acknowledged.live |= stream["state"] == "live";
            self.acknowledged.ending |= stream["state"] == "ending";
            if stream["state"] == "sealed" {
                let seal = &stream["sealed"];
                let hash = seal["sha256"].as_str().unwrap().to_owned();
                self.acknowledged.seals.insert((id, seal["revision"].as_i64().unwrap(), hash));
                continue;
            }
            open.push(id);
            let totals = Counter::ALL.map(|counter| stream["totals"][counter.name()].as_i64());
            if totals.iter().all(Option::is_some) {
                self.acknowledged.totals.insert((id, totals.map(Option::unwrap)));
            }
        }
        if open.is_empty() {
            return;
        }
        let id = open[self.rng.random_range(0..open.len())];
        let Some(series) = self.get(url, &format!("/api/v1/streams/{id}/series")).await else { return };
        for run in series["readings"].as_array().unwrap() {
            let run = run_of(run);
            self.acknowledged.runs.insert((id, run.from.0), run);
        }
    }

    async fn run(mut self, kills: u64) -> KillCounts {
        for _ in 0..kills {
            self.one_session().await;
        }
        self.run_pending().await;
        self.check().await;
        self.table
    }

    /// Starts the binary, lets it work for a while, and kills it.
    async fn one_session(&mut self) {
        let mut serving = self.serve();
        let spawned = Instant::now();
        // The first call waits a second for Tencent's window; most sessions are longer than that, some are hardly begun.
        let early = self.rng.random_bool(0.12);
        let after = Duration::from_millis(self.rng.random_range(if early { 0..900 } else { 1000..3000 }));
        let url = if early {
            tokio::time::timeout_at(spawned + after, &mut serving.url).await.ok().map(Result::unwrap)
        } else {
            Some((&mut serving.url).await.expect("it serves"))
        };
        let end = if early { spawned + after } else { Instant::now() + after };
        if let Some(url) = &url {
            let hook = format!("{url}/webhooks/tencent");
            self.simulator.handle().set_webhook(&hook, Some(TOKEN.into())).unwrap();
        } else {
            self.table.before_ready += 1;
        }
        let live = async {
            loop {
                self.step();
                if let Some(url) = &url {
                    self.look(url).await;
                }
                tokio::time::sleep(Duration::from_millis(60)).await;
            }
        };
        let _: Result<(), _> = tokio::time::timeout_at(end, live).await;
        serving.child.kill().unwrap();
        serving.child.wait().unwrap();
        self.table.kills += 1;
        self.table.while_live += u64::from(self.acknowledged.live && url.is_some());
        self.table.while_ending += u64::from(self.acknowledged.ending && url.is_some());
        if self.rng.random_bool(0.1) {
            // Nobody looks for longer than the grace.
            for _ in 0..self.rng.random_range(5..25) {
                self.step();
                tokio::time::sleep(Duration::from_millis(40)).await;
            }
        }
    }

    /// Every room ends, everything is sealed, and the process is asked to stop.
    async fn run_pending(&mut self) {
        let mut serving = self.serve();
        let url = (&mut serving.url).await.unwrap();
        self.simulator.handle().set_webhook(&format!("{url}/webhooks/tencent"), Some(TOKEN.into())).unwrap();
        for (room, _) in std::mem::take(&mut self.rooms) {
            self.simulator.handle().destroy_room(&room, EndedBy::System, None).unwrap();
        }
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let mut open = Vec::new();
            for state in ["live", "ending"] {
                let page = self.get(&url, &format!("/api/v1/streams?state={state}")).await.unwrap();
                open.extend(page["streams"].as_array().unwrap().clone());
            }
            if open.is_empty() {
                break;
            }
            assert!(Instant::now() < deadline, "never sealed: {open:?}");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        self.look(&url).await;
        let status = Command::new("kill").arg(serving.child.id().to_string()).status().unwrap();
        assert!(status.success());
        assert!(serving.child.wait().unwrap().success(), "it stops when asked");
    }

    /// Opens the file and compares it with what was acknowledged and what truly happened.
    async fn check(&mut self) {
        let store = Store::open(&self.dir.path().join("aftershow.db")).await.unwrap();
        let mut query = StreamQuery { limit: 500, ..StreamQuery::default() };
        let mut streams = Vec::new();
        loop {
            let page = store.streams(&query).await.unwrap();
            streams.extend(page.rows);
            let Some(next) = page.next else { break };
            query.after = Some(next);
        }
        let mut reports: Vec<SealedReport> = Vec::new();
        let mut newest: BTreeMap<i64, Vec<Run>> = BTreeMap::new();
        let mut sessions = BTreeSet::new();
        for stream in &streams {
            assert_eq!(stream.state, StreamState::Sealed, "{stream:?}");
            let created = stream.created_at.expect("its CreateTime is known").seconds();
            assert!(sessions.insert((stream.room.clone(), created)), "two streams of one session: {stream:?}");
            let seal = stream.seal.as_ref().unwrap();
            for revision in 1..=seal.revision {
                let sealed = store.report(stream.id, Some(revision)).await.unwrap();
                let sealed = sealed.unwrap_or_else(|| panic!("revision {revision} of {stream:?}"));
                let document = report::document(&sealed).unwrap();
                let file = export::json(&document).unwrap();
                let answer = report::verify_file(&store, file.into_bytes()).await.unwrap();
                let expected = if revision == seal.revision { "genuine" } else { "superseded" };
                assert_eq!(answer.name(), expected, "{stream:?}");
                if revision == seal.revision {
                    assert_eq!(sealed.sha256, seal.sha256);
                    assert_eq!(document.record.totals, stream.totals);
                    self.truth(&document.record.runs(), stream.room.as_str(), created);
                    self.table.readings += u64::try_from(document.record.quality.readings).unwrap();
                    let restarts =
                        document.record.gaps.iter().filter(|gap| gap.cause == aftershow::domain::GapCause::Restarted);
                    self.table.gaps_of_restarts += restarts.count() as u64;
                    newest.insert(stream.id.0, document.record.runs());
                }
                reports.push(sealed);
            }
            assert!(store.report(stream.id, Some(seal.revision + 1)).await.unwrap().is_none());
            let rest = store.series(stream.id).await.unwrap();
            assert!(rest.runs.is_empty(), "live rows outlived the seal of {stream:?}");
            self.table.revisions += u64::try_from(seal.revision).unwrap() - 1;
        }
        self.table.streams = streams.len() as u64;
        self.table.sealed = streams.len() as u64;
        self.table.reports = reports.len() as u64;
        self.chain(reports);
        let room_of: BTreeMap<i64, _> = streams.iter().map(|stream| (stream.id.0, stream.room.clone())).collect();
        // A reading may turn out to be the next session's; then it is there.
        let of_room = |id: i64| {
            let room = room_of.get(&id).unwrap_or_else(|| panic!("stream {id} was acknowledged and is gone"));
            newest.iter().filter(|(other, _)| room_of[*other] == *room).flat_map(|(_, runs)| runs)
        };
        // In the second of a creation it may be of none; then it is stored, and counted in no stream.
        let excluded = self.excluded().await;
        self.table.excluded = excluded.len() as u64;
        for (id, totals) in &self.acknowledged.totals {
            let kept = of_room(*id).any(|run| run.counters.to_array() == *totals)
                || excluded.iter().any(|(of, _, values)| room_of[of] == room_of[id] && values == totals);
            assert!(kept, "stream {id}: totals {totals:?} were acknowledged and are in no report");
        }
        for ((id, from), acknowledged) in &self.acknowledged.runs {
            let starts = |run: &Run| {
                run.from.0 == *from
                    && run.from_answered == acknowledged.from_answered
                    && run.counters == acknowledged.counters
            };
            let ends = |run: &Run| {
                (run.until_asked, run.until, run.count)
                    >= (acknowledged.until_asked, acknowledged.until, acknowledged.count)
            };
            // Where the second cuts a run whose process was killed, only its first and its last reading are known one by one;
            // those between lie between the two.
            let counters = acknowledged.counters.to_array();
            let aside = |at: &dyn Fn(i64) -> bool| {
                excluded
                    .iter()
                    .any(|(of, asked, values)| room_of[of] == room_of[id] && *values == counters && at(*asked))
            };
            let kept = of_room(*id).any(|run| starts(run) && ends(run))
                || (of_room(*id).any(starts) || aside(&|asked| asked == *from))
                    && aside(&|asked| asked >= acknowledged.until_asked.0);
            assert!(kept, "stream {id}: {acknowledged:?} was acknowledged and is in no report");
        }
        for (id, revision, hash) in &self.acknowledged.seals {
            let sealed =
                store.report(StreamId(*id), Some(*revision)).await.unwrap().expect("a seal that was acknowledged");
            assert_eq!(sealed.sha256, *hash, "stream {id} was sealed twice");
        }
        self.table.acknowledged_totals = self.acknowledged.totals.len() as u64;
        self.table.acknowledged_runs = self.acknowledged.runs.len() as u64;
        self.table.acknowledged_seals = self.acknowledged.seals.len() as u64;
        store.close().await;
    }

    /// Readings that were kept and not counted: stream, asked, values. Straight from the file, as no page shows them.
    async fn excluded(&self) -> BTreeSet<(i64, i64, [i64; 6])> {
        let file = SqliteConnectOptions::new().filename(self.dir.path().join("aftershow.db"));
        let mut connection = file.connect().await.unwrap();
        let rows = sqlx::query("SELECT * FROM set_aside WHERE verdict = 'stale'").fetch_all(&mut connection).await;
        let reading = |row: &SqliteRow| {
            let values = Counter::ALL.map(|counter| row.get(counter.name()));
            (row.get("stream"), row.get("asked"), values)
        };
        rows.unwrap().iter().map(reading).collect()
    }

    /// Every reading lies within what was true while it was asked, and none is a later one's past.
    fn truth(&self, runs: &[Run], room: &str, created: i64) {
        let sessions = self.simulator.handle().truth(room).unwrap();
        let session =
            sessions.iter().find(|session| session.create_time == created).expect("a session of the simulator");
        for run in runs {
            for (asked, answered) in [(run.from, run.from_answered), (run.until_asked, run.until)] {
                // Both sides count whole milliseconds: a change within the one of the request may have come after it.
                let (low, high) = (session.at(asked - 1), session.at(answered));
                assert!(high.is_some(), "{room}: {run:?} was read before this session began, {created}");
                for counter in Counter::ALL {
                    let value = run.counters.get(counter);
                    assert!(low.is_none_or(|low| low.get(counter) <= value), "{room} {run:?} {low:?}");
                    assert!(high.is_none_or(|high| value <= high.get(counter)), "{room} {run:?} {high:?}");
                }
            }
        }
        for pair in runs.windows(2) {
            assert!(!pair[1].counters.falls_below(&pair[0].counters), "{room}: {pair:?}");
            assert!(pair[0].until_asked <= pair[1].from, "{room}: {pair:?}");
        }
    }

    /// Numbers from 1 without a hole, each with the hash of the one before.
    fn chain(&self, mut reports: Vec<SealedReport>) {
        reports.sort_by_key(|sealed| sealed.number);
        let mut previous = None;
        for (place, sealed) in reports.into_iter().enumerate() {
            assert_eq!(sealed.number, place as i64 + 1, "a hole or a double in the chain");
            assert_eq!(report::open(&sealed).unwrap().previous, previous);
            previous = Some(sealed.sha256);
        }
    }
}

fn run_of(json: &Value) -> Run {
    let value = |name: &str| json[name].as_i64().unwrap();
    let at = |name: &str| aftershow::domain::Millis(value(name));
    Run {
        from: at("from"),
        from_answered: at("from_answered"),
        until_asked: at("until_asked"),
        until: at("until"),
        count: value("count"),
        counters: Counters::from_array(Counter::ALL.map(|counter| value(counter.name()))),
    }
}
