//! `plan/second-graph`: PLAN.md has a further block with `gates:`, which does not count.

use crate::diagnostic::Severity;
use crate::lint::{Check, Rule, Sink};
use crate::model::plan::Plan;

/// See the page.
pub static RULE: Rule = Rule::new(
    "plan/second-graph",
    Severity::Warning,
    "PLAN.md has a further block with `gates:`, which does not count.",
    Check::Plan(check),
)
.beyond_python();

fn check(plan: &Plan, sink: &mut Sink) {
    let Some(graph) = &plan.graph else { return };
    for span in &plan.further_graphs {
        sink.report(*span, "this block has `gates:` too, and does not count")
            .label(graph.fence.span, "the task graph")
            .help("keep one task graph");
    }
}
