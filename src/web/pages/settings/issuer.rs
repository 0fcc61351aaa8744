//! Who issues the reports: name, contact, logo and word for coins.

use crate::i18n::Lang;
use crate::web::api::FormAction;
use crate::web::components::frame::button;
use crate::web::pages::page::PageContext;
use leptos::prelude::*;

/// Who issues the reports, as readers see it.
pub(super) fn issuer(page: &PageContext) -> AnyView {
    let i18n = &page.i18n;
    let issuer = &page.issuer;
    let typed = page.typed(FormAction::SetIssuer);
    let value = |field: &str, kept: Option<&str>| {
        typed.and_then(|flash| flash.field(field)).or(kept).unwrap_or_default().to_owned()
    };
    let own_lang = issuer.lang.map_or("en", Lang::code);
    let options = Lang::READERS
        .iter()
        .copied()
        .map(|option| {
            view! {
                <option value=option.code() selected=option.code() == own_lang>
                    {option.own_name()}
                </option>
            }
        })
        .collect_view();
    let coins = Lang::CONSOLE
        .iter()
        .copied()
        .map(|lang| {
            let (id, field) = (format!("issuer-coins-{}", lang.code()), format!("coins_{}", lang.code()));
            let kept = value(&field, issuer.coins(lang));
            let typical = lang.settings_coins_placeholder();
            view! {
                <label for=id.clone()>
                    {format!("{} · {}", i18n.settings_coins_name(), lang.own_name())}
                </label>
                <input id=id name=field value=kept placeholder=typical maxlength="24" lang=lang.tag()/>
            }
        })
        .collect_view();
    let logo = issuer.logo.as_ref().map(|logo| {
        let alt = i18n.settings_current_logo().to_owned();
        view! {
            <p>
                <img src=logo.path.clone() width=logo.width.to_string() height=logo.height.to_string() alt=alt class="logo"/>
            </p>
            {button(FormAction::RemoveLogo, i18n.settings_remove_logo(), "small", Vec::new())}
        }
    });
    view! {
        <section class="card" aria-labelledby="issuer">
            <h2 id="issuer">{i18n.settings_issuer().to_owned()}</h2>
            <form method="post" action=FormAction::SetIssuer.path() class="stacked">
                <label for="issuer-name">{i18n.settings_name().to_owned()}</label>
                <input id="issuer-name" name="name" value=value("name", Some(&issuer.name)) maxlength="80"/>
                <p class="note">
                    {i18n
                        .settings_issuer_is_signed()
                        .to_owned()}
                </p>
                <label for="issuer-contact">
                    {i18n.settings_contact().to_owned()}
                </label>
                <input id="issuer-contact" name="contact" value=value("contact", issuer.contact.as_deref()) maxlength="80"/>
                {coins}
                <label for="issuer-lang">{i18n.settings_link_language().to_owned()}</label>
                <select id="issuer-lang" name="lang">
                    {options}
                </select>
                <p class="note">
                    {i18n
                        .settings_contact_is_not_signed()
                        .to_owned()}
                </p>
                <button type="submit">{i18n.settings_save().to_owned()}</button>
            </form>
            {logo}
            <form method="post" action=FormAction::SetLogo.path() enctype="multipart/form-data" class="stacked">
                <label for="issuer-logo">
                    {i18n
                        .settings_logo()
                        .to_owned()}
                </label>
                <input id="issuer-logo" name="logo" type="file" accept="image/png,image/jpeg,image/webp" required/>
                <button type="submit">{i18n.settings_upload().to_owned()}</button>
            </form>
        </section>
    }
    .into_any()
}
