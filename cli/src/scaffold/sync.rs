//! Compares the scaffold of a repository with the one that this program ships, and overlays the files
//! that nobody changed. `init`, `upgrade` and a run do it through here.

use super::manifest::{self, Manifest};
use super::{HOME, SHIPPED, VERSION, VERSION_FILE, is_newer};
use crate::load;
use specfuse_core::edit;
use specfuse_core::fix::Edits;
use specfuse_core::path::RelPath;
use specfuse_core::tree::{Entry, Tree};
use std::path::Path;

/// How a file of the scaffold stands in a repository.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// It is what is shipped.
    Current,
    /// It is not there, and never was.
    New,
    /// It is an older one that nobody changed.
    Old,
    /// Somebody changed it.
    Changed,
    /// Somebody took it away.
    Removed,
    /// Something else than a text stands in its place.
    Odd,
}

/// A file of the scaffold in a repository.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its path from the repository's top.
    pub path: RelPath,
    /// What is shipped.
    pub text: &'static str,
    /// How it stands.
    pub standing: Standing,
}

/// The scaffold of a repository.
#[derive(Debug)]
pub struct Scaffold {
    /// What was read: files of the scaffold, manifest, version.
    pub tree: Tree,
    /// Each shipped file.
    pub items: Vec<Item>,
    /// The version that the repository says it has.
    pub version: Option<String>,
    manifest: Manifest,
}

impl Scaffold {
    /// Reads what the repository at `root` has.
    pub fn read(root: &Path) -> Scaffold {
        let mut tree = Tree::new();
        let names = [VERSION_FILE, manifest::FILE].map(str::to_owned).into_iter();
        for name in names.chain(SHIPPED.iter().map(|(name, _)| format!("{HOME}/{name}"))) {
            read_into(&mut tree, root, &fixed(&name));
        }
        Scaffold::of(tree)
    }

    fn of(tree: Tree) -> Scaffold {
        let text = |name: &str| tree.text(&fixed(name)).map(|text| text.to_string());
        let manifest = text(manifest::FILE).map(|text| manifest::parse(&text)).unwrap_or_default();
        let version = text(VERSION_FILE).map(|text| text.trim().to_owned());
        let items = SHIPPED.iter().map(|(name, text)| item(&tree, &manifest, name, text)).collect();
        Scaffold { tree, items, version, manifest }
    }

    /// Whether the repository's scaffold is newer than what this program ships.
    pub fn is_newer(&self) -> bool {
        self.version.as_deref().is_some_and(|version| is_newer(version, VERSION))
    }

    /// Whether the repository's scaffold is older than what this program ships.
    pub fn is_older(&self) -> bool {
        self.version.as_deref().is_some_and(|version| is_newer(VERSION, version))
    }

    /// Files that were shipped once, are shipped no longer, and that nobody changed: to be taken away
    /// when a person wants it.
    pub fn retired(&self, root: &Path) -> Vec<RelPath> {
        let known = |name: &str| SHIPPED.iter().any(|(shipped, _)| *shipped == name) || name == "VERSION";
        let old = self.manifest.iter().filter(|(name, _)| !known(name));
        let found = old.filter_map(|(name, sum)| {
            let path = RelPath::new(&format!("{HOME}/{name}")).ok()?;
            let Entry::Text(text) = load::file(root, &path)? else { return None };
            (manifest::sum(&text) == *sum).then_some(path)
        });
        found.collect()
    }

    /// The edits that overlay the items that `chosen` takes, and write down version and manifest.
    /// Retired files are deleted when they are given.
    pub fn overlay(&mut self, root: &Path, chosen: impl Fn(&Item) -> bool, retired: &[RelPath]) -> Edits {
        let mut edits = Edits::none();
        for item in self.items.iter().filter(|item| item.standing != Standing::Current && chosen(item)) {
            put(&self.tree, &mut edits, &item.path, item.text);
        }
        let mut manifest = manifest::shipped(&self.manifest);
        for path in retired {
            read_into(&mut self.tree, root, path);
            edits.delete(path.clone());
            path.below(&fixed(HOME)).and_then(|name| manifest.remove(name));
        }
        put(&self.tree, &mut edits, &fixed(manifest::FILE), &manifest::render(&manifest));
        put(&self.tree, &mut edits, &fixed(VERSION_FILE), &format!("{VERSION}\n"));
        edits
    }
}

