//! What happened, by fixed rules: each finding is a rule's name with its numbers and the span of its evidence.
//!
//! Must not: write a sentence, or accuse in public: what suspects is internal until a user releases it.
//!
//! | rule | counter | numbers | shareable |
//! |---|---|---|---|
//! | `best_ten_minutes` | coins | amount, total, percent | yes |
//! | `battle` | coins | amount, total, percent | yes |
//! | `baseline` | any | value, median, low, high, difference, percent | yes |
//! | `usual_host` | any | the same compared with the host's streams in all rooms, where the room has no baseline yet | yes |
//! | `returning` | coins | amount, total, percent: at least this many from people already counted | yes |
//! | `peak` | coins | amount, seconds | yes |
//! | `corrected` | none | count | yes |
//! | `surge` | any | amount, median, score (tenths) | no |
//! | `likes_flat_entries` | likes | amount, median | no |
//! | `entries_no_reaction` | viewers | amount | no |
//! | `coins_no_gifter` | coins | amount, gifters | no |
//! | `frozen` | none | seconds | no |
//! | `implausible` | gifters | amount, gifts: more people who gave than gifts | no |

use super::baseline::compare_to_baseline;
use super::buckets::{Bucket, buckets};
use super::peak::peak;
use super::series::Series;
use super::{MINUTE, rounded};
use crate::domain::record::{Finding, FindingRule, MomentKind, Record};
use crate::domain::{Counter, MAX_COUNTER, Millis, Run};
use std::collections::BTreeMap;

/// Fewer whole minutes than this have no typical rate to differ from.
const MIN_MINUTES: usize = 10;
/// A minute is suspicious from this many robust deviations on, in tenths.
const MIN_SCORE_TENTHS: i64 = 80;
/// Suspicious minutes reported per rule, the largest first.
const MAX_FINDINGS_PER_RULE: usize = 3;
/// Milliseconds for which all six counters must be constant, between movements, to be reported.
const MIN_FROZEN_MS: i64 = 10 * MINUTE;

/// The counters whose figures a finding contains, beside its own: all of them must be shown for it to be.
pub fn counters_revealed(finding: &Finding) -> Vec<Counter> {
    let mut counters: Vec<Counter> = finding.counter.into_iter().collect();
    counters.extend_from_slice(match finding.rule {
        FindingRule::Returning | FindingRule::CoinsNoGifter => &[Counter::Coins, Counter::Gifters],
        FindingRule::Implausible => &[Counter::Gifters, Counter::Gifts],
        FindingRule::LikesFlatEntries => &[Counter::Likes, Counter::Viewers],
        FindingRule::EntriesNoReaction => &[Counter::Viewers, Counter::Messages, Counter::Likes, Counter::Gifts],
        FindingRule::BestTenMinutes
        | FindingRule::Battle
        | FindingRule::Baseline
        | FindingRule::HostBaseline
        | FindingRule::Peak
        | FindingRule::UpstreamCorrection
        | FindingRule::Surge
        | FindingRule::Frozen
        | FindingRule::Other(_) => &[],
    });
    counters
}

