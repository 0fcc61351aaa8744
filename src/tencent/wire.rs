//! What comes over the wire, read leniently where Tencent's pages disagree and strictly where a number counts.
//!
//! Must not: turn something unknown into zero, panic on anything, or take an integer through a float. Unknown keys are
//! ignored (Tencent adds them), key order means nothing, `RequestId` and `Response` may be missing. A repeated key is an
//! error at any depth: which of two values counts would be a guess.

use crate::domain::{Counter, Counters, MAX_COUNTER, RoomId};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::borrow::Cow;
use std::fmt;

/// The largest answer that is read, in bytes after decompression.
pub const MAX_BODY_BYTES: usize = 1 << 20;

/// What becomes of text that is not Unicode: broken UTF-8, or half a surrogate pair in an escape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidText {
    /// The response is invalid.
    Refuse,
    /// Each broken place becomes U+FFFD. For responses that hold names: one broken name must not cost a page of rooms.
    Replace,
}

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
    /// Whether something in the body became U+FFFD ([`InvalidText::Replace`]).
    replaced: bool,
}

/// What is wrong with an answer; completes "invalid response: …".
pub type ParseError = String;

impl Envelope {
    /// Reads a body; an error says why it is not the envelope.
    pub fn parse(body: &[u8], invalid_text: InvalidText) -> Result<Self, ParseError> {
        if body.trim_ascii().is_empty() {
            return Err("it is empty".to_owned());
        }
        let decoded = match invalid_text {
            InvalidText::Refuse => Cow::Borrowed(std::str::from_utf8(body).map_err(|_| "it is not UTF-8".to_owned())?),
            InvalidText::Replace => String::from_utf8_lossy(body),
        };
        let not_utf8 = matches!(decoded, Cow::Owned(_));
        let repaired = match invalid_text {
            InvalidText::Refuse => None,
            InvalidText::Replace => replace_lone_surrogates(&decoded),
        };
        let UniqueKeys(value) = serde_json::from_str(repaired.as_deref().unwrap_or(&decoded)).map_err(|error| {
            match error.classify() {
                _ if not_utf8 => "it is not UTF-8",
                serde_json::error::Category::Eof => "its JSON ends too early",
                // The only thing that the visitor below refuses.
                serde_json::error::Category::Data => "it repeats a key",
                _ => "it is not JSON",
            }
            .to_owned()
        })?;
        let Value::Object(mut fields) = value else { return Err("it is not a JSON object".to_owned()) };
        let code = fields.get("ErrorCode").and_then(integer).ok_or("it has no ErrorCode")?;
        Ok(Self {
            code,
            info: fields.get("ErrorInfo").and_then(Value::as_str).unwrap_or_default().to_owned(),
            request_id: fields.get("RequestId").and_then(text_or_integer),
            response: match fields.remove("Response") {
                Some(Value::Object(response)) => Some(response),
                _ => None,
            },
            replaced: not_utf8 || repaired.is_some(),
        })
    }

    /// Whether a text is not what Tencent sent. A name may be shown so; an id would be another one.
    fn is_damaged(&self, text: &str) -> bool {
        self.replaced && text.contains(char::REPLACEMENT_CHARACTER)
    }

    fn response(&self) -> Result<&Map<String, Value>, ParseError> {
        self.response.as_ref().ok_or_else(|| "ErrorCode is 0 and there is no Response".to_owned())
    }

