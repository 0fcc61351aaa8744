//! The collector's task, event by event, with a real store, recorder and sealer and a clock that is set: what quickens a
//! reading, what a room that outlives its show becomes, what webhooks leave in a report.

#![allow(clippy::unwrap_used)]

use super::*;
use crate::collector::Delivery;
use crate::domain::record::Record;
use crate::logged::Log;
use crate::report;
use crate::store::StreamQuery;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicI64, Ordering};

mod overlapping_calls;

const CREATED_AT: i64 = 1_795_262_400;
const ROOM: &str = "xl_radio";
const FORWARD: &str = "the backend's token";
const INTERVAL_MS: i64 = 10_000;
const QUIET_AFTER_MS: i64 = 60_000;

fn at(second: i64) -> Millis {
    Millis::from_seconds(CREATED_AT + second)
}

fn room() -> RoomId {
    RoomId::parse(ROOM).unwrap()
}

struct RoomHarness {
    directory: tempfile::TempDir,
    task: CollectorTask,
    store: Store,
    now: Arc<AtomicI64>,
    /// Whether the room exists: get_room_info returns it.
    exists: bool,
    /// The CreateTime that get_room_info returns; `None` where it does not answer.
    born: Option<i64>,
}

async fn task(store: &Store, now: &Arc<AtomicI64>) -> CollectorTask {
    let secrets = |app: &mut AppConfig| app.forward_token = Some(FORWARD.into());
    let rules = Rules { grace_ms: 120_000, quiet_ms: Some(QUIET_AFTER_MS) };
    super::task(store, now, AppId(7), secrets, INTERVAL_MS, rules).await
}

impl RoomHarness {
    async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(&directory.path().join("aftershow.db")).await.unwrap();
        let now = Arc::new(AtomicI64::new(at(0).0));
        let task = task(&store, &now).await;
        let mut world = Self { directory, task, store, now, exists: true, born: Some(CREATED_AT) };
        world.follow().await;
        world
    }

    /// Another process on the same file.
    async fn restart(self) -> Self {
        let Self { directory, task: before, store, now, exists, born } = self;
        before.deps.recorder.flush().await.unwrap();
        drop(before);
        let mut task = task(&store, &now).await;
        task.resume().await.unwrap();
        Self { directory, task, store, now, exists, born }
    }

    /// The same after a stop that was asked for.
    async fn stop_and_restart(mut self) -> Self {
        self.task.deps.stop.cancel();
        self.task.serve().await;
        self.restart().await
    }

    async fn follow(&mut self) {
        let (reply, _) = oneshot::channel();
        self.deliver(0, AppEvent::Command(UserCommand::AddRooms { rooms: vec![room()], reply })).await;
    }

    async fn deliver(&mut self, second: i64, event: AppEvent) {
        self.now.fetch_max(at(second).0, Ordering::Relaxed);
        self.task.finish(event).await;
        self.run_pending(second).await;
    }

    /// get_room_info answers at once, and what is to be sealed is sealed.
    async fn run_pending(&mut self, second: i64) {
        while self.task.rooms.get(&room()).is_some_and(|room| room.info_in_flight) {
            let info = info(self.born);
            let (asked, answered) = (at(second) + 120, at(second) + 150);
            let answer =
                ApiResponse { asked, answered, request_id: None, value: self.exists.then_some(info), retries: 0 };
            self.task.finish(AppEvent::Info { room: room(), result: Ok(answer) }).await;
        }
        while !self.task.sealing.is_empty() {
            let event = self.task.deps.events.recv().await.unwrap();
            if matches!(event, AppEvent::Sealed { .. }) {
                self.task.finish(event).await;
            }
        }
        self.task.deps.recorder.flush().await.unwrap();
    }

    async fn read(&mut self, second: i64, value: i64) {
        let counters = self.exists.then(|| Counters::from_array([value; 6]));
        let (asked, answered) = (at(second), at(second) + 40);
        let answer = ApiResponse { asked, answered, request_id: None, value: counters, retries: 0 };
        self.deliver(second, AppEvent::Polled { room: room(), due: 0, asked_at: 0, result: Ok(answer) }).await;
    }

    async fn receive(&mut self, second: i64, body: Value) {
        self.now.fetch_max(at(second).0, Ordering::Relaxed);
        self.task.deliver(forwarded(at(second)), body.to_string().as_bytes()).await;
        self.run_pending(second).await;
    }

    /// The newest records of the room's streams, oldest first.
    async fn records(&self) -> Vec<Record> {
        let query = StreamQuery { descending: false, ..StreamQuery::default() };
        let mut records = Vec::new();
        for stream in self.store.streams(&query).await.unwrap().rows {
            if let Some(sealed) = self.store.report(stream.id, None).await.unwrap() {
                records.push(report::open(&sealed).unwrap());
            }
        }
        records
    }

    async fn end(&mut self, second: i64) {
        self.exists = false;
        self.read(second, 0).await;
        self.read(second + 10, 0).await;
        self.read(second + 140, 0).await;
    }

    fn due(&self) -> i64 {
        self.task.schedule.next_due().unwrap()
    }
}

/// A copy of a webhook that the app's own backend forwards.
fn forwarded(received_at: Millis) -> Delivery {
    Delivery { query: String::new(), bearer: Some(FORWARD.into()), received_at }
}

/// What get_room_info and the list return; without a CreateTime as good as nothing.
fn info(create_time: Option<i64>) -> RoomInfo {
    RoomInfo { host: Some("host".to_owned()), create_time, public: Some(true), ..RoomInfo::unknown(room()) }
}

fn destroy(second: i64, value: i64) -> Value {
    json!({ "CallbackCommand": "Live.CallbackAfterDestroyRoom", "RoomId": ROOM, "EventTime": at(second).0,
        "Statistic": { "TotalGiftCoins": value } })
}

fn member(account: &str, kind: &str, second: i64) -> Value {
    json!({ "CallbackCommand": "Live.CallbackAfterMemberStateChanged", "RoomId": ROOM, "EventType": kind,
        "MemberList": [{ "Member_Account": account }], "EventTime": at(second).0 })
}

#[tokio::test]
async fn the_owners_going_and_leaving_the_list_quicken_a_reading_and_visitors_do_not() {
    let mut world = RoomHarness::new().await;
    world.read(1, 5).await;
    world.read(11, 6).await;
    let later = world.task.steady() + 3_600_000;
    let wait = |world: &mut RoomHarness| world.task.schedule.set(room(), later, Priority::Plain);
    wait(&mut world);
    for guest in 0..50 {
        world.receive(12, member(&format!("guest_{guest}"), "Online", 12)).await;
        world.receive(12, member(&format!("guest_{guest}"), "Offline", 12)).await;
    }
    world.receive(12, member("host", "Online", 12)).await;
    assert_eq!(world.due(), later);
    world.receive(13, member("host", "Offline", 13)).await;
    assert!(world.due() <= world.task.steady());
    wait(&mut world);
    // On the list, then not: once, and not again with every sweep.
    world.deliver(14, AppEvent::Swept { listed: Some([room()].into()) }).await;
    assert_eq!(world.due(), later);
    world.deliver(15, AppEvent::Swept { listed: None }).await;
    assert_eq!(world.due(), later, "a sweep that broke off says nothing");
    world.deliver(16, AppEvent::Swept { listed: Some(BTreeSet::new()) }).await;
    assert!(world.due() <= world.task.steady());
    wait(&mut world);
    world.deliver(17, AppEvent::Swept { listed: Some(BTreeSet::new()) }).await;
    assert_eq!(world.due(), later);
    assert!(world.task.rooms[&room()].tracker().is_some(), "none of it is evidence of an end");
}

