//! The one writer of readings: takes writes in order, commits them in groups, and passes on only what is committed.
//!
//! Must not: drop a write. Where nothing can be written (a full disk, a lock), it keeps the group, says so, and tries again.
//! A change that the database refuses for good would keep all others from being written: it alone is left out, and the log
//! has all of it. Where another server has taken the lease of the app, the writer ends: what waits is dropped, since that
//! server reads on from what is stored.

use super::{Store, StoreError, Write};
use crate::clock::Clock;
use crate::domain::{Millis, StreamId};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{broadcast, mpsc, oneshot};

enum RecorderJob {
    /// Committed together: a crash leaves all of them or none.
    Writes(Vec<Write>),
    /// For the boards of other servers, in its order among the writes.
    Signal(String),
    Flush(oneshot::Sender<()>),
}

impl RecorderJob {
    const fn writes(&self) -> usize {
        match self {
            Self::Writes(writes) => writes.len(),
            Self::Signal(_) | Self::Flush(_) => 0,
        }
    }
}

/// Handle of the writer; clones share it.
#[derive(Clone, Debug)]
pub struct Recorder {
    jobs: mpsc::UnboundedSender<RecorderJob>,
    committed: broadcast::Sender<Arc<Vec<Write>>>,
    state: Arc<Mutex<RecorderState>>,
}

/// What the handles can ask about the writer.
#[derive(Debug, Default)]
struct RecorderState {
    failure: Option<WriteFailure>,
    refusal: Option<RefusedWrites>,
}

/// What the database refused for good since the start; the log has all of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedWrites {
    /// Of the last one.
    pub at: Millis,
    pub count: u64,
    /// What the database said of the last one.
    pub message: String,
}

/// Why nothing can be written, for the status page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WriteFailure {
    pub since: Millis,
    /// Changes that wait; none is lost while we run.
    pub buffered: usize,
    /// What the database said.
    pub message: String,
    /// What to do about it.
    pub remedy: &'static str,
}

/// The writer has ended: nothing handed over since its last commit is in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the writer of the database has ended")]
pub struct RecorderStopped;

impl std::fmt::Debug for RecorderJob {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RecorderJob")
    }
}

/// How often a commit that failed is tried again.
const RETRY_DELAY: Duration = Duration::from_secs(1);
/// Of the retries, one in this many is logged: a full disk must not fill the log too.
const LOG_EVERY_NTH: u32 = 60;

/// Longest time a write waits for others to share its commit. A longer window saves little, since a group also takes
/// what came during the last commit.
const BATCH_WINDOW: Duration = Duration::from_millis(50);
/// Writes in one commit, about: after a long outage each is a step forward.
const MAX_BATCH_WRITES: usize = 10_000;
/// Waiting jobs beyond which superseded runs are dropped.
const CONDENSE_AT: usize = 4_096;

impl Recorder {
    /// A handle and its writer, which ends when every handle is gone and everything is written.
    pub fn new(store: Store) -> (Self, impl Future<Output = ()> + Send) {
        let (jobs, _) = mpsc::unbounded_channel();
        let (committed, _) = broadcast::channel(1024);
        Self { jobs, committed, state: Arc::default() }.beside(store)
    }

    /// Another handle with a writer of its own to `store`, whose failures are those of this handle too.
    pub fn beside(&self, store: Store) -> (Self, impl Future<Output = ()> + Send + use<>) {
        let (jobs, queue) = mpsc::unbounded_channel();
        let (waiting, condense_at) = (VecDeque::new(), CONDENSE_AT);
        let ((committed, _), state) = (broadcast::channel(1024), Arc::clone(&self.state));
        let writer = RecorderTask {
            store,
            queue,
            committed: committed.clone(),
            state: Arc::clone(&state),
            waiting,
            condense_at,
        };
        (Self { jobs, committed, state }, writer.run())
    }

    /// [`new`](Self::new) with the writer as a detached task.
    pub fn start(store: Store) -> Self {
        let (recorder, writer) = Self::new(store);
        tokio::spawn(writer);
        recorder
    }

