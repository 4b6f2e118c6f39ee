//! `file/missing`

use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Rule, Sink};
use crate::span::Span;

/// See the page.
pub static RULE: Rule = Rule::new(
    "file/missing",
    Severity::Error,
    "PLAN.md, or a file that the task graph names, is not there.",
    Check::Feature(check),
);

fn check(context: &Context, sink: &mut Sink) {
    let Some(plan) = &context.feature.plan else {
        if context.tree.get(&context.plan_path()).is_none() {
            sink.report(Span::at(0), "PLAN.md is not there").help("every feature folder has a PLAN.md");
        }
        return;
    };
    for gate in &context.feature.gates {
        let Ok(path) = gate.path.as_ref() else { continue };
        if context.tree.get(path).is_none() {
            let at = gate.entry.file.span().unwrap_or(gate.entry.span);
            sink.report_in(
                &plan.path,
                at,
                format!("the file of gate {}, {}, is not there", gate.number, path.file_name()),
            )
            .severity(Severity::Warning)
            .help("the gate counts as open; a file is made when its status is first written");
        }
    }
    for unit in &context.feature.units {
        let (Ok(path), Some(at)) = (unit.path.as_ref(), unit.entry.file.span()) else { continue };
        if context.tree.get(path).is_none() {
            sink.report_in(
                &plan.path,
                at,
                format!("the file of {}, {}, is not there", unit.short_id(), path.file_name()),
            )
            .help("write the file, or take the unit out of the graph");
        }
    }
}
