//! The cache: entries by name, as many as fit in memory.

use std::sync::Arc;

use quick_cache::Weighter;
use quick_cache::sync::Cache as QuickCache;

use super::entry::Entry;

/// Memory for entries, in bytes. The least recently used are evicted first.
const CAPACITY: u64 = 256 * 1024 * 1024;

/// Only names that have a file are kept, so that requests cannot make the cache larger than the folder.
#[derive(Debug)]
pub(super) struct Cache(QuickCache<Box<str>, Arc<Entry>, Weigh>);

#[derive(Clone, Debug)]
struct Weigh;

impl Cache {
    pub(super) fn new() -> Self {
        Self::with_capacity(CAPACITY)
    }

    fn with_capacity(bytes: u64) -> Self {
        // An estimate of the typical entry: a page of some kilobytes and its headers.
        let entries = usize::try_from(bytes / (16 * 1024)).unwrap_or(usize::MAX);
        Self(QuickCache::with_weighter(entries, bytes, Weigh))
    }

    pub(super) fn find(&self, name: &str) -> Option<Arc<Entry>> {
        self.0.get(name)
    }

    pub(super) fn keep(&self, name: &str, entry: Arc<Entry>) {
        self.0.insert(name.into(), entry);
    }

    /// How many entries there are, and the bytes that they take.
    pub(super) fn size(&self) -> (u64, u64) {
        (self.0.len() as u64, self.0.weight())
    }

    pub(super) fn forget(&self, name: &str) {
        self.0.remove(name);
    }
}

impl Weighter<Box<str>, Arc<Entry>> for Weigh {
    fn weight(&self, name: &Box<str>, entry: &Arc<Entry>) -> u64 {
        name.len() as u64 + entry.weight()
    }
}

#[cfg(test)]
impl Cache {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

#[cfg(test)]
mod tests {
    use super::super::path::Name;
    use super::super::root::Root;
    use super::*;

    #[test]
    fn entries_beyond_the_capacity_evict_others() {
        const CAPACITY: u64 = 1024 * 1024;
        let dir = tempfile::tempdir().unwrap();
        let root = Root::open(dir.path()).unwrap();
        let cache = Cache::with_capacity(CAPACITY);
        for index in 0..100 {
            let name = format!("{index}.txt");
            std::fs::write(dir.path().join(&name), vec![b'x'; 50_000]).unwrap();
            let path = format!("/{name}");
            let entry = Entry::load(&root, &Name::parse(&path).unwrap())
                .unwrap()
                .unwrap();
            cache.keep(&name, entry.into());
            assert!(
                cache.0.weight() <= CAPACITY,
                "{} after {index}",
                cache.0.weight()
            );
        }
        assert!(cache.len() > 3, "{} entries", cache.len());
    }

    #[test]
    fn a_forgotten_entry_is_gone() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("index.html"), "page").unwrap();
        let root = Root::open(dir.path()).unwrap();
        let entry = Entry::load(&root, &Name::parse("/").unwrap())
            .unwrap()
            .unwrap();
        let cache = Cache::new();
        cache.keep("", entry.into());
        assert!(cache.find("").is_some());
        cache.forget("");
        assert!(cache.find("").is_none());
    }
}
