//! The attempts that are kept under `refs/specfuse/`: what there is, what each did, and the way of its
//! work back into the files or onto a branch. A person's uncommitted edits are never written over.

use super::snapshot::State;
use super::tree::file_in;
use super::{Repo, Snapshot, attempt_ref, failed, unusable};
use crate::error::{Kind, Result};
use git2::{DiffFormat, Oid, Signature, Tree};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What is kept of one attempt.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Kept {
    /// The work tree as the attempt found it.
    pub start: Option<Oid>,
    /// The work tree from before the work that it went on with.
    pub origin: Option<Oid>,
    /// The work tree as it left it, when it failed.
    pub work: Option<Oid>,
    /// Commits that its session made itself.
    pub commits: Option<Oid>,
}

/// What putting work back would do, or why it cannot be done.
#[derive(Debug)]
pub struct Return {
    /// The files that get other bytes, or go.
    pub changes: BTreeMap<PathBuf, State>,
    /// Files that hold edits of a person's, or lines that changed since: nothing may be written there.
    pub in_the_way: BTreeSet<PathBuf>,
}

impl Kept {
    /// The tree that the attempt's own work is counted from.
    pub fn base(&self) -> Option<Oid> {
        self.origin.or(self.start)
    }
}

impl Repo {
    /// The kept attempts of a unit by number.
    ///
    /// # Errors
    /// When the refs cannot be read.
    pub fn kept(&self, feature: &str, unit: &str) -> Result<BTreeMap<u32, Kept>> {
        let refused = |e: git2::Error| failed("read the kept attempts", &e);
        let prefix = attempt_ref(feature, unit, "");
        let mut kept: BTreeMap<u32, Kept> = BTreeMap::new();
        for reference in self.git.references_glob(&format!("{prefix}*")).map_err(refused)? {
            let reference = reference.map_err(refused)?;
            let Some(target) = reference.target() else { continue };
            let name = String::from_utf8_lossy(reference.name_bytes()).into_owned();
            let Some(name) = name.strip_prefix(&prefix) else { continue };
            let (number, what) = name.split_once('-').unwrap_or((name, ""));
            let Ok(number) = number.parse() else { continue };
            let entry = kept.entry(number).or_default();
            match what {
                "" => entry.work = Some(target),
                "start" => entry.start = Some(target),
                "origin" => entry.origin = Some(target),
                "commits" => entry.commits = Some(target),
                _ => {}
            }
        }
        Ok(kept)
    }

