//! Paths inside a repository: relative, `/`-separated, unable to leave it. No OS is involved.

use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

/// A relative path with `/` between its parts. Invariant: at least one part, and no part is
/// empty, `.` or `..`; it holds no backslash, no NUL and no drive prefix.
///
/// Cheap to clone. Ordered by text, which is the order in which findings are listed.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RelPath(Arc<str>);

/// Why a text is no [`RelPath`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PathError {
    /// Nothing was given, or only `.` and `/`.
    Empty,
    /// It starts at the root of a file system, a drive or a home folder.
    Absolute,
    /// It climbs out with `..`.
    Climbs,
    /// It holds a character no portable name may hold (NUL or another control, backslash).
    Character,
}

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            PathError::Empty => "the path is empty",
            PathError::Absolute => "the path is absolute",
            PathError::Climbs => "the path climbs out of its folder with `..`",
            PathError::Character => "the path holds a character that a file name here cannot have",
        })
    }
}

impl RelPath {
    /// Reads a path as a person writes it: `./` parts, doubled and trailing slashes are dropped,
    /// `a/../b` is `b`.
    ///
    /// # Errors
    /// When it is empty, absolute, leaves its folder, or holds a control character or backslash.
    pub fn new(text: &str) -> Result<RelPath, PathError> {
        if text.chars().any(|c| c.is_control() || c == '\\') {
            return Err(PathError::Character);
        }
        let drive = text.as_bytes().get(1) == Some(&b':') && text.as_bytes()[0].is_ascii_alphabetic();
        if text.starts_with('/') || text == "~" || text.starts_with("~/") || drive {
            return Err(PathError::Absolute);
        }
        if text.split('/').all(|part| !matches!(part, "" | "." | "..")) {
            return Ok(RelPath(text.into()));
        }
        let mut parts: Vec<&str> = Vec::new();
        for part in text.split('/') {
            match part {
                "" | "." => {}
                ".." => drop(parts.pop().ok_or(PathError::Climbs)?),
                name => parts.push(name),
            }
        }
        if parts.is_empty() { Err(PathError::Empty) } else { Ok(RelPath(parts.join("/").into())) }
    }

    /// `name` below this folder, where `name` may itself have several parts.
    ///
    /// # Errors
    /// As [`RelPath::new`]: `name` may not climb out of this folder.
    pub fn join(&self, name: &str) -> Result<RelPath, PathError> {
        RelPath::new(name).map(|tail| RelPath(format!("{}/{}", self.0, tail.0).into()))
    }

    /// The path's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last part.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// The folder that holds it, or `None` at the top.
    pub fn parent(&self) -> Option<RelPath> {
        self.0.rsplit_once('/').map(|(folder, _)| RelPath(folder.into()))
    }

    /// The rest of the path below `folder`, or `None` when it does not lie there.
    pub fn below(&self, folder: &RelPath) -> Option<&str> {
        self.0.strip_prefix(&*folder.0)?.strip_prefix('/')
    }
}

/// By text. The paths of a feature start alike, so that what is common is passed over in large steps.
impl Ord for RelPath {
    fn cmp(&self, other: &Self) -> Ordering {
        let (mine, theirs) = (self.0.as_bytes(), other.0.as_bytes());
        let steps = mine.as_chunks::<8>().0.iter().zip(theirs.as_chunks::<8>().0);
        let same = 8 * steps.take_while(|(a, b)| u64::from_ne_bytes(**a) == u64::from_ne_bytes(**b)).count();
        mine[same..].cmp(&theirs[same..])
    }
}

impl PartialOrd for RelPath {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for RelPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for RelPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", &*self.0)
    }
}

/// Ordered and hashed as its text, so that maps can be asked with a `&str`.
impl std::borrow::Borrow<str> for RelPath {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for RelPath {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        RelPath::new(&text).map_err(|e| format!("{text:?}: {e}"))
    }
}

impl From<RelPath> for String {
    fn from(path: RelPath) -> String {
        path.0.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_ordered_as_their_texts() {
        let texts = ["a", "a-b", "a/b", "aaaaaaaa", "aaaaaaaa/b", "aaaaaaaab", "aaaaaaaa/bbbbbbbb/é", "b"];
        for (one, two) in texts.iter().flat_map(|one| texts.map(|two| (*one, two))) {
            assert_eq!(RelPath::new(one).unwrap().cmp(&RelPath::new(two).unwrap()), one.cmp(two));
        }
    }

    #[test]
    fn a_path_never_leaves_its_folder() {
        let read = |t| RelPath::new(t).map(|p| p.to_string());
        assert_eq!(read("./a//b/"), Ok("a/b".into()));
        assert_eq!(read("a/../b"), Ok("b".into()));
        assert_eq!(read("a/../../b"), Err(PathError::Climbs));
        assert_eq!(read("/etc"), Err(PathError::Absolute));
        assert_eq!(read("C:x"), Err(PathError::Absolute));
        assert_eq!(read("~/x"), Err(PathError::Absolute));
        assert_eq!(read("a\\b"), Err(PathError::Character));
        assert_eq!(read("a\0"), Err(PathError::Character));
        assert_eq!(read("."), Err(PathError::Empty));
    }
}
