//! Rates with bounds: what came in each minute, at best guess, at least and at most.

use super::MINUTE;
use super::series::{Series, difference};
use crate::domain::{Counter, Millis, Totals};
use serde::{Deserialize, Serialize};

/// What came in `[from, until)`. Whole numbers; the estimates of adjoining buckets sum exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bucket {
    pub from: Millis,
    pub until: Millis,
    /// Unknown only where corrected or hidden.
    pub estimate: Totals,
    /// At least; `None` where the reading it needs does not exist: drawn open.
    pub lower: Totals,
    /// At most; `None` likewise.
    pub upper: Totals,
    /// Milliseconds of it in which nothing was read: drawn hatched.
    pub gap_ms: i64,
    /// A gap lies across one of its edges: how much of what came in the gap belongs to it is unknown, so the estimate is
    /// no number to show.
    pub shares_gap: bool,
    /// Tencent corrected its totals here: there is no number.
    pub corrected: bool,
}

impl Bucket {
    /// Length in milliseconds.
    pub fn millis(&self) -> i64 {
        self.until - self.from
    }

    /// Whether none of it was read.
    pub fn is_unread(&self) -> bool {
        self.gap_ms >= self.millis()
    }

    /// Whether any of it was not read.
    pub fn has_gap(&self) -> bool {
        self.gap_ms > 0
    }
}

/// The width of a stream's buckets: 60 s, 10 s where its readings span less than 20 minutes.
pub fn width(series: &Series) -> i64 {
    match series.span() {
        Some((from, until)) if until - from < 20 * MINUTE => 10_000,
        _ => MINUTE,
    }
}

/// What came between two instants, with bounds. Outside the readings the estimate is constant.
pub fn between(series: &Series, from: Millis, until: Millis) -> Bucket {
    let gap_ms = series.gap_ms(from, until);
    let shares_gap = series.in_gap(from) || series.in_gap(until);
    if series.corrected(from, until) {
        let none = Totals::default();
        return Bucket { from, until, estimate: none, lower: none, upper: none, gap_ms, shares_gap, corrected: true };
    }
    let lower = difference(&series.lower(until), &series.upper(from));
    Bucket {
        from,
        until,
        estimate: difference(&series.estimate(until), &series.estimate(from)),
        lower: Totals::from_array(Counter::ALL.map(|counter| lower.get(counter).map(|value| value.max(0)))),
        upper: difference(&series.upper(until), &series.lower(from)),
        gap_ms,
        shares_gap,
        corrected: false,
    }
}

/// Between which numbers lies what came in `[from, until)`, of what came between the first and the last reading. Unlike the
/// bounds of [`between`], it has both ends at the first and the last reading too: what came outside them is counted separately.
pub fn range(series: &Series, from: Millis, until: Millis, counter: Counter) -> Option<(i64, i64)> {
    if series.corrected(from, until) {
        return None;
    }
    let least = |at: Millis| series.lower(at).get(counter).or_else(|| series.first_totals().get(counter));
    let most = |at: Millis| series.upper(at).get(counter).or_else(|| series.last_totals().get(counter));
    Some(((least(until)? - most(from)?).max(0), most(until)? - least(from)?))
}

/// Buckets of `width` milliseconds from the first reading asked to the last answered, cut at multiples of the width on
/// the clock; the first and the last are what is left. The estimates sum exactly to last − first. Any width will do: a
/// coarser one gives tighter bounds than summing finer buckets. Empty with fewer than two readings.
pub fn buckets(series: &Series, width: i64) -> Vec<Bucket> {
    let Some((from, until)) = series.span() else { return Vec::new() };
    if series.readings() < 2 || width <= 0 {
        return Vec::new();
    }
    let mut edges = vec![from];
    let mut edge = Millis((from.0.div_euclid(width) + 1) * width);
    while edge < until {
        edges.push(edge);
        edge = edge + width;
    }
    edges.push(until);
    pieces(series, &edges)
}

/// Hours of the show, counted from its start: "1st hour", "2nd hour" …; a rest shorter than a quarter of an hour belongs
/// to the hour before. What came before the first reading is not in them.
pub fn hours(series: &Series, started_at: Millis) -> Vec<Bucket> {
    /// In milliseconds.
    const HOUR: i64 = 60 * MINUTE;
    let Some((from, until)) = series.span() else { return Vec::new() };
    if series.readings() < 2 {
        return Vec::new();
    }
    let mut edges = vec![from];
    let mut edge = started_at + HOUR * ((from - started_at).max(0) / HOUR + 1);
    while until - edge >= HOUR / 4 {
        edges.push(edge);
        edge = edge + HOUR;
    }
    edges.push(until);
    pieces(series, &edges)
}

fn pieces(series: &Series, edges: &[Millis]) -> Vec<Bucket> {
    edges.windows(2).filter(|pair| pair[0] < pair[1]).map(|pair| between(series, pair[0], pair[1])).collect()
}

/// A minute of which more than this was not read is no number in a small curve.
const MAX_UNREAD_MS: i64 = 10_000;

