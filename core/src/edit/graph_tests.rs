//! Actions on the graph: text in and text out on messy graphs, and the model that they lead to.

use super::*;
use crate::fix::Edits;
use crate::fixture::{FOLDER, sketch_tree};
use crate::model::Feature;
use crate::model::status::UnitType;
use crate::parse;
use crate::path::RelPath;
use crate::tree::Tree;
use proptest::prelude::*;

const ID: &str = "FEAT-2026-0042";

fn at(name: &str) -> RelPath {
    RelPath::new(&format!("{FOLDER}/{name}")).unwrap()
}

fn read(tree: &Tree) -> Feature {
    parse::feature(tree, &RelPath::new(FOLDER).unwrap())
}

fn with_graph(graph: &str) -> Tree {
    let mut tree = sketch_tree("T01; T02; T03; T04; G1-CLOSE");
    let graph = graph.replace('$', ID);
    tree.insert_text(at("PLAN.md"), format!("---\nfeature_id: {ID}\n---\n\n{graph}"));
    tree
}

/// Checks what `action` makes of a graph; `$` stands for the feature's id.
#[track_caller]
fn check(before: &str, action: impl Fn(&Tree, &Feature) -> Result<Edits, EditRefused>, after: &str) {
    let tree = with_graph(before);
    let edits = action(&tree, &read(&tree)).unwrap_or_else(|e| panic!("{e}"));
    let new = edits.apply(&tree).expect("edits fit");
    let text = new.text(&at("PLAN.md")).unwrap().split_once("---\n\n").unwrap().1.replace(ID, "$");
    assert_eq!(text, after);
}

#[test]
fn edges_come_and_go_in_any_spelling() {
    let add = |tree: &Tree, f: &Feature| add_edge(tree, f, 1, 0);
    let remove = |tree: &Tree, f: &Feature| remove_edge(tree, f, 1, &format!("{ID}/T01"));
    let flow = |deps: &str| {
        format!(
            "```yaml\ngates:\n  - gate: 1\n    work_units:\n      - {{id: $/T01, file: WU-T01.md}} # one\n      - {{id: $/T02, file: WU-T02.md{deps}}}\n```\n"
        )
    };
    check(&flow(""), add, &flow(", depends_on: [$/T01]"));
    check(&flow(", depends_on: []"), add, &flow(", depends_on: [$/T01]"));
    check(&flow(", depends_on: [$/T01]"), add, &flow(", depends_on: [$/T01]"));
    check(&flow(", depends_on: [$/T01]"), remove, &flow(", depends_on: []"));
    check(&flow(", depends_on: [x, $/T01 , y]"), remove, &flow(", depends_on: [x, y]"));
    let block = |deps: &str| {
        format!(
            "1. The graph:\n\n   ```yml\n   gates:\n   - gate: 1\n     work_units:\n     - file: WU-T01.md\n       id: \"$/T01\"\n     - id: $/T02 # two\n       # deps\n{deps}       file: WU-T02.md\n     # end\n   ```\nrest"
        )
    };
    check(
        &block("       depends_on:\n       - x # why\n"),
        add,
        &block("       depends_on:\n       - x # why\n       - $/T01\n"),
    );
    check(&block("       depends_on:\n         - $/T01\n"), remove, &block("       depends_on: []\n"));
    check(&block("       depends_on: # c\n"), add, &block("       depends_on: [$/T01] # c\n"));
    check(&block("       depends_on: x\n"), add, &block("       depends_on: [x, $/T01]\n"));
    check(&block("       depends_on: $/T01\n"), remove, &block("       depends_on: []\n"));
}

#[test]
fn illegal_edges_are_refused_with_their_reason() {
    let tree = sketch_tree("T01; T02 < T01; T03 < T02 | T04");
    let feature = read(&tree);
    let refused =
        |unit, dep| add_edge(&tree, &feature, unit, dep).map_err(|e| e.to_string().replace(ID, "$"));
    assert_eq!(refused(0, 0), Err("$/T01 cannot wait for itself".into()));
    assert_eq!(refused(0, 2), Err("this would close a circle: $/T03 → $/T02 → $/T01 → $/T03".into()));
    assert!(matches!(add_edge(&tree, &feature, 0, 3), Err(EditRefused::LaterGate { .. })));
    assert!(matches!(add_edge(&tree, &feature, 0, 9), Err(EditRefused::NoUnit)));
    assert!(refused(3, 0).is_ok());
}

