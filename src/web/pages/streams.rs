//! `/streams`: history, by search, dates and any counter; sums that add up honestly.

use super::failed;
use super::page::{PageContext, serve};
use crate::calendar;
use crate::domain::live::AppLabel;
use crate::domain::{AppId, Day, StreamId, StreamKind, StreamState, StreamSummary};
use crate::i18n::I18n;
use crate::store::{Sort, StoreError, StreamQuery};
use crate::web::components::frame::{empty_state, frame};
use crate::web::components::list::{AppSums, DaySums, Links, pager, streams_table};
use crate::web::components::name;
use crate::web::context::app_called;
use leptos::prelude::*;
use std::collections::btree_map::Entry;

/// What narrows the list, by its name in the address.
const FILTERS: [&str; 5] = ["q", "from", "until", "usual", "state"];

pub fn streams() -> AnyView {
    serve(|page| async move {
        let labels = page.app_labels();
        let query = StreamQuery { app: page.app_filter(), ..query(|name| page.param(name), &labels) };
        // A snapshot of a room that is followed would count what its stream counts.
        let sums_query = StreamQuery { after: None, kind: Some(StreamKind::Stream), ..query.clone() };
        let found = async {
            let list = page.state.store.streams(&query).await?;
            let sums = sums(&page, &sums_query).await?;
            let sealed: Vec<StreamId> = list.rows.iter().filter(|row| row.seal.is_some()).map(|row| row.id).collect();
            let links: Links = page.state.store.active_link_count(&sealed, page.now).await?;
            // Search results are shown alone.
            let days = if query.sort == Sort::Started && query.search.is_none() && !page.dates_are_days() {
                Some(day_sums(&page, &sums_query, &list.rows).await?)
            } else {
                None
            };
            Ok::<_, crate::store::StoreError>((list, sums, days, links))
        };
        let (list, sums, days, links) = match found.await {
            Ok(found) => found,
            Err(error) => return failed(&page, &error),
        };
        let i18n = &page.i18n;
        let title = i18n.history_title();
        let filtered = FILTERS.iter().any(|name| page.param(name).is_some());
        let body = if list.rows.is_empty() {
            no_streams(&page, filtered)
        } else {
            let app = page.app_in_address();
            let csv = page.address_with(&[("app", app.as_deref())]).replacen("/streams", "/streams.csv", 1);
            let table = streams_table(
                &page,
                &list.rows,
                (query.sort.name(), query.descending),
                days.as_ref(),
                Some(&links),
                |sort, descending| {
                    let order = (!descending).then_some("up");
                    page.address_with(&[("sort", Some(sort)), ("order", order)])
                },
            );
            view! {
                <div>
                    {sums
                        .iter()
                        .map(|(app, sums)| {
                            let app = app.as_ref().map(|app| view! { <span class="app">{name(app, 12)}</span> });
                            view! { <p class="sums">{app} {sums.as_ref().map_or_else(|| i18n.too_many_to_sum().to_owned(), |sums| i18n.sums(sums))}</p> }
                        })
                        .collect_view()}
                    <p class="note">
                        {i18n.sums_entries_are_visits().to_owned()} " "
                        <a href=csv download>{i18n.history_download_csv().to_owned()}</a>
                    </p>
                </div>
                {table}
                {pager(&page, list.previous.as_deref(), list.next.as_deref())}
            }
            .into_any()
        };
        let content = view! {
            <div class="page-head">
                <h1>{title.to_owned()}</h1>
                {filters(&page)}
            </div>
            {filtered.then(|| as_text(&page))}
            // Over an empty list it may say why it is empty.
            {(!page.dates_are_days()).then(|| view! { <p class="note">{days_note(&page)}</p> })}
            {body}
        }
        .into_any();
        frame(&page, "/streams", title, content)
    })
}

/// What the streams of a query add up to: once where the days of all apps begin together, else for each app by its short
/// form. Streams of apps that are not configured any more are apart then, too. `None` are too many to add up.
async fn sums(page: &PageContext, query: &StreamQuery) -> Result<Vec<AppSums>, StoreError> {
    let store = &page.state.store;
    let all = store.sum_streams(query).await?;
    let Some(mut rest) = all.filter(|_| query.app.is_none() && store.days().common().is_none()) else {
        return Ok(vec![(None, all)]);
    };
    let mut lines = Vec::new();
    for app in &page.state.config.apps {
        let sums = store.sum_streams(&StreamQuery { app: Some(app.id), ..query.clone() }).await?;
        rest = rest.without(&sums.unwrap_or_default());
        lines.push((Some(app.short()), sums));
    }
    let others = page.i18n.history_other_apps();
    lines.push((Some(others.to_owned()), Some(rest)));
    lines.retain(|(_, sums)| sums.is_none_or(|sums| sums.streams > 0));
    Ok(lines)
}

