//! Everything the store knows of a stream → one record. The rules of totals, sources, gaps and the show's end are here.
//!
//! Must not: read a clock, a database or a setting; the same material makes the same record, byte for byte.

use crate::domain::numbers::{self, MINUTE, PastStream, Series};
use crate::domain::record::{
    Columns, FORMAT, Moment, MomentKind, OtherValue, Quality, Record, SourceKind, SourceRule, TotalSource,
};
use crate::domain::{Counter, Gap, GapCause, Millis, Run, StreamKind, StreamSummary, Totals};
use crate::store::MomentRow;
use std::collections::BTreeMap;

/// All that is known of a stream when it is sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportInput {
    pub summary: StreamSummary,
    /// When a webhook reported that the owner left for good, or lost the connection.
    pub owner_left: Option<Millis>,
    pub interval_ms: i64,
    /// The room's counters when this stream began, where the room outlived an earlier show.
    pub start: Totals,
    pub runs: Vec<Run>,
    /// Gaps between readings. Those before the first and after the last are worked out here.
    pub gaps: Vec<Gap>,
    pub corrected: Vec<(Millis, Millis)>,
    pub excluded: i64,
    /// Failures by code.
    pub errors: BTreeMap<String, i64>,
    pub retries: i64,
    pub last_request_id: Option<String>,
    /// Amounts are worked out here.
    pub moments: Vec<Moment>,
    pub room_closed: Option<RoomClosed>,
    /// The room's sealed streams before this one, newest first.
    pub past: Vec<PastStream>,
    /// The host's, in whichever rooms.
    pub host_past: Vec<PastStream>,
    pub issuer: String,
    pub number: i64,
    pub previous: Option<String>,
    pub revision: i64,
    pub supersedes: Option<String>,
    pub sealed_at: Millis,
}

/// Tencent's room-closed webhook. Only one that is authenticated comes here; any other is a hint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoomClosed {
    pub event_time: Millis,
    /// Five totals or fewer; messages are never in it.
    pub statistic: Totals,
}

/// A moment whose amounts are not worked out yet.
pub fn moment(kind: MomentKind, from: Millis, until: Option<Millis>, label: Option<String>) -> Moment {
    Moment { kind, from, until, label, count: None, amounts: Totals::default() }
}

/// What webhooks reported, as moments. Followers are one moment with their number: a name of theirs is nobody's business.
pub fn moments(rows: Vec<MomentRow>) -> Vec<Moment> {
    let (follows, others): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.kind == MomentKind::Follow);
    let mut moments: Vec<Moment> =
        others.into_iter().map(|row| moment(row.kind, row.from, row.until, row.label)).collect();
    let first = follows.iter().map(|row| row.from).min();
    if let Some((first, last)) = first.zip(follows.iter().map(|row| row.from).max()) {
        let count = i64::try_from(follows.len()).ok();
        let until = Some(last).filter(|last| *last > first);
        moments.push(Moment { count, ..moment(MomentKind::Follow, first, until, None) });
    }
    moments
}

