//! Lists and sums against a history of streams.

#![allow(clippy::unwrap_used)]

use super::query::{Filter, Source};
use super::sums::{COINS_SINCE, NEWEST, SUMS};
use super::*;
use crate::calendar::DayRule;
use crate::domain::{Counter, Day, StreamKind, StreamState};
use crate::store::sqlite::search::{MAX_HITS, Matches};
use crate::store::types::{SessionPart, Sort, StreamQuery, list_order, segments};

const SORTS: [Sort; 7] = [
    Sort::Started,
    Sort::Counter(Counter::Viewers),
    Sort::Counter(Counter::Gifts),
    Sort::Counter(Counter::Coins),
    Sort::Counter(Counter::Gifters),
    Sort::Counter(Counter::Likes),
    Sort::Counter(Counter::Messages),
];

async fn store() -> (tempfile::TempDir, SqliteStore) {
    let directory = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&directory.path().join("aftershow.db")).await.unwrap();
    (directory, store)
}

/// Streams with few distinct values, so that ties are many, and some undefined; each second is a business day of its own.
async fn fill(store: &SqliteStore, count: i64) {
    let mut transaction = store.write.begin().await.unwrap();
    let mut rng = 7_u64;
    let mut below = |most: u64| {
        rng = rng.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((rng >> 33) % most) as i64
    };
    for place in 0..count {
        let values: Vec<Option<i64>> = (0..6).map(|_| (below(4) != 0).then(|| below(9))).collect();
        let mut query = sqlx::query(
            "INSERT INTO stream (app, room, kind, create_time, state, interval_ms, first_seen, started_at, business_day, viewers,
                gifts, coins, gifters, likes, messages, title, host)
             VALUES (?1, ?2, 'stream', ?3, ?4, 10000, ?5, ?5, ?5 / 1000, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        )
        .bind(1 + place % 2)
        .bind(format!("room_{}", place % 5))
        .bind(place)
        .bind(if below(10) == 0 { "live" } else { "sealed" })
        .bind(1_000 * below(40));
        for value in &values {
            query = query.bind(value);
        }
        query = query.bind(["小鹿电台", "Night Radio", "Ärger"][place as usize % 3]);
        query = query.bind((place % 4 != 0).then(|| format!("host_{}", place % 7)));
        query.execute(&mut *transaction).await.unwrap();
    }
    transaction.commit().await.unwrap();
    search::index_rows(&store.write).await.unwrap();
}

/// Every page from the first to the last, or the other way round.
async fn pages(store: &SqliteStore, query: &StreamQuery) -> Vec<Vec<StreamId>> {
    let mut query = query.clone();
    let mut pages = Vec::new();
    loop {
        let page = store.streams(&query).await.unwrap();
        pages.push(page.rows.iter().map(|row| row.id).collect());
        let further = if query.backwards { page.previous } else { page.next };
        match further {
            Some(cursor) => query.after = Some(cursor),
            None => return pages,
        }
    }
}

