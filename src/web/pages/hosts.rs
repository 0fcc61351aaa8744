//! `/hosts`: the hosts of a month, by coins.

use super::failed;
use super::page::{PageContext, serve};
use super::stream::path_segment;
use crate::calendar;
use crate::domain::{Counter, StreamKind, StreamState};
use crate::store::{HostSums, StreamQuery};
use crate::web::components::frame::{empty_state, frame};
use crate::web::components::name;
use crate::web::islands::board_row::app_column_class;
use jiff::ToSpan;
use jiff::civil::Date;
use leptos::prelude::*;

/// More hosts than anybody reads; the line below the table says so when it is reached.
const MAX_HOSTS: i64 = 200;

pub fn hosts() -> AnyView {
    serve(|page| async move {
        let i18n = &page.i18n;
        let month = page.param("month").and_then(month_of).or_else(|| this_month(&page));
        let query = StreamQuery {
            states: vec![StreamState::Sealed],
            kind: Some(StreamKind::Stream),
            app: page.app_filter(),
            from: month.map(calendar::day),
            until: month.map(|month| calendar::day(month.last_of_month())),
            limit: MAX_HOSTS,
            ..StreamQuery::default()
        };
        let rows = match page.state.store.hosts(&query).await {
            Ok(rows) => rows,
            Err(error) => return failed(&page, &error),
        };
        let title = i18n.hosts_title();
        let body = if rows.is_empty() {
            empty_state(i18n.hosts_none_title(), i18n.hosts_none_hint())
        } else {
            table(&page, &rows)
        };
        let content = view! {
            <div class="page-head">
                <h1>{title.to_owned()}</h1>
                {months(&page, month)}
            </div>
            {body}
        }
        .into_any();
        frame(&page, "/hosts", title, content)
    })
}

/// The first day of `2026-11`.
fn month_of(text: &str) -> Option<Date> {
    format!("{text}-01").parse().ok()
}

/// The month of the business day that it is.
fn this_month(page: &PageContext) -> Option<Date> {
    Some(calendar::date(page.state.store.days().today(page.now))?.first_of_month())
}

fn next(month: Date) -> Option<Date> {
    month.checked_add(1.month()).ok()
}

/// The month before, this one, the month after: links that work without scripts.
fn months(page: &PageContext, month: Option<Date>) -> AnyView {
    let Some(month) = month else { return ().into_any() };
    let i18n = &page.i18n;
    let named = |month: Date| format!("{:04}-{:02}", month.year(), month.month());
    let today = this_month(page);
    let link = |month: Option<Date>, label: &str, rel: &'static str| {
        month.filter(|month| today.is_none_or(|today| *month <= today)).map(|month| {
            let to = page.address_with(&[("month", Some(&named(month)))]);
            let label = label.to_owned();
            view! { <a class="button" href=to rel=rel>{label}</a> }
        })
    };
    view! {
        <nav class="buttons" aria-label=i18n.hosts_month().to_owned()>
            {link(month.checked_sub(1.month()).ok(), i18n.hosts_previous_month(), "prev")}
            <b>{named(month)}</b>
            {link(next(month), i18n.hosts_next_month(), "next")}
        </nav>
    }
    .into_any()
}

/// The page of a host; an account may hold anything.
fn path_of(host: &HostSums) -> String {
    format!("/hosts/{}/{}", host.app, path_segment(&host.account))
}

fn table(page: &PageContext, rows: &[HostSums]) -> AnyView {
    let i18n = &page.i18n;
    let head = |counter| view! { <th scope="col">{i18n.counter(counter)}</th> };
    let most =
        (rows.len() as i64 == MAX_HOSTS).then(|| view! { <p class="note">{i18n.hosts_first_only(MAX_HOSTS)}</p> });
    let lines = rows.iter().map(|host| line(page, host)).collect_view();
    view! {
        <p class="note">{i18n.sums_entries_are_visits().to_owned()}</p>
        <table class=format!("list streams hosts {}", app_column_class(&page.app_labels()))>
            <caption class="visually-hidden">{i18n.hosts_title().to_owned()}</caption>
            <thead>
                <tr>
                    <th scope="col" class="h-who">{i18n.hosts_host().to_owned()}</th>
                    {head(Counter::Coins)}
                    <th scope="col">{i18n.hosts_streams().to_owned()}</th>
                    <th scope="col">{i18n.hosts_time_live().to_owned()}</th>
                    {head(Counter::Gifts)}
                    {head(Counter::Viewers)}
                    {head(Counter::Messages)}
                    <th scope="col">{i18n.hosts_last_stream().to_owned()}</th>
                </tr>
            </thead>
            <tbody>{lines}</tbody>
        </table>
        {most}
    }
    .into_any()
}

fn line(page: &PageContext, host: &HostSums) -> AnyView {
    let i18n = &page.i18n;
    let shown = host.name.as_deref().filter(|name| !name.trim().is_empty()).unwrap_or(&host.account);
    let app = page.app_label(host.app).map(|app| view! { <span class="app">{name(&app, 12)}</span> });
    let cell = |label: String, text: String| view! { <td data-label=label>{text}</td> };
    let count = |counter: Counter, value: i64| cell(i18n.counter(counter), i18n.number(Some(value)));
    view! {
        <tr>
            <th scope="row" class="d-who">
                <a href=path_of(host)>
                    {app}
                    <b>{name(shown, 28)}</b>
                </a>
            </th>
            {count(Counter::Coins, host.sums.coins)}
            {cell(i18n.hosts_streams().to_owned(), i18n.number(Some(host.sums.streams)))}
            {cell(i18n.hosts_time_live().to_owned(), i18n.hours(host.sums.millis))}
            {count(Counter::Gifts, host.sums.gifts)}
            {count(Counter::Viewers, host.sums.entries)}
            {count(Counter::Messages, host.sums.messages)}
            {cell(i18n.hosts_last_stream().to_owned(), i18n.date_hm(host.latest))}
        </tr>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_follow_each_other() {
        let november = month_of("2026-11");
        assert_eq!(november.and_then(next), month_of("2026-12"));
        assert_eq!(month_of("2026-13"), None);
        assert_eq!(month_of("x"), None);
    }

    #[test]
    fn an_account_of_anything_is_one_part_of_the_path() {
        let host = HostSums {
            app: crate::domain::AppId(7),
            account: "a/b?c#d <鹿>".into(),
            name: None,
            latest: crate::domain::Millis(0),
            sums: crate::store::Sums::default(),
        };
        let path = path_of(&host);
        assert_eq!(path.matches('/').count(), 3);
        assert!(!path.contains(['?', '#', '<', ' ']), "{path}");
    }
}
