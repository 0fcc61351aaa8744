//! Health, metrics, files, webhooks.

use crate::helpers::{APP, TestApp, eventually, header};
use aftershow::domain::Role;
use reqwest::Method;

#[tokio::test(flavor = "multi_thread")]
async fn health_says_what_it_is() {
    let app = TestApp::start().await;
    assert_eq!(app.get("/healthz").await.text().await.unwrap(), "ok\n");
    assert_eq!(app.get("/readyz").await.status(), 200);
    let metrics = app.get("/metrics").await.text().await.unwrap();
    assert!(metrics.contains("aftershow_build_info{version="));
    assert!(metrics.contains(&format!("aftershow_streams_live{{app=\"{APP}\"}} 0")), "{metrics}");
    assert!(!metrics.contains("secret"));
    app.engine.store.close().await;
    assert_eq!(app.get("/healthz").await.status(), 200);
    assert_eq!(app.get("/readyz").await.status(), 503);
}

/// Dashboards and alerts of others use these names, and seconds and ratios as Prometheus wants them.
#[tokio::test(flavor = "multi_thread")]
async fn metrics_keep_their_names_and_units() {
    let app = TestApp::start().await;
    let metrics = app.get("/metrics").await.text().await.unwrap();
    let families: Vec<&str> = metrics.lines().filter_map(|line| line.strip_prefix("# TYPE aftershow_")).collect();
    for family in [
        "build_info gauge",
        "database_write_failing gauge",
        "database_refused_total counter",
        "streams_unsealed gauge",
        "streams_live gauge",
        "rooms_monitored gauge",
        "poll_interval_configured_seconds gauge",
        "poll_interval_seconds gauge",
        "collector_last_turn_seconds gauge",
        "webhooks_total counter",
        "app_trouble gauge",
        "upstream_calls_total counter",
        "tencent_calls_per_second gauge",
        "upstream_allowed gauge",
    ] {
        assert!(families.contains(&family), "{family}: {families:?}");
    }
    let in_milliseconds = families.iter().find(|family| family.contains("_ms ") || family.contains("percent"));
    assert_eq!(in_milliseconds, None);
    let interval = app.engine.collector.status()[0].interval_ms as f64 / 1000.0;
    assert!(
        metrics.contains(&format!("aftershow_poll_interval_configured_seconds{{app=\"{APP}\"}} {interval}\n")),
        "{metrics}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_is_always_answered() {
    let app = TestApp::start().await;
    for body in ["", "{", "{\"EventType\":1}", "\u{0}"] {
        let answer =
            app.request(Method::POST, "/webhooks/tencent?SdkAppid=1&Command=x").body(body).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        let json: serde_json::Value = answer.json().await.unwrap();
        assert_eq!(json["ErrorCode"], 0);
    }
    // Ever so large, by whatever method, and with times no clock has.
    let large = "x".repeat(5 << 20);
    for (method, query, body) in [
        (Method::POST, "", large.as_str()),
        (Method::GET, "", ""),
        (Method::PUT, "", "{}"),
        (Method::POST, "?Sign=x&RequestTime=-9223372036854775808", "{}"),
        (Method::POST, "?Sign=x&RequestTime=9223372036854775807", "{}"),
        (Method::POST, "?SdkAppid=7", "{}"),
    ] {
        let request = app.request(method.clone(), &format!("/webhooks/tencent{query}")).body(body.to_owned());
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 200, "{method} {query}");
        assert_eq!(answer.json::<serde_json::Value>().await.unwrap()["ErrorCode"], 0);
    }
    // Those that named no other app were counted, so the collector lives.
    let counted = async || app.engine.collector.status()[0].webhooks_dropped == 5;
    assert!(eventually(counted).await, "{:?}", app.engine.collector.status()[0].webhooks_dropped);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_are_not_there_are_not_found() {
    let app = TestApp::start().await;
    for path in ["/pkg/none.js", "/pkg/../Cargo.toml", "/pkg/%2e%2e/%2e%2e/Cargo.toml", "/pkg/none-01234567.css"] {
        let answer = app.get(path).await;
        assert!(matches!(answer.status().as_u16(), 303 | 404), "{path}");
        assert!(!answer.text().await.unwrap().contains("[package]"), "{path}");
    }
    let robots = app.get("/robots.txt").await;
    assert_eq!(robots.status(), 200);
    assert_eq!(header(robots.headers(), "content-security-policy").split(';').next(), Some("default-src 'none'"));
    let method = app.request(Method::DELETE, "/healthz").header("origin", format!("http://{}", app.address));
    assert_eq!(method.send().await.unwrap().status(), 405);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_status_page_names_a_proxy_that_is_not_trusted() {
    let app = TestApp::start().await;
    let cookie = app.operator(Role::Viewer).await;
    let status = async || {
        let page = app.request(Method::GET, "/status").header("cookie", &cookie).send().await.unwrap();
        page.text().await.unwrap()
    };
    assert!(!status().await.contains("trusted_proxies"));
    app.request(Method::GET, "/login").header("x-forwarded-for", "203.0.113.9").send().await.unwrap();
    let page = status().await;
    assert!(page.contains("127.0.0.1 sends X-Forwarded-For"), "{page}");
}
