//! The outcome of a plain form, shown on the page that it returns to.
//!
//! Kept in memory under a random name for a few minutes, for the session it belongs to: an address with the words in it
//! could be made by anyone.

use crate::credentials::secret;
use crate::domain::Millis;
use crate::store::Store;
use crate::web::action::{ApiError, FormAction};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The outcome of a form.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Flash {
    pub action: FormAction,
    /// What it answered, as JSON, or why not.
    pub outcome: Result<serde_json::Value, ApiError>,
    /// What was typed, so that nothing is lost; without passwords.
    pub fields: Vec<(String, String)>,
}

impl Flash {
    /// The answer as the function's own type.
    pub fn answer<T: DeserializeOwned>(&self) -> Option<T> {
        self.outcome.as_ref().ok().and_then(|value| serde_json::from_value(value.clone()).ok())
    }

    pub fn error(&self) -> Option<&ApiError> {
        self.outcome.as_ref().err()
    }

    /// What was typed into a field.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }
}

/// Outcomes not yet too old; clones share them.
///
/// Notices of sessions and those of visitors without one are two lists with bounds of their own: strangers can neither fill
/// the memory nor push out what a signed-in user has yet to read.
#[derive(Clone, Default)]
pub struct Flashes {
    lists: Arc<Mutex<FlashLists>>,
    /// Where the next page may come from another server.
    store: Option<Store>,
}

#[derive(Default)]
struct FlashLists {
    signed_in: VecDeque<StoredFlash>,
    anonymous: VecDeque<StoredFlash>,
}

struct StoredFlash {
    name: String,
    flash: Arc<Flash>,
    /// Hash of the session it belongs to; a form without a session has none.
    session: Option<[u8; 32]>,
    until: Millis,
}

/// Long enough to read and reload the page, in milliseconds.
const FLASH_TTL_MS: i64 = 5 * 60_000;
/// More than all users together make in five minutes.
const MAX_FLASHES: usize = 2_000;
/// More than one user reads in five minutes; a session that floods replaces its own notices only.
const MAX_PER_SESSION: usize = 32;
/// Notices of visitors without a session: failed sign-ins, used links. A flood replaces the oldest.
const MAX_ANONYMOUS: usize = 48;
/// Fields kept of a signed-in user's form; the largest form has fewer.
pub const MAX_FIELDS: usize = 64;
/// The one field that the public forms show again, and how much of it: no name is longer.
const ANONYMOUS_FIELD: &str = "name";
/// Its longest value, in characters; a longer one is not shown again.
const MAX_ANONYMOUS_LEN: usize = 64;

impl Flashes {
    fn lock(&self) -> MutexGuard<'_, FlashLists> {
        self.lists.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Kept in the database where several servers share it, else in memory.
    pub fn of_store(store: &Store) -> Self {
        Self { store: store.is_shared().then(|| store.clone()), lists: Arc::default() }
    }

    /// Keeps an outcome; its name for `?notice=`.
    pub async fn put(&self, mut flash: Flash, session: Option<&SecretString>, now: Millis) -> String {
        let name = secret::mint().expose_secret()[..22].to_owned();
        let session = session.map(secret::hash);
        if session.is_some() {
            flash.fields.truncate(MAX_FIELDS);
        } else {
            flash.fields.retain(|(field, _)| field == ANONYMOUS_FIELD);
            flash.fields.truncate(1);
            for (_, value) in &mut flash.fields {
                *value = value.chars().take(MAX_ANONYMOUS_LEN).collect();
            }
        }
        if let Some(store) = &self.store {
            let most = if session.is_some() { MAX_PER_SESSION } else { MAX_ANONYMOUS } as i64;
            let body = serde_json::to_string(&flash).unwrap_or_default();
            let session = session.as_ref().map(<[u8; 32]>::as_slice);
            // The form is done already: its page is shown without the outcome.
            if let Err(error) = store.put_flash(&name, session, &body, now + FLASH_TTL_MS, most, now).await {
                tracing::error!(%error, "the outcome of a form could not be kept");
            }
            return name;
        }
        let lists = &mut *self.lock();
        for list in [&mut lists.signed_in, &mut lists.anonymous] {
            list.retain(|kept| kept.until > now);
        }
        let (list, most) = match session {
            Some(_) => (&mut lists.signed_in, MAX_FLASHES),
            None => (&mut lists.anonymous, MAX_ANONYMOUS),
        };
        let of_the_session = list.iter().filter(|kept| session.is_some() && kept.session == session).count();
        if of_the_session >= MAX_PER_SESSION
            && let Some(oldest) = list.iter().position(|kept| kept.session == session)
        {
            list.remove(oldest);
        }
        if list.len() >= most {
            list.pop_front();
        }
        list.push_back(StoredFlash { name: name.clone(), flash: Arc::new(flash), session, until: now + FLASH_TTL_MS });
        name
    }

