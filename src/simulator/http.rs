//! The commands over HTTP. Checks in Tencent's order: path, JSON, limit, signature, administrator, parameters.
//!
//! HTTP 200 for every handled call; the gateway's errors (60xxx, 70xxx) carry no RequestId, the live service's answers do.
//!
//! Must not: keep state of its own; rooms are the world's, limits the windows', faults the faults'.

use super::command::SimCommand;
use super::control;
use super::faults::{FaultKind, FaultOutcome};
use super::room::{Account, EndedBy, Meta, MetaPatch, NewRoom, Origin, WorldError};
use super::shapes::{self, SimTotals};
use super::usersig;
use super::{SimulatorHandle, lock};
use crate::domain::Counters;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Query, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use secrecy::ExposeSecret as _;
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Larger requests are not read.
const MAX_BODY_BYTES: usize = 1024 * 1024;

/// An answer before it is an envelope.
#[derive(Debug)]
enum SimResponse {
    Done(Option<Payload>),
    /// Code and ErrorInfo.
    Refused(i64, String),
}

/// `Response`.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Payload {
    Value(Value),
    Totals(SimTotals),
    Statistic {
        #[serde(rename = "Statistic")]
        totals: SimTotals,
    },
}

impl SimResponse {
    fn of(value: Value) -> Self {
        Self::Done(Some(Payload::Value(value)))
    }

    fn invalid(what: &str) -> Self {
        Self::Refused(100_002, format!("invalid parameter: {what}"))
    }

    fn absent() -> Self {
        Self::Refused(100_004, "room does not exist".to_owned())
    }
}

/// Keys in the order of most pages; `destroy_room`'s page has another.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct SimEnvelope<'a> {
    action_status: &'a str,
    error_info: &'a str,
    error_code: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response: Option<&'a Payload>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct CodeFirst<'a> {
    error_code: i64,
    error_info: &'a str,
    action_status: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response: Option<&'a Payload>,
}

pub fn router(handle: SimulatorHandle) -> Router {
    Router::new().nest("/_control", control::router()).fallback(call).with_state(handle)
}

/// Any path but the control face's.
async fn call(State(handle): State<SimulatorHandle>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let Some(command) = SimCommand::from_path(head.uri.path()) else {
        return handle.envelope(None, &SimResponse::Refused(60009, "requested resource does not exist".to_owned()));
    };
    if head.method != Method::POST {
        return handle.envelope(None, &SimResponse::Refused(60002, "HTTP parse error: only POST is taken".to_owned()));
    }
    let body = to_bytes(body, MAX_BODY_BYTES).await.ok().and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
    let Some(body) = body else {
        return handle.envelope(None, &SimResponse::Refused(60003, "JSON parse error in the request body".to_owned()));
    };
    let room = body.get("RoomId").or_else(|| body.get("RoomInfo")?.get("RoomId")).and_then(Value::as_str);

    if lock(&handle.0.faults).refuses(command, room) {
        handle.0.windows.of(command).refuse();
        return handle.envelope(None, &too_often());
    }
    // Times are taken under the lock, so that they never fall.
    let accepted = {
        let mut window = handle.0.windows.of(command);
        window.accept(u64::try_from(handle.0.started.elapsed().as_nanos()).unwrap_or(u64::MAX))
    };
    if !accepted {
        return handle.envelope(None, &too_often());
    }
    let FaultOutcome { delay, kind } = lock(&handle.0.faults).outcome_of(command, room);
    let response = match kind {
        Some(FaultKind::Status(status)) => alert(status),
        Some(FaultKind::Code(code)) if code < 100_000 => handle.envelope(Some(command), &injected(code)),
        kind => {
            let answer = match (handle.admit(&head.uri), kind) {
                (Err(refused), _) => refused,
                (Ok(_), Some(FaultKind::Code(code))) => injected(code),
                (Ok(admin), _) => handle.answer(command, &admin, &body),
            };
            let response = handle.envelope(Some(command), &answer);
            match kind {
                Some(FaultKind::Cut) => cut(response).await,
                Some(FaultKind::Garbage(which)) => garbage(which),
                _ => response,
            }
        }
    };
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    response
}

