//! `closing/unnamed-deliverable`: a closing unit's text does not name something that the closing guard will demand.

use crate::diagnostic::Severity;
use crate::fix::Edits;
use crate::fix::Fix;
use crate::lint::{Check, Context, Rule, Sink, mend};
use crate::model::status::UnitStatus;

/// See the page.
pub static RULE: Rule = Rule::new(
    "closing/unnamed-deliverable",
    Severity::Warning,
    "A closing unit's text does not name something that the closing guard will demand.",
    Check::Feature(check),
);

fn check(context: &Context, sink: &mut Sink) {
    for unit in context.feature.units.iter().filter(|unit| unit.is_closing()) {
        let Some(file) = unit.file.as_ref().filter(|file| !file.status().is_some_and(UnitStatus::is_final))
        else {
            continue;
        };
        for requirement in crate::close::unnamed(context.feature, unit) {
            let literals = requirement.literals(context.feature, unit);
            let Some(literal) = literals.first() else { continue };
            let wanted = requirement.wanted(context.feature, unit);
            let message = format!("the text never names `{literal}`, which is checked after the session");
            let at = file.title().map_or(file.doc.head_span(), |title| title.span);
            let line = if wanted.contains(literal.as_str()) {
                wanted.clone()
            } else {
                format!("{wanted} ({literal})")
            };
            let fix = Fix::safe(
                format!("name `{literal}` in the acceptance criteria"),
                Edits::one(file.path.clone(), mend::append_to_criteria(&file.doc, &line)),
            );
            sink.report_in(&file.path, at, message).help(format!("the guard wants: {wanted}")).fix(fix);
        }
    }
}
