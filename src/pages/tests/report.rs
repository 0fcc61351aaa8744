//! The shared report.

use super::{HOSTILE, assert_clean, at, deer, sealed, words, write};
use crate::domain::record::{Columns, Derived, Preset, Quality, Record, Usual};
use crate::domain::{Counter, RoomId, StreamKind, Totals};
use crate::lang::Lang;
use crate::pages::report::{Shared, Style, dead_link_document, password_document, shared_document};

fn shared(record: Record, lang: Lang) -> Shared {
    Shared {
        words: words(lang),
        document: sealed(record),
        style: Style::Linked("aftershow.css".into()),
        loader: None,
        base: Some("/r/token".into()),
        url: Some("https://example.org/r/token".into()),
        embedded: None,
        verify: "/verify".into(),
        contact: Some("ops@starlane.example".into()),
        card: true,
        books: None,
    }
}

fn sponsor() -> Record {
    let mut record = deer();
    let shown = Preset::Sponsor.counters();
    record.totals = Totals { gifts: None, coins: None, gifters: None, ..record.totals };
    record.series = Columns::with(&record.runs(), &shown.iter().copied().collect::<Vec<_>>());
    record.sources.retain(|counter, _| shown.contains(counter));
    record.peaks.retain(|counter, _| shown.contains(counter));
    record.moments.clear();
    record.findings.clear();
    record.usual = Usual::default();
    let slot = Some((at(20, 30, 0), at(21, 0, 0)));
    record.derived = Some(Derived { of: Some("0".repeat(64)), preset: Preset::Sponsor, shown, host: true, slot });
    record
}

#[test]
fn the_worked_example_says_what_it_should() {
    let html = shared_document(&shared(deer(), Lang::En));
    write("report.html", &html);
    assert_clean(&html);
    for text in [
        "246,810",
        "18\u{a0}% above usual (208,500), within the usual range 171,200–259,900",
        "Sat 21 Nov 2026 · 20:00–23:04 · 3 h 04 m",
        "Times in Shanghai (UTC+8)",
        "61,940 coins (25\u{a0}%) came in the PK with あゆ, 22:05–22:15.",
        "213 people gave gifts, 42 more than usual.",
        "at most 12,480 people",
        "1,978",
        "at least 1.7 of 100",
        "246,810 ÷ 12,480 × 100",
        "8F3A-91C2-D04B-77E1",
        "Our last reading said 246,710 coins, the closing message 246,810. The later one is printed.",
        "property=\"og:title\"",
    ] {
        assert!(html.contains(text), "missing: {text}");
    }
    assert!(!html.to_lowercase().contains("total viewers"), "entries are not viewers");
    assert!(!html.contains("<script"), "no script without a loader");
}

#[test]
fn it_stays_small() {
    use std::io::Write;
    let html = shared_document(&shared(deer(), Lang::En));
    let mut compressed = Vec::new();
    brotli::CompressorWriter::new(&mut compressed, 4096, 5, 22).write_all(html.as_bytes()).unwrap();
    assert!(compressed.len() < 20_000, "{} bytes of brotli, {} of HTML", compressed.len(), html.len());
}

#[test]
fn it_speaks_three_languages() {
    for lang in [Lang::Zh, Lang::Ja] {
        let html = shared_document(&shared(deer(), lang));
        write(&format!("report-{}.html", lang.code()), &html);
        assert_clean(&html);
        assert!(html.contains(&format!("lang=\"{}\"", lang.tag())));
        for english in ["Sealed", "Entries", "Read 1,312", "above usual"] {
            assert!(!html.contains(english), "{english} in {lang:?}");
        }
    }
}

#[test]
fn a_sponsor_sees_no_money() {
    let html = shared_document(&shared(sponsor(), Lang::En));
    write("report-sponsor.html", &html);
    assert_clean(&html);
    assert!(html.contains("in your slot 20:30–21:00"));
    for hidden in ["246,810", "Coins", "coins", "Gifters", "usual"] {
        assert!(!html.contains(hidden), "{hidden}");
    }
}

#[test]
fn hostile_names_stay_names() {
    let mut record = deer();
    record.title = Some(HOSTILE.into());
    record.host_name = Some(HOSTILE.into());
    record.issuer = HOSTILE.into();
    record.moments[0].label = Some(HOSTILE.into());
    record.room = Some(RoomId::parse("<script>alert(1)</script>").unwrap());
    let mut shared = shared(record, Lang::En);
    shared.embedded = Some(format!("{{\"title\":\"{}\"}}", "</script><script>alert(1)</script>"));
    shared.style = Style::Inlined("body{color:red}".into());
    shared.base = None;
    shared.url = None;
    let html = shared_document(&shared);
    write("report-hostile.html", &html);
    assert_clean(&html);
    assert!(html.contains("\\u003c/script>"));
    assert!(html.contains("Content-Security-Policy"));
}

#[test]
fn a_stream_without_a_reading_has_null_totals() {
    let mut record = deer();
    record.series = Columns::default();
    record.totals = Totals::default();
    record.before = Totals::default();
    record.after = Totals::default();
    record.sources.clear();
    record.peaks.clear();
    record.findings.clear();
    record.usual = Usual::default();
    record.quality =
        Quality { coverage: Some(0), verdict: Some(crate::domain::Verdict::GapsMatter), readings: 0, ..record.quality };
    let html = shared_document(&shared(record, Lang::En));
    write("report-empty.html", &html);
    assert_clean(&html);
    assert!(html.contains("No reading"));
    assert!(!html.contains(">0<"), "unknown is not zero");
}

#[test]
fn a_snapshot_says_why_it_has_no_curve() {
    let mut record = deer();
    record.kind = StreamKind::Snapshot;
    record.series = Columns::new(&record.runs()[600..601]);
    record.gaps.clear();
    record.findings.clear();
    record.usual = Usual::default();
    let html = shared_document(&shared(record, Lang::En));
    write("report-snapshot.html", &html);
    assert!(html.contains("One reading, taken"));
    assert!(!html.contains("data-values"));
}

#[test]
fn every_preset_and_counter_may_be_absent() {
    for counter in Counter::ALL {
        let mut record = deer();
        record.totals.set(counter, None);
        assert_clean(&shared_document(&shared(record, Lang::Ja)));
    }
    let mut record = deer();
    let shown = Preset::Everything.counters();
    record.derived =
        Some(Derived { of: Some("0".repeat(64)), preset: Preset::Everything, shown, host: true, slot: None });
    let html = shared_document(&shared(record, Lang::En));
    write("report-everything.html", &html);
    assert!(html.contains("6f1c1b0e"), "the ledger");
}

#[test]
fn a_dead_link_tells_a_stranger_what_to_do() {
    let style = Style::Linked("aftershow.css".into());
    let html = dead_link_document(Lang::En, &style);
    write("dead.html", &html);
    assert!(html.contains("Ask whoever sent it to you"));
    let html = password_document(Lang::En, &style, "/r/x", Some("That is not the password."));
    write("password.html", &html);
    assert!(html.contains("type=\"password\"") && html.contains("role=\"alert\""));
}
