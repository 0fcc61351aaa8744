//! One room as a pure fold: [`Room::apply`] takes what happened to it and returns what is to be done.
//!
//! Must not: read a clock, send a call, write, or wait. What an event needs to know of the app is in its [`Context`]; what
//! the database has to say comes back as an event, as every other answer.
//!
//! | file | what it decides |
//! |---|---|
//! | `answers` | what Tencent's answers mean |
//! | `opening` | which stream the readings of a room are of, and whether one is opened |
//! | `messages` | what webhooks about the room change |
//! | `room_closed` | which of a room's streams a room-closed webhook is of |
//! | `next_poll` | when the room is polled next |

mod answers;
mod messages;
mod next_poll;
mod opening;
mod room_closed;

pub(super) use next_poll::{NextPoll, Turn};
pub(super) use room_closed::{RoomClosedTarget, room_closed_target};
#[cfg(test)]
pub(super) use {answers::CONFIRM_MS, next_poll::MAX_IDLE_MS};

use super::clock::ClockOffset;
use super::look_up::{Listed, Open, Query, RoomClosedWebhook, StreamOnRecord};
use super::schedule::Priority;
use super::sealing::Sealing;
use super::tracker::{self, CreateTimeSource, Rules, StreamTracker};
use crate::domain::{AppId, Counters, EndEvidence, Millis, Reading, RoomId, Run, StreamId};
use crate::live::BoardEvent;
use crate::store::{FoundBy, NewStream, OpenStream, StoreError, Write};
use crate::tencent::{ApiResponse, CallError, RoomInfo};
use std::collections::VecDeque;

/// A room that is monitored.
pub(super) struct Room {
    id: RoomId,
    pub(super) found_by: FoundBy,
    pub(super) title: Option<String>,
    pub(super) host: Option<String>,
    pub(super) host_name: Option<String>,
    /// As of when title and host are known: an older answer is ignored, whenever it arrives.
    described_at: Option<Millis>,
    /// When the host last came (true) or left, by EventTime.
    presence: Option<(Millis, bool)>,
    /// Who came and left while the host was not known, oldest first.
    visitors: VecDeque<(String, Millis, bool)>,
    /// Battles that are over: the webhook of their start may arrive afterwards.
    battles_over: VecDeque<String>,
    state: State,
    /// When the stream was opened, on the steady clock: new streams are polled more often.
    opened_at: i64,
    /// Opened and not yet given its place in the interval.
    needs_place: bool,
    /// Was on the list at the last complete sweep.
    listed: bool,
    /// A user added the room again after sealing its stream manually: it may return.
    wanted_again: bool,
    /// A get_room_info call is on its way.
    pub(super) info_in_flight: bool,
    /// The last get_room_info found no such room: totals that do not move are then those of the room that is gone.
    absent: bool,
    /// Wait before the next poll of a room without a stream; doubles up to `MAX_IDLE_MS`.
    idle_ms: i64,
    /// Until when, on the steady clock, the room is not polled because Tencent refused this very room.
    pub(super) paused_until: i64,
}

/// Whether the room has a stream.
enum State {
    /// No stream. The last one of this room that ended without Tencent's evidence, if so.
    Idle(Option<EndedHere>),
    /// There are readings, and get_room_info has not yet said which stream they are of.
    Opening {
        readings: Vec<Reading>,
        ended: Option<EndedHere>,
        /// Calls of get_room_info since then that returned no CreateTime.
        without_create_time: u32,
        /// When the first 100004 of get_room_info since then was requested.
        not_found_since: Option<Millis>,
    },
    Open(Box<StreamTracker>),
}

impl State {
    /// No call of get_room_info has answered yet.
    const fn opening(readings: Vec<Reading>, ended: Option<EndedHere>) -> Self {
        Self::Opening { readings, ended, without_create_time: 0, not_found_since: None }
    }
}

/// A stream that a user or the idle rule ended while its room still exists: the same CreateTime is not a return.
#[derive(Clone, Copy)]
pub(super) struct EndedHere {
    create_time: Option<i64>,
    by: EndEvidence,
    /// The last reading that did not move: where a later part of the session counts from.
    last: Option<Reading>,
    /// When the first 100004 of get_room_info since then was requested.
    not_found_since: Option<Millis>,
    /// When get_room_info is asked next whether the room still exists.
    info_due: Option<Millis>,
}

