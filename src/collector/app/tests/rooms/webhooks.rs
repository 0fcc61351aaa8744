//! What webhooks lead to: sooner readings, moments of the report, and ends that the room may contradict.

use super::*;

#[tokio::test]
async fn the_owners_going_and_leaving_the_list_quicken_a_reading_and_visitors_do_not() {
    let mut world = RoomHarness::new().await;
    world.read(1, 5).await;
    world.read(11, 6).await;
    let later = world.task.steady() + 3_600_000;
    let wait = |world: &mut RoomHarness| world.task.schedule.set(room(), later, Priority::Plain);
    wait(&mut world);
    for guest in 0..50 {
        world.receive(12, member(&format!("guest_{guest}"), "Online", 12)).await;
        world.receive(12, member(&format!("guest_{guest}"), "Offline", 12)).await;
    }
    world.receive(12, member("host", "Online", 12)).await;
    assert_eq!(world.due(), later);
    world.receive(13, member("host", "Offline", 13)).await;
    assert!(world.due() <= world.task.steady());
    wait(&mut world);
    // On the list, then not: once, and not again with every sweep.
    world.deliver(14, AppEvent::Swept { listed: Some([room()].into()) }).await;
    assert_eq!(world.due(), later);
    world.deliver(15, AppEvent::Swept { listed: None }).await;
    assert_eq!(world.due(), later, "a sweep that broke off says nothing");
    world.deliver(16, AppEvent::Swept { listed: Some(BTreeSet::new()) }).await;
    assert!(world.due() <= world.task.steady());
    wait(&mut world);
    world.deliver(17, AppEvent::Swept { listed: Some(BTreeSet::new()) }).await;
    assert_eq!(world.due(), later);
    assert!(world.task.rooms[&room()].tracker().is_some(), "none of it is evidence of an end");
}

#[tokio::test]
async fn a_strangers_messages_sweep_no_more_than_once_a_second() {
    let mut world = RoomHarness::new().await;
    world.read(1, 5).await;
    world.task.deps.interval_ms = 200;
    world.task.discovery.swept_at = world.task.steady();
    world.task.discovery.next_sweep = world.task.discovery.swept_at + 60_000;
    let body = json!({ "CallbackCommand": "Live.CallbackAfterCreateRoom", "RoomInfo": { "RoomId": "another" } });
    let forged = Delivery { bearer: None, ..forwarded(at(2)) };
    for _ in 0..20 {
        world.task.deliver(forged.clone(), body.to_string().as_bytes()).await;
    }
    assert_eq!(world.task.deps.inbox.counts().hints, 20);
    assert!(world.task.discovery.next_sweep >= world.task.discovery.swept_at + 1000);
    assert_eq!(world.task.rooms.len(), 1, "a hint follows no room");
}

#[tokio::test]
async fn a_flood_of_messages_keeps_neither_the_second_nor_a_response_from_its_turn() {
    let mut world = RoomHarness::new().await;
    world.read(1, 5).await;
    world.task.discovery.rule = MonitoredRooms::None;
    world.task.schedule.remove(&room());
    let inbox = world.task.deps.inbox.clone();
    for guest in 0..2_000 {
        let (delivery, body) = (forwarded(at(2)), member(&format!("guest_{guest}"), "Online", 2).to_string());
        let trust = inbox.trust(&delivery.query, delivery.bearer.as_deref(), delivery.received_at);
        inbox.accept(trust, &delivery, Some(body.as_bytes()));
    }
    let counters = Some(Counters::from_array([6; 6]));
    let answer = ApiResponse { asked: at(11), answered: at(11) + 40, request_id: None, value: counters, retries: 0 };
    let response = AppEvent::Polled { room: room(), due: 0, asked_at: 0, result: Ok(answer) };
    world.task.deps.sender.send(response).unwrap();
    // Its first tick has been due since before the test, and no other is due during it.
    let overdue = Instant::now() - Duration::from_secs(60);
    let mut second = tokio::time::interval_at(overdue, Duration::from_secs(3_600));
    assert_eq!(world.task.deps.status.lock().unwrap().live, 0);
    assert!(world.task.turn(&mut second).await);
    assert_eq!((world.task.deps.status.lock().unwrap().live, world.task.deps.messages.len()), (1, 2_000));
    assert!(world.task.turn(&mut second).await);
    let tracker = world.task.rooms[&room()].tracker().unwrap();
    assert_eq!((tracker.last().unwrap().counters.coins, world.task.deps.messages.len()), (6, 2_000));
    assert!(world.task.turn(&mut second).await);
    assert_eq!(world.task.deps.messages.len(), 1_999);
}

