//! What was read of a stream that is not sealed: runs, gaps, excluded readings, failures.

use super::PostgresStore;
use super::row::{bind_counters, counters, escape, text, totals, unescape};
use crate::domain::{AppId, Gap, Millis, Reading, RoomId, Run, StreamId};
use crate::store::StoreError;
use crate::store::types::{
    FailureRow, MomentRow, RecentSeries, RoomClosedRow, StoredSeries, cause_of_columns, from_stored_name,
};
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};
use std::collections::BTreeMap;

pub(super) fn run(row: &PgRow) -> Result<Run, StoreError> {
    Ok(Run {
        from: Millis(row.try_get("from_asked")?),
        from_answered: Millis(row.try_get("from_answered")?),
        until_asked: Millis(row.try_get("until_asked")?),
        until: Millis(row.try_get("until_answered")?),
        count: row.try_get("count")?,
        counters: counters(row)?,
    })
}

pub(super) fn gap(row: &PgRow) -> Result<Gap, StoreError> {
    Ok(Gap {
        from: Millis(row.try_get("from_at")?),
        until: Millis(row.try_get("until_at")?),
        cause: cause_of_columns(row.try_get("cause")?, row.try_get("cause_code")?)?,
    })
}

impl PostgresStore {
    pub async fn series(&self, id: StreamId) -> Result<StoredSeries, StoreError> {
        let mut transaction = self.begin_snapshot().await?;
        series_in(&mut transaction, id).await
    }

    pub async fn runs_since(&self, id: StreamId, since: Millis) -> Result<Vec<Run>, StoreError> {
        let rows = sqlx::query("SELECT * FROM reading WHERE stream = $1 AND until_answered >= $2 ORDER BY from_asked")
            .bind(id.0)
            .bind(since.0)
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(run).collect()
    }

    pub async fn recent(&self, id: StreamId, since: Millis) -> Result<RecentSeries, StoreError> {
        let runs = self.runs_since(id, since).await?;
        let gaps = sqlx::query("SELECT * FROM gap WHERE stream = $1 AND until_at >= $2 ORDER BY from_at");
        let gaps = gaps.bind(id.0).bind(since.0).fetch_all(&self.pool).await?;
        let corrected = sqlx::query_as(
            "SELECT from_at, until_at FROM restated WHERE stream = $1 AND until_at >= $2 ORDER BY from_at",
        );
        let corrected: Vec<(i64, i64)> = corrected.bind(id.0).bind(since.0).fetch_all(&self.pool).await?;
        Ok(RecentSeries {
            runs,
            gaps: gaps.iter().map(gap).collect::<Result<_, _>>()?,
            corrected: corrected.into_iter().map(|(from, until)| (Millis(from), Millis(until))).collect(),
        })
    }

    pub async fn runs_around(&self, id: StreamId, at: Millis) -> Result<Vec<Run>, StoreError> {
        let rows = sqlx::query(
            "SELECT * FROM (SELECT * FROM reading WHERE stream = $1 AND from_asked <= $2 ORDER BY from_asked DESC LIMIT 1) AS before
             UNION ALL
             SELECT * FROM (SELECT * FROM reading WHERE stream = $1 AND from_asked > $2 ORDER BY from_asked LIMIT 1) AS after",
        )
        .bind(id.0)
        .bind(at.0)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(run).collect()
    }

    pub async fn room_closed(&self, id: StreamId) -> Result<Option<RoomClosedRow>, StoreError> {
        let row = sqlx::query("SELECT * FROM closing WHERE stream = $1").bind(id.0).fetch_optional(&self.pool).await?;
        row.as_ref().map(parse_room_closed).transpose()
    }

    pub async fn take_waiting(&self, app: AppId) -> Result<BTreeMap<RoomId, Vec<Reading>>, StoreError> {
        let mut transaction = self.begin_collector().await?;
        let rows = sqlx::query("DELETE FROM waiting_reading WHERE app = $1 RETURNING *")
            .bind(app.0)
            .fetch_all(&mut *transaction)
            .await?;
        let mut waiting: BTreeMap<RoomId, Vec<Reading>> = BTreeMap::new();
        for row in &rows {
            let room = RoomId::parse(&text(row, "room")?)
                .map_err(|error| StoreError::corrupt("waiting_reading.room", error))?;
            let (asked, answered) = (Millis(row.try_get("asked")?), Millis(row.try_get("answered")?));
            waiting.entry(room).or_default().push(Reading { asked, answered, counters: counters(row)? });
        }
        for readings in waiting.values_mut() {
            readings.sort_unstable_by_key(|reading| reading.asked);
        }
        transaction.commit().await?;
        Ok(waiting)
    }

