//! The wall clock as a value, so that tests set it.
//!
//! A wall clock is set back by hand and by NTP, so it measures no duration; [`Clock::steady`] does.

use crate::domain::Millis;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The current time. Cheap to clone.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Millis + Send + Sync>);

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self::new(|| {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            Millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
        })
    }

    /// A clock of one's own.
    pub fn new(now: impl Fn() -> Millis + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The clock by which readings are timed: it never goes back, so that an hour is an hour long whatever is done to the
    /// other one. Where that is ahead it follows at once; where that was set back, it loses a hundredth of the time until
    /// both agree. It starts at `since` at the earliest; `elapsed` is any steady clock.
    pub fn steady(wall: Self, since: Option<Millis>, elapsed: impl Fn() -> Duration + Send + Sync + 'static) -> Self {
        /// The clock that was set back loses one part in this many of the time until both agree.
        const SLEW: i64 = 100;
        let micros = |time: Duration| i64::try_from(time.as_micros()).unwrap_or(i64::MAX);
        let start = since.map_or_else(|| wall.now(), |since| since.max(wall.now()));
        // What it says, and when by the steady clock, both in microseconds.
        let state = Mutex::new((start.0.saturating_mul(1000), micros(elapsed())));
        Self::new(move || {
            let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
            let (shown, then) = *state;
            // In this order: where the process pauses between the two, the clock is behind until the next call. The other
            // way round the pause would count twice, and readings would be dated later than they were requested.
            let wall = wall.now().0.saturating_mul(1000);
            let now = micros(elapsed());
            let passed = (now - then).max(0);
            let shown = if wall >= shown + passed { wall } else { wall.max(shown + passed - passed / SLEW) };
            *state = (shown, now);
            Millis(shown / 1000)
        })
    }

    pub fn now(&self) -> Millis {
        (self.0)()
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::system()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Clock({})", self.now().0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicI64, Ordering};

    #[test]
    fn a_steady_clock_never_goes_back_and_catches_up_slowly() {
        let (wall, elapsed) = (Arc::new(AtomicI64::new(1_000_000)), Arc::new(AtomicI64::new(0)));
        let (wall_now, passed) = (wall.clone(), elapsed.clone());
        let machine = Clock::new(move || Millis(wall_now.load(Ordering::Relaxed)));
        let clock = Clock::steady(machine, None, move || Duration::from_millis(passed.load(Ordering::Relaxed) as u64));
        let pass = |millis: i64| {
            wall.fetch_add(millis, Ordering::Relaxed);
            elapsed.fetch_add(millis, Ordering::Relaxed);
        };
        pass(5_000);
        assert_eq!(clock.now(), Millis(1_005_000));
        // Set back by a minute: each second is 990 ms long until both agree, also when asked every millisecond.
        wall.fetch_sub(60_000, Ordering::Relaxed);
        assert_eq!(clock.now(), Millis(1_005_000));
        for _ in 0..1_000 {
            pass(1);
            let _ = clock.now();
        }
        assert_eq!(clock.now(), Millis(1_005_990));
        pass(5_999_000);
        let agreed = clock.now();
        assert_eq!(agreed, Millis(wall.load(Ordering::Relaxed)));
        // Set forward: at once.
        wall.fetch_add(3_600_000, Ordering::Relaxed);
        assert_eq!(clock.now(), agreed + 3_600_000);
    }

    #[test]
    fn a_pause_while_the_clock_is_read_does_not_put_it_ahead() {
        let (wall, elapsed, pause) =
            (Arc::new(AtomicI64::new(1_000)), Arc::new(AtomicI64::new(0)), Arc::new(AtomicI64::new(0)));
        let (wall_now, passed, paused, both) = (wall.clone(), elapsed.clone(), pause.clone(), elapsed.clone());
        // The process pauses right before or right after it reads the wall clock.
        let machine = Clock::new(move || {
            let (before, after) = match paused.swap(0, Ordering::Relaxed) {
                pause if pause > 0 => (pause, 0),
                pause => (0, -pause),
            };
            both.fetch_add(before + after, Ordering::Relaxed);
            Millis(wall_now.fetch_add(before + after, Ordering::Relaxed) + before)
        });
        let clock = Clock::steady(machine, None, move || Duration::from_millis(passed.load(Ordering::Relaxed) as u64));
        for length in [50, -50] {
            pause.store(length, Ordering::Relaxed);
            let _ = clock.now();
            assert!(clock.now().0 <= wall.load(Ordering::Relaxed), "a pause of {length} ms");
        }
    }

    #[test]
    fn a_steady_clock_starts_no_earlier_than_the_last_reading() {
        let machine = Clock::new(|| Millis(1_000));
        let clock = Clock::steady(machine, Some(Millis(9_000)), Duration::default);
        assert_eq!(clock.now(), Millis(9_000));
    }
}
