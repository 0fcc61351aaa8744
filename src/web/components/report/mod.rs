//! The sections of a report, the same on a shared page, in the offline file and on the console's page of a stream.
//!
//! Must not: decide what is hidden (a derived record lacks it), or hold a sentence: texts come from `i18n`, figures from
//! `view::figures`.

mod collection_log;
mod comparison;
mod curves;
mod highlights;
mod quality;
mod ratios;
mod totals;

pub use collection_log::collection_log;
pub use quality::data_quality;

use crate::domain::record::Record;
use crate::web::components::name;
use crate::web::view::figures::{ReportView, host_label, show_and_room, when_words};
use comparison::baseline_chart;
use curves::curves_and_table;
use highlights::highlights;
use leptos::prelude::*;
use ratios::proportions;
use totals::{by_hour, hero, other_totals};

/// The sections of a report, in their order: the same on the shared page, in the offline file and in the console. `open` unfolds
/// curves and table.
pub fn report_body(figures: &ReportView, open: bool) -> AnyView {
    view! {
        {hero(figures)}
        {highlights(figures)}
        {other_totals(figures)}
        {by_hour(figures)}
        {baseline_chart(figures)}
        {proportions(figures.i18n, &figures.record.totals)}
        {curves_and_table(figures, open)}
    }
    .into_any()
}

/// Host, where shown, under the title.
pub fn host(record: &Record) -> Option<AnyView> {
    Some(view! { <p class="host">{name(host_label(record)?, 40)}</p> }.into_any())
}

/// Date, times, length, zone.
pub fn when(figures: &ReportView) -> AnyView {
    let (i18n, record) = (figures.i18n, figures.record);
    let (line, both) = (when_words(figures), show_and_room(i18n, record));
    view! {
        <p class="when">{line}</p>
        {both.map(|sentence| view! { <p class="note">{sentence}</p> })}
        <p class="note">{i18n.times_in(record.started_at)}</p>
    }
    .into_any()
}