/// All findings of a record that is complete but for them, the most important first.
pub fn findings(record: &Record) -> Vec<Finding> {
    let series = Series::of(record);
    let mut found = Vec::new();
    let coins = record.totals.coins.filter(|coins| *coins > 0);
    if let Some(total) = coins {
        let long = series.span().is_some_and(|(from, until)| until - from > 30 * MINUTE);
        let best = peak(&series, Counter::Coins, 10 * MINUTE).filter(|_| long);
        if let Some(best) = best.filter(|best| percent(best.amount, total) >= 20) {
            let numbers = share(best.amount, total);
            found.push(finding(
                FindingRule::BestTenMinutes,
                Some(Counter::Coins),
                numbers,
                Some((best.from, best.until)),
                true,
            ));
        }
        for moment in &record.moments {
            let amount = moment.amounts.coins.filter(|amount| *amount > 0 && moment.kind == MomentKind::Battle);
            if let Some((amount, until)) = amount.zip(moment.until) {
                let span = Some((moment.from, until));
                found.push(finding(FindingRule::Battle, Some(Counter::Coins), share(amount, total), span, true));
            }
        }
    }
    // What still runs is below the baseline only because it runs.
    let whole = record.ended_at.is_some();
    for counter in [Counter::Coins, Counter::Gifters, Counter::Viewers, Counter::Messages].into_iter().filter(|_| whole)
    {
        let of_room = !record.baseline.totals.is_empty();
        let (baseline, rule) = match &record.host_baseline {
            Some(host) if !of_room => (host, FindingRule::HostBaseline),
            _ => (&record.baseline, FindingRule::Baseline),
        };
        if let Some(held) = compare_to_baseline(baseline, counter, record.totals.get(counter)) {
            let baseline = held.baseline;
            let mut numbers = numbers([
                ("value", held.value),
                ("median", baseline.median),
                ("low", baseline.low),
                ("high", baseline.high),
                ("difference", held.value - baseline.median),
            ]);
            numbers.extend(held.percent.map(|percent| ("percent".to_owned(), percent)));
            found.push(finding(rule, Some(counter), numbers, None, true));
        }
    }
    if let Some(total) = coins {
        let (amount, span) = returning(&series);
        if amount > 0 {
            found.push(finding(FindingRule::Returning, Some(Counter::Coins), share(amount, total), span, true));
        }
    }
    if let Some(peak) = record.peaks.get(&Counter::Coins) {
        let seconds = rounded((peak.until - peak.from).into(), 1000).unwrap_or_default();
        let numbers = numbers([("amount", peak.amount), ("seconds", seconds)]);
        found.push(finding(FindingRule::Peak, Some(Counter::Coins), numbers, Some((peak.from, peak.until)), true));
    }
    if let (Some(first), Some(last)) = (record.corrected.first(), record.corrected.last()) {
        let count = i64::try_from(record.corrected.len()).unwrap_or(i64::MAX);
        found.push(finding(
            FindingRule::UpstreamCorrection,
            None,
            numbers([("count", count)]),
            Some((first.0, last.1)),
            true,
        ));
    }
    found.extend(anomalies(&series));
    found
}

/// What suspects: rates that differ clearly, and patterns with a name. All internal.
pub fn anomalies(series: &Series) -> Vec<Finding> {
    let mut found = Vec::new();
    let minutes: Vec<Bucket> = buckets(series, MINUTE)
        .into_iter()
        .filter(|bucket| bucket.millis() == MINUTE && !bucket.has_gap() && !bucket.corrected)
        .collect();
    if minutes.len() >= MIN_MINUTES {
        for counter in Counter::ALL {
            let rates: Vec<i64> = minutes.iter().filter_map(|minute| minute.estimate.get(counter)).collect();
            let Some((median, deviation)) = robust(&rates) else { continue };
            let mut out: Vec<(i64, &Bucket)> = minutes
                .iter()
                .filter_map(|minute| Some((minute.estimate.get(counter)?, minute)))
                .filter(|&(rate, minute)| {
                    score(rate, median, deviation) >= MIN_SCORE_TENTHS
                        && rate >= 20
                        && seen_twice(series, counter, minute, rate)
                })
                .collect();
            out.sort_by_key(|&(rate, minute)| (std::cmp::Reverse(rate), minute.from));
            for (rate, minute) in out.into_iter().take(MAX_FINDINGS_PER_RULE) {
                let span = Some((minute.from, minute.until));
                let flat = counter == Counter::Likes && rate >= 500 && minute.estimate.viewers == Some(0);
                if counter == Counter::Viewers && no_reaction(minute) {
                    continue;
                }
                let rule = if flat { FindingRule::LikesFlatEntries } else { FindingRule::Surge };
                let mut numbers = numbers([("amount", rate), ("median", median)]);
                if rule == FindingRule::Surge {
                    numbers.insert("score".to_owned(), score(rate, median, deviation));
                }
                found.push(finding(rule, Some(counter), numbers, span, false));
            }
        }
        found.extend(jumps_without_gifter(series, &minutes));
    }
    let mut silent: Vec<&Bucket> = minutes.iter().filter(|minute| no_reaction(minute)).collect();
    silent.sort_by_key(|minute| (std::cmp::Reverse(minute.estimate.viewers), minute.from));
    for minute in silent.into_iter().take(MAX_FINDINGS_PER_RULE) {
        let numbers = numbers([("amount", minute.estimate.viewers.unwrap_or_default())]);
        let span = Some((minute.from, minute.until));
        found.push(finding(FindingRule::EntriesNoReaction, Some(Counter::Viewers), numbers, span, false));
    }
    // A run at the very end is the quiet after the show, not a freeze.
    for run in series.runs().split_last().map_or(&[][..], |(_, before)| before) {
        if run.until_asked - run.from_answered >= MIN_FROZEN_MS {
            let seconds = (run.until_asked - run.from_answered) / 1000;
            found.push(finding(
                FindingRule::Frozen,
                None,
                numbers([("seconds", seconds)]),
                Some((run.from, run.until)),
                false,
            ));
        }
    }
    // Each who gave gave something. Noted where Tencent last said otherwise, never refused.
    let strange = |run: &&Run| run.counters.gifters > run.counters.gifts;
    if !series.is_hidden(Counter::Gifters)
        && !series.is_hidden(Counter::Gifts)
        && let Some(run) = series.runs().iter().rev().find(strange)
    {
        let numbers = numbers([("amount", run.counters.gifters), ("gifts", run.counters.gifts)]);
        found.push(finding(
            FindingRule::Implausible,
            Some(Counter::Gifters),
            numbers,
            Some((run.from, run.until)),
            false,
        ));
    }
    found
}

