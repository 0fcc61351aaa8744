//! What title, host and webhooks about a room change.
//!
//! Messages overtake one another and come again, so what counts is the time each is about, never the time it came. Must
//! not: end a stream because of an unauthenticated message; those do not arrive here.

use super::{Context, Effect, Room, State};
use crate::collector::look_up::{Query, RoomClosedWebhook};
use crate::domain::record::MomentKind;
use crate::domain::{Millis, RoomId};
use crate::live::BoardEvent;
use crate::store::{MomentRow, Write};
use crate::tencent::RoomInfo;

/// Members remembered of a room whose host is not known yet.
const MAX_VISITORS: usize = 64;
/// Ended battles remembered of a room.
const MAX_BATTLES: usize = 16;

impl Room {
    /// `at` is when that was true at the earliest.
    pub(super) fn describe(&mut self, info: &RoomInfo, at: Millis, context: &Context<'_>, out: &mut Vec<Effect>) {
        if self.described_at.is_some_and(|described| at < described) {
            return;
        }
        self.described_at = Some(at);
        let is_new = |known: &Option<String>, returned: &Option<String>| returned.is_some() && known != returned;
        let new_host = is_new(&self.host, &info.host);
        if !is_new(&self.title, &info.title) && !new_host && !is_new(&self.host_name, &info.host_name) {
            return;
        }
        self.title = info.title.clone().or_else(|| self.title.take());
        if new_host {
            // Whether the new host is there is not known; who came and left before may be them.
            let had_host = self.host.is_some();
            self.presence = None;
            let visitors = std::mem::take(&mut self.visitors);
            let host = info.host.as_deref();
            for (_, at, online) in visitors.iter().filter(|(account, ..)| Some(account.as_str()) == host) {
                self.presence = self.presence.max(Some((*at, *online)));
            }
            if had_host && self.presence.is_none() {
                self.presence = Some((at, true));
            }
        }
        self.host = info.host.clone().or_else(|| self.host.take());
        self.host_name = info.host_name.clone().or_else(|| self.host_name.take());
        let (title, host, host_name) = (self.title.clone(), self.host.clone(), self.host_name.clone());
        // The title of the room's next stream is not this one's: the stream that is over keeps its own.
        let stream = self
            .tracker()
            .filter(|tracker| tracker.describes_this_stream(info.create_time, at))
            .map(|tracker| tracker.stream);
        out.push(Effect::Write(Write::Described {
            app: context.app,
            room: self.id.clone(),
            stream,
            title: title.clone(),
            host: host.clone(),
            host_name: host_name.clone(),
        }));
        if let Some(stream) = stream {
            out.push(Effect::Board(BoardEvent::Described { stream, title, host, host_name }));
        }
        self.write_presence(out);
    }

    /// Writes whether the host of the open stream has left, as far as webhooks say.
    pub(super) fn write_presence(&self, out: &mut Vec<Effect>) {
        let (State::Open(tracker), Some((at, online))) = (&self.state, self.presence) else { return };
        // A message about an earlier stream says nothing of this one.
        if tracker.may_begin_here(at) {
            out.push(Effect::Write(Write::HostPresence { stream: tracker.stream, at, online }));
        }
    }

    /// Accounts came or left.
    pub(super) fn member(
        &mut self,
        online: bool,
        accounts: Vec<String>,
        at: Millis,
        context: &Context<'_>,
        out: &mut Vec<Effect>,
    ) {
        match &self.host {
            Some(host) if accounts.contains(host) => {
                self.presence = self.presence.max(Some((at, online)));
                self.write_presence(out);
                if !online {
                    // The owner's leaving is a reason to poll now; a visitor's would poll busy rooms all the time.
                    self.poll_by(context.steady, context, out);
                }
            }
            Some(_) => {}
            None => {
                self.visitors.extend(accounts.into_iter().map(|account| (account, at, online)));
                let excess = self.visitors.len().saturating_sub(MAX_VISITORS);
                self.visitors.drain(..excess);
            }
        }
    }