#[tokio::test]
async fn pages_in_every_sort_and_both_directions_are_the_whole_list_with_undefined_last() {
    let (_directory, store) = store().await;
    fill(&store, 137).await;
    let filters = [
        StreamQuery::default(),
        StreamQuery { states: vec![StreamState::Sealed], kind: Some(StreamKind::Stream), ..StreamQuery::default() },
        StreamQuery { app: Some(AppId(1)), ..StreamQuery::default() },
        StreamQuery { room: Some(RoomId::parse("room_3").unwrap()), ..StreamQuery::default() },
        StreamQuery { app: Some(AppId(1)), host: Some("host_3".to_owned()), ..StreamQuery::default() },
        StreamQuery { states: vec![StreamState::Live, StreamState::Ending], ..StreamQuery::default() },
        // Few candidates, and more than are listed without a search.
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
                let mut expected: Vec<(bool, i64, i64, StreamId)> = whole
                    .iter()
                    .map(|row| {
                        let sign = if descending { -1 } else { 1 };
                        let key = value(row).unwrap_or(0) * sign;
                        (value(row).is_none(), key, row.id.0 * sign, row.id)
                    })
                    .collect();
                expected.sort_unstable();
                let expected: Vec<StreamId> = expected.into_iter().map(|(.., id)| id).collect();
                for limit in [2, 7, 50] {
                    let query = StreamQuery { sort, descending, limit, ..filter.clone() };
                    let forwards = pages(&store, &query).await;
                    assert_eq!(forwards.concat(), expected, "{query:?}");
                    // From the end to the beginning: the same list, page by page.
                    let back = StreamQuery { backwards: true, ..query.clone() };
                    let mut backwards = pages(&store, &back).await;
                    backwards.reverse();
                    assert_eq!(backwards.concat(), expected, "{back:?}");
                }
                // One page on and one back is where one was.
                let query = StreamQuery { sort, descending, limit: 7, ..filter.clone() };
                let first = store.streams(&query).await.unwrap();
                if first.next.is_some() {
                    let second = store.streams(&StreamQuery { after: first.next, ..query.clone() }).await.unwrap();
                    let back = StreamQuery { after: second.previous, backwards: true, ..query };
                    assert_eq!(store.streams(&back).await.unwrap().rows, first.rows);
                }
            }
        }
    }
}

#[tokio::test]
async fn a_list_in_the_order_of_time_goes_by_the_day_of_each_app_and_by_when_snapshots_were_taken() {
    let (_directory, store) = store().await;
    let (china, japan) = (AppId(1), AppId(2));
    let rules = [(china, DayRule::new("Asia/Shanghai", 360)), (japan, DayRule::new("Asia/Tokyo", 0))];
    let store = store.with_days(rules.into_iter().collect());
    // 1 Dec 2026 03:46 in Shanghai is still 30 Nov for the app there, and 1 Dec for the one in Tokyo.
    let night = Millis(1_796_067_960_000);
    let minute = |minutes: i64| night + minutes * 60_000;
    let new = |app, room: &str, kind, first_seen, started_at| NewStream {
        app,
        room: RoomId::parse(room).unwrap(),
        kind,
        create_time: None,
        part: SessionPart::default(),
        title: None,
        host: Some("host".to_owned()),
        host_name: None,
        interval_ms: 1000,
        first_seen,
        started_at,
    };
    use StreamKind::{Snapshot, Stream};
    let streams = [
        new(china, "a", Stream, minute(0), minute(0)),
        new(japan, "b", Stream, minute(1), minute(1)),
        new(china, "c", Stream, minute(2), minute(2)),
        // Taken in the morning of a stream that began in the evening before.
        new(china, "d", Snapshot, minute(180), minute(-600)),
    ];
    let ids = store.open_streams(&streams).await.unwrap();
    sqlx::query("UPDATE stream SET state = 'sealed', coins = 1, ended_at = first_seen")
        .execute(&store.write)
        .await
        .unwrap();
    let listed = async |query: StreamQuery| -> Vec<i64> {
        store.streams(&query).await.unwrap().rows.iter().map(|row| row.id.0).collect()
    };
    let all = listed(StreamQuery::default()).await;
    assert_eq!(all, [ids[3].0, ids[1].0, ids[2].0, ids[0].0], "1 Dec: the snapshot, Tokyo's; 30 Nov: Shanghai's");
    let thirtieth = crate::calendar::parse("2026-11-30").unwrap();
    let november = StreamQuery { until: Some(thirtieth), ..StreamQuery::default() };
    assert_eq!(listed(november.clone()).await, [ids[2].0, ids[0].0]);
    let december = StreamQuery { from: Some(Day(thirtieth.0 + 1)), ..StreamQuery::default() };
    assert_eq!(listed(december.clone()).await, [ids[3].0, ids[1].0]);
    assert_eq!(store.sum_streams(&november).await.unwrap().unwrap().streams, 2);
    let hosts = store.hosts(&StreamQuery { kind: Some(Stream), ..december }).await.unwrap();
    assert_eq!(hosts.iter().map(|host| (host.app, host.sums.streams)).collect::<Vec<_>>(), [(japan, 1)]);
    sqlx::query("UPDATE stream SET host_name = 'Mira' WHERE id = ?1")
        .bind(ids[0].0)
        .execute(&store.write)
        .await
        .unwrap();
    assert_eq!(store.name_of_host(china, "host").await.unwrap().as_deref(), Some("Mira"));
    assert_eq!(store.name_of_host(japan, "host").await.unwrap(), None, "of another app");
    assert_eq!(store.coins_since(Some(china), thirtieth).await.unwrap(), (2, 0));
    assert_eq!(store.coins_since(None, Day(thirtieth.0 + 1)).await.unwrap(), (1, 0));
    let days: Vec<Day> =
        store.streams(&StreamQuery::default()).await.unwrap().rows.iter().map(|row| row.business_day).collect();
    assert_eq!(days.iter().map(|day| day.0 - thirtieth.0).collect::<Vec<_>>(), [1, 1, 0, 0]);
}

