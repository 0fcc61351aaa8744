//! The line above every page of the console: where one can go, which app the pages are about, search, how the system does,
//! and what concerns the user.

use super::name;
use crate::domain::Role;
use crate::domain::live::AppAlert;
use crate::i18n::I18n;
use crate::web::action::FormAction;
use crate::web::context::PageContext;
use leptos::prelude::*;

/// The bar; `here` is the page's path in the navigation. Without a session it has the name alone.
pub fn top_bar(page: &PageContext, here: &'static str) -> AnyView {
    let signed_in = page.viewer.is_some();
    let i18n = &page.i18n;
    let tools = signed_in.then(|| {
        view! { <div class="tools">{app_menu(page)} {search(page)} {system(page)} {user_menu(page)}</div> }
    });
    let places = signed_in.then(|| places(page, here));
    view! {
        <header class="top">
            <a class="brand" href="/">
                "Aftershow"
            </a>
            <nav aria-label=i18n.menu_label().to_owned()>{places}</nav>
            {tools}
        </header>
    }
    .into_any()
}

fn places(page: &PageContext, here: &'static str) -> AnyView {
    let i18n = &page.i18n;
    let places = [
        ("/", i18n.menu_live()),
        ("/streams", i18n.menu_streams()),
        ("/hosts", i18n.menu_hosts()),
        ("/shares", i18n.menu_links()),
    ];
    let live = page.state.board.live_count(page.app_filter());
    places
        .into_iter()
        .map(|(path, label)| {
            let current = (path == here).then_some("page");
            let count = (path == "/").then(|| view! { " " <span class="count">{i18n.integer(live)}</span> });
            view! {
                <a href=page.with_app(path) aria-current=current>
                    {label.to_owned()}
                    {count}
                </a>
            }
        })
        .collect_view()
        .into_any()
}

/// Which app the pages are about: a choice that stays until another is made.
fn app_menu(page: &PageContext) -> Option<AnyView> {
    let labels = page.app_labels();
    if labels.is_empty() {
        return None;
    }
    let i18n = &page.i18n;
    let only = page.app_filter();
    let shown = labels.iter().find(|label| Some(label.id) == only).map(|label| label.name.clone());
    let choice = |value: String, text: AnyView, current: bool| {
        let address = page.address_with(&[("app", Some(&value)), ("rows", None)]);
        view! {
            <li>
                <a href=address aria-current=current.then_some("true")>
                    {text}
                </a>
            </li>
        }
    };
    let all = choice("all".to_owned(), i18n.menu_all_apps().to_owned().into_any(), only.is_none());
    let apps = labels
        .iter()
        .map(|label| choice(label.short.to_lowercase(), name(&label.name, 32), only == Some(label.id)))
        .collect_view();
    Some(
        view! {
            <details class="menu">
                <summary>{shown.map_or_else(|| i18n.menu_all_apps().to_owned().into_any(), |shown| name(&shown, 16))}</summary>
                <ul>{all} {apps}</ul>
            </details>
        }
        .into_any(),
    )
}

/// A field where there is room for it, else the way to the page that has one.
fn search(page: &PageContext) -> AnyView {
    let i18n = &page.i18n;
    let app = page.app_in_address().map(|app| view! { <input type="hidden" name="app" value=app/> });
    view! {
        <form class="search" role="search" action="/search" aria-label=i18n.menu_search_everything().to_owned()>
            {app}
            <input
                name="q"
                type="search"
                placeholder=i18n.menu_search().to_owned()
                aria-label=i18n.menu_search_everything().to_owned()
                autocomplete="off"
            />
        </form>
        <a class="search-link" href=page.with_app("/search")>
            {i18n.menu_search().to_owned()}
        </a>
    }
    .into_any()
}

/// One dot when all is well, else in words what is wrong.
fn system(page: &PageContext) -> AnyView {
    let i18n = &page.i18n;
    let problem = problem(page);
    let class = if problem.is_some() { "system wrong" } else { "system" };
    let text = match problem {
        Some(problem) => view! { <span>{problem}</span> }.into_any(),
        None => view! { <span class="visually-hidden">{i18n.system_all_normal().to_owned()}</span> }.into_any(),
    };
    view! {
        <a class=class href="/status" title=i18n.system_all_normal_or_details().to_owned()>
            {text}
        </a>
    }
    .into_any()
}

/// What is wrong with the system, the worst first, and how much more there is.
fn problem(page: &PageContext) -> Option<String> {
    let i18n = &page.i18n;
    let mut problems = Vec::new();
    if page.state.recorder.is_failing() {
        problems.push(i18n.system_database_failing().to_owned());
    }
    let alert = page.state.board.alert();
    problems.extend(alert.iter().filter(|alert| alert.reads_nothing).map(|alert| i18n.short_alert(alert, page.now)));
    let unsealed = page.state.collector.unsealed().len();
    if unsealed > 0 {
        problems.push(i18n.system_reports_failed(unsealed as i64));
    }
    problems.extend(alert.iter().filter(|alert| !alert.reads_nothing).map(|alert| i18n.short_alert(alert, page.now)));
    let more = problems.len().saturating_sub(1);
    let first = problems.into_iter().next()?;
    Some(if more == 0 { first } else { i18n.system_and_more(&first, more as i64) })
}

impl I18n {
    /// "Japan: no response for 6 min"
    fn short_alert(&self, alert: &AppAlert, now: crate::domain::Millis) -> String {
        let app = crate::i18n::truncate_middle(&alert.name, 16);
        let length = self.length(now - alert.since);
        match (alert.reads_nothing, alert.code) {
            (false, _) => self.system_slowed(&app),
            (true, None) => self.system_no_response(&app, &length),
            (true, Some(code)) => self.system_error(&app, &code.to_string(), &length),
        }
    }
}

fn user_menu(page: &PageContext) -> Option<AnyView> {
    let viewer = page.viewer.as_ref()?;
    let i18n = &page.i18n;
    let rooms = page.may(Role::Operator).then(|| {
        view! {
            <li>
                <a href="/rooms">{i18n.rooms_title().to_owned()}</a>
            </li>
        }
    });
    Some(
        view! {
            <details class="menu who">
                <summary>{name(&viewer.name, 24)}</summary>
                <ul>
                    <li>
                        <a href="/settings">{i18n.menu_settings().to_owned()}</a>
                    </li>
                    {rooms}
                    <li>
                        <a href="/status">{i18n.status_title().to_owned()}</a>
                    </li>
                    <li>
                        <a href="/?kiosk=1">{i18n.menu_wall().to_owned()}</a>
                    </li>
                    <li>
                        <form method="post" action=FormAction::SignOut.path()>
                            <button type="submit" class="plain">
                                {i18n.menu_sign_out().to_owned()}
                            </button>
                        </form>
                    </li>
                </ul>
            </details>
        }
        .into_any(),
    )
}
