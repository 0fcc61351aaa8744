//! `aftershow check`: what is wrong and how to fix it, before anything is monitored.
//!
//! Must not: change anything, at Tencent or here (one file beside the database is made and removed again), or use the calls
//! of a running server ([`super::calls`]). It asks Tencent for one room of the list and for the totals of one room, which
//! needs everything that matters: network, region, signature, admin, IP, the name of the command.

use super::print::{print_stdout, printable};
use super::{CommandContext, CommandResult, ExitStatus, calls};
use crate::clock::Clock;
use crate::config::{AppConfig, Config};
use crate::domain::RoomId;
use crate::store;
use crate::tencent::{
    ApiResponse, CallError, Caller, Client, ClientHealth, Command, ErrorAction, Failure, RoomPage, Scope,
};
use secrecy::{ExposeSecret, SecretString};
use std::fs::{self, OpenOptions};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;
use subtle::ConstantTimeEq;

#[derive(clap::Args)]
pub struct CheckArgs {}

/// A clock this far from Tencent's spoils times and, from a minute on, the signatures of webhooks.
const MAX_OFFSET_MS: i64 = 10_000;

/// One thing looked at.
#[derive(Debug, PartialEq, Eq)]
struct CheckLine {
    mark: Mark,
    subject: &'static str,
    words: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Good,
    Bad,
    /// Nothing is wrong, and something may be worth knowing.
    Note,
}

fn good(subject: &'static str, words: impl Into<String>) -> CheckLine {
    CheckLine { mark: Mark::Good, subject, words: words.into() }
}

fn bad(subject: &'static str, words: impl Into<String>) -> CheckLine {
    CheckLine { mark: Mark::Bad, subject, words: words.into() }
}

fn note(subject: &'static str, words: impl Into<String>) -> CheckLine {
    CheckLine { mark: Mark::Note, subject, words: words.into() }
}

/// What was found of one app; of the installation where there is no app.
struct Section {
    app: Option<String>,
    lines: Vec<CheckLine>,
}

impl Section {
    fn is_bad(&self) -> bool {
        self.lines.iter().any(|line| line.mark == Mark::Bad)
    }
}

pub async fn run(_: CheckArgs, context: &CommandContext) -> CommandResult {
    let config = match context.load_quietly() {
        Ok(config) => config,
        Err(problem) => {
            return print(&[Section { app: None, lines: vec![bad("configuration", problem.to_string())] }]);
        }
    };
    let mut lines = vec![match &config.file {
        Some(file) => good("configuration", format!("{} and variables", file.display())),
        None => good("configuration", "variables only, there is no aftershow.toml"),
    }];
    match &config.database_server {
        Some(url) => lines.extend(database_server(&config, url).await),
        None => lines.push(database(&config.database)),
    }
    lines.push(match &config.public_url {
        Some(url) => good("public address", url.as_str().trim_end_matches('/')),
        None => note("public address", format!("not set; links are made for http://{}", config.listen)),
    });
    lines.push(private_files(&config));
    lines.extend(proxy(&config));
    if let Err(missing) = config.require_app() {
        lines.push(bad("app", missing.to_string()));
    }
    let mut sections = vec![Section { app: None, lines }];
    for app in &config.apps {
        let label = match &app.name {
            Some(name) => format!("{name} ({})", app.id),
            None => app.id.to_string(),
        };
        let mut lines = check_app(app, &config).await;
        lines.extend(grace(config.interval(app), config.collector.grace));
        sections.push(Section { app: Some(label), lines });
    }
    print(&sections)
}

/// A grace period in which a room is hardly asked twice.
fn grace(interval: Duration, grace: Duration) -> Option<CheckLine> {
    (grace < interval).then(|| {
        let words = format!(
            "collector.grace {grace:?} is shorter than the polling interval {interval:?}: a room that comes back has \
             hardly a reading in which to show it; 120s is the default"
        );
        note("grace period", words)
    })
}

async fn check_app(app: &AppConfig, config: &Config) -> Vec<CheckLine> {
    let mut lines = vec![key_shape(&app.secret_key), region(app)];
    let client = match calls::client(app, config) {
        Ok(client) => client,
        Err(problem) => {
            lines.push(bad("budget", problem.to_string()));
            return lines;
        }
    };
    let _turn = calls::CliTurn::wait(app).await;
    let result = client.room_list_of("", 1, Caller::User).await;
    let health = client.health();
    lines.extend(match &result {
        Ok(_) => all_accepted(app, &health),
        Err(error) => refused(app, error, &health),
    });
    if result.as_ref().map_or_else(is_of_the_command, |_| true) {
        lines.push(totals(&client, result.as_ref().ok()).await);
    }
    lines.push(clock(health.clock_offset_ms));
    lines.push(budget(app));
    if result.is_ok() {
        lines.push(webhook_token(app, &client, config).await);
    }
    lines
}

