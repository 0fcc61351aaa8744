//! Counting tries, as pure structures: time comes in with every call.

use crate::domain::Millis;
use std::collections::HashMap;
use std::hash::Hash;

/// How fast tries may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryLimit {
    /// Tries without any waiting.
    pub free: u32,
    /// The wait after the first try beyond those, in milliseconds; every further try doubles it.
    pub first_wait: i64,
    /// The longest wait. Too high and a stranger locks a user out, too low and guessing pays.
    pub longest_wait: i64,
    /// Milliseconds without a try after which the key is forgotten. Longer than `longest_wait`, or waiting would forgive.
    pub forget_after: i64,
}

impl RetryLimit {
    /// How long every try is refused after the free ones.
    fn wait(&self, tries: u32) -> i64 {
        match tries.checked_sub(self.free) {
            None => 0,
            Some(beyond) => {
                let doubled = self.first_wait.saturating_mul(1_i64.checked_shl(beyond.min(32)).unwrap_or(i64::MAX));
                doubled.min(self.longest_wait)
            }
        }
    }

    /// Counts a try, or returns for how many milliseconds every try is refused.
    pub fn begin(&self, known: Option<Tries>, now: Millis) -> (Tries, Result<(), i64>) {
        let mut tries = known.unwrap_or(Tries { count: 0, last: now, open_at: now });
        if now - tries.last < self.forget_after && now < tries.open_at {
            return (tries, Err(tries.open_at - now));
        }
        if now - tries.last >= self.forget_after {
            tries.count = 0;
        }
        tries.count = tries.count.saturating_add(1);
        tries.last = now;
        tries.open_at = now + self.wait(tries.count);
        (tries, Ok(()))
    }

    /// A try that was right does not count.
    pub fn take_back(&self, tries: Tries) -> Tries {
        let count = tries.count.saturating_sub(1);
        Tries { count, open_at: tries.last + self.wait(count), ..tries }
    }
}

/// Wrong tries per key, with a delay that doubles.
#[derive(Debug)]
pub struct Throttle<K> {
    limit: RetryLimit,
    tries: HashMap<K, Tries>,
}

/// The tries of one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tries {
    pub count: u32,
    pub last: Millis,
    /// From here on the next try is checked.
    pub open_at: Millis,
}

/// Number of keys remembered; beyond, the one that was quiet longest is forgotten. Bounds the memory that a stranger
/// with many addresses can take.
const MAX_KEYS: usize = 10_000;

impl<K: Eq + Hash + Clone> Throttle<K> {
    pub fn new(limit: RetryLimit) -> Self {
        Self { limit, tries: HashMap::new() }
    }

    /// Counts a try, or returns for how many milliseconds every try is refused. Counted before its outcome is known, so that many
    /// at once are not all free; a right one takes it back with [`Self::succeed`].
    pub fn begin(&mut self, key: &K, now: Millis) -> Result<(), i64> {
        if self.tries.len() >= MAX_KEYS && !self.tries.contains_key(key) {
            self.make_room(now);
        }
        let (tries, outcome) = self.limit.begin(self.tries.get(key).copied(), now);
        self.tries.insert(key.clone(), tries);
        outcome
    }

    /// A try that was right does not count; the wrong ones before it still do.
    pub fn take_back(&mut self, key: &K) {
        if let Some(tries) = self.tries.get_mut(key) {
            *tries = self.limit.take_back(*tries);
        }
    }

    /// The try was right: the key starts again.
    pub fn succeed(&mut self, key: &K) {
        self.tries.remove(key);
    }

    fn make_room(&mut self, now: Millis) {
        let forget_after = self.limit.forget_after;
        self.tries.retain(|_, tries| now - tries.last < forget_after);
        if self.tries.len() >= MAX_KEYS
            && let Some(quietest) = self.tries.iter().min_by_key(|(_, tries)| tries.last).map(|(key, _)| key.clone())
        {
            self.tries.remove(&quietest);
        }
    }
}

/// How many answers of one kind went to a key within the last minute.
#[derive(Debug)]
pub struct PerMinute<K> {
    free: u32,
    counts: HashMap<K, (Millis, u32)>,
}

impl<K: Eq + Hash + Clone> PerMinute<K> {
    pub fn new(free: u32) -> Self {
        Self { free, counts: HashMap::new() }
    }

    /// Counts one, and returns how many there were in the running minute beyond the free ones.
    pub fn count(&mut self, key: &K, now: Millis) -> u32 {
        if self.counts.len() >= MAX_KEYS && !self.counts.contains_key(key) {
            self.counts.retain(|_, (since, _)| now - *since < 60_000);
            if self.counts.len() >= MAX_KEYS {
                self.counts.clear();
            }
        }
        let (since, count) = self.counts.entry(key.clone()).or_insert((now, 0));
        if now - *since >= 60_000 || now < *since {
            (*since, *count) = (now, 0);
        }
        *count = count.saturating_add(1);
        count.saturating_sub(self.free)
    }
}

/// Wrong tries per key within an hour, wherever they come from. Beyond the free ones answers are delayed; none is refused,
/// so that nobody can lock others out.
#[derive(Debug)]
pub struct Ceiling<K> {
    free: u32,
    counts: HashMap<K, (Millis, u32)>,
}

/// The window of a [`Ceiling`], in milliseconds.
const HOUR: i64 = 3_600_000;

/// Counts a try within the running hour (`last` is when it began), and returns whether its response is delayed.
pub fn begin_within_hour(free: u32, known: Option<Tries>, now: Millis) -> (Tries, bool) {
    let running = known.filter(|known| (0..HOUR).contains(&(now - known.last)));
    let mut tries = running.unwrap_or(Tries { count: 0, last: now, open_at: now });
    tries.count = tries.count.saturating_add(1);
    (tries, tries.count > free)
}

