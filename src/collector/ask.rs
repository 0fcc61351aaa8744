//! What users want of a collector, whichever server they ask and whichever collects for the app: the question goes through
//! the database to the app's leader, and the answer back.

use super::{CollectorHandle, CommandError};
use crate::domain::{AppId, RoomId, StreamId};
use crate::store::{AskRow, Fence, Store, StoreError};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long a user waits for the answer of another server.
const ASK_TIMEOUT: Duration = Duration::from_secs(15);

/// How often the answer is looked for.
const ANSWER_INTERVAL: Duration = Duration::from_millis(100);

/// How often a leader looks for questions.
const TAKE_INTERVAL: Duration = Duration::from_millis(200);

/// A question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Question {
    AddRooms(Vec<RoomId>),
    StopMonitoring(RoomId),
    KeepLive { stream: StreamId, room: RoomId },
    SealNow { stream: StreamId, room: RoomId },
    SealAgain { stream: StreamId, room: RoomId },
    Refresh(RoomId),
    Snapshot(RoomId),
    TestConnection,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Answer {
    Done,
    /// A snapshot was taken.
    Stream(StreamId),
    /// The connection works: in how many milliseconds, and how many rooms were listed.
    Connection {
        millis: i64,
        rooms: usize,
    },
}

/// Asks the server that collects for the app.
pub(super) async fn ask(store: &Store, app: AppId, ask: &Question) -> Result<Answer, CommandError> {
    let unreadable = |error: serde_json::Error| CommandError::from(StoreError::task(error));
    let id = store.put_ask(app, &serde_json::to_string(ask).map_err(unreadable)?).await?;
    let answer = async {
        loop {
            tokio::time::sleep(ANSWER_INTERVAL).await;
            if let Some(answer) = store.answer_of(id).await? {
                return Ok::<_, StoreError>(answer);
            }
        }
    };
    let answer = tokio::time::timeout(ASK_TIMEOUT, answer).await.map_err(|_| CommandError::NotCollected(app))??;
    serde_json::from_str::<Result<Answer, CommandError>>(&answer).map_err(unreadable)?
}

/// Answers what other servers ask, as long as this one collects for the app.
pub(super) async fn answer(collector: CollectorHandle, store: Store, fence: Fence, stop: CancellationToken) {
    let mut look = tokio::time::interval(TAKE_INTERVAL);
    look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let answering = TaskTracker::new();
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            _ = look.tick() => {}
        }
        match store.take_asks(&fence, ASK_TIMEOUT).await {
            Ok(asks) => {
                for ask in asks {
                    answering.spawn(answer_one(collector.clone(), store.clone(), fence.app(), ask));
                }
            }
            // The writer of readings says so.
            Err(error) => tracing::debug!(%error, "questions of other servers cannot be read"),
        }
    }
    answering.close();
    answering.wait().await;
}

async fn answer_one(collector: CollectorHandle, store: Store, app: AppId, row: AskRow) {
    let answer = match serde_json::from_str(&row.body) {
        Ok(ask) => collector.answer_here(app, ask).await,
        Err(error) => Err(CommandError::Store(format!("a server of another version asked: {error}"))),
    };
    let written = match serde_json::to_string(&answer) {
        Ok(answer) => store.put_answer(row.id, &answer).await,
        Err(error) => Err(StoreError::task(error)),
    };
    if let Err(error) = written {
        tracing::warn!(%app, %error, "a question of another server was not answered");
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::domain::PerLanguage;

    #[test]
    fn every_answer_arrives_as_it_was_given() {
        let room = RoomId::parse("a").unwrap();
        let answers = [
            Ok(Answer::Done),
            Ok(Answer::Stream(StreamId(7))),
            Ok(Answer::Connection { millis: 12, rooms: 3 }),
            Err(CommandError::NoRoom { room, last: Some(StreamId(4)) }),
            Err(CommandError::Upstream(PerLanguage::new(|_| "a fault".to_owned()))),
            Err(CommandError::Sealed(StreamId(1))),
        ];
        for answer in answers {
            let text = serde_json::to_string(&answer).unwrap();
            assert_eq!(serde_json::from_str::<Result<Answer, CommandError>>(&text).unwrap(), answer);
        }
    }
}
