//! The store in one SQLite file: one connection writes, a few read (WAL).

mod apply;
mod audit;
pub(super) mod fault;
mod issuer;
mod migrations;
mod readings;
mod reports;
mod rooms;
mod row;
mod search;
mod sessions;
mod shares;
mod streams;
mod tokens;
mod users;

use super::StoreError;
use super::sums_cache::SumsCache;
use crate::calendar::DayRules;
use crate::domain::{AppId, Day, Millis};
use crate::files;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{AssertSqlSafe, Connection, SqliteConnection};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;

/// Handle to the file; clones share it.
#[derive(Clone, Debug)]
pub struct SqliteStore {
    pub(crate) read: SqlitePool,
    /// One connection only: a second writer would wait in SQLite instead of here.
    pub(crate) write: SqlitePool,
    /// Sums of sealed streams, which change only when one is sealed or opened again.
    pub(super) sums: Arc<SumsCache>,
    /// By which streams get their business day when they begin.
    pub(crate) days: Arc<DayRules>,
    /// Reports are made one after another: each needs the hash of the one before.
    sealing: Arc<Mutex<()>>,
}

/// The `user_version` of a file whose content was moved to a server: `MOVD` in ASCII. Nothing else sets it.
const MOVED: i64 = 0x4d4f_5644;

/// Whether a connection may be used again. A commit for which the disk had no room can leave its transaction half open: all
/// that follows would seem written and never be committed. Such a connection is closed, and its transaction with it.
async fn is_intact(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    // What was begun and dropped is rolled back by the time this is answered.
    connection.ping().await?;
    Ok(!connection.is_in_transaction())
}

impl SqliteStore {
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // FULL: an acknowledged reading survives a power cut too; commits are grouped, so it costs little.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5));
        let failed = |source| StoreError::Open { path: path.display().to_string(), source };
        // SQLite gives its journals the mode of the database. Whatever prevents this prevents SQLite too, which says why.
        let _ = files::create(path);
        let write = SqlitePoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .after_release(|connection, _| Box::pin(is_intact(connection)))
            .connect_with(options.clone())
            .await
            .map_err(failed)?;
        let mark: i64 = sqlx::query_scalar("PRAGMA user_version").fetch_one(&write).await?;
        if mark == MOVED {
            return Err(StoreError::Moved(path.display().to_string()));
        }
        migrations::migrator().run(&write).await?;
        search::index_rows(&write).await?;
        let read = SqlitePoolOptions::new()
            .max_connections(4)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(options.read_only(true).create_if_missing(false))
            .await
            .map_err(failed)?;
        Ok(Self { read, write, sums: Arc::default(), days: Arc::default(), sealing: Arc::default() })
    }

    pub fn with_days(self, days: DayRules) -> Self {
        Self { days: Arc::new(days), ..self }
    }

    pub fn days(&self) -> &DayRules {
        &self.days
    }

    pub fn day_of(&self, app: AppId, at: Millis) -> Day {
        self.days.day_of(app, at)
    }

    pub async fn fill_business_days(&self) -> Result<usize, StoreError> {
        let mut filled = 0;
        loop {
            let rows: Vec<(i64, i64, i64)> = sqlx::query_as(
                "SELECT id, app, listed_at FROM stream WHERE business_day IS NULL ORDER BY id LIMIT 5000",
            )
            .fetch_all(&self.write)
            .await?;
            if rows.is_empty() {
                return Ok(filled);
            }
            if filled == 0 {
                tracing::info!("streams of an older version are given their business day, once");
            }
            filled += rows.len();
            let days: Vec<(i64, i64)> =
                rows.iter().map(|&(id, app, at)| (id, self.day_of(AppId(app), Millis(at)).0)).collect();
            let days =
                serde_json::to_string(&days).map_err(|error| StoreError::corrupt("stream.business_day", error))?;
            sqlx::query(
                "UPDATE stream SET business_day = json_extract(day.value, '$[1]')
                 FROM json_each(?1) AS day WHERE stream.id = json_extract(day.value, '$[0]')",
            )
            .bind(days)
            .execute(&self.write)
            .await?;
        }
    }

    pub async fn data_version(&self) -> Result<i64, StoreError> {
        // The pragma counts commits by other connections. All of this process go over this one.
        Ok(sqlx::query_scalar("PRAGMA data_version").fetch_one(&self.write).await?)
    }

    pub async fn backup(&self, file: &Path) -> Result<(), StoreError> {
        // SQLite writes into an empty file; one that it creates itself can be read by others.
        files::create(file).map_err(sqlx::Error::Io)?;
        let copied = sqlx::query("VACUUM INTO ?1").bind(file.display().to_string()).execute(&self.read).await;
        if copied.is_err()
            && let Err(error) = std::fs::remove_file(file)
        {
            tracing::warn!(%error, "an unfinished backup could not be removed");
        }
        copied?;
        Ok(())
    }

    pub async fn mark_moved(&self) -> Result<(), StoreError> {
        let mark = AssertSqlSafe(format!("PRAGMA user_version = {MOVED}"));
        sqlx::query(mark).execute(&self.write).await?;
        Ok(())
    }

    pub async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
    }
}

