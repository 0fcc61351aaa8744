//! The names under which enums of the domain are stored: those that serde gives them.

use crate::store::StoreError;
use serde::{Deserialize, Serialize};

/// The name that serde gives a variant, as it is stored.
pub(in crate::store) fn stored_name<T: Serialize>(value: T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        other => unreachable!("only enums of plain words are stored as words, not {other:?}"),
    }
}

/// The variant of that name.
pub(in crate::store) fn from_stored_name<T: for<'a> Deserialize<'a>>(
    place: &'static str,
    word: String,
) -> Result<T, StoreError> {
    serde_json::from_value(serde_json::Value::String(word)).map_err(|error| StoreError::corrupt(place, error))
}