    pub async fn last_run(&self, id: StreamId) -> Result<Option<Run>, StoreError> {
        let mut connection = self.pool.acquire().await?;
        last_run_in(&mut connection, id).await
    }
}

pub(super) async fn put_waiting(
    connection: &mut PgConnection,
    app: AppId,
    room: &RoomId,
    readings: &[Reading],
) -> Result<(), sqlx::Error> {
    for reading in readings {
        let query = sqlx::query(
            "INSERT INTO waiting_reading
                (app, room, asked, answered, viewers, gifts, coins, gifters, likes, messages)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             ON CONFLICT (app, room, asked) DO NOTHING",
        )
        .bind(app.0)
        .bind(escape(room.as_str()))
        .bind(reading.asked.0)
        .bind(reading.answered.0);
        bind_counters(query, &reading.counters).execute(&mut *connection).await?;
    }
    Ok(())
}

pub(super) fn parse_room_closed(row: &PgRow) -> Result<RoomClosedRow, StoreError> {
    Ok(RoomClosedRow {
        event_time: Millis(row.try_get("event_time")?),
        received_at: Millis(row.try_get("received_at")?),
        statistic: totals(row)?,
        contradicted_at: row.try_get::<Option<i64>, _>("contradicted_at")?.map(Millis),
    })
}

/// The series as one transaction sees it.
pub(super) async fn series_in(connection: &mut PgConnection, id: StreamId) -> Result<StoredSeries, StoreError> {
    let runs = sqlx::query("SELECT * FROM reading WHERE stream = $1 ORDER BY from_asked")
        .bind(id.0)
        .fetch_all(&mut *connection)
        .await?;
    let runs = runs.iter().map(run).collect::<Result<_, _>>()?;
    Ok(StoredSeries { runs, ..without_runs_in(connection, id).await? })
}

/// The newest run.
pub(super) async fn last_run_in(connection: &mut PgConnection, id: StreamId) -> Result<Option<Run>, StoreError> {
    let row = sqlx::query("SELECT * FROM reading WHERE stream = $1 ORDER BY from_asked DESC LIMIT 1")
        .bind(id.0)
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(run).transpose()
}

/// The series but for its runs, which are nearly all of it.
pub(super) async fn without_runs_in(connection: &mut PgConnection, id: StreamId) -> Result<StoredSeries, StoreError> {
    let gaps = sqlx::query("SELECT from_at, until_at, cause, cause_code FROM gap WHERE stream = $1 ORDER BY from_at")
        .bind(id.0)
        .fetch_all(&mut *connection)
        .await?;
    let corrected =
        sqlx::query_as::<_, (i64, i64)>("SELECT from_at, until_at FROM restated WHERE stream = $1 ORDER BY from_at")
            .bind(id.0)
            .fetch_all(&mut *connection)
            .await?;
    let excluded = sqlx::query_scalar(
        "SELECT count(*) FROM set_aside WHERE stream = $1 AND verdict NOT IN ('next_life', 'restated')",
    )
    .bind(id.0)
    .fetch_one(&mut *connection)
    .await?;
    let failures = sqlx::query_as::<_, (String, i64, i64, Option<String>)>(
        "SELECT code, count, last_at, request_id FROM failure WHERE stream = $1 ORDER BY count DESC, code",
    )
    .bind(id.0)
    .fetch_all(&mut *connection)
    .await?;
    let moments = sqlx::query_as::<_, (String, String, i64, Option<i64>, Option<String>)>(
        "SELECT kind, key, from_at, until_at, label FROM moment WHERE stream = $1 ORDER BY from_at, kind, key",
    )
    .bind(id.0)
    .fetch_all(&mut *connection)
    .await?;
    let room_closed_row =
        sqlx::query("SELECT * FROM closing WHERE stream = $1").bind(id.0).fetch_optional(&mut *connection).await?;
    Ok(StoredSeries {
        runs: Vec::new(),
        gaps: gaps.iter().map(gap).collect::<Result<_, _>>()?,
        corrected: corrected.into_iter().map(|(from, until)| (Millis(from), Millis(until))).collect(),
        excluded,
        failures: failures
            .into_iter()
            .map(|(code, count, last_at, request_id)| FailureRow {
                code: unescape(code),
                count,
                last_at: Millis(last_at),
                request_id: request_id.map(unescape),
            })
            .collect(),
        moments: moments
            .into_iter()
            .map(|(kind, key, from, until, label)| {
                let kind = from_stored_name("moment.kind", unescape(kind))?;
                Ok(MomentRow {
                    kind,
                    key: unescape(key),
                    from: Millis(from),
                    until: until.map(Millis),
                    label: label.map(unescape),
                })
            })
            .collect::<Result<_, StoreError>>()?,
        room_closed: room_closed_row.as_ref().map(parse_room_closed).transpose()?,
    })
}
