//! Lists of streams: filters, sorts, and pages by key.

use super::row::{COLUMNS, summary};
use crate::domain::{AppId, Day, Millis, RoomId, StreamId, StreamKind, StreamState, StreamSummary};
use crate::store::StoreError;
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::search::Matches;
use crate::store::types::{Segment, Sort, StreamPage, StreamQuery, first_of_day, place, segments, stored_name};
use sqlx::AssertSqlSafe;
use sqlx::sqlite::SqliteRow;

impl SqliteStore {
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
        Ok(StreamPage::of(query, rows, limit))
    }

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

/// Conditions with their bound values; only constant names are written into the SQL itself.
pub(super) struct Filter {
    pub(super) conditions: Vec<String>,
    pub(super) bounds: Vec<Bound>,
}

impl Filter {
    pub(super) fn of(query: &StreamQuery, source: Source, matches: Option<&Matches>) -> Self {
        let mut filter = Self { conditions: Vec::new(), bounds: Vec::new() };
        // Names of states are written into the SQL itself: SQLite takes an index of sealed or of open streams only where it sees them.
        match (source, query.states.as_slice()) {
            (Source::State(StreamState::Sealed), _) => filter.conditions.push("state = 'sealed'".to_owned()),
            (Source::State(state), _) => {
                filter.conditions.push(format!("state <> 'sealed' AND state = '{}'", stored_name(state)));
            }
            (Source::All, []) => {}
            (Source::All, [state]) => filter.conditions.push(format!("state = '{}'", stored_name(*state))),
            (Source::All, states) => {
                let words: Vec<String> = states.iter().map(|&state| format!("'{}'", stored_name(state))).collect();
                filter.conditions.push(format!("state IN ({})", words.join(", ")));
            }
        }
        if let Some(kind) = query.kind {
            filter.conditions.push(format!("kind = '{}'", stored_name(kind)));
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
            let mut matching = format!("instr(search_text, {term}) > 0");
            if !matches.fingerprint.is_empty() {
                let ids = filter.bind(Bound::ids(&matches.fingerprint));
                matching = format!("({matching} OR id IN (SELECT value FROM json_each({ids})))");
            }
            filter.conditions.push(matching);
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
        if let Some(above) = query.above_baseline {
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

    /// Adds a value and returns its placeholder in the SQL.
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
        store: &SqliteStore,
        sql: impl FnOnce(&str) -> String,
    ) -> Result<Vec<SqliteRow>, StoreError> {
        let sql = sql(&self.clause());
        self.fetch(store, sql).await
    }

    pub(super) async fn fetch(self, store: &SqliteStore, sql: String) -> Result<Vec<SqliteRow>, StoreError> {
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
