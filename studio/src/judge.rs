//! What judges a plan. In a browser it comes later than the plan, with all that works on it.

use specfuse_core::diagnostic::Finding;
use specfuse_core::lint::{Facts, Linter};
use specfuse_core::model::Feature;
use specfuse_core::tree::Tree;

/// What lint says.
pub fn lint(linter: &mut Linter, tree: &Tree, feature: &Feature) -> Vec<Finding> {
    linter.lint(tree, feature, &Facts::default())
}

/// What lint says, once it is here.
pub fn judge(linter: &mut Linter, tree: &Tree, feature: &Feature) -> Option<Vec<Finding>> {
    #[cfg(target_arch = "wasm32")]
    let lint = crate::later::work::here()?.lint;
    Some(lint(linter, tree, feature))
}
