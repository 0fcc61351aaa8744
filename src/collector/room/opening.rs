//! Which stream the readings of a room are of: a new one, one of the database that goes on, or none.
//!
//! Must not: look into the database; it asks with [`Effect::LookUp`].

use super::{Context, Effect, EndedHere, Event, Room, State};
use crate::collector::look_up::{AfterOpening, Listed, Open, Query, Stored, StreamOnRecord};
use crate::collector::schedule::Priority;
use crate::collector::tracker::{self, CreateTimeSource, StreamTracker};
use crate::domain::{EndEvidence, ExclusionReason, Millis, Reading, StreamId, StreamKind, StreamState};
use crate::store::{FoundBy, NewStream, OpenStream, SessionPart, StoreError, Write};
use crate::tencent::RoomInfo;

impl EndedHere {
    /// The session that the readings continue, where the idle rule ended its last part.
    fn continued_by(&self, readings: &[Reading]) -> Option<i64> {
        let (EndEvidence::Quiet, Some(create_time), Some(last)) = (self.by, self.create_time, self.last) else {
            return None;
        };
        let falls = readings.iter().any(|reading| reading.counters.falls_below(&last.counters));
        (!falls).then_some(create_time)
    }
}

impl Room {
    /// The list or a webhook returned the room, which is monitored.
    pub(super) fn discovered(
        &mut self,
        info: &RoomInfo,
        by: FoundBy,
        asked: Millis,
        context: &Context<'_>,
        out: &mut Vec<Effect>,
    ) {
        self.describe(info, asked, context, out);
        let Some(create_time) = info.create_time else {
            if self.is_done() {
                // Which stream it is in is not known; what is read of it opens one with a provisional start.
                out.push(Effect::PollBy { due: context.steady, priority: Priority::Plain });
            }
            return;
        };
        match &self.state {
            // Sign does not cover the body: that the stream of an open room has ended is for Tencent's own answer to say.
            State::Open(tracker) if by == FoundBy::Webhook && tracker.create_time != Some(create_time) => {
                out.push(Effect::AskInfo);
            }
            State::Open(_) | State::Opening { .. } => {
                self.create_time(create_time, asked, CreateTimeSource::List, context, out);
            }
            State::Idle(Some(ended)) if ended.create_time == Some(create_time) => {}
            State::Idle(_) => out.push(Effect::LookUp(Query::Listed(Listed { create_time, asked }))),
        }
    }

    /// The database answered whether it has the stream that a room without one is in by the list.
    pub(super) fn listed_stream(
        &mut self,
        listed: Listed,
        stream: Result<Option<Box<OpenStream>>, StoreError>,
        context: &Context<'_>,
        out: &mut Vec<Effect>,
    ) {
        let Listed { create_time, asked } = listed;
        let State::Idle(ended) = self.state else { return };
        match stream {
            Ok(Some(known)) if known.summary.state == StreamState::Sealed => {
                if known.summary.ended_by == Some(EndEvidence::Operator) && !self.wanted_again {
                    self.state = State::Idle(Some(EndedHere::new(Some(create_time), EndEvidence::Operator, None)));
                    return;
                }
                // A sealed stream may still be listed for a moment: only a reading brings it back.
                let goes_on = known.summary.ended_by == Some(EndEvidence::Continued);
                let sealed_at = known.summary.seal.map(|seal| seal.sealed_at);
                let long_ago = sealed_at.is_some_and(|sealed_at| context.now - sealed_at > context.rules.grace_ms);
                if goes_on || long_ago {
                    out.push(Effect::PollBy { due: context.steady, priority: Priority::Plain });
                }
            }
            Ok(Some(_)) => {}
            Ok(None) => {
                self.state = State::opening(Vec::new(), ended);
                self.poll_first(Some(create_time), context, out);
                let then = AfterOpening::CreateTime { asked, source: CreateTimeSource::List, poll_now: false };
                self.open(Some(create_time), then, context, out);
            }
            Err(error) => {
                out.push(Effect::DatabaseRefused { error, consequence: "a room that was found cannot be opened yet" })
            }
        }
    }

    /// Opens a stream of readings without a CreateTime: they are not lost for want of a start. Returns whether they could be
    /// of one.
    pub(super) fn open_without_create_time(
        &self,
        then: AfterOpening,
        context: &Context<'_>,
        out: &mut Vec<Effect>,
    ) -> bool {
        let State::Opening { readings, ended, .. } = &self.state else { return false };
        if readings.is_empty() {
            return false;
        }
        let create_time = match ended {
            None => None,
            // The room moves on from where it stopped: the next part of the session it was in, as far as anything shows.
            // The decision of a user holds until Tencent returns another CreateTime.
            Some(ended) => match ended.continued_by(readings) {
                Some(create_time) => Some(create_time),
                None => return false,
            },
        };
        self.open(create_time, then, context, out);
        true
    }

    /// Opens, or returns to, the stream that the readings of a room in `State::Opening` are of.
    pub(super) fn open(
        &self,
        create_time: Option<i64>,
        then: AfterOpening,
        context: &Context<'_>,
        out: &mut Vec<Effect>,
    ) {
        if context.sealing.is_of(&self.id, create_time) {
            // This moment; the next reading finds it sealed.
            return;
        }
        out.push(Effect::LookUp(Query::Open(Open { create_time, wanted_again: self.wanted_again, then })));
    }

