//! A counter per bucket of time: the curve, its bounds where they are wide, gaps, moments, and the peak in words.

use super::path::{self, Point};
use super::{ceiling, colour, share, time_ticks, value_ticks};
use crate::domain::{Counter, Gap, Millis};
use crate::i18n::I18n;
use leptos::either::Either;
use leptos::prelude::*;

/// One bucket. Unknown bounds are open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RateBucket {
    pub estimate: Option<i64>,
    pub lower: Option<i64>,
    pub upper: Option<i64>,
}

/// A stretch of time with a name: a battle, a slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Band {
    pub from: Millis,
    pub until: Millis,
    pub label: String,
}

/// What a rate chart shows. Bucket `i` covers `[from + i × step, from + (i + 1) × step)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateChart {
    pub counter: Counter,
    pub from: Millis,
    /// Milliseconds per bucket, more than 0.
    pub step: i64,
    pub buckets: Vec<RateBucket>,
    pub gaps: Vec<Gap>,
    pub bands: Vec<Band>,
    /// When, and in which words.
    pub peak: Option<(Millis, String)>,
    pub total: Option<i64>,
    /// The first reading: the first bucket counts from here.
    pub started: Millis,
    /// The last reading; the time at the axis' end.
    pub ended: Millis,
    /// Sentences for those who cannot see the drawing.
    pub description: Vec<String>,
}

/// How much room a chart has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// The chart of a page, with axes and words.
    Main,
    /// One of six: a line, its top value, first and last time.
    Small,
}

/// More buckets than this are too many for a line on a phone: each minute is then a pale area under the line of a mean.
const MAX_RAW_BUCKETS: usize = 75;
/// Points of the mean in one chart: readable as a line at 328 px.
const LINE_POINTS: i64 = 56;

impl RateChart {
    /// End of the last bucket.
    pub fn until(&self) -> Millis {
        self.from + self.step * self.buckets.len() as i64
    }

    /// The same with at most `most` buckets: neighbours are added up, so that sums stay whole. A group in which anything is
    /// unknown is unknown.
    #[must_use]
    pub fn coarse(&self, most: usize) -> Self {
        let group = self.buckets.len().div_ceil(most.max(1)).max(1);
        if group == 1 {
            return self.clone();
        }
        let sum = |bucket: &[RateBucket], value: fn(&RateBucket) -> Option<i64>| {
            bucket.iter().map(value).sum::<Option<i64>>()
        };
        let buckets = self
            .buckets
            .chunks(group)
            .map(|chunk| RateBucket {
                estimate: sum(chunk, |bucket| bucket.estimate),
                lower: sum(chunk, |bucket| bucket.lower),
                upper: sum(chunk, |bucket| bucket.upper),
            })
            .collect();
        Self { step: self.step * group as i64, buckets, ..self.clone() }
    }

    /// Over how many milliseconds the line of the main chart is a mean; `None` where it goes through every bucket.
    pub fn mean_over(&self) -> Option<i64> {
        let length = self.step * self.buckets.len() as i64;
        [2, 5, 10, 15, 30, 60, 120, 240, 720]
            .into_iter()
            .map(|minutes| minutes * 60_000)
            .find(|mean| mean % self.step == 0 && length / mean <= LINE_POINTS)
            .filter(|_| self.buckets.len() > MAX_RAW_BUCKETS)
    }

    /// The curve through every bucket. Where the first and the last were read for a part of their time only, they are drawn as
    /// high as a whole one at that pace: the curve does not dip because the clock cut it.
    pub(crate) fn through(&self) -> Vec<(Millis, Option<i64>)> {
        self.means(self.step)
    }

    /// The line of the main chart: a mean where there are too many buckets for a line through each.
    pub(crate) fn line(&self) -> Vec<(Millis, Option<i64>)> {
        self.means(self.mean_over().unwrap_or(self.step))
    }

    /// The value at the top of the scale: what the curve reaches. An upper bound may be far above it; it may raise the
    /// scale by half, not flatten everything else.
    pub(crate) fn top(&self) -> i64 {
        let estimates = self.buckets.iter().filter_map(|bucket| bucket.estimate);
        let highest = ceiling(estimates.chain(self.through().into_iter().filter_map(|(_, value)| value)));
        ceiling(self.buckets.iter().filter_map(|bucket| bucket.upper)).clamp(highest, highest + highest / 2)
    }

