//! What each [`Write`] changes in the database: one function per variant.

use super::lease::in_time;
use super::readings::put_waiting;
use super::row::{bind_counters, bind_totals, escape};
use super::{PostgresStore, rooms, streams};
use crate::calendar::DayRules;
use crate::domain::{AppId, EndEvidence, ExclusionReason, Gap, Millis, Reading, Run, StreamId};
use crate::store::StoreError;
use crate::store::types::{MomentRow, NewStream, RoomClosedRow, Write, cause_columns, stored_name};
use sqlx::PgConnection;

impl PostgresStore {
    pub async fn import(
        &self,
        stream: &NewStream,
        writes: impl FnOnce(StreamId) -> Vec<Write> + Send,
    ) -> Result<StreamId, StoreError> {
        let mut transaction = self.begin_collector().await?;
        let id = streams::open_in(&mut transaction, &self.days, None, stream).await?;
        let mut newest = None;
        for write in writes(id) {
            match write {
                Write::Run { run, request_id, retries, .. } => {
                    put_run(&mut transaction, id, &run).await?;
                    newest = Some((run, request_id, retries));
                }
                other => apply(&mut transaction, &self.days, &other).await?,
            }
        }
        if let Some((run, request_id, retries)) = newest {
            put_totals(&mut transaction, id, &run, request_id.as_deref(), retries).await?;
        }
        transaction.changed(id);
        transaction.commit().await?;
        Ok(id)
    }

    pub async fn apply_all(&self, writes: &[Write]) -> Result<(), StoreError> {
        self.apply_group(writes, &[]).await
    }

    pub async fn apply_group(&self, writes: &[Write], signals: &[String]) -> Result<(), StoreError> {
        let mut transaction = self.begin_collector().await?;
        let work = async {
            for write in writes {
                apply(&mut transaction, &self.days, write).await?;
            }
            Ok(())
        };
        in_time(work).await?;
        if let Some(group) = transaction.group() {
            (group.writes, group.signals) = (writes.to_vec(), signals.to_vec());
        }
        transaction.commit().await?;
        Ok(())
    }
}

/// Writes one change. A sealed stream takes no readings: its report does not contain them.
pub(super) async fn apply(connection: &mut PgConnection, days: &DayRules, write: &Write) -> Result<(), sqlx::Error> {
    match write {
        Write::Followed { app, room, found_by, at } => rooms::follow_in(connection, *app, room, *found_by, *at).await,
        Write::Unfollowed { app, room } => rooms::unfollow_in(connection, *app, room).await,
        Write::Opened { stream, new } => streams::open_in(connection, days, Some(*stream), new).await.map(drop),
        Write::Run { stream, run, request_id, retries } => {
            put_run(connection, *stream, run).await?;
            put_totals(connection, *stream, run, request_id.as_deref(), *retries).await
        }
        Write::ReassignReadings { stream, since, last } => reassign_readings(connection, *stream, *since, *last).await,
        Write::Gap { stream, gap } => put_gap(connection, *stream, *gap).await,
        Write::Excluded { stream, reading, reason } => exclude(connection, *stream, reading, *reason).await,
        Write::ResolveUndecided { stream, reason } => judge_undecided(connection, *stream, *reason).await,
        Write::UpstreamCorrection { stream, from, until } => {
            put_upstream_correction(connection, *stream, *from, *until).await
        }
        Write::Failure { stream, code, at, request_id, retries } => {
            count_failure(connection, *stream, code, *at, request_id.as_deref(), *retries).await
        }
        Write::Created { stream, create_time } => set_create_time(connection, days, *stream, *create_time).await,
        Write::Ending { stream, ended_at, ended_after, by, evidence_at } => {
            set_ending(connection, *stream, *ended_at, *ended_after, *by, *evidence_at).await
        }
        Write::Returned { stream } => set_live(connection, *stream).await,
        Write::RoomClosed { stream, room_closed } => put_room_closed(connection, *stream, room_closed).await,
        Write::Contradicted { stream, at } => contradict_room_closed(connection, *stream, *at).await,
        Write::ContradictionWithdrawn { stream, event_time } => {
            remove_contradiction(connection, *stream, *event_time).await
        }
        Write::Moment { stream, moment } => put_moment(connection, *stream, moment).await,
        Write::HostPresence { stream, at, online } => set_host_presence(connection, *stream, *at, *online).await,
        Write::Waiting { app, room, readings } => put_waiting(connection, *app, room, readings).await,
        Write::Described { app, room, stream, title, host, host_name } => {
            let (title, host, host_name) = (title.as_deref(), host.as_deref(), host_name.as_deref());
            rooms::describe_in(connection, *app, room, *stream, title, host, host_name).await
        }
    }
}

