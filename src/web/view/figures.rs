//! The figures of a report, worked out once and shown alike on pages and in pictures: totals with their comparison, curves,
//! hours, the seal in words.
//!
//! Must not: draw, or decide what is hidden (a derived record lacks it).

use crate::domain::numbers::{self, MINUTE, Series};
use crate::domain::record::{Document, Finding, FindingRule, MomentKind, Preset, Quartiles, Record, SourceKind};
use crate::domain::{Counter, Gap, GapCause, Millis, StreamKind, Totals};
use crate::i18n::{GapCost, I18n, percent_of, truncate_middle};
use crate::web::view::charts::{Band, RateBucket, RateChart};

/// What is worked out of a record once and shown in several sections.
pub struct ReportView<'a> {
    pub i18n: &'a I18n,
    pub record: &'a Record,
    pub(crate) series: Series,
    pub(crate) buckets: Vec<numbers::Bucket>,
    pub(crate) width: i64,
}

impl<'a> ReportView<'a> {
    pub fn new(i18n: &'a I18n, record: &'a Record) -> Self {
        let series = Series::of(record);
        let width = numbers::width(&series);
        let buckets = numbers::buckets(&series, width);
        Self { i18n, record, series, buckets, width }
    }

    /// The counter the first screen is about: coins where they are shown, else entries.
    pub fn hero(&self) -> Counter {
        if self.record.shows(Counter::Coins) && self.record.totals.coins.is_some() {
            Counter::Coins
        } else {
            Counter::Viewers
        }
    }

    /// The title of the stream, or a plain word where it is hidden.
    pub fn title(&self) -> String {
        title(self.i18n, self.record)
    }

    /// The baseline of whole streams; a running total is not compared with it.
    pub(crate) fn compare_to_baseline(&self, counter: Counter) -> Option<&Quartiles> {
        self.record.baseline.totals.get(&counter).filter(|_| self.record.ended_at.is_some())
    }

    pub(crate) fn has_curve(&self) -> bool {
        self.buckets.len() > 1
    }

    /// The end of everything that is known.
    pub(crate) fn until(&self) -> Millis {
        let read = self.series.span().map(|(_, until)| until);
        self.record.show_end().or(read).unwrap_or(self.record.started_at)
    }

    /// The rates of one counter as a chart takes them: buckets on the clock's grid.
    pub(crate) fn rate(&self, counter: Counter) -> RateChart {
        let grid = |at: Millis| Millis(at.0.div_euclid(self.width) * self.width);
        let (from, ended) = self.series.span().unwrap_or((self.record.started_at, self.record.started_at));
        let shown = |bucket: &numbers::Bucket| match bucket {
            // Where nothing was read, there is nothing to draw.
            bucket if bucket.is_unread() => RateBucket::default(),
            bucket => RateBucket {
                estimate: bucket.estimate.get(counter).filter(|_| !bucket.shares_gap),
                lower: bucket.lower.get(counter),
                upper: bucket.upper.get(counter),
            },
        };
        let bands: Vec<Band> = self
            .record
            .moments
            .iter()
            .filter_map(|moment| {
                Some(Band {
                    from: moment.from,
                    until: moment.until?,
                    label: match (&moment.kind, moment.label.as_deref()) {
                        (MomentKind::Battle, Some(label)) => format!("PK {label}"),
                        (MomentKind::Battle, None) => "PK".to_owned(),
                        (
                            MomentKind::Owner
                            | MomentKind::Follow
                            | MomentKind::RoomClosedContradicted
                            | MomentKind::Other(_),
                            label,
                        ) => label?.to_owned(),
                    },
                })
            })
            .collect();
        let peak = self.record.peaks.get(&counter);
        let mut description: Vec<String> = peak.iter().map(|peak| self.i18n.peak(counter, peak)).collect();
        description.extend(bands.iter().map(|band| {
            let stop = self.i18n.report_full_stop();
            format!("{} {}{stop}", truncate_middle(&band.label, 32), self.i18n.span(band.from, Some(band.until)))
        }));
        description.extend(self.i18n.hatched(&self.record.gaps.iter().collect::<Vec<_>>()));
        RateChart {
            counter,
            from: grid(from),
            step: self.width,
            buckets: self.buckets.iter().map(shown).collect(),
            gaps: self.record.gaps.clone(),
            bands,
            peak: peak.map(|peak| (peak.from.midpoint(peak.until), self.i18n.peak_short(counter, peak))),
            total: self.record.totals.get(counter),
            started: from,
            ended,
            description,
        }
    }

