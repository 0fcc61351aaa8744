//! Rows of ended and live streams, as history and a room's page list them; the pager below.

use super::name;
use crate::domain::live::BaselineComparison;
use crate::domain::{AppId, Counter, Day, Role, StreamId, StreamKind, StreamState, StreamSummary, numbers};
use crate::i18n::I18n;
use crate::store::{ActiveLinkCount, Sums};
use crate::web::context::PageContext;
use crate::web::islands::ShareButton;
use crate::web::islands::board_row::app_column_class;
use crate::web::view::charts::spark;
use leptos::prelude::*;
use std::collections::BTreeMap;

/// The columns of numbers, in the order of the table.
pub const COLUMNS: [Counter; 6] =
    [Counter::Coins, Counter::Gifters, Counter::Viewers, Counter::Messages, Counter::Gifts, Counter::Likes];

/// The links that are out to the streams of a page, by stream.
pub type Links = BTreeMap<StreamId, ActiveLinkCount>;

/// What may be added up, for one app by its short form or for all; `None` are too many to add up.
pub type AppSums = (Option<String>, Option<Sums>);

/// What the streams of each business day of a page add up to.
pub type DaySums = BTreeMap<Day, Vec<AppSums>>;

/// The table of streams. `links` is `None` where links are not shown. `sorted` is (name of the sort, whether the greatest come
/// first); with `days` the streams of each business day are under a heading; `address` makes a head's link.
pub fn streams_table(
    page: &PageContext,
    rows: &[StreamSummary],
    sorted: (&str, bool),
    days: Option<&DaySums>,
    links: Option<&Links>,
    address: impl Fn(&str, bool) -> String,
) -> AnyView {
    let i18n = &page.i18n;
    let share = links.is_some() && page.may(Role::Operator);
    let head = |sort: &'static str, label: String| {
        let here = sorted.0 == sort;
        let state = here.then_some(if sorted.1 { "descending" } else { "ascending" });
        // A second tap turns the order around.
        let link = address(sort, !(here && sorted.1));
        view! {
            <th scope="col" class=format!("h-{sort}") aria-sort=state>
                <a href=link>{label}</a>
            </th>
        }
    };
    let heads = COLUMNS
        .into_iter()
        .map(|counter| {
            let curve = (counter == Counter::Coins).then(|| {
                view! {
                    <th scope="col" class="h-curve">
                        <span class="visually-hidden">{i18n.list_curve().to_owned()}</span>
                    </th>
                }
            });
            view! {
                {curve}
                {head(counter.name(), i18n.counter(counter))}
            }
        })
        .collect_view();
    let started = head("started", i18n.list_time().to_owned());
    let columns = COLUMNS.len() + if share { 5 } else { 4 };
    let groups = rows
        .chunk_by(|one, next| days.is_none() || one.business_day == next.business_day)
        .map(|group| {
            let heading = days.zip(group.first()).map(|(days, row)| {
                let sums = days.get(&row.business_day).map(Vec::as_slice).unwrap_or_default();
                day_heading(page, row.business_day, group, sums, columns)
            });
            let rows = group.iter().map(|row| stream_row(page, row, links, share)).collect_view();
            view! { <tbody>{heading} {rows}</tbody> }
        })
        .collect_view();
    view! {
        <table class=format!("list streams {}", app_column_class(&page.app_labels()))>
            <caption class="visually-hidden">{i18n.list_streams().to_owned()}</caption>
            <thead>
                <tr>
                    {started}
                    <th scope="col" class="h-who">
                        {i18n.list_host_and_stream().to_owned()}
                    </th>
                    {heads}
                    <th scope="col" class="h-quality">
                        {i18n.list_data_quality().to_owned()}
                    </th>
                    {share
                        .then(|| {
                            view! {
                                <th scope="col" class="h-share">
                                    <span class="visually-hidden">{i18n.report_link().to_owned()}</span>
                                </th>
                            }
                        })}
                </tr>
            </thead>
            {groups}
        </table>
    }
    .into_any()
}

/// "Mon 30 Nov, from 06:00 12 streams · 31 h 20 min · 84,310 coins": of the whole day, which may go on on the next page.
fn day_heading(page: &PageContext, day: Day, group: &[StreamSummary], sums: &[AppSums], columns: usize) -> AnyView {
    let mut apps: Vec<AppId> = group.iter().map(|row| row.app).collect();
    apps.sort_unstable();
    apps.dedup();
    let heading = page.i18n.day_heading(day, &page.day_begins(&apps, day));
    let sums = sums
        .iter()
        .filter_map(|(app, sums)| Some((app.as_deref(), sums.as_ref().filter(|sums| sums.streams > 0)?)))
        .map(|(app, sums)| {
            let app = app.map(|app| view! { <span class="app">{name(app, 12)}</span> });
            view! { " " <span class="note">{app} {page.i18n.sums_of_day(sums)}</span> }
        })
        .collect_view();
    view! {
        <tr class="day">
            <th scope="rowgroup" colspan=columns>
                {heading} {sums}
            </th>
        </tr>
    }
    .into_any()
}

