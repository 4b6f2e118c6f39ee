//! What changed, as a diff that people read and `git apply` takes.

use super::{Repo, Snapshot, failed};
use crate::error::Result;
use git2::{DiffFormat, DiffOptions, Oid};

impl Repo {
    /// From the files that the commit `from` holds to those of `now`.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn diff(&self, from: Oid, now: &Snapshot) -> Result<Vec<u8>> {
        let refused = |e: git2::Error| failed("compare the work tree", &e);
        let tree = self.tree_with(&self.tree_of(now.head())?, &now.entries)?;
        let tree = self.git.find_tree(tree).map_err(refused)?;
        let mut options = DiffOptions::new();
        options.show_binary(true).ignore_submodules(true);
        let old = self.tree_of(from)?;
        let diff =
            self.git.diff_tree_to_tree(Some(&old), Some(&tree), Some(&mut options)).map_err(refused)?;
        let mut text = Vec::new();
        diff.print(DiffFormat::Patch, |_, _, line| {
            if matches!(line.origin(), '+' | '-' | ' ') {
                text.push(line.origin() as u8);
            }
            text.extend_from_slice(line.content());
            true
        })
        .map_err(refused)?;
        Ok(text)
    }
}
