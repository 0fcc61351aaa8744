//! One stream as a pure step function: answers and messages go in, what is to be done comes out.
//!
//! Must not: read a clock, ask, or write. Evidence of an end is an authenticated room-closed webhook, 100004 of get_room_info
//! twice one interval apart, a newer CreateTime, an operator, or the quiet rule. A failure is never evidence, however long
//! it lasts.
//!
//! A reading belongs to a stream only if it was requested after the second of the stream's creation (plus the doubt
//! between the clocks) and answered before the next CreateTime. What lies between is excluded.
//!
//! | file | what it decides |
//! |---|---|
//! | `attribution` | which readings are of the stream |
//! | `run` | what accepted readings become: runs and data gaps |
//! | `lifecycle` | when the stream ends, and what takes the end back |

mod attribution;
mod lifecycle;
mod run;

use super::clock::ClockOffset;
use crate::domain::{Counters, EndEvidence, GapCause, Millis, Reading, Run, StreamId};
use crate::store::{OpenStream, RoomClosedRow, Write};
use std::collections::VecDeque;

/// What holds for every stream of an app.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    pub grace_ms: i64,
    /// Ends a stream whose counters have not moved for this many milliseconds; off where `None`.
    pub quiet_ms: Option<i64>,
}

/// What a step asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrackerEffect {
    Write(Write),
    /// Ask get_room_info which stream the room is in.
    AskInfo,
    /// The stream is over: seal it and drop this tracker.
    Seal,
    /// The room goes on in its next part, which this reading opens.
    NextPart {
        last: Reading,
    },
    /// The room is in another stream, which these readings open.
    NextStream {
        create_time: Option<i64>,
        readings: Vec<Reading>,
    },
}

/// Which call returned a CreateTime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CreateTimeSource {
    /// get_room_info, which alone decides whether a room exists.
    Info,
    /// The room list, or a webhook.
    List,
}

/// A room-closed webhook that the room contradicted.
#[derive(Clone, Copy, Debug)]
struct Contradiction {
    event_time: Millis,
    at: Millis,
}

/// Whether the stream is live, ending or over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    Live,
    Ending {
        by: EndEvidence,
        ended_at: Millis,
        evidence_at: Millis,
    },
    /// `TrackerEffect::Seal` was returned; nothing more happens here.
    Over,
}

/// One open stream.
#[derive(Clone, Debug)]
pub struct StreamTracker {
    pub stream: StreamId,
    pub create_time: Option<i64>,
    pub phase: Phase,
    /// Outlives `Phase::Over`, so that the room knows how its stream ended.
    ended_by: Option<EndEvidence>,
    /// The run that the next equal reading extends.
    run: Option<Run>,
    /// The highest accepted value of each counter.
    highest: Option<Counters>,
    /// When any counter last moved: the answer that showed it.
    pub moved_at: Option<Millis>,
    /// When the coins last moved.
    pub coins_moved_at: Option<Millis>,
    /// Accepted readings that no later CreateTime has confirmed: a room that was destroyed and created again
    /// between two readings may have overtaken its old totals, and then they are of the next stream.
    unconfirmed: VecDeque<Reading>,
    /// The last accepted reading that is surely of this stream.
    confirmed: Option<Reading>,
    /// The last reading, accepted or not: a user's request joins the call on its way, and one answer is one reading
    /// however often it is delivered.
    last_response: Option<Reading>,
    /// Readings that wait for get_room_info to say whose they are.
    pending: Vec<Reading>,
    /// Where it is a later part of its room's stream: when it began. What came before is the earlier part's.
    pub part_started_at: Option<Millis>,
    /// When its first reading was answered.
    first_answered: Option<Millis>,
    /// When Tencent last confirmed that the room was in this stream.
    confirmed_at: Option<Millis>,
    clock: ClockOffset,
    /// Lower readings of this very stream, in a row.
    lower: Vec<Reading>,
    /// When the first 100004 of either call was requested, until the room answers again.
    pub not_found_since: Option<Millis>,
    /// When the first 100004 of get_room_info was requested, until get_room_info returns the room again.
    info_not_found_since: Option<Millis>,
    /// Since when nothing could be read, and why.
    pub interruption: Option<(Millis, GapCause)>,
    /// When the last call failed.
    failed_at: Option<Millis>,
    restarted: bool,
    /// When the last reading that waited across a restart was requested.
    read_before_restart: Option<Millis>,
    /// The greatest EventTime of room-closed webhooks that the room has not contradicted.
    room_closed_at: Option<Millis>,
    /// EventTimes that the room has contradicted: their copies are ignored.
    contradicted: Vec<Millis>,
    /// The last of them, which is withdrawn if the room is gone within the grace period after all.
    contradiction: Option<Contradiction>,
    /// The configured interval.
    interval_ms: i64,
    /// The machine's clock was set since the last reading: its times do not compare.
    clock_set: bool,
}

