//! Effects on the plan's own files: keys, stubs, the event log, the roadmap.

use super::Driver;
use crate::error::{Error, Kind, Result};
use crate::load;
use crate::store;
use specfuse_core::drive::ledger::Entry;
use specfuse_core::drive::{Append, SetKeys, books};
use specfuse_core::edit;
use specfuse_core::fix::Edits;
use specfuse_core::model::event::Event as LogLine;
use specfuse_core::path::RelPath;
use specfuse_core::tree::Tree;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};

impl Driver<'_> {
    /// Sets and removes keys of a file's head; a gate's file is made when it is not there.
    pub(super) fn set_keys(&mut self, set: SetKeys) -> Result<()> {
        self.written.note(Entry::Keys(set.clone()))?;
        let path = &set.path;
        let before = self.text(path)?;
        let after = books::with_keys(path, before.as_deref(), &set.keys).map_err(|(key, refused)| {
            Error::new(Kind::Config, format!("cannot set `{key}` in {path}: {refused}"))
                .hint(format!("mend the head of {path}; `specfuse-loop lint` shows where"))
        })?;
        match after {
            Some(after) if before.as_deref() != Some(&after) => self.write(path, before.as_deref(), &after),
            _ => Ok(()),
        }
    }

    /// Gives a file of the plan a text.
    pub(super) fn write_text(&mut self, path: &RelPath, text: &str) -> Result<()> {
        self.written.note(Entry::Body { path: path.clone(), text: text.to_owned() })?;
        let before = self.text(path)?;
        if before.as_deref() == Some(text) { Ok(()) } else { self.write(path, before.as_deref(), text) }
    }

    /// Appends a text to a file unless one of its lines is there already.
    pub(super) fn append(&mut self, append: Append) -> Result<()> {
        self.written.note(Entry::Append(append.clone()))?;
        let Append { path, marker, text } = append;
        let before = self.text(&path)?;
        match books::with_appended(before.as_deref(), &marker, &text) {
            Some(after) => self.write(&path, before.as_deref(), &after),
            None => Ok(()),
        }
    }

    /// Appends lines to the event log, each once, redacted.
    pub(super) fn log(&mut self, lines: Vec<LogLine>) -> Result<()> {
        let path = self.folder.join("events.jsonl").map_err(|e| Error::io("name the event log", e))?;
        let target = self.root.join(path.as_str());
        let refused = |e: std::io::Error| Error::io(format_args!("write {path}"), e);
        let old = match std::fs::read(&target) {
            Err(e) if e.kind() == ErrorKind::NotFound => Vec::new(),
            other => other.map_err(refused)?,
        };
        let lines = books::new_lines(&old, lines);
        if lines.is_empty() {
            return Ok(());
        }
        // A driver killed in the middle of a line leaves it without its end.
        let torn = old.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
        let is_ours = old.len() > torn && lines.iter().any(|line| line.as_bytes().starts_with(&old[torn..]));
        let gap = if old.len() == torn || is_ours { "" } else { "\n" };
        self.written.note(Entry::Whole { path: path.clone() })?;
        let mut file = OpenOptions::new().append(true).create(true).open(&target).map_err(refused)?;
        if is_ours {
            file.set_len(torn as u64).map_err(refused)?;
        }
        let text = format!("{gap}{}\n", lines.join("\n"));
        file.write_all(text.as_bytes()).and_then(|()| file.sync_data()).map_err(refused)?;
        lines.iter().for_each(|line| self.progress.logged(line));
        Ok(())
    }

    /// Keeps what a person is told at an escalation with the feature's local state.
    pub(super) fn keep_brief(&self, name: &str, text: &str) -> Result<()> {
        let folder = self.home().join("briefs");
        let refused = |e| Error::io(format_args!("make {}", folder.display()), e);
        std::fs::create_dir_all(&folder).map_err(refused)?;
        store::write_atomically(&folder.join(name), text.as_bytes())
    }

    /// The roadmap says that the feature is done, and its details move to the archive. A roadmap that
    /// does not know the feature stays as it is.
    pub(super) fn finish_roadmap(&mut self, feature: &str) -> Result<()> {
        self.written.note(Entry::Roadmap { feature: feature.to_owned() })?;
        for edits in books::FINISH_ROADMAP {
            let (loaded, _) = self.read()?;
            store::apply(&loaded.place, &loaded.tree, &edits(&loaded.tree, feature))?;
        }
        Ok(())
    }

    /// A file's text; `None` when it is not there.
    fn text(&self, path: &RelPath) -> Result<Option<String>> {
        match std::fs::read_to_string(self.root.join(path.as_str())) {
            Ok(text) => Ok(Some(text)),
            Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
            Err(e) => Err(Error::io(format_args!("read {path}"), e)),
        }
    }

    /// Gives a file that nobody else writes this text.
    pub(super) fn write_whole(&mut self, path: &RelPath, text: &str) -> Result<()> {
        self.written.note(Entry::Whole { path: path.clone() })?;
        let before = self.text(path)?;
        self.write(path, before.as_deref(), text)
    }

    fn write(&self, path: &RelPath, before: Option<&str>, text: &str) -> Result<()> {
        let (mut tree, mut edits) = (Tree::new(), Edits::none());
        match before {
            Some(before) => {
                tree.insert_text(path.clone(), before);
                edit::text_edits(before, text).into_iter().for_each(|e| edits.edit(path.clone(), e));
            }
            None => edits.create(path.clone(), text),
        }
        store::apply(&load::Place::Repository(self.root.clone()), &tree, &edits).map(drop)
    }
}
