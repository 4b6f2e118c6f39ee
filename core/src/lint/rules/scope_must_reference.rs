//! `scope/must-reference`

use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Rule, Sink};
use crate::model::verification::Verification;
use crate::model::work_unit::WorkUnit;

/// See the page.
pub static RULE: Rule = Rule::new(
    "scope/must-reference",
    Severity::Warning,
    "A unit's Verification names none of the checks that units must name.",
    Check::Feature(check),
);

fn check(context: &Context, sink: &mut Sink) {
    let Some(verification) = &context.feature.verification else { return };
    for file in context.feature.units.iter().filter_map(|unit| unit.file.as_ref()) {
        if !file.status().is_some_and(|status| status.is_final()) {
            check_unit(file, verification, sink);
        }
    }
}

fn check_unit(unit: &WorkUnit, verification: &Verification, sink: &mut Sink) {
    let set = unit.kind().and_then(|kind| kind.verification_set()).and_then(|name| verification.set(name));
    let asked = set.into_iter().flat_map(|set| &set.checks).filter(|c| c.must_reference.get() == Some(&true));
    let names: Vec<&str> = asked.filter_map(|check| check.name.get().map(String::as_str)).collect();
    let Some(section) = unit.doc.body.section("Verification").filter(|_| !names.is_empty()) else { return };
    let body = section.body.slice(&unit.doc.text);
    if !names.iter().any(|name| body.contains(name)) {
        let list = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        sink.report_in(&unit.path, section.opener, format!("Verification names none of {list}")).help(
            "they run in any case; name those that judge this unit, so that its session runs them first",
        );
    }
}
