//! The same functions as plain forms and as calls.

use crate::helpers::{APP, ROOM, TestApp, location};
use aftershow::domain::Role;
use aftershow::domain::RoomId;
use aftershow::web::api::FormAction;
use aftershow::web::api::rooms::AddedRooms;
use reqwest::Method;

#[tokio::test(flavor = "multi_thread")]
async fn pasted_rooms_are_added_and_the_others_shown() {
    let app = TestApp::start().await;
    let cookie = app.operator(Role::Operator).await;
    let long = "x".repeat(49);
    let rooms = format!("{ROOM}\nb, c\n{long}\n");
    let answer = app.call(&cookie, "add_rooms", &[("rooms", &rooms)]).await;
    assert_eq!(answer.status(), 200);
    let added: AddedRooms = answer.json().await.unwrap();
    assert_eq!(added.added.iter().map(RoomId::as_str).collect::<Vec<_>>(), [ROOM, "b", "c"]);
    assert_eq!(added.refused[0].room, long);
    let known = app.engine.store.manual_rooms(APP).await.unwrap();
    assert_eq!(known.len(), 3);

    let answer = app.call(&cookie, "add_rooms", &[("rooms", &long)]).await;
    assert_eq!(answer.status(), 422);
    let error: serde_json::Value = answer.json().await.unwrap();
    assert_eq!(error["kind"], "invalid");
    assert!(error["message"].as_str().unwrap().contains("48 bytes"));
    let answer = app.call(&cookie, "add_rooms", &[("app", "7"), ("rooms", "a")]).await;
    assert_eq!(answer.status(), 404);
    let answer = app.call(&cookie, "add_rooms", &[("nothing", "a")]).await;
    assert_eq!(answer.status(), 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_form_comes_back_with_its_outcome_and_what_was_typed() {
    let app = TestApp::start().await;
    let cookie = app.operator(Role::Operator).await;
    let answer = app.submit(&cookie, "/?sort=coins", "add_rooms", &[("rooms", "a\nb")]).await;
    assert_eq!(answer.status(), 303);
    let to = location(&answer).to_owned();
    assert!(to.starts_with("/?sort=coins&notice="), "{to}");
    let notice = to.rsplit_once('=').unwrap().1;
    let session = cookie.strip_prefix("aftershow=").unwrap().to_owned().into();
    let flash = app.state.flashes.get(notice, Some(&session), aftershow::web::context::now()).await.unwrap();
    assert_eq!(flash.action, FormAction::AddRooms);
    assert_eq!(flash.answer::<AddedRooms>().unwrap().added.len(), 2);

    let long = "x".repeat(49);
    let answer = app.submit(&cookie, "/", "add_rooms", &[("rooms", &long)]).await;
    let page = app.request(Method::GET, location(&answer)).header("cookie", &cookie).send().await.unwrap();
    assert!(page.text().await.unwrap().contains("48 bytes"));
    let notice = location(&answer).rsplit_once('=').unwrap().1;
    let flash = app.state.flashes.get(notice, Some(&session), aftershow::web::context::now()).await.unwrap();
    assert_eq!(flash.field("rooms"), Some(long.as_str()));

    // Someone else's notice says nothing.
    let other = app.operator(Role::Viewer).await;
    let page = app.request(Method::GET, location(&answer)).header("cookie", &other).send().await.unwrap();
    assert!(!page.text().await.unwrap().contains("48 bytes"));

    // A form whose session has ended goes to the sign-in and then back.
    let answer = app.submit("aftershow=gone", "/streams?room=a", "add_rooms", &[("rooms", "a")]).await;
    assert_eq!(location(&answer), "/login?next=%2Fstreams%3Froom%3Da");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_leads_to_its_report() {
    let app = TestApp::start().await;
    let cookie = app.operator(Role::Operator).await;
    let answer = app.submit(&cookie, "/", "take_snapshot", &[("room", ROOM)]).await;
    assert!(location(&answer).starts_with("/streams/1"), "{}", location(&answer));
    let answer = app.call(&cookie, "take_snapshot", &[("room", "gone")]).await;
    assert_eq!(answer.status(), 404);
    assert!(answer.text().await.unwrap().contains("Tencent has no room"));
    let answer = app.call(&cookie, "test_connection", &[]).await;
    assert!(answer.status() == 200 || answer.status() == 502, "{}", answer.status());
    assert_eq!(app.call(&cookie, "add_note", &[("stream", "1"), ("text", "good")]).await.status(), 200);
    assert_eq!(app.call(&cookie, "add_note", &[("stream", "9"), ("text", "good")]).await.status(), 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn too_much_at_once_is_refused() {
    let app = TestApp::start().await;
    let cookie = app.operator(Role::Operator).await;
    let answer = app.call(&cookie, "add_rooms", &[("rooms", &"room\n".repeat(100_000))]).await;
    assert_eq!(answer.status(), 413);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_anyone_may_send_is_short_and_leaves_little_in_memory() {
    let app = TestApp::start().await;
    for function in ["sign_in", "sign_in_once", "set_up"] {
        let long = "a&".repeat(131_000);
        let answer = app
            .post(&format!("/api/fn/{function}"))
            .header("accept", "text/html")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(long)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 413, "{function}");
    }
    // Of what is short enough, the name is shown again and nothing else is kept.
    let fields = [("name", "Ada"), ("password", "wrong password"), ("next", "/"), ("more", "x")];
    let answer = app.submit("", "/login", "sign_in", &fields).await;
    let notice = location(&answer).rsplit_once('=').unwrap().1;
    let flash = app.state.flashes.get(notice, None, aftershow::web::context::now()).await.unwrap();
    assert_eq!(flash.fields, [("name".to_owned(), "Ada".to_owned())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_rooms_stay_in_the_field_and_do_not_look_like_success() {
    let app = TestApp::start().await;
    let cookie = app.operator(Role::Operator).await;
    let long = "x".repeat(49);
    let answer = app.submit(&cookie, "/", "add_rooms", &[("rooms", &format!("{ROOM}，{long}"))]).await;
    let page = app.request(Method::GET, location(&answer)).header("cookie", &cookie).send().await.unwrap();
    let html = page.text().await.unwrap();
    let field = html.split("<textarea").nth(1).unwrap().split("</textarea>").next().unwrap();
    assert!(field.contains(&long) && !field.contains(ROOM), "{field}");
    assert!(
        html.contains("<div role=\"status\" class=\"problem\"")
            || html.contains("<div class=\"problem\" role=\"status\""),
        "{html}"
    );
}
