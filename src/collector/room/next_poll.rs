//! When a room is polled next, by what it is now.
//!
//! Must not: know of other rooms; the schedule shares out the calls.

use super::{Context, Room, State};
use crate::collector::schedule::Priority;
use crate::collector::tracker::Phase;
use crate::domain::{EndEvidence, Millis};
use crate::store::FoundBy;

/// A room added manually that has no stream is polled every 5 min at least, so that a private room is noticed.
pub(in crate::collector) const MAX_IDLE_MS: i64 = 5 * 60_000;
/// A stream is polled twice as often in its first 5 min: openings are where the curve bends.
pub(super) const NEW_MS: i64 = 5 * 60_000;
/// A stream whose coins moved in the last 30 s is busy, and is polled twice as often.
const BUSY_MS: i64 = 30_000;
/// A stream without any movement for 5 min is quiet, and is polled half as often.
const QUIET_MS: i64 = 5 * 60_000;

/// The next poll of a room whose turn is over.
pub(in crate::collector) struct NextPoll {
    pub turn: Turn,
    /// Not later than then, on the steady clock.
    pub no_later_than: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::collector) enum Turn {
    /// Then, on the steady clock.
    At(i64),
    /// An interval after this turn.
    AfterInterval,
    /// At a place of its own in the interval: rooms found together would otherwise be polled together for ever.
    AtNewPlace,
    /// Not at all: the list or a webhook will show when it is live again.
    Never,
}

impl Room {
    /// How eagerly the room is polled.
    pub fn priority(&self, now: Millis, steady: i64) -> Priority {
        let tracker = match &self.state {
            State::Open(tracker) => tracker,
            State::Opening { .. } => return Priority::Plain,
            State::Idle(Some(ended)) if ended.by == EndEvidence::Quiet => return Priority::Quiet,
            State::Idle(_) => return Priority::Idle,
        };
        if matches!(tracker.phase, Phase::Ending { .. }) || steady - self.opened_at < NEW_MS {
            return Priority::Eager;
        }
        match tracker.moved_at {
            Some(moved_at) if now - moved_at >= QUIET_MS => Priority::Quiet,
            Some(_) if tracker.coins_moved_at.is_some_and(|at| now - at < BUSY_MS) => Priority::Eager,
            _ => Priority::Plain,
        }
    }

    /// When it is polled next, its turn being over.
    pub fn next_poll(&mut self, context: &Context<'_>) -> NextPoll {
        let Context { now, steady, interval_ms, .. } = *context;
        let at = |due| NextPoll { turn: Turn::At(due), no_later_than: None };
        if self.paused_until > steady {
            let may_be_over = self.tracker().is_some_and(|tracker| tracker.may_be_over());
            return at(if may_be_over { self.paused_until.min(steady + interval_ms) } else { self.paused_until });
        }
        match &self.state {
            State::Open(tracker) => {
                let new_place = std::mem::take(&mut self.needs_place);
                // Polled once more when the grace period is over: that answer seals.
                let last = tracker
                    .seal_from(&context.rules)
                    .map(|seal_from| steady + (seal_from - now).max(interval_ms.min(1000) / 4));
                let maybe_ending = tracker.not_found_since.is_some() && tracker.phase == Phase::Live;
                let again = maybe_ending.then_some(steady + interval_ms);
                NextPoll {
                    turn: if new_place { Turn::AtNewPlace } else { Turn::AfterInterval },
                    no_later_than: [last, again].into_iter().flatten().min(),
                }
            }
            State::Opening { .. } => at(steady + interval_ms),
            State::Idle(Some(ended)) if ended.by == EndEvidence::Quiet => {
                NextPoll { turn: Turn::AfterInterval, no_later_than: None }
            }
            State::Idle(_) if self.found_by == FoundBy::Hand => {
                let due = steady + self.idle_ms.max(interval_ms);
                self.idle_ms = (self.idle_ms * 2).clamp(interval_ms * 3, MAX_IDLE_MS);
                at(due)
            }
            State::Idle(_) => NextPoll { turn: Turn::Never, no_later_than: None },
        }
    }
}
