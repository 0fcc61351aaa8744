//! Where pages are called from: the one file that changes when a page gets another name.

use super::assets;
use super::shared::SharedView;
use crate::lang::Words;
use crate::pages;
use crate::pages::report::{Shared, Style};

/// The whole HTML of a shared report.
pub async fn shared_document(view: SharedView) -> String {
    let style = assets::url("aftershow.css").map_or(Style::Absent, Style::Linked);
    draw(view, style, true)
}

/// The same as one offline file, before it is sealed.
pub async fn offline_document(view: SharedView) -> String {
    let style = assets::text("aftershow.css").map_or(Style::Absent, Style::Inlined);
    draw(view, style, false)
}

fn draw(view: SharedView, style: Style, online: bool) -> String {
    let SharedView { document, lang, zone, path, address, locked } = view;
    pages::report::shared_document(&Shared {
        words: Words::new(lang, pages::zone(&zone)),
        document,
        style,
        loader: if online { pages::loader() } else { None },
        base: (online && !path.is_empty()).then_some(path),
        url: (online && !address.is_empty()).then_some(address),
        verify: "/verify".to_owned(),
        contact: None,
        card: online && !locked,
        books: None,
    })
}