/// Maximum length of a stream, 7 days; it goes on as its next part, since a report has a bound.
const MAX_STREAM_MS: i64 = 7 * 86_400_000;

/// Three lower readings in a row are Tencent's own correction: one is a glitch, and two may be two.
const CORRECTED_AFTER: usize = 3;

/// The cause of a gap in which Tencent knew of no such room.
const NO_SUCH_ROOM: GapCause = GapCause::Code(100_004);

/// Unconfirmed readings kept at most. At the plain interval the list confirms every one of them within seconds.
const MAX_UNCONFIRMED: usize = 512;

/// Runs whose readings are unconfirmed again after a restart: ten minutes of a busy stream, and the list or get_room_info
/// confirms every minute.
const MAX_RESTORED_RUNS: usize = 64;

/// Readings that wait for get_room_info, kept at most; beyond, they are thinned.
pub const MAX_WAITING: usize = 512;

/// Removes every second reading but the first and the last. Fewer readings widen what is known of a time and make nothing
/// wrong.
pub fn thin(readings: &mut Vec<Reading>) {
    let last = readings.len().saturating_sub(1);
    let mut place = 0;
    readings.retain(|_| {
        let keep = place % 2 == 0 || place == last;
        place += 1;
        keep
    });
}

/// Whether two answers of 100004 lie an interval apart, less what the schedule may be early.
pub fn is_an_interval_apart(first: Millis, later: Millis, interval_ms: i64) -> bool {
    later - first >= interval_ms * 9 / 10
}

impl StreamTracker {
    /// A stream just opened.
    pub const fn new(stream: StreamId, create_time: Option<i64>) -> Self {
        Self {
            stream,
            create_time,
            phase: Phase::Live,
            ended_by: None,
            run: None,
            highest: None,
            moved_at: None,
            coins_moved_at: None,
            unconfirmed: VecDeque::new(),
            confirmed: None,
            last_response: None,
            pending: Vec::new(),
            part_started_at: None,
            first_answered: None,
            confirmed_at: match create_time {
                Some(create_time) => Some(Millis::from_seconds(create_time)),
                None => None,
            },
            clock: ClockOffset::new(0),
            lower: Vec::new(),
            not_found_since: None,
            info_not_found_since: None,
            interruption: None,
            failed_at: None,
            restarted: false,
            read_before_restart: None,
            room_closed_at: None,
            contradicted: Vec::new(),
            contradiction: None,
            interval_ms: 0,
            clock_set: false,
        }
    }

    /// A stream as the store has it after a restart or a return; `runs` are its latest, oldest first, `room_closed` its
    /// room-closed webhook. Which of them a CreateTime had confirmed is not kept, so none counts as confirmed:
    /// the room may have begun its next stream just before we stopped.
    pub fn restore(open: &OpenStream, runs: &[Run], room_closed: Option<&RoomClosedRow>, restarted: bool) -> Self {
        let run = runs.last().copied();
        let (before, late) = runs.split_at(runs.len().saturating_sub(MAX_RESTORED_RUNS));
        let unconfirmed = late.iter().flat_map(|run| {
            let last = Some(run.last()).filter(|last| last.asked != run.from);
            std::iter::once(run.first()).chain(last)
        });
        let phase = match (open.summary.ended_by, open.summary.ended_at, open.evidence_at) {
            (Some(by), Some(ended_at), Some(evidence_at)) => Phase::Ending { by, ended_at, evidence_at },
            _ => Phase::Live,
        };
        // A message that a live stream goes on after was contradicted.
        let event_time = room_closed.map(|room_closed| room_closed.event_time);
        let (room_closed_at, contradicted) = match phase {
            Phase::Live => (None, event_time.into_iter().collect()),
            _ => (event_time, Vec::new()),
        };
        let contradiction = room_closed.and_then(|room_closed| {
            Some(Contradiction { event_time: room_closed.event_time, at: room_closed.contradicted_at? })
        });
        Self {
            phase,
            ended_by: open.summary.ended_by,
            room_closed_at,
            contradicted,
            contradiction,
            unconfirmed: unconfirmed.collect(),
            confirmed: before.last().map(Run::last),
            interval_ms: open.interval_ms,
            highest: run.map(|run| run.counters),
            moved_at: run.map(|run| run.from_answered),
            run,
            restarted,
            part_started_at: (open.part.number > 0).then_some(open.summary.started_at),
            first_answered: run.map(|_| open.first_seen),
            ..Self::new(open.summary.id, open.create_time)
        }
    }

    /// What ended it, or is ending it.
    pub const fn ended_by(&self) -> Option<EndEvidence> {
        self.ended_by
    }
}

#[cfg(test)]
mod tests;
