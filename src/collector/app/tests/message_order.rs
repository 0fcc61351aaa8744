//! Webhooks through the whole way, from the delivery to the sealed record: in any order and any number of times they
//! make the same reports, and one that is lost changes no more than the tail.
//!
//! The collector's own task is driven event by event, with a real store, recorder and sealer, and a clock that is set. What
//! is read of the room is the same in every run; only the messages move.

#![allow(clippy::unwrap_used)]

use super::*;
use crate::collector::Delivery;
use crate::domain::Counter;
use crate::domain::record::{Record, SourceKind};
use crate::report;
use crate::store::StreamQuery;
use proptest::prelude::*;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::sync::atomic::{AtomicI64, Ordering};

/// The first stream begins, in seconds; everything below is milliseconds from there.
const CREATED_AT: i64 = 1_795_262_400;
const APP: i64 = 1_400_000_001;
const TOKEN: &str = "webhook-token";
const ROOM: &str = "xl_radio";
const GRACE_MS: i64 = 120_000;
/// The first stream ends, the second begins and ends.
const ENDED: i64 = 123_400;
const RECREATED_AT: i64 = 137_000;
const ENDED_AGAIN: i64 = 253_600;
/// By then everything is sealed, and what comes later comes late.
const SEALED: i64 = 400_000;

fn at(ms: i64) -> Millis {
    Millis(CREATED_AT * 1000 + ms)
}

/// What Tencent sends, with the moment it is true of.
#[derive(Clone, Debug)]
struct Message {
    at: i64,
    body: Value,
}

fn message(ms: i64, command: &str, more: Value) -> Message {
    let mut body = json!({ "CallbackCommand": command, "EventTime": at(ms).0 });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    Message { at: ms, body }
}

const CREATE: &str = "Live.CallbackAfterCreateRoom";
const UPDATE: &str = "Live.CallbackAfterUpdateRoomInfo";
const DESTROY: &str = "Live.CallbackAfterDestroyRoom";
const MEMBER: &str = "Live.CallbackAfterMemberStateChanged";

fn statistic(value: i64) -> Value {
    json!({ "TotalViewers": value, "TotalGiftsSent": value, "TotalGiftCoins": value, "TotalUniqueGiftSenders": value,
        "TotalLikesReceived": value })
}

/// Everything that happened, in its order.
fn messages() -> Vec<Message> {
    let info = |title: &str, born: i64| {
        json!({ "RoomInfo": { "RoomId": ROOM, "RoomName": title, "Owner_Account": "host", "CreateTime": CREATED_AT + born / 1000,
            "IsPublicVisible": true } })
    };
    let host = |kind: &str| json!({ "RoomId": ROOM, "EventType": kind, "MemberList": [{ "Member_Account": "host" }] });
    let guest = json!({ "RoomId": ROOM, "EventType": "Offline", "MemberList": [{ "Member_Account": "guest" }] });
    let battle = |start: i64| {
        json!({ "BattleId": format!("b{start}"), "StartTime": CREATED_AT + start / 1000, "EndTime": CREATED_AT + start / 1000 + 20,
            "FromRoomInfo": { "RoomId": ROOM, "Owner_Account": "host" },
            "ToRoomList": [{ "RoomId": "other", "Owner_Account": "rival" }] })
    };
    let over = |value| json!({ "RoomId": ROOM, "EventType": "DestroyByUser", "Statistic": statistic(value) });
    vec![
        message(300, CREATE, info("first", 0)),
        message(30_500, UPDATE, info("second", 0)),
        message(40_200, MEMBER, host("Offline")),
        message(44_000, MEMBER, guest.clone()),
        message(50_800, MEMBER, host("Online")),
        message(60_100, UPDATE, info("third", 0)),
        message(70_000, "Live.CallbackAfterStartBattle", battle(70_000)),
        message(90_000, "Live.CallbackAfterEndBattle", battle(70_000)),
        message(110_700, MEMBER, host("Offline")),
        message(ENDED, DESTROY, over(1_000)),
        message(RECREATED_AT + 200, CREATE, info("again", RECREATED_AT)),
        message(170_000, "Live.CallbackAfterStartBattle", battle(170_000)),
        message(190_000, "Live.CallbackAfterEndBattle", battle(170_000)),
        message(230_900, MEMBER, host("Offline")),
        message(240_100, MEMBER, host("Online")),
        message(ENDED_AGAIN, DESTROY, over(700)),
    ]
}

