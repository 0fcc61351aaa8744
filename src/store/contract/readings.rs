//! Rooms, open streams, and what the collector writes of them.

use super::*;
use crate::domain::record::MomentKind;
use crate::domain::{ExclusionReason, Gap, GapCause, StreamState};
use std::collections::BTreeMap;

contract!(
    rooms_are_monitored_and_excluded,
    ids_are_reserved_and_never_given_twice,
    a_group_of_changes_is_written_whole_or_not_at_all,
    runs_grow_and_make_the_totals,
    a_later_part_counts_from_its_start,
    withdrawn_readings_leave_the_totals_of_the_last_that_stays,
    everything_read_of_a_stream_comes_back,
    a_create_time_known_later_joins_the_session_of_the_room,
    a_repeated_room_closed_webhook_only_grows,
    an_end_can_be_taken_back,
    waiting_readings_are_taken_out_once,
    a_history_is_imported_at_once,
    streams_are_counted_and_found,
    all_that_goes_on_in_an_app_is_read_at_once,
);

fn room(id: &str) -> RoomId {
    RoomId::parse(id).unwrap()
}

async fn rooms_are_monitored_and_excluded(database: TestDatabase) {
    let store = &database.store;
    store.follow_room(APP, &room("list"), FoundBy::List, Millis(1)).await.unwrap();
    store.follow_room(APP, &room("hand"), FoundBy::Hand, Millis(2)).await.unwrap();
    store.follow_room(APP, &room("both"), FoundBy::List, Millis(3)).await.unwrap();
    store.follow_room(APP, &room("both"), FoundBy::Hand, Millis(4)).await.unwrap();
    store.follow_room(APP, &room("both"), FoundBy::Webhook, Millis(5)).await.unwrap();
    store.follow_room(AppId(2), &room("other"), FoundBy::Webhook, Millis(6)).await.unwrap();
    let writes = [
        Write::Unfollowed { app: APP, room: room("list") },
        Write::Followed { app: AppId(2), room: room("late"), found_by: FoundBy::Hand, at: Millis(7) },
    ];
    store.apply_all(&writes).await.unwrap();
    assert!(store.is_followed(APP, &room("hand")).await.unwrap());
    assert!(!store.is_followed(APP, &room("list")).await.unwrap());
    assert!(!store.is_followed(APP, &room("unknown")).await.unwrap());
    store.describe_room(APP, &room("both"), None, Some("Title"), None, Some("Name")).await.unwrap();
    store.describe_room(APP, &room("both"), None, None, Some("host"), None).await.unwrap();
    let mut manual = store.manual_rooms(APP).await.unwrap();
    manual.sort_by_key(|row| row.room.as_str().to_owned());
    let parts: Vec<_> = manual.iter().map(|row| (row.room.as_str(), row.followed, row.found_by)).collect();
    let expected = [("both", true, FoundBy::Hand), ("hand", true, FoundBy::Hand), ("list", false, FoundBy::List)];
    assert_eq!(parts, expected);
    let described = (manual[0].title.as_deref(), manual[0].host.as_deref(), manual[0].host_name.as_deref());
    assert_eq!(described, (Some("Title"), Some("host"), Some("Name")));
    let chosen = store.rooms_with_choice(3).await.unwrap();
    assert_eq!(chosen.iter().map(|row| row.room.as_str()).collect::<Vec<_>>(), ["list", "late", "both"]);
}

async fn ids_are_reserved_and_never_given_twice(database: TestDatabase) {
    let store = &database.store;
    let first = store.reserve_stream().await.unwrap();
    let range = store.reserve_streams(3).await.unwrap();
    assert_eq!(range, first.0 + 1..first.0 + 4);
    let opened = database.open(new_stream("a", 1_000)).await;
    assert_eq!(opened.0, range.end);
    let reserved = Write::Opened { stream: StreamId(range.start), new: Box::new(new_stream("b", 1_000)) };
    store.apply_all(&[reserved]).await.unwrap();
    assert_eq!(store.stream(StreamId(range.start)).await.unwrap().unwrap().room, room("b"));
    assert_eq!(store.reserve_stream().await.unwrap().0, opened.0 + 1);
}

async fn a_group_of_changes_is_written_whole_or_not_at_all(database: TestDatabase) {
    let store = &database.store;
    let stream = database.open(new_stream("a", 1_000)).await;
    let gap = Gap { from: Millis(1), until: Millis(2), cause: GapCause::Late };
    let writes = [run(stream, 2_000, 5), Write::Gap { stream: StreamId(999), gap }];
    let error = store.apply_all(&writes).await.unwrap_err();
    assert!(error.is_refusal(), "{error}: it fails again in the same way, and others do not");
    assert_eq!(store.series(stream).await.unwrap(), StoredSeries::default());
    assert_eq!(database.totals(stream).await, Totals::default());
    store.apply_all(&writes[..1]).await.unwrap();
    assert_eq!(store.series(stream).await.unwrap().runs.len(), 1);
}

