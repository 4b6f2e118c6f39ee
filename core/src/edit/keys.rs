//! Setting and removing keys: in the head of a plan, gate, unit or review, and in the files that
//! are YAML throughout.

use super::diff::text_edits;
use super::refused::EditRefused;
use super::splice::{NewItem, Piece, entry_lines};
use super::value::{Value, same_meaning};
use crate::fix::{Edits, TextEdit, apply_text};
use crate::frontmatter::{Document, Frontmatter, line_end};
use crate::number;
use crate::ordered;
use crate::path::RelPath;
use crate::schema::{self, FileKind};
use crate::span::{Span, after_bom};
use crate::yaml::{self, Map, Node, NodeKind};

/// Sets `key` of the file at `path` to `value`. A key that holds the value already gives no edit;
/// a new key goes behind the one that comes before it in the schema. Text without a head gets one.
///
/// # Errors
/// When the value cannot be written, or the text cannot carry it without harm.
pub fn set_key(
    kind: FileKind,
    path: &RelPath,
    text: &str,
    key: &str,
    value: &Value,
) -> Result<Edits, EditRefused> {
    set_keys(kind, path, text, &[(key, Some(value.clone()))])
}

/// Sets each key that has a value and removes each that has none, in one go.
///
/// # Errors
/// As [`set_key`]; then nothing is changed.
pub fn set_keys(
    kind: FileKind,
    path: &RelPath,
    text: &str,
    changes: &[(&str, Option<Value>)],
) -> Result<Edits, EditRefused> {
    let mut after = text.to_owned();
    for (key, value) in changes {
        after = match value {
            Some(value) => with_key(kind, &after, &[key], value)?,
            None => without_key(kind, &after, &[key])?,
        };
    }
    Ok(changed(path, text, &after))
}

/// Removes `key`, wherever it is written, from the file at `path`.
///
/// # Errors
/// When the text cannot lose it without harm.
pub fn remove_key(kind: FileKind, path: &RelPath, text: &str, key: &str) -> Result<Edits, EditRefused> {
    Ok(changed(path, text, &without_key(kind, text, &[key])?))
}

/// The edits that make `after` of `before`.
pub(super) fn changed(path: &RelPath, before: &str, after: &str) -> Edits {
    let mut edits = Edits::none();
    text_edits(before, after).into_iter().for_each(|edit| edits.edit(path.clone(), edit));
    edits
}

/// `text` with the key at the end of `keys`, a way through nested maps, set to `value`. Maps that
/// are missing on the way are made.
///
/// # Errors
/// As [`set_key`].
pub fn with_key(kind: FileKind, text: &str, keys: &[&str], value: &Value) -> Result<String, EditRefused> {
    let name = || keys.join(".");
    if !value.is_writable() || keys.is_empty() {
        return Err(EditRefused::Value { key: name() });
    }
    let mended = with_head(kind, text);
    let head = Head::read(kind, &mended);
    let after = head.apply(head.set(kind, keys, value), &name())?;
    let new = Head::read(kind, &after);
    let holds = new.find(keys).is_some_and(|node| match value {
        Value::Raw(_) => true,
        value => value.is(node, &after),
    });
    if holds && head.others_stand(&new, keys[0]) {
        Ok(after)
    } else {
        Err(EditRefused::Unreadable { key: name() })
    }
}

/// `text` without the key at the end of `keys`.
///
/// # Errors
/// As [`remove_key`].
pub fn without_key(kind: FileKind, text: &str, keys: &[&str]) -> Result<String, EditRefused> {
    let head = Head::read(kind, text);
    let Some((last, way)) = keys.split_last() else { return Ok(text.to_owned()) };
    let Some(outer) = head.find(way) else { return Ok(text.to_owned()) };
    let Some(map) = outer.as_map() else { return Ok(text.to_owned()) };
    let mut edits: Vec<TextEdit> = Vec::new();
    for (index, entry) in map.entries.iter().enumerate().rev() {
        if entry.key.value == *last {
            edits.extend(head.piece.remove_entry(map, outer.span, index));
        }
    }
    ordered::sort_by_key(&mut edits, |e| e.span);
    let after = head.apply(edits, &keys.join("."))?;
    let new = Head::read(kind, &after);
    let gone = new.find(way).and_then(Node::as_map).is_none_or(|map| map.get(last).is_none());
    if gone && head.others_stand(&new, keys[0]) {
        Ok(after)
    } else {
        Err(EditRefused::Unreadable { key: keys.join(".") })
    }
}

