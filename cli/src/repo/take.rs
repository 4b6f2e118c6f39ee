//! Puts work that was taken back into the tree again, and names what stands in a tree.

use super::attempt::Dispatch;
use super::snapshot::{Snapshot, State};
use super::tree::file_in;
use super::{Repo, failed};
use crate::error::Result;
use git2::{Oid, Tree};
use std::ffi::OsStr;
use std::path::Path;

impl Repo {
    /// Puts what changed from the commit `base` to the commit `work` into the files again, apart from
    /// the driver's own (`own`), and keeps the tree without it under `refname`. `None`, with nothing
    /// done, when one of the files has become another meanwhile. A file that holds the work already
    /// counts as put back: an earlier driver may have been killed in the middle of it.
    ///
    /// # Errors
    /// When objects or files cannot be read or written.
    pub fn take_again(
        &self,
        refname: &str,
        base: Oid,
        work: Oid,
        own: impl Fn(&Path) -> bool,
    ) -> Result<Option<Dispatch>> {
        let before = self.tree_of(base)?;
        let mut changes = self.changes_between(&before, &self.tree_of(work)?)?;
        changes.retain(|path, _| !own(path));
        let (now, head) = (self.snapshot(None)?, self.head_tree()?);
        let mut without = now.entries.clone();
        for (path, state) in &changes {
            let (was, committed) = (state_in(&before, path), state_in(&head, path));
            let stands = now.get(path).unwrap_or(committed);
            if stands != was && stands != *state {
                return Ok(None);
            }
            match was == committed {
                true => without.remove(path),
                false => without.insert(path.clone(), was),
            };
        }
        let origin = self.dispatch_of(refname, Snapshot::new(now.head(), without))?;
        for (path, state) in &changes {
            self.clear(path)?;
            if let State::File { mode, blob } = state {
                self.write_file(path, *mode, *blob)?;
            }
        }
        Ok(Some(origin))
    }

    /// The name of the tree that stands in the files, ignored ones and the folder `aside` left out.
    ///
    /// # Errors
    /// When files or objects cannot be read or written.
    pub fn name_without(&self, aside: &Path) -> Result<Oid> {
        let mut now = self.snapshot(None)?;
        now.entries.retain(|path, _| !path.starts_with(aside));
        let whole = self.tree_with(&self.head_tree()?, &now.entries)?;
        let parts: Vec<&OsStr> = aside.iter().collect();
        self.git
            .find_tree(whole)
            .and_then(|tree| self.without(&tree, &parts))
            .map_err(|e| failed("name a tree", &e))
    }

    fn without(&self, tree: &Tree<'_>, aside: &[&OsStr]) -> std::result::Result<Oid, git2::Error> {
        let Some((name, rest)) = aside.split_first() else { return Ok(tree.id()) };
        let Ok(entry) = tree.get_path(Path::new(name)) else { return Ok(tree.id()) };
        let mut builder = self.git.treebuilder(Some(tree))?;
        if rest.is_empty() {
            builder.remove(name)?;
        } else if let Ok(below) = self.git.find_tree(entry.id()) {
            builder.insert(name, self.without(&below, rest)?, entry.filemode())?;
        }
        builder.write()
    }
}

fn state_in(tree: &Tree<'_>, path: &Path) -> State {
    file_in(tree, path).map_or(State::Gone, |(blob, mode)| State::File { mode, blob })
}
