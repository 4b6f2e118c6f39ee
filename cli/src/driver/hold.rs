//! Holds the tree as it is while a session looks at it, and keeps what an attempt changed as a diff.

use super::lane::Site;
use super::{Driver, tree_path};
use crate::error::{Error, Result};
use crate::repo::{Dispatch, Snapshot};
use specfuse_core::drive::Event;

/// What an attempt changed, in its folder.
const DIFF_FILE: &str = "changes.diff";

impl Driver<'_> {
    /// The first time, remembers the tree. After that, keeps what changed since under a ref and takes it
    /// back, history included.
    pub(super) fn hold(&mut self, site: &Site, unit: &str, attempt: u32) -> Result<Event> {
        let name = |what: &str| self.refname(unit, &format!("{attempt}-{what}"));
        let Some(held) = site.repo.dispatch_at(&name("held"))? else {
            site.repo.dispatch(&name("held"))?;
            return Ok(Event::Held { dropped: Vec::new() });
        };
        site.repo.fold_back(&held, &name("held-commits"))?;
        let now = site.repo.snapshot(Some(&held.snapshot))?;
        let touched = held.snapshot.touched(&now);
        if !touched.is_empty() {
            site.repo.save(&name("dropped"), &now, &format!("Dropped from attempt {attempt} of {unit}\n"))?;
            site.repo.restore(&held, &touched)?;
        }
        Ok(Event::Held { dropped: touched.iter().filter_map(|path| tree_path(path)).collect() })
    }

    /// Keeps what an attempt changed so far in its folder.
    pub(super) fn keep_diff(
        &self,
        site: &Site,
        unit: &str,
        attempt: u32,
        dispatch: &Dispatch,
        now: &Snapshot,
    ) -> Result<()> {
        let folder = self.attempt_folder(unit, attempt);
        if !folder.exists() {
            return Ok(());
        }
        let path = folder.join(DIFF_FILE);
        let diff = site.repo.patch_to(dispatch.commit, now)?;
        std::fs::write(&path, diff).map_err(|e| Error::io(format_args!("write {}", path.display()), e))
    }

    /// What an attempt changed, as kept; empty when nothing is.
    pub(super) fn kept_diff(&self, unit: &str, attempt: u32) -> String {
        let bytes = std::fs::read(self.attempt_folder(unit, attempt).join(DIFF_FILE)).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}
