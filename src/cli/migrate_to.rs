//! `aftershow migrate-to postgres://…`: moves a SQLite database to a PostgreSQL server.
//!
//! Must not: change the file before the copy has been verified; then it only marks it as moved.

use super::{CommandContext, CommandResult, ExitStatus, Problem};
use crate::calendar::DayRules;
use crate::clock::Clock;
use crate::config::{Config, ConfigSources};
use crate::store::{Store, StoreError};
use crate::{engine, key_file, report};

/// Arguments of `aftershow migrate-to`.
#[derive(clap::Args)]
pub struct MigrateToArgs {
    /// postgres://USER:PASSWORD@HOST/NAME of an empty database
    url: String,
}

/// Reports that are compared at once.
const REPORTS_PER_STEP: i64 = 100;

pub async fn run(args: MigrateToArgs, context: &CommandContext) -> CommandResult {
    let config = context.load(Vec::new())?;
    if config.database_server.is_some() {
        return Err(Problem::Wrong("database_url is a PostgreSQL server already".to_owned()));
    }
    if !config.database.exists() {
        return Err(Problem::Wrong(format!("there is no database at {}", config.database.display())));
    }
    let target = target_config(&args)?;
    let failed = |error: StoreError| Problem::Failed(format!("{error}; {}", error.remedy()));
    // The server must not write meanwhile.
    let _lock = engine::lock(&config.database).map_err(|error| Problem::Failed(error.to_string()))?;
    let from = Store::open(&config.database).await.map_err(failed)?.with_days(DayRules::of_config(&config));
    from.fill_business_days().await.map_err(failed)?;
    if from.signing_seed().await.map_err(failed)?.is_some() {
        // An earlier version stored the signing key in the database.
        let moved = key_file::open(&config.key_file, &from, Clock::system().now()).await;
        moved.map_err(|error| Problem::Failed(error.to_string()))?;
    }
    let to = Store::of_config(&target).await.map_err(failed)?;
    let counts = from.copy_into(&to).await.map_err(failed)?;
    let reports = verify(&from, &to).await?;
    from.mark_moved().await.map_err(failed)?;
    from.close().await;
    to.close().await;
    let rows: u64 = counts.iter().map(|(_, rows)| rows).sum();
    eprintln!(
        "{rows} rows of {} tables are copied to {} and counted; {reports} reports and their chain are verified. Set \
         database_url to the server; the key file {} stays where it is. {} is marked as moved and will not be opened again.",
        counts.len(),
        target.database_name(),
        config.key_file.display(),
        config.database.display(),
    );
    Ok(ExitStatus::Done)
}

/// The address, checked as `database_url` is.
fn target_config(args: &MigrateToArgs) -> Result<Config, Problem> {
    let flags = vec![("database_url", args.url.clone())];
    let config = Config::load(ConfigSources { flags, ..ConfigSources::default() })?;
    match config.database_server {
        Some(_) => Ok(config),
        None => Err(Problem::Wrong("name a PostgreSQL server: postgres://USER:PASSWORD@HOST/NAME".to_owned())),
    }
}

/// Compares every report with its original, its hash, and the one before it in the chain.
async fn verify(from: &Store, to: &Store) -> Result<i64, Problem> {
    let failed = |error: StoreError| Problem::Failed(error.to_string());
    let (mut number, mut previous) = (0, None);
    loop {
        let originals = from.reports_from(number + 1, REPORTS_PER_STEP).await.map_err(failed)?;
        let copies = to.reports_from(number + 1, REPORTS_PER_STEP).await.map_err(failed)?;
        if originals != copies {
            return Err(Problem::Failed(format!("the copy differs from the original after report {number}")));
        }
        if copies.is_empty() {
            return Ok(number);
        }
        for copy in copies {
            number += 1;
            let wrong = |what: String| Problem::Failed(format!("report {number}: {what}"));
            let record = report::open(&copy).map_err(|error| wrong(error.to_string()))?;
            if copy.number != number || record.previous != previous {
                return Err(wrong("does not follow the report before it".to_owned()));
            }
            previous = Some(copy.sha256);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::domain::{AppId, EndEvidence, Millis, RoomId, StreamKind, Totals};
    use crate::store::{
        NewStream, SealMaterial, SealedReport, SealedSummary, SessionPart, SigningKeyRow, StoredSeries, Write,
    };

    /// A database with one report, whose body is not what its hash says.
    async fn damaged(directory: &std::path::Path, signature: u8) -> Store {
        let store = Store::open(&directory.join(format!("{signature}.db"))).await.unwrap();
        let key = SigningKeyRow { id: "key".to_owned(), public: vec![1], created_at: Millis(1), active: true };
        store.use_signing_key(&key).await.unwrap();
        let new = NewStream {
            app: AppId(1),
            room: RoomId::parse("a").unwrap(),
            kind: StreamKind::Stream,
            create_time: Some(1),
            part: SessionPart::default(),
            title: None,
            host: None,
            host_name: None,
            interval_ms: 1_000,
            first_seen: Millis(1_000),
            started_at: Millis(1_000),
        };
        let ending = |stream| {
            let (ended_at, evidence_at, by) = (Millis(2_000), Millis(2_000), EndEvidence::RoomGone);
            vec![Write::Ending { stream, ended_at, ended_after: None, by, evidence_at }]
        };
        let compose = |material: SealMaterial| {
            let report = SealedReport {
                number: 1,
                stream: material.stream.summary.id,
                revision: 1,
                sealed_at: Millis(3_000),
                sha256: "00".repeat(32),
                signature: vec![signature],
                key: "key".to_owned(),
                packed: report::series_codec::compress(b"{}").map_err(|error| error.to_string())?,
            };
            let summary = SealedSummary {
                totals: Totals::default(),
                show_ended_at: None,
                coverage: None,
                verdict: None,
                curve: Vec::new(),
                baseline_streams: None,
                baseline_coins: None,
                cumulative: None,
            };
            Ok((report, summary))
        };
        store.import_sealed(&new, ending, StoredSeries::default(), compose).await.unwrap();
        store
    }

    #[tokio::test]
    async fn a_copy_that_differs_or_does_not_match_its_hash_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let empty = Store::open(&directory.path().join("empty.db")).await.unwrap();
        assert_eq!(verify(&empty, &empty).await.unwrap(), 0);
        let (first, second) = (damaged(directory.path(), 1).await, damaged(directory.path(), 2).await);
        for other in [&second, &empty] {
            let error = verify(&first, other).await.unwrap_err();
            assert!(error.to_string().contains("differs"), "{error}");
        }
        let error = verify(&first, &first).await.unwrap_err();
        assert!(error.to_string().contains("report 1") && error.to_string().contains("hash"), "{error}");
    }

    #[test]
    fn the_target_is_a_server() {
        let target = |url: &str| target_config(&MigrateToArgs { url: url.to_owned() });
        assert!(target("postgres://me@host/live").is_ok());
        for wrong in ["other.db", "sqlite://other.db", "postgres://host"] {
            assert!(matches!(target(wrong), Err(Problem::Wrong(_))), "{wrong}");
        }
    }
}
