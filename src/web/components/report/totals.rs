//! The main figure, the other totals, and the main counter hour by hour.

use super::curves::main_curve;
use crate::domain::Counter;
use crate::web::view::charts::{bar, bar_between, colour};
use crate::web::view::figures::{
    Amount, HourRow, MAX_NUMBER_LEN, ReportView, has_ranges, hero_compared, hour_rows, longest_bar, other_counters,
    total_notes,
};
use leptos::prelude::*;

/// The main figure, its comparison, its curve.
pub(super) fn hero(figures: &ReportView) -> AnyView {
    let (i18n, record, counter) = (figures.i18n, figures.record, figures.hero());
    let (label, number, compared, note) = match (figures.slot(), figures.slot_figures()) {
        (Some((from, until)), Some((number, bounds))) => (i18n.in_your_slot(from, until), number, bounds, None),
        _ => {
            let value = record.totals.get(counter);
            let note = i18n.counter_note(counter, value);
            (i18n.counter(counter), i18n.number(value), hero_compared(figures), note)
        }
    };
    let size = if number.len() > MAX_NUMBER_LEN { "big long" } else { "big" };
    view! {
        <section class=format!("hero {}", colour(counter)) aria-labelledby="hero">
            <div class="figure">
                <h2 id="hero">{label}</h2>
                <p class=size>{number}</p>
                {compared.map(|text| view! { <p class="compared">{text}</p> })}
                {note.map(|text| view! { <p class="note">{text}</p> })}
            </div>
            {main_curve(figures)}
        </section>
    }
    .into_any()
}

/// Every other total, each with its comparison and what it counts.
pub(super) fn other_totals(figures: &ReportView) -> AnyView {
    let i18n = figures.i18n;
    let heading = if figures.slot().is_some() { i18n.report_whole_stream() } else { i18n.report_other_totals() };
    let tiles = other_counters(figures).into_iter().map(|counter| total_tile(figures, counter)).collect_view();
    view! {
        <section class="others" aria-labelledby="totals">
            <h2 id="totals">{heading}</h2>
            <dl class="totals">{tiles}</dl>
        </section>
    }
    .into_any()
}

fn total_tile(figures: &ReportView, counter: Counter) -> AnyView {
    let (i18n, value) = (figures.i18n, figures.record.totals.get(counter));
    let compared =
        value.zip(figures.compare_to_baseline(counter)).map(|(value, baseline)| i18n.compared_short(value, baseline));
    let notes = total_notes(figures, counter);
    view! {
        <div class=format!("total {}", colour(counter))>
            <dt>{i18n.counter(counter)}</dt>
            <dd>
                <span class="value">{i18n.number(value)}</span>
                {compared.map(|text| view! { <span class="compared">{text}</span> })}
                {notes.into_iter().map(|text| view! { <span class="note">{text}</span> }).collect_view()}
            </dd>
        </div>
    }
    .into_any()
}

/// "When the coins came": hour by hour.
pub(super) fn by_hour(figures: &ReportView) -> AnyView {
    let (i18n, counter) = (figures.i18n, figures.hero());
    let rows = hour_rows(figures);
    if rows.is_empty() {
        return ().into_any();
    }
    let most = longest_bar(&rows);
    let ranges = has_ranges(&rows).then(|| view! { <p class="note">{i18n.report_ranges_hint()}</p> });
    let rows = rows
        .into_iter()
        .map(|HourRow { label, note, value, percent }| {
            let bar = match value {
                Amount::Of(value) => bar(counter, value.unwrap_or(0), most),
                Amount::Between(lower, upper) => bar_between(counter, (lower, upper), most),
            };
            view! {
                <tr>
                    <th scope="row">
                        {label} {note.map(|note| view! { <span class="note">{note}</span> })}
                    </th>
                    <td>{value.text(i18n)}</td>
                    <td class="bar-cell">{bar}</td>
                    <td>{percent}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="by-hour" aria-labelledby="hours">
            <h2 id="hours">{i18n.when_came(counter)}</h2>
            <table class="hours">
                <tbody>{rows}</tbody>
            </table>
            {ranges}
        </section>
    }
    .into_any()
}
