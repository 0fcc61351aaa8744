//! Property tests: series against a simulated truth, a step function of true counters that readings only glimpse.

#![allow(clippy::unwrap_used)]

use crate::domain::numbers::buckets::{between, buckets};
use crate::domain::numbers::series::Series;
use crate::domain::numbers::{MINUTE, findings, last_movement, peak};
use crate::domain::{Counter, Counters, Gap, GapCause, Millis, Reading, Run};
use proptest::prelude::*;

/// What truly happened: (when, counters from then on), in order, and what was read of it.
#[derive(Clone, Debug)]
struct Simulated {
    truth: Vec<(i64, Counters)>,
    readings: Vec<Reading>,
}

impl Simulated {
    fn at(&self, t: i64) -> Counters {
        let until = self.truth.partition_point(|&(when, _)| when <= t);
        until.checked_sub(1).map(|i| self.truth[i].1).unwrap_or_default()
    }
}

fn runs_of(readings: &[Reading]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for reading in readings {
        if !runs.last_mut().is_some_and(|run| run.extend(reading)) {
            runs.push(Run::from(*reading));
        }
    }
    runs
}

prop_compose! {
    /// Few counters move at a time and often none does, so that runs are long; bursts are steep.
    fn world()(
        steps in prop::collection::vec((0_i64..20_000, 0_usize..6, prop_oneof![1_i64..5, 1_i64..2_000]), 0..150),
        calls in prop::collection::vec((0_i64..12_000, 0_i64..5_000, 0_i64..=1_000), 2..150),
        start in 1_700_000_000_000_i64..1_700_000_060_000,
    ) -> Simulated {
        let mut when = start - 30_000;
        let mut counters = Counters::default();
        let truth = steps
            .into_iter()
            .map(|(later, counter, more)| {
                when += later;
                *counters.get_mut(Counter::ALL[counter]) += more;
                (when, counters)
            })
            .collect();
        let mut world = Simulated { truth, readings: Vec::new() };
        let mut asked = start;
        for (wait, latency, moment) in calls {
            asked += wait;
            let answered = asked + latency;
            let counters = world.at(asked + latency * moment / 1_000);
            world.readings.push(Reading { asked: Millis(asked), answered: Millis(answered), counters });
            asked = answered;
        }
        world
    }
}

