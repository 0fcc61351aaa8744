//! The middleware of every route: where a request comes from, whether a write comes from this site, who is asking.

use super::client_address::address_of;
use super::error_pages::{self, Panicked};
use super::form_reply::{came_from, refusal, see_other, wants_page};
use crate::domain::{AuditedAction, Viewer};
use crate::i18n::Lang;
use crate::web::api::{self, ApiError, ErrorKind, FormAction};
use crate::web::context::request::{SessionId, console_lang_of, lang_of, local_path, query};
use crate::web::context::{AppState, Flash, app_called, app_labels, cookie, now};
use axum::body::to_bytes;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use secrecy::SecretString;
use std::time::Duration;
use url::form_urlencoded::byte_serialize;

/// Routes that need no session, by their template. Everything else is refused without one: a route that was forgotten
/// here is closed, not open.
pub const PUBLIC: [&str; 24] = [
    "/login",
    "/setup",
    "/r/{token}",
    "/r/{token}/{file}",
    "/r",
    "/r/",
    "/r/{token}/",
    "/r/{token}/{file}/{*rest}",
    "/logo/{file}",
    "/verify",
    "/healthz",
    "/readyz",
    // By a rule of its own: loopback or a bearer token.
    "/metrics",
    "/webhooks/tencent",
    "/.well-known/aftershow.pub",
    "/pkg/{*path}",
    "/favicon.ico",
    "/favicon.svg",
    "/robots.txt",
    // Bearer tokens.
    "/api/v1/openapi.json",
    "/api/v1/streams",
    "/api/v1/streams/{id}",
    "/api/v1/streams/{id}/series",
    "/api/v1/{*path}",
];

/// Public routes whose answer can differ for someone who is signed in, so that their session is looked up.
const SESSION_AWARE_ROUTES: [&str; 3] = ["/login", "/setup", "/verify"];

/// The longest body of a refused request that is still read.
const MAX_DISCARDED_BYTES: usize = 64 << 10;

/// Whether this route needs no session.
pub fn is_public(template: &str) -> bool {
    PUBLIC.contains(&template) || api::PUBLIC.contains(&template)
}

/// The template of the route, never the path: that may hold a token.
pub fn template(request: &Request) -> &str {
    request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str)
}

/// Finds the address of the client.
pub async fn address(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let client = address_of(&state, request.headers(), request.extensions());
    request.extensions_mut().insert(client);
    next.run(request).await
}

/// Whether a write comes from a page of this site.
pub fn same_origin(headers: &HeaderMap, public_origin: Option<&str>, strict: bool) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let (site, origin) = (text("sec-fetch-site"), text("origin"));
    if origin == Some("null") {
        return false;
    }
    let by_origin = origin.is_some_and(|origin| match public_origin {
        Some(public) => origin.eq_ignore_ascii_case(public),
        None => {
            let host = text("host");
            let authority = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
            host.is_some() && authority.zip(host).is_some_and(|(one, other)| one.eq_ignore_ascii_case(other))
        }
    });
    match (site, origin) {
        // No browser: without a session to ride on there is nothing to forge.
        (None, None) => !strict && !headers.contains_key(header::COOKIE),
        (Some("same-origin"), _) => true,
        _ => by_origin,
    }
}

/// Reads a refused request to its end, if it is short: a connection that is closed with unread bytes in it can take the answer along,
/// and the next request too.
async fn finish(request: Request) {
    let body = to_bytes(request.into_body(), MAX_DISCARDED_BYTES);
    // However it ends, the answer is the same.
    let _ = tokio::time::timeout(Duration::from_secs(1), body).await;
}

/// Refuses writes that another site made a browser send.
pub async fn origin(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let path = request.uri().path();
    // Tencent has no origin; the API knows no cookies.
    let exempt = path == "/webhooks/tencent" || path.starts_with("/api/v1/");
    // What needs no session may be sent by a program, such as a report to verify.
    let strict = !(path == "/verify" || path.starts_with("/r/"));
    if safe || exempt || same_origin(request.headers(), state.public_origin().as_deref(), strict) {
        return next.run(request).await;
    }
    let pages = wants_page(request.headers());
    let lang = console_lang_of(request.headers());
    finish(request).await;
    let i18n = lang.error_other_site();
    let error = ApiError::new(ErrorKind::Forbidden, i18n);
    if pages {
        let title = lang.error_request_blocked();
        error_pages::problem(StatusCode::FORBIDDEN, lang, title, &error.message).into_response()
    } else {
        refusal(&error)
    }
}

