//! `/search`: one field for live streams, ended streams, hosts, links, fingerprints, and what one may want to do with a RoomId.

use super::failed;
use super::page::{PageContext, serve};
use super::stream::path_segment;
use crate::credentials::token;
use crate::domain::live::LiveRow;
use crate::domain::{AppId, Role, RoomId, StreamSummary};
use crate::report::seal::typed_fingerprint;
use crate::store::{ShareRow, StoreError, StreamQuery};
use crate::web::action::FormAction;
use crate::web::components::frame::{button, empty_state, frame};
use crate::web::components::list::when;
use crate::web::components::name;
use crate::web::islands::board_filter::{BoardFilter, BoardSort, BoardView, order};
use crate::web::islands::board_row::row_name;
use leptos::prelude::*;
use std::collections::BTreeMap;

/// What each kind shows at most; a link leads to all of them.
const MAX_FOUND: usize = 8;

/// What was found.
#[derive(Default)]
struct SearchResults {
    live: Vec<LiveRow>,
    streams: Vec<StreamSummary>,
    /// The account of each host and what it is called.
    hosts: BTreeMap<(AppId, String), String>,
    links: Vec<(ShareRow, Option<StreamSummary>)>,
}

pub fn search() -> AnyView {
    serve(|page| async move {
        let i18n = &page.i18n;
        let title = i18n.search_title();
        let typed = page.param("q").unwrap_or_default().to_owned();
        let found = match find(&page, &typed).await {
            Ok(found) => found,
            Err(error) => return failed(&page, &error),
        };
        let results = if typed.is_empty() {
            view! { <p class="note">{i18n.search_hint().to_owned()}</p> }.into_any()
        } else {
            results(&page, &typed, &found)
        };
        let app = page.app_in_address().map(|app| view! { <input type="hidden" name="app" value=app/> });
        let content = view! {
            <div class="page-head">
                <h1>{title.to_owned()}</h1>
            </div>
            <form method="get" role="search" class="in-line wide">
                {app}
                <div>
                    <label for="everything">{i18n.menu_search_everything().to_owned()}</label>
                    <input id="everything" name="q" type="search" value=typed autocomplete="off"/>
                </div>
                <button type="submit">{i18n.search_apply().to_owned()}</button>
            </form>
            {results}
        }
        .into_any();
        frame(&page, "/search", title, content)
    })
}

/// The token of a share link that was pasted whole.
fn pasted_token(typed: &str) -> Option<&str> {
    let (_, rest) = typed.split_once("/r/")?;
    rest.split(['/', '?', '#']).next().filter(|token| !token.is_empty())
}

async fn find(page: &PageContext, typed: &str) -> Result<SearchResults, StoreError> {
    if typed.is_empty() {
        return Ok(SearchResults::default());
    }
    let store = &page.state.store;
    let app = page.app_filter();
    let mut links = Vec::new();
    if let Some(token) = pasted_token(typed) {
        links.extend(store.share_by_hash(&token::hash(token)).await?);
        return Ok(SearchResults { links: with_streams(page, links).await?, ..SearchResults::default() });
    }
    let filter = BoardFilter { app, search: typed.to_owned(), ..BoardFilter::default() };
    let apps = page.app_labels();
    let mut live: Vec<LiveRow> = page.state.board.rows().into_iter().filter(|row| filter.finds(row, &apps)).collect();
    order(&mut live, BoardSort::Rate, BoardView::All, |_| false);
    let fingerprint = typed_fingerprint(typed);
    if let Some(prefix) = &fingerprint
        && let Some(derived) = store.derived_by_hash(prefix).await?
    {
        links.extend(store.share(derived.share).await?);
    }
    links.extend(store.shares_named(typed, MAX_FOUND as i64).await?);
    let query = StreamQuery {
        app,
        search: Some(typed.to_owned()),
        fingerprint,
        descending: true,
        limit: 50,
        ..super::streams::query(|_| None, &[])
    };
    let streams = store.streams(&query).await?.rows;
    let search = typed.to_lowercase();
    let mut hosts = BTreeMap::new();
    for row in &streams {
        let Some(account) = &row.host else { continue };
        let called = row.host_name.as_deref().unwrap_or(account);
        if [account, called].iter().any(|text| text.to_lowercase().contains(&search)) {
            hosts.entry((row.app, account.clone())).or_insert_with(|| called.to_owned());
        }
    }
    Ok(SearchResults { live, streams, hosts, links: with_streams(page, links).await? })
}

async fn with_streams(
    page: &PageContext,
    links: Vec<ShareRow>,
) -> Result<Vec<(ShareRow, Option<StreamSummary>)>, StoreError> {
    let mut found: Vec<(ShareRow, Option<StreamSummary>)> = Vec::with_capacity(links.len());
    for link in links {
        if found.iter().any(|(known, _)| known.id == link.id) {
            continue;
        }
        let stream = page.state.store.stream(link.stream).await?;
        let app = page.app_filter();
        if app.is_none() || stream.as_ref().map(|stream| stream.app) == app {
            found.push((link, stream));
        }
    }
    Ok(found)
}

