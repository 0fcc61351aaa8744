//! Where the webhooks of one app arrive. They are judged and read on the side of the request; the collector's task takes
//! from here what it has time for.
//!
//! Anybody can send one, so nothing grows with what is sent: a hint is kept as its RoomIds, in a set of fixed size, and so
//! many a second are read at all; authenticated messages wait in a queue of fixed length. What is beyond is counted.
//!
//! Must not: act.

use super::Delivery;
use super::webhook::{self, Tokens, Trust, WebhookEvent};
use crate::config::AppConfig;
use crate::domain::{AppId, Millis, RoomId};
use crate::store::{Store, WebhookRow};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinHandle;

/// Maximum body of an authenticated webhook, in bytes: ten times the largest documented message.
const MAX_BYTES: usize = 256 << 10;
/// Maximum body of a hint, in bytes: it is of use for its RoomId, and create and destroy webhooks are smaller.
const MAX_HINT_BYTES: usize = 8 << 10;
/// Hints read per second; more are counted and dropped.
const MAX_HINTS_PER_SECOND: u32 = 100;
/// Rooms that hints may name until the collector takes them, once a second.
const MAX_HINTED: usize = 256;
/// Authenticated messages that wait for the collector.
const MAX_WAITING: usize = 4_096;
/// Authenticated bodies that are parsed at once.
const MAX_READING: usize = 64;
/// Authenticated bodies that wait for the database.
const MAX_STORING: usize = 512;
/// Attempts to store a message; then it is dropped and counted.
const MAX_STORE_ATTEMPTS: u32 = 120;
/// Milliseconds between two attempts to store a message.
const STORE_RETRY_DELAY: Duration = Duration::from_millis(500);

/// A message for the collector's task.
#[derive(Debug)]
pub(super) struct ReceivedWebhook {
    pub hook: WebhookEvent,
    /// `None` is now, by the clock of the readings.
    pub received_at: Option<Millis>,
}

#[derive(Default)]
struct Hints {
    rooms: BTreeSet<RoomId>,
    /// Some came since they were taken, whether or not they named a room.
    any: bool,
    /// The second that is counted, and the hints in it.
    second: i64,
    count: u32,
}

pub(super) struct Inbox {
    app: AppId,
    tokens: Tokens,
    /// To the collector's task, while it runs here.
    messages: RwLock<Option<mpsc::Sender<ReceivedWebhook>>>,
    /// Where another server may collect for the app: messages go through the database.
    store: Option<Store>,
    hints: Mutex<Hints>,
    reading: Arc<Semaphore>,
    storing: Arc<Semaphore>,
    accepted: AtomicI64,
    hinted: AtomicI64,
    dropped: AtomicI64,
    overflowed: AtomicI64,
    /// Milliseconds; 0 where none came.
    last: AtomicI64,
}

/// What came so far, for the status page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub accepted: i64,
    pub hints: i64,
    pub dropped: i64,
    pub overflowed: i64,
    pub last: Option<Millis>,
}

impl Inbox {
    pub fn new(app: &AppConfig, store: Option<Store>) -> Arc<Self> {
        let tokens = Tokens {
            sign: app.webhook_token.clone(),
            sign_previous: app.webhook_token_previous.clone(),
            forward: app.forward_token.clone(),
        };
        let inbox = Self {
            app: app.id,
            tokens,
            messages: RwLock::default(),
            store,
            hints: Mutex::default(),
            reading: Arc::new(Semaphore::new(MAX_READING)),
            storing: Arc::new(Semaphore::new(MAX_STORING)),
            accepted: AtomicI64::new(0),
            hinted: AtomicI64::new(0),
            dropped: AtomicI64::new(0),
            overflowed: AtomicI64::new(0),
            last: AtomicI64::new(0),
        };
        Arc::new(inbox)
    }

    /// From now on a task takes the messages; the one before gets none any more.
    pub fn connect(&self) -> mpsc::Receiver<ReceivedWebhook> {
        let (messages, queue) = mpsc::channel(MAX_WAITING);
        *self.messages.write().unwrap_or_else(PoisonError::into_inner) = Some(messages);
        queue
    }

    /// Hands an authenticated message to the task; false where none runs here or its queue is full.
    fn send(&self, hook: WebhookEvent, received_at: Option<Millis>) -> bool {
        let messages = self.messages.read().unwrap_or_else(PoisonError::into_inner);
        messages.as_ref().is_some_and(|messages| messages.try_send(ReceivedWebhook { hook, received_at }).is_ok())
    }

    /// Takes a message out of the database; false where the task has too much to do.
    pub fn hand_over(&self, row: &WebhookRow) -> bool {
        if !row.authenticated {
            let rooms: Vec<RoomId> = serde_json::from_slice(&row.body).unwrap_or_default();
            self.add_hints(rooms);
            return true;
        }
        let delivery = Delivery { query: row.query.clone(), bearer: None, received_at: row.received_at };
        match webhook::read(&delivery, &row.body, self.app.0) {
            Ok(hook) => self.send(hook, Some(row.received_at)),
            Err(reason) => {
                tracing::debug!(app = %self.app, %reason, "a stored webhook was dropped");
                true
            }
        }
    }

