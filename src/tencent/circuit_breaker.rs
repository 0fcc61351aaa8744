//! Whether a call may be tried at all: pauses for faults that only a person can fix, outages of the connection to Tencent.
//!
//! Must not: wait or read a clock; `now` is given.

use super::error::{Cause, NoResponse};
use crate::domain::{Millis, RoomId};
use rand::RngExt;
use std::time::{Duration, Instant};

/// Tencent locks an account for a minute after many wrong signatures (70050); a probe every 10 s would prolong it.
const ACCOUNT_LOCKED: i64 = 70050;

/// A refusal: nothing is sent.
#[derive(Clone, Debug)]
pub struct PausedCall {
    pub cause: Cause,
    pub since: Millis,
    /// RequestId of the answer that caused it.
    pub request_id: Option<String>,
    /// How long until a call is let through as a probe.
    pub wait: Duration,
}

/// The pause of one command: one probe per 10 s, the first success resumes at once.
#[derive(Debug)]
pub struct CommandBreaker {
    probe_interval: Duration,
    open: Option<OpenBreaker>,
}

#[derive(Debug)]
struct OpenBreaker {
    cause: Cause,
    since: Millis,
    request_id: Option<String>,
    next_probe: Instant,
}

impl CommandBreaker {
    pub fn new(interval: Duration) -> Self {
        Self { probe_interval: interval, open: None }
    }

    /// Whether a call made now would be refused. Changes nothing.
    pub fn refusal(&self, now: Instant) -> Option<PausedCall> {
        let state = self.open.as_ref()?;
        (now < state.next_probe).then(|| state.refusal(now))
    }

    /// Lets a call through: all while there is no pause, one probe when it is due.
    pub fn enter(&mut self, now: Instant) -> Result<(), PausedCall> {
        let Some(state) = self.open.as_mut() else { return Ok(()) };
        if now < state.next_probe {
            return Err(state.refusal(now));
        }
        state.next_probe = now + state.probe_interval(self.probe_interval);
        Ok(())
    }

    /// A fault of the app. Answers whether the pause began with it.
    pub fn begin(&mut self, now: Instant, at: Millis, cause: Cause, request_id: Option<String>) -> bool {
        let (fresh, since) = match &self.open {
            Some(state) => (false, state.since),
            None => (true, at),
        };
        let mut state = OpenBreaker { cause, since, request_id, next_probe: now };
        state.next_probe = now + state.probe_interval(self.probe_interval);
        self.open = Some(state);
        fresh
    }

    /// An answer shows that the app works. Returns whether a pause ended with it.
    pub fn end(&mut self) -> bool {
        self.open.take().is_some()
    }

    /// The pause in force, for the status page.
    pub fn state(&self, now: Instant) -> Option<PausedCall> {
        self.open.as_ref().map(|state| state.refusal(now))
    }
}

impl OpenBreaker {
    fn probe_interval(&self, interval: Duration) -> Duration {
        match self.cause {
            Cause::Code { code: ACCOUNT_LOCKED, .. } => interval * 6,
            _ => interval,
        }
    }

    fn refusal(&self, now: Instant) -> PausedCall {
        PausedCall {
            cause: self.cause.clone(),
            since: self.since,
            request_id: self.request_id.clone(),
            wait: self.next_probe.saturating_duration_since(now),
        }
    }
}

/// The circuit of one app, opened by failed connections or by invalid responses: after a few in a row only one call at a
/// time is let through, after 0.5 s, 1 s, 2 s, 4 s and then every 5 s, so that an outage makes no storm and its end is
/// seen within 5 s.
#[derive(Debug)]
pub struct UpstreamBreaker {
    min_backoff: Duration,
    max_backoff: Duration,
    /// Failed connections since the last response.
    failures: u32,
    failing_since: Millis,
    /// Rooms with an invalid response since the last valid one, each once; `None` is a call without a room.
    invalid: Vec<Option<RoomId>>,
    invalid_since: Millis,
    level: u32,
    open: Option<OutageState>,
}

#[derive(Debug)]
struct OutageState {
    cause: Cause,
    since: Millis,
    next_try: Instant,
}

/// What an invalid response means for the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Invalid {
    /// Nothing yet: the room's own fault.
    OfRoom,
    /// The circuit opened with it.
    Opens,
    /// The circuit was open already.
    OfApp,
}

/// Number of failures in a row that open the circuit; fewer are ignored.
const FAILURES_TO_OPEN: u32 = 3;

impl UpstreamBreaker {
    pub fn new(first: Duration, most: Duration) -> Self {
        Self {
            min_backoff: first,
            max_backoff: most,
            failures: 0,
            failing_since: Millis(0),
            invalid: Vec::new(),
            invalid_since: Millis(0),
            level: 0,
            open: None,
        }
    }

