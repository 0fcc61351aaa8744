//! Runs, data gaps, and the length of a stream.

use super::*;

#[test]
fn one_answer_delivered_twice_is_one_reading() {
    let mut tracker = tracker();
    assert_eq!(accepted(&read(&mut tracker, 30, 4)), 1);
    assert_eq!(read(&mut tracker, 30, 4), [], "a person's request had joined the call");
    // Nor are two tellings of one lower reading two lower readings in a row.
    read(&mut tracker, 40, 0);
    assert_eq!(read(&mut tracker, 40, 0), []);
    assert_eq!(tracker.apply_missing_create_time(at(41), STEP), []);
}

#[test]
fn a_clock_set_back_loses_no_reading_and_turns_no_time_around() {
    let mut tracker = tracker();
    tracker.clock_was_set(0);
    let mut times = Vec::new();
    for (second, value) in [(-3000, 4), (-2990, 5), (-2980, 5), (100, 6)] {
        for effect in read(&mut tracker, second, value) {
            match effect {
                TrackerEffect::Write(Write::Run { run, .. }) => times.push((run.from, run.until, run.counters.coins)),
                TrackerEffect::Write(Write::Gap { gap, .. }) => {
                    assert!(gap.from <= gap.until, "{gap:?}");
                    assert!(matches!(gap.cause, GapCause::Clock | GapCause::Late), "{gap:?}");
                }
                _ => {}
            }
        }
    }
    assert_eq!(times.iter().map(|&(_, _, coins)| coins).collect::<Vec<_>>(), [4, 5, 5, 6]);
    assert!(times.windows(2).all(|pair| pair[0].0 <= pair[1].0 && pair[0].1 <= pair[1].1), "{times:?}");
    // Set back while we were not running: what comes then is read like anything else.
    let mut again = StreamTracker { clock_set: false, restarted: true, last_response: None, ..tracker };
    assert_eq!(accepted(&read(&mut again, -2000, 7)), 1);
}

#[test]
fn the_time_before_an_end_that_an_outage_hid_has_the_outage_for_its_cause() {
    let gaps = |effects: &[TrackerEffect]| -> Vec<Gap> {
        let gap = |effect: &TrackerEffect| match effect {
            TrackerEffect::Write(Write::Gap { gap, .. }) => Some(*gap),
            _ => None,
        };
        effects.iter().filter_map(gap).collect()
    };
    let mut hidden = tracker();
    hidden.apply_failure(GapCause::NoAnswer, "no_answer".into(), at(30), None, 0);
    not_found(&mut hidden, 600);
    let gap = Gap { from: at(20) + 50, until: at(600), cause: GapCause::NoAnswer };
    assert_eq!(gaps(&not_found(&mut hidden, 610)), [gap]);
    // On its own, "no such room" is the end and no gap; where the room comes back it was the cause of one.
    let mut back = tracker();
    not_found(&mut back, 30);
    not_found(&mut back, 40);
    not_found(&mut back, 50);
    read(&mut back, 60, 4);
    let gap = Gap { from: at(20) + 50, until: at(60), cause: GapCause::Code(100_004) };
    assert_eq!(gaps(&info(&mut back, CREATED_AT, 61)), [gap]);
}

#[test]
fn a_grace_period_below_the_polling_interval_costs_no_call_of_get_room_info_per_reading() {
    let rules = Rules { grace_ms: 5_000, ..RULES };
    let mut tracker = StreamTracker::new(StreamId(1), Some(CREATED_AT));
    for second in (1..300).step_by(10) {
        let effects = tracker.apply_reading(&rules, reading(second, second), STEP, None, 0);
        assert!(!effects.contains(&TrackerEffect::AskInfo), "{second}: {effects:?}");
    }
    assert_eq!(
        tracker.apply_reading(&rules, reading(330, 330), STEP, None, 0),
        [TrackerEffect::AskInfo],
        "a data gap does"
    );
}

