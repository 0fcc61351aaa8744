//! The client against small servers on port 0 that answer as Tencent does, or as it should not.
//!
//! Nothing here measures our own time: budgets are counted at the server, and waits are shortened by [`Tuning`].

#![allow(clippy::unwrap_used)]

use aftershow::config::{AppConfig, Endpoint};
use aftershow::domain::{AppId, Counters, RoomId};
use aftershow::i18n::Lang;
use aftershow::tencent::{Caller, Cause, Client, Failure, NoResponse, TlsFault, Tuning};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use secrecy::SecretString;
use std::collections::VecDeque;
use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::Semaphore;

const KEY: &str = "5bd2850fff3ecb11d7c805251c51ee463a25727bddc2385f3fa8bfee1bb93b5e";
const GOOD: &str = r#"{"ErrorCode":0,"RequestId":"Id-good","Response":{"TotalViewers":1,"TotalGiftsSent":2,
    "TotalGiftCoins":3,"TotalUniqueGiftSenders":4,"TotalLikesReceived":5,"TotalMsgCount":6}}"#;

/// What the server answers to one call.
#[derive(Clone)]
enum Reply {
    Text(String),
    Bytes(Vec<u8>),
    /// Compressed, and said to be.
    Gzip(Vec<u8>),
    /// As it is, and said to be compressed.
    SaidGzip(Vec<u8>),
    Status(u16),
    Redirect,
    /// The head of an answer, then nothing more.
    Cut,
    /// Nothing until the client has left.
    Never,
}

fn code(code: i64) -> Reply {
    Reply::Text(format!(r#"{{"ActionStatus":"FAIL","ErrorCode":{code},"ErrorInfo":"words","RequestId":"Id-{code}"}}"#))
}

fn good() -> Reply {
    Reply::Text(GOOD.to_owned())
}

/// A call as it arrived.
#[derive(Clone, Debug)]
struct Call {
    path: String,
    query: String,
    body: String,
    at: Instant,
}

impl Call {
    fn sig(&self) -> String {
        self.query.split('&').find_map(|pair| pair.strip_prefix("usersig=")).unwrap().to_owned()
    }
}

/// A stand-in for Tencent: answers in the given order, then for ever with the last.
#[derive(Clone)]
struct Upstream {
    replies: Arc<Mutex<VecDeque<Reply>>>,
    calls: Arc<Mutex<Vec<Call>>>,
    /// Each answer takes one; closed means all may pass.
    tickets: Arc<Semaphore>,
    address: String,
}

impl Upstream {
    async fn start(replies: Vec<Reply>) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let upstream = Self {
            replies: Arc::new(Mutex::new(replies.into())),
            calls: Arc::default(),
            tickets: Arc::new(Semaphore::new(Semaphore::MAX_PERMITS)),
            address: format!("http://{}", listener.local_addr().unwrap()),
        };
        let serving = upstream.clone();
        let router = Router::new().fallback(move |request: Request| {
            let upstream = serving.clone();
            async move { upstream.answer(request).await }
        });
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        upstream
    }

    async fn answer(self, request: Request) -> Response {
        let uri = request.uri().clone();
        let body = axum::body::to_bytes(request.into_body(), 10_000).await.unwrap();
        self.calls.lock().unwrap().push(Call {
            path: uri.path().to_owned(),
            query: uri.query().unwrap_or_default().to_owned(),
            body: String::from_utf8(body.to_vec()).unwrap(),
            at: Instant::now(),
        });
        self.tickets.acquire().await.unwrap().forget();
        let reply = {
            let mut replies = self.replies.lock().unwrap();
            if replies.len() > 1 { replies.pop_front().unwrap() } else { replies[0].clone() }
        };
        match reply {
            Reply::Text(text) => text.into_response(),
            Reply::Bytes(bytes) => bytes.into_response(),
            Reply::Gzip(bytes) => {
                let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
                packed.write_all(&bytes).unwrap();
                ([(header::CONTENT_ENCODING, "gzip")], packed.finish().unwrap()).into_response()
            }
            Reply::SaidGzip(bytes) => ([(header::CONTENT_ENCODING, "gzip")], bytes).into_response(),
            Reply::Status(status) => StatusCode::from_u16(status).unwrap().into_response(),
            Reply::Redirect => {
                (StatusCode::FOUND, [(header::LOCATION, format!("{}/elsewhere", self.address))]).into_response()
            }
            Reply::Cut => {
                let cut = futures::stream::iter([
                    Ok(Bytes::from_static(b"{\"ErrorCode\":0,")),
                    Err(std::io::Error::other("cut")),
                ]);
                Response::new(Body::from_stream(cut))
            }
            Reply::Never => std::future::pending().await,
        }
    }

    fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap().clone()
    }

    fn count(&self) -> usize {
        self.calls.lock().unwrap().len()
    }

    fn client(&self) -> Client {
        self.client_with(1.0, quick())
    }

    fn client_with(&self, share: f64, tuning: Tuning) -> Client {
        let mut app = AppConfig::new(
            AppId(1_400_000_001),
            SecretString::from(KEY),
            Endpoint::parse(&self.address, true).unwrap(),
        );
        app.budget_share = share;
        Client::with_tuning(&app, None, tuning).unwrap()
    }
}

