//! Core as WebAssembly: the same answers as natively, under Node and in a browser.
#![cfg(target_arch = "wasm32")]

use specfuse_core::example;
use specfuse_core::lint::{Facts, lint};
use specfuse_core::model::event::EventLog;
use specfuse_core::parse;
use specfuse_core::path::RelPath;
use specfuse_core::tree::{Entry, Tree};
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn a_tree_keeps_its_files_in_order() {
    let mut tree = Tree::new();
    for name in ["b.md", "a.md", "a/c.md"] {
        tree.insert_text(RelPath::new(name).expect("a relative path"), name);
    }
    let paths: Vec<&str> = tree.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["a.md", "a/c.md", "b.md"]);
}

#[wasm_bindgen_test]
fn bytes_that_are_no_text_are_kept_as_such() {
    assert!(matches!(Entry::from_bytes(vec![0xff]), Entry::Opaque(_)));
}

#[wasm_bindgen_test]
fn a_path_cannot_climb_out() {
    assert!(RelPath::new("a/../../b").is_err());
}

#[wasm_bindgen_test]
fn the_example_is_read_and_nothing_is_wrong_with_it() {
    let tree = example::tree();
    let feature = parse::feature(&tree, &example::folder());
    let units: Vec<&str> = feature.units.iter().map(|unit| unit.short_id()).collect();
    assert_eq!(units, ["T01", "T02", "T03", "G1-CLOSE-INTERMEDIATE", "G1-PLAN"]);
    assert_eq!(lint(&tree, &example::folder(), &Facts::default()), []);
}

#[wasm_bindgen_test]
fn a_circle_is_found_where_it_stands() {
    let mut tree = example::tree();
    let plan = example::folder().join("PLAN.md").expect("a relative path");
    let text = tree.text(&plan).expect("the example has a plan").replacen(
        "depends_on: []",
        "depends_on: [FEAT-2026-0001/T03]",
        1,
    );
    tree.insert_text(plan.clone(), text);
    let findings = lint(&tree, &example::folder(), &Facts::default());
    let found = findings.iter().find(|finding| finding.rule == "graph/cycle").expect("the circle is found");
    assert_eq!(found.primary.file, plan);
}

#[wasm_bindgen_test]
fn numbers_of_a_log_are_read_as_natively() {
    let line =
        r#"{"timestamp":"t","correlation_id":"c","event_type":"e","payload":{"cost":0.30000000000000004}}"#;
    let log = EventLog::read(&line.into());
    let event = log.entries().next().expect("an event").event();
    assert_eq!(event.number("cost"), Some(0.1 + 0.2));
}
