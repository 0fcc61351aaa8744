//! `/api/v1`: read-only JSON for other programs, with bearer tokens. Stable: ids and cursors are strings, times integer
//! milliseconds, counters integers or null.

use super::webhook::bearer;
use crate::credentials::secret;
use crate::domain::{Millis, RoomId, Run, StreamId, StreamKind, StreamState, StreamSummary};
use crate::report::{self, ReportError};
use crate::store::{StoreError, StreamQuery, is_cursor};
use crate::web::context::{AppState, now};
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

/// Minimum milliseconds between two updates of a token's last use, because reading should not write.
const TOUCH_INTERVAL_MS: i64 = 60_000;

/// Whether the request has a valid token.
pub async fn authorized(state: &AppState, headers: &HeaderMap) -> Result<bool, StoreError> {
    let Some(token) = bearer(headers) else { return Ok(false) };
    let now = now();
    let Some(row) = state.store.token(&secret::hash(&token.into())).await? else { return Ok(false) };
    if row.last_used_at.is_none_or(|at| now - at >= TOUCH_INTERVAL_MS) {
        // A disk that is full keeps nobody from reading.
        if let Err(error) = state.store.touch_token(row.id, now).await {
            tracing::warn!(%error, "the use of a token could not be noted");
        }
    }
    Ok(true)
}

/// Runs before every route of the API.
pub async fn layer(State(state): State<AppState>, request: Request, next: Next) -> Response {
    match authorized(&state, request.headers()).await {
        Ok(true) => {
            let mut response = next.run(request).await;
            let no_store = header::HeaderValue::from_static("no-store");
            response.headers_mut().entry(header::CACHE_CONTROL).or_insert(no_store);
            response
        }
        Ok(false) => {
            let mut response = problem(
                StatusCode::UNAUTHORIZED,
                "A bearer token is missing or not valid; make one with `aftershow token create NAME`.",
            );
            response.headers_mut().insert(header::WWW_AUTHENTICATE, header::HeaderValue::from_static("Bearer"));
            response
        }
        Err(error) => failed(&error),
    }
}

fn problem(status: StatusCode, words: &str) -> Response {
    (status, axum::Json(json!({ "error": words }))).into_response()
}

fn failed(error: &dyn std::fmt::Display) -> Response {
    tracing::error!(%error, "the API could not answer");
    problem(
        StatusCode::INTERNAL_SERVER_ERROR,
        "The database did not answer as it should; the server's log has the cause.",
    )
}

/// What `GET /api/v1/streams` may be asked.
#[derive(Deserialize)]
pub struct StreamsParams {
    state: Option<StreamState>,
    kind: Option<StreamKind>,
    room: Option<String>,
    after: Option<String>,
    limit: Option<i64>,
}