/// The address of a message that arrives then, signed then.
fn delivery(ms: i64) -> Delivery {
    let seconds = at(ms).seconds();
    let sign = hex::encode(Sha256::digest(format!("{TOKEN}{seconds}")));
    Delivery { query: format!("SdkAppid={APP}&Sign={sign}&RequestTime={seconds}"), bearer: None, received_at: at(ms) }
}

/// The stream the room is in then: when it was created, and its title as Tencent would return it.
fn session_at(ms: i64) -> Option<(i64, &'static str)> {
    match ms {
        0..30_500 => Some((0, "first")),
        30_500..60_100 => Some((0, "second")),
        60_100..ENDED => Some((0, "third")),
        RECREATED_AT..ENDED_AGAIN => Some((RECREATED_AT, "again")),
        _ => None,
    }
}

struct OrderHarness {
    _directory: tempfile::TempDir,
    task: CollectorTask,
    store: Store,
    now: Arc<AtomicI64>,
}

impl OrderHarness {
    async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(&directory.path().join("aftershow.db")).await.unwrap();
        let now = Arc::new(AtomicI64::new(at(0).0));
        let secrets = |app: &mut AppConfig| app.webhook_token = Some(TOKEN.into());
        let rules = Rules { grace_ms: GRACE_MS, quiet_ms: None };
        let task = super::task(&store, &now, AppId(APP), secrets, 10_000, rules).await;
        Self { _directory: directory, task, store, now }
    }

    /// One event, then whatever it asked for: get_room_info answers at once, and what is to be sealed is sealed.
    async fn deliver(&mut self, ms: i64, event: AppEvent) {
        self.now.store(at(ms).0, Ordering::Relaxed);
        self.task.finish(event).await;
        self.run_pending(ms).await;
    }

    async fn receive(&mut self, ms: i64, message: &Message) {
        self.now.store(at(ms).0, Ordering::Relaxed);
        self.task.deliver(delivery(ms), message.body.to_string().as_bytes()).await;
        self.run_pending(ms).await;
    }

    async fn run_pending(&mut self, ms: i64) {
        let id = RoomId::parse(ROOM).unwrap();
        while self.task.rooms.get(&id).is_some_and(|room| room.info_in_flight) {
            let value = session_at(ms).map(info);
            let answer =
                ApiResponse { asked: at(ms) + 120, answered: at(ms) + 150, request_id: None, value, retries: 0 };
            self.task.finish(AppEvent::Info { room: id.clone(), result: Ok(answer) }).await;
        }
        while !self.task.sealing.is_empty() {
            // The client's own attempts fail somewhere beside; only events of the sealer are taken.
            let event = self.task.deps.events.recv().await.unwrap();
            if matches!(event, AppEvent::Sealed { .. }) {
                self.task.finish(event).await;
            }
        }
    }

    /// Reads the room at that moment, and lists it.
    async fn read(&mut self, ms: i64, value: i64) {
        let room = RoomId::parse(ROOM).unwrap();
        let session = session_at(ms);
        let counters = session.map(|_| Counters::from_array([value, value, value, value, value, value]));
        let answer = ApiResponse {
            asked: at(ms),
            answered: at(ms) + 40,
            request_id: Some("id".into()),
            value: counters,
            retries: 0,
        };
        self.deliver(ms, AppEvent::Polled { room, due: 0, asked_at: 0, result: Ok(answer) }).await;
        if let Some(session) = session {
            let page = RoomPage { rooms: vec![info(session)], next: None };
            let page =
                ApiResponse { asked: at(ms) + 60, answered: at(ms) + 70, request_id: None, value: page, retries: 0 };
            self.deliver(ms + 70, AppEvent::Listed { page }).await;
        }
    }

    /// Both sessions, read every ten seconds, with messages arriving at these moments. The newest records, oldest first.
    async fn run(mut self, arrivals: &[(i64, Message)]) -> Vec<Record> {
        let mut arrivals: Vec<&(i64, Message)> = arrivals.iter().collect();
        arrivals.sort_by_key(|(ms, _)| *ms);
        let mut arrivals = arrivals.into_iter().peekable();
        let (reply, _) = oneshot::channel();
        self.deliver(0, AppEvent::Command(UserCommand::AddRooms { rooms: vec![RoomId::parse(ROOM).unwrap()], reply }))
            .await;
        for turn in 0..80 {
            let ms = turn * 10_000 + 2_000;
            while let Some((arrived, message)) = arrivals.next_if(|(arrived, _)| *arrived < ms) {
                self.receive(*arrived, message).await;
            }
            let since = session_at(ms).map_or(0, |(born, _)| ms - born);
            self.read(ms, 10 + since / 200).await;
        }
        assert!(arrivals.peek().is_none());
        self.task.deps.recorder.flush().await.unwrap();
        let query = StreamQuery { descending: false, ..StreamQuery::default() };
        let streams = self.store.streams(&query).await.unwrap().rows;
        let mut records = Vec::new();
        for stream in streams {
            assert_eq!(stream.state, StreamState::Sealed, "{stream:?}");
            assert!(
                stream.seal.as_ref().unwrap().revision <= 2,
                "a message that comes again makes no revision: {stream:?}"
            );
            let sealed = self.store.report(stream.id, None).await.unwrap().unwrap();
            records.push(report::open(&sealed).unwrap());
        }
        records
    }
}

