//! What a list asks for, and how it is paged by key.

use crate::domain::{AppId, Counter, Day, RoomId, StreamKind, StreamState, StreamSummary};
use serde::{Deserialize, Serialize};

/// What a list is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sort {
    Started,
    Counter(Counter),
}

impl Sort {
    /// The name in addresses: `started` or the counter's.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Counter(counter) => counter.name(),
        }
    }

    /// The sort of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        if name == "started" { Some(Self::Started) } else { Counter::from_name(name).map(Self::Counter) }
    }

    pub(in crate::store) const fn column(self) -> &'static str {
        match self {
            Self::Started => "list_order",
            Self::Counter(counter) => counter.name(),
        }
    }

    pub(in crate::store) fn value(self, row: &StreamSummary) -> Option<i64> {
        match self {
            Self::Started => Some(list_order(row)),
            Self::Counter(counter) => row.totals.get(counter),
        }
    }
}

/// What a business day adds to `list_order`; the moment within the day takes the thirteen digits below.
const DAY_IN_ORDER: i64 = 10_000_000_000_000;

/// The column `list_order` of a row.
pub(in crate::store) fn list_order(row: &StreamSummary) -> i64 {
    first_of_day(row.business_day).saturating_add(row.listed_at().0)
}

pub(in crate::store) fn first_of_day(day: Day) -> i64 {
    day.0.saturating_mul(DAY_IN_ORDER)
}

/// What to list. `Default` is everything, newest first, 50 a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamQuery {
    pub states: Vec<StreamState>,
    pub kind: Option<StreamKind>,
    pub app: Option<AppId>,
    pub room: Option<RoomId>,
    pub host: Option<String>,
    /// Part of a RoomId, title, host account or host name; case does not matter.
    pub search: Option<String>,
    /// The beginning of a hash, lower-case hex, where the searched text may be a fingerprint: the streams of that report, or
    /// of what a link showed of it, are found as well.
    pub fingerprint: Option<String>,
    /// Of business days from `from` to `until`, both included.
    pub from: Option<Day>,
    pub until: Option<Day>,
    /// Only those with more coins than the baseline, or with fewer.
    pub above_baseline: Option<bool>,
    pub sort: Sort,
    pub descending: bool,
    /// A cursor of [`StreamPage`]; opaque.
    pub after: Option<String>,
    /// Walk towards the head of the list instead, from the cursor.
    pub backwards: bool,
    pub limit: i64,
}

impl Default for StreamQuery {
    fn default() -> Self {
        Self {
            states: Vec::new(),
            kind: None,
            app: None,
            room: None,
            host: None,
            search: None,
            fingerprint: None,
            from: None,
            until: None,
            above_baseline: None,
            sort: Sort::Started,
            descending: true,
            after: None,
            backwards: false,
            limit: 50,
        }
    }
}

/// One page of a list, with opaque cursors to its neighbours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamPage<T> {
    pub rows: Vec<T>,
    /// Pass as `after` for the next page.
    pub next: Option<String>,
    /// Pass as `after` with `backwards` for the page before.
    pub previous: Option<String>,
}

impl StreamPage<StreamSummary> {
    /// The page that begins with these rows, in the order in which the query walks; one row more than `limit` shows that
    /// the list goes on.
    pub(in crate::store) fn of(query: &StreamQuery, mut rows: Vec<StreamSummary>, limit: i64) -> Self {
        let more = rows.len() as i64 > limit;
        rows.truncate(limit as usize);
        if query.backwards {
            rows.reverse();
        }
        let cursor = |row: &StreamSummary| {
            let value = query.sort.value(row);
            format!("{}.{}", value.map_or_else(|| "-".to_owned(), |value| value.to_string()), row.id)
        };
        let (has_next, has_previous) =
            if query.backwards { (query.after.is_some(), more) } else { (more, query.after.is_some()) };
        Self {
            next: rows.last().filter(|_| has_next).map(cursor),
            previous: rows.first().filter(|_| has_previous).map(cursor),
            rows,
        }
    }
}

/// Whether a text is a cursor of [`StreamPage`].
pub fn is_cursor(text: &str) -> bool {
    parse_cursor(text).is_some()
}

/// `value.id`, where an undefined value is `-`.
fn parse_cursor(cursor: &str) -> Option<(Option<i64>, i64)> {
    let (value, id) = cursor.rsplit_once('.')?;
    let value = if value == "-" { None } else { Some(value.parse().ok()?) };
    Some((value, id.parse().ok()?))
}

/// A stretch of a list that one index has in order. A list with undefined values is two: `NULLS LAST` and cursors of
/// "this or that" would make SQLite sort or skip a hundred thousand rows for each page.
#[derive(Clone, Copy, Debug)]
pub(in crate::store) enum Segment {
    /// Defined values, beyond this (value, id).
    Known(Option<(i64, i64)>),
    /// Undefined values, beyond this id.
    Unknown(Option<i64>),
}

/// The stretches from the cursor on, in the direction walked.
pub(in crate::store) fn segments(query: &StreamQuery) -> Vec<Segment> {
    use Segment::{Known, Unknown};
    let cursor = query.after.as_deref().and_then(parse_cursor);
    let known = cursor.and_then(|(value, id)| Some((value?, id)));
    let unknown = cursor.and_then(|(value, id)| value.is_none().then_some(id));
    match (query.sort, query.backwards) {
        // Every stream has a start.
        (Sort::Started, _) => vec![Known(known)],
        (_, false) if unknown.is_some() => vec![Unknown(unknown)],
        (_, false) => vec![Known(known), Unknown(None)],
        (_, true) if known.is_some() => vec![Known(known)],
        (_, true) => vec![Unknown(unknown), Known(None)],
    }
}

/// Where a row is in the order in which a query walks: greater values or smaller ones first, undefined ones last, and the
/// other way round where it walks backwards.
pub(in crate::store) fn place(query: &StreamQuery, row: &StreamSummary) -> (bool, i64, i64) {
    let value = query.sort.value(row);
    // `!` turns an order round without overflow.
    let turn = |number: i64| if query.descending != query.backwards { !number } else { number };
    (value.is_none() != query.backwards, turn(value.unwrap_or(0)), turn(row.id.0))
}
