//! One cursor over the charts it wraps, by pointer and by arrow keys; it shows and speaks the values at its time. With
//! `zoom` the chart can be drawn out, by buttons, keys, or over a stretch that is dragged.

use super::browser;
use crate::i18n::I18n;
use leptos::html::Div;
use leptos::prelude::*;

/// Wraps charts that carry their values (`data-values`). Several charts share the cursor's time; where a chart's figure
/// has an element `data-reading`, its value is written there. `label` names the cursor for screen readers.
#[island]
pub fn ChartCursor(i18n: I18n, label: String, zoom: bool, children: Children) -> impl IntoView {
    let area = NodeRef::<Div>::new();
    let shown = RwSignal::new(String::new());
    let buttons = zoom.then(|| {
        let button = |what: &'static str, label: &str, sign: &'static str| {
            view! { <button type="button" data-zoom=what aria-label=label.to_owned() title=label.to_owned()>{sign}</button> }
        };
        view! {
            <div class="zoom" hidden>
                {button("out", i18n.chart_zoom_out(), "−")}
                {button("in", i18n.chart_zoom_in(), "+")}
                {button("whole", i18n.chart_show_all(), "↔")}
            </div>
        }
    });
    browser::chart_cursor(area, i18n, shown);
    view! {
        <div class="cursor-area" node_ref=area>
            // What is shown is spoken by the slider's value.
            <p class="readout" aria-hidden="true">
                {move || shown.get()}
            </p>
            {buttons}
            <div class="plots">{children()}</div>
            <div class="handle" role="slider" aria-label=label aria-valuenow="0" hidden></div>
        </div>
    }
}
