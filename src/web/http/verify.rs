//! `/verify`: is this report genuine? No sign-in, throttled. Trusts known keys only, never one in the file.

use super::error_pages;
use super::{ServerState, client_address, form_reply, multipart};
use crate::domain::Millis;
use crate::domain::record::Record;
use crate::i18n::{I18n, Lang, truncate_middle};
use crate::report::verify::{Alteration, MAX_FILE_BYTES, NoReport, Verification};
use crate::report::{self, CanonicalError, PublicKey};
use crate::store::{Store, StoreError};
use crate::web::context::request::lang_of;
use crate::web::context::{AppState, now, zone};
use crate::web::view::html::escape;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::time::Duration;

/// Room for a form's own lines around a file of the largest size.
const MAX_BODY_BYTES: usize = MAX_FILE_BYTES + (64 << 10);

/// How long a body may take to arrive.
const BODY_TIMEOUT: Duration = Duration::from_secs(20);

/// Every key that signs or signed here.
pub async fn public_keys(store: &Store) -> Result<Vec<PublicKey>, StoreError> {
    report::public_keys(&store.signing_keys().await?).map_err(|error| StoreError::corrupt("signing_key", error))
}

/// What is said of a typed fingerprint: existence and time, no figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FingerprintResult {
    /// Sealed here at that time, and not corrected since.
    Known {
        at: Millis,
    },
    /// Sealed here at that time, and corrected by this revision.
    Superseded {
        at: Millis,
        revision: i64,
        by_at: Millis,
    },
    Unknown,
    /// No 16 digits of a fingerprint.
    Malformed,
}

/// Looks a typed fingerprint up: of a sealed report, or of what a link showed of one, also when that link is gone.
pub async fn check_fingerprint(store: &Store, text: &str) -> Result<FingerprintResult, StoreError> {
    let Some(prefix) = report::seal::typed_fingerprint(text) else { return Ok(FingerprintResult::Malformed) };
    let found = match store.reports_by_fingerprint(&prefix).await?.into_iter().next() {
        Some(report) => Some(report),
        None => match store.derived_by_hash(&prefix).await? {
            Some(derived) => store.report_by_hash(&derived.report).await?,
            None => None,
        },
    };
    let Some(found) = found else { return Ok(FingerprintResult::Unknown) };
    let at = found.sealed_at;
    Ok(match report::find_newer(store, found.stream, found.revision).await? {
        Some(newer) => FingerprintResult::Superseded { at, revision: newer.revision, by_at: newer.sealed_at },
        None => FingerprintResult::Known { at },
    })
}

/// `POST /verify`: a file as the body, or a form with a `file` or a `fingerprint`. Returns a page, or JSON to clients that do
/// not ask for one.
pub async fn post(State(state): State<ServerState>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let lang = lang_of(&parts.headers);
    let page = form_reply::wants_page(&parts.headers);
    let from = client_address::client(&parts.extensions).key();
    let too_many = |status: StatusCode| {
        let title = lang.verify_please_wait();
        let what = lang.verify_too_many_files();
        error_pages::problem(status, lang, title, what)
    };
    if state.verify_limits.is_over_limit(&from, now()) {
        return too_many(StatusCode::TOO_MANY_REQUESTS);
    }
    let Some(_place) = state.verify_limits.reserve(from) else { return too_many(StatusCode::SERVICE_UNAVAILABLE) };
    let asked = match tokio::time::timeout(BODY_TIMEOUT, read_input(&parts.headers, body)).await {
        Ok(Some(asked)) => asked,
        Ok(None) => {
            let title = lang.verify_not_a_report();
            let what = lang.verify_file_too_large();
            return error_pages::problem(StatusCode::PAYLOAD_TOO_LARGE, lang, title, what);
        }
        Err(_) => {
            let title = lang.verify_upload_failed();
            let what = lang.verify_upload_timeout();
            let mut response = error_pages::problem(StatusCode::REQUEST_TIMEOUT, lang, title, what);
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            return response;
        }
    };
    let outcome = match asked {
        VerifyInput::File(bytes) => report::verify_file(&state.store, bytes).await.map(VerifyOutcome::File),
        VerifyInput::Fingerprint(text) => check_fingerprint(&state.store, &text).await.map(VerifyOutcome::Typed),
    };
    match outcome {
        Ok(outcome) if page => answer_page(lang, &outcome, &zone_of(&state, &outcome)),
        Ok(outcome) => answer_json(&outcome),
        Err(error) => {
            tracing::error!(%error, "a report could not be verified");
            let title = lang.verify_unavailable();
            let what = lang.verify_database_unavailable();
            error_pages::problem(StatusCode::SERVICE_UNAVAILABLE, lang, title, what)
        }
    }
}

