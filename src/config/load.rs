//! Where the configuration comes from, and how each key is checked.
//!
//! Must not: guess what a user meant. Everything that can be wrong is said here, before anything starts.

use super::Region;
use super::app::{MAX_NAME_LEN, MAX_SHORT_LEN};
use super::values::{ConfigEntry, ConfigTable};
use super::{AppConfig, Config, ConfigError, Endpoint, MonitoredRooms};
use crate::domain::AppId;
use config::{Environment, File, FileFormat, Map, Source, Value};
use ipnet::IpNet;
use secrecy::{ExposeSecret, SecretString};
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;
use url::Url;

/// The file that is read when none is named, if it exists.
const DEFAULT_FILE: &str = "aftershow.toml";

/// Every variable after `AFTERSHOW_`. `CONFIG` names the file and is read by the command line.
const VARIABLES: [&str; 35] = [
    "LISTEN",
    "DATABASE_URL",
    "KEY_FILE",
    "PUBLIC_URL",
    "TRUSTED_PROXIES",
    "ISSUER",
    "SERVER_NAME",
    "FONT_DIR",
    "METRICS_TOKEN",
    "LOG",
    "WEBHOOK_TOKEN",
    "WEBHOOK_TOKEN_PREVIOUS",
    "FORWARD_TOKEN",
    "COLLECTOR__INTERVAL",
    "COLLECTOR__GRACE",
    "TENCENT__SDKAPPID",
    "TENCENT__NAME",
    "TENCENT__SHORT",
    "TENCENT__SECRET_KEY",
    "TENCENT__SECRET_KEY_FILE",
    "TENCENT__IDENTIFIER",
    "TENCENT__REGION",
    "TENCENT__ENDPOINT",
    "TENCENT__ALLOW_CUSTOM_ENDPOINT",
    "TENCENT__STATS_COMMAND",
    "TENCENT__FOLLOW",
    "TENCENT__BUDGET_SHARE",
    "TENCENT__TIMEZONE",
    "TENCENT__DAY_START",
    "TENCENT__WEBHOOK_TOKEN",
    "TENCENT__WEBHOOK_TOKEN_PREVIOUS",
    "TENCENT__FORWARD_TOKEN",
    "TENCENT__QUIET_END_MINUTES",
    "TENCENT__INTERVAL",
    "CONFIG",
];

/// Read by the build, not by us; it may still be set where a developer starts the binary.
const BUILD_VARIABLE_PREFIX: &str = "SITE";

