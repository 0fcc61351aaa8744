//! Several servers in one PostgreSQL database: what one changes holds on all.

use crate::helpers::{TestApp, postgres};
use aftershow::config::{Config, ServerRole};
use aftershow::domain::Role;
use aftershow::share::Draft;
use aftershow::store::IssuerRow;
use aftershow::web::context::now;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Two servers of one installation. `None` without PostgreSQL.
async fn servers() -> Option<(TestApp, TestApp)> {
    let url = postgres().await?;
    let shared = |config: &mut Config| {
        config.database_server = Some(url.clone().into());
        // Readers of many addresses: the answers to one that asks for dead links are delayed.
        config.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
    };
    let first = TestApp::start_with(shared).await;
    let key_file = first.engine.config.key_file.clone();
    let second = TestApp::start_with(|config| {
        shared(config);
        (config.key_file, config.role) = (key_file, ServerRole::Web);
    });
    Some((first, second.await))
}

/// The status of a page for a reader from an address of their own.
async fn status(client: &reqwest::Client, url: &str) -> reqwest::StatusCode {
    let address = std::net::Ipv4Addr::from_bits(0x0a00_0000 + rand::random_range(0..1 << 24)).to_string();
    client.get(url).header("x-forwarded-for", address).send().await.unwrap().status()
}

/// A link to a sealed stream: its id and its path.
async fn link(app: &TestApp) -> (i64, String) {
    let stream = app.sealed_stream().await;
    let id = app.state.shares.create(stream, Draft::default(), None, "test", now()).await.unwrap();
    (id, app.state.shares.link(id).await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_is_disabled_on_one_server_is_dead_on_the_others_at_once() {
    let Some((first, second)) = servers().await else { return };
    let (id, path) = link(&first).await;
    let seen = async |app: &TestApp, path: &str| status(&app.client, &app.url(path)).await;
    assert_eq!(seen(&second, &path).await, 200);
    // A crowd on the other server: nobody who asks after the link was disabled sees it.
    // Odd while it is off; another number each time.
    let turn = Arc::new(AtomicU64::new(0));
    let (stale, requests) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let crowd: Vec<_> = (0..8)
        .map(|_| {
            let (client, url) = (second.client.clone(), second.url(&path));
            let (turn, stale, requests) = (turn.clone(), stale.clone(), requests.clone());
            tokio::spawn(async move {
                loop {
                    let before = turn.load(Ordering::SeqCst);
                    let status = status(&client, &url).await;
                    requests.fetch_add(1, Ordering::SeqCst);
                    if before % 2 == 1 && turn.load(Ordering::SeqCst) == before && status == 200 {
                        stale.fetch_add(1, Ordering::SeqCst);
                    }
                }
            })
        })
        .collect();
    for _ in 0..40 {
        first.state.shares.set_enabled(id, false).await.unwrap();
        turn.fetch_add(1, Ordering::SeqCst);
        assert_eq!(seen(&second, &path).await, 404);
        turn.fetch_add(1, Ordering::SeqCst);
        first.state.shares.set_enabled(id, true).await.unwrap();
        assert_eq!(seen(&second, &path).await, 200);
    }
    for reader in crowd {
        reader.abort();
    }
    assert_eq!(stale.load(Ordering::SeqCst), 0, "of {}", requests.load(Ordering::SeqCst));
    // A new address, and none at all.
    first.state.shares.rotate(id).await.unwrap();
    assert_eq!(seen(&second, &path).await, 404);
    let path = second.state.shares.link(id).await.unwrap();
    assert_eq!(seen(&second, &path).await, 200);
    second.state.shares.delete(id).await.unwrap();
    assert_eq!(seen(&first, &path).await, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_a_link_is_as_the_database_has_it_on_every_server() {
    let Some((first, second)) = servers().await else { return };
    let (id, path) = link(&first).await;
    let page = async |app: &TestApp| app.get(&path).await.text().await.unwrap();
    let before = page(&second).await;
    assert_eq!(page(&second).await, before);
    // The issuer, what the link shows, and a new revision.
    let contact = "someone@starlane.example";
    let issuer = IssuerRow { contact: Some(contact.to_owned()), ..IssuerRow::default() };
    first.state.store.set_issuer(&issuer).await.unwrap();
    assert!(!before.contains(contact) && page(&second).await.contains(contact));
    let title = "A title of the link";
    let draft = Draft { title: Some(title.to_owned()), ..Draft::default() };
    first.state.shares.update(id, draft, aftershow::share::NewPassword::Keep, now()).await.unwrap();
    assert!(page(&second).await.contains(title));
    let stream = first.state.store.share(id).await.unwrap().unwrap().stream;
    let revision = first.state.store.stream(stream).await.unwrap().unwrap().seal.unwrap().revision;
    second.state.collector.seal_again(stream).await.unwrap();
    let sealed = first.state.store.stream(stream).await.unwrap().unwrap().seal.unwrap();
    assert_eq!(sealed.revision, revision + 1);
    let after = first.state.shares.fingerprint(&first.state.store.share(id).await.unwrap().unwrap(), now()).await;
    let after = after.unwrap().unwrap();
    assert!(page(&first).await.contains(&after) && page(&second).await.contains(&after), "{after}");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_passwords_are_counted_and_outcomes_shown_by_all_servers() {
    let Some((first, second)) = servers().await else { return };
    let cookie = first.operator(Role::Admin).await;
    let name = "the admin";
    let attempt = async |app: &TestApp| {
        app.call("", "sign_in", &[("name", name), ("password", "a wrong password")]).await.status()
    };
    for turn in 0..5 {
        let app = if turn % 2 == 0 { &first } else { &second };
        assert_eq!(attempt(app).await, 403, "{turn}");
    }
    assert_eq!(attempt(&first).await, 429, "the sixth is refused by both");
    assert_eq!(attempt(&second).await, 429);
    // Who is signed in at one server is so at the other, and sees there what came of a form.
    let stream = first.sealed_stream().await.to_string();
    let page = format!("/streams/{stream}");
    let answer = first.submit(&cookie, &page, "add_note", &[("stream", &stream), ("note", "a note of the form")]).await;
    assert_eq!(answer.status(), 303);
    let to = answer.headers()["location"].to_str().unwrap().to_owned();
    let shown = second.request(reqwest::Method::GET, &to).header("cookie", &cookie).send().await.unwrap();
    assert_eq!(shown.status(), 200);
    let stranger = second.state.flashes.get(to.split("notice=").nth(1).unwrap(), None, now()).await;
    assert!(stranger.is_none());
    let mine = secrecy::SecretString::from(cookie.trim_start_matches("aftershow=").to_owned());
    let notice = to.split("notice=").nth(1).unwrap();
    assert!(second.state.flashes.get(notice, Some(&mine), now()).await.is_some(), "{to}");
}
