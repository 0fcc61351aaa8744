//! Where the shared report's page is called from, with what it needs of the server.

use super::error_pages;
use super::shared_view::{ReaderPrefs, SharedView};
use crate::i18n::{I18n, Lang};
use crate::report::{ReportError, export};
use crate::web::context::{assets, now, zone};
use crate::web::pages::report::{AlternateLinks, LogoImage, SharedPage, Stylesheet, shared_document as page};
use crate::web::view::theme::Theme;

/// The words of a link's page and pictures: its language and zone, the issuer's own word for coins.
pub fn i18n_of(view: &SharedView) -> I18n {
    let coins = view.issuer.coins(view.prefs.lang).map(str::to_owned);
    I18n { coins, ..I18n::new(view.prefs.lang, zone::zone(&view.prefs.zone, now())) }
}

/// The addresses of this page in its other languages and themes.
fn alternate_links(view: &SharedView) -> AlternateLinks {
    let path = &view.path;
    let address = |reading: ReaderPrefs| format!("{path}{}", reading.query(&view.is_default));
    AlternateLinks {
        query: view.prefs.query(&view.is_default),
        languages: Lang::READERS
            .iter()
            .map(|&lang| (lang, address(ReaderPrefs { lang, ..view.prefs.clone() })))
            .collect(),
        themes: [None, Some(Theme::Light), Some(Theme::Dark)]
            .map(|theme| (theme, address(ReaderPrefs { theme, ..view.prefs.clone() }))),
    }
}

/// The whole HTML of a shared report.
pub fn shared_document(view: SharedView) -> String {
    page(&SharedPage {
        i18n: i18n_of(&view),
        theme: view.prefs.theme,
        alternates: Some(alternate_links(&view)),
        style: error_pages::style(),
        loader: assets::loader(),
        base: Some(view.path),
        url: Some(view.address),
        embedded: None,
        verify: "/verify".to_owned(),
        contact: view.issuer.contact.clone(),
        logo: view.issuer.logo.as_ref().map(|logo| LogoImage::new(logo, logo.path.clone())),
        card: !view.locked,
        document: view.document,
    })
}

/// The same as one offline file with the signed figures in it, before the whole is sealed. `verify` is where it can be
/// verified.
pub fn offline_document(view: SharedView, verify: String) -> Result<String, ReportError> {
    let embedded = export::json(&view.document)?;
    Ok(page(&SharedPage {
        i18n: i18n_of(&view),
        theme: view.prefs.theme,
        alternates: None,
        style: assets::text("aftershow.css").map_or(Stylesheet::Absent, Stylesheet::Inlined),
        loader: None,
        base: None,
        url: None,
        embedded: Some(embedded),
        verify,
        contact: view.issuer.contact.clone(),
        logo: view.issuer.logo.as_ref().map(|logo| LogoImage::new(logo, logo.inlined())),
        card: false,
        document: view.document,
    }))
}
