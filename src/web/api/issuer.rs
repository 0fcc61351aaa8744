//! Who issues the reports: what an admin sets of it. The logo comes as a file, so it has a route of its own
//! (`web::http::logo`).

use super::ApiError;
use leptos::prelude::*;

/// Sets name, contact, word for coins in each language, and the language of new links; an empty field is none. The name is
/// on reports sealed from now on, everything else on every page from the next request.
#[server(prefix = "/api/fn", endpoint = "set_issuer")]
pub async fn set_issuer(
    #[server(default)] name: Option<String>,
    #[server(default)] contact: Option<String>,
    #[server(default)] coins_en: Option<String>,
    #[server(default)] coins_zh: Option<String>,
    #[server(default)] coins_ja: Option<String>,
    #[server(default)] lang: Option<String>,
) -> Result<(), ApiError> {
    use crate::domain::{AuditedAction, Role};
    use crate::share::issuer::checked;
    use crate::web::context::session::{audit, invalid, require, state};

    let viewer = require(Role::Admin).await?;
    let issuer = checked(name, contact, [coins_en, coins_zh, coins_ja], lang).map_err(|error| invalid(&error))?;
    let state = state();
    state.store.set_issuer(&issuer).await?;
    state.changes.increment();
    audit(&viewer, AuditedAction::SetIssuer, issuer.name.as_deref().unwrap_or_default()).await;
    Ok(())
}

/// Takes the logo away.
#[server(prefix = "/api/fn", endpoint = "remove_logo")]
pub async fn remove_logo() -> Result<(), ApiError> {
    use crate::domain::{AuditedAction, Role};
    use crate::web::context::session::{audit, require, state};

    let viewer = require(Role::Admin).await?;
    let state = state();
    state.store.set_logo(None).await?;
    state.changes.increment();
    audit(&viewer, AuditedAction::RemoveLogo, "").await;
    Ok(())
}
