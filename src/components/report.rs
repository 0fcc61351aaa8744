//! The sections of a report, the same on a shared page, in the offline file and on the console's page of a stream.
//!
//! May not: decide what is hidden (a derived record lacks it), or keep a sentence: words come from `lang`.

use super::name;
use crate::charts::{Band, Bucket, Course, Rate, Size, bar, colour, course_chart, rate_chart};
use crate::domain::numbers::ratio::{Ratio, RatioKind, ratios};
use crate::domain::numbers::{self, MINUTE, Series, usual};
use crate::domain::record::{Finding, Preset, Quartiles, Record, SourceKind};
use crate::domain::{Counter, Gap, Millis, StreamKind, Totals};
use crate::islands::ChartCursor;
use crate::lang::{Lang, Words, grouped, middle, percent_of};
use leptos::prelude::*;

/// What is worked out of a record once and shown in several sections.
pub struct Figures<'a> {
    pub words: &'a Words,
    pub record: &'a Record,
    series: Series,
    buckets: Vec<numbers::Bucket>,
    width: i64,
}

impl<'a> Figures<'a> {
    pub fn new(words: &'a Words, record: &'a Record) -> Self {
        let series = Series::of(record);
        let width = numbers::width(&series);
        let buckets = numbers::buckets(&series, width);
        Self { words, record, series, buckets, width }
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
        title(self.words, self.record)
    }

    fn usual(&self, counter: Counter) -> Option<&Quartiles> {
        self.record.usual.totals.get(&counter)
    }

    fn has_curve(&self) -> bool {
        self.buckets.len() > 1
    }

    /// The end of everything that is known.
    fn until(&self) -> Millis {
        let read = self.series.span().map(|(_, until)| until);
        self.record.show_end().or(read).unwrap_or(self.record.started_at)
    }

    /// The rates of one counter as a chart takes them: buckets on the clock's grid.
    fn rate(&self, counter: Counter) -> Rate {
        let grid = |at: Millis| Millis(at.0.div_euclid(self.width) * self.width);
        let (from, ended) = self.series.span().unwrap_or((self.record.started_at, self.record.started_at));
        let shown = |bucket: &numbers::Bucket| Bucket {
            estimate: bucket.estimate.get(counter),
            lower: bucket.lower.get(counter),
            upper: bucket.upper.get(counter),
        };
        let bands = self.record.moments.iter().filter_map(|moment| {
            Some(Band {
                from: moment.from,
                until: moment.until?,
                label: match (moment.kind.as_str(), moment.label.as_deref()) {
                    ("battle", Some(label)) => format!("PK {label}"),
                    (_, Some(label)) => label.to_owned(),
                    ("battle", None) => "PK".to_owned(),
                    _ => return None,
                },
            })
        });
        Rate {
            counter,
            from: grid(from),
            step: self.width,
            buckets: self.buckets.iter().map(shown).collect(),
            gaps: self.record.gaps.clone(),
            bands: bands.collect(),
            peak: self
                .record
                .peaks
                .get(&counter)
                .map(|peak| (peak.from.midpoint(peak.until), self.words.peak_short(counter, peak))),
            total: self.record.totals.get(counter),
            ended,
        }
    }

    /// The gap inside the readings that lost most, and what came in it.
    fn inside(&self, gap: &Gap) -> Option<(Counter, i64)> {
        let counter = self.hero();
        let (first, last) = self.series.span()?;
        if gap.from < first || gap.until > last {
            return None;
        }
        let lower = self.series.lower(gap.from).get(counter)?;
        let upper = self.series.upper(gap.until).get(counter)?;
        Some((counter, (upper - lower).max(0)))
    }
}

/// The title of the stream, or a plain word where it is hidden.
pub fn title(words: &Words, record: &Record) -> String {
    let room = record.room.as_ref().map(|room| room.as_str());
    let title = record.title.as_deref().filter(|title| !title.trim().is_empty());
    title.or(room).map_or_else(|| crate::lang::capitalised(words.stream_report()), str::to_owned)
}

/// Date, times, length, zone.
pub fn when(figures: &Figures) -> AnyView {
    let (words, record) = (figures.words, figures.record);
    let length = record.show_ms().map(|length| format!(" · {}", words.hours(length))).unwrap_or_default();
    let line = if record.kind == StreamKind::Snapshot {
        let read = figures.series.first().map_or(record.sealed_at, |reading| reading.answered);
        format!("{} · {}", words.date(record.started_at), words.hms(read))
    } else {
        format!("{} · {}{length}", words.date(record.started_at), words.span(record.started_at, record.show_end()))
    };
    let both = show_and_room(words, record);
    view! {
        <p class="when">{line}</p>
        {both.map(|sentence| view! { <p class="note">{sentence}</p> })}
        <p class="note">{words.times_in(record.started_at)}</p>
    }
    .into_any()
}