impl<K: Eq + Hash + Clone> Ceiling<K> {
    pub fn new(free: u32) -> Self {
        Self { free, counts: HashMap::new() }
    }

    /// Counts a try before its outcome is known, and returns whether its response is delayed.
    pub fn begin(&mut self, key: &K, now: Millis) -> bool {
        if self.counts.len() >= MAX_KEYS && !self.counts.contains_key(key) {
            self.counts.retain(|_, (since, _)| now - *since < HOUR);
            // The key with the fewest tries: made-up ones replace each other and not one that is under attack.
            if self.counts.len() >= MAX_KEYS
                && let Some(fewest) =
                    self.counts.iter().min_by_key(|(_, (_, count))| *count).map(|(key, _)| key.clone())
            {
                self.counts.remove(&fewest);
            }
        }
        let (since, count) = self.counts.entry(key.clone()).or_insert((now, 0));
        if now - *since >= HOUR || now < *since {
            (*since, *count) = (now, 0);
        }
        *count = count.saturating_add(1);
        *count > self.free
    }

    /// The try was right, and does not count.
    pub fn take_back(&mut self, key: &K) {
        if let Some((_, count)) = self.counts.get_mut(key) {
            *count = count.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: RetryLimit = RetryLimit { free: 5, first_wait: 1_000, longest_wait: 60_000, forget_after: 900_000 };

    #[test]
    fn five_tries_are_free_then_the_wait_doubles() {
        let mut throttle = Throttle::new(LIMIT);
        let mut now = Millis(0);
        for _ in 0..5 {
            assert_eq!(throttle.begin(&"key", now), Ok(()));
        }
        for wait in [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000] {
            assert_eq!(throttle.begin(&"key", now), Err(wait));
            assert_eq!(throttle.begin(&"key", now + (wait - 1)), Err(1));
            now = now + wait;
            assert_eq!(throttle.begin(&"key", now), Ok(()));
        }
        assert_eq!(throttle.begin(&"other", now), Ok(()));
    }

    #[test]
    fn a_correct_try_and_a_quiet_period_reset_the_count() {
        let mut throttle = Throttle::new(LIMIT);
        for _ in 0..5 {
            assert_eq!(throttle.begin(&1, Millis(0)), Ok(()));
        }
        throttle.succeed(&1);
        for _ in 0..5 {
            assert_eq!(throttle.begin(&1, Millis(0)), Ok(()));
        }
        assert!(throttle.begin(&1, Millis(0)).is_err());
        for _ in 0..5 {
            assert_eq!(throttle.begin(&1, Millis(900_000)), Ok(()));
        }
        assert!(throttle.begin(&1, Millis(900_000)).is_err());
    }

    #[test]
    fn a_right_try_does_not_forgive_the_wrong_ones() {
        let mut throttle = Throttle::new(LIMIT);
        for _ in 0..4 {
            assert_eq!(throttle.begin(&1, Millis(0)), Ok(()));
        }
        // As many right ones as they like, between the wrong ones.
        for _ in 0..10 {
            assert_eq!(throttle.begin(&1, Millis(0)), Ok(()));
            throttle.take_back(&1);
        }
        assert_eq!(throttle.begin(&1, Millis(0)), Ok(()));
        assert_eq!(throttle.begin(&1, Millis(0)), Err(1_000));
        assert_eq!(throttle.begin(&1, Millis(1_000)), Ok(()));
        throttle.take_back(&1);
        assert_eq!(throttle.begin(&1, Millis(1_000)), Err(1_000));
    }

    #[test]
    fn beyond_the_free_ones_of_an_hour_answers_are_late() {
        let mut ceiling = Ceiling::new(3);
        let late = |ceiling: &mut Ceiling<&str>, at| ceiling.begin(&"account", Millis(at));
        assert!((0..3).all(|at| !late(&mut ceiling, at)));
        assert!(late(&mut ceiling, 3));
        ceiling.take_back(&"account");
        ceiling.take_back(&"account");
        assert!(!late(&mut ceiling, 4) && late(&mut ceiling, HOUR - 1));
        assert!(!late(&mut ceiling, HOUR));
    }

    #[test]
    fn made_up_keys_do_not_push_out_one_that_is_under_attack() {
        let mut ceiling = Ceiling::new(1);
        for _ in 0..2 {
            ceiling.begin(&-1, Millis(0));
        }
        for key in 0..30_000_i64 {
            ceiling.begin(&key, Millis(0));
        }
        assert!(ceiling.counts.len() <= MAX_KEYS);
        assert!(ceiling.begin(&-1, Millis(0)));
    }

    #[test]
    fn memory_is_bounded() {
        let mut throttle = Throttle::new(LIMIT);
        let mut dead = PerMinute::new(30);
        for key in 0..30_000_i64 {
            assert_eq!(throttle.begin(&key, Millis(key)), Ok(()));
            assert_eq!(dead.count(&key, Millis(0)), 0);
        }
        assert!(throttle.tries.len() <= MAX_KEYS && dead.counts.len() <= MAX_KEYS);
    }

    #[test]
    fn only_what_is_beyond_thirty_a_minute_counts() {
        let mut dead = PerMinute::new(30);
        for second in 0..30 {
            assert_eq!(dead.count(&"a", Millis(second * 1_000)), 0);
        }
        assert_eq!(dead.count(&"a", Millis(30_000)), 1);
        assert_eq!(dead.count(&"a", Millis(31_000)), 2);
        assert_eq!(dead.count(&"b", Millis(31_000)), 0);
        assert_eq!(dead.count(&"a", Millis(60_000)), 0);
    }
}
