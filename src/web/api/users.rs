//! Accounts and bearer tokens: what an admin changes.

use super::ApiError;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// A bearer token, shown this once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewToken {
    pub name: String,
    pub token: String,
}

/// Adds a user. `role` is `viewer`, `user` or `admin`.
#[server(prefix = "/api/fn", endpoint = "add_operator")]
pub async fn add_user(name: String, role: String, password: String) -> Result<(), ApiError> {
    use super::ErrorKind;
    use crate::credentials::password as passwords;
    use crate::domain::{AuditedAction, Role};
    use crate::web::context::input;
    use crate::web::context::session::{audit, lang, now, require, state};

    let viewer = require(Role::Admin).await?;
    let name = input::name(&name)?;
    let role = input::role(&role)?;
    let hash = passwords::hash(input::password(password)?).await;
    if state().store.add_user(&name, &hash, role, now()).await?.is_none() {
        return Err(ApiError::new(ErrorKind::Conflict, lang().error_name_taken(&name)));
    }
    audit(&viewer, AuditedAction::AddUser, &format!("{name} as {}", role.name())).await;
    Ok(())
}

/// Changes a user's role; holds at once, in open sessions too.
#[server(prefix = "/api/fn", endpoint = "set_operator_role")]
pub async fn set_user_role(name: String, role: String) -> Result<(), ApiError> {
    use super::ErrorKind;
    use crate::domain::{AuditedAction, Role};
    use crate::web::context::input;
    use crate::web::context::session::{audit, lang, require, state};

    let viewer = require(Role::Admin).await?;
    let role = input::role(&role)?;
    let state = state();
    if !state.store.set_user_role(&name, role).await? {
        return Err(ApiError::new(ErrorKind::Conflict, lang().error_last_admin(&name)));
    }
    state.changes.increment_sessions();
    audit(&viewer, AuditedAction::SetUserRole, &format!("{name} to {}", role.name())).await;
    Ok(())
}

/// Sets another user's password; their sessions end.
#[server(prefix = "/api/fn", endpoint = "set_operator_password")]
pub async fn set_user_password(name: String, password: String) -> Result<(), ApiError> {
    use crate::credentials::password as passwords;
    use crate::domain::{AuditedAction, Role};
    use crate::web::context::input;
    use crate::web::context::session::{audit, lang, require, state};

    let viewer = require(Role::Admin).await?;
    // Otherwise anybody with an open session could take the account over without its password.
    if name.trim().to_lowercase() == viewer.name.to_lowercase() {
        return Err(ApiError::invalid(lang().error_own_password().to_owned()));
    }
    let hash = passwords::hash(input::password(password)?).await;
    let state = state();
    if !state.store.set_user_password(&name, &hash).await? {
        return Err(ApiError::not_found(lang().error_no_such_name(&name)));
    }
    state.changes.increment_sessions();
    audit(&viewer, AuditedAction::SetUserPassword, &name).await;
    Ok(())
}

/// Removes a user; their sessions end, what they did stays in the audit log.
#[server(prefix = "/api/fn", endpoint = "remove_operator")]
pub async fn remove_user(name: String) -> Result<(), ApiError> {
    use super::ErrorKind;
    use crate::domain::{AuditedAction, Role};
    use crate::web::context::session::{audit, lang, require, state};

    let viewer = require(Role::Admin).await?;
    let state = state();
    if !state.store.remove_user(&name).await? {
        return Err(ApiError::new(ErrorKind::Conflict, lang().error_last_admin(&name)));
    }
    state.changes.increment_sessions();
    audit(&viewer, AuditedAction::RemoveUser, &name).await;
    Ok(())
}

/// Makes a bearer token for the read-only API. It is shown this once and never again.
#[server(prefix = "/api/fn", endpoint = "create_token")]
pub async fn create_token(name: String) -> Result<NewToken, ApiError> {
    use super::ErrorKind;
    use crate::auth::accounts;
    use crate::domain::{AuditedAction, Role};
    use crate::web::context::input;
    use crate::web::context::session::{audit, lang, now, require, state};
    use secrecy::ExposeSecret;

    let viewer = require(Role::Admin).await?;
    let name = input::name(&name)?;
    let Some(token) = accounts::create_token(&state().store, &name, now()).await? else {
        return Err(ApiError::new(ErrorKind::Conflict, lang().error_name_taken(&name)));
    };
    audit(&viewer, AuditedAction::CreateToken, &name).await;
    Ok(NewToken { name, token: token.expose_secret().to_owned() })
}

/// Takes a bearer token back; it stops working at once.
#[server(prefix = "/api/fn", endpoint = "remove_token")]
pub async fn remove_token(name: String) -> Result<(), ApiError> {
    use crate::domain::{AuditedAction, Role};
    use crate::web::context::session::{audit, lang, require, state};

    let viewer = require(Role::Admin).await?;
    if !state().store.remove_token(&name).await? {
        return Err(ApiError::not_found(lang().error_no_such_name(&name)));
    }
    audit(&viewer, AuditedAction::RemoveToken, &name).await;
    Ok(())
}
