//! Where the shared report's page is called from, with what it needs of the server.

use super::shared::{Reading, SharedView};
use super::{assets, plain, zone};
use crate::lang::{Lang, Words};
use crate::pages::report::{Logo, Shared, Style, Theme, Ways, shared_document as page};
use crate::report::{ReportError, export};

/// The words of a link's page and pictures: its language and zone, the issuer's own word for coins.
pub fn words(view: &SharedView) -> Words {
    let coins = view.issuer.coins(view.reading.lang).map(str::to_owned);
    Words { coins, ..Words::new(view.reading.lang, zone::zone(&view.reading.zone, super::now())) }
}

/// The addresses of this page in its other languages and themes.
fn ways(view: &SharedView) -> Ways {
    let path = &view.path;
    let address = |reading: Reading| format!("{path}{}", reading.query(&view.usual));
    Ways {
        query: view.reading.query(&view.usual),
        languages: Lang::ALL.map(|lang| address(Reading { lang, ..view.reading.clone() })),
        themes: [None, Some(Theme::Light), Some(Theme::Dark)]
            .map(|theme| (theme, address(Reading { theme, ..view.reading.clone() }))),
    }
}

/// The whole HTML of a shared report.
pub fn shared_document(view: SharedView) -> String {
    page(&Shared {
        words: words(&view),
        theme: view.reading.theme,
        ways: Some(ways(&view)),
        style: plain::style(),
        loader: assets::loader(),
        base: Some(view.path),
        url: Some(view.address),
        embedded: None,
        verify: "/verify".to_owned(),
        contact: view.issuer.contact.clone(),
        logo: view.issuer.logo.as_ref().map(|logo| Logo::new(logo, logo.path.clone())),
        card: !view.locked,
        books: None,
        document: view.document,
    })
}

/// The same as one offline file with the signed figures in it, before the whole is sealed. `verify` is where it can be
/// verified.
pub fn offline_document(view: SharedView, verify: String) -> Result<String, ReportError> {
    let embedded = export::json(&view.document)?;
    Ok(page(&Shared {
        words: words(&view),
        theme: view.reading.theme,
        ways: None,
        style: assets::text("aftershow.css").map_or(Style::Absent, Style::Inlined),
        loader: None,
        base: None,
        url: None,
        embedded: Some(embedded),
        verify,
        contact: view.issuer.contact.clone(),
        logo: view.issuer.logo.as_ref().map(|logo| Logo::new(logo, logo.inlined())),
        card: false,
        books: None,
        document: view.document,
    }))
}
