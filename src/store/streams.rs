//! Streams and snapshots: opening them, listing them, what a list adds up to.

use super::row::{bind_counters, from_word, totals, word};
use super::search::{self, MOST_HITS, Matches};
use super::{Store, StoreError};
use crate::calendar::DayRules;
use crate::domain::record::MomentKind;
use crate::domain::{
    AppId, Counter, Counters, Day, EndEvidence, Millis, RoomId, Seal, StreamId, StreamKind, StreamState, StreamSummary,
    Totals, Verdict,
};
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Row, SqliteConnection};
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// A sum of counters that SQLite can always tell: its own fails beyond 2^63, which a thousand of the largest counters reach.
/// This one stops growing at 2^62.
macro_rules! sum {
    ($value:literal) => {
        concat!(
            "((min(coalesce(sum(",
            $value,
            " >> 20), 0), 4398046511103) << 20) + coalesce(sum(",
            $value,
            " & 1048575), 0))"
        )
    };
}

/// Which of the streams of one life of a room: 0, but 1, 2 … where the room outlived its show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Part {
    pub number: i64,
    /// What the room had when the part before ended: this one counts from there.
    pub start: Counters,
}

impl Part {
    /// What of the room's totals is this stream's own.
    pub fn own(&self, room: Counters) -> Counters {
        let [room, start] = [room, self.start].map(Counters::to_array);
        Counters::from_array(std::array::from_fn(|i| (room[i] - start[i]).max(0)))
    }
}

/// A stream to be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewStream {
    pub app: AppId,
    pub room: RoomId,
    pub kind: StreamKind,
    /// Tencent's CreateTime in seconds; `None` while get_room_info does not answer.
    pub create_time: Option<i64>,
    pub part: Part,
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
    pub part: Part,
    pub interval_ms: i64,
    pub first_seen: Millis,
    /// When the evidence of the end reached us.
    pub evidence_at: Option<Millis>,
    pub host_left_at: Option<Millis>,
    /// When a webhook last said that the host is there.
    pub host_online_at: Option<Millis>,
    pub retries: i64,
    pub last_request_id: Option<String>,
    pub note: Option<String>,
}

impl NewStream {
    /// The moment that lists show and sort by: the start of a stream, the reading of a snapshot.
    fn listed_at(&self) -> Millis {
        match self.kind {
            StreamKind::Stream => self.started_at,
            StreamKind::Snapshot => self.first_seen,
        }
    }
}

impl OpenStream {
    /// A stream as it is when it begins, on that business day.
    pub fn begun(id: StreamId, new: &NewStream, business_day: Day) -> Self {
        let summary = StreamSummary {
            id,
            app: new.app,
            room: new.room.clone(),
            kind: new.kind,
            title: new.title.clone(),
            host: new.host.clone(),
            host_name: new.host_name.clone(),
            state: StreamState::Live,
            created_at: new.create_time.map(Millis::from_seconds),
            started_at: new.started_at,
            business_day,
            show_ended_at: None,
            ended_at: None,
            ended_after: None,
            ended_by: None,
            totals: Totals::default(),
            last_asked: None,
            last_answered: None,
            seal: None,
        };
        Self {
            summary,
            create_time: new.create_time,
            part: new.part,
            interval_ms: new.interval_ms,
            first_seen: new.first_seen,
            evidence_at: None,
            host_left_at: None,
            host_online_at: None,
            retries: 0,
            last_request_id: None,
            note: None,
        }
    }

    /// When a webhook last said that the host is there (true) or has left, if one did.
    pub fn presence(&self) -> Option<(Millis, bool)> {
        self.host_left_at.map(|at| (at, false)).or(self.host_online_at.map(|at| (at, true)))
    }
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
    pub kind: MomentKind,
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
pub(super) fn list_order(row: &StreamSummary) -> i64 {
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

impl Sums {
    /// What is left of it without a part of it.
    pub fn without(&self, part: &Self) -> Self {
        Self {
            streams: self.streams - part.streams,
            millis: self.millis - part.millis,
            entries: self.entries - part.entries,
            gifts: self.gifts - part.gifts,
            coins: self.coins - part.coins,
            likes: self.likes - part.likes,
            messages: self.messages - part.messages,
        }
    }

    fn add(&mut self, other: &Self) {
        self.streams = self.streams.saturating_add(other.streams);
        self.millis = self.millis.saturating_add(other.millis);
        self.entries = self.entries.saturating_add(other.entries);
        self.gifts = self.gifts.saturating_add(other.gifts);
        self.coins = self.coins.saturating_add(other.coins);
        self.likes = self.likes.saturating_add(other.likes);
        self.messages = self.messages.saturating_add(other.messages);
    }
}

/// So many different sums are kept; beyond, all are forgotten and made again.
const MOST_SUMS: usize = 256;

/// Sums of sealed streams by what was asked. What is sealed later is added to them; only this process makes a sealed stream
/// live again, and then they are forgotten.
#[derive(Debug, Default)]
pub(crate) struct SumsKept {
    generation: AtomicU64,
    kept: Mutex<Vec<KeptSums>>,
}

#[derive(Clone, Debug)]
struct KeptSums {
    query: StreamQuery,
    generation: u64,
    /// The newest report that the sums know.
    number: i64,
    /// `None` where there were too many streams to add up.
    sums: Option<Sums>,
}

impl SumsKept {
    fn get(&self, query: &StreamQuery, generation: u64) -> Option<KeptSums> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|known| known.generation == generation && known.query == *query).cloned()
    }

