//! The sealed report: compose it, seal it, derive what a link shows, export it, verify it.
//!
//! Must not: ask Tencent, hold SQL, or render a page. What a report says is composed once and never changed; a correction
//! is the next revision.

pub mod canonical;
pub mod compose;
pub mod cumulative;
pub mod export;
pub mod redact;
pub mod seal;
pub mod series_codec;
pub mod verify;

pub use canonical::{CanonicalError, Json};
pub use compose::{ReportInput, RoomClosed, compose};
pub use cumulative::{pack_cumulative, unpack_cumulative};
pub use redact::{RedactionSpec, finding_key, redact};
pub use seal::{KeyError, PublicKey, Sealed, SigningKey, fingerprint, seal};
pub use series_codec::{compress, decompress};
pub use verify::{KnownReport, NewerRevision, Verification};

use crate::domain::numbers::{self, PastStream};
use crate::domain::record::{Document, Record};
use crate::domain::{Counter, Millis, StreamId, StreamKind, Totals};
use crate::store::{
    OpenStream, PastReport, SealMaterial, SealedReport, SealedSummary, SigningKeyRow, Store, StoreError,
};
use std::collections::BTreeMap;
use tokio::sync::Semaphore;

/// Points of the small curve that lists show.
const OUTLINE: i64 = 40;

/// Why a report could not be made or read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReportError {
    #[error("the record has no canonical form: {0}")]
    Canonical(#[from] CanonicalError),
    #[error("the kept record cannot be unpacked: {0}")]
    Packed(String),
    #[error("the kept record does not match its own hash {0}; the database was damaged or changed by hand")]
    Damaged(String),
    #[error("this stream is not sealed yet")]
    NotSealed,
}

/// The bytes that are hashed and signed. What a derived record hides is absent, not null: null says "not known".
pub fn record_bytes(record: &Record) -> Result<Vec<u8>, ReportError> {
    let mut json = Json::of(record)?;
    redact::strip(&mut json, record);
    Ok(json.canonical().into_bytes())
}

/// A record out of its canonical bytes.
pub fn read_record(canonical: &[u8]) -> Result<Record, ReportError> {
    serde_json::from_slice(canonical).map_err(|error| CanonicalError::NotJson(error.to_string()).into())
}

/// The record of a stored report; its bytes are compared with their hash first.
pub fn open(report: &SealedReport) -> Result<Record, ReportError> {
    read_record(&open_bytes(report)?)
}

/// The canonical bytes of a stored report, compared with their hash.
pub fn open_bytes(report: &SealedReport) -> Result<Vec<u8>, ReportError> {
    let canonical = decompress(&report.packed)?;
    if seal::sha256(&canonical) != report.sha256 {
        return Err(ReportError::Damaged(report.sha256.clone()));
    }
    Ok(canonical)
}

/// A kept report as pages render it.
pub fn document(report: &SealedReport) -> Result<Document, ReportError> {
    let seal = seal::proof(&report.sha256, &report.signature, &report.key);
    Ok(Document { record: open(report)?, seal: Some(seal) })
}

/// Every key that signs or ever signed, from the database.
pub fn public_keys(rows: &[SigningKeyRow]) -> Result<Vec<PublicKey>, KeyError> {
    rows.iter().map(|row| PublicKey::from_bytes(&row.public)).collect()
}

/// Makes the report of an ending stream: what `Store::seal` calls between its two transactions.
pub fn seal_stream(
    material: SealMaterial,
    issuer: &str,
    key: &SigningKey,
    sealed_at: Millis,
) -> Result<(SealedReport, SealedSummary), String> {
    let record = compose(material_of(material, issuer, sealed_at));
    let sealed = seal(&record, key).map_err(|error| error.to_string())?;
    let report = SealedReport {
        number: record.number,
        stream: record.stream,
        revision: record.revision,
        sealed_at,
        sha256: sealed.sha256,
        signature: sealed.signature.to_vec(),
        key: sealed.key,
        packed: compress(&sealed.canonical).map_err(|error| error.to_string())?,
    };
    let past = PastStream::of(&record, &report.sha256);
    let summary = SealedSummary {
        cumulative: past.map(|past| pack_cumulative(&past)).transpose().map_err(|error| error.to_string())?,
        totals: record.totals,
        show_ended_at: record.show_ended_at,
        coverage: record.quality.coverage,
        verdict: record.quality.verdict,
        curve: numbers::levels(&numbers::outline(&record, Counter::Coins, OUTLINE)),
        baseline_streams: (record.kind == StreamKind::Stream).then_some(record.baseline.streams),
        baseline_coins: record.baseline.totals.get(&Counter::Coins).map(|baseline| baseline.median),
    };
    Ok((report, summary))
}

