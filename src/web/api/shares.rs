//! Links to reports: made, edited, switched off, rotated, deleted, copied again.

// A form has as many fields as it has; the stubs of the browser do not inherit the allowance of their function.
#![allow(clippy::too_many_arguments)]

use super::ApiError;
use crate::domain::StreamId;
use crate::domain::record::Preset;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// A link as its user gets it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedLink {
    pub id: i64,
    /// The address to hand out; a path of this host where no public address is configured and we listen everywhere.
    pub link: String,
}

/// Makes a link to the newest report of a stream. Everything but the stream may be left out: preset `host`, the app's
/// zone, the issuer's language, no password, until the end of next month. `expires` is a date (`2026-12-31`), a moment
/// (`2026-12-31 18:00`), a duration (`30d`) or `never`; a slot is two times of the link's zone (`20:30`). With
/// `again`, an ordinary link that the same person made before is given once more while it opens, and the rest is not asked.
#[server(prefix = "/api/fn", endpoint = "create_share")]
pub async fn create_share(
    stream: StreamId,
    #[server(default)] preset: Option<Preset>,
    #[server(default)] name: Option<String>,
    #[server(default)] zone: Option<String>,
    #[server(default)] lang: Option<String>,
    #[server(default)] title: Option<String>,
    #[server(default)] hide_host: Option<String>,
    #[server(default)] password: Option<String>,
    #[server(default)] expires: Option<String>,
    #[server(default)] slot_from: Option<String>,
    #[server(default)] slot_until: Option<String>,
    #[server(default)] again: Option<String>,
) -> Result<SharedLink, ApiError> {
    use crate::domain::{AuditedAction, Role};
    use crate::share::Draft;
    use crate::web::context::session::{audit, link, now, require, state};

    let viewer = require(Role::Operator).await?;
    let state = state();
    if again.is_some_and(|on| on != "false")
        && let Some(id) = state.shares.ordinary(stream, &viewer.name, now()).await?
    {
        return Ok(SharedLink { id, link: link(id).await? });
    }
    let hide_host = hide_host.is_some_and(|on| on != "false");
    let draft = Draft { preset, name, zone, lang, title, hide_host, slot_from, slot_until, expires };
    let id = state.shares.create(stream, draft, password.map(Into::into), &viewer.name, now()).await?;
    audit(&viewer, AuditedAction::CreateShare, &format!("link {id} to stream {stream}")).await;
    Ok(SharedLink { id, link: link(id).await? })
}

/// Changes a link. Each field is set as given, an empty one to its default; the password stays unless a new one is given
/// or `remove_password` is on. Holds at once.
#[server(prefix = "/api/fn", endpoint = "update_share")]
pub async fn update_share(
    id: i64,
    #[server(default)] preset: Option<Preset>,
    #[server(default)] name: Option<String>,
    #[server(default)] zone: Option<String>,
    #[server(default)] lang: Option<String>,
    #[server(default)] title: Option<String>,
    #[server(default)] hide_host: Option<String>,
    #[server(default)] password: Option<String>,
    #[server(default)] remove_password: Option<String>,
    #[server(default)] expires: Option<String>,
    #[server(default)] slot_from: Option<String>,
    #[server(default)] slot_until: Option<String>,
) -> Result<(), ApiError> {
    use crate::domain::{AuditedAction, Role};
    use crate::share::{Draft, NewPassword};
    use crate::web::context::session::{audit, now, require, state};

    let viewer = require(Role::Operator).await?;
    let hide_host = hide_host.is_some_and(|on| on != "false");
    let draft = Draft { preset, name, zone, lang, title, hide_host, slot_from, slot_until, expires };
    let password = match crate::web::context::session::filled(password) {
        Some(password) => NewPassword::Set(password.into()),
        None if remove_password.is_some_and(|on| on != "false") => NewPassword::Remove,
        None => NewPassword::Keep,
    };
    state().shares.update(id, draft, password, now()).await?;
    audit(&viewer, AuditedAction::UpdateShare, &format!("link {id}")).await;
    Ok(())
}

/// Switches a link on or off; off, it is as dead as one that never was.
#[server(prefix = "/api/fn", endpoint = "set_share_enabled")]
pub async fn set_share_enabled(id: i64, enabled: bool) -> Result<(), ApiError> {
    use crate::domain::{AuditedAction, Role};
    use crate::web::context::session::{audit, require, state};

    let viewer = require(Role::Operator).await?;
    state().shares.set_enabled(id, enabled).await?;
    audit(&viewer, AuditedAction::SetShareEnabled, &format!("link {id} {}", if enabled { "on" } else { "off" })).await;
    Ok(())
}

/// Gives a link a new address; the old one is dead at once.
#[server(prefix = "/api/fn", endpoint = "rotate_share")]
pub async fn rotate_share(id: i64) -> Result<SharedLink, ApiError> {
    use crate::domain::{AuditedAction, Role};
    use crate::web::context::session::{audit, link, require, state};

    let viewer = require(Role::Operator).await?;
    state().shares.rotate(id).await?;
    audit(&viewer, AuditedAction::RotateShare, &format!("link {id}")).await;
    Ok(SharedLink { id, link: link(id).await? })
}

/// Deletes a link for good.
#[server(prefix = "/api/fn", endpoint = "delete_share")]
pub async fn delete_share(id: i64) -> Result<(), ApiError> {
    use crate::domain::{AuditedAction, Role};
    use crate::web::context::session::{audit, require, state};

    let viewer = require(Role::Operator).await?;
    state().shares.delete(id).await?;
    audit(&viewer, AuditedAction::DeleteShare, &format!("link {id}")).await;
    Ok(())
}

/// Lets an internal finding out: every link of the stream that shows its counters shows it from the next request on. The
/// sealed report stays as it is; what links show is derived and signed again.
#[server(prefix = "/api/fn", endpoint = "release_finding")]
pub async fn release_finding(stream: StreamId, finding: String) -> Result<(), ApiError> {
    use crate::domain::{AuditedAction, Role};
    use crate::web::context::session::{audit, now, require, state};

    let viewer = require(Role::Operator).await?;
    let found = state().shares.release(stream, &finding, true, &viewer.name, now()).await?;
    audit(&viewer, AuditedAction::ReleaseFinding, &format!("{} of stream {stream}", found.rule.name())).await;
    Ok(())
}

/// Takes a released finding back.
#[server(prefix = "/api/fn", endpoint = "withhold_finding")]
pub async fn withhold_finding(stream: StreamId, finding: String) -> Result<(), ApiError> {
    use crate::domain::{AuditedAction, Role};
    use crate::web::context::session::{audit, now, require, state};

    let viewer = require(Role::Operator).await?;
    let found = state().shares.release(stream, &finding, false, &viewer.name, now()).await?;
    audit(&viewer, AuditedAction::WithholdFinding, &format!("{} of stream {stream}", found.rule.name())).await;
    Ok(())
}

/// The address of a link again, to be copied.
#[server(prefix = "/api/fn", endpoint = "copy_share_link")]
pub async fn copy_share_link(id: i64) -> Result<SharedLink, ApiError> {
    use crate::domain::Role;
    use crate::web::context::session::{link, require};

    require(Role::Operator).await?;
    Ok(SharedLink { id, link: link(id).await? })
}
