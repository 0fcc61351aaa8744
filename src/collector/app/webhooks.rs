//! Which rooms an authenticated webhook is about. Those about a room without a stream they could be of are kept until one is
//! opened.

use super::CollectorTask;
use super::event::RoomEvent;
use crate::collector::look_up::{Query, Revision, RoomClosedWebhook};
use crate::collector::room::{self, Room, RoomClosedTarget, room_closed_target};
use crate::collector::webhook::{BattlePhase, BattleSide, WebhookEvent};
use crate::domain::{Millis, RoomId, StreamSummary};
use crate::store::{FoundBy, StoreError};

impl CollectorTask {
    /// Carries out what an authenticated message says. Messages overtake one another and come again, so what counts is the
    /// time each is about, never the time it came.
    pub(super) fn apply_webhook(&mut self, hook: WebhookEvent, received_at: Millis) {
        if let Some(look_up) = hook.room().and_then(|room| self.look_ups.rooms.get_mut(room)) {
            look_up.wait(RoomEvent::Message { hook, received_at });
            return;
        }
        match hook {
            WebhookEvent::Created { info, event_time } => {
                // It proves that the room was in this stream when it was created, and nothing of later.
                let at = event_time.or(info.create_time.map(Millis::from_seconds)).unwrap_or(received_at);
                self.room_found(info, FoundBy::Webhook, at);
            }
            WebhookEvent::Updated { info, event_time } => {
                let (room, at) = (info.room.clone(), event_time.unwrap_or(received_at));
                self.apply(&room, room::Event::Updated { info, at });
            }
            WebhookEvent::Destroyed { room, event_time, statistic } => {
                let at = event_time.unwrap_or(received_at);
                self.room_closed(&room, RoomClosedWebhook { event_time, at, statistic, received_at });
            }
            WebhookEvent::Member { room, online, accounts, event_time } => {
                let at = event_time.unwrap_or(received_at);
                self.apply(&room, room::Event::Member { online, accounts, at });
            }
            WebhookEvent::Owner { ref room, ref owner, event_time } => {
                let at = event_time.unwrap_or(received_at);
                if self.has_open_stream(room) {
                    self.apply(room, room::Event::OwnerChanged { owner: owner.clone(), at });
                } else {
                    self.buffer(room, hook.clone(), received_at);
                }
            }
            WebhookEvent::Battle { ref battle, phase, ref rooms, start_time, event_time } => {
                let at = event_time.unwrap_or(received_at);
                if phase == BattlePhase::Created {
                    return;
                }
                let (from, until) = (start_time.unwrap_or(at), (phase == BattlePhase::Ended).then_some(at));
                self.battle(&hook, battle, rooms, from, until, received_at);
            }
            WebhookEvent::Follow { ref follower, ref to, event_time } => {
                let at = event_time.unwrap_or(received_at);
                let key = follower.clone().unwrap_or_else(|| at.0.to_string());
                let is_followed = |room: &Room| room.host.as_ref().is_some_and(|host| to.contains(host));
                let rooms: Vec<RoomId> =
                    self.rooms.iter().filter(|(_, room)| is_followed(room)).map(|(id, _)| id.clone()).collect();
                for id in rooms {
                    match self.look_ups.rooms.get_mut(&id) {
                        Some(look_up) => look_up.wait(RoomEvent::Message { hook: hook.clone(), received_at }),
                        None => self.apply(&id, room::Event::HostFollowed { key: key.clone(), at }),
                    }
                }
            }
            WebhookEvent::Other => {}
        }
    }

    fn battle(
        &mut self,
        hook: &WebhookEvent,
        battle: &str,
        sides: &[BattleSide],
        from: Millis,
        until: Option<Millis>,
        received_at: Millis,
    ) {
        let mut without_stream = Vec::new();
        for (place, side) in sides.iter().enumerate() {
            if let Some(look_up) = self.look_ups.rooms.get_mut(&side.room) {
                look_up.wait(RoomEvent::Message { hook: hook.clone(), received_at });
                continue;
            }
            let other = sides.iter().enumerate().find(|(other, _)| *other != place).map(|(_, side)| side);
            let with = other.map(|other| (self.name_of(&other.room, other.owner.as_deref()), other.room.clone()));
            if self.has_open_stream(&side.room) {
                self.apply(&side.room, room::Event::Battle { battle: battle.to_owned(), from, until, with });
            } else {
                without_stream.push(side.room.clone());
            }
        }
        for id in without_stream {
            self.buffer(&id, hook.clone(), received_at);
        }
    }

