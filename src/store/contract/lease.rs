//! Leases: who may write for an app, and what an answer that was lost means. Of shared databases alone.

use super::*;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, UnixStream};

const TTL: Duration = Duration::from_secs(60);
const ENDED: Duration = Duration::ZERO;

async fn lead(store: &Store, holder: &str, ttl: Duration) -> (Fence, Store) {
    let fence = store.take_lease(APP, holder, "server", ttl).await.unwrap().unwrap();
    let store = store.fenced(&fence).unwrap();
    (fence, store)
}

async fn batch(store: &Store) -> i64 {
    store.leases().await.unwrap()[0].batch
}

#[tokio::test]
async fn a_file_has_no_leases() {
    let database = TestDatabase::sqlite().await;
    assert!(!database.store.is_shared());
    let taken = database.store.take_lease(APP, "one", "server", TTL).await;
    assert!(matches!(taken, Err(StoreError::WrongEngine)), "{taken:?}");
}

#[tokio::test]
async fn one_server_has_the_lease_of_an_app() {
    let Some(database) = TestDatabase::postgres().await else { return };
    let (store, other) = (&database.store, database.second().await);
    let fence = store.take_lease(APP, "one", "eu-1", TTL).await.unwrap().unwrap();
    assert!(other.take_lease(APP, "other", "eu-2", TTL).await.unwrap().is_none());
    assert!(other.take_lease(AppId(2), "other", "eu-2", TTL).await.unwrap().is_some());
    assert!(store.renew_lease(&fence, TTL).await.unwrap());
    let leases = other.leases().await.unwrap();
    let known: Vec<(i64, &str, i64)> =
        leases.iter().map(|lease| (lease.app.0, lease.server.as_str(), lease.token)).collect();
    assert_eq!(known, [(1, "eu-1", 1), (2, "eu-2", 1)]);
    assert!(leases[0].valid_ms.is_some_and(|valid| valid > 50_000), "{leases:?}");
    // What has ended and was taken by nobody is extended.
    assert!(store.renew_lease(&fence, ENDED).await.unwrap() && store.renew_lease(&fence, TTL).await.unwrap());
    assert!(store.release_lease(&fence, ENDED).await.unwrap());
    let taken = other.take_lease(APP, "other", "eu-2", TTL).await.unwrap().unwrap();
    assert_eq!(taken.token(), 2);
    assert!(!store.renew_lease(&fence, TTL).await.unwrap() && fence.lost().is_cancelled());
    let now = store.database_clock().await.unwrap();
    assert!((now - crate::clock::Clock::system().now()).abs() < 60_000);
}

#[tokio::test]
async fn a_server_that_has_lost_the_lease_changes_nothing_with_any_method() {
    let Some(database) = TestDatabase::postgres().await else { return };
    let stream = database.open(new_stream("a", 1_000)).await;
    let ended = database.open(new_stream("b", 1_000)).await;
    let sealed = database.open(new_stream("c", 1_000)).await;
    database.seal(sealed, Millis(2_000), coins(1)).await;
    let end = |stream| {
        let (ended_at, evidence_at) = (Millis(2_000), Millis(2_000));
        Write::Ending { stream, ended_at, ended_after: None, by: EndEvidence::RoomGone, evidence_at }
    };
    database.store.apply_all(&[end(ended)]).await.unwrap();
    let (fence, old) = lead(&database.store, "old", ENDED).await;
    lead(&database.second().await, "new", TTL).await;
    let room = RoomId::parse("z").unwrap();
    let fenced = |result: Result<(), StoreError>| assert!(matches!(result, Err(StoreError::Fenced(_))), "{result:?}");
    fenced(old.apply_all(&[run(stream, 10_000, 5)]).await);
    assert!(fence.lost().is_cancelled());
    // Each with a lease of its own: what is known to be lost is not asked again.
    let again = async || lead_and_lose(&database).await;
    fenced(again().await.open_streams(&[new_stream("d", 1_000)]).await.map(drop));
    fenced(again().await.follow_room(APP, &room, FoundBy::Hand, Millis(1)).await);
    fenced(again().await.describe_room(APP, &room, None, Some("title"), None, None).await);
    fenced(again().await.import(&new_stream("d", 1_000), |id| vec![run(id, 10_000, 5)]).await.map(drop));
    fenced(again().await.reopen(sealed, &[], &[]).await);
    fenced(again().await.take_waiting(APP).await.map(drop));
    let compose = |material: SealMaterial| Ok(super::sealed(&material, coins(1)));
    let not_sealed = again().await.seal(ended, compose).await;
    assert!(matches!(not_sealed, Err(SealError::Store(StoreError::Fenced(_)))), "{not_sealed:?}");
    let (store, new) = (again().await, new_stream("d", 1_000));
    let imported = store.import_sealed(&new, |id| vec![end(id)], StoredSeries::default(), compose).await;
    assert!(matches!(imported, Err(SealError::Store(StoreError::Fenced(_)))), "{imported:?}");
    assert!(!database.store.is_followed(APP, &room).await.unwrap());
    assert_eq!(database.totals(stream).await.coins, None);
}

