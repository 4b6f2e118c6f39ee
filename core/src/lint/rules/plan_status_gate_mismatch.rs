//! `plan/status-gate-mismatch`: the plan is `done` while a gate is not `passed`.

use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Rule, Sink};
use crate::model::Feature;
use crate::model::Gate;
use crate::model::Unit;
use crate::model::status::GateStatus;
use crate::model::status::PlanStatus;
use crate::model::status::UnitStatus;
use crate::model::status::Vocabulary;

/// See the page.
pub static RULE: Rule = Rule::new(
    "plan/status-gate-mismatch",
    Severity::Error,
    "The plan is `done` while a gate is not `passed`.",
    Check::Feature(check),
);

fn check(context: &Context, sink: &mut Sink) {
    let feature = context.feature;
    let Some(status) = feature.plan.as_ref().map(|plan| &plan.status) else { return };
    if status.get() != Some(&PlanStatus::Done) {
        return;
    }
    let open = |gate: &&Gate| gate.status() != Some(GateStatus::Passed);
    for (gate, file) in
        feature.gates.iter().filter(open).filter_map(|gate| gate.file.as_ref().map(|file| (gate, file)))
    {
        let at = file.status.span().unwrap_or(file.doc.head_span());
        let word = gate.status().map_or("unknown", Vocabulary::word);
        let report = sink
            .report_in(&file.path, at, format!("the plan is done, and gate {} is `{word}`", gate.number))
            .label_in(&context.plan_path(), status.span().unwrap_or_default(), "the plan's status")
            .help("pass the gate, or set the plan back to `active`");
        if never_ran(feature) {
            report.severity(Severity::Warning);
        }
    }
}

/// A plan that was finished by other means than the loop: nothing of it was ever dispatched.
fn never_ran(feature: &Feature) -> bool {
    let untouched = |unit: &Unit| {
        let file = unit.file.as_ref();
        file.is_none_or(|f| {
            f.attempts.get().is_none_or(|n| *n == 0) && !f.status().is_some_and(UnitStatus::is_final)
        })
    };
    feature.events.entries().len() == 0 && feature.units.iter().all(untouched)
}