/// What the database knows of the report a file claims to be: the original to compare it with, and later revisions.
pub async fn find_original(store: &Store, claim: &verify::Claim) -> Result<KnownReport, StoreError> {
    let corrupt = |error| StoreError::corrupt("report.record", error);
    let whole = store.report(claim.stream, Some(claim.revision)).await?;
    let derived = match &whole {
        Some(report) if report.sha256 == claim.sha256 => None,
        // The beginning of a hash finds too; a file names all of it.
        _ if claim.sha256.len() == 64 => store.derived_by_hash(&claim.sha256).await?,
        _ => None,
    };
    // A document that hides the host does not name its stream.
    let of = match &derived {
        Some(derived) => store.report_by_hash(&derived.report).await?,
        None => None,
    };
    let (stream, revision) = of.map_or((claim.stream, claim.revision), |report| (report.stream, report.revision));
    let original = match (derived, whole) {
        (Some(derived), _) => Some(decompress(&derived.document).map_err(corrupt)?),
        (None, Some(report)) => Some(open_bytes(&report).map_err(corrupt)?),
        (None, None) => None,
    };
    let newer = find_newer(store, stream, revision).await?;
    Ok(KnownReport { original, newer })
}

/// The newest revision of a stream's report, where it is later than this one.
pub async fn find_newer(store: &Store, stream: StreamId, revision: i64) -> Result<Option<NewerRevision>, StoreError> {
    let newest = store.report(stream, None).await?.filter(|newest| newest.revision > revision);
    Ok(newest.map(|newest| NewerRevision {
        revision: newest.revision,
        sha256: newest.sha256,
        sealed_at: newest.sealed_at,
    }))
}

/// Files that are verified at one time: each takes up to 63 MiB and a core, and strangers can ask for it.
static MAX_CONCURRENT_CHECKS: Semaphore = Semaphore::const_new(2);

/// Judges a file with the keys and reports of this database: what the verify page and the command ask.
pub async fn verify_file(store: &Store, bytes: Vec<u8>) -> Result<Verification, StoreError> {
    let permit = MAX_CONCURRENT_CHECKS.acquire().await.map_err(StoreError::task)?;
    // The permit goes with the work, which continues when the client is gone.
    let (claim, permit) =
        tokio::task::spawn_blocking(move || (verify::read(&bytes), permit)).await.map_err(StoreError::task)?;
    let claim = match claim {
        Ok(claim) => claim,
        Err(answer) => return Ok(answer),
    };
    let keys = public_keys(&store.signing_keys().await?).map_err(|error| StoreError::corrupt("signing_key", error))?;
    let find_original = find_original(store, &claim).await?;
    let judged = tokio::task::spawn_blocking(move || (verify::evaluate(&claim, &keys, &find_original), permit));
    judged.await.map(|(answer, _)| answer).map_err(StoreError::task)
}

/// A stream that is not sealed, as the same pages render it: a record without a number, whose figures still move.
/// `series` is the store's, `past` the streams it is compared with.
fn live_document(
    stream: OpenStream,
    series: crate::store::StoredSeries,
    past: History,
    issuer: &str,
    now: Millis,
) -> Document {
    let material = assemble(stream, series, past, issuer, now);
    Document { record: compose(material), seal: None }
}

/// The document of a stream that is not sealed, composed where it may take its time: a stream of weeks takes a while.
pub async fn live(store: &Store, stream: OpenStream, issuer: &str, now: Millis) -> Result<Document, StoreError> {
    let past = load_history(store, &stream).await?;
    let series = store.series(stream.summary.id).await?;
    let issuer = issuer.to_owned();
    let work = tokio::task::spawn_blocking(move || live_document(stream, series, past, &issuer, now));
    work.await.map_err(StoreError::task)
}

