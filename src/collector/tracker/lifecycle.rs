//! When a stream ends, and what takes the end back.
//!
//! Must not: decide which readings are of the stream.

use super::{Contradiction, NO_SUCH_ROOM, Phase, Rules, StreamTracker, TrackerEffect, is_an_interval_apart};
use crate::domain::numbers::gap_limit;
use crate::domain::{EndEvidence, Gap, Millis, Reading, Totals};
use crate::store::{RoomClosedRow, Write};

impl StreamTracker {
    /// Whether it is ending, or would with one answer more.
    pub const fn may_be_over(&self) -> bool {
        matches!(self.phase, Phase::Ending { .. }) || self.not_found_since.is_some()
    }

    /// Whether a room-closed webhook with this EventTime can be of this stream. One without a CreateTime takes none from
    /// before its first reading: that is of the stream before.
    pub fn may_have_closed(&self, at: Millis) -> bool {
        self.is_of_this_stream(at)
            && (self.create_time.is_some() || self.first_answered.is_none_or(|first| at >= first))
    }

    /// From when on an answer of 100004 seals, if the stream is ending.
    pub fn seal_from(&self, rules: &Rules) -> Option<Millis> {
        match self.phase {
            Phase::Ending { evidence_at, .. } => Some(evidence_at + rules.grace_ms),
            _ => None,
        }
    }

    /// get_room_stats answered 100004. Whether the room exists is for get_room_info to say: what get_room_stats answers
    /// for a dissolved room is not documented.
    pub fn apply_stats_not_found(&mut self, rules: &Rules, asked: Millis) -> Vec<TrackerEffect> {
        // Where the room comes back, this is why it was not read; an outage before it is the better reason.
        self.interruption.get_or_insert((asked, NO_SUCH_ROOM));
        // An answer that was overtaken by one requested later that returned the room says nothing of the time since.
        let is_overtaken = self.confirmed_at.is_some_and(|known| asked <= known);
        let asks = match self.phase {
            Phase::Live => {
                if !is_overtaken {
                    self.note_not_found(asked);
                }
                true
            }
            Phase::Ending { evidence_at, .. } => {
                if !is_overtaken {
                    self.note_not_found(asked);
                }
                self.info_not_found_since.is_none() || asked - evidence_at >= rules.grace_ms
            }
            Phase::Over => false,
        };
        if asks { vec![TrackerEffect::AskInfo] } else { Vec::new() }
    }

    /// Notes that a call requested at `asked` found no such room, and returns the earliest such request: the answers of
    /// the two commands overtake one another, and the earliest request dates the end.
    pub(super) fn note_not_found(&mut self, asked: Millis) -> Millis {
        *self.not_found_since.insert(self.not_found_since.map_or(asked, |first| first.min(asked)))
    }

    /// get_room_info answered 100004: there is no such room now.
    pub fn apply_info_not_found(
        &mut self,
        rules: &Rules,
        asked: Millis,
        answered: Millis,
        interval_ms: i64,
    ) -> Vec<TrackerEffect> {
        let mut effects = Vec::new();
        if self.phase == Phase::Over {
            return effects;
        }
        self.interruption.get_or_insert((asked, NO_SUCH_ROOM));
        let first = self.note_not_found(asked);
        let absent_since = self.info_not_found_since.replace(self.info_not_found_since.unwrap_or(asked));
        match self.phase {
            Phase::Live => {
                if absent_since.is_some_and(|since| is_an_interval_apart(since, asked, interval_ms)) {
                    self.exclude_pending(&mut effects);
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
                    self.correct_end(first, &mut effects);
                }
                if asked - evidence_at >= rules.grace_ms {
                    self.exclude_pending(&mut effects);
                    self.finish(&mut effects);
                }
            }
            Phase::Over => {}
        }
        effects
    }

    /// get_room_info returned the room: what 100004 of either call said is taken back.
    pub fn note_room_exists(&mut self) {
        self.info_not_found_since = None;
        if self.phase == Phase::Live {
            self.not_found_since = None;
        }
    }

    /// The room that contradicted its room-closed webhook is gone within the grace period: the webhook was true, and what
    /// answered after it was out of date.
    pub(super) fn closed_after_all(
        &mut self,
        past: Contradiction,
        not_found_since: Millis,
        at: Millis,
        effects: &mut Vec<TrackerEffect>,
    ) {
        let event_time = past.event_time;
        effects.push(TrackerEffect::Write(Write::ContradictionWithdrawn { stream: self.stream, event_time }));
        self.contradicted.retain(|contradicted| *contradicted != event_time);
        self.room_closed_at = Some(event_time);
        let last = self.last();
        let (ended_at, after) = match last.filter(|last| event_time < last.asked) {
            Some(last) => (not_found_since.max(last.answered), Some(last.answered)),
            None => (event_time, None),
        };
        self.end(EndEvidence::Webhook, ended_at, after, at, effects);
    }

    /// Where a room-closed webhook has an EventTime before the last reading, the first 100004 dates the end.
    pub(super) fn correct_end(&mut self, asked: Millis, effects: &mut Vec<TrackerEffect>) {
        let Phase::Ending { by: EndEvidence::Webhook, ended_at, evidence_at } = self.phase else { return };
        let Some(last) = self.last() else { return };
        if ended_at < last.asked {
            self.phase = Phase::Ending { by: EndEvidence::Webhook, ended_at: asked, evidence_at };
            effects.push(TrackerEffect::Write(Write::Ending {
                stream: self.stream,
                ended_at: asked,
                ended_after: Some(last.answered),
                by: EndEvidence::Webhook,
                evidence_at,
            }));
        }
    }