/// A store with a lease that another server has taken meanwhile.
async fn lead_and_lose(database: &TestDatabase) -> Store {
    let app = AppId(database.store.leases().await.unwrap().len() as i64 + 1);
    let fence = database.store.take_lease(app, "old", "server", ENDED).await.unwrap().unwrap();
    database.store.take_lease(app, "new", "server", TTL).await.unwrap().unwrap();
    database.store.fenced(&fence).unwrap()
}

#[tokio::test]
async fn a_leader_that_was_stopped_within_a_transaction_holds_nobody_up_for_long_and_changes_nothing() {
    let Some(database) = TestDatabase::postgres().await else { return };
    let stream = database.open(new_stream("a", 1_000)).await;
    let (_, old) = lead(&database.store, "old", ENDED).await;
    // Between the fence and the COMMIT.
    let mut stopped = old.shared_engine().begin_collector().await.unwrap();
    sqlx::query("UPDATE stream SET note = 'late' WHERE id = $1").bind(stream.0).execute(&mut *stopped).await.unwrap();
    let (_, new) = lead(&database.second().await, "new", TTL).await;
    new.apply_all(&[run(stream, 10_000, 5)]).await.unwrap();
    // The database has ended it.
    assert!(stopped.commit().await.is_err());
    let again = old.apply_all(&[run(stream, 20_000, 6)]).await;
    assert!(matches!(again, Err(StoreError::Fenced(APP))), "{again:?}");
    assert_eq!(database.store.open_stream(stream).await.unwrap().unwrap().note, None);
    assert_eq!((database.totals(stream).await.coins, batch(&new).await), (Some(5), 1));
}

#[tokio::test]
async fn a_commit_in_flight_is_seen_by_who_takes_over() {
    let Some(database) = TestDatabase::postgres().await else { return };
    let stream = database.open(new_stream("a", 1_000)).await;
    let (_, old) = lead(&database.store, "old", ENDED).await;
    let mut transaction = old.shared_engine().begin_collector().await.unwrap();
    sqlx::query("UPDATE stream SET note = 'in time' WHERE id = $1")
        .bind(stream.0)
        .execute(&mut *transaction)
        .await
        .unwrap();
    let other = database.second().await;
    let taking = tokio::spawn(async move { other.take_lease(APP, "new", "server", TTL).await });
    tokio::time::sleep(Duration::from_millis(50)).await;
    transaction.commit().await.unwrap();
    assert!(taking.await.unwrap().unwrap().is_some());
    assert_eq!(batch(&database.store).await, 1);
    assert!(database.store.open_stream(stream).await.unwrap().unwrap().note.is_some());
}

#[tokio::test]
async fn writers_without_a_lease_run_alone() {
    let Some(database) = TestDatabase::postgres().await else { return };
    let (_, leader) = lead(&database.store, "one", TTL).await;
    let running = leader.shared_engine().begin_collector().await.unwrap();
    let command = database.second().await;
    let writing = tokio::spawn(async move { command.open_streams(&[new_stream("a", 1_000)]).await });
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!writing.is_finished());
    running.commit().await.unwrap();
    writing.await.unwrap().unwrap();
}

