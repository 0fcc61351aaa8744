//! The Live board in memory: one row per live stream, fed by what the recorder committed, read by pages and events.
//!
//! Must not: write to the store or ask Tencent. A lost event heals with the next, since every event carries a whole row.

mod collector_feed;
mod day;
mod row;

pub use day::DaySum;

use crate::clock::Clock;
use crate::domain::live::{AppAlert, AppFigures, LiveEvent, LiveRow, LiveStrip, Today};
use crate::domain::numbers::baseline;
use crate::domain::{AppId, Counter, Day, ExclusionReason, Millis, RoomId, Run, StreamId, StreamState};
use crate::report;
use crate::store::{OpenStream, Recorder, SessionPart, Store, StoreError, Write};
use crate::vital::Vital;
use collector_feed::FeedReader;
use row::{BoardEntry, OngoingBattle};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, Semaphore, broadcast, mpsc};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How often the clock is asked whether the day has turned.
const DAY_CHECK_INTERVAL: Duration = Duration::from_secs(2);

/// Handle of the board; clones share it.
#[derive(Clone)]
pub struct Board {
    inner: Arc<BoardInner>,
}

struct BoardInner {
    state: Mutex<BoardState>,
    events: broadcast::Sender<LiveEvent>,
    clock: Clock,
    /// A stream came or went: the day is added up again.
    day_changed: Notify,
    viewers: Mutex<ViewerCount>,
}

/// Who views the board.
#[derive(Debug, Default)]
struct ViewerCount {
    now: usize,
    /// When the last one went, on the steady clock.
    left: Option<Instant>,
}

impl ViewerCount {
    fn any(&self) -> bool {
        self.now > 0 || self.left.is_some_and(|left| left.elapsed() < IDLE_LINGER)
    }
}

/// While this is held, a page shows the board.
pub struct ViewerGuard(Arc<BoardInner>);

impl Drop for ViewerGuard {
    fn drop(&mut self) {
        let mut viewers_now = self.0.viewers.lock().unwrap_or_else(PoisonError::into_inner);
        viewers_now.now = viewers_now.now.saturating_sub(1);
        viewers_now.left = Some(Instant::now());
    }
}

/// Milliseconds for which rows are still sent after the last page closed: it may only have been hidden, and asks for what it missed.
const IDLE_LINGER: Duration = Duration::from_secs(60);

#[derive(Default)]
struct BoardState {
    entries: HashMap<StreamId, BoardEntry>,
    /// The stream of each room that came on the board last.
    rooms: HashMap<(AppId, RoomId), StreamId>,
    stretched: BTreeMap<AppId, (i64, i64, i64)>,
    alert: BTreeMap<AppId, AppAlert>,
    /// The days in the strip: one, or one for each app where there are several.
    days: Vec<DayOfSum>,
}

/// A day as far as it is worked out.
struct DayOfSum {
    sum: DaySum,
    /// `None` before the first look at the clock.
    day: Option<Day>,
    ended: Option<day::EndedStreams>,
}

/// How the collector notifies the board of what is not a reading.
#[derive(Clone)]
pub struct BoardSender(BoardTarget);

#[derive(Clone)]
enum BoardTarget {
    /// The board of this process.
    Board(mpsc::UnboundedSender<BoardEvent>),
    /// The boards of all servers, in the order of what is written.
    Feed { recorder: Recorder, reported: Arc<Mutex<Option<(Instant, String)>>> },
}

/// How often the state of an app is reported to the boards of all servers while it stays the same.
const APP_REPORT_INTERVAL: Duration = Duration::from_secs(30);

/// What the collector reports beside what it writes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum BoardEvent {
    #[serde(skip)]
    Opened {
        stream: Box<OpenStream>,
        runs: Vec<Run>,
    },
    /// The same for the boards of all servers, which read it from the store.
    Resumed {
        stream: StreamId,
    },
    Described {
        stream: StreamId,
        title: Option<String>,
        host: Option<String>,
        host_name: Option<String>,
    },
    NoAnswer {
        stream: StreamId,
        since: Millis,
        code: Option<i64>,
    },
    /// One 100004 so far, or none after all.
    MaybeEnding {
        stream: StreamId,
        maybe: bool,
    },
    /// A battle goes on (the other's name and room, and since when) or is over.
    Battle {
        stream: StreamId,
        with: Option<(String, RoomId)>,
        since: Millis,
    },
    Sealed {
        stream: StreamId,
    },
    /// Once a second: how the app does as a whole; (interval now, wished, calls a second) when it is stretched.
    App {
        app: AppId,
        stretched: Option<(i64, i64, i64)>,
        alert: Option<AppAlert>,
    },
}

