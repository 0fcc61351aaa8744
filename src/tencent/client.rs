//! The calls themselves: one [`Client`] per app.
//!
//! Must not: know of streams. Every call goes through pause, outage, budget and signature, in that order, and ends in an
//! [`Answer`] or in a [`CallError`] that says in words what happened. Fates (see [`super::error`]) are carried out here.

use super::circuit_breaker::{CommandBreaker, Invalid, MinuteLog, PausedCall, UpstreamBreaker, jitter};
use super::command::Command;
use super::error::{CallError, CallTarget, Cause, ErrorAction, Failure, NO_SUCH_ROOM, NoResponse, Scope, TlsFault};
use super::rate_limiter::{CallLimiter, Permit};
use super::usersig::{Signature, Signer};
use super::wire::{Envelope, MAX_BODY_BYTES, RoomInfo, RoomPage};
use crate::clock::Clock;
use crate::config::AppConfig;
use crate::domain::{AppId, Counters, Millis, PerLanguage, RoomId};
use flate2::read::GzDecoder;
use futures::FutureExt;
use futures::future::{BoxFuture, Shared, WeakShared};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, DATE, HeaderMap};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use std::collections::{BTreeMap, HashMap};
use std::error::Error as StdError;
use std::io::{self, Read};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// What a query may contain unescaped. UserSig's own alphabet is part of it.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'*');

/// Retries of one call.
const MAX_RETRIES: u32 = 2;

/// The code of an app without a webhook token: an answer to `get_callback_token`.
const NO_WEBHOOK_TOKEN: i64 = 100_302;

/// Rooms on one page of the list: the most that Tencent gives.
const MAX_PAGE_ROOMS: u32 = 20;

/// On whose behalf a call is made. People go first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    Collector,
    User,
}

/// An answer, with the times between which it was true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiResponse<T> {
    /// When the attempt that succeeded was sent, after its wait for the budget.
    pub asked: Millis,
    /// When its answer was complete.
    pub answered: Millis,
    pub request_id: Option<String>,
    pub value: T,
    /// Attempts before it.
    pub retries: u32,
}

/// The webhook token as Tencent has it.
#[derive(Clone, Debug)]
pub struct CallbackToken {
    pub token: Option<SecretString>,
    pub enabled: bool,
}

/// Times that tests and the demonstration may shorten. Limits are not among them.
#[derive(Clone, Copy, Debug)]
pub struct Tuning {
    /// Time-out of one attempt; Tencent's own is 3 s.
    pub timeout: Duration,
    /// How long the first call waits, for the calls of the process before.
    pub startup_delay: Duration,
    /// How often a paused command is tried.
    pub probe_interval: Duration,
    /// The first wait after a failed transport, and the ceiling of the doubled ones.
    pub min_backoff: Duration,
    pub max_backoff: Duration,
}

impl Default for Tuning {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(5),
            startup_delay: Duration::from_secs(1),
            probe_interval: Duration::from_secs(10),
            min_backoff: Duration::from_millis(500),
            max_backoff: Duration::from_secs(5),
        }
    }
}

/// Why there is no client: the TLS library refused to start.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client cannot start: {0}")]
pub struct NewClientError(String);

/// The client of one app. Cheap to clone. Must be used inside a tokio runtime.
#[derive(Clone)]
pub struct Client(Arc<ClientInner>);

struct ClientInner {
    app: AppId,
    /// `https://HOST`, without a slash at its end.
    base: String,
    identifier: String,
    http: reqwest::Client,
    signer: Signer,
    clock: Clock,
    tuning: Tuning,
    commands: [CommandState; Command::ALL.len()],
    upstream: Mutex<UpstreamBreaker>,
    connection: Mutex<ConnectionHealth>,
    /// Lines about responses that are no answer.
    invalid_lines: Mutex<MinuteLog>,
    in_flight: Mutex<HashMap<RoomId, InFlightCall>>,
    next_call: AtomicU64,
}

/// One command: its budget, its pause, what happened to it.
struct CommandState {
    target: Arc<CallTarget>,
    limiter: CallLimiter,
    /// How long a call holds its slot besides the second after it, time-outs included: moving average, milliseconds.
    held_ms: Mutex<Option<f64>>,
    breaker: Mutex<CommandBreaker>,
    stats: Mutex<CommandStats>,
}

#[derive(Default)]
struct CommandStats {
    calls: u64,
    errors: BTreeMap<String, u64>,
    last_success: Option<LastSuccess>,
    last_failure: Option<LastFailure>,
}

/// What is known of the way to Tencent.
#[derive(Default)]
struct ConnectionHealth {
    latency_ms: Option<f64>,
    clock_offset_ms: Option<i64>,
}

type StatsCall = BoxFuture<'static, Result<ApiResponse<Option<Counters>>, CallError>>;

/// A call in flight that others may join. The map holds no call alive: when all who wait have left, it ends.
struct InFlightCall {
    number: u64,
    call: WeakShared<StatsCall>,
    urgent: Arc<AtomicBool>,
}

/// Takes a call out of the map when it is over or left.
struct InFlightGuard {
    client: Client,
    room: RoomId,
    number: u64,
}

