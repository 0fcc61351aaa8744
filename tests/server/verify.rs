//! `/verify` and the published keys.

use crate::helpers::{FormBody, TestApp};
use serde_json::Value;

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_genuine_until_a_digit_is_changed() {
    let app = TestApp::start().await;
    let stream = app.sealed_stream().await;
    let (_, path) = app.link(stream, &[]).await;
    let ask = async |body: String| -> Value {
        let answer = app.request(reqwest::Method::POST, "/verify").body(body).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.json().await.unwrap()
    };
    let json = app.get(&format!("{path}/report.json")).await.text().await.unwrap();
    let genuine = ask(json.clone()).await;
    assert_eq!(genuine["answer"], "genuine", "{genuine}");
    let html = app.get(&format!("{path}/report.html")).await.text().await.unwrap();
    assert_eq!(ask(html.clone()).await["answer"], "genuine");

    let altered = ask(json.replace("\"coins\":246810", "\"coins\":246811")).await;
    assert_eq!(altered["answer"], "altered");
    let total = json.replacen("\"totals\":{\"coins\":246810", "\"totals\":{\"coins\":246811", 1);
    assert_ne!(total, json);
    assert_eq!(ask(total).await["what"], "totals.coins does not match the seal");
    assert!(altered["what"].as_str().unwrap().contains("coins"), "{altered}");
    assert_eq!(ask(html.replacen("246", "247", 1)).await["answer"], "altered");
    assert_eq!(ask("{}".to_owned()).await["answer"], "not_a_report");
    assert_eq!(ask("\u{feff}nonsense".to_owned()).await["answer"], "not_a_report");

    // A typed fingerprint tells existence and time, no figures.
    let fingerprint = genuine["fingerprint"].as_str().unwrap().to_owned();
    let typed = async |text: &str| -> Value {
        let fields = [("fingerprint", text)];
        app.request(reqwest::Method::POST, "/verify").form(&fields).send().await.unwrap().json().await.unwrap()
    };
    let known = typed(&fingerprint.to_lowercase().replace('-', " ")).await;
    assert_eq!(known["answer"], "known");
    assert_eq!(known.as_object().unwrap().len(), 2);
    assert_eq!(typed("0000-0000-0000-0000").await["answer"], "unknown");
    assert_eq!(typed("zz").await["answer"], "malformed");

    // As the form of the page sends it.
    let form =
        format!("--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"r.json\"\r\n\r\n{json}\r\n--B--\r\n");
    let page = app
        .post("/verify")
        .header("accept", "text/html")
        .header("content-type", "multipart/form-data; boundary=B")
        .body(form)
        .send()
        .await
        .unwrap();
    assert!(page.text().await.unwrap().contains("Genuine"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_link_showed_is_known_also_when_it_is_gone_and_when_it_was_corrected() {
    let app = TestApp::start().await;
    let stream = app.sealed_stream().await;
    let ask = async |body: &str| -> Value {
        let answer = app.request(reqwest::Method::POST, "/verify").body(body.to_owned()).send().await.unwrap();
        answer.json().await.unwrap()
    };
    let typed = async |text: &str| -> Value {
        let request = app.request(reqwest::Method::POST, "/verify").form(&[("fingerprint", text)]);
        request.send().await.unwrap().json().await.unwrap()
    };
    for preset in ["host", "sponsor", "everything"] {
        let (id, path) = app.link(stream, &[("preset", preset)]).await;
        let json = app.get(&format!("{path}/report.json")).await.text().await.unwrap();
        let offline = app.get(&format!("{path}/report.html")).await.text().await.unwrap();
        let genuine = ask(&json).await;
        assert_eq!(genuine["answer"], "genuine", "{preset} {genuine}");
        assert_eq!(ask(&offline).await["answer"], "genuine", "{preset}");
        let likes = json.replacen("\"likes\":88412", "\"likes\":88413", 1);
        assert_ne!(likes, json);
        let altered = ask(&likes).await;
        assert_eq!(altered["answer"], "altered");
        assert!(altered["what"].as_str().unwrap().ends_with("likes does not match the seal"), "{preset} {altered}");
        let fingerprint = genuine["fingerprint"].as_str().unwrap();
        assert_eq!(typed(fingerprint).await["answer"], "known", "{preset}");
        let cookie = app.operator(aftershow::auth::Role::Operator).await;
        assert_eq!(app.call(&cookie, "delete_share", &[("id", &id)]).await.status(), 200);
        let known = typed(fingerprint).await;
        assert_eq!(known["answer"], "known", "{preset}");
        assert_eq!(known.as_object().unwrap().keys().collect::<Vec<_>>(), ["answer", "sealed_at"]);
        assert_eq!(ask(&likes).await["what"], altered["what"], "{preset}: its document is kept");
    }
    let (_, path) = app.link(stream, &[]).await;
    let json = app.get(&format!("{path}/report.json")).await.text().await.unwrap();
    let fingerprint = ask(&json).await["fingerprint"].as_str().unwrap().to_owned();
    app.revise(stream).await;
    let superseded = ask(&json).await;
    assert_eq!((&superseded["answer"], &superseded["by"]["revision"]), (&"superseded".into(), &2.into()));
    let known = typed(&fingerprint).await;
    assert_eq!((&known["answer"], &known["by"]["revision"]), (&"superseded".into(), &2.into()));
    let text = known.to_string();
    assert!(!text.contains("246810") && !text.contains("sha256"), "{text}");
    // The link itself shows the newest, and says so.
    let page = app.get(&path).await.text().await.unwrap();
    assert!(page.contains("evision 2"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn large_and_many_files_are_refused() {
    let app = TestApp::start().await;
    let post = || app.request(reqwest::Method::POST, "/verify").header("x-forwarded-for", "192.0.2.1");
    assert_eq!(post().body("x".repeat(3 << 20)).send().await.unwrap().status(), 413);
    for _ in 1..30 {
        assert_eq!(post().body("{}").send().await.unwrap().status(), 200);
    }
    let page = post().header("accept-language", "ja").header("accept", "text/html").body("{}").send().await.unwrap();
    assert_eq!(page.status(), 429);
    assert!(page.text().await.unwrap().contains("お待ちください"));
}

#[tokio::test(flavor = "multi_thread")]
async fn our_keys_are_published() {
    let app = TestApp::start().await;
    let keys = app.get("/.well-known/aftershow.pub").await.text().await.unwrap();
    assert!(aftershow::report::seal::parse_keys(&keys).unwrap().contains(&app.engine.sealer.key().public()));
}
