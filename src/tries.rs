//! Throttles whose tries are counted by several servers together: the arithmetic of `credentials::throttle` over rows of the
//! store.
//!
//! Must not: know what is tried.

use crate::credentials::throttle::{self, RetryLimit, Tries};
use crate::domain::Millis;
use crate::store::{Store, StoreError, TriesRow};

fn tries(row: TriesRow) -> Tries {
    Tries { count: u32::try_from(row.count).unwrap_or(u32::MAX), last: row.last, open_at: row.open_at }
}

fn row(tries: Tries) -> Option<TriesRow> {
    let Tries { count, last, open_at } = tries;
    (count > 0).then_some(TriesRow { count: i64::from(count), last, open_at })
}

/// Counts a try, or returns for how many milliseconds every try is refused.
pub async fn begin(store: &Store, key: &[u8], limit: RetryLimit, now: Millis) -> Result<Result<(), i64>, StoreError> {
    let count = |known: Option<TriesRow>| {
        let (counted, outcome) = limit.begin(known.map(tries), now);
        (row(counted), outcome)
    };
    store.update_tries(key, now, count).await
}

/// Counts a try within the running hour, and returns whether its response is delayed.
pub async fn begin_within_hour(store: &Store, key: &[u8], free: u32, now: Millis) -> Result<bool, StoreError> {
    let count = |known: Option<TriesRow>| {
        let (counted, late) = throttle::begin_within_hour(free, known.map(tries), now);
        (row(counted), late)
    };
    store.update_tries(key, now, count).await
}

/// A try that was right does not count; `limit` says how long the next has to wait then.
pub async fn take_back(store: &Store, key: &[u8], limit: Option<RetryLimit>, now: Millis) -> Result<(), StoreError> {
    let change = |known: Option<TriesRow>| {
        let taken = known.map(tries).map(|known| match limit {
            Some(limit) => limit.take_back(known),
            None => Tries { count: known.count.saturating_sub(1), ..known },
        });
        (taken.and_then(row), ())
    };
    store.update_tries(key, now, change).await
}

/// The try was right: the key starts again.
pub async fn succeed(store: &Store, key: &[u8], now: Millis) -> Result<(), StoreError> {
    store.update_tries(key, now, |_| (None, ())).await
}
