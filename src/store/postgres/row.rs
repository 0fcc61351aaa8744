//! How the types of the domain are read from columns and bound to them.

use crate::domain::{Counter, Counters, Totals};
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::query::Query;
use sqlx::{Postgres, Row};
use std::borrow::Cow;

type PgQuery<'q> = Query<'q, Postgres, PgArguments>;

/// Begins the two characters that replace one that PostgreSQL does not store, or for itself.
const ESCAPE: char = '\u{1a}';

/// A text as it is stored: PostgreSQL refuses U+0000, which names of rooms and hosts may contain.
pub(in crate::store) fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(['\0', ESCAPE]) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 2);
    for c in text.chars() {
        match c {
            '\0' => escaped.extend([ESCAPE, '0']),
            ESCAPE => escaped.extend([ESCAPE, '1']),
            other => escaped.push(other),
        }
    }
    Cow::Owned(escaped)
}

/// A stored text as it was.
pub(super) fn unescape(stored: String) -> String {
    if !stored.contains(ESCAPE) {
        return stored;
    }
    let (mut text, mut rest) = (String::with_capacity(stored.len()), stored.chars());
    while let Some(c) = rest.next() {
        match c {
            ESCAPE if rest.next() == Some('0') => text.push('\0'),
            other => text.push(other),
        }
    }
    text
}

/// A column with an escaped text.
pub(super) fn text(row: &PgRow, column: &str) -> Result<String, sqlx::Error> {
    Ok(unescape(row.try_get(column)?))
}

/// The same of a column that may be null.
pub(super) fn optional_text(row: &PgRow, column: &str) -> Result<Option<String>, sqlx::Error> {
    Ok(row.try_get::<Option<String>, _>(column)?.map(unescape))
}

/// Binds the six counters, in the order of [`Counter::ALL`].
pub(super) fn bind_counters<'q>(query: PgQuery<'q>, counters: &Counters) -> PgQuery<'q> {
    Counter::ALL.into_iter().fold(query, |query, counter| query.bind(counters.get(counter)))
}

/// The same of totals that may be unknown.
pub(super) fn bind_totals<'q>(query: PgQuery<'q>, totals: &Totals) -> PgQuery<'q> {
    Counter::ALL.into_iter().fold(query, |query, counter| query.bind(totals.get(counter)))
}

pub(super) fn totals(row: &PgRow) -> Result<Totals, sqlx::Error> {
    let mut totals = Totals::default();
    for counter in Counter::ALL {
        totals.set(counter, row.try_get(counter.name())?);
    }
    Ok(totals)
}

pub(super) fn counters(row: &PgRow) -> Result<Counters, sqlx::Error> {
    let mut counters = Counters::default();
    for counter in Counter::ALL {
        *counters.get_mut(counter) = row.try_get(counter.name())?;
    }
    Ok(counters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_escaped_text_has_no_zero_and_comes_back() {
        for plain in ["", "a", "\0", "\u{1a}", "\u{1a}0", "a\0\0b\u{1a}", "\u{1a}\0\u{1a}1", "小\0"] {
            let stored = escape(plain).into_owned();
            assert!(!stored.contains('\0'), "{plain:?}");
            assert_eq!(unescape(stored), plain);
        }
    }
}