enum VerifyInput {
    File(Vec<u8>),
    Fingerprint(String),
}

/// What was said of a file or a fingerprint.
pub enum VerifyOutcome {
    File(Verification),
    Typed(FingerprintResult),
}

/// What a request asks about; `None` when it is too large.
async fn read_input(headers: &HeaderMap, body: Body) -> Option<VerifyInput> {
    let body = to_bytes(body, MAX_BODY_BYTES).await.ok()?;
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.starts_with("application/x-www-form-urlencoded") {
        let find = |name: &str| {
            let mut fields = url::form_urlencoded::parse(&body);
            fields.find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.into_owned())
        };
        if let Some(text) = find("fingerprint") {
            return Some(VerifyInput::Fingerprint(text));
        }
        if let Some(text) = find("file") {
            return Some(VerifyInput::File(text.into_bytes()));
        }
        // Programs call any body a form by default.
    } else if let Some(kind) = multipart::content_type(headers) {
        return Some(match multipart::fields(kind, body, ["file", "fingerprint"]).await {
            [Some(file), _] => VerifyInput::File(file.to_vec()),
            [None, Some(text)] => VerifyInput::Fingerprint(String::from_utf8_lossy(&text).into_owned()),
            [None, None] => VerifyInput::File(Vec::new()),
        });
    }
    Some(VerifyInput::File(body.to_vec()))
}

fn answer_json(outcome: &VerifyOutcome) -> Response {
    let json = match outcome {
        VerifyOutcome::File(answer) => {
            let mut json = json!({ "answer": answer.name() });
            match answer {
                Verification::Genuine { sha256, fingerprint, record }
                | Verification::Superseded { sha256, fingerprint, record, .. } => {
                    json["sha256"] = json!(sha256);
                    json["fingerprint"] = json!(fingerprint);
                    if record.shows_host() {
                        json["stream"] = json!(record.stream.to_string());
                    }
                    json["revision"] = json!(record.revision);
                    json["sealed_at"] = json!(record.sealed_at);
                    let totals = record.shown().into_iter();
                    let totals = totals.map(|counter| (counter.name().to_owned(), json!(record.totals.get(counter))));
                    json["totals"] = json!(serde_json::Map::from_iter(totals));
                }
                Verification::Altered { what } => json["what"] = json!(what.to_string()),
                Verification::NotAReport { why } => json["why"] = json!(why.to_string()),
                Verification::NotIssuedHere => {}
            }
            if let Verification::Superseded { by, record, .. } = answer {
                json["by"] = json!({ "revision": by.revision, "sealed_at": by.sealed_at });
                // The hash of the whole record would let a holder of less try out what is hidden from them.
                if record.derived.as_ref().is_none_or(|derived| derived.of.is_some()) {
                    json["by"]["sha256"] = json!(by.sha256);
                }
            }
            json
        }
        VerifyOutcome::Typed(FingerprintResult::Known { at }) => json!({ "answer": "known", "sealed_at": at }),
        VerifyOutcome::Typed(FingerprintResult::Superseded { at, revision, by_at }) => {
            json!({ "answer": "superseded", "sealed_at": at, "by": { "revision": revision, "sealed_at": by_at } })
        }
        VerifyOutcome::Typed(FingerprintResult::Unknown) => json!({ "answer": "unknown" }),
        VerifyOutcome::Typed(FingerprintResult::Malformed) => json!({ "answer": "malformed" }),
    };
    axum::Json(json).into_response()
}

