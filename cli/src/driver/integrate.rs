//! The way of verified work from a lane onto the branch: put on top of what others did, committed in the
//! lane with the person's hooks, and only then brought into the checkout, where no file that the person
//! has changed is touched.

use super::attempt::{git_paths, object, origin};
use super::commit::bytes;
use super::lane::Site;
use super::{Driver, git_path, tree_path};
use crate::error::{Error, Kind, Result};
use crate::repo::{self, Instead, Landing, Merged, Snapshot, State};
use crate::store;
use git2::Oid;
use specfuse_core::drive::{Base, Commit, Content, Event, Integration};
use specfuse_core::path::RelPath;
use specfuse_core::tree::Tree;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// At most so many files are named to a person.
const NAMED: usize = 5;

impl Driver<'_> {
    /// Puts a lane's work on top of the branch as it is now. Before the lane's files are replaced they are
    /// kept, so that a driver that was killed meanwhile begins again with the whole work.
    pub(super) fn integrate(
        &mut self,
        site: &Site,
        unit: &str,
        attempt: u32,
        base: &Base,
        touched: &[RelPath],
    ) -> Result<Event> {
        if let Some(why) = self.wrong_branch()? {
            return Ok(Event::Integrated(Integration::InTheWay { why }));
        }
        let from = object(&base.head)?;
        let dispatch = site.repo.dispatch_in(object(origin(base))?)?;
        let kept = self.refname(unit, &format!("{attempt}-on-{:.12}", base.head));
        let work = match site.repo.dispatch_at(&kept)? {
            Some(kept) => kept.snapshot,
            None => {
                site.repo.fold_back(&dispatch, &self.refname(unit, &format!("{attempt}-commits")))?;
                site.repo.snapshot(Some(&dispatch.snapshot))?
            }
        };
        let mut paths = git_paths(touched);
        paths.extend(dispatch.snapshot.touched(&work).into_iter().filter(|path| tree_path(path).is_none()));
        let head = self.repo.head()?;
        if let Some(why) = self.in_the_way(&paths, head, &work)? {
            return Ok(Event::Integrated(Integration::InTheWay { why }));
        }
        if head == from {
            let (base, touched) = (base.clone(), touched.to_vec());
            return Ok(Event::Integrated(Integration::Fits { base, touched }));
        }
        let before = site.repo.tree_id(dispatch.commit)?;
        let theirs = site.repo.tree_of_commit_with(dispatch.commit, &states(&paths, &work, from, site)?)?;
        let ours = site.repo.tree_of_commit_with(head, &self.plan_files()?)?;
        let tree = match site.repo.merge_three(before, ours, theirs)? {
            Merged::Tree(tree) => tree,
            Merged::Conflict { paths, text } => {
                return Ok(Event::Integrated(Integration::Conflict { paths, text }));
            }
        };
        site.repo.save(&kept, &work, &format!("Verified work of {unit}, attempt {attempt}\n"))?;
        site.repo.bring_to(head)?;
        site.repo.put(&site.repo.changes(site.repo.tree_id(head)?, tree)?)?;
        let name = self.refname(unit, &format!("{attempt}-start"));
        let commit = site.repo.dispatch_tree(&name, head, ours)?;
        let base = Base { head: head.to_string(), tree: commit.to_string(), ..Base::default() };
        let changed = site.repo.changes(ours, tree)?;
        let touched: Vec<RelPath> = changed.keys().filter_map(|path| tree_path(path)).collect();
        let others = site.repo.changes(site.repo.tree_id(from)?, site.repo.tree_id(head)?)?;
        let how = match others.keys().all(|path| self.is_book(path)) {
            true => Integration::Fits { base, touched },
            false => Integration::Rebased { base, touched },
        };
        Ok(Event::Integrated(how))
    }

    /// Whether the driver keeps its books in this file: no check that passed fails because of it.
    fn is_book(&self, path: &Path) -> bool {
        let Some(path) = tree_path(path) else { return false };
        let plan = &self.state.plan;
        let of_gate = plan.gates.iter().filter_map(|gate| gate.path.as_ref());
        let of_unit = plan.units.values().filter_map(|unit| unit.path.as_ref());
        self.is_log(&path) || of_gate.chain(of_unit).any(|own| *own == path)
    }

    fn wrong_branch(&self) -> Result<Option<String>> {
        let now = self.repo.branch()?;
        let short = |name: &Option<String>| {
            let name = name.as_deref().unwrap_or("a commit without a branch");
            name.strip_prefix("refs/heads/").unwrap_or(name).to_owned()
        };
        Ok((now != self.branch).then(|| {
            let wanted = short(&self.branch);
            format!("the checkout stands on {}; check out {wanted} again: git switch {wanted}", short(&now))
        }))
    }

    /// Which of `paths` the person has in the checkout in another form than both the branch and the work.
    fn in_the_way(&self, paths: &BTreeSet<PathBuf>, head: Oid, work: &Snapshot) -> Result<Option<String>> {
        let here = self.repo.snapshot(None)?;
        let mut found = Vec::new();
        for path in paths.iter().filter(|path| !self.written.has(path)) {
            let wanted = work.get(path);
            let there = match here.get(path) {
                Some(there) => Some(there),
                // Ignored here, and yet part of the work.
                None if self.repo.text_at(head, path).is_none() => self.repo.on_disk(path)?,
                None => None,
            };
            if there.is_some() && there != wanted {
                found.push(path.display().to_string());
            }
        }
        let more = found.len().saturating_sub(NAMED);
        found.truncate(NAMED);
        let names = found.join(", ") + &if more > 0 { format!(" and {more} more") } else { String::new() };
        Ok((!found.is_empty())
            .then(|| format!("you have uncommitted changes in {names}; commit or stash them: git stash -u")))
    }

    /// Commits a lane's work with the books, and brings the branch and the checkout to it.
    pub(super) fn commit_from_lane(&mut self, site: &Site, commit: &Commit) -> Result<Event> {
        let Content::Unit { base, touched } = &commit.content else { return self.commit(commit) };
        let from = object(&base.head)?;
        if self.repo.head()? != from || self.wrong_branch()?.is_some() {
            return Ok(Event::Integrated(Integration::Moved));
        }
        let dispatch = site.repo.dispatch_in(object(origin(base))?)?;
        let unit = commit.trailers.get("Feature").map_or("", String::as_str);
        site.repo.fold_back(&dispatch, &self.refname(unit, "lane-commits"))?;
        let mut paths = git_paths(touched);
        let now = site.repo.snapshot(Some(&dispatch.snapshot))?;
        paths.extend(dispatch.snapshot.touched(&now).into_iter().filter(|path| tree_path(path).is_none()));
        let books = match self.books(site, &dispatch.commit, &paths) {
            Ok(books) => books,
            Err(error) if error.kind == Kind::Repository => {
                return Ok(Event::Integrated(Integration::InTheWay { why: error.to_string() }));
            }
            Err(error) => return Err(error),
        };
        for (path, book) in &books {
            store::write_atomically(&site.root.join(path), &book.committed)?;
        }
        paths.extend(books.keys().cloned());
        let trailers: Vec<(&str, &str)> =
            commit.trailers.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        let message = repo::message(&commit.subject, "", &trailers);
        let made = match site.repo.commit(&paths, &Instead::new(), &message) {
            Ok(made) => made,
            Err(error) if error.kind == Kind::NothingToCommit => {
                return Ok(Event::Committed { commit: None });
            }
            Err(error) if error.kind == Kind::Hook => {
                return Ok(Event::CommitRefused { reason: error.message });
            }
            Err(error) => return Err(error),
        };
        let own = books.keys().cloned().collect();
        let landing = self.repo.land(self.branch.as_deref().unwrap_or("HEAD"), from, made, &own)?;
        match landing {
            Landing::Moved => return Ok(Event::Integrated(Integration::Moved)),
            Landing::InTheWay(words) => {
                let why = format!("git cannot bring it into your files: {words}");
                return Ok(Event::Integrated(Integration::InTheWay { why }));
            }
            Landing::Behind(words) => self.progress.warn(&behind(&words)),
            Landing::Landed => {}
        }
        for (path, book) in books {
            if let Some(text) = book.here {
                store::write_atomically(&self.root.join(path), &text)?;
            }
        }
        self.written.clear()?;
        Ok(Event::Committed { commit: Some(made.to_string()) })
    }

    /// What goes into the commit for each file that the driver wrote in the checkout.
    fn books(
        &self,
        site: &Site,
        start: &Oid,
        touched: &BTreeSet<PathBuf>,
    ) -> Result<BTreeMap<PathBuf, Book>> {
        let standing = self.standing();
        let over = |tree: Tree| standing.over(tree);
        let committed = self.words(self.repo.head()?);
        let (before, theirs) = (over(self.own_texts_at(*start)), over(self.own_texts_in(&site.root)));
        let mut books = BTreeMap::new();
        for path in self.written.ledger().paths() {
            let (file, now) = (git_path(&path), std::fs::read(self.root.join(path.as_str())).ok());
            let ours =
                if self.written.ledger().is_whole(&path) { now.clone() } else { bytes(&committed, &path) };
            let Some(ours) = ours else { continue };
            let mut book = Book { committed: ours, here: None };
            if touched.contains(&file)
                && let Some(theirs) = bytes(&theirs, &path)
            {
                let before = bytes(&before, &path).unwrap_or_default();
                let committed = self.with_theirs(&path, &before, &book.committed, &theirs)?;
                let with_edits = |now: &[u8]| self.with_theirs(&path, &book.committed, now, &committed);
                let here = now.as_deref().map(with_edits).transpose()?;
                book = Book { committed, here };
            }
            books.insert(file, book);
        }
        Ok(books)
    }

    fn with_theirs(&self, path: &RelPath, before: &[u8], ours: &[u8], theirs: &[u8]) -> Result<Vec<u8>> {
        if before == ours {
            return Ok(theirs.to_vec());
        }
        self.repo.merge_texts(before, ours, theirs)?.ok_or_else(|| {
            let what = format!("{path} was changed here and by the session in the same lines");
            Error::new(Kind::Repository, what).hint("take your change back, or commit it")
        })
    }

    /// Brings the session's part of the commit `to`, made on top of `from`, into the files that the driver wrote in the
    /// checkout, too. What else stands there stays.
    fn bring_books(&self, from: Oid, to: Oid) -> Result<()> {
        let (ledger, words) = (self.written.ledger(), self.words(from));
        for path in ledger.paths().into_iter().filter(|path| !ledger.is_whole(path)) {
            let file = self.root.join(path.as_str());
            let committed = self.repo.text_at(to, &git_path(&path));
            let (Some(ours), Some(committed), Ok(now)) =
                (bytes(&words, &path), committed, std::fs::read(&file))
            else {
                continue;
            };
            if ours != committed && now != committed {
                store::write_atomically(&file, &self.with_theirs(&path, &ours, &now, &committed)?)?;
            }
        }
        Ok(())
    }

    /// Whether a killed driver made the commit; then the checkout is brought along if it was not.
    pub(super) fn find_landed(&mut self, unit: &str, base: &Base) -> Result<Event> {
        let found = self.repo.find_by_trailer(object(&base.head)?, "Feature", unit)?;
        if let Some(commit) = found {
            if self.repo.head()? == commit {
                if let Landing::Behind(words) = self.repo.follow(commit, &self.written.files())? {
                    self.progress.warn(&behind(&words));
                }
                if let Err(error) = self.bring_books(object(&base.head)?, commit) {
                    self.progress.warn(&behind(&error.to_string()));
                }
            }
            self.written.clear()?;
        }
        Ok(Event::CommitFound { commit: found.map(|id| id.to_string()) })
    }
}

/// A file of the driver's books.
struct Book {
    /// What is committed.
    committed: Vec<u8>,
    /// What stands in the checkout afterwards, when the session changed it, too.
    here: Option<Vec<u8>>,
}

fn behind(words: &str) -> String {
    format!("the unit is committed, but your files could not be brought along: {words}")
}

/// What the work has at `paths`; where that is what the commit has, as the commit has it.
fn states(
    paths: &BTreeSet<PathBuf>,
    work: &Snapshot,
    head: Oid,
    site: &Site,
) -> Result<BTreeMap<PathBuf, State>> {
    let mut states = BTreeMap::new();
    for path in paths {
        let state = work.get(path).map_or_else(|| site.repo.state_in(head, path), |state| Ok(Some(state)))?;
        states.insert(path.clone(), state.unwrap_or(State::Gone));
    }
    Ok(states)
}
