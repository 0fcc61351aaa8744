//! How the types of the domain are read from columns and bound to them.

use crate::domain::{Counter, Counters, Totals};
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

pub(super) fn totals(row: &SqliteRow) -> Result<Totals, sqlx::Error> {
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