/// The same for each business day of a page.
async fn day_sums(page: &PageContext, query: &StreamQuery, rows: &[StreamSummary]) -> Result<DaySums, StoreError> {
    let mut days = DaySums::new();
    for day in rows.iter().map(|row| row.business_day) {
        if let Entry::Vacant(entry) = days.entry(day) {
            let of_day = StreamQuery { from: Some(day), until: Some(day), ..query.clone() };
            entry.insert(sums(page, &of_day).await?);
        }
    }
    Ok(days)
}

/// When days begin, for users who look for a stream by its date.
fn days_note(page: &PageContext) -> String {
    let (i18n, rules) = (&page.i18n, page.state.store.days());
    let begins = |time: &str, zone: &str| i18n.history_day_start_in(time, zone);
    match rules.common() {
        Some(rule) => {
            let at = begins(&rule.time(), &i18n.city(rule.zone_name()));
            i18n.history_days_begin(&at)
        }
        None => {
            let ids: Vec<AppId> = page.state.config.apps.iter().map(|app| app.id).collect();
            let begin = page.day_begins(&ids, rules.today(page.now));
            let each: Vec<String> = begin
                .iter()
                .map(|begin| {
                    let app = crate::i18n::truncate_middle(begin.app.as_deref().unwrap_or_default(), 12);
                    format!("{app} {}", begins(&begin.time, begin.zone.as_deref().unwrap_or_default()))
                })
                .collect();
            i18n.history_days_begin_by_app(&each.join(i18n.lang.locale().list_middle))
        }
    }
}

/// What the address asks for. Days are business days, each app's own.
pub fn query<'a>(param: impl Fn(&str) -> Option<&'a str>, apps: &[AppLabel]) -> StreamQuery {
    let (after, backwards) = match (param("after"), param("before")) {
        (None, Some(before)) => (Some(before), true),
        (after, _) => (after, false),
    };
    StreamQuery {
        states: states(param("state")),
        app: param("app").and_then(|typed| app_called(apps, typed)),
        search: param("q").map(str::to_owned),
        fingerprint: param("q").and_then(crate::report::seal::typed_fingerprint),
        from: param("from").and_then(calendar::parse),
        until: param("until").and_then(calendar::parse),
        above_baseline: match param("usual") {
            Some("above") => Some(true),
            Some("below") => Some(false),
            _ => None,
        },
        sort: param("sort").and_then(Sort::from_name).unwrap_or(Sort::Started),
        descending: param("order") != Some("up"),
        after: after.map(str::to_owned),
        backwards,
        ..StreamQuery::default()
    }
}

/// Ended streams; with a state, those in it.
fn states(asked: Option<&str>) -> Vec<StreamState> {
    match asked {
        Some("live") => vec![StreamState::Live],
        Some("ending") => vec![StreamState::Ending],
        Some("sealed") => vec![StreamState::Sealed],
        _ => vec![StreamState::Sealed, StreamState::Ending],
    }
}

/// The filters in words, with the way back to everything: "小鹿 · November · coins above typical ×".
fn as_text(page: &PageContext) -> AnyView {
    let i18n = &page.i18n;
    let days = i18n.days(page.param("from"), page.param("until"));
    let baseline = match page.param("usual") {
        Some("above") => Some(i18n.history_coins_above_typical()),
        Some("below") => Some(i18n.history_coins_below_typical()),
        _ => None,
    };
    let state = match page.param("state") {
        Some("live") => Some(StreamState::Live),
        Some("ending") => Some(StreamState::Ending),
        Some("sealed") => Some(StreamState::Sealed),
        _ => None,
    };
    let wrong = |name| page.param(name).filter(|day| calendar::parse(day).is_none()).map(|day| i18n.no_date(day));
    let parts: Vec<String> = [
        page.param("q").map(|typed| crate::i18n::truncate_middle(typed, 40)),
        days,
        wrong("from"),
        wrong("until"),
        baseline.map(str::to_owned),
        state.map(|state| i18n.state(state).to_owned()),
    ]
    .into_iter()
    .flatten()
    .collect();
    let all = page.address_with(&FILTERS.map(|name| (name, None)));
    view! {
        <p class="filtered">
            <bdi>{parts.join(" · ")}</bdi> " "
            <a href=all aria-label=i18n.history_clear_filters().to_owned()>"×"</a>
        </p>
    }
    .into_any()
}

