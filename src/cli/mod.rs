//! The subcommands: they arrange what the other modules do, and do nothing of their own.
//!
//! Must not: hold a rule of the product. Answers go to standard output, everything else to standard error. Exit codes:
//! 0 done, 1 failed, 2 wrong use or configuration; every command answers with an [`Exit`] or a [`Problem`].

mod backup;
mod calls;
mod check;
mod demo;
mod export;
pub mod log;
mod migrate_to;
mod operator;
mod print;
mod serve;
mod setup;
mod share;
mod simulate;
mod stats;
mod token;
mod usersig;
mod verify;

use crate::config::{AppConfig, Config, ConfigError, ConfigSources};
use crate::domain::{AppId, Millis};
use crate::key_file::{self, InstallationKeys};
use crate::store::Store;
use crate::tencent::NewClientError;
use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// Operations console and signed post-stream reports for apps built on Tencent Cloud Live.
#[derive(Parser)]
#[command(name = "aftershow", version, arg_required_else_help = true)]
struct Cli {
    /// The configuration file; without it AFTERSHOW_CONFIG, else aftershow.toml if it is there
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: CliCommand,
}

/// One variant for each subcommand, with the arguments its own file declares.
#[derive(Subcommand)]
enum CliCommand {
    /// Read live rooms and serve the console
    Serve(serve::ServeArgs),
    /// Before the first start of servers that share a PostgreSQL database: make the key file, and print the set-up link
    Setup(setup::SetupArgs),
    /// Show the product on the embedded simulator; no account anywhere
    Demo(demo::DemoArgs),
    /// Run the Tencent API simulator on its own
    Simulate(simulate::SimulateArgs),
    /// Ask for the totals of rooms, one call each, within the calls that `budget_share` leaves to others
    Stats(stats::StatsArgs),
    /// Print a UserSig of the app
    Usersig(usersig::UsersigArgs),
    /// Say what is wrong with configuration, key, region, webhook, database or clock, and how to fix it; like `stats`, it
    /// makes its few calls within what `budget_share` leaves to others
    Check(check::CheckArgs),
    /// Say whether a report file is genuine, superseded, altered, not issued here, or no report
    Verify(verify::VerifyArgs),
    /// Write the sealed report of a stream
    Export(export::ExportArgs),
    /// Say who may sign in, and with which role
    Operator(operator::OperatorArgs),
    /// Make bearer tokens for the read-only API
    Token(token::TokenArgs),
    /// Make a link to a sealed report, or switch one off
    Share(share::ShareArgs),
    /// Copy the database into a new file, also while the server runs
    Backup(backup::BackupArgs),
    /// Move the SQLite database to a PostgreSQL server, while this server is stopped
    MigrateTo(migrate_to::MigrateToArgs),
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitStatus {
    Done = 0,
    Failed = 1,
    Wrong = 2,
}

/// Why a command did not do what it was asked to; printed after `aftershow: `.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// Wrong use or configuration: exit code 2.
    #[error("{0}")]
    Wrong(String),
    /// Everything else: exit code 1.
    #[error("{0}")]
    Failed(String),
}

impl From<ConfigError> for Problem {
    fn from(error: ConfigError) -> Self {
        Self::Wrong(error.to_string())
    }
}

impl From<NewClientError> for Problem {
    fn from(error: NewClientError) -> Self {
        Self::Failed(error.to_string())
    }
}

/// What every command answers.
pub type CommandResult = Result<ExitStatus, Problem>;

/// What was said before the subcommand.
pub struct CommandContext {
    config: Option<PathBuf>,
}

