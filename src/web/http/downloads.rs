//! Downloads of a report: CSV, JSON, one offline HTML file. One plain handler splits a name from its extension.

use super::shared_view::{ReaderPrefs, SharedView};
use super::{error_pages, render};
use crate::domain::record::Document;
use crate::domain::{StreamId, Viewer};
use crate::i18n::Lang;
use crate::report::{self, ReportError};
use crate::store::StreamQuery;
use crate::web::context::{AppState, now};
use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// What a download is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DownloadFormat {
    Csv,
    Json,
    Html,
}

impl DownloadFormat {
    /// The kind of `report.csv`, `report.json`, `report.html`; other names are none.
    pub fn of(file: &str) -> Option<Self> {
        match file.strip_prefix("report.")? {
            "csv" => Some(Self::Csv),
            "json" => Some(Self::Json),
            "html" => Some(Self::Html),
            _ => None,
        }
    }

    /// `report.csv`.
    pub const fn file(self) -> &'static str {
        match self {
            Self::Csv => "report.csv",
            Self::Json => "report.json",
            Self::Html => "report.html",
        }
    }

    const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Html => "html",
        }
    }

    pub const fn mime(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Json => "application/json",
            Self::Html => "text/html; charset=utf-8",
        }
    }
}

/// `GET /streams/{id}/{file}`, signed in: everything. `?revision=` asks for an earlier one.
pub async fn stream(
    State(state): State<AppState>,
    Extension(viewer): Extension<Viewer>,
    Path((id, file)): Path<(i64, String)>,
    request: Request,
) -> Response {
    let info_lang = viewer.lang.as_deref().and_then(Lang::from_code);
    let lang = info_lang.unwrap_or_else(|| crate::web::context::request::console_lang_of(request.headers()));
    let Some(kind) = DownloadFormat::of(&file) else { return error_pages::no_such_page(lang) };
    let query = crate::web::context::request::query(request.uri());
    let revision = query.iter().find(|(key, _)| key == "revision").and_then(|(_, value)| value.parse().ok());
    let id = StreamId(id);
    let found = async {
        let stream = state.store.stream(id).await?;
        let report = state.store.report(id, revision).await?;
        Ok::<_, crate::store::StoreError>((stream, report))
    };
    let (stream, report) = match found.await {
        Ok((Some(stream), Some(report))) => (stream, report),
        Ok((Some(_), None)) => {
            let (title, what) = (lang.error_report_not_sealed_title(), lang.error_report_not_sealed());
            return error_pages::problem(StatusCode::CONFLICT, lang, title, what);
        }
        Ok((None, _)) => return error_pages::no_such_page(lang),
        Err(error) => return failed(lang, &error),
    };
    let zone = viewer.zone.or_else(|| Some(state.config.app(stream.app)?.timezone.clone()));
    let opened = tokio::task::spawn_blocking(move || report::document(&report));
    match opened.await {
        Ok(Ok(document)) => {
            let zone = zone.unwrap_or_else(|| "UTC".to_owned());
            download(&state, document, kind, ReaderPrefs::new(lang, zone)).await
        }
        Ok(Err(error)) => failed(lang, &error),
        Err(error) => failed(lang, &error),
    }
}

