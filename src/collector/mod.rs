//! Keeps the store in step with Tencent: which rooms are live, what they counted, when a stream ended.
//!
//! Must not: know of pages, links or people. Requests come through [`CollectorHandle`]; results go through the store and the recorder.
//!
//! | file | what it decides |
//! |---|---|
//! | `schedule` | when each stream is read next |
//! | `room` | what an event means for a room: a pure fold, which asks with effects |
//! | `tracker` | what an answer means for a stream: pure, step by step |
//! | `discovery` | which rooms are monitored, and when the list is swept |
//! | `messages` | messages that wait for the stream they are of |
//! | `clock` | whether the machine's clock was set, and how far Tencent's differs |
//! | `sealing` | which streams of the app are being sealed |
//! | `look_up` | what a decision needs from the database |
//! | `sweep` | how the room list is read |
//! | `inbox` | how much of what strangers send is taken |
//! | `ask`, `relay` | how questions and webhooks reach the collector from other servers |
//! | `webhook` | what a message says and whether it is authenticated |
//! | `app` | one task per app, which owns its rooms and carries out what `room` asks |
//! | `sealer` | composing and signing at the end |
//! | `seal_queue` | in which order, and what happens where it fails |

mod app;
mod ask;
mod clock;
mod discovery;
mod inbox;
mod look_up;
mod messages;
mod relay;
mod room;
mod schedule;
mod seal_queue;
mod sealer;
mod sealing;
mod sweep;
mod tracker;
mod webhook;

pub use inbox::Webhook;
pub use seal_queue::{SealFailure, SealQueue};
pub use sealer::Sealer;

use crate::clock::Clock;
use crate::config::{AppConfig, Config};
use crate::domain::live::AppAlert;
use crate::domain::{
    AppId, EndEvidence, Millis, PerLanguage, Reading, RoomId, Run, StreamId, StreamKind, StreamState, StreamSummary,
};
use crate::live::BoardSender;
use crate::store::{Fence, NewStream, Recorder, RecorderStopped, SessionPart, Store, StoreError, Write};
use crate::tencent::{ApiResponse, Caller, Client, ClientHealth, RoomInfo};
use crate::vital::Vital;
use app::{AppCollector, AppEvent, UserCommand};
use ask::{Answer, Question};
use inbox::Inbox;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;
use tokio_util::task::TaskTracker;

/// What the server and its pages may ask of the collector. Clones share it.
#[derive(Clone)]
pub struct CollectorHandle {
    inner: Arc<Inner>,
}

struct Inner {
    /// In the order of the configuration.
    order: Vec<AppId>,
    apps: BTreeMap<AppId, AppHandle>,
    store: Store,
    /// Of streams whose app is not configured.
    seals: SealQueue,
    recorder: Recorder,
    clock: Clock,
    tasks: TaskTracker,
    /// Webhooks that named none of the configured apps.
    unroutable_webhooks: AtomicI64,
}

struct AppHandle {
    config: AppConfig,
    rules: tracker::Rules,
    interval_ms: i64,
    inbox: Arc<Inbox>,
    /// While this server collects for the app.
    term: RwLock<Option<AppTerm>>,
    /// While another server does.
    idle: AppStatus,
}

/// What reaches the task of an app that this server collects for.
#[derive(Clone)]
struct AppTerm {
    sender: mpsc::UnboundedSender<AppEvent>,
    client: Client,
    status: Arc<Mutex<AppStatus>>,
    store: Store,
    seals: SealQueue,
}