#[tokio::test]
async fn followers_owners_and_contradictions_are_in_the_report() {
    let mut world = RoomHarness::new().await;
    world.read(1, 5).await;
    let follow = |account: &str, to: &str, second: i64| {
        json!({ "CallbackCommand": "Follow.CallbackAfterFollowAdd", "From_Account": account, "To_Account": [to],
            "EventTime": at(second).0.to_string() })
    };
    for (account, to) in [("ann", "host"), ("bea", "host"), ("ann", "host"), ("cid", "somebody else")] {
        world.receive(4, follow(account, to, 3)).await;
    }
    // A lie, as the room goes on answering; then the truth, and a copy of the lie.
    world.receive(6, destroy(6, 999)).await;
    world.read(11, 6).await;
    world.read(21, 7).await;
    world.exists = false;
    world.receive(26, destroy(25, 8)).await;
    world.receive(27, destroy(6, 999)).await;
    world.read(31, 0).await;
    world.read(200, 0).await;
    let record = &world.records().await[0];
    let moment = |kind: MomentKind| record.moments.iter().find(|moment| moment.kind == kind);
    assert_eq!(moment(MomentKind::Follow).unwrap().count, Some(2));
    assert_eq!(moment(MomentKind::RoomClosedContradicted).unwrap().from, at(6));
    assert_eq!((record.ended_at, record.totals.coins), (Some(at(25)), Some(8)));
}

#[tokio::test]
async fn a_room_closed_webhook_long_after_an_end_that_was_set_here_moves_nothing() {
    let mut world = RoomHarness::new().await;
    for (second, value) in [(1, 10), (11, 40), (21, 40), (41, 40), (61, 40), (81, 40)] {
        world.read(second, value).await;
    }
    let before = world.records().await;
    assert_eq!(before[0].ended_by, Some(EndEvidence::Quiet));
    world.receive(900, destroy(900, 70)).await;
    assert_eq!(world.records().await, before);
    // About then it is the last word on the totals, and not on the end.
    world.receive(901, destroy(100, 44)).await;
    let after = world.records().await;
    assert_eq!((after[0].revision, after[0].totals.coins, after[0].after.coins), (2, Some(44), Some(4)));
    assert_eq!((after[0].ended_by, after[0].ended_at), (before[0].ended_by, before[0].ended_at));
}

#[tokio::test]
async fn a_true_room_closed_webhook_survives_an_answer_that_is_out_of_date() {
    let mut world = RoomHarness::new().await;
    world.task.deps.rules.quiet_ms = None;
    world.read(1, 10).await;
    world.read(11, 40).await;
    world.receive(20, destroy(20, 77)).await;
    // Polled at once; the server still has the room for half a second.
    let counters = Some(Counters::from_array([40; 6]));
    let answer =
        ApiResponse { asked: at(20) + 50, answered: at(20) + 90, request_id: None, value: counters, retries: 0 };
    world.deliver(20, AppEvent::Polled { room: room(), due: 0, asked_at: 0, result: Ok(answer) }).await;
    world.exists = false;
    for second in [30, 40, 50, 170, 180, 300] {
        world.read(second, 40).await;
    }
    let record = &world.records().await[0];
    assert_eq!((record.totals.coins, record.ended_at), (Some(77), Some(at(20))));
    assert_eq!((record.ended_by, record.moments.len()), (Some(EndEvidence::Webhook), 0));
}

