//! Commits exactly the paths it is given, with the real `git commit`: hooks, identity and signing
//! are the person's. It works on an index of its own, so what the person has staged is neither
//! swept in nor lost.

use super::attempt::null_terminated;
use super::stage::is_usual;
use super::writing::OWN_INDEX;
use super::{Repo, failed, unusable, words};
use crate::error::{Error, Kind, Result};
use crate::process::{Command, End};
use git2::{Index, Oid};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The longest first line of a commit's message, in characters.
const SUBJECT: usize = 72;

/// A commit's message: `subject` on one line of at most 72 characters, then `body` unless empty,
/// then the trailers.
pub fn message(subject: &str, body: &str, trailers: &[(&str, &str)]) -> String {
    let line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut subject = line(subject);
    if subject.chars().count() > SUBJECT {
        subject = subject.chars().take(SUBJECT - 1).collect::<String>().trim_end().to_owned() + "…";
    }
    let trailers: Vec<String> =
        trailers.iter().map(|(key, value)| format!("{key}: {}", line(value))).collect();
    let parts = [subject, body.trim().to_owned(), trailers.join("\n")];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n") + "\n"
}

/// Texts to commit instead of what stands in the files.
pub type Instead = BTreeMap<PathBuf, Vec<u8>>;

impl Repo {
    /// Commits what stands at `paths` now (a path where nothing stands is a deletion) on top of
    /// the commit that is checked out. A path in `instead` is committed with that text, whatever
    /// stands in the file: so a person's uncommitted part of it stays out.
    ///
    /// # Errors
    /// [`Kind::NothingToCommit`] when no path differs, [`Kind::Hook`] with git's and the hook's
    /// words when the commit is refused; files, index and history are then as before, apart from
    /// what the hook itself changed.
    pub fn commit(&self, paths: &BTreeSet<PathBuf>, instead: &Instead, message: &str) -> Result<Oid> {
        let before = self.head()?;
        let index = OwnIndex::new(self)?;
        self.stage(&index, paths)?;
        self.stage_instead(&index, instead)?;
        let mut staged = Index::open(&index.path).map_err(|e| failed("read the index", &e))?;
        let tree = staged.write_tree_to(&self.git).map_err(|e| failed("write a tree", &e))?;
        if tree == self.tree_of(before)?.id() {
            return Err(Error::new(Kind::NothingToCommit, "there is nothing to commit"));
        }
        self.commit_index(&index, message)?;
        let after = self.head()?;
        self.take_over(&index, before, after)?;
        Ok(after)
    }

    /// Makes `index` the commit that is checked out plus what stands at `paths`.
    fn stage(&self, index: &OwnIndex, paths: &BTreeSet<PathBuf>) -> Result<()> {
        let open = || Index::open(&index.path).map_err(|e| failed("read the index", &e));
        let mut opened = open()?;
        if !self.staged_paths(&opened)?.is_empty() {
            index.git(self, ["read-tree", "--reset", "HEAD"], None)?;
            opened = open()?;
        }
        let is_plain = self.stage_plain(&mut opened, paths)?;
        if !is_plain {
            distrust_times(&mut opened, paths)?;
        }
        opened.write().map_err(|e| failed("write the index", &e))?;
        if is_plain {
            return Ok(());
        }
        let args = ["update-index", "--add", "--remove", "--replace", "-z", "--stdin"];
        index.git(self, args, Some(null_terminated(paths.iter().map(PathBuf::as_path))))
    }

    /// Puts other texts into `index` than the files hold.
    fn stage_instead(&self, index: &OwnIndex, instead: &Instead) -> Result<()> {
        for (path, text) in instead {
            let blob = self.git.blob(text).map_err(|e| failed("keep a file", &e))?;
            let old = super::tree::file_in(&self.head_tree()?, path);
            let mode = old.map_or("100644".to_owned(), |(_, mode)| format!("{mode:o}"));
            let mut line = format!("{mode} {blob} 0\t").into_bytes();
            line.extend(null_terminated(std::iter::once(path.as_path())));
            index.git(self, ["update-index", "-z", "--index-info"], Some(line))?;
        }
        Ok(())
    }

