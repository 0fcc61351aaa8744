//! Round numbers for axes.

use crate::domain::Millis;
use crate::i18n::Zone;

/// The steps people read without counting.
fn round_step(at_least: i64) -> i64 {
    let mut power: i64 = 1;
    loop {
        for factor in [1, 2, 5] {
            if let Some(step) = power.checked_mul(factor).filter(|step| *step >= at_least) {
                return step;
            }
        }
        match power.checked_mul(10) {
            Some(next) => power = next,
            None => return i64::MAX,
        }
    }
}

/// Values to draw grid lines at, above zero and not above `max`: at most `count`, none when nothing happened.
pub fn value_ticks(max: i64, count: i64) -> Vec<i64> {
    if max <= 0 || count <= 0 {
        return Vec::new();
    }
    let step = round_step(max / (count + 1) + 1);
    (1..=count + 1).map_while(|place| step.checked_mul(place)).filter(|tick| *tick <= max).collect()
}

/// The top of the scale: the greatest value, but at least 1 so that nothing is divided by zero.
pub fn ceiling(values: impl Iterator<Item = i64>) -> i64 {
    values.max().unwrap_or(0).max(1)
}

/// Full times of the zone strictly between two moments, evenly apart, at most `count`.
pub fn time_ticks(zone: &Zone, from: Millis, until: Millis, count: i64) -> Vec<Millis> {
    /// In milliseconds.
    const MINUTE: i64 = 60_000;
    const STEPS: [i64; 14] = [1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 240, 360, 720, 1440];
    let span = until - from;
    if span <= 0 || count <= 0 {
        return Vec::new();
    }
    let step = STEPS
        .iter()
        .map(|minutes| minutes * MINUTE)
        .find(|step| span / step <= count)
        .unwrap_or_else(|| (span / count / (1440 * MINUTE) + 1) * 1440 * MINUTE);
    let offset = i64::from(zone.offset(from)) * 1000;
    let first = ((from.0 + offset).div_euclid(step) + 1) * step - offset;
    (0..=count).map(|place| Millis(first + place * step)).take_while(|tick| *tick < until).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_round_and_few() {
        assert_eq!(value_ticks(246_810, 3), [100_000, 200_000]);
        assert_eq!(value_ticks(9, 2), [5]);
        assert_eq!(value_ticks(1, 3), [1]);
        assert_eq!(value_ticks(0, 3), [0; 0]);
        for max in 1..2000 {
            let ticks = value_ticks(max, 3);
            assert!(!ticks.is_empty() && ticks.len() <= 4 && ticks.iter().all(|tick| *tick <= max), "{max} {ticks:?}");
        }
        assert!(value_ticks(i64::MAX, 3).len() <= 4);
    }

    #[test]
    fn times_are_full_hours_of_the_zone() {
        let zone = Zone { name: "Asia/Kolkata".into(), offsets: vec![(Millis(0), 19_800)] };
        let from = Millis(1_795_262_400_000);
        let ticks = time_ticks(&zone, from, from + 184 * 60_000, 4);
        assert!(ticks.iter().all(|tick| zone.civil(*tick).minute == 0), "{ticks:?}");
        assert_eq!(ticks.len(), 3);
        assert!(time_ticks(&zone, from, from, 4).is_empty());
        assert!(time_ticks(&zone, from, from + 90 * 86_400_000, 4).len() <= 5);
    }
}
