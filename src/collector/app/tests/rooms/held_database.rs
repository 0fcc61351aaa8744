//! A database that refuses, or that another program holds: polling goes on, and no reading is lost.

use super::*;

#[tokio::test]
async fn a_database_that_refuses_is_logged_once_a_minute_and_not_for_each_room() {
    let log = Log::start();
    let mut world = RoomHarness::new().await;
    world.task.deps.rules.quiet_ms = None;
    sqlx::query("ALTER TABLE stream RENAME TO elsewhere").execute(&world.store.sqlite().write).await.unwrap();
    let rooms: Vec<_> = (0..10).map(|place| RoomId::parse(&format!("room_{place}")).unwrap()).collect();
    for second in [1, 11, 21] {
        for other in &rooms {
            world.deliver(second, listed(second, RoomInfo { room: other.clone(), ..info(Some(CREATED_AT)) })).await;
        }
        world.read(second, second).await;
    }
    let held_back = |log: &Log| -> Vec<String> {
        let lines = log.lines("held_back=").into_iter();
        lines.map(|line| line.rsplit("held_back=").next().unwrap().to_owned()).collect()
    };
    assert_eq!(held_back(&log), ["0"]);
    // A minute later.
    world.task.clock.started -= Duration::from_secs(61);
    world.read(81, 81).await;
    assert_eq!(held_back(&log), ["0", "32"], "ten rooms and a stream, three times");
    sqlx::query("ALTER TABLE elsewhere RENAME TO stream").execute(&world.store.sqlite().write).await.unwrap();
    world.read(91, 91).await;
    let row = world.store.streams(&StreamQuery::default()).await.unwrap().rows.remove(0);
    assert_eq!(world.store.series(row.id).await.unwrap().runs.len(), 5, "and no reading is lost");
}

#[tokio::test]
async fn one_refusal_while_a_stream_is_opened_loses_nothing() {
    let mut world = RoomHarness::new().await;
    world.born = None;
    world.read(1, 7).await;
    world.exists = false;
    world.read(11, 0).await;
    (world.exists, world.born) = (true, Some(CREATED_AT));
    world.read(21, 9).await;
    let live = world.store.streams(&StreamQuery::default()).await.unwrap().rows.remove(0);
    assert_eq!((live.state, live.totals.coins), (StreamState::Live, Some(9)));
    let runs = world.store.runs_since(live.id, Millis(0)).await.unwrap();
    assert_eq!(runs.iter().map(|run| (run.from, run.counters.coins)).collect::<Vec<_>>(), [(at(1), 7), (at(21), 9)]);
}

fn polled(room: &RoomId, second: i64, value: i64) -> AppEvent {
    let value = Some(Counters::from_array([value; 6]));
    let answer = ApiResponse { asked: at(second), answered: at(second) + 40, request_id: None, value, retries: 0 };
    AppEvent::Polled { room: room.clone(), due: 0, asked_at: 0, result: Ok(answer) }
}

/// A world that has reserved no ids, whose database another program holds, and which waits to open three rooms.
async fn with_held_database() -> (RoomHarness, sqlx::Transaction<'static, sqlx::Sqlite>, [RoomId; 3]) {
    let mut world = RoomHarness::new().await;
    world.read(1, 5).await;
    let mut world = world.restart().await;
    world.task.deps.rules.quiet_ms = None;
    let other = Store::open(&world.directory.path().join("aftershow.db")).await.unwrap();
    let held = other.sqlite().write.begin_with("BEGIN IMMEDIATE").await.unwrap();
    let rooms = ["one", "two", "three"].map(|id| RoomId::parse(id).unwrap());
    world.now.store(at(11).0, Ordering::Relaxed);
    for other in &rooms {
        world.task.handle_event(listed(11, RoomInfo { room: other.clone(), ..info(Some(CREATED_AT + 10)) }));
    }
    // What is read of the database is answered; what is written to it waits.
    let mut answered = 0;
    while answered < rooms.len() {
        let event = world.task.deps.events.recv().await.unwrap();
        if matches!(event, AppEvent::LookedUp { .. }) {
            world.task.handle_event(event);
            answered += 1;
        }
    }
    (world, held, rooms)
}

