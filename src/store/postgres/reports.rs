//! Sealed reports: written once, numbered and chained, in the transaction that deletes the live rows.
//!
//! A report is composed while nothing is locked, from what one read transaction saw. A short write then compares the
//! stream and the chain with that, and where either has changed, all begins again.

use super::PostgresStore;
use super::apply::{apply, put_run, put_totals};
use super::lease::in_time;
use super::readings::{last_run_in, series_in, without_runs_in};
use super::row::{bind_totals, escape};
use crate::domain::{Millis, Run, StreamId, StreamState};
use crate::store::types::{
    MAX_BASELINE_STREAMS, NewStream, OpenStream, PastReport, SealBasis, SealError, SealMaterial, SealedReport,
    SealedSummary, SigningKeyRow, StoredSeries, Write, list_order, stored_name,
};
use crate::store::{StoreError, curve};
use secrecy::SecretSlice;
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, PgConnection, Row};
use std::sync::Arc;

/// Whether all that a report was composed from is still as it was.
async fn is_unchanged(basis: &SealBasis, connection: &mut PgConnection) -> Result<bool, StoreError> {
    let id = basis.stream.summary.id;
    let stream = super::streams::open_stream_in(&mut *connection, id).await?;
    Ok(stream.as_ref() == Some(&basis.stream)
        && last_run_in(&mut *connection, id).await? == basis.last
        && chain_in(&mut *connection).await? == basis.chain
        && without_runs_in(connection, id).await? == basis.series)
}

fn report(row: &PgRow) -> Result<SealedReport, sqlx::Error> {
    Ok(SealedReport {
        number: row.try_get("number")?,
        stream: StreamId(row.try_get("stream")?),
        revision: row.try_get("revision")?,
        sealed_at: Millis(row.try_get("sealed_at")?),
        sha256: row.try_get("sha256")?,
        signature: row.try_get("signature")?,
        key: row.try_get("key")?,
        packed: row.try_get("body")?,
    })
}

impl PostgresStore {
    pub async fn seal<F>(&self, id: StreamId, compose: F) -> Result<Option<SealedReport>, SealError>
    where
        F: Fn(SealMaterial) -> Result<(SealedReport, SealedSummary), String> + Send + Sync + 'static,
    {
        let _turn = self.sealing.lock().await;
        let compose = Arc::new(compose);
        loop {
            let Some(material) = self.material(id).await? else { return Ok(None) };
            let basis = SealBasis::of(&material);
            let compose = compose.clone();
            let composed = tokio::task::spawn_blocking(move || compose(material)).await;
            let (sealed, summary) = composed
                .unwrap_or_else(|panicked| Err(panicked.to_string()))
                .map_err(|what| SealError::Compose { stream: id, what })?;
            let mut transaction = self.begin_collector().await?;
            // Always in this order: the collector, the stream, the chain.
            let work = async {
                sqlx::query("SELECT 1 FROM stream WHERE id = $1 FOR UPDATE")
                    .bind(id.0)
                    .execute(&mut *transaction)
                    .await?;
                sqlx::query("SELECT 1 FROM chain FOR UPDATE").execute(&mut *transaction).await?;
                let is_unchanged = is_unchanged(&basis, &mut transaction).await?;
                if is_unchanged {
                    put_sealed(&mut transaction, &sealed, &summary).await?;
                }
                Ok(is_unchanged)
            };
            if in_time(work).await? {
                transaction.changed(id);
                transaction.commit().await?;
                return Ok(Some(sealed));
            }
            transaction.rollback().await?;
        }
    }

    /// Everything an ending stream is sealed from, as one transaction sees it.
    async fn material(&self, id: StreamId) -> Result<Option<SealMaterial>, SealError> {
        let mut transaction = self.begin_snapshot().await?;
        let stream = super::streams::open_stream_in(&mut transaction, id).await?.ok_or(SealError::NoStream(id))?;
        if stream.summary.state != StreamState::Ending {
            return Ok(None);
        }
        let series = series_in(&mut transaction, id).await?;
        Ok(Some(material_in(&mut transaction, stream, series).await?))
    }

