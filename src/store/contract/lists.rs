//! Lists of streams, their pages and their sums.

use super::*;
use crate::calendar::{DayRule, DayRules};
use crate::domain::{Counter, Day, StreamState, StreamSummary};
use crate::store::types::list_order;

contract!(
    pages_in_every_sort_and_both_directions_are_the_whole_list,
    lists_and_sums_go_by_the_business_day,
    sums_are_those_of_the_rows,
    sums_do_not_overflow,
    a_running_instance_notices_what_another_wrote,
);

const SORTS: [Sort; 4] =
    [Sort::Started, Sort::Counter(Counter::Viewers), Sort::Counter(Counter::Coins), Sort::Counter(Counter::Messages)];

/// Streams with few distinct values, so that ties are many, and some undefined.
async fn fill(database: &TestDatabase, count: i64) {
    let mut state = 7_u64;
    let mut below = |most: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) % most) as i64
    };
    for place in 0..count {
        let started_at = 86_400_000 * below(9) + below(3);
        let new = NewStream {
            app: AppId(1 + place % 2),
            create_time: None,
            title: Some(["小鹿电台", "Night Radio", "Ärger"][place as usize % 3].to_owned()),
            host: (place % 4 != 0).then(|| format!("host_{}", place % 7)),
            host_name: Some(format!("Host {place}")),
            ..new_stream(&format!("room_{}", place % 5), started_at)
        };
        let id = database.open(new).await;
        let totals = Totals::from_array(std::array::from_fn(|_| (below(4) != 0).then(|| below(9))));
        match place % 8 {
            0 => {}
            1 => database.store.apply_all(&[run(id, started_at + 1_000, below(9))]).await.unwrap(),
            _ => drop(database.seal(id, Millis(started_at + 60_000), totals).await),
        }
    }
}

async fn pages(store: &Store, query: &StreamQuery) -> Vec<Vec<StreamId>> {
    let mut query = query.clone();
    let mut pages = Vec::new();
    loop {
        let page = store.streams(&query).await.unwrap();
        pages.push(page.rows.iter().map(|row| row.id).collect());
        let further = if query.backwards { page.previous } else { page.next };
        match further {
            Some(cursor) => {
                assert!(is_cursor(&cursor));
                query.after = Some(cursor);
            }
            None => return pages,
        }
    }
}

async fn pages_in_every_sort_and_both_directions_are_the_whole_list(database: TestDatabase) {
    let store = &database.store;
    fill(&database, 90).await;
    let filters = [
        StreamQuery::default(),
        StreamQuery { states: vec![StreamState::Sealed], kind: Some(StreamKind::Stream), ..StreamQuery::default() },
        StreamQuery { app: Some(AppId(1)), ..StreamQuery::default() },
        StreamQuery { room: Some(RoomId::parse("room_3").unwrap()), ..StreamQuery::default() },
        StreamQuery { app: Some(AppId(1)), host: Some("host_3".to_owned()), ..StreamQuery::default() },
        StreamQuery { states: vec![StreamState::Live, StreamState::Ending], ..StreamQuery::default() },
        StreamQuery { above_baseline: Some(false), ..StreamQuery::default() },
        StreamQuery { search: Some("Room_4".to_owned()), ..StreamQuery::default() },
        StreamQuery { search: Some("ä".to_owned()), ..StreamQuery::default() },
        StreamQuery { search: Some("radio".to_owned()), states: vec![StreamState::Sealed], ..StreamQuery::default() },
    ];
    for filter in filters {
        let everything = StreamQuery { limit: 500, ..filter.clone() };
        let whole = store.streams(&everything).await.unwrap().rows;
        assert!(!whole.is_empty(), "{filter:?}");
        for sort in SORTS {
            for descending in [true, false] {
                let value = |row: &StreamSummary| match sort {
                    Sort::Started => Some(list_order(row)),
                    Sort::Counter(counter) => row.totals.get(counter),
                };
                let sign = if descending { -1 } else { 1 };
                let mut expected: Vec<(bool, i64, i64, StreamId)> = whole
                    .iter()
                    .map(|row| (value(row).is_none(), value(row).unwrap_or(0) * sign, row.id.0 * sign, row.id))
                    .collect();
                expected.sort_unstable();
                let expected: Vec<StreamId> = expected.into_iter().map(|(.., id)| id).collect();
                for limit in [7, 50] {
                    let query = StreamQuery { sort, descending, limit, ..filter.clone() };
                    assert_eq!(pages(store, &query).await.concat(), expected, "{query:?}");
                    let back = StreamQuery { backwards: true, ..query };
                    let mut backwards = pages(store, &back).await;
                    backwards.reverse();
                    assert_eq!(backwards.concat(), expected, "{back:?}");
                }
            }
        }
    }
}

