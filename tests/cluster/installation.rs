//! An installation: a simulator, a schema, a key file, and servers as processes.

use aftershow::domain::{Counter, Counters, StreamState};
use aftershow::key_file;
use aftershow::report;
use aftershow::simulator::{
    self, Account, DEMO_SDKAPPID, DEMO_SECRET_KEY, EndedBy, Meta, NewRoom, Origin, Simulator, SimulatorOptions,
};
use aftershow::store::{SealedReport, Store, StreamQuery};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::Value;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, Row};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;
use tokio::time::Instant;

pub struct Installation {
    pub simulator: Simulator,
    pub store: Store,
    pub http: reqwest::Client,
    /// Of the database, with its schema.
    pub url: String,
    schema: String,
    dir: TempDir,
    token: String,
    interval: &'static str,
    pub rng: StdRng,
    pub rooms: Vec<(String, Counters)>,
    made: usize,
    acknowledged: Acknowledged,
}

/// What an API answered while somebody was killed.
#[derive(Default)]
struct Acknowledged {
    totals: BTreeSet<(i64, [i64; 6])>,
    seals: BTreeSet<(i64, i64, String)>,
}

/// What was found at the end.
#[derive(Clone, Copy, Debug, Default)]
pub struct Found {
    pub streams: usize,
    pub reports: usize,
    pub acknowledged: usize,
}

/// A running `aftershow serve`.
pub struct Server {
    pub name: String,
    pub url: String,
    child: Child,
}

impl Drop for Server {
    fn drop(&mut self) {
        // A stopped process does not take the signal of a kill from `kill`, but from the system.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    pub fn signal(&self, signal: &str) {
        let status = Command::new("kill").arg(format!("-{signal}")).arg(self.child.id().to_string()).status().unwrap();
        assert!(status.success());
    }

    /// Returns when it has ended; whether as asked.
    pub async fn ended(&mut self) -> bool {
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.success();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Installation {
    /// `None` without PostgreSQL. `interval` is that of polls.
    pub async fn start(seed: u64, interval: &'static str) -> Option<Self> {
        let Ok(url) = std::env::var("TEST_POSTGRES_URL") else {
            assert!(std::env::var_os("REQUIRE_POSTGRES").is_none(), "run the tests by scripts/postgres.sh");
            eprintln!("skipped: no PostgreSQL server; run the tests by scripts/postgres.sh");
            return None;
        };
        let schema = format!("test_{:016x}", rand::random::<u64>());
        let mut connection = PgConnection::connect(&url).await.unwrap();
        sqlx::query(AssertSqlSafe(format!("CREATE SCHEMA {schema}"))).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        let url = format!("{url}&options=-c%20search_path%3D{schema},public");
        // Tencent's own limit would hide an overrun.
        let options = SimulatorOptions { rate_limit: 100_000, ..SimulatorOptions::default() };
        let simulator = simulator::start(options).await.unwrap();
        simulator.handle().set_webhook("http://127.0.0.1:1", None).unwrap();
        let dir = TempDir::new().unwrap();
        key_file::create_new(&dir.path().join("aftershow.key")).unwrap();
        let store = Store::connect(url.parse().unwrap()).await.unwrap();
        let http = reqwest::Client::builder().timeout(Duration::from_secs(20)).no_proxy().build().unwrap();
        let mut this = Self {
            simulator,
            store,
            http,
            url,
            schema,
            dir,
            token: String::new(),
            interval,
            rng: StdRng::seed_from_u64(seed),
            rooms: Vec::new(),
            made: 0,
            acknowledged: Acknowledged::default(),
        };
        // Not on a thread that others need: the command may wait for a migration of another installation in this process.
        let mut command = this.command(&this.url);
        let made = tokio::task::spawn_blocking(move || command.args(["token", "create", "test"]).output());
        let made = made.await.unwrap().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        this.token = String::from_utf8(made.stdout).unwrap().trim().to_owned();
        Some(this)
    }

    fn command(&self, database: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_aftershow"));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("AFTERSHOW_") {
                command.env_remove(name);
            }
        }
        command
            .current_dir(self.dir.path())
            .env("AFTERSHOW_LISTEN", "127.0.0.1:0")
            .env("AFTERSHOW_DATABASE_URL", database)
            .env("AFTERSHOW_KEY_FILE", self.dir.path().join("aftershow.key"))
            .env("AFTERSHOW_LOG", "error")
            .env("AFTERSHOW_TRUSTED_PROXIES", "127.0.0.1/32")
            .env("AFTERSHOW_TENCENT__SDKAPPID", DEMO_SDKAPPID.to_string())
            .env("AFTERSHOW_TENCENT__SECRET_KEY", DEMO_SECRET_KEY)
            .env("AFTERSHOW_TENCENT__ENDPOINT", self.simulator.url())
            .env("AFTERSHOW_TENCENT__ALLOW_CUSTOM_ENDPOINT", "true")
            .env("AFTERSHOW_COLLECTOR__INTERVAL", self.interval)
            .env("AFTERSHOW_COLLECTOR__GRACE", "1500ms");
        command
    }

