//! Every route, and the order of what stands in front of them.

use super::{
    AppState, assets, events, exports, forms, guard, health, logo, metrics, open_api, pages, plain, shared, v1, verify,
    webhook,
};
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

/// No page takes so long; what does hangs, and its connection is worth more than its answer.
const ANSWERS_WITHIN: Duration = Duration::from_secs(30);
/// Bodies that handlers take in whole, where they set no limit of their own.
const MOST_BODY: usize = 64 << 10;

/// The whole server.
pub fn router(state: AppState) -> Router {
    let in_time = || TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, ANSWERS_WITHIN);
    let api = Router::new()
        .route("/api/v1/streams", get(v1::streams))
        .route("/api/v1/streams/{id}", get(v1::record))
        .route("/api/v1/streams/{id}/series", get(v1::series))
        .route("/api/v1/{*path}", get(v1::unknown))
        .layer(from_fn_with_state(state.clone(), v1::layer));

    // Pages and server functions; each page needs a session unless `guard::PUBLIC` says otherwise.
    let console = pages::mount(Router::new(), &state)
        .route("/streams/{id}/{file}", get(exports::stream))
        .route("/streams.csv", get(exports::list))
        .route("/demo/altered/{id}", get(exports::altered))
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
        .fallback(plain::not_found)
        .layer(in_time());

    // A shared report from memory costs little more than its bytes: what stands before other routes would cost more than
    // the answer. It needs no session, is compressed already, and asks for address and origin itself where it needs them.
    let unlock = post(shared::unlock)
        .layer::<_, Infallible>(from_fn_with_state(state.clone(), guard::origin))
        .layer::<_, Infallible>(in_time());
    // A dead link's file is answered like a dead link, byte for byte.
    let found = |status: StatusCode, _: Version, _: &HeaderMap, _: &Extensions| status == StatusCode::OK;
    let file = get(shared::file)
        .layer::<_, Infallible>(CompressionLayer::new().compress_when(DefaultPredicate::new().and(found)))
        .layer::<_, Infallible>(in_time());
    let readers = Router::new()
        .route("/r/{token}", get(shared::page).merge(unlock))
        .route("/r/{token}/{file}", file)
        // Whatever else begins like a link is a dead one.
        .route("/r", get(shared::unknown))
        .route("/r/", get(shared::unknown))
        .route("/r/{token}/", get(shared::unknown))
        .route("/r/{token}/{file}/{*rest}", get(shared::unknown));

    Router::new()
        .merge(timed)
        // Lives as long as its page, so no time-out.
        .route("/events", get(events::events))
        .layer(from_fn_with_state(state.clone(), guard::session))
        .layer(from_fn_with_state(state.clone(), guard::origin))
        .layer(from_fn_with_state(state.clone(), guard::address))
        .layer(CompressionLayer::new())
        .merge(readers)
        .layer(DefaultBodyLimit::max(MOST_BODY))
        .layer(CatchPanicLayer::custom(plain::panicked))
        .layer(from_fn_with_state(state.clone(), guard::answered))
        .with_state(state)
}