    pub async fn import_sealed<F>(
        &self,
        stream: &NewStream,
        ending: impl FnOnce(StreamId) -> Vec<Write> + Send,
        series: StoredSeries,
        compose: F,
    ) -> Result<StreamId, SealError>
    where
        F: FnOnce(SealMaterial) -> Result<(SealedReport, SealedSummary), String> + Send,
    {
        let mut transaction = self.begin_collector().await?;
        let id = super::streams::open_in(&mut transaction, &self.days, None, stream).await?;
        for write in ending(id) {
            apply(&mut transaction, &self.days, &write).await?;
        }
        if let Some(run) = series.runs.last() {
            put_totals(&mut transaction, id, run, None, 0).await?;
        }
        let others = without_runs_in(&mut transaction, id).await?;
        let series = StoredSeries { runs: series.runs, ..others };
        let stream = super::streams::open_stream_in(&mut transaction, id).await?.ok_or(SealError::NoStream(id))?;
        if stream.summary.state == StreamState::Ending {
            let material = material_in(&mut transaction, stream, series).await?;
            let (sealed, summary) = compose(material).map_err(|what| SealError::Compose { stream: id, what })?;
            put_sealed(&mut transaction, &sealed, &summary).await?;
        }
        transaction.changed(id);
        transaction.commit().await?;
        Ok(id)
    }

    pub async fn reopen(&self, id: StreamId, runs: &[Run], then: &[Write]) -> Result<(), StoreError> {
        let mut transaction = self.begin_collector().await?;
        let reopened = sqlx::query(
            "UPDATE stream SET state = 'live', ended_at = NULL, ended_after = NULL, ended_by = NULL, evidence_at = NULL,
                show_ended_at = NULL WHERE id = $1 AND state = 'sealed'",
        )
        .bind(id.0)
        .execute(&mut *transaction)
        .await?
        .rows_affected();
        if reopened == 1 {
            sqlx::query(
                "INSERT INTO live (stream, viewers, gifts, coins, gifters, likes, messages, last_asked, last_answered,
                    retries, last_request_id)
                 SELECT id, viewers, gifts, coins, gifters, likes, messages, last_asked, last_answered, retries,
                    last_request_id FROM stream WHERE id = $1",
            )
            .bind(id.0)
            .execute(&mut *transaction)
            .await?;
            // From here on `live` has them.
            sqlx::query(
                "UPDATE stream SET viewers = NULL, gifts = NULL, coins = NULL, gifters = NULL, likes = NULL,
                    messages = NULL, last_asked = NULL, last_answered = NULL, last_request_id = NULL WHERE id = $1",
            )
            .bind(id.0)
            .execute(&mut *transaction)
            .await?;
            for run in runs {
                put_run(&mut transaction, id, run).await?;
            }
            if let Some(last) = runs.last() {
                put_totals(&mut transaction, id, last, None, 0).await?;
            }
            for write in then {
                apply(&mut transaction, &self.days, write).await?;
            }
        }
        transaction.changed(id);
        transaction.commit().await?;
        self.sums.forget();
        Ok(())
    }

    pub async fn past(
        &self,
        stream: &OpenStream,
    ) -> Result<(Vec<PastReport>, Vec<PastReport>, Vec<SealedReport>), StoreError> {
        let mut transaction = self.begin_snapshot().await?;
        Ok(past_in(&mut transaction, stream).await?)
    }

    pub async fn add_courses(&self, curves: &[(i64, Vec<u8>)]) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        for (report, cumulative) in curves {
            put_cumulative(&mut transaction, *report, cumulative).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    pub async fn report(&self, id: StreamId, revision: Option<i64>) -> Result<Option<SealedReport>, StoreError> {
        let row = sqlx::query(
            "SELECT seal.*, body FROM seal JOIN record USING (number) WHERE stream = $1 AND ($2 IS NULL OR revision = $2) ORDER BY revision DESC LIMIT 1",
        )
        .bind(id.0)
        .bind(revision)
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.as_ref().map(report).transpose()?)
    }

    pub async fn reports_from(&self, number: i64, limit: i64) -> Result<Vec<SealedReport>, StoreError> {
        let rows = sqlx::query(
            "SELECT seal.*, body FROM seal JOIN record USING (number) WHERE number >= $1 ORDER BY number LIMIT $2",
        )
        .bind(number)
        .bind(limit)
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.iter().map(report).collect::<Result<_, _>>()?)
    }

    pub async fn report_by_hash(&self, sha256: &str) -> Result<Option<SealedReport>, StoreError> {
        let row = sqlx::query("SELECT seal.*, body FROM seal JOIN record USING (number) WHERE sha256 = $1")
            .bind(sha256)
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.as_ref().map(report).transpose()?)
    }

    pub async fn reports_by_fingerprint(&self, prefix: &str) -> Result<Vec<SealedReport>, StoreError> {
        let rows = sqlx::query(
            "SELECT seal.*, body FROM seal JOIN record USING (number)
             WHERE sha256 >= $1 AND sha256 < $1 || 'g' LIMIT 2",
        )
        .bind(prefix)
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.iter().map(report).collect::<Result<_, _>>()?)
    }

    pub async fn signing_keys(&self) -> Result<Vec<SigningKeyRow>, StoreError> {
        let rows =
            sqlx::query("SELECT id, public, created_at, active FROM signing_key ORDER BY active DESC, created_at DESC")
                .fetch_all(&self.pool)
                .await?;
        rows.into_iter()
            .map(|row| {
                Ok(SigningKeyRow {
                    id: row.try_get("id")?,
                    public: row.try_get("public")?,
                    created_at: Millis(row.try_get("created_at")?),
                    active: row.try_get("active")?,
                })
            })
            .collect()
    }

    pub async fn use_signing_key(&self, key: &SigningKeyRow) -> Result<(), StoreError> {
        let active = sqlx::query_scalar::<_, String>("SELECT id FROM signing_key WHERE active");
        if active.fetch_optional(&self.pool).await?.as_ref() == Some(&key.id) {
            return Ok(());
        }
        let mut transaction = self.pool.begin().await?;
        sqlx::query("UPDATE signing_key SET active = false").execute(&mut *transaction).await?;
        sqlx::query(
            "INSERT INTO signing_key (id, public, created_at, active) VALUES ($1, $2, $3, true)
             ON CONFLICT (id) DO UPDATE SET active = true",
        )
        .bind(&key.id)
        .bind(&key.public)
        .bind(key.created_at.0)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// No version ever stored a seed in PostgreSQL.
    pub async fn signing_seed(&self) -> Result<Option<SecretSlice<u8>>, StoreError> {
        Ok(None)
    }

    /// Nothing to erase.
    pub async fn erase_signing_seeds(&self) -> Result<(), StoreError> {
        Ok(())
    }
}

