//! Keeps the work tree of an attempt: how it was when the session started, what the session did
//! to it, and the way back. Everything is a commit under `refs/specfuse/`, so a driver that was
//! killed finds it again, and no work is lost.

use super::snapshot::{Snapshot, State};
use super::tree::file_in;
use super::writing::remove_lock;
use super::{Repo, failed, unusable, words};
use crate::error::{Error, Kind, Result};
use git2::{Commit, Index, IndexEntry, IndexTime, Oid, Signature};
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::Permissions;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// Starts the line of a dispatch commit that names the branch.
const BRANCH: &str = "Branch: ";

/// The work tree as it was when a session started.
#[derive(Clone, Debug)]
pub struct Dispatch {
    /// The commit that was checked out.
    pub head: Oid,
    /// The branch that was checked out, in full; `None` when HEAD stood on a commit.
    pub branch: Option<String>,
    /// The commit that keeps it: its tree is the files, its second parent (if any) the index.
    pub commit: Oid,
    /// What differed from `head`: the person's own uncommitted work.
    pub snapshot: Snapshot,
}

/// What a session did to the history, now undone.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Folded {
    /// Where the session's own commits end; they are kept under the given ref.
    pub commits_to: Option<Oid>,
    /// The branch (or commit) that the session had checked out instead.
    pub switched_to: Option<String>,
    /// The session's branch does not contain the dispatched commit, and its files could not be
    /// carried over: only restoring the dispatched files is safe.
    pub stuck: bool,
}

/// The ref that keeps one attempt of a unit: `refs/specfuse/<feature>/<unit>/<name>`. What git
/// does not allow in a name is written as `%XX`.
pub fn attempt_ref(feature: &str, unit: &str, name: &str) -> String {
    let clean = |part: &str| {
        let mut out = String::new();
        for byte in part.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'/' => out.push(byte as char),
                _ => out.push_str(&format!("%{byte:02X}")),
            }
        }
        out.split('/').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/")
    };
    format!("refs/specfuse/{}/{}/{}", clean(feature), clean(unit), clean(name))
}

impl Repo {
    /// Takes and keeps the work tree under `refname` before a session starts.
    ///
    /// # Errors
    /// When it cannot be read or kept.
    pub fn dispatch(&self, refname: &str) -> Result<Dispatch> {
        let snapshot = self.snapshot(None)?;
        self.dispatch_of(refname, snapshot)
    }

    /// Keeps `snapshot` under `refname` as the tree that a session starts from.
    pub(super) fn dispatch_of(&self, refname: &str, snapshot: Snapshot) -> Result<Dispatch> {
        let branch = self.branch()?;
        let mut index = self.index()?;
        let staged = index.write_tree_to(&self.git).map_err(|e| failed("keep the index", &e))?;
        let message = format!("Work tree at dispatch\n\n{BRANCH}{}\n", branch.as_deref().unwrap_or_default());
        let commit = self.keep(refname, &snapshot, &message, Some(staged))?;
        Ok(Dispatch { head: snapshot.head, branch, commit, snapshot })
    }

    /// The dispatch that was kept under `refname`; `None` when there is none.
    ///
    /// # Errors
    /// When it is there and cannot be read.
    pub fn dispatch_at(&self, refname: &str) -> Result<Option<Dispatch>> {
        let Ok(commit) = self.git.refname_to_id(refname) else { return Ok(None) };
        self.dispatch_in(commit).map(Some)
    }

