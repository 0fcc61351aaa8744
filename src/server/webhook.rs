//! `POST /webhooks/tencent`: answers 200 and ErrorCode 0 at once and always, works afterwards.
//!
//! A before-send webhook waits for the answer, so nothing may block it: not a wrong signature, not a broken body, not the
//! database. Whether a delivery is believed is decided in the collector.

use super::AppState;
use crate::collector::Delivery;
use axum::body::{Body, to_bytes};
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use std::time::Duration;

/// Ten times the largest documented message.
const MOST_BYTES: usize = 256 << 10;
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
    let body = match tokio::time::timeout(ARRIVES_WITHIN, to_bytes(body, MOST_BYTES)).await {
        Ok(Ok(body)) => body.to_vec(),
        // Too large, cut or late: the collector counts it as one it cannot read.
        _ => Vec::new(),
    };
    state.collector.webhook(Delivery { query: query.unwrap_or_default(), bearer, body, received_at });
    let answer = r#"{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0}"#;
    ([(header::CONTENT_TYPE, "application/json")], answer).into_response()
}

/// The token of `Authorization: Bearer …`.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim()).filter(|token| !token.is_empty())
}
