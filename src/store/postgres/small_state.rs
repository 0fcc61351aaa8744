//! What servers share besides the streams: counted tries, outcomes of forms, and whether they have the same key file.

use super::PostgresStore;
use super::row::{escape, unescape};
use crate::domain::Millis;
use crate::store::StoreError;
use crate::store::types::TriesRow;
use sqlx::Row;

/// Tries are forgotten after this long without another, in milliseconds.
const TRIES_TTL_MS: i64 = 2 * 3_600_000;

/// One in so many counted tries deletes those that are forgotten.
const DELETE_ONE_IN: u32 = 64;

impl PostgresStore {
    /// Changes what was counted under a key, one server at a time.
    pub async fn update_tries<T>(
        &self,
        key: &[u8],
        now: Millis,
        change: impl FnOnce(Option<TriesRow>) -> (Option<TriesRow>, T) + Send,
    ) -> Result<T, StoreError> {
        let mut transaction = self.pool.begin().await?;
        // A row that is there already is locked as well.
        sqlx::query(
            "INSERT INTO throttle (key, count, last, open_at) VALUES ($1, 0, 0, 0)
             ON CONFLICT (key) DO UPDATE SET count = throttle.count",
        )
        .bind(key)
        .execute(&mut *transaction)
        .await?;
        let row = sqlx::query("SELECT count, last, open_at FROM throttle WHERE key = $1");
        let row = row.bind(key).fetch_one(&mut *transaction).await?;
        let known = TriesRow {
            count: row.try_get("count")?,
            last: Millis(row.try_get("last")?),
            open_at: Millis(row.try_get("open_at")?),
        };
        let (changed, outcome) = change((known.count > 0).then_some(known));
        match changed {
            Some(TriesRow { count, last, open_at }) => {
                sqlx::query("UPDATE throttle SET count = $2, last = $3, open_at = $4 WHERE key = $1")
                    .bind(key)
                    .bind(count)
                    .bind(last.0)
                    .bind(open_at.0)
                    .execute(&mut *transaction)
                    .await?;
            }
            None => {
                sqlx::query("DELETE FROM throttle WHERE key = $1").bind(key).execute(&mut *transaction).await?;
            }
        }
        transaction.commit().await?;
        if rand::random_ratio(1, DELETE_ONE_IN) {
            sqlx::query("DELETE FROM throttle WHERE last < $1").bind(now.0 - TRIES_TTL_MS).execute(&self.pool).await?;
        }
        Ok(outcome)
    }

    /// Keeps the outcome of a form; at most `most` of its session.
    pub async fn put_flash(
        &self,
        name: &str,
        session: Option<&[u8]>,
        body: &str,
        until: Millis,
        most: i64,
        now: Millis,
    ) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO flash (name, session, until_at, body) VALUES ($1, $2, $3, $4)")
            .bind(name)
            .bind(session)
            .bind(until.0)
            .bind(escape(body))
            .execute(&self.pool)
            .await?;
        sqlx::query(
            "DELETE FROM flash WHERE until_at <= $1 OR name IN
                (SELECT name FROM flash WHERE session IS NOT DISTINCT FROM $2 ORDER BY until_at DESC, name OFFSET $3)",
        )
        .bind(now.0)
        .bind(session)
        .bind(most)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// The outcome of that name, with the hash of the session it belongs to.
    pub async fn flash(&self, name: &str, now: Millis) -> Result<Option<(Option<Vec<u8>>, String)>, StoreError> {
        let row = sqlx::query_as("SELECT session, body FROM flash WHERE name = $1 AND until_at > $2");
        let row: Option<(Option<Vec<u8>>, String)> =
            row.bind(escape(name)).bind(now.0).fetch_optional(&self.pool).await?;
        Ok(row.map(|(session, body)| (session, unescape(body))))
    }

    /// What says which key file this installation has; the first server says it.
    pub async fn key_check(&self, value: &[u8]) -> Result<Vec<u8>, StoreError> {
        sqlx::query("INSERT INTO key_check (value) VALUES ($1) ON CONFLICT DO NOTHING")
            .bind(value)
            .execute(&self.pool)
            .await?;
        Ok(sqlx::query_scalar("SELECT value FROM key_check").fetch_one(&self.pool).await?)
    }

    /// The same, where there is one.
    pub async fn known_key_check(&self) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(sqlx::query_scalar("SELECT value FROM key_check").fetch_optional(&self.pool).await?)
    }

    /// Another key file is the one of this installation from now on.
    pub async fn replace_key_check(&self, value: &[u8]) -> Result<(), StoreError> {
        self.key_check(value).await?;
        sqlx::query("UPDATE key_check SET value = $1").bind(value).execute(&self.pool).await?;
        Ok(())
    }
}
