//! `unit/value-type`

use crate::diagnostic::Severity;
use crate::lint::{Check, Rule, Sink, values};
use crate::model::work_unit::WorkUnit;
use crate::schema::FileKind;

/// See the page.
pub static RULE: Rule = Rule::new(
    "unit/value-type",
    Severity::Error,
    "A unit's key holds a value of the wrong kind or out of range.",
    Check::Unit(check),
)
.beyond_python();

/// Keys whose values have a rule of their own.
const OWN_RULE: [&str; 6] = ["id", "type", "status", "effort", "model", "verdict"];

fn check(unit: &WorkUnit, sink: &mut Sink) {
    values::check(FileKind::Unit, &unit.doc, &OWN_RULE, sink);
}
