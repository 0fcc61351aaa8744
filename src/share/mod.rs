//! Links that are out: their tokens, what they show and to whom, who looked how often.
//!
//! Must not: render. `web::http::shared` does, with what this module finds.
//!
//! An active link is kept in memory, because readers come in crowds. Every change here reaches [`Changes`] before it is
//! answered, and what memory holds of the stream counts no more; a change by another process is noticed within half a second.
//! Where several servers share a database, each request reads its link ([`link_reads`]), and memory holds pages alone.

pub mod cache;
pub mod cache_version;
pub mod document;
pub mod draft;
pub mod issuer;
mod link_reads;
pub mod logo;

pub use cache::{CacheSection, PageKey, Rendered, RenderedPages};
pub use cache_version::{CacheVersion, VersionStamp};
pub use draft::{Draft, DraftError, LinkDefaults};
pub use issuer::{Issuer, Issuers};

use crate::address::ClientAddress;
use crate::credentials::throttle::{Ceiling, PerMinute, RetryLimit, Throttle};
use crate::credentials::{TokenKey, password, token};
use crate::domain::record::Finding;
use crate::domain::{AppId, Millis, StreamId, StreamSummary};
use crate::key_file::InstallationKeys;
use crate::report::{self, SigningKey};
use crate::store::{CurrentShare, ShareRow, ShareSettings, Store, StoreError};
use crate::tries;
use link_reads::LinkReads;
use secrecy::{ExposeSecret, SecretString};
use std::collections::HashMap;
use std::net::IpAddr;
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;
use subtle::ConstantTimeEq;

/// Tries of a link's password: five, then waiting that doubles up to a quarter of an hour, per link and address.
const PASSWORD: RetryLimit = RetryLimit { free: 5, first_wait: 1_000, longest_wait: 900_000, forget_after: 3_600_000 };
/// Wrong passwords an hour for one link from everywhere together: beyond, a network of many addresses guesses. Then every
/// answer is late, and none is refused.
const MAX_WRONG_PER_HOUR: u32 = 100;
/// How late.
const OVERLOAD_DELAY: Duration = Duration::from_secs(5);
/// When too many passwords are being checked, seconds after which the client may try again.
const RETRY_AFTER_SECONDS: i64 = 5;
/// A person mistypes a few links; a machine that searches meets thousands. Only dead links are ever delayed.
const MAX_NOT_FOUND_PER_MINUTE: u32 = 30;
/// Time by which each "not found" response beyond the limit delays the next one more …
const NOT_FOUND_DELAY_STEP: Duration = Duration::from_millis(250);
/// … up to this: longer would only keep our own connections open.
const MAX_NOT_FOUND_DELAY: Duration = Duration::from_secs(10);
/// Living links kept in memory; beyond, all are forgotten and found again.
const MAX_CACHED_LINKS: usize = 10_000;

