//! Reads a plan from disk into a [`Tree`], safely: only regular files, only so many bytes, never
//! through a link that leaves its folder, and never waiting on a pipe. What cannot be read is in
//! the tree with its reason, so that it can be reported where it matters.

use crate::error::{Error, Kind, Result};
use rustix::fs::{Mode, OFlags, open};
use specfuse_core::path::RelPath;
use specfuse_core::tree::{Entry, MAX_FILE_BYTES, Opaque, Tree};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};

/// The folder of features, below the repository's root.
pub const FEATURES: &str = ".specfuse/features";
/// How deep below a feature's folder files are read.
const DEEPEST: usize = 8;

/// Where a tree's paths are on disk.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Place {
    /// The tree's root is this folder: a repository with `.specfuse/`.
    Repository(PathBuf),
    /// The folder of one feature that stands alone, and its path in the tree.
    Feature(PathBuf, RelPath),
}

/// A plan as read from disk.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// Where it was read.
    pub place: Place,
    /// The feature whose folder (or a file in it) was asked for, by its folder's name.
    pub feature: Option<String>,
    /// What was read.
    pub tree: Tree,
    /// What could not even be named in the tree, in words for a person.
    pub warnings: Vec<String>,
}

/// Which features are read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Features<'a> {
    /// All of them.
    All,
    /// The one with this folder name.
    One(&'a str),
}

impl Place {
    /// Where `path` of the tree is on disk, `None` when it lies outside this place.
    pub fn on_disk(&self, path: &RelPath) -> Option<PathBuf> {
        match self {
            Place::Repository(root) => Some(root.join(path.as_str())),
            Place::Feature(folder, mount) if path == mount => Some(folder.clone()),
            Place::Feature(folder, mount) => path.below(mount).map(|tail| folder.join(tail)),
        }
    }

    /// The folder that nothing may leave.
    pub fn top(&self) -> &Path {
        match self {
            Place::Repository(root) => root,
            Place::Feature(folder, _) => folder,
        }
    }
}

/// The root of the plan that `start` belongs to: the nearest folder upward that holds `.specfuse`.
/// The search ends at the first git repository without one.
///
/// # Errors
/// [`Kind::NotFound`] when there is none.
pub fn find_root(start: &Path) -> Result<PathBuf> {
    let start = std::fs::canonicalize(start)
        .map_err(|e| Error::new(Kind::NotFound, format!("cannot open {}: {e}", start.display())))?;
    for folder in start.ancestors() {
        if folder.join(".specfuse").is_dir() {
            return Ok(folder.to_owned());
        }
        if folder.join(".git").exists() {
            break;
        }
    }
    Err(Error::new(Kind::NotFound, format!("no .specfuse folder in {} or above it", start.display()))
        .hint("go to a repository that has one, or set this one up: specfuse-loop init"))
}

/// Loads what `path` belongs to: a repository from anywhere inside it, or a feature's folder that
/// stands alone, mounted at `.specfuse/features/<name>`.
///
/// # Errors
/// [`Kind::NotFound`] when there is no plan; otherwise what the system refused.
pub fn load(path: &Path) -> Result<Loaded> {
    let path = std::fs::canonicalize(path)
        .map_err(|e| Error::new(Kind::NotFound, format!("cannot open {}: {e}", path.display())))?;
    match find_root(&path) {
        Ok(root) => {
            let feature = feature_name(&root, &path);
            let below_plan = path.strip_prefix(&root).is_ok_and(|p| p.starts_with(".specfuse"));
            if feature.is_some() || below_plan || !path.join("PLAN.md").exists() {
                let loaded = load_repository(&root, Features::All)?;
                return Ok(Loaded { feature, ..loaded });
            }
            load_feature(&path)
        }
        Err(_) if path.join("PLAN.md").symlink_metadata().is_ok() => load_feature(&path),
        Err(error) => Err(error),
    }
}

