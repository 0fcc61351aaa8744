//! Bearer tokens of `/api/v1`.

use crate::i18n::I18n;
use crate::store::TokenRow;
use crate::web::api::FormAction;
use crate::web::components::frame::button;
use crate::web::components::name;
use leptos::prelude::*;

/// Who may read `/api/v1`, and when they last did.
pub(super) fn bearer_tokens(i18n: &I18n, tokens: &[TokenRow]) -> AnyView {
    let rows = tokens
        .iter()
        .map(|token| {
            let used = token.last_used_at.map_or_else(|| i18n.settings_never_used().to_owned(), |at| i18n.date_hm(at));
            let remove = i18n.settings_remove();
            view! {
                <tr>
                    <th scope="row">{name(&token.name, 32)}</th>
                    <td>{used}</td>
                    <td>{button(FormAction::RemoveToken, remove, "small", vec![("name", token.name.clone())])}</td>
                </tr>
            }
        })
        .collect_view();
    let table = (!tokens.is_empty()).then(|| {
        view! {
            <table class="list people">
                <thead>
                    <tr>
                        <th scope="col">{i18n.settings_name().to_owned()}</th>
                        <th scope="col">{i18n.settings_last_used().to_owned()}</th>
                        <th scope="col">
                            <span class="visually-hidden">{i18n.settings_remove().to_owned()}</span>
                        </th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        }
    });
    view! {
        <section class="card" aria-labelledby="tokens">
            <h2 id="tokens">{i18n.settings_api_tokens().to_owned()}</h2>
            <p class="note">
                {i18n
                    .settings_api_tokens_hint()
                    .to_owned()}
                <a href="/api/v1/openapi.json">"/api/v1/openapi.json"</a>
            </p>
            {table}
            <form method="post" action=FormAction::CreateToken.path() class="in-line">
                <div>
                    <label for="token-name">{i18n.settings_token_name().to_owned()}</label>
                    <input id="token-name" name="name" required maxlength="64" autocapitalize="none" autocomplete="off"/>
                </div>
                <button type="submit">{i18n.settings_create_token().to_owned()}</button>
            </form>
        </section>
    }
    .into_any()
}
