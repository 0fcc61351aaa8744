//! History of 100,000 and of 1,000,000 streams side by side: pages of the list in every sort, search, the page of a host, and
//! the start. `make bench BENCH="--bench history"`.
//!
//! Streams are inserted in bulk; all have the report of one short stream. Both servers run at once and are asked in turns, so
//! that their ratio does not depend on what else the machine does. `HISTORY_SIZES` sets the two sizes, `HISTORY_ROUNDS` how
//! often each page is asked for (40).

#![allow(clippy::unwrap_used)]

mod common;
mod table;

use aftershow::domain::{AppId, Counter, StreamId, StreamKind, StreamState};
use aftershow::store::{Sort, Store, StreamQuery};
use common::{BenchConnection, BenchServer, at, sorted, unit};
use sqlx::{AssertSqlSafe, Connection as _, SqliteConnection};
use std::time::Instant;
use table::Table;

const APP: AppId = AppId(1_400_000_001);
/// Streams of one host, whatever the size.
const STREAMS_OF_HOST: i64 = 200;
/// Titles have two of these: each is in some 3 % of all streams.
const WORDS: i64 = 64;

/// Other digits in the order of ids: SQL for a number of 32 bits.
const SCATTERED: &str = "((n.i * 2654435761) & 4294967295)";

fn rounds() -> usize {
    std::env::var("HISTORY_ROUNDS").ok().and_then(|value| value.parse().ok()).unwrap_or(40)
}

fn sizes() -> [i64; 2] {
    let asked = std::env::var("HISTORY_SIZES").unwrap_or_default();
    let sizes: Vec<i64> = asked.split(',').filter_map(|size| size.trim().parse().ok()).collect();
    sizes.try_into().unwrap_or([100_000, 1_000_000])
}

/// A word of titles, of four characters; the first two are its own.
fn word(number: i64) -> String {
    let letter = |number: i64| char::from_u32(0x5000 + number as u32).unwrap();
    [number, WORDS + number, 2 * WORDS + number % 8, 2 * WORDS + 8 + number / 8].into_iter().map(letter).collect()
}

fn host(number: i64) -> String {
    format!("host_{number:05}")
}

fn room(id: i64) -> String {
    format!("live_{}_{}", host(id % 1_000), 1_700_000_000 + id * 37)
}

/// The address of a search.
fn search(term: &str) -> String {
    format!("/streams?q={}", url::form_urlencoded::byte_serialize(term.as_bytes()).collect::<String>())
}

/// A server whose database has this many streams.
struct History {
    place: BenchServer,
    connection: BenchConnection,
    cookie: String,
    streams: i64,
}

impl History {
    /// Fills a database, builds its search index as an update does, and starts the server several times.
    async fn start(table: &mut Table, streams: i64) -> (Self, f64) {
        let place = BenchServer::start().await;
        place.short().await;
        let directory = place.end().await;
        let started = Instant::now();
        fill(&directory, streams).await;
        let filled = started.elapsed().as_secs_f64();
        let started = Instant::now();
        let store = Store::open(&common::database(&directory)).await.unwrap();
        let indexed = started.elapsed().as_secs_f64();
        store.close().await;
        let size = std::fs::metadata(common::database(&directory)).unwrap().len() as f64 / 1e6;
        table.figure(&format!("{streams} streams, inserted in"), format!("{filled:.1} s, {size:.0} MB"));
        table.figure(&format!("{streams} streams, search index built in"), format!("{indexed:.1} s"));
        let (place, ready) = ready(directory).await;
        let cookie = place.signed_in().await;
        let connection = BenchConnection::open(place.address).await;
        (Self { place, connection, cookie, streams }, ready)
    }

    async fn ask(&mut self, path: &str) -> f64 {
        let request = common::get(path, &self.cookie);
        let started = Instant::now();
        let answer = self.connection.ask(&request).await;
        let took = started.elapsed().as_secs_f64() * 1_000.0;
        assert_eq!(answer.status, 200, "{path}");
        took
    }
}

/// Starts a server five times: the last one, and the median of milliseconds until it was ready.
async fn ready(mut directory: tempfile::TempDir) -> (BenchServer, f64) {
    let mut times = Vec::new();
    loop {
        let place = BenchServer::open(directory).await;
        times.push(place.ready.as_secs_f64() * 1_000.0);
        if times.len() == 5 {
            return (place, at(&sorted(times), 0.5));
        }
        directory = place.end().await;
    }
}

