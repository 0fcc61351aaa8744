//! What is watched: apps, rooms, and the identity of one stream.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The SDKAppID of an app, as Tencent's console shows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AppId(pub i64);

impl fmt::Display for AppId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Our number of a stream or snapshot; a string in every API, because readers lose large integers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StreamId(pub i64);

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A Tencent `RoomId`: 1 to 48 **bytes** of UTF-8, otherwise anything (page of the API: Get Room Statistics).
/// It is hostile text: print it through a template, never into a format of your own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RoomId(String);

/// Why a text is no `RoomId`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RoomIdError {
    #[error("a RoomId cannot be empty; copy it from the app or from Tencent's console")]
    Empty,
    #[error("a RoomId has at most 48 bytes, this one has {0}; a Chinese or Japanese character takes 3, an emoji 4")]
    TooLong(usize),
}

impl RoomId {
    /// The longest `RoomId` Tencent takes, in bytes of UTF-8.
    pub const MAX_BYTES: usize = 48;

    /// Checks the length; nothing is trimmed or changed, since Tencent compares byte by byte.
    pub fn parse(text: &str) -> Result<Self, RoomIdError> {
        match text.len() {
            0 => Err(RoomIdError::Empty),
            1..=Self::MAX_BYTES => Ok(Self(text.to_owned())),
            bytes => Err(RoomIdError::TooLong(bytes)),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RoomId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl TryFrom<String> for RoomId {
    type Error = RoomIdError;
    fn try_from(text: String) -> Result<Self, RoomIdError> {
        Self::parse(&text)
    }
}

impl From<RoomId> for String {
    fn from(room: RoomId) -> Self {
        room.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_counted_in_bytes() {
        assert_eq!(RoomId::parse(""), Err(RoomIdError::Empty));
        assert!(RoomId::parse(&"x".repeat(48)).is_ok());
        assert_eq!(RoomId::parse(&"x".repeat(49)), Err(RoomIdError::TooLong(49)));
        assert!(RoomId::parse(&"鹿".repeat(16)).is_ok());
        assert_eq!(RoomId::parse(&"鹿".repeat(17)), Err(RoomIdError::TooLong(51)));
    }

    #[test]
    fn hostile_text_is_kept_as_it_is() {
        for text in ["<script>", "=1+1", "👑", "\u{202e}evil", " a "] {
            assert_eq!(RoomId::parse(text).map(|room| room.to_string()).as_deref(), Ok(text));
        }
    }
}
