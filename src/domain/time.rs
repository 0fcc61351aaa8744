//! Instants as the API, the database and the browser all use: integer milliseconds since 1970, UTC.

use serde::{Deserialize, Serialize};
use std::ops::{Add, Sub};

/// A wall-clock instant in milliseconds since 1970-01-01T00:00:00Z. Arithmetic stops at the ends of the range: an instant may
/// come from outside, and no text of a stranger may make us panic.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Millis(pub i64);

impl Millis {
    /// From whole seconds, as Tencent returns `CreateTime`.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// Whole seconds, rounded down.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// The instant half-way to `other`; where a value between two moments is drawn.
    pub const fn midpoint(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0.saturating_sub(self.0) / 2))
    }
}

/// Milliseconds from `rhs` to `self`; negative when `self` is earlier.
impl Sub for Millis {
    type Output = i64;
    fn sub(self, rhs: Self) -> i64 {
        self.0.saturating_sub(rhs.0)
    }
}

impl Add<i64> for Millis {
    type Output = Self;
    fn add(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }
}

impl Sub<i64> for Millis {
    type Output = Self;
    fn sub(self, millis: i64) -> Self {
        Self(self.0.saturating_sub(millis))
    }
}

/// A business day: days since 1970-01-01.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Day(pub i64);

impl Day {
    /// The ordinary length of a day.
    pub const MILLIS: i64 = 86_400_000;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_instant_is_too_far_for_arithmetic() {
        let (first, last) = (Millis(i64::MIN), Millis(i64::MAX));
        assert_eq!((last - first, first - last), (i64::MAX, i64::MIN));
        assert_eq!((last + 1, first - 1_i64), (last, first));
        assert_eq!(Millis(10).midpoint(Millis(21)), Millis(15));
        assert!(first.midpoint(last) <= last);
        assert_eq!(Millis::from_seconds(i64::MAX), last);
    }
}
