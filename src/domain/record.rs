//! What a sealed report says. The canonical JSON of this structure is what is hashed and signed.
//!
//! Numbers only: integers, never floats; sentences are rendered from rule names and numbers, in each language. Per-minute
//! buckets, ratios and charts follow from `series` by `domain::numbers` and are therefore not stored.
//!
//! Must not: I/O, hashing, deciding what is hidden (`report::redact` does).

use super::{
    AppId, Counter, Counters, EndEvidence, Gap, MAX_COUNTER, Millis, RoomId, Run, StreamId, StreamKind, Totals, Verdict,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The `format` of every record, and the first line of what is signed.
pub const FORMAT: &str = "aftershow-report-v1";

/// The sealed record of one ended stream, or of one snapshot. Immutable once signed.
///
/// A *derived* record (see [`Derived`]) has the same shape; what it hides is absent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    pub format: String,
    pub kind: StreamKind,
    /// Who issued it, as the settings said at sealing.
    pub issuer: String,
    /// Place in the installation's chain, from 1; 0 where the host is hidden.
    #[serde(default)]
    pub number: i64,
    /// SHA-256 of report `number − 1`; null for the first.
    pub previous: Option<String>,
    /// 0 where the host is hidden.
    #[serde(default)]
    pub stream: StreamId,
    pub revision: i64,
    /// SHA-256 of the revision before; null for the first.
    pub supersedes: Option<String>,
    /// 0 where the host is hidden.
    #[serde(default)]
    pub app: AppId,
    /// Absent only where the host is hidden.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<RoomId>,
    pub title: Option<String>,
    pub host: Option<String>,
    pub host_name: Option<String>,
    pub created_at: Option<Millis>,
    pub started_at: Millis,
    pub show_ended_at: Option<Millis>,
    pub ended_at: Option<Millis>,
    /// The end lies between this and `ended_at`.
    pub ended_after: Option<Millis>,
    /// Unknown only while the stream is live.
    pub ended_by: Option<EndEvidence>,
    pub sealed_at: Millis,
    /// The interval the collector was set to.
    pub interval_ms: i64,
    /// The room's counters when this stream began, where the room outlived an earlier show; null counts
    /// from 0. `totals` and `before` are net of it, the series is not.
    pub start: Totals,
    pub totals: Totals,
    /// Where each total is from.
    pub sources: BTreeMap<Counter, TotalSource>,
    /// The counters at the first reading.
    pub before: Totals,
    /// What the room-closed webhook added after the last reading.
    pub after: Totals,
    /// Every accepted reading, in columns.
    pub series: Columns,
    /// Spans in which Tencent corrected its totals: (from, until). Their buckets have no number.
    #[serde(rename = "restated")]
    pub corrected: Vec<(Millis, Millis)>,
    pub gaps: Vec<Gap>,
    pub peaks: BTreeMap<Counter, Peak>,
    pub moments: Vec<Moment>,
    pub findings: Vec<Finding>,
    pub quality: Quality,
    #[serde(rename = "usual")]
    pub baseline: Baseline,
    /// The same over the host's streams in all rooms; absent where the host is not known or had no others.
    #[serde(rename = "host_usual", default, skip_serializing_if = "Option::is_none")]
    pub host_baseline: Option<Baseline>,
    /// Set in a derived record only: what was left out and from what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub derived: Option<Derived>,
}

impl Record {
    /// Every accepted reading as runs, oldest first. A counter that a derived record hides is 0 in them: make a
    /// `numbers::Series::of` the record instead where numbers are shown, it knows what is hidden.
    pub fn runs(&self) -> Vec<Run> {
        self.series.runs()
    }

    /// Whether this record has the counter at all (its total may still be unknown).
    pub fn shows(&self, counter: Counter) -> bool {
        self.derived.as_ref().is_none_or(|derived| derived.shown.contains(&counter))
    }

    /// The counters it has, in the order of the API.
    pub fn shown(&self) -> Vec<Counter> {
        Counter::ALL.into_iter().filter(|&counter| self.shows(counter)).collect()
    }

    /// `Everything` for a record that is not derived.
    pub fn preset(&self) -> Preset {
        self.derived.as_ref().map_or(Preset::Everything, |derived| derived.preset)
    }

    /// Whether host, room and title are shown.
    pub fn shows_host(&self) -> bool {
        self.derived.as_ref().is_none_or(|derived| derived.host)
    }

    /// Where durations, rates and comparisons end: the show's end, else the room's.
    pub fn show_end(&self) -> Option<Millis> {
        self.show_ended_at.or(self.ended_at)
    }