impl BoardSender {
    /// Reports to the boards of all servers, by the feed.
    pub fn to_feed(recorder: Recorder) -> Self {
        Self(BoardTarget::Feed { recorder, reported: Arc::default() })
    }

    pub fn signal(&self, signal: BoardEvent) {
        let (recorder, reported) = match &self.0 {
            BoardTarget::Board(signals) => {
                // The board outlives the collectors; after it nobody needs to know.
                let _ = signals.send(signal);
                return;
            }
            BoardTarget::Feed { recorder, reported } => (recorder, reported),
        };
        let signal = match signal {
            BoardEvent::Opened { stream, .. } => BoardEvent::Resumed { stream: stream.summary.id },
            // The seal itself is in the feed.
            BoardEvent::Sealed { .. } => return,
            signal => signal,
        };
        let is_app = matches!(signal, BoardEvent::App { .. });
        let text = match serde_json::to_string(&signal) {
            Ok(text) => text,
            Err(error) => {
                tracing::error!(%error, "a signal could not be written");
                return;
            }
        };
        if is_app {
            let mut reported = reported.lock().unwrap_or_else(PoisonError::into_inner);
            if reported.as_ref().is_some_and(|(at, known)| *known == text && at.elapsed() < APP_REPORT_INTERVAL) {
                return;
            }
            *reported = Some((Instant::now(), text.clone()));
        }
        recorder.signal(text);
    }

    /// A stream came on the board, with what was read of it lately.
    pub fn opened(&self, stream: &OpenStream, runs: Vec<Run>) {
        self.signal(BoardEvent::Opened { stream: Box::new(stream.clone()), runs });
    }
}

impl Board {
    /// Starts a board that follows the collectors of these apps, wherever they run.
    pub fn start_shared(
        store: Store,
        apps: impl IntoIterator<Item = AppId>,
        grace_ms: i64,
        clock: Clock,
        sums: Vec<DaySum>,
        vital: &Vital,
    ) -> Self {
        let board = Self::new(clock, sums);
        let stop = vital.stopping();
        vital.spawn("the day's sum", maintain_daily_totals(board.clone(), store.clone(), stop.clone()));
        let known = apps.into_iter().map(|app| (app, None)).collect();
        let history = Arc::new(Semaphore::new(1));
        let reader = FeedReader { board: board.clone(), store, grace_ms, known, history };
        vital.spawn("the live board", collector_feed::follow(reader, stop.clone()));
        board
    }

    fn new(clock: Clock, sums: Vec<DaySum>) -> Self {
        let (events, _) = broadcast::channel(4096);
        let days = sums.into_iter().map(|sum| DayOfSum { sum, day: None, ended: None }).collect();
        Self {
            inner: Arc::new(BoardInner {
                state: Mutex::new(BoardState { days, ..BoardState::default() }),
                events,
                clock,
                day_changed: Notify::new(),
                viewers: Mutex::default(),
            }),
        }
    }

    /// Starts a board over the store; it follows what the recorder commits until stopped.
    pub fn start(
        store: Store,
        recorder: &Recorder,
        grace_ms: i64,
        clock: Clock,
        sums: Vec<DaySum>,
        vital: &Vital,
    ) -> (Self, BoardSender) {
        let (signals, inbox) = mpsc::unbounded_channel();
        let board = Self::new(clock, sums);
        let stop = vital.stopping();
        vital.spawn("the day's sum", maintain_daily_totals(board.clone(), store.clone(), stop.clone()));
        let following = follow(board.clone(), store, inbox, recorder.committed(), grace_ms, stop.clone());
        vital.spawn("the live board", following);
        (board, BoardSender(BoardTarget::Board(signals)))
    }