/// The zone in which times are shown: that of the report's app, or of the first one.
fn zone_of(state: &AppState, outcome: &VerifyOutcome) -> String {
    let app = match outcome {
        VerifyOutcome::File(Verification::Genuine { record, .. } | Verification::Superseded { record, .. }) => {
            state.config.app(record.app)
        }
        _ => None,
    };
    app.or(state.config.apps.first()).map_or_else(|| "UTC".to_owned(), |app| app.timezone.clone())
}

/// How the file was altered. A field has the name it has in the file.
fn altered(lang: Lang, what: &Alteration) -> String {
    match what {
        Alteration::Field(name) => lang.verify_altered_field(name),
        Alteration::Figures => lang.verify_altered_figures().to_owned(),
        Alteration::Page => lang.verify_altered_page().to_owned(),
        Alteration::PageWithoutSeal => lang.verify_altered_page_unsigned().to_owned(),
        Alteration::SeveralReports => lang.verify_altered_several().to_owned(),
        Alteration::Added(name) => lang.verify_altered_added(name),
        Alteration::NotCanonical(error) => not_canonical(lang, error),
    }
}

/// Why the file is no report.
fn no_report(lang: Lang, why: &NoReport) -> String {
    match why {
        NoReport::TooLarge => lang.verify_file_over_limit().to_owned(),
        NoReport::NotText => lang.verify_not_text().to_owned(),
        NoReport::PageWithoutReport => lang.verify_page_without_report().to_owned(),
        NoReport::NotCanonical(error) => not_canonical(lang, error),
        NoReport::OtherJson => lang.verify_other_json().to_owned(),
        NoReport::WithoutProof(name) => lang.verify_without_proof(name),
        NoReport::OtherVersion => lang.verify_other_version().to_owned(),
    }
}

fn not_canonical(lang: Lang, error: &CanonicalError) -> String {
    match error {
        CanonicalError::NotJson(detail) => lang.verify_not_json(&detail.to_string()),
        CanonicalError::Number => lang.verify_bad_number().to_owned(),
        CanonicalError::TwoKeys(key) => lang.verify_repeated_key(&format!("{key:?}")),
        CanonicalError::Key(key) => lang.verify_bad_key(&format!("{key:?}")),
    }
}

fn answer_page(lang: Lang, outcome: &VerifyOutcome, zone: &str) -> Response {
    let (title, what) = describe(lang, outcome, zone);
    let again = lang.verify_another();
    let figures = match outcome {
        VerifyOutcome::File(Verification::Genuine { record, .. } | Verification::Superseded { record, .. }) => {
            figures(lang, record, zone)
        }
        _ => String::new(),
    };
    error_pages::html_response(
        lang,
        &title,
        &format!("<p>{}</p>{figures}<p><a href=\"/verify\">{again}</a></p>", escape(&what)),
    )
}

/// What the verified record says in short, so that it can be compared with the page, the print or the picture at hand.
fn figures(lang: Lang, record: &Record, zone_name: &str) -> String {
    let i18n = I18n::new(lang, zone::zone(zone_name, record.started_at));
    let title = record.title.as_ref().map(|title| format!("<b>{}</b> · ", escape(&truncate_middle(title, 60))));
    let when = format!("{} · {}", i18n.date(record.started_at), i18n.span(record.started_at, record.show_end()));
    let compare = lang.verify_compare_totals();
    let rows = record.shown().into_iter().map(|counter| {
        let (name, value) = (i18n.counter(counter), i18n.number(record.totals.get(counter)));
        format!("<div><dt>{}</dt><dd>{}</dd></div>", escape(&name), escape(&value))
    });
    format!(
        "<p>{compare}</p><p>{}{}</p><dl class=\"facts\">{}</dl>",
        title.unwrap_or_default(),
        escape(&when),
        rows.collect::<String>()
    )
}