async fn runs_grow_and_make_the_totals(database: TestDatabase) {
    let store = &database.store;
    let stream = database.open(new_stream("a", 1_000)).await;
    let mut first = Run::from(reading(2_000, 5));
    let write = |run, request_id: Option<&str>, retries| Write::Run {
        stream,
        run,
        request_id: request_id.map(str::to_owned),
        retries,
    };
    store.apply_all(&[write(first, Some("id"), 1)]).await.unwrap();
    first = Run { until_asked: Millis(12_000), until: Millis(12_040), count: 2, ..first };
    let second = Run::from(reading(22_000, 9_007_199_254_740_991));
    store.apply_all(&[write(first, None, 2), write(second, None, 0)]).await.unwrap();
    let open = store.open_stream(stream).await.unwrap().unwrap();
    assert_eq!((open.summary.last_asked, open.summary.last_answered), (Some(Millis(22_000)), Some(Millis(22_040))));
    assert_eq!(open.summary.totals.coins, Some(9_007_199_254_740_991));
    assert_eq!((open.last_request_id.as_deref(), open.retries), (Some("id"), 3));
    assert_eq!(store.series(stream).await.unwrap().runs, [first, second]);
    assert_eq!(store.last_run(stream).await.unwrap(), Some(second));
    assert_eq!(store.runs_since(stream, Millis(12_041)).await.unwrap(), [second]);
    assert_eq!(store.runs_since(stream, Millis(12_040)).await.unwrap(), [first, second]);
    assert_eq!(store.runs_around(stream, Millis(22_000)).await.unwrap(), [second]);
    assert_eq!(store.runs_around(stream, Millis(21_999)).await.unwrap(), [first, second]);
    assert_eq!(store.runs_around(stream, Millis(1)).await.unwrap(), [first]);
    assert_eq!(store.newest_open_reading().await.unwrap(), Some(Millis(22_040)));
    assert_eq!(store.unsealed_streams(APP).await.unwrap(), [open]);
}

async fn a_later_part_counts_from_its_start(database: TestDatabase) {
    let start = Counters { coins: 10, viewers: 100, ..Counters::default() };
    let part = SessionPart { number: 1, start };
    let stream = database.open(NewStream { part, ..new_stream("a", 1_000) }).await;
    database.store.apply_all(&[run(stream, 2_000, 25)]).await.unwrap();
    let totals = database.totals(stream).await;
    assert_eq!((totals.coins, totals.viewers), (Some(15), Some(0)), "not below zero");
    assert_eq!(database.store.open_stream(stream).await.unwrap().unwrap().part, part);
}

async fn withdrawn_readings_leave_the_totals_of_the_last_that_stays(database: TestDatabase) {
    let store = &database.store;
    let stream = database.open(new_stream("a", 1_000)).await;
    let long = Run { until_asked: Millis(42_000), until: Millis(42_040), count: 4, ..Run::from(reading(12_000, 5)) };
    let gap = |from| Write::Gap {
        stream,
        gap: Gap { from: Millis(from), until: Millis(from + 1_000), cause: GapCause::Code(60007) },
    };
    let writes = [
        run(stream, 2_000, 3),
        Write::Run { stream, run: long, request_id: None, retries: 0 },
        run(stream, 52_000, 9),
        gap(2_040),
        gap(45_000),
    ];
    store.apply_all(&writes).await.unwrap();
    let last = Some(reading(22_000, 5));
    store.apply_all(&[Write::ReassignReadings { stream, since: Millis(30_000), last }]).await.unwrap();
    let series = store.series(stream).await.unwrap();
    let cut = Run { until_asked: Millis(22_000), until: Millis(22_040), count: 2, ..long };
    assert_eq!(series.runs, [Run::from(reading(2_000, 3)), cut]);
    assert_eq!(series.gaps.len(), 1);
    let summary = store.stream(stream).await.unwrap().unwrap();
    assert_eq!((summary.totals.coins, summary.last_asked), (Some(5), Some(Millis(22_000))));
    store.apply_all(&[Write::ReassignReadings { stream, since: Millis(20_000), last: None }]).await.unwrap();
    let cut = Run::from(reading(12_000, 5));
    assert_eq!(store.series(stream).await.unwrap().runs, [Run::from(reading(2_000, 3)), cut]);
    store.apply_all(&[Write::ReassignReadings { stream, since: Millis(0), last: None }]).await.unwrap();
    let summary = store.stream(stream).await.unwrap().unwrap();
    assert_eq!((summary.totals, summary.last_asked), (Totals::default(), None));
}