impl Drop for InFlightGuard {
    fn drop(&mut self) {
        let mut joined = lock(&self.client.0.in_flight);
        if joined.get(&self.room).is_some_and(|call| call.number == self.number) {
            joined.remove(&self.room);
        }
    }
}

impl Client {
    /// A client for one app, with the machine's clock if none is given. Nothing is sent.
    pub fn new(app: &AppConfig, clock: Option<Clock>) -> Result<Self, NewClientError> {
        Self::with_tuning(app, clock, Tuning::default())
    }

    /// As [`Client::new`], with other times.
    pub fn with_tuning(app: &AppConfig, clock: Option<Clock>, tuning: Tuning) -> Result<Self, NewClientError> {
        // The first one counts; another part of the program may have been it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let roots = webpki_root_certs::TLS_SERVER_ROOT_CERTS
            .iter()
            .filter_map(|root| reqwest::Certificate::from_der(root).ok());
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("aftershow/", env!("CARGO_PKG_VERSION")))
            // Bundled: a bare machine has no certificates of its own.
            .tls_certs_only(roots)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            // Unpacked by `unzipped`.
            .no_gzip()
            .tcp_nodelay(true)
            .pool_idle_timeout(Duration::from_secs(50))
            .timeout(tuning.timeout);
        #[cfg(target_os = "linux")]
        {
            // A call that was given up is not to arrive long after: the kernel drops what was not acknowledged.
            builder = builder.tcp_user_timeout(tuning.timeout);
        }
        if app.endpoint.is_loopback() {
            builder = builder.no_proxy();
        }
        let http = builder.build().map_err(|error| NewClientError(error.without_url().to_string()))?;
        let host = app.endpoint.address();
        let lanes = Command::ALL.map(|command| CommandState {
            target: Arc::new(CallTarget {
                host: host.clone(),
                command,
                name: match command {
                    Command::RoomStats => app.stats_command.clone(),
                    other => other.name().to_owned(),
                },
            }),
            held_ms: Mutex::new(None),
            limiter: CallLimiter::new(command.limit(), app.budget_share, tuning.startup_delay, tuning.timeout),
            breaker: Mutex::new(CommandBreaker::new(tuning.probe_interval)),
            stats: Mutex::new(CommandStats::default()),
        });
        Ok(Self(Arc::new(ClientInner {
            app: app.id,
            base: app.endpoint.to_string(),
            identifier: utf8_percent_encode(&app.identifier, QUERY).to_string(),
            http,
            signer: Signer::new(app.id, app.secret_key.clone(), app.identifier.clone()),
            clock: clock.unwrap_or_default(),
            tuning,
            commands: lanes,
            upstream: Mutex::new(UpstreamBreaker::new(tuning.min_backoff, tuning.max_backoff)),
            connection: Mutex::new(ConnectionHealth::default()),
            invalid_lines: Mutex::new(MinuteLog::default()),
            in_flight: Mutex::new(HashMap::new()),
            next_call: AtomicU64::new(0),
        })))
    }

    /// The app whose rooms it asks for.
    pub fn app(&self) -> AppId {
        self.0.app
    }

    /// The failure of a call whose task ended without a result.
    pub fn task_failed(&self, command: Command) -> CallError {
        let now = self.0.clock.now();
        CallError {
            target: self.command_state(command).target.clone(),
            asked: now,
            failed: now,
            failure: Failure::NoResponse(NoResponse::Cut),
            request_id: None,
            retries: 0,
            room_fault: false,
            coalesced: false,
        }
    }

    /// The six counters of a room (page of the API: Get Room Statistics); `None` if there is no such room (100004).
    /// While a call for the room is on its way, others join it: its `asked` may lie before theirs.
    pub async fn room_stats(&self, room: &RoomId, caller: Caller) -> Result<ApiResponse<Option<Counters>>, CallError> {
        self.room_stats_within(room, caller, Duration::MAX).await
    }

    /// As [`Client::room_stats`]; a retry begins only within this time, so that it does not run into the next reading.
    pub async fn room_stats_within(
        &self,
        room: &RoomId,
        caller: Caller,
        within: Duration,
    ) -> Result<ApiResponse<Option<Counters>>, CallError> {
        let (call, joined) = self.coalesce(room, caller, within);
        call.await.map_err(|error| CallError { coalesced: joined, ..error })
    }

    /// The call for a room, and whether it was on its way already.
    fn coalesce(&self, room: &RoomId, caller: Caller, within: Duration) -> (Shared<StatsCall>, bool) {
        let person = caller == Caller::User;
        let mut joined = lock(&self.0.in_flight);
        if let Some(known) = joined.get(room)
            && let Some(call) = known.call.upgrade()
        {
            if person {
                known.urgent.store(true, Ordering::Relaxed);
            }
            return (call, true);
        }
        let urgent = Arc::new(AtomicBool::new(person));
        let number = self.0.next_call.fetch_add(1, Ordering::Relaxed);
        let leave = InFlightGuard { client: self.clone(), room: room.clone(), number };
        let call: StatsCall = {
            let urgent = Arc::clone(&urgent);
            async move {
                let body = json!({ "RoomId": leave.room.as_str() }).to_string();
                let read = |envelope: &Envelope| match envelope.code {
                    NO_SUCH_ROOM => Ok(None),
                    _ => envelope.counters().map(Some),
                };
                leave.client.call(Command::RoomStats, Some(&leave.room), body, urgent, within, read).await
            }
            .boxed()
        };
        let call = call.shared();
        if let Some(weak) = call.downgrade() {
            joined.insert(room.clone(), InFlightCall { number, call: weak, urgent });
        }
        (call, false)
    }

    /// What Tencent returns about a room (page of the API: Get Room Information); `None` if there is no such room (100004).
    pub async fn room_info(&self, room: &RoomId, caller: Caller) -> Result<ApiResponse<Option<RoomInfo>>, CallError> {
        let body = json!({ "RoomId": room.as_str() }).to_string();
        let read = |envelope: &Envelope| match envelope.code {
            NO_SUCH_ROOM => Ok(None),
            _ => envelope.room_info(room).map(|info| Some(self.without_secrets(info))),
        };
        self.call(Command::RoomInfo, Some(room), body, urgency(caller), Duration::MAX, read).await
    }

    /// One page of the public rooms (page of the API: Get Room List). The cursor is `""` at first, then `next` of the
    /// page before; a page that points to itself ends the list.
    pub async fn room_list(&self, cursor: &str, caller: Caller) -> Result<ApiResponse<RoomPage>, CallError> {
        self.room_list_of(cursor, MAX_PAGE_ROOMS, caller).await
    }

    /// As [`Client::room_list`] with 1 to 20 rooms on the page.
    pub async fn room_list_of(
        &self,
        cursor: &str,
        count: u32,
        caller: Caller,
    ) -> Result<ApiResponse<RoomPage>, CallError> {
        let body = json!({ "Next": cursor, "Count": count.clamp(1, MAX_PAGE_ROOMS) }).to_string();
        let read = |envelope: &Envelope| {
            let mut page = envelope.room_page()?;
            page.next = page.next.filter(|next| next != cursor);
            page.rooms = page.rooms.into_iter().map(|info| self.without_secrets(info)).collect();
            Ok(page)
        };
        self.call(Command::RoomList, None, body, urgency(caller), Duration::MAX, read).await
    }

    /// The webhook token that Tencent signs with (page of the API: webhook configuration, get_callback_token). No token
    /// (100302) is an answer.
    pub async fn callback_token(&self, caller: Caller) -> Result<ApiResponse<CallbackToken>, CallError> {
        let read = |envelope: &Envelope| {
            let (token, enabled) = envelope.callback_token()?;
            Ok(CallbackToken { token: token.map(SecretString::from), enabled })
        };
        let answer =
            self.call(Command::CallbackToken, None, "{}".to_owned(), urgency(caller), Duration::MAX, read).await;
        match answer {
            Err(CallError {
                asked,
                failed,
                failure: Failure::Code { code: NO_WEBHOOK_TOKEN, .. },
                request_id,
                retries,
                ..
            }) => {
                let value = CallbackToken { token: None, enabled: false };
                Ok(ApiResponse { asked, answered: failed, request_id, value, retries })
            }
            other => other,
        }
    }

    fn command_state(&self, command: Command) -> &CommandState {
        &self.0.commands[command as usize]
    }

    /// One call with all its attempts; `room` is the one it is about.
    async fn call<T>(
        &self,
        command: Command,
        room: Option<&RoomId>,
        body: String,
        urgent: Arc<AtomicBool>,
        within: Duration,
        read: impl Fn(&Envelope) -> Result<T, String>,
    ) -> Result<ApiResponse<T>, CallError> {
        let state = self.command_state(command);
        let started = Instant::now();
        let mut attempts = 0;
        let mut retries = 0;
        let mut signed_again = false;
        let mut before: Option<CallError> = None;
        loop {
            // A retry outlives a short outage; a call that was not sent at all is refused at once.
            let max_wait = before.as_ref().map(|_| within.min(self.0.tuning.max_backoff * 2));
            let permit = match self.admit(state, &urgent, max_wait.and_then(|wait| started.checked_add(wait))).await {
                Ok(permit) => permit,
                Err(refusal) => return Err(self.record_refusal(state, before, refusal)),
            };
            let signature = self.0.signer.signature(self.0.clock.now().seconds());
            let attempt = self.attempt(command, &body, permit, &signature).await;
            let Attempt { asked, answered, request_id, outcome } = attempt;
            let failure = match outcome.and_then(|(envelope, bytes)| self.outcome(&envelope, &bytes, &read)) {
                Ok(value) => {
                    self.record_success(command, answered, request_id.clone());
                    return Ok(ApiResponse { asked, answered, request_id, value, retries: attempts });
                }
                Err(failure) => failure,
            };
            let mut error = CallError {
                target: Arc::clone(&state.target),
                asked,
                failed: answered,
                failure,
                request_id,
                retries: attempts,
                room_fault: false,
                coalesced: false,
            };
            let action = self.record_failure(command, room, &mut error, signed_again, &signature);
            match action {
                ErrorAction::SignAgain => signed_again = true,
                ErrorAction::Retry if retries < MAX_RETRIES => {
                    let wait = jitter(self.0.tuning.min_backoff, self.0.tuning.max_backoff, retries);
                    if started.elapsed().saturating_add(wait) > within {
                        return Err(error);
                    }
                    retries += 1;
                    tokio::time::sleep(wait).await;
                }
                ErrorAction::Retry | ErrorAction::SlowDown | ErrorAction::GiveUp(_) => return Err(error),
            }
            attempts += 1;
            before = Some(error);
        }
    }

    /// Waits for leave to send: pause, circuit, budget. With `until`, also for the next trial of an open circuit where
    /// that is due before.
    async fn admit(
        &self,
        state: &CommandState,
        urgent: &Arc<AtomicBool>,
        until: Option<Instant>,
    ) -> Result<Permit, PausedCall> {
        loop {
            let refusal = match self.refusal(state) {
                Some(refusal) => refusal,
                None => {
                    let permit = state.limiter.acquire(Arc::clone(urgent)).await;
                    // What was true before the wait in line need not be true after it.
                    match self.enter(state) {
                        Ok(()) => return Ok(permit),
                        Err(refusal) => refusal,
                    }
                }
            };
            let passes = !matches!(refusal.cause, Cause::Code { .. });
            if !passes || until.is_none_or(|until| Instant::now() + refusal.wait > until) {
                return Err(refusal);
            }
            tokio::time::sleep(refusal.wait).await;
        }
    }

    /// Code and value of an answer, as [`Failure`] where they are none.
    fn outcome<T>(
        &self,
        envelope: &Envelope,
        bytes: &[u8],
        read: impl Fn(&Envelope) -> Result<T, String>,
    ) -> Result<T, Failure> {
        let gone = envelope.code == NO_SUCH_ROOM;
        let refused = || Failure::Code { code: envelope.code, info: self.redacted(&envelope.info, 500) };
        if envelope.code != 0 && !gone {
            return Err(refused());
        }
        read(envelope).map_err(|why| match gone {
            // A command for which 100004 is no answer.
            true => refused(),
            false => Failure::Unreadable { why, first_bytes: self.first_bytes(bytes) },
        })
    }

    /// Sends one request and reads its answer.
    async fn attempt(&self, command: Command, body: &str, mut permit: Permit, signature: &Signature) -> Attempt {
        let inner = &*self.0;
        let state = self.command_state(command);
        let url = format!(
            "{}/v4/{}/{}?sdkappid={}&identifier={}&usersig={}&random={}&contenttype=json",
            inner.base,
            command.service(),
            state.target.name,
            inner.app,
            inner.identifier,
            signature.text.expose_secret(),
            rand::random::<u32>(),
        );
        let request = inner
            .http
            .post(url)
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT_ENCODING, "gzip")
            .body(body.to_owned());
        permit.send();
        let started = Instant::now();
        let asked = inner.clock.now();
        let outcome = exchange(request).await;
        permit.complete();
        // A clock set back in between does not turn the order round.
        let answered = inner.clock.now().max(asked);
        self.measure(state, asked, answered, started.elapsed(), &outcome);
        let unreadable =
            |why: String, bytes: &[u8]| Err(Failure::Unreadable { why, first_bytes: self.first_bytes(bytes) });
        let (request_id, outcome) = match outcome {
            HttpOutcome::Body { bytes, .. } => match Envelope::parse(&bytes, command.invalid_text()) {
                Ok(envelope) => (envelope.request_id.as_ref().map(|id| self.redacted(id, 200)), Ok((envelope, bytes))),
                Err(why) => (None, unreadable(why, &bytes)),
            },
            HttpOutcome::Invalid { why, bytes } => (None, unreadable(why, &bytes)),
            HttpOutcome::None(kind) => (None, Err(Failure::NoResponse(kind))),
        };
        Attempt { asked, answered, request_id, outcome }
    }

    /// How long the slot is held, latency, and the clock against Tencent's.
    fn measure(&self, state: &CommandState, asked: Millis, answered: Millis, took: Duration, outcome: &HttpOutcome) {
        let took = took.as_secs_f64() * 1000.0;
        let average = |known: Option<f64>, weight: f64| known.map_or(took, |known| known + (took - known) / weight);
        {
            let mut held_ms = lock(&state.held_ms);
            *held_ms = Some(average(*held_ms, 32.0));
        }
        let HttpOutcome::Body { date, .. } = outcome else { return };
        let mut health = lock(&self.0.connection);
        health.latency_ms = Some(average(health.latency_ms, 8.0));
        if let Some(date) = date {
            health.clock_offset_ms = Some(clock_offset(*date, asked, answered));
        }
    }

    /// Whether a pause or an outage prevents the call.
    fn refusal(&self, state: &CommandState) -> Option<PausedCall> {
        let now = Instant::now();
        lock(&self.0.upstream).refusal(now).or_else(|| lock(&state.breaker).refusal(now))
    }

    /// Goes past pause and outage, as the probe if there is one.
    fn enter(&self, state: &CommandState) -> Result<(), PausedCall> {
        let now = Instant::now();
        let mut outage = lock(&self.0.upstream);
        if let Some(refusal) = outage.refusal(now) {
            return Err(refusal);
        }
        lock(&state.breaker).enter(now)?;
        outage.enter(now)
    }

    /// A call that may not be sent: the failure before it, if it was a retry.
    fn record_refusal(&self, state: &CommandState, before: Option<CallError>, refusal: PausedCall) -> CallError {
        before.unwrap_or_else(|| {
            let now = self.0.clock.now();
            let wait = i64::try_from(refusal.wait.as_millis()).unwrap_or(i64::MAX);
            CallError {
                target: Arc::clone(&state.target),
                asked: now,
                failed: now,
                failure: Failure::Paused { cause: refusal.cause, since: refusal.since, next_probe: now + wait },
                request_id: refusal.request_id,
                retries: 0,
                room_fault: false,
                coalesced: false,
            }
        })
    }

    fn record_success(&self, command: Command, at: Millis, request_id: Option<String>) {
        let state = self.command_state(command);
        self.record_response();
        self.resume(command);
        let mut stats = lock(&state.stats);
        stats.calls += 1;
        stats.last_success = Some(LastSuccess { at, request_id });
    }

    /// A valid response: there is no outage.
    fn record_response(&self) {
        if lock(&self.0.upstream).answered() {
            self.outage_ended();
        }
    }

    fn outage_ended(&self) {
        for state in &self.0.commands {
            state.limiter.outage_ended();
        }
        tracing::info!(app = %self.0.app, "Tencent answers again");
    }

    /// Tencent serves this app: there is no pause.
    fn resume(&self, command: Command) {
        if lock(&self.command_state(command).breaker).end() {
            tracing::info!(app = %self.0.app, command = command.name(), "calls go on");
        }
    }

    /// Records a failed attempt and returns what to do with the call: a second refused signature is a fault of the app.
    fn record_failure(
        &self,
        command: Command,
        room: Option<&RoomId>,
        error: &mut CallError,
        signed_again: bool,
        signature: &Signature,
    ) -> ErrorAction {
        let state = self.command_state(command);
        let now = Instant::now();
        {
            let mut stats = lock(&state.stats);
            stats.calls += 1;
            *stats.errors.entry(error.failure.name()).or_default() += 1;
            stats.last_failure = Some(LastFailure {
                at: error.failed,
                request_id: error.request_id.clone(),
                code: error.code(),
                explanation: error.failure.explanation(&state.target),
            });
        }
        match &error.failure {
            Failure::NoResponse(kind) if error.failure.action() == ErrorAction::Retry => {
                if lock(&self.0.upstream).failed(now, error.failed, *kind) {
                    tracing::warn!(app = %self.0.app, "calls stop: {error}");
                }
            }
            // Tencent's service sends no such status: a proxy answered, for example.
            Failure::NoResponse(NoResponse::Http(status)) if error.failure.action() != ErrorAction::SlowDown => {
                self.invalid(now, room, error, &format!("HTTP status {status}"), "");
            }
            Failure::Unreadable { why, first_bytes } => {
                let invalid = self.invalid(now, room, error, why, first_bytes);
                error.room_fault = room.is_some() && invalid == Invalid::OfRoom;
            }
            _ => self.record_response(),
        }
        let action = match error.failure.action() {
            ErrorAction::SignAgain if signed_again => ErrorAction::GiveUp(Scope::App),
            // The room list has no room that could be at fault.
            ErrorAction::GiveUp(Scope::Room) if room.is_none() => ErrorAction::GiveUp(Scope::Call),
            action => action,
        };
        match (action, &error.failure) {
            (ErrorAction::SignAgain, _) => self.0.signer.renew(signature),
            (ErrorAction::SlowDown, _) => state.limiter.too_many(),
            (ErrorAction::GiveUp(Scope::App), Failure::Code { code, info }) => {
                let cause = Cause::Code { code: *code, info: info.clone() };
                if lock(&state.breaker).begin(now, error.failed, cause, error.request_id.clone()) {
                    tracing::warn!(app = %self.0.app, command = state.target.name, "calls pause: {error}");
                }
            }
            (ErrorAction::GiveUp(scope), Failure::Code { code, .. }) => {
                error.room_fault = scope == Scope::Room;
                if *code >= 100_000 {
                    // The gateway let it through and the live service answered.
                    self.resume(command);
                }
                if room.is_none() && *code != NO_WEBHOOK_TOKEN {
                    self.log_invalid(now, error, "");
                }
            }
            _ => {}
        }
        action
    }

    /// A response that is no answer: logged, and counted by the circuit.
    fn invalid(&self, now: Instant, room: Option<&RoomId>, error: &CallError, why: &str, first_bytes: &str) -> Invalid {
        let (invalid, ended) = {
            let mut outage = lock(&self.0.upstream);
            let was_open = outage.is_open();
            let invalid = outage.invalid(now, error.failed, room, why);
            (invalid, was_open && !outage.is_open())
        };
        if ended {
            self.outage_ended();
        }
        self.log_invalid(now, error, first_bytes);
        if invalid == Invalid::Opens {
            tracing::warn!(app = %self.0.app, "calls stop, no response of three rooms in a row is valid: {error}");
        }
        invalid
    }

    /// One line a minute about responses that are no answers: a proxy's page is sent for every call.
    fn log_invalid(&self, now: Instant, error: &CallError, first_bytes: &str) {
        if let Some(left_out) = lock(&self.0.invalid_lines).due(now) {
            let command = &error.target.name;
            tracing::warn!(app = %self.0.app, command, first_bytes, left_out, "{error}");
        }
    }

    /// The start of a body for the log: escaped, without signature and key even if it repeats our request.
    fn first_bytes(&self, bytes: &[u8]) -> String {
        /// Bytes of a body that the log shows.
        const MAX_LOGGED_BYTES: usize = 4096;
        let start = String::from_utf8_lossy(&bytes[..bytes.len().min(MAX_LOGGED_BYTES)]);
        // Where it is cut, the last word may be half a secret.
        let start = if bytes.len() > MAX_LOGGED_BYTES { start.trim_end_matches(may_be_secret) } else { &start };
        self.redacted(start, 200).chars().flat_map(char::escape_debug).collect()
    }

    /// Foreign text without our secrets.
    fn redact(&self, text: &str) -> String {
        redact(text, self.0.signer.key().expose_secret())
    }

    /// Foreign text without our secrets, cut to `max` characters. Redacted before it is cut, so that no half of a
    /// secret stays.
    fn redacted(&self, text: &str, most: usize) -> String {
        self.redact(text).chars().take(most).collect()
    }

    /// A room whose names repeat none of our secrets.
    fn without_secrets(&self, info: RoomInfo) -> RoomInfo {
        let clean = |text: Option<String>| text.map(|text| self.redact(&text));
        RoomInfo { title: clean(info.title), host: clean(info.host), host_name: clean(info.host_name), ..info }
    }

    /// Stats calls a second that can be had now: the budget, slowed down where Tencent asked for it, less what a slot is
    /// held longer than its second (limit ÷ (1 s + time held), time-outs included).
    pub fn stats_allowed(&self) -> f64 {
        let state = self.command_state(Command::RoomStats);
        let held = lock(&state.held_ms).unwrap_or(0.0) / 1000.0;
        state.limiter.slots() as f64 / (1.0 + held) * f64::from(state.limiter.usage().sixteenths) / 16.0
    }

    /// Tencent's clock less the local one in milliseconds: [`ClientHealth::clock_offset_ms`].
    pub fn clock_offset_ms(&self) -> Option<i64> {
        lock(&self.0.connection).clock_offset_ms
    }

    /// How it goes, for the status page.
    pub fn health(&self) -> ClientHealth {
        let now = Instant::now();
        let at = self.0.clock.now();
        let commands = Command::ALL.map(|command| {
            let state = self.command_state(command);
            let usage = state.limiter.usage();
            let paused = lock(&state.breaker).state(now);
            let paused = paused.or_else(|| lock(&self.0.upstream).refusal(now)).map(|refusal| PauseHealth {
                since: refusal.since,
                next_probe: at + i64::try_from(refusal.wait.as_millis()).unwrap_or(i64::MAX),
                code: refusal.cause.failure().code(),
                explanation: refusal.cause.failure().explanation(&state.target),
                request_id: refusal.request_id,
            });
            let stats = lock(&state.stats);
            CommandHealth {
                command,
                limit: command.limit(),
                allowed: state.limiter.slots(),
                sixteenths: usage.sixteenths,
                used_last_second: usage.last_second,
                waiting: usage.waiting,
                paused,
                calls: stats.calls,
                errors: stats.errors.clone(),
                last_success: stats.last_success.clone(),
                last_failure: stats.last_failure.clone(),
            }
        });
        let health = lock(&self.0.connection);
        ClientHealth {
            app: self.0.app,
            endpoint: self.0.base.clone(),
            identifier: self.0.signer.identifier().to_owned(),
            latency_ms: health.latency_ms.map(|latency| latency.round() as i64),
            clock_offset_ms: health.clock_offset_ms,
            commands: commands.to_vec(),
        }
    }
}

