//! Several servers in one PostgreSQL database: one of them collects for an app, and another goes on where it stops.

use crate::lifecycle::destroy;
use crate::support::{GRACE, INTERVAL, TOKEN, TestEngine, added_manually, app, deliver, now, postgres, tuning};
use aftershow::clock::Clock;
use aftershow::cluster::LeaseTiming;
use aftershow::collector::CommandError;
use aftershow::config::{Config, ServerRole};
use aftershow::domain::{RoomId, StreamState};
use aftershow::engine::{Engine, Prepared};
use aftershow::key_file;
use aftershow::simulator::{self, SimulatorOptions};
use std::time::Duration;
use tempfile::TempDir;
use tokio::time::Instant;

/// A tenth of the real times.
fn timing() -> LeaseTiming {
    LeaseTiming {
        ttl: Duration::from_millis(2_000),
        renew_interval: Duration::from_millis(200),
        calls_after_renewal: Duration::from_millis(800),
        take_interval: Duration::from_millis(50),
        spread: Duration::from_millis(20),
    }
}

pub struct Cluster {
    pub first: TestEngine,
    pub config: Config,
}

impl Cluster {
    /// One server, the first, on a database of its own. `None` without PostgreSQL.
    pub async fn start() -> Option<Self> {
        let url = postgres().await?;
        let simulator = simulator::start(SimulatorOptions::default()).await.unwrap();
        let dir = TempDir::new().unwrap();
        let mut app = app(&simulator.url());
        added_manually(&mut app);
        let mut config = Config::new(vec![app]);
        config.database = dir.path().join("aftershow.db");
        config.database_server = Some(url.into());
        config.key_file = dir.path().join("aftershow.key");
        key_file::create_new(&config.key_file).unwrap();
        config.collector.interval = INTERVAL;
        config.collector.grace = GRACE;
        config.server_name = "one".to_owned();
        let engine = Self::engine(&config).await;
        Some(Self { first: TestEngine { simulator, engine, config: config.clone(), dir }, config })
    }

    async fn engine(config: &Config) -> Engine {
        let mut prepared = Prepared::open(config.clone(), Clock::system()).await.unwrap();
        prepared.timing = timing();
        prepared.start(tuning()).unwrap()
    }

    /// Another server of that name.
    pub async fn another(&self, name: &str, role: ServerRole) -> Engine {
        let mut config = self.config.clone();
        (config.server_name, config.role) = (name.to_owned(), role);
        Self::engine(&config).await
    }
}

