//! The built binary from outside: commands, exit codes, signals, and what its logs and files may not hold.

use reqwest::{Client, Method};
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead, BufReader, Lines, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const KEY: &str = "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00";
const APP: &str = "1400000321";
const PASSWORD: &str = "correct horse battery";

/// A command that keeps running. It dies with the test.
struct Running {
    child: Child,
    out: Lines<BufReader<ChildStdout>>,
}

impl Running {
    /// Its standard error goes to a file, its standard input stays open.
    fn start(directory: &Path, log: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let log = fs::File::create(directory.join(log)).unwrap();
        let mut command = bare(directory, arguments, variables);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, out }
    }

    /// What follows `before`, up to the next blank, in the first line of its standard output that has it.
    fn wait_for_output(&mut self, before: &str) -> String {
        for line in &mut self.out {
            if let Some((_, after)) = line.unwrap().split_once(before) {
                return after.split_whitespace().next().unwrap_or_default().to_owned();
            }
        }
        panic!("it ended without {before:?}");
    }

    /// Ends it by a signal; with which code it left.
    async fn end(mut self, signal: &str) -> Option<i32> {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            assert!(Instant::now() < deadline, "it goes on running");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The binary, without the environment variables of the test run.
fn bare(directory: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aftershow"));
    command.args(arguments).current_dir(directory);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("AFTERSHOW_") || name == "RUST_LOG") {
        command.env_remove(name);
    }
    command.envs(variables.iter().copied());
    command
}

fn client() -> Client {
    // The servers are processes of their own, so nothing in this one may have chosen it yet.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap()
}

/// A simulator and what a command needs to ask it, in a directory of their own.
struct TestInstall {
    directory: TempDir,
    _simulator: Running,
    upstream: String,
    client: Client,
}

