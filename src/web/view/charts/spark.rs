//! A word-sized curve: thirty minutes of one row, scaled to itself.

use super::path;
use leptos::prelude::*;

/// Units of the drawing between two points.
const STEP: i64 = 3;
/// Units of the drawing from the lowest level to the highest.
const HEIGHT: i64 = 22;

/// Thirty values, oldest first. Unknown ones before the first known are blank (the stream did not run), others are hatched.
/// Hidden from screen readers: the row says the numbers.
pub fn spark(values: &[Option<i64>]) -> AnyView {
    let width = (values.len().max(2) as i64 - 1) * STEP;
    view! {
        <svg
            class="spark"
            viewBox=format!("0 0 {width} {HEIGHT}")
            aria-hidden="true"
            focusable="false"
            inner_html=spark_inner(values)
        ></svg>
    }
    .into_any()
}

/// What is inside the drawing. Numbers and our own words only, so that the browser may write it as it is.
pub fn spark_inner(values: &[Option<i64>]) -> String {
    let max = super::ceiling(values.iter().flatten().copied());
    let points: Vec<path::Point> = values
        .iter()
        .enumerate()
        .map(|(place, value)| {
            let height = |value: i64| (i128::from(value.max(0)) * i128::from(HEIGHT - 3) / i128::from(max)) as i64;
            value.map(|value| (place as i64 * STEP, HEIGHT - 1 - height(value)))
        })
        .collect();
    let mut drawing = String::new();
    for (from, count) in gaps(values) {
        let (x, width, height) = (from * STEP - STEP / 2, count * STEP, HEIGHT - 3);
        drawing.push_str(&format!(
            "<rect x=\"{x}\" y=\"2\" width=\"{width}\" height=\"{height}\" fill=\"url(#gap)\"></rect>"
        ));
    }
    let (area, line) = (path::area(&points, HEIGHT - 1), path::line(&points));
    drawing.push_str(&format!("<path class=\"area\" d=\"{area}\"></path><path class=\"line\" d=\"{line}\"></path>"));
    drawing
}

/// (first place, how many) of the unknown stretches after the first known value.
fn gaps(values: &[Option<i64>]) -> Vec<(i64, i64)> {
    let mut found: Vec<(i64, i64)> = Vec::new();
    let start = values.iter().position(Option::is_some).unwrap_or(values.len());
    for (place, _) in values.iter().enumerate().skip(start).filter(|(_, value)| value.is_none()) {
        match found.last_mut() {
            Some((from, count)) if *from + *count == place as i64 => *count += 1,
            _ => found.push((place as i64, 1)),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_before_the_stream_is_no_gap() {
        assert_eq!(gaps(&[None, None, Some(1), None, None, Some(2), None]), [(3, 2), (6, 1)]);
        assert_eq!(gaps(&[None, None]), []);
    }

    #[test]
    fn an_empty_spark_is_still_a_drawing() {
        let html = spark(&[]).to_html();
        assert!(html.contains("<svg") && !html.contains("style="), "{html}");
    }
}