fn too_often() -> SimResponse {
    SimResponse::Refused(60007, "REST API calling frequency exceeds the limit".to_owned())
}

fn injected(code: i64) -> SimResponse {
    let info = match code {
        60008 => "service timeout",
        60011 => "SDKAppID frequency limited",
        60026 => "the domain name does not match the data center of the SDKAppID",
        70001 => "UserSig has expired",
        70169 | 70202 => "server internal timeout",
        70500 => "server internal error",
        100_001 => "internal error",
        100_002 => "invalid parameter",
        100_004 => "room does not exist",
        _ => "error",
    };
    SimResponse::Refused(code, info.to_owned())
}

/// What an edge answers when it cannot reach the service: no envelope.
fn alert(status: u16) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    let page =
        format!("<html>\r\n<head><title>{status}</title></head>\r\n<body><h1>{status}</h1></body>\r\n</html>\r\n");
    (status, [(header::CONTENT_TYPE, "text/html")], page).into_response()
}

/// The first half of the answer, then the connection breaks: the promised length never comes.
async fn cut(response: Response) -> Response {
    let (mut head, body) = response.into_parts();
    let whole = to_bytes(body, MAX_BODY_BYTES).await.unwrap_or_default();
    head.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(whole.len()));
    let half = whole.slice(..whole.len() / 2);
    let broken = async_stream::stream! {
        yield Ok::<Bytes, std::io::Error>(half);
        // Lets the half leave before the connection does.
        tokio::time::sleep(Duration::from_millis(10)).await;
        yield Err(std::io::ErrorKind::ConnectionReset.into());
    };
    Response::from_parts(head, Body::from_stream(broken))
}

/// Bodies that are not the command's envelope; none of them may be taken for counters.
fn garbage(which: u64) -> Response {
    let counters = |value: &str| {
        format!(
            "{{\"ActionStatus\":\"OK\",\"ErrorInfo\":\"\",\"ErrorCode\":0,\"RequestId\":\"Id-0-O-Seq-0\",\"Response\":{{\
             \"TotalViewers\":{value},\"TotalGiftsSent\":0,\"TotalGiftCoins\":0,\"TotalUniqueGiftSenders\":0,\
             \"TotalLikesReceived\":0,\"TotalMsgCount\":0,\"Next\":7,\"RoomList\":{value},\"RoomInfo\":{value},\
             \"Statistic\":{value}}}}}"
        )
        .into_bytes()
    };
    let body: Vec<u8> = match which % 9 {
        0 => b"<!DOCTYPE html><html><body>It works!</body></html>".to_vec(),
        1 => b"\xff\xfe{\"ErrorCode\":0}\xc3\x28".to_vec(),
        2 => b"{\"ActionStatus\":\"OK\",\"ErrorInfo\":\"\",\"ErrorCode\":0,\"Response\":{\"TotalViewers\":15".to_vec(),
        3 => b"[]".to_vec(),
        4 => Vec::new(),
        5 => counters("-1"),
        6 => counters("9007199254740992"),
        7 => counters("1.5"),
        _ => vec![b' '; MAX_BODY_BYTES + 1],
    };
    json_response(body)
}

fn json_response(body: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}

