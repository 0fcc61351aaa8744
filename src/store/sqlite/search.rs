//! Search by any part of a room, title or host: the folded text of a stream, its index, and which rows a term may be in.
//!
//! The index finds candidates and `search_text` decides, so a result is exactly that of a plain case-folded substring search.
//! A term with few candidates lists those; one with many filters the list in the list's own order, where a page is full
//! after a few rows. Neither grows with the number of streams.

use super::SqliteStore;
use crate::store::StoreError;
use crate::store::search_text::{SEPARATOR, fold, search_text};
use crate::store::types::StreamQuery;
use sqlx::sqlite::{SqlitePool, SqliteRow};
use sqlx::{Row, SqliteConnection};
use std::collections::BTreeSet;

/// A term with more candidates than this filters the list in its own order. Tests reach it with few rows.
pub(super) const MAX_HITS: i64 = if cfg!(test) { 40 } else { 2_000 };

/// Rows that are indexed in one transaction at the start.
const BATCH: i64 = 5_000;

/// Tokens of a term that are weighed, and of them the rarest that are intersected; the text itself decides anyway.
const MAX_WEIGHED_TOKENS: usize = 32;
/// The rarest of them that are intersected.
const MAX_INTERSECTED_TOKENS: usize = 3;

/// The hit that is looked for to weigh a token: the later it comes, the rarer the token is.
const WEIGHT_HIT: i64 = 255;

/// A character as tokens have it. SQLite's `ascii` tokenizer splits at ASCII punctuation, so ASCII moves to a private plane.
fn fold_char(c: char) -> char {
    if c.is_ascii() { char::from_u32(0xf0000 + c as u32).unwrap_or(c) } else { c }
}

/// The tokens of a text, each once: three characters from each position on, filled up at the end of a field.
fn tokens_of(text: &str) -> String {
    let mut tokens = BTreeSet::new();
    for field in text.split(SEPARATOR) {
        let letters: Vec<char> = field.chars().chain([SEPARATOR; 2]).map(fold_char).collect();
        tokens.extend(letters.windows(3).map(|three| three.iter().collect::<String>()));
    }
    tokens.into_iter().collect::<Vec<_>>().join(" ")
}

/// What the index is asked for a folded term: prefixes of short ones, each three characters of others.
fn query_tokens(term: &str) -> Vec<String> {
    let letters: Vec<char> = term.chars().map(fold_char).collect();
    if letters.len() < 3 {
        return vec![format!("\"{}\" *", letters.iter().collect::<String>())];
    }
    let tokens: BTreeSet<String> =
        letters.windows(3).take(MAX_WEIGHED_TOKENS).map(|three| three.iter().collect()).collect();
    tokens.into_iter().map(|token| format!("\"{token}\"")).collect()
}

/// Puts a new stream into the index; its row has the same text.
pub(super) async fn index_in(connection: &mut SqliteConnection, id: i64, text: &str) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT OR REPLACE INTO search_gram (rowid, tokens) VALUES (?1, ?2)")
        .bind(id)
        .bind(tokens_of(text))
        .execute(connection)
        .await?;
    Ok(())
}

/// The id of a row and what its text is to be.
fn id_and_text(row: &SqliteRow) -> Result<(i64, String), sqlx::Error> {
    let [title, host, host_name] = ["title", "host", "host_name"].map(|column| row.try_get::<Option<&str>, _>(column));
    Ok((row.try_get("id")?, search_text(row.try_get("room")?, title?, host?, host_name?)))
}

/// Makes text and index of a stream from its row, after its title or host has changed.
pub(super) async fn update_in(connection: &mut SqliteConnection, id: i64) -> Result<(), sqlx::Error> {
    let row = sqlx::query("SELECT id, room, title, host, host_name FROM stream WHERE id = ?1")
        .bind(id)
        .fetch_one(&mut *connection)
        .await?;
    let (id, text) = id_and_text(&row)?;
    sqlx::query("UPDATE stream SET search_text = ?2 WHERE id = ?1")
        .bind(id)
        .bind(&text)
        .execute(&mut *connection)
        .await?;
    index_in(connection, id, &text).await
}

