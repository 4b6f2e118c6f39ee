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
            match serde_json::from_str(words) {
                Ok(event) => log.events.push(event),
                Err(e) => log.unreadable.push((line, e.to_string())),
            }
        }
        log
    }
}
