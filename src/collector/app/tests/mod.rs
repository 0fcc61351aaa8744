//! The collector's own task for tests that drive it event by event: a real store, recorder and sealer, a clock that is set,
//! and no Tencent at the other end.

#![allow(clippy::unwrap_used)]

mod message_order;
mod rooms;

use super::event::MAX_WAITING_EVENTS;
use super::*;
use crate::collector::Delivery;
use crate::collector::look_up::RoomClosedWebhook;
use crate::collector::messages::MAX_BUFFERED;
use crate::collector::room::{CONFIRM_MS, MAX_IDLE_MS};
use crate::collector::schedule::Priority;
use crate::collector::tracker::Phase;
use crate::config::{Endpoint, MonitoredRooms};
use crate::domain::record::MomentKind;
use crate::domain::{Counters, EndEvidence, GapCause, StreamKind, StreamState, StreamSummary, Totals};
use crate::live::Board;
use crate::store::{NewStream, SessionPart};
use crate::tencent::{ApiResponse, CallError, RoomPage, Tuning};
use crate::vital::Vital;
use std::sync::atomic::{AtomicI64, Ordering};
use tokio::sync::oneshot;

/// The test supplies what Tencent would answer. `secrets` sets the tokens of the app's webhooks.
pub(super) async fn task(
    store: &Store,
    now: &Arc<AtomicI64>,
    app: AppId,
    secrets: impl FnOnce(&mut AppConfig),
    interval_ms: i64,
    rules: Rules,
) -> CollectorTask {
    let wall = now.clone();
    let clock = Clock::new(move || Millis(wall.load(Ordering::Relaxed)));
    let endpoint = Endpoint::parse("http://127.0.0.1:1", true).unwrap();
    let mut app = AppConfig::new(app, "key".to_owned().into(), endpoint);
    secrets(&mut app);
    let client = Client::with_tuning(&app, Some(clock.clone()), Tuning::default()).unwrap();
    let recorder = Recorder::start(store.clone());
    let key = crate::report::SigningKey::generate().unwrap();
    store.use_signing_key(&key.row(clock.now())).await.unwrap();
    let sealer = Sealer::new(store.clone(), key, "StarLane".to_owned(), clock.clone());
    let vital = Vital::default();
    let stop = vital.stopping().clone();
    let (seals, worker) = SealQueue::new(sealer.clone(), recorder.clone(), clock.clone(), stop.clone());
    vital.spawn("sealing", worker);
    let (_, board) = Board::start(store.clone(), &recorder, rules.grace_ms, clock.clone(), Vec::new(), &vital);
    let (sender, events) = mpsc::unbounded_channel();
    let inbox = Inbox::new(&app, None);
    let messages = inbox.connect();
    let status = Arc::new(Mutex::new(AppStatus::new(&app, &client, interval_ms, rules.grace_ms)));
    let store = store.clone();
    let (task, worker) = CollectorTask::new(AppCollector {
        rules,
        interval_ms,
        client,
        store,
        recorder,
        sealer,
        seals,
        board,
        events,
        sender,
        inbox,
        messages,
        status,
        stop,
        clock,
        app,
    });
    tokio::spawn(worker.run());
    task
}

impl CollectorTask {
    /// A webhook as the server hands it over, and what the task does with it.
    pub(super) async fn deliver(&mut self, delivery: Delivery, body: &[u8]) {
        let inbox = self.deps.inbox.clone();
        let trust = inbox.trust(&delivery.query, delivery.bearer.as_deref(), delivery.received_at);
        inbox.accept(trust, &delivery, Some(body));
        self.take_hints();
        while let Ok(message) = self.deps.messages.try_recv() {
            self.apply_webhook(message.hook, delivery.received_at);
            self.finish_look_ups().await;
        }
    }

    /// Takes an event, and what the database answers to the look-ups that follow from it.
    pub(super) async fn finish(&mut self, event: AppEvent) {
        self.handle_event(event);
        self.finish_look_ups().await;
    }

    /// Takes what the database answers; other events stay where they are.
    pub(super) async fn finish_look_ups(&mut self) {
        let mut others = Vec::new();
        while !self.look_ups.rooms.is_empty() {
            match self.deps.events.recv().await.unwrap() {
                event @ AppEvent::LookedUp { .. } => self.handle_event(event),
                event => others.push(event),
            }
        }
        for event in others {
            self.deps.sender.send(event).unwrap();
        }
    }
}

/// A call of the stats command that has failed after all its retries.
pub(super) fn call_error(failure: crate::tencent::Failure, asked: Millis, failed: Millis) -> CallError {
    let command = crate::tencent::Command::RoomStats;
    let target =
        crate::tencent::CallTarget { host: "127.0.0.1:1".to_owned(), command, name: command.name().to_owned() };
    let target = Arc::new(target);
    CallError { target, asked, failed, failure, request_id: None, retries: 2, room_fault: false, coalesced: false }
}
