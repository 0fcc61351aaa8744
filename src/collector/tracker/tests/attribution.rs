//! Which stream a reading is of.

use super::*;

#[test]
fn readings_that_wait_for_long_are_thinned_and_keep_the_first_and_the_last() {
    let mut tracker = tracker();
    for turn in 0..3_000 {
        read(&mut tracker, 300 + turn * 10, 9 + turn);
    }
    assert!(tracker.pending.len() <= MAX_WAITING + 1);
    assert_eq!((tracker.pending[0], tracker.last()), (reading(300, 9), Some(reading(20, 3))));
    let last = 300 + 2_999 * 10;
    assert!(accepted(&info(&mut tracker, CREATED_AT, last + 1)) > MAX_WAITING / 2);
    assert_eq!(tracker.last(), Some(reading(last, 9 + 2_999)));
}

#[test]
fn a_newer_create_time_ends_the_stream_and_opens_the_next_with_what_was_read_of_it() {
    let mut tracker = tracker();
    let effects = read(&mut tracker, 30, 0);
    assert!(effects.contains(&TrackerEffect::AskInfo));
    let effects = info(&mut tracker, CREATED_AT + 25, 31);
    assert!(effects.contains(&TrackerEffect::Seal));
    let next = TrackerEffect::NextStream { create_time: Some(CREATED_AT + 25), readings: vec![reading(30, 0)] };
    assert_eq!(effects.last(), Some(&next));
    assert!(effects.iter().any(|effect| matches!(effect, TrackerEffect::Write(Write::Ending {
        by: EndEvidence::NewerSession, ended_at, .. }) if *ended_at == at(20) + 50)));
}

#[test]
fn a_next_stream_that_overtook_the_old_totals_takes_its_readings_along() {
    let mut tracker = tracker();
    info(&mut tracker, CREATED_AT, 21);
    read(&mut tracker, 30, 9);
    read(&mut tracker, 40, 12);
    let effects = info(&mut tracker, CREATED_AT + 25, 41);
    let last = Some(reading(20, 3));
    assert_eq!(effects[0], TrackerEffect::Write(Write::ReassignReadings { stream: StreamId(1), since: at(30), last }));
    let next = TrackerEffect::NextStream {
        create_time: Some(CREATED_AT + 25),
        readings: vec![reading(30, 9), reading(40, 12)],
    };
    assert_eq!(effects.last(), Some(&next));
    let ended = effects.iter().find_map(|effect| match effect {
        TrackerEffect::Write(Write::Ending { ended_at, ended_after, .. }) => Some((*ended_at, *ended_after)),
        _ => None,
    });
    let last = at(20) + 50;
    assert_eq!(ended, Some((last, Some(last))), "it ends at its last accepted reading, confirmed long ago or not");
}

#[test]
fn a_first_reading_long_after_the_create_time_waits_for_confirmation() {
    let mut tracker = StreamTracker::new(StreamId(1), Some(CREATED_AT));
    assert_eq!(info(&mut tracker, CREATED_AT, 1), []);
    assert_eq!(read(&mut tracker, 125, 9), [TrackerEffect::AskInfo]);
    let effects = info(&mut tracker, CREATED_AT + 60, 126);
    let next = TrackerEffect::NextStream { create_time: Some(CREATED_AT + 60), readings: vec![reading(125, 9)] };
    assert_eq!(effects.last(), Some(&next));
    assert_eq!(tracker.last(), None);
    // Where get_room_info does not answer, two are enough, until it does.
    let mut tracker = StreamTracker::new(StreamId(1), Some(CREATED_AT));
    read(&mut tracker, 125, 9);
    assert_eq!(tracker.apply_missing_create_time(at(126), STEP), []);
    read(&mut tracker, 135, 10);
    assert_eq!(accepted(&tracker.apply_missing_create_time(at(136), STEP)), 2);
}

