//! The store in PostgreSQL 15 or newer, for several servers and commands.
//!
//! Everything the collector writes begins with [`PostgresStore::begin_collector`], where the lease of its app is checked.

mod apply;
mod audit;
mod collector_feed;
mod exchange;
pub(super) mod fault;
mod issuer;
mod lease;
mod migrations;
mod readings;
mod reports;
mod rooms;
mod row;
mod search;
mod sessions;
mod shares;
mod small_state;
mod streams;
mod tokens;
mod users;

pub(super) use row::escape;

use super::StoreError;
use super::fence::Fence;
use super::sums_cache::SumsCache;
use crate::calendar::DayRules;
use crate::domain::Millis;
use secrecy::{ExposeSecret, SecretString};
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{Connection, PgConnection, Postgres, Transaction};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;

/// Connections of one process for pages and everything else that only reads.
const MAX_CONNECTIONS: u32 = 16;

/// Connections of one process for the transactions of the collector, so that pages never keep it waiting.
const MAX_COLLECTOR_CONNECTIONS: u32 = 16;

/// After this long without a statement, the database ends a transaction of the collector: a server that was stopped in the
/// middle of one would hold the lease of its app for ever.
const IDLE_IN_TRANSACTION_TIMEOUT: &str = "2s";

/// How long a statement waits for a free connection before it fails.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);

/// The advisory lock that collector transactions take: `AFTS` in ASCII.
const COLLECTOR_LOCK: i32 = 0x4146_5453;

/// Handle to the database; clones share it.
#[derive(Clone, Debug)]
pub struct PostgresStore {
    pub(crate) pool: PgPool,
    /// For transactions of the collector and for leases.
    collector: PgPool,
    /// The lease under which the collector writes; none for what is not of a leading collector.
    fence: Option<Fence>,
    /// How this process is named in `change`.
    writer: Arc<str>,
    /// Sums of sealed streams, which change only when one is sealed or opened again.
    sums: Arc<SumsCache>,
    /// By which streams get their business day when they begin.
    days: Arc<DayRules>,
    /// Reports are made one after another: each needs the hash of the one before.
    sealing: Arc<Mutex<()>>,
}

/// What `aftershow check` looks at before a server uses a database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerFacts {
    /// Such as 150018 for 15.18.
    pub version: i32,
    pub encoding: String,
    /// Whether trigrams are made of letters of every script. With LC_CTYPE C a search reads every stream instead.
    pub knows_letters: bool,
    /// The clock of the database.
    pub now: Millis,
    /// Whether a commit waits for a standby.
    pub has_synchronous_standby: bool,
    pub max_connections: i32,
}

/// How to connect to the server of a `postgres://` address.
pub(super) fn options_of(url: &SecretString) -> Result<PgConnectOptions, StoreError> {
    let options: Result<PgConnectOptions, _> = url.expose_secret().parse();
    options.map_err(|source| StoreError::Open { path: "of database_url".to_owned(), source })
}

/// Connects and looks, changing nothing.
pub async fn inspect(url: &SecretString) -> Result<ServerFacts, StoreError> {
    let options = options_of(url)?;
    let failed = |source| StoreError::Open { path: options.get_host().to_owned(), source };
    let mut connection = PgConnection::connect_with(&options).await.map_err(failed)?;
    let (version, encoding, knows_letters, now, has_synchronous_standby, max_connections) = sqlx::query_as(
        "SELECT current_setting('server_version_num')::int, pg_encoding_to_char(encoding)::text,
            datlocprovider = 'i' OR datctype NOT IN ('C', 'POSIX'),
            (extract(epoch FROM clock_timestamp()) * 1000)::bigint,
            current_setting('synchronous_standby_names') <> '', current_setting('max_connections')::int
         FROM pg_database WHERE datname = current_database()",
    )
    .fetch_one(&mut connection)
    .await?;
    connection.close().await?;
    let now = Millis(now);
    Ok(ServerFacts { version, encoding, knows_letters, now, has_synchronous_standby, max_connections })
}

impl PostgresStore {
    /// Connects and applies the migrations.
    pub async fn connect(options: PgConnectOptions) -> Result<Self, StoreError> {
        let writer: Arc<str> = format!("aftershow-{:016x}", rand::random::<u64>()).into();
        // Notices, such as of tables that exist already, are no news to anyone.
        let options = options.application_name(&writer).options([("client_min_messages", "warning")]);
        let place = format!("{}/{}", options.get_host(), options.get_database().unwrap_or_default());
        let of_collector =
            options.clone().options([("idle_in_transaction_session_timeout", IDLE_IN_TRANSACTION_TIMEOUT)]);
        let pool = PgPoolOptions::new()
            .max_connections(MAX_CONNECTIONS)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .connect_with(options)
            .await
            .map_err(|source| StoreError::Open { path: place, source })?;
        let collector = PgPoolOptions::new()
            .max_connections(MAX_COLLECTOR_CONNECTIONS)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .connect_lazy_with(of_collector);
        migrations::migrator().run(&pool).await?;
        sqlx::query("DELETE FROM change WHERE at < now() - interval '1 day'").execute(&pool).await?;
        let (sums, days, sealing) = Default::default();
        Ok(Self { pool, collector, fence: None, writer, sums, days, sealing })
    }

    /// The same, writing under this lease.
    pub fn fenced(&self, fence: Fence) -> Self {
        Self { fence: Some(fence), ..self.clone() }
    }

    pub fn with_days(self, days: DayRules) -> Self {
        Self { days: Arc::new(days), ..self }
    }

    pub fn days(&self) -> &DayRules {
        &self.days
    }

    /// A transaction whose statements all see the database as of its beginning.
    async fn begin_snapshot(&self) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
        self.pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await
    }

    /// Every stream has its business day from its beginning.
    pub async fn fill_business_days(&self) -> Result<usize, StoreError> {
        Ok(0)
    }

    pub async fn data_version(&self) -> Result<i64, StoreError> {
        let changes = sqlx::query_scalar("SELECT count(*) FROM change WHERE writer <> $1").bind(&*self.writer);
        Ok(changes.fetch_one(&self.pool).await?)
    }

    pub async fn close(&self) {
        self.collector.close().await;
        self.pool.close().await;
    }
}
