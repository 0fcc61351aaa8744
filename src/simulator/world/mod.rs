//! The rooms, their sessions and the truth about them: what every counter was at every moment.
//!
//! Must not: read a clock (`now` comes in, wall-clock milliseconds), speak HTTP, or judge who may ask. Webhooks that follow
//! from a change are put into the outbox; the caller takes them out and sends them.

mod battles;
mod scripted;
#[cfg(test)]
mod tests;

use super::counter_curve::{CounterCurve, SimRng};
use super::room::{Account, EndedBy, MemberCause, MetaPatch, NewRoom, Offset, Origin, SimRoom, SimSession, WorldError};
use super::webhook::Outgoing;
use crate::domain::{Counter, Counters};
use scripted::OpenSlot;
use std::collections::HashMap;
use std::sync::Arc;

/// All rooms that are or were.
#[derive(Debug)]
pub struct SimWorld {
    rooms: HashMap<String, SimRoom>,
    speed: i64,
    seed: u64,
    rng: SimRng,
    open_slots: Vec<OpenSlot>,
    next_room: u64,
    next_battle: u64,
    /// When `create_room` was last called for an id, for a second or so.
    creations: HashMap<String, i64>,
    outbox: Vec<Outgoing>,
}

impl SimWorld {
    /// `public` rooms are live at once, some young, some hours old; a sixth as many private ones come on top.
    pub fn new(seed: u64, speed: u32, public: usize, now: i64) -> Self {
        let mut world = Self {
            rooms: HashMap::new(),
            speed: i64::from(speed.max(1)),
            seed,
            rng: SimRng::new(seed),
            open_slots: Vec::new(),
            next_room: 1,
            next_battle: 1,
            creations: HashMap::new(),
            outbox: Vec::new(),
        };
        for place in 0..public + public / 6 {
            world.fill_rooms(None, place < public, true, now);
        }
        world.outbox.clear();
        world
    }

    /// The webhooks that follow from what was changed since the last call.
    pub fn take_outbox(&mut self) -> Vec<Outgoing> {
        std::mem::take(&mut self.outbox)
    }

    /// The room, live or not.
    pub fn room(&self, id: &str) -> Option<&SimRoom> {
        self.rooms.get(id)
    }

    /// The room with its running session.
    pub fn live(&self, id: &str, now: i64) -> Option<(&SimRoom, &SimSession)> {
        let room = self.rooms.get(id)?;
        Some((room, room.live(now)?))
    }

    /// All live rooms with their counters, in no order.
    pub fn all_live(&self, now: i64) -> impl Iterator<Item = (&SimRoom, &SimSession, Counters)> {
        self.rooms.values().filter_map(move |room| {
            let session = room.live(now)?;
            Some((room, session, session.counters(now)))
        })
    }

    /// Public live rooms as the list has them: most entries first.
    pub fn list(&self, now: i64) -> Vec<(&SimRoom, &SimSession, Counters)> {
        let mut rooms: Vec<_> = self.all_live(now).filter(|(room, ..)| room.meta.public).collect();
        rooms.sort_by(|a, b| b.2.viewers.cmp(&a.2.viewers).then_with(|| a.0.id.cmp(&b.0.id)));
        rooms
    }

    /// Whether `create_room` may be called for this id: once per second. Notes the call.
    pub fn may_create(&mut self, id: &str, now: i64) -> bool {
        self.creations.retain(|_, at| now - *at < 1000);
        if self.creations.contains_key(id) {
            return false;
        }
        self.creations.insert(id.to_owned(), now);
        true
    }

    /// Creates a room and returns its CreateTime in unix seconds.
    ///
    /// # Errors
    /// [`WorldError::Exists`] when it is live.
    pub fn create(&mut self, new: NewRoom, operator: &Account, now: i64) -> Result<i64, WorldError> {
        self.enter(new, operator, false, now)
    }

    fn enter(&mut self, new: NewRoom, operator: &Account, staged: bool, now: i64) -> Result<i64, WorldError> {
        let speed = self.speed;
        let room = self.rooms.entry(new.id.clone()).or_insert_with(|| SimRoom {
            id: new.id,
            meta: new.meta.clone(),
            sessions: Vec::new(),
            battle: None,
            staged,
        });
        if room.live(now).is_some() {
            return Err(WorldError::Exists);
        }
        let started = now - new.elapsed_ms / speed;
        let after_last = room.sessions.last().map_or(i64::MIN, |session| session.create_time + 1);
        let create_time = started.div_euclid(1000).max(after_last);
        let curve = match &new.origin {
            Origin::Still => None,
            Origin::Seeded(seed) => Some(Arc::new(CounterCurve::seeded(*seed))),
            Origin::Given(curve) => Some(Arc::clone(curve)),
        };
        let mut session = SimSession {
            create_time,
            destroyed_at: None,
            started_at: started,
            speed,
            origin: new.origin,
            curve,
            overrides: Vec::new(),
            next_event: 0,
            frozen_at: None,
        };
        if new.counters != Counters::default() {
            session.overrides.push(Offset { at: started, offsets: new.counters.to_array() });
        }
        // What it did before the start is sent to nobody.
        let second = session.second(now);
        if let Some(curve) = &session.curve {
            session.next_event = curve.events().partition_point(|&(due, _)| due < second);
        }
        room.meta = new.meta;
        room.staged = staged;
        room.battle = None;
        room.sessions.push(session);
        self.outbox.push(Outgoing::created(room, create_time, operator, now));
        self.outbox.push(Outgoing::member(room, &room.meta.owner, MemberCause::Enter, now));
        Ok(create_time)
    }

