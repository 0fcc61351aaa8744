//! Pages as HTML: the worked example of a stream, hostile names, nothing at all.
//!
//! With `AFTERSHOW_FIXTURES=DIR` the tests also write the pages there, to be looked at.

#![allow(clippy::unwrap_used)]

pub mod report;

use crate::domain::numbers::{self, Series};
use crate::domain::record::{
    Baseline, Columns, Document, DocumentSeal, FORMAT, Moment, MomentKind, OtherValue, Quality, Quartiles, Record,
    SourceKind, SourceRule, TotalSource,
};
use crate::domain::{
    AppId, Counter, Counters, EndEvidence, Gap, GapCause, Millis, Reading, RoomId, Run, StreamId, StreamKind, Totals,
    Verdict,
};
use crate::i18n::{I18n, Lang, Zone};
use std::collections::BTreeMap;

/// 2026-11-21 20:00 in Shanghai.
pub const EIGHT: Millis = Millis(1_795_262_400_000);

pub fn at(hour: i64, minute: i64, second: i64) -> Millis {
    EIGHT + ((hour - 20) * 3600 + minute * 60 + second) * 1000
}

pub fn i18n(lang: Lang) -> I18n {
    I18n::new(lang, Zone { name: "Asia/Shanghai".into(), offsets: vec![(Millis(0), 8 * 3600)] })
}

pub fn write(name: &str, html: &str) {
    if let Some(directory) = std::env::var_os("AFTERSHOW_FIXTURES") {
        std::fs::write(std::path::Path::new(&directory).join(name), html).unwrap();
    }
}

