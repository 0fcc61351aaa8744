//! `/settings`: one's own account, and for admins who may sign in and what was done.

use super::failed;
use super::page::{Page, serve};
use crate::api::FormAction;
use crate::auth::Role;
use crate::components::frame::{button, frame};
use crate::components::name;
use crate::config::{AppConfig, Config, Follow};
use crate::domain::AuditedAction;
use crate::lang::{Lang, Words, middle, visible};
use crate::store::{AuditRow, OperatorRow, TokenRow};
use leptos::prelude::*;

pub fn settings() -> AnyView {
    serve(|page| async move {
        let words = &page.words;
        let title = words.pick("Settings", "设置", "設定");
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
            <h2 id="own">{words.pick("Your console", "您的控制台", "あなたのコンソール").to_owned()}</h2>
            <form method="post" action=FormAction::SetView.path() class="stacked">
                <label for="zone">
                    {words.pick("Time zone; empty is the app's", "时区，留空则用应用时区", "タイムゾーン（空欄はアプリの設定）").to_owned()}
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
                <label for="lang">{words.pick("Language", "语言", "言語").to_owned()}</label>
                <select id="lang" name="lang">
                    <option value="">{words.pick("The browser's", "跟随浏览器", "ブラウザに従う").to_owned()}</option>
                    {options}
                </select>
                <button type="submit">{words.pick("Keep", "保存", "保存").to_owned()}</button>
            </form>
            <form method="post" action=FormAction::ChangePassword.path() class="stacked">
                <label for="current_password">{words.pick("Current password", "当前密码", "現在のパスワード").to_owned()}</label>
                <input id="current_password" name="current_password" type="password" required autocomplete="current-password"/>
                <label for="new_password">{words.pick("New password", "新密码", "新しいパスワード").to_owned()}</label>
                <input
                    id="new_password"
                    name="new_password"
                    type="password"
                    required
                    autocomplete="new-password"
                    aria-describedby="new_password-rule"
                />
                <p id="new_password-rule" class="note">{words.password_rule()}</p>
                <button type="submit">{words.pick("Change password", "修改密码", "パスワードを変更").to_owned()}</button>
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
            <h2 id="rules">{words.pick("Rules", "规则", "規則").to_owned()}</h2>
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
            let usual = lang.pick("Coins", "金币", "コイン");
            view! {
                <label for=id.clone()>
                    {format!("{} · {}", words.pick("Word for coins", "金币的名称", "コインの呼び名"), lang.own_name())}
                </label>
                <input id=id name=field value=kept placeholder=usual maxlength="24" lang=lang.tag()/>
            }
        })
        .collect_view();
    let logo = issuer.logo.as_ref().map(|logo| {
        let alt = words.pick("The logo as it is", "当前标志", "現在のロゴ").to_owned();
        view! {
            <p>
                <img src=logo.path.clone() width=logo.width.to_string() height=logo.height.to_string() alt=alt class="logo"/>
            </p>
            {button(FormAction::RemoveLogo, words.pick("Remove the logo", "移除标志", "ロゴを削除"), "small", Vec::new())}
        }
    });
    view! {
        <section class="card" aria-labelledby="issuer">
            <h2 id="issuer">{words.pick("Issuer of the reports", "报告的出具方", "レポートの発行者").to_owned()}</h2>
            <form method="post" action=FormAction::SetIssuer.path() class="stacked">
                <label for="issuer-name">{words.pick("Name", "名称", "名前").to_owned()}</label>
                <input id="issuer-name" name="name" value=value("name", Some(&issuer.name)) maxlength="80"/>
                <p class="note">
                    {words
                        .pick(
                            "Part of what is signed: reports sealed from now on carry it, earlier ones keep the name they were sealed under.",
                            "属于签名内容：此后定稿的报告使用此名称，之前的报告保留定稿时的名称。",
                            "署名の対象です。今後確定するレポートに載り、確定済みのものは当時の名前のままです。",
                        )
                        .to_owned()}
                </p>
                <label for="issuer-contact">
                    {words.pick("Contact: mail, web address or words", "联系方式：邮箱、网址或文字", "連絡先：メール、URL、または文章").to_owned()}
                </label>
                <input id="issuer-contact" name="contact" value=value("contact", issuer.contact.as_deref()) maxlength="80"/>
                {coins}
                <label for="issuer-lang">{words.pick("Language of new links", "新链接的语言", "新しいリンクの言語").to_owned()}</label>
                <select id="issuer-lang" name="lang">
                    {options}
                </select>
                <p class="note">
                    {words
                        .pick(
                            "Contact, word for coins and logo stand around the signed figures; they hold on every page from the next request.",
                            "联系方式、金币名称和标志不属于签名内容，从下一次请求起在所有页面生效。",
                            "連絡先・コインの呼び名・ロゴは署名の対象外で、次の表示からすべてのページに反映されます。",
                        )
                        .to_owned()}
                </p>
                <button type="submit">{words.pick("Keep", "保存", "保存").to_owned()}</button>
            </form>
            {logo}
            <form method="post" action=FormAction::SetLogo.path() enctype="multipart/form-data" class="stacked">
                <label for="issuer-logo">
                    {words
                        .pick(
                            "Logo: PNG, JPEG or WebP, at most 16 KiB",
                            "标志：PNG、JPEG 或 WebP，不超过 16 KiB",
                            "ロゴ：PNG・JPEG・WebP、16 KiBまで",
                        )
                        .to_owned()}
                </label>
                <input id="issuer-logo" name="logo" type="file" accept="image/png,image/jpeg,image/webp" required/>
                <button type="submit">{words.pick("Upload", "上传", "アップロード").to_owned()}</button>
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
            let remove = words.pick("Remove", "移除", "削除");
            let label = format!("{} {}", words.pick("Role of", "角色：", "役割："), operator.name);
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
                            <button type="submit" class="small">{words.pick("Set", "设定", "設定").to_owned()}</button>
                        </form>
                    </td>
                    <td>{button(FormAction::RemoveOperator, remove, "small", vec![("name", operator.name.clone())])}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="card" aria-labelledby="people">
            <h2 id="people">{words.pick("Operators", "运营人员", "オペレーター").to_owned()}</h2>
            <table class="list people">
                <thead>
                    <tr>
                        <th scope="col">{words.pick("Name", "名称", "名前").to_owned()}</th>
                        <th scope="col">{words.pick("Last seen", "最近使用", "最後の利用").to_owned()}</th>
                        <th scope="col">{words.pick("Role", "角色", "役割").to_owned()}</th>
                        <th scope="col">
                            <span class="visually-hidden">{words.pick("Remove", "移除", "削除").to_owned()}</span>
                        </th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            <form method="post" action=FormAction::AddOperator.path() class="stacked">
                <h3>{words.pick("Add an operator", "添加运营人员", "オペレーターを追加").to_owned()}</h3>
                <label for="add-name">{words.pick("Name", "名称", "名前").to_owned()}</label>
                <input id="add-name" name="name" required maxlength="64" autocapitalize="none" autocomplete="off"/>
                <label for="add-role">{words.pick("Role", "角色", "役割").to_owned()}</label>
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
                <button type="submit">{words.pick("Add", "添加", "追加").to_owned()}</button>
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
            <summary>{words.pick("Set a lost password anew", "重设遗忘的密码", "忘れたパスワードを再設定").to_owned()}</summary>
            <form method="post" action=FormAction::SetOperatorPassword.path() class="stacked">
                <label for="reset-name">{words.pick("Operator", "运营人员", "オペレーター").to_owned()}</label>
                <select id="reset-name" name="name">
                    {names}
                </select>
                <label for="reset-password">{words.pick("New password", "新密码", "新しいパスワード").to_owned()}</label>
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
                        .pick(
                            "Their open sessions end at once.",
                            "其所有登录会立即失效。",
                            "その人のサインインはすべて直ちに終了します。",
                        )
                        .to_owned()}
                </p>
                <button type="submit">{words.pick("Set password", "设定密码", "パスワードを設定").to_owned()}</button>
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
            let used = token
                .last_used_at
                .map_or_else(|| words.pick("not used yet", "尚未使用", "未使用").to_owned(), |at| words.date_hm(at));
            let remove = words.pick("Remove", "移除", "削除");
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
                        <th scope="col">{words.pick("Name", "名称", "名前").to_owned()}</th>
                        <th scope="col">{words.pick("Last used", "最近使用", "最後の利用").to_owned()}</th>
                        <th scope="col">
                            <span class="visually-hidden">{words.pick("Remove", "移除", "削除").to_owned()}</span>
                        </th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        }
    });
    view! {
        <section class="card" aria-labelledby="tokens">
            <h2 id="tokens">{words.pick("Tokens of the API", "API 令牌", "APIのトークン").to_owned()}</h2>
            <p class="note">
                {words
                    .pick(
                        "A bearer token reads streams and reports as JSON and changes nothing. ",
                        "令牌只能以 JSON 读取直播和报告，不能更改任何内容。",
                        "トークンは配信とレポートをJSONで読むだけで、何も変更できません。",
                    )
                    .to_owned()}
                <a href="/api/v1/openapi.json">"/api/v1/openapi.json"</a>
            </p>
            {table}
            <form method="post" action=FormAction::CreateToken.path() class="in-line">
                <div>
                    <label for="token-name">{words.pick("Name of a new token", "新令牌名称", "新しいトークンの名前").to_owned()}</label>
                    <input id="token-name" name="name" required maxlength="64" autocapitalize="none" autocomplete="off"/>
                </div>
                <button type="submit">{words.pick("Make", "创建", "作成").to_owned()}</button>
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
            Follow::Public => self.pick("all public rooms", "所有公开房间", "公開の部屋すべて").to_owned(),
            Follow::None => {
                self.pick("only those added by hand", "仅手动添加的房间", "手動で追加した部屋のみ").to_owned()
            }
            Follow::Match(pattern) => self
                .pick("rooms whose RoomId matches {}", "RoomId 匹配 {} 的房间", "RoomIdが{}に合う部屋")
                .replace("{}", &visible(&pattern.to_string())),
        };
        let quiet = match app.quiet_end_minutes {
            None => self.pick("never", "不会", "しない").to_owned(),
            Some(minutes) => match self.lang {
                Lang::En => format!("after {minutes} min without movement"),
                Lang::Zh => format!("{minutes}分钟无变化后"),
                Lang::Ja => format!("{minutes}分間動きがなければ"),
            },
        };
        let day = format!("{:02}:{:02} · {}", app.day_start / 60, app.day_start % 60, app.timezone);
        let rule = |what: (&'static str, &'static str, &'static str), value, key| {
            (self.pick(what.0, what.1, what.2).to_owned(), value, key)
        };
        vec![
            rule(("Rooms followed", "跟踪的房间", "追跡する部屋"), follow, "follow"),
            rule(("A stream is read every", "读取间隔", "取得間隔"), seconds(config.interval(app)), "interval"),
            rule(
                ("Sealed after its end by", "结束后定稿", "終了から確定まで"),
                seconds(config.collector.grace),
                "grace",
            ),
            rule(("A quiet stream ends", "无变化时结束", "静かな配信の終了"), quiet, "quiet_end_minutes"),
            rule(
                ("Share of Tencent's limits", "占用腾讯配额", "Tencentの上限のうち使う割合"),
                self.percent((app.budget_share * 100.0).round() as i64),
                "budget_share",
            ),
            rule(("Day begins, zone", "每日起点与时区", "一日の始まりとタイムゾーン"), day, "day_start, timezone"),
        ]
    }

    fn rules_note(&self) -> &'static str {
        self.pick(
            "Set in aftershow.toml or by AFTERSHOW_… variables; they hold from the next start. Sealed reports and their readings are kept until somebody deletes the database; nothing expires by itself.",
            "在 aftershow.toml 或 AFTERSHOW_… 变量中设置，下次启动生效。已定稿的报告及读数一直保留，不会自动过期。",
            "aftershow.tomlかAFTERSHOW_…変数で設定し、次の起動から有効です。確定したレポートと取得値は自動では消えません。",
        )
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
                        <th scope="col">{words.pick("When", "时间", "日時").to_owned()}</th>
                        <th scope="col">{words.pick("Who", "操作人", "だれが").to_owned()}</th>
                        <th scope="col">{words.pick("What", "内容", "なにを").to_owned()}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        }
    });
    let none = audit.is_empty().then(|| {
        let words = words.pick(
            "Nothing yet. Who adds a room, makes a link or changes an account is listed here.",
            "暂无记录。添加房间、创建链接或更改账号的操作会列在此处。",
            "まだありません。部屋の追加、リンクの作成、アカウントの変更がここに並びます。",
        );
        view! { <p class="note">{words.to_owned()}</p> }
    });
    view! {
        <section class="card" aria-labelledby="audit">
            <h2 id="audit">{words.pick("What was done", "操作记录", "操作の記録").to_owned()}</h2>
            {none}
            {table}
        </section>
    }
    .into_any()
}

impl Words {
    const fn role(&self, role: Role) -> &'static str {
        match role {
            Role::Viewer => self.lang.pick("viewer: looks", "查看者：仅查看", "閲覧者：見るだけ"),
            Role::Operator => {
                self.lang.pick("operator: runs the console", "运营：操作控制台", "オペレーター：操作する")
            }
            Role::Admin => self.lang.pick("admin: accounts too", "管理员：含账号管理", "管理者：アカウントも"),
        }
    }
}
