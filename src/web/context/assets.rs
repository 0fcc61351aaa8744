//! Style sheet, script and WebAssembly, in the binary under names that hold the hash of their content.
//!
//! The folder is the one the front-end build writes (`target/site`, or `AFTERSHOW_SITE` when compiling). A debug build reads
//! it from disk while it runs, so that the console serves pages before the WebAssembly exists and picks it up when it
//! appears; a release build holds everything. A file that is not there is simply not referred to.

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
pub struct Asset {
    pub body: Bytes,
    /// The same under brotli, where the build wrote a twin.
    pub brotli: Option<Bytes>,
    /// The first eight hex digits of the SHA-256 of its content.
    pub hash: String,
    pub mime: String,
}

/// How long a debug build trusts what it read. A release build never reads again.
const DEV_CACHE_TTL: Duration = Duration::from_secs(2);

type AssetCache = HashMap<String, (Instant, Option<Arc<Asset>>)>;

/// A file by its path in the site; `None` while it does not exist.
pub fn asset(path: &str) -> Option<Arc<Asset>> {
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