impl TestInstall {
    async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let arguments = ["simulate", "--listen", "127.0.0.1:0", "--sdkappid", APP, "--secret-key", KEY, "--rooms", "0"];
        let mut simulator = Running::start(directory.path(), "simulate.log", &arguments, &[("RUST_LOG", "trace")]);
        let address = simulator.wait_for_output("http://");
        Self { directory, _simulator: simulator, upstream: format!("http://{address}"), client: client() }
    }

    fn variables<'a>(&'a self, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let ours = [
            ("AFTERSHOW_LISTEN", "127.0.0.1:0"),
            ("AFTERSHOW_DATABASE_URL", "sqlite://aftershow.db"),
            ("AFTERSHOW_TENCENT__SDKAPPID", APP),
            ("AFTERSHOW_TENCENT__SECRET_KEY", KEY),
            ("AFTERSHOW_TENCENT__ENDPOINT", self.upstream.as_str()),
            ("AFTERSHOW_TENCENT__ALLOW_CUSTOM_ENDPOINT", "true"),
            ("AFTERSHOW_COLLECTOR__INTERVAL", "200ms"),
            ("AFTERSHOW_COLLECTOR__GRACE", "500ms"),
            ("AFTERSHOW_WEBHOOK_TOKEN", "token-of-webhooks"),
        ];
        ours.into_iter().chain(more.iter().copied()).collect()
    }

    fn run(&self, arguments: &[&str], more: &[(&str, &str)], input: &str) -> Output {
        let mut command = bare(self.directory.path(), arguments, &self.variables(more));
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // One that refuses its arguments does not wait for its input.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap()
    }

    async fn control(&self, method: Method, path: &str, body: Value) {
        let request = self.client.request(method, format!("{}/_control{path}", self.upstream)).json(&body);
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
    }

    async fn room(&self, id: &str, coins: i64) {
        self.control(Method::POST, "/rooms", json!({"room_id": id, "host": "host_1", "scripted": false})).await;
        self.control(
            Method::PUT,
            &format!("/rooms/{id}/counters"),
            json!({"TotalViewers": 9, "TotalGiftCoins": coins}),
        )
        .await;
    }

    fn serve(&self, log: &str) -> Running {
        let variables = self.variables(&[("RUST_LOG", "trace")]);
        Running::start(self.directory.path(), log, &["serve"], &variables)
    }

    /// The first stream of the API's answer that satisfies the condition, once there is one.
    async fn stream(&self, server: &str, token: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            let answer = self.client.get(format!("{server}/api/v1/streams")).bearer_auth(token).send().await.unwrap();
            let list: Value = answer.json().await.unwrap();
            if let Some(found) = list["streams"].as_array().unwrap().iter().find(|stream| wanted(stream)) {
                return found.clone();
            }
            assert!(Instant::now() < deadline, "no such stream: {list}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// `check` asks for totals under the configured name of the command, once for each app, and says what is wrong once.
#[tokio::test(flavor = "multi_thread")]
async fn check_reads_totals_and_finds_a_wrong_command() {
    let place = TestInstall::new().await;
    let calls = async || {
        let answer = place.client.get(format!("{}/_control/calls", place.upstream)).send().await.unwrap();
        answer.json::<Value>().await.unwrap()["commands"]["get_room_stats"]["accepted"].as_i64().unwrap()
    };
    let printed = text(&place.run(&["check"], &[], "").stdout);
    assert!(printed.contains("✓ totals") && printed.contains("no public room is live"), "{printed}");
    assert_eq!(calls().await, 1);

    place.room("live_a", 10).await;
    let printed = text(&place.run(&["check"], &[], "").stdout);
    assert!(printed.contains("✓ totals") && printed.contains("live_a"), "{printed}");
    assert_eq!(calls().await, 2);

    let wrong = [("AFTERSHOW_TENCENT__STATS_COMMAND", "get_room_statsx")];
    let checked = place.run(&["check"], &wrong, "");
    let printed = text(&checked.stdout);
    assert_eq!(checked.status.code(), Some(2), "{printed}");
    assert!(printed.contains("✗ stats_command") && printed.contains("get_room_statsx"), "{printed}");
    assert!(printed.contains("✓ admin"), "{printed}");

    place.control(Method::POST, "/faults", json!({"error_code": 60010})).await;
    let asked = place.run(&["stats", "live_a", "live_b"], &[], "");
    assert_eq!(asked.status.code(), Some(1));
    let (printed, table) = (text(&asked.stderr), text(&asked.stdout));
    assert_eq!(printed.matches("60010").count(), 2, "once for each room: {printed}");
    assert!(table.contains("live_a  (refused, see above)") && table.contains("live_b  (not asked"), "{table}");
    place.control(Method::DELETE, "/faults", json!(null)).await;
    place.control(Method::POST, "/faults", json!({"garbage": true, "room": "live_a"})).await;
    let asked = place.run(&["stats", "live_a"], &[], "");
    let (printed, table) = (text(&asked.stderr), text(&asked.stdout));
    assert!(printed.contains("invalid response") && printed.contains("it begins with: <!DOCTYPE"), "{printed}");
    assert!(table.contains("(invalid response, see above)"), "{table}");
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim().to_owned()
}

fn contains(bytes: &[u8], part: &str) -> bool {
    bytes.windows(part.len()).any(|window| window == part.as_bytes())
}

/// Whether something in there unpacks as a UserSig does: Base64 of Tencent's alphabet that begins a zlib stream.
fn holds_a_signature(bytes: &[u8]) -> bool {
    let of_one = |byte: &u8| byte.is_ascii_alphanumeric() || b"*-_%".contains(byte);
    bytes
        .split(|byte| !of_one(byte))
        .any(|run| run.len() > 100 && ["eJ", "eN", "eA", "eF"].iter().any(|start| run.starts_with(start.as_bytes())))
}

/// A whole stream, at the finest log: found, read, watched, ended, sealed, shared, exported. Then every page, answer, log and
/// file is searched.
#[tokio::test(flavor = "multi_thread")]
async fn no_secret_leaves_the_server_during_a_whole_stream() {
    let place = TestInstall::new().await;
    let mut server = place.serve("serve.log");
    let address = server.wait_for_output("Aftershow · ");
    let setup = server.wait_for_output("/setup?once=");
    let added = place.run(&["operator", "add", "ada", "--password-stdin"], &[], &format!("{PASSWORD}\n"));
    assert_eq!(added.status.code(), Some(0), "{}", text(&added.stderr));
    let token = text(&place.run(&["token", "create", "bi"], &[], "").stdout);
    let post = |path: &str, fields: &[(&str, &str)]| {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = place.client.post(format!("{address}{path}")).header("origin", &address);
        request.header("content-type", "application/x-www-form-urlencoded").body(body)
    };
    let signed_in = post("/api/fn/sign_in", &[("name", "ada"), ("password", PASSWORD)]).send().await.unwrap();
    let cookie = signed_in.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    assert_eq!(
        post("/api/fn/sign_in", &[("name", "ada"), ("password", "not the password")]).send().await.unwrap().status(),
        403
    );

    place.room("live_a", 10).await;
    let stream = place.stream(&address, &token, |stream| stream["totals"]["coins"] == 10).await;
    let id = stream["id"].as_str().unwrap().to_owned();
    place.control(Method::POST, "/faults", json!({"error_code": 70003, "count": 1})).await;
    place.control(Method::POST, "/faults", json!({"garbage": true, "count": 9})).await;
    let events = place.client.get(format!("{address}/events")).header("cookie", &cookie).send().await.unwrap();
    assert_eq!(events.status(), 200);
    place.control(Method::DELETE, "/faults", json!(null)).await;
    place.control(Method::DELETE, "/rooms/live_a", json!(null)).await;
    let sealed = |stream: &Value| stream["state"] == "sealed";
    assert_eq!(place.stream(&address, &token, sealed).await["totals"]["coins"], 10);
    let link = text(
        &place.run(&["share", &id, "--password", "open sesame"], &[("AFTERSHOW_PUBLIC_URL", &address)], "").stdout,
    );
    let opened = post(link.strip_prefix(&address).unwrap(), &[("password", "open sesame")]).send().await.unwrap();
    assert_eq!(opened.status(), 303);
    let pass = opened.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let exported = place.run(&["export", &id], &[], "");
    let checked = place.run(&["check"], &[("RUST_LOG", "trace")], "");
    let asked = place.run(&["stats", "live_a", "--json"], &[("RUST_LOG", "trace")], "");
    let backed = place.run(&["backup", "copy.db"], &[], "");
    assert_eq!(backed.status.code(), Some(0));

    let mut outputs: Vec<(String, Vec<u8>)> = Vec::new();
    for (name, output) in [("export", exported), ("check", checked), ("stats", asked)] {
        outputs.push((name.to_owned(), [output.stdout, output.stderr].concat()));
    }
    let pages = [
        "/",
        "/streams",
        "/hosts",
        "/rooms",
        "/shares",
        "/status",
        "/settings",
        "/verify",
        "/login",
        "/metrics",
        "/readyz",
        "/nope",
    ];
    let of_stream = ["", "/report.csv", "/report.json", "/report.html"].map(|file| format!("/streams/{id}{file}"));
    let of_link =
        ["", "/report.csv", "/report.json", "/report.html"].map(|file| format!("{}{file}", &link[address.len()..]));
    for path in pages.map(str::to_owned).into_iter().chain(of_stream).chain(of_link) {
        let request = place.client.get(format!("{address}{path}")).header("cookie", format!("{cookie}; {pass}"));
        let answer = request.send().await.unwrap();
        let head = format!("{:?}", answer.headers());
        outputs.push((path, [head.as_bytes(), &answer.bytes().await.unwrap()].concat()));
    }
    let api = ["/api/v1/streams".to_owned(), format!("/api/v1/streams/{id}"), format!("/api/v1/streams/{id}/series")];
    for path in api {
        let answer = place.client.get(format!("{address}{path}")).bearer_auth(&token).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        outputs.push((path, answer.bytes().await.unwrap().to_vec()));
    }
    // With an event stream open and its standard input too.
    assert_eq!(server.end("-TERM").await, Some(0));
    drop(events);

    let of_the_link = link.rsplit('/').next().unwrap();
    let of_the_session = cookie.split_once('=').unwrap().1;
    let of_the_pass = pass.split_once('=').unwrap().1;
    for (name, bytes) in &outputs {
        assert!(!contains(bytes, KEY) && !contains(bytes, "TLS.sig") && !holds_a_signature(bytes), "{name}");
        assert!(!contains(bytes, of_the_session) && !contains(bytes, PASSWORD) && !contains(bytes, &token), "{name}");
    }
    let mut files = 0;
    for entry in fs::read_dir(place.directory.path()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        files += 1;
        let name = path.display();
        assert!(!contains(&bytes, KEY) && !contains(&bytes, "usersig=") && !contains(&bytes, "TLS.sig"), "{name}");
        assert!(!holds_a_signature(&bytes), "{name}");
        for secret in [PASSWORD, "not the password", "open sesame", "token-of-webhooks", of_the_link, of_the_session] {
            assert!(!contains(&bytes, secret), "{secret} is in {name}");
        }
        for secret in [of_the_pass, token.as_str(), setup.as_str()] {
            assert!(!contains(&bytes, secret), "{secret} is in {name}");
        }
    }
    // The browser bundle too, where it is built.
    let bundle = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/site/pkg");
    for entry in fs::read_dir(bundle).into_iter().flatten() {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        for sign in [aftershow::simulator::DEMO_SECRET_KEY, "TLS.sig", "TLS.identifier", "usersig="] {
            assert!(!contains(&bytes, sign), "{sign} is in {}", path.display());
        }
    }
    // Database, key, lock, copy and two logs at least.
    assert!(files >= 6, "{files}");
    let log = fs::read(place.directory.path().join("serve.log")).unwrap();
    assert!(contains(&log, "TRACE") && !contains(&log, "panicked"), "the log was fine enough to be worth searching");
}

/// Every command that is used or configured wrongly says so in one line and leaves with 2, before anything else happens.
#[tokio::test(flavor = "multi_thread")]
async fn wrong_use_and_wrong_configuration_leave_with_two() {
    let place = TestInstall::new().await;
    let long = "x".repeat(49);
    let uses: [&[&str]; 17] = [
        &[],
        &["nonsense"],
        &["serve", "--nonsense"],
        &["stats"],
        &["stats", ""],
        &["stats", &long],
        &["usersig", "--expire", "0"],
        &["simulate", "--listen", "nowhere"],
        &["simulate", "--webhook-url", "ftp://x"],
        &["verify"],
        &["verify", "no-such-file"],
        &["export", "x"],
        &["operator", "role", "ada", "king"],
        &["operator", "add", "ada", "--password-stdin"],
        &["share", "1", "--preset", "nobody"],
        &["share", "1", "--password", ""],
        &["backup", "."],
    ];
    for arguments in uses {
        let output = place.run(arguments, &[], "short\n");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", text(&output.stderr));
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{arguments:?}");
    }
    for (name, value) in [
        ("AFTERSHOW_LISTEN", "nowhere"),
        ("AFTERSHOW_DATABASE_URL", "postgres://x"),
        ("AFTERSHOW_PUBLIC_URL", "nonsense"),
        ("AFTERSHOW_TRUSTED_PROXIES", "nobody"),
        ("AFTERSHOW_TENCENT__SDKAPPID", "x"),
        ("AFTERSHOW_TENCENT__SECRET_KEY", "two words"),
        ("AFTERSHOW_TENCENT__SECRET_KEY_FILE", "no-such-file"),
        ("AFTERSHOW_TENCENT__REGION", "mars"),
        ("AFTERSHOW_TENCENT__ALLOW_CUSTOM_ENDPOINT", "false"),
        ("AFTERSHOW_TENCENT__FOLLOW", "everything"),
        ("AFTERSHOW_TENCENT__BUDGET_SHARE", "2"),
        ("AFTERSHOW_TENCENT__TIMEZONE", "Mars/Olympus"),
        ("AFTERSHOW_COLLECTOR__INTERVAL", "10"),
        ("AFTERSHOW_COLLECTOR__GRACE", "soon"),
        ("AFTERSHOW_COLLECTOR__NONSENSE", "1"),
    ] {
        let output = place.run(&["serve"], &[(name, value)], "");
        let printed = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{name}: {printed}");
        // The endpoint is what is refused where it is not allowed.
        let named = if value == "false" { "AFTERSHOW_TENCENT__ENDPOINT" } else { name };
        assert!(printed.contains(named) && printed.lines().count() == 1, "{name}: {printed}");
        assert!(!printed.contains(KEY) && !printed.contains("two words"), "{printed}");
    }
    fs::write(place.directory.path().join("wrong.toml"), "[tencent]\nsecret_kye = \"x\"\n").unwrap();
    let output = place.run(&["serve", "--config", "wrong.toml"], &[], "");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("tencent.secret_kye"), "{}", text(&output.stderr));
}

/// What a user meets first: each cause is named with its remedy, by `check` and in the exit code.
#[tokio::test(flavor = "multi_thread")]
async fn check_names_the_cause_and_the_remedy() {
    let place = TestInstall::new().await;
    let check = |more: &[(&str, &str)]| {
        let output = place.run(&["check"], more, "");
        (output.status.code(), text(&output.stdout))
    };
    let (code, printed) = check(&[("AFTERSHOW_WEBHOOK_TOKEN", "")]);
    assert_eq!(code, Some(0), "{printed}");
    assert!(printed.contains("✓ admin") && printed.contains("set webhook_token"), "{printed}");
    let other = "f".repeat(64);
    for (variable, value, line, remedy) in [
        ("AFTERSHOW_TENCENT__SECRET_KEY", other.as_str(), "✗ UserSig", "secret_key"),
        ("AFTERSHOW_TENCENT__IDENTIFIER", "somebody", "✗ admin", "administrator in Tencent's console"),
        ("AFTERSHOW_TENCENT__ENDPOINT", "http://127.0.0.1:9", "✗ network", "check the network"),
        ("AFTERSHOW_WEBHOOK_TOKEN", "another", "✗ webhook token", "set the same token"),
        ("AFTERSHOW_DATABASE_URL", "nowhere/aftershow.db", "✗ database", "create the directory"),
    ] {
        let (code, printed) = check(&[(variable, value)]);
        assert_eq!(code, Some(2), "{printed}");
        assert!(printed.lines().any(|printed| printed.starts_with(line) && printed.contains(remedy)), "{printed}");
    }
    for (code, line, remedy) in [(60021, "✗ IP", "allow-list"), (60026, "✗ region", "tencent.region")] {
        place.control(Method::POST, "/faults", json!({ "error_code": code })).await;
        let (exit, printed) = check(&[]);
        place.control(Method::DELETE, "/faults", json!(null)).await;
        assert_eq!(exit, Some(2), "{printed}");
        assert!(printed.lines().any(|printed| printed.starts_with(line) && printed.contains(remedy)), "{printed}");
    }
}

/// `kill -9` in the middle: what the API returned is there after the next start, and the stream goes on under its id. A second
/// server on the database is refused meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_resumes() {
    let place = TestInstall::new().await;
    let mut server = place.serve("first.log");
    let address = server.wait_for_output("Aftershow · ");
    let second = place.run(&["serve"], &[], "");
    assert_eq!(second.status.code(), Some(2));
    assert!(text(&second.stderr).contains("in use by another Aftershow"), "{}", text(&second.stderr));
    let token = text(&place.run(&["token", "create", "bi"], &[], "").stdout);
    place.room("live_a", 10).await;
    let before = place.stream(&address, &token, |stream| stream["totals"]["coins"] == 10).await;
    assert_eq!(server.end("-KILL").await, None);

    let mut server = place.serve("second.log");
    let address = server.wait_for_output("Aftershow · ");
    let kept = place.stream(&address, &token, |stream| stream["room"] == "live_a").await;
    assert_eq!((&kept["id"], &kept["started_at"]), (&before["id"], &before["started_at"]));
    assert_eq!(kept["totals"]["coins"], 10);
    place.control(Method::PUT, "/rooms/live_a/counters", json!({"TotalGiftCoins": 20})).await;
    let read = place.stream(&address, &token, |stream| stream["totals"]["coins"] == 20).await;
    assert_eq!(read["id"], before["id"]);
    assert_eq!(server.end("-INT").await, Some(0));
}

/// A terminal that nobody types into holds nothing up.
#[tokio::test(flavor = "multi_thread")]
async fn the_demo_signs_in_once_and_ends_on_a_signal() {
    let directory = tempfile::tempdir().unwrap();
    let arguments = ["demo", "--listen", "127.0.0.1:0", "--seed", "3", "--data", "data"];
    let mut demo = Running::start(directory.path(), "demo.log", &arguments, &[]);
    let link = demo.wait_for_output("Sign in: ");
    let client = client();
    let first = client.get(&link).send().await.unwrap();
    assert!(first.headers()["set-cookie"].to_str().unwrap().starts_with("aftershow="));
    assert!(client.get(&link).send().await.unwrap().headers().get("set-cookie").is_none());
    assert_eq!(demo.end("-TERM").await, Some(0));
    assert!(Path::new(&directory.path().join("data/aftershow.db")).exists());
}
