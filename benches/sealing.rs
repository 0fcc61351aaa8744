//! Sealing: what a stream of three hours takes in the database, and how fast streams are composed, signed and written.
//!
//! Each stream is as busy as any: every counter moves between most readings, asked with the lateness and answered with the
//! latency of a real line, and each has eight streams of its room to be compared with. They are read at the default
//! interval, and at half of it, which is the most a busy stream among quiet ones gets: then the report still fits, and what
//! the file grows by is shown without a budget, since SQLite gives whole pages (8 kB or 12 kB, and the rows of lists).
//!
//! And two ratios: what a room costs that is not destroyed for a month, and what readings wait while many streams are sealed.

#![allow(clippy::unwrap_used)]

mod table;

use aftershow::clock::Clock;
use aftershow::collector::{SealQueue, Sealer};
use aftershow::domain::{
    AppId, Counters, EndEvidence, Millis, Reading, RoomId, Run, StreamId, StreamKind, StreamState, StreamSummary,
    Totals,
};
use aftershow::key_file;
use aftershow::report::{self, ReportInput};
use aftershow::store::{NewStream, Recorder, SessionPart, Store, StoredSeries, Write};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use table::Table;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

const HOURS: i64 = 3;
const DEFAULT_INTERVAL: i64 = 10_000;
const START: i64 = 1_795_262_400_000;

/// A linear congruential generator: the same streams on every machine.
struct BenchRng(u64);

impl BenchRng {
    fn below(&mut self, most: u64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % most) as i64
    }
}

/// The readings of `hours` hours, one every `interval` milliseconds.
fn runs(seed: u64, start: i64, every: i64, hours: i64) -> Vec<Run> {
    let mut rng = BenchRng(seed);
    let mut counters = Counters::default();
    let mut runs: Vec<Run> = Vec::new();
    for i in 0..hours * 3_600_000 / every {
        let late = rng.below(25) + if rng.below(50) == 0 { rng.below(600) } else { 0 };
        let asked = Millis(start + 2_000 + i * every + late);
        let answered = asked + 28 + rng.below(30) + if rng.below(20) == 0 { rng.below(400) } else { 0 };
        let busy = 1 + (i * every / 1_800_000) % 4;
        counters.viewers += rng.below(11);
        if rng.below(3) == 0 {
            let gifts = 1 + rng.below(3) * busy;
            counters.gifts += gifts;
            counters.coins += gifts * [1, 5, 10, 52, 99, 520][rng.below(6) as usize];
            counters.gifters = (counters.gifters + i64::from(rng.below(4) == 0)).min(counters.gifts);
        }
        counters.likes += rng.below(60) * busy;
        counters.messages += rng.below(14);
        let reading = Reading { asked, answered, counters };
        if !runs.last_mut().is_some_and(|run| run.extend(&reading)) {
            runs.push(Run::from(reading));
        }
    }
    runs
}

fn new_stream(day: i64, every: i64) -> NewStream {
    let start = START + day * 86_400_000;
    NewStream {
        app: AppId(1_400_000_001),
        room: RoomId::parse("xl_radio").unwrap(),
        kind: StreamKind::Stream,
        create_time: Some(start / 1000),
        part: SessionPart::default(),
        title: Some("小鹿电台 · 点歌专场".into()),
        host: Some("xiaolu".into()),
        host_name: Some("小鹿".into()),
        interval_ms: every,
        first_seen: Millis(start),
        started_at: Millis(start),
    }
}

async fn seal(sealer: &Sealer, day: i64, every: i64) -> StreamId {
    let new = new_stream(day, every);
    let start = new.started_at.0;
    let series = StoredSeries { runs: runs(day as u64 + 1, start, every, HOURS), ..StoredSeries::default() };
    let ended_at = series.runs.last().unwrap().until + 3_000;
    let ending = move |stream| {
        vec![Write::Ending { stream, ended_at, ended_after: None, by: EndEvidence::Webhook, evidence_at: ended_at }]
    };
    sealer.import(&new, ending, series, ended_at + 120_000).await.unwrap()
}

