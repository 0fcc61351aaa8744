//! Shared links from the reader's side and from the operator's.

use crate::helpers::{FormBody, LOG, TestApp, header, location, set_cookie, within_a_second};
use aftershow::auth::Role;
use aftershow::store::Store;
use reqwest::Method;

#[tokio::test(flavor = "multi_thread")]
async fn a_link_shows_its_report_to_whoever_holds_it() {
    let app = TestApp::start().await;
    let stream = app.sealed_stream().await;
    let (id, path) = app.link(stream, &[]).await;
    assert_eq!(path.len(), "/r/".len() + 32);

    let page = app.get(&path).await;
    assert_eq!(page.status(), 200);
    let headers = page.headers().clone();
    assert_eq!(header(&headers, "cache-control"), "private, no-cache");
    assert_eq!(header(&headers, "referrer-policy"), "no-referrer");
    assert!(header(&headers, "x-robots-tag").contains("noindex"));
    assert!(headers.get("set-cookie").is_none());
    assert!(!header(&headers, "content-security-policy").contains("unsafe-inline"));
    let html = page.text().await.unwrap();
    assert!(html.contains("246,810") && html.contains("小鹿电台 &lt;b&gt;") && !html.contains("小鹿电台 <b>"));

    // HEAD, 304, downloads and a second encoding: the same report, one view.
    let etag = header(&headers, "etag").to_owned();
    let again = app.request(Method::GET, &path).header("if-none-match", &etag).send().await.unwrap();
    assert_eq!(again.status(), 304);
    assert_eq!(app.request(Method::HEAD, &path).send().await.unwrap().status(), 200);
    for file in ["report.csv", "report.json", "report.html"] {
        let answer = app.get(&format!("{path}/{file}")).await;
        assert_eq!(answer.status(), 200, "{file}");
        assert!(header(answer.headers(), "content-disposition").contains("attachment"));
        assert!(answer.text().await.unwrap().contains("246810"), "{file}");
    }
    let brotli = app.request(Method::GET, &path).header("accept-encoding", "br").send().await.unwrap();
    assert_eq!(header(brotli.headers(), "content-encoding"), "br");
    app.state.shares.flush_views().await.unwrap();
    let row = app.engine.store.share(id.parse().unwrap()).await.unwrap().unwrap();
    assert_eq!(row.views, 2);
    assert!(row.last_view.is_some());
    assert_eq!(row.name, "Host");
    assert_eq!(row.zone, "Asia/Shanghai");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preset_hides_in_every_form() {
    let app = TestApp::start().await;
    let stream = app.sealed_stream().await;
    let (id, path) = app.link(stream, &[("preset", "sponsor"), ("hide_host", "on"), ("title", "A slot")]).await;
    for file in ["", "/report.csv", "/report.json", "/report.html"] {
        let text = app.get(&format!("{path}{file}")).await.text().await.unwrap();
        for hidden in ["246810", "246,810", "sealed_room", "小鹿", "deer"] {
            assert!(!text.contains(hidden), "{file} tells {hidden}");
        }
        assert!(text.contains("12480") || text.contains("12,480"), "{file}");
    }
    // An edit holds at once.
    let cookie = app.operator(Role::Operator).await;
    let answer = app.call(&cookie, "update_share", &[("id", &id), ("preset", "host")]).await;
    assert_eq!(answer.status(), 200);
    assert!(app.get(&format!("{path}/report.csv")).await.text().await.unwrap().contains("246810"));
    assert!(app.get(&path).await.text().await.unwrap().contains("小鹿"));
}

#[tokio::test(flavor = "multi_thread")]
async fn dead_links_all_look_the_same() {
    let app = TestApp::start().await;
    let stream = app.sealed_stream().await;
    let cookie = app.operator(Role::Operator).await;
    let unknown = app.get("/r/0123456789012345678901234567890a").await;
    assert_eq!(unknown.status(), 404);
    let headers = unknown.headers().clone();
    let words = unknown.text().await.unwrap();
    assert!(words.contains("Ask whoever sent it"));
    let is_dead = async |path: &str, why: &str| {
        let answer = app.get(path).await;
        assert_eq!(answer.status(), 404, "{why}");
        let names = |headers: &reqwest::header::HeaderMap| {
            headers.iter().filter(|(name, _)| *name != "date").map(|(n, v)| (n.clone(), v.clone())).collect::<Vec<_>>()
        };
        assert_eq!(names(answer.headers()), names(&headers), "{why}");
        assert_eq!(answer.text().await.unwrap(), words, "{why}");
    };

    let (id, path) = app.link(stream, &[]).await;
    assert_eq!(app.get(&path).await.status(), 200);
    app.call(&cookie, "set_share_enabled", &[("id", &id), ("enabled", "false")]).await;
    is_dead(&path, "off").await;
    is_dead(&format!("{path}/report.csv"), "off, its file").await;
    app.call(&cookie, "set_share_enabled", &[("id", &id), ("enabled", "true")]).await;
    assert_eq!(app.get(&path).await.status(), 200);

    let answer: serde_json::Value = app.call(&cookie, "rotate_share", &[("id", &id)]).await.json().await.unwrap();
    let rotated = answer["link"].as_str().unwrap().strip_prefix(&app.url("")).unwrap();
    is_dead(&path, "rotated").await;
    assert_eq!(app.get(rotated).await.status(), 200);
    let copied: serde_json::Value = app.call(&cookie, "copy_share_link", &[("id", &id)]).await.json().await.unwrap();
    assert_eq!(copied["link"], app.url(rotated));

    app.call(&cookie, "delete_share", &[("id", &id)]).await;
    is_dead(rotated, "deleted").await;
    is_dead("/r/x", "nonsense").await;
    is_dead(&format!("/r/{}", "%00".repeat(40)), "hostile").await;

    let (_, path) = app.link(stream, &[("expires", "300ms")]).await;
    assert!(within_a_second(async || app.get(&path).await.status() == 404).await);
    is_dead(&path, "expired").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_asked_once_and_bound_to_itself() {
    let app = TestApp::start().await;
    let stream = app.sealed_stream().await;
    let (id, path) = app.link(stream, &[("password", "sesame")]).await;
    let page = app.get(&path).await;
    assert_eq!(page.status(), 200);
    assert_eq!(header(page.headers(), "referrer-policy"), "same-origin");
    let form = page.text().await.unwrap();
    assert!(form.contains("type=\"password\"") && !form.contains("246") && !form.contains("小鹿"), "{form}");
    let file = app.get(&format!("{path}/report.csv")).await;
    assert_eq!(file.status(), 403, "a program that wanted the file is not given a page as if it were one");
    assert!(!file.text().await.unwrap().contains("246810"));

    let try_with = async |password: &str| app.post(&path).form(&[("password", password)]).send().await.unwrap();
    let opened = try_with("sesame").await;
    assert_eq!((opened.status().as_u16(), location(&opened)), (303, path.as_str()));
    let (cookie, attributes) = set_cookie(&opened, "aftershow_link").unwrap();
    assert!(attributes.contains(&format!("Path={path}")) && attributes.contains("HttpOnly"), "{attributes}");
    let open = async || {
        let page = app.request(Method::GET, &path).header("cookie", &cookie).send().await.unwrap();
        page.text().await.unwrap().contains("246")
    };
    assert!(open().await);

    // Five tries, then nothing is heard, not even the right one.
    for _ in 0..5 {
        assert_eq!(try_with("wrong").await.status(), 403);
    }
    assert_eq!(try_with("sesame").await.status(), 429);
    assert!(open().await);

    // A new password forgets who knew the old one.
    let operator = app.operator(Role::Operator).await;
    app.call(&operator, "update_share", &[("id", &id), ("password", "new password")]).await;
    assert!(!open().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_process_changes_holds_within_a_second() {
    let app = TestApp::start().await;
    let stream = app.sealed_stream().await;
    let (id, path) = app.link(stream, &[]).await;
    assert_eq!(app.get(&path).await.status(), 200);
    let other = Store::open(&app.directory.path().join("aftershow.db")).await.unwrap();
    assert!(other.set_share_enabled(id.parse().unwrap(), false).await.unwrap());
    assert!(within_a_second(async || app.get(&path).await.status() == 404).await);
    assert!(other.set_share_enabled(id.parse().unwrap(), true).await.unwrap());
    assert!(within_a_second(async || app.get(&path).await.status() == 200).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn links_are_refused_in_words() {
    let app = TestApp::start().await;
    let stream = app.sealed_stream().await.to_string();
    let cookie = app.operator(Role::Operator).await;
    let refused = async |fields: &[(&str, &str)], status: u16, word: &str| {
        let answer = app.call(&cookie, "create_share", fields).await;
        let (is, text) = (answer.status().as_u16(), answer.text().await.unwrap());
        assert_eq!(is, status, "{text}");
        assert!(text.contains(word), "{text}");
    };
    refused(&[("stream", "99")], 404, "no stream 99").await;
    refused(&[("stream", &stream), ("zone", "Mars/Base")], 422, "Mars/Base").await;
    refused(&[("stream", &stream), ("expires", "soon")], 422, "soon").await;
    refused(&[("stream", &stream), ("password", "abc")], 422, "4 characters").await;
    refused(&[("stream", &stream), ("preset", "all")], 422, "everything").await;
    assert_eq!(app.call(&cookie, "rotate_share", &[("id", "99")]).await.status(), 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_log_holds_a_token() {
    let app = TestApp::start().await;
    let stream = app.sealed_stream().await;
    let (_, path) = app.link(stream, &[]).await;
    app.get(&path).await;
    app.get(&format!("{path}/report.json")).await;
    app.get(&format!("{path}?lang=ja")).await;
    let dead = "/r/this-token-was-never-given-to-any";
    app.get(dead).await;
    let log = String::from_utf8_lossy(&LOG.lock().unwrap()).into_owned();
    // The client under test here logs its own requests; ours is what the server says.
    let ours: Vec<&str> = log.lines().filter(|line| line.contains("aftershow")).collect();
    assert!(ours.iter().any(|line| line.contains("/r/{token}")));
    for line in ours {
        assert!(!line.contains(path.trim_start_matches("/r/")) && !line.contains("never-given"), "{line}");
    }
}
