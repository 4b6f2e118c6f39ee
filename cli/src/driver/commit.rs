//! Commits: the session's work with the driver's books, and never a person's uncommitted edits.

use super::Driver;
use super::attempt::{git_paths, object, origin};
use crate::error::{Error, Kind, Result};
use crate::repo::{self, Instead};
use specfuse_core::drive::{Base, Commit, Content, Event};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

impl Driver<'_> {
    /// Makes a commit, or says why git or a hook refused it.
    pub(super) fn commit(&mut self, commit: &Commit) -> Result<Event> {
        let mut paths = self.own_files();
        let mut instead = Instead::new();
        if let Content::Unit { base, touched } = &commit.content {
            let touched =
                git_paths(touched).into_iter().chain(self.unnamed.remove(&0).unwrap_or_default()).collect();
            let left_out = self.leave_out_edits(base, &touched, &mut instead);
            paths.extend(touched);
            if let Err(refusal) = left_out {
                return Ok(Event::CommitRefused { reason: refusal.message });
            }
        }
        if let Err(refusal) = self.leave_out_books(&mut instead) {
            return Ok(Event::CommitRefused { reason: refusal.message });
        }
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
    /// takes the session's part only.
    fn leave_out_edits(&self, base: &Base, touched: &BTreeSet<PathBuf>, instead: &mut Instead) -> Result<()> {
        let dispatch = self.repo.dispatch_in(object(origin(base))?)?;
        for path in touched.iter().filter(|path| dispatch.snapshot.get(path).is_some()) {
            let own = path.to_str().is_some_and(|path| self.written.has(path));
            let before = self.repo.text_at(dispatch.commit, path).filter(|_| !own);
            if let Some(before) = before {
                self.leave_out(path, &before, instead)?;
            }
        }
        Ok(())
    }

    /// The same for files that the driver wrote.
    pub(super) fn leave_out_books(&self, instead: &mut Instead) -> Result<()> {
        for (path, before) in self.written.iter() {
            if let Some(before) = before {
                self.leave_out(Path::new(path), before.as_bytes(), instead)?;
            }
        }
        Ok(())
    }

    /// When `before`, what stood at `path` before we changed it, was not what is committed: commits
    /// the committed text with our change, by a merge of three texts.
    fn leave_out(&self, path: &Path, before: &[u8], instead: &mut Instead) -> Result<()> {
        let committed = self.repo.text_at(self.repo.head()?, path);
        if committed.as_deref() == Some(before) {
            return Ok(());
        }
        let Ok(now) = std::fs::read(self.root.join(path)) else { return Ok(()) };
        let merged = self.repo.merge_texts(before, committed.as_deref().unwrap_or_default(), &now)?;
        let merged = merged.ok_or_else(|| {
            Error::new(Kind::Repository, format!("{} holds edits of yours in the same lines", path.display()))
                .hint("commit them first")
        })?;
        instead.insert(path.to_owned(), merged);
        Ok(())
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