impl EndedHere {
    const fn new(create_time: Option<i64>, by: EndEvidence, last: Option<Reading>) -> Self {
        Self { create_time, by, last, not_found_since: None, info_due: None }
    }
}

/// What an event needs to know of the app.
pub(super) struct Context<'a> {
    pub app: AppId,
    /// By the clock of the readings.
    pub now: Millis,
    /// Milliseconds on the steady clock, by which polls are due.
    pub steady: i64,
    pub rules: Rules,
    /// The configured polling interval.
    pub interval_ms: i64,
    pub clock: ClockOffset,
    /// Whether the app's rule includes the room.
    pub is_included: bool,
    pub sealing: &'a Sealing,
}

/// What happens to a room.
pub(super) enum Event {
    /// get_room_stats answered, or failed.
    Polled(Result<ApiResponse<Option<Counters>>, CallError>),
    /// get_room_info answered, or failed.
    Info(Result<ApiResponse<Option<RoomInfo>>, CallError>),
    /// The list or a webhook returned the room.
    Found {
        info: RoomInfo,
        by: FoundBy,
        asked: Millis,
    },
    /// It has left the list.
    Delisted,
    /// A webhook announced its creation: it is polled as soon as its first reading can count.
    Announced,
    /// A webhook changed its title or host.
    Updated {
        info: RoomInfo,
        at: Millis,
    },
    /// Accounts came or left.
    Member {
        online: bool,
        accounts: Vec<String>,
        at: Millis,
    },
    OwnerChanged {
        owner: Option<String>,
        at: Millis,
    },
    Battle {
        battle: String,
        from: Millis,
        until: Option<Millis>,
        /// The name and the room of the other side.
        with: Option<(String, RoomId)>,
    },
    /// Someone began to follow the host.
    HostFollowed {
        key: String,
        at: Millis,
    },
    /// An authenticated room-closed webhook.
    Closed(RoomClosedWebhook),
    /// The same, of which the database has shown that it is of the open stream.
    OpenStreamClosed(RoomClosedWebhook),
    /// A user added it.
    Added,
    /// A user ends its open stream.
    EndedByUser,
    /// A user keeps its open stream live.
    KeptByUser,
    /// The database answered whether it has the stream that the list shows.
    ListedStream(Listed, Result<Option<Box<OpenStream>>, StoreError>),
    /// The database answered what it has of the stream that is to be opened.
    StreamToOpen(Open, Result<StreamOnRecord, StoreError>),
    /// The stream was opened after a call requested at `asked` returned this CreateTime.
    CreateTimeOfOpened {
        create_time: i64,
        asked: Millis,
        source: CreateTimeSource,
        poll_now: bool,
    },
    /// The stream was opened after get_room_info had found no such room twice: the request of the first, and the times of
    /// the second.
    NotFoundWhileOpening {
        first: Millis,
        asked: Millis,
        answered: Millis,
    },
}

/// What is to be done, in this order.
pub(super) enum Effect {
    Write(Write),
    /// A new stream: written, and shown on the board.
    OpenStream {
        stream: StreamId,
        new: Box<NewStream>,
    },
    /// A stream of the database goes on: shown on the board with its recent runs.
    ResumeStream {
        open: Box<OpenStream>,
        recent: Vec<Run>,
    },
    /// Call get_room_info, if no such call is on its way.
    AskInfo,
    /// Ask the database; until it answers, what happens to the room waits.
    LookUp(Query),
    Seal {
        stream: StreamId,
        create_time: Option<i64>,
    },
    Board(BoardEvent),
    /// Poll the room by then, on the steady clock.
    PollBy {
        due: i64,
        priority: Priority,
    },
    /// Share out the calls by this weight.
    SetPriority(Priority),
    /// Messages that were buffered for the room may be of its stream now.
    ReplayMessages,
    /// The message is of a stream that is not known yet.
    BufferRoomClosed(RoomClosedWebhook),
    /// The database refused; `consequence` is for the log.
    DatabaseRefused {
        error: StoreError,
        consequence: &'static str,
    },
    /// Let go of the room where nothing keeps it in memory.
    Forget,
    /// Goes on when everything before is carried out.
    Then(Event),
}

/// A room that Tencent calls impossible (100002), or whose responses are invalid, is polled again after 60 s.
const PAUSE_MS: i64 = 60_000;