/// No wait at the start, none before retries, probes far away.
fn quick() -> Tuning {
    Tuning {
        startup_delay: Duration::ZERO,
        min_backoff: Duration::from_millis(1),
        max_backoff: Duration::from_millis(2),
        probe_interval: Duration::from_secs(3600),
        timeout: Duration::from_secs(20),
    }
}

/// A server that answers every connection with these bytes, whatever is asked, and closes it.
async fn raw(bytes: &'static [u8]) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut connection, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut request = [0; 4096];
                let _ = connection.read(&mut request).await;
                let _ = connection.write_all(bytes).await;
                let _ = connection.shutdown().await;
            });
        }
    });
    address.to_string()
}

/// A TLS server with a certificate of its own making, for this name.
async fn tls(name: &str) -> String {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let certified = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(certified.signing_key.serialize_der()).unwrap();
    let config = rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certified.cert.der().clone()], key)
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                if let Ok(mut connection) = acceptor.accept(connection).await {
                    let _ = connection.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").await;
                }
            });
        }
    });
    format!("127.0.0.1:{port}")
}

fn client_of(address: &str) -> Client {
    let app = AppConfig::new(AppId(1), SecretString::from(KEY), Endpoint::parse(address, true).unwrap());
    Client::with_tuning(&app, None, quick()).unwrap()
}

async fn failure_of(address: &str) -> (Failure, String) {
    let error = client_of(address).room_stats_within(&room("a"), Caller::Collector, Duration::ZERO).await.unwrap_err();
    (error.failure.clone(), error.to_string())
}

fn room(text: &str) -> RoomId {
    RoomId::parse(text).unwrap()
}