async fn everything_read_of_a_stream_comes_back(database: TestDatabase) {
    let store = &database.store;
    let stream = database.open(new_stream("a", 1_000)).await;
    let causes = [
        GapCause::BeforeFirst,
        GapCause::AfterLast,
        GapCause::Restarted,
        GapCause::Code(-100_001),
        GapCause::NoAnswer,
        GapCause::Unreadable,
        GapCause::Excluded,
        GapCause::Clock,
        GapCause::Late,
    ];
    let gaps: Vec<Gap> = (1..)
        .zip(causes)
        .map(|(place, cause)| Gap { from: Millis(place * 100), until: Millis(place * 100 + 50), cause })
        .collect();
    let mut writes: Vec<Write> = gaps.iter().map(|&gap| Write::Gap { stream, gap }).collect();
    let longer = Gap { until: Millis(999), ..gaps[8] };
    writes.push(Write::Gap { stream, gap: longer });
    use ExclusionReason::{Glitch, NextStream, Stale, Undecided, UpstreamCorrection};
    for (turn, reason) in (1..).zip([Undecided, Glitch, Stale, UpstreamCorrection, NextStream]) {
        writes.push(Write::Excluded { stream, reading: reading(turn, turn), reason });
    }
    writes.push(Write::ResolveUndecided { stream, reason: NextStream });
    writes.push(Write::UpstreamCorrection { stream, from: Millis(10), until: Millis(20) });
    writes.push(Write::UpstreamCorrection { stream, from: Millis(10), until: Millis(30) });
    let failure = |code: &str, at, request_id: Option<&str>| Write::Failure {
        stream,
        code: code.to_owned(),
        at: Millis(at),
        request_id: request_id.map(str::to_owned),
        retries: 2,
    };
    writes.extend([failure("no_answer", 1, None), failure("60007", 2, Some("id")), failure("60007", 3, None)]);
    let moment = |kind, key: &str, from, until: Option<i64>, label: Option<&str>| MomentRow {
        kind,
        key: key.to_owned(),
        from: Millis(from),
        until: until.map(Millis),
        label: label.map(str::to_owned),
    };
    for moment in [
        moment(MomentKind::Battle, "b1", 50, None, Some("Mira")),
        moment(MomentKind::Battle, "b1", 60, Some(90), None),
        moment(MomentKind::Other("raid".to_owned()), "r", 10, None, None),
    ] {
        writes.push(Write::Moment { stream, moment });
    }
    writes.push(Write::HostPresence { stream, at: Millis(70), online: true });
    writes.push(Write::HostPresence { stream, at: Millis(80), online: false });
    writes.push(run(stream, 2_000, 5));
    store.apply_all(&writes).await.unwrap();
    let series = store.series(stream).await.unwrap();
    assert_eq!(series.gaps, [&gaps[..8], &[longer]].concat());
    assert_eq!(series.corrected, [(Millis(10), Millis(30))]);
    assert_eq!(series.excluded, 2, "neither another stream's nor corrected ones");
    let failures: Vec<_> = series.failures.iter().map(|row| (row.code.as_str(), row.count, row.last_at.0)).collect();
    assert_eq!(failures, [("60007", 2, 3), ("no_answer", 1, 1)]);
    assert_eq!(series.failures[0].request_id.as_deref(), Some("id"));
    assert_eq!(
        series.moments,
        [
            moment(MomentKind::Other("raid".to_owned()), "r", 10, None, None),
            moment(MomentKind::Battle, "b1", 50, Some(90), Some("Mira")),
        ]
    );
    let open = store.open_stream(stream).await.unwrap().unwrap();
    assert_eq!((open.retries, open.host_left_at, open.host_online_at), (6, Some(Millis(80)), Some(Millis(70))));
    let recent = store.recent(stream, Millis(851)).await.unwrap();
    assert_eq!((recent.runs.len(), recent.gaps, recent.corrected), (1, vec![longer], vec![]));
}