const TWO: &str = "```yaml\ngates:\n  - gate: 1\n    work_units:\n      # first\n      - id: $/T01\n        file: WU-T01.md # f\n      - id: $/T02\n        file: WU-T02.md\n        depends_on: [$/T01]\n  - gate: 2\n    work_units: [] # later\n```\n";

#[test]
fn units_move_with_their_comments() {
    check(
        TWO,
        |t, f| move_unit(t, f, 1, 1, 0),
        "```yaml\ngates:\n  - gate: 1\n    work_units:\n      # first\n      - id: $/T01\n        file: WU-T01.md # f\n  - gate: 2\n    work_units: # later\n      - id: $/T02\n        file: WU-T02.md\n        depends_on: [$/T01]\n```\n",
    );
    check(
        TWO,
        |t, f| move_unit(t, f, 0, 0, 1),
        "```yaml\ngates:\n  - gate: 1\n    work_units:\n      # first\n      - id: $/T02\n        file: WU-T02.md\n        depends_on: [$/T01]\n      - id: $/T01\n        file: WU-T01.md # f\n  - gate: 2\n    work_units: [] # later\n```\n",
    );
    check(TWO, |t, f| move_unit(t, f, 1, 0, 9), TWO);
    let tree = with_graph(TWO);
    assert!(matches!(move_unit(&tree, &read(&tree), 0, 1, 0), Err(EditRefused::LaterGate { .. })));
}

#[test]
fn a_new_unit_stands_before_the_closing_ones() {
    let tree = sketch_tree("T01; G1-CLOSE < T01 |");
    let new = NewUnit {
        title: "Parse: the Files".into(),
        kind: UnitType::Implementation,
        depends_on: vec![0],
        position: None,
    };
    let after = add_unit(&tree, &read(&tree), 0, &new).unwrap().apply(&tree).unwrap();
    let feature = read(&after);
    let ids: Vec<_> = feature.units.iter().map(|u| u.short_id()).collect();
    assert_eq!(ids, ["T01", "T02", "G1-CLOSE"]);
    assert_eq!(feature.units[1].entry.depends_on[0].value, format!("{ID}/T01"));
    let text = after.text(&at("WU-02-parse-the-files.md")).unwrap();
    assert!(text.starts_with(&format!("---\nid: {ID}/T02\ntype: implementation\nstatus: draft\n")));
    assert_eq!(feature.units[1].title(), "Parse: the Files");
    let close = NewUnit { kind: UnitType::Close, title: String::new(), depends_on: vec![], position: None };
    let after = add_unit(&tree, &read(&tree), 1, &close).unwrap().apply(&tree).unwrap();
    assert_eq!(read(&after).units[2].id(), format!("{ID}/G2-CLOSE"));
    assert!(matches!(add_unit(&tree, &read(&tree), 0, &close), Err(EditRefused::IdTaken(_))));
}

#[test]
fn a_renamed_unit_takes_its_references_along() {
    let mut tree = sketch_tree("T01; T02 < T01; T03 < T02 T01");
    tree.insert_text(
        at("GATE-01-REVIEW.md"),
        format!("---\nwritten_by: '{ID}/T01' # by\nopen_questions: [\"{ID}/T01 or not\"]\n---\n{ID}/T01\n"),
    );
    let new = format!("{ID}/T09");
    let edits = rename_unit(&tree, &read(&tree), 0, &new, Some("WU-09-new.md")).unwrap();
    let after = edits.apply(&tree).unwrap();
    let feature = read(&after);
    let deps =
        |i: usize| feature.units[i].entry.depends_on.iter().map(|d| d.value.as_str()).collect::<Vec<_>>();
    assert_eq!(feature.units[0].id(), new);
    assert_eq!(feature.units[0].file.as_ref().unwrap().id.get().unwrap().as_str(), new);
    assert_eq!((deps(1), deps(2)[1]), (vec![new.as_str()], new.as_str()));
    assert_eq!(
        &**after.text(&at("GATE-01-REVIEW.md")).unwrap(),
        format!("---\nwritten_by: '{new}' # by\nopen_questions: [\"{ID}/T01 or not\"]\n---\n{ID}/T01\n")
    );
    assert!(after.get(&at("WU-T01.md")).is_none() && after.get(&at("WU-09-new.md")).is_some());
    let rename = |id: &str| rename_unit(&tree, &read(&tree), 0, id, None);
    assert!(matches!(rename(&format!("{ID}/T02")), Err(EditRefused::IdTaken(_))));
    assert!(matches!(rename("FEAT-2026-0001/T05"), Err(EditRefused::BadId(_))));
    assert!(rename(&format!("{ID}/T01")).unwrap().is_empty());
    let file = rename_unit_file(&tree, &read(&tree), 0, "../x.md");
    assert!(matches!(file, Err(EditRefused::BadFile(_))));
    let file = rename_unit_file(&tree, &read(&tree), 0, "WU-T02.md");
    assert!(matches!(file, Err(EditRefused::FileTaken(_))));
}

