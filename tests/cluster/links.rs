//! A link that is disabled on one of three servers is dead on the others for every request that begins after the answer.

use crate::installation::{Installation, Server};
use crate::{number, report};
use aftershow::credentials::secret;
use aftershow::domain::Role;
use aftershow::web::context::now;
use secrecy::ExposeSecret;
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// Readers of each of the other servers.
const READERS: usize = 3;

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
#[ignore = "part of make cluster-test"]
async fn a_link_that_is_disabled_on_one_of_three_servers_is_dead_on_all() {
    let times = number("DISABLES", 1_000);
    let Some(mut place) = Installation::start(13, "500ms").await else { return };
    place.open_room();
    let servers = [
        place.serve("a", &[]).await,
        place.serve("b", &["--role", "web"]).await,
        place.serve("c", &["--role", "web"]).await,
    ];
    place.reads_after(now(), Duration::from_secs(20)).await;
    place.end_all().await;
    let user = place.store.add_user("admin", "no password", Role::Admin, now()).await.unwrap().unwrap();
    let session = secret::mint();
    place.store.add_session(&secret::hash(&session), user, now(), now() + 86_400_000).await.unwrap();
    let cookie = format!("aftershow={}", session.expose_secret());
    let call = async |server: &Server, function: &str, fields: &[(&str, &str)]| -> Value {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = place.http.post(format!("{}/api/fn/{function}", server.url)).header("cookie", &cookie);
        let request = request.header("origin", &server.url).header("content-type", "application/x-www-form-urlencoded");
        let answer = request.body(body).send().await.unwrap();
        assert!(answer.status().is_success(), "{function}: {}", answer.status());
        answer.json().await.unwrap()
    };
    let stream = place.store.reports_from(1, 1).await.unwrap()[0].stream.to_string();
    let made = call(&servers[0], "create_share", &[("stream", &stream)]).await;
    let (id, link) = (made["id"].to_string(), made["link"].as_str().unwrap().to_owned());
    let path = link.strip_prefix(&servers[0].url).unwrap();
    // Even: on. Odd: off, and answered.
    let state = Arc::new(AtomicU64::new(0));
    let (stale, requests, ended) =
        (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
    let mut readers = Vec::new();
    for server in &servers[1..] {
        for _ in 0..READERS {
            let (http, url) = (place.http.clone(), format!("{}{path}", server.url));
            let (state, stale, requests, ended) = (state.clone(), stale.clone(), requests.clone(), ended.clone());
            readers.push(tokio::spawn(async move {
                while !ended.load(Ordering::SeqCst) {
                    let before = state.load(Ordering::SeqCst);
                    // Everybody comes from an address of their own: who asks for dead links again and again is delayed.
                    let address =
                        std::net::Ipv4Addr::from_bits(0x0a00_0000 + rand::random_range(0..1 << 24)).to_string();
                    let Ok(answer) = http.get(&url).header("x-forwarded-for", address).send().await else { continue };
                    let is_stale = before % 2 == 1 && state.load(Ordering::SeqCst) == before && answer.status() == 200;
                    stale.fetch_add(u64::from(is_stale), Ordering::SeqCst);
                    requests.fetch_add(1, Ordering::SeqCst);
                }
            }));
        }
    }
    for turn in 0..times {
        // One of the others is stopped meanwhile, and goes on when the link is off.
        let stopped = (turn % 50 == 0).then_some(&servers[1]);
        if let Some(server) = stopped {
            server.signal("STOP");
        }
        call(&servers[0], "set_share_enabled", &[("id", &id), ("enabled", "false")]).await;
        state.fetch_add(1, Ordering::SeqCst);
        if let Some(server) = stopped {
            server.signal("CONT");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
        state.fetch_add(1, Ordering::SeqCst);
        call(&servers[0], "set_share_enabled", &[("id", &id), ("enabled", "true")]).await;
    }
    ended.store(true, Ordering::SeqCst);
    for reader in readers {
        reader.await.unwrap();
    }
    let (stale, requests) = (stale.load(Ordering::SeqCst), requests.load(Ordering::SeqCst));
    let figure = format!("{times} times, {requests} requests: {stale} stale");
    report("three servers, a link disabled on one", "no 200 elsewhere for a request started after the answer", &figure);
    assert!(stale == 0 && requests > times, "{figure}");
}
