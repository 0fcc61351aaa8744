//! Battles (PK) between two rooms.
//!
//! Must not: move counters; the scores are the coins that both rooms got meanwhile.

use super::SimWorld;
use crate::simulator::room::{SimBattle, SimRoom, WorldError};
use crate::simulator::webhook::Outgoing;

impl SimWorld {
    /// Begins a PK battle of `id` against `with`; both must be live and in none.
    ///
    /// # Errors
    /// [`WorldError::Absent`] or [`WorldError::InBattle`].
    pub fn start_battle(&mut self, id: &str, with: &str, seconds: u32, now: i64) -> Result<(), WorldError> {
        let (own, own_session) = self.live(id, now).ok_or(WorldError::Absent)?;
        let (their, their_session) = self.live(with, now).ok_or(WorldError::Absent)?;
        if own.battle.is_some() || their.battle.is_some() {
            return Err(WorldError::InBattle);
        }
        let battle = SimBattle {
            id: format!("battle_{}_{}", now / 1000, self.next_battle),
            with: with.to_owned(),
            with_owner: their.meta.owner.clone(),
            seconds,
            started_at: now,
            own_before: own_session.counters(now).coins,
            their_before: their_session.counters(now).coins,
        };
        let outgoing = [
            Outgoing::battle("Live.CallbackAfterCreateBattle", own, &battle, (0, 0), None, now),
            Outgoing::battle("Live.CallbackAfterStartBattle", own, &battle, (0, 0), None, now),
        ];
        self.next_battle += 1;
        self.outbox.extend(outgoing);
        if let Some(room) = self.rooms.get_mut(id) {
            room.battle = Some(battle);
        }
        Ok(())
    }

    /// Ends the battle that `id` began; the scores are the coins both got since.
    ///
    /// # Errors
    /// [`WorldError::NoBattle`] when there is none.
    pub fn end_battle(&mut self, id: &str, now: i64) -> Result<(), WorldError> {
        let room = self.rooms.get_mut(id).ok_or(WorldError::Absent)?;
        let battle = room.battle.take().ok_or(WorldError::NoBattle)?;
        let coins = |room: Option<&SimRoom>| {
            room.and_then(|room| room.sessions.last()).map_or(0, |session| session.counters(now).coins)
        };
        let own = (coins(self.rooms.get(id)) - battle.own_before).max(0);
        let theirs = (coins(self.rooms.get(&battle.with)) - battle.their_before).max(0);
        let room = &self.rooms[id];
        let outgoing = Outgoing::battle("Live.CallbackAfterEndBattle", room, &battle, (own, theirs), Some(now), now);
        self.outbox.push(outgoing);
        Ok(())
    }
}
