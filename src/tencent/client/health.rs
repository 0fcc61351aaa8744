//! How the calls of an app go: for the status page, the metrics and the board's alerts.
//!
//! Must not: change anything.

use super::{Client, lock};
use crate::domain::{AppId, Millis, PerLanguage};
use crate::tencent::command::Command;
use std::collections::BTreeMap;
use std::time::Instant;

impl Client {
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