    fn state(&self) -> MutexGuard<'_, BoardState> {
        // A panic while holding it leaves at worst one stale row, which the next reading replaces.
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every live or ending stream, those that need a look first, then by coins per minute.
    pub fn rows(&self) -> Vec<LiveRow> {
        let now = self.inner.clock.now();
        let mut rows: Vec<LiveRow> = {
            let state = self.state();
            state.entries.values().map(|entry| state.row(entry, now)).collect()
        };
        rows.sort_by(|a, b| {
            (b.needs_attention, b.coins_per_minute, b.totals.coins, a.id).cmp(&(
                a.needs_attention,
                a.coins_per_minute,
                a.totals.coins,
                b.id,
            ))
        });
        rows
    }

    /// One stream's row, if it is on the board.
    pub fn row(&self, id: StreamId) -> Option<LiveRow> {
        let now = self.inner.clock.now();
        let state = self.state();
        state.entries.get(&id).map(|entry| state.row(entry, now))
    }

    /// The line above the board.
    pub fn strip(&self) -> LiveStrip {
        let now = self.inner.clock.now();
        let mut state = self.state();
        let mut strip = LiveStrip {
            stretched: state.stretched.values().max().copied(),
            alert: state.alert.values().cloned().collect(),
            ..LiveStrip::default()
        };
        let mut of_apps: Vec<AppFigures> =
            state.days.iter().filter_map(|day| day.sum.app).map(AppFigures::none).collect();
        // Each app once, however many rooms wait for it.
        let apps: BTreeSet<AppId> = state.alert.keys().chain(state.stretched.keys()).copied().collect();
        strip.needs_attention = apps.len() as i64;
        for figures in of_apps.iter_mut().filter(|figures| apps.contains(&figures.app)) {
            figures.needs_attention = 1;
        }
        let BoardState { entries, alert, .. } = &mut *state;
        for entry in entries.values_mut() {
            let app_waits = alert.get(&entry.app).is_some_and(|alert| alert.reads_nothing);
            let row = entry.figures(now, app_waits);
            strip.live += i64::from(row.live);
            strip.needs_attention += i64::from(row.needs_attention);
            strip.coins_per_minute = sum(strip.coins_per_minute, row.coins_per_minute);
            strip.rates_unknown += i64::from(row.coins_per_minute.is_none());
            if let Some(figures) = of_apps.iter_mut().find(|figures| figures.app == entry.app) {
                figures.live += i64::from(row.live);
                figures.needs_attention += i64::from(row.needs_attention);
                figures.coins_per_minute = sum(figures.coins_per_minute, row.coins_per_minute);
                figures.rates_unknown += i64::from(row.coins_per_minute.is_none());
            }
            if let Some(alert) = strip.alert.iter_mut().find(|alert| alert.app == entry.app) {
                alert.rooms += 1;
            }
        }
        let today = state.today();
        for (app, today) in &today {
            if let Some(figures) = of_apps.iter_mut().find(|figures| Some(figures.app) == *app) {
                figures.today = Some(today.clone());
            }
        }
        // What cannot be added up is shown for each app alone.
        let sums: Vec<DaySum> = state.days.iter().map(|day| day.sum.clone()).collect();
        if !DaySum::are_common(&sums) {
            (strip.coins_per_minute, strip.rates_unknown) = (None, 0);
        } else if today.len() == sums.len() {
            let total = |total: Today, one: Today| Today {
                coins: total.coins.saturating_add(one.coins),
                unknown: total.unknown + one.unknown,
                ..total
            };
            let all = today.into_iter().map(|(_, today)| Today { app: None, ..today }).reduce(total);
            strip.today = all.into_iter().collect();
        }
        strip.apps = of_apps;
        strip
    }

    /// How many streams are live, of one app or of all.
    pub fn live_count(&self, app: Option<AppId>) -> i64 {
        let state = self.state();
        let counted = |entry: &&BoardEntry| entry.ending.is_none() && app.is_none_or(|app| app == entry.app);
        state.entries.values().filter(counted).count() as i64
    }

