//! An event of a log as a line for a person.

use super::printable;
use specfuse_core::event_types::words;
use specfuse_core::model::event::Event;
use specfuse_core::model::id::short;

/// The line: time, what it is about, type, and what the payload says, in short.
pub fn line(event: &Event) -> String {
    let time = event.timestamp.get(..19).unwrap_or(&event.timestamp).replacen('T', " ", 1);
    let about = match event.correlation_id.contains("/T") || event.correlation_id.contains("/G") {
        true => short(&event.correlation_id),
        false => &event.correlation_id,
    };
    printable(format!("{time}  {about:<14}  {:<20}  {}", event.event_type, words(event)).trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn shown(about: &str, kind: &str, payload: Value) -> String {
        line(&Event {
            timestamp: "2026-03-04T05:06:07.000008Z".into(),
            correlation_id: about.into(),
            event_type: kind.into(),
            source: "driver".into(),
            source_version: "0".into(),
            payload,
        })
    }

    #[test]
    fn a_line_says_what_matters() {
        let failed =
            json!({"attempt": 2, "outcome": "failed", "cost_usd": 0.5, "failure_signature": "x\u{1b}[2J"});
        assert_eq!(
            shown("FEAT-2026-0001/T01", "attempt_outcome", failed),
            "2026-03-04 05:06:07  T01             attempt_outcome       attempt 2 failed ($0.50): x\u{fffd}[2J"
        );
        let decided = |payload| shown("FEAT-2026-0001", "auto_close_decision", payload);
        assert!(decided(json!({"gate": 1, "auto": true, "reasons": []})).ends_with("gate 1 closes itself"));
        let not = decided(json!({"gate": 1, "auto": false, "reasons": ["replan_event: T01", "x"]}));
        assert!(not.ends_with("gate 1 is closed by a session: replan_event: T01; x"), "{not}");
        let armed =
            shown("FEAT-2026-0001", "gate_auto_armed", json!({"gate": 1, "units": ["a"], "tag": "t"}));
        assert!(armed.ends_with("gate=1 tag=t units=1"), "{armed}");
        let orchestrated = shown("INIT-2026-0001/F02", "gate_reached", json!({"gate": 1}));
        assert!(orchestrated.contains("  INIT-2026-0001/F02  "), "{orchestrated}");
    }
}
