//! The streams of one app that are being sealed, and the users who wait for a report.
//!
//! Must not: seal; the queue of all apps does.

use super::{CommandError, NOT_SEALED_YET, Reply, SEAL_TIMEOUT};
use crate::domain::{RoomId, StreamId};
use std::collections::BTreeMap;
use tokio::sync::oneshot;

#[derive(Default)]
pub(super) struct Sealing {
    /// With the room and the CreateTime of each.
    streams: BTreeMap<StreamId, (RoomId, Option<i64>)>,
    waiting: BTreeMap<StreamId, Vec<oneshot::Sender<Result<(), String>>>>,
}

impl Sealing {
    /// Adds a stream; false where it is being sealed already.
    pub fn start(&mut self, room: RoomId, stream: StreamId, create_time: Option<i64>) -> bool {
        self.streams.insert(stream, (room, create_time)).is_none()
    }

    /// It is sealed, or cannot be.
    pub fn finish(&mut self, stream: StreamId, outcome: &Result<(), String>) {
        self.streams.remove(&stream);
        for waiting in self.waiting.remove(&stream).unwrap_or_default() {
            let _ = waiting.send(outcome.clone());
        }
    }

    pub fn contains(&self, stream: StreamId) -> bool {
        self.streams.contains_key(&stream)
    }

    /// Whether the room's stream with this CreateTime is being sealed.
    pub fn is_of(&self, room: &RoomId, create_time: Option<i64>) -> bool {
        create_time.is_some() && self.streams.values().any(|(of, created)| of == room && *created == create_time)
    }

    #[cfg(test)]
    pub fn is_empty(&self) -> bool {
        self.streams.is_empty()
    }

    /// Answers the user when the report is there, or after a while that it is not there yet.
    pub fn reply_when_sealed(&mut self, stream: StreamId, reply: Reply) {
        let (sealed, wait) = oneshot::channel();
        self.waiting.entry(stream).or_default().push(sealed);
        tokio::spawn(async move {
            let outcome = match tokio::time::timeout(SEAL_TIMEOUT, wait).await {
                Ok(Ok(outcome)) => outcome.map_err(CommandError::Store),
                Ok(Err(_)) => Err(CommandError::Stopping),
                Err(_) => Err(CommandError::Store(NOT_SEALED_YET.to_owned())),
            };
            let _ = reply.send(outcome);
        });
    }
}