    /// The database answered what it has of the stream that is to be opened.
    pub(super) fn stream_to_open(
        &mut self,
        open: Open,
        known: Result<StreamOnRecord, StoreError>,
        context: &Context<'_>,
        out: &mut Vec<Effect>,
    ) {
        let State::Opening { readings, ended, .. } = &mut self.state else { return };
        let (readings, ended) = (std::mem::take(readings), *ended);
        match known {
            Ok(known) => self.open_known(open.create_time, readings, ended, known, context, out),
            Err(error) => {
                self.state = State::opening(readings, ended);
                out.push(Effect::DatabaseRefused {
                    error,
                    consequence: "a stream cannot be opened; trying again with the next reading",
                });
            }
        }
        match (open.then, open.create_time) {
            (AfterOpening::CreateTime { asked, source, poll_now }, Some(create_time)) => {
                out.push(Effect::Then(Event::CreateTimeOfOpened { create_time, asked, source, poll_now }));
            }
            (AfterOpening::Gone { first, asked, answered }, _) => {
                out.push(Effect::Then(Event::NotFoundWhileOpening { first, asked, answered }));
            }
            (AfterOpening::Nothing, _) | (AfterOpening::CreateTime { .. }, None) => {}
        }
    }

    fn open_known(
        &mut self,
        create_time: Option<i64>,
        readings: Vec<Reading>,
        ended: Option<EndedHere>,
        known: StreamOnRecord,
        context: &Context<'_>,
        out: &mut Vec<Effect>,
    ) {
        // What was requested before the second of its creation was over may be of an earlier stream.
        let (began, had_started) = create_time.map_or((Millis(i64::MIN), Millis(i64::MIN)), |create_time| {
            (context.clock.began(create_time), context.clock.had_started(create_time))
        });
        let (readings, earlier): (Vec<_>, Vec<_>) =
            readings.into_iter().partition(|reading| reading.asked >= had_started);
        let first = readings.first().map(|reading| reading.asked);
        let mut presence = None;
        let tracker = match known {
            StreamOnRecord::SealedByOperator => {
                self.state = State::Idle(Some(EndedHere::new(create_time, EndEvidence::Operator, None)));
                return;
            }
            StreamOnRecord::Ended { by, number, last: before, id: stream } => {
                // Compared with what it last read, which its totals are not in a later part, nor after a restart.
                let moved = readings.iter().any(|reading| before.is_some_and(|before| before != reading.counters));
                if by == EndEvidence::Quiet && !moved {
                    let last = readings.last().copied();
                    self.state = State::Idle(Some(EndedHere::new(create_time, EndEvidence::Quiet, last)));
                    return;
                }
                let first_counters = readings.first().map(|reading| reading.counters);
                let start = match (before, first_counters) {
                    // What Tencent took back in between is not the new stream's loss.
                    (Some(before), Some(first)) => before.min(first),
                    (before, first) => before.or(first).unwrap_or_default(),
                };
                let part = SessionPart { number: number + 1, start };
                self.open_new(stream, create_time, part, first, context, out)
            }
            StreamOnRecord::Open(stored) => {
                let Stored { open, runs, recent, room_closed, away_since } = *stored;
                presence = open.presence();
                let mut tracker = StreamTracker::restore(&open, &runs, room_closed.as_ref(), false);
                out.push(Effect::ResumeStream { open: Box::new(open), recent });
                if let Some(since) = away_since {
                    tracker.mark_unavailable_since(since);
                }
                tracker
            }
            StreamOnRecord::Nothing(stream) => {
                self.open_new(stream, create_time, SessionPart::default(), first, context, out)
            }
        };
        let stream = tracker.stream;
        self.state = State::Open(Box::new(tracker));
        // As the messages said that came before the room was forgotten.
        self.presence = self.presence.max(presence);
        self.opened_at = context.steady;
        self.needs_place = true;
        self.wanted_again = false;
        self.idle_ms = 0;
        out.push(Effect::SetPriority(self.priority(context.now, context.steady)));
        // Stored, not counted; but where the stream before has its report, they are of that, if they were read before this
        // one.
        let exclude = |reading| {
            tracker::TrackerEffect::Write(Write::Excluded { stream, reading, reason: ExclusionReason::Stale })
        };
        let earlier = earlier.into_iter().filter(|reading| ended.is_none() || reading.answered >= began);
        let mut effects: Vec<_> = earlier.map(exclude).collect();
        if let State::Open(tracker) = &mut self.state {
            tracker.set_clock_offset(context.clock);
            for reading in readings {
                effects.extend(tracker.apply_reading(&context.rules, reading, context.interval_ms, None, 0));
            }
        }
        self.apply_effects(effects, context, out);
        self.write_presence(out);
        out.push(Effect::ReplayMessages);
    }

    fn open_new(
        &self,
        stream: StreamId,
        create_time: Option<i64>,
        part: SessionPart,
        first: Option<Millis>,
        context: &Context<'_>,
        out: &mut Vec<Effect>,
    ) -> StreamTracker {
        let first_seen = first.unwrap_or(context.now);
        let started_at = match create_time {
            Some(create_time) if part.number == 0 => Millis::from_seconds(create_time),
            _ => first_seen,
        };
        let new = NewStream {
            app: context.app,
            room: self.id.clone(),
            kind: StreamKind::Stream,
            create_time,
            part,
            title: self.title.clone(),
            host: self.host.clone(),
            host_name: self.host_name.clone(),
            interval_ms: context.interval_ms,
            first_seen,
            started_at,
        };
        let (app, room, found_by, at) = (context.app, self.id.clone(), self.found_by, context.now);
        out.push(Effect::Write(Write::Followed { app, room, found_by, at }));
        // Committed with its first readings, and with what of them another stream gives up.
        out.push(Effect::OpenStream { stream, new: Box::new(new) });
        let mut tracker = StreamTracker::new(stream, create_time);
        tracker.part_started_at = (part.number > 0).then_some(started_at);
        tracker
    }
}
