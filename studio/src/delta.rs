//! What differs between two states of the texts, by whole files: how a state is kept beside the one it
//! came from, and how an older state is brought back.

use crate::pack::{Reader, Writer};
use specfuse_core::edit::text_edits;
use specfuse_core::fix::Edits;
use specfuse_core::path::RelPath;
use specfuse_core::tree::{Entry, Tree};
use std::sync::Arc;

/// The files that differ, each with its text afterwards; `None` when it is gone.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Delta {
    files: Vec<(RelPath, Option<Arc<str>>)>,
}

impl Delta {
    /// What makes `after` of `before`. Only texts can differ: nothing changes a file that is none.
    pub fn between(before: &Tree, after: &Tree) -> Delta {
        let gone = before.iter().filter(|(path, _)| after.get(path).is_none());
        let mut files: Vec<_> = gone.map(|(path, _)| (path.clone(), None)).collect();
        for (path, entry) in after.iter() {
            if let Entry::Text(text) = entry
                && before.get(path) != Some(entry)
            {
                files.push((path.clone(), Some(text.clone())));
            }
        }
        Delta { files }
    }

    /// The state that this makes of `before`.
    pub fn apply(&self, before: &Tree) -> Tree {
        let mut after = before.clone();
        for (path, text) in &self.files {
            match text {
                Some(text) => after.insert_text(path.clone(), text.clone()),
                None => after.remove(path),
            }
        }
        after
    }

    /// The fewest changed bytes that lead from one state to another.
    pub fn edits(before: &Tree, after: &Tree) -> Edits {
        let mut edits = Edits::none();
        for (path, text) in Delta::between(before, after).files {
            match (before.text(&path), text) {
                (Some(old), Some(new)) => {
                    text_edits(old, &new).into_iter().for_each(|edit| edits.edit(path.clone(), edit));
                }
                (None, Some(new)) => edits.create(path, &*new),
                (Some(_), None) => edits.delete(path),
                (None, None) => {}
            }
        }
        edits
    }

    /// The text of a file afterwards, if it is one that differs.
    pub fn after(&self, path: &RelPath) -> Option<Option<&str>> {
        self.files.iter().find(|(at, _)| at == path).map(|(_, text)| text.as_deref())
    }

    /// Lets a file differ, with this text afterwards.
    pub fn put(&mut self, path: RelPath, text: Option<Arc<str>>) {
        self.forget(&path);
        self.files.push((path, text));
    }

    /// Lets a file not differ.
    pub fn forget(&mut self, path: &RelPath) {
        self.files.retain(|(at, _)| at != path);
    }

    /// Whether no file differs.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The files that differ.
    pub fn paths(&self) -> impl Iterator<Item = &RelPath> {
        self.files.iter().map(|(path, _)| path)
    }

    /// Writes it.
    pub fn write(&self, to: &mut Writer) {
        to.number(self.files.len() as u64);
        for (path, text) in &self.files {
            to.text(path.as_str());
            to.maybe(text.as_deref());
        }
    }

    /// Reads what [`Delta::write`] wrote.
    pub fn read(from: &mut Reader) -> Option<Delta> {
        let mut files = Vec::new();
        for _ in 0..from.count()? {
            files.push((from.path()?, from.maybe()?.map(Arc::from)));
        }
        Some(Delta { files })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> Tree {
        let mut tree = Tree::new();
        for (path, text) in files {
            tree.insert_text(RelPath::new(path).unwrap(), *text);
        }
        tree
    }

    #[test]
    fn states_lead_to_each_other() {
        let before = tree(&[("a", "one\ntwo\n"), ("b", "same"), ("c", "gone")]);
        let after = tree(&[("a", "one\nTWO\n"), ("b", "same"), ("d", "new")]);
        let delta = Delta::between(&before, &after);
        assert_eq!(delta.apply(&before), after);
        assert_eq!(delta.paths().map(RelPath::as_str).collect::<Vec<_>>(), ["c", "a", "d"]);
        assert_eq!(Delta::edits(&before, &after).apply(&before).unwrap(), after);
        assert!(Delta::edits(&before, &before).is_empty());
        let mut writer = Writer::default();
        delta.write(&mut writer);
        assert_eq!(Delta::read(&mut Reader::new(&writer.finish())), Some(delta));
    }
}
