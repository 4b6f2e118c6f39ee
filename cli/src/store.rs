//! Writes edits to disk: all of them or none. Every file is checked first against the text the
//! edits were made for; each new text is on disk under another name before the first is put in
//! its place; links are followed only inside the repository.

use crate::error::{Error, Kind, Result};
use crate::load::{Place, is_free};
use specfuse_core::fix::{Edits, FileEdit};
use specfuse_core::path::RelPath;
use specfuse_core::tree::Tree;
use std::fs::{File, OpenOptions, Permissions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Applies `edits`, made for `tree`, to the files at `place`; the tree after them.
///
/// # Errors
/// [`Kind::ChangedMeanwhile`] when a file is not as in `tree`, [`Kind::Outside`] when a path or a
/// link leaves the place: then nothing is written. What the system refused otherwise; when that
/// comes in the middle of putting files in their places, the message names those that are done.
pub fn apply(place: &Place, tree: &Tree, edits: &Edits) -> Result<Tree> {
    let after = edits.apply(tree).map_err(|e| Error::new(Kind::ChangedMeanwhile, e.to_string()))?;
    let plan = edits
        .iter()
        .map(|(path, edit)| Step::plan(place, tree, &after, path, edit))
        .collect::<Result<Vec<_>>>()?;
    let staged = plan.iter().map(Step::stage).collect::<Result<Vec<_>>>()?;
    plan.iter().try_for_each(Step::check)?;
    let mut done: Vec<&str> = Vec::new();
    for (step, temp) in plan.iter().zip(staged) {
        step.perform(temp).map_err(|e| partly(step, &e, &done))?;
        done.push(step.path.as_str());
    }
    Ok(after)
}

/// Writes `text` to `target` at once: a reader sees the old text or the new one. Keeps the
/// permissions of what is there.
///
/// # Errors
/// What the system refused.
pub fn write_atomically(target: &Path, text: &[u8]) -> Result<()> {
    let refused = |e| Error::io(format_args!("write {}", target.display()), e);
    Temp::write(target, text).and_then(|temp| temp.rename(target)).map_err(refused)
}

/// Like [`write_atomically`], without waiting for the disk: whoever kills the program leaves the old text
/// or the new one, and a machine that loses power may leave an empty file. For what the journal can do
/// without.
///
/// # Errors
/// What the system refused.
pub fn replace(target: &Path, text: &[u8]) -> Result<()> {
    let refused = |e| Error::io(format_args!("write {}", target.display()), e);
    let temp = Temp::create(target, text).map_err(refused)?.0;
    std::fs::rename(&temp.path, target).map_err(refused)
}

fn partly(step: &Step, cause: &std::io::Error, done: &[&str]) -> Error {
    let error = Error::io(format_args!("write {}", step.path), cause);
    if done.is_empty() {
        error
    } else {
        error.hint(format!("these are written already: {}", done.join(", ")))
    }
}

/// What happens to one file, with what must be there before.
struct Step {
    path: RelPath,
    target: PathBuf,
    before: Option<Arc<str>>,
    after: Option<Arc<str>>,
}

impl Step {
    fn plan(place: &Place, tree: &Tree, after: &Tree, path: &RelPath, edit: &FileEdit) -> Result<Step> {
        let target = place.on_disk(path).ok_or_else(|| outside(path))?;
        let target = real_target(&target, place.top()).ok_or_else(|| outside(path))?;
        let after = if matches!(edit, FileEdit::Delete) { None } else { after.text(path).cloned() };
        let step = Step { path: path.clone(), target, before: tree.text(path).cloned(), after };
        step.check()?;
        Ok(step)
    }

    /// That the file is still as it was read.
    fn check(&self) -> Result<()> {
        let same = match &self.before {
            Some(text) => std::fs::read(&self.target).is_ok_and(|bytes| bytes == text.as_bytes()),
            None => is_free(&self.target),
        };
        if same {
            return Ok(());
        }
        Err(Error::new(
            Kind::ChangedMeanwhile,
            format!("{} changed on disk meanwhile; nothing was written", self.path),
        )
        .hint("look at it and try again"))
    }

    fn stage(&self) -> Result<Option<Temp>> {
        let refused = |e| Error::io(format_args!("write {}", self.path), e);
        self.after
            .as_ref()
            .map(|text| Temp::write(&self.target, text.as_bytes()))
            .transpose()
            .map_err(refused)
    }

    fn perform(&self, temp: Option<Temp>) -> std::io::Result<()> {
        match temp {
            Some(temp) => temp.rename(&self.target),
            None => std::fs::remove_file(&self.target).map(|()| sync_folder(&self.target)),
        }
    }
}

fn outside(path: &RelPath) -> Error {
    Error::new(Kind::Outside, format!("{path} leads out of the repository; nothing was written"))
        .hint("replace the link by a real file or folder")
}

/// Where a write to `target` would really go, when that is inside `top`.
fn real_target(target: &Path, top: &Path) -> Option<PathBuf> {
    let top = std::fs::canonicalize(top).ok()?;
    if !is_free(target) {
        return std::fs::canonicalize(target).ok().filter(|real| real.starts_with(&top));
    }
    let standing = target.ancestors().skip(1).find(|folder| !is_free(folder))?;
    let real = std::fs::canonicalize(standing).ok().filter(|real| real.starts_with(&top) && real.is_dir())?;
    target.strip_prefix(standing).ok().map(|tail| real.join(tail))
}

/// A file written under a name of its own; removed unless it is put in its place.
struct Temp {
    path: PathBuf,
}

impl Temp {
    fn write(target: &Path, text: &[u8]) -> std::io::Result<Temp> {
        let (temp, file) = Temp::create(target, text)?;
        file.sync_all()?;
        Ok(temp)
    }

    fn create(target: &Path, text: &[u8]) -> std::io::Result<(Temp, File)> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let folder = target.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder)?;
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let temp = Temp { path: folder.join(format!(".specfuse-{}-{count}.tmp", std::process::id())) };
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o666).open(&temp.path)?;
        if let Ok(meta) = std::fs::metadata(target) {
            file.set_permissions(Permissions::from_mode(meta.permissions().mode() & 0o7777))?;
        }
        file.write_all(text)?;
        Ok((temp, file))
    }

    fn rename(self, target: &Path) -> std::io::Result<()> {
        std::fs::rename(&self.path, target)?;
        sync_folder(target);
        Ok(())
    }
}

