//! When each stream is read next: weights move calls between streams, and the stretch is even when rooms outgrow the
//! budget.
//!
//! Must not: read a clock or ask. Times are milliseconds of any steady clock.

use std::collections::{BTreeMap, BTreeSet};

/// How eagerly a stream is read: its share of the calls is 1 ÷ weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Priority {
    /// New, busy or ending: twice as often.
    Eager,
    Plain,
    /// Quiet for five minutes: half as often.
    Quiet,
    /// No stream: a room that is asked now and then whether it is live. It takes no part in the sharing out.
    Idle,
}

impl Priority {
    /// Doubled, so that a half is whole.
    const fn doubled(self) -> i64 {
        match self {
            Self::Eager => 1,
            Self::Plain => 2,
            Self::Quiet | Self::Idle => 4,
        }
    }
}

/// The due times of one app's streams.
#[derive(Clone, Debug)]
pub struct Schedule<K: Ord + Clone> {
    base_ms: i64,
    calls_per_second: f64,
    due: BTreeSet<(i64, K)>,
    /// Expedited: from their due time on they go before all that is overdue.
    expedited: BTreeSet<(i64, K)>,
    entries: BTreeMap<K, Entry>,
    /// Σ 1 ÷ weight over all streams, in halves: 4 for eager, 2 for plain, 1 for quiet.
    share: i64,
    /// How many entries are streams, and how many of them quiet ones.
    streams: i64,
    quiet: i64,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    due: i64,
    priority: Priority,
    /// The interval that led to this due time.
    interval: i64,
    /// Taken by `take_due` and not yet put back.
    out: bool,
    expedited: bool,
}

/// A little more is asked than the budget gives when rooms outgrow it, so that a call always waits for the next place.
const OVERSUBSCRIPTION: f64 = 1.03;

/// The interval of a quiet stream at most, in configured intervals, while the rate limit suffices: three make a data gap.
const MAX_QUIET_INTERVALS: f64 = 2.5;

/// Lateness that a stream makes up for at its next turn at most, in milliseconds.
const MAX_CATCH_UP_MS: i64 = 1_000;

impl<K: Ord + Clone> Schedule<K> {
    /// `calls_per_second` is what the budget allows the collector now.
    pub fn new(base_ms: i64, calls_per_second: f64) -> Self {
        Self {
            base_ms,
            calls_per_second,
            due: BTreeSet::new(),
            expedited: BTreeSet::new(),
            entries: BTreeMap::new(),
            share: 0,
            streams: 0,
            quiet: 0,
        }
    }

    /// The budget changed: slowed down, or recovering.
    pub fn set_calls_per_second(&mut self, calls_per_second: f64) {
        self.calls_per_second = calls_per_second.max(0.1);
    }

    const fn part(priority: Priority) -> i64 {
        match priority {
            Priority::Idle => 0,
            priority => 4 / priority.doubled(),
        }
    }

    /// How much longer than its weight says every interval is: 1 or less while the budget suffices and weights shift calls.
    fn stretch(&self) -> f64 {
        if self.streams == 0 {
            return 1.0;
        }
        let base_seconds = self.base_ms as f64 / 1000.0;
        let wished = self.streams as f64 / base_seconds;
        let target = wished.min(self.calls_per_second);
        let even = (self.share as f64 / 2.0) / (base_seconds * target);
        if self.is_stretched() || 2.0 * even <= MAX_QUIET_INTERVALS {
            return even;
        }
        // Quiet ones at the longest interval that is no data gap, the others share the rest.
        let others = (self.share - self.quiet) as f64 / 2.0;
        others / (base_seconds * target - self.quiet as f64 / MAX_QUIET_INTERVALS)
    }

    /// The interval in force for a weight, in milliseconds.
    pub fn interval_ms(&self, priority: Priority) -> i64 {
        let mut factor = priority.doubled() as f64 / 2.0 * self.stretch();
        if priority == Priority::Quiet && !self.is_stretched() {
            factor = factor.min(MAX_QUIET_INTERVALS);
        }
        (self.base_ms as f64 * factor).round().max(1.0) as i64
    }