/// Whole numbers that look alive and are the same every time.
fn noise(seed: i64) -> i64 {
    let mut x = (seed as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(0x1234_5678);
    x ^= x >> 31;
    x = x.wrapping_mul(0xBF58_476D_1CE4_E5B9);
    (x >> 40) as i64 % 100
}

/// The stream of 小鹿: 184 minutes, a PK, a gap of 41 s, a room-closed webhook.
pub fn sample_record() -> Record {
    let last = Counters::from_array([12_478, 1_934, 246_710, 213, 88_390, 9_317]);
    let final_totals = Counters::from_array([12_480, 1_934, 246_810, 213, 88_412, 9_317]);
    let times: Vec<Millis> = (0..1_108)
        .map(|step| at(20, 0, 8) + step * 10_000)
        .filter(|time| !(at(21, 37, 41)..at(21, 38, 21)).contains(time))
        .filter(|time| *time < at(23, 4, 39))
        .collect();
    // Weights per step and counter; the total is spread by them, so that the last reading is exact.
    let weight = |counter: Counter, time: Millis, step: usize| -> i64 {
        let minute = (time - EIGHT) / 60_000;
        let base = 30 + noise(step as i64 * 7 + counter as i64);
        match counter {
            Counter::Viewers => base * (220 - minute.min(200)) / 100,
            Counter::Coins | Counter::Gifts if (125..135).contains(&minute) => {
                base * if minute == 133 { 14 } else { 3 }
            }
            Counter::Coins => base * (minute + 90) / 100 * i64::from(noise(step as i64) > 40),
            Counter::Gifters => i64::from(noise(step as i64 * 3) > 80) * 10,
            _ => base,
        }
    };
    let mut sums = [0i64; 6];
    for (step, time) in times.iter().enumerate() {
        for counter in Counter::ALL {
            sums[counter as usize] += weight(counter, *time, step);
        }
    }
    let mut seen = [0i64; 6];
    let mut runs: Vec<Run> = Vec::new();
    for (step, time) in times.iter().enumerate() {
        let mut counters = Counters::default();
        for counter in Counter::ALL {
            let place = counter as usize;
            seen[place] += weight(counter, *time, step);
            *counters.get_mut(counter) = last.get(counter) * seen[place] / sums[place].max(1);
        }
        let reading = Reading { asked: *time, answered: *time + 40 + noise(step as i64), counters };
        let across = time.0 > at(21, 38, 0).0 && runs.last().is_some_and(|run| run.until < at(21, 38, 0));
        if across || !runs.last_mut().is_some_and(|run| run.extend(&reading)) {
            runs.push(reading.into());
        }
    }
    let gap = Gap { from: at(21, 37, 40), until: at(21, 38, 21), cause: GapCause::NoAnswer };
    let series = Series::new(&runs, &[gap], &[]);
    let source = |from, other: Option<i64>| TotalSource {
        from,
        at: if from == SourceKind::LastReading { at(23, 4, 38) } else { at(23, 4, 41) },
        other: other.map(|value| OtherValue {
            from: SourceKind::LastReading,
            at: at(23, 4, 38),
            value,
            rule: SourceRule::Later,
        }),
    };
    let mut sources: BTreeMap<Counter, TotalSource> =
        Counter::ALL.into_iter().map(|counter| (counter, source(SourceKind::RoomClosed, None))).collect();
    sources.insert(Counter::Coins, source(SourceKind::RoomClosed, Some(246_710)));
    sources.insert(Counter::Messages, source(SourceKind::LastReading, None));
    let quartiles = |low, median, high| Quartiles { low, median, high };
    let baseline = Baseline {
        streams: 8,
        used: Vec::new(),
        totals: [
            (Counter::Viewers, quartiles(11_900, 13_120, 14_300)),
            (Counter::Gifts, quartiles(1_400, 1_696, 2_010)),
            (Counter::Coins, quartiles(171_200, 208_500, 259_900)),
            (Counter::Gifters, quartiles(150, 171, 190)),
            (Counter::Likes, quartiles(80_000, 90_200, 99_000)),
            (Counter::Messages, quartiles(6_800, 7_222, 8_000)),
        ]
        .into(),
        cumulative: [(
            Counter::Coins,
            (0..=20i64)
                .map(|step| Some(quartiles(171_200 * step / 20, 208_500 * step / 20, 259_900 * step / 20)))
                .collect(),
        )]
        .into(),
    };
    let peaks = Counter::ALL
        .into_iter()
        .filter_map(|counter| Some((counter, numbers::peak(&series, counter, 60_000)?)))
        .collect();
    let before = series.first_totals();
    let after = Totals::from_array(Counter::ALL.map(|counter| Some(final_totals.get(counter) - last.get(counter))));
    let mut record = Record {
        format: FORMAT.into(),
        kind: StreamKind::Stream,
        issuer: "StarLane Live".into(),
        number: 118,
        previous: Some("0".repeat(64)),
        stream: StreamId(118),
        revision: 1,
        supersedes: None,
        app: AppId(1_400_000_001),
        room: Some(RoomId::parse("xl_radio").unwrap()),
        title: Some("小鹿电台 · 点歌专场".into()),
        host: Some("xiaolu".into()),
        host_name: Some("小鹿".into()),
        created_at: Some(EIGHT),
        started_at: EIGHT,
        show_ended_at: Some(at(23, 4, 41)),
        ended_at: Some(at(23, 4, 41)),
        ended_after: Some(at(23, 4, 38)),
        ended_by: Some(EndEvidence::Webhook),
        sealed_at: at(23, 6, 41),
        interval_ms: 10_000,
        start: Totals::default(),
        totals: final_totals.into(),
        sources,
        before,
        after,
        series: Columns::new(&runs),
        corrected: Vec::new(),
        gaps: vec![gap],
        peaks,
        moments: vec![Moment {
            kind: MomentKind::Battle,
            from: at(22, 5, 0),
            until: Some(at(22, 15, 0)),
            label: Some("あゆ".into()),
            count: None,
            amounts: Totals { coins: Some(61_940), ..Totals::default() },
        }],
        findings: Vec::new(),
        quality: Quality {
            coverage: Some(9_960),
            verdict: Some(Verdict::Complete),
            readings: 1_312,
            retries: Some(4),
            errors: Some([("60007".to_owned(), 2), ("no_answer".to_owned(), 3)].into()),
            excluded: Some(1),
            longest_gap: Some(gap),
            last_request_id: Some("6f1c1b0e-58a2-4d0e-8d7e-2f0b4a1c9e77".into()),
        },
        baseline,
        host_baseline: None,
        derived: None,
    };
    record.findings = numbers::findings(&record);
    record
}

pub fn sealed(record: Record) -> Document {
    let seal = DocumentSeal {
        sha256: "8f3a91c2d04b77e1".repeat(4),
        signature: "c2lnbmF0dXJl".into(),
        key: "k1".into(),
        fingerprint: "8F3A-91C2-D04B-77E1".into(),
    };
    Document { record, seal: Some(seal) }
}

/// What a stranger may have called a room or itself.
pub const HOSTILE: &str = "<b>=1+1</b> 👑 \u{202e}\"'&<script>alert(1)</script>";

/// No inline style, no handler, nothing unescaped.
pub fn assert_clean(html: &str) {
    assert!(!html.contains("style="), "an inline style");
    assert!(!html.contains("<script>alert"), "an unescaped name");
    assert!(!html.contains("<b>=1"), "an unescaped name");
    assert!(!html.contains('\u{202e}'), "an override that turns the page");
    for handler in ["onclick=", "onload=", "onsubmit="] {
        assert!(!html.contains(handler), "an inline handler");
    }
}
