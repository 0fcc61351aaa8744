//! `/api/v1` with a bearer token.

use crate::helpers::{ROOM, TestApp, eventually};
use aftershow::domain::Role;
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
    for wrong in ["state=dead", "kind=x", "room=", "after=garbage", "limit=many"] {
        let answer = get(&format!("/api/v1/streams?{wrong}")).await;
        assert_eq!(answer.status(), 400, "{wrong}");
        assert!(answer.json::<Value>().await.unwrap()["error"].is_string(), "{wrong}");
    }

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
    assert!(eventually(async || get("/api/v1/streams").await.status() == 401).await);
}

/// What is wrong with a value by one of the schemas, with the keywords of JSON Schema that the description uses. A key that
/// is not described is wrong too, where any are.
fn wrong(schema: &Value, root: &Value, value: &Value) -> Option<String> {
    if let Some(pointer) = schema["$ref"].as_str() {
        return wrong(root.pointer(&pointer[1..]).unwrap(), root, value);
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_i64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let is_kind = |wanted: &Value| wanted == kind;
    match &schema["type"] {
        Value::Null => {}
        Value::Array(kinds) if kinds.iter().any(is_kind) => {}
        one if is_kind(one) => {}
        other => return Some(format!("{value} is not {other}")),
    }
    if schema["enum"].as_array().is_some_and(|allowed| !allowed.contains(value)) {
        return Some(format!("{value} is not one of {}", schema["enum"]));
    }
    if value.as_i64().zip(schema["minimum"].as_i64()).is_some_and(|(value, least)| value < least) {
        return Some(format!("{value} is below {}", schema["minimum"]));
    }
    if let Some(fields) = value.as_object() {
        let missing = schema["required"].as_array().into_iter().flatten();
        if let Some(key) = missing.filter_map(Value::as_str).find(|key| !fields.contains_key(*key)) {
            return Some(format!("{key} is missing"));
        }
        let described = schema["properties"].as_object();
        return fields.iter().find_map(|(key, value)| match described?.get(key) {
            Some(schema) => wrong(schema, root, value).map(|wrong| format!("{key}: {wrong}")),
            None => Some(format!("{key} is not described")),
        });
    }
    value.as_array()?.iter().find_map(|item| wrong(&schema["items"], root, item))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_api_answers_as_it_describes_itself() {
    let app = TestApp::start().await;
    let id = app.sealed_stream().await;
    let operator = app.operator(Role::Admin).await;
    app.call(&operator, "take_snapshot", &[("room", ROOM)]).await.error_for_status().unwrap();
    let made: Value = app.call(&operator, "create_token", &[("name", "bi")]).await.json().await.unwrap();
    let token = made["token"].as_str().unwrap();
    let description: Value = app.get("/api/v1/openapi.json").await.json().await.unwrap();
    assert_eq!(description["openapi"], "3.1.0");
    let id = id.to_string();
    for template in ["/api/v1/streams", "/api/v1/streams/{id}", "/api/v1/streams/{id}/series"] {
        let request = app.request(Method::GET, &template.replace("{id}", &id)).bearer_auth(token);
        let answer: Value = request.send().await.unwrap().json().await.unwrap();
        let schema =
            &description["paths"][template]["get"]["responses"]["200"]["content"]["application/json"]["schema"];
        assert!(schema.is_object(), "{template}");
        assert_eq!(wrong(schema, &description, &answer), None, "{template}: {answer}");
    }
    // The keys of the list are a promise to others.
    let keys: Vec<&String> =
        description["components"]["schemas"]["Stream"]["properties"].as_object().unwrap().keys().collect();
    let mut promised = vec![
        "id",
        "app",
        "room",
        "title",
        "host",
        "state",
        "started_at",
        "show_ended_at",
        "ended_at",
        "totals",
        "sealed",
    ];
    promised.sort_unstable();
    assert_eq!(keys, promised);
    assert!(wrong(&json!({"type": "integer"}), &description, &json!("1")).is_some());
}