/// The past streams that a stream is compared with, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// Of its room.
    pub room: Vec<PastStream>,
    /// Of its host, in whichever rooms.
    pub host: Vec<PastStream>,
}

impl History {
    /// `whole` are those without a curve beside them. One that is damaged must not keep a new report from being sealed: it
    /// is left out of the baseline.
    fn of(room: &[PastReport], host: &[PastReport], whole: &[SealedReport]) -> Self {
        let past = |report: &PastReport| match &report.cumulative {
            Some(cumulative) => unpack_cumulative(cumulative, report.stream, &report.sha256).ok(),
            None => {
                let whole = whole.iter().find(|whole| whole.number == report.number)?;
                PastStream::of(&open(whole).ok()?, &report.sha256)
            }
        };
        // Mostly the same reports: each is unpacked once.
        let mut unpacked: BTreeMap<i64, Option<PastStream>> = BTreeMap::new();
        for report in room.iter().chain(host) {
            unpacked.entry(report.number).or_insert_with(|| past(report));
        }
        let all = |reports: &[PastReport]| -> Vec<PastStream> {
            reports.iter().filter_map(|report| unpacked.get(&report.number).cloned().flatten()).collect()
        };
        Self { room: all(room), host: all(host) }
    }
}

/// What a stream that is not sealed is compared with now.
pub async fn load_history(store: &Store, stream: &OpenStream) -> Result<History, StoreError> {
    let (room, host, whole) = store.past(stream).await?;
    let work = tokio::task::spawn_blocking(move || {
        let history = History::of(&room, &host, &whole);
        let made: Vec<(i64, Vec<u8>)> = whole
            .iter()
            .filter_map(|report| {
                let past = history.room.iter().chain(&history.host).find(|past| past.sha256 == report.sha256)?;
                Some((report.number, pack_cumulative(past).ok()?))
            })
            .collect();
        (history, made)
    });
    let (history, made) = work.await.map_err(StoreError::task)?;
    if !made.is_empty() {
        // Of reports that are older than courses, once.
        store.add_courses(&made).await?;
    }
    Ok(history)
}

/// What compose needs, out of what the store's transaction saw.
pub fn material_of(material: SealMaterial, issuer: &str, sealed_at: Millis) -> ReportInput {
    let SealMaterial { stream, series, chain, revision_before, past, host_past, whole } = material;
    let past = History::of(&past, &host_past, &whole);
    let (number, previous) = chain.map_or((1, None), |(number, sha256)| (number + 1, Some(sha256)));
    let (revision, supersedes) = revision_before.map_or((1, None), |(revision, sha256)| (revision + 1, Some(sha256)));
    ReportInput { number, previous, revision, supersedes, ..assemble(stream, series, past, issuer, sealed_at) }
}

