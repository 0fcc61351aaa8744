//! A leader that cannot reach the database, and one whose COMMITs are not answered.

use crate::installation::Installation;
use crate::proxy::Proxy;
use crate::report;
use aftershow::domain::{AppId, Millis, RoomId, StreamKind};
use aftershow::store::{NewStream, Recorder, SessionPart, Store, Write};
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::time::Instant;

/// Calls stop this long after the last renewal of the lease.
const CALLS_STOP: Duration = Duration::from_secs(4);
const COMMITS: i64 = 300;

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
#[ignore = "part of make cluster-test"]
async fn a_leader_that_is_cut_off_from_the_database_stops_calling_and_another_reads_on() {
    let Some(mut place) = Installation::start(11, "500ms").await else { return };
    for _ in 0..10 {
        place.open_room();
    }
    let proxy = Proxy::default();
    let port = proxy.start(place.socket()).await;
    let leader = place.serve_on("cut", &place.url_through(port), &[]).await;
    place.reads_after(aftershow::web::context::now(), Duration::from_secs(20)).await;
    assert_eq!(place.leader().await.as_deref(), Some("cut"));
    let other = place.serve("other", &[]).await;
    let calls = |place: &Installation| -> u64 {
        place.simulator.handle().calls().iter().map(|(_, calls)| calls.accepted + calls.refused).sum()
    };
    proxy.held.store(true, Ordering::SeqCst);
    let (cut, cut_at) = (Instant::now(), aftershow::web::context::now());
    let (mut known, mut last) = (calls(&place), Duration::ZERO);
    // Until the lease ends, only the one that is cut off may call.
    while cut.elapsed() < Duration::from_secs(9) {
        let now = calls(&place);
        if now != known {
            (known, last) = (now, cut.elapsed());
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    place.reads_after(cut_at + 9_000, Duration::from_secs(8)).await;
    let taken = cut.elapsed();
    proxy.held.store(false, Ordering::SeqCst);
    for _ in 0..100 {
        place.step();
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(place.leader().await.as_deref(), Some("other"));
    place.end_all().await;
    let found = place.check().await;
    let figure = format!(
        "last call {:.1} s after the cut; the other reads after {:.1} s; {} reports in one chain",
        last.as_secs_f64(),
        taken.as_secs_f64(),
        found.reports
    );
    report("leader cut off from the database", "calls stop within 4 s", &figure);
    assert!(last <= CALLS_STOP + Duration::from_millis(100) && taken < Duration::from_secs(15), "{figure}");
    drop((leader, other));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
#[ignore = "part of make cluster-test"]
async fn counts_are_exact_although_answers_to_commits_are_lost() {
    let Some(mut place) = Installation::start(12, "500ms").await else { return };
    let proxy = Proxy::default();
    let port = proxy.start(place.socket()).await;
    // As the recorder of a leader writes: counts of failures are added, so that one that is written twice shows.
    let store = Store::connect(place.url_through(port).parse().unwrap()).await.unwrap();
    let app = AppId(1);
    let fence = store.take_lease(app, "holder", "server", Duration::from_secs(300)).await.unwrap().unwrap();
    let leader = store.fenced(&fence).unwrap();
    let new = NewStream {
        app,
        room: RoomId::parse("a").unwrap(),
        kind: StreamKind::Stream,
        create_time: Some(1),
        part: SessionPart::default(),
        title: None,
        host: None,
        host_name: None,
        interval_ms: 500,
        first_seen: Millis(1),
        started_at: Millis(1_000),
    };
    let stream = leader.open_streams(&[new]).await.unwrap()[0];
    let recorder = Recorder::start(leader);
    proxy.drop_one_in.store(3, Ordering::SeqCst);
    for at in 0..COMMITS {
        recorder.write(Write::Failure { stream, code: "1".into(), at: Millis(at), request_id: None, retries: 2 });
        recorder.flush().await.unwrap();
    }
    let counted = place.store.series(stream).await.unwrap().failures[0].count;
    let retries = place.store.open_stream(stream).await.unwrap().unwrap().retries;
    let dropped = proxy.dropped.load(Ordering::SeqCst);
    drop(recorder);
    // And a whole server through the same proxy.
    place.open_room();
    place.open_room();
    proxy.drop_one_in.store(10, Ordering::SeqCst);
    let server = place.serve_on("one", &place.url_through(port), &[]).await;
    place.reads_after(aftershow::web::context::now(), Duration::from_secs(30)).await;
    for _ in 0..400 {
        place.step();
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    let room = place.store.stream(stream).await.unwrap();
    assert!(room.is_some());
    sqlx::query("UPDATE stream SET state = 'sealed' WHERE id = $1")
        .bind(stream.0)
        .execute(&mut place.connect().await)
        .await
        .unwrap();
    sqlx::query("DELETE FROM failure").execute(&mut place.connect().await).await.unwrap();
    sqlx::query("DELETE FROM live WHERE stream = $1").bind(stream.0).execute(&mut place.connect().await).await.unwrap();
    sqlx::query("DELETE FROM stream WHERE id = $1").bind(stream.0).execute(&mut place.connect().await).await.unwrap();
    place.end_all().await;
    let found = place.check().await;
    let all = proxy.dropped.load(Ordering::SeqCst);
    let figure = format!(
        "{counted} of {COMMITS} counted with {dropped} answers lost; a server with {} more lost: {} reports in one chain",
        all - dropped,
        found.reports
    );
    report("COMMIT answers dropped", "counts exact", &figure);
    assert_eq!((counted, retries), (COMMITS, 2 * COMMITS));
    assert!(dropped >= 90 && all > dropped, "{figure}");
    drop(server);
}
