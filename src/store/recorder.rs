//! The one writer of readings: takes writes in order, commits them in groups, and passes on only what is committed.
//!
//! May not: drop a write. Where the database refuses (a full disk, a lock), it keeps the group, says so, and tries again.

use super::readings::cause_columns;
use super::rooms::FoundBy;
use super::streams::{ClosingRow, MomentRow, NewStream, word};
use super::{Store, StoreError};
use crate::calendar::DayRules;
use crate::clock::Clock;
use crate::domain::{AppId, Counter, EndEvidence, Gap, Millis, Reading, RoomId, Run, StreamId};
use sqlx::SqliteConnection;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{broadcast, mpsc, oneshot};

/// One change to an unsealed stream. The order of writes is the order of what happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// A room is monitored from now on.
    Followed {
        app: AppId,
        room: RoomId,
        found_by: FoundBy,
        at: Millis,
    },
    /// The stream begins, under an id that [`Store::reserve_stream`] gave.
    Opened {
        stream: StreamId,
        new: Box<NewStream>,
    },
    /// The stream's newest run as it is now; also its totals.
    Run {
        stream: StreamId,
        run: Run,
        request_id: Option<String>,
        retries: i64,
    },
    /// Readings asked since then turned out to be another stream's. `last` is the last that stays, where the collector
    /// knows it; else the run before stands as it is.
    Withdraw {
        stream: StreamId,
        since: Millis,
        last: Option<Reading>,
    },
    Gap {
        stream: StreamId,
        gap: Gap,
    },
    /// A reading kept but not counted; `verdict` is `open` until more is known.
    SetAside {
        stream: StreamId,
        reading: Reading,
        verdict: &'static str,
    },
    /// What became of all open set-aside readings of the stream.
    Judge {
        stream: StreamId,
        verdict: &'static str,
    },
    Restated {
        stream: StreamId,
        from: Millis,
        until: Millis,
    },
    Failure {
        stream: StreamId,
        code: String,
        at: Millis,
        request_id: Option<String>,
        retries: i64,
    },
    /// CreateTime was told after the stream was opened.
    Created {
        stream: StreamId,
        create_time: i64,
    },
    Ending {
        stream: StreamId,
        ended_at: Millis,
        ended_after: Option<Millis>,
        by: EndEvidence,
        evidence_at: Millis,
    },
    /// The room answered again with the same CreateTime: live as before.
    Returned {
        stream: StreamId,
    },
    Closing {
        stream: StreamId,
        closing: ClosingRow,
    },
    Contradicted {
        stream: StreamId,
        at: Millis,
    },
    /// The room was gone soon after it contradicted this room-closed webhook: the webhook was true.
    ContradictionWithdrawn {
        stream: StreamId,
        event_time: Millis,
    },
    Moment {
        stream: StreamId,
        moment: MomentRow,
    },
    HostLeft {
        stream: StreamId,
        at: Option<Millis>,
    },
    /// What Tencent tells of a room, for the room and the stream that it was told of.
    Described {
        app: AppId,
        room: RoomId,
        stream: Option<StreamId>,
        title: Option<String>,
        host: Option<String>,
        host_name: Option<String>,
    },
}

enum Job {
    /// Committed together: a crash leaves all of them or none.
    Writes(Vec<Write>),
    Flush(oneshot::Sender<()>),
}

/// Handle of the writer; clones share it.
#[derive(Clone, Debug)]
pub struct Recorder {
    jobs: mpsc::UnboundedSender<Job>,
    committed: broadcast::Sender<Arc<Vec<Write>>>,
    trouble: Arc<Mutex<Option<Trouble>>>,
}

/// Why nothing can be written, for the status page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    pub since: Millis,
    /// Changes that wait; none is lost while we run.
    pub waiting: usize,
    /// What the database said.
    pub words: String,
    /// What to do about it.
    pub cure: &'static str,
}

/// The writer has ended: nothing handed over since its last commit is in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the writer of the database has ended")]
pub struct WriterGone;

impl std::fmt::Debug for Job {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Job")
    }
}

/// How often a commit that failed is tried again.
const AGAIN: Duration = Duration::from_secs(1);
/// While it fails the log says so once in so many tries: a full disk does not fill the log too.
const SAY_EVERY: u32 = 60;

/// Longest time a write waits for company. Longer saves little, since a group takes what came during the last commit.
const GROUP: Duration = Duration::from_millis(50);