async fn a_create_time_known_later_joins_the_session_of_the_room(database: TestDatabase) {
    let store = &database.store;
    let first = database.open(new_stream("a", 1_000)).await;
    let unknown = NewStream { create_time: None, ..new_stream("a", 90_000) };
    let (next, same) = (database.open(unknown.clone()).await, database.open(unknown).await);
    store.apply_all(&[run(first, 40_000, 40), run(next, 95_000, 50), run(same, 95_000, 50)]).await.unwrap();
    let created = |stream, create_time| Write::Created { stream, create_time };
    store.apply_all(&[created(next, 80), created(same, 1), created(same, 2)]).await.unwrap();
    let mut found = Vec::new();
    for id in [next, same] {
        let open = store.open_stream(id).await.unwrap().unwrap();
        found.push((open.create_time, open.part.number, open.summary.started_at.0, open.summary.totals.coins));
    }
    assert_eq!(found, [(Some(80), 0, 80_000, Some(50)), (Some(1), 1, 90_000, Some(10))]);
    let last = store.stream_of_session(APP, &room("a"), 1).await.unwrap().unwrap();
    assert_eq!(last.summary.id, same, "the last part");
    assert_eq!(store.stream_of_session(APP, &room("b"), 1).await.unwrap(), None);
}

async fn a_repeated_room_closed_webhook_only_grows(database: TestDatabase) {
    let store = &database.store;
    let stream = database.open(new_stream("a", 1_000)).await;
    let closed = |event_time, received_at, coins, likes| Write::RoomClosed {
        stream,
        room_closed: RoomClosedRow {
            event_time: Millis(event_time),
            received_at: Millis(received_at),
            statistic: Totals { coins, likes, ..Totals::default() },
            contradicted_at: None,
        },
    };
    let writes = [closed(50, 70, Some(5), None), closed(40, 80, Some(3), Some(2)), closed(60, 60, None, None)];
    store.apply_all(&writes).await.unwrap();
    let row = store.room_closed(stream).await.unwrap().unwrap();
    assert_eq!((row.event_time, row.received_at), (Millis(60), Millis(60)));
    assert_eq!((row.statistic.coins, row.statistic.likes), (Some(5), Some(2)));
    store.apply_all(&[Write::Contradicted { stream, at: Millis(100) }, closed(60, 60, Some(9), None)]).await.unwrap();
    let row = store.room_closed(stream).await.unwrap().unwrap();
    assert_eq!((row.contradicted_at, row.statistic.coins), (Some(Millis(100)), Some(5)), "a copy changes nothing");
    let series = store.series(stream).await.unwrap();
    assert_eq!(series.moments.iter().map(|moment| moment.key.as_str()).collect::<Vec<_>>(), ["60"]);
    assert_eq!(series.room_closed, Some(row));
    store.apply_all(&[Write::ContradictionWithdrawn { stream, event_time: Millis(60) }]).await.unwrap();
    let series = store.series(stream).await.unwrap();
    assert_eq!((series.moments.len(), series.room_closed.unwrap().contradicted_at), (0, None));
    store.apply_all(&[Write::Contradicted { stream, at: Millis(100) }, closed(30, 200, Some(1), None)]).await.unwrap();
    let row = store.room_closed(stream).await.unwrap().unwrap();
    assert_eq!((row.event_time, row.received_at, row.statistic.coins), (Millis(30), Millis(200), Some(1)), "replaced");
    assert_eq!(row.contradicted_at, None);
}

async fn an_end_can_be_taken_back(database: TestDatabase) {
    let store = &database.store;
    let stream = database.open(new_stream("a", 1_000)).await;
    let ending = Write::Ending {
        stream,
        ended_at: Millis(60),
        ended_after: Some(Millis(50)),
        by: EndEvidence::Webhook,
        evidence_at: Millis(70),
    };
    store.apply_all(&[ending]).await.unwrap();
    let open = store.open_stream(stream).await.unwrap().unwrap();
    assert_eq!((open.summary.state, open.summary.ended_by), (StreamState::Ending, Some(EndEvidence::Webhook)));
    assert_eq!((open.summary.ended_after, open.evidence_at), (Some(Millis(50)), Some(Millis(70))));
    store.apply_all(&[Write::Returned { stream }]).await.unwrap();
    let open = store.open_stream(stream).await.unwrap().unwrap();
    assert_eq!((open.summary.state, open.summary.ended_at, open.evidence_at), (StreamState::Live, None, None));
}

async fn waiting_readings_are_taken_out_once(database: TestDatabase) {
    let store = &database.store;
    let readings = vec![reading(1_000, 1), reading(2_000, 2)];
    let write = Write::Waiting { app: APP, room: room("a"), readings: readings.clone() };
    store.apply_all(&[write.clone(), write]).await.unwrap();
    assert_eq!(store.take_waiting(AppId(2)).await.unwrap(), BTreeMap::new());
    assert_eq!(store.take_waiting(APP).await.unwrap(), BTreeMap::from([(room("a"), readings)]));
    assert_eq!(store.take_waiting(APP).await.unwrap(), BTreeMap::new());
}

