//! The files of the bundle and of the site's root, and what a request says about the copy it has.

use crate::web::context::assets::{Asset, asset};
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// Splits `aftershow-1a2b3c4d.css` into `aftershow.css` and `1a2b3c4d`.
fn unhashed(name: &str) -> Option<(String, &str)> {
    let (stem, extension) = name.rsplit_once('.')?;
    let (stem, hash) = stem.rsplit_once('-')?;
    let is_hash = hash.len() == 8 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hash.then(|| (format!("{stem}.{extension}"), hash))
}

/// `/pkg/…`: immutable under its hashed name, revalidated under its plain one (which modules import each other by).
pub async fn pkg(Path(path): Path<String>, headers: HeaderMap) -> Response {
    let hashed = unhashed(&path).and_then(|(name, hash)| Some((asset(&format!("pkg/{name}"))?, hash)));
    match hashed {
        Some((asset, hash)) if asset.hash == hash => send(&asset, &headers, "public, max-age=31536000, immutable"),
        // A page from before an update: the file as it is now is better than none, but must not be kept.
        Some((asset, _)) => send(&asset, &headers, "no-cache"),
        None => match asset(&format!("pkg/{path}")) {
            Some(asset) => send(&asset, &headers, "no-cache"),
            None => StatusCode::NOT_FOUND.into_response(),
        },
    }
}

/// A file at the root of the site: `favicon.svg`.
pub async fn root(uri: axum::http::Uri, headers: HeaderMap) -> Response {
    match asset(uri.path().trim_start_matches('/')) {
        Some(asset) => send(&asset, &headers, "public, max-age=86400"),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// `/robots.txt`: nothing here is for search engines.
pub async fn robots() -> Response {
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], "User-agent: *\nDisallow: /\n").into_response()
}

fn send(asset: &Asset, headers: &HeaderMap, cache: &'static str) -> Response {
    let etag = format!("W/\"{}\"", asset.hash);
    let mut answer = HeaderMap::new();
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    answer.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if let Ok(value) = HeaderValue::from_str(&etag) {
        answer.insert(header::ETAG, value);
    }
    if matches_etag(headers, &etag) {
        return (StatusCode::NOT_MODIFIED, answer).into_response();
    }
    if let Ok(value) = HeaderValue::from_str(&asset.mime) {
        answer.insert(header::CONTENT_TYPE, value);
    }
    match &asset.brotli {
        Some(brotli) if accepts_brotli(headers) => {
            answer.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
            (answer, brotli.clone()).into_response()
        }
        _ => (answer, asset.body.clone()).into_response(),
    }
}

/// Whether the client has this already.
pub fn matches_etag(headers: &HeaderMap, etag: &str) -> bool {
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .any(|value| value.trim() == "*" || value.split(',').any(|tag| bare(tag) == bare(etag)))
}

/// Whether the client reads brotli.
pub fn accepts_brotli(headers: &HeaderMap) -> bool {
    headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok()).any(|value| {
        value.split(',').any(|part| {
            let mut fields = part.split(';').map(str::trim);
            fields.next() == Some("br") && !fields.any(|field| matches!(field, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashed_names_are_taken_apart() {
        assert_eq!(unhashed("aftershow-1a2b3c4d.css"), Some(("aftershow.css".to_owned(), "1a2b3c4d")));
        assert_eq!(unhashed("aftershow.css"), None);
        assert_eq!(unhashed("snippets/a-b/inline0.js"), None);
    }

    #[test]
    fn encodings_and_etags_are_read_as_written() {
        let headers = |name, value| HeaderMap::from_iter([(name, HeaderValue::from_static(value))]);
        assert!(accepts_brotli(&headers(header::ACCEPT_ENCODING, "gzip, deflate, br;q=0.8, zstd")));
        assert!(!accepts_brotli(&headers(header::ACCEPT_ENCODING, "gzip, br;q=0")));
        assert!(!accepts_brotli(&headers(header::ACCEPT_ENCODING, "brotli")));
        assert!(matches_etag(&headers(header::IF_NONE_MATCH, "\"a\", W/\"b\""), "W/\"a\""));
        assert!(!matches_etag(&headers(header::IF_NONE_MATCH, "\"c\""), "W/\"a\""));
    }
}
