//! What servers that do not collect for an app learn of its collector.

use super::Write;
use crate::domain::{AppId, StreamId};
use serde::{Deserialize, Serialize};

/// What one transaction of a collector changed, and what the collector reported beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedGroup {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub writes: Vec<Write>,
    /// As the board understands it; the store does not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signals: Vec<String>,
    /// Streams that were opened, sealed or opened again with all they have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changed: Vec<StreamId>,
}

/// What came after a known transaction of an app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedPage {
    pub app: AppId,
    /// The newest transaction.
    pub newest: i64,
    /// With their numbers, in order. Where numbers are missing, the streams have to be read again.
    pub groups: Vec<(i64, FeedGroup)>,
}
