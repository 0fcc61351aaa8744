//! Streams and snapshots: opening them, listing them, what a list adds up to.

use super::{Store, StoreError};
use crate::domain::{
    AppId, Counter, EndEvidence, Millis, RoomId, Seal, StreamId, StreamKind, StreamState, StreamSummary, Totals,
    Verdict,
};
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Row, SqliteConnection};

/// A stream to be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewStream {
    pub app: AppId,
    pub room: RoomId,
    pub kind: StreamKind,
    /// Tencent's CreateTime in seconds; `None` while get_room_info does not answer.
    pub create_time: Option<i64>,
    /// 0, but 1, 2 … where a room outlived its show.
    pub part: i64,
    pub title: Option<String>,
    pub host: Option<String>,
    pub host_name: Option<String>,
    pub interval_ms: i64,
    pub first_seen: Millis,
    pub started_at: Millis,
}

/// A stream that is not sealed, with what its life needs after a restart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenStream {
    pub summary: StreamSummary,
    pub create_time: Option<i64>,
    pub part: i64,
    pub interval_ms: i64,
    pub first_seen: Millis,
    /// When the evidence of the end reached us.
    pub evidence_at: Option<Millis>,
    pub host_left_at: Option<Millis>,
    pub retries: i64,
    pub last_request_id: Option<String>,
    pub note: Option<String>,
}

/// Tencent's closing message, as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosingRow {
    pub event_time: Millis,
    pub received_at: Millis,
    pub statistic: Totals,
    pub contradicted_at: Option<Millis>,
}

/// Something a webhook told of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MomentRow {
    pub kind: String,
    pub key: String,
    pub from: Millis,
    pub until: Option<Millis>,
    pub label: Option<String>,
}

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
            Self::Started => "started_at",
            Self::Counter(counter) => counter.name(),
        }
    }
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
    /// Started in [from, until).
    pub from: Option<Millis>,
    pub until: Option<Millis>,
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
pub struct Page<T> {
    pub rows: Vec<T>,
    /// Pass as `after` for the next page.
    pub next: Option<String>,
    /// Pass as `after` with `backwards` for the page before.
    pub previous: Option<String>,
}

/// What the rows of a query add up to. Entries are not people; gifters are never summed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    pub streams: i64,
    /// Of ended streams, in milliseconds.
    pub millis: i64,
    pub entries: i64,
    pub gifts: i64,
    pub coins: i64,
    pub likes: i64,
    pub messages: i64,
}

/// A host over the streams of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostSums {
    pub app: AppId,
    /// The owner's account.
    pub account: String,
    /// The name people know the host by, as of their newest stream.
    pub name: Option<String>,
    /// Start of the newest stream.
    pub latest: Millis,
    pub sums: Sums,
}

const COLUMNS: &str = "id, app, room, kind, create_time, part, title, host, host_name, state, interval_ms, first_seen,
    started_at, show_ended_at, ended_at, ended_after, ended_by, evidence_at, host_left_at, viewers, gifts, coins, gifters,
    likes, messages, last_asked, last_answered, retries, last_request_id, note, number, revision, sha256, sealed_at,
    coverage, verdict, curve, usual_streams, usual_coins";

/// The word a serde enum is written as; the same in JSON and in a column.
pub(crate) fn word<T: Serialize>(value: T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        other => unreachable!("only enums of plain words are kept as words, not {other:?}"),
    }
}

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

fn summary(row: &SqliteRow) -> Result<StreamSummary, StoreError> {
    let millis = |name| -> Result<Option<Millis>, sqlx::Error> { Ok(row.try_get::<Option<i64>, _>(name)?.map(Millis)) };
    let number: Option<i64> = row.try_get("number")?;
    let seal = match number {
        None => None,
        Some(number) => Some(Seal {
            number,
            revision: row.try_get("revision")?,
            sha256: row.try_get("sha256")?,
            sealed_at: Millis(row.try_get("sealed_at")?),
            coverage: row.try_get("coverage")?,
            verdict: row
                .try_get::<Option<String>, _>("verdict")?
                .map(|word| from_word::<Verdict>("stream.verdict", word))
                .transpose()?,
            curve: row
                .try_get::<Option<Vec<u8>>, _>("curve")?
                .unwrap_or_default()
                .into_iter()
                .map(|level| (level != super::reports::NOT_READ).then_some(level))
                .collect(),
            usual_streams: row.try_get("usual_streams")?,
            usual_coins: row.try_get("usual_coins")?,
        }),
    };
    Ok(StreamSummary {
        id: StreamId(row.try_get("id")?),
        app: AppId(row.try_get("app")?),
        room: RoomId::parse(row.try_get("room")?).map_err(|error| StoreError::corrupt("stream.room", error))?,
        kind: from_word("stream.kind", row.try_get("kind")?)?,
        title: row.try_get("title")?,
        host: row.try_get("host")?,
        host_name: row.try_get("host_name")?,
        state: from_word("stream.state", row.try_get("state")?)?,
        created_at: row.try_get::<Option<i64>, _>("create_time")?.map(Millis::from_seconds),
        started_at: Millis(row.try_get("started_at")?),
        show_ended_at: millis("show_ended_at")?,
        ended_at: millis("ended_at")?,
        ended_after: millis("ended_after")?,
        ended_by: row
            .try_get::<Option<String>, _>("ended_by")?
            .map(|word| from_word::<EndEvidence>("stream.ended_by", word))
            .transpose()?,
        totals: totals(row)?,
        last_asked: millis("last_asked")?,
        last_answered: millis("last_answered")?,
        seal,
    })
}

