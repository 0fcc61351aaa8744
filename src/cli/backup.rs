//! `aftershow backup FILE`: a consistent copy of the database, also while the server runs.

use super::{CommandContext, CommandResult, ExitStatus, Problem};
use crate::clock::Clock;
use crate::key_file;
use crate::store::Store;
use clap::Args;
use std::path::{Path, PathBuf};

/// Arguments of `aftershow backup`.
#[derive(Args)]
pub struct BackupArgs {
    /// The new file; one that exists is not overwritten
    file: PathBuf,
}

/// Whether the folder of a backup also has the key file in it.
fn holds_key_file(backup: &Path, key_file: &Path) -> bool {
    let folder = |path: &Path| std::fs::canonicalize(path).ok()?.parent().map(Path::to_path_buf);
    folder(key_file).is_some_and(|of_key| folder(backup) == Some(of_key))
}

/// Copies the database.
pub async fn run(args: BackupArgs, context: &CommandContext) -> CommandResult {
    let config = context.load(Vec::new())?;
    if config.database_server.is_some() {
        return Err(Problem::Wrong(
            "the database is on a PostgreSQL server: back it up with pg_basebackup and WAL archiving, or with pg_dump; back up \
             the key file too, elsewhere"
                .to_owned(),
        ));
    }
    if args.file.exists() {
        return Err(Problem::Wrong(format!("{} exists; name a new file", args.file.display())));
    }
    if !config.database.exists() {
        return Err(Problem::Wrong(format!("there is no database at {}", config.database.display())));
    }
    let failed = |error: crate::store::StoreError| Problem::Failed(error.to_string());
    let store = Store::open(&config.database).await.map_err(failed)?;
    if store.signing_seed().await.map_err(failed)?.is_some() {
        // An earlier version stored the signing key, and no server has moved it yet: the copy must not hold it.
        let moved = key_file::open(&config.key_file, &store, Clock::system().now()).await;
        moved.map_err(|error| Problem::Failed(error.to_string()))?;
    }
    store.backup(&args.file).await.map_err(failed)?;
    store.close().await;
    eprintln!(
        "{} is copied to {}; back up the key file too, elsewhere",
        config.database.display(),
        args.file.display()
    );
    if holds_key_file(&args.file, &config.key_file) {
        eprintln!(
            "Warning: {} holds the key file {} as well. Whoever gets hold of both can sign reports and make links; keep them \
             apart.",
            args.file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new(".")).display(),
            config.key_file.display()
        );
    }
    Ok(ExitStatus::Done)
}
