//! `/settings`: one's own account, and for admins who may sign in and what was done.

use super::failed;
use super::page::{Page, serve};
use crate::api::FormAction;
use crate::components::frame::{button, frame};
use crate::components::name;
use crate::config::{AppConfig, Config, Follow};
use crate::domain::{AuditedAction, Role};
use crate::lang::{Lang, Words, middle, visible};
use crate::store::{AuditRow, OperatorRow, TokenRow};
use leptos::prelude::*;

pub fn settings() -> AnyView {
    serve(|page| async move {
        let words = &page.words;
        let title = words.settings_settings();
        let admin = page.may(Role::Admin);
        let found = async {
            if !admin {
                return Ok((Vec::new(), Vec::new(), Vec::new()));
            }
            let store = &page.state.store;
            Ok::<_, crate::store::StoreError>((
                store.operators().await?,
                store.tokens().await?,
                store.audit_log(None, 100).await?,
            ))
        };
        let (operators, tokens, audit) = match found.await {
            Ok(found) => found,
            Err(error) => return failed(&page, &error),
        };
        let content = view! {
            <div class="page-head">
                <h1>{title.to_owned()}</h1>
            </div>
            <div class="cards">
                {own(&page)}
                {rules(&page)}
                {admin.then(|| issuer(&page))}
                {admin.then(|| people(words, &operators))}
                {admin.then(|| bearer_tokens(words, &tokens))}
                {admin.then(|| log(words, &audit))}
            </div>
        }
        .into_any();
        frame(&page, "/settings", title, content)
    })
}

/// Zone, language and password of whoever looks.
fn own(page: &Page) -> AnyView {
    let words = &page.words;
    let viewer = page.viewer.clone();
    let kept = viewer.as_ref().and_then(|viewer| viewer.zone.clone()).unwrap_or_default();
    // Only the zone can be refused here: the languages are a list.
    let refused = page.typed(FormAction::SetView);
    let problem = refused.and_then(|flash| flash.error()).map(|error| crate::lang::visible(&error.message));
    let zone = refused.and_then(|flash| flash.field("zone")).map_or(kept, str::to_owned);
    let lang = viewer.as_ref().and_then(|viewer| Lang::from_code(viewer.lang.as_deref()?));
    let options = Lang::ALL
        .into_iter()
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
            <h2 id="own">{words.settings_your_console().to_owned()}</h2>
            <form method="post" action=FormAction::SetView.path() class="stacked">
                <label for="zone">
                    {words.settings_time_zone_empty_is_the_apps().to_owned()}
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
                <label for="lang">{words.settings_language().to_owned()}</label>
                <select id="lang" name="lang">
                    <option value="">{words.settings_the_browsers().to_owned()}</option>
                    {options}
                </select>
                <button type="submit">{words.settings_keep().to_owned()}</button>
            </form>
            <form method="post" action=FormAction::ChangePassword.path() class="stacked">
                <label for="current_password">{words.settings_current_password().to_owned()}</label>
                <input id="current_password" name="current_password" type="password" required autocomplete="current-password"/>
                <label for="new_password">{words.settings_new_password().to_owned()}</label>
                <input
                    id="new_password"
                    name="new_password"
                    type="password"
                    required
                    autocomplete="new-password"
                    aria-describedby="new_password-rule"
                />
                <p id="new_password-rule" class="note">{words.password_rule()}</p>
                <button type="submit">{words.settings_change_password().to_owned()}</button>
            </form>
        </section>
    }
    .into_any()
}

