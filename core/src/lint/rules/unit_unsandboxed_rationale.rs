//! `unit/unsandboxed-rationale`

use crate::diagnostic::Severity;
use crate::lint::{Check, Rule, Sink};
use crate::model::work_unit::WorkUnit;

/// See the page.
pub static RULE: Rule = Rule::new(
    "unit/unsandboxed-rationale",
    Severity::Error,
    "A unit runs without permission checks and does not say why.",
    Check::Unit(check),
);

fn check(unit: &WorkUnit, sink: &mut Sink) {
    let asks = unit.unsandboxed.get() == Some(&true);
    let says = unit.unsandboxed_rationale.get().is_some();
    if let Some(span) = unit.unsandboxed.span().filter(|_| asks && !says) {
        sink.report(span, "`unsandboxed: true` without an `unsandboxed_rationale`")
            .help("say why the session needs it; the driver records the reason at every dispatch");
    }
}