    /// The moment that names the report: the start of a stream, the reading of a snapshot.
    pub fn reported_at(&self) -> Millis {
        match self.kind {
            StreamKind::Stream => self.started_at,
            StreamKind::Snapshot => self.ended_at.unwrap_or(self.started_at),
        }
    }

    /// Length of the show in milliseconds, where an end is known.
    pub fn show_ms(&self) -> Option<i64> {
        self.show_end().map(|end| (end - self.started_at).max(0))
    }
}

/// What a link shows, as its maker chose it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    /// All that is shareable.
    Host,
    /// Entries, likes and messages; no gifts, coins, gifters, nor past.
    Sponsor,
    /// Internal findings and the whole collection log too.
    Everything,
}

impl Preset {
    pub const ALL: [Self; 3] = [Self::Host, Self::Sponsor, Self::Everything];

    /// The name in addresses, forms and the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Sponsor => "sponsor",
            Self::Everything => "everything",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.name() == name)
    }

    /// The counters it shows.
    pub fn counters(self) -> BTreeSet<Counter> {
        match self {
            Self::Host | Self::Everything => Counter::ALL.into(),
            Self::Sponsor => [Counter::Viewers, Counter::Likes, Counter::Messages].into(),
        }
    }
}

/// What a derived record was made from and what it shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Derived {
    /// SHA-256 of the sealed record; null where a counter or the host is hidden, since a hash is a way to try guesses.
    pub of: Option<String>,
    pub preset: Preset,
    pub shown: BTreeSet<Counter>,
    /// Whether host, room and title are shown.
    pub host: bool,
    /// A sponsor's slot, shown on its own: (from, until).
    pub slot: Option<(Millis, Millis)>,
}

/// What pages render: a record, whole or derived, and its seal. A live stream has none yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    pub record: Record,
    pub seal: Option<DocumentSeal>,
}

/// The proof that goes with a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentSeal {
    /// SHA-256 of the canonical record, lower-case hex.
    pub sha256: String,
    /// Ed25519, base64.
    pub signature: String,
    /// Which of our keys signed.
    pub key: String,
    /// The first eight bytes of the hash, to be read aloud: `8F3A-91C2-D04B-77E1`.
    pub fingerprint: String,
}

/// All accepted readings as columns of differences: run-length rows compress to half of what objects do. Entry *i* of
/// each column belongs to run *i*; all columns are equally long. A hidden counter has no column.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RawColumns")]
pub struct Columns {
    /// When the first reading was asked; null without a reading.
    first: Option<Millis>,
    /// The median of `step`, which holds differences to it.
    every: i64,
    /// Milliseconds from the last reading asked in the run before to the first asked in this one, less `every`; the first
    /// run's is 0 before that.
    step: Vec<i64>,
    /// Milliseconds the first reading took.
    took: Vec<i64>,
    /// Milliseconds from the first reading asked to the last asked.
    span: Vec<i64>,
    /// Milliseconds the last reading took, less `took`.
    last: Vec<i64>,
    /// Readings in the run, less one.
    more: Vec<i64>,
    /// Each counter's difference to the run before; the first from 0.
    counters: BTreeMap<Counter, Vec<i64>>,
}

impl Columns {
    /// All six counters of the runs.
    pub fn new(runs: &[Run]) -> Self {
        Self::with(runs, &Counter::ALL)
    }

    /// The runs with these counters only.
    pub fn with(runs: &[Run], shown: &[Counter]) -> Self {
        let mut columns = Self { first: runs.first().map(|run| run.from), ..Self::default() };
        columns.counters = shown.iter().map(|&counter| (counter, Vec::with_capacity(runs.len()))).collect();
        let mut asked = columns.first.unwrap_or_default();
        let mut before = Counters::default();
        for run in runs {
            let took = run.from_answered - run.from;
            columns.step.push(run.from - asked);
            columns.took.push(took);
            columns.span.push(run.until_asked - run.from);
            columns.last.push(run.until - run.until_asked - took);
            columns.more.push(run.count - 1);
            for (counter, column) in &mut columns.counters {
                column.push(run.counters.get(*counter) - before.get(*counter));
            }
            asked = run.until_asked;
            before = run.counters;
        }
        let mut steps = columns.step.clone();
        steps.sort_unstable();
        columns.every = steps.get(steps.len() / 2).copied().unwrap_or_default();
        columns.step.iter_mut().for_each(|step| *step -= columns.every);
        columns
    }

