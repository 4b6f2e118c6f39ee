//! `scope/produces-bare`

use crate::diagnostic::Severity;
use crate::lint::glob;
use crate::lint::{Check, Context, Rule, Sink};

/// See the page.
pub static RULE: Rule = Rule::new(
    "scope/produces-bare",
    Severity::Warning,
    "A unit declares a bare file name that is not at the repository's root.",
    Check::Feature(check),
);

fn check(context: &Context, sink: &mut Sink) {
    let Some(top) = &context.facts.top_level else { return };
    for file in context.feature.units.iter().filter_map(|unit| unit.file.as_ref()) {
        if file.status().is_some_and(|status| status.is_final()) {
            continue;
        }
        for path in &file.produces {
            let name = path.value.trim();
            let bare = !name.is_empty() && !matches!(name, "." | "..") && !name.contains(['/', '\\']);
            let there = || top.contains(name) || top.iter().any(|entry| glob::matches(name, entry));
            if bare && !there() {
                sink.report_in(
                    &file.path,
                    path.span,
                    format!("there is no `{name}` at the repository's root"),
                )
                .help("paths start at the root: write `src/…`; a new file at the root is right as it is");
            }
        }
    }
}
