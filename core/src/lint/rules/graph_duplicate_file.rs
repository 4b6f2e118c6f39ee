//! `graph/duplicate-file`: two entries of the graph have the same file.

use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Rule, Sink};
use crate::model::field::Field;
use crate::ordered;
use crate::path::RelPath;
use crate::span::Span;
use std::collections::BTreeMap;

/// See the page.
pub static RULE: Rule = Rule::new(
    "graph/duplicate-file",
    Severity::Error,
    "Two entries of the graph have the same file.",
    Check::Feature(check),
)
.beyond_python();

fn check(context: &Context, sink: &mut Sink) {
    let plan = context.plan_path();
    let mut seen: BTreeMap<&RelPath, Span> = ordered::map([(&plan, Span::at(0))]);
    let gates = context.feature.gates.iter().map(|gate| (&gate.path, &gate.entry.file));
    let units = context.feature.units.iter().map(|unit| (&unit.path, &unit.entry.file));
    for (path, file) in gates.chain(units) {
        let (Ok(path), Field::Valid(file)) = (path, file) else { continue };
        match seen.get(path) {
            Some(first) => {
                sink.report(file.span, format!("`{}` is in use already", file.value))
                    .label(*first, "first here")
                    .help("give each unit and gate a file of its own");
            }
            None => {
                seen.insert(path, file.span);
            }
        }
    }
}
