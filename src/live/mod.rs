//! The Live board in memory: one row per live stream, fed by what the recorder committed, read by pages and events.
//!
//! May not: write to the store or ask Tencent.

use crate::domain::live::{LiveEvent, LiveRow, LiveStrip};
use tokio::sync::broadcast;

/// Handle of the board; clones share it.
#[derive(Clone)]
pub struct Board {}

impl Board {
    /// Every live or ending stream, those that need a look first, then by coins per minute.
    pub fn rows(&self) -> Vec<LiveRow> {
        todo!()
    }

    /// The line above the board.
    pub fn strip(&self) -> LiveStrip {
        todo!()
    }

    /// Changes from now on. A receiver that lags gets fresh rows with the next changes.
    pub fn subscribe(&self) -> broadcast::Receiver<LiveEvent> {
        todo!()
    }
}
