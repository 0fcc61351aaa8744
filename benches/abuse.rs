//! What strangers can do to a console that watches 100 live rooms and has one share link out: the request patterns of the
//! security review, bounded in count and time, over loopback. `make abuse`.
//!
//! `aftershow simulate` in one process, `aftershow serve` in another, the strangers in this one. Two identical rounds;
//! beside them, the time between readings from the server's own database, the answers of `/healthz`, the owner's sign-in,
//! and what the server takes of memory. Each pattern comes from loopback addresses of its own, others in each round, since
//! the server counts by address.
//!
//! `ABUSE_PATTERNS=4,9` sends only these patterns (by their number in the review), `ABUSE_ROUNDS=4` more rounds: together
//! they show which pattern a growth of memory comes from.

#![allow(clippy::unwrap_used)]

mod common;
mod table;

use aftershow::credentials::password;
use aftershow::domain::Role;
use aftershow::domain::{Millis, StreamState};
use aftershow::simulator::{DEMO_SDKAPPID, DEMO_SECRET_KEY};
use aftershow::store::{Store, StreamQuery};
use common::process::Process;
use common::{BenchServer, at, sorted};
use futures::future::join_all;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};
use table::Table;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

const ROOMS: usize = 100;
/// Short, so that a minute has thousands of readings. A hundred rooms take 50 of the 80 calls a second, so that every
/// reading is due after exactly this: all streams are new and weigh the same as long as the bench runs.
const INTERVAL: Duration = Duration::from_secs(2);
/// Measured without strangers, for comparison.
const BASELINE_DURATION: Duration = Duration::from_secs(20);
/// No round takes longer; what is not done by then is given up.
const MAX_ROUND: Duration = Duration::from_secs(60);
/// Connections that send nothing are held at least this many milliseconds.
const HOLD_DURATION: Duration = Duration::from_secs(20);
/// After a round, for what it began to come to an end.
const SETTLE_DURATION: Duration = Duration::from_secs(10);
/// What takes longer counts as unanswered.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(15);
/// How often `/healthz` is asked.
const PROBE_INTERVAL: Duration = Duration::from_millis(50);
const PASSWORD: &str = "the owner's long password";

/// Names of time zones, as readers may choose them.
const ZONES: [&str; 24] = [
    "Africa/Cairo",
    "Africa/Lagos",
    "Africa/Nairobi",
    "America/Bogota",
    "America/Chicago",
    "America/Denver",
    "America/Lima",
    "America/New_York",
    "America/Sao_Paulo",
    "Asia/Bangkok",
    "Asia/Dhaka",
    "Asia/Dubai",
    "Asia/Karachi",
    "Asia/Kolkata",
    "Asia/Seoul",
    "Asia/Tokyo",
    "Australia/Perth",
    "Australia/Sydney",
    "Europe/Berlin",
    "Europe/London",
    "Europe/Moscow",
    "Pacific/Auckland",
    "Pacific/Fiji",
    "Pacific/Honolulu",
];
const LANGS: [&str; 3] = ["en", "zh", "ja"];
const THEMES: [&str; 2] = ["light", "dark"];

/// The server under test and what a stranger knows of it.
struct AttackTarget {
    address: SocketAddr,
    /// The path of the link that is out.
    link: String,
    /// Another link, whose readers should not notice.
    other_link: String,
}

fn head(method: &str, path: &str, more: &str) -> Vec<u8> {
    format!("{method} {path} HTTP/1.1\r\nhost: bench\r\nuser-agent: bench\r\n{more}\r\n").into_bytes()
}

/// A request with a body, as a program sends it that pretends to be a page of the console.
fn post(path: &str, kind: &str, body: &[u8]) -> Vec<u8> {
    let more = format!(
        "accept: text/html\r\nsec-fetch-site: same-origin\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n",
        body.len()
    );
    [head("POST", path, &more), body.to_vec()].concat()
}

async fn connect(from: Ipv4Addr, to: SocketAddr) -> Option<TcpStream> {
    let socket = TcpSocket::new_v4().ok()?;
    socket.bind(SocketAddrV4::new(from, 0).into()).ok()?;
    socket.connect(to).await.ok()
}

