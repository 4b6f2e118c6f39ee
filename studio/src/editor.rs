//! What the text editor shows of a file and answers at a caret: core's help, in the editor's places.

use crate::document::Document;
use crate::problems::page;
use crate::text::{Walk, from_field};
use specfuse_core::assist::{Assist, CompletionKind};
use specfuse_core::diagnostic::Severity;
use specfuse_core::path::RelPath;
use std::slice;

/// One value of a list as the editor takes it: what belongs together follows each other.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Cell {
    /// Words.
    Text(String),
    /// A place or a number.
    Number(u32),
}

impl From<u32> for Cell {
    fn from(number: u32) -> Cell {
        Cell::Number(number)
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Cell {
        Cell::Text(text)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }
}

/// The tokens of a file: start, end and kind, one after the other.
pub fn colours(document: &Document, path: &RelPath) -> Vec<u32> {
    with(document, path, |assist, text| {
        let mut walk = Walk::new(text);
        let mut all = Vec::new();
        for token in assist.tokens() {
            let start = walk.to(token.span.start as usize);
            all.extend([start, walk.to(token.span.end as usize), token.kind as u32]);
        }
        all
    })
}

/// The findings of a file: start, end, severity, message, help, rule, its page, its fix's title and its
/// number among all findings.
pub fn findings(document: &Document, path: &RelPath) -> Vec<Cell> {
    let Some(text) = document.tree().text(path) else { return Vec::new() };
    let mut walk = Walk::new(text);
    let mut all: Vec<Cell> = Vec::new();
    for (number, finding) in document.findings().iter().enumerate().filter(|(_, f)| f.primary.file == *path) {
        let start = walk.to(finding.primary.span.start as usize);
        all.extend([start.into(), walk.to(finding.primary.span.end as usize).into()]);
        let severity = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        };
        let help = finding.help.clone().unwrap_or_default();
        let fix = finding.fix.as_ref().map_or("", |fix| fix.title.as_str());
        let texts = [severity.into(), finding.message.clone().into(), help.into(), finding.rule.into()];
        all.extend(texts);
        all.extend([page(finding.rule).into(), fix.into(), (number as u32).into()]);
    }
    all
}

/// What could stand at a caret: label, kind, detail, documentation, start, end, and what comes there.
pub fn complete(document: &Document, path: &RelPath, at: u32) -> Vec<Cell> {
    with(document, path, |assist, text| {
        let offers = assist.complete(from_field(text, at));
        let mut walk = Walk::new(text);
        let mut all = Vec::new();
        for offer in offers {
            let kind = match offer.kind {
                CompletionKind::Key => "key",
                CompletionKind::Value => "value",
                CompletionKind::Unit => "unit",
                CompletionKind::Gate => "gate",
                CompletionKind::File => "file",
                CompletionKind::Section => "section",
            };
            let start = walk.to(offer.replace.start as usize);
            let end = walk.to(offer.replace.end as usize);
            all.extend([offer.label.into(), kind.into(), offer.detail.into(), offer.documentation.into()]);
            all.extend::<[Cell; 3]>([start.into(), end.into(), offer.insert.into()]);
        }
        all
    })
}

/// What is known of the thing at a place: start, end, its description and, of a rule, the page; nothing
/// where nothing is known.
pub fn hover(document: &Document, path: &RelPath, at: u32) -> Vec<Cell> {
    with(document, path, |assist, text| {
        let Some(hover) = assist.hover(from_field(text, at)) else { return Vec::new() };
        let mut walk = Walk::new(text);
        let start = walk.to(hover.span.start as usize);
        let end = walk.to(hover.span.end as usize);
        let page = hover.rule.map_or(String::new(), page);
        vec![start.into(), end.into(), hover.text.into(), page.into()]
    })
}

fn with<T>(document: &Document, path: &RelPath, ask: impl FnOnce(Assist<'_>, &str) -> Vec<T>) -> Vec<T> {
    let Some(text) = document.tree().text(path) else { return Vec::new() };
    ask(Assist::new(document.tree(), slice::from_ref(document.feature()), path), text)
}

/// The unit whose entry in the plan holds byte `offset` of it.
pub fn unit_at(document: &Document, path: &RelPath, offset: usize) -> Option<usize> {
    let feature = document.feature();
    feature.plan.as_ref().filter(|plan| plan.path == *path)?;
    feature.units.iter().position(|unit| unit.entry.span.touches(offset))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(name: &str) -> RelPath {
        specfuse_core::example::folder().join(name).unwrap()
    }

    fn texts(cells: &[Cell]) -> Vec<String> {
        let text = |cell: &'_ Cell| if let Cell::Text(text) = cell { Some(text.clone()) } else { None };
        cells.iter().filter_map(text).collect()
    }

    #[test]
    fn places_are_the_fields_own_also_with_other_line_ends() {
        let document = Document::example();
        let path = path("WU-01-greet.md");
        let plain = colours(&document, &path);
        let crlf = document.tree().text(&path).unwrap().replace('\n', "\r\n");
        let mut tree = document.tree().clone();
        tree.insert_text(path.clone(), format!("\u{feff}{crlf}"));
        let folder = specfuse_core::example::folder();
        let feature = specfuse_core::parse::feature(&tree, &folder);
        let assist = Assist::new(&tree, slice::from_ref(&feature), &path);
        let text = tree.text(&path).unwrap();
        let mut walk = Walk::new(text);
        let other: Vec<u32> = assist
            .tokens()
            .iter()
            .flat_map(|t| [walk.to(t.span.start as usize), walk.to(t.span.end as usize), t.kind as u32])
            .collect();
        assert_eq!(plain, other);
        assert!(!plain.is_empty());
    }

    #[test]
    fn a_broken_key_is_marked_with_its_fix() {
        let mut document = Document::example();
        let path = path("WU-01-greet.md");
        let text = document.tree().text(&path).unwrap().replace("status: pending", "status: pendin");
        document.type_into(&path, &text).unwrap();
        let cells = findings(&document, &path);
        let row = cells.chunks(9).find(|row| row[5] == "unit/status".into()).unwrap();
        let (Cell::Number(from), Cell::Number(to)) = (&row[0], &row[1]) else { panic!("{row:?}") };
        assert_eq!(&text[*from as usize..*to as usize], "pendin");
        assert_eq!((&row[2], &row[6]), (&"error".into(), &"../book/reference/rules/unit-status.html".into()));
        let Cell::Number(number) = row[8] else { panic!("{row:?}") };
        assert_eq!(document.findings()[number as usize].rule, "unit/status");
    }

    #[test]
    fn help_is_cores() {
        let document = Document::example();
        let path = path("WU-01-greet.md");
        let text = document.tree().text(&path).unwrap();
        let at = text.find("status: pending").unwrap() as u32;
        assert!(texts(&hover(&document, &path, at))[0].contains("**status**"));
        assert!(texts(&complete(&document, &path, at + 8)).contains(&"blocked_human".to_owned()));
        assert_eq!(hover(&document, &path, 0), []);
    }

    #[test]
    fn the_caret_in_an_entry_means_its_unit() {
        let document = Document::example();
        let path = path("PLAN.md");
        let text = document.tree().text(&path).unwrap();
        let at = |words: &str| unit_at(&document, &path, text.find(words).unwrap());
        let index = at("FEAT-2026-0001/T02\n").unwrap();
        assert_eq!(document.feature().units[index].short_id(), "T02");
        assert_eq!(at("---"), None);
    }
}
