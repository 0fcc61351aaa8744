//! `/status`: is everything as it should be, and if not, what is wrong and what to tell Tencent's support.

use super::demo;
use super::page::{Page, serve};
use crate::api::FormAction;
use crate::auth::Role;
use crate::collector::{AppStatus, ListTrouble};
use crate::components::frame::{button, empty, frame};
use crate::components::name;
use crate::lang::{Lang, Words, grouped, middle, visible};
use leptos::prelude::*;
use secrecy::ExposeSecret;

pub fn status() -> AnyView {
    serve(|page| async move {
        let words = &page.words;
        let title = words.pick("Status", "状态", "状態");
        let database = page.state.store.data_version().await.is_ok();
        let storing = page.state.recorder.trouble().map(|trouble| {
            let told = words.pick(
                "Readings cannot be written; they are kept and tried again every second. Waiting changes:",
                "读数暂时无法写入；已保留并每秒重试。等待写入：",
                "取得値を書き込めません。保持し、毎秒再試行しています。待機中の変更：",
            );
            let (since, waiting) =
                (words.hms(trouble.since), grouped(i64::try_from(trouble.waiting).unwrap_or(i64::MAX)));
            let text = format!("{since} · {told} {waiting}. {} · {}", visible(&trouble.words), trouble.cure);
            view! { <p class="problem" role="alert">{text}</p> }
        });
        let refused = page.state.recorder.refusal().map(|refusal| {
            let told = words.pick(
                "The database refused changes, which are left out; the log has them. How many, and why the last one:",
                "数据库拒绝了部分变更，这些变更未写入；内容见日志。次数与最近一次的原因：",
                "データベースが一部の変更を拒否したため、書き込まれていません。内容はログにあります。件数と最後の理由：",
            );
            let count = grouped(i64::try_from(refusal.count).unwrap_or(i64::MAX));
            let text = format!("{} · {told} {count}. {}", words.hms(refusal.at), visible(&refusal.words));
            view! { <p class="problem" role="alert">{text}</p> }
        });
        let unsealed = page
            .state
            .collector
            .unsealed()
            .into_iter()
            .map(|(stream, failure)| {
                let told = words.pick(
                    "The report of this stream could not be made. Nothing of it is lost; the next start tries again:",
                    "无法生成这场直播的报告。数据没有丢失，下次启动时会重试：",
                    "この配信のレポートを作成できませんでした。データは失われておらず、次回の起動時に再試行します：",
                );
                view! {
                    <p class="problem" role="alert">
                        {words.hms(failure.since)} " · " {told.to_owned()} " "
                        <a href=format!("/streams/{stream}")>{format!("/streams/{stream}")}</a> " · "
                        {visible(&failure.words)}
                    </p>
                }
            })
            .collect_view();
        let apps = page.state.collector.status();
        let cards = apps.iter().map(|app| card(&page, app)).collect_view();
        let none = apps.is_empty().then(|| {
            empty(
                words.pick("No app is configured", "尚未配置应用", "アプリが設定されていません"),
                "AFTERSHOW_TENCENT__SDKAPPID, AFTERSHOW_TENCENT__SECRET_KEY, AFTERSHOW_TENCENT__REGION; aftershow check",
            )
        });
        let reachable = if database && page.state.recorder.is_failing() {
            words.pick(
                "takes no readings; they are kept and tried again every second. Is the disk full? The log has the cause",
                "无法写入读数；读数已保留，每秒重试一次。磁盘满了吗？原因见日志",
                "取得値を書き込めません。値は保持され、毎秒再試行します。ディスクに空きがありますか。原因はログにあります",
            )
        } else if database {
            words.pick("answers", "正常", "応答あり")
        } else {
            words.pick(
                "does not answer; the log has the cause, the collector keeps trying",
                "没有应答；原因见日志，采集仍在重试",
                "応答なし。原因はログにあり、取得は再試行を続けています",
            )
        };
        let facts = vec![
            (words.pick("Database", "数据库", "データベース"), reachable.to_owned()),
            (
                words.pick("Public address", "公开地址", "公開アドレス"),
                page.state.config.public_url.as_ref().map_or_else(
                    || {
                        words
                            .pick(
                                "not set: links hold no host (AFTERSHOW_PUBLIC_URL)",
                                "未设置：链接不含主机名（AFTERSHOW_PUBLIC_URL）",
                                "未設定：リンクにホスト名がありません（AFTERSHOW_PUBLIC_URL）",
                            )
                            .to_owned()
                    },
                    ToString::to_string,
                ),
            ),
            (
                words.pick(
                    "Webhooks that name no app of ours",
                    "未指明本系统应用的回调",
                    "当方のアプリを示さないWebhook",
                ),
                grouped(page.state.collector.stray_webhooks()),
            ),
            (words.pick("Version", "版本", "バージョン"), env!("CARGO_PKG_VERSION").to_owned()),
            (words.pick("Server's time", "服务器时间", "サーバーの時刻"), words.hms(page.now)),
        ];
        let mut facts = facts;
        if let Some(peer) = page.state.untrusted_proxy.get() {
            let words = match words.lang {
                Lang::En => format!(
                    "{peer} sends X-Forwarded-For, but is not in trusted_proxies (AFTERSHOW_TRUSTED_PROXIES): everybody \
                     behind it counts as one address"
                ),
                Lang::Zh => format!(
                    "{peer} 发送了 X-Forwarded-For，但不在 trusted_proxies（AFTERSHOW_TRUSTED_PROXIES）中：其后的所有访问者会被视为同一地址"
                ),
                Lang::Ja => format!(
                    "{peer} は X-Forwarded-For を送っていますが、trusted_proxies（AFTERSHOW_TRUSTED_PROXIES）にありません。その先の全員が1つのアドレスとして扱われます"
                ),
            };
            facts.push((page.words.pick("Reverse proxy", "反向代理", "リバースプロキシ"), words));
        }
        let mut show_strip = None;
        if let Some((line, show)) = demo::status(&page) {
            facts.insert(0, (words.pick("Demo", "演示", "デモ"), line));
            show_strip = show;
        }
        let content = view! {
            <div class="page-head">
                <h1>{title.to_owned()}</h1>
            </div>
            <div class="cards">
                <section class="card">
                    <h2>"Aftershow"</h2>
                    {storing}
                    {refused}
                    {unsealed}
                    {facts_list(facts)}
                    {show_strip}
                </section>
                {cards}
            </div>
            {none}
        }
        .into_any();
        frame(&page, "/status", title, content)
    })
}

