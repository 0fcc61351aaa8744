//! A room, or a host, over its last streams: a small chart per counter. Whatever the table below is sorted by.

use super::list::when;
use crate::charts::{TrendBar, chart_definitions, colour, trend_chart};
use crate::domain::numbers::quartiles;
use crate::domain::{Counter, StreamSummary};
use crate::lang::{Lang, Words};
use crate::pages::Page;
use leptos::prelude::*;

/// How many streams are drawn.
pub const TREND: i64 = 24;

/// One chart per counter over these sealed streams, newest first. With fewer than two, a word on when there will be one.
pub fn trend(page: &Page, sealed: &[StreamSummary]) -> AnyView {
    let words = &page.words;
    if sealed.len() < 2 {
        return view! { <p class="note">{words.no_trend_yet()}</p> }.into_any();
    }
    let charts = Counter::ALL.into_iter().map(|counter| one(page, sealed, counter)).collect_view();
    let days = [sealed.last(), sealed.first()].map(|row| row.map(|row| words.day_short(row.business_day)));
    let [first, last] = days.map(Option::unwrap_or_default);
    let days = words.days_of_trend(&first, &last, page.dates_are_days());
    view! {
        <section aria-labelledby="trend" class="trend">
            <h2 id="trend">{words.last_streams(sealed.len())}</h2>
            {chart_definitions()}
            <div class="small-charts">{charts}</div>
            <p class="note">{words.trend_note(&days)}</p>
        </section>
    }
    .into_any()
}

fn one(page: &Page, sealed: &[StreamSummary], counter: Counter) -> AnyView {
    let words = &page.words;
    let oldest_first: Vec<&StreamSummary> = sealed.iter().rev().collect();
    let totals: Vec<_> = oldest_first.iter().map(|row| row.totals.get(counter)).collect();
    let median = quartiles(totals.iter().copied().flatten().collect()).map(|quartiles| quartiles.median);
    let bars: Vec<_> = oldest_first
        .iter()
        .zip(&totals)
        .map(|(row, total)| {
            let (day, _) = when(words, row);
            TrendBar { total: *total, words: format!("{day} · {}", words.number(*total)) }
        })
        .collect();
    let all: Vec<_> = totals.iter().map(|total| words.number(*total)).collect();
    let label = words.trend_label(counter, &all);
    view! {
        <figure class=format!("small {}", colour(counter))>
            <figcaption>
                <span>{words.counter(counter)}</span>
                <b>{words.number(totals.last().copied().flatten())}</b>
            </figcaption>
            {trend_chart(&bars, median, label)}
            {median.map(|median| view! { <p class="note">{words.median_of(median)}</p> })}
        </figure>
    }
    .into_any()
}

impl Words {
    fn last_streams(&self, count: usize) -> String {
        match self.lang {
            Lang::En => format!("The last {count} streams"),
            Lang::Zh => format!("最近{count}场"),
            Lang::Ja => format!("直近{count}回の配信"),
        }
    }

    fn no_trend_yet(&self) -> &'static str {
        self.trend_a_trend_appears_with_the_second()
    }

    /// "18 Nov to 30 Nov"; where a day does not begin at midnight, it says that these are business days.
    fn days_of_trend(&self, first: &str, last: &str, dates_are_days: bool) -> String {
        match (self.lang, dates_are_days) {
            (Lang::En, true) => format!("{first} to {last}"),
            (Lang::En, false) => format!("business days {first} to {last}"),
            (Lang::Zh, true) => format!("{first}至{last}"),
            (Lang::Zh, false) => format!("营业日{first}至{last}"),
            (Lang::Ja, true) => format!("{first}〜{last}"),
            (Lang::Ja, false) => format!("営業日で{first}〜{last}"),
        }
    }

    fn trend_note(&self, days: &str) -> String {
        match self.lang {
            Lang::En => {
                format!("One bar per sealed stream, {days}; in bold the latest, the dashed line is their median.")
            }
            Lang::Zh => format!("每条为一场已定稿的直播，{days}；深色为最近一场，虚线为中位数。"),
            Lang::Ja => format!("棒は確定済みの配信1回分です（{days}）。濃い棒は最新、破線は中央値です。"),
        }
    }

    fn trend_label(&self, counter: Counter, totals: &[String]) -> String {
        let (name, totals) = (self.counter(counter), totals.join(if self.lang == Lang::En { "; " } else { "；" }));
        match self.lang {
            Lang::En => format!("{name} per stream, oldest first: {totals}"),
            Lang::Zh => format!("各场{name}，由旧到新：{totals}"),
            Lang::Ja => format!("配信ごとの{name}（古い順）：{totals}"),
        }
    }

    fn median_of(&self, median: i64) -> String {
        let median = self.number(Some(median));
        match self.lang {
            Lang::En => format!("median {median}"),
            Lang::Zh => format!("中位数 {median}"),
            Lang::Ja => format!("中央値 {median}"),
        }
    }
}
