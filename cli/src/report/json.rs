//! One JSON object, for tools. `version` changes when a field changes its meaning or goes.

use super::Findings;
use serde::Serialize;
use specfuse_core::diagnostic::{Location, Severity};
use specfuse_core::fix::{Edits, Safety};
use specfuse_core::span::{LineColumn, Span};

#[derive(Serialize)]
struct Report {
    version: u32,
    folders: Vec<Folder>,
}

#[derive(Serialize)]
struct Folder {
    folder: String,
    valid: bool,
    errors: usize,
    warnings: usize,
    findings: Vec<WireFinding>,
}

#[derive(Serialize)]
struct WireFinding {
    rule: &'static str,
    severity: Severity,
    message: String,
    #[serde(flatten)]
    place: WirePlace,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related: Vec<WireLabel>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<WireFix>,
}

#[derive(Serialize)]
struct WirePlace {
    path: String,
    start: LineColumn,
    end: LineColumn,
    bytes: Span,
}

#[derive(Serialize)]
struct WireLabel {
    text: String,
    #[serde(flatten)]
    place: WirePlace,
}

#[derive(Serialize)]
struct WireFix {
    title: String,
    safety: Safety,
    edits: Edits,
}

pub(super) fn render(reports: &[Findings<'_>]) -> String {
    let report = Report { version: 1, folders: reports.iter().map(folder).collect() };
    let mut out = serde_json::to_string_pretty(&report).expect("plain data is JSON");
    out.push('\n');
    out
}

fn folder(report: &Findings<'_>) -> Folder {
    let place = |location: &Location| {
        let (start, end) = report.place(location);
        WirePlace { path: report.path(location), start, end, bytes: location.span }
    };
    let findings = report.findings.iter().map(|finding| WireFinding {
        rule: finding.rule,
        severity: finding.severity,
        message: finding.message.clone(),
        place: place(&finding.primary),
        related: finding
            .related
            .iter()
            .map(|l| WireLabel { text: l.text.clone(), place: place(&l.location) })
            .collect(),
        help: finding.help.clone(),
        fix: finding.fix.clone().map(|f| WireFix { title: f.title, safety: f.safety, edits: f.edits }),
    });
    let errors = report.count(Severity::Error);
    Folder {
        folder: report.dir.to_owned(),
        valid: errors == 0,
        errors,
        warnings: report.count(Severity::Warning),
        findings: findings.collect(),
    }
}