/// `GET /streams.csv`, signed in: the list that `/streams` shows under the same query, all of it.
pub async fn list(State(state): State<AppState>, Extension(viewer): Extension<Viewer>, request: Request) -> Response {
    let asked = crate::web::context::request::query(request.uri());
    let zone = viewer.zone.or_else(|| Some(state.config.apps.first()?.timezone.clone()));
    let zone = zone.unwrap_or_else(|| "UTC".to_owned());
    let param =
        |name: &str| asked.iter().find(|(key, value)| key == name && !value.is_empty()).map(|(_, v)| v.as_str());
    // The whole list, whatever page of it was open.
    let whole = |name: &str| param(name).filter(|_| !matches!(name, "after" | "before"));
    let mut query = StreamQuery {
        limit: 500,
        ..crate::web::pages::streams::query(whole, &crate::web::context::app_labels(&state.config))
    };
    let rows = async_stream::try_stream! {
        yield report::export::list_head();
        loop {
            let page = state.store.streams(&query).await?;
            let ids: Vec<StreamId> = page.rows.iter().map(|row| row.id).collect();
            let links = state.store.active_link_count(&ids, now()).await?;
            let mut lines = String::new();
            for row in &page.rows {
                lines.push_str(&report::export::list_row(row, links.get(&row.id).copied().unwrap_or_default(), &zone));
            }
            yield lines;
            query.after = match page.next {
                Some(next) => Some(next),
                None => break,
            };
        }
    };
    // An error in the middle cuts the answer, so that half a list is never taken for a whole one.
    let rows = futures::TryStreamExt::inspect_err(rows, |error: &crate::store::StoreError| {
        tracing::error!(%error, "a list could not be written to its end");
    });
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"streams.csv\""),
    ];
    (headers, Body::from_stream(rows)).into_response()
}

/// A file to be saved under this name.
pub fn attachment(content: String, mime: &'static str, name: &str) -> Response {
    let mut response = content.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(mime));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

fn failed(lang: Lang, error: &dyn std::fmt::Display) -> Response {
    tracing::error!(%error, "a report could not be read");
    let (title, what) = (lang.error_report_unreadable_title(), lang.error_report_unreadable());
    error_pages::problem(StatusCode::INTERNAL_SERVER_ERROR, lang, title, what)
}

/// A download: its name and what is in it.
pub struct FileName {
    pub name: String,
    pub content: String,
}

/// A document as a file.
pub async fn file(
    state: &AppState,
    document: Document,
    kind: DownloadFormat,
    reading: ReaderPrefs,
) -> Result<FileName, ReportError> {
    let name = match &document.seal {
        Some(seal) => format!("report-{}.{}", seal.fingerprint, kind.extension()),
        None => format!("report.{}", kind.extension()),
    };
    let content = match kind {
        DownloadFormat::Html => offline(state, document, reading).await?,
        DownloadFormat::Csv | DownloadFormat::Json => {
            let made = tokio::task::spawn_blocking(move || match kind {
                DownloadFormat::Csv => Ok(report::export::csv(&document, Some(&reading.zone))),
                _ => report::export::json(&document),
            });
            made.await.map_err(|error| ReportError::Packed(error.to_string()))??
        }
    };
    Ok(FileName { name, content })
}

async fn download(state: &AppState, document: Document, kind: DownloadFormat, reading: ReaderPrefs) -> Response {
    let lang = reading.lang;
    match file(state, document, kind, reading).await {
        Ok(FileName { name, content }) => attachment(content, kind.mime(), &name),
        Err(error) => failed(lang, &error),
    }
}

/// The page as one file that needs nothing else, with the signed figures in it and signed as a whole.
async fn offline(state: &AppState, document: Document, reading: ReaderPrefs) -> Result<String, ReportError> {
    let view = SharedView {
        document,
        issuer: state.issuers.current().await.map_err(|error| ReportError::Packed(error.to_string()))?,
        is_default: reading.clone(),
        prefs: reading,
        path: String::new(),
        address: String::new(),
        locked: false,
    };
    let verify = state.absolute("/verify");
    let made = tokio::task::spawn_blocking(move || render::offline_document(view, verify)).await;
    let page = made.map_err(|error| ReportError::Packed(error.to_string()))??;
    Ok(report::export::seal_page(&page, state.sealer.key()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_split_from_its_extension() {
        assert_eq!(DownloadFormat::of("report.csv"), Some(DownloadFormat::Csv));
        assert_eq!(DownloadFormat::of("report.html"), Some(DownloadFormat::Html));
        for other in ["report", "report.", "report.exe", "other.csv", "report.csv.exe"] {
            assert_eq!(DownloadFormat::of(other), None);
        }
    }
}
