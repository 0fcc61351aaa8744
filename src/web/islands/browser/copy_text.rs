//! Opening the text also copies it.

use super::{copy, on, whole_address};
use leptos::html::Details;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use web_sys::HtmlElement;

pub fn copy_text(details: NodeRef<Details>, done: RwSignal<bool>) {
    Effect::new(move |_| {
        let Some(details) = details.get() else { return };
        let (Ok(Some(summary)), Ok(Some(text))) = (details.query_selector("summary"), details.query_selector("pre"))
        else {
            return;
        };
        on(&summary, "click", move |_: web_sys::Event| {
            let Some(text) = text.dyn_ref::<HtmlElement>().and_then(|text| text.text_content()) else { return };
            copy(&whole_address(text), done);
        });
    });
}
