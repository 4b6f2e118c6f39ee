//! What the files of a work tree are at one moment, as far as they differ from the commit that is
//! checked out. Two snapshots on the same commit tell which files were touched between them.
//!
//! Contents are kept in the object database byte for byte, without line-end or other filters, so
//! that a person's edits come back exactly.

use super::tree::file_in;
use super::{Repo, failed};
use crate::error::{Error, Result};
use git2::{Oid, StatusOptions};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs::Metadata;
use std::io::{ErrorKind, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// Files above this many bytes pass to the object database in pieces.
const IN_ONE_PIECE: u64 = 8 * 1024 * 1024;

/// What stands at a path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// A file or link: git's mode (`0o100644`, `0o100755`, `0o120000`) and its bytes' object.
    File {
        /// Git's mode.
        mode: i32,
        /// The object with the exact bytes.
        blob: Oid,
    },
    /// Nothing, although the commit has a file there.
    Gone,
}

/// The paths that differ from the commit, untracked ones included, ignored ones not. Submodules,
/// repositories inside and the driver's own state are left out.
#[derive(Clone, Debug)]
pub struct Snapshot {
    pub(super) head: Oid,
    pub(super) entries: BTreeMap<PathBuf, State>,
    stamps: BTreeMap<PathBuf, Stamp>,
    taken: i64,
}

/// Tells without reading whether a file is still the one that was read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Stamp {
    size: u64,
    inode: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Stamp {
    fn of(meta: &Metadata) -> Stamp {
        Stamp {
            size: meta.size(),
            inode: meta.ino(),
            modified: (meta.mtime(), meta.mtime_nsec()),
            changed: (meta.ctime(), meta.ctime_nsec()),
        }
    }
}

impl Snapshot {
    pub(super) fn new(head: Oid, entries: BTreeMap<PathBuf, State>) -> Snapshot {
        Snapshot { head, entries, stamps: BTreeMap::new(), taken: 0 }
    }

    /// The commit that the paths differ from.
    pub fn head(&self) -> Oid {
        self.head
    }

    /// What stands at `path`, or `None` when that is what the commit has.
    pub fn get(&self, path: &Path) -> Option<State> {
        self.entries.get(path).copied()
    }

    /// The paths that differ from the commit, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.entries.keys().map(PathBuf::as_path)
    }

    /// Whether the files are as committed.
    pub fn is_clean(&self) -> bool {
        self.entries.is_empty()
    }

    /// The paths that changed from this snapshot to `later`, both on the same commit.
    pub fn touched(&self, later: &Snapshot) -> BTreeSet<PathBuf> {
        let both = self.entries.keys().chain(later.entries.keys());
        both.filter(|path| self.get(path) != later.get(path)).cloned().collect()
    }

    /// The object of `path` if it is surely the file that this snapshot read. A file that changed
    /// just before it was read could change again without its times showing it.
    fn known(&self, path: &Path, stamp: Stamp) -> Option<Oid> {
        let same = self.stamps.get(path) == Some(&stamp) && stamp.changed.0 + 2 < self.taken;
        match self.entries.get(path) {
            Some(State::File { blob, .. }) if same => Some(*blob),
            _ => None,
        }
    }
}

impl Repo {
    /// The work tree now. `before` spares reading files that have not changed since.
    ///
    /// # Errors
    /// When a file or the object database cannot be read or written.
    pub fn snapshot(&self, before: Option<&Snapshot>) -> Result<Snapshot> {
        let taken = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let mut snapshot = Snapshot::new(self.head()?, BTreeMap::new());
        snapshot.taken = i64::try_from(taken).unwrap_or(0);
        for path in self.dirty_paths()? {
            if let Some((state, stamp)) = self.state_on_disk(&path, before)? {
                snapshot.stamps.extend(stamp.map(|stamp| (path.clone(), stamp)));
                snapshot.entries.insert(path, state);
            }
        }
        Ok(snapshot)
    }

