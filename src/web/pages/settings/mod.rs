//! `/settings`: one's own account, and for admins who may sign in and what was done.

use super::failed;
use super::page::{PageContext, serve};
use crate::config::{AppConfig, Config, MonitoredRooms};
use crate::domain::{AuditedAction, Role};
use crate::i18n::{I18n, Lang, escape_invisible, truncate_middle};
use crate::store::{AuditRow, TokenRow, UserRow};
use crate::web::api::FormAction;
use crate::web::components::frame::{button, frame};
use crate::web::components::name;
use leptos::prelude::*;

pub fn settings() -> AnyView {
    serve(|page| async move {
        let i18n = &page.i18n;
        let title = i18n.settings_title();
        let admin = page.may(Role::Admin);
        let found = async {
            if !admin {
                return Ok((Vec::new(), Vec::new(), Vec::new()));
            }
            let store = &page.state.store;
            Ok::<_, crate::store::StoreError>((
                store.users().await?,
                store.tokens().await?,
                store.audit_log(None, 100).await?,
            ))
        };
        let (users, tokens, audit) = match found.await {
            Ok(found) => found,
            Err(error) => return failed(&page, &error),
        };
        let content = view! {
            <div class="page-head">
                <h1>{title.to_owned()}</h1>
            </div>
            <div class="cards">
                {preferences(&page)}
                {collection_settings(&page)}
                {admin.then(|| issuer(&page))}
                {admin.then(|| users_card(i18n, &users))}
                {admin.then(|| bearer_tokens(i18n, &tokens))}
                {admin.then(|| audit_log(i18n, &audit))}
            </div>
        }
        .into_any();
        frame(&page, "/settings", title, content)
    })
}

/// The user's time zone, language and password.
fn preferences(page: &PageContext) -> AnyView {
    let i18n = &page.i18n;
    let viewer = page.viewer.clone();
    let kept = viewer.as_ref().and_then(|viewer| viewer.zone.clone()).unwrap_or_default();
    // Only the zone can be refused here: the languages are a list.
    let refused = page.typed(FormAction::SetView);
    let problem = refused.and_then(|flash| flash.error()).map(|error| crate::i18n::escape_invisible(&error.message));
    let zone = refused.and_then(|flash| flash.field("zone")).map_or(kept, str::to_owned);
    let lang = viewer.as_ref().and_then(|viewer| Lang::from_code(viewer.lang.as_deref()?));
    let options = Lang::CONSOLE
        .iter()
        .copied()
        .map(|option| {
            view! {
                <option value=option.code() selected=Some(option) == lang>
                    {option.own_name()}
                </option>
            }
        })
        .collect_view();
    view! {
        <section class="card" aria-labelledby="own">
            <h2 id="own">{i18n.settings_preferences().to_owned()}</h2>
            <form method="post" action=FormAction::SetView.path() class="stacked">
                <label for="zone">
                    {i18n.settings_time_zone().to_owned()}
                </label>
                <input
                    id="zone"
                    name="zone"
                    value=zone
                    placeholder="Asia/Shanghai"
                    spellcheck="false"
                    aria-invalid=problem.is_some().then_some("true")
                    aria-describedby=problem.is_some().then_some("zone-problem")
                />
                {problem.map(|problem| view! { <p id="zone-problem" class="problem">{problem}</p> })}
                <label for="lang">{i18n.settings_language().to_owned()}</label>
                <select id="lang" name="lang">
                    <option value="">{i18n.settings_browser_default().to_owned()}</option>
                    {options}
                </select>
                <button type="submit">{i18n.settings_save().to_owned()}</button>
            </form>
            <form method="post" action=FormAction::ChangePassword.path() class="stacked">
                <label for="current_password">{i18n.settings_current_password().to_owned()}</label>
                <input id="current_password" name="current_password" type="password" required autocomplete="current-password"/>
                <label for="new_password">{i18n.settings_new_password().to_owned()}</label>
                <input
                    id="new_password"
                    name="new_password"
                    type="password"
                    required
                    autocomplete="new-password"
                    aria-describedby="new_password-rule"
                />
                <p id="new_password-rule" class="note">{i18n.password_rule()}</p>
                <button type="submit">{i18n.settings_change_password().to_owned()}</button>
            </form>
        </section>
    }
    .into_any()
}

