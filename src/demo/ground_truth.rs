//! What the simulator knows of a stream, beside what its report says.

use crate::domain::record::{Record, SourceKind};
use crate::domain::{Counter, Millis};
use crate::i18n::I18n;
use crate::simulator::{SimulatorHandle, TrueSession};
use leptos::prelude::*;

/// One counter in the report and in the simulator, as of the moment the report says.
struct TruthRow {
    counter: Counter,
    at: Millis,
    report: Option<i64>,
    ground_truth: Option<i64>,
}

/// The line under the seal. `None` for streams that were over before the simulator began.
pub fn ground_truth(i18n: &I18n, simulator: &SimulatorHandle, record: &Record) -> Option<AnyView> {
    let create_time = record.created_at?.seconds();
    let sessions = simulator.truth(record.room.as_ref()?.as_str())?;
    let session = sessions.into_iter().find(|session| session.create_time == create_time)?;
    let entries = entries(record, &session);
    if entries.is_empty() {
        return None;
    }
    let equal = entries.iter().all(|entry| entry.report == entry.ground_truth);
    let amounts = [Counter::Coins, Counter::Viewers].map(|counter| {
        let found = entries.iter().find(|entry| entry.counter == counter).and_then(|entry| entry.ground_truth);
        found.map_or_else(|| "–".to_owned(), |value| i18n.amount(counter, value))
    });
    let rows = entries
        .iter()
        .map(|entry| {
            let mark = if entry.report == entry.ground_truth { "✓" } else { "✗" };
            view! {
                <tr>
                    <th scope="row">{i18n.counter(entry.counter)}</th>
                    <td>{i18n.number(entry.report)}</td>
                    <td>{i18n.number(entry.ground_truth)} " " {mark}</td>
                    <td>{i18n.hms(entry.at)}</td>
                </tr>
            }
        })
        .collect_view();
    Some(
        view! {
            <details class="ground-truth">
                <summary>{summary(i18n, &amounts.join(i18n.demo_amounts_separator()), equal)}</summary>
                <table class="list">
                    <thead>
                        <tr>
                            <th scope="col">
                                <span class="visually-hidden">{i18n.demo_counter().to_owned()}</span>
                            </th>
                            <th scope="col">{i18n.demo_this_report().to_owned()}</th>
                            <th scope="col">
                                {i18n.demo_ground_truth().to_owned()}
                            </th>
                            <th scope="col">{i18n.demo_as_of().to_owned()}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </details>
        }
        .into_any(),
    )
}

fn entries(record: &Record, session: &TrueSession) -> Vec<TruthRow> {
    Counter::ALL
        .into_iter()
        .filter_map(|counter| {
            let source = record.sources.get(&counter)?;
            let report = record.totals.get(counter);
            let book = |at| session.at(at).map(|counters| counters.get(counter));
            let (at, simulator) = match source.from {
                // The webhook has the counters of the moment when the room was destroyed.
                SourceKind::RoomClosed => {
                    let end = session.destroyed_at.unwrap_or(source.at);
                    (end, session.changes.iter().rfind(|(at, _)| *at <= end).map(|(_, counters)| counters.get(counter)))
                }
                SourceKind::LastReading => {
                    // The answer was true at some moment between asking and answering.
                    let asked = record.runs().last().map_or(source.at, |run| run.until_asked);
                    let between = session.changes.iter().filter(|(at, _)| *at > asked && *at <= source.at);
                    let mut seen: Vec<Option<i64>> = vec![book(asked)];
                    seen.extend(between.map(|(_, counters)| Some(counters.get(counter))));
                    (source.at, seen.iter().copied().find(|value| *value == report).unwrap_or_else(|| book(source.at)))
                }
            };
            Some(TruthRow { counter, at, report, ground_truth: simulator })
        })
        .collect()
}

/// "Simulator's ground truth: 246,810 coins, 12,480 entries · match ✓ (compare ›)"
fn summary(i18n: &I18n, amounts: &str, equal: bool) -> String {
    if equal { i18n.demo_ground_truth_match(amounts) } else { i18n.demo_ground_truth_differs(amounts) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::domain::Counters;
    use crate::i18n::Lang;

    #[test]
    fn the_summary_says_whether_both_are_equal() {
        let i18n = I18n { lang: Lang::En, ..I18n::default() };
        assert_eq!(
            summary(&i18n, "246,810 coins, 12,480 entries", true),
            "Simulator's ground truth: 246,810 coins, 12,480 entries · match ✓ (compare ›)"
        );
    }

    #[test]
    fn the_ground_truth_is_taken_at_the_time_the_report_names() {
        let mut record = crate::report::compose::tests::record();
        let last = record.runs().pop().unwrap();
        let mut session = TrueSession {
            create_time: 0,
            destroyed_at: Some(last.until + 5_000),
            changes: vec![(record.started_at, Counters::default()), (last.until_asked, last.counters)],
        };
        let final_totals = record.totals.coins.unwrap();
        let end = Counters { coins: final_totals, ..last.counters };
        session.changes.push((last.until + 1_000, Counters { messages: last.counters.messages + 7, ..end }));
        for entry in entries(&record, &session) {
            let source = record.sources[&entry.counter].from;
            let equal = entry.report == entry.ground_truth;
            assert!(
                equal || source == SourceKind::RoomClosed,
                "{:?}: {:?} {:?}",
                entry.counter,
                entry.report,
                entry.ground_truth
            );
        }
        let messages = entries(&record, &session).into_iter().find(|entry| entry.counter == Counter::Messages).unwrap();
        assert_eq!(
            messages.report, messages.ground_truth,
            "what came after the last reading is not in a total of readings"
        );
        record.totals.messages = Some(1);
        let messages = entries(&record, &session).into_iter().find(|entry| entry.counter == Counter::Messages).unwrap();
        assert_ne!(messages.report, messages.ground_truth);
    }
}
