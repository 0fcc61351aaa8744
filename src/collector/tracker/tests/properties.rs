//! Properties that hold for readings, failures and answers in any order.

use super::*;
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Response {
    Reading(i64),
    Failure,
    Info,
    InfoFailed,
}

fn response() -> impl Strategy<Value = Response> {
    prop_oneof![
        (0..50i64).prop_map(Response::Reading),
        Just(Response::Failure),
        Just(Response::Info),
        Just(Response::InfoFailed)
    ]
}

proptest! {
    /// Calls that answer late, up to the time-out, or not at all, restarts, outages longer than the grace, and a
    /// get_room_info that fails now and then: whatever is accepted, the truth lies within every bucket, the buckets
    /// sum to last less first, and every time that is long enough is a recorded gap.
    #[test]
    fn no_fault_and_no_delay_puts_the_truth_outside_a_bucket(
        steps in prop::collection::vec((0_i64..20_000, 0_usize..6, prop_oneof![1_i64..5, 1_i64..2_000]), 0..150),
        calls in prop::collection::vec(
            (prop_oneof![9 => 0_i64..12_000, 1 => 0_i64..300_000], 0_i64..=5_000, 0_i64..=1_000, 0_u8..20), 2..150),
        width in prop::sample::select(vec![10_000_i64, 60_000, 300_000]),
    ) {
        let mut counters = Counters::default();
        let mut when = at(0).0;
        let truth: Vec<(i64, Counters)> = steps.into_iter().map(|(later, counter, more)| {
            when += later;
            *counters.get_mut(Counter::ALL[counter]) += more;
            (when, counters)
        }).collect();
        let truly = |t: i64| {
            let until = truth.partition_point(|&(when, _)| when <= t);
            until.checked_sub(1).map(|i| truth[i].1).unwrap_or_default()
        };
        let mut tracker = StreamTracker::new(StreamId(7), Some(CREATED_AT));
        let mut recorded = Recorded::default();
        let mut good = Vec::new();
        let mut now = at(1).0;
        for (wait, latency, moment, kind) in calls {
            let (asked, answered) = (now + wait, now + wait + latency);
            now = answered;
            match kind {
                0..3 => {
                    let effects =
                        tracker.apply_failure(GapCause::NoAnswer, "no_answer".into(), Millis(answered), None, 2);
                    recorded.apply(effects);
                    continue;
                }
                3 => {
                    let (stream, waiting) = (stored(Some(CREATED_AT)), tracker.waiting());
                    tracker = StreamTracker::restore(&stream, tracker.run.as_slice(), None, true);
                    tracker.restore_waiting(waiting);
                }
                _ => {}
            }
            let counters = truly(asked + latency * moment / 1_000);
            let reading = Reading { asked: Millis(asked), answered: Millis(answered), counters };
            good.push(reading);
            recorded.apply(tracker.apply_reading(&RULES, reading, STEP, None, 0));
            if std::mem::take(&mut recorded.asks) && kind != 4 {
                recorded.apply(tracker.apply_create_time(CREATED_AT, Millis(answered + 10), CreateTimeSource::Info, STEP));
            }
        }
        recorded.apply(tracker.apply_create_time(CREATED_AT, Millis(now + 10), CreateTimeSource::Info, STEP));
        prop_assert_eq!(tracker.phase, Phase::Live);
        let runs: Vec<Run> = recorded.runs.into_values().collect();
        prop_assert_eq!(runs.iter().map(|run| run.count).sum::<i64>(), good.len() as i64, "every answer counts");
        for pair in runs.windows(2) {
            let hole = Gap { from: pair[0].until, until: pair[1].from, cause: GapCause::Late };
            let listed = recorded.gaps.iter().any(|gap| (gap.from, gap.until) == (hole.from, hole.until));
            prop_assert_eq!(hole.millis() > gap_limit(STEP), listed, "{:?}", hole);
        }
        // Two calls longer apart than the limit are never in one run, so no hole hides inside one.
        for pair in good.windows(2) {
            if pair[1].asked - pair[0].answered > gap_limit(STEP) {
                prop_assert!(runs.iter().any(|run| run.from == pair[1].asked));
            }
        }
        let series = Series::new(&runs, &recorded.gaps, &[]);
        let all = buckets(&series, width);
        for counter in Counter::ALL {
            for bucket in &all {
                let truth = truly(bucket.until.0).get(counter) - truly(bucket.from.0).get(counter);
                let guess = bucket.estimate.get(counter).unwrap();
                let (low, high) = (bucket.lower.get(counter), bucket.upper.get(counter));
                prop_assert!(low.is_none_or(|low| low <= truth && low <= guess), "{:?}, truly {}", bucket, truth);
                prop_assert!(high.is_none_or(|high| high >= truth && high >= guess), "{:?}, truly {}", bucket, truth);
            }
            if let (Some(first), Some(last), false) = (good.first(), good.last(), all.is_empty()) {
                let sum: i64 = all.iter().map(|bucket| bucket.estimate.get(counter).unwrap()).sum();
                prop_assert_eq!(sum, last.counters.get(counter) - first.counters.get(counter));
            }
        }
    }
}

