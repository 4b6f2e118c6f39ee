//! Renames that reach running text: every place where a unit is named, not only those that are read.

use super::refused::EditRefused;
use super::units::rename_with;
use crate::fix::{Edits, TextEdit, apply_text};
use crate::model::Feature;
use crate::model::id::short;
use crate::model::mention::places;
use crate::path::RelPath;
use crate::tree::Tree;

/// The files in which a person names units of `feature`, in the order of paths; whether each lies in
/// the feature's own folder, where short ids are enough. Logs are records and are left out.
pub fn naming<'t>(tree: &'t Tree, feature: &Feature) -> Vec<(&'t RelPath, bool)> {
    let shared = |path: &RelPath| {
        path.as_str() == ".specfuse/roadmap.md" || path.as_str() == ".specfuse/roadmap-archive.md"
    };
    let files = tree.iter().map(|(path, _)| (path, path.below(&feature.folder).is_some()));
    files.filter(|(path, own)| if *own { path.as_str().ends_with(".md") } else { shared(path) }).collect()
}

/// Gives a unit another id as [`super::rename_unit`] does, and in the prose of the feature's files and
/// of the roadmap too.
///
/// # Errors
/// As [`super::rename_unit`].
pub fn rename_unit_everywhere(
    tree: &Tree,
    feature: &Feature,
    unit: usize,
    id: &str,
    file: Option<&str>,
) -> Result<Edits, EditRefused> {
    rename_with(tree, feature, unit, id, file, |draft| {
        let old = feature.units[unit].id();
        let only = feature.units.iter().filter(|u| u.id() == old).count() == 1;
        for (path, own) in naming(tree, feature).into_iter().filter(|_| only && old != id) {
            let Ok(text) = draft.text(path) else { continue };
            if let Some(text) = with_mentions(text, old, id, own) {
                draft.put(path, text);
            }
        }
    })
}

/// `text` with each mention of `old` made one of `new`; `None` when there is none.
fn with_mentions(text: &str, old: &str, new: &str, short_too: bool) -> Option<String> {
    let mut edits: Vec<TextEdit> = places(text, old).map(|span| TextEdit::replace(span, new)).collect();
    if short_too && short(old) != old {
        edits.extend(places(text, short(old)).map(|span| TextEdit::replace(span, short(new))));
    }
    crate::ordered::sort_by_key(&mut edits, |edit| edit.span);
    apply_text(text, &edits).ok().filter(|_| !edits.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{FOLDER, sketch_tree};
    use crate::parse;

    #[test]
    fn every_mention_gets_the_new_id() {
        let folder = RelPath::new(FOLDER).unwrap();
        let mut tree = sketch_tree("T01; T02 < T01; G1-CLOSE < T02");
        let notes = folder.join("GATE-01-REVIEW.md").unwrap();
        let events = folder.join("events.jsonl").unwrap();
        let roadmap = RelPath::new(".specfuse/roadmap.md").unwrap();
        tree.insert_text(notes.clone(), "T01, T010 and T02 (FEAT-2026-0042/T01), a/T01\n");
        tree.insert_text(events.clone(), "{\"correlation_id\":\"FEAT-2026-0042/T01\"}\n");
        tree.insert_text(roadmap.clone(), "T01 of FEAT-2026-0042/T01\n");
        let feature = parse::feature(&tree, &folder);
        let edits =
            rename_unit_everywhere(&tree, &feature, 0, "FEAT-2026-0042/T07", Some("WU-07.md")).unwrap();
        let after = edits.apply(&tree).unwrap();
        assert_eq!(&**after.text(&notes).unwrap(), "T07, T010 and T02 (FEAT-2026-0042/T07), a/T01\n");
        assert_eq!(&**after.text(&roadmap).unwrap(), "T01 of FEAT-2026-0042/T07\n");
        assert_eq!(after.text(&events), tree.text(&events), "a log is a record");
        let moved = parse::feature(&after, &folder);
        assert_eq!(moved.units[0].id(), "FEAT-2026-0042/T07");
        assert_eq!(moved.units[0].file.as_ref().unwrap().id.get().unwrap().short(), "T07");
        assert_eq!(moved.units[1].entry.depends_on[0].value, "FEAT-2026-0042/T07");
        assert_eq!(moved.units[0].title(), "Do T07");
        let taken = rename_unit_everywhere(&tree, &feature, 0, "FEAT-2026-0042/T02", None);
        assert!(matches!(taken, Err(EditRefused::IdTaken(_))));
        assert!(rename_unit_everywhere(&tree, &feature, 9, "FEAT-2026-0042/T07", None).is_err());
        assert_eq!(edits.invert(&tree).unwrap().apply(&after).unwrap(), tree);
    }
}
