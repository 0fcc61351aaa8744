//! Canonical JSON: RFC 8785, narrowed to objects with ASCII keys, arrays, strings, booleans, null and whole numbers within
//! ±(2^53 − 1). What cannot be written the same way by everybody is an error, not a guess.
//!
//! Must not: know what a report is.

use crate::domain::MAX_COUNTER;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::{self, Write};

/// A value that has exactly one canonical text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Json {
    Null,
    Bool(bool),
    Int(i64),
    Text(String),
    List(Vec<Json>),
    /// Keys are ASCII, so that byte order is the UTF-16 order RFC 8785 asks for.
    Object(BTreeMap<String, Json>),
}

/// Why a text or a value has no canonical form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CanonicalError {
    #[error("this is not JSON: {0}")]
    NotJson(String),
    #[error("a number is not whole, or lies beyond 2^53 − 1")]
    Number,
    #[error("the key {0:?} stands twice in one object")]
    TwoKeys(String),
    #[error("the key {0:?} is not ASCII")]
    Key(String),
}

impl Json {
    /// From text; strict: a key that occurs twice, a float or a foreign key is an error.
    pub fn parse(bytes: &[u8]) -> Result<Self, CanonicalError> {
        serde_json::from_slice(bytes).map_err(|error| {
            // serde carries our refusals as text; the marks below distinguish them.
            let text = error.to_string();
            let quoted = || text.split('\u{1}').nth(1).unwrap_or_default().to_owned();
            match text.chars().next() {
                Some('\u{2}') => CanonicalError::Number,
                Some('\u{3}') => CanonicalError::TwoKeys(quoted()),
                Some('\u{4}') => CanonicalError::Key(quoted()),
                _ => CanonicalError::NotJson(text),
            }
        })
    }

    /// From a serializable value.
    pub fn of<T: Serialize>(value: &T) -> Result<Self, CanonicalError> {
        let value = serde_json::to_value(value).map_err(|error| CanonicalError::NotJson(error.to_string()))?;
        Self::from_value(value)
    }

    fn from_value(value: serde_json::Value) -> Result<Self, CanonicalError> {
        use serde_json::Value;
        Ok(match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(value),
            Value::Number(number) => Self::Int(number.as_i64().filter(whole).ok_or(CanonicalError::Number)?),
            Value::String(text) => Self::Text(text),
            Value::Array(items) => Self::List(items.into_iter().map(Self::from_value).collect::<Result<_, _>>()?),
            Value::Object(entries) => Self::Object(
                entries
                    .into_iter()
                    .map(|(key, value)| match key.is_ascii() {
                        true => Ok((key, Self::from_value(value)?)),
                        false => Err(CanonicalError::Key(key)),
                    })
                    .collect::<Result<_, _>>()?,
            ),
        })
    }

    /// The canonical text: no spaces, keys in order, the shortest escapes.
    pub fn canonical(&self) -> String {
        let mut text = String::new();
        self.write(&mut text);
        text
    }

    /// The entry of an object.
    pub fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Object(entries) => entries.get(key),
            _ => None,
        }
    }

    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub const fn as_int(&self) -> Option<i64> {
        match self {
            Self::Int(value) => Some(*value),
            _ => None,
        }
    }

    /// Reads a typed value out of it.
    pub fn read<T: for<'de> Deserialize<'de>>(&self) -> Result<T, CanonicalError> {
        serde_json::from_str(&self.canonical()).map_err(|error| CanonicalError::NotJson(error.to_string()))
    }

    fn write(&self, out: &mut String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(true) => out.push_str("true"),
            Self::Bool(false) => out.push_str("false"),
            Self::Int(value) => {
                let _ = write!(out, "{value}");
            }
            Self::Text(text) => write_text(text, out),
            Self::List(items) => {
                out.push('[');
                for (i, item) in items.iter().enumerate() {
                    if i > 0 {
                        out.push(',');
                    }
                    item.write(out);
                }
                out.push(']');
            }
            Self::Object(entries) => {
                out.push('{');
                for (i, (key, value)) in entries.iter().enumerate() {
                    if i > 0 {
                        out.push(',');
                    }
                    write_text(key, out);
                    out.push(':');
                    value.write(out);
                }
                out.push('}');
            }
        }
    }
}

/// The canonical bytes of a serializable value.
pub fn canonical<T: Serialize>(value: &T) -> Result<Vec<u8>, CanonicalError> {
    Ok(Json::of(value)?.canonical().into_bytes())
}

fn whole(value: &i64) -> bool {
    (-MAX_COUNTER..=MAX_COUNTER).contains(value)
}

