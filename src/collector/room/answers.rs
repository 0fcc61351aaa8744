//! What Tencent's answers about a room mean: get_room_stats, get_room_info, and the CreateTime that a call returned.
//!
//! Must not: open a stream itself; `opening` does.

use super::{Context, Effect, PAUSE_MS, Room, State};
use crate::collector::look_up::AfterOpening;
use crate::collector::tracker::{self, CreateTimeSource, MAX_WAITING, Phase, is_an_interval_apart, thin};
use crate::domain::{Counters, EndEvidence, GapCause, Millis, Reading};
use crate::live::BoardEvent;
use crate::tencent::{ApiResponse, CallError, RoomInfo};

/// Readings that no list has confirmed for 60 s are confirmed by get_room_info: 1,000 private rooms then cost 17 calls/s of
/// the 200/s that Tencent allows of it.
pub(in crate::collector) const CONFIRM_MS: i64 = 60_000;
/// Every 5 min get_room_info is asked whether a room still exists whose stream the idle rule ended and whose totals do not
/// move.
const EXISTS_MS: i64 = 5 * 60_000;

impl Room {
    pub(super) fn polled(
        &mut self,
        result: Result<ApiResponse<Option<Counters>>, CallError>,
        context: &Context<'_>,
        out: &mut Vec<Effect>,
    ) {
        match result {
            Ok(ApiResponse { asked, answered, value: Some(counters), request_id, retries }) => {
                let reading = Reading { asked, answered, counters };
                self.apply_reading(reading, request_id, i64::from(retries), context, out);
            }
            Ok(ApiResponse { asked, value: None, .. }) => self.not_found_by_stats(asked, context, out),
            Err(error) => self.failed(&error, context, out),
        }
    }

    fn apply_reading(
        &mut self,
        reading: Reading,
        request_id: Option<String>,
        retries: i64,
        context: &Context<'_>,
        out: &mut Vec<Effect>,
    ) {
        match &mut self.state {
            State::Open(tracker) => {
                tracker.set_clock_offset(context.clock);
                let mut effects =
                    tracker.apply_reading(&context.rules, reading, context.interval_ms, request_id, retries);
                if tracker.unconfirmed_since().is_some_and(|since| reading.answered - since > CONFIRM_MS) {
                    // A private room is in no list; a next stream that overtook the old totals would go unnoticed.
                    effects.push(tracker::TrackerEffect::AskInfo);
                }
                self.apply_effects(effects, context, out);
            }
            State::Opening { readings, .. } => {
                if readings.len() >= MAX_WAITING {
                    thin(readings);
                    tracing::warn!(
                        room = %self.id,
                        "get_room_info has not answered for long; of the readings that wait every second is left out"
                    );
                }
                readings.push(reading);
                out.push(Effect::AskInfo);
            }
            State::Idle(Some(ended)) if ended.by == EndEvidence::Operator => {
                // The user's decision holds for the stream that it ended: only a newer CreateTime opens another.
                ended.last = Some(reading);
                out.push(Effect::AskInfo);
            }
            State::Idle(ended) => {
                let idle = ended.as_mut().filter(|ended| ended.by == EndEvidence::Quiet);
                let mut readings = Vec::with_capacity(2);
                if let Some(ended) = idle {
                    let unmoved = ended.last.replace(reading);
                    if unmoved.is_some_and(|unmoved| unmoved.counters == reading.counters) {
                        // What get_room_stats answers for a room that is gone is not documented.
                        let due = ended.info_due.get_or_insert(reading.answered + EXISTS_MS);
                        if ended.not_found_since.is_some() || reading.answered >= *due {
                            ended.info_due = None;
                            out.push(Effect::AskInfo);
                        }
                        return;
                    }
                    readings.extend(unmoved);
                }
                readings.push(reading);
                self.state = State::opening(readings, *ended);
                out.push(Effect::AskInfo);
            }
        }
    }

    /// get_room_stats answered 100004: get_room_info decides whether the room exists.
    fn not_found_by_stats(&mut self, asked: Millis, context: &Context<'_>, out: &mut Vec<Effect>) {
        match &mut self.state {
            State::Open(tracker) => {
                let effects = tracker.apply_stats_not_found(&context.rules, asked);
                self.signal_maybe_ending(out);
                self.apply_effects(effects, context, out);
            }
            State::Opening { .. } => out.push(Effect::AskInfo),
            State::Idle(Some(ended)) if ended.by == EndEvidence::Quiet => out.push(Effect::AskInfo),
            State::Idle(_) => {}
        }
    }

