//! One app's collector: a single task that owns the lives of its streams, so that nothing about them needs a lock.
//!
//! Calls run beside it and report back; every step on a stream is taken here, in the order in which answers arrive. What is
//! decided goes to the recorder; pages learn of it only after the commit.
//!
//! May not: write to the database but through the store, or keep a call waiting for a page.

use super::inbox::Inbox;
use super::life::{ClockOff, Effect, Life, Phase, Rules, Source, WAITING, an_interval_apart, thin};
use super::schedule::{Schedule, Weight};
use super::seal_queue::SealQueue;
use super::sealer::Sealer;
use super::sweep::{Sweep, SweepEnd, sweep};
use super::webhook::{BattlePhase, Hook};
use super::{AppStatus, AskError, ListTrouble, NOT_SEALED_YET};
use crate::clock::Clock;
use crate::config::{AppConfig, Follow};
use crate::domain::live::AppTrouble;
use crate::domain::record::MomentKind;
use crate::domain::{
    AppId, Counter, Counters, EndEvidence, ExclusionReason, GapCause, Millis, Reading, RoomId, Run, StreamId,
    StreamKind, StreamState, StreamSummary, Totals,
};
use crate::live::{Feed, Signal};
use crate::store::{
    ClosingRow, FoundBy, MomentRow, NewStream, OpenStream, Part, Recorder, Store, StoreError, StreamQuery, Write,
};
use crate::tencent::{Answer, CallError, Caller, Client, Command, RoomInfo, RoomPage};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ops::Range;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// What reaches the task.
pub(super) enum Event {
    Stats {
        room: RoomId,
        due: i64,
        asked_at: i64,
        result: Result<Answer<Option<Counters>>, CallError>,
    },
    Info {
        room: RoomId,
        result: Result<Answer<Option<RoomInfo>>, CallError>,
    },
    Listed {
        page: Answer<RoomPage>,
    },
    /// A sweep is over; the rooms that were on the list, if it was read to its end.
    Swept {
        listed: Option<BTreeSet<RoomId>>,
    },
    /// Whether the list of a sweep that is over had an end.
    ListTrouble(Option<ListTrouble>),
    Sealed {
        room: RoomId,
        stream: StreamId,
        outcome: Result<(), String>,
    },
    Ask(Ask),
}

/// What a person asked for.
pub(super) enum Ask {
    AddRooms { rooms: Vec<RoomId>, done: oneshot::Sender<Result<(), AskError>> },
    StopFollowing { room: RoomId, done: oneshot::Sender<Result<(), AskError>> },
    Keep { stream: StreamId, room: RoomId, done: oneshot::Sender<Result<(), AskError>> },
    SealNow { stream: StreamId, room: RoomId, done: oneshot::Sender<Result<(), AskError>> },
    SealAgain { stream: StreamId, room: RoomId, done: oneshot::Sender<Result<(), AskError>> },
    Refresh { room: RoomId, done: oneshot::Sender<Result<(), AskError>> },
}

/// Tells the task how something beside it ended: with an event, or with `lost` where it panicked. Whatever waits for an
/// event gets one.
struct Report {
    sender: mpsc::UnboundedSender<Event>,
    lost: Option<Event>,
}

impl Report {
    const fn new(sender: mpsc::UnboundedSender<Event>, lost: Event) -> Self {
        Self { sender, lost: Some(lost) }
    }

    fn send(mut self, event: Event) {
        self.lost = Some(event);
    }
}

impl Drop for Report {
    fn drop(&mut self) {
        if let Some(event) = self.lost.take() {
            let _ = self.sender.send(event);
        }
    }
}

/// A room and where it stands.
struct Room {
    found_by: FoundBy,
    title: Option<String>,
    host: Option<String>,
    host_name: Option<String>,
    /// As of when title and host were told: what is older says nothing new, whenever it comes.
    described_at: Option<Millis>,
    /// When the host last came (true) or went, by EventTime.
    presence: Option<(Millis, bool)>,
    /// Who came and went while the host was not known, oldest first.
    visitors: VecDeque<(String, Millis, bool)>,
    /// Battles that are over: their beginning may be told afterwards.
    battles_over: VecDeque<String>,
    state: State,
    /// When the stream was opened, on the steady clock: new streams are read more often.
    opened_at: i64,
    /// Opened and not yet given its place in the interval.
    unplaced: bool,
    /// Was on the list at the last complete sweep.
    listed: bool,
    /// An operator added the room again after sealing its stream by hand: it may return.
    wanted_again: bool,
    info_in_flight: bool,
    /// get_room_info said last that there is no such room: totals that stand still are then those of the one that is gone.
    absent: bool,
    /// How long an idle room waits for its next probe; doubles up to `IDLE_MOST_MS`.
    idle_ms: i64,
    /// Until when, on the steady clock, Tencent's refusal of this very room keeps us from asking.
    paused_until: i64,
    refreshing: Vec<oneshot::Sender<Result<(), AskError>>>,
    /// On the steady clock: when it was last asked, and when it was to be asked next.
    promised: Option<(i64, i64)>,
}

enum State {
    /// No stream. The last one of this room that ended without Tencent's word, if so.
    Idle(Option<Closed>),
    /// Readings came and get_room_info has not yet told which life they are of.
    Opening {
        readings: Vec<Reading>,
        closed: Option<Closed>,
        untold: u32,
        /// When the first 100004 of get_room_info since then was requested.
        gone: Option<Millis>,
    },
    Open(Box<Life>),
}

impl State {
    /// Nothing is told of these readings yet.
    const fn opening(readings: Vec<Reading>, closed: Option<Closed>) -> Self {
        Self::Opening { readings, closed, untold: 0, gone: None }
    }

    /// The readings that wait for get_room_info, oldest first.
    fn waiting(&self) -> Vec<Reading> {
        match self {
            Self::Idle(_) => Vec::new(),
            Self::Opening { readings, .. } => readings.clone(),
            Self::Open(life) => life.waiting(),
        }
    }
}

/// A stream that an operator or the quiet rule ended while its room stands: the same CreateTime is not a return.
#[derive(Clone, Copy)]
struct Closed {
    create_time: Option<i64>,
    by: EndEvidence,
    /// The last reading that did not move: where a later part of the room counts from.
    last: Option<Reading>,
    /// When the first 100004 of get_room_info since then was requested.
    gone: Option<Millis>,
    /// When get_room_info is asked next whether the room still exists.
    info_due: Option<Millis>,
}

impl Closed {
    const fn new(create_time: Option<i64>, by: EndEvidence, last: Option<Reading>) -> Self {
        Self { create_time, by, last, gone: None, info_due: None }
    }
}

/// A person who asked for a reading waits so long for its commit.
const COMMIT_WAIT: Duration = Duration::from_secs(5);
/// And so long for a seal.
pub(super) const SEAL_WAIT: Duration = COMMIT_WAIT;

/// A room added by hand that has no stream is asked at least so often, so that a private room is noticed.
const IDLE_MOST_MS: i64 = 5 * 60_000;
/// A room that Tencent calls impossible (100002), or whose responses are invalid, is asked again after so long.
const PAUSE_MS: i64 = 60_000;
/// The wall clock was set when it moved this much otherwise than the steady one.
const CLOCK_SET_MS: i64 = 2000;
/// New streams are read twice as often for so long: openings are where the curve bends.
const NEW_MS: i64 = 5 * 60_000;
/// A stream that moved coins so recently is busy.
const BUSY_MS: i64 = 30_000;
/// A stream without any movement for so long is quiet.
const QUIET_MS: i64 = 5 * 60_000;
/// Readings that no list has confirmed for so long are confirmed by get_room_info: 1,000 private rooms cost 17 calls/s
/// of the 200/s that Tencent allows of it.
const CONFIRM_MS: i64 = 60_000;
/// Calls handed to the client at once. The budget holds them back; more would only queue out of the schedule's sight.
const IN_FLIGHT: usize = 160;
/// Messages kept of rooms that have no open stream: the stream they are of may be opened later.
const EARLY: usize = 512;
/// Members remembered of a room whose host is not known yet.
const VISITORS: usize = 64;
/// A difference between the clocks that was proven stands so long without another proof.
const CLOCK_PROOF_MS: i64 = 60_000;
/// A room whose stream the idle rule ended, and which stands still, is asked about so often whether it exists.
const CLOSED_INFO_MS: i64 = 5 * 60_000;
/// Ids of streams reserved at once.
const RESERVED: u32 = 100;
/// What a row of the board draws.
const RECENT_MS: i64 = 31 * 60_000;
/// Ended battles remembered of a room.
const BATTLES: usize = 16;
/// A closing message is of a stream that ended so much earlier at most; Tencent's clock may be ahead of ours.
const CLOSING_SLACK_MS: i64 = 60_000;
/// Ratios of lateness kept for the 99th percentile on the status page.
const LAGS: usize = 2000;

pub(super) struct AppCollector {
    pub app: AppConfig,
    pub rules: Rules,
    pub interval_ms: i64,
    pub client: Client,
    pub store: Store,
    pub recorder: Recorder,
    pub sealer: Sealer,
    pub seals: SealQueue,
    pub feed: Feed,
    pub events: mpsc::UnboundedReceiver<Event>,
    pub sender: mpsc::UnboundedSender<Event>,
    pub inbox: Arc<Inbox>,
    pub messages: mpsc::Receiver<Hook>,
    pub status: Arc<Mutex<AppStatus>>,
    pub stop: CancellationToken,
    pub clock: Clock,
}

impl AppCollector {
    /// Resumes what the store has open, then reads until stopped.
    pub async fn run(self) {
        let mut task = Task::new(self);
        while let Err(error) = task.resume().await {
            tracing::error!(app = %task.base.app.id, %error, "cannot read the open streams; trying again in 1 s");
            tokio::select! {
                () = task.base.stop.cancelled() => return,
                () = tokio::time::sleep(Duration::from_secs(1)) => {}
            }
        }
        task.serve().await;
    }
}