/// RFC 8785, 3.2.2.2: two-character escapes where there are any, `\u00xx` for other controls, everything else as it is.
fn write_text(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            c if c < ' ' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

struct Strict;

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Strict)
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Json;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("canonical JSON")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Json, E> {
        if whole(&value) { Ok(Json::Int(value)) } else { Err(E::custom('\u{2}')) }
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Json, E> {
        i64::try_from(value).ok().filter(whole).map(Json::Int).ok_or_else(|| E::custom('\u{2}'))
    }

    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<Json, E> {
        Err(E::custom('\u{2}'))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Json, E> {
        Ok(Json::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(Self)? {
            list.push(item);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json, A::Error> {
        let mut object = BTreeMap::new();
        while let Some(key) = entries.next_key::<String>()? {
            let value = entries.next_value_seed(Self)?;
            if !key.is_ascii() {
                return Err(A::Error::custom(format_args!("\u{4}\u{1}{key}\u{1}")));
            }
            if object.contains_key(&key) {
                return Err(A::Error::custom(format_args!("\u{3}\u{1}{key}\u{1}")));
            }
            object.insert(key, value);
        }
        Ok(Json::Object(object))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    fn text(json: &str) -> String {
        Json::parse(json.as_bytes()).unwrap().canonical()
    }

    #[test]
    fn keys_are_sorted_and_spaces_go() {
        assert_eq!(
            text(r#" { "b" : [ 1 , 2 ] , "a" : { "10":1, "1":2, "A":3, "_":4 } } "#),
            r#"{"a":{"1":2,"10":1,"A":3,"_":4},"b":[1,2]}"#
        );
    }

    #[test]
    fn escapes_are_those_of_the_rfc() {
        let hard = "\u{20ac}$\u{f}\nA'\u{42}\u{22}\u{5c}\u{5c}\u{22}\u{2f}\u{7f}\u{2028}\u{8}\u{c}\r\t\u{0}👑\u{202e}";
        let expected = "\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\u{7f}\u{2028}\\b\\f\\r\\t\\u0000👑\u{202e}\"";
        assert_eq!(Json::Text(hard.into()).canonical(), expected);
        assert_eq!(text(r#""\u20ac\/\u0041\ud83d\udc51""#), "\"€/A👑\"");
    }

    #[test]
    fn whole_numbers_to_the_edge_and_no_further() {
        assert_eq!(text("[9007199254740991,-9007199254740991,0]"), "[9007199254740991,-9007199254740991,0]");
        for bad in ["1.0", "1e3", "-0", "9007199254740992", "-9007199254740992", "18446744073709551615", "1e400"] {
            let error = Json::parse(bad.as_bytes()).unwrap_err();
            assert!(matches!(error, CanonicalError::Number | CanonicalError::NotJson(_)), "{bad}: {error}");
        }
        assert_eq!(Json::parse(b"[1.5]"), Err(CanonicalError::Number));
        assert_eq!(Json::of(&1.5_f64), Err(CanonicalError::Number));
        assert_eq!(Json::of(&u64::MAX), Err(CanonicalError::Number));
    }

    #[test]
    fn a_key_twice_or_a_foreign_key_is_refused() {
        assert_eq!(Json::parse(br#"{"a":{"coins":1,"coins":2}}"#), Err(CanonicalError::TwoKeys("coins".into())));
        assert_eq!(Json::parse(r#"{"a":1,"\u0061":2}"#.as_bytes()), Err(CanonicalError::TwoKeys("a".into())));
        assert_eq!(Json::parse("{\"ä\":1}".as_bytes()), Err(CanonicalError::Key("ä".into())));
        assert_eq!(Json::of(&BTreeMap::from([("金", 1)])), Err(CanonicalError::Key("金".into())));
    }

    #[test]
    fn rubbish_is_refused_and_never_panics() {
        let deep = "[".repeat(100_000);
        for bad in ["", "{", "nul", "[1,]", "\"\u{1}\"", "\"\\ud800\"", "{} {}", "NaN", &deep] {
            assert!(
                matches!(Json::parse(bad.as_bytes()), Err(CanonicalError::NotJson(_))),
                "{}",
                &bad[..bad.len().min(20)]
            );
        }
        assert!(Json::parse(b"\"\xff\"").is_err());
    }

    proptest! {
        #[test]
        fn serde_json_agrees_on_strings_and_order(entries in prop::collection::btree_map("[ -~]{0,8}", any::<String>(), 0..8)) {
            // serde_json's own writer over a BTreeMap is canonical too: what we read back from it is what we wrote.
            let ours = Json::of(&entries).unwrap().canonical();
            prop_assert_eq!(&ours, &serde_json::to_string(&entries).unwrap());
            prop_assert_eq!(Json::parse(ours.as_bytes()).unwrap().canonical(), ours);
        }
    }
}
