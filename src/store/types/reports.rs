//! Sealed reports, and what they are made of.

use super::{OpenStream, StoredSeries};
use crate::domain::{Millis, Run, StreamId, Totals, Verdict};
use crate::store::StoreError;

/// A sealed report: the compressed canonical record, its hash and signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedReport {
    pub number: i64,
    pub stream: StreamId,
    pub revision: i64,
    pub sealed_at: Millis,
    /// Lower-case hex over the canonical bytes.
    pub sha256: String,
    pub signature: Vec<u8>,
    /// Which key signed.
    pub key: String,
    /// The canonical record, compressed by `report::series_codec`.
    pub packed: Vec<u8>,
}

/// What a list repeats of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedSummary {
    pub totals: Totals,
    pub show_ended_at: Option<Millis>,
    pub coverage: Option<i64>,
    pub verdict: Option<Verdict>,
    pub curve: Vec<Option<u8>>,
    pub baseline_streams: Option<i64>,
    pub baseline_coins: Option<i64>,
    /// What later streams need of it; see [`PastReport`].
    pub cumulative: Option<Vec<u8>>,
}

/// An earlier report that a stream is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastReport {
    pub number: i64,
    pub stream: StreamId,
    pub sha256: String,
    /// What is needed of it, as `report::cumulative` packs it. Reports of earlier versions have none.
    pub cumulative: Option<Vec<u8>>,
}

/// A key that signs or once signed; its secret is in the key file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningKeyRow {
    pub id: String,
    pub public: Vec<u8>,
    pub created_at: Millis,
    pub active: bool,
}

/// Everything a seal is made of, as one transaction sees it.
#[derive(Clone, Debug)]
pub struct SealMaterial {
    pub stream: OpenStream,
    pub series: StoredSeries,
    /// The report before this one in the chain: (number, SHA-256).
    pub chain: Option<(i64, String)>,
    /// The newest revision of this stream, if it was sealed before.
    pub revision_before: Option<(i64, String)>,
    /// The newest reports of up to 8 earlier streams of the room, newest first.
    pub past: Vec<PastReport>,
    /// The same of the host's earlier streams, in whichever rooms.
    pub host_past: Vec<PastReport>,
    /// Those of either that have no curve beside them.
    pub whole: Vec<SealedReport>,
}

/// What a report was composed from, as far as anything could have changed since: readings are added at the end alone, or
/// taken from there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::store) struct SealBasis {
    pub(in crate::store) stream: OpenStream,
    pub(in crate::store) series: StoredSeries,
    pub(in crate::store) last: Option<Run>,
    pub(in crate::store) chain: Option<(i64, String)>,
}

impl SealBasis {
    /// What of the material could change until the report is written.
    pub(in crate::store) fn of(material: &SealMaterial) -> Self {
        let StoredSeries { runs, gaps, corrected, excluded, failures, moments, room_closed } = &material.series;
        let series = StoredSeries {
            runs: Vec::new(),
            gaps: gaps.clone(),
            corrected: corrected.clone(),
            excluded: *excluded,
            failures: failures.clone(),
            moments: moments.clone(),
            room_closed: room_closed.clone(),
        };
        let (stream, last) = (material.stream.clone(), runs.last().copied());
        Self { stream, series, last, chain: material.chain.clone() }
    }
}

/// Why a stream was not sealed.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("stream {0} does not exist")]
    NoStream(StreamId),
    #[error("the report of stream {stream} could not be made: {what}")]
    Compose { stream: StreamId, what: String },
}

impl From<sqlx::Error> for SealError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Earlier streams that make the baseline.
pub(in crate::store) const MAX_BASELINE_STREAMS: i64 = 8;
