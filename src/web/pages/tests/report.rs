//! The shared report.

use super::{EIGHT, HOSTILE, assert_clean, at, i18n, sample_record, sealed, write};
use crate::domain::record::{
    Baseline, Columns, Derived, OtherValue, Preset, Quality, Record, SourceKind, SourceRule, TotalSource,
};
use crate::domain::{Counter, Counters, Gap, GapCause, Millis, Reading, RoomId, Run, StreamKind, Totals, Verdict};
use crate::i18n::Lang;
use crate::web::pages::report::{
    AlternateLinks, SharedPage, Stylesheet, link_not_found_document, password_document, shared_document,
};
use crate::web::view::figures::ReportView;
use crate::web::view::theme::Theme;

fn shared_page(record: Record, lang: Lang) -> SharedPage {
    SharedPage {
        i18n: i18n(lang),
        theme: None,
        alternates: Some(AlternateLinks {
            query: String::new(),
            languages: Lang::READERS.iter().map(|lang| (*lang, format!("/r/token?lang={}", lang.code()))).collect(),
            themes: [
                (None, "/r/token".to_owned()),
                (Some(Theme::Light), "/r/token?theme=light".to_owned()),
                (Some(Theme::Dark), "/r/token?theme=dark".to_owned()),
            ],
        }),
        document: sealed(record),
        style: Stylesheet::Linked("aftershow.css".into()),
        loader: None,
        base: Some("/r/token".into()),
        url: Some("https://example.org/r/token".into()),
        embedded: None,
        verify: "/verify".into(),
        contact: Some("ops@starlane.example".into()),
        logo: None,
        card: true,
    }
}

pub fn sponsor() -> Record {
    let mut record = sample_record();
    let shown = Preset::Sponsor.counters();
    record.totals = Totals { gifts: None, coins: None, gifters: None, ..record.totals };
    record.series = Columns::with(&record.runs(), &shown.iter().copied().collect::<Vec<_>>());
    record.sources.retain(|counter, _| shown.contains(counter));
    record.peaks.retain(|counter, _| shown.contains(counter));
    record.moments.clear();
    record.findings.clear();
    record.baseline = Baseline::default();
    let slot = Some((at(20, 30, 0), at(21, 0, 0)));
    record.derived = Some(Derived { of: Some("0".repeat(64)), preset: Preset::Sponsor, shown, host: true, slot });
    record
}

#[test]
fn the_worked_example_says_what_it_should() {
    let html = shared_document(&shared_page(sample_record(), Lang::En));
    write("report.html", &html);
    assert_clean(&html);
    for text in [
        "246,810",
        "18% above typical (208,500); typical range 171,200–259,900",
        "Sat 21 Nov 2026 · 20:00–23:04 · 3 h 04 min",
        "Times in Shanghai (UTC+8)",
        "25% of coins in 10 minutes: 61,940 in the PK with あゆ, 22:05–22:15.",
        "213 gifters, 42 more than typical.",
        "at most 12,480 people",
        "1,978",
        "at least 1.7%",
        "246,810 ÷ 12,480 × 100",
        "8F3A-91C2-D04B-77E1",
        "Last reading: 246,710 coins; room-closed notice: 246,810. The later value is shown.",
        // Messages are not in the room-closed webhook.
        "before the end",
        "property=\"og:title\"",
        "1,312 readings, one every 10 seconds. Coverage 99.6%. Longest gap: 41 s, 21:37:40 to 21:38:21, Tencent did not \
         respond. Totals are not affected. ",
        "arrived during the gap; their split between 21:37 and 21:38 is unknown.",
        "Entries, gifts, coins, gifters and likes: Tencent's room-closed notice, 23:04:41. Messages: last reading, \
         23:04:38 (not included in Tencent's room-closed notice).",
        "Sealed: finalised at 23:06:41 and digitally signed by StarLane Live; the figures have not changed since. The seal \
         does not vouch for Tencent's own counting.",
        "Entries count every visit: someone who enters three times counts as three. Coins are what \
         viewers spent, not the host's earnings. Tencent does not document whether the host or bots are counted.",
        "Peak: ",
        "as of 3 s before the end",
        "incl. the last 4 min",
        "Compared with the last 8 streams",
        "✓ Sealed 23:06 · complete",
    ] {
        assert!(html.contains(text), "missing: {text}");
    }
    assert!(!html.to_lowercase().contains("total viewers"), "entries are not viewers");
    assert!(!html.contains("<script"), "no script without a loader");
}

