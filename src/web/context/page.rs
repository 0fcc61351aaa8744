//! What every page of the console has in hand.

use super::{AppState, Flash, RequestInfo, cookie, now, zone};
use crate::config::{AppConfig, Config};
use crate::domain::live::AppLabel;
use crate::domain::{AppId, Day, Millis, Role, Viewer};
use crate::i18n::{DayBegins, I18n, Lang};
use crate::share::Issuer;
use crate::web::action::FormAction;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use std::any::Any;
use std::sync::Arc;

/// The request as a page sees it.
#[derive(Clone)]
pub struct PageContext {
    pub state: AppState,
    /// `None` only on pages that need no session.
    pub viewer: Option<Viewer>,
    pub request: RequestInfo,
    pub i18n: I18n,
    /// Who issues the reports; the app's word for coins is in `i18n` already.
    pub issuer: Arc<Issuer>,
    pub now: Millis,
    /// Of the request, for an extension of the console.
    pub headers: HeaderMap,
    /// What the extension loaded for this page; only the extension looks into it.
    pub extension_data: Option<Arc<dyn Any + Send + Sync>>,
    /// The app that this browser chose last, where several are configured.
    remembered_app: Option<AppId>,
    response: Option<ResponseOptions>,
}

impl PageContext {
    /// From the context; `None` while Leptos only walks the routes.
    pub fn here() -> Option<Self> {
        let state = use_context::<AppState>()?;
        let request = use_context::<RequestInfo>()?;
        let viewer = use_context::<Option<Viewer>>().flatten();
        let own = viewer.as_ref().and_then(|viewer| viewer.zone.clone());
        let of_app = || state.config.apps.first().map(|app| app.timezone.clone());
        let name = own.or_else(of_app).unwrap_or_else(|| "UTC".to_owned());
        let now = now();
        let chosen = use_context::<Parts>().and_then(|parts| cookie::app(&parts.headers));
        Some(Self {
            remembered_app: chosen.and_then(|app| app_called(&app_labels(&state.config), &app)),
            i18n: I18n::new(request.lang, zone::zone(&name, now)),
            issuer: Arc::default(),
            now,
            headers: use_context::<Parts>().map(|parts| parts.headers).unwrap_or_default(),
            extension_data: None,
            response: use_context::<ResponseOptions>(),
            state,
            viewer,
            request,
        })
    }

    /// The same with the issuer's own i18n.
    pub async fn issued(mut self) -> Self {
        match self.state.issuers.current().await {
            Ok(issuer) => {
                self.i18n.coins = issuer.coins(self.i18n.lang).map(str::to_owned);
                self.issuer = issuer;
            }
            // If the database cannot be read either, the page says so itself.
            Err(error) => tracing::error!(%error, "the issuer could not be read"),
        }
        self
    }

    /// Whether the user has this role.
    pub fn may(&self, role: Role) -> bool {
        self.viewer.as_ref().is_some_and(|viewer| viewer.may(role))
    }

    /// What was typed into a form that was refused, so that it is shown again.
    pub fn typed(&self, action: FormAction) -> Option<&Flash> {
        self.request.flash.as_deref().filter(|flash| flash.action == action && flash.error().is_some())
    }

    pub fn param(&self, name: &str) -> Option<&str> {
        self.request.param(name).map(str::trim).filter(|value| !value.is_empty())
    }

    /// Sets the status of the answer.
    pub fn status(&self, status: u16) {
        if let (Some(response), Ok(status)) = (&self.response, axum::http::StatusCode::from_u16(status)) {
            response.set_status(status);
        }
    }

    /// The short form of an app in a row, where several are configured; one needs no name. An app that is no longer
    /// configured is shown by its SDKAppID.
    pub fn app_label(&self, app: AppId) -> Option<String> {
        let config = &self.state.config;
        (config.apps.len() > 1).then(|| config.app(app).map_or_else(|| app.to_string(), AppConfig::short))
    }

