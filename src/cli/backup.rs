//! `aftershow backup FILE`: a consistent copy of the database, also while the server runs.

use super::{Context, Exit, Outcome, Problem};
use crate::store::Store;
use clap::Args;
use std::path::PathBuf;

/// Arguments of `aftershow backup`.
#[derive(Args)]
pub struct BackupArgs {
    /// The new file; one that exists is not overwritten
    file: PathBuf,
}

/// Copies the database.
pub async fn run(args: BackupArgs, context: &Context) -> Outcome {
    let config = context.load(Vec::new())?;
    if args.file.exists() {
        return Err(Problem::Wrong(format!("{} exists; name a new file", args.file.display())));
    }
    if !config.database.exists() {
        return Err(Problem::Wrong(format!("there is no database at {}", config.database.display())));
    }
    let failed = |error: crate::store::StoreError| Problem::Failed(error.to_string());
    let store = Store::open(&config.database).await.map_err(failed)?;
    store.backup(&args.file).await.map_err(failed)?;
    store.close().await;
    eprintln!("{} is copied to {}; keep the key file too", config.database.display(), args.file.display());
    Ok(Exit::Done)
}