    /// The mean per bucket over spans of `over` milliseconds on the clock: (middle, value). Spans count only what is
    /// known: an unknown bucket ends a span and breaks the line, and a span at an end of the line that is shorter than half
    /// belongs to its neighbour.
    pub(crate) fn means(&self, over: i64) -> Vec<(Millis, Option<i64>)> {
        let mut points = Vec::new();
        let placed: Vec<(i64, Option<i64>)> = (0..).zip(self.buckets.iter().map(|bucket| bucket.estimate)).collect();
        for run in placed.chunk_by(|a, b| a.1.is_some() == b.1.is_some()) {
            if run[0].1.is_none() {
                // At the ends there is nothing to break.
                if !points.is_empty() {
                    points.push((self.from + run[0].0 * self.step, None));
                }
                continue;
            }
            points.extend(self.means_of(run, over));
        }
        if points.last().is_some_and(|(_, value)| value.is_none()) {
            points.pop();
        }
        points
    }

    /// The means of known buckets in a row.
    fn means_of(&self, run: &[(i64, Option<i64>)], over: i64) -> Vec<(Millis, Option<i64>)> {
        let mut spans: Vec<(Millis, Millis, i64)> = Vec::new();
        for (place, value) in run {
            let (at, value) = (self.from + place * self.step, value.unwrap_or_default());
            let start = at.max(self.started);
            let end = (at + self.step).min(self.ended).max(start);
            match spans.last_mut().filter(|(start, ..)| start.0.div_euclid(over) == at.0.div_euclid(over)) {
                Some((_, until, sum)) => (*until, *sum) = (end, *sum + value),
                None => spans.push((start, end, value)),
            }
        }
        let short = |(start, end, _): &(Millis, Millis, i64)| (*end - *start) * 2 < over;
        if spans.len() > 1 && spans.last().is_some_and(short) {
            let last = spans.pop();
            if let Some((before, last)) = spans.last_mut().zip(last) {
                (before.1, before.2) = (last.1, before.2 + last.2);
            }
        }
        if spans.len() > 1 && short(&spans[0]) {
            let first = spans.remove(0);
            (spans[0].0, spans[0].2) = (first.0, first.2 + spans[0].2);
        }
        let mean = |(start, end, sum): (Millis, Millis, i64)| {
            let length = i128::from((end - start).max(1));
            (start.midpoint(end), i64::try_from(i128::from(sum) * i128::from(self.step) / length).ok())
        };
        spans.into_iter().map(mean).collect()
    }

    /// Whether a bucket is drawn with its bounds: they are wide, or they are all that is known of it.
    pub(crate) fn is_wide(&self, place: usize) -> bool {
        match self.buckets.get(place).map(|bucket| (bucket.estimate, bucket.lower, bucket.upper)) {
            Some((Some(estimate), Some(lower), Some(upper))) => (upper - lower) * 20 > estimate,
            // The first and the last bucket begin and end with a reading: beyond it there is nothing to be unsure of.
            Some((Some(_), ..)) => place > 0 && place + 1 < self.buckets.len(),
            Some((None, Some(lower), Some(upper))) => upper > lower,
            _ => false,
        }
    }
}

/// Vertical units of the grid. The plot is as high as its style sheet says, so this is a share and no length.
const HEIGHT: i64 = 240;

