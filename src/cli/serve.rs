//! `aftershow serve`: the engine and the server, until the system says stop.

use super::print::print_stdout;
use super::{CommandContext, CommandResult, ExitStatus, Problem};
use crate::auth::Accounts;
use crate::clock::Clock;
use crate::config::{Config, ServerRole};
use crate::engine::{Engine, EngineError};
use crate::web::context::AppState;
use crate::web::http::Application;
use clap::{Args, ValueEnum};
use secrecy::ExposeSecret;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Arguments of `aftershow serve`.
#[derive(Args)]
pub struct ServeArgs {
    /// Address to listen on, over the configured one
    #[arg(long)]
    listen: Option<SocketAddr>,
    /// Only serve pages, or only collect, where several servers share a PostgreSQL database
    #[arg(long, value_enum)]
    role: Option<RoleArg>,
}

/// A role of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum RoleArg {
    /// Serve the console and the shared reports
    Web,
    /// Read live rooms and seal reports
    Collector,
}

/// Runs until ctrl-c or SIGTERM.
pub async fn run(args: ServeArgs, context: &CommandContext) -> CommandResult {
    let flags = args.listen.map(|listen| ("listen", listen.to_string())).into_iter().collect();
    let mut config = context.load(flags)?;
    config.role = match args.role {
        None => ServerRole::All,
        Some(_) if config.database_server.is_none() => {
            return Err(Problem::Wrong(
                "--role needs database_url to be a PostgreSQL server; with a file, one server does everything"
                    .to_owned(),
            ));
        }
        Some(RoleArg::Web) => ServerRole::Web,
        Some(RoleArg::Collector) => ServerRole::Collector,
    };
    config.require_app()?;
    for app in config.apps.iter().filter(|_| config.role.collects()) {
        let calls = (100.0 * app.budget_share).floor();
        tracing::info!(app = %app.id, endpoint = %app.endpoint, "will use up to {calls} of 100 calls a second");
    }
    let shutdown = shutdown_signal();
    let engine = Engine::start(config).await?;
    let state = AppState::new(&engine);
    let application = bind(state.clone()).await?;
    let address = address(&engine.config, &application)?;
    print_stdout(&format!("Aftershow · {address}\n"))?;
    let setup = if engine.store.is_shared() {
        tokio::spawn(suggest_setup(state.clone()))
    } else {
        tokio::spawn(offer_setup(state.accounts.clone(), engine.clock.clone(), address))
    };
    stop_with(&engine, &shutdown);
    hand_over_with(&engine, &shutdown);
    let served = application.run_until_stopped(shutdown).await;
    setup.abort();
    engine.stop().await;
    outcome(&engine, served)
}

/// Where the engine stops early, so does the server.
pub(super) fn stop_with(engine: &Engine, shutdown: &CancellationToken) {
    let (stopping, shutdown) = (engine.stopping(), shutdown.clone());
    tokio::spawn(async move {
        stopping.cancelled().await;
        shutdown.cancel();
    });
}

/// When the server is to stop, other servers take over at once: open pages may take a few seconds to end.
fn hand_over_with(engine: &Engine, shutdown: &CancellationToken) {
    let (engine, shutdown) = (engine.clone(), shutdown.clone());
    tokio::spawn(async move {
        shutdown.cancelled().await;
        engine.hand_over();
    });
}

/// How a server that has stopped ends the program.
pub(super) fn outcome(engine: &Engine, served: std::io::Result<()>) -> CommandResult {
    served.map_err(|error| Problem::Failed(format!("the server stopped: {error}")))?;
    match engine.vital().failed() {
        None => Ok(ExitStatus::Done),
        Some(name) => Err(Problem::Failed(format!(
            "stopped because of a fault in \"{name}\"; the log has the cause. Start it again: what was acknowledged is kept"
        ))),
    }
}

/// How often the set-up link is printed until it is used: what a log scrolls away is soon at its end again.
const SETUP_REMINDER_INTERVAL: Duration = Duration::from_secs(60);

/// Says how the first user is made: a link that each of several servers prints would end that of another.
async fn suggest_setup(state: AppState) {
    if matches!(state.store.user_count().await, Ok(0)) {
        eprintln!("No user yet. Create the first admin with the link that `aftershow setup` prints.");
    }
}

