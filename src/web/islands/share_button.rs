//! One tap makes a link and copies it. Without scripts it is a form, and the page it leads to shows the link.

use super::browser;
use crate::web::api::FormAction;
use leptos::html::Form;
use leptos::prelude::*;

/// What became of the tap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Tapped {
    #[default]
    Not,
    /// The link is made and in the clipboard.
    Copied,
    /// The link is made; the clipboard was refused, so it is shown to be copied by hand.
    Made(String),
    /// In words.
    Failed(String),
}

/// Makes an ordinary link (preset Host) to the newest report of a stream, or takes the one made before. `then` is where to
/// go with the link's id at the end, in the demo, which shows the link on a phone; empty, one stays.
#[island]
pub fn ShareButton(stream: i64, label: String, copied: String, then: String) -> impl IntoView {
    let form = NodeRef::<Form>::new();
    let tapped = RwSignal::new(Tapped::Not);
    browser::share_button(form, stream, then, tapped);
    let words = move || match tapped.get() {
        Tapped::Copied => copied.clone(),
        _ => label.clone(),
    };
    let shown = move || match tapped.get() {
        Tapped::Made(text) | Tapped::Failed(text) => Some(text),
        Tapped::Not | Tapped::Copied => None,
    };
    view! {
        <form method="post" action=FormAction::CreateShare.path() class="share" node_ref=form>
            <input type="hidden" name="stream" value=stream/>
            <input type="hidden" name="again" value="true"/>
            <button type="submit" class="small">
                <span aria-live="polite">{words}</span>
            </button>
            <output class="copy-text">{shown}</output>
        </form>
    }
}
