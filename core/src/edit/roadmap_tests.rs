//! Actions on the roadmap, text in and text out.

use super::*;
use crate::model::id::FeatureId;
use crate::model::status::PlanStatus;
use crate::path::RelPath;
use crate::tree::Tree;

fn id(number: u32) -> FeatureId {
    FeatureId::parse(&format!("FEAT-2026-{number:04}")).unwrap()
}

fn at(name: &str) -> RelPath {
    RelPath::new(&format!(".specfuse/{name}")).unwrap()
}

fn tree(roadmap: &str, archive: &str) -> Tree {
    let mut tree = Tree::new();
    tree.insert_text(at("roadmap.md"), roadmap);
    if !archive.is_empty() {
        tree.insert_text(at("roadmap-archive.md"), archive);
    }
    tree
}

fn texts(tree: &Tree) -> (String, String) {
    let text = |name| tree.text(&at(name)).map_or(String::new(), |t| t.to_string());
    (text("roadmap.md"), text("roadmap-archive.md"))
}

fn row(title: &str, status: PlanStatus) -> RoadmapRow {
    RoadmapRow { title: Some(title.into()), status: Some(status), folder: None, detail: None }
}

#[track_caller]
fn check_row(before: &str, number: u32, row: &RoadmapRow, after: &str) {
    let tree = tree(before, "");
    let new = write_roadmap_row(&tree, &id(number), row).unwrap().apply(&tree).unwrap();
    assert_eq!(texts(&new).0, after);
    assert!(write_roadmap_row(&new, &id(number), row).unwrap().is_empty());
}

#[test]
fn a_row_is_found_by_its_headers_and_keeps_its_width() {
    let table = "| Owner | Status   | Feature ID | Title |\r\n|---|---|---|---|\r\n| me | planned  | FEAT-2026-0001 | Old |\r\n\r\nrest";
    check_row(
        table,
        1,
        &row("New | one", PlanStatus::Active),
        "| Owner | Status   | Feature ID | Title |\r\n|---|---|---|---|\r\n| me | active   | FEAT-2026-0001 | New \\| one |\r\n\r\nrest",
    );
    check_row(
        table,
        2,
        &row("B", PlanStatus::Done),
        "| Owner | Status   | Feature ID | Title |\r\n|---|---|---|---|\r\n| me | planned  | FEAT-2026-0001 | Old |\r\n| —     | done     | FEAT-2026-0002 | B     |\r\n\r\nrest",
    );
    check_row(
        "|Feature ID|Status|Title|\n|-|-|-|\n|FEAT-2026-0001||x",
        1,
        &row("y", PlanStatus::Active),
        "|Feature ID|Status|Title|\n|-|-|-|\n|FEAT-2026-0001| active |y",
    );
    check_row(
        "| Feature ID |\n|---|",
        1,
        &row("y", PlanStatus::Active),
        "| Feature ID |\n|---|\n| FEAT-2026-0001 |",
    );
    let bare = Tree::new();
    let new = write_roadmap_row(&bare, &id(1), &row("A", PlanStatus::Active)).unwrap().apply(&bare).unwrap();
    assert!(texts(&new).0.ends_with("| FEAT-2026-0001 | A     | active | —      | —      |\n"));
    let tree = tree("# no table\n", "");
    assert!(matches!(
        write_roadmap_row(&tree, &id(1), &row("A", PlanStatus::Done)),
        Err(EditRefused::NoTable)
    ));
}

const ROADMAP: &str = "# R\n\n| Feature ID | Title | Status | Detail |\n|---|---|---|---|\n| FEAT-2026-0001 | A | done | [→ detail](#feat-2026-0001) |\n| FEAT-2026-0002 | B | active | — |\n\n<a id=\"feat-2026-0001\"></a>\n## FEAT-2026-0001 — A\n\nSee [b](#feat-2026-0002).\n\n**Status: active.** x\n\n<a id=\"feat-2026-0002\"></a>\n## FEAT-2026-0002 — B\n\nAfter [a](#feat-2026-0001).\n";

