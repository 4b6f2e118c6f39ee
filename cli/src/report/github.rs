//! Workflow commands that GitHub shows beside a change.

use super::{Findings, printable};
use specfuse_core::diagnostic::Severity;
use std::fmt::Write;

pub(super) fn render(reports: &[Findings<'_>]) -> String {
    let mut out = String::new();
    for report in reports {
        for finding in report.findings {
            let level = match finding.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Info => "notice",
            };
            let (start, end) = report.place(&finding.primary);
            let _ = writeln!(
                out,
                "::{level} file={},line={},endLine={},col={},endColumn={},title={}::{}",
                property(&report.path(&finding.primary)),
                start.line,
                end.line,
                start.column,
                end.column,
                property(finding.rule),
                data(&finding.message),
            );
        }
        let _ = writeln!(out, "{}", data(&report.verdict()));
    }
    out
}

/// Escapes the text of a workflow command, so that a plan can give no command of its own.
fn data(text: &str) -> String {
    text.split('\n').map(printable).collect::<Vec<_>>().join("\n").replace('%', "%25").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
