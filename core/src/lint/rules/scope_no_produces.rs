//! `scope/no-produces`

use crate::diagnostic::Severity;
use crate::lint::{Check, Rule, Sink};
use crate::model::status::UnitType;
use crate::model::work_unit::WorkUnit;

/// See the page.
pub static RULE: Rule = Rule::new(
    "scope/no-produces",
    Severity::Warning,
    "An implementation unit declares nothing that it produces.",
    Check::Unit(check),
);

fn check(unit: &WorkUnit, sink: &mut Sink) {
    let done = unit.status().is_some_and(|status| status.is_final());
    let says = unit.produces.iter().any(|path| !path.value.trim().is_empty());
    let unreadable = unit.doc.get("produces").is_some_and(|node| node.as_map().is_some());
    if unit.kind() == Some(UnitType::Implementation)
        && !done
        && !says
        && !unreadable
        && unit.doc.block().is_some()
    {
        let span = unit.doc.entry("produces").map_or_else(|| unit.doc.head_span(), |entry| entry.key.span);
        sink.report(span, "the unit declares nothing under `produces`")
            .help("name the files that must be there and changed when it is done");
    }
}
