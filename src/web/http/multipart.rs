//! The fields of a multipart form whose body was already received.
//!
//! Must not: read from the connection. A body that is complete is parsed in one pass; one that is parsed as it arrives can be
//! sent in pieces that make the parser search the same bytes again and again.

use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request};
use axum::http::{HeaderMap, HeaderValue, header};

/// RFC 2046, 5.1.1: a boundary has at most 70 characters. A longer header is refused before anything is parsed.
const MAX_CONTENT_TYPE_LEN: usize = "multipart/form-data; boundary=\"\"".len() + 70;

/// A form of this console has at most two fields. Parsing goes on without a pause on a runtime thread, so it ends early.
const MAX_FIELDS: usize = 8;

/// The content type of a multipart form, if this is one.
pub fn content_type(headers: &HeaderMap) -> Option<&HeaderValue> {
    let kind = headers.get(header::CONTENT_TYPE)?;
    let name = b"multipart/form-data";
    kind.as_bytes().get(..name.len())?.eq_ignore_ascii_case(name).then_some(kind)
}

/// The contents of the fields of these names, each the first that is not empty. What cannot be parsed has none.
pub async fn fields<const N: usize>(kind: &HeaderValue, body: Bytes, names: [&str; N]) -> [Option<Bytes>; N] {
    let mut found = [const { None }; N];
    if kind.len() > MAX_CONTENT_TYPE_LEN {
        return found;
    }
    let mut request = Request::new(Body::from(body));
    request.headers_mut().insert(header::CONTENT_TYPE, kind.clone());
    // The body was limited while it was received.
    DefaultBodyLimit::disable().apply(&mut request);
    let Ok(mut form) = Multipart::from_request(request, &()).await else { return found };
    for _ in 0..MAX_FIELDS {
        let Ok(Some(field)) = form.next_field().await else { break };
        let place = names.iter().position(|name| field.name() == Some(*name));
        let Ok(content) = field.bytes().await else { break };
        if let Some(place) = place.filter(|place| found[*place].is_none() && !content.is_empty()) {
            found[place] = Some(content);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    async fn read(kind: &str, body: &[u8]) -> [Option<String>; 2] {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, kind.parse().unwrap());
        let Some(kind) = content_type(&headers) else { return [None, None] };
        let found = fields(kind, Bytes::copy_from_slice(body), ["file", "fingerprint"]).await;
        found.map(|content| content.map(|content| String::from_utf8(content.to_vec()).unwrap()))
    }

    #[tokio::test]
    async fn the_fields_of_a_form_are_found() {
        let body = b"--X\r\nContent-Disposition: form-data; name=\"fingerprint\"\r\n\r\n\r\n--X\r\nContent-Disposition: \
            form-data; name=\"file\"; filename=\"a.json\"\r\nContent-Type: application/json\r\n\r\n{\"a\":\r\n1}\r\n--X--\r\n";
        let file = [Some("{\"a\":\r\n1}".to_owned()), None];
        assert_eq!(read("multipart/form-data; boundary=X", body).await, file);
        assert_eq!(read("Multipart/Form-Data; boundary=\"X\"", body).await, file);
        assert_eq!(read("multipart/form-data; boundary=Y", body).await, [None, None]);
        assert_eq!(read("multipart/form-data", body).await, [None, None]);
        assert_eq!(read("application/json", body).await, [None, None]);
        assert_eq!(read("multipart/form-data; boundary=X", b"").await, [None, None]);
    }

    #[tokio::test]
    async fn only_the_first_few_fields_are_read() {
        let field = |name: &str| format!("--X\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\nx\r\n");
        for (before, found) in [(MAX_FIELDS - 1, true), (MAX_FIELDS, false)] {
            let body = format!("{}{}--X--\r\n", field("other").repeat(before), field("file"));
            let [file, _] = read("multipart/form-data; boundary=X", body.as_bytes()).await;
            assert_eq!(file.is_some(), found, "{before}");
        }
    }

    #[tokio::test]
    async fn a_boundary_longer_than_the_standard_allows_is_refused() {
        let form = |boundary: &str| {
            format!("--{boundary}\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nx\r\n--{boundary}--\r\n")
        };
        for (length, found) in [(70, true), (73, false), (300_000, false)] {
            let boundary = "b".repeat(length);
            let [file, _] =
                read(&format!("multipart/form-data; boundary={boundary}"), form(&boundary).as_bytes()).await;
            assert_eq!(file.is_some(), found, "{length}");
        }
    }
}
