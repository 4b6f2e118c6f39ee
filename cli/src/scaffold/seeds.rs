//! The files that a project owns from its first day: made when they are missing, never changed after.

use super::sync::{fixed, put, read_into};
use specfuse_core::fix::Edits;
use specfuse_core::path::RelPath;
use specfuse_core::tree::Tree;
use specfuse_core::yaml::scalar_for;
use std::path::Path;

/// What git is to leave alone below `.specfuse/`.
const IGNORED: [&str; 4] =
    [".specfuse/.loop/", ".specfuse/.loop.lock", ".specfuse/STOP", ".specfuse/features/*/work"];

/// The seeds of one repository: what stands there, and what is missing.
pub struct Seeds {
    /// What was read.
    pub tree: Tree,
    /// Each seed with its text.
    files: Vec<(RelPath, String)>,
}

impl Seeds {
    /// The seeds for the repository at `root`, whose verification is proposed as `verification`.
    pub fn read(root: &Path, verification: &str) -> Seeds {
        let project = root.file_name().map_or_else(|| "project".into(), |name| name.to_string_lossy());
        let roadmap = include_str!("files/roadmap.md").replace("{project}", &scalar_for(&project));
        let files: Vec<(RelPath, String)> = [
            (".specfuse/verification.yml", verification),
            (".specfuse/roadmap.md", &roadmap),
            (".specfuse/LEARNINGS.md", include_str!("files/LEARNINGS.md")),
            (".specfuse/rules-local/README.md", include_str!("files/rules-local-README.md")),
            (".specfuse/features/.gitkeep", ""),
        ]
        .map(|(name, text)| (fixed(name), text.to_owned()))
        .into();
        let mut tree = Tree::new();
        let ignore = fixed(".gitignore");
        for path in files.iter().map(|(path, _)| path).chain([&ignore]) {
            read_into(&mut tree, root, path);
        }
        Seeds { tree, files }
    }

    /// The seeds that stand already.
    pub fn kept(&self) -> impl Iterator<Item = &RelPath> {
        self.files.iter().map(|(path, _)| path).filter(|path| self.tree.get(path).is_some())
    }

    /// The edits that make the missing ones. A folder with features needs no file to be kept by git.
    pub fn edits(&self, has_features: bool) -> Edits {
        let mut edits = Edits::none();
        for (path, text) in self.files.iter().filter(|(path, _)| self.tree.get(path).is_none()) {
            if !(has_features && path.file_name() == ".gitkeep") {
                edits.create(path.clone(), text.clone());
            }
        }
        let ignore = fixed(".gitignore");
        let old = self.tree.text(&ignore).map_or("", |text| text);
        if self.tree.get(&ignore).is_none() || self.tree.text(&ignore).is_some() {
            put(&self.tree, &mut edits, &ignore, &with_ignored(old));
        }
        edits
    }
}

/// `old` with the lines that are missing.
fn with_ignored(old: &str) -> String {
    let has = |line: &str| old.lines().any(|there| there.trim().trim_start_matches('/') == line);
    let missing: Vec<&str> = IGNORED.into_iter().filter(|line| !has(line)).collect();
    if missing.is_empty() {
        return old.to_owned();
    }
    let end = if old.contains("\r\n") { "\r\n" } else { "\n" };
    let gap = if old.is_empty() || old.ends_with('\n') { "" } else { end };
    let lines: String = missing.iter().map(|line| format!("{line}{end}")).collect();
    format!("{old}{gap}{lines}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_added_once_and_nothing_else_changes() {
        let once = with_ignored("target");
        assert!(once.starts_with("target\n.specfuse/.loop/\n") && once.ends_with("/work\n"));
        assert_eq!(with_ignored(&once), once);
        assert!(
            with_ignored("a\r\n/.specfuse/STOP\r\n").ends_with(".loop.lock\r\n.specfuse/features/*/work\r\n")
        );
    }

    #[test]
    fn what_stands_is_kept() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join(".specfuse")).unwrap();
        std::fs::write(dir.path().join(".specfuse/roadmap.md"), [0xff]).unwrap();
        let seeds = Seeds::read(dir.path(), "code: []\n");
        assert_eq!(seeds.kept().map(RelPath::as_str).collect::<Vec<_>>(), [".specfuse/roadmap.md"]);
        let edits = seeds.edits(true);
        let made: Vec<&str> = edits.iter().map(|(path, _)| path.as_str()).collect();
        assert!(
            !made.contains(&".specfuse/roadmap.md") && !made.iter().any(|name| name.ends_with(".gitkeep"))
        );
        assert!(made.contains(&".gitignore") && made.contains(&".specfuse/verification.yml"));
    }
}