/// Copies the one sealed stream of a database until there are `count`, each with its own room, start and numbers.
async fn fill(directory: &tempfile::TempDir, streams: i64) {
    let url = format!("sqlite://{}", common::database(directory).display());
    let mut database = SqliteConnection::connect(&url).await.unwrap();
    let mut run = async |sql: String| {
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut database).await.unwrap();
    };
    run("PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; PRAGMA temp_store = MEMORY;
         CREATE TEMP TABLE word (id INTEGER PRIMARY KEY, text TEXT);"
        .to_owned())
    .await;
    for number in 0..WORDS {
        run(format!("INSERT INTO word VALUES ({number}, '{}')", word(number))).await;
    }
    let indexes: Vec<(String, String)> = sqlx::query_as(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'stream' AND sql IS NOT NULL",
    )
    .fetch_all(&mut database)
    .await
    .unwrap();
    let columns: Vec<String> =
        sqlx::query_scalar("SELECT name FROM pragma_table_info('stream')").fetch_all(&mut database).await.unwrap();
    let mut run = async |sql: String| {
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut database).await.unwrap();
    };
    // Making an index of all rows is much faster than keeping it while they come.
    for (name, _) in &indexes {
        run(format!("DROP INDEX {name}")).await;
    }
    let numbers = format!("WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < {streams})");
    let hosts = (streams / STREAMS_OF_HOST).max(1);
    let sha256 = format!("printf('%08x%08x%048x', {SCATTERED}, n.i, 0)");
    // An hour's stream every six minutes, the last of them yesterday.
    let shift = format!("- ({streams} - n.i) * 360000");
    let value = |column: &str| match column {
        "id" | "number" => "n.i".to_owned(),
        "room" => "printf('live_host_%05d_%d', n.i % 1000, 1700000000 + n.i * 37)".to_owned(),
        "create_time" => format!("known.create_time {shift} / 1000"),
        "title" => format!(
            "(SELECT text FROM word WHERE id = ({SCATTERED} >> 8) % {WORDS}) || ' · '
                || (SELECT text FROM word WHERE id = ({SCATTERED} >> 16) % {WORDS})"
        ),
        "host" => format!("printf('host_%05d', ({SCATTERED} >> 4) % {hosts})"),
        "host_name" => format!("(SELECT text FROM word WHERE id = ({SCATTERED} >> 4) % {hosts} % {WORDS}) || 'さん'"),
        "first_seen" | "started_at" | "show_ended_at" | "ended_at" | "last_asked" | "last_answered" | "sealed_at" => {
            format!("known.{column} {shift}")
        }
        "business_day" => format!("(known.started_at {shift}) / 86400000"),
        "coins" | "gifts" | "gifters" | "viewers" | "likes" | "messages" => {
            let place = Counter::ALL.iter().position(|counter| counter.name() == column).unwrap();
            // One in fifty was never read.
            format!("iif({SCATTERED} % 50 = 0, NULL, ({SCATTERED} >> {place}) % 1000003)")
        }
        "sha256" => sha256.clone(),
        "search_text" => "NULL".to_owned(),
        _ => format!("known.{column}"),
    };
    let values: Vec<String> = columns.iter().map(|column| value(column)).collect();
    run(format!(
        "INSERT INTO stream ({}) {numbers} SELECT {} FROM n CROSS JOIN stream AS known ON known.id = 1",
        columns.join(", "),
        values.join(", ")
    ))
    .await;
    run(format!(
        "INSERT INTO report (number, stream, revision, sealed_at, sha256, signature, key, record) {numbers}
         SELECT n.i, n.i, 1, known.sealed_at, {sha256}, known.signature, known.key, known.record
         FROM n CROSS JOIN report AS known ON known.number = 1"
    ))
    .await;
    for (_, sql) in indexes {
        run(sql).await;
    }
    run("PRAGMA wal_checkpoint(TRUNCATE)".to_owned()).await;
    database.close().await.unwrap();
}

/// The median milliseconds of a page at both sizes, asked in turns; `path` makes the address of a round at a size.
async fn pair(both: &mut [History; 2], path: impl Fn(usize, &History) -> String) -> [f64; 2] {
    let mut times = [Vec::new(), Vec::new()];
    for round in 0..rounds() {
        for turn in 0..2 {
            let size = (turn + round) % 2;
            let path = path(round, &both[size]);
            let took = both[size].ask(&path).await;
            times[size].push(took);
        }
    }
    times.map(|times| at(&sorted(times), 0.5))
}

