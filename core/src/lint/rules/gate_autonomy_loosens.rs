//! `gate/autonomy-loosens`: a gate's `autonomy` is looser than the plan's, or no known degree.

use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Rule, Sink};
use crate::model::field::Field;
use crate::model::status::Autonomy;
use crate::model::status::Vocabulary;
use crate::near::did_you_mean;

/// See the page.
pub static RULE: Rule = Rule::new(
    "gate/autonomy-loosens",
    Severity::Error,
    "A gate's `autonomy` is looser than the plan's, or no known degree.",
    Check::Feature(check),
);

fn check(context: &Context, sink: &mut Sink) {
    let Some(plan) = &context.feature.plan else { return };
    let limit = plan.autonomy.or_default(Autonomy::Review);
    for gate in context.feature.gates.iter().filter_map(|gate| gate.file.as_ref()) {
        match (&gate.autonomy, limit) {
            (Field::Invalid(text), _) => {
                let words = Autonomy::WORDS.iter().map(|(_, word)| *word);
                let message =
                    format!("`{}` is no degree of autonomy{}", text.value, did_you_mean(&text.value, words));
                sink.report_in(&gate.path, text.span, message)
                    .help("write one of `auto`, `review`, `supervised`");
            }
            (Field::Valid(own), Some(limit)) if own.value < limit => {
                let report = sink
                    .report_in(
                        &gate.path,
                        own.span,
                        format!("`{}` is looser than the plan's `{limit}`", own.value),
                    )
                    .help("a gate may only tighten; loosen `autonomy_default` in PLAN.md if that is meant");
                if let Some(span) = plan.autonomy.span() {
                    report.label_in(&plan.path, span, "the plan's default");
                }
            }
            _ => {}
        }
    }
}