async fn lists_and_sums_go_by_the_business_day(mut database: TestDatabase) {
    let (china, japan) = (AppId(1), AppId(2));
    let rules = [(china, DayRule::new("Asia/Shanghai", 360)), (japan, DayRule::new("Asia/Tokyo", 0))];
    database.store = database.store.with_days(rules.into_iter().collect::<DayRules>());
    let store = &database.store;
    // 1 Dec 2026 03:46 in Shanghai is still 30 Nov for the app there, and 1 Dec for the one in Tokyo.
    let night = Millis(1_796_067_960_000);
    let thirtieth = crate::calendar::parse("2026-11-30").unwrap();
    assert_eq!(store.day_of(china, night), thirtieth);
    assert_eq!(store.days().day_of(japan, night), Day(thirtieth.0 + 1));
    let new = |app, room: &str, kind, first_seen: Millis, started_at: Millis| NewStream {
        app,
        kind,
        create_time: None,
        host: Some("host".to_owned()),
        first_seen,
        ..new_stream(room, started_at.0)
    };
    use StreamKind::{Snapshot, Stream};
    let minute = |minutes: i64| night + minutes * 60_000;
    let mut ids = Vec::new();
    for stream in [
        new(china, "a", Stream, minute(0), minute(0)),
        new(japan, "b", Stream, minute(1), minute(1)),
        new(china, "c", Stream, minute(2), minute(2)),
        // Taken in the morning, of a stream that began in the evening before.
        new(china, "d", Snapshot, minute(180), minute(-600)),
    ] {
        let at = stream.first_seen;
        let id = database.open(stream).await;
        database.seal(id, at, coins(1)).await;
        ids.push(id);
    }
    let listed = async |query: StreamQuery| -> Vec<StreamId> {
        store.streams(&query).await.unwrap().rows.iter().map(|row| row.id).collect()
    };
    let all = listed(StreamQuery::default()).await;
    assert_eq!(all, [ids[3], ids[1], ids[2], ids[0]], "1 Dec: the snapshot, Tokyo's; 30 Nov: Shanghai's");
    let november = StreamQuery { until: Some(thirtieth), ..StreamQuery::default() };
    assert_eq!(listed(november.clone()).await, [ids[2], ids[0]]);
    let december = StreamQuery { from: Some(Day(thirtieth.0 + 1)), ..StreamQuery::default() };
    assert_eq!(listed(december.clone()).await, [ids[3], ids[1]]);
    assert_eq!(store.sum_streams(&november).await.unwrap().unwrap().streams, 2);
    let hosts = store.hosts(&StreamQuery { kind: Some(Stream), ..december }).await.unwrap();
    assert_eq!(hosts.iter().map(|host| (host.app, host.sums.streams)).collect::<Vec<_>>(), [(japan, 1)]);
    assert_eq!(store.coins_since(Some(china), thirtieth).await.unwrap(), (2, 0));
    assert_eq!(store.coins_since(None, Day(thirtieth.0 + 1)).await.unwrap(), (1, 0));
    assert_eq!(store.fill_business_days().await.unwrap(), 0);
    let room = RoomId::parse("c").unwrap();
    let of_room = store.sealed_of_room(china, &room, 5).await.unwrap();
    assert_eq!(of_room.iter().map(|row| row.id).collect::<Vec<_>>(), [ids[2]]);
    // Every show ended at 5 s after 1970, before the day began; nothing goes on across it.
    assert_eq!(store.sealed_across(None, Day(thirtieth.0 + 1), night).await.unwrap(), []);
    assert_eq!(store.sealed_across(Some(china), Day(thirtieth.0 + 1), Millis(1)).await.unwrap(), [ids[0], ids[2]]);
}

