//! `/verify`: is this report genuine? No sign-in, throttled. Trusts known keys only, never one in the file.

use super::plain::{self, escape};
use super::request::lang_of;
use super::{AppState, guard};
use crate::auth::throttle::PerMinute;
use crate::domain::Millis;
use crate::lang::Lang;
use crate::report::verify::{Answer, MOST_BYTES};
use crate::report::{self, PublicKey};
use crate::store::{Store, StoreError};
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// Files a minute from one address. Each takes a signature check and up to 2 MiB.
const A_MINUTE: u32 = 30;
/// Room for a form's own lines around a file of the largest size.
const MOST_BODY: usize = MOST_BYTES + (64 << 10);

/// What each address asked within the minute.
pub struct Counts(Mutex<PerMinute<IpAddr>>);

impl Default for Counts {
    fn default() -> Self {
        Self(Mutex::new(PerMinute::new(A_MINUTE)))
    }
}

/// Every key that signs or signed here.
pub async fn public_keys(store: &Store) -> Result<Vec<PublicKey>, StoreError> {
    let (_, keys) =
        report::keys(&store.signing_keys().await?).map_err(|error| StoreError::corrupt("signing_key", error))?;
    Ok(keys)
}

/// What is said of a typed fingerprint: existence and time, no figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Typed {
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
pub async fn typed(store: &Store, text: &str) -> Result<Typed, StoreError> {
    let Some(prefix) = report::seal::typed_fingerprint(text) else { return Ok(Typed::Malformed) };
    let found = match store.reports_by_fingerprint(&prefix).await?.into_iter().next() {
        Some(report) => Some(report),
        None => match store.derived_by_hash(&prefix).await? {
            Some(derived) => store.report_by_hash(&derived.report).await?,
            None => None,
        },
    };
    let Some(found) = found else { return Ok(Typed::Unknown) };
    let at = found.sealed_at;
    Ok(match report::newer(store, found.stream, found.revision).await? {
        Some(newer) => Typed::Superseded { at, revision: newer.revision, by_at: newer.sealed_at },
        None => Typed::Known { at },
    })
}

/// `POST /verify`: a file as the body, or a form with a `file` or a `fingerprint`. Answers a page, or JSON to whoever does
/// not ask for one.
pub async fn post(State(state): State<AppState>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let lang = lang_of(&parts.headers);
    let page = super::forms::wants_page(&parts.headers);
    let from = guard::client(&parts.extensions).key();
    let beyond = state.verified.0.lock().unwrap_or_else(PoisonError::into_inner).count(&from, super::now());
    if beyond > 0 {
        let title = lang.pick("Please wait", "请稍候", "お待ちください");
        let what = lang.pick(
            "Too many files from this address. Try again in a minute.",
            "来自此地址的文件过多，请一分钟后再试。",
            "このアドレスからのファイルが多すぎます。1分後にもう一度お試しください。",
        );
        return plain::problem(StatusCode::TOO_MANY_REQUESTS, lang, title, what);
    }
    let Some(asked) = asked(&parts.headers, body).await else {
        let title = lang.pick("Not a report", "不是报告", "レポートではありません");
        let what = lang.pick(
            "The file is larger than 2 MiB; no report is.",
            "文件超过 2 MiB，报告不会这么大。",
            "ファイルが2 MiBを超えています。レポートはそれほど大きくありません。",
        );
        return plain::problem(StatusCode::PAYLOAD_TOO_LARGE, lang, title, what);
    };
    let outcome = match asked {
        Asked::File(bytes) => report::verify_file(&state.store, bytes).await.map(Said::File),
        Asked::Fingerprint(text) => typed(&state.store, &text).await.map(Said::Typed),
    };
    match outcome {
        Ok(said) if page => answer_page(lang, &said, &zone_of(&state, &said)),
        Ok(said) => answer_json(&said),
        Err(error) => {
            tracing::error!(%error, "a report could not be verified");
            let title = lang.pick("Cannot verify now", "暂时无法校验", "いま照合できません");
            let what = lang.pick(
                "The database does not answer. Nothing is said about your file.",
                "数据库没有应答，对您的文件不作任何判断。",
                "データベースが応答しません。ファイルについては何も判断していません。",
            );
            plain::problem(StatusCode::SERVICE_UNAVAILABLE, lang, title, what)
        }
    }
}