    /// How far apart the readings of a stream are on the whole, in milliseconds: what weights move comes out even.
    pub fn mean_interval_ms(&self) -> i64 {
        if self.share == 0 {
            return self.base_ms;
        }
        // The interval of plain weight, by how many streams of plain weight the calls would serve as well.
        (self.interval_ms(Priority::Plain) as f64 * self.streams as f64 * 2.0 / self.share as f64).round() as i64
    }

    /// Whether rooms outgrow the budget.
    pub fn is_stretched(&self) -> bool {
        self.streams as f64 * 1000.0 / self.base_ms as f64 > self.calls_per_second
    }

    /// Adds a stream, or moves its due time.
    pub fn set(&mut self, key: K, due: i64, priority: Priority) {
        self.remove(&key);
        self.share += Self::part(priority);
        self.streams += i64::from(priority != Priority::Idle);
        self.quiet += i64::from(priority == Priority::Quiet);
        self.due.insert((due, key.clone()));
        self.entries.insert(key, Entry { due, priority, interval: 0, out: false, expedited: false });
    }

    /// A stream that is out for reading comes back: due an interval after it was due, or now if that has passed. At most
    /// a second of lateness is made up for: when rooms exceed the rate limit, nearly all would otherwise become overdue by
    /// up to a whole interval, and what is due now would wait behind all of them.
    pub fn reschedule(&mut self, key: &K, now: i64, priority: Priority) {
        let Some(entry) = self.entries.get(key).copied() else { return };
        if !entry.out {
            // Moved meanwhile: its new due time stays.
            self.set_priority(key, priority);
            return;
        }
        let mut interval = self.interval_ms(priority);
        if self.is_stretched() {
            interval = (interval as f64 / OVERSUBSCRIPTION) as i64;
        }
        let due = (entry.due.max(now - MAX_CATCH_UP_MS) + interval).max(now);
        self.set(key.clone(), due, priority);
        if let Some(entry) = self.entries.get_mut(key) {
            entry.interval = interval;
        }
    }

    /// The interval in force for a stream since its last turn: what led to this one, or what holds now if that is longer. A
    /// rate limit that recovers meanwhile makes no delay of a turn that was planned while it was small.
    pub fn interval_since(&self, key: &K, priority: Priority) -> i64 {
        let planned = self.entries.get(key).map_or(0, |entry| entry.interval);
        self.interval_ms(priority).max(planned)
    }

    /// Its weight changed; its due time stays.
    pub fn set_priority(&mut self, key: &K, priority: Priority) {
        if let Some(entry) = self.entries.get_mut(key) {
            self.share += Self::part(priority) - Self::part(entry.priority);
            self.streams += i64::from(priority != Priority::Idle) - i64::from(entry.priority != Priority::Idle);
            self.quiet += i64::from(priority == Priority::Quiet) - i64::from(entry.priority == Priority::Quiet);
            entry.priority = priority;
        }
    }

    /// Brings a stream's due time forward; never back. It keeps its place in the line: when rooms exceed the rate limit,
    /// it is polled after all that were due before.
    pub fn bring_forward(&mut self, key: &K, due: i64) {
        if let Some(entry) = self.entries.get(key).copied()
            && !entry.out
            && entry.due > due
        {
            let set = if entry.expedited { &mut self.expedited } else { &mut self.due };
            set.remove(&(entry.due, key.clone()));
            set.insert((due, key.clone()));
            self.entries.insert(key.clone(), Entry { due, ..entry });
        }
    }

    /// Due then at the latest, before whatever else is overdue then; also where it had no turn.
    pub fn expedite(&mut self, key: &K, due: i64, priority: Priority) {
        match self.entries.get(key).copied() {
            None => self.set(key.clone(), due, priority),
            Some(entry) if entry.out => return,
            Some(_) => self.bring_forward(key, due),
        }
        if let Some(entry) = self.entries.get_mut(key)
            && self.due.remove(&(entry.due, key.clone()))
        {
            entry.expedited = true;
            self.expedited.insert((entry.due, key.clone()));
        }
    }

