//! From the Fluent catalogues in `locales/` to Rust: read, check, generate. The build script and `tests/catalogues.rs`
//! compile these files.
//!
//! Must not: accept a catalogue that would show a reader a wrong or a missing text. Every problem has file and line.

mod catalogue;
mod check;
pub mod format;
pub mod generate;
pub mod language;
mod message;
mod pseudo;

pub use language::{Language, State};

use format::Format;
use message::Message;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

/// All messages of one language, by id.
pub type Messages = BTreeMap<String, Message>;

/// The languages in their order, each with its messages. The first is the source: it has every message, and declares the
/// kinds of the variables.
pub struct Catalogues {
    /// The files whose texts readers of a shared report see; complete in every language that is offered to them.
    pub reader_files: Vec<String>,
    pub languages: Vec<(Language, Messages)>,
    /// How each of them writes numbers and dates, in the same order.
    pub formats: Vec<Format>,
}

impl Catalogues {
    pub fn source(&self) -> &Messages {
        &self.languages[0].1
    }

    /// Whether readers of a shared report see this message.
    pub fn is_for_readers(&self, message: &Message) -> bool {
        let name = message.file.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| self.reader_files.iter().any(|file| file == name))
    }

    /// How many messages of a growing language appear in the source language.
    pub fn missing(&self) -> Vec<(&str, usize)> {
        let all = self.source().len();
        let growing = self.languages.iter().filter(|(language, _)| language.state == State::Growing);
        let missing = growing.map(|(language, messages)| (language.tag.as_str(), all - messages.len()));
        missing.filter(|(_, missing)| *missing > 0).collect()
    }
}

/// What is wrong in a catalogue, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    pub file: PathBuf,
    pub line: usize,
    pub text: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file.display(), self.line, self.text)
    }
}

/// Reads and checks `languages.toml` and one folder of `.ftl` files per language. With `rows_to_come` a language without a
/// row in `formats.toml` takes the one of the source until `make locale-rows` has written its own.
pub fn load(folder: &Path, with_pseudo: bool, rows_to_come: bool) -> Result<Catalogues, Vec<Problem>> {
    let list = language::read(&folder.join("languages.toml")).map_err(|problem| vec![problem])?;
    let rows = format::read(&folder.join("formats.toml")).map_err(|problem| vec![problem])?;
    let mut problems = Vec::new();
    let mut languages: Vec<(Language, Messages)> = Vec::new();
    let mut formats: Vec<Format> = Vec::new();
    for language in list.languages {
        let messages = if language.state == State::Pseudo {
            if !with_pseudo {
                continue;
            }
            pseudo::messages(&languages[0].1)
        } else {
            catalogue::read(&folder.join(&language.tag), &mut problems)
        };
        // The pseudo-language writes numbers and dates as its source does.
        let borrows = rows_to_come || language.state == State::Pseudo;
        match rows.get(&language.tag).or(formats.first().filter(|_| borrows)) {
            Some(row) => formats.push(row.clone()),
            None => problems.push(Problem {
                file: folder.join("formats.toml"),
                line: 1,
                text: format!("{} has no row; run `make locale-rows`", language.tag),
            }),
        }
        languages.push((language, messages));
    }
    let catalogues = Catalogues { reader_files: list.reader_files, languages, formats };
    if problems.is_empty() {
        problems = check::all(&catalogues);
    }
    problems.sort();
    if problems.is_empty() { Ok(catalogues) } else { Err(problems) }
}
