//! Who did what, and what operators wrote beside a stream. Never a token, a password or an address.

use super::{Store, StoreError};
use crate::domain::{Millis, StreamId};
use sqlx::Row;

/// One deed of an operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// Key to continue a list with.
    pub id: i64,
    pub at: Millis,
    /// The operator's name at that time, or `command line`.
    pub who: String,
    /// The name of the server function or command.
    pub action: String,
    /// To what: a room, a stream, an operator's or a link's name.
    pub subject: String,
}

/// A note beside a stream; internal, never in a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteRow {
    pub id: i64,
    pub at: Millis,
    pub author: String,
    pub text: String,
}

impl Store {
    /// Writes down a deed.
    pub async fn audit(&self, who: &str, action: &str, subject: &str, now: Millis) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO audit (at, who, action, subject) VALUES (?1, ?2, ?3, ?4)")
            .bind(now.0)
            .bind(who)
            .bind(action)
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
                    action: row.try_get("action")?,
                    subject: row.try_get("subject")?,
                })
            })
            .collect()
    }

    /// Adds a note to a stream. False when there is no such stream.
    pub async fn add_note(
        &self,
        stream: StreamId,
        author: &str,
        text: &str,
        now: Millis,
    ) -> Result<bool, StoreError> {
        let added = sqlx::query(
            "INSERT INTO note (stream, at, author, text) SELECT ?1, ?2, ?3, ?4
             WHERE EXISTS (SELECT 1 FROM stream WHERE id = ?1)",
        )
        .bind(stream.0)
        .bind(now.0)
        .bind(author)
        .bind(text)
        .execute(&self.write)
        .await?
        .rows_affected();
        Ok(added > 0)
    }

    /// The notes of a stream, oldest first.
    pub async fn notes(&self, stream: StreamId) -> Result<Vec<NoteRow>, StoreError> {
        sqlx::query("SELECT id, at, author, text FROM note WHERE stream = ?1 ORDER BY id")
            .bind(stream.0)
            .fetch_all(&self.read)
            .await?
            .iter()
            .map(|row| {
                Ok(NoteRow {
                    id: row.try_get("id")?,
                    at: Millis(row.try_get("at")?),
                    author: row.try_get("author")?,
                    text: row.try_get("text")?,
                })
            })
            .collect()
    }
}