fn facts_list(facts: Vec<(&str, String)>) -> AnyView {
    let rows = facts
        .into_iter()
        .map(|(label, value)| {
            view! {
                <div>
                    <dt>{label.to_owned()}</dt>
                    <dd>{value}</dd>
                </div>
            }
        })
        .collect_view();
    view! { <dl class="facts">{rows}</dl> }.into_any()
}

fn card(page: &Page, app: &AppStatus) -> AnyView {
    let words = &page.words;
    let seconds = |millis: i64| format!("{}\u{a0}s", millis as f64 / 1000.0);
    let at = |at: Option<crate::domain::Millis>| at.map_or_else(|| "–".to_owned(), |at| words.date_hm(at));
    let clock = match app.client.clock_offset_ms {
        None => "–".to_owned(),
        Some(offset) if offset.abs() < 1000 => words.pick("equal", "一致", "一致").to_owned(),
        Some(offset) => seconds(offset),
    };
    let facts = vec![
        (words.pick("Key", "密钥", "鍵"), masked_key(page, app)),
        (words.pick("Endpoint", "接入点", "接続先"), middle(&app.endpoint, 48)),
        (words.pick("Identifier", "管理员账号", "管理者アカウント"), middle(&app.identifier, 32)),
        (
            words.pick("Rooms", "房间", "部屋"),
            format!(
                "{} {} · {} {}",
                grouped(app.live),
                words.pick("live", "直播中", "配信中"),
                grouped(app.followed),
                words.pick("followed", "已跟踪", "追跡中")
            ),
        ),
        (
            words.pick("Interval", "读取间隔", "取得間隔"),
            if app.interval_now_ms > app.interval_ms {
                format!("{} ({})", seconds(app.interval_now_ms), seconds(app.interval_ms))
            } else {
                seconds(app.interval_ms)
            },
        ),
        (words.pick("Grace", "宽限期", "猶予"), seconds(app.grace_ms)),
        (
            words.pick("Lateness, 99th percentile", "延迟（99分位）", "遅れ（99パーセンタイル）"),
            app.lag_p99_percent.map_or_else(|| "–".to_owned(), |percent| words.percent(percent)),
        ),
        (words.pick("Last sweep of the room list", "最近一次房间列表", "部屋一覧の最終取得"), sweep(words, app)),
        (words.pick("Tencent's clock against ours", "与腾讯的时钟差", "Tencentとの時刻差"), clock),
        (
            words.pick("Latency", "延时", "応答時間"),
            app.client.latency_ms.map_or_else(|| "–".to_owned(), |millis| format!("{millis}\u{a0}ms")),
        ),
        (
            words.pick(
                "Webhooks: authenticated, hints, invalid, over the limit",
                "回调：已验证、提示、无效、超出限额",
                "Webhook：認証済み・ヒント・無効・上限超過",
            ),
            format!(
                "{} · {} · {} · {}",
                grouped(app.webhooks_accepted),
                grouped(app.webhooks_hints),
                grouped(app.webhooks_dropped),
                grouped(app.webhooks_overflowed)
            ),
        ),
        (words.pick("Last webhook", "最近一次回调", "最後のWebhook"), at(app.webhook_last)),
    ];
    let trouble = app.trouble.as_ref().map(|trouble| {
        let id = trouble.request_id.as_deref().map(|id| format!(" RequestId {}", middle(id, 48))).unwrap_or_default();
        view! { <p class="problem">{format!("{}{id}", visible(&trouble.words[words.lang as usize]))}</p> }
    });
    let commands = app
        .client
        .commands
        .iter()
        .map(|command| {
            let errors: Vec<String> =
                command.errors.iter().map(|(code, count)| format!("{} ×{count}", words.error_code(code))).collect();
            let last = command.last_success.as_ref().and_then(|last| last.request_id.as_deref()).unwrap_or("–");
            let failure = command.last_failure.as_ref().map(|failure| {
                let id = failure.request_id.as_deref().unwrap_or("–");
                view! {
                    <p class="note">
                        {words.hms(failure.at)} " · " {visible(&failure.words[words.lang as usize])} " · RequestId "
                        <code>{name(id, 40)}</code>
                    </p>
                }
            });
            view! {
                <tr>
                    <th scope="row">
                        <code>{command.command.name()}</code>
                        {failure}
                    </th>
                    <td>{format!("{} / {} / {}", command.used_last_second, command.allowed, command.limit)}</td>
                    <td>{if errors.is_empty() { "–".to_owned() } else { errors.join(", ") }}</td>
                    <td>
                        <code>{name(last, 24)}</code>
                    </td>
                </tr>
            }
        })
        .collect_view();
    let test = page.may(Role::Operator).then(|| {
        let label = words.pick("Test connection", "测试连接", "接続を確認");
        button(FormAction::TestConnection, label, "small", vec![("app", app.app.to_string())])
    });
    let heading = page.app_in_full(app.app);
    view! {
        <section class="card" aria-label=heading>
            <h2>{heading.clone()}</h2>
            {trouble}
            {facts_list(facts)}
            <table class="list commands">
                <thead>
                    <tr>
                        <th scope="col">{words.pick("Command", "命令", "コマンド").to_owned()}</th>
                        <th scope="col">{words.calls_head().to_owned()}</th>
                        <th scope="col">{words.pick("Errors since start", "启动以来的错误", "起動後のエラー").to_owned()}</th>
                        <th scope="col">{words.pick("Last RequestId", "最近的 RequestId", "最後のRequestId").to_owned()}</th>
                    </tr>
                </thead>
                <tbody>{commands}</tbody>
            </table>
            {test}
        </section>
    }
    .into_any()
}

