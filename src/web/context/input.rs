//! What was typed into a form, checked: a value that may be used, or an error in the language of the user.

use super::refusals::TranslatedError;
use super::session::{invalid, lang};
use crate::credentials::password;
use crate::domain::{Role, RoomId};
use crate::i18n::Lang;
use crate::web::action::ApiError;
use secrecy::SecretString;

/// Rooms accepted in one request; more would use the rate limit for minutes and is a mistake.
const MAX_ROOMS: usize = 1_000;

/// Pasted RoomIds: each text is in one of the two lists.
#[derive(Debug, Default)]
pub struct PastedRooms {
    pub rooms: Vec<RoomId>,
    /// As it was typed, and why it was refused.
    pub refused: Vec<(String, String)>,
}

/// Splits pasted text at line ends, commas, semicolons and tabs; what is left is trimmed, emptied and repeated no more.
/// Text that is no RoomId is refused with its reason.
pub fn rooms(text: &str, lang: Lang) -> PastedRooms {
    let mut pasted = PastedRooms::default();
    // Full-width ones too: ids are pasted from Chinese and Japanese chats.
    let separators = ['\n', '\r', '\t', ',', ';', '，', '；', '、'];
    for part in text.split(separators).map(str::trim).filter(|part| !part.is_empty()) {
        let why = match RoomId::parse(part) {
            Ok(room) if pasted.rooms.contains(&room) => continue,
            Ok(_) if pasted.rooms.len() >= MAX_ROOMS => lang.error_too_many_rooms(MAX_ROOMS as i64),
            Ok(room) => {
                pasted.rooms.push(room);
                continue;
            }
            Err(error) => error.sentence(lang).trim_end_matches(['.', '。']).to_owned(),
        };
        pasted.refused.push((part.to_owned(), why));
    }
    pasted
}

pub fn role(name: &str) -> Result<Role, ApiError> {
    Role::from_name(name)
        .ok_or_else(|| ApiError::invalid(format!("The role is viewer, operator or admin, not `{name}`.")))
}

/// A name of a user or a token: 1 to 64 characters, none of which writes over its line.
pub fn name(name: &str) -> Result<String, ApiError> {
    let name = name.trim();
    let hostile = |c: char| {
        c.is_control() || matches!(c, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    match name.chars().count() {
        0 => Err(ApiError::invalid(lang().error_name_missing())),
        1..=64 if name.contains(hostile) => Err(ApiError::invalid(lang().error_name_control_characters())),
        1..=64 => Ok(name.to_owned()),
        length => Err(ApiError::invalid(lang().error_name_too_long(length as i64))),
    }
}

/// A new password of a user.
pub fn password(password: String) -> Result<SecretString, ApiError> {
    let password = SecretString::from(password);
    password::check(&password).map_err(|error| invalid(&error))?;
    Ok(password)
}

/// The IANA name of a time zone.
pub fn zone(zone: &str) -> Result<String, ApiError> {
    crate::share::draft::zone(zone).map_err(ApiError::from)
}

/// The code of a language.
pub fn language(code: &str) -> Result<String, ApiError> {
    crate::share::draft::lang(code).map_err(ApiError::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pasted_text_is_in_one_list_once() {
        let long = "x".repeat(49);
        let pasted = rooms(&format!(" a \r\n\r\nb, a;c\t{long}\n鹿、<b>，d；e"), Lang::En);
        let added: Vec<_> = pasted.rooms.iter().map(RoomId::as_str).collect();
        assert_eq!(added, ["a", "b", "c", "鹿", "<b>", "d", "e"]);
        assert_eq!(pasted.refused.len(), 1);
        assert_eq!(pasted.refused[0].0, long);
        assert!(pasted.refused[0].1.contains("48 bytes"));
    }

    #[test]
    fn more_than_fit_are_shown_by_name() {
        let text: String = (0..1_002).map(|i| format!("room{i}\n")).collect();
        let pasted = rooms(&text, Lang::En);
        assert_eq!(pasted.rooms.len(), 1_000);
        assert_eq!(pasted.refused.iter().map(|one| one.0.as_str()).collect::<Vec<_>>(), ["room1000", "room1001"]);
    }
}
