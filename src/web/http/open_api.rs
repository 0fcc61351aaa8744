//! `/api/v1/openapi.json`: the API described for programs that read descriptions.

use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// The description. Public: it contains nothing but shapes.
pub async fn open_api() -> Response {
    axum::Json(description()).into_response()
}

fn description() -> Value {
    let nullable = |kind: &str| json!({ "type": [kind, "null"] });
    let counter = json!({ "type": ["integer", "null"], "minimum": 0, "maximum": 9_007_199_254_740_991_i64 });
    let names = ["viewers", "gifts", "coins", "gifters", "likes", "messages"];
    let totals: Value =
        names.iter().map(|name| ((*name).to_owned(), counter.clone())).collect::<serde_json::Map<_, _>>().into();
    let time = json!({ "type": "integer", "description": "Milliseconds since 1970-01-01T00:00:00Z" });
    let mut run: serde_json::Map<String, Value> = ["from", "from_answered", "until_asked", "until"]
        .iter()
        .map(|name| ((*name).to_owned(), time.clone()))
        .chain(names.iter().map(|name| ((*name).to_owned(), json!({ "type": "integer" }))))
        .collect();
    run.insert("count".to_owned(), json!({ "type": "integer", "minimum": 1 }));
    let id = json!([{ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } }]);
    let answer = |schema: Value, wrong: (&str, &str)| {
        json!({
            "200": { "description": "OK", "content": { "application/json": { "schema": schema } } },
            "401": { "description": "The bearer token is missing or not valid" },
            wrong.0: { "description": wrong.1 },
        })
    };
    let (unreadable, no_stream) = (("400", "A filter or a cursor cannot be read"), ("404", "There is no such stream"));
    // All keys are always there.
    let object = |properties: Value| {
        let required: Vec<&String> = properties.as_object().into_iter().flat_map(serde_json::Map::keys).collect();
        json!({ "type": "object", "required": required, "properties": properties })
    };
    let filter =
        |name: &str, schema: Value| json!({ "name": name, "in": "query", "required": false, "schema": schema });
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Aftershow",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Streams, their readings and their sealed records. Read-only. Ids and cursors are strings; \
                counters are cumulative; `viewers` counts entries, not people; null is not known, never zero.",
        },
        "components": {
            "securitySchemes": { "bearer": { "type": "http", "scheme": "bearer" } },
            "schemas": {
                "Totals": object(totals),
                "Stream": object(json!({
                    "id": { "type": "string" },
                    "app": { "type": "string", "description": "SDKAppID" },
                    "room": { "type": "string" },
                    "title": nullable("string"),
                    "host": nullable("string"),
                    "state": { "enum": ["live", "ending", "sealed"] },
                    "started_at": time,
                    "show_ended_at": nullable("integer"),
                    "ended_at": nullable("integer"),
                    "totals": { "$ref": "#/components/schemas/Totals" },
                    "sealed": {
                        "type": ["object", "null"],
                        "required": ["sha256", "revision"],
                        "properties": { "sha256": { "type": "string" }, "revision": { "type": "integer", "minimum": 1 } },
                    },
                })),
                "Run": object(run.into()),
            },
        },
        "security": [{ "bearer": [] }],
        "paths": {
            "/api/v1/streams": { "get": {
                "summary": "Streams and snapshots, newest first",
                "parameters": [
                    filter("state", json!({ "enum": ["live", "ending", "sealed"] })),
                    filter("kind", json!({ "enum": ["stream", "snapshot"] })),
                    filter("room", json!({ "type": "string" })),
                    filter("after", json!({ "type": "string", "description": "`next` of the page before" })),
                    filter("limit", json!({ "type": "integer", "minimum": 1, "maximum": 200, "default": 50 })),
                ],
                "responses": answer(object(json!({
                    "streams": { "type": "array", "items": { "$ref": "#/components/schemas/Stream" } },
                    "next": nullable("string"),
                })), unreadable),
            } },
            "/api/v1/streams/{id}": { "get": {
                "summary": "The record of one stream: of a sealed one exactly what is signed",
                "parameters": id,
                "responses": answer(json!({ "type": "object" }), no_stream),
            } },
            "/api/v1/streams/{id}/series": { "get": {
                "summary": "Every accepted reading, run-length",
                "parameters": id,
                "responses": answer(object(json!({
                    "readings": { "type": "array", "items": { "$ref": "#/components/schemas/Run" } },
                })), no_stream),
            } },
        },
    })
}
