//! The counters of one session of a room: six counters as a pure function of the seed and the seconds since it began.
//!
//! Arrival bursts, PK battles, gift storms, quiet ends; or anchors with the totals at some minutes. A
//! curve never falls, gifters stay within gifts and entries, coins and gifters move only with a gift.
//!
//! Must not: know the clock, a room or speed. The generator is a few lines of its own, since a library's may roll otherwise after
//! an upgrade and every seed would have another history.

use crate::domain::{Counter, Counters};

/// Deterministic random numbers (SplitMix64).
#[derive(Clone, Debug)]
pub struct SimRng(u64);

impl SimRng {
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// From a seed and a text, so that each room rolls its own.
    pub fn of(seed: u64, text: &str) -> Self {
        let hash = text
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
        Self(mix(seed ^ hash))
    }

    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// From 0 to below 1.
    pub fn unit(&mut self) -> f64 {
        unit(self.roll())
    }

    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// From `low` to `high`, both included.
    pub fn whole(&mut self, low: i64, high: i64) -> i64 {
        low + (self.roll() % (high - low + 1).unsigned_abs().max(1)) as i64
    }

    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }
}

const fn mix(mut word: u64) -> u64 {
    word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

/// The upper 53 bits as a fraction.
fn unit(word: u64) -> f64 {
    (word >> 11) as f64 / (1_u64 << 53) as f64
}

/// Something a session does besides counting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScriptedEvent {
    /// A PK battle of `seconds` seconds begins.
    BattleStarts {
        seconds: u32,
    },
    BattleEnds,
    /// The host leaves; the room stays open, quiet.
    HostLeaves,
}

/// The totals when a minute begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TotalsAnchor {
    pub minute: u32,
    pub totals: Counters,
}

/// One session, minute by minute; within a minute it is drawn from the seed when asked.
#[derive(Clone, Debug)]
pub struct CounterCurve {
    seed: u64,
    /// Totals at each full minute, the first at 0.
    edges: Vec<Counters>,
    /// (second, what), in order.
    happenings: Vec<(u32, ScriptedEvent)>,
}

impl CounterCurve {
    /// A random session: 20 minutes to 5 hours, of any size.
    pub fn seeded(seed: u64) -> Self {
        let mut rng = SimRng::new(seed);
        let minutes = 20 + (rng.unit().powi(2) * 280.0) as usize;
        let size = rng.between(0.6, 1.5)
            * match rng.whole(0, 9) {
                0..=3 => 0.3,
                4..=6 => 1.0,
                7..=8 => 4.0,
                _ => 14.0,
            };
        let quiet = if rng.chance(0.2) { (minutes / 5).clamp(3, 15) } else { 0 };
        let show = minutes - quiet;

        let mut arrivals = vec![1.0_f64; show];
        for _ in 0..=(show / 40) {
            raise(&mut arrivals, &mut rng, (2, 6), (3.0, 9.0));
        }
        let mut giving = vec![1.0_f64; show];
        let mut happenings = Vec::new();
        let mut from = 8;
        while from + 12 < show && rng.chance(0.6) {
            let start = rng.whole(from as i64, (show - 11).min(from + 60) as i64) as usize;
            let length = rng.whole(5, 10) as usize;
            let factor = rng.between(3.0, 8.0);
            for (minute, value) in giving.iter_mut().skip(start).take(length).enumerate() {
                // A battle is decided at its end.
                *value *= factor * (0.5 + (minute + 1) as f64 / length as f64);
            }
            let seconds = length as u32 * 60;
            happenings.push((start as u32 * 60, ScriptedEvent::BattleStarts { seconds }));
            happenings.push((start as u32 * 60 + seconds, ScriptedEvent::BattleEnds));
            from = start + length + 10;
        }
        for _ in 0..rng.whole(0, 2) {
            raise(&mut giving, &mut rng, (1, 2), (8.0, 20.0));
        }
        if quiet > 0 {
            happenings.push((show as u32 * 60, ScriptedEvent::HostLeaves));
        }

        let generosity = rng.between(0.3, 1.8);
        let price = rng.between(12.0, 70.0);
        let talk = rng.between(0.05, 0.2);
        let mut exact = [0.0_f64; 6];
        let mut audience = 0.0;
        let mut edges = vec![Counters::default()];
        for minute in 0..show {
            let last = edges[minute];
            let opening = 0.5 + 2.0 * (-(minute as f64) / 9.0).exp();
            let came = size * 7.0 * opening * arrivals[minute] * rng.between(0.5, 1.5);
            audience = audience * 0.95 + came;
            exact[0] += came;
            exact[1] += audience * 0.02 * generosity * giving[minute] * rng.between(0.1, 1.9).powi(2);
            let gifts = exact[1] as i64 - last.gifts;
            // One gift in some minutes is a dear one.
            let dear = if rng.chance(0.04) { rng.between(5.0, 30.0) } else { 1.0 };
            exact[2] += gifts as f64 * price * dear * rng.between(0.5, 1.5) * giving[minute].sqrt();
            let known = last.gifters as f64 / (last.viewers as f64 * 0.03 + 3.0);
            exact[3] += gifts as f64 * (0.7 - 0.65 * known).clamp(0.03, 0.7);
            exact[4] += audience * 0.8 * rng.between(0.3, 1.7);
            exact[5] += audience * talk * rng.between(0.4, 1.6);
            let whole = |counter: usize| exact[counter] as i64;
            edges.push(Counters {
                viewers: whole(0),
                gifts: whole(1),
                coins: whole(2),
                gifters: whole(3).min(last.gifters + gifts).min(last.viewers).max(last.gifters),
                likes: whole(4),
                messages: whole(5),
            });
        }
        let end = edges[show];
        edges.resize(minutes + 1, end);
        Self { seed, edges, happenings }
    }

