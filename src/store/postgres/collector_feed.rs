//! What the collectors of all servers committed, for the board of each.

use super::PostgresStore;
use crate::domain::AppId;
use crate::store::StoreError;
use crate::store::types::{FeedGroup, FeedPage};
use sqlx::{PgConnection, Row};

/// Groups that are kept for servers that come to read them.
const MAX_FEED_GROUPS: i64 = 1_000;

/// Every this many groups, older ones are deleted.
const DELETE_INTERVAL: i64 = 128;

/// A server that is further behind reads the streams again.
const MAX_BEHIND: i64 = 500;

/// Adds what a transaction changed, as a part of it.
pub(super) async fn put_group(
    connection: &mut PgConnection,
    app: AppId,
    batch: i64,
    group: &FeedGroup,
) -> Result<(), StoreError> {
    let body = serde_json::to_string(group).map_err(StoreError::task)?;
    sqlx::query("INSERT INTO feed (app, batch, body) VALUES ($1, $2, $3)")
        .bind(app.0)
        .bind(batch)
        .bind(body)
        .execute(&mut *connection)
        .await?;
    if batch % DELETE_INTERVAL == 0 {
        sqlx::query("DELETE FROM feed WHERE app = $1 AND batch < $2")
            .bind(app.0)
            .bind(batch - MAX_FEED_GROUPS)
            .execute(connection)
            .await?;
    }
    Ok(())
}

impl PostgresStore {
    /// What came after these transactions, one page for each app that ever had a collector.
    pub async fn feed_after(&self, known: &[(AppId, i64)]) -> Result<Vec<FeedPage>, StoreError> {
        let (apps, batches): (Vec<i64>, Vec<i64>) = known.iter().map(|(app, batch)| (app.0, *batch)).unzip();
        let rows = sqlx::query(
            "SELECT lease.app, lease.batch AS newest, feed.batch, body
             FROM unnest($1::bigint[], $2::bigint[]) AS known (app, batch)
             JOIN lease ON lease.app = known.app
             LEFT JOIN feed ON feed.app = known.app AND feed.batch > known.batch AND lease.batch - known.batch <= $3
             ORDER BY lease.app, feed.batch",
        )
        .bind(apps)
        .bind(batches)
        .bind(MAX_BEHIND)
        .fetch_all(&self.pool)
        .await?;
        let mut pages: Vec<FeedPage> = Vec::new();
        for row in &rows {
            let app = AppId(row.try_get("app")?);
            if pages.last().is_none_or(|page| page.app != app) {
                pages.push(FeedPage { app, newest: row.try_get("newest")?, groups: Vec::new() });
            }
            let (batch, body): (Option<i64>, Option<String>) = (row.try_get("batch")?, row.try_get("body")?);
            if let (Some(page), Some(batch), Some(body)) = (pages.last_mut(), batch, body) {
                // A group of a newer version that this one cannot read is missing.
                match serde_json::from_str(&body) {
                    Ok(group) => page.groups.push((batch, group)),
                    Err(error) => tracing::warn!(%app, batch, %error, "a group of the feed cannot be read"),
                }
            }
        }
        Ok(pages)
    }
}
