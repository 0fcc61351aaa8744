//! Streams and snapshots: opening them and finding one.
//!
//! | file | |
//! |---|---|
//! | `query` | lists of them, by page |
//! | `sums` | what they add up to |
//! | `row` | columns ↔ types |

mod query;
mod row;
mod sums;
#[cfg(test)]
mod tests;

pub(super) use query::list_order;
pub use query::{Sort, StreamPage, StreamQuery, is_cursor};
pub(crate) use sums::SumsCache;
pub use sums::{HostSums, Sums};

use super::row::{bind_counters, word};
use super::{Store, StoreError, search};
use crate::calendar::DayRules;
use crate::domain::record::MomentKind;
use crate::domain::{AppId, Counters, Day, Millis, RoomId, StreamId, StreamKind, StreamState, StreamSummary, Totals};
use row::{COLUMNS, open_stream};
use sqlx::{AssertSqlSafe, Row, SqliteConnection};
use std::ops::Range;

/// Which of the streams of one life of a room: 0, but 1, 2 … where the room outlived its show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SessionPart {
    pub number: i64,
    /// What the room had when the part before ended: this one counts from there.
    pub start: Counters,
}

impl SessionPart {
    /// What of the room's totals is this stream's own.
    pub fn subtract_start(&self, room: Counters) -> Counters {
        let [room, start] = [room, self.start].map(Counters::to_array);
        Counters::from_array(std::array::from_fn(|i| (room[i] - start[i]).max(0)))
    }
}

/// A stream to be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewStream {
    pub app: AppId,
    pub room: RoomId,
    pub kind: StreamKind,
    /// Tencent's CreateTime in seconds; `None` while get_room_info does not answer.
    pub create_time: Option<i64>,
    pub part: SessionPart,
    pub title: Option<String>,
    pub host: Option<String>,
    pub host_name: Option<String>,
    pub interval_ms: i64,
    pub first_seen: Millis,
    pub started_at: Millis,
}

/// A stream that is not sealed, with what its life needs after a restart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenStream {
    pub summary: StreamSummary,
    pub create_time: Option<i64>,
    pub part: SessionPart,
    pub interval_ms: i64,
    pub first_seen: Millis,
    /// When the evidence of the end reached us.
    pub evidence_at: Option<Millis>,
    pub host_left_at: Option<Millis>,
    /// When a webhook last said that the host is there.
    pub host_online_at: Option<Millis>,
    pub retries: i64,
    pub last_request_id: Option<String>,
    pub note: Option<String>,
}

impl NewStream {
    /// The moment that lists show and sort by: the start of a stream, the reading of a snapshot.
    fn listed_at(&self) -> Millis {
        match self.kind {
            StreamKind::Stream => self.started_at,
            StreamKind::Snapshot => self.first_seen,
        }
    }
}

impl OpenStream {
    /// A stream as it is when it begins, on that business day.
    pub fn started_at(id: StreamId, new: &NewStream, business_day: Day) -> Self {
        let summary = StreamSummary {
            id,
            app: new.app,
            room: new.room.clone(),
            kind: new.kind,
            title: new.title.clone(),
            host: new.host.clone(),
            host_name: new.host_name.clone(),
            state: StreamState::Live,
            created_at: new.create_time.map(Millis::from_seconds),
            started_at: new.started_at,
            business_day,
            show_ended_at: None,
            ended_at: None,
            ended_after: None,
            ended_by: None,
            totals: Totals::default(),
            last_asked: None,
            last_answered: None,
            seal: None,
        };
        Self {
            summary,
            create_time: new.create_time,
            part: new.part,
            interval_ms: new.interval_ms,
            first_seen: new.first_seen,
            evidence_at: None,
            host_left_at: None,
            host_online_at: None,
            retries: 0,
            last_request_id: None,
            note: None,
        }
    }

    /// When a webhook last said that the host is there (true) or has left, if one did.
    pub fn presence(&self) -> Option<(Millis, bool)> {
        self.host_left_at.map(|at| (at, false)).or(self.host_online_at.map(|at| (at, true)))
    }
}