fn results(page: &PageContext, typed: &str, found: &SearchResults) -> AnyView {
    let i18n = &page.i18n;
    let app = |app| page.app_label(app).map(|app| view! { <span class="app">{name(&app, 12)}</span> });
    let live: Vec<_> = found
        .live
        .iter()
        .take(MAX_FOUND)
        .map(|row| {
            let (host, room) = row_name(row);
            entry(format!("/streams/{}", row.id), &host, app(row.app), &room, i18n.hours(page.now - row.started_at))
        })
        .collect();
    let hosts: Vec<_> = found
        .hosts
        .iter()
        .take(MAX_FOUND)
        .map(|((of, account), called)| {
            entry(format!("/hosts/{of}/{}", path_segment(account)), called, app(*of), account, String::new())
        })
        .collect();
    let streams: Vec<_> = found
        .streams
        .iter()
        .take(MAX_FOUND)
        .map(|row| {
            let host = row.host_name.as_deref().or(row.host.as_deref()).unwrap_or_default();
            entry(format!("/streams/{}", row.id), row.title_label(), app(row.app), host, when(i18n, row).0)
        })
        .collect();
    let links: Vec<_> = found
        .links
        .iter()
        .take(MAX_FOUND)
        .map(|(link, stream)| {
            let title = stream.as_ref().map(|stream| stream.title_label().to_owned()).unwrap_or_default();
            let called = if link.name.is_empty() { title.clone() } else { link.name.clone() };
            let date = stream.as_ref().map(|stream| when(i18n, stream).0).unwrap_or_default();
            entry(format!("/streams/{}", link.stream), &called, None::<AnyView>, &title, date)
        })
        .collect();
    let all = |path: &str| {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("q", typed)
            .extend_pairs(page.app_in_address().map(|app| ("app", app)))
            .finish();
        format!("{path}?{query}")
    };
    let more_live = (found.live.len() > MAX_FOUND).then(|| all("/"));
    let more_streams = (found.streams.len() > MAX_FOUND).then(|| all("/streams"));
    let nothing = (live.is_empty() && hosts.is_empty() && streams.is_empty() && links.is_empty())
        .then(|| empty_state(i18n.search_none_title(), i18n.search_none_hint()));
    view! {
        {section(i18n.search_live(), live, more_live, i18n.search_all())}
        {section(i18n.search_hosts(), hosts, None, i18n.search_all())}
        {section(i18n.search_streams(), streams, more_streams, i18n.search_all())}
        {section(i18n.search_links(), links, None, i18n.search_all())}
        {nothing}
        {actions(page, typed)}
    }
    .into_any()
}

fn entry(address: String, called: &str, app: Option<impl IntoView>, beside: &str, note: String) -> AnyView {
    let beside =
        (beside != called && !beside.is_empty()).then(|| view! { <span class="room">{name(beside, 40)}</span> });
    view! {
        <li>
            <a href=address>{app} <b>{name(called, 40)}</b> {beside}</a>
            <span class="note">{note}</span>
        </li>
    }
    .into_any()
}

fn section(title: &str, entries: Vec<AnyView>, more: Option<String>, all: &str) -> Option<AnyView> {
    let more = more.map(|address| {
        view! {
            <p>
                <a href=address>{all.to_owned()}</a>
            </p>
        }
    });
    (!entries.is_empty()).then(|| {
        view! {
            <section class="found">
                <h2>{title.to_owned()}</h2>
                <ul>{entries}</ul>
                {more}
            </section>
        }
        .into_any()
    })
}

/// What an operator may want to do with a RoomId, also with one that nobody knows.
fn actions(page: &PageContext, typed: &str) -> Option<AnyView> {
    let room = RoomId::parse(typed).ok().filter(|_| page.may(Role::Operator) && pasted_token(typed).is_none())?;
    let i18n = &page.i18n;
    let apps = page.state.collector.apps();
    let only = page.app_filter();
    let lines = apps
        .into_iter()
        .filter(|app| only.is_none_or(|only| only == *app))
        .map(|app| {
            let fields = |field| vec![("app", app.to_string()), (field, room.to_string())];
            let label = page.app_label(app).map(|_| view! { <span class="note">{page.app_in_full(app)}</span> });
            view! {
                <li>
                    {label}
                    <div class="buttons">
                        {button(FormAction::AddRooms, i18n.follow(), "small", fields("rooms"))}
                        {button(FormAction::TakeSnapshot, i18n.live_take_snapshot(), "small", fields("room"))}
                    </div>
                </li>
            }
        })
        .collect_view();
    let title = i18n.search_actions(&crate::i18n::truncate_middle(room.as_str(), 48));
    Some(
        view! {
            <section class="found">
                <h2>{title}</h2>
                <ul>{lines}</ul>
            </section>
        }
        .into_any(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pasted_link_is_known_by_its_token() {
        assert_eq!(pasted_token("https://console.example/r/Abc-1_2?lang=ja"), Some("Abc-1_2"));
        assert_eq!(pasted_token("console.example/r/Abc/report.csv"), Some("Abc"));
        assert_eq!(pasted_token("https://console.example/r/"), None);
        assert_eq!(pasted_token("room"), None);
    }
}