/// Indexes the rows that are not in the index yet: those that an earlier version wrote. A start that is interrupted goes on
/// where it was.
pub(super) async fn index_rows(write: &SqlitePool) -> Result<(), StoreError> {
    let waiting: i64 =
        sqlx::query_scalar("SELECT count(*) FROM stream WHERE search_text IS NULL").fetch_one(write).await?;
    if waiting == 0 {
        return Ok(());
    }
    tracing::info!(streams = waiting, "building the search index, once");
    let mut done = 0;
    while done < waiting {
        let mut transaction = write.begin().await?;
        let rows = sqlx::query(
            "SELECT id, room, title, host, host_name FROM stream WHERE search_text IS NULL ORDER BY id LIMIT ?1",
        )
        .bind(BATCH)
        .fetch_all(&mut *transaction)
        .await?;
        let rows: Vec<(i64, String, String)> = rows
            .iter()
            .map(|row| id_and_text(row).map(|(id, text)| (id, tokens_of(&text), text)))
            .collect::<Result<_, _>>()?;
        // One statement for a batch: a million single ones would spend most of the time between program and database.
        let batch = serde_json::to_string(&rows).map_err(|error| StoreError::corrupt("stream.search_text", error))?;
        for sql in [
            "INSERT OR REPLACE INTO search_gram (rowid, tokens) SELECT value ->> 0, value ->> 1 FROM json_each(?1)",
            "UPDATE stream SET search_text = row.value ->> 2 FROM json_each(?1) AS row WHERE stream.id = row.value ->> 0",
        ] {
            sqlx::query(sql).bind(&batch).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        done += rows.len() as i64;
        if done % (20 * BATCH) == 0 {
            tracing::info!(done, of = waiting, "building the search index");
        }
    }
    tracing::info!(streams = done, "the search index is complete");
    Ok(())
}

/// Where the matches of a search are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Matches {
    /// What rows must contain, folded.
    pub(super) term: String,
    /// Rows that may contain it, where they are few.
    pub(super) candidates: Option<Vec<i64>>,
    /// Streams whose report, or what a link showed of it, has the fingerprint asked for: they match as they are.
    pub(super) fingerprint: Vec<i64>,
}

impl SqliteStore {
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

    /// Streams that may contain the term, all that do among them; `None` where they are many.
    async fn candidates(&self, term: &str) -> Result<Option<Vec<i64>>, StoreError> {
        let mut connection = self.read.acquire().await?;
        let mut weighed = Vec::new();
        for question in query_tokens(term) {
            let late: Option<i64> =
                sqlx::query_scalar("SELECT rowid FROM search_gram WHERE search_gram MATCH ?1 LIMIT 1 OFFSET ?2")
                    .bind(&question)
                    .bind(WEIGHT_HIT)
                    .fetch_optional(&mut *connection)
                    .await?;
            // Rowids come in ascending order. A token with fewer hits is rarer than any.
            weighed.push((std::cmp::Reverse(late.unwrap_or(i64::MAX)), question));
        }
        weighed.sort();
        let rarest: Vec<&str> =
            weighed.iter().take(MAX_INTERSECTED_TOKENS).map(|(_, question)| question.as_str()).collect();
        let found = sqlx::query("SELECT rowid FROM search_gram WHERE search_gram MATCH ?1 LIMIT ?2")
            .bind(rarest.join(" AND "))
            .bind(MAX_HITS + 1)
            .fetch_all(&mut *connection)
            .await?;
        if found.len() as i64 > MAX_HITS {
            return Ok(None);
        }
        Ok(Some(found.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?))
    }

