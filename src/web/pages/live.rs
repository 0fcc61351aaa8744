//! `/`: every live stream, what needs a look first.

use super::page::{PageContext, serve};
use crate::domain::Role;
use crate::domain::live::LiveRow;
use crate::i18n::I18n;
use crate::web::action::FormAction;
use crate::web::api::rooms::AddedRooms;
use crate::web::components::board::{board, show_more, strip, tiles, views};
use crate::web::components::frame::{empty_state, field_text, frame, tab_title};
use crate::web::islands::LiveBoard;
use crate::web::islands::board_filter::{BoardFilter, BoardSort, BoardView, MAX_ROWS, ROWS_STEP, order};
use crate::web::islands::board_row::BoardContext;
use leptos::prelude::*;

pub fn live() -> AnyView {
    serve(|page| async move {
        let i18n = &page.i18n;
        let title = i18n.live_title();
        let filter = filter(&page);
        let apps = page.app_labels();
        let all = page.state.board.rows();
        let counts = filter.counts(all.iter(), &apps, page.now);
        let mut rows: Vec<LiveRow> = all.into_iter().filter(|row| filter.shows(row, &apps, page.now)).collect();
        let above = order(&mut rows, filter.sort, filter.view, |_| false);
        let found = rows.len();
        rows.truncate(filter.limit);
        let table =
            board(i18n, &rows, &apps, above, &filter, page.now, |column| page.address_with(&[("sort", Some(column))]));
        let wall = page.param("kiosk").is_some();
        let keys = (!wall).then(|| {
            let keys = i18n.live_shortcuts();
            view! { <p class="note keys">{keys}</p> }
        });
        let island_words = I18n { zone: i18n.zone.since(page.now - 86_400_000), ..i18n.clone() };
        let context = BoardContext { apps: apps.clone(), filter: filter.clone(), now: page.now.0 };
        let of_all = page.state.board.strip();
        let attention = page.address_with(&[("view", Some(BoardView::Attention.name())), ("q", None), ("rows", None)]);
        let needs_attention = of_all.of_app(filter.app).needs_attention;
        let above = strip(i18n, &of_all.of_app(filter.app), page.now, attention);
        let tiles = tiles(i18n, &of_all, &apps, filter.app, |app| {
            let app = app.map(|app| app.short.to_lowercase());
            page.address_with(&[("app", app.as_deref()), ("rows", None)])
        });
        let views = (!wall).then(|| {
            views(i18n, counts, filter.view, |view| {
                let view = (view != BoardView::All).then_some(view.name());
                page.address_with(&[("view", view), ("rows", None)])
            })
        });
        let next = (filter.limit + ROWS_STEP).min(MAX_ROWS).to_string();
        let more = show_more(i18n, rows.len(), found, page.address_with(&[("rows", Some(&next))]));
        let search = (!wall).then(|| search(&page));
        let nothing = empty_board(&page, filter.view);
        let content = view! {
            <div class="page-head">
                <h1>{title.to_owned()}</h1>
                {(page.may(Role::Operator) && !wall).then(|| forms(&page))}
            </div>
            <LiveBoard i18n=island_words drawn=context>
                <div class="above">{above} {keys}</div>
                {tiles}
                <div class="toolbar">{views} {search}</div>
                {table}
                {more}
                {nothing}
            </LiveBoard>
        }
        .into_any();
        // A tab in the background says how much waits.
        let tab = if needs_attention > 0 { format!("({needs_attention}) {title}") } else { title.to_owned() };
        if wall { self::wall(&tab, content) } else { frame(&page, "/", &tab, content) }
    })
}

/// What the address asks of the board.
fn filter(page: &PageContext) -> BoardFilter {
    BoardFilter {
        view: BoardView::from_name(page.param("view")),
        app: page.app_filter(),
        search: page.param("q").unwrap_or_default().to_owned(),
        sort: page.param("sort").and_then(BoardSort::from_name).unwrap_or_default(),
        limit: BoardFilter::limit_from(page.param("rows")),
    }
}

/// The board alone, for a wall: no navigation, larger type.
fn wall(title: &str, content: AnyView) -> AnyView {
    view! {
        {tab_title(title)}
        <main id="content" class="kiosk">
            {content}
        </main>
    }
    .into_any()
}