#[test]
fn a_copy_is_a_draft_without_the_drivers_keys() {
    let mut tree = sketch_tree("T01; T02 < T01");
    tree.insert_text(
        at("WU-T02.md"),
        format!(
            "---\nid: {ID}/T02 # own\nstatus: done\nattempts: 2\ncost_usd: 1\nmodel: opus\n---\n# Two\ntext\n"
        ),
    );
    let after = duplicate_unit(&tree, &read(&tree), 1).unwrap().apply(&tree).unwrap();
    let copy = &read(&after).units[2];
    assert_eq!((copy.short_id(), copy.entry.depends_on.len()), ("T03", 1));
    assert_eq!(
        &*copy.file.as_ref().unwrap().doc.text,
        format!("---\nid: {ID}/T03 # own\nstatus: draft\nmodel: opus\n---\n# Two (copy)\ntext\n")
    );
}

#[test]
fn what_waited_for_a_deleted_unit_may_inherit() {
    let tree = sketch_tree("T01; T02 < T01; T03 < T02; T04 < T02 T01");
    for (reconnect, wanted) in [(true, [1, 1]), (false, [0, 1])] {
        let after = delete_units(&tree, &read(&tree), &[1], reconnect).unwrap().apply(&tree).unwrap();
        let feature = read(&after);
        let counts: Vec<_> = feature.units[1..].iter().map(|u| u.entry.depends_on.len()).collect();
        assert_eq!(counts, wanted);
        assert!(after.get(&at("WU-T02.md")).is_none());
    }
    let after = delete_units(&tree, &read(&tree), &[0, 1, 2, 3], true).unwrap().apply(&tree).unwrap();
    assert!(read(&after).units.is_empty() && read(&after).gates.len() == 1);
}

#[test]
fn gates_come_go_and_change_places() {
    let tree = sketch_tree("T01; G1-CLOSE < T01 | T02; G2-CLOSE < T02 | T03");
    let names = |tree: &Tree| {
        let feature = read(tree);
        let gate = |g: &crate::model::Gate| {
            let units: Vec<_> = feature.units_of(g).map(|(_, u)| u.short_id().to_owned()).collect();
            let own = g.file.as_ref().and_then(|f| f.number.get().copied());
            assert_eq!(own, Some(g.number), "file of gate {}", g.number);
            format!("{}:{}", g.number, units.join(","))
        };
        feature.gates.iter().map(gate).collect::<Vec<_>>().join(" ")
    };
    let run = |edits: Result<Edits, EditRefused>| names(&edits.unwrap().apply(&tree).unwrap());
    let feature = read(&tree);
    assert_eq!(run(add_gate(&tree, &feature)), "1:T01,G1-CLOSE 2:T02,G2-CLOSE 3:T03 4:");
    assert_eq!(run(delete_gate(&tree, &feature, 0, true)), "1:T02,G1-CLOSE 2:T03");
    assert_eq!(run(move_gate(&tree, &feature, 0, 1)), "1:T02,G1-CLOSE 2:T01,G2-CLOSE 3:T03");
    assert_eq!(run(move_gate(&tree, &feature, 2, 0)), "1:T03 2:T01,G2-CLOSE 3:T02,G3-CLOSE");
    assert!(renumber_gates(&tree, &feature).unwrap().is_empty());
    let tree = sketch_tree("T01 | T02 < T01");
    assert!(matches!(move_gate(&tree, &read(&tree), 0, 1), Err(EditRefused::LaterGate { .. })));
    let mut bare = Tree::new();
    bare.insert_text(at("PLAN.md"), "---\ntitle: x\n---\n# P");
    let after = add_gate(&bare, &read(&bare)).unwrap().apply(&bare).unwrap();
    assert_eq!(names(&after), "1:");
}

