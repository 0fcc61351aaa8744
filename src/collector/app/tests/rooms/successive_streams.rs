//! Several streams of one room: where one ends, which reading is of which, and what the next one begins with.

use super::*;

#[tokio::test]
async fn a_room_that_outlives_its_show_opens_another_stream_with_start_totals_of_its_own() {
    let mut world = RoomHarness::new().await;
    for (second, value) in [(1, 10), (11, 40), (21, 40), (41, 40), (61, 40), (81, 40)] {
        world.read(second, value).await;
    }
    let first = world.records().await;
    assert_eq!(first.len(), 1);
    assert_eq!((first[0].ended_by, first[0].totals.coins), (Some(EndEvidence::Quiet), Some(40)));
    assert_eq!(first[0].show_ended_at, Some(at(11) + 40), "the show ended with its last movement");
    // Standing still opens nothing; the next movement does.
    for second in [101, 121, 141] {
        world.read(second, 40).await;
    }
    world.read(161, 47).await;
    world.read(171, 50).await;
    world.task.deps.recorder.flush().await.unwrap();
    let live = world.store.streams(&StreamQuery::default()).await.unwrap().rows.remove(0);
    assert_eq!((live.state, live.totals.coins), (StreamState::Live, Some(10)), "its own, also while it is live");
    world.end(181).await;
    let records = world.records().await;
    assert_eq!(records.len(), 2);
    let second = &records[1];
    assert_eq!(second.created_at, records[0].created_at, "one session");
    assert_eq!((second.start.coins, second.before.coins, second.totals.coins), (Some(40), Some(0), Some(10)));
    assert_eq!(second.totals.gifters, Some(10), "at least so many new");
    assert_eq!(second.started_at, at(141), "from the last reading that stood still");
}

#[tokio::test]
async fn a_host_who_left_an_earlier_part_has_not_left_the_later_one() {
    let mut world = RoomHarness::new().await;
    for (second, value) in [(1, 10), (11, 40)] {
        world.read(second, value).await;
    }
    world.receive(15, member("host", "Offline", 15)).await;
    for second in [21, 41, 61, 81] {
        world.read(second, 40).await;
    }
    assert_eq!(world.records().await.len(), 1);
    world.read(161, 47).await;
    world.read(171, 50).await;
    world.end(181).await;
    let second = &world.records().await[1];
    assert!(second.show_ended_at.is_none_or(|ended| ended > second.started_at), "{:?}", second.show_ended_at);
}

#[tokio::test]
async fn a_room_that_went_after_the_quiet_rule_ended_its_stream_is_not_asked_for_ever() {
    let mut world = RoomHarness::new().await;
    for (second, value) in [(1, 10), (11, 40), (21, 40), (41, 40), (61, 40), (81, 40)] {
        world.read(second, value).await;
    }
    let watched = |world: &RoomHarness| world.task.rooms[&room()].is_idle() && !world.task.rooms[&room()].is_done();
    world.exists = false;
    world.read(101, 0).await;
    assert!(watched(&world), "once is no end");
    world.exists = true;
    world.read(111, 40).await;
    world.exists = false;
    world.read(121, 0).await;
    assert!(watched(&world), "it answered in between");
    world.read(141, 0).await;
    assert!(!watched(&world));
}

#[tokio::test]
async fn readings_move_to_the_next_stream_in_the_transaction_that_opens_it() {
    let mut world = RoomHarness::new().await;
    world.read(1, 5).await;
    world.read(11, 6).await;
    world.read(21, 9).await;
    let mut committed = world.task.deps.recorder.committed();
    world.born = Some(CREATED_AT + 15);
    world.task.ask_info(&room());
    world.read(31, 12).await;
    let groups: Vec<_> = std::iter::from_fn(|| committed.try_recv().ok()).collect();
    let opened = |write: &Write| matches!(write, Write::Opened { .. });
    let group = groups.iter().find(|group| group.iter().any(opened)).unwrap();
    let Some(Write::Opened { stream: next, .. }) = group.iter().find(|write| opened(write)) else { unreachable!() };
    assert!(
        group.iter().any(|write| matches!(write, Write::ReassignReadings { since, .. } if *since == at(21))),
        "{group:?}"
    );
    let moved = |write: &Write| matches!(write, Write::Run { stream, run, .. } if stream == next && run.from == at(21));
    assert!(group.iter().any(moved), "{group:?}");
    assert!(
        group.iter().any(|write| matches!(write, Write::Ending { by: EndEvidence::NewerSession, .. })),
        "{group:?}"
    );
    let rows = world.store.streams(&StreamQuery::default()).await.unwrap().rows;
    assert_eq!(rows.iter().map(|row| row.totals.coins).collect::<Vec<_>>(), [Some(12), Some(6)]);
    // Ids that are given out one by one stay their own among those the database gives.
    let taken = world.store.reserve_stream().await.unwrap();
    assert_eq!(next.0, rows[1].id.0 + 1);
    assert!(taken.0 > next.0);
}

