//! The peak: nothing interpolated, and a busiest minute only where it is proven.

use super::MINUTE;
use super::buckets::{Bucket, buckets};
use super::series::Series;
use crate::domain::record::Peak;
use crate::domain::{Counter, Run};

/// The greatest increment of a counter between two readings at most `window` milliseconds apart, measured from the first
/// one asked to the second one answered, so that all of it surely came in that time; with no gap and no restatement
/// between them. Of equal ones the earliest, between the two readings closest together. `None` where nothing came.
pub fn peak(series: &Series, counter: Counter, window: i64) -> Option<Peak> {
    if series.is_hidden(counter) {
        return None;
    }
    let runs = series.runs();
    let value = |run: &Run| run.counters.get(counter);
    let mut best: Option<Peak> = None;
    let mut start = 0;
    for (end, second) in runs.iter().enumerate().skip(1) {
        let before = &runs[end - 1];
        if series.gap_between(before.until, second.from) || series.corrected(before.until, second.from) {
            start = end;
        }
        while start < end && second.from_answered - runs[start].until_asked > window {
            start += 1;
        }
        // Counters do not fall between restatements: the earliest start gives the most.
        let amount = value(second) - value(&runs[start]);
        if amount > best.map_or(0, |peak| peak.amount) {
            let first = runs[start..end].iter().rev().find(|run| value(run) == value(&runs[start]));
            let from = first.unwrap_or(&runs[start]).until_asked;
            best = Some(Peak { amount, from, until: second.from_answered });
        }
    }
    best
}

/// The minute on the clock in which most came, where the bounds prove it: its least is not below any other's most. `outside`
/// is what came before the first and after the last reading, nobody knows when: a minute may hold all of either.
pub fn busiest_minute(series: &Series, counter: Counter, outside: (i64, i64)) -> Option<Bucket> {
    let minutes = buckets(series, MINUTE);
    let (first, last) = series.span()?;
    let most = |bucket: &Bucket| {
        let earlier = series.lower(bucket.from).get(counter).or(series.first_totals().get(counter))?;
        let later = series.upper(bucket.until).get(counter).or(series.last_totals().get(counter))?;
        // The minute that the first or the last reading fell in goes on beyond it.
        let before = if bucket.from <= first { outside.0 } else { 0 };
        let after = if bucket.until >= last { outside.1 } else { 0 };
        (!bucket.corrected).then_some(later - earlier + before + after)
    };
    let (best, least) = minutes
        .iter()
        .enumerate()
        .filter_map(|(i, bucket)| Some((i, bucket.lower.get(counter)?)))
        .max_by_key(|&(i, lower)| (lower, std::cmp::Reverse(i)))?;
    let others = minutes.iter().enumerate().filter(|&(i, _)| i != best);
    let proven = outside.0.max(outside.1) <= least
        && others.into_iter().all(|(_, bucket)| most(bucket).is_some_and(|most| most <= least));
    (proven && least > 0).then(|| minutes[best])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::domain::{Counters, Gap, GapCause, Millis};

    fn runs(points: &[(i64, i64)]) -> Vec<Run> {
        points
            .iter()
            .map(|&(second, coins)| Run {
                from: Millis(second * 1000),
                from_answered: Millis(second * 1000 + 100),
                until_asked: Millis(second * 1000),
                until: Millis(second * 1000 + 100),
                count: 1,
                counters: Counters { coins, ..Counters::default() },
            })
            .collect()
    }

    #[test]
    fn the_peak_is_an_exact_increment_of_at_most_a_minute() {
        let points = runs(&[(0, 0), (30, 10), (59, 50), (61, 55), (90, 56), (150, 100)]);
        let found = peak(&Series::new(&points, &[], &[]), Counter::Coins, MINUTE).unwrap();
        assert_eq!(found, Peak { amount: 50, from: Millis(0), until: Millis(59_100) });
    }

    #[test]
    fn of_equal_peaks_the_earliest_and_tightest() {
        let points = runs(&[(0, 0), (20, 0), (40, 9), (300, 9), (320, 18)]);
        let found = peak(&Series::new(&points, &[], &[]), Counter::Coins, MINUTE).unwrap();
        assert_eq!(found, Peak { amount: 9, from: Millis(20_000), until: Millis(40_100) });
    }

    #[test]
    fn no_peak_reaches_over_a_gap_or_a_restatement_or_out_of_nothing() {
        let points = runs(&[(0, 0), (20, 5), (50, 900), (70, 910)]);
        let gap = Gap { from: Millis(20_100), until: Millis(50_000), cause: GapCause::NoAnswer };
        let found = peak(&Series::new(&points, &[gap], &[]), Counter::Coins, MINUTE).unwrap();
        assert_eq!(found.amount, 10);
        let lower = runs(&[(0, 100), (20, 120), (40, 50), (60, 55)]);
        assert_eq!(peak(&Series::new(&lower, &[], &[]), Counter::Coins, MINUTE).unwrap().amount, 20);
        assert_eq!(peak(&Series::new(&points, &[], &[]), Counter::Likes, MINUTE), None);
    }

    #[test]
    fn the_busiest_minute_is_shown_only_where_proven() {
        let points: Vec<_> = (0..60).map(|i| (i * 10, i + if i >= 24 { 500 } else { 0 })).collect();
        let found = busiest_minute(&Series::new(&runs(&points), &[], &[]), Counter::Coins, (0, 0));
        // The step lies between the readings of 230 s and 240 s, an edge of the clock: either minute may hold it.
        assert_eq!(found, None);
        let points: Vec<_> = (0..60).map(|i| (i * 10, i + if i >= 26 { 500 } else { 0 })).collect();
        let series = Series::new(&runs(&points), &[], &[]);
        let found = busiest_minute(&series, Counter::Coins, (0, 0)).unwrap();
        assert_eq!(found.from, Millis(240_000));
        // What came while nobody read may have come in one minute.
        assert!(busiest_minute(&series, Counter::Coins, (400, 400)).is_some());
        assert_eq!(busiest_minute(&series, Counter::Coins, (600, 0)), None);
        assert_eq!(busiest_minute(&series, Counter::Coins, (0, 600)), None);
    }
}
