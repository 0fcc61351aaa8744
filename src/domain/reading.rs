//! Readings of one stream, kept as runs of equal values, and the gaps between them.

use super::{Counters, Millis};
use serde::{Deserialize, Serialize};

/// One successful answer of `get_room_stats`. The counters were true at some moment from `asked` to `answered`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    pub asked: Millis,
    pub answered: Millis,
    pub counters: Counters,
}

/// Why a reading is excluded: stored, and not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExclusionReason {
    /// A total is lower than before, and whether that is a glitch is not known yet.
    #[serde(rename = "open")]
    Undecided,
    /// The totals were lower for one or two readings.
    Glitch,
    /// It can be of another stream of the room.
    Stale,
    /// The totals were lower until Tencent had corrected them: it counts from there on.
    #[serde(rename = "restated")]
    UpstreamCorrection,
    /// It opened the room's next stream.
    #[serde(rename = "next_life")]
    NextStream,
}

/// Successive readings of equal counters without a gap between them. Nothing that bounds or draws a series needs the
/// readings in its middle, since they all say the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// When the first reading was asked.
    pub from: Millis,
    /// When the first reading was answered.
    pub from_answered: Millis,
    /// When the last reading was asked.
    pub until_asked: Millis,
    /// When the last reading was answered.
    pub until: Millis,
    /// How many readings, at least 1.
    pub count: i64,
    pub counters: Counters,
}

impl Run {
    /// Takes the reading in, if it says the same and comes later. The caller has made sure that no gap lies between.
    #[must_use]
    pub fn extend(&mut self, reading: &Reading) -> bool {
        let same = reading.counters == self.counters && reading.asked >= self.until_asked;
        if same {
            self.until_asked = reading.asked;
            self.until = self.until.max(reading.answered);
            self.count += 1;
        }
        same
    }

    pub const fn first(&self) -> Reading {
        Reading { asked: self.from, answered: self.from_answered, counters: self.counters }
    }

    pub const fn last(&self) -> Reading {
        Reading { asked: self.until_asked, answered: self.until, counters: self.counters }
    }
}

impl From<Reading> for Run {
    fn from(reading: Reading) -> Self {
        Self {
            from: reading.asked,
            from_answered: reading.answered,
            until_asked: reading.asked,
            until: reading.answered,
            count: 1,
            counters: reading.counters,
        }
    }
}

/// Why nothing was read for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "code")]
pub enum GapCause {
    /// The stream ran before we began to read it.
    BeforeFirst,
    /// The stream ran on after our last reading, and ended before the next.
    AfterLast,
    /// Aftershow was not running.
    Restarted,
    /// Tencent answered with this ErrorCode.
    Code(i64),
    /// No answer: no network, cut connections, time-outs, HTTP 5xx.
    NoAnswer,
    /// Answers came that were not Tencent's envelope.
    Unreadable,
    /// Lower totals were returned and excluded.
    #[serde(rename = "set_aside")]
    Excluded,
    /// The machine's clock was set.
    Clock,
    /// We had more rooms than calls, or were late ourselves.
    Late,
}

/// A time without readings, longer than the rule allows (design: the greater of 3 intervals and 5 s).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    pub from: Millis,
    pub until: Millis,
    pub cause: GapCause,
}

impl Gap {
    /// Length in milliseconds.
    pub fn millis(&self) -> i64 {
        self.until - self.from
    }
}