#[test]
fn what_was_read_before_the_next_stream_and_is_of_neither_is_excluded() {
    let mut tracker = tracker();
    // After a gap longer than the grace nothing is accepted unasked.
    assert_eq!(read(&mut tracker, 300, 9), [TrackerEffect::AskInfo]);
    let effects = info(&mut tracker, CREATED_AT + 305, 310);
    let kept = Write::Excluded { stream: StreamId(1), reading: reading(300, 9), reason: ExclusionReason::Stale };
    assert!(effects.contains(&TrackerEffect::Write(kept)), "{effects:?}");
    assert_eq!(
        effects.last(),
        Some(&TrackerEffect::NextStream { create_time: Some(CREATED_AT + 305), readings: Vec::new() })
    );
}

/// Read at 25.3 s, in the second of the creation at 25 s.
fn in_the_second() -> Reading {
    Reading { asked: at(25) + 300, answered: at(25) + 350, ..reading(25, 9) }
}

#[test]
fn what_was_read_in_the_second_of_the_next_creation_is_counted_in_neither_stream() {
    // Whether the totals fall with the next reading or rise, and whether the creation is returned before it or after.
    for value in [2, 12] {
        for returned_first in [false, true] {
            let mut tracker = tracker();
            info(&mut tracker, CREATED_AT, 21);
            assert_eq!(accepted(&tracker.apply_reading(&RULES, in_the_second(), STEP, None, 0)), 1);
            let mut next = Vec::new();
            if !returned_first {
                read(&mut tracker, 30, value);
                next.push(reading(30, value));
            }
            let effects = info(&mut tracker, CREATED_AT + 25, 31);
            assert!(effects.contains(&excluded(in_the_second())), "{effects:?}");
            let next = TrackerEffect::NextStream { create_time: Some(CREATED_AT + 25), readings: next };
            assert_eq!((effects.last(), tracker.last()), (Some(&next), Some(reading(20, 3))));
        }
    }
}

#[test]
fn a_reading_requested_before_the_second_of_creation_was_over_is_excluded_whenever_it_comes() {
    let mut next = StreamTracker::new(StreamId(1), Some(CREATED_AT + 22));
    // A slow call that was in flight while the room was created again and the list returned its new CreateTime.
    let slow = Reading { asked: at(20), answered: at(24), ..reading(20, 5_100) };
    assert_eq!(next.apply_reading(&RULES, slow, STEP, None, 0), [excluded(slow)]);
    let early = Reading { asked: at(22) + 999, answered: at(24), ..reading(22, 5_100) };
    assert_eq!(next.apply_reading(&RULES, early, STEP, None, 0), [excluded(early)]);
    assert_eq!(accepted(&read(&mut next, 34, 10)), 1, "no fall");
    // Where the clocks differ, so much later.
    let mut next = StreamTracker::new(StreamId(1), Some(CREATED_AT + 22));
    next.set_clock_offset(ClockOffset::new(-3_000));
    assert_eq!(accepted(&read(&mut next, 27, 5_100)), 0);
    assert_eq!(accepted(&read(&mut next, 28, 10)), 1);
}

#[test]
fn a_clock_that_differs_from_tencents_moves_no_reading_to_another_stream() {
    // The second stream begins at 25 s; ours says 30 then, or 20. What is read of the first before is its own, or in
    // doubt between the clocks and then counted in neither.
    for (ours, offset) in [(5, -3_000), (-5, 5_000)] {
        let mut tracker = StreamTracker::new(StreamId(1), Some(CREATED_AT));
        tracker.set_clock_offset(ClockOffset::new(offset));
        for (second, value) in [(3, 1), (14, 7), (24, 9)] {
            assert_eq!(accepted(&read(&mut tracker, second + ours, value)), 1);
            info(&mut tracker, CREATED_AT, second + ours - 1);
        }
        let first = reading(27 + ours, 8);
        tracker.apply_reading(&RULES, first, STEP, None, 0);
        let effects = info(&mut tracker, CREATED_AT + 25, 28 + ours);
        let next = TrackerEffect::NextStream { create_time: Some(CREATED_AT + 25), readings: vec![first] };
        assert_eq!(effects.last(), Some(&next), "{ours} s ahead");
        assert!(effects.contains(&excluded(reading(24 + ours, 9))), "{ours} s ahead: {effects:?}");
        assert_eq!(tracker.last().map(|last| last.counters.coins), Some(7), "{ours} s ahead");
    }
}