/// Tencent's closing message, as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomClosedRow {
    pub event_time: Millis,
    pub received_at: Millis,
    pub statistic: Totals,
    pub contradicted_at: Option<Millis>,
}

/// Something a webhook told of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MomentRow {
    pub kind: MomentKind,
    pub key: String,
    pub from: Millis,
    pub until: Option<Millis>,
    pub label: Option<String>,
}

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
    let text = search::text_of(
        stream.room.as_str(),
        stream.title.as_deref(),
        stream.host.as_deref(),
        stream.host_name.as_deref(),
    );
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
    .bind(word(stream.kind))
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

impl Store {
    /// An id that no stream has and none will get unasked, for a stream that begins together with other changes:
    /// [`Write::Opened`].
    pub async fn reserve_stream(&self) -> Result<StreamId, StoreError> {
        self.reserve_streams(1).await.map(|ids| StreamId(ids.start))
    }

    /// As many such ids as asked for, one after another.
    pub async fn reserve_streams(&self, count: u32) -> Result<Range<i64>, StoreError> {
        let mut transaction = self.write.begin().await?;
        let last: Option<i64> =
            sqlx::query_scalar("UPDATE sqlite_sequence SET seq = seq + ?1 WHERE name = 'stream' RETURNING seq")
                .bind(count)
                .fetch_optional(&mut *transaction)
                .await?;
        let last = match last {
            Some(id) => id,
            // No stream was ever opened here.
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

    /// When the newest reading of any open stream was answered.
    pub async fn newest_open_reading(&self) -> Result<Option<Millis>, StoreError> {
        let newest: Option<i64> = sqlx::query_scalar("SELECT max(last_answered) FROM stream WHERE state <> 'sealed'")
            .fetch_one(&self.read)
            .await?;
        Ok(newest.map(Millis))
    }

    /// How many streams of each app are not sealed.
    pub async fn unsealed_by_app(&self) -> Result<Vec<(AppId, i64)>, StoreError> {
        let rows = sqlx::query_as("SELECT app, count(*) FROM stream WHERE state <> 'sealed' GROUP BY app")
            .fetch_all(&self.read)
            .await?;
        Ok(rows.into_iter().map(|(app, count)| (AppId(app), count)).collect())
    }

    /// Opens streams, all or none, and tells their ids in the same order.
    pub async fn open_streams(&self, streams: &[NewStream]) -> Result<Vec<StreamId>, StoreError> {
        let mut transaction = self.write.begin().await?;
        let mut ids = Vec::with_capacity(streams.len());
        for stream in streams {
            ids.push(open_in(&mut transaction, &self.days, None, stream).await?);
        }
        transaction.commit().await?;
        Ok(ids)
    }

    /// The stream of that life and part, whatever its state.
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

    /// Every stream of the app that is not sealed.
    pub async fn unsealed_streams(&self, app: AppId) -> Result<Vec<OpenStream>, StoreError> {
        let rows = sqlx::query(AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM stream WHERE app = ?1 AND state <> 'sealed' ORDER BY id"
        )))
        .bind(app.0)
        .fetch_all(&self.read)
        .await?;
        rows.iter().map(open_stream).collect()
    }

    /// One stream with what only its own page needs.
    pub async fn open_stream(&self, id: StreamId) -> Result<Option<OpenStream>, StoreError> {
        let row = sqlx::query(AssertSqlSafe(format!("SELECT {COLUMNS} FROM stream WHERE id = ?1")))
            .bind(id.0)
            .fetch_optional(&self.read)
            .await?;
        row.as_ref().map(open_stream).transpose()
    }

    /// One stream as lists show it.
    pub async fn stream(&self, id: StreamId) -> Result<Option<StreamSummary>, StoreError> {
        Ok(self.open_stream(id).await?.map(|stream| stream.summary))
    }

    /// Keeps a user's note on a stream; an empty one removes it.
    pub async fn note_stream(&self, id: StreamId, note: &str) -> Result<(), StoreError> {
        sqlx::query("UPDATE stream SET note = nullif(trim(?2), '') WHERE id = ?1")
            .bind(id.0)
            .bind(note)
            .execute(&self.write)
            .await?;
        Ok(())
    }

    /// The name people know a host by, as of their newest stream that has one.
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
