//! `aftershow setup`: what comes before the first start of servers that share a PostgreSQL database: the key file, and the
//! link by which the first admin is created.
//!
//! A server does neither there: of several that start at once, each would make a key of its own, and each would end the
//! link that another has printed.

use super::print::print_stdout;
use super::{CommandContext, CommandResult, ExitStatus, Problem};
use crate::auth::Accounts;
use crate::clock::Clock;
use crate::key_file;
use crate::store::Store;
use clap::Args;
use secrecy::ExposeSecret;

/// Arguments of `aftershow setup`.
#[derive(Args)]
pub struct SetupArgs {
    /// Use this machine's key file although the installation had another: addresses of links that are out cannot be copied
    /// again, and a new key signs
    #[arg(long)]
    replace_key: bool,
}

pub async fn run(args: SetupArgs, context: &CommandContext) -> CommandResult {
    let config = context.load(Vec::new())?;
    if config.database_server.is_none() {
        return Err(Problem::Wrong(
            "with a file as the database, `aftershow serve` does this: it makes the key file and prints the set-up link"
                .to_owned(),
        ));
    }
    let failed = |error: &dyn std::fmt::Display| Problem::Failed(error.to_string());
    let store = Store::of_config(&config).await.map_err(|error| failed(&error))?;
    let now = Clock::system().now();
    let path = &config.key_file;
    if !path.exists() {
        let known = store.known_key_check().await.map_err(|error| failed(&error))?;
        if known.is_some() && !args.replace_key {
            return Err(Problem::Wrong(format!(
                "there is no key file at {}, and this installation has one: copy it here from another server or a backup",
                path.display()
            )));
        }
        key_file::create_new(path).map_err(|error| failed(&error))?;
        eprintln!("Created the key file {}. Copy it to every server, and back it up.", path.display());
    }
    if args.replace_key {
        key_file::replace(path, &store).await.map_err(|error| failed(&error))?;
    }
    let keys = key_file::open(path, &store, now).await.map_err(|error| Problem::Wrong(error.to_string()))?;
    let accounts = Accounts::new(store.clone(), keys.links);
    match accounts.open_setup(now).await.map_err(|error| failed(&error))? {
        Some(once) => {
            let address = match &config.public_url {
                Some(url) => url.as_str().trim_end_matches('/').to_owned(),
                None => format!("http://{}", config.listen),
            };
            eprintln!("Create the first admin with this link; it works once, for a day:");
            print_stdout(&format!("{address}/setup?once={}\n", once.expose_secret()))?;
        }
        None => eprintln!("The key file is right, and there is a user already."),
    }
    store.close().await;
    Ok(ExitStatus::Done)
}
