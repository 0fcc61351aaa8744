//! Writes the demo's history into its database, through the same sealing code as any other stream, and adds its user.

use super::history::HistoryStream;
use super::{fixtures, history};
use crate::domain::record::MomentKind;
use crate::domain::{AppId, ExclusionReason, Millis, Reading, Role, Run, StreamId, StreamKind, Totals};
use crate::engine::{Engine, Prepared};
use crate::share::Draft;
use crate::simulator::SimulatorHandle;
use crate::store::{
    MomentRow, NewStream, RoomClosedRow, SealError, SessionPart, StoreError, StoredSeries, StreamQuery, Write,
};
use crate::web::context::AppState;
use secrecy::SecretString;
use std::time::Duration;

const DEMO_USER: &str = "demo";

/// Past streams are imported and sealed one by one in the order in which they ended; live ones are left to the collector.
/// Answers what was written of the live ones.
pub async fn write_history(
    prepared: &Prepared,
    simulator: &SimulatorHandle,
    seed: u64,
) -> Result<Vec<(StreamId, HistoryStream)>, SealError> {
    let app = prepared.config.apps.first().map_or(AppId(0), |app| app.id);
    let newest = StreamQuery { limit: 1, ..StreamQuery::default() };
    let is_new = prepared.store.streams(&newest).await?.rows.is_empty();
    if is_new {
        for past in history::past_streams(seed, simulator.now()) {
            let Some(ended_at) = past.ended_at else { continue };
            let sealed_at = ended_at + 120_000;
            let new = follow(prepared, app, &past).await?;
            let series = StoredSeries { runs: runs(&past), ..StoredSeries::default() };
            let writes_of = |stream| writes(stream, &past);
            let stream = prepared.sealer.import(&new, writes_of, series, sealed_at).await?;
            if past.room_closed_late {
                revise(prepared, stream, &past, sealed_at).await?;
            }
        }
    }
    let mut live = Vec::new();
    for so_far in history::live_so_far(simulator, seed, 10_000) {
        // A kept database has another session of the room open; the collector ends it by its CreateTime.
        let known = prepared.store.stream_of_session(app, &so_far.room, so_far.create_time).await;
        if known?.is_none() {
            let new = follow(prepared, app, &so_far).await?;
            let read = |stream| {
                let run = |run| Write::Run { stream, run, request_id: None, retries: 0 };
                runs(&so_far).into_iter().map(run).chain(writes(stream, &so_far)).collect()
            };
            let stream = prepared.store.import(&new, read).await?;
            live.push((stream, so_far));
        }
    }
    Ok(live)
}

/// Reads the live ones on to this moment, all at once, so that the collector goes on without a gap: coins a minute are known
/// from the first look.
pub async fn catch_up(
    prepared: &Prepared,
    simulator: &SimulatorHandle,
    live: Vec<(StreamId, HistoryStream)>,
    interval: Duration,
) -> Result<(), StoreError> {
    let mut writes = Vec::new();
    for (stream, mut so_far) in live {
        let Some(since) = history::read_on(simulator, &mut so_far, interval.as_millis() as i64).first().copied() else {
            continue;
        };
        // The run that was last may have grown.
        let grown = runs(&so_far).into_iter().filter(|run| run.until >= since.asked);
        writes.extend(grown.map(|run| Write::Run { stream, run, request_id: None, retries: 0 }));
    }
    prepared.store.apply_all(&writes).await
}

/// Monitors the room of a past stream, and returns the stream to open.
async fn follow(prepared: &Prepared, app: AppId, past: &HistoryStream) -> Result<NewStream, StoreError> {
    let started_at = Millis::from_seconds(past.create_time);
    prepared.store.follow_room(app, &past.room, crate::store::FoundBy::List, started_at).await?;
    let (title, host, name) = (&past.title, &past.host, &past.host_name);
    prepared.store.describe_room(app, &past.room, None, Some(title), Some(host), Some(name)).await?;
    Ok(NewStream {
        app,
        room: past.room.clone(),
        kind: StreamKind::Stream,
        create_time: Some(past.create_time),
        part: SessionPart::default(),
        title: Some(past.title.clone()),
        host: Some(past.host.clone()),
        host_name: Some(past.host_name.clone()),
        interval_ms: past.interval_ms,
        first_seen: started_at,
        started_at,
    })
}

