//! `/settings`: one's own account, and for admins who may sign in and what was done.

mod audit_log;
mod collection;
mod issuer;
mod preferences;
mod tokens;
mod users;

use super::failed;
use super::page::serve;
use crate::domain::Role;
use crate::web::components::frame::frame;
use audit_log::audit_log;
use collection::collection_settings;
use issuer::issuer;
use leptos::prelude::*;
use preferences::preferences;
use tokens::bearer_tokens;
use users::users_card;

pub fn settings() -> AnyView {
    serve(|page| async move {
        let i18n = &page.i18n;
        let title = i18n.settings_title();
        let admin = page.may(Role::Admin);
        let found = async {
            if !admin {
                return Ok((Vec::new(), Vec::new(), Vec::new()));
            }
            let store = &page.state.store;
            Ok::<_, crate::store::StoreError>((
                store.users().await?,
                store.tokens().await?,
                store.audit_log(None, 100).await?,
            ))
        };
        let (users, tokens, audit) = match found.await {
            Ok(found) => found,
            Err(error) => return failed(&page, &error),
        };
        let content = view! {
            <div class="page-head">
                <h1>{title.to_owned()}</h1>
            </div>
            <div class="cards">
                {preferences(&page)}
                {collection_settings(&page)}
                {admin.then(|| issuer(&page))}
                {admin.then(|| users_card(i18n, &users))}
                {admin.then(|| bearer_tokens(i18n, &tokens))}
                {admin.then(|| audit_log(i18n, &audit))}
            </div>
        }
        .into_any();
        frame(&page, "/settings", title, content)
    })
}
