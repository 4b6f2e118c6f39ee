//! One plan as the editor sees it: what is on disk, with the unsaved texts laid over it, what was read
//! from it, and what was said about it.

use super::client::Client;
use super::place::Places;
use super::uri;
use crate::error::Result;
use crate::facts::Known;
use crate::load::{self, Features, Place};
use lsp_types::{
    Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, Location, NumberOrString, Uri,
};
use lsp_types::{PublishDiagnosticsParams, Range};
use specfuse_core::diagnostic::{self, Finding, Severity};
use specfuse_core::lint::{Facts, Linter};
use specfuse_core::model::Feature;
use specfuse_core::parse::{FEATURES, Parser, SHARED, feature_folders};
use specfuse_core::path::RelPath;
use specfuse_core::tree::{Entry, MAX_FILE_BYTES, Opaque, Tree};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A repository with a plan, or the folder of a feature that stands alone.
#[derive(Debug)]
pub(super) struct Repository {
    /// Its folder as the editor names it, links and all.
    top: PathBuf,
    place: Place,
    disk: Tree,
    tree: Tree,
    open: BTreeMap<RelPath, Open>,
    parser: Parser,
    linter: Linter,
    known: Known,
    findings: BTreeMap<RelPath, Vec<Finding>>,
    sent: BTreeMap<RelPath, Sent>,
}

/// A file that the editor has open.
#[derive(Debug)]
struct Open {
    uri: Uri,
    version: i32,
}

/// What the editor was told about a file, and what that followed from.
#[derive(Debug)]
struct Sent {
    findings: Vec<Finding>,
    texts: Vec<Option<Arc<str>>>,
    version: Option<i32>,
}

/// The folder that the file at `path` belongs to, and whether that is a feature on its own.
pub(super) fn home(path: &Path) -> Option<(PathBuf, bool)> {
    for folder in path.ancestors().skip(1) {
        if folder.join(".specfuse").is_dir() && path.starts_with(folder.join(".specfuse")) {
            return Some((folder.to_owned(), false));
        }
    }
    let folder = path.parent()?;
    folder.join("PLAN.md").is_file().then(|| (folder.to_owned(), true))
}

/// The folder of the feature that `file` belongs to; `None` for a file that features share.
fn folder_of(file: &RelPath) -> Option<RelPath> {
    let (name, _) = file.as_str().strip_prefix(FEATURES)?.strip_prefix('/')?.split_once('/')?;
    RelPath::new(&format!("{FEATURES}/{name}")).ok()
}

/// Whether all features share `file`.
pub(super) fn is_shared(file: &RelPath) -> bool {
    SHARED.contains(&file.as_str())
}

impl Repository {
    /// Loads what is at `top`: a repository, or a feature on its own.
    ///
    /// # Errors
    /// What the system refused.
    pub(super) fn load(top: PathBuf, alone: bool) -> Result<Repository> {
        let loaded = match alone {
            true => load::load_feature(&top)?,
            false => load::load_repository(&top, Features::All)?,
        };
        Ok(Repository {
            top,
            place: loaded.place,
            tree: loaded.tree.clone(),
            disk: loaded.tree,
            open: BTreeMap::new(),
            parser: Parser::default(),
            linter: Linter::default(),
            known: Known::default(),
            findings: BTreeMap::new(),
            sent: BTreeMap::new(),
        })
    }

    /// Its folder, as the editor names it.
    pub(super) fn top(&self) -> &Path {
        &self.top
    }

    /// Whether no file of it is open.
    pub(super) fn is_idle(&self) -> bool {
        self.open.is_empty()
    }

    /// The text of every file, as the editor has it.
    pub(super) fn tree(&self) -> &Tree {
        &self.tree
    }

    /// Where `path` is in the tree; `None` when it is no part of the plan.
    pub(super) fn file(&self, path: &Path) -> Option<RelPath> {
        let tail = path.strip_prefix(&self.top).ok()?.to_str()?;
        match &self.place {
            Place::Feature(_, mount) => mount.join(tail).ok(),
            Place::Repository(_) => {
                RelPath::new(tail).ok().filter(|file| file.as_str().starts_with(".specfuse/"))
            }
        }
    }

    /// The editor's name of a file.
    pub(super) fn uri(&self, file: &RelPath) -> Option<Uri> {
        if let Some(open) = self.open.get(file) {
            return Some(open.uri.clone());
        }
        let tail = match &self.place {
            Place::Feature(_, mount) => file.below(mount)?,
            Place::Repository(_) => file.as_str(),
        };
        uri::from_path(&self.top.join(tail))
    }

    /// The version of a file that is open.
    pub(super) fn version(&self, file: &RelPath) -> Option<i32> {
        self.open.get(file).map(|open| open.version)
    }

