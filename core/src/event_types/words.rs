//! What an event says, in short, for a person who reads the log line by line.

use crate::model::event::Event;
use serde_json::Value;

/// Values longer than this many characters are cut.
const LONGEST: usize = 80;

/// What the payload says; empty when there is nothing to say beside the event's type.
pub fn words(event: &Event) -> String {
    match event.event_type.as_str() {
        "attempt_outcome" => attempt(event),
        "human_escalation" => {
            joined([event.text("reason"), event.text("blocked_reason"), event.text("message")])
        }
        "auto_close_decision" => decision(event),
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

fn decision(event: &Event) -> String {
    let gate = event.number("gate").map_or("it".to_owned(), |n| format!("gate {n}"));
    if event.payload.get("auto").and_then(Value::as_bool) == Some(true) {
        return format!("{gate} closes itself");
    }
    let reasons = event.payload.get("reasons").and_then(Value::as_array).into_iter().flatten();
    let reasons: Vec<&str> = reasons.filter_map(Value::as_str).collect();
    format!("{gate} is closed by a session: {}", reasons.join("; "))
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
        Value::Bool(flag) => Some(format!("{key}={flag}")),
        // By hand: a number's own way of printing is large, and the studio pays for it.
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => Some(format!("{key}={whole}")),
            (None, amount) => Some(format!("{key}={}", amount.unwrap_or_default())),
        },
    });
    shown.collect::<Vec<_>>().join(" ")
}

fn cut(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST - 1).chain(['…']).collect()
}
