//! `cost/ceremony-floor`: a closing unit is planned below what such a session is known to cost.

use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Rule, Sink, money};
use crate::model::field::Field;
use crate::model::status::UnitStatus;
use crate::model::status::UnitType;

/// See the page.
pub static RULE: Rule = Rule::new(
    "cost/ceremony-floor",
    Severity::Warning,
    "A closing unit is planned below what such a session is known to cost.",
    Check::Feature(check),
);

fn check(context: &Context, sink: &mut Sink) {
    for file in context.feature.units.iter().filter_map(|unit| unit.file.as_ref()) {
        let (Field::Valid(planned), Some(kind)) = (&file.planned_cost_usd, file.kind()) else { continue };
        let floor = match kind {
            UnitType::PlanNext => 6.0,
            UnitType::Close => 5.0,
            UnitType::CloseIntermediate => 4.5,
            _ => continue,
        };
        if planned.value < floor && !file.status().is_some_and(UnitStatus::is_final) {
            let message = format!(
                "{} USD for a `{kind}`; such a session costs {} or more",
                money::show(planned.value),
                money::show(floor)
            );
            sink.report_in(&file.path, planned.span, message).help(format!("plan {}", money::show(floor)));
        }
    }
}
