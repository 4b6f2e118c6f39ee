//! `gate/budget`: `cost_budget_usd` is no number of at least 0.

use crate::diagnostic::Severity;
use crate::fix::TextEdit;
use crate::lint::{Check, Rule, Sink};
use crate::model::field::Field;
use crate::model::gate::GateFile;
use crate::number;

/// See the page.
pub static RULE: Rule = Rule::new(
    "gate/budget",
    Severity::Error,
    "`cost_budget_usd` is no number of at least 0.",
    Check::Gate(check),
);

fn check(gate: &GateFile, sink: &mut Sink) {
    let Field::Invalid(text) = &gate.cost_budget_usd else { return };
    let bare = text.value.trim().trim_start_matches('$');
    let report = sink
        .report(text.span, format!("`{}` is no amount of US dollars", text.value))
        .help("write a number of at least 0, without quotes and currency");
    if number::parse(bare).is_some_and(|n| n >= 0.0 && n.is_finite())
        && bare.bytes().all(|b| b.is_ascii_digit() || b == b'.')
    {
        report.fix_safe(format!("write `{bare}`"), TextEdit::replace(text.span, bare));
    }
}
