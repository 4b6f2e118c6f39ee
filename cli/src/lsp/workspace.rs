//! The open documents, and the plans that they belong to.

use super::client::Client;
use super::place::Places;
use super::repository::{Repository, home};
use super::uri;
use lsp_types::{TextDocumentContentChangeEvent, TextDocumentItem, Uri};
use specfuse_core::path::RelPath;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What the editor has open.
#[derive(Debug, Default)]
pub(super) struct Workspace {
    /// What the editor can do.
    pub client: Client,
    documents: BTreeMap<String, Document>,
    repositories: BTreeMap<PathBuf, Repository>,
}

/// A document that belongs to a plan.
#[derive(Debug)]
struct Document {
    uri: Uri,
    text: String,
    top: PathBuf,
    file: RelPath,
}

impl Workspace {
    /// A document was opened. One that belongs to no plan is passed over.
    ///
    /// # Errors
    /// Why the plan it belongs to cannot be read.
    pub(super) fn open(&mut self, item: TextDocumentItem) -> Result<(), String> {
        let Some(path) = uri::to_path(&item.uri) else { return Ok(()) };
        let Some((top, alone)) = home(&path) else { return Ok(()) };
        if !self.repositories.contains_key(&top) {
            let repository = Repository::load(top.clone(), alone).map_err(|why| why.to_string())?;
            self.repositories.insert(top.clone(), repository);
        }
        let Some(repository) = self.repositories.get_mut(&top) else { return Ok(()) };
        let Some(file) = repository.file(&path) else { return Ok(()) };
        // An editor that does not watch files tells at least here that something may have changed.
        repository.reload([&file]).map_err(|why| why.to_string())?;
        repository.set(&file, &item.uri, item.version, &item.text);
        let key = item.uri.as_str().to_owned();
        self.documents.insert(key, Document { uri: item.uri, text: item.text, top, file });
        Ok(())
    }

    /// A document changed: each change is made in the text that the one before it left.
    pub(super) fn change(&mut self, uri: &Uri, version: i32, changes: Vec<TextDocumentContentChangeEvent>) {
        let Some(document) = self.documents.get_mut(uri.as_str()) else { return };
        for change in changes {
            match change.range {
                None => document.text = change.text,
                Some(range) => {
                    let span = Places::new(&document.text, self.client.encoding).span(range);
                    document.text.replace_range(span.range(), &change.text);
                }
            }
        }
        if let Some(repository) = self.repositories.get_mut(&document.top) {
            repository.set(&document.file, &document.uri, version, &document.text);
        }
    }

    /// A document was written to disk.
    ///
    /// # Errors
    /// Why its plan can no longer be read.
    pub(super) fn save(&mut self, uri: &Uri) -> Result<(), String> {
        let Some(document) = self.documents.get(uri.as_str()) else { return Ok(()) };
        let Some(repository) = self.repositories.get_mut(&document.top) else { return Ok(()) };
        repository.reload([&document.file]).map_err(|why| why.to_string())
    }

    /// A document was closed.
    ///
    /// # Errors
    /// Why its plan can no longer be read.
    pub(super) fn close(&mut self, uri: &Uri) -> Result<(), String> {
        let Some(document) = self.documents.remove(uri.as_str()) else { return Ok(()) };
        let Some(repository) = self.repositories.get_mut(&document.top) else { return Ok(()) };
        repository.close(&document.file);
        repository.reload([&document.file]).map_err(|why| why.to_string())
    }

    /// Files changed on disk.
    ///
    /// # Errors
    /// Why a plan can no longer be read.
    pub(super) fn changed_on_disk(&mut self, paths: &[PathBuf]) -> Result<(), String> {
        let mut failed = Vec::new();
        for repository in self.repositories.values_mut() {
            let files: Vec<RelPath> = paths.iter().filter_map(|path| repository.file(path)).collect();
            if !files.is_empty() {
                failed.extend(repository.reload(&files).err().map(|why| why.to_string()));
            }
        }
        if failed.is_empty() { Ok(()) } else { Err(failed.join("; ")) }
    }

    /// The plans, with what the editor can do.
    pub(super) fn repositories(&mut self) -> impl Iterator<Item = (&mut Repository, &Client)> {
        let client = &self.client;
        self.repositories.values_mut().map(move |repository| (repository, client))
    }

    /// Lets go of plans of which nothing is open.
    pub(super) fn forget_idle(&mut self) {
        self.repositories.retain(|_, repository| !repository.is_idle());
    }

    /// The plan and the file that a document belongs to.
    pub(super) fn find(&mut self, uri: &Uri) -> Option<(&mut Repository, RelPath, Client)> {
        let document = self.documents.get(uri.as_str())?;
        let repository = self.repositories.get_mut(&document.top)?;
        Some((repository, document.file.clone(), self.client))
    }

    /// The plan at `top`.
    pub(super) fn at(&mut self, top: &Path) -> Option<(&mut Repository, Client)> {
        Some((self.repositories.get_mut(top)?, self.client))
    }
}