    /// The six counters of `get_room_stats` (page of the API: Get Room Statistics, response fields). Each must be there
    /// and an integer from 0 to 2^53 − 1; anything else is the upstream's fault, never a zero.
    pub fn counters(&self) -> Result<Counters, ParseError> {
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
    pub fn room_info(&self, room: &RoomId) -> Result<RoomInfo, ParseError> {
        match self.response()?.get("RoomInfo") {
            Some(Value::Object(fields)) => Ok(self.room_of(room.clone(), fields)),
            _ => Err("there is no RoomInfo".to_owned()),
        }
    }

    /// One page of `get_room_list` (page of the API: Get Room List). Rows without a usable RoomId are left out.
    pub fn room_page(&self) -> Result<RoomPage, ParseError> {
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
                let id = fields.get("RoomId")?.as_str().filter(|id| !self.is_damaged(id))?;
                let mut info = self.room_of(RoomId::parse(id).ok()?, fields);
                // Only public rooms are listed, and the list does not repeat it.
                info.public = info.public.or(Some(true));
                Some(info)
            })
            .collect();
        let next = response.get("Next").and_then(text_or_integer).filter(|next| !next.is_empty());
        match next {
            Some(next) if self.is_damaged(&next) => Err("Next is not valid text".to_owned()),
            next => Ok(RoomPage { rooms, next }),
        }
    }

    fn room_of(&self, room: RoomId, fields: &Map<String, Value>) -> RoomInfo {
        let text = |key: &str| fields.get(key).and_then(text_or_integer).filter(|text| !text.is_empty());
        RoomInfo {
            room,
            title: text("RoomName"),
            host: text("Owner_Account").filter(|account| !self.is_damaged(account)),
            host_name: text("OwnerName"),
            create_time: fields.get("CreateTime").and_then(unix_seconds),
            public: fields.get("IsPublicVisible").and_then(truth),
        }
    }

    /// Token and whether it is in use, of `live_config/get_callback_token`.
    pub fn callback_token(&self) -> Result<(Option<String>, bool), ParseError> {
        let response = self.response()?;
        let token = response.get("Token").and_then(Value::as_str).filter(|token| !token.is_empty());
        let enabled = response.get("IsTokenEnable").and_then(truth).unwrap_or(token.is_some());
        Ok((token.map(str::to_owned), enabled))
    }
}

/// What Tencent returns about a room. All but the RoomId may be missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomInfo {
    pub room: RoomId,
    /// `RoomName`.
    pub title: Option<String>,
    /// `Owner_Account`.
    pub host: Option<String>,
    /// `OwnerName`, which only the list has, and not always.
    pub host_name: Option<String>,
    /// `CreateTime` in seconds since 1970: it identifies the stream of the room. `None` where it is missing or no time.
    pub create_time: Option<i64>,
    /// `IsPublicVisible`.
    pub public: Option<bool>,
}

impl RoomInfo {
    /// A room of which nothing but its id is known.
    pub const fn unknown(room: RoomId) -> Self {
        Self { room, title: None, host: None, host_name: None, create_time: None, public: None }
    }
}

/// One page of the room list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomPage {
    pub rooms: Vec<RoomInfo>,
    /// The cursor of the next page; `None` when the list is at its end.
    pub next: Option<String>,
}

/// A JSON value in which no object repeats a key.
struct UniqueKeys(Value);

impl<'de> Deserialize<'de> for UniqueKeys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(UniqueKeysVisitor)
    }
}

struct UniqueKeysVisitor;