impl CommandContext {
    /// Reads the configuration and starts the log. `flags` are keys set by the command's own flags.
    pub fn load(&self, flags: Vec<(&'static str, String)>) -> Result<Config, Problem> {
        self.load_with_log(flags, "info")
    }

    /// As [`CommandContext::load`], for a command that says itself what went wrong: warnings would say it twice.
    pub fn load_quietly(&self) -> Result<Config, Problem> {
        self.load_with_log(Vec::new(), "error")
    }

    fn load_with_log(&self, flags: Vec<(&'static str, String)>, filter: &str) -> Result<Config, Problem> {
        let sources = ConfigSources { flags, ..ConfigSources::process(self.config.clone())? };
        let config = Config::load(sources)?;
        log::start(config.log.as_deref(), filter)?;
        Ok(config)
    }
}

/// The database that is there already; for commands that have nothing to do without one.
async fn open_store(config: &Config) -> Result<Store, Problem> {
    if !config.has_database() {
        return Err(Problem::Wrong(format!(
            "there is no database at {}; run this where aftershow.toml is, or name the file with --config",
            config.database.display()
        )));
    }
    Store::of_config(config).await.map_err(|error| Problem::Failed(error.to_string()))
}

/// The database, made where there is none yet: for what may come before the first start. A note names the new file, in case the folder is the wrong one.
async fn open_or_create_store(config: &Config) -> Result<Store, Problem> {
    let is_new = !config.has_database();
    let store = Store::of_config(config).await.map_err(|error| Problem::Failed(error.to_string()))?;
    if is_new {
        eprintln!("created a new database at {}", config.database.display());
    }
    Ok(store)
}

/// The keys that links and reports are made with; a command makes no new ones.
async fn open_keys(config: &Config, store: &Store, now: Millis) -> Result<InstallationKeys, Problem> {
    if !config.key_file.exists() {
        return Err(Problem::Failed(format!(
            "there is no key file at {}; restore it, or let `aftershow serve` make one",
            config.key_file.display()
        )));
    }
    key_file::open(&config.key_file, store, now).await.map_err(|error| Problem::Failed(error.to_string()))
}

/// The app a command is about: the one of that SDKAppID, else the first.
fn choose_app(config: &Config, id: Option<i64>) -> Result<&AppConfig, Problem> {
    let first = config.require_app()?;
    let Some(id) = id else { return Ok(first) };
    config.app(AppId(id)).ok_or_else(|| {
        let known: Vec<String> = config.apps.iter().map(|app| app.id.to_string()).collect();
        Problem::Wrong(format!("--app: {id} is not configured; there is {}", known.join(", ")))
    })
}

/// The whole program.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are answers; clap knows which stream is whose.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { ExitStatus::Wrong as u8 } else { ExitStatus::Done as u8 });
        }
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("aftershow: the runtime cannot start: {error}");
            return ExitCode::from(ExitStatus::Failed as u8);
        }
    };
    let exit = match runtime.block_on(run(cli)) {
        Ok(exit) => exit,
        Err(problem) => {
            eprintln!("aftershow: {problem}");
            match problem {
                Problem::Wrong(_) => ExitStatus::Wrong,
                Problem::Failed(_) => ExitStatus::Failed,
            }
        }
    };
    // What matters was waited for. What is left may never end: a read of the terminal lasts until someone presses a key.
    runtime.shutdown_background();
    ExitCode::from(exit as u8)
}

async fn run(cli: Cli) -> CommandResult {
    let context = CommandContext { config: cli.config };
    match cli.command {
        CliCommand::Serve(args) => serve::run(args, &context).await,
        CliCommand::Setup(args) => setup::run(args, &context).await,
        CliCommand::Demo(args) => demo::run(args).await,
        CliCommand::Simulate(args) => simulate::run(args).await,
        CliCommand::Stats(args) => stats::run(args, &context).await,
        CliCommand::Usersig(args) => usersig::run(args, &context),
        CliCommand::Check(args) => check::run(args, &context).await,
        CliCommand::Verify(args) => verify::run(args, &context).await,
        CliCommand::Export(args) => export::run(args, &context).await,
        CliCommand::Operator(args) => operator::run(args, &context).await,
        CliCommand::Token(args) => token::run(args, &context).await,
        CliCommand::Share(args) => share::run(args, &context).await,
        CliCommand::Backup(args) => backup::run(args, &context).await,
        CliCommand::MigrateTo(args) => migrate_to::run(args, &context).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_consistent() {
        Cli::command().debug_assert();
    }
}
