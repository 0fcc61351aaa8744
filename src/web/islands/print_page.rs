//! Printing, where scripts run; else words about the browser's own menu.

use super::browser;
use leptos::html::Button;
use leptos::prelude::*;

#[island]
pub fn PrintPage(label: String, how: String) -> impl IntoView {
    let button = NodeRef::<Button>::new();
    let ready = RwSignal::new(false);
    browser::print_page(button, ready);
    view! {
        <button type="button" class="as-link" node_ref=button hidden=move || !ready.get()>
            {label}
        </button>
        <span class="how" hidden=move || ready.get()>
            {how}
        </span>
    }
}
