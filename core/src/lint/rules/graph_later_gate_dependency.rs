//! `graph/later-gate-dependency`: a unit depends on a unit of a later gate.

use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Rule, Sink};

/// See the page.
pub static RULE: Rule = Rule::new(
    "graph/later-gate-dependency",
    Severity::Error,
    "A unit depends on a unit of a later gate.",
    Check::Feature(check),
)
.beyond_python();

fn check(context: &Context, sink: &mut Sink) {
    let feature = context.feature;
    for (index, unit) in feature.units.iter().enumerate() {
        for (dependency, place) in context.graph.declared(index) {
            let other = &feature.units[dependency];
            if other.gate > unit.gate {
                let (own, later) = (feature.gates[unit.gate].number, feature.gates[other.gate].number);
                let (name, dep) = (unit.short_id(), other.short_id());
                sink.report(
                    unit.entry.depends_on[place].span,
                    format!(
                        "{name} of gate {own} depends on {dep} of gate {later}: gate {own} could never finish"
                    ),
                )
                .label(other.entry.id.span().unwrap_or(other.entry.span), format!("{dep} is in gate {later}"))
                .help("move one of the two units, or take the dependency away");
            }
        }
    }
}