impl AppHandle {
    fn term(&self) -> Option<AppTerm> {
        self.term.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_term(&self, term: Option<AppTerm>) {
        *self.term.write().unwrap_or_else(PoisonError::into_inner) = term;
    }
}

/// How long a stop waits for a database that takes nothing: less than service managers wait before they kill.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(20);

/// For a user who waited `SEAL_TIMEOUT` for a seal.
const NOT_SEALED_YET: &str = "the stream is over and will be sealed; see the status page";

/// Maximum wait of a user for a seal.
const SEAL_TIMEOUT: Duration = Duration::from_secs(5);

/// Where the outcome of a user's request goes.
type Reply = oneshot::Sender<Result<(), CommandError>>;

/// A task without a turn for 15 s is stalled; it has one each second.
const STALLED_AFTER: Duration = Duration::from_secs(15);

fn first_stalled(mut turns: impl Iterator<Item = (AppId, Instant)>, now: Instant) -> Option<AppId> {
    turns.find(|(_, last)| now.duration_since(*last) >= STALLED_AFTER).map(|(app, _)| app)
}

/// A webhook as it arrives, before its body.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// The raw query string of the address.
    pub query: String,
    /// The token of `Authorization: Bearer …`, if any.
    pub bearer: Option<String>,
    pub received_at: Millis,
}

/// Why a user's request could not be carried out; the text is for the user.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum CommandError {
    #[error("no app with SDKAppID {0} is configured here")]
    NoApp(AppId),
    #[error("there is no stream {0}")]
    NoStream(StreamId),
    #[error("stream {0} is not open any more: it is sealed, or about to be")]
    Sealed(StreamId),
    #[error("stream {0} has no sealed report that could be sealed again")]
    NotSealed(StreamId),
    /// `last` is the room's last sealed stream, if we hold one.
    #[error("room {room} does not exist at Tencent now, and Tencent keeps nothing of a room that has ended")]
    NoRoom { room: RoomId, last: Option<StreamId> },
    #[error("{}", .0.get(crate::i18n::Lang::En))]
    Upstream(PerLanguage),
    #[error("the database refused: {0}")]
    Store(String),
    #[error("Aftershow is stopping; try again when it runs")]
    Stopping,
    #[error("no server collects for app {0} now; try again in a few seconds")]
    NotCollected(AppId),
}

impl From<StoreError> for CommandError {
    fn from(error: StoreError) -> Self {
        Self::Store(error.to_string())
    }
}

/// What is wrong with a room list that does not end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListFailure {
    #[error("the room list repeats a cursor")]
    CursorRepeats,
    #[error("the room list does not end")]
    Endless,
}

/// How one app's collector does, for the status page and the API.
#[derive(Clone, Debug)]
pub struct AppStatus {
    pub app: AppId,
    pub endpoint: String,
    pub identifier: String,
    /// Streams read now, and rooms followed in all.
    pub live: i64,
    pub followed: i64,
    /// The wished interval and the one in force, milliseconds.
    pub interval_ms: i64,
    pub interval_now_ms: i64,
    pub grace_ms: i64,
    /// 99th percentile of (read late ÷ interval) over the last readings, in hundredths.
    pub lag_p99_percent: Option<i64>,
    pub last_sweep: Option<Millis>,
    /// Why the last sweep ended before the list did.
    pub list_failure: Option<ListFailure>,
    pub webhooks_accepted: i64,
    pub webhooks_hints: i64,
    pub webhooks_dropped: i64,
    /// Webhooks beyond what is taken a second, or beyond what waits.
    pub webhooks_overflowed: i64,
    pub webhook_last: Option<Millis>,
    pub client: ClientHealth,
    pub alert: Option<AppAlert>,
    /// When the app's task last had its turn of every second.
    pub last_turn: Instant,
    /// Whether this server collects for the app; else the figures are as they were at its start.
    pub is_collected_here: bool,
}

impl AppStatus {
    /// Before the first call.
    fn new(app: &AppConfig, client: &Client, interval_ms: i64, grace_ms: i64) -> Self {
        Self {
            app: app.id,
            endpoint: app.endpoint.to_string(),
            identifier: app.identifier.clone(),
            live: 0,
            followed: 0,
            interval_ms,
            interval_now_ms: interval_ms,
            grace_ms,
            lag_p99_percent: None,
            last_sweep: None,
            list_failure: None,
            webhooks_accepted: 0,
            webhooks_hints: 0,
            webhooks_dropped: 0,
            webhooks_overflowed: 0,
            webhook_last: None,
            client: client.health(),
            alert: None,
            last_turn: Instant::now(),
            is_collected_here: false,
        }
    }
}

