//! `closing/legacy`: a gate is closed by the old sequence of four units.

use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Rule, Sink, closing};

/// See the page.
pub static RULE: Rule = Rule::new(
    "closing/legacy",
    Severity::Warning,
    "A gate is closed by the old sequence of four units.",
    Check::Feature(check),
);

fn check(context: &Context, sink: &mut Sink) {
    for gate in closing::gates(context).into_iter().filter(|gate| gate.shape == closing::Shape::Legacy) {
        let now = if gate.terminal { "`close`" } else { "`close-intermediate` and `plan-next`" };
        sink.report(gate.at, format!("gate {} is closed by four sessions, the old way", gate.number))
            .help(format!("{now} do the same with fewer sessions"));
    }
}