    pub(super) fn owner_changed(&self, owner: Option<String>, at: Millis, out: &mut Vec<Effect>) {
        if self.tracker().is_some() {
            self.moment(MomentKind::Owner, at.0.to_string(), at, None, owner, out);
            out.push(Effect::AskInfo);
        }
    }

    pub(super) fn host_followed(&self, key: String, at: Millis, out: &mut Vec<Effect>) {
        self.moment(MomentKind::Follow, key, at, None, None, out);
    }

    pub(super) fn battle(
        &mut self,
        battle: &str,
        from: Millis,
        until: Option<Millis>,
        with: Option<(String, RoomId)>,
        out: &mut Vec<Effect>,
    ) {
        let label = with.as_ref().map(|(name, _)| name.clone());
        self.moment(MomentKind::Battle, battle.to_owned(), from, until, label, out);
        let State::Open(tracker) = &self.state else { return };
        let over = self.battles_over.iter().any(|known| known == battle);
        if until.is_some() && !over {
            if self.battles_over.len() == MAX_BATTLES {
                self.battles_over.pop_front();
            }
            self.battles_over.push_back(battle.to_owned());
        }
        let with = with.filter(|_| until.is_none() && !over);
        out.push(Effect::Board(BoardEvent::Battle { stream: tracker.stream, with, since: from }));
    }

    /// Writes a moment of the open stream.
    fn moment(
        &self,
        kind: MomentKind,
        key: String,
        from: Millis,
        until: Option<Millis>,
        label: Option<String>,
        out: &mut Vec<Effect>,
    ) {
        let State::Open(tracker) = &self.state else { return };
        // One of an earlier stream that comes late, or again, is no moment of this one. A battle that goes on reaches into
        // this part of the session, also where it began before it.
        let latest = if kind == MomentKind::Battle { until.unwrap_or(Millis(i64::MAX)) } else { from };
        if tracker.is_of_this_part(latest) && tracker.is_of_this_stream(from) {
            let moment = MomentRow { kind, key, from, until, label };
            out.push(Effect::Write(Write::Moment { stream: tracker.stream, moment }));
        }
    }

    /// An authenticated room-closed webhook: of the open stream, or of one that is sealed already.
    pub(super) fn closed(&mut self, room_closed: RoomClosedWebhook, context: &Context<'_>, out: &mut Vec<Effect>) {
        match &self.state {
            State::Opening { .. } => {
                // Which stream it is of is known when get_room_info has answered; it is tried again then.
                out.push(Effect::BufferRoomClosed(room_closed));
                self.poll_by(context.steady, context, out);
            }
            // CreateTime is cut to whole seconds: within the second of the creation it is of the stream before, if one ended
            // then. No RoomId is created twice in a second.
            State::Open(tracker)
                if tracker.may_have_closed(room_closed.at) && tracker.create_time == Some(room_closed.at.seconds()) =>
            {
                out.push(Effect::LookUp(Query::RoomClosed { room_closed, may_be_open: true }));
            }
            State::Open(tracker) if tracker.may_have_closed(room_closed.at) => {
                self.open_stream_closed(&room_closed, context, out);
            }
            State::Open(_) | State::Idle(_) => {
                out.push(Effect::LookUp(Query::RoomClosed { room_closed, may_be_open: false }));
            }
        }
    }

    /// The room-closed webhook is of the open stream.
    pub(super) fn open_stream_closed(
        &mut self,
        room_closed: &RoomClosedWebhook,
        context: &Context<'_>,
        out: &mut Vec<Effect>,
    ) {
        let State::Open(tracker) = &mut self.state else { return };
        let effects = tracker.apply_room_closed(room_closed.at, room_closed.statistic, room_closed.received_at);
        self.apply_effects(effects, context, out);
        self.poll_by(context.steady, context, out);
    }
}
