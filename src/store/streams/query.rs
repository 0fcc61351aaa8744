//! Lists of streams: filters, sorts, and pages by key.

use super::row::{COLUMNS, summary};
use crate::domain::{AppId, Counter, Day, Millis, RoomId, StreamId, StreamKind, StreamState, StreamSummary};
use crate::store::row::word;
use crate::store::search::Matches;
use crate::store::{Store, StoreError};
use serde::{Deserialize, Serialize};
use sqlx::AssertSqlSafe;
use sqlx::sqlite::SqliteRow;

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

    const fn column(self) -> &'static str {
        match self {
            Self::Started => "list_order",
            Self::Counter(counter) => counter.name(),
        }
    }

    fn value(self, row: &StreamSummary) -> Option<i64> {
        match self {
            Self::Started => Some(list_order(row)),
            Self::Counter(counter) => row.totals.get(counter),
        }
    }
}

/// A business day takes so much of the number that lists in the order of time follow, and a moment the rest.
const DAY_IN_ORDER: i64 = 10_000_000_000_000;

/// The column `list_order` of a row.
pub(in crate::store) fn list_order(row: &StreamSummary) -> i64 {
    first_of_day(row.business_day).saturating_add(row.listed_at().0)
}

fn first_of_day(day: Day) -> i64 {
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
    /// Only those with more coins than usual, or with fewer.
    pub above_usual: Option<bool>,
    pub sort: Sort,
    pub descending: bool,
    /// A cursor of [`Page`]; opaque.
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
            above_usual: None,
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

impl Store {
    /// One page of streams by key: no page is skipped or told twice while the list grows. Undefined values come last.
    pub async fn streams(&self, query: &StreamQuery) -> Result<StreamPage<StreamSummary>, StoreError> {
        let limit = query.limit.clamp(1, 500);
        let matches = self.matches(query).await?;
        let mut rows: Vec<StreamSummary> = Vec::new();
        for source in Source::of(query, matches.as_ref()) {
            let mut wanted = limit + 1;
            for segment in segments(query) {
                if wanted > 0 {
                    let (filter, sql) = segment.select(query, source, matches.as_ref(), wanted);
                    let found = filter.fetch(self, sql).await?;
                    wanted -= found.len() as i64;
                    rows.extend(found.iter().map(summary).collect::<Result<Vec<_>, _>>()?);
                }
            }
        }
        // Each source is in order, and has as many rows as the page could need of it.
        rows.sort_by_key(|row| place(query, row));
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
        Ok(StreamPage {
            next: rows.last().filter(|_| has_next).map(cursor),
            previous: rows.first().filter(|_| has_previous).map(cursor),
            rows,
        })
    }

    /// The last sealed streams of a room, newest first.
    pub async fn sealed_of_room(
        &self,
        app: AppId,
        room: &RoomId,
        limit: i64,
    ) -> Result<Vec<StreamSummary>, StoreError> {
        let query = StreamQuery {
            states: vec![StreamState::Sealed],
            kind: Some(StreamKind::Stream),
            app: Some(app),
            room: Some(room.clone()),
            limit,
            ..StreamQuery::default()
        };
        Ok(self.streams(&query).await?.rows)
    }

    /// Sealed streams of the two business days before that were still on at the moment at which a day began; of one app or of
    /// all.
    pub async fn sealed_across(
        &self,
        app: Option<AppId>,
        day: Day,
        begins: Millis,
    ) -> Result<Vec<StreamId>, StoreError> {
        let ids: Vec<i64> = sqlx::query_scalar(
            "SELECT id FROM stream WHERE list_order >= ?1 AND list_order < ?2 AND +app = coalesce(?3, app)
                AND state = 'sealed' AND kind = 'stream' AND coalesce(show_ended_at, ended_at) > ?4 ORDER BY id",
        )
        .bind(first_of_day(Day(day.0.saturating_sub(2))))
        .bind(first_of_day(day))
        .bind(app.map(|app| app.0))
        .bind(begins.0)
        .fetch_all(&self.read)
        .await?;
        Ok(ids.into_iter().map(StreamId).collect())
    }
}

/// Whether a text is a cursor of [`Page`].
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
pub(super) enum Segment {
    /// Defined values, beyond this (value, id).
    Known(Option<(i64, i64)>),
    /// Undefined values, beyond this id.
    Unknown(Option<i64>),
}

/// The stretches from the cursor on, in the direction walked.
pub(super) fn segments(query: &StreamQuery) -> Vec<Segment> {
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
fn place(query: &StreamQuery, row: &StreamSummary) -> (bool, i64, i64) {
    let value = query.sort.value(row);
    // `!` turns an order round without overflow.
    let turn = |number: i64| if query.descending != query.backwards { !number } else { number };
    (value.is_none() != query.backwards, turn(value.unwrap_or(0)), turn(row.id.0))
}

/// Rows that one index leads to. A list is merged from its sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// Whatever the state: the streams of a room or a host, or the few that a search found.
    All,
    /// Sealed streams are indexed in every order; open ones, which change all the time, by their start.
    State(StreamState),
}

impl Source {
    pub(super) fn of(query: &StreamQuery, matches: Option<&Matches>) -> Vec<Self> {
        let few = matches.is_some_and(|matches| matches.candidates.is_some());
        if query.room.is_some() || query.host.is_some() || few {
            return vec![Self::All];
        }
        let wanted = |state: &StreamState| query.states.is_empty() || query.states.contains(state);
        let states = [StreamState::Sealed, StreamState::Ending, StreamState::Live];
        states.into_iter().filter(wanted).map(Self::State).collect()
    }

    /// Whether an index has this source in the order of a sort.
    pub(super) fn is_ordered(self, query: &StreamQuery) -> bool {
        match self {
            Self::All => query.sort == Sort::Started && query.search.is_none(),
            Self::State(StreamState::Sealed) => true,
            Self::State(_) => query.sort == Sort::Started,
        }
    }
}

impl Segment {
    /// Its first rows.
    pub(super) fn select(
        self,
        query: &StreamQuery,
        source: Source,
        matches: Option<&Matches>,
        limit: i64,
    ) -> (Filter, String) {
        let column = query.sort.column();
        let mut filter = Filter::of(query, source, matches);
        // Walking backwards is walking forwards in the opposite order, and turning the page round.
        let (order, beyond) = if query.descending != query.backwards { ("DESC", "<") } else { ("ASC", ">") };
        // Without an index in this order, `+` keeps SQLite from walking another one for it.
        let ordered = source.is_ordered(query);
        let plus = if ordered { "" } else { "+" };
        let ordering = match self {
            Self::Known(after) => {
                if query.sort != Sort::Started {
                    filter.conditions.push(format!("{plus}{column} IS NOT NULL"));
                }
                if let Some((value, id)) = after {
                    let (value, id) = (filter.bind(Bound::Integer(value)), filter.bind(Bound::Integer(id)));
                    filter.conditions.push(format!("({plus}{column}, {plus}id) {beyond} ({value}, {id})"));
                }
                format!("{plus}{column} {order}, {plus}id {order}")
            }
            Self::Unknown(after) => {
                filter.conditions.push(format!("{plus}{column} IS NULL"));
                if let Some(id) = after {
                    let id = filter.bind(Bound::Integer(id));
                    filter.conditions.push(format!("{plus}id {beyond} {id}"));
                }
                format!("{plus}id {order}")
            }
        };
        let clause = filter.clause();
        let sql = if ordered {
            format!("SELECT {COLUMNS} FROM stream {clause} ORDER BY {ordering} LIMIT {limit}")
        } else {
            // Sorting ids instead of whole rows; the order is made again when sources are merged.
            format!(
                "SELECT {COLUMNS} FROM stream WHERE id IN
                    (SELECT id FROM stream {clause} ORDER BY {ordering} LIMIT {limit})"
            )
        };
        (filter, sql)
    }
}

pub(super) enum Bound {
    Integer(i64),
    Text(String),
}

impl Bound {
    /// Ids as SQLite's `json_each` takes them.
    fn ids(ids: &[i64]) -> Self {
        Self::Text(format!("{ids:?}"))
    }
}

/// Conditions with their bound values; only our own words ever stand in the SQL itself.
pub(super) struct Filter {
    pub(super) conditions: Vec<String>,
    pub(super) bounds: Vec<Bound>,
}

impl Filter {
    pub(super) fn of(query: &StreamQuery, source: Source, matches: Option<&Matches>) -> Self {
        let mut filter = Self { conditions: Vec::new(), bounds: Vec::new() };
        // Our own words stand in the SQL itself: SQLite takes an index of sealed or of open streams only where it sees them.
        match (source, query.states.as_slice()) {
            (Source::State(StreamState::Sealed), _) => filter.conditions.push("state = 'sealed'".to_owned()),
            (Source::State(state), _) => {
                filter.conditions.push(format!("state <> 'sealed' AND state = '{}'", word(state)));
            }
            (Source::All, []) => {}
            (Source::All, [state]) => filter.conditions.push(format!("state = '{}'", word(*state))),
            (Source::All, states) => {
                let words: Vec<String> = states.iter().map(|&state| format!("'{}'", word(state))).collect();
                filter.conditions.push(format!("state IN ({})", words.join(", ")));
            }
        }
        if let Some(kind) = query.kind {
            filter.conditions.push(format!("kind = '{}'", word(kind)));
        }
        if let Some(app) = query.app {
            let app = filter.bind(Bound::Integer(app.0));
            // An app has most of the rows: finding them by it and sorting them would be the slow way.
            let plus = if query.room.is_none() && query.host.is_none() { "+" } else { "" };
            filter.conditions.push(format!("{plus}app = {app}"));
        }
        if let Some(room) = &query.room {
            let room = filter.bind(Bound::Text(room.as_str().to_owned()));
            filter.conditions.push(format!("room = {room}"));
        }
        if let Some(host) = &query.host {
            let host = filter.bind(Bound::Text(host.clone()));
            filter.conditions.push(format!("host = {host}"));
        }
        if let Some(matches) = matches {
            let term = filter.bind(Bound::Text(matches.term.clone()));
            let mut ways = format!("instr(search_text, {term}) > 0");
            if !matches.fingerprint.is_empty() {
                let ids = filter.bind(Bound::ids(&matches.fingerprint));
                ways = format!("({ways} OR id IN (SELECT value FROM json_each({ids})))");
            }
            filter.conditions.push(ways);
            if let Some(candidates) = &matches.candidates {
                let ids = filter.bind(Bound::ids(candidates));
                filter.conditions.push(format!("id IN (SELECT value FROM json_each({ids}))"));
            }
        }
        if let Some(from) = query.from {
            let from = filter.bind(Bound::Integer(first_of_day(from)));
            filter.conditions.push(format!("list_order >= {from}"));
        }
        if let Some(until) = query.until {
            let until = filter.bind(Bound::Integer(first_of_day(Day(until.0.saturating_add(1)))));
            filter.conditions.push(format!("list_order < {until}"));
        }
        if let Some(above) = query.above_usual {
            filter.conditions.push(format!("coins {} usual_coins", if above { '>' } else { '<' }));
        }
        filter
    }

    /// The same for sums, whose index holds the day and not the order of lists.
    pub(super) fn of_sums(query: &StreamQuery, source: Source, matches: Option<&Matches>) -> Self {
        let undated = StreamQuery { from: None, until: None, ..query.clone() };
        let mut filter = Self::of(&undated, source, matches);
        for (day, beyond) in [(query.from, ">="), (query.until, "<=")] {
            if let Some(day) = day {
                let day = filter.bind(Bound::Integer(day.0));
                filter.conditions.push(format!("business_day {beyond} {day}"));
            }
        }
        filter
    }

    /// Adds a value and tells its place in the SQL.
    pub(super) fn bind(&mut self, bound: Bound) -> String {
        self.bounds.push(bound);
        format!("?{}", self.bounds.len())
    }

    pub(super) fn clause(&self) -> String {
        if self.conditions.is_empty() { String::new() } else { format!("WHERE {}", self.conditions.join(" AND ")) }
    }

    /// Fetches what `sql` makes of the clause of these conditions.
    pub(super) async fn fetch_with(
        self,
        store: &Store,
        sql: impl FnOnce(&str) -> String,
    ) -> Result<Vec<SqliteRow>, StoreError> {
        let sql = sql(&self.clause());
        self.fetch(store, sql).await
    }

    pub(super) async fn fetch(self, store: &Store, sql: String) -> Result<Vec<SqliteRow>, StoreError> {
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for bound in self.bounds {
            query = match bound {
                Bound::Integer(value) => query.bind(value),
                Bound::Text(value) => query.bind(value),
            };
        }
        Ok(query.fetch_all(&store.read).await?)
    }
}
