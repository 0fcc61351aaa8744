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
async fn whoever_has_lost_the_lease_changes_nothing_with_any_method() {
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
    // Each by itself: what is known to be lost is not asked again.
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
    let committed = stopped.commit().await;
    assert!(matches!(committed, Err(StoreError::Fenced(APP))), "{committed:?}");
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
