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
    use crate::web::context::session::{address, begin, now, parts, state};

    let state = state();
    let device = cookie::device(&parts().headers);
    let signed_in = state.accounts.sign_in(&name, password.into(), address()?, device.as_deref(), now()).await;
    if let Err(SignInError::Wrong) = &signed_in {
        state.record_failed_sign_in(&name).await;
    }
    let user = signed_in?.id;
    let signed_in = SignedIn { next: begin(user, next).await? };
    state.record_sign_in(user, AuditedAction::SignIn).await;
    Ok(signed_in)
}

/// Signs in with a link that works once, as the demo prints it.
#[server(prefix = "/api/fn", endpoint = "sign_in_once")]
pub async fn sign_in_once(once: String, #[server(default)] next: Option<String>) -> Result<SignedIn, ApiError> {
    use super::ErrorKind;
    use crate::domain::AuditedAction;
    use crate::web::context::session::{begin, lang, now, state};

    match state().accounts.consume_sign_in(&once.into(), now()).await? {
        Some(user) => {
            let signed_in = SignedIn { next: begin(user, next).await? };
            state().record_sign_in(user, AuditedAction::SignInOnce).await;
            Ok(signed_in)
        }
        None => Err(ApiError::new(ErrorKind::Forbidden, lang().error_sign_in_link_spent())),
    }
}

/// Makes the first user, an admin, with the link the server printed at its first start.
#[server(prefix = "/api/fn", endpoint = "set_up")]
pub async fn set_up(once: String, name: String, password: String) -> Result<SignedIn, ApiError> {
    use super::ErrorKind;
    use crate::domain::AuditedAction;
    use crate::web::context::input;
    use crate::web::context::session::{begin, lang, now, state};

    let name = input::name(&name)?;
    let password = input::password(password)?;
    match state().accounts.set_up(&once.into(), &name, password, now()).await? {
        Some(user) => {
            let signed_in = SignedIn { next: begin(user, None).await? };
            state().record_sign_in(user, AuditedAction::SetUp).await;
            Ok(signed_in)
        }
        None => Err(ApiError::new(ErrorKind::Forbidden, lang().error_setup_link_spent().to_owned())),
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
    use crate::domain::Role;
    use crate::web::context::input;
    use crate::web::context::session::{filled, require, state};

    let viewer = require(Role::Viewer).await?;
    let zone = filled(zone).map(|zone| input::zone(&zone)).transpose()?;
    let lang = filled(lang).map(|lang| input::language(&lang)).transpose()?;
    Ok(state().store.set_user_view(viewer.id, zone.as_deref(), lang.as_deref()).await?)
}

/// Changes one's own password. Every session of the account ends, and this one gets a new id.
#[server(prefix = "/api/fn", endpoint = "change_password")]
pub async fn change_password(current_password: String, new_password: String) -> Result<SignedIn, ApiError> {
    use super::ErrorKind;
    use crate::auth::SignInError;
    use crate::credentials::password;
    use crate::domain::{AuditedAction, Role};
    use crate::web::context::cookie;
    use crate::web::context::input;
    use crate::web::context::session::{address, audit, begin, lang, now, parts, require, state};

    let viewer = require(Role::Viewer).await?;
    let new_password = input::password(new_password)?;
    let state = state();
    // The same throttle as at the door: a borrowed session is no place to guess.
    let device = cookie::device(&parts().headers);
    let from = address()?;
    let checked = state.accounts.sign_in(&viewer.name, current_password.into(), from, device.as_deref(), now()).await;
    if let Err(SignInError::Wrong) = &checked {
        state.record_failed_sign_in(&viewer.name).await;
    }
    checked.map_err(|error| match error {
        SignInError::Wrong => ApiError::new(ErrorKind::Invalid, lang().error_current_password().to_owned()),
        other => other.into(),
    })?;
    let hash = password::hash(new_password).await;
    state.store.set_user_password(&viewer.name, &hash).await?;
    state.changes.increment_sessions();
    audit(&viewer, AuditedAction::ChangePassword, &viewer.name).await;
    Ok(SignedIn { next: begin(viewer.id, Some("/settings".to_owned())).await? })
}
