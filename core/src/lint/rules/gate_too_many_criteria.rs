//! `gate/too-many-criteria`: a gate that is not passed carries more than 20 acceptance criteria.

use crate::diagnostic::Severity;
use crate::frontmatter::Document;
use crate::lint::{Check, Context, Rule, Sink};
use crate::model::Gate;
use crate::model::status::GateStatus;
use crate::model::status::PlanStatus;

/// See the page.
pub static RULE: Rule = Rule::new(
    "gate/too-many-criteria",
    Severity::Warning,
    "A gate that is not passed carries more than 20 acceptance criteria.",
    Check::Feature(check),
);

/// As many as one close can still go through again.
const MOST: usize = 20;

fn check(context: &Context, sink: &mut Sink) {
    let open = |gate: &&Gate| gate.status() != Some(GateStatus::Passed);
    let finished =
        context.feature.status().is_some_and(|s| matches!(s, PlanStatus::Done | PlanStatus::Abandoned));
    for gate in context.feature.gates.iter().filter(open).filter(|_| !finished) {
        let substantive =
            context.feature.units_of(gate).map(|(_, unit)| unit).filter(|unit| !unit.is_closing());
        let count: usize =
            substantive.filter_map(|unit| unit.file.as_ref()).map(|file| criteria(&file.doc)).sum();
        if count > MOST {
            let at = gate.entry.number.span().unwrap_or(gate.entry.span);
            sink.report(
                at,
                format!("gate {} has {count} acceptance criteria, more than {MOST}", gate.number),
            )
            .help("split the gate: every attempt to close it goes through all of them again");
        }
    }
}

fn criteria(doc: &Document) -> usize {
    let section = doc.body.section("Acceptance criteria");
    section.map_or(0, |section| doc.body.items(&doc.text, section.body).len())
}
