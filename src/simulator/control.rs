//! `/_control`: rooms, counters, faults and ground truth over HTTP, for programs on this machine only. Answers are JSON or 204.
//!
//! | call | what it does |
//! |---|---|
//! | `GET /rooms` | live rooms with their counters |
//! | `POST /rooms` | creates one: `{"room_id","name","host","host_name","public","scripted","elapsed_ms","counters","replace"}`, all but the id optional |
//! | `PUT /rooms/{id}` | changes `name`, `host`, `host_name`, `public`, `notice` |
//! | `PUT /rooms/{id}/counters` | puts the keys given: `{"TotalViewers",…}` |
//! | `DELETE /rooms/{id}` | destroys it; `?by=system` as Tencent itself does, without Statistic |
//! | `POST /rooms/{id}/members` | `{"account","cause"}`: the member webhook; the owner when no account is given |
//! | `POST /rooms/{id}/battle` | `{"with","seconds"}`: a PK battle begins; `DELETE` ends it |
//! | `POST /faults`, `DELETE /faults`, `DELETE /faults/{number}` | see `faults` |
//! | `GET /calls` | calls by command |
//! | `GET /truth/{id}` | all sessions of a room with every change |
//!
//! Must not: anything the in-process handle cannot.

use super::counter_curve::SimRng;
use super::faults::FaultSpec;
use super::room::{Account, EndedBy, MemberCause, Meta, MetaPatch, NewRoom, Origin, WorldError};
use super::shapes;
use super::{SimulatorHandle, TrueSession};
use crate::address;
use crate::domain::{Counter, Counters, Millis};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, Path, Query, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post, put};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

pub fn router() -> Router<SimulatorHandle> {
    Router::new()
        .route("/rooms", get(list_rooms).post(create_room))
        .route("/rooms/{id}", put(update_room).delete(destroy_room))
        .route("/rooms/{id}/counters", put(set_counters))
        .route("/rooms/{id}/members", post(member))
        .route("/rooms/{id}/battle", post(start_battle).delete(end_battle))
        .route("/faults", post(add_fault).delete(clear_faults))
        .route("/faults/{number}", delete(remove_fault))
        .route("/calls", get(calls))
        .route("/truth/{id}", get(truth))
        .fallback(async || Refused(StatusCode::NOT_FOUND, "no such control; see the module's table".to_owned()))
        .layer(from_fn(loopback_only))
}

async fn loopback_only(ConnectInfo(peer): ConnectInfo<SocketAddr>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    // A browser says where a request of a web page comes from, and names the host that it believes to ask.
    let by_a_page = headers.contains_key(header::ORIGIN)
        || headers.get("sec-fetch-site").is_some_and(|site| site.as_bytes() != b"none");
    let direct = !address::was_forwarded(headers) && address::names_loopback(headers);
    if peer.ip().to_canonical().is_loopback() && direct && !by_a_page {
        next.run(request).await
    } else {
        let why = "only programs on this machine may use /_control: no web page, no proxy, no other host name";
        Refused(StatusCode::FORBIDDEN, why.to_owned()).into_response()
    }
}

/// A refusal with its reason as `{"error"}`.
#[derive(Debug)]
struct Refused(StatusCode, String);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        (self.0, axum::Json(json!({"error": self.1}))).into_response()
    }
}

impl From<WorldError> for Refused {
    fn from(error: WorldError) -> Self {
        let status = match error {
            WorldError::Absent | WorldError::NoBattle => StatusCode::NOT_FOUND,
            WorldError::Exists | WorldError::InBattle => StatusCode::CONFLICT,
        };
        Self(status, error.to_string())
    }
}

fn bad(why: impl ToString) -> Refused {
    Refused(StatusCode::BAD_REQUEST, why.to_string())
}

type Done = Result<StatusCode, Refused>;
const NO_BODY: StatusCode = StatusCode::NO_CONTENT;

/// JSON whatever the content type says, so that a plain `curl -d` works.
fn parse<T: DeserializeOwned>(body: &Bytes) -> Result<T, Refused> {
    serde_json::from_slice(body).map_err(bad)
}