    /// Whether the bearer token is that of the app's own backend.
    pub fn is_forwarded_by(&self, bearer: Option<&str>) -> bool {
        self.tokens.forward.as_ref().is_some_and(|forward| webhook::has_bearer_token(bearer, forward))
    }

    pub fn trust(&self, query: &str, bearer: Option<&str>, received_at: Millis) -> Trust {
        webhook::trust(query, bearer, received_at, &self.tokens)
    }

    /// Takes what was delivered; `body` is `None` where it was too large, cut or late.
    pub fn accept(&self, trust: Trust, delivery: &Delivery, body: Option<&[u8]>) {
        if trust == Trust::Unauthenticated && !self.may_read_hint(delivery.received_at) {
            self.overflowed.fetch_add(1, Ordering::Relaxed);
            return;
        }
        let hook =
            match body.ok_or(webhook::Rejected::NoBody).and_then(|body| webhook::read(delivery, body, self.app.0)) {
                Ok(hook) => hook,
                Err(reason) => {
                    self.dropped.fetch_add(1, Ordering::Relaxed);
                    tracing::debug!(app = %self.app, %reason, "a webhook was dropped");
                    return;
                }
            };
        self.last.fetch_max(delivery.received_at.0, Ordering::Relaxed);
        match trust {
            Trust::Unauthenticated => {
                self.hinted.fetch_add(1, Ordering::Relaxed);
                self.hint(hook);
            }
            Trust::Authenticated => {
                let counter = if self.send(hook, None) { &self.accepted } else { &self.overflowed };
                counter.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// Stores an authenticated message for the app's collector, however long the database takes nothing, within reason.
    async fn store(&self, store: &Store, delivery: &Delivery, body: Option<Vec<u8>>) {
        let read = body.ok_or(webhook::Rejected::NoBody).and_then(|body| {
            // What cannot be read is not stored.
            webhook::read(delivery, &body, self.app.0)?;
            Ok(body)
        });
        let body = match read {
            Ok(body) => body,
            Err(reason) => {
                self.dropped.fetch_add(1, Ordering::Relaxed);
                tracing::debug!(app = %self.app, %reason, "a webhook was dropped");
                return;
            }
        };
        self.last.fetch_max(delivery.received_at.0, Ordering::Relaxed);
        let query = webhook::query_without_tokens(&delivery.query);
        for _ in 0..MAX_STORE_ATTEMPTS {
            match store.put_webhook(self.app, true, &query, &body).await {
                Ok(()) => {
                    self.accepted.fetch_add(1, Ordering::Relaxed);
                    return;
                }
                Err(error) if error.is_refusal() => {
                    tracing::warn!(app = %self.app, %error, "a webhook cannot be stored");
                    break;
                }
                Err(_) => tokio::time::sleep(STORE_RETRY_DELAY).await,
            }
        }
        self.overflowed.fetch_add(1, Ordering::Relaxed);
    }

    fn may_read_hint(&self, received_at: Millis) -> bool {
        let mut hints = self.hints.lock().unwrap_or_else(PoisonError::into_inner);
        if hints.second != received_at.seconds() {
            hints.second = received_at.seconds();
            hints.count = 0;
        }
        hints.count = hints.count.saturating_add(1);
        hints.count <= MAX_HINTS_PER_SECOND
    }

    fn hint(&self, hook: WebhookEvent) {
        let rooms: Vec<RoomId> = match hook {
            WebhookEvent::Created { info, .. } | WebhookEvent::Updated { info, .. } => vec![info.room],
            WebhookEvent::Destroyed { room, .. }
            | WebhookEvent::Member { room, .. }
            | WebhookEvent::Owner { room, .. } => vec![room],
            WebhookEvent::Battle { rooms, .. } => rooms.into_iter().map(|side| side.room).collect(),
            WebhookEvent::Follow { .. } | WebhookEvent::Other => Vec::new(),
        };
        self.add_hints(rooms);
    }

    fn add_hints(&self, rooms: Vec<RoomId>) {
        let mut hints = self.hints.lock().unwrap_or_else(PoisonError::into_inner);
        hints.any = true;
        for room in rooms {
            if hints.rooms.len() < MAX_HINTED {
                hints.rooms.insert(room);
            }
        }
    }

    /// The rooms that hints named since the last time; `None` where no hint came.
    pub fn take_hints(&self) -> Option<BTreeSet<RoomId>> {
        let mut hints = self.hints.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut hints.any).then(|| std::mem::take(&mut hints.rooms))
    }

    pub fn counts(&self) -> Counts {
        let last = self.last.load(Ordering::Relaxed);
        Counts {
            accepted: self.accepted.load(Ordering::Relaxed),
            hints: self.hinted.load(Ordering::Relaxed),
            dropped: self.dropped.load(Ordering::Relaxed),
            overflowed: self.overflowed.load(Ordering::Relaxed),
            last: (last > 0).then_some(Millis(last)),
        }
    }
}

/// A webhook of a known app, judged by its address and bearer token; its body is still to be read.
pub struct Webhook {
    inbox: Arc<Inbox>,
    trust: Trust,
    delivery: Delivery,
}

impl Webhook {
    pub(super) fn new(inbox: Arc<Inbox>, delivery: Delivery) -> Self {
        let trust = inbox.trust(&delivery.query, delivery.bearer.as_deref(), delivery.received_at);
        Self { inbox, trust, delivery }
    }

    /// A larger body is of no use.
    pub const fn most_bytes(&self) -> usize {
        match self.trust {
            Trust::Authenticated => MAX_BYTES,
            Trust::Unauthenticated => MAX_HINT_BYTES,
        }
    }

    /// Takes the body, or `None` where it was too large, cut or late. Returns at once: a large one is read beside. Where
    /// the message goes through the database, the task returns when it is there.
    pub fn receive(self, body: Option<Vec<u8>>) -> Option<JoinHandle<()>> {
        let Self { inbox, trust, delivery } = self;
        if trust == Trust::Unauthenticated {
            inbox.accept(trust, &delivery, body.as_deref());
            return None;
        }
        let limit = if inbox.store.is_some() { &inbox.storing } else { &inbox.reading };
        let Ok(permit) = Arc::clone(limit).try_acquire_owned() else {
            inbox.overflowed.fetch_add(1, Ordering::Relaxed);
            return None;
        };
        if let Some(store) = inbox.store.clone() {
            return Some(tokio::spawn(async move {
                inbox.store(&store, &delivery, body).await;
                drop(permit);
            }));
        }
        tokio::task::spawn_blocking(move || {
            inbox.accept(trust, &delivery, body.as_deref());
            drop(permit);
        });
        None
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::config::Endpoint;

    fn inbox() -> (Arc<Inbox>, mpsc::Receiver<ReceivedWebhook>) {
        let endpoint = Endpoint::parse("http://127.0.0.1:1", true).unwrap();
        let mut app = AppConfig::new(AppId(7), "key".to_owned().into(), endpoint);
        app.forward_token = Some("backend".into());
        let inbox = Inbox::new(&app, None);
        let queue = inbox.connect();
        (inbox, queue)
    }

    fn delivery(bearer: Option<&str>, second: i64) -> Delivery {
        Delivery {
            query: "SdkAppid=7".to_owned(),
            bearer: bearer.map(str::to_owned),
            received_at: Millis::from_seconds(1_000_000 + second),
        }
    }

    fn body(room: &str) -> Vec<u8> {
        format!(r#"{{"CallbackCommand":"Live.CallbackAfterDestroyRoom","RoomId":"{room}"}}"#).into_bytes()
    }

    #[tokio::test]
    async fn what_strangers_send_is_bounded_and_counted() {
        let (inbox, _queue) = inbox();
        for turn in 0..10_000 {
            let webhook = Webhook::new(inbox.clone(), delivery(None, 0));
            assert_eq!(webhook.most_bytes(), MAX_HINT_BYTES);
            webhook.receive(Some(body(&format!("room_{turn}"))));
        }
        let (read, beyond) = (i64::from(MAX_HINTS_PER_SECOND), 10_000 - i64::from(MAX_HINTS_PER_SECOND));
        let counts = inbox.counts();
        assert_eq!((counts.hints, counts.overflowed, counts.accepted), (read, beyond, 0));
        assert_eq!(inbox.take_hints().unwrap().len(), MAX_HINTS_PER_SECOND as usize);
        assert_eq!(inbox.take_hints(), None);
        // However long they are not taken.
        for second in 1..60 {
            for turn in 0..MAX_HINTS_PER_SECOND {
                let webhook = Webhook::new(inbox.clone(), delivery(None, second));
                webhook.receive(Some(body(&format!("room_{second}_{turn}"))));
            }
        }
        assert_eq!(inbox.take_hints().unwrap().len(), MAX_HINTED);
        // A body that was not kept counts as one that cannot be read.
        Webhook::new(inbox.clone(), delivery(None, 100)).receive(None);
        assert_eq!(inbox.counts().dropped, 1);
    }

    #[tokio::test]
    async fn an_authenticated_message_waits_in_a_queue_of_fixed_length() {
        let (inbox, mut queue) = inbox();
        let webhook = Webhook::new(inbox.clone(), delivery(Some("backend"), 0));
        assert_eq!(webhook.most_bytes(), MAX_BYTES);
        webhook.receive(Some(body("a")));
        assert!(matches!(queue.recv().await.unwrap().hook, WebhookEvent::Destroyed { .. }));
        for _ in 0..MAX_WAITING + 5 {
            inbox.accept(Trust::Authenticated, &delivery(None, 0), Some(&body("a")));
        }
        let counts = inbox.counts();
        assert_eq!((counts.accepted, counts.overflowed), (1 + MAX_WAITING as i64, 5));
        assert_eq!(counts.last, Some(Millis::from_seconds(1_000_000)));
    }
}
