//! `roadmap/missing-row`

use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Rule, Sink};
use crate::model::status::PlanStatus;

/// See the page.
pub static RULE: Rule = Rule::new(
    "roadmap/missing-row",
    Severity::Error,
    "An unfinished feature has no row in the roadmap.",
    Check::Feature(check),
);

fn check(context: &Context, sink: &mut Sink) {
    let feature = context.feature;
    let (Some(roadmap), Some(plan), Some(id)) = (&feature.roadmap, &feature.plan, feature.id()) else {
        return;
    };
    if matches!(feature.status(), Some(PlanStatus::Done | PlanStatus::Abandoned)) {
        return;
    }
    let listed = roadmap.table.as_ref().is_some_and(|table| table.rows_of(id.as_str()).next().is_some());
    if !listed {
        let span = plan.feature_id.span().unwrap_or_else(|| plan.doc.head_span());
        let at = roadmap.table.as_ref().map_or_else(|| roadmap.doc.head_span(), |table| table.span);
        sink.report(span, format!("the roadmap has no row of {id}"))
            .label_in(&roadmap.path, at, "rows belong here")
            .help("add a row with id, title and status; the last close sets it to `done`");
    }
}