fn info((born, title): (i64, &str)) -> RoomInfo {
    RoomInfo {
        title: Some(title.to_owned()),
        host: Some("host".to_owned()),
        create_time: Some(CREATED_AT + born / 1000),
        public: Some(true),
        ..RoomInfo::unknown(RoomId::parse(ROOM).unwrap())
    }
}

/// What a record says when the place in the chain is taken away.
fn comparable(record: &Record) -> Record {
    Record {
        number: 0,
        previous: None,
        stream: StreamId(0),
        revision: 0,
        supersedes: None,
        sealed_at: Millis(0),
        baseline: crate::domain::record::Baseline { used: Vec::new(), ..record.baseline.clone() },
        ..record.clone()
    }
}

fn run(arrivals: &[(i64, Message)]) -> Vec<Record> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async { OrderHarness::new().await.run(arrivals).await.iter().map(comparable).collect() })
}

/// Every message when it happens.
fn in_order() -> &'static [Record] {
    static RECORDS: std::sync::LazyLock<Vec<Record>> = std::sync::LazyLock::new(|| {
        let arrivals: Vec<_> = messages().into_iter().map(|message| (message.at, message)).collect();
        run(&arrivals)
    });
    &RECORDS
}

#[test]
fn in_order_both_sessions_end_with_their_room_closed_webhooks() {
    let records = in_order();
    assert_eq!(records.len(), 2);
    for (record, (ended, total, title)) in records.iter().zip([(ENDED, 1_000, "third"), (ENDED_AGAIN, 700, "again")]) {
        assert_eq!(record.ended_by, Some(EndEvidence::Webhook));
        assert_eq!((record.ended_at, record.ended_after), (Some(at(ended)), None));
        assert_eq!((record.totals.coins, record.totals.viewers), (Some(total), Some(total)));
        // Messages are counted as of the last reading, which is this long before the end.
        let read = *record.runs().last().unwrap();
        assert_eq!(record.totals.messages, Some(read.counters.messages));
        assert_eq!(record.sources[&Counter::Messages].from, SourceKind::LastReading);
        assert_eq!(record.sources[&Counter::Messages].at, read.until);
        assert_eq!(record.sources[&Counter::Coins].from, SourceKind::RoomClosed);
        assert_eq!(record.title.as_deref(), Some(title));
        assert_eq!(record.moments.iter().filter(|moment| moment.kind == MomentKind::Battle).count(), 1);
    }
    assert_eq!(records[0].show_ended_at, Some(at(110_700)), "the host left and did not come back");
    assert_eq!(records[1].show_ended_at, Some(at(ENDED_AGAIN)), "the host came back");
}