    /// What is wrong with whole apps.
    pub fn alert(&self) -> Vec<AppAlert> {
        self.state().alert.values().cloned().collect()
    }

    /// Changes from now on. A receiver that lags gets fresh rows with the next changes.
    pub fn subscribe(&self) -> broadcast::Receiver<LiveEvent> {
        self.inner.events.subscribe()
    }

    /// From now on rows are sent. Returns whether changes may have been missed before.
    pub fn register_viewer(&self) -> (ViewerGuard, bool) {
        let mut viewers_now = self.inner.viewers.lock().unwrap_or_else(PoisonError::into_inner);
        let missed = !viewers_now.any();
        viewers_now.now += 1;
        (ViewerGuard(self.inner.clone()), missed)
    }

    fn has_viewers(&self) -> bool {
        self.inner.viewers.lock().unwrap_or_else(PoisonError::into_inner).any()
    }

    fn publish(&self, event: LiveEvent) {
        let _ = self.inner.events.send(event);
    }

    fn publish_row(&self, id: StreamId) {
        // Rows are made only while a page shows the board.
        if self.has_viewers()
            && let Some(row) = self.row(id)
        {
            self.publish(LiveEvent::Row { row: Box::new(row) });
            // Both sides of a battle report the same two numbers.
            if let Some(rival) = self.rival_of(id)
                && let Some(row) = self.row(rival)
            {
                self.publish(LiveEvent::Row { row: Box::new(row) });
            }
        }
    }

    /// The other side of a stream's battle, if it is on the board.
    fn rival_of(&self, id: StreamId) -> Option<StreamId> {
        let state = self.state();
        let entry = state.entries.get(&id)?;
        let battle = entry.battle.as_ref()?;
        state.rooms.get(&(entry.app, battle.other.clone())).copied()
    }

    /// Changes an entry and sends its row.
    fn change(&self, id: StreamId, change: impl FnOnce(&mut BoardEntry)) {
        let found = match self.state().entries.get_mut(&id) {
            Some(entry) => {
                change(entry);
                true
            }
            None => false,
        };
        if found {
            self.publish_row(id);
        }
    }

    fn committed(&self, write: &Write, grace_ms: i64) {
        match write {
            Write::Run { stream, run, .. } => self.change(*stream, |entry| entry.add_run(*run)),
            Write::ReassignReadings { stream, since, .. } => self.change(*stream, |entry| entry.retract_since(*since)),
            Write::Gap { stream, gap } => self.change(*stream, |entry| entry.add_gap(*gap)),
            Write::Excluded { stream, reading, reason: ExclusionReason::Undecided } => {
                self.change(*stream, |entry| entry.fell = Some(reading.answered));
            }
            Write::UpstreamCorrection { stream, from, until } => {
                self.change(*stream, |entry| entry.add_correction(*from, *until));
            }
            Write::Ending { stream, ended_at, by, evidence_at, .. } => {
                let seal_at = by.has_grace().then(|| *evidence_at + grace_ms);
                self.change(*stream, |entry| {
                    entry.maybe_ending = false;
                    entry.ending = Some((*by, *ended_at, seal_at));
                });
            }
            Write::Returned { stream } => self.change(*stream, |entry| entry.ending = None),
            Write::HostPresence { stream, at, online } => {
                self.change(*stream, |entry| entry.host_left = (!online).then_some(*at));
            }
            _ => {}
        }
    }
}

/// A stream's CreateTime is known now, and with it when it began and which part of its room's session it is.
async fn created(board: &Board, store: &Store, stream: StreamId) {
    match store.open_stream(stream).await {
        Ok(Some(open)) => {
            board.change(stream, |entry| {
                (entry.started_at, entry.part) = (open.summary.started_at, open.part);
                entry.day_base = None;
            });
            board.inner.day_changed.notify_one();
        }
        Ok(None) => {}
        Err(error) => tracing::warn!(%stream, %error, "when a stream began could not be read"),
    }
}

