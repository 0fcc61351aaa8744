//! A counter as it grew, against the middle half of the past.

use super::path::{self, Point};
use super::rate::{gaps, times};
use super::{ceiling, colour, share, value_ticks};
use crate::domain::record::Quartiles;
use crate::domain::{Counter, Gap, Millis};
use crate::i18n::I18n;
use leptos::prelude::*;

/// What a cumulative chart shows. Value `i` of `values` is that at `from + i × step`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CumulativeChart {
    pub counter: Counter,
    pub from: Millis,
    /// Milliseconds between two values, more than 0.
    pub step: i64,
    pub values: Vec<Option<i64>>,
    /// The cumulative baseline, `baseline_step` apart from the same start; empty where there is none yet.
    pub baseline: Vec<Option<Quartiles>>,
    pub baseline_step: i64,
    pub gaps: Vec<Gap>,
    /// The end of the stream; the time at the axis' end.
    pub ended: Millis,
    /// Sentences for those who cannot see the drawing.
    pub description: Vec<String>,
}

/// Vertical units of the grid; the plot is as high as its style sheet says.
const HEIGHT: i64 = 240;
/// Minimum distance of two labels at the lines' ends, in units of the height: a line of text at 120 px.
const MIN_LABEL_DISTANCE: i64 = 30;

/// Draws the cumulative curve, the median and the band. Labels are beyond the lines' ends, where no line is.
pub fn cumulative_chart(i18n: &I18n, chart: &CumulativeChart) -> AnyView {
    let length = (chart.values.len().max(2) as i64 - 1) * chart.step;
    let until = chart.from + length;
    // A past that lasted longer ends with this stream.
    let baseline: Vec<(i64, &Quartiles)> = chart
        .baseline
        .iter()
        .enumerate()
        .filter_map(|(place, quartiles)| Some((place as i64 * chart.baseline_step, quartiles.as_ref()?)))
        .filter(|(at, _)| *at <= length)
        .collect();
    let top_value =
        ceiling(chart.values.iter().flatten().copied().chain(baseline.iter().map(|(_, quartiles)| quartiles.high)));
    let y = |value: i64| {
        let value = value.clamp(0, top_value);
        HEIGHT - (i128::from(value) * i128::from(HEIGHT) / i128::from(top_value)) as i64
    };
    let x = |at: i64| at * 4 / chart.step.max(1);
    let line: Vec<Point> = chart
        .values
        .iter()
        .enumerate()
        .map(|(place, value)| value.map(|value| (x(place as i64 * chart.step), y(value))))
        .collect();
    let edge = |value: fn(&Quartiles) -> i64| -> Vec<Point> {
        baseline.iter().map(|(at, quartiles)| Some((x(*at), y(value(quartiles))))).collect()
    };
    let median = edge(|quartiles| quartiles.median);
    let band = path::band(&edge(|quartiles| quartiles.high), &edge(|quartiles| quartiles.low));
    let view_box = format!("0 0 {} {HEIGHT}", x(length).max(1));
    let last = chart.values.iter().flatten().last().copied();
    let (this_label, baseline_label) =
        spread_labels(last.map(y), baseline.last().map(|(_, quartiles)| y(quartiles.median)));
    let values: Vec<String> =
        chart.values.iter().map(|value| value.map_or_else(String::new, |value| value.to_string())).collect();
    let medians: Vec<String> = chart
        .baseline
        .iter()
        .map(|baseline| baseline.as_ref().map_or_else(String::new, |baseline| baseline.median.to_string()))
        .collect();
    let title = i18n.so_far(chart.counter);
    let mut description = vec![i18n.describe_chart(&title, chart.from, until, chart.counter, last)];
    description.extend(chart.description.iter().cloned());
    let end_label = |at: Option<i64>, class: &'static str, label: &'static str| {
        at.map(|at| {
            view! {
                <text class=class x="100%" dx="6" y=share(at, HEIGHT) dy="4">
                    {label}
                </text>
            }
        })
    };

    view! {
        <svg
            class=format!("chart cumulative {}", colour(chart.counter))
            width="100%"
            height="120"
            role="img"
            data-from=chart.from.0
            data-step=chart.step
            data-counter=chart.counter.name()
            data-values=values.join(",")
            data-points=""
            data-baseline=medians.join(",")
            data-baseline-step=chart.baseline_step
        >
            <title>{title}</title>
            <desc>{description.join(" ")}</desc>
            {value_ticks(top_value, 2)
                .into_iter()
                .map(|tick| {
                    let level = share(y(tick), HEIGHT);
                    view! {
                        <line class="grid" x2="100%" y1=level.clone() y2=level.clone()></line>
                        <text class="tick level" y=level dy="-4">{i18n.lang.axis(tick)}</text>
                    }
                })
                .collect_view()}
            {gaps(i18n, &chart.gaps, (chart.from, until))}
            <svg width="100%" height="100%" viewBox=view_box preserveAspectRatio="none">
                {(!band.is_empty()).then(|| view! { <path class="baseline-band" d=band></path> })}
                {(!median.is_empty()).then(|| view! { <path class="baseline" d=path::line(&median)></path> })}
                <path class="line" d=path::line(&line)></path>
            </svg>
            <line class="base" x2="100%" y1="100%" y2="100%"></line>
            {end_label(baseline_label, "end-label", i18n.chart_typical())}
            {end_label(this_label, "end-label this", i18n.chart_this_stream())}
            {times(i18n, (chart.from, until), chart.ended, 4, 25)}
        </svg>
    }
    .into_any()
}

