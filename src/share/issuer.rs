//! Who issues reports, as readers see it: name, contact, logo, the app's own word for coins.
//!
//! Two things are kept apart. The *name* is part of what is sealed: a report says who issued it as the settings said at
//! its sealing, and a new name is on reports sealed from then on. Contact, logo and word for coins are outside the sealed
//! figures, are no part of what is signed, and hold everywhere from the next request.

use super::{CacheVersion, logo};
use crate::i18n::Lang;
use crate::store::{IssuerRow, Store, StoreError};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use sha2::{Digest, Sha256};
use std::sync::{Arc, PoisonError, RwLock};

/// Longest name and contact, in characters.
const MAX_NAME_LEN: usize = 80;
/// Longest word for coins: it is used in the middle of sentences and on axes.
const MAX_COIN_NAME_LEN: usize = 24;

/// The issuer as pages print it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Issuer {
    /// The name of reports sealed now.
    pub name: String,
    pub contact: Option<String>,
    coins: [Option<String>; 3],
    /// The language of new links, where one is set.
    pub lang: Option<Lang>,
    pub logo: Option<LogoFile>,
}

/// The logo, checked and ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogoFile {
    pub bytes: Bytes,
    pub mime: &'static str,
    pub width: u32,
    pub height: u32,
    /// `/logo/1a2b….png`: another picture has another address.
    pub path: String,
}

impl LogoFile {
    /// For a file that loads nothing.
    pub fn inlined(&self) -> String {
        format!("data:{};base64,{}", self.mime, STANDARD.encode(&self.bytes))
    }
}

impl Issuer {
    fn new(row: IssuerRow, configured: &str) -> Self {
        let logo = row.logo.and_then(|logo| {
            let picture = logo::check(&logo.bytes)
                .inspect_err(|error| tracing::error!(%error, "the logo in the database is no logo; it is left out"))
                .ok()?;
            let hash = hex::encode(&Sha256::digest(&logo.bytes)[..8]);
            Some(LogoFile {
                path: format!("/logo/{hash}.{}", picture.extension),
                bytes: logo.bytes.into(),
                mime: picture.mime,
                width: picture.width,
                height: picture.height,
            })
        });
        Self {
            name: row.name.unwrap_or_else(|| configured.to_owned()),
            contact: row.contact,
            coins: row.coins,
            lang: row.lang.as_deref().and_then(Lang::from_code),
            logo,
        }
    }

    /// The app's own word for coins in a language, where it has one.
    pub fn coins(&self, lang: Lang) -> Option<&str> {
        let place = [Lang::En, Lang::Zh, Lang::Ja].iter().position(|other| *other == lang)?;
        self.coins[place].as_deref()
    }
}

