//! `file/event-line`

use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Rule, Sink};

/// See the page.
pub static RULE: Rule = Rule::new(
    "file/event-line",
    Severity::Warning,
    "A line of events.jsonl is no event.",
    Check::Feature(check),
)
.beyond_python();

fn check(context: &Context, sink: &mut Sink) {
    let Ok(path) = context.feature.folder.join("events.jsonl") else { return };
    for (span, why) in &context.feature.events.unreadable {
        sink.report_in(&path, *span, format!("this line is no event and is skipped: {why}"))
            .help("each line is one JSON object with `timestamp`, `correlation_id` and `event_type`");
    }
}