    /// Whether it has a turn, or has it now.
    pub fn contains(&self, key: &K) -> bool {
        self.entries.contains_key(key)
    }

    pub fn remove(&mut self, key: &K) {
        if let Some(entry) = self.entries.remove(key) {
            self.share -= Self::part(entry.priority);
            self.streams -= i64::from(entry.priority != Priority::Idle);
            self.quiet -= i64::from(entry.priority == Priority::Quiet);
            let set = if entry.expedited { &mut self.expedited } else { &mut self.due };
            set.remove(&(entry.due, key.clone()));
        }
    }

    /// The stream that is to be polled now, if one is: the expedited first, else the one that is due longest. It stays out
    /// until put back.
    pub fn take_due(&mut self, now: i64) -> Option<(K, i64)> {
        let is_due = |set: &BTreeSet<(i64, K)>| set.first().is_some_and(|(due, _)| *due <= now);
        let set = if is_due(&self.expedited) { &mut self.expedited } else { &mut self.due };
        if !is_due(set) {
            return None;
        }
        let (due, key) = set.pop_first()?;
        if let Some(entry) = self.entries.get_mut(&key) {
            entry.out = true;
        }
        Some((key, due))
    }

    /// When the next stream is due.
    pub fn next_due(&self) -> Option<i64> {
        [&self.due, &self.expedited].into_iter().filter_map(|set| set.first()).map(|(due, _)| *due).min()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    fn priority() -> impl Strategy<Value = Priority> {
        prop_oneof![Just(Priority::Eager), Just(Priority::Plain), Just(Priority::Quiet)]
    }

    #[test]
    fn a_thousand_new_rooms_share_the_budget_evenly() {
        let mut schedule = Schedule::new(10_000, 80.0);
        for key in 0..1000 {
            schedule.set(key, 0, Priority::Eager);
        }
        assert_eq!((schedule.mean_interval_ms(), schedule.interval_ms(Priority::Eager)), (12_500, 12_500));
        schedule.set(1000, 0, Priority::Quiet);
        let mean = schedule.mean_interval_ms();
        assert!((12_500..12_520).contains(&mean), "1,001 streams at 80 calls a second, not {mean}");
        assert_eq!(Schedule::<u8>::new(10_000, 80.0).mean_interval_ms(), 10_000);
    }

    proptest! {
        /// Whatever the weights, the sum of the rates is the smaller of budget and streams ÷ base.
        #[test]
        fn rates_sum_to_the_target(weights in prop::collection::vec(priority(), 1..300), calls in 1u32..200) {
            let mut schedule = Schedule::new(10_000, f64::from(calls));
            for (key, priority) in weights.iter().enumerate() {
                schedule.set(key, 0, *priority);
            }
            let rate: f64 = weights.iter().map(|&priority| 1000.0 / schedule.interval_ms(priority) as f64).sum();
            let target = (weights.len() as f64 / 10.0).min(f64::from(calls));
            prop_assert!((rate / target - 1.0).abs() < 0.01, "rate {rate}, target {target}");
        }
    }

    #[test]
    fn rooms_that_are_not_live_make_nobody_read_more_often() {
        let mut schedule = Schedule::new(10_000, 80.0);
        for key in 0..10 {
            schedule.set(key, 0, Priority::Plain);
        }
        for key in 10..2_000 {
            schedule.set(key, 0, Priority::Idle);
        }
        assert_eq!(schedule.interval_ms(Priority::Plain), 10_000);
        assert!(!schedule.is_stretched());
        (0..10).for_each(|key| schedule.remove(&key));
        assert_eq!(schedule.interval_ms(Priority::Plain), 10_000);
    }

    #[test]
    fn every_stream_has_its_turn_when_rooms_outgrow_the_budget() {
        let mut schedule = Schedule::new(1000, 10.0);
        for key in 0..50 {
            schedule.set(key, 0, Priority::Plain);
        }
        assert!(schedule.is_stretched());
        let mut reads = [0; 50];
        // 10 calls a second for a minute: 600 calls over 50 streams.
        for now in (0..60_000).step_by(100) {
            if let Some((key, _)) = schedule.take_due(now) {
                reads[key] += 1;
                schedule.reschedule(&key, now, Priority::Plain);
            }
        }
        assert_eq!(reads.iter().sum::<i32>(), 600, "the budget is used whole");
        assert!(reads.iter().all(|reads| (11..=13).contains(reads)), "{reads:?}");
    }

    #[test]
    fn a_turn_planned_while_the_budget_was_small_is_no_delay() {
        let mut schedule = Schedule::new(2000, 20.0);
        for key in 0..12 {
            schedule.set(key, 0, Priority::Plain);
        }
        schedule.set_calls_per_second(1.0);
        let (key, _) = schedule.take_due(0).unwrap();
        schedule.reschedule(&key, 0, Priority::Plain);
        let planned = schedule.next_due().max(Some(11_000)).unwrap();
        schedule.set_calls_per_second(20.0);
        assert_eq!(schedule.interval_ms(Priority::Plain), 2000);
        assert!(schedule.interval_since(&key, Priority::Plain) >= planned, "it waits as it was planned");
        let (key, _) = (0..12).find_map(|_| schedule.take_due(20_000).filter(|taken| taken.0 == key)).unwrap();
        schedule.reschedule(&key, 20_000, Priority::Plain);
        assert_eq!(schedule.interval_since(&key, Priority::Plain), 2000);
    }

    #[test]
    fn the_interval_in_force_follows_the_priority_though_the_due_time_stays() {
        let mut schedule = Schedule::new(10_000, 80.0);
        schedule.set("a", 0, Priority::Quiet);
        assert_eq!(schedule.interval_ms(Priority::Quiet), 10_000);
        schedule.set_priority(&"a", Priority::Eager);
        assert_eq!(schedule.interval_ms(Priority::Eager), 10_000);
        schedule.reschedule(&"a", 5_000, Priority::Plain);
        assert_eq!((schedule.interval_ms(Priority::Plain), schedule.next_due()), (10_000, Some(0)));
    }

    #[test]
    fn hastening_moves_forward_only() {
        let mut schedule = Schedule::new(1000, 10.0);
        schedule.set("a", 500, Priority::Plain);
        schedule.bring_forward(&"a", 900);
        assert_eq!(schedule.next_due(), Some(500));
        schedule.bring_forward(&"a", 100);
        assert_eq!(schedule.next_due(), Some(100));
        assert_eq!(schedule.take_due(99), None);
        assert_eq!(schedule.take_due(100), Some(("a", 100)));
        assert_eq!(schedule.next_due(), None);
        schedule.reschedule(&"a", 150, Priority::Plain);
        assert_eq!(schedule.next_due(), Some(1100));
    }

    /// An hour at 80 calls a second, of five rooms one eager, two plain, two quiet: what the weights got, the calls used,
    /// and how long a room expedited to now waited each time, in milliseconds.
    fn an_hour(rooms: usize) -> ([f64; 3], f64, Vec<i64>) {
        const CALLS: i64 = 80;
        const SECONDS: i64 = 3_600;
        // Until then all rooms, found at once, have not yet spread out.
        const FROM: i64 = 1_800;
        let priority =
            |key: usize| [Priority::Eager, Priority::Plain, Priority::Plain, Priority::Quiet, Priority::Quiet][key % 5];
        let mut schedule = Schedule::new(10_000, CALLS as f64);
        for key in 0..rooms {
            schedule.set(key, (10_000 * key / rooms) as i64, priority(key));
        }
        let mut reads = vec![0_u32; rooms];
        let mut out: std::collections::VecDeque<(i64, usize)> = std::collections::VecDeque::new();
        let (mut wanted, mut waits) = (None, Vec::new());
        for turn in 0..SECONDS * CALLS {
            let now = turn * 1000 / CALLS;
            while out.front().is_some_and(|(at, _)| *at <= now) {
                let (_, key) = out.pop_front().unwrap();
                schedule.reschedule(&key, now, priority(key));
            }
            if turn % (CALLS * 120) == CALLS * 119 && wanted.is_none() {
                // A plain room for which a webhook came, the one whose turn is furthest away.
                let waiting = (0..rooms).filter(|key| key % 5 == 1 && !schedule.entries[key].out);
                let key = waiting.max_by_key(|key| schedule.entries[key].due).unwrap();
                schedule.expedite(&key, now, priority(key));
                wanted = Some((key, now));
            }
            if let Some((key, _)) = schedule.take_due(now) {
                out.push_back((now + 50, key));
                reads[key] += u32::from(now >= FROM * 1000);
                if let Some((_, since)) = wanted.take_if(|(wanted, _)| *wanted == key) {
                    waits.push(now - since);
                }
            }
        }
        let intervals = [[0, 0], [1, 2], [3, 4]].map(|class| {
            let of: Vec<u32> = (0..rooms).filter(|key| class.contains(&(key % 5))).map(|key| reads[key]).collect();
            1000.0 * (SECONDS - FROM) as f64 * of.len() as f64 / f64::from(of.iter().sum::<u32>())
        });
        let calls = f64::from(reads.iter().sum::<u32>()) / (SECONDS - FROM) as f64;
        (intervals, calls, waits)
    }

    #[test]
    fn the_interval_of_a_quiet_stream_among_busy_ones_is_no_data_gap() {
        let mut schedule = Schedule::new(10_000, 80.0);
        for key in 0..100 {
            schedule.set(key, 0, Priority::Eager);
        }
        for key in 100..110 {
            schedule.set(key, 0, Priority::Quiet);
        }
        let intervals = [Priority::Eager, Priority::Quiet].map(|priority| schedule.interval_ms(priority));
        assert_eq!(intervals[1], 25_000);
        let rate = 100_000.0 / intervals[0] as f64 + 10_000.0 / intervals[1] as f64;
        assert!((rate / 11.0 - 1.0).abs() < 0.001, "{rate}");
    }

    #[test]
    fn what_is_expedited_goes_before_what_is_overdue_and_not_before_its_time() {
        let mut schedule = Schedule::new(1000, 10.0);
        for (key, due) in [("a", 0), ("b", 10), ("c", 5_000)] {
            schedule.set(key, due, Priority::Plain);
        }
        schedule.expedite(&"c", 100, Priority::Plain);
        schedule.expedite(&"d", 200, Priority::Eager);
        assert_eq!(schedule.take_due(50), Some(("a", 0)));
        assert_eq!(schedule.take_due(150), Some(("c", 100)));
        assert_eq!(schedule.next_due(), Some(10));
        assert_eq!(schedule.take_due(250), Some(("d", 200)));
        assert_eq!(schedule.take_due(250), Some(("b", 10)));
        schedule.reschedule(&"c", 260, Priority::Plain);
        schedule.set("b", 270, Priority::Plain);
        assert_eq!(schedule.take_due(2_000), Some(("b", 270)), "the next turn is an ordinary one");
        schedule.remove(&"c");
        schedule.reschedule(&"d", 300, Priority::Plain);
        schedule.expedite(&"d", 300, Priority::Plain);
        schedule.remove(&"d");
        assert_eq!((schedule.next_due(), schedule.take_due(99_000)), (None, None));
    }

    #[test]
    fn an_expedited_room_is_polled_within_five_seconds_however_many_rooms_there_are() {
        for rooms in [1_000, 10_000] {
            let (intervals, calls, waits) = an_hour(rooms);
            let longest = waits.iter().max().unwrap();
            assert!(waits.len() >= 29 && *longest <= 5_000, "{rooms} rooms: {waits:?}");
            assert!(calls > 79.0, "{rooms} rooms: the rate limit is used whole, not {calls}");
            let [eager, plain, quiet] = intervals;
            for (priority, ratio) in [(2.0, plain / eager), (2.0, quiet / plain)] {
                assert!((ratio / priority - 1.0).abs() < 0.05, "{rooms} rooms: {intervals:?}");
            }
        }
    }
}