#[tokio::test]
async fn a_contradiction_is_withdrawn_also_after_a_restart_and_in_the_report() {
    let mut world = RoomHarness::new().await;
    world.task.deps.rules.quiet_ms = None;
    world.read(1, 10).await;
    world.read(11, 40).await;
    world.receive(20, destroy(20, 77)).await;
    // Out of date for more than an interval.
    world.read(25, 40).await;
    world.read(35, 40).await;
    let open =
        |world: &RoomHarness| world.task.rooms[&room()].tracker().is_some_and(|tracker| tracker.phase == Phase::Live);
    assert!(open(&world), "contradicted");
    let mut world = world.restart().await;
    world.task.deps.rules.quiet_ms = None;
    world.exists = false;
    for second in [45, 55, 65, 185, 195] {
        world.read(second, 40).await;
    }
    let record = &world.records().await[0];
    assert_eq!((record.totals.coins, record.ended_by), (Some(77), Some(EndEvidence::Webhook)));
    assert!(record.moments.is_empty(), "{:?}", record.moments);
}

#[tokio::test]
async fn a_room_closed_webhook_within_the_second_of_the_next_creation_is_of_the_stream_before() {
    let mut world = RoomHarness::new().await;
    world.task.deps.rules.quiet_ms = None;
    world.read(1, 10).await;
    world.read(11, 40).await;
    // Destroyed at 20.1, created again at 20.9, so with CreateTime 20. The list comes first, the webhook after.
    world.born = Some(CREATED_AT + 20);
    world.deliver(21, listed(21, info(world.born))).await;
    world.read(22, 3).await;
    let body = json!({ "CallbackCommand": "Live.CallbackAfterDestroyRoom", "RoomId": ROOM,
        "EventTime": at(20).0 + 100, "Statistic": { "TotalGiftCoins": 77 } });
    world.receive(23, body).await;
    world.read(32, 5).await;
    world.read(42, 9).await;
    world.end(52).await;
    let records = world.records().await;
    assert_eq!(records.iter().map(|record| record.totals.coins).collect::<Vec<_>>(), [Some(77), Some(9)]);
    assert!(records.iter().all(|record| record.moments.is_empty()));
}

#[tokio::test]
async fn a_room_closed_webhook_of_a_stream_that_is_being_opened_waits_for_it() {
    let mut world = RoomHarness::new().await;
    world.task.deps.rules.quiet_ms = None;
    world.read(1, 10).await;
    world.end(11).await;
    // Created again at 200; get_room_info does not say so.
    (world.exists, world.born) = (true, None);
    world.read(201, 3).await;
    assert!(world.task.rooms[&room()].is_opening());
    world.receive(210, destroy(210, 8)).await;
    assert_eq!(world.records().await[0].revision, 1, "nor is it the earlier stream's");
    world.born = Some(CREATED_AT + 200);
    world.read(211, 3).await;
    world.exists = false;
    for second in [221, 231, 360] {
        world.read(second, 0).await;
    }
    let records = world.records().await;
    assert_eq!((records[0].revision, records[0].totals.coins), (1, Some(10)));
    assert_eq!((records[1].ended_by, records[1].totals.coins), (Some(EndEvidence::Webhook), Some(8)));
}

#[tokio::test]
async fn messages_about_rooms_that_nobody_monitors_push_out_no_others() {
    let mut world = RoomHarness::new().await;
    world.task.discovery.rule = MonitoredRooms::Match(wildmatch::WildMatch::new("vip_*"));
    world.receive(1, json!({ "CallbackCommand": "Live.CallbackAfterDestroyRoom", "RoomId": "vip_1" })).await;
    for other in 0..MAX_BUFFERED {
        let battle = json!({ "CallbackCommand": "Live.CallbackAfterStartBattle", "BattleId": other.to_string(),
            "FromRoomInfo": { "RoomId": format!("from_{other}") }, "ToRoomList": [{ "RoomId": "another" }] });
        world.receive(2, battle).await;
        let gone = json!({ "CallbackCommand": "Live.CallbackAfterDestroyRoom", "RoomId": format!("other_{other}") });
        world.receive(2, gone).await;
    }
    let kept: Vec<_> = world.task.messages.rooms().map(RoomId::as_str).collect();
    assert_eq!(kept, ["vip_1"]);
}
