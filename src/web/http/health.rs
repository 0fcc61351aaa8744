//! `/healthz` and `/readyz`, for whatever restarts or routes to this process.

use crate::web::context::AppState;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

/// The process runs.
pub async fn healthz() -> Response {
    plain(StatusCode::OK, "ok\n")
}

/// The database is open and migrated, pages are served, and the collector has its turns. Tencent being away does not unready:
/// the console then says so.
pub async fn readyz(State(state): State<AppState>) -> Response {
    if state.stopping.is_cancelled() {
        return plain(StatusCode::SERVICE_UNAVAILABLE, "stopping\n");
    }
    if let Some(app) = state.collector.stalled() {
        tracing::error!(%app, "not ready: the collector has had no turn for a while");
        return plain(StatusCode::SERVICE_UNAVAILABLE, "the collector stands still\n");
    }
    match state.store.user_count().await {
        Ok(_) => plain(StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::error!(%error, "not ready");
            plain(StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
        }
    }
}

fn plain(status: StatusCode, text: &'static str) -> Response {
    let headers = [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, text).into_response()
}
