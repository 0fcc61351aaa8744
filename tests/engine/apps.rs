//! Several apps in one console: each with its own key, budget, webhooks and troubles.

use crate::support::{self, GRACE, INTERVAL, now, tuning};
use aftershow::clock::Clock;
use aftershow::collector::{CommandError, Delivery};
use aftershow::config::{AppConfig, Config, Endpoint};
use aftershow::domain::{AppId, Counter, Counters, EndEvidence, RoomId, StreamKind, StreamState, StreamSummary};
use aftershow::engine::{Engine, Prepared};
use aftershow::simulator::{self, Account, FaultSpec, Meta, NewRoom, Origin, Simulator, SimulatorOptions};
use aftershow::store::StreamQuery;
use aftershow::tencent::Command;
use sqlx::Connection;
use std::time::Duration;
use tempfile::TempDir;
use tokio::time::Instant;

async fn simulator(id: u64, key: &str) -> Simulator {
    let options = SimulatorOptions { sdkappid: id, secret_key: key.into(), ..SimulatorOptions::default() };
    simulator::start(options).await.unwrap()
}

fn app(id: u64, key: &str, simulator: &Simulator, share: f64) -> AppConfig {
    let endpoint = Endpoint::parse(&simulator.url(), true).unwrap();
    let mut app = AppConfig::new(AppId(id as i64), key.to_owned().into(), endpoint);
    app.budget_share = share;
    app.forward_token = Some(format!("backend of {id}").into());
    app
}

fn create(simulator: &Simulator, id: &str, value: i64) {
    let new = NewRoom {
        id: id.to_owned(),
        meta: Meta::new(id, Account::from("host")),
        origin: Origin::Still,
        elapsed_ms: 0,
        counters: Counters::default(),
    };
    simulator.handle().create_room(new).unwrap();
    set(simulator, id, value);
}

fn set(simulator: &Simulator, id: &str, value: i64) {
    let values: Vec<_> = Counter::ALL.into_iter().map(|counter| (counter, value)).collect();
    simulator.handle().set_counters(id, &values).unwrap();
}

