//! `events.jsonl`: what happened, one JSON object a line, appended and never rewritten.

use crate::span::{Span, after_bom};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;

/// One line of the log.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
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
    /// Reads one line. By hand: reading what serde derives doubles what JSON adds to the studio.
    ///
    /// # Errors
    /// Why it is no event.
    pub fn read(line: &str) -> Result<Event, String> {
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

    /// A text of the payload.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.payload.get(key)?.as_str()
    }

    /// A number of the payload.
    pub fn number(&self, key: &str) -> Option<f64> {
        self.payload.get(key)?.as_f64()
    }
}

/// A feature's log as read: its text, and what each line is about. The rest of a line is read when it is
/// asked for, so that a log of a night's work takes little more room than its file.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct EventLog {
    text: Arc<str>,
    lines: Vec<Line>,
    /// Lines that are no event: where, and why.
    pub unreadable: Vec<(Span, String)>,
}

/// A readable line.
#[derive(Clone, PartialEq, Debug)]
struct Line {
    at: Span,
    event_type: String,
    correlation_id: String,
}

impl EventLog {
    /// Reads a log. Blank lines are passed over; an unreadable line is kept in `unreadable`.
    pub fn read(text: &Arc<str>) -> EventLog {
        EventLog::default().grown(text)
    }

    /// The log after its file has become `text`: only what was appended is read when the rest is as it was.
    pub fn grown(&self, text: &Arc<str>) -> EventLog {
        let known = &*self.text;
        let (mut log, start) = match text.starts_with(known) && known.ends_with('\n') {
            true => (self.clone(), known.len()),
            false => (EventLog::default(), after_bom(text)),
        };
        log.text = text.clone();
        for at in crate::markdown::lines(text, Span::new(start, text.len())) {
            let line = at.slice(text);
            if line.trim().is_empty() {
                continue;
            }
            match Event::read(line) {
                Ok(Event { event_type, correlation_id, .. }) => {
                    log.lines.push(Line { at, event_type, correlation_id })
                }
                Err(why) => log.unreadable.push((at, why)),
            }
        }
        log
    }

    /// The events in order.
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = Logged<'_>> + ExactSizeIterator {
        self.lines.iter().map(|line| Logged {
            event_type: &line.event_type,
            correlation_id: &line.correlation_id,
            line: line.at.slice(&self.text),
        })
    }

    /// The log as it was before its event number `place`, without what could not be read.
    pub fn before(&self, place: usize) -> EventLog {
        let lines = self.lines.iter().take(place).cloned().collect();
        EventLog { text: self.text.clone(), lines, unreadable: Vec::new() }
    }

    /// Whether nothing stands in it, readable or not.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.unreadable.is_empty()
    }
}

/// One event of a log, of which only type and subject have been read.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Logged<'a> {
    /// What happened.
    pub event_type: &'a str,
    /// The unit or feature it is about.
    pub correlation_id: &'a str,
    line: &'a str,
}

impl Logged<'_> {
    /// All of it.
    pub fn event(&self) -> Event {
        // A line that is no event is not among the entries.
        Event::read(self.line).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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
        assert_eq!(log.entries().next().unwrap().event().number("n"), Some(0.1));
    }
    /// Texts of lines that are events, none, or blank, with both line ends, and where to cut one.
    fn logs() -> impl Strategy<Value = (String, usize)> {
        let line = prop_oneof![
            Just(r#"{"timestamp":"t","correlation_id":"c","event_type":"e","payload":{"n":1}}"#.to_owned()),
            Just(r#"{"timestamp":"u","correlation_id":"d","event_type":"e","payload":"ü"}"#.to_owned()),
            "[\\PC]{0,6}",
        ];
        let lines = proptest::collection::vec((line, prop_oneof![Just("\n"), Just("\r\n")]), 0..8);
        let text = (prop_oneof![Just(""), Just("\u{feff}")], lines).prop_map(|(bom, lines)| {
            lines.iter().fold(bom.to_owned(), |text, (line, end)| text + line + end)
        });
        text.prop_flat_map(|text| {
            let len = text.chars().count();
            (Just(text), 0..=len)
        })
    }

    proptest! {
        #[test]
        fn a_log_that_grew_is_read_as_if_it_had_always_been_so((text, cut) in logs()) {
            let before: String = text.chars().take(cut).collect();
            let (before, text): (Arc<str>, Arc<str>) = (before.into(), text.into());
            let whole = EventLog::read(&text);
            prop_assert_eq!(&EventLog::read(&before).grown(&text), &whole);
            prop_assert_eq!(&whole.grown(&before), &EventLog::read(&before));
        }
    }
}