    /// How far apart the readings were where nothing was wrong: from the shortest to the longest time, without the rarest
    /// twentieth at each end.
    pub(crate) fn every(&self) -> Option<(i64, i64)> {
        let runs = self.series.runs();
        let inside = runs.iter().filter(|run| run.count > 1);
        let mut steps: Vec<(i64, i64)> =
            inside.map(|run| ((run.until_asked - run.from) / (run.count - 1), run.count - 1)).collect();
        steps.extend(runs.windows(2).filter_map(|pair| {
            let (before, after) = (&pair[0], &pair[1]);
            (!self.series.gap_between(before.until, after.from)).then_some((after.from - before.until_asked, 1))
        }));
        steps.sort_unstable();
        let all: i64 = steps.iter().map(|(_, count)| count).sum();
        let at = |place: i64| {
            let mut seen = 0;
            steps.iter().find(|(_, count)| {
                seen += count;
                seen > place
            })
        };
        Some((at(all / 20)?.0, at(all - 1 - all / 20)?.0))
    }

    /// What a gap costs the numbers of this report.
    pub(crate) fn cost(&self, gap: &Gap) -> GapCost {
        let counter = self.hero();
        let Some((first, last)) = self.series.span() else { return GapCost::Nothing };
        if gap.cause == GapCause::BeforeFirst || gap.until <= first {
            let before = self.record.before.get(counter).filter(|amount| *amount > 0);
            return before.map_or(GapCost::Nothing, |amount| GapCost::Before { counter, amount });
        }
        if gap.cause == GapCause::AfterLast || gap.from >= last {
            let closed = self.record.sources.get(&counter).is_some_and(|source| source.from == SourceKind::RoomClosed);
            let running = self.record.ended_at.is_none();
            return if closed || running { GapCost::Nothing } else { GapCost::TailMissing };
        }
        let time = |at: Millis| if self.width < MINUTE { self.i18n.hms(at) } else { self.i18n.hm(at) };
        // The last instant of the gap, not the next minute's first.
        let (from, until) = (gap.from, (gap.until - 1).max(gap.from));
        if from.0.div_euclid(MINUTE) == until.0.div_euclid(MINUTE) && self.width == MINUTE {
            return GapCost::Inside(time(from));
        }
        let bounds = self.series.lower(gap.from).get(counter).zip(self.series.upper(gap.until).get(counter));
        match bounds {
            Some((lower, upper)) if upper > lower => {
                GapCost::Split { counter, amount: upper - lower, from: time(from), until: time(until) }
            }
            _ => GapCost::Nothing,
        }
    }

    /// The busiest minute in words, where the readings prove which one it was.
    pub(crate) fn busiest(&self) -> Option<String> {
        let counter = self.hero();
        let of = |totals: &Totals| totals.get(counter).unwrap_or(0);
        let outside = (of(&self.record.before), of(&self.record.after));
        let minute = numbers::busiest_minute(&self.series, counter, outside)?;
        let bounds = minute.lower.get(counter).zip(minute.upper.get(counter))?;
        Some(self.i18n.busiest_minute(counter, minute.from, bounds))
    }

    /// A sponsor's slot, where the link shows one.
    pub fn slot(&self) -> Option<(Millis, Millis)> {
        self.record.derived.as_ref().and_then(|derived| derived.slot)
    }

    /// The slot in one line: "Entries in your slot 20:30–21:00: 2,140 (between 2,131 and 2,152)"
    pub fn slot_line(&self) -> Option<String> {
        let (from, until) = self.slot()?;
        let (label, figures) = (self.i18n.in_your_slot(from, until), self.slot_figures()?);
        Some(match figures {
            (amount, Some(bounds)) => self.i18n.report_slot_line_bounds(&label, &amount, &bounds),
            (amount, None) => self.i18n.report_slot_line(&label, &amount),
        })
    }

