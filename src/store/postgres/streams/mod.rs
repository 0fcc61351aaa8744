//! Streams and snapshots: opening them and finding one.
//!
//! | file | |
//! |---|---|
//! | `query` | lists of them, paged by key |
//! | `sums` | what they add up to |
//! | `row` | columns ↔ types |
//! | `unsealed` | all that goes on in an app |

mod query;
mod row;
mod sums;
mod unsealed;

use super::PostgresStore;
use super::row::{bind_counters, escape, unescape};
use crate::calendar::DayRules;
use crate::domain::{AppId, Millis, RoomId, StreamId, StreamSummary};
use crate::store::StoreError;
use crate::store::search_text::search_text;
use crate::store::types::{NewStream, OpenStream, stored_name};
use row::{COLUMNS, FROM, open_stream};
use sqlx::{AssertSqlSafe, PgConnection};
use std::ops::Range;

/// One stream as a transaction sees it.
pub(super) async fn open_stream_in(
    connection: &mut PgConnection,
    id: StreamId,
) -> Result<Option<OpenStream>, StoreError> {
    let row = sqlx::query(AssertSqlSafe(format!("SELECT {COLUMNS} FROM {FROM} WHERE id = $1")))
        .bind(id.0)
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(open_stream).transpose()
}

/// Takes the next ids; returns the last of them.
async fn next_ids(connection: &mut PgConnection, count: i64) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("UPDATE stream_id SET last = last + $1 RETURNING last").bind(count).fetch_one(connection).await
}

/// Inserts one stream, under the reserved id if it has one.
pub(super) async fn open_in(
    connection: &mut PgConnection,
    days: &DayRules,
    id: Option<StreamId>,
    stream: &NewStream,
) -> Result<StreamId, sqlx::Error> {
    let text =
        search_text(stream.room.as_str(), stream.title.as_deref(), stream.host.as_deref(), stream.host_name.as_deref());
    let id = match id {
        Some(id) => id,
        None => StreamId(next_ids(&mut *connection, 1).await?),
    };
    let query = sqlx::query(
        "INSERT INTO stream (id, app, room, kind, create_time, part, title, host, host_name, state, interval_ms,
            first_seen, started_at, start_viewers, start_gifts, start_coins, start_gifters, start_likes,
            start_messages, search_text, business_day)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'live', $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)",
    )
    .bind(id.0)
    .bind(stream.app.0)
    .bind(escape(stream.room.as_str()))
    .bind(stored_name(stream.kind))
    .bind(stream.create_time)
    .bind(stream.part.number)
    .bind(stream.title.as_deref().map(escape))
    .bind(stream.host.as_deref().map(escape))
    .bind(stream.host_name.as_deref().map(escape))
    .bind(stream.interval_ms)
    .bind(stream.first_seen.0)
    .bind(stream.started_at.0);
    bind_counters(query, &stream.part.start)
        .bind(&text)
        .bind(days.day_of(stream.app, stream.listed_at()).0)
        .execute(&mut *connection)
        .await?;
    sqlx::query("INSERT INTO live (stream) VALUES ($1)").bind(id.0).execute(connection).await?;
    Ok(id)
}

impl PostgresStore {
    pub async fn reserve_stream(&self) -> Result<StreamId, StoreError> {
        self.reserve_streams(1).await.map(|ids| StreamId(ids.start))
    }

    pub async fn reserve_streams(&self, count: u32) -> Result<Range<i64>, StoreError> {
        let mut connection = self.pool.acquire().await?;
        let last = next_ids(&mut connection, i64::from(count)).await?;
        Ok(last - i64::from(count) + 1..last + 1)
    }

    pub async fn newest_open_reading(&self) -> Result<Option<Millis>, StoreError> {
        let newest: Option<i64> =
            sqlx::query_scalar("SELECT max(last_answered) FROM live").fetch_one(&self.pool).await?;
        Ok(newest.map(Millis))
    }

    pub async fn unsealed_by_app(&self) -> Result<Vec<(AppId, i64)>, StoreError> {
        let rows = sqlx::query_as("SELECT app, count(*) FROM stream WHERE state <> 'sealed' GROUP BY app")
            .fetch_all(&self.pool)
            .await?;
        Ok(rows.into_iter().map(|(app, count)| (AppId(app), count)).collect())
    }

    pub async fn open_streams(&self, streams: &[NewStream]) -> Result<Vec<StreamId>, StoreError> {
        let mut transaction = self.begin_collector().await?;
        let mut ids = Vec::with_capacity(streams.len());
        for stream in streams {
            ids.push(open_in(&mut transaction, &self.days, None, stream).await?);
        }
        ids.iter().for_each(|id| transaction.changed(*id));
        transaction.commit().await?;
        Ok(ids)
    }

    pub async fn stream_of_session(
        &self,
        app: AppId,
        room: &RoomId,
        create_time: i64,
    ) -> Result<Option<OpenStream>, StoreError> {
        let row = sqlx::query(AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM {FROM} WHERE app = $1 AND room = $2 AND create_time = $3 AND kind = 'stream'
             ORDER BY part DESC LIMIT 1"
        )))
        .bind(app.0)
        .bind(escape(room.as_str()))
        .bind(create_time)
        .fetch_optional(&self.pool)
        .await?;
        row.as_ref().map(open_stream).transpose()
    }

    pub async fn unsealed_streams(&self, app: AppId) -> Result<Vec<OpenStream>, StoreError> {
        let rows = sqlx::query(AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM {FROM} WHERE app = $1 AND state <> 'sealed' ORDER BY id"
        )))
        .bind(app.0)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(open_stream).collect()
    }

    pub async fn open_stream(&self, id: StreamId) -> Result<Option<OpenStream>, StoreError> {
        open_stream_in(&mut *self.pool.acquire().await?, id).await
    }

    pub async fn stream(&self, id: StreamId) -> Result<Option<StreamSummary>, StoreError> {
        Ok(self.open_stream(id).await?.map(|stream| stream.summary))
    }

    pub async fn note_stream(&self, id: StreamId, note: &str) -> Result<(), StoreError> {
        sqlx::query("UPDATE stream SET note = nullif(btrim($2, ' '), '') WHERE id = $1")
            .bind(id.0)
            .bind(escape(note))
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    pub async fn name_of_host(&self, app: AppId, host: &str) -> Result<Option<String>, StoreError> {
        let name: Option<String> = sqlx::query_scalar(
            "SELECT host_name FROM stream WHERE app = $1 AND host = $2 AND kind = 'stream' AND host_name <> ''
             ORDER BY list_order DESC LIMIT 1",
        )
        .bind(app.0)
        .bind(escape(host))
        .fetch_optional(&self.pool)
        .await?;
        Ok(name.map(unescape))
    }
}
