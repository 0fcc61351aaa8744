//! What operators alone see: internal findings and how the readings were collected.

use crate::domain::StreamKind;
use crate::web::components::name;
use crate::web::view::figures::ReportView;
use leptos::prelude::*;

/// Internal findings and the collection log: for users and the preset "everything".
pub fn collection_log(figures: &ReportView) -> AnyView {
    let (i18n, record) = (figures.i18n, figures.record);
    let quality = &record.quality;
    let found = record
        .findings
        .iter()
        .map(|finding| {
            view! {
                <li>
                    {i18n.finding(finding, record)}
                    {(!finding.shareable).then(|| view! { <span class="tag">{i18n.finding_internal()}</span> })}
                </li>
            }
        })
        .collect_view();
    let errors = quality
        .errors
        .iter()
        .flatten()
        .map(|(code, count)| {
            view! {
                <div>
                    <dt>{i18n.error_code(code)}</dt>
                    <dd>{i18n.integer(*count)}</dd>
                </div>
            }
        })
        .collect_view();
    let gaps = record
        .gaps
        .iter()
        .map(|gap| view! { <li>{format!("{} ({})", i18n.gap_line(gap), i18n.length(gap.millis()))}</li> })
        .collect_view();
    let moments = record
        .moments
        .iter()
        .map(|moment| {
            let count = moment.count.map(|count| i18n.integer(count));
            let (label, coins) = (moment.label.as_deref().or(count.as_deref()), moment.amounts.coins);
            view! { <li>{i18n.moment(&moment.kind, label, moment.from, moment.until, coins)}</li> }
        })
        .collect_view();
    // A snapshot is no end of anything.
    let ended = record.ended_by.filter(|_| record.kind == StreamKind::Stream).map(|evidence| i18n.evidence(evidence));
    view! {
        <section class="collection-log" aria-labelledby="collection-log">
            <h2 id="collection-log">{i18n.report_collection_log()}</h2>
            {(!record.findings.is_empty()).then(|| view! { <ul class="sentences">{found}</ul> })}
            {(!record.moments.is_empty()).then(|| view! { <ul class="sentences">{moments}</ul> })}
            <dl class="facts">
                <div>
                    <dt>{i18n.log_readings()}</dt>
                    <dd>{i18n.integer(quality.readings)}</dd>
                </div>
                <div>
                    <dt>{i18n.log_retries()}</dt>
                    <dd>{i18n.number(quality.retries)}</dd>
                </div>
                <div>
                    <dt>{i18n.log_excluded()}</dt>
                    <dd>{i18n.number(quality.excluded)}</dd>
                </div>
                {errors}
                {ended
                    .map(|ended| {
                        view! {
                            <div>
                                <dt>{i18n.log_ended_by()}</dt>
                                <dd>{ended}</dd>
                            </div>
                        }
                    })}
                {quality
                    .last_request_id
                    .clone()
                    .map(|id| {
                        view! {
                            <div>
                                <dt>"RequestId"</dt>
                                <dd>
                                    <code>{name(&id, 48)}</code>
                                </dd>
                            </div>
                        }
                    })}
            </dl>
            {(!record.gaps.is_empty())
                .then(|| {
                    view! {
                        <details>
                            <summary>{i18n.all_gaps(record.gaps.len())}</summary>
                            <ul class="sentences">{gaps}</ul>
                        </details>
                    }
                })}
        </section>
    }
    .into_any()
}
