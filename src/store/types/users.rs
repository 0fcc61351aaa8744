//! Console accounts.

use crate::domain::{Millis, Role, Viewer};

/// A console account, without its password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserRow {
    pub id: i64,
    pub name: String,
    pub role: Role,
    /// IANA name of their own zone; `None` is the app's.
    pub zone: Option<String>,
    /// `en`, `zh` or `ja`; `None` is the browser's.
    pub lang: Option<String>,
    pub created_at: Millis,
    /// Newest use of any of their sessions.
    pub seen_at: Option<Millis>,
}

impl From<UserRow> for Viewer {
    fn from(row: UserRow) -> Self {
        Self { id: row.id, name: row.name, role: row.role, zone: row.zone, lang: row.lang }
    }
}
