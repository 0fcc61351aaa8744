//! Keeps the store in step with Tencent: which rooms are live, what they counted, when a stream ended.
//!
//! May not: know of pages, links or people. It is asked through [`Handle`] and tells through the store and the recorder.

use crate::domain::{AppId, Millis, RoomId, StreamId};

/// What the server and its pages may ask of the collector. Clones share it.
#[derive(Clone)]
pub struct Handle {}

/// A webhook as it arrived; whether it is believed is decided in the collector.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// The raw query string of the address.
    pub query: String,
    /// The token of `Authorization: Bearer …`, if any.
    pub bearer: Option<String>,
    pub body: Vec<u8>,
    pub received_at: Millis,
}

/// Why a request of a person could not be carried out; the text is for the person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AskError {
    #[error("no app with SDKAppID {0} is configured here")]
    NoApp(AppId),
    #[error("there is no stream {0}")]
    NoStream(StreamId),
    #[error("stream {0} is sealed already")]
    Sealed(StreamId),
    #[error("room {room} does not exist at Tencent now, and Tencent keeps nothing of an ended room{}", if last.is_some() { "; the last sealed report is linked" } else { "" })]
    NoRoom { room: RoomId, last: Option<StreamId> },
    #[error("{0}")]
    Upstream(String),
    #[error("the database refused: {0}")]
    Store(String),
}

/// How one app's collector does, for the status page and the API.
#[derive(Clone, Debug)]
pub struct AppStatus {
    pub app: AppId,
    pub masked_key: String,
    pub endpoint: String,
    pub identifier: String,
    /// Streams read now, and rooms followed in all.
    pub live: i64,
    pub followed: i64,
    /// The wished interval and the one in force, milliseconds.
    pub interval_ms: i64,
    pub interval_now_ms: i64,
    pub grace_ms: i64,
    /// 99th percentile of (read late ÷ interval) over the last minute, in hundredths.
    pub lag_p99_percent: Option<i64>,
    pub last_sweep: Option<Millis>,
    pub webhooks_accepted: i64,
    pub webhooks_hints: i64,
    pub webhooks_dropped: i64,
    pub webhook_last: Option<Millis>,
    pub client: crate::tencent::ClientHealth,
    pub trouble: Option<crate::domain::live::AppTrouble>,
}

impl Handle {
    /// The configured apps, in the order of the configuration.
    pub fn apps(&self) -> Vec<AppId> {
        todo!()
    }

    /// Follows rooms from now on and reads them at once.
    pub async fn add_rooms(&self, _app: AppId, _rooms: Vec<RoomId>) -> Result<(), AskError> {
        todo!()
    }

    /// Reads a room no more; its stream, if one is open, ends by the operator's word.
    pub async fn stop_following(&self, _app: AppId, _room: RoomId) -> Result<(), AskError> {
        todo!()
    }

    /// Takes back an ending: the stream is live until new evidence.
    pub async fn keep_following(&self, _stream: StreamId) -> Result<(), AskError> {
        todo!()
    }

    /// Ends a stream by the operator's word and seals it without grace.
    pub async fn seal_now(&self, _stream: StreamId) -> Result<(), AskError> {
        todo!()
    }

    /// Reads a stream now, within the budget kept for people.
    pub async fn refresh(&self, _stream: StreamId) -> Result<(), AskError> {
        todo!()
    }

    /// One reading of any RoomId, kept as a sealed report of its own.
    pub async fn snapshot(&self, _app: AppId, _room: RoomId) -> Result<StreamId, AskError> {
        todo!()
    }

    /// Takes a webhook; works afterwards, so this returns at once.
    pub fn webhook(&self, _delivery: Delivery) {
        todo!()
    }

    /// How each app's collector does.
    pub fn status(&self) -> Vec<AppStatus> {
        todo!()
    }

    /// One call with the app's credentials; in words what works or what is wrong and how to mend it.
    pub async fn test_connection(&self, _app: AppId) -> Result<String, AskError> {
        todo!()
    }
}