/// The answer in words: a heading and a sentence, times in this zone. A field that was altered has the name it has in the
/// file.
fn describe(lang: Lang, outcome: &VerifyOutcome, zone: &str) -> (String, String) {
    let time = |at: Millis| {
        let at = jiff::Timestamp::from_millisecond(at.0).and_then(|at| at.in_tz(zone));
        at.map(|at| at.strftime("%Y-%m-%d %H:%M:%S (UTC%:z)").to_string()).unwrap_or_default()
    };
    let (title, what) = match outcome {
        VerifyOutcome::File(Verification::Genuine { fingerprint, record, .. }) => {
            (lang.verify_genuine(), lang.verify_genuine_sentence(fingerprint, &time(record.sealed_at), &record.issuer))
        }
        VerifyOutcome::File(Verification::Superseded { by, fingerprint, .. }) => (
            lang.verify_superseded(),
            lang.verify_superseded_sentence(fingerprint, &by.revision.to_string(), &time(by.sealed_at)),
        ),
        VerifyOutcome::File(Verification::Altered { what }) => {
            (lang.verify_altered(), lang.verify_altered_sentence(&altered(lang, what)))
        }
        VerifyOutcome::File(Verification::NotIssuedHere) => {
            (lang.verify_not_issued_here(), lang.verify_other_key().to_owned())
        }
        VerifyOutcome::File(Verification::NotAReport { why }) => {
            (lang.verify_not_a_report(), lang.verify_not_a_report_sentence(&no_report(lang, why)))
        }
        VerifyOutcome::Typed(FingerprintResult::Known { at }) => {
            (lang.verify_issued_here(), lang.verify_fingerprint_known(&time(*at)))
        }
        VerifyOutcome::Typed(FingerprintResult::Superseded { at, revision, by_at }) => (
            lang.verify_superseded(),
            lang.verify_fingerprint_superseded(&time(*at), &revision.to_string(), &time(*by_at)),
        ),
        VerifyOutcome::Typed(FingerprintResult::Unknown) => {
            (lang.verify_unknown(), lang.verify_no_such_fingerprint().to_owned())
        }
        VerifyOutcome::Typed(FingerprintResult::Malformed) => {
            (lang.verify_not_a_fingerprint(), lang.verify_fingerprint_format().to_owned())
        }
    };
    (title.to_owned(), what)
}

/// `/.well-known/aftershow.pub`: the keys that sign and signed here.
pub async fn keys(State(state): State<AppState>) -> Response {
    match public_keys(&state.store).await {
        Ok(keys) => {
            let headers =
                [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "public, max-age=300")];
            (headers, report::seal::publish(&keys)).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "the public keys could not be read");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn times_are_shown_in_the_zone_of_the_report_and_what_was_altered_in_the_readers_language() {
        let known = VerifyOutcome::Typed(FingerprintResult::Known { at: Millis(1_795_273_601_000) });
        let (_, text) = describe(Lang::En, &known, "Asia/Shanghai");
        assert!(text.contains("2026-11-21 23:06:41 (UTC+08:00)"), "{text}");
        let answer =
            |lang, what: Alteration| describe(lang, &VerifyOutcome::File(Verification::Altered { what }), "UTC").1;
        let coins = || Alteration::Field("totals.coins".to_owned());
        assert_eq!(answer(Lang::En, coins()), "Altered: totals.coins does not match the seal.");
        assert_eq!(answer(Lang::Zh, coins()), "已被改动：totals.coins 与签名内容不符。");
        let not_canonical = || {
            ["{", "1.5", r#"{"a":1,"a":1}"#, r#"{"é":1}"#].map(|text| report::Json::parse(text.as_bytes()).unwrap_err())
        };
        let mut altered = vec![
            coins(),
            Alteration::Figures,
            Alteration::Page,
            Alteration::PageWithoutSeal,
            Alteration::SeveralReports,
            Alteration::Added("note".to_owned()),
        ];
        altered.extend(not_canonical().map(Alteration::NotCanonical));
        let mut no_report = vec![
            NoReport::TooLarge,
            NoReport::NotText,
            NoReport::PageWithoutReport,
            NoReport::OtherJson,
            NoReport::WithoutProof("key"),
            NoReport::OtherVersion,
        ];
        no_report.extend(not_canonical().map(NoReport::NotCanonical));
        let altered = altered.into_iter().map(|what| Verification::Altered { what });
        let no_report = no_report.into_iter().map(|why| Verification::NotAReport { why });
        for answer in altered.chain(no_report) {
            let outcome = VerifyOutcome::File(answer);
            let english = describe(Lang::En, &outcome, "UTC").1;
            for lang in [Lang::Zh, Lang::Ja] {
                assert_ne!(describe(lang, &outcome, "UTC").1, english);
            }
        }
    }
}