fn show_and_room(words: &Words, record: &Record) -> Option<String> {
    let (show, room) = record.show_ended_at.zip(record.ended_at)?;
    numbers::show::differs(Some(show), Some(room)).then(|| words.show_and_room(show, room))
}

/// The main figure, its comparison, its curve.
pub fn hero(figures: &Figures) -> AnyView {
    let (words, record, counter) = (figures.words, figures.record, figures.hero());
    if let Some(slot) = record.derived.as_ref().and_then(|derived| derived.slot) {
        return slot_hero(figures, slot);
    }
    let value = record.totals.get(counter);
    let compared = match (value, figures.usual(counter)) {
        (Some(value), Some(usual)) => Some(words.usual_full(value, usual)),
        (Some(_), None) if record.kind == StreamKind::Stream && record.preset() != Preset::Sponsor => {
            Some(words.usual_missing(record.usual.streams))
        }
        _ => None,
    };
    let note = words.counter_note(counter, value);
    view! {
        <section class=format!("hero {}", colour(counter)) aria-labelledby="hero">
            <h2 id="hero">{words.counter(counter)}</h2>
            <p class="big">{words.number(value)}</p>
            {compared.map(|text| view! { <p class="compared">{text}</p> })}
            {note.map(|text| view! { <p class="note">{text}</p> })}
            {main_curve(figures)}
        </section>
    }
    .into_any()
}

/// A sponsor's slot: its entries with bounds, then the stream's.
fn slot_hero(figures: &Figures, (from, until): (Millis, Millis)) -> AnyView {
    let words = figures.words;
    let counter = Counter::Viewers;
    let slot = numbers::between(&figures.series, from, until);
    let bounds = slot.lower.viewers.zip(slot.upper.viewers).filter(|(lower, upper)| lower < upper);
    let total = figures.record.totals.viewers;
    view! {
        <section class=format!("hero {}", colour(counter)) aria-labelledby="hero">
            <h2 id="hero">{words.in_your_slot(from, until)}</h2>
            <p class="big">{words.number(slot.estimate.viewers)}</p>
            {bounds.map(|(lower, upper)| view! { <p class="compared">{words.between(lower, upper)}</p> })}
            {total.map(|total| view! { <p class="note">{words.in_whole_stream(counter, total)}</p> })}
            {main_curve(figures)}
        </section>
    }
    .into_any()
}

fn main_curve(figures: &Figures) -> AnyView {
    let (words, record, counter) = (figures.words, figures.record, figures.hero());
    if !figures.has_curve() {
        let reading = figures.series.first();
        let sentence = match (record.kind, reading) {
            (StreamKind::Snapshot, Some(reading)) => words.one_reading(reading.answered),
            (StreamKind::Stream, Some(_)) => words.too_short(figures.series.readings()).to_owned(),
            (_, None) => words.no_reading().to_owned(),
        };
        return view! { <p class="no-curve">{sentence}</p> }.into_any();
    }
    let mut rate = figures.rate(counter);
    if let Some((from, until)) = record.derived.as_ref().and_then(|derived| derived.slot) {
        rate.bands.push(Band { from, until, label: words.slot().to_owned() });
    }
    let unit = if figures.width == MINUTE { words.per_minute(counter) } else { words.per_ten_seconds(counter) };
    let peak = record.peaks.get(&counter).map(|peak| words.peak(counter, peak));
    let (cursor, chart) = (cursor_words(words, record), rate_chart(words, &rate, Size::Main));
    view! {
        <figure id="curve" class="main-chart">
            <figcaption class="unit">{unit}</figcaption>
            <ChartCursor words=cursor>{chart}</ChartCursor>
            {peak.map(|sentence| view! { <p class="note">{sentence}</p> })}
        </figure>
    }
    .into_any()
}

/// The words a cursor needs: the zone cut to this stream, so that little is sent.
fn cursor_words(words: &Words, record: &Record) -> Words {
    Words { zone: words.zone.since(record.started_at), ..words.clone() }
}

