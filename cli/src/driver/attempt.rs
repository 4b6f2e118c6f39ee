//! The steps of an attempt that touch the work tree: opening it, looking at what its session did, and
//! keeping and taking back what failed.

use super::arming::draft_lint;
use super::lane::Site;
use super::{Driver, git_path, tree_path};
use crate::error::{Error, Kind, Result};
use crate::repo::{Dispatch, Snapshot, attempt_ref};
use crate::{journal, store};
use git2::Oid;
use specfuse_core::close::requirements;
use specfuse_core::drive::claims;
use specfuse_core::drive::{Base, Event, TreeFacts, guards};
use specfuse_core::model::id::short;
use specfuse_core::model::status::UnitType;
use specfuse_core::model::{Feature, Unit};
use specfuse_core::path::RelPath;
use specfuse_core::tree::Tree;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

impl Driver<'_> {
    /// Remembers the tree that an attempt in the checkout starts from. With `retained`, the work of the attempt before
    /// stands in it and counts as this attempt's.
    pub(super) fn open(
        &mut self,
        site: &Site,
        unit: &str,
        attempt: u32,
        retained: Option<Base>,
        work: Option<u32>,
    ) -> Result<Event> {
        let taken = match work {
            Some(earlier) => self.take_again(site, unit, attempt, earlier)?,
            None => None,
        };
        let dispatch = self.repo.dispatch(&self.refname(unit, &format!("{attempt}-start")))?;
        let origin = match retained {
            Some(base) => {
                let earlier = self.repo.dispatch_in(object(origin(&base))?)?;
                let name = self.refname(unit, &format!("{attempt}-origin"));
                let left = self.left_by(unit, attempt, &base)?;
                let own = self.own_without_work(&earlier)?;
                let now = &dispatch.snapshot;
                let touched = earlier.snapshot.touched(left.as_ref().unwrap_or(now));
                let kept = self.repo.dispatch_again(&name, &earlier, &touched, now, &own)?;
                Some(kept.commit.to_string())
            }
            None => taken.map(|origin| origin.commit.to_string()),
        };
        let (head, tree) = (dispatch.head.to_string(), dispatch.commit.to_string());
        Ok(Event::Opened { base: Base { head, tree, origin, work: None } })
    }

    /// What a session did to the tree and to the history; the history is put back.
    pub(super) fn inspect(&mut self, site: &Site, unit: &str, attempt: u32, base: &Base) -> Result<Event> {
        let dispatch = site.repo.dispatch_in(object(origin(base))?)?;
        let folded = site.repo.fold_back(&dispatch, &self.refname(unit, &format!("{attempt}-commits")))?;
        let own_commits = match folded.commits_to {
            Some(tip) => site.repo.count_commits(dispatch.head, tip),
            None => 0,
        };
        self.put_back_log(site, base)?;
        let now = site.repo.snapshot(Some(&dispatch.snapshot))?;
        let touched = self.touched(site, &dispatch, &now);
        self.keep_diff(site, unit, attempt, &dispatch, &now)?;
        let (loaded, feature) = self.read_in(site)?;
        let tree = &loaded.tree;
        let before = site.repo.plan_at(dispatch.commit, &self.folder, tree)?;
        let index = feature.find_unit(unit);
        let found = index.map(|index| &feature.units[index]);
        let mut tampered = self.tampered(unit, &before, tree);
        if let Some(view) = self.state.plan.units.get(unit) {
            tampered.extend(guards::off_limits(view, &touched));
        }
        if folded.stuck {
            tampered.push("the work was done on another branch and does not fit this one".to_owned());
        }
        Ok(Event::Inspected(TreeFacts {
            produced: self.produced(site, unit, &now, &touched)?,
            tampered,
            switched_branch: folded.switched_to,
            own_commits,
            unmet: found.map(|unit| unmet(&before, tree, &feature, unit, &touched)).unwrap_or_default(),
            tree: if self.state.plan.head.has_narrow() { Some(self.tree_name(site)?) } else { None },
            draft_lint: match found.filter(|unit| unit.kind() == Some(UnitType::PlanNext)) {
                Some(unit) => draft_lint(&loaded, &feature, feature.gates[unit.gate].number),
                None => Vec::new(),
            },
            verdict: found.and_then(|unit| unit.file.as_ref()?.verdict.get().copied()),
            touched,
        }))
    }

    /// The files that changed since the dispatch, the driver's own log aside.
    fn touched(&mut self, site: &Site, dispatch: &Dispatch, now: &Snapshot) -> Vec<RelPath> {
        let touched = dispatch.snapshot.touched(now);
        let unnamed = touched.iter().filter(|path| tree_path(path).is_none()).cloned().collect();
        self.unnamed.insert(site.lane, unnamed);
        touched.iter().filter_map(|path| tree_path(path)).filter(|path| !self.is_log(path)).collect()
    }

    fn tampered(&self, unit: &str, before: &Tree, after: &Tree) -> Vec<String> {
        let plan = &self.state.plan;
        let gate = plan.gate_of(unit).and_then(|gate| plan.gates.get(gate)).map_or(0, |gate| gate.number);
        plan.units
            .get(unit)
            .map(|view| guards::tampering(before, after, &self.folder, view, gate))
            .unwrap_or_default()
    }

    fn produced(
        &self,
        site: &Site,
        unit: &str,
        now: &Snapshot,
        touched: &[RelPath],
    ) -> Result<Vec<specfuse_core::drive::Produced>> {
        let patterns = self.state.plan.units.get(unit).map(|unit| unit.produces.clone()).unwrap_or_default();
        if patterns.is_empty() {
            return Ok(Vec::new());
        }
        let wanted = |path: &RelPath| patterns.iter().any(|pattern| guards::matches(pattern, path.as_str()));
        let known = site.repo.files(now)?.into_iter().filter_map(|path| tree_path(&path));
        let plain = patterns.iter().filter_map(|pattern| RelPath::new(pattern).ok());
        let paths: BTreeSet<RelPath> = known.chain(plain).filter(wanted).collect();
        let files: Vec<(RelPath, u64)> = paths
            .into_iter()
            .filter_map(|path| {
                let meta = site.root.join(path.as_str()).metadata().ok().filter(|meta| meta.is_file())?;
                Some((path, meta.len()))
            })
            .collect();
        let mut produced =
            guards::produced(&patterns, files.iter().map(|(path, bytes)| (path, *bytes)), touched);
        let documents: Vec<&RelPath> = files
            .iter()
            .filter(|(path, bytes)| *bytes <= claims::MAX_BYTES && claims::is_document(path))
            .map(|(path, _)| path)
            .filter(|path| touched.contains(path))
            .collect();
        for entry in produced.iter_mut().filter(|entry| entry.touched) {
            let mut named = documents.iter().filter(|path| guards::matches(&entry.pattern, path.as_str()));
            entry.contradiction = named.find_map(|path| {
                let text = std::fs::read_to_string(site.root.join(path.as_str())).ok()?;
                claims::contradiction(path, &text)
            });
        }
        Ok(produced)
    }

    /// Keeps what a failed attempt did, then takes it back unless it is to stay.
    pub(super) fn settle(
        &mut self,
        site: &Site,
        unit: &str,
        attempt: u32,
        base: &Base,
        retain: bool,
    ) -> Result<Event> {
        if base.tree.is_empty() {
            return Ok(Event::Settled { snapshot: None, tree: None });
        }
        let dispatch = site.repo.dispatch_in(object(origin(base))?)?;
        site.repo.fold_back(&dispatch, &self.refname(unit, &format!("{attempt}-commits")))?;
        let now = site.repo.snapshot(Some(&dispatch.snapshot))?;
        let mut touched = dispatch.snapshot.touched(&now);
        touched.retain(|path| tree_path(path).is_none_or(|path| !self.is_log(&path)));
        let name = self.refname(unit, &attempt.to_string());
        if site.lane > 0 && site.repo.dispatch_at(&name)?.is_some() {
            // Kept by a driver that was killed then; the lane may be clean already.
            site.repo.bring_to(dispatch.head)?;
            return Ok(Event::Settled { snapshot: Some(name), tree: Some(self.tree_name(site)?) });
        }
        if touched.is_empty() {
            if site.lane > 0 {
                site.repo.bring_to(dispatch.head)?;
            } else {
                self.put_back_log(site, base)?;
            }
            let kept = site.repo.dispatch_at(&name)?.map(|_| name);
            return Ok(Event::Settled { snapshot: kept, tree: Some(self.tree_name(site)?) });
        }
        self.keep_diff(site, unit, attempt, &dispatch, &now)?;
        site.repo.save(&name, &now, &format!("Attempt {attempt} of {unit}\n"))?;
        if site.lane > 0 {
            // Work that is to stay comes back from where it is kept: another unit may be next here.
            site.repo.bring_to(dispatch.head)?;
            return Ok(Event::Settled { snapshot: Some(name), tree: Some(self.tree_name(site)?) });
        }
        if !retain {
            site.repo.restore(&dispatch, &touched)?;
        }
        self.put_back_log(site, base)?;
        Ok(Event::Settled { snapshot: Some(name), tree: Some(self.tree_name(site)?) })
    }

    /// Puts back what checks left in the tree of an attempt that is settled; what they left is kept.
    pub(super) fn put_back(&mut self, site: &Site, unit: &str, attempt: u32, base: &Base) -> Result<Event> {
        let dispatch = site.repo.dispatch_in(object(origin(base))?)?;
        if site.lane > 0 {
            site.repo.bring_to(dispatch.head)?;
            return Ok(Event::PutBack);
        }
        let now = site.repo.snapshot(Some(&dispatch.snapshot))?;
        let mut touched = dispatch.snapshot.touched(&now);
        touched.retain(|path| !self.is_own(path));
        if !touched.is_empty() {
            let name = self.refname(unit, &format!("{attempt}-baseline"));
            site.repo.save(
                &name,
                &now,
                &format!("Left by the checks before attempt {attempt} of {unit}\n"),
            )?;
            site.repo.restore(&dispatch, &touched)?;
        }
        Ok(Event::PutBack)
    }

    /// The name of what stands in a work tree, the feature's own folder aside.
    pub(super) fn tree_name(&self, site: &Site) -> Result<String> {
        site.repo.name_without(&git_path(&self.folder)).map(|id| id.to_string())
    }

    /// Puts the work of an earlier attempt that was taken back into the tree again; the tree without it.
    /// `None` when it does not fit any more.
    fn take_again(&self, site: &Site, unit: &str, attempt: u32, earlier: u32) -> Result<Option<Dispatch>> {
        let work = site.repo.dispatch_at(&self.refname(unit, &earlier.to_string()))?;
        let (Some(base), Some(work)) = (self.start_of(unit, earlier)?, work) else { return Ok(None) };
        let name = self.refname(unit, &format!("{attempt}-origin"));
        site.repo.take_again(&name, base.commit, work.commit, |path| self.is_own(path))
    }

    /// The work of an earlier attempt as a lane takes it up.
    pub(super) fn base_of_work(&self, unit: &str, earlier: Option<u32>) -> Result<Option<Base>> {
        let Some(earlier) = earlier else { return Ok(None) };
        let work = Some(self.refname(unit, &earlier.to_string()));
        let base = self.start_of(unit, earlier)?;
        Ok(base.map(|base| Base {
            head: base.head.to_string(),
            tree: base.commit.to_string(),
            origin: None,
            work,
        }))
    }

    /// What the attempt before `attempt` left that started from the tree of `base`. `None` when what was kept of
    /// it is gone: then all that differs now is taken for its work.
    fn left_by(&self, unit: &str, attempt: u32, base: &Base) -> Result<Option<Snapshot>> {
        let start = object(&base.tree)?;
        for number in (1..attempt).rev() {
            if self.repo.ref_target(&self.refname(unit, &format!("{number}-start"))) == Some(start) {
                let kept = self.repo.dispatch_at(&self.refname(unit, &number.to_string()))?;
                // Of an attempt that changed nothing, nothing is kept.
                return kept
                    .map_or_else(|| self.repo.dispatch_in(object(origin(base))?), Ok)
                    .map(|it| Some(it.snapshot));
            }
        }
        Ok(None)
    }

    /// The tree that an earlier attempt's work is counted from.
    fn start_of(&self, unit: &str, attempt: u32) -> Result<Option<Dispatch>> {
        match self.repo.dispatch_at(&self.refname(unit, &format!("{attempt}-origin")))? {
            Some(origin) => Ok(Some(origin)),
            None => self.repo.dispatch_at(&self.refname(unit, &format!("{attempt}-start"))),
        }
    }

    /// The event log as it was when the session started: nobody else writes it.
    pub(super) fn put_back_log(&self, site: &Site, base: &Base) -> Result<()> {
        let path = self.folder.join("events.jsonl").map_err(|e| Error::io("name the event log", e))?;
        let path = git_path(&path);
        let (commit, target) = (object(&base.tree)?, site.root.join(&path));
        if site.repo.dispatch_in(commit)?.snapshot.get(&path).is_none() || !site.repo.has_real_folders(&path)
        {
            return Ok(());
        }
        match site.repo.text_at(commit, &path) {
            Some(text) if !std::fs::read(&target).is_ok_and(|now| now == text) => {
                store::write_atomically(&target, &text)
            }
            _ => Ok(()),
        }
    }

    pub(super) fn refname(&self, unit: &str, name: &str) -> String {
        attempt_ref(&self.feature, short(unit), name)
    }

    pub(super) fn attempt_folder(&self, unit: &str, attempt: u32) -> PathBuf {
        journal::attempt_dir(&self.root, &self.feature, unit, attempt)
    }

    /// Whether only the driver writes this file.
    pub(super) fn is_log(&self, path: &RelPath) -> bool {
        path.below(&self.folder) == Some("events.jsonl")
    }

    /// Whether the driver wrote this file since its last commit.
    fn is_own(&self, path: &Path) -> bool {
        self.written.has(path) || tree_path(path).is_some_and(|path| self.is_log(&path))
    }
}

fn unmet(before: &Tree, tree: &Tree, feature: &Feature, unit: &Unit, touched: &[RelPath]) -> Vec<String> {
    if unit.is_closing() { requirements::unmet(before, tree, feature, unit, touched) } else { Vec::new() }
}

/// The tree that an attempt's changes are counted from.
pub(super) fn origin(base: &Base) -> &str {
    base.origin.as_deref().unwrap_or(&base.tree)
}

/// The object that `text` names.
pub(super) fn object(text: &str) -> Result<Oid> {
    Oid::from_str(text)
        .map_err(|e| Error::new(Kind::Repository, format!("the journal names no object: {text:?}: {e}")))
}

/// Paths for git.
pub(super) fn git_paths(paths: &[RelPath]) -> BTreeSet<PathBuf> {
    paths.iter().map(git_path).collect()
}