#[test]
fn a_stream_goes_on_as_its_next_part_after_seven_days() {
    let mut tracker = StreamTracker::new(StreamId(1), Some(CREATED_AT));
    read(&mut tracker, 1, 1);
    let mut second = 1;
    while second < 7 * 86_400 {
        second += 100;
        let effects = read(&mut tracker, second, second);
        info(&mut tracker, CREATED_AT, second + 1);
        if let Some(TrackerEffect::NextPart { last }) = effects.last() {
            assert_eq!(*last, reading(second, second));
            assert_eq!(effects[effects.len() - 2], TrackerEffect::Seal);
            break;
        }
    }
    assert!((7 * 86_400..7 * 86_400 + 200).contains(&second), "{second}");
    assert_eq!((tracker.phase, tracker.ended_by()), (Phase::Over, Some(EndEvidence::Continued)));
}

#[test]
fn a_turn_that_the_rate_limit_delays_is_a_data_gap_with_that_cause() {
    let mut tracker = tracker();
    let effects = read(&mut tracker, 55, 4);
    let gap = Gap { from: at(20) + 50, until: at(55), cause: GapCause::Late };
    assert!(effects.contains(&TrackerEffect::Write(Write::Gap { stream: StreamId(1), gap })), "{effects:?}");
}

#[test]
fn a_call_that_was_not_sent_is_no_failure_and_one_that_was_is_counted_once() {
    let mut tracker = tracker();
    tracker.note_call_not_sent(GapCause::NoAnswer, at(30));
    assert_eq!(tracker.interruption, Some((at(30), GapCause::NoAnswer)));
    let fail = |tracker: &mut StreamTracker| {
        tracker.apply_failure(GapCause::NoAnswer, "timeout".into(), at(40), None, 2).len()
    };
    assert_eq!((fail(&mut tracker), fail(&mut tracker)), (1, 0), "a refresh had joined it");
    assert_eq!(tracker.interruption, Some((at(30), GapCause::NoAnswer)));
}

#[test]
fn a_wall_clock_set_back_an_hour_changes_no_duration() {
    use crate::clock::Clock;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering};
    use std::time::Duration;
    let (wall, elapsed) = (Arc::new(AtomicI64::new(at(0).0)), Arc::new(AtomicI64::new(0)));
    let (wall_ms, elapsed_ms) = (wall.clone(), elapsed.clone());
    let machine = Clock::new(move || Millis(wall_ms.load(Ordering::Relaxed)));
    let clock = Clock::steady(machine, None, move || Duration::from_millis(elapsed_ms.load(Ordering::Relaxed) as u64));
    let mut tracker = StreamTracker::new(StreamId(1), Some(CREATED_AT));
    let mut recorded = Recorded::default();
    // Two hours at 10 s, 10 coins each; after the first the wall clock goes back an hour.
    for step in 0..720 {
        for clock in [&wall, &elapsed] {
            clock.fetch_add(STEP, Ordering::Relaxed);
        }
        if step == 360 {
            wall.fetch_sub(3_600_000, Ordering::Relaxed);
        }
        let asked = clock.now();
        let counters = Counters::from_array([10 * step; 6]);
        let reading = Reading { asked, answered: asked + 40, counters };
        recorded.apply(tracker.apply_reading(&RULES, reading, STEP, None, 0));
        recorded.apply(tracker.apply_create_time(CREATED_AT, asked + 60, CreateTimeSource::Info, STEP));
    }
    let runs: Vec<Run> = recorded.runs.into_values().collect();
    assert_eq!(runs.iter().map(|run| run.count).sum::<i64>(), 720);
    assert_eq!(recorded.gaps, []);
    let took = runs[719].from - runs[0].from;
    assert!((7_190_000 - 40_000..=7_190_000).contains(&took), "two hours but for a hundredth of one: {took} ms");
    let series = Series::new(&runs, &recorded.gaps, &[]);
    let busiest = crate::domain::numbers::busiest_minute(&series, Counter::Coins, (0, 0));
    assert!(busiest.is_none_or(|minute| minute.estimate.coins.unwrap() <= 62), "{busiest:?}");
}