/// A hundred people came in and nobody did anything. That is strange in any stream, however common in this one.
fn no_reaction(minute: &Bucket) -> bool {
    minute.estimate.viewers.is_some_and(|entries| entries >= 100)
        && [Counter::Messages, Counter::Likes, Counter::Gifts]
            .into_iter()
            .all(|counter| minute.estimate.get(counter) == Some(0))
}

/// Coins that surely came from people who had given before: they came between two readings with no new gifter, and the
/// reading before and the one after say the same gifters. A lower bound; two quiet readings, because nothing says that
/// one response has all six counters of the same moment. With the span of the evidence.
pub fn returning(series: &Series) -> (i64, Option<(Millis, Millis)>) {
    let mut amount: i64 = 0;
    let mut span: Option<(Millis, Millis)> = None;
    if series.is_hidden(Counter::Coins) || series.is_hidden(Counter::Gifters) {
        return (0, None);
    }
    for (before, after, coins) in quiet_steps(series) {
        amount = amount.saturating_add(coins);
        span = Some((span.map_or(before.until_asked, |(from, _)| from), after.from_answered));
    }
    (amount, span)
}

/// Steps in which coins rose with no new gifter around: (the run before, the run after, coins).
fn quiet_steps(series: &Series) -> impl Iterator<Item = (&Run, &Run, i64)> {
    let runs = series.runs();
    (1..runs.len()).filter_map(move |i| {
        let (before, after) = (&runs[i - 1], &runs[i]);
        let gifters = before.counters.gifters;
        let coins = after.counters.coins - before.counters.coins;
        // A run of two or more readings is its own quiet neighbour.
        let earlier = if before.count >= 2 { Some(before) } else { i.checked_sub(2).map(|i| &runs[i]) };
        let later = if after.count >= 2 { Some(after) } else { runs.get(i + 1) };
        let quiet =
            [Some(after), earlier, later].into_iter().all(|run| run.is_some_and(|run| run.counters.gifters == gifters));
        let whole = !series.corrected(before.until, after.from);
        (gifters > 0 && coins > 0 && quiet && whole).then_some((before, after, coins))
    })
}

