//! How reliable the figures are: coverage, gaps, sources, the seal.

use crate::domain::record::{Record, SourceKind};
use crate::domain::{Counter, Millis, StreamKind};
use crate::i18n::I18n;
use crate::web::view::figures::ReportView;
use leptos::prelude::*;

/// How sure the numbers are: coverage, gaps, sources, the peak, what the seal means, what is counted. `shared` is a link's
/// page, which says that it shows the newest revision.
pub fn data_quality(figures: &ReportView, sealed: bool, shared: bool) -> AnyView {
    let (i18n, record) = (figures.i18n, figures.record);
    let quality = &record.quality;
    let mut sentences: Vec<String> = Vec::new();
    // The place of the curve says when a snapshot was read, and why there is nothing else.
    if record.kind == StreamKind::Stream {
        let mut read = match (sealed, quality.coverage) {
            (false, None) => i18n.read_so_far(quality.readings),
            _ => i18n.read_times(quality.readings, figures.every(), quality.coverage),
        };
        let space = i18n.space();
        // A stream that runs has no coverage yet, but it may have gaps.
        match quality.longest_gap.as_ref().or(record.gaps.iter().max_by_key(|gap| gap.millis())) {
            Some(gap) => {
                read = format!("{read}{space}{}", i18n.longest_gap(gap));
                if !figures.series.is_empty() {
                    read = format!("{read}{space}{}", i18n.gap_costs(&figures.cost(gap)));
                }
            }
            None => read = format!("{read}{space}{}", i18n.no_gap()),
        }
        sentences.push(read);
        sentences.extend(end_words(i18n, record));
        if !record.corrected.is_empty() {
            sentences.push(i18n.corrected(record.corrected.len()));
        }
    }
    sentences.extend(source_words(i18n, record));
    let peak = record.peaks.get(&figures.hero()).filter(|_| figures.has_curve());
    if let Some(peak) = peak {
        sentences.push(i18n.peak_named(figures.hero(), peak));
    }
    if sealed {
        sentences.push(i18n.sealed_means(record.sealed_at, &record.issuer));
    }
    if record.revision > 1 {
        let revision = i18n.revision(record.revision);
        sentences.push(if shared {
            format!("{revision}{}{}", i18n.space(), i18n.report_newest_revision())
        } else {
            revision
        });
    }
    sentences.push(i18n.what_is_counted(record.shows(Counter::Coins)));
    view! {
        <section id="sure" class="sure" aria-labelledby="sure-title">
            <h2 id="sure-title">
                {i18n.report_data_quality()}
                {quality.verdict.map(|verdict| view! { <small>{i18n.verdict(verdict)}</small> })}
            </h2>
            {sentences.into_iter().map(|sentence| view! { <p>{sentence}</p> }).collect_view()}
        </section>
    }
    .into_any()
}

fn end_words(i18n: &I18n, record: &Record) -> Option<String> {
    let (after, before) = record.ended_after.zip(record.ended_at)?;
    (before - after >= 1000).then(|| i18n.end_between(after, before))
}

/// Sources, grouped: counters from the same source at the same time share a sentence.
fn source_words(i18n: &I18n, record: &Record) -> Vec<String> {
    let closed = record.sources.values().any(|source| source.from == SourceKind::RoomClosed);
    let mut groups: Vec<(SourceKind, Millis, Vec<Counter>)> = Vec::new();
    let mut messages = None;
    let shown = record.sources.iter().filter(|(counter, _)| record.shows(**counter));
    for (counter, source) in shown.clone().filter(|(counter, _)| record.totals.get(**counter).is_some()) {
        if closed && *counter == Counter::Messages && source.from == SourceKind::LastReading {
            messages = Some(i18n.messages_from_reading(source.at));
            continue;
        }
        match groups.iter_mut().find(|(kind, at, _)| *kind == source.from && at.seconds() == source.at.seconds()) {
            Some((_, _, counters)) => counters.push(*counter),
            None => groups.push((source.from, source.at, vec![*counter])),
        }
    }
    let mut first: Vec<String> =
        groups.iter().map(|(kind, at, counters)| i18n.from_source(counters, *kind, *at)).collect();
    first.extend(messages);
    let space = i18n.space();
    let mut sentences: Vec<String> = Vec::new();
    if !first.is_empty() {
        sentences.push(first.join(space));
    }
    let differ = shown.filter_map(|(counter, source)| {
        let other = source.other.as_ref()?;
        Some(match record.totals.get(*counter) {
            Some(printed) => i18n.sources_differ(*counter, printed, other),
            None => i18n.only_room_closed(*counter, other),
        })
    });
    let differ: Vec<String> = differ.collect();
    if !differ.is_empty() {
        sentences.push(differ.join(space));
    }
    sentences
}