struct Task {
    base: AppCollector,
    schedule: Schedule<RoomId>,
    rooms: BTreeMap<RoomId, Room>,
    /// Streams that are being sealed, and the lives they are of.
    sealing: BTreeMap<StreamId, (RoomId, Option<i64>)>,
    /// Rooms that an operator stopped following: lists and messages do not bring them back.
    stopped: BTreeSet<RoomId>,
    clock_off: ClockOff,
    /// Until when, on the steady clock, the last proof that the clocks differ stands.
    clock_off_until: i64,
    in_flight: usize,
    sweeping: bool,
    next_sweep: i64,
    /// When the last sweep began, on the steady clock.
    swept_at: i64,
    /// Streams that were given a place in the interval.
    placed: u32,
    lags: VecDeque<i64>,
    trouble_since: Option<Millis>,
    last_sweep: Option<Millis>,
    list_trouble: Option<ListTrouble>,
    started: Instant,
    /// Wall and steady clock at the last tick.
    clocks: (Millis, i64),
    /// Writes of the step that is being carried out, and streams to be sealed after it: they are committed together, so
    /// that no crash comes between what belongs together.
    pending: Vec<Write>,
    to_seal: Vec<(RoomId, StreamId, Option<i64>)>,
    /// Who asked for a stream to be sealed and waits for it.
    awaiting_seal: BTreeMap<StreamId, Vec<oneshot::Sender<Result<(), String>>>>,
    carrying: u32,
    /// Authenticated messages about rooms without an open stream, oldest first.
    early: VecDeque<(RoomId, Hook, Millis)>,
    /// Rooms whose kept messages only wait for the database.
    retry: BTreeSet<RoomId>,
    /// A database that refuses is reported once a minute, not once for each room.
    store_errors: LogLimit,
    /// Reserved for streams to come.
    ids: Range<i64>,
}

/// Lets one log line of a kind pass a minute, with the number of those held back since the one before.
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

impl Task {
    fn new(base: AppCollector) -> Self {
        Self {
            schedule: Schedule::new(base.interval_ms, base.client.stats_allowed()),
            rooms: BTreeMap::new(),
            sealing: BTreeMap::new(),
            stopped: BTreeSet::new(),
            clock_off: ClockOff::default(),
            clock_off_until: 0,
            in_flight: 0,
            sweeping: false,
            next_sweep: 0,
            swept_at: 0,
            placed: 0,
            lags: VecDeque::new(),
            trouble_since: None,
            last_sweep: None,
            list_trouble: None,
            store_errors: LogLimit::default(),
            ids: 0..0,
            started: Instant::now(),
            clocks: (base.clock.now(), 0),
            pending: Vec::new(),
            to_seal: Vec::new(),
            awaiting_seal: BTreeMap::new(),
            carrying: 0,
            early: VecDeque::new(),
            retry: BTreeSet::new(),
            base,
        }
    }

    /// Milliseconds on a clock that nobody sets.
    fn steady(&self) -> i64 {
        self.started.elapsed().as_millis() as i64
    }

    fn now(&self) -> Millis {
        self.base.clock.now()
    }

    fn app(&self) -> AppId {
        self.base.app.id
    }

    async fn resume(&mut self) -> Result<(), StoreError> {
        let rooms = self.base.store.manual_rooms(self.app()).await?;
        let open = self.base.store.unsealed_streams(self.app()).await?;
        self.rooms.clear();
        let (followed, stopped): (Vec<_>, Vec<_>) = rooms.into_iter().partition(|room| room.followed);
        self.stopped = stopped.into_iter().map(|room| room.room).collect();
        for room in followed {
            let found_by = room.found_by;
            let id = room.room.clone();
            self.rooms.insert(
                id,
                Room { title: room.title, host: room.host, host_name: room.host_name, ..Room::new(found_by) },
            );
        }
        let count = open.len().max(1) as i64;
        // A room has one life at a time: of several streams that are not sealed, the one opened last.
        let mut newest = BTreeMap::new();
        for stream in open.iter().filter(|stream| stream.summary.kind == StreamKind::Stream) {
            let id = newest.entry(stream.summary.room.clone()).or_insert(stream.summary.id);
            *id = (*id).max(stream.summary.id);
        }
        let mut over = Vec::new();
        for (place, stream) in open.into_iter().enumerate() {
            if stream.summary.kind == StreamKind::Snapshot {
                // Taken and not yet sealed when we stopped.
                over.push((stream.summary.room.clone(), stream.summary.id, stream.create_time));
                continue;
            }
            let (recent, mut life) = self.restore(&stream, true).await?;
            let room_id = stream.summary.room.clone();
            self.base.feed.opened(&stream, recent);
            // Its evidence is from before its seal: it had its grace, and was reopened only to be sealed again.
            let had_grace = stream
                .summary
                .seal
                .as_ref()
                .is_some_and(|seal| stream.evidence_at.is_some_and(|evidence_at| evidence_at <= seal.sealed_at));
            let ended_for_good = matches!(life.phase, Phase::Ending { by, .. } if had_grace || !by.has_grace());
            let followed = newest.get(&room_id) != Some(&life.stream);
            if followed && !ended_for_good {
                for effect in life.was_followed(self.now()) {
                    if let Effect::Write(write) = effect {
                        self.base.recorder.write(write);
                    }
                }
            }
            if followed || ended_for_good {
                over.push((room_id, life.stream, life.create_time));
                continue;
            }
            let summary = &stream.summary;
            let room = self.rooms.entry(room_id.clone()).or_insert_with(|| Room {
                title: summary.title.clone(),
                host: summary.host.clone(),
                host_name: summary.host_name.clone(),
                ..Room::new(FoundBy::List)
            });
            room.opened_at = -NEW_MS;
            room.presence = stream.presence();
            room.unplaced = false;
            room.state = State::Open(Box::new(life));
            // Spread over the interval, so that a restart is no burst.
            let due = self.base.interval_ms * place as i64 / count;
            self.schedule.set(room_id, due, Weight::Plain);
        }
        let idle: Vec<RoomId> = self
            .rooms
            .iter()
            .filter(|(_, room)| matches!(room.state, State::Idle(_)) && room.found_by == FoundBy::Hand)
            .map(|(id, _)| id.clone())
            .collect();
        for (place, id) in idle.into_iter().enumerate() {
            self.schedule.set(id, place as i64 * 10, Weight::Idle);
        }
        // Last, since nothing that can fail may follow: what is taken is no longer stored.
        for (room, readings) in self.base.store.take_waiting(self.app()).await? {
            self.restore_waiting(room, readings);
        }
        for (room, stream, create_time) in over {
            self.seal(room, stream, create_time);
        }
        Ok(())
    }

    async fn serve(&mut self) {
        let mut second = tokio::time::interval(Duration::from_secs(1));
        second.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        while self.turn(&mut second).await {}
    }

    /// Sends what is due and takes the next of what waits; false where the task is to stop.
    async fn turn(&mut self, second: &mut tokio::time::Interval) -> bool {
        self.dispatch();
        let wake = self.schedule.next_due().filter(|_| self.in_flight < IN_FLIGHT);
        let wake = self.started + Duration::from_millis(wake.unwrap_or(i64::MAX / 4).clamp(0, i64::MAX / 4) as u64);
        tokio::select! {
            biased;
            () = self.base.stop.cancelled() => {
                self.store_waiting().await;
                return false;
            }
            // First, and at most once a second: whatever comes meanwhile does not keep it from its turn.
            _ = second.tick() => {
                self.every_second();
                for room in std::mem::take(&mut self.retry) {
                    self.again(&room).await;
                }
            }
            event = self.base.events.recv() => match event {
                Some(event) => self.take(event).await,
                None => return false,
            },
            Some(hook) = self.base.messages.recv() => {
                // By the clock of the readings, to which it is compared.
                let received_at = self.now();
                self.believe(hook, received_at).await;
            }
            () = tokio::time::sleep_until(wake.min(Instant::now() + Duration::from_secs(1))) => {}
        }
        true
    }

    /// Takes the responses that have arrived, and stores the readings that wait for get_room_info: a stop loses none.
    async fn store_waiting(&mut self) {
        while let Ok(event) = self.base.events.try_recv() {
            if matches!(event, Event::Stats { .. }) {
                self.take(event).await;
            }
        }
        let app = self.app();
        let waiting = self.rooms.iter().map(|(id, room)| (id, room.state.waiting()));
        let waiting = waiting.filter(|(_, readings)| !readings.is_empty());
        let writes = waiting.map(|(id, readings)| Write::Waiting { app, room: id.clone(), readings }).collect();
        self.base.recorder.write_all(writes);
    }

    /// Lets readings wait that did so when the collector stopped: in the room's open stream, or for one to be opened.
    fn restore_waiting(&mut self, id: RoomId, readings: Vec<Reading>) {
        if !self.is_known_or_wanted(&id) {
            tracing::info!(room = %id, "readings that waited for get_room_info are left out: the room is not monitored");
            return;
        }
        let room = self.rooms.entry(id.clone()).or_insert_with(|| Room::new(FoundBy::List));
        match &mut room.state {
            State::Open(life) => life.restore_waiting(readings),
            State::Idle(_) | State::Opening { .. } => room.state = State::opening(readings, None),
        }
        if !self.schedule.contains(&id) {
            // The next reading asks get_room_info.
            self.schedule.set(id, self.base.interval_ms, Weight::Plain);
        }
    }

    /// Sends what is due, and starts a sweep when it is time.
    fn dispatch(&mut self) {
        let now = self.steady();
        while self.in_flight < IN_FLIGHT {
            let Some((room, due)) = self.schedule.take_due(now) else { break };
            if self.rooms.get(&room).is_some_and(|room| room.paused_until > now) {
                // Its readings pause; whether it exists is for get_room_info to say.
                self.ask_info(&room);
                self.put_back(&room);
            } else {
                self.read(room, due, Caller::Collector);
            }
        }
        if !self.sweeping && now >= self.next_sweep && !matches!(self.base.app.follow, Follow::None) {
            self.sweeping = true;
            self.swept_at = now;
            self.next_sweep = now + self.base.interval_ms.max(1000);
            let (client, sender) = (self.base.client.clone(), self.base.sender.clone());
            let report = Report::new(sender.clone(), Event::Swept { listed: None });
            tokio::spawn(sweep_list(client, sender, report));
        }
    }

    fn read(&mut self, room: RoomId, due: i64, caller: Caller) {
        self.in_flight += 1;
        let (client, sender, started) = (self.base.client.clone(), self.base.sender.clone(), self.started);
        // Retries belong to this due time and not to the next.
        let within = Duration::from_millis(u64::try_from(self.interval_of(&room)).unwrap_or_default());
        let asked_at = self.steady();
        let result = Err(client.lost(Command::RoomStats));
        let report = Report::new(sender, Event::Stats { room: room.clone(), due, asked_at, result });
        tokio::spawn(async move {
            let result = client.room_stats_within(&room, caller, within).await;
            let latency = match &result {
                Ok(answer) => answer.answered - answer.asked,
                Err(_) => 0,
            };
            let asked_at = started.elapsed().as_millis() as i64 - latency;
            report.send(Event::Stats { room, due, asked_at, result });
        });
    }