impl SimulatorHandle {
    fn envelope(&self, command: Option<SimCommand>, answer: &SimResponse) -> Response {
        let (status, code, info, response) = match answer {
            SimResponse::Done(response) => ("OK", 0, "", response.as_ref()),
            SimResponse::Refused(code, info) => ("FAIL", *code, info.as_str(), None),
        };
        // The gateway refuses before the live service gives the call a number.
        let request_id = (code == 0 || code >= 100_000).then(|| {
            let number = self.0.requests.fetch_add(1, Ordering::Relaxed);
            format!("Id-{:032x}-O-Seq-{number}", rand::random::<u128>())
        });
        let body = if command == Some(SimCommand::Destroy) {
            let (error_code, error_info, action_status) = (code, info, status);
            serde_json::to_vec(&CodeFirst { error_code, error_info, action_status, request_id, response })
        } else {
            let (error_code, error_info, action_status) = (code, info, status);
            serde_json::to_vec(&SimEnvelope { action_status, error_info, error_code, request_id, response })
        };
        json_response(body.unwrap_or_default())
    }

    /// Signature and administrator; returns who calls.
    fn admit(&self, uri: &Uri) -> Result<String, SimResponse> {
        let refuse = |code: i64, info: &str| SimResponse::Refused(code, info.to_owned());
        let Ok(Query(pairs)) = Query::<Vec<(String, String)>>::try_from_uri(uri) else {
            return Err(refuse(60002, "HTTP parse error: query string"));
        };
        // Names are case-sensitive; the first of a name counts.
        let find = |name: &str| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let sdkappid = find("sdkappid").ok_or_else(|| refuse(60012, "SDKAppID is missing in the URL"))?;
        let sdkappid: u64 = sdkappid.parse().map_err(|_| refuse(60006, "SDKAppID is invalid"))?;
        let wrong = |what: &str| refuse(60025, &format!("{what} in the URL is wrong"));
        let identifier = find("identifier").ok_or_else(|| wrong("Identifier"))?;
        if find("contenttype") != Some("json") {
            return Err(wrong("ContentType"));
        }
        // `parse` alone would take a plus sign.
        let is_u32 = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<u32>().is_ok();
        if find("random").is_some_and(|random| !is_u32(random)) {
            return Err(wrong("random"));
        }
        // An unknown SDKAppID fails like one that is not the signature's: no signature is for app 0.
        let sdkappid = if sdkappid == self.0.sdkappid { sdkappid } else { 0 };
        let seconds = u64::try_from(self.now().seconds()).unwrap_or_default();
        let key = self.0.secret_key.expose_secret();
        usersig::verify(find("usersig").unwrap_or_default(), sdkappid, identifier, key, seconds)
            .map_err(|refusal| refuse(refusal.code(), &refusal.to_string()))?;
        if identifier != self.0.admin {
            return Err(refuse(60010, "the identifier requires an app admin account"));
        }
        Ok(identifier.to_owned())
    }

    /// Parameters, and the command itself.
    fn answer(&self, command: SimCommand, admin: &str, body: &Value) -> SimResponse {
        if !body.is_object() {
            return SimResponse::invalid("the body is not an object");
        }
        match command {
            SimCommand::Stats => self.stats(body),
            SimCommand::List => self.list(body),
            SimCommand::Info => self.info(body),
            SimCommand::Create => self.create(body, admin),
            SimCommand::Destroy => self.destroy(body, admin),
            SimCommand::Update => self.update(body, admin),
            SimCommand::CallbackToken => match &self.0.webhook_token {
                Some(token) => SimResponse::of(json!({"Token": token.expose_secret(), "IsTokenEnable": true})),
                None => SimResponse::Refused(100_302, "webhook token config does not exist".to_owned()),
            },
        }
    }

    fn stats(&self, body: &Value) -> SimResponse {
        let Some(room) = room_id(body) else { return SimResponse::invalid("RoomId") };
        let counters = self.read_world(|world, now| world.live(room, now).map(|(_, session)| session.counters(now)));
        counters.map_or_else(SimResponse::absent, |counters| {
            SimResponse::Done(Some(Payload::Totals(SimTotals::stats(&counters))))
        })
    }