/// Whether only this command failed, so that another may be answered.
fn is_of_the_command(error: &CallError) -> bool {
    match &error.failure {
        Failure::NoResponse(_) | Failure::Paused { .. } => false,
        Failure::Code { code: 60009, .. } | Failure::Unreadable { .. } => true,
        failure => failure.action() != ErrorAction::GiveUp(Scope::App) && failure.action() != ErrorAction::SignAgain,
    }
}

/// The totals of a listed room; where none is live, of one that does not exist: the command is known all the same.
async fn totals(client: &Client, list: Option<&ApiResponse<RoomPage>>) -> CheckLine {
    const SUBJECT: &str = "totals";
    let listed = list.and_then(|list| list.value.rooms.first()).map(|info| info.room.clone());
    let room = match listed.clone().map_or_else(|| RoomId::parse("aftershow-check"), Ok) {
        Ok(room) => room,
        Err(error) => return bad(SUBJECT, error.to_string()),
    };
    match (client.room_stats(&room, Caller::User).await, listed) {
        (Ok(ApiResponse { value: Some(_), .. }), _) => {
            good(SUBJECT, format!("read of room {}", printable(room.as_str())))
        }
        (Ok(_), Some(_)) => good(SUBJECT, format!("answered; room {} has just ended", printable(room.as_str()))),
        (Ok(_), None) => good(SUBJECT, "answered; no public room is live to read them of"),
        (Err(error), _) if error.code() == Some(60009) => bad("stats_command", describe(&error)),
        (Err(error), _) => bad(SUBJECT, describe(&error)),
    }
}

/// An error with the first bytes of an invalid response; the log has them not, it is quiet here.
fn describe(error: &CallError) -> String {
    match &error.failure {
        Failure::Unreadable { first_bytes, .. } if !first_bytes.is_empty() => {
            format!("{error}\nit begins with: {first_bytes}")
        }
        _ => error.to_string(),
    }
}

fn print(sections: &[Section]) -> CommandResult {
    print_stdout(&text(sections))?;
    let wrong = sections.iter().any(Section::is_bad);
    Ok(if wrong { ExitStatus::Wrong } else { ExitStatus::Done })
}

/// The lines, under a heading for each app where there are several, with their sum at the end.
fn text(sections: &[Section]) -> String {
    let apps: Vec<&Section> = sections.iter().filter(|section| section.app.is_some()).collect();
    let several = apps.len() > 1;
    let mut text = String::new();
    for section in sections {
        let indent = match &section.app {
            Some(app) if several => {
                text.push_str(&format!("\nApp {app}\n"));
                2
            }
            _ => 0,
        };
        for line in &section.lines {
            let mark = match line.mark {
                Mark::Good => '✓',
                Mark::Bad => '✗',
                Mark::Note => '–',
            };
            // Further lines of a cause are indented under its first.
            let words = line.words.replace('\n', &format!("\n{:width$}", "", width = indent + 19));
            text.push_str(&format!("{:indent$}{mark} {:15}  {words}\n", "", line.subject));
        }
    }
    if several {
        let wrong: Vec<&str> =
            apps.iter().filter(|section| section.is_bad()).filter_map(|section| section.app.as_deref()).collect();
        text.push_str(&match wrong.as_slice() {
            [] => format!("\nAll {} apps can be called.\n", apps.len()),
            wrong => format!("\n{} of {} apps: something is wrong ({}).\n", wrong.len(), apps.len(), wrong.join(", ")),
        });
    }
    text
}

/// Tencent's keys are 64 hexadecimal digits; others are used as they are.
fn key_shape(key: &SecretString) -> CheckLine {
    let key = key.expose_secret();
    match key.len() == 64 && key.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        true => good("secret key", "64 hexadecimal digits"),
        false => note(
            "secret key",
            format!("{} characters; Tencent's keys are 64 hexadecimal digits, compare it if UserSig fails", key.len()),
        ),
    }
}

