//! Leases, and the transactions of the collector, which are fenced by them.

use super::PostgresStore;
use super::collector_feed::put_group;
use super::row::escape;
use crate::domain::{AppId, Millis, StreamId};
use crate::store::StoreError;
use crate::store::fence::{Fence, LastBatch};
use crate::store::types::{FeedGroup, LeaseRow};
use sqlx::{PgConnection, PgPool, Postgres, Row, Transaction};
use std::ops::{Deref, DerefMut};
use std::time::Duration;
use tokio::sync::OwnedMutexGuard;

/// Time between two questions whether a COMMIT without an answer has succeeded.
const RESOLVE_INTERVAL: Duration = Duration::from_millis(250);

/// Seconds after which a transaction that the database does not answer is given up and tried again on another connection:
/// the one it was on may lead to a server that is gone.
const TRANSACTION_TIMEOUT: Duration = Duration::from_secs(60);

/// The work of a transaction until its COMMIT; an error where the database does not answer in time.
pub(super) async fn in_time<T>(work: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    let late = || StoreError::Query(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into()));
    tokio::time::timeout(TRANSACTION_TIMEOUT, work).await.unwrap_or_else(|_| Err(late()))
}

/// Checks the lease, numbers the transaction, and keeps writers without a lease waiting until it has ended.
const FENCE: &str = "UPDATE lease SET batch = $4 WHERE app = $1 AND holder = $2 AND token = $3 AND batch = $4 - 1
    RETURNING pg_advisory_xact_lock_shared($5, hashtext(current_schema()))";

/// The same row, once a transaction that still runs under the lease has ended.
const LAST_BATCH: &str = "SELECT batch FROM lease WHERE app = $1 AND holder = $2 AND token = $3 FOR UPDATE";

fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

impl PostgresStore {
    /// Takes the lease of an app where no server holds it.
    pub async fn take_lease(
        &self,
        app: AppId,
        holder: &str,
        server: &str,
        ttl: Duration,
    ) -> Result<Option<Fence>, StoreError> {
        let taken: Option<(i64, i64)> = sqlx::query_as(
            "INSERT INTO lease AS known (app, holder, server, token, batch, since, until)
             VALUES ($1, $2, $3, 1, 0, clock_timestamp(), clock_timestamp() + $4 * interval '1 millisecond')
             ON CONFLICT (app) DO UPDATE SET holder = excluded.holder, server = excluded.server,
                token = known.token + 1, since = clock_timestamp(),
                until = clock_timestamp() + $4 * interval '1 millisecond'
             WHERE known.until < clock_timestamp()
             RETURNING token, batch",
        )
        .bind(app.0)
        .bind(holder)
        .bind(escape(server))
        .bind(milliseconds(ttl))
        .fetch_optional(&self.collector)
        .await?;
        Ok(taken.map(|(token, batch)| Fence::new(app, holder, token, batch)))
    }

    /// Extends a lease; false where another server has taken it. One that has ended and was taken by nobody is extended
    /// too: nothing was written in between.
    pub async fn renew_lease(&self, fence: &Fence, ttl: Duration) -> Result<bool, StoreError> {
        self.set_until(fence, ttl).await
    }

    /// Ends a lease after that time; false where it had ended.
    pub async fn release_lease(&self, fence: &Fence, after: Duration) -> Result<bool, StoreError> {
        let released = self.set_until(fence, after).await?;
        fence.lost().cancel();
        Ok(released)
    }

    async fn set_until(&self, fence: &Fence, after: Duration) -> Result<bool, StoreError> {
        let set = sqlx::query(
            "UPDATE lease SET until = clock_timestamp() + $4 * interval '1 millisecond'
             WHERE app = $1 AND holder = $2 AND token = $3",
        )
        .bind(fence.app().0)
        .bind(fence.holder())
        .bind(fence.token())
        .bind(milliseconds(after))
        .execute(&self.collector)
        .await?;
        let held = set.rows_affected() == 1;
        if !held {
            fence.lost().cancel();
        }
        Ok(held)
    }

    /// Every lease there ever was, by app.
    pub async fn leases(&self) -> Result<Vec<LeaseRow>, StoreError> {
        let rows = sqlx::query(
            "SELECT app, server, holder, token, batch, (extract(epoch FROM since) * 1000)::bigint AS since,
                (extract(epoch FROM until - clock_timestamp()) * 1000)::bigint AS valid_ms FROM lease ORDER BY app",
        )
        .fetch_all(&self.pool)
        .await?;
        let lease = |row: &sqlx::postgres::PgRow| {
            Ok(LeaseRow {
                app: AppId(row.try_get("app")?),
                server: super::row::text(row, "server")?,
                holder: row.try_get("holder")?,
                token: row.try_get("token")?,
                batch: row.try_get("batch")?,
                since: Millis(row.try_get("since")?),
                valid_ms: Some(row.try_get("valid_ms")?).filter(|valid| *valid > 0),
            })
        };
        rows.iter().map(lease).collect()
    }

    /// The clock of the database.
    pub async fn database_clock(&self) -> Result<Millis, StoreError> {
        let now = sqlx::query_scalar("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint");
        Ok(Millis(now.fetch_one(&self.pool).await?))
    }

