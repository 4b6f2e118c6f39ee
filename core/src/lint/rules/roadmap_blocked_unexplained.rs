//! `roadmap/blocked-unexplained`

use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Rule, Sink};
use crate::model::roadmap::{DetailSection, Roadmap};
use crate::span::Span;

/// See the page.
pub static RULE: Rule = Rule::new(
    "roadmap/blocked-unexplained",
    Severity::Error,
    "A blocked feature does not say what blocks it, with a link.",
    Check::Feature(check),
);

fn check(context: &Context, sink: &mut Sink) {
    let feature = context.feature;
    let (Some(roadmap), Some(id)) = (&feature.roadmap, feature.id()) else { return };
    let Some(table) = &roadmap.table else { return };
    let Some(cell) = table.rows_of(id.as_str()).next().and_then(|row| table.cell(row, "Status")) else {
        return;
    };
    if cell.value != "blocked" {
        return;
    }
    let files = feature.roadmap.iter().chain(&feature.archive);
    let found = files.filter_map(|file| Some((file, file.section(id.as_str())?))).next();
    let Some((file, section)) = found else {
        sink.report_in(&roadmap.path, cell.span, format!("{id} is blocked and has no section that says why"))
            .help("add a section with a `**Blocked by.**` paragraph and links to what it waits for");
        return;
    };
    let Some(reason) = section.blocked_by else {
        sink.report_in(&file.path, section.heading, format!("{id} is blocked, and nothing says by what"))
            .label_in(&roadmap.path, cell.span, "the row")
            .help("add `**Blocked by.**` with links to what it waits for");
        return;
    };
    if !has_link(file, section, reason) {
        sink.report_in(&file.path, reason, format!("what blocks {id} is named without a link"))
            .help("link the issue, the decision or the feature it waits for");
    }
}

/// Whether a link follows the lead-in, before the section's next one.
fn has_link(file: &Roadmap, section: &DetailSection, reason: Span) -> bool {
    let next =
        file.doc.body.lead_ins.iter().find(|l| l.span.start > reason.start && section.body.contains(l.span));
    let end = next.map_or(section.body.end, |l| l.span.start);
    let text = Span { start: reason.start, end }.slice(&file.doc.text);
    text.contains("](") || text.contains("https://") || text.contains("http://")
}