    /// Hands a write over; it is committed within a second, in order.
    pub fn write(&self, write: Write) {
        self.write_all(vec![write]);
    }

    /// Hands over what belongs together: all of it is in the file after a crash, or none.
    pub fn write_all(&self, writes: Vec<Write>) {
        if !writes.is_empty() {
            // Where the writer has ended, the program is stopping; `flush` returns an error.
            let _ = self.jobs.send(RecorderJob::Writes(writes));
        }
    }

    /// Hands over what the boards of other servers are to know.
    pub fn signal(&self, signal: String) {
        // As with writes.
        let _ = self.jobs.send(RecorderJob::Signal(signal));
    }

    /// Returns when everything written so far is committed.
    pub async fn flush(&self) -> Result<(), RecorderStopped> {
        let (done, wait) = oneshot::channel();
        self.jobs.send(RecorderJob::Flush(done)).map_err(|_| RecorderStopped)?;
        wait.await.map_err(|_| RecorderStopped)
    }

    /// Every committed group, in order.
    pub fn committed(&self) -> broadcast::Receiver<Arc<Vec<Write>>> {
        self.committed.subscribe()
    }

    /// Whether the last commit failed and is being tried again.
    pub fn is_failing(&self) -> bool {
        self.failure().is_some()
    }

    /// Why the last commit failed, while it is tried again.
    pub fn failure(&self) -> Option<WriteFailure> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).failure.clone()
    }

    /// What the database refused for good since the start, if anything.
    pub fn refusal(&self) -> Option<RefusedWrites> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).refusal.clone()
    }
}

/// What is committed together.
#[derive(Default)]
struct Batch {
    writes: Vec<Write>,
    /// How many of the writes belong to each job.
    jobs: Vec<usize>,
    signals: Vec<String>,
}

/// The task behind the handles.
struct RecorderTask {
    store: Store,
    queue: mpsc::UnboundedReceiver<RecorderJob>,
    committed: broadcast::Sender<Arc<Vec<Write>>>,
    state: Arc<Mutex<RecorderState>>,
    /// Taken from the queue and not yet committed, in order.
    waiting: VecDeque<RecorderJob>,
    /// How many may wait before they are condensed.
    condense_at: usize,
}

impl RecorderTask {
    async fn run(mut self) {
        while self.next_batch().await {
            loop {
                let Batch { writes, jobs, signals } = self.take_batch();
                if (!jobs.is_empty() || !signals.is_empty())
                    && let Err(fenced) = self.write(writes, &jobs, signals).await
                {
                    let waiting = self.waiting.iter().map(RecorderJob::writes).sum::<usize>() + self.queue.len();
                    tracing::warn!(waiting, "{fenced}; what was not written yet is its to read");
                    return;
                }
                match self.waiting.pop_front() {
                    Some(RecorderJob::Flush(done)) => {
                        let _ = done.send(());
                    }
                    Some(job) => self.waiting.push_front(job),
                    None => break,
                }
            }
        }
    }

    /// Waits for a job and those that follow within the batch window. False when all handles are gone.
    async fn next_batch(&mut self) -> bool {
        let Some(mut job) = self.queue.recv().await else { return false };
        let deadline = tokio::time::Instant::now() + BATCH_WINDOW;
        loop {
            let awaited = matches!(job, RecorderJob::Flush(_));
            self.waiting.push_back(job);
            if awaited {
                return true;
            }
            match tokio::time::timeout_at(deadline, self.queue.recv()).await {
                Ok(Some(next)) => job = next,
                Ok(None) | Err(_) => return true,
            }
        }
    }

    /// What is next.
    fn take_batch(&mut self) -> Batch {
        let mut batch = Batch::default();
        while batch.writes.len() + batch.signals.len() < MAX_BATCH_WRITES {
            match self.waiting.pop_front() {
                Some(RecorderJob::Writes(more)) => {
                    batch.jobs.push(more.len());
                    batch.writes.extend(more);
                }
                Some(RecorderJob::Signal(signal)) => batch.signals.push(signal),
                Some(job) => {
                    self.waiting.push_front(job);
                    break;
                }
                None => break,
            }
        }
        batch
    }