#[tokio::test]
async fn a_database_that_another_program_holds_stops_no_poll() {
    let (mut world, held, rooms) = with_held_database().await;
    assert_eq!(world.task.look_ups.rooms.len(), 3);
    // The open stream's reading is accepted, and all rooms are polled.
    world.now.store(at(21).0, Ordering::Relaxed);
    world.task.handle_event(polled(&room(), 21, 9));
    let tracker = world.task.rooms[&room()].tracker().unwrap();
    assert_eq!(tracker.last().unwrap().counters.coins, 9);
    world.task.dispatch();
    assert_eq!(world.task.polling.in_flight, 4);
    for other in &rooms {
        world.task.handle_event(polled(other, 21, 3));
        assert!(world.task.schedule.contains(other));
    }
    assert_eq!((world.task.polling.in_flight, world.task.look_ups.rooms.len()), (1, 3));
    // What happened to them meanwhile comes after they are open.
    held.rollback().await.unwrap();
    world.task.finish_look_ups().await;
    world.task.deps.recorder.flush().await.unwrap();
    let rows = world.store.streams(&StreamQuery::default()).await.unwrap().rows;
    let mut totals: Vec<_> = rows.iter().map(|row| (row.room.as_str(), row.totals.coins)).collect();
    totals.sort_unstable();
    assert_eq!(totals, [("one", Some(3)), ("three", Some(3)), ("two", Some(3)), (ROOM, Some(9))]);
}

#[tokio::test]
async fn a_stop_loses_no_reading_of_a_room_that_waits_for_the_database() {
    let (mut world, held, rooms) = with_held_database().await;
    world.now.store(at(21).0, Ordering::Relaxed);
    for (second, value) in [(21, 3), (31, 4)] {
        world.task.handle_event(polled(&rooms[0], second, value));
    }
    world.task.deps.stop.cancel();
    world.task.serve().await;
    held.rollback().await.unwrap();
    let mut world = world.restart().await;
    let listed_again = |second| listed(second, RoomInfo { room: rooms[0].clone(), ..info(Some(CREATED_AT + 10)) });
    world.deliver(40, listed_again(40)).await;
    world.task.deps.recorder.flush().await.unwrap();
    let rows = world.store.streams(&StreamQuery::default()).await.unwrap().rows;
    let row = rows.iter().find(|row| row.room == rooms[0]).unwrap();
    let runs = world.store.series(row.id).await.unwrap().runs;
    assert_eq!(runs.iter().map(|run| run.counters.coins).collect::<Vec<_>>(), [3, 4]);
}

#[tokio::test]
async fn of_too_many_events_of_a_room_that_waits_only_those_that_repeat_are_left_out() {
    let mut look_up = LookUp::default();
    look_up.wait(RoomEvent::Sealed);
    let answer = ApiResponse { asked: at(1), answered: at(1), request_id: None, value: None, retries: 0 };
    look_up.wait(RoomEvent::Info(Ok(answer)));
    for second in 0..5_000 {
        let AppEvent::Polled { result, .. } = polled(&room(), second, 1) else { unreachable!() };
        look_up.wait(RoomEvent::Polled { result, refreshing: Vec::new() });
    }
    assert!(look_up.events.len() <= MAX_WAITING_EVENTS);
    assert!(matches!(look_up.events[0], RoomEvent::Sealed) && matches!(look_up.events[1], RoomEvent::Info(_)));
    let Some(RoomEvent::Polled { result: Ok(last), .. }) = look_up.events.back() else { panic!("left out") };
    assert_eq!(last.asked, at(4_999));
}

#[tokio::test]
async fn a_room_without_a_stream_whose_turn_comes_while_it_waits_for_the_database_is_forgotten() {
    let mut world = RoomHarness::new().await;
    let other = RoomId::parse("other").unwrap();
    world.task.rooms.insert(other.clone(), Room::new(other.clone(), FoundBy::List));
    let room_closed =
        RoomClosedWebhook { event_time: None, at: at(1), statistic: Totals::default(), received_at: at(1) };
    world.task.look_up(&other, Query::RoomClosed { room_closed, may_be_open: false });
    world.task.reschedule(&other);
    world.task.finish_look_ups().await;
    assert!(!world.task.rooms.contains_key(&other));
}