/// What each app's streams are found, read and ended by. Set where the key is, not here: users who may read the console
/// sees them, and only who runs the machine changes them.
fn collection_settings(page: &PageContext) -> AnyView {
    let i18n = &page.i18n;
    let apps = page
        .state
        .config
        .apps
        .iter()
        .map(|app| {
            let rows = i18n
                .rules_of(app, &page.state.config)
                .into_iter()
                .map(|(what, value, key)| {
                    view! {
                        <tr>
                            <th scope="row">{what}</th>
                            <td>{value}</td>
                            <td>
                                <code>{key}</code>
                            </td>
                        </tr>
                    }
                })
                .collect_view();
            view! {
                <table class="list people rules">
                    <caption>{page.app_in_full(app.id)}</caption>
                    <tbody>{rows}</tbody>
                </table>
            }
        })
        .collect_view();
    view! {
        <section class="card" aria-labelledby="rules">
            <h2 id="rules">{i18n.settings_collection().to_owned()}</h2>
            {apps}
            <p class="note">{i18n.rules_note().to_owned()}</p>
            {super::rooms::rooms_link(i18n)}
        </section>
    }
    .into_any()
}

/// Who issues the reports, as readers see it.
fn issuer(page: &PageContext) -> AnyView {
    let i18n = &page.i18n;
    let issuer = &page.issuer;
    let typed = page.typed(FormAction::SetIssuer);
    let value = |field: &str, kept: Option<&str>| {
        typed.and_then(|flash| flash.field(field)).or(kept).unwrap_or_default().to_owned()
    };
    let own_lang = issuer.lang.map_or("en", Lang::code);
    let options = Lang::READERS
        .iter()
        .copied()
        .map(|option| {
            view! {
                <option value=option.code() selected=option.code() == own_lang>
                    {option.own_name()}
                </option>
            }
        })
        .collect_view();
    let coins = Lang::CONSOLE
        .iter()
        .copied()
        .map(|lang| {
            let (id, field) = (format!("issuer-coins-{}", lang.code()), format!("coins_{}", lang.code()));
            let kept = value(&field, issuer.coins(lang));
            let typical = lang.settings_coins_placeholder();
            view! {
                <label for=id.clone()>
                    {format!("{} · {}", i18n.settings_coins_name(), lang.own_name())}
                </label>
                <input id=id name=field value=kept placeholder=typical maxlength="24" lang=lang.tag()/>
            }
        })
        .collect_view();
    let logo = issuer.logo.as_ref().map(|logo| {
        let alt = i18n.settings_current_logo().to_owned();
        view! {
            <p>
                <img src=logo.path.clone() width=logo.width.to_string() height=logo.height.to_string() alt=alt class="logo"/>
            </p>
            {button(FormAction::RemoveLogo, i18n.settings_remove_logo(), "small", Vec::new())}
        }
    });
    view! {
        <section class="card" aria-labelledby="issuer">
            <h2 id="issuer">{i18n.settings_issuer().to_owned()}</h2>
            <form method="post" action=FormAction::SetIssuer.path() class="stacked">
                <label for="issuer-name">{i18n.settings_name().to_owned()}</label>
                <input id="issuer-name" name="name" value=value("name", Some(&issuer.name)) maxlength="80"/>
                <p class="note">
                    {i18n
                        .settings_issuer_is_signed()
                        .to_owned()}
                </p>
                <label for="issuer-contact">
                    {i18n.settings_contact().to_owned()}
                </label>
                <input id="issuer-contact" name="contact" value=value("contact", issuer.contact.as_deref()) maxlength="80"/>
                {coins}
                <label for="issuer-lang">{i18n.settings_link_language().to_owned()}</label>
                <select id="issuer-lang" name="lang">
                    {options}
                </select>
                <p class="note">
                    {i18n
                        .settings_contact_is_not_signed()
                        .to_owned()}
                </p>
                <button type="submit">{i18n.settings_save().to_owned()}</button>
            </form>
            {logo}
            <form method="post" action=FormAction::SetLogo.path() enctype="multipart/form-data" class="stacked">
                <label for="issuer-logo">
                    {i18n
                        .settings_logo()
                        .to_owned()}
                </label>
                <input id="issuer-logo" name="logo" type="file" accept="image/png,image/jpeg,image/webp" required/>
                <button type="submit">{i18n.settings_upload().to_owned()}</button>
            </form>
        </section>
    }
    .into_any()
}

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