#[tokio::test]
async fn a_stream_stays_in_the_day_of_its_start_and_older_ones_get_theirs_at_start_up() {
    let (_directory, store) = store().await;
    // 1 Dec 2026 03:46 in Shanghai, 30 Nov in UTC.
    let night = Millis(1_796_067_960_000);
    let thirtieth = crate::calendar::parse("2026-11-30").unwrap();
    let from =
        |minutes: u32| -> DayRules { [(AppId(1), DayRule::new("Asia/Shanghai", minutes))].into_iter().collect() };
    let new = |app, room: &str| NewStream {
        app: AppId(app),
        room: RoomId::parse(room).unwrap(),
        kind: StreamKind::Stream,
        create_time: None,
        part: SessionPart::default(),
        title: None,
        host: None,
        host_name: None,
        interval_ms: 1000,
        first_seen: night,
        started_at: night,
    };
    let store = store.with_days(from(360));
    let first = store.open_streams(&[new(1, "a")]).await.unwrap()[0];
    let store = store.with_days(from(0));
    let later = store.open_streams(&[new(1, "b"), new(1, "c"), new(9, "d")]).await.unwrap();
    // When it began is known later, and was in the evening before.
    let create_time = (night - 6 * 3_600_000_i64).seconds();
    store.apply_all(&[crate::store::Write::Created { stream: later[1], create_time }]).await.unwrap();
    let after = async |ids: &[StreamId]| -> Vec<i64> {
        let mut days = Vec::new();
        for &id in ids {
            days.push(store.stream(id).await.unwrap().unwrap().business_day.0 - thirtieth.0);
        }
        days
    };
    let all = [first, later[0], later[1], later[2]];
    assert_eq!(after(&all).await, [0, 1, 0, 0], "by the rule at the start, and by UTC where the app is not known");
    assert_eq!(store.fill_business_days().await.unwrap(), 0, "a changed rule changes nothing");
    sqlx::query("UPDATE stream SET business_day = NULL").execute(&store.write).await.unwrap();
    assert_eq!(after(&all).await, [0; 4], "until then the date in UTC");
    assert_eq!(store.fill_business_days().await.unwrap(), 4);
    assert_eq!(after(&all).await, [1, 1, 0, 0], "by the rule of today");
}

#[tokio::test]
async fn sums_of_the_largest_counters_are_exact() {
    let (_directory, store) = store().await;
    sqlx::query(
        "WITH RECURSIVE place (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM place WHERE n < 1100)
         INSERT INTO stream (app, room, kind, create_time, state, interval_ms, first_seen, started_at, business_day,
            number, coins, likes, host)
         SELECT 1, 'room', 'stream', n, 'sealed', 10000, n, n, 0, n, 9007199254740991, n * 3000000, 'host'
         FROM place",
    )
    .execute(&store.write)
    .await
    .unwrap();
    let query = StreamQuery::default();
    let sums = store.sum_streams(&query).await.unwrap().unwrap();
    assert_eq!((sums.streams, sums.likes), (1100, 3_000_000 * 1100 * 1101 / 2));
    assert!(sums.coins >= (1 << 62) - (1 << 20), "{}", sums.coins);
    assert_eq!(store.hosts(&query).await.unwrap()[0].sums, sums);
    assert_eq!(store.coins_since(None, Day(0)).await.unwrap(), (sums.coins, 0));
}

