//! The changes that the collector hands to the recorder.

use super::{FoundBy, MomentRow, NewStream, RoomClosedRow};
use crate::domain::{AppId, EndEvidence, ExclusionReason, Gap, Millis, Reading, RoomId, Run, StreamId};
use serde::{Deserialize, Serialize};

/// One change to an unsealed stream. The order of writes is the order of what happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Write {
    /// A room is monitored from now on.
    Followed {
        app: AppId,
        room: RoomId,
        found_by: FoundBy,
        at: Millis,
    },
    /// A room is monitored no more; its streams stay.
    Unfollowed {
        app: AppId,
        room: RoomId,
    },
    /// The stream begins, under an id that [`Store::reserve_stream`] gave.
    Opened {
        stream: StreamId,
        new: Box<NewStream>,
    },
    /// The stream's newest run as it is now; also its totals.
    Run {
        stream: StreamId,
        run: Run,
        request_id: Option<String>,
        retries: i64,
    },
    /// Readings asked since then turned out to be another stream's. `last` is the last that stays, where the collector
    /// knows it; else the run before stays as it is.
    ReassignReadings {
        stream: StreamId,
        since: Millis,
        last: Option<Reading>,
    },
    Gap {
        stream: StreamId,
        gap: Gap,
    },
    /// A reading is excluded: stored, and not counted.
    Excluded {
        stream: StreamId,
        reading: Reading,
        reason: ExclusionReason,
    },
    /// Why all undecided excluded readings of the stream are excluded.
    ResolveUndecided {
        stream: StreamId,
        reason: ExclusionReason,
    },
    UpstreamCorrection {
        stream: StreamId,
        from: Millis,
        until: Millis,
    },
    Failure {
        stream: StreamId,
        code: String,
        at: Millis,
        request_id: Option<String>,
        retries: i64,
    },
    /// CreateTime became known after the stream was opened.
    Created {
        stream: StreamId,
        create_time: i64,
    },
    Ending {
        stream: StreamId,
        ended_at: Millis,
        ended_after: Option<Millis>,
        by: EndEvidence,
        evidence_at: Millis,
    },
    /// The room answered again with the same CreateTime: live as before.
    Returned {
        stream: StreamId,
    },
    RoomClosed {
        stream: StreamId,
        room_closed: RoomClosedRow,
    },
    Contradicted {
        stream: StreamId,
        at: Millis,
    },
    /// The room was gone soon after it contradicted this room-closed webhook: the webhook was true.
    ContradictionWithdrawn {
        stream: StreamId,
        event_time: Millis,
    },
    Moment {
        stream: StreamId,
        moment: MomentRow,
    },
    /// A webhook says that the host is there, or has left.
    HostPresence {
        stream: StreamId,
        at: Millis,
        online: bool,
    },
    /// Readings of a room that wait for get_room_info when the collector stops; its next start takes them up.
    Waiting {
        app: AppId,
        room: RoomId,
        readings: Vec<Reading>,
    },
    /// Title and host of a room, for the room and its open stream.
    Described {
        app: AppId,
        room: RoomId,
        stream: Option<StreamId>,
        title: Option<String>,
        host: Option<String>,
        host_name: Option<String>,
    },
}

impl Write {
    /// The stream that it is written of.
    pub(in crate::store) const fn stream(&self) -> Option<StreamId> {
        match self {
            Self::Opened { stream, .. }
            | Self::Run { stream, .. }
            | Self::ReassignReadings { stream, .. }
            | Self::Gap { stream, .. }
            | Self::Excluded { stream, .. }
            | Self::ResolveUndecided { stream, .. }
            | Self::UpstreamCorrection { stream, .. }
            | Self::Failure { stream, .. }
            | Self::Created { stream, .. }
            | Self::Ending { stream, .. }
            | Self::Returned { stream }
            | Self::RoomClosed { stream, .. }
            | Self::Contradicted { stream, .. }
            | Self::ContradictionWithdrawn { stream, .. }
            | Self::Moment { stream, .. }
            | Self::HostPresence { stream, .. } => Some(*stream),
            Self::Described { stream, .. } => *stream,
            Self::Followed { .. } | Self::Unfollowed { .. } | Self::Waiting { .. } => None,
        }
    }
}
