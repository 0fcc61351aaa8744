//! `/events`: the Live board as server-sent events.
//!
//! A page gets a `snapshot` first, then changes as they are committed. Each event carries whole rows, so a lost one heals
//! with the next; a browser that comes back with `Last-Event-ID` gets what it missed while that is still in memory, else a
//! snapshot. Each event is written once, however many pages listen.

use super::ServerState;
use super::connections::Connection;
use super::event_buffer::ServerEvent;
use crate::domain::live::{LiveRow, LiveStrip};
use crate::web::context::request::SessionId;
use crate::web::context::{AppState, now};
use axum::extract::{Extension, State};
use axum::http::{Extensions, HeaderMap, HeaderValue, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::broadcast;
use tokio::time::Instant;

/// Some proxies cut what is silent for 30 s.
const KEEP_ALIVE_INTERVAL: Duration = Duration::from_secs(15);
/// How long a browser waits before it comes back.
const CLIENT_RETRY_DELAY: Duration = Duration::from_secs(2);

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