#[tokio::test]
async fn a_strangers_messages_sweep_no_more_than_once_a_second() {
    let mut world = RoomHarness::new().await;
    world.read(1, 5).await;
    world.task.deps.interval_ms = 200;
    world.task.discovery.swept_at = world.task.steady();
    world.task.discovery.next_sweep = world.task.discovery.swept_at + 60_000;
    let body = json!({ "CallbackCommand": "Live.CallbackAfterCreateRoom", "RoomInfo": { "RoomId": "another" } });
    let forged = Delivery { bearer: None, ..forwarded(at(2)) };
    for _ in 0..20 {
        world.task.deliver(forged.clone(), body.to_string().as_bytes()).await;
    }
    assert_eq!(world.task.deps.inbox.counts().hints, 20);
    assert!(world.task.discovery.next_sweep >= world.task.discovery.swept_at + 1000);
    assert_eq!(world.task.rooms.len(), 1, "a hint follows no room");
}

#[tokio::test]
async fn a_room_that_outlives_its_show_opens_another_stream_with_start_totals_of_its_own() {
    let mut world = RoomHarness::new().await;
    for (second, value) in [(1, 10), (11, 40), (21, 40), (41, 40), (61, 40), (81, 40)] {
        world.read(second, value).await;
    }
    let first = world.records().await;
    assert_eq!(first.len(), 1);
    assert_eq!((first[0].ended_by, first[0].totals.coins), (Some(EndEvidence::Quiet), Some(40)));
    assert_eq!(first[0].show_ended_at, Some(at(11) + 40), "the show ended with its last movement");
    // Standing still opens nothing; the next movement does.
    for second in [101, 121, 141] {
        world.read(second, 40).await;
    }
    world.read(161, 47).await;
    world.read(171, 50).await;
    world.task.deps.recorder.flush().await.unwrap();
    let live = world.store.streams(&StreamQuery::default()).await.unwrap().rows.remove(0);
    assert_eq!((live.state, live.totals.coins), (StreamState::Live, Some(10)), "its own, also while it is live");
    world.end(181).await;
    let records = world.records().await;
    assert_eq!(records.len(), 2);
    let second = &records[1];
    assert_eq!(second.created_at, records[0].created_at, "one session");
    assert_eq!((second.start.coins, second.before.coins, second.totals.coins), (Some(40), Some(0), Some(10)));
    assert_eq!(second.totals.gifters, Some(10), "at least so many new");
    assert_eq!(second.started_at, at(141), "from the last reading that stood still");
}

#[tokio::test]
async fn of_two_open_streams_of_a_room_only_the_newer_streams_on_after_a_restart() {
    let mut world = RoomHarness::new().await;
    world.read(1, 10).await;
    world.read(11, 40).await;
    // Stopped after the next stream's row was written and before anything else of the hand-over was.
    let old = world.store.streams(&StreamQuery::default()).await.unwrap().rows.remove(0);
    let new = NewStream {
        app: old.app,
        room: room(),
        kind: StreamKind::Stream,
        create_time: Some(CREATED_AT + 15),
        part: SessionPart::default(),
        title: None,
        host: None,
        host_name: None,
        interval_ms: INTERVAL_MS,
        first_seen: at(16),
        started_at: at(15),
    };
    let newer = world.store.open_streams(&[new]).await.unwrap()[0];
    let mut world = world.restart().await;
    world.read(21, 3).await;
    let states = |rows: Vec<StreamSummary>| rows.into_iter().map(|row| (row.id, row.state)).collect::<Vec<_>>();
    let rows = world.store.streams(&StreamQuery::default()).await.unwrap().rows;
    assert_eq!(states(rows), [(newer, StreamState::Live), (old.id, StreamState::Sealed)]);
    let record = &world.records().await[0];
    assert_eq!((record.totals.coins, record.ended_at), (Some(40), Some(at(11) + 40)));
}

#[tokio::test]
async fn a_host_who_left_an_earlier_part_has_not_left_the_later_one() {
    let mut world = RoomHarness::new().await;
    for (second, value) in [(1, 10), (11, 40)] {
        world.read(second, value).await;
    }
    world.receive(15, member("host", "Offline", 15)).await;
    for second in [21, 41, 61, 81] {
        world.read(second, 40).await;
    }
    assert_eq!(world.records().await.len(), 1);
    world.read(161, 47).await;
    world.read(171, 50).await;
    world.end(181).await;
    let second = &world.records().await[1];
    assert!(second.show_ended_at.is_none_or(|ended| ended > second.started_at), "{:?}", second.show_ended_at);
}

#[tokio::test]
async fn a_message_that_the_host_left_before_returning_counts_no_more_when_it_is_repeated_after_a_restart() {
    let mut world = RoomHarness::new().await;
    world.read(1, 5).await;
    world.receive(13, member("host", "Offline", 13)).await;
    world.receive(20, member("host", "Online", 20)).await;
    world.read(21, 6).await;
    let stream = world.store.streams(&StreamQuery::default()).await.unwrap().rows[0].id;
    let left = async |world: &RoomHarness| world.store.open_stream(stream).await.unwrap().unwrap().host_left_at;
    let mut world = world.restart().await;
    world.receive(30, member("host", "Offline", 13)).await;
    assert_eq!(left(&world).await, None);
    world.receive(31, member("host", "Offline", 25)).await;
    assert_eq!(left(&world).await, Some(at(25)));
    world.receive(32, member("host", "Online", 28)).await;
    // Also where the stream was sealed meanwhile and its room answers again.
    world.end(41).await;
    assert_eq!(world.records().await.len(), 1);
    let mut world = world.restart().await;
    world.exists = true;
    world.read(200, 7).await;
    world.receive(201, member("host", "Offline", 25)).await;
    assert_eq!(left(&world).await, None);
}

#[tokio::test]
async fn a_stop_loses_no_reading_of_a_stream_that_waits_for_get_room_info() {
    let mut world = RoomHarness::new().await;
    world.task.deps.rules.quiet_ms = None;
    world.read(1, 5).await;
    world.read(11, 6).await;
    // After so long the room may be in its next stream, and get_room_info does not say.
    world.born = None;
    world.read(200, 9).await;
    world.read(210, 12).await;
    let row = world.store.streams(&StreamQuery::default()).await.unwrap().rows.remove(0);
    assert_eq!(row.totals.coins, Some(6), "they wait");
    let mut world = world.stop_and_restart().await;
    world.task.deps.rules.quiet_ms = None;
    world.born = Some(CREATED_AT);
    world.read(300, 15).await;
    let series = async |world: &RoomHarness| world.store.series(row.id).await.unwrap();
    let before = series(&world).await;
    let runs: Vec<_> = before.runs.iter().map(|run| (run.from, run.counters.coins)).collect();
    assert_eq!(runs, [(at(1), 5), (at(11), 6), (at(200), 9), (at(210), 12), (at(300), 15)]);
    let gaps: Vec<_> = before.gaps.iter().map(|gap| (gap.until, gap.cause)).collect();
    assert_eq!(gaps, [(at(200), GapCause::Restarted), (at(300), GapCause::Restarted)]);
    let world = world.stop_and_restart().await;
    assert!(world.task.rooms[&room()].waiting().is_empty(), "taken up once");
    assert_eq!(series(&world).await, before);
}

