//! The shared report: how fast it is from memory beside a bare handler that serves the same bytes in the same run, how
//! fast when it must be rendered, and how much a reader loads. `make bench BENCH="--bench report"`.

#![allow(clippy::unwrap_used)]

mod common;
mod table;

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::routing::get;
use axum::serve::ListenerExt;
use bytes::Bytes;
use common::{BenchConnection, BenchServer, at, sorted};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use table::Table;

/// Open connections of the load, and how long one side is measured before the other has its turn.
const CONNECTIONS: usize = 16;
const TURN_DURATION: Duration = Duration::from_millis(1_500);
const TURNS: usize = 7;
/// Renderings that are timed.
const RENDERINGS: usize = 300;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let place = BenchServer::start().await;
    let stream = place.three_hours().await;
    let (_, path) = place.link(stream).await;
    let mut table =
        Table::new("shared report, 3 h stream, 1,074 readings, 8 streams of past (the load runs on the same cores)");
    sizes(&mut table, &place, &path).await;
    uncached(&mut table, &place, &path).await;
    from_memory(&mut table, &place, &path).await;
    place.end().await;
    table.print();
}

/// What a reader without scripts loads.
async fn sizes(table: &mut Table, place: &BenchServer, path: &str) {
    let base = format!("http://{}", place.address);
    let client = reqwest::Client::new();
    let load = async |path: &str, encoding: &str| {
        let request = client.get(format!("{base}{path}")).header("accept-encoding", encoding);
        request.send().await.unwrap().bytes().await.unwrap()
    };
    place.state.changes.increment();
    let first = load(path, "br").await.len();
    let plain = load(path, "identity").await;
    // The tight one replaces the quick one when it is done.
    let mut tight = first;
    for _ in 0..600 {
        tight = load(path, "br").await.len();
        if tight != first {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    table.figure("first HTML answer, plain", format!("{} bytes", plain.len()));
    table.budget("first HTML answer, brotli 5", format!("{first} bytes"), "≤ 14 kB", first <= 14_000);
    table.figure("the same recompressed, brotli 11", format!("{tight} bytes"));
    let html = String::from_utf8_lossy(&plain).into_owned();
    let mut all = first;
    for address in linked(&html) {
        let size = load(&address, "br").await.len();
        let name = address.rsplit('/').next().unwrap_or_default().to_owned();
        assert!(size > 0, "{address} is not served: run this by `make bench`, which writes the style sheet first");
        table.figure(&format!("it loads {name}"), format!("{size} bytes"));
        all += size;
    }
    assert!(all > first, "the page refers to no style sheet: run this by `make bench`, which writes it first");
    table.budget("all that loads without JS", format!("{all} bytes"), "≤ 22 kB", all <= 22_000);
}

/// Style sheets, icons and pictures of a page.
fn linked(html: &str) -> Vec<String> {
    let attribute = |tag: &str, name: &str| {
        let value = tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()?;
        value.starts_with('/').then(|| value.to_owned())
    };
    let tags = html.split('<').skip(1).map(|rest| rest.split('>').next().unwrap_or_default());
    tags.filter_map(|tag| match tag.split([' ', '/']).next().unwrap_or_default() {
        "link" if tag.contains("stylesheet") || tag.contains("icon") => attribute(tag, "href"),
        "img" => attribute(tag, "src"),
        _ => None,
    })
    .collect()
}

/// Every request after a change: the link is looked up, its document derived and checked, the page rendered and compressed.
async fn uncached(table: &mut Table, place: &BenchServer, path: &str) {
    let request = common::get(path, "");
    let mut connection = BenchConnection::open(place.address).await;
    let mut times = Vec::with_capacity(RENDERINGS);
    for _ in 0..RENDERINGS + 20 {
        place.state.changes.increment();
        let started = Instant::now();
        let answer = connection.ask(&request).await;
        times.push(started.elapsed().as_secs_f64() * 1_000.0);
        assert_eq!(answer.status, 200);
    }
    let times = sorted(times.split_off(20));
    let (median, late) = (at(&times, 0.5), at(&times, 0.99));
    let unit = common::unit(&common::plain_body(place.address, path, "").await);
    table.figure("unit: brotli 5 of the same page", format!("{unit:.2} ms"));
    table.figure("uncached, render + brotli 5, median", format!("{median:.1} ms"));
    table.figure("uncached, render + brotli 5, p99", format!("{late:.1} ms"));
    let (units, spread) = (median / unit, late / median);
    table.budget("uncached, median ÷ unit", format!("{units:.2}"), "≤ 3", units <= 3.0);
    table.budget("uncached, p99 ÷ median", format!("{spread:.2}"), "≤ 2", spread <= 2.0);
}

/// Requests a second, the two sides in turns.
async fn from_memory(table: &mut Table, place: &BenchServer, path: &str) {
    let request = common::get(path, "");
    let mut connection = BenchConnection::open(place.address).await;
    // Until it is compressed as tightly as it will be, so that both sides send the same for the whole run.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let ours = connection.ask(&request).await;
    assert_eq!(ours.status, 200);
    let client = reqwest::Client::new();
    let url = format!("http://{}{path}", place.address);
    let body = client.get(url).header("accept-encoding", "br").send().await.unwrap().bytes().await.unwrap();
    assert_eq!(body.len(), ours.body);
    let bare = bare(body).await;
    let mut connection = BenchConnection::open(bare).await;
    assert_eq!(connection.ask(&request).await.body, ours.body);
    let (mut rates, mut bare_rates) = (Vec::new(), Vec::new());
    for turn in 0..=TURNS {
        let one = load(place.address, &request).await;
        let other = load(bare, &request).await;
        // The first turn warms up.
        if turn > 0 {
            rates.push(one);
            bare_rates.push(other);
        }
    }
    let ratios = sorted(rates.iter().zip(&bare_rates).map(|(one, other)| one / other * 100.0).collect());
    let (rates, bare_rates) = (sorted(rates), sorted(bare_rates));
    table.figure("from memory", format!("{:.0} requests/s", at(&rates, 0.5)));
    table.figure("the same bytes by a bare axum handler", format!("{:.0} requests/s", at(&bare_rates, 0.5)));
    let (ratio, least, most) = (at(&ratios, 0.5), ratios[0], ratios[ratios.len() - 1]);
    let measured = format!("{ratio:.0} % ({least:.0}–{most:.0})");
    table.figure("from memory ÷ bare handler, median of turns (range)", measured);
}

/// A handler that does nothing but send these bytes.
async fn bare(body: Bytes) -> SocketAddr {
    let answer = move || {
        let body = body.clone();
        async move {
            let headers = [
                (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
                (header::CONTENT_ENCODING, HeaderValue::from_static("br")),
            ];
            (headers, body)
        }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let listener = listener.tap_io(|stream| stream.set_nodelay(true).unwrap());
    let router = Router::new().route("/r/{token}", get(answer));
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

async fn load(address: SocketAddr, request: &[u8]) -> f64 {
    let (count, stop) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
    let mut workers = Vec::new();
    for _ in 0..CONNECTIONS {
        let (count, stop, request) = (count.clone(), stop.clone(), request.to_vec());
        let mut connection = BenchConnection::open(address).await;
        workers.push(tokio::spawn(async move {
            while !stop.load(Ordering::Relaxed) {
                assert_eq!(connection.ask(&request).await.status, 200);
                count.fetch_add(1, Ordering::Relaxed);
            }
        }));
    }
    let started = Instant::now();
    tokio::time::sleep(TURN_DURATION).await;
    let (done, elapsed) = (count.load(Ordering::Relaxed), started.elapsed());
    stop.store(true, Ordering::Relaxed);
    for worker in workers {
        worker.await.unwrap();
    }
    done as f64 / elapsed.as_secs_f64()
}
