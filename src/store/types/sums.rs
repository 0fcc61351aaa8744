//! What streams add up to.

use crate::domain::{AppId, Millis};

/// What the rows of a query add up to. Entries are not people; gifters are never summed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    pub streams: i64,
    /// Of ended streams, in milliseconds.
    pub millis: i64,
    pub entries: i64,
    pub gifts: i64,
    pub coins: i64,
    pub likes: i64,
    pub messages: i64,
}

impl Sums {
    /// What is left of it without a part of it.
    pub fn without(&self, part: &Self) -> Self {
        Self {
            streams: self.streams - part.streams,
            millis: self.millis - part.millis,
            entries: self.entries - part.entries,
            gifts: self.gifts - part.gifts,
            coins: self.coins - part.coins,
            likes: self.likes - part.likes,
            messages: self.messages - part.messages,
        }
    }

    pub(in crate::store) fn add(&mut self, other: &Self) {
        self.streams = self.streams.saturating_add(other.streams);
        self.millis = self.millis.saturating_add(other.millis);
        self.entries = self.entries.saturating_add(other.entries);
        self.gifts = self.gifts.saturating_add(other.gifts);
        self.coins = self.coins.saturating_add(other.coins);
        self.likes = self.likes.saturating_add(other.likes);
        self.messages = self.messages.saturating_add(other.messages);
    }
}

/// A host over the streams of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostSums {
    pub app: AppId,
    /// The owner's account.
    pub account: String,
    /// The name people know the host by, as of their newest stream.
    pub name: Option<String>,
    /// Start of the newest stream.
    pub latest: Millis,
    pub sums: Sums,
}
