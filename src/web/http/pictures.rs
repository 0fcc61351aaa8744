//! `/r/{token}/picture.png` and `/r/{token}/card.png`: drawn off the request threads, few at a time, kept like the page.
//!
//! A picture takes a hundred times what a page takes, so a link has few: share images in the time zones of the link and of the
//! apps, one card.

use super::ServerState;
use super::assets::matches_etag;
use super::shared_view::{ReaderPrefs, link_lang};
use super::turns::{self, RenderError};
use crate::domain::Millis;
use crate::i18n::{I18n, Lang};
use crate::share::{ActiveLink, CacheSection, PageKey, Rendered};
use crate::web::context::{AppState, zone};
use crate::web::view::images::{self, PictureInput};
use crate::web::view::theme::Theme;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use sha2::{Digest, Sha256};
use std::sync::{Arc, Mutex};

/// Which picture of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureKind {
    ShareImage,
    Card,
}

impl PictureKind {
    /// The kind of `picture.png` and `card.png`; other names are none.
    pub fn of(file: &str) -> Option<Self> {
        match file {
            "picture.png" => Some(Self::ShareImage),
            "card.png" => Some(Self::Card),
            _ => None,
        }
    }

    const fn what(self) -> &'static str {
        match self {
            Self::ShareImage => "picture",
            Self::Card => "card",
        }
    }
}

/// The reading of a picture: as it was asked for, of what there is.
fn drawn_as(state: &AppState, row: &ActiveLink, kind: PictureKind, asked: ReaderPrefs) -> ReaderPrefs {
    let defaults = ReaderPrefs::new(link_lang(row), row.zone.clone());
    match kind {
        PictureKind::Card => defaults,
        PictureKind::ShareImage if state.shares.has_zone(&asked.zone) => asked,
        PictureKind::ShareImage => ReaderPrefs { zone: defaults.zone, ..asked },
    }
}

/// The picture of a link, from memory or drawn now; `None` where its report is gone.
pub async fn picture(
    state: &ServerState,
    row: &Arc<ActiveLink>,
    kind: PictureKind,
    asked: ReaderPrefs,
    now: Millis,
) -> Result<Option<Arc<Rendered>>, RenderError> {
    let reading = drawn_as(state, row, kind, asked);
    // A system's colours are no one's here: a picture goes on to others.
    let theme = reading.theme.unwrap_or(Theme::Light);
    let defaults = reading.lang == link_lang(row) && reading.zone == row.zone && theme == Theme::Light;
    let part = if defaults { CacheSection::Default } else { CacheSection::Chosen };
    let lang = reading.lang;
    let key =
        PageKey { link: row.id, lang: lang.code(), zone: reading.zone.clone(), theme: theme.name(), what: kind.what() };
    let drawn = {
        let (state, row, zone) = (state.clone(), row.clone(), reading.zone);
        async move {
            let locked = row.password.is_some();
            let view = if kind == PictureKind::Card && locked {
                None
            } else {
                Some(view(&state, &row, lang, &zone, now).await?)
            };
            let (view, name) = match view {
                None => (None, "card.png".to_owned()),
                Some(None) => return Ok(None),
                Some(Some((view, name))) => (Some(view), format!("{}-{name}.png", kind.what())),
            };
            let drawn = tokio::task::spawn_blocking(move || {
                let fonts = state.pictures.fonts();
                match (view, kind) {
                    (Some(view), PictureKind::ShareImage) => view.share_image(fonts, theme),
                    (Some(view), PictureKind::Card) => view.card(fonts),
                    (None, _) => images::locked_card(fonts, lang),
                }
            });
            let body = Bytes::from(drawn.await??);
            let etag = format!("\"{}\"", hex::encode(&Sha256::digest(&body)[..16]));
            Ok(Some(Arc::new(Rendered { head: head(&etag, &name), body, brotli: Mutex::default(), etag })))
        }
    };
    turns::render_once(&state.pictures.turns, state.shares.pages(), row, (key, part), drawn).await
}

/// What a picture is made of, and the name its file gets: the fingerprint's, so that no title gets into a header.
async fn view(
    state: &AppState,
    row: &ActiveLink,
    lang: Lang,
    zone_name: &str,
    now: Millis,
) -> Result<Option<(PictureInput, String)>, RenderError> {
    let Some(document) = crate::share::document::newest(&state.store, state.sealer.key(), row, now).await? else {
        return Ok(None);
    };
    let issuer = state.issuers.current().await?;
    let i18n = I18n { coins: issuer.coins(lang).map(str::to_owned), ..I18n::new(lang, zone::zone(zone_name, now)) };
    let fingerprint = document.seal.as_ref().map(|seal| seal.fingerprint.clone());
    let name = fingerprint.clone().unwrap_or_else(|| "report".to_owned());
    let verify = fingerprint.map(|fingerprint| state.absolute(&format!("/verify?fingerprint={fingerprint}")));
    Ok(Some((PictureInput { document, i18n, verify }, name)))
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
pub fn response(picture: &Rendered, asked: &HeaderMap) -> Response {
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
        assert_eq!(PictureKind::of("card.png"), Some(PictureKind::Card));
        assert_eq!(PictureKind::of("picture.png"), Some(PictureKind::ShareImage));
        for other in ["picture", "picture.PNG", "card.jpg", "report.png", ".png"] {
            assert_eq!(PictureKind::of(other), None, "{other}");
        }
    }
}
