//! Accepted readings: runs, data gaps and their causes, and how long a stream may become.
//!
//! Must not: decide which stream a reading is of.

use super::{MAX_STREAM_MS, MAX_UNCONFIRMED, NO_SUCH_ROOM, Phase, StreamTracker, TrackerEffect};
use crate::domain::numbers::gap_limit;
use crate::domain::{EndEvidence, Gap, GapCause, Millis, Reading, Run};
use crate::store::Write;

impl StreamTracker {
    /// The latest accepted reading.
    pub fn last(&self) -> Option<Reading> {
        self.run.map(|run| run.last())
    }

    /// The stream was sealed and answers again: until now Tencent found no such room.
    pub const fn mark_unavailable_since(&mut self, since: Millis) {
        self.interruption = Some((since, NO_SUCH_ROOM));
    }

    /// The machine's clock was set: what lies across is a gap, and an earlier time is no late answer. A grace period goes on
    /// for as long as it would have.
    pub fn clock_was_set(&mut self, ahead_ms: i64) {
        self.clock_set = true;
        if let Phase::Ending { evidence_at, .. } = &mut self.phase {
            *evidence_at = *evidence_at + ahead_ms.max(0);
        }
    }

    /// A call was not sent, since calls pause or Tencent does not answer: no failure of this stream's own, and why it is
    /// not read.
    pub fn note_call_not_sent(&mut self, cause: GapCause, at: Millis) {
        self.interruption = Some((self.interruption.map_or(at, |(since, _)| since), cause));
    }

    pub(super) fn accept(
        &mut self,
        mut reading: Reading,
        interval_ms: i64,
        request_id: Option<String>,
        retries: i64,
        effects: &mut Vec<TrackerEffect>,
    ) {
        let mut gap = None;
        if let Some(last) = self.last() {
            if reading.asked < last.answered || reading.asked == last.asked {
                // A clock that was set back does not turn time around: readings keep their order, and each its own row.
                reading.asked = last.answered + 1;
                reading.answered = reading.answered.max(reading.asked);
            }
            if reading.asked - last.answered > gap_limit(interval_ms) || self.clock_set {
                let cause = self.cause().unwrap_or(GapCause::Late);
                gap = Some(Gap { from: last.answered, until: reading.asked, cause });
            }
        }
        self.interval_ms = interval_ms;
        self.first_answered.get_or_insert(reading.answered);
        if let Some(gap) = gap {
            effects.push(TrackerEffect::Write(Write::Gap { stream: self.stream, gap }));
        }
        self.interruption = None;
        // What was read before the restart does not end the gap that the restart makes.
        self.restarted &= self.read_before_restart.is_some_and(|last| reading.asked <= last);
        self.clock_set = false;
        if self.highest != Some(reading.counters) {
            self.moved_at = Some(reading.answered);
        }
        if self.highest.is_some_and(|highest| highest.coins != reading.counters.coins) {
            self.coins_moved_at = Some(reading.answered);
        }
        self.highest = Some(self.highest.map_or(reading.counters, |highest| highest.max(reading.counters)));
        let extended = gap.is_none() && self.run.as_mut().is_some_and(|run| run.extend(&reading));
        let run = match self.run {
            Some(run) if extended => run,
            _ => Run::from(reading),
        };
        self.run = Some(run);
        if self.unconfirmed.len() >= MAX_UNCONFIRMED {
            self.confirmed = self.unconfirmed.pop_front();
        }
        self.unconfirmed.push_back(reading);
        effects.push(TrackerEffect::Write(Write::Run { stream: self.stream, run, request_id, retries }));
    }

    /// Why nothing was read since the last reading, as far as anything is known.
    pub(super) fn cause(&self) -> Option<GapCause> {
        match self.interruption {
            _ if self.clock_set => Some(GapCause::Clock),
            _ if self.restarted => Some(GapCause::Restarted),
            alert => alert.map(|(_, cause)| cause),
        }
    }

    /// A call failed; the time without readings has this cause.
    pub fn apply_failure(
        &mut self,
        cause: GapCause,
        code: String,
        at: Millis,
        request_id: Option<String>,
        retries: i64,
    ) -> Vec<TrackerEffect> {
        // A user's request that joined the call fails with it: one failure.
        if self.phase == Phase::Over || self.failed_at.replace(at) == Some(at) {
            return Vec::new();
        }
        let since = self.interruption.map_or(at, |(since, _)| since);
        self.interruption = Some((since, cause));
        vec![TrackerEffect::Write(Write::Failure { stream: self.stream, code, at, request_id, retries })]
    }

    /// Ends a stream that is read for longer than a report may be; it goes on as its next part.
    pub(super) fn end_if_too_long(&mut self, effects: &mut Vec<TrackerEffect>) -> bool {
        let (Phase::Live, Some(_), Some(first), Some(last)) =
            (self.phase, self.create_time, self.first_answered, self.last())
        else {
            return false;
        };
        if last.answered - first < MAX_STREAM_MS {
            return false;
        }
        self.end(EndEvidence::Continued, last.answered, None, last.answered, effects);
        self.exclude_pending(effects);
        self.finish(effects);
        effects.push(TrackerEffect::NextPart { last });
        true
    }
}