    /// get_room_info answered 100004.
    fn not_found_by_info(&mut self, asked: Millis, answered: Millis, context: &Context<'_>, out: &mut Vec<Effect>) {
        let interval_ms = context.interval_ms;
        match &mut self.state {
            State::Open(tracker) => {
                let effects = tracker.apply_info_not_found(&context.rules, asked, answered, interval_ms);
                self.signal_maybe_ending(out);
                self.apply_effects(effects, context, out);
                // Asked again an interval later at the latest, also where the room is not polled.
                if self.tracker().is_some_and(|tracker| tracker.may_be_over()) {
                    self.poll_by(context.steady + interval_ms, context, out);
                }
            }
            State::Opening { not_found_since: since @ None, .. } => *since = Some(asked),
            State::Opening { readings, not_found_since: Some(first), without_create_time, .. }
                if is_an_interval_apart(*first, asked, interval_ms) =>
            {
                let (first, without_create_time) = (*first, *without_create_time);
                readings.retain(|reading| reading.asked < first);
                // Read while get_room_info did not answer: not lost, its stream is opened and ends as any other. What
                // get_room_stats answers of a room that get_room_info never knew of is no stream.
                let live = without_create_time > 0 && (!self.absent || moves(readings));
                let then = AfterOpening::Gone { first, asked, answered };
                if !(live && self.open_without_create_time(then, context, out)) {
                    self.state = State::Idle(None);
                    // A message that waited for the stream may be of an earlier one.
                    out.push(Effect::ReplayMessages);
                }
            }
            State::Opening { .. } => {}
            State::Idle(Some(ended)) if ended.by == EndEvidence::Quiet => {
                // It is polled until it moves again; a room that is gone does not.
                match ended.not_found_since {
                    Some(first) if is_an_interval_apart(first, asked, interval_ms) => self.state = State::Idle(None),
                    Some(_) => {}
                    None => ended.not_found_since = Some(asked),
                }
            }
            State::Idle(_) => {}
        }
        if self.is_idle() {
            self.absent = true;
        }
    }

    /// get_room_info found no such room twice while the stream was being opened.
    pub(super) fn not_found_while_opening(
        &mut self,
        first: Millis,
        asked: Millis,
        answered: Millis,
        context: &Context<'_>,
        out: &mut Vec<Effect>,
    ) {
        match &self.state {
            State::Open(_) => {
                self.not_found_by_info(first, first, context, out);
                self.not_found_by_info(asked, answered, context, out);
            }
            State::Idle(_) => {
                self.state = State::Idle(None);
                self.absent = true;
                out.push(Effect::ReplayMessages);
            }
            State::Opening { .. } => {}
        }
    }

    fn signal_maybe_ending(&self, out: &mut Vec<Effect>) {
        if let State::Open(tracker) = &self.state {
            let maybe = tracker.not_found_since.is_some() && tracker.phase == Phase::Live;
            out.push(Effect::Board(BoardEvent::MaybeEnding { stream: tracker.stream, maybe }));
        }
    }

    /// get_room_stats failed.
    fn failed(&mut self, error: &CallError, context: &Context<'_>, out: &mut Vec<Effect>) {
        if error.concerns_room() {
            self.paused_until = context.steady + PAUSE_MS;
        }
        if let State::Open(tracker) = &mut self.state {
            let cause = error.failure.gap_cause();
            let effects = if error.attempts() == 0 {
                tracker.note_call_not_sent(cause, error.failed);
                Vec::new()
            } else {
                let (name, retries) = (error.failure.name(), i64::from(error.retries));
                tracker.apply_failure(cause, name, error.failed, error.request_id.clone(), retries)
            };
            let code = if let GapCause::Code(code) = cause { Some(code) } else { None };
            let since = tracker.interruption.map_or(error.failed, |(since, _)| since);
            out.push(Effect::Board(BoardEvent::NoAnswer { stream: tracker.stream, since, code }));
            self.apply_effects(effects, context, out);
        }
    }