    /// A curve that has each anchor's value exactly and wanders between them. It begins at nothing in minute 0; after the last
    /// anchor it rests. Anchors are in order of minute, never fall, and hold gifters within gifts and entries.
    pub fn anchored(seed: u64, anchors: &[TotalsAnchor]) -> Self {
        let mut rng = SimRng::new(seed);
        let mut edges = vec![Counters::default()];
        for anchor in anchors {
            let from = edges.len() - 1;
            let start = edges[from];
            let minutes = (anchor.minute as usize).saturating_sub(from);
            if minutes == 0 {
                edges[from] = anchor.totals;
                continue;
            }
            let mut curve: [Vec<f64>; 6] = std::array::from_fn(|_| Vec::with_capacity(minutes));
            for _ in 0..minutes {
                let giving = rng.between(0.2, 1.8).powi(2);
                curve[0].push(rng.between(0.5, 1.5) * if rng.chance(0.03) { 4.0 } else { 1.0 });
                curve[1].push(giving);
                curve[2].push(giving * rng.between(0.5, 1.6));
                curve[3].push(giving * rng.between(0.5, 1.5));
                curve[4].push(rng.between(0.4, 1.6));
                curve[5].push(rng.between(0.4, 1.6));
            }
            let sums: [f64; 6] = std::array::from_fn(|counter| curve[counter].iter().sum());
            let mut passed = [0.0; 6];
            for minute in 0..minutes {
                if minute + 1 == minutes {
                    edges.push(anchor.totals);
                    break;
                }
                let last = edges[from + minute];
                let mut next = last;
                for (place, counter) in Counter::ALL.into_iter().enumerate() {
                    passed[place] += curve[place][minute];
                    let distance = (anchor.totals.get(counter) - start.get(counter)) as f64;
                    *next.get_mut(counter) = start.get(counter) + (distance * passed[place] / sums[place]) as i64;
                }
                if next.gifts == last.gifts {
                    (next.coins, next.gifters) = (last.coins, last.gifters);
                }
                next.gifters = next.gifters.min(next.gifts).min(last.viewers).max(last.gifters);
                edges.push(next);
            }
        }
        Self { seed, edges, happenings: Vec::new() }
    }

    /// How long it lasts.
    pub fn seconds(&self) -> u32 {
        (self.edges.len() as u32 - 1) * 60
    }

    /// What it does besides counting: (second, what), in order.
    pub fn events(&self) -> &[(u32, ScriptedEvent)] {
        &self.happenings
    }

    /// The counters after `second` whole seconds; after the end they are constant.
    pub fn at(&self, second: u32) -> Counters {
        let minute = (second / 60) as usize;
        let (Some(&a), Some(&b)) = (self.edges.get(minute), self.edges.get(minute + 1)) else {
            return self.edges.last().copied().unwrap_or_default();
        };
        let second = second % 60;
        if second == 0 {
            return a;
        }
        let part = |from: i64, until: i64, channel: u64| {
            from + ((i128::from(until - from) * i128::from(self.passed(minute as u64, channel, second))) >> 32) as i64
        };
        let gifts = part(a.gifts, b.gifts, 1);
        let with_gifts = |from: i64, until: i64| match b.gifts - a.gifts {
            0 => from,
            all => from + (i128::from(until - from) * i128::from(gifts - a.gifts) / i128::from(all)) as i64,
        };
        Counters {
            viewers: part(a.viewers, b.viewers, 0),
            gifts,
            coins: with_gifts(a.coins, b.coins),
            gifters: with_gifts(a.gifters, b.gifters),
            likes: part(a.likes, b.likes, 2),
            messages: part(a.messages, b.messages, 3),
        }
    }

