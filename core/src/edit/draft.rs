//! A tree that an action changes step by step, and what the steps come to.

use super::diff::text_edits;
use super::refused::EditRefused;
use crate::fix::Edits;
use crate::path::RelPath;
use crate::tree::Tree;
use std::collections::BTreeSet;

/// A tree before an action, and as far as the action has come.
pub(super) struct Draft<'a> {
    before: &'a Tree,
    after: Tree,
    touched: BTreeSet<RelPath>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(before: &'a Tree) -> Self {
        Draft { before, after: before.clone(), touched: BTreeSet::new() }
    }

    /// The tree as it is now.
    pub(super) fn tree(&self) -> &Tree {
        &self.after
    }

    pub(super) fn text(&self, path: &RelPath) -> Result<&str, EditRefused> {
        self.after.text(path).map(|t| &**t).ok_or_else(|| EditRefused::NoFile(path.clone()))
    }

    /// Gives a file another text; makes it when nothing is there.
    pub(super) fn put(&mut self, path: &RelPath, text: String) {
        self.touched.insert(path.clone());
        self.after.insert_text(path.clone(), text);
    }

    /// Makes a new file.
    pub(super) fn create(&mut self, path: &RelPath, text: String) -> Result<(), EditRefused> {
        if self.after.get(path).is_some() {
            return Err(EditRefused::FileTaken(path.clone()));
        }
        self.put(path, text);
        Ok(())
    }

    /// Takes a text file away, when there is one.
    pub(super) fn remove(&mut self, path: &RelPath) {
        if self.after.text(path).is_some() {
            self.touched.insert(path.clone());
            self.after.remove(path);
        }
    }

    /// Gives a file another name.
    pub(super) fn rename(&mut self, from: &RelPath, to: &RelPath) -> Result<(), EditRefused> {
        if from == to {
            return Ok(());
        }
        let text = self.text(from)?.to_owned();
        self.create(to, text)?;
        self.remove(from);
        Ok(())
    }

    /// The edits that all steps come to.
    pub(super) fn finish(self) -> Edits {
        let mut edits = Edits::none();
        for path in self.touched {
            match (self.before.text(&path), self.after.text(&path)) {
                (Some(old), Some(new)) => {
                    text_edits(old, new).into_iter().for_each(|e| edits.edit(path.clone(), e))
                }
                (None, Some(new)) => edits.create(path, &**new),
                (Some(_), None) => edits.delete(path),
                (None, None) => {}
            }
        }
        edits
    }
}
