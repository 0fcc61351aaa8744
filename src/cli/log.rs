//! The log: to standard error, filtered by `AFTERSHOW_LOG` (or `log` in the file), else by `RUST_LOG` as in other programs,
//! else as the command says.
//!
//! May not: show what the HTTP libraries say below `info`. A request's address holds a UserSig, and what those libraries
//! print is theirs to change.

use super::Problem;
use tracing::{Level, Metadata};
use tracing_subscriber::filter::{EnvFilter, FilterExt, filter_fn};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

/// Libraries that handle requests or their bytes. `log` is the name under which records of the older facade arrive.
const HANDLE_REQUESTS: [&str; 8] = ["hyper", "hyper_util", "reqwest", "rustls", "h2", "tower_http", "mio", "log"];

/// Starts the log, once; a second start changes nothing.
pub fn start(configured: Option<&str>, default: &str) -> Result<(), Problem> {
    let of_the_shell = std::env::var("RUST_LOG").ok();
    let set = |filter: Option<&str>| filter.is_some_and(|filter| !filter.trim().is_empty());
    let (name, filter) = match (configured, of_the_shell.as_deref()) {
        (Some(filter), _) if set(configured) => ("AFTERSHOW_LOG", filter),
        (_, Some(filter)) if set(Some(filter)) => ("RUST_LOG", filter),
        _ => ("AFTERSHOW_LOG", default),
    };
    let wished = EnvFilter::try_new(filter).map_err(|_| {
        Problem::Wrong(format!("{name}: {filter:?} is no filter; write info, debug or aftershow=debug,warn"))
    })?;
    let layer = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
        .with_filter(wished.and(filter_fn(is_safe)));
    // Already started: by another command in the same process, as in tests.
    let _ = tracing_subscriber::registry().with(layer).try_init();
    Ok(())
}

/// Whether a line may be shown whatever the filter says.
fn is_safe(line: &Metadata<'_>) -> bool {
    let library = line.target().split("::").next().unwrap_or_default();
    !HANDLE_REQUESTS.contains(&library) || *line.level() <= Level::INFO
}
