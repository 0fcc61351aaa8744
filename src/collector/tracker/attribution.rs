//! Which readings are of the stream, of the one before or of the next, and which are excluded.
//!
//! Must not: write runs but through `accept`.

use super::{CORRECTED_AFTER, CreateTimeSource, MAX_WAITING, Phase, Rules, StreamTracker, TrackerEffect, thin};
use crate::collector::clock::ClockOffset;
use crate::domain::numbers::gap_limit;
use crate::domain::{EndEvidence, ExclusionReason, GapCause, Millis, Reading, Run};
use crate::store::Write;

impl StreamTracker {
    /// The readings that wait for get_room_info, oldest first; also those it called lower readings of this very stream,
    /// which wait for the next.
    pub fn waiting(&self) -> Vec<Reading> {
        self.lower.iter().chain(&self.pending).copied().collect()
    }

    /// Lets readings wait that did so when the collector stopped.
    pub fn restore_waiting(&mut self, readings: Vec<Reading>) {
        self.read_before_restart = readings.last().map(|last| last.asked);
        self.pending = readings;
    }

    /// Whether what Tencent returned about the room, true at `at`, is about this stream.
    pub fn describes_this_stream(&self, create_time: Option<i64>, at: Millis) -> bool {
        let ours = match (self.create_time, create_time) {
            (Some(own), Some(returned)) => own == returned,
            _ => self.is_of_this_stream(at),
        };
        let over = match self.phase {
            Phase::Ending { ended_at, .. } => create_time.is_none() && at > ended_at,
            _ => false,
        };
        ours && !over
    }

    /// How far our clock is from Tencent's.
    pub const fn set_clock_offset(&mut self, by: ClockOffset) {
        self.clock = by;
    }

    /// Whether readings wait for get_room_info.
    pub(super) fn is_waiting(&self) -> bool {
        !self.pending.is_empty()
    }

    /// Whether a reading soon would settle what waits. One of a room that seems to be over, or is ending, would not.
    pub fn wants_reading(&self) -> bool {
        self.is_waiting() && self.phase == Phase::Live && self.info_not_found_since.is_none()
    }

    /// Whether what a message says was true at `at` can be of this part of the session.
    pub fn is_of_this_part(&self, at: Millis) -> bool {
        self.part_started_at.is_none_or(|began| at >= began)
    }

    /// Whether what a message says began at `at` can have begun in this stream.
    pub fn may_begin_here(&self, at: Millis) -> bool {
        self.is_of_this_part(at) && self.is_of_this_stream(at)
    }

    /// Whether the room was in this stream then, or in a later one.
    pub fn is_of_this_stream(&self, at: Millis) -> bool {
        self.create_time.is_none_or(|returned| at >= Millis::from_seconds(returned))
    }