#[tokio::test]
async fn a_reading_of_a_room_that_went_before_its_create_time_was_known_is_not_lost() {
    let mut world = RoomHarness::new().await;
    world.born = None;
    world.read(1, 7).await;
    assert!(world.task.rooms[&room()].is_opening());
    world.end(11).await;
    world.read(171, 0).await;
    let records = world.records().await;
    assert_eq!(records.len(), 1);
    assert_eq!((records[0].created_at, records[0].totals.coins), (None, Some(7)));
    assert_eq!(records[0].ended_by, Some(EndEvidence::RoomGone));
}

#[tokio::test]
async fn the_last_reading_of_a_quiet_stream_is_none_of_the_rooms_next_stream() {
    let mut world = RoomHarness::new().await;
    for (second, value) in [(1, 10), (11, 40), (21, 40), (41, 40), (61, 40), (81, 40)] {
        world.read(second, value).await;
    }
    assert_eq!(world.records().await.len(), 1);
    world.born = Some(CREATED_AT + 90);
    world.read(101, 3).await;
    world.read(111, 5).await;
    world.end(121).await;
    let records = world.records().await;
    assert_eq!(records.len(), 2);
    assert_eq!(
        (records[1].totals.coins, records[1].before.coins, records[1].quality.excluded),
        (Some(5), Some(3), Some(0))
    );
}

#[tokio::test]
async fn what_was_read_in_the_second_in_which_a_closed_room_came_again_counts_in_no_stream() {
    let mut world = RoomHarness::new().await;
    world.read(1, 5).await;
    let stream = world.store.streams(&StreamQuery::default()).await.unwrap().rows[0].id;
    let (reply, _) = oneshot::channel();
    world.deliver(12, AppEvent::Command(UserCommand::SealNow { stream, room: room(), reply })).await;
    world.born = Some(CREATED_AT + 30);
    world.read(30, 9).await;
    world.read(41, 12).await;
    let newest = world.store.streams(&StreamQuery::default()).await.unwrap().rows.remove(0);
    let series = world.store.series(newest.id).await.unwrap();
    assert_eq!((newest.totals.coins, series.excluded), (Some(12), 1));
    assert_eq!(series.runs.iter().map(|run| run.from).collect::<Vec<_>>(), [at(41)]);
}

#[tokio::test]
async fn time_without_readings_does_not_count_for_the_idle_rule() {
    let mut world = RoomHarness::new().await;
    for (second, value) in [(1, 10), (11, 40), (21, 50)] {
        world.read(second, value).await;
    }
    for second in (31..=91).step_by(10) {
        let failure = crate::tencent::Failure::NoResponse(crate::tencent::NoResponse::Timeout);
        let error = super::call_error(failure, at(second), at(second) + 5_000);
        world.deliver(second, AppEvent::Polled { room: room(), due: 0, asked_at: 0, result: Err(error) }).await;
    }
    for second in [101, 121, 141] {
        world.read(second, 50).await;
        let row = world.store.streams(&StreamQuery::default()).await.unwrap().rows.remove(0);
        assert_eq!(row.state, StreamState::Live, "after {second} s");
    }
    world.read(162, 50).await;
    assert_eq!(world.records().await[0].ended_by, Some(EndEvidence::Quiet), "a minute of readings since the gap");
}

#[tokio::test]
async fn a_listed_room_without_a_usable_create_time_is_polled_and_its_start_is_completed_later() {
    let mut world = RoomHarness::new().await;
    let other = RoomId::parse("other").unwrap();
    let returned = |born: Option<i64>| RoomInfo { room: other.clone(), ..info(born) };
    world.deliver(1, listed(1, returned(None))).await;
    assert!(world.due() <= world.task.steady(), "it is polled now");
    // The world's own room is what answers; this one is asked by hand.
    for (second, value) in [(2, 5), (12, 6)] {
        let counters = Some(Counters::from_array([value; 6]));
        let answer =
            ApiResponse { asked: at(second), answered: at(second) + 40, request_id: None, value: counters, retries: 0 };
        world.task.finish(AppEvent::Polled { room: other.clone(), due: 0, asked_at: 0, result: Ok(answer) }).await;
        let answer = ApiResponse {
            asked: at(second) + 50,
            answered: at(second) + 60,
            request_id: None,
            value: Some(returned(None)),
            retries: 0,
        };
        world.deliver(second, AppEvent::Info { room: other.clone(), result: Ok(answer) }).await;
    }
    let row = world.store.streams(&StreamQuery::default()).await.unwrap().rows.remove(0);
    assert_eq!((row.room.as_str(), row.created_at, row.totals.coins), ("other", None, Some(6)));
    assert_eq!(row.started_at, at(2), "a provisional start");
    world.deliver(20, listed(20, returned(Some(CREATED_AT)))).await;
    let row = world.store.streams(&StreamQuery::default()).await.unwrap().rows.remove(0);
    assert_eq!((row.created_at, row.started_at), (Some(at(0)), at(0)));
}

