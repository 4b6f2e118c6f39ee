//! Edits that more than one rule's fix is made of.

use crate::fix::TextEdit;
use crate::frontmatter::Document;
use crate::model::Unit;
use crate::model::plan::Plan;
use crate::yaml::{flow_scalar_for, scalar_for};

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

/// Adds `ids` to what `unit` depends on; `None` when what is written there is no plain list, or when
/// the graph has a syntax error, so that nobody knows what an edit would come to mean.
pub(super) fn add_dependencies(plan: &Plan, unit: &Unit, ids: &[&str]) -> Option<TextEdit> {
    let text = &plan.doc.text;
    let problems = plan.graph.iter().flat_map(|graph| &graph.yaml.problems);
    if problems.into_iter().any(|problem| !problem.kind.is_tolerated()) {
        return None;
    }
    let list = ids.iter().map(|id| flow_scalar_for(id)).collect::<Vec<_>>().join(", ");
    let Some(span) = unit.entry.depends_on_span else {
        let file = unit.entry.file.span()?;
        let key = text[..file.start as usize].rfind("file:")?;
        let line = text[..key].rfind('\n')? + 1;
        let indent = " ".repeat(text[line..key].chars().count());
        return Some(TextEdit::insert(
            file.end as usize,
            format!("{}{indent}depends_on: [{list}]", plan.doc.line_end()),
        ));
    };
    let written = span.slice(text);
    if written.starts_with('[') && written.ends_with(']') {
        let comma = if written[1..written.len() - 1].trim().is_empty() { "" } else { ", " };
        return Some(TextEdit::insert(span.end as usize - 1, format!("{comma}{list}")));
    }
    if written.starts_with('-') {
        let line = text[..span.start as usize].rfind('\n')? + 1;
        let indent = &text[line..span.start as usize];
        let more: String =
            ids.iter().map(|id| format!("{}{indent}- {}", plan.doc.line_end(), scalar_for(id))).collect();
        return Some(TextEdit::insert(span.end as usize, more));
    }
    (written.is_empty() || written == "~").then(|| TextEdit::replace(span, format!(" [{list}]")))
}
