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

    // A typed fingerprint gives existence and time, no figures.
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
        let cookie = app.operator(aftershow::domain::Role::Operator).await;
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

/// The offline page with its seal block changed in every way that left the signed bytes as they were.
fn forged(page: &str) -> Vec<(&'static str, String)> {
    const OPEN: &str = "<script type=\"application/json\" id=\"aftershow-page\">";
    let start = page.find(OPEN).unwrap();
    let end = start + page[start..].find("</script>").unwrap() + "</script>".len();
    let (block, rest) = (&page[start..end], [&page[..start], &page[end..]].concat());
    let put = |block: &str, before: &str| {
        assert!(rest.contains(before), "{before}");
        rest.replacen(before, &format!("{block}{before}"), 1)
    };
    assert_eq!(put(block, "</body>"), page);
    let source = block.replacen("<script ", "<script src=\"data:text/javascript,alert(1)\" ", 1);
    let renamed = block.replacen("<script ", "<scripted ", 1);
    let more = block.replacen("{", "{\"x\":\"<b class='forged'>9,999,999</b>\",", 1);
    vec![
        ("an attribute, before the policy", put(&source, "<meta charset")),
        ("an attribute", put(&source, "</body>")),
        ("another tag", put(&renamed, "</body>")),
        ("another tag with more in it", put(&more.replacen("<script ", "<scripted ", 1), "<h1>")),
        ("a key", put(&more, "</body>")),
        ("another place", put(block, "<meta charset")),
        ("after the body", put(block, "</html>")),
        ("twice at its place", put(&format!("{block}{block}"), "</body>")),
        ("twice", put(block, "<h1>").replacen("</body>", &format!("{block}</body>"), 1)),
        ("a figure in the text", page.replacen("246", "247", 1)),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_page_is_altered_on_the_page_and_on_the_command_line() {
    let app = TestApp::start().await;
    let stream = app.sealed_stream().await;
    let (_, path) = app.link(stream, &[]).await;
    let page = app.get(&format!("{path}/report.html")).await.text().await.unwrap();
    let ask = async |page: &str| -> Value {
        let answer = app.request(reqwest::Method::POST, "/verify").body(page.to_owned()).send().await.unwrap();
        answer.json().await.unwrap()
    };
    let command = |page: &str| {
        let (code, answer) = crate::command_line::verify(&app, page);
        (code, answer.split(':').next().unwrap().to_owned())
    };
    assert_eq!(ask(&page).await["answer"], "genuine");
    assert_eq!(command(&page), (Some(0), "Genuine".to_owned()));
    for (how, page) in forged(&page) {
        assert_eq!(ask(&page).await["answer"], "altered", "{how}");
        assert_eq!(command(&page), (Some(1), "Altered".to_owned()), "{how}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_shows_the_totals_that_were_signed() {
    let app = TestApp::start().await;
    let stream = app.sealed_stream().await;
    let (_, path) = app.link(stream, &[("preset", "sponsor")]).await;
    let file = app.get(&format!("{path}/report.html")).await.text().await.unwrap();
    let post = || app.request(reqwest::Method::POST, "/verify").body(file.clone());
    let answer: Value = post().send().await.unwrap().json().await.unwrap();
    assert_eq!(answer["totals"], serde_json::json!({ "viewers": 12480, "likes": 88412, "messages": 9317 }));
    let page = post().header("accept", "text/html").header("accept-language", "zh").send().await.unwrap();
    let page = page.text().await.unwrap();
    assert!(page.contains("12,480") && page.contains("88,412") && page.contains("小鹿电台 &lt;b&gt;"), "{page}");
    assert!(!page.contains("246,810"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hash_of_what_is_hidden_is_not_shown() {
    let app = TestApp::start().await;
    let stream = app.sealed_stream().await;
    let mut files = Vec::new();
    for fields in [vec![("preset", "everything")], vec![("preset", "sponsor")], vec![("hide_host", "on")]] {
        let (_, path) = app.link(stream, &fields).await;
        files.push(app.get(&format!("{path}/report.json")).await.text().await.unwrap());
    }
    app.revise(stream).await;
    for (file, whole) in files.iter().zip([true, false, false]) {
        let answer = app.request(reqwest::Method::POST, "/verify").body(file.clone()).send().await.unwrap();
        let answer: Value = answer.json().await.unwrap();
        // Also where the document does not name its stream.
        assert_eq!((&answer["answer"], &answer["by"]["revision"]), (&"superseded".into(), &2.into()), "{answer}");
        assert_eq!(answer["by"].get("sha256").is_some(), whole, "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_without_its_host_names_no_stream() {
    let app = TestApp::start().await;
    let stream = app.sealed_stream().await;
    let (_, path) = app.link(stream, &[("preset", "everything"), ("hide_host", "on")]).await;
    let file = app.get(&format!("{path}/report.json")).await.text().await.unwrap();
    let json: Value = serde_json::from_str(&file).unwrap();
    for key in ["app", "stream", "number", "created_at", "room", "host", "host_name"] {
        assert!(json["record"].get(key).is_none(), "{key}: {file}");
    }
    let answer = app.request(reqwest::Method::POST, "/verify").body(file.clone()).send().await.unwrap();
    let answer: Value = answer.json().await.unwrap();
    assert_eq!((&answer["answer"], answer.get("stream")), (&"genuine".into(), None), "{answer}");
    let likes = file.replacen("\"likes\":88412", "\"likes\":88413", 1);
    let answer = app.request(reqwest::Method::POST, "/verify").body(likes).send().await.unwrap();
    let answer: Value = answer.json().await.unwrap();
    assert!(answer["what"].as_str().unwrap().ends_with("likes does not match the seal"), "{answer}");
    let page = app.get(&path).await.text().await.unwrap();
    assert!(!page.contains("Report 0") && !page.contains("Report 1<"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_boundary_that_the_standard_forbids_is_not_searched_for() {
    let app = TestApp::start().await;
    // A search for it would compare half of it at each place of the body.
    let boundary = format!("{}x", "-".repeat(50_000));
    let post = app.request(reqwest::Method::POST, "/verify").body("-".repeat(900_000));
    let answer = post.header("content-type", format!("multipart/form-data; boundary={boundary}")).send().await.unwrap();
    let answer: Value = answer.json().await.unwrap();
    assert_eq!(answer["answer"], "not_a_report");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_holds_few_bodies_and_gives_them_back() {
    let app = TestApp::start().await;
    let slow = || async {
        let mut stream = tokio::net::TcpStream::connect(app.address).await.unwrap();
        let head = format!("POST /verify HTTP/1.1\r\nHost: {}\r\nContent-Length: 1000\r\n\r\n", app.address);
        tokio::io::AsyncWriteExt::write_all(&mut stream, head.as_bytes()).await.unwrap();
        stream
    };
    let mut open = Vec::new();
    for _ in 0..4 {
        open.push(slow().await);
    }
    let status = async || app.request(reqwest::Method::POST, "/verify").body("{}").send().await.unwrap().status();
    assert!(crate::helpers::eventually(async || status().await == 503).await);
    drop(open);
    assert!(crate::helpers::eventually(async || status().await == 200).await);
}
