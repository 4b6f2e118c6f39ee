//! `closing/mixed-forward`: earlier gates are closed the old way, the last one the new way.

use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Rule, Sink, closing};

/// See the page.
pub static RULE: Rule = Rule::new(
    "closing/mixed-forward",
    Severity::Warning,
    "Earlier gates are closed the old way, the last one the new way.",
    Check::Feature(check),
);

fn check(context: &Context, sink: &mut Sink) {
    let gates = closing::gates(context);
    let Some((last, earlier)) = gates.split_last() else { return };
    let old = earlier.iter().find(|gate| gate.shape == closing::Shape::Legacy);
    if let (Some(old), true) = (old, last.shape.is_new()) {
        sink.report(
            last.at,
            format!("gate {} is closed the new way, and an earlier gate the old way", last.number),
        )
        .label(old.at, format!("gate {} is closed the old way", old.number))
        .help("that is fine while moving over; start the next feature the new way");
    }
}
