//! A running server with its own everything.

use aftershow::clock::Clock;
use aftershow::config::{AppConfig, Config, Endpoint};
use aftershow::credentials::password;
use aftershow::domain::Role;
use aftershow::domain::{AppId, Counters, EndEvidence, Millis, Reading, RoomId, Run, StreamId, StreamKind};
use aftershow::engine::{Engine, Prepared};
use aftershow::store::{NewStream, SessionPart, Write};
use aftershow::tencent::Tuning;
use aftershow::web::context::AppState;
use aftershow::web::http::Application;
use axum::routing::post;
use reqwest::header::{HeaderMap, LOCATION, SET_COOKIE};
use reqwest::{Client, Method, RequestBuilder, Response};
use std::io;
use std::net::SocketAddr;
use std::sync::{LazyLock, Mutex, Once};
use std::time::Duration;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

/// The address of an empty schema on the server that `scripts/postgres.sh` started; without one the test is skipped, or
/// fails where `REQUIRE_POSTGRES` is set.
pub async fn postgres() -> Option<String> {
    use sqlx::Connection;
    let Ok(url) = std::env::var("TEST_POSTGRES_URL") else {
        assert!(std::env::var_os("REQUIRE_POSTGRES").is_none(), "run the tests by scripts/postgres.sh");
        eprintln!("skipped: no PostgreSQL server; run the tests by scripts/postgres.sh");
        return None;
    };
    let schema = format!("test_{:016x}", rand::random::<u64>());
    let mut connection = sqlx::PgConnection::connect(&url).await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(format!("CREATE SCHEMA {schema}"))).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    Some(format!("{url}&options=-c%20search_path%3D{schema},public"))
}

/// The password of every user in tests.
pub const PASSWORD: &str = "a long password";

/// Everything that was logged by any test, at the finest level.
pub static LOG: LazyLock<Mutex<Vec<u8>>> = LazyLock::new(Mutex::default);

struct LogWriter;

impl io::Write for LogWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOG.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

pub struct TestApp {
    pub state: AppState,
    pub engine: Engine,
    pub address: SocketAddr,
    pub client: Client,
    pub stop: CancellationToken,
    pub directory: TempDir,
}

/// A body as an HTML form sends it.
pub trait FormBody {
    fn form(self, fields: &[(&str, &str)]) -> Self;
}

impl FormBody for RequestBuilder {
    fn form(self, fields: &[(&str, &str)]) -> Self {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.header("content-type", "application/x-www-form-urlencoded").body(body)
    }
}

/// The one room that exists upstream.
pub const ROOM: &str = "xl_radio";
pub const APP: AppId = AppId(1_400_000_001);