#[test]
fn only_the_host_sees_their_own_streams() {
    let mut record = sample_record();
    let shown = record.shown().into_iter().collect();
    record.derived = Some(Derived { of: Some("0".repeat(64)), preset: Preset::Host, shown, host: true, slot: None });
    let html = shared_document(&shared_page(record, Lang::En));
    assert!(html.contains("Compared with your last 8 streams"), "{html}");
}

#[test]
fn it_stays_small() {
    use std::io::Write;
    let html = shared_document(&shared_page(sample_record(), Lang::En));
    let mut compressed = Vec::new();
    brotli::CompressorWriter::new(&mut compressed, 4096, 5, 22).write_all(html.as_bytes()).unwrap();
    assert!(compressed.len() < 20_000, "{} bytes of brotli, {} of HTML", compressed.len(), html.len());
}

#[test]
fn it_speaks_three_languages() {
    for lang in [Lang::Zh, Lang::Ja] {
        let html = shared_document(&shared_page(sample_record(), lang));
        write(&format!("report-{}.html", lang.code()), &html);
        assert_clean(&html);
        assert!(html.contains(&format!("lang=\"{}\"", lang.tag())));
        for english in ["Sealed", "Entries", "1,312 readings", "above typical"] {
            assert!(!html.contains(english), "{english} in {lang:?}");
        }
    }
}

#[test]
fn a_sponsor_sees_no_money() {
    let html = shared_document(&shared_page(sponsor(), Lang::En));
    write("report-sponsor.html", &html);
    assert_clean(&html);
    assert!(html.contains("in your slot 20:30–21:00"));
    for hidden in ["246,810", "Coins", "coins", "Gifters", "usual"] {
        assert!(!html.contains(hidden), "{hidden}");
    }
}

#[test]
fn hostile_names_stay_names() {
    let mut record = sample_record();
    record.title = Some(HOSTILE.into());
    record.host_name = Some(HOSTILE.into());
    record.issuer = HOSTILE.into();
    record.moments[0].label = Some(HOSTILE.into());
    record.room = Some(RoomId::parse("<script>alert(1)</script>").unwrap());
    let mut shared = shared_page(record, Lang::En);
    shared.embedded = Some(format!("{{\"title\":\"{}\"}}", "</script><script>alert(1)</script>"));
    shared.style = Stylesheet::Inlined("body{color:red}".into());
    shared.base = None;
    shared.url = None;
    shared.alternates = None;
    let html = shared_document(&shared);
    write("report-hostile.html", &html);
    assert_clean(&html);
    assert!(html.contains("\\u003c/script\\u003e"));
    assert!(html.contains("Content-Security-Policy"));
}

#[test]
fn a_stream_without_a_reading_has_null_totals() {
    let mut record = sample_record();
    record.series = Columns::default();
    record.totals = Totals::default();
    record.before = Totals::default();
    record.after = Totals::default();
    record.sources.clear();
    record.peaks.clear();
    record.findings.clear();
    record.baseline = Baseline::default();
    record.quality =
        Quality { coverage: Some(0), verdict: Some(crate::domain::Verdict::GapsMatter), readings: 0, ..record.quality };
    let html = shared_document(&shared_page(record, Lang::En));
    write("report-empty.html", &html);
    assert_clean(&html);
    assert!(html.contains("No reading"));
    assert!(!html.contains(">0<"), "unknown is not zero");
}

#[test]
fn a_snapshot_says_why_it_has_no_curve() {
    let mut record = sample_record();
    record.kind = StreamKind::Snapshot;
    record.series = Columns::new(&record.runs()[600..601]);
    record.gaps.clear();
    record.findings.clear();
    record.baseline = Baseline::default();
    let html = shared_document(&shared_page(record, Lang::En));
    write("report-snapshot.html", &html);
    assert!(html.contains("One reading, taken"));
    assert!(!html.contains("data-values"));
}

#[test]
fn every_preset_and_counter_may_be_absent() {
    for counter in Counter::ALL {
        let mut record = sample_record();
        record.totals.set(counter, None);
        assert_clean(&shared_document(&shared_page(record, Lang::Ja)));
    }
    let mut record = sample_record();
    let shown = Preset::Everything.counters();
    record.derived =
        Some(Derived { of: Some("0".repeat(64)), preset: Preset::Everything, shown, host: true, slot: None });
    let html = shared_document(&shared_page(record, Lang::En));
    write("report-everything.html", &html);
    assert!(html.contains("6f1c1b0e"), "the collection log");
}

