//! What was opened and how it goes out again: files by the names they had, the ones the studio
//! understands as a tree of texts, all others kept to the byte.

use specfuse_core::ordered;
use specfuse_core::path::RelPath;
use specfuse_core::tree::{Entry, Tree};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

/// A file as it was opened or is to be saved. A name that ends with `/` is an empty folder.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct File {
    /// Its name, `/` between the parts; whatever bytes the zip or the browser gave.
    pub name: Vec<u8>,
    /// What is in it.
    pub bytes: Arc<[u8]>,
    /// Unix permissions, when they are known.
    pub mode: Option<u32>,
}

/// Why files cannot be opened as a plan.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OpenError {
    /// There is nothing in it.
    Empty,
    /// No `.specfuse/features/…` and no `PLAN.md` anywhere.
    NoPlan,
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            OpenError::Empty => "there is no file in it",
            OpenError::NoPlan => {
                "no plan was found in it: open a repository with a `.specfuse` folder, or a feature's folder with its PLAN.md"
            }
        })
    }
}

/// The files of a tree under the names they had.
#[derive(Clone, Debug, Default)]
pub struct Folder {
    /// What names begin with outside, and what paths begin with inside.
    outer: String,
    inner: String,
    order: Vec<Slot>,
    kept: BTreeMap<RelPath, Kept>,
}

#[derive(Clone, Debug)]
enum Slot {
    /// A file of the tree.
    Inside(RelPath),
    /// A file whose name is no path of a tree; never touched.
    Aside(File),
}

#[derive(Clone, Debug)]
struct Kept {
    mode: Option<u32>,
    /// The bytes of a file that is no text.
    opaque: Option<Arc<[u8]>>,
}

/// Whether a file of this name is worth reading when a whole folder is opened: in a repository
/// only what lies below `.specfuse`, without the driver's own state; elsewhere all but hidden
/// folders.
pub fn is_wanted(name: &str, in_repository: bool) -> bool {
    let parts: Vec<&str> = name.split('/').collect();
    match parts.iter().position(|part| *part == ".specfuse") {
        Some(at) => parts.get(at + 1) != Some(&".loop"),
        None => !in_repository && !parts.iter().any(|part| *part == ".git" || *part == "node_modules"),
    }
}

/// Whether these names are those of a repository that holds plans.
pub fn is_repository<'a>(mut names: impl Iterator<Item = &'a str>) -> bool {
    names.any(|name| name.split('/').any(|part| part == ".specfuse"))
}

impl Folder {
    /// Sorts files into a tree and what is kept aside. `title` is what the folder or zip is called.
    ///
    /// # Errors
    /// When no plan is among them.
    pub fn open(files: Vec<File>, title: &str) -> Result<(Folder, Tree), OpenError> {
        if files.is_empty() {
            return Err(OpenError::Empty);
        }
        let names = ordered::set(files.iter().filter_map(|f| std::str::from_utf8(&f.name).ok()));
        let (outer, inner) = mount(&names, title).ok_or(OpenError::NoPlan)?;
        let mut folder = Folder { outer, inner, ..Folder::default() };
        let mut tree = Tree::new();
        for file in files {
            match folder.path_of(&file.name).filter(|path| tree.get(path).is_none()) {
                Some(path) => folder.keep(path, file, &mut tree),
                None => folder.order.push(Slot::Aside(file)),
            }
        }
        Ok((folder, tree))
    }

    /// A tree that comes from no folder.
    pub fn of_tree(tree: &Tree) -> Folder {
        let mut folder = Folder::default();
        for (path, _) in tree.iter() {
            folder.order.push(Slot::Inside(path.clone()));
            folder.kept.insert(path.clone(), Kept { mode: None, opaque: None });
        }
        folder
    }

    fn keep(&mut self, path: RelPath, file: File, tree: &mut Tree) {
        let entry = Entry::from_bytes(file.bytes.to_vec());
        let opaque = matches!(entry, Entry::Opaque(_)).then_some(file.bytes);
        self.order.push(Slot::Inside(path.clone()));
        self.kept.insert(path.clone(), Kept { mode: file.mode, opaque });
        tree.insert(path, entry);
    }

