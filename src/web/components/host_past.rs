//! The host's own past, over all rooms, beside the room's: a few lines where the two differ.

use crate::domain::record::Record;
use crate::domain::{Counter, StreamKind};
use crate::i18n::I18n;
use leptos::prelude::*;

/// Each total that is compared with the host's baseline. Nothing where the host's streams were all in this room.
pub fn host_history(i18n: &I18n, record: &Record) -> AnyView {
    let baseline = record.host_baseline.as_ref().filter(|_| record.kind == StreamKind::Stream && record.shows_host());
    let Some(baseline) = baseline else { return ().into_any() };
    let line = |counter: Counter| {
        let (value, quartiles) = record.totals.get(counter).zip(baseline.totals.get(&counter))?;
        let amount = i18n.number(Some(value));
        Some(i18n.host_past_line(&i18n.counter(counter), &amount, &i18n.compared_full(value, quartiles)))
    };
    let lines: Vec<String> = record.shown().into_iter().filter_map(line).collect();
    let body = if lines.is_empty() {
        view! { <p class="note">{i18n.baseline_missing_for(baseline.streams)}</p> }.into_any()
    } else {
        let items = lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
        view! { <ul class="sentences">{items}</ul> }.into_any()
    };
    view! {
        <section class="host-past" aria-labelledby="host-past">
            <h3 id="host-past">{i18n.host_past_title(baseline.streams)}</h3>
            {body}
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::domain::StreamId;
    use crate::domain::numbers::{PastStream, baseline};
    use crate::i18n::{Lang, Zone};
    use crate::report::compose::tests::record;

    #[test]
    fn the_hosts_past_is_shown_in_every_language_and_only_where_it_is_another() {
        let mut record = record();
        let drawn = |record: &Record, lang| host_history(&I18n::new(lang, Zone::default()), record).to_html();
        assert!(!drawn(&record, Lang::En).contains("section"));
        let past = PastStream::of(&record, "aa").unwrap();
        let history: Vec<PastStream> =
            (0..5).map(|i| PastStream { stream: StreamId(500 + i), ..past.clone() }).collect();
        record.host_baseline = Some(baseline(&history));
        let page = drawn(&record, Lang::En);
        assert!(page.contains("last 5 streams, in all rooms") && page.contains("in line with typical"), "{page}");
        for lang in [Lang::Zh, Lang::Ja] {
            assert!(drawn(&record, lang).contains('5'));
        }
        record.host_baseline = Some(baseline(&history[..2]));
        assert!(drawn(&record, Lang::En).contains("Comparison available after 4 streams (this is stream 3)"));
    }
}