/// Stores a gap; it replaces one with the same beginning.
async fn put_gap(connection: &mut PgConnection, stream: StreamId, gap: Gap) -> Result<(), sqlx::Error> {
    let (cause, code) = cause_columns(gap.cause);
    sqlx::query(
        "INSERT INTO gap (stream, from_at, until_at, cause, cause_code) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (stream, from_at) DO UPDATE SET until_at = excluded.until_at, cause = excluded.cause,
            cause_code = excluded.cause_code",
    )
    .bind(stream.0)
    .bind(gap.from.0)
    .bind(gap.until.0)
    .bind(cause)
    .bind(code)
    .execute(&mut *connection)
    .await?;
    Ok(())
}

/// Stores a reading that does not count.
async fn exclude(
    connection: &mut PgConnection,
    stream: StreamId,
    reading: &Reading,
    reason: ExclusionReason,
) -> Result<(), sqlx::Error> {
    let query = sqlx::query(
        "INSERT INTO set_aside (stream, asked, answered, viewers, gifts, coins, gifters, likes, messages, verdict)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (stream, asked) DO UPDATE SET verdict = excluded.verdict",
    )
    .bind(stream.0)
    .bind(reading.asked.0)
    .bind(reading.answered.0);
    bind_counters(query, &reading.counters).bind(stored_name(reason)).execute(&mut *connection).await?;
    Ok(())
}

/// Stores the reason of exclusion of all readings that have none yet.
async fn judge_undecided(
    connection: &mut PgConnection,
    stream: StreamId,
    reason: ExclusionReason,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE set_aside SET verdict = $2 WHERE stream = $1 AND verdict = 'open'")
        .bind(stream.0)
        .bind(stored_name(reason))
        .execute(&mut *connection)
        .await?;
    Ok(())
}

/// Stores a span in which Tencent corrected its totals.
async fn put_upstream_correction(
    connection: &mut PgConnection,
    stream: StreamId,
    from: Millis,
    until: Millis,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO restated (stream, from_at, until_at) VALUES ($1, $2, $3)
         ON CONFLICT (stream, from_at) DO UPDATE SET until_at = excluded.until_at",
    )
    .bind(stream.0)
    .bind(from.0)
    .bind(until.0)
    .execute(&mut *connection)
    .await?;
    Ok(())
}

/// Counts a failed call, and its retries.
async fn count_failure(
    connection: &mut PgConnection,
    stream: StreamId,
    code: &str,
    at: Millis,
    request_id: Option<&str>,
    retries: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO failure AS known (stream, code, count, last_at, request_id) VALUES ($1, $2, 1, $3, $4)
         ON CONFLICT (stream, code) DO UPDATE SET count = known.count + 1, last_at = excluded.last_at,
            request_id = coalesce(excluded.request_id, known.request_id)",
    )
    .bind(stream.0)
    .bind(escape(code))
    .bind(at.0)
    .bind(request_id.map(escape))
    .execute(&mut *connection)
    .await?;
    sqlx::query("UPDATE live SET retries = retries + $2 WHERE stream = $1")
        .bind(stream.0)
        .bind(retries)
        .execute(&mut *connection)
        .await?;
    Ok(())
}

