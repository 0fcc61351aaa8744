//! Which rooms are known: the rule of the app, the list, and when a room is forgotten.

use super::*;

#[tokio::test]
async fn a_narrowed_rule_applies_to_rooms_that_are_known_and_an_open_stream_runs_to_its_end() {
    let other = RoomId::parse("vip_no").unwrap();
    let page = |second, born| listed(second, RoomInfo { room: other.clone(), ..info(Some(CREATED_AT + born)) });
    let mut world = RoomHarness::new().await;
    world.deliver(2, page(2, 2)).await;
    assert!(world.task.rooms[&other].tracker().is_some());
    world.task.discovery.rule = MonitoredRooms::Match(wildmatch::WildMatch::new("vip_yes*"));
    world.deliver(5, page(5, 2)).await;
    assert!(world.task.rooms[&other].tracker().is_some(), "its stream runs to its end");
    // Created again: the stream is over, and the room's next one is not wanted.
    world.deliver(41, page(41, 40)).await;
    let rows = world.store.streams(&StreamQuery::default()).await.unwrap().rows;
    assert_eq!(rows.iter().map(|row| row.state).collect::<Vec<_>>(), [StreamState::Sealed]);
    world.deliver(50, page(50, 40)).await;
    assert!(!world.task.rooms.contains_key(&other));
    let mut world = world.restart().await;
    world.task.discovery.rule = MonitoredRooms::Match(wildmatch::WildMatch::new("vip_yes*"));
    world.deliver(60, page(60, 60)).await;
    assert_eq!(world.store.streams(&StreamQuery::default()).await.unwrap().rows.len(), 1);
    assert!(!world.task.rooms.contains_key(&other), "nor after a restart");
    // What was added manually is monitored whatever the rule says.
    world.read(61, 4).await;
    assert!(world.task.rooms[&room()].tracker().is_some());
}

#[tokio::test]
async fn a_room_of_the_list_is_forgotten_when_its_stream_is_sealed_and_known_again_when_it_is_live() {
    let mut world = RoomHarness::new().await;
    let other = RoomId::parse("live_1_1795262400").unwrap();
    let returned =
        |born: i64| RoomInfo { room: other.clone(), title: Some("title".into()), ..info(Some(CREATED_AT + born)) };
    let gone = |second: i64| {
        let answer =
            ApiResponse { asked: at(second), answered: at(second) + 40, request_id: None, value: None, retries: 0 };
        AppEvent::Info { room: other.clone(), result: Ok(answer) }
    };
    world.deliver(2, listed(2, returned(2))).await;
    assert!(world.task.rooms[&other].tracker().is_some());
    for second in [12, 22, 143] {
        world.deliver(second, gone(second)).await;
    }
    assert_eq!(world.task.rooms.keys().collect::<Vec<_>>(), [&room()], "what was added manually stays");
    assert!(!world.task.schedule.contains(&other));
    // The list shows it for a moment longer: nothing is kept of it, and nothing is opened.
    world.deliver(144, listed(144, returned(2))).await;
    assert!(!world.task.rooms.contains_key(&other));
    let mut world = world.restart().await;
    assert_eq!(world.task.rooms.keys().collect::<Vec<_>>(), [&room()]);
    // Live again, with what is known of it.
    world.deliver(300, listed(300, returned(300))).await;
    let newest = world.store.streams(&StreamQuery::default()).await.unwrap().rows.remove(0);
    assert_eq!(
        (newest.room, newest.created_at, newest.title.as_deref()),
        (other.clone(), Some(at(300)), Some("title"))
    );
    let mut world = world.restart().await;
    assert_eq!(world.task.rooms[&other].title.as_deref(), Some("title"), "an open stream is resumed");
    for second in [312, 322, 443] {
        world.deliver(second, gone(second)).await;
    }
    assert!(!world.task.rooms.contains_key(&other));
}