/// Where to read from. Tests give their own variables; the binary gives the process's.
#[derive(Clone, Debug, Default)]
pub struct ConfigSources {
    /// `--config`: must exist. Without it `AFTERSHOW_CONFIG`, else `aftershow.toml` if it is there.
    pub file: Option<PathBuf>,
    /// Name and value of every variable; those without the prefix `AFTERSHOW_` are not looked at.
    pub variables: Vec<(String, String)>,
    /// Keys set by flags, such as `("listen", "127.0.0.1:0")`.
    pub flags: Vec<(&'static str, String)>,
}

impl ConfigSources {
    /// The process's own variables. An `AFTERSHOW_…` variable that is not UTF-8 is an error like any wrong value.
    pub fn process(file: Option<PathBuf>) -> Result<Self, ConfigError> {
        let mut variables = Vec::new();
        for (name, value) in std::env::vars_os() {
            let Some(name) = name.to_str().filter(|name| name.starts_with("AFTERSHOW_")) else { continue };
            let value = value.into_string().map_err(|_| ConfigError::Value {
                name: name.to_owned(),
                problem: "the value is not UTF-8".to_owned(),
            })?;
            variables.push((name.to_owned(), value));
        }
        Ok(Self { file, variables, flags: Vec::new() })
    }
}

pub(super) fn load(sources: ConfigSources) -> Result<Config, ConfigError> {
    let variables = our_variables(&sources.variables)?;
    let named = sources.file.or_else(|| variables.get("AFTERSHOW_CONFIG").map(PathBuf::from));
    let file = match named {
        Some(path) => Some(path),
        None => Some(PathBuf::from(DEFAULT_FILE)).filter(|path| path.exists()),
    };

    let mut builder = ::config::Config::builder();
    if let Some(path) = &file {
        builder = builder.add_source(FileText::read(path)?);
    }
    let mut variables = variables;
    variables.remove("AFTERSHOW_CONFIG");
    builder = builder.add_source(
        Environment::with_prefix("AFTERSHOW").prefix_separator("_").separator("__").source(Some(variables)),
    );
    for (key, value) in sources.flags {
        builder = builder.set_override(key, value).map_err(merge_apps)?;
    }
    let root = builder.build().and_then(|merged| merged.collect()).map_err(merge_apps)?;
    let mut config = check(ConfigTable::new("", root))?;
    config.file = file;
    Ok(config)
}

/// The `AFTERSHOW_…` variables, each known by name; the `config` crate would ignore a misspelt one.
fn our_variables(all: &[(String, String)]) -> Result<Map<String, String>, ConfigError> {
    let mut ours = Map::new();
    for (name, value) in all {
        let Some(rest) = name.strip_prefix("AFTERSHOW_").filter(|rest| *rest != BUILD_VARIABLE_PREFIX) else {
            continue;
        };
        if !VARIABLES.contains(&rest) {
            let allowed: Vec<String> = VARIABLES.iter().map(|known| format!("AFTERSHOW_{known}")).collect();
            let problem = format!("there is no such variable; allowed: {}", allowed.join(", "));
            return Err(ConfigError::Value { name: name.clone(), problem });
        }
        if !value.trim().is_empty() {
            ours.insert(name.clone(), value.clone());
        }
    }
    Ok(ours)
}

/// What the `config` crate itself finds wrong; the values were strings and tables, so this is rare.
fn merge_apps(error: ::config::ConfigError) -> ConfigError {
    ConfigError::Value { name: "configuration".to_owned(), problem: error.to_string() }
}

/// The file, whose values say that they come from it.
#[derive(Clone, Debug)]
struct FileText(Map<String, Value>);

impl FileText {
    fn read(path: &Path) -> Result<Self, ConfigError> {
        let wrong = |problem: String| ConfigError::File { path: path.to_owned(), problem };
        let text = std::fs::read_to_string(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => wrong("there is no such file".to_owned()),
            _ => wrong(format!("cannot be read: {error}")),
        })?;
        let origin = path.display().to_string();
        let values = File::from_str(&text, FileFormat::Toml).collect().map_err(|error| wrong(toml_problem(&error)))?;
        Ok(Self(values.into_iter().map(|(key, value)| (key, originate(value, &origin))).collect()))
    }
}

/// Says of a value and all below it that they come from `origin`.
fn originate(value: Value, origin: &String) -> Value {
    use ::config::ValueKind::{Array, Table};
    let kind = match value.kind {
        Table(values) => Table(values.into_iter().map(|(key, value)| (key, originate(value, origin))).collect()),
        Array(values) => Array(values.into_iter().map(|value| originate(value, origin)).collect()),
        kind => kind,
    };
    Value::new(Some(origin), kind)
}

impl Source for FileText {
    fn clone_into_box(&self) -> Box<dyn Source + Send + Sync> {
        Box::new(self.clone())
    }

    fn collect(&self) -> Result<Map<String, Value>, ::config::ConfigError> {
        Ok(self.0.clone())
    }
}

/// Place and reason of a TOML error on one line. The quoted source is left out: it may be the line of the secret.
fn toml_problem(error: &::config::ConfigError) -> String {
    let text = match error {
        ::config::ConfigError::FileParse { cause, .. } => cause.to_string(),
        other => other.to_string(),
    };
    let (quoted, plain): (Vec<&str>, Vec<&str>) = text.lines().partition(|line| {
        let start = line.trim_start().trim_start_matches(|c: char| c.is_ascii_digit()).trim_start();
        start.starts_with('|')
    });
    if quoted.is_empty() && plain.len() > 1 {
        return "is not TOML".to_owned();
    }
    plain.join(": ")
}

