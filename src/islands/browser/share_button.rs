//! Makes the link where the form would, and copies it.

use super::on;
use crate::api::shares::create_share;
use crate::domain::StreamId;
use crate::islands::Tapped;
use leptos::html::Form;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;

pub fn share_button(form: NodeRef<Form>, stream: i64, tapped: RwSignal<Tapped>) {
    Effect::new(move |_| {
        let Some(form) = form.get() else { return };
        on(&form, "submit", move |event: web_sys::Event| {
            event.prevent_default();
            spawn_local(async move {
                tapped.set(make(stream).await);
            });
        });
    });
}

async fn make(stream: i64) -> Tapped {
    match create_share(StreamId(stream), None, None, None, None, None, None, None, None).await {
        Ok(made) => {
            // Without a public address the server knows only the path.
            let origin = window().location().origin().unwrap_or_default();
            let link = if made.link.starts_with('/') { format!("{origin}{}", made.link) } else { made.link };
            let copied = JsFuture::from(window().navigator().clipboard().write_text(&link)).await;
            if copied.is_ok() { Tapped::Copied } else { Tapped::Made(link) }
        }
        Err(error) => Tapped::Failed(error.message),
    }
}
