//! Signing in and out, and one's own account.

use super::ApiError;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// A session has begun; the cookie came with the answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedIn {
    /// Where to go now, a path on this host.
    pub next: String,
}

/// Signs in with name and password. `next` is the page that was asked for.
#[server(prefix = "/api/fn", endpoint = "sign_in")]
pub async fn sign_in(
    name: String,
    password: String,
    #[server(default)] next: Option<String>,
) -> Result<SignedIn, ApiError> {
    use crate::auth::SignInError;
    use crate::domain::AuditedAction;
    use crate::web::context::cookie;
    use crate::web::context::session::{address, now, parts, state};

    let state = state();
    let device = cookie::device(&parts().headers);
    let signed_in = state.accounts.sign_in(&name, password.into(), address()?, device.as_deref(), now()).await;
    if let Err(SignInError::Wrong) = &signed_in {
        state.record_failed_sign_in(&name).await;
    }
    let user = signed_in.map_err(refused)?.id;
    let signed_in = begin(user, next).await?;
    state.record_sign_in(user, AuditedAction::SignIn).await;
    Ok(signed_in)
}

/// Signs in with a link that works once, as the demo prints it.
#[server(prefix = "/api/fn", endpoint = "sign_in_once")]
pub async fn sign_in_once(once: String, #[server(default)] next: Option<String>) -> Result<SignedIn, ApiError> {
    use super::ErrorKind;
    use crate::domain::AuditedAction;
    use crate::web::context::session::{lang, now, state};

    match state().accounts.consume_sign_in(&once.into(), now()).await? {
        Some(user) => {
            let signed_in = begin(user, next).await?;
            state().record_sign_in(user, AuditedAction::SignInOnce).await;
            Ok(signed_in)
        }
        None => Err(ApiError::new(ErrorKind::Forbidden, link_used(lang()))),
    }
}

/// Makes the first user, an admin, with the link the server printed at its first start.
#[server(prefix = "/api/fn", endpoint = "set_up")]
pub async fn set_up(once: String, name: String, password: String) -> Result<SignedIn, ApiError> {
    use super::ErrorKind;
    use super::people::{checked_name, checked_password};
    use crate::domain::AuditedAction;
    use crate::web::context::session::{now, state};

    let name = checked_name(&name)?;
    let password = checked_password(password)?;
    match state().accounts.set_up(&once.into(), &name, password, now()).await? {
        Some(user) => {
            let signed_in = begin(user, None).await?;
            state().record_sign_in(user, AuditedAction::SetUp).await;
            Ok(signed_in)
        }
        None => Err(ApiError::new(
            ErrorKind::Forbidden,
            crate::web::context::session::lang().error_setup_link_spent().to_owned(),
        )),
    }
}

/// Ends this session.
#[server(prefix = "/api/fn", endpoint = "sign_out")]
pub async fn sign_out() -> Result<(), ApiError> {
    use crate::domain::Role;
    use crate::web::context::cookie;
    use crate::web::context::session::{go_to, parts, require, set_cookie, state};

    require(Role::Viewer).await?;
    let state = state();
    if let Some(id) = cookie::session(&parts().headers, state.is_secure()) {
        state.end_session(&id).await?;
    }
    set_cookie(&cookie::clear_session(state.is_secure()));
    go_to("/login");
    Ok(())
}

/// Zone and language of one's own console; empty follows the app and the browser.
#[server(prefix = "/api/fn", endpoint = "set_view")]
pub async fn set_view(
    #[server(default)] zone: Option<String>,
    #[server(default)] lang: Option<String>,
) -> Result<(), ApiError> {
    use super::shares::{checked_lang, checked_zone};
    use crate::domain::Role;
    use crate::web::context::session::require;
    use crate::web::context::session::{filled, state};

    let viewer = require(Role::Viewer).await?;
    let zone = filled(zone).map(|zone| checked_zone(&zone)).transpose()?;
    let lang = filled(lang).map(|lang| checked_lang(&lang)).transpose()?;
    Ok(state().store.set_user_view(viewer.id, zone.as_deref(), lang.as_deref()).await?)
}

/// Changes one's own password. Every session of the account ends, and this one gets a new id.
#[server(prefix = "/api/fn", endpoint = "change_password")]
pub async fn change_password(current_password: String, new_password: String) -> Result<SignedIn, ApiError> {
    use super::ErrorKind;
    use super::people::checked_password;
    use crate::auth::SignInError;
    use crate::credentials::password;
    use crate::domain::{AuditedAction, Role};
    use crate::web::context::cookie;
    use crate::web::context::session::require;
    use crate::web::context::session::{address, audit, now, parts, state};

    let viewer = require(Role::Viewer).await?;
    let new_password = checked_password(new_password)?;
    let state = state();
    // The same throttle as at the door: a borrowed session is no place to guess.
    let device = cookie::device(&parts().headers);
    let from = address()?;
    let checked = state.accounts.sign_in(&viewer.name, current_password.into(), from, device.as_deref(), now()).await;
    if let Err(SignInError::Wrong) = &checked {
        state.record_failed_sign_in(&viewer.name).await;
    }
    checked.map_err(|error| match error {
        SignInError::Wrong => {
            ApiError::new(ErrorKind::Invalid, crate::web::context::session::lang().error_current_password().to_owned())
        }
        other => refused(other),
    })?;
    let hash = password::hash(new_password).await;
    state.store.set_user_password(&viewer.name, &hash).await?;
    state.changes.increment_sessions();
    audit(&viewer, AuditedAction::ChangePassword, &viewer.name).await;
    begin(viewer.id, Some("/settings".to_owned())).await
}

/// What a sign-in link says that works no more.
#[cfg(feature = "ssr")]
pub(crate) fn link_used(lang: crate::i18n::Lang) -> &'static str {
    lang.error_sign_in_link_spent()
}

/// A sign-in that failed, in words.
#[cfg(feature = "ssr")]
fn refused(error: crate::auth::SignInError) -> ApiError {
    use super::ErrorKind;
    use crate::auth::SignInError;
    use crate::web::context::refusals::TranslatedError;

    let words = error.sentence(crate::web::context::session::lang());
    match error {
        SignInError::Wrong => ApiError::new(ErrorKind::Forbidden, words),
        SignInError::Throttled(_) | SignInError::Busy => ApiError::new(ErrorKind::Throttled, words),
        SignInError::Store(error) => crate::web::context::session::internal(error),
    }
}

/// Begins a session under a new id; one that the browser had before ends.
#[cfg(feature = "ssr")]
async fn begin(user: i64, next: Option<String>) -> Result<SignedIn, ApiError> {
    use crate::web::context::cookie;
    use crate::web::context::session::{go_to, parts, set_cookie, state};

    let state = state();
    let id = state.begin_session(user, cookie::session(&parts().headers, state.is_secure())).await?;
    set_cookie(&cookie::set_session(&id, state.is_secure()));
    set_cookie(&cookie::set_device(&state.accounts.device(user), state.is_secure()));
    let next = crate::web::context::request::local_path(next.as_deref()).unwrap_or("/").to_owned();
    go_to(&next);
    Ok(SignedIn { next })
}
