//! Readings as a step function nobody saw: what a counter surely was, at least and at most, at an instant.
//!
//! Inside a run all readings say the same, so a run bounds every instant exactly as its single readings would.

use super::{MINUTE, rounded};
use crate::domain::record::Record;
use crate::domain::{Counter, Counters, Gap, Millis, Reading, Run, Totals};

/// The accepted readings of one stream in order, its gaps, and where Tencent corrected its totals.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Series {
    runs: Vec<Run>,
    gaps: Spans,
    corrected: Spans,
    hidden: Vec<Counter>,
}

/// Spans of time, which may overlap, so ordered that a question about a short time looks at those near it alone: a stream of
/// weeks has thousands, and is asked about at every reading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Spans {
    /// By their beginnings.
    spans: Vec<(Millis, Millis)>,
    /// The latest end of each span and all before it.
    latest: Vec<Millis>,
}

impl Spans {
    fn new(mut spans: Vec<(Millis, Millis)>) -> Self {
        spans.sort_unstable();
        let mut latest = Millis(i64::MIN);
        let latest = spans.iter().map(|&(_, until)| {
            latest = latest.max(until);
            latest
        });
        Self { latest: latest.collect(), spans }
    }

    /// Those that begin before `until` and end after `from`, the last to begin first.
    fn between(&self, from: Millis, until: Millis) -> impl Iterator<Item = (Millis, Millis)> {
        self.near(from, until).filter(move |&(_, ends)| ends > from)
    }

    /// Those that are looked at for that.
    fn near(&self, from: Millis, until: Millis) -> impl Iterator<Item = (Millis, Millis)> {
        let end = self.spans.partition_point(|&(begins, _)| begins < until);
        (0..end).rev().take_while(move |&i| self.latest[i] > from).map(|i| self.spans[i])
    }
}

impl Series {
    /// From runs, oldest first. A clock that was set back must not turn time around: an instant earlier than the one
    /// before it is moved up to it. A fall between two runs is a restatement, recorded or not.
    pub fn new(runs: &[Run], gaps: &[Gap], corrected: &[(Millis, Millis)]) -> Self {
        let mut runs: Vec<Run> = runs.to_vec();
        let mut latest = Millis(i64::MIN);
        for run in &mut runs {
            let mut later = |at: &mut Millis| {
                latest = latest.max(*at);
                *at = latest;
            };
            later(&mut run.from);
            later(&mut run.from_answered);
            if run.count > 1 {
                later(&mut run.until_asked);
                later(&mut run.until);
            } else {
                (run.until_asked, run.until) = (run.from, run.from_answered);
            }
        }
        let known = Spans::new(corrected.to_vec());
        let mut corrected = corrected.to_vec();
        for pair in runs.windows(2) {
            let zone = (pair[0].until_asked, pair[1].from_answered);
            // Also where it only touches.
            let is_known = known.between(zone.0 - 1, zone.1 + 1).next().is_some()
                || corrected.last().is_some_and(|last| corrected.len() > known.spans.len() && last.1 >= zone.0);
            if is_known || pair[1].counters.falls_below(&pair[0].counters) {
                // Bounds near a restatement would compare the old totals with the new: widen to whole readings.
                corrected.push(zone);
            }
        }
        let gaps = gaps.iter().map(|gap| (gap.from, gap.until)).collect();
        Self { runs, gaps: Spans::new(gaps), corrected: Spans::new(corrected), hidden: Vec::new() }
    }

    /// Of a record, whole or derived: what is hidden is unknown in every answer.
    pub fn of(record: &Record) -> Self {
        let mut series = Self::new(&record.runs(), &record.gaps, &record.corrected);
        series.hidden = Counter::ALL
            .into_iter()
            .filter(|&counter| !record.shows(counter) || !(record.series.is_empty() || record.series.has(counter)))
            .collect();
        series
    }

    /// From single readings, oldest first, of which none lies across a gap.
    pub fn from_readings(readings: &[Reading]) -> Self {
        let runs: Vec<Run> = readings.iter().copied().map(Run::from).collect();
        Self::new(&runs, &[], &[])
    }

    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// The runs that end after `from` and begin before `until`; of all others no reading lies in between.
    pub fn runs_between(&self, from: Millis, until: Millis) -> &[Run] {
        let first = self.runs.partition_point(|run| run.until <= from);
        let end = self.runs.partition_point(|run| run.from_answered < until);
        &self.runs[first.min(end)..end]
    }

    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// How many readings were accepted.
    pub fn readings(&self) -> i64 {
        self.runs.iter().map(|run| run.count).sum()
    }

