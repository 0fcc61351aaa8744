//! Tasks that the program cannot do without. One that panics, or returns before it was asked to stop, stops the program, which
//! then exits with code 1 and is started again: nothing is read or written any more otherwise, and everything looks well.

use futures::FutureExt;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, OnceLock};
use tokio_util::sync::CancellationToken;

/// Watches vital tasks; clones share the token that stops them all.
#[derive(Clone, Debug, Default)]
pub struct Vital {
    stop: CancellationToken,
    failed: Arc<OnceLock<&'static str>>,
}

impl Vital {
    /// Is cancelled when all of them shall stop, and when one of them has failed.
    pub const fn stopping(&self) -> &CancellationToken {
        &self.stop
    }

    /// The task that failed first, if one did.
    pub fn failed(&self) -> Option<&'static str> {
        self.failed.get().copied()
    }

    /// Runs a task of that name, and stops all where it ends early.
    pub async fn watch(self, name: &'static str, task: impl Future<Output = ()> + Send) {
        let stop = self.stop.clone();
        self.watch_until(&stop, name, task).await;
    }

    /// [`watch`](Self::watch) of a task that is asked to stop by a token of its own.
    pub async fn watch_until(
        self,
        stop: &CancellationToken,
        name: &'static str,
        task: impl Future<Output = ()> + Send,
    ) {
        let panicked = AssertUnwindSafe(task).catch_unwind().await.is_err();
        if panicked || !stop.is_cancelled() {
            tracing::error!(name, panicked, "a task that all others need has ended; stopping");
            // The first one is the cause.
            let _ = self.failed.set(name);
            self.stop.cancel();
        }
    }

    /// [`watch`](Self::watch) as a task of its own.
    pub fn spawn(&self, name: &'static str, task: impl Future<Output = ()> + Send + 'static) {
        tokio::spawn(self.clone().watch(name, task));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_task_that_panics_or_returns_early_stops_all() {
        let vital = Vital::default();
        vital.spawn("waits", vital.stopping().clone().cancelled_owned());
        vital.spawn("panics", async { panic!("a fault") });
        vital.stopping().cancelled().await;
        assert_eq!(vital.failed(), Some("panics"));
        let vital = Vital::default();
        vital.clone().watch("returns", async {}).await;
        assert!(vital.stopping().is_cancelled());
        assert_eq!(vital.failed(), Some("returns"));
    }

    #[tokio::test]
    async fn a_task_that_ends_when_it_is_asked_to_is_no_failure() {
        let vital = Vital::default();
        vital.stopping().cancel();
        vital.clone().watch("waits", vital.stopping().clone().cancelled_owned()).await;
        assert_eq!(vital.failed(), None);
    }
}
