//! What ends a stream, and what does not.

use super::*;

#[test]
fn no_such_room_once_is_nothing_and_twice_an_interval_apart_is_an_end() {
    let mut tracker = tracker();
    assert_eq!(not_found(&mut tracker, 30), []);
    assert_eq!(not_found(&mut tracker, 35), [], "too soon after the first");
    let effects = not_found(&mut tracker, 40);
    let expected = TrackerEffect::Write(Write::Ending {
        stream: StreamId(1),
        ended_at: at(30),
        ended_after: Some(at(20) + 50),
        by: EndEvidence::RoomGone,
        evidence_at: at(40) + 50,
    });
    assert_eq!(effects, [expected]);
    assert_eq!(not_found(&mut tracker, 100), [], "the grace runs");
    assert_eq!(not_found(&mut tracker, 161), [TrackerEffect::Seal]);
    assert_eq!(tracker.phase, Phase::Over);
}

#[test]
fn an_answer_between_two_refusals_takes_the_first_back() {
    // A reading takes back what get_room_stats said.
    let mut by_stats = tracker();
    assert_eq!(by_stats.apply_stats_not_found(&RULES, at(30)), [TrackerEffect::AskInfo]);
    assert_eq!(by_stats.not_found_since, Some(at(30)));
    assert_eq!(accepted(&read(&mut by_stats, 40, 4)), 1);
    assert_eq!(by_stats.not_found_since, None);
    // What get_room_info said only get_room_info takes back.
    let mut by_info = tracker();
    not_found(&mut by_info, 30);
    assert_eq!(read(&mut by_info, 40, 4), [TrackerEffect::AskInfo]);
    by_info.note_room_exists();
    assert_eq!(accepted(&info(&mut by_info, CREATED_AT, 41)), 1);
    assert_eq!(not_found(&mut by_info, 50), []);
    assert_eq!(by_info.phase, Phase::Live);
}

#[test]
fn the_earliest_request_that_found_no_room_dates_the_end_in_whichever_order_the_answers_come() {
    let mut slow_stats = tracker();
    not_found(&mut slow_stats, 33);
    // Requested before get_room_info and answered after it.
    slow_stats.apply_stats_not_found(&RULES, at(30));
    assert_eq!(slow_stats.not_found_since, Some(at(30)));
    not_found(&mut slow_stats, 43);
    assert!(matches!(slow_stats.phase, Phase::Ending { ended_at, .. } if ended_at == at(30)));
    // The room was returned to a request after it: the end is later.
    let mut overtaken = tracker();
    overtaken.note_room_exists();
    info(&mut overtaken, CREATED_AT, 32);
    assert_eq!(overtaken.apply_stats_not_found(&RULES, at(30)), [TrackerEffect::AskInfo]);
    assert_eq!(overtaken.not_found_since, None);
    not_found(&mut overtaken, 34);
    not_found(&mut overtaken, 44);
    assert!(matches!(overtaken.phase, Phase::Ending { ended_at, .. } if ended_at == at(34)));
}

#[test]
fn whether_a_room_exists_is_for_get_room_info_alone_to_say() {
    // get_room_stats goes on answering for a dissolved room: it ends all the same, with what was read before.
    let mut outlived = tracker();
    not_found(&mut outlived, 30);
    assert_eq!(read(&mut outlived, 35, 3), [TrackerEffect::AskInfo]);
    let effects = not_found(&mut outlived, 40);
    let end = Write::Ending {
        stream: StreamId(1),
        ended_at: at(30),
        ended_after: Some(at(20) + 50),
        by: EndEvidence::RoomGone,
        evidence_at: at(40) + 50,
    };
    assert_eq!(effects, [excluded(reading(35, 3)), TrackerEffect::Write(end)]);
    read(&mut outlived, 165, 3);
    assert_eq!(not_found(&mut outlived, 166).last(), Some(&TrackerEffect::Seal));
    // The other way round: however often get_room_stats says that there is no such room.
    let mut standing = tracker();
    for second in (30..600).step_by(10) {
        assert_eq!(standing.apply_stats_not_found(&RULES, at(second)), [TrackerEffect::AskInfo]);
        standing.note_room_exists();
        assert_eq!(info(&mut standing, CREATED_AT, second + 1), []);
    }
    assert_eq!(standing.phase, Phase::Live);
}

