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
    use crate::web::context::session::require;
    use crate::web::context::session::{audit, now, state};

    let viewer = require(Role::Admin).await?;
    let name = checked_name(&name)?;
    let role = checked_role(&role)?;
    let hash = passwords::hash(checked_password(password)?).await;
    if state().store.add_user(&name, &hash, role, now()).await?.is_none() {
        return Err(ApiError::new(ErrorKind::Conflict, name_taken(&name)));
    }
    audit(&viewer, AuditedAction::AddUser, &format!("{name} as {}", role.name())).await;
    Ok(())
}

/// Changes a user's role; holds at once, in open sessions too.
#[server(prefix = "/api/fn", endpoint = "set_operator_role")]
pub async fn set_user_role(name: String, role: String) -> Result<(), ApiError> {
    use super::ErrorKind;
    use crate::domain::{AuditedAction, Role};
    use crate::web::context::session::{audit, require, state};

    let viewer = require(Role::Admin).await?;
    let role = checked_role(&role)?;
    let state = state();
    if !state.store.set_user_role(&name, role).await? {
        return Err(ApiError::new(ErrorKind::Conflict, last_admin(&name)));
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
    use crate::web::context::session::require;
    use crate::web::context::session::{audit, state};

    let viewer = require(Role::Admin).await?;
    // Otherwise anybody with an open session could take the account over without its password.
    if name.trim().to_lowercase() == viewer.name.to_lowercase() {
        return Err(ApiError::invalid(crate::web::context::session::lang().error_own_password().to_owned()));
    }
    let hash = passwords::hash(checked_password(password)?).await;
    let state = state();
    if !state.store.set_user_password(&name, &hash).await? {
        return Err(ApiError::not_found(no_such_user(&name)));
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
    use crate::web::context::session::{audit, require, state};

    let viewer = require(Role::Admin).await?;
    let state = state();
    if !state.store.remove_user(&name).await? {
        return Err(ApiError::new(ErrorKind::Conflict, last_admin(&name)));
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
    use crate::web::context::session::require;
    use crate::web::context::session::{audit, now, state};
    use secrecy::ExposeSecret;

    let viewer = require(Role::Admin).await?;
    let name = checked_name(&name)?;
    let Some(token) = accounts::create_token(&state().store, &name, now()).await? else {
        return Err(ApiError::new(ErrorKind::Conflict, name_taken(&name)));
    };
    audit(&viewer, AuditedAction::CreateToken, &name).await;
    Ok(NewToken { name, token: token.expose_secret().to_owned() })
}

/// Takes a bearer token back; it stops working at once.
#[server(prefix = "/api/fn", endpoint = "remove_token")]
pub async fn remove_token(name: String) -> Result<(), ApiError> {
    use crate::domain::{AuditedAction, Role};
    use crate::web::context::session::{audit, require, state};

    let viewer = require(Role::Admin).await?;
    if !state().store.remove_token(&name).await? {
        return Err(ApiError::not_found(no_such_user(&name)));
    }
    audit(&viewer, AuditedAction::RemoveToken, &name).await;
    Ok(())
}

#[cfg(feature = "ssr")]
fn checked_role(role: &str) -> Result<crate::domain::Role, ApiError> {
    crate::domain::Role::from_name(role)
        .ok_or_else(|| ApiError::invalid(format!("The role is viewer, operator or admin, not `{role}`.")))
}

#[cfg(feature = "ssr")]
fn name_taken(name: &str) -> String {
    crate::web::context::session::lang().error_name_taken(name)
}

#[cfg(feature = "ssr")]
fn no_such_user(name: &str) -> String {
    crate::web::context::session::lang().error_no_such_name(name)
}

#[cfg(feature = "ssr")]
fn last_admin(name: &str) -> String {
    crate::web::context::session::lang().error_last_admin(name)
}

/// A name of a user or a token: 1 to 64 characters, none of which changes the line it is in.
#[cfg(feature = "ssr")]
pub(crate) fn checked_name(name: &str) -> Result<String, ApiError> {
    let name = name.trim();
    let hostile = |c: char| {
        c.is_control() || matches!(c, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    match name.chars().count() {
        0 => Err(ApiError::invalid(crate::web::context::session::lang().error_name_missing().to_owned())),
        1..=64 if name.contains(hostile) => {
            Err(ApiError::invalid(crate::web::context::session::lang().error_name_control_characters().to_owned()))
        }
        1..=64 => Ok(name.to_owned()),
        length => Err(ApiError::invalid(crate::web::context::session::lang().error_name_too_long(length as i64))),
    }
}

#[cfg(feature = "ssr")]
pub(crate) fn checked_password(password: String) -> Result<secrecy::SecretString, ApiError> {
    let password = secrecy::SecretString::from(password);
    crate::credentials::password::check(&password).map_err(|error| crate::web::context::session::invalid(&error))?;
    Ok(password)
}
