//! Sealing: one chain, each report once, compared with earlier ones.

use super::*;
use crate::domain::StreamState;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

contract!(
    a_sealed_stream_is_its_report,
    a_change_during_the_composition_starts_it_again,
    a_failed_composition_leaves_the_stream_as_it_is,
    a_reopened_stream_gets_the_next_revision,
    reports_of_several_streams_are_one_chain,
    earlier_streams_of_the_room_and_the_host_are_compared,
    a_history_is_imported_and_sealed_at_once,
    one_key_signs_and_others_stay_known,
);

async fn a_sealed_stream_is_its_report(database: TestDatabase) {
    let store = &database.store;
    let stream = database.open(new_stream("a", 1_000)).await;
    store.apply_all(&[run(stream, 2_000, 5)]).await.unwrap();
    database.use_key().await;
    assert_eq!(store.seal(stream, |_| panic!("live")).await.unwrap(), None);
    assert!(matches!(store.seal(StreamId(99), |_| panic!()).await, Err(SealError::NoStream(StreamId(99)))));
    let report = database.seal(stream, Millis(9_000), coins(5)).await;
    let summary = store.stream(stream).await.unwrap().unwrap();
    assert_eq!((summary.state, summary.totals), (StreamState::Sealed, coins(5)));
    let seal = summary.seal.unwrap();
    assert_eq!((seal.number, seal.revision, seal.sealed_at), (1, 1, report.sealed_at));
    assert_eq!(
        (seal.sha256.as_str(), seal.coverage, seal.verdict),
        (report.sha256.as_str(), Some(9_900), Some(Verdict::SmallGaps))
    );
    assert_eq!(
        (seal.curve, seal.baseline_streams, seal.baseline_coins),
        (vec![Some(0), None, Some(250)], Some(0), Some(10))
    );
    assert_eq!(summary.show_ended_at, Some(Millis(5_000)));
    assert_eq!(store.series(stream).await.unwrap().runs, [], "the report has the series");
    assert_eq!(store.report(stream, None).await.unwrap().as_ref(), Some(&report));
    assert_eq!(store.report_by_hash(&report.sha256).await.unwrap().as_ref(), Some(&report));
    assert_eq!(store.reports_by_fingerprint("0101").await.unwrap(), [report]);
    assert_eq!(store.seal(stream, |_| panic!("sealed already")).await.unwrap(), None);
    // What comes too late changes nothing.
    store.apply_all(&[run(stream, 12_000, 9), Write::Returned { stream }]).await.unwrap();
    let summary = store.stream(stream).await.unwrap().unwrap();
    assert_eq!((summary.state, summary.totals), (StreamState::Sealed, coins(5)));
    assert_eq!(store.series(stream).await.unwrap().runs, []);
    assert_eq!(store.unsealed_by_app().await.unwrap(), []);
}

async fn a_change_during_the_composition_starts_it_again(database: TestDatabase) {
    let store = database.store.clone();
    let stream = database.open(new_stream("a", 1_000)).await;
    let ending = Write::Ending {
        stream,
        ended_at: Millis(9_000),
        ended_after: None,
        by: EndEvidence::RoomGone,
        evidence_at: Millis(9_000),
    };
    store.apply_all(&[run(stream, 2_000, 5), ending]).await.unwrap();
    database.use_key().await;
    let (composed, runtime) = (Arc::new(AtomicUsize::new(0)), tokio::runtime::Handle::current());
    let (count, other) = (Arc::clone(&composed), store.clone());
    let compose = move |material: SealMaterial| {
        let runs = material.series.runs.len();
        if count.fetch_add(1, Ordering::Relaxed) == 0 {
            runtime.block_on(other.apply_all(&[run(stream, 12_000, 6)])).map_err(|error| error.to_string())?;
        }
        Ok(sealed(&material, coins(runs as i64)))
    };
    store.seal(stream, compose).await.unwrap().unwrap();
    assert_eq!(composed.load(Ordering::Relaxed), 2);
    assert_eq!(database.totals(stream).await, coins(2), "of both readings");
}

async fn a_failed_composition_leaves_the_stream_as_it_is(database: TestDatabase) {
    let store = &database.store;
    let stream = database.open(new_stream("a", 1_000)).await;
    let ending = Write::Ending {
        stream,
        ended_at: Millis(9_000),
        ended_after: None,
        by: EndEvidence::RoomGone,
        evidence_at: Millis(9_000),
    };
    store.apply_all(&[run(stream, 2_000, 5), ending]).await.unwrap();
    let error = store.seal(stream, |_| Err("too little".to_owned())).await.unwrap_err();
    assert!(matches!(error, SealError::Compose { what, .. } if what == "too little"));
    assert_eq!(store.stream(stream).await.unwrap().unwrap().state, StreamState::Ending);
    assert_eq!(store.series(stream).await.unwrap().runs.len(), 1);
}

async fn a_reopened_stream_gets_the_next_revision(database: TestDatabase) {
    let store = &database.store;
    let stream = database.open(new_stream("a", 1_000)).await;
    store.apply_all(&[run(stream, 2_000, 5)]).await.unwrap();
    let first = database.seal(stream, Millis(9_000), coins(5)).await;
    let all = StreamQuery::default();
    assert_eq!(store.sum_streams(&all).await.unwrap().unwrap().coins, 5);
    let runs = [Run::from(reading(2_000, 5)), Run::from(reading(12_000, 7))];
    store.reopen(stream, &runs, &[run(stream, 22_000, 8)]).await.unwrap();
    let open = store.open_stream(stream).await.unwrap().unwrap();
    assert_eq!((open.summary.state, open.summary.ended_at), (StreamState::Live, None));
    assert_eq!((open.summary.totals.coins, open.summary.last_asked), (Some(8), Some(Millis(22_000))));
    assert_eq!(store.series(stream).await.unwrap().runs.len(), 3);
    assert_eq!(store.sum_streams(&all).await.unwrap().unwrap().coins, 8);
    store.reopen(stream, &runs, &[]).await.unwrap();
    assert_eq!(store.series(stream).await.unwrap().runs.len(), 3, "only a sealed one is reopened");
    let second = database.seal(stream, Millis(30_000), coins(8)).await;
    assert_eq!((second.number, second.revision), (2, 2));
    assert_eq!(store.report(stream, Some(1)).await.unwrap(), Some(first));
    assert_eq!(store.report(stream, None).await.unwrap(), Some(second));
    assert_eq!(store.report(stream, Some(3)).await.unwrap(), None);
    assert_eq!(store.sum_streams(&all).await.unwrap().unwrap().coins, 8);
}