/// Not derived: nothing of the inside is to be printed.
impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Client(app {})", self.0.app)
    }
}

/// How an app's calls go.
#[derive(Clone, Debug)]
pub struct ClientHealth {
    pub app: AppId,
    /// Scheme and host.
    pub endpoint: String,
    pub identifier: String,
    /// Moving average of the answers' times.
    pub latency_ms: Option<i64>,
    /// Tencent's clock minus the local one, by the last answer's `Date`; 0 where whole seconds cannot show a difference.
    pub clock_offset_ms: Option<i64>,
    /// One per [`Command::ALL`], in its order.
    pub commands: Vec<CommandHealth>,
}

impl ClientHealth {
    /// Whether Tencent asked us to read less often.
    pub fn reads_slower(&self) -> bool {
        self.commands
            .iter()
            .any(|command| command.command == Command::RoomStats && command.sixteenths < 16 && command.paused.is_none())
    }

    /// Whether no room's totals are read, until Tencent answers again.
    pub fn reads_nothing(&self) -> bool {
        self.commands.iter().any(|command| command.command == Command::RoomStats && command.paused.is_some())
    }

    /// What keeps the app from being read as it should: Tencent's code if it was one, words in each language, RequestId.
    pub fn alert(&self) -> Option<(Option<i64>, PerLanguage, Option<String>)> {
        let paused = self.commands.iter().find_map(|command| command.paused.as_ref());
        if let Some(paused) = paused {
            return Some((paused.code, paused.explanation.clone(), paused.request_id.clone()));
        }
        let slowed = self.commands.iter().find(|command| command.sixteenths < 16)?;
        let failure = slowed.last_failure.as_ref();
        let percent = slowed.sixteenths * 100 / 16;
        let what = slowed.command.name();
        let explanation = PerLanguage::new(|lang| lang.tencent_slowed_command(what, &lang.percent(percent.into())));
        Some((
            failure.and_then(|failure| failure.code),
            explanation,
            failure.and_then(|failure| failure.request_id.clone()),
        ))
    }
}

