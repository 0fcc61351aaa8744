//! Reads links from a database that other servers change too: no answer is made of what was read before its request came.
//!
//! A crowd that asks for one link shares reads: a request that comes while one is on its way waits for the next, which begins
//! when that one has ended. So a link is read once per round trip, however many ask for it.

use crate::domain::Millis;
use crate::store::{CurrentShare, Store, StoreError};
use futures::FutureExt;
use futures::future::{BoxFuture, Shared, WeakShared};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Links of which reads are remembered; beyond, those that nobody waits for are forgotten.
const MAX_REMEMBERED: usize = 1_024;

type Outcome = Result<Option<Arc<CurrentShare>>, Arc<StoreError>>;
type Read = BoxFuture<'static, Outcome>;

/// The newest read of a link.
struct LastRead {
    read: WeakShared<Read>,
    /// It asks the database already: what comes now waits for another.
    has_begun: bool,
    /// Differs from that of every other read.
    number: u64,
}

#[derive(Default)]
struct Reads {
    links: HashMap<[u8; 32], LastRead>,
    count: u64,
}

/// The reads on their way. Clones share them.
#[derive(Clone)]
pub(super) struct LinkReads {
    store: Store,
    reads: Arc<Mutex<Reads>>,
}

impl LinkReads {
    pub fn new(store: Store) -> Self {
        Self { store, reads: Arc::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Reads> {
        self.reads.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The living link of a token's hash, as the database has it after this was called.
    pub async fn read(&self, hash: [u8; 32], now: Millis) -> Result<Option<Arc<CurrentShare>>, StoreError> {
        let read = self.join(hash, now);
        read.await.map_err(StoreError::task)
    }

    /// A read that has not begun, with others that wait for it.
    fn join(&self, hash: [u8; 32], now: Millis) -> Shared<Read> {
        let mut reads = self.lock();
        let last = reads.links.get(&hash);
        let running = last.and_then(|last| last.read.upgrade());
        if let (Some(running), Some(false)) = (&running, last.map(|last| last.has_begun)) {
            return running.clone();
        }
        reads.count += 1;
        let number = reads.count;
        let this = self.clone();
        let read: Read = async move {
            if let Some(running) = running {
                // Its outcome is not ours: it may have read before we were asked.
                let _ = running.await;
            }
            if let Some(last) = this.lock().links.get_mut(&hash).filter(|last| last.number == number) {
                last.has_begun = true;
            }
            this.store.current_share(&hash, now).await.map(|share| share.map(Arc::new)).map_err(Arc::new)
        }
        .boxed();
        let read = read.shared();
        if let Some(weak) = read.downgrade() {
            if reads.links.len() >= MAX_REMEMBERED {
                reads.links.retain(|_, last| last.read.upgrade().is_some());
            }
            reads.links.insert(hash, LastRead { read: weak, has_begun: false, number });
        }
        read
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::store::TestDatabase;

    #[tokio::test]
    async fn a_crowd_shares_reads_that_begin_after_it_came() {
        let Some(database) = TestDatabase::postgres().await else { return };
        let reads = LinkReads::new(database.store.clone());
        let join = || reads.join([7; 32], Millis(1));
        let first = join();
        let together = join();
        assert!(first.ptr_eq(&together), "nobody has asked the database yet");
        // The first asks now; it may even have its answer.
        let _ = futures::poll!(first.clone());
        let (second, third) = (join(), join());
        assert!(!first.ptr_eq(&second) && second.ptr_eq(&third));
        assert_eq!(second.await.unwrap(), None);
        assert!(first.now_or_never().is_some(), "the second has waited for the first");
        assert!(!join().ptr_eq(&third));
        drop((together, third));
        assert_eq!(reads.read([7; 32], Millis(1)).await.unwrap(), None);
    }
}
