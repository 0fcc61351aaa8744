//! Sessions of signed-in users and one-time links. Only hashes of their secrets are stored.

use super::PostgresStore;
use super::users::user;
use crate::domain::Millis;
use crate::store::StoreError;
use crate::store::types::SessionRow;
use sqlx::Row;

impl PostgresStore {
    pub async fn add_session(&self, hash: &[u8], user: i64, now: Millis, expires_at: Millis) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        sqlx::query("DELETE FROM session WHERE expires_at <= $1").bind(now.0).execute(&mut *transaction).await?;
        sqlx::query(
            "INSERT INTO session (hash, operator, created_at, seen_at, expires_at) VALUES ($1, $2, $3, $3, $4)",
        )
        .bind(hash)
        .bind(user)
        .bind(now.0)
        .bind(expires_at.0)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    pub async fn session(&self, hash: &[u8], now: Millis) -> Result<Option<SessionRow>, StoreError> {
        sqlx::query(
            "SELECT operator.*, session.created_at AS begun_at, session.seen_at, session.expires_at FROM session
             JOIN operator ON operator.id = session.operator WHERE hash = $1 AND expires_at > $2",
        )
        .bind(hash)
        .bind(now.0)
        .fetch_optional(&self.pool)
        .await?
        .map(|row| {
            Ok(SessionRow {
                user: user(&row)?,
                created_at: Millis(row.try_get("begun_at")?),
                seen_at: Millis(row.try_get("seen_at")?),
                expires_at: Millis(row.try_get("expires_at")?),
            })
        })
        .transpose()
    }

    pub async fn extend_session(&self, hash: &[u8], now: Millis, expires_at: Millis) -> Result<(), StoreError> {
        sqlx::query("UPDATE session SET seen_at = $2, expires_at = $3 WHERE hash = $1")
            .bind(hash)
            .bind(now.0)
            .bind(expires_at.0)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    pub async fn end_session(&self, hash: &[u8]) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM session WHERE hash = $1").bind(hash).execute(&self.pool).await?;
        Ok(())
    }

    pub async fn add_one_time_token(
        &self,
        hash: &[u8],
        user: Option<i64>,
        expires_at: Millis,
    ) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        if user.is_none() {
            sqlx::query("DELETE FROM once WHERE operator IS NULL").execute(&mut *transaction).await?;
        }
        sqlx::query("INSERT INTO once (hash, operator, expires_at) VALUES ($1, $2, $3)")
            .bind(hash)
            .bind(user)
            .bind(expires_at.0)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(())
    }

    pub async fn consume_one_time_token(&self, hash: &[u8], now: Millis) -> Result<Option<i64>, StoreError> {
        Ok(sqlx::query_scalar(
            "DELETE FROM once WHERE hash = $1 AND operator IS NOT NULL AND expires_at > $2 RETURNING operator",
        )
        .bind(hash)
        .bind(now.0)
        .fetch_optional(&self.pool)
        .await?)
    }

    pub async fn setup_is_open(&self, hash: &[u8], now: Millis) -> Result<bool, StoreError> {
        Ok(sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM once WHERE hash = $1 AND operator IS NULL AND expires_at > $2)
                AND NOT EXISTS (SELECT 1 FROM operator)",
        )
        .bind(hash)
        .bind(now.0)
        .fetch_one(&self.pool)
        .await?)
    }
}
