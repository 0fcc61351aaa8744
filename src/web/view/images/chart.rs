//! The charts of `charts`, drawn on a sheet: the same rules for what is shown, with letters that are measured.

use super::canvas::{Canvas, TextAnchor};
use super::fonts::TextStyle;
use crate::domain::Millis;
use crate::i18n::{I18n, truncate_middle};
use crate::web::view::charts::{RateChart, ceiling, time_ticks, value_ticks};
use crate::web::view::theme::Colour;

const SMALL: TextStyle = TextStyle::plain(12.0);

/// Pieces of known points.
fn pieces(points: &[Option<(f32, f32)>]) -> impl Iterator<Item = Vec<(f32, f32)>> {
    points.split(Option::is_none).filter(|run| !run.is_empty()).map(|run| run.iter().flatten().copied().collect())
}

/// A curve at its place, `top` being the value at the upper edge.
fn points_of(
    rate: &RateChart,
    curve: Vec<(Millis, Option<i64>)>,
    top: i64,
    (x, y): (f32, f32),
    (width, height): (f32, f32),
) -> Vec<Option<(f32, f32)>> {
    let span = (rate.until() - rate.from).max(1);
    let point = |(at, value): (Millis, Option<i64>)| {
        let share = value?.clamp(0, top) as f64 / top as f64;
        let along = (at - rate.from) as f64 / span as f64;
        Some((x + width * along as f32, y + height * (1.0 - share as f32)))
    };
    curve.into_iter().map(point).collect()
}

/// A curve with nothing beside it, on the lower edge of its place.
pub fn silhouette(sheet: &mut Canvas<'_>, rate: &RateChart, place: (f32, f32), size: (f32, f32), line: f32) {
    let rate = rate.coarse(480);
    let curve = rate.line();
    // It fills its place.
    let top = ceiling(curve.iter().filter_map(|(_, value)| *value));
    let colour = sheet.theme.counter(rate.counter);
    let mut points = points_of(&rate, curve, top, place, size);
    // From edge to edge: the first and the last bucket reach them.
    if let Some(first) = points.first_mut().and_then(Option::as_mut) {
        first.0 = place.0;
    }
    if let Some(last) = points.last_mut().and_then(Option::as_mut) {
        last.0 = place.0 + size.0;
    }
    fill(sheet, &points, place.1 + size.1, colour);
    pieces(&points).for_each(|piece| sheet.curve(&piece, colour, line));
}

fn fill(sheet: &mut Canvas<'_>, points: &[Option<(f32, f32)>], base: f32, colour: Colour) {
    for mut piece in pieces(points).filter(|piece| piece.len() > 1) {
        let (first, last) = (piece[0].0, piece[piece.len() - 1].0);
        piece.extend([(last, base), (first, base)]);
        sheet.area(&piece, colour, 0.2);
    }
}

