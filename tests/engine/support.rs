//! A simulator and an engine that reads it, in a directory of their own.

use aftershow::clock::Clock;
use aftershow::collector::Delivery;
use aftershow::config::{AppConfig, Config, Endpoint, MonitoredRooms};
use aftershow::domain::record::Record;
use aftershow::domain::{AppId, Counter, Counters, Millis, RoomId, StreamId, StreamState, StreamSummary};
use aftershow::engine::{Engine, Prepared};
use aftershow::report;
use aftershow::simulator::{
    self, Account, DEMO_SDKAPPID, DEMO_SECRET_KEY, FaultSpec, Meta, NewRoom, Origin, Simulator, SimulatorHandle,
    SimulatorOptions,
};
use aftershow::store::StreamQuery;
use aftershow::tencent::Tuning;
use sqlx::Connection;
use std::time::Duration;
use tempfile::TempDir;
use tokio::time::Instant;

pub const INTERVAL: Duration = Duration::from_millis(200);
pub const GRACE: Duration = Duration::from_millis(1200);
pub const TOKEN: &str = "webhook-token";

pub struct TestEngine {
    pub simulator: Simulator,
    pub engine: Engine,
    pub config: Config,
    pub dir: TempDir,
}

/// Shorter waits, the same limits.
pub fn tuning() -> Tuning {
    Tuning {
        timeout: Duration::from_millis(1000),
        startup_delay: Duration::from_millis(50),
        probe_interval: Duration::from_millis(500),
        min_backoff: Duration::from_millis(50),
        max_backoff: Duration::from_millis(400),
    }
}

pub fn app(url: &str) -> AppConfig {
    let endpoint = Endpoint::parse(url, true).unwrap();
    let mut app = AppConfig::new(AppId(DEMO_SDKAPPID as i64), DEMO_SECRET_KEY.into(), endpoint);
    app.budget_share = 1.0;
    app.webhook_token = Some(TOKEN.into());
    app
}

impl TestEngine {
    pub async fn start(change: impl FnOnce(&mut AppConfig)) -> Self {
        let simulator = simulator::start(SimulatorOptions::default()).await.unwrap();
        let dir = TempDir::new().unwrap();
        let mut app = app(&simulator.url());
        change(&mut app);
        let mut config = Config::new(vec![app]);
        config.database = dir.path().join("aftershow.db");
        config.key_file = dir.path().join("aftershow.key");
        config.collector.interval = INTERVAL;
        config.collector.grace = GRACE;
        let engine = engine(&config).await;
        Self { simulator, engine, config, dir }
    }

    pub fn sim(&self) -> SimulatorHandle {
        self.simulator.handle()
    }

    pub fn app(&self) -> AppId {
        self.config.apps[0].id
    }

    /// Stops the engine and starts another on the same file.
    pub async fn restart(self) -> Self {
        self.engine.stop().await;
        let Self { simulator, engine, config, dir } = self;
        drop(engine);
        let engine = self::engine(&config).await;
        Self { simulator, engine, config, dir }
    }

    /// A room whose counters stay where they are put.
    pub fn room(&self, id: &str, public: bool) -> i64 {
        let mut meta = Meta::new(id, Account::from("host_1"));
        meta.public = public;
        let new =
            NewRoom { id: id.to_owned(), meta, origin: Origin::Still, elapsed_ms: 0, counters: Counters::default() };
        self.sim().create_room(new).unwrap()
    }

    /// A room that follows a seeded session.
    pub fn seeded(&self, id: &str, seed: u64) {
        let new = NewRoom {
            id: id.to_owned(),
            meta: Meta::new(id, Account::from("host_1")),
            origin: Origin::Seeded(seed),
            elapsed_ms: 600_000,
            counters: Counters::default(),
        };
        self.sim().create_room(new).unwrap();
    }

    pub fn set(&self, id: &str, value: i64) {
        let values: Vec<_> = Counter::ALL.into_iter().map(|counter| (counter, value)).collect();
        self.sim().set_counters(id, &values).unwrap();
    }

