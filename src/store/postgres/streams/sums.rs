//! What streams add up to: the sums of a list, of a business day and of hosts.

use super::query::{Bound, Filter, Source};
use super::row::FROM;
use crate::domain::{AppId, Day, Millis, StreamState};
use crate::store::StoreError;
use crate::store::postgres::PostgresStore;
use crate::store::postgres::row::{optional_text, text};
use crate::store::postgres::search::{MAX_HITS, Matches};
use crate::store::sums_cache::CachedSums;
use crate::store::types::{HostSums, StreamQuery, Sums};
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, Row};

/// A sum of a counter as a bigint. `sum` of bigint is numeric and cannot overflow; this one stops growing at 2^62.
fn sum(value: &str) -> String {
    format!("least(coalesce(sum({value}), 0), 4611686018427387904)::bigint")
}

/// The sums of rows of [`FROM`].
fn sums_of_rows() -> String {
    let counters =
        [("viewers", "entries"), ("gifts", "gifts"), ("coins", "coins"), ("likes", "likes"), ("messages", "messages")];
    let mut columns = vec![
        "count(*) AS streams".to_owned(),
        format!("{} AS millis", sum("greatest(0, coalesce(show_ended_at, ended_at) - started_at)")),
    ];
    for (column, name) in counters {
        columns.push(format!("{} AS {name}", sum(&format!("coalesce(live.{column}, stream.{column})"))));
    }
    columns.join(", ")
}

/// The number of the report that was sealed last.
const NEWEST: &str = "SELECT number FROM chain";

impl PostgresStore {
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
            let sql = format!("SELECT {} FROM {FROM} {}", sums_of_rows(), filter.clause());
            let rows = filter.fetch(self, sql).await?;
            total.add(&sums(rows.first().ok_or(sqlx::Error::RowNotFound)?)?);
        }
        Ok(Some(total))
    }

    /// Of sealed streams. They are walked once, and what was sealed since is added.
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
        let cached = self.sums.get(&sealed, generation).filter(|_| query.fingerprint.is_none());
        let mut filter = Filter::of_sums(&sealed, Source::State(StreamState::Sealed), matches);
        let many = matches.is_some_and(|matches| matches.candidates.is_none());
        match &cached {
            Some(CachedSums { sums: None, .. }) => return Ok(None),
            Some(cached) => {
                let number = filter.bind(Bound::Integer(cached.number));
                filter.conditions.push(format!("number > {number}"));
            }
            // A term that is in thousands of streams is added up only from a start date.
            None if many && query.from.is_none() => {
                self.sums.store(CachedSums { query: sealed, generation, number: 0, sums: None });
                return Ok(None);
            }
            None => {}
        }
        let clause = filter.clause();
        // One statement, so that the sums are those of the reports up to this number.
        let from = if many {
            format!("(SELECT * FROM stream {clause} LIMIT {}) AS stream LEFT JOIN live ON false", MAX_HITS + 1)
        } else {
            format!("stream LEFT JOIN live ON false {clause}")
        };
        let sql = format!("SELECT {}, ({NEWEST}) AS newest FROM {from}", sums_of_rows());
        let rows = filter.fetch(self, sql).await?;
        let row = rows.first().ok_or(sqlx::Error::RowNotFound)?;
        let mut found = sums(row)?;
        if let Some(known) = cached.and_then(|cached| cached.sums) {
            found.add(&known);
        }
        let found = (!many || found.streams <= MAX_HITS).then_some(found);
        self.sums.store(CachedSums { query: sealed, generation, number: row.try_get("newest")?, sums: found });
        Ok(found)
    }

    pub async fn coins_since(&self, app: Option<AppId>, day: Day) -> Result<(i64, i64), StoreError> {
        let sql = format!(
            "SELECT {}, count(*) - count(coins) FROM stream
             WHERE business_day >= $1 AND ($2 IS NULL OR app = $2) AND state = 'sealed' AND kind = 'stream'",
            sum("coins")
        );
        let sums = sqlx::query_as::<_, (i64, i64)>(AssertSqlSafe(sql))
            .bind(day.0)
            .bind(app.map(|app| app.0))
            .fetch_one(&self.pool)
            .await?;
        Ok(sums)
    }

    pub async fn hosts(&self, query: &StreamQuery) -> Result<Vec<HostSums>, StoreError> {
        let mut filter = Filter::of(query, Source::All, None);
        filter.conditions.push("host IS NOT NULL AND host <> ''".to_owned());
        let limit = query.limit.clamp(1, 500);
        let sql = format!(
            "SELECT app, host, (array_agg(host_name ORDER BY started_at DESC, id DESC))[1] AS host_name,
                max(started_at) AS latest, {} FROM {FROM} {}
             GROUP BY app, host ORDER BY coins DESC, streams DESC, host LIMIT {limit}",
            sums_of_rows(),
            filter.clause()
        );
        let rows = filter.fetch(self, sql).await?;
        let host = |row: &PgRow| {
            Ok(HostSums {
                app: AppId(row.try_get("app")?),
                account: text(row, "host")?,
                name: optional_text(row, "host_name")?,
                latest: Millis(row.try_get("latest")?),
                sums: sums(row)?,
            })
        };
        rows.iter().map(host).collect()
    }
}

fn sums(row: &PgRow) -> Result<Sums, StoreError> {
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
