//! Which files the driver itself has written since its last commit, and what stood in them before,
//! so that a commit takes the driver's words and leaves the person's.

use crate::error::{Error, Result};
use crate::store;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The driver's own uncommitted writes: path, and the text before the first of them (`None` when
/// the file was not there).
#[derive(Debug)]
pub(crate) struct Written {
    file: PathBuf,
    before: BTreeMap<String, Option<String>>,
}

impl Written {
    /// What a predecessor left uncommitted.
    pub(crate) fn read(home: &Path) -> Result<Written> {
        let file = home.join("written.json");
        let before = match std::fs::read(&file) {
            // The machine lost its power while the name was on disk and the text was not.
            Ok(bytes) if bytes.is_empty() => BTreeMap::new(),
            Ok(bytes) => serde_json::from_slice(&bytes)
                .map_err(|e| Error::io(format_args!("read {}", file.display()), e))?,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => BTreeMap::new(),
            Err(e) => return Err(Error::io(format_args!("read {}", file.display()), e)),
        };
        Ok(Written { file, before })
    }

    /// Notes, before it is done, that `path` is about to be written over `text`.
    pub(crate) fn note(&mut self, path: &str, text: Option<&str>) -> Result<()> {
        if self.before.contains_key(path) {
            return Ok(());
        }
        self.before.insert(path.to_owned(), text.map(str::to_owned));
        self.save()
    }

    /// Everything written is committed.
    pub(crate) fn clear(&mut self) -> Result<()> {
        if self.before.is_empty() {
            return Ok(());
        }
        self.before.clear();
        self.save()
    }

    /// The paths, with what stood there before.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.before.iter().map(|(path, text)| (path.as_str(), text.as_deref()))
    }

    /// Whether the driver wrote `path`.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.before.contains_key(path)
    }

    /// Writes down what is known. Not brought to disk: it is lost only with the machine's power, and then
    /// the driver's words count as the person's.
    pub(crate) fn save(&self) -> Result<()> {
        let bytes = serde_json::to_vec(&self.before).expect("texts are JSON");
        store::replace(&self.file, &bytes)
    }
}
