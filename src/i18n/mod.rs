//! Texts, numbers and times in every language of `locales/languages.toml`: one typed function per message, so that a missing
//! translation is a compile error and a number cannot land in the wrong place.
//!
//! Must not: know a page, read a clock or a zone database (a [`Zone`] arrives as a list of offsets, so that the browser
//! can show the same times), or escape HTML (templates do).

mod console;
mod copy;
mod findings;
mod live;
mod locale;
mod name;
mod number;
mod per_language;
mod report;
mod terms;
mod time;

pub use locale::Locale;
pub use name::{display_width, escape_invisible, truncate_middle};
pub use number::percent_of;
pub use report::{GapCost, capitalised};
pub use time::{Civil, DayBegins, Zone};

use crate::domain::Millis;
use serde::{Deserialize, Serialize};

include!(concat!(env!("OUT_DIR"), "/messages.rs"));

/// Which forms Han letters take in pictures. Browsers choose by the attribute `lang`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HanForms {
    Chinese,
    Japanese,
}

impl Lang {
    /// From a code or a tag: `en`, `zh`, `zh-CN`, `ja-JP`, …; unless it is a whole tag, the part before the first hyphen
    /// decides.
    pub fn from_code(code: &str) -> Option<Self> {
        let code = code.trim();
        let primary = code.split(['-', '_']).next().unwrap_or_default();
        let find = |fits: &dyn Fn(&Self) -> bool| Self::BUILT.iter().copied().find(fits);
        find(&|lang| lang.tag().eq_ignore_ascii_case(code))
            .or_else(|| find(&|lang| lang.code().eq_ignore_ascii_case(primary)))
    }

    /// The first language of an `Accept-Language` header that we speak, by weight and then by place.
    pub fn from_accept_language(header: &str) -> Option<Self> {
        let mut wanted: Vec<(u32, Self)> = header
            .split(',')
            .filter_map(|part| {
                let mut fields = part.split(';');
                let lang = Self::from_code(fields.next()?)?;
                let weight = fields
                    .find_map(|field| field.trim().strip_prefix("q="))
                    .map_or(1000, |q| q.parse::<f64>().map_or(0, |q| (q.clamp(0.0, 1.0) * 1000.0) as u32));
                (weight > 0).then_some((weight, lang))
            })
            .collect();
        wanted.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
        wanted.first().map(|(_, lang)| *lang)
    }
}

/// Everything a sentence depends on beside its numbers: the language, the one zone of the page, the app's word for coins.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct I18n {
    pub lang: Lang,
    pub zone: Zone,
    /// The app's own word for coins, if it set one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coins: Option<String>,
}

impl I18n {
    pub const fn new(lang: Lang, zone: Zone) -> Self {
        Self { lang, zone, coins: None }
    }

    /// A whole number in full digits, or `–` where it is not known.
    pub fn number(&self, value: Option<i64>) -> String {
        value.map_or_else(|| "–".to_owned(), |value| self.integer(value))
    }

    /// A whole number in full digits.
    pub fn integer(&self, value: i64) -> String {
        self.lang.integer(value)
    }

    /// `20:00`
    pub fn hm(&self, at: Millis) -> String {
        self.zone.civil(at).hm()
    }

    /// `20:00:05`
    pub fn hms(&self, at: Millis) -> String {
        self.zone.civil(at).hms()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accept_language_is_read_by_weight() {
        assert_eq!(Lang::from_accept_language("fr, ja;q=0.5, zh-CN;q=0.8, en;q=0.7"), Some(Lang::Zh));
        assert_eq!(Lang::from_accept_language("zh;q=0, en;q=0.1"), Some(Lang::En));
        assert_eq!(Lang::from_accept_language("fr-FR"), None);
        assert_eq!(Lang::from_accept_language(""), None);
        assert_eq!(Lang::from_accept_language("ja-JP,ja"), Some(Lang::Ja));
    }

    /// The pseudo-language is for tests: it can be asked for, and no menu offers it.
    #[test]
    fn the_pseudo_language_is_in_no_menu() {
        let pseudo = Lang::from_code("xa").expect("tests are debug builds");
        assert_eq!(Lang::from_code("en-XA"), Some(pseudo));
        assert!(!Lang::CONSOLE.contains(&pseudo) && !Lang::READERS.contains(&pseudo));
        assert_eq!(pseudo.of_console(), pseudo);
        assert!(pseudo.menu_settings().starts_with('[') && !pseudo.menu_settings().contains("Settings"));
    }

    #[test]
    fn the_console_has_its_own_languages_and_the_source_for_others() {
        for lang in Lang::READERS {
            assert_eq!(Lang::CONSOLE.contains(lang), lang.of_console() == *lang);
            assert!(Lang::CONSOLE.contains(&lang.of_console()));
        }
    }

    /// Chinese and Japanese texts have punctuation of their own: an ASCII comma among them is a slip.
    #[test]
    fn chinese_and_japanese_texts_have_full_width_punctuation() {
        let is_cjk = |c: char| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}');
        let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
        let mut slips = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("sources") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                if path.extension().is_none_or(|extension| extension != "rs") {
                    continue;
                }
                let text = std::fs::read_to_string(&path).expect("a source");
                let product = text.split("#[cfg(test)]").next().unwrap_or_default();
                for line in product.lines().filter(|line| !line.trim_start().starts_with("//")) {
                    let letters: Vec<char> = line.chars().collect();
                    let slip = |three: &[char]| {
                        is_cjk(three[0]) && ",;:?!".contains(three[1]) && (is_cjk(three[2]) || three[2] == '"')
                    };
                    if letters.windows(3).any(slip) {
                        slips.push(format!("{}: {}", path.display(), line.trim()));
                    }
                }
            }
        }
        assert!(slips.is_empty(), "{slips:#?}");
    }

    #[test]
    fn unknown_is_a_dash_and_zero_is_zero() {
        let i18n = I18n::default();
        assert_eq!(i18n.number(None), "–");
        assert_eq!(i18n.number(Some(0)), "0");
    }
}
