//! Entries of the audit log.

use crate::domain::{AuditedAction, Millis};

/// One action of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// Key to continue a list with.
    pub id: i64,
    pub at: Millis,
    /// The user's name at that time, or `command line`.
    pub who: String,
    pub action: AuditedAction,
    /// To what: a room, a stream, a user's or a link's name.
    pub subject: String,
}
