//! Everything that is registered, walked: without a session, with too small a role, from another site.

use crate::helpers::{FormBody, TestApp, location};
use aftershow::domain::Role;
use aftershow::web::api::FormAction;
use aftershow::web::http::{middleware, pages};
use reqwest::Method;
use std::collections::BTreeMap;

/// What each function needs. A function that is not here fails the test: say who may call it.
fn roles() -> BTreeMap<&'static str, Option<Role>> {
    let viewer = ["sign_out", "set_view", "change_password"].map(|name| (name, Some(Role::Viewer)));
    let operator = [
        "add_rooms",
        "stop_following",
        "take_snapshot",
        "keep_following",
        "seal_now",
        "seal_again",
        "refresh_now",
        "add_note",
        "create_share",
        "update_share",
        "set_share_enabled",
        "rotate_share",
        "delete_share",
        "copy_share_link",
        "release_finding",
        "withhold_finding",
        "test_connection",
    ]
    .map(|name| (name, Some(Role::Operator)));
    let admin = [
        "add_operator",
        "set_operator_role",
        "set_operator_password",
        "remove_operator",
        "create_token",
        "remove_token",
        "set_issuer",
        "remove_logo",
    ]
    .map(|name| (name, Some(Role::Admin)));
    let anyone = ["sign_in", "sign_in_once", "set_up"].map(|name| (name, None));
    viewer.into_iter().chain(operator).chain(admin).chain(anyone).collect()
}

/// Arguments that every function accepts as far as it gets.
const FIELDS: [(&str, &str); 19] = [
    ("stream", "1"),
    ("id", "1"),
    ("room", "x"),
    ("rooms", "x"),
    ("name", "x"),
    ("role", "viewer"),
    ("password", "0123456789"),
    ("current_password", "0123456789"),
    ("new_password", "0123456789"),
    ("once", "x"),
    ("enabled", "true"),
    ("hidden", "true"),
    ("text", "x"),
    ("zone", "UTC"),
    ("lang", "en"),
    ("preset", "host"),
    ("expires", "never"),
    ("next", "/"),
    ("finding", "x"),
];