/// How one command goes.
#[derive(Clone, Debug)]
pub struct CommandHealth {
    pub command: Command,
    /// Calls a second that Tencent allows.
    pub limit: u32,
    /// Of those, what we use at most.
    pub allowed: usize,
    /// The pace in force: 16 is full, less after Tencent said "too many".
    pub sixteenths: u32,
    pub used_last_second: usize,
    /// Calls that wait for the budget.
    pub waiting: usize,
    pub paused: Option<PauseHealth>,
    /// Attempts since the start.
    pub calls: u64,
    /// Failed attempts since the start, by code; `no_answer` and `unreadable` under their names.
    pub errors: BTreeMap<String, u64>,
    pub last_success: Option<LastSuccess>,
    pub last_failure: Option<LastFailure>,
}

/// Why and since when a command is not called.
#[derive(Clone, Debug)]
pub struct PauseHealth {
    pub since: Millis,
    pub next_probe: Millis,
    /// Tencent's code; `None` when nothing answers.
    pub code: Option<i64>,
    /// What happened and what to do.
    pub explanation: PerLanguage,
    pub request_id: Option<String>,
}

/// The last good answer: what Tencent's support asks for.
#[derive(Clone, Debug)]
pub struct LastSuccess {
    pub at: Millis,
    pub request_id: Option<String>,
}

