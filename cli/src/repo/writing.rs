//! Git's own files, written in-process. Git locks what it writes, and whoever is killed in the midst of that leaves the
//! lock behind. So a note stands beside the locks for as long as this program writes: locks that are found
//! together with one are nobody's, and the next driver removes them. Locks without a note may be a person's.

use super::{LIMIT, Repo, failed};
use crate::error::{Error, Result};
use git2::{Index, Oid};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

/// What notes are called; the process and a number follow.
const NOTE: &str = "specfuse-writing-";
/// What copies of the index are called; the process follows.
pub(super) const OWN_INDEX: &str = "specfuse-index-";
/// How long a lock must have been as it is before it counts as left behind.
const PATIENCE: Duration = Duration::from_secs(1);

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

    /// Removes the locks that a killed driver left in the repository and its lanes, and what else it needed of
    /// git's folder. Only for who keeps other drivers away.
    ///
    /// # Errors
    /// When a folder cannot be read, or a file in it not removed.
    pub fn sweep(&self) -> Result<()> {
        let common = self.git.commondir().to_owned();
        let lanes = children(&common.join("worktrees"))?;
        let mut was_killed = false;
        for folder in lanes.iter().chain([&common]) {
            was_killed |= sweep_folder(folder)?;
        }
        if was_killed {
            let mut locks = Vec::new();
            find_locks(&common.join("refs"), &mut locks)?;
            locks.iter().try_for_each(|lock| remove_lock(lock))?;
        }
        Ok(())
    }
}

/// Removes one git folder's notes, with the locks beside them, and old copies of the index; whether there was a
/// note.
fn sweep_folder(folder: &Path) -> Result<bool> {
    let files = children(folder)?;
    let named = |start: &str| -> Vec<&PathBuf> {
        let is = |path: &&PathBuf| {
            path.file_name().and_then(|name| name.to_str()).is_some_and(|n| n.starts_with(start))
        };
        files.iter().filter(is).collect()
    };
    let notes = named(NOTE);
    if !notes.is_empty() {
        ["index.lock", "HEAD.lock"].iter().try_for_each(|name| remove_lock(&folder.join(name)))?;
    }
    // A `git commit` outlives the driver that was killed, and needs its index until then.
    let is_old = |path: &Path| age(path).is_some_and(|age| age > LIMIT);
    for left in notes.iter().copied().chain(named(OWN_INDEX).into_iter().filter(|path| is_old(path))) {
        remove(left)?;
    }
    Ok(!notes.is_empty())
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
