//! How the types of the domain are read from columns and bound to them.

use super::StoreError;
use crate::domain::{Counter, Counters, Totals};
use serde::{Deserialize, Serialize};
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Row, Sqlite};

type SqliteQuery<'q> = Query<'q, Sqlite, SqliteArguments>;

/// Binds the six counters, in the order of [`Counter::ALL`].
pub(super) fn bind_counters<'q>(query: SqliteQuery<'q>, counters: &Counters) -> SqliteQuery<'q> {
    Counter::ALL.into_iter().fold(query, |query, counter| query.bind(counters.get(counter)))
}

/// The same of totals that may be unknown.
pub(super) fn bind_totals<'q>(query: SqliteQuery<'q>, totals: &Totals) -> SqliteQuery<'q> {
    Counter::ALL.into_iter().fold(query, |query, counter| query.bind(totals.get(counter)))
}

/// The name that serde gives a variant, as it is stored.
pub(crate) fn word<T: Serialize>(value: T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        other => unreachable!("only enums of plain words are stored as words, not {other:?}"),
    }
}

/// The variant of that name.
pub(crate) fn from_word<T: for<'a> Deserialize<'a>>(place: &'static str, word: String) -> Result<T, StoreError> {
    serde_json::from_value(serde_json::Value::String(word)).map_err(|error| StoreError::corrupt(place, error))
}

pub(crate) fn totals(row: &SqliteRow) -> Result<Totals, sqlx::Error> {
    let mut totals = Totals::default();
    for counter in Counter::ALL {
        totals.set(counter, row.try_get(counter.name())?);
    }
    Ok(totals)
}

pub(super) fn counters(row: &SqliteRow) -> Result<Counters, sqlx::Error> {
    let mut counters = Counters::default();
    for counter in Counter::ALL {
        *counters.get_mut(counter) = row.try_get(counter.name())?;
    }
    Ok(counters)
}
