//! One module per page: what it reads and how it is laid out. Complete HTML, with or without scripts.
//!
//! Must not: call Tencent, hold SQL, or decide a rule. A page reads the store, the board and the collector's status; what it
//! changes it changes by the forms of `api`.

mod hosts;
mod live;
mod page;
pub mod report;
mod room;
mod rooms;
mod search;
mod settings;
mod shares;
mod sign_in;
mod status;
mod stream;
pub mod streams;
#[cfg(test)]
pub(crate) mod tests;
mod verify;

pub use page::PageContext;

use crate::i18n::Lang;
use crate::web::components::frame::{frame, message_page};
use crate::web::context::{RequestInfo, assets};
use crate::web::view::charts::chart_definitions;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::{MetaTags, provide_meta_context};
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::{SsrMode, path};
use page::serve;
use std::sync::Arc;

/// Every page of the console. `/r/{token}` is not among them: a shared report is a document of its own.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let mode = SsrMode::Async;
    view! {
        <Router>
            <FlatRoutes fallback=not_found>
                <Route path=path!("/login") view=sign_in::login ssr=mode.clone()/>
                <Route path=path!("/setup") view=sign_in::set_up ssr=mode.clone()/>
                <Route path=path!("/") view=live::live ssr=mode.clone()/>
                <Route path=path!("/streams") view=streams::streams ssr=mode.clone()/>
                <Route path=path!("/streams/:id") view=stream::stream ssr=mode.clone()/>
                <Route path=path!("/rooms") view=rooms::rooms ssr=mode.clone()/>
                <Route path=path!("/rooms/:app/:room") view=room::room ssr=mode.clone()/>
                <Route path=path!("/hosts") view=hosts::hosts ssr=mode.clone()/>
                <Route path=path!("/hosts/:app/:account") view=room::host ssr=mode.clone()/>
                <Route path=path!("/search") view=search::search ssr=mode.clone()/>
                <Route path=path!("/shares") view=shares::shares ssr=mode.clone()/>
                <Route path=path!("/status") view=status::status ssr=mode.clone()/>
                <Route path=path!("/settings") view=settings::settings ssr=mode.clone()/>
                <Route path=path!("/verify") view=verify::verify ssr=mode.clone()/>
                <Route path=path!("/*any") view=not_found ssr=mode/>
            </FlatRoutes>
        </Router>
    }
}

/// The document around a page of the console.
pub fn shell(_options: LeptosOptions) -> impl IntoView {
    let lang = use_context::<RequestInfo>().map_or(Lang::En, |request| request.lang);
    let style = assets::url("aftershow.css").map(|url| view! { <link rel="stylesheet" href=url/> });
    let script =
        assets::loader().map(|text| view! { <script type="module" nonce=use_nonce() inner_html=text></script> });
    view! {
        <!DOCTYPE html>
        <html lang=lang.tag()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="robots" content="noindex"/>
                <meta name="description" content="Operations console and stream reports"/>
                {style}
                {icon()}
                <MetaTags/>
            </head>
            <body>
                {chart_definitions()}
                <App/>
                {script}
            </body>
        </html>
    }
}

fn not_found() -> AnyView {
    serve(|page| async move {
        page.status(404);
        let i18n = &page.i18n;
        let content = message_page(i18n.page_not_found_title(), i18n.page_not_found_hint());
        frame(&page, "", i18n.page_not_found(), content)
    })
}

/// A page whose data could not be read: what happened and what to do. The log has the cause.
fn failed(page: &PageContext, error: &dyn std::fmt::Display) -> AnyView {
    tracing::error!(%error, path = %page.request.path, "a page could not be read");
    page.status(503);
    let i18n = &page.i18n;
    let content = message_page(i18n.page_database_unavailable(), i18n.page_no_data_lost());
    frame(page, "", i18n.page_unavailable(), content)
}

/// Draws a document outside of a request, islands and all.
fn draw(document: impl FnOnce() -> AnyView) -> String {
    let context = Arc::new(hydration_context::SsrSharedContext::new_islands());
    let owner = Owner::new_root(Some(context));
    owner.with(|| format!("<!DOCTYPE html>{}", document().to_html()))
}

/// The mark for tabs: a curve after its peak.
fn icon() -> AnyView {
    view! { <link rel="icon" href="/favicon.svg" type="image/svg+xml" referrerpolicy="no-referrer"/> }.into_any()
}