async fn read(engine: &Engine, app: u64, room: &str, value: i64) -> StreamSummary {
    let query = StreamQuery {
        app: Some(AppId(app as i64)),
        room: Some(RoomId::parse(room).unwrap()),
        ..StreamQuery::default()
    };
    let deadline = Instant::now() + Duration::from_secs(40);
    loop {
        let rows = engine.store.streams(&query).await.unwrap().rows;
        if let Some(stream) = rows.into_iter().find(|stream| stream.totals.coins == Some(value)) {
            return stream;
        }
        assert!(Instant::now() < deadline, "{app} {room} never reads {value}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn start(dir: &TempDir, apps: Vec<AppConfig>) -> Engine {
    let mut config = Config::new(apps);
    config.database = dir.path().join("aftershow.db");
    config.key_file = dir.path().join("aftershow.key");
    config.collector.interval = INTERVAL;
    config.collector.grace = GRACE;
    Prepared::open(config, Clock::system()).await.unwrap().start(tuning()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_of_an_app_that_is_no_longer_configured_can_be_sealed() {
    let (one, two) = (1_400_000_101, 1_400_000_202);
    let (first, second) = (simulator(one, "key of one").await, simulator(two, "key of two").await);
    let dir = TempDir::new().unwrap();
    let engine = start(&dir, vec![app(one, "key of one", &first, 1.0)]).await;
    create(&first, "room", 11);
    let stream = read(&engine, one, "room", 11).await.id;
    engine.stop().await;
    drop(engine);
    let engine = start(&dir, vec![app(two, "key of two", &second, 1.0)]).await;
    engine.collector.seal_now(stream).await.unwrap();
    let sealed = engine.store.stream(stream).await.unwrap().unwrap();
    assert_eq!((sealed.state, sealed.ended_by), (StreamState::Sealed, Some(EndEvidence::Operator)));
    assert_eq!(sealed.totals.coins, Some(11));
    assert_eq!(engine.collector.seal_now(stream).await, Err(CommandError::Sealed(stream)));
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_whose_report_could_not_be_made_is_sealed_without_a_restart() {
    let one = 1_400_000_101;
    let simulator = simulator(one, "key of one").await;
    let dir = TempDir::new().unwrap();
    let engine = start(&dir, vec![app(one, "key of one", &simulator, 1.0)]).await;
    create(&simulator, "room", 11);
    read(&engine, one, "room", 11).await;
    let database = format!("sqlite://{}", dir.path().join("aftershow.db").display());
    let mut database = sqlx::SqliteConnection::connect(&database).await.unwrap();
    let refuse = "CREATE TRIGGER refuse BEFORE INSERT ON report BEGIN SELECT raise(ABORT, 'refused'); END";
    sqlx::query(refuse).execute(&mut database).await.unwrap();
    let room = RoomId::parse("room").unwrap();
    let refused = engine.collector.snapshot(AppId(one as i64), room).await;
    assert!(matches!(&refused, Err(CommandError::Store(words)) if words.contains("refused")), "{refused:?}");
    let unsealed: Vec<_> = engine.collector.unsealed().into_keys().collect();
    let [stream] = unsealed[..] else { panic!("{unsealed:?}") };
    let summary = async || engine.store.stream(stream).await.unwrap().unwrap();
    assert_eq!((summary().await.kind, summary().await.state), (StreamKind::Snapshot, StreamState::Ending));
    sqlx::query("DROP TRIGGER refuse").execute(&mut database).await.unwrap();
    engine.collector.seal_now(stream).await.unwrap();
    assert_eq!(summary().await.state, StreamState::Sealed);
    assert!(engine.collector.unsealed().is_empty());
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_apps_are_read_side_by_side_each_within_its_own_budget() {
    let (one, two) = (1_400_000_101, 1_400_000_202);
    let (first, second) = (simulator(one, "key of one").await, simulator(two, "key of two").await);
    let dir = TempDir::new().unwrap();
    let apps = vec![app(one, "key of one", &first, 1.0), app(two, "key of two", &second, 0.1)];
    let engine = start(&dir, apps).await;
    // The same RoomId in both: two rooms. In the second more rooms than its budget can read at the interval.
    create(&first, "room", 11);
    create(&second, "room", 22);
    for place in 0..12 {
        create(&second, &format!("more_{place}"), 1);
    }
    assert_eq!(read(&engine, one, "room", 11).await.app, AppId(one as i64));
    assert_eq!(read(&engine, two, "room", 22).await.app, AppId(two as i64));
    let status = |place: usize| engine.collector.status()[place].clone();
    let allowed = |place: usize| {
        status(place).client.commands.iter().find(|command| command.command == Command::RoomStats).unwrap().allowed
    };
    assert_eq!((allowed(0), allowed(1)), (100, 10));
    for place in 0..12 {
        read(&engine, two, &format!("more_{place}"), 1).await;
    }
    // The second is stretched over what it has, and the first, with room to spare, is not: so says the strip.
    let deadline = Instant::now() + Duration::from_secs(40);
    let (now_ms, wished_ms, calls) = loop {
        if let Some(stretched) = engine.board.strip().stretched {
            break stretched;
        }
        assert!(Instant::now() < deadline, "{:?}", status(1));
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert_eq!(wished_ms, INTERVAL.as_millis() as i64);
    assert!(now_ms > wished_ms && calls <= 10, "{now_ms} {calls}");
    let fault = FaultSpec { error_code: Some(60_010), ..FaultSpec::default() };
    // Not an admin in the second: the first goes on and knows nothing of it.
    second.handle().add_fault(&fault).unwrap();
    while status(1).alert.is_none() {
        assert!(Instant::now() < deadline, "{:?}", status(1));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    set(&first, "room", 33);
    read(&engine, one, "room", 33).await;
    assert!(status(0).alert.is_none());
    second.handle().clear_faults();
    set(&second, "room", 44);
    read(&engine, two, "room", 44).await;
    // A copy that names no app is of the app whose token it bears; one of no configured app is counted and dropped.
    let body =
        r#"{"CallbackCommand":"Live.CallbackAfterUpdateRoomInfo","RoomInfo":{"RoomId":"room","RoomName":"Two"}}"#;
    let delivery =
        |query: &str, bearer: Option<String>| Delivery { query: query.to_owned(), bearer, received_at: now() };
    let deliver = |delivery: Delivery| support::deliver(&engine, (delivery, body.as_bytes().to_vec()));
    deliver(delivery("", Some(format!("backend of {two}"))));
    deliver(delivery("SdkAppid=5", Some(format!("backend of {two}"))));
    deliver(delivery("", Some("a stranger's".into())));
    deliver(delivery("", None));
    assert_eq!(engine.collector.stray_webhooks(), 3);
    let deadline = Instant::now() + Duration::from_secs(40);
    loop {
        let stream = read(&engine, two, "room", 44).await;
        if stream.title.as_deref() == Some("Two") {
            break;
        }
        assert!(Instant::now() < deadline, "{stream:?}");
    }
    assert_ne!(read(&engine, one, "room", 33).await.title.as_deref(), Some("Two"));
    engine.stop().await;
    for (simulator, most) in [(&first, 100), (&second, 10)] {
        let calls = simulator.handle().calls();
        let of = |name: &str| calls.iter().find(|(command, _)| *command == name).map(|(_, calls)| *calls).unwrap();
        assert!(of("get_room_stats").max_per_second <= most, "{calls:?}");
        assert!(of("get_room_list").max_per_second <= 10, "{calls:?}");
    }
}
