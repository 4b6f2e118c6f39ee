//! One line per finding, as editors and `grep` like it.

use super::{Findings, printable};
use std::fmt::Write;

pub(super) fn render(reports: &[Findings<'_>]) -> String {
    let mut out = String::new();
    for report in reports {
        for finding in report.findings {
            let (start, _) = report.place(&finding.primary);
            let path = printable(&report.path(&finding.primary));
            let (severity, rule) = (finding.severity, finding.rule);
            let message = printable(&finding.message);
            let _ = writeln!(out, "{path}:{}:{}: {severity}[{rule}]: {message}", start.line, start.column);
        }
        let _ = writeln!(out, "{}", report.verdict());
    }
    out
}
