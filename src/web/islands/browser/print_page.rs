//! Opens the browser's print dialog.

use super::on;
use leptos::html::Button;
use leptos::prelude::*;

pub fn print_page(button: NodeRef<Button>, ready: RwSignal<bool>) {
    Effect::new(move |_| {
        let Some(button) = button.get() else { return };
        on(&button, "click", |_: web_sys::Event| {
            // A browser inside an app may not print; its page stays as it was.
            let _ = window().print();
        });
        ready.set(true);
    });
}
