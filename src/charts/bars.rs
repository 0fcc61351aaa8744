//! One bar of a list; the number stands beside it.

use super::colour;
use crate::domain::Counter;
use leptos::prelude::*;

/// A bar `part ÷ whole` of the width it is given.
pub fn bar(counter: Counter, part: i64, whole: i64) -> AnyView {
    view! {
        <svg class=format!("bar {}", colour(counter)) width="100%" height="12" aria-hidden="true" focusable="false">
            <rect width=super::share(part, whole) height="12"></rect>
        </svg>
    }
    .into_any()
}
