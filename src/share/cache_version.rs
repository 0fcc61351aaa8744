//! What memory may still hold: every change of who may see what has a number, and every cache compares it.
//!
//! A change concerns one stream (its links, a new revision of its report), sessions, or everything. Seals come every second
//! on a busy console, so that what is remembered of other streams must outlive them.

use crate::domain::StreamId;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::watch;

/// Streams whose last change is remembered; beyond, everything counts as changed once. Bounds the memory.
const MAX_STREAMS: usize = 10_000;

/// The changes of everything that memory may hold of people and links. Clones share it.
#[derive(Clone, Debug)]
pub struct CacheVersion(Arc<VersionInner>);

#[derive(Debug)]
struct VersionInner {
    versions: RwLock<Versions>,
    /// Wakes the tasks that must check their session again.
    sessions: watch::Sender<()>,
}

#[derive(Debug, Default)]
struct Versions {
    /// Of the newest change.
    now: u64,
    /// Of the newest change of everything.
    all: u64,
    /// Of the newest change of a stream since then.
    streams: HashMap<StreamId, u64>,
}

/// Something that was read about a stream, and after which change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VersionStamp {
    pub stream: StreamId,
    pub change: u64,
}

impl Default for CacheVersion {
    fn default() -> Self {
        Self(Arc::new(VersionInner { versions: RwLock::default(), sessions: watch::Sender::new(()) }))
    }
}

impl CacheVersion {
    fn change(&self, what: impl FnOnce(&mut Versions)) {
        let mut numbers = self.0.versions.write().unwrap_or_else(PoisonError::into_inner);
        numbers.now += 1;
        what(&mut numbers);
    }

    fn read<T>(&self, what: impl FnOnce(&Versions) -> T) -> T {
        what(&self.0.versions.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Anything may have changed: nothing that was remembered before holds.
    pub fn increment(&self) {
        self.change(Versions::all_changed);
        self.increment_sessions();
    }

    /// A stream's links or its report changed.
    pub fn increment_stream(&self, stream: StreamId) {
        self.change(|numbers| {
            if numbers.streams.len() >= MAX_STREAMS {
                numbers.all_changed();
            }
            numbers.streams.insert(stream, numbers.now);
        });
    }

    /// A user's session or role changed; no report looks different for it.
    pub fn increment_sessions(&self) {
        self.0.sessions.send_replace(());
    }

    /// The number of the newest change; taken before something is read.
    pub fn now(&self) -> u64 {
        self.read(|numbers| numbers.now)
    }

    /// Whether nothing changed since that would make it wrong.
    pub fn is_current(&self, as_of: VersionStamp) -> bool {
        self.read(|numbers| {
            let of_the_stream = numbers.streams.get(&as_of.stream);
            as_of.change >= numbers.all && of_the_stream.is_none_or(|change| as_of.change >= *change)
        })
    }

    /// Moves with every change of everything; for what belongs to no stream.
    pub fn generation(&self) -> u64 {
        self.read(|numbers| numbers.all)
    }

    /// Wakes when sessions or everything changed.
    pub fn subscribe(&self) -> watch::Receiver<()> {
        self.0.sessions.subscribe()
    }
}

impl Versions {
    fn all_changed(&mut self) {
        self.all = self.now;
        self.streams.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn as_of(changes: &CacheVersion, stream: i64) -> VersionStamp {
        VersionStamp { stream: StreamId(stream), change: changes.now() }
    }

    #[test]
    fn a_change_concerns_its_stream_only() {
        let changes = CacheVersion::default();
        let (one, other) = (as_of(&changes, 1), as_of(&changes, 2));
        changes.increment_stream(StreamId(1));
        assert!(!changes.is_current(one) && changes.is_current(other));
        assert!(changes.is_current(as_of(&changes, 1)));
        let (generation, listener) = (changes.generation(), changes.subscribe());
        changes.increment_sessions();
        assert!(changes.is_current(other) && changes.generation() == generation);
        assert!(listener.has_changed().is_ok_and(|changed| changed));
        changes.increment();
        assert!(!changes.is_current(other) && changes.generation() != generation);
        assert!(changes.is_current(as_of(&changes, 2)));
    }

    #[test]
    fn memory_is_bounded_and_nothing_old_holds_for_it() {
        let changes = CacheVersion::default();
        let before = as_of(&changes, -1);
        changes.increment_stream(StreamId(-2));
        let changed = VersionStamp { stream: StreamId(-2), change: before.change };
        for stream in 0..3 * MAX_STREAMS as i64 {
            changes.increment_stream(StreamId(stream));
            assert!(!changes.is_current(changed));
        }
        assert!(changes.read(|numbers| numbers.streams.len()) <= MAX_STREAMS);
    }
}
