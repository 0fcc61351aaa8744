//! The sections of a report, the same on a shared page, in the offline file and on the console's page of a stream.
//!
//! Must not: decide what is hidden (a derived record lacks it), or keep a sentence: words come from `lang`.

use super::host_past::host_history;
use super::name;
use crate::domain::numbers::ratio::{Ratio, RatioKind, ratios};
use crate::domain::numbers::{self, MINUTE, Series, baseline};
use crate::domain::record::{Document, Finding, FindingRule, MomentKind, Preset, Quartiles, Record, SourceKind};
use crate::domain::{Counter, Gap, GapCause, Millis, StreamKind, Totals};
use crate::i18n::{GapCost, I18n, middle, percent_of};
use crate::web::islands::ChartCursor;
use crate::web::view::charts::{
    Band, CumulativeChart, RateBucket, RateChart, Size, bar, bar_between, colour, cumulative_chart, rate_chart,
};
use leptos::prelude::*;

/// What is worked out of a record once and shown in several sections.
pub struct ReportView<'a> {
    pub i18n: &'a I18n,
    pub record: &'a Record,
    pub(crate) series: Series,
    buckets: Vec<numbers::Bucket>,
    width: i64,
}

impl<'a> ReportView<'a> {
    pub fn new(i18n: &'a I18n, record: &'a Record) -> Self {
        let series = Series::of(record);
        let width = numbers::width(&series);
        let buckets = numbers::buckets(&series, width);
        Self { i18n, record, series, buckets, width }
    }

    /// The counter the first screen is about: coins where they are told, else entries.
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

    /// What is usual for whole streams; a total that still runs is not held against it.
    pub(crate) fn compare_to_baseline(&self, counter: Counter) -> Option<&Quartiles> {
        self.record.usual.totals.get(&counter).filter(|_| self.record.ended_at.is_some())
    }

    pub(crate) fn has_curve(&self) -> bool {
        self.buckets.len() > 1
    }

