//! Who may sign in, with which role.

use crate::domain::Role;
use crate::i18n::{I18n, truncate_middle};
use crate::store::UserRow;
use crate::web::api::FormAction;
use crate::web::components::frame::button;
use crate::web::components::name;
use leptos::prelude::*;

fn roles(i18n: &I18n, current: Role) -> AnyView {
    Role::ALL
        .into_iter()
        .map(|role| {
            view! {
                <option value=role.name() selected=role == current>
                    {i18n.role(role).to_owned()}
                </option>
            }
        })
        .collect_view()
        .into_any()
}

/// The users, and forms that change them.
pub(super) fn users_card(i18n: &I18n, users: &[UserRow]) -> AnyView {
    let rows = users
        .iter()
        .map(|user| {
            let seen = user.seen_at.map_or_else(|| "–".to_owned(), |at| i18n.date_hm(at));
            let remove = i18n.settings_remove();
            let label = i18n.settings_role_for(&user.name);
            view! {
                <tr>
                    <th scope="row">{name(&user.name, 32)}</th>
                    <td>{seen}</td>
                    <td>
                        <form method="post" action=FormAction::SetUserRole.path() class="in-line">
                            <input type="hidden" name="name" value=user.name.clone()/>
                            <select name="role" aria-label=label>
                                {roles(i18n, user.role)}
                            </select>
                            <button type="submit" class="small">{i18n.settings_save_role().to_owned()}</button>
                        </form>
                    </td>
                    <td>{button(FormAction::RemoveUser, remove, "small", vec![("name", user.name.clone())])}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="card" aria-labelledby="people">
            <h2 id="people">{i18n.settings_users().to_owned()}</h2>
            <table class="list people">
                <thead>
                    <tr>
                        <th scope="col">{i18n.settings_name().to_owned()}</th>
                        <th scope="col">{i18n.settings_last_active().to_owned()}</th>
                        <th scope="col">{i18n.settings_role().to_owned()}</th>
                        <th scope="col">
                            <span class="visually-hidden">{i18n.settings_remove().to_owned()}</span>
                        </th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            <form method="post" action=FormAction::AddUser.path() class="stacked">
                <h3>{i18n.settings_add_user().to_owned()}</h3>
                <label for="add-name">{i18n.settings_name().to_owned()}</label>
                <input id="add-name" name="name" required maxlength="64" autocapitalize="none" autocomplete="off"/>
                <label for="add-role">{i18n.settings_role().to_owned()}</label>
                <select id="add-role" name="role">
                    {roles(i18n, Role::Operator)}
                </select>
                <label for="add-password">{i18n.sign_in_password().to_owned()}</label>
                <input
                    id="add-password"
                    name="password"
                    type="password"
                    required
                    autocomplete="new-password"
                    aria-describedby="add-password-rule"
                />
                <p id="add-password-rule" class="note">{i18n.password_rule()}</p>
                <button type="submit">{i18n.settings_add().to_owned()}</button>
            </form>
            {lost_password(i18n, users)}
        </section>
    }
    .into_any()
}

/// A new password for a user who lost theirs.
fn lost_password(i18n: &I18n, users: &[UserRow]) -> AnyView {
    let names = users
        .iter()
        .map(|user| {
            view! { <option value=user.name.clone()>{truncate_middle(&user.name, 32)}</option> }
        })
        .collect_view();
    view! {
        <details class="more">
            <summary>{i18n.settings_reset_password().to_owned()}</summary>
            <form method="post" action=FormAction::SetUserPassword.path() class="stacked">
                <label for="reset-name">{i18n.settings_user().to_owned()}</label>
                <select id="reset-name" name="name">
                    {names}
                </select>
                <label for="reset-password">{i18n.settings_new_password().to_owned()}</label>
                <input
                    id="reset-password"
                    name="password"
                    type="password"
                    required
                    autocomplete="new-password"
                    aria-describedby="reset-password-rule"
                />
                <p id="reset-password-rule" class="note">{i18n.password_rule()}</p>
                <p class="note">
                    {i18n
                        .settings_signs_out_everywhere()
                        .to_owned()}
                </p>
                <button type="submit">{i18n.settings_save_password().to_owned()}</button>
            </form>
        </details>
    }
    .into_any()
}

impl I18n {
    const fn role(&self, role: Role) -> &'static str {
        match role {
            Role::Viewer => self.lang.role_viewer(),
            Role::Operator => self.lang.role_operator(),
            Role::Admin => self.lang.role_admin(),
        }
    }
}
