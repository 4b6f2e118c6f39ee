//! Looks at how a session rewrote its unit; whatever else it did is kept and taken back.

use super::attempt::object;
use super::lane::Site;
use super::{Driver, git_path, tree_path};
use crate::error::Result;
use crate::facts;
use specfuse_core::diagnostic::{Finding, Severity};
use specfuse_core::drive::{Base, Event, replan};
use specfuse_core::edit;
use specfuse_core::lint::Linter;
use specfuse_core::path::RelPath;
use specfuse_core::schema::FileKind;

impl Driver<'_> {
    pub(super) fn rewrite(&mut self, site: &Site, unit: &str, attempt: u32, base: &Base) -> Result<Event> {
        let path = self.state.plan.units.get(unit).and_then(|view| view.path.clone());
        let new = path.as_ref().filter(|path| site.repo.has_real_folders(&git_path(path)));
        let new = new.and_then(|path| std::fs::read_to_string(site.root.join(path.as_str())).ok());
        self.take_back(site, unit, attempt, base)?;
        let judged = match (path, new) {
            (Some(path), Some(new)) => self.judge_rewritten(&path, &new)?,
            _ => Err("its file is gone".into()),
        };
        Ok(match judged {
            Ok(text) => Event::Rewritten { text: Some(text), why: String::new() },
            Err(why) => Event::Rewritten { text: None, why },
        })
    }

    fn take_back(&mut self, site: &Site, unit: &str, attempt: u32, base: &Base) -> Result<()> {
        let dispatch = site.repo.dispatch_in(object(&base.tree)?)?;
        let name = |what: &str| self.refname(unit, &format!("{attempt}-{what}"));
        site.repo.fold_back(&dispatch, &name("replan-commits"))?;
        let now = site.repo.snapshot(Some(&dispatch.snapshot))?;
        let mut touched = dispatch.snapshot.touched(&now);
        touched.retain(|path| tree_path(path).is_none_or(|path| !self.is_log(&path)));
        if !touched.is_empty() {
            site.repo.save(
                &name("replan"),
                &now,
                &format!("Rewritten before attempt {attempt} of {unit}\n"),
            )?;
        }
        if site.lane > 0 {
            return site.repo.bring_to(dispatch.head);
        }
        site.repo.restore(&dispatch, &touched)?;
        self.put_back_log(site, base)
    }

    /// The file with its new body, when that differs and lints as the old one did.
    fn judge_rewritten(&mut self, path: &RelPath, new: &str) -> Result<std::result::Result<String, String>> {
        let (loaded, feature) = self.read()?;
        let Some(old) = loaded.tree.text(path) else { return Ok(Err("its file is gone".into())) };
        let text = match replan::rewritten(old, new) {
            Ok(text) => text,
            Err(why) => return Ok(Err(why)),
        };
        let mut tree = loaded.tree.clone();
        // As one that is to be dispatched: under way, less would be asked of it.
        let pending =
            edit::with_key(FileKind::Unit, &text, &["status"], &edit::Value::Text("pending".into()));
        tree.insert_text(path.clone(), pending.as_deref().unwrap_or(&text));
        let facts = facts::gather(&loaded, &feature);
        let feature = specfuse_core::parse::feature(&tree, &self.folder);
        let is_new =
            |finding: &&Finding| finding.severity == Severity::Error && finding.primary.file == *path;
        let findings = Linter::default().lint(&tree, &feature, &facts);
        Ok(match findings.iter().find(is_new) {
            Some(finding) => {
                Err(format!("its new body does not lint: {}: {}", finding.rule, finding.message))
            }
            None => Ok(text),
        })
    }
}
