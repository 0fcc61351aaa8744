//! Looks up in the database what a decision about a room needs, beside the app's task: a database that another program
//! holds, or that is slow, delays these decisions and no poll.
//!
//! One look-up after the other, in the order in which they were requested. Must not: decide anything about a stream.

use super::sealer::Sealer;
use super::{CommandError, Reply};
use crate::clock::Clock;
use crate::domain::{
    AppId, Counter, Counters, EndEvidence, Millis, RoomId, Run, StreamId, StreamKind, StreamState, StreamSummary,
    Totals,
};
use crate::store::{OpenStream, RoomClosedRow, Store, StoreError, StreamQuery, UnsealedStream, Write};
use std::ops::Range;
use tokio::sync::mpsc;

/// The board draws the readings of this time.
pub(super) const RECENT_MS: i64 = 31 * 60_000;
/// Stream ids that are reserved at once, so that a list of new rooms waits for the database once.
const RESERVED_IDS: u32 = 100;

/// A listed room without a stream.
pub(super) struct Listed {
    pub create_time: i64,
    pub asked: Millis,
}

/// The stream to open or to return to.
pub(super) struct Open {
    pub create_time: Option<i64>,
    /// An operator added the room again after ending its stream.
    pub wanted_again: bool,
    pub then: AfterOpening,
}

/// What follows once the stream is open.
pub(super) enum AfterOpening {
    Nothing,
    /// The CreateTime was returned by a request of this time.
    CreateTime {
        asked: Millis,
        source: super::tracker::CreateTimeSource,
        poll_now: bool,
    },
    /// get_room_info said twice that the room is gone: the request of the first, and the times of the second.
    Gone {
        first: Millis,
        asked: Millis,
        answered: Millis,
    },
}

/// An authenticated room-closed webhook.
#[derive(Clone)]
pub(super) struct RoomClosedWebhook {
    pub event_time: Option<Millis>,
    pub at: Millis,
    pub statistic: Totals,
    pub received_at: Millis,
}

/// What the task asks for.
pub(super) enum Query {
    Listed(Listed),
    Open(Open),
    /// The room's last streams; `may_be_open`: the webhook may be of the open stream.
    RoomClosed {
        room_closed: RoomClosedWebhook,
        may_be_open: bool,
    },
    /// Reopens a sealed stream for its next revision if the webhook raises one of its totals.
    Revise {
        stream: Box<StreamSummary>,
        room_closed: RoomClosedWebhook,
    },
    SealNow {
        stream: StreamId,
        reply: Reply,
    },
    /// Reopens a sealed stream for its next revision.
    SealAgain {
        stream: StreamId,
        reply: Reply,
    },
}

/// A stream as the database has it.
pub(super) struct Stored {
    pub open: OpenStream,
    /// Its latest runs, oldest first; one at least where it has any.
    pub runs: Vec<Run>,
    /// Those that the board draws.
    pub recent: Vec<Run>,
    pub room_closed: Option<RoomClosedRow>,
    /// Where it was sealed: since when there was no such room.
    pub away_since: Option<Millis>,
}

impl From<UnsealedStream> for Stored {
    fn from(stream: UnsealedStream) -> Self {
        let UnsealedStream { open, last, recent, room_closed } = stream;
        let runs = if recent.runs.is_empty() { last.into_iter().collect() } else { recent.runs.clone() };
        Self { open, runs, recent: recent.runs, room_closed, away_since: None }
    }
}

/// What the database knows of a stream that is to be opened.
pub(super) enum StreamOnRecord {
    /// Nothing: it is opened under this id.
    Nothing(StreamId),
    /// An operator ended and sealed it.
    SealedByOperator,
    /// The idle rule or its length ended it: what comes next is another part, which is opened under `id`.
    Ended { by: EndEvidence, number: i64, last: Option<Counters>, id: StreamId },
    /// It is open, or open again.
    Open(Box<Stored>),
}

/// The response to a [`Query`].
pub(super) enum LookUpResult {
    Listed(Listed, Result<Option<Box<OpenStream>>, StoreError>),
    Open(Open, Result<StreamOnRecord, StoreError>),
    RoomClosed { room_closed: RoomClosedWebhook, may_be_open: bool, streams: Result<Vec<StreamSummary>, StoreError> },
    Revised { stream: Box<StreamSummary>, room_closed: RoomClosedWebhook, revision: Result<Revision, StoreError> },
    SealNow { stream: StreamId, reply: Reply, create_time: Option<i64> },
    SealAgain { stream: StreamId, reply: Reply, create_time: Result<Option<i64>, CommandError> },
}

