//! What rules about a feature as a whole may look at.

use crate::graph::Graph;
use crate::model::Feature;
use crate::path::RelPath;
use crate::tree::Tree;
use std::collections::BTreeSet;

/// What the repository knows beyond the tree. Nothing is assumed of what is not known.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Facts {
    /// Names at the repository's top, files and folders, when known.
    pub top_level: Option<BTreeSet<String>>,
    /// Those of the units' `produces` paths that are folders, as written.
    pub directories: BTreeSet<String>,
    /// The repository's default branch, when known.
    pub default_branch: Option<String>,
}

/// A feature, with everything that is known about it.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// All files.
    pub tree: &'a Tree,
    /// The feature under check.
    pub feature: &'a Feature,
    /// Its dependencies, resolved.
    pub graph: &'a Graph,
    /// What the repository knows beyond the tree.
    pub facts: &'a Facts,
}

impl Context<'_> {
    /// Where `PLAN.md` is, or would be.
    pub fn plan_path(&self) -> RelPath {
        self.feature.folder.join("PLAN.md").expect("a plain name can be joined to any folder")
    }
}
