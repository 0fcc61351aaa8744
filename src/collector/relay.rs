//! Brings webhooks from whichever server they arrive at to the collector of their app, by way of the database.
//!
//! Must not: judge a message; that was done where it arrived.

use super::inbox::Inbox;
use crate::domain::{AppId, RoomId};
use crate::store::{Fence, Store, WebhookRow};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How often a leader looks for webhooks.
const TAKE_INTERVAL: Duration = Duration::from_millis(200);

/// How long a message stays after it was handed over: a collector that takes over gets it again, since the one before may
/// have kept it for a stream that is opened later.
const KEEP_MS: i64 = 10 * 60_000;

/// How often messages that are not needed any more are deleted.
const DELETE_INTERVAL: Duration = Duration::from_secs(60);

/// How often hints are passed on.
const HINT_INTERVAL: Duration = Duration::from_secs(1);

/// Hands over what arrived anywhere, as long as this server collects for the app.
pub(super) async fn deliver(inbox: Arc<Inbox>, store: Store, fence: Fence, stop: CancellationToken) {
    let mut look = tokio::time::interval(TAKE_INTERVAL);
    look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut waiting: VecDeque<WebhookRow> = VecDeque::new();
    let mut deleted = Instant::now();
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = look.tick() => {}
        }
        if waiting.is_empty() {
            match store.take_webhooks(&fence).await {
                Ok(rows) => waiting.extend(rows),
                Err(error) => tracing::debug!(%error, "webhooks cannot be read"),
            }
        }
        while let Some(row) = waiting.front() {
            // Where the task of the app has too much to do, the rest waits here.
            if !inbox.hand_over(row) {
                break;
            }
            waiting.pop_front();
        }
        if deleted.elapsed() >= DELETE_INTERVAL {
            deleted = Instant::now();
            let deletion = async {
                let now = store.database_clock().await?;
                store.delete_webhooks(&fence, now - KEEP_MS).await
            };
            if let Err(error) = deletion.await {
                tracing::debug!(%error, "old webhooks cannot be deleted");
            }
        }
    }
}

/// Passes on which rooms unauthenticated webhooks named here, while another server collects for the app.
pub(super) async fn pass_hints(
    apps: Vec<(AppId, Arc<Inbox>)>,
    is_collected_here: impl Fn(AppId) -> bool + Send,
    store: Store,
    stop: CancellationToken,
) {
    let mut second = tokio::time::interval(HINT_INTERVAL);
    second.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = second.tick() => {}
        }
        for (app, inbox) in &apps {
            if is_collected_here(*app) {
                continue;
            }
            let Some(rooms) = inbox.take_hints() else { continue };
            let rooms: Vec<RoomId> = rooms.into_iter().collect();
            let Ok(body) = serde_json::to_vec(&rooms) else { continue };
            if let Err(error) = store.put_webhook(*app, false, "", &body).await {
                tracing::debug!(%app, %error, "hints are not passed on");
            }
        }
    }
}
