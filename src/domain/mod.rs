//! The words of the field, shared by server and browser: rooms, counters, readings, what follows from them.
//!
//! Must not: I/O, read a clock, know SQL, HTTP or a page. Everything here is a value or a pure function, and compiles
//! for both worlds. Times are [`Millis`] since 1970, counters are whole numbers from 0 to 2^53 − 1, and what is not
//! known is `None`, never 0.

pub mod audit;
pub mod counters;
pub mod live;
pub mod numbers;
pub mod reading;
pub mod record;
pub mod room;
pub mod stream;
pub mod text;
pub mod time;
pub mod viewer;

pub use audit::AuditedAction;
pub use counters::{Counter, Counters, MAX_COUNTER, Totals};
pub use reading::{ExclusionReason, Gap, GapCause, Reading, Run};
pub use room::{AppId, RoomId, RoomIdError, StreamId};
pub use stream::{EndEvidence, Seal, StreamKind, StreamState, StreamSummary, Verdict};
pub use text::PerLanguage;
pub use time::{Day, Millis};
pub use viewer::{Role, Viewer};
