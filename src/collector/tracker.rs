//! The life of one stream as a pure step function: what was heard goes in, what is to be done comes out.
//!
//! Must not: read a clock, ask, or write. Evidence of an end is an authenticated closing message, 100004 of get_room_info
//! twice one interval apart, a newer CreateTime, an operator, or the quiet rule. A failure is never evidence, however long
//! it lasts.
//!
//! A reading belongs to a stream only if it was requested after the second of the stream's creation (plus the doubt
//! between the clocks) and answered before the next CreateTime. What lies between is excluded.

use crate::domain::numbers::gap_limit;
use crate::domain::{Counters, EndEvidence, ExclusionReason, Gap, GapCause, Millis, Reading, Run, StreamId, Totals};
use crate::store::{OpenStream, RoomClosedRow, Write};
use std::collections::VecDeque;

/// What holds for every stream of an app.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    pub grace_ms: i64,
    /// Ends a stream after so long without movement; off where `None`.
    pub quiet_ms: Option<i64>,
}

/// What a step asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    Write(Write),
    /// Ask get_room_info which life the room is in.
    AskInfo,
    /// The stream is over: seal it and let go of this life.
    Seal,
    /// The room goes on in its next part, which this reading opens.
    NextPart {
        last: Reading,
    },
    /// The room is in another life, which these readings open.
    NextStream {
        create_time: Option<i64>,
        readings: Vec<Reading>,
    },
}

/// Which call returned a CreateTime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
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

/// Where the stream stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    Live,
    Ending {
        by: EndEvidence,
        ended_at: Millis,
        evidence_at: Millis,
    },
    /// `Effect::Seal` was told; nothing more happens here.
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
    /// Accepted readings that no CreateTime told afterwards has confirmed: a room that was destroyed and created again
    /// between two readings may have overtaken its old totals, and then they are of the next life.
    unconfirmed: VecDeque<Reading>,
    /// The last accepted reading that is surely of this life.
    confirmed: Option<Reading>,
    /// The reading heard last, accepted or not: a person's request joins the call on its way, and one answer is one
    /// reading however often it is told.
    heard: Option<Reading>,
    /// Readings that wait for get_room_info to say whose they are.
    held: Vec<Reading>,
    /// Where it is a later part of its room's life: when it began. What came before is the earlier part's.
    pub part_began: Option<Millis>,
    /// When its first reading was answered.
    first_answered: Option<Millis>,
    /// When Tencent told last that the room was in this life.
    known_at: Option<Millis>,
    clock: ClockOffset,
    /// Lower readings of this very life, in a row.
    fallen: Vec<Reading>,
    /// When the first 100004 of either call was requested, until the room answers again.
    pub gone: Option<Millis>,
    /// When the first 100004 of get_room_info was requested, until get_room_info returns the room again.
    absent_since: Option<Millis>,
    /// Since when nothing could be read, and why.
    pub trouble: Option<(Millis, GapCause)>,
    /// When the last call failed.
    failed_at: Option<Millis>,
    restarted: bool,
    /// When the last reading that waited across a restart was requested.
    read_before_restart: Option<Millis>,
    /// The greatest EventTime of closing messages that the room has not contradicted.
    closing_at: Option<Millis>,
    /// EventTimes that the room has contradicted: their copies are ignored.
    contradicted: Vec<Millis>,
    /// The last of them, which is withdrawn if the room is gone within the grace period after all.
    contradiction: Option<Contradiction>,
    /// The configured interval.
    interval_ms: i64,
    /// The machine's clock was set since the last reading: its times do not compare.
    clock_set: bool,
}

/// A stream that is read for so long goes on as its next part: a report has a bound.
const LONGEST_MS: i64 = 7 * 86_400_000;

/// Three lower readings in a row are Tencent's own correction: one is a glitch, and two may be two.
const RESTATED_AFTER: usize = 3;

/// The cause of a gap in which Tencent knew of no such room.
const NO_SUCH_ROOM: GapCause = GapCause::Code(100_004);

/// Unconfirmed readings kept at most. At the plain interval the list confirms every one of them within seconds.
const UNCONFIRMED: usize = 512;

/// Runs whose readings are unconfirmed again after a restart: ten minutes of a busy stream, and the list or get_room_info
/// confirms every minute.
const RESTORED: usize = 64;

/// How far our clock is ahead of Tencent's, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClockOffset {
    least: i64,
    most: i64,
}

impl ClockOffset {
    /// `offset` is Tencent's clock less ours, by answers that tell whole seconds; 0 where they prove no difference, and then
    /// there is taken to be none: a clock that anything sets is closer than whole seconds can show.
    pub const fn new(offset: i64) -> Self {
        // What whole seconds leave open: the one they cut off, and the one for which an answer may be old.
        const OPEN: i64 = 2000;
        match offset {
            0 => Self { least: 0, most: 0 },
            ahead if ahead < 0 => Self { least: -ahead, most: -ahead + OPEN },
            behind => Self { least: -behind - OPEN, most: -behind },
        }
    }

    /// When a life began that this CreateTime tells of, by our clock, at the earliest.
    pub fn began(self, create_time: i64) -> Millis {
        Millis::from_seconds(create_time) + self.least
    }

    /// By when it had begun at the latest: CreateTime cuts off up to a second.
    pub fn had_begun(self, create_time: i64) -> Millis {
        Millis::from_seconds(create_time) + 1000 + self.most
    }
}

