//! `unit/empty-section`

use super::unit_missing_section::sections_of;
use crate::diagnostic::Severity;
use crate::lint::{Check, Rule, Sink};
use crate::model::status::UnitStatus;
use crate::model::work_unit::WorkUnit;

/// See the page.
pub static RULE: Rule = Rule::new(
    "unit/empty-section",
    Severity::Warning,
    "A section of a unit that can be dispatched holds nothing.",
    Check::Unit(check),
)
.beyond_python();

fn check(unit: &WorkUnit, sink: &mut Sink) {
    use UnitStatus::{Draft, Pending, Ready};
    if !matches!(unit.status(), Some(Draft | Pending | Ready)) {
        return;
    }
    for name in sections_of(unit.kind()) {
        let Some(section) = unit.doc.body.section(name) else { continue };
        if !says_something(section.body.slice(&unit.doc.text)) {
            sink.report(section.opener, format!("the section `{name}` is empty")).help(
                "the session sees the heading and nothing to go by; say it, or say that there is nothing",
            );
        }
    }
}

/// Whether a letter or digit stands outside comments. A comment that never ends is none.
fn says_something(mut text: &str) -> bool {
    while let Some(at) = text.find(|c: char| c == '<' || c.is_alphanumeric()) {
        let rest = &text[at..];
        match rest.strip_prefix("<!--").map(|inner| inner.split_once("-->")) {
            Some(Some((_, after))) => text = after,
            Some(None) => return rest.contains(char::is_alphanumeric),
            None if rest.starts_with('<') => text = &rest[1..],
            None => return true,
        }
    }
    false
}
