//! Looks things up in the history: a plan as a commit has it, a commit by its trailer, an earlier
//! dispatch by its object.

use super::attempt::Dispatch;
use super::snapshot::{Snapshot, State};
use super::tree::file_in;
use super::writing::MERGED;
use super::{Repo, failed};
use crate::error::{Error, Result};
use git2::{ObjectType, Oid, Sort, TreeWalkMode, TreeWalkResult};
use specfuse_core::path::RelPath;
use specfuse_core::tree::{Entry, Tree};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// The folder that plans are in.
const PLANS: &str = ".specfuse";

impl Repo {
    /// The plan of the feature in `feature` as the commit `id` has it: the files of `.specfuse` itself
    /// and those below the feature's folder. Texts that are as in `now` are shared, not read.
    ///
    /// # Errors
    /// When the commit cannot be read.
    pub fn plan_at(&self, id: Oid, feature: &RelPath, now: &Tree) -> Result<Tree> {
        let refused = |e: git2::Error| failed("read a plan from the history", &e);
        let mut found = Tree::new();
        let Ok(root) = self.tree_of(id)?.get_path(Path::new(PLANS)) else { return Ok(found) };
        let root = self.git.find_tree(root.id()).map_err(refused)?;
        let walk = root.walk(TreeWalkMode::PreOrder, |parent, entry| {
            let name =
                entry.name().ok().and_then(|name| RelPath::new(&format!("{PLANS}/{parent}{name}")).ok());
            let Some(path) = name else { return TreeWalkResult::Skip };
            if entry.kind() != Some(ObjectType::Blob) {
                let leads_there = &path == feature || feature.below(&path).is_some();
                return if leads_there || path.below(feature).is_some() {
                    TreeWalkResult::Ok
                } else {
                    TreeWalkResult::Skip
                };
            }
            if (parent.is_empty() || path.below(feature).is_some())
                && let Some(entry) = self.entry_at(entry.id(), now.get(&path))
            {
                found.insert(path, entry);
            }
            TreeWalkResult::Ok
        });
        walk.map_err(refused)?;
        Ok(found)
    }

    /// What the object `id` holds; `now` when that is the same text.
    fn entry_at(&self, id: Oid, now: Option<&Entry>) -> Option<Entry> {
        if let Some(Entry::Text(text)) = now
            && Oid::hash_object(ObjectType::Blob, text.as_bytes()).is_ok_and(|same| same == id)
        {
            return now.cloned();
        }
        let blob = self.git.find_blob(id).ok()?;
        Some(Entry::from_bytes(blob.content().to_vec()))
    }

    /// The newest commit after `since`, up to the one that is checked out, whose message has the line
    /// `<key>: <value>`.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub fn find_by_trailer(&self, since: Oid, key: &str, value: &str) -> Result<Option<Oid>> {
        let refused = |e: git2::Error| failed("read the history", &e);
        let mut walk = self.git.revwalk().map_err(refused)?;
        walk.set_sorting(Sort::TOPOLOGICAL).map_err(refused)?;
        walk.push_head().map_err(refused)?;
        walk.hide(since).map_err(refused)?;
        let wanted = format!("{key}: {value}");
        for id in walk {
            let id = id.map_err(refused)?;
            let commit = self.commit_object(id)?;
            let message = String::from_utf8_lossy(commit.message_bytes()).into_owned();
            if message.lines().any(|line| line == wanted) {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }

    /// Every file that git knows or would add: tracked ones and untracked ones that are not ignored.
    ///
    /// # Errors
    /// When the index or the work tree cannot be read.
    pub fn files(&self, now: &Snapshot) -> Result<BTreeSet<PathBuf>> {
        let index = self.index()?;
        let mut files: BTreeSet<PathBuf> =
            index.iter().map(|entry| PathBuf::from(OsStr::from_bytes(&entry.path))).collect();
        for path in now.paths() {
            match now.get(path) {
                Some(State::Gone) => files.remove(path),
                _ => files.insert(path.to_owned()),
            };
        }
        Ok(files)
    }

    /// A dispatch for an attempt that goes on with work that `earlier` is the tree without. What that work
    /// `touched` is as it was before it, or as it was committed since, and the driver's own files as `own` has
    /// them (`None` for one that is not there); all else is as `now` has it.
    ///
    /// # Errors
    /// When it cannot be read or kept.
    pub fn dispatch_again(
        &self,
        refname: &str,
        earlier: &Dispatch,
        touched: &BTreeSet<PathBuf>,
        now: &Snapshot,
        own: &BTreeMap<PathBuf, Option<Vec<u8>>>,
    ) -> Result<Dispatch> {
        let (then, committed) = (self.tree_of(earlier.head)?, self.head_tree()?);
        let stands = now.entries.iter().filter(|(path, _)| !touched.contains(*path));
        let was_edited =
            earlier.snapshot.entries.iter().filter(|(path, _)| {
                touched.contains(*path) && file_in(&then, path) == file_in(&committed, path)
            });
        let mut entries: BTreeMap<PathBuf, State> =
            stands.chain(was_edited).map(|(path, state)| (path.clone(), *state)).collect();
        for (path, bytes) in own.iter().filter(|(path, _)| touched.contains(*path)) {
            entries.remove(path);
            let there = file_in(&committed, path);
            let state = match bytes {
                Some(bytes) => {
                    let blob = self.git.blob(bytes).map_err(|e| failed("keep a file", &e))?;
                    State::File { mode: there.map_or(0o100_644, |(_, mode)| mode), blob }
                }
                None => State::Gone,
            };
            if there.map_or(State::Gone, |(blob, mode)| State::File { mode, blob }) != state {
                entries.insert(path.clone(), state);
            }
        }
        self.dispatch_of(refname, Snapshot::new(now.head, entries))
    }

    /// How many commits lead from `from` to `to`.
    pub fn count_commits(&self, from: Oid, to: Oid) -> u32 {
        let count = self.git.graph_ahead_behind(to, from).map_or(0, |(ahead, _)| ahead);
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// The bytes of the file at `path` as the commit `id` has them.
    pub fn text_at(&self, id: Oid, path: &Path) -> Option<Vec<u8>> {
        let (blob, _) = file_in(&self.tree_of(id).ok()?, path)?;
        self.git.find_blob(blob).ok().map(|blob| blob.content().to_vec())
    }

    /// `ours` with the change that leads from `before` to `theirs`; `None` when both changed the same
    /// lines.
    ///
    /// # Errors
    /// When git cannot be run.
    pub fn merge_texts(&self, before: &[u8], ours: &[u8], theirs: &[u8]) -> Result<Option<Vec<u8>>> {
        let folder = std::path::absolute(self.git.path()).map_err(|e| Error::io("find the git folder", e))?;
        let name = |part: &str| folder.join(format!("{MERGED}{}-{part}", std::process::id()));
        let files = [(name("ours"), ours), (name("before"), before), (name("theirs"), theirs)];
        for (file, text) in &files {
            std::fs::write(file, text).map_err(|e| Error::io(format_args!("write {}", file.display()), e))?;
        }
        let args = ["merge-file".into(), "-p".into()]
            .into_iter()
            .chain(files.iter().map(|(f, _)| f.clone().into_os_string()));
        let done = self.read(self.command(args));
        files.iter().for_each(|(file, _)| drop(std::fs::remove_file(file)));
        let done = done?;
        Ok(done.end.success().then_some(done.stdout.bytes))
    }
}