enum Asked {
    File(Vec<u8>),
    Fingerprint(String),
}

/// What was said of a file or a fingerprint.
pub enum Said {
    File(Answer),
    Typed(Typed),
}

/// What a request asks about; `None` when it is too large.
async fn asked(headers: &HeaderMap, body: Body) -> Option<Asked> {
    let body = to_bytes(body, MOST_BODY).await.ok()?;
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.starts_with("application/x-www-form-urlencoded") {
        let fields: Vec<(String, String)> = url::form_urlencoded::parse(&body).into_owned().collect();
        let find = |name: &str| fields.iter().find(|(key, value)| key == name && !value.is_empty());
        if let Some((_, text)) = find("fingerprint") {
            return Some(Asked::Fingerprint(text.clone()));
        }
        if let Some((_, text)) = find("file") {
            return Some(Asked::File(text.clone().into_bytes()));
        }
        // Programs call any body a form when they are not told otherwise.
    } else if let Some(boundary) = boundary(headers) {
        let field = |name: &str| multipart_field(&body, boundary, name).filter(|value| !value.is_empty());
        return Some(match (field("file"), field("fingerprint")) {
            (Some(file), _) => Asked::File(file.to_vec()),
            (None, Some(text)) => Asked::Fingerprint(String::from_utf8_lossy(text).into_owned()),
            (None, None) => Asked::File(Vec::new()),
        });
    }
    Some(Asked::File(body.to_vec()))
}

/// What separates the fields of a multipart form; `None` where the body is none.
pub(super) fn boundary(headers: &HeaderMap) -> Option<&str> {
    let kind = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let boundary = kind.strip_prefix("multipart/form-data")?.split("boundary=").nth(1)?;
    Some(boundary.split(';').next().unwrap_or_default().trim().trim_matches('"'))
}

/// The content of a field of a multipart form. The form is ours and has two fields, so this reads no more than that.
pub(super) fn multipart_field<'a>(body: &'a [u8], boundary: &str, name: &str) -> Option<&'a [u8]> {
    let find = |haystack: &[u8], needle: &[u8]| haystack.windows(needle.len()).position(|window| window == needle);
    let delimiter = format!("--{boundary}");
    if boundary.is_empty() {
        return None;
    }
    let mut rest = &body[find(body, delimiter.as_bytes())? + delimiter.len()..];
    loop {
        let head_end = find(rest, b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&rest[..head_end]).to_ascii_lowercase();
        let content = &rest[head_end + 4..];
        let end = find(content, format!("\r\n{delimiter}").as_bytes())?;
        if head.contains(&format!(" name=\"{name}\"")) {
            return Some(&content[..end]);
        }
        rest = &content[end + 2 + delimiter.len()..];
    }
}

fn answer_json(said: &Said) -> Response {
    let json = match said {
        Said::File(answer) => {
            let mut json = json!({ "answer": answer.name() });
            match answer {
                Answer::Genuine { sha256, fingerprint, record } => {
                    json["sha256"] = json!(sha256);
                    json["fingerprint"] = json!(fingerprint);
                    json["stream"] = json!(record.stream.to_string());
                    json["revision"] = json!(record.revision);
                    json["sealed_at"] = json!(record.sealed_at);
                }
                Answer::Superseded { by, sha256, fingerprint, record } => {
                    json["sha256"] = json!(sha256);
                    json["fingerprint"] = json!(fingerprint);
                    json["stream"] = json!(record.stream.to_string());
                    json["revision"] = json!(record.revision);
                    json["sealed_at"] = json!(record.sealed_at);
                    json["by"] = json!({ "revision": by.revision, "sha256": by.sha256, "sealed_at": by.sealed_at });
                }
                Answer::Altered { what } => json["what"] = json!(what),
                Answer::NotAReport { why } => json["why"] = json!(why),
                Answer::NotOurs => {}
            }
            json
        }
        Said::Typed(Typed::Known { at }) => json!({ "answer": "known", "sealed_at": at }),
        Said::Typed(Typed::Superseded { at, revision, by_at }) => {
            json!({ "answer": "superseded", "sealed_at": at, "by": { "revision": revision, "sealed_at": by_at } })
        }
        Said::Typed(Typed::Unknown) => json!({ "answer": "unknown" }),
        Said::Typed(Typed::Malformed) => json!({ "answer": "malformed" }),
    };
    axum::Json(json).into_response()
}

