//! What the benches of shared reports have in common: a server with a stream worth reporting, and a plain HTTP client
//! that costs little itself.

// Each bench uses a part of it.
#![allow(dead_code)]

pub mod process;

use aftershow::clock::Clock;
use aftershow::config::{AppConfig, Config, Endpoint, MonitoredRooms};
use aftershow::domain::Role;
use aftershow::domain::record::MomentKind;
use aftershow::domain::{
    AppId, Counters, EndEvidence, Gap, GapCause, Millis, Reading, RoomId, Run, StreamId, StreamKind,
};
use aftershow::engine::{Engine, Prepared};
use aftershow::share::Draft;
use aftershow::store::{MomentRow, NewStream, SessionPart, StoredSeries, Write};
use aftershow::tencent::Tuning;
use aftershow::web::context::AppState;
use aftershow::web::http::Application;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

const HOUR: i64 = 3_600_000;

/// A running server, and all that it needs.
pub struct BenchServer {
    pub state: AppState,
    pub engine: Engine,
    pub address: SocketAddr,
    /// From opening the database to the first good answer of `/readyz`.
    pub ready: Duration,
    server: tokio::task::JoinHandle<std::io::Result<()>>,
    stop: CancellationToken,
    directory: tempfile::TempDir,
}

impl BenchServer {
    /// Listens on a free port of loopback, whose `X-Forwarded-For` is believed.
    pub async fn start() -> Self {
        Self::open(tempfile::tempdir().unwrap()).await
    }

    /// The same over what is in a directory.
    pub async fn open(directory: tempfile::TempDir) -> Self {
        let started = Instant::now();
        let endpoint = Endpoint::parse("http://127.0.0.1:9", true).unwrap();
        let mut app = AppConfig::new(AppId(1_400_000_001), "secret".to_owned().into(), endpoint);
        app.follow = MonitoredRooms::None;
        app.timezone = "Asia/Shanghai".to_owned();
        let mut config = Config::new(vec![app]);
        config.listen = "127.0.0.1:0".parse().unwrap();
        config.database = database(&directory);
        config.key_file = key_file(&directory);
        config.issuer = "StarLane Live".to_owned();
        config.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
        let engine = Prepared::open(config, Clock::system()).await.unwrap().start(Tuning::default()).unwrap();
        let state = AppState::new(&engine);
        let application = Application::build(state.clone()).await.unwrap();
        let address = application.addr().unwrap();
        let stop = CancellationToken::new();
        let server = tokio::spawn(application.run_until_stopped(stop.clone()));
        assert_eq!(BenchConnection::open(address).await.ask(&get("/readyz", "")).await.status, 200);
        Self { state, engine, address, ready: started.elapsed(), server, stop, directory }
    }

    /// The cookie header of a signed-in user.
    pub async fn signed_in(&self) -> String {
        let now = aftershow::web::context::now();
        let id = self.engine.store.add_user("bench", "-", Role::Operator, now).await.unwrap().unwrap();
        let session = self.state.accounts.begin_session(id, now).await.unwrap();
        format!("cookie: aftershow={}\r\n", secrecy::ExposeSecret::expose_secret(&session))
    }

    /// A sealed stream of three hours read every ten seconds, with a gap and a battle, after eight others of its room.
    pub async fn three_hours(&self) -> StreamId {
        let now = aftershow::web::context::now();
        let mut newest = StreamId(0);
        for ago in (0..9).rev() {
            newest = self.sealed(Millis(now.0 - ago * 86_400_000 - 4 * HOUR), 100 + ago).await;
        }
        newest
    }

    /// A sealed stream of five minutes, read every ten seconds.
    pub async fn short(&self) -> StreamId {
        let start = Millis(aftershow::web::context::now().0 - 24 * HOUR);
        let mut runs = runs(start, 1);
        runs.truncate(30);
        let ended_at = runs[runs.len() - 1].until + 3_000;
        let end = move |stream| {
            let by = EndEvidence::RoomGone;
            vec![Write::Ending { stream, ended_at, ended_after: None, by, evidence_at: ended_at }]
        };
        let series = StoredSeries { runs, ..StoredSeries::default() };
        self.engine.sealer.import(&new_stream(start), end, series, ended_at + 120_000).await.unwrap()
    }

    async fn sealed(&self, start: Millis, seed: i64) -> StreamId {
        let new = new_stream(start);
        let moment = MomentRow {
            kind: MomentKind::Battle,
            key: "1".to_owned(),
            from: start + 2 * HOUR,
            until: Some(start + 2 * HOUR + 600_000),
            label: Some("あゆ".to_owned()),
        };
        let series = StoredSeries { runs: runs(start, seed), ..StoredSeries::default() };
        let gap = series.runs.windows(2).find(|pair| pair[1].from - pair[0].until > 60_000);
        let gap = gap.map(|pair| Gap { from: pair[0].until, until: pair[1].from, cause: GapCause::NoAnswer }).unwrap();
        let ended_at = start + 3 * HOUR;
        let end = |stream| {
            let by = EndEvidence::RoomGone;
            vec![
                Write::Gap { stream, gap },
                Write::Moment { stream, moment },
                Write::Ending { stream, ended_at, ended_after: None, by, evidence_at: ended_at },
            ]
        };
        self.engine.sealer.import(&new, end, series, ended_at + 120_000).await.unwrap()
    }

    /// An ordinary link that does not end: its id and path.
    pub async fn link(&self, stream: StreamId) -> (i64, String) {
        let draft = Draft { expires: Some("never".to_owned()), ..Draft::default() };
        let id = self.state.shares.create(stream, draft, None, "bench", aftershow::web::context::now()).await.unwrap();
        (id, self.state.shares.link(id).await.unwrap())
    }

