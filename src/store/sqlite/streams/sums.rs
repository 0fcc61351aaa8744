//! What streams add up to: the sums of a list, of a business day and of hosts.

use super::query::{Bound, Filter, Source};
use crate::domain::{AppId, Day, Millis, StreamState};
use crate::store::StoreError;
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::search::{MAX_HITS, Matches};
use crate::store::sums_cache::CachedSums;
use crate::store::types::{HostSums, StreamQuery, Sums};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

/// A sum of counters without overflow: SQLite's own fails beyond 2^63, which a thousand of the largest counters reach.
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

impl SqliteStore {
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
        let generation = self.sums.generation();
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
            // A term that is in thousands of streams is added up only from a start date.
            None if many && query.from.is_none() => {
                self.sums.store(CachedSums { query: sealed, generation, number: 0, sums: None });
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
        self.sums.store(CachedSums {
            query: sealed,
            generation,
            number: row.try_get::<Option<i64>, _>("newest")?.unwrap_or(0),
            sums: found,
        });
        Ok(found)
    }

    pub async fn coins_since(&self, app: Option<AppId>, day: Day) -> Result<(i64, i64), StoreError> {
        let sums = sqlx::query_as::<_, (i64, i64)>(COINS_SINCE)
            .bind(day.0)
            .bind(app.map(|app| app.0))
            .fetch_one(&self.read)
            .await?;
        Ok(sums)
    }

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