async fn reports_of_several_streams_are_one_chain(database: TestDatabase) {
    let ids: Vec<StreamId> = {
        let mut ids = Vec::new();
        for place in 0..4 {
            ids.push(database.open(new_stream(&format!("room {place}"), 1_000 + place)).await);
        }
        ids
    };
    let sealing: Vec<_> = ids.iter().map(|&id| database.seal(id, Millis(9_000), coins(id.0))).collect();
    let mut numbers: Vec<i64> = futures::future::join_all(sealing).await.iter().map(|report| report.number).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, [1, 2, 3, 4]);
    let of = |reports: Vec<SealedReport>| reports.into_iter().map(|report| report.number).collect::<Vec<_>>();
    assert_eq!(of(database.store.reports_from(2, 2).await.unwrap()), [2, 3]);
    assert_eq!(of(database.store.reports_from(4, 2).await.unwrap()), [4]);
}

async fn earlier_streams_of_the_room_and_the_host_are_compared(database: TestDatabase) {
    let store = &database.store;
    let new = |room: &str, at: i64| NewStream { host: Some("host".to_owned()), ..new_stream(room, at * 1_000) };
    let mut sealed = Vec::new();
    for at in 1..=10 {
        let room = if at % 2 == 0 { "even" } else { "odd" };
        let id = database.open(new(room, at)).await;
        let totals = Totals { viewers: (at != 9).then_some(1), ..coins(at) };
        sealed.push((id, database.seal(id, Millis(at * 1_000 + 1), totals).await));
    }
    let id = database.open(new("even", 11)).await;
    database.open(new("even", 12)).await;
    let open = store.open_stream(id).await.unwrap().unwrap();
    let (room, host, whole) = store.past(&open).await.unwrap();
    assert_eq!(room.iter().map(|past| past.number).collect::<Vec<_>>(), [10, 8, 6, 4, 2]);
    let numbers: Vec<i64> = host.iter().map(|past| past.number).collect();
    assert_eq!(numbers, [10, 8, 7, 6, 5, 4, 3, 2], "eight, and none without readings");
    assert_eq!(host[2].cumulative.as_deref(), Some(&[7, 0][..]));
    assert_eq!((room[0].stream, room[0].sha256.as_str()), (sealed[9].0, sealed[9].1.sha256.as_str()));
    assert_eq!(whole.iter().map(|report| report.number).collect::<Vec<_>>(), [10, 8, 6, 4, 2]);
    assert_eq!(whole[0], sealed[9].1);
    store.add_courses(&[(10, vec![1]), (8, vec![2]), (7, vec![3])]).await.unwrap();
    let (room, host, whole) = store.past(&open).await.unwrap();
    assert_eq!((room[0].cumulative.as_deref(), host[2].cumulative.as_deref()), (Some(&[1][..]), Some(&[7, 0][..])));
    assert_eq!(whole.len(), 3);
}

async fn a_history_is_imported_and_sealed_at_once(database: TestDatabase) {
    let store = &database.store;
    database.use_key().await;
    let series = StoredSeries { runs: vec![Run::from(reading(2_000, 5))], ..StoredSeries::default() };
    let ending = |stream| {
        vec![Write::Ending {
            stream,
            ended_at: Millis(9_000),
            ended_after: None,
            by: EndEvidence::RoomGone,
            evidence_at: Millis(9_000),
        }]
    };
    let compose = |material: SealMaterial| Ok(sealed(&material, coins(material.series.runs.len() as i64)));
    let id = store.import_sealed(&new_stream("a", 1_000), ending, series.clone(), compose).await.unwrap();
    let summary = store.stream(id).await.unwrap().unwrap();
    assert_eq!((summary.state, summary.totals), (StreamState::Sealed, coins(1)));
    assert_eq!(store.series(id).await.unwrap().runs, []);
    let failing = store.import_sealed(&new_stream("b", 2_000), ending, series, |_| Err("no".to_owned())).await;
    assert!(failing.is_err());
    assert_eq!(store.streams(&StreamQuery::default()).await.unwrap().rows.len(), 1, "nothing of it stays");
}

async fn one_key_signs_and_others_stay_known(database: TestDatabase) {
    let store = &database.store;
    let key =
        |id: &str, at| SigningKeyRow { id: id.to_owned(), public: vec![0, 255], created_at: Millis(at), active: true };
    store.use_signing_key(&key("a", 1)).await.unwrap();
    store.use_signing_key(&key("b", 2)).await.unwrap();
    store.use_signing_key(&key("a", 1)).await.unwrap();
    store.use_signing_key(&key("a", 1)).await.unwrap();
    let keys = store.signing_keys().await.unwrap();
    assert_eq!(keys, [key("a", 1), SigningKeyRow { active: false, ..key("b", 2) }]);
    assert!(store.signing_seed().await.unwrap().is_none());
    store.erase_signing_seeds().await.unwrap();
}