impl BoardState {
    /// A row as it is at `now`, with what other rows say about it.
    fn row(&self, entry: &BoardEntry, now: Millis) -> LiveRow {
        let rival = entry.battle.as_ref().and_then(|battle| {
            let other = self.rooms.get(&(entry.app, battle.other.clone()))?;
            self.entries.get(other)?.coins_since(battle.since)
        });
        let app_waits = self.alert.get(&entry.app).is_some_and(|alert| alert.reads_nothing);
        entry.row(now, rival, app_waits)
    }

    fn add(&mut self, entry: BoardEntry) {
        self.rooms.insert((entry.app, entry.room.clone()), entry.id);
        self.entries.insert(entry.id, entry);
    }

    /// Takes a stream off the board. What it had counts on until the day is added up again.
    fn remove(&mut self, id: StreamId) -> bool {
        let Some(entry) = self.entries.remove(&id) else { return false };
        let room = (entry.app, entry.room.clone());
        if self.rooms.get(&room) == Some(&id) {
            self.rooms.remove(&room);
        }
        let day = self.days.iter_mut().find(|day| day.sum.includes(entry.app));
        if let Some(ended) = day.and_then(|day| day.ended.as_mut()) {
            match entry.coins_of_day() {
                Some(coins) => ended.coins = ended.coins.saturating_add(coins),
                None => ended.unknown += 1,
            }
        }
        true
    }

    /// The days as far as they are worked out, by the app that each is of.
    fn today(&self) -> Vec<(Option<AppId>, Today)> {
        let of = |day: &DayOfSum| {
            let (date, ended) = (day.day?, day.ended?);
            let mut today = Today {
                app: day.sum.label.clone(),
                time: day.sum.rule.time(),
                zone: day.sum.rule.utc_label(date),
                coins: ended.coins,
                unknown: ended.unknown,
            };
            for entry in self.entries.values().filter(|entry| day.sum.includes(entry.app)) {
                match entry.coins_of_day() {
                    Some(coins) => today.coins = today.coins.saturating_add(coins),
                    None => today.unknown += 1,
                }
            }
            Some((day.sum.app, today))
        };
        self.days.iter().filter_map(of).collect()
    }
}

fn sum(total: Option<i64>, value: Option<i64>) -> Option<i64> {
    match (total, value) {
        (Some(total), Some(value)) => Some(total.saturating_add(value)),
        (total, value) => total.or(value),
    }
}

async fn follow(
    board: Board,
    store: Store,
    mut inbox: mpsc::UnboundedReceiver<BoardEvent>,
    mut committed: broadcast::Receiver<Arc<Vec<Write>>>,
    grace_ms: i64,
    stop: CancellationToken,
) {
    let mut second = tokio::time::interval(Duration::from_secs(1));
    second.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    // One stream's past at a time: unpacking reports must not hold up readings.
    let history = Arc::new(Semaphore::new(1));
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            signal = inbox.recv() => match signal {
                Some(signal) => handle_event(&board, &store, &history, signal).await,
                None => return,
            },
            group = committed.recv() => match group {
                Ok(group) => {
                    for write in group.iter() {
                        board.committed(write, grace_ms);
                        if let Write::Created { stream, .. } = write {
                            created(&board, &store, *stream).await;
                        }
                    }
                }
                Err(broadcast::error::RecvError::Lagged(_)) => reload(&board, &store, grace_ms).await,
                Err(broadcast::error::RecvError::Closed) => return,
            },
            _ = second.tick() => {
                if board.has_viewers() {
                    board.publish(LiveEvent::Strip { strip: board.strip() });
                }
            }
        }
    }
}

/// Reads every row again, where changes were missed: an ending, a return or a gap does not come again with a reading.
async fn reload(board: &Board, store: &Store, grace_ms: i64) {
    let since = board.inner.clock.now() - row::RECENT_MS;
    let ids: Vec<StreamId> = board.state().entries.keys().copied().collect();
    for id in ids {
        let read = async { Ok::<_, StoreError>((store.open_stream(id).await?, store.recent(id, since).await?)) };
        match read.await {
            // The collector reports the seal of one that was sealed meanwhile.
            Ok((Some(stream), recent)) if stream.summary.state != StreamState::Sealed => {
                board.change(id, |entry| entry.reload(&stream, recent, grace_ms));
            }
            Ok(_) => {}
            Err(error) => tracing::warn!(stream = %id, %error, "a row of the board could not be read again"),
        }
    }
    board.inner.day_changed.notify_one();
}

