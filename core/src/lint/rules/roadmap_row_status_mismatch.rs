//! `roadmap/row-status-mismatch`

use crate::diagnostic::Severity;
use crate::fix::TextEdit;
use crate::lint::{Check, Context, Rule, Sink};
use crate::model::roadmap::Roadmap;
use crate::model::status::{PlanStatus, Vocabulary};
use crate::span::Spanned;

/// See the page.
pub static RULE: Rule = Rule::new(
    "roadmap/row-status-mismatch",
    Severity::Warning,
    "The roadmap's row, its section and PLAN.md disagree on where the feature stands.",
    Check::Feature(check),
)
.beyond_python();

fn check(context: &Context, sink: &mut Sink) {
    let feature = context.feature;
    let (Some(roadmap), Some(id)) = (&feature.roadmap, feature.id()) else { return };
    let Some(table) = &roadmap.table else { return };
    let Some(cell) = table.rows_of(id.as_str()).next().and_then(|row| table.cell(row, "Status")) else {
        return;
    };
    let Some(status) = read(&cell.value) else { return };
    for file in feature.roadmap.iter().chain(&feature.archive) {
        section(file, id.as_str(), status, cell, roadmap, sink);
    }
    let Some(plan) = &feature.plan else { return };
    if let (Some(planned), Some(span)) = (plan.status.get(), plan.status.span())
        && *planned != status
    {
        let message = format!("PLAN.md says `{planned}`, the roadmap's row says `{status}`");
        sink.report(span, message)
            .label_in(&roadmap.path, cell.span, "the row")
            .help("the roadmap owns the status of a feature")
            .fix_unsafe(format!("write `{status}`"), TextEdit::replace(span, status.word()));
    }
}

fn section(
    file: &Roadmap,
    id: &str,
    status: PlanStatus,
    cell: &Spanned<String>,
    home: &Roadmap,
    sink: &mut Sink,
) {
    let Some(written) = file.section(id).and_then(|section| section.status.as_ref()) else { return };
    if read(&written.value).is_none_or(|said| said != status) {
        let message = format!("the section says `{}`, the row says `{status}`", written.value);
        sink.report_in(&file.path, written.span, message)
            .label_in(&home.path, cell.span, "the row")
            .help("the row owns the status of a feature")
            .fix_safe(format!("write `{status}`"), TextEdit::replace(written.span, status.word()));
    }
}

fn read(word: &str) -> Option<PlanStatus> {
    if word == "complete" { Some(PlanStatus::Done) } else { PlanStatus::parse(word) }
}
