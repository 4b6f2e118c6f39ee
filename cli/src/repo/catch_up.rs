//! The index after a kill in the midst of a commit: git had moved the branch, and the person's index was not
//! brought along yet.

use super::attempt::entry;
use super::tree::file_in;
use super::{Repo, failed};
use crate::error::Result;
use git2::Oid;

impl Repo {
    /// Brings the changes of `commit` into the index where it still has what stood there before. What the
    /// person has staged since, or otherwise, stays.
    ///
    /// # Errors
    /// When the commit or the index cannot be read or written.
    pub fn catch_up(&self, commit: Oid) -> Result<()> {
        let refused = |e: git2::Error| failed("update the index", &e);
        let made = self.git.find_commit(commit).map_err(refused)?;
        let Ok(before) = made.parent_id(0) else { return Ok(()) };
        let (before, after) = (self.tree_of(before)?, self.tree_of(commit)?);
        let mut index = self.index()?;
        let mut changed = false;
        for path in self.changes_between(&before, &after)?.into_keys() {
            let staged = index.get_path(&path, 0).map(|entry| entry.id);
            if staged != file_in(&before, &path).map(|(id, _)| id) {
                continue;
            }
            match file_in(&after, &path) {
                Some((id, mode)) => index.add(&entry(&path, id, mode as u32)).map_err(refused)?,
                None => index.remove(&path, 0).map_err(refused)?,
            }
            changed = true;
        }
        if changed { self.write_index(&mut index) } else { Ok(()) }
    }
}