/// A stand-in for Tencent: one room with fixed totals, no other.
async fn upstream() -> SocketAddr {
    let answer = |body: axum::body::Bytes| async move {
        let asked: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
        let known = asked["RoomId"] == ROOM;
        axum::Json(if known {
            serde_json::json!({ "ErrorCode": 0, "ErrorInfo": "", "ActionStatus": "OK", "RequestId": "Id-test", "Response": {
                "TotalViewers": 10, "TotalGiftsSent": 2, "TotalGiftCoins": 300, "TotalUniqueGiftSenders": 1,
                "TotalLikesReceived": 40, "TotalMsgCount": 5,
            } })
        } else {
            serde_json::json!({ "ErrorCode": 100004, "ErrorInfo": "no room", "ActionStatus": "FAIL", "RequestId": "Id-test" })
        })
    };
    let router = axum::Router::new().fallback(post(answer));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

impl TestApp {
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    pub async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        static ONCE: Once = Once::new();
        ONCE.call_once(|| {
            tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(|| LogWriter).init();
        });
        let directory = tempfile::tempdir().unwrap();
        let endpoint = Endpoint::parse(&format!("http://{}", upstream().await), true).unwrap();
        let mut config = Config::new(vec![AppConfig::new(APP, "secret".to_owned().into(), endpoint)]);
        config.listen = "127.0.0.1:0".parse().unwrap();
        config.database = directory.path().join("aftershow.db");
        config.key_file = directory.path().join("aftershow.key");
        config.apps[0].timezone = "Asia/Shanghai".to_owned();
        config.apps[0].follow = aftershow::config::MonitoredRooms::None;
        change(&mut config);
        if config.database_server.is_some() && !config.key_file.exists() {
            aftershow::key_file::create_new(&config.key_file).unwrap();
        }
        let tuning = Tuning { startup_delay: Duration::ZERO, ..Tuning::default() };
        let engine = Prepared::open(config, Clock::system()).await.unwrap().start(tuning).unwrap();
        let state = AppState::new(&engine);
        let application = Application::build(state.clone()).await.unwrap();
        let address = application.addr().unwrap();
        let stop = CancellationToken::new();
        tokio::spawn(application.run_until_stopped(stop.clone()));
        let client = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { state, engine, address, client, stop, directory }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, self.url(path))
    }

    pub async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    /// A write as a page of the console sends it.
    pub fn post(&self, path: &str) -> RequestBuilder {
        self.request(Method::POST, path).header("origin", format!("http://{}", self.address))
    }

    /// A user of that role, signed in: the cookie.
    pub async fn operator(&self, role: Role) -> String {
        let name = format!("the {}", role.name());
        let now = aftershow::web::context::now();
        let id = match self.engine.store.user_by_name(&name).await.unwrap() {
            Some((operator, _)) => operator.id,
            None => {
                let hash = password::hash(PASSWORD.to_owned().into()).await;
                self.engine.store.add_user(&name, &hash, role, now).await.unwrap().unwrap()
            }
        };
        let session = self.state.accounts.begin_session(id, now).await.unwrap();
        format!("aftershow={}", secrecy::ExposeSecret::expose_secret(&session))
    }

    /// Calls a server function as an island does.
    pub async fn call(&self, cookie: &str, function: &str, fields: &[(&str, &str)]) -> Response {
        self.post(&format!("/api/fn/{function}")).header("cookie", cookie).form(fields).send().await.unwrap()
    }

    /// Sends a form as a browser without WebAssembly does, from this page.
    pub async fn submit(&self, cookie: &str, page: &str, function: &str, fields: &[(&str, &str)]) -> Response {
        self.post(&format!("/api/fn/{function}"))
            .header("cookie", cookie)
            .header("accept", "text/html,application/xhtml+xml")
            .header("referer", self.url(page))
            .form(fields)
            .send()
            .await
            .unwrap()
    }

    /// A sealed stream of an hour with two readings.
    pub async fn sealed_stream(&self) -> StreamId {
        let counters =
            |coins| Counters { viewers: 12_480, gifts: 1_934, coins, gifters: 213, likes: 88_412, messages: 9_317 };
        self.sealed_with(&[(1_000, counters(100)), (1_800_000, counters(246_810))]).await
    }

    /// A sealed stream that began an hour ago, with readings at these milliseconds after its start.
    pub async fn sealed_with(&self, readings: &[(i64, Counters)]) -> StreamId {
        let start = Millis(aftershow::web::context::now().0 - 3_600_000);
        let store = &self.engine.store;
        let new = NewStream {
            app: APP,
            room: RoomId::parse("sealed_room").unwrap(),
            kind: StreamKind::Stream,
            create_time: Some(start.seconds()),
            part: SessionPart::default(),
            title: Some("小鹿电台 <b>".to_owned()),
            host: Some("deer".to_owned()),
            host_name: Some("小鹿".to_owned()),
            interval_ms: 10_000,
            first_seen: start,
            started_at: start,
        };
        let id = store.open_streams(&[new]).await.unwrap()[0];
        for (at, counters) in readings.iter().copied() {
            let run = Run::from(Reading { asked: start + at, answered: start + at + 20, counters });
            self.engine.recorder.write(Write::Run { stream: id, run, request_id: None, retries: 0 });
        }
        self.end_and_seal(id, start + 1_801_000).await;
        id
    }

    /// Ends a stream that runs, and seals it.
    pub async fn end_and_seal(&self, stream: StreamId, at: Millis) {
        let by = EndEvidence::RoomGone;
        self.engine.recorder.write(Write::Ending { stream, ended_at: at, ended_after: None, by, evidence_at: at });
        self.engine.recorder.flush().await.unwrap();
        self.engine.sealer.seal(stream).await.unwrap().unwrap();
    }

    /// Seals a sealed stream once more, as a return after the seal does: the next revision.
    pub async fn revise(&self, stream: StreamId) {
        let runs = self.engine.sealer.runs_of(stream).await.unwrap();
        self.engine.store.reopen(stream, &runs, &[]).await.unwrap();
        self.end_and_seal(stream, runs.last().unwrap().until + 60_000).await;
        // The board would notify the server; here nothing was live.
        self.state.changes.increment();
    }

    /// A link made with these fields: (id, path).
    pub async fn link(&self, stream: StreamId, fields: &[(&str, &str)]) -> (String, String) {
        let cookie = self.operator(Role::Operator).await;
        let stream = stream.to_string();
        let fields: Vec<_> = [("stream", stream.as_str())].iter().chain(fields).copied().collect();
        let answer = self.call(&cookie, "create_share", &fields).await;
        assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap());
        let answer: serde_json::Value = answer.json().await.unwrap();
        let link = answer["link"].as_str().unwrap();
        (answer["id"].to_string(), link.strip_prefix(&self.url("")).unwrap().to_owned())
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

pub fn location(response: &Response) -> &str {
    response.headers().get(LOCATION).map_or("", |to| to.to_str().unwrap())
}

pub fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).map_or("", |value| value.to_str().unwrap())
}

/// The name and value of a cookie that was set, and all that was said of it.
pub fn set_cookie(response: &Response, name: &str) -> Option<(String, String)> {
    let all = response.headers().get_all(SET_COOKIE).iter().map(|value| value.to_str().unwrap());
    let found = all.rev().find(|value| value.starts_with(&format!("{name}=")))?;
    Some((found.split(';').next().unwrap().to_owned(), found.to_owned()))
}

/// Tries until it holds, for what takes effect within a second.
pub async fn eventually<F: Future<Output = bool>>(mut holds: impl FnMut() -> F) -> bool {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(10);
    while tokio::time::Instant::now() < deadline {
        if holds().await {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    false
}