fn users_card(i18n: &I18n, users: &[UserRow]) -> AnyView {
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

/// Who may read `/api/v1`, and when they last did.
fn bearer_tokens(i18n: &I18n, tokens: &[TokenRow]) -> AnyView {
    let rows = tokens
        .iter()
        .map(|token| {
            let used = token.last_used_at.map_or_else(|| i18n.settings_never_used().to_owned(), |at| i18n.date_hm(at));
            let remove = i18n.settings_remove();
            view! {
                <tr>
                    <th scope="row">{name(&token.name, 32)}</th>
                    <td>{used}</td>
                    <td>{button(FormAction::RemoveToken, remove, "small", vec![("name", token.name.clone())])}</td>
                </tr>
            }
        })
        .collect_view();
    let table = (!tokens.is_empty()).then(|| {
        view! {
            <table class="list people">
                <thead>
                    <tr>
                        <th scope="col">{i18n.settings_name().to_owned()}</th>
                        <th scope="col">{i18n.settings_last_used().to_owned()}</th>
                        <th scope="col">
                            <span class="visually-hidden">{i18n.settings_remove().to_owned()}</span>
                        </th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        }
    });
    view! {
        <section class="card" aria-labelledby="tokens">
            <h2 id="tokens">{i18n.settings_api_tokens().to_owned()}</h2>
            <p class="note">
                {i18n
                    .settings_api_tokens_hint()
                    .to_owned()}
                <a href="/api/v1/openapi.json">"/api/v1/openapi.json"</a>
            </p>
            {table}
            <form method="post" action=FormAction::CreateToken.path() class="in-line">
                <div>
                    <label for="token-name">{i18n.settings_token_name().to_owned()}</label>
                    <input id="token-name" name="name" required maxlength="64" autocapitalize="none" autocomplete="off"/>
                </div>
                <button type="submit">{i18n.settings_create_token().to_owned()}</button>
            </form>
        </section>
    }
    .into_any()
}

impl I18n {
    /// (what, as it is, key of the configuration) of an app.
    fn rules_of(&self, app: &AppConfig, config: &Config) -> Vec<(String, String, &'static str)> {
        let seconds = |time: std::time::Duration| format!("{}\u{a0}s", time.as_secs_f64());
        let follow = match &app.follow {
            MonitoredRooms::Public => self.settings_monitor_public().to_owned(),
            MonitoredRooms::None => self.settings_monitor_manual().to_owned(),
            MonitoredRooms::Match(pattern) => self.settings_monitor_matching(&escape_invisible(&pattern.to_string())),
        };
        let quiet = match app.quiet_end_minutes {
            None => self.settings_idle_never().to_owned(),
            Some(minutes) => self.settings_idle_after(i64::from(minutes)),
        };
        let day = format!("{:02}:{:02} · {}", app.day_start / 60, app.day_start % 60, app.timezone);
        let rule = |what: &str, value, key| (what.to_owned(), value, key);
        vec![
            rule(self.settings_rule_rooms(), follow, "follow"),
            rule(self.settings_rule_interval(), seconds(config.interval(app)), "interval"),
            rule(self.settings_rule_grace(), seconds(config.collector.grace), "grace"),
            rule(self.settings_rule_idle(), quiet, "quiet_end_minutes"),
            rule(
                self.settings_rule_rate_limit(),
                self.percent((app.budget_share * 100.0).round() as i64),
                "budget_share",
            ),
            rule(self.settings_rule_day(), day, "day_start, timezone"),
        ]
    }

    fn rules_note(&self) -> &'static str {
        self.settings_collection_hint()
    }

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

fn audit_log(i18n: &I18n, audit: &[AuditRow]) -> AnyView {
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
    const fn role(&self, role: Role) -> &'static str {
        match role {
            Role::Viewer => self.lang.role_viewer(),
            Role::Operator => self.lang.role_operator(),
            Role::Admin => self.lang.role_admin(),
        }
    }
}
