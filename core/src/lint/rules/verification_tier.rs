//! `verification/tier`: `tier` of a check is not `broad`.

use crate::diagnostic::Severity;
use crate::lint::{Check, Rule, Sink};
use crate::model::field::Field;
use crate::model::verification::Verification;
use crate::near::did_you_mean;

/// See the page.
pub static RULE: Rule = Rule::new(
    "verification/tier",
    Severity::Error,
    "`tier` of a check is not `broad`.",
    Check::Verification(check),
)
.beyond_python();

fn check(file: &Verification, sink: &mut Sink) {
    for check in file.sets.iter().flat_map(|set| &set.checks) {
        let (word, span) = match &check.tier {
            Field::Absent => continue,
            Field::Valid(word) if word.value == "broad" => continue,
            Field::Valid(word) | Field::Invalid(word) => (&word.value, word.span),
        };
        sink.report(span, format!("`{word}` is no tier{}", did_you_mean(word, ["broad"])))
            .help("write `broad` for a check that runs once per gate, or leave the key away");
    }
}
