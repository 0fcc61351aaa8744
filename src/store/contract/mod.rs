//! What every engine must do, stated once and run on each: a method of [`Store`] is called in at least one of these tests.
//!
//! Must not: contain SQL, or know an engine beyond opening an empty database of it.

#![allow(clippy::unwrap_used)]

mod access;
mod lease;
mod lists;
mod readings;
mod reports;
mod shares;
mod text;
mod transfer;

use super::*;
use crate::domain::{
    AppId, Counters, EndEvidence, Millis, Reading, RoomId, Run, StreamId, StreamKind, Totals, Verdict,
};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection};

/// Declares the contract tests of a module: `contract!(first, second)` runs `async fn first(database: TestDatabase)` and
/// `second` on every engine.
macro_rules! contract {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(
                #[tokio::test]
                async fn $name() {
                    super::$name(crate::store::contract::TestDatabase::sqlite().await).await;
                }
            )+
        }
        mod postgres {
            $(
                #[tokio::test]
                async fn $name() {
                    if let Some(database) = crate::store::contract::TestDatabase::postgres().await {
                        super::$name(database).await;
                    }
                }
            )+
        }
    };
}
use contract;

/// An empty database of one engine.
pub(crate) struct TestDatabase {
    pub(crate) store: Store,
    place: TestPlace,
}

enum TestPlace {
    Directory(tempfile::TempDir),
    /// A schema of its own.
    Schema(Box<PgConnectOptions>),
}

impl TestPlace {
    async fn open(&self) -> Store {
        match self {
            Self::Directory(directory) => Store::open(&directory.path().join("aftershow.db")).await.unwrap(),
            Self::Schema(options) => Store::connect((**options).clone()).await.unwrap(),
        }
    }
}

const APP: AppId = AppId(1);

impl TestDatabase {
    async fn sqlite() -> Self {
        let place = TestPlace::Directory(tempfile::tempdir().unwrap());
        Self { store: place.open().await, place }
    }

    /// A schema on the server that `scripts/postgres.sh` started. Without one, the test is skipped, or fails where
    /// `REQUIRE_POSTGRES` is set.
    pub(crate) async fn postgres() -> Option<Self> {
        let Ok(url) = std::env::var("TEST_POSTGRES_URL") else {
            assert!(std::env::var_os("REQUIRE_POSTGRES").is_none(), "run the tests by scripts/postgres.sh");
            eprintln!("skipped: no PostgreSQL server; run the tests by scripts/postgres.sh");
            return None;
        };
        let options: PgConnectOptions = url.parse().unwrap();
        let schema = format!("test_{:016x}", rand::random::<u64>());
        let mut connection = sqlx::PgConnection::connect_with(&options).await.unwrap();
        sqlx::query(AssertSqlSafe(format!("CREATE SCHEMA {schema}"))).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        let options = options.options([("search_path", format!("{schema},public"))]);
        let place = TestPlace::Schema(Box::new(options));
        Some(Self { store: place.open().await, place })
    }

    /// The same database as the next start of the program finds it.
    async fn reopen(self) -> Self {
        self.store.close().await;
        Self { store: self.place.open().await, ..self }
    }

    /// Another process on the same database.
    pub(crate) async fn second(&self) -> Store {
        self.place.open().await
    }

    async fn open(&self, new: NewStream) -> StreamId {
        self.store.open_streams(&[new]).await.unwrap()[0]
    }

    /// Ends and seals a stream with these totals.
    async fn seal(&self, id: StreamId, ended_at: Millis, totals: Totals) -> SealedReport {
        let ending =
            Write::Ending { stream: id, ended_at, ended_after: None, by: EndEvidence::RoomGone, evidence_at: ended_at };
        self.store.apply_all(&[ending]).await.unwrap();
        self.use_key().await;
        let compose = move |material: SealMaterial| Ok(sealed(&material, totals));
        self.store.seal(id, compose).await.unwrap().unwrap()
    }

    async fn use_key(&self) {
        let key = SigningKeyRow { id: "key".to_owned(), public: vec![1, 0], created_at: Millis(1), active: true };
        self.store.use_signing_key(&key).await.unwrap();
    }

    async fn totals(&self, id: StreamId) -> Totals {
        self.store.stream(id).await.unwrap().unwrap().totals
    }
}

/// A report as `report::compose` makes one, as far as the store is concerned.
fn sealed(material: &SealMaterial, totals: Totals) -> (SealedReport, SealedSummary) {
    let number = material.chain.as_ref().map_or(1, |(number, _)| number + 1);
    let report = SealedReport {
        number,
        stream: material.stream.summary.id,
        revision: material.revision_before.as_ref().map_or(1, |(revision, _)| revision + 1),
        sealed_at: Millis(1_000_000 + number),
        sha256: format!("{number:02x}").repeat(32),
        signature: vec![0, 255, number as u8],
        key: "key".to_owned(),
        packed: vec![0, 1, number as u8],
    };
    let summary = SealedSummary {
        totals,
        show_ended_at: Some(Millis(5_000)),
        coverage: Some(9_900),
        verdict: Some(Verdict::SmallGaps),
        curve: vec![Some(0), None, Some(250)],
        baseline_streams: Some(material.past.len() as i64),
        baseline_coins: Some(10),
        cumulative: (number % 2 == 1).then(|| vec![number as u8, 0]),
    };
    (report, summary)
}

fn new_stream(room: &str, started_at: i64) -> NewStream {
    NewStream {
        app: APP,
        room: RoomId::parse(room).unwrap(),
        kind: StreamKind::Stream,
        create_time: Some(started_at / 1000),
        part: SessionPart::default(),
        title: None,
        host: None,
        host_name: None,
        interval_ms: 10_000,
        first_seen: Millis(started_at),
        started_at: Millis(started_at),
    }
}

fn reading(at: i64, coins: i64) -> Reading {
    let counters = Counters { coins, viewers: coins * 2, ..Counters::default() };
    Reading { asked: Millis(at), answered: Millis(at + 40), counters }
}

fn run(stream: StreamId, at: i64, coins: i64) -> Write {
    Write::Run { stream, run: Run::from(reading(at, coins)), request_id: None, retries: 0 }
}

fn coins(coins: i64) -> Totals {
    Totals { coins: Some(coins), ..Totals::default() }
}

/// The source of every contract test.
const SOURCES: [&str; 9] = [
    include_str!("mod.rs"),
    include_str!("access.rs"),
    include_str!("lease.rs"),
    include_str!("lists.rs"),
    include_str!("readings.rs"),
    include_str!("reports.rs"),
    include_str!("shares.rs"),
    include_str!("text.rs"),
    include_str!("transfer.rs"),
];

/// Methods that concern one engine only.
const OF_ONE_ENGINE: [&str; 5] = ["backup", "open", "connect", "of_config", "mark_moved"];

#[test]
fn every_method_of_the_store_is_part_of_the_contract() {
    let mut methods = 0;
    for line in include_str!("../handle.rs").lines().map(str::trim_start) {
        let line = line.strip_prefix("pub ").unwrap_or(line);
        let Some(method) = line.strip_prefix("async fn ").filter(|name| !name.starts_with('$')) else { continue };
        let name = method.split(['(', '<']).next().unwrap();
        let called = [format!(".{name}("), format!("Store::{name}(")];
        let is_called = SOURCES.iter().any(|source| called.iter().any(|call| source.contains(call)));
        assert!(is_called || OF_ONE_ENGINE.contains(&name), "no contract test calls `{name}`");
        methods += 1;
    }
    assert!(methods > 80, "{methods}");
}
