//! Sign-in, sessions and links that work once.

use crate::address::ClientAddress;
use crate::credentials::password::{Busy, HashCaller};
use crate::credentials::throttle::{Ceiling, RetryLimit, Throttle};
use crate::credentials::{TokenKey, password, secret};
use crate::domain::{Millis, Viewer};
use crate::store::{SessionRow, Store, StoreError};
use crate::tries as shared;
use secrecy::SecretString;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Milliseconds without use after which a session ends: 14 days.
pub const SESSION_IDLE_TTL_MS: i64 = 14 * 24 * 3_600_000;
/// Milliseconds after the sign-in at which a session ends even if it is in use: 30 days.
const SESSION_MAX_AGE_MS: i64 = 30 * 24 * 3_600_000;
/// Minimum milliseconds between two extensions of a session in use, because looking at pages should not write.
const EXTEND_INTERVAL_MS: i64 = 3_600_000;
/// Milliseconds for which a printed one-time link is valid: a day.
const ONE_TIME_TOKEN_TTL_MS: i64 = 24 * 3_600_000;

/// The longest name of a user, in characters. A longer one is nobody's, and no key of a throttle.
const MAX_NAME_LEN: usize = 64;

/// Per account and source: a forgotten password is tried five times; a minute's wait is bearable for the owner and too long
/// for guessing.
const BY_ACCOUNT: RetryLimit = RetryLimit { free: 5, first_wait: 1_000, longest_wait: 60_000, forget_after: 900_000 };
/// An office shares one address, so there is more room; one machine trying many accounts is stopped for a quarter hour.
const BY_ADDRESS: RetryLimit =
    RetryLimit { free: 20, first_wait: 1_000, longest_wait: 900_000, forget_after: 3_600_000 };
/// Wrong tries an hour on one account from everywhere together; beyond, answers to strangers are late, but none is refused.
const MAX_WRONG_PER_HOUR: u32 = 20;
/// How late.
const OVERLOAD_DELAY: Duration = Duration::from_secs(5);

/// Why a sign-in failed.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    #[error("this name and password do not fit together")]
    Wrong,
    #[error("too many tries; try again in {0} s")]
    Throttled(i64),
    /// Only strangers meet this.
    #[error("the server is busy checking passwords; try again in a few seconds")]
    Busy,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<Busy> for SignInError {
    fn from(_: Busy) -> Self {
        Self::Busy
    }
}

/// Who tries, as far as throttles distinguish them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum AttemptSource {
    /// The number in the cookie of a browser that signed in to this account before. Only its own tries count against it.
    Device([u8; 16]),
    /// Everybody else, by their network.
    Network(IpAddr),
}

impl AttemptSource {
    /// The source and an account as one text.
    fn of(&self, account: &str) -> String {
        match self {
            Self::Device(number) => format!("{number:?} {account}"),
            Self::Network(network) => format!("{network} {account}"),
        }
    }
}

/// Signs users in and out; holds the throttles. One per server.
#[derive(Debug)]
pub struct Accounts {
    store: Store,
    /// Makes and checks device cookies.
    key: TokenKey,
    by_account: Mutex<Throttle<(String, AttemptSource)>>,
    by_address: Mutex<Throttle<IpAddr>>,
    wrong: Mutex<Ceiling<String>>,
}

