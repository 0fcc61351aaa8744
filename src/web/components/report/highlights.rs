//! The findings of the first screen.

use crate::domain::record::FindingRule;
use crate::web::view::figures::{ReportView, headline_findings};
use leptos::prelude::*;

/// "What happened": sentences that link to their proof.
pub(super) fn highlights(figures: &ReportView) -> AnyView {
    let found = headline_findings(figures.record);
    if found.is_empty() {
        return ().into_any();
    }
    let items = found
        .into_iter()
        .map(|finding| {
            let proof = match finding.rule {
                FindingRule::Baseline => "#past",
                FindingRule::Returning => "#proportion",
                FindingRule::UpstreamCorrection => "#sure",
                FindingRule::BestTenMinutes
                | FindingRule::Battle
                | FindingRule::HostBaseline
                | FindingRule::Peak
                | FindingRule::Surge
                | FindingRule::LikesFlatEntries
                | FindingRule::EntriesNoReaction
                | FindingRule::CoinsNoGifter
                | FindingRule::Frozen
                | FindingRule::Implausible
                | FindingRule::Other(_) => "#curve",
            };
            view! {
                <li>
                    <a class="quiet" href=proof>
                        {figures.i18n.finding(finding, figures.record)}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="happened" aria-labelledby="happened">
            <h2 id="happened">{figures.i18n.report_highlights()}</h2>
            <ul class="sentences">{items}</ul>
        </section>
    }
    .into_any()
}
