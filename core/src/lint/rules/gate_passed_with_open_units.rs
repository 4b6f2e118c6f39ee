//! `gate/passed-with-open-units`: a gate is `passed` while a unit of it is neither done nor abandoned.

use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Rule, Sink};
use crate::model::Unit;
use crate::model::status::GateStatus;
use crate::model::status::UnitStatus;

/// See the page.
pub static RULE: Rule = Rule::new(
    "gate/passed-with-open-units",
    Severity::Error,
    "A gate is `passed` while a unit of it is neither done nor abandoned.",
    Check::Feature(check),
)
.beyond_python();

fn check(context: &Context, sink: &mut Sink) {
    let plan = context.plan_path();
    for gate in context.feature.gates.iter().filter(|gate| gate.status() == Some(GateStatus::Passed)) {
        let Some(file) = &gate.file else { continue };
        let open: Vec<&Unit> = context
            .feature
            .units_of(gate)
            .map(|(_, unit)| unit)
            .filter(|unit| unit.file.is_some() && !unit.status().is_some_and(UnitStatus::is_final))
            .collect();
        if open.is_empty() {
            continue;
        }
        let names: Vec<&str> = open.iter().map(|unit| unit.short_id()).collect();
        let at = file.status.span().unwrap_or(file.doc.head_span());
        let mut report = sink
            .report_in(
                &file.path,
                at,
                format!("gate {} is passed, and not finished in it: {}", gate.number, names.join(", ")),
            )
            .help("finish or abandon the units, or open the gate again");
        for unit in open {
            let status =
                unit.file.as_ref().and_then(|file| file.status.span().map(|span| (&file.path, span)));
            let (path, span) = status.unwrap_or((&plan, unit.entry.span));
            report = report.label_in(path, span, format!("{} stands here", unit.short_id()));
        }
    }
}