    pub async fn end(self) -> tempfile::TempDir {
        self.stop.cancel();
        self.engine.stop().await;
        self.server.await.unwrap().unwrap();
        self.directory
    }
}

/// Where the database of a place is.
pub fn database(directory: &tempfile::TempDir) -> PathBuf {
    directory.path().join("bench.db")
}

/// Where the key file of a place is.
pub fn key_file(directory: &tempfile::TempDir) -> PathBuf {
    directory.path().join("bench.key")
}

/// What work is measured in where only its ratio is judged: milliseconds that brotli 5 takes for these bytes, the median of
/// several. A slow machine has a long unit.
pub fn unit(bytes: &[u8]) -> f64 {
    let times = (0..21).map(|_| {
        let started = Instant::now();
        let mut packed = Vec::new();
        brotli::CompressorWriter::new(&mut packed, 4096, 5, 22).write_all(bytes).unwrap();
        assert!(!packed.is_empty());
        started.elapsed().as_secs_f64() * 1_000.0
    });
    at(&sorted(times.collect()), 0.5)
}

/// 64 kB of what readings look like, for work that has no bytes of its own.
pub fn sample() -> Vec<u8> {
    let text: String = runs(Millis(0), 1).iter().map(|run| format!("{:?}\n", run.counters)).collect();
    text.bytes().cycle().take(64 << 10).collect()
}

/// The body of a page as it is before compression.
pub async fn plain_body(address: SocketAddr, path: &str, cookie: &str) -> bytes::Bytes {
    let cookie = cookie.trim().trim_start_matches("cookie: ");
    let request = reqwest::Client::new().get(format!("http://{address}{path}")).header("accept-encoding", "identity");
    request.header("cookie", cookie).send().await.unwrap().bytes().await.unwrap()
}

fn new_stream(start: Millis) -> NewStream {
    NewStream {
        app: AppId(1_400_000_001),
        room: RoomId::parse("xl_radio").unwrap(),
        kind: StreamKind::Stream,
        create_time: Some(start.seconds()),
        part: SessionPart::default(),
        title: Some("小鹿电台 · 点歌专场".to_owned()),
        host: Some("xiaolu".to_owned()),
        host_name: Some("小鹿".to_owned()),
        interval_ms: 10_000,
        first_seen: start,
        started_at: start,
    }
}

/// A thousand readings of a stream that lives: bursts, a battle, a gap. Deterministic, so that runs can be compared.
fn runs(start: Millis, seed: i64) -> Vec<Run> {
    let mut state = seed.unsigned_abs().wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut random = move |below: i64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below.unsigned_abs().max(1)) as i64
    };
    let mut counters = Counters::default();
    (0..1080)
        .filter_map(|place| {
            let (at, minute) = (start + place * 10_000 + random(400), place / 6);
            let busy = 1 + i64::from((115..135).contains(&minute)) * 6 + i64::from(minute % 30 == 7) * 3;
            counters.viewers += random(4) + random(busy + 1) * 2;
            counters.messages += random(6) + random(busy + 1) * 3;
            counters.likes += random(30) * busy;
            if random(3) == 0 {
                counters.gifts += random(4) + busy;
                counters.coins += (random(120) + 10) * busy;
                counters.gifters += i64::from(random(4) == 0);
            }
            let gap = (600..606).contains(&place);
            (!gap).then(|| Run::from(Reading { asked: at, answered: at + 20 + random(30), counters }))
        })
        .collect()
}

/// One keep-alive connection that speaks as little as HTTP allows.
pub struct BenchConnection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// An answer: its status, and how many bytes its head and its body took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BenchResponse {
    pub status: u16,
    pub head: usize,
    pub body: usize,
}

impl BenchConnection {
    pub async fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, buffer: Vec::with_capacity(1 << 18) }
    }

    /// Sends a request that is written out already, and reads its answer whole.
    pub async fn ask(&mut self, request: &[u8]) -> BenchResponse {
        self.stream.write_all(request).await.unwrap();
        self.buffer.clear();
        loop {
            let read = self.stream.read_buf(&mut self.buffer).await.unwrap();
            assert!(read > 0, "the server hung up");
            if let Some(answer) = whole(&self.buffer) {
                return answer;
            }
        }
    }
}

fn whole(bytes: &[u8]) -> Option<BenchResponse> {
    let head = bytes.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let text = std::str::from_utf8(&bytes[..head]).unwrap().to_ascii_lowercase();
    let status = text[9..12].parse().unwrap();
    match text.lines().find_map(|line| line.strip_prefix("content-length:")) {
        Some(length) => {
            let body = length.trim().parse().unwrap();
            (bytes.len() >= head + body).then_some(BenchResponse { status, head, body })
        }
        // Chunked: the answer ends with the empty chunk.
        None => {
            bytes[head..].ends_with(b"0\r\n\r\n").then_some(BenchResponse { status, head, body: bytes.len() - head })
        }
    }
}

/// A request as a browser sends it, as far as it matters.
pub fn get(path: &str, more: &str) -> Vec<u8> {
    format!(
        "GET {path} HTTP/1.1\r\nhost: bench\r\naccept: text/html\r\naccept-encoding: gzip, deflate, br\r\n\
         user-agent: bench\r\n{more}\r\n"
    )
    .into_bytes()
}

/// The value at a share of a sorted list.
pub fn at(sorted: &[f64], share: f64) -> f64 {
    sorted[((sorted.len() - 1) as f64 * share).round() as usize]
}

pub fn sorted(mut values: Vec<f64>) -> Vec<f64> {
    values.sort_by(f64::total_cmp);
    values
}
