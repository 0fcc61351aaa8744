//! The life of one stream as a pure step function: what was heard goes in, what is to be done comes out.
//!
//! May not: read a clock, ask, or write. Evidence of an end is an authenticated closing message, 100004 twice one interval
//! apart, a newer CreateTime, an operator, or the quiet rule. A failure is never evidence, however long it lasts.

use crate::domain::{Counters, EndEvidence, Gap, GapCause, Millis, Reading, Run, StreamId, Totals};
use crate::store::{ClosingRow, OpenStream, Write};

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
    /// Readings that wait for get_room_info to say whose they are.
    held: Vec<Reading>,
    /// Lower readings of this very life, in a row.
    fallen: Vec<Reading>,
    /// When the first 100004 was asked.
    pub gone: Option<Millis>,
    /// Since when nothing could be read, and why.
    pub trouble: Option<(Millis, GapCause)>,
    restarted: bool,
}

/// Three lower readings in a row are Tencent's own correction: one is a glitch, and two may be two.
const RESTATED_AFTER: usize = 3;

/// A gap is any time between readings longer than this, in milliseconds (design, section 4).
pub const fn gap_limit(interval_ms: i64) -> i64 {
    let thrice = 3 * interval_ms;
    if thrice > 5000 { thrice } else { 5000 }
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
            held: Vec::new(),
            fallen: Vec::new(),
            gone: None,
            trouble: None,
            restarted: false,
        }
    }

    /// A stream as the store has it after a restart or a return; `run` is its last.
    pub fn restore(open: &OpenStream, run: Option<Run>, restarted: bool) -> Self {
        let phase = match (open.summary.ended_by, open.summary.ended_at, open.evidence_at) {
            (Some(by), Some(ended_at), Some(evidence_at)) => Phase::Ending { by, ended_at, evidence_at },
            _ => Phase::Live,
        };
        Self {
            phase,
            ended_by: open.summary.ended_by,
            highest: run.map(|run| run.counters),
            moved_at: run.map(|run| run.from_answered),
            run,
            restarted,
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

    /// Whether readings wait for get_room_info.
    pub fn is_waiting(&self) -> bool {
        !self.held.is_empty()
    }

    /// From when on an answer of 100004 seals, if the stream is ending.
    pub fn seal_from(&self, rules: &Rules) -> Option<Millis> {
        match self.phase {
            Phase::Ending { evidence_at, .. } => Some(evidence_at + rules.grace_ms),
            _ => None,
        }
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
        if self.phase == Phase::Over || self.last().is_some_and(|last| reading.asked < last.asked) {
            return effects;
        }
        // A reading asked before the evidence came is still of the stream that ended: it was true before it did.
        let after_evidence = matches!(self.phase, Phase::Ending { evidence_at, .. } if reading.asked > evidence_at);
        let long_gap = self.last().is_some_and(|last| reading.asked - last.answered > rules.grace_ms);
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
            effects.push(Effect::AskInfo);
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
            self.end(EndEvidence::Quiet, reading.answered, Some(reading.answered), reading.answered, &mut effects);
            self.over(&mut effects);
        }
        effects
    }

    fn accept(
        &mut self,
        reading: Reading,
        interval_ms: i64,
        request_id: Option<String>,
        retries: i64,
        effects: &mut Vec<Effect>,
    ) {
        let mut gap = None;
        if let Some(last) = self.last()
            && reading.asked - last.answered > gap_limit(interval_ms)
        {
            let cause = match self.trouble {
                _ if self.restarted => GapCause::Restarted,
                Some((_, cause)) => cause,
                None => GapCause::Late,
            };
            gap = Some(Gap { from: last.answered, until: reading.asked, cause });
        }
        if let Some(gap) = gap {
            effects.push(Effect::Write(Write::Gap { stream: self.stream, gap }));
        }
        self.trouble = None;
        self.restarted = false;
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
        effects.push(Effect::Write(Write::Run { stream: self.stream, run, request_id, retries }));
    }

    /// 100004: no such room now.
    pub fn gone(&mut self, rules: &Rules, asked: Millis, answered: Millis, interval_ms: i64) -> Vec<Effect> {
        let mut effects = Vec::new();
        match self.phase {
            Phase::Live => match self.gone {
                // An interval apart, less what the schedule may be early.
                Some(first) if asked - first >= interval_ms * 9 / 10 => {
                    self.drop_held(&mut effects);
                    let after = self.last().map(|last| last.answered);
                    self.end(EndEvidence::RoomGone, first, after, answered, &mut effects);
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
    pub fn told(&mut self, rules: &Rules, create_time: i64, asked: Millis, interval_ms: i64) -> Vec<Effect> {
        let mut effects = Vec::new();
        if self.phase == Phase::Over {
            return effects;
        }
        let own = match self.create_time {
            Some(own) => own,
            None => {
                // Opened without knowing: what was read before this CreateTime was another life.
                let ours = self.run.is_none_or(|run| run.from_answered >= Millis::from_seconds(create_time));
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
            let since = Millis::from_seconds(create_time);
            let readings: Vec<_> =
                self.fallen.drain(..).chain(self.held.drain(..)).filter(|reading| reading.asked >= since).collect();
            effects.push(Effect::Write(Write::Judge { stream: self.stream, verdict: "next_life" }));
            if self.phase == Phase::Live {
                let last = self.last().map(|last| last.answered);
                let ended_at = last.unwrap_or(since);
                self.end(EndEvidence::NewerLife, ended_at, last, asked, &mut effects);
            }
            self.over(&mut effects);
            effects.push(Effect::NextLife { create_time: Some(create_time), readings });
            return effects;
        }
        let mine: Vec<_> = self.held.iter().copied().filter(|reading| reading.answered <= asked).collect();
        self.held.retain(|reading| reading.answered > asked);
        if let (Phase::Ending { by, evidence_at, .. }, true) = (self.phase, !mine.is_empty()) {
            self.phase = Phase::Live;
            self.gone = None;
            effects.push(Effect::Write(Write::Returned { stream: self.stream }));
            if by == EndEvidence::Webhook {
                effects.push(Effect::Write(Write::Contradicted { stream: self.stream, at: asked.max(evidence_at) }));
            }
        }
        for reading in mine {
            self.belongs(rules, reading, interval_ms, &mut effects);
        }
        effects
    }

    /// A reading that was held turns out to be of this life.
    fn belongs(&mut self, _rules: &Rules, reading: Reading, interval_ms: i64, effects: &mut Vec<Effect>) {
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
    pub fn untold(&mut self, now: Millis) -> Vec<Effect> {
        let mut effects = Vec::new();
        let Some(highest) = self.highest else { return effects };
        if self.phase == Phase::Over {
            return effects;
        }
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
        self.held.clear();
        effects.push(Effect::Write(Write::Judge { stream: self.stream, verdict: "next_life" }));
        if self.phase == Phase::Live {
            let last = self.last().map(|last| last.answered);
            self.end(EndEvidence::NewerLife, last.unwrap_or(now), last, now, &mut effects);
        }
        self.over(&mut effects);
        effects.push(Effect::NextLife { create_time: None, readings: in_a_row });
        effects
    }

    /// Tencent's closing message, authenticated.
    pub fn closed(&mut self, event_time: Millis, statistic: Totals, received_at: Millis) -> Vec<Effect> {
        let mut effects = Vec::new();
        if self.phase == Phase::Over {
            return effects;
        }
        let closing = ClosingRow { event_time, received_at, statistic, contradicted_at: None };
        effects.push(Effect::Write(Write::Closing { stream: self.stream, closing }));
        let last = self.last();
        let told = last.is_none_or(|last| event_time >= last.asked);
        match self.phase {
            Phase::Live => {
                let ended_at = match (told, self.gone) {
                    (false, Some(gone)) => gone,
                    _ => event_time,
                };
                let after = if told { None } else { last.map(|last| last.answered) };
                self.end(EndEvidence::Webhook, ended_at, after, received_at, &mut effects);
            }
            Phase::Ending { by: EndEvidence::RoomGone, evidence_at, ended_at } => {
                // The same end, told more exactly; the grace runs on from the first evidence.
                let (ended_at, after) =
                    if told { (event_time, None) } else { (ended_at, last.map(|last| last.answered)) };
                self.end(EndEvidence::Webhook, ended_at, after, evidence_at, &mut effects);
            }
            _ => {}
        }
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
    pub fn kept_by_operator(&mut self) -> Vec<Effect> {
        if !matches!(self.phase, Phase::Ending { .. }) {
            return Vec::new();
        }
        self.phase = Phase::Live;
        self.gone = None;
        vec![Effect::Write(Write::Returned { stream: self.stream })]
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
        effects.push(Effect::Write(Write::Ending { stream: self.stream, ended_at, ended_after, by, evidence_at }));
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