/// What a collector is made of besides its apps.
pub struct CollectorDeps {
    pub store: Store,
    pub recorder: Recorder,
    pub sealer: Sealer,
    pub board: BoardSender,
    pub clock: Clock,
    pub vital: Vital,
}

/// A collector of one app that runs as long as this server leads it.
pub struct Term {
    collector: CollectorHandle,
    app: AppId,
    client: Client,
    recorder: Recorder,
    tasks: TaskTracker,
}

/// How often it is looked whether all calls are over.
const CALLS_CHECK_INTERVAL: Duration = Duration::from_millis(20);

impl Term {
    /// Returns when the tasks have stopped, by `vital` of [`CollectorHandle::lead`], and what they decided is
    /// written.
    pub async fn stopped(&self) {
        self.tasks.wait().await;
        flush(&self.recorder).await;
    }

    /// Whether no call is on its way, or none is within that time.
    pub async fn calls_are_over(&self, within: Duration) -> bool {
        let over = async {
            while self.client.calls_in_flight() > 0 {
                tokio::time::sleep(CALLS_CHECK_INTERVAL).await;
            }
        };
        tokio::time::timeout(within, over).await.is_ok()
    }
}

impl Drop for Term {
    fn drop(&mut self) {
        if let Some(handle) = self.collector.inner.apps.get(&self.app) {
            handle.set_term(None);
        }
    }
}

/// Writes what was decided. Where the database takes nothing, for as long as is likely to help; then it says what is lost.
async fn flush(recorder: &Recorder) {
    match tokio::time::timeout(FLUSH_TIMEOUT, recorder.flush()).await {
        Ok(Ok(())) => {}
        Ok(Err(RecorderStopped)) if recorder.failure().is_none() => {
            tracing::warn!("stopped after the writer of readings");
        }
        _ => {
            let alert = recorder.failure();
            let waiting = alert.as_ref().map_or(0, |alert| alert.buffered);
            let remedy = alert.as_ref().map_or("see the lines above", |alert| alert.remedy);
            tracing::error!(
                waiting,
                remedy,
                "stopped while nothing could be written; the changes that waited are lost"
            );
        }
    }
}

/// Logs at the start which open streams are not polled, because their app is no longer configured.
async fn report_unconfigured(store: Store, configured: Vec<AppId>) {
    match store.unsealed_by_app().await {
        Ok(apps) => {
            for (app, streams) in apps.into_iter().filter(|(app, _)| !configured.contains(app)) {
                tracing::warn!(
                    %app, streams,
                    "streams of an app that is not configured are open; configure it, or seal their reports in the console"
                );
            }
        }
        Err(error) => tracing::debug!(%error, "cannot look for streams of apps that are not configured"),
    }
}

impl CollectorHandle {
    /// Starts one task per app; returns before anything upstream has answered.
    pub fn start(config: &Config, clients: Vec<(AppConfig, Client)>, parts: CollectorDeps) -> Self {
        let (recorder, vital) = (parts.recorder.clone(), parts.vital.clone());
        let (store, sealer, board, clock) =
            (parts.store.clone(), parts.sealer.clone(), parts.board.clone(), parts.clock.clone());
        let collector = Self::new(config, &clients, parts);
        for (app, client) in clients {
            let deps = CollectorDeps {
                store: store.clone(),
                recorder: recorder.clone(),
                sealer: sealer.clone(),
                board: board.clone(),
                clock: clock.clone(),
                vital: vital.clone(),
            };
            collector.spawn(app.id, client, deps, collector.inner.seals.clone(), &collector.inner.tasks);
        }
        collector
    }

