//! SARIF 2.1.0 (OASIS), for code scanning services.

use super::Findings;
use serde_json::{Value, json};
use specfuse_core::diagnostic::{Finding, Location, Severity};
use std::collections::BTreeSet;

pub(super) fn render(reports: &[Findings<'_>]) -> String {
    let rules: BTreeSet<&str> = reports.iter().flat_map(|r| r.findings).map(|f| f.rule).collect();
    let results: Vec<Value> = reports
        .iter()
        .flat_map(|report| report.findings.iter().map(|finding| result(report, finding)))
        .collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "specfuse-lint",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules.iter().map(|id| json!({ "id": id })).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{log:#}\n")
}

fn result(report: &Findings<'_>, finding: &Finding) -> Value {
    let level = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    };
    let related: Vec<Value> = finding
        .related
        .iter()
        .map(|label| {
            let mut place = location(report, &label.location);
            place["message"] = json!({ "text": label.text });
            place
        })
        .collect();
    json!({
        "ruleId": finding.rule,
        "level": level,
        "message": { "text": finding.message },
        "locations": [location(report, &finding.primary)],
        "relatedLocations": related,
    })
}

fn location(report: &Findings<'_>, at: &Location) -> Value {
    let (start, end) = report.place(at);
    json!({ "physicalLocation": {
        "artifactLocation": { "uri": uri(&report.path(at)) },
        "region": {
            "startLine": start.line, "startColumn": start.column,
            "endLine": end.line, "endColumn": end.column,
        },
    }})
}

/// The path as a relative URI reference: bytes outside the unreserved set are escaped (RFC 3986).
fn uri(path: &str) -> String {
    let keep = |b: u8| b.is_ascii_alphanumeric() || b"-._~/".contains(&b);
    path.bytes().map(|b| if keep(b) { (b as char).to_string() } else { format!("%{b:02X}") }).collect()
}