    /// Number of runs.
    pub fn len(&self) -> usize {
        self.step.len()
    }

    pub fn is_empty(&self) -> bool {
        self.step.is_empty()
    }

    /// Whether the counter has a column.
    pub fn has(&self, counter: Counter) -> bool {
        self.counters.contains_key(&counter)
    }

    /// The runs; a counter without a column is 0 in them.
    pub fn runs(&self) -> Vec<Run> {
        let mut asked = self.first.unwrap_or_default();
        let mut counters = Counters::default();
        (0..self.len())
            .map(|i| {
                let from = asked + self.every + self.step[i];
                let until_asked = from + self.span[i];
                for (counter, column) in &self.counters {
                    *counters.get_mut(*counter) += column[i];
                }
                asked = until_asked;
                Run {
                    from,
                    from_answered: from + self.took[i],
                    until_asked,
                    until: until_asked + self.took[i] + self.last[i],
                    count: self.more[i] + 1,
                    counters,
                }
            })
            .collect()
    }
}

/// Columns as they come from outside, before anything is believed.
#[derive(Deserialize)]
struct RawColumns {
    first: Option<Millis>,
    every: i64,
    step: Vec<i64>,
    took: Vec<i64>,
    span: Vec<i64>,
    last: Vec<i64>,
    more: Vec<i64>,
    counters: BTreeMap<Counter, Vec<i64>>,
}

/// Why columns are not a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ColumnsError {
    #[error("the columns of the series are not equally long")]
    Uneven,
    #[error("the series holds a time or a counter that cannot be")]
    Impossible,
}

impl TryFrom<RawColumns> for Columns {
    type Error = ColumnsError;

    fn try_from(raw: RawColumns) -> Result<Self, ColumnsError> {
        let rows = raw.step.len();
        let columns = [&raw.took, &raw.span, &raw.last, &raw.more];
        if columns.into_iter().chain(raw.counters.values()).any(|column| column.len() != rows)
            || raw.first.is_some() != (rows > 0)
        {
            return Err(ColumnsError::Uneven);
        }
        let possible = |value: &i64| (-MAX_COUNTER..=MAX_COUNTER).contains(value);
        let sums = |values: &[i64], start: i64| {
            values.iter().try_fold(start, |sum, value| sum.checked_add(*value).filter(|sum| possible(sum) && *sum >= 0))
        };
        let mut asked = raw.first.unwrap_or_default().0;
        for row in 0..rows {
            let cells = [raw.step[row], raw.span[row], raw.took[row], raw.last[row], raw.more[row]];
            if !cells.iter().chain([&raw.every]).all(possible) || raw.more[row] < 0 || asked < 0 {
                return Err(ColumnsError::Impossible);
            }
            asked = asked
                .checked_add(raw.every)
                .and_then(|asked| asked.checked_add(raw.step[row]))
                .and_then(|from| from.checked_add(raw.span[row]))
                .filter(possible)
                .ok_or(ColumnsError::Impossible)?;
        }
        if raw.counters.values().any(|column| sums(column, 0).is_none()) {
            return Err(ColumnsError::Impossible);
        }
        let RawColumns { first, every, step, took, span, last, more, counters } = raw;
        Ok(Self { first, every, step, took, span, last, more, counters })
    }
}

/// Where a total is from, and what else was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TotalSource {
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
    #[serde(rename = "closing_message")]
    RoomClosed,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherValue {
    pub from: SourceKind,
    pub at: Millis,
    pub value: i64,
    /// The rule that chose.
    pub rule: SourceRule,
}

/// By which rule one of two sources gave a total.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceRule {
    /// The room-closed webhook is later, and not below the last reading.
    Later,
    /// The room-closed webhook is below the last reading, so it does not count.
    NotBelow,
    /// There is no reading to compare the room-closed webhook with, so the total is unknown.
    NoReading,
    /// One that another version applied.
    #[serde(untagged)]
    Other(String),
}

/// The greatest increment between two readings at most 60 s apart with no gap between them. Exact: all of it came
/// within these two times, whenever inside its call each reading was true.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Peak {
    pub amount: i64,
    /// When the first of the two readings was asked.
    pub from: Millis,
    /// When the second was answered; at most 60 s later.
    pub until: Millis,
}

/// What happened in a moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MomentKind {
    /// A battle (PK) with another host.
    Battle,
    /// The room got another owner.
    Owner,
    /// People began to follow the host.
    Follow,
    /// The room responded after its room-closed webhook.
    #[serde(rename = "closing_contradicted")]
    RoomClosedContradicted,
    /// One that another version wrote.
    #[serde(untagged)]
    Other(String),
}