    /// A transaction of the collector: of its writes, seals and rooms. Of one app only one runs at a time, as with the one
    /// writing connection of SQLite, so that a seal and a reading of the same stream never overlap.
    ///
    /// With a lease, the first statement checks it. Without one (a command, an app that nobody collects for), the
    /// transaction runs alone.
    pub(in crate::store) async fn begin_collector(&self) -> Result<CollectorTransaction, StoreError> {
        let turn = match &self.fence {
            Some(fence) if fence.lost().is_cancelled() => return Err(StoreError::Fenced(fence.app())),
            Some(fence) => Some((fence.clone(), fence.turn().await)),
            None => None,
        };
        in_time(async move {
            let mut transaction = self.collector.begin().await?;
            let turn = match turn {
                Some((fence, mut last)) => {
                    let number = pass_fence(&mut transaction, &fence, &mut last).await?;
                    Some(CommitTurn { fence, last, number })
                }
                None => {
                    // By schema: two installations in one database do not wait for each other.
                    let lock = sqlx::query("SELECT pg_advisory_xact_lock($1, hashtext(current_schema()))");
                    lock.bind(super::COLLECTOR_LOCK).execute(&mut *transaction).await?;
                    None
                }
            };
            Ok(CollectorTransaction { transaction, turn, pool: self.collector.clone(), group: FeedGroup::default() })
        })
        .await
    }
}

/// Checks the lease as the first statement of a transaction; the transaction's number.
async fn pass_fence(connection: &mut PgConnection, fence: &Fence, last: &mut LastBatch) -> Result<i64, StoreError> {
    loop {
        if let Some(last) = *last {
            let number = last + 1;
            let passed = sqlx::query(FENCE)
                .bind(fence.app().0)
                .bind(fence.holder())
                .bind(fence.token())
                .bind(number)
                .bind(super::COLLECTOR_LOCK)
                .fetch_optional(&mut *connection)
                .await?;
            if passed.is_some() {
                return Ok(number);
            }
        }
        *last = Some(last_batch(&mut *connection, fence).await?);
    }
}

/// The number of the last transaction that was committed under the lease.
async fn last_batch(connection: &mut PgConnection, fence: &Fence) -> Result<i64, StoreError> {
    let batch = sqlx::query_scalar(LAST_BATCH)
        .bind(fence.app().0)
        .bind(fence.holder())
        .bind(fence.token())
        .fetch_optional(connection)
        .await?;
    batch.ok_or_else(|| {
        fence.lost().cancel();
        StoreError::Fenced(fence.app())
    })
}

/// The turn of an app that a transaction has.
struct CommitTurn {
    fence: Fence,
    last: OwnedMutexGuard<LastBatch>,
    number: i64,
}

/// A transaction of the collector; dropped without a commit, it changes nothing.
pub(in crate::store) struct CollectorTransaction {
    transaction: Transaction<'static, Postgres>,
    turn: Option<CommitTurn>,
    pool: PgPool,
    /// What other servers learn of it.
    group: FeedGroup,
}

impl Deref for CollectorTransaction {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.transaction
    }
}

impl DerefMut for CollectorTransaction {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.transaction
    }
}

impl CollectorTransaction {
    /// What other servers learn of it; nothing where there is no lease.
    pub fn group(&mut self) -> Option<&mut FeedGroup> {
        self.turn.as_ref().map(|_| &mut self.group)
    }

    /// Other servers read this stream again.
    pub fn changed(&mut self, stream: StreamId) {
        self.group.changed.push(stream);
    }

    /// Commits. Where the answer is lost, the number of the last transaction says whether it had succeeded: an error means
    /// that nothing was changed.
    pub async fn commit(self) -> Result<(), StoreError> {
        let Self { mut transaction, turn, pool, group } = self;
        let Some(CommitTurn { fence, mut last, number }) = turn else {
            return Ok(transaction.commit().await?);
        };
        in_time(put_group(&mut transaction, fence.app(), number, &group)).await?;
        // Where this future is dropped, the next transaction asks.
        *last = None;
        let committing = async { Ok(transaction.commit().await?) };
        let Err(error) = in_time(committing).await else {
            *last = Some(number);
            return Ok(());
        };
        tracing::warn!(app = %fence.app(), %error, "a commit was not answered; looking whether it succeeded");
        let batch = loop {
            match in_time(resolve(&pool, &fence)).await {
                Err(error @ StoreError::Fenced(_)) => return Err(error),
                Err(_) if fence.lost().is_cancelled() => return Err(StoreError::Fenced(fence.app())),
                Err(_) => tokio::time::sleep(RESOLVE_INTERVAL).await,
                Ok(batch) => break batch,
            }
        };
        *last = Some(batch);
        if batch == number { Ok(()) } else { Err(error) }
    }

    pub async fn rollback(self) -> Result<(), StoreError> {
        Ok(self.transaction.rollback().await?)
    }
}

async fn resolve(pool: &PgPool, fence: &Fence) -> Result<i64, StoreError> {
    last_batch(&mut *pool.acquire().await?, fence).await
}