/// Sends a request over a connection of its own; the status it was answered with, if it was.
async fn ask(from: Ipv4Addr, to: SocketAddr, request: &[u8]) -> Option<u16> {
    let mut stream = connect(from, to).await?;
    // One that is refused early is answered while it still sends.
    let (mut reads, mut writes) = stream.split();
    let mut start = Vec::new();
    let answered = async {
        while start.len() < 12 {
            if reads.read_buf(&mut start).await.ok()? == 0 {
                return None;
            }
        }
        std::str::from_utf8(start.get(9..12)?).ok()?.parse().ok()
    };
    tokio::pin!(answered);
    tokio::select! {
        status = &mut answered => status,
        _ = writes.write_all(request) => answered.await,
    }
}

/// Sends a request and hangs up.
async fn hang_up(from: Ipv4Addr, to: SocketAddr, request: Vec<u8>, after: Duration) {
    if let Some(mut stream) = connect(from, to).await {
        let _ = stream.write_all(&request).await;
        tokio::time::sleep(after).await;
    }
}

/// How often each status came; 0 means no response.
type Statuses = Vec<(u16, usize)>;

fn counted(answers: impl IntoIterator<Item = Option<u16>>) -> Statuses {
    let mut statuses = Statuses::new();
    for status in answers.into_iter().map(Option::unwrap_or_default) {
        match statuses.iter_mut().find(|(known, _)| *known == status) {
            Some((_, count)) => *count += 1,
            None => statuses.push((status, 1)),
        }
    }
    statuses.sort_unstable();
    statuses
}

/// Sends these requests, `at_a_time` of them concurrently.
async fn send_all(from: Ipv4Addr, to: SocketAddr, requests: Vec<Vec<u8>>, at_once: usize) -> Statuses {
    let requests = Arc::new(tokio::sync::Mutex::new(requests));
    let workers = (0..at_once).map(|_| {
        let requests = requests.clone();
        async move {
            let mut answers = Vec::new();
            loop {
                let Some(request) = requests.lock().await.pop() else { return answers };
                answers.push(ask(from, to, &request).await);
            }
        }
    });
    counted(join_all(workers).await.into_iter().flatten())
}

/// Security 2: files that make a search quadratic.
async fn searches(target: Arc<AttackTarget>, from: Ipv4Addr) -> Statuses {
    let file = |times: usize| post("/verify", "text/html", format!("{}>", "<script".repeat(times)).as_bytes());
    let mut requests = vec![file(299_000)];
    requests.extend((0..8).map(|_| file(38_000)));
    send_all(from, target.address, requests, 9).await
}

/// Security 3: long multipart boundaries; as reproduced, and as long as a head may be.
async fn boundaries(target: Arc<AttackTarget>, from: Ipv4Addr) -> Statuses {
    let request = |boundary: usize| {
        let kind = format!("multipart/form-data; boundary={}x", "-".repeat(boundary));
        post("/verify", &kind, "-".repeat(900_000).as_bytes())
    };
    let requests = [250_000, 50_000, 69].into_iter().flat_map(|boundary| [request(boundary), request(boundary)]);
    send_all(from, target.address, requests.collect(), 6).await
}

/// Security 4: forms and links that leave a notice.
async fn notices(target: Arc<AttackTarget>, from: Ipv4Addr) -> Statuses {
    let large = post("/api/fn/sign_in", "application/x-www-form-urlencoded", "a&".repeat(131_000).as_bytes());
    let small = post("/api/fn/sign_in", "application/x-www-form-urlencoded", "a&".repeat(4_000).as_bytes());
    let link = head("GET", "/login?once=x", "accept: text/html\r\n");
    let mut requests = vec![link; 2_000];
    requests.extend(vec![small; 40]);
    requests.extend(vec![large; 40]);
    send_all(from, target.address, requests, 16).await
}

