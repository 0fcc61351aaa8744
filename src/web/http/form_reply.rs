//! What a form or a call gets back: the page it came from with a notice, or an error as JSON.

use crate::web::action::ApiError;
use crate::web::context::request::local_path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use url::Url;

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

/// A path with the name of a notice in its query.
pub fn with_notice(path: &str, notice: &str) -> String {
    let (path, fragment) = path.split_once('#').map_or((path, None), |(path, fragment)| (path, Some(fragment)));
    let joint = if path.contains('?') { '&' } else { '?' };
    let fragment = fragment.map(|fragment| format!("#{fragment}")).unwrap_or_default();
    format!("{path}{joint}notice={notice}{fragment}")
}

/// 303 to a path of this host.
pub fn see_other(path: &str) -> Response {
    match HeaderValue::from_str(path) {
        Ok(location) => (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
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
}