    /// The dispatch that the commit `commit` keeps.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn dispatch_in(&self, commit: Oid) -> Result<Dispatch> {
        let kept = self.commit_object(commit)?;
        let head = kept.parent_id(0).map_err(|e| failed("read a kept attempt", &e))?;
        let changes = self.changes_between(&self.tree_of(head)?, &self.tree_of(commit)?)?;
        let message = String::from_utf8_lossy(kept.message_bytes()).into_owned();
        let branch = message.lines().find_map(|line| line.strip_prefix(BRANCH));
        let branch = branch.filter(|name| !name.is_empty()).map(str::to_owned);
        Ok(Dispatch { head, branch, commit, snapshot: Snapshot::new(head, changes) })
    }

    /// Keeps the files of `snapshot` as a commit under `refname`. Neither index nor files change.
    ///
    /// # Errors
    /// When the object database or the ref cannot be written.
    pub fn save(&self, refname: &str, snapshot: &Snapshot, message: &str) -> Result<Oid> {
        self.keep(refname, snapshot, message, None)
    }

    fn keep(&self, refname: &str, snapshot: &Snapshot, message: &str, staged: Option<Oid>) -> Result<Oid> {
        let refused = |e: git2::Error| failed("keep the work tree", &e);
        let parent = self.commit_object(snapshot.head)?;
        let base = self.tree_of(snapshot.head)?;
        let tree = self.tree_with(&base, &snapshot.entries)?;
        let tree = self.git.find_tree(tree).map_err(refused)?;
        let us = Signature::now("specfuse-loop", "specfuse-loop@localhost").map_err(refused)?;
        let staged = staged.filter(|staged| *staged != base.id()).map(|staged| {
            let tree = self.git.find_tree(staged)?;
            let id = self.git.commit(None, &us, &us, "Index at dispatch", &tree, &[&parent])?;
            self.git.find_commit(id)
        });
        let staged = staged.transpose().map_err(refused)?;
        let parents: Vec<&Commit<'_>> = std::iter::once(&parent).chain(staged.as_ref()).collect();
        let commit = self.git.commit(None, &us, &us, message, &tree, &parents).map_err(refused)?;
        self.write_ref(refname, commit, true, "specfuse-loop")?;
        Ok(commit)
    }

    /// Undoes what a session did to the history, leaving the files as it made them: its commits
    /// become uncommitted changes (and stay reachable under `keep_ref`), the dispatched branch is
    /// checked out again, an unfinished merge is forgotten, an index lock of a killed `git` goes.
    /// Call it when the session's processes have ended.
    ///
    /// # Errors
    /// When refs, HEAD or the index cannot be written.
    pub fn fold_back(&self, dispatch: &Dispatch, keep_ref: &str) -> Result<Folded> {
        self.clear_locks(dispatch.branch.as_deref())?;
        let head = self.git.refname_to_id("HEAD").ok();
        let branch = self.branch()?;
        let mut folded = Folded::default();
        let refused = |e: git2::Error| failed("put the branch back", &e);
        let tip = dispatch.branch.as_ref().and_then(|name| self.git.refname_to_id(name).ok());
        let moved = |at: Option<Oid>| at.filter(|at| *at != dispatch.head);
        if let Some(at) = moved(head).or(moved(tip)) {
            folded.commits_to = Some(at);
            self.write_ref(keep_ref, at, true, "specfuse-loop")?;
        }
        let same_branch = branch == dispatch.branch;
        if same_branch && head == Some(dispatch.head) {
            self.git.cleanup_state().map_err(refused)?;
            return Ok(folded);
        }
        if !same_branch {
            folded.switched_to = branch.or_else(|| head.map(|id| id.to_string()));
        }
        let _note = self.note()?;
        folded.stuck = head.is_some_and(|head| !self.carry_over(head, dispatch.head));
        match &dispatch.branch {
            Some(name) => {
                self.write_ref(name, dispatch.head, true, "specfuse-loop: fold back")?;
                self.git.set_head(name).map_err(refused)?;
            }
            None => self.git.set_head_detached(dispatch.head).map_err(refused)?,
        }
        self.git.cleanup_state().map_err(refused)?;
        self.reset_index(dispatch)?;
        Ok(folded)
    }

    /// Brings the files from a commit that does not contain `to` over to it, keeping what the session
    /// committed on its side and what it left uncommitted. True when there is nothing to bring, and
    /// when it worked.
    fn carry_over(&self, from: Oid, to: Oid) -> bool {
        if from == to || self.git.graph_descendant_of(from, to).unwrap_or(false) {
            return true;
        }
        let mut safe = git2::build::CheckoutBuilder::new();
        safe.safe();
        let target = self.merged(from, to).and_then(|tree| self.git.find_object(tree, None));
        target.and_then(|target| self.git.checkout_tree(&target, Some(&mut safe))).is_ok()
    }

    /// The tree with what both commits did since they parted. A first commit that takes the place of
    /// another is that commit amended; other commits without a common past have nothing to merge.
    fn merged(&self, from: Oid, to: Oid) -> std::result::Result<Oid, git2::Error> {
        let (ours, theirs) = (self.git.find_commit(from)?, self.git.find_commit(to)?);
        let base = match self.git.merge_base(from, to) {
            Ok(base) => self.git.find_commit(base)?,
            Err(_) if ours.parent_count() + theirs.parent_count() == 0 => return Ok(ours.tree_id()),
            Err(_) => return Ok(theirs.tree_id()),
        };
        let mut merged = self.git.merge_trees(&base.tree()?, &ours.tree()?, &theirs.tree()?, None)?;
        merged.write_tree_to(&self.git)
    }

    /// Makes the index what it was at dispatch.
    fn reset_index(&self, dispatch: &Dispatch) -> Result<()> {
        let mut index = self.index()?;
        let refused = |e: git2::Error| failed("put the index back", &e);
        index.read_tree(&self.staged_tree(dispatch)?).map_err(refused)?;
        self.write_index(&mut index)
    }

    fn staged_tree(&self, dispatch: &Dispatch) -> Result<git2::Tree<'_>> {
        let staged = self.commit_object(dispatch.commit)?.parent_id(1).unwrap_or(dispatch.head);
        self.tree_of(staged)
    }

    /// Puts `paths` back to what they were at dispatch, in files and index; all others stay. A
    /// file with the person's uncommitted edits gets exactly their bytes.
    ///
    /// # Errors
    /// [`Kind::Outside`] when a link has taken a folder's place, else what the system refused.
    pub fn restore(&self, dispatch: &Dispatch, paths: &BTreeSet<PathBuf>) -> Result<()> {
        let head = self.tree_of(dispatch.head)?;
        for path in paths {
            self.clear(path)?;
        }
        let mut committed = Vec::new();
        for path in paths {
            match dispatch.snapshot.get(path) {
                Some(State::File { mode, blob }) => self.write_file(path, mode, blob)?,
                Some(State::Gone) => {}
                None if file_in(&head, path).is_some() => committed.push(path),
                None => {}
            }
        }
        self.check_out(dispatch.head, &committed)?;
        self.restore_index(dispatch, paths)
    }

    /// Takes away the file or link at `path`, and folders that become empty with it.
    pub(super) fn clear(&self, path: &Path) -> Result<()> {
        if !self.has_real_folders(path) {
            return Ok(());
        }
        let file = self.root.join(path);
        let Ok(meta) = file.symlink_metadata() else { return Ok(()) };
        if meta.is_dir() {
            return Ok(());
        }
        std::fs::remove_file(&file).map_err(|e| Error::io(format_args!("remove {}", file.display()), e))?;
        for folder in path.ancestors().skip(1).filter(|folder| !folder.as_os_str().is_empty()) {
            if std::fs::remove_dir(self.root.join(folder)).is_err() {
                break;
            }
        }
        Ok(())
    }

    /// Whether every folder above `path` is a folder, and no link that leads elsewhere.
    pub(crate) fn has_real_folders(&self, path: &Path) -> bool {
        let mut above = path.ancestors().skip(1).filter(|folder| !folder.as_os_str().is_empty());
        above.all(|folder| self.root.join(folder).symlink_metadata().is_ok_and(|meta| meta.is_dir()))
    }

    pub(super) fn write_file(&self, path: &Path, mode: i32, blob: Oid) -> Result<()> {
        let file = self.root.join(path);
        let refused = |e| Error::io(format_args!("write {}", file.display()), e);
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder).map_err(refused)?;
        }
        if !self.has_real_folders(path) {
            return Err(Error::new(
                Kind::Outside,
                format!("{} lies behind a link; it was not put back", path.display()),
            )
            .hint("remove the link and run again; the contents are kept under refs/specfuse/"));
        }
        let blob = self.git.find_blob(blob).map_err(|e| failed("read a kept file", &e))?;
        if mode == 0o120_000 {
            return std::os::unix::fs::symlink(OsStr::from_bytes(blob.content()), &file).map_err(refused);
        }
        std::fs::write(&file, blob.content()).map_err(refused)?;
        let bits = file.metadata().map_err(refused)?.permissions().mode();
        let wanted = if mode == 0o100_755 { bits | (bits & 0o444) >> 2 } else { bits & !0o111 };
        std::fs::set_permissions(&file, Permissions::from_mode(wanted)).map_err(refused)
    }

    /// Files as committed come from `git` itself, which knows the repository's filters.
    fn check_out(&self, head: Oid, paths: &[&PathBuf]) -> Result<()> {
        if paths.is_empty() {
            return Ok(());
        }
        let source = format!("--source={head}");
        let args =
            ["-c", "core.hooksPath=/dev/null", "--literal-pathspecs", "restore", "--worktree", &source];
        let mut command =
            self.command(args.into_iter().chain(["--pathspec-from-file=-", "--pathspec-file-nul"]));
        command.stdin = Some(null_terminated(paths.iter().map(|path| path.as_path())));
        let done = self.run(command)?;
        if done.end.success() {
            Ok(())
        } else {
            Err(unusable(format!("cannot put files back: {}", words(&done))))
        }
    }

    fn restore_index(&self, dispatch: &Dispatch, paths: &BTreeSet<PathBuf>) -> Result<()> {
        let refused = |e: git2::Error| failed("put the index back", &e);
        let staged = self.staged_tree(dispatch)?;
        let mut index = self.index()?;
        let mut come = Vec::new();
        let mut changed = false;
        for path in paths {
            let wanted = file_in(&staged, path).map(|(id, mode)| (id, mode as u32));
            let has = index.get_path(path, 0).map(|entry| (entry.id, entry.mode));
            if wanted == has {
                continue;
            }
            changed = true;
            come.extend(wanted.map(|(id, mode)| entry(path, id, mode)));
            if has.is_some() {
                index.remove(path, 0).map_err(refused)?;
            }
        }
        for entry in come {
            index.add(&entry).map_err(refused)?;
        }
        if changed { self.write_index(&mut index) } else { Ok(()) }
    }

    /// The index as it is on disk now.
    pub(super) fn index(&self) -> Result<Index> {
        let refused = |e: git2::Error| failed("read the index", &e);
        let mut index = self.git.index().map_err(refused)?;
        index.read(true).map_err(refused)?;
        Ok(index)
    }

    pub(super) fn commit_object(&self, id: Oid) -> Result<Commit<'_>> {
        self.git.find_commit(id).map_err(|e| failed("read a commit", &e))
    }

    /// Waits for locks that a `git` of the session may have left, and removes them when nobody
    /// works on them any more.
    fn clear_locks(&self, branch: Option<&str>) -> Result<()> {
        let (own, shared) = (self.git.path(), self.git.commondir());
        let of_branch = branch.map(|name| shared.join(format!("{name}.lock")));
        // In a lane, another one may be at work on the refs that all share.
        let refs = (own == shared).then(|| shared.join("packed-refs.lock"));
        let fixed = [own.join("index.lock"), own.join("HEAD.lock")].into_iter().chain(refs);
        fixed.chain(of_branch).try_for_each(|lock| remove_lock(&lock))
    }
}

/// An index entry that git will look at again, since it has no times.
pub(super) fn entry(path: &Path, id: Oid, mode: u32) -> IndexEntry {
    let never = IndexTime::new(0, 0);
    IndexEntry {
        ctime: never,
        mtime: never,
        dev: 0,
        ino: 0,
        mode,
        uid: 0,
        gid: 0,
        file_size: 0,
        id,
        flags: 0,
        flags_extended: 0,
        path: path.as_os_str().as_bytes().to_vec(),
    }
}

pub(super) fn null_terminated<'a>(paths: impl Iterator<Item = &'a Path>) -> Vec<u8> {
    paths.flat_map(|path| path.as_os_str().as_bytes().iter().copied().chain([0])).collect()
}
