//! A row of `stream` as the types of the domain.

use crate::domain::{
    AppId, Counter, Counters, Day, EndEvidence, Millis, RoomId, Seal, StreamId, StreamSummary, Verdict,
};
use crate::store::sqlite::row::totals;
use crate::store::types::{OpenStream, SessionPart, from_stored_name};
use crate::store::{StoreError, curve};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

pub(super) const COLUMNS: &str = "id, app, room, kind, create_time, part, title, host, host_name, state, interval_ms, first_seen,
    started_at, coalesce(business_day, listed_at / 86400000) AS business_day, show_ended_at, ended_at, ended_after,
    ended_by, evidence_at, host_left_at, host_online_at, viewers, gifts, coins, gifters, likes, messages, last_asked, last_answered, retries, last_request_id, note, number, revision, sha256, sealed_at,
    coverage, verdict, curve, usual_streams, usual_coins, start_viewers, start_gifts, start_coins, start_gifters,
    start_likes, start_messages";

pub(super) fn summary(row: &SqliteRow) -> Result<StreamSummary, StoreError> {
    let millis = |name| -> Result<Option<Millis>, sqlx::Error> { Ok(row.try_get::<Option<i64>, _>(name)?.map(Millis)) };
    let number: Option<i64> = row.try_get("number")?;
    let seal = match number {
        None => None,
        Some(number) => Some(Seal {
            number,
            revision: row.try_get("revision")?,
            sha256: row.try_get("sha256")?,
            sealed_at: Millis(row.try_get("sealed_at")?),
            coverage: row.try_get("coverage")?,
            verdict: row
                .try_get::<Option<String>, _>("verdict")?
                .map(|word| from_stored_name::<Verdict>("stream.verdict", word))
                .transpose()?,
            curve: curve::from_bytes(row.try_get::<Option<_>, _>("curve")?.unwrap_or_default()),
            baseline_streams: row.try_get("usual_streams")?,
            baseline_coins: row.try_get("usual_coins")?,
        }),
    };
    Ok(StreamSummary {
        id: StreamId(row.try_get("id")?),
        app: AppId(row.try_get("app")?),
        room: RoomId::parse(row.try_get("room")?).map_err(|error| StoreError::corrupt("stream.room", error))?,
        kind: from_stored_name("stream.kind", row.try_get("kind")?)?,
        title: row.try_get("title")?,
        host: row.try_get("host")?,
        host_name: row.try_get("host_name")?,
        state: from_stored_name("stream.state", row.try_get("state")?)?,
        created_at: row.try_get::<Option<i64>, _>("create_time")?.map(Millis::from_seconds),
        started_at: Millis(row.try_get("started_at")?),
        business_day: Day(row.try_get("business_day")?),
        show_ended_at: millis("show_ended_at")?,
        ended_at: millis("ended_at")?,
        ended_after: millis("ended_after")?,
        ended_by: row
            .try_get::<Option<String>, _>("ended_by")?
            .map(|word| from_stored_name::<EndEvidence>("stream.ended_by", word))
            .transpose()?,
        totals: totals(row)?,
        last_asked: millis("last_asked")?,
        last_answered: millis("last_answered")?,
        seal,
    })
}

fn start(row: &SqliteRow) -> Result<Counters, sqlx::Error> {
    let mut start = Counters::default();
    for counter in Counter::ALL {
        *start.get_mut(counter) = row.try_get(format!("start_{}", counter.name()).as_str())?;
    }
    Ok(start)
}

pub(super) fn open_stream(row: &SqliteRow) -> Result<OpenStream, StoreError> {
    Ok(OpenStream {
        summary: summary(row)?,
        create_time: row.try_get("create_time")?,
        part: SessionPart { number: row.try_get("part")?, start: start(row)? },
        interval_ms: row.try_get("interval_ms")?,
        first_seen: Millis(row.try_get("first_seen")?),
        evidence_at: row.try_get::<Option<i64>, _>("evidence_at")?.map(Millis),
        host_left_at: row.try_get::<Option<i64>, _>("host_left_at")?.map(Millis),
        host_online_at: row.try_get::<Option<i64>, _>("host_online_at")?.map(Millis),
        retries: row.try_get("retries")?,
        last_request_id: row.try_get("last_request_id")?,
        note: row.try_get("note")?,
    })
}
