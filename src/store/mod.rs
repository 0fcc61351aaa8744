//! The database. The rest of the program sees typed questions and typed answers.
//!
//! Must not: decide. What a reading means, when a stream ends, who may see a share is decided elsewhere and written here.
//!
//! | module | |
//! |---|---|
//! | `types` | rows, queries and changes: no SQL, no engine |
//! | `handle` | the enum of engines: hands each method on |
//! | `sqlite`, `postgres` | all SQL of an engine |
//! | `recorder` | the task that commits readings in groups and acknowledges each only after its commit |
//! | `fence` | the right of one of several servers to write for an app |
//! | `error`, `fault` | what went wrong, and what a user can do about it |
//! | `transfer` | a whole SQLite database copied into PostgreSQL |
//! | `contract` | the tests that every engine has to pass |
//! | `search_text`, `curve`, `sums_cache`, `embedded_migrations` | what engines share |

#[cfg(test)]
mod contract;
mod curve;
mod embedded_migrations;
mod error;
mod fault;
mod fence;
mod handle;
mod postgres;
mod recorder;
mod search_text;
mod sqlite;
mod sums_cache;
mod transfer;
mod types;

#[cfg(test)]
pub(crate) use contract::TestDatabase;
pub use error::StoreError;
pub use fence::Fence;
pub use handle::Store;
pub use postgres::{ServerFacts, inspect as inspect_server};
pub use recorder::{Recorder, RecorderStopped, RefusedWrites, WriteFailure};
#[cfg(test)]
pub(crate) use sqlite::tests::before_the_key_file;
pub use types::{
    ActiveLinkCount, AskRow, AuditRow, CurrentShare, DerivedRow, FailureRow, FeedGroup, FeedPage, FoundBy, HostSums,
    IssuerRow, LeaseRow, LogoRow, MomentRow, NewStream, OpenStream, PastReport, RecentSeries, ReleasedRow,
    RoomClosedRow, RoomRow, SealError, SealMaterial, SealedReport, SealedSummary, SessionPart, SessionRow, ShareRow,
    ShareSettings, SigningKeyRow, Sort, StoredSeries, StreamPage, StreamQuery, Sums, TokenRow, TriesRow,
    UnsealedStream, UnsealedStreams, UserRow, WebhookRow, Write, is_cursor,
};
