//! What comes over the wire, read leniently where Tencent's pages disagree and strictly where a number counts.
//!
//! May not: turn something unknown into zero, panic on anything, or take an integer through a float. Unknown keys are
//! ignored (Tencent adds them), key order means nothing, `RequestId` and `Response` may be missing.

use crate::domain::{Counter, Counters, MAX_COUNTER, RoomId};
use serde_json::{Map, Value};

/// The largest answer that is read, in bytes after decompression.
pub const MAX_BODY: usize = 1 << 20;

/// The envelope of every answer (page of the API: RESTful API overview, response).
#[derive(Debug)]
pub struct Envelope {
    /// 0 is success.
    pub code: i64,
    /// `ErrorInfo`, empty if there is none.
    pub info: String,
    pub request_id: Option<String>,
    /// `Response`, absent where a call has no payload.
    pub response: Option<Map<String, Value>>,
}

/// What is wrong with an answer; completes "the answer cannot be read: …".
pub type Wrong = String;

impl Envelope {
    /// Reads a body; an error says why it is not the envelope.
    pub fn parse(body: &[u8]) -> Result<Self, Wrong> {
        let text = std::str::from_utf8(body).map_err(|_| "it is not UTF-8".to_owned())?;
        let value: Value = serde_json::from_str(text).map_err(|error| match error.classify() {
            serde_json::error::Category::Eof => "its JSON ends too early".to_owned(),
            _ => "it is not JSON".to_owned(),
        })?;
        let Value::Object(mut fields) = value else { return Err("it is not a JSON object".to_owned()) };
        let code = fields.get("ErrorCode").and_then(integer).ok_or("it has no ErrorCode")?;
        Ok(Self {
            code,
            info: fields.get("ErrorInfo").and_then(Value::as_str).unwrap_or_default().chars().take(500).collect(),
            request_id: fields.get("RequestId").and_then(text_or_integer).map(|id| id.chars().take(200).collect()),
            response: match fields.remove("Response") {
                Some(Value::Object(response)) => Some(response),
                _ => None,
            },
        })
    }

    fn response(&self) -> Result<&Map<String, Value>, Wrong> {
        self.response.as_ref().ok_or_else(|| "ErrorCode is 0 and there is no Response".to_owned())
    }

    /// The six counters of `get_room_stats` (page of the API: Get Room Statistics, response fields). Each must be there
    /// and an integer from 0 to 2^53 − 1; anything else is the upstream's fault, never a zero.
    pub fn counters(&self) -> Result<Counters, Wrong> {
        let response = self.response()?;
        let mut counters = Counters::default();
        for counter in Counter::ALL {
            let key = counter.tencent_key();
            let value = response.get(key).ok_or_else(|| format!("{key} is missing"))?;
            let number = value.as_i64().filter(|number| (0..=MAX_COUNTER).contains(number));
            *counters.get_mut(counter) =
                number.ok_or_else(|| format!("{key} is not an integer from 0 to {MAX_COUNTER}"))?;
        }
        Ok(counters)
    }

    /// The room of `get_room_info` (page of the API: Get Room Information). `room` is the one that was asked for.
    pub fn room_info(&self, room: &RoomId) -> Result<RoomInfo, Wrong> {
        match self.response()?.get("RoomInfo") {
            Some(Value::Object(fields)) => Ok(RoomInfo::of(room.clone(), fields)),
            _ => Err("there is no RoomInfo".to_owned()),
        }
    }

    /// One page of `get_room_list` (page of the API: Get Room List). Rows without a usable RoomId are left out.
    pub fn room_page(&self) -> Result<RoomPage, Wrong> {
        let response = self.response()?;
        let rows = match response.get("RoomList") {
            Some(Value::Array(rows)) => rows.as_slice(),
            // An empty list may be left out.
            None | Some(Value::Null) => &[],
            Some(_) => return Err("RoomList is not a list".to_owned()),
        };
        let rooms = rows
            .iter()
            .filter_map(Value::as_object)
            .filter_map(|fields| {
                let room = RoomId::parse(fields.get("RoomId")?.as_str()?).ok()?;
                let mut info = RoomInfo::of(room, fields);
                // Only public rooms are listed, and the list does not repeat it.
                info.public = info.public.or(Some(true));
                Some(info)
            })
            .collect();
        let next = response.get("Next").and_then(text_or_integer).filter(|next| !next.is_empty());
        Ok(RoomPage { rooms, next })
    }