    /// Whether calls are held back, or one is being tried.
    pub fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// The wait after `level` waits before: doubling, capped.
    fn wait(&self, level: u32) -> Duration {
        self.min_backoff.saturating_mul(1 << level.min(16)).min(self.max_backoff)
    }

    /// Whether a call made now would be refused. Changes nothing.
    pub fn refusal(&self, now: Instant) -> Option<PausedCall> {
        let open = self.open.as_ref().filter(|open| now < open.next_try)?;
        Some(PausedCall {
            cause: open.cause.clone(),
            since: open.since,
            request_id: None,
            wait: open.next_try.saturating_duration_since(now),
        })
    }

    /// Lets a call through; while the circuit is open one per wait.
    pub fn enter(&mut self, now: Instant) -> Result<(), PausedCall> {
        if let Some(refusal) = self.refusal(now) {
            return Err(refusal);
        }
        if self.open.is_some() {
            self.level += 1;
            self.postpone(now);
        }
        Ok(())
    }

    fn postpone(&mut self, now: Instant) {
        let next_try = now + self.wait(self.level);
        if let Some(open) = &mut self.open {
            open.next_try = next_try;
        }
    }

    /// A call got no response. Returns whether the circuit opened with it.
    pub fn failed(&mut self, now: Instant, at: Millis, kind: NoResponse) -> bool {
        if self.failures == 0 {
            self.failing_since = at;
        }
        self.failures = self.failures.saturating_add(1);
        let opens = self.open.is_none() && self.failures >= FAILURES_TO_OPEN;
        if opens {
            self.level = 0;
            self.open = Some(OutageState { cause: Cause::NoAnswer(kind), since: self.failing_since, next_try: now });
        } else if let Some(open) = &mut self.open {
            open.cause = Cause::NoAnswer(kind);
        }
        // Counted from the failure: a time-out ends seconds after its start.
        self.postpone(now);
        opens
    }

    /// A call about this room had an invalid response. The connection works, so that an outage of it is over.
    pub fn invalid(&mut self, now: Instant, at: Millis, room: Option<&RoomId>, why: &str) -> Invalid {
        self.failures = 0;
        if self.open.as_ref().is_some_and(|open| matches!(open.cause, Cause::NoAnswer(_))) {
            self.open = None;
            self.level = 0;
        }
        if let Some(open) = &mut self.open {
            open.cause = Cause::Unreadable(why.to_owned());
            self.postpone(now);
            return Invalid::OfApp;
        }
        if self.invalid.is_empty() {
            self.invalid_since = at;
        }
        if !self.invalid.iter().any(|known| known.as_ref() == room) {
            self.invalid.push(room.cloned());
        }
        if self.invalid.len() < FAILURES_TO_OPEN as usize {
            return Invalid::OfRoom;
        }
        self.level = 0;
        let cause = Cause::Unreadable(why.to_owned());
        self.open = Some(OutageState { cause, since: self.invalid_since, next_try: now });
        self.postpone(now);
        Invalid::Opens
    }

    /// A valid response came. Returns whether the circuit closed with it.
    pub fn answered(&mut self) -> bool {
        self.failures = 0;
        self.invalid.clear();
        self.level = 0;
        self.open.take().is_some()
    }
}

/// Lets one line a minute into the log, with the number of those left out before it.
#[derive(Debug, Default)]
pub struct MinuteLog {
    last: Option<Instant>,
    left_out: u64,
}

impl MinuteLog {
    /// `Some(n)` where a line is due now, n of them having been left out since the last.
    pub fn due(&mut self, now: Instant) -> Option<u64> {
        if self.last.is_some_and(|last| now.saturating_duration_since(last) < Duration::from_secs(60)) {
            self.left_out += 1;
            return None;
        }
        self.last = Some(now);
        Some(std::mem::take(&mut self.left_out))
    }
}