/// Readings that wait for get_room_info, kept at most; beyond, they are thinned.
pub const WAITING: usize = 512;

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
pub fn an_interval_apart(first: Millis, later: Millis, interval_ms: i64) -> bool {
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
            heard: None,
            held: Vec::new(),
            part_began: None,
            first_answered: None,
            known_at: match create_time {
                Some(create_time) => Some(Millis::from_seconds(create_time)),
                None => None,
            },
            clock: ClockOffset::new(0),
            fallen: Vec::new(),
            gone: None,
            absent_since: None,
            trouble: None,
            failed_at: None,
            restarted: false,
            read_before_restart: None,
            closing_at: None,
            contradicted: Vec::new(),
            contradiction: None,
            interval_ms: 0,
            clock_set: false,
        }
    }

    /// A stream as the store has it after a restart or a return; `runs` are its latest, oldest first, `closing` its
    /// room-closed webhook. Which of them a CreateTime had confirmed is not kept, so none counts as confirmed:
    /// the room may have begun its next life just before we stopped.
    pub fn restore(open: &OpenStream, runs: &[Run], closing: Option<&RoomClosedRow>, restarted: bool) -> Self {
        let run = runs.last().copied();
        let (before, late) = runs.split_at(runs.len().saturating_sub(RESTORED));
        let unconfirmed = late.iter().flat_map(|run| {
            let last = Some(run.last()).filter(|last| last.asked != run.from);
            std::iter::once(run.first()).chain(last)
        });
        let phase = match (open.summary.ended_by, open.summary.ended_at, open.evidence_at) {
            (Some(by), Some(ended_at), Some(evidence_at)) => Phase::Ending { by, ended_at, evidence_at },
            _ => Phase::Live,
        };
        // A message that a live stream goes on after was contradicted.
        let event_time = closing.map(|closing| closing.event_time);
        let (closing_at, contradicted) = match phase {
            Phase::Live => (None, event_time.into_iter().collect()),
            _ => (event_time, Vec::new()),
        };
        let contradiction = closing
            .and_then(|closing| Some(Contradiction { event_time: closing.event_time, at: closing.contradicted_at? }));
        Self {
            phase,
            ended_by: open.summary.ended_by,
            closing_at,
            contradicted,
            contradiction,
            unconfirmed: unconfirmed.collect(),
            confirmed: before.last().map(Run::last),
            interval_ms: open.interval_ms,
            highest: run.map(|run| run.counters),
            moved_at: run.map(|run| run.from_answered),
            run,
            restarted,
            part_began: (open.part.number > 0).then_some(open.summary.started_at),
            first_answered: run.map(|_| open.first_seen),
            ..Self::new(open.summary.id, open.create_time)
        }
    }

    /// The readings that wait for get_room_info, oldest first; also those it called lower readings of this very stream,
    /// which wait for the next.
    pub fn waiting(&self) -> Vec<Reading> {
        self.fallen.iter().chain(&self.held).copied().collect()
    }

    /// Lets readings wait that did so when the collector stopped.
    pub fn restore_waiting(&mut self, readings: Vec<Reading>) {
        self.read_before_restart = readings.last().map(|last| last.asked);
        self.held = readings;
    }

    /// What ended it, or is ending it.
    pub const fn ended_by(&self) -> Option<EndEvidence> {
        self.ended_by
    }

    /// The latest accepted reading.
    pub fn last(&self) -> Option<Reading> {
        self.run.map(|run| run.last())
    }

    /// Whether what Tencent told of the room, true then, was told of this life.
    pub fn is_told(&self, create_time: Option<i64>, at: Millis) -> bool {
        let ours = match (self.create_time, create_time) {
            (Some(own), Some(told)) => own == told,
            _ => self.is_of_this_life(at),
        };
        let over = match self.phase {
            Phase::Ending { ended_at, .. } => create_time.is_none() && at > ended_at,
            _ => false,
        };
        ours && !over
    }

    /// How far our clock is from Tencent's.
    pub const fn clock_is_off(&mut self, by: ClockOffset) {
        self.clock = by;
    }

    /// Whether readings wait for get_room_info.
    fn is_waiting(&self) -> bool {
        !self.held.is_empty()
    }

    /// Whether a reading soon would settle what waits. One of a room that seems to be over, or is ending, would not.
    pub fn wants_reading(&self) -> bool {
        self.is_waiting() && self.phase == Phase::Live && self.absent_since.is_none()
    }

    /// Whether it is ending, or would with one answer more.
    pub const fn seems_over(&self) -> bool {
        matches!(self.phase, Phase::Ending { .. }) || self.gone.is_some()
    }

    /// Whether what a message says was true at `at` can be of this part of the room's life.
    pub fn is_of_this_part(&self, at: Millis) -> bool {
        self.part_began.is_none_or(|began| at >= began)
    }

    /// Whether what a message says began at `at` can have begun in this stream.
    pub fn may_begin_here(&self, at: Millis) -> bool {
        self.is_of_this_part(at) && self.is_of_this_life(at)
    }

    /// Whether the room was in this life then, or in a later one.
    pub fn is_of_this_life(&self, at: Millis) -> bool {
        self.create_time.is_none_or(|told| at >= Millis::from_seconds(told))
    }

    /// Whether a room-closed webhook with this EventTime can be of this stream. One without a CreateTime takes none from
    /// before its first reading: that is of the stream before.
    pub fn may_have_closed(&self, at: Millis) -> bool {
        self.is_of_this_life(at) && (self.create_time.is_some() || self.first_answered.is_none_or(|first| at >= first))
    }

    /// From when on an answer of 100004 seals, if the stream is ending.
    pub fn seal_from(&self, rules: &Rules) -> Option<Millis> {
        match self.phase {
            Phase::Ending { evidence_at, .. } => Some(evidence_at + rules.grace_ms),
            _ => None,
        }
    }

    /// The stream was sealed and answers again: until now Tencent told of no such room.
    pub const fn was_away(&mut self, since: Millis) {
        self.trouble = Some((since, NO_SUCH_ROOM));
    }

    /// The machine's clock was set: what lies across is a gap, and an earlier time is no late answer. A grace period goes on
    /// for as long as it would have.
    pub fn clock_was_set(&mut self, ahead_ms: i64) {
        self.clock_set = true;
        if let Phase::Ending { evidence_at, .. } = &mut self.phase {
            *evidence_at = *evidence_at + ahead_ms.max(0);
        }
    }

    /// A call was not sent, since calls pause or Tencent does not answer: no failure of this stream's own, and why it is
    /// not read.
    pub fn not_asked(&mut self, cause: GapCause, at: Millis) {
        self.trouble = Some((self.trouble.map_or(at, |(since, _)| since), cause));
    }

    /// A reading came. `interval_ms` is the configured one: by it a time is a data gap, also where the rate limit stretches
    /// polling.
    pub fn reading(
        &mut self,
        rules: &Rules,
        reading: Reading,
        interval_ms: i64,
        request_id: Option<String>,
        retries: i64,
    ) -> Vec<Effect> {
        let mut effects = Vec::new();
        if self.phase == Phase::Over || self.heard.replace(reading) == Some(reading) {
            return effects;
        }
        // Calls follow one another, so what comes after a reading of this stream is not from before it, whatever the clock.
        if self.run.is_none()
            && self.create_time.is_some_and(|create_time| reading.asked < self.clock.had_begun(create_time))
        {
            // A call may be in flight while the room is created again: what it returns can be of either stream.
            effects.push(Effect::Write(Write::Excluded {
                stream: self.stream,
                reading,
                reason: ExclusionReason::Stale,
            }));
            return effects;
        }
        // Calls of one stream follow each other, so an earlier time is the clock's doing, also while we were not running.
        self.clock_set |= self.last().is_some_and(|last| reading.asked < last.asked);
        // A reading asked before the evidence came is still of the stream that ended: it was true before it did.
        let after_evidence = matches!(self.phase, Phase::Ending { evidence_at, .. } if reading.asked > evidence_at);
        // Before its first reading the room may have ended and come again just as well.
        let known = self.last().map(|last| last.answered).or(self.known_at);
        // A data gap, and longer than the grace period: a grace period below the polling interval asks no more often.
        let doubtful = rules.grace_ms.max(gap_limit(interval_ms));
        let long_gap = known.is_some_and(|known| reading.asked - known > doubtful);
        let falls = self.highest.is_some_and(|highest| reading.counters.falls_below(&highest));
        if self.phase == Phase::Live {
            // What get_room_stats said is taken back; what get_room_info said is not.
            self.gone = self.absent_since;
        }
        let absent = self.absent_since.is_some_and(|since| reading.asked > since);
        if falls {
            let write = Write::Excluded { stream: self.stream, reading, reason: ExclusionReason::Undecided };
            effects.push(Effect::Write(write));
        }
        if after_evidence || absent || long_gap || falls || self.is_waiting() {
            if self.held.len() >= WAITING {
                thin(&mut self.held);
            }
            self.held.push(reading);
            effects.push(Effect::AskInfo);
            return effects;
        }
        if !self.fallen.is_empty() {
            self.fallen.clear();
            effects
                .push(Effect::Write(Write::ResolveUndecided { stream: self.stream, reason: ExclusionReason::Glitch }));
        }
        self.accept(reading, interval_ms, request_id, retries, &mut effects);
        if self.create_time.is_none() {
            effects.push(Effect::AskInfo);
        }
        if self.outgrows(&mut effects) {
            return effects;
        }
        // Counted inside a run, which spans no data gap: while nothing could be read, nothing is known to have stood still.
        if let (Some(quiet_ms), Phase::Live, Some(run)) = (rules.quiet_ms, self.phase, self.run)
            && run.until - run.from_answered >= quiet_ms
        {
            self.end(EndEvidence::Quiet, reading.answered, None, reading.answered, &mut effects);
            self.over(&mut effects);
        }
        effects
    }

    fn accept(
        &mut self,
        mut reading: Reading,
        interval_ms: i64,
        request_id: Option<String>,
        retries: i64,
        effects: &mut Vec<Effect>,
    ) {
        let mut gap = None;
        if let Some(last) = self.last() {
            if reading.asked < last.answered || reading.asked == last.asked {
                // A clock that was set back does not turn time around: readings keep their order, and each its own row.
                reading.asked = last.answered + 1;
                reading.answered = reading.answered.max(reading.asked);
            }
            if reading.asked - last.answered > gap_limit(interval_ms) || self.clock_set {
                let cause = self.cause().unwrap_or(GapCause::Late);
                gap = Some(Gap { from: last.answered, until: reading.asked, cause });
            }
        }
        self.interval_ms = interval_ms;
        self.first_answered.get_or_insert(reading.answered);
        if let Some(gap) = gap {
            effects.push(Effect::Write(Write::Gap { stream: self.stream, gap }));
        }
        self.trouble = None;
        // What was read before the restart does not end the gap that the restart makes.
        self.restarted &= self.read_before_restart.is_some_and(|last| reading.asked <= last);
        self.clock_set = false;
        if self.highest != Some(reading.counters) {
            self.moved_at = Some(reading.answered);
        }
        if self.highest.is_some_and(|highest| highest.coins != reading.counters.coins) {
            self.coins_moved_at = Some(reading.answered);
        }
        self.highest = Some(self.highest.map_or(reading.counters, |highest| highest.max(reading.counters)));
        let extended = gap.is_none() && self.run.as_mut().is_some_and(|run| run.extend(&reading));
        let run = match self.run {
            Some(run) if extended => run,
            _ => Run::from(reading),
        };
        self.run = Some(run);
        if self.unconfirmed.len() >= UNCONFIRMED {
            self.confirmed = self.unconfirmed.pop_front();
        }
        self.unconfirmed.push_back(reading);
        effects.push(Effect::Write(Write::Run { stream: self.stream, run, request_id, retries }));
    }

    /// Why nothing was read since the last reading, as far as anything is known.
    fn cause(&self) -> Option<GapCause> {
        match self.trouble {
            _ if self.clock_set => Some(GapCause::Clock),
            _ if self.restarted => Some(GapCause::Restarted),
            trouble => trouble.map(|(_, cause)| cause),
        }
    }

    /// When the oldest reading was answered that no CreateTime told afterwards has confirmed.
    pub fn unconfirmed_since(&self) -> Option<Millis> {
        self.unconfirmed.front().map(|reading| reading.answered)
    }

    /// Takes readings that are not surely of this life out of it, and returns them. `next_began` is when the next began at
    /// the earliest.
    fn withdraw(&mut self, next_began: Millis, effects: &mut Vec<Effect>) -> Vec<Reading> {
        let (ours, others): (Vec<_>, Vec<_>) =
            self.unconfirmed.drain(..).partition(|reading| reading.answered < next_began);
        if let Some(first) = others.first() {
            let last = ours.last().copied().or(self.confirmed);
            effects.push(Effect::Write(Write::Withdraw { stream: self.stream, since: first.asked, last }));
            self.run = last.map(Run::from);
        }
        others
    }

    /// get_room_stats answered 100004. Whether the room exists is for get_room_info to say: what get_room_stats answers
    /// for a dissolved room is not documented.
    pub fn gone_by_stats(&mut self, rules: &Rules, asked: Millis) -> Vec<Effect> {
        // Where the room comes back, this is why it was not read; an outage before it is the better reason.
        self.trouble.get_or_insert((asked, NO_SUCH_ROOM));
        // An answer that was overtaken by one requested later that returned the room says nothing of the time since.
        let is_overtaken = self.known_at.is_some_and(|known| asked <= known);
        let asks = match self.phase {
            Phase::Live => {
                if !is_overtaken {
                    self.note_absence(asked);
                }
                true
            }
            Phase::Ending { evidence_at, .. } => {
                if !is_overtaken {
                    self.note_absence(asked);
                }
                self.absent_since.is_none() || asked - evidence_at >= rules.grace_ms
            }
            Phase::Over => false,
        };
        if asks { vec![Effect::AskInfo] } else { Vec::new() }
    }

    /// Notes that a call requested at `asked` found no such room, and returns the earliest such request: the answers of
    /// the two commands overtake one another, and the earliest request dates the end.
    fn note_absence(&mut self, asked: Millis) -> Millis {
        *self.gone.insert(self.gone.map_or(asked, |first| first.min(asked)))
    }

    /// get_room_info answered 100004: there is no such room now.
    pub fn gone_by_info(&mut self, rules: &Rules, asked: Millis, answered: Millis, interval_ms: i64) -> Vec<Effect> {
        let mut effects = Vec::new();
        if self.phase == Phase::Over {
            return effects;
        }
        self.trouble.get_or_insert((asked, NO_SUCH_ROOM));
        let first = self.note_absence(asked);
        let absent_since = self.absent_since.replace(self.absent_since.unwrap_or(asked));
        match self.phase {
            Phase::Live => {
                if absent_since.is_some_and(|since| an_interval_apart(since, asked, interval_ms)) {
                    self.drop_held(&mut effects);
                    match self.contradiction.take_if(|past| first - past.at <= rules.grace_ms) {
                        Some(past) => self.closed_after_all(past, first, answered, &mut effects),
                        None => {
                            let after = self.last().map(|last| last.answered);
                            let ended_at = after.map_or(first, |after| first.max(after));
                            self.end(EndEvidence::RoomGone, ended_at, after, answered, &mut effects);
                        }
                    }
                }
            }
            Phase::Ending { evidence_at, .. } => {
                if absent_since.is_none() {
                    self.place_end(first, &mut effects);
                }
                if asked - evidence_at >= rules.grace_ms {
                    self.drop_held(&mut effects);
                    self.over(&mut effects);
                }
            }
            Phase::Over => {}
        }
        effects
    }

    /// get_room_info returned the room: what 100004 of either call said is taken back.
    pub fn exists(&mut self) {
        self.absent_since = None;
        if self.phase == Phase::Live {
            self.gone = None;
        }
    }

    /// The room that contradicted its room-closed webhook is gone within the grace period: the webhook was true, and what
    /// answered after it was out of date.
    fn closed_after_all(&mut self, past: Contradiction, gone: Millis, at: Millis, effects: &mut Vec<Effect>) {
        let event_time = past.event_time;
        effects.push(Effect::Write(Write::ContradictionWithdrawn { stream: self.stream, event_time }));
        self.contradicted.retain(|contradicted| *contradicted != event_time);
        self.closing_at = Some(event_time);
        let last = self.last();
        let (ended_at, after) = match last.filter(|last| event_time < last.asked) {
            Some(last) => (gone.max(last.answered), Some(last.answered)),
            None => (event_time, None),
        };
        self.end(EndEvidence::Webhook, ended_at, after, at, effects);
    }

    /// Where a closing message told an EventTime before our last reading, the first 100004 places the end.
    fn place_end(&mut self, asked: Millis, effects: &mut Vec<Effect>) {
        let Phase::Ending { by: EndEvidence::Webhook, ended_at, evidence_at } = self.phase else { return };
        let Some(last) = self.last() else { return };
        if ended_at < last.asked {
            self.phase = Phase::Ending { by: EndEvidence::Webhook, ended_at: asked, evidence_at };
            effects.push(Effect::Write(Write::Ending {
                stream: self.stream,
                ended_at: asked,
                ended_after: Some(last.answered),
                by: EndEvidence::Webhook,
                evidence_at,
            }));
        }
    }

    /// A call failed; the time without readings has this cause.
    pub fn failure(
        &mut self,
        cause: GapCause,
        code: String,
        at: Millis,
        request_id: Option<String>,
        retries: i64,
    ) -> Vec<Effect> {
        // A user's request that joined the call fails with it: one failure.
        if self.phase == Phase::Over || self.failed_at.replace(at) == Some(at) {
            return Vec::new();
        }
        let since = self.trouble.map_or(at, |(since, _)| since);
        self.trouble = Some((since, cause));
        vec![Effect::Write(Write::Failure { stream: self.stream, code, at, request_id, retries })]
    }

    /// get_room_info or a sweep, requested then, returned this CreateTime.
    pub fn told(&mut self, create_time: i64, asked: Millis, source: Source, interval_ms: i64) -> Vec<Effect> {
        let mut effects = Vec::new();
        if self.phase == Phase::Over {
            return effects;
        }
        let own = match self.create_time {
            Some(own) => own,
            None => {
                if self.adopt(create_time, interval_ms, &mut effects) {
                    create_time
                } else {
                    0
                }
            }
        };
        if create_time < own {
            // Stale: told by a cache that does not know this life yet. The readings go on waiting.
            return effects;
        }
        if create_time > own {
            self.followed_by(create_time, asked, &mut effects);
            return effects;
        }
        self.known_at = self.known_at.max(Some(asked));
        while let Some(known) = self.unconfirmed.pop_front_if(|reading| reading.answered <= asked) {
            self.confirmed = Some(known);
        }
        let (mut mine, later): (Vec<_>, Vec<_>) = self.held.drain(..).partition(|reading| reading.answered <= asked);
        self.held = later;
        if let Phase::Ending { by, evidence_at, .. } = self.phase {
            // What was requested before the evidence came is consistent with it, and contradicts nothing.
            let (before, since): (Vec<_>, Vec<_>) =
                mine.into_iter().partition(|reading: &Reading| reading.asked <= evidence_at);
            mine = before;
            if source == Source::Info && self.is_contradicted(by, evidence_at, asked, &since, interval_ms) {
                self.returns(by, asked, &mut effects);
                mine.extend(since);
            } else {
                self.held.splice(..0, since);
            }
        }
        for reading in mine {
            self.belongs(reading, interval_ms, &mut effects);
        }
        self.outgrows(&mut effects);
        effects
    }

    /// Ends a stream that is read for longer than a report may be; it goes on as its next part.
    fn outgrows(&mut self, effects: &mut Vec<Effect>) -> bool {
        let (Phase::Live, Some(_), Some(first), Some(last)) =
            (self.phase, self.create_time, self.first_answered, self.last())
        else {
            return false;
        };
        if last.answered - first < LONGEST_MS {
            return false;
        }
        self.end(EndEvidence::Continued, last.answered, None, last.answered, effects);
        self.drop_held(effects);
        self.over(effects);
        effects.push(Effect::NextPart { last });
        true
    }

    /// Whether get_room_info, requested then, and readings since the evidence of the end show that it was none. A server
    /// that has not yet noticed a dissolution may return the room for a moment after its webhook; so only an answer more
    /// than an interval later, or a counter that moves, contradicts one.
    fn is_contradicted(
        &self,
        by: EndEvidence,
        evidence_at: Millis,
        asked: Millis,
        since: &[Reading],
        interval_ms: i64,
    ) -> bool {
        if by == EndEvidence::Webhook {
            let moved = since.windows(2).any(|pair| pair[0].counters != pair[1].counters);
            asked - evidence_at > interval_ms || moved
        } else {
            asked > evidence_at
        }
    }

    /// A CreateTime for a stream that was opened without one. False if its first reading is from before: then it was of
    /// an earlier life.
    fn adopt(&mut self, create_time: i64, interval_ms: i64, effects: &mut Vec<Effect>) -> bool {
        let (began, had_begun) = (self.clock.began(create_time), self.clock.had_begun(create_time));
        if self.first_answered.is_some_and(|first| first < began) {
            return false;
        }
        self.create_time = Some(create_time);
        effects.push(Effect::Write(Write::Created { stream: self.stream, create_time }));
        let stream = self.stream;
        let set_aside = |reading| Effect::Write(Write::Excluded { stream, reading, reason: ExclusionReason::Stale });
        for waiting in [&mut self.held, &mut self.fallen] {
            effects.extend(waiting.extract_if(.., |reading| reading.asked < had_begun).map(set_aside));
        }
        if let Some(first) = self.unconfirmed.front().filter(|first| first.asked < had_begun) {
            effects.push(Effect::Write(Write::Withdraw { stream: self.stream, since: first.asked, last: None }));
            (self.run, self.highest, self.first_answered) = (None, None, None);
            for reading in std::mem::take(&mut self.unconfirmed) {
                if reading.asked < had_begun {
                    effects.push(set_aside(reading));
                } else {
                    self.accept(reading, interval_ms, None, 0, effects);
                }
            }
        }
        true
    }

    /// A newer life of the room began: this one is over.
    fn followed_by(&mut self, create_time: i64, at: Millis, effects: &mut Vec<Effect>) {
        let (began, had_begun) = (self.clock.began(create_time), self.clock.had_begun(create_time));
        let mut readings = self.withdraw(began, effects);
        readings.extend(self.fallen.drain(..).chain(self.held.drain(..)));
        let (mut next, either): (Vec<_>, Vec<_>) = readings.into_iter().partition(|reading| reading.asked >= had_begun);
        next.sort_by_key(|reading| reading.asked);
        // Of this life or of the next, and nothing tells which: kept, counted in neither.
        for reading in either {
            effects.push(Effect::Write(Write::Excluded {
                stream: self.stream,
                reading,
                reason: ExclusionReason::Stale,
            }));
        }
        effects
            .push(Effect::Write(Write::ResolveUndecided { stream: self.stream, reason: ExclusionReason::NextStream }));
        self.give_way(began, at, effects);
        effects.push(Effect::NextStream { create_time: Some(create_time), readings: next });
    }

    /// Live again, whatever was told; a closing message that said otherwise counts no more.
    fn returns(&mut self, by: EndEvidence, at: Millis, effects: &mut Vec<Effect>) {
        self.phase = Phase::Live;
        self.gone = None;
        self.absent_since = None;
        effects.push(Effect::Write(Write::Returned { stream: self.stream }));
        if by == EndEvidence::Webhook {
            self.contradiction = self.closing_at.map(|event_time| Contradiction { event_time, at });
            self.contradicted.extend(self.closing_at.take());
            effects.push(Effect::Write(Write::Contradicted { stream: self.stream, at }));
        }
    }

    /// A reading that was held turns out to be of this life.
    fn belongs(&mut self, reading: Reading, interval_ms: i64, effects: &mut Vec<Effect>) {
        if !self.highest.is_some_and(|highest| reading.counters.falls_below(&highest)) {
            if !self.fallen.is_empty() {
                self.fallen.clear();
                effects.push(Effect::Write(Write::ResolveUndecided {
                    stream: self.stream,
                    reason: ExclusionReason::Glitch,
                }));
            }
            self.accept(reading, interval_ms, None, 0, effects);
            return;
        }
        self.fallen.push(reading);
        let since = self.trouble.map_or(reading.asked, |(since, _)| since);
        self.trouble = Some((since, GapCause::Excluded));
        if self.fallen.len() < RESTATED_AFTER {
            return;
        }
        let restated = std::mem::take(&mut self.fallen);
        let from = self.last().map_or(restated[0].asked, |last| last.answered);
        effects.push(Effect::Write(Write::ResolveUndecided { stream: self.stream, reason: ExclusionReason::Restated }));
        effects.push(Effect::Write(Write::Restated { stream: self.stream, from, until: restated[0].asked }));
        // The lowest of what Tencent says now: readings that still waver are above it.
        self.highest = None;
        for reading in restated {
            if self.highest.is_none_or(|highest| !reading.counters.falls_below(&highest)) {
                self.accept(reading, interval_ms, None, 0, effects);
            }
        }
    }

    /// get_room_info did not answer. Two lower readings in a row with the entries among the fallen are then enough: a
    /// new stream, its start to be completed.
    pub fn untold(&mut self, now: Millis, interval_ms: i64) -> Vec<Effect> {
        let mut effects = Vec::new();
        if self.phase == Phase::Over {
            return effects;
        }
        let Some(highest) = self.highest else {
            // Nothing was read before that they could be held against: two are enough here too, until another life is told.
            if self.phase == Phase::Live && self.held.len() >= 2 {
                for reading in std::mem::take(&mut self.held) {
                    self.belongs(reading, interval_ms, &mut effects);
                }
            }
            return effects;
        };
        let in_a_row: Vec<_> = self
            .held
            .iter()
            .rev()
            .take_while(|reading| reading.counters.viewers < highest.viewers)
            .copied()
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
            .collect();
        if in_a_row.len() < 2 {
            return effects;
        }
        self.held.retain(|reading| !in_a_row.contains(reading));
        effects
            .push(Effect::Write(Write::ResolveUndecided { stream: self.stream, reason: ExclusionReason::NextStream }));
        self.drop_held(&mut effects);
        self.give_way(now, now, &mut effects);
        effects.push(Effect::NextStream { create_time: None, readings: in_a_row });
        effects
    }

    /// Tencent's closing message, authenticated. Of several the latest EventTime counts, in whichever order they come.
    pub fn closed(&mut self, event_time: Millis, statistic: Totals, received_at: Millis) -> Vec<Effect> {
        let mut effects = Vec::new();
        if self.phase == Phase::Over || self.contradicted.contains(&event_time) {
            return effects;
        }
        let closing = RoomClosedRow { event_time, received_at, statistic, contradicted_at: None };
        effects.push(Effect::Write(Write::RoomClosed { stream: self.stream, closing }));
        let event_time = self.closing_at.map_or(event_time, |told| told.max(event_time));
        self.closing_at = Some(event_time);
        let last = self.last();
        let told = last.is_none_or(|last| event_time >= last.asked);
        let after = if told { None } else { last.map(|last| last.answered) };
        match self.phase {
            Phase::Live => {
                let ended_at = match (told, self.gone) {
                    (false, Some(gone)) => gone,
                    _ => event_time,
                };
                self.end(EndEvidence::Webhook, ended_at, after, received_at, &mut effects);
            }
            // The same end, told more exactly; the grace runs on from the first evidence.
            Phase::Ending { by, evidence_at, ended_at } if by.has_grace() => {
                let placed = match (told, self.gone) {
                    (true, _) => event_time,
                    (false, Some(gone)) => gone,
                    (false, None) => event_time,
                };
                if by == EndEvidence::RoomGone || placed != ended_at {
                    self.end(EndEvidence::Webhook, placed, after, evidence_at, &mut effects);
                }
            }
            Phase::Ending { .. } | Phase::Over => {}
        }
        effects
    }

    /// The room's next life has a stream already: we stopped between opening that and ending this one.
    pub fn was_followed(&mut self, at: Millis) -> Vec<Effect> {
        let mut effects = Vec::new();
        self.give_way(at, at, &mut effects);
        effects
    }

    /// An operator says it is over: no grace.
    pub fn ended_by_operator(&mut self, now: Millis) -> Vec<Effect> {
        let mut effects = Vec::new();
        match self.phase {
            Phase::Over => return effects,
            Phase::Live => {
                let last = self.last().map(|last| last.answered);
                self.end(EndEvidence::Operator, now, last, now, &mut effects);
            }
            Phase::Ending { .. } => {}
        }
        self.drop_held(&mut effects);
        self.over(&mut effects);
        effects
    }

    /// An operator says it is not: live until new evidence.
    pub fn kept_by_operator(&mut self, now: Millis) -> Vec<Effect> {
        let mut effects = Vec::new();
        if let Phase::Ending { by, .. } = self.phase {
            self.returns(by, now, &mut effects);
        }
        effects
    }

    fn end(
        &mut self,
        by: EndEvidence,
        ended_at: Millis,
        ended_after: Option<Millis>,
        evidence_at: Millis,
        effects: &mut Vec<Effect>,
    ) {
        self.phase = Phase::Ending { by, ended_at, evidence_at };
        self.ended_by = Some(by);
        // What kept us from reading until the end, where it was not the end itself.
        if let (Some(last), Some(cause)) = (self.last(), self.cause().filter(|cause| *cause != NO_SUCH_ROOM))
            && ended_at - last.answered > gap_limit(self.interval_ms)
        {
            let gap = Gap { from: last.answered, until: ended_at, cause };
            effects.push(Effect::Write(Write::Gap { stream: self.stream, gap }));
        }
        effects.push(Effect::Write(Write::Ending { stream: self.stream, ended_at, ended_after, by, evidence_at }));
    }

    /// Over because a newer life is there: no grace. It ended with its last reading; one without, at `otherwise`.
    fn give_way(&mut self, otherwise: Millis, at: Millis, effects: &mut Vec<Effect>) {
        if self.phase == Phase::Live {
            let last = self.last().map(|last| last.answered);
            self.end(EndEvidence::NewerLife, last.unwrap_or(otherwise), last, at, effects);
        }
        self.over(effects);
    }

    fn drop_held(&mut self, effects: &mut Vec<Effect>) {
        for reading in self.held.drain(..) {
            effects.push(Effect::Write(Write::Excluded {
                stream: self.stream,
                reading,
                reason: ExclusionReason::Stale,
            }));
        }
    }

    fn over(&mut self, effects: &mut Vec<Effect>) {
        self.phase = Phase::Over;
        effects.push(Effect::Seal);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::domain::Counter;
    use crate::domain::numbers::{Series, buckets};
    use crate::store::SessionPart;
    use proptest::prelude::*;
    use std::collections::{BTreeMap, BTreeSet};

    const RULES: Rules = Rules { grace_ms: 120_000, quiet_ms: None };
    const STEP: i64 = 10_000;
    const BORN: i64 = 1_000;

    fn at(second: i64) -> Millis {
        Millis::from_seconds(BORN + second)
    }

    fn reading(second: i64, value: i64) -> Reading {
        Reading { asked: at(second), answered: at(second) + 50, counters: Counters::from_array([value; 6]) }
    }

    fn read(life: &mut StreamTracker, second: i64, value: i64) -> Vec<Effect> {
        life.reading(&RULES, reading(second, value), STEP, None, 0)
    }

    fn told(life: &mut StreamTracker, create_time: i64, second: i64) -> Vec<Effect> {
        life.told(create_time, at(second), Source::Info, STEP)
    }

    /// get_room_info answers 100004.
    fn gone(life: &mut StreamTracker, second: i64) -> Vec<Effect> {
        life.gone_by_info(&RULES, at(second), at(second) + 50, STEP)
    }

    /// A life with accepted readings at 1, 10 and 20 s of values 1, 2, 3.
    fn life() -> StreamTracker {
        let mut life = StreamTracker::new(StreamId(1), Some(BORN));
        for (second, value) in [(1, 1), (10, 2), (20, 3)] {
            assert!(matches!(read(&mut life, second, value)[..], [Effect::Write(Write::Run { .. })]));
        }
        life
    }

    fn set_aside(reading: Reading) -> Effect {
        Effect::Write(Write::Excluded { stream: StreamId(1), reading, reason: ExclusionReason::Stale })
    }

    /// An open stream of this life as the store has it.
    fn stored(create_time: Option<i64>) -> OpenStream {
        OpenStream {
            summary: crate::report::compose::tests::summary(),
            create_time,
            part: SessionPart::default(),
            interval_ms: STEP,
            first_seen: at(0),
            evidence_at: None,
            host_left_at: None,
            host_online_at: None,
            retries: 0,
            last_request_id: None,
            note: None,
        }
    }

    fn judged(effects: &[Effect]) -> Option<ExclusionReason> {
        effects.iter().find_map(|effect| match effect {
            Effect::Write(Write::ResolveUndecided { reason, .. }) => Some(*reason),
            _ => None,
        })
    }

    fn accepted(effects: &[Effect]) -> usize {
        effects.iter().filter(|effect| matches!(effect, Effect::Write(Write::Run { .. }))).count()
    }

    #[test]
    fn no_such_room_once_is_nothing_and_twice_an_interval_apart_is_an_end() {
        let mut life = life();
        assert_eq!(gone(&mut life, 30), []);
        assert_eq!(gone(&mut life, 35), [], "too soon after the first");
        let effects = gone(&mut life, 40);
        let expected = Effect::Write(Write::Ending {
            stream: StreamId(1),
            ended_at: at(30),
            ended_after: Some(at(20) + 50),
            by: EndEvidence::RoomGone,
            evidence_at: at(40) + 50,
        });
        assert_eq!(effects, [expected]);
        assert_eq!(gone(&mut life, 100), [], "the grace runs");
        assert_eq!(gone(&mut life, 161), [Effect::Seal]);
        assert_eq!(life.phase, Phase::Over);
    }

    #[test]
    fn an_answer_between_two_refusals_takes_the_first_back() {
        // A reading takes back what get_room_stats said.
        let mut by_stats = life();
        assert_eq!(by_stats.gone_by_stats(&RULES, at(30)), [Effect::AskInfo]);
        assert_eq!(by_stats.gone, Some(at(30)));
        assert_eq!(accepted(&read(&mut by_stats, 40, 4)), 1);
        assert_eq!(by_stats.gone, None);
        // What get_room_info said only get_room_info takes back.
        let mut by_info = life();
        gone(&mut by_info, 30);
        assert_eq!(read(&mut by_info, 40, 4), [Effect::AskInfo]);
        by_info.exists();
        assert_eq!(accepted(&told(&mut by_info, BORN, 41)), 1);
        assert_eq!(gone(&mut by_info, 50), []);
        assert_eq!(by_info.phase, Phase::Live);
    }

    #[test]
    fn the_earliest_request_that_found_no_room_dates_the_end_in_whichever_order_the_answers_come() {
        let mut slow_stats = life();
        gone(&mut slow_stats, 33);
        // Requested before get_room_info and answered after it.
        slow_stats.gone_by_stats(&RULES, at(30));
        assert_eq!(slow_stats.gone, Some(at(30)));
        gone(&mut slow_stats, 43);
        assert!(matches!(slow_stats.phase, Phase::Ending { ended_at, .. } if ended_at == at(30)));
        // The room was returned to a request after it: the end is later.
        let mut overtaken = life();
        overtaken.exists();
        told(&mut overtaken, BORN, 32);
        assert_eq!(overtaken.gone_by_stats(&RULES, at(30)), [Effect::AskInfo]);
        assert_eq!(overtaken.gone, None);
        gone(&mut overtaken, 34);
        gone(&mut overtaken, 44);
        assert!(matches!(overtaken.phase, Phase::Ending { ended_at, .. } if ended_at == at(34)));
    }

    #[test]
    fn whether_a_room_exists_is_for_get_room_info_alone_to_say() {
        // get_room_stats goes on answering for a dissolved room: it ends all the same, with what was read before.
        let mut outlived = life();
        gone(&mut outlived, 30);
        assert_eq!(read(&mut outlived, 35, 3), [Effect::AskInfo]);
        let effects = gone(&mut outlived, 40);
        let end = Write::Ending {
            stream: StreamId(1),
            ended_at: at(30),
            ended_after: Some(at(20) + 50),
            by: EndEvidence::RoomGone,
            evidence_at: at(40) + 50,
        };
        assert_eq!(effects, [set_aside(reading(35, 3)), Effect::Write(end)]);
        read(&mut outlived, 165, 3);
        assert_eq!(gone(&mut outlived, 166).last(), Some(&Effect::Seal));
        // The other way round: however often get_room_stats says that there is no such room.
        let mut standing = life();
        for second in (30..600).step_by(10) {
            assert_eq!(standing.gone_by_stats(&RULES, at(second)), [Effect::AskInfo]);
            standing.exists();
            assert_eq!(told(&mut standing, BORN, second + 1), []);
        }
        assert_eq!(standing.phase, Phase::Live);
    }

    #[test]
    fn a_room_closed_webhook_is_not_contradicted_by_an_answer_that_is_moments_out_of_date() {
        let closing = Totals { coins: Some(77), ..Totals::default() };
        let mut life = life();
        life.closed(at(25), closing, at(25) + 20);
        let stale = Reading { asked: at(25) + 50, answered: at(25) + 90, ..reading(25, 3) };
        assert_eq!(life.reading(&RULES, stale, STEP, None, 0), [Effect::AskInfo]);
        assert_eq!(life.told(BORN, at(25) + 120, Source::Info, STEP), []);
        assert_eq!(gone(&mut life, 30), []);
        let effects = gone(&mut life, 146);
        assert_eq!(effects, [set_aside(stale), Effect::Seal]);
        // A counter that moves after it does contradict it, and so does the room more than an interval later.
        for (second, value) in [(28, 4), (36, 3)] {
            let mut life = self::life();
            life.closed(at(25), closing, at(25) + 20);
            read(&mut life, 26, 3);
            told(&mut life, BORN, 27);
            assert!(matches!(life.phase, Phase::Ending { .. }));
            read(&mut life, second, value);
            let effects = told(&mut life, BORN, second + 1);
            assert!(effects.contains(&Effect::Write(Write::Returned { stream: StreamId(1) })), "{effects:?}");
            assert_eq!(accepted(&effects), 2);
        }
    }

    #[test]
    fn a_contradiction_is_withdrawn_if_the_room_is_gone_within_the_grace_period() {
        let contradicted = || {
            let mut life = life();
            life.closed(at(25), Totals { coins: Some(77), ..Totals::default() }, at(26));
            read(&mut life, 40, 3);
            told(&mut life, BORN, 41);
            assert_eq!(life.phase, Phase::Live);
            life
        };
        let mut soon = contradicted();
        gone(&mut soon, 60);
        let effects = gone(&mut soon, 70);
        let withdrawn = Write::ContradictionWithdrawn { stream: StreamId(1), event_time: at(25) };
        assert!(effects.contains(&Effect::Write(withdrawn)), "{effects:?}");
        let by = EndEvidence::Webhook;
        assert_eq!(soon.phase, Phase::Ending { by, ended_at: at(60), evidence_at: at(70) + 50 });
        assert!(!soon.closed(at(25), Totals::default(), at(71)).is_empty(), "a copy of it counts again");
        let mut late = contradicted();
        gone(&mut late, 162);
        gone(&mut late, 172);
        assert_eq!(late.ended_by(), Some(EndEvidence::RoomGone));
    }

    #[test]
    fn a_stream_without_a_create_time_takes_no_room_closed_webhook_from_before_its_first_reading() {
        let mut life = StreamTracker::new(StreamId(1), None);
        read(&mut life, 30, 5);
        assert!(!life.may_have_closed(at(29)));
        assert!(life.may_have_closed(at(31)));
    }

    #[test]
    fn readings_that_wait_for_long_are_thinned_and_keep_the_first_and_the_last() {
        let mut life = life();
        for turn in 0..3_000 {
            read(&mut life, 300 + turn * 10, 9 + turn);
        }
        assert!(life.held.len() <= WAITING + 1);
        assert_eq!((life.held[0], life.last()), (reading(300, 9), Some(reading(20, 3))));
        let last = 300 + 2_999 * 10;
        assert!(accepted(&told(&mut life, BORN, last + 1)) > WAITING / 2);
        assert_eq!(life.last(), Some(reading(last, 9 + 2_999)));
    }

    #[test]
    fn while_the_room_cannot_be_asked_the_grace_waits() {
        let mut life = life();
        gone(&mut life, 30);
        gone(&mut life, 40);
        for second in (50..5000).step_by(10) {
            let effects = life.failure(GapCause::NoAnswer, "no_answer".into(), at(second), None, 0);
            assert!(!effects.contains(&Effect::Seal));
        }
        assert_eq!(gone(&mut life, 5000), [Effect::Seal]);
    }

    #[test]
    fn a_room_that_answers_again_with_its_own_create_time_is_live_again() {
        let mut life = life();
        gone(&mut life, 30);
        gone(&mut life, 40);
        assert_eq!(read(&mut life, 50, 5), [Effect::AskInfo], "whose reading it is must be told first");
        let effects = told(&mut life, BORN, 51);
        assert_eq!(effects[0], Effect::Write(Write::Returned { stream: StreamId(1) }));
        assert_eq!(accepted(&effects), 1);
        assert_eq!(life.phase, Phase::Live);
    }

    #[test]
    fn a_newer_create_time_ends_the_stream_and_opens_the_next_with_what_was_read_of_it() {
        let mut life = life();
        let effects = read(&mut life, 30, 0);
        assert!(effects.contains(&Effect::AskInfo));
        let effects = told(&mut life, BORN + 25, 31);
        assert!(effects.contains(&Effect::Seal));
        let next = Effect::NextStream { create_time: Some(BORN + 25), readings: vec![reading(30, 0)] };
        assert_eq!(effects.last(), Some(&next));
        assert!(effects.iter().any(|effect| matches!(effect, Effect::Write(Write::Ending {
            by: EndEvidence::NewerLife, ended_at, .. }) if *ended_at == at(20) + 50)));
    }

    #[test]
    fn a_next_life_that_overtook_the_old_totals_takes_its_readings_along() {
        let mut life = life();
        told(&mut life, BORN, 21);
        read(&mut life, 30, 9);
        read(&mut life, 40, 12);
        let effects = told(&mut life, BORN + 25, 41);
        let last = Some(reading(20, 3));
        assert_eq!(effects[0], Effect::Write(Write::Withdraw { stream: StreamId(1), since: at(30), last }));
        let next = Effect::NextStream { create_time: Some(BORN + 25), readings: vec![reading(30, 9), reading(40, 12)] };
        assert_eq!(effects.last(), Some(&next));
        let ended = effects.iter().find_map(|effect| match effect {
            Effect::Write(Write::Ending { ended_at, ended_after, .. }) => Some((*ended_at, *ended_after)),
            _ => None,
        });
        let last = at(20) + 50;
        assert_eq!(ended, Some((last, Some(last))), "it ends at its last accepted reading, confirmed long ago or not");
    }

    #[test]
    fn a_first_reading_long_after_the_life_was_told_waits_to_be_known() {
        let mut life = StreamTracker::new(StreamId(1), Some(BORN));
        assert_eq!(told(&mut life, BORN, 1), []);
        assert_eq!(read(&mut life, 125, 9), [Effect::AskInfo]);
        let effects = told(&mut life, BORN + 60, 126);
        let next = Effect::NextStream { create_time: Some(BORN + 60), readings: vec![reading(125, 9)] };
        assert_eq!(effects.last(), Some(&next));
        assert_eq!(life.last(), None);
        // Where get_room_info does not answer, two are enough, until it does.
        let mut life = StreamTracker::new(StreamId(1), Some(BORN));
        read(&mut life, 125, 9);
        assert_eq!(life.untold(at(126), STEP), []);
        read(&mut life, 135, 10);
        assert_eq!(accepted(&life.untold(at(136), STEP)), 2);
    }

    #[test]
    fn one_answer_told_twice_is_one_reading() {
        let mut life = life();
        assert_eq!(accepted(&read(&mut life, 30, 4)), 1);
        assert_eq!(read(&mut life, 30, 4), [], "a person's request had joined the call");
        // Nor are two tellings of one lower reading two lower readings in a row.
        read(&mut life, 40, 0);
        assert_eq!(read(&mut life, 40, 0), []);
        assert_eq!(life.untold(at(41), STEP), []);
    }

    #[test]
    fn a_clock_set_back_loses_no_reading_and_turns_no_time_around() {
        let mut life = life();
        life.clock_was_set(0);
        let mut times = Vec::new();
        for (second, value) in [(-3000, 4), (-2990, 5), (-2980, 5), (100, 6)] {
            for effect in read(&mut life, second, value) {
                match effect {
                    Effect::Write(Write::Run { run, .. }) => times.push((run.from, run.until, run.counters.coins)),
                    Effect::Write(Write::Gap { gap, .. }) => {
                        assert!(gap.from <= gap.until, "{gap:?}");
                        assert!(matches!(gap.cause, GapCause::Clock | GapCause::Late), "{gap:?}");
                    }
                    _ => {}
                }
            }
        }
        assert_eq!(times.iter().map(|&(_, _, coins)| coins).collect::<Vec<_>>(), [4, 5, 5, 6]);
        assert!(times.windows(2).all(|pair| pair[0].0 <= pair[1].0 && pair[0].1 <= pair[1].1), "{times:?}");
        // Set back while we were not running: what comes then is read like anything else.
        let mut again = StreamTracker { clock_set: false, restarted: true, heard: None, ..life };
        assert_eq!(accepted(&read(&mut again, -2000, 7)), 1);
    }

    #[test]
    fn what_was_read_before_the_next_life_and_not_known_to_be_of_this_one_is_kept_aside() {
        let mut life = life();
        // After a gap longer than the grace nothing is accepted unasked.
        assert_eq!(read(&mut life, 300, 9), [Effect::AskInfo]);
        let effects = told(&mut life, BORN + 305, 310);
        let kept = Write::Excluded { stream: StreamId(1), reading: reading(300, 9), reason: ExclusionReason::Stale };
        assert!(effects.contains(&Effect::Write(kept)), "{effects:?}");
        assert_eq!(effects.last(), Some(&Effect::NextStream { create_time: Some(BORN + 305), readings: Vec::new() }));
    }

    #[test]
    fn the_time_before_an_end_that_an_outage_hid_has_the_outage_for_its_cause() {
        let gaps = |effects: &[Effect]| -> Vec<Gap> {
            let gap = |effect: &Effect| match effect {
                Effect::Write(Write::Gap { gap, .. }) => Some(*gap),
                _ => None,
            };
            effects.iter().filter_map(gap).collect()
        };
        let mut hidden = life();
        hidden.failure(GapCause::NoAnswer, "no_answer".into(), at(30), None, 0);
        gone(&mut hidden, 600);
        let gap = Gap { from: at(20) + 50, until: at(600), cause: GapCause::NoAnswer };
        assert_eq!(gaps(&gone(&mut hidden, 610)), [gap]);
        // By itself "no such room" is the end and no gap; where the room comes back it was the cause of one.
        let mut back = life();
        gone(&mut back, 30);
        gone(&mut back, 40);
        gone(&mut back, 50);
        read(&mut back, 60, 4);
        let gap = Gap { from: at(20) + 50, until: at(60), cause: GapCause::Code(100_004) };
        assert_eq!(gaps(&told(&mut back, BORN, 61)), [gap]);
    }

    #[test]
    fn of_several_closing_messages_the_latest_places_the_end_in_any_order() {
        let closing = |life: &mut StreamTracker, second| life.closed(at(second), Totals::default(), at(60));
        for order in [[25, 22, 10], [10, 25, 22], [22, 10, 25], [10, 22, 25]] {
            for gone_first in [false, true] {
                let mut life = life();
                if gone_first {
                    gone(&mut life, 30);
                    gone(&mut life, 40);
                }
                for second in order {
                    closing(&mut life, second);
                    closing(&mut life, second);
                }
                gone(&mut life, 70);
                let by = EndEvidence::Webhook;
                assert!(
                    matches!(life.phase, Phase::Ending { by: b, ended_at, .. } if b == by && ended_at == at(25)),
                    "{order:?}: {:?}",
                    life.phase
                );
            }
        }
    }

    #[test]
    fn an_operator_who_keeps_a_stream_takes_the_closing_message_back_too() {
        let mut life = life();
        life.closed(at(25), Totals { coins: Some(999), ..Totals::default() }, at(26));
        let effects = life.kept_by_operator(at(27));
        assert!(effects.contains(&Effect::Write(Write::Contradicted { stream: StreamId(1), at: at(27) })));
        assert_eq!(life.phase, Phase::Live);
    }

    /// Read at 25.3 s, in the second of the creation at 25 s.
    fn in_the_second() -> Reading {
        Reading { asked: at(25) + 300, answered: at(25) + 350, ..reading(25, 9) }
    }

    #[test]
    fn what_was_read_in_the_second_of_the_next_creation_is_counted_in_neither_stream() {
        // Whether the totals fall with the next reading or rise, and whether the creation is returned before it or after.
        for value in [2, 12] {
            for told_first in [false, true] {
                let mut life = life();
                told(&mut life, BORN, 21);
                assert_eq!(accepted(&life.reading(&RULES, in_the_second(), STEP, None, 0)), 1);
                let mut next = Vec::new();
                if !told_first {
                    read(&mut life, 30, value);
                    next.push(reading(30, value));
                }
                let effects = told(&mut life, BORN + 25, 31);
                assert!(effects.contains(&set_aside(in_the_second())), "{effects:?}");
                let next = Effect::NextStream { create_time: Some(BORN + 25), readings: next };
                assert_eq!((effects.last(), life.last()), (Some(&next), Some(reading(20, 3))));
            }
        }
    }

    #[test]
    fn a_reading_requested_before_the_second_of_creation_was_over_is_excluded_whenever_it_comes() {
        let mut next = StreamTracker::new(StreamId(1), Some(BORN + 22));
        // A slow call that was in flight while the room was created again and the list returned its new CreateTime.
        let slow = Reading { asked: at(20), answered: at(24), ..reading(20, 5_100) };
        assert_eq!(next.reading(&RULES, slow, STEP, None, 0), [set_aside(slow)]);
        let early = Reading { asked: at(22) + 999, answered: at(24), ..reading(22, 5_100) };
        assert_eq!(next.reading(&RULES, early, STEP, None, 0), [set_aside(early)]);
        assert_eq!(accepted(&read(&mut next, 34, 10)), 1, "no fall");
        // Where the clocks differ, so much later.
        let mut next = StreamTracker::new(StreamId(1), Some(BORN + 22));
        next.clock_is_off(ClockOffset::new(-3_000));
        assert_eq!(accepted(&read(&mut next, 27, 5_100)), 0);
        assert_eq!(accepted(&read(&mut next, 28, 10)), 1);
    }

    #[test]
    fn a_clock_that_differs_from_tencents_moves_no_reading_to_another_stream() {
        // The second life begins at 25 s; ours says 30 then, or 20. What is read of the first before is its own, or in
        // doubt between the clocks and then counted in neither.
        for (ours, offset) in [(5, -3_000), (-5, 5_000)] {
            let mut life = StreamTracker::new(StreamId(1), Some(BORN));
            life.clock_is_off(ClockOffset::new(offset));
            for (second, value) in [(3, 1), (14, 7), (24, 9)] {
                assert_eq!(accepted(&read(&mut life, second + ours, value)), 1);
                told(&mut life, BORN, second + ours - 1);
            }
            let first = reading(27 + ours, 8);
            life.reading(&RULES, first, STEP, None, 0);
            let effects = told(&mut life, BORN + 25, 28 + ours);
            let next = Effect::NextStream { create_time: Some(BORN + 25), readings: vec![first] };
            assert_eq!(effects.last(), Some(&next), "{ours} s ahead");
            assert!(effects.contains(&set_aside(reading(24 + ours, 9))), "{ours} s ahead: {effects:?}");
            assert_eq!(life.last().map(|last| last.counters.coins), Some(7), "{ours} s ahead");
        }
    }

    #[test]
    fn a_stream_that_began_untold_is_of_the_life_of_its_first_reading() {
        let mut life = StreamTracker::new(StreamId(1), None);
        read(&mut life, 1, 1);
        read(&mut life, 10, 2);
        read(&mut life, 30, 9);
        let effects = told(&mut life, BORN + 25, 31);
        let next = Effect::NextStream { create_time: Some(BORN + 25), readings: vec![reading(30, 9)] };
        assert_eq!(effects.last(), Some(&next), "the later life overtook it and was not its own");
        assert_eq!((life.create_time, life.last()), (None, Some(reading(10, 2))));
    }

    #[test]
    fn a_stream_that_began_without_a_create_time_excludes_what_was_read_in_the_second_it_is_told() {
        for value in [2, 12] {
            let mut life = StreamTracker::new(StreamId(1), None);
            life.reading(&RULES, in_the_second(), STEP, None, 0);
            read(&mut life, 30, value);
            let effects = told(&mut life, BORN + 25, 31);
            assert!(effects.contains(&set_aside(in_the_second())), "{effects:?}");
            assert_eq!((life.create_time, life.last()), (Some(BORN + 25), Some(reading(30, value))), "{effects:?}");
        }
    }

    #[test]
    fn what_was_known_of_this_life_in_the_second_of_the_next_creation_stays() {
        let mut life = life();
        let known = in_the_second();
        life.reading(&RULES, known, STEP, None, 0);
        life.told(BORN, at(25) + 400, Source::Info, STEP);
        // Within one second the room went and came again, was read low, and then high.
        let first = Reading { asked: at(25) + 800, answered: at(25) + 850, ..reading(25, 4) };
        life.reading(&RULES, first, STEP, None, 0);
        read(&mut life, 30, 12);
        let effects = told(&mut life, BORN + 25, 31);
        assert!(effects.contains(&set_aside(first)), "{effects:?}");
        let next = Effect::NextStream { create_time: Some(BORN + 25), readings: vec![reading(30, 12)] };
        assert_eq!((effects.last(), life.last()), (Some(&next), Some(known)));
    }

    #[test]
    fn what_was_asked_before_the_next_creation_and_answered_after_it_can_be_of_either() {
        let mut life = life();
        told(&mut life, BORN, 21);
        let across = Reading { asked: at(24) + 900, answered: at(25) + 50, ..reading(24, 9) };
        assert_eq!(accepted(&life.reading(&RULES, across, STEP, None, 0)), 1);
        read(&mut life, 34, 12);
        let effects = told(&mut life, BORN + 25, 35);
        let kept = Write::Excluded { stream: StreamId(1), reading: across, reason: ExclusionReason::Stale };
        assert!(effects.contains(&Effect::Write(kept)), "{effects:?}");
        assert_eq!(life.last(), Some(reading(20, 3)));
    }

    #[test]
    fn what_was_asked_before_the_closing_message_came_contradicts_nothing() {
        let mut life = life();
        // After a gap longer than the grace it waits for get_room_info; the message overtakes that.
        assert_eq!(read(&mut life, 300, 9), [Effect::AskInfo]);
        life.closed(at(301), Totals::default(), at(302));
        let effects = told(&mut life, BORN, 303);
        assert_eq!(accepted(&effects), 1);
        assert!(matches!(life.phase, Phase::Ending { by: EndEvidence::Webhook, .. }), "{effects:?}");
        read(&mut life, 313, 9);
        told(&mut life, BORN, 314);
        assert_eq!(life.phase, Phase::Live, "an answer more than an interval after it does");
    }

    #[test]
    fn after_a_restart_what_was_read_in_the_second_of_the_next_creation_is_counted_in_neither_life() {
        let stream = OpenStream::started_at(
            StreamId(1),
            &crate::store::NewStream {
                app: crate::domain::AppId(7),
                room: crate::domain::RoomId::parse("xl_radio").unwrap(),
                kind: crate::domain::StreamKind::Stream,
                create_time: Some(BORN),
                part: SessionPart::default(),
                title: None,
                host: None,
                host_name: None,
                interval_ms: STEP,
                first_seen: at(0),
                started_at: at(0),
            },
            crate::domain::Day::default(),
        );
        let late = Reading { asked: at(25) + 48, answered: at(25) + 53, ..reading(25, 4) };
        let restored = |runs: &[Reading]| {
            let runs: Vec<_> = runs.iter().copied().map(Run::from).collect();
            let mut life = StreamTracker::restore(&stream, &runs, None, true);
            read(&mut life, 30, 12);
            (told(&mut life, BORN + 25, 31), life.last())
        };
        let (effects, last) = restored(&[reading(1, 1), late]);
        let next = Effect::NextStream { create_time: Some(BORN + 25), readings: vec![reading(30, 12)] };
        let kept =
            Effect::Write(Write::Excluded { stream: StreamId(1), reading: late, reason: ExclusionReason::Stale });
        assert!(effects.contains(&kept), "{effects:?}");
        assert_eq!((effects.last(), last), (Some(&next), Some(reading(1, 1))));
        // What was asked after that second is the next life's, whatever was known of it.
        let (effects, last) = restored(&[reading(1, 1), late, reading(27, 9)]);
        let next = Effect::NextStream { create_time: Some(BORN + 25), readings: vec![reading(27, 9), reading(30, 12)] };
        assert!(effects.contains(&kept), "{effects:?}");
        assert_eq!((effects.last(), last), (Some(&next), Some(reading(1, 1))));
    }

    #[test]
    fn one_lower_reading_is_a_glitch_and_three_are_a_restatement() {
        let mut life = life();
        read(&mut life, 30, 1);
        assert_eq!(told(&mut life, BORN, 31), []);
        let effects = read(&mut life, 40, 4);
        assert_eq!(judged(&effects), Some(ExclusionReason::Glitch));
        assert_eq!(accepted(&effects), 1);
        for (second, value) in [(50, 1), (60, 1)] {
            read(&mut life, second, value);
            assert_eq!(accepted(&told(&mut life, BORN, second + 1)), 0);
        }
        read(&mut life, 70, 2);
        let effects = told(&mut life, BORN, 71);
        assert_eq!(judged(&effects), Some(ExclusionReason::Restated));
        assert_eq!(accepted(&effects), 3, "what Tencent says now counts");
        assert!(effects.iter().any(|effect| matches!(effect, Effect::Write(Write::Restated { from, until, .. })
            if *from == at(40) + 50 && *until == at(50))));
        assert_eq!(accepted(&read(&mut life, 80, 2)), 1, "2 is no fall any more");
    }

    #[test]
    fn without_an_answer_of_get_room_info_two_lower_readings_are_another_life() {
        let mut life = life();
        read(&mut life, 30, 0);
        assert_eq!(life.untold(at(31), STEP), []);
        read(&mut life, 40, 1);
        let effects = life.untold(at(41), STEP);
        let next = Effect::NextStream { create_time: None, readings: vec![reading(30, 0), reading(40, 1)] };
        assert_eq!(effects.last(), Some(&next));
    }

    #[test]
    fn an_older_create_time_is_stale() {
        let mut life = life();
        read(&mut life, 30, 0);
        assert_eq!(told(&mut life, BORN - 5, 31), []);
        assert!(life.is_waiting());
        assert_eq!(told(&mut life, BORN, 32), []);
        assert!(!life.is_waiting());
    }

    #[test]
    fn after_a_gap_longer_than_the_grace_a_reading_waits_to_be_known() {
        let mut life = life();
        assert_eq!(read(&mut life, 300, 9), [Effect::AskInfo]);
        assert_eq!(accepted(&told(&mut life, BORN, 299)), 0, "asked before the reading was answered");
        let effects = told(&mut life, BORN, 301);
        assert_eq!(accepted(&effects), 1);
        assert!(effects.iter().any(|effect| matches!(effect, Effect::Write(Write::Gap { gap, .. })
            if gap.from == at(20) + 50 && gap.until == at(300))));
    }

    #[test]
    fn closing_message_and_100004_say_the_same_in_either_order() {
        let closing = |life: &mut StreamTracker| life.closed(at(25), Totals::default(), at(41));
        let end = |effects: Vec<Effect>| {
            effects.into_iter().rev().find_map(|effect| match effect {
                Effect::Write(Write::Ending { ended_at, ended_after, by, .. }) => Some((ended_at, ended_after, by)),
                _ => None,
            })
        };
        let mut first = life();
        let mut effects = closing(&mut first);
        effects.extend(gone(&mut first, 50));
        let mut second = life();
        let mut other = gone(&mut second, 30);
        other.extend(gone(&mut second, 40));
        other.extend(closing(&mut second));
        other.extend(closing(&mut second));
        assert_eq!(end(effects), Some((at(25), None, EndEvidence::Webhook)));
        assert_eq!(end(other), Some((at(25), None, EndEvidence::Webhook)));
    }

    #[test]
    fn a_lying_closing_message_is_contradicted_by_a_room_that_answers() {
        let mut life = life();
        life.closed(at(25), Totals::default(), at(26));
        read(&mut life, 40, 4);
        let effects = told(&mut life, BORN, 41);
        assert!(effects.contains(&Effect::Write(Write::Returned { stream: StreamId(1) })));
        assert!(effects.iter().any(|effect| matches!(effect, Effect::Write(Write::Contradicted { .. }))));
        assert_eq!(life.closed(at(25), Totals::default(), at(45)), [], "a copy of it is not heard again");
        assert_eq!(life.phase, Phase::Live);
        assert!(!life.closed(at(55), Totals::default(), at(56)).is_empty(), "another one is");
    }

    #[test]
    fn a_closing_message_from_before_the_last_reading_leaves_the_end_to_the_first_100004() {
        let mut life = life();
        life.closed(at(10), Totals::default(), at(26));
        let effects = gone(&mut life, 30);
        assert!(effects.iter().any(|effect| matches!(effect, Effect::Write(Write::Ending {
            ended_at, by: EndEvidence::Webhook, .. }) if *ended_at == at(30))));
    }

    #[test]
    fn a_grace_period_below_the_polling_interval_costs_no_call_of_get_room_info_per_reading() {
        let rules = Rules { grace_ms: 5_000, ..RULES };
        let mut life = StreamTracker::new(StreamId(1), Some(BORN));
        for second in (1..300).step_by(10) {
            let effects = life.reading(&rules, reading(second, second), STEP, None, 0);
            assert!(!effects.contains(&Effect::AskInfo), "{second}: {effects:?}");
        }
        assert_eq!(life.reading(&rules, reading(330, 330), STEP, None, 0), [Effect::AskInfo], "a data gap does");
    }

    #[test]
    fn a_stream_goes_on_as_its_next_part_after_seven_days() {
        let mut life = StreamTracker::new(StreamId(1), Some(BORN));
        read(&mut life, 1, 1);
        let mut second = 1;
        while second < 7 * 86_400 {
            second += 100;
            let effects = read(&mut life, second, second);
            told(&mut life, BORN, second + 1);
            if let Some(Effect::NextPart { last }) = effects.last() {
                assert_eq!(*last, reading(second, second));
                assert_eq!(effects[effects.len() - 2], Effect::Seal);
                break;
            }
        }
        assert!((7 * 86_400..7 * 86_400 + 200).contains(&second), "{second}");
        assert_eq!((life.phase, life.ended_by()), (Phase::Over, Some(EndEvidence::Continued)));
    }

    #[test]
    fn a_turn_that_the_rate_limit_delays_is_a_data_gap_with_that_cause() {
        let mut life = life();
        let effects = read(&mut life, 55, 4);
        let gap = Gap { from: at(20) + 50, until: at(55), cause: GapCause::Late };
        assert!(effects.contains(&Effect::Write(Write::Gap { stream: StreamId(1), gap })), "{effects:?}");
    }

    #[test]
    fn a_call_that_was_not_sent_is_no_failure_and_one_that_was_is_counted_once() {
        let mut life = life();
        life.not_asked(GapCause::NoAnswer, at(30));
        assert_eq!(life.trouble, Some((at(30), GapCause::NoAnswer)));
        let fail = |life: &mut StreamTracker| life.failure(GapCause::NoAnswer, "timeout".into(), at(40), None, 2).len();
        assert_eq!((fail(&mut life), fail(&mut life)), (1, 0), "a refresh had joined it");
        assert_eq!(life.trouble, Some((at(30), GapCause::NoAnswer)));
    }

    #[test]
    fn a_clock_set_forward_shortens_no_grace_period() {
        let mut life = life();
        gone(&mut life, 30);
        gone(&mut life, 40);
        life.clock_was_set(3_600_000);
        assert_eq!(gone(&mut life, 3_650), []);
        assert_eq!(gone(&mut life, 3_761), [Effect::Seal]);
    }

    #[test]
    fn a_wall_clock_set_back_an_hour_changes_no_duration() {
        use crate::clock::Clock;
        use std::sync::Arc;
        use std::sync::atomic::{AtomicI64, Ordering};
        use std::time::Duration;
        let (wall, elapsed) = (Arc::new(AtomicI64::new(at(0).0)), Arc::new(AtomicI64::new(0)));
        let (told, passed) = (wall.clone(), elapsed.clone());
        let machine = Clock::new(move || Millis(told.load(Ordering::Relaxed)));
        let clock = Clock::steady(machine, None, move || Duration::from_millis(passed.load(Ordering::Relaxed) as u64));
        let mut life = StreamTracker::new(StreamId(1), Some(BORN));
        let mut ledger = Ledger::default();
        // Two hours at 10 s, 10 coins each; after the first the wall clock goes back an hour.
        for step in 0..720 {
            for clock in [&wall, &elapsed] {
                clock.fetch_add(STEP, Ordering::Relaxed);
            }
            if step == 360 {
                wall.fetch_sub(3_600_000, Ordering::Relaxed);
            }
            let asked = clock.now();
            let counters = Counters::from_array([10 * step; 6]);
            let reading = Reading { asked, answered: asked + 40, counters };
            ledger.take(life.reading(&RULES, reading, STEP, None, 0));
            ledger.take(life.told(BORN, asked + 60, Source::Info, STEP));
        }
        let runs: Vec<Run> = ledger.runs.into_values().collect();
        assert_eq!(runs.iter().map(|run| run.count).sum::<i64>(), 720);
        assert_eq!(ledger.gaps, []);
        let took = runs[719].from - runs[0].from;
        assert!((7_190_000 - 40_000..=7_190_000).contains(&took), "two hours but for a hundredth of one: {took} ms");
        let series = Series::new(&runs, &ledger.gaps, &[]);
        let busiest = crate::domain::numbers::busiest_minute(&series, Counter::Coins, (0, 0));
        assert!(busiest.is_none_or(|minute| minute.estimate.coins.unwrap() <= 62), "{busiest:?}");
    }

    #[test]
    fn the_quiet_rule_counts_successful_readings_only() {
        let rules = Rules { quiet_ms: Some(60_000), ..RULES };
        let mut life = life();
        let mut ended = Vec::new();
        for second in (30..=90).step_by(10) {
            ended.extend(life.reading(&rules, reading(second, 3), STEP, None, 0));
        }
        assert!(ended.contains(&Effect::Seal));
        assert_eq!(life.ended_by(), Some(EndEvidence::Quiet));
    }

    #[derive(Clone, Debug)]
    enum Heard {
        Reading(i64),
        Failure,
        Info,
        InfoFailed,
    }

    fn heard() -> impl Strategy<Value = Heard> {
        prop_oneof![
            (0..50i64).prop_map(Heard::Reading),
            Just(Heard::Failure),
            Just(Heard::Info),
            Just(Heard::InfoFailed)
        ]
    }

    /// Everything a life wrote of its readings: the newest form of each run, and the gaps.
    #[derive(Default)]
    struct Ledger {
        runs: BTreeMap<Millis, Run>,
        gaps: Vec<Gap>,
        asks: bool,
    }

    impl Ledger {
        fn take(&mut self, effects: Vec<Effect>) {
            for effect in effects {
                match effect {
                    Effect::Write(Write::Run { run, .. }) => drop(self.runs.insert(run.from, run)),
                    Effect::Write(Write::Gap { gap, .. }) => self.gaps.push(gap),
                    Effect::AskInfo => self.asks = true,
                    _ => {}
                }
            }
        }
    }

    proptest! {
        /// Calls that answer late, up to the time-out, or not at all, restarts, outages longer than the grace, and a
        /// get_room_info that fails now and then: whatever is accepted, the truth lies within every bucket, the buckets
        /// sum to last less first, and every time that is long enough is a gap in the ledger.
        #[test]
        fn no_fault_and_no_delay_puts_the_truth_outside_a_bucket(
            steps in prop::collection::vec((0_i64..20_000, 0_usize..6, prop_oneof![1_i64..5, 1_i64..2_000]), 0..150),
            calls in prop::collection::vec(
                (prop_oneof![9 => 0_i64..12_000, 1 => 0_i64..300_000], 0_i64..=5_000, 0_i64..=1_000, 0_u8..20), 2..150),
            width in prop::sample::select(vec![10_000_i64, 60_000, 300_000]),
        ) {
            let mut counters = Counters::default();
            let mut when = at(0).0;
            let truth: Vec<(i64, Counters)> = steps.into_iter().map(|(later, counter, more)| {
                when += later;
                *counters.get_mut(Counter::ALL[counter]) += more;
                (when, counters)
            }).collect();
            let truly = |t: i64| {
                let until = truth.partition_point(|&(when, _)| when <= t);
                until.checked_sub(1).map(|i| truth[i].1).unwrap_or_default()
            };
            let mut life = StreamTracker::new(StreamId(7), Some(BORN));
            let mut ledger = Ledger::default();
            let mut good = Vec::new();
            let mut now = at(1).0;
            for (wait, latency, moment, kind) in calls {
                let (asked, answered) = (now + wait, now + wait + latency);
                now = answered;
                match kind {
                    0..3 => {
                        let effects =
                            life.failure(GapCause::NoAnswer, "no_answer".into(), Millis(answered), None, 2);
                        ledger.take(effects);
                        continue;
                    }
                    3 => {
                        let (stream, waiting) = (stored(Some(BORN)), life.waiting());
                        life = StreamTracker::restore(&stream, life.run.as_slice(), None, true);
                        life.restore_waiting(waiting);
                    }
                    _ => {}
                }
                let counters = truly(asked + latency * moment / 1_000);
                let reading = Reading { asked: Millis(asked), answered: Millis(answered), counters };
                good.push(reading);
                ledger.take(life.reading(&RULES, reading, STEP, None, 0));
                if std::mem::take(&mut ledger.asks) && kind != 4 {
                    ledger.take(life.told(BORN, Millis(answered + 10), Source::Info, STEP));
                }
            }
            ledger.take(life.told(BORN, Millis(now + 10), Source::Info, STEP));
            prop_assert_eq!(life.phase, Phase::Live);
            let runs: Vec<Run> = ledger.runs.into_values().collect();
            prop_assert_eq!(runs.iter().map(|run| run.count).sum::<i64>(), good.len() as i64, "every answer counts");
            for pair in runs.windows(2) {
                let hole = Gap { from: pair[0].until, until: pair[1].from, cause: GapCause::Late };
                let listed = ledger.gaps.iter().any(|gap| (gap.from, gap.until) == (hole.from, hole.until));
                prop_assert_eq!(hole.millis() > gap_limit(STEP), listed, "{:?}", hole);
            }
            // Two calls longer apart than the limit are never in one run, so no hole hides inside one.
            for pair in good.windows(2) {
                if pair[1].asked - pair[0].answered > gap_limit(STEP) {
                    prop_assert!(runs.iter().any(|run| run.from == pair[1].asked));
                }
            }
            let series = Series::new(&runs, &ledger.gaps, &[]);
            let all = buckets(&series, width);
            for counter in Counter::ALL {
                for bucket in &all {
                    let truth = truly(bucket.until.0).get(counter) - truly(bucket.from.0).get(counter);
                    let guess = bucket.estimate.get(counter).unwrap();
                    let (low, high) = (bucket.lower.get(counter), bucket.upper.get(counter));
                    prop_assert!(low.is_none_or(|low| low <= truth && low <= guess), "{:?}, truly {}", bucket, truth);
                    prop_assert!(high.is_none_or(|high| high >= truth && high >= guess), "{:?}, truly {}", bucket, truth);
                }
                if let (Some(first), Some(last), false) = (good.first(), good.last(), all.is_empty()) {
                    let sum: i64 = all.iter().map(|bucket| bucket.estimate.get(counter).unwrap()).sum();
                    prop_assert_eq!(sum, last.counters.get(counter) - first.counters.get(counter));
                }
            }
        }
    }

    proptest! {
        /// Readings and failures of any kind and order, with the room standing and get_room_info telling the same
        /// CreateTime, never end a stream, and what is accepted never falls but where it is marked as restated.
        #[test]
        fn nothing_but_evidence_ends_a_stream(steps in prop::collection::vec(heard(), 1..200)) {
            let mut life = StreamTracker::new(StreamId(1), Some(BORN));
            let mut highest = 0;
            let mut total = 0;
            for (place, step) in steps.into_iter().enumerate() {
                let second = 1 + place as i64 * 10;
                let effects = match step {
                    // The true total grows; now and then a reading lies by one.
                    Heard::Reading(0) => { total += 1; read(&mut life, second, (total - 2).max(0)) }
                    Heard::Reading(more) => { total += more; read(&mut life, second, total) }
                    Heard::Failure => life.failure(GapCause::NoAnswer, "no_answer".into(), at(second), None, 0),
                    // With get_room_info at hand now and then, two unknown falls in a row do not come together.
                    Heard::InfoFailed => Vec::new(),
                    Heard::Info => told(&mut life, BORN, second + 5),
                };
                let restated = judged(&effects) == Some(ExclusionReason::Restated);
                for effect in effects {
                    prop_assert!(effect != Effect::Seal);
                    let ends = matches!(effect, Effect::Write(Write::Ending { .. }) | Effect::NextStream { .. });
                    prop_assert!(!ends);
                    if let Effect::Write(Write::Run { run, .. }) = effect {
                        prop_assert!(restated || run.counters.coins >= highest);
                        highest = run.counters.coins;
                    }
                }
            }
            prop_assert_eq!(life.phase, Phase::Live);
        }
    }

    /// A room that is destroyed and created again, and the streams that are made of it, as `App` makes them.
    struct Recreated {
        lives: Vec<StreamTracker>,
        clock: ClockOffset,
        /// Times at which a counted reading was asked, by stream, with the run it is in, as the store has it.
        counted: Vec<BTreeMap<Millis, Run>>,
        set_aside: BTreeSet<Millis>,
        asks: bool,
    }

    impl Recreated {
        fn take(&mut self, effects: Vec<Effect>) {
            for effect in effects {
                let counted = self.counted.last_mut().unwrap();
                match effect {
                    Effect::Write(Write::Run { run, .. }) => drop(counted.insert(run.until_asked, run)),
                    // A run across the cut ends with its last reading that is known.
                    Effect::Write(Write::Withdraw { since, last, .. }) => {
                        counted.retain(|asked, _| *asked < since && last.is_none_or(|last| *asked <= last.asked))
                    }
                    Effect::Write(Write::Excluded { reading, .. }) => drop(self.set_aside.insert(reading.asked)),
                    Effect::AskInfo => self.asks = true,
                    Effect::NextStream { create_time, readings } => {
                        let mut life = StreamTracker::new(StreamId(self.lives.len() as i64 + 1), create_time);
                        life.clock_is_off(self.clock);
                        self.lives.push(life);
                        self.counted.push(BTreeMap::new());
                        for reading in readings {
                            let life = self.lives.last_mut().unwrap();
                            let effects = life.reading(&RULES, reading, STEP, None, 0);
                            self.take(effects);
                        }
                    }
                    _ => {}
                }
            }
        }

        fn with(&mut self, step: impl FnOnce(&mut StreamTracker) -> Vec<Effect>) {
            let effects = step(self.lives.last_mut().unwrap());
            self.take(effects);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]
        /// Where a room is destroyed and created again, within the second or not, whatever its totals are then, whatever
        /// our clock says, and whenever it is told: no reading counts in a life that it is not of, and none is lost.
        #[test]
        fn a_reading_counts_in_its_own_life_or_in_none(
            (from, pause) in (3_000_i64..20_000, prop_oneof![4 => 0_i64..300, 1 => 0_i64..4_000]),
            (old, new) in (prop_oneof![Just(0_i64), 0_i64..40], prop_oneof![Just(0_i64), 0_i64..400]),
            (ahead, doubt) in prop_oneof![Just((0_i64, 0_i64)), (2_500_i64..5_000, 0_i64..=2_000)],
            behind in any::<bool>(),
            restarts in any::<bool>(),
            calls in prop::collection::vec(
                (prop_oneof![3 => 1_i64..500, 2 => 1_i64..6_000], 0_i64..=300, 0_i64..=1_000, 0_u8..8), 4..40),
        ) {
            // By Tencent's clock, in milliseconds since the first creation; ours is `ahead` of it.
            let ahead = if behind { -ahead } else { ahead };
            let offset = if behind { -ahead - doubt } else { doubt - ahead };
            let clock = ClockOffset::new(offset);
            let ours = |t: i64| at(0) + t + ahead;
            let created = from + pause;
            let truly = |t: i64| match t {
                t if t < from => Some((BORN, t * old / 1000)),
                t if t >= created => Some((BORN + created / 1000, (t - created) * new / 1000)),
                _ => None,
            };
            let mut first = StreamTracker::new(StreamId(1), Some(BORN));
            first.clock_is_off(clock);
            let mut world = Recreated {
                lives: vec![first], clock, counted: vec![BTreeMap::new()], set_aside: BTreeSet::new(), asks: false,
            };
            let mut origin = BTreeMap::new();
            let mut now = 0;
            let last = [(4_000, 10, 0, 0), (4_000, 10, 0, 7), (4_000, 10, 0, 0), (4_000, 10, 0, 7)];
            let end = (created - 1).max(0);
            for (place, (wait, latency, moment, kind)) in calls.into_iter().chain(last).enumerate() {
                let (asked, answered) = (now + wait, now + wait + latency);
                // The last calls come when the room is there again.
                let later = if place >= 4 && kind == 7 { (end - asked).max(0) } else { 0 };
                let (asked, answered) = (asked + later, answered + later);
                now = answered + 1;
                let then = truly(asked + latency * moment / 1000);
                match (kind, then) {
                    (6.., Some((create_time, _))) => {
                        world.with(|life| life.told(create_time, ours(asked), Source::List, STEP))
                    }
                    (_, None) => world.with(|life| life.gone_by_info(&RULES, ours(asked), ours(answered), STEP)),
                    (5, _) if restarts => {
                        let life = world.lives.last().unwrap();
                        let open = stored(life.create_time);
                        let runs: BTreeMap<_, _> =
                            world.counted.last().unwrap().values().map(|run| (run.from, *run)).collect();
                        let runs: Vec<_> = runs.into_values().collect();
                        let mut again = StreamTracker::restore(&open, &runs, None, true);
                        again.clock_is_off(clock);
                        again.restore_waiting(life.waiting());
                        *world.lives.last_mut().unwrap() = again;
                    }
                    (_, Some((create_time, coins))) => {
                        let reading = Reading { asked: ours(asked), answered: ours(answered),
                            counters: Counters::from_array([coins; 6]) };
                        origin.insert(reading.asked, create_time);
                        world.with(|life| life.reading(&RULES, reading, STEP, None, 0));
                        // get_room_info fails now and then.
                        if std::mem::take(&mut world.asks) && kind != 4 {
                            let asked = now;
                            now += 20;
                            if let Some((create_time, _)) = truly(asked) {
                                world.with(|life| life.told(create_time, ours(asked), Source::Info, STEP));
                            }
                        }
                    }
                }
            }
            prop_assert!(world.lives.len() <= 2);
            for (life, counted) in world.lives.iter().zip(&world.counted) {
                for asked in counted.keys() {
                    prop_assert_eq!(Some(&origin[asked]), life.create_time.as_ref(), "{:?}", asked);
                }
            }
            let waiting = world.lives.iter().flat_map(|life| life.held.iter().chain(&life.fallen));
            let kept: BTreeSet<_> = waiting.map(|reading| reading.asked).chain(world.set_aside)
                .chain(world.counted.into_iter().flat_map(BTreeMap::into_keys)).collect();
            // After a restart only the first and the last of a run of equal readings are known one by one.
            prop_assert!(restarts || origin.keys().all(|asked| kept.contains(asked)), "a reading is lost");
        }
    }
}
