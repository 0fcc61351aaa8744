//! The queue of streams to be sealed, one for all apps: one worker seals them one after another, so that a hundred streams
//! that end together do not take the processor and the database from the readings.
//!
//! A database that takes nothing is waited for. Where a report itself cannot be made, the stream stays `ending` after a few
//! attempts, `/status` says so, and the next start tries again: repeating what fails the same way does not help.

use super::Sealer;
use crate::clock::Clock;
use crate::domain::{Millis, StreamId};
use crate::store::{Recorder, SealError};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Time between two attempts.
const RETRY_INTERVAL: Duration = Duration::from_secs(1);
/// Attempts to make a report; then the stream stays `ending`.
const MAX_ATTEMPTS: u32 = 3;
/// Attempts per log line while the database takes nothing: a full disk does not fill the log too.
const LOG_EVERY_N_ATTEMPTS: u32 = 60;

/// Handle of the queue; clones share it.
#[derive(Clone)]
pub struct SealQueue {
    jobs: mpsc::UnboundedSender<Job>,
    unsealed: Unsealed,
}

/// A stream whose report could not be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealFailure {
    pub since: Millis,
    /// What failed.
    pub words: String,
}

type Unsealed = Arc<Mutex<BTreeMap<StreamId, SealFailure>>>;

fn lock(unsealed: &Unsealed) -> MutexGuard<'_, BTreeMap<StreamId, SealFailure>> {
    unsealed.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Job {
    stream: StreamId,
    failures: u32,
    /// Not before then.
    due: Instant,
    done: Box<dyn FnOnce(Result<(), String>) + Send>,
}

impl SealQueue {
    /// A queue and its worker, which runs until `stop`. What is left then is sealed by the next start.
    pub fn new(
        sealer: Sealer,
        recorder: Recorder,
        clock: Clock,
        stop: CancellationToken,
    ) -> (Self, impl Future<Output = ()> + Send) {
        let (jobs, queue) = mpsc::unbounded_channel();
        let unsealed = Unsealed::default();
        let worker = Worker { queue, sealer, recorder, clock, stop, unsealed: unsealed.clone() };
        (Self { jobs, unsealed }, worker.run())
    }

    /// Seals a stream when everything written so far is committed. `done` is called when its report is there, or cannot be
    /// made; never where the program stops before.
    pub fn seal(&self, stream: StreamId, done: impl FnOnce(Result<(), String>) + Send + 'static) {
        let job = Job { stream, failures: 0, due: Instant::now(), done: Box::new(done) };
        // Without a worker the program is stopping.
        let _ = self.jobs.send(job);
    }

    /// The streams whose report could not be made since the start.
    pub fn unsealed(&self) -> BTreeMap<StreamId, SealFailure> {
        lock(&self.unsealed).clone()
    }
}

struct Worker {
    queue: mpsc::UnboundedReceiver<Job>,
    sealer: Sealer,
    recorder: Recorder,
    clock: Clock,
    stop: CancellationToken,
    unsealed: Unsealed,
}

impl Worker {
    async fn run(mut self) {
        let mut jobs = VecDeque::new();
        let stop = self.stop.clone();
        loop {
            let job = tokio::select! {
                biased;
                () = stop.cancelled() => return,
                job = self.next(&mut jobs) => job,
            };
            let Some(job) = job else { return };
            let committed = tokio::select! {
                biased;
                () = stop.cancelled() => return,
                committed = self.recorder.flush() => committed,
            };
            if committed.is_err() {
                return;
            }
            if let Some(later) = self.seal(job).await {
                jobs.push_back(later);
            }
        }
    }

    /// The next job that is due.
    async fn next(&mut self, jobs: &mut VecDeque<Job>) -> Option<Job> {
        loop {
            while let Ok(job) = self.queue.try_recv() {
                jobs.push_back(job);
            }
            let now = Instant::now();
            if let Some(place) = jobs.iter().position(|job| job.due <= now) {
                return jobs.remove(place);
            }
            match jobs.iter().map(|job| job.due).min() {
                Some(due) => {
                    if let Ok(job) = tokio::time::timeout_at(due, self.queue.recv()).await {
                        jobs.push_back(job?);
                    }
                }
                None => jobs.push_back(self.queue.recv().await?),
            }
        }
    }

