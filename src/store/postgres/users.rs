//! Operators: who may sign in, and with which role. Passwords come and go as Argon2id hashes.

use super::PostgresStore;
use super::row::{escape, optional_text, text};
use crate::domain::{Millis, Role};
use crate::store::StoreError;
use crate::store::types::UserRow;
use sqlx::Row;
use sqlx::postgres::PgRow;

/// A name as it is compared: letters of ASCII in lower case.
fn folded(name: &str) -> String {
    escape(name).to_ascii_lowercase()
}

pub(super) fn user(row: &PgRow) -> Result<UserRow, StoreError> {
    let role: &str = row.try_get("role")?;
    Ok(UserRow {
        id: row.try_get("id")?,
        name: text(row, "name")?,
        role: Role::from_name(role).ok_or_else(|| StoreError::corrupt("operator.role", role))?,
        zone: optional_text(row, "zone")?,
        lang: optional_text(row, "lang")?,
        created_at: Millis(row.try_get("created_at")?),
        seen_at: row.try_get::<Option<i64>, _>("seen_at")?.map(Millis),
    })
}

impl PostgresStore {
    pub async fn user_count(&self) -> Result<i64, StoreError> {
        Ok(sqlx::query_scalar("SELECT count(*) FROM operator").fetch_one(&self.pool).await?)
    }

    pub async fn add_user(
        &self,
        name: &str,
        password_hash: &str,
        role: Role,
        now: Millis,
    ) -> Result<Option<i64>, StoreError> {
        Ok(sqlx::query_scalar(
            "INSERT INTO operator (name, password, role, created_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (lower(name)) DO NOTHING RETURNING id",
        )
        .bind(escape(name))
        .bind(password_hash)
        .bind(role.name())
        .bind(now.0)
        .fetch_optional(&self.pool)
        .await?)
    }

    pub async fn add_first_user(
        &self,
        once_hash: &[u8],
        name: &str,
        password_hash: &str,
        now: Millis,
    ) -> Result<Option<i64>, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let id = sqlx::query_scalar(
            "INSERT INTO operator (name, password, role, created_at) SELECT $1, $2, 'admin', $3::bigint
             WHERE NOT EXISTS (SELECT 1 FROM operator)
               AND EXISTS (SELECT 1 FROM once WHERE hash = $4 AND operator IS NULL AND expires_at > $3)
             RETURNING id",
        )
        .bind(escape(name))
        .bind(password_hash)
        .bind(now.0)
        .bind(once_hash)
        .fetch_optional(&mut *transaction)
        .await?;
        if id.is_some() {
            sqlx::query("DELETE FROM once WHERE operator IS NULL").execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(id)
    }

    pub async fn user_by_name(&self, name: &str) -> Result<Option<(UserRow, String)>, StoreError> {
        sqlx::query("SELECT operator.*, NULL::bigint AS seen_at FROM operator WHERE lower(name) = $1")
            .bind(folded(name))
            .fetch_optional(&self.pool)
            .await?
            .map(|row| Ok((user(&row)?, row.try_get("password")?)))
            .transpose()
    }

    pub async fn user(&self, id: i64) -> Result<Option<UserRow>, StoreError> {
        sqlx::query("SELECT operator.*, NULL::bigint AS seen_at FROM operator WHERE id = $1")
            .bind(id)
            .fetch_optional(&self.pool)
            .await?
            .map(|row| user(&row))
            .transpose()
    }

    pub async fn users(&self) -> Result<Vec<UserRow>, StoreError> {
        sqlx::query(
            "SELECT operator.*, (SELECT max(seen_at) FROM session WHERE session.operator = operator.id) AS seen_at
             FROM operator ORDER BY lower(name)",
        )
        .fetch_all(&self.pool)
        .await?
        .iter()
        .map(user)
        .collect()
    }

    pub async fn set_user_password(&self, name: &str, password_hash: &str) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let changed = sqlx::query("UPDATE operator SET password = $2 WHERE lower(name) = $1")
            .bind(folded(name))
            .bind(password_hash)
            .execute(&mut *transaction)
            .await?
            .rows_affected();
        sqlx::query("DELETE FROM session WHERE operator = (SELECT id FROM operator WHERE lower(name) = $1)")
            .bind(folded(name))
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(changed > 0)
    }

    pub async fn set_user_role(&self, name: &str, role: Role) -> Result<bool, StoreError> {
        let changed = sqlx::query(
            "UPDATE operator SET role = $2 WHERE lower(name) = $1 AND ($2 = 'admin' OR role <> 'admin'
               OR (SELECT count(*) FROM operator WHERE role = 'admin') > 1)",
        )
        .bind(folded(name))
        .bind(role.name())
        .execute(&self.pool)
        .await?
        .rows_affected();
        Ok(changed > 0)
    }

    pub async fn set_user_view(&self, id: i64, zone: Option<&str>, lang: Option<&str>) -> Result<(), StoreError> {
        sqlx::query("UPDATE operator SET zone = $2, lang = $3 WHERE id = $1")
            .bind(id)
            .bind(zone.map(escape))
            .bind(lang.map(escape))
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    pub async fn remove_user(&self, name: &str) -> Result<bool, StoreError> {
        let removed = sqlx::query(
            "DELETE FROM operator WHERE lower(name) = $1
               AND (role <> 'admin' OR (SELECT count(*) FROM operator WHERE role = 'admin') > 1)",
        )
        .bind(folded(name))
        .execute(&self.pool)
        .await?
        .rows_affected();
        Ok(removed > 0)
    }
}
