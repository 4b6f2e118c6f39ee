//! `plan/base-empty`: `base` is written and empty.

use crate::diagnostic::Severity;
use crate::lint::{Check, Rule, Sink};
use crate::model::plan::Plan;

/// See the page.
pub static RULE: Rule =
    Rule::new("plan/base-empty", Severity::Error, "`base` is written and empty.", Check::Plan(check));

fn check(plan: &Plan, sink: &mut Sink) {
    let Some(entry) = plan.doc.entry("base") else { return };
    let named = entry.value.as_text().is_some_and(|text| !text.trim().is_empty());
    if !named {
        sink.report(entry.key.span, "`base` names no branch")
            .help("name the integration branch, or delete the line to use the default branch");
    }
}
