//! The life of one stream as a pure step function: what was heard goes in, what is to be done comes out.
//!
//! May not: read a clock, ask, or write. Evidence of an end is an authenticated closing message, 100004 twice one interval
//! apart, a newer CreateTime, an operator, or the quiet rule. A failure is never evidence, however long it lasts.

use crate::domain::numbers::gap_limit;
use crate::domain::{Counters, EndEvidence, Gap, GapCause, Millis, Reading, Run, StreamId, Totals};
use crate::store::{ClosingRow, OpenStream, Write};
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
    /// The room is in another life, which these readings open.
    NextLife {
        create_time: Option<i64>,
        readings: Vec<Reading>,
    },
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
pub struct Life {
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
    clock: ClockOff,
    /// CreateTime of a newer life that was told, where it takes one reading more to know with which it begins.
    undecided: Option<i64>,
    /// Lower readings of this very life, in a row.
    fallen: Vec<Reading>,
    /// When the first 100004 was asked.
    pub gone: Option<Millis>,
    /// Since when nothing could be read, and why.
    pub trouble: Option<(Millis, GapCause)>,
    restarted: bool,
    /// The greatest EventTime of closing messages that the room has not contradicted.
    closing_at: Option<Millis>,
    /// EventTimes that the room has contradicted: their copies are not heard again.
    contradicted: Vec<Millis>,
    /// The interval in force at the last reading.
    interval_ms: i64,
    /// The machine's clock was set since the last reading: its times do not compare.
    clock_set: bool,
}

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
pub struct ClockOff {
    least: i64,
    most: i64,
}

impl ClockOff {
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

/// Where one life ends and the next begins among readings. What lies between can be of either.
#[derive(Clone, Copy, Debug)]
struct Border {
    /// Answered up to then: of the life that ends.
    ours_until: Millis,
    /// Asked from then on: of the next life.
    next_from: Millis,
}

impl Border {
    /// All that a CreateTime tells by itself: the second of the creation.
    fn of_second(clock: ClockOff, create_time: i64) -> Self {
        Self { ours_until: clock.began(create_time) - 1, next_from: clock.had_begun(create_time) }
    }