    fn commit_index(&self, index: &OwnIndex, message: &str) -> Result<()> {
        // Tidying the object database is for the person's own commands: here it would cost every unit.
        let args = ["-c", "maintenance.auto=false", "commit", "--quiet", "--cleanup=verbatim", "-F", "-"];
        let hooks = self.hooks.as_ref().map(|path| format!("core.hooksPath={}", path.display()));
        let hooks = hooks.iter().flat_map(|setting| ["-c", setting]);
        let mut command = index.command(self, hooks.chain(args));
        command.stdin = Some(message.as_bytes().to_vec());
        let done = self.run(command)?;
        if done.end.success() {
            return Ok(());
        }
        let late = if done.end == End::TimedOut { "the commit took too long; " } else { "" };
        Err(Error::new(Kind::Hook, format!("git refused the commit: {late}{}", words(&done))))
    }

    /// Brings what was committed into the person's index; their other entries stay.
    fn take_over(&self, own: &OwnIndex, before: Oid, after: Oid) -> Result<()> {
        let refused = |e: git2::Error| failed("update the index", &e);
        let changes = self.changes_between(&self.tree_of(before)?, &self.tree_of(after)?)?;
        let own = Index::open(&own.path).map_err(refused)?;
        let mut index = self.index()?;
        let (come, gone): (Vec<_>, Vec<_>) = changes.keys().partition(|path| own.get_path(path, 0).is_some());
        for path in gone.into_iter().filter(|path| index.get_path(path, 0).is_some()).collect::<Vec<_>>() {
            index.remove(path, 0).map_err(refused)?;
        }
        for entry in come.into_iter().filter_map(|path| own.get_path(path, 0)) {
            index.add(&entry).map_err(refused)?;
        }
        self.write_index(&mut index)
    }
}

/// Makes git read the files at `paths`, whatever their times say: it takes a file that was written in the same second as
/// before, at the same size, for unchanged, and of that a copy of an index cannot tell it.
fn distrust_times(index: &mut Index, paths: &BTreeSet<PathBuf>) -> Result<()> {
    let entries: Vec<_> = paths.iter().filter_map(|path| index.get_path(path, 0)).filter(is_usual).collect();
    for mut entry in entries {
        entry.file_size = 0;
        index.add(&entry).map_err(|e| failed("stage a file", &e))?;
    }
    Ok(())
}

/// A copy of the person's index (which knows the times of all files, so git need not read them),
/// removed in the end.
struct OwnIndex {
    path: PathBuf,
}

impl OwnIndex {
    fn new(repo: &Repo) -> Result<OwnIndex> {
        let folder = std::path::absolute(repo.git.path()).map_err(|e| Error::io("find the git folder", e))?;
        let own = OwnIndex { path: folder.join(format!("{OWN_INDEX}{}", std::process::id())) };
        let theirs = folder.join("index");
        if theirs.exists() {
            std::fs::copy(&theirs, &own.path).map_err(|e| Error::io("copy the index", e))?;
        }
        Ok(own)
    }

    fn command<'a>(&self, repo: &Repo, args: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = repo.command(args);
        command.env.insert("GIT_INDEX_FILE".into(), Some(self.path.clone().into()));
        command
    }

    fn git<'a>(
        &self,
        repo: &Repo,
        args: impl IntoIterator<Item = &'a str>,
        stdin: Option<Vec<u8>>,
    ) -> Result<()> {
        let mut command = self.command(repo, args);
        command.stdin = stdin;
        let done = repo.run(command)?;
        if done.end.success() { Ok(()) } else { Err(unusable(format!("cannot stage: {}", words(&done)))) }
    }
}

impl Drop for OwnIndex {
    fn drop(&mut self) {
        let lock = Path::with_extension(&self.path, "lock");
        for file in [&self.path, &lock] {
            // Not there after a refusal, or already removed by git.
            let _ = std::fs::remove_file(file);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_a_short_first_line() {
        assert_eq!(message("feat: a\nb", "", &[("Feature", "F/T01")]), "feat: a b\n\nFeature: F/T01\n");
        let long = message(&"ä".repeat(100), "body\n", &[]);
        assert_eq!(long.lines().next().unwrap().chars().count(), 72);
        assert!(long.ends_with("…\n\nbody\n"));
    }
}