fn jumps_without_gifter(series: &Series, minutes: &[Bucket]) -> Vec<Finding> {
    let rates: Vec<i64> = minutes.iter().filter_map(|minute| minute.estimate.coins).collect();
    let Some((median, deviation)) = robust(&rates) else { return Vec::new() };
    if series.is_hidden(Counter::Gifters) {
        return Vec::new();
    }
    let mut jumps: Vec<_> = quiet_steps(series)
        .filter(|&(_, _, coins)| coins >= 1_000 && score(coins, median, deviation) >= MIN_SCORE_TENTHS)
        .collect();
    jumps.sort_by_key(|&(before, _, coins)| (std::cmp::Reverse(coins), before.from));
    jumps
        .into_iter()
        .take(MAX_FINDINGS_PER_RULE)
        .map(|(before, after, coins)| {
            let numbers = numbers([("amount", coins), ("gifters", after.counters.gifters)]);
            let span = Some((before.until_asked, after.from_answered));
            finding(FindingRule::CoinsNoGifter, Some(Counter::Coins), numbers, span, false)
        })
        .collect()
}

/// Whether two readings saw most of the minute's rise: one alone raises nothing.
fn seen_twice(series: &Series, counter: Counter, minute: &Bucket, rate: i64) -> bool {
    let Some(before) = series.estimate(minute.from).get(counter) else { return false };
    let rose = |run: &&Run| run.counters.get(counter) - before > rate / 2;
    let seen: i64 =
        series.runs_between(minute.from, minute.until + MINUTE).iter().filter(rose).map(|run| run.count).sum();
    seen >= 2
}

/// Median and median absolute deviation (at least 1).
fn robust(values: &[i64]) -> Option<(i64, i64)> {
    let median_of = |mut values: Vec<i64>| {
        values.sort_unstable();
        values.get(values.len() / 2).copied()
    };
    let median = median_of(values.to_vec())?;
    let deviation = median_of(values.iter().map(|value| (value - median).abs()).collect())?;
    Some((median, deviation.max(1)))
}

/// How many robust deviations above the median, in tenths: 0.6745 × (value − median) ÷ MAD.
fn score(value: i64, median: i64, deviation: i64) -> i64 {
    rounded(i128::from(value - median) * 6_745, i128::from(deviation) * 1_000).unwrap_or(i64::MAX)
}

fn percent(part: i64, whole: i64) -> i64 {
    rounded(i128::from(part) * 100, whole.into()).unwrap_or_default()
}

fn share(amount: i64, total: i64) -> BTreeMap<String, i64> {
    numbers([("amount", amount), ("total", total), ("percent", percent(amount, total))])
}

