//! What servers ask the collector of an app, and webhooks on their way to it.

use super::PostgresStore;
use super::row::{escape, text, unescape};
use crate::domain::{AppId, Millis};
use crate::store::types::{AskRow, WebhookRow};
use crate::store::{Fence, StoreError};
use sqlx::Row;
use sqlx::postgres::PgRow;
use std::time::Duration;

/// Questions and answers older than this are deleted: nobody waits for them any more.
const ASK_TTL: &str = "1 minute";

/// Webhooks that are handed over at once.
const MAX_WEBHOOKS: i64 = 500;

impl PostgresStore {
    pub async fn put_ask(&self, app: AppId, body: &str) -> Result<i64, StoreError> {
        let id = sqlx::query_scalar("INSERT INTO ask (app, body) VALUES ($1, $2) RETURNING id");
        Ok(id.bind(app.0).bind(escape(body)).fetch_one(&self.pool).await?)
    }

    /// The answer, once it is there.
    pub async fn answer_of(&self, ask: i64) -> Result<Option<String>, StoreError> {
        let answer = sqlx::query_scalar::<_, Option<String>>("SELECT answer FROM ask WHERE id = $1").bind(ask);
        Ok(answer.fetch_optional(&self.pool).await?.flatten().map(unescape))
    }

    /// Takes the questions to an app's collector that are not older than `max_wait`, each once.
    pub async fn take_asks(&self, fence: &Fence, max_wait: Duration) -> Result<Vec<AskRow>, StoreError> {
        let rows = sqlx::query(
            "UPDATE ask SET taken = true WHERE app = $1 AND NOT taken
                AND EXISTS (SELECT 1 FROM lease WHERE app = $1 AND holder = $2 AND token = $3)
             RETURNING id, body, asked_at > clock_timestamp() - $4 * interval '1 millisecond' AS awaited",
        )
        .bind(fence.app().0)
        .bind(fence.holder())
        .bind(fence.token())
        .bind(max_wait.as_millis() as i64)
        .fetch_all(&self.pool)
        .await?;
        let ask =
            |row: &PgRow| Ok((row.try_get("awaited")?, AskRow { id: row.try_get("id")?, body: text(row, "body")? }));
        let mut asks: Vec<(bool, AskRow)> = rows.iter().map(ask).collect::<Result<_, StoreError>>()?;
        asks.sort_unstable_by_key(|(_, ask)| ask.id);
        Ok(asks.into_iter().filter(|(awaited, _)| *awaited).map(|(_, ask)| ask).collect())
    }

    pub async fn put_answer(&self, ask: i64, answer: &str) -> Result<(), StoreError> {
        sqlx::query("UPDATE ask SET answer = $2 WHERE id = $1")
            .bind(ask)
            .bind(escape(answer))
            .execute(&self.pool)
            .await?;
        sqlx::query("DELETE FROM ask WHERE asked_at < clock_timestamp() - $1::text::interval")
            .bind(ASK_TTL)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    pub async fn put_webhook(
        &self,
        app: AppId,
        authenticated: bool,
        query: &str,
        body: &[u8],
    ) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO inbox (app, authenticated, query, body) VALUES ($1, $2, $3, $4)")
            .bind(app.0)
            .bind(authenticated)
            .bind(escape(query))
            .bind(body)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Takes webhooks that were not handed over in this term, in the order in which they came.
    pub async fn take_webhooks(&self, fence: &Fence) -> Result<Vec<WebhookRow>, StoreError> {
        let rows = sqlx::query(
            "UPDATE inbox SET term = $2 WHERE id IN
                (SELECT id FROM inbox WHERE app = $1 AND term < $2 ORDER BY id LIMIT $3)
             RETURNING id, received_at, authenticated, query, body",
        )
        .bind(fence.app().0)
        .bind(fence.token())
        .bind(MAX_WEBHOOKS)
        .fetch_all(&self.pool)
        .await?;
        let webhook = |row: &PgRow| {
            Ok(WebhookRow {
                id: row.try_get("id")?,
                received_at: Millis(row.try_get("received_at")?),
                authenticated: row.try_get("authenticated")?,
                query: text(row, "query")?,
                body: row.try_get("body")?,
            })
        };
        let mut webhooks: Vec<WebhookRow> = rows.iter().map(webhook).collect::<Result<_, StoreError>>()?;
        webhooks.sort_unstable_by_key(|webhook| webhook.id);
        Ok(webhooks)
    }

    /// Deletes webhooks that were handed over in this term and came before `before`.
    pub async fn delete_webhooks(&self, fence: &Fence, before: Millis) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM inbox WHERE app = $1 AND term = $2 AND received_at < $3")
            .bind(fence.app().0)
            .bind(fence.token())
            .bind(before.0)
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}
