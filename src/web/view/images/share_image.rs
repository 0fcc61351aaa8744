//! The share image: the report as a picture three times a phone's width, to be saved by a long press and sent on.

use super::canvas::{Canvas, TextAnchor};
use super::fonts::TextStyle;
use super::{PictureInput, chart, qr};
use crate::domain::StreamKind;
use crate::i18n::{escape_invisible, truncate_middle};
use crate::web::view::figures::{self, ReportView};
use crate::web::view::theme::Colour;

/// The page at a phone's width …
pub const WIDTH: f32 = 360.0;
/// … and how many pixels of the picture each of its pixels gets.
pub const SCALE: f32 = 3.0;

const MARGIN: f32 = 20.0;
const INNER: f32 = WIDTH - 2.0 * MARGIN;
const QR: f32 = 92.0;

const NOTE: TextStyle = TextStyle::plain(12.0);
const TEXT: TextStyle = TextStyle::plain(14.0);
const BODY: TextStyle = TextStyle::plain(16.0);
const HEAD: TextStyle = TextStyle::bold(20.0);

/// Writes from top to bottom.
struct Column<'s, 'f> {
    sheet: &'s mut Canvas<'f>,
    y: f32,
}

impl Column<'_, '_> {
    fn space(&mut self, height: f32) {
        self.y += height;
    }

    /// Lines of a text under each other, as wide as the page.
    fn text(&mut self, text: &str, style: TextStyle, colour: Colour, leading: f32, most: usize) {
        self.text_at(text, style, colour, leading, most, (MARGIN, INNER));
    }

    fn text_at(
        &mut self,
        text: &str,
        style: TextStyle,
        colour: Colour,
        leading: f32,
        most: usize,
        (x, width): (f32, f32),
    ) {
        for line in self.sheet.fonts.wrap(text, style, width, most, self.sheet.han) {
            let height = style.size * leading;
            self.sheet.write(&line, x, self.y + (height + style.size * 0.72) / 2.0, TextAnchor::Start, colour);
            self.y += height;
        }
    }

    /// Parts with dots between them, on one line, or with the last part on a second: "3 h / 04 m" would be torn.
    fn parts(&mut self, text: &str, style: TextStyle, colour: Colour, leading: f32) {
        let whole = self.sheet.fonts.width(text, style, self.sheet.han) <= INNER;
        match text.rsplit_once(" · ").filter(|_| !whole) {
            Some((first, last)) => {
                self.text(first, style, colour, leading, 2);
                self.text(last, style, colour, leading, 1);
            }
            None => self.text(text, style, colour, leading, 2),
        }
    }

    /// The line between sections.
    fn rule(&mut self) {
        self.space(20.0);
        let y = self.y.round() + 0.5;
        self.sheet.rule((MARGIN, y), (WIDTH - MARGIN, y), self.sheet.theme.line());
        self.space(20.0);
    }

    fn heading(&mut self, text: &str) {
        self.text(text, HEAD, self.sheet.theme.ink(), 1.3, 2);
        self.space(10.0);
    }
}

/// Draws the share image; its height.
pub fn draw(sheet: &mut Canvas<'_>, view: &PictureInput) -> f32 {
    let i18n = &view.i18n;
    let figures = ReportView::new(i18n, &view.document.record);
    let mut column = Column { sheet, y: 24.0 };
    masthead(&mut column, view, &figures);
    column.rule();
    hero(&mut column, &figures);
    highlights(&mut column, &figures);
    column.rule();
    totals(&mut column, &figures);
    hours(&mut column, &figures);
    column.rule();
    proof(&mut column, view);
    column.y + 24.0
}

fn masthead(column: &mut Column<'_, '_>, view: &PictureInput, figures: &ReportView<'_>) {
    let (i18n, record, theme) = (&view.i18n, &view.document.record, column.sheet.theme);
    let what = if record.kind == StreamKind::Snapshot { i18n.report_snapshot() } else { i18n.report_stream() };
    let rest = column.sheet.line_of(&format!(" · {what}"), NOTE);
    let (fonts, han) = (column.sheet.fonts, column.sheet.han);
    let issuer = fonts.cut(escape_invisible(&record.issuer).trim(), TextStyle::bold(12.0), INNER - rest.width, han);
    let baseline = column.y + 13.0;
    column.sheet.write(&issuer, MARGIN, baseline, TextAnchor::Start, theme.ink_2());
    column.sheet.write(&rest, MARGIN + issuer.width, baseline, TextAnchor::Start, theme.ink_2());
    column.space(18.0 + 16.0);
    column.text(truncate_middle(&figures.title(), 60).trim(), TextStyle::bold(28.0).spaced(-0.01), theme.ink(), 1.2, 3);
    if let Some(host) = figures::host_label(record) {
        column.space(4.0);
        column.text(truncate_middle(host, 40).trim(), BODY, theme.ink_2(), 1.5, 2);
    }
    column.space(8.0);
    column.parts(&figures::when_words(figures), TEXT, theme.ink(), 1.5);
    if let Some(sentence) = figures::show_and_room(i18n, record) {
        column.text(&sentence, NOTE, theme.ink_2(), 1.5, 2);
    }
    column.text(&i18n.times_in(record.started_at), NOTE, theme.ink_2(), 1.5, 1);
    column.space(10.0);
    column.text(&figures::seal_words(i18n, &view.document), TextStyle::bold(14.0), theme.ink(), 1.5, 1);
}

