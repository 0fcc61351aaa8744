//! The business day: one answer in lists, months, sums and files, for every app its own.

use crate::helpers::{APP, TestApp};
use aftershow::config::AppConfig;
use aftershow::domain::Role;
use aftershow::domain::{AppId, Counters, Millis, Reading, RoomId, Run, StreamId, StreamKind};
use aftershow::store::{NewStream, SessionPart, Write};
use reqwest::Method;

/// 1 Dec 2025 03:46 in Shanghai.
const NIGHT: Millis = Millis(1_764_531_960_000);
const MINUTE: i64 = 60_000;

/// A sealed stream of half an hour.
async fn sealed_at(app: &TestApp, of: AppId, host: &str, start: Millis) -> StreamId {
    let new = NewStream {
        app: of,
        room: RoomId::parse(host).unwrap(),
        kind: StreamKind::Stream,
        create_time: Some(start.seconds()),
        part: SessionPart::default(),
        title: None,
        host: Some(host.to_owned()),
        host_name: None,
        interval_ms: 10_000,
        first_seen: start,
        started_at: start,
    };
    let stream = app.engine.store.open_streams(&[new]).await.unwrap()[0];
    let run = Run::from(Reading { asked: start + 1, answered: start + 20, counters: Counters::default() });
    app.engine.recorder.write(Write::Run { stream, run, request_id: None, retries: 0 });
    app.end_and_seal(stream, start + 30 * MINUTE).await;
    stream
}

async fn get(app: &TestApp, path: &str) -> String {
    let cookie = app.operator(Role::Viewer).await;
    app.request(Method::GET, path).header("cookie", cookie).send().await.unwrap().text().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_of_the_night_is_in_one_month_everywhere() {
    let app = TestApp::start_with(|config| config.apps[0].day_start = 360).await;
    sealed_at(&app, APP, "owl", NIGHT).await;
    for (page, november, december) in [
        ("/streams", "?from=2025-11-01&until=2025-11-30", "?from=2025-12-01&until=2025-12-31"),
        ("/streams.csv", "?from=2025-11-30&until=2025-11-30", "?from=2025-12-01"),
        ("/hosts", "?month=2025-11", "?month=2025-12"),
    ] {
        assert!(get(&app, &format!("{page}{november}")).await.contains("owl"), "{page}{november}");
        assert!(!get(&app, &format!("{page}{december}")).await.contains("owl"), "{page}{december}");
    }
    let csv = get(&app, "/streams.csv").await;
    assert!(csv.contains(",sealed,2025-11-30,2025-12-01T03:46:00.000+08:00,"), "{csv}");
    let nothing = get(&app, "/streams?from=2025-12-01").await;
    assert!(
        nothing.contains("No matching streams") && nothing.contains("Days begin at 06:00 (Shanghai)."),
        "{nothing}"
    );
    // The row has its real date, the heading its day.
    let list = get(&app, "/streams").await;
    for text in ["Sun 30 Nov, from 06:00", "1 Dec 03:46–04:16", "Days begin at 06:00 (Shanghai)."] {
        assert!(list.contains(text), "{text}: {list}");
    }
    assert!(!list.contains("(+1)"), "{list}");
    for alone in ["/streams?sort=coins", "/streams?q=owl", &format!("/hosts/{APP}/owl")] {
        let html = get(&app, alone).await;
        assert!(html.contains("1 Dec 03:46–04:16") && !html.contains("from 06:00"), "{alone}: {html}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_that_begins_at_midnight_needs_no_heading() {
    let app = TestApp::start().await;
    sealed_at(&app, APP, "owl", NIGHT).await;
    assert!(get(&app, "/streams?from=2025-12-01").await.contains("owl"));
    let list = get(&app, "/streams").await;
    assert!(!list.contains("class=\"day\"") && !list.contains("Days begin"), "{list}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_app_has_its_own_days_and_its_own_sums() {
    let japan = AppId(1_400_000_077);
    let app = TestApp::start_with(|config| {
        let mut other = AppConfig::new(japan, "secret".to_owned().into(), config.apps[0].endpoint.clone());
        (other.timezone, other.short) = ("Asia/Tokyo".to_owned(), Some("JP".to_owned()));
        config.apps[0].day_start = 360;
        config.apps[0].short = Some("CN".to_owned());
        config.apps.push(other);
    })
    .await;
    sealed_at(&app, APP, "owl", NIGHT).await;
    sealed_at(&app, japan, "fox", NIGHT + MINUTE).await;
    sealed_at(&app, APP, "bat", NIGHT + 2 * MINUTE).await;
    let list = get(&app, "/streams").await;
    let place = |text: &str| list.find(text).unwrap_or_else(|| panic!("{text} in {list}"));
    let order = ["Mon 1 Dec · JP from 00:00 (UTC+9)", "fox", "Sun 30 Nov · CN from 06:00 (UTC+8)", "bat", "owl"];
    assert!(order.windows(2).all(|pair| place(pair[0]) < place(pair[1])), "{list}");
    // Above the list, and in the heading of the day.
    assert_eq!((list.matches("2 streams · ").count(), list.matches("1 stream · ").count()), (2, 2), "{list}");
    assert!(!list.contains("3 streams"), "{list}");
    let december = get(&app, "/streams?from=2025-12-01&until=2025-12-01").await;
    assert!(december.contains("fox") && !december.contains("owl"), "the filter means the same days");
    assert!(get(&app, "/hosts?month=2025-12").await.contains("fox"));
    let tiles = crate::helpers::eventually(async || {
        let live = get(&app, "/").await;
        let mut tiles = live.split("<li data-app=").skip(1).filter_map(|rest| rest.split("</li>").next());
        let sums = [(APP.0, "0 coins since 06:00 (UTC+8)"), (japan.0, "0 coins since 00:00 (UTC+9)")];
        sums.iter().all(|(app, sum)| {
            tiles.next().is_some_and(|tile| tile.starts_with(&format!("\"{app}\"")) && tile.contains(sum))
        })
    });
    assert!(tiles.await, "{}", get(&app, "/").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_ends_by_the_clocks_of_its_readers() {
    let app = TestApp::start().await;
    let stream = app.sealed_stream().await;
    app.link(stream, &[("zone", "Asia/Tokyo"), ("expires", "2099-01-31")]).await;
    app.link(stream, &[("zone", "Asia/Shanghai"), ("expires", "2099-02-28")]).await;
    let html = get(&app, "/shares").await;
    assert!(html.contains("Active until 31 Jan 2099 (UTC+9)") && html.contains("Active until 28 Feb 2099 ·"), "{html}");
}
