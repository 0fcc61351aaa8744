//! `aftershow export`: the sealed report of a stream as a file.
//!
//! Must not: write what is not sealed.

use super::print::print_stdout;
use super::{CommandContext, CommandResult, ExitStatus, Problem, open_keys};
use crate::clock::Clock;
use crate::config::Config;
use crate::domain::StreamId;
use crate::domain::record::Preset;
use crate::files;
use crate::report::{self, RedactionSpec, export, seal};
use crate::store::Store;
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct ExportArgs {
    /// The number of the stream
    stream: i64,
    /// What to write
    #[arg(long, value_enum, default_value = "json")]
    format: Format,
    /// Leave out what this preset hides: host, sponsor or everything. Without it the sealed record as it is
    #[arg(long, value_name = "PRESET", value_parser = preset)]
    preset: Option<Preset>,
    /// An earlier revision; the newest by default
    #[arg(long)]
    revision: Option<i64>,
    /// The zone of the times in the CSV, as in Asia/Shanghai; UTC by default
    #[arg(long, value_parser = zone)]
    zone: Option<String>,
    /// The file to write; standard output by default
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Json,
    Csv,
}

fn preset(name: &str) -> Result<Preset, String> {
    Preset::from_name(name).ok_or_else(|| "there are host, sponsor and everything".to_owned())
}

fn zone(name: &str) -> Result<String, String> {
    jiff::tz::TimeZone::get(name)
        .map(|_| name.to_owned())
        .map_err(|_| "no such time zone; write Asia/Shanghai".to_owned())
}

pub async fn run(args: ExportArgs, context: &CommandContext) -> CommandResult {
    let config = context.load(Vec::new())?;
    if !config.has_database() {
        return Err(Problem::Wrong(format!("there is no database {}", config.database.display())));
    }
    let store = Store::of_config(&config).await.map_err(|error| Problem::Failed(error.to_string()))?;
    let text = text_of(&args, &store, &config).await?;
    store.close().await;
    match &args.output {
        Some(path) => files::write(path, text.as_bytes())
            .map_err(|error| Problem::Failed(format!("cannot write {}: {error}", path.display())))?,
        None => print_stdout(&text)?,
    }
    Ok(ExitStatus::Done)
}

async fn text_of(args: &ExportArgs, store: &Store, config: &Config) -> Result<String, Problem> {
    let failed = |error: &dyn std::fmt::Display| Problem::Failed(error.to_string());
    let stream = StreamId(args.stream);
    let sealed = store.report(stream, args.revision).await.map_err(|error| failed(&error))?;
    let Some(sealed) = sealed else {
        let exists = store.stream(stream).await.map_err(|error| failed(&error))?.is_some();
        return Err(Problem::Failed(match (exists, args.revision) {
            (false, _) => format!("there is no stream {stream}"),
            (true, Some(revision)) => format!("stream {stream} has no revision {revision}"),
            (true, None) => format!("stream {stream} is not sealed yet"),
        }));
    };
    let mut document = report::document(&sealed).map_err(|error| failed(&error))?;
    if let Some(preset) = args.preset {
        let key = open_keys(config, store, Clock::system().now()).await?.signing;
        let derived = report::redact(&document.record, &sealed.sha256, &RedactionSpec::of_preset(preset));
        document = seal::document(derived, &key).map_err(|error| failed(&error))?;
    }
    match args.format {
        Format::Json => export::json(&document).map_err(|error| failed(&error)),
        Format::Csv => Ok(export::csv(&document, args.zone.as_deref())),
    }
}