    /// Collects for no app yet: [`Self::lead`] says for which, and when. Nothing is sent by `clients`.
    pub fn new(config: &Config, clients: &[(AppConfig, Client)], parts: CollectorDeps) -> Self {
        let grace_ms = config.collector.grace.as_millis() as i64;
        let tasks = TaskTracker::new();
        let CollectorDeps { store, recorder, sealer, clock, vital, .. } = parts;
        let (seals, worker) = SealQueue::new(sealer, recorder.clone(), clock.clone(), vital.stopping().clone());
        tasks.spawn(vital.clone().watch("sealing", worker));
        let mut apps = BTreeMap::new();
        let mut order = Vec::new();
        for (app, client) in clients {
            let interval_ms = config.interval(app).as_millis() as i64;
            let quiet_ms = app.quiet_end_minutes.map(|minutes| i64::from(minutes) * 60_000);
            let handle = AppHandle {
                config: app.clone(),
                rules: tracker::Rules { grace_ms, quiet_ms },
                interval_ms,
                inbox: Inbox::new(app, store.is_shared().then(|| store.clone())),
                term: RwLock::default(),
                idle: AppStatus::new(app, client, interval_ms, grace_ms),
            };
            order.push(app.id);
            apps.insert(app.id, handle);
        }
        tasks.close();
        tokio::spawn(report_unconfigured(store.clone(), order.clone()));
        let unroutable_webhooks = AtomicI64::new(0);
        let inner = Inner { order, apps, store, seals, recorder, clock, tasks, unroutable_webhooks };
        let collector = Self { inner: Arc::new(inner) };
        if collector.inner.store.is_shared() {
            let inboxes = collector.inner.apps.iter().map(|(app, handle)| (*app, handle.inbox.clone())).collect();
            let (handle, store, stop) = (collector.clone(), collector.inner.store.clone(), vital.stopping().clone());
            let is_here = move |app| handle.inner.apps.get(&app).is_some_and(|handle| handle.term().is_some());
            collector
                .inner
                .tasks
                .spawn(vital.watch("passing hints on", relay::pass_hints(inboxes, is_here, store, stop)));
        }
        collector
    }

    /// Starts the task of an app, which resumes what the store has open. `parts` are this term's own; the task ends where
    /// `parts.vital` stops.
    pub fn lead(&self, fence: &Fence, client: Client, parts: CollectorDeps) -> Term {
        let (app, tasks) = (fence.app(), TaskTracker::new());
        let (recorder, vital, store) = (parts.recorder.clone(), parts.vital.clone(), parts.store.clone());
        let stop = parts.vital.stopping().clone();
        let (seals, worker) = SealQueue::new(parts.sealer.clone(), recorder.clone(), parts.clock.clone(), stop.clone());
        tasks.spawn(parts.vital.clone().watch("sealing", worker));
        self.spawn(app, client.clone(), parts, seals, &tasks);
        if let Some(handle) = self.inner.apps.get(&app) {
            let answers = ask::answer(self.clone(), store.clone(), fence.clone(), stop.clone());
            tasks.spawn(vital.clone().watch("answers to other servers", answers));
            let webhooks = relay::deliver(handle.inbox.clone(), store, fence.clone(), stop);
            tasks.spawn(vital.watch("webhooks of other servers", webhooks));
        }
        tasks.close();
        Term { collector: self.clone(), app, client, recorder, tasks }
    }

    fn spawn(&self, app: AppId, client: Client, parts: CollectorDeps, seals: SealQueue, tasks: &TaskTracker) {
        let Some(handle) = self.inner.apps.get(&app) else { return };
        let CollectorDeps { store, recorder, sealer, board, clock, vital } = parts;
        let (sender, events) = mpsc::unbounded_channel();
        let mut status = AppStatus::new(&handle.config, &client, handle.interval_ms, handle.rules.grace_ms);
        status.is_collected_here = true;
        let status = Arc::new(Mutex::new(status));
        let term = AppTerm {
            sender: sender.clone(),
            client: client.clone(),
            status: status.clone(),
            store: store.clone(),
            seals: seals.clone(),
        };
        let collector = AppCollector {
            app: handle.config.clone(),
            rules: handle.rules,
            interval_ms: handle.interval_ms,
            client,
            store,
            recorder,
            sealer,
            seals,
            board,
            events,
            sender,
            inbox: handle.inbox.clone(),
            messages: handle.inbox.connect(),
            status,
            stop: vital.stopping().clone(),
            clock,
        };
        handle.set_term(Some(term));
        tasks.spawn(vital.watch("collector", collector.run()));
    }