    fn ask_info(&mut self, id: &RoomId) {
        let Some(room) = self.rooms.get_mut(id) else { return };
        if std::mem::replace(&mut room.info_in_flight, true) {
            return;
        }
        let (client, sender, room) = (self.base.client.clone(), self.base.sender.clone(), id.clone());
        let result = Err(client.lost(Command::RoomInfo));
        let report = Report::new(sender, Event::Info { room: room.clone(), result });
        tokio::spawn(async move {
            let result = client.room_info(&room, Caller::Collector).await;
            report.send(Event::Info { room, result });
        });
    }

    fn seal(&mut self, room: RoomId, stream: StreamId, create_time: Option<i64>) {
        if self.sealing.insert(stream, (room.clone(), create_time)).is_some() {
            return;
        }
        let sender = self.base.sender.clone();
        self.base.seals.seal(stream, move |outcome| {
            let _ = sender.send(Event::Sealed { room, stream, outcome });
        });
    }

    async fn take(&mut self, event: Event) {
        match event {
            Event::Stats { room, due, asked_at, result } => self.stats(room, due, asked_at, result).await,
            Event::Info { room, result } => self.info(room, result).await,
            Event::Listed { page } => self.listed(page).await,
            Event::Swept { listed } => {
                self.sweeping = false;
                if let Some(listed) = listed {
                    self.last_sweep = Some(self.now());
                    self.missed(&listed);
                }
            }
            Event::ListTrouble(trouble) => {
                let before = std::mem::replace(&mut self.list_trouble, trouble);
                match trouble {
                    Some(trouble) if before != Some(trouble) => {
                        tracing::warn!(app = %self.app(), "{trouble}; the sweep stopped there");
                    }
                    None if before.is_some() => tracing::info!(app = %self.app(), "the room list has an end again"),
                    _ => {}
                }
            }
            Event::Sealed { room, stream, outcome } => {
                self.sealing.remove(&stream);
                for asked in self.awaiting_seal.remove(&stream).unwrap_or_default() {
                    let _ = asked.send(outcome.clone());
                }
                if outcome.is_ok() {
                    self.base.feed.signal(Signal::Sealed { stream });
                    // A closing message that came while it was being sealed.
                    self.again(&room).await;
                    self.forget(&room);
                }
            }
            Event::Ask(ask) => self.ask(ask).await,
        }
    }

    /// The interval in force for a room.
    fn interval_of(&self, id: &RoomId) -> i64 {
        self.schedule.interval_since(id, self.weight(id))
    }

    fn weight(&self, id: &RoomId) -> Weight {
        let Some(room) = self.rooms.get(id) else { return Weight::Idle };
        let life = match &room.state {
            State::Open(life) => life,
            State::Opening { .. } => return Weight::Plain,
            State::Idle(Some(closed)) if closed.by == EndEvidence::Quiet => return Weight::Quiet,
            State::Idle(_) => return Weight::Idle,
        };
        let now = self.now();
        if matches!(life.phase, Phase::Ending { .. }) || self.steady() - room.opened_at < NEW_MS {
            return Weight::Eager;
        }
        match life.moved_at {
            Some(moved_at) if now - moved_at >= QUIET_MS => Weight::Quiet,
            Some(_) if life.coins_moved_at.is_some_and(|at| now - at < BUSY_MS) => Weight::Eager,
            _ => Weight::Plain,
        }
    }

    async fn stats(
        &mut self,
        id: RoomId,
        due: i64,
        asked_at: i64,
        result: Result<Answer<Option<Counters>>, CallError>,
    ) {
        self.in_flight = self.in_flight.saturating_sub(1);
        let interval_ms = self.interval_of(&id);
        if !self.rooms.contains_key(&id) {
            self.schedule.remove(&id);
            return;
        }
        let promised = self.rooms.get_mut(&id).and_then(|room| room.promised.take());
        if result.is_ok() {
            // Behind the time promised at the last reading; a stream's first has only the time it was due.
            let (interval, promise) = promised.map_or((interval_ms, due), |(asked, next)| (next - asked, next));
            self.lags.push_back((asked_at - promise).max(0) * 100 / interval.max(1));
            if self.lags.len() > LAGS {
                self.lags.pop_front();
            }
        }
        if result.is_ok()
            && let Some(room) = self.rooms.get_mut(&id)
        {
            room.paused_until = 0;
        }
        let waiting = self.rooms.get_mut(&id).map(|room| std::mem::take(&mut room.refreshing)).unwrap_or_default();
        let told = result.as_ref().map(|_| ()).map_err(|error| AskError::Upstream(error.in_each_language()));
        match result {
            Ok(Answer { asked, answered, value: Some(counters), request_id, retries }) => {
                let reading = Reading { asked, answered, counters };
                self.reading(&id, reading, request_id, i64::from(retries)).await;
            }
            Ok(Answer { asked, value: None, .. }) => self.gone_by_stats(&id, asked).await,
            Err(error) => self.failed(&id, &error).await,
        }
        self.put_back(&id);
        let promise = asked_at + self.interval_of(&id);
        if let Some(room) = self.rooms.get_mut(&id).filter(|room| matches!(room.state, State::Open(_))) {
            room.promised = Some((asked_at, promise));
        }
        if !waiting.is_empty() {
            // Whoever asked is told when the reading is in the file: the page they look at next shows it.
            let recorder = self.base.recorder.clone();
            tokio::spawn(async move {
                let committed = tokio::time::timeout(COMMIT_WAIT, recorder.flush()).await;
                let told = match committed {
                    Ok(Ok(())) => told,
                    Ok(Err(_)) => Err(AskError::Stopping),
                    Err(_) => Err(AskError::Store("it takes no readings now; see the status page".to_owned())),
                };
                for done in waiting {
                    let _ = done.send(told.clone());
                }
            });
        }
    }

    /// The room's next turn, by what it is now.
    fn put_back(&mut self, id: &RoomId) {
        let now = self.steady();
        let weight = self.weight(id);
        let wall = self.now();
        let rules = self.base.rules;
        let interval_ms = self.base.interval_ms;
        let Some(room) = self.rooms.get_mut(id) else { return };
        if room.paused_until > now {
            let seems_over = matches!(&room.state, State::Open(life) if life.seems_over());
            let due = if seems_over { room.paused_until.min(now + interval_ms) } else { room.paused_until };
            self.schedule.set(id.clone(), due, weight);
            return;
        }
        match &room.state {
            State::Open(life) => {
                if std::mem::take(&mut room.unplaced) {
                    // Rooms found together would be read together for ever: each goes to a place of its own in the
                    // interval, by steps of the golden ratio, which fill it evenly however many come.
                    self.placed = self.placed.wrapping_add(1);
                    let place = (f64::from(self.placed) * 0.618_033_988_749_895).fract().max(0.1);
                    let interval = self.schedule.interval_ms(weight) as f64;
                    self.schedule.set(id.clone(), now + (interval * place) as i64, weight);
                } else {
                    self.schedule.put_back(id, now, weight);
                }
                if let Some(seal_from) = life.seal_from(&rules) {
                    // Asked once more when the grace is over: that answer seals.
                    self.schedule.expedite(id, now + (seal_from - wall).max(interval_ms.min(1000) / 4), weight);
                }
                if life.gone.is_some() && life.phase == Phase::Live {
                    self.schedule.expedite(id, now + interval_ms, weight);
                }
            }
            State::Opening { .. } => self.schedule.set(id.clone(), now + interval_ms, weight),
            State::Idle(Some(closed)) if closed.by == EndEvidence::Quiet => {
                self.schedule.put_back(id, now, weight);
            }
            State::Idle(_) if room.found_by == FoundBy::Hand => {
                self.schedule.set(id.clone(), now + room.idle_ms.max(interval_ms), weight);
                room.idle_ms = (room.idle_ms * 2).clamp(interval_ms * 3, IDLE_MOST_MS);
            }
            // The list or a webhook will tell when it is live again.
            State::Idle(_) => {
                self.schedule.remove(id);
                self.forget(id);
            }
        }
    }

    /// Lets go of a room without a stream: memory holds those that are live, those added or excluded manually, and those
    /// whose stream was ended here while they stand. With a RoomId for each show there would be millions of others.
    fn forget(&mut self, id: &RoomId) {
        if let Some(Room { state: State::Idle(None), found_by: FoundBy::List | FoundBy::Webhook, .. }) =
            self.rooms.get(id)
        {
            self.rooms.remove(id);
            self.schedule.remove(id);
        }
    }

    async fn reading(&mut self, id: &RoomId, reading: Reading, request_id: Option<String>, retries: i64) {
        let (rules, interval_ms) = (self.base.rules, self.base.interval_ms);
        let Some(room) = self.rooms.get_mut(id) else { return };
        match &mut room.state {
            State::Open(life) => {
                life.clock_is_off(self.clock_off);
                let mut effects = life.reading(&rules, reading, interval_ms, request_id, retries);
                let unconfirmed = life.unconfirmed_since().is_some_and(|since| reading.answered - since > CONFIRM_MS);
                if unconfirmed {
                    // A private room is in no list; a new life that overtook the old totals would go unnoticed.
                    effects.push(Effect::AskInfo);
                }
                self.carry_out(id, effects).await;
            }
            State::Opening { readings, .. } => {
                if readings.len() >= WAITING {
                    thin(readings);
                    tracing::warn!(
                        room = %id,
                        "get_room_info has not answered for long; of the readings that wait every second is left out"
                    );
                }
                readings.push(reading);
                self.ask_info(id);
            }
            State::Idle(Some(closed)) if closed.by == EndEvidence::Operator => {
                // The user's decision holds for the stream that it ended: only a newer CreateTime opens another.
                closed.last = Some(reading);
                self.ask_info(id);
            }
            State::Idle(closed) => {
                let quiet = closed.as_mut().filter(|closed| closed.by == EndEvidence::Quiet);
                let mut readings = Vec::with_capacity(2);
                if let Some(closed) = quiet {
                    let unmoved = closed.last.replace(reading);
                    if unmoved.is_some_and(|unmoved| unmoved.counters == reading.counters) {
                        // What get_room_stats answers for a room that is gone is not documented.
                        let due = closed.info_due.get_or_insert(reading.answered + CLOSED_INFO_MS);
                        if closed.gone.is_some() || reading.answered >= *due {
                            closed.info_due = None;
                            self.ask_info(id);
                        }
                        return;
                    }
                    readings.extend(unmoved);
                }
                readings.push(reading);
                room.state = State::opening(readings, *closed);
                self.ask_info(id);
            }
        }
    }

