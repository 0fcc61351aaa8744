//! What went wrong, as far as a browser may know it.

use crate::i18n::Lang;
use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

/// What a caller can do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// Sign in first. 401.
    SignIn,
    /// Ask someone with a higher role. 403.
    Forbidden,
    /// It is not there. 404.
    NotFound,
    /// Correct what was sent. 422.
    Invalid,
    /// It is in that state already, or someone else was first. 409.
    Conflict,
    /// Wait. 429.
    Throttled,
    /// Tencent, or the way to it, does not answer as it should. 502.
    Upstream,
    /// A fault of the server: the log has the cause. 500.
    Internal,
    /// The server could not be reached from the browser.
    Network,
}

impl ErrorKind {
    /// The HTTP status of such an answer.
    pub const fn status(self) -> u16 {
        match self {
            Self::SignIn => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::Invalid => 422,
            Self::Conflict => 409,
            Self::Throttled => 429,
            Self::Upstream => 502,
            Self::Internal | Self::Network => 500,
        }
    }
}

/// The error of every server function: its kind, a sentence for the person, and where to go on, if there is such a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct ApiError {
    pub kind: ErrorKind,
    /// What happened, to what, what to do; in the language of the request.
    pub message: String,
    /// A path on this host that helps.
    pub link: Option<String>,
}

impl ApiError {
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), link: None }
    }

    pub fn sign_in(lang: Lang) -> Self {
        let words = lang.error_session_expired();
        Self::new(ErrorKind::SignIn, words)
    }

    pub fn forbidden(lang: Lang, role: &str) -> Self {
        Self::new(ErrorKind::Forbidden, lang.error_role_needed(role))
    }

    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Invalid, message)
    }

    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::NotFound, message)
    }
}

impl FromServerFnError for ApiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(problem)
            | ServerFnErrorErr::MissingArg(problem)
            | ServerFnErrorErr::Deserialization(problem) => {
                Self::invalid(format!("The form was not complete: {problem}."))
            }
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Response(_) => Self::new(
                ErrorKind::Network,
                "The server did not answer; check the connection and try again. Nothing was lost.",
            ),
            _ => Self::new(ErrorKind::Internal, "The server could not do this; its log has the cause."),
        }
    }
}
