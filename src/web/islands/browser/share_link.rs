//! Hands the link to the share sheet, or copies it.

use super::{copy, on};
use leptos::html::Details;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::ShareData;

pub fn share_link(details: NodeRef<Details>, title: String, done: RwSignal<bool>) {
    Effect::new(move |_| {
        let Some(details) = details.get() else { return };
        let (Ok(Some(summary)), Ok(Some(text))) = (details.query_selector("summary"), details.query_selector("pre"))
        else {
            return;
        };
        let title = title.clone();
        on(&summary, "click", move |event: web_sys::Event| {
            let url = super::whole_address(text.text_content().unwrap_or_default());
            let navigator = window().navigator();
            let shares = js_sys::Reflect::has(navigator.unchecked_ref::<JsValue>(), &JsValue::from_str("share"));
            if shares != Ok(true) {
                return copy(&url, done);
            }
            event.prevent_default();
            let data = ShareData::new();
            data.set_title(&title);
            data.set_url(&url);
            let shared = navigator.share_with_data(&data);
            // Someone who closes the sheet wanted nothing more.
            spawn_local(async move {
                let _ = JsFuture::from(shared).await;
            });
        });
    });
}