/// `inner` lies within `outer` at that side, where an unknown bound is infinitely far.
fn not_wider(inner: Option<i64>, outer: Option<i64>, lower: bool) -> bool {
    match (inner, outer) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(inner), Some(outer)) => {
            if lower {
                outer <= inner
            } else {
                outer >= inner
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn the_estimate_and_the_truth_lie_within_the_bounds(world in world(), share in 0_i64..=1_000) {
        let series = Series::from_readings(&world.readings);
        let (from, until) = series.span().unwrap();
        let t = from + (until - from) * share / 1_000;
        let (lower, upper, estimate) = (series.lower(t), series.upper(t), series.estimate(t));
        let truth = world.at(t.0);
        for counter in Counter::ALL {
            let (low, high, guess) = (lower.get(counter), upper.get(counter), estimate.get(counter).unwrap());
            prop_assert!(low.is_none_or(|low| low <= guess && low <= truth.get(counter)));
            prop_assert!(high.is_none_or(|high| high >= guess && high >= truth.get(counter)));
        }
    }

    #[test]
    fn buckets_hold_the_truth_and_sum_exactly(world in world(), width in prop::sample::select(vec![10_000, MINUTE, 300_000])) {
        let series = Series::from_readings(&world.readings);
        let all = buckets(&series, width);
        let (first, last) = (world.readings[0].counters, world.readings.last().unwrap().counters);
        for counter in Counter::ALL {
            let mut sum = 0;
            for bucket in &all {
                let truth = world.at(bucket.until.0).get(counter) - world.at(bucket.from.0).get(counter);
                let (low, high) = (bucket.lower.get(counter), bucket.upper.get(counter));
                let guess = bucket.estimate.get(counter).unwrap();
                prop_assert!(low.is_none_or(|low| 0 <= low && low <= truth && low <= guess), "{bucket:?} {truth}");
                prop_assert!(high.is_none_or(|high| high >= truth && high >= guess), "{bucket:?} {truth}");
                sum += guess;
            }
            if !all.is_empty() {
                prop_assert_eq!(sum, last.get(counter) - first.get(counter));
            }
        }
        for pair in all.windows(2) {
            prop_assert_eq!(pair[0].until, pair[1].from);
            prop_assert_eq!(pair[0].until.0 % width, 0);
        }
    }

    #[test]
    fn what_is_found_by_search_is_what_a_walk_over_all_finds(
        world in world(),
        spans in prop::collection::vec((0_i64..1_800_000, 0_i64..200_000), 0..40),
        asked in prop::collection::vec((-50_000_i64..1_900_000, -1_000_i64..100_000), 40),
    ) {
        let start = world.readings[0].asked;
        let gaps: Vec<Gap> = spans
            .iter()
            .map(|&(from, length)| Gap { from: start + from, until: start + from + length, cause: GapCause::NoAnswer })
            .collect();
        let spans: Vec<_> = gaps.iter().map(|gap| (gap.from, gap.until)).collect();
        let runs = runs_of(&world.readings);
        let series = Series::new(&runs, &gaps, &[]);
        let corrected = Series::new(&[], &[], &spans);
        for (from, length) in asked {
            let (from, until) = (start + from, start + from + length);
            let near: Vec<Run> =
                runs.iter().filter(|run| run.until > from && run.from_answered < until).copied().collect();
            prop_assert_eq!(series.runs_between(from, until), &near[..]);
            let millis: i64 = gaps.iter().map(|gap| (gap.until.min(until) - gap.from.max(from)).max(0)).sum();
            prop_assert_eq!(series.gap_ms(from, until), millis);
            let between = gaps.iter().any(|gap| gap.from < until && gap.until > from);
            prop_assert_eq!(series.gap_between(from, until), between);
            prop_assert_eq!(corrected.corrected(from, until), between);
        }
    }

    #[test]
    fn runs_lose_nothing(world in world()) {
        let runs = runs_of(&world.readings);
        let (single, whole) = (Series::from_readings(&world.readings), Series::new(&runs, &[], &[]));
        prop_assert_eq!(single.readings(), whole.readings());
        prop_assert_eq!(buckets(&single, MINUTE), buckets(&whole, MINUTE));
        prop_assert_eq!(buckets(&single, 10_000), buckets(&whole, 10_000));
        prop_assert_eq!(last_movement(&single), last_movement(&whole));
        prop_assert_eq!(findings::returning(&single), findings::returning(&whole));
        for counter in Counter::ALL {
            prop_assert_eq!(peak(&single, counter, MINUTE), peak(&whole, counter, MINUTE));
        }
    }

    #[test]
    fn thinning_only_widens(world in world(), keep in prop::collection::vec(any::<bool>(), 150)) {
        let thin: Vec<Reading> = (0..)
            .zip(&world.readings)
            .filter(|&(i, _): &(usize, _)| i == 0 || i + 1 == world.readings.len() || keep[i])
            .map(|(_, reading)| *reading)
            .collect();
        let full = Series::from_readings(&world.readings);
        let thinned = Series::new(&runs_of(&thin), &[], &[]);
        for bucket in buckets(&full, MINUTE) {
            let wide = between(&thinned, bucket.from, bucket.until);
            for counter in Counter::ALL {
                prop_assert!(not_wider(bucket.lower.get(counter), wide.lower.get(counter), true));
                prop_assert!(not_wider(bucket.upper.get(counter), wide.upper.get(counter), false));
            }
        }
        for counter in Counter::ALL {
            let best = |series| peak(series, counter, MINUTE).map_or(0, |peak| peak.amount);
            prop_assert!(best(&thinned) <= best(&full));
        }
    }

    #[test]
    fn the_peak_truly_came_in_its_time(world in world(), hole in any::<prop::sample::Index>()) {
        let runs = runs_of(&world.readings);
        let at = hole.index(runs.len());
        let gap = runs.get(at + 1).map(|next| Gap {
            from: runs[at].until,
            until: next.from,
            cause: GapCause::NoAnswer,
        });
        let gaps: Vec<Gap> = gap.into_iter().filter(|gap| gap.millis() > 0).collect();
        let series = Series::new(&runs, &gaps, &[]);
        for counter in Counter::ALL {
            if let Some(peak) = peak(&series, counter, MINUTE) {
                prop_assert!(peak.until - peak.from <= MINUTE);
                let truth = world.at(peak.until.0).get(counter) - world.at(peak.from.0).get(counter);
                prop_assert!(truth >= peak.amount);
            }
        }
    }

    #[test]
    fn returning_money_never_exceeds_what_came(world in world()) {
        let series = Series::from_readings(&world.readings);
        let came = world.readings.last().unwrap().counters.coins - world.readings[0].counters.coins;
        prop_assert!(findings::returning(&series).0 <= came);
    }
}
