//! Reads `locales/formats.toml`: how each language writes numbers and dates.

use super::Problem;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// One row; the fields of `Locale` in `src/i18n/locale.rs`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Format {
    pub group: char,
    pub decimal: char,
    pub percent: String,
    /// As they are written in a date.
    pub months: [String; 12],
    /// In full, and alone.
    pub months_full: [String; 12],
    pub weekdays: [String; 7],
    pub date: String,
    pub date_plain: String,
    pub date_short: String,
    pub date_weekday: String,
    /// Between the two parts of a list of two.
    pub list_pair: String,
    /// Between two parts of a longer list …
    pub list_middle: String,
    /// … and before its last one.
    pub list_end: String,
    /// Between two sentences.
    pub space: String,
    pub units: Vec<(i64, String)>,
}

/// What a language has otherwise than the Unicode CLDR: fields of [`Format`].
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OwnChoices {
    pub percent: Option<String>,
    pub months: Option<[String; 12]>,
    pub months_full: Option<[String; 12]>,
    pub weekdays: Option<[String; 7]>,
    pub date: Option<String>,
    pub date_plain: Option<String>,
    pub date_short: Option<String>,
    pub date_weekday: Option<String>,
    pub list_pair: Option<String>,
    pub list_middle: Option<String>,
    pub list_end: Option<String>,
    pub units: Option<Vec<(i64, String)>>,
}

/// The rows by the tag of their language.
pub fn read(file: &Path) -> Result<BTreeMap<String, Format>, Problem> {
    let problem = |line, text| Problem { file: file.to_owned(), line, text };
    let text = std::fs::read_to_string(file).map_err(|error| problem(1, error.to_string()))?;
    toml::from_str(&text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start).min(text.len());
        problem(text[..at].matches('\n').count() + 1, error.message().to_owned())
    })
}
