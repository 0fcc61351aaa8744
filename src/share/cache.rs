//! Rendered reports in memory, whole and compressed, until something changes.

use super::Changes;
use axum::http::HeaderMap;
use bytes::Bytes;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// What makes one rendering differ from another of the same link.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
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

/// Bytes of renderings kept in memory. Beyond, the oldest go: a crowd reads one or a few.
const MOST_BYTES: usize = 32 << 20;

/// Renderings of one generation.
pub struct RenderedPages {
    changes: Changes,
    kept: RwLock<Kept>,
}

#[derive(Default)]
struct Kept {
    generation: u64,
    bytes: usize,
    /// With the bytes that each was counted as: its compressed form is replaced by a smaller one.
    pages: HashMap<Key, (Arc<Rendered>, usize)>,
    /// In the order they came, for forgetting the oldest.
    order: std::collections::VecDeque<Key>,
}

impl RenderedPages {
    pub fn new(changes: Changes) -> Self {
        Self { changes, kept: RwLock::default() }
    }

    /// The rendering that was made in `generation`, if nothing changed since.
    pub fn get(&self, key: &Key, generation: u64) -> Option<Arc<Rendered>> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        let current = kept.generation == generation && generation == self.changes.generation();
        current.then(|| kept.pages.get(key).map(|(page, _)| page.clone())).flatten()
    }

    /// Keeps a rendering made of what was read in `generation`; one made before a change is not kept.
    pub fn put(&self, key: Key, generation: u64, page: Arc<Rendered>) {
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        if generation != self.changes.generation() {
            return;
        }
        if kept.generation != generation {
            *kept = Kept { generation, ..Kept::default() };
        }
        let size = page.body.len() + page.brotli().len();
        kept.bytes += size;
        match kept.pages.insert(key.clone(), (page, size)) {
            Some((_, before)) => kept.bytes -= before,
            None => kept.order.push_back(key),
        }
        while kept.bytes > MOST_BYTES
            && let Some(oldest) = kept.order.pop_front()
        {
            if let Some((_, size)) = kept.pages.remove(&oldest) {
                kept.bytes -= size;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(size: usize) -> Arc<Rendered> {
        Arc::new(Rendered {
            body: Bytes::from(vec![b'x'; size]),
            brotli: Mutex::default(),
            etag: String::new(),
            head: HeaderMap::new(),
        })
    }

    fn key(link: i64) -> Key {
        Key { link, lang: "en", zone: "UTC".to_owned(), theme: "", what: "html" }
    }

    #[test]
    fn a_change_forgets_everything_also_what_was_under_way() {
        let changes = Changes::default();
        let pages = RenderedPages::new(changes.clone());
        let before = changes.generation();
        pages.put(key(1), before, page(10));
        assert!(pages.get(&key(1), before).is_some());
        changes.bump();
        let after = changes.generation();
        assert!(pages.get(&key(1), before).is_none() && pages.get(&key(1), after).is_none());
        pages.put(key(1), before, page(10));
        assert!(pages.get(&key(1), before).is_none() && pages.get(&key(1), after).is_none());
        // A link that was read before the change is not answered with what was rendered after it.
        pages.put(key(1), after, page(10));
        assert!(pages.get(&key(1), before).is_none() && pages.get(&key(1), after).is_some());
    }

    #[test]
    fn memory_is_bounded() {
        let changes = Changes::default();
        let pages = RenderedPages::new(changes.clone());
        for link in 0..40 {
            pages.put(key(link), changes.generation(), page(1 << 20));
        }
        assert!(pages.get(&key(0), changes.generation()).is_none());
        assert!(pages.get(&key(39), changes.generation()).is_some());
        assert!(pages.kept.read().is_ok_and(|kept| kept.bytes <= MOST_BYTES));
    }
}
