//! Server functions as plain HTML forms and as calls of islands, in one place.
//!
//! A form (it accepts `text/html`) is sent back with 303 to the page it came from, or on to where the function said, with
//! `?notice=…` naming what became of it. A call gets JSON, and an error the status it deserves.

use super::middleware::SessionId;
use crate::web::api::{ApiError, ErrorKind, FormAction};
use crate::web::context::request::local_path;
use crate::web::context::{AppState, Flash, now};
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use url::Url;

/// Larger than a thousand pasted RoomIds, smaller than what would hurt.
const MAX_BODY_BYTES: usize = 256 << 10;

/// The functions that need no session take a name, a password and a path; anyone may send this much.
const MAX_PUBLIC_BODY_BYTES: usize = 8 << 10;

/// Where every server function lies.
pub const PREFIX: &str = "/api/fn/";

/// Whether a person's browser sent this and waits for a page.
pub fn wants_page(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

/// The path on this host that a form came from, without what an earlier form left in it.
pub fn came_from(headers: &HeaderMap) -> String {
    let path =
        headers.get(header::REFERER).and_then(|referer| Url::parse(referer.to_str().ok()?).ok()).and_then(|url| {
            let query: String = url::form_urlencoded::Serializer::new(String::new())
                .extend_pairs(url.query_pairs().filter(|(key, _)| key != "notice"))
                .finish();
            let path = if query.is_empty() { url.path().to_owned() } else { format!("{}?{query}", url.path()) };
            local_path(Some(&path)).map(str::to_owned)
        });
    path.unwrap_or_else(|| "/".to_owned())
}

/// An error as a call of an island reads it.
pub fn refusal(error: &ApiError) -> Response {
    let status = StatusCode::from_u16(error.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, axum::Json(error)).into_response();
    // The browser half of server functions looks for this.
    response.headers_mut().insert("serverfnerror", HeaderValue::from_static("1"));
    response
}

fn with_notice(path: &str, notice: &str) -> String {
    let (path, fragment) = path.split_once('#').map_or((path, None), |(path, fragment)| (path, Some(fragment)));
    let joint = if path.contains('?') { '&' } else { '?' };
    let fragment = fragment.map(|fragment| format!("#{fragment}")).unwrap_or_default();
    format!("{path}{joint}notice={notice}{fragment}")
}

/// The layer around the server functions.
pub async fn layer(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let Some(action) = FormAction::from_path(path).filter(|_| path.starts_with(PREFIX)) else {
        return next.run(request).await;
    };
    let (mut parts, body) = request.into_parts();
    let page = wants_page(&parts.headers);
    let back = came_from(&parts.headers);
    let session = parts.extensions.get::<SessionId>().map(|id| id.0.clone());
    // Asked for JSON, the functions leave redirects to us.
    parts.headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    parts.headers.remove(header::REFERER);
    let most = if crate::web::api::PUBLIC.contains(&parts.uri.path()) { MAX_PUBLIC_BODY_BYTES } else { MAX_BODY_BYTES };
    let Ok(body) = to_bytes(body, most).await else {
        return answer_too_large();
    };
    let typed_from = page.then(|| body.clone());
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;

    let (mut head, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let outcome = if head.headers.contains_key("serverfnerror") {
        Err(serde_json::from_slice::<ApiError>(&body).unwrap_or_else(|_| {
            ApiError::new(ErrorKind::Internal, "The server could not do this; its log has the cause.")
        }))
    } else {
        Ok(())
    };
    if !page {
        return match outcome {
            Ok(()) => {
                head.headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
                // Only for forms; a call is told by its own header.
                if head.status.is_redirection() {
                    head.status = StatusCode::OK;
                }
                Response::from_parts(head, Body::from(body))
            }
            Err(error) => refusal(&error),
        };
    }
    let to = head.headers.get(header::LOCATION).and_then(|to| to.to_str().ok()).map(str::to_owned);
    let outcome = outcome.map(|()| serde_json::from_slice(&body).unwrap_or(serde_json::Value::Null));
    let quiet = matches!(
        action,
        FormAction::SignIn | FormAction::SignInOnce | FormAction::SignOut | FormAction::SetUp | FormAction::DemoStrip
    ) && outcome.is_ok();
    let to = to.filter(|_| outcome.is_ok()).unwrap_or(back);
    let to = if quiet {
        to
    } else {
        // A new password begins a new session: the next page is that one's.
        let session = crate::web::context::cookie::new_session_of(&head.headers).or(session);
        let fields = typed_from.map(|body| typed(&body)).unwrap_or_default();
        let notice = state.flashes.put(Flash { action, outcome, fields }, session.as_ref(), now());
        with_notice(&to, &notice)
    };
    let mut response = see_other(&to);
    for cookie in head.headers.get_all(header::SET_COOKIE) {
        response.headers_mut().append(header::SET_COOKIE, cookie.clone());
    }
    response
}

/// 303 to a path of ours.
pub fn see_other(path: &str) -> Response {
    match HeaderValue::from_str(path) {
        Ok(location) => (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn answer_too_large() -> Response {
    let mut response = refusal(&ApiError::invalid("This is too much at once; send it in parts."));
    *response.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
    response
}

/// What was typed, without secrets; no more fields than a notice keeps.
fn typed(body: &Bytes) -> Vec<(String, String)> {
    url::form_urlencoded::parse(body)
        .into_owned()
        .filter(|(name, _)| !name.contains("password") && name != "once")
        .take(crate::web::context::flash::MAX_FIELDS)
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_form_goes_back_to_its_page_on_this_host() {
        let from = |referer: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::REFERER, HeaderValue::from_str(referer).unwrap());
            came_from(&headers)
        };
        assert_eq!(from("http://127.0.0.1:3000/streams?sort=coins&notice=old"), "/streams?sort=coins");
        assert_eq!(from("https://evil.example//evil.example/x"), "/");
        assert_eq!(from("nonsense"), "/");
        assert_eq!(came_from(&HeaderMap::new()), "/");
    }

    #[test]
    fn a_notice_is_added_before_the_fragment() {
        assert_eq!(with_notice("/a?b=1#c", "n"), "/a?b=1&notice=n#c");
        assert_eq!(with_notice("/", "n"), "/?notice=n");
    }

    #[test]
    fn passwords_are_not_kept() {
        let typed = typed(&Bytes::from_static(b"name=a&password=secret&new_password=secret&once=x"));
        assert_eq!(typed, [("name".to_owned(), "a".to_owned())]);
    }
}
