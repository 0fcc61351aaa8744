//! Where pages are called from: the one file that changes when a page gets another name.

use super::plain::escape;
use super::shared::SharedView;

/// The whole HTML of a shared report.
pub async fn shared_document(view: SharedView) -> String {
    let record = &view.document.record;
    let rows: String = record
        .shown()
        .into_iter()
        .map(|counter| {
            let total = record.totals.get(counter).map_or_else(|| "–".to_owned(), |total| total.to_string());
            format!("<tr><th scope=\"row\">{}</th><td>{total}</td></tr>", counter.name())
        })
        .collect();
    let title = escape(record.title.as_deref().unwrap_or("Stream report"));
    let seal = view.document.seal.as_ref().map(|seal| escape(&seal.fingerprint)).unwrap_or_default();
    format!(
        "<!DOCTYPE html><html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\"><meta name=\"robots\" content=\"noindex\">\
         <title>{title}</title></head><body><main><h1>{title}</h1><table><tbody>{rows}</tbody></table>\
         <p>{seal}</p></main></body></html>",
        view.lang.tag()
    )
}

/// The same as one offline file, before it is sealed.
pub async fn offline_document(view: SharedView) -> String {
    shared_document(view).await
}