/// Finds the session, and refuses what needs one and has none.
pub async fn session(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let template = template(&request).to_owned();
    let public = is_public(&template);
    if public && !SESSION_AWARE_ROUTES.contains(&template.as_str()) && !template.starts_with("/api/fn/") {
        return next.run(request).await;
    }
    if template == "/login" && request.method() == Method::GET {
        let query = query(request.uri());
        let find = |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
        if let Some(once) = find("once") {
            return consume_sign_in_link(&state, request.headers(), once.into(), find("next")).await;
        }
    }
    let mut renewed = None;
    if let Some(id) = cookie::session(request.headers(), state.is_secure()) {
        match state.accounts.session(&id, now()).await {
            Ok(Some((session, extended))) => {
                request.extensions_mut().insert(Viewer::from(session.user));
                request.extensions_mut().insert(SessionId(id.clone()));
                renewed = extended.then_some(id);
            }
            Ok(None) => {}
            Err(error) => {
                tracing::error!(%error, "a session could not be looked up");
                let lang = console_lang_of(request.headers());
                return error_pages::problem(
                    StatusCode::SERVICE_UNAVAILABLE,
                    lang,
                    lang.page_database_unavailable(),
                    lang.page_no_data_lost(),
                )
                .into_response();
            }
        }
    }
    // A language chosen in the address stays chosen. Links are not among these routes: they set no cookie.
    let reads = request.method() == Method::GET;
    let lang = query(request.uri()).into_iter().find(|(key, _)| reads && key == "lang");
    let lang = lang.and_then(|(_, code)| Lang::from_code(&code));
    let signed_in = request.extensions().get::<Viewer>().is_some();
    // So does an app, until another one or all of them are chosen.
    let app = query(request.uri()).into_iter().find(|(key, _)| reads && signed_in && key == "app");
    let app = app.filter(|_| state.config.apps.len() > 1).and_then(|(_, typed)| {
        let known = app_called(&app_labels(&state.config), &typed).filter(|app| state.config.app(*app).is_some());
        if typed == "all" { Some(None) } else { known.map(Some) }
    });
    if !public && !signed_in && begins_like_a_link(request.uri().path()) {
        // No route has it, and its address may hold a token: it is a dead link, and goes into no other address.
        return super::share_page::unknown(State(state), request).await;
    }
    if !public && !signed_in {
        let answer = ask_to_sign_in(&request);
        finish(request).await;
        return answer;
    }
    let mut response = next.run(request).await;
    // Whatever a signed-in person sees is theirs alone, and not for any cache.
    let headers = response.headers_mut();
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.append(header::VARY, HeaderValue::from_static("Cookie"));
    if let Some(lang) = lang
        && let Ok(cookie) = HeaderValue::from_str(&cookie::set_lang(lang.code(), state.is_secure()))
    {
        headers.append(header::SET_COOKIE, cookie);
    }
    if let Some(app) = app
        && let Ok(cookie) = HeaderValue::from_str(&cookie::set_app(app, state.is_secure()))
    {
        headers.append(header::SET_COOKIE, cookie);
    }
    if let Some(id) = renewed
        && !cookie::sets_session(headers)
        && let Ok(cookie) = HeaderValue::from_str(&cookie::set_session(&id, state.is_secure()))
    {
        headers.append(header::SET_COOKIE, cookie);
    }
    response
}

fn begins_like_a_link(path: &str) -> bool {
    path.split('/').find(|segment| !segment.is_empty()) == Some("r")
}

fn ask_to_sign_in(request: &Request) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let path = request.uri().path();
    let next = if path.starts_with("/api/") || path == "/events" {
        // A form whose session ended goes on, after signing in, where it was; a call gets the error.
        if !wants_page(request.headers()) {
            return refusal(&ApiError::sign_in(console_lang_of(request.headers())));
        }
        came_from(request.headers())
    } else if reads {
        request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned()
    } else {
        return refusal(&ApiError::sign_in(console_lang_of(request.headers())));
    };
    let mut response = match next.as_str() {
        "/" => see_other("/login"),
        next => see_other(&format!("/login?next={}", byte_serialize(next.as_bytes()).collect::<String>())),
    };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A printed link that signs in once.
