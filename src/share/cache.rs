//! Rendered reports in memory, whole and compressed, until something changes.
//!
//! What a link gives without a query and what single readers choose are kept apart: a client that asks for every time zone in turn
//! pushes out other choices, and not the report that a crowd reads.

use super::cache_version::{CacheVersion, VersionStamp};
use axum::http::HeaderMap;
use bytes::Bytes;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// What makes one rendering differ from another of the same link.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PageKey {
    pub link: i64,
    pub lang: &'static str,
    pub zone: String,
    /// `light`, `dark`, or empty where the reader's system decides.
    pub theme: &'static str,
    /// `html`, `card`, …: the kind of the rendering.
    pub what: &'static str,
}

/// One rendering, ready to be sent.
#[derive(Debug)]
pub struct Rendered {
    pub body: Bytes,
    /// The same under brotli: quality 5 at once, replaced by 11 when that is done.
    pub brotli: Mutex<Bytes>,
    /// Quoted and weak, since encodings share it.
    pub etag: String,
    /// Everything an answer says before it, but for its encoding; put together once.
    pub head: HeaderMap,
}

impl Rendered {
    pub fn brotli(&self) -> Bytes {
        self.brotli.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn set_brotli(&self, bytes: Bytes) {
        *self.brotli.lock().unwrap_or_else(PoisonError::into_inner) = bytes;
    }
}

/// Which part of the memory a rendering is kept in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CacheSection {
    /// What the link gives without a query.
    Default,
    /// In a language, time zone or theme that a reader chose.
    Chosen,
}

impl CacheSection {
    /// Bytes of renderings kept. Beyond, the oldest go: a crowd reads one or a few.
    const fn max_bytes(self) -> usize {
        match self {
            Self::Default => 24 << 20,
            Self::Chosen => 8 << 20,
        }
    }
}

/// Renderings that hold still. Clones share them.
#[derive(Clone)]
pub struct RenderedPages {
    changes: CacheVersion,
    sections: Arc<RwLock<CacheSections>>,
}

#[derive(Default)]
struct CacheSections {
    default: SectionPages,
    chosen: SectionPages,
}

#[derive(Default)]
struct SectionPages {
    bytes: usize,
    pages: HashMap<PageKey, CachedPage>,
    /// In the order they came, for forgetting the oldest; one that was replaced meanwhile has another number.
    order: VecDeque<(PageKey, u64)>,
    /// Of the newest entry.
    number: u64,
}

struct CachedPage {
    page: Arc<Rendered>,
    /// The change after which it was made.
    change: u64,
    /// The bytes it was counted as: its compressed form is replaced by a smaller one.
    size: usize,
    number: u64,
}

impl SectionPages {
    fn put(&mut self, key: PageKey, change: u64, page: Arc<Rendered>, most_bytes: usize) {
        let size = page.body.len() + page.brotli().len();
        self.number += 1;
        self.bytes += size;
        self.order.push_back((key.clone(), self.number));
        if let Some(before) = self.pages.insert(key, CachedPage { page, change, size, number: self.number }) {
            self.bytes -= before.size;
        }
        // Places of entries that were replaced are as bounded as the entries.
        if self.order.len() > 2 * self.pages.len() {
            let pages = &self.pages;
            self.order.retain(|(key, number)| pages.get(key).is_some_and(|entry| entry.number == *number));
        }
        while self.bytes > most_bytes
            && let Some((key, number)) = self.order.pop_front()
        {
            if self.pages.get(&key).is_some_and(|entry| entry.number == number)
                && let Some(oldest) = self.pages.remove(&key)
            {
                self.bytes -= oldest.size;
            }
        }
    }
}

impl RenderedPages {
    pub fn new(changes: CacheVersion) -> Self {
        Self { changes, sections: Arc::default() }
    }

    /// The rendering of a link that was read then, if nothing changed since, neither the link nor the report.
    pub fn get(&self, key: &PageKey, as_of: VersionStamp) -> Option<Arc<Rendered>> {
        if !self.changes.is_current(as_of) {
            return None;
        }
        let holds = |entry: &&CachedPage| {
            entry.change >= as_of.change || self.changes.is_current(VersionStamp { change: entry.change, ..as_of })
        };
        let parts = self.sections.read().unwrap_or_else(PoisonError::into_inner);
        let found = [&parts.default, &parts.chosen].into_iter().find_map(|kept| kept.pages.get(key).filter(holds));
        found.map(|entry| entry.page.clone())
    }

