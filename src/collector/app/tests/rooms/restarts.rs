//! What a restart of the collector keeps: open streams, waiting readings, and what happened while it was not running.

use super::*;

#[tokio::test]
async fn of_two_open_streams_of_a_room_only_the_newer_streams_on_after_a_restart() {
    let mut world = RoomHarness::new().await;
    world.read(1, 10).await;
    world.read(11, 40).await;
    // Stopped after the next stream's row was written and before anything else of the hand-over was.
    let old = world.store.streams(&StreamQuery::default()).await.unwrap().rows.remove(0);
    let new = NewStream {
        app: old.app,
        room: room(),
        kind: StreamKind::Stream,
        create_time: Some(CREATED_AT + 15),
        part: SessionPart::default(),
        title: None,
        host: None,
        host_name: None,
        interval_ms: INTERVAL_MS,
        first_seen: at(16),
        started_at: at(15),
    };
    let newer = world.store.open_streams(&[new]).await.unwrap()[0];
    let mut world = world.restart().await;
    world.read(21, 3).await;
    let states = |rows: Vec<StreamSummary>| rows.into_iter().map(|row| (row.id, row.state)).collect::<Vec<_>>();
    let rows = world.store.streams(&StreamQuery::default()).await.unwrap().rows;
    assert_eq!(states(rows), [(newer, StreamState::Live), (old.id, StreamState::Sealed)]);
    let record = &world.records().await[0];
    assert_eq!((record.totals.coins, record.ended_at), (Some(40), Some(at(11) + 40)));
}

#[tokio::test]
async fn a_message_that_the_host_left_before_returning_counts_no_more_when_it_is_repeated_after_a_restart() {
    let mut world = RoomHarness::new().await;
    world.read(1, 5).await;
    world.receive(13, member("host", "Offline", 13)).await;
    world.receive(20, member("host", "Online", 20)).await;
    world.read(21, 6).await;
    let stream = world.store.streams(&StreamQuery::default()).await.unwrap().rows[0].id;
    let left = async |world: &RoomHarness| world.store.open_stream(stream).await.unwrap().unwrap().host_left_at;
    let mut world = world.restart().await;
    world.receive(30, member("host", "Offline", 13)).await;
    assert_eq!(left(&world).await, None);
    world.receive(31, member("host", "Offline", 25)).await;
    assert_eq!(left(&world).await, Some(at(25)));
    world.receive(32, member("host", "Online", 28)).await;
    // Also where the stream was sealed meanwhile and its room answers again.
    world.end(41).await;
    assert_eq!(world.records().await.len(), 1);
    let mut world = world.restart().await;
    world.exists = true;
    world.read(200, 7).await;
    world.receive(201, member("host", "Offline", 25)).await;
    assert_eq!(left(&world).await, None);
}

#[tokio::test]
async fn a_stop_loses_no_reading_of_a_stream_that_waits_for_get_room_info() {
    let mut world = RoomHarness::new().await;
    world.task.deps.rules.quiet_ms = None;
    world.read(1, 5).await;
    world.read(11, 6).await;
    // After so long the room may be in its next stream, and get_room_info does not say.
    world.born = None;
    world.read(200, 9).await;
    world.read(210, 12).await;
    let row = world.store.streams(&StreamQuery::default()).await.unwrap().rows.remove(0);
    assert_eq!(row.totals.coins, Some(6), "they wait");
    let mut world = world.stop_and_restart().await;
    world.task.deps.rules.quiet_ms = None;
    world.born = Some(CREATED_AT);
    world.read(300, 15).await;
    let series = async |world: &RoomHarness| world.store.series(row.id).await.unwrap();
    let before = series(&world).await;
    let runs: Vec<_> = before.runs.iter().map(|run| (run.from, run.counters.coins)).collect();
    assert_eq!(runs, [(at(1), 5), (at(11), 6), (at(200), 9), (at(210), 12), (at(300), 15)]);
    let gaps: Vec<_> = before.gaps.iter().map(|gap| (gap.until, gap.cause)).collect();
    assert_eq!(gaps, [(at(200), GapCause::Restarted), (at(300), GapCause::Restarted)]);
    let world = world.stop_and_restart().await;
    assert!(world.task.rooms[&room()].waiting().is_empty(), "taken up once");
    assert_eq!(series(&world).await, before);
}

