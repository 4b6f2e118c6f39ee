//! What the tests of rules share: files laid over the plan of [`super::examples`], and findings as text.

pub(crate) use super::examples::{folder, overlay, part, path, sample};
use super::{Facts, lint};
use crate::diagnostic::{Finding, Severity};
use crate::span::LineIndex;
use crate::tree::Tree;
use std::fmt::Write;

/// Lays whole files over the sample and answers what lint then says; see [`render`].
pub(crate) fn check(files: &[(&str, &str)]) -> String {
    let mut tree = sample();
    for (name, text) in files {
        tree.insert_text(path(name), *text);
    }
    render(&tree, &lint(&tree, &folder(), &Facts::default()))
}

/// Lays the blocks of `markdown` over the sample, as a page does, and answers what lint then says.
pub(crate) fn check_blocks(markdown: &str) -> String {
    let (tree, facts) = overlay(markdown);
    render(&tree, &lint(&tree, &folder(), &facts))
}

/// Findings as lines: file, line and column, weight, rule, message, the marked text, labels, fix.
pub(crate) fn render(tree: &Tree, findings: &[Finding]) -> String {
    let mut out = String::new();
    for f in findings {
        let text = tree.text(&f.primary.file).map_or("", |t| &**t);
        let at = LineIndex::new(text).line_column(text, f.primary.span.start as usize);
        let name = f.primary.file.file_name();
        let marked = f.primary.span.slice(text).lines().next().unwrap_or("");
        writeln!(out, "{name}:{}:{} {} {}: {} [{marked}]", at.line, at.column, f.severity, f.rule, f.message)
            .unwrap();
        for label in &f.related {
            let text = tree.text(&label.location.file).map_or("", |t| &**t);
            let at = LineIndex::new(text).line_column(text, label.location.span.start as usize);
            writeln!(out, "  {}:{}:{} {}", label.location.file.file_name(), at.line, at.column, label.text)
                .unwrap();
        }
        if let Some(fix) = &f.fix {
            writeln!(out, "  {:?}: {}", fix.safety, fix.title).unwrap();
        }
    }
    out
}

/// Those findings that weigh something.
pub(crate) fn serious(findings: &[Finding]) -> Vec<&Finding> {
    findings.iter().filter(|f| f.severity > Severity::Info).collect()
}
