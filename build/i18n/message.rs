//! A message with its terms and references filled in: what checks and generation work on.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// What a variable holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `i64`, written with the digit groups of the language; may select a plural form.
    Number,
    /// `&str`, written as it is.
    Text,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    Text(String),
    Variable(String),
    Select {
        variable: String,
        /// Whether its forms are those of `1st`, `2nd`, `3rd` and not those of `1`, `2`, `3`.
        is_ordinal: bool,
        variants: Vec<Variant>,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    pub key: Key,
    /// Used where no other key fits; exactly one variant of a selection.
    pub is_default: bool,
    pub pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    Number(i64),
    /// A plural category of a number, or a value of a text.
    Name(String),
}

#[derive(Clone, Debug)]
pub struct Message {
    pub file: PathBuf,
    pub line: usize,
    pub pieces: Vec<Piece>,
    /// Kinds of the variables, as the comment above the message declares them, in its order.
    pub declared: Vec<(String, Kind)>,
}

impl Message {
    /// The variables that occur, with whether one selects by number or by name.
    pub fn variables(&self) -> BTreeMap<&str, Option<Kind>> {
        let mut found = BTreeMap::new();
        collect(&self.pieces, &mut found);
        found
    }

    /// The fixed texts, in their order.
    pub fn texts(&self) -> Vec<&str> {
        let mut found = Vec::new();
        texts(&self.pieces, &mut found);
        found
    }

    /// The text with its variables as `{name}`, and of selections the default.
    pub fn outline(&self) -> String {
        outline(&self.pieces)
    }
}

fn collect<'a>(pieces: &'a [Piece], found: &mut BTreeMap<&'a str, Option<Kind>>) {
    for piece in pieces {
        match piece {
            Piece::Text(_) => {}
            Piece::Variable(name) => {
                found.entry(name).or_insert(None);
            }
            Piece::Select { variable, variants, .. } => {
                let by_number = |variant: &Variant| match &variant.key {
                    Key::Number(_) => true,
                    Key::Name(name) => PLURALS.contains(&name.as_str()),
                };
                let kind = if variants.iter().all(by_number) { Kind::Number } else { Kind::Text };
                found.insert(variable, Some(kind));
                for variant in variants {
                    collect(&variant.pieces, found);
                }
            }
        }
    }
}

/// The plural categories of Unicode.
pub const PLURALS: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

fn texts<'a>(pieces: &'a [Piece], found: &mut Vec<&'a str>) {
    for piece in pieces {
        match piece {
            Piece::Text(text) => found.push(text),
            Piece::Variable(_) => {}
            Piece::Select { variants, .. } => variants.iter().for_each(|variant| texts(&variant.pieces, found)),
        }
    }
}

fn outline(pieces: &[Piece]) -> String {
    let part = |piece: &Piece| match piece {
        Piece::Text(text) => text.clone(),
        Piece::Variable(name) => format!("{{{name}}}"),
        Piece::Select { variants, .. } => variants
            .iter()
            .find(|variant| variant.is_default)
            .map(|variant| outline(&variant.pieces))
            .unwrap_or_default(),
    };
    pieces.iter().map(part).collect()
}
