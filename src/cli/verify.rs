//! `aftershow verify`: is this file a report issued here, and unchanged?
//!
//! Must not: trust a key in the file. Keys are those of the database, or the one given. Exit codes: 0 genuine or
//! superseded, 1 altered or not issued here, 2 not a report.

use super::print::print_stdout;
use super::{CommandContext, CommandResult, ExitStatus, Problem};
use crate::domain::record::Record;
use crate::report::seal::parse_keys;
use crate::report::verify::{MAX_FILE_BYTES, evaluate, read};
use crate::report::{KnownReport, Verification, verify_file};
use crate::store::Store;
use jiff::Timestamp;
use std::io::Read;
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub struct VerifyArgs {
    /// The signed JSON or the offline page; - reads standard input
    file: PathBuf,
    /// Trust this public key only: in base64 or hexadecimal, or a file of /.well-known/aftershow.pub. Without it the
    /// keys of the database
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
}

pub async fn run(args: VerifyArgs, context: &CommandContext) -> CommandResult {
    let bytes = bytes_of(&args.file)?;
    let verification = match &args.key {
        Some(key) => {
            let text = std::fs::read_to_string(key).unwrap_or_else(|_| key.clone());
            let keys = parse_keys(&text).map_err(|error| Problem::Wrong(format!("--key: {error}")))?;
            read(&bytes).map_or_else(|answer| answer, |claim| evaluate(&claim, &keys, &KnownReport::default()))
        }
        None => {
            let config = context.load(Vec::new())?;
            if !config.has_database() {
                let path = config.database.display();
                return Err(Problem::Wrong(format!("there is no database {path}; name the public key with --key")));
            }
            let store = Store::of_config(&config).await.map_err(|error| Problem::Failed(error.to_string()))?;
            let verification = verify_file(&store, bytes).await.map_err(|error| Problem::Failed(error.to_string()))?;
            store.close().await;
            verification
        }
    };
    print_stdout(&describe(&verification))?;
    Ok(match verification.exit_code() {
        0 => ExitStatus::Done,
        1 => ExitStatus::Failed,
        _ => ExitStatus::Wrong,
    })
}

/// At most one byte more than is looked at, so that a large file is refused without being read.
fn bytes_of(file: &Path) -> Result<Vec<u8>, Problem> {
    let failed = |error: std::io::Error| Problem::Wrong(format!("cannot read {}: {error}", file.display()));
    let mut bytes = Vec::new();
    let most = MAX_FILE_BYTES as u64 + 1;
    if file == Path::new("-") {
        std::io::stdin().take(most).read_to_end(&mut bytes).map_err(failed)?;
    } else {
        std::fs::File::open(file).and_then(|file| file.take(most).read_to_end(&mut bytes)).map_err(failed)?;
    }
    Ok(bytes)
}

fn describe(answer: &Verification) -> String {
    match answer {
        Verification::Genuine { fingerprint, record, .. } => {
            format!("Genuine: {fingerprint}{}\n{}", which(record), totals(record))
        }
        Verification::Superseded { by, fingerprint, record, .. } => {
            let at = Timestamp::from_millisecond(by.sealed_at.0).map(|at| format!(" at {at:.0}")).unwrap_or_default();
            format!(
                "Superseded: {fingerprint}{}; revision {} was sealed{at} ({})\n{}",
                which(record),
                by.revision,
                by.sha256,
                totals(record)
            )
        }
        Verification::Altered { what } => format!("Altered: {what}\n"),
        Verification::NotIssuedHere => "Not ours: no known key signed it\n".to_owned(),
        Verification::NotAReport { why } => format!("Not a report: {why}\n"),
    }
}

fn which(record: &Record) -> String {
    let stream = record.shows_host().then(|| format!(", stream {}", record.stream));
    format!("{}, revision {}", stream.unwrap_or_default(), record.revision)
}

/// The totals that were signed, to be compared with a page or a print.
fn totals(record: &Record) -> String {
    let total = |value: Option<i64>| value.map_or_else(|| "unknown".to_owned(), |value| value.to_string());
    let shown = record.shown().into_iter();
    let all: Vec<String> =
        shown.map(|counter| format!("{} {}", counter.name(), total(record.totals.get(counter)))).collect();
    format!("{}\n", all.join(", "))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::report::compose::tests::record;
    use crate::report::{SigningKey, export, seal};

    #[tokio::test]
    async fn a_file_and_its_key_are_enough() {
        let directory = tempfile::tempdir().unwrap();
        let key = SigningKey::generate().unwrap();
        let json = export::json(&seal::document(record(), &key).unwrap()).unwrap();
        let keys = directory.path().join("aftershow.pub");
        std::fs::write(&keys, seal::publish(&[key.public()])).unwrap();
        let exit = async |content: &str, key: String| {
            let file = directory.path().join("report.json");
            std::fs::write(&file, content).unwrap();
            run(VerifyArgs { file, key: Some(key) }, &CommandContext { config: None }).await
        };
        let hex = hex::encode(key.public().to_bytes());
        let other = hex::encode(SigningKey::generate().unwrap().public().to_bytes());
        assert_eq!(exit(&json, hex.clone()).await.unwrap(), ExitStatus::Done);
        assert_eq!(exit(&json, keys.display().to_string()).await.unwrap(), ExitStatus::Done);
        assert_eq!(exit(&json.replacen("StarLane", "StarLame", 1), hex.clone()).await.unwrap(), ExitStatus::Failed);
        assert_eq!(exit(&json, other).await.unwrap(), ExitStatus::Failed);
        assert_eq!(exit("{}", hex).await.unwrap(), ExitStatus::Wrong);
        assert!(matches!(exit(&json, "nonsense".into()).await, Err(Problem::Wrong(_))));
    }
}
