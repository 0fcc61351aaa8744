//! The collector's task, event by event, with a real store, recorder and sealer and a clock that is set. This file has what
//! the tests of its modules share.

#![allow(clippy::unwrap_used)]

use super::*;
use crate::collector::Delivery;
use crate::domain::record::Record;
use crate::logged::Log;
use crate::report;
use crate::store::StreamQuery;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicI64, Ordering};

mod discovery;
mod held_database;
mod overlapping_calls;
mod restarts;
mod successive_streams;
mod user_commands;
mod webhooks;

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

fn listed(second: i64, info: RoomInfo) -> AppEvent {
    let value = RoomPage { rooms: vec![info], next: None };
    AppEvent::Listed {
        page: ApiResponse { asked: at(second), answered: at(second) + 20, request_id: None, value, retries: 0 },
    }
}
