//! `/rooms`: the rooms that a person decided about, followed by hand or stopped; the others come and go by rule.

use super::failed;
use super::page::{PageContext, serve};
use super::stream::path_segment;
use crate::domain::Role;
use crate::domain::stream::label;
use crate::i18n::I18n;
use crate::store::RoomRow;
use crate::web::api::FormAction;
use crate::web::components::frame::{button, empty_state, frame};
use crate::web::components::name;
use leptos::prelude::*;

/// More than anybody decides about by hand; the line below the table says so when it is reached.
const MAX_ROOMS: i64 = 500;

pub fn rooms() -> AnyView {
    serve(|page| async move {
        let i18n = &page.i18n;
        let rows = match page.state.store.rooms_with_choice(MAX_ROOMS).await {
            Ok(rows) => match page.app_filter() {
                Some(app) => rows.into_iter().filter(|row| row.app == app).collect(),
                None => rows,
            },
            Err(error) => return failed(&page, &error),
        };
        let title = i18n.rooms_title();
        let body = if rows.is_empty() {
            empty_state(i18n.rooms_none_title(), i18n.rooms_none_hint())
        } else {
            table(&page, &rows)
        };
        let content = view! {
            <div class="page-head">
                <h1>{title.to_owned()}</h1>
            </div>
            {body}
        }
        .into_any();
        frame(&page, "/", title, content)
    })
}

/// The way here.
pub(super) fn rooms_link(i18n: &I18n) -> AnyView {
    let label = i18n.rooms_page_link();
    view! {
        <p class="note">
            <a href="/rooms">{label.to_owned()}</a>
        </p>
    }
    .into_any()
}

fn table(page: &PageContext, rows: &[RoomRow]) -> AnyView {
    let i18n = &page.i18n;
    let most =
        (rows.len() as i64 == MAX_ROOMS).then(|| view! { <p class="note">{i18n.rooms_first_only(MAX_ROOMS)}</p> });
    let lines = rows.iter().map(|row| line(page, row)).collect_view();
    view! {
        <table class="list people rooms">
            <caption class="visually-hidden">{i18n.rooms_caption().to_owned()}</caption>
            <thead>
                <tr>
                    <th scope="col">{i18n.rooms_room().to_owned()}</th>
                    <th scope="col">"RoomId"</th>
                    <th scope="col">{i18n.rooms_state().to_owned()}</th>
                    <th scope="col">
                        <span class="visually-hidden">{i18n.rooms_action().to_owned()}</span>
                    </th>
                </tr>
            </thead>
            <tbody>{lines}</tbody>
        </table>
        {most}
    }
    .into_any()
}

fn line(page: &PageContext, row: &RoomRow) -> AnyView {
    let i18n = &page.i18n;
    let shown = label(&[row.title.as_deref(), row.host_name.as_deref(), row.host.as_deref()], &row.room);
    let app = page.app_label(row.app).map(|app| view! { <span class="note">{app}</span> });
    let change = page.may(Role::Operator).then(|| {
        let of = |field| vec![("app", row.app.to_string()), (field, row.room.to_string())];
        if row.followed {
            button(FormAction::StopFollowing, i18n.stop_following(), "small", of("room"))
        } else {
            button(FormAction::AddRooms, i18n.follow(), "small", of("rooms"))
        }
    });
    let state = if row.followed { i18n.rooms_added_manually() } else { i18n.rooms_excluded() };
    view! {
        <tr>
            <th scope="row">
                <a href=format!("/rooms/{}/{}", row.app, path_segment(row.room.as_str()))>{name(shown, 40)}</a>
                {app}
            </th>
            <td class="words">
                <code>{name(row.room.as_str(), 48)}</code>
            </td>
            <td>{state.to_owned()}</td>
            <td>{change}</td>
        </tr>
    }
    .into_any()
}

impl I18n {
    pub(super) fn stop_following(&self) -> &'static str {
        self.rooms_stop_monitoring()
    }

    pub(super) fn follow(&self) -> &'static str {
        self.rooms_monitor()
    }
}