    fn has_open_stream(&self, id: &RoomId) -> bool {
        self.rooms.get(id).is_some_and(|room| room.tracker().is_some())
    }

    /// The name a room's host is known by.
    fn name_of(&self, room: &RoomId, owner: Option<&str>) -> String {
        let known = self.rooms.get(room);
        known
            .and_then(|known| known.host_name.clone().or_else(|| known.host.clone()))
            .or_else(|| owner.map(str::to_owned))
            .unwrap_or_else(|| room.to_string())
    }

    /// Keeps a message about a room that has no stream it could be of; it is tried again when one is opened. Those of rooms
    /// that nobody monitors would push out the others.
    fn buffer(&mut self, id: &RoomId, hook: WebhookEvent, received_at: Millis) {
        if self.is_known_or_wanted(id) {
            self.messages.push(id, hook, received_at);
        }
    }

    pub(super) fn buffer_room_closed(&mut self, id: &RoomId, room_closed: &RoomClosedWebhook) {
        let RoomClosedWebhook { event_time, statistic, received_at, .. } = *room_closed;
        self.buffer(id, WebhookEvent::Destroyed { room: id.clone(), event_time, statistic }, received_at);
    }

    /// Tries the messages again that were kept for this room.
    pub(super) fn replay_messages(&mut self, id: &RoomId) {
        for (hook, received_at) in self.messages.take(id) {
            self.apply_webhook(hook, received_at);
        }
    }

    /// An authenticated room-closed webhook.
    fn room_closed(&mut self, id: &RoomId, room_closed: RoomClosedWebhook) {
        if self.rooms.contains_key(id) {
            self.apply(id, room::Event::Closed(room_closed));
        } else if self.is_wanted(id, None) {
            self.look_up(id, Query::RoomClosed { room_closed, may_be_open: false });
        }
    }

    /// The database answered which streams the room had last, of which one is what a room-closed webhook is of.
    pub(super) fn assign_room_closed(
        &mut self,
        id: &RoomId,
        room_closed: RoomClosedWebhook,
        may_be_open: bool,
        streams: Result<Vec<StreamSummary>, StoreError>,
    ) {
        let streams = match streams {
            Ok(streams) => streams,
            Err(error) => {
                self.retry_room_closed(id, &room_closed, &error);
                return;
            }
        };
        match room_closed_target(streams, room_closed.at, may_be_open, |stream| self.sealing.contains(stream)) {
            RoomClosedTarget::OpenStream => self.apply(id, room::Event::OpenStreamClosed(room_closed)),
            RoomClosedTarget::Sealed(stream) => self.look_up(id, Query::Revise { stream, room_closed }),
            RoomClosedTarget::EndedHere(stream) => {
                tracing::debug!(app = %self.app(), room = %id, %stream, "the room of a stream that ended before is gone");
            }
            RoomClosedTarget::Unknown => self.buffer_room_closed(id, &room_closed),
        }
    }

    /// The database answered what a room-closed webhook after sealing changes.
    pub(super) fn revised(
        &mut self,
        id: &RoomId,
        stream: &StreamSummary,
        room_closed: &RoomClosedWebhook,
        revision: Result<Revision, StoreError>,
    ) {
        match revision {
            Ok(Revision::Reopened) => {
                self.seal(id.clone(), stream.id, stream.created_at.map(Millis::seconds));
            }
            Ok(Revision::None) => {}
            Ok(Revision::Unknown) => self.buffer_room_closed(id, room_closed),
            Err(error) => self.retry_room_closed(id, room_closed, &error),
        }
    }

    fn retry_room_closed(&mut self, id: &RoomId, room_closed: &RoomClosedWebhook, error: &StoreError) {
        self.log_refusal(id, error, "a room-closed webhook cannot be placed yet");
        self.buffer_room_closed(id, room_closed);
        self.messages.retry(id.clone());
    }
}
