//! `/status`: is everything as it should be, and if not, what is wrong and what Tencent's support needs.

use super::page::{PageContext, serve};
use crate::collector::{AppStatus, ListFailure};
use crate::domain::Role;
use crate::i18n::{I18n, escape_invisible, truncate_middle};
use crate::store::LeaseRow;
use crate::web::api::FormAction;
use crate::web::components::frame::{button, empty_state, frame};
use crate::web::components::name;
use leptos::prelude::*;
use secrecy::ExposeSecret;

pub fn status() -> AnyView {
    serve(|page| async move {
        let i18n = &page.i18n;
        let title = i18n.status_title();
        let database = page.state.store.data_version().await.is_ok();
        let storing = page.state.recorder.failure().map(|alert| {
            let label = i18n.status_writes_failing();
            let (since, buffered) =
                (i18n.hms(alert.since), i18n.integer(i64::try_from(alert.buffered).unwrap_or(i64::MAX)));
            let text = format!("{since} · {label} {buffered}. {} · {}", escape_invisible(&alert.message), alert.remedy);
            view! { <p class="problem" role="alert">{text}</p> }
        });
        let refused = page.state.recorder.refusal().map(|refusal| {
            let label = i18n.status_writes_refused();
            let count = i18n.integer(i64::try_from(refusal.count).unwrap_or(i64::MAX));
            let text = format!("{} · {label} {count}. {}", i18n.hms(refusal.at), escape_invisible(&refusal.message));
            view! { <p class="problem" role="alert">{text}</p> }
        });
        let unsealed = page
            .state
            .collector
            .unsealed()
            .into_iter()
            .map(|(stream, failure)| {
                let label = i18n.status_report_failed();
                view! {
                    <p class="problem" role="alert">
                        {i18n.hms(failure.since)} " · " {label.to_owned()} " "
                        <a href=format!("/streams/{stream}")>{format!("/streams/{stream}")}</a> " · "
                        {escape_invisible(&failure.words)}
                    </p>
                }
            })
            .collect_view();
        let apps = page.state.collector.status();
        let leases = match page.state.store.is_shared() {
            true => Some(page.state.store.leases().await.unwrap_or_default()),
            false => None,
        };
        let cards = apps.iter().map(|app| card(&page, app, leases.as_deref())).collect_view();
        let none = apps.is_empty().then(|| {
            empty_state(
                i18n.status_no_app(),
                "AFTERSHOW_TENCENT__SDKAPPID, AFTERSHOW_TENCENT__SECRET_KEY, AFTERSHOW_TENCENT__REGION; aftershow check",
            )
        });
        let reachable = if database && page.state.recorder.is_failing() {
            i18n.status_database_not_writable()
        } else if database {
            i18n.status_database_ok()
        } else {
            i18n.status_database_unavailable()
        };
        let facts = vec![
            (i18n.status_database(), reachable.to_owned()),
            (
                i18n.status_public_url(),
                page.state
                    .config
                    .public_url
                    .as_ref()
                    .map_or_else(|| i18n.status_public_url_missing().to_owned(), ToString::to_string),
            ),
            (i18n.status_webhooks_unknown_app(), i18n.integer(page.state.collector.stray_webhooks())),
            (i18n.status_version(), env!("CARGO_PKG_VERSION").to_owned()),
            (i18n.status_server_time(), i18n.hms(page.now)),
        ];
        let mut facts = facts;
        if let Some(peer) = page.state.untrusted_proxy.get() {
            facts.push((i18n.status_reverse_proxy(), i18n.status_untrusted_proxy(&peer.to_string())));
        }
        let mut added = page.extension().and_then(|extension| extension.status(&page));
        let button = added.as_mut().and_then(|fact| fact.button.take());
        if let Some(fact) = &added {
            facts.insert(0, (&fact.label, fact.text.clone()));
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
                    {button}
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

fn card(page: &PageContext, app: &AppStatus, leases: Option<&[LeaseRow]>) -> AnyView {
    let i18n = &page.i18n;
    let seconds = |millis: i64| format!("{}\u{a0}s", millis as f64 / 1000.0);
    let at = |at: Option<crate::domain::Millis>| at.map_or_else(|| "–".to_owned(), |at| i18n.date_hm(at));
    let clock = match app.client.clock_offset_ms {
        None => "–".to_owned(),
        Some(offset) if offset.abs() < 1000 => i18n.status_clock_in_sync().to_owned(),
        Some(offset) => seconds(offset),
    };
    let facts = vec![
        (i18n.status_secret_key(), masked_key(page, app)),
        (i18n.status_endpoint(), truncate_middle(&app.endpoint, 48)),
        (i18n.status_admin_account(), truncate_middle(&app.identifier, 32)),
        (
            i18n.status_rooms(),
            format!(
                "{} {} · {} {}",
                i18n.integer(app.live),
                i18n.status_live(),
                i18n.integer(app.followed),
                i18n.status_monitored()
            ),
        ),
        (
            i18n.status_polling_interval(),
            if app.interval_now_ms > app.interval_ms {
                format!("{} ({})", seconds(app.interval_now_ms), seconds(app.interval_ms))
            } else {
                seconds(app.interval_ms)
            },
        ),
        (i18n.status_grace_period(), seconds(app.grace_ms)),
        (
            i18n.status_polling_delay(),
            app.lag_p99_percent.map_or_else(|| "–".to_owned(), |percent| i18n.percent(percent)),
        ),
        (i18n.status_room_list_fetched(), sweep(i18n, app)),
        (i18n.status_clock_offset(), clock),
        (
            i18n.status_latency(),
            app.client.latency_ms.map_or_else(|| "–".to_owned(), |millis| format!("{millis}\u{a0}ms")),
        ),
        (
            i18n.status_webhook_counts(),
            format!(
                "{} · {} · {} · {}",
                i18n.integer(app.webhooks_accepted),
                i18n.integer(app.webhooks_hints),
                i18n.integer(app.webhooks_dropped),
                i18n.integer(app.webhooks_overflowed)
            ),
        ),
        (i18n.status_last_webhook(), at(app.webhook_last)),
    ];
    let collected_by = leases.map(|leases| {
        let lease = leases.iter().find(|lease| lease.app == app.app && lease.valid_ms.is_some());
        let server = lease.map(|lease| format!("{} · {}", lease.server, i18n.date_hm(lease.since)));
        (i18n.status_collected_by(), server.unwrap_or_else(|| i18n.status_collected_by_no_server().to_owned()))
    });
    let facts = collected_by.into_iter().chain(facts).collect();
    let alert = app.alert.as_ref().map(|alert| {
        let id =
            alert.request_id.as_deref().map(|id| format!(" RequestId {}", truncate_middle(id, 48))).unwrap_or_default();
        view! { <p class="problem">{format!("{}{id}", escape_invisible(alert.explanation.get(i18n.lang)))}</p> }
    });
    let commands = app
        .client
        .commands
        .iter()
        .map(|command| {
            let errors: Vec<String> =
                command.errors.iter().map(|(code, count)| format!("{} ×{count}", i18n.error_code(code))).collect();
            let last = command.last_success.as_ref().and_then(|last| last.request_id.as_deref()).unwrap_or("–");
            let failure = command.last_failure.as_ref().map(|failure| {
                let id = failure.request_id.as_deref().unwrap_or("–");
                view! {
                    <p class="note">
                        {i18n.hms(failure.at)} " · " {escape_invisible(failure.explanation.get(i18n.lang))} " · RequestId "
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
        let label = i18n.status_test_connection();
        button(FormAction::TestConnection, label, "small", vec![("app", app.app.to_string())])
    });
    let heading = page.app_in_full(app.app);
    view! {
        <section class="card" aria-label=heading>
            <h2>{heading.clone()}</h2>
            {alert}
            {facts_list(facts)}
            <table class="list commands">
                <thead>
                    <tr>
                        <th scope="col">{i18n.status_api().to_owned()}</th>
                        <th scope="col">{i18n.calls_head().to_owned()}</th>
                        <th scope="col">{i18n.status_errors_since_start().to_owned()}</th>
                        <th scope="col">{i18n.status_last_request_id().to_owned()}</th>
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
fn sweep(i18n: &I18n, app: &AppStatus) -> String {
    let at = app.last_sweep.map_or_else(|| "–".to_owned(), |at| i18n.date_hm(at));
    let alert = app.list_failure.map(|alert| match alert {
        ListFailure::CursorRepeats => i18n.status_room_list_repeats(),
        ListFailure::Endless => i18n.status_room_list_endless(),
    });
    [Some(at.as_str()), alert].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// Enough of the key to distinguish two, too little to be one: its last four characters, of a key long enough to spare them.
fn masked_key(page: &PageContext, app: &AppStatus) -> String {
    let Some(config) = page.state.config.app(app.app) else { return "–".to_owned() };
    let key = config.secret_key.expose_secret();
    let length = key.chars().count();
    let end: String = if length >= 32 { key.chars().skip(length - 4).collect() } else { String::new() };
    format!("••••{end}")
}

impl I18n {
    const fn calls_head(&self) -> &'static str {
        self.lang.status_calls_per_second()
    }
}