    /// Lays the editor's text over what is on disk.
    pub(super) fn set(&mut self, file: &RelPath, uri: &Uri, version: i32, text: &str) {
        self.open.insert(file.clone(), Open { uri: uri.clone(), version });
        let entry = match text.len() {
            bytes if bytes > MAX_FILE_BYTES => Entry::Opaque(Opaque::TooLarge { bytes: bytes as u64 }),
            _ => Entry::Text(text.into()),
        };
        self.put(file, Some(entry));
    }

    /// The editor let go of a file: what is on disk counts again.
    pub(super) fn close(&mut self, file: &RelPath) {
        self.open.remove(file);
        let entry = self.disk.get(file).cloned();
        self.put(file, entry);
    }

    /// Puts `entry` into the tree, and forgets the findings that it may change.
    fn put(&mut self, file: &RelPath, entry: Option<Entry>) {
        if self.tree.get(file) == entry.as_ref() {
            return;
        }
        match entry {
            Some(entry) => self.tree.insert(file.clone(), entry),
            None => self.tree.remove(file),
        }
        match folder_of(file) {
            Some(folder) => drop(self.findings.remove(&folder)),
            None if is_shared(file) => self.findings.clear(),
            None => {}
        }
    }

    /// Reads the disk again: the features that `files` belong to, and what all features share.
    ///
    /// # Errors
    /// What the system refused.
    pub(super) fn reload<'f>(&mut self, files: impl IntoIterator<Item = &'f RelPath>) -> Result<()> {
        // Folders may have come and gone beside the plan too.
        self.known = Known::default();
        let mut folders: BTreeSet<Option<RelPath>> = files.into_iter().map(folder_of).collect();
        folders.insert(None);
        for folder in folders {
            let fresh = match (&self.place, &folder) {
                (Place::Feature(..), _) => load::load_feature(&self.top)?.tree,
                (Place::Repository(_), Some(folder)) => {
                    load::load_repository(&self.top, Features::One(folder.file_name()))?.tree
                }
                (Place::Repository(_), None) => load::load_repository(&self.top, Features::One(""))?.tree,
            };
            self.take(fresh, |file| match (&folder, folder_of(file)) {
                (Some(folder), Some(of)) => *folder == of,
                (_, None) => true,
                (None, Some(_)) => false,
            });
        }
        Ok(())
    }

    /// Makes `fresh` what is known of the files on disk that `concern` us.
    fn take(&mut self, fresh: Tree, concern: impl Fn(&RelPath) -> bool) {
        let known = self.disk.iter().map(|(file, _)| file);
        let files: BTreeSet<RelPath> =
            known.chain(fresh.iter().map(|(file, _)| file)).filter(|file| concern(file)).cloned().collect();
        for file in files {
            let entry = fresh.get(&file).cloned();
            if self.disk.get(&file) == entry.as_ref() {
                continue;
            }
            match &entry {
                Some(entry) => self.disk.insert(file.clone(), entry.clone()),
                None => self.disk.remove(&file),
            }
            if !self.open.contains_key(&file) {
                self.put(&file, entry);
            }
        }
    }

    /// The features that `file` has to do with: its own, or all that share it.
    pub(super) fn features_of(&mut self, file: &RelPath) -> Vec<Feature> {
        let mut folders = folder_of(file).map_or_else(|| feature_folders(&self.tree), |folder| vec![folder]);
        if folders.is_empty() {
            // The shared files are read with a feature, be it one that is not there.
            folders.extend(RelPath::new(&format!("{FEATURES}/-")).ok());
        }
        folders.iter().map(|folder| self.parser.feature(&self.tree, folder)).collect()
    }

    /// All features.
    pub(super) fn features(&mut self) -> Vec<Feature> {
        let folders = feature_folders(&self.tree);
        folders.iter().map(|folder| self.parser.feature(&self.tree, folder)).collect()
    }

    /// What the repository knows for linting `feature`.
    pub(super) fn facts(&mut self, feature: &Feature) -> Facts {
        self.known.gather(&self.place, feature)
    }

    /// Looks for findings wherever something changed, among the features that are shown.
    fn lint(&mut self) {
        for folder in self.shown() {
            if !self.findings.contains_key(&folder) {
                let feature = self.parser.feature(&self.tree, &folder);
                let facts = self.known.gather(&self.place, &feature);
                let found = self.linter.lint(&self.tree, &feature, &facts);
                self.findings.insert(folder, found);
            }
        }
    }

    /// The features of which a file is open; all, when a file that they share is.
    fn shown(&self) -> BTreeSet<RelPath> {
        match self.open.keys().any(is_shared) {
            true => feature_folders(&self.tree).into_iter().collect(),
            false => self.open.keys().filter_map(folder_of).collect(),
        }
    }

    /// The findings of `file`, up to date.
    pub(super) fn findings_of(&mut self, file: &RelPath) -> Vec<Finding> {
        self.lint();
        let mut found: Vec<Finding> = self
            .findings
            .values()
            .flatten()
            .filter(|finding| finding.primary.file == *file)
            .cloned()
            .collect();
        found.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
        found.dedup();
        found
    }

    /// What the editor has to be told: for each file whose findings changed, all of them.
    pub(super) fn news(&mut self, client: &Client) -> Vec<PublishDiagnosticsParams> {
        self.lint();
        let (mut told, mut news) = (Vec::new(), Vec::new());
        for (file, findings) in self.by_file() {
            let (texts, version) = (self.texts(file, &findings), self.version(file));
            let is_known = |sent: &Sent| {
                sent.version == version
                    && sent.texts == texts
                    && sent.findings.iter().eq(findings.iter().copied())
            };
            if !self.sent.get(file).is_some_and(is_known) {
                let findings = findings.into_iter().cloned().collect();
                let sent = Sent { findings, texts, version };
                news.extend(self.told(file, &sent, client));
                told.push((file.clone(), sent));
            }
        }
        for (file, sent) in told {
            match sent.findings.is_empty() && sent.version.is_none() {
                true => drop(self.sent.remove(&file)),
                false => drop(self.sent.insert(file, sent)),
            }
        }
        news
    }

    /// The findings to show, by file: all of a feature with an open file; of the others, those in a
    /// shared file that is open. Files that are open, or had findings before, are there in any case.
    fn by_file(&self) -> BTreeMap<&RelPath, Vec<&Finding>> {
        let own: BTreeSet<RelPath> = self.open.keys().filter_map(folder_of).collect();
        let mut by_file: BTreeMap<&RelPath, Vec<&Finding>> = BTreeMap::new();
        for folder in self.shown() {
            for finding in self.findings.get(&folder).into_iter().flatten() {
                let file = &finding.primary.file;
                if own.contains(&folder) || self.open.contains_key(file) {
                    by_file.entry(file).or_default().push(finding);
                }
            }
        }
        for findings in by_file.values_mut() {
            findings.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
            findings.dedup();
        }
        for file in self.sent.keys().chain(self.open.keys()) {
            by_file.entry(file).or_default();
        }
        by_file
    }

    /// The texts that the places of `findings` are counted in.
    fn texts(&self, file: &RelPath, findings: &[&Finding]) -> Vec<Option<Arc<str>>> {
        let related = findings.iter().flat_map(|finding| &finding.related).map(|label| &label.location.file);
        let mut files: BTreeSet<&RelPath> = related.collect();
        if !findings.is_empty() {
            files.insert(file);
        }
        files.into_iter().map(|file| self.tree.text(file).cloned()).collect()
    }

    fn told(&self, file: &RelPath, sent: &Sent, client: &Client) -> Option<PublishDiagnosticsParams> {
        let mut places = BTreeMap::new();
        let diagnostics = sent.findings.iter().map(|finding| self.diagnostic(finding, client, &mut places));
        let diagnostics = diagnostics.collect();
        Some(PublishDiagnosticsParams { uri: self.uri(file)?, diagnostics, version: sent.version })
    }

    /// A finding in the protocol's words.
    pub(super) fn diagnostic<'t>(
        &'t self,
        finding: &Finding,
        client: &Client,
        places: &mut BTreeMap<RelPath, Places<'t>>,
    ) -> Diagnostic {
        let message = match &finding.help {
            Some(help) => format!("{}\n{help}", finding.message),
            None => finding.message.clone(),
        };
        let related = finding.related.iter().filter_map(|label| {
            let range = self.range(&label.location, client, places);
            let location = Location { uri: self.uri(&label.location.file)?, range };
            Some(DiagnosticRelatedInformation { location, message: label.text.clone() })
        });
        let related: Vec<_> = if client.related { related.collect() } else { Vec::new() };
        Diagnostic {
            range: self.range(&finding.primary, client, places),
            severity: Some(match finding.severity {
                Severity::Error => DiagnosticSeverity::ERROR,
                Severity::Warning => DiagnosticSeverity::WARNING,
                Severity::Info => DiagnosticSeverity::INFORMATION,
            }),
            code: Some(NumberOrString::String(finding.rule.to_owned())),
            source: Some("specfuse".to_owned()),
            message,
            related_information: Some(related).filter(|related| !related.is_empty()),
            ..Diagnostic::default()
        }
    }

    fn range<'t>(
        &'t self,
        location: &diagnostic::Location,
        client: &Client,
        places: &mut BTreeMap<RelPath, Places<'t>>,
    ) -> Range {
        let Some(text) = self.tree.text(&location.file) else { return Range::default() };
        let places =
            places.entry(location.file.clone()).or_insert_with(|| Places::new(text, client.encoding));
        places.range(location.span)
    }
}