    /// The path of a name, when it has exactly one.
    fn path_of(&self, name: &[u8]) -> Option<RelPath> {
        let tail = std::str::from_utf8(name).ok()?.strip_prefix(&self.outer)?;
        let whole = format!("{}{tail}", self.inner);
        RelPath::new(&whole).ok().filter(|path| path.as_str() == whole)
    }

    /// How the file at `path` was called when it was opened, or would have been.
    pub fn name_of(&self, path: &RelPath) -> Vec<u8> {
        let tail = path.as_str().strip_prefix(&self.inner).unwrap_or(path.as_str());
        format!("{}{tail}", self.outer).into_bytes()
    }

    /// What the file at `path` is called in the folder that was picked, whose own name comes first outside.
    pub fn place_of(&self, path: &RelPath) -> String {
        let name = String::from_utf8_lossy(&self.name_of(path)).into_owned();
        name.split_once('/').map_or(name.clone(), |(_, rest)| rest.to_owned())
    }

    /// The same files in a folder called `name`, at its top; one called `.specfuse` is the plans' own.
    pub fn moved_to(&self, name: &str) -> Folder {
        let inner = if name == ".specfuse" { ".specfuse/" } else { "" };
        Folder { outer: format!("{name}/"), inner: inner.to_owned(), ..self.clone() }
    }

    /// How many files have names that are no paths of a tree: they travel in a zip only.
    pub fn aside(&self) -> usize {
        self.order.iter().filter(|slot| matches!(slot, Slot::Aside(_))).count()
    }

    /// The bytes of a file that is no text.
    pub fn opaque(&self, path: &RelPath) -> Option<Arc<[u8]>> {
        self.kept.get(path)?.opaque.clone()
    }

    /// The files of `tree`, in the order in which they were opened, new ones last. What was not
    /// changed has the bytes it had.
    pub fn files(&self, tree: &Tree) -> Vec<File> {
        let known = self.order.iter().filter_map(|slot| match slot {
            Slot::Aside(file) => Some(file.clone()),
            Slot::Inside(path) => self.file(tree, path),
        });
        let new = tree.iter().filter(|(path, _)| !self.kept.contains_key(*path));
        known.chain(new.filter_map(|(path, _)| self.file(tree, path))).collect()
    }

    fn file(&self, tree: &Tree, path: &RelPath) -> Option<File> {
        let kept = self.kept.get(path);
        let bytes = match tree.get(path)? {
            Entry::Text(text) => text.as_bytes().into(),
            Entry::Opaque(_) => kept?.opaque.clone()?,
        };
        Some(File { name: self.name_of(path), bytes, mode: kept.and_then(|kept| kept.mode) })
    }
}

/// How names become paths: what to take off in front, and what to put there instead.
fn mount(names: &BTreeSet<&str>, title: &str) -> Option<(String, String)> {
    let depth = |prefix: &String| (prefix.matches('/').count(), prefix.clone());
    let repository = names.iter().filter_map(|name| {
        let at = if name.starts_with(".specfuse/") { 0 } else { name.find("/.specfuse/")? + 1 };
        Some(name[..at].to_owned())
    });
    if let Some(outer) = repository.min_by_key(depth) {
        return Some((outer, String::new()));
    }
    let plans = names.iter().filter(|name| **name == "PLAN.md" || name.ends_with("/PLAN.md"));
    let outer = plans.map(|name| name[..name.len() - "PLAN.md".len()].to_owned()).min_by_key(depth)?;
    if let Some(root) = features_root(&outer) {
        return Some((root.to_owned(), ".specfuse/".to_owned()));
    }
    let own = outer.trim_end_matches('/').rsplit('/').next().filter(|name| !name.is_empty());
    let name = own.unwrap_or(title).trim_end_matches(".zip");
    let safe: String =
        name.chars().map(|c| if "/\\".contains(c) || c.is_control() { '-' } else { c }).collect();
    let safe = if matches!(safe.as_str(), "" | "." | "..") { "feature" } else { &safe };
    Some((outer, format!(".specfuse/features/{safe}/")))
}