/// When the room list was last read to its end, and what is wrong with a list that has none.
fn sweep(words: &Words, app: &AppStatus) -> String {
    let at = app.last_sweep.map_or_else(|| "–".to_owned(), |at| words.date_hm(at));
    let trouble = app.list_trouble.map(|trouble| match trouble {
        ListTrouble::CursorRepeats => words.pick(
            "Tencent's room list repeats a cursor; the sweep stops there",
            "腾讯的房间列表重复了同一游标；读取到此为止",
            "Tencentの部屋一覧が同じカーソルを繰り返すため、そこで取得を終えます",
        ),
        ListTrouble::Endless => words.pick(
            "Tencent's room list does not end; the sweep stops after 100,000 rooms or ten pages without a new one",
            "腾讯的房间列表没有尽头；读满100,000个房间或连续十页没有新房间即停止",
            "Tencentの部屋一覧に終わりがないため、100,000部屋または新しい部屋のない10ページで取得を終えます",
        ),
    });
    [Some(at.as_str()), trouble].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// Enough of the key to tell two apart, too little to be one: its last four characters, of a key long enough to spare them.
fn masked_key(page: &Page, app: &AppStatus) -> String {
    let Some(config) = page.state.config.app(app.app) else { return "–".to_owned() };
    let key = config.secret_key.expose_secret();
    let length = key.chars().count();
    let end: String = if length >= 32 { key.chars().skip(length - 4).collect() } else { String::new() };
    format!("••••{end}")
}

impl Words {
    const fn calls_head(&self) -> &'static str {
        self.lang.pick("Calls/s: now, ours, Tencent's", "每秒调用：当前、可用、上限", "毎秒：現在・自分の枠・上限")
    }
}