/// Draws the chart: the SVG is the plot; names, peak and times are around it, in the margins its class gives it. It
/// carries its values for the cursor (`data-values`, empty where unknown).
pub fn rate_chart(i18n: &I18n, rate: &RateChart, size: Size) -> AnyView {
    let rate = &match size {
        Size::Main => rate.coarse(480),
        Size::Small => rate.coarse(96),
    };
    let (from, span) = (rate.from, (rate.until() - rate.from).max(1));
    let labelled = size == Size::Main;
    // What a file without its style sheet shows.
    let height = if labelled { 120 } else { 44 };

    let scale_top = rate.top();
    let y = |value: i64| {
        let value = value.clamp(0, scale_top);
        HEIGHT - (i128::from(value) * i128::from(HEIGHT) / i128::from(scale_top)) as i64
    };
    let x = |place: usize| place as i64 * 2 + 1;
    let drawn = |points: Vec<(Millis, Option<i64>)>| -> Vec<Point> {
        let x = |at: Millis| ((at - from) * 2 + rate.step / 2) / rate.step;
        points.into_iter().map(|(at, value)| value.map(|value| (x(at), y(value)))).collect()
    };
    let curve = drawn(rate.through());
    let line = if labelled { path::line(&drawn(rate.line())) } else { path::line(&curve) };
    // A bound holds for its whole bucket: a step, not a slope.
    let edge = |value: fn(&RateBucket) -> i64| -> Vec<Point> {
        let step = |(place, bucket): (usize, &RateBucket)| {
            let y = rate.is_wide(place).then(|| y(value(bucket)));
            [y.map(|y| (x(place) - 1, y)), y.map(|y| (x(place) + 1, y))]
        };
        rate.buckets.iter().enumerate().flat_map(step).collect()
    };
    let upper = edge(|bucket| bucket.upper.unwrap_or(i64::MAX));
    let lower = edge(|bucket| bucket.lower.unwrap_or(0));
    let bounds = path::band(&upper, &lower);
    let view_box = format!("0 0 {} {HEIGHT}", rate.buckets.len().max(1) * 2);

    let values: Vec<String> =
        rate.buckets.iter().map(|bucket| bucket.estimate.map_or_else(String::new, |value| value.to_string())).collect();
    let title = i18n.per(rate.counter, rate.step);
    let mut description = vec![i18n.describe_chart(&title, from, rate.ended, rate.counter, rate.total)];
    description.extend(rate.description.iter().cloned());
    let ticks = if labelled { value_ticks(scale_top, 2) } else { Vec::new() };
    let level = |value: i64| share(y(value), HEIGHT);
    // A name that would run into the one before is left to the tooltip.
    let mut named_until = i64::MIN;
    let bands: Vec<(&Band, i64, i64, Option<LabelPlacement>)> = rate
        .bands
        .iter()
        .filter(|band| band.until > from && band.from < rate.until())
        .map(|band| {
            let (start, end) = (band.from.max(from) - from, band.until.min(rate.until()) - from);
            let name = crate::i18n::truncate_middle(&band.label, BAND_COLUMNS);
            let place = place_label(&name, start + (end - start) / 2, span);
            let named = labelled && !band.label.is_empty() && place.covers.0 >= named_until;
            if named {
                named_until = place.covers.1 + 100;
            }
            (band, start, end, named.then_some(place))
        })
        .collect();
    let rows = match (bands.iter().any(|(.., name)| name.is_some()), labelled && rate.peak.is_some()) {
        _ if !labelled => "small",
        (true, true) => "main two-rows",
        (true, false) | (false, true) => "main one-row",
        (false, false) => "main",
    };
    // The row next to the plot is the peak's.
    let name_row = if rate.peak.is_some() { -26 } else { -8 };

    view! {
        <svg
            class=format!("chart rate {rows} {}", colour(rate.counter))
            width="100%"
            height=height
            role="img"
            data-from=from.0
            data-step=rate.step
            data-counter=rate.counter.name()
            data-values=values.join(",")
        >
            <title>{title}</title>
            <desc>{description.join(" ")}</desc>
            {bands
                .into_iter()
                .map(|(band, start, end, place)| {
                    let name = crate::i18n::truncate_middle(&band.label, BAND_COLUMNS);
                    let label = place
                        .map(|LabelPlacement { x, anchor, .. }| {
                            view! {
                                <text class="band-label" x=x y=name_row text-anchor=anchor>
                                    {name.clone()}
                                </text>
                            }
                        });
                    view! {
                        <rect class="band" x=share(start, span) width=share((end - start).max(0), span) height="100%">
                            <title>{name}</title>
                        </rect>
                        {label}
                    }
                })
                .collect_view()}
            {ticks
                .iter()
                .map(|tick| {
                    view! { <line class="grid" x2="100%" y1=level(*tick) y2=level(*tick)></line> }
                })
                .collect_view()}
            {gaps(i18n, &rate.gaps, (from, rate.until()))}
            <svg width="100%" height="100%" viewBox=view_box preserveAspectRatio="none">
                {(!bounds.is_empty()).then(|| view! { <path class="bounds" d=bounds></path> })}
                <path class="area" d=path::area(&curve, HEIGHT)></path>
                <path class="line" d=line></path>
            </svg>
            <line class="base" x2="100%" y1="100%" y2="100%"></line>
            {ticks
                .iter()
                .map(|tick| {
                    view! {
                        <text class="tick level" y=level(*tick) dy="-4">
                            {i18n.lang.axis(*tick)}
                        </text>
                    }
                })
                .collect_view()}
            {rate
                .peak
                .as_ref()
                .filter(|_| labelled)
                .map(|(at, label)| {
                    let part = (*at - from).clamp(0, span);
                    let LabelPlacement { x, anchor, .. } = place_label(label, part, span);
                    view! {
                        <text class="peak" x=x y="-8" text-anchor=anchor>
                            {label.clone()}
                        </text>
                        <line class="peak-mark" x1=share(part, span) x2=share(part, span) y1="-5" y2="0"></line>
                    }
                })}
            {times(i18n, (from, rate.until()), rate.ended, if labelled { 4 } else { 0 }, 18)}
        </svg>
    }
    .into_any()
}