    /// Returns when every task has stopped and what they decided is written.
    pub async fn stopped(&self) {
        self.inner.tasks.wait().await;
        flush(&self.inner.recorder).await;
    }

    /// The configured apps, in the order of the configuration.
    pub fn apps(&self) -> Vec<AppId> {
        self.inner.order.clone()
    }

    fn app(&self, app: AppId) -> Result<&AppHandle, CommandError> {
        self.inner.apps.get(&app).ok_or(CommandError::NoApp(app))
    }

    /// The app's term, where this server collects for it.
    fn term(&self, app: AppId) -> Result<AppTerm, CommandError> {
        self.app(app)?.term().ok_or(CommandError::NotCollected(app))
    }

    /// Asks the collector of the app, here or on another server.
    async fn ask(&self, app: AppId, ask: Question) -> Result<Answer, CommandError> {
        let is_elsewhere = self.app(app)?.term().is_none() && self.inner.store.is_shared();
        if is_elsewhere { ask::ask(&self.inner.store, app, &ask).await } else { self.answer_here(app, ask).await }
    }

    /// Answers as the collector of the app.
    async fn answer_here(&self, app: AppId, ask: Question) -> Result<Answer, CommandError> {
        let done = match ask {
            Question::AddRooms(rooms) => self.command(app, |reply| UserCommand::AddRooms { rooms, reply }).await,
            Question::StopMonitoring(room) => {
                self.command(app, |reply| UserCommand::StopMonitoring { room, reply }).await
            }
            Question::KeepLive { stream, room } => {
                self.command(app, |reply| UserCommand::KeepLive { stream, room, reply }).await
            }
            Question::SealNow { stream, room } => {
                self.command(app, |reply| UserCommand::SealNow { stream, room, reply }).await
            }
            Question::SealAgain { stream, room } => {
                self.command(app, |reply| UserCommand::SealAgain { stream, room, reply }).await
            }
            Question::Refresh(room) => self.command(app, |reply| UserCommand::Refresh { room, reply }).await,
            Question::Snapshot(room) => return self.take_snapshot(app, room).await.map(Answer::Stream),
            Question::TestConnection => return self.call_room_list(app).await,
        };
        done.map(|()| Answer::Done)
    }

    async fn command(&self, app: AppId, command: impl FnOnce(Reply) -> UserCommand) -> Result<(), CommandError> {
        let (reply, answer) = oneshot::channel();
        self.term(app)?.sender.send(AppEvent::Command(command(reply))).map_err(|_| CommandError::Stopping)?;
        answer.await.map_err(|_| CommandError::Stopping)?
    }

    async fn stream(&self, stream: StreamId) -> Result<StreamSummary, CommandError> {
        self.inner.store.stream(stream).await?.ok_or(CommandError::NoStream(stream))
    }

    /// Follows rooms from now on and reads them at once.
    pub async fn add_rooms(&self, app: AppId, rooms: Vec<RoomId>) -> Result<(), CommandError> {
        self.ask(app, Question::AddRooms(rooms)).await.map(drop)
    }

    /// Stops polling a room; its stream, if one is open, ends by the user's decision.
    pub async fn stop_following(&self, app: AppId, room: RoomId) -> Result<(), CommandError> {
        self.ask(app, Question::StopMonitoring(room)).await.map(drop)
    }

    /// Takes back an ending: the stream is live until new evidence.
    pub async fn keep_following(&self, stream: StreamId) -> Result<(), CommandError> {
        let summary = self.stream(stream).await?;
        self.ask(summary.app, Question::KeepLive { stream, room: summary.room }).await.map(drop)
    }

    /// Ends a stream by the user's decision and seals it without grace.
    pub async fn seal_now(&self, stream: StreamId) -> Result<(), CommandError> {
        let summary = self.stream(stream).await?;
        if !self.inner.apps.contains_key(&summary.app) {
            return self.seal_without_app(&summary).await;
        }
        self.ask(summary.app, Question::SealNow { stream, room: summary.room }).await.map(drop)
    }

