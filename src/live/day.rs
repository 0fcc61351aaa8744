//! The app's day: when it began, and what came in since then.
//!
//! The strip tells coins since the day began. A stream that began in it counts whole; one that was on before it counts from
//! its reading at that moment. Where nobody read it then, it is not in the sum, and the strip says so.

use crate::domain::numbers::Series;
use crate::domain::{Counter, Millis, Run, StreamId};
use crate::report;
use crate::store::{Store, StoreError};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use std::collections::HashMap;

/// When the days of an app begin.
#[derive(Clone, Debug)]
pub struct DayRule {
    zone: TimeZone,
    /// After midnight.
    minutes: u32,
}

impl DayRule {
    /// Of an IANA zone; UTC where there is none of that name.
    pub fn new(zone: &str, minutes: u32) -> Self {
        Self { zone: TimeZone::get(zone).unwrap_or(TimeZone::UTC), minutes }
    }

    /// The beginning of the day that `now` is in.
    pub fn start_of(&self, now: Millis) -> Millis {
        let begun = || {
            let local = Timestamp::from_millisecond(now.0).ok()?.to_zoned(self.zone.clone()).datetime();
            let date = local.checked_sub(i64::from(self.minutes).minutes()).ok()?.date();
            let begins = date.at(0, 0, 0, 0).checked_add(i64::from(self.minutes).minutes()).ok()?;
            Some(Millis(begins.to_zoned(self.zone.clone()).ok()?.timestamp().as_millisecond()))
        };
        begun().unwrap_or(now)
    }
}

impl Default for DayRule {
    fn default() -> Self {
        Self::new("UTC", 0)
    }
}

/// Coins of the streams of a day that have ended, and how many are not in them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Ended {
    pub coins: i64,
    pub unknown: i64,
}

/// Where a stream's coins stood at `from`: at nothing where it began later.
pub(super) fn coins_at(started_at: Millis, from: Millis, runs: &[Run]) -> Option<i64> {
    if started_at >= from {
        return Some(0);
    }
    let series = Series::new(runs, &[], &[]);
    let (first, _) = series.span()?;
    // Before the first reading nobody knows.
    (first <= from).then(|| series.estimate(from).get(Counter::Coins)).flatten()
}

/// Adds up the streams that ended since `from`. `known` keeps what a report told of the moment `from`, so that each is
/// opened once.
pub(super) async fn ended(
    store: &Store,
    from: Millis,
    known: &mut HashMap<StreamId, Option<i64>>,
) -> Result<Ended, StoreError> {
    let (coins, unknown) = store.coins_of_day(from).await?;
    let mut sum = Ended { coins, unknown };
    for id in store.sealed_across(from).await? {
        let since = match known.get(&id) {
            Some(since) => *since,
            None => {
                let since = match store.report(id, None).await? {
                    Some(sealed) => tokio::task::spawn_blocking(move || since(&sealed, from)).await.unwrap_or_default(),
                    None => None,
                };
                known.insert(id, since);
                since
            }
        };
        match since {
            Some(coins) => sum.coins = sum.coins.saturating_add(coins),
            None => sum.unknown += 1,
        }
    }
    Ok(sum)
}

/// What came in since `from`, of a sealed report.
fn since(sealed: &crate::store::SealedReport, from: Millis) -> Option<i64> {
    let record = report::open(sealed).ok()?;
    let total = record.totals.get(Counter::Coins)?;
    let stood = coins_at(record.started_at, from, &record.runs())?;
    Some((total - (stood - record.start.get(Counter::Coins).unwrap_or(0)).max(0)).max(0))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::domain::Counters;

    fn run(at: i64, coins: i64) -> Run {
        Run {
            from: Millis(at),
            from_answered: Millis(at),
            until_asked: Millis(at),
            until: Millis(at),
            count: 1,
            counters: Counters { coins, ..Counters::default() },
        }
    }

    #[test]
    fn days_begin_where_the_app_says() {
        // 21 Nov 2026 14:03:06 in Shanghai.
        let now = Millis(1_795_240_986_000);
        let six = DayRule::new("Asia/Shanghai", 360);
        assert_eq!(six.start_of(now), Millis(1_795_212_000_000), "06:00 of the same day");
        assert_eq!(six.start_of(Millis(1_795_212_000_000)), Millis(1_795_212_000_000));
        assert_eq!(
            six.start_of(Millis(1_795_211_999_999)),
            Millis(1_795_125_600_000),
            "just before it, the day before"
        );
        let midnight = DayRule::default().start_of(now);
        assert_eq!(midnight.0 % 86_400_000, 0);
    }

    #[test]
    fn only_what_was_read_at_the_turn_of_the_day_is_known() {
        let runs = [run(1_000, 10), run(3_000, 30)];
        assert_eq!(coins_at(Millis(500), Millis(400), &runs), Some(0), "it began in the day");
        assert_eq!(coins_at(Millis(500), Millis(2_000), &runs), Some(20));
        assert_eq!(coins_at(Millis(500), Millis(800), &runs), None, "nobody read it then");
        assert_eq!(coins_at(Millis(500), Millis(800), &[]), None);
    }

    #[tokio::test]
    async fn a_day_has_what_began_in_it_and_the_rest_of_what_was_on() {
        let place = crate::report::tests::Place::new().await;
        let stream = place.ended(0).await;
        place.seal(stream).await;
        let row = place.store.stream(stream).await.unwrap().unwrap();
        let total = row.totals.coins.unwrap();
        let mut known = HashMap::new();
        let mut of = async |from| {
            known.clear();
            ended(&place.store, from, &mut known).await.unwrap()
        };
        assert_eq!(of(row.started_at).await, Ended { coins: total, unknown: 0 });
        let half = of(row.started_at + 30 * 60_000).await;
        assert!(half.unknown == 0 && half.coins > 0 && half.coins < total, "{half:?} of {total}");
        assert_eq!(of(row.ended_at.unwrap() + 1).await, Ended::default(), "it was over");
    }
}
