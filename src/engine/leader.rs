//! Collects for one app while this server has its lease, as long as other servers may do the same.
//!
//! Must not: decide what is read or written; the collector does, with a store that writes under the lease alone.

use crate::clock::Clock;
use crate::cluster::{Lease, LeaseTiming, ServerIdentity};
use crate::collector::{CollectorDeps, CollectorHandle, Sealer};
use crate::config::{AppConfig, Config};
use crate::live::BoardSender;
use crate::report::SigningKey;
use crate::store::{Recorder, Store, StoreError};
use crate::tencent::{Client, NewClientError, Tuning};
use crate::vital::Vital;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// Time that calls on their way get before the lease is given back.
const CALLS_TIMEOUT: Duration = Duration::from_millis(1500);

/// Time after a fault before the lease is taken again: another server may do better.
const FAULT_PAUSE: Duration = Duration::from_secs(5);

/// What the leaders of all apps of a server share.
#[derive(Clone)]
pub(super) struct LeaderDeps {
    pub config: Arc<Config>,
    pub store: Store,
    pub key: SigningKey,
    pub clock: Clock,
    pub tuning: Tuning,
    pub timing: LeaseTiming,
    pub server: ServerIdentity,
    pub collector: CollectorHandle,
    pub recorder: Recorder,
    /// How many apps this server collects for.
    pub led: Arc<AtomicU32>,
    pub stop: CancellationToken,
}

/// Why a term did not begin.
#[derive(Debug, thiserror::Error)]
enum TermError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Client(#[from] NewClientError),
}

/// Takes the lease of an app whenever no server holds it, and collects while it lasts. `place` is that of the app in the
/// configuration: servers that start together share the apps.
pub(super) async fn run(app: AppConfig, place: u32, deps: LeaderDeps) {
    let stop = deps.stop.clone();
    let leader = Leader { app, deps };
    tokio::select! {
        () = stop.cancelled() => return,
        () = tokio::time::sleep(leader.deps.timing.spread * place) => {}
    }
    loop {
        // Between here and the end of the term, the stop waits for the lease to be given back.
        let lease = tokio::select! {
            () = stop.cancelled() => return,
            lease = leader.take() => lease,
        };
        let pause = leader.lead(lease).await;
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

struct Leader {
    app: AppConfig,
    deps: LeaderDeps,
}

impl Leader {
    /// Waits until this server has the lease.
    async fn take(&self) -> Lease {
        let mut troubled = false;
        loop {
            match self.try_to_take().await {
                Ok(Some(lease)) => return lease,
                Ok(None) => troubled = false,
                Err(words) => {
                    if !std::mem::replace(&mut troubled, true) {
                        tracing::error!(app = %self.app.id, "cannot collect: {words}; trying again");
                    }
                }
            }
            tokio::time::sleep(self.deps.timing.take_interval).await;
        }
    }

    async fn try_to_take(&self) -> Result<Option<Lease>, String> {
        let LeaderDeps { store, timing, server, clock, .. } = &self.deps;
        let leases = store.leases().await.map_err(|error| error.to_string())?;
        if leases.iter().any(|lease| lease.app == self.app.id && lease.valid_ms.is_some()) {
            return Ok(None);
        }
        self.let_others_go_first().await;
        let lease = Lease::take(store, self.app.id, server, *timing, || clock.now().0).await;
        lease.map_err(|error| error.to_string())
    }

    /// Who collects for more apps waits longer.
    async fn let_others_go_first(&self) {
        let mut waited = Duration::ZERO;
        loop {
            let wait = self.deps.timing.spread * self.deps.led.load(Ordering::Relaxed);
            if wait <= waited {
                return;
            }
            tokio::time::sleep(wait - waited).await;
            waited = wait;
        }
    }

    /// Collects until the lease is lost, something fails, or the server stops; then gives the lease back. Returns the time
    /// after which to try again.
    async fn lead(&self, lease: Lease) -> Duration {
        let app = self.app.id;
        self.deps.led.fetch_add(1, Ordering::Relaxed);
        tracing::info!(%app, token = lease.fence().token(), "this server collects for the app now");
        let pause = match self.collect(&lease).await {
            Ok(pause) => pause,
            Err(error) => {
                tracing::error!(%app, %error, "cannot collect; trying again");
                FAULT_PAUSE
            }
        };
        self.deps.led.fetch_sub(1, Ordering::Relaxed);
        pause
    }

    async fn collect(&self, lease: &Lease) -> Result<Duration, TermError> {
        let deps = &self.deps;
        let app = self.app.id;
        let lost = lease.fence().lost().clone();
        // Whatever ends it, the lease is renewed until all is written.
        let keep = lease.keep();
        tokio::pin!(keep);
        let vital = Vital::default();
        let begin = async {
            let store = lease.store()?;
            // Readings of this term are later than those of the term before.
            let latest = store.newest_open_reading().await?;
            let latest = latest.filter(|latest| *latest - deps.clock.now() < super::MAX_CLOCK_AHEAD_MS);
            let started = Instant::now();
            let clock = Clock::steady(deps.clock.clone(), latest, move || started.elapsed());
            let client = Client::within(&self.app, Some(clock.clone()), deps.tuning, Some(lease.deadline().clone()))?;
            let (recorder, writer) = deps.recorder.beside(store.clone());
            vital.spawn("the writer of readings", writer);
            let sealer = Sealer::new(store.clone(), deps.key.clone(), deps.config.issuer.clone(), deps.clock.clone());
            let board = BoardSender::to_feed(recorder.clone());
            let parts = CollectorDeps { store, recorder, sealer, board, clock, vital: vital.clone() };
            Ok::<_, TermError>(deps.collector.lead(lease.fence(), client, parts))
        };
        let term = tokio::select! {
            () = &mut keep => return Ok(Duration::ZERO),
            term = begin => term,
        };
        let term = match term {
            Ok(term) => term,
            Err(error) => {
                let _ = lease.release(true).await;
                return Err(error);
            }
        };
        tokio::select! {
            () = &mut keep => {}
            () = vital.stopping().cancelled() => {}
            () = deps.stop.cancelled() => {}
        }
        // The writer ends where a transaction was refused, which is no fault.
        let failed = vital.failed().filter(|_| !lost.is_cancelled());
        lease.deadline().close();
        vital.stopping().cancel();
        let ended = async {
            term.stopped().await;
            term.calls_are_over(CALLS_TIMEOUT).await
        };
        // Once it has lost the lease, `keep` has ended.
        let calls_are_over = !lost.is_cancelled()
            && tokio::select! {
                over = ended => over,
                () = &mut keep => false,
            };
        if lost.is_cancelled() {
            tracing::warn!(%app, "another server collects for the app now");
        } else {
            match lease.release(calls_are_over).await {
                Ok(()) => tracing::info!(%app, calls_are_over, "this server no longer collects for the app"),
                Err(error) => tracing::warn!(%app, %error, "the lease could not be given back; it ends without"),
            }
        }
        Ok(match failed {
            None => Duration::ZERO,
            Some(name) => {
                tracing::error!(%app, name, "a task of the collector has ended; starting it again");
                FAULT_PAUSE
            }
        })
    }
}