/// A line with both times and their ratio.
fn line(table: &mut Table, name: &str, times: [f64; 2]) {
    let ratio = times[1] / times[0];
    let measured = format!("{:.1} ms, {:.1} ms: {ratio:.2} ×", times[0], times[1]);
    table.budget(name, measured, "≤ 1.3 ×", ratio <= 1.3);
}

/// A line with both times as multiples of an unfiltered page.
fn multiple(table: &mut Table, name: &str, times: [f64; 2], plain: [f64; 2]) {
    let [small, large] = [times[0] / plain[0], times[1] / plain[1]];
    let measured = format!("{:.1} ms, {:.1} ms: {small:.2} ×, {large:.2} ×", times[0], times[1]);
    table.budget(name, measured, "≤ 3 × a page", small <= 3.0 && large <= 3.0);
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let sizes = sizes();
    let mut table = Table::new(format!("history of {} and of {} streams", sizes[0], sizes[1]));
    // Created and closed: an empty database as a later start finds it.
    let (empty, empty_ready) = ready(BenchServer::start().await.end().await).await;
    empty.end().await;
    let (small, small_ready) = History::start(&mut table, sizes[0]).await;
    let (large, large_ready) = History::start(&mut table, sizes[1]).await;
    table.figure("start to ready, empty", format!("{empty_ready:.0} ms"));
    for (streams, ready) in [(sizes[0], small_ready), (sizes[1], large_ready)] {
        let ratio = ready / empty_ready;
        let measured = format!("{ready:.0} ms: {ratio:.2} ×");
        table.budget(&format!("start to ready, {streams} streams"), measured, "≤ 2 × empty", ratio <= 2.0);
    }
    let mut both = [small, large];

    // Sums are made once and then added to: the first view of each list is not what is measured.
    let first = [both[0].ask("/streams").await, both[1].ask("/streams").await];
    table.figure("first view of the list, with its sums", format!("{:.1} ms, {:.1} ms", first[0], first[1]));
    let plain = pair(&mut both, |_, _| "/streams".to_owned()).await;
    render(&mut table, &both, plain).await;

    line(&mut table, "list by start, first page", plain);
    for sort in [Sort::Started].into_iter().chain(Counter::ALL.map(Sort::Counter)) {
        let name = sort.name();
        let middle = [middle(&both[0], sort).await, middle(&both[1], sort).await];
        let cursor = |history: &History| middle[usize::from(history.streams == sizes[1])].clone();
        if sort != Sort::Started {
            let times = pair(&mut both, |_, _| format!("/streams?sort={name}")).await;
            line(&mut table, &format!("list by {name}, first page"), times);
        }
        let times = pair(&mut both, |_, history| format!("/streams?sort={name}&after={}", cursor(history))).await;
        line(&mut table, &format!("list by {name}, next from the middle"), times);
        let times = pair(&mut both, |_, history| format!("/streams?sort={name}&before={}", cursor(history))).await;
        line(&mut table, &format!("list by {name}, previous from the middle"), times);
    }
    let live = pair(&mut both, |_, _| "/streams?state=live".to_owned()).await;
    line(&mut table, "list of live streams", live);

    // Another term each time: none has its sums already.
    let of = |history: &History, round: usize| 2 + (round as i64 * 7_919) % (history.streams - 2);
    let found = pair(&mut both, |round, history| search(&room(of(history, round)))).await;
    multiple(&mut table, "search: a RoomId", found, plain);
    let part = |round: usize, history: &History| search(&room(of(history, round))[14..]);
    let found = pair(&mut both, part).await;
    multiple(&mut table, "search: the last digits of a RoomId", found, plain);
    let found = pair(&mut both, |round, _| search(&word(round as i64 % WORDS))).await;
    multiple(&mut table, "search: a word in 3 % of all titles", found, plain);
    let letter = |round: usize| word(round as i64 % WORDS).chars().next().unwrap();
    let found = pair(&mut both, |round, _| search(&letter(round).to_string())).await;
    multiple(&mut table, "search: one character, in 3 % of all titles", found, plain);
    let digit = |round: usize| round % 10;
    let found = pair(&mut both, |round, _| search(&digit(round).to_string())).await;
    multiple(&mut table, "search: a digit, in all streams", found, plain);
    let found = pair(&mut both, |round, _| search(&format!("no such room {round}"))).await;
    multiple(&mut table, "search: nothing is found", found, plain);
    let fingerprint = |round: usize, history: &History| {
        let id = of(history, round);
        search(&format!("{:08x}{id:08x}", (id * 2_654_435_761) & 4_294_967_295))
    };
    let found = pair(&mut both, fingerprint).await;
    multiple(&mut table, "search: a fingerprint", found, plain);

    let of_host = |round: usize, history: &History| {
        let hosts = (history.streams / STREAMS_OF_HOST).max(1);
        format!("/hosts/{APP}/{}", host(round as i64 * 31 % hosts))
    };
    let found = pair(&mut both, of_host).await;
    multiple(&mut table, "page of a host", found, plain);
    let found = pair(&mut both, |round, history| format!("{}?sort=coins", of_host(round, history))).await;
    multiple(&mut table, "page of a host by coins", found, plain);
    let newest = both[0].place.engine.store.stream(StreamId(sizes[0])).await.unwrap().unwrap();
    let month = aftershow::calendar::date(newest.business_day).unwrap().strftime("%Y-%m").to_string();
    let found = pair(&mut both, |_, _| format!("/hosts?month={month}")).await;
    table.figure("hosts of the newest month", format!("{:.1} ms, {:.1} ms", found[0], found[1]));
    for history in both {
        history.place.end().await;
    }
    table.print();
}

