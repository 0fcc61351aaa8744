//! One cursor over the charts it wraps, by pointer and by arrow keys; it shows and speaks the values at its time.

use super::browser;
use crate::lang::Words;
use leptos::html::Div;
use leptos::prelude::*;

/// Wraps charts that carry their values (`data-values`). Several charts share the cursor's time.
#[island]
pub fn ChartCursor(words: Words, children: Children) -> impl IntoView {
    let area = NodeRef::<Div>::new();
    let spoken = RwSignal::new(String::new());
    browser::chart_cursor(area, words, spoken);
    view! {
        <div class="cursor-area" node_ref=area>
            {children()}
            <p class="readout" aria-live="polite">
                {move || spoken.get()}
            </p>
        </div>
    }
}
