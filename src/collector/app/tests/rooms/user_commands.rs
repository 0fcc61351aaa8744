//! What users do with rooms and streams: add, stop, keep live, seal, seal again.

use super::*;

#[tokio::test]
async fn what_an_operator_sealed_returns_when_it_is_added_again_and_is_revised() {
    let mut world = RoomHarness::new().await;
    world.read(1, 5).await;
    world.read(11, 6).await;
    let stream = world.store.streams(&StreamQuery::default()).await.unwrap().rows[0].id;
    let (reply, _) = oneshot::channel();
    world.deliver(12, AppEvent::Command(UserCommand::SealNow { stream, room: room(), reply })).await;
    world.read(21, 7).await;
    world.read(31, 8).await;
    assert_eq!(world.records().await[0].revision, 1, "the room exists, the stream stays sealed");
    world.follow().await;
    world.read(41, 9).await;
    world.end(51).await;
    let records = world.records().await;
    assert_eq!(records.len(), 1);
    assert_eq!((records[0].revision, records[0].totals.coins), (2, Some(9)));
    assert_eq!(records[0].quality.readings, 3, "over all readings");
}

#[tokio::test]
async fn a_room_that_an_operator_stopped_following_stays_stopped_until_it_is_added_again() {
    let mut world = RoomHarness::new().await;
    world.read(1, 5).await;
    let (reply, _) = oneshot::channel();
    world.deliver(2, AppEvent::Command(UserCommand::StopMonitoring { room: room(), reply })).await;
    let listed = |second| {
        let value = RoomPage { rooms: vec![info(Some(CREATED_AT))], next: None };
        let page = ApiResponse { asked: at(second), answered: at(second) + 20, request_id: None, value, retries: 0 };
        AppEvent::Listed { page }
    };
    world.deliver(3, listed(3)).await;
    let mut world = world.restart().await;
    world.deliver(4, listed(4)).await;
    assert!(world.task.rooms.is_empty());
    assert_eq!(world.store.streams(&StreamQuery::default()).await.unwrap().rows.len(), 1);
    world.follow().await;
    world.deliver(5, listed(5)).await;
    assert_eq!(world.task.rooms.len(), 1);
}

#[tokio::test]
async fn a_user_who_seals_gets_a_reply_when_the_report_is_there() {
    let mut world = RoomHarness::new().await;
    world.read(1, 5).await;
    let stream = world.store.streams(&StreamQuery::default()).await.unwrap().rows[0].id;
    let (reply, mut answer) = oneshot::channel();
    world.task.finish(AppEvent::Command(UserCommand::SealNow { stream, room: room(), reply })).await;
    tokio::task::yield_now().await;
    assert!(answer.try_recv().is_err(), "it is being sealed");
    world.deliver(3, AppEvent::Swept { listed: None }).await;
    assert_eq!(answer.await, Ok(Ok(())));
    assert_eq!(world.records().await.len(), 1);
}

#[tokio::test]
async fn a_sealed_stream_is_sealed_again_over_the_same_readings_and_a_live_one_is_not() {
    let mut world = RoomHarness::new().await;
    for (second, value) in [(1, 5), (11, 9)] {
        world.read(second, value).await;
    }
    let stream = world.store.streams(&StreamQuery::default()).await.unwrap().rows[0].id;
    let (reply, answer) = oneshot::channel();
    world.deliver(12, AppEvent::Command(UserCommand::SealAgain { stream, room: room(), reply })).await;
    assert_eq!(answer.await, Ok(Err(CommandError::NotSealed(stream))));
    world.end(21).await;
    world.read(171, 0).await;
    let first = world.records().await.remove(0);
    let issuer = crate::store::IssuerRow { name: Some("StarLane".into()), ..Default::default() };
    world.store.set_issuer(&issuer).await.unwrap();
    let (reply, answer) = oneshot::channel();
    world.deliver(180, AppEvent::Command(UserCommand::SealAgain { stream, room: room(), reply })).await;
    world.deliver(181, AppEvent::Swept { listed: None }).await;
    assert_eq!(answer.await, Ok(Ok(())));
    let again = world.records().await.remove(0);
    assert_eq!((again.revision, again.issuer.as_str()), (2, "StarLane"));
    assert_eq!((again.totals, again.ended_at, again.ended_by), (first.totals, first.ended_at, first.ended_by));
    assert_eq!((again.runs(), &again.gaps), (first.runs(), &first.gaps));
    assert!(again.supersedes.is_some() && first.supersedes.is_none());
    // Killed between reopening and sealing: the restart seals it, and the room is in no stream.
    let (ended_at, by) = (again.ended_at.unwrap(), again.ended_by.unwrap());
    let evidence_at = world.store.stream(stream).await.unwrap().unwrap().seal.unwrap().sealed_at;
    let end = Write::Ending { stream, ended_at, ended_after: None, by, evidence_at };
    world.store.reopen(stream, &again.runs(), &[end]).await.unwrap();
    let mut world = world.restart().await;
    world.deliver(191, AppEvent::Swept { listed: None }).await;
    let last = world.records().await.remove(0);
    assert_eq!((last.revision, last.totals), (3, first.totals));
    assert!(!world.task.rooms.values().any(|room| room.tracker().is_some()));
}

#[tokio::test]
async fn a_room_whose_stream_a_user_sealed_is_not_polled_while_it_exists() {
    for found_by in [FoundBy::List, FoundBy::Hand] {
        let mut world = RoomHarness::new().await;
        world.read(1, 5).await;
        world.read(11, 6).await;
        world.task.rooms.get_mut(&room()).unwrap().found_by = found_by;
        let stream = world.store.streams(&StreamQuery::default()).await.unwrap().rows[0].id;
        let (reply, _) = oneshot::channel();
        world.deliver(12, AppEvent::Command(UserCommand::SealNow { stream, room: room(), reply })).await;
        let mut before = 0;
        for turn in 0..8 {
            let steady = world.task.steady();
            world.read(21 + turn * 10, 7).await;
            assert!((world.task.rooms[&room()].is_idle() && !world.task.rooms[&room()].is_done()));
            let due = world.task.schedule.next_due().map(|due| due - steady);
            match found_by {
                // Asked less and less often, since a person wants to know of it.
                FoundBy::Hand => {
                    let due = due.unwrap();
                    assert!(
                        due >= (before * 3 / 2).min(MAX_IDLE_MS - 1_000),
                        "turn {turn}: {before} ms, then {due} ms"
                    );
                    before = due;
                }
                // The list shows when it comes again.
                _ => assert_eq!(due, None, "turn {turn}"),
            }
            world.deliver(22 + turn * 10, listed(22 + turn * 10, info(Some(CREATED_AT)))).await;
        }
        assert_eq!(world.records().await[0].revision, 1);
        // Created again: another stream.
        world.born = Some(CREATED_AT + 200);
        world.deliver(201, listed(201, info(world.born))).await;
        world.read(211, 1).await;
        let newest = world.store.streams(&StreamQuery::default()).await.unwrap().rows.remove(0);
        assert_eq!((newest.created_at, newest.totals.coins), (Some(at(200)), Some(1)));
    }
}
