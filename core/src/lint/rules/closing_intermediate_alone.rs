//! `closing/intermediate-alone`: a `close-intermediate` is not followed by `plan-next`.

use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Rule, Sink, closing};

/// See the page.
pub static RULE: Rule = Rule::new(
    "closing/intermediate-alone",
    Severity::Error,
    "A `close-intermediate` is not followed by `plan-next`.",
    Check::Feature(check),
);

fn check(context: &Context, sink: &mut Sink) {
    for gate in
        closing::gates(context).into_iter().filter(|gate| gate.shape == closing::Shape::IntermediateAlone)
    {
        sink.report(
            gate.at,
            format!("gate {} has a `close-intermediate` that no `plan-next` follows", gate.number),
        )
        .help("add a `plan-next` unit behind it: it drafts the next gate");
    }
}
