//! What a sealed report says. The canonical JSON of this structure is what is hashed and signed.
//!
//! Numbers only: integers, never floats; sentences are rendered from rule names and numbers, in each language. Per-minute
//! buckets, ratios and charts follow from `series` by `domain::numbers` and are therefore not stored.

use super::{AppId, Counter, EndEvidence, Gap, Millis, RoomId, Run, StreamId, StreamKind, Totals, Verdict};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The `format` of every record, and the first line of what is signed.
pub const FORMAT: &str = "aftershow-report-v1";

/// The sealed record of one ended stream, or of one snapshot. Immutable once signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    pub format: String,
    pub kind: StreamKind,
    /// Who issued it, as the settings said at sealing.
    pub issuer: String,
    /// Place in the installation's chain, from 1.
    pub number: i64,
    /// SHA-256 of report `number − 1`; null for the first.
    pub previous: Option<String>,
    pub stream: StreamId,
    pub revision: i64,
    /// SHA-256 of the revision before; null for the first.
    pub supersedes: Option<String>,
    pub app: AppId,
    pub room: RoomId,
    pub title: Option<String>,
    pub host: Option<String>,
    pub host_name: Option<String>,
    pub created_at: Option<Millis>,
    pub started_at: Millis,
    pub show_ended_at: Option<Millis>,
    pub ended_at: Option<Millis>,
    /// The end lies between this and `ended_at`.
    pub ended_after: Option<Millis>,
    pub ended_by: EndEvidence,
    pub sealed_at: Millis,
    /// The interval the collector was set to.
    pub interval_ms: i64,
    pub totals: Totals,
    /// Where each total is from.
    pub sources: BTreeMap<Counter, Source>,
    /// What stood at the first reading.
    pub before: Totals,
    /// What the closing message added after the last reading.
    pub after: Totals,
    /// Every accepted reading, as runs.
    pub series: Vec<Run>,
    /// Spans in which Tencent restated its totals: (from, until). Their buckets have no number.
    pub restated: Vec<(Millis, Millis)>,
    pub gaps: Vec<Gap>,
    pub peaks: BTreeMap<Counter, Peak>,
    pub moments: Vec<Moment>,
    pub findings: Vec<Finding>,
    pub quality: Quality,
    pub usual: Usual,
}

/// Where a total is from, and what else was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    pub from: SourceKind,
    /// When that was said: the reading's answer, or the message's EventTime.
    pub at: Millis,
    /// The other source's value where it differed, kept with the rule that chose.
    pub other: Option<OtherValue>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    LastReading,
    ClosingMessage,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherValue {
    pub from: SourceKind,
    pub at: Millis,
    pub value: i64,
    /// The rule that chose: `later` (the closing message is not below the last reading) or `not_below`.
    pub rule: String,
}

/// The greatest increment between two readings at most 60 s apart with no gap between them. Exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Peak {
    pub amount: i64,
    /// When the first of the two readings was answered.
    pub from: Millis,
    /// When the second was asked.
    pub until: Millis,
}

/// Something that happened at a time: a battle, a change of owner, a surge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    pub kind: String,
    pub from: Millis,
    pub until: Option<Millis>,
    /// Who else took part, or what it is called.
    pub label: Option<String>,
    /// Increments between the readings nearest to its edges; null where unknown.
    pub amounts: Totals,
}

/// A sentence to be: the rule's name with its numbers and evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub rule: String,
    pub counter: Option<Counter>,
    pub numbers: BTreeMap<String, i64>,
    /// The moments the evidence spans, if it has any.
    pub from: Option<Millis>,
    pub until: Option<Millis>,
    /// Whether readers may see it; what accuses or suspects is internal until an operator releases it.
    pub shareable: bool,
}

/// The ledger of how well we read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quality {
    /// Ten-thousandths: 1 − gaps ÷ (ended − started). Null where no end or no length is known.
    pub coverage: Option<i64>,
    pub verdict: Option<Verdict>,
    pub readings: i64,
    pub retries: i64,
    /// Failures by Tencent's code; `no_answer` and `unreadable` are counted under their names.
    pub errors: BTreeMap<String, i64>,
    /// Readings kept but not counted.
    pub set_aside: i64,
    pub longest_gap: Option<Gap>,
    pub last_request_id: Option<String>,
}

/// The room's own past, computed at sealing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usual {
    /// How many sealed streams of this room there were, at most 8; "usual" is told from 4 on.
    pub streams: i64,
    /// The reports used: (stream, SHA-256).
    pub used: Vec<(StreamId, String)>,
    /// Of final totals, per counter; empty below 4 streams.
    pub totals: BTreeMap<Counter, Quartiles>,
    /// Of the cumulative counter at every tenth minute since the start, per counter.
    pub course: BTreeMap<Counter, Vec<Quartiles>>,
}

/// Median and middle half, each rounded to a whole number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quartiles {
    pub low: i64,
    pub median: i64,
    pub high: i64,
}
