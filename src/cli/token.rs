//! `aftershow token`: bearer tokens for the read-only API. Holds in a running server within a second.

use super::operator::{AUDIT_NAME, checked_name, failed};
use super::print::{print_stdout, printable, table};
use super::{CommandContext, CommandResult, ExitStatus, Problem, open_or_create_store, open_store};
use crate::auth::accounts;
use crate::clock::Clock;
use crate::domain::AuditedAction;
use crate::store::Store;
use clap::{Args, Subcommand};
use secrecy::ExposeSecret;

/// Arguments of `aftershow token`.
#[derive(Args)]
pub struct TokenArgs {
    #[command(subcommand)]
    command: TokenCommand,
}

#[derive(Subcommand)]
enum TokenCommand {
    /// Make a token and print it, this once
    Create {
        /// What the token is for, as the list and the audit log call it
        name: String,
    },
    /// List the names of tokens
    List,
    /// Take a token back
    Remove {
        /// The name it was made with
        name: String,
    },
}

pub async fn run(args: TokenArgs, context: &CommandContext) -> CommandResult {
    let config = context.load(Vec::new())?;
    let store = match args.command {
        TokenCommand::Create { .. } => open_or_create_store(&config).await?,
        TokenCommand::List | TokenCommand::Remove { .. } => open_store(&config).await?,
    };
    let outcome = act(args.command, &store).await;
    store.close().await;
    outcome
}

async fn act(command: TokenCommand, store: &Store) -> CommandResult {
    let now = Clock::system().now();
    let (action, subject) = match command {
        TokenCommand::Create { name } => {
            let name = checked_name(&name)?;
            let token = accounts::create_token(store, &name, now).await.map_err(failed)?;
            let token =
                token.ok_or_else(|| Problem::Failed(format!("there is a token named {} already", printable(&name))))?;
            print_stdout(&format!("{}\n", token.expose_secret()))?;
            eprintln!("this is the only time it is shown");
            (AuditedAction::CreateToken, name)
        }
        TokenCommand::Remove { name } => {
            if !store.remove_token(&name).await.map_err(failed)? {
                return Err(Problem::Failed(format!("there is no token named {}", printable(&name))));
            }
            eprintln!("{} does not work any more", printable(&name));
            (AuditedAction::RemoveToken, name)
        }
        TokenCommand::List => {
            let tokens = store.tokens().await.map_err(failed)?;
            let rows: Vec<Vec<String>> = tokens.iter().map(|token| vec![printable(&token.name)]).collect();
            if rows.is_empty() {
                eprintln!("there are no tokens yet; make one with `aftershow token create NAME`");
            } else {
                print_stdout(&table(&["name"], &rows))?;
            }
            return Ok(ExitStatus::Done);
        }
    };
    store.audit(AUDIT_NAME, &action, &subject, now).await.map_err(failed)?;
    Ok(ExitStatus::Done)
}
