//! What the audit log records.

use serde::{Deserialize, Serialize};

/// Something that a user or the command line did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditedAction {
    AddRooms,
    StopFollowing,
    TakeSnapshot,
    SealNow,
    SealAgain,
    KeepFollowing,
    AddNote,
    ReleaseFinding,
    WithholdFinding,
    CreateShare,
    UpdateShare,
    SetShareEnabled,
    RotateShare,
    DeleteShare,
    SignIn,
    SignInOnce,
    SignInFailed,
    SetUp,
    #[serde(rename = "add_operator")]
    AddUser,
    #[serde(rename = "set_operator_role")]
    SetUserRole,
    #[serde(rename = "set_operator_password")]
    SetUserPassword,
    #[serde(rename = "remove_operator")]
    RemoveUser,
    ChangePassword,
    CreateToken,
    RemoveToken,
    SetIssuer,
    SetLogo,
    RemoveLogo,
    /// One that another version recorded.
    #[serde(untagged)]
    Other(String),
}

impl AuditedAction {
    /// As the database has it.
    pub fn name(&self) -> &str {
        match self {
            Self::AddRooms => "add_rooms",
            Self::StopFollowing => "stop_following",
            Self::TakeSnapshot => "take_snapshot",
            Self::SealNow => "seal_now",
            Self::SealAgain => "seal_again",
            Self::KeepFollowing => "keep_following",
            Self::AddNote => "add_note",
            Self::ReleaseFinding => "release_finding",
            Self::WithholdFinding => "withhold_finding",
            Self::CreateShare => "create_share",
            Self::UpdateShare => "update_share",
            Self::SetShareEnabled => "set_share_enabled",
            Self::RotateShare => "rotate_share",
            Self::DeleteShare => "delete_share",
            Self::SignIn => "sign_in",
            Self::SignInOnce => "sign_in_once",
            Self::SignInFailed => "sign_in_failed",
            Self::SetUp => "set_up",
            Self::AddUser => "add_operator",
            Self::SetUserRole => "set_operator_role",
            Self::SetUserPassword => "set_operator_password",
            Self::RemoveUser => "remove_operator",
            Self::ChangePassword => "change_password",
            Self::CreateToken => "create_token",
            Self::RemoveToken => "remove_token",
            Self::SetIssuer => "set_issuer",
            Self::SetLogo => "set_logo",
            Self::RemoveLogo => "remove_logo",
            Self::Other(name) => name,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn an_action_has_the_name_it_always_had_and_one_of_another_version_loads() {
        use AuditedAction::*;
        for (action, name) in [
            (AddRooms, "add_rooms"),
            (StopFollowing, "stop_following"),
            (TakeSnapshot, "take_snapshot"),
            (SealNow, "seal_now"),
            (SealAgain, "seal_again"),
            (KeepFollowing, "keep_following"),
            (AddNote, "add_note"),
            (ReleaseFinding, "release_finding"),
            (WithholdFinding, "withhold_finding"),
            (CreateShare, "create_share"),
            (UpdateShare, "update_share"),
            (SetShareEnabled, "set_share_enabled"),
            (RotateShare, "rotate_share"),
            (DeleteShare, "delete_share"),
            (SignIn, "sign_in"),
            (SignInOnce, "sign_in_once"),
            (SignInFailed, "sign_in_failed"),
            (SetUp, "set_up"),
            (AddUser, "add_operator"),
            (SetUserRole, "set_operator_role"),
            (SetUserPassword, "set_operator_password"),
            (RemoveUser, "remove_operator"),
            (ChangePassword, "change_password"),
            (CreateToken, "create_token"),
            (RemoveToken, "remove_token"),
            (SetIssuer, "set_issuer"),
            (SetLogo, "set_logo"),
            (RemoveLogo, "remove_logo"),
            (Other("of_tomorrow".to_owned()), "of_tomorrow"),
        ] {
            assert_eq!((serde_json::to_value(&action).unwrap(), action.name()), (name.into(), name));
            assert_eq!(serde_json::from_value::<AuditedAction>(name.into()).unwrap(), action);
        }
    }
}
