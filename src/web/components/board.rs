//! The Live board as the server draws it: the strip, and the table the island writes over.

use super::name;
use crate::domain::live::{AppLabel, LiveRow, LiveStrip};
use crate::domain::{AppId, Millis};
use crate::i18n::I18n;
use crate::web::islands::board_filter::{BoardFilter, BoardSort, BoardView};
use crate::web::islands::board_row::{self, APP_WIDTH, Alarm, HOST_WIDTH, LIVE_COLUMNS, ROOM_WIDTH, app_column_class};
use crate::web::view::charts::spark;
use leptos::prelude::*;

/// The line above the board, and below it what is late or wrong. `attention` is the address of all that need attention. The
/// browser writes over everything here.
pub fn strip(i18n: &I18n, strip: &LiveStrip, now: Millis, attention: String) -> AnyView {
    let alarms = board_row::alarms(i18n, strip, now)
        .into_iter()
        .map(|Alarm { class, text, request_id, link }| {
            view! {
                <p class=class>
                    {text} " " {request_id.map(|id| view! { <span class="note">{id}</span> })} " "
                    <a href="/status">{link}</a>
                </p>
            }
        })
        .collect_view();
    let parts = board_row::summary(i18n, strip)
        .into_iter()
        .map(|part| view! { <span class="part">{part}</span> " " })
        .collect_view();
    view! {
        <p class="strip" data-strip="">
            <span data-numbers="">{parts}</span>
            <a href=attention class="part" data-attention="" hidden=strip.needs_attention == 0>
                {i18n.need_attention(strip.needs_attention)}
            </a>
        </p>
        // In the place of the numbers, when they are old.
        <p class="strip lost" data-lost="" role="status"></p>
        <p class="visually-hidden" data-spoken="" role="status"></p>
        <div class="alarms" data-alarms="">
            {alarms}
        </div>
    }
    .into_any()
}

/// A tile for each app, where there are several: it leads to the board of that app, and from there back to all.
pub fn tiles(
    i18n: &I18n,
    strip: &LiveStrip,
    apps: &[AppLabel],
    only: Option<AppId>,
    address: impl Fn(Option<&AppLabel>) -> String,
) -> Option<AnyView> {
    let tile = |app: &AppLabel| {
        let figures = strip.apps.iter().find(|figures| figures.app == app.id)?;
        let [live, rate, today, attention] = board_row::tile(i18n, figures);
        let here = only == Some(app.id);
        Some(view! {
            <li data-app=app.id.0>
                <a href=address((!here).then_some(app)) aria-current=here.then_some("true")>
                    <span class="tile-name">{name(&app.name, 24)}</span>
                    <b data-tile="live">{live}</b>
                    <span data-tile="rate">{rate}</span>
                    <span data-tile="today">{today}</span>
                    <span data-tile="attention">{attention}</span>
                </a>
            </li>
        })
    };
    let tiles: Vec<_> = apps.iter().filter_map(tile).collect();
    let label = i18n.live_apps().to_owned();
    (!tiles.is_empty()).then(|| view! { <ul class="tiles" aria-label=label>{tiles}</ul> }.into_any())
}

/// The views of the board with how many streams each has. `address` is of one of them.
pub fn views(
    i18n: &I18n,
    counts: [i64; BoardView::ALL.len()],
    current: BoardView,
    address: impl Fn(BoardView) -> String,
) -> AnyView {
    let links = BoardView::ALL
        .into_iter()
        .zip(counts)
        .map(|(view, count)| {
            let label = match view {
                BoardView::All => i18n.live_view_all(),
                BoardView::Attention => i18n.live_view_attention(),
                BoardView::Battles => i18n.live_view_battles(),
                BoardView::Ending => i18n.live_view_ending(),
                BoardView::New => i18n.live_view_new(),
            };
            view! {
                <a href=address(view) aria-current=(view == current).then_some("true")>
                    {label.to_owned()} " " <span data-count=view.name()>{i18n.number(Some(count))}</span>
                </a>
            }
        })
        .collect_view();
    view! {
        <nav class="views" aria-label=i18n.live_views().to_owned()>
            {links}
        </nav>
    }
    .into_any()
}

