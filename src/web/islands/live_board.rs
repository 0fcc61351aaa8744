//! The board that ticks: it writes over what the server drew, and needs no copy of it.

use super::board_row::BoardContext;
use super::browser;
use crate::i18n::I18n;
use leptos::html::Div;
use leptos::prelude::*;

/// Wraps the strip and the table of the board, as the server drew them.
#[island]
pub fn LiveBoard(i18n: I18n, drawn: BoardContext, children: Children) -> impl IntoView {
    let area = NodeRef::<Div>::new();
    let fresh = RwSignal::new(0usize);
    let sealed = RwSignal::new(None::<(String, String)>);
    let alert = RwSignal::new(String::new());
    browser::live_board(area, i18n.clone(), drawn, fresh, sealed, alert);
    let new_rows = move || (fresh.get() > 0).then(|| i18n.new_rows(fresh.get()));
    let toast = move || sealed.get().map(|(path, text)| view! { <a class="toast" href=path>{text}</a> });
    view! {
        <div class="live-area" node_ref=area>
            <div class="live-notices" aria-live="polite">
                <button type="button" class="small show-new" hidden=move || fresh.get() == 0>
                    {new_rows}
                </button>
                {toast}
                <span class="note" hidden=move || alert.get().is_empty()>
                    {move || alert.get()}
                </span>
            </div>
            {children()}
        </div>
    }
}