async fn handle_event(board: &Board, store: &Store, history: &Arc<Semaphore>, signal: BoardEvent) {
    match signal {
        // Of the feed alone.
        BoardEvent::Resumed { .. } => {}
        BoardEvent::Opened { stream, runs } => {
            let id = stream.summary.id;
            let mut entry = BoardEntry::new(&stream, runs);
            entry.since = board.inner.clock.now();
            board.state().add(entry);
            board.inner.day_changed.notify_one();
            board.publish_row(id);
            tokio::spawn(load_baseline(board.clone(), store.clone(), history.clone(), *stream));
        }
        BoardEvent::Described { stream, title, host, host_name } => board.change(stream, |entry| {
            entry.title = title;
            entry.host = host;
            entry.host_name = host_name;
        }),
        BoardEvent::NoAnswer { stream, since, code } => {
            board.change(stream, |entry| entry.no_answer = Some((since, code)))
        }
        BoardEvent::MaybeEnding { stream, maybe } => board.change(stream, |entry| {
            entry.maybe_ending = maybe;
            if maybe {
                // "No such room" is an answer.
                entry.no_answer = None;
            }
        }),
        BoardEvent::Battle { stream, with, since } => {
            board.change(stream, |entry| entry.battle = with.map(|(with, other)| OngoingBattle { with, other, since }));
        }
        BoardEvent::Sealed { stream } => {
            let known = board.state().remove(stream);
            if known {
                board.publish(LiveEvent::Gone { id: stream });
            }
            board.inner.day_changed.notify_one();
            // Sent also when the database does not answer: links show the new report from this event on.
            let summary = store.stream(stream).await.ok().flatten();
            board.publish(LiveEvent::Sealed {
                id: stream,
                title: summary.as_ref().map_or_else(|| stream.to_string(), |summary| summary.title_label().to_owned()),
                coins: summary.as_ref().and_then(|summary| summary.totals.get(Counter::Coins)),
                baseline: summary.and_then(|summary| summary.seal?.baseline_coins),
                again: !known,
            });
        }
        BoardEvent::App { app, stretched, alert } => {
            let mut state = board.state();
            let before = match stretched {
                Some(stretched) => state.stretched.insert(app, stretched),
                None => state.stretched.remove(&app),
            };
            if let Some((now, wished, _)) = stretched.or(before)
                && before != stretched
            {
                let interval_ms = if stretched.is_some() { now.max(wished) } else { wished };
                state.entries.values_mut().filter(|entry| entry.app == app).for_each(|entry| {
                    entry.interval_ms = interval_ms;
                });
            }
            match alert {
                Some(alert) => state.alert.insert(app, alert),
                None => state.alert.remove(&app),
            };
        }
    }
}

