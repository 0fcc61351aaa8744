//! The calls themselves: one [`Client`] per app.
//!
//! | file | what it is for |
//! |---|---|
//! | `coalescing` | one call for all that ask for the same room |
//! | `transport` | one HTTP exchange |
//! | `outcomes` | what an attempt means for the next: counts, pauses, outages, the log |
//! | `redaction` | foreign text without secrets |
//! | `health` | how the calls go |
//!
//! Must not: know of streams. Every call goes through pause, outage, rate limiter and signature, in that order, and ends in
//! an [`ApiResponse`] or in a [`CallError`] that says in words what happened. Actions of errors (see [`super::error`]) are
//! carried out here.

mod coalescing;
mod health;
mod outcomes;
mod redaction;
mod transport;

pub use health::{ClientHealth, CommandHealth, LastFailure, LastSuccess, PauseHealth};

use coalescing::InFlightCall;
use transport::{HttpOutcome, exchange};

use super::call_deadline::CallDeadline;
use super::circuit_breaker::{CommandBreaker, MinuteLog, PausedCall, UpstreamBreaker, jitter};
use super::command::Command;
use super::error::{CallError, CallTarget, Cause, ErrorAction, Failure, NO_SUCH_ROOM, NoResponse};
use super::rate_limiter::{CallLimiter, Permit};
use super::usersig::{Signature, Signer};
use super::wire::{Envelope, RoomInfo, RoomPage};
use crate::clock::Clock;
use crate::config::AppConfig;
use crate::domain::{AppId, Millis, RoomId};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::header::{ACCEPT_ENCODING, CONTENT_TYPE};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, AtomicU64};
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
    /// Where another server may take the app over.
    deadline: Option<CallDeadline>,
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

impl Client {
    /// A client for one app, with the machine's clock if none is given. Nothing is sent.
    pub fn new(app: &AppConfig, clock: Option<Clock>) -> Result<Self, NewClientError> {
        Self::with_tuning(app, clock, Tuning::default())
    }

    /// As [`Client::new`], with other times.
    pub fn with_tuning(app: &AppConfig, clock: Option<Clock>, tuning: Tuning) -> Result<Self, NewClientError> {
        Self::within(app, clock, tuning, None)
    }

    /// As [`Client::with_tuning`], sending nothing after the deadline: calls wait until it is moved.
    pub fn within(
        app: &AppConfig,
        clock: Option<Clock>,
        tuning: Tuning,
        deadline: Option<CallDeadline>,
    ) -> Result<Self, NewClientError> {
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
        let commands = Command::ALL.map(|command| CommandState {
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
            deadline,
            commands,
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

    /// Calls that are on their way, for the collector and for users.
    pub fn calls_in_flight(&self) -> usize {
        self.0.commands.iter().map(|state| state.limiter.in_flight()).sum()
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
            if let Some(deadline) = &self.0.deadline {
                deadline.wait().await;
            }
            let refusal = match self.refusal(state) {
                Some(refusal) => refusal,
                None => {
                    let permit = state.limiter.acquire(Arc::clone(urgent)).await;
                    // What was true before the wait in line need not be true after it.
                    if self.0.deadline.as_ref().is_some_and(CallDeadline::has_passed) {
                        continue;
                    }
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
        let request =
            inner.http.post(url).header(CONTENT_TYPE, "application/json").header(ACCEPT_ENCODING, "gzip").body(
                match &inner.deadline {
                    Some(deadline) => deadline.body(body),
                    None => body.to_owned().into(),
                },
            );
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
}

/// Not derived: nothing of the inside is to be printed.
impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Client(app {})", self.0.app)
    }
}

struct Attempt {
    asked: Millis,
    answered: Millis,
    request_id: Option<String>,
    outcome: Result<(Envelope, Vec<u8>), Failure>,
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
    fn commands_are_the_states_they_index() {
        for (index, command) in Command::ALL.into_iter().enumerate() {
            assert_eq!(index, command as usize);
        }
    }
}