fn region(app: &AppConfig) -> CheckLine {
    let host = &app.endpoint;
    match app.endpoint.region() {
        Some(region) if host.is_guessed() => note(
            "region",
            format!("{}, {host}; guessed from the SDKAppID, set tencent.region to be sure", region.name()),
        ),
        Some(region) => good("region", format!("{}, {host}", region.name())),
        None => good("region", format!("endpoint {host}")),
    }
}

fn network(app: &AppConfig, health: &ClientHealth) -> CheckLine {
    let took = health.latency_ms.map_or(String::new(), |latency| format!(" in {latency} ms"));
    good("network", format!("{} answered{took}", app.endpoint))
}

fn all_accepted(app: &AppConfig, health: &ClientHealth) -> Vec<CheckLine> {
    vec![
        network(app, health),
        good("IP", "this machine may call"),
        good("UserSig", "accepted"),
        good("admin", format!("{} is an admin of {}", printable(&app.identifier), app.id)),
    ]
}

/// Puts a failure where it belongs: each line before it has been passed, those after it were not reached.
fn refused(app: &AppConfig, error: &CallError, health: &ClientHealth) -> Vec<CheckLine> {
    let words = describe(error);
    let code = match &error.failure {
        Failure::Code { code, .. } => *code,
        Failure::NoResponse(_) | Failure::Paused { .. } | Failure::Unreadable { .. } => {
            return vec![bad("network", words)];
        }
    };
    let mut lines = vec![network(app, health)];
    let line = match code {
        60021 => bad("IP", words),
        60026 | 70016 | 70020 => bad("region", words),
        60010 | 70107 | 70403 => {
            lines.push(good("UserSig", "accepted"));
            bad("admin", words)
        }
        60004 | 60005 | 70000..=70099 => bad("UserSig", words),
        60016 | 60017 | 60020 | 60027 | 60028 | 100_007 => bad("app", words),
        _ => bad("get_room_list", words),
    };
    lines.push(line);
    lines
}

fn clock(offset_ms: Option<i64>) -> CheckLine {
    match offset_ms {
        None => note("clock", "not compared, Tencent told no time"),
        Some(offset) if offset.abs() > MAX_OFFSET_MS => {
            let direction = if offset > 0 { "behind" } else { "ahead of" };
            let seconds = offset.abs() / 1000;
            bad("clock", format!("this machine is {seconds} s {direction} Tencent's time; set it by NTP"))
        }
        Some(offset) => good("clock", format!("within {} s of Tencent's", offset.abs() / 1000 + 1)),
    }
}

fn budget(app: &AppConfig) -> CheckLine {
    let allowed = |command: Command| (f64::from(command.limit()) * app.budget_share + 1e-9).floor().max(1.0);
    good(
        "budget",
        format!(
            "will use up to {} of {} calls a second for totals, {} of {} for the room list (tencent.budget_share)",
            allowed(Command::RoomStats),
            Command::RoomStats.limit(),
            allowed(Command::RoomList),
            Command::RoomList.limit(),
        ),
    )
}

/// Compares the token here with Tencent's, without showing either.
async fn webhook_token(app: &AppConfig, client: &Client, config: &Config) -> CheckLine {
    const SUBJECT: &str = "webhook token";
    let Some(ours) = &app.webhook_token else {
        return note(
            SUBJECT,
            "not set, so webhooks are only hints to read; set webhook_token to the token of Tencent's console, and their \
             totals count",
        );
    };
    let theirs = match client.callback_token(Caller::User).await {
        Ok(response) => response.value,
        Err(error) => return bad(SUBJECT, error.to_string()),
    };
    let Some(token) = theirs.token.filter(|_| theirs.enabled) else {
        return bad(
            SUBJECT,
            "Tencent signs no webhooks of this app; set the same token in its console, or webhooks stay hints",
        );
    };
    let same = |ours: &SecretString| -> bool {
        ours.expose_secret().as_bytes().ct_eq(token.expose_secret().as_bytes()).into()
    };
    if same(ours) {
        let address = match &config.public_url {
            Some(url) => format!("{url}webhooks/tencent"),
            None => "http(s)://YOUR-HOST/webhooks/tencent".to_owned(),
        };
        good(SUBJECT, format!("the same as Tencent's; the address to enter there is {address}"))
    } else if app.webhook_token_previous.as_ref().is_some_and(same) {
        note(SUBJECT, "Tencent still signs with webhook_token_previous; set the new one in its console")
    } else {
        bad(SUBJECT, "another than in Tencent's console; copy it from there to webhook_token")
    }
}

