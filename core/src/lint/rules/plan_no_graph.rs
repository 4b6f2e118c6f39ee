//! `plan/no-graph`: PLAN.md has no task graph.

use crate::diagnostic::Severity;
use crate::lint::{Check, Rule, Sink};
use crate::model::plan::Plan;

/// See the page.
pub static RULE: Rule =
    Rule::new("plan/no-graph", Severity::Error, "PLAN.md has no task graph.", Check::Plan(check));

fn check(plan: &Plan, sink: &mut Sink) {
    if plan.graph.is_none() {
        let near =
            plan.doc.body.fences.iter().find(|fence| fence.content.slice(&plan.doc.text).contains("gates:"));
        let report = sink
            .report(plan.doc.head_span(), "the plan has no task graph: no fenced `yaml` block with `gates:`");
        let report = report.help("add a block that starts with ```` ```yaml ```` and holds `gates:`");
        if let Some(fence) = near {
            report.label(
                fence.span,
                "this block cannot be read as one: it must be `yaml`, with `gates:` at the top level",
            );
        }
    }
}
