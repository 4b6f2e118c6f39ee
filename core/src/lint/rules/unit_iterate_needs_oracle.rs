//! `unit/iterate-needs-oracle`

use crate::diagnostic::Severity;
use crate::lint::{Check, Rule, Sink};
use crate::model::work_unit::WorkUnit;

/// See the page.
pub static RULE: Rule = Rule::new(
    "unit/iterate-needs-oracle",
    Severity::Error,
    "A unit keeps its tree between attempts but names no oracle to measure it.",
    Check::Unit(check),
);

fn check(unit: &WorkUnit, sink: &mut Sink) {
    if unit.iterate_on_failure.get() == Some(&true) && unit.oracles.is_empty() {
        let span = unit.iterate_on_failure.span().unwrap_or_default();
        sink.report(span, "`iterate_on_failure` without `oracles`").help(
            "name the verification set that prints `FINDINGS: n`, so that the next attempt sees what is left",
        );
    }
}
