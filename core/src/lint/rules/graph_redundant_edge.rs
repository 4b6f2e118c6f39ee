//! `graph/redundant-edge`: a dependency is implied by others.

use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Rule, Sink};
use crate::model::status::UnitStatus;

/// See the page.
pub static RULE: Rule = Rule::new(
    "graph/redundant-edge",
    Severity::Info,
    "A dependency is implied by others.",
    Check::Feature(check),
)
.beyond_python();

/// Above this many units the search costs more than it tells.
const LARGE: usize = 2_000;

fn check(context: &Context, sink: &mut Sink) {
    if context.graph.len() > LARGE {
        return;
    }
    let units = &context.feature.units;
    for (index, dependency) in context.graph.redundant_edges() {
        let unit = &units[index];
        // A closing unit lists its whole gate; a finished one is history.
        if unit.is_closing() || unit.status().is_some_and(UnitStatus::is_final) {
            continue;
        }
        let place = context
            .graph
            .declared(index)
            .into_iter()
            .find(|(dep, _)| *dep == dependency)
            .map(|(_, place)| place);
        if let Some(place) = place {
            let (name, dep) = (unit.short_id(), units[dependency].short_id());
            sink.report(
                unit.entry.depends_on[place].span,
                format!("{name} waits for {dep} through its other dependencies already"),
            );
        }
    }
}