fn open_stream(row: &SqliteRow) -> Result<OpenStream, StoreError> {
    Ok(OpenStream {
        summary: summary(row)?,
        create_time: row.try_get("create_time")?,
        part: row.try_get("part")?,
        interval_ms: row.try_get("interval_ms")?,
        first_seen: Millis(row.try_get("first_seen")?),
        evidence_at: row.try_get::<Option<i64>, _>("evidence_at")?.map(Millis),
        host_left_at: row.try_get::<Option<i64>, _>("host_left_at")?.map(Millis),
        retries: row.try_get("retries")?,
        last_request_id: row.try_get("last_request_id")?,
        note: row.try_get("note")?,
    })
}

/// One stream as a transaction sees it.
pub(super) async fn open_stream_in(
    connection: &mut SqliteConnection,
    id: StreamId,
) -> Result<Option<OpenStream>, StoreError> {
    let row = sqlx::query(AssertSqlSafe(format!("SELECT {COLUMNS} FROM stream WHERE id = ?1")))
        .bind(id.0)
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(open_stream).transpose()
}

/// Inserts one stream.
pub(super) async fn open_in(connection: &mut SqliteConnection, stream: &NewStream) -> Result<StreamId, StoreError> {
    let id: i64 = sqlx::query_scalar(
        "INSERT INTO stream (app, room, kind, create_time, part, title, host, host_name, state, interval_ms,
                    first_seen, started_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'live', ?9, ?10, ?11) RETURNING id",
    )
    .bind(stream.app.0)
    .bind(stream.room.as_str())
    .bind(word(stream.kind))
    .bind(stream.create_time)
    .bind(stream.part)
    .bind(&stream.title)
    .bind(&stream.host)
    .bind(&stream.host_name)
    .bind(stream.interval_ms)
    .bind(stream.first_seen.0)
    .bind(stream.started_at.0)
    .fetch_one(connection)
    .await?;
    Ok(StreamId(id))
}

impl Store {
    /// Opens streams, all or none, and tells their ids in the same order.
    pub async fn open_streams(&self, streams: &[NewStream]) -> Result<Vec<StreamId>, StoreError> {
        let mut transaction = self.write.begin().await?;
        let mut ids = Vec::with_capacity(streams.len());
        for stream in streams {
            ids.push(open_in(&mut transaction, stream).await?);
        }
        transaction.commit().await?;
        Ok(ids)
    }