    /// A reading came. `interval_ms` is the configured one: by it a time is a data gap, also where the rate limit stretches
    /// polling.
    pub fn apply_reading(
        &mut self,
        rules: &Rules,
        reading: Reading,
        interval_ms: i64,
        request_id: Option<String>,
        retries: i64,
    ) -> Vec<TrackerEffect> {
        let mut effects = Vec::new();
        if self.phase == Phase::Over || self.last_response.replace(reading) == Some(reading) {
            return effects;
        }
        // Calls follow one another, so what comes after a reading of this stream is not from before it, whatever the clock.
        if self.run.is_none()
            && self.create_time.is_some_and(|create_time| reading.asked < self.clock.had_started(create_time))
        {
            // A call may be in flight while the room is created again: what it returns can be of either stream.
            effects.push(TrackerEffect::Write(Write::Excluded {
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
        let known = self.last().map(|last| last.answered).or(self.confirmed_at);
        // A data gap, and longer than the grace period: a grace period below the polling interval asks no more often.
        let doubtful = rules.grace_ms.max(gap_limit(interval_ms));
        let long_gap = known.is_some_and(|known| reading.asked - known > doubtful);
        let falls = self.highest.is_some_and(|highest| reading.counters.falls_below(&highest));
        if self.phase == Phase::Live {
            // What get_room_stats said is taken back; what get_room_info said is not.
            self.not_found_since = self.info_not_found_since;
        }
        let absent = self.info_not_found_since.is_some_and(|since| reading.asked > since);
        if falls {
            let write = Write::Excluded { stream: self.stream, reading, reason: ExclusionReason::Undecided };
            effects.push(TrackerEffect::Write(write));
        }
        if after_evidence || absent || long_gap || falls || self.is_waiting() {
            if self.pending.len() >= MAX_WAITING {
                thin(&mut self.pending);
            }
            self.pending.push(reading);
            effects.push(TrackerEffect::AskInfo);
            return effects;
        }
        if !self.lower.is_empty() {
            self.lower.clear();
            effects.push(TrackerEffect::Write(Write::ResolveUndecided {
                stream: self.stream,
                reason: ExclusionReason::Glitch,
            }));
        }
        self.accept(reading, interval_ms, request_id, retries, &mut effects);
        if self.create_time.is_none() {
            effects.push(TrackerEffect::AskInfo);
        }
        if self.end_if_too_long(&mut effects) {
            return effects;
        }
        // Counted inside a run, which spans no data gap: while nothing could be read, nothing is known to have been constant.
        if let (Some(quiet_ms), Phase::Live, Some(run)) = (rules.quiet_ms, self.phase, self.run)
            && run.until - run.from_answered >= quiet_ms
        {
            self.end(EndEvidence::Quiet, reading.answered, None, reading.answered, &mut effects);
            self.finish(&mut effects);
        }
        effects
    }

    /// When the oldest reading was answered that no later CreateTime has confirmed.
    pub fn unconfirmed_since(&self) -> Option<Millis> {
        self.unconfirmed.front().map(|reading| reading.answered)
    }

    /// Takes readings that are not surely of this stream out of it, and returns them. `next_began` is when the next began at
    /// the earliest.
    pub(super) fn retract_unconfirmed(&mut self, next_began: Millis, effects: &mut Vec<TrackerEffect>) -> Vec<Reading> {
        let (ours, others): (Vec<_>, Vec<_>) =
            self.unconfirmed.drain(..).partition(|reading| reading.answered < next_began);
        if let Some(first) = others.first() {
            let last = ours.last().copied().or(self.confirmed);
            effects.push(TrackerEffect::Write(Write::ReassignReadings {
                stream: self.stream,
                since: first.asked,
                last,
            }));
            self.run = last.map(Run::from);
        }
        others
    }

    /// get_room_info or a sweep, requested then, returned this CreateTime.
    pub fn apply_create_time(
        &mut self,
        create_time: i64,
        asked: Millis,
        source: CreateTimeSource,
        interval_ms: i64,
    ) -> Vec<TrackerEffect> {
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
            // Stale: returned by a cache that does not know this stream yet. The readings go on waiting.
            return effects;
        }
        if create_time > own {
            self.superseded_by(create_time, asked, &mut effects);
            return effects;
        }
        self.confirmed_at = self.confirmed_at.max(Some(asked));
        while let Some(known) = self.unconfirmed.pop_front_if(|reading| reading.answered <= asked) {
            self.confirmed = Some(known);
        }
        let (mut mine, later): (Vec<_>, Vec<_>) = self.pending.drain(..).partition(|reading| reading.answered <= asked);
        self.pending = later;
        if let Phase::Ending { by, evidence_at, .. } = self.phase {
            // What was requested before the evidence came is consistent with it, and contradicts nothing.
            let (before, since): (Vec<_>, Vec<_>) =
                mine.into_iter().partition(|reading: &Reading| reading.asked <= evidence_at);
            mine = before;
            if source == CreateTimeSource::Info && self.is_contradicted(by, evidence_at, asked, &since, interval_ms) {
                self.return_to_live(by, asked, &mut effects);
                mine.extend(since);
            } else {
                self.pending.splice(..0, since);
            }
        }
        for reading in mine {
            self.accept_pending(reading, interval_ms, &mut effects);
        }
        self.end_if_too_long(&mut effects);
        effects
    }

    /// A CreateTime for a stream that was opened without one. False if its first reading is from before: then it was of
    /// an earlier stream.
    pub(super) fn adopt(&mut self, create_time: i64, interval_ms: i64, effects: &mut Vec<TrackerEffect>) -> bool {
        let (began, had_started) = (self.clock.began(create_time), self.clock.had_started(create_time));
        if self.first_answered.is_some_and(|first| first < began) {
            return false;
        }
        self.create_time = Some(create_time);
        effects.push(TrackerEffect::Write(Write::Created { stream: self.stream, create_time }));
        let stream = self.stream;
        let excluded =
            |reading| TrackerEffect::Write(Write::Excluded { stream, reading, reason: ExclusionReason::Stale });
        for waiting in [&mut self.pending, &mut self.lower] {
            effects.extend(waiting.extract_if(.., |reading| reading.asked < had_started).map(excluded));
        }
        if let Some(first) = self.unconfirmed.front().filter(|first| first.asked < had_started) {
            effects.push(TrackerEffect::Write(Write::ReassignReadings {
                stream: self.stream,
                since: first.asked,
                last: None,
            }));
            (self.run, self.highest, self.first_answered) = (None, None, None);
            for reading in std::mem::take(&mut self.unconfirmed) {
                if reading.asked < had_started {
                    effects.push(excluded(reading));
                } else {
                    self.accept(reading, interval_ms, None, 0, effects);
                }
            }
        }
        true
    }

    /// A newer stream of the room began: this one is over.
    pub(super) fn superseded_by(&mut self, create_time: i64, at: Millis, effects: &mut Vec<TrackerEffect>) {
        let (began, had_started) = (self.clock.began(create_time), self.clock.had_started(create_time));
        let mut readings = self.retract_unconfirmed(began, effects);
        readings.extend(self.lower.drain(..).chain(self.pending.drain(..)));
        let (mut next, either): (Vec<_>, Vec<_>) =
            readings.into_iter().partition(|reading| reading.asked >= had_started);
        next.sort_by_key(|reading| reading.asked);
        // Of this stream or of the next, and nothing shows which: stored, counted in neither.
        for reading in either {
            effects.push(TrackerEffect::Write(Write::Excluded {
                stream: self.stream,
                reading,
                reason: ExclusionReason::Stale,
            }));
        }
        effects.push(TrackerEffect::Write(Write::ResolveUndecided {
            stream: self.stream,
            reason: ExclusionReason::NextStream,
        }));
        self.end_superseded(began, at, effects);
        effects.push(TrackerEffect::NextStream { create_time: Some(create_time), readings: next });
    }

    /// A reading that waited turns out to be of this stream.
    pub(super) fn accept_pending(&mut self, reading: Reading, interval_ms: i64, effects: &mut Vec<TrackerEffect>) {
        if !self.highest.is_some_and(|highest| reading.counters.falls_below(&highest)) {
            if !self.lower.is_empty() {
                self.lower.clear();
                effects.push(TrackerEffect::Write(Write::ResolveUndecided {
                    stream: self.stream,
                    reason: ExclusionReason::Glitch,
                }));
            }
            self.accept(reading, interval_ms, None, 0, effects);
            return;
        }
        self.lower.push(reading);
        let since = self.interruption.map_or(reading.asked, |(since, _)| since);
        self.interruption = Some((since, GapCause::Excluded));
        if self.lower.len() < CORRECTED_AFTER {
            return;
        }
        let corrected = std::mem::take(&mut self.lower);
        let from = self.last().map_or(corrected[0].asked, |last| last.answered);
        effects.push(TrackerEffect::Write(Write::ResolveUndecided {
            stream: self.stream,
            reason: ExclusionReason::UpstreamCorrection,
        }));
        effects.push(TrackerEffect::Write(Write::UpstreamCorrection {
            stream: self.stream,
            from,
            until: corrected[0].asked,
        }));
        // The lowest of what Tencent says now: readings that still waver are above it.
        self.highest = None;
        for reading in corrected {
            if self.highest.is_none_or(|highest| !reading.counters.falls_below(&highest)) {
                self.accept(reading, interval_ms, None, 0, effects);
            }
        }
    }

    /// get_room_info did not answer. Two lower readings in a row whose entries are lower too are then enough: a
    /// new stream, its start to be completed.
    pub fn apply_missing_create_time(&mut self, now: Millis, interval_ms: i64) -> Vec<TrackerEffect> {
        let mut effects = Vec::new();
        if self.phase == Phase::Over {
            return effects;
        }
        let Some(highest) = self.highest else {
            // There is no earlier reading to compare them with: two are enough here too, until another CreateTime is returned.
            if self.phase == Phase::Live && self.pending.len() >= 2 {
                for reading in std::mem::take(&mut self.pending) {
                    self.accept_pending(reading, interval_ms, &mut effects);
                }
            }
            return effects;
        };
        let in_a_row: Vec<_> = self
            .pending
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
        self.pending.retain(|reading| !in_a_row.contains(reading));
        effects.push(TrackerEffect::Write(Write::ResolveUndecided {
            stream: self.stream,
            reason: ExclusionReason::NextStream,
        }));
        self.exclude_pending(&mut effects);
        self.end_superseded(now, now, &mut effects);
        effects.push(TrackerEffect::NextStream { create_time: None, readings: in_a_row });
        effects
    }

    pub(super) fn exclude_pending(&mut self, effects: &mut Vec<TrackerEffect>) {
        for reading in self.pending.drain(..) {
            effects.push(TrackerEffect::Write(Write::Excluded {
                stream: self.stream,
                reading,
                reason: ExclusionReason::Stale,
            }));
        }
    }
}