#[test]
fn a_room_closed_webhook_is_not_contradicted_by_an_answer_that_is_moments_out_of_date() {
    let room_closed = Totals { coins: Some(77), ..Totals::default() };
    let mut tracker = tracker();
    tracker.apply_room_closed(at(25), room_closed, at(25) + 20);
    let stale = Reading { asked: at(25) + 50, answered: at(25) + 90, ..reading(25, 3) };
    assert_eq!(tracker.apply_reading(&RULES, stale, STEP, None, 0), [TrackerEffect::AskInfo]);
    assert_eq!(tracker.apply_create_time(CREATED_AT, at(25) + 120, CreateTimeSource::Info, STEP), []);
    assert_eq!(not_found(&mut tracker, 30), []);
    let effects = not_found(&mut tracker, 146);
    assert_eq!(effects, [excluded(stale), TrackerEffect::Seal]);
    // A counter that moves after it does contradict it, and so does the room more than an interval later.
    for (second, value) in [(28, 4), (36, 3)] {
        let mut tracker = self::tracker();
        tracker.apply_room_closed(at(25), room_closed, at(25) + 20);
        read(&mut tracker, 26, 3);
        info(&mut tracker, CREATED_AT, 27);
        assert!(matches!(tracker.phase, Phase::Ending { .. }));
        read(&mut tracker, second, value);
        let effects = info(&mut tracker, CREATED_AT, second + 1);
        assert!(effects.contains(&TrackerEffect::Write(Write::Returned { stream: StreamId(1) })), "{effects:?}");
        assert_eq!(accepted(&effects), 2);
    }
}

#[test]
fn a_contradiction_is_withdrawn_if_the_room_is_gone_within_the_grace_period() {
    let contradicted = || {
        let mut tracker = tracker();
        tracker.apply_room_closed(at(25), Totals { coins: Some(77), ..Totals::default() }, at(26));
        read(&mut tracker, 40, 3);
        info(&mut tracker, CREATED_AT, 41);
        assert_eq!(tracker.phase, Phase::Live);
        tracker
    };
    let mut soon = contradicted();
    not_found(&mut soon, 60);
    let effects = not_found(&mut soon, 70);
    let withdrawn = Write::ContradictionWithdrawn { stream: StreamId(1), event_time: at(25) };
    assert!(effects.contains(&TrackerEffect::Write(withdrawn)), "{effects:?}");
    let by = EndEvidence::Webhook;
    assert_eq!(soon.phase, Phase::Ending { by, ended_at: at(60), evidence_at: at(70) + 50 });
    assert!(!soon.apply_room_closed(at(25), Totals::default(), at(71)).is_empty(), "a copy of it counts again");
    let mut late = contradicted();
    not_found(&mut late, 162);
    not_found(&mut late, 172);
    assert_eq!(late.ended_by(), Some(EndEvidence::RoomGone));
}

#[test]
fn a_stream_without_a_create_time_takes_no_room_closed_webhook_from_before_its_first_reading() {
    let mut tracker = StreamTracker::new(StreamId(1), None);
    read(&mut tracker, 30, 5);
    assert!(!tracker.may_have_closed(at(29)));
    assert!(tracker.may_have_closed(at(31)));
}

#[test]
fn while_the_room_cannot_be_asked_the_grace_waits() {
    let mut tracker = tracker();
    not_found(&mut tracker, 30);
    not_found(&mut tracker, 40);
    for second in (50..5000).step_by(10) {
        let effects = tracker.apply_failure(GapCause::NoAnswer, "no_answer".into(), at(second), None, 0);
        assert!(!effects.contains(&TrackerEffect::Seal));
    }
    assert_eq!(not_found(&mut tracker, 5000), [TrackerEffect::Seal]);
}

#[test]
fn a_room_that_answers_again_with_its_own_create_time_is_live_again() {
    let mut tracker = tracker();
    not_found(&mut tracker, 30);
    not_found(&mut tracker, 40);
    assert_eq!(read(&mut tracker, 50, 5), [TrackerEffect::AskInfo], "whose reading it is must be told first");
    let effects = info(&mut tracker, CREATED_AT, 51);
    assert_eq!(effects[0], TrackerEffect::Write(Write::Returned { stream: StreamId(1) }));
    assert_eq!(accepted(&effects), 1);
    assert_eq!(tracker.phase, Phase::Live);
}

#[test]
fn of_several_room_closed_webhooks_the_latest_places_the_end_in_any_order() {
    let room_closed =
        |tracker: &mut StreamTracker, second| tracker.apply_room_closed(at(second), Totals::default(), at(60));
    for order in [[25, 22, 10], [10, 25, 22], [22, 10, 25], [10, 22, 25]] {
        for gone_first in [false, true] {
            let mut tracker = tracker();
            if gone_first {
                not_found(&mut tracker, 30);
                not_found(&mut tracker, 40);
            }
            for second in order {
                room_closed(&mut tracker, second);
                room_closed(&mut tracker, second);
            }
            not_found(&mut tracker, 70);
            let by = EndEvidence::Webhook;
            assert!(
                matches!(tracker.phase, Phase::Ending { by: b, ended_at, .. } if b == by && ended_at == at(25)),
                "{order:?}: {:?}",
                tracker.phase
            );
        }
    }
}