/// Longest name on a chart, in columns: it is at most two fifths of a phone's width.
const BAND_COLUMNS: usize = 20;

/// The position of a label.
struct LabelPlacement {
    x: String,
    anchor: &'static str,
    /// What it covers of the width, in hundredths of a percent.
    covers: (i64, i64),
}

/// Over its point, moved aside only as far as it must be to stay inside the narrowest chart (a phone of 360 px).
fn place_label(label: &str, part: i64, span: i64) -> LabelPlacement {
    // A column is about 7 of 328 px.
    let width = 214 * i64::try_from(crate::i18n::display_width(label)).unwrap_or(40).min(40);
    let at = i64::try_from(i128::from(part) * 10_000 / i128::from(span.max(1))).unwrap_or(0).clamp(0, 10_000);
    match (at - width / 2, at + width / 2) {
        (start, _) if start < 0 => LabelPlacement { x: share(0, 1), anchor: "start", covers: (0, width) },
        (_, end) if end > 10_000 => LabelPlacement { x: share(1, 1), anchor: "end", covers: (10_000 - width, 10_000) },
        covers => LabelPlacement { x: share(part, span), anchor: "middle", covers },
    }
}

/// The time that nobody read, hatched, each with its cause; never so narrow that it is not seen.
pub(super) fn gaps(i18n: &I18n, gaps: &[Gap], (from, until): (Millis, Millis)) -> AnyView {
    let span = (until - from).max(1);
    gaps.iter()
        .filter(|gap| gap.until > from && gap.from < until)
        .map(|gap| {
            let (start, end) = (gap.from.max(from) - from, gap.until.min(until) - from);
            view! {
                <rect
                    class="gap"
                    x=share(start, span)
                    width=share((end - start).max(span / 160), span)
                    height="100%"
                    fill="url(#gap)"
                >
                    <title>{i18n.gap_line(gap)}</title>
                </rect>
            }
        })
        .collect_view()
        .into_any()
}