/// A room that is not destroyed: viewers enter now and then, and in one minute of seven something moves.
fn weeks(days: i64) -> ReportInput {
    let mut rng = BenchRng(11);
    let mut counters = Counters::default();
    let mut runs: Vec<Run> = Vec::new();
    for i in 0..days * 8_640 {
        let asked = Millis(START + i * DEFAULT_INTERVAL + rng.below(25));
        counters.viewers += i64::from(rng.below(6) == 0);
        if (i / 6) % 7 == 0 {
            counters.gifts += 1 + rng.below(4);
            counters.coins += 20 + rng.below(100);
            counters.likes += rng.below(60);
            counters.messages += rng.below(9);
        }
        let reading = Reading { asked, answered: asked + 40, counters };
        if !runs.last_mut().is_some_and(|run| run.extend(&reading)) {
            runs.push(Run::from(reading));
        }
    }
    let new = new_stream(0, DEFAULT_INTERVAL);
    let last = runs.last().copied().unwrap();
    ReportInput {
        summary: StreamSummary {
            id: StreamId(1),
            app: new.app,
            room: new.room,
            kind: new.kind,
            title: new.title,
            host: new.host,
            host_name: new.host_name,
            state: StreamState::Ending,
            created_at: Some(new.started_at),
            started_at: new.started_at,
            business_day: aftershow::domain::Day(20_778),
            show_ended_at: None,
            ended_at: Some(last.until + 3_000),
            ended_after: None,
            ended_by: Some(EndEvidence::RoomGone),
            totals: Totals::from(last.counters),
            last_asked: None,
            last_answered: None,
            seal: None,
        },
        owner_left: None,
        interval_ms: DEFAULT_INTERVAL,
        start: Totals::default(),
        runs,
        gaps: Vec::new(),
        corrected: Vec::new(),
        excluded: 0,
        errors: BTreeMap::new(),
        retries: 0,
        last_request_id: None,
        moments: Vec::new(),
        room_closed: None,
        past: Vec::new(),
        host_past: Vec::new(),
        issuer: "StarLane Live".to_owned(),
        number: 1,
        previous: None,
        revision: 1,
        supersedes: None,
        sealed_at: last.until + 123_000,
    }
}

/// How long a stream of weeks takes to compose, beside one of a week.
fn compose_weeks(table: &mut Table) {
    let mut times = Vec::new();
    for days in [8, 32] {
        let best = (0..3).map(|_| {
            let material = weeks(days);
            let started = Instant::now();
            assert!(report::compose(material).ended_at.is_some());
            started.elapsed().as_secs_f64() * 1000.0
        });
        let best = best.fold(f64::INFINITY, f64::min);
        table.figure(&format!("compose {days} days of a quiet room"), format!("{best:.0} ms"));
        times.push(best);
    }
    let ratio = times[1] / times[0];
    table.budget("compose 32 days ÷ 8 days", format!("{ratio:.1}"), "≤ 6", ratio <= 6.0);
}

/// How long a reading waits for its commit while streams are sealed, beside how long it does otherwise.
async fn commit_beside_seals(table: &mut Table) {
    const SEALS: i64 = 39;
    const ROUNDS: i64 = 4;
    const COMMIT_INTERVAL: Duration = Duration::from_millis(10);
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(&directory.path().join("aftershow.db")).await.unwrap();
    let keys = key_file::open(&directory.path().join("aftershow.key"), &store, Clock::system().now()).await.unwrap();
    let (recorder, writer) = Recorder::new(store.clone());
    tokio::spawn(writer);
    let sealer = Sealer::new(store.clone(), keys.signing, "StarLane Live".to_owned(), Clock::system());
    let stop = CancellationToken::new();
    let (queue, worker) = SealQueue::new(sealer.clone(), recorder.clone(), Clock::system(), stop.clone());
    tokio::spawn(worker);
    for day in 0..8 {
        seal(&sealer, day, DEFAULT_INTERVAL).await;
    }
    let mut ended = Vec::new();
    for day in 8..8 + SEALS * ROUNDS {
        let new = new_stream(day, DEFAULT_INTERVAL);
        let runs = runs(day as u64, new.started_at.0, DEFAULT_INTERVAL, 1);
        let at = runs.last().unwrap().until + 3_000;
        let (by, ended_after) = (EndEvidence::RoomGone, None);
        let writes = |stream| {
            let end = Write::Ending { stream, ended_at: at, ended_after, by, evidence_at: at };
            let run = |run| Write::Run { stream, run, request_id: None, retries: 0 };
            runs.into_iter().map(run).chain([end]).collect()
        };
        ended.push(store.import(&new, writes).await.unwrap());
    }
    let live = store.open_streams(&[new_stream(1_000, DEFAULT_INTERVAL)]).await.unwrap()[0];
    let turn = std::cell::Cell::new(0);
    let commit = async || {
        turn.set(turn.get() + 1);
        let asked = Millis(START + 1_000 * 86_400_000 + turn.get() * 10);
        let counters = Counters { likes: turn.get(), ..Counters::default() };
        let run = Run::from(Reading { asked, answered: asked + 5, counters });
        let started = Instant::now();
        recorder.write(Write::Run { stream: live, run, request_id: None, retries: 0 });
        recorder.flush().await.unwrap();
        let took = started.elapsed();
        tokio::time::sleep(COMMIT_INTERVAL.saturating_sub(took)).await;
        took.as_secs_f64() * 1000.0
    };
    let (mut alone, mut beside) = (Vec::new(), Vec::new());
    let mut sealing = Duration::ZERO;
    for round in ended.chunks(SEALS as usize) {
        for _ in 0..150 {
            alone.push(commit().await);
        }
        let started = Instant::now();
        let (sealed, mut left) = mpsc::unbounded_channel();
        for &stream in round {
            let sealed = sealed.clone();
            queue.seal(stream, move |outcome| sealed.send(outcome).unwrap());
        }
        drop(sealed);
        while !left.is_closed() || !left.is_empty() {
            beside.push(commit().await);
            while let Ok(outcome) = left.try_recv() {
                outcome.unwrap();
            }
        }
        sealing += started.elapsed();
    }
    stop.cancel();
    let late = |times: &mut Vec<f64>| {
        times.sort_by(f64::total_cmp);
        times[(times.len() - 1) * 99 / 100]
    };
    let count = beside.len();
    let (alone, beside) = (late(&mut alone), late(&mut beside));
    let each = sealing.as_secs_f64() * 1000.0 / (SEALS * ROUNDS) as f64;
    table.figure("a seal of one hour beside readings", format!("{each:.1} ms"));
    table.figure("commit of a reading, p99", format!("{alone:.1} ms"));
    table.figure(&format!("the same during {SEALS} seals at once, p99 of {count}"), format!("{beside:.1} ms"));
    let ratio = beside / alone;
    table.budget("commit p99 during seals ÷ without", format!("{ratio:.1}"), "≤ 3", ratio <= 3.0);
}