/// A message's arrivals: at its own time or up to this long after it, and again.
fn arrivals(latest: i64) -> impl Strategy<Value = Vec<(i64, Message)>> {
    let of = move |message: Message| {
        let last = match message.body["CallbackCommand"].as_str() {
            // A room-closed webhook may come long after sealing: it changes a total.
            Some(DESTROY) => latest,
            // Anything else is of use until its own stream is sealed.
            _ if message.at <= ENDED => ENDED,
            _ => ENDED_AGAIN,
        };
        let when = message.at..=last.max(message.at);
        prop::collection::vec(when, 1..4)
            .prop_map(move |times| times.into_iter().map(|ms| (ms, message.clone())).collect::<Vec<_>>())
    };
    messages().into_iter().map(of).collect::<Vec<_>>().prop_map(|lists| lists.concat())
}

fn tail_only(record: &Record, whole: &Record) -> Result<(), TestCaseError> {
    for counter in Counter::ALL {
        let read = record.runs().last().unwrap().counters.get(counter);
        let total = record.totals.get(counter).unwrap();
        prop_assert!(read <= total && total <= whole.totals.get(counter).unwrap());
    }
    prop_assert_eq!(record.totals.messages, whole.totals.messages);
    let without = |record: &Record| Record {
        // The end, the last step of five totals and their source, and what is worked out from them.
        show_ended_at: None,
        ended_at: None,
        ended_after: None,
        ended_by: None,
        totals: whole.totals,
        sources: BTreeMap::new(),
        after: Totals::default(),
        gaps: record.gaps.iter().copied().filter(|gap| gap.cause != GapCause::AfterLast).collect(),
        findings: Vec::new(),
        quality: whole.quality.clone(),
        baseline: whole.baseline.clone(),
        // A battle without a message is not known; the rest is as it was.
        moments: Vec::new(),
        ..record.clone()
    };
    prop_assert_eq!(without(record), without(whole));
    for moment in &record.moments {
        let same = |known: &&crate::domain::record::Moment| {
            (&known.kind, known.from, &known.label) == (&moment.kind, moment.from, &moment.label)
        };
        prop_assert!(whole.moments.iter().any(|known| same(&known)), "{:?}", moment);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, max_shrink_iters: 40, ..ProptestConfig::with_cases(24) })]

    #[test]
    fn any_order_and_any_duplicates_make_the_same_reports(arrivals in arrivals(2 * SEALED - 50_000)) {
        let records = run(&arrivals);
        prop_assert_eq!(records.len(), 2);
        for (record, whole) in records.iter().zip(in_order()) {
            prop_assert_eq!(record, whole);
        }
    }

    #[test]
    fn loss_changes_the_tail_and_nothing_else(
        arrivals in arrivals(SEALED),
        lost in prop::collection::vec(any::<bool>(), messages().len()),
    ) {
        let all = messages();
        let kept = |message: &Message| {
            let place = all.iter().position(|other| other.body == message.body).unwrap();
            !lost[place]
        };
        let arrivals: Vec<_> = arrivals.into_iter().filter(|(_, message)| kept(message)).collect();
        let records = run(&arrivals);
        prop_assert_eq!(records.len(), 2);
        for (record, whole) in records.iter().zip(in_order()) {
            tail_only(record, whole)?;
        }
    }
}
