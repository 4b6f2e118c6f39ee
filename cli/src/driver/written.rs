//! What the driver itself has written since its last commit, on disk, so that a commit takes the driver's
//! words and leaves the person's and the session's.

use crate::error::{Error, Result};
use crate::store;
use serde::Deserialize;
use specfuse_core::drive::Ledger;
use specfuse_core::drive::ledger::Entry;
use specfuse_core::path::RelPath;
use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The driver's own uncommitted writes.
#[derive(Debug)]
pub(crate) struct Written {
    file: PathBuf,
    ledger: Ledger,
}

/// What may stand in the file.
#[derive(Deserialize)]
#[serde(untagged)]
enum Kept {
    Ledger(Ledger),
    /// An earlier version kept which files were written, and what stood in them before.
    Texts(BTreeMap<String, Option<String>>),
}

impl Written {
    /// What a predecessor left uncommitted.
    pub(crate) fn read(home: &Path) -> Result<Written> {
        let file = home.join("written.json");
        let ledger = match std::fs::read(&file) {
            // The machine lost its power while the name was on disk and the text was not.
            Ok(bytes) if bytes.is_empty() => Ledger::default(),
            Ok(bytes) => match serde_json::from_slice(&bytes) {
                Ok(Kept::Ledger(ledger)) => ledger,
                Ok(Kept::Texts(texts)) => {
                    Ledger::of_whole(texts.keys().filter_map(|path| RelPath::new(path).ok()))
                }
                Err(e) => return Err(Error::io(format_args!("read {}", file.display()), e)),
            },
            Err(e) if e.kind() == ErrorKind::NotFound => Ledger::default(),
            Err(e) => return Err(Error::io(format_args!("read {}", file.display()), e)),
        };
        Ok(Written { file, ledger })
    }

    /// Notes what is about to be written, before it is done.
    pub(crate) fn note(&mut self, entry: Entry) -> Result<()> {
        if self.ledger.note(entry) { self.save() } else { Ok(()) }
    }

    /// Everything written is committed.
    pub(crate) fn clear(&mut self) -> Result<()> {
        if self.ledger.is_empty() {
            return Ok(());
        }
        self.ledger.clear();
        self.save()
    }

    /// What was written.
    pub(crate) fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The files, as git names them.
    pub(crate) fn files(&self) -> BTreeSet<PathBuf> {
        self.ledger.paths().iter().map(|path| PathBuf::from(path.as_str())).collect()
    }

    /// Whether the driver wrote `path`.
    pub(crate) fn has(&self, path: &Path) -> bool {
        path.to_str().and_then(|path| RelPath::new(path).ok()).is_some_and(|path| self.ledger.has(&path))
    }

    /// Writes down what is known. Not brought to disk: it is lost only with the machine's power, and then
    /// the driver's words count as the person's.
    pub(crate) fn save(&self) -> Result<()> {
        let bytes = serde_json::to_vec(&self.ledger).expect("texts are JSON");
        store::replace(&self.file, &bytes)
    }
}
