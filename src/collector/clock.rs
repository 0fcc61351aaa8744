//! The clocks of one app's task: the wall clock, which may be set, the steady one, by which polls are due, and how far
//! Tencent's differs.
//!
//! Must not: change anything of a stream.

use crate::domain::Millis;
use std::time::Duration;
use tokio::time::Instant;

/// The wall clock was set when it moved 2 s more or less than the steady one between two checks.
const SET_MS: i64 = 2_000;
/// A difference between the clocks that an answer proved holds for 60 s without another proof.
const PROOF_MS: i64 = 60_000;

pub(super) struct ClockWatch {
    pub(super) started: Instant,
    /// Wall and steady clock at the last check.
    checked: (Millis, i64),
    offset: ClockOffset,
    /// Until when, on the steady clock, the last proof of the offset holds.
    proven_until: i64,
}

impl ClockWatch {
    pub fn new(now: Millis) -> Self {
        Self { started: Instant::now(), checked: (now, 0), offset: ClockOffset::default(), proven_until: 0 }
    }

    /// Milliseconds on a clock that is never set.
    pub fn steady(&self) -> i64 {
        self.started.elapsed().as_millis() as i64
    }

    /// The instant of a time on the steady clock.
    pub fn instant(&self, steady: i64) -> Instant {
        self.started + Duration::from_millis(steady.clamp(0, i64::MAX / 4) as u64)
    }

    /// How far our clock is ahead of Tencent's.
    pub const fn offset(&self) -> ClockOffset {
        self.offset
    }

    /// Compares the clocks; returns by how many milliseconds the wall clock was set since the last check, if it was.
    pub fn check(&mut self, now: Millis) -> Option<i64> {
        self.check_at(now, self.steady())
    }

    fn check_at(&mut self, now: Millis, steady: i64) -> Option<i64> {
        let before = std::mem::replace(&mut self.checked, (now, steady));
        let ahead_ms = (now - before.0) - (steady - before.1);
        (ahead_ms.abs() > SET_MS).then_some(ahead_ms)
    }

    /// Tencent's clock less ours, as the client knows it. Whole seconds prove now more, now less, of the same difference:
    /// an answer that proves none replaces an older proof only when that has expired.
    pub fn note_offset(&mut self, offset: Option<i64>) {
        let Some(offset) = offset else { return };
        let steady = self.checked.1;
        if offset != 0 || self.proven_until <= steady {
            self.offset = ClockOffset::new(offset);
            self.proven_until = steady + PROOF_MS;
        }
    }
}

/// How far our clock is ahead of Tencent's, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClockOffset {
    least: i64,
    most: i64,
}

impl ClockOffset {
    /// `offset` is Tencent's clock less ours, measured in whole seconds; 0 where they prove no difference, and then
    /// there is taken to be none: a clock that anything sets is closer than whole seconds can show.
    pub const fn new(offset: i64) -> Self {
        /// Milliseconds that whole seconds leave open: the one they cut off, and the one for which an answer may be old.
        const OPEN: i64 = 2000;
        match offset {
            0 => Self { least: 0, most: 0 },
            ahead if ahead < 0 => Self { least: -ahead, most: -ahead + OPEN },
            behind => Self { least: -behind - OPEN, most: -behind },
        }
    }

    /// When the stream with this CreateTime began, by our clock, at the earliest.
    pub fn began(self, create_time: i64) -> Millis {
        Millis::from_seconds(create_time) + self.least
    }

    /// By when it had begun at the latest: CreateTime cuts off up to a second.
    pub fn had_started(self, create_time: i64) -> Millis {
        Millis::from_seconds(create_time) + 1000 + self.most
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_was_set_is_noticed_and_one_that_drifts_is_not() {
        let mut clock = ClockWatch::new(Millis(1_000_000));
        assert_eq!(clock.check_at(Millis(1_001_900), 1_000), None);
        assert_eq!(clock.check_at(Millis(4_602_900), 2_000), Some(3_600_000));
        assert_eq!(clock.check_at(Millis(4_603_900), 3_000), None);
        assert_eq!(clock.check_at(Millis(4_600_900), 4_000), Some(-4_000));
    }

    #[test]
    fn an_answer_that_proves_no_difference_replaces_a_proof_only_when_it_has_expired() {
        let mut clock = ClockWatch::new(Millis(0));
        clock.note_offset(Some(-5_000));
        let proven = clock.offset();
        assert_ne!(proven, ClockOffset::default());
        clock.check_at(Millis(59_000), 59_000);
        clock.note_offset(Some(0));
        assert_eq!(clock.offset(), proven);
        clock.check_at(Millis(60_000), 60_000);
        clock.note_offset(Some(0));
        assert_eq!(clock.offset(), ClockOffset::default());
    }
}
