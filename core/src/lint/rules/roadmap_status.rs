//! `roadmap/status`

use crate::diagnostic::Severity;
use crate::fix::TextEdit;
use crate::lint::{Check, Context, Rule, Sink};
use crate::model::status::{PlanStatus, Vocabulary};
use crate::near::nearest;

/// See the page.
pub static RULE: Rule = Rule::new(
    "roadmap/status",
    Severity::Error,
    "The status in a feature's row is not one of the known words.",
    Check::Feature(check),
);

fn check(context: &Context, sink: &mut Sink) {
    let (Some(roadmap), Some(id)) = (&context.feature.roadmap, context.feature.id()) else { return };
    let Some(table) = &roadmap.table else { return };
    let known = || PlanStatus::WORDS.iter().map(|(_, word)| *word);
    let list = known().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    for row in table.rows_of(id.as_str()) {
        let Some(status) = table.cell(row, "Status") else {
            sink.report_in(&roadmap.path, row.span, format!("the row of {id} has no cell for its status"))
                .severity(Severity::Warning)
                .help("the table needs a column `Status`, and the row a cell in it");
            continue;
        };
        if PlanStatus::parse(&status.value).is_some() {
            continue;
        }
        let (message, near) = match status.value.as_str() {
            "" => (format!("the row of {id} has no status"), None),
            "complete" => ("`complete` is written `done`".to_owned(), Some("done")),
            word => (format!("`{word}` is no status of a feature"), nearest(word, known()).map(|n| n.0)),
        };
        let weight = if status.value == "complete" { Severity::Warning } else { Severity::Error };
        let report = sink
            .report_in(&roadmap.path, status.span, message)
            .severity(weight)
            .help(format!("known are {list}"));
        match near {
            Some("done") if weight == Severity::Warning => {
                report.fix_safe("write `done`", TextEdit::replace(status.span, "done"));
            }
            Some(word) => {
                report.fix_unsafe(format!("write `{word}`"), TextEdit::replace(status.span, word));
            }
            None => {}
        }
    }
}