    fn list(&self, body: &Value) -> SimResponse {
        let Some(next) = body.get("Next").and_then(Value::as_str) else { return SimResponse::invalid("Next") };
        let count = body.get("Count").and_then(Value::as_u64).filter(|count| (1..=20).contains(count));
        let Some(count) = count else { return SimResponse::invalid("Count") };
        let from = match next {
            "" | "0" => 0,
            cursor => match self.read_cursor(cursor) {
                Some(from) => from,
                None => return SimResponse::invalid("Next"),
            },
        };
        self.read_world(|world, now| {
            let rooms = world.list(now);
            // The place counts, not the room: while the order moves, one may be seen twice or never.
            let page = rooms.iter().skip(from).take(count as usize);
            let items: Vec<Value> =
                page.map(|(room, session, counters)| shapes::item(room, session, counters)).collect();
            let reached = from + items.len();
            let next = if reached < rooms.len() { self.cursor(now / 1000, reached) } else { String::new() };
            SimResponse::of(json!({"Next": next, "RoomList": items}))
        })
    }

    /// `<unix seconds>-<digits>`, where the digits hold the place and a check.
    fn cursor(&self, seconds: i64, place: usize) -> String {
        let check =
            super::counter_curve::SimRng::new(self.0.cursor_salt ^ seconds.unsigned_abs() ^ (place as u64) << 40)
                .roll();
        format!("{seconds}-{:09}{:09}", place + 144_000_000, check % 1_000_000_000)
    }

    fn read_cursor(&self, cursor: &str) -> Option<usize> {
        let (seconds, digits) = cursor.split_once('-')?;
        let place = digits.get(..9)?.parse::<usize>().ok()?.checked_sub(144_000_000)?;
        (self.cursor(seconds.parse().ok()?, place) == cursor).then_some(place)
    }

    fn info(&self, body: &Value) -> SimResponse {
        let Some(room) = room_id(body) else { return SimResponse::invalid("RoomId") };
        self.read_world(|world, now| match world.live(room, now) {
            Some((room, session)) => {
                SimResponse::of(json!({"RoomInfo": shapes::info(room, session, &session.counters(now))}))
            }
            None => SimResponse::absent(),
        })
    }

    fn create(&self, body: &Value, admin: &str) -> SimResponse {
        let Some(fields) = body.get("RoomInfo").filter(|info| info.is_object()) else {
            return SimResponse::invalid("RoomInfo");
        };
        let Some(id) = room_id(fields) else { return SimResponse::invalid("RoomId") };
        match fields.get("RoomType").and_then(Value::as_str) {
            None => return SimResponse::invalid("RoomType"),
            Some("Live") => {}
            Some(_) => return SimResponse::Refused(100_015, "room type is wrong".to_owned()),
        }
        let Some(template) = fields.get("SeatTemplate").and_then(Value::as_str).filter(|text| !text.is_empty()) else {
            return SimResponse::invalid("SeatTemplate");
        };
        let patch = match meta_patch(fields) {
            Ok(patch) => patch,
            Err(refused) => return refused,
        };
        let owner = patch.owner.clone().unwrap_or_else(|| admin.into());
        let mut meta = Meta::new(id, owner.clone());
        meta.seat_template = template.to_owned();
        meta.unlimited = false;
        patch.apply(&mut meta);
        let new =
            NewRoom { id: id.to_owned(), meta, origin: Origin::Still, elapsed_ms: 0, counters: Counters::default() };
        let done = self.change(|world, now| {
            if !world.may_create(id, now) {
                return Err(SimResponse::Refused(100_012, "the same room is created too often".to_owned()));
            }
            match world.create(new, &admin.into(), now) {
                Ok(_) => Ok(()),
                Err(WorldError::Exists) if world.room(id).is_some_and(|room| room.meta.owner == owner) => {
                    Err(SimResponse::Refused(100_010, "the room exists and is yours".to_owned()))
                }
                Err(_) => Err(SimResponse::Refused(100_003, "RoomId is in use".to_owned())),
            }
        });
        done.err().unwrap_or(SimResponse::Done(None))
    }

