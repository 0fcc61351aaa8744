//! Who did what. Never a token, a password or an address.

use super::SqliteStore;
use crate::domain::{AuditedAction, Millis};
use crate::store::StoreError;
use crate::store::types::{AuditRow, from_stored_name};
use sqlx::Row;

impl SqliteStore {
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
                    action: from_stored_name("audit.action", row.try_get("action")?)?,
                    subject: row.try_get("subject")?,
                })
            })
            .collect()
    }
}