impl Recorder {
    /// A handle and its writer, which ends when every handle is gone and everything is written.
    pub fn new(store: Store) -> (Self, impl Future<Output = ()> + Send) {
        let (jobs, queue) = mpsc::unbounded_channel();
        let (committed, _) = broadcast::channel(1024);
        let trouble = Arc::new(Mutex::new(None));
        let writer = run(store, queue, committed.clone(), trouble.clone());
        (Self { jobs, committed, trouble }, writer)
    }

    /// [`new`](Self::new) with the writer as a task that nobody watches.
    pub fn start(store: Store) -> Self {
        let (recorder, writer) = Self::new(store);
        tokio::spawn(writer);
        recorder
    }

    /// Hands a write over; it is committed within a second, in order.
    pub fn write(&self, write: Write) {
        self.write_all(vec![write]);
    }

    /// Hands over what belongs together: all of it is in the file after a crash, or none.
    pub fn write_all(&self, writes: Vec<Write>) {
        if !writes.is_empty() {
            // Where the writer has ended, the program is stopping; `flush` tells.
            let _ = self.jobs.send(Job::Writes(writes));
        }
    }

    /// Returns when everything written so far is committed.
    pub async fn flush(&self) -> Result<(), WriterGone> {
        let (done, wait) = oneshot::channel();
        self.jobs.send(Job::Flush(done)).map_err(|_| WriterGone)?;
        wait.await.map_err(|_| WriterGone)
    }

    /// Every committed group, in order.
    pub fn committed(&self) -> broadcast::Receiver<Arc<Vec<Write>>> {
        self.committed.subscribe()
    }

    /// Whether the last commit failed and is being tried again.
    pub fn is_failing(&self) -> bool {
        self.trouble().is_some()
    }

    /// Why the last commit failed, while it is tried again.
    pub fn trouble(&self) -> Option<Trouble> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn run(
    store: Store,
    mut queue: mpsc::UnboundedReceiver<Job>,
    committed: broadcast::Sender<Arc<Vec<Write>>>,
    trouble: Arc<Mutex<Option<Trouble>>>,
) {
    let tell =
        |told: Option<Trouble>| std::mem::replace(&mut *trouble.lock().unwrap_or_else(PoisonError::into_inner), told);
    while let Some(first) = queue.recv().await {
        let mut jobs = vec![first];
        let deadline = tokio::time::Instant::now() + GROUP;
        while let Ok(Some(job)) = tokio::time::timeout_at(deadline, queue.recv()).await {
            let flush = matches!(job, Job::Flush(_));
            jobs.push(job);
            if flush {
                break;
            }
        }
        let mut writes = Vec::new();
        let mut waiting = Vec::new();
        for job in jobs {
            match job {
                Job::Writes(more) => writes.extend(more),
                Job::Flush(done) => waiting.push(done),
            }
        }
        let mut tries = 0;
        while !writes.is_empty() {
            match commit(&store, &writes).await {
                Ok(()) => {
                    if tell(None).is_some() {
                        tracing::info!("the database takes readings again; nothing was lost");
                    }
                    break;
                }
                Err(error) => {
                    let waiting = writes.len() + queue.len();
                    if tries % SAY_EVERY == 0 {
                        let cure = error.cure();
                        tracing::error!(%error, waiting, cure, "nothing can be written; it is kept and tried every second");
                    }
                    tries += 1;
                    let now = Clock::system().now();
                    let since = tell(None).map_or(now, |before| before.since);
                    tell(Some(Trouble { since, waiting, words: error.to_string(), cure: error.cure() }));
                    tokio::time::sleep(AGAIN).await;
                }
            }
        }
        if !writes.is_empty() {
            // Nobody listening is no loss: pages read the store.
            let _ = committed.send(Arc::new(writes));
        }
        for done in waiting {
            let _ = done.send(());
        }
    }
}

impl Store {
    /// Opens a stream with its whole history at once, all or nothing: what a snapshot, a demonstration or a migration brings along.
    /// It stays as the writes leave it, ready to be sealed or read on.
    pub async fn import(
        &self,
        stream: &NewStream,
        writes: impl FnOnce(StreamId) -> Vec<Write> + Send,
    ) -> Result<StreamId, StoreError> {
        let mut transaction = self.write.begin().await?;
        let id = super::streams::open_in(&mut transaction, &self.days, None, stream).await?;
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
        transaction.commit().await?;
        Ok(id)
    }