    /// Keeps a rendering made of what was read then; one made before a change is not kept.
    pub fn put(&self, key: PageKey, as_of: VersionStamp, part: CacheSection, page: Arc<Rendered>) {
        if !self.changes.is_current(as_of) {
            return;
        }
        let mut parts = self.sections.write().unwrap_or_else(PoisonError::into_inner);
        let kept = match part {
            CacheSection::Default => &mut parts.default,
            CacheSection::Chosen => &mut parts.chosen,
        };
        kept.put(key, as_of.change, page, part.max_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::StreamId;

    fn page(size: usize) -> Arc<Rendered> {
        Arc::new(Rendered {
            body: Bytes::from(vec![b'x'; size]),
            brotli: Mutex::default(),
            etag: String::new(),
            head: HeaderMap::new(),
        })
    }

    fn key(link: i64) -> PageKey {
        PageKey { link, lang: "en", zone: "UTC".to_owned(), theme: "", what: "html" }
    }

    fn now(changes: &CacheVersion) -> VersionStamp {
        VersionStamp { stream: StreamId(1), change: changes.now() }
    }

    #[test]
    fn a_change_forgets_everything_of_its_stream_also_what_was_under_way() {
        for everything in [false, true] {
            let changes = CacheVersion::default();
            let pages = RenderedPages::new(changes.clone());
            let before = now(&changes);
            pages.put(key(1), before, CacheSection::Default, page(10));
            assert!(pages.get(&key(1), before).is_some());
            // Another stream was sealed: this one's page stays, also for who reads the link after that.
            changes.increment_stream(StreamId(2));
            assert!(pages.get(&key(1), before).is_some() && pages.get(&key(1), now(&changes)).is_some());
            if everything {
                changes.increment();
            } else {
                changes.increment_stream(StreamId(1));
            }
            let after = now(&changes);
            assert!(pages.get(&key(1), before).is_none() && pages.get(&key(1), after).is_none());
            pages.put(key(1), before, CacheSection::Default, page(10));
            assert!(pages.get(&key(1), before).is_none() && pages.get(&key(1), after).is_none());
            // A link that was read before the change is not answered with what was rendered after it.
            pages.put(key(1), after, CacheSection::Default, page(10));
            assert!(pages.get(&key(1), before).is_none() && pages.get(&key(1), after).is_some());
        }
    }

    #[test]
    fn memory_is_bounded_and_choices_push_out_choices_only() {
        let changes = CacheVersion::default();
        let pages = RenderedPages::new(changes.clone());
        let as_of = now(&changes);
        for link in 0..40 {
            pages.put(key(link), as_of, CacheSection::Default, page(1 << 20));
        }
        assert!(pages.get(&key(0), as_of).is_none() && pages.get(&key(39), as_of).is_some());
        let zone = |number| PageKey { zone: format!("zone {number}"), ..key(39) };
        for number in 0..600 {
            pages.put(zone(number), as_of, CacheSection::Chosen, page(300 << 10));
        }
        assert!(pages.get(&zone(0), as_of).is_none() && pages.get(&zone(599), as_of).is_some());
        assert!(pages.get(&key(39), as_of).is_some());
        // The same again and again takes no more.
        for _ in 0..1_000 {
            pages.put(key(39), as_of, CacheSection::Default, page(1 << 20));
        }
        assert!(pages.get(&key(38), as_of).is_some());
        let parts = pages.sections.read().unwrap_or_else(PoisonError::into_inner);
        for (kept, part) in [(&parts.default, CacheSection::Default), (&parts.chosen, CacheSection::Chosen)] {
            assert!(kept.bytes <= part.max_bytes() && kept.order.len() <= 2 * kept.pages.len());
            assert_eq!(kept.bytes, kept.pages.values().map(|entry| entry.size).sum::<usize>());
        }
    }
}
