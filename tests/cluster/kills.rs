//! `kill -9` of the server that collects, with another beside it.

use crate::installation::{Found, Installation, Server};
use crate::{number, report};
use rand::RngExt;
use std::time::Duration;
use tokio::time::Instant;

/// Installations that are killed side by side.
const INSTALLATIONS: u64 = 5;
const ROOMS: usize = 4;
/// The other server reads within this time.
const TAKE_OVER: Duration = Duration::from_secs(15);

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn another_server_reads_on_after_every_kill_and_nothing_acknowledged_is_lost() {
    let (kills, seed) = (number("KILLS", 20), number("SEED", 7));
    let runs: Vec<_> = (0..INSTALLATIONS)
        .map(|place| {
            let share = kills / INSTALLATIONS + u64::from(place < kills % INSTALLATIONS);
            tokio::spawn(run(seed * 1_000 + place, share))
        })
        .collect();
    let (mut found, mut waits) = (Found::default(), Vec::new());
    for place in runs {
        let Some((of_run, of_waits)) = place.await.unwrap() else { return };
        found.streams += of_run.streams;
        found.reports += of_run.reports;
        found.acknowledged += of_run.acknowledged;
        waits.extend(of_waits);
    }
    waits.sort_unstable();
    let figure = format!(
        "{} kills; the other reads after {:.1} s (median), {:.1} s (longest); {} streams sealed once, {} reports in one \
         chain, {} values acknowledged and kept",
        waits.len(),
        waits[waits.len() / 2].as_secs_f64(),
        waits.last().unwrap().as_secs_f64(),
        found.streams,
        found.reports,
        found.acknowledged,
    );
    report("kill -9 of the leader of two", "reads within 15 s; nothing acknowledged lost; chain dense", &figure);
    assert_eq!(waits.len() as u64, kills);
    assert!(found.acknowledged as u64 > kills && found.streams as u64 > INSTALLATIONS);
}

async fn run(seed: u64, kills: u64) -> Option<(Found, Vec<Duration>)> {
    let mut place = Installation::start(seed, "500ms").await?;
    for _ in 0..ROOMS {
        place.open_room();
    }
    let mut servers = [place.serve("one", &[]).await, place.serve("two", &[]).await];
    let mut waits = Vec::new();
    place.reads_after(aftershow::web::context::now(), TAKE_OVER * 2).await;
    for _ in 0..kills {
        let until = Instant::now() + Duration::from_millis(place.rng.random_range(500..3_000));
        work(&mut place, &servers, until).await;
        let leader = place.leader().await.expect("one collects");
        let at = servers.iter().position(|server| server.name == leader).unwrap();
        // At the moment of a reading, of a seal, or between.
        servers[at].signal("KILL");
        let killed = aftershow::web::context::now();
        waits.push(place.reads_after(killed, TAKE_OVER).await);
        servers[at].ended().await;
        servers[at] = place.serve(&leader, &[]).await;
    }
    work(&mut place, &servers, Instant::now() + Duration::from_secs(1)).await;
    place.end_all().await;
    for server in &servers {
        place.look(server).await;
    }
    let found = place.check().await;
    // Asked to stop, the leader gives its lease back, and the other has it within 3 s.
    let leader = place.leader().await.expect("one collects");
    let at = servers.iter().position(|server| server.name == leader).unwrap();
    servers[at].signal("TERM");
    let asked = Instant::now();
    while place.leader().await.is_none_or(|name| name == leader) {
        assert!(asked.elapsed() < Duration::from_secs(3), "handed over too late");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(servers[at].ended().await, "it stops when asked");
    Some((found, waits))
}

async fn work(place: &mut Installation, servers: &[Server; 2], until: Instant) {
    let mut turn = 0;
    while Instant::now() < until {
        place.step();
        turn += 1;
        if turn % 5 == 0 {
            place.look(&servers[turn / 5 % 2]).await;
        }
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
}
