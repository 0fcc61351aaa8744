//! What a webhook says, and whether it is authenticated.
//!
//! SDKAppID is public and `Sign` does not cover the body, so a message is *authenticated* by a valid `Sign` (one token per
//! app, the previous one accepted while rotating, at most 60 s old) or by the bearer token of the app's own backend.
//! Anything else is a hint to poll now, and nothing else. Keys come in several spellings and accounts as strings or integers
//! (tencent-cloud Live docs: webhook overview, and each command's page); nothing that is missing is an error.
//!
//! Must not: act. The collector decides what follows.

use super::Delivery;
use crate::domain::{Counter, MAX_COUNTER, Millis, RoomId, Totals};
use crate::tencent::RoomInfo;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Whether a message is authenticated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    Authenticated,
    /// A hint to poll now; what it says is ignored.
    Unauthenticated,
}

/// What happened, according to the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WebhookEvent {
    Created {
        info: RoomInfo,
        event_time: Option<Millis>,
    },
    Destroyed {
        room: RoomId,
        event_time: Option<Millis>,
        statistic: Totals,
    },
    Updated {
        info: RoomInfo,
        event_time: Option<Millis>,
    },
    /// Someone entered, left, dropped or recovered.
    Member {
        room: RoomId,
        online: bool,
        accounts: Vec<String>,
        event_time: Option<Millis>,
    },
    Owner {
        room: RoomId,
        owner: Option<String>,
        event_time: Option<Millis>,
    },
    Battle {
        battle: String,
        phase: BattlePhase,
        rooms: Vec<BattleSide>,
        /// The same in every message of one battle, so that losing the first loses nothing.
        start_time: Option<Millis>,
        event_time: Option<Millis>,
    },
    /// Someone began to follow these accounts.
    Follow {
        follower: Option<String>,
        to: Vec<String>,
        event_time: Option<Millis>,
    },
    /// A command we have no use for.
    Other,
}

impl WebhookEvent {
    /// The room it is about, if it is about one alone.
    pub const fn room(&self) -> Option<&RoomId> {
        match self {
            Self::Created { info, .. } | Self::Updated { info, .. } => Some(&info.room),
            Self::Destroyed { room, .. } | Self::Member { room, .. } | Self::Owner { room, .. } => Some(room),
            Self::Battle { .. } | Self::Follow { .. } | Self::Other => None,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BattlePhase {
    Created,
    Started,
    Ended,
}

/// One room of a battle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BattleSide {
    pub room: RoomId,
    pub owner: Option<String>,
}

/// Why a message was dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejected {
    #[error("its body is too large, or did not arrive")]
    NoBody,
    #[error("not a JSON object")]
    NotJson,
    #[error("for another SDKAppID")]
    OtherApp,
    #[error("no CallbackCommand")]
    NoCommand,
    #[error("no usable RoomId")]
    NoRoom,
}

/// The app's tokens.
#[derive(Clone, Debug, Default)]
pub struct Tokens {
    pub sign: Option<SecretString>,
    pub sign_previous: Option<SecretString>,
    /// Of the app's backend, which forwards copies.
    pub forward: Option<SecretString>,
}

/// How far Tencent's clock may be ahead of this machine's, in milliseconds.
const AHEAD_MS: i64 = 60_000;

/// Sign is refused when RequestTime is further off than this (webhook overview: one minute).
const SIGN_SECONDS: u64 = 60;

/// The value of a query parameter; Tencent spells keys `SdkAppid` and `SdkAppId`.
fn parameter<'a>(query: &'a str, name: &str) -> Option<&'a str> {
    query.split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        key.eq_ignore_ascii_case(name).then_some(value)
    })
}

/// What of an address says more than the body, without the signature.
pub fn query_without_tokens(query: &str) -> String {
    parameter(query, "CallbackCommand").map(|command| format!("CallbackCommand={command}")).unwrap_or_default()
}

