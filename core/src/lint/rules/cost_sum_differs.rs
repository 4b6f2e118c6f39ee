//! `cost/sum-differs`: the plan's cost differs from the sum of its units by more than a tenth.

use crate::diagnostic::Severity;
use crate::fix::TextEdit;
use crate::lint::{Check, Context, Rule, Sink, money};
use crate::model::Unit;
use crate::model::field::Field;

/// See the page.
pub static RULE: Rule = Rule::new(
    "cost/sum-differs",
    Severity::Warning,
    "The plan's cost differs from the sum of its units by more than a tenth.",
    Check::Feature(check),
);

fn check(context: &Context, sink: &mut Sink) {
    let Some(plan) = &context.feature.plan else { return };
    let Field::Valid(planned) = &plan.planned_cost_usd else { return };
    let sum: f64 = context.feature.units.iter().filter_map(Unit::planned_cost_usd).sum();
    let off = (planned.value - sum).abs();
    if off <= planned.value * 0.1 + 1e-9 || context.feature.units.is_empty() {
        return;
    }
    let message = format!(
        "the plan says {} USD, its units add up to {} USD",
        money::show(planned.value),
        money::show(sum)
    );
    let report = sink.report(planned.span, message);
    if context.feature.units.iter().all(|unit| unit.planned_cost_usd().is_some()) {
        let text = money::show(sum);
        report.fix_safe(format!("write {text}"), TextEdit::replace(planned.span, text));
    } else {
        report.help("plan the cost of every unit, then write their sum");
    }
}
