//! One app's collector: a single task that owns the app's rooms, so that nothing about them needs a lock.
//!
//! Calls run beside it and report back; every step on a room is taken here, in the order in which answers arrive: the room
//! decides, and the task carries out the effects. What is decided goes to the recorder; pages learn of it only after the
//! commit.
//!
//! Must not: write to the database but through the store, decide what `room` decides, or keep a call waiting for a page.
//!
//! | file | what it does |
//! |---|---|
//! | `event` | what reaches the task |
//! | `polling` | sends what is due and plans the next poll |
//! | `webhooks` | which rooms a message is about |
//! | `commands` | what users ask for |
//! | `restart` | goes on after a stop |
//! | `status` | the look at clocks and health each second |

mod commands;
mod event;
mod polling;
mod restart;
mod status;
mod webhooks;

pub(super) use event::{AppEvent, Report, UserCommand};

use self::event::{CommitGroup, LookUp, RoomEvent};
use self::polling::Polling;
use super::clock::ClockWatch;
use super::discovery::Discovery;
use super::inbox::{Inbox, ReceivedWebhook};
use super::look_up::{LookUpResult, LookUpWorker, LookUps, Query};
use super::messages::MessageBuffer;
use super::room::{self, Context, Effect, Room};
use super::schedule::Schedule;
use super::seal_queue::SealQueue;
use super::sealer::Sealer;
use super::sealing::Sealing;
use super::tracker::Rules;
use super::{AppStatus, CommandError};
use crate::clock::Clock;
use crate::config::AppConfig;
use crate::domain::{AppId, Millis, RoomId, StreamId};
use crate::live::{BoardEvent, BoardSender};
use crate::store::{FoundBy, OpenStream, Recorder, Store, StoreError, Write};
use crate::tencent::{Client, RoomInfo};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Maximum wait of a user for the commit of what was requested.
const COMMIT_TIMEOUT: Duration = Duration::from_secs(5);

/// What the task of an app is made of.
pub(super) struct AppCollector {
    pub app: AppConfig,
    pub rules: Rules,
    pub interval_ms: i64,
    pub client: Client,
    pub store: Store,
    pub recorder: Recorder,
    pub sealer: Sealer,
    pub seals: SealQueue,
    pub board: BoardSender,
    pub events: mpsc::UnboundedReceiver<AppEvent>,
    pub sender: mpsc::UnboundedSender<AppEvent>,
    pub inbox: Arc<Inbox>,
    pub messages: mpsc::Receiver<ReceivedWebhook>,
    pub status: Arc<Mutex<AppStatus>>,
    pub stop: CancellationToken,
    pub clock: Clock,
}

impl AppCollector {
    /// Resumes what the store has open, then polls until stopped.
    pub async fn run(self) {
        let (mut task, worker) = CollectorTask::new(self);
        let serve = async {
            while let Err(error) = task.resume().await {
                tracing::error!(app = %task.deps.app.id, %error, "cannot read the open streams; trying again in 1 s");
                tokio::select! {
                    () = task.deps.stop.cancelled() => return,
                    () = tokio::time::sleep(Duration::from_secs(1)) => {}
                }
            }
            task.serve().await;
        };
        // The look-ups wait for the database; the task waits for events alone.
        tokio::select! {
            () = serve => {}
            () = worker.run() => {}
        }
    }
}

struct CollectorTask {
    deps: AppCollector,
    clock: ClockWatch,
    schedule: Schedule<RoomId>,
    polling: Polling,
    discovery: Discovery,
    rooms: BTreeMap<RoomId, Room>,
    messages: MessageBuffer,
    look_ups: PendingLookUps,
    outbox: Outbox,
    sealing: Sealing,
    alert_since: Option<Millis>,
}

/// Rooms that wait for the database.
struct PendingLookUps {
    rooms: BTreeMap<RoomId, LookUp>,
    queries: LookUps,
    /// A database that refuses is reported once a minute, not once for each room.
    refusals: LogLimit,
}

/// What is committed when the event at hand is carried out.
#[derive(Default)]
struct Outbox {
    step: CommitGroup,
    /// Events that are being carried out: one may lead to others, whose writes are part of the same step.
    depth: u32,
}

/// Lets one log line of a kind pass a minute, with the number suppressed since the one before.
#[derive(Default)]
struct LogLimit {
    /// On the steady clock.
    next: i64,
    held_back: u64,
}

impl LogLimit {
    fn pass(&mut self, now: i64) -> Option<u64> {
        if now < self.next {
            self.held_back += 1;
            return None;
        }
        self.next = now + 60_000;
        Some(std::mem::take(&mut self.held_back))
    }
}

