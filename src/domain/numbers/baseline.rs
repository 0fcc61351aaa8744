//! A room against its own past: the median and the middle half of its last streams.

use super::series::Series;
use super::{MINUTE, rounded};
use crate::domain::live::BaselineComparison;
use crate::domain::record::{Baseline, Quartiles, Record};
use crate::domain::{Counter, Millis, StreamId, Totals};

/// Number of past streams from which there is a baseline.
pub const MIN_BASELINE_STREAMS: usize = 4;
/// Number of past streams that a baseline uses at most.
pub const MAX_BASELINE_STREAMS: usize = 8;
/// The curve is kept at every tenth minute.
pub const STEP_MS: i64 = 10 * MINUTE;
/// A show longer than a day is not followed further: its curve would outgrow its report.
const MAX_CURVE_STEPS: i64 = 24 * 6;

/// What is needed of one past stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastStream {
    pub stream: StreamId,
    pub sha256: String,
    pub totals: Totals,
    /// The counters at every tenth minute of the show; the total where the show was over by then.
    pub cumulative: Vec<Totals>,
    /// Length of the show.
    pub show_ms: i64,
}

impl PastStream {
    /// Of a sealed record. A snapshot, or a stream without a reading, says nothing about the baseline.
    pub fn of(record: &Record, sha256: &str) -> Option<Self> {
        let series = Series::of(record);
        if record.kind != crate::domain::StreamKind::Stream || series.is_empty() {
            return None;
        }
        let show_ms = record.show_ms()?;
        Some(Self {
            stream: record.stream,
            sha256: sha256.to_owned(),
            totals: record.totals,
            cumulative: cumulative(&series, &record.start, record.started_at, show_ms, &record.totals),
            show_ms,
        })
    }

    fn at(&self, step: usize, counter: Counter) -> Option<i64> {
        self.cumulative.get(step).unwrap_or(&self.totals).get(counter)
    }
}

/// The counters at every tenth minute from the start; 0 at the start itself, unknown before the first reading.
fn cumulative(series: &Series, start: &Totals, started_at: Millis, show_ms: i64, totals: &Totals) -> Vec<Totals> {
    let Some((first, last)) = series.span() else { return Vec::new() };
    (0..=(show_ms / STEP_MS).min(MAX_CURVE_STEPS))
        .map(|step| {
            let at = started_at + step * STEP_MS;
            if step == 0 {
                Totals::from_array([Some(0); 6])
            } else if at < first {
                Totals::default()
            } else if at >= last {
                *totals
            } else {
                let before = series.estimate(at);
                let net = |counter| Some(before.get(counter)? - start.get(counter).unwrap_or(0));
                Totals::from_array(Counter::ALL.map(net))
            }
        })
        .collect()
}

/// Median and middle half of values, by linear interpolation between ranks, rounded; `None` below four values.
pub fn quartiles(mut values: Vec<i64>) -> Option<Quartiles> {
    if values.len() < MIN_BASELINE_STREAMS {
        return None;
    }
    values.sort_unstable();
    let at = |quarter: usize| {
        let position = (values.len() - 1) * quarter;
        let (rank, rest) = (position / 4, i128::try_from(position % 4).unwrap_or(0));
        let low = i128::from(values[rank]);
        let high = i128::from(values[(rank + 1).min(values.len() - 1)]);
        rounded(low * (4 - rest) + high * rest, 4).unwrap_or(values[rank])
    };
    Some(Quartiles { low: at(1), median: at(2), high: at(3) })
}

/// The baseline of a room from its past streams, newest first; at most 8 are used, and below 4 only their number is known.
pub fn baseline(past: &[PastStream]) -> Baseline {
    let past = &past[..past.len().min(MAX_BASELINE_STREAMS)];
    let mut baseline = Baseline {
        streams: i64::try_from(past.len()).unwrap_or(0),
        used: past.iter().map(|one| (one.stream, one.sha256.clone())).collect(),
        ..Baseline::default()
    };
    if past.len() < MIN_BASELINE_STREAMS {
        return baseline;
    }
    let steps = past.iter().map(|one| one.cumulative.len()).max().unwrap_or(0);
    for counter in Counter::ALL {
        if let Some(totals) = quartiles(past.iter().filter_map(|one| one.totals.get(counter)).collect()) {
            baseline.totals.insert(counter, totals);
            let at = |step| quartiles(past.iter().filter_map(|one| one.at(step, counter)).collect());
            baseline.cumulative.insert(counter, (0..steps).map(at).collect());
        }
    }
    baseline
}