/// Searches the list: the browser while one types, the server without scripts. It keeps what else the address asks.
fn search(page: &PageContext) -> AnyView {
    let i18n = &page.i18n;
    let typed = page.param("q").unwrap_or_default().to_owned();
    let kept = ["view", "app", "sort"]
        .into_iter()
        .filter_map(|name| {
            let value = page.param(name)?.to_owned();
            Some(view! { <input type="hidden" name=name value=value/> })
        })
        .collect_view();
    view! {
        <form method="get" role="search" class="in-line">
            {kept}
            <div>
                <label for="q" class="visually-hidden">
                    {i18n.live_search().to_owned()}
                </label>
                <input
                    id="q"
                    name="q"
                    type="search"
                    value=typed
                    placeholder=i18n.live_search().to_owned()
                    autocomplete="off"
                    data-search=""
                />
            </div>
            <button type="submit">{i18n.live_apply().to_owned()}</button>
        </form>
    }
    .into_any()
}

fn empty_board(page: &PageContext, view: BoardView) -> AnyView {
    let i18n = &page.i18n;
    if view == BoardView::Attention {
        return empty_state(i18n.live_no_attention_title(), i18n.live_no_attention_hint());
    }
    if page.param("q").is_some() {
        return empty_state(i18n.live_no_match_title(), i18n.live_no_match_hint());
    }
    empty_state(i18n.live_none_title(), i18n.live_none_hint())
}

/// Which app, where there are several.
pub fn app_choice(page: &PageContext, id: &'static str) -> Option<AnyView> {
    let apps = page.state.collector.apps();
    let options = (apps.len() > 1).then(|| {
        let here = page.app_filter();
        apps.iter()
            .map(|app| {
                view! {
                    <option value=app.0 selected=here == Some(*app)>
                        {page.app_in_full(*app)}
                    </option>
                }
            })
            .collect_view()
    })?;
    Some(
        view! {
            <label for=id>{page.i18n.live_app().to_owned()}</label>
            <select id=id name="app">
                {options}
            </select>
        }
        .into_any(),
    )
}

/// Which rooms are read, and the snapshot of one: behind a button, so that no list separates them from the operator.
fn forms(page: &PageContext) -> AnyView {
    let i18n = &page.i18n;
    let typed = |action: FormAction, field: &str| {
        page.typed(action).and_then(|flash| flash.field(field)).unwrap_or_default().to_owned()
    };
    // What was refused stays in the field, also where other rooms were accepted.
    let refused = page.request.flash.as_deref().filter(|flash| flash.action == FormAction::AddRooms);
    let refused = refused
        .and_then(|flash| flash.answer::<AddedRooms>())
        .map(|added| added.refused.iter().map(|refused| refused.room.clone()).collect::<Vec<_>>().join("\n"));
    let rooms = refused.unwrap_or_else(|| typed(FormAction::AddRooms, "rooms"));
    let room = typed(FormAction::TakeSnapshot, "room");
    let open = !rooms.is_empty() || !room.is_empty();
    view! {
        <details class="popover" open=open>
            <summary class="button small">{i18n.live_monitor_rooms_ask().to_owned()}</summary>
            <section class="add" aria-label=i18n.live_rooms().to_owned()>
                <form method="post" action=FormAction::AddRooms.path() class="stacked">
                    <h2>{i18n.live_monitor_rooms().to_owned()}</h2>
                    {app_choice(page, "add-app")}
                    <label for="rooms">
                        {i18n.live_room_ids().to_owned()}
                    </label>
                    <textarea id="rooms" name="rooms" rows="3" required autocapitalize="none" spellcheck="false">
                        {field_text(&rooms)}
                    </textarea>
                    <button type="submit">{i18n.follow().to_owned()}</button>
                    {super::rooms::rooms_link(i18n)}
                </form>
                <form method="post" action=FormAction::TakeSnapshot.path() class="stacked">
                    <h2>{i18n.live_snapshot().to_owned()}</h2>
                    {app_choice(page, "snapshot-app")}
                    <label for="room">"RoomId"</label>
                    <input
                        id="room"
                        name="room"
                        required
                        maxlength="48"
                        autocapitalize="none"
                        spellcheck="false"
                        value=room
                    />
                    <p class="note">
                        {i18n
                            .live_snapshot_hint()
                            .to_owned()}
                    </p>
                    <button type="submit">{i18n.live_take_snapshot().to_owned()}</button>
                </form>
            </section>
        </details>
    }
    .into_any()
}