    /// Whether get_room_info, requested then, and readings since the evidence of the end show that it was none. A server
    /// that has not yet noticed a dissolution may return the room for a moment after its webhook; so only an answer more
    /// than an interval later, or a counter that moves, contradicts one.
    pub(super) fn is_contradicted(
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

    /// Live again; a room-closed webhook that said otherwise is contradicted.
    pub(super) fn return_to_live(&mut self, by: EndEvidence, at: Millis, effects: &mut Vec<TrackerEffect>) {
        self.phase = Phase::Live;
        self.not_found_since = None;
        self.info_not_found_since = None;
        effects.push(TrackerEffect::Write(Write::Returned { stream: self.stream }));
        if by == EndEvidence::Webhook {
            self.contradiction = self.room_closed_at.map(|event_time| Contradiction { event_time, at });
            self.contradicted.extend(self.room_closed_at.take());
            effects.push(TrackerEffect::Write(Write::Contradicted { stream: self.stream, at }));
        }
    }

    /// Tencent's room-closed webhook, authenticated. Of several the latest EventTime counts, in whichever order they come.
    pub fn apply_room_closed(
        &mut self,
        event_time: Millis,
        statistic: Totals,
        received_at: Millis,
    ) -> Vec<TrackerEffect> {
        let mut effects = Vec::new();
        if self.phase == Phase::Over || self.contradicted.contains(&event_time) {
            return effects;
        }
        let room_closed = RoomClosedRow { event_time, received_at, statistic, contradicted_at: None };
        effects.push(TrackerEffect::Write(Write::RoomClosed { stream: self.stream, room_closed }));
        let event_time = self.room_closed_at.map_or(event_time, |known| known.max(event_time));
        self.room_closed_at = Some(event_time);
        let last = self.last();
        let after_last = last.is_none_or(|last| event_time >= last.asked);
        let after = if after_last { None } else { last.map(|last| last.answered) };
        match self.phase {
            Phase::Live => {
                let ended_at = match (after_last, self.not_found_since) {
                    (false, Some(gone)) => gone,
                    _ => event_time,
                };
                self.end(EndEvidence::Webhook, ended_at, after, received_at, &mut effects);
            }
            // The same end, dated more exactly; the grace period runs on from the first evidence.
            Phase::Ending { by, evidence_at, ended_at } if by.has_grace() => {
                let placed = match (after_last, self.not_found_since) {
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

    /// The room's next stream has a stream already: we stopped between opening that and ending this one.
    pub fn was_superseded(&mut self, at: Millis) -> Vec<TrackerEffect> {
        let mut effects = Vec::new();
        self.end_superseded(at, at, &mut effects);
        effects
    }

    /// An operator says it is over: no grace.
    pub fn end_by_user(&mut self, now: Millis) -> Vec<TrackerEffect> {
        let mut effects = Vec::new();
        match self.phase {
            Phase::Over => return effects,
            Phase::Live => {
                let last = self.last().map(|last| last.answered);
                self.end(EndEvidence::Operator, now, last, now, &mut effects);
            }
            Phase::Ending { .. } => {}
        }
        self.exclude_pending(&mut effects);
        self.finish(&mut effects);
        effects
    }

    /// An operator says it is not: live until new evidence.
    pub fn keep_by_user(&mut self, now: Millis) -> Vec<TrackerEffect> {
        let mut effects = Vec::new();
        if let Phase::Ending { by, .. } = self.phase {
            self.return_to_live(by, now, &mut effects);
        }
        effects
    }

    pub(super) fn end(
        &mut self,
        by: EndEvidence,
        ended_at: Millis,
        ended_after: Option<Millis>,
        evidence_at: Millis,
        effects: &mut Vec<TrackerEffect>,
    ) {
        self.phase = Phase::Ending { by, ended_at, evidence_at };
        self.ended_by = Some(by);
        // What kept us from reading until the end, where it was not the end itself.
        if let (Some(last), Some(cause)) = (self.last(), self.cause().filter(|cause| *cause != NO_SUCH_ROOM))
            && ended_at - last.answered > gap_limit(self.interval_ms)
        {
            let gap = Gap { from: last.answered, until: ended_at, cause };
            effects.push(TrackerEffect::Write(Write::Gap { stream: self.stream, gap }));
        }
        effects.push(TrackerEffect::Write(Write::Ending {
            stream: self.stream,
            ended_at,
            ended_after,
            by,
            evidence_at,
        }));
    }

    /// Over because a newer stream is there: no grace. It ended with its last reading; one without, at `otherwise`.
    pub(super) fn end_superseded(&mut self, otherwise: Millis, at: Millis, effects: &mut Vec<TrackerEffect>) {
        if self.phase == Phase::Live {
            let last = self.last().map(|last| last.answered);
            self.end(EndEvidence::NewerSession, last.unwrap_or(otherwise), last, at, effects);
        }
        self.finish(effects);
    }

    pub(super) fn finish(&mut self, effects: &mut Vec<TrackerEffect>) {
        self.phase = Phase::Over;
        effects.push(TrackerEffect::Seal);
    }
}
