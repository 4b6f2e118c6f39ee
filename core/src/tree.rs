//! The only input of core: a sorted map from path to text, rooted at the repository.
//!
//! A tree holds what a caller chose to load, usually `.specfuse/` of one repository. A feature
//! folder opened on its own is mounted at `.specfuse/features/<folder>/`, so that everything in
//! core knows one layout.

use crate::path::RelPath;
use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

/// Files above this many bytes are not read (4 MiB).
pub const MAX_FILE_BYTES: usize = 4 * 1024 * 1024;

/// What stands at a path.
#[derive(Clone, Eq, Debug)]
pub enum Entry {
    /// A file that is UTF-8 text; the text is complete, with byte order mark and line ends.
    Text(Arc<str>),
    /// Something that is there and cannot be read as text.
    Opaque(Opaque),
}

/// Why something at a path cannot be read as text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Opaque {
    /// Not UTF-8; the first bad byte is at this offset.
    NotUtf8 {
        /// Offset of the first byte that is not UTF-8.
        at: usize,
    },
    /// Above [`MAX_FILE_BYTES`]; its size in bytes.
    TooLarge {
        /// Size of the file in bytes.
        bytes: u64,
    },
    /// A directory where a file should be.
    Directory,
    /// A link that leads nowhere, or round in a circle.
    BrokenLink,
    /// A link that leads out of the folder it stands in.
    LinkOutside,
    /// A device, socket or pipe.
    Special,
    /// The system refused to read it; its words.
    Unreadable(String),
}

/// Two trees share the texts that one did not change; those are equal without being read.
impl PartialEq for Entry {
    fn eq(&self, other: &Entry) -> bool {
        match (self, other) {
            (Entry::Text(text), Entry::Text(other)) => Arc::ptr_eq(text, other) || text == other,
            (Entry::Opaque(why), Entry::Opaque(other)) => why == other,
            _ => false,
        }
    }
}

impl Entry {
    /// The entry that `bytes` make: text when they are UTF-8 and not too many.
    pub fn from_bytes(bytes: Vec<u8>) -> Entry {
        if bytes.len() > MAX_FILE_BYTES {
            return Entry::Opaque(Opaque::TooLarge { bytes: bytes.len() as u64 });
        }
        match String::from_utf8(bytes) {
            Ok(text) => Entry::Text(text.into()),
            Err(e) => Entry::Opaque(Opaque::NotUtf8 { at: e.utf8_error().valid_up_to() }),
        }
    }
}

/// A sorted map from path to what stands there. Cloning shares the texts.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Tree {
    entries: BTreeMap<RelPath, Entry>,
}

impl Tree {
    /// A tree of nothing.
    pub fn new() -> Self {
        Tree::default()
    }

    /// Puts `entry` at `path`, replacing what stood there.
    pub fn insert(&mut self, path: RelPath, entry: Entry) {
        self.entries.insert(path, entry);
    }

    /// Puts a text at `path`.
    pub fn insert_text(&mut self, path: RelPath, text: impl Into<Arc<str>>) {
        self.insert(path, Entry::Text(text.into()));
    }

    /// Takes away what stands at `path`, if anything does.
    pub fn remove(&mut self, path: &RelPath) {
        self.entries.remove(path);
    }

    /// What stands at `path`.
    pub fn get(&self, path: &RelPath) -> Option<&Entry> {
        self.entries.get(path)
    }

    /// The tree's own `path` and what stands there.
    pub fn get_key_value(&self, path: &RelPath) -> Option<(&RelPath, &Entry)> {
        self.entries.get_key_value(path)
    }

    /// The text at `path`; `None` when nothing, or no text, stands there.
    pub fn text(&self, path: &RelPath) -> Option<&Arc<str>> {
        match self.entries.get(path) {
            Some(Entry::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// Every entry, in the order of paths.
    pub fn iter(&self) -> impl Iterator<Item = (&RelPath, &Entry)> {
        self.entries.iter()
    }

    /// Everything below `folder` (at any depth), in the order of paths.
    pub fn below(&self, folder: &RelPath) -> impl Iterator<Item = (&RelPath, &Entry)> {
        // `a-b` and `a.b` sort between `a` and `a/b`, so the range starts at `a/` itself.
        let prefix = format!("{folder}/");
        self.entries
            .range::<str, _>((Bound::Excluded(prefix.as_str()), Bound::Unbounded))
            .take_while(move |(path, _)| path.as_str().starts_with(&prefix))
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> RelPath {
        RelPath::new(text).unwrap()
    }

    #[test]
    fn below_lists_only_that_folder() {
        let mut tree = Tree::new();
        for p in ["a", "a-b/x", "a.b", "a/x", "a/y/z", "ab/x", "b"] {
            tree.insert_text(path(p), "");
        }
        let below: Vec<_> = tree.below(&path("a")).map(|(p, _)| p.as_str()).collect();
        assert_eq!(below, ["a/x", "a/y/z"]);
    }

    #[test]
    fn bytes_that_are_not_text_say_where() {
        assert_eq!(Entry::from_bytes(vec![b'a', 0xff]), Entry::Opaque(Opaque::NotUtf8 { at: 1 }));
        let big = MAX_FILE_BYTES + 1;
        assert_eq!(Entry::from_bytes(vec![b'a'; big]), Entry::Opaque(Opaque::TooLarge { bytes: big as u64 }));
    }
}
