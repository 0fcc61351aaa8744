//! `/login` and `/setup`.

use super::failed;
use super::page::{Page, serve};
use crate::api::FormAction;
use crate::auth::password::SHORTEST;
use crate::components::frame::frame;
use crate::lang::{Lang, Words};
use leptos::prelude::*;

/// `/login`: name and password, then on to the page that was asked for.
pub fn login() -> AnyView {
    serve(|page| async move {
        let words = &page.words;
        match page.state.store.operator_count().await {
            Ok(0) => return nobody_yet(&page),
            Ok(_) => {}
            Err(error) => return failed(&page, &error),
        }
        let title = words.sign_in();
        let next = page.param("next").unwrap_or("/").to_owned();
        let typed = page.request.flash.as_deref().and_then(|flash| flash.field("name")).unwrap_or_default().to_owned();
        let form = view! {
            <div class="narrow">
                <h1>{title.to_owned()}</h1>
                <form method="post" action=FormAction::SignIn.path() class="stacked">
                    <input type="hidden" name="next" value=next/>
                    <label for="name">{words.pick("Name", "名称", "名前").to_owned()}</label>
                    <input
                        id="name"
                        name="name"
                        value=typed
                        required
                        autocomplete="username"
                        autocapitalize="none"
                        maxlength="64"
                    />
                    <label for="password">{words.password().to_owned()}</label>
                    <input id="password" name="password" type="password" required autocomplete="current-password"/>
                    <button type="submit" class="primary">
                        {title.to_owned()}
                    </button>
                </form>
                <p class="note">
                    {words
                        .pick(
                            "Lost it? An admin sets a new one under Settings, or: aftershow operator passwd NAME",
                            "忘记密码？管理员可在设置中重设，或使用：aftershow operator passwd NAME",
                            "忘れた場合は管理者が設定で再設定するか、aftershow operator passwd NAME を使います",
                        )
                        .to_owned()}
                </p>
            </div>
        }
        .into_any();
        frame(&page, "/login", title, form)
    })
}

/// Nobody can sign in before there is a user.
fn nobody_yet(page: &Page) -> AnyView {
    let words = &page.words;
    let title = words.pick("No user yet", "尚无用户", "ユーザーがまだいません");
    frame(page, "/login", title, set_up_how(words, title))
}

/// Where the set-up link is, and what does without it.
fn set_up_how(words: &Words, title: &str) -> AnyView {
    let (before, after) = match words.lang {
        Lang::En => ("Open the set-up link from the server's log; it is printed there every minute. Or run ", "."),
        Lang::Zh => ("请打开服务器日志中的初始设置链接（每分钟输出一次），或运行 ", "。"),
        Lang::Ja => ("サーバーのログにある初期設定のリンク（1分ごとに表示）を開くか、次を実行してください：", ""),
    };
    view! {
        <div class="empty">
            <h1>{title.to_owned()}</h1>
            <p>{before} <code>"aftershow operator add NAME"</code> {after}</p>
        </div>
    }
    .into_any()
}

/// `/setup?once=…`: the first operator. The link is checked before anybody fills in the form.
pub fn set_up() -> AnyView {
    serve(|page| async move {
        let words = &page.words;
        let title = words.pick("First operator", "首位运营人员", "最初のオペレーター");
        let Some(once) = page.param("once") else {
            return frame(&page, "/setup", title, set_up_how(words, title));
        };
        let (accounts, store) = (&page.state.accounts, &page.state.store);
        let found =
            async { Ok((accounts.setup_is_open(&once.into(), page.now).await?, store.operator_count().await?)) };
        let content = match found.await {
            Ok((true, _)) => form(&page, once),
            Ok((false, 0)) => set_up_how(
                words,
                words.pick("This set-up link does not work", "此初始设置链接无效", "この初期設定のリンクは使えません"),
            ),
            // It was used, or is not needed: whoever has it signs in.
            Ok((false, _)) => view! {
                <div class="empty">
                    <h1>
                        {words
                            .pick(
                                "This set-up link was used already",
                                "此初始设置链接已使用",
                                "この初期設定のリンクは使用済みです",
                            )
                            .to_owned()}
                    </h1>
                    <p>
                        {words
                            .pick(
                                "There is a user already. An admin adds others under Settings.",
                                "已有用户。管理员可在设置中添加其他用户。",
                                "ユーザーはすでに登録されています。ほかのユーザーは管理者が設定で追加します。",
                            )
                            .to_owned()} " " <a href="/login">{words.sign_in().to_owned()}</a>
                    </p>
                </div>
            }
            .into_any(),
            Err(error) => return failed(&page, &error as &crate::store::StoreError),
        };
        frame(&page, "/setup", title, content)
    })
}

fn form(page: &Page, once: &str) -> AnyView {
    let words = &page.words;
    let typed = page.typed(FormAction::SetUp).and_then(|flash| flash.field("name")).unwrap_or_default().to_owned();
    view! {
        <div class="narrow">
            <h1>{words.pick("First operator", "首位运营人员", "最初のオペレーター").to_owned()}</h1>
            <p>
                {words
                    .pick(
                        "This account is an admin. It adds the others.",
                        "此账号为管理员，可添加其他账号。",
                        "このアカウントは管理者です。ほかの人を追加できます。",
                    )
                    .to_owned()}
            </p>
            <form method="post" action=FormAction::SetUp.path() class="stacked">
                <input type="hidden" name="once" value=once.to_owned()/>
                <label for="name">{words.pick("Name", "名称", "名前").to_owned()}</label>
                <input
                    id="name"
                    name="name"
                    value=typed
                    required
                    autocomplete="username"
                    autocapitalize="none"
                    maxlength="64"
                />
                <label for="password">{words.password().to_owned()}</label>
                <input
                    id="password"
                    name="password"
                    type="password"
                    required
                    autocomplete="new-password"
                    aria-describedby="password-rule"
                />
                <p id="password-rule" class="note">
                    {words.password_rule()} " "
                    {words
                        .pick(
                            "A passphrase of several unrelated words works well.",
                            "建议用几个互不相关的词组成。",
                            "無関係な単語をいくつか並べたパスフレーズがおすすめです。",
                        )
                        .to_owned()}
                </p>
                <button type="submit" class="primary">
                    {words.pick("Create and sign in", "创建并登录", "作成してサインイン").to_owned()}
                </button>
            </form>
        </div>
    }
    .into_any()
}

impl Words {
    /// Said before a password is typed, not after.
    pub(super) fn password_rule(&self) -> String {
        match self.lang {
            Lang::En => format!("At least {SHORTEST} characters."),
            Lang::Zh => format!("至少{SHORTEST}个字符。"),
            Lang::Ja => format!("{SHORTEST}文字以上です。"),
        }
    }
}