/// "21 Nov 20:00–23:04", "3 h 04 min"
pub fn when(i18n: &I18n, row: &StreamSummary) -> (String, String) {
    if row.kind == StreamKind::Snapshot {
        let at = row.listed_at();
        return (format!("{} {}", i18n.date_short(at), i18n.hms(at)), i18n.list_snapshot().to_owned());
    }
    let end = row.show_ended_at.or(row.ended_at);
    let length = match end {
        Some(end) => i18n.hours(end - row.started_at),
        None => i18n.state(row.state).to_owned(),
    };
    (i18n.dated_span(row.started_at, end), length)
}

fn stream_row(page: &PageContext, row: &StreamSummary, links: Option<&Links>, share: bool) -> AnyView {
    let i18n = &page.i18n;
    let (times, length) = when(i18n, row);
    let (host, title) = (row.host_label().to_owned(), row.title_label().to_owned());
    let title = (title != host).then(|| view! { <span class="room">{name(&title, 34)}</span> });
    let app = page.app_label(row.app).map(|app| view! { <span class="app">{name(&app, 12)}</span> });
    let numbers = COLUMNS
        .into_iter()
        .map(|counter| {
            let curve = (counter == Counter::Coins).then(|| view! { <td class="d-curve c-coins">{curve(row)}</td> });
            let compared = (counter == Counter::Coins).then(|| against_baseline(i18n, row)).flatten();
            view! {
                {curve}
                <td class=format!("d-{}", counter.name()) data-label=i18n.counter(counter)>
                    <span class="value">{i18n.number(row.totals.get(counter))} {compared}</span>
                </td>
            }
        })
        .collect_view();
    let quality = match (&row.seal, row.state) {
        (Some(seal), _) if seal.revision > 1 => {
            format!("{} · {}", i18n.verdict_of(seal), i18n.revision_short(seal.revision))
        }
        (Some(seal), _) => i18n.verdict_of(seal),
        (None, state) => i18n.state(state).to_owned(),
    };
    let out = links.filter(|_| row.seal.is_some()).map(|links| {
        let out = links.get(&row.id).copied().unwrap_or_default();
        let line = match out.links {
            0 => i18n.list_not_shared().to_owned(),
            links => i18n.active_links_note(links, out.views, out.last_view),
        };
        view! { <span class="note">{line}</span> }
    });
    let button = share.then(|| {
        let sealed = row.seal.is_some() && row.state == StreamState::Sealed;
        let button = sealed.then(|| {
            view! {
                <ShareButton
                    stream=row.id.0
                    label=i18n.share_link_copy().to_owned()
                    copied=i18n.report_copied().to_owned()
                    then=page.after_sharing(row.id)
                />
            }
        });
        view! { <td class="d-share">{button}</td> }
    });
    view! {
        <tr>
            <td class="d-started">
                <span>{times}</span>
                <span class="room">{length}</span>
            </td>
            <th scope="row" class="d-who">
                <a href=format!("/streams/{}", row.id)>
                    {app}
                    <b>{name(&host, 24)}</b>
                    {title}
                </a>
            </th>
            {numbers}
            <td class="d-quality">
                {quality}
                {out}
            </td>
            {button}
        </tr>
    }
    .into_any()
}

/// The small curve that the report left in its row.
fn curve(row: &StreamSummary) -> Option<AnyView> {
    let levels = &row.seal.as_ref()?.curve;
    let values: Vec<Option<i64>> = levels.iter().map(|level| level.map(i64::from)).collect();
    (!values.is_empty()).then(|| spark(&values))
}

/// "18% above typical", "no baseline yet (2 of 4)".
fn against_baseline(i18n: &I18n, row: &StreamSummary) -> Option<AnyView> {
    let seal = row.seal.as_ref()?;
    let line = match (row.totals.get(Counter::Coins), seal.baseline_coins, seal.baseline_streams?) {
        (Some(coins), Some(baseline), _) => i18n.compared(coins, baseline),
        (_, None, streams) if streams < numbers::baseline::MIN_BASELINE_STREAMS as i64 => {
            i18n.baseline_label(BaselineComparison::NotYet { have: streams })
        }
        _ => return None,
    };
    Some(view! { <span class="against">{line}</span> }.into_any())
}

/// Next and previous page. Cursors are opaque.
pub fn pager(page: &PageContext, previous: Option<&str>, next: Option<&str>) -> AnyView {
    if previous.is_none() && next.is_none() {
        return ().into_any();
    }
    let i18n = &page.i18n;
    let link = |cursor: Option<&str>, parameter: &str, label: &str, rel: &'static str| {
        cursor.map(|cursor| {
            let href = page.address_with(&[(parameter, Some(cursor))]);
            let label = label.to_owned();
            view! {
                <a class="button" href=href rel=rel>
                    {label}
                </a>
            }
        })
    };
    view! {
        <nav class="pager" aria-label=i18n.list_pagination().to_owned()>
            {link(previous, "before", i18n.list_previous_page(), "prev")}
            {link(next, "after", i18n.list_next_page(), "next")}
        </nav>
    }
    .into_any()
}