    /// The outcome of that name, for the session it belongs to.
    pub async fn get(&self, name: &str, session: Option<&SecretString>, now: Millis) -> Option<Arc<Flash>> {
        if let Some(store) = &self.store {
            let found = store.flash(name, now).await;
            let found = found.inspect_err(|error| tracing::error!(%error, "the outcome of a form could not be read"));
            let (of, body) = found.ok().flatten()?;
            let belongs = of.is_none_or(|of| session.map(secret::hash).is_some_and(|hash| hash.as_slice() == of));
            return serde_json::from_str(&body).ok().filter(|_| belongs).map(Arc::new);
        }
        let lists = self.lock();
        let kept = lists.anonymous.iter().chain(&lists.signed_in).find(|kept| kept.name == name)?;
        let belongs = kept.session.is_none() || kept.session == session.map(secret::hash);
        (belongs && kept.until > now).then(|| kept.flash.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_outcome_is_for_its_own_session_and_not_for_ever() {
        let flashes = Flashes::default();
        let (mine, other) = (SecretString::from("mine"), SecretString::from("other"));
        let flash = Flash { action: FormAction::AddNote, outcome: Ok(serde_json::json!(7)), fields: Vec::new() };
        let name = flashes.put(flash, Some(&mine), Millis(0)).await;
        let found = flashes.get(&name, Some(&mine), Millis(1)).await;
        assert_eq!(found.and_then(|flash| flash.answer::<i64>()), Some(7));
        assert!(flashes.get(&name, Some(&other), Millis(1)).await.is_none());
        assert!(flashes.get(&name, None, Millis(1)).await.is_none());
        assert!(flashes.get(&name, Some(&mine), Millis(FLASH_TTL_MS)).await.is_none());
    }

    fn notice(fields: &[(&str, &str)]) -> Flash {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Flash { action: FormAction::SignIn, outcome: Ok(serde_json::json!(null)), fields }
    }

    #[tokio::test]
    async fn of_a_form_without_a_session_only_a_short_name_is_kept() {
        let flashes = Flashes::default();
        let long = "x".repeat(250_000);
        let fields = [("a", ""), ("name", &long), ("name", &long), ("next", &long)];
        let name = flashes.put(notice(&fields), None, Millis(0)).await;
        let kept = flashes.get(&name, None, Millis(1)).await.map(|flash| flash.fields.clone());
        assert_eq!(kept, Some(vec![("name".to_owned(), "x".repeat(64))]));
    }

    #[tokio::test]
    async fn strangers_take_little_memory_and_no_notice_of_a_user() {
        let flashes = Flashes::default();
        let session = SecretString::from("session");
        let of_the_user = flashes.put(notice(&[]), Some(&session), Millis(0)).await;
        for _ in 0..5_000 {
            flashes.put(notice(&[("name", "x")]), None, Millis(0)).await;
        }
        assert!(flashes.get(&of_the_user, Some(&session), Millis(1)).await.is_some());
        let newest = flashes.put(notice(&[]), None, Millis(0)).await;
        assert!(flashes.get(&newest, None, Millis(1)).await.is_some());
        assert_eq!(flashes.lock().anonymous.len(), MAX_ANONYMOUS);
        // What is older than five minutes is removed with the next notice of anybody.
        flashes.put(notice(&[]), None, Millis(FLASH_TTL_MS)).await;
        let lists = flashes.lock();
        assert_eq!((lists.anonymous.len(), lists.signed_in.len()), (1, 0));
    }

    #[tokio::test]
    async fn a_session_replaces_its_own_notices_only() {
        let flashes = Flashes::default();
        let (one, other) = (SecretString::from("one"), SecretString::from("other"));
        let of_the_other = flashes.put(notice(&[]), Some(&other), Millis(0)).await;
        let oldest = flashes.put(notice(&[]), Some(&one), Millis(0)).await;
        for _ in 0..MAX_FLASHES {
            flashes.put(notice(&[]), Some(&one), Millis(0)).await;
        }
        assert!(flashes.get(&of_the_other, Some(&other), Millis(1)).await.is_some());
        assert!(flashes.get(&oldest, Some(&one), Millis(1)).await.is_none());
        assert_eq!(flashes.lock().signed_in.len(), MAX_PER_SESSION + 1);
    }
}
