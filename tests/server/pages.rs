//! The console's pages as whole answers: a title, one heading, nothing inline that the policy forbids.

use crate::helpers::{APP, TestApp, header, location, set_cookie};
use aftershow::config::AppConfig;
use aftershow::domain::Role;
use aftershow::domain::{AppId, RoomId, StreamKind};
use aftershow::store::{NewStream, SessionPart};
use reqwest::Method;

/// The page as this user gets it: status and HTML.
async fn page(app: &TestApp, cookie: &str, path: &str) -> (u16, String) {
    let answer = app.request(Method::GET, path).header("cookie", cookie).send().await.unwrap();
    assert!(header(answer.headers(), "content-security-policy").contains("'nonce-"), "{path}");
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// An element that runs or styles inline, if there is one.
fn inline(html: &str) -> Option<&str> {
    let tags = html.split('<').filter_map(|tag| tag.split_once('>').map(|(tag, _)| tag));
    tags.filter(|tag| !tag.starts_with(['/', '!'])).find(|tag| {
        tag.contains(" style=") || tag.split(' ').any(|part| part.starts_with("on") && part.contains("=\""))
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_has_its_title_and_one_heading_in_every_language() {
    let app = TestApp::start().await;
    let stream = app.sealed_stream().await;
    app.link(stream, &[]).await;
    let cookie = app.operator(Role::Admin).await;
    let stream = format!("/streams/{stream}");
    let pages = [
        ("/", 200),
        ("/?kiosk=1", 200),
        ("/?q=nobody", 200),
        ("/streams", 200),
        ("/streams?state=live", 200),
        ("/streams?sort=likes&order=up", 200),
        (stream.as_str(), 200),
        ("/streams/999", 404),
        ("/rooms/1400000001/sealed%5Froom", 200),
        ("/rooms/x/y", 404),
        ("/rooms", 200),
        ("/hosts", 200),
        ("/hosts?month=2001-01", 200),
        ("/hosts?month=nonsense", 200),
        ("/hosts/1400000001/deer", 200),
        ("/search", 200),
        ("/search?q=%E9%B9%BF", 200),
        ("/search?q=%3Cb%3E", 200),
        ("/shares", 200),
        ("/status", 200),
        ("/settings", 200),
        ("/verify", 200),
        ("/login", 200),
        ("/setup", 200),
        ("/setup?once=x", 200),
        ("/no/such/page", 404),
    ];
    let mut wrong = Vec::new();
    for (path, status) in pages {
        for lang in ["en", "zh", "ja"] {
            let joint = if path.contains('?') { '&' } else { '?' };
            let (answered, html) = page(&app, &cookie, &format!("{path}{joint}lang={lang}")).await;
            let found = (answered, html.matches("<h1").count(), html.matches("<main").count(), inline(&html));
            if found != (status, 1, 1, None) || !html.contains("<title>") || html.contains("电台 <b>") {
                wrong.push(format!("{path} {lang}: {found:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn history_is_narrowed_by_state_and_hosts_are_listed_with_their_own_page() {
    let app = TestApp::start().await;
    let stream = app.sealed_stream().await;
    let cookie = app.operator(Role::Viewer).await;
    let row = format!("href=\"/streams/{stream}\"");
    for (state, there) in [("", true), ("sealed", true), ("live", false), ("ending", false), ("nonsense", true)] {
        let (_, html) = page(&app, &cookie, &format!("/streams?state={state}")).await;
        assert_eq!(html.contains(&row), there, "{state}");
    }
    let (_, html) = page(&app, &cookie, "/streams?from=2026-13-01").await;
    assert!(html.contains("“2026-13-01” is not a valid date") && html.contains(&row), "{html}");
    let started = app.engine.store.stream(stream).await.unwrap().unwrap().started_at;
    let month = jiff::Timestamp::from_millisecond(started.0).unwrap().in_tz("Asia/Shanghai").unwrap();
    let (_, html) = page(&app, &cookie, &format!("/hosts?month={}", month.strftime("%Y-%m"))).await;
    assert!(html.contains("href=\"/hosts/1400000001/deer\""), "{html}");
    assert!(html.contains("246,810") && html.contains("Gifters are not totalled"));
    let (_, html) = page(&app, &cookie, "/hosts?month=2001-01").await;
    assert!(!html.contains("/hosts/1400000001/deer") && html.contains("No hosts this month"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_made_by_a_form_is_shown_to_its_maker_and_listed_without_itself() {
    let app = TestApp::start().await;
    let cookie = app.operator(Role::Admin).await;
    let answer = app.submit(&cookie, "/settings", "create_token", &[("name", "<i>crm")]).await;
    let (_, html) = page(&app, &cookie, location(&answer)).await;
    assert!(html.contains("created a token") && !html.contains("create_token ·"), "the log speaks in i18n");
    let token = html.split("<code>").nth(1).and_then(|rest| rest.split('<').next()).unwrap_or_default().to_owned();
    assert!(token.len() > 20, "{html}");
    let reads = app.request(Method::GET, "/api/v1/streams").bearer_auth(&token).send().await.unwrap();
    assert_eq!(reads.status(), 200);
    let (_, later) = page(&app, &cookie, "/settings").await;
    assert!(!later.contains(&token) && later.contains("&lt;i&gt;crm") && !later.contains("<i>crm"), "{later}");
    app.submit(&cookie, "/settings", "remove_token", &[("name", "<i>crm")]).await;
    let reads = app.request(Method::GET, "/api/v1/streams").bearer_auth(&token).send().await.unwrap();
    assert_eq!(reads.status(), 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_only_look_is_offered_nothing_else() {
    let app = TestApp::start().await;
    let stream = app.sealed_stream().await;
    let (_, link) = app.link(stream, &[]).await;
    let cookie = app.operator(Role::Viewer).await;
    for path in ["/", "/streams", &format!("/streams/{stream}"), "/shares", "/status", "/settings", "/hosts"] {
        let (_, html) = page(&app, &cookie, path).await;
        let forms: Vec<&str> = html.split("/api/fn/").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert!(
            forms.iter().all(|form| ["sign_out", "set_view", "change_password"].contains(form)),
            "{path} {forms:?}"
        );
        assert!(!html.contains(&link), "{path} tells a link");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_title_cannot_leave_the_title() {
    let app = TestApp::start().await;
    let title = "</title><meta http-equiv=refresh>";
    let new = NewStream {
        app: APP,
        room: RoomId::parse("hostile").unwrap(),
        kind: StreamKind::Stream,
        create_time: None,
        part: SessionPart::default(),
        title: Some(title.to_owned()),
        host: Some(title.to_owned()),
        host_name: Some(title.to_owned()),
        interval_ms: 10_000,
        first_seen: aftershow::web::context::now(),
        started_at: aftershow::web::context::now(),
    };
    let id = app.engine.store.open_streams(&[new]).await.unwrap()[0];
    let cookie = app.operator(Role::Admin).await;
    let account: String = title.bytes().map(|byte| format!("%{byte:02x}")).collect();
    let host = format!("/hosts/{APP}/{account}");
    for path in [format!("/streams/{id}"), format!("/rooms/{APP}/hostile"), host, "/streams?state=live".to_owned()] {
        let (status, html) = page(&app, &cookie, &path).await;
        assert_eq!(status, 200, "{path}");
        assert!(!html.contains("<meta http-equiv"), "{path}");
        assert_eq!(html.matches("</title>").count(), 1, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_and_what_was_typed_cannot_leave_their_fields() {
    let app = TestApp::start().await;
    let stream = app.sealed_stream().await.to_string();
    let cookie = app.operator(Role::Operator).await;
    let text = "</textarea><meta http-equiv=refresh> & more";
    app.submit(&cookie, "/", "add_note", &[("stream", &stream), ("text", text)]).await;
    let admin = app.operator(Role::Admin).await;
    let (_, html) = page(&app, &admin, &format!("/streams/{stream}")).await;
    assert!(!html.contains("<meta http-equiv"), "the note");
    assert!(html.contains("&lt;/textarea&gt;&lt;meta http-equiv=refresh&gt; &amp; more"), "the note is kept as typed");
    // Refused for its length, so it is in the form again.
    let rooms = format!("</textarea><meta http-equiv=refresh>{}", "x".repeat(49));
    let answer = app.submit(&cookie, "/", "add_rooms", &[("rooms", &rooms)]).await;
    let (_, html) = page(&app, &cookie, location(&answer)).await;
    assert!(!html.contains("<meta http-equiv"), "what was typed");
}

#[tokio::test(flavor = "multi_thread")]
async fn several_apps_are_distinguished_by_their_names() {
    let app = TestApp::start_with(|config| {
        let endpoint = config.apps[0].endpoint.clone();
        config.apps[0].name = Some("Mainland China".to_owned());
        config.apps[0].short = Some("CN".to_owned());
        config.apps.push(AppConfig::new(AppId(1_400_000_077), "secret".to_owned().into(), endpoint));
    })
    .await;
    let sealed = app.sealed_stream().await;
    let cookie = app.operator(Role::Admin).await;
    let full = format!("Mainland China · SDKAppID {APP}");
    for path in ["/".to_owned(), "/status".to_owned(), "/settings".to_owned(), format!("/streams/{sealed}")] {
        let (_, html) = page(&app, &cookie, &path).await;
        assert!(html.contains(&full), "{path}");
    }
    let (_, html) = page(&app, &cookie, "/status").await;
    assert!(html.contains("<h2>SDKAppID 1400000077</h2>"), "an app without a name is called by its SDKAppID");
    let (_, html) = page(&app, &cookie, "/streams").await;
    let rows = html.split("<table").nth(1).unwrap_or_default();
    assert!(rows.contains("CN") && !rows.contains("Mainland"), "rows carry the short form");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_is_a_file_without_formulas() {
    let app = TestApp::start().await;
    let sealed = app.sealed_stream().await.to_string();
    let new = NewStream {
        app: APP,
        room: RoomId::parse("=1+1").unwrap(),
        kind: StreamKind::Stream,
        create_time: None,
        part: SessionPart::default(),
        title: Some("@SUM(1+1),\"x\"".to_owned()),
        host: None,
        host_name: Some("+1".to_owned()),
        interval_ms: 10_000,
        first_seen: aftershow::web::context::now(),
        started_at: aftershow::web::context::now(),
    };
    app.engine.store.open_streams(&[new]).await.unwrap();
    let cookie = app.operator(Role::Viewer).await;
    let list = async |path: &str| {
        let answer = app.request(Method::GET, path).header("cookie", &cookie).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        assert!(header(answer.headers(), "content-disposition").starts_with("attachment"), "{path}");
        answer.text().await.unwrap().lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let ended = list("/streams.csv").await;
    assert!(ended[0].contains(",state,business_day,started,"), "{ended:?}");
    assert!(ended[0].starts_with("\u{feff}id,app,room,") && ended.len() == 2, "{ended:?}");
    assert!(ended[1].starts_with(&format!("{sealed},")), "{ended:?}");
    let columns = |line: &str| line.split(',').count();
    assert_eq!(columns(&ended[0]), columns(&ended[1]));
    assert_eq!(list("/streams.csv?q=nobody").await.len(), 1, "as filtered");
    let live = list("/streams.csv?state=live").await;
    // A bare number may stay one; what a spreadsheet would run may not.
    assert!(live[1].contains(",\"'=1+1\",\"'@SUM(1+1),\"\"x\"\"\",,+1,"), "{live:?}");
    // Nothing is staged here.
    let altered = app.request(Method::GET, "/demo/altered/1").header("cookie", &cookie).send().await.unwrap();
    assert_eq!(altered.status(), 404);
    let (_, html) = page(&app, &cookie, "/streams?phone=1").await;
    assert!(!html.contains("iframe") && !html.contains("demo-strip"), "outside the demo");
    assert!(html.contains("no baseline yet (0/4 streams)") && html.contains("not shared"), "{html}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_needs_attention_has_a_page_of_its_own() {
    let app = TestApp::start().await;
    let cookie = app.operator(Role::Viewer).await;
    app.call(&app.operator(Role::Operator).await, "add_rooms", &[("rooms", crate::helpers::ROOM)]).await;
    let (status, html) = page(&app, &cookie, "/?view=attention&lang=en").await;
    assert_eq!(status, 200);
    assert!(html.contains("Nothing needs attention") && html.contains("href=\"/\">All"), "{html}");
    assert!(!html.contains("data-id="), "a stream that is in order is not among them");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_was_chosen_narrows_every_page_until_another_is_chosen() {
    let app = TestApp::start_with(|config| {
        let endpoint = config.apps[0].endpoint.clone();
        config.apps[0].short = Some("CN".to_owned());
        config.apps.push(AppConfig::new(AppId(1_400_000_077), "secret".to_owned().into(), endpoint));
        config.apps[1].short = Some("JP".to_owned());
    })
    .await;
    let stream = app.sealed_stream().await;
    app.link(stream, &[]).await;
    let cookie = app.operator(Role::Operator).await;
    let row = format!("href=\"/streams/{stream}\"");
    let get = async |path: &str, chosen: &str| {
        let cookie = format!("{cookie}; {chosen}");
        let answer = app.request(Method::GET, path).header("cookie", cookie).send().await.unwrap();
        let chosen = set_cookie(&answer, "app").map(|(name, _)| name);
        (chosen, answer.text().await.unwrap())
    };
    // The address names it by its short form, in any case.
    let (chosen, html) = get("/streams?app=jp", "").await;
    assert_eq!(chosen.as_deref(), Some("app=1400000077"));
    assert!(!html.contains(&row) && html.contains("href=\"/hosts?app=jp\""), "{html}");
    // It stays chosen on pages whose address says nothing.
    for path in ["/streams", "/hosts", "/shares", "/search?q=deer"] {
        let (_, html) = get(path, "app=1400000077").await;
        assert!(!html.contains(&row) && !html.contains("/hosts/1400000001/deer"), "{path}");
        let (_, html) = get(path, "app=1400000001").await;
        assert!(html.contains(&row) || html.contains("/hosts/1400000001/deer"), "{path}");
    }
    let (chosen, html) = get("/streams?app=all", "app=1400000077").await;
    assert!(chosen.as_deref() == Some("app=") && html.contains(&row), "{chosen:?}");
    // What is no app of this console changes nothing.
    assert_eq!(get("/streams?app=999", "").await.0, None);
    let csv = get("/streams.csv?app=jp", "").await.1;
    assert_eq!(csv.lines().count(), 1, "{csv}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_search_finds_streams_hosts_links_and_what_to_do_with_a_room() {
    let app = TestApp::start().await;
    let stream = app.sealed_stream().await;
    let (_, link) = app.link(stream, &[("name", "Sponsor <b>")]).await;
    let cookie = app.operator(Role::Operator).await;
    let row = format!("href=\"/streams/{stream}\"");
    let seal = app.engine.store.stream(stream).await.unwrap().unwrap().seal.unwrap();
    let search = async |cookie: &str, typed: &str| {
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", typed).finish();
        page(&app, cookie, &format!("/search?{query}")).await.1
    };
    for typed in ["sealed_ro", "小鹿", "sponsor", &seal.sha256[..16], &app.url(&link)] {
        assert!(search(&cookie, typed).await.contains(&row), "{typed}");
    }
    let html = search(&cookie, "deer").await;
    assert!(html.contains("href=\"/hosts/1400000001/deer\""), "{html}");
    let html = search(&cookie, "some_room").await;
    assert!(html.contains("Nothing found") && html.contains("/api/fn/add_rooms"), "{html}");
    // Who may only look is offered nothing to do, and learns of no address.
    let html = search(&app.operator(Role::Viewer).await, "some_room").await;
    assert!(!html.contains("/api/fn/add_rooms") && !html.contains("/api/fn/take_snapshot"));
    assert!(search(&cookie, &"x".repeat(5_000)).await.contains("Nothing found"));
}
