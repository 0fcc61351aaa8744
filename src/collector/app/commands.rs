//! What users ask for.

use super::event::RoomEvent;
use super::{COMMIT_TIMEOUT, CollectorTask, UserCommand};
use crate::collector::look_up::Query;
use crate::collector::room::{self, Room};
use crate::collector::{CommandError, Reply};
use crate::domain::{RoomId, StreamId};
use crate::store::{FoundBy, Write};
use crate::tencent::Caller;

impl CollectorTask {
    pub(super) fn command(&mut self, command: UserCommand) {
        match command {
            UserCommand::AddRooms { rooms, reply } => {
                for room in rooms {
                    self.handle(room, RoomEvent::Added);
                }
                self.reply_when_committed(vec![reply], Ok(()));
            }
            UserCommand::StopMonitoring { room, reply } => {
                self.apply(&room, room::Event::EndedByUser);
                self.remove(&room);
                self.write(Write::Unfollowed { app: self.app(), room: room.clone() });
                self.discovery.exclude(room);
                self.reply_when_committed(vec![reply], Ok(()));
            }
            UserCommand::SealNow { stream, room, reply } => self.seal_now(stream, &room, reply),
            UserCommand::SealAgain { stream, room, reply } => {
                if self.sealing.contains(stream) {
                    self.sealing.reply_when_sealed(stream, reply);
                } else {
                    self.look_up(&room, Query::SealAgain { stream, reply });
                }
            }
            UserCommand::KeepLive { stream, room, reply } => {
                let outcome = if self.has_open(&room, stream) {
                    self.apply(&room, room::Event::KeptByUser);
                    Ok(())
                } else {
                    Err(CommandError::Sealed(stream))
                };
                let _ = reply.send(outcome);
            }
            UserCommand::Refresh { room, reply } => {
                if self.rooms.contains_key(&room) {
                    self.polling.reply_when_polled(room.clone(), reply);
                    let now = self.steady();
                    self.poll(room, now, Caller::User);
                } else {
                    let _ = reply.send(Err(CommandError::NoRoom { room, last: None }));
                }
            }
        }
    }

    fn seal_now(&mut self, stream: StreamId, room: &RoomId, reply: Reply) {
        if self.has_open(room, stream) {
            self.apply(room, room::Event::EndedByUser);
        }
        if self.deps.seals.unsealed().contains_key(&stream) {
            // What failed before may succeed now.
            self.look_up(room, Query::SealNow { stream, reply });
        } else if self.sealing.contains(stream) {
            self.sealing.reply_when_sealed(stream, reply);
        } else {
            let _ = reply.send(Err(CommandError::Sealed(stream)));
        }
    }

    /// Whether this is the room's open stream.
    fn has_open(&self, room: &RoomId, stream: StreamId) -> bool {
        let tracker = self.rooms.get(room).and_then(Room::tracker);
        tracker.is_some_and(|tracker| tracker.stream == stream)
    }

    /// A user added the room: it is monitored whatever the rule says.
    pub(super) fn added(&mut self, id: RoomId) {
        let (app, at, found_by) = (self.app(), self.now(), FoundBy::Hand);
        self.write(Write::Followed { app, room: id.clone(), found_by, at });
        self.discovery.include_again(&id);
        self.rooms.entry(id.clone()).or_insert_with(|| Room::new(id.clone(), found_by));
        self.apply(&id, room::Event::Added);
    }

    /// Answers users when what was decided is committed: the page they look at next shows it.
    pub(super) fn reply_when_committed(&self, waiting: Vec<Reply>, outcome: Result<(), CommandError>) {
        let recorder = self.deps.recorder.clone();
        tokio::spawn(async move {
            let committed = tokio::time::timeout(COMMIT_TIMEOUT, recorder.flush()).await;
            let outcome = match committed {
                Ok(Ok(())) => outcome,
                Ok(Err(_)) => Err(CommandError::Stopping),
                Err(_) => Err(CommandError::Store("it takes nothing now; see the status page".to_owned())),
            };
            for reply in waiting {
                let _ = reply.send(outcome.clone());
            }
        });
    }
}