/// Where the labels of this stream and of its baseline are: at their lines' ends, moved apart where these are close, the
/// one whose line ends higher above.
fn spread_labels(this: Option<i64>, baseline: Option<i64>) -> (Option<i64>, Option<i64>) {
    let Some((this_y, baseline_y)) = this.zip(baseline) else { return (this, baseline) };
    let missing = (MIN_LABEL_DISTANCE - (this_y - baseline_y).abs()).max(0);
    let (mut above, mut below) = (this_y.min(baseline_y) - missing / 2, this_y.max(baseline_y) + missing - missing / 2);
    // Neither leaves the plot.
    let shift = (0 - above).max(0) - (below - HEIGHT).max(0);
    (above, below) = (above + shift, below + shift);
    if this_y <= baseline_y { (Some(above), Some(below)) } else { (Some(below), Some(above)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(values: Vec<Option<i64>>, baseline: usize) -> CumulativeChart {
        CumulativeChart {
            counter: Counter::Coins,
            from: Millis(1_795_262_400_000),
            step: 60_000,
            values,
            baseline: (0..baseline as i64)
                .map(|place| Some(Quartiles { low: place * 80, median: place * 100, high: place * 130 }))
                .collect(),
            baseline_step: 600_000,
            gaps: Vec::new(),
            ended: Millis(1_795_265_000_000),
            description: Vec::new(),
        }
    }

    #[test]
    fn a_first_stream_has_no_band() {
        let html = cumulative_chart(&I18n::default(), &chart((0..40).map(Some).collect(), 0)).to_html();
        assert!(
            !html.contains("baseline-band") && html.contains(">this stream<") && !html.contains(">typical<"),
            "{html}"
        );
    }

    #[test]
    fn a_longer_past_is_cut_at_this_end() {
        let html = cumulative_chart(&I18n::default(), &chart((0..31).map(Some).collect(), 60)).to_html();
        assert!(html.contains("baseline-band") && html.contains(">typical<"), "{html}");
    }

    #[test]
    fn unknown_and_empty_are_drawn() {
        for values in [vec![], vec![None], vec![Some(0)], vec![None, Some(4), None]] {
            let html = cumulative_chart(&I18n::default(), &chart(values, 5)).to_html();
            assert!(html.contains("<svg") && !html.contains("style="), "{html}");
        }
    }

    #[test]
    fn labels_at_the_same_end_are_apart_and_inside() {
        assert_eq!(spread_labels(Some(0), Some(0)), (Some(0), Some(30)));
        assert_eq!(spread_labels(Some(240), Some(236)), (Some(240), Some(210)));
        assert_eq!(spread_labels(Some(100), Some(110)), (Some(90), Some(120)));
        assert_eq!(spread_labels(Some(10), Some(200)), (Some(10), Some(200)));
        assert_eq!(spread_labels(Some(10), None), (Some(10), None));
        for this in 0..=HEIGHT {
            for baseline in 0..=HEIGHT {
                let (Some(this), Some(baseline)) = spread_labels(Some(this), Some(baseline)) else {
                    panic!("both are known")
                };
                assert!(
                    (this - baseline).abs() >= MIN_LABEL_DISTANCE
                        && (0..=HEIGHT).contains(&this)
                        && (0..=HEIGHT).contains(&baseline)
                );
            }
        }
    }
}