/// The wait before a retry: anything from nothing to the doubled first wait ("full jitter"), so that calls that failed
/// together do not come back together.
pub fn jitter(first: Duration, most: Duration, retries: u32) -> Duration {
    let ceiling = first.saturating_mul(1 << retries.min(16)).min(most);
    rand::rng().random_range(Duration::ZERO..=ceiling)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn code(code: i64) -> Cause {
        Cause::Code { code, info: String::new() }
    }

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_pause_lets_one_probe_through_per_10_seconds() {
        let start = Instant::now();
        let mut pause = CommandBreaker::new(SECOND * 10);
        assert!(pause.enter(start).is_ok());
        assert!(pause.begin(start, Millis(7), code(60010), None));
        let through: Vec<u32> = (0..35).filter(|second| pause.enter(start + SECOND * *second).is_ok()).collect();
        assert_eq!(through, [10, 20, 30]);
        assert_eq!(pause.refusal(start + SECOND * 35).unwrap().wait, SECOND * 5);
        assert!(!pause.begin(start + SECOND * 36, Millis(9), code(60010), None));
        assert_eq!(pause.state(start + SECOND * 37).unwrap().since, Millis(7));
        assert!(pause.end());
        assert!(pause.enter(start + SECOND * 37).is_ok() && pause.refusal(start + SECOND * 37).is_none());
    }

    #[test]
    fn a_locked_account_is_left_alone_for_a_minute() {
        let start = Instant::now();
        let mut pause = CommandBreaker::new(SECOND * 10);
        pause.begin(start, Millis(0), code(70050), None);
        assert!(pause.enter(start + SECOND * 59).is_err());
        assert!(pause.enter(start + SECOND * 60).is_ok());
    }

    #[test]
    fn an_outage_is_tried_after_growing_waits_of_at_most_5_seconds() {
        let start = Instant::now();
        let mut outage = UpstreamBreaker::new(SECOND / 2, SECOND * 5);
        for at in 0..2 {
            assert!(!outage.failed(start, Millis(at), NoResponse::Cut));
            assert!(outage.enter(start).is_ok());
        }
        assert!(outage.failed(start, Millis(2), NoResponse::Connect));
        // Stragglers of the same moment do not lengthen the wait.
        assert!(!outage.failed(start, Millis(2), NoResponse::Connect));
        let mut tries = Vec::new();
        for tenth in 0..200 {
            let now = start + SECOND / 10 * tenth;
            if outage.enter(now).is_ok() {
                tries.push(tenth);
                outage.failed(now, Millis(3), NoResponse::Connect);
            }
        }
        assert_eq!(tries, [5, 15, 35, 75, 125, 175]);
        assert_eq!(outage.refusal(start + SECOND * 20).unwrap().since, Millis(0));
        assert!(outage.answered());
        assert!(outage.enter(start + SECOND * 20).is_ok());
        assert!(!outage.answered());
    }

    fn room(id: &str) -> RoomId {
        RoomId::parse(id).unwrap()
    }

    #[test]
    fn three_rooms_in_a_row_with_invalid_responses_open_the_circuit() {
        let start = Instant::now();
        let mut outage = UpstreamBreaker::new(SECOND / 2, SECOND * 5);
        // One poisoned room is not the app, however often it is asked.
        for second in 0..10 {
            assert_eq!(outage.invalid(start + SECOND * second, Millis(1), Some(&room("a")), "no"), Invalid::OfRoom);
            assert!(outage.enter(start + SECOND * second).is_ok());
        }
        assert_eq!(outage.invalid(start, Millis(2), None, "no"), Invalid::OfRoom);
        assert!(!outage.answered());
        for name in ["a", "b"] {
            assert_eq!(outage.invalid(start, Millis(3), Some(&room(name)), "no"), Invalid::OfRoom);
        }
        assert_eq!(outage.invalid(start, Millis(4), Some(&room("c")), "it is empty"), Invalid::Opens);
        let refusal = outage.refusal(start).unwrap();
        assert_eq!((refusal.cause, refusal.since), (Cause::Unreadable("it is empty".to_owned()), Millis(3)));
        assert_eq!(outage.invalid(start, Millis(5), Some(&room("d")), "no"), Invalid::OfApp);
        assert!(outage.enter(start + SECOND).is_ok());
        assert!(outage.answered());
        assert!(outage.enter(start + SECOND).is_ok());
    }

    #[test]
    fn an_invalid_response_ends_an_outage_of_the_connection() {
        let start = Instant::now();
        let mut outage = UpstreamBreaker::new(SECOND / 2, SECOND * 5);
        for _ in 0..3 {
            outage.failed(start, Millis(0), NoResponse::Timeout);
        }
        assert!(outage.refusal(start).is_some());
        assert_eq!(outage.invalid(start, Millis(1), Some(&room("a")), "no"), Invalid::OfRoom);
        assert!(outage.refusal(start).is_none());
    }

    #[test]
    fn one_line_a_minute_counts_those_left_out() {
        let start = Instant::now();
        let mut lines = MinuteLog::default();
        assert_eq!(lines.due(start), Some(0));
        assert_eq!((1..60).filter_map(|second| lines.due(start + SECOND * second)).count(), 0);
        assert_eq!(lines.due(start + SECOND * 60), Some(59));
        assert_eq!(lines.due(start + SECOND * 200), Some(0));
    }

    #[test]
    fn jitter_stays_within_its_ceiling() {
        for retries in 0..40 {
            assert!(jitter(SECOND / 2, SECOND * 5, retries) <= SECOND * 5);
            assert!(jitter(SECOND / 2, SECOND * 5, 0) <= SECOND / 2);
        }
    }
}
