//! Search by any part of a room, title or host. A trigram index finds the rows, and `search_text` decides: the result is
//! exactly that of a plain case-folded substring search, as in SQLite.

use super::PostgresStore;
use crate::store::StoreError;
use crate::store::search_text::{fold, search_text};
use crate::store::types::StreamQuery;
use sqlx::{PgConnection, Row};

use super::row::{optional_text, text};

/// A term with more hits than this filters the list in its own order. Tests reach it with few rows.
pub(super) const MAX_HITS: i64 = if cfg!(test) { 40 } else { 2_000 };

/// Where the matches of a search are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Matches {
    /// What rows must contain, folded.
    pub(super) term: String,
    /// Rows that contain it, where they are few.
    pub(super) candidates: Option<Vec<i64>>,
    /// Streams whose report, or what a link showed of it, has the fingerprint asked for: they match as they are.
    pub(super) fingerprint: Vec<i64>,
}

/// The pattern of LIKE for texts that contain a term.
fn like_pattern(term: &str) -> String {
    let mut pattern = String::with_capacity(term.len() + 2);
    pattern.push('%');
    for c in term.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// Makes the text of a stream from its row, after its title or host has changed.
pub(super) async fn update_in(connection: &mut PgConnection, id: i64) -> Result<(), sqlx::Error> {
    let row = sqlx::query("SELECT room, title, host, host_name FROM stream WHERE id = $1")
        .bind(id)
        .fetch_one(&mut *connection)
        .await?;
    let [title, host, host_name] = ["title", "host", "host_name"].map(|column| optional_text(&row, column));
    let folded = search_text(&text(&row, "room")?, title?.as_deref(), host?.as_deref(), host_name?.as_deref());
    sqlx::query("UPDATE stream SET search_text = $2 WHERE id = $1").bind(id).bind(folded).execute(connection).await?;
    Ok(())
}

impl PostgresStore {
    /// What a query's search leads to; `None` where it searches for nothing.
    pub(super) async fn matches(&self, query: &StreamQuery) -> Result<Option<Matches>, StoreError> {
        let Some(term) = query.search.as_deref().map(str::trim).filter(|term| !term.is_empty()) else {
            return Ok(None);
        };
        let term = fold(term);
        let fingerprint = match &query.fingerprint {
            Some(prefix) => self.streams_by_fingerprint(prefix).await?,
            None => Vec::new(),
        };
        let mut candidates = self.candidates(&term).await?;
        if let Some(candidates) = &mut candidates {
            candidates.extend(&fingerprint);
        }
        Ok(Some(Matches { term, candidates, fingerprint }))
    }

    /// The streams that contain the term; `None` where they are many.
    async fn candidates(&self, term: &str) -> Result<Option<Vec<i64>>, StoreError> {
        let found = sqlx::query("SELECT id FROM stream WHERE search_text LIKE $1 LIMIT $2")
            .bind(like_pattern(term))
            .bind(MAX_HITS + 1)
            .fetch_all(&self.pool)
            .await?;
        if found.len() as i64 > MAX_HITS {
            return Ok(None);
        }
        Ok(Some(found.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?))
    }

    /// Streams of which a sealed report, of whichever revision, or a document of one of its links has a hash that begins so.
    async fn streams_by_fingerprint(&self, prefix: &str) -> Result<Vec<i64>, StoreError> {
        Ok(sqlx::query_scalar(
            "SELECT stream FROM seal WHERE sha256 >= $1 AND sha256 < $1 || 'g'
             UNION SELECT seal.stream FROM derived JOIN seal ON seal.sha256 = derived.report
                WHERE derived.sha256 >= $1 AND derived.sha256 < $1 || 'g'",
        )
        .bind(prefix)
        .fetch_all(&self.pool)
        .await?)
    }
}
