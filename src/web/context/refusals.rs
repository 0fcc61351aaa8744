//! Why something was refused, in the language of the user.
//!
//! Logs and commands show an error's own words, in English; users read the sentences of `errors.ftl`.

use crate::auth::SignInError;
use crate::collector::CommandError;
use crate::credentials::password::{self, PasswordError};
use crate::domain::room::RoomIdError;
use crate::i18n::Lang;
use crate::share::issuer::IssuerError;
use crate::share::logo::LogoError;
use crate::share::{DraftError, ShareError};

/// An error that a user may read.
pub trait TranslatedError {
    /// A whole sentence, with what to do about it.
    fn sentence(&self, lang: Lang) -> String;
}

/// The name of a field whose text was refused, from the name that the error gives it.
fn field(lang: Lang, what: &'static str) -> &'static str {
    match what {
        "a link's name" => lang.error_field_link_name(),
        "a title" => lang.error_field_title(),
        "the word for coins" => lang.error_field_coins(),
        "the issuer's name" => lang.error_field_issuer(),
        "the contact" => lang.error_field_contact(),
        _ => what,
    }
}

fn too_long(lang: Lang, what: &'static str, most: usize, length: usize) -> String {
    lang.error_too_long(field(lang, what), most as i64, length as i64)
}

fn unknown_language(lang: Lang, code: &str) -> String {
    let known: Vec<&str> = Lang::READERS.iter().map(|lang| lang.code()).collect();
    lang.error_language(code, &known.join(lang.locale().list_middle))
}

impl TranslatedError for DraftError {
    fn sentence(&self, lang: Lang) -> String {
        match self {
            Self::Zone(zone) => lang.error_time_zone(zone),
            Self::Lang(code) => unknown_language(lang, code),
            Self::Expires(typed) => lang.error_expiry(typed),
            Self::Slot(typed) => lang.error_slot_time(typed),
            Self::SlotSpan => lang.error_slot_order().to_owned(),
            Self::SlotOutside { from, until } => lang.error_slot_outside(from, until),
            Self::SlotPreset => lang.error_slot_content().to_owned(),
            Self::Past => lang.error_expired_already().to_owned(),
            Self::Long { what, most, length } => too_long(lang, what, *most, *length),
        }
    }
}

impl TranslatedError for ShareError {
    fn sentence(&self, lang: Lang) -> String {
        match self {
            Self::NoLink(id) => lang.error_no_link(&id.to_string()),
            Self::NoStream(stream) => lang.error_no_stream(&stream.to_string()),
            Self::NotSealed(stream) => lang.error_stream_not_sealed(&stream.to_string()),
            Self::OtherKey(id) => lang.error_other_key(&id.to_string()),
            Self::Raced => lang.error_link_changed().to_owned(),
            Self::Draft(error) => error.sentence(lang),
            Self::Password => lang.error_link_password().to_owned(),
            Self::NoFinding(stream) => lang.error_no_finding(&stream.to_string()),
            Self::Document(_) => lang.error_internal().to_owned(),
            Self::Store(_) => lang.error_database().to_owned(),
        }
    }
}

impl TranslatedError for CommandError {
    fn sentence(&self, lang: Lang) -> String {
        match self {
            Self::NoApp(app) => lang.error_unknown_app(&app.to_string()),
            Self::NoStream(stream) => lang.error_no_stream(&stream.to_string()),
            Self::Sealed(stream) => lang.error_stream_ended(&stream.to_string()),
            Self::NotSealed(stream) => lang.error_no_report(&stream.to_string()),
            Self::NoRoom { room, .. } => lang.error_room_missing(room.as_str()),
            Self::Stopping => lang.error_stopping().to_owned(),
            Self::NotCollected(app) => lang.error_not_collected(&app.to_string()),
            Self::Upstream(explanation) => lang.error_from_tencent(&crate::i18n::capitalised(explanation.get(lang))),
            Self::Store(_) => lang.error_database().to_owned(),
        }
    }
}

impl TranslatedError for IssuerError {
    fn sentence(&self, lang: Lang) -> String {
        match self {
            Self::Long { what, most, length } => too_long(lang, what, *most, *length),
            Self::Unprintable(what) => lang.error_unprintable(field(lang, what)),
            Self::Lang(code) => unknown_language(lang, code),
        }
    }
}

impl TranslatedError for LogoError {
    fn sentence(&self, lang: Lang) -> String {
        match self {
            Self::Empty => lang.error_logo_empty(),
            Self::Large => lang.error_logo_large(),
            Self::Kind => lang.error_logo_kind(),
            Self::Size => lang.error_logo_size(),
        }
        .to_owned()
    }
}

impl TranslatedError for RoomIdError {
    fn sentence(&self, lang: Lang) -> String {
        match self {
            Self::Empty => lang.error_room_id_empty().to_owned(),
            Self::TooLong(bytes) => lang.error_room_id_too_long(*bytes as i64),
        }
    }
}

impl TranslatedError for PasswordError {
    fn sentence(&self, lang: Lang) -> String {
        match self {
            Self::TooShort(length) => lang.error_password_short(password::MIN_LENGTH as i64, *length as i64),
            Self::TooLong => lang.error_password_long(password::MAX_LENGTH as i64),
        }
    }
}

impl TranslatedError for SignInError {
    fn sentence(&self, lang: Lang) -> String {
        match self {
            Self::Wrong => lang.error_sign_in().to_owned(),
            Self::Throttled(seconds) => lang.error_too_many_attempts(*seconds),
            Self::Busy => lang.error_sign_in_busy().to_owned(),
            Self::Store(_) => lang.error_database().to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{PerLanguage, StreamId};

    #[test]
    fn a_refusal_is_a_sentence_in_the_askers_language_and_keeps_what_was_typed() {
        let error = DraftError::Zone("Mars/Base".into());
        assert_eq!(
            error.sentence(Lang::En),
            "“Mars/Base” is not a valid time zone. Use a name such as Asia/Shanghai or UTC."
        );
        for lang in [Lang::Zh, Lang::Ja] {
            let sentence = error.sentence(lang);
            assert!(
                sentence.contains("Mars/Base") && sentence.ends_with('。') && !sentence.contains("time zone"),
                "{sentence}"
            );
        }
        let named = DraftError::Long { what: "a title", most: 120, length: 130 };
        assert!(named.sentence(Lang::Zh).starts_with("标题最多120"));
        // Every text that can be too long has a name in each language.
        for what in ["a link's name", "a title", "the word for coins", "the issuer's name", "the contact"] {
            assert!([Lang::Zh, Lang::Ja].into_iter().all(|lang| super::field(lang, what) != what), "{what}");
        }
    }

    #[test]
    fn what_tencent_refused_is_said_in_the_language_of_the_page() {
        let error = CommandError::Upstream(PerLanguage::new(|lang| match lang {
            Lang::Zh => "60010，不是管理员".to_owned(),
            Lang::Ja => "60010：管理者ではない".to_owned(),
            _ => "60010, this identifier is not an admin".to_owned(),
        }));
        assert_eq!(error.sentence(Lang::En), "60010, this identifier is not an admin.");
        assert_eq!(error.sentence(Lang::Zh), "60010，不是管理员。");
        assert_eq!(error.sentence(Lang::Ja), "60010：管理者ではない。");
        assert_eq!(CommandError::NoStream(StreamId(7)).sentence(Lang::Zh), "没有直播7。");
    }
}