#[tokio::test]
async fn a_stop_loses_no_reading_of_a_stream_that_is_not_yet_open() {
    let mut world = RoomHarness::new().await;
    world.born = None;
    world.read(1, 7).await;
    // Arrived, and not yet looked at when the stop comes.
    let counters = Some(Counters::from_array([9; 6]));
    let answer = ApiResponse { asked: at(11), answered: at(11) + 40, request_id: None, value: counters, retries: 0 };
    let arrived = AppEvent::Polled { room: room(), due: 0, asked_at: 0, result: Ok(answer) };
    world.task.deps.sender.send(arrived).unwrap();
    let mut world = world.stop_and_restart().await;
    assert!(world.store.streams(&StreamQuery::default()).await.unwrap().rows.is_empty());
    world.born = Some(CREATED_AT);
    world.read(21, 12).await;
    let row = world.store.streams(&StreamQuery::default()).await.unwrap().rows.remove(0);
    let runs = world.store.series(row.id).await.unwrap().runs;
    let read: Vec<_> = runs.iter().map(|run| (run.from, run.counters.coins)).collect();
    assert_eq!((row.created_at, read), (Some(at(0)), vec![(at(1), 7), (at(11), 9), (at(21), 12)]));
}

#[tokio::test]
async fn lower_readings_before_and_after_a_stop_are_in_a_row() {
    let mut world = RoomHarness::new().await;
    for (second, value) in [(1, 50), (11, 60), (21, 40)] {
        world.read(second, value).await;
    }
    let mut world = world.stop_and_restart().await;
    world.read(31, 41).await;
    let row = world.store.streams(&StreamQuery::default()).await.unwrap().rows.remove(0);
    assert_eq!(row.totals.coins, Some(60));
    world.read(41, 42).await;
    let row = world.store.streams(&StreamQuery::default()).await.unwrap().rows.remove(0);
    assert_eq!((row.totals.coins, world.store.series(row.id).await.unwrap().corrected.len()), (Some(42), 1));
}

#[tokio::test]
async fn a_database_that_refuses_is_logged_once_a_minute_and_not_for_each_room() {
    let log = Log::start();
    let mut world = RoomHarness::new().await;
    world.task.deps.rules.quiet_ms = None;
    sqlx::query("ALTER TABLE stream RENAME TO elsewhere").execute(&world.store.sqlite().write).await.unwrap();
    let rooms: Vec<_> = (0..10).map(|place| RoomId::parse(&format!("room_{place}")).unwrap()).collect();
    for second in [1, 11, 21] {
        for other in &rooms {
            world.deliver(second, listed(second, RoomInfo { room: other.clone(), ..info(Some(CREATED_AT)) })).await;
        }
        world.read(second, second).await;
    }
    let held_back = |log: &Log| -> Vec<String> {
        let lines = log.lines("held_back=").into_iter();
        lines.map(|line| line.rsplit("held_back=").next().unwrap().to_owned()).collect()
    };
    assert_eq!(held_back(&log), ["0"]);
    // A minute later.
    world.task.clock.started -= Duration::from_secs(61);
    world.read(81, 81).await;
    assert_eq!(held_back(&log), ["0", "32"], "ten rooms and a stream, three times");
    sqlx::query("ALTER TABLE elsewhere RENAME TO stream").execute(&world.store.sqlite().write).await.unwrap();
    world.read(91, 91).await;
    let row = world.store.streams(&StreamQuery::default()).await.unwrap().rows.remove(0);
    assert_eq!(world.store.series(row.id).await.unwrap().runs.len(), 5, "and no reading is lost");
}

#[tokio::test]
async fn a_flood_of_messages_keeps_neither_the_second_nor_a_response_from_its_turn() {
    let mut world = RoomHarness::new().await;
    world.read(1, 5).await;
    world.task.discovery.rule = MonitoredRooms::None;
    world.task.schedule.remove(&room());
    let inbox = world.task.deps.inbox.clone();
    for guest in 0..2_000 {
        let (delivery, body) = (forwarded(at(2)), member(&format!("guest_{guest}"), "Online", 2).to_string());
        let trust = inbox.trust(&delivery.query, delivery.bearer.as_deref(), delivery.received_at);
        inbox.accept(trust, &delivery, Some(body.as_bytes()));
    }
    let counters = Some(Counters::from_array([6; 6]));
    let answer = ApiResponse { asked: at(11), answered: at(11) + 40, request_id: None, value: counters, retries: 0 };
    let response = AppEvent::Polled { room: room(), due: 0, asked_at: 0, result: Ok(answer) };
    world.task.deps.sender.send(response).unwrap();
    // Its first tick has been due since before the test, and no other is due during it.
    let overdue = Instant::now() - Duration::from_secs(60);
    let mut second = tokio::time::interval_at(overdue, Duration::from_secs(3_600));
    assert_eq!(world.task.deps.status.lock().unwrap().live, 0);
    assert!(world.task.turn(&mut second).await);
    assert_eq!((world.task.deps.status.lock().unwrap().live, world.task.deps.messages.len()), (1, 2_000));
    assert!(world.task.turn(&mut second).await);
    let tracker = world.task.rooms[&room()].tracker().unwrap();
    assert_eq!((tracker.last().unwrap().counters.coins, world.task.deps.messages.len()), (6, 2_000));
    assert!(world.task.turn(&mut second).await);
    assert_eq!(world.task.deps.messages.len(), 1_999);
}

#[tokio::test]
async fn open_streams_of_an_app_that_is_not_configured_are_reported_at_the_start() {
    let log = Log::start();
    let mut world = RoomHarness::new().await;
    world.read(1, 5).await;
    let logged = || log.lines("streams of an app that is not configured are open").len();
    crate::collector::report_unconfigured(world.store.clone(), vec![AppId(7)]).await;
    assert_eq!(logged(), 0);
    crate::collector::report_unconfigured(world.store.clone(), vec![AppId(8)]).await;
    assert_eq!(logged(), 1);
}

#[tokio::test]
async fn a_room_that_went_after_the_quiet_rule_ended_its_stream_is_not_asked_for_ever() {
    let mut world = RoomHarness::new().await;
    for (second, value) in [(1, 10), (11, 40), (21, 40), (41, 40), (61, 40), (81, 40)] {
        world.read(second, value).await;
    }
    let watched = |world: &RoomHarness| world.task.rooms[&room()].is_idle() && !world.task.rooms[&room()].is_done();
    world.exists = false;
    world.read(101, 0).await;
    assert!(watched(&world), "once is no end");
    world.exists = true;
    world.read(111, 40).await;
    world.exists = false;
    world.read(121, 0).await;
    assert!(watched(&world), "it answered in between");
    world.read(141, 0).await;
    assert!(!watched(&world));
}

#[tokio::test]
async fn a_room_that_moved_while_we_were_not_running_loses_nothing_between_its_streams() {
    let mut world = RoomHarness::new().await;
    for (second, value) in [(1, 10), (11, 40), (36, 40), (61, 40), (81, 40)] {
        world.read(second, value).await;
    }
    assert_eq!(world.records().await.len(), 1);
    let mut world = world.restart().await;
    world.read(200, 40).await;
    world.read(210, 40).await;
    assert_eq!(world.store.streams(&StreamQuery::default()).await.unwrap().rows.len(), 1, "nothing moves");
    let mut world = world.restart().await;
    world.read(300, 52).await;
    world.read(310, 55).await;
    world.end(320).await;
    let records = world.records().await;
    assert_eq!(records.len(), 2);
    let second = &records[1];
    assert_eq!((second.start.coins, second.before.coins, second.totals.coins), (Some(40), Some(12), Some(15)));
    assert_eq!(records[0].totals.coins.unwrap() + second.totals.coins.unwrap(), 55, "every coin is in one of them");
}

