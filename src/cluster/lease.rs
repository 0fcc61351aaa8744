//! The lease of one app: taken where nobody holds it, renewed each second, released at the end.
//!
//! What the times are for: calls start until 4 s after the last renewal that succeeded was *sent*, end within 5 s, and
//! Tencent counts them within 1 s. When the lease ends after 11 s, all of them are counted, even where the clock of a
//! database that was promoted is 1 s ahead.

use crate::domain::AppId;
use crate::store::{Fence, Store, StoreError};
use crate::tencent::CallDeadline;
use std::time::{Duration, Instant};

/// The times of leases. Tests shorten them; the proportions stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeaseTiming {
    /// How long a lease is valid after a renewal.
    pub ttl: Duration,
    /// Time between two renewals.
    pub renew_interval: Duration,
    /// How long after a renewal was sent calls may start.
    pub calls_after_renewal: Duration,
    /// Time between two attempts to take a lease that another server holds.
    pub take_interval: Duration,
    /// For each app that a server collects for already, how much longer it waits for another: so that apps spread.
    pub spread: Duration,
}

impl Default for LeaseTiming {
    fn default() -> Self {
        Self {
            ttl: Duration::from_secs(11),
            renew_interval: Duration::from_secs(1),
            calls_after_renewal: Duration::from_secs(4),
            take_interval: Duration::from_millis(500),
            spread: Duration::from_millis(200),
        }
    }
}

/// A clock this far from that of the database, in milliseconds, leads no app: readings of two leaders would overlap.
const MAX_CLOCK_SKEW_MS: i64 = 500;

/// How long a renewal waits for the database.
const RENEW_TIMEOUT: Duration = Duration::from_secs(3);

/// A lease that is given back while calls are on their way ends after this: they time out after 5 s, and Tencent counts
/// them within 1 s.
const CALLS_IN_FLIGHT_TTL: Duration = Duration::from_secs(6);

/// One start of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerIdentity {
    /// Random for each start.
    pub id: String,
    /// As the configuration calls it.
    pub name: String,
}

impl ServerIdentity {
    pub fn new(name: &str) -> Self {
        Self { id: format!("{:032x}", rand::random::<u128>()), name: name.to_owned() }
    }
}

/// Why a lease was not taken, other than that another server holds it.
#[derive(Debug, thiserror::Error)]
pub enum TakeError {
    #[error("this machine's clock is {0} ms ahead of the database's; set one of them")]
    Clock(i64),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A lease that this server has.
#[derive(Debug)]
pub struct Lease {
    store: Store,
    fence: Fence,
    deadline: CallDeadline,
    timing: LeaseTiming,
}

impl Lease {
    /// Takes the lease of an app; `None` where another server holds it. `clock_ms` is the clock of this machine.
    pub async fn take(
        store: &Store,
        app: AppId,
        server: &ServerIdentity,
        timing: LeaseTiming,
        clock_ms: impl Fn() -> i64 + Send,
    ) -> Result<Option<Self>, TakeError> {
        let asked = clock_ms();
        let database = store.database_clock().await?.0;
        let ahead = clock_ahead(asked, clock_ms(), database);
        if ahead.abs() > MAX_CLOCK_SKEW_MS {
            return Err(TakeError::Clock(ahead));
        }
        let sent = Instant::now();
        let Some(fence) = store.take_lease(app, &server.id, &server.name, timing.ttl).await? else { return Ok(None) };
        let deadline = CallDeadline::at(sent + timing.calls_after_renewal);
        Ok(Some(Self { store: store.clone(), fence, deadline, timing }))
    }

    /// The store as this app's collector writes to it.
    pub fn store(&self) -> Result<Store, StoreError> {
        self.store.fenced(&self.fence)
    }

    pub const fn fence(&self) -> &Fence {
        &self.fence
    }

    /// Until when calls may be sent.
    pub const fn deadline(&self) -> &CallDeadline {
        &self.deadline
    }

    /// Renews the lease until it is lost. A database that does not answer does not lose it: as long as no other server has
    /// taken it, what waits may yet be written.
    pub async fn keep(&self) {
        let mut renewal = tokio::time::interval(self.timing.renew_interval);
        renewal.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        renewal.tick().await;
        let mut failing = false;
        loop {
            tokio::select! {
                () = self.fence.lost().cancelled() => return,
                _ = renewal.tick() => {}
            }
            let sent = Instant::now();
            let renewed =
                tokio::time::timeout(RENEW_TIMEOUT, self.store.renew_lease(&self.fence, self.timing.ttl)).await;
            match renewed {
                Ok(Ok(true)) => {
                    self.deadline.extend(sent + self.timing.calls_after_renewal);
                    failing = false;
                }
                Ok(Ok(false)) => return,
                Ok(Err(_)) | Err(_) if failing => {}
                Ok(Err(error)) => {
                    failing = true;
                    tracing::warn!(app = %self.fence.app(), %error, "the lease could not be renewed; trying every second");
                }
                Err(_) => {
                    failing = true;
                    tracing::warn!(app = %self.fence.app(), "the lease could not be renewed: the database does not answer");
                }
            }
        }
    }

