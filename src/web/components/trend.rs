//! A room, or a host, over its last streams: a small chart per counter. Whatever the table below is sorted by.

use super::list::when;
use crate::domain::numbers::quartiles;
use crate::domain::{Counter, StreamSummary};
use crate::i18n::I18n;
use crate::web::context::PageContext;
use crate::web::view::charts::{TrendBar, chart_definitions, colour, trend_chart};
use leptos::prelude::*;

/// How many streams are drawn.
pub const TREND: i64 = 24;

/// One chart per counter over these sealed streams, newest first. With fewer than two, a word on when there will be one.
pub fn trend(page: &PageContext, sealed: &[StreamSummary]) -> AnyView {
    let i18n = &page.i18n;
    if sealed.len() < 2 {
        return view! { <p class="note">{i18n.trend_missing()}</p> }.into_any();
    }
    let charts = Counter::ALL.into_iter().map(|counter| one(page, sealed, counter)).collect_view();
    let days = [sealed.last(), sealed.first()].map(|row| row.map(|row| i18n.day_short(row.business_day)));
    let [first, last] = days.map(Option::unwrap_or_default);
    let days = i18n.days_of_trend(&first, &last, page.dates_are_days());
    view! {
        <section aria-labelledby="trend" class="trend">
            <h2 id="trend">{i18n.trend_title(sealed.len() as i64)}</h2>
            {chart_definitions()}
            <div class="small-charts">{charts}</div>
            <p class="note">{i18n.trend_note(&days)}</p>
        </section>
    }
    .into_any()
}

fn one(page: &PageContext, sealed: &[StreamSummary], counter: Counter) -> AnyView {
    let i18n = &page.i18n;
    let oldest_first: Vec<&StreamSummary> = sealed.iter().rev().collect();
    let totals: Vec<_> = oldest_first.iter().map(|row| row.totals.get(counter)).collect();
    let median = quartiles(totals.iter().copied().flatten().collect()).map(|quartiles| quartiles.median);
    let bars: Vec<_> = oldest_first
        .iter()
        .zip(&totals)
        .map(|(row, total)| {
            let (day, _) = when(i18n, row);
            TrendBar { total: *total, title: format!("{day} · {}", i18n.number(*total)) }
        })
        .collect();
    let all: Vec<_> = totals.iter().map(|total| i18n.number(*total)).collect();
    let label = i18n.trend_label(counter, &all);
    view! {
        <figure class=format!("small {}", colour(counter))>
            <figcaption>
                <span>{i18n.counter(counter)}</span>
                <b>{i18n.number(totals.last().copied().flatten())}</b>
            </figcaption>
            {trend_chart(&bars, median, label)}
            {median.map(|median| view! { <p class="note">{i18n.trend_median(median)}</p> })}
        </figure>
    }
    .into_any()
}

impl I18n {
    /// "18 Nov to 30 Nov"; where a day does not begin at midnight, it says that these are business days.
    fn days_of_trend(&self, first: &str, last: &str, dates_are_days: bool) -> String {
        if dates_are_days { self.trend_dates(first, last) } else { self.trend_business_days(first, last) }
    }

    fn trend_label(&self, counter: Counter, totals: &[String]) -> String {
        self.trend_chart_label(&self.counter(counter), &totals.join(self.list_semicolon()))
    }
}
