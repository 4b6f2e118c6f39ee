//! What a killed driver leaves of git. Git locks the files that it writes, and whoever is killed in the midst of that leaves
//! the lock behind; a `git` that the driver had started goes on without it. So a note stands beside the locks for as
//! long as this program or a `git` of its own may write: the next driver that finds one waits for that `git`, and
//! removes what is still locked then. Locks without a note may be a person's.

use super::{LIMIT, Repo, failed};
use crate::error::{Error, Result};
use crate::process_group;
use git2::{Index, Oid};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

/// What notes are called; the process and a number follow.
const NOTE: &str = "specfuse-writing-";
/// What copies of the index are called; the process follows.
pub(super) const OWN_INDEX: &str = "specfuse-index-";
/// What texts are called that `git` merges; the process and the side follow.
pub(super) const MERGED: &str = "specfuse-merge-";
/// How long a lock must have been as it is before it counts as left behind.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long a `git` of a killed driver is waited for. One that takes longer keeps its locks.
const OUTLAST: Duration = Duration::from_secs(10);

/// Stands in a git folder until it is dropped.
pub(super) struct Note(PathBuf);

impl Drop for Note {
    fn drop(&mut self) {
        // One that stays costs the next run a look for locks.
        let _ = fs::remove_file(&self.0);
    }
}

impl Repo {
    /// Notes that git's files are being written.
    pub(super) fn note(&self) -> Result<Note> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = self.git.path().join(format!("{NOTE}{}-{number}", std::process::id()));
        fs::write(&path, "").map_err(|e| Error::io(format_args!("write {}", path.display()), e))?;
        Ok(Note(path))
    }

    pub(super) fn write_index(&self, index: &mut Index) -> Result<()> {
        let _note = self.note()?;
        index.write().map_err(|e| failed("write the index", &e))
    }

    /// Lets the ref `name` point at `to`. Where it is there already, only with `force`.
    pub(super) fn write_ref(&self, name: &str, to: Oid, force: bool, reason: &str) -> Result<()> {
        let _note = self.note()?;
        let written = self.git.reference(name, to, force, reason);
        written.map(drop).map_err(|e| failed(&format!("write {name}"), &e))
    }

    /// What tells the `git` of drivers here from everybody's.
    pub(super) fn mark(&self) -> String {
        let folder = self.git.commondir();
        format!("git {}", fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned()).display())
    }

    /// Waits for what a killed driver had started, and removes the locks that it left in the repository and in the work trees
    /// below `lanes`, and what else it needed of git's folder. Only for who keeps other drivers away.
    ///
    /// # Errors
    /// When a folder cannot be read, or a file in it not removed.
    pub fn sweep(&self, lanes: &Path) -> Result<()> {
        let common = self.git.commondir();
        let mut folders = vec![self.git.path().to_owned()];
        folders
            .extend(children(&common.join("worktrees"))?.into_iter().filter(|folder| is_of(folder, lanes)));
        let (mut notes, mut locks) = (Vec::new(), Vec::new());
        for folder in folders {
            let found = named(&folder, NOTE)?;
            if !found.is_empty() {
                locks.extend(["index.lock", "HEAD.lock"].map(|name| folder.join(name)));
            }
            notes.extend(found);
            // A `git commit` outlives the driver that was killed, and needs its index until then.
            let is_old = |path: &PathBuf| age(path).is_some_and(|age| age > LIMIT);
            let left = [named(&folder, OWN_INDEX)?, named(&folder, MERGED)?].concat();
            left.iter().filter(|path| is_old(path)).try_for_each(|path| remove(path))?;
        }
        if notes.is_empty() {
            return Ok(());
        }
        if process_group::outlast_marked(&self.mark(), OUTLAST) {
            find_locks(&common.join("refs"), &mut locks)?;
            locks.iter().try_for_each(|lock| remove_lock(lock))?;
        }
        notes.iter().try_for_each(|note| remove(note))
    }
}

/// Whether a work tree, named by its git folder, lies below `lanes`: in another one, another driver may be at work.
fn is_of(folder: &Path, lanes: &Path) -> bool {
    let place = fs::read_to_string(folder.join("gitdir"));
    let lanes = fs::canonicalize(lanes);
    place.is_ok_and(|place| lanes.is_ok_and(|lanes| Path::new(place.trim()).starts_with(lanes)))
}

/// What lies in `folder` under a name that begins with `start`.
fn named(folder: &Path, start: &str) -> Result<Vec<PathBuf>> {
    let begins = |path: &PathBuf| {
        path.file_name().and_then(|name| name.to_str()).is_some_and(|n| n.starts_with(start))
    };
    Ok(children(folder)?.into_iter().filter(begins).collect())
}

/// The files and folders in `folder`; none when it is not there.
fn children(folder: &Path) -> Result<Vec<PathBuf>> {
    let refused = |e| Error::io(format_args!("read {}", folder.display()), e);
    match fs::read_dir(folder) {
        Ok(entries) => entries.map(|entry| Ok(entry.map_err(refused)?.path())).collect(),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(e) => Err(refused(e)),
    }
}

fn find_locks(folder: &Path, locks: &mut Vec<PathBuf>) -> Result<()> {
    for path in children(folder)? {
        if path.is_dir() {
            find_locks(&path, locks)?;
        } else if path.extension().is_some_and(|end| end == "lock") {
            locks.push(path);
        }
    }
    Ok(())
}

/// Waits until a lock goes, or nobody can be at work on it any more; then removes it.
pub(super) fn remove_lock(lock: &Path) -> Result<()> {
    let changed = || lock.metadata().and_then(|meta| meta.modified());
    let Ok(first) = changed() else { return Ok(()) };
    while changed().is_ok_and(|now| now == first) {
        if age(lock).is_none_or(|age| age >= PATIENCE) {
            return remove(lock);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

/// How long ago a file was written; `None` when it is not there, or from the future.
fn age(path: &Path) -> Option<Duration> {
    SystemTime::now().duration_since(path.metadata().ok()?.modified().ok()?).ok()
}

fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::io(format_args!("remove {}", path.display()), e))
        }
        _ => Ok(()),
    }
}