impl MomentKind {
    /// As the record has it; moments of one time are in the order of their names.
    pub fn name(&self) -> &str {
        match self {
            Self::Battle => "battle",
            Self::Owner => "owner",
            Self::Follow => "follow",
            Self::RoomClosedContradicted => "closing_contradicted",
            Self::Other(name) => name,
        }
    }
}

/// Something that happened at a time: a battle, a change of owner, followers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    pub kind: MomentKind,
    pub from: Millis,
    pub until: Option<Millis>,
    /// Who else took part, or what it is called.
    pub label: Option<String>,
    /// How many there were, where several are shown as one: people who began to follow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<i64>,
    /// Increments between the readings nearest to its edges; null where unknown.
    pub amounts: Totals,
}

/// The rule that makes a finding: `numbers::findings` applies it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingRule {
    /// Much of the coins came within ten minutes.
    BestTenMinutes,
    /// Coins came during a battle.
    Battle,
    /// A total against the typical one of the room's streams.
    #[serde(rename = "usual")]
    Baseline,
    /// The same against the host's streams in all rooms.
    #[serde(rename = "usual_host")]
    HostBaseline,
    /// Coins that surely came from people who had given before.
    Returning,
    /// The greatest increment between two readings.
    Peak,
    /// Tencent corrected its totals.
    #[serde(rename = "restated")]
    UpstreamCorrection,
    /// A minute differs clearly from the others.
    Surge,
    /// Many likes while nobody came in.
    LikesFlatEntries,
    /// Many entries and no message, like or gift.
    EntriesNoReaction,
    /// Many coins at once and no new gifter.
    CoinsNoGifter,
    /// All totals were constant, and moved again later.
    Frozen,
    /// More gifters than gifts.
    Implausible,
    /// One that another version applied.
    #[serde(untagged)]
    Other(String),
}

impl FindingRule {
    /// As the record has it.
    pub fn name(&self) -> &str {
        match self {
            Self::BestTenMinutes => "best_ten_minutes",
            Self::Battle => "battle",
            Self::Baseline => "usual",
            Self::HostBaseline => "usual_host",
            Self::Returning => "returning",
            Self::Peak => "peak",
            Self::UpstreamCorrection => "restated",
            Self::Surge => "surge",
            Self::LikesFlatEntries => "likes_flat_entries",
            Self::EntriesNoReaction => "entries_no_reaction",
            Self::CoinsNoGifter => "coins_no_gifter",
            Self::Frozen => "frozen",
            Self::Implausible => "implausible",
            Self::Other(name) => name,
        }
    }
}

/// A sentence to be: the rule's name with its numbers and evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub rule: FindingRule,
    pub counter: Option<Counter>,
    pub numbers: BTreeMap<String, i64>,
    /// The moments the evidence spans, if it has any.
    pub from: Option<Millis>,
    pub until: Option<Millis>,
    /// Whether readers may see it; what accuses or suspects is internal until a user releases it.
    pub shareable: bool,
}

/// The collection log and the data quality.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quality {
    /// Ten-thousandths: 1 − gaps ÷ (ended − started). Null where no end or no length is known.
    pub coverage: Option<i64>,
    pub verdict: Option<Verdict>,
    /// How many readings were accepted.
    pub readings: i64,
    /// Absent where the collection log is not shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retries: Option<i64>,
    /// Failures by Tencent's code; `no_answer` and `unreadable` are counted under their names. Absent where the collection log is
    /// not shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub errors: Option<BTreeMap<String, i64>>,
    /// Readings kept but not counted. Absent where the collection log is not shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(rename = "set_aside")]
    pub excluded: Option<i64>,
    pub longest_gap: Option<Gap>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_request_id: Option<String>,
}

/// The room's or the host's own past, computed at sealing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Baseline {
    /// How many sealed streams of this room (or host) there were, at most 8; a baseline exists from 4 on.
    pub streams: i64,
    /// The reports used: (stream, SHA-256).
    pub used: Vec<(StreamId, String)>,
    /// Of final totals, per counter; empty below 4 streams.
    pub totals: BTreeMap<Counter, Quartiles>,
    /// Of the cumulative counter at every tenth minute since the start (0, 10, 20, … minutes), per counter; null where
    /// fewer than 4 of them are known.
    #[serde(rename = "course")]
    pub cumulative: BTreeMap<Counter, Vec<Option<Quartiles>>>,
}

