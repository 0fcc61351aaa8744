//! The simulator through its outside face: real HTTP over loopback.

#![allow(clippy::unwrap_used)]

use super::usersig::tests::mint;
use super::*;
use axum::Router;
use axum::body::Bytes;
use axum::extract::RawQuery;
use axum::routing::post;
use serde_json::{Value, json};

fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().build().unwrap()
}

/// A running simulator and someone who calls it.
struct SimFixture {
    simulator: Simulator,
    client: reqwest::Client,
}

impl SimFixture {
    async fn start(options: SimulatorOptions) -> Self {
        Self { simulator: start(options).await.unwrap(), client: client() }
    }

    fn seconds() -> u64 {
        (wall_clock() / 1000).unsigned_abs()
    }

    fn sig() -> String {
        mint(DEMO_SECRET_KEY, DEMO_SDKAPPID, DEMO_ADMIN, Self::seconds(), 60, 6)
    }

    fn query() -> String {
        format!("sdkappid={DEMO_SDKAPPID}&identifier={DEMO_ADMIN}&usersig={}&random=1&contenttype=json", Self::sig())
    }

    async fn raw(&self, command: &str, query: &str, body: &str) -> reqwest::Result<reqwest::Response> {
        let url = format!("{}/v4/live_engine_http_srv/{command}?{query}", self.simulator.url());
        self.client.post(url).body(body.to_owned()).send().await
    }

    async fn ask(&self, command: &str, query: &str, body: &str) -> Value {
        let answer = self.raw(command, query, body).await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.json().await.unwrap()
    }

    async fn call(&self, command: &str, body: Value) -> Value {
        self.ask(command, &Self::query(), &body.to_string()).await
    }

