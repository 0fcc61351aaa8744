//! The board as HTML: hostile names, nothing, and a thousand rows.

#![allow(clippy::unwrap_used)]

use super::board::{board, show_more, strip, tiles};
use crate::domain::live::AppLabel;
use crate::domain::live::{Activity, AppAlert, AppFigures, BaselineComparison, LiveRow, LiveStrip};
use crate::domain::{AppId, Millis, PerLanguage, RoomId, StreamId, StreamState, Totals};
use crate::i18n::{I18n, Lang};
use crate::web::islands::board_filter::{BoardFilter, BoardSort, BoardView, order};
use leptos::prelude::*;

const HOSTILE: &str = "<b>=1+1</b> 👑 \u{202e}\"'&<script>alert(1)</script>";

fn row(id: i64) -> LiveRow {
    LiveRow {
        id: StreamId(id),
        app: AppId(1_400_000_001),
        room: RoomId::parse(&format!("room_{id}")).unwrap(),
        title: Some(HOSTILE.into()),
        host: Some("host".into()),
        host_name: Some(HOSTILE.into()),
        state: StreamState::Live,
        started_at: Millis(id * 1000),
        totals: Totals { coins: Some(id * 7), viewers: Some(0), ..Totals::default() },
        read_at: Some(Millis(id)),
        coins_per_minute: (id % 5 > 0).then_some(id),
        entries_per_minute: Some(0),
        spark: (0..30).map(|minute| (minute % 7 > 0).then_some(minute * id % 97)).collect(),
        baseline: BaselineComparison::Percent { percent: 126 },
        going_on: vec![Activity::Battle { with: HOSTILE.into(), scores: Some((1, 2)) }],
        needs_attention: id % 100 == 0,
    }
}

fn html(rows: &mut [LiveRow], lang: Lang) -> String {
    let i18n = I18n { lang, ..I18n::default() };
    let rows_order = order(rows, BoardSort::Rate, BoardView::All, |_| false);
    board(&i18n, rows, &[], rows_order, &BoardFilter::default(), Millis(9_999_999), |sort| format!("/?sort={sort}"))
        .to_html()
}

#[test]
fn more_rows_are_offered_only_where_there_are_more() {
    let i18n = I18n::default();
    let html = |shown, all| show_more(&i18n, shown, all, "/?rows=200".to_owned()).to_html();
    assert!(html(7, 7).contains("hidden") && !html(7, 7).contains("&gt;"), "{}", html(7, 7));
    assert!(!html(100, 497).contains("hidden"), "{}", html(100, 497));
}

#[test]
fn hostile_names_are_text_in_every_cell() {
    let html = html(&mut [row(7)], Lang::En);
    for raw in ["<script>", "<b>=1", "\u{202e}", "style=", "onclick"] {
        assert!(!html.contains(raw), "{raw} in {html}");
    }
    assert!(html.contains("‹RLO›") && html.contains("data-id=\"7\""));
}

#[test]
fn a_row_carries_the_short_form_of_its_app_where_there_are_several() {
    let drawn = |apps: &[AppLabel]| {
        let filter = BoardFilter::default();
        board(&I18n::default(), &[row(7)], apps, 0, &filter, Millis(9_999_999), |_| String::new()).to_html()
    };
    let label = |id, short: &str| AppLabel { id: AppId(id), short: short.into(), name: "Name".into() };
    let apps = vec![label(1, "CN"), label(1_400_000_001, "<JP>")];
    let html = drawn(&apps);
    assert!(html.contains("board apps-4"), "as wide as the widest of them: {html}");
    assert!(html.contains("class=\"app\"") && html.contains("&lt;JP&gt;") && !html.contains("CN"), "{html}");
    assert!(!drawn(&[]).contains("class=\"app\""));
}

#[test]
fn zero_is_zero_and_unknown_is_a_dash() {
    let html = html(&mut [row(5)], Lang::En);
    assert!(html.contains("data-cell=\"rate\" class=\"d-rate\">–") || html.contains(">–<"), "{html}");
    assert!(html.contains(">0<"), "{html}");
}

#[test]
fn a_thousand_rows_are_one_page() {
    let mut rows: Vec<LiveRow> = (1..=1000).map(row).collect();
    let html = html(&mut rows, Lang::Ja);
    assert_eq!(html.matches("data-id=").count(), 1000);
    assert_eq!(html.split("class=\"rest\"").next().unwrap().matches("data-id=").count(), 5);
    assert!(compressed(&html) < 200_000, "{}", compressed(&html));
}

/// Bytes after brotli as the server compresses.
fn compressed(html: &str) -> usize {
    use std::io::Write;
    let mut compressed = Vec::new();
    brotli::CompressorWriter::new(&mut compressed, 4096, 5, 22).write_all(html.as_bytes()).unwrap();
    compressed.len()
}

#[test]
fn a_hundred_rows_of_five_hundred_fit_the_first_answer() {
    let budget = 120_000;
    let mut rows: Vec<LiveRow> = (1..=100).map(row).collect();
    let html = html(&mut rows, Lang::En);
    assert!(compressed(&html) < budget, "{}", compressed(&html));
}

#[test]
fn several_apps_have_a_tile_each_that_leads_to_its_board() {
    let figures = |app, live| AppFigures { live, coins_per_minute: Some(120), ..AppFigures::none(AppId(app)) };
    let strip_data = LiveStrip { apps: vec![figures(1, 7), figures(2, 9)], ..LiveStrip::default() };
    let apps = [(1, "CN", "<b>China"), (2, "JP", "Japan")].map(|(id, short, name)| AppLabel {
        id: AppId(id),
        short: short.into(),
        name: name.into(),
    });
    let address = |app: Option<&AppLabel>| app.map_or_else(|| "/".to_owned(), |app| format!("/?app={}", app.short));
    let html = tiles(&I18n::default(), &strip_data, &apps, Some(AppId(2)), address).unwrap().to_html();
    assert!(html.contains("href=\"/?app=CN\"") && html.contains("&lt;b&gt;China") && html.contains("7 live"), "{html}");
    assert!(html.contains("href=\"/\" aria-current=\"true\"") && html.contains("120 coins/min"), "{html}");
    assert!(tiles(&I18n::default(), &LiveStrip::default(), &[], None, address).is_none(), "one app needs none");
}

#[test]
fn an_empty_board_still_has_its_table() {
    let html = html(&mut [], Lang::Zh);
    assert!(html.contains("<table") && html.contains("class=\"rest\""));
}

#[test]
fn an_alert_is_shown_with_its_request_id() {
    let strip_state = LiveStrip {
        alert: vec![AppAlert {
            app: AppId(1),
            since: Millis(0),
            code: Some(60010),
            explanation: PerLanguage::new(|_| "this identifier is not an admin".to_owned()),
            reads_nothing: true,
            name: "<b>Japan".into(),
            address: "live.example:443".into(),
            rooms: 188,
            request_id: Some("<i>id</i>".into()),
        }],
        stretched: Some((14_000, 10_000, 80)),
        needs_attention: 6,
        ..LiveStrip::default()
    };
    let html = strip(&I18n::default(), &strip_state, Millis(360_000), "/?view=attention".into()).to_html();
    assert!(html.contains("ot an admin") && html.contains("&lt;i&gt;id") && html.contains("every 14 s"), "{html}");
    assert!(
        html.contains("&lt;b&gt;Japan: Tencent has returned error 60010 since 00:00 (6 min). 188 rooms are waiting"),
        "{html}"
    );
    assert!(html.contains("href=\"/?view=attention\"") && html.contains("6 need attention"), "{html}");
}
