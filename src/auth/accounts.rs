//! Sign-in, sessions and links that work once.

use super::address::ClientAddress;
use super::throttle::{Pace, Throttle};
use super::{Viewer, password, secret};
use crate::domain::Millis;
use crate::store::{SessionRow, Store, StoreError};
use secrecy::SecretString;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A session ends after so long without use, in milliseconds: 14 days.
pub const SESSION_LASTS: i64 = 14 * 24 * 3_600_000;
/// However much it is used, a session ends so long after its sign-in, in milliseconds: 30 days.
const SESSION_ENDS: i64 = 30 * 24 * 3_600_000;
/// The end of a session in use is moved at most so often, in milliseconds: looking at pages should not write.
const EXTEND_EVERY: i64 = 3_600_000;
/// A printed link that works once is good for so long, in milliseconds: a day.
const ONCE_LASTS: i64 = 24 * 3_600_000;

/// A forgotten password is tried five times; a minute's wait is bearable for the owner and too long for guessing.
const BY_ACCOUNT: Pace = Pace { free: 5, first_wait: 1_000, longest_wait: 60_000, forget_after: 900_000 };
/// An office shares one address, so there is more room; one machine trying many accounts is stopped for a quarter hour.
const BY_ADDRESS: Pace = Pace { free: 20, first_wait: 1_000, longest_wait: 900_000, forget_after: 3_600_000 };

/// Why a sign-in failed.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    #[error("this name and password do not fit together")]
    Wrong,
    #[error("too many tries; try again in {0} s")]
    Throttled(i64),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Signs operators in and out; holds the throttles. One per server.
#[derive(Debug)]
pub struct Accounts {
    store: Store,
    by_account: Mutex<Throttle<String>>,
    by_address: Mutex<Throttle<IpAddr>>,
}

/// Counting goes on after a panic elsewhere: a throttle that stops would be worse than one that miscounted.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Accounts {
    pub fn new(store: Store) -> Self {
        Self {
            store,
            by_account: Mutex::new(Throttle::new(BY_ACCOUNT)),
            by_address: Mutex::new(Throttle::new(BY_ADDRESS)),
        }
    }

    /// Checks name and password; the time it takes does not tell whether the name exists.
    pub async fn sign_in(
        &self,
        name: &str,
        password: SecretString,
        from: ClientAddress,
        now: Millis,
    ) -> Result<Viewer, SignInError> {
        let account = name.trim().to_lowercase();
        let seconds = |wait: i64| SignInError::Throttled(wait.max(0) / 1_000 + 1);
        lock(&self.by_address).begin(&from.key(), now).map_err(seconds)?;
        lock(&self.by_account).begin(&account, now).map_err(seconds)?;
        let (operator, hash) = self.store.operator_by_name(name.trim()).await?.unzip();
        if !password::verify(password, hash).await {
            return Err(SignInError::Wrong);
        }
        let operator = operator.ok_or(SignInError::Wrong)?;
        lock(&self.by_account).succeed(&account);
        lock(&self.by_address).succeed(&from.key());
        Ok(operator.into())
    }

    /// Begins a session under a new id, which only the cookie knows.
    pub async fn begin_session(&self, operator: i64, now: Millis) -> Result<SecretString, StoreError> {
        let id = secret::mint();
        self.store.add_session(&secret::hash(&id), operator, now, now + SESSION_LASTS).await?;
        Ok(id)
    }

    /// The session of this id and whether its end was just moved (then the cookie's end moves too).
    pub async fn session(&self, id: &SecretString, now: Millis) -> Result<Option<(SessionRow, bool)>, StoreError> {
        let hash = secret::hash(id);
        let Some(session) = self.store.session(&hash, now).await? else { return Ok(None) };
        let extend = now - session.seen_at >= EXTEND_EVERY;
        if extend {
            let end = (now + SESSION_LASTS).min(session.created_at + SESSION_ENDS);
            self.store.extend_session(&hash, now, end).await?;
        }
        Ok(Some((session, extend)))
    }

    pub async fn end_session(&self, id: &SecretString) -> Result<(), StoreError> {
        self.store.end_session(&secret::hash(id)).await
    }

    /// A new set-up link's secret, if there is no operator yet; earlier ones stop working.
    pub async fn open_setup(&self, now: Millis) -> Result<Option<SecretString>, StoreError> {
        if self.store.operator_count().await? > 0 {
            return Ok(None);
        }
        let once = secret::mint();
        self.store.add_once(&secret::hash(&once), None, now + ONCE_LASTS).await?;
        Ok(Some(once))
    }

    /// Makes the first operator, an admin, of a set-up link. `None` when the link is not good any more.
    pub async fn set_up(
        &self,
        once: &SecretString,
        name: &str,
        password: SecretString,
        now: Millis,
    ) -> Result<Option<i64>, StoreError> {
        let once = secret::hash(once);
        // Hashing costs; strangers without a good link do not get it.
        if !self.store.setup_is_open(&once, now).await? {
            return Ok(None);
        }
        let hash = password::hash(password).await;
        self.store.add_first_operator(&once, name, &hash, now).await
    }

    /// The secret of a link that signs this operator in, once.
    pub async fn mint_sign_in(&self, operator: i64, now: Millis) -> Result<SecretString, StoreError> {
        let once = secret::mint();
        self.store.add_once(&secret::hash(&once), Some(operator), now + ONCE_LASTS).await?;
        Ok(once)
    }

    /// Spends a sign-in link: the operator it is for, the first time.
    pub async fn spend_sign_in(&self, once: &SecretString, now: Millis) -> Result<Option<i64>, StoreError> {
        self.store.spend_once(&secret::hash(once), now).await
    }
}

/// A bearer token for the API; printed once, kept as a hash. `None` when the name is taken.
pub async fn create_token(store: &Store, name: &str, now: Millis) -> Result<Option<SecretString>, StoreError> {
    let token = secret::mint();
    Ok(store.add_token(name, &secret::hash(&token), now).await?.then_some(token))
}
