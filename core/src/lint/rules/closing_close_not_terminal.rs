//! `closing/close-not-terminal`: a `close` stands in a gate that is not the last.

use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Rule, Sink, closing};

/// See the page.
pub static RULE: Rule = Rule::new(
    "closing/close-not-terminal",
    Severity::Error,
    "A `close` stands in a gate that is not the last.",
    Check::Feature(check),
);

fn check(context: &Context, sink: &mut Sink) {
    for gate in closing::gates(context)
        .into_iter()
        .filter(|gate| gate.shape == closing::Shape::Close && !gate.terminal)
    {
        let drafted = context.feature.gates[gate.index + 1..].iter().any(|later| !later.is_undrafted());
        sink.report(gate.at, format!("gate {} has a `close`, and is not the last gate", gate.number))
            .severity(if drafted { Severity::Error } else { Severity::Warning })
            .help("close it by `close-intermediate` and `plan-next`; `close` gives the feature's verdict");
    }
}