async fn sums_are_those_of_the_rows(database: TestDatabase) {
    let store = &database.store;
    fill(&database, 60).await;
    let of = |rows: &[StreamSummary], counter| rows.iter().filter_map(|row| row.totals.get(counter)).sum::<i64>();
    for round in 0..2 {
        for states in [vec![], vec![StreamState::Sealed], vec![StreamState::Live], vec![StreamState::Ending]] {
            for search in [None, Some("room_2".to_owned())] {
                let query = StreamQuery { states: states.clone(), search, limit: 500, ..StreamQuery::default() };
                let rows = store.streams(&query).await.unwrap().rows;
                for _ in 0..2 {
                    let sums = store.sum_streams(&query).await.unwrap().unwrap();
                    assert_eq!(sums.streams, rows.len() as i64, "{round} {query:?}");
                    assert_eq!((sums.coins, sums.entries), (of(&rows, Counter::Coins), of(&rows, Counter::Viewers)));
                    assert_eq!(sums.messages, of(&rows, Counter::Messages));
                }
            }
        }
        let live = StreamQuery { states: vec![StreamState::Live], limit: 3, ..StreamQuery::default() };
        for row in store.streams(&live).await.unwrap().rows {
            database.seal(row.id, row.started_at, coins(1_000)).await;
        }
    }
    let all = StreamQuery { limit: 500, ..StreamQuery::default() };
    let hosts = store.hosts(&all).await.unwrap();
    let rows = store.streams(&all).await.unwrap().rows;
    let with_host = |app, account: &str| -> Vec<StreamSummary> {
        rows.iter().filter(|row| row.app == app && row.host.as_deref() == Some(account)).cloned().collect()
    };
    assert_eq!(hosts.len(), 14);
    for pair in hosts.windows(2) {
        assert!(pair[0].sums.coins >= pair[1].sums.coins);
    }
    for host in hosts {
        let rows = with_host(host.app, &host.account);
        assert_eq!((host.sums.streams, host.sums.coins), (rows.len() as i64, of(&rows, Counter::Coins)));
        let newest = rows.iter().max_by_key(|row| (row.started_at, row.id)).unwrap();
        assert_eq!(host.latest, newest.started_at);
        let names: Vec<_> = rows.iter().filter(|row| row.started_at == host.latest).map(|row| &row.host_name).collect();
        assert!(names.contains(&&host.name), "the name of a newest stream");
    }
}

async fn sums_do_not_overflow(database: TestDatabase) {
    let store = &database.store;
    for place in 0..3 {
        let id = database.open(NewStream { host: Some("h".to_owned()), ..new_stream("a", 1_000 * (place + 1)) }).await;
        database.seal(id, Millis(9_000), coins(i64::MAX / 2)).await;
    }
    let query = StreamQuery::default();
    let sums = store.sum_streams(&query).await.unwrap().unwrap();
    assert!(sums.coins >= (1 << 62) - (1 << 20), "{}", sums.coins);
    assert_eq!(store.hosts(&query).await.unwrap()[0].sums, sums);
    assert_eq!(store.coins_since(None, Day(0)).await.unwrap(), (sums.coins, 0));
    assert_eq!(sums.millis, 3 * 5_000 - 6_000, "until the show ended, never below zero");
}

async fn a_running_instance_notices_what_another_wrote(database: TestDatabase) {
    let store = &database.store;
    let before = store.data_version().await.unwrap();
    database.open(new_stream("a", 1_000)).await;
    assert_eq!(store.data_version().await.unwrap(), before, "its own changes do not count");
    let other = database.second().await;
    other.note_stream(StreamId(1), "note").await.unwrap();
    assert_ne!(store.data_version().await.unwrap(), before);
}