fn check(mut root: ConfigTable) -> Result<Config, ConfigError> {
    let mut config = Config::new(Vec::new());
    if let Some(entry) = root.take("listen") {
        config.listen = entry.parse("is not an address to listen on; write one such as 127.0.0.1:3000", |text| {
            text.replace("localhost:", "127.0.0.1:").parse::<SocketAddr>().ok()
        })?;
    }
    if let Some(entry) = root.take("database_url") {
        let text = entry.text()?;
        if text.starts_with("postgres") && text.contains("://") {
            // Not `parse`: the address may contain a password.
            let incomplete = || entry.wrong("is not a PostgreSQL address; write postgres://USER:PASSWORD@HOST/NAME");
            config.database_server = Some(database_server(&text).ok_or_else(incomplete)?);
        } else {
            let allowed = "is not a database; write a path, sqlite://PATH, or postgres://USER@HOST/NAME";
            config.database = entry.parse(allowed, database_path)?;
        }
    }
    config.key_file = match root.take("key_file") {
        Some(entry) => PathBuf::from(entry.text()?),
        None => Config::key_file_beside(&config.database),
    };
    if let Some(entry) = root.take("public_url") {
        let allowed = "is not a public address; write https://HOST without a path";
        config.public_url = Some(entry.parse(allowed, public_url)?);
    }
    if let Some(entry) = root.take("trusted_proxies") {
        for item in entry.items()? {
            let network = item.parse::<IpNet>().ok().or_else(|| item.parse::<IpAddr>().ok().map(IpNet::from));
            let problem = || entry.wrong(format!("{item:?} is no address or network; write 10.0.0.1 or 10.0.0.0/8"));
            config.trusted_proxies.push(network.ok_or_else(problem)?);
        }
    }
    if let Some(entry) = root.take("issuer") {
        config.issuer = entry.parse("is too long; at most 80 characters", |text| {
            (text.chars().count() <= 80).then(|| text.to_owned())
        })?;
    }
    if let Some(entry) = root.take("server_name") {
        config.server_name = entry.parse("is not a name; 1 to 64 letters, digits, dots and hyphens", |text| {
            let known = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_');
            ((1..=64).contains(&text.len()) && text.chars().all(known)).then(|| text.to_owned())
        })?;
    }
    if let Some(entry) = root.take("font_dir") {
        let folder = PathBuf::from(entry.text()?);
        if !folder.is_dir() {
            return Err(entry.wrong(format!("{:?} is not a folder", folder.display())));
        }
        config.font_dir = Some(folder);
    }
    config.metrics_token = root.take("metrics_token").map(|entry| entry.secret()).transpose()?;
    config.log = root.take("log").map(|entry| entry.text()).transpose()?;

    if let Some(mut table) = root.table("collector")? {
        if let Some(entry) = table.take("interval") {
            config.collector.interval = interval(&entry)?;
        }
        if let Some(entry) = table.take("grace") {
            config.collector.grace = entry.duration(Duration::from_millis(100), Duration::from_secs(86_400))?;
        }
        table.finish()?;
    }

    // Beside `[tencent]` so that the variables of design stay short; they belong to the single app.
    let mut single = Vec::new();
    for key in ["webhook_token", "webhook_token_previous", "forward_token"] {
        single.extend(root.take(key).map(|entry| (key, entry)));
    }
    if let Some(table) = root.table("tencent")?
        && let Some(app) = app(table)?
    {
        config.apps.push(app);
    }
    for table in root.tables("app")? {
        let name = table.name("sdkappid");
        let name_of_label = table.name("name");
        let problem = "is missing; copy it from the application's page in Tencent's console".to_owned();
        let app = app(table)?.ok_or(ConfigError::Value { name: name.clone(), problem })?;
        if config.app(app.id).is_some() {
            return Err(ConfigError::Value { name, problem: format!("{} is configured twice", app.id) });
        }
        if let Some((other, label)) = config.apps.iter().find_map(|other| Some((other.id, app.shared_label(other)?))) {
            let problem =
                format!("app {} is called {label:?}, and so is app {other}; give each its own name and short", app.id);
            return Err(ConfigError::Value { name: name_of_label, problem });
        }
        config.apps.push(app);
    }
    for (key, entry) in single {
        let [app] = config.apps.as_mut_slice() else {
            return Err(entry.wrong(match config.apps.len() {
                0 => "there is no app it could belong to; set tencent.sdkappid and tencent.secret_key".to_owned(),
                _ => format!("with several apps it is not clear whose it is; put {key} into each [[app]]"),
            }));
        };
        let field = match key {
            "webhook_token" => &mut app.webhook_token,
            "webhook_token_previous" => &mut app.webhook_token_previous,
            _ => &mut app.forward_token,
        };
        *field = Some(entry.secret()?);
    }
    root.finish()?;
    Ok(config)
}

/// A name of an app, as people write it.
fn label(entry: &ConfigEntry, longest: usize) -> Result<String, ConfigError> {
    let text = entry.text()?;
    if !text.chars().any(char::is_alphanumeric) {
        return Err(entry.wrong(format!("{text:?} is no name; it needs a letter or a digit")));
    }
    if crate::i18n::escape_invisible(&text) != text {
        return Err(entry.wrong("holds characters that cannot be seen; type the name again"));
    }
    let length = text.chars().count();
    if length > longest {
        return Err(entry.wrong(format!("has {length} characters; at most {longest}")));
    }
    Ok(text)
}