/// Completes a stream that was opened without a CreateTime.
async fn set_create_time(
    connection: &mut PgConnection,
    days: &DayRules,
    stream: StreamId,
    create_time: i64,
) -> Result<(), sqlx::Error> {
    let app: Option<i64> = sqlx::query_scalar("SELECT app FROM stream WHERE id = $1")
        .bind(stream.0)
        .fetch_optional(&mut *connection)
        .await?;
    let Some(app) = app else { return Ok(()) };
    let business_day = days.day_of(AppId(app), Millis::from_seconds(create_time)).0;
    // Where the session has streams already, this one is its next part: it counts from where they ended (their own
    // totals add up to that), but not from above its first reading.
    sqlx::query(
        "WITH known AS (
            SELECT max(other.part) AS part, sum(coalesce(live.viewers, other.viewers))::bigint AS viewers,
                sum(coalesce(live.gifts, other.gifts))::bigint AS gifts,
                sum(coalesce(live.coins, other.coins))::bigint AS coins,
                sum(coalesce(live.gifters, other.gifters))::bigint AS gifters,
                sum(coalesce(live.likes, other.likes))::bigint AS likes,
                sum(coalesce(live.messages, other.messages))::bigint AS messages
            FROM stream AS this JOIN stream AS other ON other.app = this.app
                AND other.room = this.room AND other.create_time = $2 AND other.kind = 'stream'
            LEFT JOIN live ON live.stream = other.id
            WHERE this.id = $1),
         first AS (SELECT * FROM reading WHERE reading.stream = $1 ORDER BY from_asked LIMIT 1),
         start AS (
            SELECT known.part,
                CASE WHEN known.viewers IS NULL THEN 0 ELSE least(known.viewers, first.viewers) END AS viewers,
                CASE WHEN known.gifts IS NULL THEN 0 ELSE least(known.gifts, first.gifts) END AS gifts,
                CASE WHEN known.coins IS NULL THEN 0 ELSE least(known.coins, first.coins) END AS coins,
                CASE WHEN known.gifters IS NULL THEN 0 ELSE least(known.gifters, first.gifters) END AS gifters,
                CASE WHEN known.likes IS NULL THEN 0 ELSE least(known.likes, first.likes) END AS likes,
                CASE WHEN known.messages IS NULL THEN 0 ELSE least(known.messages, first.messages) END AS messages
            FROM known LEFT JOIN first ON true)
         UPDATE stream SET create_time = $2, part = coalesce(start.part + 1, 0),
            started_at = CASE WHEN start.part IS NULL THEN $2 * 1000 ELSE started_at END,
            business_day = CASE WHEN start.part IS NULL THEN $3 ELSE business_day END,
            start_viewers = start.viewers, start_gifts = start.gifts, start_coins = start.coins,
            start_gifters = start.gifters, start_likes = start.likes, start_messages = start.messages
         FROM start WHERE id = $1 AND create_time IS NULL",
    )
    .bind(stream.0)
    .bind(create_time)
    .bind(business_day)
    .execute(&mut *connection)
    .await?;
    recompute_totals(connection, stream).await?;
    Ok(())
}

/// The stream ends, as far as the evidence goes.
async fn set_ending(
    connection: &mut PgConnection,
    stream: StreamId,
    ended_at: Millis,
    ended_after: Option<Millis>,
    by: EndEvidence,
    evidence_at: Millis,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE stream SET state = 'ending', ended_at = $2, ended_after = $3, ended_by = $4, evidence_at = $5
         WHERE id = $1 AND state <> 'sealed'",
    )
    .bind(stream.0)
    .bind(ended_at.0)
    .bind(ended_after.map(|after| after.0))
    .bind(stored_name(by))
    .bind(evidence_at.0)
    .execute(&mut *connection)
    .await?;
    Ok(())
}

/// The stream is live again, without an end.
async fn set_live(connection: &mut PgConnection, stream: StreamId) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE stream SET state = 'live', ended_at = NULL, ended_after = NULL, ended_by = NULL,
            evidence_at = NULL WHERE id = $1 AND state = 'ending'",
    )
    .bind(stream.0)
    .execute(&mut *connection)
    .await?;
    Ok(())
}

