//! What the repository knows that lint asks for beyond the plan's own files.

use crate::load::{self, Loaded, Place};
use specfuse_core::lint::Facts;
use specfuse_core::model::Feature;
use specfuse_core::path::RelPath;
use std::path::Path;

/// The facts for linting `feature`. A feature that stands alone knows nothing of its repository.
pub fn gather(loaded: &Loaded, feature: &Feature) -> Facts {
    let Place::Repository(root) = &loaded.place else { return Facts::default() };
    let produced = feature.units.iter().filter_map(|unit| unit.file.as_ref()).flat_map(|file| &file.produces);
    let produced: Vec<(&str, RelPath)> = produced
        .filter_map(|text| RelPath::new(&text.value).ok().map(|path| (text.value.as_str(), path)))
        .collect();
    let directories = load::directories(root, produced.iter().map(|(_, path)| path));
    Facts {
        top_level: load::top_level(root).ok(),
        directories: produced
            .iter()
            .filter(|(_, path)| directories.contains(path))
            .map(|(t, _)| (*t).to_owned())
            .collect(),
        default_branch: default_branch(root),
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
