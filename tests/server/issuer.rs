//! Who issues the reports: what an admin sets, and where it shows.

use crate::helpers::{TestApp, header, location};
use aftershow::domain::Role;
use aftershow::report;
use reqwest::{Method, Response};

/// A PNG of one grey pixel.
fn pixel() -> Vec<u8> {
    hex::decode(
        "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55\
         0000000a4944415478da6368000000820081da45083b0000000049454e44ae426082",
    )
    .unwrap()
}

async fn upload(app: &TestApp, cookie: &str, picture: &[u8], accept: &str) -> Response {
    let head =
        b"--B\r\nContent-Disposition: form-data; name=\"logo\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n";
    let body = [&head[..], picture, b"\r\n--B--\r\n"].concat();
    app.post("/settings/logo")
        .header("cookie", cookie)
        .header("accept", accept)
        .header("content-type", "multipart/form-data; boundary=B")
        .body(body)
        .send()
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn words_and_contact_hold_at_once_and_the_name_from_the_next_seal() {
    let app = TestApp::start().await;
    let stream = app.sealed_stream().await;
    let (_, path) = app.link(stream, &[]).await;
    let text = async |path: &str| app.get(path).await.text().await.unwrap();
    let before = text(&path).await;
    assert!(before.contains("Coins") && before.contains("Aftershow"));

    let admin = app.operator(Role::Admin).await;
    let fields = [
        ("name", "StarLane Live"),
        ("contact", "ops@starlane.example"),
        ("coins_en", "Stars"),
        ("coins_zh", "星光"),
        ("lang", "zh"),
    ];
    assert_eq!(app.call(&admin, "set_issuer", &fields).await.status(), 200);
    let after = text(&path).await;
    assert!(after.contains("Stars") && !after.contains("Coins"), "the app's own word");
    assert!(after.contains("href=\"mailto:ops@starlane.example\""));
    // The name is sealed: this report was issued under the one before.
    assert!(!after.contains("StarLane Live"));
    assert!(text(&format!("{path}?lang=zh")).await.contains("星光"));
    assert!(text(&format!("{path}?lang=ja")).await.contains("コイン"));

    app.revise(stream).await;
    let revised = text(&path).await;
    assert!(revised.contains("StarLane Live"));
    let newest = app.engine.store.report(stream, None).await.unwrap().unwrap();
    assert_eq!(report::open(&newest).unwrap().issuer, "StarLane Live");

    // New links speak the issuer's language.
    let (_, path) = app.link(stream, &[]).await;
    assert!(text(&path).await.contains("观看人次"));

    let refused = app.call(&admin, "set_issuer", &[("coins_en", &"x".repeat(25))]).await;
    assert_eq!(refused.status(), 422);
    assert!(refused.text().await.unwrap().contains("25"));
    let log = app.engine.store.audit_log(None, 5).await.unwrap();
    assert!(log.iter().any(|row| row.action.name() == "set_issuer" && row.subject == "StarLane Live"));
    let settings = app.request(Method::GET, "/settings").header("cookie", &admin).send().await.unwrap();
    let settings = settings.text().await.unwrap();
    assert!(settings.contains("value=\"Stars\"") && settings.contains("ops@starlane.example"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_logo_is_a_picture_and_nothing_else() {
    let app = TestApp::start().await;
    let stream = app.sealed_stream().await;
    let (_, path) = app.link(stream, &[]).await;
    let admin = app.operator(Role::Admin).await;
    assert!(!app.get(&path).await.text().await.unwrap().contains("/logo/"));

    // Nobody but an admin, nothing but a picture, and never from elsewhere.
    assert_eq!(upload(&app, &app.operator(Role::Operator).await, &pixel(), "*/*").await.status(), 403);
    assert!(matches!(upload(&app, "", &pixel(), "*/*").await.status().as_u16(), 401 | 303));
    for bad in [
        &b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>"[..],
        b"",
        &vec![b'x'; 20_000],
        &[&pixel()[..], b"<script>"].concat(),
    ] {
        let answer = upload(&app, &admin, bad, "*/*").await;
        assert_eq!(answer.status(), 422, "{}", answer.text().await.unwrap());
    }
    let foreign =
        app.request(Method::POST, "/settings/logo").header("cookie", &admin).header("origin", "https://evil.example");
    assert_eq!(foreign.send().await.unwrap().status(), 403);
    assert!(app.engine.store.issuer().await.unwrap().logo.is_none());

    let answer = upload(&app, &admin, &pixel(), "text/html").await;
    assert_eq!(answer.status(), 303);
    assert!(location(&answer).starts_with("/settings?notice="), "{}", location(&answer));
    let html = app.get(&path).await.text().await.unwrap();
    let address = html.split("src=\"").find(|rest| rest.starts_with("/logo/")).unwrap().split('"').next().unwrap();
    let logo = app.get(address).await;
    assert_eq!((logo.status().as_u16(), header(logo.headers(), "content-type")), (200, "image/png"));
    assert_eq!(header(logo.headers(), "x-content-type-options"), "nosniff");
    assert_eq!(header(logo.headers(), "content-security-policy").split(';').next(), Some("default-src 'none'"));
    assert_eq!(logo.bytes().await.unwrap(), pixel());
    assert_eq!(app.get("/logo/0123456789abcdef.png").await.status(), 404);

    // The offline file carries it, and is genuine as a whole.
    let offline = app.get(&format!("{path}/report.html")).await.text().await.unwrap();
    assert!(offline.contains("src=\"data:image/png;base64,iVBOR") && !offline.contains("/logo/"));
    let body = app.request(Method::POST, "/verify").body(offline).send().await.unwrap().text().await.unwrap();
    assert!(body.contains("\"genuine\""), "{body}");

    assert_eq!(app.call(&admin, "remove_logo", &[]).await.status(), 200);
    assert!(!app.get(&path).await.text().await.unwrap().contains("/logo/"));
    assert_eq!(app.get(address).await.status(), 404);
}