/// What a room may know of the app now.
fn context<'a>(
    deps: &AppCollector,
    clock: &ClockWatch,
    discovery: &Discovery,
    sealing: &'a Sealing,
    id: &RoomId,
) -> Context<'a> {
    Context {
        app: deps.app.id,
        now: deps.clock.now(),
        steady: clock.steady(),
        rules: deps.rules,
        interval_ms: deps.interval_ms,
        clock: clock.offset(),
        is_included: discovery.includes(id, None),
        sealing,
    }
}

impl CollectorTask {
    /// The task, and what answers its look-ups.
    fn new(deps: AppCollector) -> (Self, LookUpWorker) {
        let (queries, waiting) = mpsc::unbounded_channel();
        let events = deps.sender.clone();
        let worker = LookUpWorker {
            app: deps.app.id,
            store: deps.store.clone(),
            sealer: deps.sealer.clone(),
            clock: deps.clock.clone(),
            queries: waiting,
            on_result: Box::new(move |room, found| drop(events.send(AppEvent::LookedUp { room, result: found }))),
            ids: 0..0,
        };
        let task = Self {
            clock: ClockWatch::new(deps.clock.now()),
            schedule: Schedule::new(deps.interval_ms, deps.client.stats_allowed()),
            polling: Polling::default(),
            discovery: Discovery::new(deps.app.follow.clone()),
            rooms: BTreeMap::new(),
            messages: MessageBuffer::default(),
            look_ups: PendingLookUps { rooms: BTreeMap::new(), queries, refusals: LogLimit::default() },
            outbox: Outbox::default(),
            sealing: Sealing::default(),
            alert_since: None,
            deps,
        };
        (task, worker)
    }

    /// Milliseconds on a clock that is never set.
    fn steady(&self) -> i64 {
        self.clock.steady()
    }

    fn now(&self) -> Millis {
        self.deps.clock.now()
    }

    fn app(&self) -> AppId {
        self.deps.app.id
    }

    async fn serve(&mut self) {
        let mut second = tokio::time::interval(Duration::from_secs(1));
        second.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        while self.turn(&mut second).await {}
    }

    /// Sends what is due and takes the next of what waits; false where the task is to stop.
    async fn turn(&mut self, second: &mut tokio::time::Interval) -> bool {
        self.dispatch();
        let wake = self.clock.instant(self.next_dispatch().unwrap_or(i64::MAX));
        tokio::select! {
            biased;
            () = self.deps.stop.cancelled() => {
                self.store_waiting();
                return false;
            }
            // First, and at most once a second: whatever comes meanwhile does not keep it from its turn.
            _ = second.tick() => {
                self.every_second();
                for room in self.messages.take_retries() {
                    self.handle(room, RoomEvent::Retry);
                }
            }
            event = self.deps.events.recv() => match event {
                Some(event) => self.handle_event(event),
                None => return false,
            },
            Some(ReceivedWebhook { hook, received_at }) = self.deps.messages.recv() => {
                // By the clock of the readings, to which it is compared.
                let received_at = received_at.unwrap_or_else(|| self.now());
                self.apply_webhook(hook, received_at);
            }
            () = tokio::time::sleep_until(wake.min(Instant::now() + Duration::from_secs(1))) => {}
        }
        true
    }

    fn handle_event(&mut self, event: AppEvent) {
        match event {
            AppEvent::Polled { room, due, asked_at, result } => self.room_polled(room, due, asked_at, result),
            AppEvent::Info { room, result } => self.handle(room, RoomEvent::Info(result)),
            AppEvent::Listed { page } => {
                let asked = page.asked;
                for info in page.value.rooms {
                    self.handle(info.room.clone(), RoomEvent::Listed { info, by: FoundBy::List, asked });
                }
            }
            AppEvent::Swept { listed } => {
                self.discovery.swept(listed.is_some(), self.deps.clock.now());
                if let Some(listed) = listed {
                    self.swept(&listed);
                }
            }
            AppEvent::ListFailure(alert) => self.discovery.set_failure(self.deps.app.id, alert),
            AppEvent::Sealed { room, stream, outcome } => {
                self.sealing.finish(stream, &outcome);
                if outcome.is_ok() {
                    self.deps.board.signal(BoardEvent::Sealed { stream });
                    self.handle(room, RoomEvent::Sealed);
                }
            }
            AppEvent::Command(command) => match command.room() {
                Some(room) => self.handle(room.clone(), RoomEvent::Command(command)),
                None => self.command(command),
            },
            AppEvent::LookedUp { room, result } => self.looked_up(room, *result),
        }
    }

