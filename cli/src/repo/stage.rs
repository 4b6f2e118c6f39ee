//! Stages files without a start of `git`, where git would keep their bytes as they stand: no attribute
//! and no setting asks for a filter or for other line ends, and a file stands where a file stood.

use super::{Repo, failed};
use crate::error::{Error, Result};
use git2::{AttrCheckFlags, Index, IndexEntry, IndexTime};
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::Metadata;
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Attributes by which git may keep other bytes than stand in the file.
const CONVERTING: [&str; 6] = ["filter", "text", "eol", "crlf", "ident", "working-tree-encoding"];
/// Variables with settings that only `git` itself reads.
const UNREAD: [&str; 5] = [
    "GIT_ATTR_SOURCE",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_PARAMETERS",
    "GIT_CONFIG_SYSTEM",
];
/// Files above this many bytes are left to `git`.
const LARGEST: u64 = 8 * 1024 * 1024;
/// Bits of an entry's flags that say more than its name's length: assume-valid, extended, stage.
const FLAGGED: u16 = 0xf000;

/// What becomes of a path in the index.
enum Change {
    Put(Box<IndexEntry>),
    Remove,
    Nothing,
}

impl Repo {
    /// Puts what stands at `paths` into `index`, in memory. False, with `index` as it was, when only `git`
    /// knows how.
    ///
    /// # Errors
    /// When a file cannot be read or kept.
    pub(super) fn stage_plain(&self, index: &mut Index, paths: &BTreeSet<PathBuf>) -> Result<bool> {
        if !self.keeps_bytes() {
            return Ok(false);
        }
        let mut changes = Vec::new();
        for path in paths {
            match self.plain_change(index, path)? {
                Some(change) => changes.push((path, change)),
                None => return Ok(false),
            }
        }
        let refused = |e: git2::Error| failed("stage a file", &e);
        for (path, change) in changes {
            match change {
                Change::Put(entry) => index.add(&entry).map_err(refused)?,
                Change::Remove => index.remove(path, 0).map_err(refused)?,
                Change::Nothing => {}
            }
        }
        Ok(true)
    }

    /// Whether nothing in the settings changes files on their way into the repository, or hides what they are.
    fn keeps_bytes(&self) -> bool {
        let Ok(config) = self.git.config().and_then(|mut config| config.snapshot()) else { return false };
        let is = |name: &str, usual: bool| config.get_bool(name).unwrap_or(usual);
        UNREAD.iter().all(|name| std::env::var_os(name).is_none())
            && config
                .get_str("core.autocrlf")
                .map_or_else(|e| e.code() == git2::ErrorCode::NotFound, |v| v == "false")
            && is("core.filemode", true)
            && !is("core.ignorecase", false)
            && !is("core.sparsecheckout", false)
    }

    /// What `path` needs; `None` when only `git` knows.
    fn plain_change(&self, index: &Index, path: &Path) -> Result<Option<Change>> {
        let old = index.get_path(path, 0);
        if old.as_ref().is_some_and(|old| !is_usual(old)) || !self.has_real_folders(path) {
            return Ok(None);
        }
        let file = self.root.join(path);
        let meta = match file.symlink_metadata() {
            Ok(meta) => meta,
            Err(e) if e.kind() == ErrorKind::NotFound => {
                return Ok(Some(if old.is_some() { Change::Remove } else { Change::Nothing }));
            }
            Err(_) => return Ok(None),
        };
        let fits = meta.is_file() && meta.len() <= LARGEST;
        if !fits || (old.is_none() && collides(index, path)) || self.is_converted(path) {
            return Ok(None);
        }
        let bytes =
            std::fs::read(&file).map_err(|e| Error::io(format_args!("read {}", file.display()), e))?;
        let blob = self.git.blob(&bytes).map_err(|e| failed("keep a file", &e))?;
        Ok(Some(Change::Put(Box::new(entry(path, &meta, blob)))))
    }

    fn is_converted(&self, path: &Path) -> bool {
        let flags = AttrCheckFlags::FILE_THEN_INDEX;
        CONVERTING.iter().any(|name| !matches!(self.git.get_attr_bytes(path, name, flags), Ok(None)))
    }
}

/// Whether an entry is a file's, and says no more of it than what and when.
pub(super) fn is_usual(entry: &IndexEntry) -> bool {
    entry.mode & 0o170_000 == 0o100_000 && entry.flags & FLAGGED == 0
}

/// Whether a file at `path` would take the place of a folder, or need one where a file is.
fn collides(index: &Index, path: &Path) -> bool {
    let mut folder = path.as_os_str().to_owned();
    folder.push("/");
    let above = |folder: &Path| !folder.as_os_str().is_empty() && index.get_path(folder, 0).is_some();
    index.find_prefix(Path::new(OsStr::from_bytes(folder.as_bytes()))).is_ok()
        || path.ancestors().skip(1).any(above)
}

/// An entry with the file's times, so that git need not read it again. Its fields are narrower than the
/// file system's and hold the lower bits, as git's do.
fn entry(path: &Path, meta: &Metadata, id: git2::Oid) -> IndexEntry {
    IndexEntry {
        ctime: IndexTime::new(meta.ctime() as i32, meta.ctime_nsec() as u32),
        mtime: IndexTime::new(meta.mtime() as i32, meta.mtime_nsec() as u32),
        dev: meta.dev() as u32,
        ino: meta.ino() as u32,
        mode: if meta.mode() & 0o100 != 0 { 0o100_755 } else { 0o100_644 },
        uid: meta.uid(),
        gid: meta.gid(),
        file_size: meta.len() as u32,
        id,
        flags: 0,
        flags_extended: 0,
        path: path.as_os_str().as_bytes().to_vec(),
    }
}
