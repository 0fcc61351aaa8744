//! `POST /webhooks/tencent`: answers 200 and ErrorCode 0 at once and always, whatever the method, works afterwards.
//!
//! A before-send webhook waits for the answer, so nothing may block it: not a wrong signature, not a broken body, not the
//! database. Whether a delivery is authenticated is decided by its address and token, before its body is read: of what a
//! stranger sends a few KiB are kept at most.

use crate::collector::Delivery;
use crate::web::context::{AppState, now};
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use std::time::Duration;

/// What comes beyond what is kept is discarded, so that the sender can finish and read the answer; beyond this, nobody is
/// waited for.
const MAX_DISCARDED_BYTES: usize = 64 << 20;
/// How long the answer waits for a message to be in the database of several servers.
const STORE_TIMEOUT: Duration = Duration::from_millis(80);
/// A body that has not arrived by then is not Tencent's, whose own time-out is 2 s.
const BODY_TIMEOUT: Duration = Duration::from_secs(2);

pub async fn webhook(
    State(state): State<AppState>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let bearer = bearer(&headers).map(str::to_owned);
    let delivery = Delivery { query: query.unwrap_or_default(), bearer, received_at: now() };
    let webhook = state.collector.webhook(delivery);
    let most = webhook.as_ref().map_or(0, crate::collector::Webhook::most_bytes);
    // Too large, cut or late: it counts as one that cannot be read.
    let body = tokio::time::timeout(BODY_TIMEOUT, read_body(body, most)).await.ok().flatten();
    if let Some(stored) = webhook.and_then(|webhook| webhook.receive(body)) {
        // It goes on where the answer does not wait for it.
        let _ = tokio::time::timeout(STORE_TIMEOUT, stored).await;
    }
    let answer = r#"{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0}"#;
    ([(header::CONTENT_TYPE, "application/json")], answer).into_response()
}

/// The body, if all of it came and it is not too large.
async fn read_body(body: Body, most: usize) -> Option<Vec<u8>> {
    let mut chunks = body.into_data_stream();
    let (mut bytes, mut arrived) = (Vec::new(), 0);
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.ok()?;
        arrived += chunk.len();
        if arrived > MAX_DISCARDED_BYTES {
            return None;
        }
        if arrived <= most {
            bytes.extend_from_slice(&chunk);
        } else {
            bytes = Vec::new();
        }
    }
    (arrived <= most).then_some(bytes)
}

/// The token of `Authorization: Bearer …`.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim()).filter(|token| !token.is_empty())
}