impl Drop for Temp {
    fn drop(&mut self) {
        // After the rename there is nothing left to remove.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Removes what processes that are gone left half-written in `folder`: a kill between a file's writing and its
/// renaming leaves it under its first name.
///
/// # Errors
/// What the system refused.
pub fn sweep(folder: &Path) -> Result<()> {
    let refused = |e| Error::io(format_args!("clean {}", folder.display()), e);
    let entries = match std::fs::read_dir(folder) {
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(()),
        other => other.map_err(refused)?,
    };
    for entry in entries {
        let entry = entry.map_err(refused)?;
        if entry.file_name().to_str().and_then(writer).is_some_and(|pid| !is_alive(pid)) {
            std::fs::remove_file(entry.path()).map_err(refused)?;
        }
    }
    Ok(())
}

/// The process that a half-written file's name tells of.
fn writer(name: &str) -> Option<i32> {
    let (pid, count) = name.strip_prefix(".specfuse-")?.strip_suffix(".tmp")?.split_once('-')?;
    count.parse::<u64>().ok()?;
    pid.parse().ok()
}

fn is_alive(pid: i32) -> bool {
    let Some(pid) = rustix::process::Pid::from_raw(pid) else { return false };
    rustix::process::test_kill_process(pid) != Err(rustix::io::Errno::SRCH)
}

/// Brings the folder's names to disk, where the system can.
fn sync_folder(target: &Path) {
    if let Some(folder) = target.parent().and_then(|folder| File::open(folder).ok()) {
        let _ = folder.sync_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use specfuse_core::fix::TextEdit;
    use specfuse_core::span::Span;
    use std::fs;
    use std::os::unix::fs::symlink;

    struct World {
        dir: tempfile::TempDir,
        tree: Tree,
    }

    impl World {
        fn new(files: &[(&str, &str)]) -> World {
            let dir = tempfile::tempdir().unwrap();
            let mut tree = Tree::new();
            for (name, text) in files {
                fs::write(dir.path().join(name), text).unwrap();
                tree.insert_text(path(name), *text);
            }
            World { dir, tree }
        }

        fn apply(&self, edits: &Edits) -> Result<Tree> {
            apply(&Place::Repository(self.dir.path().into()), &self.tree, edits)
        }

        fn read(&self, name: &str) -> String {
            fs::read_to_string(self.dir.path().join(name)).unwrap()
        }

        fn names(&self) -> Vec<String> {
            let mut names: Vec<String> = fs::read_dir(self.dir.path())
                .unwrap()
                .map(|e| e.unwrap().file_name().into_string().unwrap())
                .collect();
            names.sort();
            names
        }
    }

    fn path(name: &str) -> RelPath {
        RelPath::new(name).unwrap()
    }

    fn change(names: &[&str]) -> Edits {
        let mut edits = Edits::none();
        names.iter().for_each(|name| edits.edit(path(name), TextEdit::replace(Span::new(0, 1), "X")));
        edits
    }

    #[test]
    fn edits_come_and_go_and_keep_permissions() {
        let world = World::new(&[("a", "abc"), ("b", "bcd"), ("c", "")]);
        fs::set_permissions(world.dir.path().join("a"), Permissions::from_mode(0o750)).unwrap();
        let mut edits = change(&["a", "b"]);
        edits.delete(path("c"));
        edits.create(path("new/deep"), "text");
        let after = world.apply(&edits).unwrap();
        assert_eq!(
            (world.read("a"), world.read("b"), world.read("new/deep")),
            ("Xbc".into(), "Xcd".into(), "text".into())
        );
        assert_eq!(after.text(&path("a")).map(|t| &**t), Some("Xbc"));
        assert_eq!(world.names(), ["a", "b", "new"]);
        let mode = fs::metadata(world.dir.path().join("a")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o750);
    }

    #[test]
    fn one_changed_file_stops_all() {
        let world = World::new(&[("a", "abc"), ("b", "bcd")]);
        fs::write(world.dir.path().join("b"), "other").unwrap();
        let error = world.apply(&change(&["a", "b"])).unwrap_err();
        assert_eq!(error.kind, Kind::ChangedMeanwhile);
        assert_eq!(world.read("a"), "abc");
        let mut create = Edits::none();
        create.create(path("fresh"), "x");
        symlink("nowhere", world.dir.path().join("fresh")).unwrap();
        assert!(world.apply(&create).is_err());
        assert_eq!(world.names(), ["a", "b", "fresh"]);
    }

    #[test]
    fn no_link_leads_a_write_out() {
        let outside = tempfile::tempdir().unwrap();
        let world = World::new(&[("a", "abc")]);
        fs::write(outside.path().join("f"), "abc").unwrap();
        symlink(outside.path(), world.dir.path().join("away")).unwrap();
        let mut create = Edits::none();
        create.create(path("away/new"), "x");
        assert_eq!(world.apply(&create).unwrap_err().kind, Kind::Outside);
        let mut tree = world.tree.clone();
        tree.insert_text(path("away/f"), "abc");
        let place = Place::Repository(world.dir.path().into());
        assert_eq!(apply(&place, &tree, &change(&["a", "away/f"])).unwrap_err().kind, Kind::Outside);
        assert_eq!((world.read("a"), fs::read_dir(outside.path()).unwrap().count()), ("abc".into(), 1));
    }

    #[test]
    fn a_link_inside_stays_a_link() {
        let mut world = World::new(&[("real", "abc")]);
        symlink("real", world.dir.path().join("link")).unwrap();
        world.tree.insert_text(path("link"), "abc");
        world.apply(&change(&["link"])).unwrap();
        assert!(world.dir.path().join("link").is_symlink());
        assert_eq!(world.read("real"), "Xbc");
    }

    #[test]
    fn what_a_killed_process_left_half_written_goes() {
        let dir = tempfile::tempdir().unwrap();
        let mut gone = std::process::Command::new("true").spawn().unwrap();
        gone.wait().unwrap();
        let own = format!(".specfuse-{}-0.tmp", std::process::id());
        let names = [format!(".specfuse-{}-7.tmp", gone.id()), own.clone(), ".specfuse-x-0.tmp".to_owned()];
        names.iter().for_each(|name| fs::write(dir.path().join(name), "half").unwrap());
        sweep(dir.path()).unwrap();
        let left = |name: &str| dir.path().join(name).exists();
        assert_eq!(names.map(|name| left(&name)), [false, true, true]);
        sweep(&dir.path().join("none")).unwrap();
    }
}
