//! `gate/oracle-empty`: `feature_oracle` is written and empty.

use crate::diagnostic::Severity;
use crate::lint::{Check, Rule, Sink};
use crate::model::gate::GateFile;
use crate::model::status::GateStatus;

/// See the page.
pub static RULE: Rule = Rule::new(
    "gate/oracle-empty",
    Severity::Error,
    "`feature_oracle` is written and empty.",
    Check::Gate(check),
);

fn check(gate: &GateFile, sink: &mut Sink) {
    let Some(entry) = gate.doc.entry("feature_oracle") else { return };
    if gate.feature_oracle.get().is_none() {
        let passed = gate.status.get() == Some(&GateStatus::Passed);
        sink.report(entry.key.span, "`feature_oracle` names no command")
            .severity(if passed { Severity::Warning } else { Severity::Error })
            .help("name a shell command, or delete the line");
    }
}