    /// get_room_stats answered 100004: get_room_info decides whether the room exists.
    async fn gone_by_stats(&mut self, id: &RoomId, asked: Millis) {
        let rules = self.base.rules;
        let Some(room) = self.rooms.get_mut(id) else { return };
        match &mut room.state {
            State::Open(life) => {
                let effects = life.gone_by_stats(&rules, asked);
                self.maybe_ending(id);
                self.carry_out(id, effects).await;
            }
            State::Opening { .. } => self.ask_info(id),
            State::Idle(Some(closed)) if closed.by == EndEvidence::Quiet => self.ask_info(id),
            State::Idle(_) => {}
        }
    }

    /// get_room_info answered 100004.
    async fn gone_by_info(&mut self, id: &RoomId, asked: Millis, answered: Millis) {
        let rules = self.base.rules;
        let interval_ms = self.base.interval_ms;
        let Some(room) = self.rooms.get_mut(id) else { return };
        match &mut room.state {
            State::Open(life) => {
                let effects = life.gone_by_info(&rules, asked, answered, interval_ms);
                self.maybe_ending(id);
                self.carry_out(id, effects).await;
                // Asked again an interval later at the latest, also where its readings pause.
                if matches!(self.rooms.get(id), Some(Room { state: State::Open(life), .. }) if life.seems_over()) {
                    let (soon, weight) = (self.steady() + interval_ms, self.weight(id));
                    self.schedule.expedite(id, soon, weight);
                }
            }
            State::Opening { gone: gone @ None, .. } => *gone = Some(asked),
            State::Opening { readings, gone: Some(first), untold, .. }
                if an_interval_apart(*first, asked, interval_ms) =>
            {
                let (first, untold) = (*first, *untold);
                readings.retain(|reading| reading.asked < first);
                // Read while get_room_info did not answer: not lost, its stream is opened and ends as any other. What
                // get_room_stats answers of a room that get_room_info never knew of is no stream.
                let live = untold > 0 && (!room.absent || moves(readings));
                if live && self.open_untold(id).await {
                    Box::pin(self.gone_by_info(id, first, first)).await;
                    Box::pin(self.gone_by_info(id, asked, answered)).await;
                } else {
                    self.idle(id, None);
                    // A message that waited for the stream may be of an earlier one.
                    Box::pin(self.again(id)).await;
                }
            }
            State::Opening { .. } => {}
            State::Idle(Some(closed)) if closed.by == EndEvidence::Quiet => {
                // It is polled until it moves again; a room that is gone does not.
                match closed.gone {
                    Some(first) if an_interval_apart(first, asked, interval_ms) => room.state = State::Idle(None),
                    Some(_) => {}
                    None => closed.gone = Some(asked),
                }
            }
            State::Idle(_) => {}
        }
        if let Some(room) = self.rooms.get_mut(id)
            && matches!(room.state, State::Idle(_))
        {
            room.absent = true;
        }
    }

    fn maybe_ending(&self, id: &RoomId) {
        if let Some(Room { state: State::Open(life), .. }) = self.rooms.get(id) {
            let maybe = life.gone.is_some() && life.phase == Phase::Live;
            self.base.feed.signal(Signal::MaybeEnding { stream: life.stream, maybe });
        }
    }

    async fn failed(&mut self, id: &RoomId, error: &CallError) {
        let now = self.steady();
        let Some(room) = self.rooms.get_mut(id) else { return };
        if error.concerns_room() {
            room.paused_until = now + PAUSE_MS;
        }
        if let State::Open(life) = &mut room.state {
            let cause = error.failure.gap_cause();
            let effects = if error.attempts() == 0 {
                life.not_asked(cause, error.failed);
                Vec::new()
            } else {
                life.failure(
                    cause,
                    error.failure.name(),
                    error.failed,
                    error.request_id.clone(),
                    i64::from(error.retries),
                )
            };
            let code = if let GapCause::Code(code) = cause { Some(code) } else { None };
            let since = life.trouble.map_or(error.failed, |(since, _)| since);
            self.base.feed.signal(Signal::NoAnswer { stream: life.stream, since, code });
            self.carry_out(id, effects).await;
        }
    }

    async fn info(&mut self, id: RoomId, result: Result<Answer<Option<RoomInfo>>, CallError>) {
        let Some(room) = self.rooms.get_mut(&id) else { return };
        room.info_in_flight = false;
        let answered = result.is_ok();
        match result {
            Ok(Answer { value: Some(info), asked, .. }) => {
                room.absent = false;
                match &mut room.state {
                    State::Open(life) => life.exists(),
                    State::Opening { gone, .. } => *gone = None,
                    State::Idle(Some(closed)) => closed.gone = None,
                    State::Idle(None) => {}
                }
                self.maybe_ending(&id);
                self.describe(&id, &info, asked);
                match info.create_time {
                    Some(create_time) => self.told(&id, create_time, asked, Source::Info).await,
                    None => self.untold(&id).await,
                }
            }
            // It answered a reading and then not: the next reading will tell.
            Ok(Answer { value: None, asked, answered, .. }) => self.gone_by_info(&id, asked, answered).await,
            Err(error) => {
                tracing::debug!(room = %id, %error, "get_room_info did not answer");
                self.untold(&id).await;
            }
        }
        if answered {
            // Readings that came while it was asked wait for the next answer. One that fails is asked again in turn.
            self.hasten_if_waiting(&id);
        }
    }

    fn hasten_if_waiting(&mut self, id: &RoomId) {
        if let Some(Room { state: State::Open(life), .. }) = self.rooms.get(id)
            && life.wants_reading()
        {
            let (soon, weight) = (self.steady() + self.base.interval_ms.min(1000), self.weight(id));
            self.schedule.expedite(id, soon, weight);
        }
    }

    /// The room's CreateTime was told.
    async fn told(&mut self, id: &RoomId, create_time: i64, asked: Millis, source: Source) {
        let Some(room) = self.rooms.get_mut(id) else { return };
        match &mut room.state {
            State::Open(_) => self.told_of_open(id, create_time, asked, source).await,
            State::Opening { readings, .. }
                if !readings.is_empty() && readings.iter().all(|reading| reading.answered > asked) =>
            {
                // What was told before them says nothing of these readings: a message that came late, or again.
                self.ask_info(id);
            }
            State::Opening { readings, closed, .. } => {
                let (readings, closed) = (std::mem::take(readings), *closed);
                self.open(id, Some(create_time), readings, closed).await;
                self.told_of_open(id, create_time, asked, source).await;
            }
            State::Idle(Some(closed))
                if closed.by == EndEvidence::Operator && closed.create_time < Some(create_time) =>
            {
                let closed = *closed;
                self.open(id, Some(create_time), closed.last.into_iter().collect(), Some(closed)).await;
                self.told_of_open(id, create_time, asked, source).await;
                let (now, weight) = (self.steady(), self.weight(id));
                self.schedule.expedite(id, now, weight);
            }
            State::Idle(_) => {}
        }
    }

    /// Tells the open stream which life the room was in when that was asked; one just opened learns as of when its life is
    /// known.
    async fn told_of_open(&mut self, id: &RoomId, create_time: i64, asked: Millis, source: Source) {
        let interval_ms = self.base.interval_ms;
        if let Some(Room { state: State::Open(life), .. }) = self.rooms.get_mut(id) {
            life.clock_is_off(self.clock_off);
            let effects = life.told(create_time, asked, source, interval_ms);
            self.carry_out(id, effects).await;
            self.hasten_if_waiting(id);
        }
    }

    async fn untold(&mut self, id: &RoomId) {
        let (now, interval_ms) = (self.now(), self.base.interval_ms);
        let Some(room) = self.rooms.get_mut(id) else { return };
        match &mut room.state {
            State::Open(life) => {
                let effects = life.untold(now, interval_ms);
                self.carry_out(id, effects).await;
            }
            State::Opening { readings, untold, .. } => {
                *untold += 1;
                if *untold >= 2 && readings.len() >= 2 && (!room.absent || moves(readings)) {
                    self.open_untold(id).await;
                }
            }
            State::Idle(_) => {}
        }
    }

    /// Opens a stream of readings whose CreateTime nobody tells: they are not lost for want of a start. Tells whether they
    /// could be of one.
    async fn open_untold(&mut self, id: &RoomId) -> bool {
        let Some(Room { state: State::Opening { readings, closed, .. }, .. }) = self.rooms.get_mut(id) else {
            return false;
        };
        let create_time = match closed {
            _ if readings.is_empty() => return false,
            None => None,
            // The room moves on from where it stood quiet: the next part of the life it was in, as far as anything shows.
            Some(Closed { by: EndEvidence::Quiet, create_time: Some(create_time), last: Some(last), .. })
                if !readings.iter().any(|reading| reading.counters.falls_below(&last.counters)) =>
            {
                Some(*create_time)
            }
            // An operator's word stands until Tencent tells of another life.
            Some(_) => return false,
        };
        let (readings, closed) = (std::mem::take(readings), *closed);
        self.open(id, create_time, readings, closed).await;
        matches!(self.rooms.get(id), Some(Room { state: State::Open(_), .. }))
    }

    /// Opens, or returns to, the stream that these readings are of.
    async fn open(&mut self, id: &RoomId, create_time: Option<i64>, readings: Vec<Reading>, closed: Option<Closed>) {
        if let Err(error) = self.try_open(id, create_time, readings.clone(), closed).await {
            if let Some(held_back) = self.store_errors.pass(self.steady()) {
                tracing::error!(
                    room = %id, %error, held_back, "a stream cannot be opened; trying again with the next reading"
                );
            }
            if let Some(room) = self.rooms.get_mut(id) {
                room.state = State::opening(readings, closed);
            }
        }
    }

