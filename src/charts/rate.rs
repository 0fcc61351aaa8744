//! A counter per bucket of time: the curve, its bounds where they are wide, gaps, moments, and the peak in words.

use super::path::{self, Point};
use super::{anchor, ceiling, colour, share, time_ticks, value_ticks};
use crate::domain::{Counter, Gap, Millis};
use crate::lang::{Words, axis};
use leptos::either::Either;
use leptos::prelude::*;

/// One bucket. Unknown bounds are open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bucket {
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
pub struct Rate {
    pub counter: Counter,
    pub from: Millis,
    /// Milliseconds per bucket, more than 0.
    pub step: i64,
    pub buckets: Vec<Bucket>,
    pub gaps: Vec<Gap>,
    pub bands: Vec<Band>,
    /// When, and in which words.
    pub peak: Option<(Millis, String)>,
    pub total: Option<i64>,
    /// The last reading; the time at the axis' end.
    pub ended: Millis,
}

/// How much room a chart has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// The chart of a page, with axes and words.
    Main,
    /// One of six: a line, its top value, first and last time.
    Small,
}

impl Rate {
    /// End of the last bucket.
    pub fn until(&self) -> Millis {
        self.from + self.step * self.buckets.len() as i64
    }

    /// The same with at most `most` buckets: neighbours are added up, so that sums stay whole. A group in which nothing is
    /// known is unknown; one that is known in part shows what is known, and its bounds are open.
    #[must_use]
    pub fn coarse(&self, most: usize) -> Self {
        let group = self.buckets.len().div_ceil(most.max(1)).max(1);
        if group == 1 {
            return self.clone();
        }
        let sum = |bucket: &[Bucket], value: fn(&Bucket) -> Option<i64>| bucket.iter().map(value).sum::<Option<i64>>();
        let buckets = self
            .buckets
            .chunks(group)
            .map(|chunk| Bucket {
                estimate: sum(chunk, |bucket| bucket.estimate),
                lower: sum(chunk, |bucket| bucket.lower),
                upper: sum(chunk, |bucket| bucket.upper),
            })
            .collect();
        Self { step: self.step * group as i64, buckets, ..self.clone() }
    }
}

/// Vertical units of the grid per pixel: half pixels.
const FINE: i64 = 2;

