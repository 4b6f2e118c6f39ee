//! The work trees of lanes: made once and kept, brought to a commit, merged with what others did, and
//! their commits brought onto the branch that a person has checked out, without touching a file that the
//! person has changed.

use super::snapshot::{Snapshot, State};
use super::{Repo, failed, refusal, unusable, words};
use crate::error::{Error, Result};
use git2::{IndexConflict, Oid, Repository, Tree};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// Hooks that a person set up for their own work on the checkout do not run for the driver's moves.
const NO_HOOKS: &str = "core.hooksPath=/dev/null";

/// What three trees make.
pub enum Merged {
    /// One tree.
    Tree(Oid),
    /// No tree: the files, and both sides of each as git shows them.
    Conflict {
        /// The files' paths.
        paths: Vec<String>,
        /// Both sides.
        text: String,
    },
}

/// How a commit of a lane got onto the branch.
pub enum Landing {
    /// The branch has it, and so have the person's files.
    Landed,
    /// The branch has it; the files could not be brought along, for this reason.
    Behind(String),
    /// Nothing was changed: something of the person's is in the way; git's words.
    InTheWay(String),
    /// Nothing was changed: the branch is not where it was.
    Moved,
}

impl Repo {
    /// The lane's work tree at `path`; made there, on the commit that is checked out here, when there is
    /// none. Something else in its place is moved aside, not removed.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn lane(&self, path: &Path) -> Result<Repo> {
        if let Some(lane) = self.open_lane(path)? {
            return Ok(lane);
        }
        if path.symlink_metadata().is_ok() {
            let aside = (1..).map(|n| path.with_extension(format!("old-{n}"))).find(|place| !place.exists());
            let aside = aside.unwrap_or_else(|| path.with_extension("old"));
            std::fs::rename(path, &aside)
                .map_err(|e| Error::io(format_args!("move {} aside", path.display()), e))?;
        }
        if let Some(above) = path.parent() {
            std::fs::create_dir_all(above)
                .map_err(|e| Error::io(format_args!("make {}", above.display()), e))?;
        }
        let (head, place) = (self.head()?.to_string(), path.as_os_str());
        let args = ["-c", NO_HOOKS, "worktree", "add", "--quiet", "--force", "--detach"].map(OsStr::new);
        let done = self.run(self.command(args.into_iter().chain([place, OsStr::new(&head)])))?;
        if !done.end.success() {
            return Err(unusable(format!("cannot make the lane {}: {}", path.display(), words(&done))));
        }
        let lane = self.open_lane(path)?;
        lane.ok_or_else(|| unusable(format!("the lane {} cannot be opened", path.display())))
    }

    /// The lane's work tree when it is there and one of this repository.
    fn open_lane(&self, path: &Path) -> Result<Option<Repo>> {
        if !path.join(".git").is_file() {
            return Ok(None);
        }
        let Ok(git) = Repository::open(path) else { return Ok(None) };
        let same = |a: &Path, b: &Path| std::fs::canonicalize(a).ok() == std::fs::canonicalize(b).ok();
        if !same(git.commondir(), self.git.commondir()) || git.head().is_err() {
            return Ok(None);
        }
        let root = git.workdir().map(Path::to_owned).ok_or_else(|| unusable("a lane without files"))?;
        Ok(same(&root, path).then_some(Repo { git, root, hooks: self.hooks_path() }))
    }

    /// Another view of the same work tree, for another thread.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn again(&self) -> Result<Repo> {
        let git = Repository::open(&self.root).map_err(|e| refusal(&self.root, &e))?;
        Ok(Repo { git, root: self.root.clone(), hooks: self.hooks.clone() })
    }

    /// Where hooks are, when the settings say so by a path that only means something in this work tree.
    fn hooks_path(&self) -> Option<PathBuf> {
        let config = self.git.config().and_then(|mut config| config.snapshot()).ok()?;
        let path = PathBuf::from(config.get_str("core.hookspath").ok()?);
        let is_home = path.starts_with("~");
        (path.is_relative() && !is_home).then(|| self.root.join(path))
    }

    /// Makes the files and the index those of `commit`, without a branch. What was not committed goes:
    /// keep it before. Ignored files stay.
    ///
    /// # Errors
    /// When git refuses.
    pub fn bring_to(&self, commit: Oid) -> Result<()> {
        self.git.cleanup_state().map_err(|e| failed("forget an unfinished merge", &e))?;
        let is_there = self.branch()?.is_none() && self.head()? == commit;
        if is_there && self.snapshot(None)?.is_clean() && self.staged_paths(&self.index()?)?.is_empty() {
            return Ok(());
        }
        let commit = commit.to_string();
        let args = ["-c", NO_HOOKS, "checkout", "--quiet", "--force", "--detach", &commit];
        self.git_ok(args, "bring a lane to the branch")?;
        for path in self.snapshot(None)?.paths() {
            self.clear(path)?;
        }
        Ok(())
    }

    /// Puts files as a snapshot holds them.
    ///
    /// # Errors
    /// When one cannot be written, or lies behind a link.
    pub fn put(&self, files: &BTreeMap<PathBuf, State>) -> Result<()> {
        for (path, state) in files {
            self.clear(path)?;
            if let State::File { mode, blob } = state {
                self.write_file(path, *mode, *blob)?;
            }
        }
        Ok(())
    }

    /// The tree of the commit `base` with `changes`.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn tree_of_commit_with(&self, base: Oid, changes: &BTreeMap<PathBuf, State>) -> Result<Oid> {
        self.tree_with(&self.tree_of(base)?, changes)
    }

    /// The tree of a commit.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn tree_id(&self, commit: Oid) -> Result<Oid> {
        Ok(self.tree_of(commit)?.id())
    }

    /// What leads from one tree to another.
    ///
    /// # Errors
    /// When one cannot be read.
    pub fn changes(&self, from: Oid, to: Oid) -> Result<BTreeMap<PathBuf, State>> {
        self.changes_between(&self.tree(from)?, &self.tree(to)?)
    }

    fn tree(&self, id: Oid) -> Result<Tree<'_>> {
        self.git.find_tree(id).map_err(|e| failed("read a tree", &e))
    }

    /// `ours` with what leads from `before` to `theirs`.
    ///
    /// # Errors
    /// When a tree cannot be read or written.
    pub fn merge_three(&self, before: Oid, ours: Oid, theirs: Oid) -> Result<Merged> {
        let refused = |e: git2::Error| failed("merge", &e);
        let (before, ours, theirs) = (self.tree(before)?, self.tree(ours)?, self.tree(theirs)?);
        let mut index = self.git.merge_trees(&before, &ours, &theirs, None).map_err(refused)?;
        if !index.has_conflicts() {
            return index.write_tree_to(&self.git).map(Merged::Tree).map_err(refused);
        }
        let (mut paths, mut text) = (BTreeSet::new(), String::new());
        for conflict in index.conflicts().map_err(refused)? {
            let conflict = conflict.map_err(refused)?;
            let sides = [&conflict.our, &conflict.their, &conflict.ancestor];
            let path = sides.into_iter().flatten().next().map(|entry| entry.path.clone());
            let path = String::from_utf8_lossy(&path.unwrap_or_default()).into_owned();
            text += &format!("--- {path}\n{}\n", self.both_sides(&conflict));
            paths.insert(path);
        }
        Ok(Merged::Conflict { paths: paths.into_iter().collect(), text })
    }

    fn both_sides(&self, conflict: &IndexConflict) -> String {
        let (Some(our), Some(their)) = (&conflict.our, &conflict.their) else {
            let (who, whom) = if conflict.our.is_none() { ("ours", "theirs") } else { ("theirs", "ours") };
            return format!("removed by {who}, changed by {whom}");
        };
        let Some(before) = &conflict.ancestor else { return "added by both, with other contents".into() };
        match self.git.merge_file_from_index(before, our, their, None) {
            Ok(merged) => String::from_utf8_lossy(merged.content()).into_owned(),
            Err(_) => "not text; both sides changed it".into(),
        }
    }

    /// Puts `to`, a commit on top of `from`, where `branch`, which is checked out here, stands at `from`; and
    /// brings the files and the index along. Files that the driver wrote here (`own`) are as they should
    /// be already, and stay.
    ///
    /// # Errors
    /// When the index or the branch cannot be written.
    pub fn land(&self, branch: &str, from: Oid, to: Oid, own: &BTreeSet<PathBuf>) -> Result<Landing> {
        self.take_into_index(to, own)?;
        if let Some(words) = self.move_files(from, to, true)? {
            self.take_into_index(from, own)?;
            return Ok(Landing::InTheWay(words));
        }
        let message = format!("commit: {}", self.subject(to)?);
        let note = self.note()?;
        if self.git.reference_matching(branch, to, true, from, &message).is_err() {
            self.take_into_index(from, own)?;
            return Ok(Landing::Moved);
        }
        drop(note);
        Ok(self.move_files(from, to, false)?.map_or(Landing::Landed, Landing::Behind))
    }

    /// Brings the files along with a branch that has moved already: the driver was killed in between, or git
    /// itself in the midst of the files.
    ///
    /// # Errors
    /// When the index cannot be written.
    pub fn follow(&self, to: Oid, own: &BTreeSet<PathBuf>) -> Result<Landing> {
        let from = self.commit_object(to)?.parent_id(0).map_err(|e| failed("read a commit", &e))?;
        let mut there = own.clone();
        for path in self.changes(self.tree_id(from)?, self.tree_id(to)?)?.into_keys() {
            if self.on_disk(&path)? == self.state_in(to, &path)? {
                there.insert(path);
            }
        }
        self.take_into_index(to, &there)?;
        Ok(self.move_files(from, to, false)?.map_or(Landing::Landed, Landing::Behind))
    }

    /// The first line of a commit's message.
    ///
    /// # Errors
    /// When the commit cannot be read.
    pub fn subject(&self, commit: Oid) -> Result<String> {
        let commit = self.commit_object(commit)?;
        let message = String::from_utf8_lossy(commit.message_bytes()).into_owned();
        Ok(message.lines().next().unwrap_or_default().to_owned())
    }

    /// As `git merge --ff-only` moves files: all, or none when one that must change has been changed.
    /// Git's words in that case.
    fn move_files(&self, from: Oid, to: Oid, only_look: bool) -> Result<Option<String>> {
        let (from, to) = (from.to_string(), to.to_string());
        let look = if only_look { &["-n"][..] } else { &[] };
        let args = ["-c", NO_HOOKS, "read-tree", "-m", "-u"].into_iter().chain(look.iter().copied());
        let args: Vec<&str> = args.chain([from.as_str(), to.as_str()]).collect();
        if self.run(self.command(args.clone()))?.end.success() {
            return Ok(None);
        }
        // Git compares times only; a file that was merely touched is no changed one.
        self.run(self.command(["update-index", "-q", "--refresh"]))?;
        let done = self.run(self.command(args))?;
        Ok((!done.end.success()).then(|| words(&done)))
    }

    /// Makes the index entries of `paths` those of `commit`.
    fn take_into_index(&self, commit: Oid, paths: &BTreeSet<PathBuf>) -> Result<()> {
        let refused = |e: git2::Error| failed("update the index", &e);
        let tree = self.tree_of(commit)?;
        let mut index = self.index()?;
        for path in paths {
            match super::tree::file_in(&tree, path) {
                Some((id, mode)) => {
                    index.add(&super::attempt::entry(path, id, mode as u32)).map_err(refused)?;
                }
                None if index.get_path(path, 0).is_some() => index.remove(path, 0).map_err(refused)?,
                None => {}
            }
        }
        self.write_index(&mut index)
    }

    /// What stands at `path` in the files, whatever git thinks of it.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn on_disk(&self, path: &Path) -> Result<Option<State>> {
        Ok(self.state_on_disk(path, None)?.map(|(state, _)| state).filter(|state| *state != State::Gone))
    }

    /// What the commit has at `path`.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn state_in(&self, commit: Oid, path: &Path) -> Result<Option<State>> {
        let found = super::tree::file_in(&self.tree_of(commit)?, path);
        Ok(found.map(|(blob, mode)| State::File { mode, blob }))
    }

    /// The commit that `refname` names.
    pub fn ref_target(&self, refname: &str) -> Option<Oid> {
        self.git.refname_to_id(refname).ok()
    }

    /// Whether git ignores `path` and does not know it.
    pub fn is_ignored(&self, path: &Path) -> bool {
        self.git.is_path_ignored(path).unwrap_or(false)
            && self.index().is_ok_and(|index| index.get_path(path, 0).is_none())
    }

    /// Keeps `tree` as a commit on top of `head` under `refname`, as the tree that an attempt is counted from.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn dispatch_tree(&self, refname: &str, head: Oid, tree: Oid) -> Result<Oid> {
        let changes = self.changes(self.tree_id(head)?, tree)?;
        Ok(self.dispatch_of(refname, Snapshot::new(head, changes))?.commit)
    }
}