    /// Carries out what happens to a room, or lets it wait where the room waits for the database.
    fn handle(&mut self, id: RoomId, event: RoomEvent) {
        if let Some(look_up) = self.look_ups.rooms.get_mut(&id) {
            look_up.wait(event);
            return;
        }
        match event {
            RoomEvent::Polled { result, refreshing } => {
                let outcome =
                    result.as_ref().map(|_| ()).map_err(|error| CommandError::Upstream(error.in_each_language()));
                self.apply(&id, room::Event::Polled(result));
                if !refreshing.is_empty() {
                    self.reply_when_committed(refreshing, outcome);
                }
            }
            RoomEvent::Info(result) => self.apply(&id, room::Event::Info(result)),
            RoomEvent::Listed { info, by, asked } => self.room_found(info, by, asked),
            RoomEvent::Delisted => self.apply(&id, room::Event::Delisted),
            RoomEvent::Message { hook, received_at } => self.apply_webhook(hook, received_at),
            RoomEvent::Sealed => {
                // A room-closed webhook that came while it was being sealed.
                self.replay_messages(&id);
                self.forget(&id);
            }
            RoomEvent::Retry => self.replay_messages(&id),
            RoomEvent::Added => self.added(id),
            RoomEvent::Command(command) => self.command(command),
        }
    }

    /// Takes an event to its room, and carries out the effects.
    fn apply(&mut self, id: &RoomId, event: room::Event) {
        let Some(room) = self.rooms.get_mut(id) else { return };
        let context = context(&self.deps, &self.clock, &self.discovery, &self.sealing, id);
        let effects = room.apply(event, &context);
        self.outbox.depth += 1;
        for effect in effects {
            self.apply_effect(id, effect);
        }
        self.outbox.depth -= 1;
        self.end_step(id);
    }

    fn apply_effect(&mut self, id: &RoomId, effect: Effect) {
        match effect {
            Effect::Write(write) => self.outbox.step.writes.push(write),
            Effect::OpenStream { stream, new } => {
                let day = self.deps.store.day_of(new.app, new.started_at);
                self.deps.board.opened(&OpenStream::started_at(stream, &new, day), Vec::new());
                self.outbox.step.writes.push(Write::Opened { stream, new });
                self.polling.forget_due(id);
                tracing::debug!(app = %self.deps.app.id, room = %id, %stream, "a stream began");
            }
            Effect::ResumeStream { open, recent } => {
                self.deps.board.opened(&open, recent);
                self.polling.forget_due(id);
            }
            Effect::AskInfo => self.ask_info(id),
            Effect::LookUp(query) => self.look_up(id, query),
            Effect::Seal { stream, create_time } => self.outbox.step.seals.push((id.clone(), stream, create_time)),
            Effect::Board(event) => self.deps.board.signal(event),
            Effect::PollBy { due, priority } => self.schedule.expedite(id, due, priority),
            Effect::SetPriority(priority) => self.schedule.set_priority(id, priority),
            Effect::ReplayMessages => self.replay_messages(id),
            Effect::BufferRoomClosed(room_closed) => self.buffer_room_closed(id, &room_closed),
            Effect::DatabaseRefused { error, consequence } => self.log_refusal(id, &error, consequence),
            Effect::Forget => self.forget(id),
            Effect::Then(event) => self.apply(id, event),
        }
    }

    /// Commits what was decided, once all of it is. A reading that moves to the next stream leaves this one in the same
    /// transaction in which it arrives there, so the step waits where that one is looked up.
    fn end_step(&mut self, id: &RoomId) {
        if self.outbox.depth > 0 {
            return;
        }
        let step = std::mem::take(&mut self.outbox.step);
        if let Some(look_up) = self.look_ups.rooms.get_mut(id) {
            look_up.step.writes.extend(step.writes);
            look_up.step.seals.extend(step.seals);
            return;
        }
        self.deps.recorder.write_all(step.writes);
        for (room, stream, create_time) in step.seals {
            self.seal(room, stream, create_time);
        }
    }

    /// Writes after what is decided and not yet handed over.
    fn write(&mut self, write: Write) {
        self.outbox.step.writes.push(write);
        if self.outbox.depth == 0 {
            self.deps.recorder.write_all(std::mem::take(&mut self.outbox.step.writes));
        }
    }

    fn seal(&mut self, room: RoomId, stream: StreamId, create_time: Option<i64>) {
        if !self.sealing.start(room.clone(), stream, create_time) {
            return;
        }
        let sender = self.deps.sender.clone();
        self.deps.seals.seal(stream, move |outcome| {
            let _ = sender.send(AppEvent::Sealed { room, stream, outcome });
        });
    }

    /// Asks the database; until it answers, what happens to the room waits.
    fn look_up(&mut self, id: &RoomId, query: Query) {
        self.look_ups.rooms.entry(id.clone()).or_default();
        // Where the worker has ended, the program is stopping.
        let _ = self.look_ups.queries.send((id.clone(), query));
    }

