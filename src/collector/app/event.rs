//! What reaches the task of an app, and what waits in it.

use crate::collector::look_up::LookUpResult;
use crate::collector::webhook::WebhookEvent;
use crate::collector::{ListFailure, Reply};
use crate::domain::{Counters, Millis, RoomId, StreamId};
use crate::store::{FoundBy, Write};
use crate::tencent::{ApiResponse, CallError, RoomInfo, RoomPage};
use std::collections::{BTreeSet, VecDeque};
use tokio::sync::mpsc;

/// Events of one room that wait for the database; beyond, every second of those that repeat is left out.
pub(super) const MAX_WAITING_EVENTS: usize = 512;

/// What reaches the task.
pub(in crate::collector) enum AppEvent {
    Polled {
        room: RoomId,
        due: i64,
        asked_at: i64,
        result: Result<ApiResponse<Option<Counters>>, CallError>,
    },
    Info {
        room: RoomId,
        result: Result<ApiResponse<Option<RoomInfo>>, CallError>,
    },
    Listed {
        page: ApiResponse<RoomPage>,
    },
    /// A sweep is over; the rooms that were on the list, if it was read to its end.
    Swept {
        listed: Option<BTreeSet<RoomId>>,
    },
    /// Whether the list of a sweep that is over had an end.
    ListFailure(Option<ListFailure>),
    Sealed {
        room: RoomId,
        stream: StreamId,
        outcome: Result<(), String>,
    },
    Command(UserCommand),
    /// The response of the database to a look-up.
    LookedUp {
        room: RoomId,
        result: Box<LookUpResult>,
    },
}

/// What happens to one room. While the room waits for the database, it waits behind that, in its order.
pub(super) enum RoomEvent {
    Polled {
        result: Result<ApiResponse<Option<Counters>>, CallError>,
        /// Users who requested the poll.
        refreshing: Vec<Reply>,
    },
    Info(Result<ApiResponse<Option<RoomInfo>>, CallError>),
    /// The list or a webhook returned it.
    Listed {
        info: RoomInfo,
        by: FoundBy,
        asked: Millis,
    },
    /// It has left the list.
    Delisted,
    Message {
        hook: WebhookEvent,
        received_at: Millis,
    },
    /// Its last stream was sealed.
    Sealed,
    /// Messages that were kept for it are tried again.
    Retry,
    /// A user added it.
    Added,
    Command(UserCommand),
}

impl RoomEvent {
    /// Whether another like it follows in time, so that it can be left out where too many wait.
    const fn is_repeated(&self) -> bool {
        matches!(self, Self::Polled { .. } | Self::Listed { .. } | Self::Message { .. })
    }
}

/// A room that waits for the database.
#[derive(Default)]
pub(super) struct LookUp {
    /// What is committed together with the outcome.
    pub step: CommitGroup,
    /// What happened to the room since, oldest first.
    pub events: VecDeque<RoomEvent>,
    /// How the room was found that the look-up is about.
    pub found_by: Option<FoundBy>,
}

impl LookUp {
    pub fn wait(&mut self, event: RoomEvent) {
        if self.events.len() >= MAX_WAITING_EVENTS {
            let mut place = 0;
            self.events.retain(|event| {
                place += 1;
                !event.is_repeated() || place % 2 == 0
            });
        }
        self.events.push_back(event);
    }
}

/// Writes of one step, and streams that are sealed after it: they are committed together, so that no crash comes between
/// what belongs together.
#[derive(Default)]
pub(super) struct CommitGroup {
    pub writes: Vec<Write>,
    pub seals: Vec<(RoomId, StreamId, Option<i64>)>,
}

/// What a user asked for.
pub(in crate::collector) enum UserCommand {
    AddRooms { rooms: Vec<RoomId>, reply: Reply },
    StopMonitoring { room: RoomId, reply: Reply },
    KeepLive { stream: StreamId, room: RoomId, reply: Reply },
    SealNow { stream: StreamId, room: RoomId, reply: Reply },
    SealAgain { stream: StreamId, room: RoomId, reply: Reply },
    Refresh { room: RoomId, reply: Reply },
}

impl UserCommand {
    /// The room whose state it is about.
    pub const fn room(&self) -> Option<&RoomId> {
        match self {
            Self::StopMonitoring { room, .. }
            | Self::KeepLive { room, .. }
            | Self::SealNow { room, .. }
            | Self::SealAgain { room, .. } => Some(room),
            Self::AddRooms { .. } | Self::Refresh { .. } => None,
        }
    }
}

/// Reports to the task how something beside it ended: with an event, or with `lost` where it panicked. Whatever waits for an
/// event gets one.
pub(in crate::collector) struct Report {
    sender: mpsc::UnboundedSender<AppEvent>,
    lost: Option<AppEvent>,
}

impl Report {
    pub const fn new(sender: mpsc::UnboundedSender<AppEvent>, lost: AppEvent) -> Self {
        Self { sender, lost: Some(lost) }
    }

    pub fn send(mut self, event: AppEvent) {
        self.lost = Some(event);
    }
}

impl Drop for Report {
    fn drop(&mut self) {
        if let Some(event) = self.lost.take() {
            let _ = self.sender.send(event);
        }
    }
}
