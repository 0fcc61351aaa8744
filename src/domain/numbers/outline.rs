//! The small curve that a list shows of an ended stream.

use super::series::Series;
use super::{between, rounded};
use crate::domain::Counter;
use crate::domain::record::Record;

/// What came in each of `parts` equal parts of the show; unknown where most of a piece was not read. Empty where a curve
/// says nothing: of a snapshot, or with fewer than two readings.
pub fn outline(record: &Record, counter: Counter, pieces: i64) -> Vec<Option<i64>> {
    let series = Series::of(record);
    let (Some((first, last)), Some(show_ms)) = (series.span(), record.show_ms()) else { return Vec::new() };
    if series.readings() < 2 || show_ms < pieces || pieces < 1 {
        return Vec::new();
    }
    let edge = |place: i64| record.started_at + show_ms * place / pieces;
    (0..pieces)
        .map(|place| {
            let (from, until) = (edge(place), edge(place + 1));
            let read = until.min(last) - from.max(first) - series.gap_ms(from.max(first), until.min(last));
            // Half of it, as for the curves of live streams.
            (2 * read >= until - from).then(|| between(&series, from, until).estimate.get(counter)).flatten()
        })
        .collect()
}

/// Values as levels from 0 to 250 of their highest: all that a small curve needs, in a byte each.
pub fn levels(values: &[Option<i64>]) -> Vec<Option<u8>> {
    let highest = values.iter().flatten().copied().max().unwrap_or(0).max(1);
    let level = |value: i64| u8::try_from(rounded(i128::from(value.max(0)) * 250, i128::from(highest))?).ok();
    values.iter().map(|value| value.and_then(level)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_of_the_highest_and_unknown_stays_unknown() {
        assert_eq!(levels(&[Some(0), None, Some(50), Some(100)]), [Some(0), None, Some(125), Some(250)]);
        assert_eq!(levels(&[Some(0), Some(0)]), [Some(0), Some(0)]);
        assert_eq!(levels(&[Some(i64::MAX), Some(1)]), [Some(250), Some(0)]);
        assert_eq!(levels(&[]), []);
    }

    #[test]
    fn the_pieces_of_a_show_sum_to_what_came_in_them() {
        let record = crate::report::compose::tests::record();
        let pieces = outline(&record, Counter::Coins, 40);
        assert_eq!(pieces.len(), 40);
        let sum: i64 = pieces.iter().flatten().sum();
        assert!(sum > 0 && Some(sum) <= record.totals.coins, "{sum} of {:?}", record.totals.coins);
    }
}