    async fn try_open(
        &mut self,
        id: &RoomId,
        create_time: Option<i64>,
        readings: Vec<Reading>,
        closed: Option<Closed>,
    ) -> Result<(), StoreError> {
        let mut part = Part::default();
        let mut presence = None;
        let mut life = None;
        // What was requested before the second of its creation was over may be of an earlier life.
        let (began, had_begun) = create_time.map_or((Millis(i64::MIN), Millis(i64::MIN)), |create_time| {
            (self.clock_off.began(create_time), self.clock_off.had_begun(create_time))
        });
        let (readings, earlier): (Vec<_>, Vec<_>) =
            readings.into_iter().partition(|reading| reading.asked >= had_begun);
        let being_sealed = (id.clone(), create_time);
        if create_time.is_some() && self.sealing.values().any(|life| *life == being_sealed) {
            // This moment; the next reading finds it sealed.
            if let Some(room) = self.rooms.get_mut(id) {
                room.state = State::opening(readings, closed);
            }
            return Ok(());
        }
        if let Some(create_time) = create_time
            && let Some(known) = self.base.store.stream_of_life(self.app(), id, create_time).await?
        {
            match (known.summary.state, known.summary.ended_by) {
                (StreamState::Sealed, Some(EndEvidence::Operator))
                    if !self.rooms.get(id).is_some_and(|room| room.wanted_again) =>
                {
                    self.idle(id, Some(Closed::new(Some(create_time), EndEvidence::Operator, None)));
                    return Ok(());
                }
                (StreamState::Sealed, Some(by @ (EndEvidence::Quiet | EndEvidence::Continued))) => {
                    // Held against what it last read, which its totals are not in a later part, nor after a restart.
                    let record = self.base.sealer.record_of(known.summary.id).await?;
                    let stood = record.and_then(|record| record.runs().pop()).map(|run| run.counters);
                    let moved = readings.iter().any(|reading| stood.is_some_and(|stood| stood != reading.counters));
                    if by == EndEvidence::Quiet && !moved {
                        let last = readings.last().copied();
                        self.idle(id, Some(Closed::new(Some(create_time), EndEvidence::Quiet, last)));
                        return Ok(());
                    }
                    let first = readings.first().map(|reading| reading.counters);
                    let start = match (stood, first) {
                        // What Tencent took back in between is not the new stream's loss.
                        (Some(stood), Some(first)) => stood.min(first),
                        (stood, first) => stood.or(first).unwrap_or_default(),
                    };
                    part = Part { number: known.part.number + 1, start };
                }
                (state, _) => {
                    presence = known.presence();
                    life = Some(match state {
                        StreamState::Sealed => self.reopen(&known).await?,
                        StreamState::Live | StreamState::Ending => self.restored(&known).await?,
                    });
                }
            }
        }
        let life = match life {
            Some(life) => life,
            None => self.open_new(id, create_time, part, readings.first().map(|reading| reading.asked)).await?,
        };
        let stream = life.stream;
        let now = self.steady();
        if let Some(room) = self.rooms.get_mut(id) {
            room.state = State::Open(Box::new(life));
            // As the messages told that came before the room was forgotten.
            room.presence = room.presence.max(presence);
            room.opened_at = now;
            room.unplaced = true;
            room.wanted_again = false;
            room.idle_ms = 0;
            room.promised = None;
        }
        let weight = self.weight(id);
        self.schedule.weigh(id, weight);
        let interval_ms = self.base.interval_ms;
        let rules = self.base.rules;
        // Kept, not counted; but where the life before has its report, they are of that, if they were read before this one.
        let set_aside = |reading| Effect::Write(Write::SetAside { stream, reading, reason: ExclusionReason::Stale });
        let kept = earlier.into_iter().filter(|reading| closed.is_none() || reading.answered >= began);
        let mut effects: Vec<_> = kept.map(set_aside).collect();
        if let Some(Room { state: State::Open(life), .. }) = self.rooms.get_mut(id) {
            life.clock_is_off(self.clock_off);
            for reading in readings {
                effects.extend(life.reading(&rules, reading, interval_ms, None, 0));
            }
        }
        Box::pin(self.carry_out(id, effects)).await;
        self.tell_presence(id);
        Box::pin(self.again(id)).await;
        Ok(())
    }

    /// The id of the next stream. Many are reserved at once, so that a list of new rooms waits for the database once.
    async fn next_id(&mut self) -> Result<StreamId, StoreError> {
        if let Some(id) = self.ids.next() {
            return Ok(StreamId(id));
        }
        let ids = self.base.store.reserve_streams(RESERVED).await?;
        self.ids = ids.start + 1..ids.end;
        Ok(StreamId(ids.start))
    }

    async fn open_new(
        &mut self,
        id: &RoomId,
        create_time: Option<i64>,
        part: Part,
        first: Option<Millis>,
    ) -> Result<Life, StoreError> {
        let now = self.now();
        let room = self.rooms.get(id);
        let first_seen = first.unwrap_or(now);
        let started_at = match create_time {
            Some(create_time) if part.number == 0 => Millis::from_seconds(create_time),
            _ => first_seen,
        };
        let new = NewStream {
            app: self.app(),
            room: id.clone(),
            kind: StreamKind::Stream,
            create_time,
            part,
            title: room.and_then(|room| room.title.clone()),
            host: room.and_then(|room| room.host.clone()),
            host_name: room.and_then(|room| room.host_name.clone()),
            interval_ms: self.base.interval_ms,
            first_seen,
            started_at,
        };
        let found_by = room.map_or(FoundBy::List, |room| room.found_by);
        let stream = self.next_id().await?;
        self.pending.push(Write::Followed { app: self.app(), room: id.clone(), found_by, at: now });
        let day = self.base.store.day_of(new.app, new.started_at);
        self.base.feed.opened(&OpenStream::begun(stream, &new, day), Vec::new());
        // Committed with its first readings, and with what of them another stream gives up.
        self.pending.push(Write::Opened { stream, new: Box::new(new) });
        tracing::debug!(app = %self.base.app.id, room = %id, %stream, "a stream began");
        let mut life = Life::new(stream, create_time);
        life.part_began = (part.number > 0).then_some(started_at);
        Ok(life)
    }

    /// A sealed stream whose room answers with the same CreateTime is live again; its next seal is the next revision.
    async fn reopen(&mut self, known: &OpenStream) -> Result<Life, StoreError> {
        let stream = known.summary.id;
        let runs = self.base.sealer.runs_of(stream).await?;
        // Whatever closed it, the room answers.
        let contradicted = Write::Contradicted { stream, at: self.now() };
        self.base.store.reopen(stream, &runs, &[contradicted]).await?;
        tracing::debug!(app = %self.base.app.id, room = %known.summary.room, %stream, "a sealed stream is live again");
        let mut life = match self.base.store.open_stream(stream).await? {
            Some(open) => self.restored(&open).await?,
            None => self.restored(known).await?,
        };
        if known.summary.ended_by.is_some_and(EndEvidence::has_grace)
            && let Some(ended_at) = known.summary.ended_at
        {
            life.was_away(ended_at);
        }
        Ok(life)
    }

    async fn restored(&mut self, open: &OpenStream) -> Result<Life, StoreError> {
        let (recent, life) = self.restore(open, false).await?;
        self.base.feed.opened(open, recent);
        Ok(life)
    }

    /// What was read of a stream lately, for the board, and the stream's life as the store has it.
    async fn restore(&self, open: &OpenStream, restarted: bool) -> Result<(Vec<Run>, Life), StoreError> {
        let (store, stream) = (&self.base.store, open.summary.id);
        let closing = store.closing(stream).await?;
        let recent = store.runs_since(stream, self.now() - RECENT_MS).await?;
        let life = match recent.as_slice() {
            [] => Life::restore(open, store.last_run(stream).await?.as_slice(), closing.as_ref(), restarted),
            runs => Life::restore(open, runs, closing.as_ref(), restarted),
        };
        Ok((recent, life))
    }

    fn idle(&mut self, id: &RoomId, closed: Option<Closed>) {
        if let Some(room) = self.rooms.get_mut(id) {
            room.state = State::Idle(closed);
        }
    }

    /// The first reading of a stream: now, but not before the second of its creation is over, since it would be excluded.
    fn expedite_first(&mut self, id: &RoomId, create_time: Option<i64>) {
        let begun = create_time.map_or(0, |create_time| self.clock_off.had_begun(create_time) - self.now());
        let wait = begun.clamp(0, self.base.interval_ms.max(1_000));
        let weight = self.weight(id);
        self.schedule.expedite(id, self.steady() + wait, weight);
    }

    async fn carry_out(&mut self, id: &RoomId, effects: Vec<Effect>) {
        self.carrying += 1;
        for effect in effects {
            match effect {
                Effect::Write(write) => self.pending.push(write),
                Effect::AskInfo => self.ask_info(id),
                Effect::Seal => {
                    let Some(room) = self.rooms.get_mut(id) else { continue };
                    let State::Open(life) = &room.state else { continue };
                    let (stream, create_time) = (life.stream, life.create_time);
                    let closed = match life.ended_by() {
                        Some(by) if by.is_set_here() => Some(Closed::new(life.create_time, by, life.last())),
                        _ => None,
                    };
                    room.state = State::Idle(closed);
                    room.idle_ms = 0;
                    self.to_seal.push((id.clone(), stream, create_time));
                }
                Effect::NextPart { last } => {
                    if let Some(room) = self.rooms.get_mut(id)
                        && let State::Idle(closed) = room.state
                    {
                        // Opened with the next reading, when the part before has its report.
                        room.state = State::opening(vec![last], closed);
                    }
                }
                // The stream that is over ran to its end; the rule no longer includes its room.
                Effect::NextLife { .. } if !self.is_wanted(id, None) => {}
                Effect::NextLife { create_time, readings } => {
                    Box::pin(self.open(id, create_time, readings, None)).await;
                    // Read at once: what the readings at hand say may be old.
                    self.expedite_first(id, create_time);
                }
            }
        }
        self.carrying -= 1;
        if self.carrying == 0 {
            // A reading that moves to the next life leaves this one in the same transaction in which it arrives there.
            self.base.recorder.write_all(std::mem::take(&mut self.pending));
            for (room, stream, create_time) in std::mem::take(&mut self.to_seal) {
                self.seal(room, stream, create_time);
            }
        }
    }

    /// Writes after what is decided and not yet handed over.
    fn write(&mut self, write: Write) {
        self.pending.push(write);
        if self.carrying == 0 {
            self.base.recorder.write_all(std::mem::take(&mut self.pending));
        }
    }

