//! Who is asking, and what they may do: operators, roles, passwords, sessions, throttles.
//!
//! May not: render, or know what a page shows. Time comes in as `now`, so that expiry and throttles are tested without
//! waiting. Secrets leave this module only as hashes, or once, to the person they were made for.

pub mod accounts;
pub mod address;
pub mod failed_sign_ins;
pub mod password;
pub mod secret;
pub mod throttle;

pub use accounts::{Accounts, SignInError};
pub use address::{ClientAddress, TrustedProxies};
pub use failed_sign_ins::FailedSignIns;

use crate::api::ApiError;
use axum::http::request::Parts;
use leptos::prelude::use_context;

/// What an operator may do. Each role may all that the ones before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Look.
    Viewer,
    /// Run the console: rooms, streams, links.
    Operator,
    /// Change who may do what, and the settings.
    Admin,
}

impl Role {
    pub const ALL: [Self; 3] = [Self::Viewer, Self::Operator, Self::Admin];

    /// The name in SQL, flags and pages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Operator => "operator",
            Self::Admin => "admin",
        }
    }

    /// The role of that name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// The signed-in operator of this request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    pub id: i64,
    pub name: String,
    pub role: Role,
    /// IANA name of their own zone; `None` is the app's.
    pub zone: Option<String>,
    /// `en`, `zh` or `ja`; `None` is the browser's.
    pub lang: Option<String>,
}

impl Viewer {
    /// Whether they may do what asks for `role`.
    pub fn may(&self, role: Role) -> bool {
        self.role >= role
    }
}

/// The operator whose session the session layer found on this request, inside a page or a server function.
pub fn viewer() -> Option<Viewer> {
    use_context::<Parts>()?.extensions.get::<Viewer>().cloned()
}

/// The signed-in operator, if they may do this. The first line of every server function that is not public.
pub async fn require(role: Role) -> Result<Viewer, ApiError> {
    let lang = crate::api::context::lang;
    let viewer = viewer().ok_or_else(|| ApiError::sign_in(lang()))?;
    if viewer.may(role) { Ok(viewer) } else { Err(ApiError::forbidden(lang(), role.name())) }
}
