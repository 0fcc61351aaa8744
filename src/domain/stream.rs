//! One stream of a room, as lists, pages and the API show it.

use super::{AppId, Day, Millis, RoomId, StreamId, Totals};
use serde::{Deserialize, Serialize};

/// What a row of the store is: a stream that was followed, or a snapshot taken by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StreamKind {
    Stream,
    Snapshot,
}

/// Where a stream is in its lifecycle: live → ending (the grace runs) → sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StreamState {
    Live,
    Ending,
    Sealed,
}

/// What made us believe that a stream ended. Time-outs, error codes and missing list pages never do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndEvidence {
    /// Tencent's room-closed webhook, authenticated.
    Webhook,
    /// 100004 twice, one interval apart.
    RoomGone,
    /// The same RoomId answered with a newer CreateTime.
    #[serde(rename = "newer_life")]
    NewerSession,
    /// A user said so.
    Operator,
    /// The app's quiet rule: successful readings that do not move.
    Quiet,
    /// The stream outgrew one report: it goes on as its next part.
    Continued,
    /// A snapshot: one reading, nothing followed.
    Snapshot,
}

impl EndEvidence {
    /// Whether a grace follows, in which the room may answer again: Tencent reported the end.
    pub const fn has_grace(self) -> bool {
        matches!(self, Self::Webhook | Self::RoomGone)
    }

    /// Whether the end was set here while the room exists: the same CreateTime is then no return.
    pub const fn is_set_here(self) -> bool {
        matches!(self, Self::Operator | Self::Quiet | Self::Continued)
    }
}

/// The seal of a stream's newest report, as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seal {
    /// Place in this installation's chain of reports, from 1.
    pub number: i64,
    /// From 1; a correction is the next revision.
    pub revision: i64,
    /// SHA-256 of the canonical record, lower-case hex.
    pub sha256: String,
    pub sealed_at: Millis,
    /// Coverage in ten-thousandths (9 960 = 99.6 %); unknown for a snapshot.
    pub coverage: Option<i64>,
    pub verdict: Option<Verdict>,
    /// Coins over the show in equal pieces, as levels; `None` where nothing was read. Empty where there is no curve.
    pub curve: Vec<Option<u8>>,
    /// How many earlier streams were compared, and the median of their coins where there were enough.
    pub baseline_streams: Option<i64>,
    pub baseline_coins: Option<i64>,
}

/// How whole the readings are, in words. Never a letter: hosts are ranked by letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Coverage of 99 % or more and no gap over 60 s.
    Complete,
    /// Coverage of 95 % or more.
    SmallGaps,
    GapsMatter,
}

/// A stream or snapshot as one row of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamSummary {
    pub id: StreamId,
    pub app: AppId,
    pub room: RoomId,
    pub kind: StreamKind,
    pub title: Option<String>,
    /// The owner's account.
    pub host: Option<String>,
    /// The owner's name as people know it, where Tencent returns it.
    pub host_name: Option<String>,
    pub state: StreamState,
    /// Tencent's CreateTime; unknown while get_room_info does not answer.
    pub created_at: Option<Millis>,
    /// CreateTime where known, else when we first saw the room.
    pub started_at: Millis,
    /// The day that the stream belongs to, by the rule of its app when it began.
    pub business_day: Day,
    pub show_ended_at: Option<Millis>,
    /// Set from `ending` on.
    pub ended_at: Option<Millis>,
    /// The last moment at which the stream still answered; the end lies between it and `ended_at`.
    pub ended_after: Option<Millis>,
    pub ended_by: Option<EndEvidence>,
    /// The stream's own as of the latest accepted reading, or the sealed ones.
    pub totals: Totals,
    pub last_asked: Option<Millis>,
    pub last_answered: Option<Millis>,
    pub seal: Option<Seal>,
}

impl StreamSummary {
    /// The moment that lists show and sort by: the start of a stream, the reading of a snapshot.
    pub fn listed_at(&self) -> Millis {
        match self.kind {
            StreamKind::Stream => self.started_at,
            StreamKind::Snapshot => self.ended_at.unwrap_or(self.started_at),
        }
    }

    /// The name people know the host by: name, else account, else the room.
    pub fn host_label(&self) -> &str {
        label(&[self.host_name.as_deref(), self.host.as_deref()], &self.room)
    }

    /// The title, else the RoomId.
    pub fn title_label(&self) -> &str {
        label(&[self.title.as_deref()], &self.room)
    }
}

/// The first text that is not blank, else the RoomId.
pub fn label<'a>(texts: &[Option<&'a str>], room: &'a RoomId) -> &'a str {
    texts.iter().flatten().copied().find(|text| !text.trim().is_empty()).unwrap_or(room.as_str())
}
