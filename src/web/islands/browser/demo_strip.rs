//! Says each second what comes next in the demo's story.

use crate::domain::Millis;
use crate::i18n::I18n;
use leptos::prelude::*;
use std::time::Duration;

pub fn demo_strip(i18n: I18n, began: i64, now: i64, said: RwSignal<String>) {
    let ahead = now - js_sys::Date::now() as i64;
    // An interval that the browser refuses leaves the sentence as the server wrote it.
    let _ = set_interval_with_handle(
        move || said.set(i18n.demo_next(Some(Millis(began)), Millis(js_sys::Date::now() as i64 + ahead))),
        Duration::from_secs(1),
    );
}