fn assemble(
    stream: OpenStream,
    series: crate::store::StoredSeries,
    past: History,
    issuer: &str,
    at: Millis,
) -> ReportInput {
    // A later part of one CreateTime counts from where the part before ended; what came while nobody read it is "before
    // the first reading". What Tencent took back since is not this stream's loss.
    let start = if stream.part.number > 0 {
        let lowest = series.runs.iter().fold(stream.part.start, |lowest, run| lowest.min(run.counters));
        Totals::from(lowest)
    } else {
        Totals::default()
    };
    ReportInput {
        owner_left: stream.host_left_at.or(stream.summary.show_ended_at),
        interval_ms: stream.interval_ms,
        start,
        runs: series.runs,
        gaps: series.gaps,
        corrected: series.corrected,
        excluded: series.excluded,
        errors: series.failures.into_iter().map(|failure| (failure.code, failure.count)).collect(),
        retries: stream.retries,
        last_request_id: stream.last_request_id,
        moments: compose::moments(series.moments),
        room_closed: series
            .room_closed
            .filter(|room_closed| room_closed.contradicted_at.is_none())
            .map(|room_closed| RoomClosed { event_time: room_closed.event_time, statistic: room_closed.statistic }),
        past: past.room,
        host_past: past.host,
        issuer: issuer.to_owned(),
        number: 0,
        previous: None,
        revision: 0,
        supersedes: None,
        sealed_at: at,
        summary: stream.summary,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    #![allow(clippy::unwrap_used)]
    mod crash;

    use super::*;
    use crate::domain::record::{Finding, FindingRule, MomentKind, OtherValue, SourceKind, SourceRule};
    use crate::domain::{EndEvidence, Run, StreamKind, StreamState};
    use crate::report::compose::tests;
    use crate::store::{MomentRow, NewStream, Recorder, RoomClosedRow, SealError, SessionPart, Write};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// A store with a key, in which streams end and are sealed.
    pub(crate) struct SealFixture {
        pub directory: tempfile::TempDir,
        pub store: Store,
        pub recorder: Recorder,
        pub key: SigningKey,
    }

    impl SealFixture {
        pub async fn new() -> Self {
            let directory = tempfile::tempdir().unwrap();
            let store = Store::open(&directory.path().join("aftershow.db")).await.unwrap();
            let key = SigningKey::generate().unwrap();
            store.use_signing_key(&key.row(Millis(1))).await.unwrap();
            Self { recorder: Recorder::start(store.clone()), directory, store, key }
        }

        /// A stream of an hour that started `days` days later, ending.
        pub async fn ended(&self, days: i64) -> StreamId {
            let later = days * 86_400_000;
            let material = tests::material(1);
            let summary = material.summary;
            let new = NewStream {
                app: summary.app,
                room: summary.room,
                kind: StreamKind::Stream,
                create_time: Some((summary.started_at + later).seconds()),
                part: SessionPart::default(),
                title: summary.title,
                host: summary.host,
                host_name: summary.host_name,
                interval_ms: 10_000,
                first_seen: summary.started_at + later,
                started_at: summary.started_at + later,
            };
            let stream = self.store.open_streams(&[new]).await.unwrap()[0];
            for run in &material.runs {
                let run = Run {
                    from: run.from + later,
                    from_answered: run.from_answered + later,
                    until_asked: run.until_asked + later,
                    until: run.until + later,
                    ..*run
                };
                self.recorder.write(Write::Run { stream, run, request_id: None, retries: 0 });
            }
            let room_closed = material.room_closed.unwrap();
            let at = room_closed.event_time + later;
            let row = RoomClosedRow {
                event_time: at,
                received_at: at,
                statistic: room_closed.statistic,
                contradicted_at: None,
            };
            self.recorder.write(Write::RoomClosed { stream, room_closed: row });
            self.end(stream, at).await;
            stream
        }

        pub async fn end(&self, stream: StreamId, at: Millis) {
            let by = EndEvidence::Webhook;
            self.recorder.write(Write::Ending { stream, ended_at: at, ended_after: None, by, evidence_at: at });
            self.recorder.flush().await.unwrap();
        }

        pub async fn seal(&self, stream: StreamId) -> Option<SealedReport> {
            let key = self.key.clone();
            let at = Millis(tests::START + 90 * 86_400_000);
            self.store.seal(stream, move |material| seal_stream(material, "StarLane Live", &key, at)).await.unwrap()
        }

        pub async fn verify(&self, sealed: &SealedReport) -> Verification {
            let json = export::json(&document(sealed).unwrap()).unwrap();
            verify_file(&self.store, json.into_bytes()).await.unwrap()
        }
    }

    #[tokio::test]
    async fn reports_are_numbered_chained_and_know_their_past() {
        let place = SealFixture::new().await;
        let mut before: Option<SealedReport> = None;
        for day in 0..6 {
            let stream = place.ended(day).await;
            let sealed = place.seal(stream).await.unwrap();
            assert_eq!(place.seal(stream).await, None, "a stream is sealed once");
            let record = open(&sealed).unwrap();
            let row = place.store.stream(stream).await.unwrap().unwrap().seal.unwrap();
            assert_eq!(
                (row.baseline_streams, row.baseline_coins.is_some(), row.curve.len()),
                (Some(day), day >= 4, 40)
            );
            assert!(row.curve.contains(&Some(250)), "scaled to its highest piece: {:?}", row.curve);
            assert_eq!((record.number, record.revision, record.supersedes.as_ref()), (day + 1, 1, None));
            assert_eq!(record.previous, before.map(|before| before.sha256));
            assert_eq!((record.baseline.streams, record.baseline.totals.is_empty()), (day, day < 4));
            assert_eq!(place.verify(&sealed).await.name(), "genuine");
            before = Some(sealed);
        }
        let record = open(&before.unwrap()).unwrap();
        let coins = record.baseline.totals[&crate::domain::Counter::Coins];
        assert_eq!(Some(coins.median), record.totals.coins, "all days were alike");
        for above_baseline in [Some(true), Some(false)] {
            let query = crate::store::StreamQuery { above_baseline, ..Default::default() };
            assert_eq!(place.store.streams(&query).await.unwrap().rows, [], "and so neither above nor below");
        }
    }

    #[tokio::test]
    async fn a_stream_that_returns_gets_a_revision_over_all_its_readings() {
        let place = SealFixture::new().await;
        let stream = place.ended(0).await;
        let first = place.seal(stream).await.unwrap();
        let runs = open(&first).unwrap().runs();
        place.store.reopen(stream, &runs, &[]).await.unwrap();
        place.end(stream, runs.last().unwrap().until + 60_000).await;
        let second = place.seal(stream).await.unwrap();
        let record = open(&second).unwrap();
        assert_eq!((record.revision, record.supersedes.as_ref()), (2, Some(&first.sha256)));
        assert_eq!(record.runs(), runs);
        match place.verify(&first).await {
            Verification::Superseded { by, .. } => assert_eq!((by.revision, by.sha256), (2, second.sha256.clone())),
            other => panic!("{}", other.name()),
        }
        assert_eq!(place.verify(&second).await.name(), "genuine");
    }

    #[tokio::test]
    async fn a_new_key_signs_from_now_on_and_the_old_one_goes_on_verifying() {
        let mut place = SealFixture::new().await;
        let stream = place.ended(0).await;
        let before = place.seal(stream).await.unwrap();
        place.key = SigningKey::generate().unwrap();
        place.store.use_signing_key(&place.key.row(Millis(2))).await.unwrap();
        let stream = place.ended(1).await;
        let after = place.seal(stream).await.unwrap();
        assert_ne!(before.key, after.key);
        let rows = place.store.signing_keys().await.unwrap();
        assert_eq!((rows[0].active, &rows[0].id), (true, &after.key));
        let public = public_keys(&rows).unwrap();
        let published = seal::publish(&public);
        assert!(published.contains(&before.key) && published.contains(&after.key));
        for sealed in [&before, &after] {
            assert_eq!(place.verify(sealed).await.name(), "genuine");
        }
    }

    #[tokio::test]
    async fn a_seal_unpacks_no_report_before_it_and_a_missing_curve_is_made_again() {
        let place = SealFixture::new().await;
        for day in 0..5 {
            let stream = place.ended(day).await;
            let sealed = place.seal(stream).await.unwrap();
            let record = open(&sealed).unwrap();
            let mut next = place.store.open_stream(stream).await.unwrap().unwrap();
            next.summary.id = StreamId(99);
            next.summary.started_at = next.summary.started_at + 1;
            let kept = load_history(&place.store, &next).await.unwrap();
            assert_eq!(kept.room.first(), PastStream::of(&record, &sealed.sha256).as_ref());
            sqlx::query("DELETE FROM report_course").execute(&place.store.sqlite().write).await.unwrap();
            assert_eq!(load_history(&place.store, &next).await.unwrap(), kept);
            let made: i64 = sqlx::query_scalar("SELECT count(*) FROM report_course")
                .fetch_one(&place.store.sqlite().read)
                .await
                .unwrap();
            assert_eq!(made, day + 1);
        }
        // The reports themselves are not asked for.
        sqlx::query("UPDATE report SET record = x'00'").execute(&place.store.sqlite().write).await.unwrap();
        let stream = place.ended(5).await;
        let record = open(&place.seal(stream).await.unwrap()).unwrap();
        assert_eq!((record.baseline.streams, record.baseline.totals.len()), (5, 6));
    }

    #[test]
    fn a_record_with_names_of_another_version_loads_and_keeps_its_bytes() {
        let tomorrow = || "of_tomorrow".to_owned();
        let mut record = tests::record();
        let finding = Finding { rule: FindingRule::Other(tomorrow()), ..record.findings[0].clone() };
        record.findings.push(finding);
        record.moments.push(compose::moment(MomentKind::Other(tomorrow()), Millis(1), None, None));
        let other =
            OtherValue { from: SourceKind::LastReading, at: Millis(1), value: 1, rule: SourceRule::Other(tomorrow()) };
        record.sources.values_mut().next().unwrap().other = Some(other);
        let bytes = record_bytes(&record).unwrap();
        assert_eq!(String::from_utf8(bytes.clone()).unwrap().matches("\"of_tomorrow\"").count(), 3);
        let loaded = read_record(&bytes).unwrap();
        assert_eq!(loaded, record);
        assert_eq!(record_bytes(&loaded).unwrap(), bytes);
    }

    #[tokio::test]
    async fn what_changes_while_a_report_is_composed_is_in_it() {
        let place = SealFixture::new().await;
        let stream = place.ended(0).await;
        let (store, key) = (place.store.clone(), place.key.clone());
        let at = Millis(tests::START + 90 * 86_400_000);
        let composed = Arc::new(AtomicUsize::new(0));
        let (times, runtime) = (composed.clone(), tokio::runtime::Handle::current());
        let sealed = place.store.seal(stream, move |material| {
            if times.fetch_add(1, Ordering::Relaxed) == 0 {
                // Nothing is locked while it is composed.
                let label = Some("late".to_owned());
                let (kind, key) = (MomentKind::Owner, "late".to_owned());
                let moment = MomentRow { kind, key, from: Millis(tests::START), until: None, label };
                runtime.block_on(store.apply_all(&[Write::Moment { stream, moment }])).unwrap();
            }
            seal_stream(material, "StarLane Live", &key, at)
        });
        let record = open(&sealed.await.unwrap().unwrap()).unwrap();
        assert_eq!(composed.load(Ordering::Relaxed), 2);
        assert!(record.moments.iter().any(|moment| moment.label.as_deref() == Some("late")), "{:?}", record.moments);
    }

    #[tokio::test]
    async fn a_stream_that_returns_while_its_report_is_composed_is_not_sealed() {
        let place = SealFixture::new().await;
        let stream = place.ended(0).await;
        let runs = place.store.series(stream).await.unwrap().runs;
        let (store, key) = (place.store.clone(), place.key.clone());
        let runtime = tokio::runtime::Handle::current();
        let sealed = place.store.seal(stream, move |material| {
            runtime.block_on(store.apply_all(&[Write::Returned { stream }])).unwrap();
            seal_stream(material, "StarLane Live", &key, Millis(tests::START + 90 * 86_400_000))
        });
        assert_eq!(sealed.await.unwrap(), None);
        let state = place.store.stream(stream).await.unwrap().unwrap().state;
        assert_eq!((state, place.store.series(stream).await.unwrap().runs), (StreamState::Live, runs));
    }

    #[tokio::test]
    async fn a_report_that_cannot_be_made_leaves_everything_as_it_was() {
        let place = SealFixture::new().await;
        let stream = place.ended(0).await;
        let before = place.store.series(stream).await.unwrap();
        for panics in [false, true] {
            let outcome = place.store.seal(stream, move |_| {
                assert!(!panics, "a fault in composing");
                Err("no".to_owned())
            });
            assert!(matches!(outcome.await, Err(SealError::Compose { .. })));
            assert_eq!(place.store.series(stream).await.unwrap(), before);
        }
        assert!(place.seal(stream).await.is_some());
    }

    #[test]
    fn a_damaged_row_is_found_out() {
        let key = SigningKey::generate().unwrap();
        let sealed = seal(&tests::record(), &key).unwrap();
        let mut other = tests::record();
        other.totals.coins = Some(1);
        let row = SealedReport {
            number: 12,
            stream: StreamId(7),
            revision: 1,
            sealed_at: Millis(0),
            sha256: sealed.sha256.clone(),
            signature: sealed.signature.to_vec(),
            key: sealed.key.clone(),
            packed: compress(&record_bytes(&other).unwrap()).unwrap(),
        };
        assert_eq!(open(&row), Err(ReportError::Damaged(sealed.sha256.clone())));
        let whole = SealedReport { packed: compress(&sealed.canonical).unwrap(), ..row };
        assert_eq!(document(&whole).unwrap().seal, Some(sealed.proof()));
    }
}
