//! Sums of sealed streams, cached in memory: adding up a hundred thousand rows takes longer than a page may.

use super::types::{StreamQuery, Sums};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// Distinct queries that are cached; one more empties the cache.
const MAX_CACHED_SUMS: usize = 256;

/// Sums of sealed streams by what was asked. What is sealed later is added to them; only this process makes a sealed stream
/// live again, and then they are forgotten.
#[derive(Debug, Default)]
pub(super) struct SumsCache {
    generation: AtomicU64,
    cached: Mutex<Vec<CachedSums>>,
}

#[derive(Clone, Debug)]
pub(super) struct CachedSums {
    pub(super) query: StreamQuery,
    pub(super) generation: u64,
    /// The newest report that the sums know.
    pub(super) number: i64,
    /// `None` where there were too many streams to add up.
    pub(super) sums: Option<Sums>,
}

impl SumsCache {
    /// Changes whenever the sums are forgotten: sums that were being made meanwhile are then stale.
    pub(super) fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    pub(super) fn get(&self, query: &StreamQuery, generation: u64) -> Option<CachedSums> {
        let cached = self.cached.lock().unwrap_or_else(PoisonError::into_inner);
        cached.iter().find(|known| known.generation == generation && known.query == *query).cloned()
    }

    pub(super) fn store(&self, new: CachedSums) {
        let mut cached = self.cached.lock().unwrap_or_else(PoisonError::into_inner);
        cached.retain(|known| known.generation == new.generation && known.query != new.query);
        if cached.len() >= MAX_CACHED_SUMS {
            cached.clear();
        }
        cached.push(new);
    }

    /// A sealed stream was opened again: its old totals are in some of the sums.
    pub(super) fn forget(&self) {
        self.generation.fetch_add(1, Ordering::Release);
    }
}