fn hero(column: &mut Column<'_, '_>, figures: &ReportView<'_>) {
    let (i18n, record, theme) = (figures.i18n, figures.record, column.sheet.theme);
    let counter = figures.hero();
    let (label, number, compared, note) = match (figures.slot(), figures.slot_figures()) {
        (Some((from, until)), Some((number, bounds))) => (i18n.in_your_slot(from, until), number, bounds, None),
        _ => {
            let value = record.totals.get(counter);
            let note = i18n.counter_note(counter, value);
            (i18n.counter(counter), i18n.number(value), figures::hero_compared(figures), note)
        }
    };
    column.text(&escape_invisible(&label), TextStyle::bold(16.0), theme.ink(), 1.4, 2);
    // No figure is cut: a long one is smaller.
    let size = if number.len() > figures::MAX_NUMBER_LEN { 24.0 } else { 40.0 };
    column.text(&number, TextStyle::bold(size).spaced(-0.02), theme.ink(), 1.15, 1);
    column.space(2.0);
    if let Some(compared) = compared {
        column.text(&compared, TEXT, theme.ink_2(), 1.5, 3);
    }
    if let Some(note) = note {
        column.text(&note, NOTE, theme.ink_2(), 1.5, 2);
    }
    column.space(16.0);
    if !figures.has_curve() {
        column.text(&figures::no_curve(figures), TEXT, theme.ink_2(), 1.5, 4);
        return;
    }
    let (rate, unit) = figures::main_rate(figures);
    column.text(&escape_invisible(&unit), NOTE, theme.ink_3(), 1.5, 2);
    column.space(4.0);
    let height = chart::rate_chart(column.sheet, i18n, &rate, (MARGIN, column.y), INNER);
    column.space(height);
    if let Some(peak) = record.peaks.get(&counter) {
        column.space(2.0);
        column.text(&i18n.peak(counter, peak), NOTE, theme.ink_2(), 1.5, 2);
    }
}

fn highlights(column: &mut Column<'_, '_>, figures: &ReportView<'_>) {
    let (i18n, theme) = (figures.i18n, column.sheet.theme);
    let found = figures::headline_findings(figures.record);
    if found.is_empty() {
        return;
    }
    column.rule();
    column.heading(i18n.report_highlights());
    for finding in found {
        let dot = column.sheet.line_of("·", BODY);
        column.sheet.write(&dot, MARGIN, column.y + 17.0, TextAnchor::Start, theme.ink_3());
        let sentence = i18n.finding(finding, figures.record);
        column.text_at(&escape_invisible(&sentence), BODY, theme.ink(), 1.45, 4, (MARGIN + 14.0, INNER - 14.0));
        column.space(6.0);
    }
    column.space(-6.0);
}

fn totals(column: &mut Column<'_, '_>, figures: &ReportView<'_>) {
    const GAP: f32 = 16.0;
    let (i18n, record, theme) = (figures.i18n, figures.record, column.sheet.theme);
    column.heading(if figures.slot().is_some() { i18n.report_whole_stream() } else { i18n.report_other_totals() });
    let width = (INNER - GAP) / 2.0;
    let counters = figures::other_counters(figures);
    for (row, pair) in counters.chunks(2).enumerate() {
        if row > 0 {
            column.space(20.0);
        }
        let top = column.y;
        let mut bottom = top;
        for (place, counter) in pair.iter().enumerate() {
            let left = MARGIN + place as f32 * (width + GAP);
            let inside = (left + 13.0, width - 13.0);
            column.y = top;
            column.text_at(&escape_invisible(&i18n.counter(*counter)), TEXT, theme.ink_2(), 1.4, 2, inside);
            let value = record.totals.get(*counter);
            column.text_at(&i18n.number(value), HEAD, theme.ink(), 1.3, 1, inside);
            let baseline = figures.compare_to_baseline(*counter);
            if let Some((value, baseline)) = value.zip(baseline) {
                column.text_at(&i18n.compared_short(value, baseline), TEXT, theme.ink_2(), 1.4, 2, inside);
            }
            for note in figures::total_notes(figures, *counter) {
                column.text_at(&note, NOTE, theme.ink_3(), 1.4, 2, inside);
            }
            column.sheet.rect(left, top + 1.0, 3.0, column.y - top - 1.0, theme.counter(*counter));
            bottom = bottom.max(column.y);
        }
        column.y = bottom;
    }
}

