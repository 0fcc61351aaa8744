//! `/metrics`: Prometheus text for loopback or a bearer token. Numbers only: no room, no key, no token in a label.

use super::webhook::bearer;
use super::{api_v1, middleware};
use crate::auth::address;
use crate::web::context::AppState;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use secrecy::ExposeSecret;
use std::fmt::Write;
use subtle::ConstantTimeEq;

/// Asked from this machine itself. A request that a proxy passed on is not, whatever its last hop was, nor one under another
/// name: a web page can let its own name resolve to this machine.
fn is_local(request: &Request) -> bool {
    let headers = request.headers();
    let direct = !address::was_forwarded(headers) && address::names_loopback(headers);
    middleware::client(request.extensions()).0.is_loopback() && direct
}

async fn may_read(state: &AppState, headers: &HeaderMap) -> bool {
    if let (Some(token), Some(ours)) = (bearer(headers), &state.config.metrics_token)
        && bool::from(token.as_bytes().ct_eq(ours.expose_secret().as_bytes()))
    {
        return true;
    }
    api_v1::authorized(state, headers).await.unwrap_or(false)
}

/// `GET /metrics`.
pub async fn metrics(State(state): State<AppState>, request: Request) -> Response {
    if !is_local(&request) && !may_read(&state, request.headers()).await {
        return (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Bearer")]).into_response();
    }
    let headers =
        [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    (headers, text(&state)).into_response()
}

/// One family: name, type, help, and its samples as (labels, value).
fn family(out: &mut String, name: &str, kind: &str, help: &str, values: &[(String, i64)]) {
    if values.is_empty() {
        return;
    }
    // Writing to a string does not fail.
    let _ = writeln!(out, "# HELP aftershow_{name} {help}\n# TYPE aftershow_{name} {kind}");
    for (labels, value) in values {
        let _ = match labels.as_str() {
            "" => writeln!(out, "aftershow_{name} {value}"),
            labels => writeln!(out, "aftershow_{name}{{{labels}}} {value}"),
        };
    }
}

fn text(state: &AppState) -> String {
    let mut out = String::new();
    let version = format!("version=\"{}\"", env!("CARGO_PKG_VERSION"));
    family(&mut out, "build_info", "gauge", "Always 1; the version is the label.", &[(version, 1)]);
    let refuses = i64::from(state.recorder.is_failing());
    let help = "1 while readings wait because the database does not take them.";
    family(&mut out, "database_refuses", "gauge", help, &[(String::new(), refuses)]);
    let refused = state.recorder.refusal().map_or(0, |refusal| i64::try_from(refusal.count).unwrap_or(i64::MAX));
    let help = "Changes that the database refused for good.";
    family(&mut out, "database_refused_total", "counter", help, &[(String::new(), refused)]);
    let unsealed = i64::try_from(state.collector.unsealed().len()).unwrap_or(i64::MAX);
    let help = "Streams whose report could not be made since the start.";
    family(&mut out, "streams_unsealed", "gauge", help, &[(String::new(), unsealed)]);
    let apps = state.collector.status();
    let of = |value: &dyn Fn(&crate::collector::AppStatus) -> Option<i64>| -> Vec<(String, i64)> {
        apps.iter().filter_map(|app| Some((format!("app=\"{}\"", app.app), value(app)?))).collect()
    };
    family(&mut out, "streams_live", "gauge", "Streams that are read now.", &of(&|app| Some(app.live)));
    family(&mut out, "rooms_followed", "gauge", "Rooms that are followed.", &of(&|app| Some(app.followed)));
    family(&mut out, "interval_wished_ms", "gauge", "The configured interval.", &of(&|app| Some(app.interval_ms)));
    family(&mut out, "interval_now_ms", "gauge", "The interval in force.", &of(&|app| Some(app.interval_now_ms)));
    family(
        &mut out,
        "lag_p99_percent",
        "gauge",
        "Lateness of reads over the interval, 99th percentile.",
        &of(&|app| app.lag_p99_percent),
    );
    family(
        &mut out,
        "last_sweep_timestamp_ms",
        "gauge",
        "When the room list was last read.",
        &of(&|app| app.last_sweep.map(|at| at.0)),
    );
    family(
        &mut out,
        "collector_last_turn_seconds",
        "gauge",
        "Seconds since the app's collector last had its turn of every second.",
        &of(&|app| i64::try_from(app.last_turn.elapsed().as_secs()).ok()),
    );
    let webhooks = |kind: &str, value: &dyn Fn(&crate::collector::AppStatus) -> i64| -> Vec<(String, i64)> {
        apps.iter().map(|app| (format!("app=\"{}\",kind=\"{kind}\"", app.app), value(app))).collect()
    };
    let all = [
        webhooks("accepted", &|app| app.webhooks_accepted),
        webhooks("hint", &|app| app.webhooks_hints),
        webhooks("dropped", &|app| app.webhooks_dropped),
        webhooks("overflowed", &|app| app.webhooks_overflowed),
    ]
    .concat();
    family(&mut out, "webhooks_total", "counter", "Webhooks by what became of them.", &all);
    let trouble = of(&|app| Some(i64::from(app.trouble.is_some())));
    family(&mut out, "app_trouble", "gauge", "1 while calls of the app do not go as they should.", &trouble);
    let mut calls = Vec::new();
    let mut errors = Vec::new();
    let mut used = Vec::new();
    let mut allowed = Vec::new();
    for app in &apps {
        for command in &app.client.commands {
            let labels = format!("app=\"{}\",command=\"{}\"", app.app, command.command.name());
            calls.push((labels.clone(), i64::try_from(command.calls).unwrap_or(i64::MAX)));
            used.push((labels.clone(), i64::try_from(command.used_last_second).unwrap_or(i64::MAX)));
            allowed.push((labels.clone(), i64::try_from(command.allowed).unwrap_or(i64::MAX)));
            for (code, count) in &command.errors {
                let labels = format!("{labels},code=\"{code}\"");
                errors.push((labels, i64::try_from(*count).unwrap_or(i64::MAX)));
            }
        }
    }
    family(&mut out, "upstream_calls_total", "counter", "Attempts to call Tencent.", &calls);
    family(&mut out, "upstream_errors_total", "counter", "Failed attempts by Tencent's code.", &errors);
    family(&mut out, "upstream_used_last_second", "gauge", "Calls within the last second.", &used);
    family(&mut out, "upstream_allowed", "gauge", "Calls a second that may be used.", &allowed);
    out
}
