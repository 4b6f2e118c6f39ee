//! `graph/too-many-gates`: more than one gate for 12 or fewer substantive units.

use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Rule, Sink};
use crate::model::Gate;

/// See the page.
pub static RULE: Rule = Rule::new(
    "graph/too-many-gates",
    Severity::Warning,
    "More than one gate for 12 or fewer substantive units.",
    Check::Feature(check),
);

/// As many units as one gate carries.
const ENOUGH_FOR_ONE: usize = 12;

fn check(context: &Context, sink: &mut Sink) {
    let feature = context.feature;
    let drafted: Vec<&Gate> = feature.gates.iter().filter(|gate| !gate.is_undrafted()).collect();
    let count = feature.units.iter().filter(|unit| !unit.is_closing()).count();
    if drafted.len() > 1 && count <= ENOUGH_FOR_ONE {
        let at = drafted[1].entry.number.span().unwrap_or(drafted[1].entry.span);
        sink.report(at, format!("{} gates for {count} substantive units", drafted.len()))
            .help(format!("up to {ENOUGH_FOR_ONE} units fit into one gate with one close"));
    }
}
