//! `plan/missing-section`: an unfinished plan lacks a section of the planning discipline.

use crate::diagnostic::Severity;
use crate::lint::{Check, Rule, Sink, mend};
use crate::model::plan::Plan;
use crate::model::status::PlanStatus;

/// See the page.
pub static RULE: Rule = Rule::new(
    "plan/missing-section",
    Severity::Warning,
    "An unfinished plan lacks a section of the planning discipline.",
    Check::Plan(check),
);

fn check(plan: &Plan, sink: &mut Sink) {
    if plan.status.get().is_some_and(|status| matches!(status, PlanStatus::Done | PlanStatus::Abandoned)) {
        return;
    }
    for name in ["Existing-mechanism search", "Escalation-predicate satisfiability"] {
        if plan.doc.body.section(name).is_none() {
            let insert = mend::append_section(&plan.doc, name, "n/a");
            sink.report(plan.doc.head_span(), format!("the plan has no section `{name}`"))
                .help("write it, or an explicit `n/a` with the reason")
                .fix_unsafe(format!("add the section `{name}` with `n/a`"), insert);
        }
    }
}