    /// The database answered: goes on with the room's step, then with what happened to the room meanwhile.
    fn looked_up(&mut self, id: RoomId, result: LookUpResult) {
        let LookUp { step, events, found_by } = self.look_ups.rooms.remove(&id).unwrap_or_default();
        self.outbox.step = step;
        self.outbox.depth += 1;
        match result {
            LookUpResult::Listed(listed, stream) => self.apply(&id, room::Event::ListedStream(listed, stream)),
            LookUpResult::Open(open, known) => self.apply(&id, room::Event::StreamToOpen(open, known)),
            LookUpResult::RoomClosed { room_closed, may_be_open, streams } => {
                self.assign_room_closed(&id, room_closed, may_be_open, streams);
            }
            LookUpResult::Revised { stream, room_closed, revision } => {
                self.revised(&id, &stream, &room_closed, revision)
            }
            LookUpResult::SealNow { stream, reply, create_time } => {
                self.seal(id.clone(), stream, create_time);
                self.sealing.reply_when_sealed(stream, reply);
            }
            LookUpResult::SealAgain { stream, reply, create_time: Ok(create_time) } => {
                self.seal(id.clone(), stream, create_time);
                self.sealing.reply_when_sealed(stream, reply);
            }
            LookUpResult::SealAgain { reply, create_time: Err(error), .. } => drop(reply.send(Err(error))),
        }
        self.outbox.depth -= 1;
        self.end_step(&id);
        match (self.look_ups.rooms.get_mut(&id), found_by) {
            (Some(look_up), _) => look_up.found_by = found_by,
            (None, Some(by)) => self.room_known(&id, by),
            (None, None) => {}
        }
        for event in events {
            self.handle(id.clone(), event);
        }
        // Where its turn came while it waited, or where its stream is sealed and the list shows it for a moment longer.
        if !self.schedule.contains(&id) {
            self.forget(&id);
        }
    }

    fn log_refusal(&mut self, id: &RoomId, error: &StoreError, consequence: &'static str) {
        if let Some(held_back) = self.look_ups.refusals.pass(self.clock.steady()) {
            tracing::error!(room = %id, %error, held_back, "{consequence}");
        }
    }

    /// Whether a room is to be monitored: added manually, or by the app's rule as it is now.
    fn is_wanted(&self, id: &RoomId, public: Option<bool>) -> bool {
        self.rooms.get(id).is_some_and(|room| room.found_by == FoundBy::Hand) || self.discovery.includes(id, public)
    }

    fn is_known_or_wanted(&self, id: &RoomId) -> bool {
        self.rooms.contains_key(id) || self.is_wanted(id, None)
    }

    /// A room that the list or a webhook returned: monitored if the rule includes it, opened if it is new.
    fn room_found(&mut self, info: RoomInfo, by: FoundBy, asked: Millis) {
        let id = info.room.clone();
        if !self.is_wanted(&id, info.public) {
            match self.rooms.get(&id) {
                Some(room) if room.is_idle() => {
                    self.remove(&id);
                    return;
                }
                // Its stream runs to its end.
                Some(_) => {}
                None => return,
            }
        }
        if !self.rooms.contains_key(&id) && !self.sealing.is_of(&id, info.create_time) {
            self.rooms.insert(id.clone(), Room::new(id.clone(), by));
        }
        self.apply(&id, room::Event::Found { info, by, asked });
        match self.look_ups.rooms.get_mut(&id) {
            Some(look_up) => look_up.found_by = Some(by),
            None => self.room_known(&id, by),
        }
    }

    /// It is known which stream a room is in that the list or a webhook returned.
    fn room_known(&mut self, id: &RoomId, by: FoundBy) {
        if !self.schedule.contains(id) {
            self.forget(id);
        }
        if by == FoundBy::Webhook {
            self.apply(id, room::Event::Announced);
        }
    }

    /// A sweep read the list to its end. Rooms that have left it are polled now: once, until they are back.
    fn swept(&mut self, listed: &BTreeSet<RoomId>) {
        let left =
            self.rooms.iter_mut().filter_map(|(id, room)| room.note_listed(listed.contains(id)).then(|| id.clone()));
        let left: Vec<RoomId> = left.collect();
        for id in left {
            self.handle(id, RoomEvent::Delisted);
        }
    }

    /// Lets go of a room where nothing keeps it in memory.
    fn forget(&mut self, id: &RoomId) {
        if self.rooms.get(id).is_some_and(Room::is_forgettable) && !self.look_ups.rooms.contains_key(id) {
            self.remove(id);
        }
    }

    fn remove(&mut self, id: &RoomId) {
        self.rooms.remove(id);
        self.schedule.remove(id);
        self.polling.forget_due(id);
    }
}

#[cfg(test)]
mod tests;
