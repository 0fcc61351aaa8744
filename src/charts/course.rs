//! A counter as it grew, against the middle half of the past.

use super::path::{self, Point};
use super::rate::times;
use super::{ceiling, colour, share, value_ticks};
use crate::domain::record::Quartiles;
use crate::domain::{Counter, Gap, Millis};
use crate::lang::{Words, axis, grouped};
use leptos::prelude::*;

/// What a course chart shows. Value `i` of `values` stood at `from + i × step`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Course {
    pub counter: Counter,
    pub from: Millis,
    /// Milliseconds between two values, more than 0.
    pub step: i64,
    pub values: Vec<Option<i64>>,
    /// The usual course, `usual_step` apart from the same start; empty where there is none yet.
    pub usual: Vec<Option<Quartiles>>,
    pub usual_step: i64,
    pub gaps: Vec<Gap>,
    /// The end of the stream; the time at the axis' end.
    pub ended: Millis,
}

const FINE: i64 = 2;
const PLOT: i64 = 120;
const TOP: i64 = 20;

/// Draws the cumulative curve, the median and the band. Labels stand at the lines' ends.
pub fn course_chart(words: &Words, course: &Course) -> AnyView {
    let length = (course.values.len().max(2) as i64 - 1) * course.step;
    let until = course.from + length;
    // A little beyond the end, so that the band of a past that lasted longer ends with this stream.
    let usual: Vec<(i64, &Quartiles)> = course
        .usual
        .iter()
        .enumerate()
        .filter_map(|(place, quartiles)| Some((place as i64 * course.usual_step, quartiles.as_ref()?)))
        .filter(|(at, _)| *at <= length)
        .collect();
    let top_value =
        ceiling(course.values.iter().flatten().copied().chain(usual.iter().map(|(_, quartiles)| quartiles.high)));
    let y = |value: i64| {
        let value = value.clamp(0, top_value);
        PLOT * FINE - (i128::from(value) * i128::from(PLOT * FINE) / i128::from(top_value)) as i64
    };
    let x = |at: i64| at * 4 / course.step.max(1);
    let line: Vec<Point> = course
        .values
        .iter()
        .enumerate()
        .map(|(place, value)| value.map(|value| (x(place as i64 * course.step), y(value))))
        .collect();
    let edge = |value: fn(&Quartiles) -> i64| -> Vec<Point> {
        usual.iter().map(|(at, quartiles)| Some((x(*at), y(value(quartiles))))).collect()
    };
    let median = edge(|quartiles| quartiles.median);
    let band = path::band(&edge(|quartiles| quartiles.high), &edge(|quartiles| quartiles.low));
    let view_box = format!("0 0 {} {}", x(length).max(1), PLOT * FINE);
    let pixel = |value: i64| TOP + y(value) / FINE;
    let last = course.values.iter().flatten().last().copied();
    let usual_end = usual.last().map(|(at, quartiles)| (*at, quartiles.median));
    // Two labels at the same end: at least a line's height apart, the greater one above.
    let this_label = last.map(|value| (pixel(value) - 6, value));
    let usual_label = usual_end.map(|(at, value)| {
        let wanted = pixel(value) + 14;
        let y = match this_label {
            Some((other, this)) if value <= this => wanted.max(other + 15),
            Some((other, _)) => (pixel(value) - 6).min(other - 15).max(10),
            None => wanted,
        };
        (at, y.min(TOP + PLOT - 4), value)
    });
    let values: Vec<String> =
        course.values.iter().map(|value| value.map_or_else(String::new, |value| value.to_string())).collect();
    let label = words.counter(course.counter);
    let description = words.chart_described(course.counter, course.from, until, last, course.gaps.len());

    view! {
        <svg
            class=format!("chart course {}", colour(course.counter))
            width="100%"
            height=TOP + PLOT + 22
            role="img"
            aria-label=label
            data-from=course.from.0
            data-step=course.step
            data-counter=course.counter.name()
            data-values=values.join(",")
            data-points=""
        >
            <desc>{description}</desc>
            {value_ticks(top_value, 2)
                .into_iter()
                .map(|tick| {
                    view! {
                        <line class="grid" x1="0" x2="100%" y1=pixel(tick) y2=pixel(tick)></line>
                        <text class="tick" x="0" y=pixel(tick) - 4>{axis(words.lang, tick)}</text>
                    }
                })
                .collect_view()}
            {course
                .gaps
                .iter()
                .filter(|gap| gap.until > course.from && gap.from < until)
                .map(|gap| {
                    let (start, end) = (gap.from.max(course.from) - course.from, gap.until.min(until) - course.from);
                    view! {
                        <rect
                            class="gap"
                            x=share(start, length)
                            y=TOP
                            width=share((end - start).max(length / 160), length)
                            height=PLOT
                            fill="url(#gap)"
                        >
                            <title>{words.gap_line(gap)}</title>
                        </rect>
                    }
                })
                .collect_view()}
            <svg x="0" y=TOP width="100%" height=PLOT viewBox=view_box preserveAspectRatio="none">
                {(!band.is_empty()).then(|| view! { <path class="usual-band" d=band></path> })}
                {(!median.is_empty()).then(|| view! { <path class="usual" d=path::line(&median)></path> })}
                <path class="line" d=path::line(&line)></path>
            </svg>
            <line class="base" x1="0" x2="100%" y1=TOP + PLOT y2=TOP + PLOT></line>
            {usual_label
                .map(|(at, y, value)| {
                    view! {
                        <text class="end-label" x=share(at, length) y=y text-anchor="end">
                            {format!("{} {}", words.usual_label(), grouped(value))}
                        </text>
                    }
                })}
            {this_label
                .map(|(y, value)| {
                    view! {
                        <text class="end-label this" x="100%" y=y.max(12) text-anchor="end">
                            {format!("{} {}", words.this_stream(), grouped(value))}
                        </text>
                    }
                })}
            {times(words, (course.from, until), course.ended, TOP + PLOT + 15, 4)}
        </svg>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn course(values: Vec<Option<i64>>, usual: usize) -> Course {
        Course {
            counter: Counter::Coins,
            from: Millis(1_795_262_400_000),
            step: 60_000,
            values,
            usual: (0..usual as i64)
                .map(|place| Some(Quartiles { low: place * 80, median: place * 100, high: place * 130 }))
                .collect(),
            usual_step: 600_000,
            gaps: Vec::new(),
            ended: Millis(1_795_265_000_000),
        }
    }

    #[test]
    fn a_first_stream_has_no_band() {
        let html = course_chart(&Words::default(), &course((0..40).map(Some).collect(), 0)).to_html();
        assert!(!html.contains("usual-band") && html.contains("this stream 39"), "{html}");
    }

    #[test]
    fn a_longer_past_is_cut_at_this_end() {
        let html = course_chart(&Words::default(), &course((0..31).map(Some).collect(), 60)).to_html();
        assert!(html.contains("usual-band") && html.contains("usual 300"), "{html}");
    }

    #[test]
    fn unknown_and_empty_are_drawn() {
        for values in [vec![], vec![None], vec![Some(0)], vec![None, Some(4), None]] {
            let html = course_chart(&Words::default(), &course(values, 5)).to_html();
            assert!(html.contains("<svg") && !html.contains("style="), "{html}");
        }
    }
}
