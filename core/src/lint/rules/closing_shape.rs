//! `closing/shape`: a gate's closing units are none of the known sequences.

use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Rule, Sink, closing};
use crate::model::status::Vocabulary;

/// See the page.
pub static RULE: Rule = Rule::new(
    "closing/shape",
    Severity::Error,
    "A gate's closing units are none of the known sequences.",
    Check::Feature(check),
);

fn check(context: &Context, sink: &mut Sink) {
    for gate in closing::gates(context) {
        if gate.shape == closing::Shape::Unknown {
            let kinds: Vec<&str> = gate.kinds.iter().map(|kind| kind.word()).collect();
            let found = if kinds.is_empty() { "nothing".to_owned() } else { kinds.join(", ") };
            sink.report(gate.at, format!("gate {} is closed by {found}", gate.number)).help(
                "close the last gate by `close`, every other by `close-intermediate` and then `plan-next`",
            );
        }
    }
}