/// What each app's streams are found, read and ended by. Set where the key is, not here: whoever may read the console
/// sees them, and only who runs the machine changes them.
fn rules(page: &Page) -> AnyView {
    let words = &page.words;
    let apps = page
        .state
        .config
        .apps
        .iter()
        .map(|app| {
            let rows = words
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
            <h2 id="rules">{words.settings_rules().to_owned()}</h2>
            {apps}
            <p class="note">{words.rules_note().to_owned()}</p>
            {super::rooms::rooms_link(words)}
        </section>
    }
    .into_any()
}

/// Who issues the reports, as readers see it.
fn issuer(page: &Page) -> AnyView {
    let words = &page.words;
    let issuer = &page.issuer;
    let typed = page.typed(FormAction::SetIssuer);
    let value = |field: &str, kept: Option<&str>| {
        typed.and_then(|flash| flash.field(field)).or(kept).unwrap_or_default().to_owned()
    };
    let own_lang = issuer.lang.map_or("en", Lang::code);
    let options = Lang::ALL
        .into_iter()
        .map(|option| {
            view! {
                <option value=option.code() selected=option.code() == own_lang>
                    {option.own_name()}
                </option>
            }
        })
        .collect_view();
    let coins = Lang::ALL
        .into_iter()
        .map(|lang| {
            let (id, field) = (format!("issuer-coins-{}", lang.code()), format!("coins_{}", lang.code()));
            let kept = value(&field, issuer.coins(lang));
            let usual = lang.settings_coins();
            view! {
                <label for=id.clone()>
                    {format!("{} · {}", words.settings_word_for_coins(), lang.own_name())}
                </label>
                <input id=id name=field value=kept placeholder=usual maxlength="24" lang=lang.tag()/>
            }
        })
        .collect_view();
    let logo = issuer.logo.as_ref().map(|logo| {
        let alt = words.settings_the_logo_as_it_is().to_owned();
        view! {
            <p>
                <img src=logo.path.clone() width=logo.width.to_string() height=logo.height.to_string() alt=alt class="logo"/>
            </p>
            {button(FormAction::RemoveLogo, words.settings_remove_the_logo(), "small", Vec::new())}
        }
    });
    view! {
        <section class="card" aria-labelledby="issuer">
            <h2 id="issuer">{words.settings_issuer_of_the_reports().to_owned()}</h2>
            <form method="post" action=FormAction::SetIssuer.path() class="stacked">
                <label for="issuer-name">{words.settings_name().to_owned()}</label>
                <input id="issuer-name" name="name" value=value("name", Some(&issuer.name)) maxlength="80"/>
                <p class="note">
                    {words
                        .settings_part_of_what_is_signed_reports()
                        .to_owned()}
                </p>
                <label for="issuer-contact">
                    {words.settings_contact_mail_web_address_or_words().to_owned()}
                </label>
                <input id="issuer-contact" name="contact" value=value("contact", issuer.contact.as_deref()) maxlength="80"/>
                {coins}
                <label for="issuer-lang">{words.settings_language_of_new_links().to_owned()}</label>
                <select id="issuer-lang" name="lang">
                    {options}
                </select>
                <p class="note">
                    {words
                        .settings_contact_word_for_coins_and_logo()
                        .to_owned()}
                </p>
                <button type="submit">{words.settings_keep().to_owned()}</button>
            </form>
            {logo}
            <form method="post" action=FormAction::SetLogo.path() enctype="multipart/form-data" class="stacked">
                <label for="issuer-logo">
                    {words
                        .settings_logo_png_jpeg_or_webp_at()
                        .to_owned()}
                </label>
                <input id="issuer-logo" name="logo" type="file" accept="image/png,image/jpeg,image/webp" required/>
                <button type="submit">{words.settings_upload().to_owned()}</button>
            </form>
        </section>
    }
    .into_any()
}

fn roles(words: &Words, current: Role) -> AnyView {
    Role::ALL
        .into_iter()
        .map(|role| {
            view! {
                <option value=role.name() selected=role == current>
                    {words.role(role).to_owned()}
                </option>
            }
        })
        .collect_view()
        .into_any()
}

fn people(words: &Words, operators: &[OperatorRow]) -> AnyView {
    let rows = operators
        .iter()
        .map(|operator| {
            let seen = operator.seen_at.map_or_else(|| "–".to_owned(), |at| words.date_hm(at));
            let remove = words.settings_remove();
            let label = format!("{} {}", words.settings_role_of(), operator.name);
            view! {
                <tr>
                    <th scope="row">{name(&operator.name, 32)}</th>
                    <td>{seen}</td>
                    <td>
                        <form method="post" action=FormAction::SetOperatorRole.path() class="in-line">
                            <input type="hidden" name="name" value=operator.name.clone()/>
                            <select name="role" aria-label=label>
                                {roles(words, operator.role)}
                            </select>
                            <button type="submit" class="small">{words.settings_set().to_owned()}</button>
                        </form>
                    </td>
                    <td>{button(FormAction::RemoveOperator, remove, "small", vec![("name", operator.name.clone())])}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="card" aria-labelledby="people">
            <h2 id="people">{words.settings_operators().to_owned()}</h2>
            <table class="list people">
                <thead>
                    <tr>
                        <th scope="col">{words.settings_name().to_owned()}</th>
                        <th scope="col">{words.settings_last_seen().to_owned()}</th>
                        <th scope="col">{words.settings_role().to_owned()}</th>
                        <th scope="col">
                            <span class="visually-hidden">{words.settings_remove().to_owned()}</span>
                        </th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            <form method="post" action=FormAction::AddOperator.path() class="stacked">
                <h3>{words.settings_add_an_operator().to_owned()}</h3>
                <label for="add-name">{words.settings_name().to_owned()}</label>
                <input id="add-name" name="name" required maxlength="64" autocapitalize="none" autocomplete="off"/>
                <label for="add-role">{words.settings_role().to_owned()}</label>
                <select id="add-role" name="role">
                    {roles(words, Role::Operator)}
                </select>
                <label for="add-password">{words.password().to_owned()}</label>
                <input
                    id="add-password"
                    name="password"
                    type="password"
                    required
                    autocomplete="new-password"
                    aria-describedby="add-password-rule"
                />
                <p id="add-password-rule" class="note">{words.password_rule()}</p>
                <button type="submit">{words.settings_add().to_owned()}</button>
            </form>
            {lost_password(words, operators)}
        </section>
    }
    .into_any()
}

/// A new password for somebody who lost theirs.
fn lost_password(words: &Words, operators: &[OperatorRow]) -> AnyView {
    let names = operators
        .iter()
        .map(|operator| {
            view! { <option value=operator.name.clone()>{middle(&operator.name, 32)}</option> }
        })
        .collect_view();
    view! {
        <details class="more">
            <summary>{words.settings_set_a_lost_password_anew().to_owned()}</summary>
            <form method="post" action=FormAction::SetOperatorPassword.path() class="stacked">
                <label for="reset-name">{words.settings_operator().to_owned()}</label>
                <select id="reset-name" name="name">
                    {names}
                </select>
                <label for="reset-password">{words.settings_new_password().to_owned()}</label>
                <input
                    id="reset-password"
                    name="password"
                    type="password"
                    required
                    autocomplete="new-password"
                    aria-describedby="reset-password-rule"
                />
                <p id="reset-password-rule" class="note">{words.password_rule()}</p>
                <p class="note">
                    {words
                        .settings_their_open_sessions_end_at_once()
                        .to_owned()}
                </p>
                <button type="submit">{words.settings_set_password().to_owned()}</button>
            </form>
        </details>
    }
    .into_any()
}

/// Who may read `/api/v1`, and when they last did.
fn bearer_tokens(words: &Words, tokens: &[TokenRow]) -> AnyView {
    let rows = tokens
        .iter()
        .map(|token| {
            let used =
                token.last_used_at.map_or_else(|| words.settings_not_used_yet().to_owned(), |at| words.date_hm(at));
            let remove = words.settings_remove();
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
                        <th scope="col">{words.settings_name().to_owned()}</th>
                        <th scope="col">{words.settings_last_used().to_owned()}</th>
                        <th scope="col">
                            <span class="visually-hidden">{words.settings_remove().to_owned()}</span>
                        </th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        }
    });
    view! {
        <section class="card" aria-labelledby="tokens">
            <h2 id="tokens">{words.settings_tokens_of_the_api().to_owned()}</h2>
            <p class="note">
                {words
                    .settings_a_bearer_token_reads_streams_and()
                    .to_owned()}
                <a href="/api/v1/openapi.json">"/api/v1/openapi.json"</a>
            </p>
            {table}
            <form method="post" action=FormAction::CreateToken.path() class="in-line">
                <div>
                    <label for="token-name">{words.settings_name_of_a_new_token().to_owned()}</label>
                    <input id="token-name" name="name" required maxlength="64" autocapitalize="none" autocomplete="off"/>
                </div>
                <button type="submit">{words.settings_make().to_owned()}</button>
            </form>
        </section>
    }
    .into_any()
}

impl Words {
    /// (what, as it is, key of the configuration) of an app.
    fn rules_of(&self, app: &AppConfig, config: &Config) -> Vec<(String, String, &'static str)> {
        let seconds = |time: std::time::Duration| format!("{}\u{a0}s", time.as_secs_f64());
        let follow = match &app.follow {
            Follow::Public => self.settings_all_public_rooms().to_owned(),
            Follow::None => self.settings_only_those_added_by_hand().to_owned(),
            Follow::Match(pattern) => self.settings_rooms_whose_roomid_matches(&visible(&pattern.to_string())),
        };
        let quiet = match app.quiet_end_minutes {
            None => self.settings_never().to_owned(),
            Some(minutes) => match self.lang {
                Lang::En => format!("after {minutes} min without movement"),
                Lang::Zh => format!("{minutes}分钟无变化后"),
                Lang::Ja => format!("{minutes}分間動きがなければ"),
            },
        };
        let day = format!("{:02}:{:02} · {}", app.day_start / 60, app.day_start % 60, app.timezone);
        let rule = |what: &str, value, key| (what.to_owned(), value, key);
        vec![
            rule(self.settings_rooms_followed(), follow, "follow"),
            rule(self.settings_a_stream_is_read_every(), seconds(config.interval(app)), "interval"),
            rule(self.settings_sealed_after_its_end_by(), seconds(config.collector.grace), "grace"),
            rule(self.settings_a_quiet_stream_ends(), quiet, "quiet_end_minutes"),
            rule(
                self.settings_share_of_tencents_limits(),
                self.percent((app.budget_share * 100.0).round() as i64),
                "budget_share",
            ),
            rule(self.settings_day_begins_zone(), day, "day_start, timezone"),
        ]
    }

    fn rules_note(&self) -> &'static str {
        self.settings_set_in_aftershow_toml_or_by()
    }

    /// What someone did; an action of another version is shown by its name.
    fn action<'a>(&self, action: &'a AuditedAction) -> &'a str {
        let (en, zh, ja) = match action {
            AuditedAction::AddRooms => ("added rooms", "添加房间", "部屋を追加"),
            AuditedAction::StopFollowing => ("stopped following", "停止跟踪", "追跡を停止"),
            AuditedAction::TakeSnapshot => ("read once", "读取一次", "一度だけ取得"),
            AuditedAction::SealNow => ("sealed a report early", "提前定稿", "レポートを早期に確定"),
            AuditedAction::SealAgain => ("sealed again", "重新定稿", "確定し直し"),
            AuditedAction::KeepFollowing => ("kept following", "继续跟踪", "追跡を継続"),
            AuditedAction::AddNote => ("wrote a note", "添加备注", "メモを記入"),
            AuditedAction::ReleaseFinding => ("released a finding", "公开发现", "所見を公開"),
            AuditedAction::WithholdFinding => ("took a finding back", "收回发现", "所見を非公開に"),
            AuditedAction::CreateShare => ("made a link", "创建链接", "リンクを作成"),
            AuditedAction::UpdateShare => ("changed a link", "修改链接", "リンクを変更"),
            AuditedAction::SetShareEnabled => ("switched a link", "开关链接", "リンクを切り替え"),
            AuditedAction::RotateShare => ("gave a link a new address", "更换链接地址", "リンクのアドレスを変更"),
            AuditedAction::DeleteShare => ("deleted a link", "删除链接", "リンクを削除"),
            AuditedAction::SignIn => ("signed in", "登录", "サインイン"),
            AuditedAction::SignInOnce => {
                ("signed in with a one-time link", "使用一次性链接登录", "一度きりのリンクでサインイン")
            }
            AuditedAction::SignInFailed => ("could not sign in", "登录失败", "サインインに失敗"),
            AuditedAction::SetUp => ("set up the first account", "创建首个账号", "最初のアカウントを作成"),
            AuditedAction::AddOperator => ("added an operator", "添加运营人员", "オペレーターを追加"),
            AuditedAction::SetOperatorRole => ("changed a role", "更改角色", "役割を変更"),
            AuditedAction::SetOperatorPassword => ("set a password", "设置密码", "パスワードを設定"),
            AuditedAction::RemoveOperator => ("removed an operator", "移除运营人员", "オペレーターを削除"),
            AuditedAction::ChangePassword => ("changed their own password", "更改自己的密码", "自分のパスワードを変更"),
            AuditedAction::CreateToken => ("made a token", "创建令牌", "トークンを作成"),
            AuditedAction::RemoveToken => ("removed a token", "移除令牌", "トークンを削除"),
            AuditedAction::SetIssuer => ("changed the issuer", "更改出具方", "発行者を変更"),
            AuditedAction::SetLogo => ("set the logo", "设置标志", "ロゴを設定"),
            AuditedAction::RemoveLogo => ("removed the logo", "移除标志", "ロゴを削除"),
            AuditedAction::Other(name) => return name,
        };
        match self.lang {
            Lang::En => en,
            Lang::Zh => zh,
            Lang::Ja => ja,
        }
    }
}

fn log(words: &Words, audit: &[AuditRow]) -> AnyView {
    let rows = audit
        .iter()
        .map(|row| {
            view! {
                <tr>
                    <td class="d-started">{words.date_hm(row.at)}</td>
                    <th scope="row">{name(&row.who, 24)}</th>
                    <td class="words">
                        {words.action(&row.action).to_owned()}
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
                        <th scope="col">{words.settings_when().to_owned()}</th>
                        <th scope="col">{words.settings_who().to_owned()}</th>
                        <th scope="col">{words.settings_what().to_owned()}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        }
    });
    let none = audit.is_empty().then(|| {
        let words = words.settings_nothing_yet_who_adds_a_room();
        view! { <p class="note">{words.to_owned()}</p> }
    });
    view! {
        <section class="card" aria-labelledby="audit">
            <h2 id="audit">{words.settings_what_was_done().to_owned()}</h2>
            {none}
            {table}
        </section>
    }
    .into_any()
}

impl Words {
    const fn role(&self, role: Role) -> &'static str {
        match role {
            Role::Viewer => self.lang.settings_viewer_looks(),
            Role::Operator => self.lang.settings_operator_runs_the_console(),
            Role::Admin => self.lang.settings_admin_accounts_too(),
        }
    }
}
