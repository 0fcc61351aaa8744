//! Links to a page in the other languages.

use crate::i18n::Lang;
use leptos::prelude::*;

/// Links to this page in the languages it is offered in.
pub fn languages(path: &str, offered: &[Lang], current: Lang) -> AnyView {
    let joint = if path.contains('?') { '&' } else { '?' };
    let links = offered
        .iter()
        .map(|lang| {
            let here = (*lang == current).then_some("true");
            view! {
                <a
                    href=format!("{path}{joint}lang={}", lang.code())
                    lang=lang.tag()
                    hreflang=lang.tag()
                    aria-current=here
                >
                    {lang.own_name()}
                </a>
            }
        })
        .collect_view();
    let label = current.report_language().to_owned();
    view! {
        <nav class="languages" aria-label=label>
            {links}
        </nav>
    }
    .into_any()
}
