//! `cost/unplanned`: the plan, or an open unit, has no `planned_cost_usd`.

use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Rule, Sink};
use crate::model::field::Field;
use crate::model::status::UnitStatus;

/// See the page.
pub static RULE: Rule = Rule::new(
    "cost/unplanned",
    Severity::Warning,
    "The plan, or an open unit, has no `planned_cost_usd`.",
    Check::Feature(check),
);

fn check(context: &Context, sink: &mut Sink) {
    let Some(plan) = &context.feature.plan else { return };
    match &plan.planned_cost_usd {
        Field::Absent => {
            sink.report(plan.doc.head_span(), "the plan has no `planned_cost_usd`")
                .help("the sum of its units is a start");
        }
        Field::Invalid(text) => {
            sink.report(text.span, format!("`{}` is no amount of US dollars", text.value))
                .severity(Severity::Error)
                .help("write a number of at least 0");
        }
        Field::Valid(_) => {}
    }
    for file in context.feature.units.iter().filter_map(|unit| unit.file.as_ref()) {
        let open = !file.status().is_some_and(UnitStatus::is_final);
        let has_keys = file.doc.block().is_some();
        if open && has_keys && file.planned_cost_usd == Field::Absent {
            sink.report_in(&file.path, file.doc.head_span(), "the unit has no `planned_cost_usd`")
                .help("without it a cost overrun cannot be seen");
        }
    }
}
