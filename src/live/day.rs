//! What came in since the day of an app began.
//!
//! The strip shows coins since the day began. A stream that began in it counts whole; one that was on before it counts from
//! its reading at that moment. Where nobody read it then, it is not in the sum, and the strip says so.

use crate::calendar::{DayRule, DayRules};
use crate::config::{AppConfig, Config};
use crate::domain::numbers::Series;
use crate::domain::{AppId, Counter, Day, Millis, Run, StreamId};
use crate::report;
use crate::store::{Store, StoreError};
use std::collections::HashMap;

/// A sum of a day that the strip shows: of the only app, or of each app where there are several.
#[derive(Clone, Debug, PartialEq)]
pub struct DaySum {
    /// `None` is whatever is live, where no more than one app is configured.
    pub app: Option<AppId>,
    /// The short form of that app.
    pub label: Option<String>,
    pub rule: DayRule,
}

impl DaySum {
    /// The sums that are kept, by the rules of the apps.
    pub fn of_config(config: &Config) -> Vec<Self> {
        let rules = DayRules::of_config(config);
        match rules.common() {
            Some(rule) if config.apps.len() < 2 => vec![Self { app: None, label: None, rule: rule.clone() }],
            _ => {
                let one = |app: &AppConfig| Self {
                    app: Some(app.id),
                    label: Some(app.short()),
                    rule: rules.of(app.id).clone(),
                };
                config.apps.iter().map(one).collect()
            }
        }
    }

    /// Whether the sums may be added up: the days of all apps begin together.
    pub(super) fn are_common(sums: &[Self]) -> bool {
        sums.windows(2).all(|pair| pair[0].rule == pair[1].rule)
    }

    pub(super) fn includes(&self, app: AppId) -> bool {
        self.app.is_none_or(|only| only == app)
    }
}

/// Coins of the streams of a day that have ended, and how many are not in them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct EndedStreams {
    pub coins: i64,
    pub unknown: i64,
}

/// A stream's coins at `from`: 0 where it began later.
pub(super) fn coins_at(started_at: Millis, from: Millis, runs: &[Run]) -> Option<i64> {
    if started_at >= from {
        return Some(0);
    }
    let series = Series::new(runs, &[], &[]);
    let (first, _) = series.span()?;
    // Before the first reading nobody knows.
    (first <= from).then(|| series.estimate(from).get(Counter::Coins)).flatten()
}

/// Adds up the streams of a day that ended, and what came in since it began of those that were on before. `known` keeps what
/// the totals at that moment from its report, so that each report is opened once.
pub(super) async fn ended(
    store: &Store,
    sum: &DaySum,
    day: Day,
    known: &mut HashMap<StreamId, Option<i64>>,
) -> Result<EndedStreams, StoreError> {
    let (app, from) = (sum.app, sum.rule.start_of(day));
    let (coins, unknown) = store.coins_since(app, day).await?;
    let mut sum = EndedStreams { coins, unknown };
    for id in store.sealed_across(app, day, from).await? {
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
    let before = coins_at(record.started_at, from, &record.runs())?;
    Some((total - (before - record.start.get(Counter::Coins).unwrap_or(0)).max(0)).max(0))
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
    fn only_what_was_read_at_the_turn_of_the_day_is_known() {
        let runs = [run(1_000, 10), run(3_000, 30)];
        assert_eq!(coins_at(Millis(500), Millis(400), &runs), Some(0), "it began in the day");
        assert_eq!(coins_at(Millis(500), Millis(2_000), &runs), Some(20));
        assert_eq!(coins_at(Millis(500), Millis(800), &runs), None, "nobody read it then");
        assert_eq!(coins_at(Millis(500), Millis(800), &[]), None);
    }

    #[test]
    fn apps_whose_days_begin_apart_are_not_added_up() {
        let app = |id, timezone: &str, day_start| {
            let mut app = AppConfig::new(AppId(id), "key".to_owned().into(), crate::config::Endpoint::guess(AppId(id)));
            (app.timezone, app.day_start, app.short) = (timezone.to_owned(), day_start, Some(format!("app {id}")));
            app
        };
        let sums = |apps| DaySum::of_config(&Config::new(apps));
        let labels = |sums: &[DaySum]| sums.iter().map(|sum| sum.label.clone()).collect::<Vec<_>>();
        assert_eq!(labels(&sums(vec![])), [None]);
        assert_eq!(labels(&sums(vec![app(1, "Asia/Tokyo", 0)])), [None]);
        let both = [Some("app 1".to_owned()), Some("app 2".to_owned())];
        let together = sums(vec![app(1, "Asia/Tokyo", 0), app(2, "Asia/Tokyo", 0)]);
        assert!(labels(&together) == both && DaySum::are_common(&together));
        let apart = sums(vec![app(1, "Asia/Tokyo", 0), app(2, "Asia/Tokyo", 360)]);
        assert!(labels(&apart) == both && !DaySum::are_common(&apart));
    }

    #[tokio::test]
    async fn a_day_has_what_began_in_it_and_the_rest_of_what_was_on() {
        // The stream is on from 12:00 to 13:00 UTC.
        let of = async |minutes: u32| {
            let mut place = crate::report::tests::SealFixture::new().await;
            let app = crate::report::compose::tests::summary().app;
            let rule = DayRule::new("UTC", minutes);
            place.store = place.store.with_days([(app, rule.clone())].into_iter().collect());
            let stream = place.ended(0).await;
            place.seal(stream).await;
            let row = place.store.stream(stream).await.unwrap().unwrap();
            let day = rule.day_of(row.ended_at.unwrap());
            let sum = DaySum { app: Some(app), label: None, rule };
            let other = DaySum { app: Some(AppId(1)), ..sum.clone() };
            let none = ended(&place.store, &other, day, &mut HashMap::new()).await.unwrap();
            assert_eq!(none, EndedStreams::default(), "of another app");
            let next = ended(&place.store, &sum, Day(day.0 + 1), &mut HashMap::new()).await.unwrap();
            assert_eq!(next, EndedStreams::default(), "it was over");
            let ended = ended(&place.store, &sum, day, &mut HashMap::new()).await.unwrap();
            (ended, row.totals.coins.unwrap())
        };
        let (whole, total) = of(720).await;
        assert_eq!(whole, EndedStreams { coins: total, unknown: 0 });
        let (half, total) = of(750).await;
        assert!(half.unknown == 0 && half.coins > 0 && half.coins < total, "{half:?} of {total}");
    }
}