/// The last failed attempt.
#[derive(Clone, Debug)]
pub struct LastFailure {
    pub at: Millis,
    pub request_id: Option<String>,
    pub code: Option<i64>,
    /// What happened and what to do.
    pub explanation: PerLanguage,
}

struct Attempt {
    asked: Millis,
    answered: Millis,
    request_id: Option<String>,
    outcome: Result<(Envelope, Vec<u8>), Failure>,
}

/// What came of one request.
enum HttpOutcome {
    Body {
        bytes: Vec<u8>,
        date: Option<Millis>,
    },
    /// Something came back that cannot be an answer; `bytes` is its start, as far as it is known.
    Invalid {
        why: String,
        bytes: Vec<u8>,
    },
    None(NoResponse),
}

async fn exchange(request: reqwest::RequestBuilder) -> HttpOutcome {
    let mut response = match request.send().await {
        Ok(response) => response,
        Err(error) => return transport_failure(error, Vec::new()),
    };
    let status = response.status().as_u16();
    if status != 200 {
        return HttpOutcome::None(NoResponse::Http(status));
    }
    let date = date_of(response.headers());
    let is_gzip = is_gzip(response.headers());
    let mut bytes = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if bytes.len() + chunk.len() > MAX_BODY_BYTES => return too_large(bytes),
            Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
            Ok(None) if is_gzip => return unzipped(bytes, date),
            Ok(None) => return HttpOutcome::Body { bytes, date },
            Err(error) => return transport_failure(error, bytes),
        }
    }
}

