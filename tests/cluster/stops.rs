//! A server that is stopped for longer than its lease and goes on: another has taken over, and the old one is fenced.

use crate::installation::Installation;
use crate::{number, report};
use rand::RngExt;
use std::time::Duration;
use tokio::time::Instant;

/// Three times the lease.
const STOP: Duration = Duration::from_secs(33);
/// More than the rate limit can read every half second: the leader always makes as many calls as it may.
const ROOMS: usize = 60;
/// 80 % of Tencent's limit.
const SHARE: u64 = 80;
const LIMIT: u64 = 100;

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
#[ignore = "takes minutes: make cluster-test"]
async fn a_server_that_was_stopped_for_longer_than_its_lease_writes_nothing_and_leads_again() {
    let (rounds, seed) = (number("ROUNDS", 4), number("SEED", 7));
    let Some(mut place) = Installation::start(seed, "500ms").await else { return };
    for _ in 0..ROOMS {
        place.open_room();
    }
    let servers = [place.serve("one", &[]).await, place.serve("two", &[]).await];
    place.reads_after(aftershow::web::context::now(), Duration::from_secs(20)).await;
    let most_calls = |place: &Installation| {
        let calls = place.simulator.handle().calls();
        calls.iter().find(|(command, _)| command.contains("stats")).map_or(0, |(_, calls)| calls.max_per_second)
    };
    let (mut before, mut after) = (0, 0);
    for _ in 0..rounds {
        let until = Instant::now() + Duration::from_millis(place.rng.random_range(2_000..4_000));
        while Instant::now() < until {
            place.step();
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let leader = place.leader().await.expect("one collects");
        let at = servers.iter().position(|server| server.name == leader).unwrap();
        servers[at].signal("STOP");
        let stopped = aftershow::web::context::now();
        place.reads_after(stopped, Duration::from_secs(15)).await;
        let until = Instant::now() + STOP;
        while Instant::now() < until {
            place.step();
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        before = most_calls(&place).max(before);
        servers[at].signal("CONT");
        // It learns that it has lost, and follows.
        let until = Instant::now() + Duration::from_secs(5);
        while Instant::now() < until {
            place.step();
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let other = &servers[1 - at];
        assert_eq!(place.leader().await.as_deref(), Some(other.name.as_str()), "one writer");
        let metrics = place.http.get(format!("{}/metrics", servers[at].url)).send().await.unwrap();
        assert!(!metrics.text().await.unwrap().contains("aftershow_streams_live{"), "it collects no more");
        after = most_calls(&place).max(after);
    }
    place.end_all().await;
    let found = place.check().await;
    let figure = format!(
        "{rounds} stops of {} s; at most {before} calls in a second while stopped, {after} after it went on; {} streams, {} \
         reports in one chain",
        STOP.as_secs(),
        found.streams,
        found.reports
    );
    report(
        "SIGSTOP of the leader for 3 × the lease, then SIGCONT",
        "one writer; ≤ 80 calls/s, after SIGCONT ≤ 100",
        &figure,
    );
    assert!(before <= SHARE && after <= LIMIT, "{before}, {after}");
}