    /// What the apps are called, where several are configured.
    pub fn app_labels(&self) -> Vec<AppLabel> {
        app_labels(&self.state.config)
    }

    /// The only app that this page is about: the one that the address names by its short form, its name or its SDKAppID, else
    /// the one that this browser chose last.
    pub fn app_filter(&self) -> Option<AppId> {
        match self.param("app") {
            Some(typed) => app_called(&self.app_labels(), typed),
            None => self.remembered_app,
        }
    }

    /// The same as addresses have it, for links to other pages.
    pub fn app_in_address(&self) -> Option<String> {
        let only = self.app_filter()?;
        self.app_labels().into_iter().find(|app| app.id == only).map(|app| app.short.to_lowercase())
    }

    /// The address of another page, about the same app.
    pub fn with_app(&self, path: &str) -> String {
        let query =
            |app: String| url::form_urlencoded::Serializer::new(String::new()).append_pair("app", &app).finish();
        self.app_in_address().map_or_else(|| path.to_owned(), |app| format!("{path}?{}", query(app)))
    }

    /// The app in full: `Japan · SDKAppID 1400000001`.
    pub fn app_in_full(&self, app: AppId) -> String {
        match self.state.config.app(app).and_then(|config| config.name.as_deref()) {
            Some(name) => format!("{name} · SDKAppID {app}"),
            None => format!("SDKAppID {app}"),
        }
    }

    /// Whether a date on this page says which business day it is: all days begin at midnight in the page's zone.
    pub fn dates_are_days(&self) -> bool {
        self.state.store.days().begin_at_midnight_in(&self.i18n.zone, self.now)
    }

    /// When a day began for these apps: once where all apps have the same rule, else for each app by its name.
    pub fn day_begins(&self, apps: &[AppId], day: Day) -> Vec<DayBegins> {
        let rules = self.state.store.days();
        match rules.common() {
            Some(rule) => {
                let here = self.i18n.zone.offset(rule.start_of(day)) == rule.offset(day);
                vec![DayBegins { app: None, time: rule.time(), zone: (!here).then(|| rule.utc_label(day)) }]
            }
            None => {
                let of = |&app: &AppId| {
                    let rule = rules.of(app);
                    let label = self.app_label(app).unwrap_or_else(|| app.to_string());
                    DayBegins { app: Some(label), time: rule.time(), zone: Some(rule.utc_label(day)) }
                };
                apps.iter().map(of).collect()
            }
        }
    }

    pub fn lang(&self) -> Lang {
        self.i18n.lang
    }

    /// The address of this page with one parameter changed, and the place in a list forgotten.
    pub fn address_with(&self, changes: &[(&str, Option<&str>)]) -> String {
        let kept = self
            .request
            .query
            .iter()
            .filter(|(name, value)| {
                !value.is_empty()
                    && !matches!(name.as_str(), "notice" | "after" | "before" | "lang")
                    && !changes.iter().any(|(changed, _)| changed == name)
            })
            .map(|(name, value)| (name.as_str(), value.as_str()));
        let changed = changes.iter().filter_map(|(name, value)| Some((*name, (*value)?)));
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(kept.chain(changed)).finish();
        if query.is_empty() { self.request.path.clone() } else { format!("{}?{query}", self.request.path) }
    }
}

/// What the apps are called, where several are configured: one needs no name.
pub fn app_labels(config: &Config) -> Vec<AppLabel> {
    let label = |app: &AppConfig| AppLabel { id: app.id, short: app.short(), name: app.name() };
    if config.apps.len() > 1 { config.apps.iter().map(label).collect() } else { Vec::new() }
}

/// The app that somebody means by its short form, its name or its SDKAppID; an app that is no longer configured has only the
/// last.
pub fn app_called(apps: &[AppLabel], typed: &str) -> Option<AppId> {
    let known = apps.iter().find(|app| app.is_called(typed)).map(|app| app.id);
    known.or_else(|| typed.parse().ok().map(AppId))
}