impl<'de> Visitor<'de> for UniqueKeysVisitor {
    type Value = UniqueKeys;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON without repeated keys")
    }

    fn visit_unit<E: Error>(self) -> Result<UniqueKeys, E> {
        Ok(UniqueKeys(Value::Null))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<UniqueKeys, E> {
        Ok(UniqueKeys(value.into()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<UniqueKeys, E> {
        Ok(UniqueKeys(value.into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<UniqueKeys, E> {
        Ok(UniqueKeys(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<UniqueKeys, E> {
        Ok(UniqueKeys(Number::from_f64(value).map_or(Value::Null, Value::Number)))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<UniqueKeys, E> {
        Ok(UniqueKeys(value.into()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<UniqueKeys, E> {
        Ok(UniqueKeys(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<UniqueKeys, A::Error> {
        let mut list = Vec::new();
        while let Some(UniqueKeys(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(UniqueKeys(list.into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<UniqueKeys, A::Error> {
        let mut object = Map::new();
        while let Some((key, UniqueKeys(value))) = entries.next_entry::<String, UniqueKeys>()? {
            if object.insert(key, value).is_some() {
                return Err(Error::custom("repeated key"));
            }
        }
        Ok(UniqueKeys(object.into()))
    }
}

/// The text with each escaped surrogate that has no partner as U+FFFD; `None` where there is none.
fn replace_lone_surrogates(text: &str) -> Option<String> {
    let mut replaced = String::new();
    let (mut copied, mut at) = (0, 0);
    while let Some(offset) = text[at..].find('\\') {
        let start = at + offset;
        at = match escaped_unit(&text[start..]) {
            Some(0xd800..=0xdbff) if matches!(escaped_unit(&text[start + 6..]), Some(0xdc00..=0xdfff)) => start + 12,
            Some(0xd800..=0xdfff) => {
                replaced.push_str(&text[copied..start]);
                replaced.push(char::REPLACEMENT_CHARACTER);
                copied = start + 6;
                copied
            }
            Some(_) => start + 6,
            // The character after a backslash is escaped, also where it is another backslash.
            None => start + 1 + text[start + 1..].chars().next().map_or(0, char::len_utf8),
        };
    }
    (copied > 0).then(|| {
        replaced.push_str(&text[copied..]);
        replaced
    })
}

/// The UTF-16 unit of an escape (`\ud83d`) at the start of the text.
fn escaped_unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
    u16::from_str_radix(digits, 16).ok()
}

/// Seconds since 1970, also where an answer has milliseconds or writes 1781090000.0. What lies outside the years 1970 to
/// 9999, or between two seconds, is no CreateTime.
fn unix_seconds(value: &Value) -> Option<i64> {
    /// As seconds this would be the year 5138.
    const MILLISECONDS: i64 = 100_000_000_000;
    /// Seconds since 1970 of the last second of the year 9999.
    const LAST: i64 = 253_402_300_799;
    /// Up to here a float is an exact integer.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let whole =
        || value.as_f64().filter(|float| float.fract() == 0.0 && float.abs() <= EXACT).map(|float| float as i64);
    let number = integer(value).or_else(whole)?;
    let seconds = if number >= MILLISECONDS { number / 1000 } else { number };
    (1..=LAST).contains(&seconds).then_some(seconds)
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

    use InvalidText::{Refuse, Replace};

    fn counters(body: &str) -> Result<Counters, ParseError> {
        Envelope::parse(body.as_bytes(), Refuse).unwrap().counters()
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
        let envelope = Envelope::parse(br#"{"ErrorCode":60026}"#, Refuse).unwrap();
        assert_eq!((envelope.code, envelope.info.as_str(), envelope.request_id), (60026, "", None));
        for bad in
            ["", "[]", "null", "<html>", "{\"ErrorCode\":", "{}", r#"{"ErrorCode":null}"#, r#"{"ErrorCode":0.5}"#]
        {
            assert!(Envelope::parse(bad.as_bytes(), Refuse).is_err(), "{bad}");
            assert!(Envelope::parse(bad.as_bytes(), Replace).is_err(), "{bad}");
        }
        for nothing in ["", " ", "\r\n\t"] {
            assert_eq!(Envelope::parse(nothing.as_bytes(), Refuse).unwrap_err(), "it is empty");
        }
        assert_eq!(Envelope::parse(b"\xff\xfe", Refuse).unwrap_err(), "it is not UTF-8");
        assert_eq!(Envelope::parse(b"\xff\xfe", Replace).unwrap_err(), "it is not UTF-8");
    }

    #[test]
    fn accounts_are_exact_beyond_two_to_the_53() {
        let body = br#"{"ErrorCode":0,"Response":{"RoomInfo":{"RoomId":"x","Owner_Account":144115233775727695,
            "CreateTime":1781090000,"IsPublicVisible":0,"TakeSeatMode":1}}}"#;
        let info = Envelope::parse(body, Replace).unwrap().room_info(&RoomId::parse("live_a").unwrap()).unwrap();
        assert_eq!(info.host.as_deref(), Some("144115233775727695"));
        assert_eq!((info.room.as_str(), info.create_time, info.public), ("live_a", Some(1_781_090_000), Some(false)));
        assert_eq!(info.title, None);
        let float = String::from_utf8_lossy(body).replace("144115233775727695", "1e20");
        let info =
            Envelope::parse(float.as_bytes(), Replace).unwrap().room_info(&RoomId::parse("live_a").unwrap()).unwrap();
        assert_eq!(info.host, None);
    }

    #[test]
    fn a_page_leaves_out_rows_it_cannot_use() {
        let body = format!(
            r#"{{"ErrorCode":0,"Response":{{"Next":"1781094000-1","RoomList":[{{"RoomId":"a","OwnerName":"Mio"}},7,
            {{"RoomId":"{}"}},{{"RoomName":"x"}}]}}}}"#,
            "x".repeat(49)
        );
        let page = Envelope::parse(body.as_bytes(), Replace).unwrap().room_page().unwrap();
        assert_eq!(page.rooms.len(), 1);
        assert_eq!((page.rooms[0].public, page.rooms[0].host_name.as_deref()), (Some(true), Some("Mio")));
        assert_eq!(page.next.as_deref(), Some("1781094000-1"));
        let end = Envelope::parse(br#"{"ErrorCode":0,"Response":{"Next":""}}"#, Replace).unwrap().room_page().unwrap();
        assert_eq!(end, RoomPage { rooms: Vec::new(), next: None });
    }

    fn create_time(value: &str) -> Option<i64> {
        let body = format!(r#"{{"ErrorCode":0,"Response":{{"RoomList":[{{"RoomId":"a"{value}}}]}}}}"#);
        Envelope::parse(body.as_bytes(), Replace).unwrap().room_page().unwrap().rooms.remove(0).create_time
    }

    #[test]
    fn a_create_time_is_seconds_or_nothing() {
        for same in
            ["1781090000", "1781090000.0", "1781090000000", "1781090000999", "1781090000123.0", "\"1781090000\""]
        {
            assert_eq!(create_time(&format!(r#","CreateTime":{same}"#)), Some(1_781_090_000), "{same}");
        }
        for none in ["null", "1781090000.5", "0", "-5", "\"soon\"", "1781090000000000", "1e300", "true", "[1781090000]"]
        {
            assert_eq!(create_time(&format!(r#","CreateTime":{none}"#)), None, "{none}");
        }
        assert_eq!(create_time(""), None);
        assert_eq!(create_time(r#","CreateTime":99999999999"#), Some(99_999_999_999));
        assert_eq!(create_time(r#","CreateTime":100000000000"#), Some(100_000_000));
    }

    #[test]
    fn a_repeated_key_is_invalid_at_any_depth() {
        for body in [
            r#"{"ErrorCode":100001,"ErrorCode":0}"#.to_owned(),
            STATS.replace("\"TotalUniqueCommenters\":5", "\"TotalViewers\":0"),
            STATS.replace("\"TotalUniqueCommenters\":5", "\"Total\\u0056iewers\":0"),
            STATS.replace("\"ErrorCode\":0,", "\"ErrorCode\":0,\"Response\":{},"),
            r#"{"ErrorCode":0,"Response":{"RoomList":[{"RoomId":"a","Extra":[{"x":1,"y":2,"x":1}]}]}}"#.to_owned(),
        ] {
            for invalid_text in [Refuse, Replace] {
                assert_eq!(Envelope::parse(body.as_bytes(), invalid_text).unwrap_err(), "it repeats a key", "{body}");
            }
        }
        let apart = r#"{"ErrorCode":0,"Response":{"ErrorCode":1,"RoomList":[{"RoomId":"a"},{"RoomId":"a"}]}}"#;
        assert_eq!(Envelope::parse(apart.as_bytes(), Refuse).unwrap().room_page().unwrap().rooms.len(), 2);
    }

    #[test]
    fn a_broken_name_costs_that_name_and_not_the_page() {
        let page = |rows: &[u8], next: &[u8]| {
            let body = [br#"{"ErrorCode":0,"Response":{"Next":""#, next, br#"","RoomList":["#, rows, b"]}}"].concat();
            assert!(Envelope::parse(&body, Refuse).is_err());
            Envelope::parse(&body, Replace).unwrap().room_page()
        };
        let good = br#"{"RoomId":"good","RoomName":"\ud83d\ude00 \\ud83d ok"},"#;
        for (broken, shown) in [
            (&b"caf\xe9"[..], "caf\u{fffd}"),
            (br"\ud83d", "\u{fffd}"),
            (br"\ude00\ud83d", "\u{fffd}\u{fffd}"),
            (br"a\ud83d\u0041", "a\u{fffd}A"),
            (br"\\\uD83D", "\\\u{fffd}"),
        ] {
            let named = [good, &br#"{"RoomId":"a","Owner_Account":"h","RoomName":""#[..], broken, b"\"}"].concat();
            let rooms = page(&named, b"1-2").unwrap().rooms;
            assert_eq!(rooms[0].title.as_deref(), Some("\u{1f600} \\ud83d ok"));
            assert_eq!((rooms[1].title.as_deref(), rooms[1].host.as_deref()), (Some(shown), Some("h")));
            // An id or a cursor with U+FFFD in it would be another one.
            let id = [good, &br#"{"RoomId":""#[..], broken, br#""},{"RoomId":"b","Owner_Account":""#, broken, b"\"}"];
            let rooms = page(&id.concat(), b"").unwrap().rooms;
            let known: Vec<_> = rooms.iter().map(|info| (info.room.as_str(), info.host.as_deref())).collect();
            assert_eq!(known, [("good", None), ("b", None)]);
            assert!(page(&[&good[..good.len() - 1]].concat(), broken).unwrap_err().contains("Next"));
        }
        // What Tencent did send stays.
        let body = r#"{"ErrorCode":0,"Response":{"RoomList":[{"RoomId":"a\ufffd"}]}}"#;
        let rooms = Envelope::parse(body.as_bytes(), Replace).unwrap().room_page().unwrap().rooms;
        assert_eq!(rooms[0].room.as_str(), "a\u{fffd}");
    }

    #[test]
    fn reading_is_linear_in_the_size_of_the_body() {
        // Half a million escapes and a hundred thousand keys: quadratic work would not end in a test's time.
        let escapes = format!(r#"{{"ErrorCode":0,"ErrorInfo":"{}"}}"#, r"\ud83d".repeat(MAX_BODY_BYTES / 6));
        assert!(Envelope::parse(escapes.as_bytes(), Replace).is_ok());
        let keys: String = (0..100_000).map(|key| format!(r#""{key}":0,"#)).collect();
        assert!(Envelope::parse(format!(r#"{{{keys}"ErrorCode":0}}"#).as_bytes(), Refuse).is_ok());
    }

    fn read_all(body: &[u8]) {
        for invalid_text in [Refuse, Replace] {
            if let Ok(envelope) = Envelope::parse(body, invalid_text) {
                let _ = envelope.counters();
                let _ = envelope.room_info(&RoomId::parse("r").unwrap());
                let _ = envelope.room_page();
                let _ = envelope.callback_token();
            }
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
            if let Ok(Ok(counters)) = Envelope::parse(&body, Refuse).map(|envelope| envelope.counters()) {
                prop_assert!(counters.to_array().iter().all(|value| (0..=MAX_COUNTER).contains(value)));
            }
        }
    }
}
