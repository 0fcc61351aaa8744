//! The user's own settings: time zone, language, password.

use crate::i18n::Lang;
use crate::web::api::FormAction;
use crate::web::pages::page::PageContext;
use leptos::prelude::*;

/// The user's time zone, language and password.
pub(super) fn preferences(page: &PageContext) -> AnyView {
    let i18n = &page.i18n;
    let viewer = page.viewer.clone();
    let kept = viewer.as_ref().and_then(|viewer| viewer.zone.clone()).unwrap_or_default();
    // Only the zone can be refused here: the languages are a list.
    let refused = page.typed(FormAction::SetView);
    let problem = refused.and_then(|flash| flash.error()).map(|error| crate::i18n::escape_invisible(&error.message));
    let zone = refused.and_then(|flash| flash.field("zone")).map_or(kept, str::to_owned);
    let lang = viewer.as_ref().and_then(|viewer| Lang::from_code(viewer.lang.as_deref()?));
    let options = Lang::CONSOLE
        .iter()
        .copied()
        .map(|option| {
            view! {
                <option value=option.code() selected=Some(option) == lang>
                    {option.own_name()}
                </option>
            }
        })
        .collect_view();
    view! {
        <section class="card" aria-labelledby="own">
            <h2 id="own">{i18n.settings_preferences().to_owned()}</h2>
            <form method="post" action=FormAction::SetView.path() class="stacked">
                <label for="zone">
                    {i18n.settings_time_zone().to_owned()}
                </label>
                <input
                    id="zone"
                    name="zone"
                    value=zone
                    placeholder="Asia/Shanghai"
                    spellcheck="false"
                    aria-invalid=problem.is_some().then_some("true")
                    aria-describedby=problem.is_some().then_some("zone-problem")
                />
                {problem.map(|problem| view! { <p id="zone-problem" class="problem">{problem}</p> })}
                <label for="lang">{i18n.settings_language().to_owned()}</label>
                <select id="lang" name="lang">
                    <option value="">{i18n.settings_browser_default().to_owned()}</option>
                    {options}
                </select>
                <button type="submit">{i18n.settings_save().to_owned()}</button>
            </form>
            <form method="post" action=FormAction::ChangePassword.path() class="stacked">
                <label for="current_password">{i18n.settings_current_password().to_owned()}</label>
                <input id="current_password" name="current_password" type="password" required autocomplete="current-password"/>
                <label for="new_password">{i18n.settings_new_password().to_owned()}</label>
                <input
                    id="new_password"
                    name="new_password"
                    type="password"
                    required
                    autocomplete="new-password"
                    aria-describedby="new_password-rule"
                />
                <p id="new_password-rule" class="note">{i18n.password_rule()}</p>
                <button type="submit">{i18n.settings_change_password().to_owned()}</button>
            </form>
        </section>
    }
    .into_any()
}
