//! Sessions of signed-in users.

use super::UserRow;
use crate::domain::Millis;

/// A session that holds, with its user as they are now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    pub user: UserRow,
    /// When it was signed in.
    pub created_at: Millis,
    pub seen_at: Millis,
    pub expires_at: Millis,
}