    /// The stream of that life and part, whatever its state.
    pub async fn stream_of_life(
        &self,
        app: AppId,
        room: &RoomId,
        create_time: i64,
    ) -> Result<Option<OpenStream>, StoreError> {
        let row = sqlx::query(AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM stream WHERE app = ?1 AND room = ?2 AND create_time = ?3 AND kind = 'stream'
             ORDER BY part DESC LIMIT 1"
        )))
        .bind(app.0)
        .bind(room.as_str())
        .bind(create_time)
        .fetch_optional(&self.write)
        .await?;
        row.as_ref().map(open_stream).transpose()
    }

    /// Every stream of the app that is not sealed.
    pub async fn unsealed_streams(&self, app: AppId) -> Result<Vec<OpenStream>, StoreError> {
        let rows = sqlx::query(AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM stream WHERE app = ?1 AND state <> 'sealed' ORDER BY id"
        )))
        .bind(app.0)
        .fetch_all(&self.read)
        .await?;
        rows.iter().map(open_stream).collect()
    }

    /// One stream with what only its own page needs.
    pub async fn open_stream(&self, id: StreamId) -> Result<Option<OpenStream>, StoreError> {
        let row = sqlx::query(AssertSqlSafe(format!("SELECT {COLUMNS} FROM stream WHERE id = ?1")))
            .bind(id.0)
            .fetch_optional(&self.read)
            .await?;
        row.as_ref().map(open_stream).transpose()
    }

    /// One stream as lists show it.
    pub async fn stream(&self, id: StreamId) -> Result<Option<StreamSummary>, StoreError> {
        Ok(self.open_stream(id).await?.map(|stream| stream.summary))
    }

    /// Keeps an operator's note on a stream; an empty one removes it.
    pub async fn note_stream(&self, id: StreamId, note: &str) -> Result<(), StoreError> {
        sqlx::query("UPDATE stream SET note = nullif(trim(?2), '') WHERE id = ?1")
            .bind(id.0)
            .bind(note)
            .execute(&self.write)
            .await?;
        Ok(())
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

    /// One page of streams by key: no page is skipped or told twice while the list grows. Undefined values come last.
    pub async fn streams(&self, query: &StreamQuery) -> Result<Page<StreamSummary>, StoreError> {
        let column = query.sort.column();
        let mut filter = Filter::of(query);
        // Walking backwards is walking forwards in the opposite order, and turning the page round.
        let descending = query.descending != query.backwards;
        if let Some((value, id)) = query.after.as_deref().and_then(parse_cursor) {
            let id = filter.bind(Bound::Integer(id));
            let later = if descending { "<" } else { ">" };
            // Undefined values stand last in the direction shown, so first when walking backwards.
            let condition = match (value, query.backwards) {
                (Some(value), false) => {
                    let value = filter.bind(Bound::Integer(value));
                    format!(
                        "({column} {later} {value} OR ({column} = {value} AND id {later} {id}) OR {column} IS NULL)"
                    )
                }
                (Some(value), true) => {
                    let value = filter.bind(Bound::Integer(value));
                    format!("({column} {later} {value} OR ({column} = {value} AND id {later} {id}))")
                }
                (None, false) => format!("({column} IS NULL AND id {later} {id})"),
                (None, true) => format!("({column} IS NOT NULL OR id {later} {id})"),
            };
            filter.conditions.push(condition);
        }
        let order = if descending { "DESC" } else { "ASC" };
        let nulls = if query.backwards { "FIRST" } else { "LAST" };
        let limit = query.limit.clamp(1, 500);
        let sql = format!(
            "SELECT {COLUMNS} FROM stream {} ORDER BY {column} {order} NULLS {nulls}, id {order} LIMIT {}",
            filter.clause(),
            limit + 1
        );
        let rows = filter.fetch(self, sql).await?;
        let mut rows: Vec<StreamSummary> = rows.iter().map(summary).collect::<Result<_, _>>()?;
        let more = rows.len() as i64 > limit;
        rows.truncate(limit as usize);
        if query.backwards {
            rows.reverse();
        }
        let cursor = |row: &StreamSummary| {
            let value = match query.sort {
                Sort::Started => Some(row.started_at.0),
                Sort::Counter(counter) => row.totals.get(counter),
            };
            format!("{}.{}", value.map_or_else(|| "-".to_owned(), |value| value.to_string()), row.id)
        };
        let (has_next, has_previous) =
            if query.backwards { (query.after.is_some(), more) } else { (more, query.after.is_some()) };
        Ok(Page {
            next: rows.last().filter(|_| has_next).map(cursor),
            previous: rows.first().filter(|_| has_previous).map(cursor),
            rows,
        })
    }

    /// What all rows of a query add up to, on every page.
    pub async fn sum_streams(&self, query: &StreamQuery) -> Result<Sums, StoreError> {
        let filter = Filter::of(query);
        let rows = filter.fetch_with(self, |clause| format!("SELECT {SUMS} FROM stream {clause}")).await?;
        sums(rows.first().ok_or(sqlx::Error::RowNotFound)?)
    }

    /// Coins of the sealed streams that began since `from`, and how many of them have no number.
    pub async fn coins_of_day(&self, from: Millis) -> Result<(i64, i64), StoreError> {
        let sums = sqlx::query_as::<_, (i64, i64)>(
            "SELECT coalesce(sum(coins), 0), count(*) - count(coins) FROM stream
             WHERE started_at >= ?1 AND state = 'sealed' AND kind = 'stream'",
        )
        .bind(from.0)
        .fetch_one(&self.read)
        .await?;
        Ok(sums)
    }

    /// Sealed streams that were on at that moment. No stream is looked for that began more than two days before.
    pub async fn sealed_across(&self, at: Millis) -> Result<Vec<StreamId>, StoreError> {
        let ids: Vec<i64> = sqlx::query_scalar(
            "SELECT id FROM stream WHERE started_at < ?1 AND started_at > ?1 - 172800000 AND state = 'sealed'
                AND kind = 'stream' AND coalesce(show_ended_at, ended_at) > ?1 ORDER BY id",
        )
        .bind(at.0)
        .fetch_all(&self.read)
        .await?;
        Ok(ids.into_iter().map(StreamId).collect())
    }

    /// The hosts of a query's streams, by coins; streams whose owner Tencent never told are nobody's. At most `limit`.
    pub async fn hosts(&self, query: &StreamQuery) -> Result<Vec<HostSums>, StoreError> {
        let mut filter = Filter::of(query);
        filter.conditions.push("host IS NOT NULL AND host <> ''".to_owned());
        let limit = query.limit.clamp(1, 500);
        // Beside a single max(), SQLite takes bare columns from the row that holds it: the newest name.
        let sql = |clause: &str| {
            format!(
                "SELECT app, host, host_name, max(started_at) AS latest, {SUMS} FROM stream {clause}
                 GROUP BY app, host ORDER BY coins DESC, streams DESC, host LIMIT {limit}"
            )
        };
        let rows = filter.fetch_with(self, sql).await?;
        let host = |row: &SqliteRow| {
            Ok(HostSums {
                app: AppId(row.try_get("app")?),
                account: row.try_get("host")?,
                name: row.try_get("host_name")?,
                latest: Millis(row.try_get("latest")?),
                sums: sums(row)?,
            })
        };
        rows.iter().map(host).collect()
    }
}

