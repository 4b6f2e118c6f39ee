//! What the repository knows that lint asks for beyond the plan's own files.

use crate::load::{self, Loaded, Place};
use specfuse_core::lint::Facts;
use specfuse_core::model::Feature;
use specfuse_core::path::RelPath;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The facts for linting `feature`. A feature that stands alone knows nothing of its repository.
pub fn gather(loaded: &Loaded, feature: &Feature) -> Facts {
    Known::default().gather(&loaded.place, feature)
}

/// What the repository was asked before; the disk is asked again only of what is new.
#[derive(Debug, Default)]
pub struct Known {
    top: Option<(Option<BTreeSet<String>>, Option<String>)>,
    directories: BTreeMap<RelPath, bool>,
}

impl Known {
    /// The facts for linting `feature` at `place`.
    pub fn gather(&mut self, place: &Place, feature: &Feature) -> Facts {
        let Place::Repository(root) = place else { return Facts::default() };
        let files = feature.units.iter().filter_map(|unit| unit.file.as_ref());
        let produced: Vec<(&str, RelPath)> = files
            .flat_map(|file| &file.produces)
            .filter_map(|text| RelPath::new(&text.value).ok().map(|path| (text.value.as_str(), path)))
            .collect();
        let asked =
            produced.iter().map(|(_, path)| path).filter(|path| !self.directories.contains_key(*path));
        let asked: Vec<&RelPath> = asked.collect();
        let found = load::directories(root, asked.iter().copied());
        self.directories.extend(asked.into_iter().map(|path| (path.clone(), found.contains(path))));
        let (top_level, default_branch) =
            self.top.get_or_insert_with(|| (load::top_level(root).ok(), default_branch(root))).clone();
        let is_folder = |path: &RelPath| self.directories.get(path).copied().unwrap_or(false);
        let folders = produced.iter().filter(|(_, path)| is_folder(path));
        Facts {
            top_level,
            default_branch,
            directories: folders.map(|(text, _)| (*text).to_owned()).collect(),
        }
    }
}

/// The branch that `origin/HEAD` points at; without a remote, `main` or `master` when just one of
/// them exists.
pub(crate) fn default_branch(root: &Path) -> Option<String> {
    let repository = git2::Repository::open(root).ok()?;
    let remote = repository.find_reference("refs/remotes/origin/HEAD").ok();
    if let Some(target) = remote.as_ref().and_then(|head| head.symbolic_target().ok().flatten()) {
        return target.strip_prefix("refs/remotes/origin/").map(str::to_owned);
    }
    let mut usual = ["main", "master"]
        .into_iter()
        .filter(|name| repository.find_branch(name, git2::BranchType::Local).is_ok());
    usual.next().filter(|_| usual.next().is_none()).map(str::to_owned)
}
