//! `/api/v1` with a bearer token.

use crate::helpers::{TestApp, within_a_second};
use aftershow::auth::Role;
use aftershow::store::Store;
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn streams_records_and_series_have_their_shapes() {
    let app = TestApp::start().await;
    let id = app.sealed_stream().await;
    let admin = app.operator(Role::Admin).await;
    let made: Value = app.call(&admin, "create_token", &[("name", "bi")]).await.json().await.unwrap();
    let token = made["token"].as_str().unwrap();
    assert_eq!(app.call(&admin, "create_token", &[("name", "bi")]).await.status(), 409);
    let get = async |path: &str| app.request(Method::GET, path).bearer_auth(token).send().await.unwrap();

    let list: Value = get("/api/v1/streams?state=sealed&kind=stream").await.json().await.unwrap();
    let row = &list["streams"][0];
    assert_eq!(row["id"], id.to_string());
    assert_eq!(row["app"], "1400000001");
    assert_eq!(row["room"], "sealed_room");
    assert_eq!(row["state"], "sealed");
    assert_eq!(row["totals"]["coins"], 246_810);
    assert_eq!(row["sealed"]["revision"], 1);
    assert!(row["started_at"].is_i64());
    assert_eq!(list["next"], Value::Null);
    let none: Value = get("/api/v1/streams?state=live").await.json().await.unwrap();
    assert_eq!(none["streams"], json!([]));
    assert_eq!(get("/api/v1/streams?state=dead").await.status(), 400);

    let record = get(&format!("/api/v1/streams/{id}")).await.text().await.unwrap();
    assert_eq!(aftershow::report::seal::sha256(record.as_bytes()), row["sealed"]["sha256"]);
    let series: Value = get(&format!("/api/v1/streams/{id}/series")).await.json().await.unwrap();
    let runs = series["readings"].as_array().unwrap();
    assert_eq!(runs.len(), 2);
    assert_eq!(runs[1]["coins"], 246_810);
    assert_eq!(runs[1]["count"], 1);
    assert!(runs[0]["from_answered"].as_i64() > runs[0]["from"].as_i64());
    assert_eq!(get("/api/v1/streams/99").await.status(), 404);
    assert_eq!(get("/api/v1/streams/x/series").await.status(), 404);
    assert_eq!(get("/api/v1/nothing").await.status(), 404);

    // Taken back by another process, it stops working.
    let other = Store::open(&app.directory.path().join("aftershow.db")).await.unwrap();
    assert!(other.remove_token("bi").await.unwrap());
    assert!(within_a_second(async || get("/api/v1/streams").await.status() == 401).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_api_describes_itself() {
    let app = TestApp::start().await;
    let description: Value = app.get("/api/v1/openapi.json").await.json().await.unwrap();
    assert_eq!(description["openapi"], "3.1.0");
    for path in ["/api/v1/streams", "/api/v1/streams/{id}", "/api/v1/streams/{id}/series"] {
        assert!(description["paths"][path]["get"].is_object(), "{path}");
    }
}
