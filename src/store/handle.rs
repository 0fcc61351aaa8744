//! The handle that the rest of the program has: one enum of engines, and each method handed to the engine.
//!
//! An enum and not a trait: the methods are async, and some take closures.

use super::StoreError;
use super::fence::Fence;
use super::postgres::{self, PostgresStore};
use super::sqlite::SqliteStore;
use super::transfer;
use super::types::{
    ActiveLinkCount, AskRow, AuditRow, CurrentShare, DerivedRow, FeedPage, FoundBy, HostSums, IssuerRow, LeaseRow,
    LogoRow, NewStream, OpenStream, PastReport, RecentSeries, ReleasedRow, RoomClosedRow, RoomRow, SealError,
    SealMaterial, SealedReport, SealedSummary, SessionRow, ShareRow, ShareSettings, SigningKeyRow, StoredSeries,
    StreamPage, StreamQuery, Sums, TokenRow, TriesRow, UnsealedStreams, UserRow, WebhookRow, Write,
};
use crate::calendar::DayRules;
use crate::config::Config;
use crate::domain::{AppId, AuditedAction, Day, Millis, Reading, Role, RoomId, Run, StreamId, StreamSummary};
use secrecy::SecretSlice;
use sqlx::postgres::PgConnectOptions;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Handle to the database; clones share it.
#[derive(Clone, Debug)]
pub struct Store(Arc<StoreEngine>);

/// The database behind the handle.
#[derive(Clone, Debug)]
enum StoreEngine {
    Sqlite(SqliteStore),
    Postgres(PostgresStore),
}

/// Calls the method of the same name on the engine.
macro_rules! on_engine {
    ($self:ident.$method:ident($($argument:expr),*)) => {
        match &*$self.0 {
            StoreEngine::Sqlite(store) => store.$method($($argument),*).await,
            StoreEngine::Postgres(store) => store.$method($($argument),*).await,
        }
    };
}

