//! What islands do in the browser: listeners on what the server drew.
//!
//! May not: write HTML from text it was given; names go in as text nodes.

mod chart_cursor;
mod copy_text;
mod demo_strip;
mod live_board;
mod share_button;

pub use chart_cursor::chart_cursor;
pub use copy_text::copy_text;
pub use demo_strip::demo_strip;
pub use live_board::live_board;
pub use share_button::share_button;

use leptos::wasm_bindgen::JsCast;
use leptos::wasm_bindgen::closure::Closure;
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