/// Writes the record. Also of a stream that still runs: then its end is unknown.
pub fn compose(material: ReportInput) -> Record {
    let ReportInput { summary, interval_ms, start, runs, corrected, room_closed, .. } = material;
    let limit = numbers::gap_limit(interval_ms);
    let snapshot = summary.kind == StreamKind::Snapshot;
    let gaps = if snapshot { Vec::new() } else { all_gaps(material.gaps, &runs, &summary, limit) };
    let series = Series::new(&runs, &gaps, &corrected);
    let ResolvedTotals { totals, sources, after } = resolve_totals(&series, &start, room_closed.as_ref());
    let before = since_start(&series.first_totals(), &start);
    let show_ended_at = if snapshot {
        None
    } else {
        let moved = Counter::ALL.iter().any(|&counter| after.get(counter).is_some_and(|added| added > 0));
        let closed = room_closed.filter(|_| moved).map(|room_closed| room_closed.event_time);
        let left = numbers::owner_left(material.owner_left, &series);
        numbers::show_end(left.or(closed), &series, summary.ended_at)
    };
    let whole = summary.ended_at.filter(|_| !snapshot && !series.is_empty()).map(|ended| (summary.started_at, ended));
    let longest_gap = whole.and_then(|(started, ended)| numbers::longest_gap(&gaps, started, ended));
    let coverage = whole.and_then(|(started, ended)| numbers::coverage(&gaps, started, ended));
    let quality = Quality {
        coverage,
        verdict: numbers::grade(coverage, longest_gap.as_ref()),
        readings: series.readings(),
        retries: Some(material.retries),
        errors: Some(material.errors),
        excluded: Some(material.excluded),
        longest_gap,
        last_request_id: material.last_request_id,
    };
    let peaks = Counter::ALL
        .into_iter()
        .filter_map(|counter| Some((counter, numbers::peak(&series, counter, MINUTE)?)))
        .collect();
    let mut moments = material.moments;
    // What came while people began to follow says nothing of them.
    for moment in moments.iter_mut().filter(|moment| moment.kind != MomentKind::Follow) {
        moment.amounts = amounts(&series, moment, limit);
    }
    moments.sort_by(|a, b| (a.from, a.kind.name(), &a.label).cmp(&(b.from, b.kind.name(), &b.label)));
    let baseline = if snapshot { numbers::baseline(&[]) } else { numbers::baseline(&material.past) };
    let elsewhere = material.host_past.iter().any(|one| !material.past.iter().any(|known| known.stream == one.stream));
    let host_baseline = (elsewhere && !snapshot).then(|| numbers::baseline(&material.host_past));
    let mut record = Record {
        format: FORMAT.to_owned(),
        kind: summary.kind,
        issuer: material.issuer,
        number: material.number,
        previous: material.previous,
        stream: summary.id,
        revision: material.revision,
        supersedes: material.supersedes,
        app: summary.app,
        room: Some(summary.room),
        title: summary.title,
        host: summary.host,
        host_name: summary.host_name,
        created_at: summary.created_at,
        started_at: summary.started_at,
        show_ended_at,
        ended_at: summary.ended_at,
        ended_after: summary.ended_after,
        ended_by: summary.ended_by,
        sealed_at: material.sealed_at,
        interval_ms,
        start,
        totals,
        sources,
        before,
        after,
        series: Columns::new(&runs),
        corrected,
        gaps,
        peaks,
        moments,
        findings: Vec::new(),
        quality,
        baseline,
        host_baseline,
        derived: None,
    };
    if !snapshot {
        record.findings = numbers::findings(&record);
    }
    record
}

/// The recorded gaps, and the time before the first and after the last reading where it is as long as a gap.
fn all_gaps(mut gaps: Vec<Gap>, runs: &[Run], summary: &StreamSummary, limit: i64) -> Vec<Gap> {
    gaps.retain(|gap| !matches!(gap.cause, GapCause::BeforeFirst | GapCause::AfterLast));
    if let Some(ended) = summary.ended_at {
        // What kept us from reading beyond the end is no gap of the stream.
        gaps.iter_mut().for_each(|gap| gap.until = gap.until.min(ended));
        gaps.retain(|gap| gap.from <= gap.until);
    }
    if let Some((first, last)) = runs.first().zip(runs.last()) {
        let head = Gap { from: summary.started_at, until: first.from, cause: GapCause::BeforeFirst };
        // Where the time after the last reading has a cause of its own, only the rest has none.
        let known = gaps.iter().filter(|gap| gap.from <= last.until).map(|gap| gap.until).max();
        let since = known.map_or(last.until, |known| known.max(last.until));
        let tail = summary.ended_at.map(|ended| Gap { from: since, until: ended, cause: GapCause::AfterLast });
        gaps.extend([Some(head), tail].into_iter().flatten().filter(|gap| gap.millis() > limit));
    }
    gaps.sort_by_key(|gap| (gap.from, gap.until));
    gaps
}

struct ResolvedTotals {
    totals: Totals,
    sources: BTreeMap<Counter, TotalSource>,
    after: Totals,
}

