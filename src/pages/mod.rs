//! One module per page: what it reads and how it is laid out. Complete HTML, with or without scripts.
//!
//! May not: call Tencent, hold SQL, or decide a rule.

pub mod report;
#[cfg(test)]
mod tests;

use crate::lang::Lang;
use leptos::prelude::*;
use leptos_router::SsrMode;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;
use std::sync::Arc;

/// Draws a document outside of a request, islands and all.
pub(crate) fn draw(document: impl FnOnce() -> AnyView) -> String {
    let context = Arc::new(hydration_context::SsrSharedContext::new_islands());
    let owner = Owner::new_root(Some(context));
    owner.with(|| format!("<!DOCTYPE html>{}", document().to_html()))
}

/// A mark for tabs that needs no request: a curve after its peak.
pub(crate) fn icon() -> AnyView {
    let drawing = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M1 13h14M1 11l3-2 3-6 3 5 5 3' fill='none' stroke='%23b37400' stroke-width='2' stroke-linejoin='round' stroke-linecap='round'/%3E%3C/svg%3E";
    view! { <link rel="icon" href=drawing/> }.into_any()
}

/// Links to this page in the other languages.
pub(crate) fn languages(path: &str, current: Lang) -> AnyView {
    let links = Lang::ALL
        .into_iter()
        .map(|lang| {
            let here = (lang == current).then_some("true");
            view! {
                <a href=format!("{path}?lang={}", lang.code()) lang=lang.tag() hreflang=lang.tag() aria-current=here>
                    {lang.own_name()}
                </a>
            }
        })
        .collect_view();
    view! { <nav class="languages" aria-label="Language">{links}</nav> }.into_any()
}

#[component]
fn Provisional() -> impl IntoView {
    let name = use_context::<Option<crate::auth::Viewer>>().flatten().map(|viewer| viewer.name);
    let error =
        crate::server::request::request().and_then(|info| info.flash?.error().map(|error| error.message.clone()));
    view! { <main><p>{name}</p><p role="alert">{error}</p></main> }
}

#[component]
pub fn App() -> impl IntoView {
    view! {
        <Router>
            <Routes fallback=|| "not found">
                <Route path=path!("/") view=Provisional ssr=SsrMode::Async/>
                <Route path=path!("/login") view=Provisional ssr=SsrMode::Async/>
                <Route path=path!("/setup") view=Provisional ssr=SsrMode::Async/>
                <Route path=path!("/verify") view=Provisional ssr=SsrMode::Async/>
                <Route path=path!("/streams") view=Provisional ssr=SsrMode::Async/>
                <Route path=path!("/streams/:id") view=Provisional ssr=SsrMode::Async/>
                <Route path=path!("/settings") view=Provisional ssr=SsrMode::Async/>
            </Routes>
        </Router>
    }
}

pub fn shell(_options: LeptosOptions) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"/></head><body><App/></body></html>
    }
}
