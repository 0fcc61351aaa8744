//! Goes on after a stop with what the store has: open streams, rooms added manually, and readings that waited.

use super::CollectorTask;
use super::event::{AppEvent, LookUp, RoomEvent};
use crate::collector::look_up::{RECENT_MS, Stored};
use crate::collector::room::Room;
use crate::collector::schedule::Priority;
use crate::collector::tracker::{Phase, StreamTracker, TrackerEffect};
use crate::domain::{Reading, RoomId, StreamId, StreamKind};
use crate::store::{FoundBy, OpenStream, StoreError, UnsealedStream, Write};
use crate::tencent::ApiResponse;
use std::collections::BTreeMap;

/// Time between the first polls of rooms without a stream after a restart, in milliseconds.
const IDLE_SPREAD_MS: i64 = 10;

impl CollectorTask {
    /// Takes up what the store has.
    pub(super) async fn resume(&mut self) -> Result<(), StoreError> {
        let manual = self.deps.store.manual_rooms(self.app()).await?;
        let open = self.deps.store.unsealed_with_readings(self.app(), self.now() - RECENT_MS).await?.streams;
        self.rooms.clear();
        let (monitored, excluded): (Vec<_>, Vec<_>) = manual.into_iter().partition(|room| room.followed);
        self.discovery.set_excluded(excluded.into_iter().map(|room| room.room).collect());
        for row in monitored {
            let room = Room::new(row.room.clone(), row.found_by).described(row.title, row.host, row.host_name);
            self.rooms.insert(row.room, room);
        }
        let count = open.len().max(1) as i64;
        let newest = newest_of_each_room(&open);
        let mut over = Vec::new();
        for (place, stream) in open.into_iter().enumerate() {
            if stream.open.summary.kind == StreamKind::Snapshot {
                // Taken and not yet sealed when we stopped.
                let OpenStream { summary, create_time, .. } = stream.open;
                over.push((summary.room, summary.id, create_time));
                continue;
            }
            // Spread over the interval, so that a restart is no burst.
            let due = self.deps.interval_ms * place as i64 / count;
            over.extend(self.resume_stream(stream.into(), &newest, due));
        }
        let idle = self.rooms.iter().filter(|(_, room)| room.is_idle() && room.found_by == FoundBy::Hand);
        for (place, id) in idle.map(|(id, _)| id.clone()).enumerate() {
            self.schedule.set(id, place as i64 * IDLE_SPREAD_MS, Priority::Idle);
        }
        // Last, since nothing that can fail may follow: what is taken is no longer stored.
        for (room, readings) in self.deps.store.take_waiting(self.app()).await? {
            self.restore_waiting(room, readings);
        }
        for (room, stream, create_time) in over {
            self.seal(room, stream, create_time);
        }
        Ok(())
    }

    /// Goes on with a stream, or returns it where it is over and only to be sealed.
    fn resume_stream(
        &mut self,
        stored: Stored,
        newest: &BTreeMap<RoomId, StreamId>,
        due: i64,
    ) -> Option<(RoomId, StreamId, Option<i64>)> {
        let Stored { open: stream, runs, recent, room_closed, .. } = stored;
        let mut tracker = StreamTracker::restore(&stream, &runs, room_closed.as_ref(), true);
        let id = stream.summary.room.clone();
        self.deps.board.opened(&stream, recent);
        // Its evidence is from before its seal: it had its grace period, and was reopened only to be sealed again.
        let sealed_at = stream.summary.seal.as_ref().map(|seal| seal.sealed_at);
        let had_grace =
            stream.evidence_at.zip(sealed_at).is_some_and(|(evidence_at, sealed_at)| evidence_at <= sealed_at);
        let ended_for_good = matches!(tracker.phase, Phase::Ending { by, .. } if had_grace || !by.has_grace());
        let superseded = newest.get(&id) != Some(&tracker.stream);
        if superseded && !ended_for_good {
            for effect in tracker.was_superseded(self.now()) {
                if let TrackerEffect::Write(write) = effect {
                    self.deps.recorder.write(write);
                }
            }
        }
        if superseded || ended_for_good {
            return Some((id, tracker.stream, tracker.create_time));
        }
        let summary = &stream.summary;
        let room = self.rooms.entry(id.clone()).or_insert_with(|| {
            let (title, host, host_name) = (summary.title.clone(), summary.host.clone(), summary.host_name.clone());
            Room::new(id.clone(), FoundBy::List).described(title, host, host_name)
        });
        room.resume(tracker, stream.presence());
        self.schedule.set(id, due, Priority::Plain);
        None
    }

    /// Lets readings wait that did so when the collector stopped: in the room's open stream, or for one to be opened.
    fn restore_waiting(&mut self, id: RoomId, readings: Vec<Reading>) {
        if !self.is_known_or_wanted(&id) {
            tracing::info!(room = %id, "readings that waited for get_room_info are left out: the room is not monitored");
            return;
        }
        let room = self.rooms.entry(id.clone()).or_insert_with(|| Room::new(id.clone(), FoundBy::List));
        room.restore_waiting(readings);
        if !self.schedule.contains(&id) {
            // The next reading asks get_room_info.
            self.schedule.set(id, self.deps.interval_ms, Priority::Plain);
        }
    }

    /// Takes the responses that have arrived, and stores the readings that wait for get_room_info or the database: a stop
    /// loses none.
    pub(super) fn store_waiting(&mut self) {
        while let Ok(event) = self.deps.events.try_recv() {
            if matches!(event, AppEvent::Polled { .. } | AppEvent::LookedUp { .. }) {
                self.handle_event(event);
            }
        }
        let app = self.app();
        let mut writes = Vec::new();
        let mut look_ups = std::mem::take(&mut self.look_ups.rooms);
        for look_up in look_ups.values_mut() {
            writes.append(&mut look_up.step.writes);
        }
        for (id, room) in &self.rooms {
            let mut readings = room.waiting();
            readings.extend(look_ups.remove(id).map(readings_of).unwrap_or_default());
            if !readings.is_empty() {
                writes.push(Write::Waiting { app, room: id.clone(), readings });
            }
        }
        self.deps.recorder.write_all(writes);
    }
}

/// A room has one open stream at a time: of several streams that are not sealed, the one opened last.
fn newest_of_each_room(open: &[UnsealedStream]) -> BTreeMap<RoomId, StreamId> {
    let mut newest = BTreeMap::new();
    let streams = open.iter().map(|stream| &stream.open);
    for stream in streams.filter(|stream| stream.summary.kind == StreamKind::Stream) {
        let id = newest.entry(stream.summary.room.clone()).or_insert(stream.summary.id);
        *id = (*id).max(stream.summary.id);
    }
    newest
}

/// The readings among the events that wait for the database.
fn readings_of(look_up: LookUp) -> Vec<Reading> {
    let reading = |event| match event {
        RoomEvent::Polled { result: Ok(ApiResponse { asked, answered, value: Some(counters), .. }), .. } => {
            Some(Reading { asked, answered, counters })
        }
        _ => None,
    };
    look_up.events.into_iter().filter_map(reading).collect()
}
