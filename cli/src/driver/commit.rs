//! Commits: the session's work with the driver's books, and never a person's uncommitted edits.

use super::attempt::{git_paths, object, origin};
use super::{Driver, git_path, tree_path};
use crate::error::{Error, Kind, Result};
use crate::repo::{self, Dispatch, Instead};
use git2::Oid;
use specfuse_core::drive::ledger::Trees;
use specfuse_core::drive::{Base, Commit, Content, Event, Ledger};
use specfuse_core::path::RelPath;
use specfuse_core::tree::Tree;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

impl Driver<'_> {
    /// Makes a commit, or says why git or a hook refused it.
    pub(super) fn commit(&mut self, commit: &Commit) -> Result<Event> {
        let mut paths = self.written.files();
        let mut instead = Instead::new();
        let own = self.words(self.repo.head()?);
        let mut touched = BTreeSet::new();
        if let Content::Unit { base, touched: names } = &commit.content {
            touched = git_paths(names);
            touched.extend(self.unnamed.remove(&0).unwrap_or_default());
            if let Err(refusal) = self.leave_out_edits(base, &touched, &own, &mut instead) {
                return Ok(Event::CommitRefused { reason: refusal.message });
            }
        }
        self.leave_out_others(&own, &touched, &mut paths, &mut instead);
        paths.extend(touched);
        let trailers: Vec<(&str, &str)> =
            commit.trailers.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        let message = repo::message(&commit.subject, "", &trailers);
        let made = match self.repo.commit(&paths, &instead, &message) {
            Ok(id) => Some(id.to_string()),
            Err(error) if error.kind == Kind::NothingToCommit => {
                self.catch_up(&commit.subject)?;
                None
            }
            Err(error) if error.kind == Kind::Hook => {
                return Ok(Event::CommitRefused { reason: error.message });
            }
            Err(error) => return Err(error),
        };
        self.written.clear()?;
        Ok(Event::Committed { commit: made })
    }

    /// Files that a session changed and in which a person had uncommitted edits before it: the commit
    /// takes the session's part only. `own` is what is committed with the driver's words.
    fn leave_out_edits(
        &self,
        base: &Base,
        touched: &BTreeSet<PathBuf>,
        own: &Tree,
        instead: &mut Instead,
    ) -> Result<()> {
        let dispatch = self.repo.dispatch_in(object(origin(base))?)?;
        let head = self.repo.head()?;
        let found = self.standing().over(self.own_texts_at(dispatch.commit));
        for path in touched.iter().filter(|path| dispatch.snapshot.get(path).is_some()) {
            let text =
                |tree: &Tree, commit| match tree_path(path).filter(|path| self.written.ledger().has(path)) {
                    Some(path) => bytes(tree, &path),
                    None => self.repo.text_at(commit, path),
                };
            let Some(before) = text(&found, dispatch.commit) else { continue };
            let committed = text(own, head);
            if committed.as_deref() == Some(&before) {
                continue;
            }
            let Ok(now) = std::fs::read(self.root.join(path)) else { continue };
            let merged = self.repo.merge_texts(&before, committed.as_deref().unwrap_or_default(), &now)?;
            let merged = merged.ok_or_else(|| {
                let what = format!("{} holds edits of yours in the same lines", path.display());
                Error::new(Kind::Repository, what).hint("commit them first")
            })?;
            instead.insert(path.clone(), merged);
        }
        Ok(())
    }

    /// Files that the driver wrote and the session did not change: the commit takes the driver's words only,
    /// whatever else stands there.
    fn leave_out_others(
        &self,
        own: &Tree,
        touched: &BTreeSet<PathBuf>,
        paths: &mut BTreeSet<PathBuf>,
        instead: &mut Instead,
    ) {
        let ledger = self.written.ledger();
        for path in ledger.paths().iter().filter(|path| !ledger.is_whole(path)) {
            let file = git_path(path);
            match bytes(own, path) {
                _ if touched.contains(&file) => {}
                None => drop(paths.remove(&file)),
                Some(words) if std::fs::read(self.root.join(&file)).is_ok_and(|now| now == words) => {}
                Some(words) => drop(instead.insert(file, words)),
            }
        }
    }

    /// What the driver wrote and still stands in the checkout.
    pub(super) fn standing(&self) -> Ledger {
        self.written.ledger().standing(&self.own_texts_in(&self.root))
    }

    /// The files that the driver wrote, as the commit `on` has them, with the driver's words.
    pub(super) fn words(&self, on: Oid) -> Tree {
        self.written.ledger().words(&self.own_texts_at(on), &self.own_texts_in(&self.root))
    }

    /// The files that the driver wrote, as a commit has them.
    pub(super) fn own_texts_at(&self, commit: Oid) -> Tree {
        self.own_texts(|path| self.repo.text_at(commit, &git_path(path)))
    }

    /// The files that the driver wrote, as they stand below `root`.
    pub(super) fn own_texts_in(&self, root: &Path) -> Tree {
        self.own_texts(|path| std::fs::read(root.join(path.as_str())).ok())
    }

    fn own_texts(&self, read: impl Fn(&RelPath) -> Option<Vec<u8>>) -> Tree {
        let mut tree = Tree::new();
        for path in self.written.ledger().paths() {
            if let Some(text) = read(&path).and_then(|bytes| String::from_utf8(bytes).ok()) {
                tree.insert_text(path, text);
            }
        }
        tree
    }

    /// The files that the driver wrote as an attempt finds them that goes on with the work of `earlier`, and
    /// without that work.
    pub(super) fn own_without_work(&self, earlier: &Dispatch) -> Result<BTreeMap<PathBuf, Option<Vec<u8>>>> {
        let files = self.own_texts_in(&self.root);
        let ledger = self.written.ledger().standing(&files);
        let origin = ledger.origin(&Trees {
            committed_then: &self.own_texts_at(earlier.head),
            earlier: &self.own_texts_at(earlier.commit),
            committed: &self.own_texts_at(self.repo.head()?),
            files: &files,
        });
        let mut own: BTreeMap<PathBuf, Option<Vec<u8>>> =
            ledger.paths().iter().map(|path| (git_path(path), bytes(&origin, path))).collect();
        if let Ok(log) = self.folder.join("events.jsonl") {
            own.insert(git_path(&log), std::fs::read(self.root.join(log.as_str())).ok());
        }
        Ok(own)
    }

    /// A driver that was killed in the midst of this very commit may have made it.
    fn catch_up(&self, subject: &str) -> Result<()> {
        let head = self.repo.head()?;
        let made =
            self.repo.subject(head).is_ok_and(|made| made == repo::message(subject, "", &[]).trim_end());
        if made { self.repo.catch_up(head) } else { Ok(()) }
    }

    /// Whether the unit's commit was made before the driver was killed.
    pub(super) fn find_commit(&mut self, unit: &str, base: &Base) -> Result<Event> {
        let found = self.repo.find_by_trailer(object(&base.head)?, "Feature", unit)?;
        if let Some(found) = found {
            self.repo.catch_up(found)?;
            self.written.clear()?;
        }
        Ok(Event::CommitFound { commit: found.map(|id| id.to_string()) })
    }
}

/// The bytes of a text of the tree.
pub(super) fn bytes(tree: &Tree, path: &RelPath) -> Option<Vec<u8>> {
    tree.text(path).map(|text| text.as_bytes().to_vec())
}
