//! What streams add up to: the sums of a list, of a business day and of hosts.

use super::query::{Bound, Filter, Source, StreamQuery};
use crate::domain::{AppId, Day, Millis, StreamState};
use crate::store::search::{MAX_HITS, Matches};
use crate::store::{Store, StoreError};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
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
const MAX_CACHED_SUMS: usize = 256;

/// Sums of sealed streams by what was asked. What is sealed later is added to them; only this process makes a sealed stream
/// live again, and then they are forgotten.
#[derive(Debug, Default)]
pub(crate) struct SumsCache {
    generation: AtomicU64,
    kept: Mutex<Vec<CachedSums>>,
}

#[derive(Clone, Debug)]
struct CachedSums {
    query: StreamQuery,
    generation: u64,
    /// The newest report that the sums know.
    number: i64,
    /// `None` where there were too many streams to add up.
    sums: Option<Sums>,
}

impl SumsCache {
    fn get(&self, query: &StreamQuery, generation: u64) -> Option<CachedSums> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|known| known.generation == generation && known.query == *query).cloned()
    }

    fn keep(&self, new: CachedSums) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|known| known.generation == new.generation && known.query != new.query);
        if kept.len() >= MAX_CACHED_SUMS {
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

impl Store {
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
            Some(CachedSums { sums: None, .. }) => return Ok(None),
            Some(kept) => {
                let number = filter.bind(Bound::Integer(kept.number));
                filter.conditions.push(format!("number > {number}"));
                "stream INDEXED BY stream_by_number"
            }
            // A term that is in thousands of streams is added up for a time that somebody chose.
            None if many && query.from.is_none() => {
                self.sums.keep(CachedSums { query: sealed, generation, number: 0, sums: None });
                return Ok(None);
            }
            None => "stream",
        };
        let select = |clause: &str| {
            let streams = format!("{from} {clause}");
            // One statement, so that the sums are those of the reports up to this number.
            let streams = if many { format!("(SELECT * FROM {streams} LIMIT {})", MAX_HITS + 1) } else { streams };
            format!("SELECT {SUMS}, ({NEWEST}) AS newest FROM {streams}")
        };
        let rows = filter.fetch_with(self, select).await?;
        let row = rows.first().ok_or(sqlx::Error::RowNotFound)?;
        let mut found = sums(row)?;
        if let Some(known) = kept.and_then(|kept| kept.sums) {
            found.add(&known);
        }
        let found = (!many || found.streams <= MAX_HITS).then_some(found);
        self.sums.keep(CachedSums {
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

pub(super) const COINS_SINCE: &str = concat!(
    "SELECT ",
    sum!("coins"),
    ", count(*) - count(coins) FROM stream
     WHERE business_day >= ?1 AND +app = coalesce(?2, app) AND state = 'sealed' AND kind = 'stream'",
);

/// The number of the report that was sealed last.
pub(super) const NEWEST: &str = "SELECT number FROM stream INDEXED BY stream_by_number WHERE state = 'sealed'
    ORDER BY number DESC LIMIT 1";

pub(super) const SUMS: &str = concat!(
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
