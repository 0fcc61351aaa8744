//! What a form or an island asks the server to do, by name, and how the server refuses it.
//!
//! Both the server and the browser bundle know these types: `context` remembers them, `api` carries them out.
//! Must not: do any of it.

pub mod error;

pub use error::{ApiError, ErrorKind};

/// What a form of the console asks the server to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum FormAction {
    SignIn,
    SignInOnce,
    SetUp,
    SignOut,
    SetView,
    ChangePassword,
    AddRooms,
    StopFollowing,
    TakeSnapshot,
    KeepFollowing,
    SealNow,
    SealAgain,
    RefreshNow,
    AddNote,
    CreateShare,
    UpdateShare,
    SetShareEnabled,
    RotateShare,
    DeleteShare,
    CopyShareLink,
    ReleaseFinding,
    WithholdFinding,
    SetIssuer,
    RemoveLogo,
    TestConnection,
    AddUser,
    SetUserRole,
    SetUserPassword,
    RemoveUser,
    CreateToken,
    RemoveToken,
    /// No server function: a file, of any form.
    SetLogo,
}

impl FormAction {
    pub const ALL: [Self; 32] = [
        Self::SignIn,
        Self::SignInOnce,
        Self::SetUp,
        Self::SignOut,
        Self::SetView,
        Self::ChangePassword,
        Self::AddRooms,
        Self::StopFollowing,
        Self::TakeSnapshot,
        Self::KeepFollowing,
        Self::SealNow,
        Self::SealAgain,
        Self::RefreshNow,
        Self::AddNote,
        Self::CreateShare,
        Self::UpdateShare,
        Self::SetShareEnabled,
        Self::RotateShare,
        Self::DeleteShare,
        Self::CopyShareLink,
        Self::ReleaseFinding,
        Self::WithholdFinding,
        Self::SetIssuer,
        Self::RemoveLogo,
        Self::TestConnection,
        Self::AddUser,
        Self::SetUserRole,
        Self::SetUserPassword,
        Self::RemoveUser,
        Self::CreateToken,
        Self::RemoveToken,
        Self::SetLogo,
    ];

    /// Where it is sent.
    pub const fn path(self) -> &'static str {
        match self {
            Self::SignIn => "/api/fn/sign_in",
            Self::SignInOnce => "/api/fn/sign_in_once",
            Self::SetUp => "/api/fn/set_up",
            Self::SignOut => "/api/fn/sign_out",
            Self::SetView => "/api/fn/set_view",
            Self::ChangePassword => "/api/fn/change_password",
            Self::AddRooms => "/api/fn/add_rooms",
            Self::StopFollowing => "/api/fn/stop_following",
            Self::TakeSnapshot => "/api/fn/take_snapshot",
            Self::KeepFollowing => "/api/fn/keep_following",
            Self::SealNow => "/api/fn/seal_now",
            Self::SealAgain => "/api/fn/seal_again",
            Self::RefreshNow => "/api/fn/refresh_now",
            Self::AddNote => "/api/fn/add_note",
            Self::CreateShare => "/api/fn/create_share",
            Self::UpdateShare => "/api/fn/update_share",
            Self::SetShareEnabled => "/api/fn/set_share_enabled",
            Self::RotateShare => "/api/fn/rotate_share",
            Self::DeleteShare => "/api/fn/delete_share",
            Self::CopyShareLink => "/api/fn/copy_share_link",
            Self::ReleaseFinding => "/api/fn/release_finding",
            Self::WithholdFinding => "/api/fn/withhold_finding",
            Self::SetIssuer => "/api/fn/set_issuer",
            Self::RemoveLogo => "/api/fn/remove_logo",
            Self::TestConnection => "/api/fn/test_connection",
            Self::AddUser => "/api/fn/add_operator",
            Self::SetUserRole => "/api/fn/set_operator_role",
            Self::SetUserPassword => "/api/fn/set_operator_password",
            Self::RemoveUser => "/api/fn/remove_operator",
            Self::CreateToken => "/api/fn/create_token",
            Self::RemoveToken => "/api/fn/remove_token",
            Self::SetLogo => "/settings/logo",
        }
    }

    /// What is sent there.
    pub fn from_path(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.path() == path)
    }
}
