//! `aftershow usersig`: prints a signature of the app, for a call made by hand.
//!
//! Must not: print anything else to standard output.

use super::print::print_stdout;
use super::{CommandContext, CommandResult, ExitStatus, choose_app};
use crate::tencent::{Clock, usersig};
use secrecy::ExposeSecret;

#[derive(clap::Args)]
pub struct UsersigArgs {
    /// The account that signs; tencent.identifier by default
    #[arg(long, value_name = "ACCOUNT")]
    identifier: Option<String>,
    /// For how many seconds it is valid, at most 50 years
    #[arg(long, default_value_t = usersig::VALID_SECONDS, value_parser = clap::value_parser!(i64).range(1..=1_576_800_000))]
    expire: i64,
    /// The app, where several are configured
    #[arg(long, value_name = "SDKAPPID")]
    app: Option<i64>,
}

pub fn run(args: UsersigArgs, context: &CommandContext) -> CommandResult {
    let config = context.load(Vec::new())?;
    let app = choose_app(&config, args.app)?;
    let identifier = args.identifier.as_deref().unwrap_or(&app.identifier);
    let sig = usersig::mint(app.id, &app.secret_key, identifier, Clock::system().now().seconds(), args.expire);
    print_stdout(&format!("{}\n", sig.expose_secret()))?;
    Ok(ExitStatus::Done)
}
