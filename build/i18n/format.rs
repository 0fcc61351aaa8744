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
    pub months: [String; 12],
    pub weekdays: [String; 7],
    pub date: String,
    pub date_plain: String,
    pub date_short: String,
    pub date_weekday: String,
    pub units: Vec<(i64, String)>,
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