fn interval(entry: &ConfigEntry) -> Result<Duration, ConfigError> {
    entry.duration(Duration::from_millis(100), Duration::from_secs(3600))
}

/// One app; `None` for a table without a single value, such as an empty `[tencent]`.
fn app(mut table: ConfigTable) -> Result<Option<AppConfig>, ConfigError> {
    let missing = |table: &ConfigTable, key: &str| ConfigError::Value {
        name: match table.name(key) {
            name if name.starts_with("tencent.") => format!("{name} (AFTERSHOW_TENCENT__{})", key.to_uppercase()),
            name => name,
        },
        problem: "is missing; copy it from the application's page in Tencent's console".to_owned(),
    };
    let id = table.take("sdkappid");
    let name = table.take("name");
    let short = table.take("short");
    let key = table.take("secret_key");
    let key_file = table.take("secret_key_file");
    let identifier = table.take("identifier");
    let region = table.take("region");
    let endpoint = table.take("endpoint");
    let allow_custom = table.take("allow_custom_endpoint");
    let stats_command = table.take("stats_command");
    let follow = table.take("follow");
    let budget_share = table.take("budget_share");
    let timezone = table.take("timezone");
    let day_start = table.take("day_start");
    let webhook_token = table.take("webhook_token");
    let webhook_token_previous = table.take("webhook_token_previous");
    let forward_token = table.take("forward_token");
    let quiet_end_minutes = table.take("quiet_end_minutes");
    let own_interval = table.take("interval");
    let set = [
        &id,
        &name,
        &short,
        &key,
        &key_file,
        &identifier,
        &region,
        &endpoint,
        &allow_custom,
        &stats_command,
        &follow,
        &budget_share,
        &timezone,
        &day_start,
        &webhook_token,
        &webhook_token_previous,
        &forward_token,
        &quiet_end_minutes,
        &own_interval,
    ];
    let empty = set.iter().all(|entry| entry.is_none());
    let (name_of_id, name_of_key) = (missing(&table, "sdkappid"), missing(&table, "secret_key"));
    table.finish()?;
    if empty {
        return Ok(None);
    }

    let id = id.ok_or(name_of_id)?.parse("is not an SDKAppID; it is a whole number such as 1400000000", |text| {
        text.parse::<i64>().ok().filter(|id| (1..=i64::from(u32::MAX)).contains(id))
    })?;
    let id = AppId(id);
    let secret_key = match (key, key_file) {
        (Some(key), None) => checked_key(&key, key.secret()?)?,
        (None, Some(file)) => {
            let path = file.text()?;
            let text = std::fs::read_to_string(&path)
                .map_err(|error| file.wrong(format!("{path:?} cannot be read: {}", error.kind())))?;
            checked_key(&file, SecretString::from(text.trim()))?
        }
        (Some(key), Some(file)) => return Err(key.wrong(format!("{} is set too; keep one of them", file.name))),
        (None, None) => return Err(name_of_key),
    };
    let truth = |text: &str| match text {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    };
    let allow_custom = match allow_custom {
        Some(entry) => entry.parse("is neither true nor false", truth)?,
        None => false,
    };
    let region = match region {
        Some(entry) => Some(entry.parse(
            &format!("is not a region; allowed: {}", Region::ALL.map(Region::name).join(", ")),
            Region::from_name,
        )?),
        None => None,
    };
    let endpoint = match (endpoint, region) {
        (Some(entry), _) => {
            Endpoint::parse(&entry.text()?, allow_custom).map_err(|error| entry.wrong(error.to_string()))?
        }
        (None, Some(region)) => Endpoint::of(region),
        (None, None) => Endpoint::guess(id),
    };

    let mut app = AppConfig::new(id, secret_key, endpoint);
    app.name = name.map(|entry| label(&entry, MAX_NAME_LEN)).transpose()?;
    app.short = short.map(|entry| label(&entry, MAX_SHORT_LEN)).transpose()?;
    if let Some(entry) = identifier {
        app.identifier = entry.parse("is not an account; at most 64 bytes without control characters", |text| {
            (text.len() <= 64 && !text.chars().any(char::is_control)).then(|| text.to_owned())
        })?;
    }
    if let Some(entry) = stats_command {
        app.stats_command = entry.parse("is not a command; write get_room_stats or get_room_statistic", |text| {
            text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_').then(|| text.to_owned())
        })?;
    }
    if let Some(entry) = follow {
        app.follow = entry.parse("is not a rule; write public, none or match:GLOB", MonitoredRooms::parse)?;
    }
    if let Some(entry) = budget_share {
        app.budget_share = entry.parse("is not a share; write a number from 0.01 to 1, such as 0.8", |text| {
            text.parse::<f64>().ok().filter(|share| (0.01..=1.0).contains(share))
        })?;
    }
    if let Some(entry) = timezone {
        app.timezone = entry.parse("is not a time zone; write an IANA name such as Asia/Tokyo", |text| {
            jiff::tz::TimeZone::get(text).is_ok().then(|| text.to_owned())
        })?;
    }
    if let Some(entry) = day_start {
        app.day_start = entry.parse("is not a time of day; write one such as 06:00", |text| {
            let (hours, minutes) = text.split_once(':')?;
            let (hours, minutes) = (hours.parse::<u32>().ok()?, minutes.parse::<u32>().ok()?);
            (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
        })?;
    }
    if let Some(entry) = quiet_end_minutes {
        app.quiet_end_minutes = Some(entry.parse("is not allowed; write whole minutes from 1 to 1440", |text| {
            text.parse::<u32>().ok().filter(|minutes| (1..=1440).contains(minutes))
        })?);
    }
    app.interval = own_interval.as_ref().map(interval).transpose()?;
    app.webhook_token = webhook_token.map(|entry| entry.secret()).transpose()?;
    app.webhook_token_previous = webhook_token_previous.map(|entry| entry.secret()).transpose()?;
    app.forward_token = forward_token.map(|entry| entry.secret()).transpose()?;
    Ok(Some(app))
}

/// A key that was pasted with its quotes or with a line break in it signs nothing; say so before Tencent says 70009.
fn checked_key(entry: &ConfigEntry, key: SecretString) -> Result<SecretString, ConfigError> {
    let text = key.expose_secret();
    if text.is_empty() {
        return Err(entry.wrong("holds no key"));
    }
    if text.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, '"' | '\'')) {
        return Err(entry.wrong("holds blanks or quotes; paste the key alone"));
    }
    Ok(key)
}

