//! (not written yet)

use leptos::prelude::*;
use leptos_router::SsrMode;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;

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
