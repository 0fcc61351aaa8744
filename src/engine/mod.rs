//! Puts store, clients, collector and board together, and takes them apart in order. `serve`, `demo` and the tests run
//! this same engine.
//!
//! Must not: serve pages or print.
//!
//! With a file, this process collects for every app. With a PostgreSQL server, each app has a [`leader`] among the servers.

mod leader;

use self::leader::LeaderDeps;
use crate::calendar::DayRules;
use crate::clock::Clock;
use crate::cluster::{LeaseTiming, ServerIdentity};
use crate::collector::{CollectorDeps, CollectorHandle, Sealer};
use crate::config::Config;
use crate::domain::Millis;
use crate::files;
use crate::key_file::{self, InstallationKeys, KeyFileError};
use crate::live::{Board, BoardSender, DaySum};
use crate::store::{Recorder, Store, StoreError};
use crate::tencent::{Client, NewClientError, Tuning};
use crate::vital::Vital;
use std::fs::{File, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Everything that runs whether or not anybody looks. Clones share it.
#[derive(Clone)]
pub struct Engine {
    pub config: Arc<Config>,
    pub store: Store,
    pub keys: InstallationKeys,
    pub recorder: Recorder,
    pub sealer: Sealer,
    pub board: Board,
    pub collector: CollectorHandle,
    pub clock: Clock,
    vital: Vital,
    /// Of the apps that this server may collect for; none with a file.
    leaders: TaskTracker,
    stop_leading: CancellationToken,
    _lock: Arc<Option<Lock>>,
}

/// Why nothing runs.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// Two collectors on one file would spend the budget twice and seal against each other.
    #[error("{0} is in use by another Aftershow; stop that one, or name another database")]
    Locked(PathBuf),
    #[error("cannot lock {path}: {source}; is the directory there and writable?")]
    Lock { path: PathBuf, source: std::io::Error },
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    KeyFile(#[from] KeyFileError),
    #[error(transparent)]
    Client(#[from] NewClientError),
}

/// Whether a server runs on this database: it holds the lock beside it. Changes nothing.
pub fn is_running(database: &Path) -> bool {
    let Ok(file) = File::open(lock_path(database)) else { return false };
    matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
}

fn lock_path(database: &Path) -> PathBuf {
    let mut path = database.as_os_str().to_owned();
    path.push(".lock");
    PathBuf::from(path)
}

/// Takes the lock of a server on this database, for a command that must not run beside one.
pub fn lock(database: &Path) -> Result<impl Sized, EngineError> {
    Lock::acquire(database)
}

/// A file beside the database, held as long as the engine runs; the system lets it go however we end.
struct Lock(#[expect(dead_code, reason = "held, never read")] File);

impl Lock {
    fn acquire(database: &Path) -> Result<Self, EngineError> {
        let path = lock_path(database);
        let failed = |source| EngineError::Lock { path: path.clone(), source };
        let mut options = File::options();
        options.create(true).truncate(false).write(true).mode(files::MODE);
        let file = options.open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(EngineError::Locked(database.to_owned())),
            Err(TryLockError::Error(source)) => Err(EngineError::Lock { path, source }),
        }
    }
}

/// The store, locked for this process, with what a history needs before the collector starts.
pub struct Prepared {
    pub config: Config,
    pub store: Store,
    pub keys: InstallationKeys,
    pub sealer: Sealer,
    pub clock: Clock,
    /// Of leases; tests shorten it.
    pub timing: LeaseTiming,
    /// When the newest reading of an open stream was answered.
    latest: Option<Millis>,
    /// Of a file.
    lock: Option<Lock>,
}

/// A stored reading this much ahead of the machine's clock is of a clock that was wrong: it is not waited for.
const MAX_CLOCK_AHEAD_MS: i64 = 86_400_000;

impl Prepared {
    /// Takes the lock, opens the database and the key file.
    pub async fn open(config: Config, clock: Clock) -> Result<Self, EngineError> {
        let lock = match config.database_server {
            Some(_) => None,
            None => Some(Lock::acquire(&config.database)?),
        };
        let days = DayRules::of_config(&config);
        let store = Store::of_config(&config).await?.with_days(days);
        match store.fill_business_days().await? {
            0 => {}
            streams => tracing::info!(streams, "streams of an older version were given their business day"),
        }
        if config.database_server.is_none()
            && let Some(mode) = files::mode_for_others(&config.database)
        {
            // An earlier version created it so, or it was copied; its journals have the same mode.
            let path = config.database.display();
            tracing::warn!(%path, "the database can be read by others (mode {mode:o}); stop the server and chmod 600 it");
        }
        let keys = key_file::open(&config.key_file, &store, clock.now()).await?;
        let sealer = Sealer::new(store.clone(), keys.signing.clone(), config.issuer.clone(), clock.clone());
        let latest = store.newest_open_reading().await?;
        Ok(Self { config, store, keys, sealer, clock, timing: LeaseTiming::default(), latest, lock })
    }

    /// Starts everything; returns before anything upstream has answered.
    pub fn start(self, tuning: Tuning) -> Result<Engine, EngineError> {
        let Self { config, store, keys, sealer, clock, timing, latest, lock } = self;
        let started = Instant::now();
        let latest = latest.filter(|latest| *latest - clock.now() < MAX_CLOCK_AHEAD_MS);
        let readings = Clock::steady(clock.clone(), latest, move || started.elapsed());
        let vital = Vital::default();
        let mut clients = Vec::new();
        for app in &config.apps {
            clients.push((app.clone(), Client::with_tuning(app, Some(readings.clone()), tuning)?));
        }
        let (recorder, writer) = Recorder::new(store.clone());
        vital.spawn("the writer of readings", writer);
        let grace_ms = config.collector.grace.as_millis() as i64;
        let sums = DaySum::of_config(&config);
        let (board, sender) = if store.is_shared() {
            let apps = config.apps.iter().map(|app| app.id);
            let board = Board::start_shared(store.clone(), apps, grace_ms, clock.clone(), sums, &vital);
            (board, BoardSender::to_feed(recorder.clone()))
        } else {
            Board::start(store.clone(), &recorder, grace_ms, readings.clone(), sums, &vital)
        };
        let parts = CollectorDeps {
            store: store.clone(),
            recorder: recorder.clone(),
            sealer: sealer.clone(),
            board: sender,
            clock: readings,
            vital: vital.clone(),
        };
        let config = Arc::new(config);
        let (leaders, stop_leading) = (TaskTracker::new(), vital.stopping().child_token());
        let collector = if store.is_shared() {
            let collector = CollectorHandle::new(&config, &clients, parts);
            let deps = LeaderDeps {
                config: config.clone(),
                store: store.clone(),
                key: keys.signing.clone(),
                clock: clock.clone(),
                tuning,
                timing,
                server: ServerIdentity::new(&config.server_name),
                collector: collector.clone(),
                recorder: recorder.clone(),
                led: Arc::default(),
                stop: stop_leading.clone(),
            };
            for (place, (app, _)) in (0..).zip(clients).filter(|_| config.role.collects()) {
                let (vital, stop, leader) =
                    (vital.clone(), stop_leading.clone(), leader::run(app, place, deps.clone()));
                leaders.spawn(async move { vital.watch_until(&stop, "the leader of an app", leader).await });
            }
            collector
        } else {
            CollectorHandle::start(&config, clients, parts)
        };
        leaders.close();
        let lock = Arc::new(lock);
        Ok(Engine {
            config,
            store,
            keys,
            recorder,
            sealer,
            board,
            collector,
            clock,
            vital,
            leaders,
            stop_leading,
            _lock: lock,
        })
    }
}

impl Engine {
    /// Opens and starts, with the machine's clock and Tencent's times.
    pub async fn start(config: Config) -> Result<Self, EngineError> {
        Prepared::open(config, Clock::system()).await?.start(Tuning::default())
    }

    /// Gives the leases of all apps back, so that other servers go on at once, while pages are still served. Changes nothing
    /// where a file is the database.
    pub fn hand_over(&self) {
        self.stop_leading.cancel();
    }

    /// Stops reading, writes what was decided, and closes the database.
    pub async fn stop(&self) {
        self.stop_leading.cancel();
        self.leaders.wait().await;
        self.vital.stopping().cancel();
        self.collector.stopped().await;
        self.store.close().await;
    }

    /// Is cancelled when the engine stops, also where it stops because a vital task has ended.
    pub fn stopping(&self) -> CancellationToken {
        self.vital.stopping().clone()
    }

    /// The tasks without which nothing works.
    pub const fn vital(&self) -> &Vital {
        &self.vital
    }
}