    fn keep(&self, new: KeptSums) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|known| known.generation == new.generation && known.query != new.query);
        if kept.len() >= MOST_SUMS {
            kept.clear();
        }
        kept.push(new);
    }

    /// A sealed stream was opened again: its old totals are in some of the sums.
    pub(crate) fn forget(&self) {
        self.generation.fetch_add(1, Ordering::Release);
    }
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
    started_at, coalesce(business_day, listed_at / 86400000) AS business_day, show_ended_at, ended_at, ended_after,
    ended_by, evidence_at, host_left_at, host_online_at, viewers, gifts, coins, gifters, likes, messages, last_asked, last_answered, retries, last_request_id, note, number, revision, sha256, sealed_at,
    coverage, verdict, curve, usual_streams, usual_coins, start_viewers, start_gifts, start_coins, start_gifters,
    start_likes, start_messages";

/// The word a serde enum is written as; the same in JSON and in a column.
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
        business_day: Day(row.try_get("business_day")?),
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

fn start(row: &SqliteRow) -> Result<Counters, sqlx::Error> {
    let mut start = Counters::default();
    for counter in Counter::ALL {
        *start.get_mut(counter) = row.try_get(format!("start_{}", counter.name()).as_str())?;
    }
    Ok(start)
}

fn open_stream(row: &SqliteRow) -> Result<OpenStream, StoreError> {
    Ok(OpenStream {
        summary: summary(row)?,
        create_time: row.try_get("create_time")?,
        part: Part { number: row.try_get("part")?, start: start(row)? },
        interval_ms: row.try_get("interval_ms")?,
        first_seen: Millis(row.try_get("first_seen")?),
        evidence_at: row.try_get::<Option<i64>, _>("evidence_at")?.map(Millis),
        host_left_at: row.try_get::<Option<i64>, _>("host_left_at")?.map(Millis),
        host_online_at: row.try_get::<Option<i64>, _>("host_online_at")?.map(Millis),
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

/// Inserts one stream, under the reserved id if it has one.
pub(super) async fn open_in(
    connection: &mut SqliteConnection,
    days: &DayRules,
    id: Option<StreamId>,
    stream: &NewStream,
) -> Result<StreamId, sqlx::Error> {
    let text = search::text_of(
        stream.room.as_str(),
        stream.title.as_deref(),
        stream.host.as_deref(),
        stream.host_name.as_deref(),
    );
    let query = sqlx::query(
        "INSERT INTO stream (id, app, room, kind, create_time, part, title, host, host_name, state, interval_ms,
                    first_seen, started_at, start_viewers, start_gifts, start_coins, start_gifters, start_likes,
                    start_messages, search_text, business_day)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'live', ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)
                 RETURNING id",
    )
    .bind(id.map(|id| id.0))
    .bind(stream.app.0)
    .bind(stream.room.as_str())
    .bind(word(stream.kind))
    .bind(stream.create_time)
    .bind(stream.part.number)
    .bind(&stream.title)
    .bind(&stream.host)
    .bind(&stream.host_name)
    .bind(stream.interval_ms)
    .bind(stream.first_seen.0)
    .bind(stream.started_at.0);
    let row = bind_counters(query, &stream.part.start)
        .bind(&text)
        .bind(days.day_of(stream.app, stream.listed_at()).0)
        .fetch_one(&mut *connection)
        .await?;
    let id: i64 = row.try_get("id")?;
    search::index_in(connection, id, &text).await?;
    Ok(StreamId(id))
}

impl Store {
    /// An id that no stream has and none will get unasked, for a stream that begins together with other changes:
    /// [`Write::Opened`].
    pub async fn reserve_stream(&self) -> Result<StreamId, StoreError> {
        self.reserve_streams(1).await.map(|ids| StreamId(ids.start))
    }

    /// As many such ids as asked for, one after another.
    pub async fn reserve_streams(&self, count: u32) -> Result<Range<i64>, StoreError> {
        let mut transaction = self.write.begin().await?;
        let last: Option<i64> =
            sqlx::query_scalar("UPDATE sqlite_sequence SET seq = seq + ?1 WHERE name = 'stream' RETURNING seq")
                .bind(count)
                .fetch_optional(&mut *transaction)
                .await?;
        let last = match last {
            Some(id) => id,
            // No stream was ever opened here.
            None => {
                sqlx::query_scalar("INSERT INTO sqlite_sequence (name, seq) VALUES ('stream', ?1) RETURNING seq")
                    .bind(count)
                    .fetch_one(&mut *transaction)
                    .await?
            }
        };
        transaction.commit().await?;
        Ok(last - i64::from(count) + 1..last + 1)
    }

    /// When the newest reading of any open stream was answered.
    pub async fn newest_open_reading(&self) -> Result<Option<Millis>, StoreError> {
        let newest: Option<i64> = sqlx::query_scalar("SELECT max(last_answered) FROM stream WHERE state <> 'sealed'")
            .fetch_one(&self.read)
            .await?;
        Ok(newest.map(Millis))
    }

    /// How many streams of each app are not sealed.
    pub async fn unsealed_by_app(&self) -> Result<Vec<(AppId, i64)>, StoreError> {
        let rows = sqlx::query_as("SELECT app, count(*) FROM stream WHERE state <> 'sealed' GROUP BY app")
            .fetch_all(&self.read)
            .await?;
        Ok(rows.into_iter().map(|(app, count)| (AppId(app), count)).collect())
    }

    /// Opens streams, all or none, and tells their ids in the same order.
    pub async fn open_streams(&self, streams: &[NewStream]) -> Result<Vec<StreamId>, StoreError> {
        let mut transaction = self.write.begin().await?;
        let mut ids = Vec::with_capacity(streams.len());
        for stream in streams {
            ids.push(open_in(&mut transaction, &self.days, None, stream).await?);
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
        .fetch_optional(&self.read)
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
        Ok(Page {
            next: rows.last().filter(|_| has_next).map(cursor),
            previous: rows.first().filter(|_| has_previous).map(cursor),
            rows,
        })
    }

    /// What all rows of a query add up to, on every page; `None` where a search leaves too many streams to add up.
    pub async fn sum_streams(&self, query: &StreamQuery) -> Result<Option<Sums>, StoreError> {
        let wanted = |state: StreamState| query.states.is_empty() || query.states.contains(&state);
        let matches = self.matches(query).await?;
        let matches = matches.as_ref();
        let mut total = Sums::default();
        if wanted(StreamState::Sealed) {
            match self.sum_sealed(query, matches).await? {
                Some(sums) => total.add(&sums),
                None => return Ok(None),
            }
        }
        for state in [StreamState::Live, StreamState::Ending].into_iter().filter(|&state| wanted(state)) {
            let filter = Filter::of_sums(query, Source::State(state), matches);
            let rows = filter.fetch_with(self, |clause| format!("SELECT {SUMS} FROM stream {clause}")).await?;
            total.add(&sums(rows.first().ok_or(sqlx::Error::RowNotFound)?)?);
        }
        Ok(Some(total))
    }

    /// Of sealed streams. Walking a hundred thousand rows takes longer than a page may, so they are walked once, and what was
    /// sealed since is added.
    async fn sum_sealed(&self, query: &StreamQuery, matches: Option<&Matches>) -> Result<Option<Sums>, StoreError> {
        let plain = StreamQuery::default();
        let sealed = StreamQuery {
            states: vec![StreamState::Sealed],
            sort: plain.sort,
            descending: plain.descending,
            after: None,
            backwards: false,
            limit: plain.limit,
            ..query.clone()
        };
        let generation = self.sums.generation.load(Ordering::Acquire);
        // A link that is made later is found by its fingerprint too, and changes what was found before.
        let kept = self.sums.get(&sealed, generation).filter(|_| query.fingerprint.is_none());
        let mut filter = Filter::of_sums(&sealed, Source::State(StreamState::Sealed), matches);
        let many = matches.is_some_and(|matches| matches.candidates.is_none());
        let from = match &kept {
            Some(KeptSums { sums: None, .. }) => return Ok(None),
            Some(kept) => {
                let number = filter.bind(Bound::Integer(kept.number));
                filter.conditions.push(format!("number > {number}"));
                "stream INDEXED BY stream_by_number"
            }
            // A term that is in thousands of streams is added up for a time that somebody chose.
            None if many && query.from.is_none() => {
                self.sums.keep(KeptSums { query: sealed, generation, number: 0, sums: None });
                return Ok(None);
            }
            None => "stream",
        };
        let select = |clause: &str| {
            let streams = format!("{from} {clause}");
            // One statement, so that the sums are those of the reports up to this number.
            let streams = if many { format!("(SELECT * FROM {streams} LIMIT {})", MOST_HITS + 1) } else { streams };
            format!("SELECT {SUMS}, ({NEWEST}) AS newest FROM {streams}")
        };
        let rows = filter.fetch_with(self, select).await?;
        let row = rows.first().ok_or(sqlx::Error::RowNotFound)?;
        let mut found = sums(row)?;
        if let Some(known) = kept.and_then(|kept| kept.sums) {
            found.add(&known);
        }
        let found = (!many || found.streams <= MOST_HITS).then_some(found);
        self.sums.keep(KeptSums {
            query: sealed,
            generation,
            number: row.try_get::<Option<i64>, _>("newest")?.unwrap_or(0),
            sums: found,
        });
        Ok(found)
    }

    /// Coins of the sealed streams of a business day and later ones, and how many of them have no number; of one app or of all.
    pub async fn coins_since(&self, app: Option<AppId>, day: Day) -> Result<(i64, i64), StoreError> {
        let sums = sqlx::query_as::<_, (i64, i64)>(COINS_SINCE)
            .bind(day.0)
            .bind(app.map(|app| app.0))
            .fetch_one(&self.read)
            .await?;
        Ok(sums)
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

    /// The name people know a host by, as of their newest stream that has one.
    pub async fn name_of_host(&self, app: AppId, host: &str) -> Result<Option<String>, StoreError> {
        let name: Option<Option<String>> = sqlx::query_scalar(
            "SELECT host_name FROM stream WHERE app = ?1 AND host = ?2 AND kind = 'stream' AND host_name <> ''
             ORDER BY list_order DESC LIMIT 1",
        )
        .bind(app.0)
        .bind(host)
        .fetch_optional(&self.read)
        .await?;
        Ok(name.flatten())
    }

    /// The hosts of a query's streams, by coins; streams whose owner Tencent never told are nobody's. At most `limit`.
    pub async fn hosts(&self, query: &StreamQuery) -> Result<Vec<HostSums>, StoreError> {
        let mut filter = Filter::of(query, Source::All, None);
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

const COINS_SINCE: &str = concat!(
    "SELECT ",
    sum!("coins"),
    ", count(*) - count(coins) FROM stream
     WHERE business_day >= ?1 AND +app = coalesce(?2, app) AND state = 'sealed' AND kind = 'stream'",
);

/// The number of the report that was sealed last.
const NEWEST: &str = "SELECT number FROM stream INDEXED BY stream_by_number WHERE state = 'sealed'
    ORDER BY number DESC LIMIT 1";

const SUMS: &str = concat!(
    "count(*) AS streams, coalesce(sum(max(0, coalesce(show_ended_at, ended_at) - started_at)), 0) AS millis, ",
    sum!("viewers"),
    " AS entries, ",
    sum!("gifts"),
    " AS gifts, ",
    sum!("coins"),
    " AS coins, ",
    sum!("likes"),
    " AS likes, ",
    sum!("messages"),
    " AS messages",
);

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

/// A stretch of a list that one index has in order. A list with undefined values is two: `NULLS LAST` and cursors of
/// "this or that" would make SQLite sort or skip a hundred thousand rows for each page.
#[derive(Clone, Copy, Debug)]
enum Segment {
    /// Defined values, beyond this (value, id).
    Known(Option<(i64, i64)>),
    /// Undefined values, beyond this id.
    Unknown(Option<i64>),
}

/// The stretches from the cursor on, in the direction walked.
fn segments(query: &StreamQuery) -> Vec<Segment> {
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
enum Source {
    /// Whatever the state: the streams of a room or a host, or the few that a search found.
    All,
    /// Sealed streams are indexed in every order; open ones, which change all the time, by their start.
    State(StreamState),
}

impl Source {
    fn of(query: &StreamQuery, matches: Option<&Matches>) -> Vec<Self> {
        let few = matches.is_some_and(|matches| matches.candidates.is_some());
        if query.room.is_some() || query.host.is_some() || few {
            return vec![Self::All];
        }
        let wanted = |state: &StreamState| query.states.is_empty() || query.states.contains(state);
        let states = [StreamState::Sealed, StreamState::Ending, StreamState::Live];
        states.into_iter().filter(wanted).map(Self::State).collect()
    }

    /// Whether an index has this source in the order of a sort.
    fn is_ordered(self, query: &StreamQuery) -> bool {
        match self {
            Self::All => query.sort == Sort::Started && query.search.is_none(),
            Self::State(StreamState::Sealed) => true,
            Self::State(_) => query.sort == Sort::Started,
        }
    }
}

impl Segment {
    /// Its first rows.
    fn select(self, query: &StreamQuery, source: Source, matches: Option<&Matches>, limit: i64) -> (Filter, String) {
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

enum Bound {
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
struct Filter {
    conditions: Vec<String>,
    bounds: Vec<Bound>,
}

impl Filter {
    fn of(query: &StreamQuery, source: Source, matches: Option<&Matches>) -> Self {
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
    fn of_sums(query: &StreamQuery, source: Source, matches: Option<&Matches>) -> Self {
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::calendar::DayRule;

    const SORTS: [Sort; 7] = [
        Sort::Started,
        Sort::Counter(Counter::Viewers),
        Sort::Counter(Counter::Gifts),
        Sort::Counter(Counter::Coins),
        Sort::Counter(Counter::Gifters),
        Sort::Counter(Counter::Likes),
        Sort::Counter(Counter::Messages),
    ];

    async fn store() -> (tempfile::TempDir, Store) {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(&directory.path().join("aftershow.db")).await.unwrap();
        (directory, store)
    }

    /// Streams with few distinct values, so that ties are many, and some undefined; each second is a business day of its own.
    async fn fill(store: &Store, count: i64) {
        let mut transaction = store.write.begin().await.unwrap();
        let mut dice = 7_u64;
        let mut below = |most: u64| {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((dice >> 33) % most) as i64
        };
        for place in 0..count {
            let values: Vec<Option<i64>> = (0..6).map(|_| (below(4) != 0).then(|| below(9))).collect();
            let mut query = sqlx::query(
                "INSERT INTO stream (app, room, kind, create_time, state, interval_ms, first_seen, started_at, business_day, viewers,
                    gifts, coins, gifters, likes, messages, title, host)
                 VALUES (?1, ?2, 'stream', ?3, ?4, 10000, ?5, ?5, ?5 / 1000, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
            )
            .bind(1 + place % 2)
            .bind(format!("room_{}", place % 5))
            .bind(place)
            .bind(if below(10) == 0 { "live" } else { "sealed" })
            .bind(1_000 * below(40));
            for value in &values {
                query = query.bind(value);
            }
            query = query.bind(["小鹿电台", "Night Radio", "Ärger"][place as usize % 3]);
            query = query.bind((place % 4 != 0).then(|| format!("host_{}", place % 7)));
            query.execute(&mut *transaction).await.unwrap();
        }
        transaction.commit().await.unwrap();
        search::index_rows(&store.write).await.unwrap();
    }

    /// Every page from the first to the last, or the other way round.
    async fn pages(store: &Store, query: &StreamQuery) -> Vec<Vec<StreamId>> {
        let mut query = query.clone();
        let mut pages = Vec::new();
        loop {
            let page = store.streams(&query).await.unwrap();
            pages.push(page.rows.iter().map(|row| row.id).collect());
            let further = if query.backwards { page.previous } else { page.next };
            match further {
                Some(cursor) => query.after = Some(cursor),
                None => return pages,
            }
        }
    }

    #[tokio::test]
    async fn pages_in_every_sort_and_both_directions_are_the_whole_list_with_undefined_last() {
        let (_directory, store) = store().await;
        fill(&store, 137).await;
        let filters = [
            StreamQuery::default(),
            StreamQuery { states: vec![StreamState::Sealed], kind: Some(StreamKind::Stream), ..StreamQuery::default() },
            StreamQuery { app: Some(AppId(1)), ..StreamQuery::default() },
            StreamQuery { room: Some(RoomId::parse("room_3").unwrap()), ..StreamQuery::default() },
            StreamQuery { app: Some(AppId(1)), host: Some("host_3".to_owned()), ..StreamQuery::default() },
            StreamQuery { states: vec![StreamState::Live, StreamState::Ending], ..StreamQuery::default() },
            // Few candidates, and more than are listed by themselves.
            StreamQuery { search: Some("Room_4".to_owned()), ..StreamQuery::default() },
            StreamQuery { search: Some("ä".to_owned()), ..StreamQuery::default() },
            StreamQuery {
                search: Some("radio".to_owned()),
                states: vec![StreamState::Sealed],
                ..StreamQuery::default()
            },
        ];
        for filter in filters {
            let everything = StreamQuery { limit: 500, ..filter.clone() };
            let whole = store.streams(&everything).await.unwrap().rows;
            assert!(!whole.is_empty(), "{filter:?}");
            for sort in SORTS {
                for descending in [true, false] {
                    let value = |row: &StreamSummary| match sort {
                        Sort::Started => Some(list_order(row)),
                        Sort::Counter(counter) => row.totals.get(counter),
                    };
                    let mut expected: Vec<(bool, i64, i64, StreamId)> = whole
                        .iter()
                        .map(|row| {
                            let sign = if descending { -1 } else { 1 };
                            let key = value(row).unwrap_or(0) * sign;
                            (value(row).is_none(), key, row.id.0 * sign, row.id)
                        })
                        .collect();
                    expected.sort_unstable();
                    let expected: Vec<StreamId> = expected.into_iter().map(|(.., id)| id).collect();
                    for limit in [2, 7, 50] {
                        let query = StreamQuery { sort, descending, limit, ..filter.clone() };
                        let forwards = pages(&store, &query).await;
                        assert_eq!(forwards.concat(), expected, "{query:?}");
                        // From the end to the beginning: the same list, page by page.
                        let back = StreamQuery { backwards: true, ..query.clone() };
                        let mut backwards = pages(&store, &back).await;
                        backwards.reverse();
                        assert_eq!(backwards.concat(), expected, "{back:?}");
                    }
                    // One page on and one back is where one was.
                    let query = StreamQuery { sort, descending, limit: 7, ..filter.clone() };
                    let first = store.streams(&query).await.unwrap();
                    if first.next.is_some() {
                        let second = store.streams(&StreamQuery { after: first.next, ..query.clone() }).await.unwrap();
                        let back = StreamQuery { after: second.previous, backwards: true, ..query };
                        assert_eq!(store.streams(&back).await.unwrap().rows, first.rows);
                    }
                }
            }
        }
    }

    #[tokio::test]
    async fn a_list_in_the_order_of_time_goes_by_the_day_of_each_app_and_by_when_snapshots_were_taken() {
        let (_directory, store) = store().await;
        let (china, japan) = (AppId(1), AppId(2));
        let rules = [(china, DayRule::new("Asia/Shanghai", 360)), (japan, DayRule::new("Asia/Tokyo", 0))];
        let store = store.with_days(rules.into_iter().collect());
        // 1 Dec 2026 03:46 in Shanghai is still 30 Nov for the app there, and 1 Dec for the one in Tokyo.
        let night = Millis(1_796_067_960_000);
        let minute = |minutes: i64| night + minutes * 60_000;
        let new = |app, room: &str, kind, first_seen, started_at| NewStream {
            app,
            room: RoomId::parse(room).unwrap(),
            kind,
            create_time: None,
            part: Part::default(),
            title: None,
            host: Some("host".to_owned()),
            host_name: None,
            interval_ms: 1000,
            first_seen,
            started_at,
        };
        use StreamKind::{Snapshot, Stream};
        let streams = [
            new(china, "a", Stream, minute(0), minute(0)),
            new(japan, "b", Stream, minute(1), minute(1)),
            new(china, "c", Stream, minute(2), minute(2)),
            // Taken in the morning of a stream that began in the evening before.
            new(china, "d", Snapshot, minute(180), minute(-600)),
        ];
        let ids = store.open_streams(&streams).await.unwrap();
        sqlx::query("UPDATE stream SET state = 'sealed', coins = 1, ended_at = first_seen")
            .execute(&store.write)
            .await
            .unwrap();
        let listed = async |query: StreamQuery| -> Vec<i64> {
            store.streams(&query).await.unwrap().rows.iter().map(|row| row.id.0).collect()
        };
        let all = listed(StreamQuery::default()).await;
        assert_eq!(all, [ids[3].0, ids[1].0, ids[2].0, ids[0].0], "1 Dec: the snapshot, Tokyo's; 30 Nov: Shanghai's");
        let thirtieth = crate::calendar::parse("2026-11-30").unwrap();
        let november = StreamQuery { until: Some(thirtieth), ..StreamQuery::default() };
        assert_eq!(listed(november.clone()).await, [ids[2].0, ids[0].0]);
        let december = StreamQuery { from: Some(Day(thirtieth.0 + 1)), ..StreamQuery::default() };
        assert_eq!(listed(december.clone()).await, [ids[3].0, ids[1].0]);
        assert_eq!(store.sum_streams(&november).await.unwrap().unwrap().streams, 2);
        let hosts = store.hosts(&StreamQuery { kind: Some(Stream), ..december }).await.unwrap();
        assert_eq!(hosts.iter().map(|host| (host.app, host.sums.streams)).collect::<Vec<_>>(), [(japan, 1)]);
        sqlx::query("UPDATE stream SET host_name = 'Mira' WHERE id = ?1")
            .bind(ids[0].0)
            .execute(&store.write)
            .await
            .unwrap();
        assert_eq!(store.name_of_host(china, "host").await.unwrap().as_deref(), Some("Mira"));
        assert_eq!(store.name_of_host(japan, "host").await.unwrap(), None, "of another app");
        assert_eq!(store.coins_since(Some(china), thirtieth).await.unwrap(), (2, 0));
        assert_eq!(store.coins_since(None, Day(thirtieth.0 + 1)).await.unwrap(), (1, 0));
        let days: Vec<Day> =
            store.streams(&StreamQuery::default()).await.unwrap().rows.iter().map(|row| row.business_day).collect();
        assert_eq!(days.iter().map(|day| day.0 - thirtieth.0).collect::<Vec<_>>(), [1, 1, 0, 0]);
    }

    #[tokio::test]
    async fn a_stream_stays_in_the_day_of_its_start_and_older_ones_get_theirs_at_start_up() {
        let (_directory, store) = store().await;
        // 1 Dec 2026 03:46 in Shanghai, 30 Nov in UTC.
        let night = Millis(1_796_067_960_000);
        let thirtieth = crate::calendar::parse("2026-11-30").unwrap();
        let from =
            |minutes: u32| -> DayRules { [(AppId(1), DayRule::new("Asia/Shanghai", minutes))].into_iter().collect() };
        let new = |app, room: &str| NewStream {
            app: AppId(app),
            room: RoomId::parse(room).unwrap(),
            kind: StreamKind::Stream,
            create_time: None,
            part: Part::default(),
            title: None,
            host: None,
            host_name: None,
            interval_ms: 1000,
            first_seen: night,
            started_at: night,
        };
        let store = store.with_days(from(360));
        let first = store.open_streams(&[new(1, "a")]).await.unwrap()[0];
        let store = store.with_days(from(0));
        let later = store.open_streams(&[new(1, "b"), new(1, "c"), new(9, "d")]).await.unwrap();
        // When it began is told later, and was in the evening before.
        let create_time = (night - 6 * 3_600_000_i64).seconds();
        store.apply_all(&[crate::store::Write::Created { stream: later[1], create_time }]).await.unwrap();
        let after = async |ids: &[StreamId]| -> Vec<i64> {
            let mut days = Vec::new();
            for &id in ids {
                days.push(store.stream(id).await.unwrap().unwrap().business_day.0 - thirtieth.0);
            }
            days
        };
        let all = [first, later[0], later[1], later[2]];
        assert_eq!(after(&all).await, [0, 1, 0, 0], "by the rule at the start, and by UTC where the app is not known");
        assert_eq!(store.fill_business_days().await.unwrap(), 0, "a changed rule changes nothing");
        sqlx::query("UPDATE stream SET business_day = NULL").execute(&store.write).await.unwrap();
        assert_eq!(after(&all).await, [0; 4], "until then the date in UTC");
        assert_eq!(store.fill_business_days().await.unwrap(), 4);
        assert_eq!(after(&all).await, [1, 1, 0, 0], "by the rule of today");
    }

    #[tokio::test]
    async fn sums_of_the_largest_counters_are_told() {
        let (_directory, store) = store().await;
        sqlx::query(
            "WITH RECURSIVE place (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM place WHERE n < 1100)
             INSERT INTO stream (app, room, kind, create_time, state, interval_ms, first_seen, started_at, business_day,
                number, coins, likes, host)
             SELECT 1, 'room', 'stream', n, 'sealed', 10000, n, n, 0, n, 9007199254740991, n * 3000000, 'host'
             FROM place",
        )
        .execute(&store.write)
        .await
        .unwrap();
        let query = StreamQuery::default();
        let sums = store.sum_streams(&query).await.unwrap().unwrap();
        assert_eq!((sums.streams, sums.likes), (1100, 3_000_000 * 1100 * 1101 / 2));
        assert!(sums.coins >= (1 << 62) - (1 << 20), "{}", sums.coins);
        assert_eq!(store.hosts(&query).await.unwrap()[0].sums, sums);
        assert_eq!(store.coins_since(None, Day(0)).await.unwrap(), (sums.coins, 0));
    }

    #[tokio::test]
    async fn sums_are_those_of_the_rows_also_after_a_seal() {
        let (_directory, store) = store().await;
        fill(&store, 60).await;
        let of = |rows: &[StreamSummary], counter| rows.iter().filter_map(|row| row.totals.get(counter)).sum::<i64>();
        for round in 0..4 {
            for states in [vec![], vec![StreamState::Sealed], vec![StreamState::Live], vec![StreamState::Ending]] {
                for search in [None, Some("room_2".to_owned())] {
                    let query = StreamQuery { states: states.clone(), search, limit: 500, ..StreamQuery::default() };
                    let rows = store.streams(&query).await.unwrap().rows;
                    for _ in 0..2 {
                        let sums = store.sum_streams(&query).await.unwrap().unwrap();
                        assert_eq!(sums.streams, rows.len() as i64, "{round} {query:?}");
                        assert_eq!(
                            (sums.coins, sums.entries),
                            (of(&rows, Counter::Coins), of(&rows, Counter::Viewers))
                        );
                    }
                }
            }
            // What sealing and reopening do, as far as sums see it.
            let sql = match round {
                0 => {
                    "UPDATE stream SET state = 'sealed', number = id, coins = 1000 WHERE state = 'live' AND room = 'room_2'"
                }
                1 => "UPDATE stream SET state = 'live' WHERE number IS NOT NULL",
                _ => "UPDATE stream SET state = 'sealed', number = 1000 + id, coins = 7 WHERE state = 'live'",
            };
            assert!(sqlx::query(sql).execute(&store.write).await.unwrap().rows_affected() > 0 || round == 3);
            if round == 1 {
                store.sums.forget();
            }
        }
    }

    #[tokio::test]
    async fn sums_of_a_search_that_finds_most_of_history_need_a_start_date() {
        let (_directory, store) = store().await;
        fill(&store, 300).await;
        let sealed = vec![StreamState::Sealed];
        let query = StreamQuery { states: sealed, search: Some("o".to_owned()), limit: 500, ..StreamQuery::default() };
        assert!(store.streams(&query).await.unwrap().rows.len() as i64 > MOST_HITS);
        for _ in 0..2 {
            assert_eq!(store.sum_streams(&query).await.unwrap(), None);
        }
        let lately = StreamQuery { from: Some(Day(36)), ..query.clone() };
        let rows = store.streams(&lately).await.unwrap().rows;
        assert!(!rows.is_empty() && rows.len() as i64 <= MOST_HITS);
        assert_eq!(store.sum_streams(&lately).await.unwrap().map(|sums| sums.streams), Some(rows.len() as i64));
        let all = StreamQuery { from: Some(Day(0)), ..query };
        assert_eq!(store.sum_streams(&all).await.unwrap(), None);
    }

    async fn plan(store: &Store, filter: Filter, sql: &str) -> String {
        let rows = filter.fetch(store, format!("EXPLAIN QUERY PLAN {sql}")).await.unwrap();
        rows.iter().map(|row| row.get("detail")).collect::<Vec<String>>().join("; ")
    }

    #[tokio::test]
    async fn no_page_of_any_sort_is_sorted_or_skipped_to() {
        let (_directory, store) = store().await;
        for sort in SORTS {
            for (descending, backwards) in [(true, false), (true, true), (false, false), (false, true)] {
                for after in [None, Some("5.17"), Some("-.17")] {
                    for app in [None, Some(AppId(1))] {
                        for kind in [None, Some(StreamKind::Stream)] {
                            let after = after.map(str::to_owned);
                            let query =
                                StreamQuery { kind, app, sort, descending, backwards, after, ..StreamQuery::default() };
                            for source in Source::of(&query, None) {
                                for segment in segments(&query) {
                                    let (filter, sql) = segment.select(&query, source, None, 51);
                                    let plan = plan(&store, filter, &sql).await;
                                    let index = match (source, sort) {
                                        (Source::State(StreamState::Sealed), Sort::Started) => {
                                            "stream_by_start".to_owned()
                                        }
                                        (Source::State(StreamState::Sealed), Sort::Counter(counter)) => {
                                            format!("stream_by_{}", counter.name())
                                        }
                                        _ => "stream_unsealed (state=".to_owned(),
                                    };
                                    assert!(plan.contains(&index), "{sql}: {plan}");
                                    let sorted = plan.contains("TEMP B-TREE");
                                    assert!(!sorted || !source.is_ordered(&query), "{sql}: {plan}");
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    #[tokio::test]
    async fn a_room_a_host_and_few_hits_are_found_by_their_own_index_in_every_sort() {
        let (_directory, store) = store().await;
        let room = Some(RoomId::parse("a").unwrap());
        let few = Matches { term: "a".to_owned(), candidates: Some(vec![1, 2]), fingerprint: Vec::new() };
        for states in [vec![], vec![StreamState::Sealed]] {
            for sort in SORTS {
                let all = StreamQuery { sort, states: states.clone(), ..StreamQuery::default() };
                for (query, index) in [
                    (StreamQuery { room: room.clone(), ..all.clone() }, "stream_by_room (room=?"),
                    (StreamQuery { app: Some(AppId(1)), room: room.clone(), ..all.clone() }, "(room=? AND app=?"),
                    (
                        StreamQuery { app: Some(AppId(1)), host: Some("a".to_owned()), ..all.clone() },
                        "(host=? AND app=?",
                    ),
                    (StreamQuery { search: Some("a".to_owned()), ..all.clone() }, "INTEGER PRIMARY KEY (rowid=?)"),
                ] {
                    let matches = query.search.is_some().then_some(&few);
                    for segment in segments(&query) {
                        let (filter, sql) = segment.select(&query, Source::All, matches, 51);
                        let plan = plan(&store, filter, &sql).await;
                        assert!(plan.contains(index) && !plan.contains("SCAN stream"), "{sql}: {plan}");
                    }
                }
            }
        }
    }

    #[tokio::test]
    async fn sums_walk_open_streams_or_the_index_of_sums() {
        let (_directory, store) = store().await;
        let query = StreamQuery { kind: Some(StreamKind::Stream), app: Some(AppId(1)), ..StreamQuery::default() };
        for (state, index) in [
            (StreamState::Sealed, "COVERING INDEX stream_sums"),
            (StreamState::Live, "stream_unsealed (state=?)"),
            (StreamState::Ending, "stream_unsealed (state=?)"),
        ] {
            for (from, until) in [(None, None), (Some(Day(5)), None), (Some(Day(5)), Some(Day(6)))] {
                let query = StreamQuery { from, until, ..query.clone() };
                let filter = Filter::of_sums(&query, Source::State(state), None);
                let sql = format!("SELECT {SUMS}, ({NEWEST}) FROM stream {}", filter.clause());
                let plan = plan(&store, filter, &sql).await;
                assert!(plan.contains(index), "{sql}: {plan}");
            }
        }
        let plan = plan(&store, Filter { conditions: Vec::new(), bounds: Vec::new() }, COINS_SINCE).await;
        assert!(plan.contains("COVERING INDEX stream_sums (business_day>?)"), "{plan}");
    }

    #[tokio::test]
    async fn no_counter_of_an_open_stream_is_indexed() {
        let (_directory, store) = store().await;
        let indexes: Vec<(String, String)> = sqlx::query_as(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'stream' AND sql IS NOT NULL",
        )
        .fetch_all(&store.read)
        .await
        .unwrap();
        for (name, sql) in indexes {
            let counted = Counter::ALL.into_iter().any(|counter| sql.contains(counter.name()));
            assert!(!counted || sql.contains("state = 'sealed'"), "{name}");
        }
    }
}