/// What a webhook means for a sealed stream.
pub(super) enum Revision {
    /// Its report cannot be found.
    Unknown,
    /// It raises no total.
    None,
    /// The stream is open again, to be sealed as its next revision.
    Reopened,
}

/// Where the task sends its queries.
pub(super) type LookUps = mpsc::UnboundedSender<(RoomId, Query)>;

/// Answers the queries of one app's task.
pub(super) struct LookUpWorker {
    pub app: AppId,
    pub store: Store,
    pub sealer: Sealer,
    pub clock: Clock,
    pub queries: mpsc::UnboundedReceiver<(RoomId, Query)>,
    /// Takes what was found.
    pub on_result: Box<dyn Fn(RoomId, Box<LookUpResult>) + Send + Sync>,
    /// Reserved for streams to come.
    pub ids: Range<i64>,
}

impl LookUpWorker {
    pub async fn run(mut self) {
        while let Some((room, query)) = self.queries.recv().await {
            let found = Box::new(self.find(&room, query).await);
            (self.on_result)(room, found);
        }
    }

    async fn find(&mut self, room: &RoomId, query: Query) -> LookUpResult {
        match query {
            Query::Listed(listed) => {
                let stream = self.store.stream_of_session(self.app, room, listed.create_time).await;
                LookUpResult::Listed(listed, stream.map(|stream| stream.map(Box::new)))
            }
            Query::Open(open) => {
                let known = self.known(room, &open).await;
                LookUpResult::Open(open, known)
            }
            Query::RoomClosed { room_closed, may_be_open } => {
                LookUpResult::RoomClosed { room_closed, may_be_open, streams: self.last_streams(room).await }
            }
            Query::Revise { stream, room_closed } => {
                let revision = self.revise(&stream, &room_closed).await;
                LookUpResult::Revised { stream, room_closed, revision }
            }
            Query::SealNow { stream, reply } => {
                let summary = self.store.stream(stream).await.ok().flatten();
                let create_time = summary.and_then(|summary| summary.created_at).map(Millis::seconds);
                LookUpResult::SealNow { stream, reply, create_time }
            }
            Query::SealAgain { stream, reply } => {
                let create_time = self.reopen_for_revision(stream).await;
                LookUpResult::SealAgain { stream, reply, create_time }
            }
        }
    }

    async fn known(&mut self, room: &RoomId, open: &Open) -> Result<StreamOnRecord, StoreError> {
        let known = match open.create_time {
            Some(create_time) => self.store.stream_of_session(self.app, room, create_time).await?,
            None => None,
        };
        let Some(known) = known else { return Ok(StreamOnRecord::Nothing(self.next_id().await?)) };
        match (known.summary.state, known.summary.ended_by) {
            (StreamState::Sealed, Some(EndEvidence::Operator)) if !open.wanted_again => {
                Ok(StreamOnRecord::SealedByOperator)
            }
            (StreamState::Sealed, Some(by @ (EndEvidence::Quiet | EndEvidence::Continued))) => {
                let record = self.sealer.record_of(known.summary.id).await?;
                let last = record.and_then(|record| record.runs().pop()).map(|run| run.counters);
                Ok(StreamOnRecord::Ended { by, number: known.part.number, last, id: self.next_id().await? })
            }
            (StreamState::Sealed, _) => Ok(StreamOnRecord::Open(Box::new(self.return_to(known).await?))),
            (StreamState::Live | StreamState::Ending, _) => {
                Ok(StreamOnRecord::Open(Box::new(stored(&self.store, known, self.clock.now()).await?)))
            }
        }
    }

    async fn next_id(&mut self) -> Result<StreamId, StoreError> {
        if let Some(id) = self.ids.next() {
            return Ok(StreamId(id));
        }
        let ids = self.store.reserve_streams(RESERVED_IDS).await?;
        self.ids = ids.start + 1..ids.end;
        Ok(StreamId(ids.start))
    }