impl Baseline {
    /// How many sealed streams are missing until there is a baseline; 0 when there is one.
    pub fn missing(&self) -> i64 {
        (MIN_BASELINE_STREAMS as i64 - self.streams).max(0)
    }

    /// The median curve at an elapsed time, straight between tenth minutes; after its end the median total.
    pub fn median_at(&self, counter: Counter, elapsed_ms: i64) -> Option<i64> {
        let cumulative = self.cumulative.get(&counter)?;
        let step = usize::try_from(elapsed_ms.max(0) / STEP_MS).ok()?;
        let rest = elapsed_ms.max(0) % STEP_MS;
        let total = self.totals.get(&counter)?.median;
        let Some(here) = cumulative.get(step) else { return Some(total) };
        let here = here.as_ref()?.median;
        let next = match cumulative.get(step + 1) {
            Some(next) => next.as_ref()?.median,
            None => total,
        };
        Some(here + rounded(i128::from(next - here) * i128::from(rest), STEP_MS.into())?)
    }
}

/// A total compared with its baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BaselineDeviation {
    pub value: i64,
    pub baseline: Quartiles,
    /// Rounded percent above (positive) or below (negative) the median; undefined where the median is 0.
    pub percent: Option<i64>,
    /// Whether it lies in the middle half.
    pub within: bool,
}

/// A total compared with its baseline, where both are known.
pub fn compare_to_baseline(baseline: &Baseline, counter: Counter, value: Option<i64>) -> Option<BaselineDeviation> {
    let (value, quartiles) = (value?, *baseline.totals.get(&counter)?);
    let percent = rounded(i128::from(value - quartiles.median) * 100, quartiles.median.into());
    Some(BaselineDeviation {
        value,
        baseline: quartiles,
        percent,
        within: (quartiles.low..=quartiles.high).contains(&value),
    })
}

/// The value by now in percent of the baseline at the same elapsed time; undefined where that is 0 or unknown, and before the
/// first step of the curve: it begins there, and a ratio of two handfuls of coins says nothing.
pub fn percent_of_baseline(baseline: &Baseline, counter: Counter, elapsed_ms: i64, value: Option<i64>) -> Option<i64> {
    if elapsed_ms < STEP_MS {
        return None;
    }
    rounded(i128::from(value?) * 100, baseline.median_at(counter, elapsed_ms)?.into())
}

/// The pace of a live stream. `best` is the greatest total the room ever had, where one is known.
pub fn compare_live(
    baseline: &Baseline,
    best: Option<i64>,
    counter: Counter,
    elapsed_ms: i64,
    value: Option<i64>,
) -> BaselineComparison {
    let Some(now) = value else { return BaselineComparison::Unknown };
    match (baseline.streams, best) {
        (0, _) => BaselineComparison::FirstStream,
        (have, _) if baseline.missing() > 0 => BaselineComparison::NotYet { have },
        (_, Some(before)) if now > before && before > 0 => BaselineComparison::BestEver { before },
        _ => match percent_of_baseline(baseline, counter, elapsed_ms, value) {
            Some(percent) => BaselineComparison::Percent { percent },
            None => BaselineComparison::Unknown,
        },
    }
}

