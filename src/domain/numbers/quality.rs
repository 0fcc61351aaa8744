//! How whole the readings are.

use crate::domain::{Gap, Millis, Verdict};

/// Longer than this without a reading is a gap, by the configured interval; milliseconds.
pub const fn gap_limit(interval_ms: i64) -> i64 {
    let three = interval_ms.saturating_mul(3);
    if three > 5_000 { three } else { 5_000 }
}

/// The gaps cut to the stream's time, overlapping ones merged, none empty.
pub fn clipped(gaps: &[Gap], started: Millis, ended: Millis) -> Vec<Gap> {
    let mut inside: Vec<Gap> = gaps
        .iter()
        .map(|gap| Gap { from: gap.from.max(started), until: gap.until.min(ended), ..*gap })
        .filter(|gap| gap.from < gap.until)
        .collect();
    inside.sort_by_key(|gap| gap.from);
    let mut merged: Vec<Gap> = Vec::with_capacity(inside.len());
    for gap in inside {
        match merged.last_mut().filter(|last| gap.from < last.until) {
            Some(last) => last.until = last.until.max(gap.until),
            None => merged.push(gap),
        }
    }
    merged
}

/// Coverage in ten-thousandths, rounded down so that it never flatters: 1 − gaps ÷ (ended − started). `None` without a
/// length.
pub fn coverage(gaps: &[Gap], started: Millis, ended: Millis) -> Option<i64> {
    let length = ended - started;
    if length <= 0 {
        return None;
    }
    let missed: i64 = clipped(gaps, started, ended).iter().map(Gap::millis).sum();
    i64::try_from(i128::from(length - missed) * 10_000 / i128::from(length)).ok()
}

/// The longest gap inside the stream's time; of equal ones the earliest.
pub fn longest_gap(gaps: &[Gap], started: Millis, ended: Millis) -> Option<Gap> {
    gaps.iter()
        .map(|gap| Gap { from: gap.from.max(started), until: gap.until.min(ended), ..*gap })
        .filter(|gap| gap.from < gap.until)
        .max_by_key(|gap| (gap.millis(), std::cmp::Reverse(gap.from)))
}

/// The words: complete from 99 % with no gap over 60 s, small gaps from 95 %.
pub fn grade(coverage: Option<i64>, longest: Option<&Gap>) -> Option<Verdict> {
    Some(match coverage? {
        9_900.. if longest.is_none_or(|gap| gap.millis() <= 60_000) => Verdict::Complete,
        9_500.. => Verdict::SmallGaps,
        _ => Verdict::GapsMatter,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::GapCause;

    fn gap(from: i64, until: i64) -> Gap {
        Gap { from: Millis(from), until: Millis(until), cause: GapCause::NoAnswer }
    }

    #[test]
    fn a_gap_is_three_intervals_and_at_least_five_seconds() {
        assert_eq!([500, 1_000, 2_000, 10_000].map(gap_limit), [5_000, 5_000, 6_000, 30_000]);
    }

    #[test]
    fn coverage_counts_gaps_once_and_only_inside_the_stream() {
        let gaps = [gap(-50, 100), gap(50, 200), gap(900, 2_000)];
        assert_eq!(coverage(&gaps, Millis(0), Millis(1_000)), Some(7_000));
        assert_eq!(coverage(&[], Millis(0), Millis(1_000)), Some(10_000));
        assert_eq!(coverage(&[], Millis(5), Millis(5)), None);
        assert_eq!(coverage(&[gap(0, 1)], Millis(0), Millis(3)), Some(6_666));
        assert_eq!(longest_gap(&gaps, Millis(0), Millis(1_000)), Some(gap(50, 200)));
    }

    #[test]
    fn the_words_follow_the_thresholds() {
        let short = gap(0, 60_000);
        let long = gap(0, 60_001);
        assert_eq!(grade(Some(9_900), Some(&short)), Some(Verdict::Complete));
        assert_eq!(grade(Some(9_990), Some(&long)), Some(Verdict::SmallGaps));
        assert_eq!(grade(Some(9_899), None), Some(Verdict::SmallGaps));
        assert_eq!(grade(Some(9_499), None), Some(Verdict::GapsMatter));
        assert_eq!(grade(None, None), None);
    }
}
