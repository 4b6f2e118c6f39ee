//! What changed on disk since a page last looked. The files' dates are compared while somebody waits; when
//! one moved, the plan is read again and what really differs gets the next version.

use crate::error::Result;
use crate::load::{self, Features};
use specfuse_core::path::RelPath;
use specfuse_core::tree::{Entry, Tree};
use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How often the files' dates are compared.
const PERIOD: Duration = Duration::from_millis(500);

/// The plan of a repository, as versions.
#[derive(Debug)]
pub(super) struct Watch {
    root: PathBuf,
    known: Mutex<Known>,
}

/// What was read last.
#[derive(Debug, Default)]
pub(super) struct Known {
    stamps: Stamps,
    /// The plan's files.
    pub(super) tree: Tree,
    /// Grows with every change.
    pub(super) version: u64,
    /// The version in which a file changed last, also of files that are gone.
    changed: BTreeMap<RelPath, u64>,
}

/// By file: when it was written, its size, and which file it is.
type Stamps = BTreeMap<PathBuf, (i64, i64, u64, u64)>;

impl Known {
    /// What changed after version `since`; `None` stands for a file that is gone.
    pub(super) fn after(&self, since: u64) -> impl Iterator<Item = (&RelPath, Option<&Entry>)> {
        let changed = self.changed.iter().filter(move |(_, version)| **version > since);
        changed.map(|(path, _)| (path, self.tree.get(path)))
    }

    fn read(&mut self, root: &Path) -> Result<()> {
        let stamps = stamps(root);
        if self.version > 0 && stamps == self.stamps {
            return Ok(());
        }
        let mut tree = load::load_repository(root, Features::All)?.tree;
        let half_written: Vec<RelPath> = tree
            .iter()
            .map(|(path, _)| path)
            .filter(|path| is_half_written(path.file_name()))
            .cloned()
            .collect();
        half_written.iter().for_each(|path| tree.remove(path));
        let differs = |path: &&RelPath| tree.get(path) != self.tree.get(path);
        let both = tree.iter().chain(self.tree.iter()).map(|(path, _)| path);
        let changed: Vec<RelPath> = both.filter(differs).cloned().collect();
        if self.version == 0 || !changed.is_empty() {
            self.version += 1;
        }
        self.changed.extend(changed.into_iter().map(|path| (path, self.version)));
        self.stamps = stamps;
        self.tree = tree;
        Ok(())
    }
}

impl Watch {
    /// Reads the plan of the repository at `root`.
    ///
    /// # Errors
    /// As [`load::load_repository`].
    pub(super) fn new(root: PathBuf) -> Result<Watch> {
        let watch = Watch { root, known: Mutex::default() };
        drop(watch.look()?);
        Ok(watch)
    }

    /// The repository.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// The plan as it stands now.
    ///
    /// # Errors
    /// As [`load::load_repository`].
    pub(super) fn look(&self) -> Result<MutexGuard<'_, Known>> {
        // Whoever panicked while it read left the version before or the one after.
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.read(&self.root)?;
        Ok(known)
    }

    /// The plan once it is newer than `since`, or as it stands when `patience` is over.
    ///
    /// # Errors
    /// As [`load::load_repository`].
    pub(super) fn wait(&self, since: u64, patience: Duration) -> Result<MutexGuard<'_, Known>> {
        let end = Instant::now() + patience;
        loop {
            let known = self.look()?;
            if known.version > since || Instant::now() >= end {
                return Ok(known);
            }
            drop(known);
            std::thread::sleep(PERIOD);
        }
    }
}

/// Whether a file is one that an atomic write has not put in its place yet.
fn is_half_written(name: &str) -> bool {
    name.starts_with(".specfuse-") && name.ends_with(".tmp")
}

fn stamps(root: &Path) -> Stamps {
    let mut all = Stamps::new();
    stamp(&root.join(".specfuse"), 0, &mut all);
    stamp(&root.join(load::FEATURES), 1, &mut all);
    all
}

/// The stamps below `folder`: at depth 0 of its own files only. Links are not followed into folders.
fn stamp(folder: &Path, depth: usize, all: &mut Stamps) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries {
        let (path, name) = (entry.path(), entry.file_name());
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_folder && depth > 0 && name.to_str().is_none_or(load::is_entered) {
            stamp(&path, depth + 1, all);
        } else if let Ok(meta) = std::fs::metadata(&path).or_else(|_| path.symlink_metadata()) {
            all.insert(path, (meta.mtime(), meta.mtime_nsec(), meta.len(), meta.ino()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    const PLAN: &str = ".specfuse/features/F/PLAN.md";

    fn changes(watch: &Watch, since: u64) -> (u64, Vec<(String, bool)>) {
        let known = watch.look().unwrap();
        let changes = known.after(since).map(|(path, entry)| (path.to_string(), entry.is_some()));
        (known.version, changes.collect())
    }

    #[test]
    fn what_changes_gets_the_next_version() {
        let dir = tempfile::tempdir().unwrap();
        let plan = dir.path().join(PLAN);
        fs::create_dir_all(plan.parent().unwrap()).unwrap();
        fs::write(&plan, "one").unwrap();
        let watch = Watch::new(dir.path().into()).unwrap();
        assert_eq!(changes(&watch, 1), (1, vec![]));
        fs::write(&plan, "longer").unwrap();
        assert_eq!(changes(&watch, 1), (2, vec![(PLAN.into(), true)]));
        fs::write(plan.with_file_name(".specfuse-1-1.tmp"), "half").unwrap();
        assert_eq!(changes(&watch, 2), (2, vec![]));
        fs::remove_file(&plan).unwrap();
        assert_eq!(changes(&watch, 2), (3, vec![(PLAN.into(), false)]));
        assert_eq!(watch.wait(2, Duration::ZERO).unwrap().version, 3);
        assert_eq!(watch.wait(3, Duration::ZERO).unwrap().version, 3);
    }
}
