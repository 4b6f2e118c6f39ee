//! `gate/status`: `status` of a gate is no status of a gate.

use crate::diagnostic::Severity;
use crate::lint::{Check, Rule, Sink};
use crate::model::field::Field;
use crate::model::gate::GateFile;
use crate::model::status::GateStatus;
use crate::model::status::Vocabulary;
use crate::near::did_you_mean;

/// See the page.
pub static RULE: Rule = Rule::new(
    "gate/status",
    Severity::Error,
    "`status` of a gate is no status of a gate.",
    Check::Gate(check),
);

fn check(gate: &GateFile, sink: &mut Sink) {
    if let Field::Invalid(text) = &gate.status {
        let words = GateStatus::WORDS.iter().map(|(_, word)| *word);
        let message = format!("`{}` is no status of a gate{}", text.value, did_you_mean(&text.value, words));
        sink.report(text.span, message).help("write one of `open`, `awaiting_review`, `passed`");
    }
}