    /// Applies writes at once, all or nothing, beside the recorder; for a history before the collector starts.
    pub async fn apply_all(&self, writes: &[Write]) -> Result<(), StoreError> {
        commit(self, writes).await
    }
}

async fn commit(store: &Store, writes: &[Write]) -> Result<(), StoreError> {
    let mut transaction = store.write.begin().await?;
    for write in writes {
        apply(&mut transaction, &store.days, write).await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// Writes one change. A stream that is sealed meanwhile takes no readings: its report would not know them.
pub(super) async fn apply(
    connection: &mut SqliteConnection,
    days: &DayRules,
    write: &Write,
) -> Result<(), sqlx::Error> {
    match write {
        Write::Opened { stream, new } => {
            super::streams::open_in(connection, days, Some(*stream), new).await?;
        }
        Write::Run { stream, run, request_id, retries } => {
            put_run(connection, *stream, run).await?;
            put_totals(connection, *stream, run, request_id.as_deref(), *retries).await?;
        }
        Write::Withdraw { stream, since, last } => withdraw(connection, *stream, *since, *last).await?,
        Write::Gap { stream, gap } => {
            let (cause, code) = cause_columns(gap.cause);
            sqlx::query(
                "INSERT INTO gap (stream, from_at, until_at, cause, cause_code) VALUES (?1, ?2, ?3, ?4, ?5)
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
        }
        Write::SetAside { stream, reading, verdict } => {
            let mut query = sqlx::query(
                "INSERT INTO set_aside (stream, asked, answered, viewers, gifts, coins, gifters, likes, messages, verdict)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
                 ON CONFLICT (stream, asked) DO UPDATE SET verdict = excluded.verdict",
            )
            .bind(stream.0)
            .bind(reading.asked.0)
            .bind(reading.answered.0);
            for counter in Counter::ALL {
                query = query.bind(reading.counters.get(counter));
            }
            query.bind(*verdict).execute(&mut *connection).await?;
        }
        Write::Judge { stream, verdict } => {
            sqlx::query("UPDATE set_aside SET verdict = ?2 WHERE stream = ?1 AND verdict = 'open'")
                .bind(stream.0)
                .bind(*verdict)
                .execute(&mut *connection)
                .await?;
        }
        Write::Restated { stream, from, until } => {
            sqlx::query("INSERT OR REPLACE INTO restated (stream, from_at, until_at) VALUES (?1, ?2, ?3)")
                .bind(stream.0)
                .bind(from.0)
                .bind(until.0)
                .execute(&mut *connection)
                .await?;
        }
        Write::Failure { stream, code, at, request_id, retries } => {
            sqlx::query(
                "INSERT INTO failure (stream, code, count, last_at, request_id) VALUES (?1, ?2, 1, ?3, ?4)
                 ON CONFLICT (stream, code) DO UPDATE SET count = count + 1, last_at = excluded.last_at,
                    request_id = coalesce(excluded.request_id, request_id)",
            )
            .bind(stream.0)
            .bind(code)
            .bind(at.0)
            .bind(request_id)
            .execute(&mut *connection)
            .await?;
            sqlx::query("UPDATE stream SET retries = retries + ?2 WHERE id = ?1 AND state <> 'sealed'")
                .bind(stream.0)
                .bind(retries)
                .execute(&mut *connection)
                .await?;
        }
        Write::Created { stream, create_time } => {
            let app: Option<i64> = sqlx::query_scalar("SELECT app FROM stream WHERE id = ?1")
                .bind(stream.0)
                .fetch_optional(&mut *connection)
                .await?;
            let business_day = app.map(|app| days.day_of(AppId(app), Millis::from_seconds(*create_time)).0);
            // Where that life has streams already, what was taken for another life was none: this one is its next part,
            // and counts from where they ended (their own totals add up to that), but not from above its first reading.
            sqlx::query(
                "UPDATE stream SET create_time = ?2, part = coalesce(known.part + 1, 0),
                    started_at = iif(known.part IS NULL, ?2 * 1000, started_at),
                    business_day = iif(known.part IS NULL, ?3, business_day),
                    start_viewers = coalesce(min(known.viewers, first.viewers), known.viewers, 0),
                    start_gifts = coalesce(min(known.gifts, first.gifts), known.gifts, 0),
                    start_coins = coalesce(min(known.coins, first.coins), known.coins, 0),
                    start_gifters = coalesce(min(known.gifters, first.gifters), known.gifters, 0),
                    start_likes = coalesce(min(known.likes, first.likes), known.likes, 0),
                    start_messages = coalesce(min(known.messages, first.messages), known.messages, 0)
                 FROM (SELECT max(other.part) AS part, sum(other.viewers) AS viewers, sum(other.gifts) AS gifts,
                        sum(other.coins) AS coins, sum(other.gifters) AS gifters, sum(other.likes) AS likes,
                        sum(other.messages) AS messages
                    FROM stream AS this JOIN stream AS other ON other.app = this.app
                    AND other.room = this.room AND other.create_time = ?2 AND other.kind = 'stream'
                    WHERE this.id = ?1) AS known
                 LEFT JOIN (SELECT * FROM reading WHERE reading.stream = ?1 ORDER BY from_asked LIMIT 1) AS first
                 WHERE id = ?1 AND create_time IS NULL",
            )
            .bind(stream.0)
            .bind(create_time)
            .bind(business_day)
            .execute(&mut *connection)
            .await?;
            count_again(connection, *stream).await?;
        }
        Write::Ending { stream, ended_at, ended_after, by, evidence_at } => {
            sqlx::query(
                "UPDATE stream SET state = 'ending', ended_at = ?2, ended_after = ?3, ended_by = ?4, evidence_at = ?5
                 WHERE id = ?1 AND state <> 'sealed'",
            )
            .bind(stream.0)
            .bind(ended_at.0)
            .bind(ended_after.map(|after| after.0))
            .bind(word(*by))
            .bind(evidence_at.0)
            .execute(&mut *connection)
            .await?;
        }
        Write::Returned { stream } => {
            sqlx::query(
                "UPDATE stream SET state = 'live', ended_at = NULL, ended_after = NULL, ended_by = NULL,
                    evidence_at = NULL WHERE id = ?1 AND state = 'ending'",
            )
            .bind(stream.0)
            .execute(&mut *connection)
            .await?;
        }
        Write::Closing { stream, closing } => {
            // Several messages of one end are one: the latest time, and of each total the greatest, since it only grows.
            // One that the room contradicted gives way, but its own copies do not bring it back.
            let mut query = sqlx::query(
                "INSERT INTO closing (stream, event_time, received_at, viewers, gifts, coins, gifters, likes, messages)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
                 ON CONFLICT (stream) DO UPDATE SET
                    event_time = iif(contradicted_at IS NULL, max(event_time, excluded.event_time), excluded.event_time),
                    received_at = iif(contradicted_at IS NULL, min(received_at, excluded.received_at),
                        excluded.received_at),
                    viewers = iif(contradicted_at IS NULL, max(coalesce(viewers, excluded.viewers),
                        coalesce(excluded.viewers, viewers)), excluded.viewers),
                    gifts = iif(contradicted_at IS NULL, max(coalesce(gifts, excluded.gifts),
                        coalesce(excluded.gifts, gifts)), excluded.gifts),
                    coins = iif(contradicted_at IS NULL, max(coalesce(coins, excluded.coins),
                        coalesce(excluded.coins, coins)), excluded.coins),
                    gifters = iif(contradicted_at IS NULL, max(coalesce(gifters, excluded.gifters),
                        coalesce(excluded.gifters, gifters)), excluded.gifters),
                    likes = iif(contradicted_at IS NULL, max(coalesce(likes, excluded.likes),
                        coalesce(excluded.likes, likes)), excluded.likes),
                    messages = iif(contradicted_at IS NULL, max(coalesce(messages, excluded.messages),
                        coalesce(excluded.messages, messages)), excluded.messages),
                    contradicted_at = NULL
                 WHERE NOT EXISTS (SELECT 1 FROM moment WHERE moment.stream = ?1 AND kind = 'closing_contradicted'
                    AND key = CAST(excluded.event_time AS TEXT))",
            )
            .bind(stream.0)
            .bind(closing.event_time.0)
            .bind(closing.received_at.0);
            for counter in Counter::ALL {
                query = query.bind(closing.statistic.get(counter));
            }
            query.execute(&mut *connection).await?;
        }
        Write::Contradicted { stream, at } => {
            // Listed for good, also when a true message follows.
            sqlx::query(
                "INSERT INTO moment (stream, kind, from_at, key)
                 SELECT stream, 'closing_contradicted', event_time, CAST(event_time AS TEXT) FROM closing
                 WHERE stream = ?1
                 ON CONFLICT (stream, kind, key) DO NOTHING",
            )
            .bind(stream.0)
            .execute(&mut *connection)
            .await?;
            sqlx::query("UPDATE closing SET contradicted_at = ?2 WHERE stream = ?1")
                .bind(stream.0)
                .bind(at.0)
                .execute(&mut *connection)
                .await?;
        }
        Write::Followed { app, room, found_by, at } => {
            super::rooms::follow_in(connection, *app, room, *found_by, *at).await?;
        }
        Write::ContradictionWithdrawn { stream, event_time } => {
            sqlx::query(
                "DELETE FROM moment WHERE stream = ?1 AND kind = 'closing_contradicted' AND key = CAST(?2 AS TEXT)",
            )
            .bind(stream.0)
            .bind(event_time.0)
            .execute(&mut *connection)
            .await?;
            sqlx::query("UPDATE closing SET contradicted_at = NULL WHERE stream = ?1 AND event_time = ?2")
                .bind(stream.0)
                .bind(event_time.0)
                .execute(&mut *connection)
                .await?;
        }
        Write::Moment { stream, moment } => {
            sqlx::query(
                "INSERT INTO moment (stream, kind, from_at, until_at, key, label) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT (stream, kind, key) DO UPDATE SET from_at = min(from_at, excluded.from_at),
                    until_at = coalesce(excluded.until_at, until_at), label = coalesce(excluded.label, label)",
            )
            .bind(stream.0)
            .bind(&moment.kind)
            .bind(moment.from.0)
            .bind(moment.until.map(|until| until.0))
            .bind(&moment.key)
            .bind(&moment.label)
            .execute(&mut *connection)
            .await?;
        }
        Write::Described { app, room, stream, title, host, host_name } => {
            super::rooms::describe_in(
                connection,
                *app,
                room,
                *stream,
                title.as_deref(),
                host.as_deref(),
                host_name.as_deref(),
            )
            .await?;
        }
        Write::HostLeft { stream, at } => {
            sqlx::query("UPDATE stream SET host_left_at = ?2 WHERE id = ?1 AND state <> 'sealed'")
                .bind(stream.0)
                .bind(at.map(|at| at.0))
                .execute(&mut *connection)
                .await?;
        }
    }
    Ok(())
}

/// Cuts a stream's readings off at `since`: whole runs go, the run across it is cut, the totals step back.
async fn withdraw(
    connection: &mut SqliteConnection,
    stream: StreamId,
    since: Millis,
    last: Option<Reading>,
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM reading WHERE stream = ?1 AND from_asked >= ?2")
        .bind(stream.0)
        .bind(since.0)
        .execute(&mut *connection)
        .await?;
    sqlx::query("DELETE FROM gap WHERE stream = ?1 AND until_at >= ?2")
        .bind(stream.0)
        .bind(since.0)
        .execute(&mut *connection)
        .await?;
    // How many readings of the run came before is not kept; that one did is certain, and bounds need no more.
    sqlx::query(
        "UPDATE reading SET count = 1 + (?3 IS NOT NULL AND ?3 > from_asked),
            until_asked = coalesce(max(?3, from_asked), from_asked),
            until_answered = coalesce(max(?4, from_answered), from_answered)
         WHERE stream = ?1 AND until_asked >= ?2",
    )
    .bind(stream.0)
    .bind(since.0)
    .bind(last.map(|last| last.asked.0))
    .bind(last.map(|last| last.answered.0))
    .execute(&mut *connection)
    .await?;
    count_again(connection, stream).await
}

/// The stream's totals and times are again those of the newest reading in the file.
async fn count_again(connection: &mut SqliteConnection, stream: StreamId) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE stream SET (viewers, gifts, coins, gifters, likes, messages, last_asked, last_answered) =
            (SELECT max(0, viewers - start_viewers), max(0, gifts - start_gifts), max(0, coins - start_coins),
                max(0, gifters - start_gifters), max(0, likes - start_likes), max(0, messages - start_messages),
                until_asked, until_answered
             FROM reading WHERE reading.stream = ?1 ORDER BY from_asked DESC LIMIT 1)
         WHERE id = ?1 AND state <> 'sealed'",
    )
    .bind(stream.0)
    .execute(&mut *connection)
    .await?;
    Ok(())
}

/// Writes the newest run as it is now.
pub(super) async fn put_run(connection: &mut SqliteConnection, stream: StreamId, run: &Run) -> Result<(), sqlx::Error> {
    let values = run.counters.to_array();
    sqlx::query(
        "INSERT INTO reading (stream, from_asked, from_answered, until_asked, until_answered, count,
            viewers, gifts, coins, gifters, likes, messages)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12
         WHERE (SELECT state FROM stream WHERE id = ?1) <> 'sealed'
         ON CONFLICT (stream, from_asked) DO UPDATE SET
            until_asked = excluded.until_asked, until_answered = excluded.until_answered, count = excluded.count",
    )
    .bind(stream.0)
    .bind(run.from.0)
    .bind(run.from_answered.0)
    .bind(run.until_asked.0)
    .bind(run.until.0)
    .bind(run.count)
    .bind(values[0])
    .bind(values[1])
    .bind(values[2])
    .bind(values[3])
    .bind(values[4])
    .bind(values[5])
    .execute(&mut *connection)
    .await?;
    Ok(())
}

/// The stream's totals, counted from its start, and times are those of its newest run.
pub(super) async fn put_totals(
    connection: &mut SqliteConnection,
    stream: StreamId,
    run: &Run,
    request_id: Option<&str>,
    retries: i64,
) -> Result<(), sqlx::Error> {
    let values = run.counters.to_array();
    sqlx::query(
        "UPDATE stream SET viewers = max(0, ?2 - start_viewers), gifts = max(0, ?3 - start_gifts),
            coins = max(0, ?4 - start_coins), gifters = max(0, ?5 - start_gifters),
            likes = max(0, ?6 - start_likes), messages = max(0, ?7 - start_messages),
            last_asked = ?8, last_answered = ?9, last_request_id = coalesce(?10, last_request_id),
            retries = retries + ?11
         WHERE id = ?1 AND state <> 'sealed'",
    )
    .bind(stream.0)
    .bind(values[0])
    .bind(values[1])
    .bind(values[2])
    .bind(values[3])
    .bind(values[4])
    .bind(values[5])
    .bind(run.until_asked.0)
    .bind(run.until.0)
    .bind(request_id)
    .bind(retries)
    .execute(&mut *connection)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::domain::{Counters, StreamKind};
    use crate::store::Part;
    use std::path::{Path, PathBuf};

    struct Place {
        _directory: tempfile::TempDir,
        path: PathBuf,
        store: Store,
        recorder: Recorder,
        stream: StreamId,
    }

    impl Place {
        async fn new() -> Self {
            let directory = tempfile::tempdir().unwrap();
            let path = directory.path().join("aftershow.db");
            let store = Store::open(&path).await.unwrap();
            let new = NewStream {
                app: AppId(1),
                room: RoomId::parse("a").unwrap(),
                kind: StreamKind::Stream,
                create_time: Some(1),
                part: Part::default(),
                title: None,
                host: None,
                host_name: None,
                interval_ms: 10_000,
                first_seen: Millis(1_000),
                started_at: Millis(1_000),
            };
            let stream = store.open_streams(&[new]).await.unwrap()[0];
            Self { recorder: Recorder::start(store.clone()), _directory: directory, path, store, stream }
        }

        async fn provisional(&self) -> StreamId {
            let known = self.store.open_stream(self.stream).await.unwrap().unwrap().summary;
            let new = NewStream {
                app: known.app,
                room: known.room,
                kind: StreamKind::Stream,
                create_time: None,
                part: Part::default(),
                title: None,
                host: None,
                host_name: None,
                interval_ms: 10_000,
                first_seen: Millis(90_000),
                started_at: Millis(90_000),
            };
            self.store.open_streams(&[new]).await.unwrap()[0]
        }

        fn write(&self, turn: i64) {
            self.write_of(self.stream, turn);
        }

        fn write_of(&self, stream: StreamId, turn: i64) {
            let counters = Counters { coins: turn, ..Counters::default() };
            let asked = Millis(10_000 * turn);
            let run = Run::from(Reading { asked, answered: asked + 40, counters });
            self.recorder.write(Write::Run { stream, run, request_id: None, retries: 0 });
        }

        async fn troubled(&self) -> Trouble {
            loop {
                if let Some(trouble) = self.recorder.trouble() {
                    return trouble;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }

        /// After the trouble: everything that was handed over is in the file, in order, once.
        async fn whole(&self, turns: i64) {
            self.recorder.flush().await.unwrap();
            assert_eq!(self.recorder.trouble(), None);
            let runs = self.store.series(self.stream).await.unwrap().runs;
            let coins: Vec<i64> = runs.iter().map(|run| run.counters.coins).collect();
            assert_eq!(coins, (1..=turns).collect::<Vec<_>>());
        }
    }

    #[tokio::test]
    async fn a_start_told_later_completes_the_stream_and_no_life_has_two_of_one_part() {
        let place = Place::new().await;
        let (next, same) = (place.provisional().await, place.provisional().await);
        place.write(40);
        place.write_of(next, 50);
        place.write_of(same, 50);
        place.recorder.write(Write::Created { stream: next, create_time: 80 });
        // get_room_info answers at last, and it was no other life: one stream of it is there.
        place.recorder.write(Write::Created { stream: same, create_time: 1 });
        place.recorder.write(Write::Created { stream: same, create_time: 2 });
        place.recorder.flush().await.unwrap();
        let told = |id| {
            let store = place.store.clone();
            async move {
                let stream = store.open_stream(id).await.unwrap().unwrap();
                (stream.create_time, stream.part.number, stream.summary.started_at)
            }
        };
        let own = |id| {
            let store = place.store.clone();
            async move { store.open_stream(id).await.unwrap().unwrap().summary.totals.coins }
        };
        assert_eq!(
            (own(next).await, own(same).await),
            (Some(50), Some(10)),
            "what came after the forty of the part before"
        );
        assert_eq!(told(next).await, (Some(80), 0, Millis(80_000)));
        assert_eq!(told(same).await, (Some(1), 1, Millis(90_000)));
    }

    #[tokio::test]
    async fn a_full_disk_is_told_and_loses_nothing() {
        let place = Place::new().await;
        place.write(1);
        place.recorder.flush().await.unwrap();
        let pages: i64 = sqlx::query_scalar("PRAGMA page_count").fetch_one(&place.store.write).await.unwrap();
        let limit = |pages: i64| {
            let store = place.store.clone();
            async move {
                let sql = sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {pages}"));
                sqlx::query(sql).execute(&store.write).await.unwrap();
            }
        };
        // SQLite says of its own limit what it says of the disk's.
        limit(pages).await;
        for turn in 2..=2_000 {
            place.write(turn);
        }
        let trouble = place.troubled().await;
        assert!(trouble.words.contains("full") && trouble.cure.contains("make room"), "{trouble:?}");
        assert!(trouble.waiting > 1_000, "{trouble:?}");
        let before = place.store.series(place.stream).await.unwrap().runs.len();
        assert_eq!(before, 1, "nothing was acknowledged that is not in the file");
        limit(1_000_000).await;
        place.whole(2_000).await;
    }

    #[tokio::test]
    async fn a_database_that_another_program_holds_is_told_and_loses_nothing() {
        let place = Place::new().await;
        let other = Store::open(&place.path).await.unwrap();
        let holds = other.write.begin_with("BEGIN IMMEDIATE").await.unwrap();
        for turn in 1..=3 {
            place.write(turn);
        }
        let trouble = place.troubled().await;
        assert!(trouble.cure.contains("another program"), "{trouble:?}");
        holds.rollback().await.unwrap();
        place.whole(3).await;
    }

    fn ruin(path: &Path) -> Vec<u8> {
        let whole = std::fs::read(path).unwrap();
        std::fs::write(path, vec![0x5a; whole.len()]).unwrap();
        whole
    }

    #[tokio::test]
    async fn a_file_overwritten_with_rubbish_is_told_also_at_the_start() {
        let place = Place::new().await;
        place.write(1);
        place.recorder.flush().await.unwrap();
        let wal = place.path.with_extension("db-wal");
        let kept = [ruin(&place.path), ruin(&wal)];
        // What is in SQLite's memory still answers; whoever opens the file does not get that far.
        let error = Store::open(&place.path).await.unwrap_err();
        assert!(error.to_string().contains("aftershow.db"), "{error}");
        assert!(error.cure().contains("aftershow backup"), "{error}: {}", error.cure());
        place.write(2);
        // Either it cannot be written, and that is told, or it is; put back, it goes on.
        tokio::time::sleep(Duration::from_millis(300)).await;
        std::fs::write(&place.path, &kept[0]).unwrap();
        std::fs::write(&wal, &kept[1]).unwrap();
        place.recorder.flush().await.unwrap();
        assert_eq!(place.recorder.trouble(), None);
    }
}
