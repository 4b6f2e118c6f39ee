//! `closing/intermediate-terminal`: the last gate is closed as if another followed.

use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Rule, Sink, closing};

/// See the page.
pub static RULE: Rule = Rule::new(
    "closing/intermediate-terminal",
    Severity::Error,
    "The last gate is closed as if another followed.",
    Check::Feature(check),
);

fn check(context: &Context, sink: &mut Sink) {
    for gate in closing::gates(context)
        .into_iter()
        .filter(|gate| gate.shape == closing::Shape::Intermediate && gate.terminal)
    {
        sink.report(
            gate.at,
            format!(
                "gate {} is the last, and is closed by `close-intermediate` and `plan-next`",
                gate.number
            ),
        )
        .help("close the last gate by `close`, or add the next gate to the graph, with `work_units: []`");
    }
}
