//! How the machine's clock and Tencent's differ.
//!
//! Must not: change anything of a stream.

use crate::domain::Millis;

/// How far our clock is ahead of Tencent's, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClockOffset {
    least: i64,
    most: i64,
}

impl ClockOffset {
    /// `offset` is Tencent's clock less ours, by answers that tell whole seconds; 0 where they prove no difference, and then
    /// there is taken to be none: a clock that anything sets is closer than whole seconds can show.
    pub const fn new(offset: i64) -> Self {
        // What whole seconds leave open: the one they cut off, and the one for which an answer may be old.
        const OPEN: i64 = 2000;
        match offset {
            0 => Self { least: 0, most: 0 },
            ahead if ahead < 0 => Self { least: -ahead, most: -ahead + OPEN },
            behind => Self { least: -behind - OPEN, most: -behind },
        }
    }

    /// When a life began that this CreateTime tells of, by our clock, at the earliest.
    pub fn began(self, create_time: i64) -> Millis {
        Millis::from_seconds(create_time) + self.least
    }

    /// By when it had begun at the latest: CreateTime cuts off up to a second.
    pub fn had_begun(self, create_time: i64) -> Millis {
        Millis::from_seconds(create_time) + 1000 + self.most
    }
}
