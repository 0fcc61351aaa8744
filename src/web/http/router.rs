//! Every route, and the order of the middleware.

use super::{
    ServerState, api_v1, assets, downloads, error_pages, events, forms, health, logo, metrics, middleware, open_api,
    pages, share_page, verify, webhook,
};
use crate::web::context::AppState;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{Extensions, HeaderMap, StatusCode, Version};
use axum::middleware::from_fn_with_state;
use axum::routing::{any, get, post};
use std::convert::Infallible;
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, Predicate};
use tower_http::timeout::TimeoutLayer;

/// Time after which a request is aborted: no page takes that long, and the connection is worth more than the response.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// Bodies that handlers take in whole, where they set no limit of their own.
const MAX_BODY_BYTES: usize = 64 << 10;

/// The routes of a server that only collects: what watches it may ask.
fn health_router(state: ServerState) -> Router {
    Router::new()
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(metrics::metrics))
        .layer(from_fn_with_state(state.clone(), middleware::address))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, REQUEST_TIMEOUT))
        .layer(CatchPanicLayer::custom(error_pages::panicked))
        .layer(from_fn_with_state(state.clone(), middleware::answered))
        .with_state(state)
}

/// The whole server.
pub fn router(state: ServerState) -> Router {
    if !state.config.role.serves_pages() {
        return health_router(state);
    }
    let in_time = || TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, REQUEST_TIMEOUT);
    let api = Router::new()
        .route("/api/v1/streams", get(api_v1::streams))
        .route("/api/v1/streams/{id}", get(api_v1::record))
        .route("/api/v1/streams/{id}/series", get(api_v1::series))
        .route("/api/v1/{*path}", get(api_v1::unknown))
        .layer(from_fn_with_state(state.clone(), api_v1::layer));

    let added = state.extension().map(|extension| extension.routes(AppState::clone(&state))).unwrap_or_default();
    let added = added.with_state::<ServerState>(());

    // Pages and server functions; each page needs a session unless `middleware::PUBLIC` says otherwise.
    let console = pages::mount(Router::new(), &state)
        .route("/streams/{id}/{file}", get(downloads::stream))
        .route("/streams.csv", get(downloads::list))
        .merge(added)
        .layer(from_fn_with_state(state.clone(), forms::layer));

    let timed = Router::new()
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(metrics::metrics))
        .route("/webhooks/tencent", any(webhook::webhook))
        .route("/.well-known/aftershow.pub", get(verify::keys))
        .route("/verify", post(verify::post))
        .route("/logo/{file}", get(logo::file))
        .route("/settings/logo", post(logo::upload))
        .route("/pkg/{*path}", get(assets::pkg))
        .route("/favicon.ico", get(assets::root))
        .route("/favicon.svg", get(assets::root))
        .route("/robots.txt", get(assets::robots))
        .route("/api/v1/openapi.json", get(open_api::open_api))
        .merge(api)
        .merge(console)
        .fallback(error_pages::not_found)
        .layer(in_time());

    // A shared report from memory costs little more than its bytes: the middleware of other routes would cost more than
    // the answer. It needs no session, is compressed already, and asks for address and origin itself where it needs them.
    let unlock = post(share_page::unlock)
        .layer::<_, Infallible>(from_fn_with_state(state.clone(), middleware::origin))
        .layer::<_, Infallible>(in_time());
    // A dead link's file is answered like a dead link, byte for byte.
    let found = |status: StatusCode, _: Version, _: &HeaderMap, _: &Extensions| status == StatusCode::OK;
    let file = get(share_page::file)
        .layer::<_, Infallible>(CompressionLayer::new().compress_when(DefaultPredicate::new().and(found)))
        .layer::<_, Infallible>(in_time());
    let readers = Router::new()
        .route("/r/{token}", get(share_page::page).merge(unlock))
        .route("/r/{token}/{file}", file)
        // Whatever else begins like a link is a dead one.
        .route("/r", get(share_page::unknown))
        .route("/r/", get(share_page::unknown))
        .route("/r/{token}/", get(share_page::unknown))
        .route("/r/{token}/{file}/{*rest}", get(share_page::unknown));

    Router::new()
        .merge(timed)
        // Lives as long as its page, so no time-out.
        .route("/events", get(events::events))
        .layer(from_fn_with_state(state.clone(), middleware::session))
        .layer(from_fn_with_state(state.clone(), middleware::origin))
        .layer(from_fn_with_state(state.clone(), middleware::address))
        .layer(CompressionLayer::new())
        .merge(readers)
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(CatchPanicLayer::custom(error_pages::panicked))
        .layer(from_fn_with_state(state.clone(), middleware::answered))
        .with_state(state)
}