fn too_large(bytes: Vec<u8>) -> HttpOutcome {
    HttpOutcome::Invalid { why: "it is larger than 1 MiB".to_owned(), bytes }
}

fn is_gzip(headers: &HeaderMap) -> bool {
    let named = headers.get(CONTENT_ENCODING).and_then(|value| value.to_str().ok()).map(str::trim);
    named.is_some_and(|name| name.eq_ignore_ascii_case("gzip") || name.eq_ignore_ascii_case("x-gzip"))
}

/// Unpacked here and not by the HTTP client, so that the bytes that came are known where they are not what was said.
fn unzipped(packed: Vec<u8>, date: Option<Millis>) -> HttpOutcome {
    let mut bytes = Vec::new();
    match GzDecoder::new(packed.as_slice()).take(MAX_BODY_BYTES as u64 + 1).read_to_end(&mut bytes) {
        Ok(_) if bytes.len() > MAX_BODY_BYTES => too_large(bytes),
        Ok(_) => HttpOutcome::Body { bytes, date },
        Err(_) => HttpOutcome::Invalid { why: "its gzip is damaged".to_owned(), bytes: packed },
    }
}

/// What a failed request was: no answer, or one that is not HTTP. The error itself is dropped: it would reveal the address.
fn transport_failure(error: reqwest::Error, bytes: Vec<u8>) -> HttpOutcome {
    if error.is_timeout() {
        return HttpOutcome::None(NoResponse::Timeout);
    }
    if let Some(error) = error_chain(&error).find_map(|cause| cause.downcast_ref::<rustls::Error>()) {
        return HttpOutcome::None(NoResponse::Tls(TlsFault::of(error)));
    }
    if error.is_dns() {
        return HttpOutcome::None(NoResponse::Name);
    }
    let not_http = |why: &str| HttpOutcome::Invalid { why: format!("it is not valid HTTP{why}"), bytes: bytes.clone() };
    if let Some(error) = error_chain(&error).find_map(|cause| cause.downcast_ref::<hyper::Error>())
        && error.is_parse()
    {
        return not_http(&format!(": {error}"));
    }
    let is_io = |kinds: [io::ErrorKind; 2]| {
        error_chain(&error)
            .filter_map(|cause| cause.downcast_ref::<io::Error>())
            .any(|error| kinds.contains(&error.kind()))
    };
    let is_connect = error.is_connect();
    // Chunks without a length, and the like.
    if !is_connect && is_io([io::ErrorKind::InvalidData, io::ErrorKind::InvalidInput]) {
        return not_http("");
    }
    // While a TLS connection was being made, it may be cut too.
    let is_cut = !is_connect || is_io([io::ErrorKind::UnexpectedEof, io::ErrorKind::ConnectionReset]);
    HttpOutcome::None(if is_cut { NoResponse::Cut } else { NoResponse::Connect })
}

