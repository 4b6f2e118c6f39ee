//! Values against the schema: what a key holds, and what it must hold.

use super::Sink;
use crate::frontmatter::Document;
use crate::schema::{self, FileKind};
use crate::yaml::{Node, Style};

/// Reports every key of the head whose value is of the wrong kind or out of range, apart from those
/// that have a rule of their own.
pub(super) fn check(kind: FileKind, doc: &Document, own_rule: &[&str], sink: &mut Sink) {
    let entries = doc.keys().into_iter().flat_map(|map| &map.entries);
    for entry in entries.filter(|e| !e.value.is_null() && !own_rule.contains(&e.key.value.as_str())) {
        let Some(key) = schema::find(kind, &entry.key.value) else { continue };
        if swallows_items(doc, &entry.value) {
            sink.report(entry.value.span, format!("`{}` begins as text and goes on as a list", key.name))
                .help("all of it is read as one text: give the first item a line of its own, after `- `");
            continue;
        }
        let Err(expected) = key.ty.check(&entry.value) else { continue };
        let is = match entry.value.as_text().filter(|text| !text.trim().is_empty()) {
            Some(text) => format!("`{text}`"),
            None => entry.value.describe().to_owned(),
        };
        sink.report(entry.value.span, format!("`{}` is {is}; it must be {expected}", key.name))
            .help(key.meaning);
    }
}

/// Whether a bare text goes on over lines that are written as items: `produces: a` with `  - b` below it.
fn swallows_items(doc: &Document, value: &Node) -> bool {
    let written = &doc.text[value.span.range()];
    value.as_scalar().is_some_and(|scalar| scalar.style == Style::Plain)
        && written.lines().skip(1).any(|line| line.trim_start().starts_with("- "))
}