    /// `at` is when that was true at the earliest.
    fn describe(&mut self, id: &RoomId, info: &RoomInfo, at: Millis) {
        let Some(room) = self.rooms.get_mut(id) else { return };
        if room.described_at.is_some_and(|described| at < described) {
            return;
        }
        room.described_at = Some(at);
        let new = |known: &Option<String>, told: &Option<String>| told.is_some() && known != told;
        if !new(&room.title, &info.title) && !new(&room.host, &info.host) && !new(&room.host_name, &info.host_name) {
            return;
        }
        room.title = info.title.clone().or_else(|| room.title.take());
        if new(&room.host, &info.host) {
            // Whether the new host is there is not known; who came and went before may be them.
            let known = room.host.is_some();
            room.presence = None;
            let visitors = std::mem::take(&mut room.visitors);
            let host = info.host.as_deref();
            for (_, at, online) in visitors.iter().filter(|(account, ..)| Some(account.as_str()) == host) {
                room.presence = room.presence.max(Some((*at, *online)));
            }
            if known && room.presence.is_none() {
                room.presence = Some((at, true));
            }
        }
        room.host = info.host.clone().or_else(|| room.host.take());
        room.host_name = info.host_name.clone().or_else(|| room.host_name.take());
        let (title, host, host_name) = (room.title.clone(), room.host.clone(), room.host_name.clone());
        let stream = match &room.state {
            // The title of the room's next life is not this one's: the stream that is over keeps its own.
            State::Open(life) if life.is_told(info.create_time, at) => Some(life.stream),
            _ => None,
        };
        self.write(Write::Described {
            app: self.base.app.id,
            room: id.clone(),
            stream,
            title: title.clone(),
            host: host.clone(),
            host_name: host_name.clone(),
        });
        if let Some(stream) = stream {
            self.base.feed.signal(Signal::Described { stream, title, host, host_name });
        }
        self.tell_presence(id);
    }

    /// Writes down whether the host of the open stream has left, as far as webhooks told.
    fn tell_presence(&mut self, id: &RoomId) {
        let Some(Room { state: State::Open(life), presence: Some((at, online)), .. }) = self.rooms.get(id) else {
            return;
        };
        // What was told of an earlier life says nothing of this one.
        if life.may_begin_here(*at) {
            let presence = Write::HostPresence { stream: life.stream, at: *at, online: *online };
            self.write(presence);
        }
    }

    /// Whether a room is to be monitored: added manually, or by the app's rule as it is now.
    fn is_wanted(&self, id: &RoomId, public: Option<bool>) -> bool {
        let follow = &self.base.app.follow;
        let by_rule = || {
            !self.stopped.contains(id)
                && follow.includes(id.as_str())
                && (public != Some(false) || !matches!(follow, Follow::Public))
        };
        self.rooms.get(id).is_some_and(|room| room.found_by == FoundBy::Hand) || by_rule()
    }

    fn is_known_or_wanted(&self, id: &RoomId) -> bool {
        self.rooms.contains_key(id) || self.is_wanted(id, None)
    }

    /// A room that the list or a webhook tells of: followed if the rule says so, opened if it is new.
    async fn found(&mut self, info: &RoomInfo, by: FoundBy, asked: Millis) -> bool {
        let id = &info.room;
        if !self.is_wanted(id, info.public) {
            match self.rooms.get(id).map(|room| &room.state) {
                // Its stream runs to its end.
                Some(State::Open(_) | State::Opening { .. }) => {}
                Some(State::Idle(_)) => {
                    self.rooms.remove(id);
                    self.schedule.remove(id);
                    return false;
                }
                None => return false,
            }
        }
        if !self.rooms.contains_key(id) && !self.is_being_sealed(id, info.create_time) {
            self.rooms.insert(id.clone(), Room::new(by));
        }
        self.know(info, by, asked).await;
        // Also one whose stream is sealed, which the list may show for a moment longer.
        if self.schedule.contains(id) {
            return true;
        }
        self.forget(id);
        self.rooms.contains_key(id)
    }

    fn is_being_sealed(&self, id: &RoomId, create_time: Option<i64>) -> bool {
        create_time.is_some() && self.sealing.values().any(|(room, of_life)| room == id && *of_life == create_time)
    }

    /// What the list or a webhook says of a room that is monitored, or to be monitored.
    async fn know(&mut self, info: &RoomInfo, by: FoundBy, asked: Millis) {
        let id = &info.room;
        self.describe(id, info, asked);
        let source = Source::List;
        let Some(create_time) = info.create_time else {
            if matches!(self.rooms.get(id), Some(Room { state: State::Idle(None), .. })) {
                // Which stream it is in is not known; what is read of it opens one with a provisional start.
                self.schedule.expedite(id, self.steady(), Weight::Plain);
            }
            return;
        };
        match self.rooms.get(id).map(|room| &room.state) {
            // Sign does not cover the body: that a life of an open room has ended is for Tencent's own answer to say.
            Some(State::Open(life)) if by == FoundBy::Webhook && life.create_time != Some(create_time) => {
                self.ask_info(id);
            }
            Some(State::Open(_) | State::Opening { .. }) => self.told(id, create_time, asked, source).await,
            Some(State::Idle(Some(closed))) if closed.create_time == Some(create_time) => {}
            Some(State::Idle(closed)) => {
                let closed = *closed;
                // A sealed stream may still be listed for a moment: only a reading brings it back.
                let known = self.base.store.stream_of_life(self.app(), id, create_time).await;
                match known {
                    Ok(Some(known))
                        if known.summary.state == StreamState::Sealed
                            && known.summary.ended_by == Some(EndEvidence::Operator)
                            && !self.rooms.get(id).is_some_and(|room| room.wanted_again) =>
                    {
                        self.idle(id, Some(Closed::new(Some(create_time), EndEvidence::Operator, None)));
                    }
                    Ok(Some(known)) if known.summary.state == StreamState::Sealed => {
                        let (now, steady) = (self.now(), self.steady());
                        let goes_on = known.summary.ended_by == Some(EndEvidence::Continued);
                        let long_ago =
                            known.summary.seal.is_some_and(|seal| now - seal.sealed_at > self.base.rules.grace_ms);
                        if goes_on || long_ago {
                            self.schedule.expedite(id, steady, Weight::Plain);
                        }
                    }
                    Ok(Some(_)) => {}
                    Ok(None) => {
                        self.open(id, Some(create_time), Vec::new(), closed).await;
                        self.told_of_open(id, create_time, asked, source).await;
                        self.expedite_first(id, Some(create_time));
                    }
                    Err(error) => {
                        if let Some(held_back) = self.store_errors.pass(self.steady()) {
                            tracing::error!(
                                room = %id, %error, held_back, "a room that was found cannot be opened yet"
                            );
                        }
                    }
                }
            }
            None => {}
        }
    }

    /// Rooms that were on the list and are no more: no evidence, but a reason to look now. Once, until they are back.
    fn missed(&mut self, listed: &BTreeSet<RoomId>) {
        let mut missing = Vec::new();
        for (id, room) in &mut self.rooms {
            let was_listed = std::mem::replace(&mut room.listed, listed.contains(id));
            if was_listed && !room.listed {
                missing.push(id.clone());
            }
        }
        for id in missing {
            match self.rooms.get_mut(&id) {
                Some(Room { state: State::Open(_), .. }) => {}
                // It stands no more, as far as the list shows; nothing else waits for it to go.
                Some(Room { state: state @ State::Idle(Some(Closed { by: EndEvidence::Operator, .. })), .. }) => {
                    *state = State::Idle(None);
                    self.forget(&id);
                    continue;
                }
                _ => continue,
            }
            let (now, weight) = (self.steady(), self.weight(&id));
            self.schedule.expedite(&id, now, weight);
            self.ask_info(&id);
        }
    }

    async fn listed(&mut self, page: Answer<RoomPage>) {
        for info in &page.value.rooms {
            self.found(info, FoundBy::List, page.asked).await;
        }
    }

    async fn ask(&mut self, ask: Ask) {
        match ask {
            Ask::AddRooms { rooms, done } => {
                let outcome = self.base.store.follow_rooms(self.app(), &rooms, FoundBy::Hand, self.now()).await;
                let outcome = outcome.map_err(|error| AskError::Store(error.to_string()));
                for id in if outcome.is_ok() { rooms } else { Vec::new() } {
                    self.stopped.remove(&id);
                    let room = self.rooms.entry(id.clone()).or_insert_with(|| Room::new(FoundBy::Hand));
                    room.found_by = FoundBy::Hand;
                    room.idle_ms = 0;
                    if matches!(room.state, State::Idle(Some(Closed { by: EndEvidence::Operator, .. }))) {
                        room.wanted_again = true;
                        room.state = State::Idle(None);
                    }
                    if !matches!(room.state, State::Open(_)) {
                        let (now, weight) = (self.steady(), self.weight(&id));
                        self.schedule.expedite(&id, now, weight);
                    }
                }
                let _ = done.send(outcome);
            }
            Ask::StopFollowing { room: id, done } => {
                let outcome = self
                    .base
                    .store
                    .unfollow_room(self.app(), &id)
                    .await
                    .map_err(|error| AskError::Store(error.to_string()));
                if outcome.is_ok() {
                    let now = self.now();
                    if let Some(Room { state: State::Open(life), .. }) = self.rooms.get_mut(&id) {
                        let effects = life.ended_by_operator(now);
                        self.carry_out(&id, effects).await;
                    }
                    self.rooms.remove(&id);
                    self.schedule.remove(&id);
                    self.stopped.insert(id);
                }
                let _ = done.send(outcome);
            }
            Ask::SealNow { stream, room: id, done } => {
                let now = self.now();
                if let Some(State::Open(life)) = self.rooms.get_mut(&id).map(|room| &mut room.state)
                    && life.stream == stream
                {
                    let effects = life.ended_by_operator(now);
                    self.carry_out(&id, effects).await;
                }
                if self.base.seals.unsealed().contains_key(&stream)
                    && let Ok(Some(summary)) = self.base.store.stream(stream).await
                {
                    // What failed before may succeed now.
                    self.seal(id, stream, summary.created_at.map(Millis::seconds));
                }
                if self.sealing.contains_key(&stream) {
                    self.tell_when_sealed(stream, done);
                } else {
                    let _ = done.send(Err(AskError::Sealed(stream)));
                }
            }
            Ask::SealAgain { stream, room: id, done } => match self.seal_again(&id, stream).await {
                Ok(()) => self.tell_when_sealed(stream, done),
                Err(error) => {
                    let _ = done.send(Err(error));
                }
            },
            Ask::Keep { stream, room: id, done } => {
                let now = self.now();
                let outcome = match self.rooms.get_mut(&id).map(|room| &mut room.state) {
                    Some(State::Open(life)) if life.stream == stream => {
                        let effects = life.kept_by_operator(now);
                        self.carry_out(&id, effects).await;
                        Ok(())
                    }
                    _ => Err(AskError::Sealed(stream)),
                };
                let _ = done.send(outcome);
            }
            Ask::Refresh { room: id, done } => match self.rooms.get_mut(&id) {
                Some(room) => {
                    room.refreshing.push(done);
                    let now = self.steady();
                    self.read(id, now, Caller::Person);
                }
                None => {
                    let _ = done.send(Err(AskError::NoRoom { room: id, last: None }));
                }
            },
        }
    }