    /// The end of everything that is known.
    fn until(&self) -> Millis {
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
                            | MomentKind::ClosingContradicted
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
            format!("{} {}{stop}", middle(&band.label, 32), self.i18n.span(band.from, Some(band.until)))
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
    fn every(&self) -> Option<(i64, i64)> {
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
    fn cost(&self, gap: &Gap) -> GapCost {
        let counter = self.hero();
        let Some((first, last)) = self.series.span() else { return GapCost::Nothing };
        if gap.cause == GapCause::BeforeFirst || gap.until <= first {
            let stood = self.record.before.get(counter).filter(|amount| *amount > 0);
            return stood.map_or(GapCost::Nothing, |amount| GapCost::Before { counter, amount });
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

    /// A sponsor's slot, where the link tells one.
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
    fn amount(&self, bucket: &numbers::Bucket, counter: Counter) -> Amount {
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

    /// At least and at most so much, 0 where it is unknown; for bars.
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

/// Date, times, length, zone.
pub fn when(figures: &ReportView) -> AnyView {
    let (i18n, record) = (figures.i18n, figures.record);
    let (line, both) = (when_words(figures), show_and_room(i18n, record));
    view! {
        <p class="when">{line}</p>
        {both.map(|sentence| view! { <p class="note">{sentence}</p> })}
        <p class="note">{i18n.times_in(record.started_at)}</p>
    }
    .into_any()
}

pub(crate) fn show_and_room(i18n: &I18n, record: &Record) -> Option<String> {
    let (show, room) = record.show_ended_at.zip(record.ended_at)?;
    numbers::show::differs(Some(show), Some(room)).then(|| i18n.show_and_room(show, room))
}

/// How the main figure stands to its usual, or how many streams are missing for one.
pub(crate) fn hero_compared(figures: &ReportView) -> Option<String> {
    let (i18n, record, counter) = (figures.i18n, figures.record, figures.hero());
    match (record.totals.get(counter), figures.compare_to_baseline(counter)) {
        (Some(value), Some(usual)) => Some(i18n.usual_full(value, usual)),
        (Some(_), None) if record.usual.totals.contains_key(&counter) => Some(i18n.baseline_at_end().to_owned()),
        (Some(_), None) if record.kind == StreamKind::Stream && record.preset() != Preset::Sponsor => {
            Some(i18n.usual_missing(record.usual.streams))
        }
        (None, _) => Some(i18n.why_unknown().to_owned()),
        _ => None,
    }
}

/// What a report tells, in its order: the same on the shared page, in the offline file and in the console. `open` unfolds
/// curves and table.
pub fn report_body(figures: &ReportView, open: bool) -> AnyView {
    view! {
        {hero(figures)}
        {highlights(figures)}
        {other_totals(figures)}
        {by_hour(figures)}
        {baseline_chart(figures)}
        {proportions(figures.i18n, &figures.record.totals)}
        {curves_and_table(figures, open)}
    }
    .into_any()
}

/// A number of more letters than this is written smaller, so that it stays on one line of a phone.
pub(crate) const MAX_NUMBER_LEN: usize = 12;

/// The main figure, its comparison, its curve.
fn hero(figures: &ReportView) -> AnyView {
    let (i18n, record, counter) = (figures.i18n, figures.record, figures.hero());
    let (label, number, compared, note) = match (figures.slot(), figures.slot_figures()) {
        (Some((from, until)), Some((number, bounds))) => (i18n.in_your_slot(from, until), number, bounds, None),
        _ => {
            let value = record.totals.get(counter);
            let note = i18n.counter_note(counter, value);
            (i18n.counter(counter), i18n.number(value), hero_compared(figures), note)
        }
    };
    let size = if number.len() > MAX_NUMBER_LEN { "big long" } else { "big" };
    view! {
        <section class=format!("hero {}", colour(counter)) aria-labelledby="hero">
            <div class="figure">
                <h2 id="hero">{label}</h2>
                <p class=size>{number}</p>
                {compared.map(|text| view! { <p class="compared">{text}</p> })}
                {note.map(|text| view! { <p class="note">{text}</p> })}
            </div>
            {main_curve(figures)}
        </section>
    }
    .into_any()
}

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

fn main_curve(figures: &ReportView) -> AnyView {
    let (i18n, record) = (figures.i18n, figures.record);
    if !figures.has_curve() {
        return view! { <p class="no-curve">{no_curve(figures)}</p> }.into_any();
    }
    let (rate, unit) = main_rate(figures);
    let seen = |gap: &&Gap| gap.until > rate.from && gap.from < rate.until();
    let hatched = i18n.hatched(&rate.gaps.iter().filter(seen).collect::<Vec<_>>());
    let busiest = figures.busiest();
    let chart = rate_chart(i18n, &rate, Size::Main);
    view! {
        <figure id="curve" class="main-chart">
            <figcaption class="unit">{unit.clone()}</figcaption>
            <ChartCursor i18n=cursor_i18n(i18n, record) label=i18n.cursor_of(&unit) zoom=true>
                {chart}
            </ChartCursor>
            {busiest.map(|sentence| view! { <p class="note">{sentence}</p> })}
            {hatched.map(|sentence| view! { <p class="note">{sentence}</p> })}
        </figure>
    }
    .into_any()
}

/// The words a cursor needs: the zone cut to this stream, so that little is sent.
fn cursor_i18n(i18n: &I18n, record: &Record) -> I18n {
    I18n { zone: i18n.zone.since(record.started_at), ..i18n.clone() }
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
    let said = |finding: &Finding| match finding.rule {
        FindingRule::Usual => finding.counter != Some(Counter::Gifters),
        FindingRule::BestTenMinutes => battle.is_some(),
        FindingRule::Battle => battle != Some(finding),
        // The chart says it.
        FindingRule::Peak => true,
        FindingRule::UsualHost
        | FindingRule::Returning
        | FindingRule::Restated
        | FindingRule::Surge
        | FindingRule::LikesFlatEntries
        | FindingRule::EntriesNoReaction
        | FindingRule::CoinsNoGifter
        | FindingRule::Frozen
        | FindingRule::Implausible
        | FindingRule::Other(_) => false,
    };
    record.findings.iter().filter(|finding| finding.shareable && !said(finding)).take(3).collect()
}

/// "What happened": sentences that link to their proof.
fn highlights(figures: &ReportView) -> AnyView {
    let found = headline_findings(figures.record);
    if found.is_empty() {
        return ().into_any();
    }
    let items = found
        .into_iter()
        .map(|finding| {
            let proof = match finding.rule {
                FindingRule::Usual => "#past",
                FindingRule::Returning => "#proportion",
                FindingRule::Restated => "#sure",
                FindingRule::BestTenMinutes
                | FindingRule::Battle
                | FindingRule::UsualHost
                | FindingRule::Peak
                | FindingRule::Surge
                | FindingRule::LikesFlatEntries
                | FindingRule::EntriesNoReaction
                | FindingRule::CoinsNoGifter
                | FindingRule::Frozen
                | FindingRule::Implausible
                | FindingRule::Other(_) => "#curve",
            };
            view! {
                <li>
                    <a class="quiet" href=proof>
                        {figures.i18n.finding(finding, figures.record)}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="happened" aria-labelledby="happened">
            <h2 id="happened">{figures.i18n.report_highlights()}</h2>
            <ul class="sentences">{items}</ul>
        </section>
    }
    .into_any()
}

/// The counters beside the main one, in the order of the page.
pub(crate) fn other_counters(figures: &ReportView) -> Vec<Counter> {
    let record = figures.record;
    let order = [Counter::Viewers, Counter::Coins, Counter::Gifters, Counter::Gifts, Counter::Messages, Counter::Likes];
    let slot = figures.slot().is_some();
    order.into_iter().filter(|counter| record.shows(*counter) && (slot || *counter != figures.hero())).collect()
}

/// Every other total, each with its comparison and what it counts.
fn other_totals(figures: &ReportView) -> AnyView {
    let i18n = figures.i18n;
    let heading = if figures.slot().is_some() { i18n.report_whole_stream() } else { i18n.report_other_totals() };
    let tiles = other_counters(figures).into_iter().map(|counter| total_tile(figures, counter)).collect_view();
    view! {
        <section class="others" aria-labelledby="totals">
            <h2 id="totals">{heading}</h2>
            <dl class="totals">{tiles}</dl>
        </section>
    }
    .into_any()
}

/// What stands under a total: what it counts, and how old it is.
pub(crate) fn total_notes(figures: &ReportView, counter: Counter) -> Vec<String> {
    let (i18n, record) = (figures.i18n, figures.record);
    let value = record.totals.get(counter);
    let mut notes: Vec<String> = match value {
        Some(_) => i18n.counter_note(counter, value).into_iter().collect(),
        None => vec![i18n.why_unknown().to_owned()],
    };
    // The closing message carries no messages: their total is a little older than the others.
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

fn total_tile(figures: &ReportView, counter: Counter) -> AnyView {
    let (i18n, value) = (figures.i18n, figures.record.totals.get(counter));
    let compared = value.zip(figures.compare_to_baseline(counter)).map(|(value, usual)| i18n.usual_short(value, usual));
    let notes = total_notes(figures, counter);
    view! {
        <div class=format!("total {}", colour(counter))>
            <dt>{i18n.counter(counter)}</dt>
            <dd>
                <span class="value">{i18n.number(value)}</span>
                {compared.map(|text| view! { <span class="compared">{text}</span> })}
                {notes.into_iter().map(|text| view! { <span class="note">{text}</span> }).collect_view()}
            </dd>
        </div>
    }
    .into_any()
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
    // What stood at a first reading within the first hour came in that hour; what the closing message added, in the last.
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

/// "When the coins came": hour by hour.
fn by_hour(figures: &ReportView) -> AnyView {
    let (i18n, counter) = (figures.i18n, figures.hero());
    let rows = hour_rows(figures);
    if rows.is_empty() {
        return ().into_any();
    }
    let most = longest_bar(&rows);
    let ranges = has_ranges(&rows).then(|| view! { <p class="note">{i18n.report_ranges_hint()}</p> });
    let rows = rows
        .into_iter()
        .map(|HourRow { label, note, value, percent }| {
            let bar = match value {
                Amount::Of(value) => bar(counter, value.unwrap_or(0), most),
                Amount::Between(lower, upper) => bar_between(counter, (lower, upper), most),
            };
            view! {
                <tr>
                    <th scope="row">
                        {label} {note.map(|note| view! { <span class="note">{note}</span> })}
                    </th>
                    <td>{value.text(i18n)}</td>
                    <td class="bar-cell">{bar}</td>
                    <td>{percent}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="by-hour" aria-labelledby="hours">
            <h2 id="hours">{i18n.when_came(counter)}</h2>
            <table class="hours">
                <tbody>{rows}</tbody>
            </table>
            {ranges}
        </section>
    }
    .into_any()
}

/// What the longest bar of the hours stands for.
pub(crate) fn longest_bar(rows: &[HourRow]) -> i64 {
    rows.iter().map(|row| row.value.ends().1).max().unwrap_or(1).max(1)
}

/// Whether the hours say what a range means.
pub(crate) fn has_ranges(rows: &[HourRow]) -> bool {
    rows.iter().any(|row| matches!(row.value, Amount::Between(..)))
}

/// Against the room's own past, and the host's where it is another.
fn baseline_chart(figures: &ReportView) -> AnyView {
    let (i18n, record, counter) = (figures.i18n, figures.record, figures.hero());
    let course = record.usual.course.get(&counter);
    let Some(past) =
        course.filter(|_| figures.has_curve() && record.usual.streams >= baseline::MIN_BASELINE_STREAMS as i64)
    else {
        return host_history(i18n, record);
    };
    let end = figures.until();
    // One value per bucket would be finer than the band; at most 240 keep the page small.
    let length = (end - record.started_at).max(1);
    let step = (length / 240 / MINUTE + 1) * MINUTE;
    let start = record.start.get(counter).unwrap_or(0);
    let first = figures.series.span().map_or(record.started_at, |(from, _)| from);
    let mut values: Vec<Option<i64>> = (0..=(length + step - 1) / step)
        .map(|place| {
            let at = record.started_at + place * step;
            match place {
                0 if at < first => Some(0),
                _ if at < first || figures.series.in_gap(at) => None,
                _ => figures.series.estimate(at).get(counter).map(|value| value - start),
            }
        })
        .collect();
    // The line ends at the total that is printed, what came after the last reading included.
    if let (Some(last), Some(total)) = (values.last_mut(), record.totals.get(counter)) {
        *last = Some(total);
    }
    let chart = CumulativeChart {
        counter,
        from: record.started_at,
        step,
        values,
        usual: past.clone(),
        usual_step: baseline::STEP_MS,
        gaps: record.gaps.clone(),
        ended: end,
        description: i18n.hatched(&record.gaps.iter().collect::<Vec<_>>()).into_iter().collect(),
    };
    let unit = i18n.so_far(counter);
    let chart = cumulative_chart(i18n, &chart);
    let sentence = match baseline::crossover(record, counter) {
        Some((true, elapsed)) => Some(i18n.ahead_from(elapsed / MINUTE, record.started_at + elapsed)),
        Some((false, elapsed)) => Some(i18n.behind_from(elapsed / MINUTE, record.started_at + elapsed)),
        None => None,
    };
    view! {
        <section id="past" class="past" aria-labelledby="past-title">
            <h2 id="past-title">{i18n.against_last(record.usual.streams, record.preset() == Preset::Host)}</h2>
            <figure>
                <figcaption class="unit">{unit.clone()}</figcaption>
                <ChartCursor i18n=cursor_i18n(i18n, record) label=i18n.cursor_of(&unit) zoom=false>
                    {chart}
                </ChartCursor>
            </figure>
            {sentence.map(|sentence| view! { <p>{sentence}</p> })}
            <p class="note">{i18n.usual_means(record.usual.streams)}</p>
            {host_history(i18n, record)}
        </section>
    }
    .into_any()
}

/// A proportion as the page prints it: whole from 10 on, else one decimal; "at least" is never rounded up.
fn ratio_text(i18n: &I18n, ratio: &Ratio) -> Option<String> {
    let thousandths = ratio.thousandths?;
    let text = if thousandths >= 10_000 {
        i18n.integer(if ratio.at_least { thousandths / 1000 } else { (thousandths + 500) / 1000 })
    } else {
        let tenths = if ratio.at_least { thousandths / 100 } else { (thousandths + 50) / 100 };
        if tenths % 10 == 0 { (tenths / 10).to_string() } else { format!("{}.{}", tenths / 10, tenths % 10) }
    };
    Some(if ratio.kind == RatioKind::GiftersPer100Entries { i18n.at_least_of_100(&text) } else { text })
}

fn ratio_label(i18n: &I18n, kind: RatioKind) -> String {
    match kind {
        RatioKind::CoinsPer100Entries => i18n.per_100_entries(Counter::Coins),
        RatioKind::MessagesPer100Entries => i18n.per_100_entries(Counter::Messages),
        RatioKind::LikesPer100Entries => i18n.per_100_entries(Counter::Likes),
        RatioKind::GiftsPer100Entries => i18n.per_100_entries(Counter::Gifts),
        RatioKind::CoinsPerGifter => i18n.per_gifter(Counter::Coins),
        RatioKind::GiftsPerGifter => i18n.per_gifter(Counter::Gifts),
        RatioKind::CoinsPerGift => i18n.per_gift(Counter::Coins),
        RatioKind::GiftersPer100Entries => i18n.ratio_gifters().to_owned(),
    }
}

/// So many proportions are told at once; the others are folded.
const FIRST_RATIOS: usize = 4;

/// The proportions; each opens its arithmetic.
fn proportions(i18n: &I18n, totals: &Totals) -> AnyView {
    let mut rows = ratios(totals)
        .into_iter()
        .filter_map(|ratio| {
            let text = ratio_text(i18n, &ratio)?;
            let (above, below) = (i18n.number(ratio.numerator), i18n.number(ratio.denominator));
            let factor = if ratio.factor == 1 { String::new() } else { format!(" × {}", ratio.factor) };
            Some(view! {
                <details class="ratio">
                    <summary>
                        <span>{ratio_label(i18n, ratio.kind)}</span>
                        <b>{text}</b>
                    </summary>
                    <p class="note">{format!("{above} ÷ {below}{factor}")}</p>
                </details>
            })
        })
        .collect::<Vec<_>>();
    if rows.is_empty() {
        return ().into_any();
    }
    let more = rows.split_off(rows.len().min(FIRST_RATIOS));
    let more = (!more.is_empty()).then(|| {
        view! {
            <details class="more-ratios">
                <summary>{i18n.report_more_ratios()}</summary>
                {more}
            </details>
        }
    });
    view! {
        <section id="proportion" class="proportion" aria-labelledby="proportion-title">
            <h2 id="proportion-title">{i18n.report_ratios()} <small>{i18n.report_ratios_hint()}</small></h2>
            <div class="ratios">{rows}</div>
            {more}
        </section>
    }
    .into_any()
}

/// All curves and the table, folded.
fn curves_and_table(figures: &ReportView, open: bool) -> AnyView {
    let (i18n, record) = (figures.i18n, figures.record);
    if !figures.has_curve() {
        return ().into_any();
    }
    let shown = record.shown();
    let curves = shown
        .iter()
        .map(|counter| {
            let mut rate = figures.rate(*counter);
            rate.bands.clear();
            view! {
                <figure class=format!("small {}", colour(*counter))>
                    <figcaption>
                        <span>{i18n.counter(*counter)}</span>
                        <b data-reading=counter.name()>{i18n.number(record.totals.get(*counter))}</b>
                    </figcaption>
                    {rate_chart(i18n, &rate, Size::Small)}
                </figure>
            }
        })
        .collect_view();
    view! {
        <section class="folded">
            <details open=open>
                <summary>{i18n.all_six(shown.len())}</summary>
                <p class="note">{i18n.all_per_minute()}</p>
                <ChartCursor
                    i18n=cursor_i18n(i18n, record)
                    label=i18n.cursor_of(i18n.all_six(shown.len()))
                    zoom=false
                >
                    <div class="small-charts">{curves}</div>
                </ChartCursor>
            </details>
            {table(figures)}
        </section>
    }
    .into_any()
}

/// Increments in steps of five minutes (one in short streams, more in very long ones).
fn table(figures: &ReportView) -> AnyView {
    let (i18n, record) = (figures.i18n, figures.record);
    let length = figures.series.span().map_or(0, |(from, until)| until - from);
    let minutes = [1, 5, 10, 30, 60, 240].into_iter().find(|minutes| length / (minutes * MINUTE) <= 60).unwrap_or(1440);
    let rows = numbers::buckets(&figures.series, minutes * MINUTE);
    let shown = record.shown();
    let gap = rows.iter().any(numbers::Bucket::has_gap);
    let head = shown.iter().map(|counter| view! { <th scope="col">{i18n.counter(*counter)}</th> }).collect_view();
    let days = i18n.zone.civil(figures.until()).days - i18n.zone.civil(record.started_at).days;
    let rows = rows
        .into_iter()
        .map(|row| {
            let time = if days > 1 { i18n.date_hm(row.from) } else { i18n.hm(row.from) };
            let mark = if row.has_gap() { "*" } else { "" };
            let cells = shown
                .iter()
                .map(|counter| view! { <td>{figures.amount(&row, *counter).text(i18n)}</td> })
                .collect_view();
            view! {
                <tr>
                    <th scope="row">{format!("{time}{mark}")}</th>
                    {cells}
                </tr>
            }
        })
        .collect_view();
    view! {
        <details>
            <summary>{i18n.table_every(minutes * MINUTE)}</summary>
            <p class="note">{i18n.table_means(minutes * MINUTE)}</p>
            <table class="readings">
                <thead>
                    <tr>
                        <th scope="col">{i18n.report_time()}</th>
                        {head}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            {gap.then(|| view! { <p class="note">{i18n.report_table_note()}</p> })}
        </details>
    }
    .into_any()
}

/// How sure the numbers are: coverage, gaps, sources, the peak, what the seal means, what is counted. `shared` is a link's
/// page, which says that it shows the newest revision.
pub fn data_quality(figures: &ReportView, sealed: bool, shared: bool) -> AnyView {
    let (i18n, record) = (figures.i18n, figures.record);
    let quality = &record.quality;
    let mut sentences: Vec<String> = Vec::new();
    // The place of the curve says when a snapshot was read, and why there is no more.
    if record.kind == StreamKind::Stream {
        let mut read = match (sealed, quality.coverage) {
            (false, None) => i18n.read_so_far(quality.readings),
            _ => i18n.read_times(quality.readings, figures.every(), quality.coverage),
        };
        let space = i18n.sentence_separator();
        // A stream that runs has no coverage yet, but it may have gaps.
        match quality.longest_gap.as_ref().or(record.gaps.iter().max_by_key(|gap| gap.millis())) {
            Some(gap) => {
                read = format!("{read}{space}{}", i18n.longest_gap(gap));
                if !figures.series.is_empty() {
                    read = format!("{read}{space}{}", i18n.gap_costs(&figures.cost(gap)));
                }
            }
            None => read = format!("{read}{space}{}", i18n.no_gap()),
        }
        sentences.push(read);
        sentences.extend(end_words(i18n, record));
        if !record.restated.is_empty() {
            sentences.push(i18n.restated(record.restated.len()));
        }
    }
    sentences.extend(source_words(i18n, record));
    let peak = record.peaks.get(&figures.hero()).filter(|_| figures.has_curve());
    if let Some(peak) = peak {
        sentences.push(i18n.peak_named(figures.hero(), peak));
    }
    if sealed {
        sentences.push(i18n.sealed_means(record.sealed_at, &record.issuer));
    }
    if record.revision > 1 {
        let revision = i18n.revision(record.revision);
        sentences.push(if shared {
            format!("{revision}{}{}", i18n.sentence_separator(), i18n.report_newest_revision())
        } else {
            revision
        });
    }
    sentences.push(i18n.what_is_counted(record.shows(Counter::Coins)));
    view! {
        <section id="sure" class="sure" aria-labelledby="sure-title">
            <h2 id="sure-title">
                {i18n.report_data_quality()}
                {quality.verdict.map(|verdict| view! { <small>{i18n.verdict(verdict)}</small> })}
            </h2>
            {sentences.into_iter().map(|sentence| view! { <p>{sentence}</p> }).collect_view()}
        </section>
    }
    .into_any()
}

fn end_words(i18n: &I18n, record: &Record) -> Option<String> {
    let (after, before) = record.ended_after.zip(record.ended_at)?;
    (before - after >= 1000).then(|| i18n.end_between(after, before))
}

/// Sources, grouped: counters that were told by the same source at the same time share a sentence.
fn source_words(i18n: &I18n, record: &Record) -> Vec<String> {
    let closed = record.sources.values().any(|source| source.from == SourceKind::RoomClosed);
    let mut groups: Vec<(SourceKind, Millis, Vec<Counter>)> = Vec::new();
    let mut messages = None;
    let shown = record.sources.iter().filter(|(counter, _)| record.shows(**counter));
    for (counter, source) in shown.clone().filter(|(counter, _)| record.totals.get(**counter).is_some()) {
        if closed && *counter == Counter::Messages && source.from == SourceKind::LastReading {
            messages = Some(i18n.messages_from_reading(source.at));
            continue;
        }
        match groups.iter_mut().find(|(kind, at, _)| *kind == source.from && at.seconds() == source.at.seconds()) {
            Some((_, _, counters)) => counters.push(*counter),
            None => groups.push((source.from, source.at, vec![*counter])),
        }
    }
    let mut first: Vec<String> =
        groups.iter().map(|(kind, at, counters)| i18n.from_source(counters, *kind, *at)).collect();
    first.extend(messages);
    let space = i18n.sentence_separator();
    let mut sentences: Vec<String> = Vec::new();
    if !first.is_empty() {
        sentences.push(first.join(space));
    }
    let differ = shown.filter_map(|(counter, source)| {
        let other = source.other.as_ref()?;
        Some(match record.totals.get(*counter) {
            Some(printed) => i18n.sources_differ(*counter, printed, other),
            None => i18n.only_the_closing_message(*counter, other),
        })
    });
    let differ: Vec<String> = differ.collect();
    if !differ.is_empty() {
        sentences.push(differ.join(space));
    }
    sentences
}

/// Findings that stay inside, and the ledger: for users and the preset "everything".
pub fn collection_log(figures: &ReportView) -> AnyView {
    let (i18n, record) = (figures.i18n, figures.record);
    let quality = &record.quality;
    let found = record
        .findings
        .iter()
        .map(|finding| {
            view! {
                <li>
                    {i18n.finding(finding, record)}
                    {(!finding.shareable).then(|| view! { <span class="tag">{i18n.finding_internal()}</span> })}
                </li>
            }
        })
        .collect_view();
    let errors = quality
        .errors
        .iter()
        .flatten()
        .map(|(code, count)| {
            view! {
                <div>
                    <dt>{i18n.error_code(code)}</dt>
                    <dd>{i18n.integer(*count)}</dd>
                </div>
            }
        })
        .collect_view();
    let gaps = record
        .gaps
        .iter()
        .map(|gap| view! { <li>{format!("{} ({})", i18n.gap_line(gap), i18n.length(gap.millis()))}</li> })
        .collect_view();
    let moments = record
        .moments
        .iter()
        .map(|moment| {
            let count = moment.count.map(|count| i18n.integer(count));
            let (label, coins) = (moment.label.as_deref().or(count.as_deref()), moment.amounts.coins);
            view! { <li>{i18n.moment(&moment.kind, label, moment.from, moment.until, coins)}</li> }
        })
        .collect_view();
    // A snapshot is no end of anything.
    let ended = record.ended_by.filter(|_| record.kind == StreamKind::Stream).map(|evidence| i18n.evidence(evidence));
    view! {
        <section class="ledger" aria-labelledby="ledger">
            <h2 id="ledger">{i18n.report_collection_log()}</h2>
            {(!record.findings.is_empty()).then(|| view! { <ul class="sentences">{found}</ul> })}
            {(!record.moments.is_empty()).then(|| view! { <ul class="sentences">{moments}</ul> })}
            <dl class="facts">
                <div>
                    <dt>{i18n.log_readings()}</dt>
                    <dd>{i18n.integer(quality.readings)}</dd>
                </div>
                <div>
                    <dt>{i18n.log_retries()}</dt>
                    <dd>{i18n.number(quality.retries)}</dd>
                </div>
                <div>
                    <dt>{i18n.log_excluded()}</dt>
                    <dd>{i18n.number(quality.set_aside)}</dd>
                </div>
                {errors}
                {ended
                    .map(|ended| {
                        view! {
                            <div>
                                <dt>{i18n.log_ended_by()}</dt>
                                <dd>{ended}</dd>
                            </div>
                        }
                    })}
                {quality
                    .last_request_id
                    .clone()
                    .map(|id| {
                        view! {
                            <div>
                                <dt>"RequestId"</dt>
                                <dd>
                                    <code>{name(&id, 48)}</code>
                                </dd>
                            </div>
                        }
                    })}
            </dl>
            {(!record.gaps.is_empty())
                .then(|| {
                    view! {
                        <details>
                            <summary>{i18n.all_gaps(record.gaps.len())}</summary>
                            <ul class="sentences">{gaps}</ul>
                        </details>
                    }
                })}
        </section>
    }
    .into_any()
}

/// Host, where told, under the title.
pub fn host(record: &Record) -> Option<AnyView> {
    Some(view! { <p class="host">{name(host_label(record)?, 40)}</p> }.into_any())
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
    let mut parts = vec![middle(&title(i18n, record), 60), i18n.date_plain(record.reported_at())];
    parts.extend(record.show_ms().map(|length| i18n.hours(length)));
    parts.join(" · ")
}
