//! What islands do on the server: nothing.

use crate::lang::Words;
use leptos::html::{Details, Div};
use leptos::prelude::*;

pub fn chart_cursor(_area: NodeRef<Div>, _words: Words, _spoken: RwSignal<String>) {}

pub fn copy_text(_details: NodeRef<Details>, _done: RwSignal<bool>) {}