    /// A server of that name; returns when it serves.
    pub async fn serve(&self, name: &str, arguments: &[&str]) -> Server {
        self.serve_on(name, &self.url, arguments).await
    }

    /// The same with another way to the database.
    pub async fn serve_on(&self, name: &str, database: &str, arguments: &[&str]) -> Server {
        let mut child = self
            .command(database)
            .env("AFTERSHOW_SERVER_NAME", name)
            .arg("serve")
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        let (send, url) = tokio::sync::oneshot::channel();
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
                if line.contains("panicked") || line.starts_with("aftershow:") {
                    let _ = writeln!(std::io::stderr().lock(), "serve: {line}");
                }
            }
        });
        Server { name: name.to_owned(), url: url.await.expect("it serves"), child }
    }

    /// The name of the server that collects, if one does.
    pub async fn leader(&self) -> Option<String> {
        let leases = self.store.leases().await.unwrap();
        leases.into_iter().find(|lease| lease.valid_ms.is_some()).map(|lease| lease.server)
    }

    /// Waits until the newest reading was answered after `since`; how long that took.
    pub async fn reads_after(&self, since: aftershow::domain::Millis, within: Duration) -> Duration {
        let started = Instant::now();
        loop {
            if self.store.newest_open_reading().await.unwrap().is_some_and(|newest| newest > since) {
                return started.elapsed();
            }
            assert!(started.elapsed() < within, "nobody reads; the lease has {:?}", self.leader().await);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    pub fn open_room(&mut self) {
        let id = format!("room_{}", self.made);
        let counters = Counters::from_array([3, 1, 10, 1, 5, 1]);
        let meta = Meta::new(&id, Account::from("host_1"));
        let room = NewRoom { id: id.clone(), meta, origin: Origin::Still, elapsed_ms: 0, counters };
        self.simulator.handle().create_room(room).unwrap();
        self.made += 1;
        self.rooms.push((id, counters));
    }

    /// The world moves: counters grow, now and then a room goes and another comes.
    pub fn step(&mut self) {
        let place = self.rng.random_range(0..self.rooms.len());
        let more = self.rng.random_range(1..50);
        let (id, counters) = &mut self.rooms[place];
        counters.messages += 1;
        counters.viewers += more;
        counters.gifts += 1;
        counters.coins += more * 7;
        counters.likes += more;
        let values: Vec<_> = Counter::ALL.iter().map(|&counter| (counter, counters.get(counter))).collect();
        self.simulator.handle().set_counters(id, &values).unwrap();
        if self.rng.random_bool(0.01) {
            let place = self.rng.random_range(0..self.rooms.len());
            let (id, _) = self.rooms.swap_remove(place);
            self.simulator.handle().destroy_room(&id, EndedBy::System, None).unwrap();
            self.open_room();
        }
    }

    async fn get(&self, server: &Server, path: &str) -> Option<Value> {
        let answer = self.http.get(format!("{}{path}", server.url)).bearer_auth(&self.token).send().await.ok()?;
        assert_eq!(answer.status(), 200, "{path}");
        answer.json().await.ok()
    }

    /// Asks a server's API what there is and remembers it.
    pub async fn look(&mut self, server: &Server) {
        let Some(page) = self.get(server, "/api/v1/streams?limit=60").await else { return };
        for stream in page["streams"].as_array().unwrap() {
            let id: i64 = stream["id"].as_str().unwrap().parse().unwrap();
            if stream["state"] == "sealed" {
                let seal = &stream["sealed"];
                let hash = seal["sha256"].as_str().unwrap().to_owned();
                self.acknowledged.seals.insert((id, seal["revision"].as_i64().unwrap(), hash));
                continue;
            }
            let totals = Counter::ALL.map(|counter| stream["totals"][counter.name()].as_i64());
            if totals.iter().all(Option::is_some) {
                self.acknowledged.totals.insert((id, totals.map(Option::unwrap)));
            }
        }
    }

    /// Every room ends, and everything is sealed.
    pub async fn end_all(&mut self) {
        for (room, _) in std::mem::take(&mut self.rooms) {
            self.simulator.handle().destroy_room(&room, EndedBy::System, None).unwrap();
        }
        let deadline = Instant::now() + Duration::from_secs(60);
        let open = StreamQuery { states: vec![StreamState::Live, StreamState::Ending], ..StreamQuery::default() };
        while !self.store.streams(&open).await.unwrap().rows.is_empty() {
            assert!(Instant::now() < deadline, "never sealed: {:?}", self.store.streams(&open).await.unwrap().rows);
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// Compares the database with what was acknowledged and what truly happened.
    pub async fn check(&self) -> Found {
        let mut query = StreamQuery { limit: 500, ..StreamQuery::default() };
        let mut streams = Vec::new();
        loop {
            let page = self.store.streams(&query).await.unwrap();
            streams.extend(page.rows);
            let Some(next) = page.next else { break };
            query.after = Some(next);
        }
        let mut reports: Vec<SealedReport> = Vec::new();
        let mut runs_of = BTreeMap::new();
        let mut sessions = BTreeSet::new();
        for stream in &streams {
            assert_eq!(stream.state, StreamState::Sealed, "{stream:?}");
            let created = stream.created_at.expect("its CreateTime is known").seconds();
            assert!(sessions.insert((stream.room.clone(), created)), "two streams of one session: {stream:?}");
            let seal = stream.seal.as_ref().unwrap();
            for revision in 1..=seal.revision {
                let sealed = self.store.report(stream.id, Some(revision)).await.unwrap();
                reports.push(sealed.unwrap_or_else(|| panic!("revision {revision} of {stream:?}")));
            }
            let record = report::open(reports.last().unwrap()).unwrap();
            assert_eq!(record.totals, stream.totals);
            let runs = record.runs();
            for pair in runs.windows(2) {
                assert!(!pair[1].counters.falls_below(&pair[0].counters), "{pair:?}");
                assert!(pair[0].until_asked <= pair[1].from, "two readers at once: {pair:?}");
            }
            let truth = self.simulator.handle().truth(stream.room.as_str()).unwrap();
            let session = truth.iter().find(|session| session.create_time == created).expect("a session");
            for run in &runs {
                let (low, high) =
                    (session.at(run.from - 1), session.at(run.from_answered).expect("within the session"));
                for counter in Counter::ALL {
                    let value = run.counters.get(counter);
                    assert!(low.is_none_or(|low| low.get(counter) <= value) && value <= high.get(counter), "{run:?}");
                }
            }
            runs_of.insert(stream.id.0, runs);
        }
        reports.sort_by_key(|sealed| sealed.number);
        let mut previous = None;
        for (place, sealed) in reports.iter().enumerate() {
            assert_eq!(sealed.number, place as i64 + 1, "a hole or a double in the chain");
            assert_eq!(report::open(sealed).unwrap().previous, previous);
            previous = Some(sealed.sha256.clone());
        }
        let aside = self.excluded().await;
        for (id, totals) in &self.acknowledged.totals {
            let runs = runs_of.get(id).unwrap_or_else(|| panic!("stream {id} was acknowledged and is gone"));
            let kept = runs.iter().any(|run| run.counters.to_array() == *totals) || aside.contains(&(*id, *totals));
            assert!(kept, "stream {id}: totals {totals:?} were acknowledged and are in no report");
        }
        for (id, revision, hash) in &self.acknowledged.seals {
            let sealed = reports.iter().find(|sealed| sealed.stream.0 == *id && sealed.revision == *revision).unwrap();
            assert_eq!(sealed.sha256, *hash, "stream {id} was sealed twice");
        }
        Found {
            streams: streams.len(),
            reports: reports.len(),
            acknowledged: self.acknowledged.totals.len() + self.acknowledged.seals.len(),
        }
    }

    async fn excluded(&self) -> BTreeSet<(i64, [i64; 6])> {
        let mut connection = self.connect().await;
        let rows = sqlx::query("SELECT * FROM set_aside").fetch_all(&mut connection).await.unwrap();
        rows.iter().map(|row| (row.get("stream"), Counter::ALL.map(|counter| row.get(counter.name())))).collect()
    }

    /// A connection of its own.
    pub async fn connect(&self) -> PgConnection {
        let options: PgConnectOptions = self.url.parse().unwrap();
        options.connect().await.unwrap()
    }

    /// The way to the database through a port of this machine.
    pub fn url_through(&self, port: u16) -> String {
        let schema = &self.schema;
        format!(
            "postgres://postgres@127.0.0.1:{port}/postgres?sslmode=disable&options=-c%20search_path%3D{schema},public"
        )
    }

    /// The socket of the database.
    pub fn socket(&self) -> std::path::PathBuf {
        let options: PgConnectOptions = self.url.parse().unwrap();
        options.get_socket().unwrap().join(format!(".s.PGSQL.{}", options.get_port()))
    }
}
