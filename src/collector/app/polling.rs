//! Sends the calls that are due, and plans the next poll when one has answered.

use super::event::{Report, RoomEvent};
use super::{AppEvent, CollectorTask, context};
use crate::collector::Reply;
use crate::collector::room::{NextPoll, Turn};
use crate::collector::schedule::Priority;
use crate::domain::{Counters, RoomId};
use crate::tencent::{ApiResponse, CallError, Caller, Command};
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

/// Calls handed to the client at once: more would only queue in the rate limiter, where the schedule cannot reorder them.
const MAX_IN_FLIGHT: usize = 160;
/// Ratios of lateness kept for the 99th percentile on the status page.
const MAX_LAGS: usize = 2000;

/// The polls on their way, and how late they are.
#[derive(Default)]
pub(super) struct Polling {
    pub in_flight: usize,
    /// Streams that were given a place in the interval.
    placed: u32,
    /// Lateness of the last polls in hundredths of their interval.
    lags: VecDeque<i64>,
    /// When each room's stream was polled last and when it was to be polled next, on the steady clock.
    due: BTreeMap<RoomId, (i64, i64)>,
    /// Users who requested a poll.
    refreshing: BTreeMap<RoomId, Vec<Reply>>,
}

impl Polling {
    /// What was due before says nothing of the room's next stream.
    pub fn forget_due(&mut self, room: &RoomId) {
        self.due.remove(room);
    }

    /// A user waits for the next poll of the room.
    pub fn reply_when_polled(&mut self, room: RoomId, reply: Reply) {
        self.refreshing.entry(room).or_default().push(reply);
    }

    fn note_lag(&mut self, hundredths: i64) {
        self.lags.push_back(hundredths);
        if self.lags.len() > MAX_LAGS {
            self.lags.pop_front();
        }
    }

    /// The 99th percentile of lateness, in hundredths of the interval.
    pub fn lag_p99(&self) -> Option<i64> {
        let mut lags: Vec<i64> = self.lags.iter().copied().collect();
        lags.sort_unstable();
        lags.get(lags.len().saturating_sub(1) * 99 / 100).copied()
    }

    /// Places fill an interval evenly however many rooms come, by steps of the golden ratio.
    fn next_place(&mut self) -> f64 {
        self.placed = self.placed.wrapping_add(1);
        (f64::from(self.placed) * 0.618_033_988_749_895).fract().max(0.1)
    }
}

impl CollectorTask {
    /// Sends what is due, and starts a sweep when it is time.
    pub(super) fn dispatch(&mut self) {
        let now = self.steady();
        while self.polling.in_flight < MAX_IN_FLIGHT {
            let Some((room, due)) = self.schedule.take_due(now) else { break };
            if self.rooms.get(&room).is_some_and(|room| room.paused_until > now) {
                // It is not polled; whether it exists is for get_room_info to say.
                self.ask_info(&room);
                self.reschedule(&room);
            } else {
                self.poll(room, due, Caller::Collector);
            }
        }
        self.discovery.sweep_if_due(now, self.deps.interval_ms, &self.deps.client, &self.deps.sender);
    }

    /// When the next poll can be sent, on the steady clock.
    pub(super) fn next_dispatch(&self) -> Option<i64> {
        self.schedule.next_due().filter(|_| self.polling.in_flight < MAX_IN_FLIGHT)
    }

    pub(super) fn poll(&mut self, room: RoomId, due: i64, caller: Caller) {
        self.polling.in_flight += 1;
        let (client, sender, started) = (self.deps.client.clone(), self.deps.sender.clone(), self.clock.started);
        // Retries belong to this due time and not to the next.
        let within = Duration::from_millis(u64::try_from(self.interval_of(&room)).unwrap_or_default());
        let asked_at = self.steady();
        let result = Err(client.task_failed(Command::RoomStats));
        let report = Report::new(sender, AppEvent::Polled { room: room.clone(), due, asked_at, result });
        tokio::spawn(async move {
            let result = client.room_stats_within(&room, caller, within).await;
            let latency = match &result {
                Ok(answer) => answer.answered - answer.asked,
                Err(_) => 0,
            };
            let asked_at = started.elapsed().as_millis() as i64 - latency;
            report.send(AppEvent::Polled { room, due, asked_at, result });
        });
    }

