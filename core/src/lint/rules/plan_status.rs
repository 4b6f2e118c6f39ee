//! `plan/status`: `status` of PLAN.md is no status of a plan.

use crate::diagnostic::Severity;
use crate::fix::TextEdit;
use crate::lint::{Check, Rule, Sink};
use crate::model::field::Field;
use crate::model::plan::Plan;
use crate::model::status::PlanStatus;
use crate::model::status::Vocabulary;
use crate::near::did_you_mean;
use crate::yaml::Node;

/// See the page.
pub static RULE: Rule = Rule::new(
    "plan/status",
    Severity::Error,
    "`status` of PLAN.md is no status of a plan.",
    Check::Plan(check),
);

fn check(plan: &Plan, sink: &mut Sink) {
    let words = || PlanStatus::WORDS.iter().map(|(_, word)| *word);
    match &plan.status {
        Field::Invalid(text) if !text.value.trim().is_empty() => {
            let message =
                format!("`{}` is no status of a plan{}", text.value, did_you_mean(&text.value, words()));
            let known: Vec<String> = words().map(|word| format!("`{word}`")).collect();
            sink.report(text.span, message).help(format!("write one of {}", known.join(", ")));
        }
        Field::Valid(status) if plan.doc.get("status").and_then(Node::as_text) == Some("complete") => {
            sink.report(status.span, "`complete` is an old word for `done`")
                .severity(Severity::Warning)
                .fix_safe("write `done`", TextEdit::replace(status.span, "done"));
        }
        _ => {}
    }
}
