//! Call limits as Tencent counts them: at most `limit` accepted calls in any window [t, t + 1 s), refused ones free.
//!
//! Must not: read a clock (times come in) or know what is called.

use super::command::SimCommand;
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// One second in the unit of [`Window::accept`].
const SECOND: u64 = 1_000_000_000;

/// What happened to the calls of one command since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Calls {
    pub accepted: u64,
    /// Refused for the limit (60007), by rule or by a fault.
    pub refused: u64,
    /// The most accepted calls in any window of one second.
    pub max_per_second: u64,
}

/// The sliding window of one command.
#[derive(Debug)]
pub struct Window {
    limit: usize,
    /// Times of the accepted calls of the last second, oldest first.
    recent: VecDeque<u64>,
    calls: Calls,
}

impl Window {
    pub fn new(limit: usize) -> Self {
        Self { limit, recent: VecDeque::with_capacity(limit), calls: Calls::default() }
    }

    /// Whether a call at `now` (nanoseconds, never falling) is within the limit; counts it either way.
    pub fn accept(&mut self, now: u64) -> bool {
        // A call exactly one second old is in no window with this one: windows are open at their end.
        while self.recent.front().is_some_and(|&at| at.saturating_add(SECOND) <= now) {
            self.recent.pop_front();
        }
        if self.recent.len() >= self.limit {
            self.calls.refused += 1;
            return false;
        }
        self.recent.push_back(now);
        self.calls.accepted += 1;
        self.calls.max_per_second = self.calls.max_per_second.max(self.recent.len() as u64);
        true
    }

    /// Counts a call that a fault refused.
    pub fn refuse(&mut self) {
        self.calls.refused += 1;
    }

    pub fn calls(&self) -> Calls {
        self.calls
    }
}

/// The windows of all commands.
#[derive(Debug)]
pub struct Windows(Vec<(SimCommand, Mutex<Window>)>);

impl Windows {
    /// `stats` is the limit of `get_room_stats`; the others are Tencent's.
    pub fn new(stats: usize) -> Self {
        Self(
            SimCommand::ALL
                .into_iter()
                .map(|command| {
                    let limit = match command {
                        SimCommand::Stats => stats,
                        SimCommand::List => 10,
                        _ => 200,
                    };
                    (command, Mutex::new(Window::new(limit)))
                })
                .collect(),
        )
    }

    pub fn of(&self, command: SimCommand) -> MutexGuard<'_, Window> {
        // `Command::ALL` is in the order of the enum, so its discriminant is the place.
        self.0[command as usize].1.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn calls(&self) -> impl Iterator<Item = (SimCommand, Calls)> {
        self.0.iter().map(|(command, _)| (*command, self.of(*command).calls()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The most of `times` in any window [t, t + 1 s); it is enough to try windows that begin at a call.
    fn busiest(times: &[u64]) -> usize {
        times
            .iter()
            .map(|&from| times.iter().filter(|&&at| from <= at && at < from + SECOND).count())
            .max()
            .unwrap_or(0)
    }

    #[test]
    fn a_window_is_open_at_its_end() {
        let mut window = Window::new(1);
        assert!(window.accept(0));
        assert!(!window.accept(SECOND - 1));
        assert!(window.accept(SECOND));
        assert_eq!(window.calls(), Calls { accepted: 2, refused: 1, max_per_second: 1 });
    }

    proptest! {
        #[test]
        fn no_window_is_above_the_limit_and_no_call_is_refused_without_need(
            limit in 1_usize..8,
            steps in prop::collection::vec(prop_oneof![0_u64..3, 0..SECOND / 3, Just(SECOND)], 0..120),
        ) {
            let mut window = Window::new(limit);
            let mut accepted = Vec::new();
            let (mut now, mut refused) = (0, 0);
            for step in steps {
                now += step;
                let taken = window.accept(now);
                let mut with_it = accepted.clone();
                with_it.push(now);
                prop_assert_eq!(taken, busiest(&with_it) <= limit, "at {}", now);
                if taken {
                    accepted = with_it;
                } else {
                    refused += 1;
                }
            }
            let calls = window.calls();
            prop_assert_eq!(calls.max_per_second as usize, busiest(&accepted));
            prop_assert_eq!((calls.accepted as usize, calls.refused), (accepted.len(), refused));
        }
    }
}
