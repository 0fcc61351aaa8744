//! Opening the text also copies it.

use super::on;
use leptos::html::Details;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
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
            // Without a public address the server knows only the path of a link.
            let text = match text.strip_prefix('/') {
                Some(path) => format!("{}/{path}", window().location().origin().unwrap_or_default()),
                None => text,
            };
            // No clipboard (an old browser, or no https): the text is open and can be selected.
            let promise = window().navigator().clipboard().write_text(&text);
            spawn_local(async move {
                if JsFuture::from(promise).await.is_ok() {
                    done.set(true);
                    set_timeout(move || done.set(false), std::time::Duration::from_secs(2));
                }
            });
        });
    });
}
