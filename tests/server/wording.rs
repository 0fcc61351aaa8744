//! Sentences that once promised or threatened what the product does not do, in every language.

use crate::helpers::{APP, FormBody, TestApp};
use aftershow::domain::Role;
use aftershow::domain::{Counters, EndEvidence, Millis, Reading, RoomId, Run, StreamId, StreamKind};
use aftershow::i18n::{I18n, Lang, Zone};
use aftershow::store::{NewStream, SessionPart, Write};

/// A stream of a minute that is live.
async fn live(app: &TestApp, room: &str, start: Millis) -> StreamId {
    let new = NewStream {
        app: APP,
        room: RoomId::parse(room).unwrap(),
        kind: StreamKind::Stream,
        create_time: Some(start.seconds()),
        part: SessionPart::default(),
        title: None,
        host: None,
        host_name: None,
        interval_ms: 10_000,
        first_seen: start,
        started_at: start,
    };
    let stream = app.engine.store.open_streams(&[new]).await.unwrap()[0];
    for (later, coins) in [(1_000, 5), (60_000, 40)] {
        let counters = Counters { viewers: 3, coins, ..Counters::default() };
        let run = Run::from(Reading { asked: start + later, answered: start + later + 20, counters });
        app.engine.recorder.write(Write::Run { stream, run, request_id: None, retries: 0 });
    }
    app.engine.recorder.flush().await.unwrap();
    stream
}

async fn page(app: &TestApp, cookie: &str, path: &str, lang: &str) -> String {
    let url = app.url(&format!("{path}?lang={lang}"));
    let answer = reqwest::Client::new().get(url).header("cookie", cookie).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    answer.text().await.unwrap()
}

#[test]
fn the_code_on_a_picture_promises_a_time_and_not_the_figures() {
    for (lang, stated, promised) in
        [(Lang::En, "when", "nobody changed"), (Lang::Zh, "定稿时间", "未被改动"), (Lang::Ja, "確定日時", "改変")]
    {
        let i18n = I18n::new(lang, Zone::default());
        for code in [true, false] {
            let sentence = i18n.scan_to_verify(code);
            assert!(sentence.contains(stated) && !sentence.contains(promised), "{sentence}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sealing_a_report_is_never_said_to_end_a_broadcast() {
    let app = TestApp::start().await;
    let cookie = app.operator(Role::Operator).await;
    let now = aftershow::web::context::now();
    let open = live(&app, "open", Millis(now.0 - 120_000)).await;
    let sealed = live(&app, "sealed", Millis(now.0 - 120_000)).await;
    let (by, at) = (EndEvidence::Operator, now);
    app.engine.recorder.write(Write::Ending { stream: sealed, ended_at: at, ended_after: None, by, evidence_at: at });
    app.engine.recorder.flush().await.unwrap();
    app.engine.sealer.seal(sealed).await.unwrap().unwrap();
    let (_, link) = app.link(sealed, &[("preset", "everything")]).await;
    for (lang, unaffected, early) in [
        ("en", "The broadcast is not affected", "sealed early"),
        ("zh", "不影响正在进行的直播", "提前定稿"),
        ("ja", "配信には影響しません", "早期に確定"),
    ] {
        let (open, sealed) = (format!("/streams/{open}"), format!("/streams/{sealed}"));
        let (open, sealed) = (page(&app, &cookie, &open, lang).await, page(&app, &cookie, &sealed, lang).await);
        let shared = page(&app, "", &link, lang).await;
        assert!(open.contains(unaffected), "{lang}");
        assert!(sealed.contains(early) && shared.contains(early), "{lang}");
        for html in [&open, &sealed, &shared] {
            for old in ["End and seal", "End it now", "stream ends here", "ended and sealed", "operator ended"] {
                assert!(!html.contains(old), "{lang}: {old}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_zone_is_no_time_slot_in_japanese() {
    let app = TestApp::start().await;
    let cookie = app.operator(Role::Admin).await;
    let stream = app.sealed_stream().await;
    app.link(stream, &[]).await;
    for path in ["/settings", "/shares"] {
        let html = page(&app, &cookie, path, "ja").await;
        assert!(html.contains("タイムゾーン") && !html.contains("時間帯"), "{path}");
    }
    for (function, fields) in
        [("set_view", vec![("zone", "Nowhere")]), ("create_share", vec![("stream", "1"), ("zone", "Nowhere")])]
    {
        let request = app.post(&format!("/api/fn/{function}")).header("accept-language", "ja");
        let refusal = request.header("cookie", &cookie).form(&fields).send().await.unwrap().text().await.unwrap();
        assert!(refusal.contains("タイムゾーン") && !refusal.contains("時間帯"), "{refusal}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_latest_bar_of_a_trend_is_not_called_bold_type() {
    let app = TestApp::start().await;
    let cookie = app.operator(Role::Viewer).await;
    let now = aftershow::web::context::now();
    for ago in [7_200_000, 3_600_000] {
        let start = Millis(now.0 - ago);
        let stream = live(&app, "room", start).await;
        app.end_and_seal(stream, start + 61_000).await;
    }
    for (lang, latest, bold) in [("zh", "深色为最近一场", "粗体"), ("ja", "濃い色が最新", "太字")] {
        let html = page(&app, &cookie, &format!("/rooms/{APP}/room"), lang).await;
        assert!(html.contains(latest) && !html.contains(bold), "{lang}");
    }
}
