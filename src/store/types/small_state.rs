//! Counted tries, as several servers share them.

use crate::domain::Millis;

/// How often something was tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TriesRow {
    pub count: i64,
    /// When the last try was, or when counting began.
    pub last: Millis,
    /// From here on the next try is checked.
    pub open_at: Millis,
}
