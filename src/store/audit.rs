//! Who did what. Never a token, a password or an address.

use super::row::from_word;
use super::{Store, StoreError};
use crate::domain::{AuditedAction, Millis};
use sqlx::Row;

/// One deed of a user.
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

impl Store {
    /// Writes down a deed.
    pub async fn audit(&self, who: &str, action: &AuditedAction, subject: &str, now: Millis) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO audit (at, who, action, subject) VALUES (?1, ?2, ?3, ?4)")
            .bind(now.0)
            .bind(who)
            .bind(action.name())
            .bind(subject)
            .execute(&self.write)
            .await?;
        Ok(())
    }

    /// The newest deeds before `before` (an id; `None` from the newest on), at most `limit`.
    pub async fn audit_log(&self, before: Option<i64>, limit: i64) -> Result<Vec<AuditRow>, StoreError> {
        sqlx::query("SELECT id, at, who, action, subject FROM audit WHERE id < ?1 ORDER BY id DESC LIMIT ?2")
            .bind(before.unwrap_or(i64::MAX))
            .bind(limit)
            .fetch_all(&self.read)
            .await?
            .iter()
            .map(|row| {
                Ok(AuditRow {
                    id: row.try_get("id")?,
                    at: Millis(row.try_get("at")?),
                    who: row.try_get("who")?,
                    action: from_word("audit.action", row.try_get("action")?)?,
                    subject: row.try_get("subject")?,
                })
            })
            .collect()
    }
}