/// Stores Tencent's room-closed webhook.
async fn put_room_closed(
    connection: &mut PgConnection,
    stream: StreamId,
    room_closed: &RoomClosedRow,
) -> Result<(), sqlx::Error> {
    // Several messages of one end are one: the latest time, and of each total the greatest (`greatest` ignores nulls),
    // since it only grows. A contradicted one is replaced, but not by copies of itself.
    let query = sqlx::query(
        "INSERT INTO closing AS known
            (stream, event_time, received_at, viewers, gifts, coins, gifters, likes, messages)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (stream) DO UPDATE SET (event_time, received_at, viewers, gifts, coins, gifters, likes, messages,
            contradicted_at) = (SELECT greatest(stays.event_time, excluded.event_time),
                least(stays.received_at, excluded.received_at), greatest(stays.viewers, excluded.viewers),
                greatest(stays.gifts, excluded.gifts), greatest(stays.coins, excluded.coins),
                greatest(stays.gifters, excluded.gifters), greatest(stays.likes, excluded.likes),
                greatest(stays.messages, excluded.messages), NULL::bigint
             FROM (SELECT) AS one LEFT JOIN (SELECT known.event_time, known.received_at, known.viewers, known.gifts,
                known.coins, known.gifters, known.likes, known.messages WHERE known.contradicted_at IS NULL) AS stays
                ON true)
         WHERE NOT EXISTS (SELECT 1 FROM moment WHERE moment.stream = $1 AND kind = 'closing_contradicted'
            AND key = excluded.event_time::text)",
    )
    .bind(stream.0)
    .bind(room_closed.event_time.0)
    .bind(room_closed.received_at.0);
    bind_totals(query, &room_closed.statistic).execute(&mut *connection).await?;
    Ok(())
}

/// The room contradicted its room-closed webhook.
async fn contradict_room_closed(
    connection: &mut PgConnection,
    stream: StreamId,
    at: Millis,
) -> Result<(), sqlx::Error> {
    // The event stays listed, also when a true message follows.
    sqlx::query(
        "INSERT INTO moment (stream, kind, from_at, key)
         SELECT stream, 'closing_contradicted', event_time, event_time::text FROM closing WHERE stream = $1
         ON CONFLICT (stream, kind, key) DO NOTHING",
    )
    .bind(stream.0)
    .execute(&mut *connection)
    .await?;
    sqlx::query("UPDATE closing SET contradicted_at = $2 WHERE stream = $1")
        .bind(stream.0)
        .bind(at.0)
        .execute(&mut *connection)
        .await?;
    Ok(())
}

/// The contradicted room-closed webhook was true.
async fn remove_contradiction(
    connection: &mut PgConnection,
    stream: StreamId,
    event_time: Millis,
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM moment WHERE stream = $1 AND kind = 'closing_contradicted' AND key = $2")
        .bind(stream.0)
        .bind(event_time.0.to_string())
        .execute(&mut *connection)
        .await?;
    sqlx::query("UPDATE closing SET contradicted_at = NULL WHERE stream = $1 AND event_time = $2")
        .bind(stream.0)
        .bind(event_time.0)
        .execute(&mut *connection)
        .await?;
    Ok(())
}

/// Stores an event; a repeated message completes the same one.
async fn put_moment(connection: &mut PgConnection, stream: StreamId, moment: &MomentRow) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO moment AS known (stream, kind, from_at, until_at, key, label) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (stream, kind, key) DO UPDATE SET from_at = least(known.from_at, excluded.from_at),
            until_at = coalesce(excluded.until_at, known.until_at), label = coalesce(excluded.label, known.label)",
    )
    .bind(stream.0)
    .bind(escape(moment.kind.name()))
    .bind(moment.from.0)
    .bind(moment.until.map(|until| until.0))
    .bind(escape(&moment.key))
    .bind(moment.label.as_deref().map(escape))
    .execute(&mut *connection)
    .await?;
    Ok(())
}

/// Stores when the host came or left.
async fn set_host_presence(
    connection: &mut PgConnection,
    stream: StreamId,
    at: Millis,
    online: bool,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE stream SET host_left_at = CASE WHEN $3 THEN NULL ELSE $2 END,
            host_online_at = CASE WHEN $3 THEN $2 ELSE host_online_at END
         WHERE id = $1 AND state <> 'sealed'",
    )
    .bind(stream.0)
    .bind(at.0)
    .bind(online)
    .execute(&mut *connection)
    .await?;
    Ok(())
}