/// Which total is printed, and why. The room-closed webhook counts per counter only if it is not below the last reading; a
/// stream without a reading has no totals, whatever the message says, which is kept beside.
fn resolve_totals(series: &Series, start: &Totals, room_closed: Option<&RoomClosed>) -> ResolvedTotals {
    let mut settled = ResolvedTotals { totals: Totals::default(), sources: BTreeMap::new(), after: Totals::default() };
    let last = series.last_totals();
    let read_at = series.last().map(|reading| reading.answered);
    for counter in Counter::ALL {
        let base = start.get(counter).unwrap_or(0);
        let read = last.get(counter).zip(read_at);
        let reported = room_closed
            .filter(|_| counter != Counter::Messages)
            .and_then(|room_closed| Some((room_closed.statistic.get(counter)?, room_closed.event_time)));
        let other = |from, (value, at): (i64, Millis), rule| Some(OtherValue { from, at, value: value - base, rule });
        let (total, source) = match (read, reported) {
            (None, None) => continue,
            (None, Some(reported)) => {
                let other = other(SourceKind::RoomClosed, reported, SourceRule::NoReading);
                (None, TotalSource { from: SourceKind::RoomClosed, at: reported.1, other })
            }
            (Some(read), None) => {
                (Some(read.0), TotalSource { from: SourceKind::LastReading, at: read.1, other: None })
            }
            (Some(read), Some(reported)) if reported.0 >= read.0 => {
                settled.after.set(counter, Some(reported.0 - read.0));
                let other =
                    if reported.0 > read.0 { other(SourceKind::LastReading, read, SourceRule::Later) } else { None };
                (Some(reported.0), TotalSource { from: SourceKind::RoomClosed, at: reported.1, other })
            }
            (Some(read), Some(reported)) => {
                let other = other(SourceKind::RoomClosed, reported, SourceRule::NotBelow);
                (Some(read.0), TotalSource { from: SourceKind::LastReading, at: read.1, other })
            }
        };
        settled.totals.set(counter, total.map(|total| total - base));
        settled.sources.insert(counter, source);
    }
    settled
}

fn since_start(before: &Totals, start: &Totals) -> Totals {
    Totals::from_array(Counter::ALL.map(|counter| Some(before.get(counter)? - start.get(counter).unwrap_or(0))))
}

/// What came between the readings nearest to a moment's edges; unknown where an edge lies in a gap, further from any
/// reading than a gap is long, or where totals were corrected in between.
fn amounts(series: &Series, moment: &Moment, limit: i64) -> Totals {
    let Some((until, (first, last))) = moment.until.zip(series.span()) else { return Totals::default() };
    let known = |at: Millis| at >= first - limit && at <= last + limit && !series.gap_between(at - 1, at + 1);
    if until < moment.from || !known(moment.from) || !known(until) || series.corrected(moment.from, until) {
        return Totals::default();
    }
    numbers::series::difference(&series.nearest(until), &series.nearest(moment.from))
}

