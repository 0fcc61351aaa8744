//! What the store is asked and what it answers: rows, queries, changes. The same for every engine.
//!
//! Must not: contain SQL, or know an engine.

mod audit;
mod collector_feed;
mod exchange;
mod issuer;
mod lease;
mod names;
mod query;
mod readings;
mod reports;
mod rooms;
mod sessions;
mod shares;
mod small_state;
mod streams;
mod sums;
mod tokens;
mod users;
mod write;

pub use audit::AuditRow;
pub use collector_feed::{FeedGroup, FeedPage};
pub use exchange::{AskRow, WebhookRow};
pub use issuer::{IssuerRow, LogoRow};
pub use lease::LeaseRow;
pub(super) use names::{from_stored_name, stored_name};
pub(super) use query::{Segment, first_of_day, list_order, place, segments};
pub use query::{Sort, StreamPage, StreamQuery, is_cursor};
pub use readings::{FailureRow, RecentSeries, StoredSeries, UnsealedStream, UnsealedStreams};
pub(super) use readings::{cause_columns, cause_of_columns};
pub(super) use reports::{MAX_BASELINE_STREAMS, SealBasis};
pub use reports::{PastReport, SealError, SealMaterial, SealedReport, SealedSummary, SigningKeyRow};
pub use rooms::{FoundBy, RoomRow};
pub use sessions::SessionRow;
pub use shares::{ActiveLinkCount, CurrentShare, DerivedRow, ReleasedRow, ShareRow, ShareSettings};
pub use small_state::TriesRow;
pub use streams::{MomentRow, NewStream, OpenStream, RoomClosedRow, SessionPart};
pub use sums::{HostSums, Sums};
pub use tokens::TokenRow;
pub use users::UserRow;
pub use write::Write;
