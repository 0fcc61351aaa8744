//! A report as one reader of a link reads it: language, time zone and theme, with what a rendering is made of.

use crate::domain::record::Document;
use crate::i18n::Lang;
use crate::share::Issuer;
use crate::store::ShareRow;
use crate::web::view::theme::Theme;
use std::sync::Arc;

/// How one reader reads: what the address asks for (`?lang=`, `?tz=`, `?theme=`), else what the link has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReaderPrefs {
    pub lang: Lang,
    /// IANA name of the one zone of the page.
    pub zone: String,
    /// `None`: the reader's system decides.
    pub theme: Option<Theme>,
}

impl ReaderPrefs {
    pub const fn new(lang: Lang, zone: String) -> Self {
        Self { lang, zone, theme: None }
    }

    /// The query of an address that reads like this, where `defaults` is what it gives without a query.
    pub fn query(&self, defaults: &Self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        if self.lang != defaults.lang {
            query.append_pair("lang", self.lang.code());
        }
        if self.zone != defaults.zone {
            query.append_pair("tz", &self.zone);
        }
        if let Some(theme) = self.theme {
            query.append_pair("theme", theme.name());
        }
        let query = query.finish();
        if query.is_empty() { query } else { format!("?{query}") }
    }
}

/// What a rendering is made of.
pub struct SharedView {
    pub document: Document,
    /// Logo, contact and word for coins: around the sealed figures, as they are now.
    pub issuer: Arc<Issuer>,
    pub prefs: ReaderPrefs,
    /// What the link gives without a query, so that its own links say only what differs.
    pub is_default: ReaderPrefs,
    /// The path of the link, `/r/…`, for its files and forms; empty in an offline file.
    pub path: String,
    /// The whole address, where a public one is configured.
    pub address: String,
    /// Whether a password was asked for: then tags and card hold no figures.
    pub locked: bool,
}

/// The language of a link without a query.
pub fn link_lang(row: &ShareRow) -> Lang {
    Lang::from_code(&row.lang).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_only_what_differs() {
        let defaults = ReaderPrefs::new(Lang::En, "Asia/Shanghai".to_owned());
        assert_eq!(defaults.query(&defaults), "");
        let other = ReaderPrefs { lang: Lang::Ja, zone: "America/New_York".to_owned(), theme: Some(Theme::Dark) };
        assert_eq!(other.query(&defaults), "?lang=ja&tz=America%2FNew_York&theme=dark");
        assert_eq!(ReaderPrefs { theme: Some(Theme::Light), ..defaults.clone() }.query(&defaults), "?theme=light");
    }
}