#[tokio::test]
async fn a_stop_loses_no_reading_of_a_stream_that_is_not_yet_open() {
    let mut world = RoomHarness::new().await;
    world.born = None;
    world.read(1, 7).await;
    // Arrived, and not yet looked at when the stop comes.
    let counters = Some(Counters::from_array([9; 6]));
    let answer = ApiResponse { asked: at(11), answered: at(11) + 40, request_id: None, value: counters, retries: 0 };
    let arrived = AppEvent::Polled { room: room(), due: 0, asked_at: 0, result: Ok(answer) };
    world.task.deps.sender.send(arrived).unwrap();
    let mut world = world.stop_and_restart().await;
    assert!(world.store.streams(&StreamQuery::default()).await.unwrap().rows.is_empty());
    world.born = Some(CREATED_AT);
    world.read(21, 12).await;
    let row = world.store.streams(&StreamQuery::default()).await.unwrap().rows.remove(0);
    let runs = world.store.series(row.id).await.unwrap().runs;
    let read: Vec<_> = runs.iter().map(|run| (run.from, run.counters.coins)).collect();
    assert_eq!((row.created_at, read), (Some(at(0)), vec![(at(1), 7), (at(11), 9), (at(21), 12)]));
}

#[tokio::test]
async fn lower_readings_before_and_after_a_stop_are_in_a_row() {
    let mut world = RoomHarness::new().await;
    for (second, value) in [(1, 50), (11, 60), (21, 40)] {
        world.read(second, value).await;
    }
    let mut world = world.stop_and_restart().await;
    world.read(31, 41).await;
    let row = world.store.streams(&StreamQuery::default()).await.unwrap().rows.remove(0);
    assert_eq!(row.totals.coins, Some(60));
    world.read(41, 42).await;
    let row = world.store.streams(&StreamQuery::default()).await.unwrap().rows.remove(0);
    assert_eq!((row.totals.coins, world.store.series(row.id).await.unwrap().corrected.len()), (Some(42), 1));
}

#[tokio::test]
async fn open_streams_of_an_app_that_is_not_configured_are_reported_at_the_start() {
    let log = Log::start();
    let mut world = RoomHarness::new().await;
    world.read(1, 5).await;
    let logged = || log.lines("streams of an app that is not configured are open").len();
    crate::collector::report_unconfigured(world.store.clone(), vec![AppId(7)]).await;
    assert_eq!(logged(), 0);
    crate::collector::report_unconfigured(world.store.clone(), vec![AppId(8)]).await;
    assert_eq!(logged(), 1);
}

#[tokio::test]
async fn a_room_that_moved_while_we_were_not_running_loses_nothing_between_its_streams() {
    let mut world = RoomHarness::new().await;
    for (second, value) in [(1, 10), (11, 40), (36, 40), (61, 40), (81, 40)] {
        world.read(second, value).await;
    }
    assert_eq!(world.records().await.len(), 1);
    let mut world = world.restart().await;
    world.read(200, 40).await;
    world.read(210, 40).await;
    assert_eq!(world.store.streams(&StreamQuery::default()).await.unwrap().rows.len(), 1, "nothing moves");
    let mut world = world.restart().await;
    world.read(300, 52).await;
    world.read(310, 55).await;
    world.end(320).await;
    let records = world.records().await;
    assert_eq!(records.len(), 2);
    let second = &records[1];
    assert_eq!((second.start.coins, second.before.coins, second.totals.coins), (Some(40), Some(12), Some(15)));
    assert_eq!(records[0].totals.coins.unwrap() + second.totals.coins.unwrap(), 55, "every coin is in one of them");
}

#[tokio::test]
async fn a_next_stream_that_overtook_the_old_totals_just_before_we_stopped_takes_its_readings_along() {
    let mut world = RoomHarness::new().await;
    for (second, value) in [(1, 5), (11, 6), (21, 9)] {
        world.read(second, value).await;
    }
    let mut world = world.restart().await;
    world.born = Some(CREATED_AT + 15);
    world.task.ask_info(&room());
    world.read(31, 12).await;
    let rows = world.store.streams(&StreamQuery::default()).await.unwrap().rows;
    assert_eq!(rows.iter().map(|row| row.totals.coins).collect::<Vec<_>>(), [Some(12), Some(6)]);
    assert_eq!(rows[1].ended_at, Some(at(11) + 40));
}