    pub(super) fn ask_info(&mut self, id: &RoomId) {
        let Some(room) = self.rooms.get_mut(id) else { return };
        if std::mem::replace(&mut room.info_in_flight, true) {
            return;
        }
        let (client, sender, room) = (self.deps.client.clone(), self.deps.sender.clone(), id.clone());
        let result = Err(client.task_failed(Command::RoomInfo));
        let report = Report::new(sender, AppEvent::Info { room: room.clone(), result });
        tokio::spawn(async move {
            let result = client.room_info(&room, Caller::Collector).await;
            report.send(AppEvent::Info { room, result });
        });
    }

    /// A poll answered, or failed.
    pub(super) fn room_polled(
        &mut self,
        id: RoomId,
        due: i64,
        asked_at: i64,
        result: Result<ApiResponse<Option<Counters>>, CallError>,
    ) {
        self.polling.in_flight = self.polling.in_flight.saturating_sub(1);
        let interval_ms = self.interval_of(&id);
        let planned = self.polling.due.remove(&id);
        let refreshing = self.polling.refreshing.remove(&id).unwrap_or_default();
        let Some(room) = self.rooms.get_mut(&id) else {
            self.schedule.remove(&id);
            return;
        };
        if result.is_ok() {
            room.paused_until = 0;
            // Behind the time planned at the last reading; a stream's first has only the time it was due.
            let (interval, planned) = planned.map_or((interval_ms, due), |(asked, next)| (next - asked, next));
            self.polling.note_lag((asked_at - planned).max(0) * 100 / interval.max(1));
        }
        self.handle(id.clone(), RoomEvent::Polled { result, refreshing });
        self.reschedule(&id);
        let next = asked_at + self.interval_of(&id);
        if self.rooms.get(&id).is_some_and(|room| room.tracker().is_some()) {
            self.polling.due.insert(id, (asked_at, next));
        }
    }

    /// Plans the room's next poll.
    pub(super) fn reschedule(&mut self, id: &RoomId) {
        let priority = self.priority(id);
        let Some(room) = self.rooms.get_mut(id) else { return };
        let context = context(&self.deps, &self.clock, &self.discovery, &self.sealing, id);
        let steady = context.steady;
        let NextPoll { turn, no_later_than } = room.next_poll(&context);
        match turn {
            Turn::At(due) => self.schedule.set(id.clone(), due, priority),
            Turn::AfterInterval => self.schedule.reschedule(id, steady, priority),
            Turn::AtNewPlace => {
                let interval = self.schedule.interval_ms(priority) as f64;
                let wait = (interval * self.polling.next_place()) as i64;
                self.schedule.set(id.clone(), steady + wait, priority);
            }
            Turn::Never => {
                self.schedule.remove(id);
                self.forget(id);
            }
        }
        if let Some(due) = no_later_than {
            self.schedule.expedite(id, due, priority);
        }
    }

    /// The interval in force for a room.
    fn interval_of(&self, id: &RoomId) -> i64 {
        self.schedule.interval_since(id, self.priority(id))
    }

    fn priority(&self, id: &RoomId) -> Priority {
        self.rooms.get(id).map_or(Priority::Idle, |room| room.priority(self.now(), self.steady()))
    }

    /// Polls the rooms that unauthenticated webhooks named sooner, at most twice as often as otherwise, and sweeps the list
    /// sooner: a stranger cannot spend the rate limit.
    pub(super) fn take_hints(&mut self) {
        let Some(rooms) = self.deps.inbox.take_hints() else { return };
        let soon = self.steady() + self.deps.interval_ms / 2;
        for room in rooms {
            self.schedule.bring_forward(&room, soon);
        }
        self.discovery.sweep_by(soon);
    }
}
