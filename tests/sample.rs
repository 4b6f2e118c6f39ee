//! A small plan without a fault, which tests break in one place at a time.

use crate::world::World;
use specfuse_core::path::RelPath;
use specfuse_core::tree::Tree;

/// The folder of the plan's only feature.
pub const FOLDER: &str = ".specfuse/features/FEAT-2026-0007-tides";

macro_rules! files {
    ($($name:literal),+ $(,)?) => { &[$(($name, include_str!(concat!("sample/", $name)))),+] };
}

/// The files beside the features.
const SHARED: &[(&str, &str)] = files!["config", "roadmap.md", "roadmap-archive.md", "verification.yml"];

/// The feature's files.
const FEATURE: &[(&str, &str)] = files![
    "PLAN.md",
    "GATE-01.md",
    "GATE-01-REVIEW.md",
    "WU-01-moon.md",
    "WU-02-tide.md",
    "WU-90-close.md",
    "events.jsonl",
];

/// The feature's folder.
pub fn folder() -> RelPath {
    RelPath::new(FOLDER).expect("a constant path that is relative")
}

/// The whole name of a file that is named as the plan names it: one that is shared by all features
/// lies in `.specfuse`, any other in the feature's folder.
pub fn full_name(name: &str) -> String {
    let shared = SHARED.iter().any(|(shared, _)| *shared == name);
    format!("{}/{name}", if shared { ".specfuse" } else { FOLDER })
}

/// Every file with its whole name and its text.
pub fn files() -> impl Iterator<Item = (String, &'static str)> {
    SHARED.iter().chain(FEATURE).map(|(name, text)| (full_name(name), *text))
}

/// The text of one file, by its short name.
///
/// # Panics
/// When the plan has no such file.
pub fn text(name: &str) -> &'static str {
    let file = SHARED.iter().chain(FEATURE).find(|(known, _)| *known == name);
    file.unwrap_or_else(|| panic!("the sample has no file {name}")).1
}

/// The plan as core sees it.
pub fn tree() -> Tree {
    let mut tree = Tree::new();
    for (name, text) in files() {
        tree.insert_text(RelPath::new(&name).expect("a constant path that is relative"), text);
    }
    tree
}

/// Writes the plan into a repository.
pub fn write(world: &World) {
    files().for_each(|(name, text)| world.write(name, text));
}
