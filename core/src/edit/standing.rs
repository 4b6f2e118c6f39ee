//! Where a whole feature stands: its plan and its row on the roadmap, changed together.

use super::draft::Draft;
use super::refused::EditRefused;
use super::roadmap::{archive_feature, file, set_roadmap_status};
use super::status::set_plan_status;
use crate::fix::Edits;
use crate::model::Feature;
use crate::model::id::FeatureId;
use crate::model::status::PlanStatus;
use crate::tree::Tree;

/// Changes where a feature stands, in its plan and, where the roadmap lists it, there.
///
/// # Errors
/// When that step is not legal, or the feature has no plan.
pub fn set_feature_status(tree: &Tree, feature: &Feature, status: PlanStatus) -> Result<Edits, EditRefused> {
    let mut edits = set_plan_status(tree, feature, status)?;
    if let Some(id) = listed(feature) {
        edits.merge(set_roadmap_status(tree, &id, status)?);
    }
    Ok(edits)
}

/// The feature's id, when the roadmap has a row for it.
fn listed(feature: &Feature) -> Option<FeatureId> {
    let id = feature.id()?;
    let table = feature.roadmap.as_ref()?.table.as_ref()?;
    let is_listed = table.rows_of(id.as_str()).next().is_some();
    is_listed.then_some(id)
}

/// Moves the section of a feature that is done or abandoned to the archive; its row on the roadmap says what
/// its plan says, and leads there.
///
/// # Errors
/// When it is neither done nor abandoned, or the roadmap has no row or no section for it.
pub fn archive(tree: &Tree, feature: &Feature) -> Result<Edits, EditRefused> {
    let id = feature.id().ok_or_else(|| EditRefused::NoRow(feature.folder_name().to_owned()))?;
    let over = feature.status().filter(|s| matches!(s, PlanStatus::Done | PlanStatus::Abandoned));
    let broken = |_| EditRefused::NoTable;
    let marked = match over {
        Some(status) => set_roadmap_status(tree, &id, status)?.apply(tree).map_err(broken)?,
        None => tree.clone(),
    };
    let after = archive_feature(&marked, &id)?.apply(&marked).map_err(broken)?;
    let mut draft = Draft::new(tree);
    for path in [file("roadmap.md"), file("roadmap-archive.md")] {
        if let Some(text) = after.text(&path) {
            draft.put(&path, text.to_string());
        }
    }
    Ok(draft.finish())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{example, parse};

    fn roadmap(tree: &Tree) -> String {
        tree.text(&file("roadmap.md")).unwrap().to_string()
    }

    fn after(edit: fn(&Tree, &Feature) -> Result<Edits, EditRefused>, tree: &Tree) -> Tree {
        edit(tree, &parse::feature(tree, &example::folder())).unwrap().apply(tree).unwrap()
    }

    #[test]
    fn deferring_changes_the_plan_and_its_row() {
        let before = example::tree();
        let tree = after(|tree, feature| set_feature_status(tree, feature, PlanStatus::Deferred), &before);
        let feature = parse::feature(&tree, &example::folder());
        assert_eq!(feature.status(), Some(PlanStatus::Deferred));
        assert!(roadmap(&tree).contains("| deferred"), "{}", roadmap(&tree));
        let back = after(|tree, feature| set_feature_status(tree, feature, PlanStatus::Active), &tree);
        assert!(
            roadmap(&back).contains("| active") && !roadmap(&back).contains("deferred"),
            "{}",
            roadmap(&back)
        );
    }

    #[test]
    fn only_what_is_over_goes_to_the_archive_and_its_row_follows_the_plan() {
        let before = example::tree();
        let feature = parse::feature(&before, &example::folder());
        let id = feature.id().unwrap();
        assert_eq!(archive(&before, &feature), Err(EditRefused::NotFinished(id.to_string())));
        let done = after(|tree, feature| set_plan_status(tree, feature, PlanStatus::Done), &before);
        let tree = after(archive, &done);
        assert!(roadmap(&tree).contains("roadmap-archive.md#"), "{}", roadmap(&tree));
        assert!(roadmap(&tree).contains("| done"), "{}", roadmap(&tree));
        assert!(tree.text(&file("roadmap-archive.md")).is_some());
    }
}