/// Median and middle half, each rounded to a whole number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quartiles {
    pub low: i64,
    pub median: i64,
    pub high: i64,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn runs() -> Vec<Run> {
        vec![
            Run {
                from: Millis(1_000),
                from_answered: Millis(1_040),
                until_asked: Millis(21_000),
                until: Millis(21_055),
                count: 3,
                counters: Counters::from_array([5, 0, 0, 0, 9, 2]),
            },
            Run {
                from: Millis(31_007),
                from_answered: Millis(31_050),
                until_asked: Millis(31_007),
                until: Millis(31_050),
                count: 1,
                counters: Counters::from_array([6, 1, 100, 1, 9, 1]),
            },
        ]
    }

    #[test]
    fn columns_hold_the_runs_whole() {
        let columns = Columns::new(&runs());
        assert_eq!(columns.runs(), runs());
        let text = serde_json::to_string(&columns).unwrap();
        assert_eq!(serde_json::from_str::<Columns>(&text).unwrap().runs(), runs());
        assert!(Columns::new(&[]).runs().is_empty());
        let none = serde_json::to_string(&Columns::new(&[])).unwrap();
        assert!(serde_json::from_str::<Columns>(&none).unwrap().is_empty());
    }

    #[test]
    fn a_kind_of_moment_has_the_name_it_always_had_and_one_of_another_version_loads() {
        use MomentKind::{Battle, Follow, Other, Owner, RoomClosedContradicted};
        for (kind, name) in [
            (Battle, "battle"),
            (Owner, "owner"),
            (Follow, "follow"),
            (RoomClosedContradicted, "closing_contradicted"),
            (Other("of tomorrow".to_owned()), "of tomorrow"),
        ] {
            assert_eq!((serde_json::to_value(&kind).unwrap(), kind.name()), (name.into(), name));
            assert_eq!(serde_json::from_value::<MomentKind>(name.into()).unwrap(), kind);
        }
    }

    #[test]
    fn a_rule_has_the_name_it_always_had_and_one_of_another_version_loads() {
        use FindingRule::*;
        for (rule, name) in [
            (BestTenMinutes, "best_ten_minutes"),
            (Battle, "battle"),
            (Baseline, "usual"),
            (HostBaseline, "usual_host"),
            (Returning, "returning"),
            (Peak, "peak"),
            (UpstreamCorrection, "restated"),
            (Surge, "surge"),
            (LikesFlatEntries, "likes_flat_entries"),
            (EntriesNoReaction, "entries_no_reaction"),
            (CoinsNoGifter, "coins_no_gifter"),
            (Frozen, "frozen"),
            (Implausible, "implausible"),
            (Other("of_tomorrow".to_owned()), "of_tomorrow"),
        ] {
            assert_eq!((serde_json::to_value(&rule).unwrap(), rule.name()), (name.into(), name));
            assert_eq!(serde_json::from_value::<FindingRule>(name.into()).unwrap(), rule);
        }
    }

    #[test]
    fn a_rule_of_sources_has_the_name_it_always_had_and_one_of_another_version_loads() {
        use SourceRule::{Later, NoReading, NotBelow, Other};
        for (rule, name) in [
            (Later, "later"),
            (NotBelow, "not_below"),
            (NoReading, "no_reading"),
            (Other("of_tomorrow".to_owned()), "of_tomorrow"),
        ] {
            assert_eq!(serde_json::to_value(&rule).unwrap(), name);
            assert_eq!(serde_json::from_value::<SourceRule>(name.into()).unwrap(), rule);
        }
    }

    #[test]
    fn a_hidden_counter_has_no_column() {
        let columns = Columns::with(&runs(), &[Counter::Viewers]);
        assert!(!serde_json::to_string(&columns).unwrap().contains("coins"));
        assert_eq!(columns.runs()[1].counters, Counters { viewers: 6, ..Counters::default() });
    }

    #[test]
    fn broken_columns_are_refused() {
        let good = serde_json::to_value(Columns::new(&runs())).unwrap();
        for (column, value) in
            [("step", serde_json::json!([0])), ("more", serde_json::json!([-1, 0])), ("first", serde_json::json!(null))]
        {
            let mut bad = good.clone();
            bad[column] = value;
            assert!(serde_json::from_value::<Columns>(bad).is_err(), "{column}");
        }
        let mut bad = good;
        bad["counters"]["coins"] = serde_json::json!([0, -1]);
        assert!(serde_json::from_value::<Columns>(bad).is_err());
    }
}
