//! What remains to be done once a finished feature's branch is merged, as an issue on GitHub
//! (`post_merge_issue`). A help for people who work there: whatever goes wrong with it stops nothing.

use crate::gh;
use specfuse_core::model::Feature;
use std::path::Path;

/// The section of the plan that lists it.
const CHECKLIST: &str = "Post-merge checklist";

/// Opens the issue, where the project wants one and the plan has a checklist; what to say of it.
pub(super) fn open_issue(root: &Path, feature: &Feature) -> Option<String> {
    let wanted = feature.verification.as_ref()?.post_merge_issue.get() == Some(&true);
    let plan = feature.plan.as_ref().filter(|_| wanted)?;
    let section = plan.doc.body.section(CHECKLIST)?;
    let list = section.body.slice(&plan.doc.text).trim();
    if list.is_empty() {
        return None;
    }
    let id = feature.id()?;
    let title = format!("After the merge of {id}: {}", plan.title.get().map_or("", String::as_str));
    let body =
        format!("Once the branch of {id} is merged:\n\n{list}\n\nFrom {} (`post_merge_issue`).", plan.path);
    Some(match gh::open_issue(root, &title, &body) {
        Ok(url) => format!("What remains after the merge is in {url}"),
        Err(error) => format!("No issue was opened for the {CHECKLIST} of {}: {error}", plan.path),
    })
}