    /// Commits a group, however long that takes. Where the database refuses something in it, each job is committed by
    /// itself, and what is refused then is dropped: it would keep everything after it from being written. An error
    /// means that another server collects now.
    async fn write(&mut self, mut writes: Vec<Write>, jobs: &[usize], signals: Vec<String>) -> Result<(), StoreError> {
        let mut tries = 0;
        let refusal = loop {
            match self.store.apply_group(&writes, &signals).await {
                Ok(()) => {
                    if self.state().failure.take().is_some() {
                        tracing::info!("the database takes readings again; nothing was lost");
                    }
                    // Without a subscriber nothing is lost: pages read the store.
                    let _ = self.committed.send(Arc::new(writes));
                    return Ok(());
                }
                Err(fenced @ StoreError::Fenced(_)) => return Err(fenced),
                Err(error) if error.is_refusal() => break error,
                Err(error) => {
                    self.wait(&error, writes.len(), tries).await;
                    tries += 1;
                }
            }
        };
        if jobs.len() > 1 || (!jobs.is_empty() && !signals.is_empty()) {
            for &length in jobs {
                let rest = writes.split_off(length);
                let job = std::mem::replace(&mut writes, rest);
                Box::pin(self.write(job, &[length], Vec::new())).await?;
            }
            if !signals.is_empty() {
                Box::pin(self.write(Vec::new(), &[], signals)).await?;
            }
            return Ok(());
        }
        tracing::error!(error = %refusal, ?writes, "the database refuses this change, which is left out");
        let mut state = self.state();
        let count = state.refusal.as_ref().map_or(0, |before| before.count) + 1;
        state.refusal = Some(RefusedWrites { at: Clock::system().now(), count, message: refusal.to_string() });
        Ok(())
    }

    fn state(&self) -> MutexGuard<'_, RecorderState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says why nothing can be written, and takes what comes meanwhile.
    async fn wait(&mut self, error: &StoreError, held: usize, tries: u32) {
        let queued: usize = self.waiting.iter().map(RecorderJob::writes).sum();
        let waiting = held + queued + self.queue.len();
        let remedy = error.remedy();
        if tries.is_multiple_of(LOG_EVERY_NTH) {
            tracing::error!(%error, waiting, remedy, "nothing can be written; it is kept and tried every second");
        }
        {
            let mut state = self.state();
            let since = state.failure.as_ref().map_or_else(|| Clock::system().now(), |before| before.since);
            state.failure = Some(WriteFailure { since, buffered: waiting, message: error.to_string(), remedy });
        }
        tokio::time::sleep(RETRY_DELAY).await;
        while let Ok(job) = self.queue.try_recv() {
            self.waiting.push_back(job);
        }
        if self.waiting.len() >= self.condense_at {
            condense(&mut self.waiting);
            self.condense_at = CONDENSE_AT.max(2 * self.waiting.len());
        }
    }
}