/// Security 5: a client that disconnects frees its turn.
async fn hang_ups(target: Arc<AttackTarget>, from: Ipv4Addr) -> Statuses {
    let mut sent = JoinSet::new();
    for zone in &ZONES[..12] {
        let request = head("GET", &format!("{}/picture.png?tz={zone}&theme=dark", target.link), "");
        let target = target.clone();
        sent.spawn(async move { hang_up(from, target.address, request, Duration::from_millis(80)).await });
    }
    for number in 0..60 {
        let body = format!("name=admin&password=a+guess+{number}");
        let request = post("/api/fn/sign_in", "application/x-www-form-urlencoded", body.as_bytes());
        let target = target.clone();
        sent.spawn(async move { hang_up(from, target.address, request, Duration::from_millis(12)).await });
        tokio::time::sleep(Duration::from_millis(12)).await;
    }
    counted(sent.join_all().await.into_iter().map(|()| None))
}

/// Security 7: 3,000 connections from 12 addresses: half a head, nothing at all, one request and then nothing.
async fn connections(target: Arc<AttackTarget>, from: [Ipv4Addr; 12]) -> Statuses {
    let mut open = JoinSet::new();
    for (number, from) in from.into_iter().cycle().take(3_000).enumerate() {
        let address = target.address;
        open.spawn(async move {
            let mut stream = connect(from, address).await?;
            let started = match (number / 12) % 3 {
                0 => b"GET / HTTP/1.1\r\nhost:".to_vec(),
                1 => Vec::new(),
                _ => head("GET", "/healthz", ""),
            };
            let _ = stream.write_all(&started).await;
            tokio::time::sleep(HOLD_DURATION).await;
            // Whatever came, and whether the server has ended it.
            let mut buffer = vec![0; 4_096];
            let mut ended = None;
            loop {
                match stream.try_read(&mut buffer) {
                    Ok(0) => ended = Some(1),
                    Ok(_) => continue,
                    Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                    Err(_) => ended = Some(1),
                }
                break ended;
            }
        });
    }
    counted(open.join_all().await)
}