    fn destroy(&self, body: &Value, admin: &str) -> SimResponse {
        let Some(room) = room_id(body) else { return SimResponse::invalid("RoomId") };
        match self.destroy_room(room, EndedBy::Account(admin.into()), None) {
            Ok(final_totals) => {
                SimResponse::Done(Some(Payload::Statistic { totals: SimTotals::final_totals(&final_totals) }))
            }
            Err(_) => SimResponse::absent(),
        }
    }

    fn update(&self, body: &Value, admin: &str) -> SimResponse {
        let Some(fields) = body.get("RoomInfo").filter(|info| info.is_object()) else {
            return SimResponse::invalid("RoomInfo");
        };
        let Some(room) = room_id(fields) else { return SimResponse::invalid("RoomId") };
        let patch = match meta_patch(fields) {
            // The owner is not changed here.
            Ok(patch) => MetaPatch { owner: None, ..patch },
            Err(refused) => return refused,
        };
        match self.change(|world, now| world.update(room, patch, &admin.into(), now)) {
            Ok(()) => SimResponse::Done(None),
            Err(_) => SimResponse::absent(),
        }
    }
}

/// A `RoomId` of 1 to 48 bytes.
fn room_id(fields: &Value) -> Option<&str> {
    fields.get("RoomId").and_then(Value::as_str).filter(|id| (1..=48).contains(&id.len()))
}

/// The optional fields of `RoomInfo`, with their types and lengths checked.
fn meta_patch(fields: &Value) -> Result<MetaPatch, SimResponse> {
    let text = |key: &str, most: usize| match fields.get(key) {
        None => Ok(None),
        Some(Value::String(text)) if text.len() <= most => Ok(Some(text.clone())),
        Some(_) => Err(SimResponse::invalid(key)),
    };
    let whole = |key: &str| match fields.get(key) {
        None => Ok(None),
        Some(value) => value.as_i64().map(Some).ok_or_else(|| SimResponse::invalid(key)),
    };
    let flag = |key: &str| match fields.get(key) {
        None => Ok(None),
        Some(value) => value.as_bool().map(Some).ok_or_else(|| SimResponse::invalid(key)),
    };
    let owner = match fields.get("Owner_Account") {
        None => None,
        Some(Value::String(account)) if account.is_empty() => None,
        Some(Value::String(account)) => Some(Account::Text(account.clone())),
        Some(_) => {
            return Err(SimResponse::Refused(60015, "the account in the request body must be a string".to_owned()));
        }
    };
    let category = match fields.get("Category") {
        None => None,
        Some(value) => {
            let tags = value.as_array().and_then(|tags| tags.iter().map(Value::as_i64).collect::<Option<Vec<i64>>>());
            let tags = tags.ok_or_else(|| SimResponse::invalid("Category"))?;
            if tags.len() > 3 {
                return Err(SimResponse::Refused(100_009, "too many tags".to_owned()));
            }
            Some(tags)
        }
    };
    let take_seat_mode = text("TakeSeatMode", 20)?;
    if take_seat_mode.as_deref().is_some_and(|mode| !matches!(mode, "FreeToTake" | "ApplyToTake")) {
        return Err(SimResponse::invalid("TakeSeatMode"));
    }
    Ok(MetaPatch {
        name: text("RoomName", 100)?,
        owner,
        owner_name: None,
        public: flag("IsPublicVisible")?,
        take_seat_mode,
        max_member_count: whole("MaxMemberCount")?,
        message_disabled: flag("IsMessageDisabled")?,
        cover_url: text("CoverURL", 200)?,
        category,
        activity_status: whole("ActivityStatus")?,
        notice: text("Notice", 100)?,
        background_url: text("BackgroundURL", 200)?,
        unlimited: flag("IsUnlimitedRoomEnabled")?,
        max_seat_count: whole("MaxSeatCount")?,
        keep_owner_on_seat: flag("KeepOwnerOnSeat")?,
    })
}
