//! `/metrics`: Prometheus text for loopback or a bearer token. Numbers only: no room, no key, no token in a label.

use super::webhook::bearer;
use super::{api_v1, client_address};
use crate::address;
use crate::collector::AppStatus;
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
    client_address::client(request.extensions()).0.is_loopback() && direct
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

/// One sample: its labels and its value.
type Sample = (String, f64);

/// One family: name, type, help, and its samples. Times are in seconds, shares from 0 to 1, as Prometheus wants.
fn family(out: &mut String, name: &str, kind: &str, help: &str, samples: &[Sample]) {
    if samples.is_empty() {
        return;
    }
    // Writing to a string does not fail.
    let _ = writeln!(out, "# HELP aftershow_{name} {help}\n# TYPE aftershow_{name} {kind}");
    for (labels, value) in samples {
        let _ = match labels.as_str() {
            "" => writeln!(out, "aftershow_{name} {value}"),
            labels => writeln!(out, "aftershow_{name}{{{labels}}} {value}"),
        };
    }
}

fn text(state: &AppState) -> String {
    let mut out = String::new();
    let version = format!("version=\"{}\"", env!("CARGO_PKG_VERSION"));
    family(&mut out, "build_info", "gauge", "Always 1; the version is the label.", &[(version, 1.0)]);
    let failing = f64::from(u8::from(state.recorder.is_failing()));
    let help = "1 while readings are buffered because writing them to the database fails.";
    family(&mut out, "database_write_failing", "gauge", help, &[(String::new(), failing)]);
    let refused = state.recorder.refusal().map_or(0.0, |refusal| refusal.count as f64);
    let help = "Changes that the database refused permanently.";
    family(&mut out, "database_refused_total", "counter", help, &[(String::new(), refused)]);
    let unsealed = state.collector.unsealed().len() as f64;
    let help = "Streams whose report could not be created since the start.";
    family(&mut out, "streams_unsealed", "gauge", help, &[(String::new(), unsealed)]);
    let mut apps = state.collector.status();
    let here = |app: &AppStatus| (format!("app=\"{}\"", app.app), f64::from(u8::from(app.is_collected_here)));
    let here: Vec<Sample> = apps.iter().map(here).collect();
    let help = "1 while this server collects for the app; one of several servers does.";
    family(&mut out, "app_collected_here", "gauge", help, &here);
    // Where another server collects, its figures are there.
    apps.retain(|app| app.is_collected_here);
    app_families(&mut out, &apps);
    out
}

/// The families with one sample per app.
fn app_families(out: &mut String, apps: &[AppStatus]) {
    let of = |value: &dyn Fn(&AppStatus) -> Option<f64>| -> Vec<Sample> {
        apps.iter().filter_map(|app| Some((format!("app=\"{}\"", app.app), value(app)?))).collect()
    };
    let seconds = |millis: i64| millis as f64 / 1000.0;
    let live = of(&|app| Some(app.live as f64));
    family(out, "streams_live", "gauge", "Streams that are polled now.", &live);
    let monitored = of(&|app| Some(app.followed as f64));
    family(out, "rooms_monitored", "gauge", "Rooms that are monitored.", &monitored);
    let configured = of(&|app| Some(seconds(app.interval_ms)));
    family(out, "poll_interval_configured_seconds", "gauge", "The configured polling interval.", &configured);
    let current = of(&|app| Some(seconds(app.interval_now_ms)));
    family(out, "poll_interval_seconds", "gauge", "The polling interval in force.", &current);
    let delay = of(&|app| app.lag_p99_percent.map(|percent| percent as f64 / 100.0));
    let help = "Delay of polls as a share of the polling interval, 99th percentile.";
    family(out, "poll_delay_p99_ratio", "gauge", help, &delay);
    let listed = of(&|app| app.last_sweep.map(|at| seconds(at.0)));
    family(out, "room_list_fetched_timestamp_seconds", "gauge", "When the room list was last fetched.", &listed);
    let turn = of(&|app| Some(app.last_turn.elapsed().as_secs() as f64));
    let help = "Seconds since the app's collector last ran its step of every second.";
    family(out, "collector_last_turn_seconds", "gauge", help, &turn);
    let webhooks = |kind: &str, value: &dyn Fn(&AppStatus) -> i64| -> Vec<Sample> {
        apps.iter().map(|app| (format!("app=\"{}\",kind=\"{kind}\"", app.app), value(app) as f64)).collect()
    };
    let all = [
        webhooks("accepted", &|app| app.webhooks_accepted),
        webhooks("hint", &|app| app.webhooks_hints),
        webhooks("dropped", &|app| app.webhooks_dropped),
        webhooks("overflowed", &|app| app.webhooks_overflowed),
    ]
    .concat();
    family(out, "webhooks_total", "counter", "Webhooks by outcome.", &all);
    let failing = of(&|app| Some(f64::from(u8::from(app.alert.is_some()))));
    family(out, "app_trouble", "gauge", "1 while calls for this app are failing.", &failing);
    let (mut calls, mut errors, mut current, mut allowed) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for app in apps {
        for command in &app.client.commands {
            let labels = format!("app=\"{}\",command=\"{}\"", app.app, command.command.name());
            calls.push((labels.clone(), command.calls as f64));
            current.push((labels.clone(), command.used_last_second as f64));
            allowed.push((labels.clone(), command.allowed as f64));
            errors.extend(command.errors.iter().map(|(code, count)| {
                let labels = format!("{labels},code=\"{code}\"");
                (labels, *count as f64)
            }));
        }
    }
    family(out, "upstream_calls_total", "counter", "Attempts to call Tencent.", &calls);
    family(out, "upstream_errors_total", "counter", "Failed attempts by Tencent's code.", &errors);
    family(out, "tencent_calls_per_second", "gauge", "Calls to Tencent within the last second.", &current);
    family(out, "upstream_allowed", "gauge", "Calls per second that may be used.", &allowed);
}
