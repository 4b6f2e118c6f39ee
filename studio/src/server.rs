//! The plan of a checkout that `specfuse-loop studio` serves: what the server tells, and what becomes of a
//! change on disk. Nothing is asked here; `app/server.rs` carries it out.

use crate::document::Document;
use crate::folder::File;
use specfuse_core::path::RelPath;
use std::sync::Arc;

/// A file as the server tells of it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Told {
    /// Its path from the repository's top.
    pub path: String,
    /// Its text; `None` when there is none.
    pub text: Option<String>,
    /// Whether something stands there that is no text.
    pub opaque: bool,
}

/// What the server answered.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Answer {
    /// The version of the plan on disk.
    pub version: u64,
    /// What the checkout is called.
    pub title: String,
    /// All files, or those that changed.
    pub files: Vec<Told>,
}

/// A file's text on disk; `None` for a file that is gone.
pub type OnDisk = (RelPath, Option<Arc<str>>);

/// The files of an answer, as a folder's are opened. What is no text stays with the server.
pub fn files(answer: Answer) -> Vec<File> {
    let title = answer.title;
    let file = |told: Told| {
        let name = format!("{title}/{}", told.path).into_bytes();
        Some(File { name, bytes: told.text?.into_bytes().into(), mode: None })
    };
    answer.files.into_iter().filter_map(file).collect()
}

/// Sorts what changed on disk: what can be taken over, and what was changed here, too.
pub fn sort(document: &Document, files: Vec<Told>) -> (Vec<OnDisk>, Vec<RelPath>) {
    let (mut take, mut both) = (Vec::new(), Vec::new());
    for told in files.into_iter().filter(|told| !told.opaque) {
        let Ok(path) = RelPath::new(&told.path) else { continue };
        let theirs: Option<Arc<str>> = told.text.map(Into::into);
        let (mine, known) = (document.tree().text(&path), document.saved().text(&path));
        // Then it did not change there, or is again as it was.
        if known == theirs.as_ref() {
            continue;
        }
        match mine == known || mine == theirs.as_ref() {
            true => take.push((path, theirs)),
            false => both.push(path),
        }
    }
    (take, both)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(name: &str, text: Option<&str>) -> Told {
        let path = format!(".specfuse/features/F/{name}");
        Told { path, text: text.map(str::to_owned), opaque: false }
    }

    fn path(name: &str) -> RelPath {
        RelPath::new(&format!(".specfuse/features/F/{name}")).unwrap()
    }

    #[test]
    fn a_change_on_disk_never_goes_over_mine() {
        let plan = told("PLAN.md", Some("---\ntitle: T\n---\n"));
        let start = vec![plan.clone(), told("a", Some("a\n")), told("b", Some("b\n"))];
        let opened = files(Answer { files: start, title: "checkout".into(), version: 1 });
        let mut document = Document::open(opened, "checkout").unwrap();
        document.type_into(&path("a"), "mine\n").unwrap();
        let changed = vec![told("a", Some("theirs\n")), told("b", None), told("c", Some("new\n")), plan];
        let (take, both) = sort(&document, changed);
        assert_eq!(take, [(path("b"), None), (path("c"), Some("new\n".into()))]);
        assert_eq!(both, [path("a")]);
        document.take_all_from_disk(take);
        assert_eq!((document.tree().text(&path("b")), document.saved().text(&path("b"))), (None, None));
        assert_eq!(document.saved().text(&path("c")).map(|t| &**t), Some("new\n"));
        assert_eq!(document.tree().text(&path("a")).map(|t| &**t), Some("mine\n"));
        assert!(document.is_changed());
    }
}