#[test]
fn a_dead_link_says_what_to_do() {
    let style = Stylesheet::Linked("aftershow.css".into());
    let html = link_not_found_document(Lang::En, &style);
    write("dead.html", &html);
    assert!(html.contains("Ask the sender for a new link"));
    let html = password_document(Lang::En, &style, "/r/x", Some("That is not the password."));
    write("password.html", &html);
    assert!(html.contains("type=\"password\"") && html.contains("role=\"alert\""));
}

/// A stream of readings ten seconds apart, from 20:00.
fn short(readings: i64) -> Record {
    let mut record = sample_record();
    let mut runs: Vec<Run> = Vec::new();
    for place in 0..readings {
        let asked = EIGHT + place * 10_000;
        let counters = Counters { coins: place * 7 + place % 40 * 3 / 40, viewers: place * 3, ..Counters::default() };
        let reading = Reading { asked, answered: asked + 40, counters };
        if !runs.last_mut().is_some_and(|run| run.extend(&reading)) {
            runs.push(reading.into());
        }
    }
    let ended = EIGHT + (readings - 1) * 10_000 + 2_000;
    record.series = Columns::new(&runs);
    record.totals = runs.last().map(|run| run.counters.into()).unwrap_or_default();
    record.before = Totals::default();
    record.after = Totals::default();
    record.sources = Counter::ALL
        .into_iter()
        .map(|counter| (counter, TotalSource { from: SourceKind::LastReading, at: ended - 2_000, other: None }))
        .collect();
    (record.show_ended_at, record.ended_at, record.ended_after) = (Some(ended), Some(ended), Some(ended));
    record.sealed_at = ended + 120_000;
    record.gaps.clear();
    record.peaks.clear();
    record.moments.clear();
    record.findings.clear();
    record.baseline = Baseline { streams: 1, ..Baseline::default() };
    record.quality = Quality {
        coverage: Some(10_000),
        verdict: Some(Verdict::Complete),
        readings,
        longest_gap: None,
        ..record.quality
    };
    record
}

#[test]
fn half_a_minute_and_half_a_day_are_whole_reports() {
    use std::io::Write;
    let html = shared_document(&shared_page(short(4), Lang::En));
    write("report-short.html", &html);
    assert_clean(&html);
    assert!(html.contains("20:00–20:00 · 32 s") && html.contains("coins per 10 s"));
    assert!(html.contains("Comparison available after 4 streams (this is stream 2)."));
    assert!(!html.contains("line: mean of"), "a line through every bucket is no mean");
    let html = shared_document(&shared_page(short(14 * 360), Lang::Ja));
    write("report-long.html", &html);
    assert_clean(&html);
    assert!(html.contains("線は15分間の平均") && html.contains("14時間目"));
    let mut compressed = Vec::new();
    brotli::CompressorWriter::new(&mut compressed, 4096, 5, 22).write_all(html.as_bytes()).unwrap();
    assert!(compressed.len() < 20_000, "{} bytes of brotli", compressed.len());
}

#[test]
fn the_busiest_minute_is_named_only_where_it_is_proven() {
    assert!(!shared_document(&shared_page(short(60), Lang::En)).contains("Busiest minute"), "all minutes are alike");
    let mut record = short(60);
    let mut runs = record.runs();
    // Between the readings of 20:04:20 and 20:04:30; at the edges of the minute either may hold seven.
    runs.iter_mut().filter(|run| run.from >= at(20, 4, 30)).for_each(|run| run.counters.coins += 5_000);
    record.series = Columns::new(&runs);
    let page = |lang| shared_document(&shared_page(record.clone(), lang));
    let english = page(Lang::En);
    assert!(english.contains("Busiest minute: 20:04, between 5,0"), "{english}");
    assert!(page(Lang::Zh).contains("峰值分钟：20:04，5,0") && page(Lang::Ja).contains("ピークの1分間：20:04（5,0"));
}

