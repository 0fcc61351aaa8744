//! One bar of a list; the number is beside it.

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

/// A bar of which only a range is known: whole up to the least, pale and open up to the most.
pub fn bar_between(counter: Counter, (least, most): (i64, i64), whole: i64) -> AnyView {
    let (start, end) = (super::share(least, whole), super::share(most, whole));
    let edge = |y: &'static str| view! { <line x1=start.clone() x2=end.clone() y1=y y2=y></line> };
    view! {
        <svg class=format!("bar {}", colour(counter)) width="100%" height="12" aria-hidden="true" focusable="false">
            <rect width=start.clone() height="12"></rect>
            <rect class="open" x=start.clone() width=super::share(most - least, whole) height="12"></rect>
            {edge("0.5")}
            {edge("11.5")}
        </svg>
    }
    .into_any()
}