    /// What git finds different from the commit, in the index or in the files.
    fn dirty_paths(&self) -> Result<BTreeSet<PathBuf>> {
        let mut options = StatusOptions::new();
        options.include_untracked(true).recurse_untracked_dirs(true).include_ignored(false);
        options.exclude_submodules(true).renames_head_to_index(false).renames_index_to_workdir(false);
        let statuses = self.git.statuses(Some(&mut options)).map_err(|e| failed("read the status", &e))?;
        let paths = statuses.iter().map(|entry| PathBuf::from(OsStr::from_bytes(entry.path_bytes())));
        Ok(paths.filter(|path| is_ours(path)).collect())
    }

    /// The paths below `folder` that are not as committed, untracked ones included. Nothing is read.
    ///
    /// # Errors
    /// When the status cannot be read.
    pub fn uncommitted(&self, folder: &Path) -> Result<Vec<PathBuf>> {
        Ok(self.dirty_paths()?.into_iter().filter(|path| path.starts_with(folder)).collect())
    }

    /// What stands at `path`; `None` when it is nothing that git could hold.
    pub(super) fn state_on_disk(
        &self,
        path: &Path,
        before: Option<&Snapshot>,
    ) -> Result<Option<(State, Option<Stamp>)>> {
        let file = self.root.join(path);
        // What is reached through a link stands elsewhere, not here.
        let found = if self.has_real_folders(path) {
            file.symlink_metadata()
        } else {
            Err(ErrorKind::NotFound.into())
        };
        let meta = match found {
            Ok(meta) if meta.is_file() || meta.is_symlink() => meta,
            Ok(meta) if !meta.is_dir() => return Ok(None),
            Err(e) if e.kind() == ErrorKind::PermissionDenied => return Ok(None),
            _ if file_in(&self.head_tree()?, path).is_some() => return Ok(Some((State::Gone, None))),
            _ => return Ok(None),
        };
        let stamp = Stamp::of(&meta);
        let mode = match meta.is_symlink() {
            true => 0o120_000,
            false if meta.mode() & 0o100 != 0 => 0o100_755,
            false => 0o100_644,
        };
        let blob = match before.and_then(|before| before.known(path, stamp)) {
            Some(blob) => blob,
            None => match self.store(&file, &meta) {
                Err(e) if e.kind() == ErrorKind::PermissionDenied => return Ok(None),
                other => other.map_err(|e| Error::io(format_args!("read {}", file.display()), e))?,
            },
        };
        Ok(Some((State::File { mode, blob }, Some(stamp))))
    }

    /// Puts the exact bytes of `file` into the object database.
    fn store(&self, file: &Path, meta: &Metadata) -> std::io::Result<Oid> {
        let other = |e: git2::Error| std::io::Error::other(e.message().to_owned());
        if meta.is_symlink() {
            return self.git.blob(std::fs::read_link(file)?.as_os_str().as_bytes()).map_err(other);
        }
        if meta.len() <= IN_ONE_PIECE {
            return self.git.blob(&std::fs::read(file)?).map_err(other);
        }
        let mut writer = self.git.blob_writer(None).map_err(other)?;
        std::io::copy(&mut std::fs::File::open(file)?, &mut writer)?;
        writer.flush()?;
        writer.commit().map_err(other)
    }

    pub(super) fn head_tree(&self) -> Result<git2::Tree<'_>> {
        self.tree_of(self.head()?)
    }

    pub(super) fn tree_of(&self, commit: Oid) -> Result<git2::Tree<'_>> {
        self.git.find_commit(commit).and_then(|commit| commit.tree()).map_err(|e| failed("read a commit", &e))
    }
}

/// Whether `path` is a file of the person's or the session's: no repository inside this one (its
/// name ends in a slash), not the driver's state.
fn is_ours(path: &Path) -> bool {
    let bytes = path.as_os_str().as_bytes();
    let state = path.starts_with(".specfuse/.loop")
        || path == Path::new(crate::lock::LOCK_FILE)
        || path == Path::new(crate::driver::STOP_FILE);
    !bytes.ends_with(b"/") && !state
}
