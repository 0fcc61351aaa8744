//! Streams begin, are read, fail, end and are sealed, as the simulator's ground truth say.

use crate::support::{GRACE, TOKEN, TestEngine, added_manually, deliver, now, turns};
use aftershow::collector::{CommandError, Delivery};
use aftershow::domain::{Counter, EndEvidence, GapCause, Millis, RoomId, StreamKind, StreamState, Totals};
use aftershow::simulator::{EndedBy, FaultSpec};
use aftershow::store::{NewStream, SessionPart};
use sha2::{Digest, Sha256};

fn room(id: &str) -> RoomId {
    RoomId::parse(id).unwrap()
}

async fn add(world: &TestEngine, id: &str) {
    world.engine.collector.add_rooms(world.app(), vec![room(id)]).await.unwrap();
}

/// The totals that the simulator has for a moment.
fn ground_truth(world: &TestEngine, id: &str, stream: &aftershow::domain::StreamSummary) -> Totals {
    let sessions = world.sim().truth(id).unwrap();
    let session =
        sessions.iter().find(|session| Some(Millis::from_seconds(session.create_time)) == stream.created_at).unwrap();
    let asked = session.at(stream.last_asked.unwrap()).unwrap();
    let answered = session.at(stream.last_answered.unwrap()).unwrap();
    assert_eq!(asked, answered, "the simulator does not change during the last reading of this test");
    asked.into()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_added_manually_is_polled_ends_and_is_sealed_with_the_true_totals() {
    let world = TestEngine::start(added_manually).await;
    world.room("live_a", false);
    add(&world, "live_a").await;
    for value in [0, 5, 12] {
        world.set("live_a", value);
        world.read("live_a", value).await;
    }
    let live = world.read("live_a", 12).await;
    assert_eq!(live.state, StreamState::Live);
    world.sim().destroy_room("live_a", EndedBy::System, None).unwrap();
    let sealed = world.sealed("live_a").await;
    assert_eq!(sealed.totals, ground_truth(&world, "live_a", &sealed));
    assert_eq!(sealed.ended_by, Some(EndEvidence::RoomGone));
    let record = world.record(sealed.id).await;
    assert_eq!(record.totals, sealed.totals);
    assert_eq!(record.number, 1);
    assert_eq!(world.streams("live_a").await.len(), 1, "one session, one stream");
}

#[tokio::test(flavor = "multi_thread")]
async fn rooms_of_the_list_are_followed_and_private_ones_are_not() {
    let world = TestEngine::start(|_| {}).await;
    for place in 0..45 {
        world.room(&format!("public_{place}"), true);
    }
    world.room("private", false);
    for place in 0..45 {
        world.read(&format!("public_{place}"), 0).await;
    }
    assert!(world.streams("private").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_refusal_is_no_end() {
    let world = TestEngine::start(added_manually).await;
    world.room("live_a", false);
    add(&world, "live_a").await;
    world.read("live_a", 0).await;
    world.fault(FaultSpec {
        command: Some("get_room_stats".into()),
        room: Some("live_a".into()),
        error_code: Some(100_004),
        count: Some(1),
        ..FaultSpec::default()
    });
    world.set("live_a", 3);
    let stream = world.read("live_a", 3).await;
    assert_eq!(stream.state, StreamState::Live);
    assert_eq!(stream.ended_at, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_is_a_gap_with_its_cause_and_never_an_end() {
    let world = TestEngine::start(added_manually).await;
    world.room("live_a", false);
    add(&world, "live_a").await;
    world.set("live_a", 2);
    world.read("live_a", 2).await;
    world.fault(FaultSpec { error_code: Some(100_001), ..FaultSpec::default() });
    // Longer than a gap's limit of 5 s, and than the grace.
    turns(35).await;
    world.sim().clear_faults();
    world.set("live_a", 9);
    let stream = world.read("live_a", 9).await;
    assert_eq!(stream.state, StreamState::Live);
    let series = world.engine.store.series(stream.id).await.unwrap();
    assert_eq!(series.gaps.len(), 1, "{:?}", series.gaps);
    assert_eq!(series.gaps[0].cause, GapCause::Code(100_001));
    assert!(series.failures.iter().any(|failure| failure.code == "100001" && failure.request_id.is_some()));
    assert_eq!(world.streams("live_a").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_created_again_is_another_stream() {
    let world = TestEngine::start(added_manually).await;
    let first = world.room("live_a", false);
    add(&world, "live_a").await;
    world.set("live_a", 100);
    world.read("live_a", 100).await;
    // CreateTime is in whole seconds: what is read in the second of the next creation counts in neither stream.
    turns(6).await;
    world.sim().destroy_room("live_a", EndedBy::System, None).unwrap();
    let second = world.room("live_a", false);
    assert!(second > first);
    world.set("live_a", 7);
    world.read("live_a", 7).await;
    world.until("live_a", "has its start", |stream| stream.created_at.is_some()).await;
    let streams = world.streams("live_a").await;
    assert_eq!(streams.len(), 2, "{streams:?}");
    let sealed = world.until_stream(streams[0].id, |stream| stream.state == StreamState::Sealed).await;
    assert_eq!(sealed.ended_by, Some(EndEvidence::NewerSession));
    assert_eq!(sealed.totals.coins, Some(100), "nothing of the second session is in the first");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_glitch_is_excluded_and_counts_nowhere() {
    let world = TestEngine::start(added_manually).await;
    world.room("live_a", false);
    add(&world, "live_a").await;
    world.set("live_a", 50);
    world.read("live_a", 50).await;
    world.set("live_a", 10);
    let id = world.streams("live_a").await[0].id;
    world.until_series(id, |series| series.excluded > 0).await;
    world.set("live_a", 60);
    world.read("live_a", 60).await;
    let runs = world.engine.store.series(id).await.unwrap().runs;
    assert!(runs.iter().all(|run| run.counters.coins != 10));
    assert!(runs.windows(2).all(|pair| pair[0].counters.coins <= pair[1].counters.coins));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_goes_on_with_the_same_stream() {
    let world = TestEngine::start(added_manually).await;
    world.room("live_a", false);
    add(&world, "live_a").await;
    world.set("live_a", 4);
    let before = world.read("live_a", 4).await;
    let world = world.restart().await;
    world.set("live_a", 8);
    let after = world.read("live_a", 8).await;
    assert_eq!(before.id, after.id);
    // A room that ended while nobody looked is found out too.
    world.sim().destroy_room("live_a", EndedBy::System, None).unwrap();
    let world = world.restart().await;
    let sealed = world.sealed("live_a").await;
    assert_eq!((sealed.id, sealed.totals.coins), (before.id, Some(8)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_engine_on_the_same_file_is_refused() {
    let world = TestEngine::start(added_manually).await;
    let second = aftershow::engine::Engine::start(world.config.clone()).await;
    assert!(matches!(second, Err(aftershow::engine::EngineError::Locked(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_is_a_sealed_report_of_one_reading_and_follows_nothing() {
    let world = TestEngine::start(added_manually).await;
    world.room("live_a", false);
    world.set("live_a", 33);
    let id = world.engine.collector.snapshot(world.app(), room("live_a")).await.unwrap();
    let snapshot = world.engine.store.stream(id).await.unwrap().unwrap();
    assert_eq!((snapshot.kind, snapshot.state), (StreamKind::Snapshot, StreamState::Sealed));
    let record = world.record(id).await;
    assert_eq!(record.totals.coins, Some(33));
    assert_eq!(record.quality.readings, 1);
    // It is listed when it was taken, under the name that people know the host by, once a monitored stream has shown it.
    assert_eq!((snapshot.listed_at(), snapshot.host_name), (snapshot.ended_at.unwrap(), None));
    let named = NewStream {
        app: world.app(),
        room: room("earlier"),
        kind: StreamKind::Stream,
        create_time: None,
        part: SessionPart::default(),
        title: None,
        host: snapshot.host,
        host_name: Some("Mira".to_owned()),
        interval_ms: 1_000,
        first_seen: now(),
        started_at: now(),
    };
    world.engine.store.open_streams(&[named]).await.unwrap();
    let id = world.engine.collector.snapshot(world.app(), room("live_a")).await.unwrap();
    let again = world.engine.store.stream(id).await.unwrap().unwrap();
    assert_eq!(again.host_name.as_deref(), Some("Mira"));
    world.sim().destroy_room("live_a", EndedBy::System, None).unwrap();
    let refused = world.engine.collector.snapshot(world.app(), room("live_a")).await;
    assert!(matches!(refused, Err(CommandError::NoRoom { .. })), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_seals_a_standing_room_and_it_stays_sealed() {
    let world = TestEngine::start(added_manually).await;
    world.room("live_a", false);
    add(&world, "live_a").await;
    world.set("live_a", 5);
    let stream = world.read("live_a", 5).await;
    world.engine.collector.seal_now(stream.id).await.unwrap();
    let sealed = world.sealed("live_a").await;
    assert_eq!(sealed.ended_by, Some(EndEvidence::Operator));
    turns(15).await;
    assert_eq!(world.streams("live_a").await.len(), 1);
    assert_eq!(world.sealed("live_a").await.seal.unwrap().revision, 1);
    assert_eq!(world.engine.collector.seal_now(stream.id).await, Err(CommandError::Sealed(stream.id)));
}

pub fn destroy(
    world: &TestEngine,
    id: &str,
    token: &str,
    event_time: i64,
    coins: i64,
    received: i64,
) -> (Delivery, Vec<u8>) {
    let sign = hex::encode(Sha256::digest(format!("{token}{}", received / 1000)));
    let delivery = Delivery {
        query: format!(
            "SdkAppid={}&CallbackCommand=Live.CallbackAfterDestroyRoom&contenttype=json&Sign={sign}&RequestTime={}",
            world.app(),
            received / 1000
        ),
        bearer: None,
        received_at: aftershow::domain::Millis(received),
    };
    let body = serde_json::json!({
        "CallbackCommand": "Live.CallbackAfterDestroyRoom", "RoomId": id, "EventType": "DestroyByUser",
        "EventTime": event_time,
        "Statistic": { "TotalViewers": coins, "TotalGiftsSent": coins, "TotalGiftCoins": coins,
            "TotalUniqueGiftSenders": coins, "TotalLikesReceived": coins },
    });
    (delivery, body.to_string().into_bytes())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_room_closed_webhook_is_the_last_word_where_it_is_later() {
    let world = TestEngine::start(added_manually).await;
    world.room("live_a", false);
    add(&world, "live_a").await;
    world.set("live_a", 20);
    let stream = world.read("live_a", 20).await;
    world.sim().destroy_room("live_a", EndedBy::System, None).unwrap();
    let at = now().0;
    deliver(&world.engine, destroy(&world, "live_a", TOKEN, at, 25, at));
    let sealed = world.sealed("live_a").await;
    assert_eq!(sealed.id, stream.id);
    assert_eq!(sealed.ended_by, Some(EndEvidence::Webhook));
    assert_eq!(sealed.ended_at.unwrap().0, at);
    assert_eq!(sealed.totals.coins, Some(25));
    assert_eq!(sealed.totals.messages, Some(20), "the room-closed webhook carries no messages");
    // The same message again changes nothing; a late one with higher totals makes a revision.
    deliver(&world.engine, destroy(&world, "live_a", TOKEN, at, 25, at));
    turns(3).await;
    assert_eq!(world.sealed("live_a").await.seal.unwrap().revision, 1);
    deliver(&world.engine, destroy(&world, "live_a", TOKEN, at, 26, at));
    let revised =
        world.until("live_a", "is revised", |stream| stream.seal.as_ref().is_some_and(|seal| seal.revision == 2)).await;
    assert_eq!(revised.totals.coins, Some(26));
    let record = world.record(revised.id).await;
    assert_eq!(record.supersedes, sealed.seal.map(|seal| seal.sha256));
}

#[tokio::test(flavor = "multi_thread")]
async fn forged_room_closed_webhooks_end_nothing_that_answers() {
    let world = TestEngine::start(added_manually).await;
    world.room("live_a", false);
    add(&world, "live_a").await;
    world.set("live_a", 20);
    world.read("live_a", 20).await;
    let at = now().0;
    let (signed, body) = destroy(&world, "live_a", TOKEN, at, 999, at);
    let unbelieved = [
        ("no Sign", Delivery { query: format!("SdkAppid={}", world.app()), ..signed.clone() }),
        ("nothing in the address", Delivery { query: String::new(), ..signed.clone() }),
        ("a stale Sign", Delivery { received_at: now() + 120_000, ..signed.clone() }),
        ("another app's token", destroy(&world, "live_a", "another app's token", at, 999, at).0),
        ("another app", Delivery { query: signed.query.replace(&world.app().to_string(), "1"), ..signed.clone() }),
        ("a bearer that is not ours", Delivery { query: String::new(), bearer: Some(TOKEN.into()), ..signed.clone() }),
    ];
    for (what, delivery) in unbelieved {
        deliver(&world.engine, (delivery, body.clone()));
        turns(2).await;
        let stream = world.streams("live_a").await.pop().unwrap();
        assert_eq!((stream.state, stream.totals.coins), (StreamState::Live, Some(20)), "{what}");
        assert_eq!(
            world.engine.store.series(stream.id).await.unwrap().room_closed,
            None,
            "{what}: it is a hint and no more"
        );
    }
    // A true Sign with a lying body: taken as true until the room answers again. The same lie again is no news.
    deliver(&world.engine, (signed.clone(), body.clone()));
    let id = world.streams("live_a").await[0].id;
    let contradicted = |series: &aftershow::store::StoredSeries| {
        series.room_closed.as_ref().is_some_and(|room_closed| room_closed.contradicted_at.is_some())
    };
    world.until_series(id, contradicted).await;
    world.until("live_a", "is live again", |stream| stream.state == StreamState::Live).await;
    deliver(&world.engine, (signed, body));
    turns(2).await;
    world.set("live_a", 30);
    let stream = world
        .until("live_a", "is live", |stream| stream.state == StreamState::Live && stream.totals.coins == Some(30))
        .await;
    let series = world.engine.store.series(stream.id).await.unwrap();
    assert!(series.room_closed.unwrap().contradicted_at.is_some(), "the lie is on record");
    // A room that is gone within the grace period of a contradiction proves the message true.
    tokio::time::sleep(2 * GRACE).await;
    world.sim().destroy_room("live_a", EndedBy::System, None).unwrap();
    let sealed = world.sealed("live_a").await;
    assert_eq!(sealed.totals, Totals::from_array([Some(30); 6]), "no number of a lie is in a report");
    assert_eq!(sealed.ended_by, Some(EndEvidence::RoomGone));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_false_webhook_of_another_session_ends_no_room_that_answers() {
    let world = TestEngine::start(added_manually).await;
    let create_time = world.room("live_a", false);
    add(&world, "live_a").await;
    world.set("live_a", 20);
    let stream = world.read("live_a", 20).await;
    let at = now().0;
    for ahead in [1, 1_000_000_000] {
        let body = serde_json::json!({
            "CallbackCommand": "Live.CallbackAfterCreateRoom", "EventTime": at,
            "RoomInfo": { "RoomId": "live_a", "CreateTime": create_time + ahead },
        });
        let (signed, _) = destroy(&world, "live_a", TOKEN, at, 0, at);
        deliver(&world.engine, (signed, body.to_string().into_bytes()));
        turns(2).await;
    }
    world.set("live_a", 30);
    assert_eq!(world.read("live_a", 30).await.id, stream.id);
    assert_eq!(world.streams("live_a").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_room_ids_are_read_like_any_other() {
    let world = TestEngine::start(added_manually).await;
    let ids = ["<script>alert(1)</script>", "=1+1", "👑", "\u{202e}evil", "a/b?c=d&e", "'; DROP TABLE stream;--", " "];
    for id in ids {
        world.room(id, false);
        add(&world, id).await;
    }
    for (place, id) in ids.iter().enumerate() {
        world.set(id, place as i64 + 1);
        world.read(id, place as i64 + 1).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn seeded_sessions_are_sealed_with_the_true_totals() {
    let world = TestEngine::start(added_manually).await;
    let ids: Vec<String> = (0..8).map(|place| format!("seeded_{place}")).collect();
    for (place, id) in ids.iter().enumerate() {
        world.seeded(id, place as u64);
        add(&world, id).await;
    }
    for id in &ids {
        world.until(id, "is read", |stream| stream.last_asked.is_some()).await;
    }
    turns(20).await;
    for id in &ids {
        world.sim().destroy_room(id, EndedBy::System, None).unwrap();
    }
    for id in &ids {
        let sealed = world.sealed(id).await;
        let sessions = world.sim().truth(id).unwrap();
        let session = &sessions[0];
        let low = session.at(sealed.last_asked.unwrap() - 1).unwrap();
        let high = session.at(sealed.last_answered.unwrap()).unwrap();
        for counter in Counter::ALL {
            let total = sealed.totals.get(counter).unwrap();
            assert!((low.get(counter)..=high.get(counter)).contains(&total), "{id} {counter:?}");
        }
    }
}
