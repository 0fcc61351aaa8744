//! Sealing: what a stream of three hours takes in the database, and how fast streams are composed, signed and written.
//!
//! Each stream is as busy as any: every counter moves between most readings, asked with the lateness and answered with the
//! latency of a real line, and each has eight streams of its room to be compared with. They are read at the default
//! interval, and at half of it, which is the most a busy stream among quiet ones gets: then the report still fits, and what
//! the file grows by is told without a budget, since SQLite gives whole pages (8 kB or 12 kB, and the rows of lists).

#![allow(clippy::unwrap_used)]

mod table;

use aftershow::clock::Clock;
use aftershow::collector::Sealer;
use aftershow::domain::{AppId, Counters, EndEvidence, Millis, Reading, RoomId, Run, StreamId, StreamKind};
use aftershow::key_file;
use aftershow::report;
use aftershow::store::{NewStream, Part, Series, Store, Write};
use std::time::Instant;
use table::Table;

const HOURS: i64 = 3;
const DEFAULT_INTERVAL: i64 = 10_000;
const START: i64 = 1_795_262_400_000;

/// A linear congruential generator: the same streams on every machine.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % most) as i64
    }
}

/// What was read in three hours, every so many milliseconds.
fn runs(seed: u64, start: i64, every: i64) -> Vec<Run> {
    let mut dice = Dice(seed);
    let mut counters = Counters::default();
    let mut runs: Vec<Run> = Vec::new();
    for i in 0..HOURS * 3_600_000 / every {
        let late = dice.below(25) + if dice.below(50) == 0 { dice.below(600) } else { 0 };
        let asked = Millis(start + 2_000 + i * every + late);
        let answered = asked + 28 + dice.below(30) + if dice.below(20) == 0 { dice.below(400) } else { 0 };
        let busy = 1 + (i * every / 1_800_000) % 4;
        counters.viewers += dice.below(11);
        if dice.below(3) == 0 {
            let gifts = 1 + dice.below(3) * busy;
            counters.gifts += gifts;
            counters.coins += gifts * [1, 5, 10, 52, 99, 520][dice.below(6) as usize];
            counters.gifters = (counters.gifters + i64::from(dice.below(4) == 0)).min(counters.gifts);
        }
        counters.likes += dice.below(60) * busy;
        counters.messages += dice.below(14);
        let reading = Reading { asked, answered, counters };
        if !runs.last_mut().is_some_and(|run| run.extend(&reading)) {
            runs.push(Run::from(reading));
        }
    }
    runs
}

async fn seal(sealer: &Sealer, day: i64, every: i64) -> StreamId {
    let start = START + day * 86_400_000;
    let new = NewStream {
        app: AppId(1_400_000_001),
        room: RoomId::parse("xl_radio").unwrap(),
        kind: StreamKind::Stream,
        create_time: Some(start / 1000),
        part: Part::default(),
        title: Some("小鹿电台 · 点歌专场".into()),
        host: Some("xiaolu".into()),
        host_name: Some("小鹿".into()),
        interval_ms: every,
        first_seen: Millis(start),
        started_at: Millis(start),
    };
    let series = Series { runs: runs(day as u64 + 1, start, every), ..Series::default() };
    let ended_at = series.runs.last().unwrap().until + 3_000;
    let ending = move |stream| {
        vec![Write::Ending { stream, ended_at, ended_after: None, by: EndEvidence::Webhook, evidence_at: ended_at }]
    };
    sealer.import(&new, ending, series, ended_at + 120_000).await.unwrap()
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
        let pace = format!("read every {} s", every / 1000);
        table.figure(&format!("{pace}: canonical JSON"), format!("{} bytes", whole / STREAMS as usize));
        table.budget(
            &format!("{pace}: in the report row, largest"),
            format!("{packed} bytes"),
            "≤ 12 kB",
            packed <= 12_000,
        );
        let (name, grown) = (format!("{pace}: what the file grows by, each"), format!("{file} bytes"));
        if every == DEFAULT_INTERVAL {
            table.budget(&name, grown, "≤ 12 kB", file <= 12_000);
        } else {
            table.figure(&name, grown);
        }
        table.figure(&format!("{pace}: import, compose, sign, pack, write"), format!("{each:.1} ms"));
        table.figure(&format!("{pace}: streams sealed a second"), format!("{:.0}", 1000.0 / each));
    }
    table.print();
}