proptest! {
    /// Readings and failures of any kind and order, with the room unchanged and get_room_info returning the same
    /// CreateTime, never end a stream, and what is accepted never falls but where it is marked as a correction.
    #[test]
    fn nothing_but_evidence_ends_a_stream(steps in prop::collection::vec(response(), 1..200)) {
        let mut tracker = StreamTracker::new(StreamId(1), Some(CREATED_AT));
        let mut highest = 0;
        let mut total = 0;
        for (place, step) in steps.into_iter().enumerate() {
            let second = 1 + place as i64 * 10;
            let effects = match step {
                // The true total grows; now and then a reading lies by one.
                Response::Reading(0) => { total += 1; read(&mut tracker, second, (total - 2).max(0)) }
                Response::Reading(more) => { total += more; read(&mut tracker, second, total) }
                Response::Failure => tracker.apply_failure(GapCause::NoAnswer, "no_answer".into(), at(second), None, 0),
                // With get_room_info at hand now and then, two unknown falls in a row do not come together.
                Response::InfoFailed => Vec::new(),
                Response::Info => info(&mut tracker, CREATED_AT, second + 5),
            };
            let corrected = judged(&effects) == Some(ExclusionReason::UpstreamCorrection);
            for effect in effects {
                prop_assert!(effect != TrackerEffect::Seal);
                let ends = matches!(effect, TrackerEffect::Write(Write::Ending { .. }) | TrackerEffect::NextStream { .. });
                prop_assert!(!ends);
                if let TrackerEffect::Write(Write::Run { run, .. }) = effect {
                    prop_assert!(corrected || run.counters.coins >= highest);
                    highest = run.counters.coins;
                }
            }
        }
        prop_assert_eq!(tracker.phase, Phase::Live);
    }
}

/// A room that is destroyed and created again, and the streams that are made of it, as `App` makes them.
struct Recreated {
    trackers: Vec<StreamTracker>,
    clock: ClockOffset,
    /// Times at which a counted reading was asked, by stream, with the run it is in, as the store has it.
    counted: Vec<BTreeMap<Millis, Run>>,
    excluded: BTreeSet<Millis>,
    asks: bool,
}

impl Recreated {
    fn apply(&mut self, effects: Vec<TrackerEffect>) {
        for effect in effects {
            let counted = self.counted.last_mut().unwrap();
            match effect {
                TrackerEffect::Write(Write::Run { run, .. }) => drop(counted.insert(run.until_asked, run)),
                // A run across the cut ends with its last reading that is known.
                TrackerEffect::Write(Write::ReassignReadings { since, last, .. }) => {
                    counted.retain(|asked, _| *asked < since && last.is_none_or(|last| *asked <= last.asked))
                }
                TrackerEffect::Write(Write::Excluded { reading, .. }) => drop(self.excluded.insert(reading.asked)),
                TrackerEffect::AskInfo => self.asks = true,
                TrackerEffect::NextStream { create_time, readings } => {
                    let mut tracker = StreamTracker::new(StreamId(self.trackers.len() as i64 + 1), create_time);
                    tracker.set_clock_offset(self.clock);
                    self.trackers.push(tracker);
                    self.counted.push(BTreeMap::new());
                    for reading in readings {
                        let tracker = self.trackers.last_mut().unwrap();
                        let effects = tracker.apply_reading(&RULES, reading, STEP, None, 0);
                        self.apply(effects);
                    }
                }
                _ => {}
            }
        }
    }