#[tokio::test]
async fn a_slow_reading_of_the_stream_before_is_excluded_from_the_next() {
    let mut world = RoomHarness::new().await;
    world.task.deps.rules.quiet_ms = None;
    world.read(1, 4_000).await;
    world.read(11, 5_000).await;
    // Requested at 20.0 of the first stream and answered at 24.0. Destroyed at 21, created again at 22, listed at 23.
    world.born = Some(CREATED_AT + 22);
    world.deliver(23, listed(23, info(world.born))).await;
    let counters = Some(Counters::from_array([5_100; 6]));
    let answer = ApiResponse { asked: at(20), answered: at(24), request_id: None, value: counters, retries: 0 };
    world.deliver(24, AppEvent::Polled { room: room(), due: 0, asked_at: 0, result: Ok(answer) }).await;
    for (second, value) in [(34, 10), (44, 20), (54, 30), (64, 40)] {
        world.read(second, value).await;
    }
    world.end(74).await;
    let records = world.records().await;
    assert_eq!(records.iter().map(|record| record.totals.coins).collect::<Vec<_>>(), [Some(5_000), Some(40)]);
    let next = &records[1];
    assert_eq!((next.before.coins, next.quality.excluded, next.corrected.len()), (Some(10), Some(1), 0));
}

#[tokio::test]
async fn a_room_whose_totals_outlive_it_ends() {
    let mut world = RoomHarness::new().await;
    world.task.deps.rules.quiet_ms = None;
    for (second, value) in [(1, 10), (11, 40), (21, 50)] {
        world.read(second, value).await;
    }
    // Destroyed at 25: get_room_info answers 100004 from now on, get_room_stats goes on with the last totals.
    world.exists = false;
    for second in (31..800).step_by(10) {
        let counters = Some(Counters::from_array([50; 6]));
        let (asked, answered) = (at(second), at(second) + 40);
        let answer = ApiResponse { asked, answered, request_id: None, value: counters, retries: 0 };
        world.deliver(second, AppEvent::Polled { room: room(), due: 0, asked_at: 0, result: Ok(answer) }).await;
    }
    let records = world.records().await;
    let ends: Vec<_> = records.iter().map(|record| (record.ended_by, record.totals.coins)).collect();
    assert_eq!(ends, [(Some(EndEvidence::RoomGone), Some(50))], "once, and what it still answers opens no stream");
    let ended = records[0].ended_at.unwrap();
    assert!((at(21)..at(100)).contains(&ended), "{:?}", ended - at(0));
    assert!((world.task.rooms[&room()].is_done() || world.task.rooms[&room()].is_opening()));
}

#[tokio::test]
async fn a_stream_of_more_than_seven_days_goes_on_as_its_next_part() {
    const DAY: i64 = 86_400;
    let mut world = RoomHarness::new().await;
    world.task.deps.rules.quiet_ms = None;
    let mut second = 1;
    while second < 7 * DAY + 20_000 {
        world.read(second, second / 1_000).await;
        // Hourly, for the test's sake: the list confirms each, as it would.
        world.deliver(second + 1, listed(second + 1, info(Some(CREATED_AT)))).await;
        second += 3_600;
    }
    let last = (second - 3_600) / 1_000;
    let records = world.records().await;
    assert_eq!(records.len(), 1);
    assert_eq!(records[0].ended_by, Some(EndEvidence::Continued));
    let first_total = records[0].totals.coins.unwrap();
    let next = world.store.streams(&StreamQuery::default()).await.unwrap().rows.remove(0);
    assert_eq!((next.state, next.created_at), (StreamState::Live, Some(at(0))));
    assert_eq!(first_total + next.totals.coins.unwrap(), last, "every coin is in one of them");
    world.end(second).await;
    let records = world.records().await;
    assert_eq!((records.len(), records[1].start.coins), (2, Some(first_total)));
}

#[tokio::test]
async fn a_room_whose_readings_pause_ends_when_get_room_info_says_so() {
    let mut world = RoomHarness::new().await;
    world.task.deps.rules.quiet_ms = None;
    world.read(1, 10).await;
    world.task.rooms.get_mut(&room()).unwrap().paused_until = world.task.steady() + 60_000;
    world.task.reschedule(&room());
    let steady = world.task.steady();
    assert!(world.due() > steady + 50_000);
    world.deliver(2, AppEvent::Swept { listed: Some([room()].into()) }).await;
    world.exists = false;
    // Off the list: get_room_info is asked at once, and again an interval later, though the room is not polled.
    world.deliver(12, AppEvent::Swept { listed: Some(BTreeSet::new()) }).await;
    assert!(world.due() <= world.task.steady() + INTERVAL_MS);
    let ask = async |world: &mut RoomHarness, second: i64| {
        let now = world.task.steady();
        world.task.schedule.set(room(), now, Priority::Eager);
        world.now.store(at(second).0, Ordering::Relaxed);
        world.task.dispatch();
        world.run_pending(second).await;
        assert_eq!(world.task.polling.in_flight, 0, "it is not polled");
    };
    ask(&mut world, 22).await;
    assert!(world.task.rooms[&room()].tracker().is_some_and(|tracker| tracker.phase != Phase::Live));
    ask(&mut world, 150).await;
    assert_eq!(world.records().await[0].ended_by, Some(EndEvidence::RoomGone));
}