    /// The next revision of a sealed stream, over the same readings and with the same end: what is told beside them (who
    /// issues it, what is usual, by which rules) is as it is now.
    async fn seal_again(&mut self, id: &RoomId, stream: StreamId) -> Result<(), AskError> {
        if self.sealing.contains_key(&stream) {
            return Ok(());
        }
        let store = &self.base.store;
        let summary = store.stream(stream).await?.ok_or(AskError::NoStream(stream))?;
        let of_a_stream = summary.state == StreamState::Sealed && summary.kind == StreamKind::Stream;
        let (Some(ended_at), Some(by), true) = (summary.ended_at, summary.ended_by, of_a_stream) else {
            return Err(AskError::NotSealed(stream));
        };
        let runs = self.base.sealer.runs_of(stream).await?;
        // Not later than its seal: a restart before the next one seals it without another grace period.
        let evidence_at = summary.seal.map_or_else(|| self.now(), |seal| seal.sealed_at);
        let end = Write::Ending { stream, ended_at, ended_after: summary.ended_after, by, evidence_at };
        store.reopen(stream, &runs, &[end]).await?;
        self.seal(id.clone(), stream, summary.created_at.map(Millis::seconds));
        Ok(())
    }

    /// Whoever asked for the seal is told when the report is there.
    fn tell_when_sealed(&mut self, stream: StreamId, done: oneshot::Sender<Result<(), AskError>>) {
        let (sealed, wait) = oneshot::channel();
        self.awaiting_seal.entry(stream).or_default().push(sealed);
        tokio::spawn(async move {
            let told = match tokio::time::timeout(SEAL_WAIT, wait).await {
                Ok(Ok(outcome)) => outcome.map_err(AskError::Store),
                Ok(Err(_)) => Err(AskError::Stopping),
                Err(_) => Err(AskError::Store(NOT_SEALED_YET.to_owned())),
            };
            let _ = done.send(told);
        });
    }

    /// Polls the rooms that unauthenticated webhooks named sooner, at most twice as often as usual, and sweeps the list
    /// sooner: a stranger cannot spend the rate limit.
    fn take_hints(&mut self) {
        let Some(rooms) = self.base.inbox.take_hints() else { return };
        let soon = self.steady() + self.base.interval_ms / 2;
        for room in rooms {
            self.schedule.hasten(&room, soon);
        }
        self.next_sweep = self.next_sweep.min(soon.max(self.swept_at + 1000));
    }

    /// Carries out what an authenticated message says. Messages overtake one another and come again, so what counts is the
    /// time each tells, never the time it came.
    async fn believe(&mut self, hook: Hook, received_at: Millis) {
        let now = self.steady();
        match hook {
            Hook::Created { info, event_time } => {
                // It proves that the room was in this life when it was created, and nothing of later.
                let at = event_time.or(info.create_time.map(Millis::from_seconds)).unwrap_or(received_at);
                if self.found(&info, FoundBy::Webhook, at).await {
                    self.expedite_first(&info.room, info.create_time);
                }
            }
            Hook::Updated { info, event_time } => {
                self.describe(&info.room.clone(), &info, event_time.unwrap_or(received_at));
            }
            Hook::Destroyed { room, event_time, statistic } => {
                self.closed(&room, event_time, statistic, received_at).await;
            }
            Hook::Member { room: id, online, accounts, event_time } => {
                let at = event_time.unwrap_or(received_at);
                let Some(room) = self.rooms.get_mut(&id) else { return };
                match &room.host {
                    Some(host) if accounts.contains(host) => {
                        room.presence = room.presence.max(Some((at, online)));
                        self.tell_presence(&id);
                        if !online {
                            // The owner's going is a sign to look now; a visitor's would read busy rooms for ever.
                            let weight = self.weight(&id);
                            self.schedule.expedite(&id, now, weight);
                        }
                    }
                    Some(_) => {}
                    None => {
                        room.visitors.extend(accounts.into_iter().map(|account| (account, at, online)));
                        let many = room.visitors.len().saturating_sub(VISITORS);
                        room.visitors.drain(..many);
                    }
                }
            }
            Hook::Owner { room: ref id, ref owner, event_time } => {
                let at = event_time.unwrap_or(received_at);
                if self.moment(id, MomentKind::Owner, at.0.to_string(), at, None, owner.clone()) {
                    self.ask_info(id);
                } else {
                    self.keep(id, hook.clone(), received_at);
                }
            }
            Hook::Battle { ref battle, phase, ref rooms, start_time, event_time } => {
                let at = event_time.unwrap_or(received_at);
                if phase == BattlePhase::Created {
                    return;
                }
                let from = start_time.unwrap_or(at);
                let until = (phase == BattlePhase::Ended).then_some(at);
                let mut homeless = Vec::new();
                for (place, side) in rooms.iter().enumerate() {
                    let other = rooms.iter().enumerate().find(|(other, _)| *other != place).map(|(_, side)| side);
                    let label = other.map(|other| self.name_of(&other.room, other.owner.as_deref()));
                    let other = other.and_then(|other| Some((label.clone()?, other.room.clone())));
                    if !self.battle(&side.room, battle, from, until, other) {
                        homeless.push(side.room.clone());
                    }
                }
                for id in homeless {
                    self.keep(&id, hook.clone(), received_at);
                }
            }
            Hook::Follow { follower, to, event_time } => {
                let at = event_time.unwrap_or(received_at);
                let key = follower.unwrap_or_else(|| at.0.to_string());
                let followed = |room: &Room| room.host.as_ref().is_some_and(|host| to.contains(host));
                let rooms: Vec<RoomId> =
                    self.rooms.iter().filter(|(_, room)| followed(room)).map(|(id, _)| id.clone()).collect();
                for id in rooms {
                    self.moment(&id, MomentKind::Follow, key.clone(), at, None, None);
                }
            }
            Hook::Other => {}
        }
    }

    /// Keeps a message about a room that has no stream it could be of; it is tried again when one is opened. Those of rooms
    /// that nobody monitors would push out the others.
    fn keep(&mut self, id: &RoomId, hook: Hook, received_at: Millis) {
        if !self.is_known_or_wanted(id) || self.early.iter().any(|(room, known, _)| room == id && *known == hook) {
            return;
        }
        if self.early.len() == EARLY {
            self.early.pop_front();
        }
        self.early.push_back((id.clone(), hook, received_at));
    }

    /// Tries the messages again that were kept for this room.
    async fn again(&mut self, id: &RoomId) {
        if !self.early.iter().any(|(room, ..)| room == id) {
            return;
        }
        let (mine, others): (Vec<_>, _) =
            std::mem::take(&mut self.early).into_iter().partition(|(room, ..)| room == id);
        self.early = others.into();
        for (_, hook, received_at) in mine {
            self.believe(hook, received_at).await;
        }
    }

    /// The name a room's host is known by.
    fn name_of(&self, room: &RoomId, owner: Option<&str>) -> String {
        let known = self.rooms.get(room);
        known
            .and_then(|known| known.host_name.clone().or_else(|| known.host.clone()))
            .or_else(|| owner.map(str::to_owned))
            .unwrap_or_else(|| room.to_string())
    }

    fn battle(
        &mut self,
        id: &RoomId,
        battle: &str,
        from: Millis,
        until: Option<Millis>,
        other: Option<(String, RoomId)>,
    ) -> bool {
        let label = other.as_ref().map(|(name, _)| name.clone());
        if !self.moment(id, MomentKind::Battle, battle.to_owned(), from, until, label) {
            return false;
        }
        if let Some(Room { state: State::Open(life), battles_over, .. }) = self.rooms.get_mut(id) {
            let over = battles_over.iter().any(|known| known == battle);
            if until.is_some() && !over {
                if battles_over.len() == BATTLES {
                    battles_over.pop_front();
                }
                battles_over.push_back(battle.to_owned());
            }
            let stream = life.stream;
            let with = other.filter(|_| until.is_none() && !over);
            self.base.feed.signal(Signal::Battle { stream, with, since: from });
        }
        true
    }

    /// Whether the room has an open stream the moment could be of.
    fn moment(
        &mut self,
        id: &RoomId,
        kind: MomentKind,
        key: String,
        from: Millis,
        until: Option<Millis>,
        label: Option<String>,
    ) -> bool {
        let Some(Room { state: State::Open(life), .. }) = self.rooms.get(id) else { return false };
        // One of an earlier life that comes late, or again, is no moment of this one.
        // A battle that goes on reaches into this part of the room's life, also where it began before it.
        let latest = if kind == MomentKind::Battle { until.unwrap_or(Millis(i64::MAX)) } else { from };
        if life.is_of_this_part(latest) && life.is_of_this_life(from) {
            let moment = MomentRow { kind, key, from, until, label };
            let told = Write::Moment { stream: life.stream, moment };
            self.write(told);
        }
        true
    }

