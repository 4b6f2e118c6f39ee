//! `graph/unknown-dependency`: `depends_on` names a unit that the graph does not have.

use crate::diagnostic::Severity;
use crate::fix::TextEdit;
use crate::lint::{Check, Context, Rule, Sink};
use crate::model::Unit;
use crate::near::nearest;
use crate::yaml::flow_scalar_for;

/// See the page.
pub static RULE: Rule = Rule::new(
    "graph/unknown-dependency",
    Severity::Error,
    "`depends_on` names a unit that the graph does not have.",
    Check::Feature(check),
);

/// Suggestions are looked for this often; each costs a pass over all ids.
const SUGGESTIONS: usize = 50;

fn check(context: &Context, sink: &mut Sink) {
    let units = &context.feature.units;
    for (nth, (unit, place)) in context.graph.unknown().iter().enumerate() {
        let written = &units[*unit].entry.depends_on[*place];
        let suggest = nth < SUGGESTIONS;
        let whole = Some(&written.value)
            .filter(|_| suggest)
            .and_then(|id| context.feature.find_unit(id))
            .map(|found| units[found].id());
        let near = if suggest { nearest(&written.value, units.iter().map(Unit::id)) } else { None };
        let hint = whole.or(near.map(|(id, _)| id));
        let ask = hint.map_or(String::new(), |id| format!("; did you mean `{id}`?"));
        let message =
            format!("{} depends on `{}`, which is no unit{ask}", units[*unit].short_id(), written.value);
        let report = sink.report(written.span, message);
        match (whole, hint) {
            (Some(id), _) => {
                report
                    .fix_safe(format!("write `{id}`"), TextEdit::replace(written.span, flow_scalar_for(id)));
            }
            (None, Some(id)) => {
                report.fix_unsafe(format!("write `{id}`"), TextEdit::replace(written.span, id));
            }
            (None, None) => {
                report.help("add the unit, or take the dependency away");
            }
        }
    }
}
