//! `unit/driver-helper`

use crate::diagnostic::Severity;
use crate::lint::words::find_phrase;
use crate::lint::{Check, Rule, Sink};
use crate::model::status::UnitType;
use crate::model::work_unit::WorkUnit;

/// See the page.
pub static RULE: Rule = Rule::new(
    "unit/driver-helper",
    Severity::Warning,
    "A unit speaks of the driver's internals and names no helper that it adds there.",
    Check::Unit(check),
)
.off_by_default();

/// Names of what only the driver's own repository has.
const INTERNALS: &[&str] = &[
    "loop.py",
    "driver-side",
    "driver internals",
    "squash_commit",
    "fire_terminal_flips",
    "drive/machine.rs",
];

fn check(unit: &WorkUnit, sink: &mut Sink) {
    let done = unit.status().is_some_and(|status| status.is_final());
    if done || unit.kind() != Some(UnitType::Implementation) || !unit.produces_driver_helper.is_empty() {
        return;
    }
    if let Some((span, word)) = find_phrase(&unit.doc.text, unit.doc.body.span, INTERNALS) {
        sink.report(span, format!("the unit speaks of \"{word}\" without `produces_driver_helper`"))
            .help("name the helpers that the unit adds to the driver");
    }
}
