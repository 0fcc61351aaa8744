//! What became of a plain form, told on the page it was sent back to.
//!
//! Kept in memory under a random name for a few minutes, for the session it belongs to: an address with the words in it
//! could be made by anyone.

use crate::api::ApiError;
use crate::auth::secret;
use crate::domain::Millis;
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The outcome of a form.
#[derive(Clone, Debug)]
pub struct Flash {
    /// The server function: `add_rooms`.
    pub endpoint: String,
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
#[derive(Clone, Default)]
pub struct Flashes(Arc<Mutex<HashMap<String, Kept>>>);

struct Kept {
    flash: Arc<Flash>,
    /// Hash of the session it belongs to; a form without a session has none.
    session: Option<[u8; 32]>,
    until: Millis,
}

/// Long enough to read and reload the page, in milliseconds.
const LASTS: i64 = 5 * 60_000;
/// More than people make in five minutes; a machine that floods only loses its own notices.
const MOST: usize = 2_000;

impl Flashes {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps an outcome; its name for `?notice=`.
    pub fn put(&self, flash: Flash, session: Option<&SecretString>, now: Millis) -> String {
        let name = secret::mint().expose_secret()[..22].to_owned();
        let mut kept = self.lock();
        if kept.len() >= MOST {
            kept.retain(|_, kept| kept.until > now);
        }
        if kept.len() >= MOST {
            kept.clear();
        }
        kept.insert(
            name.clone(),
            Kept { flash: Arc::new(flash), session: session.map(secret::hash), until: now + LASTS },
        );
        name
    }

    /// The outcome of that name, for the session it belongs to.
    pub fn get(&self, name: &str, session: Option<&SecretString>, now: Millis) -> Option<Arc<Flash>> {
        let kept = self.lock();
        let kept = kept.get(name)?;
        let belongs = kept.session.is_none() || kept.session == session.map(secret::hash);
        (belongs && kept.until > now).then(|| kept.flash.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_is_for_its_own_session_and_not_for_ever() {
        let flashes = Flashes::default();
        let (mine, other) = (SecretString::from("mine"), SecretString::from("other"));
        let flash = Flash { endpoint: "x".into(), outcome: Ok(serde_json::json!(7)), fields: Vec::new() };
        let name = flashes.put(flash, Some(&mine), Millis(0));
        let found = flashes.get(&name, Some(&mine), Millis(1));
        assert_eq!(found.and_then(|flash| flash.answer::<i64>()), Some(7));
        assert!(flashes.get(&name, Some(&other), Millis(1)).is_none());
        assert!(flashes.get(&name, None, Millis(1)).is_none());
        assert!(flashes.get(&name, Some(&mine), Millis(LASTS)).is_none());
    }
}
