//! `/r/{token}/picture.png` and `/r/{token}/card.png`: drawn off the request threads, few at a time, kept like the page.

use super::assets::matches_etag;
use super::shared::Reading;
use super::{AppState, zone};
use crate::domain::Millis;
use crate::lang::{Lang, Words};
use crate::pages::report::Theme;
use crate::picture::{self, Fonts, PictureError, View};
use crate::share::{Key, Living, Rendered, ShareError};
use crate::store::StoreError;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use sha2::{Digest, Sha256};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;
use tokio::sync::Semaphore;

/// Pictures drawn at a time: each takes a core for a while and a few dozen megabytes.
const AT_A_TIME: usize = 2;
/// Who has waited so long for a turn is told to come again.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// The fonts, read when the first picture is asked for, and who may draw.
pub struct Pictures {
    folder: Option<PathBuf>,
    fonts: OnceLock<Fonts>,
    turns: Semaphore,
}

impl Pictures {
    pub const fn new(folder: Option<PathBuf>) -> Self {
        Self { folder, fonts: OnceLock::new(), turns: Semaphore::const_new(AT_A_TIME) }
    }

    fn fonts(&self) -> &Fonts {
        self.fonts.get_or_init(|| Fonts::load(self.folder.as_deref()))
    }
}

/// Which picture of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Portrait,
    Card,
}

impl Kind {
    /// The kind of `picture.png` and `card.png`; other names are none.
    pub fn of(file: &str) -> Option<Self> {
        match file {
            "picture.png" => Some(Self::Portrait),
            "card.png" => Some(Self::Card),
            _ => None,
        }
    }

    const fn what(self) -> &'static str {
        match self {
            Self::Portrait => "picture",
            Self::Card => "card",
        }
    }
}

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum NoPicture {
    #[error("too many pictures are wanted at once")]
    Busy,
    #[error(transparent)]
    Link(#[from] ShareError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Drawing(#[from] PictureError),
    #[error("drawing stopped: {0}")]
    Stopped(#[from] tokio::task::JoinError),
}

/// The picture of a link, from memory or drawn now; `None` where its report is gone.
pub async fn picture(
    state: &AppState,
    row: &Living,
    kind: Kind,
    reading: Reading,
    now: Millis,
) -> Result<Option<Arc<Rendered>>, NoPicture> {
    let pages = state.shares.pages();
    // A system's colours are no one's here: a picture goes on to others. Cards are light.
    let Reading { lang, zone: zone_name, theme } = reading;
    let theme = theme.filter(|_| kind == Kind::Portrait).unwrap_or(Theme::Light);
    let key = Key { link: row.id, lang: lang.code(), zone: zone_name, theme: theme.name(), what: kind.what() };
    let generation = row.generation();
    if let Some(kept) = pages.get(&key, generation) {
        return Ok(Some(kept));
    }
    let turn = tokio::time::timeout(LONGEST_WAIT, state.pictures.turns.acquire()).await;
    let Ok(Ok(_turn)) = turn else { return Err(NoPicture::Busy) };
    // Another reader of the same crowd may have had it drawn meanwhile.
    if let Some(kept) = pages.get(&key, generation) {
        return Ok(Some(kept));
    }
    let locked = row.password.is_some();
    let view = if kind == Kind::Card && locked { None } else { Some(view(state, row, lang, &key.zone, now).await?) };
    let (view, name) = match view {
        None => (None, "card.png".to_owned()),
        Some(None) => return Ok(None),
        Some(Some((view, name))) => (Some(view), format!("{}-{name}.png", kind.what())),
    };
    let worker = state.clone();
    let drawn = tokio::task::spawn_blocking(move || {
        let fonts = worker.pictures.fonts();
        match (view, kind) {
            (Some(view), Kind::Portrait) => view.portrait(fonts, theme),
            (Some(view), Kind::Card) => view.card(fonts),
            (None, _) => picture::locked_card(fonts, lang),
        }
    });
    let body = Bytes::from(drawn.await??);
    let etag = format!("\"{}\"", hex::encode(&Sha256::digest(&body)[..16]));
    let picture = Arc::new(Rendered { head: head(&etag, &name), body, brotli: Mutex::default(), etag });
    pages.put(key, generation, picture.clone());
    Ok(Some(picture))
}

/// What a picture is made of, and the name its file gets: the fingerprint's, so that no title gets into a header.
async fn view(
    state: &AppState,
    row: &Living,
    lang: Lang,
    zone_name: &str,
    now: Millis,
) -> Result<Option<(View, String)>, NoPicture> {
    let Some(document) = crate::share::document::newest(&state.store, state.sealer.key(), row, now).await? else {
        return Ok(None);
    };
    let issuer = state.issuers.current().await?;
    let words = Words { coins: issuer.coins(lang).map(str::to_owned), ..Words::new(lang, zone::zone(zone_name, now)) };
    let fingerprint = document.seal.as_ref().map(|seal| seal.fingerprint.clone());
    let name = fingerprint.clone().unwrap_or_else(|| "report".to_owned());
    let verify = fingerprint.map(|fingerprint| state.absolute(&format!("/verify?fingerprint={fingerprint}")));
    Ok(Some((View { document, words, verify }, name)))
}

/// Shown in place, since in-app browsers save by a long press; `download` on a link still saves it.
fn head(etag: &str, name: &str) -> HeaderMap {
    let mut head = HeaderMap::new();
    head.insert(header::CONTENT_TYPE, HeaderValue::from_static("image/png"));
    head.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    head.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    head.insert("x-robots-tag", HeaderValue::from_static("noindex, nofollow"));
    let disposition = format!("inline; filename=\"{name}\"");
    for (name, value) in [(header::ETAG, etag), (header::CONTENT_DISPOSITION, &disposition)] {
        if let Ok(value) = HeaderValue::from_str(value) {
            head.insert(name, value);
        }
    }
    head
}

/// A picture as an answer.
pub fn answer(picture: &Rendered, asked: &HeaderMap) -> Response {
    let mut head = picture.head.clone();
    if matches_etag(asked, &picture.etag) {
        head.remove(header::CONTENT_TYPE);
        return (StatusCode::NOT_MODIFIED, head).into_response();
    }
    let mut answer = Response::new(Body::from(picture.body.clone()));
    *answer.headers_mut() = head;
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_two_names_are_pictures() {
        assert_eq!(Kind::of("card.png"), Some(Kind::Card));
        assert_eq!(Kind::of("picture.png"), Some(Kind::Portrait));
        for other in ["picture", "picture.PNG", "card.jpg", "report.png", ".png"] {
            assert_eq!(Kind::of(other), None, "{other}");
        }
    }
}