/// A run that grows is handed over at each reading; of those that wait, the last says all. So a disk that is full for a day
/// does not fill the memory with rooms in which nothing happens.
fn condense(waiting: &mut VecDeque<RecorderJob>) {
    let mut kept: VecDeque<RecorderJob> = VecDeque::with_capacity(waiting.len());
    // Where each stream's newest run waits, while nothing else that is written of the stream depends on it.
    let mut newest: HashMap<StreamId, (usize, usize)> = HashMap::new();
    for job in waiting.drain(..) {
        if let RecorderJob::Writes(writes) = &job {
            if let [Write::Run { stream, run, request_id, retries }] = writes.as_slice()
                && let Some(&(place, index)) = newest.get(stream)
                && let Some(RecorderJob::Writes(before)) = kept.get_mut(place)
                && let Some(Write::Run { run: known, request_id: known_id, retries: known_retries, .. }) =
                    before.get_mut(index)
                && known.from == run.from
            {
                *known = *run;
                *known_retries += retries;
                if request_id.is_some() {
                    known_id.clone_from(request_id);
                }
                continue;
            }
            for (index, write) in writes.iter().enumerate() {
                match write {
                    Write::Run { stream, .. } => {
                        newest.insert(*stream, (kept.len(), index));
                    }
                    Write::Failure { .. } => {}
                    other => {
                        if let Some(stream) = other.stream() {
                            newest.remove(&stream);
                        }
                    }
                }
            }
        }
        kept.push_back(job);
    }
    *waiting = kept;
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::domain::{AppId, Counters, ExclusionReason, Gap, Reading, RoomId, Run, StreamKind};
    use crate::store::types::stored_name;
    use crate::store::{NewStream, SessionPart};
    use std::path::{Path, PathBuf};

    struct RecorderFixture {
        _directory: tempfile::TempDir,
        path: PathBuf,
        store: Store,
        recorder: Recorder,
        stream: StreamId,
    }

    impl RecorderFixture {
        async fn new() -> Self {
            let directory = tempfile::tempdir().unwrap();
            let path = directory.path().join("aftershow.db");
            let store = Store::open(&path).await.unwrap();
            let new = NewStream {
                app: AppId(1),
                room: RoomId::parse("a").unwrap(),
                kind: StreamKind::Stream,
                create_time: Some(1),
                part: SessionPart::default(),
                title: None,
                host: None,
                host_name: None,
                interval_ms: 10_000,
                first_seen: Millis(1_000),
                started_at: Millis(1_000),
            };
            let stream = store.open_streams(&[new]).await.unwrap()[0];
            Self { recorder: Recorder::start(store.clone()), _directory: directory, path, store, stream }
        }

        async fn provisional(&self) -> StreamId {
            let known = self.store.open_stream(self.stream).await.unwrap().unwrap().summary;
            let new = NewStream {
                app: known.app,
                room: known.room,
                kind: StreamKind::Stream,
                create_time: None,
                part: SessionPart::default(),
                title: None,
                host: None,
                host_name: None,
                interval_ms: 10_000,
                first_seen: Millis(90_000),
                started_at: Millis(90_000),
            };
            self.store.open_streams(&[new]).await.unwrap()[0]
        }

        fn write(&self, turn: i64) {
            self.write_of(self.stream, turn);
        }

        fn write_of(&self, stream: StreamId, turn: i64) {
            let counters = Counters { coins: turn, ..Counters::default() };
            let asked = Millis(10_000 * turn);
            let run = Run::from(Reading { asked, answered: asked + 40, counters });
            self.recorder.write(Write::Run { stream, run, request_id: None, retries: 0 });
        }

        async fn is_failing_within(&self) -> WriteFailure {
            loop {
                if let Some(alert) = self.recorder.failure() {
                    return alert;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }

        /// After the failure: everything that was handed over is in the file, in order, once.
        async fn whole(&self, turns: i64) {
            self.recorder.flush().await.unwrap();
            assert_eq!(self.recorder.failure(), None);
            let runs = self.store.series(self.stream).await.unwrap().runs;
            let coins: Vec<i64> = runs.iter().map(|run| run.counters.coins).collect();
            assert_eq!(coins, (1..=turns).collect::<Vec<_>>());
        }
    }

    #[tokio::test]
    async fn every_reason_of_exclusion_is_stored_under_the_name_it_always_had() {
        use ExclusionReason::{Glitch, NextStream, Stale, Undecided, UpstreamCorrection};
        let place = RecorderFixture::new().await;
        let names = [
            (Undecided, "open"),
            (Glitch, "glitch"),
            (Stale, "stale"),
            (UpstreamCorrection, "restated"),
            (NextStream, "next_life"),
        ];
        for (turn, (reason, name)) in (1..).zip(names) {
            assert_eq!(stored_name(reason), name);
            let reading = Reading { asked: Millis(turn), answered: Millis(turn + 1), counters: Counters::default() };
            place.store.apply_all(&[Write::Excluded { stream: place.stream, reading, reason }]).await.unwrap();
        }
        place.store.apply_all(&[Write::ResolveUndecided { stream: place.stream, reason: Glitch }]).await.unwrap();
        let stored: Vec<String> = sqlx::query_scalar("SELECT verdict FROM set_aside ORDER BY asked")
            .fetch_all(&place.store.sqlite().read)
            .await
            .unwrap();
        assert_eq!(stored, ["glitch", "glitch", "stale", "restated", "next_life"]);
    }

    #[tokio::test]
    async fn a_create_time_known_later_completes_the_stream_and_no_session_has_one_part_twice() {
        let place = RecorderFixture::new().await;
        let (next, same) = (place.provisional().await, place.provisional().await);
        place.write(40);
        place.write_of(next, 50);
        place.write_of(same, 50);
        place.recorder.write(Write::Created { stream: next, create_time: 80 });
        // get_room_info answers at last, and it was the same session, which has a stream already.
        place.recorder.write(Write::Created { stream: same, create_time: 1 });
        place.recorder.write(Write::Created { stream: same, create_time: 2 });
        place.recorder.flush().await.unwrap();
        let start_of = |id| {
            let store = place.store.clone();
            async move {
                let stream = store.open_stream(id).await.unwrap().unwrap();
                (stream.create_time, stream.part.number, stream.summary.started_at)
            }
        };
        let own = |id| {
            let store = place.store.clone();
            async move { store.open_stream(id).await.unwrap().unwrap().summary.totals.coins }
        };
        assert_eq!(
            (own(next).await, own(same).await),
            (Some(50), Some(10)),
            "what came after the forty of the part before"
        );
        assert_eq!(start_of(next).await, (Some(80), 0, Millis(80_000)));
        assert_eq!(start_of(same).await, (Some(1), 1, Millis(90_000)));
    }

    #[tokio::test]
    async fn a_full_disk_is_reported_and_loses_nothing() {
        let place = RecorderFixture::new().await;
        place.write(1);
        place.recorder.flush().await.unwrap();
        let pages: i64 = sqlx::query_scalar("PRAGMA page_count").fetch_one(&place.store.sqlite().write).await.unwrap();
        let limit = |pages: i64| {
            let store = place.store.clone();
            async move {
                let sql = sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {pages}"));
                sqlx::query(sql).execute(&store.sqlite().write).await.unwrap();
            }
        };
        // SQLite says of its own limit what it says of the disk's.
        limit(pages).await;
        for turn in 2..=2_000 {
            place.write(turn);
        }
        let alert = place.is_failing_within().await;
        assert!(alert.message.contains("full") && alert.remedy.contains("make room"), "{alert:?}");
        assert!(alert.buffered > 1_000, "{alert:?}");
        let before = place.store.series(place.stream).await.unwrap().runs.len();
        assert_eq!(before, 1, "nothing was acknowledged that is not in the file");
        limit(1_000_000).await;
        place.whole(2_000).await;
    }

    #[tokio::test]
    async fn a_database_that_another_program_holds_is_reported_and_loses_nothing() {
        let place = RecorderFixture::new().await;
        let other = Store::open(&place.path).await.unwrap();
        let holds = other.sqlite().write.begin_with("BEGIN IMMEDIATE").await.unwrap();
        for turn in 1..=3 {
            place.write(turn);
        }
        let alert = place.is_failing_within().await;
        assert!(alert.remedy.contains("another program"), "{alert:?}");
        holds.rollback().await.unwrap();
        place.whole(3).await;
    }

    #[tokio::test]
    async fn a_change_that_is_refused_for_good_is_left_out_alone_and_reported() {
        let place = RecorderFixture::new().await;
        place.write(1);
        // No stream has that number.
        let gap = Gap { from: Millis(1), until: Millis(2), cause: crate::domain::GapCause::Late };
        place
            .recorder
            .write_all(vec![Write::Gap { stream: place.stream, gap }, Write::Gap { stream: StreamId(999), gap }]);
        place.write(2);
        place.whole(2).await;
        assert_eq!(
            place.store.series(place.stream).await.unwrap().gaps,
            [],
            "what belongs together is left out together"
        );
        let refusal = place.recorder.refusal().unwrap();
        assert!(refusal.count == 1 && refusal.message.contains("FOREIGN KEY"), "{refusal:?}");
    }

    #[test]
    fn what_waits_is_condensed_and_says_the_same() {
        let run = |stream: i64, from: i64, count: i64, id: Option<&str>| {
            let counters = Counters { coins: from, ..Counters::default() };
            let run = Run { count, ..Run::from(Reading { asked: Millis(from), answered: Millis(from + 1), counters }) };
            let request_id = id.map(str::to_owned);
            Write::Run { stream: StreamId(stream), run, request_id, retries: 1 }
        };
        let gap = Gap { from: Millis(1), until: Millis(2), cause: crate::domain::GapCause::Late };
        let gap = |stream| Write::Gap { stream: StreamId(stream), gap };
        let mut waiting: VecDeque<RecorderJob> = [
            vec![run(1, 10, 1, Some("a")), gap(2)],
            vec![run(2, 10, 1, None)],
            vec![run(1, 10, 2, Some("b"))],
            vec![run(1, 10, 3, None)],
            vec![run(2, 20, 1, None)],
            vec![gap(2)],
            vec![run(2, 20, 2, None)],
        ]
        .map(RecorderJob::Writes)
        .into();
        condense(&mut waiting);
        let left: Vec<Vec<Write>> = waiting
            .into_iter()
            .map(|job| match job {
                RecorderJob::Writes(writes) => writes,
                RecorderJob::Signal(_) | RecorderJob::Flush(_) => panic!("only writes were handed over"),
            })
            .collect();
        let Write::Run { stream, run: last, request_id, .. } = run(1, 10, 3, Some("b")) else { panic!() };
        let grown = Write::Run { stream, run: last, request_id, retries: 3 };
        let rest = [vec![run(2, 10, 1, None)], vec![run(2, 20, 1, None)], vec![gap(2)], vec![run(2, 20, 2, None)]];
        assert_eq!(left[0], [grown, gap(2)]);
        assert_eq!(left[1..], rest, "nothing is moved past what is written of the same stream");
    }

    #[tokio::test]
    async fn a_lone_flush_does_not_wait_for_company() {
        let (jobs, queue) = mpsc::unbounded_channel();
        let (done, _wait) = oneshot::channel();
        let _ = jobs.send(RecorderJob::Flush(done));
        let place = RecorderFixture::new().await;
        let (committed, _) = broadcast::channel(1);
        let (waiting, state) = (VecDeque::new(), Arc::default());
        let mut writer =
            RecorderTask { store: place.store.clone(), queue, committed, state, waiting, condense_at: CONDENSE_AT };
        assert_eq!(futures::FutureExt::now_or_never(writer.next_batch()), Some(true));
    }

    fn overwrite_with_garbage(path: &Path) -> Vec<u8> {
        let whole = std::fs::read(path).unwrap();
        std::fs::write(path, vec![0x5a; whole.len()]).unwrap();
        whole
    }

    #[tokio::test]
    async fn a_file_overwritten_with_garbage_is_reported_also_at_the_start() {
        let place = RecorderFixture::new().await;
        place.write(1);
        place.recorder.flush().await.unwrap();
        let wal = place.path.with_extension("db-wal");
        let kept = [overwrite_with_garbage(&place.path), overwrite_with_garbage(&wal)];
        // What is in SQLite's memory still answers; opening the file fails.
        let error = Store::open(&place.path).await.unwrap_err();
        assert!(error.to_string().contains("aftershow.db"), "{error}");
        assert!(error.remedy().contains("aftershow backup"), "{error}: {}", error.remedy());
        place.write(2);
        // The write fails or succeeds; once the file is restored, writing goes on.
        tokio::time::sleep(Duration::from_millis(300)).await;
        std::fs::write(&place.path, &kept[0]).unwrap();
        std::fs::write(&wal, &kept[1]).unwrap();
        place.recorder.flush().await.unwrap();
        assert_eq!(place.recorder.failure(), None);
    }
}
