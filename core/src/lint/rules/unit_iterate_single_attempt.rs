//! `unit/iterate-single-attempt`

use crate::diagnostic::Severity;
use crate::lint::{Check, Rule, Sink};
use crate::model::work_unit::WorkUnit;

/// See the page.
pub static RULE: Rule = Rule::new(
    "unit/iterate-single-attempt",
    Severity::Error,
    "A unit keeps its tree between attempts but gets only one.",
    Check::Unit(check),
);

fn check(unit: &WorkUnit, sink: &mut Sink) {
    if unit.iterate_on_failure.get() == Some(&true) && unit.max_attempts.get() == Some(&1) {
        let (span, other) = (unit.max_attempts.span(), unit.iterate_on_failure.span());
        sink.report(span.unwrap_or_default(), "`max_attempts: 1` leaves no attempt to go on with")
            .label(other.unwrap_or_default(), "asks to keep the tree for the next attempt")
            .help("raise `max_attempts`, or drop `iterate_on_failure`");
    }
}