    /// Seals one stream; gives it back where it is to be tried again later.
    async fn seal(&self, mut job: Job) -> Option<Job> {
        let stream = job.stream;
        let mut waits: u32 = 0;
        let error = loop {
            match self.sealer.seal(stream).await {
                Ok(_) => {
                    lock(&self.unsealed).remove(&stream);
                    (job.done)(Ok(()));
                    return None;
                }
                Err(SealError::Store(error)) if !error.is_refusal() => {
                    if waits.is_multiple_of(LOG_EVERY_N_ATTEMPTS) {
                        tracing::error!(%stream, %error, remedy = error.remedy(), "cannot seal; tried again every second");
                    }
                    waits += 1;
                    tokio::select! {
                        () = self.stop.cancelled() => return None,
                        () = tokio::time::sleep(RETRY_INTERVAL) => {}
                    }
                }
                Err(error) => break error,
            }
        };
        job.failures += 1;
        if job.failures < MAX_ATTEMPTS {
            job.due = Instant::now() + RETRY_INTERVAL;
            return Some(job);
        }
        let words = error.to_string();
        tracing::error!(%stream, error = words, "cannot seal; the stream stays as it is, and the next start tries again");
        let failure = SealFailure { since: self.clock.now(), words: words.clone() };
        lock(&self.unsealed).insert(stream, failure);
        (job.done)(Err(words));
        None
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::domain::StreamState;
    use crate::report::tests::SealFixture;
    use tokio::sync::oneshot;

    async fn seal(queue: &SealQueue, stream: StreamId) -> Result<(), String> {
        let (sender, done) = oneshot::channel();
        queue.seal(stream, move |outcome| sender.send(outcome).unwrap());
        done.await.unwrap()
    }

    async fn start(place: &SealFixture) -> (SealQueue, CancellationToken) {
        let clock = Clock::system();
        let sealer = Sealer::new(place.store.clone(), place.key.clone(), "StarLane Live".to_owned(), clock.clone());
        let stop = CancellationToken::new();
        let (queue, worker) = SealQueue::new(sealer, place.recorder.clone(), clock, stop.clone());
        tokio::spawn(worker);
        (queue, stop)
    }

    #[tokio::test]
    async fn a_report_that_cannot_be_made_is_given_up_holds_up_no_other_and_loses_nothing() {
        let place = SealFixture::new().await;
        let (bad, good) = (place.ended(0).await, place.ended(1).await);
        let runs = place.store.series(bad).await.unwrap().runs;
        // What no version has written.
        let broken = "INSERT INTO gap (stream, from_at, until_at, cause) VALUES (?1, 1, 2, 'a cause of tomorrow')";
        sqlx::query(broken).bind(bad.0).execute(&place.store.sqlite().write).await.unwrap();
        let (queue, stop) = start(&place).await;
        let (first, second) = tokio::join!(seal(&queue, bad), seal(&queue, good));
        assert!(first.as_ref().unwrap_err().contains("a cause of tomorrow"), "{first:?}");
        assert_eq!(second, Ok(()));
        assert_eq!(queue.unsealed().keys().copied().collect::<Vec<_>>(), [bad]);
        let state = async |stream| place.store.stream(stream).await.unwrap().unwrap().state;
        assert_eq!((state(bad).await, state(good).await), (StreamState::Ending, StreamState::Sealed));
        stop.cancel();
        sqlx::query("DELETE FROM gap WHERE stream = ?1")
            .bind(bad.0)
            .execute(&place.store.sqlite().write)
            .await
            .unwrap();
        assert_eq!(place.store.series(bad).await.unwrap().runs, runs, "nothing of it is lost");
        // The next start.
        let (queue, _stop) = start(&place).await;
        assert_eq!(seal(&queue, bad).await, Ok(()));
        assert!(queue.unsealed().is_empty() && state(bad).await == StreamState::Sealed);
    }

    #[tokio::test]
    async fn a_database_that_another_program_holds_is_waited_for() {
        let place = SealFixture::new().await;
        let stream = place.ended(0).await;
        let (queue, _stop) = start(&place).await;
        let other = crate::store::Store::open(&place.directory.path().join("aftershow.db")).await.unwrap();
        let held = other.sqlite().write.begin_with("BEGIN IMMEDIATE").await.unwrap();
        let sealing = tokio::spawn(async move { (seal(&queue, stream).await, queue.unsealed()) });
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert!(!sealing.is_finished());
        held.rollback().await.unwrap();
        assert_eq!(sealing.await.unwrap(), (Ok(()), BTreeMap::new()));
    }
}