#[test]
fn what_a_gap_costs_is_shown_without_alarm() {
    let with = |gap: Gap| {
        let mut record = sample_record();
        record.gaps = vec![gap];
        record.quality.longest_gap = Some(gap);
        record
    };
    let gap = |from: Millis, until: Millis, cause| Gap { from, until, cause };
    let html = |record: Record| shared_document(&shared_page(record, Lang::En));
    let inside = html(with(gap(at(21, 37, 5), at(21, 37, 46), GapCause::NoAnswer)));
    assert!(inside.contains("Neither totals nor minutes are affected: the whole gap lies within 21:37."), "{inside}");
    assert!(inside.contains("Hatched: data gap of 41 s, 21:37:05–21:37:46."));
    // Up to the full minute is still inside one.
    let edge = html(with(gap(at(21, 37, 19), at(21, 38, 0), GapCause::NoAnswer)));
    assert!(edge.contains("the whole gap lies within 21:37."));
    let after = with(gap(at(23, 4, 38), at(23, 9, 0), GapCause::AfterLast));
    assert!(html(after.clone()).contains("Totals are not affected."), "the room-closed webhook has what came after");
    let mut open = after;
    open.sources.insert(Counter::Coins, TotalSource { from: SourceKind::LastReading, at: at(23, 4, 38), other: None });
    assert!(html(open).contains("What happened during the gap is not in the totals."));
    let mut late = with(gap(EIGHT - 300_000, at(20, 0, 8), GapCause::BeforeFirst));
    late.before.coins = Some(1_200);
    assert!(html(late).contains("1,200 coins from before the first reading are included, but not in the chart."));
}

#[test]
fn a_correction_says_so_and_what_is_unknown_says_why() {
    let mut record = sample_record();
    (record.revision, record.sealed_at) = (2, at(23, 6, 41) + 3 * 86_400_000);
    record.corrected = vec![(at(21, 0, 0), at(21, 0, 10))];
    let html = shared_document(&shared_page(record, Lang::En));
    assert!(html.contains("✓ Sealed 24 Nov 23:06 · complete · revision 2"), "{html}");
    assert!(html.contains("as superseded. This link always shows the newest revision."));
    assert!(html.contains("Tencent corrected its totals once"));

    let mut record = sample_record();
    record.series = Columns::default();
    record.totals = Totals::default();
    record.sources.retain(|counter, _| *counter == Counter::Coins);
    let other = OtherValue { from: SourceKind::RoomClosed, at: at(23, 4, 41), value: 500, rule: SourceRule::NoReading };
    record.sources.entry(Counter::Coins).and_modify(|source| source.other = Some(other));
    let html = shared_document(&shared_page(record, Lang::En));
    assert!(html.contains("unknown: no readings"));
    assert!(html.contains("The room-closed notice of 23:04:41 says 500 coins; no reading confirms it"), "{html}");
}

#[test]
fn a_sponsors_slot_has_its_bounds_and_then_the_stream() {
    let record = sponsor();
    let i18n = i18n(Lang::En);
    let line = ReportView::new(&i18n, &record).slot_line().unwrap();
    assert!(line.starts_with("Entries in your slot 20:30–21:00: ") && line.contains("(between "), "{line}");
    let html = shared_document(&shared_page(record, Lang::En));
    assert!(html.contains("Whole stream") && html.contains(&line), "the text to copy begins with the slot");
}

#[test]
fn text_to_copy_is_five_lines() {
    let text = |lang| i18n(lang).copy_text(&sample_record(), "小鹿电台", None, Some("https://example.org/r/token"));
    assert_eq!(
        text(Lang::Zh),
        "【小鹿电台】11月21日 20:00–23:04（3小时04分钟）\n\
         金币 246,810（平时 208,500，高18%）\n\
         送礼 213人 · 观看 12,480人次 · 消息 9,317\n\
         PK あゆ 22:05–22:15：61,940金币\n\
         https://example.org/r/token"
    );
    assert_eq!(
        text(Lang::En),
        "小鹿电台 · 21 Nov 20:00–23:04 (3 h 04 min)\n\
         Coins 246,810 (typical 208,500, 18% above)\n\
         Gifters 213 · Entries 12,480 · Messages 9,317\n\
         PK あゆ 22:05–22:15: 61,940 coins\n\
         https://example.org/r/token"
    );
    assert_eq!(
        text(Lang::Ja),
        "【小鹿电台】11月21日 20:00–23:04（3時間04分）\n\
         コイン 246,810（通常 208,500、18%多い）\n\
         ギフト送信者 213人 · 入室 のべ12,480 · メッセージ 9,317\n\
         PK あゆ 22:05–22:15：61,940コイン\n\
         https://example.org/r/token"
    );
}

#[test]
fn a_theme_needs_no_script() {
    let html = shared_document(&SharedPage { theme: Some(Theme::Dark), ..shared_page(sample_record(), Lang::En) });
    assert!(html.contains("data-theme=\"dark\"") && html.contains("name=\"color-scheme\" content=\"dark\""));
    assert!(html.contains("/r/token?theme=light"), "and can be switched back");
    let html = shared_document(&shared_page(sample_record(), Lang::En));
    assert!(!html.contains("data-theme") && html.contains("content=\"light dark\""));
}