fn hours(column: &mut Column<'_, '_>, figures: &ReportView<'_>) {
    /// Rows that are drawn; a stream of a day and more is shown on its page.
    const MAX_HOURS: usize = 14;
    let (i18n, theme, counter) = (figures.i18n, column.sheet.theme, figures.hero());
    let rows = figures::hour_rows(figures);
    if rows.is_empty() || rows.len() > MAX_HOURS {
        return;
    }
    column.rule();
    column.heading(&escape_invisible(&i18n.when_came(counter)));
    let (most, ranges) = (figures::longest_bar(&rows), figures::has_ranges(&rows));
    let (label, number, bar, percent) = (MARGIN, MARGIN + 172.0, MARGIN + 186.0, WIDTH - MARGIN);
    for row in rows {
        let baseline = column.y + 16.0;
        let top = column.y;
        column.text_at(&row.label, TEXT, theme.ink(), 1.6, 2, (label, 104.0));
        if let Some(note) = &row.note {
            column.text_at(note, NOTE, theme.ink_3(), 1.3, 2, (label, 104.0));
            column.space(2.0);
        }
        let value = column.sheet.line_of(&row.value.text(i18n), TEXT);
        column.sheet.write(&value, number, baseline, TextAnchor::End, theme.ink());
        let long = |value: i64| 84.0 * (value as f64 / most as f64) as f32;
        let (least, up_to) = row.value.ends();
        let (start, end, upper, lower) = (bar + long(least), bar + long(up_to), baseline - 11.0, baseline + 1.0);
        column.sheet.rect(bar, upper, long(least), 12.0, theme.counter(counter));
        if least < up_to {
            // Up to where it may reach: pale, and without an end.
            let corners = [(start, upper), (end, upper), (end, lower), (start, lower)];
            column.sheet.area(&corners, theme.counter(counter), 0.25);
            for edge in [upper + 0.5, lower - 0.5] {
                column.sheet.rule((start, edge), (end, edge), theme.counter(counter));
            }
        }
        if let Some(text) = row.percent {
            let line = column.sheet.line_of(&text, TEXT);
            column.sheet.write(&line, percent, baseline, TextAnchor::End, theme.ink_2());
        }
        column.y = column.y.max(top + 24.0);
    }
    if ranges {
        column.text(i18n.report_ranges_hint(), NOTE, theme.ink_2(), 1.5, 3);
    }
}

/// The code to verify, what it is for, and who issued it.
fn proof(column: &mut Column<'_, '_>, view: &PictureInput) {
    let (i18n, record, theme) = (&view.i18n, &view.document.record, column.sheet.theme);
    let top = column.y;
    let code = view.verify.as_deref().filter(|address| address.contains("://")).and_then(qr::modules);
    let mut room = (MARGIN, INNER);
    if let (Some(code), Some(_)) = (&code, &view.document.seal) {
        column.sheet.qr(code, MARGIN, top, QR);
        room = (MARGIN + QR + 16.0, INNER - QR - 16.0);
    }
    if let Some(seal) = &view.document.seal {
        column.text_at(i18n.report_fingerprint(), NOTE, theme.ink_2(), 1.4, 1, room);
        column.text_at(&seal.fingerprint, TextStyle::bold(16.0), theme.ink(), 1.4, 2, room);
        column.space(4.0);
        column.text_at(i18n.scan_to_verify(code.is_some()), TEXT, theme.ink(), 1.4, 3, room);
        if let Some(address) = view.verify.as_deref().filter(|_| code.is_some()) {
            let shown = address.split('?').next().unwrap_or(address);
            let shown = shown.split_once("://").map_or(shown, |(_, rest)| rest);
            column.text_at(&truncate_middle(shown, 60), NOTE, theme.ink_3(), 1.4, 2, room);
        }
        if code.is_some() {
            column.y = column.y.max(top + QR);
        }
        column.space(18.0);
    }
    column.text(&i18n.issued_by(&record.issuer), TEXT, theme.ink_2(), 1.5, 2);
    let number = view.document.seal.as_ref().and_then(|_| i18n.report_number_of(record));
    let number = number.map(|number| format!("{number} · ")).unwrap_or_default();
    column.text(&format!("{number}{}", i18n.report_made_with()), NOTE, theme.ink_3(), 1.5, 1);
}
