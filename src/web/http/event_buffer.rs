//! Changes of the board, written once however many pages listen, and kept for browsers that come back.

use crate::domain::live::LiveEvent;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::broadcast;

/// Events kept for browsers that come back: a minute of a busy board.
const MAX_BUFFERED_EVENTS: usize = 1_024;

/// Events in the queue of a page; one that lags more gets a snapshot instead.
const MAX_LAG_EVENTS: usize = 512;

/// One change of the board, written once for all pages.
#[derive(Clone, Debug)]
pub struct ServerEvent {
    pub id: u64,
    pub json: Arc<str>,
}

/// Numbers events and keeps the latest; clones share it.
#[derive(Clone)]
pub struct Events(Arc<EventsInner>);

struct EventsInner {
    /// Makes ids of one start differ from those of the next.
    start: u32,
    buffer: Mutex<EventBuffer>,
    sender: broadcast::Sender<ServerEvent>,
}

#[derive(Default)]
struct EventBuffer {
    last: u64,
    events: VecDeque<ServerEvent>,
}

impl Default for Events {
    fn default() -> Self {
        let sender = broadcast::Sender::new(MAX_LAG_EVENTS);
        Self(Arc::new(EventsInner { start: rand::random(), buffer: Mutex::default(), sender }))
    }
}

impl Events {
    fn lock(&self) -> MutexGuard<'_, EventBuffer> {
        self.0.buffer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Passes a change on to every page.
    pub fn send(&self, event: &LiveEvent) {
        let json: Arc<str> = match serde_json::to_string(event) {
            Ok(json) => json.into(),
            Err(error) => {
                tracing::error!(%error, "an event could not be written");
                return;
            }
        };
        let mut kept = self.lock();
        kept.last += 1;
        let sent = ServerEvent { id: kept.last, json };
        if kept.events.len() >= MAX_BUFFERED_EVENTS {
            kept.events.pop_front();
        }
        kept.events.push_back(sent.clone());
        // Nobody listening is fine.
        let _ = self.0.sender.send(sent);
    }

    /// Changes were missed: pages that reconnect get a snapshot.
    pub fn clear(&self) {
        let mut kept = self.lock();
        kept.last += 1;
        kept.events.clear();
    }

    /// The id of the newest event, the changes from now on, and what was missed since `after` where that is still known.
    pub fn listen(&self, after: Option<&str>) -> (u64, broadcast::Receiver<ServerEvent>, Option<Vec<ServerEvent>>) {
        let kept = self.lock();
        let receiver = self.0.sender.subscribe();
        let missed = after.and_then(|after| {
            let (start, id) = after.split_once('-')?;
            let id: u64 = id.parse().ok().filter(|id| *id <= kept.last)?;
            let known = id == kept.last || kept.events.front().is_some_and(|first| first.id <= id + 1);
            (start == format!("{:08x}", self.0.start) && known)
                .then(|| kept.events.iter().filter(|sent| sent.id > id).cloned().collect())
        });
        (kept.last, receiver, missed)
    }

    /// The id of an event as browsers send it back.
    pub fn id(&self, id: u64) -> String {
        format!("{:08x}-{id}", self.0.start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::StreamId;

    #[test]
    fn who_comes_back_gets_what_was_missed_or_nothing_to_build_on() {
        let events = Events::default();
        for id in 0..3 {
            events.send(&LiveEvent::Gone { id: StreamId(id) });
        }
        let missed = |after: &str| events.listen(Some(after)).2.map(|missed| missed.len());
        assert_eq!(missed(&events.id(1)), Some(2));
        assert_eq!(missed(&events.id(3)), Some(0));
        assert_eq!(missed(&events.id(4)), None);
        assert_eq!(missed("00000000-x"), None);
        assert_eq!(missed("another-1"), None);
        events.clear();
        assert_eq!(missed(&events.id(3)), None);
        for id in 0..2_000 {
            events.send(&LiveEvent::Gone { id: StreamId(id) });
        }
        assert_eq!(missed(&events.id(4)), None);
        assert_eq!(missed(&events.id(2_004)), Some(0));
    }
}