#[tokio::test]
async fn what_an_operator_sealed_returns_when_it_is_added_again_and_is_revised() {
    let mut world = RoomHarness::new().await;
    world.read(1, 5).await;
    world.read(11, 6).await;
    let stream = world.store.streams(&StreamQuery::default()).await.unwrap().rows[0].id;
    let (reply, _) = oneshot::channel();
    world.deliver(12, AppEvent::Command(UserCommand::SealNow { stream, room: room(), reply })).await;
    world.read(21, 7).await;
    world.read(31, 8).await;
    assert_eq!(world.records().await[0].revision, 1, "the room exists, the stream stays sealed");
    world.follow().await;
    world.read(41, 9).await;
    world.end(51).await;
    let records = world.records().await;
    assert_eq!(records.len(), 1);
    assert_eq!((records[0].revision, records[0].totals.coins), (2, Some(9)));
    assert_eq!(records[0].quality.readings, 3, "over all readings");
}

#[tokio::test]
async fn followers_owners_and_contradictions_are_in_the_report() {
    let mut world = RoomHarness::new().await;
    world.read(1, 5).await;
    let follow = |account: &str, to: &str, second: i64| {
        json!({ "CallbackCommand": "Follow.CallbackAfterFollowAdd", "From_Account": account, "To_Account": [to],
            "EventTime": at(second).0.to_string() })
    };
    for (account, to) in [("ann", "host"), ("bea", "host"), ("ann", "host"), ("cid", "somebody else")] {
        world.receive(4, follow(account, to, 3)).await;
    }
    // A lie, as the room goes on answering; then the truth, and a copy of the lie.
    world.receive(6, destroy(6, 999)).await;
    world.read(11, 6).await;
    world.read(21, 7).await;
    world.exists = false;
    world.receive(26, destroy(25, 8)).await;
    world.receive(27, destroy(6, 999)).await;
    world.read(31, 0).await;
    world.read(200, 0).await;
    let record = &world.records().await[0];
    let moment = |kind: MomentKind| record.moments.iter().find(|moment| moment.kind == kind);
    assert_eq!(moment(MomentKind::Follow).unwrap().count, Some(2));
    assert_eq!(moment(MomentKind::RoomClosedContradicted).unwrap().from, at(6));
    assert_eq!((record.ended_at, record.totals.coins), (Some(at(25)), Some(8)));
}

#[tokio::test]
async fn readings_move_to_the_next_stream_in_the_transaction_that_opens_it() {
    let mut world = RoomHarness::new().await;
    world.read(1, 5).await;
    world.read(11, 6).await;
    world.read(21, 9).await;
    let mut committed = world.task.deps.recorder.committed();
    world.born = Some(CREATED_AT + 15);
    world.task.ask_info(&room());
    world.read(31, 12).await;
    let groups: Vec<_> = std::iter::from_fn(|| committed.try_recv().ok()).collect();
    let opened = |write: &Write| matches!(write, Write::Opened { .. });
    let group = groups.iter().find(|group| group.iter().any(opened)).unwrap();
    let Some(Write::Opened { stream: next, .. }) = group.iter().find(|write| opened(write)) else { unreachable!() };
    assert!(
        group.iter().any(|write| matches!(write, Write::ReassignReadings { since, .. } if *since == at(21))),
        "{group:?}"
    );
    let moved = |write: &Write| matches!(write, Write::Run { stream, run, .. } if stream == next && run.from == at(21));
    assert!(group.iter().any(moved), "{group:?}");
    assert!(
        group.iter().any(|write| matches!(write, Write::Ending { by: EndEvidence::NewerSession, .. })),
        "{group:?}"
    );
    let rows = world.store.streams(&StreamQuery::default()).await.unwrap().rows;
    assert_eq!(rows.iter().map(|row| row.totals.coins).collect::<Vec<_>>(), [Some(12), Some(6)]);
    // Ids that are given out one by one stay their own among those the database gives.
    let taken = world.store.reserve_stream().await.unwrap();
    assert_eq!(next.0, rows[1].id.0 + 1);
    assert!(taken.0 > next.0);
}

#[tokio::test]
async fn a_next_stream_that_overtook_the_old_totals_just_before_we_stopped_takes_its_readings_along() {
    let mut world = RoomHarness::new().await;
    for (second, value) in [(1, 5), (11, 6), (21, 9)] {
        world.read(second, value).await;
    }
    let mut world = world.restart().await;
    world.born = Some(CREATED_AT + 15);
    world.task.ask_info(&room());
    world.read(31, 12).await;
    let rows = world.store.streams(&StreamQuery::default()).await.unwrap().rows;
    assert_eq!(rows.iter().map(|row| row.totals.coins).collect::<Vec<_>>(), [Some(12), Some(6)]);
    assert_eq!(rows[1].ended_at, Some(at(11) + 40));
}

#[tokio::test]
async fn a_reading_of_a_room_that_went_before_its_create_time_was_known_is_not_lost() {
    let mut world = RoomHarness::new().await;
    world.born = None;
    world.read(1, 7).await;
    assert!(world.task.rooms[&room()].is_opening());
    world.end(11).await;
    world.read(171, 0).await;
    let records = world.records().await;
    assert_eq!(records.len(), 1);
    assert_eq!((records[0].created_at, records[0].totals.coins), (None, Some(7)));
    assert_eq!(records[0].ended_by, Some(EndEvidence::RoomGone));
}

#[tokio::test]
async fn one_refusal_while_a_stream_is_opened_loses_nothing() {
    let mut world = RoomHarness::new().await;
    world.born = None;
    world.read(1, 7).await;
    world.exists = false;
    world.read(11, 0).await;
    (world.exists, world.born) = (true, Some(CREATED_AT));
    world.read(21, 9).await;
    let live = world.store.streams(&StreamQuery::default()).await.unwrap().rows.remove(0);
    assert_eq!((live.state, live.totals.coins), (StreamState::Live, Some(9)));
    let runs = world.store.runs_since(live.id, Millis(0)).await.unwrap();
    assert_eq!(runs.iter().map(|run| (run.from, run.counters.coins)).collect::<Vec<_>>(), [(at(1), 7), (at(21), 9)]);
}

#[tokio::test]
async fn the_last_reading_of_a_quiet_stream_is_none_of_the_rooms_next_stream() {
    let mut world = RoomHarness::new().await;
    for (second, value) in [(1, 10), (11, 40), (21, 40), (41, 40), (61, 40), (81, 40)] {
        world.read(second, value).await;
    }
    assert_eq!(world.records().await.len(), 1);
    world.born = Some(CREATED_AT + 90);
    world.read(101, 3).await;
    world.read(111, 5).await;
    world.end(121).await;
    let records = world.records().await;
    assert_eq!(records.len(), 2);
    assert_eq!(
        (records[1].totals.coins, records[1].before.coins, records[1].quality.excluded),
        (Some(5), Some(3), Some(0))
    );
}

#[tokio::test]
async fn a_room_closed_webhook_long_after_an_end_that_was_set_here_moves_nothing() {
    let mut world = RoomHarness::new().await;
    for (second, value) in [(1, 10), (11, 40), (21, 40), (41, 40), (61, 40), (81, 40)] {
        world.read(second, value).await;
    }
    let before = world.records().await;
    assert_eq!(before[0].ended_by, Some(EndEvidence::Quiet));
    world.receive(900, destroy(900, 70)).await;
    assert_eq!(world.records().await, before);
    // About then it is the last word on the totals, and not on the end.
    world.receive(901, destroy(100, 44)).await;
    let after = world.records().await;
    assert_eq!((after[0].revision, after[0].totals.coins, after[0].after.coins), (2, Some(44), Some(4)));
    assert_eq!((after[0].ended_by, after[0].ended_at), (before[0].ended_by, before[0].ended_at));
}

