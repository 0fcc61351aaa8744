//! `aftershow share`: makes a link to a sealed report, or switches one off. Holds in a running server within a second.

use super::operator::{AUDIT_NAME, failed};
use super::print::{print_stdout, printable, table};
use super::{CommandContext, CommandResult, ExitStatus, Problem, open_keys, open_store};
use crate::clock::Clock;
use crate::config::Config;
use crate::domain::record::Preset;
use crate::domain::{AuditedAction, StreamId, StreamState, StreamSummary};
use crate::report::seal::typed_fingerprint;
use crate::share::{CacheVersion, Draft, ShareError, Shares};
use crate::store::{Store, StreamQuery};
use clap::Args;
use clap::builder::NonEmptyStringValueParser;

/// Arguments of `aftershow share`.
#[derive(Args)]
pub struct ShareArgs {
    /// The number of the stream; --list shows the numbers, and so does the address of its page in the console
    #[arg(required_unless_present_any = ["off", "list"])]
    stream: Option<i64>,
    /// List the newest sealed streams, of those whose room, title, host or fingerprint has TEXT
    #[arg(long, value_name = "TEXT", num_args = 0..=1, conflicts_with_all = ["stream", "off"])]
    list: Option<Option<String>>,
    /// What the link shows: host, sponsor or everything
    #[arg(long, default_value = "host", value_parser = preset)]
    preset: Preset,
    /// Ask readers for this password
    #[arg(long, value_parser = NonEmptyStringValueParser::new())]
    password: Option<String>,
    /// How long it works: 30d, a date such as 2026-12-31, or never; the end of next month by default
    #[arg(long)]
    expires: Option<String>,
    /// A sponsor's slot in the link's zone, with --preset sponsor
    #[arg(long, value_name = "20:30-21:00", value_parser = slot)]
    slot: Option<(String, String)>,
    /// The language readers get first: en, zh or ja
    #[arg(long)]
    lang: Option<String>,
    /// The zone of all times, as in Asia/Shanghai; the app's by default
    #[arg(long)]
    zone: Option<String>,
    /// A title for this link instead of the room's
    #[arg(long)]
    title: Option<String>,
    /// A name by which users know the link
    #[arg(long)]
    name: Option<String>,
    /// Show neither host nor room, nor the title unless --title gives one
    #[arg(long)]
    hide_host: bool,
    /// Switch this link off instead
    #[arg(long, value_name = "LINK", conflicts_with_all = ["stream", "password", "expires", "slot", "lang", "zone", "title", "name", "hide_host"])]
    off: Option<String>,
}

fn slot(text: &str) -> Result<(String, String), String> {
    let (from, until) = text.split_once('-').ok_or("write two times, as in 20:30-21:00")?;
    Ok((from.to_owned(), until.to_owned()))
}

fn preset(name: &str) -> Result<Preset, String> {
    Preset::from_name(name).ok_or_else(|| "there are host, sponsor and everything".to_owned())
}

pub async fn run(args: ShareArgs, context: &CommandContext) -> CommandResult {
    let config = context.load(Vec::new())?;
    let store = open_store(&config).await?;
    let outcome = act(args, &config, &store).await;
    store.close().await;
    outcome
}

/// Streams listed at most.
const MAX_LISTED: i64 = 20;

/// The newest sealed streams, with what distinguishes them.
async fn list(search: Option<String>, config: &Config, store: &Store) -> CommandResult {
    let fingerprint = search.as_deref().and_then(typed_fingerprint);
    let query = StreamQuery {
        states: vec![StreamState::Sealed],
        search,
        fingerprint,
        descending: true,
        limit: MAX_LISTED,
        ..StreamQuery::default()
    };
    let found = store.streams(&query).await.map_err(failed)?;
    if found.rows.is_empty() {
        eprintln!("no sealed stream found");
        return Ok(ExitStatus::Done);
    }
    let began = |stream: &StreamSummary| {
        let zone = config.app(stream.app).map_or("UTC", |app| app.timezone.as_str());
        let zone = jiff::tz::TimeZone::get(zone).unwrap_or(jiff::tz::TimeZone::UTC);
        let at = jiff::Timestamp::from_millisecond(stream.started_at.0).ok();
        at.map_or_else(String::new, |at| at.to_zoned_datetime(zone).strftime("%Y-%m-%d %H:%M").to_string())
    };
    let row = |stream: &StreamSummary| {
        let who = format!("{} · {}", printable(stream.host_label()), printable(stream.title_label()));
        vec![stream.id.to_string(), began(stream), who]
    };
    print_stdout(&table(&["stream", "began", "host · title"], &found.rows.iter().map(row).collect::<Vec<_>>()))?;
    Ok(ExitStatus::Done)
}

async fn act(args: ShareArgs, config: &Config, store: &Store) -> CommandResult {
    if let Some(search) = args.list {
        return list(search, config, store).await;
    }
    let now = Clock::system().now();
    let keys = open_keys(config, store, now).await?;
    let zones = config.apps.iter().map(|app| (app.id, app.timezone.clone())).collect();
    let shares = Shares::new(store.clone(), keys, zones, CacheVersion::default());
    if let Some(address) = &args.off {
        let row = shares.by_token(address).await.map_err(failed)?;
        let row = row.ok_or_else(|| Problem::Failed("there is no such link; it may have been rotated".to_owned()))?;
        shares.set_enabled(row.id, false).await.map_err(refused)?;
        store
            .audit(AUDIT_NAME, &AuditedAction::SetShareEnabled, &format!("link {} off", row.id), now)
            .await
            .map_err(failed)?;
        eprintln!("link {} to stream {} is off", row.id, row.stream);
        return Ok(ExitStatus::Done);
    }
    let stream = args.stream.map(StreamId).ok_or_else(|| Problem::Wrong("name a stream".to_owned()))?;
    let (slot_from, slot_until) = args.slot.unzip();
    let draft = Draft {
        preset: Some(args.preset),
        name: args.name,
        zone: args.zone,
        lang: args.lang,
        title: args.title,
        hide_host: args.hide_host,
        slot_from,
        slot_until,
        expires: args.expires,
    };
    let id = shares.create(stream, draft, args.password.map(Into::into), AUDIT_NAME, now).await.map_err(refused)?;
    store
        .audit(AUDIT_NAME, &AuditedAction::CreateShare, &format!("link {id} to stream {stream}"), now)
        .await
        .map_err(failed)?;
    let path = shares.link(id).await.map_err(refused)?;
    let base = match &config.public_url {
        Some(url) => url.as_str().trim_end_matches('/').to_owned(),
        None => format!("http://{}", config.listen),
    };
    print_stdout(&format!("{base}{path}\n"))?;
    Ok(ExitStatus::Done)
}

fn refused(error: ShareError) -> Problem {
    match error {
        ShareError::Draft(_) | ShareError::Password => Problem::Wrong(error.to_string()),
        other => Problem::Failed(other.to_string()),
    }
}
