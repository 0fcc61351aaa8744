//! The list of languages, `locales/languages.toml`. Adding a language is a row here and a folder beside it.

use super::Problem;
use serde::Deserialize;
use std::path::Path;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// A missing message is an error.
    Complete,
    /// A missing message appears in the source language and is counted.
    Growing,
    /// Made from the source language for tests; never offered to users.
    Pseudo,
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
    /// Punctuation beside Han and kana is full-width.
    #[serde(default)]
    pub full_width: bool,
    /// Terms that the glossary replaces by others.
    #[serde(default)]
    pub avoid: Vec<String>,
}

impl Language {
    /// Name of the variant of `Lang`: `En`.
    pub fn variant(&self) -> String {
        let mut letters = self.code.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
    }
}

#[derive(Deserialize)]
struct List {
    language: Vec<Language>,
}

pub fn read(file: &Path) -> Result<Vec<Language>, Problem> {
    let problem = |line, text| Problem { file: file.to_owned(), line, text };
    let text = std::fs::read_to_string(file).map_err(|error| problem(1, error.to_string()))?;
    let line_of = |at: usize| text[..at.min(text.len())].matches('\n').count() + 1;
    let list: List = toml::from_str(&text)
        .map_err(|error| problem(error.span().map_or(1, |span| line_of(span.start)), error.message().to_owned()))?;
    for language in &list.language {
        let line = line_of(text.find(&format!("code = \"{}\"", language.code)).unwrap_or_default());
        let known = [vec!["other"], vec!["one", "other"]];
        if !known.iter().any(|known| *known == language.plurals) {
            return Err(problem(
                line,
                format!("plurals must be {known:?}; other categories need a rule in generate.rs"),
            ));
        }
        if language.code.is_empty() || !language.code.bytes().all(|byte| byte.is_ascii_lowercase()) {
            return Err(problem(line, format!("the code {:?} must be lower-case ASCII letters", language.code)));
        }
    }
    if list.language.first().is_none_or(|source| source.state != State::Complete) {
        return Err(problem(1, "the first language is the source and must be complete".to_owned()));
    }
    Ok(list.language)
}