    /// Ends a stream whose app is no longer configured: it is not polled, and nothing else ends it.
    async fn seal_without_app(&self, summary: &StreamSummary) -> Result<(), CommandError> {
        let stream = summary.id;
        if summary.state == StreamState::Sealed {
            return Err(CommandError::Sealed(stream));
        }
        let now = self.inner.clock.now();
        if summary.state == StreamState::Live {
            let (ended_after, by) = (summary.last_answered, EndEvidence::Operator);
            let end = Write::Ending { stream, ended_at: now, ended_after, by, evidence_at: now };
            self.inner.store.apply_all(&[end]).await?;
        }
        Self::seal(&self.inner.seals, stream).await
    }

    /// Seals a stream that has ended; returns when its report is there.
    async fn seal(seals: &SealQueue, stream: StreamId) -> Result<(), CommandError> {
        let (done, sealed) = oneshot::channel();
        seals.seal(stream, move |outcome| {
            let _ = done.send(outcome);
        });
        match tokio::time::timeout(SEAL_TIMEOUT, sealed).await {
            Ok(Ok(outcome)) => outcome.map_err(CommandError::Store),
            Ok(Err(_)) => Err(CommandError::Stopping),
            Err(_) => Err(CommandError::Store(NOT_SEALED_YET.to_owned())),
        }
    }

    /// Seals a sealed stream once more, as the next revision.
    pub async fn seal_again(&self, stream: StreamId) -> Result<(), CommandError> {
        let summary = self.stream(stream).await?;
        self.ask(summary.app, Question::SealAgain { stream, room: summary.room }).await.map(drop)
    }

    /// Polls a stream now, within the calls reserved for users.
    pub async fn refresh(&self, stream: StreamId) -> Result<(), CommandError> {
        let summary = self.stream(stream).await?;
        self.ask(summary.app, Question::Refresh(summary.room)).await.map(drop)
    }

    /// One reading of any RoomId, kept as a sealed report of its own: it starts, follows and ends nothing.
    pub async fn snapshot(&self, app: AppId, room: RoomId) -> Result<StreamId, CommandError> {
        match self.ask(app, Question::Snapshot(room)).await? {
            Answer::Stream(stream) => Ok(stream),
            _ => Err(CommandError::NotCollected(app)),
        }
    }

    async fn take_snapshot(&self, app: AppId, room: RoomId) -> Result<StreamId, CommandError> {
        let (interval_ms, term) = (self.app(app)?.interval_ms, self.term(app)?);
        let upstream = |error: crate::tencent::CallError| CommandError::Upstream(error.in_each_language());
        let answer = term.client.room_stats(&room, Caller::User).await.map_err(upstream)?;
        let ApiResponse { asked, answered, value: Some(counters), request_id, retries } = answer else {
            let last = self.inner.store.sealed_of_room(app, &room, 1).await?.first().map(|stream| stream.id);
            return Err(CommandError::NoRoom { room, last });
        };
        // A title is welcome and not needed: without an answer the report has none.
        let info = term.client.room_info(&room, Caller::User).await.ok().and_then(|answer| answer.value);
        let info = info.unwrap_or_else(|| RoomInfo::unknown(room.clone()));
        // Where Tencent returns the account only, the name is known from streams that were monitored.
        let host_name = match (info.host_name, &info.host) {
            (None, Some(host)) => self.inner.store.name_of_host(app, host).await?,
            (name, _) => name,
        };
        let new = NewStream {
            app,
            room,
            kind: StreamKind::Snapshot,
            create_time: info.create_time,
            part: SessionPart::default(),
            title: info.title,
            host: info.host,
            host_name,
            interval_ms,
            first_seen: asked,
            started_at: info.create_time.map_or(asked, Millis::from_seconds),
        };
        let run = Run::from(Reading { asked, answered, counters });
        // All at once: a crash leaves no snapshot that waits for ever to be ended.
        let taken = |stream| {
            vec![
                Write::Run { stream, run, request_id, retries: i64::from(retries) },
                Write::Ending {
                    stream,
                    ended_at: answered,
                    ended_after: None,
                    by: EndEvidence::Snapshot,
                    evidence_at: answered,
                },
            ]
        };
        let stream = term.store.import(&new, taken).await?;
        Self::seal(&term.seals, stream).await?;
        Ok(stream)
    }

