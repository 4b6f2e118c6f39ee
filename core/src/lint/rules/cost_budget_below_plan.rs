//! `cost/budget-below-plan`: a gate's budget is below what its units are planned to cost.

use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Rule, Sink, money};
use crate::model::field::Field;
use crate::model::status::GateStatus;

/// See the page.
pub static RULE: Rule = Rule::new(
    "cost/budget-below-plan",
    Severity::Warning,
    "A gate's budget is below what its units are planned to cost.",
    Check::Feature(check),
)
.beyond_python();

fn check(context: &Context, sink: &mut Sink) {
    let open = context.feature.gates.iter().filter(|gate| gate.status() != Some(GateStatus::Passed));
    for (gate, file) in open.filter_map(|gate| gate.file.as_ref().map(|file| (gate, file))) {
        let Field::Valid(budget) = &file.cost_budget_usd else { continue };
        let planned: f64 =
            context.feature.units_of(gate).filter_map(|(_, unit)| unit.planned_cost_usd()).sum();
        if budget.value + 1e-9 < planned {
            let message = format!(
                "gate {} may cost {} USD, and its units are planned to cost {} USD",
                gate.number,
                money::show(budget.value),
                money::show(planned)
            );
            sink.report_in(&file.path, budget.span, message)
                .help("the driver stops between units once the budget is spent; raise it, or plan less");
        }
    }
}
