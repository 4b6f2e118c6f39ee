//! Core as WebAssembly: the same answers as natively, under Node.
#![cfg(target_arch = "wasm32")]

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