/// `text` with one more map, given as its lines, at the end of the list under `key`.
pub(super) fn with_item(
    kind: FileKind,
    text: &str,
    key: &str,
    lines: &[String],
) -> Result<String, EditRefused> {
    let head = Head::read(kind, text);
    let entry = head.yaml.root.as_map().and_then(|map| map.entry(key));
    let seq = entry.and_then(|entry| Some((entry, entry.value.as_seq()?)));
    let Some((entry, seq)) = seq.filter(|(_, seq)| !seq.items.is_empty()) else {
        let mark = |i: usize| if i == 0 { "- " } else { "  " };
        let lines = lines.iter().enumerate().map(|(i, l)| format!("{}{l}\n", mark(i)));
        return with_key(kind, text, &[key], &Value::Raw(lines.collect()));
    };
    let flow = format!("{{{}}}", lines.iter().map(|l| flow_pair(l)).collect::<Vec<_>>().join(", "));
    let item = NewItem { flow, lines: lines.to_vec() };
    let count = seq.items.len();
    let after = head.apply(head.piece.splice_seq(entry, count..count, &[item]), key)?;
    let new = Head::read(kind, &after);
    let grown = new.find(&[key]).and_then(Node::as_seq).is_some_and(|seq| seq.items.len() == count + 1);
    if grown && head.others_stand(&new, key) {
        Ok(after)
    } else {
        Err(EditRefused::Unreadable { key: key.to_owned() })
    }
}

/// A `key: value` line as it may stand in brackets.
fn flow_pair(line: &str) -> String {
    let Some((key, value)) = line.split_once(": ") else { return line.to_owned() };
    let quoted = value.starts_with(['"', '\'']);
    format!("{key}: {}", if quoted { value.to_owned() } else { flow_value(value) })
}

fn flow_value(value: &str) -> String {
    let number = number::parse(value).is_some();
    if number { value.to_owned() } else { yaml::flow_scalar_for(value) }
}

/// The keys of a file and the text they stand in.
pub(super) struct Head<'a> {
    pub(super) piece: Piece<'a>,
    pub(super) yaml: yaml::Document,
    body: Span,
}