/// The newest reports of the last sealed streams before this one that were read at all: of its room, and of its host.
async fn past_in(
    connection: &mut PgConnection,
    stream: &OpenStream,
) -> Result<(Vec<PastReport>, Vec<PastReport>, Vec<SealedReport>), sqlx::Error> {
    let summary = &stream.summary;
    let mut history = [Vec::new(), Vec::new()];
    let host = summary.host.as_deref().filter(|host| !host.is_empty());
    let columns = [("room", Some(summary.room.as_str())), ("host", host)];
    for ((column, value), past) in columns.into_iter().zip(&mut history) {
        let Some(value) = value else { continue };
        let sql = format!(
            "SELECT stream.number, stream.id, stream.sha256, course
             FROM stream LEFT JOIN report_course ON report_course.report = stream.number
             WHERE stream.app = $1 AND stream.{column} = $2 AND stream.kind = 'stream' AND stream.state = 'sealed'
                AND stream.id <> $3 AND stream.list_order < $4 AND stream.viewers IS NOT NULL
             ORDER BY stream.list_order DESC LIMIT {MAX_BASELINE_STREAMS}"
        );
        let rows = sqlx::query_as::<_, (i64, i64, String, Option<Vec<u8>>)>(AssertSqlSafe(sql))
            .bind(summary.app.0)
            .bind(escape(value))
            .bind(summary.id.0)
            .bind(list_order(summary))
            .fetch_all(&mut *connection)
            .await?;
        let row =
            |(number, stream, sha256, cumulative)| PastReport { number, stream: StreamId(stream), sha256, cumulative };
        *past = rows.into_iter().map(row).collect();
    }
    let [room, host] = history;
    let mut whole: Vec<SealedReport> = Vec::new();
    for past in room.iter().chain(&host).filter(|past| past.cumulative.is_none()) {
        if whole.iter().all(|known| known.number != past.number) {
            let row = sqlx::query("SELECT seal.*, body FROM seal JOIN record USING (number) WHERE number = $1")
                .bind(past.number);
            whole.push(report(&row.fetch_one(&mut *connection).await?)?);
        }
    }
    Ok((room, host, whole))
}