#[test]
fn a_stream_that_began_without_a_create_time_is_that_of_its_first_reading() {
    let mut tracker = StreamTracker::new(StreamId(1), None);
    read(&mut tracker, 1, 1);
    read(&mut tracker, 10, 2);
    read(&mut tracker, 30, 9);
    let effects = info(&mut tracker, CREATED_AT + 25, 31);
    let next = TrackerEffect::NextStream { create_time: Some(CREATED_AT + 25), readings: vec![reading(30, 9)] };
    assert_eq!(effects.last(), Some(&next), "the later tracker overtook it and was not its own");
    assert_eq!((tracker.create_time, tracker.last()), (None, Some(reading(10, 2))));
}

#[test]
fn a_stream_that_began_without_a_create_time_excludes_readings_of_that_second() {
    for value in [2, 12] {
        let mut tracker = StreamTracker::new(StreamId(1), None);
        tracker.apply_reading(&RULES, in_the_second(), STEP, None, 0);
        read(&mut tracker, 30, value);
        let effects = info(&mut tracker, CREATED_AT + 25, 31);
        assert!(effects.contains(&excluded(in_the_second())), "{effects:?}");
        assert_eq!(
            (tracker.create_time, tracker.last()),
            (Some(CREATED_AT + 25), Some(reading(30, value))),
            "{effects:?}"
        );
    }
}

#[test]
fn what_was_known_of_this_stream_in_the_second_of_the_next_creation_stays() {
    let mut tracker = tracker();
    let known = in_the_second();
    tracker.apply_reading(&RULES, known, STEP, None, 0);
    tracker.apply_create_time(CREATED_AT, at(25) + 400, CreateTimeSource::Info, STEP);
    // Within one second the room went and came again, was read low, and then high.
    let first = Reading { asked: at(25) + 800, answered: at(25) + 850, ..reading(25, 4) };
    tracker.apply_reading(&RULES, first, STEP, None, 0);
    read(&mut tracker, 30, 12);
    let effects = info(&mut tracker, CREATED_AT + 25, 31);
    assert!(effects.contains(&excluded(first)), "{effects:?}");
    let next = TrackerEffect::NextStream { create_time: Some(CREATED_AT + 25), readings: vec![reading(30, 12)] };
    assert_eq!((effects.last(), tracker.last()), (Some(&next), Some(known)));
}

#[test]
fn what_was_asked_before_the_next_creation_and_answered_after_it_can_be_of_either() {
    let mut tracker = tracker();
    info(&mut tracker, CREATED_AT, 21);
    let across = Reading { asked: at(24) + 900, answered: at(25) + 50, ..reading(24, 9) };
    assert_eq!(accepted(&tracker.apply_reading(&RULES, across, STEP, None, 0)), 1);
    read(&mut tracker, 34, 12);
    let effects = info(&mut tracker, CREATED_AT + 25, 35);
    let kept = Write::Excluded { stream: StreamId(1), reading: across, reason: ExclusionReason::Stale };
    assert!(effects.contains(&TrackerEffect::Write(kept)), "{effects:?}");
    assert_eq!(tracker.last(), Some(reading(20, 3)));
}