/// The findings for the first screen: at most three, none that a number beside it already says.
pub fn telling(record: &Record) -> Vec<&Finding> {
    let amount = |finding: &Finding| finding.numbers.get("amount").copied().unwrap_or_default();
    // Of several battles the greatest, and only one that mattered: a twentieth of everything.
    let battle = record
        .findings
        .iter()
        .filter(|finding| {
            finding.rule == "battle" && finding.numbers.get("percent").is_some_and(|percent| *percent >= 5)
        })
        .max_by_key(|finding| amount(finding));
    let said = |finding: &Finding| match finding.rule.as_str() {
        "usual" => finding.counter != Some(Counter::Gifters),
        "best_ten_minutes" => battle.is_some(),
        "battle" => battle != Some(finding),
        // The chart says it.
        "peak" => true,
        _ => false,
    };
    record.findings.iter().filter(|finding| finding.shareable && !said(finding)).take(3).collect()
}

/// "What happened": sentences that link to their proof.
pub fn happened(figures: &Figures) -> AnyView {
    let found = telling(figures.record);
    if found.is_empty() {
        return ().into_any();
    }
    let items = found
        .into_iter()
        .map(|finding| {
            let proof = match finding.rule.as_str() {
                "usual" => "#past",
                "returning" => "#proportion",
                "restated" => "#sure",
                _ => "#curve",
            };
            view! {
                <li>
                    <a class="quiet" href=proof>
                        {figures.words.finding(finding, figures.record)}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <section aria-labelledby="happened">
            <h2 id="happened">{figures.words.what_happened()}</h2>
            <ul class="sentences">{items}</ul>
        </section>
    }
    .into_any()
}

/// Every other total, each with its comparison and what it counts.
pub fn other_totals(figures: &Figures) -> AnyView {
    let (words, record) = (figures.words, figures.record);
    let order = [Counter::Viewers, Counter::Coins, Counter::Gifters, Counter::Gifts, Counter::Messages, Counter::Likes];
    let slot = record.derived.as_ref().is_some_and(|derived| derived.slot.is_some());
    let tiles = order
        .into_iter()
        .filter(|counter| record.shows(*counter) && (slot || *counter != figures.hero()))
        .map(|counter| total_tile(figures, counter))
        .collect_view();
    view! {
        <section aria-labelledby="totals">
            <h2 id="totals">{words.other_totals()}</h2>
            <dl class="totals">{tiles}</dl>
        </section>
    }
    .into_any()
}

fn total_tile(figures: &Figures, counter: Counter) -> AnyView {
    let (words, record) = (figures.words, figures.record);
    let value = record.totals.get(counter);
    let compared = value.zip(figures.usual(counter)).map(|(value, usual)| words.usual_short(value, usual));
    let mut notes: Vec<String> = words.counter_note(counter, value).into_iter().collect();
    // The closing message carries no messages: their total is a little older than the others.
    let end = record.ended_at.filter(|_| record.kind == StreamKind::Stream);
    if let Some((source, end)) = record.sources.get(&counter).zip(end)
        && source.from == SourceKind::LastReading
        && end - source.at >= 1000
        && record.sources.values().any(|other| other.from == SourceKind::ClosingMessage)
    {
        notes.push(words.as_of_before_end(end - source.at));
    }
    view! {
        <div class=format!("total {}", colour(counter))>
            <dt>{words.counter(counter)}</dt>
            <dd>
                <span class="value">{words.number(value)}</span>
                {compared.map(|text| view! { <span class="compared">{text}</span> })}
                {notes.into_iter().map(|text| view! { <span class="note">{text}</span> }).collect_view()}
            </dd>
        </div>
    }
    .into_any()
}

/// "When the coins came": hour by hour, with what stood before the first reading and came after the last.
pub fn by_hour(figures: &Figures) -> AnyView {
    let (words, record, counter) = (figures.words, figures.record, figures.hero());
    let Some(total) = record.totals.get(counter).filter(|total| *total > 0 && figures.has_curve()) else {
        return ().into_any();
    };
    let hours = numbers::hours(&figures.series, record.started_at);
    if hours.len() < 2 {
        return ().into_any();
    }
    let mut rows: Vec<(String, Option<String>, Option<i64>)> = Vec::new();
    if let Some(before) = record.before.get(counter).filter(|before| *before > 0) {
        rows.push((words.before_first().to_owned(), None, Some(before)));
    }
    let skipped = (hours[0].from - record.started_at).max(0) / (60 * MINUTE);
    for (place, hour) in hours.iter().enumerate() {
        let rest = (hour.millis() / MINUTE - 60).max(0);
        let note = (rest > 0 && place + 1 == hours.len()).then(|| words.including_rest(rest));
        rows.push((words.nth_hour(skipped + place as i64 + 1), note, hour.estimate.get(counter)));
    }
    if let Some(after) = record.after.get(counter).filter(|after| *after > 0) {
        rows.push((words.after_last().to_owned(), None, Some(after)));
    }
    let most = rows.iter().filter_map(|(_, _, value)| *value).max().unwrap_or(1).max(1);
    let rows = rows
        .into_iter()
        .map(|(label, note, value)| {
            let percent = value.and_then(|value| match percent_of(value, total)? {
                0 if value > 0 => Some(words.under_one_percent().to_owned()),
                percent => Some(words.percent(percent)),
            });
            view! {
                <tr>
                    <th scope="row">
                        {label} {note.map(|note| view! { <span class="note">{note}</span> })}
                    </th>
                    <td>{words.number(value)}</td>
                    <td class="bar-cell">{bar(counter, value.unwrap_or(0), most)}</td>
                    <td>{percent}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section aria-labelledby="hours">
            <h2 id="hours">{words.when_came(counter)}</h2>
            <table class="hours">
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}

/// Against the room's own past.
pub fn against_past(figures: &Figures) -> AnyView {
    let (words, record, counter) = (figures.words, figures.record, figures.hero());
    let course = record.usual.course.get(&counter);
    let Some(past) = course.filter(|_| figures.has_curve() && record.usual.streams >= usual::ENOUGH as i64) else {
        return ().into_any();
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
                _ if at < first => None,
                _ => figures.series.estimate(at).get(counter).map(|value| value - start),
            }
        })
        .collect();
    // The line ends at the total that is printed, what came after the last reading included.
    if let (Some(last), Some(total)) = (values.last_mut(), record.totals.get(counter)) {
        *last = Some(total);
    }
    let chart = Course {
        counter,
        from: record.started_at,
        step,
        values,
        usual: past.clone(),
        usual_step: usual::STEP_MS,
        gaps: record.gaps.clone(),
        ended: end,
    };
    let (cursor, chart) = (cursor_words(words, record), course_chart(words, &chart));
    let ahead = usual::ahead_from(record, counter)
        .map(|elapsed| words.ahead_from(elapsed / MINUTE, record.started_at + elapsed));
    view! {
        <section id="past" aria-labelledby="past-title">
            <h2 id="past-title">{words.against_last(record.usual.streams)}</h2>
            <figure>
                <figcaption class="unit">{words.counter(counter)}</figcaption>
                <ChartCursor words=cursor>{chart}</ChartCursor>
            </figure>
            {ahead.map(|sentence| view! { <p>{sentence}</p> })}
            <p class="note">{words.usual_means(record.usual.streams)}</p>
        </section>
    }
    .into_any()
}

/// A proportion as the page prints it: whole from 10 on, else one decimal; "at least" is never rounded up.
fn ratio_text(words: &Words, ratio: &Ratio) -> Option<String> {
    let thousandths = ratio.thousandths?;
    let text = if thousandths >= 10_000 {
        grouped(if ratio.at_least { thousandths / 1000 } else { (thousandths + 500) / 1000 })
    } else {
        let tenths = if ratio.at_least { thousandths / 100 } else { (thousandths + 50) / 100 };
        if tenths % 10 == 0 { (tenths / 10).to_string() } else { format!("{}.{}", tenths / 10, tenths % 10) }
    };
    Some(if ratio.kind == RatioKind::GiftersPer100Entries { words.at_least_of_100(&text) } else { text })
}

fn ratio_label(words: &Words, kind: RatioKind) -> String {
    match kind {
        RatioKind::CoinsPer100Entries => words.per_100_entries(Counter::Coins),
        RatioKind::MessagesPer100Entries => words.per_100_entries(Counter::Messages),
        RatioKind::LikesPer100Entries => words.per_100_entries(Counter::Likes),
        RatioKind::GiftsPer100Entries => words.per_100_entries(Counter::Gifts),
        RatioKind::CoinsPerGifter => words.per_gifter(Counter::Coins),
        RatioKind::GiftsPerGifter => words.per_gifter(Counter::Gifts),
        RatioKind::CoinsPerGift => words.per_gift(Counter::Coins),
        RatioKind::GiftersPer100Entries => words.gave_a_gift().to_owned(),
    }
}

/// The proportions; each opens its arithmetic.
pub fn proportions(words: &Words, totals: &Totals) -> AnyView {
    let rows = ratios(totals)
        .into_iter()
        .filter_map(|ratio| {
            let text = ratio_text(words, &ratio)?;
            let (above, below) = (words.number(ratio.numerator), words.number(ratio.denominator));
            let factor = if ratio.factor == 1 { String::new() } else { format!(" × {}", ratio.factor) };
            Some(view! {
                <details class="ratio">
                    <summary>
                        <span>{ratio_label(words, ratio.kind)}</span>
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
    view! {
        <section id="proportion" aria-labelledby="proportion-title">
            <h2 id="proportion-title">{words.in_proportion()}</h2>
            <div class="ratios">{rows}</div>
        </section>
    }
    .into_any()
}

/// All curves and the table, folded.
pub fn curves_and_table(figures: &Figures, open: bool) -> AnyView {
    let (words, record) = (figures.words, figures.record);
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
                        <span>{words.counter(*counter)}</span>
                        <b>{words.number(record.totals.get(*counter))}</b>
                    </figcaption>
                    {rate_chart(words, &rate, Size::Small)}
                </figure>
            }
        })
        .collect_view();
    view! {
        <section class="folded">
            <details open=open>
                <summary>{words.all_six(shown.len())}</summary>
                <p class="note">{words.all_per_minute(figures.width)}</p>
                <ChartCursor words=cursor_words(words, record)>
                    <div class="small-charts">{curves}</div>
                </ChartCursor>
            </details>
            {table(figures)}
        </section>
    }
    .into_any()
}

/// Increments in steps of five minutes (one in short streams, more in very long ones).
fn table(figures: &Figures) -> AnyView {
    let (words, record) = (figures.words, figures.record);
    let length = figures.series.span().map_or(0, |(from, until)| until - from);
    let minutes = [1, 5, 10, 30, 60, 240].into_iter().find(|minutes| length / (minutes * MINUTE) <= 60).unwrap_or(1440);
    let rows = numbers::buckets(&figures.series, minutes * MINUTE);
    let shown = record.shown();
    let gap = rows.iter().any(numbers::Bucket::has_gap);
    let head = shown.iter().map(|counter| view! { <th scope="col">{words.counter(*counter)}</th> }).collect_view();
    let days = words.zone.civil(figures.until()).days - words.zone.civil(record.started_at).days;
    let rows = rows
        .into_iter()
        .map(|row| {
            let time = if days > 1 { words.date_hm(row.from) } else { words.hm(row.from) };
            let mark = if row.has_gap() { "*" } else { "" };
            let cells = shown
                .iter()
                .map(|counter| view! { <td>{words.number(row.estimate.get(*counter))}</td> })
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
            <summary>{words.table_every(minutes * MINUTE)}</summary>
            <table class="readings">
                <thead>
                    <tr>
                        <th scope="col">{words.time()}</th>
                        {head}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            {gap.then(|| view! { <p class="note">{words.not_all_read()}</p> })}
        </details>
    }
    .into_any()
}

/// How sure the numbers are: coverage, gaps, sources, what the seal means, what is counted.
pub fn how_sure(figures: &Figures, sealed: bool) -> AnyView {
    let (words, record) = (figures.words, figures.record);
    let quality = &record.quality;
    let mut sentences: Vec<String> = Vec::new();
    if record.kind == StreamKind::Snapshot {
        if let Some(reading) = figures.series.first() {
            sentences.push(words.one_reading(reading.answered));
        }
    } else {
        let mut read = match (sealed, quality.coverage) {
            (false, None) => words.read_so_far(quality.readings),
            _ => words.read_times(quality.readings, record.interval_ms, quality.coverage),
        };
        let space = if words.lang == Lang::En { " " } else { "" };
        // A stream that runs has no coverage yet, but it may have gaps.
        match quality.longest_gap.as_ref().or(record.gaps.iter().max_by_key(|gap| gap.millis())) {
            Some(gap) => {
                let costs = words.gap_costs(gap, figures.inside(gap));
                read = format!("{read}{space}{}{space}{costs}", words.longest_gap(gap));
            }
            None => read = format!("{read}{space}{}", words.no_gap()),
        }
        sentences.push(read);
        sentences.extend(end_words(words, record));
    }
    sentences.extend(source_words(words, record));
    if sealed {
        sentences.push(words.sealed_means(record.sealed_at, &record.issuer));
    }
    if record.revision > 1 {
        sentences.push(words.revision(record.revision));
    }
    sentences.push(words.what_is_counted(record.shows(Counter::Coins)));
    view! {
        <section id="sure" aria-labelledby="sure-title">
            <h2 id="sure-title">
                {words.how_sure()}
                {quality.verdict.map(|verdict| view! { <small>{words.verdict(verdict)}</small> })}
            </h2>
            {sentences.into_iter().map(|sentence| view! { <p>{sentence}</p> }).collect_view()}
        </section>
    }
    .into_any()
}

fn end_words(words: &Words, record: &Record) -> Option<String> {
    let (after, before) = record.ended_after.zip(record.ended_at)?;
    (before - after >= 1000).then(|| words.end_between(after, before))
}

/// Sources, grouped: counters that were told by the same source at the same time share a sentence.
fn source_words(words: &Words, record: &Record) -> Vec<String> {
    let mut groups: Vec<(SourceKind, Millis, Vec<Counter>)> = Vec::new();
    for (counter, source) in record.sources.iter().filter(|(counter, _)| record.shows(**counter)) {
        match groups.iter_mut().find(|(kind, at, _)| *kind == source.from && at.seconds() == source.at.seconds()) {
            Some((_, _, counters)) => counters.push(*counter),
            None => groups.push((source.from, source.at, vec![*counter])),
        }
    }
    let mut sentences: Vec<String> =
        groups.iter().map(|(kind, at, counters)| words.from_source(counters, *kind, *at)).collect();
    for (counter, source) in record.sources.iter().filter(|(counter, _)| record.shows(**counter)) {
        if let Some((other, printed)) = source.other.as_ref().zip(record.totals.get(*counter)) {
            sentences.push(words.sources_differ(*counter, printed, other));
        }
    }
    sentences
}

/// Findings that stay inside, and the ledger: for operators and the preset "everything".
pub fn ledger(figures: &Figures) -> AnyView {
    let (words, record) = (figures.words, figures.record);
    let quality = &record.quality;
    let found = record
        .findings
        .iter()
        .map(|finding| {
            view! {
                <li>
                    {words.finding(finding, record)}
                    {(!finding.shareable).then(|| view! { <span class="tag">{words.internal()}</span> })}
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
                    <dt>{words.error_code(code)}</dt>
                    <dd>{grouped(*count)}</dd>
                </div>
            }
        })
        .collect_view();
    let gaps = record
        .gaps
        .iter()
        .map(|gap| view! { <li>{format!("{} ({})", words.gap_line(gap), words.length(gap.millis()))}</li> })
        .collect_view();
    let moments = record
        .moments
        .iter()
        .map(|moment| {
            let (label, coins) = (moment.label.as_deref(), moment.amounts.coins);
            view! { <li>{words.moment(&moment.kind, label, moment.from, moment.until, coins)}</li> }
        })
        .collect_view();
    let ended = record.ended_by.map(|evidence| words.evidence(evidence));
    view! {
        <section aria-labelledby="ledger" class="ledger">
            <h2 id="ledger">{words.ledger()}</h2>
            {(!record.findings.is_empty()).then(|| view! { <ul class="sentences">{found}</ul> })}
            {(!record.moments.is_empty()).then(|| view! { <ul class="sentences">{moments}</ul> })}
            <dl class="facts">
                <div>
                    <dt>{words.readings()}</dt>
                    <dd>{grouped(quality.readings)}</dd>
                </div>
                <div>
                    <dt>{words.retries()}</dt>
                    <dd>{words.number(quality.retries)}</dd>
                </div>
                <div>
                    <dt>{words.set_aside()}</dt>
                    <dd>{words.number(quality.set_aside)}</dd>
                </div>
                {errors}
                {ended
                    .map(|ended| {
                        view! {
                            <div>
                                <dt>{words.ended_by()}</dt>
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
                            <summary>{words.all_gaps(record.gaps.len())}</summary>
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
    let label = record.host_name.as_deref().or(record.host.as_deref()).filter(|label| !label.trim().is_empty())?;
    Some(view! { <p class="host">{name(label, 40)}</p> }.into_any())
}

/// The title of the document: for tabs, files and chats.
pub fn document_title(words: &Words, record: &Record) -> String {
    let mut parts = vec![middle(&title(words, record), 60), words.date_plain(record.started_at)];
    parts.extend(record.show_ms().map(|length| words.hours(length)));
    parts.join(" · ")
}
