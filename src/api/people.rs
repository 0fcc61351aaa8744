//! Accounts and bearer tokens: what an admin changes.

use super::ApiError;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// A bearer token, told this once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewToken {
    pub name: String,
    pub token: String,
}

/// Adds an operator. `role` is `viewer`, `operator` or `admin`.
#[server(prefix = "/api/fn", endpoint = "add_operator")]
pub async fn add_operator(name: String, role: String, password: String) -> Result<(), ApiError> {
    use super::ErrorKind;
    use super::context::{audit, now, state};
    use crate::auth::{Role, password as passwords, require};
    use crate::domain::AuditedAction;

    let viewer = require(Role::Admin).await?;
    let name = checked_name(&name)?;
    let role = checked_role(&role)?;
    let hash = passwords::hash(checked_password(password)?).await;
    if state().store.add_operator(&name, &hash, role, now()).await?.is_none() {
        return Err(ApiError::new(ErrorKind::Conflict, taken(&name)));
    }
    audit(&viewer, AuditedAction::AddOperator, &format!("{name} as {}", role.name())).await;
    Ok(())
}

/// Changes an operator's role; holds at once, in open sessions too.
#[server(prefix = "/api/fn", endpoint = "set_operator_role")]
pub async fn set_operator_role(name: String, role: String) -> Result<(), ApiError> {
    use super::ErrorKind;
    use super::context::{audit, state};
    use crate::auth::{Role, require};
    use crate::domain::AuditedAction;

    let viewer = require(Role::Admin).await?;
    let role = checked_role(&role)?;
    let state = state();
    if !state.store.set_operator_role(&name, role).await? {
        return Err(ApiError::new(ErrorKind::Conflict, last_admin(&name)));
    }
    state.changes.bump_sessions();
    audit(&viewer, AuditedAction::SetOperatorRole, &format!("{name} to {}", role.name())).await;
    Ok(())
}

/// Sets another operator's password; their sessions end.
#[server(prefix = "/api/fn", endpoint = "set_operator_password")]
pub async fn set_operator_password(name: String, password: String) -> Result<(), ApiError> {
    use super::context::{audit, say, state};
    use crate::auth::{Role, password as passwords, require};
    use crate::domain::AuditedAction;

    let viewer = require(Role::Admin).await?;
    // Otherwise whoever finds an open session could take the account over without its password.
    if name.trim().to_lowercase() == viewer.name.to_lowercase() {
        return Err(ApiError::invalid(say(
            "Change your own password under Settings, with the current one.",
            "请在设置中使用当前密码修改您自己的密码。",
            "自分のパスワードは、設定で現在のパスワードを使って変更してください。",
        )));
    }
    let hash = passwords::hash(checked_password(password)?).await;
    let state = state();
    if !state.store.set_operator_password(&name, &hash).await? {
        return Err(ApiError::not_found(nobody(&name)));
    }
    state.changes.bump_sessions();
    audit(&viewer, AuditedAction::SetOperatorPassword, &name).await;
    Ok(())
}

/// Removes an operator; their sessions end, what they did stays in the audit log.
#[server(prefix = "/api/fn", endpoint = "remove_operator")]
pub async fn remove_operator(name: String) -> Result<(), ApiError> {
    use super::ErrorKind;
    use super::context::{audit, state};
    use crate::auth::{Role, require};
    use crate::domain::AuditedAction;

    let viewer = require(Role::Admin).await?;
    let state = state();
    if !state.store.remove_operator(&name).await? {
        return Err(ApiError::new(ErrorKind::Conflict, last_admin(&name)));
    }
    state.changes.bump_sessions();
    audit(&viewer, AuditedAction::RemoveOperator, &name).await;
    Ok(())
}

/// Makes a bearer token for the read-only API. It is told this once and never again.
#[server(prefix = "/api/fn", endpoint = "create_token")]
pub async fn create_token(name: String) -> Result<NewToken, ApiError> {
    use super::ErrorKind;
    use super::context::{audit, now, state};
    use crate::auth::{Role, accounts, require};
    use crate::domain::AuditedAction;
    use secrecy::ExposeSecret;

    let viewer = require(Role::Admin).await?;
    let name = checked_name(&name)?;
    let Some(token) = accounts::create_token(&state().store, &name, now()).await? else {
        return Err(ApiError::new(ErrorKind::Conflict, taken(&name)));
    };
    audit(&viewer, AuditedAction::CreateToken, &name).await;
    Ok(NewToken { name, token: token.expose_secret().to_owned() })
}

/// Takes a bearer token back; it stops working at once.
#[server(prefix = "/api/fn", endpoint = "remove_token")]
pub async fn remove_token(name: String) -> Result<(), ApiError> {
    use super::context::{audit, state};
    use crate::auth::{Role, require};
    use crate::domain::AuditedAction;

    let viewer = require(Role::Admin).await?;
    if !state().store.remove_token(&name).await? {
        return Err(ApiError::not_found(nobody(&name)));
    }
    audit(&viewer, AuditedAction::RemoveToken, &name).await;
    Ok(())
}

#[cfg(feature = "ssr")]
fn checked_role(role: &str) -> Result<crate::auth::Role, ApiError> {
    crate::auth::Role::from_name(role)
        .ok_or_else(|| ApiError::invalid(format!("The role is viewer, operator or admin, not `{role}`.")))
}

/// A sentence about a name, in the language of whoever asks.
#[cfg(feature = "ssr")]
fn about(name: &str, en: &str, zh: &str, ja: &str) -> String {
    super::context::say(en, zh, ja).replace("{}", name)
}

#[cfg(feature = "ssr")]
fn taken(name: &str) -> String {
    about(name, "The name {} is taken already.", "名称“{}”已被使用。", "「{}」という名前はすでに使われています。")
}

#[cfg(feature = "ssr")]
fn nobody(name: &str) -> String {
    about(name, "There is none named {}.", "没有名为“{}”的项。", "「{}」という名前のものはありません。")
}

#[cfg(feature = "ssr")]
fn last_admin(name: &str) -> String {
    about(
        name,
        "{} is the last admin, or there is no such operator. Make someone else admin first.",
        "“{}”是最后一位管理员，或没有此人。请先将他人设为管理员。",
        "「{}」は最後の管理者か、存在しない人です。先に別の人を管理者にしてください。",
    )
}

/// A name of an operator or a token: 1 to 64 characters, none of which writes over the line it stands in.
#[cfg(feature = "ssr")]
pub(crate) fn checked_name(name: &str) -> Result<String, ApiError> {
    use super::context::say;

    let name = name.trim();
    let hostile = |c: char| {
        c.is_control() || matches!(c, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    match name.chars().count() {
        0 => Err(ApiError::invalid(say("A name is missing.", "请填写名称。", "名前がありません。"))),
        1..=64 if name.contains(hostile) => Err(ApiError::invalid(say(
            "A name holds no control characters.",
            "名称不能含有控制字符。",
            "名前に制御文字は使えません。",
        ))),
        1..=64 => Ok(name.to_owned()),
        length => Err(ApiError::invalid(about(
            &length.to_string(),
            "A name has at most 64 characters, this one has {}.",
            "名称最多64个字符，当前为{}个。",
            "名前は64文字までです（現在{}文字）。",
        ))),
    }
}

#[cfg(feature = "ssr")]
pub(crate) fn checked_password(password: String) -> Result<secrecy::SecretString, ApiError> {
    let password = secrecy::SecretString::from(password);
    crate::auth::password::check(&password).map_err(|error| super::context::invalid(&error))?;
    Ok(password)
}
