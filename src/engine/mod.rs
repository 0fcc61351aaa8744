//! Puts store, clients, collector and board together, and takes them apart in order. `serve`, `demo` and the tests run
//! this same engine.
//!
//! Must not: serve pages or print.

use crate::calendar::DayRules;
use crate::clock::Clock;
use crate::collector::{CollectorDeps, CollectorHandle, Sealer};
use crate::config::Config;
use crate::domain::Millis;
use crate::files;
use crate::key_file::{self, InstallationKeys, KeyFileError};
use crate::live::{Board, DaySum};
use crate::store::{Recorder, Store, StoreError};
use crate::tencent::{Client, NewClientError, Tuning};
use crate::vital::Vital;
use std::fs::{File, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;
use tokio_util::sync::CancellationToken;

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
    _lock: Arc<Lock>,
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
    /// When the newest reading of an open stream was answered.
    latest: Option<Millis>,
    lock: Lock,
}

/// A stored reading this much ahead of the machine's clock is of a clock that was wrong: it is not waited for.
const MAX_CLOCK_AHEAD_MS: i64 = 86_400_000;

impl Prepared {
    /// Takes the lock, opens the database and the key file.
    pub async fn open(config: Config, clock: Clock) -> Result<Self, EngineError> {
        let lock = Lock::acquire(&config.database)?;
        let days = DayRules::of_config(&config);
        let store = Store::of_config(&config).await?.with_days(days);
        if !store.lock_server().await? {
            return Err(EngineError::Locked(PathBuf::from(config.database_name())));
        }
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
        Ok(Self { config, store, keys, sealer, clock, latest, lock })
    }

    /// Starts everything; returns before anything upstream has answered.
    pub fn start(self, tuning: Tuning) -> Result<Engine, EngineError> {
        let Self { config, store, keys, sealer, clock, latest, lock } = self;
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
        let (board, sender) = Board::start(store.clone(), &recorder, grace_ms, readings.clone(), sums, &vital);
        let parts = CollectorDeps {
            store: store.clone(),
            recorder: recorder.clone(),
            sealer: sealer.clone(),
            board: sender,
            clock: readings,
            vital: vital.clone(),
        };
        let collector = CollectorHandle::start(&config, clients, parts);
        let config = Arc::new(config);
        Ok(Engine { config, store, keys, recorder, sealer, board, collector, clock, vital, _lock: Arc::new(lock) })
    }
}

impl Engine {
    /// Opens and starts, with the machine's clock and Tencent's times.
    pub async fn start(config: Config) -> Result<Self, EngineError> {
        Prepared::open(config, Clock::system()).await?.start(Tuning::default())
    }

    /// Stops reading, writes what was decided, and closes the database.
    pub async fn stop(&self) {
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