#[cfg(test)]
pub(crate) mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::domain::{AppId, AuditedAction, Counters, Gap, GapCause, Millis, Reading, RoomId, Run, StreamKind};
    use crate::store::{NewStream, SessionPart, Write};

    /// A database as versions before the key file left it: with the secret of its signing key.
    pub(crate) async fn before_the_key_file(path: &Path, id: &str, public: &[u8], secret: &[u8]) {
        let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
        let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
        let mut migrator = migrations::migrator();
        migrator.migrations = migrator.migrations.iter().filter(|migration| migration.version < 8).cloned().collect();
        migrator.run(&mut connection).await.unwrap();
        sqlx::query("INSERT INTO signing_key (id, public, secret, created_at, active) VALUES (?1, ?2, ?3, 1, 1)")
            .bind(id)
            .bind(public)
            .bind(secret)
            .execute(&mut connection)
            .await
            .unwrap();
        connection.close().await.unwrap();
    }

    #[tokio::test]
    async fn a_database_and_its_journals_are_for_their_owner_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("aftershow.db");
        let store = SqliteStore::open(&path).await.unwrap();
        store.audit("who", &AuditedAction::AddNote, "subject", Millis(1)).await.unwrap();
        let files: Vec<_> = std::fs::read_dir(directory.path()).unwrap().map(|file| file.unwrap().path()).collect();
        assert!(files.len() >= 3, "{files:?}");
        for file in files {
            assert_eq!(files::mode_for_others(&file), None, "{}", file.display());
        }
    }

    #[tokio::test]
    async fn what_is_written_after_the_disk_was_full_is_there_for_others() {
        let directory = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&directory.path().join("aftershow.db")).await.unwrap();
        let new = NewStream {
            app: AppId(1),
            room: RoomId::parse("live_a").unwrap(),
            kind: StreamKind::Stream,
            create_time: Some(1),
            part: SessionPart::default(),
            title: None,
            host: None,
            host_name: None,
            interval_ms: 10_000,
            first_seen: Millis(1000),
            started_at: Millis(1000),
        };
        let stream = store.open_streams(&[new]).await.unwrap()[0];
        let run = |coins| {
            let counters = Counters { coins, ..Counters::default() };
            let run = Run::from(Reading { asked: Millis(2000), answered: Millis(2010), counters });
            Write::Run { stream, run, request_id: None, retries: 0 }
        };
        let gap = |number: i64| {
            let gap = Gap { from: Millis(number), until: Millis(number + 1), cause: GapCause::Restarted };
            Write::Gap { stream, gap }
        };
        let many: Vec<Write> = (0..20_000).map(gap).chain([run(7)]).collect();
        // As often as the recorder tries: no page more than the file has.
        for _ in 0..3 {
            sqlx::query("PRAGMA max_page_count = 1").execute(&store.write).await.unwrap();
            assert!(matches!(store.apply_all(&many).await, Err(StoreError::Query(_))));
            let mut connection = store.write.acquire().await.unwrap();
            assert!(is_intact(&mut connection).await.unwrap(), "a half open transaction swallows what follows");
        }
        sqlx::query("PRAGMA max_page_count = 1000000").execute(&store.write).await.unwrap();
        store.apply_all(&[run(8)]).await.unwrap();
        assert_eq!(store.stream(stream).await.unwrap().unwrap().totals.coins, Some(8));
        assert_eq!(store.series(stream).await.unwrap().runs.len(), 1);
    }
}