#[cfg(test)]
pub(crate) mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::domain::record::FindingRule;
    use crate::domain::{AppId, Counters, EndEvidence, Reading, RoomId, StreamId, StreamState, Verdict};

    pub(crate) const START: i64 = 1_795_262_400_000;

    pub(crate) fn summary() -> StreamSummary {
        StreamSummary {
            id: StreamId(7),
            app: AppId(1_400_000_001),
            room: RoomId::parse("xl_radio").unwrap(),
            kind: StreamKind::Stream,
            title: Some("小鹿电台 · 点歌专场".into()),
            host: Some("xiaolu".into()),
            host_name: Some("小鹿".into()),
            state: StreamState::Ending,
            created_at: Some(Millis(START)),
            started_at: Millis(START),
            business_day: crate::domain::Day(20_778),
            show_ended_at: None,
            ended_at: None,
            ended_after: None,
            ended_by: None,
            totals: Totals::default(),
            last_asked: None,
            last_answered: None,
            seal: None,
        }
    }

    /// A linear congruential generator: the same stream on every machine.
    struct ComposeRng(u64);

    impl ComposeRng {
        fn below(&mut self, most: u64) -> i64 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            i64::try_from((self.0 >> 33) % most).unwrap()
        }
    }

    /// A busy stream of `hours` hours, read every 10 s with the lateness and latency of a real line.
    pub(crate) fn runs(hours: i64) -> Vec<Run> {
        runs_every(hours, 10_000)
    }

    /// The same read every `step` milliseconds; as busy between two readings, whatever lies between them.
    pub(crate) fn runs_every(hours: i64, every: i64) -> Vec<Run> {
        let mut rng = ComposeRng(7);
        let mut counters = Counters::default();
        let mut runs: Vec<Run> = Vec::new();
        for i in 0..hours * 3_600_000 / every {
            let asked =
                Millis(START + 2_000 + i * every + rng.below(25) + if rng.below(50) == 0 { rng.below(600) } else { 0 });
            let answered = asked + 28 + rng.below(30) + if rng.below(20) == 0 { rng.below(400) } else { 0 };
            let busy = 1 + (i / 180) % 4;
            counters.viewers += rng.below(11);
            if rng.below(3) == 0 {
                let gifts = 1 + rng.below(3) * busy;
                counters.gifts += gifts;
                counters.coins += gifts * [1, 5, 10, 52, 99, 520][usize::try_from(rng.below(6)).unwrap()];
                counters.gifters = (counters.gifters + i64::from(rng.below(4) == 0)).min(counters.gifts);
            }
            counters.likes += rng.below(60) * busy;
            counters.messages += rng.below(14);
            let reading = Reading { asked, answered, counters };
            if !runs.last_mut().is_some_and(|run| run.extend(&reading)) {
                runs.push(Run::from(reading));
            }
        }
        runs
    }

    pub(crate) fn material(hours: i64) -> ReportInput {
        let runs = runs(hours);
        let last = *runs.last().unwrap();
        let ended = last.until + 3_000;
        let mut statistic = Totals::from(last.counters);
        statistic.coins = Some(last.counters.coins + 100);
        statistic.messages = None;
        ReportInput {
            summary: StreamSummary {
                ended_at: Some(ended),
                ended_after: Some(last.until_asked),
                ended_by: Some(EndEvidence::Webhook),
                ..summary()
            },
            owner_left: None,
            interval_ms: 10_000,
            start: Totals::default(),
            gaps: Vec::new(),
            runs,
            corrected: Vec::new(),
            excluded: 1,
            errors: BTreeMap::from([("60007".into(), 3), ("no_answer".into(), 2)]),
            retries: 5,
            last_request_id: Some("c29tZSByYW5kb20gYnl0ZXM".into()),
            moments: vec![moment(
                MomentKind::Battle,
                Millis(START + 1_200_000),
                Some(Millis(START + 1_800_000)),
                Some("あゆ".into()),
            )],
            room_closed: Some(RoomClosed { event_time: ended, statistic }),
            past: Vec::new(),
            host_past: Vec::new(),
            issuer: "StarLane Live".into(),
            number: 12,
            previous: Some("ab".repeat(32)),
            revision: 1,
            supersedes: None,
            sealed_at: ended + 120_000,
        }
    }

    /// A record with everything in it: battles, baseline, findings of every kind.
    pub(crate) fn long_stream(hours: i64) -> Record {
        let past = (0..8)
            .map(|i| {
                let mut one = material(hours);
                one.summary.id = StreamId(100 + i);
                PastStream::of(&compose(one), &format!("{i:02x}").repeat(32)).unwrap()
            })
            .collect();
        compose(ReportInput { past, ..material(hours) })
    }

    pub(crate) fn record() -> Record {
        long_stream(1)
    }

    #[test]
    fn the_room_closed_webhook_counts_where_it_is_not_below_the_last_reading() {
        let mut material = material(1);
        let last = material.runs.last().unwrap().counters;
        let room_closed = material.room_closed.as_mut().unwrap();
        room_closed.statistic.likes = Some(last.likes - 1);
        room_closed.statistic.gifts = None;
        room_closed.statistic.messages = Some(last.messages + 50);
        let at = room_closed.event_time;
        let record = compose(material);
        assert_eq!(record.totals.coins, Some(last.coins + 100));
        assert_eq!(record.after.coins, Some(100));
        let coins = &record.sources[&Counter::Coins];
        assert_eq!((coins.from, coins.at), (SourceKind::RoomClosed, at));
        assert_eq!(
            (coins.other.as_ref().unwrap().value, coins.other.as_ref().unwrap().rule.clone()),
            (last.coins, SourceRule::Later)
        );
        assert_eq!(record.totals.likes, Some(last.likes));
        assert_eq!(record.sources[&Counter::Likes].other.as_ref().unwrap().rule, SourceRule::NotBelow);
        assert_eq!((record.after.likes, record.after.viewers), (None, Some(0)));
        assert_eq!(record.sources[&Counter::Viewers].other, None);
        assert_eq!(record.sources[&Counter::Gifts].from, SourceKind::LastReading);
        assert_eq!((record.totals.messages, record.after.messages), (Some(last.messages), None));
        assert_eq!(record.show_ended_at, record.ended_at, "the message moved a counter");
    }

    #[test]
    fn before_and_buckets_and_after_are_the_total() {
        let record = record();
        let series = Series::of(&record);
        for counter in Counter::ALL {
            let buckets: i64 =
                numbers::buckets(&series, MINUTE).iter().map(|bucket| bucket.estimate.get(counter).unwrap()).sum();
            let sum = record.before.get(counter).unwrap() + buckets + record.after.get(counter).unwrap_or(0);
            assert_eq!(Some(sum), record.totals.get(counter), "{counter:?}");
        }
    }

    #[test]
    fn without_a_reading_there_are_no_totals() {
        let record = compose(ReportInput { runs: Vec::new(), ..material(1) });
        assert_eq!((record.totals, record.before), (Totals::default(), Totals::default()));
        assert_eq!(record.sources[&Counter::Coins].other.as_ref().unwrap().rule, SourceRule::NoReading);
        assert_eq!((record.quality.coverage, record.quality.verdict, record.show_ended_at), (None, None, None));
        assert!(record.findings.is_empty() && record.peaks.is_empty() && record.series.is_empty());
    }

    #[test]
    fn a_snapshot_is_one_reading_and_claims_no_more() {
        let mut one = material(1);
        one.runs.truncate(1);
        one.room_closed = None;
        one.summary.kind = StreamKind::Snapshot;
        one.summary.ended_by = Some(EndEvidence::Snapshot);
        one.summary.ended_at = None;
        let record = compose(one);
        assert_eq!(record.totals, record.before);
        assert!(record.totals.viewers.is_some());
        assert_eq!((record.quality.readings, record.quality.coverage), (1, None));
        assert!(record.gaps.is_empty() && record.findings.is_empty() && record.peaks.is_empty());
    }

    #[test]
    fn time_before_the_first_and_after_the_last_reading_is_a_gap_when_it_is_long() {
        let record = compose(material(1));
        assert!(record.gaps.is_empty());
        assert_eq!((record.quality.coverage, record.quality.verdict), (Some(10_000), Some(Verdict::Complete)));
        let mut late = material(1);
        late.summary.started_at = Millis(START - 600_000);
        late.summary.ended_at = late.summary.ended_at.map(|at| at + 60_000);
        let record = compose(late);
        assert_eq!(
            record.gaps.iter().map(|gap| gap.cause).collect::<Vec<_>>(),
            [GapCause::BeforeFirst, GapCause::AfterLast]
        );
        assert_eq!(
            record.quality.longest_gap.unwrap().millis(),
            602_000 + (record.series.runs()[0].from.0 - START - 2_000)
        );
        assert_eq!(record.quality.verdict, Some(Verdict::GapsMatter));
    }

    #[test]
    fn an_outage_before_the_end_is_the_gap_and_what_lies_beyond_the_end_is_none() {
        let mut hidden = material(1);
        let last = hidden.runs.last().unwrap().until;
        let gap = |from, until, cause| Gap { from, until, cause };
        hidden.gaps = vec![gap(last, last + 500_000, GapCause::NoAnswer)];
        hidden.summary.ended_at = Some(last + 600_000);
        let record = compose(hidden.clone());
        let rest = gap(last + 500_000, last + 600_000, GapCause::AfterLast);
        assert_eq!(record.gaps, [gap(last, last + 500_000, GapCause::NoAnswer), rest]);
        hidden.summary.ended_at = Some(last + 90_000);
        assert_eq!(compose(hidden).gaps, [gap(last, last + 90_000, GapCause::NoAnswer)]);
    }

    #[test]
    fn followers_are_one_moment_with_their_number_and_no_name() {
        let row = |kind: MomentKind, key: &str, at: i64| MomentRow {
            kind,
            key: key.into(),
            from: Millis(START + at),
            until: None,
            label: None,
        };
        let rows = vec![
            row(MomentKind::Follow, "ann", 9_000),
            row(MomentKind::Owner, "bob", 5_000),
            row(MomentKind::Follow, "cid", 4_000),
        ];
        let found = moments(rows);
        assert_eq!(found.len(), 2);
        assert_eq!((&found[1].kind, found[1].count), (&MomentKind::Follow, Some(2)));
        assert_eq!((found[1].from, found[1].until), (Millis(START + 4_000), Some(Millis(START + 9_000))));
        let text = String::from_utf8(
            crate::report::record_bytes(&compose(ReportInput { moments: found, ..material(1) })).unwrap(),
        );
        assert!(!text.unwrap().contains("ann"));
    }

    #[test]
    fn the_hosts_past_is_shown_where_it_is_another_than_the_rooms() {
        let past = |from: i64, to: i64| -> Vec<PastStream> {
            (from..to)
                .map(|i| {
                    let mut one = material(1);
                    one.summary.id = StreamId(100 + i);
                    PastStream::of(&compose(one), &format!("{i:02x}").repeat(32)).unwrap()
                })
                .collect()
        };
        let same = compose(ReportInput { past: past(0, 4), host_past: past(0, 4), ..material(1) });
        assert_eq!(same.host_baseline, None);
        let record = compose(ReportInput { past: past(0, 2), host_past: past(0, 6), ..material(1) });
        let host = record.host_baseline.as_ref().unwrap();
        assert_eq!((record.baseline.streams, host.streams, host.used.len()), (2, 6, 6));
        assert!(record.baseline.totals.is_empty() && host.totals.contains_key(&Counter::Coins));
        assert!(
            record.findings.iter().any(|finding| finding.rule == FindingRule::HostBaseline),
            "{:?}",
            record.findings
        );
        assert!(!record.findings.iter().any(|finding| finding.rule == FindingRule::Baseline));
        let bytes = crate::report::record_bytes(&record).unwrap();
        assert_eq!(crate::report::read_record(&bytes).unwrap(), record);
    }

    #[test]
    fn the_show_ends_with_its_owner_else_with_the_last_movement() {
        let mut quiet = material(1);
        quiet.room_closed = None;
        let last = *quiet.runs.last().unwrap();
        let run = Run {
            from: last.until + 10_000,
            from_answered: last.until + 10_040,
            until_asked: last.until + 1_800_000,
            until: last.until + 1_800_040,
            count: 180,
            counters: last.counters,
        };
        quiet.runs.push(run);
        quiet.summary.ended_at = Some(run.until + 5_000);
        assert_eq!(compose(quiet.clone()).show_ended_at, Some(last.from_answered));
        quiet.owner_left = Some(last.until + 60_000);
        assert_eq!(compose(quiet.clone()).show_ended_at, Some(last.until + 60_000));
        // Half an hour of likes and gifts after the owner left: the message of the return was lost.
        quiet.owner_left = Some(last.until - 1_800_000);
        assert_eq!(compose(quiet).show_ended_at, Some(last.from_answered));
    }

    #[test]
    fn a_later_part_counts_from_its_own_start() {
        let mut part = material(1);
        let first = part.runs[0].counters;
        part.start = Totals::from(first);
        let last = part.runs.last().unwrap().counters;
        let record = compose(part);
        assert_eq!(record.before.coins, Some(0));
        assert_eq!(record.totals.coins, Some(last.coins + 100 - first.coins));
        assert_eq!(record.totals.gifters, Some(last.gifters - first.gifters));
    }

    #[test]
    fn moments_carry_what_came_between_the_nearest_readings() {
        let record = record();
        let battle = &record.moments[0];
        let series = Series::of(&record);
        let (from, until) =
            (series.nearest(battle.from).coins.unwrap(), series.nearest(battle.until.unwrap()).coins.unwrap());
        assert_eq!(battle.amounts.coins, Some(until - from));
        assert!(record.findings.iter().any(|finding| finding.rule == FindingRule::Battle));
        let mut holed = material(1);
        holed.gaps =
            vec![Gap { from: Millis(START + 1_190_000), until: Millis(START + 1_230_000), cause: GapCause::NoAnswer }];
        assert_eq!(compose(holed).moments[0].amounts, Totals::default());
    }

    #[test]
    fn the_same_material_makes_the_same_bytes_in_any_order_of_moments() {
        let mut one = material(1);
        one.moments.push(moment(MomentKind::Owner, Millis(START + 5), None, None));
        let mut other = one.clone();
        other.moments.reverse();
        let bytes = |material| crate::report::record_bytes(&compose(material)).unwrap();
        assert_eq!(bytes(one), bytes(other));
    }
}
