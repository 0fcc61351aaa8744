//! The card a chat shows of a link: what it is, when, by whom. No figures of the stream: a card is seen by everyone in the
//! chat, for every reader.
//!
//! Chats cut cards to a square, so all text is in the middle one; the curve runs from edge to edge behind nothing.

use super::canvas::{Canvas, TextAnchor};
use super::fonts::TextStyle;
use super::{CARD, PictureInput, chart};
use crate::domain::{Counter, StreamKind};
use crate::i18n::{I18n, Lang, escape_invisible, truncate_middle};
use crate::web::view::figures::{self, ReportView};
use crate::web::view::theme::Colour;

const WIDTH: f32 = CARD.0 as f32;
const HEIGHT: f32 = CARD.1 as f32;
/// Words stay this wide: the centre square less its margins.
const INNER: f32 = HEIGHT - 2.0 * 36.0;
/// The curve's band at the foot.
const CURVE: f32 = 132.0;

/// Writes one centred line, cut to the square; where the next begins.
fn centred(sheet: &mut Canvas<'_>, text: &str, style: TextStyle, colour: Colour, y: f32) -> f32 {
    let line = sheet.fonts.cut(text, style, INNER, sheet.han);
    sheet.write(&line, WIDTH / 2.0, y + style.size, TextAnchor::Middle, colour);
    y + style.size * 1.5
}

/// Draws the card of a report.
pub fn draw(sheet: &mut Canvas<'_>, view: &PictureInput) {
    let (i18n, record, theme) = (&view.i18n, &view.document.record, sheet.theme);
    let figures = ReportView::new(i18n, record);
    // The largest size at which the title fits on two lines, else three of the smallest.
    let (fonts, han) = (sheet.fonts, sheet.han);
    let title = truncate_middle(&figures.title(), 60).trim().to_owned();
    let set = |size: f32, most: usize| {
        let style = TextStyle::bold(size).spaced(-0.01);
        (style, fonts.wrap(&title, style, INNER, most, han))
    };
    let sizes = [64.0, 56.0, 48.0].into_iter().map(|size| set(size, 3));
    let (style, lines) = sizes.into_iter().find(|(_, lines)| lines.len() <= 2).unwrap_or_else(|| set(40.0, 3));

    let host = figures::host_label(record).map(|host| truncate_middle(host, 40).trim().to_owned());
    let mut when = vec![i18n.date_plain(record.reported_at())];
    when.extend(record.show_ms().map(|length| i18n.hours(length)));
    let what = if record.kind == StreamKind::Snapshot { i18n.report_snapshot() } else { i18n.report_stream() };
    let seal = match view.document.seal {
        Some(_) => {
            let ended = record.ended_at.unwrap_or(record.started_at);
            format!("✓ {}", i18n.sealed_after(ended, record.sealed_at))
        }
        None => i18n.report_not_sealed_yet().to_owned(),
    };

    let title_height = lines.len() as f32 * style.size * 1.2;
    let host_height = if host.is_some() { 45.0 } else { 0.0 };
    let whole = 39.0 + 26.0 + title_height + 10.0 + host_height + 14.0 + 42.0 + 39.0;
    let mut y = ((HEIGHT - CURVE - whole) / 2.0).max(28.0);
    let small = TextStyle::plain(26.0);
    let rest = format!(" · {what}");
    let issuer = fonts.cut(escape_invisible(&record.issuer).trim(), small, INNER - fonts.width(&rest, small, han), han);
    y = centred(sheet, &format!("{}{rest}", issuer.text), small, theme.ink_2(), y) + 26.0;
    for line in &lines {
        sheet.write(line, WIDTH / 2.0, y + style.size * 0.96, TextAnchor::Middle, theme.ink());
        y += style.size * 1.2;
    }
    y += 10.0;
    if let Some(host) = host {
        y = centred(sheet, &host, TextStyle::plain(30.0), theme.ink_2(), y);
    }
    y = centred(sheet, &when.join(" · "), TextStyle::plain(28.0), theme.ink(), y + 14.0);
    centred(sheet, &seal, TextStyle::bold(26.0), theme.ink_2(), y);
    foot(sheet, &figures);
}

/// The curve of entries: a shape without a number. Where there is none, a line.
fn foot(sheet: &mut Canvas<'_>, figures: &ReportView<'_>) {
    if figures.has_curve() && figures.record.shows(Counter::Viewers) {
        let mut rate = figures.rate(Counter::Viewers);
        rate.bands.clear();
        chart::silhouette(sheet, &rate, (0.0, HEIGHT - CURVE + 24.0), (WIDTH, CURVE - 24.0), 4.0);
    } else {
        let colour = sheet.theme.counter(Counter::Viewers);
        sheet.rect(0.0, HEIGHT - 12.0, WIDTH, 12.0, colour);
    }
}

/// The card of a link with a password: that it has one, and nothing of what it opens.
pub fn draw_locked(sheet: &mut Canvas<'_>, lang: Lang) {
    let (i18n, theme) = (I18n { lang, ..I18n::default() }, sheet.theme);
    let y = centred(sheet, "Aftershow", TextStyle::bold(26.0), theme.ink_2(), 190.0) + 26.0;
    let style = TextStyle::bold(48.0).spaced(-0.01);
    let mut y = y;
    for line in sheet.fonts.wrap(&escape_invisible(i18n.share_link_password_title()), style, INNER, 3, sheet.han) {
        sheet.write(&line, WIDTH / 2.0, y + style.size, TextAnchor::Middle, theme.ink());
        y += style.size * 1.2;
    }
    let colour = theme.counter(Counter::Viewers);
    sheet.rect(0.0, HEIGHT - 12.0, WIDTH, 12.0, colour);
}