    /// Entries in the slot, and between which bounds they lie where these differ.
    pub(crate) fn slot_figures(&self) -> Option<(String, Option<String>)> {
        let (from, until) = self.slot()?;
        let slot = numbers::between(&self.series, from, until);
        match self.amount(&slot, Counter::Viewers) {
            Amount::Between(lower, upper) => Some((self.i18n.range(lower, upper), None)),
            Amount::Of(estimate) => {
                let bounds = slot.lower.viewers.zip(slot.upper.viewers).filter(|(lower, upper)| lower < upper);
                Some((self.i18n.number(estimate), bounds.map(|(lower, upper)| self.i18n.between(lower, upper))))
            }
        }
    }

    /// What came in a bucket: a range where a gap lies across one of its edges and something came in it.
    pub(crate) fn amount(&self, bucket: &numbers::Bucket, counter: Counter) -> Amount {
        let range =
            bucket.shares_gap.then(|| numbers::range(&self.series, bucket.from, bucket.until, counter)).flatten();
        match range {
            Some((lower, upper)) if lower < upper => Amount::Between(lower, upper),
            _ => Amount::Of(bucket.estimate.get(counter)),
        }
    }
}

/// A number as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Amount {
    Of(Option<i64>),
    /// At least and at most; which part of a data gap belongs here is unknown.
    Between(i64, i64),
}

impl Amount {
    pub fn text(self, i18n: &I18n) -> String {
        match self {
            Self::Of(value) => i18n.number(value),
            Self::Between(lower, upper) => i18n.range(lower, upper),
        }
    }

    fn plus(self, more: i64) -> Self {
        match self {
            Self::Of(value) => Self::Of(value.map(|value| value + more)),
            Self::Between(lower, upper) => Self::Between(lower + more, upper + more),
        }
    }

    /// The lower and the upper bound, 0 where it is unknown; for bars.
    pub fn ends(self) -> (i64, i64) {
        match self {
            Self::Of(value) => (value.unwrap_or(0).max(0), value.unwrap_or(0).max(0)),
            Self::Between(lower, upper) => (lower, upper),
        }
    }
}

/// The title of the stream, or a plain word where it is hidden.
pub fn title(i18n: &I18n, record: &Record) -> String {
    let room = record.room.as_ref().map(|room| room.as_str());
    let title = record.title.as_deref().filter(|title| !title.trim().is_empty());
    title.or(room).map_or_else(|| crate::i18n::capitalised(i18n.report_stream()), str::to_owned)
}

/// "Sat 21 Nov 2026 · 20:00–23:04 · 3 h 04 min"
pub(crate) fn when_words(figures: &ReportView) -> String {
    let (i18n, record) = (figures.i18n, figures.record);
    let length = |length| if length < MINUTE { i18n.length(length) } else { i18n.hours(length) };
    let length = record.show_ms().map(|show| format!(" · {}", length(show))).unwrap_or_default();
    if record.kind == StreamKind::Snapshot {
        let read = figures.series.first().map_or(record.sealed_at, |reading| reading.answered);
        format!("{} · {}", i18n.date(read), i18n.hms(read))
    } else {
        format!("{}{length}", i18n.long_span(record.started_at, record.show_end()))
    }
}

pub(crate) fn show_and_room(i18n: &I18n, record: &Record) -> Option<String> {
    let (show, room) = record.show_ended_at.zip(record.ended_at)?;
    numbers::show::differs(Some(show), Some(room)).then(|| i18n.show_and_room(show, room))
}

/// How the main figure compares with its baseline, or how many streams are missing for one.
pub(crate) fn hero_compared(figures: &ReportView) -> Option<String> {
    let (i18n, record, counter) = (figures.i18n, figures.record, figures.hero());
    match (record.totals.get(counter), figures.compare_to_baseline(counter)) {
        (Some(value), Some(baseline)) => Some(i18n.compared_full(value, baseline)),
        (Some(_), None) if record.baseline.totals.contains_key(&counter) => Some(i18n.baseline_at_end().to_owned()),
        (Some(_), None) if record.kind == StreamKind::Stream && record.preset() != Preset::Sponsor => {
            Some(i18n.baseline_missing_for(record.baseline.streams))
        }
        (None, _) => Some(i18n.why_unknown().to_owned()),
        _ => None,
    }
}

