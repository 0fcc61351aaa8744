//! Keeps a board by the feed of the collectors, wherever they run, instead of by a collector of this process.
//!
//! Must not: depend on receiving everything. Where a transaction is missing, the streams are read again.

use super::row::{BoardEntry, RECENT_MS};
use super::{Board, BoardEvent, created, handle_event};
use crate::domain::live::LiveEvent;
use crate::domain::{AppId, StreamId, StreamState};
use crate::store::{FeedGroup, FeedPage, OpenStream, Store, StoreError, Write};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

/// Time between two looks at the feed.
const FEED_INTERVAL: Duration = Duration::from_millis(250);

/// The board of a server, and how far it has read the feed.
pub(super) struct FeedReader {
    pub board: Board,
    pub store: Store,
    pub grace_ms: i64,
    /// The last transaction of each app that is on the board; `None` until its streams were read.
    pub known: BTreeMap<AppId, Option<i64>>,
    /// One stream's past at a time: unpacking reports must not hold up readings.
    pub history: Arc<Semaphore>,
}

/// Follows the feed until `stop`.
pub(super) async fn follow(mut reader: FeedReader, stop: CancellationToken) {
    let mut look = tokio::time::interval(FEED_INTERVAL);
    look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut second = tokio::time::interval(Duration::from_secs(1));
    second.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut failing = false;
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            _ = look.tick() => {
                let read = tokio::select! {
                    () = stop.cancelled() => return,
                    read = reader.read() => read,
                };
                if let Err(error) = &read
                    && !failing
                {
                    tracing::warn!(%error, "the board is behind: the feed of the collectors cannot be read");
                }
                failing = read.is_err();
            }
            _ = second.tick() => {
                if reader.board.has_viewers() {
                    reader.board.publish(LiveEvent::Strip { strip: reader.board.strip() });
                }
            }
        }
    }
}

impl FeedReader {
    /// Reads on: what came since, or all streams of an app of which something is missing.
    pub async fn read(&mut self) -> Result<(), StoreError> {
        for (app, known) in self.known.clone() {
            if known.is_none() {
                self.rebuild(app).await?;
            }
        }
        let known: Vec<(AppId, i64)> = self.known.iter().map(|(app, batch)| (*app, batch.unwrap_or(0))).collect();
        for FeedPage { app, newest, groups } in self.store.feed_after(&known).await? {
            let mut last = self.known.get(&app).copied().flatten().unwrap_or(0);
            for (batch, group) in groups {
                if batch != last + 1 {
                    break;
                }
                self.take(app, group).await;
                last = batch;
                self.known.insert(app, Some(last));
            }
            if last < newest {
                self.rebuild(app).await?;
            }
        }
        Ok(())
    }

    async fn take(&self, app: AppId, group: FeedGroup) {
        for write in &group.writes {
            if let Write::Opened { stream, new } = write
                && self.board.row(*stream).is_none()
            {
                let day = self.store.day_of(new.app, new.started_at);
                let stream = Box::new(OpenStream::started_at(*stream, new, day));
                self.event(BoardEvent::Opened { stream, runs: Vec::new() }).await;
            }
            self.board.committed(write, self.grace_ms);
            if let Write::Created { stream, .. } = write {
                created(&self.board, &self.store, *stream).await;
            }
        }
        for signal in &group.signals {
            match serde_json::from_str(signal) {
                Ok(BoardEvent::Resumed { stream }) => self.look_at(stream, false).await,
                Ok(event) => self.event(event).await,
                Err(error) => tracing::warn!(%app, %error, "a signal of the feed cannot be read"),
            }
        }
        for stream in group.changed {
            self.look_at(stream, true).await;
        }
    }

    async fn event(&self, event: BoardEvent) {
        handle_event(&self.board, &self.store, &self.history, event).await;
    }

    /// A stream was opened, sealed or opened again otherwise than by a write. One that is on the board is read again where
    /// it has changed.
    async fn look_at(&self, id: StreamId, changed: bool) {
        let since = self.board.inner.clock.now() - RECENT_MS;
        let on_board = self.board.row(id).is_some();
        if on_board && !changed {
            return;
        }
        let read =
            async { Ok::<_, StoreError>((self.store.open_stream(id).await?, self.store.recent(id, since).await?)) };
        match read.await {
            Ok((Some(stream), _)) if stream.summary.state == StreamState::Sealed => {
                self.event(BoardEvent::Sealed { stream: id }).await;
            }
            Ok((Some(stream), recent)) => {
                if !on_board {
                    let (stream, runs) = (Box::new(stream.clone()), Vec::new());
                    self.event(BoardEvent::Opened { stream, runs }).await;
                }
                self.board.change(id, |entry| entry.reload(&stream, recent, self.grace_ms));
            }
            Ok((None, _)) => {}
            Err(error) => tracing::warn!(stream = %id, %error, "a row of the board could not be read again"),
        }
    }

    /// Reads every stream of an app.
    async fn rebuild(&mut self, app: AppId) -> Result<(), StoreError> {
        let since = self.board.inner.clock.now() - RECENT_MS;
        let unsealed = self.store.unsealed_with_readings(app, since).await?;
        let ids: BTreeSet<StreamId> = unsealed.streams.iter().map(|stream| stream.open.summary.id).collect();
        let gone: Vec<StreamId> = {
            let state = self.board.state();
            let of_app = state.entries.values().filter(|entry: &&BoardEntry| entry.app == app);
            of_app.map(|entry| entry.id).filter(|id| !ids.contains(id)).collect()
        };
        for id in gone {
            self.look_at(id, true).await;
            if self.board.state().remove(id) {
                self.board.publish(LiveEvent::Gone { id });
            }
        }
        for stream in unsealed.streams {
            let id = stream.open.summary.id;
            if stream.open.summary.kind == crate::domain::StreamKind::Snapshot {
                continue;
            }
            if self.board.row(id).is_none() {
                let (stream, runs) = (Box::new(stream.open.clone()), Vec::new());
                self.event(BoardEvent::Opened { stream, runs }).await;
            }
            self.board.change(id, |entry| entry.reload(&stream.open, stream.recent, self.grace_ms));
        }
        self.board.inner.day_changed.notify_one();
        self.known.insert(app, Some(unsealed.batch));
        Ok(())
    }
}
