//! `/login` and `/setup`.

use super::page::{Page, serve};
use crate::components::frame::{frame, told};
use leptos::prelude::*;

/// `/login`: name and password, then on to the page that was asked for.
pub fn login() -> AnyView {
    serve(|page| async move {
        let words = &page.words;
        let title = words.pick("Sign in", "登录", "サインイン");
        let next = page.param("next").unwrap_or("/").to_owned();
        let typed = page.request.flash.as_deref().and_then(|flash| flash.field("name")).unwrap_or_default().to_owned();
        let form = view! {
            <div class="narrow">
                <h1>{title.to_owned()}</h1>
                <form method="post" action="/api/fn/sign_in" class="stacked">
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

/// `/setup?once=…`: the first operator.
pub fn set_up() -> AnyView {
    serve(|page| async move {
        let words = &page.words;
        let title = words.pick("First operator", "首位运营人员", "最初のオペレーター");
        let content = match page.param("once") {
            Some(once) => form(&page, once),
            None => told(
                title,
                words.pick(
                    "Open the link that the server printed at its first start; it holds a key that works once.",
                    "请打开服务器首次启动时打印的链接，其中包含一次性密钥。",
                    "サーバーが最初の起動時に表示したリンクを開いてください。1回だけ使える鍵が入っています。",
                ),
            ),
        };
        frame(&page, "/setup", title, content)
    })
}

fn form(page: &Page, once: &str) -> AnyView {
    let words = &page.words;
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
            <form method="post" action="/api/fn/set_up" class="stacked">
                <input type="hidden" name="once" value=once.to_owned()/>
                <label for="name">{words.pick("Name", "名称", "名前").to_owned()}</label>
                <input id="name" name="name" required autocomplete="username" autocapitalize="none" maxlength="64"/>
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
                    {words
                        .pick(
                            "Long beats complicated: a few words that only you put together.",
                            "长度比复杂更重要：几个只有您会组合的词。",
                            "複雑さより長さ：自分だけが思いつく言葉の組み合わせを。",
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
