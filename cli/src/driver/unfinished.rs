//! What a killed driver left, seen before its journal is taken up: the checks that come before a run must
//! not take a session's work for the person's.

use super::attempt::object;
use crate::error::Result;
use crate::journal;
use crate::load::Loaded;
use crate::repo::{Repo, attempt_ref};
use git2::Oid;
use specfuse_core::drive::{Base, Phase, Record, State, UnitRecord, books, step};
use specfuse_core::edit;
use specfuse_core::model::Feature;
use specfuse_core::model::id::short;
use specfuse_core::path::RelPath;
use specfuse_core::tree::Tree;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What the journal of the feature in the folder `feature` comes to.
fn state(root: &Path, feature: &str) -> State {
    let path = journal::state_dir(root, feature).join("journal.jsonl");
    let mut state = State::default();
    for record in journal::read::<Record>(&path).map(|history| history.records).unwrap_or_default() {
        step(&mut state, record);
    }
    state
}

/// Whether a driver was killed in the midst of this feature.
pub(crate) fn is_unfinished(root: &Path, feature: &Feature) -> bool {
    !state(root, feature.folder_name()).is_at_rest()
}

/// Whether a session may have been at work in the checkout when its driver was killed.
pub(super) fn has_open_attempt(root: &Path, feature: &Feature) -> bool {
    open_attempt(&state(root, feature.folder_name())).is_some()
}

fn open_attempt(state: &State) -> Option<&Base> {
    match &state.phase {
        Phase::Attempt(attempt) if !attempt.base.tree.is_empty() => Some(&attempt.base),
        _ => None,
    }
}

/// Puts the plan of each feature with an open attempt back to what it was when that attempt began: in
/// `loaded`, not on disk. The driver judges what the session did to the files when it goes on.
///
/// # Errors
/// When git cannot read what was kept.
pub(super) fn see_as_dispatched(root: &Path, loaded: &mut Loaded) -> Result<()> {
    for name in journal::features(root) {
        let Ok(folder) = RelPath::new(&format!("{}/{name}", crate::load::FEATURES)) else { continue };
        let state = state(root, &name);
        let Some(base) = open_attempt(&state) else { continue };
        let then = Repo::open_in_any_state(root)?.plan_at(object(&base.tree)?, &folder, &loaded.tree)?;
        lay_over(&mut loaded.tree, &then, &folder);
    }
    Ok(())
}

fn lay_over(tree: &mut Tree, then: &Tree, folder: &RelPath) {
    let shared =
        |path: &RelPath| path.as_str().strip_prefix(".specfuse/").is_some_and(|name| !name.contains('/'));
    let stale: Vec<RelPath> = tree
        .iter()
        .map(|(path, _)| path)
        .filter(|path| (path.below(folder).is_some() || shared(path)) && then.get(path).is_none())
        .cloned()
        .collect();
    stale.iter().for_each(|path| tree.remove(path));
    then.iter().for_each(|(path, entry)| tree.insert(path.clone(), entry.clone()));
}

/// The files among `paths` that are as an attempt left or found them whose work still stands for the next one,
/// what a driver writes in them aside.
pub(super) fn retained(repo: &Repo, feature: &Feature, paths: &BTreeSet<PathBuf>) -> BTreeSet<PathBuf> {
    let state = state(repo.root(), feature.folder_name());
    let names = |(id, record): (&String, &UnitRecord)| {
        let name = |what: String| attempt_ref(feature.folder_name(), short(id), &what);
        let mut names = Vec::new();
        for attempt in (1..=record.last_attempt).rev() {
            names.extend([name(attempt.to_string()), name(format!("{attempt}-start"))]);
        }
        names
    };
    let standing = state.units.iter().filter(|(_, record)| record.retained.is_some());
    let kept: Vec<Oid> = standing
        .flat_map(names)
        .filter_map(|name| repo.dispatch_at(&name).ok().flatten().map(|kept| kept.commit))
        .collect();
    let stands = |path: &&PathBuf| {
        let now = std::fs::read(repo.root().join(path)).ok();
        kept.iter().any(|kept| is_same_work(path, repo.text_at(*kept, path), now.as_deref()))
    };
    paths.iter().filter(stands).cloned().collect()
}

fn is_same_work(path: &Path, kept: Option<Vec<u8>>, now: Option<&[u8]>) -> bool {
    let kind = path.to_str().and_then(|path| RelPath::new(path).ok()).map(|path| books::kind_of(&path));
    match (kept.as_deref(), now) {
        (Some(kept), Some(now)) => {
            let texts = std::str::from_utf8(kept).ok().zip(std::str::from_utf8(now).ok()).zip(kind);
            let is_same = |((kept, now), kind)| edit::differs_by_driver_only(kind, kept, now);
            kept == now || texts.is_some_and(is_same)
        }
        (kept, now) => kept == now,
    }
}