impl I18n {
    /// In the place of sums, where a search finds too much.
    fn too_many_to_sum(&self) -> &'static str {
        self.history_too_many_to_sum()
    }

    /// A day in an address that is none.
    fn no_date(&self, typed: &str) -> String {
        self.history_not_a_date(&crate::i18n::truncate_middle(typed, 24))
    }

    /// The name of the month that these days are the whole of.
    fn month_of(&self, from: Day, until: Day) -> Option<&'static str> {
        let (from, until) = (calendar::date(from)?, calendar::date(until)?);
        let is_whole = from.first_of_month() == from && until == from.last_of_month();
        let place = usize::try_from(from.month()).ok().filter(|_| is_whole)?;
        self.lang.locale().months_full.get(place - 1).copied()
    }

    /// Days of a list in words: "November", "21 Nov", "from 1 Nov", "1 Nov to 12 Nov".
    fn days(&self, from: Option<&str>, until: Option<&str>) -> Option<String> {
        let day = |text: Option<&str>| calendar::parse(text?);
        let short = |day: Day| self.day_short(day);
        Some(match (day(from), day(until)) {
            (Some(from), Some(until)) if from == until => short(from),
            (Some(from), Some(until)) => match self.month_of(from, until) {
                Some(month) => month.to_owned(),
                None => self.history_days_between(&short(from), &short(until)),
            },
            (Some(from), None) => self.history_days_from(&short(from)),
            (None, Some(until)) => self.history_days_until(&short(until)),
            (None, None) => return None,
        })
    }
}

fn filters(page: &PageContext) -> AnyView {
    let i18n = &page.i18n;
    let value = |name: &str| page.param(name).unwrap_or_default().to_owned();
    let keep = ["sort", "order", "app"]
        .into_iter()
        .filter_map(|name| {
            let value = page.param(name)?.to_owned();
            Some(view! { <input type="hidden" name=name value=value/> })
        })
        .collect::<Vec<_>>();
    let asked = page.param("state");
    let states = [StreamState::Live, StreamState::Ending, StreamState::Sealed]
        .into_iter()
        .zip(["live", "ending", "sealed"])
        .map(|(state, value)| {
            view! {
                <option value=value selected=asked == Some(value)>
                    {i18n.state(state).to_owned()}
                </option>
            }
        })
        .collect_view();
    view! {
        <form method="get" role="search" class="in-line">
            {keep}
            <div>
                <label for="q">{i18n.history_search().to_owned()}</label>
                <input id="q" name="q" type="search" value=value("q")/>
            </div>
            <div>
                <label for="from">{i18n.history_from().to_owned()}</label>
                <input id="from" name="from" type="date" value=value("from")/>
            </div>
            <div>
                <label for="until">{i18n.history_to().to_owned()}</label>
                <input id="until" name="until" type="date" value=value("until")/>
            </div>
            <div>
                <label for="usual">{i18n.history_coins().to_owned()}</label>
                <select id="usual" name="usual">
                    <option value="">{i18n.history_any().to_owned()}</option>
                    <option value="above" selected=page.param("usual") == Some("above")>
                        {i18n.history_above_typical().to_owned()}
                    </option>
                    <option value="below" selected=page.param("usual") == Some("below")>
                        {i18n.history_below_typical().to_owned()}
                    </option>
                </select>
            </div>
            <div>
                <label for="state">{i18n.history_state().to_owned()}</label>
                <select id="state" name="state">
                    <option value="">{i18n.history_ended().to_owned()}</option>
                    {states}
                </select>
            </div>
            <button type="submit">{i18n.history_apply().to_owned()}</button>
        </form>
    }
    .into_any()
}

fn no_streams(page: &PageContext, filtered: bool) -> AnyView {
    let i18n = &page.i18n;
    if filtered {
        empty_state(i18n.history_no_match_title(), i18n.history_no_match_hint())
    } else {
        empty_state(i18n.history_none_title(), i18n.history_none_hint())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;

    #[test]
    fn filters_are_shown_as_text() {
        let i18n = |lang| I18n { lang, ..I18n::default() };
        let en = i18n(Lang::En);
        assert_eq!(en.days(Some("2026-11-01"), Some("2026-11-30")).as_deref(), Some("November"));
        assert_eq!(en.days(Some("2026-11-21"), Some("2026-11-21")).as_deref(), Some("21 Nov"));
        assert_eq!(en.days(Some("2026-11-01"), None).as_deref(), Some("from 1 Nov"));
        assert_eq!(i18n(Lang::Zh).days(Some("2026-11-01"), Some("2026-11-12")).as_deref(), Some("11月1日至11月12日"));
        assert_eq!(i18n(Lang::Zh).days(Some("2026-11-01"), Some("2026-11-30")).as_deref(), Some("11月"));
        assert_eq!(en.days(None, Some("soon")), None);
    }

    #[test]
    fn an_address_is_a_query() {
        let asked = [("from", "2026-11-21"), ("usual", "above"), ("sort", "coins"), ("order", "up")];
        let found = query(|name| asked.iter().find(|(key, _)| *key == name).map(|(_, value)| *value), &[]);
        assert_eq!((found.from, found.until), (calendar::parse("2026-11-21"), None));
        assert_eq!((found.above_baseline, found.descending, found.sort.name()), (Some(true), false, "coins"));
        let typed = query(|name| (name == "q").then_some("FE0A-1F65-2605-D170"), &[]);
        assert_eq!(typed.search.as_deref(), Some("FE0A-1F65-2605-D170"));
        assert_eq!(typed.fingerprint.as_deref(), Some("fe0a1f652605d170"));
    }
}
