//! Judges a plan: every rule over every file of a feature, as findings with places and fixes.
//!
//! A rule is one file in `rules/` with its page beside it. Linting never panics, never stops at
//! the first problem, and takes linear time in the text.

mod closing;
mod closing_ready;
pub mod config;
pub mod context;
mod drafts;
pub mod entries;
pub mod examples;
mod files;
mod fix_all;
pub mod glob;
#[cfg(test)]
mod laws;
mod limit;
mod linter;
mod mend;
mod money;
pub mod pages;
pub mod rule;
pub mod rules;
pub mod sink;
pub mod source;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod values;
#[cfg(test)]
mod variants;
mod vocabulary;
pub mod words;

pub use closing_ready::{ClosingCheck, closing_check};
pub use context::{Context, Facts};
pub use drafts::draft_findings;
pub use fix_all::{Fixed, fix_all, fix_file};
pub use linter::Linter;
pub use rule::{Check, Rule};
pub use sink::{Report, Sink};
pub use source::Source;

use crate::diagnostic::Finding;
use crate::path::RelPath;
use crate::tree::Tree;

/// All findings of the feature in `folder`, keeping nothing; see [`Linter::lint`].
pub fn lint(tree: &Tree, folder: &RelPath, facts: &Facts) -> Vec<Finding> {
    Linter::default().lint(tree, &crate::parse::feature(tree, folder), facts)
}

/// The rule with this id.
pub fn find_rule(id: &str) -> Option<&'static Rule> {
    rules::place(id).map(|place| rules::ALL[place])
}