/// A number of more letters than this is written smaller, so that it stays on one line of a phone.
pub(crate) const MAX_NUMBER_LEN: usize = 12;

/// Why there is no curve.
pub(crate) fn no_curve(figures: &ReportView) -> String {
    let i18n = figures.i18n;
    match (figures.record.kind, figures.series.first()) {
        (StreamKind::Snapshot, Some(reading)) => i18n.one_reading(reading.answered),
        (StreamKind::Stream, Some(_)) => i18n.too_short(figures.series.readings()).to_owned(),
        (_, None) => i18n.no_reading().to_owned(),
    }
}

/// The curve of the first screen, with the sponsor's slot marked, and what it counts.
pub(crate) fn main_rate(figures: &ReportView) -> (RateChart, String) {
    let (i18n, counter) = (figures.i18n, figures.hero());
    let mut rate = figures.rate(counter);
    if let Some((from, until)) = figures.slot() {
        rate.bands.push(Band { from, until, label: i18n.report_slot().to_owned() });
    }
    let unit = i18n.per(counter, figures.width);
    let unit = rate.mean_over().map_or(unit.clone(), |over| format!("{unit} · {}", i18n.line_is_mean(over)));
    (rate, unit)
}

/// The findings for the first screen: at most three, none that a number beside it already says.
pub fn headline_findings(record: &Record) -> Vec<&Finding> {
    let amount = |finding: &Finding| finding.numbers.get("amount").copied().unwrap_or_default();
    // Of several battles the greatest, and only one that mattered: a twentieth of everything.
    let battle = record
        .findings
        .iter()
        .filter(|finding| {
            finding.rule == FindingRule::Battle && finding.numbers.get("percent").is_some_and(|percent| *percent >= 5)
        })
        .max_by_key(|finding| amount(finding));
    let is_shown_above = |finding: &Finding| match finding.rule {
        FindingRule::Baseline => finding.counter != Some(Counter::Gifters),
        FindingRule::BestTenMinutes => battle.is_some(),
        FindingRule::Battle => battle != Some(finding),
        // The chart says it.
        FindingRule::Peak => true,
        FindingRule::HostBaseline
        | FindingRule::Returning
        | FindingRule::UpstreamCorrection
        | FindingRule::Surge
        | FindingRule::LikesFlatEntries
        | FindingRule::EntriesNoReaction
        | FindingRule::CoinsNoGifter
        | FindingRule::Frozen
        | FindingRule::Implausible
        | FindingRule::Other(_) => false,
    };
    record.findings.iter().filter(|finding| finding.shareable && !is_shown_above(finding)).take(3).collect()
}

/// The counters beside the main one, in the order of the page.
pub(crate) fn other_counters(figures: &ReportView) -> Vec<Counter> {
    let record = figures.record;
    let order = [Counter::Viewers, Counter::Coins, Counter::Gifters, Counter::Gifts, Counter::Messages, Counter::Likes];
    let slot = figures.slot().is_some();
    order.into_iter().filter(|counter| record.shows(*counter) && (slot || *counter != figures.hero())).collect()
}

/// The notes under a total: what it counts, and how old it is.
pub(crate) fn total_notes(figures: &ReportView, counter: Counter) -> Vec<String> {
    let (i18n, record) = (figures.i18n, figures.record);
    let value = record.totals.get(counter);
    let mut notes: Vec<String> = match value {
        Some(_) => i18n.counter_note(counter, value).into_iter().collect(),
        None => vec![i18n.why_unknown().to_owned()],
    };
    // The room-closed webhook carries no messages: their total is a little older than the others.
    let end = record.ended_at.filter(|_| record.kind == StreamKind::Stream);
    if let Some((source, end)) = record.sources.get(&counter).zip(end)
        && source.from == SourceKind::LastReading
        && end - source.at >= 1000
        && record.sources.values().any(|other| other.from == SourceKind::RoomClosed)
    {
        notes.push(i18n.as_of_before_end(end - source.at));
    }
    notes
}

