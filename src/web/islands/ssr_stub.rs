//! What islands do on the server: nothing.

use super::Tapped;
use super::board_row::BoardContext;
use crate::i18n::I18n;
use leptos::html::{Button, Details, Div, Form};
use leptos::prelude::*;

pub fn chart_cursor(_area: NodeRef<Div>, _i18n: I18n, _shown: RwSignal<String>) {}

pub fn copy_text(_details: NodeRef<Details>, _done: RwSignal<bool>) {}

pub fn live_board(
    _area: NodeRef<Div>,
    _i18n: I18n,
    _drawn: BoardContext,
    _fresh: RwSignal<usize>,
    _sealed: RwSignal<Option<(String, String)>>,
    _alert: RwSignal<String>,
) {
}

pub fn share_button(_form: NodeRef<Form>, _stream: i64, _then: String, _tapped: RwSignal<Tapped>) {}

pub fn share_link(_details: NodeRef<Details>, _title: String, _done: RwSignal<bool>) {}

pub fn print_page(_button: NodeRef<Button>, _ready: RwSignal<bool>) {}
