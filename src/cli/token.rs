//! `aftershow token`: bearer tokens for the read-only API. Holds in a running server within a second.

use super::operator::{WHO, checked_name, failed};
use super::print::{answer, plain, table};
use super::{Context, Exit, Outcome, Problem, open_or_create_store, open_store};
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
    command: Command,
}

#[derive(Subcommand)]
enum Command {
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

pub async fn run(args: TokenArgs, context: &Context) -> Outcome {
    let config = context.load(Vec::new())?;
    let store = match args.command {
        Command::Create { .. } => open_or_create_store(&config).await?,
        Command::List | Command::Remove { .. } => open_store(&config).await?,
    };
    let outcome = act(args.command, &store).await;
    store.close().await;
    outcome
}

async fn act(command: Command, store: &Store) -> Outcome {
    let now = Clock::system().now();
    let (action, subject) = match command {
        Command::Create { name } => {
            let name = checked_name(&name)?;
            let token = accounts::create_token(store, &name, now).await.map_err(failed)?;
            let token =
                token.ok_or_else(|| Problem::Failed(format!("there is a token named {} already", plain(&name))))?;
            answer(&format!("{}\n", token.expose_secret()))?;
            eprintln!("this is the only time it is shown");
            (AuditedAction::CreateToken, name)
        }
        Command::Remove { name } => {
            if !store.remove_token(&name).await.map_err(failed)? {
                return Err(Problem::Failed(format!("there is no token named {}", plain(&name))));
            }
            eprintln!("{} does not work any more", plain(&name));
            (AuditedAction::RemoveToken, name)
        }
        Command::List => {
            let tokens = store.tokens().await.map_err(failed)?;
            let rows: Vec<Vec<String>> = tokens.iter().map(|token| vec![plain(&token.name)]).collect();
            if rows.is_empty() {
                eprintln!("there are no tokens yet; make one with `aftershow token create NAME`");
            } else {
                answer(&table(&["name"], &rows))?;
            }
            return Ok(Exit::Done);
        }
    };
    store.audit(WHO, &action, &subject, now).await.map_err(failed)?;
    Ok(Exit::Done)
}
