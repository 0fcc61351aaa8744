//! `/streams`: history, by search, dates and any counter; sums that add up honestly.

use super::failed;
use super::page::{Page, serve};
use crate::components::frame::{empty, frame};
use crate::components::list::{Links, pager, streams_table};
use crate::domain::{AppId, Millis, StreamState};
use crate::store::{Sort, StreamQuery};
use leptos::prelude::*;

/// What narrows the list, by its name in the address.
const FILTERS: [&str; 4] = ["q", "from", "until", "state"];

pub fn streams() -> AnyView {
    serve(|page| async move {
        let query = query(&page);
        let sums_query = StreamQuery { after: None, ..query.clone() };
        let found = async {
            let list = page.state.store.streams(&query).await?;
            let sums = page.state.store.sum_streams(&sums_query).await?;
            let mut links = Links::new();
            for row in list.rows.iter().filter(|row| row.seal.is_some()) {
                links.insert(row.id, page.state.store.shares_of(row.id).await?);
            }
            Ok::<_, crate::store::StoreError>((list, sums, links))
        };
        let (list, sums, links) = match found.await {
            Ok(found) => found,
            Err(error) => return failed(&page, &error),
        };
        let words = &page.words;
        let title = words.pick("History", "历史", "履歴");
        let filtered = FILTERS.iter().any(|name| page.param(name).is_some());
        let body = if list.rows.is_empty() {
            nothing(&page, filtered)
        } else {
            let table = streams_table(
                &page,
                &list.rows,
                (query.sort.name(), query.descending),
                Some(&links),
                |sort, descending| {
                    let order = (!descending).then_some("up");
                    page.address_with(&[("sort", Some(sort)), ("order", order)])
                },
            );
            view! {
                <p class="sums">{words.sums(&sums)}</p>
                <p class="note">{words.sums_note().to_owned()}</p>
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
            {body}
            <p class="note">
                <a href="/hosts">{words.pick("Hosts of the month ›", "本月主播 ›", "今月の配信者 ›").to_owned()}</a>
            </p>
        }
        .into_any();
        frame(&page, "/streams", title, content)
    })
}

/// What the address asks for. Days are days of the page's zone.
fn query(page: &Page) -> StreamQuery {
    let zone = &page.words.zone.name;
    let (after, backwards) = match (page.param("after"), page.param("before")) {
        (None, Some(before)) => (Some(before), true),
        (after, _) => (after, false),
    };
    StreamQuery {
        states: states(page.param("state")),
        app: page.param("app").and_then(|app| app.parse().ok()).map(AppId),
        search: page.param("q").map(str::to_owned),
        from: page.param("from").and_then(|day| start_of(day, zone, 0)),
        until: page.param("until").and_then(|day| start_of(day, zone, 1)),
        sort: page.param("sort").and_then(Sort::from_name).unwrap_or(Sort::Started),
        descending: page.param("order") != Some("up"),
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

/// The first moment of a day (`2026-11-21`), or of the day so many days later.
fn start_of(day: &str, zone: &str, later: i64) -> Option<Millis> {
    let day: jiff::civil::Date = day.parse().ok()?;
    let day = day.checked_add(jiff::Span::new().try_days(later).ok()?).ok()?;
    Some(Millis(day.in_tz(zone).ok()?.timestamp().as_millisecond()))
}

fn filters(page: &Page) -> AnyView {
    let words = &page.words;
    let value = |name: &str| page.param(name).unwrap_or_default().to_owned();
    let keep = ["sort", "order"]
        .into_iter()
        .filter_map(|name| {
            let value = page.param(name)?.to_owned();
            Some(view! { <input type="hidden" name=name value=value/> })
        })
        .collect::<Vec<_>>();
    let clear = FILTERS.iter().any(|name| page.param(name).is_some()).then(|| {
        let all = page.address_with(&FILTERS.map(|name| (name, None)));
        view! { <a href=all>{words.pick("All ×", "全部 ×", "すべて ×").to_owned()}</a> }
    });
    let asked = page.param("state");
    let states = [StreamState::Live, StreamState::Ending, StreamState::Sealed]
        .into_iter()
        .zip(["live", "ending", "sealed"])
        .map(|(state, value)| {
            view! {
                <option value=value selected=asked == Some(value)>
                    {words.state(state).to_owned()}
                </option>
            }
        })
        .collect_view();
    view! {
        <form method="get" role="search" class="in-line">
            {keep}
            <div>
                <label for="q">{words.pick("Room, title or host", "房间、标题或主播", "部屋・タイトル・配信者").to_owned()}</label>
                <input id="q" name="q" type="search" value=value("q")/>
            </div>
            <div>
                <label for="from">{words.pick("From", "从", "開始日").to_owned()}</label>
                <input id="from" name="from" type="date" value=value("from")/>
            </div>
            <div>
                <label for="until">{words.pick("To", "到", "終了日").to_owned()}</label>
                <input id="until" name="until" type="date" value=value("until")/>
            </div>
            <div>
                <label for="state">{words.pick("State", "状态", "状態").to_owned()}</label>
                <select id="state" name="state">
                    <option value="">{words.pick("Ended", "已结束", "終了").to_owned()}</option>
                    {states}
                </select>
            </div>
            <button type="submit">{words.pick("Show", "显示", "表示").to_owned()}</button>
            {clear}
        </form>
    }
    .into_any()
}

fn nothing(page: &Page, filtered: bool) -> AnyView {
    let words = &page.words;
    if filtered {
        empty(
            words.pick("No stream fits", "没有符合的直播", "該当する配信はありません"),
            words.pick("Take away a word or a date.", "请减少关键词或日期条件。", "言葉か日付を減らしてください。"),
        )
    } else {
        empty(
            words.pick("Nothing has ended yet", "尚无已结束的直播", "終了した配信はまだありません"),
            words.pick(
                "A stream is listed here when its room has ended and its report is sealed, about two minutes later.",
                "房间结束约两分钟后，报告定稿，直播即列在此处。",
                "部屋が終わり、およそ2分後にレポートが確定すると、ここに並びます。",
            ),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_zone() {
        let midnight = Millis(1_795_190_400_000);
        assert_eq!(start_of("2026-11-21", "Asia/Shanghai", 0), Some(midnight));
        assert_eq!(start_of("2026-11-21", "Asia/Shanghai", 1), Some(midnight + 86_400_000));
        assert_eq!(start_of("2026-13-21", "Asia/Shanghai", 0), None);
        assert_eq!(start_of("x", "UTC", 0), None);
    }
}
