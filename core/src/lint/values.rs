//! Values against the schema: what a key holds, and what it must hold.

use super::Sink;
use crate::frontmatter::Document;
use crate::schema::{self, FileKind, Key};
use crate::yaml::{Node, Style};

/// Reports every key of the head whose value is of the wrong kind or out of range, apart from those
/// that have a rule of their own.
pub(super) fn check(kind: FileKind, doc: &Document, own_rule: &[&str], sink: &mut Sink) {
    let entries = doc.keys().into_iter().flat_map(|map| &map.entries);
    for entry in entries.filter(|e| !e.value.is_null() && !own_rule.contains(&e.key.value.as_str())) {
        let Some(key) = schema::find(kind, &entry.key.value) else { continue };
        let Some((message, help)) = fault(&doc.text, key, &entry.value) else { continue };
        sink.report(entry.value.span, message).help(help);
    }
}

/// What is wrong with a value of `key`, and what helps; `text` is the file's.
pub(super) fn fault(text: &str, key: &Key, value: &Node) -> Option<(String, &'static str)> {
    if swallows_items(text, value) {
        let help = "all of it is read as one text: give the first item a line of its own, after `- `";
        return Some((format!("`{}` begins as text and goes on as a list", key.name), help));
    }
    let expected = key.ty.check(value).err()?;
    let is = match value.as_text().filter(|text| !text.trim().is_empty()) {
        Some(text) => format!("`{text}`"),
        None => value.describe().to_owned(),
    };
    Some((format!("`{}` is {is}; it must be {expected}", key.name), key.meaning))
}

/// Whether a bare text goes on over lines that are written as items: `produces: a` with `  - b` below it.
fn swallows_items(text: &str, value: &Node) -> bool {
    value.as_scalar().is_some_and(|scalar| scalar.style == Style::Plain)
        && text[value.span.range()].lines().skip(1).any(|line| line.trim_start().starts_with("- "))
}
