//! 1,000 live streams at 80 calls a second: `aftershow simulate` in one process, `aftershow serve` in another, on a real
//! file; what the second takes of memory and processor, how late its readings are, from its own database, and how soon it
//! answers webhooks beside all that.
//!
//! `BENCH_SECONDS` sets how long is measured (60), `BENCH_WARM` how long is waited before (30), `ROOMS` how many (1,000),
//! `WEBHOOKS` how many are sent, a hundred a second (1,000).

#![allow(clippy::unwrap_used)]

mod common;
mod table;

use aftershow::domain::StreamState;
use aftershow::simulator::{DEMO_SDKAPPID, DEMO_SECRET_KEY};
use aftershow::store::{Store, StreamQuery};
use common::process::Process;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use table::Table;

/// What the app's backend forwards copies of webhooks with.
const FORWARD_TOKEN: &str = "the backend of the bench";

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(otherwise)
}

struct Serve {
    process: Process,
    url: String,
    /// From spawn to the first good answer of `/readyz`.
    ready: Duration,
}

impl Serve {
    async fn start(directory: &Path, upstream: &str, http: &reqwest::Client) -> Self {
        let spawned = Instant::now();
        let mut command = Command::new(env!("CARGO_BIN_EXE_aftershow"));
        command
            .arg("serve")
            .current_dir(directory)
            .env("AFTERSHOW_LISTEN", "127.0.0.1:0")
            .env("AFTERSHOW_DATABASE_URL", directory.join("aftershow.db"))
            .env("AFTERSHOW_KEY_FILE", directory.join("aftershow.key"))
            .env("AFTERSHOW_LOG", "warn")
            .env("AFTERSHOW_TENCENT__SDKAPPID", DEMO_SDKAPPID.to_string())
            .env("AFTERSHOW_TENCENT__SECRET_KEY", DEMO_SECRET_KEY)
            .env("AFTERSHOW_TENCENT__ENDPOINT", upstream)
            .env("AFTERSHOW_TENCENT__FORWARD_TOKEN", FORWARD_TOKEN)
            .env("AFTERSHOW_TENCENT__ALLOW_CUSTOM_ENDPOINT", "true");
        let (process, url) = Process::start(&mut command);
        while !http.get(format!("{url}/readyz")).send().await.is_ok_and(|answer| answer.status().is_success()) {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        Self { process, url, ready: spawned.elapsed() }
    }

    /// The sum of a family of `/metrics` over the samples with this label.
    async fn metric(&self, http: &reqwest::Client, name: &str, label: &str) -> f64 {
        let text = http.get(format!("{}/metrics", self.url)).send().await.unwrap().text().await.unwrap();
        let samples =
            text.lines().filter(|line| line.starts_with(&format!("aftershow_{name}{{")) && line.contains(label));
        samples.filter_map(|line| line.rsplit_once(' ')?.1.parse::<f64>().ok()).sum()
    }
}

/// How long answers to webhooks that are believed and change a room took, in milliseconds, shortest first: a hundred a
/// second, whether or not the one before was answered.
async fn webhooks(serve: &Serve, http: &reqwest::Client, rooms: u64) -> Vec<f64> {
    let mut sent = tokio::task::JoinSet::new();
    let mut turns = tokio::time::interval(Duration::from_millis(10));
    for place in 0..number("WEBHOOKS", 1000) {
        turns.tick().await;
        let body = format!(
            r#"{{"CallbackCommand":"Live.CallbackAfterUpdateRoomInfo","RoomInfo":{{"RoomId":"live_{:04}","RoomName":"Name {place}"}}}}"#,
            place % rooms
        );
        let request = http
            .post(format!("{}/webhooks/tencent?SdkAppid={DEMO_SDKAPPID}", serve.url))
            .bearer_auth(FORWARD_TOKEN)
            .body(body);
        sent.spawn(async move {
            let asked = Instant::now();
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status(), 200);
            assert!(answer.text().await.unwrap().contains(r#""ErrorCode":0"#));
            asked.elapsed().as_secs_f64() * 1000.0
        });
    }
    let mut waits = sent.join_all().await;
    waits.sort_by(f64::total_cmp);
    waits
}

#[tokio::main]
async fn main() {
    let (rooms, seconds, warm) = (number("ROOMS", 1000), number("BENCH_SECONDS", 60), number("BENCH_WARM", 30));
    let directory = tempfile::tempdir().unwrap();
    let (_simulator, upstream) = Process::start(Command::new(env!("CARGO_BIN_EXE_aftershow")).args([
        "simulate",
        "--listen",
        "127.0.0.1:0",
        "--rooms",
        &rooms.to_string(),
    ]));
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let serve = Serve::start(directory.path(), &upstream, &http).await;
    let first_ready = serve.ready;
    while serve.metric(&http, "streams_live", "").await < rooms as f64 * 0.98 {
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    tokio::time::sleep(Duration::from_secs(warm)).await;

    let calls = async || serve.metric(&http, "upstream_calls_total", "get_room_stats").await;
    let (started, before, used) = (Instant::now(), calls().await, serve.process.processor());
    let since = aftershow::clock::Clock::system().now();
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    let elapsed = started.elapsed().as_secs_f64();
    let used = (serve.process.processor() - used) / elapsed * 100.0;
    let rate = (calls().await - before) / elapsed;
    let (resident, most) = serve.process.memory();
    let interval = serve.metric(&http, "interval_now_ms", "").await;
    let lag = serve.metric(&http, "lag_p99_percent", "").await;
    let live = serve.metric(&http, "streams_live", "").await;

    // From the file: runs that follow one another are readings that did.
    let store = Store::open(&directory.path().join("aftershow.db")).await.unwrap();
    let mut query = StreamQuery { states: vec![StreamState::Live], limit: 500, ..StreamQuery::default() };
    let mut waits = Vec::new();
    loop {
        let page = store.streams(&query).await.unwrap();
        for stream in &page.rows {
            let runs = store.runs_since(stream.id, since).await.unwrap();
            waits.extend(runs.windows(2).map(|pair| (pair[1].from - pair[0].until_asked) as f64));
        }
        let Some(next) = page.next else { break };
        query.after = Some(next);
    }
    store.close().await;
    waits.sort_by(f64::total_cmp);
    let at = |share: f64| waits.get(((waits.len() - 1) as f64 * share) as usize).copied().unwrap_or(f64::NAN);

    // All are new and weigh the same, so the interval in force for each is streams ÷ calls; `/metrics` has that of a stream
    // of plain weight, of which there is none yet.
    let own = live / rate * 1000.0;

    let answers = webhooks(&serve, &http, rooms).await;
    let believed = serve.metric(&http, "webhooks_total", "accepted").await;

    // Again, with all of them open.
    drop(serve);
    let again = Serve::start(directory.path(), &upstream, &http).await;

    let mut table = Table::new(format!("{rooms} live streams for {elapsed:.0} s, after {warm} s"));
    table.figure("live streams", format!("{live:.0}"));
    table.figure("stats calls a second", format!("{rate:.1}"));
    table.figure("interval of each", format!("{:.2} s", own / 1000.0));
    table.figure("interval of plain weight, as /metrics tells it", format!("{:.1} s", interval / 1000.0));
    table.budget("resident memory", format!("{resident:.1} MB"), "≤ 40 MB", resident <= 40.0);
    table.figure("resident memory, at most", format!("{most:.1} MB"));
    table.figure("processor, of one core", format!("{used:.1} %"));
    // Of what one reading takes: a slow machine needs longer for both.
    let (each, unit) = (used * 10.0 / rate, common::unit(&common::sample()));
    table.figure("unit: brotli 5 of 64 kB of readings", format!("{unit:.2} ms"));
    table.budget("processor for each reading ÷ unit", format!("{:.2}", each / unit), "≤ 1", each <= unit);
    table.figure(
        &format!("between readings, median of {}", waits.len()),
        format!("{:.3} × its interval", at(0.5) / own),
    );
    table.budget(
        "between readings, p99",
        format!("{:.3} × its interval", at(0.99) / own),
        "≤ 1.2",
        at(0.99) / own <= 1.2,
    );
    table.figure("lateness as /metrics tells it, p99", format!("{lag:.0} % of the interval"));
    let (middle, last) = (answers[answers.len() / 2], answers[answers.len() - 1]);
    table.figure(&format!("webhooks believed, of {}", answers.len()), format!("{believed:.0}"));
    table.figure("answer to a webhook, median", format!("{middle:.1} ms"));
    table.figure("answer to a webhook, slowest", format!("{last:.1} ms"));
    let late = answers[answers.len() * 99 / 100] / middle;
    table.budget("answer to a webhook, p99 ÷ median", format!("{late:.1}"), "≤ 10", late <= 10.0);
    let ready = |ready: Duration| format!("{:.0} ms", ready.as_secs_f64() * 1000.0);
    table.figure("start to ready, new file", ready(first_ready));
    table.figure("start to ready, all streams open", ready(again.ready));
    let times = again.ready.as_secs_f64() / first_ready.as_secs_f64();
    table.budget("start with all streams open ÷ with a new file", format!("{times:.2}"), "≤ 2", times <= 2.0);
    table.print();
}