    /// Changes a live room's setting.
    ///
    /// # Errors
    /// [`WorldError::Absent`] when it is not live.
    pub fn update(&mut self, id: &str, patch: MetaPatch, operator: &Account, now: i64) -> Result<(), WorldError> {
        let room = self.rooms.get_mut(id).filter(|room| room.live(now).is_some()).ok_or(WorldError::Absent)?;
        patch.apply(&mut room.meta);
        self.outbox.push(Outgoing::updated(room, operator, now));
        Ok(())
    }

    /// Puts the given counters to these values, and returns the moment from which they hold (one millisecond ahead). A
    /// scripted session goes on from there.
    ///
    /// # Errors
    /// [`WorldError::Absent`] when the room is not live.
    pub fn set_counters(&mut self, id: &str, values: &[(Counter, i64)], now: i64) -> Result<i64, WorldError> {
        let session = self.session_mut(id, now)?;
        Ok(session.put(now, |base, mut offsets| {
            for &(counter, value) in values {
                offsets[counter as usize] = value - base.get(counter);
            }
            offsets
        }))
    }

    fn session_mut(&mut self, id: &str, now: i64) -> Result<&mut SimSession, WorldError> {
        let session = self.rooms.get_mut(id).and_then(|room| room.sessions.last_mut());
        session.filter(|session| session.is_live(now)).ok_or(WorldError::Absent)
    }

    /// Ends a room's session, with these totals if given, and returns its final totals.
    ///
    /// # Errors
    /// [`WorldError::Absent`] when it is not live.
    pub fn destroy(
        &mut self,
        id: &str,
        by: EndedBy,
        totals: Option<Counters>,
        now: i64,
    ) -> Result<Counters, WorldError> {
        self.end(id, by, totals, false, now)
    }

    fn end(
        &mut self,
        id: &str,
        by: EndedBy,
        totals: Option<Counters>,
        natural: bool,
        now: i64,
    ) -> Result<Counters, WorldError> {
        if let Some(totals) = totals {
            self.set_counters(id, &Counter::ALL.map(|counter| (counter, totals.get(counter))), now)?;
        }
        let _ = self.end_battle(id, now);
        let room = self.rooms.get_mut(id).ok_or(WorldError::Absent)?;
        let session = room.sessions.last_mut().filter(|session| session.is_live(now)).ok_or(WorldError::Absent)?;
        let ended_at = session.overrides.last().map_or(now, |put| put.at.max(now));
        let final_totals = session.counters(ended_at);
        session.destroyed_at = Some(ended_at);
        if matches!(session.origin, Origin::Seeded(_)) {
            session.curve = None;
        }
        self.outbox.push(Outgoing::destroyed(room, final_totals, &by, ended_at));
        if room.staged {
            // A room that someone destroyed stays gone; after its own end half of them come back.
            let again = natural && self.rng.chance(0.5);
            let due = now + self.rng.whole(500, 4000);
            let room = again.then(|| (room.id.clone(), room.meta.clone()));
            self.open_slots.push(OpenSlot { due, public: self.rooms[id].meta.public, room });
        }
        Ok(final_totals)
    }

    /// Stops a scripted session's own movement; from now on its counters stay where they are put.
    ///
    /// # Errors
    /// [`WorldError::Absent`] when the room is not live.
    pub fn freeze(&mut self, id: &str, now: i64) -> Result<(), WorldError> {
        self.session_mut(id, now)?.frozen_at.get_or_insert(now + 1);
        Ok(())
    }

    /// Reports that a member came or went at `at`.
    ///
    /// # Errors
    /// [`WorldError::Absent`] when the room is not live.
    pub fn member(
        &mut self,
        id: &str,
        account: &Account,
        cause: MemberCause,
        at: i64,
        now: i64,
    ) -> Result<(), WorldError> {
        let room = self.rooms.get(id).filter(|room| room.live(now).is_some()).ok_or(WorldError::Absent)?;
        self.outbox.push(Outgoing::member(room, account, cause, at));
        Ok(())
    }
}
