//! One app's collector: a single task that owns the lives of its streams, so that nothing about them needs a lock.
//!
//! Calls run beside it and report back; every step on a stream is taken here, in the order in which answers arrive. What is
//! decided goes to the recorder; pages learn of it only after the commit.
//!
//! Must not: write to the database but through the store, or keep a call waiting for a page.

use super::clock::ClockOffset;
use super::inbox::Inbox;
use super::look_up::{
    Found, Known, Listed, LookUpWorker, LookUps, Open, Opened, Query, Revision, RoomClosed, Stored, stored,
};
use super::schedule::{Schedule, Weight};
use super::seal_queue::SealQueue;
use super::sealer::Sealer;
use super::sweep::{Sweep, SweepEnd, sweep};
use super::tracker::{Effect, Phase, Rules, Source, StreamTracker, WAITING, an_interval_apart, thin};
use super::webhook::{BattlePhase, Hook};
use super::{AppStatus, AskError, ListTrouble, NOT_SEALED_YET};
use crate::clock::Clock;
use crate::config::{AppConfig, MonitoredRooms};
use crate::domain::live::AppTrouble;
use crate::domain::record::MomentKind;
use crate::domain::{
    AppId, Counters, EndEvidence, ExclusionReason, GapCause, Millis, Reading, RoomId, StreamId, StreamKind,
    StreamState, StreamSummary, Totals,
};
use crate::live::{BoardEvent, BoardSender};
use crate::store::{FoundBy, MomentRow, NewStream, OpenStream, Recorder, SessionPart, Store, StoreError, Write};
use crate::tencent::{ApiResponse, CallError, Caller, Client, Command, RoomInfo, RoomPage};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
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
        result: Result<ApiResponse<Option<Counters>>, CallError>,
    },
    Info {
        room: RoomId,
        result: Result<ApiResponse<Option<RoomInfo>>, CallError>,
    },
    Listed {
        page: ApiResponse<RoomPage>,
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
    /// The response of the database to a look-up.
    Found {
        room: RoomId,
        found: Box<Found>,
    },
}

/// What happens to one room. While the room waits for the database, it waits behind that, in its order.
enum RoomEvent {
    Polled {
        result: Result<ApiResponse<Option<Counters>>, CallError>,
        /// Users who requested the poll.
        refreshing: Vec<Done>,
    },
    Info(Result<ApiResponse<Option<RoomInfo>>, CallError>),
    /// The list or a webhook returned it.
    Listed {
        info: RoomInfo,
        by: FoundBy,
        asked: Millis,
    },
    /// It was on the list and is no more.
    Delisted,
    Message {
        hook: Hook,
        received_at: Millis,
    },
    /// Its last stream was sealed.
    Sealed,
    /// Messages that were kept for it are tried again.
    Retry,
    /// A user added it.
    Added,
    Ask(Ask),
}

impl RoomEvent {
    /// Whether another like it follows in time, so that it can be left out where too many wait.
    const fn is_repeated(&self) -> bool {
        matches!(self, Self::Polled { .. } | Self::Listed { .. } | Self::Message { .. })
    }
}

/// Where the outcome of a user's request goes.
type Done = oneshot::Sender<Result<(), AskError>>;

/// A room that waits for the database.
#[derive(Default)]
struct LookUp {
    /// What is committed together with the outcome.
    step: Step,
    /// What happened to the room since, oldest first.
    events: VecDeque<RoomEvent>,
    /// How the room was found that the look-up is about.
    found_by: Option<FoundBy>,
}

impl LookUp {
    fn wait(&mut self, event: RoomEvent) {
        if self.events.len() >= MAX_WAITING_EVENTS {
            let mut place = 0;
            self.events.retain(|event| {
                place += 1;
                !event.is_repeated() || place % 2 == 0
            });
        }
        self.events.push_back(event);
    }
}

