//! Who did what. Never a token, a password or an address.

use super::PostgresStore;
use super::row::{escape, text};
use crate::domain::{AuditedAction, Millis};
use crate::store::StoreError;
use crate::store::types::{AuditRow, from_stored_name};
use sqlx::Row;

impl PostgresStore {
    pub async fn audit(&self, who: &str, action: &AuditedAction, subject: &str, now: Millis) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO audit (at, who, action, subject) VALUES ($1, $2, $3, $4)")
            .bind(now.0)
            .bind(escape(who))
            .bind(action.name())
            .bind(escape(subject))
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    pub async fn audit_log(&self, before: Option<i64>, limit: i64) -> Result<Vec<AuditRow>, StoreError> {
        sqlx::query("SELECT id, at, who, action, subject FROM audit WHERE id < $1 ORDER BY id DESC LIMIT $2")
            .bind(before.unwrap_or(i64::MAX))
            .bind(limit)
            .fetch_all(&self.pool)
            .await?
            .iter()
            .map(|row| {
                Ok(AuditRow {
                    id: row.try_get("id")?,
                    at: Millis(row.try_get("at")?),
                    who: text(row, "who")?,
                    action: from_stored_name("audit.action", row.try_get("action")?)?,
                    subject: text(row, "subject")?,
                })
            })
            .collect()
    }
}
