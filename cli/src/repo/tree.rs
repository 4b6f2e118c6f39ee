//! Git trees from a few changed paths, and changed paths from two trees. Only the folders on the
//! way to a change are touched, so the cost does not grow with the repository.

use super::snapshot::State;
use super::{Repo, failed};
use crate::error::Result;
use git2::{DiffOptions, ObjectType, Oid, Tree};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// The file or link at `path` in `tree`: its object and mode. No folder, no submodule.
pub(super) fn file_in(tree: &Tree<'_>, path: &Path) -> Option<(Oid, i32)> {
    let entry = tree.get_path(path).ok().filter(|entry| entry.kind() == Some(ObjectType::Blob))?;
    Some((entry.id(), entry.filemode()))
}

/// The changes below one folder, by name: what becomes of the name itself, and what lies below it.
#[derive(Default)]
struct Folder<'a> {
    here: BTreeMap<&'a OsStr, State>,
    below: BTreeMap<&'a OsStr, Folder<'a>>,
}

impl Repo {
    /// The tree that `base` becomes with `changes`.
    pub(super) fn tree_with(&self, base: &Tree<'_>, changes: &BTreeMap<PathBuf, State>) -> Result<Oid> {
        let mut top = Folder::default();
        for (path, state) in changes {
            let mut folder = &mut top;
            for name in path.parent().into_iter().flat_map(Path::iter) {
                folder = folder.below.entry(name).or_default();
            }
            folder.here.extend(path.file_name().map(|name| (name, *state)));
        }
        self.write_folder(Some(base), &top).map_err(|e| failed("write a tree", &e))
    }

    fn write_folder(
        &self,
        base: Option<&Tree<'_>>,
        folder: &Folder<'_>,
    ) -> std::result::Result<Oid, git2::Error> {
        let mut builder = self.git.treebuilder(base)?;
        for (name, state) in &folder.here {
            match state {
                State::File { mode, blob } => drop(builder.insert(name, *blob, *mode)?),
                State::Gone if builder.get(name)?.is_some() => builder.remove(name)?,
                State::Gone => {}
            }
        }
        for (name, below) in &folder.below {
            let old = base
                .and_then(|base| base.get_name_bytes(name.as_bytes()))
                .filter(|entry| entry.kind() == Some(ObjectType::Tree))
                .map(|entry| self.git.find_tree(entry.id()))
                .transpose()?;
            let new = self.write_folder(old.as_ref(), below)?;
            let is_link_now = folder.here.get(name).is_some_and(|state| *state != State::Gone);
            if !self.git.find_tree(new)?.is_empty() {
                builder.insert(name, new, 0o040_000)?;
            } else if !is_link_now && builder.get(name)?.is_some() {
                builder.remove(name)?;
            }
        }
        builder.write()
    }

    /// The paths whose file, link or mode differs between two trees, with what stands there in the
    /// second. Submodules are left out.
    pub(super) fn changes_between(&self, from: &Tree<'_>, to: &Tree<'_>) -> Result<BTreeMap<PathBuf, State>> {
        let mut options = DiffOptions::new();
        options.ignore_submodules(true).include_typechange(true).skip_binary_check(true);
        let diff = self.git.diff_tree_to_tree(Some(from), Some(to), Some(&mut options));
        let diff = diff.map_err(|e| failed("compare two commits", &e))?;
        let mut changes = BTreeMap::new();
        for delta in diff.deltas() {
            let new = delta.new_file();
            if let Some(path) = delta.old_file().path_bytes().or(new.path_bytes()) {
                let path = PathBuf::from(OsStr::from_bytes(path));
                let exists = new.exists();
                let state = State::File { mode: i32::from(new.mode()), blob: new.id() };
                changes.insert(path, if exists { state } else { State::Gone });
            }
        }
        Ok(changes)
    }

    /// The paths that are staged: where the index differs from the commit that is checked out.
    pub(super) fn staged_paths(&self, index: &git2::Index) -> Result<BTreeSet<PathBuf>> {
        let head = self.head_tree()?;
        let diff = self.git.diff_tree_to_index(Some(&head), Some(index), None);
        let diff = diff.map_err(|e| failed("compare the index", &e))?;
        let paths = diff.deltas().filter_map(|delta| {
            let path = delta.old_file().path_bytes().or(delta.new_file().path_bytes())?;
            Some(PathBuf::from(OsStr::from_bytes(path)))
        });
        Ok(paths.collect())
    }
}
