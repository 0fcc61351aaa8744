//! Rendered reports in memory, whole and compressed, until something changes.

use super::Changes;
use bytes::Bytes;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

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
    /// The Content-Security-Policy that lists its inline scripts and styles.
    pub policy: String,
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
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    generation: u64,
    bytes: usize,
    pages: HashMap<Key, Arc<Rendered>>,
    /// In the order they came, for forgetting the oldest.
    order: std::collections::VecDeque<Key>,
}

impl RenderedPages {
    pub fn new(changes: Changes) -> Self {
        Self { changes, kept: Mutex::default() }
    }

    /// The rendering, if nothing changed since it was made.
    pub fn get(&self, key: &Key) -> Option<Arc<Rendered>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        (kept.generation == self.changes.generation()).then(|| kept.pages.get(key).cloned()).flatten()
    }

    /// Keeps a rendering made of what was read in `generation`; one made before a change is not kept.
    pub fn put(&self, key: Key, generation: u64, page: Arc<Rendered>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if generation != self.changes.generation() {
            return;
        }
        if kept.generation != generation {
            *kept = Kept { generation, ..Kept::default() };
        }
        let size = page.body.len() + page.brotli().len();
        if kept.pages.insert(key.clone(), page).is_none() {
            kept.bytes += size;
            kept.order.push_back(key);
        }
        while kept.bytes > MOST_BYTES
            && let Some(oldest) = kept.order.pop_front()
        {
            if let Some(page) = kept.pages.remove(&oldest) {
                let size = page.body.len() + page.brotli().len();
                kept.bytes = kept.bytes.saturating_sub(size);
            }
        }
    }

    /// What [`Self::put`] wants to know: the generation now, before anything is read.
    pub fn generation(&self) -> u64 {
        self.changes.generation()
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
            policy: String::new(),
        })
    }

    fn key(link: i64) -> Key {
        Key { link, lang: "en", zone: "UTC".to_owned(), theme: "", what: "html" }
    }

    #[test]
    fn a_change_forgets_everything_also_what_was_under_way() {
        let changes = Changes::default();
        let pages = RenderedPages::new(changes.clone());
        let before = pages.generation();
        pages.put(key(1), before, page(10));
        assert!(pages.get(&key(1)).is_some());
        changes.bump();
        assert!(pages.get(&key(1)).is_none());
        pages.put(key(1), before, page(10));
        assert!(pages.get(&key(1)).is_none());
    }

    #[test]
    fn memory_is_bounded() {
        let pages = RenderedPages::new(Changes::default());
        for link in 0..40 {
            pages.put(key(link), pages.generation(), page(1 << 20));
        }
        assert!(pages.get(&key(0)).is_none());
        assert!(pages.get(&key(39)).is_some());
        assert!(pages.kept.lock().is_ok_and(|kept| kept.bytes <= MOST_BYTES));
    }
}
