//! Real features beside the checkout, with what the Python tools say of them.

use serde_json::Value;
use specfuse_core::path::RelPath;
use specfuse_core::tree::{Entry, Tree};
use std::fs;
use std::path::{Path, PathBuf};

/// The corpus, when it is beside the checkout.
pub struct Corpus {
    top: PathBuf,
    /// Its features as they would stand in a repository.
    pub tree: Tree,
}

/// The corpus; says so and gives nothing where it is not beside the checkout.
pub fn corpus() -> Option<Corpus> {
    let top = crate::root().join("../shared/corpus");
    if !top.is_dir() {
        eprintln!("the corpus is missing; nothing was compared");
        return None;
    }
    let mut tree = Tree::new();
    for name in ["roadmap.md", "roadmap-archive.md", "verification.yml"] {
        insert(&mut tree, &top.join(name), &format!(".specfuse/{name}"));
    }
    load(&mut tree, &top.join("features"), ".specfuse/features");
    Some(Corpus { top, tree })
}

fn load(tree: &mut Tree, folder: &Path, name: &str) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let below = format!("{name}/{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            load(tree, &entry.path(), &below);
        } else {
            insert(tree, &entry.path(), &below);
        }
    }
}

fn insert(tree: &mut Tree, file: &Path, name: &str) {
    if let (Ok(bytes), Ok(path)) = (fs::read(file), RelPath::new(name)) {
        tree.insert(path, Entry::from_bytes(bytes));
    }
}

impl Corpus {
    /// The rows of `expected/<name>.jsonl`.
    ///
    /// # Panics
    /// When the file is missing or holds no JSON.
    pub fn expected(&self, name: &str) -> Vec<Value> {
        let file = self.top.join(format!("expected/{name}.jsonl"));
        let text = fs::read_to_string(&file).unwrap_or_else(|why| panic!("{}: {why}", file.display()));
        let row = |line: &str| serde_json::from_str(line).unwrap_or_else(|why| panic!("{name}: {why}"));
        text.lines().filter(|line| !line.trim().is_empty()).map(row).collect()
    }

    /// The folder of a row: its `folder` key names it, with or without the folders above.
    ///
    /// # Panics
    /// When the row names none.
    pub fn folder(&self, row: &Value) -> RelPath {
        let name = row["folder"].as_str().and_then(|name| name.rsplit('/').next());
        let path = name.and_then(|name| RelPath::new(&format!(".specfuse/features/{name}")).ok());
        path.unwrap_or_else(|| panic!("no folder in {row}"))
    }
}