impl Room {
    pub const fn new(id: RoomId, found_by: FoundBy) -> Self {
        Self {
            id,
            found_by,
            title: None,
            host: None,
            host_name: None,
            described_at: None,
            presence: None,
            visitors: VecDeque::new(),
            battles_over: VecDeque::new(),
            state: State::Idle(None),
            opened_at: 0,
            needs_place: false,
            listed: false,
            wanted_again: false,
            info_in_flight: false,
            absent: false,
            idle_ms: 0,
            paused_until: 0,
        }
    }

    /// With the title and the host that the store has.
    pub fn described(self, title: Option<String>, host: Option<String>, host_name: Option<String>) -> Self {
        Self { title, host, host_name, ..self }
    }

    /// Goes on with a stream that was open when the collector stopped.
    pub fn resume(&mut self, tracker: StreamTracker, presence: Option<(Millis, bool)>) {
        self.opened_at = -next_poll::NEW_MS;
        self.presence = presence;
        self.needs_place = false;
        self.state = State::Open(Box::new(tracker));
    }

    /// Lets readings wait that did so when the collector stopped: in the open stream, or for one to be opened.
    pub fn restore_waiting(&mut self, readings: Vec<Reading>) {
        match &mut self.state {
            State::Open(tracker) => tracker.restore_waiting(readings),
            State::Idle(_) | State::Opening { .. } => self.state = State::opening(readings, None),
        }
    }

    /// The open stream.
    pub fn tracker(&self) -> Option<&StreamTracker> {
        match &self.state {
            State::Open(tracker) => Some(tracker),
            State::Idle(_) | State::Opening { .. } => None,
        }
    }

    pub const fn is_idle(&self) -> bool {
        matches!(self.state, State::Idle(_))
    }

    /// Without a stream now, and without one that ended here.
    pub const fn is_done(&self) -> bool {
        matches!(self.state, State::Idle(None))
    }

    #[cfg(test)]
    pub const fn is_opening(&self) -> bool {
        matches!(self.state, State::Opening { .. })
    }

    /// Whether nothing keeps it in memory: memory holds rooms that are live, those added or excluded manually, and those
    /// whose stream ended here while they exist. With a RoomId for each show there would be millions of others.
    pub const fn is_forgettable(&self) -> bool {
        self.is_done() && matches!(self.found_by, FoundBy::List | FoundBy::Webhook)
    }

    /// The readings that wait for get_room_info, oldest first.
    pub fn waiting(&self) -> Vec<Reading> {
        match &self.state {
            State::Idle(_) => Vec::new(),
            State::Opening { readings, .. } => readings.clone(),
            State::Open(tracker) => tracker.waiting(),
        }
    }

    /// Notes whether the last complete sweep listed it; true where it has left the list.
    pub const fn note_listed(&mut self, listed: bool) -> bool {
        std::mem::replace(&mut self.listed, listed) && !listed
    }

    /// The machine's clock was set forward by this much, or back.
    pub fn clock_was_set(&mut self, ahead_ms: i64) {
        if let State::Open(tracker) = &mut self.state {
            tracker.clock_was_set(ahead_ms);
        }
    }

    pub fn apply(&mut self, event: Event, context: &Context<'_>) -> Vec<Effect> {
        let mut effects = Vec::new();
        let out = &mut effects;
        match event {
            Event::Polled(result) => self.polled(result, context, out),
            Event::Info(result) => self.info(result, context, out),
            Event::Found { info, by, asked } => self.discovered(&info, by, asked, context, out),
            Event::Delisted => self.delisted(context, out),
            Event::Announced => {
                let create_time = self.tracker().and_then(|tracker| tracker.create_time);
                self.poll_first(create_time, context, out);
            }
            Event::Updated { info, at } => self.describe(&info, at, context, out),
            Event::Member { online, accounts, at } => self.member(online, accounts, at, context, out),
            Event::OwnerChanged { owner, at } => self.owner_changed(owner, at, out),
            Event::Battle { battle, from, until, with } => self.battle(&battle, from, until, with, out),
            Event::HostFollowed { key, at } => self.host_followed(key, at, out),
            Event::Closed(room_closed) => self.closed(room_closed, context, out),
            Event::OpenStreamClosed(room_closed) => self.open_stream_closed(&room_closed, context, out),
            Event::Added => self.added(context, out),
            Event::EndedByUser => {
                if let State::Open(tracker) = &mut self.state {
                    let effects = tracker.end_by_user(context.now);
                    self.apply_effects(effects, context, out);
                }
            }
            Event::KeptByUser => {
                if let State::Open(tracker) = &mut self.state {
                    let effects = tracker.keep_by_user(context.now);
                    self.apply_effects(effects, context, out);
                }
            }
            Event::ListedStream(listed, stream) => self.listed_stream(listed, stream, context, out),
            Event::StreamToOpen(open, known) => self.stream_to_open(open, known, context, out),
            Event::CreateTimeOfOpened { create_time, asked, source, poll_now } => {
                self.create_time_of_open(create_time, asked, source, context, out);
                if poll_now {
                    self.poll_by(context.steady, context, out);
                }
            }
            Event::NotFoundWhileOpening { first, asked, answered } => {
                self.not_found_while_opening(first, asked, answered, context, out);
            }
        }
        effects
    }

