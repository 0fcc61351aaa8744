//! Why the database did not do what was asked, and what a user can do about it.

use super::fault::DatabaseFault;
use super::{postgres::fault as postgres, sqlite::fault as sqlite};
use crate::domain::AppId;
use sqlx::sqlite::SqliteError;
use std::io::ErrorKind;

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
    #[error("{0} was moved to a PostgreSQL server; set database_url to that server")]
    Moved(String),
    #[error("the PostgreSQL database is not empty")]
    NotEmpty,
    #[error("only a SQLite database can be copied, and only to a PostgreSQL server")]
    WrongEngine,
    /// The lease of the app was lost: nothing was changed.
    #[error("another server collects for app {0} now")]
    Fenced(AppId),
    #[error("this is done with the tools of PostgreSQL: pg_basebackup, pg_dump")]
    NotInPostgres,
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
                sqlx::Error::Database(error) => match error.try_downcast_ref::<SqliteError>() {
                    Some(error) => sqlite::fault_of(error),
                    None => postgres::fault_of(error.as_ref()),
                },
                sqlx::Error::Io(error) => match error.kind() {
                    ErrorKind::ConnectionRefused
                    | ErrorKind::ConnectionReset
                    | ErrorKind::ConnectionAborted
                    | ErrorKind::BrokenPipe
                    | ErrorKind::UnexpectedEof
                    | ErrorKind::NotFound
                    | ErrorKind::TimedOut => DatabaseFault::Unreachable,
                    _ => DatabaseFault::Disk,
                },
                sqlx::Error::Tls(_) => DatabaseFault::Unreachable,
                _ => DatabaseFault::Other,
            },
            Self::Migrate(_)
            | Self::Corrupt { .. }
            | Self::Task(_)
            | Self::Moved(_)
            | Self::NotEmpty
            | Self::WrongEngine
            | Self::Fenced(_)
            | Self::NotInPostgres => DatabaseFault::Other,
        }
    }

    /// Whether the database works and refuses this alone: it fails again in the same way, and other things do not.
    pub fn is_refusal(&self) -> bool {
        use sqlx::Error::{ColumnDecode, ColumnNotFound, Database, Decode, Encode, RowNotFound, TypeNotFound};
        match self {
            Self::Corrupt { .. } | Self::Task(_) | Self::NotEmpty | Self::WrongEngine | Self::NotInPostgres => true,
            Self::Query(Database(_)) => self.fault() == DatabaseFault::Refused,
            Self::Query(error) => matches!(
                error,
                Encode(_) | Decode(_) | ColumnDecode { .. } | ColumnNotFound(_) | TypeNotFound { .. } | RowNotFound
            ),
            Self::Open { .. } | Self::Migrate(_) | Self::Moved(_) | Self::Fenced(_) => false,
        }
    }

    /// What a user can do about it.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Migrate(_) => return "use the version that wrote it, or a newer one",
            Self::Corrupt { .. } => return RESTORE_BACKUP,
            Self::Task(_) => return "the log has the cause; the database is not affected",
            Self::Moved(_) => return "to return to the file, put back a backup made before the move",
            Self::NotEmpty => return "create a new database for it",
            Self::WrongEngine => return "run it where database_url is the SQLite file",
            Self::Fenced(_) => return "nothing is to be done: that server reads the rooms",
            Self::NotInPostgres => return "see the manual of PostgreSQL; back up the key file as well",
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
            DatabaseFault::Unreachable => {
                "check that the database server runs and that the address, user and password in database_url are right"
            }
            DatabaseFault::Refused | DatabaseFault::Other => "the log has the details; if it stays, restart",
        }
    }
}