/// The chart of the first screen, at a place; its height.
pub fn rate_chart(sheet: &mut Canvas<'_>, i18n: &I18n, rate: &RateChart, (x, y): (f32, f32), width: f32) -> f32 {
    // As many as the page has, or the line would be another one.
    let rate = rate.coarse(480);
    let (from, span) = (rate.from, (rate.until() - rate.from).max(1));
    let across = |at: Millis| x + width * ((at - from) as f64 / span as f64).clamp(0.0, 1.0) as f32;
    let (plot, bottom) = (120.0, 22.0);
    let band_row = if rate.bands.iter().any(|band| !band.label.is_empty()) { 18.0 } else { 0.0 };
    let peak_row = if rate.peak.is_some() { 20.0 } else { 6.0 };
    let top = y + band_row + peak_row;
    let base = top + plot;
    let theme = sheet.theme;
    let colour = theme.counter(rate.counter);

    let scale = rate.top();
    let height = |value: i64| base - plot * (value.clamp(0, scale) as f64 / scale as f64) as f32;

    // Stretches with a name; one that would run into the one before stays without.
    let mut free = x;
    for band in &rate.bands {
        let (left, right) = (across(band.from), across(band.until));
        sheet.rect(left, y + band_row, (right - left).max(1.0), base - y - band_row, theme.mark());
        let label = sheet.line_of(&truncate_middle(&band.label, 22), SMALL);
        let start = ((left + right) / 2.0 - label.width / 2.0).clamp(x, (x + width - label.width).max(x));
        if !band.label.is_empty() && start >= free {
            sheet.write(&label, start, y + 12.0, TextAnchor::Start, theme.ink_2());
            free = start + label.width + 8.0;
        }
    }
    let ticks = value_ticks(scale, 2);
    for tick in &ticks {
        sheet.rule((x, height(*tick)), (x + width, height(*tick)), theme.line());
    }
    for gap in rate.gaps.iter().filter(|gap| gap.until > from && gap.from < rate.until()) {
        let left = across(gap.from);
        let wide = (across(gap.until) - left).max(width / 160.0);
        sheet.hatched(left, top, wide.min(x + width - left), plot);
    }
    bounds(sheet, &rate, colour, (x, width), &height);
    fill(sheet, &points_of(&rate, rate.through(), scale, (x, top), (width, plot)), base, colour);
    pieces(&points_of(&rate, rate.line(), scale, (x, top), (width, plot)))
        .for_each(|piece| sheet.curve(&piece, colour, 1.5));
    sheet.rule((x, base), (x + width, base), theme.line_2());
    for tick in &ticks {
        let label = sheet.line_of(&i18n.lang.axis(*tick), SMALL);
        sheet.write_over(&label, x, height(*tick) - 4.0, TextAnchor::Start, theme.ink_3());
    }
    if let Some((at, label)) = &rate.peak {
        let middle = across(*at);
        let label = sheet.fonts.cut(label, TextStyle::bold(12.0), width, sheet.han);
        let start = (middle - label.width / 2.0).clamp(x, (x + width - label.width).max(x));
        sheet.write_over(&label, start, top - 8.0, TextAnchor::Start, theme.ink());
        sheet.rule((middle, top - 5.0), (middle, top), theme.ink_2());
    }
    times(sheet, i18n, &rate, (x, base + 15.0), width);
    base + bottom - y
}

/// Steps between the bounds of the buckets that are wide: a bound holds for its whole bucket.
fn bounds(
    sheet: &mut Canvas<'_>,
    rate: &RateChart,
    colour: Colour,
    (x, width): (f32, f32),
    height: &dyn Fn(i64) -> f32,
) {
    let step = width / rate.buckets.len().max(1) as f32;
    for (place, bucket) in rate.buckets.iter().enumerate() {
        if rate.is_wide(place) {
            let (upper, lower) = (height(bucket.upper.unwrap_or(i64::MAX)), height(bucket.lower.unwrap_or(0)));
            let left = x + place as f32 * step;
            let corners = [(left, upper), (left + step, upper), (left + step, lower), (left, lower)];
            sheet.area(&corners, colour, 0.2);
        }
    }
}

/// First and last time, and full times between where they have room.
fn times(sheet: &mut Canvas<'_>, i18n: &I18n, rate: &RateChart, (x, y): (f32, f32), width: f32) {
    let ink = sheet.theme.ink_3();
    let (from, until) = (rate.from, rate.until());
    let first = sheet.line_of(&i18n.hm(from), SMALL);
    let last = sheet.line_of(&i18n.hm(rate.ended), SMALL);
    sheet.write(&first, x, y, TextAnchor::Start, ink);
    let mut free = x + first.width + 12.0;
    // A chart of a moment has one time.
    let mut end = x + width;
    if first.text != last.text {
        sheet.write(&last, end, y, TextAnchor::End, ink);
        end -= last.width + 12.0;
    }
    for tick in time_ticks(&i18n.zone, from, until, 4) {
        let label = sheet.line_of(&i18n.hm(tick), SMALL);
        let middle = x + width * ((tick - from) as f64 / (until - from).max(1) as f64) as f32;
        if middle - label.width / 2.0 >= free && middle + label.width / 2.0 <= end {
            sheet.write(&label, middle, y, TextAnchor::Middle, ink);
            free = middle + label.width / 2.0 + 12.0;
        }
    }
}
