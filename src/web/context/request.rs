//! What a page may want to know of the request it answers.

use super::{Flash, cookie};
use crate::domain::Viewer;
use crate::i18n::Lang;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri, header};
use leptos::prelude::use_context;
use secrecy::SecretString;
use std::sync::Arc;

/// The session of this request, for what must end with it.
#[derive(Clone, Debug)]
pub struct SessionId(pub SecretString);

/// The request as pages see it; in the context of every page.
#[derive(Clone, Debug)]
pub struct RequestInfo {
    /// `/streams/7`.
    pub path: String,
    /// Decoded, in the order they came.
    pub query: Vec<(String, String)>,
    /// Chosen by `?lang=`, then the user's own setting, then the cookie, then Accept-Language; one of the console unless the
    /// page is for readers.
    pub lang: Lang,
    /// The outcome of the form that led here (`?notice=…`).
    pub flash: Option<Arc<Flash>>,
}

impl RequestInfo {
    /// Reads the head of a request.
    pub fn new(parts: &Parts) -> Self {
        let query = query(&parts.uri);
        let viewer = parts.extensions.get::<Viewer>();
        let find = |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let lang = find("lang")
            .and_then(Lang::from_code)
            .or_else(|| viewer.and_then(|viewer| Lang::from_code(viewer.lang.as_deref()?)))
            .unwrap_or_else(|| lang_of(&parts.headers));
        let lang = if is_for_readers(parts.uri.path()) { lang } else { lang.of_console() };
        // Looked up before: it may be in the database.
        let flash = parts.extensions.get::<Arc<Flash>>().cloned();
        Self { path: parts.uri.path().to_owned(), lang, flash, query }
    }

    /// The languages that this page is offered in.
    pub fn languages(&self) -> &'static [Lang] {
        if is_for_readers(&self.path) { Lang::READERS } else { Lang::CONSOLE }
    }

    /// The first value of that name in the query.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// The request a page is answering.
pub fn request() -> Option<RequestInfo> {
    use_context::<RequestInfo>()
}

/// Whether a page of this path is for readers of a report, who have more languages than the console.
fn is_for_readers(path: &str) -> bool {
    path == "/verify"
}

/// The language of the console for this request.
pub fn console_lang_of(headers: &HeaderMap) -> Lang {
    lang_of(headers).of_console()
}

/// Language by cookie, then Accept-Language, then English.
pub fn lang_of(headers: &HeaderMap) -> Lang {
    cookie::lang(headers)
        .and_then(|code| Lang::from_code(&code))
        .or_else(|| Lang::from_accept_language(headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?))
        .unwrap_or_default()
}

/// The query of an address, decoded.
pub fn query(uri: &Uri) -> Vec<(String, String)> {
    url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned().collect()
}

/// The text, if it is a path of this host: begins with one slash, and nothing in it lets a browser read it as another
/// host or end the header it is written into.
pub fn local_path(text: Option<&str>) -> Option<&str> {
    let text = text?;
    let local = text.starts_with('/')
        && !text.starts_with("//")
        && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    local.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_host_are_gone_to() {
        for good in ["/", "/streams?room=a&x=%20", "/rooms/1/a#b"] {
            assert_eq!(local_path(Some(good)), Some(good));
        }
        for bad in
            ["", "//evil.example", "/\\evil.example", "https://evil.example", "streams", "/a\r\nb", "/a b", "/鹿"]
        {
            assert_eq!(local_path(Some(bad)), None, "{bad:?}");
        }
        assert_eq!(local_path(None), None);
    }
}
