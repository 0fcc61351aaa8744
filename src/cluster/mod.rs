//! Several servers in one database: which of them collects for an app.
//!
//! Must not: know what a collector does. A lease only says who it is, and until when; that nobody else writes is checked by
//! the store, in each transaction.

mod lease;

pub use lease::{Lease, LeaseTiming, ServerIdentity, TakeError};