/// Cuts a stream's readings off at `since`: later runs are deleted, the run across it is shortened, the totals recomputed.
async fn reassign_readings(
    connection: &mut PgConnection,
    stream: StreamId,
    since: Millis,
    last: Option<Reading>,
) -> Result<(), sqlx::Error> {
    for sql in [
        "DELETE FROM reading WHERE stream = $1 AND from_asked >= $2",
        "DELETE FROM gap WHERE stream = $1 AND until_at >= $2",
    ] {
        sqlx::query(sql).bind(stream.0).bind(since.0).execute(&mut *connection).await?;
    }
    // How many readings of the run came before is not stored; at least one did, which is enough for bounds.
    sqlx::query(
        "UPDATE reading SET count = CASE WHEN $3 > from_asked THEN 2 ELSE 1 END,
            until_asked = greatest($3, from_asked), until_answered = greatest($4, from_answered)
         WHERE stream = $1 AND until_asked >= $2",
    )
    .bind(stream.0)
    .bind(since.0)
    .bind(last.map(|last| last.asked.0))
    .bind(last.map(|last| last.answered.0))
    .execute(&mut *connection)
    .await?;
    recompute_totals(connection, stream).await
}

/// The stream's totals and times are again those of its newest stored reading.
async fn recompute_totals(connection: &mut PgConnection, stream: StreamId) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE live SET viewers = greatest(0, last.viewers - start_viewers),
            gifts = greatest(0, last.gifts - start_gifts), coins = greatest(0, last.coins - start_coins),
            gifters = greatest(0, last.gifters - start_gifters), likes = greatest(0, last.likes - start_likes),
            messages = greatest(0, last.messages - start_messages), last_asked = last.until_asked,
            last_answered = last.until_answered
         FROM stream CROSS JOIN LATERAL
            (SELECT * FROM reading WHERE reading.stream = $1 ORDER BY from_asked DESC LIMIT 1) AS last
         WHERE live.stream = $1 AND stream.id = $1",
    )
    .bind(stream.0)
    .execute(&mut *connection)
    .await?;
    // `greatest` would make a zero of what is unknown.
    sqlx::query(
        "UPDATE live SET viewers = NULL, gifts = NULL, coins = NULL, gifters = NULL, likes = NULL, messages = NULL,
            last_asked = NULL, last_answered = NULL
         WHERE stream = $1 AND NOT EXISTS (SELECT 1 FROM reading WHERE reading.stream = $1)",
    )
    .bind(stream.0)
    .execute(&mut *connection)
    .await?;
    Ok(())
}

/// Writes the newest run as it is now.
pub(super) async fn put_run(connection: &mut PgConnection, stream: StreamId, run: &Run) -> Result<(), sqlx::Error> {
    let query = sqlx::query(
        "INSERT INTO reading (stream, from_asked, from_answered, until_asked, until_answered, count,
            viewers, gifts, coins, gifters, likes, messages)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12
         WHERE EXISTS (SELECT 1 FROM live WHERE live.stream = $1)
         ON CONFLICT (stream, from_asked) DO UPDATE SET
            until_asked = excluded.until_asked, until_answered = excluded.until_answered, count = excluded.count",
    )
    .bind(stream.0)
    .bind(run.from.0)
    .bind(run.from_answered.0)
    .bind(run.until_asked.0)
    .bind(run.until.0)
    .bind(run.count);
    bind_counters(query, &run.counters).execute(&mut *connection).await?;
    Ok(())
}

/// The stream's totals, counted from its start, and times are those of its newest run.
pub(super) async fn put_totals(
    connection: &mut PgConnection,
    stream: StreamId,
    run: &Run,
    request_id: Option<&str>,
    retries: i64,
) -> Result<(), sqlx::Error> {
    let query = sqlx::query(
        "UPDATE live SET viewers = greatest(0, $2 - start_viewers), gifts = greatest(0, $3 - start_gifts),
            coins = greatest(0, $4 - start_coins), gifters = greatest(0, $5 - start_gifters),
            likes = greatest(0, $6 - start_likes), messages = greatest(0, $7 - start_messages),
            last_asked = $8, last_answered = $9, last_request_id = coalesce($10, live.last_request_id),
            retries = live.retries + $11
         FROM stream WHERE live.stream = $1 AND stream.id = $1",
    )
    .bind(stream.0);
    bind_counters(query, &run.counters)
        .bind(run.until_asked.0)
        .bind(run.until.0)
        .bind(request_id.map(escape))
        .bind(retries)
        .execute(&mut *connection)
        .await?;
    Ok(())
}