/// `postgres://USER:PASSWORD@HOST/NAME?sslmode=verify-full`.
fn database_server(text: &str) -> Option<SecretString> {
    let url = Url::parse(text).ok()?;
    let named = url.path().len() > 1 || url.query().is_some_and(|query| query.contains("dbname="));
    (matches!(url.scheme(), "postgres" | "postgresql") && named).then(|| text.into())
}

/// `sqlite://aftershow.db`, `sqlite:///var/lib/aftershow.db`, `sqlite:aftershow.db` or a plain path.
fn database_path(text: &str) -> Option<PathBuf> {
    let path = match text.strip_prefix("sqlite:") {
        Some(rest) => rest.strip_prefix("//").unwrap_or(rest).split('?').next().unwrap_or_default(),
        None if text.contains("://") => return None,
        None => text,
    };
    (!path.is_empty() && !path.contains(":memory:") && !path.ends_with('/')).then(|| PathBuf::from(path))
}

/// Scheme, host and port only: cookies, links and the origin check are made of it.
fn public_url(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let bare = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    (matches!(url.scheme(), "http" | "https") && url.has_host() && matches!(url.path(), "" | "/") && bare)
        .then_some(url)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::io::Write;

    const KEY: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    fn with(variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        // An empty file of its own, so that no aftershow.toml of the working directory is read.
        let file = tempfile::NamedTempFile::new().unwrap();
        Config::load(ConfigSources { file: Some(file.path().to_owned()), variables, flags: Vec::new() })
    }

    fn with_file(text: &str) -> Result<Config, ConfigError> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        Config::load(ConfigSources { file: Some(file.path().to_owned()), ..ConfigSources::default() })
    }

    fn problem(result: Result<Config, ConfigError>) -> String {
        let text = result.unwrap_err().to_string();
        assert_eq!(text.lines().count(), 1, "{text}");
        text
    }

    #[test]
    fn defaults_are_those_of_the_design() {
        let config = with(&[]).unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:3000");
        assert_eq!(config.collector.interval, Duration::from_secs(10));
        assert_eq!(config.collector.grace, Duration::from_secs(120));
        assert_eq!(config.database, PathBuf::from("aftershow.db"));
        assert_eq!(config.key_file, PathBuf::from("aftershow.key"));
        assert!(config.trusted_proxies.is_empty());
        let lines = config.require_app().unwrap_err().to_string();
        assert!(lines.contains("\nAFTERSHOW_TENCENT__SDKAPPID=") && lines.contains("\nAFTERSHOW_TENCENT__SECRET_KEY="));
    }

    #[test]
    fn a_database_server_is_an_address_whose_password_no_message_has() {
        let server = |address: &str| with(&[("AFTERSHOW_DATABASE_URL", address)]);
        for address in ["postgres://me:hush@db.example.com/live?sslmode=verify-full", "postgresql://me:hush@db/live"] {
            let config = server(address).unwrap();
            assert_eq!(config.database_server.as_ref().unwrap().expose_secret(), address);
            assert!(config.has_database());
            assert!(config.database_name().ends_with("/live"), "{}", config.database_name());
            assert!(!config.database_name().contains("hush") && !format!("{config:?}").contains("hush"));
        }
        let on_socket = server("postgres://me@localhost/live?host=%2Frun%2Fpostgresql").unwrap();
        assert_eq!(on_socket.database_name(), "postgres://localhost/live");
        for incomplete in ["postgres://me:hush@db", "postgres://me:hush@db/", "postgres://me:hush@[/live"] {
            let error = server(incomplete).unwrap_err().to_string();
            assert!(error.contains("postgres://USER") && !error.contains("hush"), "{error}");
        }
        assert!(server("mysql://me@db/live").is_err());
    }

    #[test]
    fn variables_set_everything_the_design_names() {
        let config = with(&[
            ("AFTERSHOW_LISTEN", "0.0.0.0:8080"),
            ("AFTERSHOW_DATABASE_URL", "sqlite:///var/lib/aftershow/a.db?mode=rwc"),
            ("AFTERSHOW_PUBLIC_URL", "https://live.example.com"),
            ("AFTERSHOW_TENCENT__SDKAPPID", "1400000001"),
            ("AFTERSHOW_TENCENT__SECRET_KEY", KEY),
            ("AFTERSHOW_TENCENT__NAME", " Japan "),
            ("AFTERSHOW_TENCENT__SHORT", "JP"),
            ("AFTERSHOW_TENCENT__IDENTIFIER", "admin"),
            ("AFTERSHOW_TENCENT__REGION", "japan"),
            ("AFTERSHOW_TENCENT__ENDPOINT", "http://127.0.0.1:9600"),
            ("AFTERSHOW_TENCENT__ALLOW_CUSTOM_ENDPOINT", "true"),
            ("AFTERSHOW_TENCENT__FOLLOW", "match:live_*"),
            ("AFTERSHOW_TENCENT__BUDGET_SHARE", "0.5"),
            ("AFTERSHOW_TENCENT__TIMEZONE", "Asia/Tokyo"),
            ("AFTERSHOW_TENCENT__DAY_START", "06:30"),
            ("AFTERSHOW_COLLECTOR__INTERVAL", "500ms"),
            ("AFTERSHOW_COLLECTOR__GRACE", "2h"),
            ("AFTERSHOW_WEBHOOK_TOKEN", "hush"),
            ("AFTERSHOW_TRUSTED_PROXIES", "10.0.0.0/8, 127.0.0.1"),
            ("AFTERSHOW_METRICS_TOKEN", ""),
            ("PATH", "/bin"),
        ])
        .unwrap();
        assert_eq!(config.listen.to_string(), "0.0.0.0:8080");
        assert_eq!(config.database, PathBuf::from("/var/lib/aftershow/a.db"));
        assert_eq!(config.key_file, PathBuf::from("/var/lib/aftershow/aftershow.key"));
        assert_eq!(config.public_url.as_ref().unwrap().host_str(), Some("live.example.com"));
        assert_eq!(config.collector.interval, Duration::from_millis(500));
        assert_eq!(config.collector.grace, Duration::from_secs(7200));
        assert_eq!(config.apps[0].day_start, 390);
        assert_eq!((config.apps[0].name(), config.apps[0].short()), ("Japan".to_owned(), "JP".to_owned()));
        assert_eq!(config.trusted_proxies.len(), 2);
        assert!(config.metrics_token.is_none());
        let app = config.require_app().unwrap();
        assert_eq!((app.id, app.identifier.as_str()), (AppId(1_400_000_001), "admin"));
        assert_eq!(app.endpoint.to_string(), "http://127.0.0.1:9600");
        assert!(app.endpoint.is_loopback());
        assert!(app.follow.includes("live_a") && !app.follow.includes("test"));
        assert_eq!(app.webhook_token.as_ref().unwrap().expose_secret(), "hush");
        assert!(!format!("{config:?}").contains(KEY));
    }

    #[test]
    fn flags_win_over_variables_and_variables_over_the_file() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        writeln!(file, "listen = '127.0.0.1:1'\nissuer = 'Stage'\n[collector]\ninterval = '1s'\ngrace = '9s'").unwrap();
        let config = Config::load(ConfigSources {
            file: Some(file.path().to_owned()),
            variables: vec![
                ("AFTERSHOW_LISTEN".to_owned(), "127.0.0.1:2".to_owned()),
                ("AFTERSHOW_COLLECTOR__INTERVAL".to_owned(), "2s".to_owned()),
            ],
            flags: vec![("listen", "127.0.0.1:3".to_owned())],
        })
        .unwrap();
        assert_eq!((config.listen.port(), config.issuer.as_str()), (3, "Stage"));
        assert_eq!(config.collector.interval, Duration::from_secs(2));
        assert_eq!(config.collector.grace, Duration::from_secs(9));
    }

    #[test]
    fn several_apps() {
        let text = format!(
            "[tencent]\nsdkappid = 1\nsecret_key = '{KEY}'\n[[app]]\nsdkappid = 2\nsecret_key = '{KEY}'\nregion = 'usa'\n\
             quiet_end_minutes = 30\ninterval = '5s'\n"
        );
        let config = with_file(&text).unwrap();
        assert_eq!(config.apps.len(), 2);
        assert!(config.apps[0].endpoint.is_guessed());
        assert_eq!(config.apps[1].endpoint.region(), Some(Region::Usa));
        assert_eq!(config.interval(&config.apps[1]), Duration::from_secs(5));
        assert!(problem(with_file(&text.replace("= 2", "= 1"))).contains("configured twice"));
        assert!(problem(with_file(&format!("webhook_token = 'a'\n{text}"))).contains("[[app]]"));
    }

    #[test]
    fn apps_are_called_by_names_of_their_own() {
        let text = format!(
            "[tencent]\nsdkappid = 1\nsecret_key = '{KEY}'\nname = 'China'\nshort = 'CN'\n\
             [[app]]\nsdkappid = 2\nsecret_key = '{KEY}'\nname = 'Japan'\n\
             [[app]]\nsdkappid = 3\nsecret_key = '{KEY}'\n"
        );
        let labels = |text: &str| -> Vec<(String, String)> {
            with_file(text).unwrap().apps.iter().map(|app| (app.name(), app.short())).collect()
        };
        let pair = |name: &str, short: &str| (name.to_owned(), short.to_owned());
        assert_eq!(labels(&text), [pair("China", "CN"), pair("Japan", "Japan"), pair("3", "3")]);
        assert_eq!(labels(&text.replace("'China'", "''"))[0], pair("1", "CN"), "blank is not set");
        for (changed, hint) in [
            (text.replace("'Japan'", "'china'"), "app[1].name: app 2 is called \"china\", and so is app 1"),
            (text.replace("'Japan'", "'cn'"), "so is app 1"),
            (text.replace("'Japan'", "'1'"), "app 2 is called"),
            (text.replace("'Japan'", "'・'"), "needs a letter or a digit"),
            (text.replace("'Japan'", "\"Ja\\u202Epan\""), "cannot be seen"),
            (text.replace("'Japan'", &format!("'{}'", "日".repeat(41))), "has 41 characters; at most 40"),
            (text.replace("'CN'", "'Mainland C'"), "tencent.short: has 10 characters; at most 8"),
        ] {
            let line = problem(with_file(&changed));
            assert!(line.contains(hint), "{line}");
        }
    }

    #[test]
    fn a_wrong_key_or_value_is_one_line_that_names_it() {
        let app = [("AFTERSHOW_TENCENT__SDKAPPID", "1400000001"), ("AFTERSHOW_TENCENT__SECRET_KEY", KEY)];
        let wrong = |name: &'static str, value: &'static str| problem(with(&[app[0], app[1], (name, value)]));
        for (name, value, hint) in [
            ("AFTERSHOW_LISTEN", "3000", "127.0.0.1:3000"),
            ("AFTERSHOW_DATABASE_URL", "mysql://x", "sqlite://"),
            ("AFTERSHOW_PUBLIC_URL", "live.example.com", "https://HOST"),
            ("AFTERSHOW_COLLECTOR__INTERVAL", "10", "500ms"),
            ("AFTERSHOW_COLLECTOR__INTERVAL", "2d", "1h"),
            ("AFTERSHOW_TENCENT__REGION", "tokyo", "japan"),
            ("AFTERSHOW_TENCENT__ENDPOINT", "http://127.0.0.1:9600", "allow_custom_endpoint"),
            ("AFTERSHOW_TENCENT__ENDPOINT", "https://evil.im.qcloud.com.example", "allow_custom_endpoint"),
            ("AFTERSHOW_TENCENT__ENDPOINT", "http://console.tim.qq.com", "https"),
            ("AFTERSHOW_TENCENT__FOLLOW", "all", "match:GLOB"),
            ("AFTERSHOW_TENCENT__BUDGET_SHARE", "80", "0.01 to 1"),
            ("AFTERSHOW_TENCENT__TIMEZONE", "Mars/Base", "Asia/Tokyo"),
            ("AFTERSHOW_TENCENT__DAY_START", "24:00", "06:00"),
            ("AFTERSHOW_TRUSTED_PROXIES", "proxy", "10.0.0.0/8"),
            ("AFTERSHOW_TENCENT__ALLOW_CUSTOM_ENDPOINT", "yes", "true"),
            ("AFTERSHOW_LISTNE", "x", "AFTERSHOW_LISTEN"),
        ] {
            let line = wrong(name, value);
            assert!(line.starts_with(name) && line.contains(hint), "{line}");
        }
        let id = problem(with(&[("AFTERSHOW_TENCENT__SDKAPPID", "abc"), app[1]]));
        assert!(id.contains("1400000000"), "{id}");
        assert!(problem(with(&[app[0]])).contains("AFTERSHOW_TENCENT__SECRET_KEY"));
        assert!(problem(with(&[app[1]])).contains("AFTERSHOW_TENCENT__SDKAPPID"));
        let line = problem(with_file("[collector]\nintervall = '1s'\n"));
        assert!(line.contains("collector.intervall") && line.contains("allowed here: interval, grace"), "{line}");
        assert!(problem(with_file("collector = 1\n")).contains("[collector]"));
    }

    #[test]
    fn no_error_reveals_a_secret() {
        let secret = "hush-hush-secret";
        for text in [
            format!("[tencent]\nsdkappid = 1\nsecret_key = \"{secret}\n"),
            format!("[tencent]\nsdkappid = 1\nsecret_key = \"{secret} \\\"\"\n"),
            format!("[tencent]\nsdkappid = 1\nsecret_key = [\"{secret}\"]\n"),
            format!("[tencent]\nsecret_key = \"{secret}\"\nsecret_key = \"{secret}\"\n"),
        ] {
            let line = problem(with_file(&text));
            assert!(!line.contains(secret), "{line}");
        }
    }

    /// Every commented key of the example is a key, and its value the default or an allowed one.
    #[test]
    fn the_example_can_be_uncommented() {
        let example = include_str!("../../aftershow.example.toml");
        assert!(with_file(example).unwrap().apps.is_empty());
        let open: String = example
            .lines()
            .map(|line| match line.strip_prefix('#') {
                // Paths of this machine, which need not be there, and what excludes another key.
                Some(rest) if ["secret_key_file", "font_dir", "endpoint"].iter().any(|key| rest.starts_with(key)) => {
                    String::new()
                }
                Some(rest) if rest.starts_with("secret_key ") => format!("secret_key = '{KEY}'\n"),
                Some(rest) if !rest.starts_with(' ') => format!("{rest}\n"),
                _ => format!("{line}\n"),
            })
            .collect();
        let config = with_file(&open).unwrap();
        let plain = Config::new(Vec::new());
        assert_eq!(config.apps.len(), 2);
        assert_eq!((config.listen, config.database, config.collector), (plain.listen, plain.database, plain.collector));
    }

    #[test]
    fn the_key_may_lie_in_a_file_of_its_own() {
        let mut key = tempfile::NamedTempFile::new().unwrap();
        writeln!(key, "{KEY}").unwrap();
        let path = key.path().to_str().unwrap();
        let id = ("AFTERSHOW_TENCENT__SDKAPPID", "1400000001");
        let config = with(&[id, ("AFTERSHOW_TENCENT__SECRET_KEY_FILE", path)]).unwrap();
        assert_eq!(config.apps[0].secret_key.expose_secret(), KEY);
        let both = with(&[id, ("AFTERSHOW_TENCENT__SECRET_KEY_FILE", path), ("AFTERSHOW_TENCENT__SECRET_KEY", KEY)]);
        assert!(problem(both).contains("keep one"));
        assert!(problem(with(&[id, ("AFTERSHOW_TENCENT__SECRET_KEY_FILE", "/nowhere")])).contains("cannot be read"));
    }
}
