//! How much of Tencent's limit is used, and whether any second ever sees more: 1,200 rooms at 100 calls a second.
//!
//! `make bench` runs it in release; the figures are those of the simulator's ground truth, counted upstream.

#![allow(clippy::unwrap_used)]

mod table;

use aftershow::clock::Clock;
use aftershow::config::{AppConfig, Config, Endpoint};
use aftershow::domain::AppId;
use aftershow::engine::Prepared;
use aftershow::simulator::{self, DEMO_SDKAPPID, DEMO_SECRET_KEY, SimulatorOptions};
use aftershow::tencent::Tuning;
use std::time::{Duration, Instant};
use table::Table;

const ROOMS: usize = 1200;
const LIMIT: usize = 100;

fn seconds() -> u64 {
    std::env::var("BENCH_SECONDS").ok().and_then(|value| value.parse().ok()).unwrap_or(60)
}

#[tokio::main]
async fn main() {
    let options = SimulatorOptions { rooms: ROOMS, rate_limit: LIMIT, ..SimulatorOptions::default() };
    let simulator = simulator::start(options).await.unwrap();
    let dir = tempfile::tempdir().unwrap();
    let endpoint = Endpoint::parse(&simulator.url(), true).unwrap();
    let mut app = AppConfig::new(AppId(DEMO_SDKAPPID as i64), DEMO_SECRET_KEY.into(), endpoint);
    app.budget_share = 1.0;
    let mut config = Config::new(vec![app]);
    config.database = dir.path().join("bench.db");
    config.key_file = dir.path().join("aftershow.key");
    let engine = Prepared::open(config, Clock::system()).await.unwrap().start(Tuning::default()).unwrap();
    let stats = || {
        let calls = simulator.handle().calls();
        calls.into_iter().find(|(name, _)| *name == "get_room_stats").unwrap().1
    };
    // Until the list has returned more rooms than the budget reads in its interval.
    while engine.collector.status().iter().map(|app| app.live).sum::<i64>() < (ROOMS * 9 / 10) as i64 {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let (before, started) = (stats().accepted, Instant::now());
    tokio::time::sleep(Duration::from_secs(seconds())).await;
    let (after, elapsed) = (stats(), started.elapsed().as_secs_f64());
    let calls = after.accepted - before;
    let rate = calls as f64 / elapsed;
    let latency = engine.collector.status()[0].client.latency_ms.unwrap_or(0) as f64 / 1000.0;
    let possible = LIMIT as f64 / (1.0 + latency);
    let lag = engine.collector.status()[0].lag_p99_percent.unwrap_or(0);
    let mut table = Table::new(format!("{ROOMS} rooms, limit {LIMIT}/s, {elapsed:.0} s"));
    table.figure("accepted calls", format!("{calls}"));
    let share = rate / LIMIT as f64 * 100.0;
    table.figure("accepted calls, of the limit", format!("{share:.2} %"));
    // A call holds its slot until it is answered, so a machine that answers late cannot reach the limit itself.
    let share = rate / possible * 100.0;
    let name = format!("accepted calls, of limit ÷ (1 s + {:.0} ms)", latency * 1000.0);
    table.budget(&name, format!("{share:.2} %"), "≥ 99.5 %", share >= 99.5);
    let most = after.max_per_second;
    table.budget("most calls in any second", format!("{most}"), &format!("≤ {LIMIT}"), most <= LIMIT as _);
    table.budget("refused (60007)", format!("{}", after.refused), "0", after.refused == 0);
    table.figure("lateness, p99", format!("{lag} % of the interval"));
    engine.stop().await;
    table.print();
}
