//! What every handler, page and server function can reach.

use super::flash::Flashes;
use crate::address::TrustedProxies;
use crate::auth::{Accounts, FailedSignIns};
use crate::collector::{self, Sealer};
use crate::config::Config;
use crate::domain::AuditedAction;
use crate::engine::Engine;
use crate::live::Board;
use crate::share::{CacheVersion, Issuers, Shares};
use crate::store::{Recorder, Store, StoreError};
use axum::extract::FromRef;
use leptos::config::LeptosOptions;
use secrecy::SecretString;
use std::any::Any;
use std::net::{IpAddr, SocketAddr};
use std::ops::Deref;
use std::sync::{Arc, OnceLock};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// The server's state. A clone is one pointer, since every layer of every request takes one.
#[derive(Clone)]
pub struct AppState(Arc<AppStateInner>);

impl Deref for AppState {
    type Target = AppStateInner;

    fn deref(&self) -> &AppStateInner {
        &self.0
    }
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.leptos_options.clone()
    }
}

/// What [`AppState`] points to.
pub struct AppStateInner {
    pub leptos_options: LeptosOptions,
    pub config: Arc<Config>,
    pub store: Store,
    pub collector: collector::CollectorHandle,
    pub recorder: Recorder,
    pub board: Board,
    pub sealer: Sealer,
    pub shares: Shares,
    /// Name, contact, logo and coin name of the issuer.
    pub issuers: Issuers,
    pub accounts: Arc<Accounts>,
    pub failed_sign_ins: FailedSignIns,
    /// Whose `X-Forwarded-For` is believed.
    pub proxies: TrustedProxies,
    /// The first address in a private network that sent `X-Forwarded-For` and is not trusted.
    pub untrusted_proxy: OnceLock<IpAddr>,
    /// Moves with every change of who may see what.
    pub changes: CacheVersion,
    pub flashes: Flashes,
    /// How many sign-ins there were since the start.
    pub sign_ins: watch::Sender<u64>,
    /// Where the server listens, once it does.
    pub bound: OnceLock<SocketAddr>,
    /// Cancelled when the server stops: event streams end.
    pub stopping: CancellationToken,
    /// What extends the console (`extension`); nothing else looks into it.
    pub(super) extension: OnceLock<Box<dyn Any + Send + Sync>>,
}

impl AppState {
    /// Puts the server's state together around what runs.
    pub fn new(engine: &Engine) -> Self {
        let Engine { config, store, keys, recorder, sealer, board, collector, .. } = engine.clone();
        let changes = CacheVersion::default();
        let zones = config.apps.iter().map(|app| (app.id, app.timezone.clone())).collect();
        let leptos_options = LeptosOptions::builder().output_name("aftershow").site_pkg_dir("pkg").build();
        Self(Arc::new(AppStateInner {
            leptos_options,
            accounts: Arc::new(Accounts::new(store.clone(), keys.links.clone())),
            shares: Shares::new(store.clone(), keys, zones, changes.clone()),
            issuers: Issuers::new(store.clone(), config.issuer.clone(), changes.clone()),
            failed_sign_ins: FailedSignIns::default(),
            proxies: TrustedProxies::new(config.trusted_proxies.clone()),
            untrusted_proxy: OnceLock::new(),
            flashes: Flashes::of_store(&store),
            sign_ins: watch::Sender::new(0),
            bound: OnceLock::new(),
            stopping: CancellationToken::new(),
            extension: OnceLock::new(),
            changes,
            config,
            store,
            collector,
            recorder,
            board,
            sealer,
        }))
    }

    /// Whether readers reach us by https, so that cookies may ask for it.
    pub fn is_secure(&self) -> bool {
        self.config.public_url.as_ref().is_some_and(|url| url.scheme() == "https")
    }

    /// A path as an address to hand out: under the public address where one is configured, else where we listen;
    /// never under what a request calls us. Listening everywhere is no address: then it stays a path.
    pub fn absolute(&self, path: &str) -> String {
        if let Some(url) = &self.config.public_url {
            return format!("{}{path}", url.as_str().trim_end_matches('/'));
        }
        match self.bound.get() {
            Some(bound) if !bound.ip().is_unspecified() => format!("http://{bound}{path}"),
            _ => path.to_owned(),
        }
    }

    /// The origin whose forms we take: that of the public address.
    pub fn public_origin(&self) -> Option<String> {
        self.config.public_url.as_ref().map(|url| url.origin().ascii_serialization())
    }

    /// Ends a session, and with it what its pages listen to.
    pub async fn end_session(&self, id: &SecretString) -> Result<(), StoreError> {
        self.accounts.end_session(id).await?;
        self.changes.increment_sessions();
        Ok(())
    }

    /// Enters a sign-in into the audit log. It has happened already, so a failure is only logged.
    pub async fn record_sign_in(&self, user: i64, action: AuditedAction) {
        let failures = self.failed_sign_ins.succeeded(user);
        let subject = match failures {
            0 => String::new(),
            failures => format!("after {}", attempts(failures)),
        };
        let written = async {
            let who = self.store.user(user).await?.map(|user| user.name).unwrap_or_default();
            self.store.audit(&who, &action, &subject, super::now()).await
        };
        if let Err(error) = written.await {
            tracing::error!(%error, action = action.name(), "the audit log could not be written");
        }
    }

    /// Enters a failed sign-in into the audit log, many of them together. A name that is nobody's is not entered: it may be
    /// a password in the wrong field.
    pub async fn record_failed_sign_in(&self, name: &str) {
        let now = super::now();
        let written = async {
            let user = self.store.user_by_name(name.trim()).await?.map(|(user, _)| user);
            let Some(count) = self.failed_sign_ins.failed(user.as_ref().map(|user| user.id), now) else {
                return Ok(());
            };
            let who = user.map_or_else(|| "(unknown)".to_owned(), |user| user.name);
            self.store.audit(&who, &AuditedAction::SignInFailed, &attempts(count), now).await
        };
        if let Err(error) = written.await {
            tracing::error!(%error, "the audit log could not be written");
        }
    }

    /// Signs a user in under a new id; the session that the browser had before ends.
    pub async fn begin_session(&self, user: i64, before: Option<SecretString>) -> Result<SecretString, StoreError> {
        if let Some(before) = before {
            self.end_session(&before).await?;
        }
        let id = self.accounts.begin_session(user, super::now()).await?;
        self.sign_ins.send_modify(|count| *count += 1);
        Ok(id)
    }
}

/// `1 failed attempt`, `12 failed attempts`; the audit log is in English.
fn attempts(count: u32) -> String {
    format!("{count} failed attempt{}", if count == 1 { "" } else { "s" })
}