/// What stands before `features/<name>/`, when a plan's folder is exactly that.
fn features_root(outer: &str) -> Option<&str> {
    let (root, name) = outer.strip_suffix('/')?.rsplit_once("features/")?;
    (!name.contains('/') && (root.is_empty() || root.ends_with('/'))).then_some(root)
}

#[cfg(test)]
mod tests {
    use super::*;
    use specfuse_core::parse;

    fn files(names: &[&str]) -> Vec<File> {
        let file = |name: &&str| File {
            name: name.as_bytes().to_vec(),
            bytes: format!("text of {name}").into_bytes().into(),
            mode: Some(0o640),
        };
        names.iter().map(file).collect()
    }

    fn check(names: &[&str], features: &[&str]) {
        let files = files(names);
        let (folder, tree) = Folder::open(files.clone(), "given.zip").unwrap();
        let found = parse::feature_folders(&tree);
        assert_eq!(found.iter().map(|f| f.file_name()).collect::<Vec<_>>(), features, "{names:?}");
        assert_eq!(folder.files(&tree), files, "nothing changed, so nothing may differ");
    }

    #[test]
    fn a_plan_is_found_wherever_it_lies() {
        check(&["top/.specfuse/features/F/PLAN.md", "top/README.md", "other"], &["F"]);
        check(&[".specfuse/features/F/PLAN.md", ".specfuse/features/G/PLAN.md"], &["F", "G"]);
        check(&["features/F/PLAN.md", "roadmap.md"], &["F"]);
        check(&["x/features/F/PLAN.md", "x/roadmap.md"], &["F"]);
        check(&["F/PLAN.md", "F/WU-01.md", "F/sub/x", "F/../x", "F//y", "F/dir/"], &["F"]);
        check(&["PLAN.md", "WU-01.md"], &["given"]);
        assert!(matches!(Folder::open(files(&["a"]), ""), Err(OpenError::NoPlan)));
        assert!(matches!(Folder::open(vec![], ""), Err(OpenError::Empty)));
    }

    #[test]
    fn what_is_no_text_travels_through() {
        let mut opened = files(&["F/PLAN.md", "F/logo.png", "F/z"]);
        opened[1].bytes = [0x89, b'P', 0xff].as_slice().into();
        opened[2].name = vec![b'F', b'/', 0xff];
        let (folder, mut tree) = Folder::open(opened.clone(), "").unwrap();
        assert_eq!(folder.files(&tree), opened);
        let at = |name| RelPath::new(&format!(".specfuse/features/F/{name}")).unwrap();
        tree.insert_text(at("NEW.md"), "new");
        tree.remove(&at("PLAN.md"));
        let names: Vec<_> = folder.files(&tree).into_iter().map(|f| f.name).collect();
        assert_eq!(names, [b"F/logo.png".to_vec(), vec![b'F', b'/', 0xff], b"F/NEW.md".to_vec()]);
    }

    #[test]
    fn what_moves_stands_at_the_top_of_its_new_folder() {
        let (folder, tree) = Folder::open(files(&["zip/F/PLAN.md", "zip/F/logo.png"]), "").unwrap();
        let path = tree.iter().map(|(path, _)| path.clone()).next().unwrap();
        for (name, place) in [("repo", ".specfuse/features/F/PLAN.md"), (".specfuse", "features/F/PLAN.md")] {
            let moved = folder.moved_to(name);
            assert_eq!(moved.place_of(&path), place);
            let (again, same) = Folder::open(moved.files(&tree), name).unwrap();
            assert_eq!(
                (again.place_of(&path).as_str(), &same),
                (place, &tree),
                "also when it is opened again"
            );
        }
    }

    #[test]
    fn of_a_repository_only_the_plan_is_read() {
        assert!(is_wanted("r/.specfuse/features/F/PLAN.md", true));
        assert!(!is_wanted("r/.specfuse/.loop/journal.jsonl", true));
        assert!(!is_wanted("r/src/main.rs", true));
        assert!(is_wanted("F/PLAN.md", false));
        assert!(!is_wanted("F/.git/config", false));
        assert!(is_repository(["a", "r/.specfuse/x"].into_iter()));
    }
}
