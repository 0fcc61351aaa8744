//! The right of one server to write for one app, as long as no other server has taken the app's lease.
//!
//! Must not: know how an engine checks it.

use crate::domain::AppId;
use std::sync::Arc;
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio_util::sync::CancellationToken;

/// One term of an app's lease. Clones share it.
#[derive(Clone, Debug)]
pub struct Fence(Arc<FenceInner>);

#[derive(Debug)]
struct FenceInner {
    app: AppId,
    holder: String,
    token: i64,
    batch: Arc<Mutex<LastBatch>>,
    lost: CancellationToken,
}

/// Number of the last transaction that was committed under the lease; `None` where a COMMIT was sent and not answered.
pub(super) type LastBatch = Option<i64>;

impl Fence {
    pub(super) fn new(app: AppId, holder: &str, token: i64, batch: i64) -> Self {
        Self(Arc::new(FenceInner {
            app,
            holder: holder.to_owned(),
            token,
            batch: Arc::new(Mutex::new(Some(batch))),
            lost: CancellationToken::new(),
        }))
    }

    pub fn app(&self) -> AppId {
        self.0.app
    }

    /// The random name of the start of the server that holds the lease.
    pub(super) fn holder(&self) -> &str {
        &self.0.holder
    }

    /// Differs from that of every other term.
    pub fn token(&self) -> i64 {
        self.0.token
    }

    /// Is cancelled when it is known that the term is over.
    pub fn lost(&self) -> &CancellationToken {
        &self.0.lost
    }

    /// One transaction of the app at a time: each needs to know the number of the one before.
    pub(super) async fn turn(&self) -> OwnedMutexGuard<LastBatch> {
        Arc::clone(&self.0.batch).lock_owned().await
    }
}