    fn with(&mut self, step: impl FnOnce(&mut StreamTracker) -> Vec<TrackerEffect>) {
        let effects = step(self.trackers.last_mut().unwrap());
        self.apply(effects);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]
    /// Where a room is destroyed and created again, within the second or not, whatever its totals are then, whatever
    /// our clock says, and whenever it is returned: no reading counts in a stream that it is not of, and none is lost.
    #[test]
    fn a_reading_counts_in_its_own_stream_or_in_none(
        (from, pause) in (3_000_i64..20_000, prop_oneof![4 => 0_i64..300, 1 => 0_i64..4_000]),
        (old, new) in (prop_oneof![Just(0_i64), 0_i64..40], prop_oneof![Just(0_i64), 0_i64..400]),
        (ahead, doubt) in prop_oneof![Just((0_i64, 0_i64)), (2_500_i64..5_000, 0_i64..=2_000)],
        behind in any::<bool>(),
        restarts in any::<bool>(),
        calls in prop::collection::vec(
            (prop_oneof![3 => 1_i64..500, 2 => 1_i64..6_000], 0_i64..=300, 0_i64..=1_000, 0_u8..8), 4..40),
    ) {
        // By Tencent's clock, in milliseconds since the first creation; ours is `ahead` of it.
        let ahead = if behind { -ahead } else { ahead };
        let offset = if behind { -ahead - doubt } else { doubt - ahead };
        let clock = ClockOffset::new(offset);
        let ours = |t: i64| at(0) + t + ahead;
        let created = from + pause;
        let truly = |t: i64| match t {
            t if t < from => Some((CREATED_AT, t * old / 1000)),
            t if t >= created => Some((CREATED_AT + created / 1000, (t - created) * new / 1000)),
            _ => None,
        };
        let mut first = StreamTracker::new(StreamId(1), Some(CREATED_AT));
        first.set_clock_offset(clock);
        let mut world = Recreated {
            trackers: vec![first], clock, counted: vec![BTreeMap::new()], excluded: BTreeSet::new(), asks: false,
        };
        let mut origin = BTreeMap::new();
        let mut now = 0;
        let last = [(4_000, 10, 0, 0), (4_000, 10, 0, 7), (4_000, 10, 0, 0), (4_000, 10, 0, 7)];
        let end = (created - 1).max(0);
        for (place, (wait, latency, moment, kind)) in calls.into_iter().chain(last).enumerate() {
            let (asked, answered) = (now + wait, now + wait + latency);
            // The last calls come when the room is there again.
            let later = if place >= 4 && kind == 7 { (end - asked).max(0) } else { 0 };
            let (asked, answered) = (asked + later, answered + later);
            now = answered + 1;
            let then = truly(asked + latency * moment / 1000);
            match (kind, then) {
                (6.., Some((create_time, _))) => {
                    world.with(|tracker| tracker.apply_create_time(create_time, ours(asked), CreateTimeSource::List, STEP))
                }
                (_, None) => world.with(|tracker| tracker.apply_info_not_found(&RULES, ours(asked), ours(answered), STEP)),
                (5, _) if restarts => {
                    let tracker = world.trackers.last().unwrap();
                    let open = stored(tracker.create_time);
                    let runs: BTreeMap<_, _> =
                        world.counted.last().unwrap().values().map(|run| (run.from, *run)).collect();
                    let runs: Vec<_> = runs.into_values().collect();
                    let mut again = StreamTracker::restore(&open, &runs, None, true);
                    again.set_clock_offset(clock);
                    again.restore_waiting(tracker.waiting());
                    *world.trackers.last_mut().unwrap() = again;
                }
                (_, Some((create_time, coins))) => {
                    let reading = Reading { asked: ours(asked), answered: ours(answered),
                        counters: Counters::from_array([coins; 6]) };
                    origin.insert(reading.asked, create_time);
                    world.with(|tracker| tracker.apply_reading(&RULES, reading, STEP, None, 0));
                    // get_room_info fails now and then.
                    if std::mem::take(&mut world.asks) && kind != 4 {
                        let asked = now;
                        now += 20;
                        if let Some((create_time, _)) = truly(asked) {
                            world.with(|tracker| tracker.apply_create_time(create_time, ours(asked), CreateTimeSource::Info, STEP));
                        }
                    }
                }
            }
        }
        prop_assert!(world.trackers.len() <= 2);
        for (tracker, counted) in world.trackers.iter().zip(&world.counted) {
            for asked in counted.keys() {
                prop_assert_eq!(Some(&origin[asked]), tracker.create_time.as_ref(), "{:?}", asked);
            }
        }
        let waiting = world.trackers.iter().flat_map(|tracker| tracker.pending.iter().chain(&tracker.lower));
        let kept: BTreeSet<_> = waiting.map(|reading| reading.asked).chain(world.excluded)
            .chain(world.counted.into_iter().flat_map(BTreeMap::into_keys)).collect();
        // After a restart only the first and the last of a run of equal readings are known one by one.
        prop_assert!(restarts || origin.keys().all(|asked| kept.contains(asked)), "a reading is lost");
    }
}
