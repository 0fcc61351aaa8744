//! Server-sent events.

use crate::helpers::{TestApp, header};
use aftershow::domain::Role;
use reqwest::{Method, Response};
use std::time::Duration;

async fn listen(app: &TestApp, cookie: &str) -> Response {
    let answer = app.request(Method::GET, "/events").header("cookie", cookie).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    answer
}

async fn next(answer: &mut Response) -> Option<String> {
    let chunk = tokio::time::timeout(Duration::from_secs(10), answer.chunk()).await.unwrap();
    chunk.ok().flatten().map(|chunk| String::from_utf8_lossy(&chunk).into_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_gets_the_board_and_then_its_changes() {
    let app = TestApp::start().await;
    let cookie = app.operator(Role::Operator).await;
    let mut events = listen(&app, &cookie).await;
    assert_eq!(header(events.headers(), "x-accel-buffering"), "no");
    assert!(header(events.headers(), "content-type").starts_with("text/event-stream"));
    let first = next(&mut events).await.unwrap();
    assert!(first.contains("event: snapshot") && first.contains("\"rows\":[]") && first.contains("id: "), "{first}");

    app.call(&cookie, "add_rooms", &[("rooms", crate::helpers::ROOM)]).await;
    let mut received = String::new();
    while !received.contains("\"event\":\"row\"") {
        received += &next(&mut events).await.unwrap();
    }
    let id = received.lines().find_map(|line| line.strip_prefix("id: ")).unwrap().to_owned();

    // A page that reconnects gets what it missed, not everything again.
    let again = app.request(Method::GET, "/events").header("cookie", &cookie).header("last-event-id", id);
    let mut again = again.send().await.unwrap();
    app.call(&cookie, "stop_following", &[("room", crate::helpers::ROOM)]).await;
    let received = next(&mut again).await.unwrap();
    assert!(!received.contains("event: snapshot"), "{received}");
}

#[tokio::test(flavor = "multi_thread")]
async fn events_end_with_the_session_and_with_the_server() {
    let app = TestApp::start().await;
    let (cookie, other) = (app.operator(Role::Operator).await, app.operator(Role::Viewer).await);
    let (mut events, mut others) = (listen(&app, &cookie).await, listen(&app, &other).await);
    next(&mut events).await;
    next(&mut others).await;
    assert_eq!(app.call(&cookie, "sign_out", &[]).await.status(), 200);
    while next(&mut events).await.is_some() {}
    app.stop.cancel();
    while next(&mut others).await.is_some() {}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_may_ask_whether_its_session_has_ended() {
    let app = TestApp::start().await;
    let cookie = app.operator(Role::Viewer).await;
    let status = async |cookie: &str| {
        app.request(Method::HEAD, "/events").header("cookie", cookie).send().await.unwrap().status()
    };
    assert_eq!(status(&cookie).await, 200);
    assert_eq!(status("aftershow=ended").await, 401);
}
