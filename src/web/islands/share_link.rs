//! A link to hand on: the share sheet where the browser has one, else it is copied; without scripts it can be selected.

use super::browser;
use leptos::html::Details;
use leptos::prelude::*;

/// A disclosure with the address in it. `title` is what the share sheet says beside it.
#[island]
pub fn ShareLink(label: String, copied: String, title: String, url: String) -> impl IntoView {
    let details = NodeRef::<Details>::new();
    let done = RwSignal::new(false);
    browser::share_link(details, title, done);
    view! {
        <details class="copy" node_ref=details>
            <summary class="button">
                <span aria-live="polite">{move || if done.get() { copied.clone() } else { label.clone() }}</span>
            </summary>
            <pre class="copy-text">{url}</pre>
        </details>
    }
}
