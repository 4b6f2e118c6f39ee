//! `unit/foreign-id`

use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Rule, Sink};
use crate::model::field::Field;
use crate::model::id::UnitId;

/// See the page.
pub static RULE: Rule = Rule::new(
    "unit/foreign-id",
    Severity::Error,
    "The graph lists a unit whose id belongs to another feature.",
    Check::Feature(check),
)
.beyond_python();

fn check(context: &Context, sink: &mut Sink) {
    let Some(own) = context.feature.id() else { return };
    for unit in &context.feature.units {
        let Field::Valid(written) = &unit.entry.id else { continue };
        let Some(id) = UnitId::parse(&written.value).filter(|id| id.feature != own) else { continue };
        let report = sink
            .report(
                written.span,
                format!("`{}` belongs to {}, this feature is {own}", written.value, id.feature),
            )
            .help(format!("units of this feature are named `{own}/…`"));
        if let Some(span) = unit.file.as_ref().and_then(|f| f.id.span().map(|s| (f.path.clone(), s))) {
            report.label_in(&span.0, span.1, "its file says so too, or differs");
        }
    }
}