    /// Carries out what the tracker of the open stream asks for.
    fn apply_effects(&mut self, effects: Vec<tracker::TrackerEffect>, context: &Context<'_>, out: &mut Vec<Effect>) {
        for effect in effects {
            match effect {
                tracker::TrackerEffect::Write(write) => out.push(Effect::Write(write)),
                tracker::TrackerEffect::AskInfo => out.push(Effect::AskInfo),
                tracker::TrackerEffect::Seal => {
                    let State::Open(tracker) = &self.state else { continue };
                    let (stream, create_time) = (tracker.stream, tracker.create_time);
                    let ended = match tracker.ended_by() {
                        Some(by) if by.is_set_here() => Some(EndedHere::new(create_time, by, tracker.last())),
                        _ => None,
                    };
                    self.state = State::Idle(ended);
                    self.idle_ms = 0;
                    out.push(Effect::Seal { stream, create_time });
                }
                tracker::TrackerEffect::NextPart { last } => {
                    if let State::Idle(ended) = self.state {
                        // Opened with the next reading, when the part before has its report.
                        self.state = State::opening(vec![last], ended);
                    }
                }
                // The stream that is over ran to its end; the rule no longer includes its room.
                tracker::TrackerEffect::NextStream { .. } if !self.is_wanted(context) => {}
                tracker::TrackerEffect::NextStream { create_time, readings } => {
                    self.state = State::opening(readings, None);
                    // Polled at once: what the readings at hand say may be old.
                    self.poll_first(create_time, context, out);
                    self.open(create_time, super::look_up::AfterOpening::Nothing, context, out);
                }
            }
        }
    }

    /// Whether the room is to be monitored: added manually, or by the app's rule as it is now.
    fn is_wanted(&self, context: &Context<'_>) -> bool {
        self.found_by == FoundBy::Hand || context.is_included
    }

    fn poll_by(&self, due: i64, context: &Context<'_>, out: &mut Vec<Effect>) {
        out.push(Effect::PollBy { due, priority: self.priority(context.now, context.steady) });
    }

    /// The first poll of a stream: now, but not before the second of its creation is over, since it would be excluded.
    fn poll_first(&self, create_time: Option<i64>, context: &Context<'_>, out: &mut Vec<Effect>) {
        let created = create_time.map_or(0, |create_time| context.clock.had_started(create_time) - context.now);
        let wait = created.clamp(0, context.interval_ms.max(1_000));
        self.poll_by(context.steady + wait, context, out);
    }

    /// It left the list: no evidence of an end, but a reason to poll it now.
    fn delisted(&mut self, context: &Context<'_>, out: &mut Vec<Effect>) {
        match &self.state {
            State::Open(_) => {
                self.poll_by(context.steady, context, out);
                out.push(Effect::AskInfo);
            }
            // It is gone, as far as the list shows; nothing else waits for it to go.
            State::Idle(Some(EndedHere { by: EndEvidence::Operator, .. })) => {
                self.state = State::Idle(None);
                out.push(Effect::Forget);
            }
            State::Idle(_) | State::Opening { .. } => {}
        }
    }

    /// A user added the room: it is monitored whatever the rule says.
    fn added(&mut self, context: &Context<'_>, out: &mut Vec<Effect>) {
        self.found_by = FoundBy::Hand;
        self.idle_ms = 0;
        if matches!(self.state, State::Idle(Some(EndedHere { by: EndEvidence::Operator, .. }))) {
            self.wanted_again = true;
            self.state = State::Idle(None);
        }
        if !matches!(self.state, State::Open(_)) {
            self.poll_by(context.steady, context, out);
        }
    }
}

#[cfg(test)]
mod tests;
