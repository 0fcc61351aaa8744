//! The sealed report: compose it, seal it, derive what a link shows, export it, verify it.
//!
//! May not: ask Tencent, hold SQL, or render a page. What a report says is composed once and never changed; a correction
//! is the next revision.

pub mod canonical;
pub mod compose;
pub mod derive;
pub mod export;
pub mod seal;
pub mod verify;

pub use canonical::{CanonicalError, Json};
pub use compose::{Closing, Material, compose};
pub use derive::{Wish, derive};
pub use seal::{KeyError, PublicKey, Sealed, SigningKey, fingerprint, pack, seal, unpack};

use crate::domain::numbers::Past;
use crate::domain::record::{Document, Record};
use crate::domain::{Millis, Totals};
use crate::store::{OpenStream, SealMaterial, SealedReport, SealedSummary, SigningKeyRow};

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
    derive::strip(&mut json, record);
    Ok(json.canonical().into_bytes())
}

/// A record out of its canonical bytes.
pub fn read_record(canonical: &[u8]) -> Result<Record, ReportError> {
    serde_json::from_slice(canonical).map_err(|error| CanonicalError::NotJson(error.to_string()).into())
}

/// The record of a kept report, its bytes held against their hash first.
pub fn open(report: &SealedReport) -> Result<Record, ReportError> {
    read_record(&open_bytes(report)?)
}

/// The canonical bytes of a kept report, held against their hash.
pub fn open_bytes(report: &SealedReport) -> Result<Vec<u8>, ReportError> {
    let canonical = unpack(&report.packed)?;
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

/// The key that signs and all that ever did, from the database; `None` where there is none yet.
pub fn keys(rows: &[SigningKeyRow]) -> Result<(Option<SigningKey>, Vec<PublicKey>), KeyError> {
    let active = rows.iter().find(|row| row.active).map(|row| SigningKey::from_bytes(&row.secret)).transpose()?;
    let public = rows.iter().map(|row| PublicKey::from_bytes(&row.public)).collect::<Result<_, _>>()?;
    Ok((active, public))
}

/// Makes the report of an ending stream: what `Store::seal` calls inside its transaction.
pub fn seal_stream(
    material: SealMaterial,
    issuer: &str,
    key: &SigningKey,
    sealed_at: Millis,
) -> Result<(SealedReport, SealedSummary), String> {
    let record = compose(material_of(material, issuer, sealed_at).map_err(|error| error.to_string())?);
    let sealed = seal(&record, key).map_err(|error| error.to_string())?;
    let report = SealedReport {
        number: record.number,
        stream: record.stream,
        revision: record.revision,
        sealed_at,
        sha256: sealed.sha256,
        signature: sealed.signature.to_vec(),
        key: sealed.key,
        packed: pack(&sealed.canonical).map_err(|error| error.to_string())?,
    };
    let summary = SealedSummary {
        totals: record.totals,
        show_ended_at: record.show_ended_at,
        coverage: record.quality.coverage,
        verdict: record.quality.verdict,
    };
    Ok((report, summary))
}

/// A stream that is not sealed, as the same pages render it: a record without a number, whose figures still move.
/// `series` is the store's, `past` the room's sealed streams, newest first.
pub fn live_document(
    stream: OpenStream,
    series: crate::store::Series,
    past: Vec<Past>,
    issuer: &str,
    now: Millis,
) -> Document {
    let material = assemble(stream, series, past, issuer, now);
    Document { record: compose(material), seal: None }
}

/// What compose needs, out of what the store's transaction saw.
pub fn material_of(material: SealMaterial, issuer: &str, sealed_at: Millis) -> Result<Material, ReportError> {
    let SealMaterial { stream, series, chain, revision_before, past } = material;
    // One damaged report of the past must not keep a new one from being sealed: it is left out of "usual".
    let past = past.iter().filter_map(|report| Past::of(&open(report).ok()?, &report.sha256)).collect();
    let (number, previous) = chain.map_or((1, None), |(number, sha256)| (number + 1, Some(sha256)));
    let (revision, supersedes) = revision_before.map_or((1, None), |(revision, sha256)| (revision + 1, Some(sha256)));
    Ok(Material { number, previous, revision, supersedes, ..assemble(stream, series, past, issuer, sealed_at) })
}

fn assemble(stream: OpenStream, series: crate::store::Series, past: Vec<Past>, issuer: &str, at: Millis) -> Material {
    // A later part of one CreateTime counts from where its first reading found the room.
    let start = match series.runs.first() {
        Some(first) if stream.part > 0 => Totals::from(first.counters),
        _ => Totals::default(),
    };
    let contradicted = series.closing.as_ref().and_then(|closing| closing.contradicted_at.map(|_| closing.event_time));
    Material {
        owner_left: stream.host_left_at.or(stream.summary.show_ended_at),
        interval_ms: stream.interval_ms,
        start,
        runs: series.runs,
        gaps: series.gaps,
        restated: series.restated,
        set_aside: series.set_aside,
        errors: series.failures.into_iter().map(|failure| (failure.code, failure.count)).collect(),
        retries: stream.retries,
        last_request_id: stream.last_request_id,
        moments: series
            .moments
            .into_iter()
            .map(|moment| compose::moment(moment.kind, moment.from, moment.until, moment.label))
            .chain(contradicted.map(|at| compose::moment("closing_contradicted".to_owned(), at, None, None)))
            .collect(),
        closing: series.closing.filter(|closing| closing.contradicted_at.is_none()).map(|closing| Closing {
            event_time: closing.event_time,
            statistic: closing.statistic,
            authenticated: true,
        }),
        past,
        issuer: issuer.to_owned(),
        number: 0,
        previous: None,
        revision: 0,
        supersedes: None,
        sealed_at: at,
        summary: stream.summary,
    }
}
