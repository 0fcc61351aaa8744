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
//! | `webhook` | what a message says and whether it is authenticated |
//! | `app` | one task per app, which owns its rooms and carries out what `room` asks |
//! | `sealer` | composing and signing at the end |
//! | `seal_queue` | in which order, and what happens where it fails |

mod app;
mod clock;
mod discovery;
mod inbox;
mod look_up;
mod messages;
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
use crate::store::{NewStream, Recorder, SessionPart, Store, StoreError, Write};
use crate::tencent::{ApiResponse, Caller, Client, ClientHealth, RoomInfo};
use crate::vital::Vital;
use app::{AppCollector, AppEvent, UserCommand};
use inbox::Inbox;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
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
    recorder: Recorder,
    seals: SealQueue,
    clock: Clock,
    tasks: TaskTracker,
    /// Webhooks that named none of the configured apps.
    unroutable_webhooks: AtomicI64,
}

struct AppHandle {
    sender: mpsc::UnboundedSender<AppEvent>,
    client: Client,
    status: Arc<Mutex<AppStatus>>,
    interval_ms: i64,
    inbox: Arc<Inbox>,
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
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
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
        let grace_ms = config.collector.grace.as_millis() as i64;
        let tasks = TaskTracker::new();
        let CollectorDeps { store, recorder, sealer, board, clock, vital } = parts;
        let stop = vital.stopping();
        let (seals, worker) = SealQueue::new(sealer.clone(), recorder.clone(), clock.clone(), stop.clone());
        tasks.spawn(vital.clone().watch("sealing", worker));
        let mut apps = BTreeMap::new();
        let mut order = Vec::new();
        for (app, client) in clients {
            let (sender, events) = mpsc::unbounded_channel();
            let interval_ms = config.interval(&app).as_millis() as i64;
            let status = Arc::new(Mutex::new(AppStatus::new(&app, &client, interval_ms, grace_ms)));
            let (inbox, messages) = Inbox::new(&app);
            let quiet_ms = app.quiet_end_minutes.map(|minutes| i64::from(minutes) * 60_000);
            order.push(app.id);
            apps.insert(
                app.id,
                AppHandle {
                    sender: sender.clone(),
                    client: client.clone(),
                    status: status.clone(),
                    interval_ms,
                    inbox: inbox.clone(),
                },
            );
            let collector = AppCollector {
                rules: tracker::Rules { grace_ms, quiet_ms },
                interval_ms,
                client,
                store: store.clone(),
                recorder: recorder.clone(),
                sealer: sealer.clone(),
                seals: seals.clone(),
                board: board.clone(),
                events,
                sender,
                inbox,
                messages,
                status,
                stop: stop.clone(),
                clock: clock.clone(),
                app,
            };
            tasks.spawn(vital.clone().watch("collector", collector.run()));
        }
        tasks.close();
        tokio::spawn(report_unconfigured(store.clone(), order.clone()));
        let unroutable_webhooks = AtomicI64::new(0);
        Self { inner: Arc::new(Inner { order, apps, store, recorder, seals, clock, tasks, unroutable_webhooks }) }
    }

    /// Returns when every app's task has stopped and what they decided is written. Where the database takes nothing, for as
    /// long as is likely to help; then it says what is lost.
    pub async fn stopped(&self) {
        self.inner.tasks.wait().await;
        let recorder = &self.inner.recorder;
        if !matches!(tokio::time::timeout(FLUSH_TIMEOUT, recorder.flush()).await, Ok(Ok(()))) {
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

    /// The configured apps, in the order of the configuration.
    pub fn apps(&self) -> Vec<AppId> {
        self.inner.order.clone()
    }

    fn app(&self, app: AppId) -> Result<&AppHandle, CommandError> {
        self.inner.apps.get(&app).ok_or(CommandError::NoApp(app))
    }

    async fn command(&self, app: AppId, command: impl FnOnce(Reply) -> UserCommand) -> Result<(), CommandError> {
        let (reply, answer) = oneshot::channel();
        self.app(app)?.sender.send(AppEvent::Command(command(reply))).map_err(|_| CommandError::Stopping)?;
        answer.await.map_err(|_| CommandError::Stopping)?
    }

    async fn stream(&self, stream: StreamId) -> Result<StreamSummary, CommandError> {
        self.inner.store.stream(stream).await?.ok_or(CommandError::NoStream(stream))
    }

    /// Follows rooms from now on and reads them at once.
    pub async fn add_rooms(&self, app: AppId, rooms: Vec<RoomId>) -> Result<(), CommandError> {
        self.command(app, |reply| UserCommand::AddRooms { rooms, reply }).await
    }

    /// Stops polling a room; its stream, if one is open, ends by the user's decision.
    pub async fn stop_following(&self, app: AppId, room: RoomId) -> Result<(), CommandError> {
        self.command(app, |reply| UserCommand::StopMonitoring { room, reply }).await
    }

    /// Takes back an ending: the stream is live until new evidence.
    pub async fn keep_following(&self, stream: StreamId) -> Result<(), CommandError> {
        let summary = self.stream(stream).await?;
        self.command(summary.app, |reply| UserCommand::KeepLive { stream, room: summary.room, reply }).await
    }

    /// Ends a stream by the user's decision and seals it without grace.
    pub async fn seal_now(&self, stream: StreamId) -> Result<(), CommandError> {
        let summary = self.stream(stream).await?;
        if !self.inner.apps.contains_key(&summary.app) {
            return self.seal_without_app(&summary).await;
        }
        self.command(summary.app, |reply| UserCommand::SealNow { stream, room: summary.room, reply }).await
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
        self.seal(stream).await
    }

    /// Seals a stream that has ended; returns when its report is there.
    async fn seal(&self, stream: StreamId) -> Result<(), CommandError> {
        let (done, sealed) = oneshot::channel();
        self.inner.seals.seal(stream, move |outcome| {
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
        self.command(summary.app, |reply| UserCommand::SealAgain { stream, room: summary.room, reply }).await
    }

    /// Polls a stream now, within the calls reserved for users.
    pub async fn refresh(&self, stream: StreamId) -> Result<(), CommandError> {
        let summary = self.stream(stream).await?;
        self.command(summary.app, |reply| UserCommand::Refresh { room: summary.room, reply }).await
    }

    /// One reading of any RoomId, kept as a sealed report of its own: it starts, follows and ends nothing.
    pub async fn snapshot(&self, app: AppId, room: RoomId) -> Result<StreamId, CommandError> {
        let handle = self.app(app)?;
        let upstream = |error: crate::tencent::CallError| CommandError::Upstream(error.in_each_language());
        let answer = handle.client.room_stats(&room, Caller::User).await.map_err(upstream)?;
        let ApiResponse { asked, answered, value: Some(counters), request_id, retries } = answer else {
            let last = self.inner.store.sealed_of_room(app, &room, 1).await?.first().map(|stream| stream.id);
            return Err(CommandError::NoRoom { room, last });
        };
        // A title is welcome and not needed: without an answer the report has none.
        let info = handle.client.room_info(&room, Caller::User).await.ok().and_then(|answer| answer.value);
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
            interval_ms: handle.interval_ms,
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
        let stream = self.inner.store.import(&new, taken).await?;
        self.seal(stream).await?;
        Ok(stream)
    }

    /// The streams whose report could not be made since the start, and why.
    pub fn unsealed(&self) -> BTreeMap<StreamId, SealFailure> {
        self.inner.seals.unsealed()
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
            Some(handle.status.lock().unwrap_or_else(PoisonError::into_inner).clone())
        };
        self.inner.order.iter().filter_map(status).collect()
    }

    /// An app whose task has had no turn for 15 s, if there is one: its rooms are not polled as they should be.
    pub fn stalled(&self) -> Option<AppId> {
        first_stalled(self.status().into_iter().map(|app| (app.app, app.last_turn)), Instant::now())
    }

    /// One call with the app's credentials; says what works, or what is wrong and how to fix it.
    pub async fn test_connection(&self, app: AppId) -> Result<String, CommandError> {
        let handle = self.app(app)?;
        let answer = handle
            .client
            .room_list("", Caller::User)
            .await
            .map_err(|error| CommandError::Upstream(error.in_each_language()))?;
        let millis = answer.answered - answer.asked;
        Ok(format!("Tencent answered in {millis} ms and listed {} rooms on its first page", answer.value.rooms.len()))
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
