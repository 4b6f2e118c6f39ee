//! Edits on real features: what is set to itself changes nothing, what is done can be undone.
//! Says so and stops where the corpus is not beside the checkout.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::disallowed_macros,
    reason = "a test reads its corpus from the disk, and says what it compared"
)]

use specfuse_core::edit::{self, EditRefused, NewUnit, Value};
use specfuse_core::fix::Edits;
use specfuse_core::frontmatter::Document;
use specfuse_core::model::Feature;
use specfuse_core::model::id::FeatureId;
use specfuse_core::model::status::UnitType;
use specfuse_core::parse;
use specfuse_core::path::RelPath;
use specfuse_core::schema::FileKind;
use specfuse_core::tree::Tree;
use specfuse_core::yaml::NodeKind;
use std::path::Path;

fn corpus() -> Option<Tree> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus");
    if !root.is_dir() {
        eprintln!("the corpus is missing; nothing was edited");
        return None;
    }
    let mut tree = Tree::new();
    let path = |name: &str| RelPath::new(&format!(".specfuse/{name}")).expect("a plain name");
    for folder in std::fs::read_dir(root.join("features")).expect("features").flatten() {
        for file in std::fs::read_dir(folder.path()).into_iter().flatten().flatten() {
            if let Ok(text) = std::fs::read_to_string(file.path()) {
                let (folder, file) = (folder.file_name(), file.file_name());
                let name = format!("features/{}/{}", folder.to_string_lossy(), file.to_string_lossy());
                tree.insert_text(path(&name), text);
            }
        }
    }
    for name in ["roadmap.md", "roadmap-archive.md"] {
        tree.insert_text(path(name), std::fs::read_to_string(root.join(name)).expect("a roadmap"));
    }
    Some(tree)
}

fn graph(feature: &Feature) -> Vec<(u32, String, Vec<String>)> {
    let deps = |u: &specfuse_core::model::Unit| u.entry.depends_on.iter().map(|d| d.value.clone()).collect();
    let line = |u: &specfuse_core::model::Unit| (feature.gates[u.gate].number, u.id().to_owned(), deps(u));
    feature.units.iter().map(line).collect()
}

#[test]
fn setting_what_is_there_is_no_edit_and_a_new_key_leaves_no_trace() {
    let Some(tree) = corpus() else { return };
    let mut checked = 0;
    for (path, _) in tree.iter().filter(|(p, _)| p.file_name().starts_with("WU-")) {
        let text = tree.text(path).expect("text");
        let doc = Document::read(text.clone());
        for entry in doc.keys().iter().flat_map(|map| &map.entries) {
            if let NodeKind::Scalar(scalar) = &entry.value.kind {
                let value = Value::Text(scalar.text.clone());
                let edits = edit::set_key(FileKind::Unit, path, text, &entry.key.value, &value);
                assert_eq!(edits, Ok(Edits::none()), "{path}: {}", entry.key.value);
                checked += 1;
            }
        }
        let value = Value::Text("new: value".into());
        let with = edit::with_key(FileKind::Unit, text, &["own"], &value).expect("a new key");
        assert_eq!(edit::without_key(FileKind::Unit, &with, &["own"]).as_deref(), Ok(&**text), "{path}");
    }
    assert!(checked > 1000, "only {checked} values");
}

#[test]
fn every_action_on_the_graph_does_what_it_says_and_no_more() {
    let Some(mut tree) = corpus() else { return };
    for name in ["roadmap.md", "roadmap-archive.md"] {
        tree.remove(&RelPath::new(&format!(".specfuse/{name}")).expect("a plain name"));
    }
    for folder in parse::feature_folders(&tree) {
        let feature = parse::feature(&tree, &folder);
        if feature.units.is_empty() {
            continue;
        }
        let apply = |edits: Result<Edits, EditRefused>| {
            let edits = edits.unwrap_or_else(|e| panic!("{folder}: {e}"));
            parse::feature(&edits.apply(&tree).expect("edits fit"), &folder)
        };
        let new = NewUnit { title: "New".into(), kind: UnitType::Human, depends_on: vec![], position: None };
        let mut grown = graph(&apply(edit::add_unit(&tree, &feature, 0, &new)));
        let id = edit::next_id(&feature, 0, UnitType::Human).expect("an id").to_string();
        grown.retain(|line| line.1 != id);
        assert_eq!(grown, graph(&feature), "{folder}");
        assert_eq!(apply(edit::add_gate(&tree, &feature)).gates.len(), feature.gates.len() + 1, "{folder}");
        for unit in 0..feature.units.len() {
            let moved = edit::move_unit(&tree, &feature, unit, feature.units[unit].gate, 0);
            let mut moved = graph(&apply(moved));
            let mut same = graph(&feature);
            moved.sort();
            same.sort();
            assert_eq!(moved, same, "{folder}");
            let left = graph(&apply(edit::delete_units(&tree, &feature, &[unit], true)));
            let gone = feature.units[unit].id();
            assert!(
                left.len() + 1 == feature.units.len() && left.iter().all(|l| !l.2.contains(&gone.to_owned()))
            );
            for dependency in &feature.units[unit].entry.depends_on {
                let without = edit::remove_edge(&tree, &feature, unit, &dependency.value).expect("an edge");
                let less = without.apply(&tree).expect("edits fit");
                let index = feature.find_unit(&dependency.value).expect("a unit");
                let again =
                    edit::add_edge(&less, &parse::feature(&less, &folder), unit, index).expect("legal");
                let mut back = graph(&parse::feature(&again.apply(&less).expect("edits fit"), &folder));
                let mut was = graph(&feature);
                back.iter_mut().chain(&mut was).for_each(|line| line.2.sort());
                assert_eq!(back, was, "{folder}");
            }
        }
    }
}

#[test]
fn every_row_can_be_written_and_finished_features_archived() {
    let Some(tree) = corpus() else { return };
    for folder in parse::feature_folders(&tree) {
        let feature = parse::feature(&tree, &folder);
        let roadmap = feature.roadmap.as_ref().expect("a roadmap");
        let Some(id) = feature.id() else { continue };
        let rows = |feature: &Feature| {
            let table = feature.roadmap.as_ref().and_then(|r| r.table.as_ref()).expect("a table");
            (table.rows.len(), table.rows_of(id.as_str()).count())
        };
        let edits = edit::write_roadmap_row(&tree, &id, &edit::RoadmapRow::of(&feature)).expect("a row");
        let after = parse::feature(&edits.apply(&tree).expect("edits fit"), &folder);
        let (all, own) = rows(&feature);
        assert_eq!(rows(&after), (all + usize::from(own == 0), own.max(1)), "{id}");
        if own == 0 || roadmap.section(id.as_str()).is_none() {
            continue;
        }
        archive(&tree, &id, &folder);
    }
}

fn archive(tree: &Tree, id: &FeatureId, folder: &RelPath) {
    match edit::archive_feature(tree, id) {
        Err(refused) => assert_eq!(refused, EditRefused::NotFinished(id.to_string())),
        Ok(edits) => {
            let after = parse::feature(&edits.apply(tree).expect("edits fit"), folder);
            assert!(after.roadmap.as_ref().is_some_and(|r| r.section(id.as_str()).is_none()), "{id}");
            assert!(after.archive.as_ref().is_some_and(|r| r.section(id.as_str()).is_some()), "{id}");
        }
    }
}