    pub fn fault(&self, spec: FaultSpec) {
        self.sim().add_fault(&spec).unwrap();
    }

    /// The streams of a room, oldest first.
    pub async fn streams(&self, room: &str) -> Vec<StreamSummary> {
        let query =
            StreamQuery { room: Some(RoomId::parse(room).unwrap()), descending: false, ..StreamQuery::default() };
        self.engine.store.streams(&query).await.unwrap().rows
    }

    /// The room's newest stream, once it satisfies the condition.
    pub async fn until(&self, room: &str, what: &str, condition: impl Fn(&StreamSummary) -> bool) -> StreamSummary {
        let deadline = Instant::now() + Duration::from_secs(40);
        loop {
            let newest = self.streams(room).await.pop();
            if let Some(stream) = newest.clone().filter(|stream| condition(stream)) {
                return stream;
            }
            assert!(Instant::now() < deadline, "{room} never: {what}; it is {newest:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub async fn read(&self, room: &str, value: i64) -> StreamSummary {
        self.until(room, &format!("reads {value}"), |stream| stream.totals.coins == Some(value)).await
    }

    pub async fn sealed(&self, room: &str) -> StreamSummary {
        self.until(room, "is sealed", |stream| stream.state == StreamState::Sealed).await
    }

    pub async fn record(&self, stream: StreamId) -> Record {
        let sealed = self.engine.store.report(stream, None).await.unwrap().unwrap();
        report::open(&sealed).unwrap()
    }
}

pub async fn engine(config: &Config) -> Engine {
    Prepared::open(config.clone(), Clock::system()).await.unwrap().start(tuning()).unwrap()
}

/// The address of an empty schema on the server that `scripts/postgres.sh` started; without one the test is skipped, or
/// fails where `REQUIRE_POSTGRES` is set.
pub async fn postgres() -> Option<String> {
    let Ok(url) = std::env::var("TEST_POSTGRES_URL") else {
        assert!(std::env::var_os("REQUIRE_POSTGRES").is_none(), "run the tests by scripts/postgres.sh");
        eprintln!("skipped: no PostgreSQL server; run the tests by scripts/postgres.sh");
        return None;
    };
    let schema = format!("test_{:016x}", rand::random::<u64>());
    let mut connection = sqlx::PgConnection::connect(&url).await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(format!("CREATE SCHEMA {schema}"))).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    Some(format!("{url}&options=-c%20search_path%3D{schema},public"))
}

/// Monitors no room automatically.
pub fn added_manually(app: &mut AppConfig) {
    app.follow = MonitoredRooms::None;
}

/// Delivers a webhook as the server does.
pub fn deliver(engine: &Engine, (delivery, body): (Delivery, Vec<u8>)) {
    if let Some(webhook) = engine.collector.webhook(delivery) {
        webhook.receive(Some(body));
    }
}

/// Lets the collector take so many turns.
pub async fn turns(count: u32) {
    tokio::time::sleep(INTERVAL * count).await;
}

pub fn now() -> Millis {
    Clock::system().now()
}

impl TestEngine {
    /// That stream, once it satisfies the condition.
    pub async fn until_stream(&self, id: StreamId, condition: impl Fn(&StreamSummary) -> bool) -> StreamSummary {
        let deadline = Instant::now() + Duration::from_secs(40);
        loop {
            let stream = self.engine.store.stream(id).await.unwrap().unwrap();
            if condition(&stream) {
                return stream;
            }
            assert!(Instant::now() < deadline, "{stream:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until the stream's series satisfies the condition.
    pub async fn until_series(&self, id: StreamId, condition: impl Fn(&aftershow::store::StoredSeries) -> bool) {
        let deadline = Instant::now() + Duration::from_secs(40);
        while !condition(&self.engine.store.series(id).await.unwrap()) {
            assert!(Instant::now() < deadline);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}