#[tokio::test]
async fn a_room_that_an_operator_stopped_following_stays_stopped_until_it_is_added_again() {
    let mut world = RoomHarness::new().await;
    world.read(1, 5).await;
    let (reply, _) = oneshot::channel();
    world.deliver(2, AppEvent::Command(UserCommand::StopMonitoring { room: room(), reply })).await;
    let listed = |second| {
        let value = RoomPage { rooms: vec![info(Some(CREATED_AT))], next: None };
        let page = ApiResponse { asked: at(second), answered: at(second) + 20, request_id: None, value, retries: 0 };
        AppEvent::Listed { page }
    };
    world.deliver(3, listed(3)).await;
    let mut world = world.restart().await;
    world.deliver(4, listed(4)).await;
    assert!(world.task.rooms.is_empty());
    assert_eq!(world.store.streams(&StreamQuery::default()).await.unwrap().rows.len(), 1);
    world.follow().await;
    world.deliver(5, listed(5)).await;
    assert_eq!(world.task.rooms.len(), 1);
}

#[tokio::test]
async fn a_user_who_seals_gets_a_reply_when_the_report_is_there() {
    let mut world = RoomHarness::new().await;
    world.read(1, 5).await;
    let stream = world.store.streams(&StreamQuery::default()).await.unwrap().rows[0].id;
    let (reply, mut answer) = oneshot::channel();
    world.task.finish(AppEvent::Command(UserCommand::SealNow { stream, room: room(), reply })).await;
    tokio::task::yield_now().await;
    assert!(answer.try_recv().is_err(), "it is being sealed");
    world.deliver(3, AppEvent::Swept { listed: None }).await;
    assert_eq!(answer.await, Ok(Ok(())));
    assert_eq!(world.records().await.len(), 1);
}

#[tokio::test]
async fn a_sealed_stream_is_sealed_again_over_the_same_readings_and_a_live_one_is_not() {
    let mut world = RoomHarness::new().await;
    for (second, value) in [(1, 5), (11, 9)] {
        world.read(second, value).await;
    }
    let stream = world.store.streams(&StreamQuery::default()).await.unwrap().rows[0].id;
    let (reply, answer) = oneshot::channel();
    world.deliver(12, AppEvent::Command(UserCommand::SealAgain { stream, room: room(), reply })).await;
    assert_eq!(answer.await, Ok(Err(CommandError::NotSealed(stream))));
    world.end(21).await;
    world.read(171, 0).await;
    let first = world.records().await.remove(0);
    let issuer = crate::store::IssuerRow { name: Some("StarLane".into()), ..Default::default() };
    world.store.set_issuer(&issuer).await.unwrap();
    let (reply, answer) = oneshot::channel();
    world.deliver(180, AppEvent::Command(UserCommand::SealAgain { stream, room: room(), reply })).await;
    world.deliver(181, AppEvent::Swept { listed: None }).await;
    assert_eq!(answer.await, Ok(Ok(())));
    let again = world.records().await.remove(0);
    assert_eq!((again.revision, again.issuer.as_str()), (2, "StarLane"));
    assert_eq!((again.totals, again.ended_at, again.ended_by), (first.totals, first.ended_at, first.ended_by));
    assert_eq!((again.runs(), &again.gaps), (first.runs(), &first.gaps));
    assert!(again.supersedes.is_some() && first.supersedes.is_none());
    // Killed between reopening and sealing: the restart seals it, and the room is in no stream.
    let (ended_at, by) = (again.ended_at.unwrap(), again.ended_by.unwrap());
    let evidence_at = world.store.stream(stream).await.unwrap().unwrap().seal.unwrap().sealed_at;
    let end = Write::Ending { stream, ended_at, ended_after: None, by, evidence_at };
    world.store.reopen(stream, &again.runs(), &[end]).await.unwrap();
    let mut world = world.restart().await;
    world.deliver(191, AppEvent::Swept { listed: None }).await;
    let last = world.records().await.remove(0);
    assert_eq!((last.revision, last.totals), (3, first.totals));
    assert!(!world.task.rooms.values().any(|room| room.tracker().is_some()));
}

#[tokio::test]
async fn what_was_read_in_the_second_in_which_a_closed_room_came_again_counts_in_no_stream() {
    let mut world = RoomHarness::new().await;
    world.read(1, 5).await;
    let stream = world.store.streams(&StreamQuery::default()).await.unwrap().rows[0].id;
    let (reply, _) = oneshot::channel();
    world.deliver(12, AppEvent::Command(UserCommand::SealNow { stream, room: room(), reply })).await;
    world.born = Some(CREATED_AT + 30);
    world.read(30, 9).await;
    world.read(41, 12).await;
    let newest = world.store.streams(&StreamQuery::default()).await.unwrap().rows.remove(0);
    let series = world.store.series(newest.id).await.unwrap();
    assert_eq!((newest.totals.coins, series.excluded), (Some(12), 1));
    assert_eq!(series.runs.iter().map(|run| run.from).collect::<Vec<_>>(), [at(41)]);
}

fn listed(second: i64, info: RoomInfo) -> AppEvent {
    let value = RoomPage { rooms: vec![info], next: None };
    AppEvent::Listed {
        page: ApiResponse { asked: at(second), answered: at(second) + 20, request_id: None, value, retries: 0 },
    }
}

#[tokio::test]
async fn a_room_whose_stream_a_user_sealed_is_not_polled_while_it_exists() {
    for found_by in [FoundBy::List, FoundBy::Hand] {
        let mut world = RoomHarness::new().await;
        world.read(1, 5).await;
        world.read(11, 6).await;
        world.task.rooms.get_mut(&room()).unwrap().found_by = found_by;
        let stream = world.store.streams(&StreamQuery::default()).await.unwrap().rows[0].id;
        let (reply, _) = oneshot::channel();
        world.deliver(12, AppEvent::Command(UserCommand::SealNow { stream, room: room(), reply })).await;
        let mut before = 0;
        for turn in 0..8 {
            let steady = world.task.steady();
            world.read(21 + turn * 10, 7).await;
            assert!((world.task.rooms[&room()].is_idle() && !world.task.rooms[&room()].is_done()));
            let due = world.task.schedule.next_due().map(|due| due - steady);
            match found_by {
                // Asked less and less often, since a person wants to know of it.
                FoundBy::Hand => {
                    let due = due.unwrap();
                    assert!(
                        due >= (before * 3 / 2).min(MAX_IDLE_MS - 1_000),
                        "turn {turn}: {before} ms, then {due} ms"
                    );
                    before = due;
                }
                // The list shows when it comes again.
                _ => assert_eq!(due, None, "turn {turn}"),
            }
            world.deliver(22 + turn * 10, listed(22 + turn * 10, info(Some(CREATED_AT)))).await;
        }
        assert_eq!(world.records().await[0].revision, 1);
        // Created again: another stream.
        world.born = Some(CREATED_AT + 200);
        world.deliver(201, listed(201, info(world.born))).await;
        world.read(211, 1).await;
        let newest = world.store.streams(&StreamQuery::default()).await.unwrap().rows.remove(0);
        assert_eq!((newest.created_at, newest.totals.coins), (Some(at(200)), Some(1)));
    }
}

