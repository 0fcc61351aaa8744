//! The log: to standard error, filtered by `AFTERSHOW_LOG` (or `log` in the file), else by `RUST_LOG` as in other programs,
//! else as the command says.
//!
//! Must not: show what the HTTP libraries say below `info`. A request's address holds a UserSig, and what those libraries
//! print is theirs to change. Nor let foreign text, such as a RoomId, begin a line of its own or steer a terminal.

use super::Problem;
use super::print::printable;
use tracing::{Level, Metadata};
use tracing_subscriber::field::MakeExt;
use tracing_subscriber::filter::{EnvFilter, FilterExt, filter_fn};
use tracing_subscriber::fmt::FormatFields;
use tracing_subscriber::fmt::format::debug_fn;
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
        .fmt_fields(fields())
        .with_writer(std::io::stderr)
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
        .with_filter(wished.and(filter_fn(is_safe)));
    // Already started: by another command in the same process, as in tests.
    let _ = tracing_subscriber::registry().with(layer).try_init();
    Ok(())
}

/// Fields as they usually look, each without control characters and direction marks.
fn fields() -> impl for<'w> FormatFields<'w> + 'static {
    debug_fn(|writer, field, value| {
        let value = printable(&format!("{value:?}"));
        match field.name() {
            "message" => write!(writer, "{value}"),
            name => write!(writer, "{name}={value}"),
        }
    })
    .delimited(" ")
}

/// Whether a line may be shown whatever the filter says.
fn is_safe(line: &Metadata<'_>) -> bool {
    let library = line.target().split("::").next().unwrap_or_default();
    !HANDLE_REQUESTS.contains(&library) || *line.level() <= Level::INFO
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl Write for Written {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_room_of_any_name_stays_on_its_line() {
        let written = Written::default();
        let writer = written.clone();
        let layer =
            tracing_subscriber::fmt::layer().fmt_fields(fields()).with_ansi(false).with_writer(move || writer.clone());
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
            let room = "a\n2026-01-01T00:00:00Z ERROR all is lost\u{1b}[2J\u{202e}b 鹿";
            tracing::info!(%room, stream = 7, text = "said", "a stream began");
        });
        let line = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
        assert_eq!(line.lines().count(), 1, "{line}");
        assert!(line.contains("a stream began room=a\\n2026") && line.contains("stream=7 text=\"said\""), "{line}");
        assert!(line.contains("鹿") && !line.contains('\u{1b}') && !line.contains('\u{202e}'), "{line}");
    }
}
