//! Bearer tokens of the read-only API.

use crate::domain::Millis;

/// A bearer token as the settings list it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRow {
    pub id: i64,
    pub name: String,
    pub created_at: Millis,
    pub last_used_at: Option<Millis>,
}