/// Loads as [`load`] does, but of a repository only the feature that `path` lies in, when it lies in one.
///
/// # Errors
/// As [`load`].
pub fn load_for_lint(path: &Path) -> Result<Loaded> {
    let real = std::fs::canonicalize(path)
        .map_err(|e| Error::new(Kind::NotFound, format!("cannot open {}: {e}", path.display())))?;
    let named = find_root(&real).ok().and_then(|root| feature_name(&root, &real).map(|name| (root, name)));
    match named {
        Some((root, name)) => {
            let loaded = load_repository(&root, Features::One(&name))?;
            Ok(Loaded { feature: Some(name), ..loaded })
        }
        None => load(path),
    }
}

/// The folder name of the feature of the repository at `root` that `path` lies in.
fn feature_name(root: &Path, path: &Path) -> Option<String> {
    let below = path.strip_prefix(root.join(FEATURES)).ok()?;
    below.components().next()?.as_os_str().to_str().map(str::to_owned)
}

/// Loads `.specfuse` of the repository at `root`.
///
/// # Errors
/// What the system refused. Single files that cannot be read are in the tree with their reason.
pub fn load_repository(root: &Path, features: Features<'_>) -> Result<Loaded> {
    let root =
        std::fs::canonicalize(root).map_err(|e| Error::io(format_args!("open {}", root.display()), e))?;
    let mut reader = Reader::default();
    if reader.enter(&root.join(".specfuse"), ".specfuse", &root) {
        for (name, path) in reader.list(&root.join(".specfuse"), ".specfuse") {
            if is_plan_file(&name) {
                reader.file(&path, &format!(".specfuse/{name}"), &root);
            }
        }
        if reader.enter(&root.join(FEATURES), FEATURES, &root) {
            reader.features(&root, features);
        }
    }
    let Reader { tree, warnings } = reader;
    Ok(Loaded { place: Place::Repository(root), feature: None, tree, warnings })
}

/// Loads the feature's folder `folder` on its own.
///
/// # Errors
/// [`Kind::NotFound`] when its name cannot stand in a tree; otherwise what the system refused.
pub fn load_feature(folder: &Path) -> Result<Loaded> {
    let folder =
        std::fs::canonicalize(folder).map_err(|e| Error::io(format_args!("open {}", folder.display()), e))?;
    let name = folder.file_name().and_then(|name| name.to_str());
    let mount = name.and_then(|name| RelPath::new(&format!("{FEATURES}/{name}")).ok());
    let (Some(name), Some(mount)) = (name, mount) else {
        return Err(Error::new(Kind::NotFound, format!("{} is no name for a feature", folder.display()))
            .hint("rename the folder to plain characters"));
    };
    let mut reader = Reader::default();
    reader.folder(&folder, mount.as_str(), &folder, 0);
    let Reader { tree, warnings } = reader;
    Ok(Loaded { feature: Some(name.to_owned()), place: Place::Feature(folder, mount), tree, warnings })
}

/// What stands at `path` of the repository at `root`; `None` when nothing does.
pub fn file(root: &Path, path: &RelPath) -> Option<Entry> {
    let (root, path) = (std::fs::canonicalize(root).ok()?, root.join(path.as_str()));
    if is_free(&path) {
        return None;
    }
    Some(resolve(&path, &root).and_then(|real| read(&real)).unwrap_or_else(Entry::Opaque))
}

/// The names at the top of the repository at `root`, sorted; those that are no text are left out.
///
/// # Errors
/// When the system refuses to list it.
pub fn top_level(root: &Path) -> Result<BTreeSet<String>> {
    let entries =
        std::fs::read_dir(root).map_err(|e| Error::io(format_args!("list {}", root.display()), e))?;
    Ok(entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect())
}

/// Which of `paths` are folders inside the repository at `root`.
pub fn directories<'a>(root: &Path, paths: impl IntoIterator<Item = &'a RelPath>) -> BTreeSet<RelPath> {
    let Ok(root) = std::fs::canonicalize(root) else { return BTreeSet::new() };
    let is_inside = |path: &&RelPath| {
        std::fs::canonicalize(root.join(path.as_str()))
            .is_ok_and(|real| real.starts_with(&root) && real.is_dir())
    };
    paths.into_iter().filter(is_inside).cloned().collect()
}