#[tokio::test]
async fn every_transaction_of_a_collector_is_in_the_feed_once_and_in_order() {
    let Some(database) = TestDatabase::postgres().await else { return };
    let web = database.second().await;
    let (_, leader) = lead(&database.store, "one", TTL).await;
    let opened = leader.open_streams(&[new_stream("a", 1_000)]).await.unwrap()[0];
    let signals = ["\"a\0b\"".to_owned()];
    let writes = [
        Write::Opened { stream: leader.reserve_stream().await.unwrap(), new: Box::new(new_stream("b\0", 2_000)) },
        run(opened, 10_000, 5),
        Write::Excluded { stream: opened, reading: reading(20_000, 1), reason: crate::domain::ExclusionReason::Glitch },
    ];
    leader.apply_group(&writes, &signals).await.unwrap();
    let refused = leader.apply_all(&[run(opened, 30_000, 6), gap_of(99)]).await;
    assert!(refused.unwrap_err().is_refusal());
    leader.apply_all(&[run(opened, 40_000, 7)]).await.unwrap();
    // What is written beside the collector is not in it.
    database.store.note_stream(opened, "note").await.unwrap();
    let pages = web.feed_after(&[(APP, 0), (AppId(7), 0)]).await.unwrap();
    let group = |writes: &[Write], signals: &[String], changed: &[StreamId]| FeedGroup {
        writes: writes.to_vec(),
        signals: signals.to_vec(),
        changed: changed.to_vec(),
    };
    let groups = vec![
        (1, group(&[], &[], &[opened])),
        (2, group(&writes, &signals, &[])),
        (3, group(&[run(opened, 40_000, 7)], &[], &[])),
    ];
    assert_eq!(pages, [FeedPage { app: APP, newest: 3, groups: groups.clone() }]);
    assert_eq!(web.feed_after(&[(APP, 2)]).await.unwrap()[0].groups, groups[2..]);
    assert_eq!(web.feed_after(&[(APP, 3)]).await.unwrap()[0].groups, []);
    // A server that is far behind gets no groups and reads the streams.
    assert_eq!(web.feed_after(&[(APP, -900)]).await.unwrap(), [FeedPage { app: APP, newest: 3, groups: vec![] }]);
    assert_eq!(web.unsealed_with_readings(APP, Millis(0)).await.unwrap().batch, 3);
}

#[tokio::test]
async fn questions_and_webhooks_reach_the_leader_once() {
    let Some(database) = TestDatabase::postgres().await else { return };
    let web = database.second().await;
    let (fence, leader) = lead(&database.store, "one", TTL).await;
    let ask = web.put_ask(APP, "a\0b").await.unwrap();
    web.put_ask(AppId(9), "of another app").await.unwrap();
    assert_eq!(web.answer_of(ask).await.unwrap(), None);
    let max_wait = Duration::from_secs(15);
    let taken = leader.take_asks(&fence, max_wait).await.unwrap();
    assert_eq!(taken, [AskRow { id: ask, body: "a\0b".to_owned() }]);
    assert_eq!(leader.take_asks(&fence, max_wait).await.unwrap(), []);
    leader.put_answer(ask, "an\0swer").await.unwrap();
    assert_eq!(web.answer_of(ask).await.unwrap().as_deref(), Some("an\0swer"));
    // Nobody waits any more for what is old.
    web.put_ask(APP, "late").await.unwrap();
    assert_eq!(leader.take_asks(&fence, Duration::ZERO).await.unwrap(), []);

    web.put_webhook(APP, true, "CallbackCommand=x", b"{}").await.unwrap();
    web.put_webhook(APP, false, "", &[0, 255]).await.unwrap();
    let webhooks = leader.take_webhooks(&fence).await.unwrap();
    let parts: Vec<_> =
        webhooks.iter().map(|row| (row.authenticated, row.query.as_str(), row.body.as_slice())).collect();
    assert_eq!(parts, [(true, "CallbackCommand=x", &b"{}"[..]), (false, "", &[0, 255][..])]);
    assert_eq!(leader.take_webhooks(&fence).await.unwrap(), []);
    // Who takes over gets them again, until they are old.
    leader.release_lease(&fence, ENDED).await.unwrap();
    let next = web.take_lease(APP, "two", "server", TTL).await.unwrap().unwrap();
    assert!(web.take_asks(&fence, max_wait).await.unwrap().is_empty());
    assert_eq!(web.take_webhooks(&next).await.unwrap().len(), 2);
    web.delete_webhooks(&next, webhooks[1].received_at + 60_000).await.unwrap();
    web.release_lease(&next, ENDED).await.unwrap();
    let last = web.take_lease(APP, "three", "server", TTL).await.unwrap().unwrap();
    assert_eq!(web.take_webhooks(&last).await.unwrap(), []);
}