/// The cursor of a stream in the middle of a list.
async fn middle(history: &History, sort: Sort) -> String {
    let store = &history.place.engine.store;
    for id in history.streams / 2.. {
        let stream = store.stream(StreamId(id)).await.unwrap().unwrap();
        match sort {
            Sort::Started => {
                let until = Some(stream.business_day);
                let query = StreamQuery { until, limit: 1, ..StreamQuery::default() };
                return store.streams(&query).await.unwrap().next.unwrap();
            }
            Sort::Counter(counter) => {
                if let Some(value) = stream.totals.get(counter).filter(|value| (400_000..600_000).contains(value)) {
                    return format!("{value}.{id}");
                }
            }
        }
    }
    unreachable!("one in five streams is in the middle of its list")
}

/// What a page of the list is made of: its rows from the database, the rendering, the compression.
async fn render(table: &mut Table, both: &[History; 2], plain: [f64; 2]) {
    for (history, whole) in both.iter().zip(plain) {
        let store = &history.place.engine.store;
        let query = StreamQuery { states: vec![StreamState::Sealed, StreamState::Ending], ..StreamQuery::default() };
        let sums = StreamQuery { kind: Some(StreamKind::Stream), ..query.clone() };
        let mut times = Vec::new();
        for _ in 0..rounds() {
            let started = Instant::now();
            let page = store.streams(&query).await.unwrap();
            store.sum_streams(&sums).await.unwrap();
            let ids: Vec<StreamId> = page.rows.iter().map(|row| row.id).collect();
            store.active_link_count(&ids, aftershow::web::context::now()).await.unwrap();
            times.push(started.elapsed().as_secs_f64() * 1_000.0);
        }
        let sql = at(&sorted(times), 0.5);
        let mut times = Vec::new();
        let mut connection = BenchConnection::open(history.place.address).await;
        let request = common::get("/streams", &history.cookie);
        let request = String::from_utf8(request).unwrap().replace("gzip, deflate, br", "identity").into_bytes();
        for _ in 0..rounds() {
            let started = Instant::now();
            connection.ask(&request).await;
            times.push(started.elapsed().as_secs_f64() * 1_000.0);
        }
        let uncompressed = at(&sorted(times), 0.5);
        let body = common::plain_body(history.place.address, "/streams", &history.cookie).await;
        let unit = unit(&body);
        let name = |what: &str| format!("{} streams, page of 50 rows: {what}", history.streams);
        table.figure(&name("size"), format!("{} bytes", body.len()));
        table.figure(&name("whole, as a browser asks"), format!("{whole:.1} ms"));
        table.figure(&name("its SQL"), format!("{sql:.2} ms"));
        table.figure(&name("unit, brotli 5 of it"), format!("{unit:.2} ms"));
        let ratio = (uncompressed - sql) / unit;
        let measured = format!("{:.1} ms: {ratio:.2} units", uncompressed - sql);
        table.budget(&name("rendering"), measured, "≤ 2 units", ratio <= 2.0);
    }
}
