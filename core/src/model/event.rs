//! `events.jsonl`: what happened, one JSON object a line, appended and never rewritten.

use crate::span::Span;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;

/// One line of the log.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Event {
    /// When, as RFC 3339 in UTC.
    pub timestamp: String,
    /// The unit or feature it is about.
    pub correlation_id: String,
    /// What happened.
    pub event_type: String,
    /// Who wrote it.
    #[serde(default)]
    pub source: String,
    /// Which version of the writer.
    #[serde(default)]
    pub source_version: String,
    /// The rest, by type.
    #[serde(default)]
    pub payload: Value,
}

impl Event {
    /// A text of the payload.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.payload.get(key)?.as_str()
    }

    /// A number of the payload.
    pub fn number(&self, key: &str) -> Option<f64> {
        self.payload.get(key)?.as_f64()
    }
}

/// A feature's log as read.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct EventLog {
    /// The readable lines in order.
    pub events: Vec<Event>,
    /// Lines that are no event: where, and why.
    pub unreadable: Vec<(Span, String)>,
}

impl EventLog {
    /// Reads a log. Blank lines are passed over; an unreadable line is kept in `unreadable`.
    pub fn read(text: &Arc<str>) -> EventLog {
        let mut log = EventLog::default();
        let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        for line in crate::markdown::lines(text, Span::new(start, text.len())) {
            let words = line.slice(text);
            if words.trim().is_empty() {
                continue;
            }
            match event(words) {
                Ok(event) => log.events.push(event),
                Err(why) => log.unreadable.push((line, why)),
            }
        }
        log
    }
}

/// Reads one line. By hand: reading what serde derives doubles what JSON adds to the studio.
fn event(line: &str) -> Result<Event, String> {
    let mut value: Value = serde_json::from_str(line).map_err(|e| e.to_string())?;
    if !value.is_object() {
        return Err("it is no JSON object".to_owned());
    }
    let text = |key: &str| match value.get(key) {
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(format!("`{key}` is no text")),
        None => Ok(None),
    };
    let needed = |key: &str| text(key)?.ok_or_else(|| format!("it has no `{key}`"));
    Ok(Event {
        timestamp: needed("timestamp")?,
        correlation_id: needed("correlation_id")?,
        event_type: needed("event_type")?,
        source: text("source")?.unwrap_or_default(),
        source_version: text("source_version")?.unwrap_or_default(),
        payload: value.get_mut("payload").map(Value::take).unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_no_event_says_why() {
        let why = |line: &str| {
            let log = EventLog::read(&line.into());
            log.unreadable.into_iter().map(|(_, why)| why).collect::<String>()
        };
        let whole = r#"{"timestamp":"t","correlation_id":"c","event_type":"e","payload":{"n":0.1}}"#;
        assert_eq!(why(whole), "");
        assert_eq!(why(&whole.replace("timestamp", "time")), "it has no `timestamp`");
        assert_eq!(why(&whole.replace(r#""c""#, "7")), "`correlation_id` is no text");
        assert_eq!(why("[1]"), "it is no JSON object");
        assert_eq!(why("noon"), "expected ident at line 1 column 2");
        let log = EventLog::read(&whole.into());
        assert_eq!(log.events[0].number("n"), Some(0.1));
    }
}
