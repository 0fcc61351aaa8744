//! Text to take along: shown when opened, and copied at the same tap where the browser lets us.

use super::browser;
use leptos::html::Details;
use leptos::prelude::*;

/// A disclosure that is a copy button where scripts run. `text` is shown as it is, so it can always be copied by hand.
#[island]
pub fn CopyText(label: String, copied: String, text: String) -> impl IntoView {
    let details = NodeRef::<Details>::new();
    let done = RwSignal::new(false);
    browser::copy_text(details, done);
    view! {
        <details class="copy" node_ref=details>
            <summary class="button">
                <span aria-live="polite">{move || if done.get() { copied.clone() } else { label.clone() }}</span>
            </summary>
            <pre class="copy-text">{text}</pre>
        </details>
    }
}
