//! The list of languages, `locales/languages.toml`. Adding a language is a row here and a folder beside it.

use super::Problem;
use super::format::OwnChoices;
use serde::Deserialize;
use std::path::Path;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// A missing message is an error.
    Complete,
    /// A missing message appears in the source language and is counted.
    Growing,
    /// Complete in the files that readers of a shared report see (`reader_files`), and offered to them alone. Other texts
    /// appear in the source language.
    Reports,
    /// Made from the source language for tests; in debug builds only, and in no menu.
    Pseudo,
}

/// A term that the glossary replaces by another.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AvoidedTerm {
    /// In lower case, as a part of a text.
    pub term: String,
    /// The messages in which it is right nevertheless.
    #[serde(default)]
    pub except: Vec<String>,
}

/// Which forms Han letters take in pictures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HanForms {
    #[default]
    Chinese,
    Japanese,
}

/// One row of the list.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Language {
    /// Value of `?lang=` and of the cookie; also names the variant of `Lang`.
    pub code: String,
    /// BCP 47 tag: value of the HTML attribute `lang`, and name of the folder.
    pub tag: String,
    /// The language's name in itself, as menus show it.
    pub name: String,
    pub state: State,
    /// Plural categories of whole numbers, `other` last. `one` is the number 1 in every language listed.
    pub plurals: Vec<String>,
    /// Categories of ordinal numbers (`1st`), `other` last.
    #[serde(default = "one_category")]
    pub ordinals: Vec<String>,
    /// Punctuation beside Han and kana is full-width, and sentences follow each other without a space.
    #[serde(default)]
    pub full_width: bool,
    #[serde(default)]
    pub han_forms: HanForms,
    #[serde(default)]
    pub avoid: Vec<AvoidedTerm>,
    /// For `tests/locale_rows.rs`: the locale of the Unicode CLDR that its row of `formats.toml` is made from, where it is not the tag.
    #[allow(dead_code)]
    pub cldr: Option<String>,
    /// For `tests/locale_rows.rs`: what its row of `formats.toml` has otherwise than CLDR.
    #[serde(default)]
    #[allow(dead_code)]
    pub own: OwnChoices,
}

fn one_category() -> Vec<String> {
    vec!["other".to_owned()]
}

impl Language {
    /// A row with nothing but its name, for tests.
    #[cfg(test)]
    pub fn new(tag: &str, state: State) -> Self {
        Self {
            code: tag.to_owned(),
            tag: tag.to_owned(),
            name: tag.to_owned(),
            state,
            plurals: one_category(),
            ordinals: if tag == "en" {
                ["one", "two", "few", "other"].map(str::to_owned).to_vec()
            } else {
                one_category()
            },
            full_width: false,
            han_forms: HanForms::Chinese,
            avoid: Vec::new(),
            cldr: None,
            own: OwnChoices::default(),
        }
    }

    /// Name of the variant of `Lang`: `En`.
    pub fn variant(&self) -> String {
        let mut letters = self.code.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
    }
}

/// The content of `languages.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LanguageList {
    /// The files that readers of a shared report see.
    pub reader_files: Vec<String>,
    #[serde(rename = "language")]
    pub languages: Vec<Language>,
}

pub fn read(file: &Path) -> Result<LanguageList, Problem> {
    let problem = |line, text| Problem { file: file.to_owned(), line, text };
    let text = std::fs::read_to_string(file).map_err(|error| problem(1, error.to_string()))?;
    let line_of = |at: usize| text[..at.min(text.len())].matches('\n').count() + 1;
    let list: LanguageList = toml::from_str(&text)
        .map_err(|error| problem(error.span().map_or(1, |span| line_of(span.start)), error.message().to_owned()))?;
    for language in &list.languages {
        let line = line_of(text.find(&format!("code = \"{}\"", language.code)).unwrap_or_default());
        let known = [vec!["other"], vec!["one", "other"]];
        if !known.iter().any(|known| *known == language.plurals) {
            return Err(problem(
                line,
                format!("plurals must be {known:?}; other categories need a rule in generate.rs"),
            ));
        }
        let known = [vec!["other"], vec!["one", "two", "few", "other"]];
        if !known.iter().any(|known| *known == language.ordinals) {
            return Err(problem(line, format!("ordinals must be {known:?}; others need a rule in src/i18n/number.rs")));
        }
        if language.code.is_empty() || !language.code.bytes().all(|byte| byte.is_ascii_lowercase()) {
            return Err(problem(line, format!("the code {:?} must be lower-case ASCII letters", language.code)));
        }
    }
    if list.languages.first().is_none_or(|source| source.state != State::Complete) {
        return Err(problem(1, "the first language is the source and must be complete".to_owned()));
    }
    Ok(list)
}
