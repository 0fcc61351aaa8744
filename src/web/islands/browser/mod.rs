//! What islands do in the browser: listeners on what the server drew.
//!
//! Must not: write HTML from text it was given; names go in as text nodes.

mod chart_cursor;
mod copy_text;
mod live_board;
mod live_events;
mod print_page;
mod share_button;
mod share_link;

pub use chart_cursor::chart_cursor;
pub use copy_text::copy_text;
pub use live_board::live_board;
pub use print_page::print_page;
pub use share_button::share_button;
pub use share_link::share_link;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::JsCast;
use leptos::wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::JsFuture;
use web_sys::EventTarget;

/// Calls `listener` on each event of that name for as long as the page lives.
fn on<E: JsCast + 'static>(target: &EventTarget, name: &str, mut listener: impl FnMut(E) + 'static) {
    let closure =
        Closure::<dyn FnMut(web_sys::Event)>::new(move |event: web_sys::Event| listener(event.unchecked_into()));
    // A target that cannot listen leaves the page as the server wrote it.
    let _ = target.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
    // An island lives as long as its page.
    closure.forget();
}

/// Copies a text and says so for a while. No clipboard (an old browser, or no https): nothing happens, the text is there to
/// be selected.
fn copy(text: &str, done: RwSignal<bool>) {
    let promise = window().navigator().clipboard().write_text(text);
    spawn_local(async move {
        if JsFuture::from(promise).await.is_ok() {
            done.set(true);
            set_timeout(move || done.set(false), std::time::Duration::from_secs(2));
        }
    });
}

/// Without a public address the server knows only the path of a link.
fn whole_address(text: String) -> String {
    match text.strip_prefix('/') {
        Some(path) => format!("{}/{path}", window().location().origin().unwrap_or_default()),
        None => text,
    }
}