    pub(super) fn info(
        &mut self,
        result: Result<ApiResponse<Option<RoomInfo>>, CallError>,
        context: &Context<'_>,
        out: &mut Vec<Effect>,
    ) {
        self.info_in_flight = false;
        let answered = result.is_ok();
        match result {
            Ok(ApiResponse { value: Some(info), asked, .. }) => {
                self.absent = false;
                match &mut self.state {
                    State::Open(tracker) => tracker.note_room_exists(),
                    State::Opening { not_found_since, .. } => *not_found_since = None,
                    State::Idle(Some(ended)) => ended.not_found_since = None,
                    State::Idle(None) => {}
                }
                self.signal_maybe_ending(out);
                self.describe(&info, asked, context, out);
                match info.create_time {
                    Some(create_time) => self.create_time(create_time, asked, CreateTimeSource::Info, context, out),
                    None => self.no_create_time(context, out),
                }
            }
            // It answered a reading and then not: the next reading shows which is true.
            Ok(ApiResponse { value: None, asked, answered, .. }) => {
                self.not_found_by_info(asked, answered, context, out);
            }
            Err(error) => {
                tracing::debug!(room = %self.id, %error, "get_room_info did not answer");
                self.no_create_time(context, out);
            }
        }
        if answered {
            // Readings that came while it was asked wait for the next answer. One that fails is asked again in turn.
            self.poll_soon_if_waiting(context, out);
        }
    }

    fn poll_soon_if_waiting(&self, context: &Context<'_>, out: &mut Vec<Effect>) {
        if self.tracker().is_some_and(|tracker| tracker.wants_reading()) {
            self.poll_by(context.steady + context.interval_ms.min(1000), context, out);
        }
    }

    /// A call requested at `asked` returned the room's CreateTime.
    pub(super) fn create_time(
        &mut self,
        create_time: i64,
        asked: Millis,
        source: CreateTimeSource,
        context: &Context<'_>,
        out: &mut Vec<Effect>,
    ) {
        match &self.state {
            State::Open(_) => self.create_time_of_open(create_time, asked, source, context, out),
            State::Opening { readings, .. }
                if !readings.is_empty() && readings.iter().all(|reading| reading.answered > asked) =>
            {
                // What was true before them says nothing of these readings: a message that came late, or again.
                out.push(Effect::AskInfo);
            }
            State::Opening { .. } => {
                let then = AfterOpening::CreateTime { asked, source, poll_now: false };
                self.open(Some(create_time), then, context, out);
            }
            &State::Idle(Some(ended)) if ended.by == EndEvidence::Operator && ended.create_time < Some(create_time) => {
                self.state = State::opening(ended.last.into_iter().collect(), Some(ended));
                let then = AfterOpening::CreateTime { asked, source, poll_now: true };
                self.open(Some(create_time), then, context, out);
            }
            State::Idle(_) => {}
        }
    }

    /// The same of a room with an open stream; one just opened learns as of when its CreateTime is known.
    pub(super) fn create_time_of_open(
        &mut self,
        create_time: i64,
        asked: Millis,
        source: CreateTimeSource,
        context: &Context<'_>,
        out: &mut Vec<Effect>,
    ) {
        if let State::Open(tracker) = &mut self.state {
            tracker.set_clock_offset(context.clock);
            let effects = tracker.apply_create_time(create_time, asked, source, context.interval_ms);
            self.apply_effects(effects, context, out);
            self.poll_soon_if_waiting(context, out);
        }
    }

    /// get_room_info did not answer, or without a CreateTime.
    fn no_create_time(&mut self, context: &Context<'_>, out: &mut Vec<Effect>) {
        match &mut self.state {
            State::Open(tracker) => {
                let effects = tracker.apply_missing_create_time(context.now, context.interval_ms);
                self.apply_effects(effects, context, out);
            }
            State::Opening { readings, without_create_time, .. } => {
                *without_create_time += 1;
                if *without_create_time >= 2 && readings.len() >= 2 && (!self.absent || moves(readings)) {
                    self.open_without_create_time(AfterOpening::Nothing, context, out);
                }
            }
            State::Idle(_) => {}
        }
    }
}

/// Whether any counter differs between two readings in a row.
fn moves(readings: &[Reading]) -> bool {
    readings.windows(2).any(|pair| pair[0].counters != pair[1].counters)
}
