//! Leases: which server collects for an app.

use crate::domain::{AppId, Millis};

/// Who collects for an app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaseRow {
    pub app: AppId,
    /// The name of the server as its configuration has it.
    pub server: String,
    /// Random for each start of a server.
    pub holder: String,
    pub token: i64,
    /// Number of the last transaction of the collector.
    pub batch: i64,
    pub since: Millis,
    /// Milliseconds for which it is valid yet; none where it has ended.
    pub valid_ms: Option<i64>,
}