#[tokio::test]
async fn a_link_is_read_with_all_that_its_page_is_made_of() {
    let Some(database) = TestDatabase::postgres().await else { return };
    let store = &database.store;
    let stream = database.open(new_stream("a", 1_000)).await;
    database.seal(stream, Millis(2_000), coins(1)).await;
    let settings = ShareSettings {
        name: "name".to_owned(),
        preset: crate::domain::record::Preset::Host,
        zone: "UTC".to_owned(),
        lang: "en".to_owned(),
        title: None,
        hide_host: false,
        slot: None,
        password: None,
        expires_at: Some(Millis(9_000)),
    };
    let link = store.add_share(stream, &settings, "me", Millis(1), |_| [7; 32]).await.unwrap();
    let read = async || store.current_share(&[7; 32], Millis(5_000)).await.unwrap();
    let first = read().await.unwrap();
    assert_eq!(Some(first.share.clone()), store.active_share(&[7; 32], Millis(5_000)).await.unwrap());
    store.add_views(&[(link, 3, Millis(4_000))]).await.unwrap();
    assert_eq!(read().await.unwrap().basis, first.basis, "views are on no page");
    let mut known = vec![first.basis];
    let mut has_changed = async || {
        let basis = read().await.unwrap().basis;
        let is_new = !known.contains(&basis);
        known.push(basis);
        is_new
    };
    store.release_finding(stream, "a", "me", Millis(1)).await.unwrap();
    assert!(has_changed().await);
    store.release_finding(stream, "b", "me", Millis(1)).await.unwrap();
    assert!(has_changed().await);
    let version = store.issuer_version().await.unwrap();
    store.set_issuer(&IssuerRow::default()).await.unwrap();
    assert!(has_changed().await && store.issuer_version().await.unwrap() != version);
    store.set_issuer(&IssuerRow::default()).await.unwrap();
    assert!(has_changed().await);
    store.reopen(stream, &[], &[]).await.unwrap();
    database.seal(stream, Millis(3_000), coins(2)).await;
    assert!(has_changed().await);
    assert_eq!(store.current_share(&[7; 32], Millis(9_000)).await.unwrap(), None);
    store.set_share_enabled(link, false).await.unwrap();
    assert_eq!(read().await, None);
}

#[tokio::test]
async fn tries_and_outcomes_of_forms_are_those_of_all_servers() {
    let Some(database) = TestDatabase::postgres().await else { return };
    let (store, other) = (&database.store, database.second().await);
    let count = |known: Option<TriesRow>| {
        let count = known.map_or(0, |known| known.count) + 1;
        (Some(TriesRow { count, last: Millis(5), open_at: Millis(6) }), count)
    };
    let counted = futures::future::join_all((0..10).map(|place| {
        let store = if place % 2 == 0 { store.clone() } else { other.clone() };
        async move { store.update_tries(b"key", Millis(5), count).await.unwrap() }
    }));
    let mut counted = counted.await;
    counted.sort_unstable();
    assert_eq!(counted, (1..=10).collect::<Vec<_>>(), "none is lost");
    let known = other.update_tries(b"key", Millis(5), |known| (None, known)).await.unwrap();
    assert_eq!(known, Some(TriesRow { count: 10, last: Millis(5), open_at: Millis(6) }));
    assert_eq!(store.update_tries(b"key", Millis(5), |known| (None, known)).await.unwrap(), None);

    for name in ["a", "b", "c"] {
        let until = Millis(10 + i64::from(name == "c"));
        store.put_flash(name, Some(b"session"), "b\0ody", until, 2, Millis(1)).await.unwrap();
    }
    store.put_flash("d", None, "{}", Millis(10), 2, Millis(1)).await.unwrap();
    let mine = Some((Some(b"session".to_vec()), "b\0ody".to_owned()));
    assert_eq!(other.flash("c", Millis(1)).await.unwrap(), mine);
    assert_eq!(other.flash("c", Millis(11)).await.unwrap(), None);
    assert_eq!(other.flash("b", Millis(1)).await.unwrap(), None, "two of a session");
    assert_eq!(other.flash("d", Millis(1)).await.unwrap(), Some((None, "{}".to_owned())));
}

#[tokio::test]
async fn the_first_key_file_is_that_of_the_installation() {
    let Some(database) = TestDatabase::postgres().await else { return };
    let store = &database.store;
    assert_eq!(store.known_key_check().await.unwrap(), None);
    let (one, other) = tokio::join!(store.key_check(&[1]), store.key_check(&[2]));
    assert_eq!(one.unwrap(), other.unwrap());
    store.replace_key_check(&[3]).await.unwrap();
    assert_eq!(store.key_check(&[1]).await.unwrap(), [3]);
    assert_eq!(store.known_key_check().await.unwrap(), Some(vec![3]));
}

