//! An event of a log as a line for a person.

use super::printable;
use serde_json::Value;
use specfuse_core::model::event::Event;
use specfuse_core::model::id::short;

/// Values longer than this many characters are cut.
const LONGEST: usize = 80;

/// The line: time, what it is about, type, and what the payload says, in short.
pub fn line(event: &Event) -> String {
    let time = event.timestamp.get(..19).unwrap_or(&event.timestamp).replacen('T', " ", 1);
    let about = match event.correlation_id.contains("/T") || event.correlation_id.contains("/G") {
        true => short(&event.correlation_id),
        false => &event.correlation_id,
    };
    printable(format!("{time}  {about:<14}  {:<20}  {}", event.event_type, words(event)).trim_end())
}

/// What the payload says.
fn words(event: &Event) -> String {
    match event.event_type.as_str() {
        "attempt_outcome" => attempt(event),
        "human_escalation" => {
            joined([event.text("reason"), event.text("blocked_reason"), event.text("message")])
        }
        "task_completed" => match event.number("attempts") {
            Some(attempts) => format!("after {attempts} attempt(s)"),
            None => String::new(),
        },
        _ => pairs(&event.payload),
    }
}

fn attempt(event: &Event) -> String {
    let number = event.number("attempt").map_or(String::new(), |n| format!("attempt {n} "));
    let cost = event.number("cost_usd").map_or(String::new(), |cost| format!(" (${cost:.2})"));
    let outcome = event.text("outcome").unwrap_or("ended");
    let failure = event.text("failure_signature").map_or(String::new(), |why| format!(": {}", cut(why)));
    format!("{number}{outcome}{cost}{failure}")
}

fn joined<'a>(texts: impl IntoIterator<Item = Option<&'a str>>) -> String {
    texts.into_iter().flatten().map(cut).collect::<Vec<_>>().join(": ")
}

/// The plain values of a payload by name; lists by their length.
fn pairs(payload: &Value) -> String {
    let fields = payload.as_object().into_iter().flatten();
    let shown = fields.filter_map(|(key, value)| match value {
        Value::Null | Value::Object(_) => None,
        Value::Array(list) => Some(format!("{key}={}", list.len())),
        Value::String(text) => Some(format!("{key}={}", cut(text))),
        other => Some(format!("{key}={other}")),
    });
    shown.collect::<Vec<_>>().join(" ")
}

fn cut(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

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
        let decision = json!({"gate": 1, "auto": true, "reasons": [], "metrics": {}});
        assert!(
            shown("FEAT-2026-0001", "auto_close_decision", decision).ends_with("auto=true gate=1 reasons=0")
        );
        let orchestrated = shown("INIT-2026-0001/F02", "gate_reached", json!({"gate": 1}));
        assert!(orchestrated.contains("  INIT-2026-0001/F02  "), "{orchestrated}");
    }
}
