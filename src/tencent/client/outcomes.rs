//! What each attempt means for the ones that follow: counts, latency and clock, pauses, outages and the log.
//!
//! Must not: send anything.

use super::transport::HttpOutcome;
use super::{Client, CommandState, LastFailure, LastSuccess, NO_WEBHOOK_TOKEN, lock};
use crate::domain::{Millis, RoomId};
use crate::tencent::circuit_breaker::{Invalid, PausedCall};
use crate::tencent::command::Command;
use crate::tencent::error::{CallError, Cause, ErrorAction, Failure, NoResponse, Scope};
use crate::tencent::usersig::Signature;
use std::sync::Arc;
use std::time::{Duration, Instant};

impl Client {
    /// How long the slot is held, latency, and the clock against Tencent's.
    pub(super) fn measure(
        &self,
        state: &CommandState,
        asked: Millis,
        answered: Millis,
        took: Duration,
        outcome: &HttpOutcome,
    ) {
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

    /// A call that may not be sent: the failure before it, if it was a retry.
    pub(super) fn record_refusal(
        &self,
        state: &CommandState,
        before: Option<CallError>,
        refusal: PausedCall,
    ) -> CallError {
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

    pub(super) fn record_success(&self, command: Command, at: Millis, request_id: Option<String>) {
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
    pub(super) fn record_failure(
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
}

/// Tencent's clock minus the local one. `Date` has whole seconds and may be a second old when it is sent: what that explains is 0.
fn clock_offset(date: Millis, asked: Millis, answered: Millis) -> i64 {
    let (least, most) = (date - answered, date - asked + 2000);
    if least > 0 { least } else { most.min(0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_is_off_only_where_whole_seconds_prove_it() {
        let offset = |date, asked, answered| clock_offset(Millis(date), Millis(asked), Millis(answered));
        assert_eq!(offset(10_000, 10_400, 10_450), 0);
        assert_eq!(offset(10_000, 11_900, 11_950), 0);
        assert_eq!(offset(10_000, 15_000, 15_100), -3000);
        assert_eq!(offset(70_000, 10_000, 10_050), 59_950);
    }
}