fn gap_of(stream: i64) -> Write {
    let gap = crate::domain::Gap { from: Millis(1), until: Millis(2), cause: crate::domain::GapCause::Late };
    Write::Gap { stream: StreamId(stream), gap }
}

/// What a proxy between a server and its database does with a COMMIT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cut {
    /// It arrives, and its answer does not.
    Answer,
    /// It does not arrive.
    Commit,
}

/// Passes bytes on to the database, and cuts a connection at the next COMMIT of each order.
async fn proxy(socket: std::path::PathBuf, mut cuts: tokio::sync::mpsc::UnboundedReceiver<Cut>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let next = std::sync::Arc::new(std::sync::Mutex::new(std::collections::VecDeque::new()));
    let ordered = next.clone();
    tokio::spawn(async move {
        while let Some(cut) = cuts.recv().await {
            ordered.lock().unwrap().push_back(cut);
        }
    });
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let Ok(server) = UnixStream::connect(&socket).await else { continue };
            let next = next.clone();
            tokio::spawn(async move {
                let (mut from_client, mut to_client) = client.into_split();
                let (mut from_server, mut to_server) = server.into_split();
                let muted = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
                let answers = {
                    let muted = muted.clone();
                    async move {
                        let mut buffer = vec![0; 65_536];
                        while let Ok(count @ 1..) = from_server.read(&mut buffer).await {
                            if muted.load(std::sync::atomic::Ordering::SeqCst)
                                || to_client.write_all(&buffer[..count]).await.is_err()
                            {
                                return;
                            }
                        }
                    }
                };
                let requests = async move {
                    let mut buffer = vec![0; 65_536];
                    while let Ok(count @ 1..) = from_client.read(&mut buffer).await {
                        if buffer[..count].windows(7).any(|window| window == b"COMMIT\0") {
                            match next.lock().unwrap().pop_front() {
                                Some(Cut::Commit) => return,
                                Some(Cut::Answer) => muted.store(true, std::sync::atomic::Ordering::SeqCst),
                                None => {}
                            }
                        }
                        if to_server.write_all(&buffer[..count]).await.is_err() {
                            return;
                        }
                    }
                };
                // Whichever ends first, both connections are closed.
                tokio::select! {
                    () = answers => {}
                    () = requests => {}
                }
            });
        }
    });
    port
}

#[tokio::test]
async fn a_commit_without_an_answer_is_applied_once() {
    let Some(database) = TestDatabase::postgres().await else { return };
    let stream = database.open(new_stream("a", 1_000)).await;
    let TestPlace::Schema(options) = &database.place else { panic!("a schema") };
    let socket = options.get_socket().unwrap().join(format!(".s.PGSQL.{}", options.get_port()));
    let (orders, cuts) = tokio::sync::mpsc::unbounded_channel();
    let port = proxy(socket, cuts).await;
    let through = PgConnectOptions::new_without_pgpass()
        .host("127.0.0.1")
        .port(port)
        .username(options.get_username())
        .database("postgres")
        .ssl_mode(sqlx::postgres::PgSslMode::Disable)
        .options([("search_path", format!("{},public", schema_of(&database).await))]);
    let store = Store::connect(through).await.unwrap();
    let (_, leader) = lead(&store, "one", TTL).await;
    let recorder = Recorder::start(leader.clone());
    let failure = |at| Write::Failure { stream, code: "500".to_owned(), at: Millis(at), request_id: None, retries: 2 };
    for at in 1..=20 {
        match at % 4 {
            0 => orders.send(Cut::Answer).unwrap(),
            2 => orders.send(Cut::Commit).unwrap(),
            _ => {}
        }
        recorder.write(failure(at));
        recorder.flush().await.unwrap();
    }
    let counted = database.store.series(stream).await.unwrap().failures[0].count;
    assert_eq!(counted, 20, "each once");
    assert_eq!(database.store.open_stream(stream).await.unwrap().unwrap().retries, 40);
    assert_eq!(batch(&database.store).await, 20);
}

async fn schema_of(database: &TestDatabase) -> String {
    sqlx::query_scalar("SELECT current_schema()::text").fetch_one(&database.store.shared_engine().pool).await.unwrap()
}
