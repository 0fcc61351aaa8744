//! Pictures of the worked example, in every language, of a sponsor's link, of one reading, of hostile names. With
//! `AFTERSHOW_FIXTURES=DIR` they are written there, to be looked at.
#![allow(clippy::unwrap_used)]

use super::{CARD, Fonts, PictureInput, SHARE_IMAGE, locked_card};
use crate::domain::record::{Baseline, Columns, Quality, Record};
use crate::domain::{StreamKind, Totals};
use crate::i18n::Lang;
use crate::web::pages::tests::report::sponsor;
use crate::web::pages::tests::{HOSTILE, i18n, sample_record, sealed};
use crate::web::view::theme::Theme;
use std::sync::LazyLock;

static FONTS: LazyLock<Fonts> = LazyLock::new(|| Fonts::load(None));

fn view(record: Record, lang: Lang) -> PictureInput {
    let verify = Some("https://live.example.com/verify?fingerprint=8F3A-91C2-D04B-77E1".to_owned());
    PictureInput { document: sealed(record), i18n: i18n(lang), verify }
}

fn save(name: &str, bytes: &[u8]) {
    if let Some(directory) = std::env::var_os("AFTERSHOW_FIXTURES") {
        std::fs::write(std::path::Path::new(&directory).join(name), bytes).unwrap();
    }
}

/// Width and height, after reading the whole picture.
fn decoded(bytes: &[u8]) -> (u32, u32) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    // More than one colour: something is on it.
    assert!(pixels.chunks_exact(4).any(|pixel| pixel != &pixels[..4]));
    (info.width, info.height)
}

/// Both pictures of a record, decoded and within their sizes.
fn both(name: &str, record: Record, lang: Lang, theme: Theme) {
    let view = view(record, lang);
    let share_image = view.share_image(&FONTS, theme).unwrap();
    let card = view.card(&FONTS).unwrap();
    save(&format!("{name}.png"), &share_image);
    save(&format!("{name}-card.png"), &card);
    let (width, height) = decoded(&share_image);
    assert_eq!(width, SHARE_IMAGE, "{name}");
    assert!((1_000..9_000).contains(&height), "{name} {height}");
    assert_eq!(decoded(&card), CARD, "{name}");
    assert!(card.len() < 200_000, "{name}: a card of {} bytes", card.len());
    assert!(share_image.len() < 1_000_000, "{name}: a share image of {} bytes", share_image.len());
}

fn snapshot() -> Record {
    let whole = sample_record();
    let runs = whole.runs();
    Record {
        kind: StreamKind::Snapshot,
        show_ended_at: None,
        ended_at: None,
        ended_after: None,
        ended_by: None,
        series: Columns::new(&runs[500..501]),
        gaps: Vec::new(),
        peaks: Default::default(),
        moments: Vec::new(),
        findings: Vec::new(),
        quality: Quality { coverage: None, verdict: None, readings: 1, longest_gap: None, ..whole.quality.clone() },
        baseline: Baseline::default(),
        ..whole
    }
}

#[test]
fn the_worked_example_is_drawn_in_every_language_and_theme() {
    for lang in Lang::READERS.iter().copied() {
        both(&format!("deer-{}", lang.code()), sample_record(), lang, Theme::Light);
    }
    both("deer-dark", sample_record(), Lang::En, Theme::Dark);
}

#[test]
fn the_share_image_has_the_figures_of_the_page() {
    let view = view(sample_record(), Lang::En);
    let texts = view.share_image_texts(&FONTS).replace('\n', " ");
    for text in [
        "StarLane Live",
        "小鹿电台 · 点歌专场",
        "Sat 21 Nov 2026 · 20:00–23:04 · 3 h 04 min",
        "Times in Shanghai (UTC+8)",
        "✓ Sealed 23:06 · complete",
        "246,810",
        "18% above typical (208,500); typical range 171,200–259,900",
        "coins per minute",
        "PK あゆ",
        "25% of coins in 10 minutes: 61,940 in the PK with あゆ, 22:05–22:15.",
        "12,480",
        "at most 12,480 people",
        "3rd hour",
        "8F3A-91C2-D04B-77E1",
        "live.example.com/verify",
        "Issued by StarLane Live",
        "made with Aftershow",
    ] {
        assert!(texts.contains(text), "missing: {text}\n{texts}");
    }
}

#[test]
fn a_card_holds_no_figures() {
    for lang in Lang::READERS.iter().copied() {
        let record = sample_record();
        let texts = view(record.clone(), lang).card_texts(&FONTS);
        assert!(texts.contains("小鹿电台") && texts.contains("StarLane Live"), "{texts}");
        assert!(texts.contains("23:06"), "{texts}");
        for counter in crate::domain::Counter::ALL {
            let total = record.totals.get(counter).unwrap();
            assert!(!texts.contains(&lang.integer(total)), "{texts}");
        }
    }
}

