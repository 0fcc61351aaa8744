//! `/events`: the Live board as server-sent events.
//!
//! A page gets a `snapshot` first, then changes as they are committed. Each event carries whole rows, so a lost one heals
//! with the next; a browser that comes back with `Last-Event-ID` gets what it missed while that is still in memory, else a
//! snapshot. Each event is written once, however many pages listen.

use super::ServerState;
use super::connections::Connection;
use super::middleware::SessionId;
use crate::domain::live::{LiveEvent, LiveRow, LiveStrip};
use crate::web::context::{AppState, now};
use axum::extract::{Extension, State};
use axum::http::{Extensions, HeaderMap, HeaderValue, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::broadcast;
use tokio::time::Instant;

/// Events kept for browsers that come back: a minute of a busy board.
const MAX_BUFFERED_EVENTS: usize = 1_024;
/// A page that lags more than this starts anew with a snapshot.
const MAX_LAG_EVENTS: usize = 512;
/// Some proxies cut what is silent for 30 s.
const KEEP_ALIVE_INTERVAL: Duration = Duration::from_secs(15);
/// How long a browser waits before it comes back.
const CLIENT_RETRY_DELAY: Duration = Duration::from_secs(2);

#[derive(Clone, Debug)]
struct ServerEvent {
    id: u64,
    json: Arc<str>,
}

/// Numbers events and keeps the latest; clones share it.
#[derive(Clone)]
pub struct Events(Arc<EventsInner>);

struct EventsInner {
    /// Makes ids of one start differ from those of the next.
    start: u32,
    buffer: Mutex<EventBuffer>,
    sender: broadcast::Sender<ServerEvent>,
}

#[derive(Default)]
struct EventBuffer {
    last: u64,
    events: VecDeque<ServerEvent>,
}

impl Default for Events {
    fn default() -> Self {
        let sender = broadcast::Sender::new(MAX_LAG_EVENTS);
        Self(Arc::new(EventsInner { start: rand::random(), buffer: Mutex::default(), sender }))
    }
}

impl Events {
    fn lock(&self) -> MutexGuard<'_, EventBuffer> {
        self.0.buffer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Passes a change on to every page.
    pub fn send(&self, event: &LiveEvent) {
        let json: Arc<str> = match serde_json::to_string(event) {
            Ok(json) => json.into(),
            Err(error) => {
                tracing::error!(%error, "an event could not be written");
                return;
            }
        };
        let mut kept = self.lock();
        kept.last += 1;
        let sent = ServerEvent { id: kept.last, json };
        if kept.events.len() >= MAX_BUFFERED_EVENTS {
            kept.events.pop_front();
        }
        kept.events.push_back(sent.clone());
        // Nobody listening is fine.
        let _ = self.0.sender.send(sent);
    }

    /// Changes were missed: whoever comes back gets a snapshot.
    pub fn clear(&self) {
        let mut kept = self.lock();
        kept.last += 1;
        kept.events.clear();
    }

    /// The id of the newest event, the changes from now on, and what was missed since `after` where that is still known.
    fn listen(&self, after: Option<&str>) -> (u64, broadcast::Receiver<ServerEvent>, Option<Vec<ServerEvent>>) {
        let kept = self.lock();
        let receiver = self.0.sender.subscribe();
        let missed = after.and_then(|after| {
            let (start, id) = after.split_once('-')?;
            let id: u64 = id.parse().ok().filter(|id| *id <= kept.last)?;
            let known = id == kept.last || kept.events.front().is_some_and(|first| first.id <= id + 1);
            (start == format!("{:08x}", self.0.start) && known)
                .then(|| kept.events.iter().filter(|sent| sent.id > id).cloned().collect())
        });
        (kept.last, receiver, missed)
    }

    fn id(&self, id: u64) -> String {
        format!("{:08x}-{id}", self.0.start)
    }
}

/// The board as it is now.
#[derive(Serialize)]
struct BoardSnapshot {
    rows: Vec<LiveRow>,
    strip: LiveStrip,
}

/// `GET /events`, signed in. Ends when the session ends and when the server stops.
pub async fn events(
    State(state): State<ServerState>,
    Extension(session): Extension<SessionId>,
    headers: HeaderMap,
    extensions: Extensions,
) -> Response {
    let exempt = extensions.get::<Connection>().map(Connection::exempt);
    let after = headers.get("last-event-id").and_then(|id| id.to_str().ok());
    let (watched, missed_changes) = state.board.register_viewer();
    if missed_changes {
        state.events.clear();
    }
    let (last, mut receiver, missed) = state.events.listen(after);
    let stream = async_stream::stream! {
        let hub = state.events.clone();
        let changed = |sent: &ServerEvent| Event::default().id(hub.id(sent.id)).data(&*sent.json);
        let snapshot = |last: u64| {
            let snapshot = BoardSnapshot { rows: state.board.rows(), strip: state.board.strip() };
            let json = serde_json::to_string(&snapshot).unwrap_or_default();
            Event::default().event("snapshot").id(hub.id(last)).data(json).retry(CLIENT_RETRY_DELAY)
        };
        match &missed {
            Some(missed) => for sent in missed {
                yield Ok::<_, Infallible>(changed(sent));
            },
            None => yield Ok(snapshot(last)),
        }
        let (_watched, _exempt) = (watched, exempt);
        let mut changes = state.changes.subscribe();
        // By time, however busy the board is: a session runs out without a change.
        let mut check = tokio::time::interval_at(Instant::now() + KEEP_ALIVE_INTERVAL, KEEP_ALIVE_INTERVAL);
        let mut last = last;
        loop {
            tokio::select! {
                () = state.stopping.cancelled() => break,
                // Someone's session or role changed, perhaps this one's.
                _ = changes.changed() => if !session_is_valid(&state, &session).await { break },
                _ = check.tick() => if !session_is_valid(&state, &session).await { break },
                sent = receiver.recv() => match sent {
                    Ok(sent) if sent.id > last => {
                        last = sent.id;
                        yield Ok(changed(&sent));
                    }
                    // Already in the snapshot.
                    Ok(_) => {}
                    Err(broadcast::error::RecvError::Lagged(_)) => {
                        let (newest, fresh, _) = state.events.listen(None);
                        (last, receiver) = (newest, fresh);
                        yield Ok(snapshot(last));
                    }
                    Err(broadcast::error::RecvError::Closed) => break,
                },
            }
        }
    };
    let mut response = Sse::new(stream).keep_alive(KeepAlive::new().interval(KEEP_ALIVE_INTERVAL)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

/// Whether the session has not ended. While the database does not answer, it has not.
async fn session_is_valid(state: &AppState, session: &SessionId) -> bool {
    !matches!(state.accounts.session(&session.0, now()).await, Ok(None))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::StreamId;

    #[test]
    fn who_comes_back_gets_what_was_missed_or_nothing_to_build_on() {
        let events = Events::default();
        for id in 0..3 {
            events.send(&LiveEvent::Gone { id: StreamId(id) });
        }
        let missed = |after: &str| events.listen(Some(after)).2.map(|missed| missed.len());
        assert_eq!(missed(&events.id(1)), Some(2));
        assert_eq!(missed(&events.id(3)), Some(0));
        assert_eq!(missed(&events.id(4)), None);
        assert_eq!(missed("00000000-x"), None);
        assert_eq!(missed("another-1"), None);
        events.clear();
        assert_eq!(missed(&events.id(3)), None);
        for id in 0..2_000 {
            events.send(&LiveEvent::Gone { id: StreamId(id) });
        }
        assert_eq!(missed(&events.id(4)), None);
        assert_eq!(missed(&events.id(2_004)), Some(0));
    }
}