#[test]
fn an_operator_who_keeps_a_stream_takes_the_room_closed_webhook_back_too() {
    let mut tracker = tracker();
    tracker.apply_room_closed(at(25), Totals { coins: Some(999), ..Totals::default() }, at(26));
    let effects = tracker.keep_by_user(at(27));
    assert!(effects.contains(&TrackerEffect::Write(Write::Contradicted { stream: StreamId(1), at: at(27) })));
    assert_eq!(tracker.phase, Phase::Live);
}

#[test]
fn what_was_asked_before_the_room_closed_webhook_came_contradicts_nothing() {
    let mut tracker = tracker();
    // After a gap longer than the grace it waits for get_room_info; the message overtakes that.
    assert_eq!(read(&mut tracker, 300, 9), [TrackerEffect::AskInfo]);
    tracker.apply_room_closed(at(301), Totals::default(), at(302));
    let effects = info(&mut tracker, CREATED_AT, 303);
    assert_eq!(accepted(&effects), 1);
    assert!(matches!(tracker.phase, Phase::Ending { by: EndEvidence::Webhook, .. }), "{effects:?}");
    read(&mut tracker, 313, 9);
    info(&mut tracker, CREATED_AT, 314);
    assert_eq!(tracker.phase, Phase::Live, "an answer more than an interval after it does");
}

#[test]
fn room_closed_webhook_and_100004_say_the_same_in_either_order() {
    let room_closed = |tracker: &mut StreamTracker| tracker.apply_room_closed(at(25), Totals::default(), at(41));
    let end = |effects: Vec<TrackerEffect>| {
        effects.into_iter().rev().find_map(|effect| match effect {
            TrackerEffect::Write(Write::Ending { ended_at, ended_after, by, .. }) => Some((ended_at, ended_after, by)),
            _ => None,
        })
    };
    let mut first = tracker();
    let mut effects = room_closed(&mut first);
    effects.extend(not_found(&mut first, 50));
    let mut second = tracker();
    let mut other = not_found(&mut second, 30);
    other.extend(not_found(&mut second, 40));
    other.extend(room_closed(&mut second));
    other.extend(room_closed(&mut second));
    assert_eq!(end(effects), Some((at(25), None, EndEvidence::Webhook)));
    assert_eq!(end(other), Some((at(25), None, EndEvidence::Webhook)));
}

#[test]
fn a_false_room_closed_webhook_is_contradicted_by_a_room_that_answers() {
    let mut tracker = tracker();
    tracker.apply_room_closed(at(25), Totals::default(), at(26));
    read(&mut tracker, 40, 4);
    let effects = info(&mut tracker, CREATED_AT, 41);
    assert!(effects.contains(&TrackerEffect::Write(Write::Returned { stream: StreamId(1) })));
    assert!(effects.iter().any(|effect| matches!(effect, TrackerEffect::Write(Write::Contradicted { .. }))));
    assert_eq!(tracker.apply_room_closed(at(25), Totals::default(), at(45)), [], "a copy of it is not heard again");
    assert_eq!(tracker.phase, Phase::Live);
    assert!(!tracker.apply_room_closed(at(55), Totals::default(), at(56)).is_empty(), "another one is");
}

#[test]
fn a_room_closed_webhook_from_before_the_last_reading_leaves_the_end_to_the_first_100004() {
    let mut tracker = tracker();
    tracker.apply_room_closed(at(10), Totals::default(), at(26));
    let effects = not_found(&mut tracker, 30);
    assert!(effects.iter().any(|effect| matches!(effect, TrackerEffect::Write(Write::Ending {
        ended_at, by: EndEvidence::Webhook, .. }) if *ended_at == at(30))));
}

#[test]
fn a_clock_set_forward_shortens_no_grace_period() {
    let mut tracker = tracker();
    not_found(&mut tracker, 30);
    not_found(&mut tracker, 40);
    tracker.clock_was_set(3_600_000);
    assert_eq!(not_found(&mut tracker, 3_650), []);
    assert_eq!(not_found(&mut tracker, 3_761), [TrackerEffect::Seal]);
}

#[test]
fn the_quiet_rule_counts_successful_readings_only() {
    let rules = Rules { quiet_ms: Some(60_000), ..RULES };
    let mut tracker = tracker();
    let mut ended = Vec::new();
    for second in (30..=90).step_by(10) {
        ended.extend(tracker.apply_reading(&rules, reading(second, 3), STEP, None, 0));
    }
    assert!(ended.contains(&TrackerEffect::Seal));
    assert_eq!(tracker.ended_by(), Some(EndEvidence::Quiet));
}