    /// Streams of which a sealed report, of whichever revision, or a document of one of its links has a hash that begins so.
    async fn streams_by_fingerprint(&self, prefix: &str) -> Result<Vec<i64>, StoreError> {
        Ok(sqlx::query_scalar(
            "SELECT stream FROM report WHERE sha256 >= ?1 AND sha256 < ?1 || 'g'
             UNION SELECT report.stream FROM derived JOIN report ON report.sha256 = derived.report
                WHERE derived.sha256 >= ?1 AND derived.sha256 < ?1 || 'g'",
        )
        .bind(prefix)
        .fetch_all(&self.read)
        .await?)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::domain::{AppId, Millis, RoomId, StreamId, StreamKind, StreamSummary};
    use crate::store::{NewStream, SessionPart};

    /// What texts and terms are made of: scripts, cases of which folding is longer or is not that of ASCII, marks that combine,
    /// emoji of several characters, and whatever SQL, LIKE or FTS5 gives a meaning.
    const PIECES: [&str; 40] = [
        "小",
        "鹿",
        "电台",
        "点歌",
        "あゆ",
        "ライブ",
        "สาย",
        "ฝน",
        "a",
        "B",
        "ab",
        "Radio",
        "ß",
        "SS",
        "İ",
        "ı",
        "Σ",
        "ς",
        "Ä",
        "e\u{301}",
        "É",
        "👩‍👩‍👧",
        "🎉",
        "%",
        "_",
        "'",
        "\"",
        "*",
        "(",
        ")",
        "-",
        " ",
        "  ",
        "NEAR",
        "OR",
        "\\",
        "^",
        ":",
        "\u{0}",
        "\n",
    ];

    struct SearchRng(u64);

    impl SearchRng {
        fn below(&mut self, most: usize) -> usize {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((self.0 >> 33) % most as u64) as usize
        }

        fn text(&mut self, most: usize) -> String {
            (0..self.below(most + 1)).map(|_| PIECES[self.below(PIECES.len())]).collect()
        }
    }

    async fn store() -> (tempfile::TempDir, SqliteStore) {
        let directory = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&directory.path().join("aftershow.db")).await.unwrap();
        (directory, store)
    }

    fn new(room: &str, title: Option<String>, host: Option<String>, host_name: Option<String>) -> NewStream {
        NewStream {
            app: AppId(1),
            room: RoomId::parse(room).unwrap(),
            kind: StreamKind::Stream,
            create_time: None,
            part: SessionPart::default(),
            title,
            host,
            host_name,
            interval_ms: 10_000,
            first_seen: Millis(1_000),
            started_at: Millis(1_000),
        }
    }

    fn contains(row: &StreamSummary, term: &str) -> bool {
        let term = fold(term.trim());
        let fields = [Some(row.room.as_str()), row.title.as_deref(), row.host.as_deref(), row.host_name.as_deref()];
        term.is_empty() || fields.into_iter().flatten().any(|field| fold(field).contains(&term))
    }

    async fn matching(store: &SqliteStore, term: &str) -> BTreeSet<StreamId> {
        let query = StreamQuery { search: Some(term.to_owned()), limit: 500, ..StreamQuery::default() };
        store.streams(&query).await.unwrap().rows.iter().map(|row| row.id).collect()
    }

