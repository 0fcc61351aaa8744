//! Our charts: pure functions from numbers to SVG, drawn on the server, the same in the browser.
//!
//! Must not: know where numbers come from, read a clock, or use inline styles. A chart is fluid without a script: an outer
//! `<svg>` places text and marks by percentages, an inner one stretches the curves with strokes that do not scale.
//! Paths are whole numbers and relative commands, because a report must stay small.

mod bars;
mod cumulative;
mod path;
mod rate;
mod scale;
mod spark;
mod trend;

pub use bars::{bar, bar_between};
pub use cumulative::{CumulativeChart, cumulative_chart};
pub use rate::{Band, RateBucket, RateChart, Size, rate_chart};
pub use scale::{ceiling, time_ticks, value_ticks};
pub use spark::{spark, spark_inner};
pub use trend::{TrendBar, trend_chart};

use crate::domain::Counter;
use leptos::prelude::*;

/// The hatching of gaps, once per document; charts refer to it by name.
pub fn chart_definitions() -> AnyView {
    view! {
        <svg class="definitions" width="0" height="0" aria-hidden="true" focusable="false">
            <defs>
                <pattern id="gap" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                    <rect class="gap-ground" width="5" height="5"></rect>
                    <rect class="gap-line" width="1.5" height="5"></rect>
                </pattern>
            </defs>
        </svg>
    }
    .into_any()
}

/// The class that gives a chart or a number its counter's colour.
pub const fn colour(counter: Counter) -> &'static str {
    match counter {
        Counter::Viewers => "c-viewers",
        Counter::Gifts => "c-gifts",
        Counter::Coins => "c-coins",
        Counter::Gifters => "c-gifters",
        Counter::Likes => "c-likes",
        Counter::Messages => "c-messages",
    }
}

/// A share of the width as an SVG length: hundredths of a percent are finer than any screen.
fn share(part: i64, whole: i64) -> String {
    let hundredths = if whole > 0 { (i128::from(part) * 10_000 / i128::from(whole)).clamp(0, 10_000) } else { 0 };
    match (hundredths / 100, hundredths % 100) {
        (percent, 0) => format!("{percent}%"),
        (percent, rest) if rest % 10 == 0 => format!("{percent}.{}%", rest / 10),
        (percent, rest) => format!("{percent}.{rest:02}%"),
    }
}

/// What a chart shows at a time: the value of the bucket it falls into, or the nearest point before it.
pub fn value_at(values: &[Option<i64>], from: i64, step: i64, points: bool, at: i64) -> Option<i64> {
    let last = values.len().checked_sub(1)?;
    let place = usize::try_from((at - from).max(0) / step.max(1)).ok()?;
    let place = if points { place.min(last) } else { place };
    values.get(place).copied().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_under_the_cursor_is_that_of_its_bucket() {
        let values = [Some(1), None, Some(3)];
        assert_eq!(value_at(&values, 100, 10, false, 109), Some(1));
        assert_eq!(value_at(&values, 100, 10, false, 110), None);
        assert_eq!(value_at(&values, 100, 10, false, 130), None);
        assert_eq!(value_at(&values, 100, 10, true, 130), Some(3));
        assert_eq!(value_at(&values, 100, 10, false, 0), Some(1));
        assert_eq!(value_at(&[], 100, 10, true, 0), None);
    }

    #[test]
    fn shares_are_short_and_inside() {
        assert_eq!(share(1, 2), "50%");
        assert_eq!(share(1, 3), "33.33%");
        assert_eq!(share(-4, 3), "0%");
        assert_eq!(share(4, 3), "100%");
        assert_eq!(share(1, 0), "0%");
        assert_eq!(share(101, 1000), "10.1%");
    }
}