    fn leaves_open(&self, reading: &Reading) -> bool {
        reading.answered > self.ours_until && reading.asked < self.next_from
    }
}

/// Whether two answers of 100004 lie an interval apart, less what the schedule may be early.
pub fn an_interval_apart(first: Millis, later: Millis, interval_ms: i64) -> bool {
    later - first >= interval_ms * 9 / 10
}

impl Life {
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
            undecided: None,
            part_began: None,
            first_answered: None,
            known_at: match create_time {
                Some(create_time) => Some(Millis::from_seconds(create_time)),
                None => None,
            },
            clock: ClockOff::new(0),
            fallen: Vec::new(),
            gone: None,
            trouble: None,
            restarted: false,
            closing_at: None,
            contradicted: Vec::new(),
            interval_ms: 0,
            clock_set: false,
        }
    }

    /// A stream as the store has it after a restart or a return; `runs` are its latest, oldest first, `closing` the
    /// EventTime of its closing message. Which of them a CreateTime had confirmed is not kept, so none counts as confirmed:
    /// the room may have begun its next life just before we stopped.
    pub fn restore(open: &OpenStream, runs: &[Run], closing: Option<Millis>, restarted: bool) -> Self {
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
        let (closing_at, contradicted) = match phase {
            Phase::Live => (None, closing.into_iter().collect()),
            _ => (closing, Vec::new()),
        };
        Self {
            phase,
            ended_by: open.summary.ended_by,
            closing_at,
            contradicted,
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
    pub const fn clock_is_off(&mut self, by: ClockOff) {
        self.clock = by;
    }

    /// Whether readings wait for get_room_info, or get_room_info for a reading.
    pub fn is_waiting(&self) -> bool {
        self.undecided.is_some() || !self.held.is_empty()
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

    /// The machine's clock was set: what lies across is a gap, and an earlier time is no late answer.
    pub const fn clock_was_set(&mut self) {
        self.clock_set = true;
    }

    /// A reading came. `interval_ms` is the one in force for this stream.
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
        // Calls of one stream follow each other, so an earlier time is the clock's doing, also while we were not running.
        self.clock_set |= self.last().is_some_and(|last| reading.asked < last.asked);
        // A reading asked before the evidence came is still of the stream that ended: it was true before it did.
        let after_evidence = matches!(self.phase, Phase::Ending { evidence_at, .. } if reading.asked > evidence_at);
        // Before its first reading the room may have ended and come again just as well.
        let known = self.last().map(|last| last.answered).or(self.known_at);
        let long_gap = known.is_some_and(|known| reading.asked - known > rules.grace_ms);
        let falls = self.highest.is_some_and(|highest| reading.counters.falls_below(&highest));
        if self.phase == Phase::Live {
            self.gone = None;
        }
        if falls {
            let write = Write::SetAside { stream: self.stream, reading, verdict: "open" };
            effects.push(Effect::Write(write));
        }
        if after_evidence || long_gap || falls || self.is_waiting() {
            self.held.push(reading);
            match self.undecided.and_then(|newer| Some((newer, self.border(newer)?))) {
                Some((newer, border)) => self.followed_by(newer, border, reading.answered, &mut effects),
                None => effects.push(Effect::AskInfo),
            }
            return effects;
        }
        if !self.fallen.is_empty() {
            self.fallen.clear();
            effects.push(Effect::Write(Write::Judge { stream: self.stream, verdict: "glitch" }));
        }
        self.accept(reading, interval_ms, request_id, retries, &mut effects);
        if self.create_time.is_none() {
            effects.push(Effect::AskInfo);
        }
        if let (Some(quiet_ms), Phase::Live, Some(moved_at)) = (rules.quiet_ms, self.phase, self.moved_at)
            && reading.answered - moved_at >= quiet_ms
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
        self.restarted = false;
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

    /// Accepted or not, the readings that a CreateTime told afterwards may take out of this life, by time.
    fn open_to_doubt(&self) -> Vec<Reading> {
        let mut readings: Vec<_> = self.unconfirmed.iter().chain(&self.fallen).chain(&self.held).copied().collect();
        readings.sort_by_key(|reading| reading.asked);
        readings
    }

    /// The readings between which totals fall in the second of a creation: the last of the life before, and the first of
    /// the life that began. Inside one life they never do.
    fn fall(&self, create_time: i64) -> Option<(Reading, Reading)> {
        let began = self.clock.began(create_time);
        let accepted = self.unconfirmed.iter().take_while(|reading| reading.answered < began);
        let before = accepted.last().copied().or(self.confirmed);
        let since = self.open_to_doubt().into_iter().filter(|reading| reading.answered >= began);
        let readings: Vec<_> = before.into_iter().chain(since).collect();
        let had_begun = self.clock.had_begun(create_time);
        let falls = |pair: &&[Reading]| pair[0].asked < had_begun && pair[1].counters.falls_below(&pair[0].counters);
        readings.windows(2).rev().find(falls).map(|pair| (pair[0], pair[1]))
    }

    /// Where this life ends among the readings, and the one of this CreateTime begins. `None` while a reading of the second
    /// of its creation is the last there is: with the next one totals may fall.
    fn border(&self, create_time: i64) -> Option<Border> {
        if let Some((last, first)) = self.fall(create_time) {
            return Some(Border { ours_until: last.answered, next_from: first.asked });
        }
        let border = Border::of_second(self.clock, create_time);
        let undecided = self.open_to_doubt().last().is_some_and(|last| border.leaves_open(last));
        (!undecided).then_some(border)
    }

    /// Takes readings that are not surely of this life out of it, and tells them.
    fn withdraw(&mut self, border: Border, effects: &mut Vec<Effect>) -> Vec<Reading> {
        let (ours, others): (Vec<_>, Vec<_>) =
            self.unconfirmed.drain(..).partition(|reading| reading.answered <= border.ours_until);
        if let Some(first) = others.first() {
            let last = ours.last().copied().or(self.confirmed);
            // From the first one that goes, not from the beginning of the second: what was confirmed within it stays.
            effects.push(Effect::Write(Write::Withdraw { stream: self.stream, since: first.asked, last }));
            self.run = last.map(Run::from);
        }
        others
    }

    /// 100004: no such room now.
    pub fn gone(&mut self, rules: &Rules, asked: Millis, answered: Millis, interval_ms: i64) -> Vec<Effect> {
        let mut effects = Vec::new();
        // Where the room comes back, this is why it was not read; an outage before it is the better reason.
        if self.trouble.is_none() {
            self.trouble = Some((asked, NO_SUCH_ROOM));
        }
        match self.phase {
            Phase::Live => match self.gone {
                Some(first) if an_interval_apart(first, asked, interval_ms) => {
                    if let Some(decided) = self.decide(answered) {
                        return decided;
                    }
                    self.drop_held(&mut effects);
                    let after = self.last().map(|last| last.answered);
                    let ended_at = after.map_or(first, |after| first.max(after));
                    self.end(EndEvidence::RoomGone, ended_at, after, answered, &mut effects);
                }
                Some(_) => {}
                None => self.gone = Some(asked),
            },
            Phase::Ending { evidence_at, .. } => {
                if self.gone.is_none() {
                    self.gone = Some(asked);
                    self.place_end(asked, &mut effects);
                }
                if asked - evidence_at >= rules.grace_ms {
                    if let Some(decided) = self.decide(answered) {
                        effects.extend(decided);
                        return effects;
                    }
                    self.drop_held(&mut effects);
                    self.over(&mut effects);
                }
            }
            Phase::Over => {}
        }
        effects
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
        if self.phase == Phase::Over {
            return Vec::new();
        }
        let since = self.trouble.map_or(at, |(since, _)| since);
        self.trouble = Some((since, cause));
        vec![Effect::Write(Write::Failure { stream: self.stream, code, at, request_id, retries })]
    }

    /// get_room_info or a sweep, asked then, told this CreateTime.
    pub fn told(&mut self, create_time: i64, asked: Millis, interval_ms: i64) -> Vec<Effect> {
        let mut effects = Vec::new();
        if self.phase == Phase::Over {
            return effects;
        }
        match self.undecided {
            // Stale, like any older one: told by a cache that does not know the newer life yet.
            Some(newer) if create_time < newer => return effects,
            // One more life began meanwhile; the one told before has a stream of its own.
            Some(newer) if create_time > newer => {
                effects.extend(self.decide(asked).unwrap_or_default());
                effects.push(Effect::AskInfo);
                return effects;
            }
            _ => {}
        }
        let own = match self.create_time {
            Some(own) => own,
            None => {
                // Opened without knowing: what was read before this CreateTime was another life.
                let began = self.clock.began(create_time);
                let ours = self.first_answered.is_none_or(|first| first >= began) && self.fall(create_time).is_none();
                if ours {
                    self.create_time = Some(create_time);
                    effects.push(Effect::Write(Write::Created { stream: self.stream, create_time }));
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
            match self.border(create_time) {
                Some(border) => self.followed_by(create_time, border, asked, &mut effects),
                None => self.undecided = Some(create_time),
            }
            return effects;
        }
        self.known_at = self.known_at.max(Some(asked));
        while let Some(known) = self.unconfirmed.pop_front_if(|reading| reading.answered <= asked) {
            self.confirmed = Some(known);
        }
        let mine: Vec<_> = self.held.iter().copied().filter(|reading| reading.answered <= asked).collect();
        self.held.retain(|reading| reading.answered > asked);
        // What was asked before the evidence came is true to it, and contradicts nothing.
        if let Phase::Ending { by, evidence_at, .. } = self.phase
            && mine.iter().any(|reading| reading.asked > evidence_at)
        {
            self.returns(by, asked.max(evidence_at), &mut effects);
        }
        for reading in mine {
            self.belongs(reading, interval_ms, &mut effects);
        }
        effects
    }

    /// Whether a newer life was told that had begun by then, and it is not decided yet with which reading.
    pub fn may_be_followed(&self, at: Millis) -> bool {
        // Both times are Tencent's.
        self.undecided.is_some_and(|create_time| at >= Millis::from_seconds(create_time))
    }

    /// No reading will come that tells with which one the newer life begins. `None` where no newer life was told.
    pub fn decide(&mut self, at: Millis) -> Option<Vec<Effect>> {
        let create_time = self.undecided?;
        let border = self.border(create_time).unwrap_or_else(|| Border::of_second(self.clock, create_time));
        let mut effects = Vec::new();
        self.followed_by(create_time, border, at, &mut effects);
        Some(effects)
    }

    /// A newer life of the room began: this one is over.
    fn followed_by(&mut self, create_time: i64, border: Border, at: Millis, effects: &mut Vec<Effect>) {
        self.undecided = None;
        let mut readings = self.withdraw(border, effects);
        readings.extend(self.fallen.drain(..).chain(self.held.drain(..)));
        let (mut next, either): (Vec<_>, Vec<_>) =
            readings.into_iter().partition(|reading| reading.asked >= border.next_from);
        next.sort_by_key(|reading| reading.asked);
        // Of this life or of the next, and nothing tells which: kept, counted in neither.
        for reading in either {
            effects.push(Effect::Write(Write::SetAside { stream: self.stream, reading, verdict: "stale" }));
        }
        effects.push(Effect::Write(Write::Judge { stream: self.stream, verdict: "next_life" }));
        self.give_way(self.clock.began(create_time), at, effects);
        effects.push(Effect::NextLife { create_time: Some(create_time), readings: next });
    }

    /// Live again, whatever was told; a closing message that said otherwise counts no more.
    fn returns(&mut self, by: EndEvidence, at: Millis, effects: &mut Vec<Effect>) {
        self.phase = Phase::Live;
        self.gone = None;
        effects.push(Effect::Write(Write::Returned { stream: self.stream }));
        if by == EndEvidence::Webhook {
            self.contradicted.extend(self.closing_at.take());
            effects.push(Effect::Write(Write::Contradicted { stream: self.stream, at }));
        }
    }

    /// A reading that was held turns out to be of this life.
    fn belongs(&mut self, reading: Reading, interval_ms: i64, effects: &mut Vec<Effect>) {
        if !self.highest.is_some_and(|highest| reading.counters.falls_below(&highest)) {
            if !self.fallen.is_empty() {
                self.fallen.clear();
                effects.push(Effect::Write(Write::Judge { stream: self.stream, verdict: "glitch" }));
            }
            self.accept(reading, interval_ms, None, 0, effects);
            return;
        }
        self.fallen.push(reading);
        let since = self.trouble.map_or(reading.asked, |(since, _)| since);
        self.trouble = Some((since, GapCause::SetAside));
        if self.fallen.len() < RESTATED_AFTER {
            return;
        }
        let restated = std::mem::take(&mut self.fallen);
        let from = self.last().map_or(restated[0].asked, |last| last.answered);
        effects.push(Effect::Write(Write::Judge { stream: self.stream, verdict: "restated" }));
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
        // A newer life that was told waits for the next reading alone.
        if self.phase == Phase::Over || self.undecided.is_some() {
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
        effects.push(Effect::Write(Write::Judge { stream: self.stream, verdict: "next_life" }));
        self.drop_held(&mut effects);
        self.give_way(now, now, &mut effects);
        effects.push(Effect::NextLife { create_time: None, readings: in_a_row });
        effects
    }

    /// Tencent's closing message, authenticated. Of several the latest EventTime counts, in whichever order they come.
    pub fn closed(&mut self, event_time: Millis, statistic: Totals, received_at: Millis) -> Vec<Effect> {
        let mut effects = Vec::new();
        if self.phase == Phase::Over || self.contradicted.contains(&event_time) {
            return effects;
        }
        let closing = ClosingRow { event_time, received_at, statistic, contradicted_at: None };
        effects.push(Effect::Write(Write::Closing { stream: self.stream, closing }));
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
            effects.push(Effect::Write(Write::SetAside { stream: self.stream, reading, verdict: "stale" }));
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
    use crate::store::Part;
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

    fn read(life: &mut Life, second: i64, value: i64) -> Vec<Effect> {
        life.reading(&RULES, reading(second, value), STEP, None, 0)
    }

    fn told(life: &mut Life, create_time: i64, second: i64) -> Vec<Effect> {
        life.told(create_time, at(second), STEP)
    }

    fn gone(life: &mut Life, second: i64) -> Vec<Effect> {
        life.gone(&RULES, at(second), at(second) + 50, STEP)
    }

    /// A life with accepted readings at 0, 10 and 20 s of values 1, 2, 3.
    fn life() -> Life {
        let mut life = Life::new(StreamId(1), Some(BORN));
        for step in 0..3 {
            assert!(matches!(read(&mut life, step * 10, step + 1)[..], [Effect::Write(Write::Run { .. })]));
        }
        life
    }

    /// An open stream of this life as the store has it.
    fn stored(create_time: Option<i64>) -> OpenStream {
        OpenStream {
            summary: crate::report::compose::tests::summary(),
            create_time,
            part: Part::default(),
            interval_ms: STEP,
            first_seen: at(0),
            evidence_at: None,
            host_left_at: None,
            retries: 0,
            last_request_id: None,
            note: None,
        }
    }

    fn verdict(effects: &[Effect]) -> Option<&'static str> {
        effects.iter().find_map(|effect| match effect {
            Effect::Write(Write::Judge { verdict, .. }) => Some(*verdict),
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
        let mut life = life();
        gone(&mut life, 30);
        assert_eq!(accepted(&read(&mut life, 40, 4)), 1);
        assert_eq!(gone(&mut life, 50), []);
        assert_eq!(life.phase, Phase::Live);
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
        let next = Effect::NextLife { create_time: Some(BORN + 25), readings: vec![reading(30, 0)] };
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
        let next = Effect::NextLife { create_time: Some(BORN + 25), readings: vec![reading(30, 9), reading(40, 12)] };
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
        let mut life = Life::new(StreamId(1), Some(BORN));
        assert_eq!(told(&mut life, BORN, 1), []);
        assert_eq!(read(&mut life, 125, 9), [Effect::AskInfo]);
        let effects = told(&mut life, BORN + 60, 126);
        let next = Effect::NextLife { create_time: Some(BORN + 60), readings: vec![reading(125, 9)] };
        assert_eq!(effects.last(), Some(&next));
        assert_eq!(life.last(), None);
        // Where get_room_info does not answer, two are enough, until it does.
        let mut life = Life::new(StreamId(1), Some(BORN));
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
        life.clock_was_set();
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
        let mut again = Life { clock_set: false, restarted: true, heard: None, ..life };
        assert_eq!(accepted(&read(&mut again, -2000, 7)), 1);
    }

    #[test]
    fn what_was_read_before_the_next_life_and_not_known_to_be_of_this_one_is_kept_aside() {
        let mut life = life();
        // After a gap longer than the grace nothing is accepted unasked.
        assert_eq!(read(&mut life, 300, 9), [Effect::AskInfo]);
        let effects = told(&mut life, BORN + 305, 310);
        let kept = Write::SetAside { stream: StreamId(1), reading: reading(300, 9), verdict: "stale" };
        assert!(effects.contains(&Effect::Write(kept)), "{effects:?}");
        assert_eq!(effects.last(), Some(&Effect::NextLife { create_time: Some(BORN + 305), readings: Vec::new() }));
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
        let closing = |life: &mut Life, second| life.closed(at(second), Totals::default(), at(60));
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

    #[test]
    fn what_was_read_in_the_second_of_the_next_creation_stays_where_its_totals_belong() {
        let mut life = life();
        told(&mut life, BORN, 21);
        let late = Reading { asked: at(25) + 300, answered: at(25) + 350, ..reading(25, 9) };
        assert_eq!(accepted(&life.reading(&RULES, late, STEP, None, 0)), 1);
        read(&mut life, 30, 2);
        let effects = told(&mut life, BORN + 25, 31);
        assert!(!effects.iter().any(|effect| matches!(effect, Effect::Write(Write::Withdraw { .. }))), "{effects:?}");
        let next = Effect::NextLife { create_time: Some(BORN + 25), readings: vec![reading(30, 2)] };
        assert_eq!(effects.last(), Some(&next));
        assert_eq!(life.last(), Some(late));
    }

    #[test]
    fn a_creation_told_before_its_first_reading_takes_none_of_the_second_it_fell_in() {
        let late = Reading { asked: at(25) + 300, answered: at(25) + 350, ..reading(25, 9) };
        let told_early = |next: Reading| {
            let mut life = life();
            told(&mut life, BORN, 21);
            assert_eq!(accepted(&life.reading(&RULES, late, STEP, None, 0)), 1);
            // By webhook, within the second: nothing yet tells whose the last reading is.
            assert_eq!(told(&mut life, BORN + 25, 26), []);
            assert!(life.is_waiting(), "so the next reading is asked for soon");
            // A page of the list that is older says nothing of it.
            assert_eq!(told(&mut life, BORN, 27), []);
            assert!(life.is_waiting());
            (life.reading(&RULES, next, STEP, None, 0), life.last())
        };
        // Lower: the life that follows has begun after it.
        let (effects, last) = told_early(reading(30, 2));
        assert!(!effects.iter().any(|effect| matches!(effect, Effect::Write(Write::Withdraw { .. }))), "{effects:?}");
        let next = Effect::NextLife { create_time: Some(BORN + 25), readings: vec![reading(30, 2)] };
        assert_eq!((effects.last(), last), (Some(&next), Some(late)));
        // Higher: it can be of either, and is counted in neither.
        let (effects, last) = told_early(reading(30, 12));
        let kept = Write::SetAside { stream: StreamId(1), reading: late, verdict: "stale" };
        assert!(effects.contains(&Effect::Write(kept)), "{effects:?}");
        let next = Effect::NextLife { create_time: Some(BORN + 25), readings: vec![reading(30, 12)] };
        assert_eq!((effects.last(), last), (Some(&next), Some(reading(20, 3))));
    }

    #[test]
    fn a_third_life_told_before_the_second_was_read_swallows_neither() {
        let mut life = life();
        told(&mut life, BORN, 21);
        let late = Reading { asked: at(25) + 300, answered: at(25) + 350, ..reading(25, 9) };
        life.reading(&RULES, late, STEP, None, 0);
        assert_eq!(told(&mut life, BORN + 25, 26), []);
        let effects = told(&mut life, BORN + 27, 28);
        let next = Effect::NextLife { create_time: Some(BORN + 25), readings: vec![] };
        assert!(effects.contains(&next), "{effects:?}");
        assert_eq!(effects.last(), Some(&Effect::AskInfo), "of what follows the second, its own stream asks");
    }

    #[test]
    fn a_clock_that_differs_from_tencents_hides_no_fall_between_two_lives() {
        // The second life begins at 25 s; ours says 30 then, or 20. What is read of the first before is its own.
        for (ours, offset) in [(5, -3_000), (-5, 5_000)] {
            let mut life = Life::new(StreamId(1), Some(BORN));
            life.clock_is_off(ClockOff::new(offset));
            for (second, value) in [(0, 1), (14, 7), (24, 9)] {
                assert_eq!(accepted(&read(&mut life, second + ours, value)), 1);
                told(&mut life, BORN, second + ours - 1);
            }
            let first = reading(27 + ours, 8);
            life.reading(&RULES, first, STEP, None, 0);
            let effects = told(&mut life, BORN + 25, 28 + ours);
            let next = Effect::NextLife { create_time: Some(BORN + 25), readings: vec![first] };
            assert_eq!(effects.last(), Some(&next), "{ours} s ahead");
            assert_eq!(life.last().map(|last| last.counters.coins), Some(9), "{ours} s ahead");
        }
    }

    #[test]
    fn a_stream_that_began_untold_is_of_the_life_of_its_first_reading() {
        let mut life = Life::new(StreamId(1), None);
        read(&mut life, 0, 1);
        read(&mut life, 10, 2);
        read(&mut life, 30, 9);
        let effects = told(&mut life, BORN + 25, 31);
        let next = Effect::NextLife { create_time: Some(BORN + 25), readings: vec![reading(30, 9)] };
        assert_eq!(effects.last(), Some(&next), "the later life overtook it and was not its own");
        assert_eq!((life.create_time, life.last()), (None, Some(reading(10, 2))));
    }

    #[test]
    fn a_stream_that_began_untold_is_not_of_a_life_whose_totals_began_below_its_own() {
        let mut life = Life::new(StreamId(1), None);
        let late = Reading { asked: at(25) + 300, answered: at(25) + 350, ..reading(25, 9) };
        life.reading(&RULES, late, STEP, None, 0);
        read(&mut life, 30, 2);
        let effects = told(&mut life, BORN + 25, 31);
        let next = Effect::NextLife { create_time: Some(BORN + 25), readings: vec![reading(30, 2)] };
        assert_eq!(effects.last(), Some(&next));
        assert_eq!((life.create_time, life.last()), (None, Some(late)));
    }

    #[test]
    fn what_was_known_of_this_life_in_the_second_of_the_next_creation_stays() {
        let mut life = life();
        let known = Reading { asked: at(25) + 300, answered: at(25) + 350, ..reading(25, 9) };
        life.reading(&RULES, known, STEP, None, 0);
        life.told(BORN, at(25) + 400, STEP);
        // Within one second the room went and came again, was read low, and then high.
        let first = Reading { asked: at(25) + 800, answered: at(25) + 850, ..reading(25, 4) };
        life.reading(&RULES, first, STEP, None, 0);
        read(&mut life, 30, 12);
        let effects = told(&mut life, BORN + 25, 31);
        let next = Effect::NextLife { create_time: Some(BORN + 25), readings: vec![first, reading(30, 12)] };
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
        let kept = Write::SetAside { stream: StreamId(1), reading: across, verdict: "stale" };
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
        read(&mut life, 304, 9);
        told(&mut life, BORN, 305);
        assert_eq!(life.phase, Phase::Live, "an answer after it does");
    }

    #[test]
    fn after_a_restart_what_was_read_in_the_second_of_the_next_creation_is_counted_in_neither_life() {
        let stream = OpenStream::begun(
            StreamId(1),
            &crate::store::NewStream {
                app: crate::domain::AppId(7),
                room: crate::domain::RoomId::parse("xl_radio").unwrap(),
                kind: crate::domain::StreamKind::Stream,
                create_time: Some(BORN),
                part: Part::default(),
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
            let mut life = Life::restore(&stream, &runs, None, true);
            read(&mut life, 30, 12);
            (told(&mut life, BORN + 25, 31), life.last())
        };
        let (effects, last) = restored(&[reading(0, 1), late]);
        let next = Effect::NextLife { create_time: Some(BORN + 25), readings: vec![reading(30, 12)] };
        let kept = Effect::Write(Write::SetAside { stream: StreamId(1), reading: late, verdict: "stale" });
        assert!(effects.contains(&kept), "{effects:?}");
        assert_eq!((effects.last(), last), (Some(&next), Some(reading(0, 1))));
        // What was asked after that second is the next life's, whatever was known of it.
        let (effects, last) = restored(&[reading(0, 1), late, reading(27, 9)]);
        let next = Effect::NextLife { create_time: Some(BORN + 25), readings: vec![reading(27, 9), reading(30, 12)] };
        assert!(effects.contains(&kept), "{effects:?}");
        assert_eq!((effects.last(), last), (Some(&next), Some(reading(0, 1))));
    }

    #[test]
    fn a_fall_within_the_second_of_creation_decides_at_once() {
        let mut life = life();
        accepted(&life.reading(&RULES, reading(20, 9), STEP, None, 0));
        told(&mut life, BORN, 21);
        let first = Reading { asked: at(25) + 400, answered: at(25) + 450, ..reading(25, 2) };
        life.reading(&RULES, first, STEP, None, 0);
        let effects = told(&mut life, BORN + 25, 26);
        let next = Effect::NextLife { create_time: Some(BORN + 25), readings: vec![first] };
        assert_eq!((effects.last(), life.is_waiting()), (Some(&next), false));
    }

    #[test]
    fn a_newer_life_that_was_told_is_not_lost_where_the_room_ends_before_it_is_read() {
        let undecided = || {
            let mut life = life();
            told(&mut life, BORN, 21);
            let late = Reading { asked: at(25) + 300, answered: at(25) + 350, ..reading(25, 9) };
            life.reading(&RULES, late, STEP, None, 0);
            assert_eq!(told(&mut life, BORN + 25, 26), []);
            (life, late)
        };
        let next = Effect::NextLife { create_time: Some(BORN + 25), readings: vec![] };
        // 100004 twice: the old one ended when the new one began, not when the room went.
        let (mut life, late) = undecided();
        assert_eq!(life.gone(&RULES, at(30), at(30) + 40, STEP), []);
        let effects = life.gone(&RULES, at(40), at(40) + 40, STEP);
        assert_eq!(
            (effects.last(), life.ended_by(), life.last()),
            (Some(&next), Some(EndEvidence::NewerLife), Some(reading(20, 3)))
        );
        let kept = Write::SetAside { stream: StreamId(1), reading: late, verdict: "stale" };
        assert!(effects.contains(&Effect::Write(kept)), "in that second it can be of either: {effects:?}");
        // A closing message of the new one is not the old one's.
        let (mut life, _) = undecided();
        assert!(life.may_be_followed(at(27)) && !life.may_be_followed(at(24)));
        assert_eq!(life.decide(at(28)).unwrap().last(), Some(&next));
        assert_eq!(life.decide(at(29)), None, "once");
    }

    #[test]
    fn one_lower_reading_is_a_glitch_and_three_are_a_restatement() {
        let mut life = life();
        read(&mut life, 30, 1);
        assert_eq!(told(&mut life, BORN, 31), []);
        let effects = read(&mut life, 40, 4);
        assert_eq!(verdict(&effects), Some("glitch"));
        assert_eq!(accepted(&effects), 1);
        for (second, value) in [(50, 1), (60, 1)] {
            read(&mut life, second, value);
            assert_eq!(accepted(&told(&mut life, BORN, second + 1)), 0);
        }
        read(&mut life, 70, 2);
        let effects = told(&mut life, BORN, 71);
        assert_eq!(verdict(&effects), Some("restated"));
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
        let next = Effect::NextLife { create_time: None, readings: vec![reading(30, 0), reading(40, 1)] };
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
        let closing = |life: &mut Life| life.closed(at(25), Totals::default(), at(41));
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
            let mut life = Life::new(StreamId(7), Some(BORN));
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
                    3 if !life.is_waiting() => {
                        let stream = stored(Some(BORN));
                        life = Life::restore(&stream, life.run.as_slice(), None, true);
                    }
                    _ => {}
                }
                let counters = truly(asked + latency * moment / 1_000);
                let reading = Reading { asked: Millis(asked), answered: Millis(answered), counters };
                good.push(reading);
                ledger.take(life.reading(&RULES, reading, STEP, None, 0));
                if std::mem::take(&mut ledger.asks) && kind != 4 {
                    ledger.take(life.told(BORN, Millis(answered + 10), STEP));
                }
            }
            ledger.take(life.told(BORN, Millis(now + 10), STEP));
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
            let mut life = Life::new(StreamId(1), Some(BORN));
            let mut highest = 0;
            let mut total = 0;
            for (place, step) in steps.into_iter().enumerate() {
                let second = place as i64 * 10;
                let effects = match step {
                    // The true total grows; now and then a reading lies by one.
                    Heard::Reading(0) => { total += 1; read(&mut life, second, (total - 2).max(0)) }
                    Heard::Reading(more) => { total += more; read(&mut life, second, total) }
                    Heard::Failure => life.failure(GapCause::NoAnswer, "no_answer".into(), at(second), None, 0),
                    // With get_room_info at hand now and then, two unknown falls in a row do not come together.
                    Heard::InfoFailed => Vec::new(),
                    Heard::Info => told(&mut life, BORN, second + 5),
                };
                let restated = verdict(&effects) == Some("restated");
                for effect in effects {
                    prop_assert!(effect != Effect::Seal);
                    let ends = matches!(effect, Effect::Write(Write::Ending { .. }) | Effect::NextLife { .. });
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
        lives: Vec<Life>,
        clock: ClockOff,
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
                    Effect::Write(Write::SetAside { reading, .. }) => drop(self.set_aside.insert(reading.asked)),
                    Effect::AskInfo => self.asks = true,
                    Effect::NextLife { create_time, readings } => {
                        let mut life = Life::new(StreamId(self.lives.len() as i64 + 1), create_time);
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

        fn with(&mut self, step: impl FnOnce(&mut Life) -> Vec<Effect>) {
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
            let clock = ClockOff::new(offset);
            let ours = |t: i64| at(0) + t + ahead;
            let created = from + pause;
            let truly = |t: i64| match t {
                t if t < from => Some((BORN, t * old / 1000)),
                t if t >= created => Some((BORN + created / 1000, (t - created) * new / 1000)),
                _ => None,
            };
            let mut first = Life::new(StreamId(1), Some(BORN));
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
                    (6.., Some((create_time, _))) => world.with(|life| life.told(create_time, ours(asked), STEP)),
                    (_, None) => world.with(|life| life.gone(&RULES, ours(asked), ours(answered), STEP)),
                    (5, _) if restarts && !world.lives.last().unwrap().is_waiting() => {
                        let life = world.lives.last().unwrap();
                        let open = stored(life.create_time);
                        let runs: BTreeMap<_, _> =
                            world.counted.last().unwrap().values().map(|run| (run.from, *run)).collect();
                        let runs: Vec<_> = runs.into_values().collect();
                        let mut again = Life::restore(&open, &runs, None, true);
                        again.clock_is_off(clock);
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
                                world.with(|life| life.told(create_time, ours(asked), STEP));
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
