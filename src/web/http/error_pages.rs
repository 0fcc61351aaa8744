//! Our few pages without the console around them: a dead link, a link's password, an error. They must work when nothing
//! else does, so they are text put together here, with every value escaped.

use super::csp;
use crate::i18n::Lang;
use crate::web::context::assets;
use crate::web::context::request::console_lang_of;
use crate::web::pages::{self, report::Stylesheet};
use crate::web::view::html::escape;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use bytes::Bytes;
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

/// Where these pages take their look from.
pub fn style() -> Stylesheet {
    assets::url("aftershow.css").map_or(Stylesheet::Absent, Stylesheet::Linked)
}

fn document(lang: Lang, title: &str, body: &str) -> String {
    let style = assets::url("aftershow.css").map(|url| format!("<link rel=\"stylesheet\" href=\"{url}\">"));
    format!(
        "<!DOCTYPE html><html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\"><meta name=\"robots\" content=\"noindex\"><title>{}</title>{}\
         </head><body><main class=\"plain\"><h1>{}</h1>{body}</main></body></html>",
        lang.tag(),
        escape(title),
        style.unwrap_or_default(),
        escape(title),
    )
}

fn page(status: StatusCode, html: impl Into<axum::body::Body>) -> Response {
    let headers = [
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(csp::PLAIN)),
    ];
    (status, headers, Html(html.into())).into_response()
}

/// Something went wrong, in words.
pub fn problem(status: StatusCode, lang: Lang, title: &str, what: &str) -> Response {
    page(status, document(lang, title, &format!("<p>{}</p>", escape(what))))
}

/// An answer in words; `body` is HTML, put together with [`escape`].
pub fn html_response(lang: Lang, title: &str, body: &str) -> Response {
    page(StatusCode::OK, document(lang, title, body))
}

/// A link that is unknown, expired, off or deleted: the same bytes for all, drawn once.
pub fn link_not_found(lang: Lang) -> Response {
    type PageCache = HashMap<(Lang, Option<String>), Bytes>;
    static PAGE_CACHE: LazyLock<Mutex<PageCache>> = LazyLock::new(Mutex::default);
    let sheet = assets::url("aftershow.css");
    let html = {
        let mut drawn = PAGE_CACHE.lock().unwrap_or_else(PoisonError::into_inner);
        // A debug build's style sheet changes while it runs; a few old pages are no burden.
        let draw = || pages::report::link_not_found_document(lang, &style()).into();
        drawn.entry((lang, sheet)).or_insert_with(draw).clone()
    };
    let mut response = page(StatusCode::NOT_FOUND, html);
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response.headers_mut().insert("x-robots-tag", HeaderValue::from_static("noindex"));
    response
}

/// Why the form of a link's password is shown again.
pub enum PasswordPrompt {
    First,
    Wrong,
    /// Seconds for which every try is refused.
    Wait(i64),
}

/// The form of a link's password. Holds nothing of the report, so that it unfurls to nothing.
pub fn password(lang: Lang, token: &str, query: &str, asked: &PasswordPrompt) -> Response {
    let (status, problem) = match asked {
        PasswordPrompt::First => (StatusCode::OK, String::new()),
        PasswordPrompt::Wrong => {
            let words = lang.error_wrong_password();
            (StatusCode::FORBIDDEN, words.to_owned())
        }
        PasswordPrompt::Wait(seconds) => (StatusCode::TOO_MANY_REQUESTS, lang.error_too_many_attempts(*seconds)),
    };
    let problem = Some(problem.as_str()).filter(|problem| !problem.is_empty());
    let html = pages::report::password_document(lang, &style(), &format!("/r/{token}{query}"), problem);
    let mut response = page(status, html);
    let headers = response.headers_mut();
    // Not no-referrer: the form's own Origin would be null.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert("x-robots-tag", HeaderValue::from_static("noindex"));
    response
}

/// A page of the console that does not exist.
pub async fn not_found(headers: HeaderMap) -> Response {
    no_such_page(console_lang_of(&headers))
}

/// The same in a language that is known.
pub fn no_such_page(lang: Lang) -> Response {
    problem(StatusCode::NOT_FOUND, lang, lang.page_not_found_title(), lang.page_not_found_hint())
}

/// Marks the response to a request whose handler panicked.
#[derive(Clone, Copy)]
pub struct Panicked;

/// A panic that was caught; the log has the cause. The code that catches it does not know the request, so the page is written by
/// [`server_fault`], outside.
pub fn panicked(_cause: Box<dyn std::any::Any + Send + 'static>) -> Response {
    let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
    response.extensions_mut().insert(Panicked);
    response
}

/// A fault of the program.
pub fn server_fault(lang: Lang) -> Response {
    let (title, what) = (lang.error_server_fault_title(), lang.error_server_fault());
    problem(StatusCode::INTERNAL_SERVER_ERROR, lang, title, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_cannot_become_markup() {
        assert!(document(Lang::Ja, "<b>", "").contains("<title>&lt;b&gt;</title>"));
    }
}