const SUMS: &str = "count(*) AS streams,
    coalesce(sum(max(0, coalesce(show_ended_at, ended_at) - started_at)), 0) AS millis,
    coalesce(sum(viewers), 0) AS entries, coalesce(sum(gifts), 0) AS gifts, coalesce(sum(coins), 0) AS coins,
    coalesce(sum(likes), 0) AS likes, coalesce(sum(messages), 0) AS messages";

fn sums(row: &SqliteRow) -> Result<Sums, StoreError> {
    Ok(Sums {
        streams: row.try_get("streams")?,
        millis: row.try_get("millis")?,
        entries: row.try_get("entries")?,
        gifts: row.try_get("gifts")?,
        coins: row.try_get("coins")?,
        likes: row.try_get("likes")?,
        messages: row.try_get("messages")?,
    })
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

enum Bound {
    Integer(i64),
    Text(String),
}

/// Conditions with their bound values; only our own words ever stand in the SQL itself.
struct Filter {
    conditions: Vec<String>,
    bounds: Vec<Bound>,
}

impl Filter {
    fn of(query: &StreamQuery) -> Self {
        let mut filter = Self { conditions: Vec::new(), bounds: Vec::new() };
        if !query.states.is_empty() {
            let words: Vec<String> = query.states.iter().map(|&state| filter.bind(Bound::Text(word(state)))).collect();
            filter.conditions.push(format!("state IN ({})", words.join(", ")));
        }
        if let Some(kind) = query.kind {
            let kind = filter.bind(Bound::Text(word(kind)));
            filter.conditions.push(format!("kind = {kind}"));
        }
        if let Some(app) = query.app {
            let app = filter.bind(Bound::Integer(app.0));
            filter.conditions.push(format!("app = {app}"));
        }
        if let Some(room) = &query.room {
            let room = filter.bind(Bound::Text(room.as_str().to_owned()));
            filter.conditions.push(format!("room = {room}"));
        }
        if let Some(host) = &query.host {
            let host = filter.bind(Bound::Text(host.clone()));
            filter.conditions.push(format!("host = {host}"));
        }
        if let Some(search) = query.search.as_deref().map(str::trim).filter(|search| !search.is_empty()) {
            let escaped = search.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
            let like = filter.bind(Bound::Text(format!("%{escaped}%")));
            filter.conditions.push(format!(
                "(room LIKE {like} ESCAPE '\\' OR title LIKE {like} ESCAPE '\\' OR host LIKE {like} ESCAPE '\\'
                  OR host_name LIKE {like} ESCAPE '\\')"
            ));
        }
        if let Some(from) = query.from {
            let from = filter.bind(Bound::Integer(from.0));
            filter.conditions.push(format!("started_at >= {from}"));
        }
        if let Some(until) = query.until {
            let until = filter.bind(Bound::Integer(until.0));
            filter.conditions.push(format!("started_at < {until}"));
        }
        if let Some(above) = query.above_usual {
            filter.conditions.push(format!("coins {} usual_coins", if above { '>' } else { '<' }));
        }
        filter
    }

    /// Adds a value and tells its place in the SQL.
    fn bind(&mut self, bound: Bound) -> String {
        self.bounds.push(bound);
        format!("?{}", self.bounds.len())
    }

    fn clause(&self) -> String {
        if self.conditions.is_empty() { String::new() } else { format!("WHERE {}", self.conditions.join(" AND ")) }
    }

    /// Fetches what `sql` makes of the clause of these conditions.
    async fn fetch_with(self, store: &Store, sql: impl FnOnce(&str) -> String) -> Result<Vec<SqliteRow>, StoreError> {
        let sql = sql(&self.clause());
        self.fetch(store, sql).await
    }

    async fn fetch(self, store: &Store, sql: String) -> Result<Vec<SqliteRow>, StoreError> {
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