    /// Reopens a sealed stream whose room responds with the same CreateTime; its next seal is the next revision.
    async fn return_to(&self, known: OpenStream) -> Result<Stored, StoreError> {
        let stream = known.summary.id;
        let runs = self.sealer.runs_of(stream).await?;
        // Whatever closed it, the room responds.
        let contradicted = Write::Contradicted { stream, at: self.clock.now() };
        self.store.reopen(stream, &runs, &[contradicted]).await?;
        tracing::debug!(app = %self.app, room = %known.summary.room, %stream, "a sealed stream is live again");
        let had_grace = known.summary.ended_by.is_some_and(EndEvidence::has_grace);
        let away_since = known.summary.ended_at.filter(|_| had_grace);
        let open = self.store.open_stream(stream).await?.unwrap_or(known);
        Ok(Stored { away_since, ..stored(&self.store, open, self.clock.now()).await? })
    }

    /// The room's last streams, newest first.
    async fn last_streams(&self, room: &RoomId) -> Result<Vec<StreamSummary>, StoreError> {
        let query = StreamQuery {
            app: Some(self.app),
            room: Some(room.clone()),
            kind: Some(StreamKind::Stream),
            limit: 8,
            ..StreamQuery::default()
        };
        Ok(self.store.streams(&query).await?.rows)
    }

    async fn revise(&self, stream: &StreamSummary, room_closed: &RoomClosedWebhook) -> Result<Revision, StoreError> {
        let Some(record) = self.sealer.record_of(stream.id).await? else { return Ok(Revision::Unknown) };
        let RoomClosedWebhook { at: event_time, statistic, received_at, .. } = *room_closed;
        let raises = |counter: Counter| {
            let start = record.start.get(counter).unwrap_or(0);
            let pair = statistic.get(counter).zip(record.totals.get(counter));
            pair.is_some_and(|(returned, known)| returned - start > known)
        };
        if !Counter::ALL.into_iter().filter(|&counter| counter != Counter::Messages).any(raises) {
            return Ok(Revision::None);
        }
        let set_here = stream.ended_by.filter(|by| by.is_set_here());
        let runs = record.runs();
        let last = runs.last().map(Run::last);
        let dates_end = last.is_none_or(|last| event_time >= last.asked) && set_here.is_none();
        let (ended_at, ended_after) =
            if dates_end { (event_time, None) } else { (stream.ended_at.unwrap_or(event_time), stream.ended_after) };
        let room_closed = RoomClosedRow { event_time, received_at, statistic, contradicted_at: None };
        let by = set_here.unwrap_or(EndEvidence::Webhook);
        let evidence_at = stream.seal.as_ref().map_or(received_at, |seal| seal.sealed_at);
        let then = [
            Write::RoomClosed { stream: stream.id, room_closed },
            Write::Ending { stream: stream.id, ended_at, ended_after, by, evidence_at },
        ];
        self.store.reopen(stream.id, &runs, &then).await?;
        Ok(Revision::Reopened)
    }

    /// The next revision of a sealed stream has the same readings and the same end; what the report says beside them (who issues
    /// it, the baseline, the rules) is as it is now.
    async fn reopen_for_revision(&self, stream: StreamId) -> Result<Option<i64>, CommandError> {
        let summary = self.store.stream(stream).await?.ok_or(CommandError::NoStream(stream))?;
        let of_a_stream = summary.state == StreamState::Sealed && summary.kind == StreamKind::Stream;
        let (Some(ended_at), Some(by), true) = (summary.ended_at, summary.ended_by, of_a_stream) else {
            return Err(CommandError::NotSealed(stream));
        };
        let runs = self.sealer.runs_of(stream).await?;
        // Not later than its seal: a restart before the next one seals it without another grace period.
        let evidence_at = summary.seal.map_or_else(|| self.clock.now(), |seal| seal.sealed_at);
        let end = Write::Ending { stream, ended_at, ended_after: summary.ended_after, by, evidence_at };
        self.store.reopen(stream, &runs, &[end]).await?;
        Ok(summary.created_at.map(Millis::seconds))
    }
}

/// A stream with what is needed to go on with it.
pub(super) async fn stored(store: &Store, open: OpenStream, now: Millis) -> Result<Stored, StoreError> {
    let stream = open.summary.id;
    let room_closed = store.room_closed(stream).await?;
    let recent = store.runs_since(stream, now - RECENT_MS).await?;
    let runs = if recent.is_empty() { store.last_run(stream).await?.into_iter().collect() } else { recent.clone() };
    Ok(Stored { open, runs, recent, room_closed, away_since: None })
}