    /// Token and whether it is in use, of `live_config/get_callback_token`.
    pub fn callback_token(&self) -> Result<(Option<String>, bool), Wrong> {
        let response = self.response()?;
        let token = response.get("Token").and_then(Value::as_str).filter(|token| !token.is_empty());
        let enabled = response.get("IsTokenEnable").and_then(truth).unwrap_or(token.is_some());
        Ok((token.map(str::to_owned), enabled))
    }
}

/// What Tencent tells of a room. All but the RoomId may be missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomInfo {
    pub room: RoomId,
    /// `RoomName`.
    pub title: Option<String>,
    /// `Owner_Account`.
    pub host: Option<String>,
    /// `OwnerName`, which only the list tells, and not always.
    pub host_name: Option<String>,
    /// `CreateTime` in seconds since 1970: which life of the room this is.
    pub create_time: Option<i64>,
    /// `IsPublicVisible`.
    pub public: Option<bool>,
}

impl RoomInfo {
    /// A room of which nothing but its id is known.
    pub const fn unknown(room: RoomId) -> Self {
        Self { room, title: None, host: None, host_name: None, create_time: None, public: None }
    }

    fn of(room: RoomId, fields: &Map<String, Value>) -> Self {
        let text = |key: &str| fields.get(key).and_then(text_or_integer).filter(|text| !text.is_empty());
        Self {
            room,
            title: text("RoomName"),
            host: text("Owner_Account"),
            host_name: text("OwnerName"),
            // To the year 9999; milliseconds would lie beyond it and are not what the page says.
            create_time: fields
                .get("CreateTime")
                .and_then(integer)
                .filter(|seconds| (1..=253_402_300_799).contains(seconds)),
            public: fields.get("IsPublicVisible").and_then(truth),
        }
    }
}

/// One page of the room list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomPage {
    pub rooms: Vec<RoomInfo>,
    /// The cursor of the next page; `None` when the list is at its end.
    pub next: Option<String>,
}

/// An integer, or a text of one.
fn integer(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// A text, or an integer as its digits: accounts are numbers beyond 2^53 in older answers. A float is neither, since it
/// would be another account.
fn text_or_integer(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) if number.is_i64() || number.is_u64() => Some(number.to_string()),
        _ => None,
    }
}

