//! Effects on the plan's own files: keys, stubs, the event log, the roadmap.

use super::Driver;
use crate::error::{Error, Kind, Result};
use crate::load;
use crate::store;
use serde_json::Value as Json;
use specfuse_core::drive::redact::redact_value;
use specfuse_core::edit::{self, EditRefused, Value};
use specfuse_core::fix::Edits;
use specfuse_core::model::event::Event as LogLine;
use specfuse_core::model::gate;
use specfuse_core::model::id::FeatureId;
use specfuse_core::model::status::PlanStatus;
use specfuse_core::path::RelPath;
use specfuse_core::schema::FileKind;
use specfuse_core::tree::Tree;
use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};

impl Driver<'_> {
    /// Sets and removes keys of a file's head; a gate's file is made when it is not there.
    pub(super) fn set_keys(&mut self, path: &RelPath, keys: &[(String, Json)]) -> Result<()> {
        let kind = kind_of(path);
        let Some(before) = self.text(path)? else {
            return match (kind, gate_stub(path)) {
                (FileKind::Gate, Some(stub)) => {
                    self.write(path, None, &stub)?;
                    self.set_keys(path, keys)
                }
                _ => Ok(()),
            };
        };
        let mut text = before.clone();
        for (key, value) in keys {
            let changed = match value {
                Json::Null => edit::without_key(kind, &text, &[key]),
                value => edit::with_key(kind, &text, &[key], &key_value(value)),
            };
            text = changed.map_err(|refused| {
                Error::new(Kind::Config, format!("cannot set `{key}` in {path}: {refused}"))
                    .hint(format!("mend the head of {path}; `specfuse-loop lint` shows where"))
            })?;
        }
        if text == before { Ok(()) } else { self.write(path, Some(&before), &text) }
    }

    /// Appends a text to a file unless one of its lines is there already.
    pub(super) fn append(&mut self, path: &RelPath, marker: &str, text: &str) -> Result<()> {
        let before = self.text(path)?;
        let old = before.as_deref().unwrap_or_default();
        if old.lines().any(|line| line.trim_end() == marker.trim_end()) {
            return Ok(());
        }
        let gap = match old {
            "" => "",
            old if old.ends_with("\n\n") => "",
            old if old.ends_with('\n') => "\n",
            _ => "\n\n",
        };
        self.write(path, before.as_deref(), &format!("{old}{gap}{text}"))
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
        let known: BTreeSet<&[u8]> = old.split(|b| *b == b'\n').collect();
        let lines: Vec<String> =
            lines.into_iter().map(redacted).filter(|line| !known.contains(line.as_bytes())).collect();
        if lines.is_empty() {
            return Ok(());
        }
        // A driver killed in the middle of a line leaves it without its end.
        let torn = old.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
        let is_ours = old.len() > torn && lines.iter().any(|line| line.as_bytes().starts_with(&old[torn..]));
        let gap = if old.len() == torn || is_ours { "" } else { "\n" };
        self.written.note(path.as_str(), None)?;
        let mut file = OpenOptions::new().append(true).create(true).open(&target).map_err(refused)?;
        if is_ours {
            file.set_len(torn as u64).map_err(refused)?;
        }
        let text = format!("{gap}{}\n", lines.join("\n"));
        file.write_all(text.as_bytes()).and_then(|()| file.sync_data()).map_err(refused)
    }

    /// The roadmap says that the feature is done, and its details move to the archive. A roadmap that
    /// does not know the feature stays as it is.
    pub(super) fn finish_roadmap(&mut self, feature: &str) -> Result<()> {
        let Some(id) = FeatureId::parse(feature) else { return Ok(()) };
        self.edit_plan(|tree| edit::set_roadmap_status(tree, &id, PlanStatus::Done))?;
        self.edit_plan(|tree| edit::archive_feature(tree, &id))
    }

    /// Applies what `make` makes of the files as they are now; a refusal means that there is nothing
    /// to do.
    fn edit_plan(
        &mut self,
        make: impl FnOnce(&Tree) -> std::result::Result<Edits, EditRefused>,
    ) -> Result<()> {
        let (loaded, _) = self.read()?;
        match make(&loaded.tree) {
            Ok(edits) => self.apply(&loaded.place, &loaded.tree, &edits),
            Err(_) => Ok(()),
        }
    }

    /// Applies edits to disk and notes what they touch.
    fn apply(&mut self, place: &load::Place, tree: &Tree, edits: &Edits) -> Result<()> {
        for (path, _) in edits.iter() {
            self.written.note(path.as_str(), tree.text(path).map(|text| &**text))?;
        }
        store::apply(place, tree, edits).map(drop)
    }

    /// A file's text; `None` when it is not there.
    fn text(&self, path: &RelPath) -> Result<Option<String>> {
        match std::fs::read_to_string(self.root.join(path.as_str())) {
            Ok(text) => Ok(Some(text)),
            Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
            Err(e) => Err(Error::io(format_args!("read {path}"), e)),
        }
    }

    fn write(&mut self, path: &RelPath, before: Option<&str>, text: &str) -> Result<()> {
        let (mut tree, mut edits) = (Tree::new(), Edits::none());
        match before {
            Some(before) => {
                tree.insert_text(path.clone(), before);
                edit::text_edits(before, text).into_iter().for_each(|e| edits.edit(path.clone(), e));
            }
            None => edits.create(path.clone(), text),
        }
        let place = load::Place::Repository(self.root.clone());
        self.apply(&place, &tree, &edits)
    }
}

fn kind_of(path: &RelPath) -> FileKind {
    match path.file_name() {
        "PLAN.md" => FileKind::Plan,
        name if gate::number_of(name, ".md").is_some() => FileKind::Gate,
        _ => FileKind::Unit,
    }
}

fn gate_stub(path: &RelPath) -> Option<String> {
    let number = gate::number_of(path.file_name(), ".md")?;
    Some(format!("---\ngate: {number}\nstatus: open\n---\n\n# Gate {number}\n"))
}

/// A JSON value as the value of a key.
fn key_value(value: &Json) -> Value {
    match value {
        Json::Null => Value::Null,
        Json::Bool(yes) => Value::Bool(*yes),
        Json::Number(number) => {
            number.as_i64().map_or_else(|| Value::Number(number.as_f64().unwrap_or(0.0)), Value::Int)
        }
        Json::String(text) => Value::Text(text.clone()),
        Json::Array(list) => Value::Texts(
            list.iter().map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned)).collect(),
        ),
        Json::Object(_) => Value::Raw(value.to_string()),
    }
}

fn redacted(mut line: LogLine) -> String {
    redact_value(&mut line.payload);
    serde_json::to_string(&line).expect("plain data is JSON")
}
