//! Calls that a command makes itself, beside a server that may run here or on another machine.
//!
//! Must not: use `budget_share`. A server uses that part of each limit; a command uses only the rest, one call at a time,
//! and one command at a time for each app. So no second holds more calls than Tencent allows, whatever runs together.

use super::Problem;
use crate::config::{AppConfig, Config};
use crate::engine;
use crate::tencent::Client;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::PathBuf;

/// The least share: a call a second of a limit of 100.
const MIN_SHARE: f64 = 0.01;

/// The client of a command, with what `budget_share` leaves of each limit.
pub fn client(app: &AppConfig, config: &Config) -> Result<Client, Problem> {
    client_beside(app, || config.database_server.is_some() || engine::is_running(&config.database))
}

/// The same, where `may_run` says whether a server may run: with a database server, it may run on any machine.
fn client_beside(app: &AppConfig, may_run: impl Fn() -> bool) -> Result<Client, Problem> {
    let rest = 1.0 - app.budget_share;
    if rest < 1e-9 && may_run() {
        return Err(Problem::Wrong(format!(
            "the running server uses the whole limit of app {} (budget_share = 1) and leaves no call for this command; \
             lower tencent.budget_share",
            app.id
        )));
    }
    Ok(Client::new(&AppConfig { budget_share: rest.max(MIN_SHARE), ..app.clone() }, None)?)
}

/// Held by a command while it makes calls for an app.
pub struct CliTurn(#[expect(dead_code, reason = "held, never read")] Option<File>);

impl CliTurn {
    /// Waits for the commands before. Where no file can be locked, it does not wait.
    pub async fn wait(app: &AppConfig) -> Self {
        let path = lock_path(app);
        let created = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
        // Another user's file cannot be written, and can be locked all the same.
        let Ok(file) = created.or_else(|_| File::open(&path)) else { return Self(None) };
        if !matches!(file.try_lock(), Err(TryLockError::WouldBlock)) {
            return Self(Some(file));
        }
        eprintln!("Waiting until another command has made its calls for app {}.", app.id);
        let locked = tokio::task::spawn_blocking(move || file.lock().map(|()| file)).await;
        Self(locked.ok().and_then(Result::ok))
    }
}

/// One file for each app and endpoint, where the system keeps temporary files.
fn lock_path(app: &AppConfig) -> PathBuf {
    let address: String =
        app.endpoint.address().chars().map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' }).collect();
    std::env::temp_dir().join(format!("aftershow-{}-{address}.lock", app.id))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::config::{Endpoint, Region};
    use crate::domain::AppId;
    use secrecy::SecretString;

    fn app(id: i64, share: f64) -> AppConfig {
        let mut app = AppConfig::new(AppId(id), SecretString::from("k".repeat(64)), Endpoint::of(Region::Japan));
        app.budget_share = share;
        app
    }

    /// Server and command together stay within each of Tencent's limits, at any share.
    #[tokio::test]
    async fn a_command_uses_only_what_the_server_leaves() {
        let place = tempfile::tempdir().unwrap();
        let database = place.path().join("a.db");
        for percent in 1..100 {
            let app = app(1, f64::from(percent) / 100.0);
            let server = Client::new(&app, None).unwrap().health();
            let command = client_beside(&app, || engine::is_running(&database)).unwrap().health();
            for (server, command) in server.commands.iter().zip(&command.commands) {
                assert!(command.allowed >= 1);
                assert!(server.allowed + command.allowed <= server.limit as usize, "{percent} %: {:?}", server.command);
            }
        }
    }

    #[tokio::test]
    async fn a_server_that_uses_everything_leaves_no_call() {
        let place = tempfile::tempdir().unwrap();
        let database = place.path().join("a.db");
        assert!(client_beside(&app(1, 1.0), || engine::is_running(&database)).is_ok());
        let lock = File::create(place.path().join("a.db.lock")).unwrap();
        assert!(client_beside(&app(1, 1.0), || engine::is_running(&database)).is_ok());
        lock.try_lock().unwrap();
        assert!(
            matches!(client_beside(&app(1, 1.0), || engine::is_running(&database)), Err(Problem::Wrong(words)) if words.contains("budget_share"))
        );
        assert!(client_beside(&app(1, 1.0), || true).is_err(), "another machine may run one");
        assert!(client_beside(&app(1, 0.99), || engine::is_running(&database)).is_ok());
    }

    #[tokio::test]
    async fn one_command_at_a_time_makes_calls_for_an_app() {
        let app = app(i64::from(std::process::id()) + 4_000_000_000, 0.8);
        let first = CliTurn::wait(&app).await;
        let second = File::open(lock_path(&app)).unwrap();
        assert!(matches!(second.try_lock(), Err(TryLockError::WouldBlock)));
        drop(first);
        second.try_lock().unwrap();
        std::fs::remove_file(lock_path(&app)).unwrap();
    }
}