async fn a_history_is_imported_at_once(database: TestDatabase) {
    let store = &database.store;
    let writes = |stream| vec![run(stream, 2_000, 1), run(stream, 12_000, 2)];
    let id = store.import(&new_stream("a", 1_000), writes).await.unwrap();
    assert_eq!(store.series(id).await.unwrap().runs.len(), 2);
    assert_eq!(database.totals(id).await.coins, Some(2));
}

async fn streams_are_counted_and_found(database: TestDatabase) {
    let ids = [
        database.open(new_stream("a", 1_000)).await,
        database.open(NewStream { app: AppId(2), ..new_stream("b", 2_000) }).await,
        database.open(new_stream("c", 3_000)).await,
    ];
    let database = database.reopen().await;
    let store = &database.store;
    let mut counts = store.unsealed_by_app().await.unwrap();
    counts.sort_unstable_by_key(|(app, _)| app.0);
    assert_eq!(counts, [(APP, 2), (AppId(2), 1)]);
    let open: Vec<StreamId> = store.unsealed_streams(APP).await.unwrap().iter().map(|row| row.summary.id).collect();
    assert_eq!(open, [ids[0], ids[2]]);
    store.note_stream(ids[0], "  a note ").await.unwrap();
    assert_eq!(store.open_stream(ids[0]).await.unwrap().unwrap().note.as_deref(), Some("a note"));
    store.note_stream(ids[0], " ").await.unwrap();
    assert_eq!(store.open_stream(ids[0]).await.unwrap().unwrap().note, None);
    let named = |name: &str, at| NewStream {
        host: Some("host".to_owned()),
        host_name: Some(name.to_owned()),
        ..new_stream("d", at)
    };
    database.open(named("Mira", 4_000)).await;
    database.open(named("", 5_000)).await;
    assert_eq!(store.name_of_host(APP, "host").await.unwrap().as_deref(), Some("Mira"));
    assert_eq!(store.name_of_host(AppId(2), "host").await.unwrap(), None);
    assert_eq!(store.stream(StreamId(999)).await.unwrap(), None);
}

async fn all_that_goes_on_in_an_app_is_read_at_once(database: TestDatabase) {
    let store = &database.store;
    let (old, new) = (database.open(new_stream("a", 1_000)).await, database.open(new_stream("b", 2_000)).await);
    let empty = database.open(new_stream("c", 3_000)).await;
    database.open(NewStream { app: AppId(9), ..new_stream("d", 4_000) }).await;
    let sealed = database.open(new_stream("e", 5_000)).await;
    database.seal(sealed, Millis(9_000), coins(1)).await;
    let room_closed = RoomClosedRow {
        event_time: Millis(70_000),
        received_at: Millis(70_001),
        statistic: coins(9),
        contradicted_at: None,
    };
    let gap = |from, until| Gap { from: Millis(from), until: Millis(until), cause: GapCause::Late };
    let writes = [
        run(old, 10_000, 1),
        run(old, 20_000, 2),
        run(new, 50_000, 3),
        run(new, 60_000, 4),
        run(new, 70_000, 5),
        Write::Gap { stream: new, gap: gap(50_040, 60_000) },
        Write::Gap { stream: new, gap: gap(20_000, 30_000) },
        Write::UpstreamCorrection { stream: new, from: Millis(60_000), until: Millis(70_000) },
        Write::RoomClosed { stream: new, room_closed: room_closed.clone() },
    ];
    store.apply_all(&writes).await.unwrap();
    let since = Millis(60_000);
    let UnsealedStreams { streams, batch } = store.unsealed_with_readings(APP, since).await.unwrap();
    assert_eq!(batch, 0);
    assert_eq!(streams.iter().map(|stream| stream.open.summary.id).collect::<Vec<_>>(), [old, new, empty]);
    for stream in &streams {
        let id = stream.open.summary.id;
        assert_eq!(stream.open, store.open_stream(id).await.unwrap().unwrap());
        assert_eq!(stream.recent, store.recent(id, since).await.unwrap());
        assert_eq!(stream.last, store.last_run(id).await.unwrap());
        assert_eq!(stream.room_closed, store.room_closed(id).await.unwrap());
    }
    assert_eq!((streams[0].recent.runs.len(), streams[1].recent.runs.len()), (0, 2));
    assert_eq!(streams[1].room_closed, Some(room_closed));
}