/// The zone that times are told in: that of the report's app, or of the first one.
fn zone_of(state: &AppState, said: &Said) -> String {
    let app = match said {
        Said::File(Answer::Genuine { record, .. } | Answer::Superseded { record, .. }) => state.config.app(record.app),
        _ => None,
    };
    app.or(state.config.apps.first()).map_or_else(|| "UTC".to_owned(), |app| app.timezone.clone())
}

/// What was altered; what is no more than the name of a field stays as it is.
fn altered(lang: Lang, what: &str) -> String {
    let (zh, ja) = match what {
        "the figures do not match the signature" => ("数字与签名不符", "数字が署名と一致しません"),
        "the page around the figures does not match its seal" => {
            ("数字周围的页面内容与其签名不符", "数字のまわりのページが署名と一致しません")
        }
        "the page around the figures carries no seal of its own" => {
            ("数字周围的页面内容没有签名", "数字のまわりのページに署名がありません")
        }
        _ => match what.strip_suffix(" does not match the seal") {
            Some(name) => {
                return lang.pick(what, "{} 与签名内容不符", "{} が確定時のものと一致しません").replace("{}", name);
            }
            None => (what, what),
        },
    };
    lang.pick(what, zh, ja).to_owned()
}

fn answer_page(lang: Lang, said: &Said, zone: &str) -> Response {
    let (title, what) = words(lang, said, zone);
    let again = lang.pick("Verify another", "继续校验", "ほかを照合");
    plain::told(lang, &title, &format!("<p>{}</p><p><a href=\"/verify\">{again}</a></p>", escape(&what)))
}

