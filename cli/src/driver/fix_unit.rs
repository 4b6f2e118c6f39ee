//! Looks at the fix unit that a blocked session drafted: in what is kept of its attempt, so that a driver that was
//! killed meanwhile looks at the same.

use super::{Driver, git_path};
use crate::error::Result;
use crate::facts;
use specfuse_core::drive::Event;
use specfuse_core::drive::fix_unit::{self, Draft};

impl Driver<'_> {
    pub(super) fn look_at_draft(&mut self, unit: &str, attempt: u32, file: &str, id: &str) -> Result<Event> {
        let kept = self.repo.dispatch_at(&self.refname(unit, &attempt.to_string()))?;
        let path = fix_unit::path(&self.folder, file);
        let bytes = kept.zip(path).and_then(|(kept, path)| self.repo.text_at(kept.commit, &git_path(&path)));
        let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        let (loaded, feature) = self.read()?;
        let draft = Draft { blocked: unit, file, id, text: text.as_deref() };
        Ok(match fix_unit::insert(&loaded.tree, &feature, &facts::gather(&loaded, &feature), &draft) {
            Ok(files) => Event::Drafted { files, why: String::new() },
            Err(why) => Event::Drafted { files: Vec::new(), why },
        })
    }
}
