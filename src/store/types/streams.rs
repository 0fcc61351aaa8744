//! Streams: one to be opened, and one that is open.

use crate::domain::record::MomentKind;
use crate::domain::{AppId, Counters, Day, Millis, RoomId, StreamId, StreamKind, StreamState, StreamSummary, Totals};
use serde::{Deserialize, Serialize};

/// Number of the stream within its room session (one CreateTime): 0, then 1, 2 … where the room outlived its show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionPart {
    pub number: i64,
    /// What the room had when the part before ended: this one counts from there.
    pub start: Counters,
}

impl SessionPart {
    /// Subtracts the counters at the start of this part.
    pub fn subtract_start(&self, room: Counters) -> Counters {
        let [room, start] = [room, self.start].map(Counters::to_array);
        Counters::from_array(std::array::from_fn(|i| (room[i] - start[i]).max(0)))
    }
}

/// A stream to be opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewStream {
    pub app: AppId,
    pub room: RoomId,
    pub kind: StreamKind,
    /// Tencent's CreateTime in seconds; `None` while get_room_info does not answer.
    pub create_time: Option<i64>,
    pub part: SessionPart,
    pub title: Option<String>,
    pub host: Option<String>,
    pub host_name: Option<String>,
    pub interval_ms: i64,
    pub first_seen: Millis,
    pub started_at: Millis,
}

/// A stream with what the collector needs of it after a restart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenStream {
    pub summary: StreamSummary,
    pub create_time: Option<i64>,
    pub part: SessionPart,
    pub interval_ms: i64,
    pub first_seen: Millis,
    /// When the evidence of the end reached us.
    pub evidence_at: Option<Millis>,
    pub host_left_at: Option<Millis>,
    /// When a webhook last said that the host is there.
    pub host_online_at: Option<Millis>,
    pub retries: i64,
    pub last_request_id: Option<String>,
    pub note: Option<String>,
}

impl NewStream {
    /// The moment that lists show and sort by: the start of a stream, the reading of a snapshot.
    pub(in crate::store) fn listed_at(&self) -> Millis {
        match self.kind {
            StreamKind::Stream => self.started_at,
            StreamKind::Snapshot => self.first_seen,
        }
    }
}

impl OpenStream {
    /// A stream as it is when it begins, on that business day.
    pub fn started_at(id: StreamId, new: &NewStream, business_day: Day) -> Self {
        let summary = StreamSummary {
            id,
            app: new.app,
            room: new.room.clone(),
            kind: new.kind,
            title: new.title.clone(),
            host: new.host.clone(),
            host_name: new.host_name.clone(),
            state: StreamState::Live,
            created_at: new.create_time.map(Millis::from_seconds),
            started_at: new.started_at,
            business_day,
            show_ended_at: None,
            ended_at: None,
            ended_after: None,
            ended_by: None,
            totals: Totals::default(),
            last_asked: None,
            last_answered: None,
            seal: None,
        };
        Self {
            summary,
            create_time: new.create_time,
            part: new.part,
            interval_ms: new.interval_ms,
            first_seen: new.first_seen,
            evidence_at: None,
            host_left_at: None,
            host_online_at: None,
            retries: 0,
            last_request_id: None,
            note: None,
        }
    }

    /// When a webhook last said that the host is there (true) or has left, if one did.
    pub fn presence(&self) -> Option<(Millis, bool)> {
        self.host_left_at.map(|at| (at, false)).or(self.host_online_at.map(|at| (at, true)))
    }
}

/// Tencent's room-closed webhook, as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomClosedRow {
    pub event_time: Millis,
    pub received_at: Millis,
    pub statistic: Totals,
    pub contradicted_at: Option<Millis>,
}

/// An event of a stream that a webhook reported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MomentRow {
    pub kind: MomentKind,
    pub key: String,
    pub from: Millis,
    pub until: Option<Millis>,
    pub label: Option<String>,
}