/// What is wrong with the form of the settings.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IssuerError {
    #[error("{what} has at most {most} characters, this one has {length}")]
    Long { what: &'static str, most: usize, length: usize },
    #[error("{0} holds a character that cannot be printed in a line")]
    Unprintable(&'static str),
    #[error("`{0}` is no language of ours; there are en, zh and ja")]
    Lang(String),
}

fn text(text: Option<String>, what: &'static str, most: usize) -> Result<Option<String>, IssuerError> {
    let Some(text) = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()) else { return Ok(None) };
    let length = text.chars().count();
    if length > most {
        return Err(IssuerError::Long { what, most, length });
    }
    // Controls, and what turns the direction of the text around it.
    let odd = |letter: char| {
        letter.is_control()
            || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    if text.chars().any(odd) { Err(IssuerError::Unprintable(what)) } else { Ok(Some(text)) }
}

/// The form of the settings, checked; `coins` in the order of `Lang::ALL`. An empty field is none.
pub fn checked(
    name: Option<String>,
    contact: Option<String>,
    coins: [Option<String>; 3],
    lang: Option<String>,
) -> Result<IssuerRow, IssuerError> {
    let lang = match lang.filter(|lang| !lang.trim().is_empty()) {
        Some(code) => Some(Lang::from_code(&code).ok_or(IssuerError::Lang(code))?.code().to_owned()),
        None => None,
    };
    let [en, zh, ja] = coins;
    let word = |word| text(word, "the word for coins", MAX_COIN_NAME_LEN);
    Ok(IssuerRow {
        name: text(name, "the issuer's name", MAX_NAME_LEN)?,
        contact: text(contact, "the contact", MAX_NAME_LEN)?,
        coins: [word(en)?, word(zh)?, word(ja)?],
        lang,
        logo: None,
    })
}

/// When the issuer was read: after which change by this process, and in which version of the database, where other servers
/// change it too.
type IssuerVersion = (u64, Option<String>);

/// The issuer in memory, until something changes. Clones share it.
#[derive(Clone)]
pub struct Issuers(Arc<IssuersInner>);

struct IssuersInner {
    store: Store,
    /// The configuration's name, until the settings have one.
    configured: String,
    changes: CacheVersion,
    cached: RwLock<Option<(IssuerVersion, Arc<Issuer>)>>,
}

impl Issuers {
    pub fn new(store: Store, configured: String, changes: CacheVersion) -> Self {
        Self(Arc::new(IssuersInner { store, configured, changes, cached: RwLock::default() }))
    }

    /// The issuer as it is now.
    pub async fn current(&self) -> Result<Arc<Issuer>, StoreError> {
        let inner = &*self.0;
        let version = match inner.store.is_shared() {
            true => Some(inner.store.issuer_version().await?),
            false => None,
        };
        let generation = (inner.changes.generation(), version);
        if let Some((kept, issuer)) = &*inner.cached.read().unwrap_or_else(PoisonError::into_inner)
            && *kept == generation
        {
            return Ok(issuer.clone());
        }
        let issuer = Arc::new(Issuer::new(inner.store.issuer().await?, &inner.configured));
        *inner.cached.write().unwrap_or_else(PoisonError::into_inner) = Some((generation, issuer.clone()));
        Ok(issuer)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_is_set_is_checked_as_text() {
        let some = |text: &str| Some(text.to_owned());
        let row = checked(some(" StarLane "), some(""), [some("Stars"), None, some("スター")], some("zh")).unwrap();
        assert_eq!((row.name.as_deref(), row.contact), (Some("StarLane"), None));
        let issuer = Issuer::new(IssuerRow { coins: row.coins, lang: row.lang, ..IssuerRow::default() }, "configured");
        assert_eq!((issuer.name.as_str(), issuer.lang), ("configured", Some(Lang::Zh)));
        assert_eq!((issuer.coins(Lang::En), issuer.coins(Lang::Zh)), (Some("Stars"), None));
        let long = checked(None, None, [some(&"x".repeat(25)), None, None], None).unwrap_err();
        assert!(long.to_string().contains("25"));
        let turned = checked(some("a\u{202e}b"), None, [None, None, None], None).unwrap_err();
        assert_eq!(turned, IssuerError::Unprintable("the issuer's name"));
        assert!(checked(None, some("a\nb"), [None, None, None], None).is_err());
        assert!(checked(None, None, [None, None, None], some("fr")).is_err());
    }

    #[tokio::test]
    async fn a_change_holds_with_the_next_question() {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(&directory.path().join("aftershow.db")).await.unwrap();
        let changes = CacheVersion::default();
        let issuers = Issuers::new(store.clone(), "configured".to_owned(), changes.clone());
        assert_eq!(issuers.current().await.unwrap().name, "configured");
        let row = IssuerRow { name: Some("StarLane".to_owned()), ..IssuerRow::default() };
        store.set_issuer(&row).await.unwrap();
        store.set_logo(Some(&logo::row(logo::tests::pixel()).unwrap())).await.unwrap();
        changes.increment();
        let issuer = issuers.current().await.unwrap();
        assert_eq!(issuer.name, "StarLane");
        let file = issuer.logo.as_ref().unwrap();
        assert!(file.path.starts_with("/logo/") && file.path.ends_with(".png"));
        assert!(file.inlined().starts_with("data:image/png;base64,iVBOR"));
        // Setting the words keeps the picture, and a damaged picture is none.
        store.set_issuer(&row).await.unwrap();
        assert!(store.issuer().await.unwrap().logo.is_some());
        let damaged = crate::store::LogoRow { bytes: b"<svg/>".to_vec(), mime: "image/png".to_owned() };
        store.set_logo(Some(&damaged)).await.unwrap();
        changes.increment();
        assert_eq!(issuers.current().await.unwrap().logo, None);
    }
}