/// Per minute over the last `minutes` minutes before `now`, oldest first; unknown where nothing was read, where a gap
/// lies, or where Tencent made a correction. For small curves of live streams.
pub fn spark(series: &Series, counter: Counter, now: Millis, minutes: i64) -> Vec<Option<i64>> {
    let Some((first, last)) = series.span() else { return vec![None; usize::try_from(minutes).unwrap_or(0)] };
    let end = now.0.div_euclid(MINUTE) * MINUTE;
    (0..minutes)
        .map(|i| {
            let from = Millis(end - (minutes - i) * MINUTE);
            let until = from + MINUTE;
            if until <= first || from >= last || from < first || series.gap_ms(from, until) > MAX_UNREAD_MS {
                return None;
            }
            between(series, from, until).estimate.get(counter)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::domain::{Counters, Reading};

    fn steady(seconds: i64, every: i64) -> Series {
        let readings: Vec<_> = (0..=seconds / every)
            .map(|i| Reading {
                asked: Millis(i * every * 1000 + 7_000),
                answered: Millis(i * every * 1000 + 7_050),
                counters: Counters { coins: i * 5, ..Counters::default() },
            })
            .collect();
        Series::from_readings(&readings)
    }

    #[test]
    fn edges_are_on_the_clock_and_sums_are_exact() {
        let series = steady(3_600, 10);
        assert_eq!(width(&series), MINUTE);
        let all = buckets(&series, MINUTE);
        assert_eq!((all[0].from, all[0].until), (Millis(7_000), Millis(60_000)));
        assert_eq!(all.last().unwrap().until, Millis(3_607_050));
        assert!(all[1..].iter().all(|bucket| bucket.from.0 % MINUTE == 0));
        assert_eq!(all.iter().map(|bucket| bucket.estimate.coins.unwrap()).sum::<i64>(), 1_800);
        assert_eq!(all[0].upper.coins, None);
        assert_eq!(all.last().unwrap().upper.coins, None);
        assert_eq!((all[1].lower.coins, all[1].upper.coins), (Some(25), Some(35)));
    }

    #[test]
    fn short_streams_have_buckets_of_ten_seconds() {
        assert_eq!(width(&steady(600, 10)), 10_000);
        assert_eq!(width(&steady(1_200, 10)), MINUTE);
        assert!(buckets(&Series::default(), MINUTE).is_empty());
        assert!(buckets(&steady(0, 10), MINUTE).is_empty());
    }

    #[test]
    fn a_short_rest_belongs_to_the_hour_before() {
        let series = steady(3 * 3_600 + 240, 10);
        let hours = hours(&series, Millis(0));
        assert_eq!(hours.len(), 3);
        assert_eq!(hours.iter().map(|hour| hour.estimate.coins.unwrap()).sum::<i64>(), 5 * (3 * 360 + 24));
        assert_eq!(super::hours(&steady(3 * 3_600 + 1_200, 10), Millis(0)).len(), 4);
    }

    #[test]
    fn what_came_in_a_gap_belongs_to_nobody_alone() {
        use crate::domain::{Gap, GapCause, Run};
        // Read every ten seconds up to 100 s and from 200 s on; 100 coins came in between.
        let reading = |at: i64, coins: i64| Reading {
            asked: Millis(at * 1000),
            answered: Millis(at * 1000 + 50),
            counters: Counters { coins, ..Counters::default() },
        };
        let readings: Vec<Reading> = (0..=10)
            .map(|i| reading(i * 10, i * 10))
            .chain((20..=30).map(|i| reading(i * 10, 200 + (i - 20) * 10)))
            .collect();
        let runs: Vec<Run> = readings.iter().copied().map(Run::from).collect();
        let gap = Gap { from: Millis(100_050), until: Millis(200_000), cause: GapCause::NoAnswer };
        let series = Series::new(&runs, &[gap], &[]);
        let all = buckets(&series, MINUTE);
        let flags: Vec<(bool, bool)> = all.iter().map(|bucket| (bucket.shares_gap, bucket.is_unread())).collect();
        // Minutes 1, 2 and 3 share it; all of minute 2 is in it.
        assert_eq!(&flags[..5], &[(false, false), (true, false), (true, true), (true, false), (false, false)]);
        let of = |bucket: &Bucket| range(&series, bucket.from, bucket.until, Counter::Coins).unwrap();
        assert_eq!(of(&all[1]), (40, 150));
        assert_eq!(of(&all[2]), (0, 100));
        assert_eq!(of(&all[3]), (30, 140));
        // Inside one bucket a gap costs nothing: its edges were read.
        let wide = buckets(&series, 4 * MINUTE);
        assert!(wide.iter().all(|bucket| !bucket.shares_gap) && wide[0].has_gap());
        assert_eq!(range(&series, Millis(0), Millis(300_050), Counter::Coins), Some((300, 300)));
        assert_eq!(range(&series, Millis(0), Millis(300_050), Counter::Gifts), Some((0, 0)));
    }

    #[test]
    fn a_spark_is_unknown_before_the_first_reading() {
        let spark = spark(&steady(300, 10), Counter::Coins, Millis(300_000), 10);
        assert_eq!(spark.len(), 10);
        assert_eq!(&spark[..6], &[None; 6]);
        assert_eq!(&spark[6..], &[Some(30); 4]);
    }
}
