//! `/r/{token}`: one report for everyone who has the link.
//!
//! The token is in the path and nowhere else: no log, no referrer, no metric. A dead link costs the same work as a
//! living one up to the answer, and says the same whatever killed it.

use super::assets::{accepts_brotli, matches_etag};
use super::client_address::address_of;
use super::error_pages::{self, PasswordPrompt};
use super::form_reply::see_other;
use super::shared_view::{ReaderPrefs, SharedView, link_lang};
use super::turns::{self, RenderError};
use super::{ServerState, csp, downloads, pictures};
use crate::i18n::Lang;
use crate::share::{ActiveLink, CacheSection, LinkPasswordError, PageKey, Rendered};
use crate::store::ShareRow;
use crate::web::context::request::{lang_of, query};
use crate::web::context::{AppState, cookie, now};
use crate::web::view::theme::Theme;
use axum::Form;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::{Extensions, HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Semaphore;

/// The living link of a token; else the answer instead.
async fn active_link(
    state: &AppState,
    token: &str,
    headers: &HeaderMap,
    extensions: &Extensions,
    uri: &Uri,
) -> Result<Arc<ActiveLink>, Response> {
    let lang = requested_lang(uri);
    let found = match state.shares.find(token, now()).await {
        Ok(found) => found,
        Err(error) => {
            tracing::error!(%error, "a link could not be looked up");
            return Err(unavailable(lang.unwrap_or_default()));
        }
    };
    match found {
        Some(row) => Ok(row),
        None => Err(not_found(state, headers, extensions, lang.unwrap_or_else(|| lang_of(headers))).await),
    }
}

/// The same, if its password is not missing.
async fn open(
    state: &AppState,
    token: &str,
    headers: &HeaderMap,
    extensions: &Extensions,
    uri: &Uri,
) -> Result<Arc<ActiveLink>, Response> {
    let row = active_link(state, token, headers, extensions, uri).await?;
    if row.password.is_none() || state.shares.is_unlocked(&row, cookie::link(headers).as_deref()) {
        return Ok(row);
    }
    Err(requested_prefs(&row, uri, token, &PasswordPrompt::First))
}

/// What an address asks for beyond what its link gives without a query, as a query again.
fn beyond(row: &ShareRow, uri: &Uri) -> String {
    chosen(uri, row).query(&ReaderPrefs::new(link_lang(row), row.zone.clone()))
}

/// The form of a link's password; what was chosen in the address stays chosen behind it.
fn requested_prefs(row: &ShareRow, uri: &Uri, token: &str, why: &PasswordPrompt) -> Response {
    error_pages::password(chosen(uri, row).lang, token, &beyond(row, uri), why)
}

/// A token that is no text at all is looked for like any other, and not found.
fn text(token: Result<Path<String>, PathRejection>) -> String {
    token.map_or_else(|_| String::new(), |Path(token)| token)
}

/// `GET /r/…` anything that no link has: a dead link like any other, and never a way to sign in that repeats the address.
pub async fn unknown(State(state): State<AppState>, request: Request) -> Response {
    // The same work as for a link, whatever is there.
    let token = request.uri().path().split('/').nth(2).unwrap_or_default();
    let found = state.shares.find(token, now()).await;
    let lang = requested_lang(request.uri()).unwrap_or_else(|| lang_of(request.headers()));
    match found {
        Ok(_) => not_found(&state, request.headers(), request.extensions(), lang).await,
        Err(error) => {
            tracing::error!(%error, "a link could not be looked up");
            unavailable(lang)
        }
    }
}

async fn not_found(state: &AppState, headers: &HeaderMap, extensions: &Extensions, lang: Lang) -> Response {
    let delay = state.shares.not_found_delay(address_of(state, headers, extensions), now());
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    error_pages::link_not_found(lang)
}

fn unavailable(lang: Lang) -> Response {
    let title = lang.report_try_again();
    let what = lang.report_unavailable();
    error_pages::problem(StatusCode::SERVICE_UNAVAILABLE, lang, title, what)
}

/// The reader's choice in the address, else the link's.
fn chosen(uri: &Uri, row: &ShareRow) -> ReaderPrefs {
    let query = query(uri);
    let find = |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    ReaderPrefs {
        lang: find("lang").and_then(Lang::from_code).unwrap_or_else(|| link_lang(row)),
        zone: find("tz").and_then(|zone| crate::share::draft::zone(zone).ok()).unwrap_or_else(|| row.zone.clone()),
        theme: find("theme").and_then(Theme::from_name),
    }
}

fn requested_lang(uri: &Uri) -> Option<Lang> {
    query(uri).iter().find(|(key, _)| key == "lang").and_then(|(_, value)| Lang::from_code(value))
}

/// `GET /r/{token}`.
pub async fn page(
    State(state): State<ServerState>,
    token: Result<Path<String>, PathRejection>,
    request: Request,
) -> Response {
    let token = text(token);
    let (uri, headers) = (request.uri(), request.headers());
    let row = match open(&state, &token, headers, request.extensions(), uri).await {
        Ok(row) => row,
        Err(answer) => return answer,
    };
    let reading = chosen(uri, &row);
    let lang = reading.lang;
    let rendered = match rendered(&state, &row, &token, reading).await {
        Ok(Some(rendered)) => rendered,
        // A link to a report that is gone is a dead one.
        Ok(None) => return not_found(&state, request.headers(), request.extensions(), lang).await,
        Err(error) => return not_rendered(&error, lang),
    };
    let answer = response(&rendered, headers);
    // A user who looks at what was sent out is no reader.
    if request.method() == Method::GET && answer.status() == StatusCode::OK && !is_user(&state, headers).await {
        state.shares.count_view(row.id, now());
    }
    answer
}

/// Whether a signed-in user asks. While the database does not answer, nobody is.
async fn is_user(state: &AppState, headers: &HeaderMap) -> bool {
    match cookie::session(headers, state.is_secure()) {
        Some(id) => state.accounts.is_session(&id, now()).await.unwrap_or(false),
        None => false,
    }
}

/// A rendering as an answer, compressed where the reader takes it so.
fn response(rendered: &Rendered, headers: &HeaderMap) -> Response {
    if matches_etag(headers, &rendered.etag) {
        let mut head = rendered.head.clone();
        head.remove(header::CONTENT_TYPE);
        return (StatusCode::NOT_MODIFIED, head).into_response();
    }
    let brotli = accepts_brotli(headers);
    let mut answer = Response::new(Body::from(if brotli { rendered.brotli() } else { rendered.body.clone() }));
    *answer.headers_mut() = rendered.head.clone();
    if brotli {
        answer.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    answer
}

fn not_rendered(error: &RenderError, lang: Lang) -> Response {
    let mut response = unavailable(lang);
    if matches!(error, RenderError::Busy) {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("10"));
    } else {
        tracing::error!(%error, "a shared report could not be rendered");
    }
    response
}

/// All checks before a rendering.
fn head(mime: &'static str, more: [(header::HeaderName, &str); 2]) -> HeaderMap {
    let mut head = HeaderMap::new();
    head.insert(header::CONTENT_TYPE, HeaderValue::from_static(mime));
    head.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    head.insert(header::VARY, HeaderValue::from_static("Accept-Encoding, Cookie"));
    head.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    head.insert("x-robots-tag", HeaderValue::from_static("noindex, nofollow"));
    for (name, value) in more {
        if let Ok(value) = HeaderValue::from_str(value) {
            head.insert(name, value);
        }
    }
    head
}

/// A text as a rendering: compressed, with its tag.
fn rendering(text: String, mime: &'static str, header: header::HeaderName, value: &str) -> Rendered {
    let brotli = compress(text.as_bytes(), 5);
    let etag = format!("W/\"{}\"", hex::encode(&Sha256::digest(&text)[..16]));
    let head = head(mime, [(header::ETAG, &etag), (header, value)]);
    Rendered { body: Bytes::from(text), brotli: Mutex::new(brotli), etag, head }
}

/// A link's password, as its form sends it.
#[derive(Deserialize)]
pub struct PasswordForm {
    password: String,
}

/// `POST /r/{token}`: the password of a link.
pub async fn unlock(
    State(state): State<ServerState>,
    token: Result<Path<String>, PathRejection>,
    uri: Uri,
    headers: HeaderMap,
    extensions: Extensions,
    Form(form): Form<PasswordForm>,
) -> Response {
    let token = text(token);
    let lang = requested_lang(&uri);
    let row = match state.shares.find(&token, now()).await {
        Ok(Some(row)) => row,
        Ok(None) => return not_found(&state, &headers, &extensions, lang.unwrap_or_else(|| lang_of(&headers))).await,
        Err(error) => {
            tracing::error!(%error, "a link could not be looked up");
            return unavailable(lang.unwrap_or_default());
        }
    };
    let from = address_of(&state, &headers, &extensions);
    match state.shares.unlock(&row, form.password.into(), from, now()).await {
        Ok(pass) => {
            // Back to the same page by a reference that holds no token: a redirect is written into logs on its way.
            let query = beyond(&row, &uri);
            let mut response = see_other(if query.is_empty() { "?" } else { &query });
            if let Ok(cookie) = HeaderValue::from_str(&cookie::set_link(&token, &pass, state.is_secure())) {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
            response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            response
        }
        Err(LinkPasswordError::Wrong) => requested_prefs(&row, &uri, &token, &PasswordPrompt::Wrong),
        Err(LinkPasswordError::Wait(seconds)) => requested_prefs(&row, &uri, &token, &PasswordPrompt::Wait(seconds)),
    }
}

/// The password's form where a file was asked for: not as if it were the file.
fn instead_of_file(mut answer: Response) -> Response {
    if answer.status() == StatusCode::OK {
        *answer.status_mut() = StatusCode::FORBIDDEN;
    }
    answer
}

/// The picture of a link. The card of one with a password is visible to everyone: it says only that there is a password.
async fn picture(
    state: &ServerState,
    token: &str,
    kind: pictures::PictureKind,
    uri: &Uri,
    headers: &HeaderMap,
    extensions: &Extensions,
) -> Response {
    let found = match kind {
        pictures::PictureKind::Card => active_link(state, token, headers, extensions, uri).await,
        pictures::PictureKind::ShareImage => open(state, token, headers, extensions, uri).await,
    };
    let row = match found {
        Ok(row) => row,
        Err(answer) => return instead_of_file(answer),
    };
    let reading = chosen(uri, &row);
    let lang = reading.lang;
    match pictures::picture(state, &row, kind, reading, now()).await {
        Ok(Some(picture)) => pictures::response(&picture, headers),
        Ok(None) => not_found(state, headers, extensions, lang).await,
        Err(error) => not_rendered(&error, lang),
    }
}

/// `GET /r/{token}/{file}`: `report.csv`, `report.json`, `report.html`, `picture.png`, `card.png`. Counts no view.
pub async fn file(
    State(state): State<ServerState>,
    path: Result<Path<(String, String)>, PathRejection>,
    request: Request,
) -> Response {
    let (token, file) = path.map_or_else(|_| Default::default(), |Path(parts)| parts);
    if let Some(kind) = pictures::PictureKind::of(&file) {
        return picture(&state, &token, kind, request.uri(), request.headers(), request.extensions()).await;
    }
    let row = match open(&state, &token, request.headers(), request.extensions(), request.uri()).await {
        Ok(row) => row,
        Err(answer) => return instead_of_file(answer),
    };
    let reading = chosen(request.uri(), &row);
    let lang = reading.lang;
    let Some(kind) = downloads::DownloadFormat::of(&file) else {
        return not_found(&state, request.headers(), request.extensions(), lang).await;
    };
    match download(&state, &row, kind, reading).await {
        Ok(Some(rendered)) => response(&rendered, request.headers()),
        Ok(None) => not_found(&state, request.headers(), request.extensions(), lang).await,
        Err(error) => not_rendered(&error, lang),
    }
}

/// A file of a link, from memory or made when it is its turn. What makes no difference to a file makes no second one.
async fn download(
    state: &ServerState,
    row: &Arc<ActiveLink>,
    kind: downloads::DownloadFormat,
    asked: ReaderPrefs,
) -> Result<Option<Arc<Rendered>>, RenderError> {
    let defaults = ReaderPrefs::new(link_lang(row), row.zone.clone());
    let reading = match kind {
        downloads::DownloadFormat::Html => asked,
        downloads::DownloadFormat::Csv => ReaderPrefs { zone: asked.zone, ..defaults.clone() },
        downloads::DownloadFormat::Json => defaults.clone(),
    };
    let kept = (key(row, &reading, kind.file()), part(&reading, &defaults));
    let made = {
        let (state, row) = (state.clone(), row.clone());
        async move {
            let document = crate::share::document::newest(&state.store, state.sealer.key(), &row, now()).await?;
            let Some(document) = document else { return Ok(None) };
            let file = downloads::file(&state, document, kind, reading).await?;
            let disposition = format!("attachment; filename=\"{}\"", file.name);
            let made = tokio::task::spawn_blocking(move || {
                rendering(file.content, kind.mime(), header::CONTENT_DISPOSITION, &disposition)
            });
            Ok(Some(Arc::new(made.await?)))
        }
    };
    turns::render_once(&state.render_queue, state.shares.pages(), row, kept, made).await
}

fn key(row: &ActiveLink, reading: &ReaderPrefs, what: &'static str) -> PageKey {
    let theme = reading.theme.map_or("", Theme::name);
    PageKey { link: row.id, lang: reading.lang.code(), zone: reading.zone.clone(), theme, what }
}

fn part(reading: &ReaderPrefs, defaults: &ReaderPrefs) -> CacheSection {
    if reading == defaults { CacheSection::Default } else { CacheSection::Chosen }
}

/// The page of a link as one reader reads it, from memory or made when it is its turn.
async fn rendered(
    state: &ServerState,
    row: &Arc<ActiveLink>,
    token: &str,
    reading: ReaderPrefs,
) -> Result<Option<Arc<Rendered>>, RenderError> {
    let defaults = ReaderPrefs::new(link_lang(row), row.zone.clone());
    let (key, part) = (key(row, &reading, "html"), part(&reading, &defaults));
    // Before all the rest is put together: most pages are in memory.
    if let Some(page) = state.shares.pages().get(&key, row.as_of()) {
        return Ok(Some(page));
    }
    let made = {
        let (state, row) = (state.clone(), row.clone());
        // The token that found the link, and so its only one.
        let path = format!("/r/{token}");
        async move {
            let document = crate::share::document::newest(&state.store, state.sealer.key(), &row, now()).await?;
            let Some(document) = document else { return Ok(None) };
            let view = SharedView {
                document,
                issuer: state.issuers.current().await?,
                prefs: reading,
                is_default: defaults,
                address: state.absolute(&path),
                path,
                locked: row.password.is_some(),
            };
            let made = tokio::task::spawn_blocking(move || {
                let loader = crate::web::context::assets::loader();
                let html = super::render::shared_document(view);
                let policy = csp::shared(loader.as_deref());
                rendering(html, "text/html; charset=utf-8", header::CONTENT_SECURITY_POLICY, &policy)
            });
            let page = Arc::new(made.await?);
            // What single readers chose is not worth the time.
            if part == CacheSection::Default {
                compress_in_background(&page);
            }
            Ok(Some(page))
        }
    };
    turns::render_once(&state.render_queue, state.shares.pages(), row, (key, part), made).await
}

/// Compresses a page that stays as tightly as it goes, when there is time.
fn compress_in_background(page: &Arc<Rendered>) {
    /// One at a time: quality 11 takes a core for a while, and readers come first.
    static COMPRESSION_PERMIT: Semaphore = Semaphore::const_new(1);
    /// While reports are sealed one after another, pages are forgotten sooner than this: none of that work is wanted.
    const PAGE_TTL: Duration = Duration::from_secs(1);
    let page = Arc::downgrade(page);
    tokio::spawn(async move {
        tokio::time::sleep(PAGE_TTL).await;
        // The task ends with its work, so the permit does too.
        let Ok(_permit) = COMPRESSION_PERMIT.acquire().await else { return };
        let Some(page) = page.upgrade() else { return };
        let made = tokio::task::spawn_blocking(move || page.set_brotli(compress(&page.body, 11)));
        if made.await.is_err() {
            tracing::error!("a report could not be compressed further");
        }
    });
}

fn compress(bytes: &[u8], quality: i32) -> Bytes {
    let params = brotli::enc::BrotliEncoderParams { quality, size_hint: bytes.len(), ..Default::default() };
    let mut writer = brotli::CompressorWriter::with_params(Vec::new(), 1 << 14, &params);
    writer.write_all(bytes).and_then(|()| writer.flush()).expect("writing to memory does not fail");
    Bytes::from(writer.into_inner())
}