impl<'a> Head<'a> {
    pub(super) fn read(kind: FileKind, text: &'a str) -> Head<'a> {
        let eol = line_end(text);
        let whole = Span::new(0, text.len());
        if matches!(kind, FileKind::Verification | FileKind::Config) {
            let yaml = yaml::read(text, whole);
            return Head { piece: Piece { text, span: whole, eol }, yaml, body: Span::at(text.len()) };
        }
        match Document::read(text.into()) {
            Document { frontmatter: Frontmatter::Present(block), body, .. } => {
                Head { piece: Piece { text, span: block.content, eol }, yaml: block.yaml, body: body.span }
            }
            document => {
                let at = document.body.span;
                let yaml = yaml::Document { root: Node::null(Span::at(0)), problems: Vec::new() };
                Head { piece: Piece { text, span: Span::at(at.start as usize), eol }, yaml, body: at }
            }
        }
    }

    pub(super) fn find(&self, keys: &[&str]) -> Option<&Node> {
        keys.iter().try_fold(&self.yaml.root, |node, key| node.as_map()?.get(key))
    }

    fn set(&self, kind: FileKind, keys: &[&str], value: &Value) -> Vec<TextEdit> {
        let mut node = &self.yaml.root;
        for (depth, key) in keys.iter().enumerate() {
            let map = match &node.kind {
                NodeKind::Map(map) if !map.entries.is_empty() => map,
                _ => return self.set_in_none(&keys[depth..], node, value),
            };
            let Some(entry) = map.entry(key) else {
                let after = place(kind, depth, map, key);
                return self.piece.insert_entry(
                    map,
                    after,
                    key,
                    &nested(&keys[depth + 1..], value, map.flow),
                );
            };
            let empty = depth + 1 < keys.len() && !has_entries(&entry.value);
            if empty {
                return self.piece.set_value(map, entry, &nested(&keys[depth + 1..], value, map.flow));
            }
            if depth + 1 == keys.len() {
                return self.piece.set_value(map, entry, value);
            }
            node = &entry.value;
        }
        Vec::new()
    }

    /// Where there is no map yet: an empty head, or brackets with nothing in them.
    fn set_in_none(&self, keys: &[&str], node: &Node, value: &Value) -> Vec<TextEdit> {
        let value = nested(&keys[1..], value, false);
        if matches!(&node.kind, NodeKind::Map(map) if map.flow) {
            let text = format!("{}: {}", keys[0], value.inline(true, None));
            return vec![TextEdit::insert(node.span.start as usize + 1, text)];
        }
        vec![self.piece.insert_lines(self.piece.span.end as usize, &entry_lines("", keys[0], &value))]
    }

    pub(super) fn apply(&self, mut edits: Vec<TextEdit>, key: &str) -> Result<String, EditRefused> {
        ordered::sort_by_key(&mut edits, |e| e.span);
        apply_text(self.piece.text, &edits).map_err(|_| EditRefused::Unreadable { key: key.to_owned() })
    }

    /// Whether `new` has the same keys and values but for `key`, the same body, and no new error.
    pub(super) fn others_stand(&self, new: &Head, key: &str) -> bool {
        let errors = |head: &Head| head.yaml.problems.iter().filter(|p| !p.kind.is_tolerated()).count();
        let empty = Map::default();
        let others = |head: &Head| -> Vec<(String, Node)> {
            let map = head.yaml.root.as_map().unwrap_or(&empty);
            let others = map.entries.iter().filter(|e| e.key.value != key);
            others.map(|e| (e.key.value.clone(), e.value.clone())).collect()
        };
        let (old_keys, new_keys) = (others(self), others(new));
        let same = |((a, x), (b, y)): (&(String, Node), &(String, Node))| a == b && same_meaning(x, y);
        errors(new) <= errors(self)
            && self.body.slice(self.piece.text) == new.body.slice(new.piece.text)
            && old_keys.len() == new_keys.len()
            && old_keys.iter().zip(&new_keys).all(same)
    }
}

fn has_entries(node: &Node) -> bool {
    node.as_map().is_some_and(|map| !map.entries.is_empty())
}

/// `value` inside maps of the remaining `keys`.
pub(super) fn nested(keys: &[&str], value: &Value, flow: bool) -> Value {
    let Some((key, rest)) = keys.split_first() else { return value.clone() };
    let inner = nested(rest, value, flow);
    if flow {
        return Value::Raw(format!("{{{}: {}}}", yaml::flow_scalar_for(key), inner.inline(true, None)));
    }
    let mut lines = entry_lines("", key, &inner).join("\n");
    lines.push('\n');
    Value::Raw(lines)
}

/// The index of the entry that a new `key` goes behind: the last one present of those that the
/// schema lists before it; the last of all when the schema does not know the key.
fn place(kind: FileKind, depth: usize, map: &Map, key: &str) -> Option<usize> {
    let keys = if depth == 0 { schema::keys(kind) } else { &[] };
    let Some(own) = keys.iter().position(|k| k.name == key) else { return map.entries.len().checked_sub(1) };
    keys[..own].iter().rev().find_map(|k| map.entries.iter().rposition(|e| e.key.value == k.name))
}

/// `text` with a head that is opened and closed, where the kind of file needs one.
fn with_head(kind: FileKind, text: &str) -> String {
    if matches!(kind, FileKind::Verification | FileKind::Config) {
        return text.to_owned();
    }
    let eol = line_end(text);
    match Document::read(text.into()).frontmatter {
        Frontmatter::Present(_) => text.to_owned(),
        Frontmatter::Absent => {
            let bom = after_bom(text);
            let rest = &text[bom..];
            let gap = if rest.is_empty() || rest.starts_with(['\n', '\r']) { "" } else { eol };
            format!("{}---{eol}---{eol}{gap}{rest}", &text[..bom])
        }
        Frontmatter::Unclosed { open } => closed(text, open, eol),
    }
}

/// `text` with its unclosed head closed behind the last line that looks like a key or its value.
fn closed(text: &str, open: Span, eol: &str) -> String {
    let from = open.end as usize;
    let mut at = text[from..].find('\n').map_or(text.len(), |n| from + n + 1);
    for line in text[at..].split_inclusive('\n') {
        let word = line.bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')).count();
        let key = word > 0 && line[word..].starts_with(':');
        let more = line.starts_with([' ', '\t']) && !line.trim().is_empty() || line.starts_with("- ");
        if !key && !more {
            break;
        }
        at += line.len();
    }
    let before = if text[..at].ends_with('\n') { "" } else { eol };
    format!("{}{before}---{eol}{}", &text[..at], &text[at..])
}
