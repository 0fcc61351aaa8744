//! `aftershow simulate`: the simulator as a process of its own.
//!
//! Must not: more than start it, say how to use it, and stop it when asked to.

use super::print::print_stdout;
use super::{CommandResult, ExitStatus, Problem, log};
use crate::simulator::{self, DEMO_ADMIN, DEMO_SDKAPPID, DEMO_SECRET_KEY, SimulatorOptions};
use secrecy::SecretString;
use std::net::SocketAddr;

/// Where to listen, who may call, and what rooms it has.
#[derive(Debug, clap::Args)]
pub struct SimulateArgs {
    /// Address to listen on; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:9600")]
    pub listen: SocketAddr,
    /// SDKAppID that is served
    #[arg(long, default_value_t = DEMO_SDKAPPID)]
    pub sdkappid: u64,
    /// Key that signatures are checked with; a fixed public one when left out
    #[arg(long)]
    pub secret_key: Option<SecretString>,
    /// The one account that may call
    #[arg(long, default_value = DEMO_ADMIN)]
    pub admin: String,
    /// Public rooms that are kept live
    #[arg(long, default_value_t = 12)]
    pub rooms: usize,
    /// How many times faster than the clock the rooms' sessions run; reported times stay wall-clock
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub speed: u32,
    /// Seed of the rooms' sessions
    #[arg(long, default_value_t = 7)]
    pub seed: u64,
    /// get_room_stats calls accepted in any one second
    #[arg(long, default_value_t = 100)]
    pub rate_limit: usize,
    /// Where webhooks are sent
    #[arg(long)]
    pub webhook_url: Option<String>,
    /// Token that webhooks are signed with
    #[arg(long)]
    pub webhook_token: Option<SecretString>,
}

/// Runs until interrupted.
///
/// # Errors
/// When the address cannot be bound, or the webhook address is none.
pub async fn run(args: SimulateArgs) -> CommandResult {
    log::start(std::env::var("AFTERSHOW_LOG").ok().as_deref(), "info")?;
    let SimulateArgs { listen, sdkappid, secret_key, admin, rooms, speed, seed, .. } = args;
    let own_key = secret_key.is_some();
    let simulator = simulator::start(SimulatorOptions {
        listen,
        sdkappid,
        secret_key: secret_key.unwrap_or_else(|| SecretString::from(DEMO_SECRET_KEY)),
        admin: admin.clone(),
        rooms,
        speed,
        seed,
        rate_limit: args.rate_limit,
        webhook_url: args.webhook_url,
        webhook_token: args.webhook_token,
    })
    .await
    .map_err(|error| match error.kind() {
        std::io::ErrorKind::InvalidInput => Problem::Wrong(error.to_string()),
        _ => Problem::Failed(format!("cannot listen on {listen}: {error}; stop what uses it, or pass --listen")),
    })?;
    let url = simulator.url();
    print_stdout(&format!("{url}\n"))?;
    // A key that was given is not printed: the user has it.
    let key = if own_key { "(the key you gave)" } else { DEMO_SECRET_KEY };
    eprintln!(
        "Simulated live_engine_http_srv on {url}: SDKAppID {sdkappid}, administrator {admin}, {rooms} public rooms, speed {speed}.\n\
         Control on {url}/_control, for loopback peers only. To watch it:\n\n  \
         AFTERSHOW_TENCENT__ENDPOINT={url} AFTERSHOW_TENCENT__ALLOW_CUSTOM_ENDPOINT=true \\\n  \
         AFTERSHOW_TENCENT__SDKAPPID={sdkappid} AFTERSHOW_TENCENT__IDENTIFIER={admin} \\\n  \
         AFTERSHOW_TENCENT__SECRET_KEY='{key}' aftershow serve\n"
    );
    interrupted().await;
    simulator.shutdown().await;
    Ok(ExitStatus::Done)
}

/// Ctrl-C or SIGTERM. Nothing is promised at the end: the simulator keeps nothing.
async fn interrupted() {
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
}
