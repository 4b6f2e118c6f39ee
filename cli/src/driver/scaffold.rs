//! Brings the scaffold up to date before a run, unless `autosync: false`: the files that nobody changed,
//! forward only, in a commit of their own. A repository without a scaffold is left without one.

use super::unfinished;
use crate::config::Config;
use crate::error::{Kind, Result};
use crate::load::Place;
use crate::repo::{Repo, message};
use crate::report::run::Progress;
use crate::scaffold::sync::{Item, Scaffold, Standing};
use crate::scaffold::{VERSION, VERSION_FILE, manifest};
use crate::store;
use specfuse_core::model::Feature;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Overlays what is older, and commits just that. Whether anything was committed.
///
/// # Errors
/// When a file cannot be written, or the commit is refused.
pub(super) fn sync(repo: &Repo, feature: &Feature, progress: &Progress) -> Result<bool> {
    let config = feature.config.as_ref().map_or("", |config| &config.text);
    if Config::parse(config)?.autosync == Some(false) || unfinished::is_unfinished(repo.root(), feature) {
        return Ok(false);
    }
    let mut scaffold = Scaffold::read(repo.root());
    let from = scaffold.version.clone().unwrap_or_default();
    if scaffold.is_newer() {
        progress.note(&format!(
            "The scaffold here is of version {from}, newer than this program's {VERSION}; it stays."
        ));
        return Ok(false);
    }
    let mut paths = BTreeSet::new();
    if scaffold.is_older() {
        let nobodys = |item: &Item| matches!(item.standing, Standing::New | Standing::Old);
        let edits = scaffold.overlay(repo.root(), nobodys, &[]);
        store::apply(&Place::Repository(repo.root().to_owned()), &scaffold.tree, &edits)?;
        paths.extend(edits.iter().map(|(path, _)| PathBuf::from(path.as_str())));
    } else {
        paths.extend(begun(repo, &scaffold)?);
    }
    if paths.is_empty() {
        return Ok(false);
    }
    let subject = format!("chore(loop): scaffold {VERSION}");
    match repo.commit(&paths, &Default::default(), &message(&subject, "", &[])) {
        Err(error) if error.kind == Kind::NothingToCommit => return Ok(false),
        other => other.map(drop)?,
    }
    let kept: Vec<&str> =
        scaffold.items.iter().filter(|i| i.standing == Standing::Changed).map(|i| i.path.as_str()).collect();
    progress.note(&format!("The scaffold is that of {VERSION} now."));
    if !kept.is_empty() {
        progress.note(&format!(
            "Changed here, so left as they are: {}. `specfuse-loop upgrade` asks about them.",
            kept.join(", ")
        ));
    }
    Ok(true)
}

/// What a driver that was killed in the midst of this has written and not committed.
fn begun(repo: &Repo, scaffold: &Scaffold) -> Result<BTreeSet<PathBuf>> {
    let version = Path::new(VERSION_FILE);
    let snapshot = repo.snapshot(None)?;
    let was_there = repo.text_at(repo.head()?, version).is_some();
    if scaffold.version.as_deref() != Some(VERSION) || snapshot.get(version).is_none() || !was_there {
        return Ok(BTreeSet::new());
    }
    let current = scaffold.items.iter().filter(|item| item.standing == Standing::Current);
    let names = current.map(|item| item.path.as_str()).chain([VERSION_FILE, manifest::FILE]);
    Ok(names.map(PathBuf::from).filter(|path| snapshot.get(path).is_some()).collect())
}
