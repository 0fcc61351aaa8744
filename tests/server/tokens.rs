//! Where the token of a link must not appear: looked for in all that a running server writes and answers.

use crate::helpers::{APP, FormBody, TestApp};
use aftershow::domain::Role;
use reqwest::{Client, Method, redirect};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};

/// The product itself, logging all it can, on a database of the test.
struct TokenServer {
    child: std::process::Child,
    address: String,
    log: Arc<Mutex<String>>,
}

impl TokenServer {
    fn start(directory: &std::path::Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_aftershow"))
            .arg("serve")
            .current_dir(directory)
            .env("AFTERSHOW_LISTEN", "127.0.0.1:0")
            .env("AFTERSHOW_LOG", "trace")
            .env("AFTERSHOW_DATABASE_URL", directory.join("aftershow.db"))
            .env("AFTERSHOW_TENCENT__SDKAPPID", APP.to_string())
            .env("AFTERSHOW_TENCENT__SECRET_KEY", "secret")
            .env("AFTERSHOW_TENCENT__ENDPOINT", "http://127.0.0.1:9")
            .env("AFTERSHOW_TENCENT__ALLOW_CUSTOM_ENDPOINT", "true")
            .env("AFTERSHOW_TENCENT__FOLLOW", "none")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = Arc::new(Mutex::new(String::new()));
        let keep = |lines: Box<dyn BufRead + Send>, address_sender: Option<Sender<String>>| {
            let written = log.clone();
            std::thread::spawn(move || {
                for line in lines.lines().map_while(Result::ok) {
                    let address = line.strip_prefix("Aftershow · ").and_then(|rest| rest.split_whitespace().next());
                    if let (Some(address_sender), Some(address)) = (&address_sender, address) {
                        let _ = address_sender.send(address.to_owned());
                    }
                    let mut log = written.lock().unwrap();
                    log.push_str(&line);
                    log.push('\n');
                }
            })
        };
        let (address_sender, address_receiver) = channel();
        keep(Box::new(BufReader::new(child.stdout.take().unwrap())), Some(address_sender));
        keep(Box::new(BufReader::new(child.stderr.take().unwrap())), None);
        // An end instead of an address drops the sender.
        let address = address_receiver.recv().unwrap_or_else(|_| panic!("it ended: {}", log.lock().unwrap()));
        Self { child, address, log }
    }

    /// Ends it as a service manager does, and returns all it logged.
    fn stop(mut self) -> String {
        let _ = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        self.child.wait().unwrap();
        self.log.lock().unwrap().clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_in_no_log_no_header_and_no_row() {
    let app = TestApp::start().await;
    let stream = app.sealed_stream().await;
    let (_, open) = app.link(stream, &[]).await;
    let (id, locked) = app.link(stream, &[("password", "sesame")]).await;
    let cookie = app.operator(Role::Admin).await;
    let place = tempfile::tempdir().unwrap();
    let (database, key) = (place.path().join("aftershow.db"), place.path().join("aftershow.key"));
    app.engine.store.backup(&database).await.unwrap();
    std::fs::copy(app.directory.path().join("aftershow.key"), key).unwrap();

    let server = TokenServer::start(place.path());
    let client = Client::builder().redirect(redirect::Policy::none()).build().unwrap();
    let tokens = [open.trim_start_matches("/r/"), locked.trim_start_matches("/r/")];
    let free_of = |text: &str, what: &str| {
        for token in tokens {
            assert!(!text.contains(token), "{what} holds the token");
        }
    };
    let send = async |method: Method, path: &str, fields: &[(&str, &str)]| {
        let mut request = client.request(method.clone(), format!("{}{path}", server.address));
        request = request.header("origin", &server.address).header("cookie", &cookie);
        if method == Method::POST {
            request = request.form(fields);
        }
        let answer = request.send().await.unwrap();
        for (name, value) in answer.headers() {
            // The design's own: the cookie of a password is sent to its link only.
            let value = value.to_str().unwrap();
            let value = if name == "set-cookie" { value.split("Path=").next().unwrap() } else { value };
            free_of(value, &format!("the header {name} of {}", path.replace(tokens[0], "…").replace(tokens[1], "…")));
        }
        answer.text().await.unwrap()
    };
    let suffixes =
        ["", "?lang=ja", "/", "/report.csv", "/report.json", "/report.html", "/card.png", "/picture.png", "/a/b", "/x"];
    for path in [&open, &locked] {
        for suffix in suffixes {
            send(Method::GET, &format!("{path}{suffix}"), &[]).await;
            send(Method::HEAD, &format!("{path}{suffix}"), &[]).await;
            send(Method::DELETE, &format!("{path}{suffix}"), &[]).await;
        }
        for password in ["sesame", "wrong"] {
            send(Method::POST, path, &[("password", password)]).await;
        }
    }
    // In a page of the link, every one is in the link to itself; downloaded files have none.
    for path in [&open, &locked] {
        let html = send(Method::GET, path, &[]).await;
        let token = path.trim_start_matches("/r/");
        assert_eq!(html.matches(token).count(), html.matches(path.as_str()).count());
    }
    for file in ["report.csv", "report.json", "report.html"] {
        free_of(&send(Method::GET, &format!("{open}/{file}"), &[]).await, file);
    }
    // Everything a user does with a link, by the console.
    for function in ["copy_share_link", "update_share", "set_share_enabled"] {
        send(Method::POST, &format!("/api/fn/{function}"), &[("id", &id), ("enabled", "true")]).await;
    }
    send(Method::GET, "/shares", &[]).await;
    for file in std::fs::read_dir(place.path()).unwrap() {
        let file = file.unwrap().path();
        if file.extension().is_some_and(|extension| extension == "key") {
            continue;
        }
        let bytes = std::fs::read(&file).unwrap();
        for token in tokens {
            let found = bytes.windows(token.len()).any(|window| window == token.as_bytes());
            assert!(!found, "{} holds the token", file.display());
        }
    }
    let log = server.stop();
    assert!(log.contains("/r/{token}") && log.contains("TRACE"), "the log is as fine as it gets: {log}");
    free_of(&log, "the log");
    assert!(!log.contains("sesame"));
}