#[tokio::test]
async fn sums_are_those_of_the_rows_also_after_a_seal() {
    let (_directory, store) = store().await;
    fill(&store, 60).await;
    let of = |rows: &[StreamSummary], counter| rows.iter().filter_map(|row| row.totals.get(counter)).sum::<i64>();
    for round in 0..4 {
        for states in [vec![], vec![StreamState::Sealed], vec![StreamState::Live], vec![StreamState::Ending]] {
            for search in [None, Some("room_2".to_owned())] {
                let query = StreamQuery { states: states.clone(), search, limit: 500, ..StreamQuery::default() };
                let rows = store.streams(&query).await.unwrap().rows;
                for _ in 0..2 {
                    let sums = store.sum_streams(&query).await.unwrap().unwrap();
                    assert_eq!(sums.streams, rows.len() as i64, "{round} {query:?}");
                    assert_eq!((sums.coins, sums.entries), (of(&rows, Counter::Coins), of(&rows, Counter::Viewers)));
                }
            }
        }
        // What sealing and reopening do, as far as sums see it.
        let sql = match round {
            0 => {
                "UPDATE stream SET state = 'sealed', number = id, coins = 1000 WHERE state = 'live' AND room = 'room_2'"
            }
            1 => "UPDATE stream SET state = 'live' WHERE number IS NOT NULL",
            _ => "UPDATE stream SET state = 'sealed', number = 1000 + id, coins = 7 WHERE state = 'live'",
        };
        assert!(sqlx::query(sql).execute(&store.write).await.unwrap().rows_affected() > 0 || round == 3);
        if round == 1 {
            store.sums.forget();
        }
    }
}

#[tokio::test]
async fn sums_of_a_search_that_finds_most_of_history_need_a_start_date() {
    let (_directory, store) = store().await;
    fill(&store, 300).await;
    let sealed = vec![StreamState::Sealed];
    let query = StreamQuery { states: sealed, search: Some("o".to_owned()), limit: 500, ..StreamQuery::default() };
    assert!(store.streams(&query).await.unwrap().rows.len() as i64 > MAX_HITS);
    for _ in 0..2 {
        assert_eq!(store.sum_streams(&query).await.unwrap(), None);
    }
    let lately = StreamQuery { from: Some(Day(36)), ..query.clone() };
    let rows = store.streams(&lately).await.unwrap().rows;
    assert!(!rows.is_empty() && rows.len() as i64 <= MAX_HITS);
    assert_eq!(store.sum_streams(&lately).await.unwrap().map(|sums| sums.streams), Some(rows.len() as i64));
    let all = StreamQuery { from: Some(Day(0)), ..query };
    assert_eq!(store.sum_streams(&all).await.unwrap(), None);
}

async fn plan(store: &SqliteStore, filter: Filter, sql: &str) -> String {
    let rows = filter.fetch(store, format!("EXPLAIN QUERY PLAN {sql}")).await.unwrap();
    rows.iter().map(|row| row.get("detail")).collect::<Vec<String>>().join("; ")
}