/// A boolean, or what older pages write for one.
fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(truth) => Some(*truth),
        Value::Number(number) => Some(number.as_i64()? != 0),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    const STATS: &str = r#"{"ErrorCode":0,"Response":{"TotalMsgCount":388,"TotalUniqueCommenters":5,"TotalViewers":1530,
        "TotalGiftsSent":41,"TotalGiftCoins":9007199254740991,"TotalUniqueGiftSenders":17,"TotalLikesReceived":0}}"#;

    fn counters(body: &str) -> Result<Counters, Wrong> {
        Envelope::parse(body.as_bytes()).unwrap().counters()
    }

    #[test]
    fn reads_six_counters_whatever_the_order_and_ignores_the_rest() {
        assert_eq!(counters(STATS).unwrap().to_array(), [1530, 41, MAX_COUNTER, 17, 0, 388]);
    }

    #[test]
    fn an_impossible_counter_is_never_a_zero() {
        for (good, bad) in [
            ("9007199254740991", "9007199254740992"),
            ("9007199254740991", "-1"),
            ("9007199254740991", "12.0"),
            ("9007199254740991", "1e3"),
            ("9007199254740991", "null"),
            ("9007199254740991", "\"12\""),
            ("9007199254740991", "99999999999999999999999"),
            ("\"TotalMsgCount\"", "\"TotalMsg\""),
        ] {
            assert!(counters(&STATS.replace(good, bad)).is_err(), "{bad}");
        }
        assert!(counters(r#"{"ErrorCode":0}"#).is_err());
        assert!(counters(r#"{"ErrorCode":0,"Response":[]}"#).is_err());
    }

    #[test]
    fn the_envelope_may_lack_what_is_not_needed() {
        let envelope = Envelope::parse(br#"{"ErrorCode":60026}"#).unwrap();
        assert_eq!((envelope.code, envelope.info.as_str(), envelope.request_id), (60026, "", None));
        for bad in
            ["", "[]", "null", "<html>", "{\"ErrorCode\":", "{}", r#"{"ErrorCode":null}"#, r#"{"ErrorCode":0.5}"#]
        {
            assert!(Envelope::parse(bad.as_bytes()).is_err(), "{bad}");
        }
        assert!(Envelope::parse(b"\xff\xfe").is_err());
    }

    #[test]
    fn accounts_are_exact_beyond_two_to_the_53() {
        let body = br#"{"ErrorCode":0,"Response":{"RoomInfo":{"RoomId":"x","Owner_Account":144115233775727695,
            "CreateTime":1781090000,"IsPublicVisible":0,"TakeSeatMode":1}}}"#;
        let info = Envelope::parse(body).unwrap().room_info(&RoomId::parse("live_a").unwrap()).unwrap();
        assert_eq!(info.host.as_deref(), Some("144115233775727695"));
        assert_eq!((info.room.as_str(), info.create_time, info.public), ("live_a", Some(1_781_090_000), Some(false)));
        assert_eq!(info.title, None);
        let float = String::from_utf8_lossy(body).replace("144115233775727695", "1e20");
        let info = Envelope::parse(float.as_bytes()).unwrap().room_info(&RoomId::parse("live_a").unwrap()).unwrap();
        assert_eq!(info.host, None);
    }

    #[test]
    fn a_page_leaves_out_rows_it_cannot_use() {
        let body = format!(
            r#"{{"ErrorCode":0,"Response":{{"Next":"1781094000-1","RoomList":[{{"RoomId":"a","OwnerName":"Mio"}},7,
            {{"RoomId":"{}"}},{{"RoomName":"x"}}]}}}}"#,
            "x".repeat(49)
        );
        let page = Envelope::parse(body.as_bytes()).unwrap().room_page().unwrap();
        assert_eq!(page.rooms.len(), 1);
        assert_eq!((page.rooms[0].public, page.rooms[0].host_name.as_deref()), (Some(true), Some("Mio")));
        assert_eq!(page.next.as_deref(), Some("1781094000-1"));
        let end = Envelope::parse(br#"{"ErrorCode":0,"Response":{"Next":""}}"#).unwrap().room_page().unwrap();
        assert_eq!(end, RoomPage { rooms: Vec::new(), next: None });
    }

    fn read_all(body: &[u8]) {
        if let Ok(envelope) = Envelope::parse(body) {
            let _ = envelope.counters();
            let _ = envelope.room_info(&RoomId::parse("r").unwrap());
            let _ = envelope.room_page();
            let _ = envelope.callback_token();
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(body in proptest::collection::vec(any::<u8>(), 0..300)) {
            read_all(&body);
        }

        #[test]
        fn no_damage_to_a_good_answer_makes_it_panic_or_invents_a_number(
            at in 0..STATS.len(), byte in any::<u8>(), cut in 0..STATS.len(),
        ) {
            let mut body = STATS.as_bytes().to_vec();
            body[at] = byte;
            read_all(&body);
            read_all(&body[..cut]);
            if let Ok(Ok(counters)) = Envelope::parse(&body).map(|envelope| envelope.counters()) {
                prop_assert!(counters.to_array().iter().all(|value| (0..=MAX_COUNTER).contains(value)));
            }
        }
    }
}
