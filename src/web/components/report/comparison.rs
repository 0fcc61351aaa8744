//! The stream against its room's past.

use super::curves::cursor_i18n;
use crate::domain::numbers::{MINUTE, baseline};
use crate::domain::record::Preset;
use crate::web::components::host_past::host_history;
use crate::web::islands::ChartCursor;
use crate::web::view::charts::{CumulativeChart, cumulative_chart};
use crate::web::view::figures::ReportView;
use leptos::prelude::*;

/// Against the room's own past, and the host's where it is another.
pub(super) fn baseline_chart(figures: &ReportView) -> AnyView {
    let (i18n, record, counter) = (figures.i18n, figures.record, figures.hero());
    let cumulative = record.baseline.cumulative.get(&counter);
    let Some(past) =
        cumulative.filter(|_| figures.has_curve() && record.baseline.streams >= baseline::MIN_BASELINE_STREAMS as i64)
    else {
        return host_history(i18n, record);
    };
    let end = figures.until();
    // One value per bucket would be finer than the band; at most 240 keep the page small.
    let length = (end - record.started_at).max(1);
    let step = (length / 240 / MINUTE + 1) * MINUTE;
    let start = record.start.get(counter).unwrap_or(0);
    let first = figures.series.span().map_or(record.started_at, |(from, _)| from);
    let mut values: Vec<Option<i64>> = (0..=(length + step - 1) / step)
        .map(|place| {
            let at = record.started_at + place * step;
            match place {
                0 if at < first => Some(0),
                _ if at < first || figures.series.in_gap(at) => None,
                _ => figures.series.estimate(at).get(counter).map(|value| value - start),
            }
        })
        .collect();
    // The line ends at the total that is printed, what came after the last reading included.
    if let (Some(last), Some(total)) = (values.last_mut(), record.totals.get(counter)) {
        *last = Some(total);
    }
    let chart = CumulativeChart {
        counter,
        from: record.started_at,
        step,
        values,
        baseline: past.clone(),
        baseline_step: baseline::STEP_MS,
        gaps: record.gaps.clone(),
        ended: end,
        description: i18n.hatched(&record.gaps.iter().collect::<Vec<_>>()).into_iter().collect(),
    };
    let unit = i18n.so_far(counter);
    let chart = cumulative_chart(i18n, &chart);
    let sentence = match baseline::crossover(record, counter) {
        Some((true, elapsed)) => Some(i18n.ahead_from(elapsed / MINUTE, record.started_at + elapsed)),
        Some((false, elapsed)) => Some(i18n.behind_from(elapsed / MINUTE, record.started_at + elapsed)),
        None => None,
    };
    view! {
        <section id="past" class="past" aria-labelledby="past-title">
            <h2 id="past-title">{i18n.against_last(record.baseline.streams, record.preset() == Preset::Host)}</h2>
            <figure>
                <figcaption class="unit">{unit.clone()}</figcaption>
                <ChartCursor i18n=cursor_i18n(i18n, record) label=i18n.cursor_of(&unit) zoom=false>
                    {chart}
                </ChartCursor>
            </figure>
            {sentence.map(|sentence| view! { <p>{sentence}</p> })}
            <p class="note">{i18n.baseline_explained_for(record.baseline.streams)}</p>
            {host_history(i18n, record)}
        </section>
    }
    .into_any()
}
