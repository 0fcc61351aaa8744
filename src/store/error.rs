//! Why the database did not do what was asked, and what a user can do about it.

use super::fault::DatabaseFault;
use super::sqlite::fault::fault_of;

/// Why the database did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("cannot open the database {path}: {source}")]
    Open { path: String, source: sqlx::Error },
    #[error("cannot bring the database up to date: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    #[error("the database refused: {0}")]
    Query(#[from] sqlx::Error),
    /// A row holds what this version never writes: damaged, or written by a newer version.
    #[error("the database holds something unreadable in {place}: {what}")]
    Corrupt { place: &'static str, what: String },
    /// Work on what the database holds ended without a result: a fault of this program, not of the database.
    #[error("a task ended without a result: {0}")]
    Task(String),
}

const RESTORE_BACKUP: &str =
    "the file is damaged; stop the server, keep the damaged file, and put back the last file of `aftershow backup`";

impl StoreError {
    pub fn corrupt(place: &'static str, what: impl ToString) -> Self {
        Self::Corrupt { place, what: what.to_string() }
    }

    pub fn task(what: impl ToString) -> Self {
        Self::Task(what.to_string())
    }

    fn fault(&self) -> DatabaseFault {
        match self {
            Self::Open { source, .. } | Self::Query(source) => match source {
                sqlx::Error::Database(error) => fault_of(error.as_ref()),
                sqlx::Error::Io(_) => DatabaseFault::Disk,
                _ => DatabaseFault::Other,
            },
            Self::Migrate(_) | Self::Corrupt { .. } | Self::Task(_) => DatabaseFault::Other,
        }
    }

    /// Whether the database works and refuses this alone: it fails again in the same way, and other things do not.
    pub fn is_refusal(&self) -> bool {
        use sqlx::Error::{ColumnDecode, ColumnNotFound, Database, Decode, Encode, RowNotFound, TypeNotFound};
        match self {
            Self::Corrupt { .. } | Self::Task(_) => true,
            Self::Query(Database(_)) => self.fault() == DatabaseFault::Refused,
            Self::Query(error) => matches!(
                error,
                Encode(_) | Decode(_) | ColumnDecode { .. } | ColumnNotFound(_) | TypeNotFound { .. } | RowNotFound
            ),
            Self::Open { .. } | Self::Migrate(_) => false,
        }
    }

    /// What a user can do about it.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Migrate(_) => return "use the version that wrote it, or a newer one",
            Self::Corrupt { .. } => return RESTORE_BACKUP,
            Self::Task(_) => return "the log has the cause; the database is not affected",
            Self::Open { .. } | Self::Query(_) => {}
        }
        match self.fault() {
            DatabaseFault::Busy => {
                "another program holds the database; end it, a copy or a shell with an open transaction"
            }
            DatabaseFault::ReadOnly => {
                "the file may not be written; check its owner, its permissions and those of its directory"
            }
            DatabaseFault::Disk => "the disk does not read or write; check it, its mount and its log",
            DatabaseFault::Damaged => RESTORE_BACKUP,
            DatabaseFault::Full => "the disk is full; make room, and it goes on by itself",
            DatabaseFault::CannotOpen => "the file cannot be opened; check its directory and its permissions",
            DatabaseFault::Refused | DatabaseFault::Other => "the log has the details; if it stays, restart",
        }
    }
}