/// The SDKAppID a delivery names in its address.
pub fn sdkappid(query: &str) -> Option<i64> {
    parameter(query, "SdkAppid")?.parse().ok()
}

/// Whether the bearer token is this one.
pub fn has_bearer_token(bearer: Option<&str>, token: &SecretString) -> bool {
    let theirs = bearer.unwrap_or_default();
    !theirs.is_empty() && bool::from(token.expose_secret().as_bytes().ct_eq(theirs.as_bytes()))
}

/// Whether a delivery is authenticated, before its body is read.
pub fn trust(query: &str, bearer: Option<&str>, received_at: Millis, tokens: &Tokens) -> Trust {
    let equal = |ours: &str, theirs: &str| bool::from(ours.as_bytes().ct_eq(theirs.as_bytes()));
    if tokens.forward.as_ref().is_some_and(|forward| has_bearer_token(bearer, forward)) {
        return Trust::Authenticated;
    }
    let (Some(sign), Some(time)) = (parameter(query, "Sign"), parameter(query, "RequestTime")) else {
        return Trust::Unauthenticated;
    };
    let Ok(seconds) = time.parse::<i64>() else { return Trust::Unauthenticated };
    if received_at.seconds().abs_diff(seconds) > SIGN_SECONDS {
        return Trust::Unauthenticated;
    }
    for token in [&tokens.sign, &tokens.sign_previous].into_iter().flatten() {
        let digest = Sha256::new().chain_update(token.expose_secret()).chain_update(time).finalize();
        if equal(&hex::encode(digest), &sign.to_ascii_lowercase()) {
            return Trust::Authenticated;
        }
    }
    Trust::Unauthenticated
}

/// A key of an object, whatever the case of its letters.
fn field<'a>(object: &'a Value, name: &str) -> Option<&'a Value> {
    let object = object.as_object()?;
    object.get(name).or_else(|| object.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}

/// A text, or an integer as its digits: accounts come as both and exceed 2^53. A float is neither, since it would be
/// another account.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) if number.is_i64() || number.is_u64() => Some(number.to_string()),
        _ => None,
    }
}

fn text(object: &Value, name: &str) -> Option<String> {
    text_of(field(object, name)?)
}

