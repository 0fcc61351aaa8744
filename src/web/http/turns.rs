//! Whose turn it is to have something made of a link: few at a time in all, one at a time of each link, in the order they
//! came. So the readers of one link delay the readers of others by one turn at most, and a crowd that wants the same page
//! has it made once: the others find it in memory when their turn comes.

use crate::report::ReportError;
use crate::share::{ActiveLink, CacheSection, PageKey, Rendered, RenderedPages, ShareError};
use crate::store::StoreError;
use crate::web::view::images::PictureError;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Made at a time: each takes a core for a while, and more memory than its result.
const MAX_CONCURRENT: usize = 2;
/// Seconds of waiting after which the client is asked to try again.
const MAX_WAIT: Duration = Duration::from_secs(10);

/// Why there is no rendering.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    #[error("too much is wanted at once")]
    Busy,
    #[error(transparent)]
    Link(#[from] ShareError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Report(#[from] ReportError),
    #[error(transparent)]
    Drawing(#[from] PictureError),
    #[error("it stopped: {0}")]
    Stopped(#[from] tokio::task::JoinError),
}

/// The turns of one kind of work.
pub struct RenderQueue {
    all: Arc<Semaphore>,
    /// One permit for each link that a request waits for.
    links: Mutex<HashMap<i64, Weak<Semaphore>>>,
}

impl Default for RenderQueue {
    fn default() -> Self {
        Self { all: Arc::new(Semaphore::new(MAX_CONCURRENT)), links: Mutex::default() }
    }
}

/// A turn, held by the work and not by the request, whose client may disconnect.
struct RenderPermit {
    _of_all: OwnedSemaphorePermit,
    _of_the_link: OwnedSemaphorePermit,
}

/// What becomes of waiting.
enum QueueResult<T> {
    /// Another request had it made meanwhile.
    Ready(T),
    Turn(RenderPermit),
}

impl RenderQueue {
    /// The turn of one link.
    fn of(&self, link: i64) -> Arc<Semaphore> {
        let mut links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(turn) = links.get(&link).and_then(Weak::upgrade) {
            return turn;
        }
        links.retain(|_, turn| turn.strong_count() > 0);
        let turn = Arc::new(Semaphore::new(1));
        links.insert(link, Arc::downgrade(&turn));
        turn
    }

    async fn wait<T>(&self, link: i64, ready: impl Fn() -> Option<T>) -> Result<QueueResult<T>, RenderError> {
        let turn = async {
            // Semaphores are never closed here.
            let of_the_link = self.of(link).acquire_owned().await.ok()?;
            if let Some(ready) = ready() {
                return Some(QueueResult::Ready(ready));
            }
            let of_all = self.all.clone().acquire_owned().await.ok()?;
            Some(QueueResult::Turn(RenderPermit { _of_all: of_all, _of_the_link: of_the_link }))
        };
        let waited = tokio::time::timeout(MAX_WAIT, turn).await;
        waited.ok().flatten().ok_or(RenderError::Busy)
    }
}

/// A rendering of a link from memory, or made when it is its turn. `make` runs to its end whether or not anybody still waits, so
/// that readers who hang up have it made once and not once each.
pub async fn render_once(
    turns: &RenderQueue,
    pages: &RenderedPages,
    row: &ActiveLink,
    (key, part): (PageKey, CacheSection),
    make: impl Future<Output = Result<Option<Arc<Rendered>>, RenderError>> + Send + 'static,
) -> Result<Option<Arc<Rendered>>, RenderError> {
    // What changes after the link was read makes a rendering that is neither found nor kept.
    let as_of = row.as_of();
    let from_memory = || pages.get(&key, as_of);
    if let Some(page) = from_memory() {
        return Ok(Some(page));
    }
    let turn = match turns.wait(row.id, from_memory).await? {
        QueueResult::Ready(page) => return Ok(Some(page)),
        QueueResult::Turn(turn) => turn,
    };
    let pages = pages.clone();
    let made = tokio::spawn(async move {
        let made = make.await?;
        if let Some(page) = &made {
            pages.put(key, as_of, part, page.clone());
        }
        drop(turn);
        Ok(made)
    });
    made.await?
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[tokio::test]
    async fn a_link_has_one_turn_and_leaves_the_others_theirs() {
        let turns = RenderQueue::default();
        let wait = async |link| match turns.wait(link, || None::<()>).await {
            Ok(QueueResult::Turn(turn)) => turn,
            _ => panic!("no turn"),
        };
        let first = wait(1).await;
        let mut more: Vec<_> = (0..20).map(|_| Box::pin(wait(1))).collect();
        for waiting in &mut more {
            assert!(futures::poll!(waiting).is_pending());
        }
        // With twenty of one link waiting, another has its turn at once, and a third after the first that ends.
        let second = wait(2).await;
        let mut third = Box::pin(wait(3));
        assert!(futures::poll!(&mut third).is_pending());
        drop(first);
        let third = third.await;
        assert!(futures::poll!(&mut more[0]).is_pending());
        // A client that stops waiting blocks nobody.
        drop(more.remove(0));
        drop((second, third));
        more.remove(0).await;
        drop(more);
        wait(1).await;
        wait(4).await;
        assert!(turns.links.lock().unwrap().len() <= 2);
    }

    #[tokio::test]
    async fn a_waiting_request_finds_what_the_one_before_rendered() {
        let turns = RenderQueue::default();
        let made = std::cell::Cell::new(false);
        let ready = || made.get().then_some(());
        let Ok(QueueResult::Turn(turn)) = turns.wait(1, ready).await else { panic!("no turn") };
        let mut other = Box::pin(turns.wait(1, ready));
        assert!(futures::poll!(&mut other).is_pending());
        made.set(true);
        drop(turn);
        assert!(matches!(other.await, Ok(QueueResult::Ready(()))));
    }
}