    #[tokio::test]
    async fn a_search_finds_what_a_plain_search_in_folded_texts_finds() {
        let (_directory, store) = store().await;
        let mut rng = SearchRng(11);
        let maybe = |rng: &mut SearchRng| (rng.below(5) > 0).then(|| rng.text(6));
        let streams: Vec<NewStream> = (0..300)
            .map(|place| {
                let (title, host, name) = (maybe(&mut rng), maybe(&mut rng), maybe(&mut rng));
                new(&format!("Live_{place}"), title, host, name)
            })
            .collect();
        let ids = store.open_streams(&streams).await.unwrap();
        let (mut few, mut many) = (0, 0);
        for round in 0..3 {
            let rows = store.streams(&StreamQuery { limit: 500, ..StreamQuery::default() }).await.unwrap().rows;
            assert_eq!(rows.len(), 300);
            for _ in 0..300 {
                // Any part of a text that is there, in another case, or any text.
                let text = match rng.below(3) {
                    0 => rng.text(2),
                    _ => rows[rng.below(rows.len())].title.clone().unwrap_or_default(),
                };
                let letters: Vec<char> = text.chars().collect();
                let from = rng.below(letters.len().max(1));
                let term: String = letters.iter().skip(from).take(1 + rng.below(6)).collect();
                let term = match rng.below(3) {
                    0 => term.to_uppercase(),
                    1 => term.to_lowercase(),
                    _ => term,
                };
                let expected: BTreeSet<StreamId> =
                    rows.iter().filter(|row| contains(row, &term)).map(|row| row.id).collect();
                assert_eq!(matching(&store, &term).await, expected, "round {round}: {term:?}");
                if expected.len() as i64 > MAX_HITS { many += 1 } else { few += 1 }
            }
            // Titles and hosts change while a stream is open, and stay as they are once it is sealed.
            for id in &ids {
                if rng.below(3) == 0 {
                    let (title, host) = (rng.text(6), rng.text(3));
                    let room = RoomId::parse(&format!("Live_{}", id.0 - 1)).unwrap();
                    store.describe_room(AppId(1), &room, Some(*id), Some(&title), Some(&host), None).await.unwrap();
                }
            }
            sqlx::query("UPDATE stream SET state = 'sealed' WHERE id % 4 = ?1")
                .bind(round)
                .execute(&store.write)
                .await
                .unwrap();
        }
        assert!(few > 100 && many > 100, "{few} {many}");
    }

    #[tokio::test]
    async fn streams_of_an_earlier_version_are_indexed_at_the_start() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("aftershow.db");
        let store = SqliteStore::open(&path).await.unwrap();
        let streams: Vec<NewStream> =
            (0..50).map(|place| new(&format!("room_{place}"), Some("Ärger".to_owned()), None, None)).collect();
        store.open_streams(&streams).await.unwrap();
        for sql in ["UPDATE stream SET search_text = NULL", "DELETE FROM search_gram"] {
            sqlx::query(sql).execute(&store.write).await.unwrap();
        }
        // As a start leaves it that was interrupted.
        update_in(&mut store.write.acquire().await.unwrap(), 7).await.unwrap();
        store.close().await;
        let store = SqliteStore::open(&path).await.unwrap();
        assert_eq!(matching(&store, "äRGER").await.len(), 50);
        assert_eq!(matching(&store, "room_4").await.len(), 11);
        assert_eq!(matching(&store, "7").await.len(), 5);
    }

    #[tokio::test]
    async fn a_fingerprint_finds_the_stream_of_its_report_and_of_its_link() {
        let (_directory, store) = store().await;
        let ids = store.open_streams(&[new("a", None, None, None), new("b", None, None, None)]).await.unwrap();
        let (own, link) = ("fe0a1f652605d170".repeat(4), "337f410b1b29629b".repeat(4));
        for sql in [
            "INSERT INTO signing_key (id, public, created_at, active) VALUES ('k', x'00', 1, 1)",
            "INSERT INTO report VALUES (1, 2, 1, 1, ?1, x'00', 'k', x'00')",
            "INSERT INTO derived (share, report, sha256, signature, key, document, made_at)
             VALUES (1, ?1, ?2, x'00', 'k', x'00', 1)",
        ] {
            sqlx::query(sql).bind(&own).bind(&link).execute(&store.write).await.unwrap();
        }
        for (typed, stream) in [("FE0A-1F65-2605-D170", 1), ("337f 410b 1b29 629b", 1)] {
            let fingerprint = crate::report::seal::typed_fingerprint(typed);
            let query = StreamQuery { search: Some(typed.to_owned()), fingerprint, ..StreamQuery::default() };
            let rows = store.streams(&query).await.unwrap().rows;
            assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [ids[stream]]);
            assert_eq!(store.sum_streams(&query).await.unwrap().unwrap().streams, 1);
        }
    }

    #[test]
    fn folding_is_that_of_unicode() {
        assert_eq!(fold("STRASSE"), fold("Straße"));
        assert_eq!(fold("ΣΊΣΥΦΟΣ"), fold("σίσυφος"));
        assert_eq!(fold("A\u{0}\nb"), "a  b");
    }
}