/// Counters by Tencent's keys. Any integer is taken, since a simulator may also be put to misbehave.
fn counters(values: &BTreeMap<String, i64>) -> Result<Vec<(Counter, i64)>, Refused> {
    values
        .iter()
        .map(|(key, &value)| {
            let counter = Counter::ALL.into_iter().find(|counter| counter.tencent_key() == key);
            counter.map(|counter| (counter, value)).ok_or_else(|| bad(format!("no counter is called {key:?}")))
        })
        .collect()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RoomSpec {
    room_id: String,
    name: Option<String>,
    host: Option<Account>,
    host_name: Option<String>,
    public: Option<bool>,
    scripted: Option<bool>,
    elapsed_ms: Option<i64>,
    counters: Option<BTreeMap<String, i64>>,
    replace: Option<bool>,
}

async fn create_room(State(handle): State<SimulatorHandle>, body: Bytes) -> Result<Response, Refused> {
    let spec: RoomSpec = parse(&body)?;
    if !(1..=48).contains(&spec.room_id.len()) {
        return Err(bad("room_id has 1 to 48 bytes"));
    }
    let mut start = Counters::default();
    for (counter, value) in counters(&spec.counters.unwrap_or_default())? {
        *start.get_mut(counter) = value;
    }
    let owner = spec.host.unwrap_or_else(|| handle.admin());
    let mut meta = Meta::new(spec.name.as_deref().unwrap_or(&spec.room_id), owner);
    meta.owner_name = spec.host_name.unwrap_or_default();
    meta.public = spec.public.unwrap_or(true);
    let origin = if spec.scripted.unwrap_or(true) {
        let sessions =
            handle.read_world(|world, _| world.room(&spec.room_id).map_or(0, |room| room.sessions.len() as u64));
        Origin::Seeded(SimRng::of(handle.0.cursor_salt.wrapping_add(sessions), &spec.room_id).roll())
    } else {
        Origin::Still
    };
    let new = NewRoom {
        id: spec.room_id.clone(),
        meta,
        origin,
        elapsed_ms: spec.elapsed_ms.unwrap_or(0).max(0),
        counters: start,
    };
    if spec.replace == Some(true) && handle.is_live(&spec.room_id) {
        handle.destroy_room(&spec.room_id, EndedBy::Account(handle.admin()), None)?;
    }
    let create_time = handle.create_room(new)?;
    Ok(axum::Json(json!({"room_id": spec.room_id, "create_time": create_time})).into_response())
}

async fn list_rooms(State(handle): State<SimulatorHandle>) -> axum::Json<Value> {
    let rooms: Vec<Value> = handle.read_world(|world, now| {
        world.all_live(now).map(|(room, session, _)| shapes::control(room, session, now)).collect()
    });
    axum::Json(json!({"rooms": rooms}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PatchSpec {
    name: Option<String>,
    host: Option<Account>,
    host_name: Option<String>,
    public: Option<bool>,
    notice: Option<String>,
}

async fn update_room(State(handle): State<SimulatorHandle>, Path(id): Path<String>, body: Bytes) -> Done {
    let PatchSpec { name, host, host_name, public, notice } = parse(&body)?;
    let patch = MetaPatch { name, owner: host, owner_name: host_name, public, notice, ..MetaPatch::default() };
    handle.update_room(&id, patch)?;
    Ok(NO_BODY)
}

async fn set_counters(State(handle): State<SimulatorHandle>, Path(id): Path<String>, body: Bytes) -> Done {
    let values = counters(&parse(&body)?)?;
    let at = handle.set_counters(&id, &values)?;
    // Every request after this response sees the new values.
    advance(&handle, at).await;
    Ok(NO_BODY)
}

/// Waits for the millisecond in which a change holds.
async fn advance(handle: &SimulatorHandle, at: Millis) {
    while handle.now() < at {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[derive(Deserialize)]
struct DestroyQuery {
    by: Option<String>,
}

async fn destroy_room(
    State(handle): State<SimulatorHandle>,
    Path(id): Path<String>,
    Query(query): Query<DestroyQuery>,
) -> Done {
    let by = match query.by.as_deref() {
        None | Some("user") => EndedBy::Account(handle.admin()),
        Some("system") => EndedBy::System,
        Some(other) => return Err(bad(format!("by is user or system, not {other:?}"))),
    };
    handle.destroy_room(&id, by, None)?;
    Ok(NO_BODY)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MemberSpec {
    account: Option<Account>,
    cause: MemberCause,
}

async fn member(State(handle): State<SimulatorHandle>, Path(id): Path<String>, body: Bytes) -> Done {
    let MemberSpec { account, cause } = parse(&body)?;
    let owner = handle.room(&id).map(|(meta, ..)| meta.owner).ok_or(WorldError::Absent)?;
    handle.member(&id, &account.unwrap_or(owner), cause, None)?;
    Ok(NO_BODY)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BattleSpec {
    with: String,
    seconds: u32,
}

async fn start_battle(State(handle): State<SimulatorHandle>, Path(id): Path<String>, body: Bytes) -> Done {
    let BattleSpec { with, seconds } = parse(&body)?;
    handle.start_battle(&id, &with, seconds)?;
    Ok(NO_BODY)
}

async fn end_battle(State(handle): State<SimulatorHandle>, Path(id): Path<String>) -> Done {
    handle.end_battle(&id)?;
    Ok(NO_BODY)
}

async fn add_fault(State(handle): State<SimulatorHandle>, body: Bytes) -> Result<axum::Json<Value>, Refused> {
    let spec: FaultSpec = parse(&body)?;
    let number = handle.add_fault(&spec).map_err(bad)?;
    Ok(axum::Json(json!({"number": number})))
}

async fn remove_fault(State(handle): State<SimulatorHandle>, Path(number): Path<u64>) -> StatusCode {
    handle.remove_fault(number);
    NO_BODY
}

async fn clear_faults(State(handle): State<SimulatorHandle>) -> StatusCode {
    handle.clear_faults();
    NO_BODY
}

async fn calls(State(handle): State<SimulatorHandle>) -> axum::Json<Value> {
    let commands: Map<String, Value> =
        handle.calls().into_iter().map(|(name, calls)| (name.to_owned(), json!(calls))).collect();
    axum::Json(json!({"commands": commands}))
}

async fn truth(State(handle): State<SimulatorHandle>, Path(id): Path<String>) -> Result<axum::Json<Value>, Refused> {
    let sessions = handle.truth(&id).ok_or(WorldError::Absent)?;
    let sessions: Vec<Value> = sessions
        .iter()
        .map(|TrueSession { create_time, destroyed_at, changes }| {
            let changes: Vec<Value> = changes
                .iter()
                .map(|(at, counters)| {
                    let mut change = shapes::stats(counters);
                    change.insert("at".to_owned(), at.0.into());
                    change.into()
                })
                .collect();
            json!({"create_time": create_time, "destroyed_at": destroyed_at, "changes": changes})
        })
        .collect();
    Ok(axum::Json(json!({"room_id": id, "lives": sessions})))
}