    /// An authenticated closing message: of the open stream, or of one that is sealed already.
    async fn closed(&mut self, id: &RoomId, event_time: Option<Millis>, statistic: Totals, received_at: Millis) {
        let now = self.steady();
        let at = event_time.unwrap_or(received_at);
        let message = || Hook::Destroyed { room: id.clone(), event_time, statistic };
        if !self.is_known_or_wanted(id) {
            return;
        }
        if matches!(self.rooms.get(id).map(|room| &room.state), Some(State::Opening { .. })) {
            // Which stream it is of is known when get_room_info has answered; it is tried again then.
            self.keep(id, message(), received_at);
            let weight = self.weight(id);
            self.schedule.expedite(id, now, weight);
            return;
        }
        let is_of_open = match self.rooms.get(id) {
            Some(Room { state: State::Open(life), .. }) if life.may_have_closed(at) => {
                // CreateTime is cut to whole seconds: within the second of the creation it is of the stream before, if
                // one ended then. No RoomId is created twice in a second.
                let same_second = life.create_time == Some(at.seconds());
                let before = if same_second { self.ended_before_creation(id, at).await } else { Ok(false) };
                match before {
                    Ok(before) => !before,
                    Err(error) => {
                        if let Some(held_back) = self.store_errors.pass(now) {
                            tracing::error!(room = %id, %error, held_back, "a room-closed webhook cannot be placed yet");
                        }
                        self.keep(id, message(), received_at);
                        self.retry.insert(id.clone());
                        return;
                    }
                }
            }
            _ => false,
        };
        if is_of_open && let Some(Room { state: State::Open(life), .. }) = self.rooms.get_mut(id) {
            let effects = life.closed(at, statistic, received_at);
            self.carry_out(id, effects).await;
            let weight = self.weight(id);
            self.schedule.expedite(id, now, weight);
            return;
        }
        match self.closed_late(id, at, statistic, received_at).await {
            Ok(true) => {}
            Ok(false) => self.keep(id, message(), received_at),
            Err(error) => {
                if let Some(held_back) = self.store_errors.pass(self.steady()) {
                    tracing::error!(room = %id, %error, held_back, "a late closing message cannot be written yet");
                }
                self.keep(id, message(), received_at);
                self.retry.insert(id.clone());
            }
        }
    }

    /// The room's last streams, newest first.
    async fn last_streams(&self, id: &RoomId) -> Result<Vec<StreamSummary>, StoreError> {
        let query = StreamQuery {
            app: Some(self.app()),
            room: Some(id.clone()),
            kind: Some(StreamKind::Stream),
            limit: 8,
            ..StreamQuery::default()
        };
        Ok(self.base.store.streams(&query).await?.rows)
    }

    /// Whether the stream before the open one ended about then, in the second of the open one's creation.
    async fn ended_before_creation(&self, id: &RoomId, event_time: Millis) -> Result<bool, StoreError> {
        let streams = self.last_streams(id).await?;
        Ok(place_of_closing(&streams, event_time).is_some_and(|place| place > 0))
    }

    /// A closing message after sealing makes a revision if it changes a total. Tells whether the stream it is of is known
    /// and sealed.
    async fn closed_late(
        &mut self,
        id: &RoomId,
        event_time: Millis,
        statistic: Totals,
        received_at: Millis,
    ) -> Result<bool, StoreError> {
        let lives = self.last_streams(id).await?;
        let Some(place) = place_of_closing(&lives, event_time) else { return Ok(false) };
        let stream = &lives[place];
        if stream.state != StreamState::Sealed || self.sealing.contains_key(&stream.id) {
            return Ok(false);
        }
        // Of the room's newest stream only where it ended about then; a life we never saw may have come after it.
        let ended_by_tencent = stream.ended_by.is_some_and(EndEvidence::has_grace);
        let long_after = stream.ended_at.is_some_and(|at| event_time - at > CLOSING_SLACK_MS);
        if place == 0 && ended_by_tencent && long_after {
            return Ok(false);
        }
        // The end that an operator or the quiet rule set stands. What the room had when it went, long after, is not what
        // it had then.
        let set_by_us = stream.ended_by.filter(|by| by.is_set_here());
        if set_by_us.is_some() && long_after {
            tracing::debug!(app = %stream.app, room = %id, stream = %stream.id, "the room of a stream that ended before is gone");
            return Ok(true);
        }
        let Some(record) = self.base.sealer.record_of(stream.id).await? else { return Ok(false) };
        let changes = Counter::ALL.into_iter().filter(|&counter| counter != Counter::Messages).any(|counter| {
            let start = record.start.get(counter).unwrap_or(0);
            let told = statistic.get(counter).zip(record.totals.get(counter));
            told.is_some_and(|(told, known)| told - start > known)
        });
        if !changes {
            return Ok(true);
        }
        let runs = record.runs();
        let last = runs.last().map(Run::last);
        let told = last.is_none_or(|last| event_time >= last.asked) && set_by_us.is_none();
        let (ended_at, ended_after) =
            if told { (event_time, None) } else { (stream.ended_at.unwrap_or(event_time), stream.ended_after) };
        let closing = ClosingRow { event_time, received_at, statistic, contradicted_at: None };
        let by = set_by_us.unwrap_or(EndEvidence::Webhook);
        let evidence_at = stream.seal.as_ref().map_or(received_at, |seal| seal.sealed_at);
        let then = [
            Write::Closing { stream: stream.id, closing },
            Write::Ending { stream: stream.id, ended_at, ended_after, by, evidence_at },
        ];
        self.base.store.reopen(stream.id, &runs, &then).await?;
        self.seal(id.clone(), stream.id, stream.created_at.map(Millis::seconds));
        Ok(true)
    }

    fn every_second(&mut self) {
        self.take_hints();
        let clocks = (self.now(), self.steady());
        let (wall, steady) = std::mem::replace(&mut self.clocks, clocks);
        let ahead_ms = (clocks.0 - wall) - (clocks.1 - steady);
        if ahead_ms.abs() > CLOCK_SET_MS {
            tracing::warn!("the machine's clock was set; the time across it is a gap");
            for room in self.rooms.values_mut() {
                if let State::Open(life) = &mut room.state {
                    life.clock_was_set(ahead_ms);
                }
            }
        }
        if let Some(offset) = self.base.client.clock_offset_ms() {
            // Whole seconds prove now more, now less, of the same difference.
            if offset != 0 || self.clock_off_until <= clocks.1 {
                self.clock_off = ClockOff::new(offset);
                self.clock_off_until = clocks.1 + CLOCK_PROOF_MS;
            }
        }
        let calls = self.base.client.stats_allowed();
        self.schedule.set_calls_per_second(calls);
        let health = self.base.client.health();
        let interval_now_ms = self.schedule.mean_interval_ms();
        let is_stretched = self.schedule.is_stretched();
        let slowed = health.reads_slower();
        let trouble = health.trouble().map(|(code, mut words, request_id)| {
            if slowed && is_stretched {
                let seconds = (interval_now_ms + 500) / 1000;
                words = [
                    format!("Tencent asks for fewer calls; rooms are polled every {seconds} s for now"),
                    format!("腾讯要求降低调用频率；目前每 {seconds} 秒采集一次"),
                    format!("Tencentが呼び出しを減らすよう求めている。現在の取得間隔は{seconds}秒"),
                ];
            }
            let since = *self.trouble_since.get_or_insert_with(|| self.base.clock.now());
            AppTrouble {
                app: self.base.app.id,
                since,
                code,
                words,
                reads_nothing: health.reads_nothing(),
                name: self.base.app.name(),
                address: self.base.app.endpoint.address(),
                // The board knows.
                rooms: 0,
                request_id,
            }
        });
        if trouble.is_none() {
            self.trouble_since = None;
        }
        let mut lags: Vec<i64> = self.lags.iter().copied().collect();
        lags.sort_unstable();
        let lag = lags.get(lags.len().saturating_sub(1) * 99 / 100).copied();
        let live = self.rooms.values().filter(|room| matches!(room.state, State::Open(_))).count() as i64;
        // While Tencent asks for less, that is why, and a larger share would not help.
        let stretched =
            (is_stretched && !slowed).then_some((interval_now_ms, self.base.interval_ms, calls.round() as i64));
        self.base.feed.signal(Signal::App { app: self.base.app.id, stretched, trouble: trouble.clone() });
        if let Ok(mut status) = self.base.status.lock() {
            status.live = live;
            status.followed = self.rooms.len() as i64;
            status.interval_now_ms = interval_now_ms;
            status.lag_p99_percent = lag;
            status.last_sweep = self.last_sweep;
            status.list_trouble = self.list_trouble;
            let webhooks = self.base.inbox.counts();
            status.webhooks_accepted = webhooks.accepted;
            status.webhooks_hints = webhooks.hints;
            status.webhooks_dropped = webhooks.dropped;
            status.webhooks_overflowed = webhooks.overflowed;
            status.webhook_last = webhooks.last;
            status.client = health;
            status.trouble = trouble;
            status.last_turn = Instant::now();
        }
    }
}

/// Whether any counter differs between two readings in a row.
fn moves(readings: &[Reading]) -> bool {
    readings.windows(2).any(|pair| pair[0].counters != pair[1].counters)
}

/// Which of a room's streams, newest first, a room-closed webhook is of. Within the second of a creation it is the one
/// before, if that ended about then.
fn place_of_closing(streams: &[StreamSummary], event_time: Millis) -> Option<usize> {
    let place = streams.iter().position(|stream| stream.started_at <= event_time)?;
    let created = streams[place].created_at.map(Millis::seconds);
    let ended_then =
        |before: &StreamSummary| before.ended_at.is_none_or(|ended| (event_time - ended).abs() <= CLOSING_SLACK_MS);
    let before = created == Some(event_time.seconds()) && streams.get(place + 1).is_some_and(ended_then);
    Some(if before { place + 1 } else { place })
}

impl Room {
    const fn new(found_by: FoundBy) -> Self {
        Self {
            found_by,
            title: None,
            host: None,
            host_name: None,
            described_at: None,
            presence: None,
            visitors: VecDeque::new(),
            battles_over: VecDeque::new(),
            state: State::Idle(None),
            opened_at: 0,
            unplaced: false,
            listed: false,
            wanted_again: false,
            info_in_flight: false,
            absent: false,
            idle_ms: 0,
            paused_until: 0,
            refreshing: Vec::new(),
            promised: None,
        }
    }
}

async fn sweep_list(client: Client, sender: mpsc::UnboundedSender<Event>, report: Report) {
    let swept = sweep(&client, |page| sender.send(Event::Listed { page }).is_ok()).await;
    let Some(Sweep { rooms, end }) = swept else { return };
    let trouble = match end {
        SweepEnd::Complete | SweepEnd::Failed => None,
        SweepEnd::CursorRepeats => Some(ListTrouble::CursorRepeats),
        SweepEnd::Endless => Some(ListTrouble::Endless),
    };
    if end != SweepEnd::Failed {
        let _ = sender.send(Event::ListTrouble(trouble));
    }
    let listed = matches!(end, SweepEnd::Complete | SweepEnd::CursorRepeats).then_some(rooms);
    report.send(Event::Swept { listed });
}

#[cfg(test)]
#[path = "app_order.rs"]
mod order;

#[cfg(test)]
#[path = "app_steps.rs"]
mod steps;

#[cfg(test)]
#[path = "app_task.rs"]
mod task;