/// Writes of one step, and streams that are sealed after it: they are committed together, so that no crash comes between
/// what belongs together.
#[derive(Default)]
struct Step {
    writes: Vec<Write>,
    seals: Vec<(RoomId, StreamId, Option<i64>)>,
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

impl Ask {
    /// The room whose state it is about.
    const fn room(&self) -> Option<&RoomId> {
        match self {
            Self::StopFollowing { room, .. }
            | Self::Keep { room, .. }
            | Self::SealNow { room, .. }
            | Self::SealAgain { room, .. } => Some(room),
            Self::AddRooms { .. } | Self::Refresh { .. } => None,
        }
    }
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
    Open(Box<StreamTracker>),
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
/// Events of one room that wait for the database; beyond, every second of those that repeat is left out.
const MAX_WAITING_EVENTS: usize = 512;
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
    pub feed: BoardSender,
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
        let (mut task, worker) = Task::new(self);
        let serve = async {
            while let Err(error) = task.resume().await {
                tracing::error!(app = %task.base.app.id, %error, "cannot read the open streams; trying again in 1 s");
                tokio::select! {
                    () = task.base.stop.cancelled() => return,
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

struct Task {
    base: AppCollector,
    schedule: Schedule<RoomId>,
    rooms: BTreeMap<RoomId, Room>,
    /// Streams that are being sealed, and the lives they are of.
    sealing: BTreeMap<StreamId, (RoomId, Option<i64>)>,
    /// Rooms that an operator stopped following: lists and messages do not bring them back.
    stopped: BTreeSet<RoomId>,
    clock_off: ClockOffset,
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
    /// The step that is being carried out.
    step: Step,
    /// Rooms that wait for the database.
    look_ups: BTreeMap<RoomId, LookUp>,
    queries: LookUps,
    /// Who asked for a stream to be sealed and waits for it.
    awaiting_seal: BTreeMap<StreamId, Vec<oneshot::Sender<Result<(), String>>>>,
    carrying: u32,
    /// Authenticated messages about rooms without an open stream, oldest first.
    early: VecDeque<(RoomId, Hook, Millis)>,
    /// Rooms whose kept messages only wait for the database.
    retry: BTreeSet<RoomId>,
    /// A database that refuses is reported once a minute, not once for each room.
    store_errors: LogLimit,
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
    /// The task, and what answers its look-ups.
    fn new(base: AppCollector) -> (Self, LookUpWorker) {
        let (queries, waiting) = mpsc::unbounded_channel();
        let worker = LookUpWorker {
            app: base.app.id,
            store: base.store.clone(),
            sealer: base.sealer.clone(),
            clock: base.clock.clone(),
            queries: waiting,
            events: base.sender.clone(),
            ids: 0..0,
        };
        let task = Self {
            schedule: Schedule::new(base.interval_ms, base.client.stats_allowed()),
            rooms: BTreeMap::new(),
            sealing: BTreeMap::new(),
            stopped: BTreeSet::new(),
            clock_off: ClockOffset::default(),
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
            started: Instant::now(),
            clocks: (base.clock.now(), 0),
            step: Step::default(),
            look_ups: BTreeMap::new(),
            queries,
            awaiting_seal: BTreeMap::new(),
            carrying: 0,
            early: VecDeque::new(),
            retry: BTreeSet::new(),
            base,
        };
        (task, worker)
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
            let Stored { open: stream, runs, recent, closing, .. } =
                stored(&self.base.store, stream, self.now()).await?;
            let mut life = StreamTracker::restore(&stream, &runs, closing.as_ref(), true);
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
                self.store_waiting();
                return false;
            }
            // First, and at most once a second: whatever comes meanwhile does not keep it from its turn.
            _ = second.tick() => {
                self.every_second();
                for room in std::mem::take(&mut self.retry) {
                    self.handle(room, RoomEvent::Retry);
                }
            }
            event = self.base.events.recv() => match event {
                Some(event) => self.take(event),
                None => return false,
            },
            Some(hook) = self.base.messages.recv() => {
                // By the clock of the readings, to which it is compared.
                let received_at = self.now();
                self.believe(hook, received_at);
            }
            () = tokio::time::sleep_until(wake.min(Instant::now() + Duration::from_secs(1))) => {}
        }
        true
    }

    /// Takes the responses that have arrived, and stores the readings that wait for get_room_info or the database: a stop
    /// loses none.
    fn store_waiting(&mut self) {
        while let Ok(event) = self.base.events.try_recv() {
            if matches!(event, Event::Stats { .. } | Event::Found { .. }) {
                self.take(event);
            }
        }
        let app = self.app();
        let mut writes = Vec::new();
        let mut look_ups = std::mem::take(&mut self.look_ups);
        for look_up in look_ups.values_mut() {
            writes.append(&mut look_up.step.writes);
        }
        for (id, room) in &self.rooms {
            let mut readings = room.state.waiting();
            for event in look_ups.remove(id).unwrap_or_default().events {
                if let RoomEvent::Polled {
                    result: Ok(ApiResponse { asked, answered, value: Some(counters), .. }),
                    ..
                } = event
                {
                    readings.push(Reading { asked, answered, counters });
                }
            }
            if !readings.is_empty() {
                writes.push(Write::Waiting { app, room: id.clone(), readings });
            }
        }
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
        if !self.sweeping && now >= self.next_sweep && !matches!(self.base.app.follow, MonitoredRooms::None) {
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
        let result = Err(client.task_failed(Command::RoomStats));
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
        let result = Err(client.task_failed(Command::RoomInfo));
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

    fn take(&mut self, event: Event) {
        match event {
            Event::Stats { room, due, asked_at, result } => self.stats(room, due, asked_at, result),
            Event::Info { room, result } => self.handle(room, RoomEvent::Info(result)),
            Event::Listed { page } => {
                let asked = page.asked;
                for info in page.value.rooms {
                    self.handle(info.room.clone(), RoomEvent::Listed { info, by: FoundBy::List, asked });
                }
            }
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
                    self.base.feed.signal(BoardEvent::Sealed { stream });
                    self.handle(room, RoomEvent::Sealed);
                }
            }
            Event::Ask(ask) => match ask.room() {
                Some(room) => self.handle(room.clone(), RoomEvent::Ask(ask)),
                None => self.ask(ask),
            },
            Event::Found { room, found } => self.found_out(room, *found),
        }
    }

    /// Carries out what happens to a room, or lets it wait where the room waits for the database.
    fn handle(&mut self, id: RoomId, event: RoomEvent) {
        if let Some(look_up) = self.look_ups.get_mut(&id) {
            look_up.wait(event);
            return;
        }
        match event {
            RoomEvent::Polled { result, refreshing } => self.polled(&id, result, refreshing),
            RoomEvent::Info(result) => self.info(id, result),
            RoomEvent::Listed { info, by, asked } => self.found(&info, by, asked),
            RoomEvent::Delisted => self.delisted(&id),
            RoomEvent::Message { hook, received_at } => self.believe(hook, received_at),
            RoomEvent::Sealed => {
                // A closing message that came while it was being sealed.
                self.again(&id);
                self.forget(&id);
            }
            RoomEvent::Retry => self.again(&id),
            RoomEvent::Added => self.added(id),
            RoomEvent::Ask(ask) => self.ask(ask),
        }
    }

    /// Asks the database; until it answers, what happens to the room waits.
    fn look_up(&mut self, id: &RoomId, query: Query) {
        self.look_ups.entry(id.clone()).or_default();
        // Where the worker has ended, the program is stopping.
        let _ = self.queries.send((id.clone(), query));
    }

    /// The database answered: goes on with the room's step, then with what happened to the room meanwhile.
    fn found_out(&mut self, id: RoomId, found: Found) {
        let LookUp { step, events, found_by } = self.look_ups.remove(&id).unwrap_or_default();
        self.step = step;
        self.carrying += 1;
        match found {
            Found::Listed(listed, stream) => self.known(&id, listed, stream),
            Found::Open(open, known) => self.opened(&id, open, known),
            Found::RoomClosed { closing, may_be_open, streams } => self.closing_of(&id, closing, may_be_open, streams),
            Found::Revised { stream, closing, revision } => self.revised(&id, &stream, &closing, revision),
            Found::SealNow { stream, done, create_time } => {
                self.seal(id.clone(), stream, create_time);
                self.tell_when_sealed(stream, done);
            }
            Found::SealAgain { stream, done, create_time: Ok(create_time) } => {
                self.seal(id.clone(), stream, create_time);
                self.tell_when_sealed(stream, done);
            }
            Found::SealAgain { done, create_time: Err(error), .. } => drop(done.send(Err(error))),
        }
        self.carrying -= 1;
        self.end_step(&id);
        match (self.look_ups.get_mut(&id), found_by) {
            (Some(look_up), _) => look_up.found_by = found_by,
            (None, Some(by)) => self.expedite_created(&id, by),
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

    fn stats(&mut self, id: RoomId, due: i64, asked_at: i64, result: Result<ApiResponse<Option<Counters>>, CallError>) {
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
        let refreshing = self.rooms.get_mut(&id).map(|room| std::mem::take(&mut room.refreshing)).unwrap_or_default();
        self.handle(id.clone(), RoomEvent::Polled { result, refreshing });
        self.put_back(&id);
        let promise = asked_at + self.interval_of(&id);
        if let Some(room) = self.rooms.get_mut(&id).filter(|room| matches!(room.state, State::Open(_))) {
            room.promised = Some((asked_at, promise));
        }
    }

    fn polled(&mut self, id: &RoomId, result: Result<ApiResponse<Option<Counters>>, CallError>, refreshing: Vec<Done>) {
        let outcome = result.as_ref().map(|_| ()).map_err(|error| AskError::Upstream(error.in_each_language()));
        match result {
            Ok(ApiResponse { asked, answered, value: Some(counters), request_id, retries }) => {
                let reading = Reading { asked, answered, counters };
                self.reading(id, reading, request_id, i64::from(retries));
            }
            Ok(ApiResponse { asked, value: None, .. }) => self.gone_by_stats(id, asked),
            Err(error) => self.failed(id, &error),
        }
        if !refreshing.is_empty() {
            self.tell_when_committed(refreshing, outcome);
        }
    }

    /// Whoever asked is told when what was decided is in the file: the page they look at next shows it.
    fn tell_when_committed(&self, waiting: Vec<Done>, outcome: Result<(), AskError>) {
        let recorder = self.base.recorder.clone();
        tokio::spawn(async move {
            let committed = tokio::time::timeout(COMMIT_WAIT, recorder.flush()).await;
            let outcome = match committed {
                Ok(Ok(())) => outcome,
                Ok(Err(_)) => Err(AskError::Stopping),
                Err(_) => Err(AskError::Store("it takes nothing now; see the status page".to_owned())),
            };
            for done in waiting {
                let _ = done.send(outcome.clone());
            }
        });
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
            && !self.look_ups.contains_key(id)
        {
            self.rooms.remove(id);
            self.schedule.remove(id);
        }
    }

    fn reading(&mut self, id: &RoomId, reading: Reading, request_id: Option<String>, retries: i64) {
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
                self.carry_out(id, effects);
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
    fn gone_by_stats(&mut self, id: &RoomId, asked: Millis) {
        let rules = self.base.rules;
        let Some(room) = self.rooms.get_mut(id) else { return };
        match &mut room.state {
            State::Open(life) => {
                let effects = life.gone_by_stats(&rules, asked);
                self.maybe_ending(id);
                self.carry_out(id, effects);
            }
            State::Opening { .. } => self.ask_info(id),
            State::Idle(Some(closed)) if closed.by == EndEvidence::Quiet => self.ask_info(id),
            State::Idle(_) => {}
        }
    }

    /// get_room_info answered 100004.
    fn gone_by_info(&mut self, id: &RoomId, asked: Millis, answered: Millis) {
        let rules = self.base.rules;
        let interval_ms = self.base.interval_ms;
        let Some(room) = self.rooms.get_mut(id) else { return };
        match &mut room.state {
            State::Open(life) => {
                let effects = life.gone_by_info(&rules, asked, answered, interval_ms);
                self.maybe_ending(id);
                self.carry_out(id, effects);
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
                if !(live && self.open_untold(id, Opened::Gone { first, asked, answered })) {
                    self.idle(id, None);
                    // A message that waited for the stream may be of an earlier one.
                    self.again(id);
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
            self.base.feed.signal(BoardEvent::MaybeEnding { stream: life.stream, maybe });
        }
    }

    fn failed(&mut self, id: &RoomId, error: &CallError) {
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
            self.base.feed.signal(BoardEvent::NoAnswer { stream: life.stream, since, code });
            self.carry_out(id, effects);
        }
    }

    fn info(&mut self, id: RoomId, result: Result<ApiResponse<Option<RoomInfo>>, CallError>) {
        let Some(room) = self.rooms.get_mut(&id) else { return };
        room.info_in_flight = false;
        let answered = result.is_ok();
        match result {
            Ok(ApiResponse { value: Some(info), asked, .. }) => {
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
                    Some(create_time) => self.told(&id, create_time, asked, Source::Info),
                    None => self.untold(&id),
                }
            }
            // It answered a reading and then not: the next reading will tell.
            Ok(ApiResponse { value: None, asked, answered, .. }) => self.gone_by_info(&id, asked, answered),
            Err(error) => {
                tracing::debug!(room = %id, %error, "get_room_info did not answer");
                self.untold(&id);
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
    fn told(&mut self, id: &RoomId, create_time: i64, asked: Millis, source: Source) {
        let Some(room) = self.rooms.get_mut(id) else { return };
        match &mut room.state {
            State::Open(_) => self.told_of_open(id, create_time, asked, source),
            State::Opening { readings, .. }
                if !readings.is_empty() && readings.iter().all(|reading| reading.answered > asked) =>
            {
                // What was told before them says nothing of these readings: a message that came late, or again.
                self.ask_info(id);
            }
            State::Opening { .. } => {
                self.open(id, Some(create_time), Opened::CreateTime { asked, source, poll_now: false });
            }
            State::Idle(Some(closed))
                if closed.by == EndEvidence::Operator && closed.create_time < Some(create_time) =>
            {
                let closed = *closed;
                room.state = State::opening(closed.last.into_iter().collect(), Some(closed));
                self.open(id, Some(create_time), Opened::CreateTime { asked, source, poll_now: true });
            }
            State::Idle(_) => {}
        }
    }

    /// Tells the open stream which life the room was in when that was asked; one just opened learns as of when its life is
    /// known.
    fn told_of_open(&mut self, id: &RoomId, create_time: i64, asked: Millis, source: Source) {
        let interval_ms = self.base.interval_ms;
        if let Some(Room { state: State::Open(life), .. }) = self.rooms.get_mut(id) {
            life.clock_is_off(self.clock_off);
            let effects = life.told(create_time, asked, source, interval_ms);
            self.carry_out(id, effects);
            self.hasten_if_waiting(id);
        }
    }

    fn untold(&mut self, id: &RoomId) {
        let (now, interval_ms) = (self.now(), self.base.interval_ms);
        let Some(room) = self.rooms.get_mut(id) else { return };
        match &mut room.state {
            State::Open(life) => {
                let effects = life.untold(now, interval_ms);
                self.carry_out(id, effects);
            }
            State::Opening { readings, untold, .. } => {
                *untold += 1;
                if *untold >= 2 && readings.len() >= 2 && (!room.absent || moves(readings)) {
                    self.open_untold(id, Opened::Nothing);
                }
            }
            State::Idle(_) => {}
        }
    }

    /// Opens a stream of readings whose CreateTime nobody tells: they are not lost for want of a start. Tells whether they
    /// could be of one.
    fn open_untold(&mut self, id: &RoomId, then: Opened) -> bool {
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
        self.open(id, create_time, then);
        true
    }

    /// Opens, or returns to, the stream that the readings of a room in `State::Opening` are of.
    fn open(&mut self, id: &RoomId, create_time: Option<i64>, then: Opened) {
        if self.is_being_sealed(id, create_time) {
            // This moment; the next reading finds it sealed.
            return;
        }
        let wanted_again = self.rooms.get(id).is_some_and(|room| room.wanted_again);
        self.look_up(id, Query::Open(Open { create_time, wanted_again, then }));
    }

    /// The database told what it has of the stream that is to be opened.
    fn opened(&mut self, id: &RoomId, open: Open, known: Result<Known, StoreError>) {
        let Some(room) = self.rooms.get_mut(id) else { return };
        let State::Opening { readings, closed, .. } = &mut room.state else { return };
        let (readings, closed) = (std::mem::take(readings), *closed);
        match known {
            Ok(known) => self.open_known(id, open.create_time, readings, closed, known),
            Err(error) => {
                room.state = State::opening(readings, closed);
                if let Some(held_back) = self.store_errors.pass(self.steady()) {
                    tracing::error!(
                        room = %id, %error, held_back, "a stream cannot be opened; trying again with the next reading"
                    );
                }
            }
        }
        match (open.then, open.create_time) {
            (Opened::CreateTime { asked, source, poll_now }, Some(create_time)) => {
                self.told_of_open(id, create_time, asked, source);
                if poll_now {
                    let (now, weight) = (self.steady(), self.weight(id));
                    self.schedule.expedite(id, now, weight);
                }
            }
            (Opened::Gone { first, asked, answered }, _) => match self.rooms.get(id).map(|room| &room.state) {
                Some(State::Open(_)) => {
                    self.gone_by_info(id, first, first);
                    self.gone_by_info(id, asked, answered);
                }
                Some(State::Idle(_)) => {
                    self.idle(id, None);
                    self.again(id);
                    if let Some(room) = self.rooms.get_mut(id) {
                        room.absent = true;
                    }
                }
                Some(State::Opening { .. }) | None => {}
            },
            (Opened::Nothing, _) | (Opened::CreateTime { .. }, None) => {}
        }
    }

    fn open_known(
        &mut self,
        id: &RoomId,
        create_time: Option<i64>,
        readings: Vec<Reading>,
        closed: Option<Closed>,
        known: Known,
    ) {
        // What was requested before the second of its creation was over may be of an earlier life.
        let (began, had_begun) = create_time.map_or((Millis(i64::MIN), Millis(i64::MIN)), |create_time| {
            (self.clock_off.began(create_time), self.clock_off.had_begun(create_time))
        });
        let (readings, earlier): (Vec<_>, Vec<_>) =
            readings.into_iter().partition(|reading| reading.asked >= had_begun);
        let first = readings.first().map(|reading| reading.asked);
        let mut presence = None;
        let life = match known {
            Known::SealedByOperator => {
                self.idle(id, Some(Closed::new(create_time, EndEvidence::Operator, None)));
                return;
            }
            Known::Ended { by, number, last: stood, id: stream } => {
                // Held against what it last read, which its totals are not in a later part, nor after a restart.
                let moved = readings.iter().any(|reading| stood.is_some_and(|stood| stood != reading.counters));
                if by == EndEvidence::Quiet && !moved {
                    let last = readings.last().copied();
                    self.idle(id, Some(Closed::new(create_time, EndEvidence::Quiet, last)));
                    return;
                }
                let first_counters = readings.first().map(|reading| reading.counters);
                let start = match (stood, first_counters) {
                    // What Tencent took back in between is not the new stream's loss.
                    (Some(stood), Some(first)) => stood.min(first),
                    (stood, first) => stood.or(first).unwrap_or_default(),
                };
                self.open_new(id, stream, create_time, SessionPart { number: number + 1, start }, first)
            }
            Known::Open(stored) => {
                let Stored { open, runs, recent, closing, away_since } = *stored;
                presence = open.presence();
                let mut life = StreamTracker::restore(&open, &runs, closing.as_ref(), false);
                self.base.feed.opened(&open, recent);
                if let Some(since) = away_since {
                    life.was_away(since);
                }
                life
            }
            Known::Nothing(stream) => self.open_new(id, stream, create_time, SessionPart::default(), first),
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
        let set_aside = |reading| Effect::Write(Write::Excluded { stream, reading, reason: ExclusionReason::Stale });
        let kept = earlier.into_iter().filter(|reading| closed.is_none() || reading.answered >= began);
        let mut effects: Vec<_> = kept.map(set_aside).collect();
        if let Some(Room { state: State::Open(life), .. }) = self.rooms.get_mut(id) {
            life.clock_is_off(self.clock_off);
            for reading in readings {
                effects.extend(life.reading(&rules, reading, interval_ms, None, 0));
            }
        }
        self.carry_out(id, effects);
        self.tell_presence(id);
        self.again(id);
    }

    fn open_new(
        &mut self,
        id: &RoomId,
        stream: StreamId,
        create_time: Option<i64>,
        part: SessionPart,
        first: Option<Millis>,
    ) -> StreamTracker {
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
        self.step.writes.push(Write::Followed { app: self.app(), room: id.clone(), found_by, at: now });
        let day = self.base.store.day_of(new.app, new.started_at);
        self.base.feed.opened(&OpenStream::started_at(stream, &new, day), Vec::new());
        // Committed with its first readings, and with what of them another stream gives up.
        self.step.writes.push(Write::Opened { stream, new: Box::new(new) });
        tracing::debug!(app = %self.base.app.id, room = %id, %stream, "a stream began");
        let mut life = StreamTracker::new(stream, create_time);
        life.part_began = (part.number > 0).then_some(started_at);
        life
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

    fn carry_out(&mut self, id: &RoomId, effects: Vec<Effect>) {
        self.carrying += 1;
        for effect in effects {
            match effect {
                Effect::Write(write) => self.step.writes.push(write),
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
                    self.step.seals.push((id.clone(), stream, create_time));
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
                Effect::NextStream { .. } if !self.is_wanted(id, None) => {}
                Effect::NextStream { create_time, readings } => {
                    if let Some(room) = self.rooms.get_mut(id) {
                        room.state = State::opening(readings, None);
                        // Polled at once: what the readings at hand say may be old.
                        self.expedite_first(id, create_time);
                        self.open(id, create_time, Opened::Nothing);
                    }
                }
            }
        }
        self.carrying -= 1;
        self.end_step(id);
    }

    /// Commits what was decided, once all of it is. A reading that moves to the next stream leaves this one in the same
    /// transaction in which it arrives there, so the step waits where that one is looked up.
    fn end_step(&mut self, id: &RoomId) {
        if self.carrying > 0 {
            return;
        }
        let step = std::mem::take(&mut self.step);
        if let Some(look_up) = self.look_ups.get_mut(id) {
            look_up.step.writes.extend(step.writes);
            look_up.step.seals.extend(step.seals);
            return;
        }
        self.base.recorder.write_all(step.writes);
        for (room, stream, create_time) in step.seals {
            self.seal(room, stream, create_time);
        }
    }

    /// Writes after what is decided and not yet handed over.
    fn write(&mut self, write: Write) {
        self.step.writes.push(write);
        if self.carrying == 0 {
            self.base.recorder.write_all(std::mem::take(&mut self.step.writes));
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
            self.base.feed.signal(BoardEvent::Described { stream, title, host, host_name });
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
                && (public != Some(false) || !matches!(follow, MonitoredRooms::Public))
        };
        self.rooms.get(id).is_some_and(|room| room.found_by == FoundBy::Hand) || by_rule()
    }

    fn is_known_or_wanted(&self, id: &RoomId) -> bool {
        self.rooms.contains_key(id) || self.is_wanted(id, None)
    }

    /// A room that the list or a webhook returned: monitored if the rule includes it, opened if it is new.
    fn found(&mut self, info: &RoomInfo, by: FoundBy, asked: Millis) {
        let id = &info.room;
        if !self.is_wanted(id, info.public) {
            match self.rooms.get(id).map(|room| &room.state) {
                // Its stream runs to its end.
                Some(State::Open(_) | State::Opening { .. }) => {}
                Some(State::Idle(_)) => {
                    self.rooms.remove(id);
                    self.schedule.remove(id);
                    return;
                }
                None => return,
            }
        }
        if !self.rooms.contains_key(id) && !self.is_being_sealed(id, info.create_time) {
            self.rooms.insert(id.clone(), Room::new(by));
        }
        self.know(info, by, asked);
        match self.look_ups.get_mut(id) {
            Some(look_up) => look_up.found_by = Some(by),
            None => self.expedite_created(id, by),
        }
    }

    /// Polls a room at once whose creation a webhook announced, when it is known which stream it is in.
    fn expedite_created(&mut self, id: &RoomId, by: FoundBy) {
        if !self.schedule.contains(id) {
            self.forget(id);
        }
        if by == FoundBy::Webhook
            && let Some(room) = self.rooms.get(id)
        {
            let create_time = match &room.state {
                State::Open(life) => life.create_time,
                _ => None,
            };
            self.expedite_first(id, create_time);
        }
    }

    fn is_being_sealed(&self, id: &RoomId, create_time: Option<i64>) -> bool {
        create_time.is_some() && self.sealing.values().any(|(room, of_life)| room == id && *of_life == create_time)
    }

    /// What the list or a webhook says of a room that is monitored, or to be monitored.
    fn know(&mut self, info: &RoomInfo, by: FoundBy, asked: Millis) {
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
            Some(State::Open(_) | State::Opening { .. }) => self.told(id, create_time, asked, source),
            Some(State::Idle(Some(closed))) if closed.create_time == Some(create_time) => {}
            Some(State::Idle(_)) => {
                self.look_up(id, Query::Listed(Listed { create_time, asked }));
            }
            None => {}
        }
    }

    /// The database told whether it has the stream that a room without one is in by the list.
    fn known(&mut self, id: &RoomId, listed: Listed, known: Result<Option<Box<OpenStream>>, StoreError>) {
        let Listed { create_time, asked } = listed;
        let Some(Room { state: State::Idle(closed), wanted_again, .. }) = self.rooms.get_mut(id) else { return };
        let (closed, wanted_again) = (*closed, *wanted_again);
        match known {
            Ok(Some(known)) if known.summary.state == StreamState::Sealed => {
                if known.summary.ended_by == Some(EndEvidence::Operator) && !wanted_again {
                    self.idle(id, Some(Closed::new(Some(create_time), EndEvidence::Operator, None)));
                    return;
                }
                // A sealed stream may still be listed for a moment: only a reading brings it back.
                let (now, steady) = (self.now(), self.steady());
                let goes_on = known.summary.ended_by == Some(EndEvidence::Continued);
                let long_ago = known.summary.seal.is_some_and(|seal| now - seal.sealed_at > self.base.rules.grace_ms);
                if goes_on || long_ago {
                    self.schedule.expedite(id, steady, Weight::Plain);
                }
            }
            Ok(Some(_)) => {}
            Ok(None) => {
                if let Some(room) = self.rooms.get_mut(id) {
                    room.state = State::opening(Vec::new(), closed);
                    self.expedite_first(id, Some(create_time));
                    let then = Opened::CreateTime { asked, source: Source::List, poll_now: false };
                    self.open(id, Some(create_time), then);
                }
            }
            Err(error) => {
                if let Some(held_back) = self.store_errors.pass(self.steady()) {
                    tracing::error!(room = %id, %error, held_back, "a room that was found cannot be opened yet");
                }
            }
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
            self.handle(id, RoomEvent::Delisted);
        }
    }

    fn delisted(&mut self, id: &RoomId) {
        match self.rooms.get_mut(id) {
            Some(Room { state: State::Open(_), .. }) => {}
            // It is gone, as far as the list shows; nothing else waits for it to go.
            Some(Room { state: state @ State::Idle(Some(Closed { by: EndEvidence::Operator, .. })), .. }) => {
                *state = State::Idle(None);
                self.forget(id);
                return;
            }
            _ => return,
        }
        let (now, weight) = (self.steady(), self.weight(id));
        self.schedule.expedite(id, now, weight);
        self.ask_info(id);
    }

    fn ask(&mut self, ask: Ask) {
        match ask {
            Ask::AddRooms { rooms, done } => {
                for room in rooms {
                    self.handle(room, RoomEvent::Added);
                }
                self.tell_when_committed(vec![done], Ok(()));
            }
            Ask::StopFollowing { room: id, done } => {
                let now = self.now();
                if let Some(Room { state: State::Open(life), .. }) = self.rooms.get_mut(&id) {
                    let effects = life.ended_by_operator(now);
                    self.carry_out(&id, effects);
                }
                self.rooms.remove(&id);
                self.schedule.remove(&id);
                self.write(Write::Unfollowed { app: self.app(), room: id.clone() });
                self.stopped.insert(id);
                self.tell_when_committed(vec![done], Ok(()));
            }
            Ask::SealNow { stream, room: id, done } => {
                let now = self.now();
                if let Some(State::Open(life)) = self.rooms.get_mut(&id).map(|room| &mut room.state)
                    && life.stream == stream
                {
                    let effects = life.ended_by_operator(now);
                    self.carry_out(&id, effects);
                }
                if self.base.seals.unsealed().contains_key(&stream) {
                    // What failed before may succeed now.
                    self.look_up(&id, Query::SealNow { stream, done });
                } else if self.sealing.contains_key(&stream) {
                    self.tell_when_sealed(stream, done);
                } else {
                    let _ = done.send(Err(AskError::Sealed(stream)));
                }
            }
            Ask::SealAgain { stream, room: id, done } => {
                if self.sealing.contains_key(&stream) {
                    self.tell_when_sealed(stream, done);
                } else {
                    self.look_up(&id, Query::SealAgain { stream, done });
                }
            }
            Ask::Keep { stream, room: id, done } => {
                let now = self.now();
                let outcome = match self.rooms.get_mut(&id).map(|room| &mut room.state) {
                    Some(State::Open(life)) if life.stream == stream => {
                        let effects = life.kept_by_operator(now);
                        self.carry_out(&id, effects);
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
                    self.read(id, now, Caller::User);
                }
                None => {
                    let _ = done.send(Err(AskError::NoRoom { room: id, last: None }));
                }
            },
        }
    }

    /// A user added the room: it is monitored whatever the rule says.
    fn added(&mut self, id: RoomId) {
        let (app, at, found_by) = (self.app(), self.now(), FoundBy::Hand);
        self.write(Write::Followed { app, room: id.clone(), found_by, at });
        self.stopped.remove(&id);
        let room = self.rooms.entry(id.clone()).or_insert_with(|| Room::new(found_by));
        room.found_by = found_by;
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
    fn believe(&mut self, hook: Hook, received_at: Millis) {
        if let Some(look_up) = hook.room().and_then(|room| self.look_ups.get_mut(room)) {
            look_up.wait(RoomEvent::Message { hook, received_at });
            return;
        }
        let now = self.steady();
        match hook {
            Hook::Created { info, event_time } => {
                // It proves that the room was in this life when it was created, and nothing of later.
                let at = event_time.or(info.create_time.map(Millis::from_seconds)).unwrap_or(received_at);
                self.found(&info, FoundBy::Webhook, at);
            }
            Hook::Updated { info, event_time } => {
                self.describe(&info.room.clone(), &info, event_time.unwrap_or(received_at));
            }
            Hook::Destroyed { room, event_time, statistic } => {
                self.closed(&room, event_time, statistic, received_at);
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
                    if let Some(look_up) = self.look_ups.get_mut(&side.room) {
                        look_up.wait(RoomEvent::Message { hook: hook.clone(), received_at });
                        continue;
                    }
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
            Hook::Follow { ref follower, ref to, event_time } => {
                let at = event_time.unwrap_or(received_at);
                let key = follower.clone().unwrap_or_else(|| at.0.to_string());
                let followed = |room: &Room| room.host.as_ref().is_some_and(|host| to.contains(host));
                let rooms: Vec<RoomId> =
                    self.rooms.iter().filter(|(_, room)| followed(room)).map(|(id, _)| id.clone()).collect();
                for id in rooms {
                    match self.look_ups.get_mut(&id) {
                        Some(look_up) => look_up.wait(RoomEvent::Message { hook: hook.clone(), received_at }),
                        None => {
                            self.moment(&id, MomentKind::Follow, key.clone(), at, None, None);
                        }
                    }
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
    fn again(&mut self, id: &RoomId) {
        if !self.early.iter().any(|(room, ..)| room == id) {
            return;
        }
        let (mine, others): (Vec<_>, _) =
            std::mem::take(&mut self.early).into_iter().partition(|(room, ..)| room == id);
        self.early = others.into();
        for (_, hook, received_at) in mine {
            self.believe(hook, received_at);
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
            self.base.feed.signal(BoardEvent::Battle { stream, with, since: from });
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
    fn closed(&mut self, id: &RoomId, event_time: Option<Millis>, statistic: Totals, received_at: Millis) {
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
        let closing = RoomClosed { event_time, at, statistic, received_at };
        match self.rooms.get(id) {
            Some(Room { state: State::Open(life), .. }) if life.may_have_closed(at) => {
                // CreateTime is cut to whole seconds: within the second of the creation it is of the stream before, if
                // one ended then. No RoomId is created twice in a second.
                if life.create_time == Some(at.seconds()) {
                    self.look_up(id, Query::RoomClosed { closing, may_be_open: true });
                } else {
                    self.close_open(id, &closing);
                }
            }
            _ => self.look_up(id, Query::RoomClosed { closing, may_be_open: false }),
        }
    }

    /// The room-closed webhook is of the open stream.
    fn close_open(&mut self, id: &RoomId, closing: &RoomClosed) {
        let Some(Room { state: State::Open(life), .. }) = self.rooms.get_mut(id) else { return };
        let effects = life.closed(closing.at, closing.statistic, closing.received_at);
        self.carry_out(id, effects);
        let (now, weight) = (self.steady(), self.weight(id));
        self.schedule.expedite(id, now, weight);
    }

    /// The database told the room's last streams, of which one is what a room-closed webhook is of.
    fn closing_of(
        &mut self,
        id: &RoomId,
        closing: RoomClosed,
        may_be_open: bool,
        streams: Result<Vec<StreamSummary>, StoreError>,
    ) {
        let mut streams = match streams {
            Ok(streams) => streams,
            Err(error) => {
                self.retry_closing(id, &closing, &error);
                return;
            }
        };
        let place = place_of_closing(&streams, closing.at);
        if may_be_open && place.is_none_or(|place| place == 0) {
            self.close_open(id, &closing);
            return;
        }
        let Some(place) = place else {
            self.keep_closing(id, &closing);
            return;
        };
        let stream = streams.swap_remove(place);
        if stream.state != StreamState::Sealed || self.sealing.contains_key(&stream.id) {
            self.keep_closing(id, &closing);
            return;
        }
        // Of the room's newest stream only where it ended about then; a stream we never saw may have come after it.
        let ended_by_tencent = stream.ended_by.is_some_and(EndEvidence::has_grace);
        let long_after = stream.ended_at.is_some_and(|at| closing.at - at > CLOSING_SLACK_MS);
        if place == 0 && ended_by_tencent && long_after {
            self.keep_closing(id, &closing);
            return;
        }
        // The end that an operator or the idle rule set stays. What the room had when it went, long after, is not what
        // it had then.
        if stream.ended_by.is_some_and(EndEvidence::is_set_here) && long_after {
            tracing::debug!(
                app = %stream.app, room = %id, stream = %stream.id, "the room of a stream that ended before is gone"
            );
            return;
        }
        self.look_up(id, Query::Revise { stream: Box::new(stream), closing });
    }

    /// The database told what a room-closed webhook after sealing changes.
    fn revised(
        &mut self,
        id: &RoomId,
        stream: &StreamSummary,
        closing: &RoomClosed,
        revision: Result<Revision, StoreError>,
    ) {
        match revision {
            Ok(Revision::Reopened) => {
                self.seal(id.clone(), stream.id, stream.created_at.map(Millis::seconds));
            }
            Ok(Revision::None) => {}
            Ok(Revision::Unknown) => self.keep_closing(id, closing),
            Err(error) => self.retry_closing(id, closing, &error),
        }
    }

    fn keep_closing(&mut self, id: &RoomId, closing: &RoomClosed) {
        let RoomClosed { event_time, statistic, received_at, .. } = *closing;
        self.keep(id, Hook::Destroyed { room: id.clone(), event_time, statistic }, received_at);
    }

    fn retry_closing(&mut self, id: &RoomId, closing: &RoomClosed, error: &StoreError) {
        if let Some(held_back) = self.store_errors.pass(self.steady()) {
            tracing::error!(room = %id, %error, held_back, "a room-closed webhook cannot be placed yet");
        }
        self.keep_closing(id, closing);
        self.retry.insert(id.clone());
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
                self.clock_off = ClockOffset::new(offset);
                self.clock_off_until = clocks.1 + CLOCK_PROOF_MS;
            }
        }
        let calls = self.base.client.stats_allowed();
        self.schedule.set_calls_per_second(calls);
        let health = self.base.client.health();
        let interval_now_ms = self.schedule.mean_interval_ms();
        let is_stretched = self.schedule.is_stretched();
        let slowed = health.reads_slower();
        let trouble = health.alert().map(|(code, mut words, request_id)| {
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
        self.base.feed.signal(BoardEvent::App { app: self.base.app.id, stretched, trouble: trouble.clone() });
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
mod tests;