    /// Calls again while the answer is `too_early`.
    async fn patiently(&self, command: &str, too_early: i64, body: Value) -> Value {
        loop {
            let answer = self.call(command, body.clone()).await;
            if code(&answer) != too_early {
                break answer;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn control(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let url = format!("{}/_control{path}", self.simulator.url());
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let answer = self.client.request(method.parse().unwrap(), url).body(body).send().await.unwrap();
        let status = answer.status().as_u16();
        (status, serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or_default())
    }

    async fn room(&self, id: &str) {
        assert_eq!(self.control("POST", "/rooms", json!({"room_id": id, "scripted": false})).await.0, 200);
    }
}

fn code(answer: &Value) -> i64 {
    answer["ErrorCode"].as_i64().unwrap()
}

async fn bench() -> SimFixture {
    SimFixture::start(SimulatorOptions::default()).await
}

#[tokio::test]
async fn checks_come_in_tencents_order() {
    let bench = SimFixture::start(SimulatorOptions { rate_limit: 12, ..SimulatorOptions::default() }).await;
    let no_sig = format!("sdkappid={DEMO_SDKAPPID}&identifier={DEMO_ADMIN}&usersig=&random=1&contenttype=json");
    // Path before JSON, JSON before the limit: neither is counted.
    assert_eq!(code(&bench.ask("get_room_stat", "", "{").await), 60009);
    for body in ["", "{", r#"{"RoomId":"a",}"#, "\u{feff}{}"] {
        assert_eq!(code(&bench.ask("get_room_stats", "", body).await), 60003, "{body}");
    }
    assert!(bench.simulator.handle().calls().iter().all(|(_, calls)| *calls == Calls::default()));
    // Signature before parameters.
    assert_eq!(code(&bench.ask("get_room_stats", &no_sig, "[]").await), 70002);
    let sig = |identifier: &str, app: u64, time: u64, key: &str| mint(key, app, identifier, time, 60, 0);
    let now = SimFixture::seconds();
    let with = |identifier: &str, sig: &str| {
        format!("sdkappid={DEMO_SDKAPPID}&identifier={identifier}&usersig={sig}&random=1&contenttype=json")
    };
    let key = DEMO_SECRET_KEY;
    for (query, expected) in [
        (with(DEMO_ADMIN, "nonsense"), 70003),
        (with(DEMO_ADMIN, &sig(DEMO_ADMIN, 1, now, key)), 70014),
        (with(DEMO_ADMIN, &sig("other", DEMO_SDKAPPID, now, key)), 70013),
        (with(DEMO_ADMIN, &sig(DEMO_ADMIN, DEMO_SDKAPPID, now - 3600, key)), 70001),
        (with(DEMO_ADMIN, &sig(DEMO_ADMIN, DEMO_SDKAPPID, now, "other key")), 70009),
        (with("other", &sig("other", DEMO_SDKAPPID, now, key)), 60010),
        (with(DEMO_ADMIN, &sig(DEMO_ADMIN, DEMO_SDKAPPID, now, key)), 100_002),
    ] {
        assert_eq!(code(&bench.ask("get_room_stats", &query, "{}").await), expected, "{query}");
    }
    assert_eq!(code(&bench.call("get_room_stats", json!({"RoomId": "absent"})).await), 100_004);
    // The limit is checked before the signature. Twelve calls within a second may have been made by now or not; another
    // twelve at once cannot all pass with those.
    let calls = futures::future::join_all((0..24).map(|_| bench.ask("get_room_stats", &no_sig, "{}"))).await;
    assert!(calls.iter().map(code).any(|code| code == 60007));
    let stats = bench.simulator.handle().calls()[0].1;
    assert!(stats.max_per_second <= 12 && stats.refused > 0, "{stats:?}");
    bench.simulator.shutdown().await;
}

#[tokio::test]
async fn query_parameters_are_case_sensitive_and_may_be_escaped() {
    let bench = bench().await;
    let sig = SimFixture::sig();
    for (query, expected) in [
        (format!("SdkAppid={DEMO_SDKAPPID}&identifier={DEMO_ADMIN}&usersig={sig}&contenttype=json"), 60012),
        (format!("sdkappid=x&identifier={DEMO_ADMIN}&usersig={sig}&contenttype=json"), 60006),
        (format!("sdkappid=1&identifier={DEMO_ADMIN}&usersig={sig}&contenttype=json"), 70014),
        (format!("sdkappid={DEMO_SDKAPPID}&Identifier={DEMO_ADMIN}&usersig={sig}&contenttype=json"), 60025),
        (format!("sdkappid={DEMO_SDKAPPID}&identifier={DEMO_ADMIN}&usersig={sig}&contenttype=JSON"), 60025),
        (format!("sdkappid={DEMO_SDKAPPID}&identifier={DEMO_ADMIN}&UserSig={sig}&contenttype=json"), 70002),
        (
            format!(
                "sdkappid={DEMO_SDKAPPID}&identifier={DEMO_ADMIN}&usersig={sig}&random=4294967296&contenttype=json"
            ),
            60025,
        ),
        (
            format!(
                "sdkappid={DEMO_SDKAPPID}&identifier=%61dministrator&usersig={}&random=4294967295&contenttype=json",
                sig.replace('*', "%2A").replace('_', "%5F")
            ),
            100_004,
        ),
    ] {
        assert_eq!(code(&bench.ask("get_room_stats", &query, r#"{"RoomId":"a"}"#).await), expected, "{query}");
    }
    for random in ["%2B1", "%2B88888888", "", "-1", "0x1"] {
        let query = SimFixture::query().replace("random=1", &format!("random={random}"));
        assert_eq!(code(&bench.ask("get_room_stats", &query, r#"{"RoomId":"a"}"#).await), 60025, "{random}");
    }
    let get = bench.client.get(format!("{}/v4/live_engine_http_srv/get_room_stats", bench.simulator.url()));
    assert_eq!(code(&get.send().await.unwrap().json().await.unwrap()), 60002);
}

#[tokio::test]
async fn the_envelope_has_a_request_id_only_from_the_live_service() {
    let bench = bench().await;
    bench.room("a").await;
    let done = bench.call("get_room_stats", json!({"RoomId": "a", "Unknown": 1})).await;
    assert_eq!((done["ActionStatus"].as_str(), done["ErrorInfo"].as_str(), code(&done)), (Some("OK"), Some(""), 0));
    let id = done["RequestId"].as_str().unwrap();
    let (hex, number) = id.strip_prefix("Id-").unwrap().split_once("-O-Seq-").unwrap();
    assert!(hex.len() == 32 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()) && number.parse::<u64>().is_ok());
    assert_eq!(done["Response"].as_object().unwrap().len(), 6);
    let body =
        bench.raw("get_room_stats", &SimFixture::query(), r#"{"RoomId":"a"}"#).await.unwrap().text().await.unwrap();
    assert!(
        body.ends_with(
            r#""Response":{"TotalViewers":0,"TotalGiftsSent":0,"TotalGiftCoins":0,"TotalUniqueGiftSenders":0,"TotalLikesReceived":0,"TotalMsgCount":0}}"#
        ),
        "{body}"
    );
    let absent = bench.call("get_room_info", json!({"RoomId": "b"})).await;
    assert_eq!(absent["ActionStatus"], "FAIL");
    assert!(absent["RequestId"].is_string() && absent.get("Response").is_none());
    let refused = bench.ask("get_room_stats", "", "{}").await;
    assert!(refused.get("RequestId").is_none());
    let console = bench.call("get_room_statistic", json!({"RoomId": "a"})).await;
    assert_eq!(console["Response"], done["Response"]);
    assert_eq!(
        bench.simulator.handle().calls()[0],
        (
            "get_room_stats",
            Calls { accepted: 4, refused: 0, max_per_second: bench.simulator.handle().calls()[0].1.max_per_second }
        )
    );
    for bad in [json!({}), json!({"RoomId": ""}), json!({"RoomId": 5}), json!({"RoomId": "鹿".repeat(17)})] {
        assert_eq!(code(&bench.call("get_room_stats", bad).await), 100_002);
    }
}

#[tokio::test]
async fn the_list_pages_by_place_and_is_picky() {
    let bench = SimFixture::start(SimulatorOptions { rooms: 45, ..SimulatorOptions::default() }).await;
    let page = async |body: Value| bench.patiently("get_room_list", 60007, body).await;
    let from = |next: &str, count: u64| json!({"Next": next, "Count": count, "SortDirection": "descend"});
    let mut seen = Vec::new();
    let mut next = "0".to_owned();
    for size in [20, 20, 5] {
        let answer = page(from(&next, 20)).await;
        let rooms = answer["Response"]["RoomList"].as_array().unwrap();
        assert_eq!(rooms.len(), size);
        let views: Vec<_> = rooms.iter().map(|room| room["ViewCount"].as_i64().unwrap()).collect();
        assert!(views.is_sorted_by(|a, b| a >= b), "{views:?}");
        seen.extend(rooms.iter().cloned());
        next = answer["Response"]["Next"].as_str().unwrap().to_owned();
    }
    assert_eq!(next, "", "the last page says so");
    assert!(
        seen.iter().all(|room| room["RoomId"].as_str().unwrap().starts_with("live_")),
        "private rooms are not told"
    );
    assert!(seen.iter().any(|room| room["Owner_Account"].as_u64().is_some_and(|account| account > 1 << 53)));
    assert!(seen.iter().all(|room| room["OwnerName"].is_string()));
    let cursor = page(from("", 1)).await["Response"]["Next"].as_str().unwrap().to_owned();
    assert_eq!(code(&page(from(&cursor, 1)).await), 0);
    for (next, count) in [("", 0), ("", 21), ("x", 20), ("1781094000-144115212345678901", 20)] {
        assert_eq!(code(&page(from(next, count)).await), 100_002, "{next} {count}");
    }
    for body in [json!({"Count": 20}), json!({"Next": ""}), json!({"Next": 0, "Count": 20})] {
        assert_eq!(code(&page(body).await), 100_002);
    }
}

#[tokio::test]
async fn rooms_are_created_updated_shown_and_destroyed() {
    let bench = bench().await;
    let info = json!({"RoomId": "live_a", "RoomType": "Live", "SeatTemplate": "Karaoke", "RoomName": "Arena A",
        "Owner_Account": "host_a", "Category": [1, 2], "IsPublicVisible": false});
    let with = |key: &str, value: Value| {
        let mut info = info.clone();
        info[key] = value;
        json!({"RoomInfo": info})
    };
    for (body, expected) in [
        (json!({}), 100_002),
        (with("RoomId", json!("")), 100_002),
        (with("RoomType", json!("Chat")), 100_015),
        (with("SeatTemplate", Value::Null), 100_002),
        (with("RoomName", json!("x".repeat(101))), 100_002),
        (with("Category", json!([1, 2, 3, 4])), 100_009),
        (with("Owner_Account", json!(5)), 60015),
        (json!({"RoomInfo": info}), 0),
    ] {
        assert_eq!(code(&bench.call("create_room", body.clone()).await), expected, "{body}");
    }
    let again = async |body: Value| code(&bench.patiently("create_room", 100_012, body).await);
    assert_eq!(again(json!({"RoomInfo": info})).await, 100_010);
    assert_eq!(again(with("Owner_Account", json!("host_b"))).await, 100_003);

    let info = bench.call("get_room_info", json!({"RoomId": "live_a"})).await["Response"]["RoomInfo"].clone();
    assert_eq!((info["RoomName"].as_str(), info["Owner_Account"].as_str()), (Some("Arena A"), Some("host_a")));
    assert_eq!((&info["IsPublicVisible"], &info["Category"]), (&json!(false), &json!([1, 2])));
    assert!(info["CreateTime"].as_i64().is_some() && info.get("OwnerName").is_none());
    let list = bench.call("get_room_list", json!({"Next": "", "Count": 20})).await;
    assert_eq!(list["Response"], json!({"Next": "", "RoomList": []}));

    let change = json!({"RoomInfo": {"RoomId": "live_a", "RoomName": "Arena B", "IsPublicVisible": true}});
    let updated = bench.call("update_room_info", change).await;
    assert!(code(&updated) == 0 && updated.get("Response").is_none());
    let list = bench.call("get_room_list", json!({"Next": "", "Count": 20})).await;
    assert_eq!(list["Response"]["RoomList"][0]["RoomName"], "Arena B");

    // What Tencent's own console sends is kept.
    let kept = async |room: &str| {
        let info = &bench.call("get_room_info", json!({"RoomId": room})).await["Response"]["RoomInfo"];
        ["MaxSeatCount", "BackgroundURL", "KeepOwnerOnSeat", "IsUnlimitedRoomEnabled"].map(|key| info[key].clone())
    };
    assert_eq!(kept("live_a").await, [json!(9), json!(""), json!(false), json!(false)]);
    let change = json!({"RoomInfo": {"RoomId": "live_a", "MaxSeatCount": 12, "BackgroundURL": "https://img.example/b.png",
        "KeepOwnerOnSeat": true, "IsUnlimitedRoomEnabled": true}});
    assert_eq!(code(&bench.call("update_room_info", change).await), 0);
    let changed = [json!(12), json!("https://img.example/b.png"), json!(true), json!(true)];
    assert_eq!(kept("live_a").await, changed);
    let unchanged = json!({"RoomInfo": {"RoomId": "live_a", "RoomName": "Arena B"}});
    assert_eq!(code(&bench.call("update_room_info", unchanged).await), 0);
    assert_eq!(kept("live_a").await, changed);
    let created = json!({"RoomInfo": {"RoomId": "live_b", "RoomType": "Live", "SeatTemplate": "Karaoke", "MaxSeatCount": 6,
        "BackgroundURL": "u", "KeepOwnerOnSeat": true, "IsUnlimitedRoomEnabled": true}});
    assert_eq!(code(&bench.call("create_room", created).await), 0);
    assert_eq!(kept("live_b").await, [json!(6), json!("u"), json!(true), json!(true)]);

    bench.control("PUT", "/rooms/live_a/counters", json!({"TotalGiftCoins": 9120, "TotalMsgCount": 388})).await;
    let gone = bench.call("destroy_room", json!({"RoomId": "live_a"})).await;
    let statistic = gone["Response"]["Statistic"].as_object().unwrap();
    assert_eq!((statistic.len(), &statistic["TotalGiftCoins"]), (5, &json!(9120)));
    for command in ["destroy_room", "get_room_stats", "get_room_info"] {
        assert_eq!(code(&bench.call(command, json!({"RoomId": "live_a"})).await), 100_004);
    }
    let token = format!("{}/v4/live_config/get_callback_token?{}", bench.simulator.url(), SimFixture::query());
    let answer = bench.client.post(token).body("{}").send().await.unwrap().json::<Value>().await.unwrap();
    assert_eq!(code(&answer), 100_302);
}

#[tokio::test]
async fn faults_do_what_they_say() {
    let bench = bench().await;
    bench.room("a").await;
    let stats = json!({"RoomId": "a"});
    let fault = async |spec: Value| assert_eq!(bench.control("POST", "/faults", spec).await.0, 200);

    fault(json!({"command": "get_room_stats", "room": "a", "error_code": 100_004, "count": 1})).await;
    let absent = bench.call("get_room_stats", stats.clone()).await;
    assert!(code(&absent) == 100_004 && absent["RequestId"].is_string());
    assert_eq!(code(&bench.call("get_room_stats", stats.clone()).await), 0);

    fault(json!({"error_code": 60007, "count": 1})).await;
    let before = bench.simulator.handle().calls()[0].1;
    assert_eq!(code(&bench.call("get_room_stats", stats.clone()).await), 60007);
    let after = bench.simulator.handle().calls()[0].1;
    assert_eq!((after.accepted, after.refused), (before.accepted, before.refused + 1), "a refused call is not counted");

    fault(json!({"error_code": 70001, "count": 1})).await;
    let expired = bench.call("get_room_stats", stats.clone()).await;
    assert!(code(&expired) == 70001 && expired.get("RequestId").is_none());

    fault(json!({"http_status": 502, "count": 1})).await;
    assert_eq!(bench.raw("get_room_stats", &SimFixture::query(), "{}").await.unwrap().status(), 502);

    fault(json!({"cut": true, "count": 1})).await;
    let answer = bench.raw("get_room_stats", &SimFixture::query(), &stats.to_string()).await;
    let body = match answer {
        Ok(answer) => answer.bytes().await,
        Err(error) => Err(error),
    };
    assert!(body.is_err(), "the connection is cut before the promised length");

    fault(json!({"garbage": true, "count": 9})).await;
    for _ in 0..9 {
        let answer = bench.raw("get_room_stats", &SimFixture::query(), &stats.to_string()).await.unwrap();
        let body = answer.bytes().await.unwrap();
        let viewers = serde_json::from_slice::<Value>(&body).ok().map(|body| body["Response"]["TotalViewers"].clone());
        assert!(
            viewers
                .is_none_or(|viewers| viewers.as_u64().is_none_or(|value| value > crate::domain::MAX_COUNTER as u64))
        );
    }

    fault(json!({"cut": true, "command": "destroy_room"})).await;
    let _ = bench.raw("destroy_room", &SimFixture::query(), &stats.to_string()).await;
    assert!(!bench.simulator.handle().is_live("a"), "a cut answer does not undo the call");
    assert_eq!(bench.control("DELETE", "/faults", Value::Null).await.0, 204);
    assert_eq!(code(&bench.call("destroy_room", stats).await), 100_004);
    assert_eq!(bench.control("POST", "/faults", json!({"cut": true, "garbage": true})).await.0, 400);
}

#[tokio::test]
async fn control_takes_any_id_and_truth_has_every_change() {
    let bench = bench().await;
    for (id, escaped) in [("👑", "%F0%9F%91%91"), ("a/b c", "a%2Fb%20c"), ("<script>", "%3Cscript%3E")] {
        bench.room(id).await;
        assert_eq!(bench.control("POST", "/rooms", json!({"room_id": id, "scripted": false})).await.0, 409);
        let put = json!({"TotalViewers": 7, "TotalUniqueGiftSenders": 2});
        assert_eq!(bench.control("PUT", &format!("/rooms/{escaped}/counters"), put).await.0, 204);
        let stats = bench.call("get_room_stats", json!({"RoomId": id})).await;
        assert_eq!(stats["Response"]["TotalViewers"], 7, "what was put is told at once");
        assert_eq!(bench.control("DELETE", &format!("/rooms/{escaped}"), Value::Null).await.0, 204);
        assert_eq!(bench.control("DELETE", &format!("/rooms/{escaped}"), Value::Null).await.0, 404);
        bench.room(id).await;
        let (status, truth) = bench.control("GET", &format!("/truth/{escaped}"), Value::Null).await;
        assert_eq!((status, truth["room_id"].as_str()), (200, Some(id)));
        let sessions = truth["lives"].as_array().unwrap();
        assert!(sessions[0]["create_time"].as_i64() < sessions[1]["create_time"].as_i64());
        assert!(sessions[0]["destroyed_at"].is_i64() && sessions[1]["destroyed_at"].is_null());
        let changes = sessions[0]["changes"].as_array().unwrap();
        assert_eq!(
            (changes.len(), &changes[1]["TotalViewers"], &changes[1]["TotalMsgCount"]),
            (2, &json!(7), &json!(0))
        );
        assert!(changes[0]["at"].as_i64() < changes[1]["at"].as_i64());
    }
    assert_eq!(bench.control("PUT", "/rooms/none/counters", json!({"TotalViewers": 1})).await.0, 404);
    assert_eq!(bench.control("PUT", "/rooms/a%2Fb%20c/counters", json!({"Viewers": 1})).await.0, 400);
    assert_eq!(bench.control("GET", "/truth/none", Value::Null).await.0, 404);
    assert_eq!(bench.control("GET", "/nothing", Value::Null).await.0, 404);
    assert_eq!(bench.control("POST", "/rooms", json!({"room_id": "x".repeat(49)})).await.0, 400);
    let (_, calls) = bench.control("GET", "/calls", Value::Null).await;
    assert_eq!(calls["commands"]["get_room_stats"]["accepted"], 3);
    assert!(calls["commands"]["get_room_stats"]["max_per_second"].is_u64());
}

#[tokio::test]
async fn every_reading_was_true_between_asked_and_answered() {
    let bench = SimFixture::start(SimulatorOptions { rooms: 3, speed: 40, ..SimulatorOptions::default() }).await;
    let handle = bench.simulator.handle();
    let room = handle.read_world(|world, now| world.list(now)[0].0.id.clone());
    let mut readings = Vec::new();
    for _ in 0..40 {
        let asked = wall_clock();
        let answer = bench.call("get_room_stats", json!({"RoomId": room})).await;
        if code(&answer) == 0 {
            readings.push((asked, wall_clock(), answer["Response"].clone()));
        }
        tokio::time::sleep(Duration::from_millis(15)).await;
    }
    let sessions = handle.truth(&room).unwrap();
    for (asked, answered, stats) in readings {
        let held = (asked..=answered).any(|at| {
            sessions.iter().any(|session| {
                session.at(Millis(at)).is_some_and(|counters| Value::from(shapes::stats(&counters)) == stats)
            })
        });
        assert!(held, "{stats} was not true between {asked} and {answered}");
    }
}

#[tokio::test]
async fn webhooks_are_signed_and_sent_for_every_change() {
    let (sender, mut deliveries) = tokio::sync::mpsc::unbounded_channel::<(String, Value)>();
    let receiver = Router::new().route(
        "/hook",
        post(async move |RawQuery(query): RawQuery, body: Bytes| {
            let _ = sender.send((query.unwrap_or_default(), serde_json::from_slice(&body).unwrap_or_default()));
            axum::Json(json!({"ActionStatus": "OK", "ErrorInfo": "", "ErrorCode": 0}))
        }),
    );
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(axum::serve(listener, receiver).into_future());
    let bench = SimFixture::start(SimulatorOptions {
        webhook_url: Some(format!("http://{address}/hook")),
        webhook_token: Some("live-token-demo".into()),
        ..SimulatorOptions::default()
    })
    .await;
    for id in ["a", "b"] {
        bench.room(id).await;
    }
    bench.control("POST", "/rooms/a/battle", json!({"with": "b", "seconds": 60})).await;
    bench.control("PUT", "/rooms/a/counters", json!({"TotalGiftCoins": 4200, "TotalMsgCount": 9})).await;
    bench.control("DELETE", "/rooms/a/battle", Value::Null).await;
    bench.control("POST", "/rooms/a/members", json!({"cause": "HeartbeatInterrupt"})).await;
    bench.control("PUT", "/rooms/a", json!({"name": "新"})).await;
    bench.control("DELETE", "/rooms/a", Value::Null).await;
    bench.control("DELETE", "/rooms/b?by=system", Value::Null).await;
    let mut bodies = Vec::new();
    while bodies.len() < 11 {
        let (query, body) = tokio::time::timeout(Duration::from_secs(5), deliveries.recv()).await.unwrap().unwrap();
        let time: i64 = query.split("RequestTime=").nth(1).unwrap().parse().unwrap();
        assert!(query.contains(&format!("Sign={}&", webhook::sign("live-token-demo", time))), "{query}");
        assert!(query.starts_with(&format!("SdkAppid={DEMO_SDKAPPID}&CallbackCommand=Live.Callback")));
        bodies.push(body);
    }
    let of = |command: &str, key: &str, value: &str| {
        let command = format!("Live.CallbackAfter{command}");
        let found = bodies.iter().find(|body| body["CallbackCommand"] == command.as_str() && body[key] == value);
        found.unwrap_or_else(|| panic!("no {command} with {key} {value} in {bodies:#?}"))
    };
    let gone = of("DestroyRoom", "RoomId", "a");
    assert_eq!((&gone["EventType"], &gone["Statistic"]["TotalGiftCoins"]), (&json!("DestroyByUser"), &json!(4200)));
    assert!(gone["Statistic"].get("TotalMsgCount").is_none() && gone["EventTime"].is_i64());
    let swept = of("DestroyRoom", "EventType", "DestroyBySystem");
    assert!(swept.get("Statistic").is_none() && swept["RoomInfo"].get("Category").is_none());
    assert_eq!((&swept["Operator_Account"], &swept["RoomInfo"]["RoomId"]), (&json!("@TIM#SYSTEM"), &json!("b")));
    assert_eq!(of("MemberStateChanged", "EventCause", "HeartbeatInterrupt")["EventType"], "Offline");
    assert_eq!(of("MemberStateChanged", "EventCause", "Enter")["EventType"], "Online");
    let battles: Vec<_> = bodies.iter().filter(|body| body.get("BattleId").is_some()).collect();
    let ended = battles.iter().find(|body| body["CallbackCommand"] == "Live.CallbackAfterEndBattle").unwrap();
    assert_eq!(
        (battles.len(), &ended["FromRoomInfo"]["Score"], &ended["ToRoomList"][0]["RoomId"]),
        (3, &json!(4200), &json!("b"))
    );
    let token = format!("{}/v4/live_config/get_callback_token?{}", bench.simulator.url(), SimFixture::query());
    let answer = bench.client.post(token).body("{}").send().await.unwrap().json::<Value>().await.unwrap();
    assert_eq!(answer["Response"], json!({"Token": "live-token-demo", "IsTokenEnable": true}));
}

#[tokio::test]
async fn the_control_interface_is_for_programs_on_this_machine() {
    use tower::ServiceExt as _;
    let handle = SimulatorHandle(Arc::new(SimulatorInner::new(&SimulatorOptions::default()).unwrap()));
    type CheckCase = (&'static str, &'static [(&'static str, &'static str)], u16);
    let cases: [CheckCase; 9] = [
        ("127.0.0.1:5", &[("host", "127.0.0.1:9600")], 200),
        ("[::ffff:127.0.0.1]:5", &[("host", "localhost")], 200),
        ("127.0.0.1:5", &[("host", "[::1]:9600"), ("sec-fetch-site", "none")], 200),
        ("10.0.0.8:5", &[("host", "127.0.0.1:9600")], 403),
        // A web page that lets its own name resolve to this machine.
        ("127.0.0.1:5", &[("host", "evil.example:9600")], 403),
        // A web page, which needs no answer to change something.
        ("127.0.0.1:5", &[("host", "127.0.0.1:9600"), ("origin", "https://evil.example")], 403),
        ("127.0.0.1:5", &[("host", "127.0.0.1:9600"), ("sec-fetch-site", "cross-site")], 403),
        // A proxy on this machine.
        ("127.0.0.1:5", &[("host", "127.0.0.1:9600"), ("x-forwarded-for", "203.0.113.9")], 403),
        ("127.0.0.1:5", &[], 403),
    ];
    for (peer, headers, expected) in cases {
        let mut request = axum::http::Request::get("/_control/calls");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(axum::body::Body::empty()).unwrap();
        request.extensions_mut().insert(axum::extract::ConnectInfo(peer.parse::<SocketAddr>().unwrap()));
        let answer = http::router(handle.clone()).oneshot(request).await.unwrap();
        assert_eq!(answer.status(), expected, "{peer} {headers:?}");
    }
}