    /// The newest commit in the history of the one that is checked out that carries this unit.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub fn unit_commit(&self, unit: &str) -> Result<Option<Oid>> {
        let refused = |e: git2::Error| failed("read the history", &e);
        let mut walk = self.git.revwalk().map_err(refused)?;
        walk.push_head().map_err(refused)?;
        let wanted = format!("Feature: {unit}");
        for id in walk {
            let id = id.map_err(refused)?;
            let commit = self.commit_object(id)?;
            let has = |line: &[u8]| line.trim_ascii() == wanted.as_bytes();
            if commit.message_bytes().split(|byte| *byte == b'\n').any(has) {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }

    /// The commit that `commit` follows.
    pub fn parent(&self, commit: Oid) -> Option<Oid> {
        self.git.find_commit(commit).ok()?.parent_id(0).ok()
    }

    /// The difference between the files of two commits, as a patch.
    ///
    /// # Errors
    /// When they cannot be compared.
    pub fn patch(&self, from: Oid, to: Oid) -> Result<Vec<u8>> {
        self.patch_of(&self.tree_of(from)?, &self.tree_of(to)?)
    }

    /// The difference between the files that the commit `from` holds and those of `now`, as a patch.
    ///
    /// # Errors
    /// When they cannot be compared.
    pub fn patch_to(&self, from: Oid, now: &Snapshot) -> Result<Vec<u8>> {
        let tree = self.tree_with(&self.tree_of(now.head())?, &now.entries)?;
        let tree = self.git.find_tree(tree).map_err(|e| failed("compare the work tree", &e))?;
        self.patch_of(&self.tree_of(from)?, &tree)
    }

    fn patch_of(&self, from: &Tree<'_>, to: &Tree<'_>) -> Result<Vec<u8>> {
        let refused = |e: git2::Error| failed("compare two commits", &e);
        let mut diff = self.git.diff_tree_to_tree(Some(from), Some(to), None).map_err(refused)?;
        diff.find_similar(None).map_err(refused)?;
        let mut out = Vec::new();
        let print = diff.print(DiffFormat::Patch, |_, _, line| {
            if matches!(line.origin(), '+' | '-' | ' ') {
                out.push(line.origin() as u8);
            }
            out.extend_from_slice(line.content());
            true
        });
        print.map_err(refused)?;
        Ok(out)
    }

    /// The paths that differ between the files of two commits.
    ///
    /// # Errors
    /// When they cannot be compared.
    pub fn changed_paths(&self, from: Oid, to: Oid) -> Result<BTreeSet<PathBuf>> {
        Ok(self.changes_between(&self.tree_of(from)?, &self.tree_of(to)?)?.into_keys().collect())
    }

    /// What it takes to bring the work that leads from `base` to `work` to the files as they are now.
    /// What was committed since stays; what is not committed is in the way, unless it is that very work.
    ///
    /// # Errors
    /// When something cannot be read.
    pub fn plan_return(&self, base: Oid, work: Oid, leave: impl Fn(&Path) -> bool) -> Result<Return> {
        let now = self.snapshot(None)?;
        let head = self.head_tree()?;
        let mut back = self.merged_onto(base, work, &head, leave)?;
        for (path, state) in std::mem::take(&mut back.changes) {
            let here = match now.get(&path) {
                Some(state) => Some(state),
                None if file_in(&head, &path).is_none()
                    && self.root.join(&path).symlink_metadata().is_ok() =>
                {
                    back.in_the_way.insert(path);
                    continue;
                }
                None => None,
            };
            match here {
                Some(here) if here == state => {}
                Some(_) => drop(back.in_the_way.insert(path)),
                None => drop(back.changes.insert(path, state)),
            }
        }
        Ok(back)
    }

    /// The work from `base` to `work` as changes to `onto`; files in which both changed the same lines are
    /// in the way.
    fn merged_onto(
        &self,
        base: Oid,
        work: Oid,
        onto: &Tree<'_>,
        leave: impl Fn(&Path) -> bool,
    ) -> Result<Return> {
        let before = self.tree_of(base)?;
        let mut back = Return { changes: BTreeMap::new(), in_the_way: BTreeSet::new() };
        for (path, state) in self.changes_between(&before, &self.tree_of(work)?)? {
            if leave(&path) {
                continue;
            }
            let (old, ours) = (file_in(&before, &path), file_in(onto, &path));
            let state = match (old, ours, state) {
                (old, ours, state) if old == ours => state,
                (_, Some((blob, mode)), State::File { mode: m, blob: b }) if (blob, mode) == (b, m) => {
                    continue;
                }
                (_, None, State::Gone) => continue,
                (Some((old, _)), Some((ours, _)), State::File { mode, blob }) => {
                    match self.merged_blob(old, ours, blob)? {
                        Some(blob) => State::File { mode, blob },
                        None => {
                            back.in_the_way.insert(path);
                            continue;
                        }
                    }
                }
                _ => {
                    back.in_the_way.insert(path);
                    continue;
                }
            };
            back.changes.insert(path, state);
        }
        Ok(back)
    }

    fn merged_blob(&self, old: Oid, ours: Oid, theirs: Oid) -> Result<Option<Oid>> {
        let refused = |e: git2::Error| failed("read a kept file", &e);
        let bytes = |id: Oid| self.git.find_blob(id).map(|blob| blob.content().to_vec()).map_err(refused);
        match self.merge_texts(&bytes(old)?, &bytes(ours)?, &bytes(theirs)?)? {
            Some(text) => self.git.blob(&text).map(Some).map_err(refused),
            None => Ok(None),
        }
    }

    /// Writes the changes of a return to the files. The index stays as it is.
    ///
    /// # Errors
    /// What the system refused; files that were written until then hold the work.
    pub fn write_back(&self, changes: &BTreeMap<PathBuf, State>) -> Result<()> {
        for (path, state) in changes {
            self.clear(path)?;
            if let State::File { mode, blob } = state {
                self.write_file(path, *mode, *blob)?;
            }
        }
        Ok(())
    }

    /// Makes the branch `name`, not checked out, with one commit: the work that leads from `base` to
    /// `work`, on the commit that the attempt began with. The paths that could not be told from a
    /// person's own edits are answered instead, and nothing is made.
    ///
    /// # Errors
    /// When the name cannot be one of a branch or is taken, or nothing can be written.
    pub fn branch_of_work(
        &self,
        name: &str,
        (base, work): (Oid, Oid),
        message: &str,
        leave: impl Fn(&Path) -> bool,
    ) -> Result<std::result::Result<Oid, BTreeSet<PathBuf>>> {
        let refused = |e: git2::Error| failed("make the branch", &e);
        if !git2::Branch::name_is_valid(name).unwrap_or(false) {
            return Err(crate::error::Error::new(Kind::Usage, format!("{name:?} cannot be a branch"))
                .hint("use letters, digits, dashes and slashes"));
        }
        if self.branch_tip(name).is_some() {
            return Err(
                unusable(format!("there is a branch {name} already")).hint("name another with --branch")
            );
        }
        let began = self.parent(base).ok_or_else(|| unusable("the kept attempt names no commit"))?;
        let parent = self.commit_object(began)?;
        let onto = self.tree_of(began)?;
        let back = self.merged_onto(base, work, &onto, leave)?;
        if !back.in_the_way.is_empty() {
            return Ok(Err(back.in_the_way));
        }
        let tree = self.git.find_tree(self.tree_with(&onto, &back.changes)?).map_err(refused)?;
        let us = self.git.signature().or_else(|_| Signature::now("specfuse-loop", "specfuse-loop@localhost"));
        let us = us.map_err(refused)?;
        let commit = self.git.commit(None, &us, &us, message, &tree, &[&parent]).map_err(refused)?;
        let full = format!("refs/heads/{name}");
        self.write_ref(&full, commit, false, "specfuse-loop: attempts restore")?;
        Ok(Ok(commit))
    }
}