#[test]
fn after_a_restart_what_was_read_in_the_second_of_the_next_creation_is_counted_in_neither_stream() {
    let stream = OpenStream::started_at(
        StreamId(1),
        &crate::store::NewStream {
            app: crate::domain::AppId(7),
            room: crate::domain::RoomId::parse("xl_radio").unwrap(),
            kind: crate::domain::StreamKind::Stream,
            create_time: Some(CREATED_AT),
            part: SessionPart::default(),
            title: None,
            host: None,
            host_name: None,
            interval_ms: STEP,
            first_seen: at(0),
            started_at: at(0),
        },
        crate::domain::Day::default(),
    );
    let late = Reading { asked: at(25) + 48, answered: at(25) + 53, ..reading(25, 4) };
    let restored = |runs: &[Reading]| {
        let runs: Vec<_> = runs.iter().copied().map(Run::from).collect();
        let mut tracker = StreamTracker::restore(&stream, &runs, None, true);
        read(&mut tracker, 30, 12);
        (info(&mut tracker, CREATED_AT + 25, 31), tracker.last())
    };
    let (effects, last) = restored(&[reading(1, 1), late]);
    let next = TrackerEffect::NextStream { create_time: Some(CREATED_AT + 25), readings: vec![reading(30, 12)] };
    let kept =
        TrackerEffect::Write(Write::Excluded { stream: StreamId(1), reading: late, reason: ExclusionReason::Stale });
    assert!(effects.contains(&kept), "{effects:?}");
    assert_eq!((effects.last(), last), (Some(&next), Some(reading(1, 1))));
    // What was asked after that second is the next stream's, whatever was known of it.
    let (effects, last) = restored(&[reading(1, 1), late, reading(27, 9)]);
    let next = TrackerEffect::NextStream {
        create_time: Some(CREATED_AT + 25),
        readings: vec![reading(27, 9), reading(30, 12)],
    };
    assert!(effects.contains(&kept), "{effects:?}");
    assert_eq!((effects.last(), last), (Some(&next), Some(reading(1, 1))));
}

#[test]
fn one_lower_reading_is_a_glitch_and_three_are_a_restatement() {
    let mut tracker = tracker();
    read(&mut tracker, 30, 1);
    assert_eq!(info(&mut tracker, CREATED_AT, 31), []);
    let effects = read(&mut tracker, 40, 4);
    assert_eq!(judged(&effects), Some(ExclusionReason::Glitch));
    assert_eq!(accepted(&effects), 1);
    for (second, value) in [(50, 1), (60, 1)] {
        read(&mut tracker, second, value);
        assert_eq!(accepted(&info(&mut tracker, CREATED_AT, second + 1)), 0);
    }
    read(&mut tracker, 70, 2);
    let effects = info(&mut tracker, CREATED_AT, 71);
    assert_eq!(judged(&effects), Some(ExclusionReason::UpstreamCorrection));
    assert_eq!(accepted(&effects), 3, "what Tencent says now counts");
    assert!(
        effects
            .iter()
            .any(|effect| matches!(effect, TrackerEffect::Write(Write::UpstreamCorrection { from, until, .. })
        if *from == at(40) + 50 && *until == at(50)))
    );
    assert_eq!(accepted(&read(&mut tracker, 80, 2)), 1, "2 is no fall any more");
}

#[test]
fn without_an_answer_of_get_room_info_two_lower_readings_are_another_stream() {
    let mut tracker = tracker();
    read(&mut tracker, 30, 0);
    assert_eq!(tracker.apply_missing_create_time(at(31), STEP), []);
    read(&mut tracker, 40, 1);
    let effects = tracker.apply_missing_create_time(at(41), STEP);
    let next = TrackerEffect::NextStream { create_time: None, readings: vec![reading(30, 0), reading(40, 1)] };
    assert_eq!(effects.last(), Some(&next));
}

#[test]
fn an_older_create_time_is_stale() {
    let mut tracker = tracker();
    read(&mut tracker, 30, 0);
    assert_eq!(info(&mut tracker, CREATED_AT - 5, 31), []);
    assert!(tracker.is_waiting());
    assert_eq!(info(&mut tracker, CREATED_AT, 32), []);
    assert!(!tracker.is_waiting());
}

#[test]
fn after_a_gap_longer_than_the_grace_a_reading_waits_to_be_known() {
    let mut tracker = tracker();
    assert_eq!(read(&mut tracker, 300, 9), [TrackerEffect::AskInfo]);
    assert_eq!(accepted(&info(&mut tracker, CREATED_AT, 299)), 0, "asked before the reading was answered");
    let effects = info(&mut tracker, CREATED_AT, 301);
    assert_eq!(accepted(&effects), 1);
    assert!(effects.iter().any(|effect| matches!(effect, TrackerEffect::Write(Write::Gap { gap, .. })
        if gap.from == at(20) + 50 && gap.until == at(300))));
}