#[test]
fn every_chart_has_a_title_and_a_description() {
    let html = shared_document(&shared_page(sample_record(), Lang::En));
    assert_eq!(html.matches("data-values=").count(), 8);
    assert_eq!(html.matches("<desc>").count(), 8);
    for text in [
        "<title>coins per minute</title>",
        "Coins per minute from 20:00 to 23:04; 246,810 coins in total.",
        "PK あゆ 22:05–22:15.",
        "Hatched: data gap of 41 s, 21:37:40–21:38:21.",
    ] {
        assert!(html.contains(text), "missing: {text}");
    }
}

#[test]
fn totals_that_still_run_are_not_compared_with_whole_streams() {
    let mut record = sample_record();
    let ended = shared_document(&shared_page(record.clone(), Lang::En));
    assert!(ended.contains("above typical"));
    (record.ended_at, record.show_ended_at, record.ended_by) = (None, None, None);
    record.findings.clear();
    let live = shared_document(&shared_page(record, Lang::En));
    assert!(!live.contains("above typical") && live.contains("compared with typical once the stream ends"));
}

/// The example without a reading from 20:40 to 21:25, in which 3,107 coins came; two minutes around it know their edges.
fn with_a_long_gap() -> Record {
    let mut record = sample_record();
    let (from, until) = (at(20, 40, 0), at(21, 25, 0));
    let runs: Vec<Run> = record.runs().into_iter().filter(|run| run.until <= from || run.from >= until).collect();
    let edge = |runs: &[Run]| runs.iter().rposition(|run| run.until <= from).unwrap();
    let gap = Gap { from: runs[edge(&runs)].until, until: runs[edge(&runs) + 1].from, cause: GapCause::NoAnswer };
    record.series = Columns::new(&runs);
    record.gaps = vec![gap];
    record
}

#[test]
fn a_gap_between_two_hours_makes_both_a_range() {
    let record = with_a_long_gap();
    let english = i18n(Lang::En);
    let figures = ReportView::new(&english, &record);
    let rows = crate::web::view::figures::hour_rows(&figures);
    let texts: Vec<String> = rows.iter().map(|row| row.value.text(&english)).collect();
    assert!(texts[0].contains('–') && texts[1].contains('–') && !texts[2].contains('–'), "{texts:?}");
    let (first, second) = (rows[0].value.ends(), rows[1].value.ends());
    // What is unknown of one is unknown of the other: the amount that came in the gap.
    assert_eq!(first.1 - first.0, second.1 - second.0);
    assert!(rows[0].percent.as_ref().unwrap().contains('–'), "{:?}", rows[0].percent);
    // The page, the offline file and the picture say the same.
    let html = shared_document(&shared_page(record.clone(), Lang::En));
    assert_clean(&html);
    assert!(html.contains(&texts[0]) && html.contains(&texts[1]) && html.contains("class=\"open\""), "{texts:?}");
    assert!(html.contains(english.report_ranges_hint()));
    // The main curve is in two pieces and unknown in between.
    let values = html.split("data-values=\"").nth(1).unwrap().split('"').next().unwrap();
    let values: Vec<&str> = values.split(',').collect();
    assert!(values[38].parse::<i64>().is_ok() && values[40..84].iter().all(|value| value.is_empty()), "{values:?}");
    // The curve does not grow through it either.
    let cumulative = html.split("chart cumulative").next().unwrap().rsplit("data-values=\"").next().unwrap();
    assert!(cumulative.split('"').next().unwrap().contains(",,,"), "{cumulative}");
    // A table row that shares the gap is a range too.
    assert!(html.split("class=\"readings\"").nth(1).unwrap().contains('–'));
}

#[test]
fn a_gap_inside_one_hour_costs_the_hours_nothing() {
    let record = sample_record();
    let english = i18n(Lang::En);
    let rows = crate::web::view::figures::hour_rows(&ReportView::new(&english, &record));
    assert!(rows.iter().all(|row| !row.value.text(&english).contains('–')));
    assert!(!shared_document(&shared_page(record, Lang::En)).contains(english.report_ranges_hint()));
}

#[test]
fn the_share_of_gifters_is_bounded_by_people_in_every_language() {
    for (lang, text) in [(Lang::Zh, "至少1.7%"), (Lang::Ja, "1.7%以上")] {
        assert!(shared_document(&shared_page(sample_record(), lang)).contains(text), "{text}");
    }
}
