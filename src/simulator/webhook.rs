//! Webhooks: their bodies, and the sender that signs them, waits at most 2 s and never tries twice.
//!
//! Must not: hold anything up. Each message is sent by a task of its own, so they may overtake one another, as the real
//! ones do.

use super::room::{Account, EndedBy, MemberCause, SimBattle, SimRoom};
use super::shapes;
use crate::domain::Counters;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::time::Duration;

/// A message to be sent.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// `CallbackCommand` of the body.
    pub command: &'static str,
    /// `CallbackCommand` of the address; Tencent's pages spell it otherwise for member states.
    pub url_command: &'static str,
    /// `OptPlatform` of the address; left out, with ClientIP, where Tencent's samples have none.
    pub platform: Option<&'static str>,
    pub body: Value,
}

impl Outgoing {
    pub fn created(room: &SimRoom, create_time: i64, operator: &Account, now: i64) -> Self {
        Self::new(
            "Live.CallbackAfterCreateRoom",
            json!({
                "CallbackCommand": "Live.CallbackAfterCreateRoom", "Operator_Account": operator,
                "RoomInfo": shapes::created(room, create_time), "EventTime": now,
            }),
        )
    }

    pub fn destroyed(room: &SimRoom, final_totals: Counters, by: &EndedBy, at: i64) -> Self {
        let by_system = *by == EndedBy::System;
        let operator = match by {
            EndedBy::Account(account) => json!(account),
            EndedBy::System => json!("@TIM#SYSTEM"),
        };
        let mut body = json!({
            "CallbackCommand": "Live.CallbackAfterDestroyRoom", "Operator_Account": operator, "RoomId": room.id,
            "EventType": if by_system { "DestroyBySystem" } else { "DestroyByUser" }, "EventTime": at,
            "RoomInfo": shapes::destroyed(room, &final_totals, by_system),
        });
        if !by_system {
            body["Statistic"] = shapes::statistic(&final_totals);
        }
        Self::new("Live.CallbackAfterDestroyRoom", body)
    }

    pub fn updated(room: &SimRoom, operator: &Account, now: i64) -> Self {
        Self::new(
            "Live.CallbackAfterUpdateRoomInfo",
            json!({
                "CallbackCommand": "Live.CallbackAfterUpdateRoomInfo", "Operator_Account": operator,
                "RoomInfo": shapes::updated(room), "EventTime": now,
            }),
        )
    }

    pub fn member(room: &SimRoom, account: &Account, cause: MemberCause, now: i64) -> Self {
        let state = match cause {
            MemberCause::Enter | MemberCause::HeartbeatRecover => "Online",
            MemberCause::Leave | MemberCause::HeartbeatInterrupt => "Offline",
        };
        Self {
            command: "Live.CallbackAfterMemberStateChanged",
            url_command: "Live.CallbackMemberStateChanged",
            platform: None,
            body: json!({
                "CallbackCommand": "Live.CallbackAfterMemberStateChanged", "RoomId": room.id, "EventType": state,
                "EventCause": cause, "MemberList": [{"Member_Account": account}], "EventTime": now,
            }),
        }
    }

    /// `scores` are the own and the other's; `ended` is when it ended, if it did. Times in the body are seconds.
    pub fn battle(
        command: &'static str,
        room: &SimRoom,
        battle: &SimBattle,
        scores: (i64, i64),
        ended: Option<i64>,
        now: i64,
    ) -> Self {
        let start = battle.started_at / 1000;
        let end = ended.map_or(start + i64::from(battle.seconds), |at| at / 1000);
        let mut body = json!({
            "CallbackCommand": command, "BattleId": battle.id, "Duration": battle.seconds, "CreateTime": start,
            "StartTime": start, "EndTime": end,
            "FromRoomInfo": {"RoomId": room.id, "Score": scores.0, "Owner_Account": room.meta.owner},
            "ToRoomList": [{"RoomId": battle.with, "Score": scores.1, "Owner_Account": battle.with_owner}],
            "EventTime": now,
        });
        if ended.is_some() {
            body["OpType"] = 0.into();
        }
        Self::new(command, body)
    }

