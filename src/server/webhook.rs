//! `POST /webhooks/tencent`: answers 200 and ErrorCode 0 at once and always, whatever the method, works afterwards.
//!
//! A before-send webhook waits for the answer, so nothing may block it: not a wrong signature, not a broken body, not the
//! database. Whether a delivery is believed is decided in the collector.

use super::AppState;
use crate::collector::Delivery;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use std::time::Duration;

/// Ten times the largest documented message. What comes beyond is read and thrown away, so that whoever sends it can
/// finish and hear the answer.
const MOST_BYTES: usize = 256 << 10;
/// Beyond this nobody is waited for.
const MOST_THROWN_AWAY: usize = 64 << 20;
/// A body that has not arrived by then is not Tencent's, whose own time-out is 2 s.
const ARRIVES_WITHIN: Duration = Duration::from_secs(2);

pub async fn webhook(
    State(state): State<AppState>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let received_at = super::now();
    let bearer = bearer(&headers).map(str::to_owned);
    // Too large, cut or late: the collector counts it as one it cannot read.
    let body = tokio::time::timeout(ARRIVES_WITHIN, whole(body)).await.ok().flatten().unwrap_or_default();
    state.collector.webhook(Delivery { query: query.unwrap_or_default(), bearer, body, received_at });
    let answer = r#"{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0}"#;
    ([(header::CONTENT_TYPE, "application/json")], answer).into_response()
}

/// The body, if all of it came and it is not too large.
async fn whole(body: Body) -> Option<Vec<u8>> {
    let mut chunks = body.into_data_stream();
    let (mut bytes, mut arrived) = (Vec::new(), 0);
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.ok()?;
        arrived += chunk.len();
        if arrived > MOST_THROWN_AWAY {
            return None;
        }
        if arrived <= MOST_BYTES {
            bytes.extend_from_slice(&chunk);
        } else {
            bytes.clear();
        }
    }
    (arrived <= MOST_BYTES).then_some(bytes)
}

/// The token of `Authorization: Bearer …`.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim()).filter(|token| !token.is_empty())
}
