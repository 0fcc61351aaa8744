//! How the pages are hung into the router: which routes there are, and what every page finds in its context.

use super::{ServerState, csp};
use crate::domain::Viewer;
use crate::web::context::AppState;
use crate::web::context::request::RequestInfo;
use axum::Router;
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_axum::{AxumRouteListing, LeptosRoutes, ResponseOptions, generate_route_list};
use std::sync::LazyLock;

/// The routes of the pages. Made once per process and before anything is served: while Leptos walks the routes, pages that
/// load something wait, some of them for ever (leptos#4773).
static ROUTES: LazyLock<Vec<AxumRouteListing>> = LazyLock::new(|| generate_route_list(crate::web::pages::App));

/// The templates of all pages, for tests.
pub fn templates() -> Vec<String> {
    ROUTES.iter().map(|route| route.path().to_owned()).collect()
}

/// Adds pages and server functions.
pub fn mount(router: Router<ServerState>, state: &ServerState) -> Router<ServerState> {
    let context = {
        let state = AppState::clone(state);
        move || provide(&state)
    };
    let options = state.leptos_options.clone();
    router.leptos_routes_with_context(state, ROUTES.clone(), context, move || crate::web::pages::shell(options.clone()))
}

/// Puts into the context of a page or a server function: the state, `Option<Viewer>`, [`RequestInfo`].
/// A page's policy allows what carries this answer's nonce.
fn provide(state: &AppState) {
    let Some(parts) = use_context::<Parts>() else { return };
    provide_context(parts.extensions.get::<Viewer>().cloned());
    provide_context(state.clone());
    provide_context(RequestInfo::new(&parts));
    if let (Some(nonce), Some(options)) = (use_nonce(), use_context::<ResponseOptions>())
        && let Ok(policy) = HeaderValue::from_str(&csp::console(&nonce))
    {
        options.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
}