/// One row of "when the coins came".
pub(crate) struct HourRow {
    pub label: String,
    pub note: Option<String>,
    pub value: Amount,
    /// Share of the total in words.
    pub percent: Option<String>,
}

/// The main counter hour by hour, so that the rows add up to its total; empty where that would be one row.
pub(crate) fn hour_rows(figures: &ReportView) -> Vec<HourRow> {
    let (i18n, record, counter) = (figures.i18n, figures.record, figures.hero());
    let Some(total) = record.totals.get(counter).filter(|total| *total > 0 && figures.has_curve()) else {
        return Vec::new();
    };
    let hours = numbers::hours(&figures.series, record.started_at);
    if hours.len() < 2 {
        return Vec::new();
    }
    let row = |label: String, note: Option<String>, value: Amount| {
        let percent = match value {
            Amount::Of(value) => value.and_then(|value| match percent_of(value, total)? {
                0 if value > 0 => Some(i18n.number_under_one_percent().to_owned()),
                percent => Some(i18n.percent(percent)),
            }),
            Amount::Between(lower, upper) => percent_of(lower, total)
                .zip(percent_of(upper, total))
                .map(|(lower, upper)| i18n.percent_range(lower, upper)),
        };
        HourRow { label, note, value, percent }
    };
    let mut rows = Vec::new();
    // The counters of a first reading within the first hour came in that hour; what the room-closed webhook added, in the last.
    let skipped = (hours[0].from - record.started_at).max(0) / (60 * MINUTE);
    let before = record.before.get(counter).filter(|before| *before > 0);
    if let Some(before) = before.filter(|_| skipped > 0) {
        rows.push(row(i18n.report_before_first_reading().to_owned(), None, Amount::Of(Some(before))));
    }
    for (place, hour) in hours.iter().enumerate() {
        let last = place + 1 == hours.len();
        let rest = (hour.millis() / MINUTE - 60).max(0);
        let note = (rest > 0 && last).then(|| i18n.including_rest(rest));
        let early = before.filter(|_| place == 0 && skipped == 0).unwrap_or(0);
        let late = record.after.get(counter).filter(|_| last).unwrap_or(0);
        let value = figures.amount(hour, counter).plus(early + late);
        rows.push(row(i18n.nth_hour(skipped + place as i64 + 1), note, value));
    }
    rows
}

/// What the longest bar of the hours means.
pub(crate) fn longest_bar(rows: &[HourRow]) -> i64 {
    rows.iter().map(|row| row.value.ends().1).max().unwrap_or(1).max(1)
}

/// Whether the hours say what a range means.
pub(crate) fn has_ranges(rows: &[HourRow]) -> bool {
    rows.iter().any(|row| matches!(row.value, Amount::Between(..)))
}

/// The host's name, else the account.
pub(crate) fn host_label(record: &Record) -> Option<&str> {
    record.host_name.as_deref().or(record.host.as_deref()).filter(|label| !label.trim().is_empty())
}

/// "✓ Sealed 23:06 · complete · revision 2"
pub(crate) fn seal_words(i18n: &I18n, document: &Document) -> String {
    let record = &document.record;
    if document.seal.is_none() {
        return i18n.report_not_sealed_yet().to_owned();
    }
    let verdict = record.quality.verdict.map(|verdict| format!(" · {}", i18n.verdict_lower(verdict)));
    let revision = (record.revision > 1).then(|| format!(" · {}", i18n.revision_short(record.revision)));
    let ended = record.ended_at.unwrap_or(record.started_at);
    let sealed = i18n.sealed_after(ended, record.sealed_at);
    format!("✓ {sealed}{}{}", verdict.unwrap_or_default(), revision.unwrap_or_default())
}

/// The title of the document: for tabs, files and chats.
pub fn document_title(i18n: &I18n, record: &Record) -> String {
    let mut parts = vec![truncate_middle(&title(i18n, record), 60), i18n.date_plain(record.reported_at())];
    parts.extend(record.show_ms().map(|length| i18n.hours(length)));
    parts.join(" · ")
}
