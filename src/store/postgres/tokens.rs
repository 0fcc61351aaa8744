//! Bearer tokens for the read-only API. Only their SHA-256 is stored; the token is printed once.

use super::PostgresStore;
use super::row::{escape, text};
use crate::domain::Millis;
use crate::store::StoreError;
use crate::store::types::TokenRow;
use sqlx::Row;

impl PostgresStore {
    pub async fn add_token(&self, name: &str, hash: &[u8], now: Millis) -> Result<bool, StoreError> {
        let added =
            sqlx::query("INSERT INTO token (name, hash, created_at) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING")
                .bind(escape(name))
                .bind(hash)
                .bind(now.0)
                .execute(&self.pool)
                .await?
                .rows_affected();
        Ok(added > 0)
    }

    pub async fn token(&self, hash: &[u8]) -> Result<Option<TokenRow>, StoreError> {
        sqlx::query("SELECT id, name, created_at, last_used_at FROM token WHERE hash = $1")
            .bind(hash)
            .fetch_optional(&self.pool)
            .await?
            .map(|row| token(&row))
            .transpose()
    }

    pub async fn tokens(&self) -> Result<Vec<TokenRow>, StoreError> {
        sqlx::query("SELECT id, name, created_at, last_used_at FROM token ORDER BY name")
            .fetch_all(&self.pool)
            .await?
            .iter()
            .map(token)
            .collect()
    }

    pub async fn touch_token(&self, id: i64, now: Millis) -> Result<(), StoreError> {
        sqlx::query("UPDATE token SET last_used_at = $2 WHERE id = $1")
            .bind(id)
            .bind(now.0)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    pub async fn remove_token(&self, name: &str) -> Result<bool, StoreError> {
        let removed = sqlx::query("DELETE FROM token WHERE name = $1")
            .bind(escape(name))
            .execute(&self.pool)
            .await?
            .rows_affected();
        Ok(removed > 0)
    }
}

fn token(row: &sqlx::postgres::PgRow) -> Result<TokenRow, StoreError> {
    Ok(TokenRow {
        id: row.try_get("id")?,
        name: text(row, "name")?,
        created_at: Millis(row.try_get("created_at")?),
        last_used_at: row.try_get::<Option<i64>, _>("last_used_at")?.map(Millis),
    })
}