fn gates() -> impl Strategy<Value = String> {
    let unit = |gate: usize, unit: usize, deps: Vec<usize>| {
        let name = |n: usize| format!("T{:02}", n + 1);
        let deps: Vec<_> = deps.into_iter().filter(|d| *d < gate * 4 + unit).map(name).collect();
        format!("{} < {}", name(gate * 4 + unit), deps.join(" "))
    };
    let units = prop::collection::vec(prop::collection::vec(0usize..12, 0..3), 0..4);
    prop::collection::vec(units, 1..4).prop_map(move |gates| {
        let gate = |(g, units): (usize, Vec<Vec<usize>>)| {
            units.into_iter().enumerate().map(|(u, deps)| unit(g, u, deps)).collect::<Vec<_>>().join("; ")
        };
        gates.into_iter().enumerate().map(gate).collect::<Vec<_>>().join(" | ")
    })
}

type Shape = Vec<(usize, String, Vec<String>)>;

fn shape(feature: &Feature) -> Shape {
    let deps = |u: &crate::model::Unit| u.entry.depends_on.iter().map(|d| d.value.clone()).collect();
    feature.units.iter().map(|u| (u.gate, u.id().to_owned(), deps(u))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_edge_added_and_removed_leaves_the_graph_as_it_was(sketch in gates(), a in 0usize..12, b in 0usize..12) {
        let tree = sketch_tree(&sketch);
        let feature = read(&tree);
        let Ok(edits) = add_edge(&tree, &feature, a, b) else { return Ok(()) };
        let there = feature.units[a].entry.depends_on.iter().any(|d| d.value == feature.units[b].id());
        prop_assert_eq!(there, edits.is_empty());
        let after = edits.apply(&tree).unwrap();
        prop_assert!(crate::graph::Graph::of(&read(&after)).cycles().is_empty());
        if !there {
            let back = remove_edge(&after, &read(&after), a, feature.units[b].id()).unwrap();
            prop_assert_eq!(shape(&read(&back.apply(&after).unwrap())), shape(&feature));
        }
    }

    #[test]
    fn a_moved_unit_moves_and_nothing_else(sketch in gates(), unit in 0usize..12, gate in 0usize..3, place in 0usize..4) {
        let tree = sketch_tree(&sketch);
        let feature = read(&tree);
        let Ok(edits) = move_unit(&tree, &feature, unit, gate, place) else { return Ok(()) };
        let new = read(&edits.apply(&tree).unwrap());
        let sorted = |f: &Feature, skip: &str| {
            let mut all: Shape = shape(f).into_iter().filter(|u| u.1 != skip).collect();
            all.sort();
            all
        };
        let id = feature.units[unit].id();
        prop_assert_eq!(sorted(&feature, id), sorted(&new, id));
        let moved = new.find_unit(id).unwrap();
        prop_assert_eq!(new.units[moved].gate, gate);
        prop_assert_eq!(&shape(&new)[moved].2, &shape(&feature)[unit].2);
    }

    #[test]
    fn damaged_plans_are_edited_or_refused(
        sketch in gates(),
        cuts in prop::collection::vec((0usize..900, 0usize..6, "[\\-\n\r\t:#\\[\\]{}'\"|a é`]{0,4}"), 1..6),
        a in 0usize..12,
        b in 0usize..12,
    ) {
        let mut tree = sketch_tree(&sketch);
        let mut text = tree.text(&at("PLAN.md")).unwrap().to_string();
        for (start, len, new) in cuts {
            let start = crate::span::floor_boundary(&text, start);
            let end = crate::span::floor_boundary(&text, start + len).max(start);
            text.replace_range(start..end, &new);
        }
        tree.insert_text(at("PLAN.md"), text);
        let feature = read(&tree);
        let new = NewUnit { title: "N".into(), kind: UnitType::Human, depends_on: vec![], position: Some(b) };
        let all = [
            add_edge(&tree, &feature, a, b),
            remove_edge(&tree, &feature, a, &format!("{ID}/T01")),
            move_unit(&tree, &feature, a, b % 3, b),
            delete_units(&tree, &feature, &[a, b], true),
            rename_unit(&tree, &feature, a, &format!("{ID}/T77"), Some("x.md")),
            duplicate_unit(&tree, &feature, a),
            add_unit(&tree, &feature, b % 3, &new),
            add_gate(&tree, &feature),
            delete_gate(&tree, &feature, a % 3, true),
            move_gate(&tree, &feature, a % 3, b % 3),
        ];
        for edits in all.into_iter().flatten() {
            prop_assert!(edits.apply(&tree).is_ok());
        }
    }
}