async fn consume_sign_in_link(
    state: &AppState,
    headers: &HeaderMap,
    once: SecretString,
    next: Option<String>,
) -> Response {
    let failed = |error: &dyn std::fmt::Display| {
        tracing::error!(%error, "a sign-in link could not be spent");
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    };
    let user = match state.accounts.consume_sign_in(&once, now()).await {
        Ok(Some(user)) => user,
        Ok(None) => {
            let flash = Flash {
                action: FormAction::SignInOnce,
                outcome: Err(ApiError::new(ErrorKind::Forbidden, console_lang_of(headers).error_sign_in_link_spent())),
                fields: Vec::new(),
            };
            let notice = state.flashes.put(flash, None, now()).await;
            return see_other(&format!("/login?notice={notice}"));
        }
        Err(error) => return failed(&error),
    };
    let id = match state.begin_session(user, cookie::session(headers, state.is_secure())).await {
        Ok(id) => id,
        Err(error) => return failed(&error),
    };
    state.record_sign_in(user, AuditedAction::SignInOnce).await;
    let mut response = see_other(local_path(next.as_deref()).unwrap_or("/"));
    if let Ok(cookie) = HeaderValue::from_str(&cookie::set_session(&id, state.is_secure())) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Headers of every answer that did not set its own.
static HEADERS: [(HeaderName, HeaderValue); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(super::csp::NOTHING)),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), microphone=(), geolocation=()"),
    ),
];

/// What every answer gets, last of all: the headers above, and one line in the log with method, template of the route,
/// status and time. The path itself may hold a token and is never in it. One layer, since each costs a shared report from
/// memory a few percent.
pub async fn answered(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let started = std::time::Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let language = [header::COOKIE, header::ACCEPT_LANGUAGE].map(|name| request.headers().get(&name).cloned());
    let mut response = next.run(request).await;
    if response.extensions().get::<Panicked>().is_some() {
        let names = [header::COOKIE, header::ACCEPT_LANGUAGE].into_iter();
        let headers = names.zip(language).filter_map(|(name, value)| Some((name, value?))).collect();
        response = error_pages::server_fault(lang_of(&headers));
    }
    for (name, value) in &HEADERS {
        response.headers_mut().entry(name).or_insert_with(|| value.clone());
    }
    if state.is_secure() {
        let value = HeaderValue::from_static("max-age=31536000");
        response.headers_mut().entry(header::STRICT_TRANSPORT_SECURITY).or_insert(value);
    }
    if response.status() == StatusCode::PAYLOAD_TOO_LARGE {
        // The rest of the body is not read: nobody may send the next request into this connection.
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    let (status, ms) = (response.status().as_u16(), started.elapsed().as_millis());
    let route = route.as_ref().map_or("-", MatchedPath::as_str);
    if status >= 500 {
        tracing::warn!(%method, route, status, ms, "answered");
    } else {
        tracing::debug!(%method, route, status, ms, "answered");
    }
    response
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn passes(pairs: &[(&'static str, &str)], public: Option<&str>) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, HeaderValue::from_str(value).unwrap());
        }
        same_origin(&headers, public, true)
    }

    #[test]
    fn a_write_passes_from_our_own_pages_only() {
        let public = Some("https://console.example");
        assert!(passes(&[("sec-fetch-site", "same-origin")], public));
        assert!(passes(&[("origin", "https://console.example")], public));
        assert!(passes(&[("origin", "https://console.example"), ("sec-fetch-site", "same-origin")], public));
        assert!(!passes(&[("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")], public));
        assert!(!passes(&[("sec-fetch-site", "same-site"), ("origin", "https://other.console.example")], public));
        assert!(!passes(&[("sec-fetch-site", "none")], public));
        assert!(!passes(&[("origin", "http://console.example")], public));
        assert!(!passes(&[("origin", "null"), ("sec-fetch-site", "same-origin")], public));
        assert!(!passes(&[("origin", "null")], public));
        assert!(!passes(&[], public));
    }

    #[test]
    fn without_a_public_address_the_host_counts() {
        assert!(passes(&[("origin", "http://127.0.0.1:3000"), ("host", "127.0.0.1:3000")], None));
        assert!(!passes(&[("origin", "http://evil.example"), ("host", "127.0.0.1:3000")], None));
        assert!(!passes(&[("origin", "http://127.0.0.1:3000")], None));
    }

    #[test]
    fn programs_without_cookies_may_verify() {
        let mut headers = HeaderMap::new();
        assert!(same_origin(&headers, None, false));
        headers.insert(header::COOKIE, HeaderValue::from_static("aftershow=x"));
        assert!(!same_origin(&headers, None, false));
    }
}
