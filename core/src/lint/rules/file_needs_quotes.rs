//! `file/needs-quotes`: a bare value is one that YAML proper would refuse.

use crate::diagnostic::Severity;
use crate::fix::TextEdit;
use crate::lint::{Check, Rule, Sink, Source};
use crate::yaml::ProblemKind;

/// See the page.
pub static RULE: Rule = Rule::new(
    "file/needs-quotes",
    Severity::Warning,
    "A bare value is one that YAML proper would refuse.",
    Check::Source(check),
);

fn check(source: &Source, sink: &mut Sink) {
    for document in source.yaml() {
        for problem in &document.problems {
            if let ProblemKind::NeedsQuotes { quoted } = &problem.kind {
                sink.report(problem.span, problem.message.as_str())
                    .fix_safe("quote the value", TextEdit::replace(problem.span, quoted.as_str()));
            }
        }
    }
}