/// Whether others than their owner may read the database or the key file.
fn private_files(config: &Config) -> CheckLine {
    const SUBJECT: &str = "file modes";
    let beside = |end: &str| {
        let mut path = config.database.clone().into_os_string();
        path.push(end);
        PathBuf::from(path)
    };
    let all = match config.database_server {
        Some(_) => vec![config.key_file.clone()],
        None => vec![config.database.clone(), beside("-wal"), beside("-shm"), config.key_file.clone()],
    };
    let open: Vec<String> = all
        .iter()
        .filter_map(|path| Some(format!("{} (mode {:o})", path.display(), crate::files::mode_for_others(path)?)))
        .collect();
    match open.is_empty() {
        true => good(SUBJECT, "others cannot read the database or the key file"),
        false => bad(SUBJECT, format!("others can read {}; chmod 600", open.join(", "))),
    }
}

/// An https address is a proxy's: this server speaks plain HTTP.
fn proxy(config: &Config) -> Option<CheckLine> {
    let behind = config.public_url.as_ref().is_some_and(|url| url.scheme() == "https");
    (behind && config.trusted_proxies.is_empty()).then(|| {
        note(
            "reverse proxy",
            "trusted_proxies is not set: everybody behind the proxy counts as one address, so that one person's wrong \
             passwords slow the sign-in of all; set it to the proxy's address",
        )
    })
}

/// The oldest PostgreSQL that the SQL is written for, as `server_version_num` has it.
const MIN_POSTGRES_VERSION: i32 = 150_000;

/// Whether the PostgreSQL server answers, and whether its database is made as the store needs it.
async fn database_server(config: &Config, url: &SecretString) -> Vec<CheckLine> {
    const SUBJECT: &str = "database";
    let facts = match store::inspect_server(url).await {
        Err(error) => return vec![bad(SUBJECT, format!("{error}; {}", error.remedy()))],
        Ok(facts) => facts,
    };
    let name = config.database_name();
    let mut lines = vec![
        database_facts(&name, &facts).map_or_else(|wrong| bad(SUBJECT, wrong), |right| good(SUBJECT, right)),
        database_clock(facts.now - Clock::system().now()),
    ];
    if !facts.has_synchronous_standby {
        let words = "no synchronous standby: after a failover of the database, readings and reports may be missing; see \
                     docs/SCALING.md";
        lines.push(note("standby", words));
    }
    if facts.max_connections < MIN_CONNECTIONS {
        let words = format!("max_connections is {}; each server uses up to 32", facts.max_connections);
        lines.push(note("connections", words));
    }
    lines.push(if config.key_file.exists() {
        good("key file", config.key_file.display().to_string())
    } else {
        let words = "is missing; copy it from another server, or make it with `aftershow setup`";
        bad("key file", format!("{} {words}", config.key_file.display()))
    });
    lines
}

/// Connections that three servers need.
const MIN_CONNECTIONS: i32 = 100;

/// Milliseconds by which the clocks may differ: with more, a server collects for no app.
const MAX_DATABASE_OFFSET_MS: i64 = 500;

fn database_clock(ahead_ms: i64) -> CheckLine {
    const SUBJECT: &str = "database clock";
    if ahead_ms.abs() > MAX_DATABASE_OFFSET_MS {
        bad(SUBJECT, format!("differs from this machine's by {ahead_ms} ms; synchronise both clocks"))
    } else {
        good(SUBJECT, "in step with this machine's")
    }
}

fn database_facts(name: &str, facts: &store::ServerFacts) -> Result<String, String> {
    let (major, minor) = (facts.version / 10_000, facts.version % 10_000);
    if facts.version < MIN_POSTGRES_VERSION {
        return Err(format!("{name} is PostgreSQL {major}.{minor}; version 15 or newer is needed"));
    }
    if facts.encoding != "UTF8" {
        return Err(format!("{name} has the encoding {}; create the database with the encoding UTF8", facts.encoding));
    }
    if !facts.knows_letters {
        return Err(format!(
            "{name} has LC_CTYPE C, with which search indexes no Chinese or Japanese text; create the database with \
             LC_CTYPE 'C.UTF-8'"
        ));
    }
    Ok(format!("{name}, PostgreSQL {major}.{minor}"))
}

