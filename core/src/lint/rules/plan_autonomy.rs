//! `plan/autonomy`: `autonomy_default` of PLAN.md is no known degree.

use crate::diagnostic::Severity;
use crate::lint::{Check, Rule, Sink};
use crate::model::field::Field;
use crate::model::plan::Plan;
use crate::model::status::Autonomy;
use crate::model::status::Vocabulary;
use crate::near::did_you_mean;

/// See the page.
pub static RULE: Rule = Rule::new(
    "plan/autonomy",
    Severity::Error,
    "`autonomy_default` of PLAN.md is no known degree.",
    Check::Plan(check),
);

fn check(plan: &Plan, sink: &mut Sink) {
    if let Field::Invalid(text) = &plan.autonomy {
        let words = Autonomy::WORDS.iter().map(|(_, word)| *word);
        let message =
            format!("`{}` is no degree of autonomy{}", text.value, did_you_mean(&text.value, words));
        sink.report(text.span, message).help("write one of `auto`, `review`, `supervised`");
    }
}