/// An error and its causes. `source` of an I/O error skips the error that it wraps, so that one is asked for here.
fn error_chain<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error| {
        let error: &'a (dyn StdError + 'static) = *error;
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner as &(dyn StdError + 'static)),
            None => error.source(),
        }
    })
}

fn date_of(headers: &HeaderMap) -> Option<Millis> {
    let text = headers.get(DATE)?.to_str().ok()?;
    let date = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
    Some(Millis(date.as_millisecond()))
}

/// Tencent's clock minus the local one. `Date` has whole seconds and may be a second old when it is sent: what that explains is 0.
fn clock_offset(date: Millis, asked: Millis, answered: Millis) -> i64 {
    let (least, most) = (date - answered, date - asked + 2000);
    if least > 0 { least } else { most.min(0) }
}

/// Foreign text without the key, and without anything that could be a signature however it was escaped: those have more
/// than 100 characters, and nothing else that is worth reading has 60 without a break.
fn redact(text: &str, key: &str) -> String {
    /// Characters without a break from which a piece of text is removed.
    const MIN_SECRET_LEN: usize = 60;
    // Not the few letters of a key made up for a test.
    let text = if key.len() >= 8 { text.replace(key, "[redacted]") } else { text.to_owned() };
    let mut safe = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let run = rest.find(|c| !may_be_secret(c)).unwrap_or(rest.len());
        safe.push_str(if run >= MIN_SECRET_LEN { "[redacted]" } else { &rest[..run] });
        let next = rest[run..].find(may_be_secret).map_or(rest.len(), |breaks| run + breaks);
        safe.push_str(&rest[run..next]);
        rest = &rest[next..];
    }
    safe
}