/// On which side of its baseline the stream ended (`true`: ahead), and from which elapsed millisecond on (a tenth minute) it
/// stayed there. `None` where it ended at its baseline, or one of the two is unknown at the end.
pub fn crossover(record: &Record, counter: Counter) -> Option<(bool, i64)> {
    let past = PastStream::of(record, "")?;
    let cumulative: &Vec<_> = record.baseline.cumulative.get(&counter)?;
    let mut since: Option<(bool, i64)> = None;
    for (step, (now, baseline)) in past.cumulative.iter().zip(cumulative).enumerate().skip(1) {
        let side = now.get(counter).zip(baseline.as_ref()).filter(|(now, baseline)| *now != baseline.median);
        since = side.and_then(|(now, baseline)| {
            let ahead = now > baseline.median;
            let here = i64::try_from(step).ok()? * STEP_MS;
            Some((ahead, since.filter(|(before, _)| *before == ahead).map_or(here, |(_, from)| from)))
        });
    }
    since
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn past(coins: i64, minutes: i64) -> PastStream {
        PastStream {
            stream: StreamId(coins),
            sha256: "00".into(),
            totals: Totals { coins: Some(coins), ..Totals::default() },
            cumulative: (0..=minutes / 10)
                .map(|i| Totals { coins: Some(coins * i * 10 / minutes), ..Totals::default() })
                .collect(),
            show_ms: minutes * MINUTE,
        }
    }

    #[test]
    fn quartiles_are_ranks_with_whole_numbers_between() {
        assert_eq!(quartiles(vec![1, 2, 3]), None);
        assert_eq!(quartiles(vec![4, 1, 3, 2]), Some(Quartiles { low: 2, median: 3, high: 3 }));
        assert_eq!(quartiles(vec![10, 20, 30, 40, 50]), Some(Quartiles { low: 20, median: 30, high: 40 }));
        assert_eq!(quartiles((1..=8).map(|i| i * 100).collect()), Some(Quartiles { low: 275, median: 450, high: 625 }));
    }

    #[test]
    fn there_is_no_baseline_below_four_streams() {
        let three = baseline(&[past(1, 60), past(2, 60), past(3, 60)]);
        assert_eq!((three.streams, three.missing(), three.totals.len()), (3, 1, 0));
        assert_eq!(compare_live(&three, None, Counter::Coins, 0, Some(1)), BaselineComparison::NotYet { have: 3 });
        assert_eq!(compare_live(&baseline(&[]), None, Counter::Coins, 0, Some(1)), BaselineComparison::FirstStream);
    }

    #[test]
    fn a_live_stream_is_compared_at_the_same_minute() {
        let four = baseline(&[past(600, 60), past(600, 60), past(600, 60), past(600, 60)]);
        assert_eq!(four.median_at(Counter::Coins, 25 * MINUTE), Some(250));
        assert_eq!(four.median_at(Counter::Coins, 500 * MINUTE), Some(600));
        assert_eq!(percent_of_baseline(&four, Counter::Coins, 30 * MINUTE, Some(378)), Some(126));
        assert_eq!(percent_of_baseline(&four, Counter::Coins, 2 * MINUTE, Some(378)), None, "too early for a pace");
        assert_eq!(
            compare_live(&four, Some(600), Counter::Coins, 30 * MINUTE, Some(601)),
            BaselineComparison::BestEver { before: 600 }
        );
        assert_eq!(compare_live(&four, Some(600), Counter::Coins, 0, Some(5)), BaselineComparison::Unknown);
        assert_eq!(compare_live(&four, None, Counter::Likes, 0, Some(5)), BaselineComparison::Unknown);
        assert_eq!(compare_live(&four, None, Counter::Coins, 0, None), BaselineComparison::Unknown);
    }

    #[test]
    fn only_the_newest_eight_count_and_short_ones_hold_their_total() {
        let many: Vec<_> = (0..10).map(|i| past(if i < 8 { 100 } else { 9_999 }, 30 + i * 10)).collect();
        let baseline = baseline(&many);
        assert_eq!((baseline.streams, baseline.totals[&Counter::Coins].high), (8, 100));
        assert_eq!(baseline.cumulative[&Counter::Coins].len(), 11);
        assert_eq!(baseline.cumulative[&Counter::Coins][10].unwrap().median, 100);
    }

    #[test]
    fn a_total_is_within_or_beyond_the_middle_half() {
        let four = baseline(&[past(100, 60), past(200, 60), past(300, 60), past(400, 60)]);
        let found = compare_to_baseline(&four, Counter::Coins, Some(295)).unwrap();
        assert_eq!((found.baseline.median, found.percent, found.within), (250, Some(18), true));
        assert_eq!(compare_to_baseline(&four, Counter::Coins, Some(150)).unwrap().percent, Some(-40));
        assert!(!compare_to_baseline(&four, Counter::Coins, Some(1000)).unwrap().within);
        assert_eq!(compare_to_baseline(&four, Counter::Coins, None), None);
    }
}