/// Security 8: webhooks without a token.
async fn webhooks(target: Arc<AttackTarget>, from: Ipv4Addr) -> Statuses {
    let body = format!(r#"{{"CallbackCommand":"x","a":[{}[]]}}"#, "[],".repeat(85_000));
    let request = post(&format!("/webhooks/tencent?SdkAppid={DEMO_SDKAPPID}"), "application/json", body.as_bytes());
    send_all(from, target.address, vec![request; 100], 8).await
}

/// Security 9: every choice there is of pictures, pages and files.
async fn choices(target: Arc<AttackTarget>, from: [Ipv4Addr; 3]) -> Statuses {
    let mut paths = (Vec::new(), Vec::new(), Vec::new());
    for zone in ZONES {
        for lang in LANGS {
            let query = format!("?tz={zone}&lang={lang}");
            paths.1.push(query.clone());
            paths.2.push(format!("/report.html{query}"));
            for theme in THEMES {
                paths.0.push(format!("/picture.png{query}&theme={theme}"));
                paths.1.push(format!("{query}&theme={theme}"));
            }
        }
        paths.2.push(format!("/report.csv?tz={zone}"));
        paths.2.push(format!("/report.json?tz={zone}"));
    }
    let requests = |paths: Vec<String>| -> Vec<Vec<u8>> {
        let more = "accept-encoding: br\r\n";
        paths.iter().map(|path| head("GET", &format!("{}{path}", target.link), more)).collect()
    };
    let [pictures, pages, files] = from;
    let (a, b, c) = tokio::join!(
        send_all(pictures, target.address, requests(paths.0), 48),
        send_all(pages, target.address, requests(paths.1), 16),
        send_all(files, target.address, requests(paths.2), 16),
    );
    let all = [a, b, c].into_iter().flatten();
    counted(all.flat_map(|(status, count)| std::iter::repeat_n(Some(status).filter(|status| *status > 0), count)))
}

/// How long answers took, in milliseconds.
struct Watch {
    health: Vec<f64>,
    card: Vec<f64>,
    owner: Vec<f64>,
    /// What went wrong for clients that are no strangers.
    failures: Vec<String>,
}

/// How long one answer took, in milliseconds; one that is none, or another than it should be, is written down.
async fn timed(target: &AttackTarget, request: &[u8], wanted: u16, what: &str, failures: &mut Vec<String>) -> f64 {
    let asked = Instant::now();
    let answer = tokio::time::timeout(RESPONSE_TIMEOUT, ask(Ipv4Addr::LOCALHOST, target.address, request)).await;
    let status = answer.ok().flatten();
    if status != Some(wanted) {
        failures.push(format!("{what}: {status:?}"));
    }
    asked.elapsed().as_secs_f64() * 1_000.0
}

impl Watch {
    /// Asks as a person at this machine does, until `done`.
    async fn run(target: Arc<AttackTarget>, done: CancellationToken) -> Self {
        let health = head("GET", "/healthz", "");
        let card = head("GET", &format!("{}/card.png", target.other_link), "");
        let body = format!("name=admin&password={}", PASSWORD.replace(' ', "+"));
        let owner = post("/api/fn/sign_in", "application/x-www-form-urlencoded", body.as_bytes());
        let probe = async {
            let (mut times, mut failures) = (Vec::new(), Vec::new());
            let mut turns = tokio::time::interval(PROBE_INTERVAL);
            turns.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            while !done.is_cancelled() {
                turns.tick().await;
                times.push(timed(&target, &health, 200, "/healthz", &mut failures).await);
            }
            (times, failures)
        };
        let others = async {
            let (mut cards, mut owners, mut failures) = (Vec::new(), Vec::new(), Vec::new());
            while !done.is_cancelled() {
                cards.push(timed(&target, &card, 200, "card of the other link", &mut failures).await);
                owners.push(timed(&target, &owner, 303, "the owner's sign-in", &mut failures).await);
                tokio::time::sleep(Duration::from_secs(3)).await;
            }
            (cards, owners, failures)
        };
        let ((health, mut failures), (card, owner, more)) = tokio::join!(probe, others);
        failures.extend(more);
        Self { health, card, owner, failures }
    }
}

/// What was measured beside some work.
struct Measurement {
    name: String,
    watch: Watch,
    statuses: Vec<(&'static str, Statuses)>,
    since: Millis,
    until: Millis,
}

async fn watched(
    name: String,
    target: &Arc<AttackTarget>,
    work: impl Future<Output = Vec<(&'static str, Statuses)>>,
) -> Measurement {
    let done = CancellationToken::new();
    let watch = tokio::spawn(Watch::run(target.clone(), done.clone()));
    let since = now();
    let statuses = work.await;
    let until = now();
    done.cancel();
    Measurement { name, watch: watch.await.unwrap(), statuses, since, until }
}

fn now() -> Millis {
    aftershow::web::context::now()
}

/// A database with a report, its links and the owner's account, as the server will find it.
async fn prepare() -> (TempDir, String, String) {
    let place = BenchServer::start().await;
    let stream = place.three_hours().await;
    let (_, link) = place.link(stream).await;
    let (_, other_link) = place.link(stream).await;
    let hash = password::hash(PASSWORD.to_owned().into()).await;
    place.engine.store.add_user("admin", &hash, Role::Admin, now()).await.unwrap().unwrap();
    (place.end().await, link, other_link)
}

fn serve(directory: &TempDir, upstream: &str) -> (Process, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aftershow"));
    command
        .arg("serve")
        .current_dir(directory.path())
        .env("AFTERSHOW_LISTEN", "127.0.0.1:0")
        .env("AFTERSHOW_DATABASE_URL", common::database(directory))
        .env("AFTERSHOW_KEY_FILE", common::key_file(directory))
        .env("AFTERSHOW_LOG", "error")
        .env("AFTERSHOW_COLLECTOR__INTERVAL", format!("{}s", INTERVAL.as_secs()))
        .env("AFTERSHOW_TENCENT__SDKAPPID", DEMO_SDKAPPID.to_string())
        .env("AFTERSHOW_TENCENT__SECRET_KEY", DEMO_SECRET_KEY)
        .env("AFTERSHOW_TENCENT__ENDPOINT", upstream)
        .env("AFTERSHOW_TENCENT__TIMEZONE", "Asia/Shanghai")
        .env("AFTERSHOW_TENCENT__ALLOW_CUSTOM_ENDPOINT", "true");
    Process::start(&mut command)
}

/// The request patterns to send, by their number in the security review.
struct Patterns(Option<Vec<String>>);

impl Patterns {
    fn from_env() -> Self {
        let names = std::env::var("ABUSE_PATTERNS").ok();
        Self(names.map(|names| names.split(',').map(|name| name.trim().to_owned()).collect()))
    }

    fn contains(&self, number: &str) -> bool {
        self.0.as_ref().is_none_or(|numbers| numbers.iter().any(|selected| selected == number))
    }

    /// Runs a pattern if it is selected, and cancels it when the round has taken too long.
    async fn run(
        &self,
        name: &'static str,
        pattern: impl Future<Output = Statuses>,
    ) -> Option<(&'static str, Statuses)> {
        let number = name.split(' ').next().unwrap_or_default();
        if !self.contains(number) {
            return None;
        }
        Some((name, tokio::time::timeout(MAX_ROUND, pattern).await.unwrap_or_default()))
    }
}

/// Runs all selected patterns at the same time. Returns the response statuses of each pattern.
async fn round(target: &Arc<AttackTarget>, number: u8, patterns: &Patterns) -> Vec<(&'static str, Statuses)> {
    let from = |last: u8| Ipv4Addr::new(127, 0, 10 + number, last);
    let target = || target.clone();
    let holders = std::array::from_fn(|place| from(100 + place as u8));
    let readers = [from(40), from(41), from(42)];
    let started = Instant::now();
    // The held connections are opened first, so that the server has them while it answers the other patterns.
    let (held, searches, boundaries, notices, hang_ups, webhooks, choices) = tokio::join!(
        biased;
        patterns.run("7 connections (1: ended by the server)", connections(target(), holders)),
        patterns.run("2 quadratic searches", searches(target(), from(2))),
        patterns.run("3 multipart boundaries", boundaries(target(), from(3))),
        patterns.run("4 notices", notices(target(), from(4))),
        patterns.run("5 hang-ups", hang_ups(target(), from(5))),
        patterns.run("8 webhooks", webhooks(target(), from(8))),
        patterns.run("9 choices of pictures, pages, files", choices(target(), readers)),
    );
    eprintln!("round {number} took {:.0} s", started.elapsed().as_secs_f64());
    [searches, boundaries, notices, hang_ups, held, webhooks, choices].into_iter().flatten().collect()
}

/// Times between readings of all streams from then on, as shares of the interval, shortest first.
async fn between_readings(store: &Store, since: Millis, until: Millis) -> Vec<f64> {
    let states = vec![StreamState::Live, StreamState::Ending];
    let mut query = StreamQuery { states, limit: 500, ..StreamQuery::default() };
    let mut waits = Vec::new();
    loop {
        let page = store.streams(&query).await.unwrap();
        for stream in &page.rows {
            let runs = store.runs_since(stream.id, since).await.unwrap();
            let within = runs.windows(2).filter(|pair| pair[0].until_asked >= since && pair[1].from <= until);
            waits.extend(within.map(|pair| (pair[1].from - pair[0].until_asked) as f64 / INTERVAL.as_millis() as f64));
        }
        let Some(next) = page.next else { return sorted(waits) };
        query.after = Some(next);
    }
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    if std::env::var_os("ABUSE").is_none() {
        println!("abuse: takes minutes and every core; `make abuse` runs it");
        return;
    }
    aftershow::web::http::connections::raise_open_files();
    let (directory, link, other_link) = prepare().await;
    let rooms = ROOMS.to_string();
    let (simulator, upstream) = Process::start(Command::new(env!("CARGO_BIN_EXE_aftershow")).args([
        "simulate",
        "--listen",
        "127.0.0.1:0",
        "--rooms",
        &rooms,
    ]));
    let (server, url) = serve(&directory, &upstream);
    let address: SocketAddr = url.strip_prefix("http://").unwrap().parse().unwrap();
    let target = Arc::new(AttackTarget { address, link, other_link });
    let store = Store::open(&common::database(&directory)).await.unwrap();
    let live = StreamQuery { states: vec![StreamState::Live], limit: 500, ..StreamQuery::default() };
    for waited in 0.. {
        assert!(waited < 300, "the rooms are not found");
        if store.streams(&live).await.unwrap().rows.len() >= ROOMS {
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    // What is drawn for the first time takes longer than what the round is about.
    for path in [&target.link, &target.other_link] {
        let request = head("GET", &format!("{path}/card.png"), "");
        assert_eq!(ask(Ipv4Addr::LOCALHOST, address, &request).await, Some(200));
    }
    tokio::time::sleep(SETTLE_DURATION).await;

    let quiet = async {
        tokio::time::sleep(BASELINE_DURATION).await;
        Vec::new()
    };
    let patterns = Patterns::from_env();
    let rounds = std::env::var("ABUSE_ROUNDS").map_or(2, |rounds| rounds.parse().expect("ABUSE_ROUNDS is a number"));
    assert!(rounds >= 2, "the growth of memory is the difference between two rounds");
    let mut phases = vec![watched("without strangers".to_owned(), &target, quiet).await];
    let mut memory = vec![server.memory().0];
    for number in 1..=rounds {
        phases.push(watched(format!("round {number}"), &target, round(&target, number, &patterns)).await);
        tokio::time::sleep(SETTLE_DURATION).await;
        memory.push(server.memory().0);
    }
    let mut readings = Vec::new();
    for phase in &phases {
        readings.push(between_readings(&store, phase.since, phase.until).await);
    }
    store.close().await;

    let mut table = Table::new(format!("strangers beside {ROOMS} live rooms, read every {} s", INTERVAL.as_secs()));
    for (Measurement { name: phase, watch, statuses, .. }, waits) in phases.iter().zip(&readings) {
        let hostile = !statuses.is_empty();
        for (pattern, statuses) in statuses {
            let printed: Vec<String> = statuses.iter().map(|(status, count)| format!("{count} × {status}")).collect();
            table.figure(&format!("{phase}: {pattern}"), printed.join(", "));
        }
        let readings = at(waits, 0.99);
        let name = format!("{phase}: between readings, p99 of {}", waits.len());
        let measured = format!("{readings:.3} × interval");
        if hostile {
            table.budget(&name, measured, "≤ 1.2", readings <= 1.2);
        } else {
            table.figure(&name, measured);
        }
        let health = sorted(watch.health.clone());
        let (p99, slowest) = (at(&health, 0.99), health[health.len() - 1]);
        let name = format!("{phase}: /healthz, p99 of {} (slowest)", health.len());
        let measured = format!("{p99:.1} ms ({slowest:.0})");
        if hostile && !cfg!(debug_assertions) {
            table.budget(&name, measured, "≤ 100 ms", p99 <= 100.0);
        } else {
            table.figure(&name, measured);
        }
        let (card, owner) = (sorted(watch.card.clone()), sorted(watch.owner.clone()));
        table.figure(&format!("{phase}: another link's card, slowest"), format!("{:.0} ms", card[card.len() - 1]));
        table.figure(&format!("{phase}: the owner signs in, slowest"), format!("{:.0} ms", owner[owner.len() - 1]));
        let failures = watch.failures.join("; ");
        let measured = if failures.is_empty() { "none".to_owned() } else { failures };
        table.budget(&format!("{phase}: refused or unanswered"), measured, "none", watch.failures.is_empty());
    }
    table.figure("resident memory before", format!("{:.1} MB", memory[0]));
    for (number, memory) in memory.iter().enumerate().skip(1) {
        table.figure(&format!("resident memory after round {number}"), format!("{memory:.1} MB"));
    }
    table.figure("resident memory, at most", format!("{:.1} MB", server.memory().1));
    let added = memory[2] - memory[1];
    table.budget("a second, identical round adds", format!("{added:.1} MB"), "≤ 30 MB", added <= 30.0);
    // A missed budget ends the process at once.
    drop((server, simulator));
    table.print();
}