/// How many of the rows are shown, and the way to more. The browser shows more without leaving the page.
pub fn show_more(i18n: &I18n, shown: usize, all: usize, address: String) -> AnyView {
    view! {
        <p class="more-rows" data-more="" hidden={shown >= all}>
            <span data-shown="">{i18n.live_rows_shown(shown as i64, all as i64)}</span>
            " "
            <a href=address class="button">
                {i18n.live_show_more().to_owned()}
            </a>
        </p>
    }
    .into_any()
}

fn head(i18n: &I18n, column: &str) -> &'static str {
    let lang = i18n.lang;
    match column {
        "on_for" => lang.board_duration(),
        "rate" => lang.board_coins_per_minute(),
        "coins" => lang.board_coins(),
        "pace" => lang.board_vs_typical(),
        "entries" => lang.board_entries_per_minute(),
        "gifters" => lang.board_gifters(),
        _ => lang.board_activity(),
    }
}

/// The whole table. Column heads are links that sort; `address` makes their addresses. Columns are as wide as the style sheet
/// says, whatever their content: rows must not move while their numbers do.
pub fn board(
    i18n: &I18n,
    rows: &[LiveRow],
    apps: &[AppLabel],
    above: usize,
    filter: &BoardFilter,
    now: Millis,
    address: impl Fn(&str) -> String,
) -> AnyView {
    let sort = filter.sort;
    let heads = LIVE_COLUMNS
        .iter()
        .map(|column| {
            let label = head(i18n, column);
            let sorted = (sort.name() == *column).then_some("descending");
            let content = match BoardSort::from_name(column) {
                Some(_) => view! { <a href=address(column)>{label}</a> }.into_any(),
                None => label.into_any(),
            };
            let spark = (*column == "coins").then(|| {
                view! { <th scope="col" class="h-spark">{i18n.board_coins_30_minutes().to_owned()}</th> }
            });
            view! {
                {spark}
                <th scope="col" class=format!("h-{column}") aria-sort=sorted>
                    {content}
                </th>
            }
        })
        .collect_view();
    let (above, below) = rows.split_at(above.min(rows.len()));
    let draw = |rows: &[LiveRow]| rows.iter().map(|row| board_row(i18n, row, apps, now)).collect_view();
    view! {
        <table class=format!("list board {}", app_column_class(apps))>
            <caption class="visually-hidden">{i18n.board_live_streams().to_owned()}</caption>
            <thead>
                <tr>
                    <th scope="col" class="h-who">
                        {i18n.board_host_and_room().to_owned()}
                    </th>
                    {heads}
                </tr>
            </thead>
            <tbody class="attention">{draw(above)}</tbody>
            <tbody class="rest">{draw(below)}</tbody>
        </table>
    }
    .into_any()
}

fn board_row(i18n: &I18n, row: &LiveRow, apps: &[AppLabel], now: Millis) -> AnyView {
    let (host, room) = board_row::row_name(row);
    let texts = board_row::cells(i18n, row, now);
    let moving = LIVE_COLUMNS
        .iter()
        .zip(texts)
        .map(|(column, text)| {
            let curve = (*column == "coins").then(|| view! { <td class="d-spark c-coins">{spark(&row.spark)}</td> });
            view! {
                {curve}
                // An empty cell is empty, so that the narrow layout can fill its line otherwise.
                <td class=format!("d-{column}") data-cell=*column>
                    {(!text.is_empty()).then_some(text)}
                </td>
            }
        })
        .collect_view();
    let room = (room != host).then(|| view! { <span class="room">{name(&room, ROOM_WIDTH)}</span> });
    let app = board_row::app_label(apps, row).map(|app| view! { <span class="app">{name(app, APP_WIDTH)}</span> });
    let details = board_row::details(i18n, row, now);
    view! {
        <tr data-id=row.id.0>
            <th scope="row" class="d-who">
                <a href=format!("/streams/{}", row.id) data-details=details.clone() aria-description=details>
                    {app}
                    <b>{name(&host, HOST_WIDTH)}</b>
                    {room}
                </a>
            </th>
            {moving}
        </tr>
    }
    .into_any()
}