/// Draws the chart. The SVG carries its values for the cursor (`data-values`, empty where unknown).
pub fn rate_chart(words: &Words, rate: &Rate, size: Size) -> AnyView {
    let rate = &match size {
        Size::Main => rate.coarse(480),
        Size::Small => rate.coarse(96),
    };
    let (from, span) = (rate.from, (rate.until() - rate.from).max(1));
    let labelled = size == Size::Main;
    let (plot, bottom) = if labelled { (120, 22) } else { (44, 18) };
    // Rows above the plot: names of bands, then the peak.
    let band_row = if labelled && rate.bands.iter().any(|band| !band.label.is_empty()) { 18 } else { 0 };
    let peak_row = if labelled && rate.peak.is_some() { 20 } else { 6 };
    let top = band_row + peak_row;
    let height = top + plot + bottom;

    let last = rate.buckets.len().saturating_sub(1);
    let wide = |place: usize, bucket: &Bucket| match (bucket.estimate, bucket.lower, bucket.upper) {
        (Some(estimate), Some(lower), Some(upper)) => (upper - lower) * 20 > estimate,
        // The first and the last bucket begin and end with a reading: beyond it there is nothing to be unsure of.
        (Some(_), ..) => place > 0 && place < last,
        _ => false,
    };
    // An upper bound may be far above the curve; it may raise the scale by half, not flatten everything else.
    let highest = ceiling(rate.buckets.iter().filter_map(|bucket| bucket.estimate));
    let scale_top =
        ceiling(rate.buckets.iter().filter_map(|bucket| bucket.upper)).clamp(highest, highest + highest / 2);
    let y = |value: i64| {
        let value = value.clamp(0, scale_top);
        plot * FINE - (i128::from(value) * i128::from(plot * FINE) / i128::from(scale_top)) as i64
    };
    let x = |place: usize| place as i64 * 2 + 1;
    let curve: Vec<Point> = rate
        .buckets
        .iter()
        .enumerate()
        .map(|(place, bucket)| bucket.estimate.map(|value| (x(place), y(value))))
        .collect();
    // A bound holds for its whole bucket: a step, not a slope.
    let edge = |value: fn(&Bucket) -> i64| -> Vec<Point> {
        let step = |(place, bucket): (usize, &Bucket)| {
            let y = wide(place, bucket).then(|| y(value(bucket)));
            [y.map(|y| (x(place) - 1, y)), y.map(|y| (x(place) + 1, y))]
        };
        rate.buckets.iter().enumerate().flat_map(step).collect()
    };
    let upper = edge(|bucket| bucket.upper.unwrap_or(i64::MAX));
    let lower = edge(|bucket| bucket.lower.unwrap_or(0));
    let bounds = path::band(&upper, &lower);
    let view_box = format!("0 0 {} {}", rate.buckets.len().max(1) * 2, plot * FINE);

    let values: Vec<String> =
        rate.buckets.iter().map(|bucket| bucket.estimate.map_or_else(String::new, |value| value.to_string())).collect();
    let title = words.per_minute(rate.counter);
    let description = words.chart_described(rate.counter, from, rate.until(), rate.total, rate.gaps.len());
    let ticks = if labelled { value_ticks(scale_top, 2) } else { Vec::new() };
    let pixel = |value: i64| top + y(value) / FINE;
    // Names of bands that would run into the one before are left to the tooltip.
    let mut named_until = i64::MIN;
    let bands: Vec<(&Band, i64, i64, bool)> = rate
        .bands
        .iter()
        .map(|band| {
            let (start, end) = (band.from.max(from) - from, band.until.min(rate.until()) - from);
            let middle = start + (end - start) / 2;
            let named = labelled && !band.label.is_empty() && middle >= named_until;
            if named {
                named_until = middle + span * 3 / 10;
            }
            (band, start, end, named)
        })
        .collect();

    view! {
        <svg
            class=format!("chart {}", colour(rate.counter))
            width="100%"
            height=height
            role="img"
            aria-label=title
            data-from=from.0
            data-step=rate.step
            data-counter=rate.counter.name()
            data-values=values.join(",")
        >
            <desc>{description}</desc>
            {bands
                .into_iter()
                .map(|(band, start, end, named)| {
                    let name = crate::lang::middle(&band.label, 22);
                    let label = named
                        .then(|| {
                            let middle = start + (end - start) / 2;
                            view! {
                                <text
                                    class="band-label"
                                    x=share(middle, span)
                                    y="12"
                                    text-anchor=anchor(middle, span, 15)
                                >
                                    {name.clone()}
                                </text>
                            }
                        });
                    view! {
                        <rect
                            class="band"
                            x=share(start, span)
                            y=band_row
                            width=share((end - start).max(0), span)
                            height=height - bottom - band_row
                        >
                            <title>{name}</title>
                        </rect>
                        {label}
                    }
                })
                .collect_view()}
            {ticks
                .iter()
                .map(|tick| {
                    view! { <line class="grid" x1="0" x2="100%" y1=pixel(*tick) y2=pixel(*tick)></line> }
                })
                .collect_view()}
            {rate
                .gaps
                .iter()
                .filter(|gap| gap.until > from && gap.from < rate.until())
                .map(|gap| {
                    let (start, end) = (gap.from.max(from) - from, gap.until.min(rate.until()) - from);
                    view! {
                        <rect
                            class="gap"
                            x=share(start, span)
                            y=top
                            width=share((end - start).max(span / 160), span)
                            height=plot
                            fill="url(#gap)"
                        >
                            <title>{words.gap_line(gap)}</title>
                        </rect>
                    }
                })
                .collect_view()}
            <svg x="0" y=top width="100%" height=plot viewBox=view_box preserveAspectRatio="none">
                {(!bounds.is_empty()).then(|| view! { <path class="bounds" d=bounds></path> })}
                <path class="area" d=path::area(&curve, plot * FINE)></path>
                <path class="line" d=path::line(&curve)></path>
            </svg>
            <line class="base" x1="0" x2="100%" y1=top + plot y2=top + plot></line>
            {ticks
                .iter()
                .map(|tick| {
                    view! {
                        <text class="tick" x="0" y=pixel(*tick) - 4>
                            {axis(words.lang, *tick)}
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
                    view! {
                        <text class="peak" x=share(part, span) y=top - 8 text-anchor=anchor(part, span, 30)>
                            {label.clone()}
                        </text>
                        <line class="peak-mark" x1=share(part, span) x2=share(part, span) y1=top - 5 y2=top></line>
                    }
                })}
            {times(words, (from, rate.until()), rate.ended, top + plot + 15, if labelled { 4 } else { 0 })}
        </svg>
    }
    .into_any()
}

/// The time axis: first and last time, and full times between where there is room.
pub(super) fn times(
    words: &Words,
    (from, until): (Millis, Millis),
    ended: Millis,
    y: i64,
    most: i64,
) -> impl IntoView + use<> {
    let span = (until - from).max(1);
    let inner = time_ticks(&words.zone, from, until, most)
        .into_iter()
        .map(|tick| (tick, tick - from))
        .filter(|(_, part)| part * 100 > span * 14 && part * 100 < span * 84)
        .map(|(tick, part)| view! { <text class="tick" x=share(part, span) y=y text-anchor="middle">{words.hm(tick)}</text> })
        .collect_view();
    // A chart of a moment has one time.
    let end = if words.hm(from) == words.hm(ended) {
        Either::Left(())
    } else {
        Either::Right(view! { <text class="tick" x="100%" y=y text-anchor="end">{words.hm(ended)}</text> })
    };
    view! {
        <text class="tick" x="0" y=y>{words.hm(from)}</text>
        {inner}
        {end}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::GapCause;

    fn sample(values: &[Option<i64>]) -> Rate {
        Rate {
            counter: Counter::Coins,
            from: Millis(1_795_262_400_000),
            step: 60_000,
            buckets: values.iter().map(|value| Bucket { estimate: *value, lower: *value, upper: *value }).collect(),
            gaps: Vec::new(),
            bands: Vec::new(),
            peak: None,
            total: None,
            ended: Millis(1_795_262_400_000),
        }
    }

    #[test]
    fn gaps_are_hatched_with_their_cause() {
        let mut rate = sample(&[Some(5), None, Some(9), Some(0)]);
        rate.gaps.push(Gap { from: rate.from + 60_000, until: rate.from + 120_000, cause: GapCause::Code(60007) });
        let html = rate_chart(&Words::default(), &rate, Size::Main).to_html();
        assert!(html.contains("url(#gap)") && html.contains("Tencent answered with error 60007"), "{html}");
        assert!(html.contains(r#"data-values="5,,9,0""#), "{html}");
        assert!(!html.contains("style="), "{html}");
    }

    #[test]
    fn bounds_show_only_where_they_are_wide() {
        let mut rate = sample(&[Some(1000), Some(1000), Some(1000)]);
        assert!(!rate_chart(&Words::default(), &rate, Size::Main).to_html().contains("bounds"));
        rate.buckets[1] = Bucket { estimate: Some(1000), lower: Some(940), upper: Some(1000) };
        assert!(rate_chart(&Words::default(), &rate, Size::Main).to_html().contains("bounds"));
        rate.buckets[1] = Bucket { estimate: Some(1000), lower: Some(960), upper: Some(1000) };
        assert!(!rate_chart(&Words::default(), &rate, Size::Main).to_html().contains("bounds"));
        rate.buckets[1] = Bucket { estimate: Some(1000), lower: Some(1000), upper: None };
        assert!(rate_chart(&Words::default(), &rate, Size::Main).to_html().contains("bounds"));
    }

    #[test]
    fn nothing_at_all_can_be_drawn() {
        for values in [&[][..], &[None], &[Some(0)], &[Some(crate::domain::MAX_COUNTER)]] {
            for size in [Size::Main, Size::Small] {
                let html = rate_chart(&Words::default(), &sample(values), size).to_html();
                assert!(html.starts_with("<svg"), "{html}");
            }
        }
    }

    #[test]
    fn hostile_labels_are_escaped() {
        let mut rate = sample(&[Some(1), Some(2)]);
        rate.bands.push(Band { from: rate.from, until: rate.until(), label: "<script>\u{202e}".into() });
        let html = rate_chart(&Words::default(), &rate, Size::Main).to_html();
        assert!(html.contains("&lt;script&gt;") && !html.contains("<script>") && html.contains("‹RLO›"), "{html}");
    }

    #[test]
    fn coarse_charts_keep_the_sum() {
        let rate = sample(&(0..1000).map(Some).collect::<Vec<_>>());
        let sum = |rate: &Rate| rate.buckets.iter().filter_map(|bucket| bucket.estimate).sum::<i64>();
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
}
