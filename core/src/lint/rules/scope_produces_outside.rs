//! `scope/produces-outside`

use crate::diagnostic::Severity;
use crate::lint::{Check, Rule, Sink};
use crate::model::work_unit::WorkUnit;
use crate::path::{PathError, RelPath};

/// See the page.
pub static RULE: Rule = Rule::new(
    "scope/produces-outside",
    Severity::Error,
    "A unit declares a product outside the repository.",
    Check::Unit(check),
)
.beyond_python();

fn check(unit: &WorkUnit, sink: &mut Sink) {
    if unit.status().is_some_and(|status| status.is_final()) {
        return;
    }
    for path in unit.produces.iter().filter(|path| !path.value.trim().is_empty()) {
        let why = match RelPath::new(path.value.trim()) {
            Err(error @ (PathError::Absolute | PathError::Climbs | PathError::Character)) => error,
            Ok(_) | Err(PathError::Empty) => continue,
        };
        sink.report(
            path.span,
            format!("`{}` names nothing in the repository: {why}", path.value.escape_debug()),
        )
        .help("write it from the repository's root: `src/date.rs`");
    }
}
