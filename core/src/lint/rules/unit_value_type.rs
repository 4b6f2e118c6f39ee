//! `unit/value-type`

use crate::diagnostic::Severity;
use crate::lint::{Check, Rule, Sink};
use crate::model::work_unit::WorkUnit;
use crate::schema::{self, FileKind};

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
    let entries = unit.doc.keys().into_iter().flat_map(|map| &map.entries);
    for entry in entries.filter(|e| !e.value.is_null() && !OWN_RULE.contains(&e.key.value.as_str())) {
        let Some(key) = schema::find(FileKind::Unit, &entry.key.value) else { continue };
        let Err(expected) = key.ty.check(&entry.value) else { continue };
        let is = match entry.value.as_text().filter(|text| !text.trim().is_empty()) {
            Some(text) => format!("`{text}`"),
            None => entry.value.describe().to_owned(),
        };
        sink.report(entry.value.span, format!("`{}` is {is}; it must be {expected}", key.name))
            .help(key.meaning);
    }
}
