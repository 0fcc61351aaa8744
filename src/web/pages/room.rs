//! `/rooms/{app}/{room}` and `/hosts/{app}/{account}`: a room, or a host over all rooms, over their streams.

use super::failed;
use super::page::{PageContext, serve};
use crate::domain::{AppId, Role, RoomId, StreamKind, StreamState, StreamSummary};
use crate::store::{Sort, StoreError, StreamPage, StreamQuery};
use crate::web::api::FormAction;
use crate::web::components::frame::{button, empty_state, frame, message_page};
use crate::web::components::list::{pager, streams_table};
use crate::web::components::name;
use crate::web::components::trend::{TREND, trend};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

pub fn room() -> AnyView {
    let params = use_params_map().get_untracked();
    let app = params.get("app").and_then(|app| app.parse().ok()).map(AppId);
    let room = params.get("room").and_then(|room| RoomId::parse(&room).ok());
    serve(move |page| async move {
        let i18n = &page.i18n;
        let (Some(app), Some(room)) = (app, room) else {
            page.status(404);
            let what = i18n.room_not_found_hint();
            let title = i18n.room_not_found_title();
            return frame(&page, "", title, message_page(title, what));
        };
        let query = StreamQuery { app: Some(app), room: Some(room.clone()), ..asked(&page) };
        let list = match page.state.store.streams(&query).await {
            Ok(list) => list,
            Err(error) => return failed(&page, &error),
        };
        let title = list.rows.first().map_or_else(|| room.to_string(), |row| row.title_label().to_owned());
        let body = if list.rows.is_empty() {
            empty_state(i18n.room_no_data_title(), i18n.room_no_data_hint())
        } else {
            match over_time(&page, &query, &list).await {
                Ok(body) => body,
                Err(error) => return failed(&page, &error),
            }
        };
        let followed = match page.state.store.is_followed(app, &room).await {
            Ok(followed) => followed,
            Err(error) => return failed(&page, &error),
        };
        let stop = page.may(Role::Operator).then(|| {
            let of = |field| vec![("app", app.to_string()), (field, room.to_string())];
            if followed {
                button(FormAction::StopFollowing, i18n.stop_following(), "small", of("room"))
            } else {
                button(FormAction::AddRooms, i18n.follow(), "small", of("rooms"))
            }
        });
        let content = view! {
            <div class="page-head">
                <h1>{name(&title, 48)}</h1>
                {stop}
            </div>
            <p class="note">
                "RoomId "
                <code>{name(room.as_str(), 48)}</code>
                {format!(" · {}", page.app_in_full(app))}
            </p>
            {body}
        }
        .into_any();
        frame(&page, "/streams", &crate::i18n::truncate_middle(&title, 48), content)
    })
}

pub fn host() -> AnyView {
    let params = use_params_map().get_untracked();
    let app = params.get("app").and_then(|app| app.parse().ok()).map(AppId);
    let account = params.get("account").unwrap_or_default();
    serve(move |page| async move {
        let i18n = &page.i18n;
        let query = StreamQuery { app, host: Some(account.clone()), ..asked(&page) };
        let list = match page.state.store.streams(&query).await {
            Ok(list) => list,
            Err(error) => return failed(&page, &error),
        };
        let body = if list.rows.is_empty() {
            page.status(404);
            empty_state(i18n.host_no_data_title(), i18n.host_no_data_hint())
        } else {
            match over_time(&page, &query, &list).await {
                Ok(body) => body,
                Err(error) => return failed(&page, &error),
            }
        };
        let title = list.rows.first().map_or_else(|| account.clone(), |row| row.host_label().to_owned());
        let content = view! {
            <div class="page-head">
                <h1>{name(&title, 48)}</h1>
            </div>
            <p class="note">
                <code>{name(&account, 48)}</code>
                {app.and_then(|app| page.app_label(app).map(|_| format!(" · {}", page.app_in_full(app))))}
            </p>
            {body}
        }
        .into_any();
        frame(&page, "/streams", &crate::i18n::truncate_middle(&title, 48), content)
    })
}

/// Sort and place in the list, as the address asks.
fn asked(page: &PageContext) -> StreamQuery {
    let (after, backwards) = match (page.param("after"), page.param("before")) {
        (None, Some(before)) => (Some(before.to_owned()), true),
        (after, _) => (after.map(str::to_owned), false),
    };
    StreamQuery {
        sort: page.param("sort").and_then(Sort::from_name).unwrap_or(Sort::Started),
        descending: page.param("order") != Some("up"),
        after,
        backwards,
        ..StreamQuery::default()
    }
}

/// The trend, the table, the pager.
async fn over_time(
    page: &PageContext,
    query: &StreamQuery,
    list: &StreamPage<StreamSummary>,
) -> Result<AnyView, StoreError> {
    let sealed = StreamQuery {
        app: query.app,
        room: query.room.clone(),
        host: query.host.clone(),
        states: vec![StreamState::Sealed],
        kind: Some(StreamKind::Stream),
        limit: TREND,
        ..StreamQuery::default()
    };
    let sealed = page.state.store.streams(&sealed).await?.rows;
    let sorted = (query.sort.name(), query.descending);
    let table = streams_table(page, &list.rows, sorted, None, None, |sort, descending| {
        page.address_with(&[("sort", Some(sort)), ("order", (!descending).then_some("up"))])
    });
    Ok(view! {
        {trend(page, &sealed)}
        {table}
        {pager(page, list.previous.as_deref(), list.next.as_deref())}
    }
    .into_any())
}
