//! Edits that more than one rule's fix is made of.

use crate::fix::TextEdit;
use crate::frontmatter::Document;
use crate::yaml::{Entry, Node, NodeKind};

/// Adds `key: value` as the head's last line; `None` when there is no head that is a map. `value` is YAML.
pub(super) fn insert_key(doc: &Document, key: &str, value: &str) -> Option<TextEdit> {
    let block = doc.block()?;
    let fits = match &block.yaml.root.kind {
        NodeKind::Map(map) => !map.flow && map.indent == 0,
        NodeKind::Null => true,
        _ => false,
    };
    let line = format!("{key}: {value}{}", doc.line_end());
    fits.then(|| TextEdit::insert(block.close.start as usize, line))
}

/// Writes `key: value`: in the place of a value that is there, else as the head's last line.
pub(super) fn set_key(doc: &Document, key: &str, value: &str) -> Option<TextEdit> {
    match doc.entry(key) {
        None => insert_key(doc, key, value),
        Some(entry) => set_value(entry, value),
    }
}

/// Writes `value` in the place of a one-line scalar, or behind the colon when nothing is written.
fn set_value(entry: &Entry, value: &str) -> Option<TextEdit> {
    let Node { span, kind } = &entry.value;
    match kind {
        NodeKind::Scalar(_) => Some(TextEdit::replace(*span, value)),
        NodeKind::Null if !span.is_empty() => Some(TextEdit::replace(*span, value)),
        NodeKind::Null => Some(TextEdit::insert(span.start as usize, format!(" {value}"))),
        _ => None,
    }
}
