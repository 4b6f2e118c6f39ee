//! `closing/mixed-backward`: earlier gates are closed the new way, the last one the old way.

use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Rule, Sink, closing};

/// See the page.
pub static RULE: Rule = Rule::new(
    "closing/mixed-backward",
    Severity::Error,
    "Earlier gates are closed the new way, the last one the old way.",
    Check::Feature(check),
);

fn check(context: &Context, sink: &mut Sink) {
    let gates = closing::gates(context);
    let Some((last, earlier)) = gates.split_last() else { return };
    let new = earlier.iter().find(|gate| gate.shape.is_new());
    if let (Some(new), closing::Shape::Legacy) = (new, last.shape) {
        sink.report(last.at, format!("gate {} goes back to the old way of closing", last.number))
            .label(new.at, format!("gate {} is closed the new way", new.number))
            .help("close the last gate by one `close`");
    }
}
