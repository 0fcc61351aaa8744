//! Which of a room's streams a room-closed webhook is of, by what the database has of them.
//!
//! Must not: change anything.

use crate::domain::{EndEvidence, Millis, StreamId, StreamState, StreamSummary};

/// A room-closed webhook is of a stream that ended at most 60 s before it; Tencent's clock may be ahead of this machine's.
const MAX_WEBHOOK_DELAY_MS: i64 = 60_000;

/// What a room-closed webhook is of.
pub(in crate::collector) enum RoomClosedTarget {
    OpenStream,
    Sealed(Box<StreamSummary>),
    /// A stream that a user or the idle rule ended before: its end stays.
    EndedHere(StreamId),
    /// Not known yet.
    Unknown,
}

/// `streams` are the room's last, newest first; `may_be_open`: the webhook may be of the open stream.
pub(in crate::collector) fn room_closed_target(
    mut streams: Vec<StreamSummary>,
    at: Millis,
    may_be_open: bool,
    is_being_sealed: impl Fn(StreamId) -> bool,
) -> RoomClosedTarget {
    let place = position_of_stream(&streams, at);
    if may_be_open && place.is_none_or(|place| place == 0) {
        return RoomClosedTarget::OpenStream;
    }
    let Some(place) = place else { return RoomClosedTarget::Unknown };
    let stream = streams.swap_remove(place);
    if stream.state != StreamState::Sealed || is_being_sealed(stream.id) {
        return RoomClosedTarget::Unknown;
    }
    // Of the room's newest stream only where it ended about then; a stream we never saw may have come after it.
    let ended_by_tencent = stream.ended_by.is_some_and(EndEvidence::has_grace);
    let long_after = stream.ended_at.is_some_and(|ended_at| at - ended_at > MAX_WEBHOOK_DELAY_MS);
    if place == 0 && ended_by_tencent && long_after {
        return RoomClosedTarget::Unknown;
    }
    // The totals at the deletion of the room, long after, include activity after the stream.
    if stream.ended_by.is_some_and(EndEvidence::is_set_here) && long_after {
        return RoomClosedTarget::EndedHere(stream.id);
    }
    RoomClosedTarget::Sealed(Box::new(stream))
}

/// Within the second of a creation it is of the stream before, if that ended about then.
fn position_of_stream(streams: &[StreamSummary], event_time: Millis) -> Option<usize> {
    let place = streams.iter().position(|stream| stream.started_at <= event_time)?;
    let created = streams[place].created_at.map(Millis::seconds);
    let ended_then =
        |before: &StreamSummary| before.ended_at.is_none_or(|ended| (event_time - ended).abs() <= MAX_WEBHOOK_DELAY_MS);
    let before = created == Some(event_time.seconds()) && streams.get(place + 1).is_some_and(ended_then);
    Some(if before { place + 1 } else { place })
}
