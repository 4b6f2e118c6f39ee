//! Annotated source, as compilers show it.

use super::{Findings, printable};
use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};
use specfuse_core::diagnostic::{Finding, Location, Severity};
use specfuse_core::fix::Safety;
use specfuse_core::span::floor_boundary;
use std::fmt::Write;

/// The widest piece of one line that is drawn, in bytes: a line of megabytes stays readable.
const WIDEST: usize = 400;

pub(super) fn render(reports: &[Findings<'_>], colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let mut out = String::new();
    for report in reports {
        for finding in report.findings {
            let _ = writeln!(out, "{}\n", renderer.render(&[group(report, finding)]));
        }
        let _ = writeln!(out, "{}", tally(report));
        let _ = writeln!(out, "{}", report.verdict());
    }
    out
}

fn tally(report: &Findings<'_>) -> String {
    let fixable =
        report.findings.iter().filter(|f| f.fix.as_ref().is_some_and(|x| x.safety == Safety::Safe)).count();
    let count = |severity, word: &str| {
        let n = report.count(severity);
        format!("{n} {word}{}", if n == 1 { "" } else { "s" })
    };
    let fix = if fixable == 0 { String::new() } else { format!("; --fix mends {fixable}") };
    format!("{}, {}{fix}", count(Severity::Error, "error"), count(Severity::Warning, "warning"))
}

fn group<'a>(report: &Findings<'a>, finding: &'a Finding) -> Group<'a> {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let mut group = level.primary_title(printable(&finding.message)).id(finding.rule).element(place(
        report,
        &finding.primary,
        AnnotationKind::Primary,
        None,
    ));
    for label in &finding.related {
        group = group.element(place(report, &label.location, AnnotationKind::Context, Some(&label.text)));
    }
    if let Some(help) = &finding.help {
        group = group.element(Level::HELP.message(printable(help)));
    }
    if let Some(fix) = &finding.fix {
        let safety = if fix.safety == Safety::Safe { "safe fix" } else { "fix to look at" };
        group = group.element(Level::NOTE.message(format!("{safety}: {}", printable(&fix.title))));
    }
    group
}

/// The lines that a location covers, marked; only its path when it has no text.
fn place<'a>(report: &Findings<'_>, at: &Location, kind: AnnotationKind, label: Option<&str>) -> Element<'a> {
    let path = printable(&report.path(at));
    let Some(text) = report.tree.text(&at.file).filter(|text| !text.is_empty()) else {
        return Origin::path(path).into();
    };
    let index = report.lines(&at.file, text);
    let (start, end) =
        (floor_boundary(text, at.span.start as usize), floor_boundary(text, at.span.end as usize));
    let first = index.line_of(start);
    let from = index.line_start(first).unwrap_or(0);
    let to = text[start..].find('\n').map_or(text.len(), |n| start + n);
    let (from, to) = (
        floor_boundary(text, from.max(start.saturating_sub(WIDEST))),
        floor_boundary(text, to.min(start + WIDEST)),
    );
    let marked = start - from..end.clamp(start, to) - from;
    let annotation = kind.span(marked).label(label.map(printable));
    Snippet::source(visible(text[from..to].trim_end_matches('\r')))
        .line_start(first + 1)
        .path(path)
        .annotation(annotation)
        .into()
}

/// `source` without the control characters that the renderer would pass on; every byte keeps its place.
fn visible(source: &str) -> String {
    source.chars().map(|c| if ('\u{80}'..='\u{9f}').contains(&c) { '¿' } else { c }).collect()
}