/// Why a user's request about a link was refused.
#[derive(Debug, thiserror::Error)]
pub enum ShareError {
    #[error("there is no link {0}; it may have been deleted")]
    NoLink(i64),
    #[error("there is no stream {0}")]
    NoStream(StreamId),
    #[error("stream {0} is not sealed yet; a link needs a sealed report")]
    NotSealed(StreamId),
    #[error(
        "the key file was replaced after link {0} was made: those who have its address can use it, but it cannot be told again; restore the key file, or give the link a new address"
    )]
    OtherKey(i64),
    #[error("someone else changed this link at the same moment; look again")]
    Raced,
    #[error(transparent)]
    Draft(#[from] DraftError),
    #[error("a link's password has at least 4 characters")]
    Password,
    #[error("stream {0} has no such internal finding; a new revision may say something else")]
    NoFinding(StreamId),
    #[error("the report could not be prepared for the link: {0}")]
    Document(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What an edit does with a link's password.
#[derive(Debug)]
pub enum NewPassword {
    Keep,
    Set(SecretString),
    Remove,
}

/// Why a link's password was not accepted.
#[derive(Debug, PartialEq, Eq)]
pub enum LinkPasswordError {
    Wrong,
    /// Seconds for which every try is refused.
    Wait(i64),
}

/// Every link of this installation; clones share it.
#[derive(Clone)]
pub struct Shares(Arc<SharesInner>);

/// A living link as it was at one moment. What is rendered of it is kept, and found again, for that moment only: the link
/// may be another by the time its page is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActiveLink {
    row: ShareRow,
    /// What its page is made of, where other servers change that too.
    basis: String,
    /// The number of the newest change before the row was read.
    change: u64,
}

impl ActiveLink {
    /// Whether a page of this link is one of that too. Views are counted all the time and are on no page.
    fn is_as(&self, current: &CurrentShare) -> bool {
        let ShareRow { views, last_view, .. } = self.row;
        self.basis == current.basis && self.row == ShareRow { views, last_view, ..current.share.clone() }
    }
}

impl ActiveLink {
    /// What [`RenderedPages`] wants to know.
    pub const fn as_of(&self) -> VersionStamp {
        VersionStamp { stream: self.row.stream, change: self.change }
    }
}

impl Deref for ActiveLink {
    type Target = ShareRow;

    fn deref(&self) -> &ShareRow {
        &self.row
    }
}

/// Living links by the hash of their token.
type ActiveLinks = HashMap<[u8; 32], Arc<ActiveLink>>;

struct SharesInner {
    store: Store,
    key: TokenKey,
    /// Signs the documents of links.
    signing: SigningKey,
    changes: CacheVersion,
    /// Zone of each app's reports.
    zones: HashMap<AppId, String>,
    active: RwLock<ActiveLinks>,
    /// Where other servers change links too.
    reads: Option<LinkReads>,
    pages: RenderedPages,
    /// Views not yet in the database: (how many, the last) per link. No addresses.
    views: Mutex<HashMap<i64, (i64, Millis)>>,
    attempts: Mutex<Throttle<(i64, IpAddr)>>,
    wrong: Mutex<Ceiling<i64>>,
    not_found: Mutex<PerMinute<IpAddr>>,
}

/// Counting goes on after a panic elsewhere.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shares {
    /// `zones` has the zone of each app's reports; others get UTC.
    pub fn new(store: Store, keys: InstallationKeys, zones: HashMap<AppId, String>, changes: CacheVersion) -> Self {
        let reads = store.is_shared().then(|| LinkReads::new(store.clone()));
        Self(Arc::new(SharesInner {
            store,
            reads,
            key: keys.links,
            signing: keys.signing,
            zones,
            active: RwLock::default(),
            pages: RenderedPages::new(changes.clone()),
            changes,
            views: Mutex::default(),
            attempts: Mutex::new(Throttle::new(PASSWORD)),
            wrong: Mutex::new(Ceiling::new(MAX_WRONG_PER_HOUR)),
            not_found: Mutex::new(PerMinute::new(MAX_NOT_FOUND_PER_MINUTE)),
        }))
    }

    /// Rendered reports in memory.
    pub fn pages(&self) -> &RenderedPages {
        &self.0.pages
    }

    /// Makes a link to a sealed stream; its id.
    pub async fn create(
        &self,
        stream: StreamId,
        draft: Draft,
        password: Option<SecretString>,
        created_by: &str,
        now: Millis,
    ) -> Result<i64, ShareError> {
        let inner = &*self.0;
        let row = inner.store.stream(stream).await?.ok_or(ShareError::NoStream(stream))?;
        if row.seal.is_none() {
            return Err(ShareError::NotSealed(stream));
        }
        let mut settings = self.validate(draft, &row, now).await?;
        if let Some(password) = password.filter(|password| !password.expose_secret().is_empty()) {
            settings.password = Some(hash_password(password).await?);
        }
        let key = inner.key.clone();
        let hash_of = move |id| token::hash(key.token(id, 1).expose_secret());
        let id = inner.store.add_share(stream, &settings, created_by, now, hash_of).await?;
        self.prepare(id, now).await?;
        inner.changes.increment_stream(stream);
        Ok(id)
    }

    /// The ordinary link that this person made before, if it opens still and shows what a new one would.
    pub async fn ordinary(&self, stream: StreamId, by: &str, now: Millis) -> Result<Option<i64>, ShareError> {
        let row = self.0.store.stream(stream).await?.ok_or(ShareError::NoStream(stream))?;
        let new = self.validate(Draft::default(), &row, now).await?;
        let same = |share: &ShareRow| {
            share.password.is_none()
                && (&share.name, share.preset, &share.zone, &share.lang)
                    == (&new.name, new.preset, &new.zone, &new.lang)
                && (&share.title, share.hide_host, share.slot) == (&new.title, new.hide_host, new.slot)
                && share.expires_at == new.expires_at
        };
        let shares = self.0.store.shares_of(stream).await?;
        let again = shares
            .iter()
            .find(|share| share.created_by == by && share.is_active(now) && same(share) && self.path(share).is_some());
        Ok(again.map(|share| share.id))
    }

    /// Sets everything of a link but its address. Holds before this returns.
    pub async fn update(&self, id: i64, draft: Draft, password: NewPassword, now: Millis) -> Result<(), ShareError> {
        let inner = &*self.0;
        let row = inner.store.share(id).await?.ok_or(ShareError::NoLink(id))?;
        let stream = inner.store.stream(row.stream).await?.ok_or(ShareError::NoStream(row.stream))?;
        let mut settings = self.validate(draft, &stream, now).await?;
        settings.password = match password {
            NewPassword::Keep => row.password,
            NewPassword::Remove => None,
            NewPassword::Set(password) => Some(hash_password(password).await?),
        };
        let updated = inner.store.update_share(id, &settings).await;
        // Whatever becomes of the document, what memory holds of the link is no longer true.
        inner.changes.increment_stream(stream.id);
        if !updated? {
            return Err(ShareError::NoLink(id));
        }
        self.prepare(id, now).await
    }

    /// Checks a form against the stream it is about.
    async fn validate(&self, draft: Draft, stream: &StreamSummary, now: Millis) -> Result<ShareSettings, ShareError> {
        let lang = self.0.store.issuer().await?.lang;
        let about = LinkDefaults {
            zone: self.zone(stream.app),
            lang: lang.as_deref().unwrap_or("en"),
            from: stream.started_at,
            until: stream.ended_at.or(stream.last_answered).unwrap_or(stream.started_at),
        };
        Ok(draft.validate(&about, now)?)
    }

    /// Lets an internal finding of a stream's newest report out, or takes it back. The sealed report stays as it is; every
    /// link of the stream derives its document again, signed, before this returns.
    pub async fn release(
        &self,
        stream: StreamId,
        finding: &str,
        out: bool,
        who: &str,
        now: Millis,
    ) -> Result<Finding, ShareError> {
        let inner = &*self.0;
        let sealed = inner.store.report(stream, None).await?.ok_or(ShareError::NotSealed(stream))?;
        let record = report::open(&sealed).map_err(|error| ShareError::Document(error.to_string()))?;
        let found = record
            .findings
            .into_iter()
            .find(|found| !found.shareable && report::finding_key(found).as_deref() == Some(finding))
            .ok_or(ShareError::NoFinding(stream))?;
        let changed = if out {
            inner.store.release_finding(stream, finding, who, now).await
        } else {
            inner.store.withhold_finding(stream, finding).await
        };
        inner.changes.increment_stream(stream);
        changed?;
        for row in inner.store.shares_of(stream).await? {
            document::newest(&inner.store, &inner.signing, &row, now).await?;
        }
        Ok(found)
    }

    /// Derives the link's document now, so that it is signed when the link is made and not when a stranger looks.
    async fn prepare(&self, id: i64, now: Millis) -> Result<(), ShareError> {
        let row = self.0.store.share(id).await?.ok_or(ShareError::NoLink(id))?;
        document::newest(&self.0.store, &self.0.signing, &row, now).await?.ok_or(ShareError::NotSealed(row.stream))?;
        Ok(())
    }

    /// The fingerprint of what a link shows, as its readers see it: not that of the full record, which holds more.
    pub async fn fingerprint(&self, row: &ShareRow, now: Millis) -> Result<Option<String>, ShareError> {
        if let Some(sha256) = self.0.store.derived_of_newest(row.id, row.stream).await? {
            return Ok(Some(report::fingerprint(&sha256)));
        }
        // A new revision that nobody has asked the link for yet.
        let document = document::newest(&self.0.store, &self.0.signing, row, now).await?;
        Ok(document.and_then(|document| document.seal).map(|seal| seal.fingerprint))
    }

    pub async fn set_enabled(&self, id: i64, enabled: bool) -> Result<(), ShareError> {
        let stream = self.stream_of(id).await?;
        let changed = self.0.store.set_share_enabled(id, enabled).await?;
        self.0.changes.increment_stream(stream);
        if changed { Ok(()) } else { Err(ShareError::NoLink(id)) }
    }

    /// Gives the link the next version's token; the old address is dead before this returns.
    pub async fn rotate(&self, id: i64) -> Result<(), ShareError> {
        let row = self.0.store.share(id).await?.ok_or(ShareError::NoLink(id))?;
        let version = row.version + 1;
        let hash = token::hash(self.0.key.token(id, version).expose_secret());
        let rotated = self.0.store.rotate_share(id, version, &hash).await?;
        self.0.changes.increment_stream(row.stream);
        if rotated { Ok(()) } else { Err(ShareError::Raced) }
    }

    pub async fn delete(&self, id: i64) -> Result<(), ShareError> {
        let stream = self.stream_of(id).await?;
        let deleted = self.0.store.delete_share(id).await?;
        self.0.changes.increment_stream(stream);
        if deleted { Ok(()) } else { Err(ShareError::NoLink(id)) }
    }

    /// The stream of a link; it never changes.
    async fn stream_of(&self, id: i64) -> Result<StreamId, ShareError> {
        Ok(self.0.store.share(id).await?.ok_or(ShareError::NoLink(id))?.stream)
    }

    /// The path of a link, to be copied again: `/r/…`.
    pub async fn link(&self, id: i64) -> Result<String, ShareError> {
        let row = self.0.store.share(id).await?.ok_or(ShareError::NoLink(id))?;
        self.path(&row).ok_or(ShareError::OtherKey(id))
    }

    /// The path of a link: `/r/…`. `None` where it was made under another key file: then nobody can show it again.
    pub fn path(&self, row: &ShareRow) -> Option<String> {
        let token = self.0.key.token(row.id, row.version);
        let known = bool::from(token::hash(token.expose_secret()).ct_eq(&row.token_hash));
        known.then(|| format!("/r/{}", token.expose_secret()))
    }

    /// The link of a pasted address or token, whatever its state; for `share --off`.
    pub async fn by_token(&self, address: &str) -> Result<Option<ShareRow>, StoreError> {
        let token = address.rsplit_once("/r/").map_or(address, |(_, rest)| rest);
        let token = token.split(['/', '?', '#']).next().unwrap_or_default();
        self.0.store.share_by_hash(&token::hash(token)).await
    }

    /// The living link of a token; `None` is a dead one, whether unknown, expired, off or deleted, after the same work.
    pub async fn find(&self, token: &str, now: Millis) -> Result<Option<Arc<ActiveLink>>, StoreError> {
        let inner = &*self.0;
        let hash = token::hash(token);
        if let Some(reads) = &inner.reads {
            let current = reads.read(hash, now).await?;
            return Ok(current.and_then(|current| self.as_read(hash, &current, now)));
        }
        let change = inner.changes.now();
        let known = {
            let cached = inner.active.read().unwrap_or_else(PoisonError::into_inner);
            cached.get(&hash).filter(|active| inner.changes.is_current(active.as_of())).cloned()
        };
        // Expired since it was read: then it is looked for like any other.
        if let Some(known) = known
            && known.is_active(now)
        {
            return Ok(Some(known));
        }
        let found = inner.store.active_share(&hash, now).await?;
        let Some(row) = found.filter(|row| bool::from(row.token_hash.ct_eq(&hash))) else {
            return Ok(None);
        };
        let row = Arc::new(ActiveLink { row, basis: String::new(), change });
        let mut cached = inner.active.write().unwrap_or_else(PoisonError::into_inner);
        if cached.len() >= MAX_CACHED_LINKS {
            cached.clear();
        }
        // What was read before a change must not outlive it: then this entry holds no more and is never used.
        cached.insert(hash, row.clone());
        Ok(Some(row))
    }

    /// The link as it was read for this request: the one in memory, with its pages, where nothing of it has changed.
    fn as_read(&self, hash: [u8; 32], current: &CurrentShare, now: Millis) -> Option<Arc<ActiveLink>> {
        let inner = &*self.0;
        let CurrentShare { share, basis } = current;
        // It may have expired since it was read for somebody who came before.
        if !bool::from(share.token_hash.ct_eq(&hash)) || !share.is_active(now) {
            return None;
        }
        let mut active = inner.active.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = active.get(&hash).filter(|known| inner.changes.is_current(known.as_of()))
            && known.is_as(current)
        {
            return Some(known.clone());
        }
        // Pages of what it was before are not found any more.
        inner.changes.increment_stream(share.stream);
        let link = ActiveLink { row: share.clone(), basis: basis.clone(), change: inner.changes.now() };
        if active.len() >= MAX_CACHED_LINKS {
            active.clear();
        }
        let link = Arc::new(link);
        active.insert(hash, link.clone());
        Some(link)
    }

    /// How long a dead answer to this address waits.
    pub fn not_found_delay(&self, from: ClientAddress, now: Millis) -> Duration {
        let beyond = lock(&self.0.not_found).count(&from.key(), now);
        NOT_FOUND_DELAY_STEP.saturating_mul(beyond).min(MAX_NOT_FOUND_DELAY)
    }

    /// Whether the cookie's value remembers the password of this link as it is now.
    pub fn is_unlocked(&self, row: &ShareRow, cookie: Option<&str>) -> bool {
        match (&row.password, cookie) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(password), Some(cookie)) => {
                let pass = self.0.key.pass(row.id, row.version, password);
                pass.expose_secret().as_bytes().ct_eq(cookie.as_bytes()).into()
            }
        }
    }

    /// Checks a link's password; the value of the cookie that remembers it.
    pub async fn unlock(
        &self,
        row: &ShareRow,
        password: SecretString,
        from: ClientAddress,
        now: Millis,
    ) -> Result<SecretString, LinkPasswordError> {
        let late = self.admit(row.id, from, now).await?;
        if !late.is_zero() {
            // Before the check, so that a client that does not wait for the response learns nothing.
            tokio::time::sleep(late).await;
        }
        let checked = password::verify(password, row.password.clone(), password::HashCaller::Stranger).await;
        if !checked.map_err(|password::Busy| LinkPasswordError::Wait(RETRY_AFTER_SECONDS))? {
            return Err(LinkPasswordError::Wrong);
        }
        if self.0.store.is_shared() {
            let [attempt, wrong] = self.throttle_keys(row.id, from);
            // What cannot be forgiven now is forgotten later.
            let _ = tries::succeed(&self.0.store, &attempt, now).await;
            let _ = tries::take_back(&self.0.store, &wrong, None, now).await;
        } else {
            lock(&self.0.attempts).succeed(&(row.id, from.network()));
            lock(&self.0.wrong).take_back(&row.id);
        }
        Ok(self.0.key.pass(row.id, row.version, row.password.as_deref().unwrap_or_default()))
    }

    /// Counts a try of a link's password before its outcome is known: how late it is answered, or that it is refused.
    pub async fn admit(&self, link: i64, from: ClientAddress, now: Millis) -> Result<Duration, LinkPasswordError> {
        let refused = |wait: i64| LinkPasswordError::Wait(wait.max(0) / 1_000 + 1);
        let late = if self.0.store.is_shared() {
            let store = &self.0.store;
            let [attempt, wrong] = self.throttle_keys(link, from);
            // Where tries cannot be counted, none is checked.
            let unavailable = |error: StoreError| {
                tracing::error!(%error, "tries of a link's password cannot be counted");
                LinkPasswordError::Wait(RETRY_AFTER_SECONDS)
            };
            tries::begin(store, &attempt, PASSWORD, now).await.map_err(unavailable)?.map_err(refused)?;
            tries::begin_within_hour(store, &wrong, MAX_WRONG_PER_HOUR, now).await.map_err(unavailable)?
        } else {
            lock(&self.0.attempts).begin(&(link, from.network()), now).map_err(refused)?;
            lock(&self.0.wrong).begin(&link, now)
        };
        Ok(if late { OVERLOAD_DELAY } else { Duration::ZERO })
    }

    /// Under which the servers count the tries of a link's password from one network, and all of them.
    fn throttle_keys(&self, link: i64, from: ClientAddress) -> [[u8; 32]; 2] {
        let key = &self.0.key;
        [
            key.throttle_key("link", &format!("{link} {}", from.network())),
            key.throttle_key("wrong passwords of a link", &link.to_string()),
        ]
    }

    /// Counts one view.
    pub fn count_view(&self, link: i64, now: Millis) {
        let mut views = lock(&self.0.views);
        let (count, last) = views.entry(link).or_insert((0, now));
        *count += 1;
        *last = now;
    }

    /// Writes counted views; run every second and at the end. What cannot be written stays counted.
    pub async fn flush_views(&self) -> Result<(), StoreError> {
        let views = std::mem::take(&mut *lock(&self.0.views));
        if views.is_empty() {
            return Ok(());
        }
        let rows: Vec<_> = views.iter().map(|(link, (count, last))| (*link, *count, *last)).collect();
        let written = self.0.store.add_views(&rows).await;
        if written.is_err() {
            let mut views = lock(&self.0.views);
            for (link, count, last) in rows {
                let kept = views.entry(link).or_insert((0, last));
                kept.0 += count;
            }
        }
        written
    }

    /// Whether this is the zone of an app's reports.
    pub fn has_zone(&self, name: &str) -> bool {
        self.0.zones.values().any(|zone| zone == name)
    }

    fn zone(&self, app: AppId) -> &str {
        self.0.zones.get(&app).map_or("UTC", String::as_str)
    }
}

async fn hash_password(password: SecretString) -> Result<String, ShareError> {
    let length = password.expose_secret().chars().count();
    if length < 4 || password.expose_secret().len() > password::MAX_LENGTH {
        return Err(ShareError::Password);
    }
    Ok(password::hash(password).await)
}