#[tokio::test]
async fn a_narrowed_rule_applies_to_rooms_that_are_known_and_an_open_stream_runs_to_its_end() {
    let other = RoomId::parse("vip_no").unwrap();
    let page = |second, born| listed(second, RoomInfo { room: other.clone(), ..info(Some(CREATED_AT + born)) });
    let mut world = RoomHarness::new().await;
    world.deliver(2, page(2, 2)).await;
    assert!(world.task.rooms[&other].tracker().is_some());
    world.task.discovery.rule = MonitoredRooms::Match(wildmatch::WildMatch::new("vip_yes*"));
    world.deliver(5, page(5, 2)).await;
    assert!(world.task.rooms[&other].tracker().is_some(), "its stream runs to its end");
    // Created again: the stream is over, and the room's next one is not wanted.
    world.deliver(41, page(41, 40)).await;
    let rows = world.store.streams(&StreamQuery::default()).await.unwrap().rows;
    assert_eq!(rows.iter().map(|row| row.state).collect::<Vec<_>>(), [StreamState::Sealed]);
    world.deliver(50, page(50, 40)).await;
    assert!(!world.task.rooms.contains_key(&other));
    let mut world = world.restart().await;
    world.task.discovery.rule = MonitoredRooms::Match(wildmatch::WildMatch::new("vip_yes*"));
    world.deliver(60, page(60, 60)).await;
    assert_eq!(world.store.streams(&StreamQuery::default()).await.unwrap().rows.len(), 1);
    assert!(!world.task.rooms.contains_key(&other), "nor after a restart");
    // What was added manually is monitored whatever the rule says.
    world.read(61, 4).await;
    assert!(world.task.rooms[&room()].tracker().is_some());
}

#[tokio::test]
async fn time_without_readings_does_not_count_for_the_idle_rule() {
    let mut world = RoomHarness::new().await;
    for (second, value) in [(1, 10), (11, 40), (21, 50)] {
        world.read(second, value).await;
    }
    for second in (31..=91).step_by(10) {
        let failure = crate::tencent::Failure::NoResponse(crate::tencent::NoResponse::Timeout);
        let error = super::call_error(failure, at(second), at(second) + 5_000);
        world.deliver(second, AppEvent::Polled { room: room(), due: 0, asked_at: 0, result: Err(error) }).await;
    }
    for second in [101, 121, 141] {
        world.read(second, 50).await;
        let row = world.store.streams(&StreamQuery::default()).await.unwrap().rows.remove(0);
        assert_eq!(row.state, StreamState::Live, "after {second} s");
    }
    world.read(162, 50).await;
    assert_eq!(world.records().await[0].ended_by, Some(EndEvidence::Quiet), "a minute of readings since the gap");
}

#[tokio::test]
async fn a_listed_room_without_a_usable_create_time_is_polled_and_its_start_is_completed_later() {
    let mut world = RoomHarness::new().await;
    let other = RoomId::parse("other").unwrap();
    let returned = |born: Option<i64>| RoomInfo { room: other.clone(), ..info(born) };
    world.deliver(1, listed(1, returned(None))).await;
    assert!(world.due() <= world.task.steady(), "it is polled now");
    // The world's own room is what answers; this one is asked by hand.
    for (second, value) in [(2, 5), (12, 6)] {
        let counters = Some(Counters::from_array([value; 6]));
        let answer =
            ApiResponse { asked: at(second), answered: at(second) + 40, request_id: None, value: counters, retries: 0 };
        world.task.finish(AppEvent::Polled { room: other.clone(), due: 0, asked_at: 0, result: Ok(answer) }).await;
        let answer = ApiResponse {
            asked: at(second) + 50,
            answered: at(second) + 60,
            request_id: None,
            value: Some(returned(None)),
            retries: 0,
        };
        world.deliver(second, AppEvent::Info { room: other.clone(), result: Ok(answer) }).await;
    }
    let row = world.store.streams(&StreamQuery::default()).await.unwrap().rows.remove(0);
    assert_eq!((row.room.as_str(), row.created_at, row.totals.coins), ("other", None, Some(6)));
    assert_eq!(row.started_at, at(2), "a provisional start");
    world.deliver(20, listed(20, returned(Some(CREATED_AT)))).await;
    let row = world.store.streams(&StreamQuery::default()).await.unwrap().rows.remove(0);
    assert_eq!((row.created_at, row.started_at), (Some(at(0)), at(0)));
}

#[tokio::test]
async fn a_slow_reading_of_the_stream_before_is_excluded_from_the_next() {
    let mut world = RoomHarness::new().await;
    world.task.deps.rules.quiet_ms = None;
    world.read(1, 4_000).await;
    world.read(11, 5_000).await;
    // Requested at 20.0 of the first stream and answered at 24.0. Destroyed at 21, created again at 22, listed at 23.
    world.born = Some(CREATED_AT + 22);
    world.deliver(23, listed(23, info(world.born))).await;
    let counters = Some(Counters::from_array([5_100; 6]));
    let answer = ApiResponse { asked: at(20), answered: at(24), request_id: None, value: counters, retries: 0 };
    world.deliver(24, AppEvent::Polled { room: room(), due: 0, asked_at: 0, result: Ok(answer) }).await;
    for (second, value) in [(34, 10), (44, 20), (54, 30), (64, 40)] {
        world.read(second, value).await;
    }
    world.end(74).await;
    let records = world.records().await;
    assert_eq!(records.iter().map(|record| record.totals.coins).collect::<Vec<_>>(), [Some(5_000), Some(40)]);
    let next = &records[1];
    assert_eq!((next.before.coins, next.quality.excluded, next.corrected.len()), (Some(10), Some(1), 0));
}

#[tokio::test]
async fn a_room_whose_totals_outlive_it_ends() {
    let mut world = RoomHarness::new().await;
    world.task.deps.rules.quiet_ms = None;
    for (second, value) in [(1, 10), (11, 40), (21, 50)] {
        world.read(second, value).await;
    }
    // Destroyed at 25: get_room_info answers 100004 from now on, get_room_stats goes on with the last totals.
    world.exists = false;
    for second in (31..800).step_by(10) {
        let counters = Some(Counters::from_array([50; 6]));
        let (asked, answered) = (at(second), at(second) + 40);
        let answer = ApiResponse { asked, answered, request_id: None, value: counters, retries: 0 };
        world.deliver(second, AppEvent::Polled { room: room(), due: 0, asked_at: 0, result: Ok(answer) }).await;
    }
    let records = world.records().await;
    let ends: Vec<_> = records.iter().map(|record| (record.ended_by, record.totals.coins)).collect();
    assert_eq!(ends, [(Some(EndEvidence::RoomGone), Some(50))], "once, and what it still answers opens no stream");
    let ended = records[0].ended_at.unwrap();
    assert!((at(21)..at(100)).contains(&ended), "{:?}", ended - at(0));
    assert!((world.task.rooms[&room()].is_done() || world.task.rooms[&room()].is_opening()));
}

#[tokio::test]
async fn a_true_room_closed_webhook_survives_an_answer_that_is_out_of_date() {
    let mut world = RoomHarness::new().await;
    world.task.deps.rules.quiet_ms = None;
    world.read(1, 10).await;
    world.read(11, 40).await;
    world.receive(20, destroy(20, 77)).await;
    // Polled at once; the server still has the room for half a second.
    let counters = Some(Counters::from_array([40; 6]));
    let answer =
        ApiResponse { asked: at(20) + 50, answered: at(20) + 90, request_id: None, value: counters, retries: 0 };
    world.deliver(20, AppEvent::Polled { room: room(), due: 0, asked_at: 0, result: Ok(answer) }).await;
    world.exists = false;
    for second in [30, 40, 50, 170, 180, 300] {
        world.read(second, 40).await;
    }
    let record = &world.records().await[0];
    assert_eq!((record.totals.coins, record.ended_at), (Some(77), Some(at(20))));
    assert_eq!((record.ended_by, record.moments.len()), (Some(EndEvidence::Webhook), 0));
}