/// Prints the set-up link until there is a user. One that has expired is followed by a new one.
async fn offer_setup(accounts: Arc<Accounts>, clock: Clock, address: String) {
    let mut again = tokio::time::interval(SETUP_REMINDER_INTERVAL);
    let mut once = None;
    loop {
        again.tick().await;
        match accounts.setup(once.take(), clock.now()).await {
            Ok(Some(open)) => {
                let message = setup_box(&format!("{address}/setup?once={}", open.expose_secret()));
                if print_stdout(&message).is_err() {
                    // Nobody reads what we print.
                    return;
                }
                once = Some(open);
            }
            Ok(None) => return,
            Err(error) => tracing::error!(%error, "the set-up link could not be made; the next try is in a minute"),
        }
    }
}

/// The set-up link where nobody overlooks it, on a line of its own to be copied.
fn setup_box(link: &str) -> String {
    let lines = [
        "No user yet. Create the first admin with this link; it works once:",
        "",
        link,
        "",
        "It is printed again every minute until somebody uses it.",
    ];
    let rule = "─".repeat(lines.iter().map(|line| line.chars().count()).max().unwrap_or(0));
    let mut text = format!("\n{rule}\n");
    for line in lines {
        text.push_str(line);
        text.push('\n');
    }
    text.push_str(&format!("{rule}\n\n"));
    text
}

/// Binds the configured address.
pub(super) async fn bind(state: AppState) -> Result<Application, Problem> {
    let listen = state.config.listen;
    Application::build(state).await.map_err(|error| cannot_listen(listen, &error))
}

pub(super) fn cannot_listen(listen: SocketAddr, error: &std::io::Error) -> Problem {
    Problem::Failed(format!("cannot listen on {listen}: {error}; stop what uses it, or pass --listen"))
}

/// Where a person reaches it: the public address where one is configured.
pub(super) fn address(config: &Config, application: &Application) -> Result<String, Problem> {
    if let Some(url) = &config.public_url {
        return Ok(url.as_str().trim_end_matches('/').to_owned());
    }
    let bound = application.addr().map_err(|error| Problem::Failed(error.to_string()))?;
    Ok(format!("http://{bound}"))
}

/// Is cancelled by ctrl-c or SIGTERM.
pub(super) fn shutdown_signal() -> CancellationToken {
    let stop = CancellationToken::new();
    let stop_signal = stop.clone();
    tokio::spawn(async move {
        let term = async {
            match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
                Ok(mut term) => term.recv().await,
                // Without the signal there is still ctrl-c.
                Err(_) => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = term => {}
        }
        eprintln!("Stopping; what was read is kept.");
        stop_signal.cancel();
    });
    stop
}

impl From<EngineError> for Problem {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Locked(_) | EngineError::Lock { .. } | EngineError::KeyFile(_) => {
                Self::Wrong(error.to_string())
            }
            other => Self::Failed(other.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::config::{AppConfig, Endpoint};
    use crate::domain::AppId;

    #[tokio::test]
    async fn a_vital_task_that_dies_ends_the_program_as_failed() {
        let directory = tempfile::tempdir().unwrap();
        let endpoint = Endpoint::parse("http://127.0.0.1:9", true).unwrap();
        let app = AppConfig::new(AppId(1_400_000_001), "secret".into(), endpoint);
        let mut config = Config::new(vec![app]);
        config.database = directory.path().join("aftershow.db");
        config.key_file = Config::key_file_beside(&config.database);
        let engine = Engine::start(config).await.unwrap();
        let shutdown = CancellationToken::new();
        stop_with(&engine, &shutdown);
        engine.vital().spawn("a test", async { panic!("a fault") });
        shutdown.cancelled().await;
        engine.stop().await;
        match outcome(&engine, Ok(())) {
            Err(Problem::Failed(words)) => assert!(words.contains("a test"), "{words}"),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_set_up_link_is_alone_on_its_line() {
        let message = setup_box("http://127.0.0.1:3000/setup?once=abc");
        assert!(message.lines().any(|line| line == "http://127.0.0.1:3000/setup?once=abc"), "{message}");
        assert_eq!(message.lines().filter(|line| line.starts_with('─')).count(), 2, "{message}");
    }
}