/// Waits until something has happened; a test that never sees it hangs until the runner ends it.
async fn until(mut happened: impl FnMut() -> bool) {
    while !happened() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[tokio::test]
async fn a_call_is_as_documented() {
    let upstream = Upstream::start(vec![good()]).await;
    let client = upstream.client();
    let answer = client.room_stats(&room("live \"鹿\""), Caller::Collector).await.unwrap();
    assert_eq!(answer.value, Some(Counters::from_array([1, 2, 3, 4, 5, 6])));
    assert_eq!((answer.request_id.as_deref(), answer.retries), (Some("Id-good"), 0));
    assert!(answer.asked <= answer.answered);
    let call = upstream.calls().remove(0);
    assert_eq!(call.path, "/v4/live_engine_http_srv/get_room_stats");
    assert_eq!(call.body, r#"{"RoomId":"live \"鹿\""}"#);
    let keys: Vec<&str> = call.query.split('&').map(|pair| pair.split('=').next().unwrap()).collect();
    assert_eq!(keys, ["sdkappid", "identifier", "usersig", "random", "contenttype"]);
    assert!(call.query.starts_with("sdkappid=1400000001&identifier=administrator&usersig="));
    assert!(call.query.ends_with("&contenttype=json"));
    let health = client.health();
    assert_eq!(health.commands[0].last_success.as_ref().unwrap().request_id.as_deref(), Some("Id-good"));
    assert_eq!(health.clock_offset_ms, Some(0));
}

#[tokio::test]
async fn a_room_that_does_not_exist_is_an_answer() {
    let upstream = Upstream::start(vec![code(100_004)]).await;
    let client = upstream.client();
    let stats = client.room_stats(&room("gone"), Caller::User).await.unwrap();
    assert_eq!((stats.value, stats.request_id.as_deref()), (None, Some("Id-100004")));
    assert_eq!(client.room_info(&room("gone"), Caller::User).await.unwrap().value, None);
}

#[tokio::test]
async fn the_list_is_paged_and_a_page_that_points_to_itself_ends_it() {
    let page = |next: &str| {
        Reply::Text(format!(r#"{{"ErrorCode":0,"Response":{{"Next":"{next}","RoomList":[{{"RoomId":"a"}}]}}}}"#))
    };
    let upstream = Upstream::start(vec![page("1-2"), page("1-2")]).await;
    let client = upstream.client();
    let first = client.room_list("", Caller::Collector).await.unwrap().value;
    assert_eq!((first.rooms.len(), first.next.as_deref()), (1, Some("1-2")));
    let second = client.room_list("1-2", Caller::Collector).await.unwrap().value;
    assert_eq!(second.next, None);
    let bodies: Vec<serde_json::Value> =
        upstream.calls().iter().map(|call| serde_json::from_str(&call.body).unwrap()).collect();
    assert_eq!(bodies[0], serde_json::json!({ "Next": "", "Count": 20 }));
    assert_eq!(bodies[1], serde_json::json!({ "Next": "1-2", "Count": 20 }));
}

#[tokio::test]
async fn a_passing_failure_is_tried_again_at_most_twice() {
    for alert in [code(100_001), code(60008), Reply::Status(502), Reply::Cut] {
        let upstream = Upstream::start(vec![alert.clone(), alert.clone(), good()]).await;
        let answer = upstream.client().room_stats(&room("a"), Caller::Collector).await.unwrap();
        assert_eq!((answer.retries, upstream.count()), (2, 3));

        let upstream = Upstream::start(vec![alert]).await;
        let client = upstream.client();
        let error = client.room_stats(&room("a"), Caller::Collector).await.unwrap_err();
        assert_eq!((error.retries, upstream.count()), (2, 3), "{error}");
        assert_eq!(client.health().commands[0].errors.values().sum::<u64>(), 3);
    }
}

#[tokio::test]
async fn no_retry_begins_after_its_due_time() {
    let upstream = Upstream::start(vec![code(100_001)]).await;
    let call = upstream.client();
    let error = call.room_stats_within(&room("a"), Caller::Collector, Duration::ZERO).await.unwrap_err();
    assert_eq!((error.code(), error.retries, upstream.count()), (Some(100_001), 0, 1));
}

#[tokio::test]
async fn a_refused_signature_is_minted_again_once() {
    let upstream = Upstream::start(vec![code(70003), good()]).await;
    let client = upstream.client();
    let first = client.room_stats(&room("a"), Caller::Collector).await.unwrap();
    assert_eq!((first.retries, upstream.count()), (1, 2));

    let upstream = Upstream::start(vec![code(70001)]).await;
    let client = upstream.client();
    let error = client.room_stats(&room("a"), Caller::Collector).await.unwrap_err();
    assert_eq!((error.code(), upstream.count()), (Some(70001), 2));
    let paused = client.room_stats(&room("a"), Caller::Collector).await.unwrap_err();
    assert!(matches!(paused.failure, Failure::Paused { cause: Cause::Code { code: 70001, .. }, .. }));
    assert_eq!(upstream.count(), 2);
}

#[tokio::test]
async fn a_fault_of_the_app_pauses_its_command_until_a_probe_succeeds() {
    let upstream = Upstream::start(vec![code(60010), code(60010), good()]).await;
    let client = upstream.client_with(1.0, Tuning { probe_interval: Duration::from_millis(300), ..quick() });
    let error = client.room_stats(&room("a"), Caller::Collector).await.unwrap_err();
    assert_eq!(error.code(), Some(60010));
    assert!(error.to_string().contains("administrator"), "{error}");
    let mut refused = 0;
    loop {
        match client.room_stats(&room("a"), Caller::Collector).await {
            Ok(answer) => break assert_eq!(answer.retries, 0),
            Err(error) if matches!(error.failure, Failure::Paused { .. }) => {
                assert_eq!((error.code(), error.request_id.as_deref()), (Some(60010), Some("Id-60010")));
                assert!(
                    client.health().commands[0].paused.as_ref().unwrap().explanation.get(Lang::En).contains("60010")
                );
                refused += 1;
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            Err(error) => assert_eq!(error.code(), Some(60010)),
        }
    }
    assert!(refused > 0);
    assert_eq!(upstream.count(), 3);
    client.room_stats(&room("a"), Caller::Collector).await.unwrap();
    assert!(client.health().commands[0].paused.is_none());
}

#[tokio::test]
async fn another_command_goes_on_and_a_fault_of_a_room_pauses_nothing() {
    let upstream = Upstream::start(vec![code(60009), code(100_002), good()]).await;
    let client = upstream.client();
    client.room_list("", Caller::Collector).await.unwrap_err();
    let error = client.room_stats(&room("a"), Caller::Collector).await.unwrap_err();
    assert!(error.concerns_room());
    client.room_stats(&room("b"), Caller::Collector).await.unwrap();
}

#[tokio::test]
async fn too_many_slows_the_pace_and_is_not_tried_again() {
    for alert in [code(60007), code(60011), Reply::Status(429)] {
        let upstream = Upstream::start(vec![alert, good()]).await;
        let client = upstream.client();
        client.room_stats(&room("a"), Caller::Collector).await.unwrap_err();
        assert_eq!(upstream.count(), 1);
        assert!(client.health().commands[0].sixteenths < 16);
        client.room_stats(&room("a"), Caller::Collector).await.unwrap();
    }
}

#[tokio::test]
async fn what_is_not_an_answer_is_shown_and_never_a_zero() {
    let big = format!(r#"{{"ErrorCode":0,"Pad":"{}"}}"#, "x".repeat(1 << 20));
    for (body, why) in [
        (b"<html>502</html>".to_vec(), "not JSON"),
        (b"{\"ErrorCode\":0".to_vec(), "too early"),
        (b"\xff\xfe\xfd".to_vec(), "UTF-8"),
        (b"{\"ErrorCode\":0}".to_vec(), "no Response"),
        (GOOD.replace("\"ErrorCode\":0,", "\"ErrorCode\":100001,\"ErrorCode\":0,").into_bytes(), "repeats a key"),
        (GOOD.replace("\"TotalGiftsSent\"", "\"TotalViewers\"").into_bytes(), "repeats a key"),
        (GOOD.replace(":3,", ":-3,").into_bytes(), "TotalGiftCoins"),
        (GOOD.replace(":3,", ":9007199254740992,").into_bytes(), "TotalGiftCoins"),
        (GOOD.replace(":3,", ":3.0,").into_bytes(), "TotalGiftCoins"),
        (big.into_bytes(), "1 MiB"),
    ] {
        let upstream = Upstream::start(vec![Reply::Bytes(body)]).await;
        let error = upstream.client().room_stats(&room("a"), Caller::Collector).await.unwrap_err();
        let Failure::Unreadable { why: reason, first_bytes } = &error.failure else { panic!("{error:?}") };
        assert!(reason.contains(why), "{reason}");
        assert!(!first_bytes.is_empty() && first_bytes.len() < 4000);
        assert_eq!(upstream.count(), 1);
    }
}

#[tokio::test]
async fn a_compressed_answer_is_read_and_bounded_after_unpacking() {
    let upstream = Upstream::start(vec![Reply::Gzip(GOOD.into())]).await;
    let answer = upstream.client().room_stats(&room("a"), Caller::Collector).await.unwrap();
    assert_eq!(answer.value, Some(Counters::from_array([1, 2, 3, 4, 5, 6])));
    // A few kilobytes on the wire.
    let bomb = format!(r#"{{"ErrorCode":0,"Pad":"{}"}}"#, " ".repeat(64 << 20));
    let upstream = Upstream::start(vec![Reply::Gzip(bomb.into())]).await;
    let error = upstream.client().room_stats(&room("a"), Caller::Collector).await.unwrap_err();
    assert!(matches!(&error.failure, Failure::Unreadable { why, .. } if why.contains("1 MiB")), "{error}");
}

#[tokio::test]
async fn the_answer_of_a_call_given_up_is_dropped() {
    let upstream = Upstream::start(vec![good()]).await;
    upstream.tickets.forget_permits(Semaphore::MAX_PERMITS);
    let client = upstream.client_with(1.0, Tuning { timeout: Duration::from_millis(100), ..quick() });
    let error = client.room_stats_within(&room("a"), Caller::Collector, Duration::ZERO).await.unwrap_err();
    assert_eq!(error.failure, Failure::NoResponse(NoResponse::Timeout));
    // It answers now, and nobody waits for it: the next question is a new call.
    upstream.tickets.add_permits(1);
    *upstream.replies.lock().unwrap() = VecDeque::from([Reply::Text(GOOD.replace(":1,", ":7,"))]);
    upstream.tickets.add_permits(1);
    let answer = client.room_stats(&room("a"), Caller::User).await.unwrap();
    assert_eq!(answer.value.unwrap().viewers, 7);
    assert_eq!(upstream.count(), 2);
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let upstream = Upstream::start(vec![Reply::Redirect]).await;
    let error = upstream.client().room_stats(&room("a"), Caller::Collector).await.unwrap_err();
    assert_eq!(error.failure, Failure::NoResponse(NoResponse::Http(302)));
    assert_eq!(upstream.count(), 1);
}

#[tokio::test]
async fn silence_is_a_timeout_and_a_closed_port_no_connection() {
    let upstream = Upstream::start(vec![Reply::Never]).await;
    let client = upstream.client_with(1.0, Tuning { timeout: Duration::from_millis(50), ..quick() });
    let error = client.room_stats_within(&room("a"), Caller::Collector, Duration::ZERO).await.unwrap_err();
    assert_eq!(error.failure, Failure::NoResponse(NoResponse::Timeout));

    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let app = AppConfig::new(AppId(1), SecretString::from(KEY), Endpoint::parse(&address, true).unwrap());
    let client = Client::with_tuning(&app, None, quick()).unwrap();
    let error = client.room_stats(&room("a"), Caller::Collector).await.unwrap_err();
    assert_eq!(error.failure, Failure::NoResponse(NoResponse::Connect));
    let words = error.to_string();
    assert!(words.contains(address.trim_start_matches("http://")) && !words.contains("usersig"), "{words}");
}

#[tokio::test]
async fn an_untrusted_certificate_is_reported_as_a_tls_failure() {
    let host = tls("127.0.0.1").await;
    let (failure, words) = failure_of(&format!("https://{host}")).await;
    assert_eq!(failure, Failure::NoResponse(NoResponse::Tls(TlsFault::Untrusted)));
    assert!(words.contains(&format!("the TLS certificate of {host} is not trusted")), "{words}");
    assert!(words.contains("proxy") && !words.contains("firewall"), "{words}");
}

#[tokio::test]
async fn plain_http_behind_https_is_reported_as_a_tls_failure() {
    let host = raw(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n").await;
    let (failure, words) = failure_of(&format!("https://{host}")).await;
    assert_eq!(failure, Failure::NoResponse(NoResponse::Tls(TlsFault::NotTls)));
    assert!(
        words.contains(&format!("the response of {host} is not TLS")) && words.contains("tencent.endpoint"),
        "{words}"
    );
}

#[tokio::test]
async fn a_connection_cut_in_the_handshake_is_not_a_closed_port() {
    let host = raw(b"").await;
    let (failure, _) = failure_of(&format!("https://{host}")).await;
    assert_eq!(failure, Failure::NoResponse(NoResponse::Cut));
}

#[tokio::test]
async fn what_is_not_http_is_an_invalid_response() {
    for bytes in [
        &b"SSH-2.0-OpenSSH_9.6\r\n"[..],
        b"HTTP/1.1 200 OK\r\ncontent-length: -2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\ncontent-length: two\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nnothex\r\n{}\r\n0\r\n\r\n",
        b"{\"ErrorCode\":0}",
        b"\x15\x03\x01\x00\x02\x02\x28",
    ] {
        let (failure, words) = failure_of(&format!("http://{}", raw(bytes).await)).await;
        assert!(matches!(&failure, Failure::Unreadable { why, .. } if why.contains("HTTP")), "{failure:?}: {words}");
    }
    for cut in [&b"HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n{}"[..], b"", b"HTTP/1.1 200 OK\r\n"] {
        let (failure, _) = failure_of(&format!("http://{}", raw(cut).await)).await;
        assert_eq!(failure, Failure::NoResponse(NoResponse::Cut));
    }
}

#[tokio::test]
async fn damaged_gzip_is_an_invalid_response_with_the_bytes_that_came() {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(GOOD.as_bytes()).unwrap();
    let good = packed.finish().unwrap();
    let mut wrong_sum = good.clone();
    let sum = wrong_sum.len() - 6;
    wrong_sum[sum] ^= 1;
    for damaged in [b"<html>plain</html>".to_vec(), good[..good.len() / 2].to_vec(), wrong_sum, Vec::new()] {
        let upstream = Upstream::start(vec![Reply::SaidGzip(damaged.clone())]).await;
        let client = upstream.client();
        let error = client.room_stats(&room("a"), Caller::Collector).await.unwrap_err();
        let Failure::Unreadable { why, first_bytes } = &error.failure else { panic!("{error:?}") };
        assert!(why.contains("gzip"), "{why}");
        assert!(!damaged.starts_with(b"<html>") || first_bytes == "<html>plain</html>", "{first_bytes}");
        assert!(error.concerns_room());
        assert_eq!(upstream.count(), 1, "it is not tried again");
        assert!(client.health().commands[0].paused.is_none(), "one room is not the app");
    }
    let upstream = Upstream::start(vec![Reply::SaidGzip(good)]).await;
    upstream.client().room_stats(&room("a"), Caller::Collector).await.unwrap();
}

#[tokio::test]
async fn three_rooms_with_invalid_responses_are_the_app_and_one_is_not() {
    let bad = || Reply::Text("<html>log in</html>".to_owned());
    let upstream = Upstream::start(vec![bad(), bad(), bad(), bad(), good(), bad(), bad(), bad()]).await;
    let hour = Duration::from_secs(3600);
    let client = upstream.client_with(1.0, Tuning { min_backoff: hour, max_backoff: hour, ..quick() });
    let ask = async |name: &str| client.room_stats(&room(name), Caller::Collector).await;
    for _ in 0..4 {
        assert!(ask("poisoned").await.unwrap_err().concerns_room());
    }
    ask("good").await.unwrap();
    for (name, concerns_room) in [("a", true), ("b", true), ("c", false)] {
        assert_eq!(ask(name).await.unwrap_err().concerns_room(), concerns_room, "{name}");
    }
    let refused = ask("d").await.unwrap_err();
    assert!(matches!(&refused.failure, Failure::Paused { cause: Cause::Unreadable(_), .. }), "{refused}");
    assert_eq!((refused.attempts(), refused.failure.name().as_str()), (0, "unreadable"));
    assert!(!refused.concerns_room());
    let paused = client.health().commands[0].paused.clone().unwrap();
    assert!(paused.code.is_none() && paused.explanation.texts().all(|words| words.contains("not JSON")), "{paused:?}");
    assert_eq!(upstream.count(), 8);
}

#[tokio::test]
async fn a_list_that_is_refused_concerns_no_room() {
    let upstream = Upstream::start(vec![code(100_002)]).await;
    let error = upstream.client().room_list("1-2", Caller::Collector).await.unwrap_err();
    assert!(!error.concerns_room() && !error.to_string().contains("RoomId is"), "{error}");
}

/// A cut of the connection that is over before the retries are costs no room its reading.
#[tokio::test]
async fn a_retry_outlives_a_short_outage() {
    let upstream = Upstream::start(vec![Reply::Status(503), Reply::Status(503), Reply::Status(503), good()]).await;
    let tuning = Tuning { min_backoff: Duration::from_millis(40), max_backoff: Duration::from_secs(60), ..quick() };
    let client = upstream.client_with(1.0, tuning);
    let ask = async |name: &str| client.room_stats(&room(name), Caller::Collector).await;
    let answers = futures::future::join_all(["a", "b", "c"].map(ask)).await;
    for answer in answers {
        answer.unwrap();
    }
    assert!(upstream.count() >= 6);
}

#[tokio::test]
async fn a_caller_that_joins_a_failing_call_counts_no_attempt() {
    let upstream = Upstream::start(vec![code(99)]).await;
    upstream.tickets.forget_permits(Semaphore::MAX_PERMITS);
    let client = upstream.client();
    let ask = || {
        let client = client.clone();
        tokio::spawn(async move { client.room_stats(&room("a"), Caller::User).await.unwrap_err() })
    };
    let first = ask();
    until(|| upstream.count() == 1).await;
    let second = ask();
    tokio::task::yield_now().await;
    upstream.tickets.add_permits(1);
    let attempts = [first.await.unwrap().attempts(), second.await.unwrap().attempts()];
    assert_eq!((attempts, upstream.count()), ([1, 0], 1));
}

/// The calls a second that a plan may count on follow from how long its own calls hold their slots, time-outs included.
#[tokio::test]
async fn slow_lists_do_not_slow_the_readings_and_time_outs_do() {
    let upstream = Upstream::start(vec![Reply::Never]).await;
    let client = upstream.client_with(1.0, Tuning { timeout: Duration::from_millis(200), ..quick() });
    // One attempt; its retries are not waited for.
    let (room_a, caller) = (room("a"), Caller::Collector);
    let info = client.room_info(&room_a, caller);
    assert!(tokio::time::timeout(Duration::from_millis(300), info).await.is_err());
    assert_eq!(client.stats_allowed(), 100.0);
    client.room_stats_within(&room("a"), Caller::Collector, Duration::ZERO).await.unwrap_err();
    assert!(client.stats_allowed() <= 100.0 / 1.2);
}

#[tokio::test]
async fn upstream_texts_repeat_no_secret() {
    let upstream = Upstream::start(vec![good()]).await;
    let client = upstream.client();
    client.room_stats(&room("a"), Caller::Collector).await.unwrap();
    let sig = upstream.calls()[0].sig();
    let repeat = |json: String| upstream.replies.lock().unwrap()[0] = Reply::Text(json);
    let mut texts = Vec::new();

    repeat(GOOD.replace("Id-good", &format!("{}{sig}", "x".repeat(150))));
    let answer = client.room_stats(&room("a"), Caller::Collector).await.unwrap();
    texts.push(format!("{answer:?} {:?}", client.health()));
    // Cut in the middle of the key, half of it would stay.
    repeat(GOOD.replace("Id-good", &format!("{} {KEY}", "x ".repeat(80))));
    let answer = client.room_stats(&room("a"), Caller::Collector).await.unwrap();
    assert!(answer.request_id.as_ref().unwrap().chars().count() <= 200);
    texts.push(format!("{answer:?}"));
    repeat(format!(r#"{{"ErrorCode":99,"ErrorInfo":"{} {KEY}","RequestId":"{sig}"}}"#, "x ".repeat(235)));
    let error = client.room_stats(&room("a"), Caller::Collector).await.unwrap_err();
    texts.push(format!("{error:?} {}", error.in_each_language().texts().collect::<String>()));
    let names = format!(r#""RoomId":"a","RoomName":"{sig}","Owner_Account":"{KEY}","OwnerName":"bad {sig}""#);
    repeat(format!(r#"{{"ErrorCode":0,"Response":{{"RoomInfo":{{{names}}},"RoomList":[{{{names}}}]}}}}"#));
    texts.push(format!("{:?}", client.room_info(&room("a"), Caller::Collector).await.unwrap()));
    texts.push(format!("{:?}", client.room_list("", Caller::Collector).await.unwrap()));
    for text in texts {
        for secret in [&sig[..40], &sig[sig.len() - 40..], &KEY[..20]] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}

#[tokio::test]
async fn a_broken_name_costs_no_page_and_broken_totals_are_invalid() {
    let page =
        b"{\"ErrorCode\":0,\"Response\":{\"RoomList\":[{\"RoomId\":\"a\",\"RoomName\":\"\xff\"},{\"RoomId\":\"b\"}]}}";
    let upstream = Upstream::start(vec![Reply::Bytes(page.to_vec())]).await;
    let rooms = upstream.client().room_list("", Caller::Collector).await.unwrap().value.rooms;
    assert_eq!((rooms.len(), rooms[0].title.as_deref()), (2, Some("\u{fffd}")));
    let mut stats = GOOD.as_bytes().to_vec();
    let at = GOOD.find("Id-good").unwrap();
    stats[at] = 0xff;
    let upstream = Upstream::start(vec![Reply::Bytes(stats)]).await;
    let error = upstream.client().room_stats(&room("a"), Caller::Collector).await.unwrap_err();
    assert!(matches!(&error.failure, Failure::Unreadable { why, .. } if why.contains("UTF-8")), "{error}");
}

#[tokio::test]
async fn an_outage_makes_no_storm() {
    let upstream = Upstream::start(vec![Reply::Status(503)]).await;
    let hour = Duration::from_secs(3600);
    let client = upstream.client_with(1.0, Tuning { min_backoff: hour, max_backoff: hour, ..quick() });
    for name in ["a", "b", "c"] {
        let error = client.room_stats_within(&room(name), Caller::Collector, Duration::ZERO).await.unwrap_err();
        assert_eq!(error.failure, Failure::NoResponse(NoResponse::Http(503)));
    }
    for name in ["a", "b", "c", "d"] {
        let error = client.room_stats(&room(name), Caller::Collector).await.unwrap_err();
        assert!(
            matches!(error.failure, Failure::Paused { cause: Cause::NoAnswer(NoResponse::Http(503)), .. }),
            "{error}"
        );
    }
    // The way is the same for every command.
    client.room_list("", Caller::Collector).await.unwrap_err();
    assert_eq!(upstream.count(), 3);
}

#[tokio::test]
async fn calls_for_one_room_are_one_call() {
    let upstream = Upstream::start(vec![good()]).await;
    upstream.tickets.forget_permits(Semaphore::MAX_PERMITS);
    let client = upstream.client();
    let ask = |name: &'static str, caller| {
        let client = client.clone();
        tokio::spawn(async move { client.room_stats(&room(name), caller).await.unwrap() })
    };
    let first = ask("a", Caller::Collector);
    until(|| upstream.count() == 1).await;
    let joined = ask("a", Caller::User);
    let other = ask("b", Caller::Collector);
    until(|| upstream.count() == 2).await;
    upstream.tickets.add_permits(2);
    let (first, joined, _) = (first.await.unwrap(), joined.await.unwrap(), other.await.unwrap());
    assert_eq!(first, joined);
    assert_eq!(upstream.count(), 2);
    // Over is over: the next is a call of its own.
    upstream.tickets.add_permits(1);
    ask("a", Caller::Collector).await.unwrap();
    assert_eq!(upstream.count(), 3);
}

#[tokio::test]
async fn a_call_outlives_the_caller_who_began_it_while_another_waits() {
    let upstream = Upstream::start(vec![good()]).await;
    upstream.tickets.forget_permits(Semaphore::MAX_PERMITS);
    let client = upstream.client();
    let ask = || {
        let client = client.clone();
        tokio::spawn(async move { client.room_stats(&room("a"), Caller::Collector).await })
    };
    let first = ask();
    until(|| upstream.count() == 1).await;
    let second = ask();
    tokio::task::yield_now().await;
    first.abort();
    let _ = first.await;
    upstream.tickets.add_permits(2);
    second.await.unwrap().unwrap();
}

/// However many rooms are asked at once and whatever the latency: counted at the server, no second holds more calls
/// than the share allows.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_second_at_the_upstream_holds_more_calls_than_the_share() {
    let upstream = Upstream::start(vec![good()]).await;
    let client = upstream.client_with(0.2, quick());
    let rooms: Vec<RoomId> = (0..60).map(|number| room(&format!("room {number}"))).collect();
    let calls = rooms.iter().map(|room| client.room_stats(room, Caller::Collector));
    assert!(futures::future::join_all(calls).await.iter().all(Result::is_ok));
    let times: Vec<Instant> = upstream.calls().iter().map(|call| call.at).collect();
    assert_eq!(times.len(), 60);
    let second = Duration::from_secs(1);
    for from in &times {
        let within = times.iter().filter(|at| **at >= *from && **at < *from + second).count();
        assert!(within <= 20, "{within} calls within a second");
    }
    assert_eq!(client.health().commands[0].allowed, 20);
    assert!(client.stats_allowed() <= 20.0);
}

/// Everything that any library says at its most talkative.
#[derive(Clone, Default)]
struct LogCapture(Arc<Mutex<Vec<u8>>>);

impl Write for LogCapture {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn neither_key_nor_signature_is_overheard_even_at_trace() {
    let log_output = LogCapture::default();
    let writer = log_output.clone();
    tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || writer.clone()).init();

    let upstream = Upstream::start(vec![good()]).await;
    let client = upstream.client();
    client.room_stats(&room("a"), Caller::Collector).await.unwrap();
    let sig = upstream.calls()[0].sig();
    assert!(sig.len() > 100);
    let escaped = sig.replace('*', "%2A");
    // An upstream that repeats the request and the key in what it says.
    let parrot = format!("<html>{}?usersig={sig}&again={escaped}&key={KEY}</html>", upstream.address);
    let info = format!(r#"{{"ErrorCode":99,"ErrorInfo":"bad {sig} {KEY}"}}"#);
    let replies =
        [Reply::Text(parrot), Reply::Text(info), Reply::Cut, Reply::Status(500), Reply::Redirect, code(70009)];
    let mut outputs = Vec::new();
    for reply in replies {
        upstream.replies.lock().unwrap()[0] = reply;
        let error = client.room_stats_within(&room("a"), Caller::Collector, Duration::ZERO).await.unwrap_err();
        outputs.push(format!("{error} {error:?}"));
    }
    outputs.push(format!("{client:?} {:?}", client.health()));
    let log = String::from_utf8_lossy(&log_output.0.lock().unwrap()).into_owned();
    // The libraries did talk.
    assert!(log.contains("TRACE") && log.contains("hyper"), "{log}");
    for text in outputs.iter().chain([&log]) {
        for secret in [sig.as_str(), escaped.as_str(), KEY, &sig[..60]] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}