#[tokio::test]
async fn a_contradiction_is_withdrawn_also_after_a_restart_and_in_the_report() {
    let mut world = RoomHarness::new().await;
    world.task.deps.rules.quiet_ms = None;
    world.read(1, 10).await;
    world.read(11, 40).await;
    world.receive(20, destroy(20, 77)).await;
    // Out of date for more than an interval.
    world.read(25, 40).await;
    world.read(35, 40).await;
    let open =
        |world: &RoomHarness| world.task.rooms[&room()].tracker().is_some_and(|tracker| tracker.phase == Phase::Live);
    assert!(open(&world), "contradicted");
    let mut world = world.restart().await;
    world.task.deps.rules.quiet_ms = None;
    world.exists = false;
    for second in [45, 55, 65, 185, 195] {
        world.read(second, 40).await;
    }
    let record = &world.records().await[0];
    assert_eq!((record.totals.coins, record.ended_by), (Some(77), Some(EndEvidence::Webhook)));
    assert!(record.moments.is_empty(), "{:?}", record.moments);
}

#[tokio::test]
async fn a_room_closed_webhook_within_the_second_of_the_next_creation_is_of_the_stream_before() {
    let mut world = RoomHarness::new().await;
    world.task.deps.rules.quiet_ms = None;
    world.read(1, 10).await;
    world.read(11, 40).await;
    // Destroyed at 20.1, created again at 20.9, so with CreateTime 20. The list comes first, the webhook after.
    world.born = Some(CREATED_AT + 20);
    world.deliver(21, listed(21, info(world.born))).await;
    world.read(22, 3).await;
    let body = json!({ "CallbackCommand": "Live.CallbackAfterDestroyRoom", "RoomId": ROOM,
        "EventTime": at(20).0 + 100, "Statistic": { "TotalGiftCoins": 77 } });
    world.receive(23, body).await;
    world.read(32, 5).await;
    world.read(42, 9).await;
    world.end(52).await;
    let records = world.records().await;
    assert_eq!(records.iter().map(|record| record.totals.coins).collect::<Vec<_>>(), [Some(77), Some(9)]);
    assert!(records.iter().all(|record| record.moments.is_empty()));
}

#[tokio::test]
async fn a_room_closed_webhook_of_a_stream_that_is_being_opened_waits_for_it() {
    let mut world = RoomHarness::new().await;
    world.task.deps.rules.quiet_ms = None;
    world.read(1, 10).await;
    world.end(11).await;
    // Created again at 200; get_room_info does not say so.
    (world.exists, world.born) = (true, None);
    world.read(201, 3).await;
    assert!(world.task.rooms[&room()].is_opening());
    world.receive(210, destroy(210, 8)).await;
    assert_eq!(world.records().await[0].revision, 1, "nor is it the earlier stream's");
    world.born = Some(CREATED_AT + 200);
    world.read(211, 3).await;
    world.exists = false;
    for second in [221, 231, 360] {
        world.read(second, 0).await;
    }
    let records = world.records().await;
    assert_eq!((records[0].revision, records[0].totals.coins), (1, Some(10)));
    assert_eq!((records[1].ended_by, records[1].totals.coins), (Some(EndEvidence::Webhook), Some(8)));
}

#[tokio::test]
async fn messages_about_rooms_that_nobody_monitors_push_out_no_others() {
    let mut world = RoomHarness::new().await;
    world.task.discovery.rule = MonitoredRooms::Match(wildmatch::WildMatch::new("vip_*"));
    world.receive(1, json!({ "CallbackCommand": "Live.CallbackAfterDestroyRoom", "RoomId": "vip_1" })).await;
    for other in 0..MAX_BUFFERED {
        let battle = json!({ "CallbackCommand": "Live.CallbackAfterStartBattle", "BattleId": other.to_string(),
            "FromRoomInfo": { "RoomId": format!("from_{other}") }, "ToRoomList": [{ "RoomId": "another" }] });
        world.receive(2, battle).await;
        let gone = json!({ "CallbackCommand": "Live.CallbackAfterDestroyRoom", "RoomId": format!("other_{other}") });
        world.receive(2, gone).await;
    }
    let kept: Vec<_> = world.task.messages.rooms().map(RoomId::as_str).collect();
    assert_eq!(kept, ["vip_1"]);
}

#[tokio::test]
async fn a_room_of_the_list_is_forgotten_when_its_stream_is_sealed_and_known_again_when_it_is_live() {
    let mut world = RoomHarness::new().await;
    let other = RoomId::parse("live_1_1795262400").unwrap();
    let returned =
        |born: i64| RoomInfo { room: other.clone(), title: Some("title".into()), ..info(Some(CREATED_AT + born)) };
    let gone = |second: i64| {
        let answer =
            ApiResponse { asked: at(second), answered: at(second) + 40, request_id: None, value: None, retries: 0 };
        AppEvent::Info { room: other.clone(), result: Ok(answer) }
    };
    world.deliver(2, listed(2, returned(2))).await;
    assert!(world.task.rooms[&other].tracker().is_some());
    for second in [12, 22, 143] {
        world.deliver(second, gone(second)).await;
    }
    assert_eq!(world.task.rooms.keys().collect::<Vec<_>>(), [&room()], "what was added manually stays");
    assert!(!world.task.schedule.contains(&other));
    // The list shows it for a moment longer: nothing is kept of it, and nothing is opened.
    world.deliver(144, listed(144, returned(2))).await;
    assert!(!world.task.rooms.contains_key(&other));
    let mut world = world.restart().await;
    assert_eq!(world.task.rooms.keys().collect::<Vec<_>>(), [&room()]);
    // Live again, with what is known of it.
    world.deliver(300, listed(300, returned(300))).await;
    let newest = world.store.streams(&StreamQuery::default()).await.unwrap().rows.remove(0);
    assert_eq!(
        (newest.room, newest.created_at, newest.title.as_deref()),
        (other.clone(), Some(at(300)), Some("title"))
    );
    let mut world = world.restart().await;
    assert_eq!(world.task.rooms[&other].title.as_deref(), Some("title"), "an open stream is resumed");
    for second in [312, 322, 443] {
        world.deliver(second, gone(second)).await;
    }
    assert!(!world.task.rooms.contains_key(&other));
}

#[tokio::test]
async fn a_stream_of_more_than_seven_days_goes_on_as_its_next_part() {
    const DAY: i64 = 86_400;
    let mut world = RoomHarness::new().await;
    world.task.deps.rules.quiet_ms = None;
    let mut second = 1;
    while second < 7 * DAY + 20_000 {
        world.read(second, second / 1_000).await;
        // Hourly, for the test's sake: the list confirms each, as it would.
        world.deliver(second + 1, listed(second + 1, info(Some(CREATED_AT)))).await;
        second += 3_600;
    }
    let last = (second - 3_600) / 1_000;
    let records = world.records().await;
    assert_eq!(records.len(), 1);
    assert_eq!(records[0].ended_by, Some(EndEvidence::Continued));
    let first_total = records[0].totals.coins.unwrap();
    let next = world.store.streams(&StreamQuery::default()).await.unwrap().rows.remove(0);
    assert_eq!((next.state, next.created_at), (StreamState::Live, Some(at(0))));
    assert_eq!(first_total + next.totals.coins.unwrap(), last, "every coin is in one of them");
    world.end(second).await;
    let records = world.records().await;
    assert_eq!((records.len(), records[1].start.coins), (2, Some(first_total)));
}