#[tokio::main]
async fn main() {
    let mut table = Table::new(format!("sealing busy streams of {HOURS} h"));
    for every in [DEFAULT_INTERVAL, DEFAULT_INTERVAL / 2] {
        const STREAMS: i64 = 100;
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("aftershow.db");
        let open = async || {
            let store = Store::open(&path).await.unwrap();
            let keys =
                key_file::open(&directory.path().join("aftershow.key"), &store, Clock::system().now()).await.unwrap();
            let sealer = Sealer::new(store.clone(), keys.signing, "StarLane Live".to_owned(), Clock::system());
            (store, sealer)
        };
        let length = || std::fs::metadata(&path).unwrap().len();
        let (store, sealer) = open().await;
        for day in 0..8 {
            seal(&sealer, day, every).await;
        }
        drop(sealer);
        store.close().await;
        // Tables, indexes and keys are there whatever is sealed: a stream's share is what the file grows by.
        let before = length();
        let (store, sealer) = open().await;
        let (started, mut packed, mut whole) = (Instant::now(), 0, 0);
        let mut streams = Vec::new();
        for day in 8..8 + STREAMS {
            streams.push(seal(&sealer, day, every).await);
        }
        let each = started.elapsed().as_secs_f64() * 1000.0 / STREAMS as f64;
        for stream in streams {
            let sealed = store.report(stream, None).await.unwrap().unwrap();
            whole += report::open_bytes(&sealed).unwrap().len();
            packed = packed.max(sealed.packed.len());
        }
        drop(sealer);
        store.close().await;
        let file = (length() - before) / STREAMS as u64;
        let interval = format!("read every {} s", every / 1000);
        table.figure(&format!("{interval}: canonical JSON"), format!("{} bytes", whole / STREAMS as usize));
        table.budget(
            &format!("{interval}: in the report row, largest"),
            format!("{packed} bytes"),
            "≤ 12 kB",
            packed <= 12_000,
        );
        let (name, grown) = (format!("{interval}: what the file grows by, each"), format!("{file} bytes"));
        if every == DEFAULT_INTERVAL {
            table.budget(&name, grown, "≤ 12 kB", file <= 12_000);
        } else {
            table.figure(&name, grown);
        }
        table.figure(&format!("{interval}: import, compose, sign, pack, write"), format!("{each:.1} ms"));
        table.figure(&format!("{interval}: streams sealed a second"), format!("{:.0}", 1000.0 / each));
    }
    compose_weeks(&mut table);
    commit_beside_seals(&mut table).await;
    table.print();
}
