//! Style sheet, script and WebAssembly, in the binary under names that hold the hash of their content.
//!
//! The folder is the one the front-end build writes (`target/site`, or `AFTERSHOW_SITE` when compiling). A debug build reads
//! it from disk while it runs, so that the console serves pages before the WebAssembly exists and picks it up when it
//! appears; a release build holds everything. A file that is not there is simply not referred to.

use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use rust_embed::RustEmbed;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

#[derive(RustEmbed)]
#[folder = "${AFTERSHOW_SITE:-target/site}"]
#[allow_missing = true]
struct Site;

/// One file of the site.
struct Asset {
    body: Bytes,
    /// The same under brotli, where the build wrote a twin.
    brotli: Option<Bytes>,
    /// The first eight hex digits of the SHA-256 of its content.
    hash: String,
    mime: String,
}

/// How long a debug build trusts what it read. A release build never reads again.
const DEV_CACHE_TTL: Duration = Duration::from_secs(2);

type AssetCache = HashMap<String, (Instant, Option<Arc<Asset>>)>;

fn asset(path: &str) -> Option<Arc<Asset>> {
    static ASSET_CACHE: Mutex<Option<AssetCache>> = Mutex::new(None);
    let mut known = ASSET_CACHE.lock().unwrap_or_else(PoisonError::into_inner);
    let known = known.get_or_insert_default();
    if let Some((read, asset)) = known.get(path)
        && (!cfg!(debug_assertions) || read.elapsed() < DEV_CACHE_TTL)
    {
        return asset.clone();
    }
    let found = read(path).map(Arc::new);
    // Names come from strangers too: only those that exist are remembered.
    if found.is_some() {
        known.insert(path.to_owned(), (Instant::now(), found.clone()));
    } else {
        known.remove(path);
    }
    found
}

fn read(path: &str) -> Option<Asset> {
    let file = Site::get(path)?;
    let bytes = |data: Cow<'static, [u8]>| match data {
        Cow::Borrowed(data) => Bytes::from_static(data),
        Cow::Owned(data) => Bytes::from(data),
    };
    let mime = match path.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "ico" => "image/x-icon",
        "png" => "image/png",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    };
    Some(Asset {
        hash: hex::encode(&file.metadata.sha256_hash()[..4]),
        brotli: Site::get(&format!("{path}.br")).map(|twin| bytes(twin.data)),
        body: bytes(file.data),
        mime: mime.to_owned(),
    })
}

/// The address of a file of the bundle: `aftershow.css` → `/pkg/aftershow-1a2b3c4d.css`. `None` while it does not exist.
pub fn url(name: &str) -> Option<String> {
    let asset = asset(&format!("pkg/{name}"))?;
    let (stem, extension) = name.rsplit_once('.')?;
    Some(format!("/pkg/{stem}-{}.{extension}", asset.hash))
}

/// The text of a file of the bundle, to be written into a page that loads nothing. Without a byte order mark, which is
/// none in the middle of a document.
pub fn text(name: &str) -> Option<String> {
    let body = asset(&format!("pkg/{name}"))?.body.clone();
    String::from_utf8(body.to_vec()).ok().map(|text| text.trim_start_matches('\u{feff}').to_owned())
}

/// Script and WebAssembly of the islands, if both are there: (JavaScript module, WebAssembly).
pub fn bundle() -> Option<(String, String)> {
    Some((url("aftershow.js")?, url("aftershow.wasm").or_else(|| url("aftershow_bg.wasm"))?))
}

/// The inline module that wakes the islands when the browser is idle; `None` while there is no bundle. It goes into a
/// `<script type="module">` with the nonce of the answer, or into a page whose policy lists its hash.
pub fn loader() -> Option<String> {
    let (script, wasm) = bundle()?;
    Some(include_str!("loader.js").replace("$JS", &script).replace("$WASM", &wasm))
}

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