/// The newest report of all.
async fn chain_in(connection: &mut PgConnection) -> Result<Option<(i64, String)>, StoreError> {
    let newest = sqlx::query_as("SELECT number, sha256 FROM chain WHERE sha256 IS NOT NULL");
    Ok(newest.fetch_optional(connection).await?)
}

async fn material_in(
    connection: &mut PgConnection,
    stream: OpenStream,
    series: StoredSeries,
) -> Result<SealMaterial, StoreError> {
    let chain = chain_in(&mut *connection).await?;
    let revision_before =
        sqlx::query_as("SELECT revision, sha256 FROM seal WHERE stream = $1 ORDER BY revision DESC LIMIT 1")
            .bind(stream.summary.id.0)
            .fetch_optional(&mut *connection)
            .await?;
    let (past, host_past, whole) = past_in(connection, &stream).await?;
    Ok(SealMaterial { stream, series, chain, revision_before, past, host_past, whole })
}

async fn put_cumulative(connection: &mut PgConnection, report: i64, cumulative: &[u8]) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO report_course (report, course) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(report)
        .bind(cumulative)
        .execute(connection)
        .await?;
    Ok(())
}

/// Writes a report and what lists repeat of it, and deletes the live rows.
async fn put_sealed(
    connection: &mut PgConnection,
    sealed: &SealedReport,
    summary: &SealedSummary,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO seal (number, stream, revision, sealed_at, sha256, signature, key)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(sealed.number)
    .bind(sealed.stream.0)
    .bind(sealed.revision)
    .bind(sealed.sealed_at.0)
    .bind(&sealed.sha256)
    .bind(&sealed.signature)
    .bind(&sealed.key)
    .execute(&mut *connection)
    .await?;
    sqlx::query("INSERT INTO record (number, body) VALUES ($1, $2)")
        .bind(sealed.number)
        .bind(&sealed.packed)
        .execute(&mut *connection)
        .await?;
    sqlx::query("UPDATE chain SET number = $1, sha256 = $2")
        .bind(sealed.number)
        .bind(&sealed.sha256)
        .execute(&mut *connection)
        .await?;
    if let Some(cumulative) = &summary.cumulative {
        put_cumulative(&mut *connection, sealed.number, cumulative).await?;
    }
    let query = sqlx::query(
        "UPDATE stream SET state = 'sealed', number = $2, revision = $3, sha256 = $4, sealed_at = $5,
            show_ended_at = $6, coverage = $7, verdict = $8, viewers = $9, gifts = $10, coins = $11, gifters = $12,
            likes = $13, messages = $14, curve = $15, usual_streams = $16, usual_coins = $17,
            last_asked = live.last_asked, last_answered = live.last_answered, retries = live.retries,
            last_request_id = live.last_request_id
         FROM live WHERE id = $1 AND live.stream = $1",
    )
    .bind(sealed.stream.0)
    .bind(sealed.number)
    .bind(sealed.revision)
    .bind(&sealed.sha256)
    .bind(sealed.sealed_at.0)
    .bind(summary.show_ended_at.map(|at| at.0))
    .bind(summary.coverage)
    .bind(summary.verdict.map(stored_name));
    bind_totals(query, &summary.totals)
        .bind(curve::to_bytes(&summary.curve))
        .bind(summary.baseline_streams)
        .bind(summary.baseline_coins)
        .execute(&mut *connection)
        .await?;
    for sql in ["DELETE FROM reading WHERE stream = $1", "DELETE FROM live WHERE stream = $1"] {
        sqlx::query(sql).bind(sealed.stream.0).execute(&mut *connection).await?;
    }
    Ok(())
}
