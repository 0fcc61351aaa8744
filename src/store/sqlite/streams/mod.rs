//! Streams and snapshots: opening them and finding one.
//!
//! | file | |
//! |---|---|
//! | `query` | lists of them, paged by key |
//! | `sums` | what they add up to |
//! | `row` | columns ↔ types |

mod query;
mod row;
mod sums;
#[cfg(test)]
mod tests;

use super::row::bind_counters;
use super::{SqliteStore, search};
use crate::calendar::DayRules;
use crate::domain::{AppId, Millis, RoomId, StreamId, StreamSummary};
use crate::store::StoreError;
use crate::store::search_text::search_text;
use crate::store::types::{NewStream, OpenStream, stored_name};
use row::{COLUMNS, open_stream};
use sqlx::{AssertSqlSafe, Row, SqliteConnection};
use std::ops::Range;

/// One stream as a transaction sees it.
pub(super) async fn open_stream_in(
    connection: &mut SqliteConnection,
    id: StreamId,
) -> Result<Option<OpenStream>, StoreError> {
    let row = sqlx::query(AssertSqlSafe(format!("SELECT {COLUMNS} FROM stream WHERE id = ?1")))
        .bind(id.0)
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(open_stream).transpose()
}

/// Inserts one stream, under the reserved id if it has one.
pub(super) async fn open_in(
    connection: &mut SqliteConnection,
    days: &DayRules,
    id: Option<StreamId>,
    stream: &NewStream,
) -> Result<StreamId, sqlx::Error> {
    let text =
        search_text(stream.room.as_str(), stream.title.as_deref(), stream.host.as_deref(), stream.host_name.as_deref());
    let query = sqlx::query(
        "INSERT INTO stream (id, app, room, kind, create_time, part, title, host, host_name, state, interval_ms,
                    first_seen, started_at, start_viewers, start_gifts, start_coins, start_gifters, start_likes,
                    start_messages, search_text, business_day)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'live', ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)
                 RETURNING id",
    )
    .bind(id.map(|id| id.0))
    .bind(stream.app.0)
    .bind(stream.room.as_str())
    .bind(stored_name(stream.kind))
    .bind(stream.create_time)
    .bind(stream.part.number)
    .bind(&stream.title)
    .bind(&stream.host)
    .bind(&stream.host_name)
    .bind(stream.interval_ms)
    .bind(stream.first_seen.0)
    .bind(stream.started_at.0);
    let row = bind_counters(query, &stream.part.start)
        .bind(&text)
        .bind(days.day_of(stream.app, stream.listed_at()).0)
        .fetch_one(&mut *connection)
        .await?;
    let id: i64 = row.try_get("id")?;
    search::index_in(connection, id, &text).await?;
    Ok(StreamId(id))
}

impl SqliteStore {
    pub async fn reserve_stream(&self) -> Result<StreamId, StoreError> {
        self.reserve_streams(1).await.map(|ids| StreamId(ids.start))
    }

    pub async fn reserve_streams(&self, count: u32) -> Result<Range<i64>, StoreError> {
        let mut transaction = self.write.begin().await?;
        let last: Option<i64> =
            sqlx::query_scalar("UPDATE sqlite_sequence SET seq = seq + ?1 WHERE name = 'stream' RETURNING seq")
                .bind(count)
                .fetch_optional(&mut *transaction)
                .await?;
        let last = match last {
            Some(id) => id,
            // No stream was ever opened.
            None => {
                sqlx::query_scalar("INSERT INTO sqlite_sequence (name, seq) VALUES ('stream', ?1) RETURNING seq")
                    .bind(count)
                    .fetch_one(&mut *transaction)
                    .await?
            }
        };
        transaction.commit().await?;
        Ok(last - i64::from(count) + 1..last + 1)
    }

    pub async fn newest_open_reading(&self) -> Result<Option<Millis>, StoreError> {
        let newest: Option<i64> = sqlx::query_scalar("SELECT max(last_answered) FROM stream WHERE state <> 'sealed'")
            .fetch_one(&self.read)
            .await?;
        Ok(newest.map(Millis))
    }

    pub async fn unsealed_by_app(&self) -> Result<Vec<(AppId, i64)>, StoreError> {
        let rows = sqlx::query_as("SELECT app, count(*) FROM stream WHERE state <> 'sealed' GROUP BY app")
            .fetch_all(&self.read)
            .await?;
        Ok(rows.into_iter().map(|(app, count)| (AppId(app), count)).collect())
    }

    pub async fn open_streams(&self, streams: &[NewStream]) -> Result<Vec<StreamId>, StoreError> {
        let mut transaction = self.write.begin().await?;
        let mut ids = Vec::with_capacity(streams.len());
        for stream in streams {
            ids.push(open_in(&mut transaction, &self.days, None, stream).await?);
        }
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
            "SELECT {COLUMNS} FROM stream WHERE app = ?1 AND room = ?2 AND create_time = ?3 AND kind = 'stream'
             ORDER BY part DESC LIMIT 1"
        )))
        .bind(app.0)
        .bind(room.as_str())
        .bind(create_time)
        .fetch_optional(&self.read)
        .await?;
        row.as_ref().map(open_stream).transpose()
    }

    pub async fn unsealed_streams(&self, app: AppId) -> Result<Vec<OpenStream>, StoreError> {
        let rows = sqlx::query(AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM stream WHERE app = ?1 AND state <> 'sealed' ORDER BY id"
        )))
        .bind(app.0)
        .fetch_all(&self.read)
        .await?;
        rows.iter().map(open_stream).collect()
    }

    pub async fn open_stream(&self, id: StreamId) -> Result<Option<OpenStream>, StoreError> {
        let row = sqlx::query(AssertSqlSafe(format!("SELECT {COLUMNS} FROM stream WHERE id = ?1")))
            .bind(id.0)
            .fetch_optional(&self.read)
            .await?;
        row.as_ref().map(open_stream).transpose()
    }

    pub async fn stream(&self, id: StreamId) -> Result<Option<StreamSummary>, StoreError> {
        Ok(self.open_stream(id).await?.map(|stream| stream.summary))
    }

    pub async fn note_stream(&self, id: StreamId, note: &str) -> Result<(), StoreError> {
        sqlx::query("UPDATE stream SET note = nullif(trim(?2), '') WHERE id = ?1")
            .bind(id.0)
            .bind(note)
            .execute(&self.write)
            .await?;
        Ok(())
    }

    pub async fn name_of_host(&self, app: AppId, host: &str) -> Result<Option<String>, StoreError> {
        let name: Option<Option<String>> = sqlx::query_scalar(
            "SELECT host_name FROM stream WHERE app = ?1 AND host = ?2 AND kind = 'stream' AND host_name <> ''
             ORDER BY list_order DESC LIMIT 1",
        )
        .bind(app.0)
        .bind(host)
        .fetch_optional(&self.read)
        .await?;
        Ok(name.flatten())
    }
}