/// A character of a key or of a signature, however it was escaped.
fn may_be_secret(c: char) -> bool {
    c.is_ascii_alphanumeric() || "*-_%+/=".contains(c)
}

fn urgency(caller: Caller) -> Arc<AtomicBool> {
    Arc::new(AtomicBool::new(caller == Caller::User))
}

/// A panic elsewhere does not make these tallies wrong.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_clock_is_off_only_where_whole_seconds_prove_it() {
        let offset = |date, asked, answered| clock_offset(Millis(date), Millis(asked), Millis(answered));
        assert_eq!(offset(10_000, 10_400, 10_450), 0);
        assert_eq!(offset(10_000, 11_900, 11_950), 0);
        assert_eq!(offset(10_000, 15_000, 15_100), -3000);
        assert_eq!(offset(70_000, 10_000, 10_050), 59_950);
    }

    #[test]
    fn http_dates_are_read() {
        let mut headers = HeaderMap::new();
        assert_eq!(date_of(&headers), None);
        headers.insert(DATE, "Sun, 06 Nov 1994 08:49:37 GMT".parse().unwrap());
        assert_eq!(date_of(&headers), Some(Millis(784_111_777_000)));
        headers.insert(DATE, "yesterday".parse().unwrap());
        assert_eq!(date_of(&headers), None);
    }

    #[test]
    fn foreign_text_is_shown_without_secrets() {
        let sig = "eJyrVgrxCdYrSy1SslJQMtIzUNJRAItkpqTmlWSmZUIkElNyM-Myi0uKEkvyi2BKilOyEwsKMlOACgxNDKAA*_";
        for escaped in [sig.to_owned(), sig.replace('*', "%2A"), sig.replace(['*', '-', '_'], "%2a")] {
            let redacted = redact(&format!("鹿 usersig: {escaped}, key hush-hush; admin needed"), "hush-hush");
            assert_eq!(redacted, "鹿 usersig: [redacted], key [redacted]; admin needed");
        }
        assert_eq!(redact("usersig=", "k"), "usersig=");
    }

    #[test]
    fn commands_are_the_lanes_they_index() {
        for (index, command) in Command::ALL.into_iter().enumerate() {
            assert_eq!(index, command as usize);
        }
    }
}
