//! `/login` and `/setup`.

use super::failed;
use super::page::{PageContext, serve};
use crate::credentials::password::MIN_LENGTH;
use crate::i18n::I18n;
use crate::web::api::FormAction;
use crate::web::components::frame::frame;
use leptos::prelude::*;

/// `/login`: name and password, then on to the page that was asked for.
pub fn login() -> AnyView {
    serve(|page| async move {
        let i18n = &page.i18n;
        match page.state.store.user_count().await {
            Ok(0) => return no_users_yet(&page),
            Ok(_) => {}
            Err(error) => return failed(&page, &error),
        }
        let title = i18n.sign_in();
        let next = page.param("next").unwrap_or("/").to_owned();
        let typed = page.request.flash.as_deref().and_then(|flash| flash.field("name")).unwrap_or_default().to_owned();
        let form = view! {
            <div class="narrow">
                <h1>{title.to_owned()}</h1>
                <form method="post" action=FormAction::SignIn.path() class="stacked">
                    <input type="hidden" name="next" value=next/>
                    <label for="name">{i18n.sign_in_username().to_owned()}</label>
                    <input
                        id="name"
                        name="name"
                        value=typed
                        required
                        autocomplete="username"
                        autocapitalize="none"
                        maxlength="64"
                    />
                    <label for="password">{i18n.sign_in_password().to_owned()}</label>
                    <input id="password" name="password" type="password" required autocomplete="current-password"/>
                    <button type="submit" class="primary">
                        {title.to_owned()}
                    </button>
                </form>
                <p class="note">
                    {i18n
                        .sign_in_forgot_password()
                        .to_owned()}
                </p>
            </div>
        }
        .into_any();
        frame(&page, "/login", title, form)
    })
}

/// Nobody can sign in before there is a user.
fn no_users_yet(page: &PageContext) -> AnyView {
    let i18n = &page.i18n;
    let title = i18n.sign_in_no_user_yet();
    frame(page, "/login", title, set_up_how(i18n, title))
}

/// Where the set-up link is, and what does without it.
fn set_up_how(i18n: &I18n, title: &str) -> AnyView {
    view! {
        <div class="empty">
            <h1>{title.to_owned()}</h1>
            <p>{i18n.sign_in_setup_how()} " " <code>"aftershow operator add NAME"</code></p>
        </div>
    }
    .into_any()
}

/// `/setup?once=…`: the first user. The link is checked before anybody fills in the form.
pub fn set_up() -> AnyView {
    serve(|page| async move {
        let i18n = &page.i18n;
        let title = i18n.sign_in_create_first_admin();
        let Some(once) = page.param("once") else {
            return frame(&page, "/setup", title, set_up_how(i18n, title));
        };
        let (accounts, store) = (&page.state.accounts, &page.state.store);
        let found = async { Ok((accounts.setup_is_open(&once.into(), page.now).await?, store.user_count().await?)) };
        let content = match found.await {
            Ok((true, _)) => form(&page, once),
            Ok((false, 0)) => set_up_how(i18n, i18n.sign_in_setup_link_invalid()),
            // It was used, or is not needed: users with an account sign in.
            Ok((false, _)) => view! {
                <div class="empty">
                    <h1>
                        {i18n
                            .sign_in_setup_link_used()
                            .to_owned()}
                    </h1>
                    <p>
                        {i18n
                            .sign_in_has_users()
                            .to_owned()} " " <a href="/login">{i18n.sign_in().to_owned()}</a>
                    </p>
                </div>
            }
            .into_any(),
            Err(error) => return failed(&page, &error as &crate::store::StoreError),
        };
        frame(&page, "/setup", title, content)
    })
}

fn form(page: &PageContext, once: &str) -> AnyView {
    let i18n = &page.i18n;
    let typed = page.typed(FormAction::SetUp).and_then(|flash| flash.field("name")).unwrap_or_default().to_owned();
    view! {
        <div class="narrow">
            <h1>{i18n.sign_in_create_first_admin().to_owned()}</h1>
            <p>
                {i18n
                    .sign_in_first_account_is_admin()
                    .to_owned()}
            </p>
            <form method="post" action=FormAction::SetUp.path() class="stacked">
                <input type="hidden" name="once" value=once.to_owned()/>
                <label for="name">{i18n.sign_in_username().to_owned()}</label>
                <input
                    id="name"
                    name="name"
                    value=typed
                    required
                    autocomplete="username"
                    autocapitalize="none"
                    maxlength="64"
                />
                <label for="password">{i18n.sign_in_password().to_owned()}</label>
                <input
                    id="password"
                    name="password"
                    type="password"
                    required
                    autocomplete="new-password"
                    aria-describedby="password-rule"
                />
                <p id="password-rule" class="note">
                    {i18n.password_rule()} " "
                    {i18n
                        .sign_in_passphrase_hint()
                        .to_owned()}
                </p>
                <button type="submit" class="primary">
                    {i18n.sign_in_create_and_sign_in().to_owned()}
                </button>
            </form>
        </div>
    }
    .into_any()
}

impl I18n {
    /// Said before a password is typed, not after.
    pub(super) fn password_rule(&self) -> String {
        self.sign_in_password_rule(MIN_LENGTH as i64)
    }
}
