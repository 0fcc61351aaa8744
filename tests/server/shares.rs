//! Shared links from the reader's side and from the user's.

use crate::helpers::{FormBody, LOG, TestApp, eventually, header, location, set_cookie};
use aftershow::address::ClientAddress;
use aftershow::domain::Role;
use aftershow::domain::{Counters, Millis};
use aftershow::report;
use aftershow::share::LinkPasswordError;
use aftershow::store::{ShareSettings, Store};
use reqwest::Method;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn a_link_shows_its_report_to_anyone_who_has_it() {
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
async fn a_user_who_opens_a_link_is_not_counted() {
    let app = TestApp::start().await;
    let stream = app.sealed_stream().await;
    let (id, path) = app.link(stream, &[]).await;
    let cookie = app.operator(Role::Viewer).await;
    for cookie in [cookie.as_str(), "aftershow=not-a-session", "lang=ja"] {
        assert_eq!(seen(&app, &path, cookie).await, "open");
    }
    app.state.shares.flush_views().await.unwrap();
    let row = app.engine.store.share(id.parse().unwrap()).await.unwrap().unwrap();
    assert_eq!(row.views, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_one_stream_leaves_the_pages_of_others_in_memory() {
    let app = TestApp::start().await;
    let shares = &app.state.shares;
    let first = app.sealed_stream().await;
    let second = aftershow::domain::StreamId(first.0 + 1);
    let (_, path) = app.link(first, &[]).await;
    let active = async || {
        let now = aftershow::web::context::now();
        shares.find(path.trim_start_matches("/r/"), now).await.unwrap().unwrap()
    };
    let before = active().await;
    app.state.changes.increment_stream(second);
    assert!(std::sync::Arc::ptr_eq(&before, &active().await));
    // Nor do sign-ins and roles.
    app.state.changes.increment_sessions();
    assert!(std::sync::Arc::ptr_eq(&before, &active().await));
    app.state.changes.increment_stream(first);
    assert!(!std::sync::Arc::ptr_eq(&before, &active().await));
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_made_once_and_by_what_makes_a_difference() {
    let app = TestApp::start().await;
    let stream = app.sealed_stream().await;
    let (_, path) = app.link(stream, &[]).await;
    let etag = async |file: &str| {
        let answer = app.get(&format!("{path}/{file}")).await;
        assert_eq!(answer.status(), 200, "{file}");
        assert_eq!(header(answer.headers(), "cache-control"), "private, no-cache");
        assert_eq!(header(answer.headers(), "referrer-policy"), "no-referrer");
        header(answer.headers(), "etag").to_owned()
    };
    let csv = etag("report.csv").await;
    assert_eq!(etag("report.csv?lang=ja&theme=dark").await, csv);
    assert_ne!(etag("report.csv?tz=UTC").await, csv);
    let json = etag("report.json").await;
    assert_eq!(etag("report.json?tz=UTC&lang=zh").await, json);
    assert_ne!(etag("report.html?lang=zh").await, etag("report.html").await);
    let known = app.request(Method::GET, &format!("{path}/report.csv")).header("if-none-match", &csv);
    assert_eq!(known.send().await.unwrap().status(), 304);
    let brotli = app.request(Method::GET, &format!("{path}/report.csv")).header("accept-encoding", "br");
    let brotli = brotli.send().await.unwrap();
    assert_eq!(header(brotli.headers(), "content-encoding"), "br");
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
    assert!(words.contains("Ask the sender"));
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
    assert!(eventually(async || app.get(&path).await.status() == 404).await);
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
    // Back to the page itself, by a reference that names no token; a chosen language stays.
    assert_eq!((opened.status().as_u16(), location(&opened)), (303, "?"));
    assert_eq!(opened.url().join(location(&opened)).unwrap().path(), path);
    let chosen = app.post(&format!("{path}?lang=ja")).form(&[("password", "sesame")]).send().await.unwrap();
    assert_eq!(location(&chosen), "?lang=ja");
    let (cookie, attributes) = set_cookie(&opened, "aftershow_link").unwrap();
    assert!(attributes.contains(&format!("Path={path}")) && attributes.contains("HttpOnly"), "{attributes}");
    let open = async || {
        let page = app.request(Method::GET, &path).header("cookie", &cookie).send().await.unwrap();
        page.text().await.unwrap().contains("246")
    };
    assert!(open().await);

    // Five tries, then nothing is checked, not even the right one.
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

/// What a reader with this cookie sees: `open`, `asks` for a password, or `dead`.
async fn seen(app: &TestApp, path: &str, cookie: &str) -> &'static str {
    let answer = app.request(Method::GET, path).header("cookie", cookie).send().await.unwrap();
    match (answer.status().as_u16(), answer.text().await.unwrap()) {
        (404, _) => "dead",
        (200 | 403, html) if html.contains("type=\"password\"") => "asks",
        (200, html) if html.contains("246,810") || html.contains("246810") => "open",
        other => panic!("{other:?}"),
    }
}

/// The cookie that an accepted password gives.
async fn unlocked(app: &TestApp, path: &str, password: &str) -> String {
    let opened = app.post(path).form(&[("password", password)]).send().await.unwrap();
    assert_eq!(opened.status(), 303);
    set_cookie(&opened, "aftershow_link").unwrap().0
}

#[tokio::test(flavor = "multi_thread")]
async fn every_change_holds_on_the_next_request_also_from_memory_and_for_a_cookie() {
    let app = TestApp::start().await;
    let stream = app.sealed_stream().await;
    let operator = app.operator(Role::Operator).await;
    type Change = (&'static str, &'static [(&'static str, &'static str)], &'static str);
    let changes: [Change; 5] = [
        ("set_share_enabled", &[("enabled", "false")], "dead"),
        ("rotate_share", &[], "dead"),
        ("delete_share", &[], "dead"),
        ("update_share", &[("password", "another"), ("expires", "never")], "asks"),
        ("update_share", &[("remove_password", "true")], "open"),
    ];
    for (function, fields, then) in changes {
        for password in [None, Some("sesame")] {
            let (id, path) = app.link(stream, &[("password", password.unwrap_or_default())]).await;
            let cookie = match password {
                Some(password) => unlocked(&app, &path, password).await,
                None => String::new(),
            };
            // Twice: rendered, then from memory.
            for _ in 0..2 {
                assert_eq!(seen(&app, &path, &cookie).await, "open");
            }
            assert_eq!(seen(&app, &format!("{path}/report.csv"), &cookie).await, "open");
            let fields: Vec<_> = fields.iter().copied().chain([("id", id.as_str())]).collect();
            let changed = app.call(&operator, function, &fields).await;
            assert_eq!(changed.status(), 200, "{}", changed.text().await.unwrap());
            assert_eq!(seen(&app, &path, &cookie).await, then, "{function} {fields:?}");
            assert_eq!(seen(&app, &format!("{path}/report.csv"), &cookie).await, then, "{function} {fields:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expiry_holds_to_the_millisecond_also_from_memory() {
    let app = TestApp::start().await;
    let stream = app.sealed_stream().await;
    let (id, path) = app.link(stream, &[("expires", "30d")]).await;
    assert_eq!(seen(&app, &path, "").await, "open");
    let at = app.engine.store.share(id.parse().unwrap()).await.unwrap().unwrap().expires_at.unwrap();
    let token = path.trim_start_matches("/r/");
    let found = async |now: Millis| app.state.shares.find(token, now).await.unwrap().is_some();
    assert!(found(Millis(at.0 - 1)).await);
    assert!(!found(at).await);
    // Not only forgotten for late requests.
    assert!(found(Millis(at.0 - 1)).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_process_changes_holds_within_a_second() {
    let app = TestApp::start().await;
    let stream = app.sealed_stream().await;
    let other = Store::open(&app.directory.path().join("aftershow.db")).await.unwrap();
    let becomes = async |path: &str, cookie: &str, then: &str| {
        assert!(eventually(async || seen(&app, path, cookie).await == then).await, "never {then}");
    };
    let settings = |password: Option<String>, expires_at| ShareSettings {
        name: "Host".to_owned(),
        preset: aftershow::domain::record::Preset::Host,
        zone: "UTC".to_owned(),
        lang: "en".to_owned(),
        title: None,
        hide_host: false,
        slot: None,
        password,
        expires_at,
    };
    let (id, path) = app.link(stream, &[("password", "sesame")]).await;
    let id: i64 = id.parse().unwrap();
    let cookie = unlocked(&app, &path, "sesame").await;
    assert_eq!(seen(&app, &path, &cookie).await, "open");
    assert!(other.set_share_enabled(id, false).await.unwrap());
    becomes(&path, &cookie, "dead").await;
    assert!(other.set_share_enabled(id, true).await.unwrap());
    becomes(&path, &cookie, "open").await;
    let hash = aftershow::credentials::password::hash("another".to_owned().into()).await;
    assert!(other.update_share(id, &settings(Some(hash), None)).await.unwrap());
    becomes(&path, &cookie, "asks").await;
    assert!(other.update_share(id, &settings(None, None)).await.unwrap());
    becomes(&path, "", "open").await;
    assert!(other.update_share(id, &settings(None, Some(Millis(1)))).await.unwrap());
    becomes(&path, "", "dead").await;
    assert!(other.update_share(id, &settings(None, None)).await.unwrap());
    becomes(&path, "", "open").await;
    let row = other.share(id).await.unwrap().unwrap();
    assert!(other.rotate_share(id, row.version + 1, &[7; 32]).await.unwrap());
    becomes(&path, "", "dead").await;
    let (id, path) = app.link(stream, &[]).await;
    assert_eq!(seen(&app, &path, "").await, "open");
    assert!(other.delete_share(id.parse().unwrap()).await.unwrap());
    becomes(&path, "", "dead").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_begins_like_a_link_is_a_dead_link() {
    let app = TestApp::start().await;
    let stream = app.sealed_stream().await;
    let (_, path) = app.link(stream, &[]).await;
    let unknown = app.get("/r/0123456789012345678901234567890a").await.text().await.unwrap();
    let odd =
        ["/", "/report.csv/x", "/report.csv/", "//", "//report.csv", "/report.exe"].map(|end| format!("{path}{end}"));
    let odd = odd.into_iter().chain(["/r", "/r/", "/r/%ff"].map(str::to_owned)).chain([format!("/{path}")]);
    for odd in odd {
        let odd = odd.as_str();
        let answer = app.get(odd).await;
        assert_eq!((answer.status().as_u16(), location(&answer)), (404, ""), "{odd}");
        assert_eq!(answer.text().await.unwrap(), unknown, "{odd}");
    }
    assert_eq!(app.get(&path).await.status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ordinary_link_is_the_same_page_for_everybody() {
    let app = TestApp::start().await;
    let stream = app.sealed_stream().await;
    let (_, path) = app.link(stream, &[("lang", "zh")]).await;
    let signed_in = app.operator(Role::Admin).await;
    let readers: [&[(&str, &str)]; 4] = [
        // A browser without cookies, a second one with another language and cookies of its own, an unfurler, a user.
        &[("user-agent", "Mozilla/5.0 (iPhone) MicroMessenger/8.0"), ("accept-language", "zh-CN")],
        &[("user-agent", "Mozilla/5.0 Line/14"), ("accept-language", "ja"), ("cookie", "lang=ja; aftershow_link=x")],
        &[("user-agent", "facebookexternalhit/1.1"), ("accept", "*/*")],
        &[("cookie", &signed_in), ("accept", "text/html")],
    ];
    let mut first: Option<String> = None;
    for headers in readers {
        let mut request = app.request(Method::GET, &path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert!(answer.headers().get("set-cookie").is_none());
        let html = answer.text().await.unwrap();
        assert!(html.contains("og:title") && html.contains("观看人次"));
        assert_eq!(*first.get_or_insert_with(|| html.clone()), html, "{headers:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sponsor_is_shown_their_slot() {
    let app = TestApp::start().await;
    let viewers = |viewers| Counters { viewers, coins: 246_810, ..Counters::default() };
    let readings: Vec<_> = (0..=180).map(|i| (i * 10_000, viewers(i * 3))).collect();
    let stream = app.sealed_with(&readings).await;
    let start = app.engine.store.stream(stream).await.unwrap().unwrap().started_at;
    let civil = |at: Millis| {
        let at = jiff_time(at);
        at.strftime("%Y-%m-%d %H:%M").to_string()
    };
    let from = Millis((start.0 / 60_000 + 5) * 60_000);
    let (from, until) = (civil(from), civil(from + 600_000));
    let slot = [("preset", "sponsor"), ("zone", "UTC"), ("slot_from", from.as_str()), ("slot_until", until.as_str())];
    let (id, path) = app.link(stream, &slot).await;
    let html = app.get(&path).await.text().await.unwrap();
    let clock = |text: &str| text[11..].to_owned();
    // Over midnight the slot has both dates.
    let same_date = from[..10] == until[..10];
    let slot = format!("Entries in your slot {}–{}", clock(&from), clock(&until));
    assert!(!same_date || html.contains(&slot), "{html}");
    assert!(html.contains(">180<") && !html.contains("246,810"), "18 in a minute, ten minutes");
    let json = app.get(&format!("{path}/report.json")).await.text().await.unwrap();
    assert!(json.contains("\"slot\":["));

    // What the form shows is what it takes: sent back unchanged, nothing changes.
    let cookie = app.operator(Role::Operator).await;
    let before = app.engine.store.share(id.parse().unwrap()).await.unwrap().unwrap();
    let page =
        app.request(Method::GET, "/shares").header("cookie", &cookie).send().await.unwrap().text().await.unwrap();
    let value = |name: &str| {
        let field = page.split(&format!("id=\"{name}-{id}\"")).nth(1).unwrap().split('>').next().unwrap();
        field.split("value=\"").nth(1).map_or("", |rest| rest.split('"').next().unwrap()).to_owned()
    };
    let fields = ["name", "title", "zone", "expires", "slot_from", "slot_until"].map(|name| (name, value(name)));
    assert_eq!(value("slot_from"), from);
    let mut fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    fields.extend([("id", id.as_str()), ("preset", "sponsor"), ("lang", "en")]);
    assert_eq!(app.call(&cookie, "update_share", &fields).await.status(), 200);
    assert_eq!(app.engine.store.share(id.parse().unwrap()).await.unwrap().unwrap(), before);

    // Another preset has no slot, and the refusal says so.
    let host = [("id", id.as_str()), ("preset", "host"), ("slot_from", &from), ("slot_until", &until)];
    let refused = app.call(&cookie, "update_share", &host).await;
    assert_eq!(refused.status(), 422);
    assert!(refused.text().await.unwrap().contains("content Sponsor"));
}

fn jiff_time(at: Millis) -> jiff::ZonedDateTime {
    jiff::Timestamp::from_millisecond(at.0).unwrap().to_zoned_datetime(jiff::tz::TimeZone::UTC)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_internal_finding_is_shown_while_it_is_released() {
    let app = TestApp::start().await;
    // Three hundred a minute come in for two minutes, one of them whole by the clock, and nobody does anything.
    let readings: Vec<_> = (0..=180)
        .map(|i: i64| {
            let quiet = (i - 60).clamp(0, 12);
            let busy = i - quiet;
            (
                i * 10_000,
                Counters {
                    viewers: busy + quiet * 50,
                    messages: busy,
                    likes: busy,
                    coins: 246_810,
                    ..Counters::default()
                },
            )
        })
        .collect();
    let stream = app.sealed_with(&readings).await;
    let sealed = app.engine.store.report(stream, None).await.unwrap().unwrap();
    let record = report::open(&sealed).unwrap();
    let suspicion = record.findings.iter().find(|finding| finding.rule.name() == "entries_no_reaction").unwrap();
    assert!(!suspicion.shareable);
    let key = report::finding_key(suspicion).unwrap();
    let (_, path) = app.link(stream, &[]).await;
    let (_, sponsor) = app.link(stream, &[("preset", "sponsor")]).await;
    let shows_coins = async |path: &str| {
        let html = app.get(path).await.text().await.unwrap();
        let json = app.get(&format!("{path}/report.json")).await.text().await.unwrap();
        let (page, file) = (html.contains("no message, like or gift"), json.contains("entries_no_reaction"));
        assert_eq!(page, file);
        let answer = app.request(Method::POST, "/verify").body(json).send().await.unwrap().text().await.unwrap();
        assert!(answer.contains("\"genuine\""), "{answer}");
        page
    };
    assert!(!shows_coins(&path).await);
    let cookie = app.operator(Role::Operator).await;
    let stream_field = stream.to_string();
    let fields = [("stream", stream_field.as_str()), ("finding", key.as_str())];
    let console =
        app.request(Method::GET, &format!("/streams/{stream}")).header("cookie", &cookie).send().await.unwrap();
    assert!(console.text().await.unwrap().contains(&format!("value=\"{key}\"")));
    assert_eq!(app.call(&cookie, "release_finding", &fields).await.status(), 200);
    assert!(shows_coins(&path).await);
    // It speaks of gifts, which a sponsor is not shown.
    assert!(!shows_coins(&sponsor).await);
    // What is sealed stays what it was.
    assert_eq!(app.engine.store.report(stream, None).await.unwrap().unwrap(), sealed);
    assert_eq!(app.call(&cookie, "withhold_finding", &fields).await.status(), 200);
    assert!(!shows_coins(&path).await);
    let unknown = [("stream", stream_field.as_str()), ("finding", "0123")];
    assert_eq!(app.call(&cookie, "release_finding", &unknown).await.status(), 404);
    let log = app.engine.store.audit_log(None, 10).await.unwrap();
    let deeds: Vec<_> = log.iter().map(|row| row.action.name()).filter(|action| action.ends_with("finding")).collect();
    assert_eq!(deeds, ["withhold_finding", "release_finding"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_dead_answers_are_delayed_and_passwords_wait_longer_each_time() {
    let app = TestApp::start().await;
    let shares = &app.state.shares;
    let (one, other) = (ClientAddress([192, 0, 2, 1].into()), ClientAddress([192, 0, 2, 2].into()));
    let start = Millis(1_800_000_000_000);
    for _ in 0..30 {
        assert_eq!(shares.not_found_delay(one, start), Duration::ZERO);
    }
    let beyond: Vec<_> = (0..50).map(|_| shares.not_found_delay(one, start + 59_000).as_millis()).collect();
    assert_eq!((beyond[0], beyond[1], beyond[49]), (250, 500, 10_000));
    assert_eq!(shares.not_found_delay(other, start + 59_000), Duration::ZERO);
    assert_eq!(shares.not_found_delay(one, start + 60_000), Duration::ZERO);

    let stream = app.sealed_stream().await;
    let (_, path) = app.link(stream, &[("password", "sesame"), ("expires", "never")]).await;
    let row = shares.find(path.trim_start_matches("/r/"), start).await.unwrap().unwrap();
    let attempt =
        async |password: &str, from, now| shares.unlock(&row, password.to_owned().into(), from, now).await.map(|_| ());
    for _ in 0..5 {
        assert_eq!(attempt("wrong", one, start).await, Err(LinkPasswordError::Wrong));
    }
    let mut now = start;
    for wait in [1, 2, 4, 8] {
        // Nothing is checked meanwhile, not even the right one.
        assert_eq!(attempt("sesame", one, now).await, Err(LinkPasswordError::Wait(wait + 1)));
        now = now + wait * 1_000;
        assert_eq!(attempt("wrong", one, now).await, Err(LinkPasswordError::Wrong));
    }
    assert_eq!(attempt("sesame", other, now).await, Ok(()));
    now = now + 16_000;
    assert_eq!(attempt("sesame", one, now).await, Ok(()));
    assert_eq!(attempt("wrong", one, now).await, Err(LinkPasswordError::Wrong), "and starts anew");
}

#[tokio::test(flavor = "multi_thread")]
async fn beyond_a_hundred_wrong_passwords_an_hour_answers_are_late_and_none_is_refused() {
    let app = TestApp::start().await;
    let start = Millis(1_800_000_000_000);
    let admit = async |link, network: u32, now| {
        let from = ClientAddress(std::net::Ipv4Addr::from_bits(0x0a00_0000 + network).into());
        app.state.shares.admit(link, from, now).await.unwrap()
    };
    // Each from a network of its own, so that none has tried more than once.
    for network in 0..100 {
        assert_eq!(admit(1, network, start).await, Duration::ZERO, "{network}");
    }
    for network in 100..1_000 {
        assert_eq!(admit(1, network, start).await, Duration::from_secs(5), "{network}");
    }
    assert_eq!(admit(2, 1_000, start).await, Duration::ZERO, "another link");
    assert_eq!(admit(1, 1_001, start + 3_600_000).await, Duration::ZERO, "an hour later");
}

#[tokio::test]
async fn one_tap_gives_the_ordinary_link_of_the_same_person_again_while_it_opens() {
    let app = TestApp::start().await;
    let stream = app.sealed_stream().await.to_string();
    let (mine, other) = (app.operator(Role::Operator).await, app.operator(Role::Admin).await);
    let tap = async |cookie: &str, more: &[(&str, &str)]| {
        let fields: Vec<_> = [("stream", stream.as_str()), ("again", "true")].iter().chain(more).copied().collect();
        let answer: serde_json::Value = app.call(cookie, "create_share", &fields).await.json().await.unwrap();
        answer["id"].as_i64().unwrap()
    };
    let first = tap(&mine, &[]).await;
    assert_eq!(tap(&mine, &[]).await, first);
    let theirs = tap(&other, &[]).await;
    assert_ne!(theirs, first, "each hands out, and takes back, links of their own");
    // Without the choice each is another; and one that is more than ordinary is never the answer.
    let named = app.call(&mine, "create_share", &[("stream", &stream), ("name", "For Mira")]).await;
    let named = named.json::<serde_json::Value>().await.unwrap()["id"].as_i64().unwrap();
    assert_eq!(tap(&mine, &[]).await, first);
    let off = app.call(&mine, "set_share_enabled", &[("id", &first.to_string()), ("enabled", "false")]).await;
    assert!(off.status().is_success());
    let next = tap(&mine, &[]).await;
    assert!(![first, named, theirs].contains(&next), "an off one is not given again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_sealed_again_is_a_revision_that_its_links_show_at_once() {
    let app = TestApp::start().await;
    let stream = app.sealed_stream().await;
    let (_, path) = app.link(stream, &[]).await;
    let document =
        async || -> serde_json::Value { app.get(&format!("{path}/report.json")).await.json().await.unwrap() };
    let before = document().await;
    let cookie = app.operator(Role::Operator).await;
    let again = app.call(&cookie, "seal_again", &[("stream", &stream.to_string())]).await;
    assert_eq!(again.status(), 200, "{}", again.text().await.unwrap());
    let after = document().await;
    assert_eq!((&before["record"]["revision"], &after["record"]["revision"]), (&1.into(), &2.into()));
    assert_eq!(before["record"]["totals"], after["record"]["totals"]);
    let none = app.call(&cookie, "seal_again", &[("stream", "99")]).await;
    assert_eq!(none.status(), 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn links_are_refused_as_text() {
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
    // The client under test here logs its own requests; the server's lines are what counts.
    let ours: Vec<&str> = log.lines().filter(|line| line.contains("aftershow")).collect();
    assert!(ours.iter().any(|line| line.contains("/r/{token}")));
    for line in ours {
        assert!(!line.contains(path.trim_start_matches("/r/")) && !line.contains("never-given"), "{line}");
    }
}

#[tokio::test]
async fn a_link_of_another_key_file_works_and_is_never_copied_wrongly() {
    let app = TestApp::start().await;
    let stream = app.sealed_stream().await;
    let cookie = app.operator(Role::Operator).await;
    let (id, _) = app.link(stream, &[]).await;
    // As if the key file had been another one when the link was made.
    let token = "OtherKeyOtherKeyOtherKeyOtherKey";
    let number = id.parse().unwrap();
    app.engine.store.rotate_share(number, 2, &aftershow::credentials::token::hash(token)).await.unwrap();
    app.state.changes.increment();
    let page = app.get(&format!("/r/{token}")).await;
    assert_eq!(page.status(), 200);
    let html = page.text().await.unwrap();
    assert!(html.contains(&format!("/r/{token}/report.csv")), "its files are under the address that was asked: {html}");
    assert_eq!(app.get(&format!("/r/{token}/report.csv")).await.status(), 200);
    let copied = app.call(&cookie, "copy_share_link", &[("id", &id)]).await;
    assert!(copied.status().is_client_error(), "{}", copied.status());
    assert!(copied.text().await.unwrap().contains("key file was replaced"));
    let list =
        app.request(Method::GET, "/shares").header("cookie", &cookie).send().await.unwrap().text().await.unwrap();
    assert!(list.contains("Key file was replaced") && !list.contains("/r/"), "{list}");
    let moved = app.call(&cookie, "rotate_share", &[("id", &id)]).await;
    assert!(moved.status().is_success(), "{}", moved.status());
    assert_eq!(app.get(&format!("/r/{token}")).await.status(), 404);
    let link = app.state.shares.link(number).await.unwrap();
    assert_eq!(app.get(&link).await.status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_policy_of_a_page_allows_its_own_scripts_and_its_address_stays_in_it() {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use sha2::{Digest, Sha256};
    let app = TestApp::start().await;
    let stream = app.sealed_stream().await;
    let (_, path) = app.link(stream, &[]).await;
    let answer = app.get(&path).await;
    let policy = header(answer.headers(), "content-security-policy").to_owned();
    let page = answer.text().await.unwrap();
    let scripts: Vec<&str> = page.split("<script type=\"module\">").skip(1).collect();
    for script in &scripts {
        let text = script.split("</script>").next().unwrap();
        let hash = STANDARD.encode(Sha256::digest(text));
        assert!(policy.contains(&format!("'sha256-{hash}'")), "{policy}");
    }
    assert_eq!(policy.matches("'sha256-").count(), scripts.len(), "{policy}");
    assert_eq!(page.matches("<script").count(), scripts.len(), "no other script runs");
    // The form of a password needs an Origin; what the page loads gets no Referer with the token in it.
    let (_, path) = app.link(stream, &[("password", "sesame")]).await;
    let form = app.get(&path).await.text().await.unwrap();
    assert!(form.contains("type=\"password\""));
    for link in form.split("<link ").skip(1) {
        assert!(link.split('>').next().unwrap().contains("referrerpolicy=\"no-referrer\""), "{link}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_console_shows_the_fingerprint_that_a_links_readers_see() {
    let app = TestApp::start().await;
    let stream = app.sealed_stream().await;
    let cookie = app.operator(Role::Operator).await;
    let shown = async |path: &str| {
        let html = app.request(Method::GET, path).header("cookie", &cookie).send().await.unwrap().text().await.unwrap();
        let codes = html.split("<code>").skip(1).filter_map(|rest| rest.split("</code>").next());
        let is_fingerprint = |code: &&str| code.len() == 19 && code.bytes().filter(|byte| *byte == b'-').count() == 3;
        (codes.filter(is_fingerprint).map(str::to_owned).collect::<Vec<String>>(), html)
    };
    let (_, sponsor) = app.link(stream, &[("preset", "sponsor")]).await;
    let (_, host) = app.link(stream, &[]).await;
    let (own, all) = (shown(&sponsor).await.0, shown(&host).await.0);
    assert!(own.len() == 1 && all.len() == 1 && own != all, "{own:?} {all:?}");
    for page in ["/shares".to_owned(), format!("/streams/{stream}")] {
        let (codes, html) = shown(&page).await;
        assert!(codes.contains(&own[0]) && codes.contains(&all[0]), "{page}: {codes:?}");
        if page.starts_with("/streams") {
            assert!(codes.len() == 3 && html.contains("Fingerprint of the full report"), "{codes:?}");
        }
    }

    // A new revision changes what readers see, before any of them has asked for it.
    app.revise(stream).await;
    let (codes, _) = shown("/shares").await;
    let revised = shown(&sponsor).await.0;
    assert!(codes.contains(&revised[0]) && !codes.contains(&own[0]), "{codes:?}");
}