fn is_plan_file(name: &str) -> bool {
    let notes = (name.starts_with("roadmap") || name.starts_with("LEARNINGS")) && name.ends_with(".md");
    notes || name == "verification.yml" || name == "config"
}

/// Gathers entries; what goes wrong with one does not stop the others.
#[derive(Default)]
struct Reader {
    tree: Tree,
    warnings: Vec<String>,
}

impl Reader {
    /// Puts `entry` at the place named `name`, or says why it has none.
    fn put(&mut self, name: &str, entry: Entry) {
        match RelPath::new(name) {
            Ok(path) => self.tree.insert(path, entry),
            Err(e) => self.warnings.push(format!("{name:?} was not read: {e}")),
        }
    }

    /// The names in a folder, sorted, with their places on disk.
    fn list(&mut self, folder: &Path, name: &str) -> Vec<(String, PathBuf)> {
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(e) => {
                self.put(name, Entry::Opaque(Opaque::Unreadable(e.to_string())));
                return Vec::new();
            }
        };
        let mut list = Vec::new();
        for entry in entries.flatten() {
            match entry.file_name().into_string() {
                Ok(name) => list.push((name, entry.path())),
                Err(odd) => self.warnings.push(format!("{name}/{odd:?} was not read: its name is not UTF-8")),
            }
        }
        list.sort();
        list
    }

    /// Whether `folder` is a folder inside `top`; what else it is goes into the tree.
    fn enter(&mut self, folder: &Path, name: &str, top: &Path) -> bool {
        match resolve(folder, top) {
            Ok(real) if real.is_dir() => return true,
            Ok(_) => self.warnings.push(format!("{name} is not a folder")),
            Err(opaque) if folder.symlink_metadata().is_ok() => self.put(name, Entry::Opaque(opaque)),
            Err(_) => {}
        }
        false
    }

    fn features(&mut self, root: &Path, features: Features<'_>) {
        for (name, path) in self.list(&root.join(FEATURES), FEATURES) {
            let wanted = !matches!(features, Features::One(one) if one != name);
            let at = format!("{FEATURES}/{name}");
            if !wanted || name.starts_with('.') || (path.is_file() && !path.is_symlink()) {
                continue;
            }
            if self.enter(&path, &at, root) {
                let top = std::fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
                self.folder(&path, &at, &top, 0);
            }
        }
    }

    /// Everything in a feature's folder except `work/`, with real folders inside it.
    fn folder(&mut self, folder: &Path, name: &str, top: &Path, depth: usize) {
        for (child, path) in self.list(folder, name) {
            let at = format!("{name}/{child}");
            let is_folder = path.symlink_metadata().is_ok_and(|meta| meta.is_dir());
            if is_folder && (!is_entered(&child) || depth >= DEEPEST) {
                continue;
            }
            self.file(&path, &at, top);
            if is_folder {
                self.folder(&path, &at, top, depth + 1);
            }
        }
    }

    /// The file or link at `path`, whose folder is inside `top`: so only a link can lead elsewhere.
    fn file(&mut self, path: &Path, name: &str, top: &Path) {
        let entry =
            if path.is_symlink() { resolve(path, top).and_then(|real| read(&real)) } else { read(path) };
        self.put(name, entry.unwrap_or_else(Entry::Opaque));
    }
}

/// Where `path` really is, when that is inside `top`.
fn resolve(path: &Path, top: &Path) -> std::result::Result<PathBuf, Opaque> {
    match std::fs::canonicalize(path) {
        Ok(real) if real.starts_with(top) => Ok(real),
        Ok(_) => Err(Opaque::LinkOutside),
        Err(_) if path.is_symlink() => Err(Opaque::BrokenLink),
        Err(e) => Err(Opaque::Unreadable(e.to_string())),
    }
}

/// Whether a path is one that [`load_repository`] reads.
pub fn is_read(path: &RelPath) -> bool {
    let Some(below) = path.as_str().strip_prefix(".specfuse/") else { return false };
    match below.strip_prefix("features/") {
        Some(below) => {
            let parts: Vec<&str> = below.split('/').collect();
            let folders = &parts[..parts.len() - 1];
            // The feature's own folder is no depth.
            !folders.is_empty()
                && folders.len() - 1 <= DEEPEST
                && !folders[0].starts_with('.')
                && folders[1..].iter().all(|name| is_entered(name))
        }
        None => is_plan_file(below),
    }
}