/// Adds the days up: again with each stream that comes or goes, and from the start when a day turns.
async fn maintain_daily_totals(board: Board, store: Store, stop: CancellationToken) {
    let sums: Vec<DaySum> = board.state().days.iter().map(|day| day.sum.clone()).collect();
    let mut known = vec![HashMap::new(); sums.len()];
    loop {
        let now = board.inner.clock.now();
        let today: Vec<Day> = sums.iter().map(|sum| sum.rule.day_of(now)).collect();
        for (place, sum) in sums.iter().enumerate() {
            if let Err(error) = recompute_day(&board, &store, place, sum, today[place], &mut known[place]).await {
                tracing::warn!(%error, "the day could not be added up");
            }
        }
        let turned = async {
            let is_today = || {
                let now = board.inner.clock.now();
                sums.iter().zip(&today).all(|(sum, today)| sum.rule.day_of(now) == *today)
            };
            while is_today() {
                tokio::time::sleep(DAY_CHECK_INTERVAL).await;
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = board.inner.day_changed.notified() => {}
            () = turned => {}
        }
    }
}

/// Adds up one of the days.
async fn recompute_day(
    board: &Board,
    store: &Store,
    place: usize,
    sum: &DaySum,
    today: Day,
    known: &mut HashMap<StreamId, Option<i64>>,
) -> Result<(), StoreError> {
    let from = sum.rule.start_of(today);
    let pending: Vec<(StreamId, Millis, SessionPart)> = {
        let mut state = board.state();
        let BoardState { days, entries, .. } = &mut *state;
        if let Some(day) = days.get_mut(place).filter(|day| day.day != Some(today)) {
            known.clear();
            (day.day, day.ended) = (Some(today), None);
            entries.values_mut().filter(|entry| sum.includes(entry.app)).for_each(|entry| entry.day_base = None);
        }
        let asked = entries.values().filter(|entry| entry.day_base.is_none() && sum.includes(entry.app));
        asked.map(|entry| (entry.id, entry.started_at, entry.part)).collect()
    };
    for (id, started_at, part) in pending {
        let base = if started_at >= from {
            Some(part.start.coins)
        } else {
            day::coins_at(started_at, from, &store.runs_around(id, from).await?)
        };
        if let Some(entry) = board.state().entries.get_mut(&id) {
            entry.day_base = Some(base);
        }
    }
    let ended = day::ended(store, sum, today, known).await?;
    if let Some(day) = board.state().days.get_mut(place) {
        day.ended = Some(ended);
    }
    Ok(())
}

/// Loads the baseline of the room, beside the readings.
async fn load_baseline(board: Board, store: Store, history: Arc<Semaphore>, stream: OpenStream) {
    let Ok(_permit) = history.acquire().await else { return };
    let id = stream.summary.id;
    match report::load_history(&store, &stream).await {
        Ok(history) => {
            let best = history.room.iter().filter_map(|past| past.totals.coins).max();
            board.change(id, |entry| entry.past = Some((baseline(&history.room), best)));
        }
        Err(error) => tracing::warn!(stream = %id, %error, "the room's past could not be read"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::domain::EndEvidence;
    use crate::domain::live::Activity;

    #[tokio::test]
    async fn what_a_row_has_missed_is_read_again() {
        let place = crate::report::tests::SealFixture::new().await;
        let stream = place.ended(0).await;
        let ended = place.store.open_stream(stream).await.unwrap().unwrap();
        let (at, evidence) = (ended.summary.ended_at.unwrap(), ended.evidence_at.unwrap());
        let (clock, vital) = (Clock::new(move || at), Vital::default());
        let (board, sender) = Board::start(place.store.clone(), &place.recorder, 120_000, clock, Vec::new(), &vital);
        // As it was sent before it ended.
        let mut live = ended.clone();
        (live.summary.state, live.summary.ended_at, live.summary.ended_by) = (StreamState::Live, None, None);
        sender.opened(&live, Vec::new());
        while board.row(stream).is_none() {
            tokio::task::yield_now().await;
        }
        assert_eq!(board.row(stream).unwrap().totals.coins, None);
        reload(&board, &place.store, 120_000).await;
        let row = board.row(stream).unwrap();
        let ending = Activity::Ending { by: EndEvidence::Webhook, at, seal_at: Some(evidence + 120_000) };
        assert_eq!((row.state, row.going_on.first()), (StreamState::Ending, Some(&ending)));
        assert_eq!(row.totals.coins, ended.summary.totals.coins);
        assert_eq!(board.strip().live, 0);
    }

    #[tokio::test]
    async fn a_battle_finds_the_newest_stream_of_the_other_room() {
        let place = crate::report::tests::SealFixture::new().await;
        let mut state = BoardState::default();
        let entry = async |days| {
            let stream = place.ended(days).await;
            BoardEntry::new(&place.store.open_stream(stream).await.unwrap().unwrap(), Vec::new())
        };
        let (first, second) = (entry(0).await, entry(1).await);
        let (room, ids) = ((first.app, first.room.clone()), [first.id, second.id]);
        state.add(first);
        state.add(second);
        assert_eq!(state.rooms.get(&room), Some(&ids[1]));
        assert!(state.remove(ids[0]));
        assert_eq!(state.rooms.get(&room), Some(&ids[1]), "the one that is there");
        assert!(state.remove(ids[1]) && state.rooms.is_empty());
    }
}
