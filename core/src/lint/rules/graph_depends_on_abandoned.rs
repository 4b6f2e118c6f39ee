//! `graph/depends-on-abandoned`: an unfinished unit depends on one that was given up.

use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Rule, Sink};
use crate::model::status::UnitStatus;

/// See the page.
pub static RULE: Rule = Rule::new(
    "graph/depends-on-abandoned",
    Severity::Warning,
    "An unfinished unit depends on one that was given up.",
    Check::Feature(check),
)
.beyond_python();

fn check(context: &Context, sink: &mut Sink) {
    let units = &context.feature.units;
    for (index, unit) in units.iter().enumerate() {
        if unit.status().is_none_or(UnitStatus::is_final) {
            continue;
        }
        for (dependency, place) in context.graph.declared(index) {
            let other = &units[dependency];
            let closes_it = unit.is_closing() && other.gate == unit.gate;
            if other.status() == Some(UnitStatus::Abandoned) && !closes_it {
                let message =
                    format!("{} waits for {}, which was abandoned", unit.short_id(), other.short_id());
                let report = sink
                    .report(unit.entry.depends_on[place].span, message)
                    .help("take the dependency away, abandon the unit too, or take the other up again");
                let status =
                    other.file.as_ref().and_then(|file| file.status.span().map(|span| (&file.path, span)));
                if let Some((path, span)) = status {
                    report.label_in(path, span, "abandoned here");
                }
            }
        }
    }
}
