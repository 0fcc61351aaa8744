//! The main curve; behind a fold the curves of all counters and the table of increments.

use crate::domain::Gap;
use crate::domain::numbers::{self, MINUTE};
use crate::domain::record::Record;
use crate::i18n::I18n;
use crate::web::islands::ChartCursor;
use crate::web::view::charts::{Size, colour, rate_chart};
use crate::web::view::figures::{ReportView, main_rate, no_curve};
use leptos::prelude::*;

pub(super) fn main_curve(figures: &ReportView) -> AnyView {
    let (i18n, record) = (figures.i18n, figures.record);
    if !figures.has_curve() {
        return view! { <p class="no-curve">{no_curve(figures)}</p> }.into_any();
    }
    let (rate, unit) = main_rate(figures);
    let seen = |gap: &&Gap| gap.until > rate.from && gap.from < rate.until();
    let hatched = i18n.hatched(&rate.gaps.iter().filter(seen).collect::<Vec<_>>());
    let busiest = figures.busiest();
    let chart = rate_chart(i18n, &rate, Size::Main);
    view! {
        <figure id="curve" class="main-chart">
            <figcaption class="unit">{unit.clone()}</figcaption>
            <ChartCursor i18n=cursor_i18n(i18n, record) label=i18n.cursor_of(&unit) zoom=true>
                {chart}
            </ChartCursor>
            {busiest.map(|sentence| view! { <p class="note">{sentence}</p> })}
            {hatched.map(|sentence| view! { <p class="note">{sentence}</p> })}
        </figure>
    }
    .into_any()
}

/// The words a cursor needs: the zone cut to this stream, so that little is sent.
pub(super) fn cursor_i18n(i18n: &I18n, record: &Record) -> I18n {
    I18n { zone: i18n.zone.since(record.started_at), ..i18n.clone() }
}

/// All curves and the table, folded.
pub(super) fn curves_and_table(figures: &ReportView, open: bool) -> AnyView {
    let (i18n, record) = (figures.i18n, figures.record);
    if !figures.has_curve() {
        return ().into_any();
    }
    let shown = record.shown();
    let curves = shown
        .iter()
        .map(|counter| {
            let mut rate = figures.rate(*counter);
            rate.bands.clear();
            view! {
                <figure class=format!("small {}", colour(*counter))>
                    <figcaption>
                        <span>{i18n.counter(*counter)}</span>
                        <b data-reading=counter.name()>{i18n.number(record.totals.get(*counter))}</b>
                    </figcaption>
                    {rate_chart(i18n, &rate, Size::Small)}
                </figure>
            }
        })
        .collect_view();
    view! {
        <section class="folded">
            <details open=open>
                <summary>{i18n.all_six(shown.len())}</summary>
                <p class="note">{i18n.all_per_minute()}</p>
                <ChartCursor
                    i18n=cursor_i18n(i18n, record)
                    label=i18n.cursor_of(i18n.all_six(shown.len()))
                    zoom=false
                >
                    <div class="small-charts">{curves}</div>
                </ChartCursor>
            </details>
            {table(figures)}
        </section>
    }
    .into_any()
}

/// Increments in steps of five minutes (one in short streams, more in very long ones).
fn table(figures: &ReportView) -> AnyView {
    let (i18n, record) = (figures.i18n, figures.record);
    let length = figures.series.span().map_or(0, |(from, until)| until - from);
    let minutes = [1, 5, 10, 30, 60, 240].into_iter().find(|minutes| length / (minutes * MINUTE) <= 60).unwrap_or(1440);
    let rows = numbers::buckets(&figures.series, minutes * MINUTE);
    let shown = record.shown();
    let gap = rows.iter().any(numbers::Bucket::has_gap);
    let head = shown.iter().map(|counter| view! { <th scope="col">{i18n.counter(*counter)}</th> }).collect_view();
    let days = i18n.zone.civil(figures.until()).days - i18n.zone.civil(record.started_at).days;
    let rows = rows
        .into_iter()
        .map(|row| {
            let time = if days > 1 { i18n.date_hm(row.from) } else { i18n.hm(row.from) };
            let mark = if row.has_gap() { "*" } else { "" };
            let cells = shown
                .iter()
                .map(|counter| view! { <td>{figures.amount(&row, *counter).text(i18n)}</td> })
                .collect_view();
            view! {
                <tr>
                    <th scope="row">{format!("{time}{mark}")}</th>
                    {cells}
                </tr>
            }
        })
        .collect_view();
    view! {
        <details>
            <summary>{i18n.table_every(minutes * MINUTE)}</summary>
            <p class="note">{i18n.table_means(minutes * MINUTE)}</p>
            <table class="readings">
                <thead>
                    <tr>
                        <th scope="col">{i18n.report_time()}</th>
                        {head}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            {gap.then(|| view! { <p class="note">{i18n.report_table_note()}</p> })}
        </details>
    }
    .into_any()
}