    pub fn first(&self) -> Option<Reading> {
        self.runs.first().map(Run::first)
    }

    pub fn last(&self) -> Option<Reading> {
        self.runs.last().map(Run::last)
    }

    /// From the first reading asked to the last answered.
    pub fn span(&self) -> Option<(Millis, Millis)> {
        Some((self.first()?.asked, self.last()?.answered))
    }

    /// The counters of the first reading; unknown where hidden or where there is none.
    pub fn first_totals(&self) -> Totals {
        self.masked(self.runs.first().map(|run| run.counters))
    }

    /// The counters of the last reading.
    pub fn last_totals(&self) -> Totals {
        self.masked(self.runs.last().map(|run| run.counters))
    }

    /// What the counters were at least at `t`: the last reading answered by then.
    pub fn lower(&self, t: Millis) -> Totals {
        let until = self.runs.partition_point(|run| run.from_answered <= t);
        self.masked(until.checked_sub(1).map(|i| self.runs[i].counters))
    }

    /// What they were at most at `t`: the first reading asked from then on.
    pub fn upper(&self, t: Millis) -> Totals {
        let from = self.runs.partition_point(|run| run.until_asked < t);
        self.masked(self.runs.get(from).map(|run| run.counters))
    }

    /// The best single guess at `t`: straight between the midpoints of the two readings around, rounded. Before the first
    /// reading and after the last it is theirs. It lies inside [`lower`](Self::lower) and [`upper`](Self::upper).
    pub fn estimate(&self, t: Millis) -> Totals {
        let until = self.runs.partition_point(|run| run.from.midpoint(run.from_answered) <= t);
        let Some(i) = until.checked_sub(1) else { return self.first_totals() };
        let (here, next) = (&self.runs[i], self.runs.get(i + 1));
        let since = here.until_asked.midpoint(here.until);
        let Some(next) = next.filter(|_| t > since) else { return self.masked(Some(here.counters)) };
        let to = next.from.midpoint(next.from_answered);
        let mut counters = here.counters;
        for counter in Counter::ALL {
            let step = i128::from(next.counters.get(counter)) - i128::from(here.counters.get(counter));
            let part = rounded(step * i128::from(t - since), i128::from(to - since));
            *counters.get_mut(counter) += part.unwrap_or_default();
        }
        self.masked(Some(counters))
    }

    /// The counters of the reading whose midpoint is nearest to `t`; of two equally near the earlier.
    pub fn nearest(&self, t: Millis) -> Totals {
        let until = self.runs.partition_point(|run| run.from.midpoint(run.from_answered) <= t);
        let Some(i) = until.checked_sub(1) else { return self.first_totals() };
        let (here, next) = (&self.runs[i], self.runs.get(i + 1));
        let nearer =
            next.filter(|next| next.from.midpoint(next.from_answered) - t < t - here.until_asked.midpoint(here.until));
        self.masked(Some(nearer.unwrap_or(here).counters))
    }

    /// Milliseconds of gaps between the two instants.
    pub fn gap_ms(&self, from: Millis, until: Millis) -> i64 {
        self.gaps.between(from, until).map(|gap| (gap.1.min(until) - gap.0.max(from)).max(0)).sum()
    }

    /// Whether an instant lies inside a gap: what came in it may have come before or after that instant.
    pub fn in_gap(&self, t: Millis) -> bool {
        self.gaps.between(t, t).next().is_some()
    }

    /// Whether a gap lies between two readings, the first answered at `from`, the second asked at `until`.
    pub fn gap_between(&self, from: Millis, until: Millis) -> bool {
        self.gaps.between(from, until).next().is_some()
    }

    /// Whether Tencent corrected its totals there: differences over this span are not numbers of anything.
    pub fn corrected(&self, from: Millis, until: Millis) -> bool {
        self.corrected.between(from, until).next().is_some()
    }

    pub fn is_hidden(&self, counter: Counter) -> bool {
        self.hidden.contains(&counter)
    }

    /// The increment over the last full minute of readings; unknown with less than a minute of them, across a gap or a
    /// restatement.
    pub fn last_minute(&self) -> Totals {
        let Some((from, until)) = self.first().zip(self.last()) else { return Totals::default() };
        let end = until.asked.midpoint(until.answered);
        let start = end - MINUTE;
        if start < from.asked || self.gap_ms(start, end) > 0 || self.corrected(start, end) {
            return Totals::default();
        }
        difference(&self.last_totals(), &self.estimate(start))
    }

