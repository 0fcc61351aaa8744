//! The demo's countdown: the sentence the server wrote, updated each second.

use super::browser;
use crate::domain::Millis;
use crate::i18n::I18n;
use leptos::prelude::*;

/// `began` is when the present run of the story began, `now` the server's clock when the page was made.
#[island]
pub fn DemoStrip(i18n: I18n, began: i64, now: i64) -> impl IntoView {
    let said = RwSignal::new(i18n.demo_next(Some(Millis(began)), Millis(now)));
    browser::demo_strip(i18n, began, now, said);
    view! { <span>{said}</span> }
}
