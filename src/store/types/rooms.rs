//! Rooms, and whether they are monitored.

use crate::domain::{AppId, RoomId};
use serde::{Deserialize, Serialize};

/// How a room came to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FoundBy {
    Hand,
    List,
    Webhook,
}

impl FoundBy {
    pub(in crate::store) const fn name(self) -> &'static str {
        match self {
            Self::Hand => "hand",
            Self::List => "list",
            Self::Webhook => "webhook",
        }
    }
}

/// One room of an app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomRow {
    pub app: AppId,
    pub room: RoomId,
    pub title: Option<String>,
    pub host: Option<String>,
    pub host_name: Option<String>,
    pub followed: bool,
    pub found_by: FoundBy,
}
