//! `plan/value-type`

use crate::diagnostic::Severity;
use crate::lint::{Check, Rule, Sink, values};
use crate::model::plan::Plan;
use crate::schema::FileKind;

/// See the page.
pub static RULE: Rule = Rule::new(
    "plan/value-type",
    Severity::Error,
    "A key of the plan holds a value of the wrong kind.",
    Check::Plan(check),
)
.beyond_python();

/// Keys whose values have a rule of their own.
const OWN_RULE: [&str; 9] = [
    "feature_id",
    "title",
    "branch",
    "roadmap_goal",
    "status",
    "autonomy_default",
    "base",
    "planned_cost_usd",
    "verdict",
];

fn check(plan: &Plan, sink: &mut Sink) {
    values::check(FileKind::Plan, &plan.doc, &OWN_RULE, sink);
}