    /// The streams whose report could not be made since the start, and why.
    pub fn unsealed(&self) -> BTreeMap<StreamId, SealFailure> {
        let mut unsealed = self.inner.seals.unsealed();
        for term in self.inner.apps.values().filter_map(AppHandle::term) {
            unsealed.extend(term.seals.unsealed());
        }
        unsealed
    }

    /// A webhook of one of our apps, judged by its address and bearer token before its body is read. A copy that names no
    /// app is of the app whose bearer token it carries. `None` where none of the configured apps is named, which is counted.
    pub fn webhook(&self, delivery: Delivery) -> Option<Webhook> {
        let inner = &*self.inner;
        let bearer = delivery.bearer.as_deref();
        let forwarded = || inner.apps.values().find(|handle| handle.inbox.is_forwarded_by(bearer));
        let only = || if inner.order.len() == 1 { inner.apps.values().next() } else { None };
        let handle = match webhook::sdkappid(&delivery.query) {
            Some(named) => inner.apps.get(&AppId(named)),
            None => forwarded().or_else(only),
        };
        if handle.is_none() {
            inner.unroutable_webhooks.fetch_add(1, Ordering::Relaxed);
        }
        Some(Webhook::new(handle?.inbox.clone(), delivery))
    }

    /// Webhooks that named none of the configured apps.
    pub fn stray_webhooks(&self) -> i64 {
        self.inner.unroutable_webhooks.load(Ordering::Relaxed)
    }

    /// How each app's collector does.
    pub fn status(&self) -> Vec<AppStatus> {
        let status = |app: &AppId| {
            let handle = self.inner.apps.get(app)?;
            Some(match handle.term() {
                Some(term) => term.status.lock().unwrap_or_else(PoisonError::into_inner).clone(),
                None => handle.idle.clone(),
            })
        };
        self.inner.order.iter().filter_map(status).collect()
    }

    /// An app whose task has had no turn for 15 s, if there is one: its rooms are not polled as they should be.
    pub fn stalled(&self) -> Option<AppId> {
        let here = self.status().into_iter().filter(|app| app.is_collected_here);
        first_stalled(here.map(|app| (app.app, app.last_turn)), Instant::now())
    }

    /// One call with the app's credentials; says what works, or what is wrong and how to fix it.
    pub async fn test_connection(&self, app: AppId) -> Result<String, CommandError> {
        match self.ask(app, Question::TestConnection).await? {
            Answer::Connection { millis, rooms } => {
                Ok(format!("Tencent answered in {millis} ms and listed {rooms} rooms on its first page"))
            }
            _ => Err(CommandError::NotCollected(app)),
        }
    }

    async fn call_room_list(&self, app: AppId) -> Result<Answer, CommandError> {
        let answer = self.term(app)?.client.room_list("", Caller::User).await;
        let answer = answer.map_err(|error| CommandError::Upstream(error.in_each_language()))?;
        Ok(Answer::Connection { millis: answer.answered - answer.asked, rooms: answer.value.rooms.len() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_without_a_turn_is_stalled() {
        let now = Instant::now();
        let turns =
            |second: Duration| [(AppId(1), now), (AppId(2), now + Duration::from_secs(60) - second)].into_iter();
        let later = now + Duration::from_secs(60);
        assert_eq!(first_stalled(turns(Duration::from_secs(14)).skip(1), later), None);
        assert_eq!(first_stalled(turns(STALLED_AFTER).skip(1), later), Some(AppId(2)));
        assert_eq!(first_stalled(turns(Duration::ZERO), later), Some(AppId(1)));
    }
}