/// `GET /api/v1/streams`: newest first, a page at a time.
pub async fn streams(
    State(state): State<AppState>,
    wanted: Result<Query<StreamsParams>, axum::extract::rejection::QueryRejection>,
) -> Response {
    let Query(wanted) = match wanted {
        Ok(wanted) => wanted,
        Err(rejection) => return problem(StatusCode::BAD_REQUEST, &rejection.body_text()),
    };
    let room = match wanted.room.as_deref().map(RoomId::parse).transpose() {
        Ok(room) => room,
        Err(error) => return problem(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    let after = wanted.after.filter(|after| !after.is_empty());
    // Starting again instead would send a program that pages round and round.
    if after.as_deref().is_some_and(|after| !is_cursor(after)) {
        return problem(StatusCode::BAD_REQUEST, "`after` is no cursor; pass `next` of the page before as it is.");
    }
    let query = StreamQuery {
        states: wanted.state.into_iter().collect(),
        kind: wanted.kind,
        room,
        after,
        limit: wanted.limit.unwrap_or(50).clamp(1, 200),
        ..StreamQuery::default()
    };
    match state.store.streams(&query).await {
        Ok(page) => {
            let streams: Vec<Value> = page.rows.iter().map(stream_json).collect();
            axum::Json(json!({ "streams": streams, "next": page.next })).into_response()
        }
        Err(error) => failed(&error),
    }
}

fn stream_json(row: &StreamSummary) -> Value {
    json!({
        "id": row.id.to_string(),
        "app": row.app.to_string(),
        "room": row.room,
        "title": row.title,
        "host": row.host,
        "state": row.state,
        "started_at": row.started_at,
        "show_ended_at": row.show_ended_at,
        "ended_at": row.ended_at,
        "totals": row.totals,
        "sealed": row.seal.as_ref().map(|seal| json!({ "sha256": seal.sha256, "revision": seal.revision })),
    })
}

fn id(text: &str) -> Option<StreamId> {
    text.parse().ok().map(StreamId)
}

const NO_STREAM: &str = "There is no such stream.";

/// `GET /api/v1/streams/{id}`: the record. Of a sealed stream byte for byte what is signed, of a live one as of now.
pub async fn record(State(state): State<AppState>, Path(text): Path<String>) -> Response {
    let Some(id) = id(&text) else { return problem(StatusCode::NOT_FOUND, NO_STREAM) };
    match record_bytes(&state, id).await {
        Ok(Some(bytes)) => ([(header::CONTENT_TYPE, "application/json")], bytes).into_response(),
        Ok(None) => problem(StatusCode::NOT_FOUND, NO_STREAM),
        Err(error) => failed(&error),
    }
}

async fn record_bytes(state: &AppState, id: StreamId) -> Result<Option<Vec<u8>>, StoreError> {
    let Some(stream) = state.store.open_stream(id).await? else { return Ok(None) };
    if stream.summary.state == StreamState::Sealed
        && let Some(report) = state.store.report(id, None).await?
    {
        return blocking(move || report::open_bytes(&report)).await.map(Some);
    }
    let issuer = state.issuers.current().await?;
    let document = report::live(&state.store, stream, &issuer.name, now()).await?;
    blocking(move || report::record_bytes(&document.record)).await.map(Some)
}

/// Runs what may take a while for a stream of weeks where it holds up no other request.
async fn blocking(work: impl FnOnce() -> Result<Vec<u8>, ReportError> + Send + 'static) -> Result<Vec<u8>, StoreError> {
    let done = tokio::task::spawn_blocking(work).await.map_err(StoreError::task)?;
    done.map_err(|error| StoreError::corrupt("report.record", error))
}

/// `GET /api/v1/streams/{id}/series`: every accepted reading, run-length; the same before and after sealing.
pub async fn series(State(state): State<AppState>, Path(text): Path<String>) -> Response {
    let Some(id) = id(&text) else { return problem(StatusCode::NOT_FOUND, NO_STREAM) };
    match runs(&state, id).await {
        Ok(Some(runs)) => {
            let readings: Vec<Value> = runs.iter().map(run_json).collect();
            axum::Json(json!({ "readings": readings })).into_response()
        }
        Ok(None) => problem(StatusCode::NOT_FOUND, NO_STREAM),
        Err(error) => failed(&error),
    }
}

async fn runs(state: &AppState, id: StreamId) -> Result<Option<Vec<Run>>, StoreError> {
    let Some(stream) = state.store.stream(id).await? else { return Ok(None) };
    if stream.state == StreamState::Sealed {
        return state.sealer.runs_of(id).await.map(Some);
    }
    let runs = state.store.series(id).await?.runs;
    // Sealed in between: then the rows are in the report.
    if runs.is_empty() { state.sealer.runs_of(id).await.map(Some) } else { Ok(Some(runs)) }
}

fn run_json(run: &Run) -> Value {
    let Millis(from) = run.from;
    let counters = run.counters;
    json!({
        "from": from,
        "from_answered": run.from_answered,
        "until_asked": run.until_asked,
        "until": run.until,
        "count": run.count,
        "viewers": counters.viewers,
        "gifts": counters.gifts,
        "coins": counters.coins,
        "gifters": counters.gifters,
        "likes": counters.likes,
        "messages": counters.messages,
    })
}

/// Anything else under `/api/v1`.
pub async fn unknown() -> Response {
    problem(StatusCode::NOT_FOUND, "There is no such endpoint; see /api/v1/openapi.json.")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[tokio::test]
    async fn a_task_that_panics_is_no_damaged_database() {
        let error = blocking(|| panic!("a fault")).await.unwrap_err();
        assert!(error.to_string().contains("a fault"), "{error}");
        assert!(!error.remedy().contains("backup"), "{}", error.remedy());
    }
}