/// The answer in words: a heading and a sentence, times in this zone. A field that was altered has the name it has in the
/// file.
fn words(lang: Lang, said: &Said, zone: &str) -> (String, String) {
    let time = |at: Millis| {
        let at = jiff::Timestamp::from_millisecond(at.0).and_then(|at| at.in_tz(zone));
        at.map(|at| at.strftime("%Y-%m-%d %H:%M:%S (UTC%:z)").to_string()).unwrap_or_default()
    };
    let (title, what) = match said {
        Said::File(Answer::Genuine { fingerprint, record, .. }) => {
            let (at, issuer) = (time(record.sealed_at), &record.issuer);
            (
                lang.pick("Genuine", "真实有效", "改変なし"),
                match lang {
                    Lang::En => format!("{fingerprint}: sealed {at} by {issuer}, and unchanged since."),
                    Lang::Zh => format!("{fingerprint}：由{issuer}于 {at} 定稿，此后未改动。"),
                    Lang::Ja => format!("{fingerprint}：{issuer}が {at} に確定し、その後の変更はありません。"),
                },
            )
        }
        Said::File(Answer::Superseded { by, fingerprint, .. }) => {
            let (revision, at) = (by.revision, time(by.sealed_at));
            (
                lang.pick("Superseded", "已有更正版", "訂正版あり"),
                match lang {
                    Lang::En => {
                        format!(
                            "{fingerprint} is ours and unchanged. It was corrected by revision {revision}, sealed {at}."
                        )
                    }
                    Lang::Zh => format!("{fingerprint} 由我方签发且未改动，但已由 {at} 定稿的第 {revision} 版更正。"),
                    Lang::Ja => {
                        format!(
                            "{fingerprint} は当方の発行で変更はありませんが、{at} 確定の第{revision}版で訂正されています。"
                        )
                    }
                },
            )
        }
        Said::File(Answer::Altered { what }) => {
            let what = altered(lang, what);
            (
                lang.pick("Altered", "已被改动", "改変あり"),
                match lang {
                    Lang::En => format!("Altered: {what}."),
                    Lang::Zh => format!("已被改动：{what}。"),
                    Lang::Ja => format!("改変あり：{what}。"),
                },
            )
        }
        Said::File(Answer::NotOurs) => (
            lang.pick("Not ours", "非我方签发", "当方の発行ではありません"),
            lang.pick(
                "This is a report, but no key known here signed it.",
                "这是一份报告，但不是由此处已知的密钥签发的。",
                "レポートですが、ここで知られている鍵による署名ではありません。",
            )
            .to_owned(),
        ),
        Said::File(Answer::NotAReport { why }) => (
            lang.pick("Not a report", "不是报告", "レポートではありません"),
            match lang {
                Lang::En => format!("Not a report: {why}."),
                Lang::Zh => format!("不是报告：{why}。"),
                Lang::Ja => format!("レポートではありません：{why}。"),
            },
        ),
        Said::Typed(Typed::Known { at }) => {
            let at = time(*at);
            (
                lang.pick("Sealed here", "由此处签发", "ここで確定されました"),
                match lang {
                    Lang::En => format!(
                        "A report with this fingerprint was sealed here, {at}. To compare its figures, give its file."
                    ),
                    Lang::Zh => format!("带有此校验码的报告于 {at} 在此定稿。如需核对数字，请提交文件。"),
                    Lang::Ja => format!(
                        "この照合コードのレポートは {at} にここで確定されました。数字の照合にはファイルが必要です。"
                    ),
                },
            )
        }
        Said::Typed(Typed::Superseded { at, revision, by_at }) => {
            let (at, by_at) = (time(*at), time(*by_at));
            (
                lang.pick("Superseded", "已有更正版", "訂正版あり"),
                match lang {
                    Lang::En => format!(
                        "A report with this fingerprint was sealed here, {at}. It was corrected by revision {revision}, \
                         sealed {by_at}."
                    ),
                    Lang::Zh => {
                        format!("带有此校验码的报告于 {at} 在此定稿，但已由 {by_at} 定稿的第 {revision} 版更正。")
                    }
                    Lang::Ja => format!(
                        "この照合コードのレポートは {at} にここで確定されましたが、{by_at} 確定の第{revision}版で訂正されています。"
                    ),
                },
            )
        }
        Said::Typed(Typed::Unknown) => (
            lang.pick("Unknown", "未找到", "見つかりません"),
            lang.pick(
                "No report with this fingerprint was sealed here.",
                "此处没有签发过带有此校验码的报告。",
                "この照合コードのレポートはここでは確定されていません。",
            )
            .to_owned(),
        ),
        Said::Typed(Typed::Malformed) => (
            lang.pick("Not a fingerprint", "格式不正确", "照合コードではありません"),
            lang.pick(
                "A fingerprint has 16 digits and letters from A to F, such as 8F3A-91C2-D04B-77E1.",
                "校验码由 16 位数字和字母 A–F 组成,例如 8F3A-91C2-D04B-77E1。",
                "照合コードは数字とA~Fの16桁です。例:8F3A-91C2-D04B-77E1",
            )
            .to_owned(),
        ),
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
    use super::*;

    #[test]
    fn times_are_told_in_the_zone_of_the_report_and_what_was_altered_in_the_readers_language() {
        let known = Said::Typed(Typed::Known { at: Millis(1_795_273_601_000) });
        let (_, told) = words(Lang::En, &known, "Asia/Shanghai");
        assert!(told.contains("2026-11-21 23:06:41 (UTC+08:00)"), "{told}");
        let altered = |what: &str| Said::File(Answer::Altered { what: what.to_owned() });
        let coins = altered("totals.coins does not match the seal");
        assert_eq!(words(Lang::En, &coins, "UTC").1, "Altered: totals.coins does not match the seal.");
        assert_eq!(words(Lang::Zh, &coins, "UTC").1, "已被改动：totals.coins 与签名内容不符。");
        let page = altered("the page around the figures does not match its seal");
        assert!(!words(Lang::Ja, &page, "UTC").1.contains("page around"));
    }

    #[test]
    fn fields_of_our_form_are_found() {
        let body = b"--X\r\nContent-Disposition: form-data; name=\"fingerprint\"\r\n\r\n\r\n--X\r\nContent-Disposition: \
            form-data; name=\"file\"; filename=\"a.json\"\r\nContent-Type: application/json\r\n\r\n{\"a\":\r\n1}\r\n--X--\r\n";
        assert_eq!(multipart_field(body, "X", "file"), Some(&b"{\"a\":\r\n1}"[..]));
        assert_eq!(multipart_field(body, "X", "fingerprint"), Some(&b""[..]));
        assert_eq!(multipart_field(body, "X", "other"), None);
        assert_eq!(multipart_field(body, "Y", "file"), None);
        assert_eq!(multipart_field(b"", "", "file"), None);
    }
}