/// Counting goes on after a panic elsewhere: a throttle that stops would be worse than one that miscounted.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Accounts {
    pub fn new(store: Store, key: TokenKey) -> Self {
        Self {
            store,
            key,
            by_account: Mutex::new(Throttle::new(BY_ACCOUNT)),
            by_address: Mutex::new(Throttle::new(BY_ADDRESS)),
            wrong: Mutex::new(Ceiling::new(MAX_WRONG_PER_HOUR)),
        }
    }

    /// Checks name and password; the time it takes does not reveal whether the name exists. `device` is the cookie of
    /// [`Self::device`], if the browser has one.
    pub async fn sign_in(
        &self,
        name: &str,
        password: SecretString,
        from: ClientAddress,
        device: Option<&str>,
        now: Millis,
    ) -> Result<Viewer, SignInError> {
        let name = name.trim();
        if name.chars().count() > MAX_NAME_LEN {
            return Err(SignInError::Wrong);
        }
        let account = name.to_lowercase();
        let (user, hash) = self.store.user_by_name(name).await?.unzip();
        let known = device.zip(user.as_ref());
        let known = known.and_then(|(cookie, user)| self.key.device_number(user.id, cookie));
        let source = known.map_or(AttemptSource::Network(from.network()), AttemptSource::Device);
        let late = if self.store.is_shared() {
            self.admit_shared(&account, source, now).await?
        } else {
            self.admit(&account, source, now)?
        };
        if !late.is_zero() {
            // Before the check, so that a client that does not wait for the response learns nothing.
            tokio::time::sleep(late).await;
        }
        let caller = if known.is_some() { HashCaller::Known } else { HashCaller::Stranger };
        if !password::verify(password, hash, caller).await? {
            return Err(SignInError::Wrong);
        }
        let user = user.ok_or(SignInError::Wrong)?;
        if self.store.is_shared() {
            self.right_shared(&account, source, now).await?;
        } else {
            self.right(&account, source);
        }
        Ok(user.into())
    }

    /// Counts a try before its outcome is known: how late it is answered, or that it is refused.
    fn admit(&self, account: &str, source: AttemptSource, now: Millis) -> Result<Duration, SignInError> {
        let seconds = |wait: i64| SignInError::Throttled(wait.max(0) / 1_000 + 1);
        if let AttemptSource::Network(network) = source {
            lock(&self.by_address).begin(&network, now).map_err(seconds)?;
        }
        lock(&self.by_account).begin(&(account.to_owned(), source), now).map_err(seconds)?;
        let beyond = lock(&self.wrong).begin(&account.to_owned(), now);
        Ok(if beyond && matches!(source, AttemptSource::Network(_)) { OVERLOAD_DELAY } else { Duration::ZERO })
    }

    /// A try was right. That forgives what was tried on this account from here, but not what its network tried on others:
    /// else anybody with an account could go on guessing.
    fn right(&self, account: &str, source: AttemptSource) {
        lock(&self.by_account).succeed(&(account.to_owned(), source));
        lock(&self.wrong).take_back(&account.to_owned());
        if let AttemptSource::Network(network) = source {
            lock(&self.by_address).take_back(&network);
        }
    }

    /// [`Self::admit`] with the tries at all servers.
    async fn admit_shared(&self, account: &str, source: AttemptSource, now: Millis) -> Result<Duration, SignInError> {
        let seconds = |wait: i64| SignInError::Throttled(wait.max(0) / 1_000 + 1);
        if let AttemptSource::Network(network) = source {
            let key = self.key.throttle_key("address", &network.to_string());
            shared::begin(&self.store, &key, BY_ADDRESS, now).await?.map_err(seconds)?;
        }
        let key = self.key.throttle_key("account", &source.of(account));
        shared::begin(&self.store, &key, BY_ACCOUNT, now).await?.map_err(seconds)?;
        let key = self.key.throttle_key("wrong", account);
        let beyond = shared::begin_within_hour(&self.store, &key, MAX_WRONG_PER_HOUR, now).await?;
        Ok(if beyond && matches!(source, AttemptSource::Network(_)) { OVERLOAD_DELAY } else { Duration::ZERO })
    }

    /// [`Self::right`] at all servers.
    async fn right_shared(&self, account: &str, source: AttemptSource, now: Millis) -> Result<(), StoreError> {
        let key = self.key.throttle_key("account", &source.of(account));
        shared::succeed(&self.store, &key, now).await?;
        let key = self.key.throttle_key("wrong", account);
        shared::take_back(&self.store, &key, None, now).await?;
        if let AttemptSource::Network(network) = source {
            let key = self.key.throttle_key("address", &network.to_string());
            shared::take_back(&self.store, &key, Some(BY_ADDRESS), now).await?;
        }
        Ok(())
    }

    /// The value of a cookie by which this browser is known to this account when it signs in again.
    pub fn device(&self, user: i64) -> String {
        self.key.device(user, rand::random())
    }

    /// Whether this is the id of a session; looks only.
    pub async fn is_session(&self, id: &SecretString, now: Millis) -> Result<bool, StoreError> {
        Ok(self.store.session(&secret::hash(id), now).await?.is_some())
    }

    /// Begins a session under a new id, which only the cookie knows.
    pub async fn begin_session(&self, user: i64, now: Millis) -> Result<SecretString, StoreError> {
        let id = secret::mint();
        self.store.add_session(&secret::hash(&id), user, now, now + SESSION_IDLE_TTL_MS).await?;
        Ok(id)
    }

    /// The session of this id and whether its end was just moved (then the cookie's end moves too).
    pub async fn session(&self, id: &SecretString, now: Millis) -> Result<Option<(SessionRow, bool)>, StoreError> {
        let hash = secret::hash(id);
        let Some(session) = self.store.session(&hash, now).await? else { return Ok(None) };
        let extend = now - session.seen_at >= EXTEND_INTERVAL_MS;
        if extend {
            let end = (now + SESSION_IDLE_TTL_MS).min(session.created_at + SESSION_MAX_AGE_MS);
            self.store.extend_session(&hash, now, end).await?;
        }
        Ok(Some((session, extend)))
    }

    pub async fn end_session(&self, id: &SecretString) -> Result<(), StoreError> {
        self.store.end_session(&secret::hash(id)).await
    }

    /// A new set-up link's secret, if there is no user yet; earlier ones stop working.
    pub async fn open_setup(&self, now: Millis) -> Result<Option<SecretString>, StoreError> {
        if self.store.user_count().await? > 0 {
            return Ok(None);
        }
        let once = secret::mint();
        self.store.add_one_time_token(&secret::hash(&once), None, now + ONE_TIME_TOKEN_TTL_MS).await?;
        Ok(Some(once))
    }

    /// Whether a set-up link of this secret makes the first user: there is none yet, and it has not expired.
    pub async fn setup_is_open(&self, once: &SecretString, now: Millis) -> Result<bool, StoreError> {
        self.store.setup_is_open(&secret::hash(once), now).await
    }

    /// The secret of a set-up link that is open: `before` while it is, else a new one; `None` when there is a user.
    pub async fn setup(&self, before: Option<SecretString>, now: Millis) -> Result<Option<SecretString>, StoreError> {
        match before {
            Some(before) if self.setup_is_open(&before, now).await? => Ok(Some(before)),
            _ => self.open_setup(now).await,
        }
    }

    /// Makes the first user, an admin, of a set-up link. `None` when the link is not good any more.
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
        self.store.add_first_user(&once, name, &hash, now).await
    }

    /// The secret of a link that signs this user in, once.
    pub async fn mint_sign_in(&self, user: i64, now: Millis) -> Result<SecretString, StoreError> {
        let once = secret::mint();
        self.store.add_one_time_token(&secret::hash(&once), Some(user), now + ONE_TIME_TOKEN_TTL_MS).await?;
        Ok(once)
    }

    /// Spends a sign-in link: the user it is for, the first time.
    pub async fn consume_sign_in(&self, once: &SecretString, now: Millis) -> Result<Option<i64>, StoreError> {
        self.store.consume_one_time_token(&secret::hash(once), now).await
    }
}

