//! Edits that more than one rule's fix is made of.

use crate::fix::TextEdit;
use crate::frontmatter::Document;

/// Adds a section at the file's end.
pub(super) fn append_section(doc: &Document, name: &str, text: &str) -> TextEdit {
    let end = doc.line_end();
    append(doc, &format!("## {name}{end}{end}{text}{end}"))
}

/// Adds `text` as a paragraph at the file's end.
fn append(doc: &Document, text: &str) -> TextEdit {
    let end = doc.line_end();
    let gap = match &*doc.text {
        "" => String::new(),
        all if all.ends_with('\n') => end.to_owned(),
        _ => end.repeat(2),
    };
    TextEdit::insert(doc.text.len(), format!("{gap}{text}"))
}

/// Adds an item to the acceptance criteria, or a line at the file's end when there are none.
pub(super) fn append_to_criteria(doc: &Document, text: &str) -> TextEdit {
    let end = doc.line_end();
    let section = doc.body.section("Acceptance criteria");
    let items = section.map_or(Vec::new(), |section| doc.body.items(&doc.text, section.body));
    let Some(last) = items.last() else { return append(doc, &format!("{text}{end}")) };
    let marker = doc.text.get(last.span.start as usize..last.text.start as usize).unwrap_or("- ");
    let marker = match marker.trim().trim_end_matches(['.', ')']).parse::<usize>() {
        Ok(_) => format!("{}{} ", items.len() + 1, if marker.contains(')') { ")" } else { "." }),
        Err(_) => marker.to_owned(),
    };
    TextEdit::insert(last.span.end as usize, format!("{end}{marker}{text}"))
}
