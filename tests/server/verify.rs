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
async fn large_and_many_files_are_refused() {
    let app = TestApp::start().await;
    let post = || app.request(reqwest::Method::POST, "/verify").header("x-forwarded-for", "192.0.2.1");
    assert_eq!(post().body("x".repeat(3 << 20)).send().await.unwrap().status(), 413);
}

#[tokio::test(flavor = "multi_thread")]
async fn our_keys_are_published() {
    let app = TestApp::start().await;
    let keys = app.get("/.well-known/aftershow.pub").await.text().await.unwrap();
    assert!(aftershow::report::seal::parse_keys(&keys).unwrap().contains(&app.engine.sealer.key().public()));
}
