//! Values against the schema: what a key holds, and what it must hold.

use super::Sink;
use crate::frontmatter::Document;
use crate::schema::{self, FileKind};

/// Reports every key of the head whose value is of the wrong kind or out of range, apart from those
/// that have a rule of their own.
pub(super) fn check(kind: FileKind, doc: &Document, own_rule: &[&str], sink: &mut Sink) {
    let entries = doc.keys().into_iter().flat_map(|map| &map.entries);
    for entry in entries.filter(|e| !e.value.is_null() && !own_rule.contains(&e.key.value.as_str())) {
        let Some(key) = schema::find(kind, &entry.key.value) else { continue };
        let Err(expected) = key.ty.check(&entry.value) else { continue };
        let is = match entry.value.as_text().filter(|text| !text.trim().is_empty()) {
            Some(text) => format!("`{text}`"),
            None => entry.value.describe().to_owned(),
        };
        sink.report(entry.value.span, format!("`{}` is {is}; it must be {expected}", key.name))
            .help(key.meaning);
    }
}