/// What is recorded of a past stream besides its readings, as the collector would have written it.
fn writes(stream: StreamId, past: &HistoryStream) -> Vec<Write> {
    let mut writes = Vec::new();
    writes.extend(past.gaps.iter().map(|&gap| Write::Gap { stream, gap }));
    let glitch = |&reading: &Reading| Write::Excluded { stream, reading, reason: ExclusionReason::Glitch };
    writes.extend(past.excluded.iter().map(glitch));
    writes.extend(past.battles.iter().map(|battle| {
        let moment = MomentRow {
            kind: MomentKind::Battle,
            key: battle.id.clone(),
            from: battle.from,
            until: Some(battle.until),
            label: Some(battle.with.clone()),
        };
        Write::Moment { stream, moment }
    }));
    if let Some(at) = past.owner_left_at {
        writes.push(Write::HostPresence { stream, at, online: false });
    }
    if let Some(ended_at) = past.ended_at {
        let room_closed = past.room_closed.filter(|_| !past.room_closed_late);
        writes.extend(ending(stream, past, ended_at, room_closed));
    }
    writes
}

fn ending(stream: StreamId, past: &HistoryStream, ended_at: Millis, room_closed: Option<Totals>) -> Vec<Write> {
    use crate::domain::EndEvidence::{RoomGone, Webhook};
    let last = past.readings.last().map(|reading| reading.answered);
    let (by, ended_after) = if room_closed.is_some() { (Webhook, None) } else { (RoomGone, last) };
    let mut writes = vec![Write::Ending { stream, ended_at, ended_after, by, evidence_at: ended_at }];
    if let Some(statistic) = room_closed {
        let room_closed =
            RoomClosedRow { event_time: ended_at, received_at: ended_at, statistic, contradicted_at: None };
        writes.push(Write::RoomClosed { stream, room_closed });
    }
    writes
}

/// Readings as runs, none across a gap.
fn runs(past: &HistoryStream) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for reading in &past.readings {
        let across = |run: &Run| past.gaps.iter().any(|gap| gap.from >= run.until && gap.until <= reading.asked);
        let extended = runs.last_mut().is_some_and(|run| !across(run) && run.extend(reading));
        if !extended {
            runs.push(Run::from(*reading));
        }
    }
    runs
}

/// The room-closed webhook came after the seal: the next revision.
async fn revise(
    prepared: &Prepared,
    stream: StreamId,
    past: &HistoryStream,
    sealed_at: Millis,
) -> Result<(), SealError> {
    let (Some(ended_at), Some(statistic)) = (past.ended_at, past.room_closed) else { return Ok(()) };
    prepared.store.reopen(stream, &runs(past), &[]).await?;
    prepared.store.apply_all(&ending(stream, past, ended_at, Some(statistic))).await?;
    prepared.sealer.seal_at(stream, sealed_at + 60_000).await?;
    Ok(())
}

/// The demo's user, whose password nobody knows: the printed link signs in.
pub async fn user(engine: &Engine) -> Result<Option<i64>, StoreError> {
    if let Some((known, _)) = engine.store.user_by_name(DEMO_USER).await? {
        return Ok(Some(known.id));
    }
    let nobody_knows = SecretString::from(format!("{:032x}", rand::random::<u128>()));
    let hash = crate::credentials::password::hash(nobody_knows).await;
    engine.store.add_user(DEMO_USER, &hash, Role::Admin, engine.clock.now()).await
}

/// One link is out already when one first looks: of 小鹿's last stream.
pub async fn standing_link(engine: &Engine, state: &AppState) {
    let app = engine.config.apps.first().map_or(AppId(0), |app| app.id);
    let Ok(room) = crate::domain::RoomId::parse(fixtures::XL) else { return };
    let newest = engine.store.sealed_of_room(app, &room, 1).await.ok().and_then(|mut rows| rows.pop());
    let Some(newest) = newest else { return };
    let known = engine.store.shares_of(newest.id).await.map(|shares| shares.len()).unwrap_or(1);
    if known == 0
        && let Err(error) = state.shares.create(newest.id, Draft::default(), None, DEMO_USER, engine.clock.now()).await
    {
        tracing::warn!(%error, "the demo's standing link could not be made");
    }
}
