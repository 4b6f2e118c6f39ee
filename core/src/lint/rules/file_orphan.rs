//! `file/orphan`: a work unit's or gate's file is not named by the task graph.

use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Rule, Sink};
use crate::span::Span;

/// See the page.
pub static RULE: Rule = Rule::new(
    "file/orphan",
    Severity::Warning,
    "A work unit's or gate's file is not named by the task graph.",
    Check::Feature(check),
)
.beyond_python();

fn check(context: &Context, sink: &mut Sink) {
    if context.feature.plan.as_ref().is_none_or(|plan| plan.graph.is_none()) {
        return;
    }
    for path in context.feature.documents.keys() {
        let name = path.file_name();
        let unit = name.starts_with("WU-") && name.ends_with(".md");
        if unit || crate::model::gate::number_of(name, ".md").is_some() {
            sink.report_in(path, Span::at(0), format!("the task graph does not name {name}"))
                .help("add it to the graph, or move it away");
        }
    }
}