/// The bytes of what stands at `path` of the repository at `root`, when it can be read and no link leads out of
/// `.specfuse`.
pub fn bytes(root: &Path, path: &RelPath) -> Option<Vec<u8>> {
    let top = std::fs::canonicalize(root.join(".specfuse")).ok()?;
    resolve(&root.join(path.as_str()), &top).and_then(|real| read_bytes(&real)).ok()
}

/// Whether a folder of this name, inside a feature's, is looked into.
pub(crate) fn is_entered(name: &str) -> bool {
    !matches!(name, "work" | ".loop" | ".git")
}

fn read(path: &Path) -> std::result::Result<Entry, Opaque> {
    read_bytes(path).map(Entry::from_bytes)
}

/// Reads a file that is no link. Asks what it opened, not what it saw before, so that nothing put
/// in its place can make it wait.
fn read_bytes(path: &Path) -> std::result::Result<Vec<u8>, Opaque> {
    let unreadable = |e: std::io::Error| Opaque::Unreadable(e.to_string());
    let kind = path.symlink_metadata().map_err(unreadable)?.file_type();
    if kind.is_dir() {
        return Err(Opaque::Directory);
    }
    if kind.is_fifo() || kind.is_socket() || kind.is_block_device() || kind.is_char_device() {
        return Err(Opaque::Special);
    }
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let file: File = open(path, flags, Mode::empty()).map_err(|e| unreadable(e.into()))?.into();
    let meta = file.metadata().map_err(unreadable)?;
    if !meta.is_file() {
        return Err(Opaque::Special);
    }
    if meta.len() > MAX_FILE_BYTES as u64 {
        return Err(Opaque::TooLarge { bytes: meta.len() });
    }
    let mut bytes = Vec::with_capacity(meta.len() as usize + 1);
    file.take(MAX_FILE_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(bytes)
}

/// Whether nothing stands at `path`, not even a link that leads nowhere.
pub(crate) fn is_free(path: &Path) -> bool {
    path.symlink_metadata().is_err_and(|e| e.kind() == ErrorKind::NotFound)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::OsStr;
    use std::fs;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;

    fn repository() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        let feature = dir.path().join(FEATURES).join("F-1");
        fs::create_dir_all(feature.join("work")).unwrap();
        fs::create_dir_all(dir.path().join("src/deep")).unwrap();
        fs::write(feature.join("PLAN.md"), "plan").unwrap();
        fs::write(feature.join("work/scratch.md"), "").unwrap();
        fs::write(dir.path().join(".specfuse/verification.yml"), "code: []").unwrap();
        fs::write(dir.path().join(".specfuse/other.md"), "").unwrap();
        fs::write(dir.path().join("secret"), "").unwrap();
        dir
    }

    fn opaque(loaded: &Loaded, name: &str) -> Option<Opaque> {
        match loaded.tree.get(&RelPath::new(&format!("{FEATURES}/F-1/{name}")).unwrap()) {
            Some(Entry::Opaque(opaque)) => Some(opaque.clone()),
            _ => None,
        }
    }

    #[test]
    fn what_belongs_to_the_plan_is_read_from_anywhere_inside() {
        let dir = repository();
        let loaded = load(&dir.path().join("src/deep")).unwrap();
        let paths: Vec<_> = loaded.tree.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(paths, [".specfuse/features/F-1/PLAN.md", ".specfuse/verification.yml"]);
        assert!(loaded.tree.iter().all(|(path, _)| is_read(path)));
        for other in [
            "secret",
            ".specfuse/other.md",
            concat!(".specfuse/features/F-1/", "work/scratch.md"),
            ".specfuse/features/x",
        ] {
            assert!(!is_read(&RelPath::new(other).unwrap()), "{other}");
        }
        assert_eq!(loaded.feature, None);
        let inside = load(&dir.path().join(FEATURES).join("F-1/PLAN.md")).unwrap();
        assert_eq!(inside.feature.as_deref(), Some("F-1"));
        assert!(top_level(dir.path()).unwrap().contains("secret"));
        let paths = ["src", "secret", "none"].map(|p| RelPath::new(p).unwrap());
        assert_eq!(directories(dir.path(), &paths).into_iter().collect::<Vec<_>>(), [paths[0].clone()]);
    }

    #[test]
    fn a_folder_on_its_own_is_mounted() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("FEAT-2026-0001-x");
        fs::create_dir_all(folder.join("units")).unwrap();
        fs::write(folder.join("PLAN.md"), "p").unwrap();
        fs::write(folder.join("units/WU-1.md"), "u").unwrap();
        let loaded = load(&folder).unwrap();
        let unit = RelPath::new(".specfuse/features/FEAT-2026-0001-x/units/WU-1.md").unwrap();
        assert_eq!(loaded.tree.text(&unit).map(|t| &**t), Some("u"));
        assert_eq!(
            loaded.place.on_disk(&unit).unwrap(),
            fs::canonicalize(folder).unwrap().join("units/WU-1.md")
        );
        assert_eq!(loaded.place.on_disk(&RelPath::new("src").unwrap()), None);
    }

    #[test]
    fn what_cannot_be_read_says_why() {
        let dir = repository();
        let folder = dir.path().join(FEATURES).join("F-1");
        fs::create_dir(folder.join("dir.md")).unwrap();
        fs::write(folder.join("bytes.md"), b"ab\xff").unwrap();
        File::create(folder.join("big.md")).unwrap().set_len(5_000_000).unwrap();
        symlink("../../../secret", folder.join("out.md")).unwrap();
        symlink("/etc/passwd", folder.join("far.md")).unwrap();
        symlink("nowhere", folder.join("gone.md")).unwrap();
        symlink("loop.md", folder.join("loop.md")).unwrap();
        symlink("PLAN.md", folder.join("near.md")).unwrap();
        symlink("/etc", dir.path().join(FEATURES).join("F-2")).unwrap();
        rustix::fs::mknodat(
            rustix::fs::CWD,
            folder.join("pipe.md"),
            rustix::fs::FileType::Fifo,
            Mode::RWXU,
            0,
        )
        .unwrap();
        fs::write(folder.join(OsStr::from_bytes(b"odd\xff.md")), "").unwrap();
        fs::write(folder.join("back\\slash.md"), "").unwrap();
        let loaded = load(dir.path()).unwrap();
        assert_eq!(opaque(&loaded, "dir.md"), Some(Opaque::Directory));
        assert_eq!(opaque(&loaded, "bytes.md"), Some(Opaque::NotUtf8 { at: 2 }));
        assert_eq!(opaque(&loaded, "big.md"), Some(Opaque::TooLarge { bytes: 5_000_000 }));
        assert_eq!(opaque(&loaded, "out.md"), Some(Opaque::LinkOutside));
        assert_eq!(opaque(&loaded, "far.md"), Some(Opaque::LinkOutside));
        assert_eq!(opaque(&loaded, "gone.md"), Some(Opaque::BrokenLink));
        assert_eq!(opaque(&loaded, "loop.md"), Some(Opaque::BrokenLink));
        assert_eq!(opaque(&loaded, "pipe.md"), Some(Opaque::Special));
        assert_eq!(opaque(&loaded, "near.md"), None);
        let linked = loaded.tree.get(&RelPath::new(".specfuse/features/F-2").unwrap());
        assert_eq!(linked, Some(&Entry::Opaque(Opaque::LinkOutside)));
        assert_eq!(loaded.warnings.len(), 2, "{:?}", loaded.warnings);
    }

    #[test]
    fn without_a_plan_the_search_ends_at_the_repository() {
        let dir = repository();
        let inner = dir.path().join("inner");
        fs::create_dir_all(inner.join(".git")).unwrap();
        assert_eq!(load(&inner).unwrap_err().kind, Kind::NotFound);
        assert_eq!(load(&dir.path().join("no")).unwrap_err().kind, Kind::NotFound);
    }
}