fn functions() -> Vec<(&'static str, Method)> {
    leptos::server_fn::axum::server_fn_paths().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_function_is_known_and_a_post_under_its_own_name() {
    let roles = roles();
    for (path, method) in functions() {
        let name = path.strip_prefix("/api/fn/").unwrap_or_else(|| panic!("{path} lies elsewhere"));
        assert!(roles.contains_key(name), "{name}: who may call it?");
        assert_eq!(method, Method::POST, "{name}");
    }
    assert_eq!(functions().len(), roles.len());
    // Each is an action of a form, and each action but the upload of the logo is one of them.
    let served =
        FormAction::ALL.into_iter().filter(|action| functions().iter().any(|(path, _)| *path == action.path()));
    let others: Vec<_> =
        FormAction::ALL.into_iter().filter(|action| !served.clone().any(|one| one == *action)).collect();
    assert_eq!((served.count(), others), (functions().len(), vec![FormAction::SetLogo]));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_session_no_function_answers() {
    let app = TestApp::start().await;
    for (path, _) in functions() {
        if roles()[path.strip_prefix("/api/fn/").unwrap()].is_none() {
            continue;
        }
        let answer = app.post(path).form(&FIELDS).send().await.unwrap();
        assert_eq!(answer.status(), 401, "{path}");
        let form = app.post(path).form(&FIELDS).header("accept", "text/html").send().await.unwrap();
        assert_eq!((form.status().as_u16(), location(&form)), (303, "/login"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_too_small_is_refused() {
    let app = TestApp::start().await;
    for (path, _) in functions() {
        let smaller = match roles()[path.strip_prefix("/api/fn/").unwrap()] {
            None | Some(Role::Viewer) => continue,
            Some(Role::Operator) => Role::Viewer,
            Some(Role::Admin) => Role::Operator,
        };
        let cookie = app.operator(smaller).await;
        let answer = app.post(path).header("cookie", &cookie).form(&FIELDS).send().await.unwrap();
        assert_eq!(answer.status(), 403, "{path}");
    }
    assert_eq!(app.engine.store.users().await.unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_taken_from_another_site() {
    let app = TestApp::start().await;
    let cookie = app.operator(Role::Admin).await;
    let foreign: [&[(&str, &str)]; 5] = [
        &[("origin", "https://evil.example")],
        &[("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")],
        &[("origin", "null"), ("sec-fetch-site", "same-origin")],
        &[("sec-fetch-site", "none")],
        &[],
    ];
    for (path, _) in functions() {
        for headers in foreign {
            let mut request = app.request(Method::POST, path).header("cookie", &cookie).form(&FIELDS);
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            assert_eq!(request.send().await.unwrap().status(), 403, "{path} {headers:?}");
        }
    }
    for path in ["/verify", "/r/0123456789012345678901234567890a"] {
        let request = app.request(Method::POST, path).header("origin", "https://evil.example").body("{}");
        assert_eq!(request.send().await.unwrap().status(), 403, "{path}");
    }
    assert_eq!(app.engine.store.users().await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_answers_without_a_session() {
    let app = TestApp::start().await;
    let fixed = [
        "/events",
        "/streams/1/report.csv",
        "/streams/1/report.json",
        "/streams/1/report.html",
        "/streams.csv",
        "/demo/altered/1",
        "/no/such/page",
    ];
    let templates = pages::templates();
    assert!(templates.iter().any(|template| template == "/"));
    for template in templates.iter().map(String::as_str).chain(fixed) {
        if middleware::is_public(template) {
            continue;
        }
        let path = template.replace(['{', '}', '*'], "");
        let answer = app.get(&path).await;
        if path == "/events" {
            assert_eq!(answer.status(), 401);
            continue;
        }
        assert_eq!(answer.status(), 303, "{template}");
        assert!(location(&answer).starts_with("/login"), "{template}: {}", location(&answer));
        assert!(answer.text().await.unwrap().is_empty(), "{template}");
    }
    let answer = app.get("/streams?room=a%26b").await;
    assert_eq!(location(&answer), "/login?next=%2Fstreams%3Froom%3Da%2526b");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_api_and_the_metrics_want_a_bearer_token() {
    let app = TestApp::start().await;
    let cookie = app.operator(Role::Admin).await;
    for path in ["/api/v1/streams", "/api/v1/streams/1", "/api/v1/streams/1/series", "/api/v1/other"] {
        for token in ["", "Bearer wrong", "Basic x"] {
            let answer = app.request(Method::GET, path).header("authorization", token).header("cookie", &cookie);
            assert_eq!(answer.send().await.unwrap().status(), 401, "{path} {token}");
        }
    }
    // Loopback may, but not for others.
    assert_eq!(app.get("/metrics").await.status(), 200);
    let proxied = app.request(Method::GET, "/metrics").header("x-forwarded-for", "203.0.113.9");
    assert_eq!(proxied.send().await.unwrap().status(), 401);
    // A web page that lets its own name resolve to this machine sends its own name.
    let metrics = |host: &str| app.request(Method::GET, "/metrics").header("host", host);
    assert_eq!(metrics("evil.example:3000").send().await.unwrap().status(), 401);
    assert_eq!(metrics("localhost:3000").send().await.unwrap().status(), 200);
    let answer = app.call(&cookie, "create_token", &[("name", "prometheus")]).await;
    let token: serde_json::Value = answer.json().await.unwrap();
    let token = token["token"].as_str().unwrap();
    assert_eq!(metrics("console.example").bearer_auth(token).send().await.unwrap().status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_write_leaves_its_connection_usable() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let app = TestApp::start().await;
    // From another site, and without a session.
    for (origin, status) in [("https://evil.example".to_owned(), "403"), (format!("http://{}", app.address), "401")] {
        let mut connection = tokio::net::TcpStream::connect(app.address).await.unwrap();
        let host = app.address;
        let head =
            format!("POST /api/fn/add_rooms HTTP/1.1\r\nhost: {host}\r\norigin: {origin}\r\ncontent-length: 7\r\n\r\n");
        connection.write_all(head.as_bytes()).await.unwrap();
        // The body comes in a packet of its own, as over any real network.
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        let next = format!("rooms=xGET /healthz HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
        connection.write_all(next.as_bytes()).await.unwrap();
        let mut answers = String::new();
        connection.read_to_string(&mut answers).await.unwrap();
        assert!(answers.starts_with(&format!("HTTP/1.1 {status}")), "{answers}");
        assert!(answers.contains("HTTP/1.1 200 OK") && answers.ends_with("ok\n"), "{answers}");
    }
}
