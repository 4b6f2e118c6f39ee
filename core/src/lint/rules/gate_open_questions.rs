//! `gate/open-questions`: the review of an unfinished gate's draft does not say `open_questions`.

use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Rule, Sink};
use crate::model::status::GateStatus;
use crate::model::status::PlanStatus;

/// See the page.
pub static RULE: Rule = Rule::new(
    "gate/open-questions",
    Severity::Warning,
    "The review of an unfinished gate's draft does not say `open_questions`.",
    Check::Feature(check),
);

fn check(context: &Context, sink: &mut Sink) {
    if context.feature.status().is_some_and(|s| matches!(s, PlanStatus::Done | PlanStatus::Abandoned)) {
        return;
    }
    for (path, doc) in &context.feature.documents {
        let number = crate::model::gate::number_of(path.file_name(), "-REVIEW.md");
        let gate =
            number.and_then(|number| context.feature.find_gate(number)).map(|i| &context.feature.gates[i]);
        let passed = gate.is_some_and(|gate| gate.status() == Some(GateStatus::Passed));
        if number.is_some() && !passed && doc.get("open_questions").is_none() {
            sink.report_in(path, doc.head_span(), "the review does not say which questions are open")
                .help("write `open_questions:` with a list; `[]` says that there are none");
        }
    }
}
