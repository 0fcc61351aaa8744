//! Server functions as plain HTML forms and as calls of islands, in one place.
//!
//! A form (it accepts `text/html`) is sent back with 303 to the page it came from, or on to where the function said, with
//! `?notice=…` naming what became of it. A call gets JSON, and an error the status it deserves.

use super::form_reply::{came_from, refusal, see_other, wants_page, with_notice};
use crate::web::api::{ApiError, ErrorKind, FormAction};
use crate::web::context::request::{SessionId, query};
use crate::web::context::{AppState, Flash, cookie, now};
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

/// Larger than a thousand pasted RoomIds, smaller than what would hurt.
const MAX_BODY_BYTES: usize = 256 << 10;

/// The functions that need no session take a name, a password and a path; anyone may send this much.
const MAX_PUBLIC_BODY_BYTES: usize = 8 << 10;

/// Where every server function lies.
pub const PREFIX: &str = "/api/fn/";

/// The layer around the server functions.
pub async fn layer(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let Some(action) = FormAction::from_path(path).filter(|_| path.starts_with(PREFIX)) else {
        let notice = query(request.uri()).into_iter().find(|(key, _)| key == "notice");
        if let Some((_, name)) = notice {
            // The outcome of the form that led to this page.
            let session = cookie::session(request.headers(), state.is_secure());
            if let Some(flash) = state.flashes.get(&name, session.as_ref(), now()).await {
                request.extensions_mut().insert(flash);
            }
        }
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
                // Only for forms; a call has its own header.
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
    let quiet = matches!(action, FormAction::SignIn | FormAction::SignInOnce | FormAction::SignOut | FormAction::SetUp)
        && outcome.is_ok();
    let to = to.filter(|_| outcome.is_ok()).unwrap_or(back);
    let to = if quiet {
        to
    } else {
        // A new password begins a new session: the next page is that one's.
        let session = crate::web::context::cookie::new_session_of(&head.headers).or(session);
        let fields = typed_from.map(|body| typed(&body)).unwrap_or_default();
        let notice = state.flashes.put(Flash { action, outcome, fields }, session.as_ref(), now()).await;
        with_notice(&to, &notice)
    };
    let mut response = see_other(&to);
    for cookie in head.headers.get_all(header::SET_COOKIE) {
        response.headers_mut().append(header::SET_COOKIE, cookie.clone());
    }
    response
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
    fn passwords_are_not_kept() {
        let typed = typed(&Bytes::from_static(b"name=a&password=secret&new_password=secret&once=x"));
        assert_eq!(typed, [("name".to_owned(), "a".to_owned())]);
    }
}