#[test]
fn what_a_sponsor_is_not_shown_is_on_neither_picture() {
    let record = sample_record();
    let hidden = [record.totals.coins, record.totals.gifts, record.totals.gifters];
    both("sponsor", sponsor(), Lang::En, Theme::Light);
    for lang in Lang::READERS.iter().copied() {
        let (view, i18n) = (view(sponsor(), lang), i18n(lang));
        let texts = format!("{}\n{}", view.share_image_texts(&FONTS), view.card_texts(&FONTS));
        for total in hidden {
            let total = lang.integer(total.unwrap());
            assert!(!texts.split([' ', '\n']).any(|word| word.trim_matches(['.', ',']) == total), "{total}: {texts}");
        }
        use crate::domain::Counter::{Coins, Gifters, Gifts};
        for counter in [Coins, Gifts, Gifters] {
            assert!(!texts.contains(&i18n.counter(counter)), "{texts}");
        }
        assert!(texts.contains(&lang.integer(12_480)), "{texts}");
    }
}

#[test]
fn one_reading_has_no_curve_and_says_why() {
    both("snapshot", snapshot(), Lang::En, Theme::Light);
    both("snapshot-ja", snapshot(), Lang::Ja, Theme::Light);
    let texts = view(snapshot(), Lang::En).share_image_texts(&FONTS).replace('\n', " ");
    assert!(texts.contains("No chart: a snapshot is one reading."), "{texts}");
    assert!(!texts.contains("per minute"), "{texts}");
}

#[test]
fn nothing_known_is_a_dash() {
    let record = Record { totals: Totals::default(), series: Columns::new(&[]), ..snapshot() };
    let record =
        Record { kind: StreamKind::Stream, quality: Quality { readings: 0, ..record.quality.clone() }, ..record };
    both("nothing", record.clone(), Lang::En, Theme::Light);
    let texts = view(record, Lang::En).share_image_texts(&FONTS);
    assert!(texts.lines().any(|line| line == "–"), "{texts}");
}

#[test]
fn hostile_names_stay_in_their_place() {
    let names = [
        ("markup", HOSTILE.to_owned()),
        ("emoji", "👩\u{200d}👩\u{200d}👧\u{200d}👦👑🎉😀".chars().cycle().take(48).collect::<String>()),
        ("thai", "ฟ้าใสทำครัวน้ำพริกกุ้งสดใหม่ทุกวันเวลาหนึ่งทุ่มตรงกับเพื่อนเพื่อนทุกคน".to_owned()),
        ("override", "gnp.\u{202e}exe.live\u{2066}\u{200f}שלום עולם مرحبا".to_owned()),
        ("marks", format!("Z{}algo", "\u{334}\u{353}\u{30d}".repeat(40))),
        ("long", "W".repeat(600)),
        ("han", "龘靐齉爩鱻麤龗灪吁龖厵籱纞虋饢驫".repeat(8)),
        ("control", "a\u{0}b\nc\td\u{7f}\u{85}".to_owned()),
        ("blank", " \u{3000}\u{200b}".to_owned()),
    ];
    for (name, text) in names {
        let record = Record {
            title: Some(text.clone()),
            host_name: Some(text.clone()),
            issuer: text.clone(),
            ..sample_record()
        };
        both(&format!("hostile-{name}"), record.clone(), Lang::En, Theme::Light);
        let view = view(record, Lang::Zh);
        let texts = format!("{}\n{}", view.share_image_texts(&FONTS), view.card_texts(&FONTS));
        for turned in ['\u{202e}', '\u{2066}', '\u{200f}', '\u{0}'] {
            assert!(!texts.contains(turned), "{name}");
        }
    }
}

#[test]
fn a_locked_card_mentions_a_password_and_nothing_else() {
    for lang in Lang::READERS.iter().copied() {
        let card = locked_card(&FONTS, lang).unwrap();
        save(&format!("locked-{}.png", lang.code()), &card);
        assert_eq!(decoded(&card), CARD);
    }
}

#[test]
fn without_a_whole_address_there_is_no_code() {
    let view = PictureInput { verify: Some("/verify?fingerprint=8F3A".to_owned()), ..view(sample_record(), Lang::En) };
    let texts = view.share_image_texts(&FONTS);
    assert!(!texts.contains("Scan") && texts.contains("8F3A-91C2-D04B-77E1"), "{texts}");
}
