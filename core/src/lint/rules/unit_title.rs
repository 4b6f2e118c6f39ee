//! `unit/title`

use crate::diagnostic::Severity;
use crate::lint::{Check, Rule, Sink};
use crate::model::status::UnitType;
use crate::model::work_unit::WorkUnit;

/// See the page.
pub static RULE: Rule = Rule::new(
    "unit/title",
    Severity::Warning,
    "A unit has no title, or one that does not fit a commit's subject.",
    Check::Unit(check),
)
.beyond_python();

const PREFIX: &str = "feat: ";
const SUBJECT: usize = 72;

fn check(unit: &WorkUnit, sink: &mut Sink) {
    if unit.status().is_some_and(|status| status.is_final()) {
        return;
    }
    let Some(title) = unit.title().filter(|title| !title.value.trim().is_empty()) else {
        sink.report(unit.doc.head_span(), "the unit has no title")
            .help("start its text with `# ` and what it does; the title becomes the commit's subject");
        return;
    };
    if let Some(control) = title.value.chars().find(|c| c.is_control()) {
        let message = format!("the title holds the control character U+{:04X}", control as u32);
        sink.report(title.span, message).help("delete it; the title becomes the commit's subject");
    }
    let length = PREFIX.len() + title.value.chars().count();
    if length > SUBJECT && unit.kind() != Some(UnitType::Human) {
        let message = format!("as a commit's subject the title has {length} characters; {SUBJECT} fit");
        sink.report(title.span, message).help("shorten it; the rest would be cut off");
    }
}