#[test]
fn row_and_section_take_a_status_together() {
    let tree = tree(ROADMAP, "");
    let new = set_roadmap_status(&tree, &id(1), PlanStatus::Blocked).unwrap().apply(&tree).unwrap();
    let wanted =
        ROADMAP.replace("| A | done |", "| A | blocked |").replace("Status: active", "Status: blocked");
    assert_eq!(texts(&new).0, wanted);
    assert!(matches!(set_roadmap_status(&tree, &id(9), PlanStatus::Done), Err(EditRefused::NoRow(_))));
}

#[test]
fn a_finished_feature_moves_to_the_archive() {
    let archive = "# Old\r\n\r\n<!-- Archived sections appended below -->\r\n<a id=\"feat-2026-0000\"></a>\r\n## FEAT-2026-0000\r\n[a](roadmap.md#feat-2026-0001)\r\n";
    let before = tree(ROADMAP, archive);
    let after = archive_feature(&before, &id(1)).unwrap().apply(&before).unwrap();
    let (roadmap, archive) = texts(&after);
    assert_eq!(
        roadmap,
        "# R\n\n| Feature ID | Title | Status | Detail |\n|---|---|---|---|\n| FEAT-2026-0001 | A | done | [→ archive](roadmap-archive.md#feat-2026-0001) |\n| FEAT-2026-0002 | B | active | — |\n\n<a id=\"feat-2026-0002\"></a>\n## FEAT-2026-0002 — B\n\nAfter [a](roadmap-archive.md#feat-2026-0001).\n"
    );
    assert_eq!(
        archive,
        "# Old\r\n\r\n<!-- Archived sections appended below -->\r\n<a id=\"feat-2026-0001\"></a>\r\n## FEAT-2026-0001 — A\r\n\r\nSee [b](roadmap.md#feat-2026-0002).\r\n\r\n**Status: active.** x\r\n\r\n<a id=\"feat-2026-0000\"></a>\r\n## FEAT-2026-0000\r\n[a](#feat-2026-0001)\r\n"
    );
    assert!(archive_feature(&after, &id(1)).unwrap().is_empty());
    assert!(matches!(archive_feature(&before, &id(2)), Err(EditRefused::NotFinished(_))));
    let fresh = tree(ROADMAP, "");
    let (_, made) = texts(&archive_feature(&fresh, &id(1)).unwrap().apply(&fresh).unwrap());
    assert!(made.contains("below -->\n<a id=\"feat-2026-0001\"></a>\n## FEAT-2026-0001 — A\n"));
    let gone = tree("| Feature ID | Status |\n|---|---|\n| FEAT-2026-0001 | done |\n", "");
    assert!(matches!(archive_feature(&gone, &id(1)), Err(EditRefused::NoSection(_))));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 200, failure_persistence: None, ..Default::default() })]

    #[test]
    fn damaged_roadmaps_are_edited_or_refused(
        cuts in proptest::collection::vec((0usize..400, 0usize..9, "[|\n\r`#<>*\\[\\]() aé]{0,4}"), 1..6),
    ) {
        let mut text = ROADMAP.to_owned();
        for (start, len, new) in cuts {
            let start = crate::span::floor_boundary(&text, start);
            let end = crate::span::floor_boundary(&text, start + len).max(start);
            text.replace_range(start..end, &new);
        }
        let tree = tree(&text, &text);
        let all = [
            archive_feature(&tree, &id(1)),
            set_roadmap_status(&tree, &id(2), PlanStatus::Done),
            write_roadmap_row(&tree, &id(1), &row("x|y", PlanStatus::Done)),
        ];
        for edits in all.into_iter().flatten() {
            proptest::prop_assert!(edits.apply(&tree).is_ok());
        }
    }
}