/// Reads the file at `path` into `tree`, when something stands there.
pub(super) fn read_into(tree: &mut Tree, root: &Path, path: &RelPath) {
    if let Some(entry) = load::file(root, path) {
        tree.insert(path.clone(), entry);
    }
}

/// Gives a file this text, unless it has it.
pub(super) fn put(tree: &Tree, edits: &mut Edits, path: &RelPath, text: &str) {
    match tree.text(path) {
        Some(old) => {
            edit::text_edits(old, text).into_iter().for_each(|e| edits.edit(path.clone(), e));
        }
        None => edits.create(path.clone(), text),
    }
}

fn item(tree: &Tree, manifest: &Manifest, name: &str, text: &'static str) -> Item {
    let path = fixed(&format!("{HOME}/{name}"));
    let known = manifest.get(name);
    let standing = match tree.get(&path) {
        None if known.is_some() => Standing::Removed,
        None => Standing::New,
        Some(Entry::Text(there)) if **there == *text => Standing::Current,
        Some(Entry::Text(there)) if known == Some(&manifest::sum(there)) => Standing::Old,
        Some(Entry::Text(_)) => Standing::Changed,
        Some(Entry::Opaque(_)) => Standing::Odd,
    };
    Item { path, text, standing }
}

/// A path that is written in this program.
pub(super) fn fixed(name: &str) -> RelPath {
    RelPath::new(name).expect("a constant path that is relative")
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: &str = "rules/never-touch.md";

    fn tree(files: &[(&str, &str)]) -> Tree {
        let mut tree = Tree::new();
        files.iter().for_each(|(name, text)| tree.insert_text(fixed(&format!("{HOME}/{name}")), *text));
        tree
    }

    fn standing(files: &[(&str, &str)]) -> Standing {
        let scaffold = Scaffold::of(tree(files));
        let path = fixed(&format!("{HOME}/{RULE}"));
        scaffold.items.iter().find(|item| item.path == path).unwrap().standing
    }

    #[test]
    fn a_file_that_somebody_changed_is_told_from_one_that_nobody_did() {
        let shipped = SHIPPED.iter().find(|(name, _)| *name == RULE).unwrap().1;
        let known = format!("{{\"{RULE}\": \"{}\"}}", manifest::sum("old\n"));
        let known = (".scaffold-manifest", known.as_str());
        assert_eq!(standing(&[]), Standing::New);
        assert_eq!(standing(&[known]), Standing::Removed);
        assert_eq!(standing(&[known, (RULE, "old\n")]), Standing::Old);
        assert_eq!(standing(&[known, (RULE, "old, and mine\n")]), Standing::Changed);
        assert_eq!(standing(&[(RULE, "old\n")]), Standing::Changed);
        assert_eq!(standing(&[known, (RULE, shipped)]), Standing::Current);
        assert_eq!(standing(&[(".scaffold-manifest", "broken"), (RULE, "old\n")]), Standing::Changed);
    }

    #[test]
    fn an_overlay_leaves_a_scaffold_that_is_current() {
        let before = tree(&[("VERSION", "0.29.1\n"), (RULE, "mine\n")]);
        let mut scaffold = Scaffold::of(before.clone());
        assert!(scaffold.is_older() && !scaffold.is_newer());
        let edits = scaffold.overlay(Path::new("/nowhere"), |item| item.standing == Standing::New, &[]);
        let after = Scaffold::of(edits.apply(&before).unwrap());
        assert_eq!(after.version.as_deref(), Some(VERSION));
        let left: Vec<&Item> = after.items.iter().filter(|i| i.standing != Standing::Current).collect();
        assert_eq!(left.iter().map(|i| i.standing).collect::<Vec<_>>(), [Standing::Changed]);
        let mut after = after;
        assert!(after.overlay(Path::new("/nowhere"), |item| item.standing == Standing::New, &[]).is_empty());
    }
}
