//! `graph/duplicate-unit`: two units have the same id.

use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Rule, Sink};
use crate::model::field::Field;
use crate::span::Span;
use std::collections::BTreeMap;

/// See the page.
pub static RULE: Rule =
    Rule::new("graph/duplicate-unit", Severity::Error, "Two units have the same id.", Check::Feature(check))
        .beyond_python();

fn check(context: &Context, sink: &mut Sink) {
    let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
    for unit in &context.feature.units {
        let Field::Valid(id) = &unit.entry.id else { continue };
        match seen.get(id.value.as_str()) {
            Some(first) => {
                sink.report(id.span, format!("the graph has `{}` already", id.value))
                    .label(*first, "first here")
                    .help("give the unit an id of its own");
            }
            None => {
                seen.insert(&id.value, id.span);
            }
        }
    }
}
