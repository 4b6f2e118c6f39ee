//! `roadmap/duplicate-row`

use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Rule, Sink};

/// See the page.
pub static RULE: Rule = Rule::new(
    "roadmap/duplicate-row",
    Severity::Error,
    "A feature has two rows in the roadmap.",
    Check::Feature(check),
);

fn check(context: &Context, sink: &mut Sink) {
    let (Some(roadmap), Some(id)) = (&context.feature.roadmap, context.feature.id()) else { return };
    let Some(table) = &roadmap.table else { return };
    let mut cells = table.rows_of(id.as_str()).filter_map(|row| table.cell(row, "Feature ID"));
    let Some(first) = cells.next() else { return };
    for again in cells {
        sink.report_in(&roadmap.path, again.span, format!("{id} has another row"))
            .label(first.span, "the first one")
            .help("keep one; only the first is read");
    }
}
