//! The request that a server function answers: the server's state, who asks, what the answer sets, and errors in the
//! language of the client.
//!
//! Must not: do what a function asks for.

use super::refusals::TranslatedError;
use super::request::local_path;
use super::{AppState, RequestInfo, cookie};
// With the rest of what a function needs.
pub use super::now;
use crate::address::ClientAddress;
use crate::auth::SignInError;
use crate::collector::CommandError;
use crate::domain::{AppId, AuditedAction, Role, Viewer};
use crate::i18n::Lang;
use crate::store::StoreError;
use crate::web::action::{ApiError, ErrorKind};
use axum::http::HeaderValue;
use axum::http::header::SET_COOKIE;
use axum::http::request::Parts;
use leptos::prelude::{expect_context, use_context};
use leptos_axum::ResponseOptions;

/// The state of the server that runs this function.
pub fn state() -> AppState {
    expect_context::<AppState>()
}

/// The head of this request.
pub fn parts() -> Parts {
    expect_context::<Parts>()
}

/// Who asks, for throttles.
pub fn address() -> Result<ClientAddress, ApiError> {
    parts().extensions.get::<ClientAddress>().copied().ok_or_else(|| internal("the request has no address"))
}

/// Adds a cookie to the answer.
pub fn set_cookie(cookie: &str) {
    if let (Some(options), Ok(value)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(cookie)) {
        options.append_header(SET_COOKIE, value);
    }
}

/// Begins a session under a new id; one that the browser had before ends. The path to go to: `next`, if it is one of this
/// host.
pub async fn begin(user: i64, next: Option<String>) -> Result<String, ApiError> {
    let state = state();
    let id = state.begin_session(user, cookie::session(&parts().headers, state.is_secure())).await?;
    set_cookie(&cookie::set_session(&id, state.is_secure()));
    set_cookie(&cookie::set_device(&state.accounts.device(user), state.is_secure()));
    let next = local_path(next.as_deref()).unwrap_or("/").to_owned();
    go_to(&next);
    Ok(next)
}

/// The address of a link as it is handed out.
pub async fn link(id: i64) -> Result<String, ApiError> {
    let state = state();
    let path = state.shares.link(id).await?;
    Ok(state.absolute(&path))
}

/// Sends a form on to a path of this host; an island receives the same and decides itself.
pub fn go_to(path: &str) {
    if path.bytes().all(|byte| byte.is_ascii_graphic()) {
        leptos_axum::redirect(path);
    }
}

/// Writes down who did what. The deed is done already, so a failure is only logged.
pub async fn audit(viewer: &Viewer, action: AuditedAction, subject: &str) {
    if let Err(error) = state().store.audit(&viewer.name, &action, subject, now()).await {
        tracing::error!(%error, action = action.name(), "the audit log could not be written");
    }
}

/// The app that was meant: the one named, or the only one there is.
pub fn app(named: Option<i64>) -> Result<AppId, ApiError> {
    let apps = state().collector.apps();
    match (named, apps.as_slice()) {
        (Some(id), _) if apps.contains(&AppId(id)) => Ok(AppId(id)),
        (Some(id), _) => Err(CommandError::NoApp(AppId(id)).into()),
        (None, [only]) => Ok(*only),
        (None, []) => Err(ApiError::invalid(lang().error_no_app().to_owned())),
        (None, _) => Err(ApiError::invalid(lang().error_several_apps().to_owned())),
    }
}

/// An empty field of a form is no value.
pub fn filled(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// The language of the request.
pub fn lang() -> Lang {
    use_context::<RequestInfo>().map_or(Lang::En, |request| request.lang)
}

/// Our fault: the cause goes to the log, not to the browser.
pub fn internal(cause: impl std::fmt::Display) -> ApiError {
    tracing::error!(%cause, "a server function failed");
    let words = lang().error_internal().to_owned();
    ApiError::new(ErrorKind::Internal, words)
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "the database failed a server function");
        let words = lang().error_database().to_owned();
        Self::new(ErrorKind::Internal, words)
    }
}

impl From<SignInError> for ApiError {
    fn from(error: SignInError) -> Self {
        let words = error.sentence(lang());
        match error {
            SignInError::Wrong => Self::new(ErrorKind::Forbidden, words),
            SignInError::Throttled(_) | SignInError::Busy => Self::new(ErrorKind::Throttled, words),
            SignInError::Store(error) => internal(error),
        }
    }
}

impl From<CommandError> for ApiError {
    fn from(error: CommandError) -> Self {
        let kind = match &error {
            CommandError::NoApp(_) | CommandError::NoStream(_) | CommandError::NoRoom { .. } => ErrorKind::NotFound,
            CommandError::Sealed(_) | CommandError::NotSealed(_) => ErrorKind::Conflict,
            CommandError::Upstream(_) => ErrorKind::Upstream,
            CommandError::Store(_) | CommandError::Stopping | CommandError::NotCollected(_) => ErrorKind::Internal,
        };
        let link = match &error {
            CommandError::NoRoom { last: Some(stream), .. } | CommandError::Sealed(stream) => {
                Some(format!("/streams/{stream}"))
            }
            _ => None,
        };
        Self { kind, message: error.sentence(lang()), link }
    }
}

impl From<crate::share::DraftError> for ApiError {
    fn from(error: crate::share::DraftError) -> Self {
        Self::invalid(error.sentence(lang()))
    }
}

impl From<crate::share::ShareError> for ApiError {
    fn from(error: crate::share::ShareError) -> Self {
        use crate::share::ShareError as E;
        let words = error.sentence(lang());
        let kind = match error {
            E::Document(problem) => return internal(problem),
            E::Store(error) => return error.into(),
            E::NoLink(_) | E::NoStream(_) | E::NoFinding(_) => ErrorKind::NotFound,
            E::NotSealed(_) | E::Raced | E::OtherKey(_) => ErrorKind::Conflict,
            E::Draft(_) | E::Password => ErrorKind::Invalid,
        };
        Self::new(kind, words)
    }
}

/// Wrong input, with the message of the check.
pub fn invalid(error: &dyn TranslatedError) -> ApiError {
    ApiError::invalid(error.sentence(lang()))
}

/// The user whose session the session layer found on this request, inside a page or a server function.
pub fn viewer() -> Option<Viewer> {
    use_context::<Parts>()?.extensions.get::<Viewer>().cloned()
}

/// The signed-in user, if they may do this. The first line of every server function that is not public.
pub async fn require(role: Role) -> Result<Viewer, ApiError> {
    let viewer = viewer().ok_or_else(|| ApiError::sign_in(lang()))?;
    if viewer.may(role) { Ok(viewer) } else { Err(ApiError::forbidden(lang(), role.name())) }
}