/// The time axis under the plot: first and last time, and full times between where there is room. `edge` is how many
/// percent of the narrowest chart a time needs beside the first and the last.
pub(super) fn times(
    i18n: &I18n,
    (from, until): (Millis, Millis),
    ended: Millis,
    most: i64,
    edge: i64,
) -> impl IntoView + use<> {
    let span = (until - from).max(1);
    let inner = time_ticks(&i18n.zone, from, until, most)
        .into_iter()
        .map(|tick| (tick, tick - from))
        .filter(|(_, part)| part * 100 >= span * edge && part * 100 <= span * (100 - edge))
        .map(|(tick, part)| {
            view! {
                <text class="tick time" x=share(part, span) y="100%" dy="16" text-anchor="middle">
                    {i18n.hm(tick)}
                </text>
            }
        })
        .collect_view();
    // A chart of a moment has one time.
    let end = if i18n.hm(from) == i18n.hm(ended) {
        Either::Left(())
    } else {
        Either::Right(
            view! { <text class="tick time" x="100%" y="100%" dy="16" text-anchor="end">{i18n.hm(ended)}</text> },
        )
    };
    view! {
        <text class="tick time" y="100%" dy="16">{i18n.hm(from)}</text>
        {inner}
        {end}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::GapCause;

    fn sample(values: &[Option<i64>]) -> RateChart {
        RateChart {
            counter: Counter::Coins,
            from: Millis(1_795_262_400_000),
            step: 60_000,
            buckets: values.iter().map(|value| RateBucket { estimate: *value, lower: *value, upper: *value }).collect(),
            gaps: Vec::new(),
            bands: Vec::new(),
            peak: None,
            total: None,
            started: Millis(1_795_262_400_000),
            ended: Millis(1_795_262_400_000 + 60_000 * values.len() as i64),
            description: Vec::new(),
        }
    }

    #[test]
    fn gaps_are_hatched_with_their_cause() {
        let mut rate = sample(&[Some(5), None, Some(9), Some(0)]);
        rate.gaps.push(Gap { from: rate.from + 60_000, until: rate.from + 120_000, cause: GapCause::Code(60007) });
        let html = rate_chart(&I18n::default(), &rate, Size::Main).to_html();
        assert!(html.contains("url(#gap)") && html.contains("Tencent returned error 60007"), "{html}");
        assert!(html.contains(r#"data-values="5,,9,0""#), "{html}");
        assert!(!html.contains("style="), "{html}");
    }

    #[test]
    fn bounds_show_only_where_they_are_wide() {
        let mut rate = sample(&[Some(1000), Some(1000), Some(1000)]);
        assert!(!rate_chart(&I18n::default(), &rate, Size::Main).to_html().contains("bounds"));
        rate.buckets[1] = RateBucket { estimate: Some(1000), lower: Some(940), upper: Some(1000) };
        assert!(rate_chart(&I18n::default(), &rate, Size::Main).to_html().contains("bounds"));
        rate.buckets[1] = RateBucket { estimate: Some(1000), lower: Some(960), upper: Some(1000) };
        assert!(!rate_chart(&I18n::default(), &rate, Size::Main).to_html().contains("bounds"));
        rate.buckets[1] = RateBucket { estimate: Some(1000), lower: Some(1000), upper: None };
        assert!(rate_chart(&I18n::default(), &rate, Size::Main).to_html().contains("bounds"));
    }

    #[test]
    fn nothing_at_all_can_be_drawn() {
        for values in [&[][..], &[None], &[Some(0)], &[Some(crate::domain::MAX_COUNTER)]] {
            for size in [Size::Main, Size::Small] {
                let html = rate_chart(&I18n::default(), &sample(values), size).to_html();
                assert!(html.starts_with("<svg"), "{html}");
            }
        }
    }

    #[test]
    fn hostile_labels_are_escaped() {
        let mut rate = sample(&[Some(1), Some(2)]);
        rate.bands.push(Band { from: rate.from, until: rate.until(), label: "<script>\u{202e}".into() });
        let html = rate_chart(&I18n::default(), &rate, Size::Main).to_html();
        assert!(html.contains("&lt;script&gt;") && !html.contains("<script>") && html.contains("‹RLO›"), "{html}");
    }

    #[test]
    fn coarse_charts_keep_the_sum() {
        let rate = sample(&(0..1000).map(Some).collect::<Vec<_>>());
        let sum = |rate: &RateChart| rate.buckets.iter().filter_map(|bucket| bucket.estimate).sum::<i64>();
        let coarse = rate.coarse(96);
        assert!(coarse.buckets.len() <= 96);
        assert_eq!(sum(&coarse), sum(&rate));
        assert_eq!(coarse.step % rate.step, 0);
    }

    #[test]
    fn a_group_with_an_unknown_bucket_is_unknown() {
        let rate = sample(&[Some(1), None, Some(3), Some(4)]);
        assert_eq!(rate.coarse(2).buckets.iter().map(|bucket| bucket.estimate).collect::<Vec<_>>(), [None, Some(7)]);
    }

    #[test]
    fn many_minutes_are_a_mean_over_a_pale_area() {
        assert_eq!(sample(&[Some(1); 75]).mean_over(), None);
        assert_eq!(sample(&[Some(1); 184]).mean_over(), Some(5 * 60_000));
        assert_eq!(sample(&[Some(1); 840]).mean_over(), Some(15 * 60_000));
        let rate = sample(&(0..100).map(|minute| Some(minute % 5 * 10)).collect::<Vec<_>>());
        let means = rate.means(300_000);
        assert_eq!(means.len(), 20);
        assert_eq!(means[0], (rate.from + 150_000, Some(20)));
    }

    #[test]
    fn a_line_breaks_at_what_is_unknown() {
        let mut rate = sample(&[Some(30); 100]);
        for bucket in &mut rate.buckets[7..50] {
            *bucket = RateBucket::default();
        }
        for over in [60_000, 300_000] {
            let points = rate.means(over);
            let broken: Vec<_> = points.iter().filter(|(_, value)| value.is_none()).collect();
            assert_eq!(broken.len(), 1, "{points:?}");
            let (first, last) = (rate.from + 7 * 60_000, rate.from + 50 * 60_000);
            let known = points.iter().filter(|(_, value)| value.is_some());
            assert!(known.clone().all(|(at, value)| *value == Some(30) && (*at < first || *at > last)), "{points:?}");
        }
        let html = rate_chart(&I18n::default(), &rate, Size::Main).to_html();
        let line = html.split("class=\"line\"").next().unwrap_or_default();
        let path = line.rsplit(" d=\"").next().unwrap_or_default();
        assert_eq!(path.matches('M').count(), 2, "two pieces: {path}");
    }

    #[test]
    fn a_bucket_that_shares_a_gap_shows_its_bounds_alone() {
        let mut rate = sample(&[Some(30), Some(30), Some(30), Some(30)]);
        rate.buckets[1] = RateBucket { estimate: None, lower: Some(10), upper: Some(40) };
        rate.buckets[2] = RateBucket::default();
        assert_eq!((0..4).map(|place| rate.is_wide(place)).collect::<Vec<_>>(), [false, true, false, false]);
    }

    #[test]
    fn the_ends_of_a_mean_count_only_what_was_read() {
        // From minute 4 to minute 12: a minute at the start and two at the end belong to their neighbours.
        let mut rate = sample(&[Some(30); 8]);
        (rate.from, rate.started, rate.ended) = (rate.from + 240_000, rate.from + 270_000, rate.from + 720_000);
        rate.buckets[0].estimate = Some(15);
        let means = rate.means(300_000);
        assert_eq!(means.iter().map(|(_, value)| *value).collect::<Vec<_>>(), [Some(30)]);
    }

    #[test]
    fn a_curve_does_not_dip_where_the_clock_cut_its_ends() {
        // Thirty coins a minute from half past minute 0 to forty seconds into minute 4.
        let mut rate = sample(&[Some(15), Some(30), Some(30), Some(30), Some(20)]);
        (rate.started, rate.ended) = (rate.from + 30_000, rate.from + 280_000);
        let heights = |rate: &RateChart| rate.through().into_iter().map(|(_, value)| value).collect::<Vec<_>>();
        assert_eq!(heights(&rate), [Some(30); 5]);
        assert_eq!(rate.through()[4].0, rate.from + 260_000, "in the middle of what was read");
        // Too short for a pace: it belongs to the minute before.
        (rate.buckets[4].estimate, rate.ended) = (Some(5), rate.from + 250_000);
        assert_eq!(heights(&rate), [Some(30); 4]);
        // One of which nothing is known takes nothing with it.
        rate.buckets[4].estimate = None;
        assert_eq!(heights(&rate), [Some(30); 4]);
        rate.buckets[4].estimate = Some(5);
        // The scale has room for it.
        rate.buckets[0].estimate = Some(400);
        assert!(rate.top() >= 800, "{}", rate.top());
        let html = rate_chart(&I18n::default(), &rate, Size::Small).to_html();
        assert!(html.contains(r#"data-values="400,30,30,30,5""#), "the cursor tells what was counted: {html}");
    }

    #[test]
    fn names_do_not_run_into_each_other() {
        let mut rate = sample(&[Some(1); 100]);
        for minute in [10, 30, 80] {
            let from = rate.from + minute * 60_000;
            rate.bands.push(Band { from, until: from + 300_000, label: "PK with a long name".into() });
        }
        let html = rate_chart(&I18n::default(), &rate, Size::Main).to_html();
        assert_eq!(html.matches("band-label").count(), 2, "{html}");
        assert_eq!(html.matches("class=\"band\"").count(), 3);
    }
}
