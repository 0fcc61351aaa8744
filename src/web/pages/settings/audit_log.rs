//! What users did.

use crate::domain::AuditedAction;
use crate::i18n::I18n;
use crate::store::AuditRow;
use crate::web::components::name;
use leptos::prelude::*;

/// The last hundred actions.
pub(super) fn audit_log(i18n: &I18n, audit: &[AuditRow]) -> AnyView {
    let rows = audit
        .iter()
        .map(|row| {
            view! {
                <tr>
                    <td class="d-started">{i18n.date_hm(row.at)}</td>
                    <th scope="row">{name(&row.who, 24)}</th>
                    <td class="words">
                        {i18n.action(&row.action).to_owned()}
                        " · "
                        {name(&row.subject, 60)}
                    </td>
                </tr>
            }
        })
        .collect_view();
    let table = (!audit.is_empty()).then(|| {
        view! {
            <table class="list audit">
                <thead>
                    <tr>
                        <th scope="col">{i18n.audit_time().to_owned()}</th>
                        <th scope="col">{i18n.audit_user().to_owned()}</th>
                        <th scope="col">{i18n.audit_action().to_owned()}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        }
    });
    let none = audit.is_empty().then(|| {
        view! { <p class="note">{i18n.audit_none().to_owned()}</p> }
    });
    view! {
        <section class="card" aria-labelledby="audit">
            <h2 id="audit">{i18n.audit_title().to_owned()}</h2>
            {none}
            {table}
        </section>
    }
    .into_any()
}

impl I18n {
    /// What someone did; an action of another version is shown by its name.
    fn action<'a>(&self, action: &'a AuditedAction) -> &'a str {
        match action {
            AuditedAction::AddRooms => self.audit_added_rooms(),
            AuditedAction::StopFollowing => self.audit_stopped_monitoring(),
            AuditedAction::TakeSnapshot => self.audit_took_snapshot(),
            AuditedAction::SealNow => self.audit_sealed_early(),
            AuditedAction::SealAgain => self.audit_created_revision(),
            AuditedAction::KeepFollowing => self.audit_kept_monitoring(),
            AuditedAction::AddNote => self.audit_edited_note(),
            AuditedAction::ReleaseFinding => self.audit_published_finding(),
            AuditedAction::WithholdFinding => self.audit_unpublished_finding(),
            AuditedAction::CreateShare => self.audit_created_link(),
            AuditedAction::UpdateShare => self.audit_edited_link(),
            AuditedAction::SetShareEnabled => self.audit_enabled_link(),
            AuditedAction::RotateShare => self.audit_replaced_link_url(),
            AuditedAction::DeleteShare => self.audit_deleted_link(),
            AuditedAction::SignIn => self.audit_signed_in(),
            AuditedAction::SignInOnce => self.audit_signed_in_once(),
            AuditedAction::SignInFailed => self.audit_sign_in_failed(),
            AuditedAction::SetUp => self.audit_set_up(),
            AuditedAction::AddUser => self.audit_added_user(),
            AuditedAction::SetUserRole => self.audit_changed_role(),
            AuditedAction::SetUserPassword => self.audit_reset_password(),
            AuditedAction::RemoveUser => self.audit_removed_user(),
            AuditedAction::ChangePassword => self.audit_changed_own_password(),
            AuditedAction::CreateToken => self.audit_created_token(),
            AuditedAction::RemoveToken => self.audit_removed_token(),
            AuditedAction::SetIssuer => self.audit_changed_issuer(),
            AuditedAction::SetLogo => self.audit_uploaded_logo(),
            AuditedAction::RemoveLogo => self.audit_removed_logo(),
            AuditedAction::Other(name) => name,
        }
    }
}
