//! The pictures of a link: what they are, who gets them, and when they stop.

use crate::helpers::{FormBody, TestApp, header, set_cookie};
use aftershow::domain::Role;
use reqwest::{Method, Response};

/// Width and height of a PNG that was read to its end.
fn decoded(bytes: &[u8]) -> (u32, u32) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    (info.width, info.height)
}

async fn bytes(answer: Response) -> Vec<u8> {
    assert_eq!(answer.status(), 200);
    assert_eq!(header(answer.headers(), "content-type"), "image/png");
    answer.bytes().await.unwrap().to_vec()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_has_a_share_image_and_a_card() {
    let app = TestApp::start().await;
    let stream = app.sealed_stream().await;
    let (id, path) = app.link(stream, &[]).await;

    let answer = app.get(&format!("{path}/picture.png")).await;
    let headers = answer.headers().clone();
    assert_eq!(header(&headers, "cache-control"), "private, no-cache");
    assert_eq!(header(&headers, "referrer-policy"), "no-referrer");
    assert!(header(&headers, "x-robots-tag").contains("noindex"));
    let name = header(&headers, "content-disposition").strip_prefix("inline; filename=\"picture-").unwrap();
    assert_eq!(name.len(), "8F3A-91C2-D04B-77E1.png\"".len());
    assert!(headers.get("set-cookie").is_none() && headers.get("content-encoding").is_none());
    let share_image = bytes(answer).await;
    let (width, height) = decoded(&share_image);
    assert_eq!(width, 1080);
    assert!(height > 1_500, "{height}");

    let card = bytes(app.get(&format!("{path}/card.png")).await).await;
    assert_eq!(decoded(&card), (1200, 630));
    assert!(card.len() < 200_000, "{}", card.len());

    // The same again: from memory, byte for byte, and not sent where it is known.
    let etag = header(&headers, "etag").to_owned();
    let known = app.request(Method::GET, &format!("{path}/picture.png")).header("if-none-match", &etag);
    assert_eq!(known.send().await.unwrap().status(), 304);
    assert_eq!(bytes(app.get(&format!("{path}/picture.png")).await).await, share_image);
    let head = app.request(Method::HEAD, &format!("{path}/picture.png")).send().await.unwrap();
    assert_eq!(header(head.headers(), "etag"), etag);

    // What the reader chose makes another share image; of time zones, those of the link and of the apps.
    let picture = async |query: &str| bytes(app.get(&format!("{path}/{query}")).await).await;
    for choice in ["lang=ja", "theme=dark"] {
        assert_ne!(picture(&format!("picture.png?{choice}")).await, share_image, "{choice}");
    }
    for choice in ["tz=America/New_York", "theme=light", "tz=Asia/Shanghai"] {
        assert_eq!(picture(&format!("picture.png?{choice}")).await, share_image, "{choice}");
    }
    // The card is one, in the link's language.
    for choice in ["lang=ja", "theme=dark", "tz=America/New_York"] {
        assert_eq!(picture(&format!("card.png?{choice}")).await, card, "{choice}");
    }
    // Neither counts as a view.
    app.state.shares.flush_views().await.unwrap();
    let row = app.engine.store.share(id.parse().unwrap()).await.unwrap().unwrap();
    assert_eq!(row.views, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_names_its_card_with_a_whole_address() {
    let app = TestApp::start().await;
    let stream = app.sealed_stream().await;
    let (_, path) = app.link(stream, &[]).await;
    let html = app.get(&path).await.text().await.unwrap();
    let content = |key: &str| {
        let tag = html.split("<meta").find(|tag| tag.contains(key)).unwrap_or_else(|| panic!("no {key}"));
        let value = tag.split("content=\"").nth(1).unwrap().split('"').next().unwrap();
        value.replace("&amp;", "&")
    };
    for key in ["\"og:title\"", "\"og:description\"", "\"og:site_name\"", "\"og:image:alt\"", "\"twitter:title\""] {
        assert!(!content(key).is_empty(), "{key}");
    }
    assert_eq!(content("\"og:image:width\""), "1200");
    assert_eq!(content("\"og:image:height\""), "630");
    assert_eq!(content("\"twitter:card\""), "summary_large_image");
    assert_eq!(content("\"og:url\""), app.url(&path));
    assert!(content("\"og:description\"").starts_with("Stream report by Aftershow · sealed "));
    for key in ["\"og:image\"", "\"twitter:image\""] {
        let address = content(key);
        assert!(address.starts_with(&app.url(&format!("{path}/card.png"))), "{address}");
        let card = bytes(app.client.get(&address).send().await.unwrap()).await;
        assert_eq!(decoded(&card), (1200, 630));
    }
    let head = html.split("</head>").next().unwrap();
    assert!(!head.contains("246,810"), "no money in what chats read");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_holds_for_pictures_at_once() {
    let app = TestApp::start().await;
    let stream = app.sealed_stream().await;
    let (id, path) = app.link(stream, &[]).await;
    let cookie = app.operator(Role::Operator).await;
    let picture = format!("{path}/picture.png");
    let before = bytes(app.get(&picture).await).await;
    let answer = app.call(&cookie, "update_share", &[("id", &id), ("preset", "sponsor")]).await;
    assert_eq!(answer.status(), 200);
    let after = bytes(app.get(&picture).await).await;
    assert_ne!(before, after);

    // A dead link is dead for pictures too, with the same words.
    let unknown = app.get("/r/0123456789012345678901234567890a").await.text().await.unwrap();
    app.call(&cookie, "set_share_enabled", &[("id", &id), ("enabled", "false")]).await;
    for file in ["picture.png", "card.png", "picture.jpg"] {
        let answer = app.get(&format!("{path}/{file}")).await;
        assert_eq!(answer.status(), 404, "{file}");
        assert_eq!(answer.text().await.unwrap(), unknown, "{file}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_password_the_card_reveals_nothing() {
    let app = TestApp::start().await;
    let stream = app.sealed_stream().await;
    let (_, path) = app.link(stream, &[("password", "sesame")]).await;
    let (_, other) =
        app.link(stream, &[("password", "sesame"), ("preset", "sponsor"), ("title", "Something else")]).await;
    let (_, open) = app.link(stream, &[]).await;
    let card = bytes(app.get(&format!("{path}/card.png")).await).await;
    assert_eq!(decoded(&card), (1200, 630));
    // Whatever the report: every locked link has the same one.
    assert_eq!(card, bytes(app.get(&format!("{other}/card.png")).await).await);
    assert_ne!(card, bytes(app.get(&format!("{open}/card.png")).await).await);

    // The share image asks like the page does.
    let picture = format!("{path}/picture.png");
    let asked = app.get(&picture).await;
    assert_eq!(asked.status(), 403);
    assert!(header(asked.headers(), "content-type").starts_with("text/html"));
    assert!(asked.text().await.unwrap().contains("type=\"password\""));
    let opened = app.post(&path).form(&[("password", "sesame")]).send().await.unwrap();
    let (cookie, _) = set_cookie(&opened, "aftershow_link").unwrap();
    let page = app.request(Method::GET, &path).header("cookie", &cookie).send().await.unwrap().text().await.unwrap();
    assert!(!page.contains("og:image") && !page.contains("card.png"));
    let share_image = bytes(app.request(Method::GET, &picture).header("cookie", &cookie).send().await.unwrap()).await;
    assert_eq!(decoded(&share_image).0, 1080);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_gets_one_picture() {
    let app = TestApp::start().await;
    let stream = app.sealed_stream().await;
    let (_, path) = app.link(stream, &[]).await;
    let asked: Vec<_> = (0..24)
        .map(|_| {
            let request = app.request(Method::GET, &format!("{path}/picture.png"));
            tokio::spawn(async move { request.send().await.unwrap() })
        })
        .collect();
    let mut etags = std::collections::HashSet::new();
    for answer in asked {
        let answer = answer.await.unwrap();
        assert_eq!(answer.status(), 200);
        etags.insert(header(answer.headers(), "etag").to_owned());
    }
    assert_eq!(etags.len(), 1);
}