#[tokio::test]
async fn no_page_of_any_sort_is_sorted_or_skipped_to() {
    let (_directory, store) = store().await;
    for sort in SORTS {
        for (descending, backwards) in [(true, false), (true, true), (false, false), (false, true)] {
            for after in [None, Some("5.17"), Some("-.17")] {
                for app in [None, Some(AppId(1))] {
                    for kind in [None, Some(StreamKind::Stream)] {
                        let after = after.map(str::to_owned);
                        let query =
                            StreamQuery { kind, app, sort, descending, backwards, after, ..StreamQuery::default() };
                        for source in Source::of(&query, None) {
                            for segment in segments(&query) {
                                let (filter, sql) = segment.select(&query, source, None, 51);
                                let plan = plan(&store, filter, &sql).await;
                                let index = match (source, sort) {
                                    (Source::State(StreamState::Sealed), Sort::Started) => "stream_by_start".to_owned(),
                                    (Source::State(StreamState::Sealed), Sort::Counter(counter)) => {
                                        format!("stream_by_{}", counter.name())
                                    }
                                    _ => "stream_unsealed (state=".to_owned(),
                                };
                                assert!(plan.contains(&index), "{sql}: {plan}");
                                let sorted = plan.contains("TEMP B-TREE");
                                assert!(!sorted || !source.is_ordered(&query), "{sql}: {plan}");
                            }
                        }
                    }
                }
            }
        }
    }
}

#[tokio::test]
async fn a_room_a_host_and_few_hits_are_found_by_their_own_index_in_every_sort() {
    let (_directory, store) = store().await;
    let room = Some(RoomId::parse("a").unwrap());
    let few = Matches { term: "a".to_owned(), candidates: Some(vec![1, 2]), fingerprint: Vec::new() };
    for states in [vec![], vec![StreamState::Sealed]] {
        for sort in SORTS {
            let all = StreamQuery { sort, states: states.clone(), ..StreamQuery::default() };
            for (query, index) in [
                (StreamQuery { room: room.clone(), ..all.clone() }, "stream_by_room (room=?"),
                (StreamQuery { app: Some(AppId(1)), room: room.clone(), ..all.clone() }, "(room=? AND app=?"),
                (StreamQuery { app: Some(AppId(1)), host: Some("a".to_owned()), ..all.clone() }, "(host=? AND app=?"),
                (StreamQuery { search: Some("a".to_owned()), ..all.clone() }, "INTEGER PRIMARY KEY (rowid=?)"),
            ] {
                let matches = query.search.is_some().then_some(&few);
                for segment in segments(&query) {
                    let (filter, sql) = segment.select(&query, Source::All, matches, 51);
                    let plan = plan(&store, filter, &sql).await;
                    assert!(plan.contains(index) && !plan.contains("SCAN stream"), "{sql}: {plan}");
                }
            }
        }
    }
}

#[tokio::test]
async fn sums_walk_open_streams_or_the_index_of_sums() {
    let (_directory, store) = store().await;
    let query = StreamQuery { kind: Some(StreamKind::Stream), app: Some(AppId(1)), ..StreamQuery::default() };
    for (state, index) in [
        (StreamState::Sealed, "COVERING INDEX stream_sums"),
        (StreamState::Live, "stream_unsealed (state=?)"),
        (StreamState::Ending, "stream_unsealed (state=?)"),
    ] {
        for (from, until) in [(None, None), (Some(Day(5)), None), (Some(Day(5)), Some(Day(6)))] {
            let query = StreamQuery { from, until, ..query.clone() };
            let filter = Filter::of_sums(&query, Source::State(state), None);
            let sql = format!("SELECT {SUMS}, ({NEWEST}) FROM stream {}", filter.clause());
            let plan = plan(&store, filter, &sql).await;
            assert!(plan.contains(index), "{sql}: {plan}");
        }
    }
    let plan = plan(&store, Filter { conditions: Vec::new(), bounds: Vec::new() }, COINS_SINCE).await;
    assert!(plan.contains("COVERING INDEX stream_sums (business_day>?)"), "{plan}");
}

#[tokio::test]
async fn no_counter_of_an_open_stream_is_indexed() {
    let (_directory, store) = store().await;
    let indexes: Vec<(String, String)> = sqlx::query_as(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'stream' AND sql IS NOT NULL",
    )
    .fetch_all(&store.read)
    .await
    .unwrap();
    for (name, sql) in indexes {
        let counted = Counter::ALL.into_iter().any(|counter| sql.contains(counter.name()));
        assert!(!counted || sql.contains("state = 'sealed'"), "{name}");
    }
}
