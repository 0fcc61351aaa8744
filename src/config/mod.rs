//! File, variables and flags, read once at the start into one checked [`Config`].
//!
//! Must not: be read twice, fall back to a weaker value, or print a secret. A wrong key or value is one line that names the
//! key (or the variable, or the flag), says what is wrong and what is allowed; the caller leaves with exit code 2.
//!
//! Precedence: defaults < `aftershow.toml` < `AFTERSHOW_…` variables < flags. The fields are plain and public, so that
//! `demo` and tests build one without a file.

mod app;
mod load;
mod region;
mod values;

pub use app::{AppConfig, Endpoint, EndpointError, MonitoredRooms};
pub use load::ConfigSources;
pub use region::Region;

use crate::domain::AppId;
use ipnet::IpNet;
use secrecy::{ExposeSecret, SecretString};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;
use url::Url;

/// Everything that is set from outside.
#[derive(Clone, Debug)]
pub struct Config {
    /// `[tencent]` and every `[[app]]`. May be empty: `operator` or `verify` need none, see [`Config::require_app`].
    pub apps: Vec<AppConfig>,
    /// `listen`, by default `127.0.0.1:3000`.
    pub listen: SocketAddr,
    /// `database_url` as a file, by default `aftershow.db` in the working directory. With a database server, only the lock
    /// that keeps a second server of this machine from starting lies beside it.
    pub database: PathBuf,
    /// `database_url` as `postgres://…`: a PostgreSQL server instead of the file. May contain a password.
    pub database_server: Option<SecretString>,
    /// `key_file`: the secret that share tokens are made with and reports are signed with; lies outside the database. By
    /// default `aftershow.key` beside it.
    pub key_file: PathBuf,
    /// `public_url`: where readers reach us, without a path. Links, cookies and the origin check follow from it.
    pub public_url: Option<Url>,
    /// `[collector]`.
    pub collector: CollectorConfig,
    /// `trusted_proxies`: whose `X-Forwarded-For` is believed. None by default.
    pub trusted_proxies: Vec<IpNet>,
    /// `issuer`: the name on reports until the settings page says otherwise.
    pub issuer: String,
    /// `server_name`: what a server is called among several in one database; by default the name of the machine.
    pub server_name: String,
    /// `serve --role`: what this server does.
    pub role: ServerRole,
    /// `font_dir`: a folder of fonts for letters in pictures that our own fonts lack.
    pub font_dir: Option<PathBuf>,
    /// `metrics_token`: opens `/metrics` to others than loopback.
    pub metrics_token: Option<SecretString>,
    /// `log`: filter of the log, by default `info`.
    pub log: Option<String>,
    /// The file that was read, if one was.
    pub file: Option<PathBuf>,
}

/// `[collector]`: how often rooms are read, and how long an ended stream is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CollectorConfig {
    /// Time between two readings of one stream; 10 s.
    pub interval: Duration,
    /// Time between the evidence of an end and the seal; 120 s.
    pub grace: Duration,
}

impl Default for CollectorConfig {
    fn default() -> Self {
        Self { interval: Duration::from_secs(10), grace: Duration::from_secs(120) }
    }
}

impl Config {
    /// The defaults, with these apps.
    pub fn new(apps: Vec<AppConfig>) -> Self {
        let database = PathBuf::from("aftershow.db");
        Self {
            apps,
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 3000)),
            key_file: Self::key_file_beside(&database),
            database,
            database_server: None,
            public_url: None,
            collector: CollectorConfig::default(),
            trusted_proxies: Vec::new(),
            issuer: "Aftershow".to_owned(),
            server_name: machine_name(),
            role: ServerRole::default(),
            font_dir: None,
            metrics_token: None,
            log: None,
            file: None,
        }
    }

    /// Reads and checks everything, once.
    pub fn load(sources: ConfigSources) -> Result<Self, ConfigError> {
        load::load(sources)
    }

    /// The default place of the key file: `aftershow.key` in the directory of the database.
    pub fn key_file_beside(database: &Path) -> PathBuf {
        database.with_file_name("aftershow.key")
    }

    /// Whether there is a database: a server, or a file that exists.
    pub fn has_database(&self) -> bool {
        self.database_server.is_some() || self.database.exists()
    }

    /// The database as messages name it, without a password.
    pub fn database_name(&self) -> String {
        let Some(server) = &self.database_server else { return self.database.display().to_string() };
        match Url::parse(server.expose_secret()) {
            Ok(url) => format!("postgres://{}{}", url.host_str().unwrap_or_default(), url.path()),
            Err(_) => "the PostgreSQL server".to_owned(),
        }
    }

    /// The app of that SDKAppID.
    pub fn app(&self, id: AppId) -> Option<&AppConfig> {
        self.apps.iter().find(|app| app.id == id)
    }

    /// The first app, for commands that need one; else the two lines that fix it.
    pub fn require_app(&self) -> Result<&AppConfig, ConfigError> {
        self.apps.first().ok_or(ConfigError::NoApp)
    }

    /// The interval of one app: its own, else that of `[collector]`.
    pub fn interval(&self, app: &AppConfig) -> Duration {
        app.interval.unwrap_or(self.collector.interval)
    }
}

/// What a server does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ServerRole {
    /// Pages, and collecting.
    #[default]
    All,
    /// Pages alone.
    Web,
    /// Collecting alone.
    Collector,
}

impl ServerRole {
    pub const fn serves_pages(self) -> bool {
        !matches!(self, Self::Collector)
    }

    pub const fn collects(self) -> bool {
        !matches!(self, Self::Web)
    }
}

/// The name of the machine.
fn machine_name() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let name = name.trim();
    if name.is_empty() { "aftershow".to_owned() } else { name.to_owned() }
}

/// Why there is no configuration. Each is one line, except [`ConfigError::NoApp`].
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file is missing, unreadable or not TOML.
    #[error("{}: {problem}", path.display())]
    File { path: PathBuf, problem: String },
    /// A key, a variable or a flag is unknown or wrong. Never holds the value of a secret.
    #[error("{name}: {problem}")]
    Value { name: String, problem: String },
    /// No app is configured, and the command needs one.
    #[error(
        "no app is configured; set these two, from the application's page in Tencent's console:\n\
         AFTERSHOW_TENCENT__SDKAPPID=1400000000\n\
         AFTERSHOW_TENCENT__SECRET_KEY=…"
    )]
    NoApp,
}
