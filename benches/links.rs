//! Does the time of a response show a stranger whether a link once was? Requests for links of every kind of death, and
//! for ones that never were, in turns over one connection. `make bench BENCH="--bench links"`.
//!
//! Two groups never were: how far these two differ is the noise of the measurement.

#![allow(clippy::unwrap_used)]

mod common;

use aftershow::share::{Draft, NewPassword};
use common::{BenchConnection, BenchServer, at, sorted};
use std::time::Instant;

const ROUNDS: usize = 4_000;
const WARM_UP: usize = 200;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let place = BenchServer::start().await;
    let stream = place.three_hours().await;
    let shares = &place.state.shares;
    let now = aftershow::web::context::now();
    // Some that live, so that the tables and the memory are not empty.
    let (_, active) = place.link(stream).await;
    for _ in 0..200 {
        place.link(stream).await;
    }
    let (off, off_path) = place.link(stream).await;
    shares.set_enabled(off, false).await.unwrap();
    let (rotated, rotated_path) = place.link(stream).await;
    shares.rotate(rotated).await.unwrap();
    let (deleted, deleted_path) = place.link(stream).await;
    shares.delete(deleted).await.unwrap();
    let (expired, expired_path) = place.link(stream).await;
    let draft = Draft { expires: Some("50ms".to_owned()), ..Draft::default() };
    shares.update(expired, draft, NewPassword::Keep, now).await.unwrap();
    let kinds = [
        ("never was", "/r/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned()),
        ("never was (again)", "/r/BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB".to_owned()),
        ("switched off", off_path),
        ("expired", expired_path),
        ("deleted", deleted_path),
        ("rotated away", rotated_path),
    ];
    let mut connection = BenchConnection::open(place.address).await;
    assert_eq!(connection.ask(&common::get(&active, "")).await.status, 200);
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    let mut times = vec![Vec::with_capacity(ROUNDS); kinds.len()];
    let mut first = None;
    for round in 0..WARM_UP + ROUNDS {
        for turn in 0..kinds.len() {
            // Another order each round (5 shares no factor with 6), so that no kind always follows the same one.
            let kind = (turn * [1, 5][round % 2] + round / 2) % kinds.len();
            // Another address each time: what is measured is the look-up, not the delay of who searches.
            let number = round * kinds.len() + turn;
            let from = format!("x-forwarded-for: 10.{}.{}.{}\r\n", number >> 16 & 255, number >> 8 & 255, number & 255);
            let request = common::get(&kinds[kind].1, &from);
            let started = Instant::now();
            let answer = connection.ask(&request).await;
            let took = started.elapsed().as_secs_f64() * 1_000_000.0;
            assert_eq!(answer.status, 404, "{}", kinds[kind].0);
            // The date is as long every day: all answers have the same bytes.
            assert_eq!(*first.get_or_insert(answer), answer, "{}", kinds[kind].0);
            if round >= WARM_UP {
                times[kind].push(took);
            }
        }
    }
    println!("dead links, {ROUNDS} requests of each kind in turns over one connection");
    println!("  {:<20} | {:>10} | {:>22} | ratio to never was", "kind", "median", "95 % of the median");
    let times: Vec<_> = times.into_iter().map(sorted).collect();
    let base = at(&times[0], 0.5);
    // The median lies between these two order statistics in 95 of 100 runs.
    let spread = 0.98 / (ROUNDS as f64).sqrt();
    for ((name, _), times) in kinds.iter().zip(&times) {
        let (median, low, high) = (at(times, 0.5), at(times, 0.5 - spread), at(times, 0.5 + spread));
        println!("  {name:<20} | {median:>7.1} µs | {low:>8.1} to {high:>7.1} µs | {:.4}", median / base);
    }
    println!("  every answer was {} bytes of head and {} of body", first.unwrap().head, first.unwrap().body);
    place.end().await;
}
