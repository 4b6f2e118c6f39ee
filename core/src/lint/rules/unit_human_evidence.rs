//! `unit/human-evidence`

use crate::diagnostic::Severity;
use crate::lint::{Check, Rule, Sink};
use crate::model::status::{UnitStatus, UnitType};
use crate::model::work_unit::WorkUnit;

/// See the page.
pub static RULE: Rule = Rule::new(
    "unit/human-evidence",
    Severity::Error,
    "A person's step is done and does not say how one knows.",
    Check::Unit(check),
);

fn check(unit: &WorkUnit, sink: &mut Sink) {
    let done = unit.kind() == Some(UnitType::Human) && unit.status() == Some(UnitStatus::Done);
    let says = unit.doc.get("evidence").is_some_and(|node| match (node.as_text(), node.as_seq()) {
        (Some(text), _) => !text.trim().is_empty(),
        (_, Some(list)) => !list.items.is_empty(),
        _ => true,
    });
    if done && !says {
        let span = unit.evidence.span().or(unit.status.span()).unwrap_or_else(|| unit.doc.head_span());
        sink.report(span, "a `human` unit is `done` without `evidence`")
            .help("say what was done and where one can see it: who was asked, what was signed, a link");
    }
}
