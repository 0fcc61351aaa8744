//! Authenticated webhooks about rooms without an open stream: the stream they are of may be opened later.
//!
//! Must not: decide what a message means.

use super::webhook::WebhookEvent;
use crate::domain::{Millis, RoomId};
use std::collections::{BTreeSet, VecDeque};

/// Messages kept at once; beyond, the oldest is dropped.
pub(super) const MAX_BUFFERED: usize = 512;

#[derive(Default)]
pub(super) struct MessageBuffer {
    /// Oldest first, with the time each was received.
    messages: VecDeque<(RoomId, WebhookEvent, Millis)>,
    /// Rooms whose messages only wait for the database.
    retry: BTreeSet<RoomId>,
}

impl MessageBuffer {
    /// Keeps a message for a room, once.
    pub fn push(&mut self, room: &RoomId, hook: WebhookEvent, received_at: Millis) {
        if self.messages.iter().any(|(of, known, _)| of == room && *known == hook) {
            return;
        }
        if self.messages.len() == MAX_BUFFERED {
            self.messages.pop_front();
        }
        self.messages.push_back((room.clone(), hook, received_at));
    }

    /// Takes the messages of a room, oldest first.
    pub fn take(&mut self, room: &RoomId) -> Vec<(WebhookEvent, Millis)> {
        let mut taken = Vec::new();
        if self.messages.iter().any(|(of, ..)| of == room) {
            for (of, hook, received_at) in std::mem::take(&mut self.messages) {
                if of == *room {
                    taken.push((hook, received_at));
                } else {
                    self.messages.push_back((of, hook, received_at));
                }
            }
        }
        taken
    }

    /// The rooms of the messages, in their order.
    #[cfg(test)]
    pub fn rooms(&self) -> impl Iterator<Item = &RoomId> {
        self.messages.iter().map(|(room, ..)| room)
    }

    /// The messages of a room are to be tried again soon.
    pub fn retry(&mut self, room: RoomId) {
        self.retry.insert(room);
    }

    /// The rooms whose messages are to be tried again.
    pub fn take_retries(&mut self) -> BTreeSet<RoomId> {
        std::mem::take(&mut self.retry)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn message(room: &str, second: i64) -> (RoomId, WebhookEvent, Millis) {
        let room = RoomId::parse(room).unwrap();
        let hook =
            WebhookEvent::Owner { room: room.clone(), owner: None, event_time: Some(Millis::from_seconds(second)) };
        (room, hook, Millis::from_seconds(second))
    }

    #[test]
    fn messages_are_kept_once_in_order_and_up_to_a_bound() {
        let mut buffer = MessageBuffer::default();
        for second in 0..MAX_BUFFERED as i64 + 1 {
            let (room, hook, received_at) = message(if second % 2 == 0 { "even" } else { "odd" }, second);
            buffer.push(&room, hook.clone(), received_at);
            buffer.push(&room, hook, received_at);
        }
        let even = RoomId::parse("even").unwrap();
        let taken: Vec<i64> = buffer.take(&even).iter().map(|(_, received_at)| received_at.seconds()).collect();
        let expected: Vec<i64> = (2..=MAX_BUFFERED as i64).step_by(2).collect();
        assert_eq!(taken, expected, "the oldest was dropped");
        assert!(buffer.take(&even).is_empty());
        assert_eq!(buffer.take(&RoomId::parse("odd").unwrap()).len(), MAX_BUFFERED / 2);
    }
}