macro_rules! forward {
    ($($(#[$doc:meta])* async fn $method:ident(&self $(, $argument:ident: $type:ty)* $(,)?) -> $answer:ty;)+) => {
        impl Store {
            $(
                $(#[$doc])*
                pub async fn $method(&self $(, $argument: $type)*) -> $answer {
                    on_engine!(self.$method($($argument),*))
                }
            )+
        }
    };
}

impl Store {
    /// Opens the file, creating it where it does not exist, and applies the migrations.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        Ok(Self(Arc::new(StoreEngine::Sqlite(SqliteStore::open(path).await?))))
    }

    /// Connects to a PostgreSQL server, and applies the migrations.
    pub async fn connect(options: PgConnectOptions) -> Result<Self, StoreError> {
        Ok(Self(Arc::new(StoreEngine::Postgres(PostgresStore::connect(options).await?))))
    }

    /// Opens the database that is configured: the file, or the PostgreSQL server.
    pub async fn of_config(config: &Config) -> Result<Self, StoreError> {
        match &config.database_server {
            Some(url) => Self::connect(postgres::options_of(url)?).await,
            None => Self::open(&config.database).await,
        }
    }

    /// Copies everything into an empty PostgreSQL database; each table with its number of rows, equal in both.
    pub async fn copy_into(&self, target: &Self) -> Result<Vec<(&'static str, u64)>, StoreError> {
        match (&*self.0, &*target.0) {
            (StoreEngine::Sqlite(from), StoreEngine::Postgres(to)) => transfer::copy(from, to).await,
            _ => Err(StoreError::WrongEngine),
        }
    }

    /// Marks a SQLite file whose content was moved: it cannot be opened again.
    pub async fn mark_moved(&self) -> Result<(), StoreError> {
        match &*self.0 {
            StoreEngine::Sqlite(store) => store.mark_moved().await,
            StoreEngine::Postgres(_) => Err(StoreError::WrongEngine),
        }
    }

    /// Whether several servers may use the database at once; then leases say which of them collects for an app.
    pub fn is_shared(&self) -> bool {
        matches!(&*self.0, StoreEngine::Postgres(_))
    }

    /// Takes the lease of an app where no server holds it. `holder` is random for each start of a server.
    pub async fn take_lease(
        &self,
        app: AppId,
        holder: &str,
        server: &str,
        ttl: Duration,
    ) -> Result<Option<Fence>, StoreError> {
        self.shared()?.take_lease(app, holder, server, ttl).await
    }

    /// Extends a lease; false where another server has taken it.
    pub async fn renew_lease(&self, fence: &Fence, ttl: Duration) -> Result<bool, StoreError> {
        self.shared()?.renew_lease(fence, ttl).await
    }

    /// Ends a lease after that time; false where another server has taken it.
    pub async fn release_lease(&self, fence: &Fence, after: Duration) -> Result<bool, StoreError> {
        self.shared()?.release_lease(fence, after).await
    }

    /// Every lease there ever was, by app.
    pub async fn leases(&self) -> Result<Vec<LeaseRow>, StoreError> {
        self.shared()?.leases().await
    }

    /// The clock of the database.
    pub async fn database_clock(&self) -> Result<Millis, StoreError> {
        self.shared()?.database_clock().await
    }

    /// Applies writes at once, all or nothing, with what the collector reports to the boards of all servers. A file has one
    /// board, which needs no reports.
    pub async fn apply_group(&self, writes: &[Write], signals: &[String]) -> Result<(), StoreError> {
        match &*self.0 {
            StoreEngine::Sqlite(store) => store.apply_all(writes).await,
            StoreEngine::Postgres(store) => store.apply_group(writes, signals).await,
        }
    }

    /// What collectors committed after these transactions of their apps.
    pub async fn feed_after(&self, known: &[(AppId, i64)]) -> Result<Vec<FeedPage>, StoreError> {
        self.shared()?.feed_after(known).await
    }

    /// Asks the collector of an app, wherever it runs; the number of the question.
    pub async fn put_ask(&self, app: AppId, body: &str) -> Result<i64, StoreError> {
        self.shared()?.put_ask(app, body).await
    }

    /// The answer to a question, once it is there.
    pub async fn answer_of(&self, ask: i64) -> Result<Option<String>, StoreError> {
        self.shared()?.answer_of(ask).await
    }

    /// Takes the questions to an app's collector that are not older than `max_wait`, each once.
    pub async fn take_asks(&self, fence: &Fence, max_wait: Duration) -> Result<Vec<AskRow>, StoreError> {
        self.shared()?.take_asks(fence, max_wait).await
    }

    /// Answers a question.
    pub async fn put_answer(&self, ask: i64, answer: &str) -> Result<(), StoreError> {
        self.shared()?.put_answer(ask, answer).await
    }

    /// Keeps a webhook for the collector of its app.
    pub async fn put_webhook(
        &self,
        app: AppId,
        authenticated: bool,
        query: &str,
        body: &[u8],
    ) -> Result<(), StoreError> {
        self.shared()?.put_webhook(app, authenticated, query, body).await
    }

    /// Takes webhooks that were not handed over in this term, in the order in which they came.
    pub async fn take_webhooks(&self, fence: &Fence) -> Result<Vec<WebhookRow>, StoreError> {
        self.shared()?.take_webhooks(fence).await
    }

    /// Deletes webhooks that were handed over in this term and came before `before`.
    pub async fn delete_webhooks(&self, fence: &Fence, before: Millis) -> Result<(), StoreError> {
        self.shared()?.delete_webhooks(fence, before).await
    }

    /// The active link whose token has this hash, with what its page is made of: read from the database that is written, so
    /// that a change on any server holds for every request that begins after it.
    pub async fn current_share(&self, hash: &[u8], now: Millis) -> Result<Option<CurrentShare>, StoreError> {
        self.shared()?.current_share(hash, now).await
    }

    /// Differs after every change of the issuer.
    pub async fn issuer_version(&self) -> Result<String, StoreError> {
        self.shared()?.issuer_version().await
    }

    /// Changes what several servers count together under a key, one at a time.
    pub async fn update_tries<T>(
        &self,
        key: &[u8],
        now: Millis,
        change: impl FnOnce(Option<TriesRow>) -> (Option<TriesRow>, T) + Send,
    ) -> Result<T, StoreError> {
        self.shared()?.update_tries(key, now, change).await
    }

    /// Keeps the outcome of a form for any server; at most `most` of its session.
    pub async fn put_flash(
        &self,
        name: &str,
        session: Option<&[u8]>,
        body: &str,
        until: Millis,
        most: i64,
        now: Millis,
    ) -> Result<(), StoreError> {
        self.shared()?.put_flash(name, session, body, until, most, now).await
    }

    /// The outcome of that name, with the hash of the session it belongs to.
    pub async fn flash(&self, name: &str, now: Millis) -> Result<Option<(Option<Vec<u8>>, String)>, StoreError> {
        self.shared()?.flash(name, now).await
    }

    /// What says which key file this installation has; the first server says it.
    pub async fn key_check(&self, value: &[u8]) -> Result<Vec<u8>, StoreError> {
        self.shared()?.key_check(value).await
    }

    /// The same, where there is one.
    pub async fn known_key_check(&self) -> Result<Option<Vec<u8>>, StoreError> {
        self.shared()?.known_key_check().await
    }

    /// Another key file is the one of this installation from now on.
    pub async fn replace_key_check(&self, value: &[u8]) -> Result<(), StoreError> {
        self.shared()?.replace_key_check(value).await
    }

    /// The same, writing under this lease as a collector.
    pub fn fenced(&self, fence: &Fence) -> Result<Self, StoreError> {
        Ok(Self(Arc::new(StoreEngine::Postgres(self.shared()?.fenced(fence.clone())))))
    }

    fn shared(&self) -> Result<&PostgresStore, StoreError> {
        match &*self.0 {
            StoreEngine::Sqlite(_) => Err(StoreError::WrongEngine),
            StoreEngine::Postgres(store) => Ok(store),
        }
    }

    /// The same with the rules by which streams get their business day; without, every app has the date in UTC.
    pub fn with_days(self, days: DayRules) -> Self {
        let engine = match Arc::unwrap_or_clone(self.0) {
            StoreEngine::Sqlite(store) => StoreEngine::Sqlite(store.with_days(days)),
            StoreEngine::Postgres(store) => StoreEngine::Postgres(store.with_days(days)),
        };
        Self(Arc::new(engine))
    }

    /// The rules by which streams get their business day.
    pub fn days(&self) -> &DayRules {
        match &*self.0 {
            StoreEngine::Sqlite(store) => store.days(),
            StoreEngine::Postgres(store) => store.days(),
        }
    }

    /// The business day of what begins at a moment.
    pub fn day_of(&self, app: AppId, at: Millis) -> Day {
        self.days().day_of(app, at)
    }

    /// Gives the streams of older versions their business day, by the rules of today. Returns how many there were.
    pub async fn fill_business_days(&self) -> Result<usize, StoreError> {
        on_engine!(self.fill_business_days())
    }

    /// A number that changes when *another process* changes the database; for caches. This process's own changes do
    /// not change it.
    pub async fn data_version(&self) -> Result<i64, StoreError> {
        on_engine!(self.data_version())
    }

    /// Copies the whole database into a new file, consistent as of now.
    pub async fn backup(&self, file: &Path) -> Result<(), StoreError> {
        match &*self.0 {
            StoreEngine::Sqlite(store) => store.backup(file).await,
            StoreEngine::Postgres(_) => Err(StoreError::NotInPostgres),
        }
    }

    /// Closes every connection; what was acknowledged is in the file.
    pub async fn close(&self) {
        on_engine!(self.close())
    }

    /// Seals an ending stream: reads everything, lets `compose` make the report on a thread where it may take its time,
    /// and writes it and deletes the live rows in one transaction. `None` where there is nothing to seal (it is
    /// sealed already, or live again), so it may be called any number of times and after any crash.
    pub async fn seal<F>(&self, id: StreamId, compose: F) -> Result<Option<SealedReport>, SealError>
    where
        F: Fn(SealMaterial) -> Result<(SealedReport, SealedSummary), String> + Send + Sync + 'static,
    {
        on_engine!(self.seal(id, compose))
    }

    /// Opens an ended stream and seals it in the same transaction: `ending` has all of it but its readings, which
    /// are in `series` and never become live rows. For a history that is brought along.
    pub async fn import_sealed<F>(
        &self,
        stream: &NewStream,
        ending: impl FnOnce(StreamId) -> Vec<Write> + Send,
        series: StoredSeries,
        compose: F,
    ) -> Result<StreamId, SealError>
    where
        F: FnOnce(SealMaterial) -> Result<(SealedReport, SealedSummary), String> + Send,
    {
        on_engine!(self.import_sealed(stream, ending, series, compose))
    }

    /// Opens a stream with its whole history at once, all or nothing: for a snapshot, a demonstration or a migration.
    /// It stays as the writes leave it, ready to be sealed or read on.
    pub async fn import(
        &self,
        stream: &NewStream,
        writes: impl FnOnce(StreamId) -> Vec<Write> + Send,
    ) -> Result<StreamId, StoreError> {
        on_engine!(self.import(stream, writes))
    }

    /// Adds a link. Its token is made of the id it gets, so `hash_of` (id → SHA-256 of the token of version 1) runs
    /// inside the same transaction.
    pub async fn add_share(
        &self,
        stream: StreamId,
        settings: &ShareSettings,
        created_by: &str,
        now: Millis,
        hash_of: impl FnOnce(i64) -> [u8; 32] + Send,
    ) -> Result<i64, StoreError> {
        on_engine!(self.add_share(stream, settings, created_by, now, hash_of))
    }

    /// The engine itself, for tests that look into the database.
    #[cfg(test)]
    pub(in crate::store) fn shared_engine(&self) -> &PostgresStore {
        self.shared().expect("PostgreSQL")
    }

    /// The engine itself, for tests that look into the file.
    #[cfg(test)]
    pub(crate) fn sqlite(&self) -> &SqliteStore {
        match &*self.0 {
            StoreEngine::Sqlite(store) => store,
            StoreEngine::Postgres(_) => panic!("not SQLite"),
        }
    }
}

forward! {
    /// Reserves the next stream id, for a stream that begins together with other changes: `Write::Opened`.
    async fn reserve_stream(&self) -> Result<StreamId, StoreError>;

    /// Reserves that many consecutive ids.
    async fn reserve_streams(&self, count: u32) -> Result<Range<i64>, StoreError>;

    /// When the newest reading of any open stream was answered.
    async fn newest_open_reading(&self) -> Result<Option<Millis>, StoreError>;

    /// How many streams of each app are not sealed.
    async fn unsealed_by_app(&self) -> Result<Vec<(AppId, i64)>, StoreError>;

    /// Opens streams, all or none; their ids in the same order.
    async fn open_streams(&self, streams: &[NewStream]) -> Result<Vec<StreamId>, StoreError>;

    /// The last part of that room session, whatever its state.
    async fn stream_of_session(
        &self,
        app: AppId,
        room: &RoomId,
        create_time: i64,
    ) -> Result<Option<OpenStream>, StoreError>;

    /// Every stream of the app that is not sealed.
    async fn unsealed_streams(&self, app: AppId) -> Result<Vec<OpenStream>, StoreError>;

    /// The same, each with what was read of it since then.
    async fn unsealed_with_readings(&self, app: AppId, since: Millis) -> Result<UnsealedStreams, StoreError>;

    /// One stream with what only its own page needs.
    async fn open_stream(&self, id: StreamId) -> Result<Option<OpenStream>, StoreError>;

    /// One stream as lists show it.
    async fn stream(&self, id: StreamId) -> Result<Option<StreamSummary>, StoreError>;

    /// Stores a user's note on a stream; an empty one removes it.
    async fn note_stream(&self, id: StreamId, note: &str) -> Result<(), StoreError>;

    /// The display name of a host, as of their newest stream that has one.
    async fn name_of_host(&self, app: AppId, host: &str) -> Result<Option<String>, StoreError>;

    /// One page of streams by key: no row is skipped or repeated while the list grows. Undefined values come last.
    async fn streams(&self, query: &StreamQuery) -> Result<StreamPage<StreamSummary>, StoreError>;

    /// The last sealed streams of a room, newest first.
    async fn sealed_of_room(
        &self,
        app: AppId,
        room: &RoomId,
        limit: i64,
    ) -> Result<Vec<StreamSummary>, StoreError>;

    /// Sealed streams of the two business days before that were still on at the moment at which a day began; of one app or of
    /// all.
    async fn sealed_across(
        &self,
        app: Option<AppId>,
        day: Day,
        begins: Millis,
    ) -> Result<Vec<StreamId>, StoreError>;

    /// What all rows of a query add up to, on every page; `None` where a search leaves too many streams to add up.
    async fn sum_streams(&self, query: &StreamQuery) -> Result<Option<Sums>, StoreError>;

    /// Coins of the sealed streams of a business day and later ones, and how many of them have no number; of one app or of all.
    async fn coins_since(&self, app: Option<AppId>, day: Day) -> Result<(i64, i64), StoreError>;

    /// The hosts of a query's streams, by coins; streams without a known host are left out. At most `limit`.
    async fn hosts(&self, query: &StreamQuery) -> Result<Vec<HostSums>, StoreError>;

    /// Monitors a room from now on; a known room keeps how it was found, unless a user adds it manually. Beside the
    /// recorder, for a history before the collector starts.
    async fn follow_room(
        &self,
        app: AppId,
        room: &RoomId,
        found_by: FoundBy,
        now: Millis,
    ) -> Result<(), StoreError>;

    /// Whether a room is monitored; an unknown one is not.
    async fn is_followed(&self, app: AppId, room: &RoomId) -> Result<bool, StoreError>;

    /// Stores title and host of a room, where they are known, also in its open stream. Beside the recorder, for a history before the collector starts.
    async fn describe_room(
        &self,
        app: AppId,
        room: &RoomId,
        stream: Option<StreamId>,
        title: Option<&str>,
        host: Option<&str>,
        host_name: Option<&str>,
    ) -> Result<(), StoreError>;

    /// The rooms of an app that were added or excluded manually.
    async fn manual_rooms(&self, app: AppId) -> Result<Vec<RoomRow>, StoreError>;

    /// Rooms of all apps that a user added or excluded, excluded ones first, then the newest.
    async fn rooms_with_choice(&self, limit: i64) -> Result<Vec<RoomRow>, StoreError>;

    /// Everything read of a stream that is not sealed; empty once it is (its report holds the series).
    async fn series(&self, id: StreamId) -> Result<StoredSeries, StoreError>;

    /// The runs of a stream that were still going on at `since` or later.
    async fn runs_since(&self, id: StreamId, since: Millis) -> Result<Vec<Run>, StoreError>;

    /// What of a stream was still going on at `since` or later.
    async fn recent(&self, id: StreamId, since: Millis) -> Result<RecentSeries, StoreError>;

    /// The runs before and after a moment, as far as they exist: the counters at that moment lie between.
    async fn runs_around(&self, id: StreamId, at: Millis) -> Result<Vec<Run>, StoreError>;

    /// Tencent's room-closed webhook of a stream, if one came.
    async fn room_closed(&self, id: StreamId) -> Result<Option<RoomClosedRow>, StoreError>;

    /// Takes out the readings of an app that waited for get_room_info when the collector stopped, by room, oldest first.
    async fn take_waiting(&self, app: AppId) -> Result<BTreeMap<RoomId, Vec<Reading>>, StoreError>;

    /// The last run of a stream: where a restart goes on.
    async fn last_run(&self, id: StreamId) -> Result<Option<Run>, StoreError>;

    /// Applies writes at once, all or nothing, beside the recorder; for a history before the collector starts.
    async fn apply_all(&self, writes: &[Write]) -> Result<(), StoreError>;

    /// Makes a sealed stream live again: the runs of its report become live rows, and its next seal is the next revision.
    /// `then` is what it was reopened for, in the same transaction: a crash leaves it sealed, or reopened with its reason.
    async fn reopen(&self, id: StreamId, runs: &[Run], then: &[Write]) -> Result<(), StoreError>;

    /// What the stream is compared with: the last reports of its room, of its host in whichever rooms, and those of
    /// either that have no curve beside them.
    async fn past(
        &self,
        stream: &OpenStream,
    ) -> Result<(Vec<PastReport>, Vec<PastReport>, Vec<SealedReport>), StoreError>;

    /// Writes courses beside reports that have none yet.
    async fn add_courses(&self, curves: &[(i64, Vec<u8>)]) -> Result<(), StoreError>;

    /// A stream's report: the newest revision, or the one asked for.
    async fn report(&self, id: StreamId, revision: Option<i64>) -> Result<Option<SealedReport>, StoreError>;

    /// Reports from a number on, in the order of their numbers, at most `limit`.
    async fn reports_from(&self, number: i64, limit: i64) -> Result<Vec<SealedReport>, StoreError>;

    /// The report with that hash.
    async fn report_by_hash(&self, sha256: &str) -> Result<Option<SealedReport>, StoreError>;

    /// Reports whose hash begins so (lower-case hex); for typed fingerprints. At most two: one is enough to
    /// know, two that it is not.
    async fn reports_by_fingerprint(&self, prefix: &str) -> Result<Vec<SealedReport>, StoreError>;

    /// All signing keys, the active one first.
    async fn signing_keys(&self) -> Result<Vec<SigningKeyRow>, StoreError>;

    /// Makes this the key that signs; others stay known.
    async fn use_signing_key(&self, key: &SigningKeyRow) -> Result<(), StoreError>;

    /// The seed of the key that signs, where an earlier version left it in the database.
    async fn signing_seed(&self) -> Result<Option<SecretSlice<u8>>, StoreError>;

    /// Erases every seed, from free pages and the write-ahead log too. Until all of that is done the rows hold zeros, so
    /// that the next start finishes what a full disk or a reader of the log prevented.
    async fn erase_signing_seeds(&self) -> Result<(), StoreError>;

    /// The link of that id.
    async fn share(&self, id: i64) -> Result<Option<ShareRow>, StoreError>;

    /// The active link whose token has this hash. A disabled, expired or deleted link takes as long as one that never existed.
    async fn active_share(&self, hash: &[u8], now: Millis) -> Result<Option<ShareRow>, StoreError>;

    /// The link whose token has this hash, whatever its state.
    async fn share_by_hash(&self, hash: &[u8]) -> Result<Option<ShareRow>, StoreError>;

    /// Every link to a stream's report, oldest first.
    async fn shares_of(&self, stream: StreamId) -> Result<Vec<ShareRow>, StoreError>;

    /// The active links (enabled and not expired) of up to 500 streams at once.
    async fn active_link_count(
        &self,
        streams: &[StreamId],
        now: Millis,
    ) -> Result<std::collections::BTreeMap<StreamId, ActiveLinkCount>, StoreError>;

    /// Links older than `before` (an id; `None` from the newest on), newest first, at most `limit`. `app` is the app of
    /// their streams, where only that is asked for.
    async fn shares(&self, app: Option<AppId>, before: Option<i64>, limit: i64) -> Result<Vec<ShareRow>, StoreError>;

    /// The newest links whose internal name contains this text, in any case, at most `limit`.
    async fn shares_named(&self, text: &str, limit: i64) -> Result<Vec<ShareRow>, StoreError>;

    /// Changes what a link shows and to whom. False when there is no such link.
    async fn update_share(&self, id: i64, settings: &ShareSettings) -> Result<bool, StoreError>;

    /// Switches a link on or off. False when there is no such link.
    async fn set_share_enabled(&self, id: i64, enabled: bool) -> Result<bool, StoreError>;

    /// Replaces the token: from `version` on the link has the token of this hash. False when another change was first.
    async fn rotate_share(&self, id: i64, version: i64, token_hash: &[u8]) -> Result<bool, StoreError>;

    /// Deletes a link; the documents derived for it stay, so that they still verify. False when there is no such link.
    async fn delete_share(&self, id: i64) -> Result<bool, StoreError>;

    /// Adds views that were counted in memory: (link, how many, the last).
    async fn add_views(&self, views: &[(i64, i64, Millis)]) -> Result<(), StoreError>;

    /// Stores a link's derived document; the same one twice is one row.
    async fn add_derived(&self, row: &DerivedRow) -> Result<(), StoreError>;

    /// The hash of a link's document over the newest report of its stream; `None` where it was not derived yet.
    async fn derived_of_newest(&self, share: i64, stream: StreamId) -> Result<Option<String>, StoreError>;

    /// The newest document of a link.
    async fn newest_derived(&self, share: i64) -> Result<Option<DerivedRow>, StoreError>;

    /// Publishes a finding of a stream; false when it was already.
    async fn release_finding(
        &self,
        stream: StreamId,
        finding: &str,
        who: &str,
        now: Millis,
    ) -> Result<bool, StoreError>;

    /// Unpublishes a finding; false when it was not published.
    async fn withhold_finding(&self, stream: StreamId, finding: &str) -> Result<bool, StoreError>;

    /// The published findings of a stream, with who published each and when.
    async fn released(&self, stream: StreamId) -> Result<Vec<ReleasedRow>, StoreError>;

    /// A derived document by its hash or the beginning of it (lower-case hex), for `/verify`.
    async fn derived_by_hash(&self, prefix: &str) -> Result<Option<DerivedRow>, StoreError>;

    /// How many users there are; 0 asks for the set-up link.
    async fn user_count(&self) -> Result<i64, StoreError>;

    /// Adds a user. `None` when the name is taken.
    async fn add_user(
        &self,
        name: &str,
        password_hash: &str,
        role: Role,
        now: Millis,
    ) -> Result<Option<i64>, StoreError>;

    /// Adds the very first user, an admin, and consumes the set-up link. `None` when the link is not valid any more or
    /// there is a user already.
    async fn add_first_user(
        &self,
        once_hash: &[u8],
        name: &str,
        password_hash: &str,
        now: Millis,
    ) -> Result<Option<i64>, StoreError>;

    /// The user of that name (letter case does not matter), with the hash of the password.
    async fn user_by_name(&self, name: &str) -> Result<Option<(UserRow, String)>, StoreError>;

    /// The user of that id.
    async fn user(&self, id: i64) -> Result<Option<UserRow>, StoreError>;

    /// Every user, by name.
    async fn users(&self) -> Result<Vec<UserRow>, StoreError>;

    /// Sets a new password hash and ends every session of the user. False when there is no such user.
    async fn set_user_password(&self, name: &str, password_hash: &str) -> Result<bool, StoreError>;

    /// Changes a role. False when there is no such user, or it is the last admin that would go.
    async fn set_user_role(&self, name: &str, role: Role) -> Result<bool, StoreError>;

    /// Zone and language of a user's own console; `None` follows the app and the browser.
    async fn set_user_view(&self, id: i64, zone: Option<&str>, lang: Option<&str>) -> Result<(), StoreError>;

    /// Removes a user and ends their sessions. False when there is no such user, or it is the last admin.
    async fn remove_user(&self, name: &str) -> Result<bool, StoreError>;

    /// Starts a session.
    async fn add_session(
        &self,
        hash: &[u8],
        user: i64,
        now: Millis,
        expires_at: Millis,
    ) -> Result<(), StoreError>;

    /// The session of that hash, if it has not expired.
    async fn session(&self, hash: &[u8], now: Millis) -> Result<Option<SessionRow>, StoreError>;

    /// Moves the end of a session that is in use.
    async fn extend_session(&self, hash: &[u8], now: Millis, expires_at: Millis) -> Result<(), StoreError>;

    /// Ends a session.
    async fn end_session(&self, hash: &[u8]) -> Result<(), StoreError>;

    /// Stores a one-time link: a sign-in of `user`, or with `None` the set-up, which replaces the previous one.
    async fn add_one_time_token(
        &self,
        hash: &[u8],
        user: Option<i64>,
        expires_at: Millis,
    ) -> Result<(), StoreError>;

    /// Consumes a sign-in link: the user it was made for, the first time and before it expires.
    async fn consume_one_time_token(&self, hash: &[u8], now: Millis) -> Result<Option<i64>, StoreError>;

    /// Whether this set-up link is valid; `add_first_user` consumes it.
    async fn setup_is_open(&self, hash: &[u8], now: Millis) -> Result<bool, StoreError>;

    /// Stores a token's hash. False when the name is taken.
    async fn add_token(&self, name: &str, hash: &[u8], now: Millis) -> Result<bool, StoreError>;

    /// The token of that hash.
    async fn token(&self, hash: &[u8]) -> Result<Option<TokenRow>, StoreError>;

    /// Every token, by name.
    async fn tokens(&self) -> Result<Vec<TokenRow>, StoreError>;

    /// Records that a token was used.
    async fn touch_token(&self, id: i64, now: Millis) -> Result<(), StoreError>;

    /// Revokes a token. False when there is none of that name.
    async fn remove_token(&self, name: &str) -> Result<bool, StoreError>;

    /// Adds an entry to the audit log.
    async fn audit(&self, who: &str, action: &AuditedAction, subject: &str, now: Millis) -> Result<(), StoreError>;

    /// The newest entries before `before` (an id; `None` from the newest on), at most `limit`.
    async fn audit_log(&self, before: Option<i64>, limit: i64) -> Result<Vec<AuditRow>, StoreError>;

    /// The issuer as the settings have it.
    async fn issuer(&self) -> Result<IssuerRow, StoreError>;

    /// The name reports are issued under, alone: asked at every seal.
    async fn issuer_name(&self) -> Result<Option<String>, StoreError>;

    /// Sets everything but the logo.
    async fn set_issuer(&self, issuer: &IssuerRow) -> Result<(), StoreError>;

    /// Sets the logo, or takes it away.
    async fn set_logo(&self, logo: Option<&LogoRow>) -> Result<(), StoreError>;
}
