//! How many files may be verified from one address, and how many at a time.

use crate::credentials::throttle::PerMinute;
use crate::domain::Millis;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// Files a minute from one address. Each takes a signature check and up to 2 MiB.
const MAX_PER_MINUTE: u32 = 30;

/// Requests that may hold a body at one time: at most 48 MiB together.
const MAX_CONCURRENT: u32 = 24;

/// Requests of one address that may hold a body at one time.
const MAX_CONCURRENT_PER_ADDRESS: u32 = 4;

/// What each address asked within the minute, and which requests are being answered.
pub struct VerifyLimits {
    minute: Mutex<PerMinute<IpAddr>>,
    running: Arc<Mutex<HashMap<IpAddr, u32>>>,
}

impl Default for VerifyLimits {
    fn default() -> Self {
        Self { minute: Mutex::new(PerMinute::new(MAX_PER_MINUTE)), running: Arc::default() }
    }
}

impl VerifyLimits {
    /// Counts a request; whether this address has sent too many within the minute.
    pub fn is_over_limit(&self, from: &IpAddr, now: Millis) -> bool {
        self.minute.lock().unwrap_or_else(PoisonError::into_inner).count(from, now) > 0
    }

    /// A place among the requests that may hold a body; `None` while there are too many.
    pub fn reserve(&self, from: IpAddr) -> Option<VerifySlot> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if running.values().sum::<u32>() >= MAX_CONCURRENT {
            return None;
        }
        let count = running.entry(from).or_default();
        if *count >= MAX_CONCURRENT_PER_ADDRESS {
            return None;
        }
        *count += 1;
        Some(VerifySlot { from, running: self.running.clone() })
    }
}

/// Gives its place back when dropped.
pub struct VerifySlot {
    from: IpAddr,
    running: Arc<Mutex<HashMap<IpAddr, u32>>>,
}

impl Drop for VerifySlot {
    fn drop(&mut self) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Entry::Occupied(mut entry) = running.entry(self.from) {
            *entry.get_mut() -= 1;
            if *entry.get() == 0 {
                entry.remove();
            }
        }
    }
}