    /// How much of a minute's increment has come after `second` of its seconds, in 2^-32: ten-second slots of uneven
    /// weight, even within.
    fn passed(&self, minute: u64, channel: u64, second: u32) -> u64 {
        let (mut all, mut passed) = (0_u64, 0_u64);
        for slot in 0..6_u32 {
            let word = mix(self.seed ^ mix(minute << 8 | channel << 4 | u64::from(slot)));
            let weight = 1 + (word & 0xff) * (word >> 8 & 0xff);
            all += weight * 10;
            passed += weight * u64::from(second.saturating_sub(slot * 10).min(10));
        }
        (passed << 32) / all
    }
}

/// Raises a short stretch of `values` somewhere, as a burst does.
fn raise(values: &mut [f64], rng: &mut SimRng, length: (i64, i64), factor: (f64, f64)) {
    let start = rng.whole(0, values.len() as i64 - 1) as usize;
    let length = rng.whole(length.0, length.1) as usize;
    let factor = rng.between(factor.0, factor.1);
    for value in values.iter_mut().skip(start).take(length) {
        *value *= factor;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_invariants(curve: &CounterCurve) {
        let mut last = Counters::default();
        assert_eq!(curve.at(0), last);
        for second in 0..=curve.seconds() + 90 {
            let now = curve.at(second);
            assert!(!now.falls_below(&last), "falls at {second}: {last:?} {now:?}");
            assert!(now.gifters <= now.gifts && now.gifters <= now.viewers, "at {second}: {now:?}");
            if now.gifts == last.gifts && !second.is_multiple_of(60) {
                assert_eq!((now.coins, now.gifters), (last.coins, last.gifters), "at {second}");
            }
            last = now;
        }
        assert_eq!(curve.at(u32::MAX), curve.at(curve.seconds()));
    }

    #[test]
    fn seeded_sessions_never_fall_and_repeat() {
        for seed in 0..60 {
            let curve = CounterCurve::seeded(seed);
            check_invariants(&curve);
            assert!((1200..=18_000).contains(&curve.seconds()));
            assert!(curve.events().is_sorted_by_key(|&(second, _)| second));
            assert!(curve.events().iter().all(|&(second, _)| second <= curve.seconds()));
            assert_eq!(CounterCurve::seeded(seed).at(777), curve.at(777));
        }
        assert_ne!(CounterCurve::seeded(1).at(1200), CounterCurve::seeded(2).at(1200));
    }

    #[test]
    fn sessions_differ_in_what_they_do() {
        let curves: Vec<_> = (0..100).map(CounterCurve::seeded).collect();
        let with = |wanted: fn(&ScriptedEvent) -> bool| {
            curves.iter().filter(|curve| curve.events().iter().any(|(_, what)| wanted(what))).count()
        };
        assert!(with(|what| matches!(what, ScriptedEvent::BattleStarts { .. })) > 20);
        assert!((5..40).contains(&with(|what| matches!(what, ScriptedEvent::HostLeaves))));
        let coins: Vec<_> = curves.iter().map(|curve| curve.at(u32::MAX).coins).collect();
        assert!(coins.iter().min() < Some(&2_000) && coins.iter().max() > Some(&200_000), "{coins:?}");
    }

    #[test]
    fn anchors_are_met_exactly() {
        let anchors = [
            TotalsAnchor { minute: 60, totals: Counters::from_array([4000, 300, 42_000, 60, 20_000, 2000]) },
            TotalsAnchor { minute: 61, totals: Counters::from_array([4001, 301, 92_000, 60, 20_000, 2000]) },
            TotalsAnchor { minute: 184, totals: Counters::from_array([12_480, 1934, 246_810, 213, 88_412, 9317]) },
        ];
        let curve = CounterCurve::anchored(7, &anchors);
        check_invariants(&curve);
        for anchor in anchors {
            assert_eq!(curve.at(anchor.minute * 60), anchor.totals);
        }
        assert_eq!(curve.seconds(), 184 * 60);
        assert_eq!(curve.at(190 * 60).coins, 246_810);
    }

    #[test]
    fn the_rng_of_a_room_is_its_own() {
        assert_ne!(SimRng::of(7, "a").roll(), SimRng::of(7, "b").roll());
        assert_eq!(SimRng::of(7, "a").roll(), SimRng::of(7, "a").roll());
        let mut rng = SimRng::new(3);
        assert!((0..1000).all(|_| (2..=4).contains(&rng.whole(2, 4))));
    }
}
