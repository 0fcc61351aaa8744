//! The issuer's logo: uploaded by an admin, served to readers under the hash of its content.
//!
//! Must not: believe what a browser says a file is; `share::logo` looks at its bytes.

use super::{error_pages, form_reply, multipart};
use crate::domain::{AuditedAction, Role, Viewer};
use crate::i18n::Lang;
use crate::share::logo;
use crate::web::api::{ApiError, ErrorKind, FormAction};
use crate::web::context::refusals::TranslatedError;
use crate::web::context::request::SessionId;
use crate::web::context::{AppState, Flash, now};
use axum::Extension;
use axum::body::to_bytes;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// Room for a form's own lines around a picture of the largest size, and for one that is refused in words.
const MAX_BODY_BYTES: usize = 256 << 10;

/// `GET /logo/{hash}.png`: the logo, if it is still this one.
pub async fn file(State(state): State<AppState>, Path(file): Path<String>) -> Response {
    let issuer = match state.issuers.current().await {
        Ok(issuer) => issuer,
        Err(error) => {
            tracing::error!(%error, "the issuer could not be read");
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
    };
    match issuer.logo.as_ref().filter(|logo| logo.path.strip_prefix("/logo/") == Some(file.as_str())) {
        Some(logo) => {
            let headers = [
                (header::CONTENT_TYPE, HeaderValue::from_static(logo.mime)),
                (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable")),
            ];
            (headers, logo.bytes.clone()).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// `POST /settings/logo`, admin: a form with the file `logo`.
pub async fn upload(State(state): State<AppState>, Extension(viewer): Extension<Viewer>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let lang = viewer.lang.as_deref().and_then(Lang::from_code);
    let lang = lang.unwrap_or_else(|| crate::web::context::request::console_lang_of(&parts.headers));
    let outcome = if viewer.may(Role::Admin) {
        match to_bytes(body, MAX_BODY_BYTES).await {
            Ok(body) => {
                let [picture] = match multipart::content_type(&parts.headers) {
                    Some(kind) => multipart::fields(kind, body, ["logo"]).await,
                    None => [None],
                };
                save_logo(&state, &viewer, picture.unwrap_or_default().to_vec(), lang).await
            }
            Err(_) => Err(rejection(logo::LogoError::Large, lang)),
        }
    } else {
        Err(ApiError::forbidden(lang, Role::Admin.name()))
    };
    if !form_reply::wants_page(&parts.headers) {
        return match outcome {
            Ok(()) => StatusCode::NO_CONTENT.into_response(),
            Err(error) => form_reply::refusal(&error),
        };
    }
    if let Err(error) = &outcome
        && error.kind == ErrorKind::Forbidden
    {
        return error_pages::problem(StatusCode::FORBIDDEN, lang, lang.error_not_allowed_title(), &error.message);
    }
    let session = parts.extensions.get::<SessionId>().map(|id| id.0.clone());
    let outcome = outcome.map(|()| serde_json::Value::Null);
    let flash = Flash { action: FormAction::SetLogo, outcome, fields: Vec::new() };
    let notice = state.flashes.put(flash, session.as_ref(), now()).await;
    form_reply::see_other(&format!("/settings?notice={notice}"))
}

fn rejection(error: logo::LogoError, lang: Lang) -> ApiError {
    ApiError::invalid(error.sentence(lang))
}

async fn save_logo(state: &AppState, viewer: &Viewer, bytes: Vec<u8>, lang: Lang) -> Result<(), ApiError> {
    let logo = logo::row(bytes).map_err(|error| rejection(error, lang))?;
    state.store.set_logo(Some(&logo)).await?;
    state.changes.increment();
    // The deed is done already, so a failure is only logged.
    if let Err(error) = state.store.audit(&viewer.name, &AuditedAction::SetLogo, &logo.mime, now()).await {
        tracing::error!(%error, "the audit log could not be written");
    }
    Ok(())
}