/// A bearer token for the API; printed once, kept as a hash. `None` when the name is taken.
pub async fn create_token(store: &Store, name: &str, now: Millis) -> Result<Option<SecretString>, StoreError> {
    let token = secret::mint();
    Ok(store.add_token(name, &secret::hash(&token), now).await?.then_some(token))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    async fn accounts() -> (tempfile::TempDir, Accounts) {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(&directory.path().join("aftershow.db")).await.unwrap();
        (directory, Accounts::new(store, TokenKey::new([1; 32])))
    }

    fn network(last: u8) -> AttemptSource {
        AttemptSource::Network([192, 0, 2, last].into())
    }

    #[tokio::test]
    async fn a_stranger_locks_nobody_out() {
        let (_directory, accounts) = accounts().await;
        let refused = |source| accounts.admit("admin", source, Millis(0)).is_err();
        // Fifty networks try ten times each.
        for last in 0..50 {
            let tries: Vec<bool> = (0..10).map(|_| refused(network(last))).collect();
            assert_eq!(tries.iter().filter(|refused| **refused).count(), 5, "each is held off by its own tries");
        }
        // The owner from elsewhere is answered late, from a browser that was used before at once.
        assert_eq!(accounts.admit("admin", network(200), Millis(0)).unwrap(), OVERLOAD_DELAY);
        assert_eq!(accounts.admit("admin", AttemptSource::Device([1; 16]), Millis(0)).unwrap(), Duration::ZERO);
        assert_eq!(accounts.admit("other", network(200), Millis(0)).unwrap(), Duration::ZERO);
        // Even from a network that is refused.
        for account in 0..30 {
            let _ = accounts.admit(&account.to_string(), network(7), Millis(0));
        }
        assert!(accounts.admit("third", network(7), Millis(0)).is_err());
        assert_eq!(accounts.admit("admin", AttemptSource::Device([2; 16]), Millis(0)).unwrap(), Duration::ZERO);
    }

    #[tokio::test]
    async fn an_account_of_ones_own_does_not_help_guessing_at_others() {
        let (_directory, accounts) = accounts().await;
        let mut admitted = 0;
        for victim in 0..100 {
            admitted += u32::from(accounts.admit(&format!("victim {victim}"), network(1), Millis(0)).is_ok());
            if accounts.admit("own", network(1), Millis(0)).is_ok() {
                accounts.right("own", network(1));
            }
        }
        assert!(admitted <= BY_ADDRESS.free, "{admitted}");
    }

    #[tokio::test]
    async fn a_name_that_cannot_be_is_no_key_of_a_throttle() {
        let (_directory, accounts) = accounts().await;
        let from = ClientAddress([192, 0, 2, 1].into());
        for _ in 0..40 {
            let answer = accounts.sign_in(&"x".repeat(65), "password".into(), from, None, Millis(0)).await;
            assert!(matches!(answer, Err(SignInError::Wrong)));
        }
        assert_eq!(accounts.admit("admin", AttemptSource::Network(from.network()), Millis(0)).unwrap(), Duration::ZERO);
    }
}