/// Whether the database can be opened or made, without making it.
fn database(path: &Path) -> CheckLine {
    const SUBJECT: &str = "database";
    let shown = path.display();
    if path.exists() {
        let mut start = [0_u8; 16];
        let read = OpenOptions::new().read(true).write(true).open(path).and_then(|mut file| {
            let size = file.metadata()?.len();
            if size > 0 { file.read_exact(&mut start).map(|()| size) } else { Ok(0) }
        });
        return match read {
            Err(error) => {
                bad(SUBJECT, format!("{shown} cannot be opened for writing: {error}; fix its owner or permissions"))
            }
            Ok(0) => good(SUBJECT, format!("{shown}, empty")),
            Ok(_) if &start != b"SQLite format 3\0" => {
                bad(SUBJECT, format!("{shown} is not an SQLite database; name another file in database_url"))
            }
            Ok(_) => directory(path).map_or_else(|wrong| wrong, |()| good(SUBJECT, format!("{shown} can be written"))),
        };
    }
    directory(path).map_or_else(|wrong| wrong, |()| good(SUBJECT, format!("{shown} will be made")))
}

/// SQLite writes its journal beside the database: the directory must be writable too.
fn directory(path: &Path) -> Result<(), CheckLine> {
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let probe = directory.join(format!(".aftershow-check-{}", std::process::id()));
    OpenOptions::new().write(true).create_new(true).open(&probe).and_then(|_| fs::remove_file(&probe)).map_err(
        |error| {
            let remedy = "create the directory or fix its owner or permissions";
            bad("database", format!("{} cannot be written to: {error}; {remedy}", directory.display()))
        },
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::config::{Endpoint, Region};
    use crate::domain::AppId;
    use crate::domain::Millis;
    use crate::tencent::{NoResponse, TlsFault};

    fn app() -> AppConfig {
        AppConfig::new(AppId(1_400_000_001), SecretString::from("k".repeat(64)), Endpoint::of(Region::Japan))
    }

    fn health() -> ClientHealth {
        Client::new(&app(), None).unwrap().health()
    }

    fn failed(failure: Failure) -> CheckLine {
        let error = CallError::of(failure);
        let mut lines = refused(&app(), &error, &health());
        let last = lines.pop().unwrap();
        assert!(last.mark == Mark::Bad && lines.iter().all(|line| line.mark == Mark::Good));
        last
    }

    #[test]
    fn each_fault_has_its_own_place_cause_and_remedy() {
        let mut seen = Vec::new();
        for (code, subject, remedy) in [
            (70009, "UserSig", "secret_key"),
            (60026, "region", "tencent.region"),
            (70016, "region", "tencent.region"),
            (70020, "region", "tencent.sdkappid"),
            (60010, "admin", "administrator"),
            (60021, "IP", "allow-list"),
            (70001, "UserSig", "clock"),
            (60020, "app", "renew"),
        ] {
            let line = failed(Failure::Code { code, info: String::new() });
            assert_eq!(line.subject, subject);
            assert!(line.words.contains(remedy), "{}", line.words);
            seen.push(line.words);
        }
        for kind in [NoResponse::Timeout, NoResponse::Name, NoResponse::Connect, NoResponse::Tls(TlsFault::Untrusted)] {
            let line = failed(Failure::NoResponse(kind));
            assert_eq!(line.subject, "network");
            seen.push(line.words);
        }
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 12);
    }

    #[test]
    fn what_is_no_answer_is_shown_with_its_first_bytes() {
        let (why, first_bytes) = ("it is not JSON".to_owned(), "<html>log in".to_owned());
        let line = failed(Failure::Unreadable { why, first_bytes });
        assert_eq!(line.subject, "network");
        assert!(line.words.contains("invalid response") && line.words.ends_with("it begins with: <html>log in"));
    }

    #[test]
    fn totals_are_asked_for_unless_the_whole_app_is_refused() {
        let code = |code| is_of_the_command(&CallError::of(Failure::Code { code, info: String::new() }));
        assert!(code(60009) && code(100_001) && code(100_002) && code(60007));
        assert!(!code(60010) && !code(60026) && !code(70003) && !code(70009));
        assert!(!is_of_the_command(&CallError::of(Failure::NoResponse(NoResponse::Timeout))));
    }

    #[test]
    fn several_apps_have_a_heading_each_and_a_sum() {
        let section = |app: Option<&str>, line| Section { app: app.map(str::to_owned), lines: vec![line] };
        let one = text(&[section(None, good("database", "there")), section(Some("1"), note("clock", "not compared"))]);
        assert_eq!(one, "✓ database         there\n– clock            not compared\n");
        let two = text(&[
            section(None, good("database", "there")),
            section(Some("1"), good("admin", "yes")),
            section(Some("2"), bad("network", "no\nmore")),
        ]);
        assert_eq!(
            two,
            "✓ database         there\n\nApp 1\n  ✓ admin            yes\n\nApp 2\n  ✗ network          no\n\
             \u{20}                    more\n\n1 of 2 apps: something is wrong (2).\n"
        );
    }

    #[test]
    fn the_budget_is_shown_in_calls() {
        assert!(budget(&app()).words.starts_with("will use up to 80 of 100 calls a second"));
    }

    #[test]
    fn files_that_others_can_read_are_named() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        let mut config = Config::new(Vec::new());
        config.database = directory.path().join("aftershow.db");
        config.key_file = directory.path().join("aftershow.key");
        assert_eq!(private_files(&config).mark, Mark::Good);
        for (name, mode) in [("aftershow.key", 0o640), ("aftershow.db-wal", 0o644)] {
            let path = directory.path().join(name);
            crate::files::create(&path).unwrap();
            assert_eq!(private_files(&config).mark, Mark::Good);
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let line = private_files(&config);
            assert_eq!(line.mark, Mark::Bad);
            assert!(line.words.contains(name) && line.words.contains(&format!("{mode:o}")), "{}", line.words);
            fs::remove_file(&path).unwrap();
        }
    }

    #[test]
    fn a_proxy_that_is_not_trusted_is_noted() {
        let mut config = Config::new(Vec::new());
        assert_eq!(proxy(&config), None);
        config.public_url = Some("https://console.example".parse().unwrap());
        assert_eq!(proxy(&config).unwrap().mark, Mark::Note);
        config.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
        assert_eq!(proxy(&config), None);
    }

    #[test]
    fn a_grace_period_below_the_polling_interval_is_noted() {
        let seconds = Duration::from_secs;
        assert_eq!(grace(seconds(10), seconds(120)), None);
        assert_eq!(grace(seconds(10), seconds(10)), None);
        assert_eq!(grace(seconds(10), seconds(5)).unwrap().mark, Mark::Note);
    }

    #[test]
    fn a_clock_far_off_is_bad() {
        assert_eq!(clock(Some(-3_600_000)).mark, Mark::Bad);
        assert!(clock(Some(60_000)).words.contains("60 s behind"));
        assert_eq!(clock(Some(900)).mark, Mark::Good);
        assert_eq!(clock(None).mark, Mark::Note);
    }

    #[test]
    fn a_server_with_another_encoding_or_without_letters_is_refused() {
        let facts = store::ServerFacts {
            version: 150_018,
            encoding: "UTF8".to_owned(),
            knows_letters: true,
            now: Millis(0),
            has_synchronous_standby: true,
            max_connections: 200,
        };
        let line = |facts: &store::ServerFacts| database_facts("postgres://host/name", facts);
        assert_eq!(line(&facts).unwrap(), "postgres://host/name, PostgreSQL 15.18");
        assert!(line(&store::ServerFacts { version: 140_011, ..facts.clone() }).unwrap_err().contains("14.11"));
        assert!(line(&store::ServerFacts { encoding: "LATIN1".to_owned(), ..facts.clone() }).is_err());
        assert!(line(&store::ServerFacts { knows_letters: false, ..facts }).unwrap_err().contains("LC_CTYPE"));
    }

    #[test]
    fn a_database_that_cannot_be_is_shown_and_none_is_made() {
        let place = tempfile::tempdir().unwrap();
        assert_eq!(database(&place.path().join("a.db")).mark, Mark::Good);
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0);
        assert_eq!(database(&place.path().join("nowhere/a.db")).mark, Mark::Bad);
        let other = place.path().join("notes.txt");
        fs::write(&other, "no database, just some notes").unwrap();
        assert!(database(&other).words.contains("not an SQLite database"));
    }

    #[test]
    fn a_clock_that_differs_from_the_databases_is_reported() {
        assert_eq!(database_clock(-400).mark, Mark::Good);
        for ahead_ms in [-501, 501] {
            let line = database_clock(ahead_ms);
            assert_eq!(line.mark, Mark::Bad);
            assert!(line.words.contains(&format!("{ahead_ms} ms")), "{line:?}");
        }
    }
}
