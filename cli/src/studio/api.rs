//! What the page can ask: the plan, the bytes of a file that is no text, what changed, and to save. Questions
//! and answers are JSON.

use super::Answer;
use super::watch::{Known, Watch};
use crate::error::{Error, Kind, Result};
use crate::load::{self, Place};
use crate::store;
use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use specfuse_core::fix::{Edits, TextEdit};
use specfuse_core::path::RelPath;
use specfuse_core::span::Span;
use specfuse_core::tree::{Entry, Tree};
use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How long a question about changes waits for one; browsers give up after minutes.
const PATIENCE: Duration = Duration::from_secs(20);

/// The plan as the page sees it.
pub(super) struct Api {
    watch: Watch,
    /// `.specfuse`, mounted under its own name: so nothing is written outside of it, not even through a link.
    place: Place,
    /// Held while a save compares and writes: of two pages, one comes second.
    saving: Mutex<()>,
}

/// A file of an answer: its text, or why there is none.
#[derive(Serialize)]
struct FileWire<'a> {
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    /// Something stands there that is no text.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    opaque: bool,
}

/// The plan, or what changed of it.
#[derive(Serialize)]
struct PlanWire<'a> {
    version: u64,
    title: &'a str,
    files: Vec<FileWire<'a>>,
}

/// Why nothing was saved.
#[derive(Serialize)]
struct RefusalWire<'a> {
    error: String,
    /// The files that stand otherwise on disk than the page knew them.
    files: Vec<FileWire<'a>>,
}

/// What is to be saved.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SaveWire {
    files: Vec<ChangeWire>,
}

/// One file of it; `None` stands for no file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangeWire {
    path: RelPath,
    /// The text as the page knew it.
    before: Option<String>,
    /// The text that it shall have.
    after: Option<String>,
}

impl Api {
    /// The plan of the repository at `root`.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) fn new(root: PathBuf) -> Result<Api> {
        let mount = RelPath::new(".specfuse").map_err(|e| Error::new(Kind::Outside, e.to_string()))?;
        let place = Place::Feature(root.join(mount.as_str()), mount);
        Ok(Api { watch: Watch::new(root)?, place, saving: Mutex::default() })
    }

    /// All files.
    pub(super) fn plan(&self) -> Answer {
        self.files(self.watch.look(), |known| {
            wire(known.tree.iter().map(|(path, entry)| (path, Some(entry))))
        })
    }

    /// What changed after the version `since=…`, as soon as something does.
    pub(super) fn changes(&self, query: &str) -> Answer {
        let Some(since) = query.strip_prefix("since=").and_then(|number| number.parse().ok()) else {
            return refusal(400, "since=… is missing".into(), vec![]);
        };
        self.files(self.watch.wait(since, PATIENCE), |known| wire(known.after(since)))
    }

    fn files<K: std::ops::Deref<Target = Known>>(
        &self,
        known: Result<K>,
        files: impl FnOnce(&Known) -> Vec<FileWire<'_>>,
    ) -> Answer {
        match known {
            Ok(known) => {
                let title = self.watch.root().file_name().and_then(|name| name.to_str()).unwrap_or("plan");
                json(200, &PlanWire { version: known.version, title, files: files(&known) })
            }
            Err(error) => failed(&error),
        }
    }

    /// The bytes of a file of the plan.
    pub(super) fn file(&self, name: &str) -> Answer {
        let path = percent_decode_str(name).decode_utf8().ok().and_then(|name| RelPath::new(&name).ok());
        let bytes = path.filter(load::is_read).and_then(|path| load::bytes(self.watch.root(), &path));
        match bytes {
            Some(bytes) => Answer { status: 200, kind: "application/octet-stream", body: Cow::Owned(bytes) },
            None => refusal(404, "there is no such file in the plan".into(), vec![]),
        }
    }

    /// Writes all that is asked for, or nothing.
    pub(super) fn save(&self, body: &[u8]) -> Answer {
        let save: SaveWire = match serde_json::from_slice(body) {
            Ok(save) => save,
            Err(e) => return refusal(400, format!("the request was not understood: {e}"), vec![]),
        };
        if let Some(outside) = save.files.iter().find(|file| !load::is_read(&file.path)) {
            return refusal(
                403,
                format!("{} is no file of the plan; nothing was written", outside.path),
                vec![],
            );
        }
        let _one = self.saving.lock().unwrap_or_else(PoisonError::into_inner);
        let (before, edits) = edits(&save);
        match store::apply(&self.place, &before, &edits) {
            Ok(_) => self.files(self.watch.look(), |_| vec![]),
            Err(error) if error.kind == Kind::ChangedMeanwhile => self.conflict(&error, &save),
            Err(error) => failed(&error),
        }
    }

    fn conflict(&self, error: &Error, save: &SaveWire) -> Answer {
        let known = match self.watch.look() {
            Ok(known) => known,
            Err(error) => return failed(&error),
        };
        let differs =
            |file: &&ChangeWire| known.tree.text(&file.path).map(|text| &**text) != file.before.as_deref();
        let differing =
            save.files.iter().filter(differs).map(|file| (&file.path, known.tree.get(&file.path)));
        refusal(409, error.message.clone(), wire(differing))
    }
}

/// The tree that the page knew, and what it wants done to it.
fn edits(save: &SaveWire) -> (Tree, Edits) {
    let (mut tree, mut edits) = (Tree::new(), Edits::none());
    for file in &save.files {
        if let Some(before) = &file.before {
            tree.insert_text(file.path.clone(), before.as_str());
        }
        match (&file.before, &file.after) {
            (Some(before), Some(after)) => {
                edits.edit(file.path.clone(), TextEdit::replace(Span::new(0, before.len()), after));
            }
            (None, Some(after)) => edits.create(file.path.clone(), after),
            (Some(_), None) => edits.delete(file.path.clone()),
            (None, None) => {}
        }
    }
    (tree, edits)
}

fn wire<'a>(files: impl Iterator<Item = (&'a RelPath, Option<&'a Entry>)>) -> Vec<FileWire<'a>> {
    let one = |(path, entry): (&'a RelPath, Option<&'a Entry>)| match entry {
        Some(Entry::Text(text)) => FileWire { path: path.as_str(), text: Some(text), opaque: false },
        Some(Entry::Opaque(_)) => FileWire { path: path.as_str(), text: None, opaque: true },
        None => FileWire { path: path.as_str(), text: None, opaque: false },
    };
    files.map(one).collect()
}

fn failed(error: &Error) -> Answer {
    let hint = error.hint.iter().map(|hint| format!(": {hint}"));
    let words = std::iter::once(error.message.clone()).chain(hint).collect();
    refusal(if error.kind == Kind::Outside { 403 } else { 500 }, words, vec![])
}

fn refusal(status: u16, error: String, files: Vec<FileWire<'_>>) -> Answer {
    json(status, &RefusalWire { error, files })
}

fn json(status: u16, wire: &impl Serialize) -> Answer {
    let body = serde_json::to_vec(wire).unwrap_or_default();
    Answer { status, kind: "application/json", body: Cow::Owned(body) }
}