/// Waits until that server collects for the app.
pub async fn leads(engine: &Engine, name: &str) {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let leases = engine.store.leases().await.unwrap();
        if leases.iter().any(|lease| lease.server == name && lease.valid_ms.is_some()) {
            return;
        }
        assert!(Instant::now() < deadline, "{name} does not lead: {leases:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Waits until it is so.
pub async fn eventually(what: &str, condition: impl AsyncFn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !condition().await {
        assert!(Instant::now() < deadline, "never: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn another_server_goes_on_at_once_where_one_stops() {
    let Some(cluster) = Cluster::start().await else { return };
    let Cluster { first, .. } = &cluster;
    let room = RoomId::parse("live_a").unwrap();
    first.room("live_a", false);
    first.set("live_a", 5);
    leads(&first.engine, "one").await;
    let second = cluster.another("two", ServerRole::All).await;
    let web = cluster.another("web", ServerRole::Web).await;
    let app = first.app();
    first.engine.collector.add_rooms(app, vec![room]).await.unwrap();
    let stream = first.read("live_a", 5).await;
    // Nobody else collects as long as it renews its lease.
    tokio::time::sleep(timing().ttl * 2).await;
    assert!(second.collector.status().iter().all(|app| !app.is_collected_here));
    let before = Instant::now();
    first.engine.stop().await;
    leads(&second, "two").await;
    assert!(before.elapsed() < Duration::from_secs(3), "{:?}", before.elapsed());
    first.set("live_a", 9);
    let read = async || second.store.stream(stream.id).await.unwrap().unwrap().totals.coins == Some(9);
    eventually("the second reads on", read).await;
    assert!(web.collector.status().iter().all(|app| !app.is_collected_here));
    // It is the same stream, which is sealed once.
    first.sim().destroy_room("live_a", simulator::EndedBy::System, None).unwrap();
    let sealed = async || second.store.stream(stream.id).await.unwrap().unwrap().state == StreamState::Sealed;
    eventually("sealed", sealed).await;
    assert_eq!(second.store.reports_from(1, 9).await.unwrap().len(), 1);
    second.stop().await;
    web.stop().await;
}

#[tokio::test]
async fn a_leader_whose_lease_was_taken_stops_and_follows() {
    let Some(cluster) = Cluster::start().await else { return };
    let Cluster { first, .. } = &cluster;
    let room = RoomId::parse("live_a").unwrap();
    first.room("live_a", false);
    leads(&first.engine, "one").await;
    let app = first.app();
    first.engine.collector.add_rooms(app, vec![room.clone()]).await.unwrap();
    first.set("live_a", 5);
    let stream = first.read("live_a", 5).await;
    // As if it had been stopped for longer than its lease: another has taken it meanwhile.
    let store = &first.engine.store;
    let ttl = Duration::from_secs(4);
    sqlx::query("UPDATE lease SET until = now() - interval '1 hour'")
        .execute(&pool(&cluster.config).await)
        .await
        .unwrap();
    let taken = loop {
        match store.take_lease(app, "another", "another", ttl).await.unwrap() {
            Some(fence) => break fence,
            // A renewal was faster.
            None => {
                let sql = "UPDATE lease SET until = now() - interval '1 hour'";
                sqlx::query(sql).execute(&pool(&cluster.config).await).await.unwrap();
            }
        }
    };
    let follows = async || !first.engine.collector.status()[0].is_collected_here;
    eventually("it follows", follows).await;
    first.set("live_a", 9);
    tokio::time::sleep(INTERVAL * 4).await;
    let coins = async || store.stream(stream.id).await.unwrap().unwrap().totals.coins;
    assert_eq!(coins().await, Some(5), "it reads nothing any more");
    // It takes over again without a restart.
    store.release_lease(&taken, Duration::ZERO).await.unwrap();
    let read = async || coins().await == Some(9);
    eventually("it reads again", read).await;
    first.engine.stop().await;
}

#[tokio::test]
async fn what_users_want_and_webhooks_reach_the_leader_from_any_server() {
    let Some(cluster) = Cluster::start().await else { return };
    let Cluster { first, .. } = &cluster;
    leads(&first.engine, "one").await;
    let web = cluster.another("web", ServerRole::Web).await;
    let app = first.app();
    let room = RoomId::parse("live_a").unwrap();
    first.room("live_a", false);
    first.set("live_a", 5);
    web.collector.add_rooms(app, vec![room.clone()]).await.unwrap();
    let stream = first.read("live_a", 5).await;
    web.collector.refresh(stream.id).await.unwrap();
    assert!(web.collector.test_connection(app).await.unwrap().contains("listed"));
    let unknown = RoomId::parse("nobody").unwrap();
    let refused = web.collector.snapshot(app, unknown.clone()).await;
    assert_eq!(refused, Err(CommandError::NoRoom { room: unknown, last: None }));
    let snapshot = web.collector.snapshot(app, room).await.unwrap();
    assert_eq!(web.store.stream(snapshot).await.unwrap().unwrap().state, StreamState::Sealed);
    // A webhook that arrives at the other server ends the stream to the second.
    let closed_at = now();
    first.sim().destroy_room("live_a", simulator::EndedBy::System, None).unwrap();
    deliver(&web, destroy(first, "live_a", TOKEN, closed_at.0, 25, closed_at.0));
    let sealed = first.until_stream(stream.id, |stream| stream.state == StreamState::Sealed).await;
    assert_eq!(sealed.ended_at, Some(closed_at));
    assert_eq!(web.collector.keep_following(stream.id).await, Err(CommandError::Sealed(stream.id)));
    web.stop().await;
    first.engine.stop().await;
}

#[tokio::test]
async fn the_board_of_a_server_that_does_not_collect_follows() {
    let Some(cluster) = Cluster::start().await else { return };
    let Cluster { first, .. } = &cluster;
    leads(&first.engine, "one").await;
    let web = cluster.another("web", ServerRole::Web).await;
    let app = first.app();
    for (id, coins) in [("live_a", 5), ("live_b", 6)] {
        first.room(id, false);
        first.set(id, coins);
    }
    let rooms = ["live_a", "live_b"].map(|id| RoomId::parse(id).unwrap());
    first.engine.collector.add_rooms(app, rooms.to_vec()).await.unwrap();
    let coins = |engine: &Engine| {
        let mut rows: Vec<_> =
            engine.board.rows().into_iter().map(|row| (row.room.to_string(), row.totals.coins)).collect();
        rows.sort();
        rows
    };
    let shows = async |values: [(&str, i64); 2]| {
        let values = values.map(|(room, coins)| (room.to_owned(), Some(coins)));
        eventually("both boards show it", async || coins(&web) == values && coins(&first.engine) == values).await;
    };
    shows([("live_a", 5), ("live_b", 6)]).await;
    // What is missing in the feed is read from the store.
    sqlx::query("DELETE FROM feed").execute(&pool(&cluster.config).await).await.unwrap();
    first.set("live_a", 15);
    shows([("live_a", 15), ("live_b", 6)]).await;
    // One that starts later shows it too.
    let late = cluster.another("late", ServerRole::Web).await;
    eventually("the late board shows it", async || coins(&late) == coins(&web)).await;
    // An app that does not answer, an end, a seal.
    let mut events = web.board.subscribe();
    first.sim().destroy_room("live_b", simulator::EndedBy::System, None).unwrap();
    let ending = async || web.board.rows().iter().any(|row| row.state == StreamState::Ending);
    eventually("the end is shown", ending).await;
    eventually("the sealed stream is gone", async || coins(&web) == [("live_a".to_owned(), Some(15))]).await;
    let mut sealed = false;
    while let Ok(event) = events.try_recv() {
        sealed |= matches!(event, aftershow::domain::live::LiveEvent::Sealed { .. });
    }
    assert!(sealed, "pages of links learn of the new report");
    for engine in [&late, &web, &first.engine] {
        engine.stop().await;
    }
}

async fn pool(config: &Config) -> sqlx::PgPool {
    let url = secrecy::ExposeSecret::expose_secret(config.database_server.as_ref().unwrap()).to_owned();
    sqlx::PgPool::connect(&url).await.unwrap()
}
