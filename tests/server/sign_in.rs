//! Sessions: how they begin, what they look like, how they end.

use crate::helpers::{FormBody, PASSWORD, TestApp, header, location, set_cookie};
use aftershow::credentials::password;
use aftershow::domain::Role;
use aftershow::web::context::now;
use reqwest::Method;
use secrecy::ExposeSecret;

#[tokio::test(flavor = "multi_thread")]
async fn the_first_operator_comes_with_the_set_up_link_once() {
    let app = TestApp::start().await;
    let once = app.state.accounts.open_setup(now()).await.unwrap().unwrap();
    assert_eq!(app.get(&format!("/setup?once={}", once.expose_secret())).await.status(), 200);
    let fields = [("once", once.expose_secret()), ("name", "Ada"), ("password", PASSWORD)];
    let wrong = [("once", "guess"), ("name", "Eve"), ("password", PASSWORD)];
    assert_eq!(app.call("", "set_up", &wrong).await.status(), 403);
    let short = [("once", once.expose_secret()), ("name", "Ada"), ("password", "short")];
    assert_eq!(app.call("", "set_up", &short).await.status(), 422);

    let answer = app.call("", "set_up", &fields).await;
    assert_eq!(answer.status(), 200);
    let (cookie, _) = set_cookie(&answer, "aftershow").unwrap();
    let page = app.request(Method::GET, "/").header("cookie", &cookie).send().await.unwrap();
    assert_eq!(page.status(), 200);
    assert!(app.engine.store.users().await.unwrap()[0].role == Role::Admin);
    let log = app.engine.store.audit_log(None, 10).await.unwrap();
    assert_eq!((log.len(), log[0].who.as_str(), log[0].action.name()), (1, "Ada", "set_up"));

    assert_eq!(app.call("", "set_up", &fields).await.status(), 403);
    assert!(app.state.accounts.open_setup(now()).await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_has_a_new_id_and_ends_when_asked() {
    let app = TestApp::start().await;
    let old = app.operator(Role::Operator).await;
    let fields = [("name", "The Operator"), ("password", PASSWORD), ("next", "/streams?sort=coins")];
    let answer = app.submit(&old, "/login", "sign_in", &fields).await;
    assert_eq!((answer.status().as_u16(), location(&answer)), (303, "/streams?sort=coins"));
    let (cookie, attributes) = set_cookie(&answer, "aftershow").unwrap();
    assert_ne!(cookie, old);
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=1209600"] {
        assert!(attributes.contains(attribute), "{attributes}");
    }
    assert!(!attributes.contains("Secure"));

    // The session the browser had before ended with the sign-in.
    let status = |cookie: String| app.request(Method::GET, "/").header("cookie", cookie).send();
    assert_eq!(status(old).await.unwrap().status(), 303);
    let page = status(cookie.clone()).await.unwrap();
    assert_eq!(page.status(), 200);
    assert_eq!(header(page.headers(), "cache-control"), "no-store");
    assert!(header(page.headers(), "vary").contains("Cookie") || page.headers().get_all("vary").iter().count() > 1);
    let policy = header(page.headers(), "content-security-policy").to_owned();
    assert!(policy.contains("'nonce-") && !policy.contains("unsafe-inline"), "{policy}");
    assert_eq!(header(page.headers(), "referrer-policy"), "same-origin");
    assert_eq!(header(page.headers(), "x-content-type-options"), "nosniff");
    assert!(page.text().await.unwrap().contains("the operator"));

    let answer = app.submit(&cookie, "/", "sign_out", &[]).await;
    assert_eq!((answer.status().as_u16(), location(&answer)), (303, "/login"));
    assert!(set_cookie(&answer, "aftershow").unwrap().1.contains("Max-Age=0"));
    assert_eq!(status(cookie).await.unwrap().status(), 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn cookies_are_secure_where_the_address_is() {
    let app = TestApp::start_with(|config| config.public_url = Some("https://console.example".parse().unwrap())).await;
    app.operator(Role::Viewer).await;
    let fields = [("name", "the viewer"), ("password", PASSWORD)];
    assert_eq!(app.call("", "sign_in", &fields).await.status(), 403, "the origin is not the public address");
    let answer = app
        .request(Method::POST, "/api/fn/sign_in")
        .header("origin", "https://console.example")
        .form(&fields)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    let (cookie, attributes) = set_cookie(&answer, "__Host-aftershow").unwrap();
    assert!(attributes.contains("Secure") && attributes.contains("Path=/;"), "{attributes}");
    let (_, id) = cookie.split_once('=').unwrap();
    let status = async |cookie: String| {
        let answer = app.request(Method::GET, "/").header("cookie", cookie).send().await.unwrap();
        assert_eq!(header(answer.headers(), "strict-transport-security"), "max-age=31536000");
        answer.status().as_u16()
    };
    assert_eq!(status(cookie.clone()).await, 200);
    assert_eq!(status(format!("aftershow={id}")).await, 303, "a sibling host could set this one");
    let answer = app
        .request(Method::POST, "/api/fn/sign_out")
        .header("origin", "https://console.example")
        .header("cookie", &cookie)
        .send()
        .await
        .unwrap();
    assert!(set_cookie(&answer, "__Host-aftershow").unwrap().1.contains("Max-Age=0"));
    let plain = TestApp::start().await;
    assert!(!plain.get("/login").await.headers().contains_key("strict-transport-security"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_a_month_after_its_sign_in_however_much_it_is_used() {
    const DAY: i64 = 24 * 3_600_000;
    let app = TestApp::start().await;
    app.operator(Role::Viewer).await;
    let (operator, _) = app.engine.store.user_by_name("the viewer").await.unwrap().unwrap();
    let start = now();
    let id = app.state.accounts.begin_session(operator.id, start).await.unwrap();
    let is_open = async |day: i64| app.state.accounts.session(&id, start + day * DAY).await.unwrap().is_some();
    for day in [10, 20, 29] {
        assert!(is_open(day).await, "{day}");
    }
    assert!(!is_open(30).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_ins_are_in_the_audit_log_and_failed_ones_few_times() {
    let app = TestApp::start().await;
    app.operator(Role::Viewer).await;
    let sign_in = async |name: &str, password: &str| {
        app.call("", "sign_in", &[("name", name), ("password", password)]).await.status().as_u16()
    };
    for _ in 0..3 {
        assert_eq!(sign_in("The Viewer", "wrong password").await, 403);
        assert_eq!(sign_in("my password 123", "oops").await, 403);
    }
    assert_eq!(sign_in("the viewer", PASSWORD).await, 200);
    assert_eq!(sign_in("the viewer", PASSWORD).await, 200);
    let (operator, _) = app.engine.store.user_by_name("the viewer").await.unwrap().unwrap();
    let once = app.state.accounts.mint_sign_in(operator.id, now()).await.unwrap();
    assert_eq!(app.get(&format!("/login?once={}", once.expose_secret())).await.status(), 303);
    let once = app.state.accounts.mint_sign_in(operator.id, now()).await.unwrap();
    assert_eq!(app.call("", "sign_in_once", &[("once", once.expose_secret())]).await.status(), 200);
    let log = app.engine.store.audit_log(None, 100).await.unwrap();
    let log: Vec<_> = log.iter().rev().map(|row| (row.who.as_str(), row.action.name(), row.subject.as_str())).collect();
    assert_eq!(
        log,
        [
            ("the viewer", "sign_in_failed", "1 failed attempt"),
            ("(unknown)", "sign_in_failed", "1 failed attempt"),
            ("the viewer", "sign_in", "after 3 failed attempts"),
            ("the viewer", "sign_in", ""),
            ("the viewer", "sign_in_once", ""),
            ("the viewer", "sign_in_once", ""),
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_session_of_an_admin_does_not_change_its_own_password_without_the_current_one() {
    let app = TestApp::start().await;
    let admin = app.operator(Role::Admin).await;
    let fields = [("name", "THE admin"), ("password", "another password")];
    let answer = app.call(&admin, "set_operator_password", &fields).await;
    assert_eq!(answer.status(), 422);
    assert!(answer.text().await.unwrap().contains("current"));
    let fields = [("current_password", "not this one"), ("new_password", "another password")];
    assert_eq!(app.call(&admin, "change_password", &fields).await.status(), 422);
    let fields = [("current_password", PASSWORD), ("new_password", "another password")];
    assert_eq!(app.call(&admin, "change_password", &fields).await.status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn next_leads_nowhere_else() {
    let app = TestApp::start().await;
    app.operator(Role::Viewer).await;
    for next in ["https://evil.example", "//evil.example", "/\\evil.example"] {
        let fields = [("name", "the viewer"), ("password", PASSWORD), ("next", next)];
        assert_eq!(location(&app.submit("", "/login", "sign_in", &fields).await), "/", "{next}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_is_slowed_down_by_account() {
    let app = TestApp::start().await;
    app.operator(Role::Viewer).await;
    for _ in 0..5 {
        let fields = [("name", "the viewer"), ("password", "wrong password")];
        assert_eq!(app.call("", "sign_in", &fields).await.status(), 403);
    }
    // Right or wrong, unknown or not: nothing is checked for a while.
    let answer = app.call("", "sign_in", &[("name", "THE VIEWER"), ("password", PASSWORD)]).await;
    assert_eq!(answer.status(), 429);
    assert!(answer.text().await.unwrap().contains("Too many attempts"));
    let other = app.call("", "sign_in", &[("name", "nobody"), ("password", PASSWORD)]).await;
    assert_eq!(other.status(), 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_signed_in_before_is_not_held_off_by_others() {
    let app = TestApp::start().await;
    app.operator(Role::Viewer).await;
    let right = [("name", "the viewer"), ("password", PASSWORD)];
    let first = app.call("", "sign_in", &right).await;
    let (device, attributes) = set_cookie(&first, "aftershow_device").unwrap();
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/api/fn", "Max-Age=31536000"] {
        assert!(attributes.contains(attribute), "{attributes}");
    }
    for _ in 0..8 {
        app.call("", "sign_in", &[("name", "the viewer"), ("password", "wrong password")]).await;
    }
    assert_eq!(app.call("", "sign_in", &right).await.status(), 429);
    assert_eq!(app.call("aftershow_device=forged.cookie", "sign_in", &right).await.status(), 429);
    assert_eq!(app.call(&device, "sign_in", &right).await.status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_printed_link_signs_in_once() {
    let app = TestApp::start().await;
    let hash = password::hash(PASSWORD.to_owned().into()).await;
    let id = app.engine.store.add_user("demo", &hash, Role::Operator, now()).await.unwrap().unwrap();
    let once = app.state.accounts.mint_sign_in(id, now()).await.unwrap();
    let path = format!("/login?once={}", once.expose_secret());
    // What only looks (an unfurler) does not spend it.
    app.request(Method::HEAD, &path).send().await.unwrap();
    let answer = app.get(&path).await;
    assert_eq!((answer.status().as_u16(), location(&answer)), (303, "/"));
    let (cookie, _) = set_cookie(&answer, "aftershow").unwrap();
    assert_eq!(app.request(Method::GET, "/").header("cookie", cookie).send().await.unwrap().status(), 200);
    assert_eq!(*app.state.sign_ins.borrow(), 1);

    let again = app.get(&path).await;
    assert!(location(&again).starts_with("/login?notice="));
    assert!(set_cookie(&again, "aftershow").is_none());
    let page = app.get(location(&again)).await.text().await.unwrap();
    assert!(page.contains("already been used"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_changes_in_open_sessions_and_a_new_password_ends_them() {
    let app = TestApp::start().await;
    let admin = app.operator(Role::Admin).await;
    let viewer = app.operator(Role::Viewer).await;
    assert_eq!(app.call(&viewer, "add_rooms", &[("rooms", "x")]).await.status(), 403);
    let fields = [("name", "the viewer"), ("role", "operator")];
    assert_eq!(app.call(&admin, "set_operator_role", &fields).await.status(), 200);
    assert_eq!(app.call(&viewer, "add_rooms", &[("rooms", "x")]).await.status(), 200);
    let fields = [("name", "the viewer"), ("password", "another password")];
    assert_eq!(app.call(&admin, "set_operator_password", &fields).await.status(), 200);
    assert_eq!(app.call(&viewer, "add_rooms", &[("rooms", "x")]).await.status(), 401);
    // The last admin stays.
    assert_eq!(app.call(&admin, "remove_operator", &[("name", "the admin")]).await.status(), 409);
    assert_eq!(app.call(&admin, "remove_operator", &[("name", "the viewer")]).await.status(), 200);
    let log = app.engine.store.audit_log(None, 100).await.unwrap();
    let deeds: Vec<_> = log.iter().rev().map(|row| (row.who.as_str(), row.action.name())).collect();
    assert_eq!(
        deeds,
        [
            ("the admin", "set_operator_role"),
            ("the viewer", "add_rooms"),
            ("the admin", "set_operator_password"),
            ("the admin", "remove_operator"),
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_up_that_failed_may_be_tried_again_from_its_page() {
    let app = TestApp::start().await;
    let once = app.state.accounts.open_setup(now()).await.unwrap().unwrap();
    let page = format!("/setup?once={}", once.expose_secret());
    let fields = [("once", once.expose_secret()), ("name", "Ada"), ("password", "short")];
    let answer = app.submit("", &page, "set_up", &fields).await;
    assert!(location(&answer).starts_with(&format!("{page}&notice=")), "{}", location(&answer));
    let page = app.get(location(&answer)).await.text().await.unwrap();
    assert!(page.contains("at least 10 characters"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_password_ends_every_other_session() {
    let app = TestApp::start().await;
    let (here, elsewhere) = (app.operator(Role::Viewer).await, app.operator(Role::Viewer).await);
    let wrong = [("current_password", "not this one"), ("new_password", "another password")];
    assert_eq!(app.call(&here, "change_password", &wrong).await.status(), 422);
    let right = [("current_password", PASSWORD), ("new_password", "another password")];
    let answer = app.call(&here, "change_password", &right).await;
    assert_eq!(answer.status(), 200);
    let (cookie, _) = set_cookie(&answer, "aftershow").unwrap();
    let status =
        async |cookie: &str| app.request(Method::GET, "/").header("cookie", cookie).send().await.unwrap().status();
    assert_eq!(status(&cookie).await, 200);
    assert_eq!(status(&here).await, 303);
    assert_eq!(status(&elsewhere).await, 303);
    assert_eq!(
        app.call("", "sign_in", &[("name", "the viewer"), ("password", "another password")]).await.status(),
        200
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chosen_language_stays_chosen() {
    let app = TestApp::start().await;
    let answer = app.get("/login?lang=ja").await;
    let (cookie, _) = set_cookie(&answer, "lang").unwrap();
    assert_eq!(cookie, "lang=ja");
    assert!(set_cookie(&app.get("/login?lang=xx").await, "lang").is_none());
    assert!(set_cookie(&app.get("/login").await, "lang").is_none());
    let dead = app.request(Method::GET, "/r/nothing").header("cookie", cookie).send().await.unwrap();
    assert!(dead.text().await.unwrap().contains("lang=\"ja\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_users_the_door_says_what_to_do() {
    let app = TestApp::start().await;
    let html = async |path: &str| app.get(path).await.text().await.unwrap();
    let login = html("/login").await;
    assert!(login.contains("aftershow operator add NAME") && !login.contains("type=\"password\""), "{login}");
    app.operator(Role::Admin).await;
    assert!(html("/login").await.contains("type=\"password\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_up_link_is_checked_before_the_form_is_filled_in() {
    let app = TestApp::start().await;
    let html = async |path: &str| app.get(path).await.text().await.unwrap();
    let once = app.state.accounts.setup(None, now()).await.unwrap().unwrap();
    let page = format!("/setup?once={}", once.expose_secret());
    let form = html(&page).await;
    assert!(form.contains("type=\"password\"") && form.contains("At least 10 characters."), "{form}");
    let wrong = html("/setup?once=anything").await;
    assert!(!wrong.contains("type=\"password\"") && wrong.contains("aftershow operator add NAME"), "{wrong}");

    // As long as it is good it stays the same; an expired one is followed by another.
    let again = app.state.accounts.setup(Some(once.clone()), now()).await.unwrap().unwrap();
    assert_eq!(again.expose_secret(), once.expose_secret());
    let two_days = now() + 2 * 24 * 3_600_000;
    let another = app.state.accounts.setup(Some(once.clone()), two_days).await.unwrap().unwrap();
    assert_ne!(another.expose_secret(), once.expose_secret());

    app.operator(Role::Admin).await;
    assert!(app.state.accounts.setup(Some(another.clone()), now()).await.unwrap().is_none());
    let used = html(&format!("/setup?once={}", another.expose_secret())).await;
    assert!(!used.contains("type=\"password\"") && used.contains("href=\"/login\""), "{used}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_zone_is_shown_at_its_field() {
    let app = TestApp::start().await;
    let cookie = app.operator(Role::Viewer).await;
    let answer = app.submit(&cookie, "/settings", "set_view", &[("zone", "Tokyo"), ("lang", "")]).await;
    let page = app.request(Method::GET, location(&answer)).header("cookie", &cookie).send().await.unwrap();
    let html = page.text().await.unwrap();
    assert!(html.contains("aria-describedby=\"zone-problem\"") && html.contains("value=\"Tokyo\""), "{html}");
    assert!(html.contains("“Tokyo” is not a valid time zone"), "{html}");
}