    /// Gives the lease back, so that another server can take it: at once where all calls are over.
    pub async fn release(&self, calls_are_over: bool) -> Result<(), StoreError> {
        self.deadline.close();
        let after = if calls_are_over { Duration::ZERO } else { CALLS_IN_FLIGHT_TTL.min(self.timing.ttl) };
        self.store.release_lease(&self.fence, after).await.map(drop)
    }
}

/// How far this machine's clock is ahead of the database's at least, in milliseconds; the answer came between two times.
fn clock_ahead(asked: i64, answered: i64, database: i64) -> i64 {
    if database < asked { asked - database } else { (answered - database).min(0) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::clock::Clock;
    use crate::store::TestDatabase;

    const APP: AppId = AppId(1);

    fn timing() -> LeaseTiming {
        let milliseconds = Duration::from_millis;
        LeaseTiming {
            ttl: milliseconds(1_000),
            renew_interval: milliseconds(100),
            calls_after_renewal: milliseconds(400),
            take_interval: milliseconds(50),
            spread: milliseconds(20),
        }
    }

    fn now_ms() -> i64 {
        Clock::system().now().0
    }

    async fn take(store: &Store, name: &str) -> Option<Lease> {
        Lease::take(store, APP, &ServerIdentity::new(name), timing(), now_ms).await.unwrap()
    }

    #[test]
    fn the_clock_is_compared_with_what_was_possible() {
        assert_eq!(clock_ahead(1_000, 1_010, 1_005), 0);
        assert_eq!(clock_ahead(1_000, 1_010, 400), 600);
        assert_eq!(clock_ahead(1_000, 1_010, 1_700), -690);
        assert_eq!(clock_ahead(1_000, 3_000, 2_500), 0, "a slow answer proves nothing");
    }

    #[tokio::test]
    async fn a_lease_that_is_kept_stays_and_one_that_is_not_goes_to_another_server() {
        let Some(database) = TestDatabase::postgres().await else { return };
        let (one, other) = (database.store.clone(), database.second().await);
        let lease = take(&one, "one").await.unwrap();
        {
            let keep = lease.keep();
            let wait = async {
                let until = Instant::now() + timing().ttl * 2;
                while Instant::now() < until {
                    assert!(take(&other, "other").await.is_none());
                    assert!(!lease.deadline().has_passed());
                    tokio::time::sleep(timing().take_interval).await;
                }
            };
            tokio::select! {
                () = keep => panic!("lost"),
                () = wait => {}
            }
        }
        // As if the process were stopped: calls end long before the lease does.
        while !lease.deadline().has_passed() {
            assert!(take(&other, "other").await.is_none());
            tokio::time::sleep(timing().take_interval).await;
        }
        let taken = loop {
            match take(&other, "other").await {
                Some(taken) => break taken,
                None => tokio::time::sleep(timing().take_interval).await,
            }
        };
        assert_eq!(taken.fence().token(), lease.fence().token() + 1);
        // It goes on, and learns that it has lost.
        lease.keep().await;
        assert!(lease.fence().lost().is_cancelled() && lease.deadline().has_passed());
    }

    #[tokio::test]
    async fn a_lease_that_is_given_back_can_be_taken_at_once_unless_calls_are_on_their_way() {
        let Some(database) = TestDatabase::postgres().await else { return };
        let store = &database.store;
        take(store, "one").await.unwrap().release(true).await.unwrap();
        let lease = take(store, "other").await.unwrap();
        let deadline = lease.deadline().clone();
        lease.release(false).await.unwrap();
        assert!(deadline.has_passed() && take(store, "one").await.is_none());
    }

    #[tokio::test]
    async fn a_clock_that_differs_from_the_databases_leads_no_app() {
        let Some(database) = TestDatabase::postgres().await else { return };
        for ahead in [-900, 900] {
            let clock = move || now_ms() + ahead;
            let taken = Lease::take(&database.store, APP, &ServerIdentity::new("one"), timing(), clock).await;
            assert!(matches!(taken, Err(TakeError::Clock(_))), "{taken:?}");
        }
        assert!(take(&database.store, "one").await.is_some());
    }
}