    fn masked(&self, counters: Option<Counters>) -> Totals {
        let mut totals = counters.map(Totals::from).unwrap_or_default();
        for &counter in &self.hidden {
            totals.set(counter, None);
        }
        totals
    }
}

/// `later − earlier`, counter by counter, known where both are.
pub fn difference(later: &Totals, earlier: &Totals) -> Totals {
    Totals::from_array(Counter::ALL.map(|counter| Some(later.get(counter)? - earlier.get(counter)?)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn reading(asked: i64, answered: i64, coins: i64) -> Reading {
        Reading {
            asked: Millis(asked),
            answered: Millis(answered),
            counters: Counters { coins, ..Counters::default() },
        }
    }

    #[test]
    fn an_instant_is_bounded_by_the_readings_around_it() {
        let series = Series::from_readings(&[reading(0, 100, 10), reading(1000, 1100, 30)]);
        assert_eq!(series.lower(Millis(99)).coins, None);
        assert_eq!(series.lower(Millis(100)).coins, Some(10));
        assert_eq!(series.upper(Millis(500)).coins, Some(30));
        assert_eq!(series.upper(Millis(1001)).coins, None);
        assert_eq!(series.estimate(Millis(550)).coins, Some(20));
        assert_eq!(series.estimate(Millis(-5)).coins, Some(10));
        assert_eq!(series.estimate(Millis(9_000)).coins, Some(30));
    }

    #[test]
    fn nothing_is_known_without_readings() {
        let series = Series::default();
        assert_eq!(series.lower(Millis(0)), Totals::default());
        assert_eq!(series.estimate(Millis(0)), Totals::default());
        assert_eq!(series.last_minute(), Totals::default());
        assert_eq!(series.span(), None);
    }

    #[test]
    fn a_lower_total_is_a_correction_even_without_a_mark() {
        let series = Series::from_readings(&[reading(0, 100, 30), reading(1000, 1100, 10)]);
        assert!(series.corrected(Millis(0), Millis(1)));
        assert!(series.corrected(Millis(1099), Millis(2000)));
        assert!(!series.corrected(Millis(1100), Millis(2000)));
    }

    #[test]
    fn a_clock_set_back_does_not_turn_time_around() {
        let series = Series::from_readings(&[reading(5_000, 5_100, 1), reading(1_000, 1_100, 2)]);
        assert_eq!(series.last().unwrap().asked, Millis(5_100));
        assert_eq!(series.lower(Millis(5_100)).coins, Some(2));
    }

    #[test]
    fn what_is_asked_about_a_short_time_looks_at_what_is_near_it_alone() {
        let minutes = 8 * 24 * 60;
        let readings: Vec<_> = (0..minutes * 6).map(|i| reading(i * 10_000, i * 10_000 + 100, i)).collect();
        let gaps: Vec<_> = (0..minutes)
            .map(|i| Gap {
                from: Millis(i * MINUTE),
                until: Millis(i * MINUTE + 9),
                cause: crate::domain::GapCause::Late,
            })
            .collect();
        let series = Series::new(&readings.iter().copied().map(Run::from).collect::<Vec<_>>(), &gaps, &[]);
        let looked_at: usize = (0..minutes)
            .map(|i| {
                let (from, until) = (Millis(i * MINUTE), Millis((i + 1) * MINUTE));
                series.runs_between(from, until).len() + series.gaps.near(from, until).count()
            })
            .sum();
        assert!(looked_at <= 2 * (readings.len() + gaps.len()), "{looked_at} of {}", readings.len());
    }

    #[test]
    fn the_last_minute_is_unknown_across_a_gap() {
        let readings: Vec<_> = (0..13).map(|i| reading(i * 10_000, i * 10_000 + 100, i * 10)).collect();
        let series = Series::from_readings(&readings);
        assert_eq!(series.last_minute().coins, Some(60));
        let gap = Gap { from: Millis(70_100), until: Millis(80_000), cause: crate::domain::GapCause::NoAnswer };
        assert_eq!(Series::new(series.runs(), &[gap], &[]).last_minute().coins, None);
        assert_eq!(Series::from_readings(&readings[..4]).last_minute().coins, None);
    }
}
