//! A language that nobody speaks: the source language with accents, about a third longer and in brackets. A text without
//! accents on a page is in no catalogue; a missing bracket was cut off.

use super::Messages;
use super::message::{Message, Piece, Variant};

pub fn messages(source: &Messages) -> Messages {
    let message = |message: &Message| {
        let mut pieces = accented(&message.pieces);
        // Units and separators without a letter stay as they are.
        if message.texts().iter().any(|text| text.chars().any(char::is_alphabetic)) {
            match pieces.first_mut() {
                Some(Piece::Text(text)) => text.insert(0, '['),
                _ => pieces.insert(0, Piece::Text("[".to_owned())),
            }
            match pieces.last_mut() {
                Some(Piece::Text(text)) => text.push(']'),
                _ => pieces.push(Piece::Text("]".to_owned())),
            }
        }
        Message { pieces, ..message.clone() }
    };
    source.iter().map(|(id, it)| (id.clone(), message(it))).collect()
}

fn accented(pieces: &[Piece]) -> Vec<Piece> {
    let piece = |piece: &Piece| match piece {
        Piece::Text(text) => Piece::Text(text.chars().flat_map(accent).collect()),
        Piece::Variable(name) => Piece::Variable(name.clone()),
        Piece::Select { variable, is_ordinal, variants } => Piece::Select {
            variable: variable.clone(),
            is_ordinal: *is_ordinal,
            variants: variants
                .iter()
                .map(|variant| Variant { pieces: accented(&variant.pieces), ..variant.clone() })
                .collect(),
        },
    };
    pieces.iter().map(piece).collect()
}

/// The letter with an accent; vowels twice, which makes English about a third longer.
fn accent(letter: char) -> Vec<char> {
    match letter {
        'a' => vec!['á', 'á'],
        'e' => vec!['é', 'é'],
        'i' => vec!['í', 'í'],
        'o' => vec!['ó', 'ó'],
        'u' => vec!['ú', 'ú'],
        'A' => vec!['Á'],
        'E' => vec!['É'],
        'I' => vec!['Í'],
        'O' => vec!['Ó'],
        'U' => vec!['Ú'],
        'c' => vec!['ç'],
        'n' => vec!['ñ'],
        's' => vec!['š'],
        'S' => vec!['Š'],
        'y' => vec!['ý'],
        'z' => vec!['ž'],
        _ => vec![letter],
    }
}