/// An integer, or a string of digits (Group.* samples).
fn integer(object: &Value, name: &str) -> Option<i64> {
    match field(object, name)? {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn accounts(object: &Value, name: &str) -> Vec<String> {
    let Some(Value::Array(items)) = field(object, name) else { return Vec::new() };
    items.iter().filter_map(|item| text_of(item).or_else(|| text(item, "Member_Account"))).collect()
}

fn room(object: &Value) -> Option<RoomId> {
    let id = text(object, "RoomId").or_else(|| text(field(object, "RoomInfo")?, "RoomId"))?;
    RoomId::parse(&id).ok()
}

fn info(body: &Value) -> Option<RoomInfo> {
    let info = field(body, "RoomInfo").unwrap_or(body);
    Some(RoomInfo {
        room: room(body)?,
        title: text(info, "RoomName"),
        host: text(info, "Owner_Account"),
        host_name: text(info, "OwnerName"),
        // To the year 9999, as in answers.
        create_time: integer(info, "CreateTime").filter(|seconds| (1..=253_402_300_799).contains(seconds)),
        public: field(info, "IsPublicVisible").and_then(Value::as_bool),
    })
}

/// The five totals of a room-closed webhook; each may be missing, none may be impossible.
fn statistic(body: &Value) -> Totals {
    let mut totals = Totals::default();
    if let Some(statistic) = field(body, "Statistic") {
        for counter in Counter::ALL {
            let value = integer(statistic, counter.tencent_key()).filter(|value| (0..=MAX_COUNTER).contains(value));
            totals.set(counter, value);
        }
    }
    totals
}

/// Milliseconds; a value in seconds differs from one in milliseconds by its size. A time beyond the year 9999 is none: no
/// report could hold it.
fn time(body: &Value, name: &str) -> Option<Millis> {
    let value = integer(body, name).filter(|value| (1..=253_402_300_799_000).contains(value))?;
    Some(if value < 100_000_000_000 { Millis::from_seconds(value) } else { Millis(value) })
}

/// What a delivery says. `app` is whose endpoint it is; a body or address that names another app is rejected.
pub fn read(delivery: &Delivery, body: &[u8], app: i64) -> Result<WebhookEvent, Rejected> {
    if sdkappid(&delivery.query).is_some_and(|named| named != app) {
        return Err(Rejected::OtherApp);
    }
    let body: Value = serde_json::from_slice(body).map_err(|_| Rejected::NotJson)?;
    if !body.is_object() {
        return Err(Rejected::NotJson);
    }
    // The body's word counts: the address misspells some commands.
    let command = text(&body, "CallbackCommand")
        .or_else(|| parameter(&delivery.query, "CallbackCommand").map(str::to_owned))
        .ok_or(Rejected::NoCommand)?;
    // The body is not signed, and nothing has happened later than we received it.
    let event_time = time(&body, "EventTime").filter(|&at| at <= delivery.received_at + AHEAD_MS);
    Ok(match command.as_str() {
        "Live.CallbackAfterCreateRoom" => {
            WebhookEvent::Created { info: info(&body).ok_or(Rejected::NoRoom)?, event_time }
        }
        "Live.CallbackAfterUpdateRoomInfo" => {
            WebhookEvent::Updated { info: info(&body).ok_or(Rejected::NoRoom)?, event_time }
        }
        "Live.CallbackAfterDestroyRoom" => WebhookEvent::Destroyed {
            room: room(&body).ok_or(Rejected::NoRoom)?,
            event_time,
            statistic: statistic(&body),
        },
        "Live.CallbackAfterMemberStateChanged" | "Live.CallbackMemberStateChanged" => WebhookEvent::Member {
            room: room(&body).ok_or(Rejected::NoRoom)?,
            online: text(&body, "EventType").is_some_and(|kind| kind.eq_ignore_ascii_case("Online")),
            accounts: accounts(&body, "MemberList"),
            event_time,
        },
        "Live.CallbackAfterChangeOwner" => WebhookEvent::Owner {
            room: room(&body).ok_or(Rejected::NoRoom)?,
            owner: text(&body, "CurrentOwner_Account"),
            event_time,
        },
        "Live.CallbackAfterCreateBattle" | "Live.CallbackAfterStartBattle" | "Live.CallbackAfterEndBattle" => {
            let phase = match command.as_str() {
                "Live.CallbackAfterCreateBattle" => BattlePhase::Created,
                "Live.CallbackAfterStartBattle" => BattlePhase::Started,
                _ => BattlePhase::Ended,
            };
            let mut sides: Vec<&Value> = field(&body, "FromRoomInfo").into_iter().collect();
            if let Some(Value::Array(others)) = field(&body, "ToRoomList") {
                sides.extend(others);
            }
            let rooms = sides
                .into_iter()
                .filter_map(|side| Some(BattleSide { room: room(side)?, owner: text(side, "Owner_Account") }))
                .collect();
            let (battle, start_time) = (text(&body, "BattleId").unwrap_or_default(), time(&body, "StartTime"));
            WebhookEvent::Battle { battle, phase, rooms, start_time, event_time }
        }
        "Follow.CallbackAfterFollowAdd" => WebhookEvent::Follow {
            follower: text(&body, "From_Account"),
            to: match text(&body, "To_Account") {
                Some(one) => vec![one],
                None => accounts(&body, "To_Account"),
            },
            event_time,
        },
        _ => WebhookEvent::Other,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn delivery(query: &str) -> Delivery {
        Delivery { query: query.into(), bearer: None, received_at: Millis::from_seconds(1_669_872_112) }
    }

    fn read(query: &str, body: &str) -> Result<WebhookEvent, Rejected> {
        super::read(&delivery(query), body.as_bytes(), 7)
    }

    fn trust(delivery: &Delivery, tokens: &Tokens) -> Trust {
        super::trust(&delivery.query, delivery.bearer.as_deref(), delivery.received_at, tokens)
    }

    fn tokens(sign: &str) -> Tokens {
        Tokens { sign: Some(sign.into()), ..Tokens::default() }
    }

    /// The vector of the webhook overview.
    const SIGN: &str = "17773bc39a671d7b9aa835458704d2a6db81360a5940292b587d6d760d484061";

    #[test]
    fn the_documented_sign_is_believed_for_a_minute_and_for_its_token_only() {
        let signed = |seconds: i64| Delivery {
            received_at: Millis::from_seconds(1_669_872_112 + seconds),
            ..delivery(&format!("SdkAppid=1&Sign={SIGN}&RequestTime=1669872112"))
        };
        assert_eq!(trust(&signed(0), &tokens("xxxxyyyy")), Trust::Authenticated);
        assert_eq!(trust(&signed(60), &tokens("xxxxyyyy")), Trust::Authenticated);
        assert_eq!(trust(&signed(61), &tokens("xxxxyyyy")), Trust::Unauthenticated);
        assert_eq!(trust(&signed(-61), &tokens("xxxxyyyy")), Trust::Unauthenticated);
        assert_eq!(
            trust(&signed(0), &tokens("xxxyyy")),
            Trust::Unauthenticated,
            "the digest other pages print is wrong"
        );
        let rotating = Tokens { sign_previous: Some("xxxxyyyy".into()), ..tokens("new") };
        assert_eq!(trust(&signed(0), &rotating), Trust::Authenticated);
        assert_eq!(trust(&delivery("SdkAppid=1"), &tokens("xxxxyyyy")), Trust::Unauthenticated);
    }

    #[test]
    fn a_copy_with_the_backends_token_is_believed() {
        let tokens = Tokens { forward: Some("backend".into()), ..Tokens::default() };
        let mut copy = delivery("");
        assert_eq!(trust(&copy, &tokens), Trust::Unauthenticated);
        copy.bearer = Some("backend".into());
        assert_eq!(trust(&copy, &tokens), Trust::Authenticated);
        copy.bearer = Some("backend2".into());
        assert_eq!(trust(&copy, &tokens), Trust::Unauthenticated);
    }

    #[test]
    fn a_room_closed_webhook_may_lack_its_statistic_and_keep_its_room_inside() {
        let body = r#"{"CallbackCommand":"Live.CallbackAfterDestroyRoom","Operator_Account":"@TIM#SYSTEM",
            "EventType":"DestroyBySystem","EventTime":1669872112123,"RoomInfo":{"RoomId":"live_a","ViewCount":1}}"#;
        let hook = read("SdkAppId=7&CallbackCommand=x", body).unwrap();
        let expected = WebhookEvent::Destroyed {
            room: RoomId::parse("live_a").unwrap(),
            event_time: Some(Millis(1_669_872_112_123)),
            statistic: Totals::default(),
        };
        assert_eq!(hook, expected);
    }

    #[test]
    fn battles_and_follows_have_their_own_times_and_accounts() {
        let body = r#"{"CallbackCommand":"Live.CallbackAfterEndBattle","BattleId":"b1","StartTime":1781094000,
            "EndTime":1781094600,"EventTime":1781094600123,"FromRoomInfo":{"RoomId":"a","Score":4200,"Owner_Account":7},
            "ToRoomList":[{"RoomId":"b","Score":3900}]}"#;
        let WebhookEvent::Battle { start_time, rooms, .. } = read("", body).unwrap() else { panic!("a battle") };
        assert_eq!(start_time, Some(Millis(1_781_094_000_000)));
        assert_eq!(rooms.iter().map(|side| side.room.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        for to in [r#"["host_a"]"#, r#""host_a""#, r#"[{"Member_Account":"host_a"}]"#] {
            let body = format!(
                r#"{{"CallbackCommand":"Follow.CallbackAfterFollowAdd","From_Account":144115233775727695,"To_Account":{to}}}"#
            );
            let hook = read("", &body).unwrap();
            let follower = Some("144115233775727695".to_owned());
            assert_eq!(hook, WebhookEvent::Follow { follower, to: vec!["host_a".into()], event_time: None });
        }
    }

    #[test]
    fn another_apps_message_is_rejected_in_either_spelling() {
        for key in ["SdkAppid", "SdkAppId", "sdkappid"] {
            assert_eq!(read(&format!("{key}=8"), "{}"), Err(Rejected::OtherApp));
        }
    }

    #[test]
    fn accounts_beyond_two_to_the_53_stay_exact() {
        let body = r#"{"CallbackCommand":"Live.CallbackAfterMemberStateChanged","RoomId":"a","EventType":"Offline",
            "EventCause":"Leave","MemberList":[{"Member_Account":144115233775727695},{"Member_Account":"u2"},
            {"Member_Account":1.5},{"Member_Account":1e20},2.5]}"#;
        let WebhookEvent::Member { accounts, online, .. } = read("", body).unwrap() else { panic!("a member") };
        assert_eq!(accounts, ["144115233775727695", "u2"]);
        assert!(!online);
    }

    #[test]
    fn an_event_of_the_future_has_no_time() {
        let parsed = |event_time: &str| {
            let body = format!(
                r#"{{"CallbackCommand":"Live.CallbackAfterDestroyRoom","RoomId":"a","EventTime":{event_time}}}"#
            );
            let WebhookEvent::Destroyed { event_time, .. } = read("", &body).unwrap() else { panic!("an end") };
            event_time
        };
        // As milliseconds, as seconds, and with a clock a little ahead of this machine's.
        assert_eq!(parsed("1669872111123"), Some(Millis(1_669_872_111_123)));
        assert_eq!(parsed("1669872112"), Some(Millis(1_669_872_112_000)));
        assert_eq!(parsed("\"1669872112\""), Some(Millis(1_669_872_112_000)));
        assert_eq!(parsed("1669872172000"), Some(Millis(1_669_872_172_000)));
        for event_time in ["1669872172001", "9223372036854775807", "99999999999", "-5", "0", "1.5", "null"] {
            assert_eq!(parsed(event_time), None, "{event_time}");
        }
    }

    #[test]
    fn no_time_of_a_stranger_makes_it_panic() {
        for seconds in ["-9223372036854775808", "9223372036854775807", "0", "-1", "1e9", ""] {
            let strange = delivery(&format!("Sign={SIGN}&RequestTime={seconds}"));
            assert_eq!(trust(&strange, &tokens("xxxxyyyy")), Trust::Unauthenticated, "{seconds}");
        }
        let body = r#"{"CallbackCommand":"Live.CallbackAfterCreateRoom","RoomInfo":{"RoomId":"a","CreateTime":9223372036854775807}}"#;
        let WebhookEvent::Created { info, .. } = read("", body).unwrap() else { panic!("a room") };
        assert_eq!(info.create_time, None);
    }

    #[test]
    fn rubbish_is_rejected_and_impossible_totals_are_unknown() {
        assert_eq!(read("", "["), Err(Rejected::NotJson));
        assert_eq!(read("", "[]"), Err(Rejected::NotJson));
        assert_eq!(read("", "{}"), Err(Rejected::NoCommand));
        let body = r#"{"CallbackCommand":"Live.CallbackAfterDestroyRoom","RoomId":"a",
            "Statistic":{"TotalViewers":-1,"TotalGiftsSent":9007199254740992,"TotalGiftCoins":"12","TotalLikesReceived":1.5}}"#;
        let WebhookEvent::Destroyed { statistic, .. } = read("", body).unwrap() else { panic!("an end") };
        assert_eq!(statistic, Totals { coins: Some(12), ..Totals::default() });
    }
}
