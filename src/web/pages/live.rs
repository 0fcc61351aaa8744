//! `/`: every live stream, what needs a look first.

use super::page::{PageContext, serve};
use crate::domain::Role;
use crate::i18n::I18n;
use crate::web::api::FormAction;
use crate::web::api::rooms::AddedRooms;
use crate::web::components::board::{board, strip};
use crate::web::components::frame::{empty_state, field_text, frame, tab_title};
use crate::web::islands::LiveBoard;
use crate::web::islands::board_row::{AppLabel, BoardSort, BoardView, RowContext, order};
use leptos::prelude::*;

pub fn live() -> AnyView {
    serve(|page| async move {
        let i18n = &page.i18n;
        let title = i18n.live_title();
        let mut rows = page.state.board.rows();
        if let Some(search) = page.param("q").map(str::to_lowercase) {
            rows.retain(|row| {
                let texts =
                    [row.title.as_deref(), row.host.as_deref(), row.host_name.as_deref(), Some(row.room.as_str())];
                let found = texts.into_iter().flatten().any(|text| text.to_lowercase().contains(&search));
                // An app is found by its whole name: a part of it may be a part of any title.
                found || page.app_names(row.app).iter().any(|name| name.to_lowercase() == search)
            });
        }
        let board_view = BoardView::from_name(page.param("view"));
        rows.retain(|row| board_view.shows(row));
        let sort = page.param("sort").and_then(BoardSort::from_name).unwrap_or_default();
        let looks = order(&mut rows, sort, board_view, |_| false);
        let apps: Vec<AppLabel> =
            page.state.config.apps.iter().filter_map(|app| Some((app.id, page.app_label(app.id)?))).collect();
        let table =
            board(i18n, &rows, &apps, looks, sort, page.now, |column| page.address_with(&[("sort", Some(column))]));
        let kiosk = page.param("kiosk").is_some();
        let keys = (!kiosk).then(|| {
            view! { <p class="note keys">{i18n.live_shortcuts()}</p> }
        });
        let nothing = rows.is_empty().then(|| empty_board(&page, board_view));
        let island_i18n = I18n { zone: i18n.zone.since(page.now - 86_400_000), ..i18n.clone() };
        let drawn = RowContext { apps, sort: sort.name().to_owned(), now: page.now.0 };
        let attention = page.address_with(&[("view", Some("attention")), ("q", None)]);
        let above = strip(i18n, &page.state.board.strip(), page.now, attention);
        let only = (board_view == BoardView::Attention).then(|| {
            let all = page.address_with(&[("view", None)]);
            view! {
                <p class="note">
                    {i18n.live_only_attention()} " "
                    <a href=all>{i18n.live_all().to_owned()}</a>
                </p>
            }
        });
        let content = view! {
            <div class="page-head">
                <h1>{title.to_owned()}</h1>
                {search(&page)}
            </div>
            <LiveBoard i18n=island_i18n drawn=drawn>
                <div class="above">{above} {keys} {only}</div>
                {table}
            </LiveBoard>
            {nothing}
            {(page.may(Role::Operator) && !kiosk).then(|| forms(&page))}
        }
        .into_any();
        if kiosk { wall(title, content) } else { frame(&page, "/", title, content) }
    })
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

fn search(page: &PageContext) -> AnyView {
    let i18n = &page.i18n;
    let typed = page.param("q").unwrap_or_default().to_owned();
    view! {
        <form method="get" role="search" class="in-line">
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
        apps.iter().map(|app| view! { <option value=app.0>{page.app_in_full(*app)}</option> }).collect_view()
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
    view! {
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
                    value=typed(FormAction::TakeSnapshot, "room")
                />
                <p class="note">
                    {i18n
                        .live_snapshot_hint()
                        .to_owned()}
                </p>
                <button type="submit">{i18n.live_take_snapshot().to_owned()}</button>
            </form>
        </section>
    }
    .into_any()
}
