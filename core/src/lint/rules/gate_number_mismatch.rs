//! `gate/number-mismatch`: a gate's own number is not the graph's.

use crate::diagnostic::Severity;
use crate::fix::TextEdit;
use crate::lint::{Check, Context, Rule, Sink};
use crate::model::field::Field;
use std::collections::BTreeSet;

/// See the page.
pub static RULE: Rule = Rule::new(
    "gate/number-mismatch",
    Severity::Error,
    "A gate's own number is not the graph's.",
    Check::Feature(check),
)
.beyond_python();

fn check(context: &Context, sink: &mut Sink) {
    // A file that stands for two gates cannot have the numbers of both; `graph/duplicate-file` reports it.
    let mut seen = BTreeSet::new();
    for gate in &context.feature.gates {
        let (Some(file), Field::Valid(planned)) = (&gate.file, &gate.entry.number) else { continue };
        if !seen.insert(&file.path) {
            continue;
        }
        let (own, span) = match &file.number {
            Field::Valid(own) if own.value == planned.value => continue,
            Field::Absent => continue,
            Field::Valid(own) => (own.value.to_string(), own.span),
            Field::Invalid(text) => (text.value.clone(), text.span),
        };
        let number = planned.value.to_string();
        sink.report_in(&file.path, span, format!("the file says gate `{own}`, the graph says {number}"))
            .label_in(&context.plan_path(), planned.span, "the graph's number")
            .fix_safe(format!("write `{number}`"), TextEdit::replace(span, number.as_str()));
    }
}