    fn new(command: &'static str, body: Value) -> Self {
        Self { command, url_command: command, platform: Some("RESTAPI"), body }
    }
}

/// Lower-case hex of SHA-256 over token and request time (unix seconds), which does not cover the body.
pub fn sign(token: &str, request_time: i64) -> String {
    hex::encode(Sha256::digest(format!("{token}{request_time}")))
}

/// Sends to one address.
#[derive(Clone, Debug)]
pub struct Sender {
    client: reqwest::Client,
    url: String,
    token: Option<SecretString>,
    sdkappid: u64,
}

impl Sender {
    /// # Errors
    /// When `url` is no http(s) address, or no HTTP client can be made.
    pub fn new(url: &str, token: Option<SecretString>, sdkappid: u64) -> std::io::Result<Self> {
        let refused = |why: String| std::io::Error::new(std::io::ErrorKind::InvalidInput, why);
        let parsed = reqwest::Url::parse(url).map_err(|error| refused(format!("webhook address {url:?}: {error}")))?;
        if !matches!(parsed.scheme(), "http" | "https") {
            return Err(refused(format!("webhook address {url:?} must start with http:// or https://")));
        }
        // Someone else in the process may have installed it already; that is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .timeout(Duration::from_secs(2))
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .map_err(std::io::Error::other)?;
        Ok(Self { client, url: url.to_owned(), token, sdkappid })
    }

    /// The address with its parameters. They are appended as they are, even where the address has some already.
    fn address(&self, outgoing: &Outgoing, request_time: i64) -> String {
        let mut address = format!(
            "{}{}SdkAppid={}&CallbackCommand={}&contenttype=json",
            self.url,
            if self.url.contains('?') { '&' } else { '?' },
            self.sdkappid,
            outgoing.url_command,
        );
        if let Some(platform) = outgoing.platform {
            address.push_str(&format!("&ClientIP=127.0.0.1&OptPlatform={platform}"));
        }
        if let Some(token) = &self.token {
            let sign = sign(token.expose_secret(), request_time);
            address.push_str(&format!("&Sign={sign}&RequestTime={request_time}"));
        }
        address
    }

    /// Sends in a task of its own; a failure is logged and forgotten.
    pub fn send(&self, outgoing: Outgoing, now: i64) {
        let request = self.client.post(self.address(&outgoing, now / 1000)).json(&outgoing.body);
        tokio::spawn(async move {
            match request.send().await {
                Ok(answer) if answer.status().is_success() => drop(answer.bytes().await),
                Ok(answer) => tracing::debug!(status = %answer.status(), command = outgoing.command, "webhook refused"),
                Err(error) => {
                    tracing::debug!(error = %error.without_url(), command = outgoing.command, "webhook not delivered");
                }
            }
        });
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn signs_as_the_documented_example() {
        assert_eq!(sign("xxxxyyyy", 1_669_872_112), "17773bc39a671d7b9aa835458704d2a6db81360a5940292b587d6d760d484061");
        assert_eq!(
            sign("live-token-demo", 1_781_094_867),
            "570cd33dabe516420ae118799d6424883a75973a0e04c3072ce81c6ada0ef7f2"
        );
    }

    #[test]
    fn parameters_are_appended_and_unsigned_without_a_token() {
        let outgoing = Outgoing::new("Live.CallbackAfterCreateRoom", json!({}));
        let plain = Sender::new("http://127.0.0.1:1/hook", None, 14).unwrap();
        assert_eq!(
            plain.address(&outgoing, 5),
            "http://127.0.0.1:1/hook?SdkAppid=14&CallbackCommand=Live.CallbackAfterCreateRoom&contenttype=json\
             &ClientIP=127.0.0.1&OptPlatform=RESTAPI"
        );
        let signed = Sender::new("http://127.0.0.1:1/hook?a=b", Some("xxxxyyyy".into()), 14).unwrap();
        let address = signed.address(&outgoing, 1_669_872_112);
        assert!(address.starts_with("http://127.0.0.1:1/hook?a=b&SdkAppid=14&"), "{address}");
        assert!(address.contains("&Sign=17773bc39a671d7b") && address.ends_with("&RequestTime=1669872112"));
        assert!(Sender::new("ftp://x", None, 14).is_err());
    }
}