#[tokio::test]
async fn a_room_whose_readings_pause_ends_when_get_room_info_says_so() {
    let mut world = RoomHarness::new().await;
    world.task.deps.rules.quiet_ms = None;
    world.read(1, 10).await;
    world.task.rooms.get_mut(&room()).unwrap().paused_until = world.task.steady() + 60_000;
    world.task.reschedule(&room());
    let steady = world.task.steady();
    assert!(world.due() > steady + 50_000);
    world.deliver(2, AppEvent::Swept { listed: Some([room()].into()) }).await;
    world.exists = false;
    // Off the list: get_room_info is asked at once, and again an interval later, though the room is not polled.
    world.deliver(12, AppEvent::Swept { listed: Some(BTreeSet::new()) }).await;
    assert!(world.due() <= world.task.steady() + INTERVAL_MS);
    let ask = async |world: &mut RoomHarness, second: i64| {
        let now = world.task.steady();
        world.task.schedule.set(room(), now, Priority::Eager);
        world.now.store(at(second).0, Ordering::Relaxed);
        world.task.dispatch();
        world.run_pending(second).await;
        assert_eq!(world.task.polling.in_flight, 0, "it is not polled");
    };
    ask(&mut world, 22).await;
    assert!(world.task.rooms[&room()].tracker().is_some_and(|tracker| tracker.phase != Phase::Live));
    ask(&mut world, 150).await;
    assert_eq!(world.records().await[0].ended_by, Some(EndEvidence::RoomGone));
}

fn polled(room: &RoomId, second: i64, value: i64) -> AppEvent {
    let value = Some(Counters::from_array([value; 6]));
    let answer = ApiResponse { asked: at(second), answered: at(second) + 40, request_id: None, value, retries: 0 };
    AppEvent::Polled { room: room.clone(), due: 0, asked_at: 0, result: Ok(answer) }
}

/// A world that has reserved no ids, whose database another program holds, and which waits to open three rooms.
async fn with_held_database() -> (RoomHarness, sqlx::Transaction<'static, sqlx::Sqlite>, [RoomId; 3]) {
    let mut world = RoomHarness::new().await;
    world.read(1, 5).await;
    let mut world = world.restart().await;
    world.task.deps.rules.quiet_ms = None;
    let other = Store::open(&world.directory.path().join("aftershow.db")).await.unwrap();
    let held = other.sqlite().write.begin_with("BEGIN IMMEDIATE").await.unwrap();
    let rooms = ["one", "two", "three"].map(|id| RoomId::parse(id).unwrap());
    world.now.store(at(11).0, Ordering::Relaxed);
    for other in &rooms {
        world.task.handle_event(listed(11, RoomInfo { room: other.clone(), ..info(Some(CREATED_AT + 10)) }));
    }
    // What is read of the database is answered; what is written to it waits.
    let mut answered = 0;
    while answered < rooms.len() {
        let event = world.task.deps.events.recv().await.unwrap();
        if matches!(event, AppEvent::LookedUp { .. }) {
            world.task.handle_event(event);
            answered += 1;
        }
    }
    (world, held, rooms)
}

#[tokio::test]
async fn a_database_that_another_program_holds_stops_no_poll() {
    let (mut world, held, rooms) = with_held_database().await;
    assert_eq!(world.task.look_ups.rooms.len(), 3);
    // The open stream's reading is accepted, and all rooms are polled.
    world.now.store(at(21).0, Ordering::Relaxed);
    world.task.handle_event(polled(&room(), 21, 9));
    let tracker = world.task.rooms[&room()].tracker().unwrap();
    assert_eq!(tracker.last().unwrap().counters.coins, 9);
    world.task.dispatch();
    assert_eq!(world.task.polling.in_flight, 4);
    for other in &rooms {
        world.task.handle_event(polled(other, 21, 3));
        assert!(world.task.schedule.contains(other));
    }
    assert_eq!((world.task.polling.in_flight, world.task.look_ups.rooms.len()), (1, 3));
    // What happened to them meanwhile comes after they are open.
    held.rollback().await.unwrap();
    world.task.finish_look_ups().await;
    world.task.deps.recorder.flush().await.unwrap();
    let rows = world.store.streams(&StreamQuery::default()).await.unwrap().rows;
    let mut totals: Vec<_> = rows.iter().map(|row| (row.room.as_str(), row.totals.coins)).collect();
    totals.sort_unstable();
    assert_eq!(totals, [("one", Some(3)), ("three", Some(3)), ("two", Some(3)), (ROOM, Some(9))]);
}

#[tokio::test]
async fn a_stop_loses_no_reading_of_a_room_that_waits_for_the_database() {
    let (mut world, held, rooms) = with_held_database().await;
    world.now.store(at(21).0, Ordering::Relaxed);
    for (second, value) in [(21, 3), (31, 4)] {
        world.task.handle_event(polled(&rooms[0], second, value));
    }
    world.task.deps.stop.cancel();
    world.task.serve().await;
    held.rollback().await.unwrap();
    let mut world = world.restart().await;
    let listed_again = |second| listed(second, RoomInfo { room: rooms[0].clone(), ..info(Some(CREATED_AT + 10)) });
    world.deliver(40, listed_again(40)).await;
    world.task.deps.recorder.flush().await.unwrap();
    let rows = world.store.streams(&StreamQuery::default()).await.unwrap().rows;
    let row = rows.iter().find(|row| row.room == rooms[0]).unwrap();
    let runs = world.store.series(row.id).await.unwrap().runs;
    assert_eq!(runs.iter().map(|run| run.counters.coins).collect::<Vec<_>>(), [3, 4]);
}

#[tokio::test]
async fn of_too_many_events_of_a_room_that_waits_only_those_that_repeat_are_left_out() {
    let mut look_up = LookUp::default();
    look_up.wait(RoomEvent::Sealed);
    let answer = ApiResponse { asked: at(1), answered: at(1), request_id: None, value: None, retries: 0 };
    look_up.wait(RoomEvent::Info(Ok(answer)));
    for second in 0..5_000 {
        let AppEvent::Polled { result, .. } = polled(&room(), second, 1) else { unreachable!() };
        look_up.wait(RoomEvent::Polled { result, refreshing: Vec::new() });
    }
    assert!(look_up.events.len() <= MAX_WAITING_EVENTS);
    assert!(matches!(look_up.events[0], RoomEvent::Sealed) && matches!(look_up.events[1], RoomEvent::Info(_)));
    let Some(RoomEvent::Polled { result: Ok(last), .. }) = look_up.events.back() else { panic!("left out") };
    assert_eq!(last.asked, at(4_999));
}

#[tokio::test]
async fn a_room_without_a_stream_whose_turn_comes_while_it_waits_for_the_database_is_forgotten() {
    let mut world = RoomHarness::new().await;
    let other = RoomId::parse("other").unwrap();
    world.task.rooms.insert(other.clone(), Room::new(other.clone(), FoundBy::List));
    let room_closed =
        RoomClosedWebhook { event_time: None, at: at(1), statistic: Totals::default(), received_at: at(1) };
    world.task.look_up(&other, Query::RoomClosed { room_closed, may_be_open: false });
    world.task.reschedule(&other);
    world.task.finish_look_ups().await;
    assert!(!world.task.rooms.contains_key(&other));
}
