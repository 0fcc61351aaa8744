//! Makes the link where the form would, and copies it.

use super::on;
use crate::domain::StreamId;
use crate::web::api::shares::create_share;
use crate::web::islands::Tapped;
use leptos::html::Form;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;

pub fn share_button(form: NodeRef<Form>, stream: i64, then: String, tapped: RwSignal<Tapped>) {
    Effect::new(move |_| {
        let Some(form) = form.get() else { return };
        let then = then.clone();
        on(&form, "submit", move |event: web_sys::Event| {
            event.prevent_default();
            let then = then.clone();
            spawn_local(async move {
                let (made, outcome) = make(stream).await;
                tapped.set(outcome);
                if let Some(id) = made.filter(|_| !then.is_empty()) {
                    let _ = window().location().set_href(&format!("{then}{id}"));
                }
            });
        });
    });
}

/// The new link's id, and what became of the tap.
async fn make(stream: i64) -> (Option<i64>, Tapped) {
    let again = Some("true".to_owned());
    match create_share(StreamId(stream), None, None, None, None, None, None, None, None, None, None, again).await {
        Ok(made) => {
            // Without a public address the server knows only the path.
            let origin = window().location().origin().unwrap_or_default();
            let link = if made.link.starts_with('/') { format!("{origin}{}", made.link) } else { made.link };
            let copied = JsFuture::from(window().navigator().clipboard().write_text(&link)).await;
            (Some(made.id), if copied.is_ok() { Tapped::Copied } else { Tapped::Made(link) })
        }
        Err(error) => (None, Tapped::Failed(error.message)),
    }
}