fn numbers<const N: usize>(pairs: [(&str, i64); N]) -> BTreeMap<String, i64> {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn finding(
    rule: FindingRule,
    counter: Option<Counter>,
    mut numbers: BTreeMap<String, i64>,
    span: Option<(Millis, Millis)>,
    shareable: bool,
) -> Finding {
    // Where a stream was constant but for one minute of a quadrillion, a score outgrows what a seal can hold.
    numbers.values_mut().for_each(|number| *number = (*number).clamp(-MAX_COUNTER, MAX_COUNTER));
    Finding { rule, counter, numbers, from: span.map(|(from, _)| from), until: span.map(|(_, until)| until), shareable }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::domain::{Counters, Reading};

    fn series(count: i64, at: impl Fn(i64) -> Counters) -> Series {
        let readings: Vec<_> = (0..count)
            .map(|i| Reading { asked: Millis(i * 10_000), answered: Millis(i * 10_000 + 40), counters: at(i) })
            .collect();
        Series::from_readings(&readings)
    }

    fn rules(series: &Series) -> Vec<FindingRule> {
        anomalies(series).into_iter().map(|finding| finding.rule).collect()
    }

    #[test]
    fn a_steady_stream_raises_nothing() {
        let steady = series(360, |i| Counters::from_array([i * 3, i / 4, i * 7, i / 20, i * 9, i * 2]));
        assert_eq!(rules(&steady), Vec::new());
    }

    #[test]
    fn named_patterns_have_their_names_and_stay_inside() {
        let whale = series(360, |i| Counters {
            coins: i * 7 + if i >= 200 { 50_000 } else { 0 },
            gifts: 9,
            gifters: 9,
            viewers: i,
            ..Counters::default()
        });
        let found = anomalies(&whale);
        let jump = found.iter().find(|finding| finding.rule == FindingRule::CoinsNoGifter).unwrap();
        assert_eq!((jump.numbers["amount"], jump.numbers["gifters"]), (50_007, 9));
        assert!(found.iter().all(|finding| !finding.shareable));
        let robots = series(360, |i| Counters {
            viewers: i + 60 * (i - 180).clamp(0, 6),
            likes: i.min(150),
            ..Counters::default()
        });
        assert!(rules(&robots).contains(&FindingRule::EntriesNoReaction));
        let always = series(50, |i| Counters { viewers: i * 60, ..Counters::default() });
        assert_eq!(rules(&always), vec![FindingRule::EntriesNoReaction; 3]);
        let likes = series(360, |i| Counters {
            likes: i * 2 + 300 * (i - 180).clamp(0, 6),
            viewers: i.min(100),
            ..Counters::default()
        });
        assert!(rules(&likes).contains(&FindingRule::LikesFlatEntries));
    }

    #[test]
    fn all_six_standing_still_is_frozen_but_the_quiet_at_the_end_is_not() {
        let run = |from: i64, until: i64, likes: i64| Run {
            from: Millis(from),
            from_answered: Millis(from + 40),
            until_asked: Millis(until),
            until: Millis(until + 40),
            count: (until - from) / 10_000 + 1,
            counters: Counters { likes, ..Counters::default() },
        };
        let frozen = Series::new(&[run(0, 10_000, 1), run(20_000, 640_000, 2), run(650_000, 2_000_000, 3)], &[], &[]);
        assert_eq!(rules(&frozen), [FindingRule::Frozen]);
    }

    #[test]
    fn more_gifters_than_gifts_are_noted_and_nothing_is_refused() {
        let odd = series(20, |i| Counters { gifts: i / 4, gifters: i / 3, ..Counters::default() });
        let found = anomalies(&odd);
        let noted = found.iter().find(|finding| finding.rule == FindingRule::Implausible).unwrap();
        assert_eq!((noted.numbers["amount"], noted.numbers["gifts"], noted.shareable), (6, 4, false));
        assert_eq!(odd.readings(), 20);
        assert!(noted.from.is_some() && noted.until.is_some(), "it cites its reading");
    }

    #[test]
    fn returning_money_needs_quiet_readings_on_both_sides() {
        let at = |gifters: [i64; 6], coins: [i64; 6]| {
            returning(&series(6, |i| Counters {
                gifters: gifters[i as usize],
                coins: coins[i as usize],
                viewers: i,
                ..Counters::default()
            }))
            .0
        };
        assert_eq!(at([2; 6], [0, 0, 100, 100, 100, 100]), 100);
        // The new gifter is counted one reading later than the coins, or earlier: not theirs for sure.
        assert_eq!(at([2, 2, 2, 3, 3, 3], [0, 0, 100, 100, 100, 100]), 0);
        assert_eq!(at([2, 3, 3, 3, 3, 3], [0, 0, 100, 100, 100, 100]), 0);
        assert_eq!(at([0; 6], [0, 0, 100, 100, 100, 100]), 0);
        // Nothing is before the first step or after the last.
        assert_eq!(at([2; 6], [0, 100, 100, 100, 100, 200]), 0);
    }

    #[test]
    fn no_number_of_a_finding_is_larger_than_a_seal_can_hold() {
        let surge = series(360, |i| Counters {
            coins: if i >= 182 { MAX_COUNTER } else { 0 },
            likes: if i >= 200 { MAX_COUNTER - i } else { i },
            ..Counters::default()
        });
        let found = anomalies(&surge);
        let scores: Vec<i64> = found.iter().filter_map(|finding| finding.numbers.get("score").copied()).collect();
        assert!(scores.contains(&MAX_COUNTER), "{found:?}");
        assert!(found.iter().flat_map(|finding| finding.numbers.values()).all(|number| number.abs() <= MAX_COUNTER));
    }

    #[test]
    fn a_finding_names_all_counters_it_reveals() {
        let returning = finding(FindingRule::Returning, Some(Counter::Coins), BTreeMap::new(), None, true);
        assert!(counters_revealed(&returning).contains(&Counter::Gifters));
        let corrected = finding(FindingRule::UpstreamCorrection, None, BTreeMap::new(), None, true);
        assert!(counters_revealed(&corrected).is_empty());
    }
}
