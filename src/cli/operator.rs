//! `aftershow operator`: who may sign in, and with which role. Holds in a running server within a second.
//!
//! Passwords come from standard input or are typed unseen, never from an argument: those are in the shell's history and
//! in the list of processes.

use super::print::{print_stdout, printable, table};
use super::{CommandContext, CommandResult, ExitStatus, Problem, open_or_create_store, open_store};
use crate::clock::Clock;
use crate::credentials::password;
use crate::domain::{AuditedAction, Role};
use crate::store::{Store, StoreError};
use clap::{Args, Subcommand};
use secrecy::SecretString;
use std::io::{BufRead, IsTerminal};

/// Arguments of `aftershow operator`.
#[derive(Args)]
pub struct OperatorArgs {
    #[command(subcommand)]
    command: OperatorCommand,
}

#[derive(Subcommand)]
enum OperatorCommand {
    /// Add an operator
    Add {
        /// The name to sign in with
        name: String,
        /// viewer, operator or admin; the first one is always admin
        #[arg(long, default_value = "operator", value_parser = role)]
        role: Role,
        /// Read the password from standard input, one line
        #[arg(long)]
        password_stdin: bool,
    },
    /// Set a new password; the operator's sessions end
    Passwd {
        /// The name the operator signs in with
        name: String,
        /// Read the password from standard input, one line
        #[arg(long)]
        password_stdin: bool,
    },
    /// Change a role: viewer, operator or admin
    Role {
        /// The name the operator signs in with
        name: String,
        /// viewer, operator or admin
        #[arg(value_parser = role)]
        role: Role,
    },
    /// List operators
    List,
    /// Remove an operator; what they did stays in the audit log
    Remove {
        /// The name the operator signs in with
        name: String,
    },
}

fn role(name: &str) -> Result<Role, String> {
    Role::from_name(name).ok_or_else(|| "there are viewer, operator and admin".to_owned())
}

/// Who the audit log names.
pub(super) const AUDIT_NAME: &str = "command line";

pub async fn run(args: OperatorArgs, context: &CommandContext) -> CommandResult {
    let config = context.load(Vec::new())?;
    let store = match args.command {
        // The first operator may be added before the first start.
        OperatorCommand::Add { .. } => open_or_create_store(&config).await?,
        _ => open_store(&config).await?,
    };
    let outcome = act(args.command, &store).await;
    store.close().await;
    outcome
}

async fn act(command: OperatorCommand, store: &Store) -> CommandResult {
    let now = Clock::system().now();
    let (action, subject) = match command {
        OperatorCommand::Add { name, role, password_stdin } => {
            let name = checked_name(&name)?;
            let first = store.user_count().await.map_err(failed)? == 0;
            let role = if first { Role::Admin } else { role };
            let hash = password::hash(prompt_password(password_stdin)?).await;
            if store.add_user(&name, &hash, role, now).await.map_err(failed)?.is_none() {
                return Err(Problem::Failed(format!("there is an operator named {} already", printable(&name))));
            }
            eprintln!("{} may sign in as {}", printable(&name), role.name());
            (AuditedAction::AddUser, format!("{name} as {}", role.name()))
        }
        OperatorCommand::Passwd { name, password_stdin } => {
            let hash = password::hash(prompt_password(password_stdin)?).await;
            if !store.set_user_password(&name, &hash).await.map_err(failed)? {
                return Err(no_such_user(&name));
            }
            eprintln!("the password is set; sessions of {} have ended", printable(&name));
            (AuditedAction::SetUserPassword, name)
        }
        OperatorCommand::Role { name, role } => {
            if !store.set_user_role(&name, role).await.map_err(failed)? {
                return Err(last_admin_or_unknown(store, &name).await?);
            }
            eprintln!("{} is {} now", printable(&name), role.name());
            (AuditedAction::SetUserRole, format!("{name} to {}", role.name()))
        }
        OperatorCommand::Remove { name } => {
            if !store.remove_user(&name).await.map_err(failed)? {
                return Err(last_admin_or_unknown(store, &name).await?);
            }
            eprintln!("{} is removed", printable(&name));
            (AuditedAction::RemoveUser, name)
        }
        OperatorCommand::List => {
            let rows: Vec<Vec<String>> = store
                .users()
                .await
                .map_err(failed)?
                .into_iter()
                .map(|row| vec![printable(&row.name), row.role.name().to_owned()])
                .collect();
            if rows.is_empty() {
                eprintln!("there are no operators yet; add one with `aftershow operator add NAME`");
            } else {
                print_stdout(&table(&["name", "role"], &rows))?;
            }
            return Ok(ExitStatus::Done);
        }
    };
    store.audit(AUDIT_NAME, &action, &subject, now).await.map_err(failed)?;
    Ok(ExitStatus::Done)
}

pub(super) fn failed(error: StoreError) -> Problem {
    Problem::Failed(error.to_string())
}

/// A name of an operator or a token, by the same rule as in the console.
pub(super) fn checked_name(name: &str) -> Result<String, Problem> {
    crate::web::context::input::name(name).map_err(|error| Problem::Wrong(error.to_string()))
}

fn no_such_user(name: &str) -> Problem {
    Problem::Failed(format!("there is no operator named {}", printable(name)))
}

async fn last_admin_or_unknown(store: &Store, name: &str) -> Result<Problem, Problem> {
    Ok(match store.user_by_name(name).await.map_err(failed)? {
        Some(_) => Problem::Failed(format!("{} is the last admin; make someone else admin first", printable(name))),
        None => no_such_user(name),
    })
}

/// The password: a line of standard input, or typed unseen.
fn prompt_password(from_stdin: bool) -> Result<SecretString, Problem> {
    let stdin = std::io::stdin();
    let typed = if from_stdin || !stdin.is_terminal() {
        let mut line = String::new();
        stdin.lock().read_line(&mut line).map_err(|error| Problem::Failed(format!("standard input: {error}")))?;
        SecretString::from(line.trim_end_matches(['\r', '\n']).to_owned())
    } else {
        let typed = rpassword::prompt_password(format!("Password (at least {} characters): ", password::MIN_LENGTH));
        SecretString::from(typed.map_err(|error| Problem::Failed(format!("the terminal: {error}")))?)
    };
    password::check(&typed).map_err(|error| Problem::Wrong(error.to_string()))?;
    Ok(typed)
}
