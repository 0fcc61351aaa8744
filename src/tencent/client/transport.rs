//! One HTTP exchange: status, size, compression, and what a failed one was.
//!
//! Must not: know of commands or codes.

use crate::domain::Millis;
use crate::tencent::error::{NoResponse, TlsFault};
use crate::tencent::wire::MAX_BODY_BYTES;
use flate2::read::GzDecoder;
use reqwest::header::{CONTENT_ENCODING, DATE, HeaderMap};
use std::error::Error as StdError;
use std::io::{self, Read};

/// What came of one request.
pub(super) enum HttpOutcome {
    Body {
        bytes: Vec<u8>,
        date: Option<Millis>,
    },
    /// Something came back that cannot be an answer; `bytes` is its start, as far as it is known.
    Invalid {
        why: String,
        bytes: Vec<u8>,
    },
    None(NoResponse),
}

/// Sends a request and reads its response, at most 1 MiB of it after decompression.
pub(super) async fn exchange(request: reqwest::RequestBuilder) -> HttpOutcome {
    let mut response = match request.send().await {
        Ok(response) => response,
        Err(error) => return transport_failure(error, Vec::new()),
    };
    let status = response.status().as_u16();
    if status != 200 {
        return HttpOutcome::None(NoResponse::Http(status));
    }
    let date = date_of(response.headers());
    let is_gzip = is_gzip(response.headers());
    let mut bytes = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if bytes.len() + chunk.len() > MAX_BODY_BYTES => return too_large(bytes),
            Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
            Ok(None) if is_gzip => return unzipped(bytes, date),
            Ok(None) => return HttpOutcome::Body { bytes, date },
            Err(error) => return transport_failure(error, bytes),
        }
    }
}

fn too_large(bytes: Vec<u8>) -> HttpOutcome {
    HttpOutcome::Invalid { why: "it is larger than 1 MiB".to_owned(), bytes }
}

fn is_gzip(headers: &HeaderMap) -> bool {
    let named = headers.get(CONTENT_ENCODING).and_then(|value| value.to_str().ok()).map(str::trim);
    named.is_some_and(|name| name.eq_ignore_ascii_case("gzip") || name.eq_ignore_ascii_case("x-gzip"))
}

/// Unpacked here and not by the HTTP client, so that the bytes that came are known where they are not what was said.
fn unzipped(packed: Vec<u8>, date: Option<Millis>) -> HttpOutcome {
    let mut bytes = Vec::new();
    match GzDecoder::new(packed.as_slice()).take(MAX_BODY_BYTES as u64 + 1).read_to_end(&mut bytes) {
        Ok(_) if bytes.len() > MAX_BODY_BYTES => too_large(bytes),
        Ok(_) => HttpOutcome::Body { bytes, date },
        Err(_) => HttpOutcome::Invalid { why: "its gzip is damaged".to_owned(), bytes: packed },
    }
}

/// What a failed request was: no answer, or one that is not HTTP. The error itself is dropped: it would reveal the address.
fn transport_failure(error: reqwest::Error, bytes: Vec<u8>) -> HttpOutcome {
    if error.is_timeout() {
        return HttpOutcome::None(NoResponse::Timeout);
    }
    if let Some(error) = error_chain(&error).find_map(|cause| cause.downcast_ref::<rustls::Error>()) {
        return HttpOutcome::None(NoResponse::Tls(TlsFault::of(error)));
    }
    if error.is_dns() {
        return HttpOutcome::None(NoResponse::Name);
    }
    let not_http = |why: &str| HttpOutcome::Invalid { why: format!("it is not valid HTTP{why}"), bytes: bytes.clone() };
    if let Some(error) = error_chain(&error).find_map(|cause| cause.downcast_ref::<hyper::Error>())
        && error.is_parse()
    {
        return not_http(&format!(": {error}"));
    }
    let is_io = |kinds: [io::ErrorKind; 2]| {
        error_chain(&error)
            .filter_map(|cause| cause.downcast_ref::<io::Error>())
            .any(|error| kinds.contains(&error.kind()))
    };
    let is_connect = error.is_connect();
    // Chunks without a length, and the like.
    if !is_connect && is_io([io::ErrorKind::InvalidData, io::ErrorKind::InvalidInput]) {
        return not_http("");
    }
    // While a TLS connection was being made, it may be cut too.
    let is_cut = !is_connect || is_io([io::ErrorKind::UnexpectedEof, io::ErrorKind::ConnectionReset]);
    HttpOutcome::None(if is_cut { NoResponse::Cut } else { NoResponse::Connect })
}

/// An error and its causes. `source` of an I/O error skips the error that it wraps, so that one is asked for here.
fn error_chain<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error| {
        let error: &'a (dyn StdError + 'static) = *error;
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner as &(dyn StdError + 'static)),
            None => error.source(),
        }
    })
}

fn date_of(headers: &HeaderMap) -> Option<Millis> {
    let text = headers.get(DATE)?.to_str().ok()?;
    let date = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
    Some(Millis(date.as_millisecond()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn http_dates_are_read() {
        let mut headers = HeaderMap::new();
        assert_eq!(date_of(&headers), None);
        headers.insert(DATE, "Sun, 06 Nov 1994 08:49:37 GMT".parse().unwrap());
        assert_eq!(date_of(&headers), Some(Millis(784_111_777_000)));
        headers.insert(DATE, "yesterday".parse().unwrap());
        assert_eq!(date_of(&headers), None);
    }
}
