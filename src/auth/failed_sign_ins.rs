//! Counting failed sign-ins for the audit log, so that a flood of them becomes a few entries.

use crate::domain::Millis;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Further failures of an account are entered together once this time, in milliseconds, has passed.
const TOGETHER: i64 = 600_000;

/// Failures per account that exists; all names that do not share one count, so the number of counts is bounded.
#[derive(Debug, Default)]
pub struct FailedSignIns(Mutex<HashMap<Option<i64>, Failures>>);

#[derive(Clone, Copy, Debug, Default)]
struct Failures {
    /// Since the last success.
    total: u32,
    /// Of these, not in the audit log.
    unwritten: u32,
    written_at: Option<Millis>,
}

impl FailedSignIns {
    fn lock(&self) -> MutexGuard<'_, HashMap<Option<i64>, Failures>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a failure of this user, or of a name that is nobody's; how many are to be entered now, if any.
    pub fn failed(&self, user: Option<i64>, now: Millis) -> Option<u32> {
        let mut all = self.lock();
        let failures = all.entry(user).or_default();
        failures.total = failures.total.saturating_add(1);
        failures.unwritten = failures.unwritten.saturating_add(1);
        if failures.written_at.is_some_and(|at| now >= at && now - at < TOGETHER) {
            return None;
        }
        failures.written_at = Some(now);
        Some(std::mem::take(&mut failures.unwritten))
    }

    /// How many failures of this user came before the sign-in that succeeds now.
    pub fn succeeded(&self, user: i64) -> u32 {
        self.lock().remove(&Some(user)).map_or(0, |failures| failures.total)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_becomes_few_entries_and_a_success_says_what_came_before_it() {
        let failed = FailedSignIns::default();
        let entries: Vec<u32> = (0..1000).filter_map(|second| failed.failed(Some(1), Millis(second * 1_000))).collect();
        assert_eq!(entries, [1, 600]);
        assert_eq!(failed.failed(None, Millis(1_000_000)), Some(1), "other names count on their own");
        assert_eq!(failed.succeeded(1), 1000);
        assert_eq!(failed.succeeded(1), 0);
        assert_eq!(failed.failed(Some(1), Millis(1_000_000)), Some(1));
    }

    #[test]
    fn names_of_nobody_take_no_memory_each() {
        let failed = FailedSignIns::default();
        for _ in 0..10_000 {
            failed.failed(None, Millis(0));
        }
        assert_eq!(failed.lock().len(), 1);
    }
}
